"""Kinds of request members: each reads a JSON value, writes it back and says in JSON Schema what it takes.

A member is declared once, in the annotation of its field: `gsd_cm: Annotated[float | None, Number(above=0.0, unit="cm"), "…"] = None`.
Reading refuses what is of the wrong kind; whether a number is within its limits is said by the planner, all of them at once.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from geo.primitives import GeoError, LonLat, MissionError

Ring = tuple[LonLat, ...]


class Kind(Protocol):
    def read(self, value: Any, member: str) -> Any:
        """Raises `MissionError` naming the member."""

    def write(self, value: Any) -> Any: ...

    def schema(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Number:
    """Limits are for people and forms: `above` and `below` are excluded, `least` and `most` included. `auto` is the word for None."""

    unit: str = ""
    above: float | None = None
    least: float | None = None
    most: float | None = None
    below: float | None = None
    whole: bool = False
    auto: str | None = None

    def read(self, value: Any, member: str) -> Any:
        if self.auto is not None and value == self.auto:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or (self.whole and value != int(value)):
            raise wrong(member, value, "a whole number" if self.whole else "a number")
        return int(value) if self.whole else float(value)

    def write(self, value: Any) -> Any:
        return self.auto if value is None else value

    def allows(self, value: float) -> bool:
        return (
            math.isfinite(value)
            and (self.above is None or value > self.above)
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.below is None or value < self.below)
        )

    def limits(self) -> str:
        """In words: 'above 0 cm', '3 to 50 m'."""
        unit = f" {self.unit}" if self.unit else ""
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}{unit}"
        words = (("above", self.above), ("at least", self.least), ("at most", self.most), ("below", self.below))
        return " and ".join(f"{word} {limit:g}" for word, limit in words if limit is not None) + unit

    def bounds(self) -> str:
        """In signs, for any language: '> 0', '3 – 50'."""
        if self.least is not None and self.most is not None:
            return f"{self.least:g} – {self.most:g}"
        signs = ((">", self.above), ("≥", self.least), ("≤", self.most), ("<", self.below))
        return ", ".join(f"{sign} {limit:g}" for sign, limit in signs if limit is not None)

    def schema(self) -> dict[str, Any]:
        limits = {"exclusiveMinimum": self.above, "minimum": self.least, "maximum": self.most, "exclusiveMaximum": self.below}
        number: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        number |= {name: limit for name, limit in limits.items() if limit is not None}
        if self.unit:
            number["x-unit"] = self.unit
        return number if self.auto is None else {"anyOf": [number, {"const": self.auto}]}


@dataclass(frozen=True, slots=True)
class Text:
    expected: str = "a text"

    def read(self, value: Any, member: str) -> str:
        if not isinstance(value, str):
            raise wrong(member, value, self.expected)
        return value

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(frozen=True, slots=True)
class Flag:
    def read(self, value: Any, member: str) -> bool:
        if not isinstance(value, bool):
            raise wrong(member, value, "true or false")
        return value

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[str, ...]

    def read(self, value: Any, member: str) -> str:
        if value not in self.options:
            raise wrong(member, value, f"one of {', '.join(self.options)}")
        return str(value)

    def write(self, value: Any) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class Point:
    """A place, as [longitude, latitude]."""

    def read(self, value: Any, member: str) -> LonLat:
        return _lonlat(value, member)

    def write(self, value: LonLat) -> Any:
        return list(value.as_tuple())

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "number"}, "minItems": 2, "x-geometry": "Point"}


@dataclass(frozen=True, slots=True)
class Line:
    """A tuple of places, as a GeoJSON LineString."""

    def read(self, value: Any, member: str) -> Ring:
        return tuple(_lonlat(position, member) for position in _coordinates(value, "LineString", member))

    def write(self, value: Ring) -> Any:
        return {"type": "LineString", "coordinates": [list(place.as_tuple()) for place in value]}

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "x-geometry": "LineString"}


@dataclass(frozen=True, slots=True)
class Area:
    """A ring without its first point repeated, as a GeoJSON Polygon; holes are left out."""

    def read(self, value: Any, member: str) -> Ring:
        return read_rings(value, member)[0]

    def write(self, value: Ring) -> Any:
        return write_rings((value,))

    def schema(self) -> dict[str, Any]:
        return {"type": "object", "x-geometry": "Polygon"}


@dataclass(frozen=True, slots=True)
class Several:
    """A tuple of members of one kind, as an array."""

    kind: Kind
    at_least: int = 0

    def read(self, value: Any, member: str) -> tuple[Any, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise wrong(member, value, "a list")
        return tuple(self.kind.read(item, f"{member}[{index}]") for index, item in enumerate(value))

    def write(self, value: tuple[Any, ...]) -> Any:
        return [self.kind.write(item) for item in value]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.kind.schema()} | ({"minItems": self.at_least} if self.at_least else {})


def wrong(member: str, value: object, expected: str) -> MissionError:
    return MissionError(
        f"Request member '{member}' is {value!r:.60}, expected {expected}.",
        code="mission.request",
        hint="Correct the member named and send the request again.",
    )


def read_rings(value: Any, member: str) -> tuple[Ring, ...]:
    """The outer ring and the holes of a GeoJSON Polygon, first points not repeated."""
    coordinates = _coordinates(value, "Polygon", member)
    if not coordinates:
        raise wrong(member, value, "a GeoJSON Polygon")
    rings = []
    for raw in coordinates:
        if not isinstance(raw, Sequence) or isinstance(raw, str):
            raise wrong(member, raw, "a ring of positions")
        points = [_lonlat(position, member) for position in raw]
        if len(points) > 1 and points[0] == points[-1]:
            points = points[:-1]
        rings.append(tuple(points))
    return tuple(rings)


def write_rings(rings: Sequence[Ring]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(p.as_tuple()) for p in (*ring, *ring[:1])] for ring in rings]}


def _coordinates(value: Any, geometry: str, member: str) -> Sequence[Any]:
    coordinates = value.get("coordinates") if isinstance(value, Mapping) and value.get("type") == geometry else None
    if not isinstance(coordinates, Sequence) or isinstance(coordinates, str):
        raise wrong(member, value, f"a GeoJSON {geometry}")
    return coordinates


def _lonlat(value: Any, member: str) -> LonLat:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) < 2:
        raise wrong(member, value, "[longitude, latitude]")
    try:
        return LonLat(float(value[0]), float(value[1]))
    except (TypeError, ValueError) as error:
        raise wrong(member, value, "[longitude, latitude] in degrees") from error
    except GeoError as error:
        raise MissionError(f"Request member '{member}': {error.message}", code=error.code, hint=error.hint) from error
