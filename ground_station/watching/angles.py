"""Differences of angles."""


def turn_deg(start_deg: float, end_deg: float) -> float:
    """The short way round from one angle to another, -180..180."""
    return (end_deg - start_deg + 180.0) % 360.0 - 180.0
