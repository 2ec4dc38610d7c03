"""Opaque cursors: the sort key of the last row of a page, so that the next page starts after it however much was added since."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from geo.primitives import GeoError

T = TypeVar("T")
SortKey = tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of rows. `next_cursor` is None on the last page."""

    items: tuple[T, ...]
    next_cursor: str | None


def encode_cursor(listing: str, key: tuple[object, ...]) -> str:
    """`listing` names what is paged, so that a cursor is never used on another list."""
    values = [
        value.isoformat() if isinstance(value, datetime) else value if isinstance(value, int | float) else str(value) for value in key
    ]
    return base64.urlsafe_b64encode(json.dumps([listing, *values]).encode()).decode().rstrip("=")


def decode_cursor(listing: str, text: str, length: int) -> SortKey:
    """The sort key inside a cursor. Raises `GeoError` when it is not one of this list's."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _bad(text) from error
    if not isinstance(values, list) or len(values) != length + 1 or values[0] != listing:
        raise _bad(text)
    if not all(isinstance(value, str | int | float) and not isinstance(value, bool) for value in values):
        raise _bad(text)
    return tuple(values[1:])


def _bad(text: str) -> GeoError:
    return GeoError(f"Cursor '{text[:40]}' is not one this list gave out.", code="geo.cursor", hint="Start again without a cursor.")
