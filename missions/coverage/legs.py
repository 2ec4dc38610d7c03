"""The legs a plan photographs, and the photographs expected along each.

Legs are straight lines between the places of navigation items while the camera's trigger is on. By distance the first photograph comes
where the trigger is switched on when its item says so (parameter 3), the others each so many metres flown, whatever the turns between.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from missions.commands import NAVIGATION_WITH_PLACE, Command
from missions.in_force import Trigger, trigger_after
from missions.plan import MissionItem, MissionPlan

ALMOST_M = 1e-3  # a photograph due at the very end of a leg is taken there
USUAL_SPEED_MPS = 5.0


@dataclass(frozen=True, slots=True)
class PhotoLeg:
    """`item` is the number of the item flown to, counted from 1; `on_item` that of the command that switched the trigger on.

    `along_m` are the distances from the start at which photographs are expected; altitudes are as the items have them.
    """

    item: int
    on_item: int
    start: LonLat
    end: LonLat
    start_altitude_m: float
    end_altitude_m: float
    frame: int
    length_m: float
    spacing_m: float
    along_m: tuple[float, ...] = field(repr=False)

    @property
    def heading_deg(self) -> float:
        east, north = LocalFrame(self.start).offset_m(self.end)
        return float(np.degrees(np.arctan2(east, north)) % 360.0)

    def places(self, frame: LocalFrame) -> NDArray[np.float64]:
        """(n, 2) east and north of the photographs."""
        start, end = np.array(frame.offset_m(self.start)), np.array(frame.offset_m(self.end))
        share = np.asarray(self.along_m)[:, None] / max(self.length_m, ALMOST_M)
        return np.asarray(start + share * (end - start))

    def altitudes_m(self) -> NDArray[np.float64]:
        share = np.asarray(self.along_m) / max(self.length_m, ALMOST_M)
        return np.asarray(self.start_altitude_m + share * (self.end_altitude_m - self.start_altitude_m))


def photo_legs(plan: MissionPlan) -> tuple[PhotoLeg, ...]:
    """In the order they are flown. Jumps are not followed."""
    walk = _Walk(plan.home)
    for number, item in enumerate(plan.items, start=1):
        walk.take(number, item)
    return tuple(walk.legs)


class _Walk:
    def __init__(self, home: LonLat | None) -> None:
        self.legs: list[PhotoLeg] = []
        self._here, self._altitude_m = home, 0.0
        self._trigger, self._on_item = Trigger(), 0
        self._since_m = 0.0  # flown since the last photograph
        self._at_once = False
        self._speed_mps = USUAL_SPEED_MPS

    def take(self, number: int, item: MissionItem) -> None:
        if item.command == Command.DO_CHANGE_SPEED and (item.params[0] or 0.0) in (0.0, 1.0) and (item.params[1] or 0.0) > 0.0:
            self._speed_mps = float(item.params[1] or 0.0)
        trigger = trigger_after(self._trigger, item)
        if trigger is not self._trigger:
            self._trigger, self._on_item, self._since_m = trigger, number, 0.0
            self._at_once = bool(trigger) and (trigger.interval_s > 0.0 or item.params[2] == 1.0)
        altitude_m = self._altitude_m if item.altitude_m is None else item.altitude_m
        if item.command in NAVIGATION_WITH_PLACE and item.position is not None:
            if self._here is not None and self._trigger:
                self._photograph(number, item, self._here, altitude_m)
            self._here = item.position
        if item.command in NAVIGATION_WITH_PLACE:
            self._altitude_m = altitude_m

    def _photograph(self, number: int, item: MissionItem, here: LonLat, altitude_m: float) -> None:
        assert item.position is not None
        length_m = float(np.hypot(*LocalFrame(here).offset_m(item.position)))
        spacing_m = self._trigger.distance_m or self._trigger.interval_s * self._speed_mps
        first_m = 0.0 if self._at_once else spacing_m - self._since_m
        along = np.arange(first_m, length_m + ALMOST_M, max(spacing_m, 0.01))
        self._since_m = length_m - float(along[-1]) if len(along) else self._since_m + length_m
        self._at_once = self._at_once and not len(along)
        if length_m > ALMOST_M:
            altitudes = (self._altitude_m, altitude_m)
            self.legs.append(
                PhotoLeg(
                    *(number, self._on_item, here, item.position, *altitudes, item.frame, length_m, spacing_m),
                    tuple(float(v) for v in np.minimum(along, length_m)),
                )
            )


def legs_length_m(legs: Sequence[PhotoLeg]) -> float:
    return sum(leg.length_m for leg in legs)
