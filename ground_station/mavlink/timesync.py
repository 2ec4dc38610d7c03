"""TIMESYNC: where the vehicle's clock stands against ours, from the round trips that took least.

The answer to a request lies half a round trip ago; the shorter the round trip, the less that can be wrong. Source: MAVLink "Time
Synchronization Protocol v2".
"""

from collections import deque
from dataclasses import dataclass

KEPT = 12
LONGEST_ROUND_TRIP_S = 1.0  # longer ones say nothing


@dataclass(frozen=True, slots=True)
class _Sample:
    round_trip_s: float
    offset_s: float


class TimeSync:
    """Requests go out, answers come in, the best of the last dozen counts. All times in nanoseconds of the two clocks."""

    def __init__(self) -> None:
        self._samples: deque[_Sample] = deque(maxlen=KEPT)
        self._sent_ns: int | None = None

    def request(self, now_ns: int) -> int:
        """The `ts1` of a request that leaves now (its `tc1` is 0)."""
        self._sent_ns = now_ns
        return now_ns

    def on_answer(self, ts1_ns: int, tc1_ns: int, now_ns: int) -> bool:
        """True when it answers our last request and counted. Others' answers mirror other requests."""
        if tc1_ns == 0 or ts1_ns != self._sent_ns:
            return False
        self._sent_ns = None
        round_trip_s = (now_ns - ts1_ns) / 1e9
        if not 0 <= round_trip_s <= LONGEST_ROUND_TRIP_S:
            return False
        self._samples.append(_Sample(round_trip_s, (ts1_ns + now_ns) / 2e9 - tc1_ns / 1e9))
        return True

    def forget(self) -> None:
        """The vehicle's clock has begun anew."""
        self._samples.clear()

    @property
    def offset_s(self) -> float | None:
        """Our clock less the vehicle's, seconds; None before the first answer."""
        return min(self._samples, key=lambda sample: sample.round_trip_s).offset_s if self._samples else None

    @property
    def uncertainty_s(self) -> float | None:
        """Half the shortest round trip."""
        return min(sample.round_trip_s for sample in self._samples) / 2 if self._samples else None
