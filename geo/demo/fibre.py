"""The submarine cable Aktau–Sumgait, drawn as a plausible lay: out of the bay, across the shelf, south-west over the middle basin.

The real lay is not public; landing places and length are of the right order.
"""

from dataclasses import dataclass
from itertools import pairwise

from geo.demo.geometry import Line, chainages_m, smooth_line

ROUTE_ID = "aktau-sumgait"
NAME_KK = "Ақтау – Сумгаит талшықты-оптикалық желісі"
NAME_RU = "ВОЛС Актау – Сумгаит"
NAME_EN = "Aktau–Sumgait fibre line"

_LAND_EAST = [(51.1560, 43.6400), (51.1500, 43.6360), (51.1400, 43.6300)]
_SEA = [
    *(
        (51.1400, 43.6300),
        (51.0900, 43.6020),
        (50.9800, 43.5250),
        (50.9200, 43.3600),
        (50.8900, 43.1500),
        (50.8000, 42.9400),
        (50.6400, 42.7400),
    ),
    *(
        (50.5600, 42.5200),
        (50.5300, 42.2900),
        (50.4200, 42.0800),
        (50.2500, 41.8900),
        (50.1700, 41.6800),
        (50.1500, 41.4600),
        (50.0700, 41.2500),
    ),
    *((49.9300, 41.0700), (49.8700, 40.8900), (49.8000, 40.7200), (49.7350, 40.6400), (49.6820, 40.5970)),
]
_LAND_WEST = [(49.6820, 40.5970), (49.6760, 40.5940), (49.6690, 40.5900)]
_SEGMENT_KM = 40.0


@dataclass(frozen=True, slots=True)
class DemoSegment:
    """A stretch of the route; `measured` is longitude, latitude and chainage in metres."""

    sequence: int
    environment: str
    measured: list[tuple[float, float, float]]


def route_line() -> Line:
    return [*smooth_line(_LAND_EAST, 3)[:-1], *smooth_line(_SEA, 8)[:-1], *smooth_line(_LAND_WEST, 3)]


def route_length_km() -> float:
    return round(chainages_m(route_line())[-1] / 1000.0, 1)


def segments() -> list[DemoSegment]:
    """The whole route without gaps: the landings ashore, and stretches of about 40 km at sea, from joint to joint."""
    line = route_line()
    along = chainages_m(line)
    shore_east, shore_west = line.index(_SEA[0]), line.index(_SEA[-1])
    cuts = [0, shore_east]
    for i in range(shore_east + 1, shore_west):
        if along[i] - along[cuts[-1]] >= _SEGMENT_KM * 1000.0 and along[shore_west] - along[i] >= _SEGMENT_KM * 500.0:
            cuts.append(i)
    cuts += [shore_west, len(line) - 1]
    return [
        DemoSegment(
            number,
            "land" if b <= shore_east or a >= shore_west else "sea",
            [(lon, lat, round(m, 1)) for (lon, lat), m in zip(line[a : b + 1], along[a : b + 1], strict=True)],
        )
        for number, (a, b) in enumerate(pairwise(cuts), 1)
    ]
