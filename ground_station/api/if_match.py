"""The condition of a change: which state of a thing it is based on, as a time or a number. Blind overwriting is not offered."""

from datetime import datetime

from geo.primitives import GeoError, parse_instant
from ground_station.api.errors import StaleRevision


def tag_of(state: datetime | int) -> str:
    """The ETag of a thing last changed at an instant, or at a number of its editions."""
    return f'"{state.isoformat() if isinstance(state, datetime) else state}"'


def expected_instant(if_match: str | None) -> datetime | None:
    """None for `0`: there is none yet. Raises: `StaleRevision` without a condition, or with one that is no ETag of these."""
    text = _bare(if_match)
    if text == "0":
        return None
    try:
        return parse_instant(text)
    except GeoError as error:
        raise _needed() from error


def expected_edition(if_match: str | None) -> int:
    """0: there is none yet. Raises: `StaleRevision` as `expected_instant`."""
    text = _bare(if_match)
    if not text.isdecimal():
        raise _needed()
    return int(text)


def _bare(if_match: str | None) -> str:
    return (if_match or "").strip().removeprefix("W/").strip('"')


def _needed() -> StaleRevision:
    return StaleRevision(
        "A change needs the state it is based on.",
        code="if_match_needed",
        hint='Send the ETag you read as If-Match; for something new If-Match: "0".',
    )
