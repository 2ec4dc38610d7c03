"""The ground a source shows while it is recorded: once for a fixed camera, as it flies for a vehicle's."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np

from geo.core import VideoSource
from geo.primitives import LonLat
from ground_station.video import DecodedImage
from ground_station.watching.drone_camera import PoseFeed
from ground_station.watching.source_places import SourcePlaces
from vision import seen_ground, usual_view

USUAL_HFOV_DEG = 60.0

logger = logging.getLogger(__name__)
Corners = tuple[LonLat, ...]


class SourceViews:
    """Footprints of one source. `poses` of the vehicle that carries it."""

    def __init__(self, source: VideoSource, poses: PoseFeed | None) -> None:
        self._source = source
        self._places = SourcePlaces(source, poses)
        self._fixed: Corners | None = None

    async def at(self, instant: datetime, size_px: tuple[int, int], *, stamped: bool) -> Corners:
        """Corners of the ground seen at an instant; none when it is not known."""
        if not all(size_px):
            return ()
        if self._source.vehicle_id is None:
            if self._fixed is None:
                self._fixed = self._of_fixed(size_px)
            return self._fixed
        blank = np.broadcast_to(np.uint8(0), (size_px[1], size_px[0], 3))
        view = await self._places.view(DecodedImage(0, 0.0, blank, instant, stamped))
        ground = self._places.ground
        return () if view is None or ground is None else seen_ground(ground, size_px, view)

    def _of_fixed(self, size_px: tuple[int, int]) -> Corners:
        source = self._source
        if self._places.ground is not None:
            return seen_ground(self._places.ground, size_px)
        if source.position is None or source.heading_deg is None:
            return ()
        return usual_view(source.position, source.heading_deg, source.hfov_deg or USUAL_HFOV_DEG, size_px)


def polygon_around(corners: Iterable[LonLat]) -> dict[str, Any] | None:
    """A GeoJSON polygon around places near each other, their convex hull; None without three that span an area."""
    points = sorted({place.as_tuple() for place in corners})
    ring = _chain(points)[:-1] + _chain(points[::-1])[:-1]
    if len(ring) < 3:
        return None
    return {"type": "Polygon", "coordinates": [[[lon, lat] for lon, lat in (*ring, ring[0])]]}


def _chain(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """One side of the hull. Source: Andrew, Another efficient algorithm for convex hulls in two dimensions, 1979."""
    chain: list[tuple[float, float]] = []
    for point in points:
        while len(chain) >= 2 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
