"""Three numbers in metres or metres per second along east, north and up; just enough algebra for a point mass."""

from math import atan2, degrees, hypot
from typing import NamedTuple


class Vector(NamedTuple):
    """East, north, up."""

    east: float
    north: float
    up: float

    def plus(self, other: "Vector") -> "Vector":
        return Vector(self.east + other.east, self.north + other.north, self.up + other.up)

    def minus(self, other: "Vector") -> "Vector":
        return Vector(self.east - other.east, self.north - other.north, self.up - other.up)

    def times(self, factor: float) -> "Vector":
        return Vector(self.east * factor, self.north * factor, self.up * factor)

    def level(self) -> "Vector":
        """The horizontal part."""
        return Vector(self.east, self.north, 0.0)

    def level_length(self) -> float:
        return hypot(self.east, self.north)

    def length(self) -> float:
        return hypot(self.east, self.north, self.up)

    def bearing_deg(self) -> float:
        """Direction of the horizontal part, clockwise from north, 0..360."""
        return degrees(atan2(self.east, self.north)) % 360.0


ZERO = Vector(0.0, 0.0, 0.0)


def clamp(value: float, low: float, high: float) -> float:
    return low if value < low else high if value > high else value


def limited(vector: Vector, length: float) -> Vector:
    """The same direction, not longer than `length` horizontally; the vertical part is untouched."""
    actual = vector.level_length()
    if actual <= length:
        return vector
    scale = length / actual
    return Vector(vector.east * scale, vector.north * scale, vector.up)


def turn_deg(from_deg: float, to_deg: float) -> float:
    """Shortest signed turn, -180..180, positive clockwise."""
    return (to_deg - from_deg + 180.0) % 360.0 - 180.0
