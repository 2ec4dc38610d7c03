"""STATUSTEXT: long texts come in chunks, and every text from a vehicle is untrusted.

Source: MAVLink STATUSTEXT, fields `id` and `chunk_seq`.
"""

from dataclasses import dataclass

from ground_station.mavlink import WireMessage
from ground_station.messages import EventSeverity

CHUNK_BYTES = 50
LONGEST_TEXT = 500
CHUNKS_OPEN = 8  # unfinished texts kept; older ones are given out with a gap mark
_CRITICAL, _WARNING = 2, 4  # MAV_SEVERITY: emergency, alert, critical | error, warning | notice, info, debug


@dataclass(frozen=True, slots=True)
class VehicleText:
    """One whole text of the autopilot. `level` is MAV_SEVERITY, 0 worst."""

    text: str
    level: int

    @property
    def severity(self) -> EventSeverity:
        return "critical" if self.level <= _CRITICAL else "warning" if self.level <= _WARNING else "info"


class TextAssembler:
    """Joins chunks; a missing chunk becomes '…'."""

    def __init__(self) -> None:
        self._chunks: dict[tuple[int, int], dict[int, bytes]] = {}

    def on_message(self, message: WireMessage) -> list[VehicleText]:
        """Texts completed by this STATUSTEXT."""
        raw = message.text if isinstance(message.text, bytes) else str(message.text).encode()
        if message.id == 0:
            return [VehicleText(clean_text(raw), message.severity)]
        key = (message.id, message.severity)
        chunks = self._chunks.setdefault(key, {})
        chunks[message.chunk_seq] = raw
        if len(raw) < CHUNK_BYTES:  # the last chunk is the one that is not full
            return [self._finished(key)]
        if len(self._chunks) > CHUNKS_OPEN:
            return [self._finished(next(iter(self._chunks)))]
        return []

    def _finished(self, key: tuple[int, int]) -> VehicleText:
        chunks = self._chunks.pop(key)
        joined = b"".join(chunks.get(number, "…".encode()) for number in range(max(chunks) + 1))
        return VehicleText(clean_text(joined), key[1])


def clean_text(raw: bytes) -> str:
    """Printable text only, bounded in length."""
    text = raw.split(b"\x00", 1)[0].decode("utf-8", errors="replace")
    return "".join(c for c in text if c.isprintable()).strip()[:LONGEST_TEXT]
