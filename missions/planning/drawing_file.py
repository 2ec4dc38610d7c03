"""A drawing somebody sends: areas, lines and points of a file whose content is what its name says.

GDAL opens a file by what is in it, and some of its formats name other files and addresses to read: only five are let through. A raster is
a probability map, whose squares are its areas.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from geo.primitives import MissionError
from missions.planning.area_file import DrawnArea, read_areas, read_places
from missions.planning.likely_raster import RASTER_SUFFIXES, likely_areas
from missions.requests.kinds import Ring

DRAWING_SUFFIXES = (".geojson", ".json", ".kml", ".gpkg", ".zip", *RASTER_SUFFIXES)
LARGEST_UNPACKED_BYTES = 64 * 1024 * 1024

_SQLITE = b"SQLite format 3\x00"
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_SHAPEFILE = b"\x00\x00\x27\x0a"
_BESIDE_SHAPES = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qmd", ".qpj", ".xml")


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything a file holds that a plan can be made of, in WGS84."""

    areas: tuple[DrawnArea, ...]
    lines: tuple[Ring, ...]
    points: tuple[Ring, ...]


def read_drawing_bytes(data: bytes, name: str) -> Drawing:
    """A file's polygons, lines and points. Raises `MissionError` naming the file, what is wrong and what to do."""
    suffix = Path(name).suffix.lower()
    if suffix not in DRAWING_SUFFIXES:
        raise _refused(name, f"'{suffix}' is no drawing", f"Send one of: {', '.join(DRAWING_SUFFIXES)}.")
    _check_content(data, name, suffix)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{_plain(name)}{suffix}"
        path.write_bytes(data)
        if suffix in RASTER_SUFFIXES:
            return Drawing(tuple(likely_areas(path)), (), ())
        lines, points = (_places(path, kind) for kind in ("LineString", "Point"))
        try:
            areas = tuple(read_areas(path))
        except MissionError:
            # Without an area it may still be a drawing of lines or points.
            if not lines and not points:
                raise
            areas = ()
    return Drawing(areas, lines, points)


def _places(path: Path, geometry: str) -> tuple[Ring, ...]:
    try:
        return tuple(drawn.places for drawn in read_places(path, geometry))
    except MissionError:
        return ()


def _check_content(data: bytes, name: str, suffix: str) -> None:
    if suffix == ".gpkg":
        whole = data.startswith(_SQLITE)
    elif suffix == ".zip":
        whole = _is_zipped_shapefile(data, name)
    elif suffix in RASTER_SUFFIXES:
        whole = data[:4] in _TIFF
    elif suffix == ".kml":
        head = data[:4096].lower()
        whole = b"<kml" in head and b"<!doctype" not in head
    else:
        whole = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    if not whole:
        raise _refused(
            name, "its content is not what its name says", "Export it again as GeoJSON, KML, GeoPackage, a zipped Shapefile or GeoTIFF."
        )


def _is_zipped_shapefile(data: bytes, name: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > LARGEST_UNPACKED_BYTES:
                raise _refused(name, f"it unpacks to more than {LARGEST_UNPACKED_BYTES >> 20} MiB", "Send the area alone.")
            shapes = [member for member in members if member.filename.lower().endswith(".shp")]
            others = [member for member in members if member not in shapes]
            known = all(member.filename.lower().endswith(_BESIDE_SHAPES) for member in others)
            return bool(shapes) and known and all(archive.open(member).read(4) == _SHAPEFILE for member in shapes)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False


def _plain(name: str) -> str:
    """The stem of a name as it may stand in a folder."""
    return "".join(c if c.isalnum() or c in "-_ " else "_" for c in Path(name).stem)[:80] or "drawing"


def _refused(name: str, problem: str, hint: str) -> MissionError:
    return MissionError(f"{name}: {problem}.", code="mission.drawing_file", hint=hint)
