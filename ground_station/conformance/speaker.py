"""The suite's own voice and ears on one link: several identities speak, every message of the vehicle's system is heard.

Nothing here retries or interprets; a check says exactly what goes on the wire and sees exactly what comes back.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import anyio

from ground_station.conformance.check import CheckFailed
from ground_station.conformance.dialect import EXTRA, extra_payload
from ground_station.conformance.frames import SIGNED, Deframer, Frame, frame_of
from ground_station.links import Link, Peer

SIGNING_EPOCH_UNIX_S = 1_420_070_400  # 2015-01-01, where signing time stamps count from, in units of 10 µs
PEERS_KEPT = 64


class Ear:
    """What was heard since it was opened. `skip` marks everything so far as known."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, Any]] = []
        self._read = 0
        self._arrived = anyio.Event()

    def put(self, at_s: float, message: Any) -> None:
        self.heard.append((at_s, message))
        self._arrived.set()

    def skip(self) -> None:
        self._read = len(self.heard)

    def rewind(self) -> None:
        """Hear everything since it was opened once more."""
        self._read = 0

    async def hear_or_none(self, *kinds: str, within_s: float, where: Callable[[Any], bool] | None = None) -> Any | None:
        """The next message of one of these kinds, or None when `within_s` has passed without it."""
        end_s = time.monotonic() + within_s
        while True:
            while self._read < len(self.heard):
                _, message = self.heard[self._read]
                self._read += 1
                if message.get_type() in kinds and (where is None or where(message)):
                    return message
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                return None
            self._arrived = anyio.Event()
            with anyio.move_on_after(left_s):
                await self._arrived.wait()

    async def hear(self, *kinds: str, within_s: float, where: Callable[[Any], bool] | None = None) -> Any:
        """The next message of one of these kinds. Raises: `CheckFailed` when it does not come."""
        message = await self.hear_or_none(*kinds, within_s=within_s, where=where)
        if message is None:
            raise CheckFailed(f"no {' or '.join(kinds)} within {within_s:g} s")
        return message

    def all(self, *kinds: str) -> list[Any]:
        return [message for _, message in self.heard if message.get_type() in kinds]

    def times_s(self, *kinds: str) -> list[float]:
        return [at_s for at_s, message in self.heard if message.get_type() in kinds]


class Ether:
    """One link, listened to all the time. `system_id` 0 hears everybody."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._deframers: dict[Peer, Deframer] = {}
        self._ears: list[Ear] = []
        self.system_id = 0
        self.peer: Peer | None = None
        self.seen: dict[tuple[int, int], Any] = {}  # (system, component) -> its last HEARTBEAT

    @property
    def bad_frames(self) -> int:
        return sum(deframer.counted_bad for deframer in self._deframers.values())

    async def listen(self) -> None:
        """Until cancelled."""
        while True:
            packet = await self._link.receive()
            deframer = self._deframers.get(packet.peer)
            if deframer is None:
                if len(self._deframers) >= PEERS_KEPT:
                    self._deframers.pop(next(iter(self._deframers)))
                deframer = self._deframers[packet.peer] = Deframer()
            for message in deframer.read(packet.data):
                system = message.get_srcSystem()
                if self.system_id and system != self.system_id:
                    continue
                if message.get_type() == "HEARTBEAT":
                    self.seen[system, message.get_srcComponent()] = message
                    if system == self.system_id and message.get_srcComponent() == 1:
                        self.peer = packet.peer
                at_s = time.monotonic()
                for ear in self._ears:
                    ear.put(at_s, message)

    @contextmanager
    def listening(self) -> Iterator[Ear]:
        ear = Ear()
        self._ears.append(ear)
        try:
            yield ear
        finally:
            self._ears.remove(ear)

    def transmit(self, data: bytes) -> None:
        self._link.send(data, self.peer)


class Speaker:
    """One identity on the wire. `key` set: everything said is signed."""

    def __init__(self, ether: Ether, system_id: int, component_id: int) -> None:
        self._ether = ether
        self.system_id, self.component_id = system_id, component_id
        self.key: bytes | None = None
        self.link_id = 7
        self._sequence = 0
        self._stamp = 0
        self._clock = (time.time(), time.monotonic(), 1.0)

    def frame(self, message: Any) -> Frame:
        """The message as this speaker's next frame, not yet sent."""
        frame = frame_of(message, self._sequence, self.system_id, self.component_id)
        self._sequence = (self._sequence + 1) % 256
        return frame

    def extra(self, message_id: int, **fields: int) -> Frame:
        """A frame of a message that no generated dialect carries."""
        payload = extra_payload(message_id, **fields)
        sequence, self._sequence = self._sequence, (self._sequence + 1) % 256
        return Frame(message_id, payload, EXTRA[message_id][1], sequence, self.system_id, self.component_id).truncated()

    def say(self, *messages: Any) -> None:
        """Send messages, or frames as they are."""
        for message in messages:
            frame = message if isinstance(message, Frame) else self.frame(message)
            self.send(self.signed(frame) if self.key is not None else frame.to_bytes())

    def send(self, data: bytes) -> None:
        self._ether.transmit(data)

    def signed(self, frame: Frame, *, key: bytes | None = None, stamp: int | None = None, link_id: int | None = None) -> bytes:
        """The frame with its signature. Source: MAVLink guide, "Message Signing"; stamps in 10 µs since 2015."""
        secret = key or self.key
        assert secret is not None, "a key to sign with"
        if stamp is None:
            self._stamp = stamp = max(self._stamp + 1, self.stamp_now())
        body = Frame(
            frame.message_id, frame.payload, frame.crc_extra, frame.sequence, frame.system_id, frame.component_id, SIGNED, frame.compat
        ).to_bytes()
        tail = bytes((self.link_id if link_id is None else link_id,)) + stamp.to_bytes(6, "little")
        return body + tail + hashlib.sha256(secret + body + tail).digest()[:6]

    def stamp_now(self) -> int:
        """This instant as a signing time stamp."""
        unix_s, since_s, rate = self._clock
        return int((unix_s + rate * (time.monotonic() - since_s) - SIGNING_EPOCH_UNIX_S) * 100_000)

    def follow_clock(self, unix_s: float, rate: float) -> None:
        """Stamp by the vehicle's clock instead of this machine's, which a fast simulation leaves behind."""
        self._clock = (unix_s, time.monotonic(), rate)
