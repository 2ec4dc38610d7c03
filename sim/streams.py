"""Which messages a vehicle sends by itself, and how often. Intervals change by SET_MESSAGE_INTERVAL and REQUEST_DATA_STREAM."""

from collections.abc import Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

# A real ArduPilot is almost silent until asked; the simulated one starts with what every station asks for.
DEFAULT_HZ: dict[int, float] = {
    mavlink.MAVLINK_MSG_ID_HEARTBEAT: 1.0,
    mavlink.MAVLINK_MSG_ID_SYS_STATUS: 1.0,
    mavlink.MAVLINK_MSG_ID_SYSTEM_TIME: 1.0,
    mavlink.MAVLINK_MSG_ID_GPS_RAW_INT: 2.0,
    mavlink.MAVLINK_MSG_ID_ATTITUDE: 10.0,
    mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: 10.0,
    mavlink.MAVLINK_MSG_ID_VFR_HUD: 4.0,
    mavlink.MAVLINK_MSG_ID_BATTERY_STATUS: 0.5,
    mavlink.MAVLINK_MSG_ID_MISSION_CURRENT: 1.0,
    mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: 1.0,
    mavlink.MAVLINK_MSG_ID_HOME_POSITION: 0.2,
}
# The groups of REQUEST_DATA_STREAM, as ArduPilot fills them.
_GROUPS: dict[int, tuple[int, ...]] = {
    mavlink.MAV_DATA_STREAM_EXTENDED_STATUS: (
        mavlink.MAVLINK_MSG_ID_SYS_STATUS,
        mavlink.MAVLINK_MSG_ID_GPS_RAW_INT,
        mavlink.MAVLINK_MSG_ID_MISSION_CURRENT,
    ),
    mavlink.MAV_DATA_STREAM_POSITION: (mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,),
    mavlink.MAV_DATA_STREAM_EXTRA1: (mavlink.MAVLINK_MSG_ID_ATTITUDE,),
    mavlink.MAV_DATA_STREAM_EXTRA2: (mavlink.MAVLINK_MSG_ID_VFR_HUD,),
    mavlink.MAV_DATA_STREAM_EXTRA3: (mavlink.MAVLINK_MSG_ID_SYSTEM_TIME, mavlink.MAVLINK_MSG_ID_BATTERY_STATUS),
}
FASTEST_HZ = 50.0


class Streams:
    """Intervals in whole milliseconds of simulated time. Every message starts at its own phase, so that they do not bunch."""

    def __init__(self, default_hz: Mapping[int, float], now_ms: int = 0) -> None:
        self._default_hz = dict(default_hz)
        self._interval_ms = {message: round(1000 / hz) for message, hz in default_hz.items() if hz > 0.0}
        self._due_ms = {message: now_ms + 20 * index for index, message in enumerate(self._interval_ms)}
        self._next_ms = now_ms

    def set_hz(self, message: int, hz: float, now_ms: int) -> None:
        """Zero or less switches the message off. HEARTBEAT cannot be switched off."""
        if message == mavlink.MAVLINK_MSG_ID_HEARTBEAT:
            return
        if hz <= 0.0:
            self._interval_ms.pop(message, None)
            return
        self._interval_ms[message] = round(1000 / min(hz, FASTEST_HZ))
        self._due_ms[message] = now_ms + self._interval_ms[message]
        self._next_ms = min(self._next_ms, self._due_ms[message])

    def set_default(self, message: int, now_ms: int) -> None:
        self.set_hz(message, self._default_hz.get(message, 0.0), now_ms)

    def interval_us(self, message: int) -> int:
        """MESSAGE_INTERVAL's words for a message the vehicle has: -1 off."""
        return self._interval_ms[message] * 1000 if message in self._interval_ms else -1

    def set_group(self, stream: int, hz: float, now_ms: int) -> None:
        groups = _GROUPS.values() if stream == mavlink.MAV_DATA_STREAM_ALL else (_GROUPS.get(stream, ()),)
        for group in groups:
            for message in group:
                self.set_hz(message, hz, now_ms)

    def due(self, now_ms: int) -> list[int]:
        """Messages to send now."""
        if now_ms < self._next_ms:
            return []
        ready = [message for message, interval in self._interval_ms.items() if now_ms >= self._due_ms[message]]
        for message in ready:
            self._due_ms[message] += self._interval_ms[message]
        self._next_ms = min((self._due_ms[message] for message in self._interval_ms), default=now_ms + 1000)
        return ready
