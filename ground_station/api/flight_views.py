"""Flights as the API shows them."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from geo.core import FlightBookLine, FlightFileRow, FlightRow, IncidentRow, TrackRow
from ground_station.flight_data.timeline import Timeline


class FlightView(BaseModel):
    """One flight. `duration_s` counts on while it lasts; `outline` is its path simplified, a GeoJSON LineString."""

    flight_id: UUID
    vehicle_id: str
    pilot: str | None
    mission_id: UUID | None
    source: Literal["live", "tlog", "dataflash", "ulog", "dji_srt"]
    airborne: bool
    started_at: datetime
    ended_at: datetime | None
    duration_s: float | None
    distance_m: float | None
    max_height_m: float | None = Field(description="Above home")
    battery_used: float | None = Field(description="Fraction of the battery")
    incidents: int
    outline: dict[str, Any] | None

    @classmethod
    def of(cls, row: FlightRow) -> "FlightView":
        return cls(
            flight_id=row.flight_id,
            vehicle_id=row.vehicle_id,
            pilot=row.pilot,
            mission_id=row.mission_id,
            source=row.source,
            airborne=row.airborne,
            started_at=row.started_at,
            ended_at=row.ended_at,
            duration_s=(row.ended_at - row.started_at).total_seconds() if row.ended_at else None,
            distance_m=row.distance_m,
            max_height_m=row.max_height_m,
            battery_used=row.battery_used,
            incidents=row.incidents,
            outline=row.outline,
        )


class FlightList(BaseModel):
    items: list[FlightView]
    next_cursor: str | None


class IncidentView(BaseModel):
    at: datetime
    kind: str
    severity: Literal["warning", "critical"]
    text: str

    @classmethod
    def of(cls, row: IncidentRow) -> "IncidentView":
        return cls(at=row.at, kind=row.kind, severity=row.severity, text=row.text)


class FlightFileView(BaseModel):
    """A log that tells of the flight."""

    file_id: UUID
    name: str
    format: str
    size_bytes: int
    recorded: bool = Field(description="By this station; otherwise imported")
    complete: bool = Field(description="False while it is being written")

    @classmethod
    def of(cls, row: FlightFileRow) -> "FlightFileView":
        return cls(
            file_id=row.file_id,
            name=row.name,
            format=row.format,
            size_bytes=row.size_bytes,
            recorded=row.recorded,
            complete=row.ended_at is not None,
        )


class FlightDetail(FlightView):
    incident_list: list[IncidentView]
    files: list[FlightFileView]


class TrackFeature(BaseModel):
    """GeoJSON Feature of a LineStringZ (metres above the sea) with the instant of each vertex."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


def track_feature(flight: FlightRow, track: Sequence[TrackRow]) -> TrackFeature:
    """`geometry` is null for fewer than two points."""
    line = [[row.position.lon_deg, row.position.lat_deg, row.altitude_amsl_m] for row in track]
    return TrackFeature(
        id=str(flight.flight_id),
        geometry={"type": "LineString", "coordinates": line} if len(line) > 1 else None,
        properties={
            "vehicle_id": flight.vehicle_id,
            "started_at": flight.started_at.isoformat(),
            "times": [row.at.isoformat() for row in track],
        },
    )


class ReplayView(Timeline):
    """A timeline with whose it is."""

    flight_id: UUID
    vehicle_id: str
    vehicle_type: str


class BookLine(BaseModel):
    """Totals under one name. `battery_cycles` adds up the fractions used: 1.0 is one whole battery."""

    name: str
    flights: int
    flown_s: float
    distance_m: float
    max_height_m: float | None
    battery_cycles: float
    incidents: int
    first_flight_at: datetime
    last_flight_at: datetime

    @classmethod
    def of(cls, line: FlightBookLine) -> "BookLine":
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class FlightBookView(BaseModel):
    """Totals by vehicle and by pilot, most flown first."""

    vehicles: list[BookLine]
    pilots: list[BookLine]


def csv_text(rows: Sequence[BaseModel], columns: Sequence[str]) -> str:
    """RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        values = row.model_dump(mode="json")
        writer.writerow([harmless(values[name]) for name in columns])
    return out.getvalue()


def harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
