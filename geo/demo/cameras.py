"""The camera estate as published: 402 public-space cameras and 148 enforcement complexes with 900 cameras.

Places are generated from a fixed seed: in towns on the corners of a street grid inside the built-up area, outside along the main roads.
They show the size and spread of the estate; they are not the real positions of cameras.
"""

from dataclasses import dataclass

import numpy as np
from shapely import Polygon, contains_xy

from geo.demo.geometry import circle, point_at_m
from geo.demo.roads import ROADS, DemoRoad
from geo.demo.settlements import SETTLEMENTS
from geo.primitives import LocalFrame, LonLat

PUBLIC_CAMERAS = 402
ENFORCEMENT_COMPLEXES = 148
ENFORCEMENT_CAMERAS = 900
_SEED = 2023  # the estate's first year


@dataclass(frozen=True, slots=True)
class DemoCamera:
    id: str
    category: str
    name_kk: str
    name_ru: str
    name_en: str
    position: LonLat
    heading_deg: float
    hfov_deg: float
    camera_count: int = 1


# Built-up Aktau on the land side of its embankment, north to the newest microdistricts.
AKTAU_BUILT_UP = (
    *((51.163, 43.630), (51.155, 43.636), (51.143, 43.650), (51.134, 43.660), (51.126, 43.670), (51.120, 43.680), (51.116, 43.688)),
    *((51.136, 43.690), (51.152, 43.682), (51.170, 43.673), (51.185, 43.661), (51.192, 43.649), (51.186, 43.637), (51.174, 43.632)),
)
# Streets of Aktau run along its shore and across it.
_AKTAU_GRID_DEG = 328.0
_BLOCK_M = 190.0

# Town: public cameras, complexes, radius of the built-up area in metres.
_TOWNS = {
    "zhanaozen": (70, 27, 2300),
    "beineu": (28, 7, 1600),
    "mangystau": (18, 5, 900),
    "shetpe": (14, 3, 900),
    "zhetybay": (13, 3, 900),
    "kuryk": (12, 2, 800),
    "fort-shevchenko": (12, 2, 700),
    "baskuduk": (9, 2, 900),
    "atameken": (8, 1, 800),
    "kyzyltobe": (7, 1, 800),
    "akshukyr": (6, 1, 700),
    "bautino": (4, 0, 500),
}
# Road: complexes along it.
_ROADS = {"aktau-zhanaozen": 9, "aktau-shetpe": 4, "aktau-fort-shevchenko": 4, "aktau-kuryk": 3, "shetpe-beineu": 4, "zhetybay-shetpe": 2}


def demo_cameras() -> list[DemoCamera]:
    """All cameras of the estate, the same on every machine."""
    random = np.random.default_rng(_SEED)
    names = {place.id: place for place in SETTLEMENTS}
    public_elsewhere = sum(public for public, _, _ in _TOWNS.values())
    complexes_elsewhere = sum(complexes for _, complexes, _ in _TOWNS.values()) + sum(_ROADS.values())
    towns = {
        "aktau": (PUBLIC_CAMERAS - public_elsewhere, ENFORCEMENT_COMPLEXES - complexes_elsewhere, Polygon(AKTAU_BUILT_UP), _AKTAU_GRID_DEG),
        **{
            town: (public, complexes, Polygon(circle(names[town].position.as_tuple(), radius_m)), 15.0)
            for town, (public, complexes, radius_m) in _TOWNS.items()
        },
    }
    cameras: list[DemoCamera] = []
    for town, (public, complexes, area, grid_deg) in towns.items():
        place = names[town]
        corners = _corners(area, grid_deg, random)[: public + complexes]
        watched = corners[:: len(corners) // complexes][:complexes] if complexes else []
        for number, corner in enumerate(watched, 1):
            cameras.append(
                DemoCamera(
                    f"complex-{town}-{number:03d}",
                    "enforcement_complex",
                    f"{place.name_kk}, № {number} қиылыс",
                    f"{place.name_ru}, перекрёсток № {number}",
                    f"{place.name_en}, intersection {number}",
                    corner,
                    _heading(random, grid_deg),
                    40.0,
                    int(random.integers(4, 10)),
                )
            )
        for number, corner in enumerate((corner for corner in corners if corner not in watched), 1):
            cameras.append(
                DemoCamera(
                    f"public-{town}-{number:03d}",
                    "public_space",
                    f"{place.name_kk}, № {number} қоғамдық орын",
                    f"{place.name_ru}, общественное место № {number}",
                    f"{place.name_en}, public space {number}",
                    corner,
                    _heading(random, grid_deg),
                    75.0,
                )
            )
    cameras += [camera for road in ROADS for camera in _along(road, _ROADS.get(road.id, 0), random)]
    return _with_camera_total(cameras)


def _corners(area: Polygon, grid_deg: float, random: np.random.Generator) -> list[LonLat]:
    """Street corners inside an area in a random order: half a block apart where one round of corners is not enough."""
    centre = LonLat(area.centroid.x, area.centroid.y)
    frame = LocalFrame(centre)
    reach = np.arange(-30, 31) * _BLOCK_M
    turn = np.radians(grid_deg)
    along, across = (axis.ravel() for axis in np.meshgrid(reach, reach))
    east, north = along * np.sin(turn) + across * np.cos(turn), along * np.cos(turn) - across * np.sin(turn)
    # Poles stand at the kerb, not in the middle of the crossing.
    kerb = random.uniform(6.0, 14.0, (2, len(east))) * random.choice([-1.0, 1.0], (2, len(east)))
    places = frame.to_lonlat_deg(np.column_stack([east + kerb[0], north + kerb[1]]))
    inside = [LonLat(round(float(lon), 6), round(float(lat), 6)) for lon, lat in places[contains_xy(area, places[:, 0], places[:, 1])]]
    # Denser towards the centre, as cameras are.
    distance = np.hypot(*frame.to_en_m([place.as_tuple() for place in inside]).T)
    order = np.argsort(distance * random.uniform(0.2, 1.0, len(inside)) ** 1.5)
    return [inside[i] for i in order]


def _along(road: DemoRoad, count: int, random: np.random.Generator) -> list[DemoCamera]:
    cameras = []
    for number in range(1, count + 1):
        chainage_m = road.length_km * 1000.0 * (number - 0.5 + float(random.uniform(-0.25, 0.25))) / count
        position, heading_deg = point_at_m(road.path, chainage_m)
        km = round(chainage_m / 1000.0)
        cameras.append(
            DemoCamera(
                f"complex-{road.id}-{number:03d}",
                "enforcement_complex",
                f"{road.name_kk}, {km}-шақырым",
                f"{road.name_ru}, {km}-й км",
                f"{road.name_en}, km {km}",
                position,
                round((heading_deg + 180.0 * (number % 2)) % 360.0, 1),
                25.0,
                4,
            )
        )
    return cameras


def _heading(random: np.random.Generator, grid_deg: float) -> float:
    return round(float((grid_deg + 90.0 * random.integers(4) + random.uniform(-12, 12)) % 360.0), 1)


def _with_camera_total(cameras: list[DemoCamera]) -> list[DemoCamera]:
    """Adjust the complexes at crossings one camera at a time until all complexes together have the published number."""
    counts = {camera.id: camera.camera_count for camera in cameras if camera.category == "enforcement_complex"}
    adjustable = [identity for identity in counts if counts[identity] != 4]
    step = 1 if sum(counts.values()) < ENFORCEMENT_CAMERAS else -1
    turn = 0
    while sum(counts.values()) != ENFORCEMENT_CAMERAS:
        counts[adjustable[turn % len(adjustable)]] += step
        turn += 1
    return [
        DemoCamera(
            c.id, c.category, c.name_kk, c.name_ru, c.name_en, c.position, c.heading_deg, c.hfov_deg, counts.get(c.id, c.camera_count)
        )
        for c in cameras
    ]
