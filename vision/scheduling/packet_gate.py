"""Which packets of a stream are worth decoding, by their size alone: where nothing moves, the differences between pictures are small.

Decoding is most of what a quiet camera costs. A packet can be left undecoded only with all that follow it up to the next keyframe, so what
is withheld is kept by the reader, and decoded after all when a packet jumps in size. Called from the thread that reads the source; `mode`
and `hold` from wherever the pictures are looked at.
"""

from typing import Literal

GateMode = Literal["all", "quiet", "keyframes", "health"]

LOUD = 2.2  # times the usual small packet
LOUD_BYTES = 300  # and so many more: packets of a still picture are nearly empty
QUIET_QUANTILE = 0.3  # of the sizes between keyframes: what is usual when little moves
STEP = 0.02  # of the estimate, by each packet
LEARNT_PACKETS = 50
OPEN_S = 3.0  # after a jump
HEALTH_PERIOD_S = 60.0
REORDERED_S = 2.0  # packets of pictures that refer to later ones come out of their order


class PacketGate:
    """One source. `all` lets everything through, `quiet` keyframes and what follows a jump in size, `health` a keyframe a minute."""

    def __init__(self, mode: GateMode = "all") -> None:
        self.mode = mode
        self.opened = 0
        self._usual: float | None = None
        self._learnt = 0
        self._open_until_s = float("-inf")
        self._passed_s = float("-inf")
        self._last_s = 0.0

    def wants(self, size_bytes: int, *, keyframe: bool, time_s: float) -> bool:
        """Whether to decode this packet, and before it what was withheld since the last keyframe."""
        if time_s < self._last_s - REORDERED_S:  # the source began anew
            self._open_until_s = self._passed_s = float("-inf")
        self._last_s = time_s
        if not keyframe and self._loud(size_bytes):
            self.opened += time_s >= self._open_until_s
            self._open_until_s = time_s + OPEN_S
        mode = self.mode
        wanted = mode == "all" or (keyframe and mode != "health") or (mode == "quiet" and time_s < self._open_until_s)
        if mode == "health" and keyframe and time_s - self._passed_s >= HEALTH_PERIOD_S:
            wanted = True
        if wanted:
            self._passed_s = time_s
        return wanted

    def _loud(self, size_bytes: int) -> bool:
        if self._usual is None:
            self._usual = float(size_bytes)
        below = size_bytes < self._usual
        self._usual = max(1.0, self._usual * (1.0 + STEP * ((QUIET_QUANTILE - 1.0) if below else QUIET_QUANTILE)))
        self._learnt += 1
        return self._learnt <= LEARNT_PACKETS or size_bytes > LOUD * self._usual + LOUD_BYTES
