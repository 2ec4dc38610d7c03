"""Actions of DJI waylines as items. Words that mean nothing outside DJI's aircraft are remarked on and left out."""

from typing import Protocol

from missions.formats.wayline_actions import gimbal, photo, record, stop_recording, turn, wait, whole_circle, zoom_to
from missions.formats.xml_tree import XmlNode
from missions.plan import MissionItem


class Remark(Protocol):
    """`form` names the sentence, `what` is it in English, `values` fill it."""

    def __call__(self, form: str, what: str, /, **values: float | str) -> None: ...


_ONE_ITEM = {"takePhoto": photo, "startRecord": record, "stopRecord": stop_recording}
_DIRECTIONS = {"clockwise": 1.0, "counterClockwise": -1.0}


def items_of_action(action: XmlNode, place: str, remark: Remark) -> list[MissionItem]:
    """`place` names the waypoint in refusals. Raises `MissionError` for a number that is missing or none."""
    name = action.text("actionActuatorFunc")
    param = action.child("actionActuatorFuncParam") or action
    param.place = f"{place} {name:.30}"
    if name in _ONE_ITEM:
        return [_ONE_ITEM[name]()]
    if name == "hover":
        seconds = param.number("hoverTime")
        return [wait(seconds)] if seconds > 0.0 else []
    if name == "zoom":
        length_mm = param.number("focalLength")
        return [zoom_to(length_mm)] if length_mm > 0.0 else []
    if name == "rotateYaw":
        return [turn(whole_circle(param.number("aircraftHeading")), _DIRECTIONS.get(param.text("aircraftPathMode"), 0.0))]
    if name == "gimbalRotate":
        return _gimbal(param, remark)
    if name == "gimbalEvenlyRotate":
        remark("even_rotation", "an even gimbal rotation on the way is done at once")
        return [gimbal(param.number("gimbalPitchRotateAngle"))]
    if name in ("orientedShoot", "accurateShoot"):
        return _aimed(param, remark)
    remark("action", f"the action '{name:.30}' is left out", word=f"{name:.30}")
    return []


def _gimbal(param: XmlNode, remark: Remark) -> list[MissionItem]:
    if param.switched_on("gimbalYawRotateEnable") and param.number_or_none("gimbalYawRotateAngle"):
        remark("gimbal_yaw", "the gimbal's yaw is left out")
    pitch = param.number_or_none("gimbalPitchRotateAngle") if param.switched_on("gimbalPitchRotateEnable") else None
    roll = param.number_or_none("gimbalRollRotateAngle") if param.switched_on("gimbalRollRotateEnable") else None
    if pitch is None and not roll:
        return []
    return [gimbal(pitch or 0.0, roll or 0.0)]


def _aimed(param: XmlNode, remark: Remark) -> list[MissionItem]:
    """A photo of one thing: nose, gimbal and zoom are set for it. The aircraft finds the thing again by a picture, a plan does not."""
    heading, length_mm = param.number_or_none("aircraftHeading"), param.number_or_none("focalLength")
    aim = [] if heading is None else [turn(whole_circle(heading))]
    aim.append(gimbal(param.number("gimbalPitchRotateAngle")))
    if length_mm is not None and length_mm > 0.0:
        aim.append(zoom_to(length_mm))
    remark("aimed_photo", "a photo of a marked thing is taken where it was planned, not where a picture shows the thing")
    return [*aim, photo()]
