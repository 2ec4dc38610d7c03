"""Frames to messages: the same objects with the same fields as pymavlink's parser makes, at a third of its cost.

Each message id gets one decoder, made when it is first met: a precompiled struct and the places of its fields. What a message
rarely needs (header, buffer) is made when asked for. Equality with pymavlink is a property test over every message of the dialect.
"""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from struct import Struct, calcsize
from typing import Any

from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.framing import MARKER_V1, Frame

_new = object.__new__


class _Decoded:
    """What pymavlink sets on every decoded message, taken from the frame on demand. Mixed into each message class."""

    _frame: Frame
    _fieldnames: list[str]
    _link_id: int | None = None
    _signed = False
    _instances: dict[str, str] | None = None

    def get_msgId(self) -> int:  # noqa: N802  pymavlink's name
        return self._frame.message_id

    def get_srcSystem(self) -> int:  # noqa: N802  pymavlink's name
        return self._header.srcSystem if "_header" in self.__dict__ else self._frame.system_id

    def get_srcComponent(self) -> int:  # noqa: N802  pymavlink's name
        return self._header.srcComponent if "_header" in self.__dict__ else self._frame.component_id

    def get_seq(self) -> int:
        return self._frame.sequence

    @cached_property
    def _header(self) -> Any:
        data, frame = self._frame.data, self._frame
        flags = (0, 0) if data[0] == MARKER_V1 else (data[2], data[3])
        return mavlink.MAVLink_header(
            frame.message_id, *flags, frame.payload_end - frame.payload_start, frame.sequence, frame.system_id, frame.component_id
        )

    @cached_property
    def _msgbuf(self) -> bytearray:
        return bytearray(self._frame.data)

    @cached_property
    def _payload(self) -> bytearray:
        return self._msgbuf[6 : self._frame.payload_end]  # pymavlink's: from byte 6 in both versions

    @cached_property
    def _crc(self) -> int:
        return self._frame.crc


def decode_frame(frame: Frame) -> WireMessage | None:
    """The message in a verified frame; None when its id is not in the dialect."""
    decoder = _decoder(frame.message_id)
    return None if decoder is None else decoder(frame)


@cache
def _decoder(message_id: int) -> Callable[[Frame], WireMessage] | None:
    kind = mavlink.mavlink_map.get(message_id)
    if kind is None:
        return None
    decoded_class: Any = type(
        kind.__name__,
        (_Decoded, kind),
        {
            "_type": kind.msgname,
            "_fieldnames": kind.fieldnames,
            "_instance_field": kind.instance_field,
            "_instance_offset": kind.instance_offset,
        },
    )
    packed: Struct = kind.unpacker
    size, unpack_from, unpack = packed.size, packed.unpack_from, packed.unpack
    names = [kind.fieldnames[kind.orders.index(place)] for place in range(len(kind.orders))]  # in the order of the wire
    plain = all(length == 0 for length in kind.array_lengths) and "c" not in packed.format

    def values_of(frame: Frame) -> tuple[Any, ...]:
        if frame.payload_end - frame.payload_start >= size:
            return unpack_from(frame.data, frame.payload_start)
        return unpack(frame.data[frame.payload_start : frame.payload_end].ljust(size, b"\0"))

    def decode_plain(frame: Frame) -> WireMessage:
        message = _new(decoded_class)
        fields = dict(zip(names, values_of(frame), strict=True))
        fields["_frame"] = frame
        message.__dict__ = fields
        return message  # type: ignore[no-any-return]

    layout = _layout(kind, names)

    def decode_arrays(frame: Frame) -> WireMessage:
        values = values_of(frame)
        fields: dict[str, Any] = {"_frame": frame}
        for name, first, count, is_text in layout:
            if is_text:
                raw = fields[f"_{name}_raw"] = values[first].rstrip(b"\0")
                fields[name] = raw.split(b"\0", 1)[0].decode("ascii", errors="replace")
            else:
                fields[name] = values[first] if count == 0 else list(values[first : first + count])
        message = _new(decoded_class)
        message.__dict__ = fields
        return message  # type: ignore[no-any-return]

    return decode_plain if plain else decode_arrays


def _layout(kind: Any, names: list[str]) -> list[tuple[str, int, int, bool]]:
    """(field, its first value in the struct, values in its array or 0, whether it is text), in the order of the wire."""
    layout, first = [], 0
    for place, name in enumerate(names):
        count = kind.array_lengths[place]
        is_text = kind.fieldtypes[kind.fieldnames.index(name)] == "char" and count > 0
        layout.append((name, first, 0 if is_text else count, is_text))
        first += 1 if is_text or count == 0 else count
    return layout


def field_struct(message_id: int, fields: Sequence[str]) -> Struct:
    """What reads only `fields` of a message from its payload, the rest skipped: a quarter of what decoding it costs.

    `fields` are scalars named in the order of the wire. Raises: `ValueError` where they are not.
    """
    kind = mavlink.mavlink_map[message_id]
    names = [kind.fieldnames[kind.orders.index(place)] for place in range(len(kind.orders))]
    if any(kind.array_lengths) or list(fields) != [name for name in names if name in fields]:
        raise ValueError(f"{kind.msgname} has no such scalars in this order: {', '.join(fields)}.")
    kept = max(names.index(field) for field in fields) + 1
    codes = kind.unpacker.format.lstrip("<")[:kept]
    skipping = (code if name in fields else f"{calcsize(code)}x" for name, code in zip(names[:kept], codes, strict=True))
    return Struct("<" + "".join(skipping))
