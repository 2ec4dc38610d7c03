"""Shares of few cases with what they may really be."""

from math import sqrt

_Z_95 = 1.959964


def share_with_doubt(part: int, whole: int) -> tuple[float, float, float]:
    """The share with the ends of its interval of 95 % (Wilson 1927), which stays within 0 and 1 and is honest for small numbers."""
    share, z2 = part / whole, _Z_95**2
    middle = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z_95 / (1 + z2 / whole) * sqrt(share * (1 - share) / whole + z2 / (4 * whole**2))
    return share, max(0.0, middle - half), min(1.0, middle + half)
