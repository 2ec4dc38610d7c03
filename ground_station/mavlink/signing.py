"""MAVLink 2 message signing. Source: MAVLink guide, "Message Signing".

Checking is our own: pymavlink's check believes a timestamp before it has checked the signature over it, so that one forged frame
deafens a station for ever. Signing what goes out is pymavlink's.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass, field
from enum import StrEnum

from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.framing import SIGNATURE_BYTES, Frame

EPOCH_UNIX_S = 1_420_070_400  # 2015-01-01 UTC
TICKS_PER_S = 100_000  # 10 µs
NEW_STREAM_BEHIND_TICKS = 60 * TICKS_PER_S
KEY_BYTES = 32
_HASH_BYTES = 6
_STREAMS_KEPT = 4096
# A radio puts its own report between the frames and has no key.
ALLOWED_UNSIGNED = frozenset({mavlink.MAVLINK_MSG_ID_RADIO_STATUS})


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A vehicle's secret. `required`: what is unsigned or wrongly signed is not believed."""

    secret: bytes = field(repr=False)
    required: bool = True


class Refusal(StrEnum):
    UNSIGNED = "unsigned"
    WRONG = "wrong signature"
    REPLAYED = "replayed"


def signature_fits(frame: Frame, secret: bytes) -> bool:
    digest = hashlib.sha256(secret + frame.data[:-_HASH_BYTES]).digest()[:_HASH_BYTES]
    return hmac.compare_digest(digest, frame.data[-_HASH_BYTES:])


def timestamp_of(frame: Frame) -> int:
    return int.from_bytes(frame.data[-SIGNATURE_BYTES + 1 : -_HASH_BYTES], "little")


class SigningClock:
    """Ticks of 10 µs since 2015, never twice the same and never backwards, also over restarts (`at_least`)."""

    def __init__(self, at_least: int = 0) -> None:
        self.ticks = at_least

    def now(self) -> int:
        return max(self.ticks, int((time.time() - EPOCH_UNIX_S) * TICKS_PER_S))

    def next(self) -> int:
        self.ticks = max(self.ticks + 1, self.now())
        return self.ticks


class StreamGate:
    """Newest timestamp of each signing stream (system, component, link id): what is not newer has been heard before."""

    def __init__(self, clock: SigningClock, newest: dict[tuple[int, int, int], int] | None = None) -> None:
        self._clock = clock
        self.newest = newest or {}

    def refusal(self, frame: Frame, key: SigningKey) -> Refusal | None:
        """Why a frame of a vehicle with this key must not be believed; None when it may."""
        if not frame.signed:
            return None if not key.required or frame.message_id in ALLOWED_UNSIGNED else Refusal.UNSIGNED
        if not signature_fits(frame, key.secret):
            return Refusal.WRONG
        stream = (frame.system_id, frame.component_id, frame.data[-SIGNATURE_BYTES])
        timestamp, newest = timestamp_of(frame), self.newest.pop(stream, None)
        fresh = timestamp > newest if newest is not None else timestamp + NEW_STREAM_BEHIND_TICKS >= self._clock.now()
        if newest is not None or fresh:
            self.newest[stream] = max(timestamp, newest or 0)
        if len(self.newest) > _STREAMS_KEPT:
            self.newest.pop(next(iter(self.newest)))
        if not fresh:
            return Refusal.REPLAYED
        self._clock.ticks = max(self._clock.ticks, timestamp)
        return None


def setup_message(target_system: int, target_component: int, secret: bytes, timestamp: int) -> WireMessage:
    """SETUP_SIGNING; 32 zero bytes and timestamp 0 switch signing off."""
    message: WireMessage = mavlink.MAVLink_setup_signing_message(target_system, target_component, list(secret), timestamp)
    return message
