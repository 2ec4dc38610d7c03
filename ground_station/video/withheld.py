"""Packets kept back undecoded, so that a quiet camera costs no decoding, and decoded after all when something happens."""

from collections.abc import Callable, Iterator
from typing import Protocol

from ground_station.video.container import ArrivedPacket

HELD_AT_MOST = 1500  # packets: a minute of a camera that sends a keyframe so seldom


class Gate(Protocol):
    """Judges each packet in the order of arrival."""

    def wants(self, size_bytes: int, *, keyframe: bool, time_s: float) -> bool: ...


def gated(packets: Iterator[ArrivedPacket], gate: Gate, on_withheld: Callable[[], None]) -> Iterator[ArrivedPacket]:
    """The packets to decode: those wanted, each after all since its keyframe, without which it would be a smear."""
    held: list[ArrivedPacket] = []
    torn = False  # packets since the last keyframe are gone
    for arrived in packets:
        packet = arrived.packet
        if not packet.size:  # flushes the decoder
            yield arrived
            continue
        if packet.is_keyframe:
            held.clear()
            torn = False
        if gate.wants(packet.size, keyframe=packet.is_keyframe, time_s=arrived.stream_s or 0.0) and not torn:
            yield from held
            held.clear()
            yield arrived
        else:
            on_withheld()
            if len(held) < HELD_AT_MOST:
                held.append(arrived)
            else:
                held.clear()
                torn = True
