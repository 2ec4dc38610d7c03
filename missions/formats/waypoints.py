"""ArduPilot and Mission Planner text files.

Three kinds share the suffixes: `QGC WPL` tables (mission, fence or rally, 12 columns), the old fence lists (latitude and longitude a
line, the first one the return point) and `RALLY` lists. A table's row 0 is home when it is a plain waypoint; Mission Planner and
ArduPilot always write it so, MAVSDK's own samples do not. Table format: https://mavlink.io/en/file_formats/#mission_plain_text_file.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from geo.primitives import LonLat
from missions.commands import Command, Frame, is_place
from missions.formats.json_node import lonlat_or_refuse
from missions.formats.plan_format import Notes, PlanFormat, decimal, text_of, unreadable
from missions.plan import FenceCircle, FencePolygon, Geofence, MissionItem, MissionPlan, RallyPoint

HEADER = "QGC WPL 110"
_COLUMNS = 12
_KNOWN_VERSIONS = ("110", "120")
_POLYGONS = {Command.FENCE_POLYGON_INCLUSION: True, Command.FENCE_POLYGON_EXCLUSION: False}
_CIRCLES = {Command.FENCE_CIRCLE_INCLUSION: True, Command.FENCE_CIRCLE_EXCLUSION: False}


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    words: list[str]
    source: str

    def value(self, column: int) -> float:
        try:
            return float(self.words[column])
        except ValueError as error:
            raise unreadable(self.source, f"line {self.number} column {column + 1}", f"'{self.words[column]:.30}'", "a number") from error

    def finite(self, column: int) -> float:
        value = self.value(column)
        if not math.isfinite(value):
            raise unreadable(self.source, f"line {self.number} column {column + 1}", f"'{self.words[column]:.30}'", "a finite number")
        return value

    def finite_or_nan(self, column: int) -> float | None:
        """NaN, "leave as it is", becomes None."""
        return None if math.isnan(self.value(column)) else self.finite(column)

    def whole(self, column: int) -> int:
        value = self.finite(column)
        if value != int(value):
            raise unreadable(self.source, f"line {self.number} column {column + 1}", f"'{self.words[column]:.30}'", "a whole number")
        return int(value)

    def lonlat(self, lat_column: int) -> LonLat:
        lat, lon = self.finite(lat_column), self.finite(lat_column + 1)
        return lonlat_or_refuse(lon, lat, self.source, f"line {self.number}")


def read_waypoints(data: bytes, source: str, _: Notes) -> MissionPlan:
    lines = _lines(text_of(data, source), source)
    if not lines:
        raise unreadable(source, "", "only comments", f"'{HEADER}' and a table")
    plan = MissionPlan(name=source.rsplit(".", 1)[0])
    first = lines[0]
    if first.words[:2] == ["QGC", "WPL"]:
        if len(first.words) < 3 or first.words[2] not in _KNOWN_VERSIONS:
            raise unreadable(source, f"line {first.number}", f"'{' '.join(first.words)}'", f"'{HEADER}'")
        return _read_table(lines[1:], plan)
    if first.words[0] == "RALLY":
        return replace(plan, rally_points=tuple(_rally_line(line) for line in lines))
    if all(len(line.words) == 2 for line in lines):
        return replace(plan, geofence=_read_fence_list(lines))
    raise unreadable(
        source, f"line {first.number}", f"'{' '.join(first.words):.40}'", f"'{HEADER}', RALLY lines or latitude longitude pairs"
    )


def _lines(text: str, source: str) -> list[_Line]:
    numbered = ((number, line.split("#", 1)[0].split()) for number, line in enumerate(text.splitlines(), start=1))
    return [_Line(number, words, source) for number, words in numbered if words]


def _read_table(rows: Sequence[_Line], plan: MissionPlan) -> MissionPlan:
    for row in rows:
        if len(row.words) != _COLUMNS:
            raise unreadable(row.source, f"line {row.number}", f"{len(row.words)} columns", f"{_COLUMNS} columns")
    if rows and rows[0].whole(0) == 0 and rows[0].whole(3) == Command.WAYPOINT:
        home_row, rows = rows[0], rows[1:]
        home = home_row.lonlat(8)
        plan = replace(plan, home=None if home == LonLat(0.0, 0.0) else home, home_altitude_amsl_m=home_row.finite(10))
        first_number = 0
    else:
        # Without a home row the numbers begin one lower than ours, in DO_JUMP too.
        first_number = 1
    mission = [row for row in rows if row.whole(3) < Command.FENCE_RETURN_POINT or row.whole(3) > Command.RALLY_POINT]
    areas = [row for row in rows if Command.FENCE_RETURN_POINT <= row.whole(3) < Command.RALLY_POINT]
    return replace(
        plan,
        items=tuple(_item(row, first_number) for row in mission),
        geofence=_read_fence_rows(areas),
        rally_points=tuple(RallyPoint(row.lonlat(8), row.finite(10)) for row in rows if row.whole(3) == Command.RALLY_POINT),
    )


def _item(row: _Line, jump_offset: int) -> MissionItem:
    params = [row.finite_or_nan(column) for column in range(4, 11)]
    command, frame = row.whole(3), row.whole(2)
    if command == Command.DO_JUMP and params[0] is not None:
        params[0] += jump_offset
    position: LonLat | None = None
    if is_place(command, frame) and params[4] is not None and params[5] is not None and (params[4], params[5]) != (0.0, 0.0):
        position = row.lonlat(8)
    return MissionItem(
        command=command,
        frame=frame,
        params=(params[0], params[1], params[2], params[3]),
        position=position,
        altitude_m=params[6],
        autocontinue=row.whole(11) != 0,
        params_5_6=(0.0, 0.0) if position is not None else (params[4], params[5]),
    )


def _read_fence_rows(rows: Sequence[_Line]) -> Geofence:
    polygons: list[FencePolygon] = []
    circles: list[FenceCircle] = []
    back: RallyPoint | None = None
    remaining = list(rows)
    while remaining:
        row = remaining.pop(0)
        command = row.whole(3)
        if command in _CIRCLES:
            circles.append(FenceCircle(row.lonlat(8), row.finite(4), _CIRCLES[Command(command)]))
        elif command in _POLYGONS:
            count = row.whole(4)
            vertices = [row, *remaining[: count - 1]]
            if count < 3 or len(vertices) < count or any(v.whole(3) != command or v.whole(4) != count for v in vertices):
                raise unreadable(
                    row.source, f"line {row.number}", f"a fence polygon of {count} vertices", "as many rows of it in turn, 3 at least"
                )
            del remaining[: count - 1]
            polygons.append(FencePolygon(tuple(v.lonlat(8) for v in vertices), _POLYGONS[Command(command)]))
        elif command == Command.FENCE_RETURN_POINT:
            back = RallyPoint(row.lonlat(8), row.finite(10))
        else:
            raise unreadable(row.source, f"line {row.number}", f"command {command}", "a fence command 5000 to 5004")
    return Geofence(tuple(polygons), tuple(circles), back)


def _read_fence_list(lines: Sequence[_Line]) -> Geofence:
    """The first pair is the return point, the rest a polygon whose last vertex repeats the first."""
    back, *vertices = [line.lonlat(0) for line in lines]
    if len(vertices) > 1 and vertices[0] == vertices[-1]:
        vertices.pop()
    if len(vertices) < 3:
        raise unreadable(lines[0].source, f"line {lines[0].number}", f"a fence of {len(vertices)} vertices", "three vertices at least")
    return Geofence(polygons=(FencePolygon(tuple(vertices)),), breach_return=RallyPoint(back))


def _rally_line(line: _Line) -> RallyPoint:
    if line.words[0] != "RALLY" or len(line.words) != 7:
        raise unreadable(
            line.source,
            f"line {line.number}",
            f"'{' '.join(line.words):.40}'",
            "RALLY latitude longitude altitude break-altitude direction flags",
        )
    return RallyPoint(line.lonlat(1), line.finite(3))


def carried(plan: MissionPlan) -> MissionPlan:
    """A table holds either a mission with its home or, when there is none, the fence and the rally points."""
    bare = MissionPlan(name=plan.name)
    if items := plan.flight_items():
        return replace(bare, home=plan.home, home_altitude_amsl_m=plan.home_altitude_amsl_m, items=items)
    return replace(bare, geofence=plan.geofence, rally_points=plan.rally_points)


def write_waypoints(plan: MissionPlan) -> bytes:
    plan = carried(plan)
    rows = list(_mission_rows(plan) if plan.items else _area_rows(plan))
    table = ["\t".join([str(index), *row]) for index, row in enumerate(rows)]
    return "\n".join([HEADER, *table, ""]).encode()


def _mission_rows(plan: MissionPlan) -> Iterator[list[str]]:
    home = plan.home or LonLat(0.0, 0.0)
    yield _row(Frame.GLOBAL, Command.WAYPOINT, (0.0, 0.0, 0.0, 0.0), home, plan.home_altitude_amsl_m, current=True)
    for item in plan.items:
        place = item.params_5_6 if item.position is None else item.position
        yield _row(item.frame, item.command, item.params, place, item.altitude_m, autocontinue=item.autocontinue)


def _area_rows(plan: MissionPlan) -> Iterator[list[str]]:
    fence = plan.geofence
    if fence.breach_return is not None:
        yield _area_row(Command.FENCE_RETURN_POINT, 0.0, fence.breach_return.position, fence.breach_return.altitude_m)
    for polygon in fence.polygons:
        command = Command.FENCE_POLYGON_INCLUSION if polygon.inclusion else Command.FENCE_POLYGON_EXCLUSION
        for vertex in polygon.vertices:
            yield _area_row(command, float(len(polygon.vertices)), vertex, 0.0)
    for circle in fence.circles:
        command = Command.FENCE_CIRCLE_INCLUSION if circle.inclusion else Command.FENCE_CIRCLE_EXCLUSION
        yield _area_row(command, circle.radius_m, circle.centre, 0.0)
    for point in plan.rally_points:
        yield _area_row(Command.RALLY_POINT, 0.0, point.position, point.altitude_m)


def _area_row(command: Command, first: float, place: LonLat, altitude_m: float) -> list[str]:
    return _row(Frame.GLOBAL_RELATIVE_ALT, command, (first, 0.0, 0.0, 0.0), place, altitude_m)


def _row(
    frame: int,
    command: int,
    params: Sequence[float | None],
    place: LonLat | tuple[float | None, float | None],
    altitude_m: float | None,
    *,
    current: bool = False,
    autocontinue: bool = True,
) -> list[str]:
    lat, lon = (place.lat_deg, place.lon_deg) if isinstance(place, LonLat) else place
    numbers = [_decimal(value) for value in (*params, lat, lon, altitude_m)]
    return [str(int(current)), str(int(frame)), str(int(command)), *numbers, str(int(autocontinue))]


def _decimal(value: float | None) -> str:
    """None = NaN, "leave as it is"; in capitals as the .NET of Mission Planner reads it."""
    return "NaN" if value is None else decimal(value)


FORMAT = PlanFormat("ArduPilot waypoints", (".waypoints", ".txt"), read_waypoints, write_waypoints, carried, "text/plain")
