"""A JSON value that knows where in which file it stands, so that every complaint names the place."""

import json
import math
from collections.abc import Iterator
from typing import Any

from geo.primitives import LonLat, MissionError
from missions.formats.plan_format import text_of, unreadable


class JsonNode:
    """Checked access to one value. All methods raise `MissionError` when the value is not what the method is for."""

    def __init__(self, value: Any, source: str, place: str = "") -> None:
        self.value = value
        self.source = source
        self.place = place

    @classmethod
    def parse(cls, data: bytes, source: str) -> "JsonNode":
        text = text_of(data, source)
        try:
            value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
            if "\\ud" in text.lower():
                # Half a surrogate pair can be escaped, but not written as UTF-8 again.
                json.dumps(value, ensure_ascii=False).encode()
            return cls(value, source)
        except json.JSONDecodeError as error:
            raise unreadable(source, f"line {error.lineno} column {error.colno}", f"not JSON ({error.msg})", "a JSON object") from error
        except (RecursionError, ValueError) as error:
            raise unreadable(source, "", f"not readable as JSON ({error})", "a JSON object") from error

    def wrong(self, expected: str) -> MissionError:
        found = json.dumps(self.value, ensure_ascii=False, default=str)
        return unreadable(self.source, self.place, found if len(found) <= 60 else found[:57] + "...", expected)

    def has(self, name: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def member(self, name: str) -> "JsonNode":
        """The member must be there; its value may be null."""
        members = self.object()
        place = f"{self.place}.{name}" if self.place else name
        if name not in members:
            raise unreadable(self.source, place, "missing", f"a member '{name}'")
        return JsonNode(members[name], self.source, place)

    def object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return self.value

    def array(self, length: int | None = None) -> list["JsonNode"]:
        if not isinstance(self.value, list) or (length is not None and len(self.value) != length):
            raise self.wrong("a list" if length is None else f"a list of {length}")
        return [JsonNode(value, self.source, f"{self.place}[{index}]") for index, value in enumerate(self.value)]

    def __iter__(self) -> Iterator["JsonNode"]:
        return iter(self.array())

    def number(self) -> float:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not math.isfinite(self.value):
            raise self.wrong("a finite number")
        return float(self.value)

    def number_or_null(self) -> float | None:
        return None if self.value is None else self.number()

    def whole(self) -> int:
        number = self.number()
        if number != int(number):
            raise self.wrong("a whole number")
        return int(number)

    def boolean(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.wrong("a text")
        return self.value

    def lonlat(self, lon: "JsonNode", lat: "JsonNode") -> LonLat:
        """Two numbers of this node as a place."""
        return lonlat_or_refuse(lon.number(), lat.number(), self.source, self.place)


def lonlat_or_refuse(lon_deg: float, lat_deg: float, source: str, place: str) -> LonLat:
    if not (-180.0 <= lon_deg <= 180.0 and -90.0 <= lat_deg <= 90.0):
        found = f"longitude {lon_deg}, latitude {lat_deg}"
        raise unreadable(source, place, found, "longitude within 180 and latitude within 90 degrees (are they swapped?)")
    return LonLat(lon_deg, lat_deg)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text:.20} is beyond the numbers of a computer")
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")
