"""DJI WPML out. Source: DJI Cloud API, "DJI WPML": every element marked required there for a waypoint flight is written, in that order.

Version 1.0.2 of the name space: apps read files of their own and of older versions.
"""

import xml.etree.ElementTree as ET
from itertools import groupby

from missions.commands import Command, Frame
from missions.formats.dji_route import EXECUTED, MEANT, DjiRoute
from missions.formats.plan_format import decimal
from missions.formats.wayline import Capture, Stop, Wayline
from missions.plan import MissionItem

KML, WPML = "http://www.opengis.net/kml/2.2", "http://www.dji.com/wpmz/1.0.2"
ET.register_namespace("", KML)
ET.register_namespace("wpml", WPML)
_FINISHES = {"home": "goHome", "land": "autoLand", "stay": "noAction"}
_FUNCTIONS = {
    Command.IMAGE_START_CAPTURE: "takePhoto",
    Command.VIDEO_START_CAPTURE: "startRecord",
    Command.VIDEO_STOP_CAPTURE: "stopRecord",
    Command.DO_MOUNT_CONTROL: "gimbalRotate",
    Command.CONDITION_YAW: "rotateYaw",
    Command.DELAY: "hover",
    Command.SET_CAMERA_ZOOM: "zoom",
}
_DIRECTIONS = {1.0: "clockwise", -1.0: "counterClockwise"}


def _kml(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{KML}}}{name}")
    element.text = text
    return element


def _add(parent: ET.Element, name: str, value: str | float | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{WPML}}}{name}")
    element.text = value if value is None or isinstance(value, str) else decimal(value)
    return element


def waylines_wpml(route: DjiRoute) -> bytes:
    """What is flown."""
    root, document = _document()
    _mission_config(document, route, executed=True)
    folder = _kml(document, "Folder")
    _add(folder, "templateId", 0)
    _add(folder, "executeHeightMode", EXECUTED[Frame(route.frame)])
    _add(folder, "waylineId", 0)
    _add(folder, "distance", round(route.length_m, 1))
    _add(folder, "duration", round(route.length_m / route.auto_speed_mps, 1))
    _add(folder, "autoFlightSpeed", route.auto_speed_mps)
    if route.wayline.actions:
        start = _add(folder, "startActionGroup")
        for number, item in enumerate(route.wayline.actions):
            _action(start, number, item, "start")
    groups = _Groups(route.wayline)
    for index, stop in enumerate(route.wayline.stops):
        mark = _placemark(folder, index, stop)
        _add(mark, "executeHeight", route.ellipsoid_m(stop))
        _add(mark, "waypointSpeed", stop.speed_mps or route.auto_speed_mps)
        _heading(_add(mark, "waypointHeadingParam"), stop)
        _turn(mark, stop)
        groups.write(mark, index)
    return _encoded(root)


def template_kml(route: DjiRoute) -> bytes:
    """What pilots edit; DJI's apps make waylines of it anew when they do."""
    root, document = _document()
    _add(document, "author", "Sunqar")
    _mission_config(document, route, executed=False)
    folder = _kml(document, "Folder")
    _add(folder, "templateType", "waypoint")
    _add(folder, "templateId", 0)
    system = _add(folder, "waylineCoordinateSysParam")
    _add(system, "coordinateMode", "WGS84")
    _add(system, "heightMode", MEANT[Frame(route.frame)])
    _add(system, "positioningType", "GPS")
    _add(folder, "autoFlightSpeed", route.auto_speed_mps)
    pitches = _pitches(route.wayline)
    _add(folder, "gimbalPitchMode", "manual" if pitches is None else "usePointSetting")
    _heading(_add(folder, "globalWaypointHeadingParam"), None)
    _add(folder, "globalWaypointTurnMode", "toPointAndStopWithDiscontinuityCurvature")
    _add(folder, "globalUseStraightLine", 1)
    _add(folder, "globalHeight", route.wayline.stops[0].altitude_m)
    groups = _Groups(route.wayline)
    for index, stop in enumerate(route.wayline.stops):
        mark = _placemark(folder, index, stop)
        _add(mark, "ellipsoidHeight", route.ellipsoid_m(stop))
        _add(mark, "height", stop.altitude_m)
        _add(mark, "useGlobalHeight", 0)
        _add(mark, "useGlobalSpeed", 1 if stop.speed_mps is None else 0)
        _add(mark, "waypointSpeed", stop.speed_mps or route.auto_speed_mps)
        _add(mark, "useGlobalHeadingParam", 0)
        _heading(_add(mark, "waypointHeadingParam"), stop)
        _add(mark, "useGlobalTurnParam", 0)
        _turn(mark, stop)
        _add(mark, "gimbalPitchAngle", 0 if pitches is None else pitches[index])
        groups.write(mark, index)
    payload = _add(folder, "payloadParam")
    _add(payload, "payloadPositionIndex", 0)
    _add(payload, "imageFormat", "wide")
    return _encoded(root)


def _document() -> tuple[ET.Element, ET.Element]:
    root = ET.Element(f"{{{KML}}}kml")
    return root, _kml(root, "Document")


def _encoded(root: ET.Element) -> bytes:
    ET.indent(root)
    encoded: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return encoded


def _mission_config(document: ET.Element, route: DjiRoute, *, executed: bool) -> None:
    wayline = route.wayline
    config = _add(document, "missionConfig")
    _add(config, "flyToWaylineMode", "safely")
    _add(config, "finishAction", _FINISHES[wayline.finish])
    _add(config, "exitOnRCLost", "executeLostAction")
    _add(config, "executeRCLostAction", "goBack")
    _add(config, "takeOffSecurityHeight", wayline.takeoff_m)
    if route.home is not None and not executed:
        # The height is above the ellipsoid and only a reference for planning; the file's heights are above the real take-off place.
        _add(config, "takeOffRefPoint", f"{decimal(route.home.lat_deg)},{decimal(route.home.lon_deg)},0")
        _add(config, "takeOffRefPointAGLHeight", 0)
    _add(config, "globalTransitionalSpeed", wayline.speed_mps or route.auto_speed_mps)
    if executed:
        _add(config, "globalRTHHeight", route.return_height_m())
    drone = _add(config, "droneInfo")
    _add(drone, "droneEnumValue", route.model.drone[0])
    _add(drone, "droneSubEnumValue", route.model.drone[1])
    payload = _add(config, "payloadInfo")
    _add(payload, "payloadEnumValue", route.model.payload)
    _add(payload, "payloadSubEnumValue", 0)
    _add(payload, "payloadPositionIndex", 0)


def _placemark(folder: ET.Element, index: int, stop: Stop) -> ET.Element:
    mark = _kml(folder, "Placemark")
    _kml(_kml(mark, "Point"), "coordinates", f"{decimal(stop.place.lon_deg)},{decimal(stop.place.lat_deg)}")
    _add(mark, "index", index)
    return mark


def _heading(param: ET.Element, stop: Stop | None) -> None:
    interest = None if stop is None else stop.interest
    angle = None if stop is None else stop.heading_deg
    if interest is not None:
        mode, place, height_m = "towardPOI", interest.place, interest.altitude_m
        poi = f"{decimal(place.lat_deg)},{decimal(place.lon_deg)},{decimal(height_m)}"
    else:
        mode, poi = ("followWayline" if angle is None else "smoothTransition"), "0,0,0"
    _add(param, "waypointHeadingMode", mode)
    _add(param, "waypointHeadingAngle", _half_circle(angle or 0.0))
    _add(param, "waypointPoiPoint", poi)
    _add(param, "waypointHeadingAngleEnable", 0 if angle is None else 1)
    _add(param, "waypointHeadingPathMode", "followBadArc")


def _half_circle(heading_deg: float) -> float:
    """-180 to 180 degrees."""
    return round((heading_deg + 180.0) % 360.0 - 180.0, 9)


def _turn(mark: ET.Element, stop: Stop) -> None:
    if not stop.curved:
        mode = "toPointAndStopWithDiscontinuityCurvature"
    elif stop.hold_s or stop.actions:
        mode = "toPointAndStopWithContinuityCurvature"
    else:
        mode = "toPointAndPassWithContinuityCurvature"
    param = _add(mark, "waypointTurnParam")
    _add(param, "waypointTurnMode", mode)
    _add(param, "waypointTurnDampingDist", 0)
    _add(mark, "useStraightLine", 0 if stop.curved else 1)


def _pitches(wayline: Wayline) -> list[float] | None:
    """Where the gimbal looks at each stop; None when that is left to the pilot at first."""
    now = _last_pitch(wayline.actions)
    if now is None:
        return None
    pitches = []
    for stop in wayline.stops:
        turned = _last_pitch(stop.actions)
        now = now if turned is None else turned
        pitches.append(now)
    return pitches


def _last_pitch(actions: tuple[MissionItem, ...]) -> float | None:
    return next((item.params[0] for item in reversed(actions) if item.command == Command.DO_MOUNT_CONTROL), None)


class _Groups:
    """Action groups in the order of waypoints, numbered through the file."""

    def __init__(self, wayline: Wayline) -> None:
        self.wayline = wayline
        self.number = 0
        self.rows: dict[int, tuple[int, Capture]] = {}
        index = 0
        for capture, stops in groupby(wayline.stops, key=lambda stop: stop.capture):
            count = len(list(stops))
            if capture is not None:
                self.rows[index] = (index + count, capture)
            index += count

    def write(self, mark: ET.Element, index: int) -> None:
        stop = self.wayline.stops[index]
        if stop.hold_s or stop.actions:
            group = self._group(mark, index, index)
            _add(_add(group, "actionTrigger"), "actionTriggerType", "reachPoint")
            number = 0
            if stop.hold_s:
                _action(group, 0, MissionItem(Command.DELAY, params=(stop.hold_s, 0.0, 0.0, 0.0)), "")
                number = 1
            for offset, item in enumerate(stop.actions):
                _action(group, number + offset, item, f"point{index + 1}")
        if index in self.rows:
            last, capture = self.rows[index]
            group = self._group(mark, index, last)
            trigger = _add(group, "actionTrigger")
            _add(trigger, "actionTriggerType", "multipleDistance" if capture.by_distance else "multipleTiming")
            _add(trigger, "actionTriggerParam", capture.every)
            _action(group, 0, MissionItem(Command.IMAGE_START_CAPTURE), f"line{index + 1}")

    def _group(self, mark: ET.Element, first: int, last: int) -> ET.Element:
        group = _add(mark, "actionGroup")
        _add(group, "actionGroupId", self.number)
        _add(group, "actionGroupStartIndex", first)
        _add(group, "actionGroupEndIndex", last)
        _add(group, "actionGroupMode", "sequence")
        self.number += 1
        return group


def _action(group: ET.Element, number: int, item: MissionItem, suffix: str) -> None:
    action = _add(group, "action")
    _add(action, "actionId", number)
    _add(action, "actionActuatorFunc", _FUNCTIONS[Command(item.command)])
    param = _add(action, "actionActuatorFuncParam")
    first, second, third, _ = (value or 0.0 for value in item.params)
    if item.command == Command.DELAY:
        _add(param, "hoverTime", first)
        return
    if item.command == Command.CONDITION_YAW:
        _add(param, "aircraftHeading", _half_circle(first))
        if third in _DIRECTIONS:
            _add(param, "aircraftPathMode", _DIRECTIONS[third])
        return
    _add(param, "payloadPositionIndex", 0)
    if item.command == Command.SET_CAMERA_ZOOM:
        _add(param, "focalLength", second)
    elif item.command == Command.DO_MOUNT_CONTROL:
        _gimbal(param, first, second)
    else:
        if item.command != Command.VIDEO_STOP_CAPTURE:
            _add(param, "fileSuffix", suffix)
        _add(param, "payloadLensIndex", "wide")
        _add(param, "useGlobalPayloadLensIndex", 1)


def _gimbal(param: ET.Element, pitch_deg: float, roll_deg: float) -> None:
    _add(param, "gimbalHeadingYawBase", "north")
    _add(param, "gimbalRotateMode", "absoluteAngle")
    for axis, angle, enabled in (("Pitch", pitch_deg, 1), ("Roll", roll_deg, 1 if roll_deg else 0), ("Yaw", 0.0, 0)):
        _add(param, f"gimbal{axis}RotateEnable", enabled)
        _add(param, f"gimbal{axis}RotateAngle", angle)
    _add(param, "gimbalRotateTimeEnable", 0)
    _add(param, "gimbalRotateTime", 0)
