"""What goes into a flight's log, and when: one recorder for each family's format."""

from math import cos, radians, sin
from typing import Protocol

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.clock import SimClock
from sim.flight_logs.dataflash import DataFlashLog
from sim.flight_logs.ulog import ULogFile
from sim.notices import HomeSet, ItemReached, Notice, PhotoTaken, Text
from sim.parameters import REAL32
from sim.services.host import Host
from sim.telemetry import message
from sim.vector import Vector

GPS_EPOCH_UNIX_S = 315_964_800
LEAP_S = 18  # GPS time is ahead of UTC by so much since 2017
WEEK_MS = 7 * 86_400_000
EV_ARMED, EV_DISARMED, EV_LAND_COMPLETE, EV_NOT_LANDED = 10, 11, 18, 28
_ERRORS = {"Radio Failsafe": 5, "Battery": 6, "GPS Glitch": 11, "EKF": 16, "GCS Failsafe": 8, "Fence": 9}
_PX4_AUTO = {2: 17, 3: 4, 4: 3, 5: 5, 6: 18, 8: 19, 9: 20}  # sub mode of AUTO to nav_state
_PX4_MAIN = {1: 0, 2: 1, 3: 2, 5: 10, 6: 14, 7: 15}


class Recorder(Protocol):
    """Writes one log. `data` is what is on the card so far."""

    @property
    def data(self) -> bytearray: ...

    def sample(self) -> None:
        """Position, attitude, battery, mode as they are now."""
        ...

    def notice(self, notice: Notice) -> None: ...

    def close(self) -> None: ...


def gps_time(clock: SimClock) -> tuple[int, int]:
    """GPS week and milliseconds of it."""
    gps_ms = clock.unix_us // 1000 - GPS_EPOCH_UNIX_S * 1000 + LEAP_S * 1000
    return gps_ms // WEEK_MS, gps_ms % WEEK_MS


class DataFlashRecorder:
    def __init__(self, host: Host, firmware_text: str) -> None:
        self._host = host
        self._log = DataFlashLog()
        self._mode: int | None = None
        self._flying = False
        now = self._now_us
        self._log.write("MSG", now, firmware_text.encode()[:64])
        for found in host.parameters.all():
            self._log.write("PARM", now, found.name.encode(), found.value, found.default)
        self._log.write("ARM", now, 1, 0, 0, 1)
        self._log.write("EV", now, EV_ARMED)
        self._home()
        store = host.plans.mission
        for index, item in enumerate(store.items):
            place = (item.x, item.y, item.z, item.frame)
            self._log.write("CMD", now, len(store), index, item.command, item.param1, item.param2, item.param3, item.param4, *place)

    @property
    def data(self) -> bytearray:
        return self._log.data

    @property
    def _now_us(self) -> int:
        return self._host.clock.boot_ms * 1000

    def sample(self) -> None:
        of, now = self._host.of, self._now_us
        state, gps = of.believed, of.readings.gps
        amsl_m = of.places.ground_amsl_m + state.position.up
        home_up = 0.0 if of.autopilot.home is None else of.autopilot.home.up
        lat, lon = of.places.lat_lon_e7(state.position)
        self._log.write("POS", now, lat, lon, amsl_m, state.position.up - home_up, state.position.up)
        roll, pitch, yaw = state.roll_deg, state.pitch_deg, state.heading_deg % 360.0
        self._log.write("ATT", now, roll, roll, pitch, pitch, yaw, yaw, 1)
        week, week_ms = gps_time(of.clock)
        fix_lat, fix_lon = of.places.lat_lon_e7(gps.position)
        speed = (gps.velocity.level_length(), gps.velocity.bearing_deg() % 360.0, -gps.velocity.up)
        fix_cm = round((of.places.ground_amsl_m + gps.position.up) * 100)
        hdop = min(32767, round(gps.hdop * 100))
        self._log.write("GPS", now, 0, gps.kind, week_ms, week, gps.satellites, hdop, fix_lat, fix_lon, fix_cm, *speed, 0.0, 1)
        battery = of.battery
        energy_wh = battery.used_mah / 1000.0 * battery.voltage_v
        volts = (battery.voltage_v, battery.voltage_v)
        self._log.write(
            "BAT", now, 0, *volts, battery.current_a, battery.used_mah, energy_wh, 2500, 0.01, round(battery.charge * 100), 1, 1
        )
        self._changes()

    def notice(self, notice: Notice) -> None:
        now = self._now_us
        match notice:
            case Text(text, _):
                self._log.write("MSG", now, text.encode()[:64])
                for start, subsystem in _ERRORS.items():
                    if text.startswith(start):
                        self._log.write("ERR", now, subsystem, 0 if "cleared" in text.lower() else 1)
            case ItemReached(index):
                self._log.write("MSG", now, f"Reached command #{index}".encode())
            case PhotoTaken(number, position):
                self._photo(number, position)
            case HomeSet():
                self._home()

    def close(self) -> None:
        self._changes()
        self._log.write("ARM", self._now_us, 0, 0, 0, 1)
        self._log.write("EV", self._now_us, EV_DISARMED)

    def _changes(self) -> None:
        now, pilot = self._now_us, self._host.autopilot
        mode = _custom_mode(self._host)
        if mode != self._mode:
            self._mode = mode
            self._log.write("MODE", now, mode, mode, 2)
        if pilot.flying != self._flying:
            self._flying = pilot.flying
            self._log.write("EV", now, EV_NOT_LANDED if pilot.flying else EV_LAND_COMPLETE)

    def _home(self) -> None:
        home = self._host.autopilot.home
        if home is None:
            return
        of = self._host.of
        for kind in (0, 1):  # the estimator's origin, and home
            self._log.write("ORGN", self._now_us, kind, *of.places.lat_lon_e7(home), round((of.places.ground_amsl_m + home.up) * 100))

    def _photo(self, number: int, position: Vector) -> None:
        of = self._host.of
        week, week_ms = gps_time(of.clock)
        amsl_cm, up_cm = round((of.places.ground_amsl_m + position.up) * 100), round(position.up * 100)
        state = of.believed
        lean = (round(state.roll_deg * 100), round(state.pitch_deg * 100), round(state.heading_deg * 100) % 36000)
        place = of.places.lat_lon_e7(position)
        self._log.write("CAM", self._now_us, 0, number & 0xFFFF, week_ms, week, *place, amsl_cm, up_cm, amsl_cm, *lean)


class ULogRecorder:
    def __init__(self, host: Host, firmware_text: str) -> None:
        self._host = host
        parameters: dict[str, float | int] = {
            found.name: found.value if found.kind == REAL32 else int(found.value) for found in host.parameters.all()
        }
        version = message(host.of, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION)
        release = 0 if version is None else int(version.flight_sw_version)
        information: dict[str, str | int] = {"sys_name": "PX4", "ver_hw": "PX4_SITL", "ver_sw": firmware_text, "ver_sw_release": release}
        self._log = ULogFile(self._now_us, parameters, information)
        self._home()

    @property
    def data(self) -> bytearray:
        return self._log.data

    @property
    def _now_us(self) -> int:
        return self._host.clock.boot_ms * 1000

    def sample(self) -> None:
        of, now = self._host.of, self._now_us
        state, gps = of.believed, of.readings.gps
        place = of.places.lon_lat(state.position)
        self._log.write("vehicle_global_position", now, place.lat_deg, place.lon_deg, of.places.ground_amsl_m + state.position.up, 0.5, 0.8)
        position, velocity = state.position, state.velocity
        down = (position.north, position.east, -position.up, velocity.north, velocity.east, -velocity.up)
        self._log.write("vehicle_local_position", now, *down, radians((state.heading_deg + 180.0) % 360.0 - 180.0))
        self._log.write("vehicle_attitude", now, *quaternion(state.roll_deg, state.pitch_deg, state.heading_deg))
        fix = of.places.lon_lat(gps.position)
        fix_m = of.places.ground_amsl_m + gps.position.up
        quality = (gps.hdop, gps.velocity.level_length(), gps.kind, gps.satellites)
        self._log.write("sensor_gps", now, of.clock.unix_us, fix.lat_deg, fix.lon_deg, fix_m, *quality)
        battery = of.battery
        self._log.write("battery_status", now, battery.voltage_v, battery.current_a, battery.used_mah, battery.charge)
        self._status()

    def notice(self, notice: Notice) -> None:
        of, now = self._host.of, self._now_us
        match notice:
            case Text(text, severity):
                self._log.text(severity, now, text)
            case ItemReached(index):
                run = of.autopilot.run
                self._log.write("mission_result", now, index, int(run.current), len(self._host.plans.mission))
            case PhotoTaken(number, position):
                place = of.places.lon_lat(position)
                amsl_m = of.places.ground_amsl_m + position.up
                self._log.write("camera_capture", now, of.clock.unix_us, place.lat_deg, place.lon_deg, amsl_m, number)
            case HomeSet():
                self._home()

    def close(self) -> None:
        self._status()

    def _status(self) -> None:
        beat = message(self._host.of, mavlink.MAVLINK_MSG_ID_HEARTBEAT)
        if beat is not None:
            armed = 2 if beat.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED else 1
            self._log.write("vehicle_status", self._now_us, armed, nav_state(beat.custom_mode), beat.type)

    def _home(self) -> None:
        home = self._host.autopilot.home
        if home is not None:
            of = self._host.of
            place = of.places.lon_lat(home)
            self._log.write("home_position", self._now_us, place.lat_deg, place.lon_deg, of.places.ground_amsl_m + home.up)


def nav_state(custom_mode: int) -> int:
    """PX4's vehicle_status.nav_state of a HEARTBEAT's custom_mode (main mode in byte 2, sub mode in byte 3)."""
    main, sub = custom_mode >> 16 & 0xFF, custom_mode >> 24 & 0xFF
    return _PX4_AUTO.get(sub, 4) if main == 4 else _PX4_MAIN.get(main, 0)


def quaternion(roll_deg: float, pitch_deg: float, yaw_deg: float) -> tuple[float, float, float, float]:
    """w, x, y, z of a rotation by yaw, then pitch, then roll, north-east-down."""
    r, p, y = radians(roll_deg) / 2, radians(pitch_deg) / 2, radians(yaw_deg) / 2
    cr, sr, cp, sp, cy, sy = cos(r), sin(r), cos(p), sin(p), cos(y), sin(y)
    return (cr * cp * cy + sr * sp * sy, sr * cp * cy - cr * sp * sy, cr * sp * cy + sr * cp * sy, cr * cp * sy - sr * sp * cy)


def _custom_mode(host: Host) -> int:
    beat = message(host.of, mavlink.MAVLINK_MSG_ID_HEARTBEAT)
    return 0 if beat is None else int(beat.custom_mode)
