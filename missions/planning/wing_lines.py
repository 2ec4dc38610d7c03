"""The lines of a pattern as a plane can fly them: bends that are too tight end a line, and a turn leads to the next."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from missions.findings import Finding, error
from missions.planning.dubins import corner_bends
from missions.planning.flight import Flight, Leg

# A bend this small is flown over with the camera on, whatever the radius: the vehicle is off the line by less than the receiver's error.
_SLIGHT_RAD = np.radians(12.0)
# Curves drawn in many bends that have to be cut at each of them are no lines any more.
_MOST_PIECES = 60
_SHARE_TIGHT = 0.5


def flown_lines(lines: Flight, radius_m: float) -> tuple[Flight, list[Finding]]:
    """The lines cut at bends that are tighter than the radius. An error for circles and curves a plane cannot follow at all."""
    findings: list[Finding] = []
    pieces: list[Leg] = []
    for line in lines:
        if line.circle is not None:
            if abs(line.circle.radius_m) < radius_m:
                findings.append(_too_tight(abs(line.circle.radius_m), radius_m))
            pieces.append(line)
            continue
        cut = list(_cut(line, radius_m))
        if len(cut) > _MOST_PIECES and len(cut) > _SHARE_TIGHT * len(line.points):
            tightest_m = _tightest_m(line)
            findings.append(_too_tight(tightest_m, radius_m))
        pieces += cut
    return tuple(pieces), findings


def _cut(line: Leg, radius_m: float) -> Iterator[Leg]:
    if len(line.points) < 3:
        yield line
        return
    level = line.points[:, :2]
    bends, tangents = corner_bends(level, radius_m)
    wanted = radius_m * np.tan(np.minimum(bends, np.pi - 1e-6) / 2.0)
    tight = (bends > _SLIGHT_RAD) & ((tangents < wanted - 1e-6) | (bends > np.pi / 2.0 + 1e-6))
    begin = 0
    for corner in [*(np.flatnonzero(tight) + 1).tolist(), len(level) - 1]:
        chainage_m = None if line.chainage_m is None else line.chainage_m[begin : corner + 1]
        yield replace(line, points=line.points[begin : corner + 1], chainage_m=chainage_m)
        begin = corner


def _tightest_m(line: Leg) -> float:
    level = line.points[:, :2]
    lengths = np.hypot(*np.diff(level, axis=0).T)
    bends, _ = corner_bends(level, 1.0)
    room = 0.5 * np.minimum(lengths[:-1], lengths[1:])
    return float((room / np.tan(np.clip(bends, 1e-6, np.pi - 1e-6) / 2.0)).min())


def _too_tight(radius_m: float, least_m: float) -> Finding:
    message = (
        f"Turns of {radius_m:.0f} m are tighter than the {least_m:.0f} m a plane turns in at this speed and wind. "
        f"Give a radius or spacing of {np.ceil(least_m):.0f} m or more, fly slower, or choose a copter."
    )
    return error("turn_too_tight", message, radius=round(radius_m), least=float(np.ceil(least_m)))
