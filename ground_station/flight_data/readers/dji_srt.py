"""DJI `.SRT`: subtitles a DJI aircraft writes beside each video, with the place of every picture.

There is no standard; the dialects known are told apart by the words in them (Phantom 4 RTK, Mavic Pro, 2, Mini and Air 2S, and earlier).
In `GPS(lon, lat, n)` the third number counts satellites; height above the take-off place is BAROMETER, Hb or H. Times are of the
aircraft's own clock without a zone, taken as UTC; dialects without a date start where the caller says.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from geo.primitives import LonLat
from ground_station.flight_data.builder import RecordBuilder, on_earth
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.record import FlightRecord

_CUE = re.compile(r"^\s*(\d+)\s*\n(?:(\d+):(\d\d):(\d\d)[,.](\d+)\s*-->[^\n]*\n)?", re.MULTILINE)
DATE = re.compile(r"(\d{4})[.-](\d{1,2})[.-](\d{1,2}) (\d{1,2}):(\d\d):(\d\d)(?:[.,](\d{1,3}))?")
_N = r"(-?\d+(?:\.\d+)?)"
GPS = re.compile(rf"GPS ?\( ?{_N}, ?{_N}, ?-?[\d.]+")
BRACKETS = re.compile(rf"\[latitude ?: ?{_N}\] ?\[long(?:t)?itude ?: ?{_N}\]")
HOME = re.compile(rf"HOME ?\( ?{_N}, ?{_N}")
ABOVE_HOME = re.compile(rf"(?:BAROMETER:|\bHb:|\bH |rel_alt ?: ?){_N}")
AMSL = re.compile(rf"(?:\babs_alt|\baltitude) ?: ?{_N}")
_SPEED = re.compile(rf"H\.S {_N}m/s")
_CLIMB = re.compile(rf"V\.S {_N}m/s")
ATTITUDE = re.compile(rf"F\.PRY \({_N}°, ?{_N}°, ?{_N}°\)")

WITHOUT_PLACE = "subtitles without a place"
LARGEST_BYTES = 64 * 1024 * 1024  # hours of subtitles at 60 a second


def read_dji_srt(path: Path, fallback_start_s: float, progress: Callable[[float], None]) -> tuple[FlightRecord, ...]:
    """The one record of the file. Raises: `FlightDataError` when no subtitle of it has a place."""
    if path.stat().st_size > LARGEST_BYTES:
        raise FlightDataError(f"'{path.name}' is larger than {LARGEST_BYTES >> 20} MiB of subtitles.", code="flight.too_large")
    text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    build = RecordBuilder("dji_srt", "dji")
    build.autopilot, build.vehicle_type = "dji", "copter"
    dated = DATE.search(text)
    build.dated = dated is not None
    used = 0
    for number, (offset_s, body) in enumerate(cues(text)):
        if (date := DATE.search(body)) is not None:
            at_s: float | None = instant_s(date)
        else:
            at_s = fallback_start_s + (offset_s if offset_s is not None else float(number)) if dated is None else None
        place = place_of(body)
        if place is None or at_s is None:
            build.drop(WITHOUT_PLACE)
            continue
        used += 1
        if (home := HOME.search(body)) and build.home is None and on_earth(float(home[1]), float(home[2])):
            build.home = LonLat(float(home[1]), float(home[2]))
        build.ground_speed_mps, build.climb_mps = number_in(_SPEED, body), number_in(_CLIMB, body)
        if attitude := ATTITUDE.search(body):
            build.pitch_deg, build.roll_deg, build.heading_deg = float(attitude[1]), float(attitude[2]), float(attitude[3]) % 360.0
        build.position(at_s, *place, amsl_m=number_in(AMSL, body), above_home_m=number_in(ABOVE_HOME, body))
    if not used:
        raise FlightDataError(f"'{path.name}' holds no subtitle with a place.", code="flight.unreadable")
    progress(1.0)
    return (build.finish(),)


def cues(text: str) -> Iterator[tuple[float | None, str]]:
    """Each subtitle: seconds from the start of the video where it says so, and its words."""
    begins = list(_CUE.finditer(text))
    for begin, after in zip_longest(begins, begins[1:]):
        hours, minutes, seconds, fraction = begin.group(2, 3, 4, 5)
        offset_s = None if hours is None else int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")
        yield offset_s, text[begin.end() : after.start() if after else len(text)]


def place_of(body: str) -> tuple[float, float] | None:
    """Longitude and latitude."""
    if found := GPS.search(body):
        return float(found[1]), float(found[2])
    if found := BRACKETS.search(body):
        return float(found[2]), float(found[1])
    return None


def instant_s(date: re.Match[str]) -> float | None:
    """None for a date that is none."""
    year, month, day, hour, minute, second = (int(date[i]) for i in range(1, 7))
    try:
        whole_s = datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
    return whole_s + (float(f"0.{date[7]}") if date[7] else 0.0)


def number_in(pattern: re.Pattern[str], body: str) -> float | None:
    found = pattern.search(body)
    return float(found[1]) if found else None
