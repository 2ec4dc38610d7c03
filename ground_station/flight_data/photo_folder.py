"""A folder of photographs as a survey brings them home: where each was taken, from its EXIF and, where a drone wrote it, its XMP.

Read by GDAL, which gives EXIF as text: degrees as "(43) (39) (1.8)". DJI's XMP (drone-dji:…) holds height above take-off and how the
gimbal looked. What a picture does not say is None.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.primitives import LonLat
from ground_station.flight_data.errors import FlightDataError

SUFFIXES = frozenset({".jpg", ".jpeg", ".tif", ".tiff", ".dng"})
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NAMES = "RelativeAltitude|GimbalYawDegree|GimbalPitchDegree|GimbalRollDegree|CalibratedFocalLength|RtkStdLon|RtkStdLat"
_XMP = re.compile(rf'drone-dji:({_NAMES})(?:="|>)\s*\+?(-?\d+(?:\.\d+)?)')


@dataclass(frozen=True, slots=True)
class PlacedPhoto:
    """One picture. `height_m` is above take-off; `pitch_deg` of the camera, -90 straight down. `focal_35mm` of a full-frame camera with the
    same view, in millimetres; `focal_px` as calibrated, in pixels of the whole picture. `position_sigma_m`: told by a receiver with
    corrections."""

    name: str
    position: LonLat
    altitude_amsl_m: float | None
    height_m: float | None
    heading_deg: float | None
    pitch_deg: float | None
    roll_deg: float | None = None
    focal_35mm: float | None = None
    focal_px: float | None = None
    position_sigma_m: float | None = None


def read_photo_folder(folder: Path) -> tuple[list[PlacedPhoto], int]:
    """Placed photographs by name, and how many had no place. Raises: `FlightDataError` when none has one."""
    photos, without = [], 0
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()):
        photo = read_photo(path)
        if photo is None:
            without += 1
        else:
            photos.append(photo)
    if not photos:
        raise FlightDataError(
            f"'{folder}' holds no photograph with a place; {without} without.",
            code="flight.no_photos",
            hint="Give the folder with the original pictures: edited ones often lose their EXIF.",
        )
    return photos, without


def read_photo(path: Path) -> PlacedPhoto | None:
    """None for what is no picture, and for a picture without a place."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioIOError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a photograph is no map
            with rasterio.open(path) as picture:
                tags, xmp = picture.tags(), " ".join(picture.tags(ns="xml:XMP").values())
    except RasterioIOError:
        return None
    lat, lon = _degrees(tags, "Latitude", "S"), _degrees(tags, "Longitude", "W")
    if lat is None or lon is None or (lat == 0 and lon == 0) or abs(lat) > 90 or abs(lon) > 180:
        return None
    told = {name: float(value) for name, value in _XMP.findall(xmp)}
    below = tags.get("EXIF_GPSAltitudeRef", "0").strip().endswith("1")
    altitude = next(_numbers(tags.get("EXIF_GPSAltitude", "")), None)
    heading = told.get("GimbalYawDegree", next(_numbers(tags.get("EXIF_GPSImgDirection", "")), None))
    return PlacedPhoto(
        path.name,
        LonLat(lon, lat),
        None if altitude is None else -altitude if below else altitude,
        told.get("RelativeAltitude"),
        None if heading is None else heading % 360.0,
        told.get("GimbalPitchDegree"),
        told.get("GimbalRollDegree"),
        next(_numbers(tags.get("EXIF_FocalLengthIn35mmFilm", "")), None) or None,
        told.get("CalibratedFocalLength"),
        _rtk_sigma_m(told),
    )


def _rtk_sigma_m(told: dict[str, float]) -> float | None:
    """Metres; 0 is written by aircraft that have no corrections."""
    east, north = told.get("RtkStdLon", 0.0), told.get("RtkStdLat", 0.0)
    return max(east, north) if east > 0.0 and north > 0.0 else None


def _degrees(tags: dict[str, str], which: str, negative: str) -> float | None:
    parts = list(_numbers(tags.get(f"EXIF_GPS{which}", "")))
    if not parts:
        return None
    value = sum(part / 60.0**power for power, part in enumerate(parts[:3]))
    return -value if tags.get(f"EXIF_GPS{which}Ref", "").strip() == negative else value


def _numbers(text: str) -> Iterator[float]:
    return (float(found) for found in _NUMBER.findall(text))
