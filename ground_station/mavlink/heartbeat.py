"""Heartbeats: ours, theirs, and when silence means lost. Source: MAVLink "Heartbeat/Connection Protocol"."""

import math

from ground_station.mavlink.dialect import WireMessage, mavlink

# Who sends HEARTBEAT without being a vehicle. Judged by type, never by component id.
_NOT_VEHICLES = frozenset(
    {
        mavlink.MAV_TYPE_GCS,
        mavlink.MAV_TYPE_ANTENNA_TRACKER,
        mavlink.MAV_TYPE_ONBOARD_CONTROLLER,
        mavlink.MAV_TYPE_GIMBAL,
        mavlink.MAV_TYPE_ADSB,
        mavlink.MAV_TYPE_CAMERA,
        mavlink.MAV_TYPE_CHARGING_STATION,
        mavlink.MAV_TYPE_FLARM,
        mavlink.MAV_TYPE_SERVO,
        mavlink.MAV_TYPE_ODID,
        mavlink.MAV_TYPE_BATTERY,
        mavlink.MAV_TYPE_PARACHUTE,
        mavlink.MAV_TYPE_LOG,
        mavlink.MAV_TYPE_OSD,
        mavlink.MAV_TYPE_IMU,
        mavlink.MAV_TYPE_GPS,
        mavlink.MAV_TYPE_WINCH,
    }
)


def station_heartbeat() -> WireMessage:
    """What this station says once a second."""
    message: WireMessage = mavlink.MAVLink_heartbeat_message(
        mavlink.MAV_TYPE_GCS, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, mavlink.MAV_STATE_ACTIVE, 3
    )
    return message


def is_vehicle_heartbeat(message: WireMessage) -> bool:
    """True for a HEARTBEAT of an autopilot: neither a station nor a payload."""
    return message.get_type() == "HEARTBEAT" and message.type not in _NOT_VEHICLES and message.autopilot != mavlink.MAV_AUTOPILOT_INVALID


def is_alive_sign(message: WireMessage) -> bool:
    """True for a heartbeat of an autopilot, and for HIGH_LATENCY2, which stands for it on links too thin for heartbeats."""
    if message.get_type() == "HIGH_LATENCY2":
        return message.type not in _NOT_VEHICLES and message.autopilot != mavlink.MAV_AUTOPILOT_INVALID
    return is_vehicle_heartbeat(message)


class HeartbeatMonitor:
    """Tells once when a peer is lost and once when it is back. Times are seconds of one monotonic clock."""

    __slots__ = ("_heard_s", "_timeout_s", "_usual_s", "online")

    def __init__(self, timeout_s: float) -> None:
        self._usual_s = self._timeout_s = timeout_s
        self._heard_s: float | None = None
        self.online = False

    def on_heartbeat(self, now_s: float, timeout_s: float | None = None) -> bool:
        """True when this heartbeat found the peer, first or again. `timeout_s`: how long this one may stay the last."""
        self._heard_s, self._timeout_s = now_s, timeout_s or self._usual_s
        found, self.online = not self.online, True
        return found

    def on_time(self, now_s: float) -> bool:
        """True when the silence has just become a loss."""
        if not self.online or self.age_s(now_s) <= self._timeout_s:
            return False
        self.online = False
        return True

    def age_s(self, now_s: float) -> float:
        """Seconds since the last heartbeat; infinite before the first."""
        if self._heard_s is None:
            return math.inf
        age_s = now_s - self._heard_s
        return age_s if age_s > 0.0 else 0.0  # not `max`: asked for each state told
