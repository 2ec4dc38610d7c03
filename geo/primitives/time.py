"""Instants are aware UTC; durations are seconds from the monotonic clock and never a difference of instants."""

from datetime import UTC, datetime

from geo.primitives.errors import GeoError


def utc_now() -> datetime:
    return datetime.now(UTC)


def from_unix_s(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def parse_instant(text: str) -> datetime:
    """RFC 3339 text -> aware UTC. Raises `GeoError` on anything else, a missing offset included."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise GeoError(f"'{text}' is not an instant.", code="geo.instant", hint="Write it as 2026-05-01T12:00:00Z.") from error
    if instant.tzinfo is None:
        raise GeoError(f"'{text}' has no time zone.", code="geo.instant", hint="Add Z or an offset such as +05:00.")
    return instant.astimezone(UTC)
