"""Made-up ways for rules: features drawn in metres about one place, and tracks that follow a function of time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import numpy as np

from geo.primitives import LocalFrame, LonLat
from vision import SceneFeature, Track, TrackPoint
from vision.georeference import GroundFix

LOCAL = LocalFrame(LonLat(51.16, 43.65))
Way = Callable[[float], tuple[float, float]]


def feature(kind: str, geometry: str, points: Sequence[tuple[float, float]], **properties: object) -> SceneFeature:
    places = LOCAL.to_lonlat_deg(np.array(points)).tolist()
    coordinates = places[0] if geometry == "Point" else [[*places, places[0]]] if geometry == "Polygon" else places
    return SceneFeature.model_validate(
        {"type": "Feature", "geometry": {"type": geometry, "coordinates": coordinates}, "properties": {"kind": kind, **properties}}
    )


def track(
    number: int,
    way: Way,
    *,
    label: str = "car",
    labels: Sequence[str] = (),
    begin_s: float = 0.0,
    end_s: float = 12.0,
    noise_m: float = 0.15,
    shared_m: float = 0.1,
    began_at: datetime | None = None,
) -> Track:
    """Seen ten times a second from straight above, so that a place is its middle; `shared_m` is what all places err alike."""
    random = np.random.default_rng(number)
    made = Track(number)
    for index, at_s in enumerate(np.arange(begin_s, end_s, 0.1).tolist()):
        place = np.array(way(at_s)) + random.normal(0.0, noise_m, 2)
        fix = GroundFix(place, np.eye(2) * shared_m, np.eye(2) * noise_m)
        name = (labels or (label,))[index % max(1, len(labels))]
        at = None if began_at is None else began_at + timedelta(seconds=at_s)
        made.add(TrackPoint(index, at_s, (100.0, 100.0, 140.0, 130.0), 0.9, name, True, at, fix))
    return made


def drives(speed_mps: float, *, at_0_s: float = 0.0, north_m: float = -1.75, west: bool = False) -> Way:
    """Its middle passes 0 east at `at_0_s`."""
    return lambda at_s: ((-1.0 if west else 1.0) * speed_mps * (at_s - at_0_s), north_m)


def drives_and_stands(speed_mps: float, east_m: float, *, arrives_s: float, goes_on_s: float = 1e9, north_m: float = -1.75) -> Way:
    """Brakes at 5 m/s2, and goes on with as much."""

    def way(at_s: float) -> tuple[float, float]:
        brakes_s = speed_mps / 5.0
        if at_s < arrives_s - brakes_s:
            return (east_m - speed_mps * (arrives_s - at_s - brakes_s / 2.0), north_m)
        if at_s < arrives_s:
            return (east_m - 2.5 * (arrives_s - at_s) ** 2, north_m)
        gone_s = max(0.0, at_s - goes_on_s)
        return (east_m + 2.5 * min(gone_s, brakes_s) ** 2 + speed_mps * max(0.0, gone_s - brakes_s), north_m)

    return way
