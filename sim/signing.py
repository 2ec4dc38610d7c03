"""MAVLink 2 signing on the vehicle's side: which frames are believed, and the state pymavlink signs its answers with.

A frame is believed when its signature is right and its time is newer than the last of its stream (system, component, link); a stream
heard for the first time may be a minute behind. The signature is judged before the time is remembered, so that a forged frame from
the future cannot lock a station out. Without a key everything is believed. Source: MAVLink guide, "Message Signing".
"""

import hashlib
import hmac
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.clock import SimClock

SIGNATURE_BYTES = 13
EPOCH_UNIX_US = 1_420_070_400_000_000  # 2015-01-01; signing counts 10 us from there
TICK_US = 10
NEW_STREAM_BEHIND = 6_000_000  # one minute in ticks
UNSIGNED_ALLOWED = frozenset({"RADIO_STATUS"})  # a radio modem has no key


class Signing:
    """One vehicle's key and clocks. `state` is shared by all its senders, so that no two frames carry the same time."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self._streams: dict[tuple[int, int, int], int] = {}
        self.state = mavlink.MAVLinkSigning()
        self.refused = 0

    @property
    def active(self) -> bool:
        return self.state.secret_key is not None

    def set_key(self, key: bytes | None, initial_timestamp: int) -> None:
        """None takes signing off."""
        self._streams.clear()
        self.state.secret_key = key
        self.state.sign_outgoing = key is not None
        self.state.timestamp = max(self.state.timestamp, initial_timestamp)

    def tick(self) -> None:
        """Call before sending: the time of the next frame is now, and never earlier than the last."""
        now = (self._clock.unix_us - EPOCH_UNIX_US) // TICK_US
        self.state.timestamp = max(self.state.timestamp, now)

    def believes(self, message: Any) -> bool:
        if not self.active:
            return True
        if self._signed_well(message) or message.get_type() in UNSIGNED_ALLOWED:
            return True
        self.refused += 1
        return False

    def _signed_well(self, message: Any) -> bool:
        frame = bytes(message.get_msgbuf())
        key = self.state.secret_key
        signed = len(frame) > SIGNATURE_BYTES and frame[0] == mavlink.PROTOCOL_MARKER_V2 and frame[2] & mavlink.MAVLINK_IFLAG_SIGNED
        if not signed or key is None:
            return False
        expected = hashlib.sha256(key + frame[:-6]).digest()[:6]
        if not hmac.compare_digest(expected, frame[-6:]):
            return False
        stream = (message.get_srcSystem(), message.get_srcComponent(), frame[-13])
        time = int.from_bytes(frame[-12:-6], "little")
        self.tick()
        last = self._streams.get(stream)
        if last is None:
            if time + NEW_STREAM_BEHIND < self.state.timestamp:
                return False
        elif time <= last:
            return False
        self._streams[stream] = time
        self.state.timestamp = max(self.state.timestamp, time)
        return True
