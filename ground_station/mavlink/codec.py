"""Bytes to frames and messages and back, for one physical link.

Each source on the link (a UDP address, a TCP client) has its own splitter, because their bytes interleave. Loss is counted
per source and (system, component) from the 8-bit sequence number, before any merging of links, since merged links show
false loss.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ground_station.mavlink.decoding import decode_frame
from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.framing import Frame, FrameCounts, FrameSplitter
from ground_station.mavlink.lanes import Lane, OnFrame, take

SEQUENCE_MODULUS = 256
LATE_WINDOW = 32  # a packet this far behind the newest is late or doubled; further back means the counter started anew
SOURCES_KEPT = 2048  # beyond it the longest silent is dropped, so that scanned ports cannot fill memory
SENDERS_KEPT = 4096  # (system, component) pairs of one source; broken bytes must not invent more


@dataclass(slots=True)
class LossCount:
    """Packets of one sender on one link."""

    received: int = 0
    lost: int = 0
    newest: int = -1  # before the first

    def count(self, sequence: int) -> None:
        self.received += 1
        if self.newest < 0:
            self.newest = sequence
            return
        ahead = (sequence - self.newest) % SEQUENCE_MODULUS
        if ahead == 0:
            return  # the same packet again
        if ahead >= SEQUENCE_MODULUS - LATE_WINDOW:
            self.lost = max(0, self.lost - 1)  # it was counted as lost when the ones after it came first
            return
        self.lost += ahead - 1
        self.newest = sequence


class Source:
    """One sender of bytes on the link."""

    __slots__ = ("lanes", "losses", "of_system", "splitter")

    def __init__(self, counts: FrameCounts) -> None:
        self.lanes: dict[bytes, Lane] = {}
        self.splitter = FrameSplitter(counts)
        self.losses: dict[int, LossCount] = {}  # by system id * 256 + component id
        self.of_system: dict[int, list[LossCount]] = {}

    def add(self, key: int) -> LossCount:
        """Count a new sender; beyond the limit all are counted anew."""
        if len(self.losses) >= SENDERS_KEPT:
            self.losses.clear()
            self.of_system.clear()
            self.lanes.clear()
        count = self.losses[key] = LossCount()
        self.of_system.setdefault(key >> 8, []).append(count)
        return count


class MavlinkCodec:
    """Encodes as `system_id`/`component_id` and takes apart everything heard on one link."""

    def __init__(self, system_id: int, component_id: int = mavlink.MAV_COMP_ID_MISSIONPLANNER) -> None:
        self.system_id, self.component_id = system_id, component_id
        self.counts = FrameCounts()
        self.link_id = 0  # in signatures: each link is a stream of its own
        self._packer = mavlink.MAVLink(None, srcSystem=system_id, srcComponent=component_id)
        self._sources: dict[Any, Source] = {}

    @property
    def bad_packets(self) -> int:
        """Frames dropped because their checksum or their flags were wrong."""
        return self.counts.bad_crc + self.counts.incompatible

    def frames(self, data: bytes, source: Any = None) -> list[Frame]:
        """Frames completed by `data`, of other dialects too (`verified` false); broken bytes are counted and skipped."""
        heard = self._sources.get(source)
        if heard is None or len(self._sources) == SOURCES_KEPT:
            heard = heard or Source(self.counts)
            self._sources.pop(source, None)
            if len(self._sources) >= SOURCES_KEPT:
                self._sources.pop(next(iter(self._sources)))
            self._sources[source] = heard  # put last: the first is then the longest silent
        frames = heard.splitter.split(data)
        losses = heard.losses
        for frame in frames:
            key = frame.system_id << 8 | frame.component_id
            count = losses.get(key)
            if frame.verified:
                if count is None:
                    count = heard.add(key)
                count.count(frame.sequence)
            elif count is not None and (frame.sequence - count.newest) % SEQUENCE_MODULUS == 1:
                # Of a dialect not known here, so its checksum says nothing; but it is the very next one and not one that was lost.
                count.count(frame.sequence)
        return frames

    def take(
        self,
        packets: Sequence[tuple[bytes, Any]],
        at: tuple[float, float],
        long_way: Callable[[bytes, Any], None],
        on_frame: OnFrame | None,
    ) -> int:
        """Packets of any sources, in their order, by their lanes or the long way, which ends in `frames`; bytes by lanes."""
        if len(self._sources) >= SOURCES_KEPT:  # the longest silent is known by the long way only
            for data, peer in packets:
                long_way(data, peer)
            return 0
        frames, size_bytes = take(packets, self._sources, at, long_way, on_frame)
        self.counts.frames += frames
        return size_bytes

    def open_lane(self, frame: Frame, source: Any, at: tuple[float, float], *, repeated: bool = False) -> Lane:
        """From now on frames like this one, which has just been heard, are kept in a lane; `repeated`: those that say the same."""
        heard = self._sources[source]
        return Lane(frame, heard.losses[frame.system_id << 8 | frame.component_id], heard.lanes, at, repeated=repeated)

    def close_lanes(self, source: Any) -> None:
        """What comes from this source is cut, broken or several frames at once: its bytes must be seen in their order."""
        heard = self._sources.get(source)
        if heard is not None and heard.lanes:
            heard.lanes.clear()

    def lanes(self) -> Iterator[Lane]:
        for source in self._sources.values():
            yield from source.lanes.values()

    def decode(self, data: bytes, source: Any = None) -> list[WireMessage]:
        """Messages completed by `data`. Those of other dialects are left out: their checksum cannot be verified."""
        decoded = (decode_frame(frame) for frame in self.frames(data, source))
        return [message for message in decoded if message is not None]

    def totals(self) -> tuple[int, int]:
        """Frames received and lost, of all sources."""
        counts = [count for source in self._sources.values() for count in source.losses.values()]
        return sum(count.received for count in counts), sum(count.lost for count in counts)

    def encode(self, message: WireMessage, secret: bytes | None = None, timestamp: int = 0) -> bytes:
        """Frame a message as MAVLink 2 with this station's ids and the next sequence number; signed when there is a `secret`."""
        signing = self._packer.signing
        signing.sign_outgoing, signing.secret_key = secret is not None, secret
        signing.link_id, signing.timestamp = self.link_id, timestamp
        frame: bytes = message.pack(self._packer)
        self._packer.seq = (self._packer.seq + 1) % SEQUENCE_MODULUS
        return frame

    def packets_of(self, system_id: int, source: Any = None) -> tuple[int, int]:
        """Packets of a system received from `source`, and those that never arrived; all its components together."""
        received = lost = 0
        heard = self._sources.get(source)
        for count in () if heard is None else heard.of_system.get(system_id, ()):
            received += count.received
            lost += count.lost
        return received, lost
