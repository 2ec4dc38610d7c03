"""Logs of autopilots (`.tlog`, `.bin`, `.ulg`) as poses of the camera: on UTC, with the gimbal where the log tells of it."""

from pathlib import Path

from geo.primitives import LonLat, VisionError
from ground_station.camera_telemetry.readings import CameraReading, Telemetry
from ground_station.flight_data import FlightPoint, FlightRecord, read_flights

ON_THE_GROUND_M = 3.0


def read_flight_log(path: Path, vehicle: str | None = None) -> Telemetry:
    """Of the vehicle named; without a name there must be one alone that has been anywhere.

    Raises: `VisionError` for a log of several vehicles, or without positions; `FlightDataError` for a broken one.
    """
    records = [record for record in read_flights(path) if record.points]
    if vehicle is not None:
        records = [record for record in records if record.vehicle_id == vehicle]
    if not records:
        raise VisionError(
            f"'{path.name}' holds no position{'' if vehicle is None else f' of {vehicle}'}.",
            code="vision.telemetry",
            hint="Give the log of the flight the film was taken on.",
        )
    if len(records) > 1:
        raise VisionError(
            f"'{path.name}' tells of {len(records)} vehicles: {', '.join(record.vehicle_id for record in records)}.",
            code="vision.telemetry_vehicle",
            hint="Name one with --telemetry-vehicle.",
        )
    return telemetry_of(records[0])


def telemetry_of(record: FlightRecord) -> Telemetry:
    """A log without a calendar counts from where the film begins: its time offset must be known or found."""
    readings = tuple(_reading(point) for point in record.points)
    name = f"{record.source_format} of {record.vehicle_id}"
    return Telemetry(name, by_utc=readings, home=record.home or _lifted_off(record))


def _reading(point: FlightPoint) -> CameraReading:
    roll, pitch, heading = point.roll_deg, point.pitch_deg, point.heading_deg
    return CameraReading(
        point.at_s,
        point.position,
        height_m=point.altitude_above_home_m,
        amsl_m=point.altitude_amsl_m,
        vehicle_deg=None if heading is None else (heading, pitch or 0.0, roll or 0.0),
        camera_deg=point.camera_deg,
    )


def _lifted_off(record: FlightRecord) -> LonLat | None:
    """Where the log begins, when it begins on the ground."""
    first = record.points[0]
    return first.position if first.altitude_above_home_m is not None and abs(first.altitude_above_home_m) < ON_THE_GROUND_M else None
