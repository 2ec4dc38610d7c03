"""Between wire coordinates and metres around the place of start."""

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LocalFrame, LonLat
from sim.mission_store import StoredItem
from sim.vector import Vector

ABSOLUTE_FRAMES = frozenset({mavlink.MAV_FRAME_GLOBAL, mavlink.MAV_FRAME_GLOBAL_INT})
RELATIVE_FRAMES = frozenset(
    {
        mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT,
        mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
        # The simulated ground is flat, so above terrain and above home are the same height.
        mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT,
        mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT,
    }
)


class LocalPlaces:
    """Local frame of one vehicle; `ground_amsl_m` is the height of its flat ground above the sea."""

    def __init__(self, origin: LonLat, ground_amsl_m: float) -> None:
        self.origin = origin
        self.ground_amsl_m = ground_amsl_m
        self._frame = LocalFrame(origin)

    def level(self, lat_e7: int, lon_e7: int) -> Vector:
        east, north = self._frame.offset_m(LonLat(lon_e7 / 1e7, lat_e7 / 1e7))
        return Vector(east, north, 0.0)

    def height_m(self, altitude_m: float, frame: int) -> float:
        return altitude_m - self.ground_amsl_m if frame in ABSOLUTE_FRAMES else altitude_m

    def of_item(self, item: StoredItem, here: Vector) -> Vector:
        """Target of an item. Zero coordinates mean the present place, zero height the present height."""
        level = here if item.x == 0 and item.y == 0 else self.level(item.x, item.y)
        height_m = here.up if item.z == 0.0 else self.height_m(item.z, item.frame)
        return Vector(level.east, level.north, height_m)

    def lat_lon_e7(self, position: Vector) -> tuple[int, int]:
        place = self._frame.place(position.east, position.north)
        return round(place.lat_deg * 1e7), round(place.lon_deg * 1e7)

    def lon_lat(self, position: Vector) -> LonLat:
        return self._frame.place(position.east, position.north)
