"""What every airspace format offers, and how all of them shape circles, check outlines and say what they changed."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat, MissionError
from missions.airspace.zone import AirspaceZone
from missions.findings import Finding, Severity, Values
from missions.planning.area import ring_findings
from missions.requests.kinds import Ring

# How far a chord may lie off its arc.
ARC_ERROR_M = 1.0
_MOST_ARC_POINTS = 720
# Further from its centre than this a circle is a mistake in units; the local frame is no longer true either.
MAX_RADIUS_M = 300_000.0
_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class AirspaceFile:
    """What a file holds. `remarks` say what was repaired, assumed or left out; `item` of each is the line or the feature, from 1."""

    zones: tuple[AirspaceZone, ...]
    remarks: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class AirspaceFormat:
    """`read(data, source)` takes the bytes and the file's name. Raises `MissionError` naming every line or feature that is wrong;
    it never returns the rest of a file silently."""

    id: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, str], AirspaceFile]


@dataclass(slots=True)
class ZoneCollector:
    """Gathers the zones of a file, what is to be said about them, and what makes the file unfit. `part` is what it is made of, counted
    from 1: its lines, features or placemarks."""

    source: str
    part: str
    zones: list[AirspaceZone] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def repaired(self, number: int, form: str, message: str, **values: float | str) -> None:
        self._remark(Severity.INFO, "airspace_repaired", number, message, {"form": form, **values})

    def assumed(self, number: int, form: str, message: str, **values: float | str) -> None:
        self._remark(Severity.WARNING, "airspace_assumed", number, message, {"form": form, **values})

    def dropped(self, number: int, form: str, message: str, **values: float | str) -> None:
        self._remark(Severity.WARNING, "airspace_dropped", number, message, {"form": form, **values})

    def _remark(self, severity: Severity, code: str, number: int, message: str, values: Values) -> None:
        told = {"part": self.part, "n": number, **values}
        self.remarks.append(Finding(severity, code, number, f"{self.part.capitalize()} {number}: {message}", values=told))

    def add(self, zone: AirspaceZone, number: int) -> None:
        """Takes a zone after a look at its outline; a wrong one is a problem of the file."""
        place = f"{self.part} {number}"
        rings = []
        for index, ring in enumerate(zone.rings):
            kept = _without_repeats(ring)
            repeated = len(ring) - len(kept) - (len(ring) > 1 and ring[0] == ring[-1])
            if repeated > 0:
                self.repaired(number, "repeated", f"{repeated} repeated points of '{zone.name}' left out.", points=repeated, name=zone.name)
            rings.append(kept)
            what = f"{place}: the outline of '{zone.name}'" if index == 0 else f"{place}: hole {index} of '{zone.name}'"
            self.problems += [finding.message for finding in ring_findings(kept, what)]
        name, count = zone.id, 1
        while name in self.taken:
            count += 1
            name = f"{zone.id}-{count}"
        self.taken.add(name)
        self.zones.append(replace(zone, id=name, rings=tuple(rings)))

    def problem(self, number: int, message: str) -> None:
        self.problems.append(f"{self.part} {number}: {message}")

    def file(self) -> AirspaceFile:
        """Raises `MissionError` when something is wrong with any zone, or there is none."""
        if self.problems:
            rest = len(self.problems) - _NAMED_AT_MOST
            more = f" And {rest} more." if rest > 0 else ""
            raise MissionError(
                f"{self.source}, " + " ".join(self.problems[:_NAMED_AT_MOST]) + more,
                code="mission.airspace_file",
                hint="Nothing was read: airspace with a zone missing is worse than none. Correct the file and read it again.",
            )
        if not self.zones:
            left_out = self.remarks[0].message if self.remarks else "it holds no area"
            raise MissionError(
                f"{self.source}: no airspace zone in it ({left_out}).",
                code="mission.airspace_file",
                hint="Check that the format chosen is that of the file.",
            )
        return AirspaceFile(tuple(self.zones), tuple(self.remarks))


def circle(centre: LonLat, radius_m: float) -> Ring:
    """A polygon around the circle: it holds all of it and less than a metre more."""
    count = len(_angles(0.0, 2.0 * math.pi, radius_m)) - 1
    corner_m = radius_m / math.cos(math.pi / count)
    return _on_circle(centre, corner_m, np.linspace(0.0, 2.0 * math.pi, count, endpoint=False))


def arc(centre: LonLat, radius_m: float, from_rad: float, to_rad: float, *, clockwise: bool) -> Ring:
    """Points on an arc, both ends included. Azimuths in radians from north; equal ones are a whole turn."""
    turn = (to_rad - from_rad) % (2.0 * math.pi) if clockwise else -((from_rad - to_rad) % (2.0 * math.pi))
    if turn == 0.0:
        turn = 2.0 * math.pi if clockwise else -2.0 * math.pi
    return _on_circle(centre, radius_m, _angles(from_rad, from_rad + turn, radius_m))


def _angles(start_rad: float, end_rad: float, radius_m: float) -> NDArray[np.float64]:
    step = 2.0 * math.acos(max(1.0 - ARC_ERROR_M / max(radius_m, ARC_ERROR_M), 0.0)) or math.pi
    count = min(max(math.ceil(abs(end_rad - start_rad) / step), 8), _MOST_ARC_POINTS)
    return np.linspace(start_rad, end_rad, count + 1)


def _on_circle(centre: LonLat, radius_m: float, azimuths_rad: NDArray[np.float64]) -> Ring:
    points = radius_m * np.column_stack([np.sin(azimuths_rad), np.cos(azimuths_rad)])
    return tuple(LonLat(float(lon), float(lat)) for lon, lat in LocalFrame(centre).to_lonlat_deg(points))


def _without_repeats(ring: Iterable[LonLat]) -> Ring:
    """Without points that follow themselves, the closing one included."""
    kept: list[LonLat] = []
    for point in ring:
        if not kept or point != kept[-1]:
            kept.append(point)
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return tuple(kept)
