"""Lawnmower lines over an area with holes and bays.

The area is turned so that the lines run along x; a line is cut where it would leave the area, and lines are gathered into cells:
strips of neighbouring lines in which the vehicle can go to and fro without leaving the area (boustrophedon cells, Choset 2000).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

Area = Polygon | MultiPolygon

# Two parts of a line that meet at a corner of the area are one.
_TOUCHING_M = 1e-6


def surface(geometry: shapely.Geometry) -> Area:
    """The polygons of any geometry; the points and lines that overlays leave behind are dropped."""
    if isinstance(geometry, Polygon | MultiPolygon):
        return geometry
    return MultiPolygon([part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)])


@dataclass(frozen=True, slots=True)
class Sweep:
    """Lines in local metres. `lines` is (n, 2, 2): both ends, east and north; `cells` are line indices in order.

    `heading_deg` is that of all lines, or of most where an area is flown in parts.
    """

    heading_deg: float
    lines: NDArray[np.float64]
    cells: tuple[tuple[int, ...], ...]

    @property
    def length_m(self) -> float:
        return float(np.hypot(*(self.lines[:, 1] - self.lines[:, 0]).T).sum())


def joined(sweeps: Sequence[Sweep]) -> Sweep:
    """The sweeps of an area's parts as one."""
    longest = max(sweeps, key=lambda sweep: sweep.length_m)
    before = np.cumsum([0, *(len(sweep.lines) for sweep in sweeps)])
    cells = tuple(tuple(int(first + line) for line in cell) for first, sweep in zip(before, sweeps, strict=False) for cell in sweep.cells)
    return Sweep(longest.heading_deg, np.concatenate([sweep.lines for sweep in sweeps]), cells)


def rotation(heading_deg: float) -> NDArray[np.float64]:
    """(2, 2) matrix taking east-north to along-across for lines of that heading; its transpose goes back."""
    heading = np.radians(heading_deg)
    return np.array([[np.sin(heading), np.cos(heading)], [-np.cos(heading), np.sin(heading)]])


def turned(area: Area, heading_deg: float) -> Area:
    """The area in along-across coordinates of a heading."""
    matrix = rotation(heading_deg)
    return shapely.transform(area, lambda points: points @ matrix.T)


def lawnmower_lines(
    inside: Area, target: Area, heading_deg: float, spacing_m: float, *, min_length_m: float = 1.0, end_inset_m: float = 0.0
) -> Sweep:
    """Parallel lines no further apart than `spacing_m` over the extent of `target`, cut to lie within `inside`.

    Lines are spread evenly, the outer ones half a step from the edge, so that swaths of `spacing_m` cover the whole extent. They end
    `end_inset_m` short of the edge of `target`; a line too short for that keeps its middle.
    """
    matrix = rotation(heading_deg)
    area = shapely.transform(inside, lambda points: points @ matrix.T)
    drawn = turned(target, heading_deg)
    _, low, _, high = shapely.bounds(drawn)
    count = max(1, int(np.ceil((high - low) / spacing_m - 1e-6)))
    across = low + (np.arange(count) + 0.5) * (high - low) / count
    rows = row_segments(area, across, min_length_m)
    if end_inset_m > 0.0:
        edges = row_segments(drawn, across, 0.0)
        rows = [[_inset(line, edge, end_inset_m, min_length_m) for line in row] for row, edge in zip(rows, edges, strict=True)]
    segments = [(x0, x1, float(y)) for y, row in zip(across, rows, strict=True) for x0, x1 in row]
    ends = np.array([[[x0, y], [x1, y]] for x0, x1, y in segments], dtype=np.float64).reshape(-1, 2, 2)
    return Sweep(heading_deg, ends @ matrix, _cells(rows))


def _inset(line: tuple[float, float], edges: list[tuple[float, float]], inset_m: float, min_length_m: float) -> tuple[float, float]:
    """The line ended `inset_m` before the edge of what is drawn, but not shorter than `min_length_m`."""
    middle = 0.5 * (line[0] + line[1])
    left, right = next((edge for edge in edges if edge[0] <= middle <= edge[1]), line)
    first, last = max(line[0], left + inset_m), min(line[1], right - inset_m)
    if last - first >= min_length_m:
        return first, last
    middle = min(max(0.5 * (first + last), line[0] + 0.5 * min_length_m), line[1] - 0.5 * min_length_m)
    return middle - 0.5 * min_length_m, middle + 0.5 * min_length_m


def row_segments(area: Area, across_m: NDArray[np.float64], min_length_m: float) -> list[list[tuple[float, float]]]:
    """Parts of each line y = `across_m` within an area already turned, from left to right; shorter ones are dropped.

    A line enters and leaves the area where it meets its sides (even-odd rule): a side counts its lower end and not its upper one.
    """
    points, ring_of = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(area)), return_index=True)
    following = ring_of[1:] == ring_of[:-1]
    first, second = points[:-1][following], points[1:][following]
    low, high = np.minimum(first[:, 1], second[:, 1]), np.maximum(first[:, 1], second[:, 1])
    row, side = np.nonzero((low <= across_m[:, None]) & (across_m[:, None] < high))
    share = (across_m[row] - first[side, 1]) / (second[side, 1] - first[side, 1])
    x = first[side, 0] + share * (second[side, 0] - first[side, 0])
    x = x[np.lexsort((x, row))]
    rows: list[list[tuple[float, float]]] = [[] for _ in across_m]
    for number, enters, leaves in zip(row[::2].tolist(), x[::2].tolist(), x[1::2].tolist(), strict=True):
        before = rows[number]
        if before and enters - before[-1][1] < _TOUCHING_M:
            before[-1] = (before[-1][0], leaves)
        else:
            before.append((enters, leaves))
    return [[(enters, leaves) for enters, leaves in line if leaves - enters >= min_length_m] for line in rows]


def _cells(rows: list[list[tuple[float, float]]]) -> tuple[tuple[int, ...], ...]:
    """Gathers lines that follow each other one to one; where an area splits or joins, new cells begin."""
    cells: list[list[int]] = []
    cell_of: dict[int, int] = {}
    first_of_row = 0
    previous: list[tuple[float, float]] = []
    previous_first = 0
    for row in rows:
        touching = [[i for i, old in enumerate(previous) if old[0] < new[1] and new[0] < old[1]] for new in row]
        children = [sum(i in touched for touched in touching) for i in range(len(previous))]
        for j, touched in enumerate(touching):
            line = first_of_row + j
            if len(touched) == 1 and children[touched[0]] == 1:
                cell_of[line] = cell_of[previous_first + touched[0]]
                cells[cell_of[line]].append(line)
            else:
                cell_of[line] = len(cells)
                cells.append([line])
        previous, previous_first = row, first_of_row
        first_of_row += len(row)
    return tuple(tuple(cell) for cell in cells)
