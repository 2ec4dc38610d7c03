"""Which messages a vehicle sends by itself, and how often. Intervals change by SET_MESSAGE_INTERVAL and REQUEST_DATA_STREAM."""

from collections.abc import Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

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

    def due(self, now_ms: int) -> list[int]:
        """Messages to send now."""
        if now_ms < self._next_ms:
            return []
        ready = [message for message, interval in self._interval_ms.items() if now_ms >= self._due_ms[message]]
        for message in ready:
            self._due_ms[message] += self._interval_ms[message]
        self._next_ms = min((self._due_ms[message] for message in self._interval_ms), default=now_ms + 1000)
        return ready
