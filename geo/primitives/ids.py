"""Identifiers. Records made by people get random ids; facts derived from data get ids derived from that data,
so that the same fact sent twice is one row."""

from uuid import UUID, uuid4, uuid5

_NAMESPACE = UUID("6d2f4e0a-6c1b-5f0e-9d55-5a7e1c0b9a11")


def new_id() -> UUID:
    return uuid4()


def derived_id(*parts: object) -> UUID:
    """The same parts, in the same order, always give the same id."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))
