"""The geofence and the rally points a vehicle carries, beside its mission and independent of it.

Fence items (MAVLink mission type 1): 5001/5002 vertices of inclusion/exclusion polygons, consecutive, each with the polygon's vertex
count in param1; 5003/5004 circles with the radius in metres in param1; 5000 the return point. Rally (type 2): 5100.
Sources: MAVLink mission protocol; ArduPilot's AC_PolyFence_loader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.local_place import LocalPlaces
from sim.mission_store import GLOBAL_FRAMES, StoredItem, off_the_globe

INCLUSION = mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION
EXCLUSION = mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION
CIRCLE_INCLUSION = mavlink.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION
CIRCLE_EXCLUSION = mavlink.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION
RETURN_POINT = mavlink.MAV_CMD_NAV_FENCE_RETURN_POINT
VERTICES = frozenset({INCLUSION, EXCLUSION})
CIRCLES = frozenset({CIRCLE_INCLUSION, CIRCLE_EXCLUSION})
FEWEST_VERTICES = 3
MOST_VERTICES = 255
ACCEPTED = int(mavlink.MAV_MISSION_ACCEPTED)
LatLon = tuple[int, int]  # 1e-7 degrees


@dataclass(frozen=True, slots=True)
class FencePolygon:
    vertices: tuple[LatLon, ...]
    inclusion: bool
    group: int = 0

    def contains(self, lat_e7: int, lon_e7: int) -> bool:
        """Even-odd rule in plain degrees: fences are small and keep away from the poles and the date line."""
        inside = False
        for (lat_a, lon_a), (lat_b, lon_b) in zip(self.vertices, (*self.vertices[1:], self.vertices[0]), strict=True):
            crosses = (lat_a > lat_e7) != (lat_b > lat_e7)
            if crosses and lon_e7 < (lon_b - lon_a) * (lat_e7 - lat_a) / (lat_b - lat_a) + lon_a:
                inside = not inside
        return inside


@dataclass(frozen=True, slots=True)
class FenceCircle:
    centre: LatLon
    radius_m: float
    inclusion: bool


class FenceStore:
    """The fence as uploaded. It changes as a whole or not at all. `revision` grows with every change."""

    mission_type = mavlink.MAV_MISSION_TYPE_FENCE
    label = "Fence"
    capacity = 200

    def __init__(self, *, rewrites: bool = True) -> None:
        self._rewrites = rewrites
        self.items: list[StoredItem] = []
        self.polygons: list[FencePolygon] = []
        self.circles: list[FenceCircle] = []
        self.return_point: LatLon | None = None
        self.revision = 0

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> StoredItem:
        return self.items[index]

    def judge(self, index: int, item: StoredItem) -> int:
        """MAV_MISSION_RESULT of one item by itself."""
        if item.command not in VERTICES | CIRCLES | {RETURN_POINT}:
            return int(mavlink.MAV_MISSION_UNSUPPORTED)
        if item.frame not in GLOBAL_FRAMES:
            return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
        if item.command in VERTICES and item.param1 > MOST_VERTICES:
            return int(mavlink.MAV_MISSION_INVALID_PARAM1)
        return off_the_globe(item)

    def fault(self, items: Sequence[StoredItem]) -> str | None:
        """Why these items do not make a fence, in ArduPilot's words; None when they do."""
        left, count, command, group, return_points = 0, 0.0, 0, 0.0, 0
        for item in items:
            if item.command in VERTICES:
                if item.param1 < FEWEST_VERTICES:
                    return f"Invalid vertex count ({item.param1:g})"
                if left == 0:
                    left, count, command, group = int(item.param1), item.param1, item.command, item.param2
                if item.command != command:
                    return f"Received incorrect vertex type (want={command} got={item.command})"
                if item.param1 != count:
                    return f"Unexpected vertex count want={count:g} got={item.param1:g}"
                if item.param2 != group and not self._rewrites:
                    return f"Unexpected inclusion group want={group:g} got={item.param2:g}"
                left -= 1
                continue
            if left:
                return f"Received incorrect type (want={command} got={item.command})"
            if item.command in CIRCLES and item.param1 <= 0.0:
                return "Non-positive circle radius"
            return_points += item.command == RETURN_POINT
            if return_points > 1:
                return "Multiple return points"
        return "Incorrect item count" if left else None

    def would_hold(self, items: Sequence[StoredItem], place: LatLon, places: LocalPlaces) -> bool:
        """Whether a vehicle at `place` would be inside the fence these items make: in one of its inclusions, in none of its exclusions."""
        trial = FenceStore()
        trial.replace(items)
        here = places.level(*place)
        inside = [(polygon.inclusion, polygon.contains(*place)) for polygon in trial.polygons]
        for circle in trial.circles:
            distance_m = places.level(*circle.centre).minus(here).level_length()
            inside.append((circle.inclusion, distance_m <= circle.radius_m))
        inclusions = [within for inclusion, within in inside if inclusion]
        return (any(inclusions) or not inclusions) and not any(within for inclusion, within in inside if not inclusion)

    def replace(self, items: Sequence[StoredItem]) -> None:
        """Put a fence in force. The items have no `fault`."""
        self.items = [_plain(item) for item in items] if self._rewrites else list(items)
        self.polygons, self.circles, self.return_point = [], [], None
        index = 0
        while index < len(items):
            item = items[index]
            if item.command in VERTICES:
                count = int(item.param1)
                vertices = tuple((vertex.x, vertex.y) for vertex in items[index : index + count])
                self.polygons.append(FencePolygon(vertices, item.command == INCLUSION, int(item.param2)))
                index += count
                continue
            if item.command in CIRCLES:
                self.circles.append(FenceCircle((item.x, item.y), item.param1, item.command == CIRCLE_INCLUSION))
            else:
                self.return_point = (item.x, item.y)
            index += 1
        self.revision += 1

    def clear(self) -> None:
        self.replace([])


class RallyStore:
    """Places to return to instead of home."""

    mission_type = mavlink.MAV_MISSION_TYPE_RALLY
    label = "Rally"
    capacity = 50

    def __init__(self, *, rewrites: bool = True) -> None:
        self._rewrites = rewrites
        self.items: list[StoredItem] = []
        self.revision = 0

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> StoredItem:
        return self.items[index]

    def judge(self, index: int, item: StoredItem) -> int:
        if item.command != mavlink.MAV_CMD_NAV_RALLY_POINT:
            return int(mavlink.MAV_MISSION_UNSUPPORTED)
        if item.frame not in GLOBAL_FRAMES:
            return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
        return off_the_globe(item)

    def truncate(self, count: int) -> None:
        del self.items[count:]
        self.revision += 1

    def put(self, index: int, item: StoredItem) -> None:
        self.items[index : index + 1] = [_rally(item) if self._rewrites else item]
        self.revision += 1

    def replace(self, items: Sequence[StoredItem]) -> None:
        self.items = [_rally(item) if self._rewrites else item for item in items]
        self.revision += 1

    def clear(self) -> None:
        self.items = []
        self.revision += 1


def _plain(item: StoredItem) -> StoredItem:
    """ArduPilot keeps a fence item's type, place and first parameter; the rest reads back as zero."""
    return StoredItem(item.command, mavlink.MAV_FRAME_GLOBAL, item.param1, x=item.x, y=item.y)


def _rally(item: StoredItem) -> StoredItem:
    """Altitudes of rally points are kept in whole metres."""
    frame = GLOBAL_FRAMES[item.frame]
    return replace(StoredItem(item.command, frame, x=item.x, y=item.y), z=float(int(item.z)))
