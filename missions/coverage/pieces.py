"""Which pieces of a plan's photographed legs still have to be flown."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.primitives import LonLat
from missions.coverage.achieved import CoverageMap, CoverageTarget, shot_tree, untaken
from missions.coverage.footprints import Shot, footprints
from missions.coverage.legs import PhotoLeg

SEES_GAP_SHARE = 0.005  # of a footprint: less is rounding
BRIDGED_SHOTS = 2  # good photographs between two bad ones are taken again rather than flown around
RUN_OUT = 0.3  # of the spacing: beyond the last photograph, so that it is not lost in the turn
SHORTEST = 0.5  # of the spacing: a single photograph wants a heading


@dataclass(frozen=True, slots=True)
class Piece:
    """From `from_m` to `to_m` along a leg."""

    leg: PhotoLeg
    from_m: float
    to_m: float
    shots: int

    @property
    def to_the_end(self) -> bool:
        return self.to_m >= self.leg.length_m - 1e-6

    def place(self, along_m: float) -> LonLat:
        """To 1e-7 degrees, the step of the wire; the ends of the leg are exactly those of the plan."""
        share = along_m / self.leg.length_m
        start, end = self.leg.start, self.leg.end
        if share <= 0.0 or share >= 1.0:
            return start if share <= 0.0 else end
        lon = start.lon_deg + share * (end.lon_deg - start.lon_deg)
        return LonLat(round(lon, 7), round(start.lat_deg + share * (end.lat_deg - start.lat_deg), 7))

    def altitude_m(self, along_m: float) -> float:
        share = min(1.0, max(0.0, along_m / self.leg.length_m))
        return round(self.leg.start_altitude_m + share * (self.leg.end_altitude_m - self.leg.start_altitude_m), 3)


def pieces_left(flown: CoverageMap) -> tuple[Piece, ...]:
    """What of the plan has not been flown yet: every expected photograph nobody took, from the first uncovered footprint on."""
    target = flown.target
    if not flown.shots:
        return _pieces(target, [np.ones(len(leg.along_m), dtype=bool) for leg in target.legs])
    taken = shot_tree(flown.shots, target.frame)
    lost = [untaken(taken, leg.places(target.frame), leg.spacing_m) for leg in target.legs]
    return _pieces(target, lost)


def pieces_over_gaps(flown: CoverageMap) -> tuple[Piece, ...]:
    """What sees the gaps: all expected photographs whose footprints show part of one, with the overlap the plan has."""
    target = flown.target
    gaps = flown.report().gaps
    shapely.prepare(gaps)
    seeing = []
    for leg in target.legs:
        prints = footprints(target.camera, _shots(leg, target), target.frame)
        seeing.append(np.asarray(shapely.area(shapely.intersection(prints, gaps)) > SEES_GAP_SHARE * shapely.area(prints)))
    return _pieces(target, seeing)


def _shots(leg: PhotoLeg, target: CoverageTarget) -> list[Shot]:
    places = target.frame.to_lonlat_deg(leg.places(target.frame))
    return [
        Shot(LonLat(float(lon), float(lat)), float(height_m), leg.heading_deg)
        for (lon, lat), height_m in zip(places, leg.altitudes_m(), strict=True)
    ]


def _pieces(target: CoverageTarget, needed: Iterable[NDArray[np.bool_]]) -> tuple[Piece, ...]:
    found = []
    for leg, wanted in zip(target.legs, needed, strict=True):
        indices = np.flatnonzero(wanted)
        if not len(indices):
            continue
        for run in np.split(indices, np.flatnonzero(np.diff(indices) > BRIDGED_SHOTS + 1) + 1):
            first_m, last_m = leg.along_m[run[0]], leg.along_m[run[-1]]
            to_m = min(leg.length_m, last_m + RUN_OUT * leg.spacing_m)
            from_m = max(0.0, min(first_m, to_m - SHORTEST * leg.spacing_m))
            whole = leg.length_m - to_m < RUN_OUT * leg.spacing_m
            found.append(Piece(leg, 0.0 if run[0] == 0 else from_m, leg.length_m if whole else to_m, int(run[-1] - run[0]) + 1))
    return tuple(found)
