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
from ground_station.api.byte_range import byte_range
from ground_station.api.errors import Unreachable
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
    if_range: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """The log itself; fetched from the vehicle meanwhile where it is not here yet.

    `Range: bytes=N-` goes on from N, with `If-Range` only while the ETag still names this log.
    """
    piece = await _piece(services, account, vehicle_id, number, 0)
    size, etag = int(piece["size_bytes"]), f'"{piece["file"]}"'
    asked = byte_range(range_header, if_range, etag)
    first, last = (0, size - 1) if asked is None else asked.within(size)
    if not piece["whole"]:
        await ask_vehicle(services, account, vehicle_id, "fetch_log", {"number": number}, LIST_WITHIN_S)
    if first or not piece["whole"]:
        piece = await _piece(services, account, vehicle_id, number, first)
    headers = {
        "Content-Disposition": f'attachment; filename="{piece["file"]}"',
        "Content-Length": str(last + 1 - first),
        "Accept-Ranges": "bytes",
        "ETag": etag,
    }
    if asked is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    body = _pieces(services, account, vehicle_id, number, first, last + 1, piece)
    return StreamingResponse(body, 200 if asked is None else 206, headers, "application/octet-stream")


async def _piece(services: Services, account: Account, vehicle_id: str, number: int, offset: int) -> dict[str, Any]:
    result: dict[str, Any] = await ask_vehicle(services, account, vehicle_id, "log_piece", {"number": number, "offset": offset})
    return result


async def _pieces(
    services: Services, account: Account, vehicle_id: str, number: int, offset: int, end: int, piece: dict[str, Any]
) -> AsyncIterator[bytes]:
    """Bytes from `offset` to before `end`, as they arrive. Ends early, and so visibly broken, when the fetching ends before."""
    while True:
        data = base64.b64decode(piece["data"])[: end - offset]
        if data:
            offset += len(data)
            yield data
        elif not piece["under_way"]:
            raise Unreachable(f"Fetching log {number} of {vehicle_id} ended at {offset} of {end} bytes.", code="log_incomplete")
        else:
            await anyio.sleep(LOOK_EVERY_S)
        if offset >= end:
            return
        piece = await _piece(services, account, vehicle_id, number, offset)
