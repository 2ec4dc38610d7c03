"""Signed links: which frames of vehicles with a key are believed, and with what ours are signed.

Keys come from outside (`ground_station.signing`); without any this costs a look into an empty dict.
"""

from collections.abc import Mapping

from ground_station.mavlink import Frame
from ground_station.mavlink.signing import ALLOWED_UNSIGNED, Refusal, SigningClock, SigningKey, StreamGate

TOLD_EVERY_S = 60.0  # refusals of one vehicle are told at most this often


class SigningGuard:
    """Keys by system id, the clock and the newest timestamp of each stream."""

    def __init__(self, keys: Mapping[int, SigningKey] | None = None, clock: SigningClock | None = None) -> None:
        self.clock = clock or SigningClock()
        self.gate = StreamGate(self.clock)
        self.refusals = 0
        self.last_signed_with: dict[int, SigningKey | None] = {}
        self._keys: dict[int, tuple[SigningKey, ...]] = {system: (key,) for system, key in (keys or {}).items()}
        self._told: dict[int, tuple[float, int]] = {}

    @property
    def active(self) -> bool:
        return bool(self._keys)

    def key_of(self, system_id: int) -> SigningKey | None:
        """The key our messages to this vehicle are signed with."""
        keys = self._keys.get(system_id)
        return keys[0] if keys else None

    def use(self, system_id: int, *keys: SigningKey) -> None:
        """Sign with the first key, believe any of them; none switches signing off for this vehicle."""
        if keys:
            self._keys[system_id] = keys
        else:
            self._keys.pop(system_id, None)
            self.last_signed_with.pop(system_id, None)

    def refusal(self, frame: Frame) -> Refusal | None:
        """Why a frame must not be believed; None when it may."""
        keys = self._keys.get(frame.system_id)
        if keys is None:
            return None
        for key in keys:
            refusal = self.gate.refusal(frame, key)
            if refusal is not Refusal.WRONG:
                break
        if refusal is None and frame.signed:
            self.last_signed_with[frame.system_id] = key
        elif not frame.signed and frame.message_id not in ALLOWED_UNSIGNED:
            self.last_signed_with[frame.system_id] = None
        self.refusals += refusal is not None
        return refusal

    def to_tell(self, system_id: int, now_s: float) -> int:
        """How many refusals to tell about now: those since the last time, 0 while it is too soon."""
        told_s, count = self._told.get(system_id, (float("-inf"), 0))
        if now_s - told_s < TOLD_EVERY_S:
            self._told[system_id] = (told_s, count + 1)
            return 0
        self._told[system_id] = (now_s, 0)
        return count + 1
