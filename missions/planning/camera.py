"""What a camera is to a planner: what the lens sees, and how fast the shutter follows."""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from math import isfinite
from typing import Any

DAYLIGHT_S = 1.0 / 1000.0
THERMAL_S = 0.010
# Beyond these a number is a slip of the finger or of the unit: no camera in the air is so.
_MOST = {
    "sensor_width_mm": 500.0,
    "sensor_height_mm": 500.0,
    "focal_length_mm": 5_000.0,
    "image_width_px": 200_000,
    "image_height_px": 200_000,
    "min_interval_s": 3_600.0,
    "exposure_s": 10.0,
}
# Pixels are square; sensors are told with two digits.
_MOST_UNLIKE_PITCH = 1.2


class Shutter(StrEnum):
    """`MECHANICAL` and `GLOBAL` expose the whole picture at once; `ROLLING` line by line, which bends pictures taken in flight."""

    MECHANICAL = "mechanical"
    GLOBAL = "global"
    ROLLING = "rolling"


@dataclass(frozen=True, slots=True)
class CameraModel:
    """A camera looking straight down, the width of its picture across the line of flight.

    `exposure_s` is assumed: 1/1000 s for photographs of a sunny day, 10 ms for uncooled infrared. `min_interval_s` is a cautious steady
    interval between full-size stills. `source` says what sensor, lens and picture were compared with.
    """

    id: str
    name: str
    sensor_width_mm: float
    sensor_height_mm: float
    focal_length_mm: float
    image_width_px: int
    image_height_px: int
    min_interval_s: float
    shutter: Shutter = Shutter.ROLLING
    exposure_s: float = DAYLIGHT_S
    source: str = ""

    def to_json(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"shutter": self.shutter.value}

    def mounted(self, orientation: str) -> "CameraModel":
        """The camera as it hangs: `portrait` is turned by 90 degrees, the width of its picture along the line of flight."""
        if orientation != "portrait":
            return self
        return replace(
            self,
            sensor_width_mm=self.sensor_height_mm,
            sensor_height_mm=self.sensor_width_mm,
            image_width_px=self.image_height_px,
            image_height_px=self.image_width_px,
        )


@dataclass(frozen=True, slots=True)
class CameraFault:
    """What is wrong with a member, in a sentence that goes on after the name of the camera."""

    member: str
    message: str


CAMERA_MEMBERS = tuple(field.name for field in fields(CameraModel) if field.name != "id")
_NUMBERS = tuple(name for name in CAMERA_MEMBERS if name in _MOST)
_OPTIONAL = ("name", "shutter", "exposure_s", "source")


def read_camera(camera_id: str, members: dict[str, Any]) -> CameraModel | list[CameraFault]:
    """A camera from what a person wrote of it, or everything that is wrong with it."""
    faults = [CameraFault(name, f"has the member '{name:.40}', which no camera has") for name in members if name not in CAMERA_MEMBERS]
    faults += [CameraFault(name, f"lacks its {name}") for name in CAMERA_MEMBERS if name not in _OPTIONAL and members.get(name) is None]
    values: dict[str, Any] = {"id": camera_id, "name": camera_id}
    for name, value in members.items():
        if name not in CAMERA_MEMBERS or value is None:
            continue
        if name in _NUMBERS:
            values[name], fault = _number(name, value)
        elif name == "shutter":
            known = value in tuple(Shutter)
            values[name], fault = (
                (Shutter(value), "") if known else (None, f"has the shutter '{value!s:.40}'; there are {', '.join(Shutter)}")
            )
        else:
            text = value.strip() if isinstance(value, str) else ""
            values[name], fault = text, "" if text or (name == "source" and value == "") else f"has the {name} {value!r:.40}, no text"
        if fault:
            faults.append(CameraFault(name, fault))
    if faults:
        return faults
    camera = CameraModel(**values)
    wide_um, high_um = camera.sensor_width_mm * 1e3 / camera.image_width_px, camera.sensor_height_mm * 1e3 / camera.image_height_px
    if not 1.0 / _MOST_UNLIKE_PITCH <= wide_um / high_um <= _MOST_UNLIKE_PITCH:
        return [
            CameraFault(
                "sensor_height_mm",
                f"would have pixels {wide_um:.2f} um wide and {high_um:.2f} um high; compare the sizes of its sensor and its picture",
            )
        ]
    return camera


def _number(name: str, value: Any) -> tuple[float | int | None, str]:
    whole = name.endswith("_px")
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value <= 0:
        return None, f"has the {name} {value!r:.40}, no number above zero"
    if value > _MOST[name]:
        return None, f"has the {name} {value:g}; at most {_MOST[name]:g} is believed"
    if whole and value != int(value):
        return None, f"has the {name} {value:g}, no whole number"
    return (int(value) if whole else float(value)), ""
