"""Poses at the vehicle's own instants.

Attitude and position carry milliseconds since boot; SYSTEM_TIME ties those to UTC, which is the clock video frames are
stamped with. Position and attitude arrive at different instants, so the older of the two is carried forward with its own rate.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from geo.primitives import LocalFrame, LonLat, from_unix_s
from ground_station.mavlink import WireMessage

MOST_CARRIED_S = 0.5  # older partners say too little about now
SYNC_AGREES_S = 2.0  # a slow link's arrivals are late by this much; another clock is off by far more
UNIX_2020_S = 1_577_836_800.0  # a clock before this has not been set yet


class BootClock:
    """Milliseconds since boot -> UTC.

    Without a set clock on board the time of arrival stands in: the smallest arrival delay seen is taken as the offset.
    """

    __slots__ = ("_newest_boot_ms", "_offset_s", "_synced_offset_s", "arrival_offset_s", "from_vehicle")

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self.arrival_offset_s: float | None = None  # our clock less boot time, by the quickest message
        self.from_vehicle = False
        self._newest_boot_ms = 0
        self._synced_offset_s: float | None = None

    def on_system_time(self, time_unix_usec: int, time_boot_ms: int) -> bool:
        """Take the vehicle's word. True when the boot time fell, so the vehicle has restarted."""
        rebooted = time_boot_ms + 1000 < self._newest_boot_ms  # a second of slack for packets out of order
        self._newest_boot_ms = time_boot_ms if rebooted else max(time_boot_ms, self._newest_boot_ms)
        if rebooted:
            self._offset_s = self.arrival_offset_s = self._synced_offset_s = None
            self.from_vehicle = False
        unix_s = time_unix_usec / 1e6
        if unix_s >= UNIX_2020_S:
            self._offset_s = unix_s - time_boot_ms / 1e3
            self.from_vehicle = True
        return rebooted

    def on_arrival(self, time_boot_ms: int, arrived_unix_s: float) -> None:
        offset = arrived_unix_s - time_boot_ms / 1e3
        if self.arrival_offset_s is None or offset < self.arrival_offset_s:
            self.arrival_offset_s = offset

    def on_synced(self, offset_s: float, uncertainty_s: float) -> None:
        """Round trips say where the vehicle's clock stands. Believed when it is the boot clock, which arrivals tell roughly."""
        if self.arrival_offset_s is not None and abs(offset_s - self.arrival_offset_s) <= uncertainty_s + SYNC_AGREES_S:
            self._synced_offset_s = offset_s

    def unix_s(self, time_boot_ms: int) -> float | None:
        arrived = self.arrival_offset_s if self._synced_offset_s is None else self._synced_offset_s
        offset = self._offset_s if self.from_vehicle else arrived
        return None if offset is None else offset + time_boot_ms / 1e3


@dataclass(frozen=True, slots=True)
class Pose:
    """Position and attitude at one instant. Degrees; heading clockwise from true north."""

    at: datetime
    position: LonLat
    altitude_above_home_m: float
    roll_deg: float
    pitch_deg: float
    heading_deg: float


class PoseEstimator:
    """ATTITUDE and GLOBAL_POSITION_INT in, poses out, in order of time."""

    def __init__(self, clock: BootClock) -> None:
        self._clock = clock
        self._attitude: WireMessage | None = None
        self._position: WireMessage | None = None
        self._frame: LocalFrame | None = None
        self._newest_unix_s = -math.inf

    def forget(self) -> None:
        """After a restart of the vehicle nothing from before may be combined with what comes now."""
        self._attitude = self._position = None
        self._newest_unix_s = -math.inf

    def on_message(self, message: WireMessage) -> Pose | None:
        """The pose at this message's instant, or None while it cannot be told."""
        if message.get_type() == "ATTITUDE":
            self._attitude = message
        elif message.lat == 0 and message.lon == 0:
            return None  # no fix yet
        else:
            self._position = message
        attitude, position = self._attitude, self._position
        if attitude is None or position is None:
            return None
        unix_s = self._clock.unix_s(message.time_boot_ms)
        if unix_s is None or unix_s <= self._newest_unix_s:
            return None
        since_position_s = (message.time_boot_ms - position.time_boot_ms) / 1e3
        since_attitude_s = (message.time_boot_ms - attitude.time_boot_ms) / 1e3
        if not (0 <= since_position_s <= MOST_CARRIED_S and 0 <= since_attitude_s <= MOST_CARRIED_S):
            return None
        self._newest_unix_s = unix_s
        return Pose(
            at=from_unix_s(unix_s),
            position=self._carried(position, since_position_s),
            altitude_above_home_m=position.relative_alt / 1e3 - position.vz / 1e2 * since_position_s,
            roll_deg=math.degrees(attitude.roll + attitude.rollspeed * since_attitude_s),
            pitch_deg=math.degrees(attitude.pitch + attitude.pitchspeed * since_attitude_s),
            heading_deg=math.degrees(attitude.yaw + attitude.yawspeed * since_attitude_s) % 360.0,
        )

    def _carried(self, position: WireMessage, seconds: float) -> LonLat:
        """Position after `seconds` at its own velocity. vx is north and vy east, in cm/s."""
        here = LonLat(position.lon / 1e7, position.lat / 1e7)
        if seconds == 0 or (position.vx == 0 and position.vy == 0):
            return here
        if self._frame is None or abs(self._frame.origin.lat_deg - here.lat_deg) + abs(self._frame.origin.lon_deg - here.lon_deg) > 0.05:
            self._frame = LocalFrame(here)
        east_m, north_m = self._frame.offset_m(here)
        return self._frame.place(east_m + position.vy / 1e2 * seconds, north_m + position.vx / 1e2 * seconds)
