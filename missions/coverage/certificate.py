"""Whether a plan is a part of an approved one, leg by leg, found from the items alone.

A leg is a part when it lies on one leg of the approved plan, at its altitude. Every photographed leg must be one. Legs that only
connect must stay out of the approved plan's zones, inside its fence, and between its lowest and highest altitude. Such a plan does
nothing the approval did not allow, so it is approved with it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo.primitives import LocalFrame, LonLat
from missions.commands import NAVIGATION_WITH_PLACE, Command
from missions.findings import Finding, Severity, Values
from missions.in_force import Trigger, trigger_after
from missions.patterns.grid import Area, surface
from missions.plan import MissionPlan
from missions.requests.survey import SurveyRequest

ON_THE_LEG_M = 0.6
SAME_ALTITUDE_M = 0.6
CIRCLE_SIDES = 16  # a quarter of a circle


@dataclass(frozen=True, slots=True)
class PartCertificate:
    """`part_m` lie on legs of the approved plan, `link_m` connect them; `forbidden_m` of these are in zones or outside the fence."""

    approved_hash: str
    content_hash: str
    part_m: float
    link_m: float
    forbidden_m: float
    findings: tuple[Finding, ...]

    @property
    def is_part(self) -> bool:
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        return {
            "approved_hash": self.approved_hash,
            "content_hash": self.content_hash,
            "part_m": round(self.part_m, 1),
            "link_m": round(self.link_m, 1),
            "forbidden_m": round(self.forbidden_m, 1),
            "is_part": self.is_part,
            "reasons": [finding.message for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class _Leg:
    item: int
    line: shapely.LineString
    altitudes_m: tuple[float, float]
    trigger: Trigger

    def holds(self, other: "_Leg") -> bool:
        """Whether `other` lies on this leg, at its altitude."""
        for point, altitude_m in zip(map(shapely.Point, other.line.coords), other.altitudes_m, strict=True):
            if self.line.distance(point) > ON_THE_LEG_M:
                return False
            share = self.line.project(point, normalized=True) if self.line.length else 0.0
            here_m = self.altitudes_m[0] + share * (self.altitudes_m[1] - self.altitudes_m[0])
            if abs(here_m - altitude_m) > SAME_ALTITUDE_M:
                return False
        return True


def certify_part(approved: MissionPlan, plan: MissionPlan) -> PartCertificate:
    """Judge `plan` against the approved one."""
    frame = LocalFrame(next(item.position for item in approved.items if item.position is not None))
    whole, parts = _legs(approved, frame), _legs(plan, frame)
    zones, fence = forbidden_areas(approved, frame)
    low_m = min((min(leg.altitudes_m) for leg in whole), default=0.0) - SAME_ALTITUDE_M
    high_m = max((max(leg.altitudes_m) for leg in whole), default=0.0) + SAME_ALTITUDE_M
    photographed = [leg for leg in whole if leg.trigger]
    part_m = link_m = forbidden_m = 0.0
    findings: list[Finding] = []
    for leg in parts:
        same = (other for other in (photographed if leg.trigger else whole) if other.trigger == leg.trigger or not leg.trigger)
        if any(other.holds(leg) for other in same):
            part_m += leg.line.length
            continue
        if leg.trigger:
            message = f"Item {leg.item} photographs where the approved plan does not."
            findings.append(_not_part("photographs", message, leg.item, item=leg.item))
        link_m += leg.line.length
        inside_m = leg.line.intersection(zones).length + (0.0 if fence is None else leg.line.difference(fence).length)
        forbidden_m += inside_m
        if inside_m > 0.0:
            message = f"The way to item {leg.item} is {inside_m:.1f} m inside a zone or outside the fence of the approved plan."
            findings.append(_not_part("forbidden", message, leg.item, item=leg.item, metres=round(inside_m, 1)))
        if not (low_m <= min(leg.altitudes_m) and max(leg.altitudes_m) <= high_m):
            message = f"Item {leg.item} is at {leg.altitudes_m[1]:g} m; the approved plan flies between {low_m:.0f} and {high_m:.0f} m."
            heights: Values = {"height": leg.altitudes_m[1], "low": round(low_m), "high": round(high_m)}
            findings.append(_not_part("altitude", message, leg.item, item=leg.item, **heights))
    if plan.geofence != approved.geofence:
        findings.append(_not_part("fence", "The fence is not that of the approved plan."))
    return PartCertificate(approved.content_hash(), plan.content_hash(), part_m, link_m, forbidden_m, tuple(findings))


def _not_part(form: str, message: str, at_item: int | None = None, **values: float | str) -> Finding:
    return Finding(Severity.WARNING, "not_part", at_item, message, values={"form": form, **values})


def forbidden_areas(plan: MissionPlan, frame: LocalFrame) -> tuple[Area, Area | None]:
    """Zones nobody may enter, and the fence nobody may leave, in local metres."""
    fence = plan.geofence
    shapes = [(p.inclusion, shapely.make_valid(shapely.Polygon(_metres(p.vertices, frame)))) for p in fence.polygons]
    shapes += [(c.inclusion, shapely.Point(frame.offset_m(c.centre)).buffer(c.radius_m, quad_segs=CIRCLE_SIDES)) for c in fence.circles]
    if isinstance(plan.request, SurveyRequest):
        shapes += [(False, shapely.make_valid(shapely.Polygon(_metres(hole, frame)))) for hole in plan.request.holes]
    inside = [shape for inclusion, shape in shapes if inclusion]
    zones = surface(shapely.union_all([shape for inclusion, shape in shapes if not inclusion]))
    return zones, surface(shapely.union_all(inside)) if inside else None


def _legs(plan: MissionPlan, frame: LocalFrame) -> list[_Leg]:
    legs: list[_Leg] = []
    here = plan.home
    trigger, altitude_m = Trigger(), None
    for number, item in enumerate(plan.items, start=1):
        trigger = trigger_after(trigger, item)
        returns = item.command == Command.RETURN_TO_LAUNCH
        if item.command not in NAVIGATION_WITH_PLACE and not returns:
            continue
        to = plan.home if returns else item.position
        to_m = altitude_m if returns or item.altitude_m is None else item.altitude_m
        if to is not None and here is not None and to != here and to_m is not None:
            # From the ground the vehicle climbs first, so the first leg is flown at its end's altitude.
            line = shapely.LineString(_metres((here, to), frame))
            legs.append(_Leg(number, line, (to_m if altitude_m is None else altitude_m, to_m), trigger))
        here, altitude_m = to or here, to_m
    return legs


def _metres(places: tuple[LonLat, ...], frame: LocalFrame) -> np.ndarray:
    return frame.to_en_m([place.as_tuple() for place in places])
