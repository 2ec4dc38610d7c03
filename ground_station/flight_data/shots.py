"""Photographs of a flight as coverage counts them: from what its log says of the camera, a folder of pictures, or where it flew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from geo.primitives import LonLat
from ground_station.flight_data.catalogue import read_flights
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.photo_folder import PlacedPhoto, read_photo_folder
from ground_station.flight_data.record import FlightPoint, FlightRecord
from missions import CoverageTarget, Shot, TriggerTrace

Source = Literal["photos", "track"]
AIRBORNE_M = 2.0
LOOKS_DOWN_DEG = -45.0


@dataclass(frozen=True, slots=True)
class FlownShots:
    """`source` photos: each is one the camera or its log told of; track: they follow from where the vehicle flew."""

    shots: tuple[Shot, ...]
    source: Source
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """One flight of one vehicle, Unix seconds: a log may hold more. A log of one vehicle may have been filed under another id."""

    vehicle_id: str
    start_s: float
    end_s: float

    def of(self, record: FlightRecord) -> FlightRecord:
        """A log without a calendar is taken whole."""
        if not record.dated:
            return record
        return replace(
            record,
            points=tuple(point for point in record.points if self.start_s <= point.at_s <= self.end_s),
            photos=tuple(photo for photo in record.photos if self.start_s <= photo.at_s <= self.end_s),
        )


def read_shots(path: Path, target: CoverageTarget, within: Within | None = None) -> FlownShots:
    """Photographs in a log (.tlog, .bin, .ulg, .srt) or a folder of pictures; of a log only those `within`. Raises: `FlightDataError`."""
    if path.is_dir():
        photos, without = read_photo_folder(path)
        remark = f"{without} pictures have no place in their EXIF" if without else ""
        return FlownShots(tuple(_shots_of_pictures(photos, target)), "photos", remark)
    records = read_flights(path)
    if within is not None:
        records = tuple(within.of(record) for record in records if len(records) == 1 or record.vehicle_id == within.vehicle_id)
    flown = [shots_of_record(record, target) for record in records if record.points]
    if not flown:
        raise FlightDataError(f"'{path.name}' holds no position.", code="flight.empty")
    told = [found for found in flown if found.source == "photos"]
    chosen = told or flown
    return FlownShots(tuple(shot for found in chosen for shot in found.shots), chosen[0].source)


def shots_of_record(record: FlightRecord, target: CoverageTarget) -> FlownShots:
    """The photographs the log tells of, each with height and heading of the vehicle at that instant; without any, those of the track."""
    if record.photos and record.points:
        at = _Track(record.points)
        shots = [at.shot(photo.at_s, photo.position, photo.altitude_amsl_m) for photo in record.photos]
        return FlownShots(tuple(shot for shot in shots if shot is not None), "photos")
    trace = TriggerTrace(target)
    shots_flown: list[Shot] = []
    for point in record.points:
        if point.altitude_above_home_m is not None and point.altitude_above_home_m > AIRBORNE_M:
            shots_flown += trace.feed(point.position, point.altitude_above_home_m)
    return FlownShots(tuple(shots_flown), "track", "the log tells of no photograph: they are taken from the track")


class _Track:
    """Height and heading at an instant, between the points around it."""

    def __init__(self, points: Sequence[FlightPoint]) -> None:
        self._points = points
        self._at_s = np.array([point.at_s for point in points])

    def shot(self, at_s: float, position: LonLat | None, amsl_m: float | None) -> Shot | None:
        point = self._points[int(np.argmin(np.abs(self._at_s - at_s)))]
        height_m = point.altitude_above_home_m
        if height_m is None:
            return None
        if amsl_m is not None and point.altitude_amsl_m is not None and abs(amsl_m - point.altitude_amsl_m) < height_m:
            height_m += amsl_m - point.altitude_amsl_m
        return Shot(position or point.position, height_m, point.heading_deg or 0.0)


def _shots_of_pictures(photos: Sequence[PlacedPhoto], target: CoverageTarget) -> list[Shot]:
    """A picture without its height is taken to be at the plan's; without a heading, along the nearest leg."""
    legs = target.legs
    middles = target.frame.to_en_m([((leg.start.lon_deg + leg.end.lon_deg) / 2, (leg.start.lat_deg + leg.end.lat_deg) / 2) for leg in legs])
    shots = []
    for photo in photos:
        near = legs[int(np.argmin(np.hypot(*(middles - np.array(target.frame.offset_m(photo.position))).T)))]
        height_m = near.start_altitude_m if photo.height_m is None else photo.height_m
        pitch = -90.0 if photo.pitch_deg is None or photo.pitch_deg > LOOKS_DOWN_DEG else photo.pitch_deg
        heading = near.heading_deg if photo.heading_deg is None else photo.heading_deg
        shots.append(Shot(photo.position, height_m, heading, pitch))
    return shots
