"""`.bin`: what an ArduPilot wrote to its own card, read by pymavlink's DFReader.

Source: ArduPilot's log message definitions (libraries/AP_Logger/LogStructure.h): POS, ATT, GPS, BAT, MODE, ARM, STAT, MSG, CAM, ORGN, MNT.
"""

import math
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymavlink import DFReader

from geo.primitives import LonLat
from ground_station.flight_data.builder import RecordBuilder
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.record import FlightRecord, Severity
from ground_station.mavlink import mavlink
from ground_station.vehicles.autopilots import Autopilot, autopilot_for

MAGIC = b"\xa3\x95"
EARLIEST_S = 946_684_800.0  # the year 2000: earlier times count from boot
PROGRESS_EVERY = 5_000

_TYPE_OF_NAME = {"ArduCopter": 2, "ArduPlane": 1, "ArduRover": 10, "Rover": 10, "ArduSub": 12, "Blimp": 7}
_QUADPLANE = 20
_FIRMWARE = re.compile(r"^(ArduCopter|ArduPlane|ArduRover|Rover|ArduSub|Blimp)\b.*?V?(\d+\.\d+(?:\.\d+)?\S*)")
_REACHED = re.compile(r"^Reached (?:command|waypoint) #(\d+)")
_CRITICAL = re.compile(r"failsafe|crash|emergency|EKF variance|lane switch", re.IGNORECASE)
_WARNING = re.compile(r"^(?:PreArm|Arm):|warning|fail|glitch|error", re.IGNORECASE)
_HOME_ORIGIN = 1  # ORGN.Type: 0 is the EKF's origin, 1 is home
_WANTED = ("POS", "ATT", "GPS", "BAT", "CURR", "MODE", "ARM", "STAT", "MSG", "CAM", "ORGN", "MNT")


def read_dataflash(path: Path, fallback_start_s: float, progress: Callable[[float], None]) -> tuple[FlightRecord, ...]:
    """The one record of the log."""
    with path.open("rb") as file:
        if file.read(2) != MAGIC:
            raise FlightDataError(f"'{path.name}' does not begin as a DataFlash log does.", code="flight.unreadable")
    log: Any = DFReader.DFReader_binary.__new__(DFReader.DFReader_binary)  # known before it is made: it opens the file and may then fail
    try:
        log.__init__(str(path), False)
        autopilot, build = _who(log)
        log.rewind()
        _Reading(autopilot, build).read(log, fallback_start_s, progress)
    except (struct.error, ValueError, IndexError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise FlightDataError(
            f"'{path.name}' cannot be read as a DataFlash log: {error or type(error).__name__}.", code="flight.unreadable"
        ) from error
    finally:
        for held in ("data_map", "filehandle"):
            if hasattr(log, held):
                getattr(log, held).close()
    return (build.finish(),)


def _who(log: Any) -> tuple[Autopilot, RecordBuilder]:
    """First pass: which firmware and which vehicle. Its name may come after the first modes."""
    system_id, mav_type, firmware, quadplane = 1, 0, None, False
    while (m := log.recv_match(type=["MSG", "PARM"])) is not None:
        if m.get_type() == "MSG":
            found = _FIRMWARE.match(m.Message)
            if found and firmware is None:
                mav_type, firmware = _TYPE_OF_NAME[found[1]], found[2]
        elif m.Name in ("SYSID_THISMAV", "MAV_SYSID"):
            system_id = int(m.Value)
        elif m.Name == "Q_ENABLE":
            quadplane = m.Value > 0
    if quadplane and mav_type == _TYPE_OF_NAME["ArduPlane"]:
        mav_type = _QUADPLANE
    autopilot = autopilot_for(mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA, mav_type)
    build = RecordBuilder("dataflash", f"mav-{system_id}")
    build.autopilot, build.vehicle_type, build.firmware = autopilot.name, autopilot.vehicle_type, firmware
    return autopilot, build


class _Reading:
    def __init__(self, autopilot: Autopilot, build: RecordBuilder) -> None:
        self._autopilot, self._build = autopilot, build
        self._has_arm = False

    def read(self, log: Any, fallback_start_s: float, progress: Callable[[float], None]) -> None:
        handlers: dict[str, Callable[[float, Any], None]] = {kind: getattr(self, f"_on_{kind.lower()}") for kind in _WANTED}
        offset_s: float | None = None
        number = 0
        while (m := log.recv_match(type=list(_WANTED))) is not None:
            number += 1
            if number % PROGRESS_EVERY == 0:
                progress(log.percent / 100.0)
            if offset_s is None:
                self._build.dated = m._timestamp > EARLIEST_S
                offset_s = 0.0 if self._build.dated else fallback_start_s - m._timestamp
            at_s = m._timestamp + offset_s
            self._build.heard(at_s)
            handlers[m.get_type()](at_s, m)

    def _on_pos(self, at_s: float, m: Any) -> None:
        self._build.position(at_s, m.Lng, m.Lat, amsl_m=m.Alt, above_home_m=getattr(m, "RelHomeAlt", None))

    def _on_att(self, at_s: float, m: Any) -> None:
        self._build.roll_deg, self._build.pitch_deg, self._build.heading_deg = m.Roll, m.Pitch, m.Yaw % 360.0

    def _on_mnt(self, at_s: float, m: Any) -> None:
        """Since 4.4. Yaw against the earth is only told where the gimbal locks it there; against the body it always is."""
        if getattr(m, "I", 0) != 0:
            return
        yaw_deg = getattr(m, "YawE", math.nan)
        if not math.isfinite(yaw_deg):
            yaw_deg = getattr(m, "YawB", math.nan) + (math.nan if self._build.heading_deg is None else self._build.heading_deg)
        told = (yaw_deg % 360.0, m.Pitch, m.Roll)
        self._build.camera_deg = told if all(math.isfinite(angle) for angle in told) else None

    def _on_gps(self, at_s: float, m: Any) -> None:
        if getattr(m, "I", 0) == 0:
            self._build.ground_speed_mps, self._build.climb_mps = m.Spd, -m.VZ

    def _on_bat(self, at_s: float, m: Any) -> None:
        if getattr(m, "Instance", getattr(m, "Inst", 0)) != 0:
            return
        self._build.battery_v = m.Volt
        # Without a current sensor the autopilot writes nothing below zero but a steady 0.
        self._build.battery_a = m.Curr if getattr(m, "Curr", 0.0) > 0.0 else None
        if hasattr(m, "RemPct"):
            self._build.battery_fraction = min(1.0, max(0.0, m.RemPct / 100.0))

    def _on_curr(self, at_s: float, m: Any) -> None:
        self._on_bat(at_s, m)

    def _on_mode(self, at_s: float, m: Any) -> None:
        number = getattr(m, "ModeNum", m.Mode)
        self._build.mode(at_s, self._autopilot.mode_name(mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED, int(number)))

    def _on_arm(self, at_s: float, m: Any) -> None:
        self._has_arm = True
        self._build.armed(at_s, bool(m.ArmState), changed=True)

    def _on_stat(self, at_s: float, m: Any) -> None:
        if not self._has_arm and hasattr(m, "Armed"):
            self._build.armed(at_s, bool(m.Armed))

    def _on_msg(self, at_s: float, m: Any) -> None:
        text = "".join(c for c in m.Message if c.isprintable()).strip()
        self._build.text(at_s, severity_of(text), text)
        if reached := _REACHED.match(text):
            self._build.reached(at_s, self._autopilot.item_number(int(reached[1])))

    def _on_cam(self, at_s: float, m: Any) -> None:
        self._build.photo(at_s, m.Lng, m.Lat, m.Alt)

    def _on_orgn(self, at_s: float, m: Any) -> None:
        if m.Type == _HOME_ORIGIN and (m.Lat or m.Lng):
            self._build.home = LonLat(m.Lng, m.Lat)


def severity_of(text: str) -> Severity:
    """The card keeps texts without their severity; the words tell it."""
    return "critical" if _CRITICAL.search(text) else "warning" if _WARNING.search(text) else "info"
