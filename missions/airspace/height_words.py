"""Heights as people and files spell them: GND, SFC, UNL, FL95, 1500ft AMSL, 300 m AGL, 2500MSL, 5500."""

import re

from geo.primitives import Altitude, AltitudeReference
from missions.airspace.zone import FOOT_M, GROUND

_GROUND = re.compile(r"^(GND|SFC|SURFACE|GROUND|EARTH|ЗЕМЛЯ|0+ ?(FT|F|M)? ?(AGL|GND|ASFC|SFC)?)$")
_UNLIMITED = re.compile(r"^(UNL|UNLIM|UNLIMITED|UNLTD|INF|БЕЗ ?ОГР\.?)$")
_LEVEL = re.compile(r"^FL ?(\d{1,3}(?:\.\d+)?)$")
_HEIGHT = re.compile(
    r"^(?P<number>\d+(?:[.,]\d+)?) ?(?P<unit>FT|FEET|F|'|M|METERS|METRES|MTR|М)?\.? ?"
    r"(?P<reference>AGL|ASFC|SFC|GND|AMSL|MSL|ASL|ALT|STD|QNE|NN)?$"
)
_REFERENCES = {
    "AGL": AltitudeReference.ABOVE_TERRAIN,
    "ASFC": AltitudeReference.ABOVE_TERRAIN,
    "SFC": AltitudeReference.ABOVE_TERRAIN,
    "GND": AltitudeReference.ABOVE_TERRAIN,
    "STD": AltitudeReference.STANDARD_PRESSURE,
    "QNE": AltitudeReference.STANDARD_PRESSURE,
}
_METRES = ("M", "METERS", "METRES", "MTR", "М")


class Unlimited:
    """No upper limit."""


UNLIMITED = Unlimited()


def height_in(text: str) -> Altitude | Unlimited | None:
    """The height a text names; None when it names none. Feet without a unit, above mean sea level without a reference (OpenAir)."""
    words = re.sub(r"\s+", " ", text.strip().upper())
    if _GROUND.match(words):
        return GROUND
    if _UNLIMITED.match(words):
        return UNLIMITED
    if level := _LEVEL.match(words):
        return Altitude(float(level[1]) * 100.0 * FOOT_M, AltitudeReference.STANDARD_PRESSURE)
    found = _HEIGHT.match(words)
    if found is None:
        return None
    number = float(found["number"].replace(",", "."))
    metres = number if found["unit"] in _METRES else number * FOOT_M
    return Altitude(metres, _REFERENCES.get(found["reference"] or "", AltitudeReference.AMSL))
