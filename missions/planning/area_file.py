"""Areas out of drawing files: GeoJSON, KML, GeoPackage, Shapefile and whatever else GDAL reads, in any coordinate system."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from shapely import Polygon

from geo.primitives import LonLat, MissionError
from missions.formats.json_node import JsonNode
from missions.planning.area import ring_findings
from missions.requests.kinds import Ring

_JSON_SUFFIXES = (".geojson", ".json")
# Kazakhstan and some 100 km around it, degrees: where an area with exchanged coordinates most likely belongs.
_REGION = (45.0, 39.5, 88.5, 56.5)


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """One polygon of a file: `feature` is its number counted from 1 over all layers; rings without the closing point."""

    feature: int
    outer: Ring
    holes: tuple[Ring, ...]
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DrawnPlaces:
    """One point or line of a file: its places in order, and what the file says of it."""

    feature: int
    places: Ring
    properties: Mapping[str, Any] = field(default_factory=dict)


def read_areas(path: Path | str, layer: str | None = None) -> list[DrawnArea]:
    """Every polygon of a file, or of one of its layers, in WGS84. Raises `MissionError` naming file, feature and what to change."""
    path = Path(path)
    if not path.is_file():
        raise _refused(path, "there is no such file", "Check the path.")
    if path.stat().st_size == 0:
        raise _refused(path, "the file is empty", "Draw an area and export it again.")
    if path.suffix.lower() in _JSON_SUFFIXES:
        # GDAL skips what it does not like in GeoJSON and says only that; here the line and column are named.
        _check_positions(JsonNode.parse(path.read_bytes(), path.name))
    areas: list[DrawnArea] = []
    kinds: set[str] = set()
    number = 0
    for features, to_wgs84 in _layers(path, layer):
        for wkb, properties in features:
            number += 1
            if wkb is None:
                continue
            geometry = _geometry(wkb, path, number)
            kinds.add(shapely.GeometryType(int(shapely.get_type_id(geometry))).name.title())
            for part in shapely.get_parts(geometry):
                if isinstance(part, Polygon) and not part.is_empty:
                    areas.append(_drawn(part, to_wgs84, path, number, properties))
    if not areas:
        found = f"only {', '.join(sorted(kinds))}" if kinds else "no features with a geometry"
        raise _refused(path, f"no polygon among its {number} features ({found})", "Draw the area as a polygon.")
    return areas


def read_places(path: Path | str, geometry: str, layer: str | None = None) -> list[DrawnPlaces]:
    """Every Point or LineString of a file, or of one of its layers, in WGS84.

    Raises `MissionError` naming file, feature and what to change.
    """
    path = Path(path)
    if not path.is_file():
        raise _refused(path, "there is no such file", "Check the path.")
    found: list[DrawnPlaces] = []
    number = 0
    for features, to_wgs84 in _layers(path, layer):
        for wkb, properties in features:
            number += 1
            for part in () if wkb is None else shapely.get_parts(_geometry(wkb, path, number)):
                if part.geom_type == geometry and not part.is_empty:
                    places = _positions(shapely.get_coordinates(part), to_wgs84, path, number)
                    found.append(DrawnPlaces(number, places, properties))
    if not found:
        raise _refused(path, f"no {geometry} among its {number} features", f"Draw a {geometry}.")
    return found


def refuse_exchanged_coordinates(area: DrawnArea, path: Path | str) -> None:
    """Raises `MissionError` when an area far from the region would lie in it with latitude and longitude exchanged."""
    lon, lat = np.mean([point.as_tuple() for point in area.outer], axis=0)
    if not _in_region(lon, lat) and _in_region(lat, lon):
        raise _refused(
            Path(path),
            f"feature {area.feature} lies at latitude {lat:.4f}, longitude {lon:.4f}; it looks as if the two were exchanged",
            "Write longitude first; if the area really is there, give --home LAT,LON near it.",
        )


def _in_region(lon_deg: float, lat_deg: float) -> bool:
    west, south, east, north = _REGION
    return west <= lon_deg <= east and south <= lat_deg <= north


def _layers(path: Path, wanted: str | None) -> list[tuple[list[tuple[bytes | None, dict[str, Any]]], Transformer | None]]:
    """Geometry and properties of every feature, layer by layer."""
    import pyogrio  # GDAL takes 0.2 s to load and is needed for files alone
    from pyogrio.errors import DataLayerError, DataSourceError

    layers: list[tuple[list[tuple[bytes | None, dict[str, Any]]], Transformer | None]] = []
    try:
        present = pyogrio.list_layers(path)
        if wanted is not None and wanted not in {name for name, _ in present}:
            names = ", ".join(f"'{name}'" for name, _ in present)
            raise _refused(path, f"there is no layer '{wanted}'", f"Choose one of: {names}.")
        for name, kind in present:
            if kind is None or wanted not in (None, name):
                continue
            meta, _, geometries, columns = pyogrio.raw.read(path, layer=name, force_2d=True)
            said = [dict(zip(meta["fields"], row, strict=True)) for row in zip(*columns, strict=True)] or [{} for _ in geometries]
            layers.append((list(zip(geometries, said, strict=True)), _to_wgs84(meta["crs"], path)))
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        reason = re.split(r"[;.] ", str(error).splitlines()[0].replace(str(path), path.name))[0]
        raise _refused(path, f"not readable as GeoJSON, KML, GeoPackage or Shapefile ({reason})", "Export it again.") from error
    return layers


def _check_positions(root: JsonNode) -> None:
    """Raises `MissionError` at the first polygon position of a GeoJSON document that is not two numbers."""
    features = list(root.member("features")) if root.member("type").value == "FeatureCollection" else [root]
    for feature in features:
        geometry = feature.member("geometry") if feature.member("type").value == "Feature" else feature
        if geometry.value is None:
            continue
        kind = geometry.member("type").value
        if kind not in ("Polygon", "MultiPolygon"):
            continue
        polygons = [geometry.member("coordinates")] if kind == "Polygon" else list(geometry.member("coordinates"))
        for position in (position for polygon in polygons for ring in polygon for position in ring):
            numbers = position.array()
            if len(numbers) < 2:
                raise position.wrong("[longitude, latitude]")
            for number in numbers[:2]:
                number.number()


def _to_wgs84(crs: str | None, path: Path) -> Transformer | None:
    """None when the file already is in WGS84; a file that does not say is taken to be, as GeoJSON and KML are."""
    if crs is None:
        return None
    try:
        source = CRS.from_user_input(crs)
    except CRSError as error:
        raise _refused(path, f"its coordinate system '{crs:.60}' is not known", "Export it in WGS84 (EPSG:4326).") from error
    return None if source.to_epsg() == 4326 else Transformer.from_crs(source, "EPSG:4326", always_xy=True)


def _geometry(wkb: bytes, path: Path, number: int) -> shapely.Geometry:
    try:
        geometry: shapely.Geometry = shapely.from_wkb(wkb)
    except shapely.errors.GEOSException as error:
        raise _refused(path, f"feature {number} has a broken geometry ({error})", "Draw it again.") from error
    return geometry


def _drawn(polygon: Polygon, to_wgs84: Transformer | None, path: Path, number: int, properties: Mapping[str, Any]) -> DrawnArea:
    rings: list[Ring] = []
    for ring in (polygon.exterior, *polygon.interiors):
        points = _positions(np.asarray(ring.coords)[:-1, :2], to_wgs84, path, number)
        for finding in ring_findings(points, "its outline" if not rings else f"its hole {len(rings)}"):
            raise _refused(path, f"feature {number}: {finding.message}", "Then export the drawing again.")
        rings.append(points)
    return DrawnArea(number, rings[0], tuple(rings[1:]), properties)


def _positions(points: NDArray[np.float64], to_wgs84: Transformer | None, path: Path, number: int) -> Ring:
    x, y = points.T
    lon, lat = (x, y) if to_wgs84 is None else to_wgs84.transform(x, y)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all() and (np.abs(lon) <= 180).all() and (np.abs(lat) <= 90).all()):
        bad = int(np.argmax(~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))))
        where = f"point {bad + 1} at {float(lon[bad]):g}, {float(lat[bad]):g}"
        raise _refused(path, f"feature {number} has {where}, which is no longitude, latitude", "Use degrees, longitude first.")
    return tuple(LonLat(float(a), float(b)) for a, b in zip(lon, lat, strict=True))


def _refused(path: Path, problem: str, hint: str) -> MissionError:
    end = "" if problem.endswith(".") else "."
    return MissionError(f"{path.name}: {problem}{end}", code="mission.area_file", hint=hint)
