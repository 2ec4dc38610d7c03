"""What a layer of the map is: rows of PostGIS with a geometry, properties people may filter by, and a stable order to page in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from geo.primitives import GeoError, parse_instant


class Kind(StrEnum):
    """Type of a property; the value is PostgreSQL's name for it."""

    TEXT = "text"
    INTEGER = "bigint"
    NUMBER = "float8"
    BOOLEAN = "boolean"
    INSTANT = "timestamptz"
    DAY = "date"
    ID = "uuid"

    def parse(self, text: str) -> object:
        """A value of this type from its text in a query. Raises `ValueError`."""
        match self:
            case Kind.TEXT:
                return text
            case Kind.INTEGER:
                return int(text)
            case Kind.NUMBER:
                return float(text)
            case Kind.BOOLEAN:
                return {"true": True, "false": False}[text.lower()] if text.lower() in ("true", "false") else _refuse(text)
            case Kind.INSTANT:
                try:
                    return parse_instant(text)
                except GeoError as error:
                    raise ValueError(text) from error
            case Kind.DAY:
                return date.fromisoformat(text)
            case Kind.ID:
                return UUID(text)


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a feature. `sql` is an expression over the relation's columns, the column of the same name when empty."""

    name: str
    kind: Kind = Kind.TEXT
    sql: str = ""

    @property
    def expression(self) -> str:
        return self.sql or self.name


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    `relation` is a table, or a sub-select in which `{start}` and `{end}` stand for the interval asked for.
    `order` lists the sort key (unique as a whole); newest first when `newest_first`.
    `started` and `ended` are the columns that say when a row holds; a layer without them ignores `datetime`.
    """

    id: str
    title: str
    relation: str
    geometry: str
    properties: tuple[Property, ...]
    order: tuple[Property, ...] = (Property("id"),)
    newest_first: bool = False
    started: str | None = None
    ended: str | None = None
    default_hours: float | None = None  # how far back without a datetime; None: everything

    def property_named(self, name: str) -> Property:
        """Raises: `GeoError` naming the properties there are."""
        for known in self.properties:
            if known.name == name:
                return known
        raise GeoError(
            f"Layer '{self.id}' has no property '{name}'.",
            code="geo.filter",
            hint=f"It can be filtered by {', '.join(known.name for known in self.properties)}.",
        )


NAMES = (Property("name_kk"), Property("name_ru"), Property("name_en"))


def _refuse(text: str) -> object:
    raise ValueError(text)
