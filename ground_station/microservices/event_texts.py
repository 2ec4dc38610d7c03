"""Texts of events from the vehicle's own metadata: COMPONENT_METADATA names general.json, which names the events' file.

Source: MAVLink "Component Metadata Protocol"; format of libevents.
"""

import json
import lzma
import re
import struct
from collections.abc import Mapping
from typing import Any

from geo.primitives import VehicleError

EVENTS_TYPE = 4  # COMP_METADATA_TYPE_EVENTS
LARGEST_TEXT = 10_000_000  # bytes, unpacked: a small file must not become a large one
_TYPES = {
    "uint8_t": "B", "int8_t": "b", "uint16_t": "H", "int16_t": "h", "uint32_t": "I", "int32_t": "i", "uint64_t": "Q", "int64_t": "q",
    "float": "f",
}  # fmt: skip
_PLACE = re.compile(r"\{(\d+)[^}]*\}")


def unpacked(data: bytes) -> Any:
    """A metadata file, compressed or not. Raises: `VehicleError` when it is neither JSON nor xz."""
    try:
        if data[:6] == b"\xfd7zXZ\x00":
            unpacker = lzma.LZMADecompressor()
            data = unpacker.decompress(data, LARGEST_TEXT)
            if not unpacker.eof:
                raise ValueError("longer than allowed")
        return json.loads(data)
    except (lzma.LZMAError, ValueError) as error:
        raise VehicleError(
            "The vehicle's metadata file is not readable.", code="metadata.unreadable", hint="Events keep their numbers."
        ) from error


def path_of(uri: str) -> str | None:
    """'mftp:///etc/extras/x.json' -> the path; None for what is not on the vehicle."""
    match = re.match(r"^mftp://(?:\[;comp=\d+\])?(/?.+)$", uri)
    return match[1] if match else None


def events_path(general: Any) -> str | None:
    """Where general.json says the events are described."""
    for entry in general.get("metadataTypes", []) if isinstance(general, dict) else []:
        if isinstance(entry, dict) and entry.get("type") == EVENTS_TYPE:
            return path_of(str(entry.get("uri", "")))
    return None


class EventTexts:
    """Number of an event and its arguments -> words."""

    def __init__(self, description: Any = None) -> None:
        self._events: dict[int, Mapping[str, Any]] = {}
        self._enums: dict[str, Mapping[str, Any]] = {}
        components = description.get("components", {}) if isinstance(description, dict) else {}
        for component, content in components.items():
            for group in content.get("event_groups", {}).values():
                for number, event in group.get("events", {}).items():
                    self._events[int(component) << 24 | int(number)] = event

    def __len__(self) -> int:
        return len(self._events)

    def text(self, number: int, arguments: bytes) -> str:
        event = self._events.get(number)
        if event is None:
            return f"Event {number}"
        values: list[str] = []
        at = 0
        for argument in event.get("arguments", []):
            letter = _TYPES.get(str(argument.get("type")), "B")  # enumerations are given as their base type's number
            size = struct.calcsize(f"<{letter}")
            if at + size > len(arguments):
                break
            (value,) = struct.unpack_from(f"<{letter}", arguments, at)
            values.append(f"{value:g}" if isinstance(value, float) else str(value))
            at += size

        def filled(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            return values[place] if 0 <= place < len(values) else "?"

        text = _PLACE.sub(filled, str(event.get("message", event.get("name", number))))
        return re.sub(r"</?[a-z][^>]*>", "", text)  # parameter links and the like
