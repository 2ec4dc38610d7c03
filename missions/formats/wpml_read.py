"""DJI WPML in: `waylines.wpml` is what is flown; `template.kml` beside it says what the pilot meant by heights and speeds.

Source: DJI Cloud API, "DJI WPML" (template.kml, waylines.wpml, common elements), format 1.0.x. A word that has no meaning outside DJI's
aircraft (focus, panorama, spot check …) is noted with its waypoint and left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from geo.primitives import LonLat
from geo.terrain import geoid_height_m
from missions.commands import Frame
from missions.formats.dji_models import model_name
from missions.formats.json_node import lonlat_or_refuse
from missions.formats.plan_format import Notes, note, unreadable
from missions.formats.wayline import Capture, Interest, Stop, Wayline, hold_first_wait
from missions.formats.wayline_actions import gimbal, whole_circle
from missions.formats.wpml_actions import items_of_action
from missions.formats.wpml_template import FRAMES, Meant, document_of, meant_by
from missions.formats.xml_tree import XmlNode
from missions.plan import MissionItem

CURVES = frozenset({"toPointAndStopWithContinuityCurvature", "toPointAndPassWithContinuityCurvature"})
_FINISHES = {"goHome": "home", "autoLand": "land", "noAction": "stay", "gotoFirstWaypoint": "first"}


@dataclass(frozen=True, slots=True)
class DjiFile:
    """What a file says: its wayline, the planned take-off place, the speed where a waypoint has none of its own."""

    wayline: Wayline
    home: LonLat | None = None
    auto_speed_mps: float | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """One action group that repeats along the way, from waypoint `first` to `last`."""

    first: int
    last: int
    capture: Capture


@dataclass(slots=True)
class _Folder:
    stops: list[Stop] = field(default_factory=list)
    before: list[MissionItem] = field(default_factory=list)
    speeds: list[float] = field(default_factory=list)


def read_waylines(waylines: bytes, template: bytes | None, source: str, notes: Notes) -> DjiFile:
    """Raises `MissionError` naming the place in the file and what was expected there."""
    document = document_of(waylines, source)
    meant = None if template is None else meant_by(document_of(template, source), source)
    config = document.child("missionConfig")
    if config is None:
        raise unreadable(source, "", "no wpml:missionConfig", "a DJI wayline file")
    folders = document.children("Folder")
    if not folders:
        raise unreadable(source, "", "no Folder", "a wayline in a Folder")
    stops: list[Stop] = []
    before: list[MissionItem] = []
    auto_mps: float | None = None
    for folder in folders:
        read = _Reader(folder, meant if len(folders) == 1 else None, notes, len(stops)).read()
        if not stops:
            before = read.before
            auto_mps = folder.number_or_none("autoFlightSpeed")
        elif read.before:
            stops[-1] = replace(stops[-1], actions=(*stops[-1].actions, *read.before))
        stops += read.stops
    if not stops:
        raise unreadable(source, "", "no waypoints", "waypoints to fly")
    wayline = Wayline(takeoff_m=config.number_or_none("takeOffSecurityHeight"), actions=tuple(before), stops=tuple(stops))
    _note_model(config, notes)
    return DjiFile(_finished(_with_speeds(wayline, config, auto_mps), config), None if meant is None else meant.home, auto_mps or None)


def _note_model(config: XmlNode, notes: Notes) -> None:
    drone = config.child("droneInfo")
    if drone is not None and drone.text("droneEnumValue"):
        name = model_name(drone.whole("droneEnumValue"), int(drone.number_or_none("droneSubEnumValue") or 0))
        notes.append(note("aircraft", f"Made for {name}; a plan does not keep the aircraft.", name=name))


def _finished(wayline: Wayline, config: XmlNode) -> Wayline:
    finish = _FINISHES.get(config.text("finishAction", "noAction"))
    if finish is None:
        raise config.wrong("finishAction", f"'{config.text('finishAction'):.30}'", "goHome, autoLand, noAction or gotoFirstWaypoint")
    if finish == "first":
        first = replace(wayline.stops[0], actions=(), hold_s=0.0, speed_mps=wayline.stops[-1].speed_mps, capture=None, interest=None)
        return replace(wayline, stops=(*wayline.stops, first), finish="stay")
    return replace(wayline, finish=finish)


def _with_speeds(wayline: Wayline, config: XmlNode, auto_mps: float | None) -> Wayline:
    """A speed that follows the wayline's own is not said; one of the way to the first waypoint is said when it is the first's too."""
    transit_mps = config.number_or_none("globalTransitionalSpeed")
    first_mps = wayline.stops[0].speed_mps
    if transit_mps and transit_mps > 0.0 and transit_mps != auto_mps:
        said: float | None = transit_mps
    else:
        said = transit_mps if transit_mps and transit_mps == first_mps else None
    stops: list[Stop] = []
    current = said
    for stop in wayline.stops:
        if stop.speed_mps is not None:
            current = stop.speed_mps
        elif current is not None and auto_mps:
            current = auto_mps
        stops.append(replace(stop, speed_mps=current))
    return replace(wayline, speed_mps=said, stops=tuple(stops))


class _Reader:
    """One Folder: one wayline."""

    def __init__(self, folder: XmlNode, meant: Meant | None, notes: Notes, first_number: int) -> None:
        self.folder, self.notes, self.first_number = folder, notes, first_number
        self.marks = [mark for mark in folder.children("Placemark") if mark.child("Point") is not None]
        self.meant = meant if meant is not None and len(meant.heights_m) == len(self.marks) else None
        self.rows: list[_Row] = []
        self.actions: dict[int, list[MissionItem]] = {}

    def read(self) -> _Folder:
        result = _Folder()
        start = self.folder.child("startActionGroup")
        if start is not None:
            nested = start.children("actionGroup") or [start]
            result.before = [item for group in nested for item in self._done(group, 0)]
        for index, mark in enumerate(self.marks):
            mark.place = f"waypoint {index}"
            for group in mark.children("actionGroup"):
                self._group(group, index)
        stops = [self._stop(mark, index) for index, mark in enumerate(self.marks)]
        result.stops = self._pitched([replace(stop, capture=self._capture(index)) for index, stop in enumerate(stops)], result.before)
        return result

    def _capture(self, index: int) -> Capture | None:
        for row in self.rows:
            if row.first <= index < row.last:
                return row.capture
        return None

    def _pitched(self, stops: list[Stop], before: Sequence[MissionItem]) -> list[Stop]:
        """Gimbal angles of the template's waypoints, where no action turns the gimbal to them."""
        if self.meant is None or not any(pitch is not None for pitch in self.meant.pitches_deg):
            return stops
        now: float | None = next((item.params[0] for item in reversed(before) if item.command == gimbal(0.0).command), None)
        result = []
        for stop, pitch in zip(stops, self.meant.pitches_deg, strict=True):
            turned = [item.params[0] for item in stop.actions if item.command == gimbal(0.0).command]
            now = turned[-1] if turned else now
            if pitch is not None and now is not None and pitch == now:
                result.append(stop)
                continue
            if pitch is None or (now is None and pitch == 0.0):
                result.append(stop)
                continue
            now = pitch
            result.append(replace(stop, actions=(gimbal(pitch), *stop.actions)))
        return result

    def _stop(self, mark: XmlNode, index: int) -> Stop:
        frame, altitude_m = self._height(mark, index)
        speed_mps = mark.number_or_none("waypointSpeed")
        own = self.meant.own_speed[index] if self.meant is not None else speed_mps != self.folder.number_or_none("autoFlightSpeed")
        heading, interest = self._heading(mark, index)
        held = mark.child("waypointGimbalHeadingParam")
        if held is not None and (held.number_or_none("waypointGimbalPitchAngle") or held.number_or_none("waypointGimbalYawAngle")):
            self._remark(index, "gimbal_on_way", "the gimbal's angle on the way to it (waypointGimbalHeadingParam) is left out")
        turn_param = mark.child("waypointTurnParam")
        mode = "" if turn_param is None else turn_param.text("waypointTurnMode")
        stop = Stop(
            self._place(mark, index),
            altitude_m,
            frame=frame,
            curved=mode in CURVES and not mark.switched_on("useStraightLine"),
            heading_deg=heading,
            speed_mps=speed_mps if own and speed_mps and speed_mps > 0.0 else None,
            interest=interest,
            actions=tuple(self.actions.get(index, ())),
        )
        return hold_first_wait(stop)

    def _place(self, mark: XmlNode, index: int) -> LonLat:
        text = (mark.element.findtext("Point/coordinates") or "").strip()
        try:
            parts = [float(part) for part in text.split(",")]
            lon, lat = parts[0], parts[1]
        except (ValueError, IndexError) as error:
            raise unreadable(mark.source, f"waypoint {index}", f"coordinates '{text:.40}'", "longitude,latitude") from error
        return lonlat_or_refuse(lon, lat, mark.source, f"waypoint {index}")

    def _height(self, mark: XmlNode, index: int) -> tuple[Frame, float]:
        mode = self.folder.text("executeHeightMode", "relativeToStartPoint")
        if mode in ("relativeToStartPoint", "realTimeFollowSurface", "aboveGroundLevel"):
            return FRAMES[mode], mark.number("executeHeight")
        if mode != "WGS84":
            raise self.folder.wrong("executeHeightMode", f"'{mode:.40}'", "WGS84, relativeToStartPoint or realTimeFollowSurface")
        meant = self.meant
        height_m = None if meant is None else meant.heights_m[index]
        if meant is not None and meant.frame is not None and height_m is not None:
            return meant.frame, height_m
        if index == 0:
            message = "Heights above the ellipsoid were taken as above the sea, by EGM96: no template.kml says them."
            self.notes.append(note("ellipsoid", message))
        return Frame.GLOBAL, round(mark.number("executeHeight") - geoid_height_m(self._place(mark, index)), 2)

    def _heading(self, mark: XmlNode, index: int) -> tuple[float | None, Interest | None]:
        param = mark.child("waypointHeadingParam")
        mode = "" if param is None else param.text("waypointHeadingMode")
        if param is None or mode in ("", "followWayline"):
            return None, None
        if mode == "smoothTransition" or (mode == "fixed" and param.switched_on("waypointHeadingAngleEnable")):
            return whole_circle(param.number("waypointHeadingAngle")), None
        if mode == "towardPOI":
            text = param.text("waypointPoiPoint")
            try:
                lat, lon, *rest = (float(part) for part in text.split(","))
            except ValueError as error:
                raise unreadable(
                    mark.source, f"waypoint {index} waypointPoiPoint", f"'{text:.40}'", "latitude,longitude,altitude"
                ) from error
            return None, Interest(lonlat_or_refuse(lon, lat, mark.source, f"waypoint {index}"), rest[0] if rest else 0.0)
        self._remark(index, "heading_mode", f"heading mode '{mode:.30}' is read as along the line", word=f"{mode:.30}")
        return None, None

    def _remark(self, index: int, form: str, what: str, **values: float | str) -> None:
        number = self.first_number + index + 1
        self.notes.append(note(form, f"Waypoint {number}: {what}.", waypoint=number, **values))

    def _group(self, group: XmlNode, index: int) -> None:
        trigger = group.child("actionTrigger")
        kind = "reachPoint" if trigger is None else trigger.text("actionTriggerType", "reachPoint")
        first = int(group.number_or_none("actionGroupStartIndex") or index) if group.text("actionGroupStartIndex") else index
        last = int(group.number_or_none("actionGroupEndIndex") or 0) if group.text("actionGroupEndIndex") else first
        if not 0 <= first <= last:
            raise group.wrong("actionGroupEndIndex", f"{last} after the start {first}", "an end that is not before the start")
        if trigger is not None and kind in ("multipleDistance", "multipleTiming"):
            every = trigger.number("actionTriggerParam")
            names = [action.text("actionActuatorFunc") for action in group.children("action")]
            if "takePhoto" not in names or every <= 0.0:
                what = f"{kind} of {', '.join(names) or 'nothing'} each {every:g} is left out"
                self._remark(first, "trigger", what, word=kind, names="/".join(names), every=every)
                return
            if first == last:
                self._remark(first, "trigger_at_one", f"{kind} at one waypoint only takes no photos", word=kind)
            self.rows.append(_Row(first, last, Capture(every, kind == "multipleDistance")))
            others = [action for action in group.children("action") if action.text("actionActuatorFunc") != "takePhoto"]
            self.actions.setdefault(first, []).extend(item for action in others for item in self._items(action, first))
            return
        self.actions.setdefault(first, []).extend(self._done(group, first))

    def _done(self, group: XmlNode, index: int) -> list[MissionItem]:
        return [item for action in group.children("action") for item in self._items(action, index)]

    def _items(self, action: XmlNode, index: int) -> list[MissionItem]:
        return items_of_action(action, f"waypoint {index}", partial(self._remark, index))
