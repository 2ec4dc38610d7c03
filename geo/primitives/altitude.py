"""Altitudes never travel without the surface they are measured from."""

from dataclasses import dataclass
from enum import StrEnum


class AltitudeReference(StrEnum):
    """The surface an altitude counts from."""

    AMSL = "amsl"
    ABOVE_HOME = "above_home"
    ABOVE_TERRAIN = "above_terrain"
    STANDARD_PRESSURE = "standard_pressure"  # flight levels: above the surface of 1013.25 hPa, which moves with the weather


@dataclass(frozen=True, slots=True)
class Altitude:
    """Metres above `reference`, positive up."""

    metres: float
    reference: AltitudeReference = AltitudeReference.ABOVE_HOME
