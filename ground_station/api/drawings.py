"""Drawings from files: what a plan can be made of, as GeoJSON. Nothing is kept."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request

from geo.primitives import LonLat
from ground_station.api.auth import signed_in
from ground_station.api.missions import limited_body
from missions import DrawnArea, read_drawing_bytes

router = APIRouter(prefix="/api/v1/drawings", tags=["missions"], dependencies=[Depends(signed_in)])


@router.post("/reading")
async def read_drawing(
    request: Request,
    *,
    name: Annotated[
        str,
        Query(
            min_length=5,
            max_length=200,
            description="Of the file: .geojson, .kml, .gpkg, .zip of a Shapefile, or .tif of a probability map",
        ),
    ],
) -> dict[str, Any]:
    """Areas with their holes, lines and points of the file in the body, in WGS84 whatever system it was drawn in."""
    drawing = await to_thread.run_sync(read_drawing_bytes, await limited_body(request), name)
    geometries: list[tuple[dict[str, Any], dict[str, Any]]] = [
        *(
            (_polygon(area), {name: area.properties[name] for name in ("probability",) if name in area.properties})
            for area in drawing.areas
        ),
        *(({"type": "LineString", "coordinates": _positions(line)}, {}) for line in drawing.lines),
        *(({"type": "Point", "coordinates": _positions(point)[0]}, {}) for point in drawing.points),
    ]
    return {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": said, "geometry": one} for one, said in geometries]}


def _positions(places: tuple[LonLat, ...]) -> list[list[float]]:
    return [list(place.as_tuple()) for place in places]


def _polygon(area: DrawnArea) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [_closed(ring) for ring in (area.outer, *area.holes)]}


def _closed(ring: tuple[LonLat, ...]) -> list[list[float]]:
    return _positions((*ring, ring[0]))
