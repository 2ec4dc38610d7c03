"""Heights of the ground, asked of the station: TERRAIN_REQUEST for what is missing, TERRAIN_REPORT of what is known.

Asked for are the grids under the vehicle and around it, those of the mission's waypoints and of the rally points. What came decides
`terrain_known` of the autopilot and is what altitudes above terrain are measured from. Source: ArduPilot's AP_Terrain.
"""

from collections.abc import Mapping
from math import cos, radians, sin
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.local_place import TERRAIN_FRAMES
from sim.mission_store import StoredItem
from sim.services.host import Host
from sim.services.service import Builder, Service
from sim.terrain_map import TerrainMap
from sim.vector import Vector, clamp

LOOK_EVERY_S = 1.0
ASK_AGAIN_S = 2.0
AROUND_SQUARES = (19.6, 22.4)  # north and east: seven tenths of a grid; neighbours are fetched before they are reached
BESIDE_SQUARES = 10
POINTS_A_LOOK = 20
NO_DOWNLOAD = 1  # of TERRAIN_OPTIONS
_WAYPOINTS = frozenset({mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_CMD_NAV_SPLINE_WAYPOINT})
Place = tuple[int, int]


class TerrainData(Service):
    handles = frozenset({"TERRAIN_DATA", "TERRAIN_CHECK"})

    def __init__(self, host: Host) -> None:
        self._host = host
        self._map = TerrainMap(self._spacing_m)
        self._looked_s = self._asked_s = -ASK_AGAIN_S
        self._plans: tuple[int, ...] = ()
        self._ahead: list[Place] = []
        self._last_m: float | None = None
        self._offset_m = 0.0
        self._was_armed = False
        host.of.places.mapped_up_m = self._mapped_up_m

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {mavlink.MAVLINK_MSG_ID_TERRAIN_REQUEST: self._request, mavlink.MAVLINK_MSG_ID_TERRAIN_REPORT: self._report}

    @property
    def rates_hz(self) -> Mapping[int, float]:
        rates = self._host.autopilot.firmware.stream_rates_hz(self._host.parameters)
        return {number: rates[number] for number in self.messages if number in rates}

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if not self._enabled:
            return []
        if wire.get_type() == "TERRAIN_CHECK":
            return [self._report_of((wire.lat, wire.lon), None)]
        if self._map.take(wire.lat, wire.lon, wire.grid_spacing, wire.gridbit, wire.data):
            self._tell_autopilot()
        return []

    def on_time(self, now_s: float) -> list[Any]:
        if now_s - self._looked_s >= LOOK_EVERY_S - 1e-9:
            self._looked_s = now_s
            self._look()
        return []

    # What is wanted -----------------------------------------------------------------------------------------------------------

    @property
    def _spacing_m(self) -> int:
        return max(1, int(self._host.parameters["TERRAIN_SPACING"]))

    @property
    def _enabled(self) -> bool:
        return self._host.parameters["TERRAIN_ENABLE"] != 0

    @property
    def _here(self) -> Place | None:
        of = self._host.of
        return of.places.lat_lon_e7(of.believed.position) if of.readings.ready else None

    def _look(self) -> None:
        """Once a second: what lies below and around, then the plans, 20 points at a time once nothing else is missing."""
        if self._map.spacing_m != self._spacing_m:
            self._map, self._plans = TerrainMap(self._spacing_m), ()
        here = self._here
        if self._enabled and here is not None:
            self._set_reference()
            north_m, east_m = (squares * self._spacing_m for squares in AROUND_SQUARES)
            around = [(north * north_m, east * east_m) for north in (-1, 1, 0) for east in (-1, 1, 0)]
            for north, east in around:
                self._map.height_m(*self._beside(self._host.of.believed.position, north, east))
            self._look_ahead()
        self._tell_autopilot()

    def _look_ahead(self) -> None:
        plans = self._host.plans
        revisions = (plans.mission.revision, plans.rally.revision)
        if revisions != self._plans:
            self._plans = revisions
            self._ahead = [place for item in plans.mission.items if item.command in _WAYPOINTS for place in self._around_item(item)]
            self._ahead += [(item.x, item.y) for item in plans.rally.items]
        for _ in range(POINTS_A_LOOK):
            if not self._ahead or self._map.pending:
                return
            if self._map.height_m(*self._ahead[0]) is None:
                return
            self._ahead.pop(0)

    def _around_item(self, item: StoredItem) -> list[Place]:
        """A waypoint, and four places ten squares away from it; none for one without a place."""
        if item.x == 0 and item.y == 0:
            return []
        level, away_m = self._host.of.places.level(item.x, item.y), BESIDE_SQUARES * self._spacing_m
        corners = [self._beside(level, away_m * cos(radians(angle)), away_m * sin(radians(angle))) for angle in (45, 135, 225, 315)]
        return [*corners, (item.x, item.y)]

    def _beside(self, position: Vector, north_m: float, east_m: float) -> Place:
        return self._host.of.places.lat_lon_e7(Vector(position.east + east_m, position.north + north_m, 0.0))

    # What the autopilot makes of it -------------------------------------------------------------------------------------------

    def _set_reference(self) -> None:
        """While it stands on the ground the vehicle learns how far the map is off there, up to TERRAIN_OFS_MAX."""
        of, pilot = self._host.of, self._host.autopilot
        arming, self._was_armed = pilot.armed and not self._was_armed, pilot.armed
        most_m = self._host.parameters["TERRAIN_OFS_MAX"]
        if arming or not pilot.armed:
            here = self._here
            height_m = None if here is None else self._map.height_m(*here)
            if height_m is not None:
                off_m = of.places.ground_amsl_m + of.believed.position.up - height_m
                self._offset_m = clamp(off_m, -most_m, most_m)

    def _mapped_up_m(self, position: Vector) -> float:
        """The ground at a place above the frame's origin, as the map has it; where it has nothing, as it was last known below."""
        places = self._host.of.places
        height_m = self._map.height_m(*places.lat_lon_e7(position)) if self._enabled else None
        if height_m is None:
            height_m = self._last_m
        return 0.0 if height_m is None else height_m + self._offset_m - places.ground_amsl_m

    def _tell_autopilot(self) -> None:
        pilot, here = self._host.autopilot, self._here
        below_m = self._map.height_m(*here) if self._enabled and here is not None else None
        if below_m is not None:
            self._last_m = below_m
        pilot.terrain_pending = self._enabled and (below_m is None or self._map.pending > 0 or bool(self._ahead))
        pilot.terrain_known = below_m is not None and self._target_known()

    def _target_known(self) -> bool:
        """Whether the item now flown, when it is above terrain, has known ground below it."""
        pilot, store = self._host.autopilot, self._host.plans.mission
        current = pilot.run.current
        if not store.first <= current < len(store) or store[current].frame not in TERRAIN_FRAMES:
            return True
        item = store[current]
        return (item.x == 0 and item.y == 0) or self._map.height_m(item.x, item.y) is not None

    # Messages -----------------------------------------------------------------------------------------------------------------

    def _request(self) -> Any | None:
        now_s, here = self._host.clock.boot_s, self._here
        if not self._enabled or here is None or self._host.parameters.flag("TERRAIN_OPTIONS", NO_DOWNLOAD):
            return None
        if now_s - self._asked_s < ASK_AGAIN_S - 1e-9:
            return None
        grid = self._map.wanted(*here)
        if grid is None:
            return None
        self._asked_s = now_s
        return mavlink.MAVLink_terrain_request_message(grid.lat_e7, grid.lon_e7, self._map.spacing_m, grid.missing)

    def _report(self) -> Any | None:
        return self._report_of(self._here, self._last_m) if self._enabled else None

    def _report_of(self, place: Place | None, otherwise_m: float | None) -> Any:
        """`spacing` is zero where the height is not known; `current_height` is the vehicle's own, above the ground below it."""
        of, here = self._host.of, self._here
        height_m = None if place is None else self._map.height_m(*place)
        below_m = self._map.height_m(*here) if here is not None else None
        below_m = self._last_m if below_m is None else below_m
        above_m = 0.0 if here is None or below_m is None else of.places.ground_amsl_m + of.believed.position.up - below_m
        told_m = height_m if height_m is not None else otherwise_m or 0.0
        spacing_m = 0 if height_m is None else self._map.spacing_m
        return mavlink.MAVLink_terrain_report_message(*(place or (0, 0)), spacing_m, told_m, above_m, self._map.pending, self._map.loaded)


def terrain_services(host: Host) -> list[Service]:
    """Of firmwares that keep a terrain database."""
    return [TerrainData(host)] if "TERRAIN_ENABLE" in host.parameters else []
