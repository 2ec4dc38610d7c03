"""Average speed between two cameras: the legal length of the road over the time between two reads of one plate, on the lower bound.

The length is the shortest way the law allows, so that whoever drove another way drove farther; both clocks are off by what their sources
say. Who stopped inside was only slower than this tells. The plate must be read alike at both ends: a swapped one is nobody's speed.
Source: article 592 of the code on administrative offences of Kazakhstan (verify the wording); OIML R 91 for the tolerance of the road.
"""

from dataclasses import dataclass
from datetime import datetime
from math import hypot

from vision.rules.rule import Measure, Parameter, RuleCard
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.terms import plain_plate

SECTION_SPEED = RuleCard(
    code="section_speed",
    edition="1",
    source_tier="T3",
    subjects=MOTOR_VEHICLES,
    parameters={
        "tolerance_mps": Parameter(10.0 / 3.6, "m/s", "not fined below it: 10 km/h"),
        "least_confidence": Parameter(0.95, "of 1", "of the whole plate at both ends"),
        "largest_clock_s": Parameter(2.0, "s", "one sigma of a clock; a worse one is not set at all"),
        "fastest_mps": Parameter(84.0, "m/s", "faster drives nobody on a road: 300 km/h; the plates are of two vehicles"),
    },
)


@dataclass(frozen=True, slots=True)
class PlateSeen:
    """One read: the plate with the confidence in all of it, and the instant of passing the line by a clock off by `clock_sigma_s`."""

    plate: str
    confidence: float
    label: str
    at: datetime
    clock_sigma_s: float


@dataclass(frozen=True, slots=True)
class SectionSpeed:
    """`measure` in km/h with two sigmas. `faster` when its lower bound is over limit and tolerance; `held_back` says why nothing is."""

    measure: Measure | None
    faster: bool
    held_back: str | None = None


def section_speed(entry: PlateSeen, leaving: PlateSeen, *, road_m: float, road_sigma_m: float, limit_mps: float) -> SectionSpeed:
    """`road_m` is the shortest legal way from line to line, with one sigma."""
    number = SECTION_SPEED.number
    if plain_plate(entry.plate) != plain_plate(leaving.plate):
        return SectionSpeed(None, False, "two plates")
    if min(entry.confidence, leaving.confidence) < number("least_confidence"):
        return SectionSpeed(None, False, "plate not read surely")
    if entry.label != leaving.label:
        return SectionSpeed(None, False, "another class at the other end")
    if max(entry.clock_sigma_s, leaving.clock_sigma_s) > number("largest_clock_s"):
        return SectionSpeed(None, False, "clock not set")
    took_s = (leaving.at - entry.at).total_seconds()
    clocks_s = hypot(entry.clock_sigma_s, leaving.clock_sigma_s)
    if took_s <= 2.0 * clocks_s:
        return SectionSpeed(None, False, "too short for the clocks")
    speed_mps = road_m / took_s
    sigma_mps = speed_mps * hypot(road_sigma_m / road_m, clocks_s / took_s)
    if speed_mps - 2.0 * sigma_mps > number("fastest_mps"):
        return SectionSpeed(None, False, "faster than anything drives: two vehicles")
    allowed_mps = limit_mps + number("tolerance_mps")
    measure = Measure(3.6 * speed_mps, 3.6 * 2.0 * sigma_mps, 3.6 * limit_mps, "km/h")
    if speed_mps - 2.0 * sigma_mps > allowed_mps:
        return SectionSpeed(measure, True)
    return SectionSpeed(measure, False, "not surely faster than the limit" if speed_mps > allowed_mps else None)
