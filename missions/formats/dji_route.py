"""What goes into a DJI wayline file, and what its heights count from."""

from dataclasses import dataclass

from geo.primitives import LonLat
from geo.terrain import geoid_height_m
from missions.commands import Frame
from missions.formats.dji_models import DjiModel
from missions.formats.wayline import Stop, Wayline

_HIGHEST_RETURN_M = 1500.0
# What heights count from: as flown, and as edited.
EXECUTED = {Frame.GLOBAL: "WGS84", Frame.GLOBAL_RELATIVE_ALT: "relativeToStartPoint", Frame.GLOBAL_TERRAIN_ALT: "realTimeFollowSurface"}
MEANT = {Frame.GLOBAL: "EGM96", Frame.GLOBAL_RELATIVE_ALT: "relativeToStartPoint", Frame.GLOBAL_TERRAIN_ALT: "aboveGroundLevel"}


@dataclass(frozen=True, slots=True)
class DjiRoute:
    wayline: Wayline
    model: DjiModel
    home: LonLat | None
    home_amsl_m: float | None
    auto_speed_mps: float
    length_m: float

    @property
    def frame(self) -> int:
        return self.wayline.stops[0].frame

    def ellipsoid_m(self, stop: Stop) -> float:
        """Above the ellipsoid when the wayline is above the sea; as it is otherwise, for want of the ground's height."""
        return round(stop.altitude_m + geoid_height_m(stop.place), 3) if self.frame == Frame.GLOBAL else stop.altitude_m

    def return_height_m(self) -> float:
        """Above take-off: as high as the highest waypoint."""
        takeoff_m = self.wayline.takeoff_m or 0.0
        highest_m = max(stop.altitude_m for stop in self.wayline.stops)
        if self.frame == Frame.GLOBAL:
            highest_m = takeoff_m if self.home_amsl_m is None else highest_m - self.home_amsl_m
        return min(max(highest_m, takeoff_m), _HIGHEST_RETURN_M)
