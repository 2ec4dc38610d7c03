"""Between wire coordinates and metres around the place of start."""

from collections.abc import Callable

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LocalFrame, LonLat
from sim.mission_store import StoredItem
from sim.terrain import FlatTerrain, Terrain
from sim.vector import Vector

ABSOLUTE_FRAMES = frozenset({mavlink.MAV_FRAME_GLOBAL, mavlink.MAV_FRAME_GLOBAL_INT})
TERRAIN_FRAMES = frozenset({mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT, mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT})
RELATIVE_FRAMES = TERRAIN_FRAMES | frozenset(
    {
        mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT,
        mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT,
    }
)


class LocalPlaces:
    """Local frame of one vehicle; `ground_amsl_m` is the height of the ground at its origin above the sea."""

    def __init__(self, origin: LonLat, terrain: Terrain | None = None) -> None:
        self.origin = origin
        self.terrain: Terrain = FlatTerrain() if terrain is None else terrain
        self.ground_amsl_m = self.terrain.height_amsl_m(origin.lon_deg, origin.lat_deg)
        self._frame = LocalFrame(origin)
        # The ground as the autopilot believes it to be; a terrain database puts what it was sent in place of the truth.
        self.mapped_up_m: Callable[[Vector], float] = self.ground_up_m

    def level(self, lat_e7: int, lon_e7: int) -> Vector:
        east, north = self._frame.offset_m(LonLat(lon_e7 / 1e7, lat_e7 / 1e7))
        return Vector(east, north, 0.0)

    def height_m(self, altitude_m: float, frame: int, over: Vector | None = None) -> float:
        """Height above the origin of an altitude in this frame; one above terrain is taken over the place `over`."""
        if frame in ABSOLUTE_FRAMES:
            return altitude_m - self.ground_amsl_m
        if frame in TERRAIN_FRAMES and over is not None:
            return altitude_m + self.mapped_up_m(over)
        return altitude_m

    def ground_up_m(self, position: Vector) -> float:
        """The ground below a place, above the ground at the origin."""
        if self.terrain.flat:
            return 0.0
        place = self._frame.place(position.east, position.north)
        return self.terrain.height_amsl_m(place.lon_deg, place.lat_deg) - self.ground_amsl_m

    def of_item(self, item: StoredItem, here: Vector) -> Vector:
        """Target of an item. Zero coordinates mean the present place, zero height the present height."""
        level = here if item.x == 0 and item.y == 0 else self.level(item.x, item.y)
        height_m = here.up if item.z == 0.0 else self.height_m(item.z, item.frame, level)
        return Vector(level.east, level.north, height_m)

    def lat_lon_e7(self, position: Vector) -> tuple[int, int]:
        place = self._frame.place(position.east, position.north)
        return round(place.lat_deg * 1e7), round(place.lon_deg * 1e7)

    def lon_lat(self, position: Vector) -> LonLat:
        return self._frame.place(position.east, position.north)
