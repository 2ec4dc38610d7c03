"""What photographs have covered of what a plan was to photograph: share, covered ground, gaps, and photographs that are missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geo.primitives import LocalFrame, LonLat, MissionError
from missions.coverage.footprints import Shot, footprints
from missions.coverage.legs import PhotoLeg, photo_legs
from missions.patterns.grid import Area, surface
from missions.plan import MissionPlan
from missions.planning.camera import CameraModel
from missions.planning.camera_catalogue import CAMERA_MODELS, camera_model

MISSING_BEYOND = 0.6  # of the spacing: an expected photograph is there when one was taken within that distance
EDGE_M = 0.5  # gaps narrower than twice this are rounding and the vehicle's sway, nothing to fly for
SMALLEST_GAP_M2 = 4.0


@dataclass(frozen=True, slots=True)
class CoverageTarget:
    """What is to be covered, in local metres, and the legs that were to do it."""

    frame: LocalFrame
    camera: CameraModel
    area: Area
    legs: tuple[PhotoLeg, ...]


@dataclass(frozen=True, slots=True)
class FlownCoverage:
    """`covered` and `gaps` are parts of the target, in local metres; `missing` are expected photographs of flown legs nobody took."""

    target: CoverageTarget
    shots: int
    covered: Area
    gaps: Area
    missing: tuple[LonLat, ...] = ()

    @property
    def share(self) -> float:
        return self.covered.area / self.target.area.area if self.target.area.area else 0.0

    def to_json(self) -> dict[str, Any]:
        """Areas as GeoJSON MultiPolygons."""
        return {
            "share": round(self.share, 5),
            "target_m2": round(self.target.area.area, 1),
            "covered_m2": round(self.covered.area, 1),
            "gap_m2": round(self.gaps.area, 1),
            "gap_count": len(_parts(self.gaps)),
            "shots": self.shots,
            "expected_shots": sum(len(leg.along_m) for leg in self.target.legs),
            "missing": [list(place.as_tuple()) for place in self.missing],
            "covered": multi_polygon(self.covered, self.target.frame),
            "gaps": multi_polygon(self.gaps, self.target.frame),
        }


def coverage_target(plan: MissionPlan, camera: CameraModel | None = None) -> CoverageTarget:
    """What a plan is to cover: the area drawn behind it, less holes and avoid zones; else what its own photographs would show.

    Raises: `MissionError` when the plan photographs nothing, or its camera is not known and none is given.
    """
    drawing = drawing_of(plan)
    if camera is None and not drawing.get("camera"):
        raise MissionError(
            f"Plan '{plan.name}' does not say which camera it is for.",
            code="mission.camera",
            hint=f"Name the camera, one of: {', '.join(sorted(CAMERA_MODELS))}.",
        )
    camera = (camera or camera_model(str(drawing["camera"]))).mounted(str(drawing.get("orientation", "")))
    legs = photo_legs(plan)
    if not legs:
        raise MissionError(
            f"Plan '{plan.name}' switches no camera trigger on: there is nothing to cover.",
            code="mission.no_photos",
            hint="Coverage is measured for plans with a camera trigger by distance or time.",
        )
    frame = LocalFrame(legs[0].start)
    planned = surface(shapely.union_all(footprints(camera, planned_shots(legs), frame)))
    drawn = _drawn_area(drawing, frame)
    if drawn is None:
        return CoverageTarget(frame, camera, planned, legs)
    # What no photograph of the approved plan would show is the plan's affair, not the flight's.
    return CoverageTarget(frame, camera, surface(shapely.intersection(drawn, planned)), legs)


def planned_shots(legs: Sequence[PhotoLeg]) -> list[Shot]:
    """Every expected photograph, camera down, as high above the ground as the plan flies above home."""
    shots = []
    for leg in legs:
        frame, heading = LocalFrame(leg.start), leg.heading_deg
        for (lon, lat), altitude_m in zip(frame.to_lonlat_deg(leg.places(frame)), leg.altitudes_m(), strict=True):
            shots.append(Shot(LonLat(float(lon), float(lat)), float(altitude_m), heading))
    return shots


class CoverageMap:
    """Grows shot by shot. Adding is cheap; the areas are joined when they are asked for."""

    def __init__(self, target: CoverageTarget) -> None:
        self.target = target
        self.shots: list[Shot] = []
        self._seen: Area = shapely.MultiPolygon()
        self._joined = 0

    def add(self, shots: Iterable[Shot]) -> None:
        self.shots.extend(shots)

    def covered(self) -> Area:
        fresh = self.shots[self._joined :]
        if fresh:
            prints = footprints(self.target.camera, fresh, self.target.frame)
            self._seen = surface(shapely.intersection(shapely.union_all([self._seen, *prints]), self.target.area))
            self._joined = len(self.shots)
        return self._seen

    def flown_to_item(self) -> int:
        """Item of the farthest leg with a photograph on it: those before it have been flown. 0 before the first photograph."""
        if not self.shots:
            return 0
        frame = self.target.frame
        taken = shot_tree(self.shots, frame)
        begun = (leg.item for leg in reversed(self.target.legs) if not untaken(taken, leg.places(frame), leg.spacing_m).all())
        return next(begun, 0)

    def report(self, flown_to_item: int | None = None) -> FlownCoverage:
        """`flown_to_item`: legs beyond it have not been flown, and none of their photographs is missing; None = all were."""
        covered = self.covered()
        gaps = surface(shapely.difference(self.target.area, covered))
        gaps = surface(gaps.buffer(-EDGE_M, join_style="mitre").buffer(EDGE_M, join_style="mitre"))
        worth = [part for part in _parts(gaps) if part.area >= SMALLEST_GAP_M2]
        flown = [leg for leg in self.target.legs if flown_to_item is None or leg.item < flown_to_item]
        return FlownCoverage(self.target, len(self.shots), covered, shapely.MultiPolygon(worth), self._missing(flown))

    def _missing(self, legs: Sequence[PhotoLeg]) -> tuple[LonLat, ...]:
        if not self.shots:
            return ()
        frame = self.target.frame
        taken = shot_tree(self.shots, frame)
        missing = []
        for leg in legs:
            expected = leg.places(frame)
            for place in expected[untaken(taken, expected, leg.spacing_m)]:
                missing.append(frame.place(float(place[0]), float(place[1])))
        return tuple(missing)


def shot_tree(shots: Sequence[Shot], frame: LocalFrame) -> shapely.STRtree:
    """Where they were taken, to be asked what is near."""
    places = shapely.points(frame.to_en_m([shot.position.as_tuple() for shot in shots]))
    return shapely.STRtree(np.asarray(places, dtype=np.object_))


def untaken(taken: shapely.STRtree, expected_m: np.ndarray, spacing_m: float) -> np.ndarray:
    """(n,) whether an expected photograph has none near it. The last one of a leg is due at its very end and may fall into the turn."""
    found = taken.query(shapely.points(expected_m), predicate="dwithin", distance=MISSING_BEYOND * spacing_m)[0]
    lost = np.ones(len(expected_m), dtype=bool)
    lost[found] = False
    if len(lost) > 1 and not lost[:-1].any():
        lost[-1] = False
    return lost


def drawing_of(plan: MissionPlan) -> dict[str, Any]:
    """What a person drew, as its own JSON; empty for a plan made elsewhere."""
    return {} if plan.request is None else plan.request.to_json()


def multi_polygon(area: Area, frame: LocalFrame) -> dict[str, Any]:
    """GeoJSON MultiPolygon, coordinates to 1e-7 degrees."""
    turned = shapely.transform(area, lambda points: np.round(frame.to_lonlat_deg(points), 7))
    return {"type": "MultiPolygon", "coordinates": [_rings(part) for part in _parts(turned)]}


def _rings(part: shapely.Polygon) -> list[list[list[float]]]:
    return [[[float(x), float(y)] for x, y, *_ in ring.coords] for ring in (part.exterior, *part.interiors)]


def _parts(area: Area) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(area) if not part.is_empty]


def _drawn_area(drawing: dict[str, Any], frame: LocalFrame) -> Area | None:
    polygon = drawing.get("polygon")
    if not isinstance(polygon, dict):
        return None
    drawn = _shape(polygon, frame)
    zones = [_shape(zone, frame) for zone in drawing.get("avoid") or ()]
    return surface(shapely.difference(drawn, shapely.union_all(zones))) if zones else surface(drawn)


def _shape(polygon: dict[str, Any], frame: LocalFrame) -> shapely.Geometry:
    rings = [frame.to_en_m([point[:2] for point in ring]) for ring in polygon["coordinates"]]
    return shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
