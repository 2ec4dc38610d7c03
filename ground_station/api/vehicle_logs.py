"""Flight logs over HTTP: on board and here, fetched with progress, handed on as they come."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Header, Path
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from ground_station.api.auth import SignedIn, signed_in
from ground_station.api.errors import BadRequest, Unreachable
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import VehicleId
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}/logs", tags=["logs"], dependencies=[Depends(signed_in)])

LIST_WITHIN_S = 60.0
LOOK_EVERY_S = 0.5

LogNumber = Annotated[int, Path(ge=0, le=65535)]


class VehicleLog(BaseModel):
    number: int
    started_at: datetime | None = Field(description="None when the vehicle had no clock")
    size_bytes: int
    bytes_here: int = Field(description="Fetched already; the rest is gone on with")
    whole: bool
    on_board: bool
    file: str | None = Field(description="Its name on the station once it is whole")


class VehicleLogList(BaseModel):
    items: list[VehicleLog]


class LogFetch(BaseModel):
    transfer_id: UUID | None = Field(description="None when it is here already")
    file: str
    size_bytes: int


@router.get("")
async def list_logs(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn) -> VehicleLogList:
    """Newest first. Of a lost vehicle: those fetched before."""
    result = await ask_vehicle(services, account, vehicle_id, "logs", {}, LIST_WITHIN_S)
    rows = []
    for row in result["items"]:
        begun = row.pop("started_unix_s")
        rows.append(VehicleLog(**row, started_at=datetime.fromtimestamp(begun, UTC) if begun else None))
    return VehicleLogList(items=rows)


@router.post("/{number}/fetch", status_code=202)
async def fetch_log(vehicle_id: VehicleId, number: LogNumber, services: ServicesNeeded, account: SignedIn) -> LogFetch:
    """Begin fetching it to the station, or go on. Progress on the live topic `vehicle.transfer`, cancelled by its id."""
    return LogFetch.model_validate(await ask_vehicle(services, account, vehicle_id, "fetch_log", {"number": number}, LIST_WITHIN_S))


@router.get("/{number}", response_class=StreamingResponse)
async def get_log(
    vehicle_id: VehicleId,
    number: LogNumber,
    services: ServicesNeeded,
    account: SignedIn,
    range_header: Annotated[str | None, Header(alias="Range")] = None,
) -> StreamingResponse:
    """The log itself; fetched from the vehicle meanwhile where it is not here yet. `Range: bytes=N-` goes on from N."""
    offset = _offset(range_header)
    first = await _piece(services, account, vehicle_id, number, offset)
    if not first["whole"]:
        await ask_vehicle(services, account, vehicle_id, "fetch_log", {"number": number}, LIST_WITHIN_S)
        first = await _piece(services, account, vehicle_id, number, offset)
    size = int(first["size_bytes"])
    headers = {
        "Content-Disposition": f'attachment; filename="{first["file"]}"',
        "Content-Length": str(max(0, size - offset)),
        "Accept-Ranges": "bytes",
    }
    if range_header:
        headers["Content-Range"] = f"bytes {offset}-{size - 1}/{size}"
    body = _pieces(services, account, vehicle_id, number, offset, size, first)
    return StreamingResponse(body, 206 if range_header else 200, headers, "application/octet-stream")


def _offset(range_header: str | None) -> int:
    if range_header is None:
        return 0
    unit, _, span = range_header.partition("=")
    start, _, end = span.partition("-")
    if unit.strip() != "bytes" or not start.strip().isdigit() or end.strip():
        raise BadRequest(f"The range '{range_header[:40]}' cannot be given.", code="range", hint="Ask for 'bytes=N-'.")
    return int(start)


async def _piece(services: Services, account: Account, vehicle_id: str, number: int, offset: int) -> dict[str, Any]:
    result: dict[str, Any] = await ask_vehicle(services, account, vehicle_id, "log_piece", {"number": number, "offset": offset})
    return result


async def _pieces(
    services: Services, account: Account, vehicle_id: str, number: int, offset: int, size: int, piece: dict[str, Any]
) -> AsyncIterator[bytes]:
    """Bytes as they arrive. Ends early, and so visibly broken, when the fetching ends before the log is whole."""
    while True:
        data = base64.b64decode(piece["data"])
        if data:
            offset += len(data)
            yield data
        elif piece["whole"] or offset >= size:
            return
        elif not piece["under_way"]:
            raise Unreachable(f"Fetching log {number} of {vehicle_id} ended at {offset} of {size} bytes.", code="log_incomplete")
        else:
            await anyio.sleep(LOOK_EVERY_S)
        piece = await _piece(services, account, vehicle_id, number, offset)
