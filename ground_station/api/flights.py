"""Flights: listed, shown, replayed, downloaded and imported."""

import re
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import UploadFile

from geo.core import AuditLog, FlightBook, FlightFileStore, FlightFilter, FlightRow, FlightStore, TrackStore, VehicleStore
from geo.layers import parse_bbox, parse_interval
from geo.primitives import parse_instant, utc_now
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.errors import BadRequest, NotFound
from ground_station.api.flight_views import (
    BookLine,
    FlightBookView,
    FlightDetail,
    FlightFileView,
    FlightList,
    FlightView,
    IncidentView,
    ReplayView,
    TrackFeature,
    csv_text,
    track_feature,
)
from ground_station.api.services import Services, ServicesNeeded
from ground_station.flight_data.importing import FlightImport, ImportReport
from ground_station.flight_data.replay import timeline_of
from ground_station.flight_data.shelf import FOLDER
from ground_station.flight_data.timeline import thinned

router = APIRouter(prefix="/api/v1", tags=["flights"], dependencies=[Depends(signed_in)])

LARGEST_LOG_BYTES = 2 << 30  # a day of DataFlash at full rate
COPY_BYTES = 1 << 20
FLIGHT_COLUMNS = (
    *("flight_id", "vehicle_id", "pilot", "source", "started_at", "ended_at", "duration_s", "distance_m"),
    *("max_height_m", "battery_used", "incidents"),
)
BOOK_COLUMNS = tuple(BookLine.model_fields)
UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": ".tlog, .bin, .ulg or DJI .srt"},
                        "vehicle": {"type": "string", "description": "Id to file it under; the log's own when absent"},
                        "pilot": {"type": "string", "description": "Who flew"},
                        "started_at": {"type": "string", "format": "date-time", "description": "For logs that hold no date"},
                    },
                }
            }
        },
    }
}

Limit = Annotated[int, Query(ge=1, le=5000)]


def filter_of(vehicle: str | None, pilot: str | None, bbox: str | None, interval: str | None) -> FlightFilter:
    start, end = parse_interval(interval) if interval else (None, None)
    return FlightFilter(vehicle, pilot, parse_bbox(bbox) if bbox else None, start, end)


@router.get("/flights", response_model=FlightList)
async def list_flights(
    services: ServicesNeeded,
    *,
    vehicle: str | None = None,
    pilot: str | None = None,
    bbox: Annotated[str | None, Query(description="minlon,minlat,maxlon,maxlat in degrees")] = None,
    interval: Annotated[str | None, Query(alias="datetime", description="start/end, either side may be ..")] = None,
    limit: Limit = 100,
    cursor: str | None = None,
    format: Literal["json", "csv"] = "json",
) -> FlightList | Response:
    """Newest first."""
    page = await FlightStore(services.database).page(filter_of(vehicle, pilot, bbox, interval), limit=limit, cursor=cursor)
    items = [FlightView.of(row) for row in page.items]
    if format == "csv":
        return csv_response(csv_text(items, FLIGHT_COLUMNS), "flights.csv")
    return FlightList(items=items, next_cursor=page.next_cursor)


@router.post("/flights/import", status_code=201, openapi_extra=UPLOAD_BODY)
async def import_flight(request: Request, services: ServicesNeeded, account: Pilot) -> ImportReport:
    """A log made elsewhere: every flight in it, its track, incidents and replay. The same file twice is one flight."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST_LOG_BYTES:
        raise BadRequest(
            f"A log needs a Content-Length of at most {LARGEST_LOG_BYTES >> 20} MiB.", code="file_too_large", hint="Split the log first."
        )
    async with request.form(max_files=1, max_fields=8) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise BadRequest("The form holds no file named 'file'.", code="file_missing", hint="Send the log as multipart/form-data.")
        name = Path((upload.filename or "").replace("\\", "/")).name[:200] or "log"
        with tempfile.TemporaryDirectory(prefix="sunqar-import-") as folder:
            file = Path(folder) / f"log{Path(name).suffix.lower()}"
            with await to_thread.run_sync(file.open, "wb") as target:
                while block := await upload.read(COPY_BYTES):
                    await to_thread.run_sync(target.write, block)
            started_at = text_of(form.get("started_at"))
            report = await FlightImport(services.database, services.settings.data_dir).take(
                file,
                name=name,
                imported_by=account.name,
                vehicle_id=text_of(form.get("vehicle")),
                pilot=text_of(form.get("pilot")),
                fallback_start_s=parse_instant(started_at).timestamp() if started_at else None,
            )
    detail = {"file": name, "sha256": report.sha256, "flights": [str(flight.flight_id) for flight in report.flights]}
    await AuditLog(services.database).append(account.name, "flight.imported", f"flight-file/{report.sha256[:16]}", detail)
    return report


@router.get("/flights/{flight_id}")
async def get_flight(flight_id: UUID, services: ServicesNeeded) -> FlightDetail:
    row = await existing(services, flight_id)
    incidents = await FlightStore(services.database).incidents(flight_id)
    files = await FlightFileStore(services.database).of_flight(row.vehicle_id, row.started_at, row.ended_at)
    return FlightDetail(
        **FlightView.of(row).model_dump(),
        incident_list=[IncidentView.of(incident) for incident in incidents],
        files=[FlightFileView.of(file) for file in files],
    )


@router.get("/flights/{flight_id}/track")
async def get_track(flight_id: UUID, services: ServicesNeeded) -> TrackFeature:
    """The path with the instant of each vertex, a vertex a second."""
    row = await existing(services, flight_id)
    return track_feature(row, await TrackStore(services.database).between(row.vehicle_id, row.started_at, row.ended_at or utc_now()))


@router.get("/flights/{flight_id}/replay")
async def get_replay(flight_id: UUID, services: ServicesNeeded, max_points: Annotated[int, Query(ge=2, le=20_000)] = 6000) -> ReplayView:
    """Columns over time from the flight's log, or from the stored track where there is none."""
    row = await existing(services, flight_id)
    timeline = thinned(await timeline_of(services.database, services.settings.data_dir, row), max_points)
    vehicle = await VehicleStore(services.database).get(row.vehicle_id)
    return ReplayView(
        **dict(timeline), flight_id=flight_id, vehicle_id=row.vehicle_id, vehicle_type=vehicle.vehicle_type if vehicle else "other"
    )


@router.get("/flights/{flight_id}/tlog", response_class=FileResponse)
async def download_tlog(flight_id: UUID, services: ServicesNeeded) -> FileResponse:
    """The MAVLink log of the flight, as MAVProxy, QGroundControl and Mission Planner open it."""
    return await download(services, await existing(services, flight_id), "tlog")


@router.get("/flights/{flight_id}/files/{file_id}", response_class=FileResponse)
async def download_file(flight_id: UUID, file_id: UUID, services: ServicesNeeded) -> FileResponse:
    """Any log that tells of the flight, as it was recorded or imported."""
    return await download(services, await existing(services, flight_id), file_id)


@router.get("/flight-book", response_model=FlightBookView)
async def flight_book(services: ServicesNeeded) -> FlightBookView:
    """Hours, flights, distance, incidents and battery cycles by vehicle and by pilot."""
    book = FlightBook(services.database)
    return FlightBookView(
        vehicles=[BookLine.of(line) for line in await book.lines("vehicle")],
        pilots=[BookLine.of(line) for line in await book.lines("pilot")],
    )


@router.get("/flight-book.csv", response_class=Response)
async def flight_book_csv(services: ServicesNeeded, by: Literal["vehicle", "pilot"] = "vehicle") -> Response:
    """The flight book as a table for spreadsheets."""
    lines = [BookLine.of(line) for line in await FlightBook(services.database).lines(by)]
    return csv_response(csv_text(lines, BOOK_COLUMNS), f"flight-book-{by}s.csv")


@router.get("/vehicles/{vehicle_id}/flight-book")
async def vehicle_book(vehicle_id: str, services: ServicesNeeded) -> FlightBookView:
    """What this vehicle has flown, with whom."""
    book = FlightBook(services.database)
    return FlightBookView(
        vehicles=[BookLine.of(line) for line in await book.lines("vehicle", vehicle_id=vehicle_id)],
        pilots=[BookLine.of(line) for line in await book.lines("pilot", vehicle_id=vehicle_id)],
    )


@router.get("/pilots/{pilot}/flight-book")
async def pilot_book(pilot: str, services: ServicesNeeded) -> FlightBookView:
    """What this pilot has flown, with what."""
    book = FlightBook(services.database)
    return FlightBookView(
        vehicles=[BookLine.of(line) for line in await book.lines("vehicle", pilot=pilot)],
        pilots=[BookLine.of(line) for line in await book.lines("pilot", pilot=pilot)],
    )


async def existing(services: Services, flight_id: UUID) -> FlightRow:
    row = await FlightStore(services.database).get(flight_id)
    if row is None:
        raise NotFound(f"There is no flight {flight_id}.", code="flight_unknown")
    return row


async def download(services: Services, row: FlightRow, wanted: UUID | Literal["tlog"]) -> FileResponse:
    """Raises `NotFound` when no such log is kept of the flight, or the file is no longer there."""
    for file in await FlightFileStore(services.database).of_flight(row.vehicle_id, row.started_at, row.ended_at):
        path = services.settings.data_dir / FOLDER / file.path
        if wanted in (file.file_id, file.format) and await to_thread.run_sync(path.is_file):
            return FileResponse(path, media_type="application/octet-stream", filename=file_name(file.name, row.started_at, path.suffix))
    raise NotFound(
        f"No such log is kept of flight {row.flight_id}.", code="flight_file_unknown", hint="The flight's detail lists the logs there are."
    )


def file_name(name: str, started_at: datetime, suffix: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return plain if plain.strip("._") else f"{started_at:%Y%m%dT%H%M%SZ}{suffix}"


def csv_response(text: str, name: str) -> Response:
    return Response(text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def text_of(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
