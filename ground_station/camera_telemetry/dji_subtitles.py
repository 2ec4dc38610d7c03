"""Subtitles a DJI aircraft writes beside its films, as poses of the camera: on the film's own clock, by the times of the subtitles.

How the gimbal looks is told by newer dialects (`gb_yaw`, `gb_pitch`, `gb_roll`) and by the Phantom 4 RTK (`G.PRY`: pitch, roll, yaw). Old
ones round the place to four decimals, eleven metres: the place is as doubtful as its last digit.
"""

import re
from dataclasses import replace
from math import cos, hypot, radians, sqrt
from pathlib import Path

from geo.primitives import LonLat, VisionError
from ground_station.camera_telemetry.readings import CameraReading, Telemetry
from ground_station.flight_data.builder import on_earth
from ground_station.flight_data.readers import dji_srt

_N = r"([-+]?\d+(?:\.\d+)?)"
_GIMBAL = re.compile(rf"G\.PRY \({_N}°, ?{_N}°, ?{_N}°\)")
_GIMBAL_NAMED = {name: re.compile(rf"\bgb_{name} ?: ?{_N}") for name in ("yaw", "pitch", "roll")}
_FOCAL = re.compile(rf"\[focal_len ?: ?{_N}")
_ZOOM = re.compile(rf"\[dzoom_ratio ?: ?{_N}")
_DECIMALS = re.compile(r"-?\d+\.(\d+)")
METRES_A_DEGREE = 111_320.0
RECEIVER_SIGMA_M = 1.5
SECONDS_SIGMA = 0.3  # subtitles of a whole second
PICTURE_SIGMA = 0.05  # one a picture
LARGEST_BYTES = dji_srt.LARGEST_BYTES


def read_dji_subtitles(path: Path) -> Telemetry:
    """Raises: `VisionError` when no subtitle of the file has a place."""
    if path.stat().st_size > LARGEST_BYTES:
        raise VisionError(f"'{path.name}' is larger than {LARGEST_BYTES >> 20} MiB.", code="vision.telemetry", hint="Cut it.")
    return subtitles_telemetry(path.read_text(encoding="utf-8", errors="replace"), path.name)


def subtitles_telemetry(text: str, name: str) -> Telemetry:
    by_picture: list[CameraReading] = []
    by_utc: list[CameraReading] = []
    home: LonLat | None = None
    first_s: float | None = None
    for offset_s, body in dji_srt.cues(text.replace("\r\n", "\n")):
        # The first picture is under the first subtitle, which the oldest number from one second on.
        first_s = offset_s if first_s is None else first_s
        place = dji_srt.place_of(body)
        if place is None or not on_earth(*place) or place == (0.0, 0.0):
            continue
        if home is None and (told := dji_srt.HOME.search(body)) and on_earth(float(told[1]), float(told[2])):
            home = LonLat(float(told[1]), float(told[2]))
        reading = _reading(LonLat(*place), body)
        if offset_s is not None and first_s is not None:
            _add(by_picture, reading, offset_s - first_s)
        if (date := dji_srt.DATE.search(body)) is not None and (at_s := dji_srt.instant_s(date)) is not None:
            _add(by_utc, reading, at_s)
    if not by_picture and not by_utc:
        raise VisionError(
            f"'{name}' holds no subtitle with a place.", code="vision.telemetry", hint="Give the .SRT the aircraft wrote beside the film."
        )
    period_s = (by_picture[-1].at_s - by_picture[0].at_s) / max(1, len(by_picture) - 1) if by_picture else 1.0
    sigma_s = PICTURE_SIGMA if period_s < 0.2 else SECONDS_SIGMA
    return Telemetry("DJI subtitles", tuple(by_picture), tuple(by_utc), home, sigma_s)


def _add(readings: list[CameraReading], reading: CameraReading, at_s: float) -> None:
    if not readings or at_s > readings[-1].at_s:
        readings.append(replace(reading, at_s=at_s))


def _reading(place: LonLat, body: str) -> CameraReading:
    attitude = dji_srt.ATTITUDE.search(body)
    vehicle = None if attitude is None else (float(attitude[3]) % 360.0, float(attitude[1]), float(attitude[2]))
    focal = dji_srt.number_in(_FOCAL, body)
    zoom = dji_srt.number_in(_ZOOM, body) or 1.0
    # Tenths of a millimetre: "240" of a 24 mm lens; the digital zoom counts in ten thousandths on some aircraft, plainly on others.
    focal_mm = None if focal is None else (focal / 10.0 if focal >= 100.0 else focal) * (zoom / 10_000.0 if zoom >= 1_000.0 else zoom)
    return CameraReading(
        0.0,
        place,
        height_m=dji_srt.number_in(dji_srt.ABOVE_HOME, body),
        amsl_m=dji_srt.number_in(dji_srt.AMSL, body),
        vehicle_deg=vehicle,
        camera_deg=_gimbal_deg(body),
        focal_35mm=focal_mm or None,
        position_sigma_m=_sigma_m(place, body),
    )


def _gimbal_deg(body: str) -> tuple[float, float, float] | None:
    if told := _GIMBAL.search(body):
        return float(told[3]) % 360.0, float(told[1]), float(told[2])
    yaw, pitch, roll = (dji_srt.number_in(_GIMBAL_NAMED[name], body) for name in ("yaw", "pitch", "roll"))
    return None if yaw is None or pitch is None else (yaw % 360.0, pitch, roll or 0.0)


def _sigma_m(place: LonLat, body: str) -> float:
    """Of the receiver, and of the digits it is written with."""
    found = dji_srt.GPS.search(body) or dji_srt.BRACKETS.search(body)
    digits = [len(one[1]) for one in (_DECIMALS.fullmatch(found[1]), _DECIMALS.fullmatch(found[2])) if one] if found else []
    step_m = METRES_A_DEGREE * 10.0 ** -min(digits, default=0) * max(cos(radians(place.lat_deg)), 0.5)
    return hypot(RECEIVER_SIGMA_M, step_m / sqrt(12.0))
