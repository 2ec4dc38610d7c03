"""What may be asked of a layer, and how it is written in a URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from geo.primitives import GeoError, parse_instant

DEFAULT_LIMIT = 1000
MAXIMUM_LIMIT = 5000
BoundingBox = tuple[float, float, float, float]  # west, south, east, north in degrees


@dataclass(frozen=True, slots=True)
class FeatureQuery:
    """`bbox` is west, south, east, north in degrees. The interval is half open, [start, end); None leaves a side open.

    `filters` maps property names to the value each must equal, as text.
    """

    bbox: BoundingBox | None = None
    start: datetime | None = None
    end: datetime | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAXIMUM_LIMIT:
            raise GeoError(
                f"limit {self.limit} is outside 1..{MAXIMUM_LIMIT}.", code="geo.limit", hint="Ask for less and follow next_cursor."
            )


def parse_bbox(text: str) -> BoundingBox:
    """`minlon,minlat,maxlon,maxlat` in degrees. Raises `GeoError` with code `geo.bbox`."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise _bad_bbox(text, "is not four numbers") from error
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise _bad_bbox(text, "lies outside the globe")
    if west > east or south > north:
        raise _bad_bbox(text, "has its corners swapped")
    return (west, south, east, north)


def parse_interval(text: str) -> tuple[datetime | None, datetime | None]:
    """`start/end`, `start/..`, `../end`, or one instant. Raises `GeoError` with code `geo.datetime`."""
    sides = text.split("/")
    if len(sides) > 2:
        raise _bad_interval(text)
    try:
        instants = [None if side in ("", "..") else parse_instant(side) for side in sides]
    except GeoError as error:
        raise _bad_interval(text) from error
    start, end = (instants[0], instants[0]) if len(instants) == 1 else instants
    if start is not None and end is not None and end < start:
        raise _bad_interval(text)
    return start, end


def _bad_bbox(text: str, problem: str) -> GeoError:
    return GeoError(f"bbox '{text[:80]}' {problem}.", code="geo.bbox", hint="Write it as minlon,minlat,maxlon,maxlat in degrees.")


def _bad_interval(text: str) -> GeoError:
    return GeoError(
        f"datetime '{text[:80]}' is not an interval.",
        code="geo.datetime",
        hint="Write it as 2026-05-01T00:00:00Z/2026-05-02T00:00:00Z; .. leaves a side open.",
    )
