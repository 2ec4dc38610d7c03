"""To whom a frame is addressed, read from its bytes. Source: MAVLink guide, "Routing": target_system and target_component."""

from struct import calcsize

from ground_station.mavlink.dialect import mavlink
from ground_station.mavlink.framing import Frame


def _offset(kind: type, field: str) -> int | None:
    """Where an 8-bit field stands in the payload, whose fields are ordered for the wire."""
    names = kind.ordered_fieldnames  # type: ignore[attr-defined]
    if field not in names:
        return None
    at, layout = 0, kind.native_format.decode().lstrip("<")  # type: ignore[attr-defined]
    for name, letter, count in zip(names, layout, kind.array_lengths, strict=True):  # type: ignore[attr-defined]
        if name == field:
            return at
        at += calcsize("<" + letter) * max(1, count)
    return None


_OFFSETS: dict[int, tuple[int, int | None]] = {
    number: (system, _offset(kind, "target_component"))
    for number, kind in mavlink.mavlink_map.items()
    if (system := _offset(kind, "target_system")) is not None
}


def target_of(frame: Frame) -> tuple[int, int]:
    """(system, component); 0 means all, as it does for messages without a target and for those we do not know."""
    offsets = _OFFSETS.get(frame.message_id)
    if offsets is None:
        return 0, 0
    return _byte(frame, offsets[0]), 0 if offsets[1] is None else _byte(frame, offsets[1])


def _byte(frame: Frame, offset: int) -> int:
    at = frame.payload_start + offset
    return frame.data[at] if at < frame.payload_end else 0  # trailing zeros are not sent
