"""Bytes to messages and back, for one physical link.

Each source on the link (a UDP address, a TCP client) has its own parser, because their bytes interleave. Checksums are
verified by the parser. Loss is counted per source and (system, component) from the 8-bit sequence number, before any
merging of links, since merged links show false loss.
"""

from dataclasses import dataclass
from typing import Any

from ground_station.mavlink.dialect import WireMessage, mavlink

SEQUENCE_MODULUS = 256
LATE_WINDOW = 32  # a packet this far behind the newest is late or doubled; further back means the counter started anew
SOURCES_KEPT = 1024  # parsers kept; beyond it the longest silent is dropped, so that scanned ports cannot fill memory


@dataclass(slots=True)
class LossCount:
    """Packets of one sender on one link."""

    received: int = 0
    lost: int = 0
    newest: int | None = None

    def count(self, sequence: int) -> None:
        self.received += 1
        if self.newest is None:
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


class MavlinkCodec:
    """Encodes as `system_id`/`component_id` and decodes everything heard on one link."""

    def __init__(self, system_id: int, component_id: int = mavlink.MAV_COMP_ID_MISSIONPLANNER) -> None:
        self.system_id, self.component_id = system_id, component_id
        self._packer = mavlink.MAVLink(None, srcSystem=system_id, srcComponent=component_id)
        self._parsers: dict[Any, Any] = {}
        self._losses: dict[tuple[Any, int, int], LossCount] = {}
        self.bad_packets = 0

    def decode(self, data: bytes, source: Any = None) -> list[WireMessage]:
        """Messages completed by `data`; broken bytes and wrong checksums are counted in `bad_packets` and skipped."""
        parser = self._parsers.pop(source, None)
        if parser is None:
            parser = mavlink.MAVLink(None)
            parser.robust_parsing = True
            if len(self._parsers) >= SOURCES_KEPT:
                self._parsers.pop(next(iter(self._parsers)))
        self._parsers[source] = parser  # put last: the first is then the longest silent
        messages: list[WireMessage] = []
        for message in parser.parse_buffer(data) or ():
            kind = message.get_type()
            if kind == "BAD_DATA":
                self.bad_packets += 1
                continue
            if kind.startswith("UNKNOWN_"):
                continue  # another dialect's message; its checksum cannot be verified, so nothing of it is used
            key = (source, message.get_srcSystem(), message.get_srcComponent())
            count = self._losses.get(key)
            if count is None:
                count = self._losses[key] = LossCount()
            count.count(message.get_seq())
            messages.append(message)
        return messages

    def encode(self, message: WireMessage) -> bytes:
        """Frame a message as MAVLink 2 with this station's ids and the next sequence number."""
        frame: bytes = message.pack(self._packer)
        self._packer.seq = (self._packer.seq + 1) % SEQUENCE_MODULUS
        return frame

    def packets_lost(self, system_id: int, source: Any = None) -> int:
        """Packets of a system that never arrived from `source`, all its components together."""
        return sum(count.lost for (where, system, _), count in self._losses.items() if where == source and system == system_id)

    def packets_received(self, system_id: int, source: Any = None) -> int:
        return sum(count.received for (where, system, _), count in self._losses.items() if where == source and system == system_id)
