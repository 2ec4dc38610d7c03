"""What a mission has covered so far, flight after flight: photographs as they are taken, and the plan of what is left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely

from geo.core import RunShotRow, ShotSource
from geo.primitives import LonLat, MissionError
from missions import (
    CAMERA_MODELS,
    CameraModel,
    CoverageMap,
    CoverageTarget,
    MissionPlan,
    PartPlan,
    Shot,
    TriggerTrace,
    coverage_target,
    multi_polygon,
    part_plan,
    pieces_left,
)

AIRBORNE_M = 2.0
COARSEST_M = 8.0
MOST_CORNERS = 400  # of the ground shown on the map, told again and again while the vehicle flies
TOLD_MISSED = 20


@dataclass(frozen=True, slots=True)
class Covered:
    """`missed`: places of photographs that were due on legs already flown. `shots_by` is how those of this sortie are known."""

    share: float
    covered_m2: float
    target_m2: float
    shots: int
    expected: int
    shots_by: ShotSource | None
    missed: tuple[LonLat, ...]
    ground: dict[str, Any]


class SlotCoverage:
    """Fed in the order things happen. Where a camera tells of its photographs, what follows from the track is not counted."""

    def __init__(self, plan: MissionPlan, rows: Iterable[RunShotRow] = (), cameras: Mapping[str, CameraModel] = CAMERA_MODELS) -> None:
        self.plan = plan
        try:
            camera = None if plan.request is None else cameras.get(plan.request.camera)
            self.target: CoverageTarget | None = coverage_target(plan, camera)
        except MissionError as error:
            if error.code not in ("mission.no_photos", "mission.camera"):
                raise
            self.target = None  # flown for something else than photographs
        self._rows: dict[tuple[int, ShotSource], list[RunShotRow]] = {}
        for row in rows:
            self._rows.setdefault((row.sortie, row.source), []).append(row)
        self._trace: TriggerTrace | None = None
        self._traced_sortie = 0
        self._map: CoverageMap | None = None
        self._counted: dict[int, tuple[ShotSource, int]] = {}  # of each sortie: what was joined into the map, and how many

    def fly(self, sortie: int, position: LonLat, height_m: float, at: datetime) -> list[RunShotRow]:
        """One place the vehicle was at; the photographs its trigger must have taken on the way there."""
        if self.target is None:
            return []
        if self._trace is None or sortie != self._traced_sortie:
            self._trace, self._traced_sortie = TriggerTrace(self.target), sortie
        if height_m < AIRBORNE_M:
            return []
        return [self._keep(sortie, "track", shot, at) for shot in self._trace.feed(position, height_m)]

    def photographed(self, sortie: int, shot: Shot, at: datetime) -> list[RunShotRow]:
        """One photograph the camera has told of. Told again, it is the same one."""
        known = self._rows.get((sortie, "photos"), [])
        if self.target is None or any(row.at == at and row.position == shot.position for row in reversed(known)):
            return []
        return [self._keep(sortie, "photos", shot, at)]

    def _keep(self, sortie: int, source: ShotSource, shot: Shot, at: datetime) -> RunShotRow:
        rows = self._rows.setdefault((sortie, source), [])
        row = RunShotRow(sortie, source, len(rows), at, shot.position, shot.height_m, shot.heading_deg, shot.pitch_deg)
        rows.append(row)
        return row

    def map(self) -> CoverageMap | None:
        """All photographs that count. None for a mission that takes none."""
        if self.target is None:
            return None
        counted = {sortie: self._counting(sortie) for sortie, _ in self._rows}
        stale = any(counted[sortie][0] != source for sortie, (source, _) in self._counted.items())
        if self._map is None or stale:
            self._map, self._counted = CoverageMap(self.target), {}
        for sortie, (source, rows) in counted.items():
            have = self._counted.get(sortie, (source, 0))[1]
            self._map.add(Shot(row.position, row.height_m, row.heading_deg, row.pitch_deg) for row in rows[have:])
            self._counted[sortie] = source, len(rows)
        return self._map

    def _counting(self, sortie: int) -> tuple[ShotSource, list[RunShotRow]]:
        told = self._rows.get((sortie, "photos"), [])
        return ("photos", told) if told else ("track", self._rows.get((sortie, "track"), []))

    def covered(self, sortie: int) -> Covered | None:
        """As of now. Photographs of legs not flown yet are not missed."""
        flown = self.map()
        if flown is None:
            return None
        report = flown.report(flown.flown_to_item())
        source, rows = self._counting(sortie)
        return Covered(
            share=report.share,
            covered_m2=report.covered.area,
            target_m2=flown.target.area.area,
            shots=report.shots,
            expected=sum(len(leg.along_m) for leg in flown.target.legs),
            shots_by=source if rows else None,
            missed=report.missing[:TOLD_MISSED],
            ground=multi_polygon(_coarser(report.covered), flown.target.frame),
        )

    def rest(self, name: str, home: LonLat | None) -> PartPlan | None:
        """What is left from the first uncovered footprint on, for a vehicle that starts at `home`. None when it cannot be divided."""
        flown = self.map()
        return None if flown is None else part_plan(self.plan, pieces_left(flown), name, home)

    @property
    def nothing_left(self) -> bool:
        flown = self.map()
        return flown is not None and not pieces_left(flown)


def _coarser(area: Any) -> Any:
    """With fewer corners: the seams between footprints closed, then smoothed as far as it takes."""
    step_m = 0.5
    shown = area.buffer(step_m, join_style="mitre").buffer(-step_m, join_style="mitre")
    while shapely.get_num_coordinates(shown) > MOST_CORNERS and step_m < COARSEST_M:
        shown, step_m = shown.simplify(step_m), step_m * 2.0
    return shown
