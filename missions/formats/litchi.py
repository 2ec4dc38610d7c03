"""Litchi mission CSV, both ways: one row a waypoint with up to 15 actions, intervals between photos and a point of interest.

What Litchi keeps outside the file (take-off, what happens at the end, heading mode, cruising speed) is not in it. Columns are found by
their names, in metres or feet, parted by commas, semicolons or tabs. Source: "Litchi CSV Format", litchiutilities.com/docs/litchiCsv.php.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from geo.primitives import LonLat, MissionError
from missions.commands import Command, Frame
from missions.formats.json_node import lonlat_or_refuse
from missions.formats.plan_format import Notes, PlanFormat, decimal, not_expressible, note, text_of, unreadable
from missions.formats.wayline import Capture, Interest, Stop, Wayline, hold_first_wait, items_of, looking_down, wayline_of
from missions.formats.wayline_actions import gimbal, photo, record, stop_recording, turn, wait, whole_circle
from missions.plan import MissionItem, MissionPlan

NAME = "Litchi"
ACTIONS = 15
MOST_WAYPOINTS = 99
FASTEST_MPS = 15.0
ALTITUDES_M = (-200.0, 500.0)
_FOOT_M = 0.3048
_SPEED_UNITS = {"m/s": 1.0, "mph": 0.44704, "km/h": 1.0 / 3.6, "kph": 1.0 / 3.6, "ft/s": _FOOT_M}
_HEADER = re.compile(r"^([a-z_0-9]+?)\s*(?:\(([^)]*)\))?$")
_COLUMNS = (
    *("latitude", "longitude", "altitude(m)", "heading(deg)", "curvesize(m)", "rotationdir", "gimbalmode", "gimbalpitchangle"),
    *(f"action{part}{number}" for number in range(1, ACTIONS + 1) for part in ("type", "param")),
    *("altitudemode", "speed(m/s)", "poi_latitude", "poi_longitude", "poi_altitude(m)", "poi_altitudemode"),
    *("photo_timeinterval", "photo_distinterval"),
)
_NONE, _STAY, _PHOTO, _RECORD, _STOP_RECORD, _TURN, _TILT = range(-1, 6)
_FOCUS_POI, _INTERPOLATE = 1, 2


class _Row:
    """Values of one line by column name without its unit; lengths come out in metres, speeds in metres a second."""

    def __init__(self, values: Mapping[str, str], units: Mapping[str, str], line: int, source: str) -> None:
        self.values, self.units, self.line, self.source = values, units, line, source

    def number(self, name: str, default: float | None = None) -> float:
        text = self.values.get(name, "").strip().strip("'\"")
        if not text:
            if default is None:
                raise unreadable(self.source, f"line {self.line} {name}", "nothing", "a number")
            return default
        try:
            value = float(text.replace(",", ".") if "." not in text else text)
        except ValueError as error:
            raise unreadable(self.source, f"line {self.line} {name}", f"'{text:.30}'", "a number") from error
        if not math.isfinite(value):
            raise unreadable(self.source, f"line {self.line} {name}", f"'{text:.30}'", "a finite number")
        unit = self.units.get(name, "")
        return value * _FOOT_M if unit == "ft" else value * _SPEED_UNITS.get(unit, 1.0)

    def whole(self, name: str, default: int) -> int:
        return int(self.number(name, default))

    def lonlat(self, prefix: str = "") -> LonLat:
        lat, lon = self.number(f"{prefix}latitude"), self.number(f"{prefix}longitude")
        return lonlat_or_refuse(lon, lat, self.source, f"line {self.line}")


def read_litchi(data: bytes, source: str, notes: Notes) -> MissionPlan:
    rows = list(_rows(text_of(data, source), source, notes))
    if not rows:
        raise unreadable(source, "", "no waypoints", "a line for each waypoint below the column names")
    interests = [_interest(row, notes) for row in rows]
    stops: list[Stop] = []
    pitch_deg: float | None = None
    speed_mps: float | None = None
    for index, row in enumerate(rows):
        actions = [item for number in range(1, ACTIONS + 1) for item in _action(row, number, notes)]
        if row.whole("gimbalmode", 0) == _INTERPOLATE and (wanted := row.number("gimbalpitchangle", 0.0)) != pitch_deg:
            actions.insert(0, gimbal(wanted))
        pitch_deg = next((item.params[0] for item in reversed(actions) if item.command == Command.DO_MOUNT_CONTROL), pitch_deg)
        speed_mps = row.number("speed", 0.0) or speed_mps
        stop = Stop(
            row.lonlat(),
            row.number("altitude"),
            frame=Frame.GLOBAL_TERRAIN_ALT if row.whole("altitudemode", 0) == 1 else Frame.GLOBAL_RELATIVE_ALT,
            radius_m=max(row.number("curvesize", 0.0), 0.0),
            heading_deg=whole_circle(heading) if (heading := row.number("heading", 0.0)) else None,
            speed_mps=speed_mps if speed_mps and speed_mps > 0.0 else None,
            capture=_capture(row),
            # A row's point holds on the way to it: it is set when leaving the stop before.
            interest=interests[min(index + 1, len(rows) - 1)],
            actions=tuple(actions),
        )
        stops.append(hold_first_wait(stop))
    stops[-1] = replace(stops[-1], capture=None)
    if any(row.whole("gimbalmode", 0) == _INTERPOLATE for row in rows):
        notes.append(note("even_gimbal", "Litchi turns the gimbal evenly from waypoint to waypoint; here it turns at each waypoint."))
    wayline = Wayline(speed_mps=stops[0].speed_mps, interest=interests[0], stops=tuple(stops))
    return MissionPlan(name=source.rsplit(".", 1)[0], items=items_of(wayline))


def _rows(text: str, source: str, notes: Notes) -> Iterable[_Row]:
    lines = text.splitlines()
    first = next((index for index, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), None)
    if first is None:
        raise unreadable(source, "", "only comments", "column names and waypoints")
    header = lines[first]
    delimiter = max(",;\t", key=header.count)
    names: list[str] = []
    units: dict[str, str] = {}
    for cell in header.lower().split(delimiter):
        match = _HEADER.match(cell.strip().strip("'\""))
        name = match.group(1) if match else cell.strip()
        names.append(name)
        units[name] = (match.group(2) or "").strip() if match else ""
    missing = [name for name in ("latitude", "longitude", "altitude") if name not in names]
    if missing:
        raise unreadable(source, f"line {first + 1}", f"no column '{missing[0]}'", "Litchi's columns: latitude,longitude,altitude(m),…")
    known = {name.split("(")[0] for name in _COLUMNS}
    for name in names:
        if name and name not in known:
            notes.append(note("column", f"The column '{name:.40}' is left out.", name=f"{name:.40}"))
    if units["altitude"] == "ft" and "photo_distinterval" in names:
        notes.append(note("feet", "Altitudes are in feet; distances between photos were taken as metres."))
    try:
        for number, cells in enumerate(csv.reader(io.StringIO("\n".join(lines[first + 1 :])), delimiter=delimiter), start=first + 2):
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield _Row(dict(zip(names, cells, strict=False)), units, number, source)
    except csv.Error as error:
        raise unreadable(source, "", f"not a table ({error})", "comma separated values") from error


def _capture(row: _Row) -> Capture | None:
    """Intervals are off at 0 and below."""
    metres, seconds = row.number("photo_distinterval", -1.0), row.number("photo_timeinterval", -1.0)
    if metres > 0.0:
        return Capture(metres, True)
    return Capture(seconds, False) if seconds > 0.0 else None


def _interest(row: _Row, notes: Notes) -> Interest | None:
    if not row.number("poi_latitude", 0.0) and not row.number("poi_longitude", 0.0):
        return None
    if row.whole("gimbalmode", 0) != _FOCUS_POI:
        message = f"Line {row.line}: only the nose looks at the point of interest in Litchi; here the gimbal does too."
        notes.append(note("nose_interest", message, line=row.line))
    if row.whole("poi_altitudemode", 0) == 1:
        message = f"Line {row.line}: the altitude of the point of interest above ground is taken as above take-off."
        notes.append(note("interest_altitude", message, line=row.line))
    return Interest(row.lonlat("poi_"), row.number("poi_altitude", 0.0))


def _action(row: _Row, number: int, notes: Notes) -> list[MissionItem]:
    kind, value = row.whole(f"actiontype{number}", _NONE), row.number(f"actionparam{number}", 0.0)
    if kind == _STAY:
        return [wait(value / 1000.0)] if value > 0.0 else []
    if kind == _PHOTO:
        return [photo()]
    if kind == _RECORD:
        return [record()]
    if kind == _STOP_RECORD:
        return [stop_recording()]
    if kind == _TURN:
        return [turn(whole_circle(value))]
    if kind == _TILT:
        return [gimbal(value)]
    if kind != _NONE:
        message = f"Line {row.line}: action {kind} is none of Litchi's and is left out."
        notes.append(note("action_number", message, line=row.line, action=kind))
    return []


def _route(plan: MissionPlan) -> Wayline:
    """What of the plan is written. Raises `MissionError` where Litchi would fly something else."""
    items = plan.flight_items()
    wayline = looking_down(wayline_of(items))
    if not 1 <= len(wayline.stops) <= MOST_WAYPOINTS:
        raise not_expressible(
            NAME, f"it has {len(wayline.stops)} waypoints, and Litchi flies 1 to {MOST_WAYPOINTS}", "Split the plan into sorties."
        )
    for stop in wayline.stops:
        if stop.frame not in (Frame.GLOBAL_RELATIVE_ALT, Frame.GLOBAL_TERRAIN_ALT):
            raise _refused(items, stop, "above sea level, which Litchi does not know")
        if not ALTITUDES_M[0] <= stop.altitude_m <= ALTITUDES_M[1]:
            raise _refused(items, stop, f"and Litchi flies between {ALTITUDES_M[0]:g} and {ALTITUDES_M[1]:g} m")
    first = wayline.stops[0]
    stops = [replace(first, actions=(*wayline.actions, *first.actions)), *wayline.stops[1:]]
    stops[-1] = replace(stops[-1], interest=stops[-2].interest if len(stops) > 1 else wayline.interest)
    written = tuple(_litchi_stop(stop) for stop in stops)
    return replace(wayline, takeoff_m=None, finish="stay", actions=(), speed_mps=written[0].speed_mps, stops=written)


def _refused(items: tuple[MissionItem, ...], stop: Stop, why: str) -> MissionError:
    number = next(n for n, item in enumerate(items, start=1) if item.position == stop.place and item.altitude_m == stop.altitude_m)
    return not_expressible(NAME, f"item {number} is at {stop.altitude_m:g} m, {why}", "Plan heights above home.")


def _litchi_stop(stop: Stop) -> Stop:
    """Waits in whole milliseconds, angles of actions in whole degrees, no splines, 15 actions with the hold among them."""
    actions = [written for item in stop.actions for written in _litchi_action(item)]
    hold_s = round(stop.hold_s * 1000.0) / 1000.0
    speed_mps = None if stop.speed_mps is None else min(stop.speed_mps, FASTEST_MPS)
    kept = tuple(actions[: ACTIONS - 1 if hold_s else ACTIONS])
    return hold_first_wait(replace(stop, curved=False, hold_s=hold_s, speed_mps=speed_mps, actions=kept))


def _litchi_action(item: MissionItem) -> Iterable[MissionItem]:
    first = item.params[0] or 0.0
    if item.command == Command.DELAY:
        if milliseconds := round(first * 1000.0):
            yield wait(milliseconds / 1000.0)
    elif item.command == Command.CONDITION_YAW:
        yield turn(round(first))
    elif item.command == Command.DO_MOUNT_CONTROL:
        yield gimbal(float(round(first)))
    elif item.command != Command.SET_CAMERA_ZOOM:
        yield item


def carried(plan: MissionPlan) -> MissionPlan:
    return MissionPlan(name=plan.name, items=items_of(_route(plan)))


def write_litchi(plan: MissionPlan) -> bytes:
    wayline = _route(plan)
    lines = [",".join(_COLUMNS)]
    before = wayline.interest
    for stop in wayline.stops:
        lines.append(",".join(_cells(stop, before)))
        before = stop.interest
    return ("\n".join(lines) + "\n").encode()


def _cells(stop: Stop, interest: Interest | None) -> Iterable[str]:
    yield from map(decimal, (stop.place.lat_deg, stop.place.lon_deg, stop.altitude_m, stop.heading_deg or 0.0, stop.radius_m))
    yield from ("0", "0" if interest is None else str(_FOCUS_POI), "0")
    actions = [(_STAY, stop.hold_s * 1000.0)] if stop.hold_s else []
    actions += map(_code, stop.actions)
    actions += [(_NONE, 0.0)] * (ACTIONS - len(actions))
    for kind, value in actions:
        yield str(kind)
        yield str(round(value))
    yield "1" if stop.frame == Frame.GLOBAL_TERRAIN_ALT else "0"
    yield decimal(stop.speed_mps or 0.0)
    if interest is None:
        yield from ("0", "0", "0", "0")
    else:
        yield from (*map(decimal, (interest.place.lat_deg, interest.place.lon_deg, interest.altitude_m)), "0")
    capture = stop.capture
    yield decimal(capture.every) if capture is not None and not capture.by_distance else "-1"
    yield decimal(capture.every) if capture is not None and capture.by_distance else "-1"


def _code(item: MissionItem) -> tuple[int, float]:
    first = item.params[0] or 0.0
    return {
        Command.DELAY: (_STAY, first * 1000.0),
        Command.IMAGE_START_CAPTURE: (_PHOTO, 0.0),
        Command.VIDEO_START_CAPTURE: (_RECORD, 0.0),
        Command.VIDEO_STOP_CAPTURE: (_STOP_RECORD, 0.0),
        Command.CONDITION_YAW: (_TURN, first),
        Command.DO_MOUNT_CONTROL: (_TILT, first),
    }[Command(item.command)]


FORMAT = PlanFormat(NAME, (".csv",), read_litchi, write_litchi, carried, "text/csv")
