"""The side view of a plan: ground and flight along the way, for a drawing."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from geo.primitives import LocalFrame
from geo.terrain import Heights
from missions.findings import Finding
from missions.plan import MissionPlan
from missions.terrain.clearance import LegClearance, PlanClearance, clearance
from missions.terrain.legs import LegKind

_SAMPLES = 600


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """Heights in metres above the sea of the model; `ground_m` None where it knows none. `item` is the one flown to."""

    distance_m: float
    lon_deg: float
    lat_deg: float
    ground_m: float | None
    flight_m: float | None
    item: int

    def to_json(self) -> dict[str, Any]:
        return {
            "distance_m": round(self.distance_m, 1),
            "lon_deg": round(self.lon_deg, 7),
            "lat_deg": round(self.lat_deg, 7),
            "ground_m": None if self.ground_m is None else round(self.ground_m, 2),
            "flight_m": None if self.flight_m is None else round(self.flight_m, 2),
            "item": self.item,
        }


@dataclass(frozen=True, slots=True)
class PlanProfile:
    """`points` along what the plan flies, with both ends of each leg and its least clearance among them."""

    points: tuple[ProfilePoint, ...]
    clearance: PlanClearance

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.clearance.findings


def plan_profile(plan: MissionPlan, heights: Heights, wanted_agl_m: float = 10.0) -> PlanProfile:
    """Blocks on the model's files. Raises: `OSError` when one cannot be read any more."""
    proof = clearance(plan, heights, wanted_agl_m)
    legs = [leg for leg in proof.planned if leg.leg.kind is not LegKind.TAKEOFF]
    if not legs:
        return PlanProfile((), proof)
    home_amsl_m = float(heights.heights_amsl_m([proof.planned[0].leg.start.as_tuple()])[0])
    frame = LocalFrame(legs[0].leg.start)
    total_m = max(sum(leg.length_m for leg in legs), 1.0)
    points: list[ProfilePoint] = []
    gone_m = 0.0
    for leg in legs:
        points += _along(leg, heights, frame, home_amsl_m, gone_m, max(2, int(np.ceil(_SAMPLES * leg.length_m / total_m)) + 1))
        gone_m += leg.length_m
    return PlanProfile(tuple(points), proof)


def _along(
    proven: LegClearance, heights: Heights, frame: LocalFrame, home_amsl_m: float, gone_m: float, samples: int
) -> list[ProfilePoint]:
    leg = proven.leg
    ends = frame.to_en_m([leg.start.as_tuple(), leg.end.as_tuple()])
    shares = np.linspace(0.0, 1.0, samples)
    if proven.at is not None and proven.length_m > 0.0:
        away_m = float(np.hypot(*(np.array(frame.offset_m(proven.at)) - ends[0])))
        shares = np.unique(np.append(shares, min(away_m / proven.length_m, 1.0)))
    places = frame.to_lonlat_deg(ends[0] + shares[:, None] * (ends[1] - ends[0]))
    ground = heights.heights_amsl_m(places)
    flight = leg.start_up_m + shares * (leg.end_up_m - leg.start_up_m) + (ground if leg.over_terrain else home_amsl_m)
    return [
        ProfilePoint(gone_m + share * proven.length_m, lon, lat, _known(under), _known(up), leg.item)
        for share, (lon, lat), under, up in zip(shares.tolist(), places.tolist(), ground.tolist(), flight.tolist(), strict=True)
    ]


def _known(height_m: float) -> float | None:
    return float(height_m) if np.isfinite(height_m) else None
