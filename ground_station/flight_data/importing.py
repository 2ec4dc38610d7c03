"""A log file into the database: flights, tracks, incidents, timelines, and the file itself beside the recordings.

The same file twice changes nothing. A log of a flight the station followed itself is put beside that flight, not counted again.
"""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from uuid import UUID

from anyio import to_thread
from pydantic import BaseModel, Field

from geo.core import (
    Database,
    FlightFileRow,
    FlightFileStore,
    FlightRow,
    FlightStore,
    IncidentRow,
    TimelineStore,
    TrackRow,
    TrackStore,
    VehicleRow,
    VehicleStore,
)
from geo.primitives import derived_id, from_unix_s
from ground_station.flight_data.catalogue import read_flights
from ground_station.flight_data.errors import FlightDataError
from ground_station.flight_data.record import FlightRecord
from ground_station.flight_data.sections import FlightSection, flight_sections
from ground_station.flight_data.shelf import FOLDER
from ground_station.flight_data.timeline import timeline_of_section

VEHICLE_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
SAME_FLIGHT_SHARE = 0.5  # two flights of one vehicle that share more of the shorter one's time are one flight
TRACK_PERIOD_S = 1.0
_HASH_BLOCK = 1 << 20


class ImportedFlight(BaseModel):
    """What became of one flight of the file."""

    flight_id: UUID
    vehicle_id: str
    state: Literal["new", "known", "joined"] = Field(description="known: imported before; joined: the station had followed it itself")
    started_at: str
    duration_s: float
    airborne: bool
    points: int


class ImportReport(BaseModel):
    """What a file held, what was made of it, and what was left out."""

    file_name: str
    format: str
    size_bytes: int
    sha256: str
    vehicles: list[str]
    firmware: str | None
    positions: int
    flights: list[ImportedFlight]
    dropped: dict[str, int] = Field(description="What was not used, and how many of it")
    notes: list[str]


class FlightImport:
    """Imports into one database and one data folder."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER
        self._flights, self._files, self._timelines = FlightStore(database), FlightFileStore(database), TimelineStore(database)
        self._tracks, self._vehicles = TrackStore(database), VehicleStore(database)

    async def take(
        self,
        file: Path,
        *,
        name: str,
        imported_by: str,
        vehicle_id: str | None = None,
        pilot: str | None = None,
        fallback_start_s: float | None = None,
        progress: Callable[[float], None] = lambda _: None,
    ) -> ImportReport:
        """Read `file`, keep a copy, and write what it tells. `name` is what people call it; `vehicle_id` overrides what the log says.

        Raises: `FlightDataError` when it cannot be read, holds no position, or holds several vehicles while one is named.
        """
        if vehicle_id is not None and not VEHICLE_ID.match(vehicle_id):
            raise FlightDataError(
                f"'{vehicle_id[:80]}' is no vehicle id.", code="flight.vehicle", hint="Use up to 64 letters, digits, - and _."
            )

        def read() -> tuple[tuple[FlightRecord, ...], str, int]:
            return read_flights(file, fallback_start_s=fallback_start_s, progress=progress), sha256_of(file), file.stat().st_size

        records, digest, size_bytes = await to_thread.run_sync(read)
        if vehicle_id is not None and len(records) > 1:
            names = ", ".join(record.vehicle_id for record in records)
            raise FlightDataError(
                f"'{name}' holds {len(records)} vehicles ({names}); they cannot all be '{vehicle_id}'.",
                code="flight.vehicles",
                hint="Import it without naming a vehicle.",
            )
        if not any(record.points for record in records):
            raise FlightDataError(
                f"'{name}' holds no position: there is nothing to show on a map.",
                code="flight.no_position",
                hint="Check the receiver's log.",
            )
        report = ImportReport(
            file_name=name,
            format=records[0].source_format,
            size_bytes=size_bytes,
            sha256=digest,
            vehicles=[vehicle_id or record.vehicle_id for record in records],
            firmware=records[0].firmware,
            positions=sum(record.positions_read for record in records),
            flights=[],
            dropped={},
            notes=[],
        )
        kept = await to_thread.run_sync(self._keep_file, file, digest)
        for record in records:
            for dropped in record.dropped:
                report.dropped[dropped.reason] = report.dropped.get(dropped.reason, 0) + dropped.count
            await self._take_record(record, vehicle_id or record.vehicle_id, kept, report, pilot, imported_by)
        return report

    def _keep_file(self, file: Path, digest: str) -> Path:
        target = self._folder / "imported" / f"{digest[:16]}{file.suffix.lower()}"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(".partial")
            shutil.copyfile(file, partial)
            partial.replace(target)
        return target

    async def _take_record(
        self, record: FlightRecord, vehicle_id: str, kept: Path, report: ImportReport, pilot: str | None, imported_by: str
    ) -> None:
        if not record.dated:
            report.notes.append(
                f"{report.file_name} holds no date; it is taken to start at {from_unix_s(record.started_s):%Y-%m-%d %H:%M} UTC."
            )
        if record.points and all(point.altitude_amsl_m is None for point in record.points):
            report.notes.append("The log holds no heights above the sea; heights above the take-off place stand for them in the track.")
        await self._files.keep(
            FlightFileRow(
                derived_id("flight_file", report.sha256, vehicle_id),
                *(vehicle_id, record.source_format, str(kept.relative_to(self._folder)), report.file_name, report.size_bytes),
                *(from_unix_s(record.started_s), from_unix_s(record.ended_s)),
                recorded=False,
                sha256=report.sha256,
                kept_by=imported_by,
            )
        )
        if await self._vehicles.get(vehicle_id) is None:
            await self._vehicles.seen(
                VehicleRow(vehicle_id, vehicle_id, 0, record.autopilot, record.vehicle_type, from_unix_s(record.ended_s), record.home)
            )
        for section in flight_sections(record):
            report.flights.append(await self._take_section(record, section, vehicle_id, pilot))

    async def _take_section(self, record: FlightRecord, section: FlightSection, vehicle_id: str, pilot: str | None) -> ImportedFlight:
        started_at, ended_at = from_unix_s(section.started_s), from_unix_s(section.ended_s)
        flight_id = derived_id("flight", vehicle_id, round(section.started_s * 1000))
        state: Literal["new", "known", "joined"] = "new"
        for other in await self._flights.overlapping(vehicle_id, started_at, ended_at):
            if other.flight_id == flight_id or shared_share(other, section) > SAME_FLIGHT_SHARE:
                state = "known" if other.source != "live" else "joined"
                flight_id = other.flight_id
                break
        if state == "new":
            await self._flights.begin(
                FlightRow(flight_id, vehicle_id, started_at, pilot=pilot, source=record.source_format, airborne=section.airborne)
            )
            await self._tracks.append(track_rows(vehicle_id, section))
            await self._flights.finish(flight_id, ended_at)
            await self._flights.add_incidents(incidents_of(record, section, flight_id))
        elif pilot is not None:
            await self._flights.set_pilot(flight_id, pilot)
        timeline = await to_thread.run_sync(timeline_of_section, record, section)
        await self._timelines.keep(flight_id, timeline.model_dump(mode="json"))
        return ImportedFlight(
            flight_id=flight_id,
            vehicle_id=vehicle_id,
            state=state,
            started_at=started_at.isoformat(),
            duration_s=round(section.ended_s - section.started_s, 1),
            airborne=section.airborne,
            points=len(section.points),
        )


def shared_share(flight: FlightRow, section: FlightSection) -> float:
    """Time shared by both, as a fraction of the shorter one."""
    start_s = flight.started_at.timestamp()
    end_s = flight.ended_at.timestamp() if flight.ended_at else section.ended_s
    shared_s = min(end_s, section.ended_s) - max(start_s, section.started_s)
    shorter_s = min(end_s - start_s, section.ended_s - section.started_s)
    return shared_s / shorter_s if shorter_s > 0 else float(shared_s >= 0)


def track_rows(vehicle_id: str, section: FlightSection) -> list[TrackRow]:
    """A point a second between take-off and landing, both included."""
    rows: list[TrackRow] = []
    last_s = float("-inf")
    for point in section.points:
        if not section.started_s <= point.at_s <= section.ended_s:
            continue
        if point.at_s - last_s < TRACK_PERIOD_S and point.at_s < section.ended_s:
            continue
        last_s = point.at_s
        amsl_m = point.altitude_amsl_m if point.altitude_amsl_m is not None else point.altitude_above_home_m
        rows.append(
            TrackRow(
                *(vehicle_id, from_unix_s(point.at_s), point.position, amsl_m or 0.0, point.altitude_above_home_m, point.heading_deg),
                *(point.ground_speed_mps, point.battery_fraction, point.mode),
            )
        )
    return rows


def incidents_of(record: FlightRecord, section: FlightSection, flight_id: UUID) -> list[IncidentRow]:
    """Critical texts of the armed span, and failsafes however they are marked."""
    rows = []
    for text in record.texts:
        failsafe = "failsafe" in text.text.lower()
        if section.shown_from_s <= text.at_s <= section.shown_to_s and (
            text.severity == "critical" or (failsafe and text.severity != "info")
        ):
            kind = "failsafe" if failsafe else "text"
            incident_id = derived_id("flight_incident", flight_id, round(text.at_s * 1000), text.text)
            rows.append(
                IncidentRow(
                    incident_id,
                    flight_id,
                    from_unix_s(text.at_s),
                    kind,
                    "critical" if text.severity == "critical" else "warning",
                    text.text,
                )
            )
    return rows


def sha256_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_HASH_BLOCK):
            digest.update(block)
    return digest.hexdigest()
