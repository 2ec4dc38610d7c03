"""Photographs of a vehicle whose camera tells nothing: where its trigger must have fired, from where it flew.

On a photographed leg, and along it, a photograph is due each spacing metres flown. What leaves the leg takes none: with the trigger by
distance a turn may hold a photograph or two more, which is not counted on.
"""

import numpy as np
import shapely

from geo.primitives import LonLat
from missions.coverage.achieved import CoverageTarget
from missions.coverage.footprints import Shot

OFF_THE_LEG_M = 8.0
COURSE_OFF_DEG = 40.0
STANDING_M = 0.3  # between two positions: the course of less is noise


class TriggerTrace:
    """Fed with positions in the order they were flown, as often as they come, at least one each spacing."""

    def __init__(self, target: CoverageTarget) -> None:
        self._target = target
        frame = target.frame
        lines = [frame.to_en_m([leg.start.as_tuple(), leg.end.as_tuple()]) for leg in target.legs]
        self._lines = [shapely.LineString(line) for line in lines]
        self._tree = shapely.STRtree(self._lines)
        self._before: np.ndarray | None = None
        self._leg: int | None = None
        self._since_m = 0.0

    def feed(self, position: LonLat, height_m: float) -> list[Shot]:
        """The photographs taken between the last position and this one."""
        here = np.array(self._target.frame.offset_m(position))
        before, self._before = self._before, here
        if before is None or (moved_m := float(np.hypot(*(here - before)))) < STANDING_M:
            self._before = here if before is None else before
            return []
        leg = self._on(before, here)
        if leg is None:
            self._leg = None
            return []
        spacing_m = self._target.legs[leg].spacing_m
        if leg != self._leg:
            self._leg, self._since_m = leg, spacing_m  # the first one where the leg begins
        shots, along_m = [], spacing_m - self._since_m
        heading = float(np.degrees(np.arctan2(*(here - before))) % 360.0)
        while along_m <= moved_m:
            place = before + along_m / moved_m * (here - before)
            shots.append(Shot(self._target.frame.place(float(place[0]), float(place[1])), height_m, heading))
            along_m += spacing_m
        self._since_m = moved_m - (along_m - spacing_m)
        return shots

    def _on(self, before: np.ndarray, here: np.ndarray) -> int | None:
        near = self._tree.query(shapely.Point(here), predicate="dwithin", distance=OFF_THE_LEG_M)
        course = here - before
        for index in sorted(int(i) for i in near):
            start, end = shapely.get_coordinates(self._lines[index])
            along = end - start
            turn = np.degrees(np.arccos(np.clip(course @ along / (np.hypot(*course) * np.hypot(*along)), -1.0, 1.0)))
            if turn <= COURSE_OFF_DEG and shapely.distance(self._lines[index], shapely.Point(before)) <= OFF_THE_LEG_M:
                return index
        return None
