"""When a live picture was taken: the stream's time stamps mapped to UTC, with the offset of the camera's own clock estimated.

A camera that tells its time (RTCP sender reports, ST 0604 stamps) is believed when what it says fits the instants its packets arrive at:
a little ago. One that is hours off, or in the future, is not; its clock then gives the steps between pictures and the arrival gives the
place in time. Arrival alone jitters with the network and the decoder, so the quickest packet of the last minute sets the mapping: a
picture can come late, never early.
Source of the method: the minimum filter of one-way delay in RFC 5905 (NTP), clock filter algorithm.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WINDOW_S = 30.0  # two of them are looked at: long enough for quiet moments of a network, short enough to follow a crystal's drift
LATEST_RIGHT_S = 0.5  # a right clock may be so far ahead of ours
EARLIEST_RIGHT_S = -5.0  # or so far behind: the delay of a slow link looks the same
JUMP_S = 1.0  # stream time that runs back further was restarted
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """`offset_s` is how far the camera's clock is ahead of ours, the least delay of the way taken off; `right` whether it is believed."""

    offset_s: float
    right: bool


class _LeastDelay:
    """The smallest of the differences noted within the last one to two windows."""

    def __init__(self) -> None:
        self._before: float | None = None
        self._now: float | None = None
        self._since_s: float | None = None

    def note(self, difference_s: float, now_s: float) -> float:
        if self._since_s is None or abs(now_s - self._since_s) > WINDOW_S:
            self._before, self._now, self._since_s = self._now, None, now_s
        self._now = difference_s if self._now is None else min(self._now, difference_s)
        return self._now if self._before is None else min(self._now, self._before)


class CaptureClock:
    """One run of one stream. `note` each packet as it arrives, ask `captured_at` for each picture."""

    def __init__(self) -> None:
        self._stream_delay, self._camera_delay = _LeastDelay(), _LeastDelay()
        self._to_utc_s: float | None = None  # add to stream time
        self._last_stream_s: float | None = None
        self._camera_to_stream_s: float | None = None  # camera's time less stream time
        self.reading: ClockReading | None = None

    def note(self, stream_s: float, arrived_at: datetime, camera_at: datetime | None = None) -> None:
        """A packet or picture with its time stamp, its arrival, and the instant the camera gives it."""
        arrived_s = _seconds(arrived_at)
        if self._last_stream_s is not None and stream_s < self._last_stream_s - JUMP_S:
            self._stream_delay, self._camera_to_stream_s = _LeastDelay(), None
        self._last_stream_s = stream_s
        self._to_utc_s = self._stream_delay.note(arrived_s - stream_s, arrived_s)
        if camera_at is not None:
            camera_s = _seconds(camera_at)
            self._camera_to_stream_s = camera_s - stream_s
            offset_s = -self._camera_delay.note(arrived_s - camera_s, arrived_s)
            self.reading = ClockReading(offset_s, EARLIEST_RIGHT_S <= offset_s <= LATEST_RIGHT_S)

    def captured_at(self, stream_s: float) -> tuple[datetime, bool] | None:
        """The instant of a picture, and whether it is the camera's own word. None before anything was noted."""
        if self._camera_to_stream_s is not None and self.reading is not None:
            camera_s = stream_s + self._camera_to_stream_s
            return (_instant(camera_s), True) if self.reading.right else (_instant(camera_s - self.reading.offset_s), False)
        return None if self._to_utc_s is None else (_instant(stream_s + self._to_utc_s), False)


def _seconds(instant: datetime) -> float:
    return (instant - EPOCH).total_seconds()


def _instant(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)
