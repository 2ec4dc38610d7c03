"""`.tlog`: MAVLink as a ground station heard and sent it. One record for each vehicle in the file.

Frames are told apart by their headers; only the messages a flight is made of are decoded, with their checksums. State is kept by the same
`VehicleEstimate` that follows live vehicles, so a flight replayed reads as it did on the day.
"""

import mmap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ground_station.flight_data.builder import NO_FIX, RecordBuilder
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.readers.tlog_frames import Damage, timed_frames
from ground_station.flight_data.record import FlightRecord
from ground_station.mavlink import is_vehicle_heartbeat, mavlink
from ground_station.payload.gimbals import ATTITUDES, Gimbal
from ground_station.vehicles.state import VehicleEstimate

PROGRESS_EVERY = 20_000
LATE_S = 2.0  # further behind than any burst: the vehicle's clock runs differently, or it was started anew
GIMBAL_FRESH_S = 1.0
WAITING_LIMIT = 5_000  # messages kept of a vehicle that has not said yet what it is

_WANTED = frozenset(
    {
        mavlink.MAVLINK_MSG_ID_HEARTBEAT,
        mavlink.MAVLINK_MSG_ID_SYS_STATUS,
        mavlink.MAVLINK_MSG_ID_ATTITUDE,
        mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,
        mavlink.MAVLINK_MSG_ID_MISSION_ITEM_REACHED,
        mavlink.MAVLINK_MSG_ID_VFR_HUD,
        mavlink.MAVLINK_MSG_ID_BATTERY_STATUS,
        mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION,
        mavlink.MAVLINK_MSG_ID_CAMERA_FEEDBACK,
        mavlink.MAVLINK_MSG_ID_CAMERA_IMAGE_CAPTURED,
        mavlink.MAVLINK_MSG_ID_HOME_POSITION,
        mavlink.MAVLINK_MSG_ID_STATUSTEXT,
        mavlink.MAVLINK_MSG_ID_GIMBAL_DEVICE_ATTITUDE_STATUS,
        mavlink.MAVLINK_MSG_ID_MOUNT_ORIENTATION,
    }
)


class _SpreadTime:
    """Instants of positions: frames are written in bursts, so the vehicle's own clock spreads them, hung up on the earliest arrivals."""

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._boot_s = 0.0

    def at_s(self, arrived_s: float, boot_ms: int) -> float:
        boot_s = boot_ms / 1e3
        late_s = 0.0 if self._offset_s is None else arrived_s - (boot_s + self._offset_s)
        if self._offset_s is None or late_s < 0 or late_s > LATE_S or boot_s < self._boot_s - LATE_S:
            self._offset_s = arrived_s - boot_s
        self._boot_s = boot_s
        return boot_s + self._offset_s


class _Vehicle:
    """One system heard in the file."""

    def __init__(self, system_id: int) -> None:
        self.build = RecordBuilder("tlog", f"mav-{system_id}")
        self.estimate = VehicleEstimate()
        self.component: int | None = None  # the autopilot's, known from its first heartbeat
        self.waiting: list[tuple[float, Any]] = []
        self._time = _SpreadTime()
        self._gimbal = Gimbal(0)

    def take(self, at_s: float, message: Any) -> None:
        if self.component is None:
            if not is_vehicle_heartbeat(message):
                if len(self.waiting) < WAITING_LIMIT:
                    self.waiting.append((at_s, message))
                return
            self.component = message.get_srcComponent()
            self.estimate.update(message)
            for earlier_s, earlier in self.waiting:
                self._use(earlier_s, earlier)
            self.waiting.clear()
        self._use(at_s, message)

    def _use(self, at_s: float, message: Any) -> None:
        build, kind = self.build, message.get_type()
        if kind == "CAMERA_FEEDBACK":
            build.photo(at_s, message.lng / 1e7, message.lat / 1e7, message.alt_msl)
            return
        if kind == "CAMERA_IMAGE_CAPTURED":
            build.photo(at_s, message.lon / 1e7, message.lat / 1e7, message.alt / 1e3)
            return
        if kind in ATTITUDES:  # of the first gimbal: of several only one can carry the camera of a film
            self._gimbal.on_message(message, at_s, self.estimate.heading_deg)
            return
        if message.get_srcComponent() != self.component:
            return
        build.heard(at_s)
        happenings = self.estimate.update(message)
        if kind == "HEARTBEAT":
            build.armed(at_s, self.estimate.armed)
            build.mode(at_s, self.estimate.mode)
        elif kind == "GLOBAL_POSITION_INT":
            self._position(at_s, message)
        for happening in happenings:
            if happening.kind == "text":
                build.text(at_s, happening.severity, happening.text)
            elif happening.kind == "item_reached":
                build.reached(at_s, int(happening.detail["item"]))

    def _position(self, at_s: float, message: Any) -> None:
        build, estimate = self.build, self.estimate
        if message.lat == 0 and message.lon == 0:
            build.drop(NO_FIX)
            return
        build.roll_deg, build.pitch_deg, build.heading_deg = estimate.roll_deg, estimate.pitch_deg, estimate.heading_deg
        build.ground_speed_mps, build.climb_mps = estimate.ground_speed_mps, estimate.climb_mps
        if estimate.battery is not None:
            build.battery_fraction, build.battery_v = estimate.battery.remaining_fraction, estimate.battery.voltage_v
            build.battery_a = estimate.battery.current_a
        build.camera_deg = self._camera_deg(at_s)
        build.position(
            *(self._time.at_s(at_s, message.time_boot_ms), message.lon / 1e7, message.lat / 1e7),
            amsl_m=estimate.altitude_amsl_m,
            above_home_m=estimate.altitude_above_home_m,
        )

    def _camera_deg(self, at_s: float) -> tuple[float, float, float] | None:
        gimbal = self._gimbal
        if gimbal.look is None or at_s - gimbal.look.heard_s > GIMBAL_FRESH_S:
            return None
        heading, pitch, roll = gimbal.heading_deg, gimbal.pitch_deg, gimbal.roll_deg
        return None if heading is None or pitch is None or roll is None else (heading, pitch, roll)

    def finish(self) -> FlightRecord:
        self.build.autopilot = self.estimate.autopilot.name
        self.build.vehicle_type = self.estimate.autopilot.vehicle_type
        self.build.firmware, self.build.home = self.estimate.firmware, self.estimate.home
        return self.build.finish()


def read_tlog(path: Path, fallback_start_s: float, progress: Callable[[float], None]) -> tuple[FlightRecord, ...]:
    """One record for each system whose autopilot was heard. `fallback_start_s` is not needed: every frame has its time."""
    damage = Damage()
    vehicles: dict[int, _Vehicle] = {}
    wrong_checksums = 0
    parser = mavlink.MAVLink(None)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped, memoryview(mapped) as data:
        for number, timed in enumerate(timed_frames(data, damage)):
            if number % PROGRESS_EVERY == 0:
                progress(timed.end / len(data))
            if timed.message_id not in _WANTED:
                continue
            try:
                message = parser.decode(bytearray(timed.frame))
            except mavlink.MAVError:
                wrong_checksums += 1
                continue
            system_id = timed.sender[0]
            vehicle = vehicles.get(system_id)
            if vehicle is None:
                vehicle = vehicles[system_id] = _Vehicle(system_id)
            vehicle.take(timed.at_us / 1e6, message)
    heard = [vehicle for vehicle in vehicles.values() if vehicle.component is not None]
    if not heard:
        raise FlightDataError(f"'{path.name}' holds no heartbeat of a vehicle.", code="flight.unreadable")
    for reason, count in (
        ("frames whose checksum is wrong", wrong_checksums),
        ("bytes that are no frame", damage.skipped_bytes),
        ("bytes of a frame torn at the end", damage.torn_bytes),
    ):
        if count:
            heard[0].build.drop(reason, count)
    return tuple(vehicle.finish() for vehicle in heard)
