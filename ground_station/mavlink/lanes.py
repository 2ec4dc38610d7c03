"""Datagrams that are one frame nobody has to look into at once: checked, counted, and kept as bytes in place of the one before.

Most of what a fleet says is such: attitudes and positions, of which only the newest matters when somebody asks. A lane stands for
one message of one sender from one source. It is opened after a first frame has gone the long way (`codec.frames` and all that
follows) and closed as soon as somebody wants to see each frame; so while it is open nothing has to be asked about a frame but
whether it is whole. A lane for repetitions takes only what says the same as the frame it was opened with, as nearly all heartbeats
do; what says something new goes the long way. Measured: 0.5 µs a frame, where the long way takes 4, and 10 for a heartbeat.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from ground_station.mavlink.dialect import checksum
from ground_station.mavlink.framing import MARKER_V2, Frame, crc_extra

_SENDER_AND_MESSAGE = slice(5, 10)  # system id, component id, message id: what makes a lane
_NOBODY = object()


class FrameHeader(Protocol):
    """What a frame is and who sent it: a `Frame`, or the `Lane` it came by."""

    @property
    def message_id(self) -> int: ...
    @property
    def system_id(self) -> int: ...
    @property
    def component_id(self) -> int: ...


OnFrame = Callable[[bytes, FrameHeader], None]


class Counts(Protocol):
    """Of one sender: `codec.LossCount`."""

    newest: int
    received: int

    def count(self, sequence: int) -> None: ...


class Lane:
    """Where the newest frame of one message of one sender is put.

    `at`: when it came, in monotonic and unix seconds. `same`: the payload of a lane for repetitions.
    """

    __slots__ = ("_home", "_key", "at", "component_id", "count", "extra", "frame", "message_id", "same", "system_id")

    def __init__(self, frame: Frame, count: Counts, home: dict[bytes, "Lane"], at: tuple[float, float], *, repeated: bool = False) -> None:
        self.message_id, self.system_id, self.component_id = frame.message_id, frame.system_id, frame.component_id
        self.extra = crc_extra(frame.message_id)
        self.count = count
        self.same = frame.payload if repeated else None
        self.frame: bytes | None = None  # None once it was looked into
        self.at = at
        self._home, self._key = home, frame.data[_SENDER_AND_MESSAGE]
        home[self._key] = self

    def close(self) -> None:
        """The next frame goes the long way."""
        if self._home.get(self._key) is self:
            del self._home[self._key]


class HasLanes(Protocol):
    """A source of bytes: `codec.Source`."""

    lanes: dict[bytes, Lane]


def can_have_lane(frame: Frame, data: bytes) -> bool:
    """Whether this frame is the whole of what came, and of the plain kind."""
    return frame.data is data and frame.verified and not frame.signed and data[0] == MARKER_V2


def take(
    packets: Iterable[tuple[bytes, Any]],
    sources: Mapping[Any, HasLanes],
    at: tuple[float, float],
    long_way: Callable[[bytes, Any], None],
    on_frame: OnFrame | None,
) -> tuple[int, int]:
    """Packets in their order, each into its lane or the long way; frames and bytes that went by lanes.

    `on_frame` is told of each frame in a lane. Every step in the loop is for every message of the fleet: indexing bytes is
    cheaper here than unpacking a header (0.02 µs a byte), one look-up by five bytes finds all there is to know. Numbers of the frame
    format (`framing`) stand as they are, since a name costs a look-up.
    """
    frames = size_bytes = 0
    source: Any = _NOBODY
    lanes: Mapping[bytes, Lane] = {}
    for data, peer in packets:
        if peer is not source:
            heard = sources.get(peer)
            source, lanes = peer, {} if heard is None else heard.lanes
        lane = lanes.get(data[5:10])
        if (
            lane is None
            or data[0] != 0xFD
            or data[2]
            or (length := len(data)) != data[1] + 12
            or checksum(data[1:-2] + lane.extra) != data[-2] | data[-1] << 8
            or (lane.same is not None and data[10:-2] != lane.same)
        ):
            long_way(data, peer)
            source = _NOBODY  # which sources there are may have changed
            continue
        sequence, count = data[4], lane.count
        if sequence == (count.newest + 1) & 255:
            count.newest = sequence
            count.received += 1
        else:
            count.count(sequence)
        lane.frame = data
        lane.at = at
        frames += 1
        size_bytes += length
        if on_frame is not None:
            on_frame(data, lane)
    return frames, size_bytes
