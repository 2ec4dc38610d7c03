"""Lawnmower lines over an area with holes and bays.

The area is turned so that the lines run along x; a line is cut where it would leave the area, and lines are gathered into cells:
strips of neighbouring lines in which the vehicle can go to and fro without leaving the area (boustrophedon cells, Choset 2000).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

Area = Polygon | MultiPolygon


def surface(geometry: shapely.Geometry) -> Area:
    """The polygons of any geometry; the points and lines that overlays leave behind are dropped."""
    if isinstance(geometry, Polygon | MultiPolygon):
        return geometry
    return MultiPolygon([part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)])


@dataclass(frozen=True, slots=True)
class Sweep:
    """Lines of one heading in local metres. `lines` is (n, 2, 2): both ends, east and north; `cells` are line indices in order."""

    heading_deg: float
    lines: NDArray[np.float64]
    cells: tuple[tuple[int, ...], ...]

    @property
    def length_m(self) -> float:
        return float(np.hypot(*(self.lines[:, 1] - self.lines[:, 0]).T).sum())


def rotation(heading_deg: float) -> NDArray[np.float64]:
    """(2, 2) matrix taking east-north to along-across for lines of that heading; its transpose goes back."""
    heading = np.radians(heading_deg)
    return np.array([[np.sin(heading), np.cos(heading)], [-np.cos(heading), np.sin(heading)]])


def turned(area: Area, heading_deg: float) -> Area:
    """The area in along-across coordinates of a heading."""
    matrix = rotation(heading_deg)
    return shapely.transform(area, lambda points: points @ matrix.T)


def lawnmower_lines(inside: Area, target: Area, heading_deg: float, spacing_m: float, min_length_m: float = 1.0) -> Sweep:
    """Parallel lines no further apart than `spacing_m` over the extent of `target`, cut to lie within `inside`.

    Lines are spread evenly, the outer ones half a step from the edge, so that swaths of `spacing_m` cover the whole extent.
    """
    matrix = rotation(heading_deg)
    area = shapely.transform(inside, lambda points: points @ matrix.T)
    _, low, _, high = shapely.bounds(turned(target, heading_deg))
    count = max(1, int(np.ceil((high - low) / spacing_m - 1e-6)))
    across = low + (np.arange(count) + 0.5) * (high - low) / count
    rows = row_segments(area, across, min_length_m)
    segments = [(x0, x1, float(y)) for y, row in zip(across, rows, strict=True) for x0, x1 in row]
    ends = np.array([[[x0, y], [x1, y]] for x0, x1, y in segments], dtype=np.float64).reshape(-1, 2, 2)
    return Sweep(heading_deg, ends @ matrix, _cells(rows))


def row_segments(area: Area, across_m: NDArray[np.float64], min_length_m: float) -> list[list[tuple[float, float]]]:
    """Parts of each line y = `across_m` within an area already turned, from left to right; shorter ones are dropped."""
    left, _, right, _ = shapely.bounds(area)
    ends = [[[left - 1.0, y], [right + 1.0, y]] for y in across_m]
    rows: list[list[tuple[float, float]]] = [[] for _ in across_m]
    parts, row_of = shapely.get_parts(shapely.intersection(shapely.linestrings(ends), area), return_index=True)
    for part, row in zip(parts, row_of, strict=True):
        if shapely.get_type_id(part) == 1 and not part.is_empty:
            x = shapely.get_coordinates(part)[:, 0]
            if x.max() - x.min() >= min_length_m:
                rows[row].append((float(x.min()), float(x.max())))
    return [sorted(row) for row in rows]


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
