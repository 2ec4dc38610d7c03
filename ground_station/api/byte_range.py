"""One stretch of a file that is handed on as it comes (RFC 9110, section 14), for downloads that go on where they broke off."""

from dataclasses import dataclass

from ground_station.api.errors import RangeUnsatisfiable

FirstToLast = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ByteRange:
    """`Range: bytes=…` before the size is known: from `first` to `last` (None: the end), or the `suffix` last bytes."""

    first: int = 0
    last: int | None = None
    suffix: int | None = None

    def within(self, size: int) -> FirstToLast:
        """First and last byte, both included. Raises: `RangeUnsatisfiable` when none of it lies in a file of this size."""
        first = self.first if self.suffix is None else max(0, size - self.suffix)
        last = size - 1 if self.last is None else min(self.last, size - 1)
        if first > last or self.suffix == 0:
            raise RangeUnsatisfiable(size)
        return first, last


def byte_range(header: str | None, if_range: str | None, etag: str) -> ByteRange | None:
    """What is asked for; None for the whole file.

    So also where `If-Range` names another file, and, as the standard has it, for units, forms and several ranges not known here.
    """
    if header is None or (if_range is not None and if_range.strip() != etag):
        return None
    unit, _, span = header.partition("=")
    first, dash, last = (part.strip() for part in span.partition("-"))
    if unit.strip().lower() != "bytes" or not dash or not all(part.isdecimal() and part.isascii() for part in (first, last) if part):
        return None
    if not first:
        return ByteRange(suffix=int(last)) if last else None
    if last and int(last) < int(first):
        return None
    return ByteRange(int(first), int(last) if last else None)
