"""Logs of a vehicle: what there is, and fetching one, by FTP where the file is found and by LOG_REQUEST_DATA where not.

What has come is on disk at once, so a lost link, a cancelled transfer or a restart of the station costs nothing but time.
"""

import base64
import logging
from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID

import anyio
from pydantic import Field

from geo.primitives import VehicleError
from ground_station.control.parameters import NoParameters, Parameters
from ground_station.mavlink import mavlink
from ground_station.mavlink.ftp import FtpOutcome, FtpResult
from ground_station.mavlink.ftp_read import FtpRead
from ground_station.mavlink.logs import LogData, LogEntry, LogList
from ground_station.microservices.desk import ServiceTools
from ground_station.microservices.files import file_checksum, list_folder, require_done
from ground_station.microservices.log_store import LogFile, kept_logs
from ground_station.microservices.transfers import Transfer
from ground_station.vehicles import Vehicle

logger = logging.getLogger(__name__)

RESUME_WITHIN_S = 600.0  # how long a lost vehicle is waited for
LONGEST_PIECE = 512 * 1024  # bytes of a log in one answer over the bus
FOLDERS_LOOKED_INTO = 60  # PX4 keeps one a day

Way = Literal["auto", "ftp", "log"]


class FetchParameters(Parameters):
    number: int = Field(ge=0, le=65535)
    way: Way = "auto"


class PieceParameters(Parameters):
    number: int = Field(ge=0, le=65535)
    offset: int = Field(0, ge=0)
    count: int = Field(LONGEST_PIECE, ge=1, le=LONGEST_PIECE)


async def list_logs(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    """Logs on board and logs here. Of a lost vehicle: those here."""
    kept = dict(kept_logs(tools.data_dir, vehicle.vehicle_id))
    entries = await _entries(vehicle) if vehicle.online else []
    items = []
    for entry in sorted({*entries, *kept}, key=lambda entry: -entry.number):
        file = _file_of(vehicle, entry, tools)
        row = {**asdict(entry), "on_board": entry in entries, "bytes_here": file.bytes_here, "whole": entry in kept}
        items.append({**row, "file": kept[entry].name if entry in kept else None})
    return {"vehicle_id": vehicle.vehicle_id, "items": items}


async def _entries(vehicle: Vehicle) -> list[LogEntry]:
    if vehicle.estimate.armed and not vehicle.estimate.autopilot.lists_logs_while_armed:
        raise VehicleError(
            f"{vehicle.vehicle_id} does not list its logs while it is armed.", code="log.armed", hint="Land and disarm it, then ask again."
        )
    async with vehicle.file_lock:
        outcome = await vehicle.converse(LogList(vehicle.address))
    require_done(vehicle, "The list of logs", outcome)
    vehicle.logs = {entry.number: entry for entry in outcome.value or ()}
    return list(vehicle.logs.values())


def _file_of(vehicle: Vehicle, entry: LogEntry, tools: ServiceTools) -> LogFile:
    return LogFile.of(tools.data_dir, vehicle.vehicle_id, entry, vehicle.estimate.autopilot.log_suffix)


async def _entry(vehicle: Vehicle, number: int, tools: ServiceTools) -> LogEntry:
    if number not in vehicle.logs and vehicle.online:
        await _entries(vehicle)
    kept = {entry.number: entry for entry, _ in kept_logs(tools.data_dir, vehicle.vehicle_id)}
    entry = vehicle.logs.get(number) or kept.get(number)
    if entry is None:
        raise VehicleError(
            f"{vehicle.vehicle_id} has no log {number}.",
            code="log.unknown",
            hint="List its logs; old ones are overwritten when its card is full.",
        )
    return entry


async def fetch_log(vehicle: Vehicle, parameters: FetchParameters, tools: ServiceTools) -> dict[str, Any]:
    """Begin fetching, or go on where it stopped. The answer comes at once; follow the transfer."""
    entry = await _entry(vehicle, parameters.number, tools)
    file = _file_of(vehicle, entry, tools)
    if file.is_whole:
        return {"transfer_id": None, "file": file.whole.name, "size_bytes": entry.size_bytes}
    name = f"log {entry.number}"
    under_way = next((u.transfer_id for u in tools.transfers.running(vehicle.vehicle_id) if u.name == name), None)
    transfer_id: UUID = under_way or tools.transfers.start(
        vehicle.vehicle_id, name, tools.actor, lambda transfer: download(vehicle, entry, file, transfer, parameters.way)
    )
    return {"transfer_id": str(transfer_id), "file": file.whole.name, "size_bytes": entry.size_bytes}


async def download(vehicle: Vehicle, entry: LogEntry, file: LogFile, transfer: Transfer, way: Way = "auto") -> str:
    """Fetch until whole, over losses of the link. Raises: `VehicleError`; what came is kept."""
    file.partial.parent.mkdir(parents=True, exist_ok=True)
    path: str | None = None
    if way != "log":
        path = await _path_of(vehicle, entry)
        if path is None and way == "ftp":
            raise VehicleError(f"Log {entry.number} was not found on the file system of {vehicle.vehicle_id}.", code="log.no_file")
    while True:
        outcome = await _go_on(vehicle, entry, file, transfer, path)
        if outcome.result is FtpResult.DONE:
            break
        if outcome.result is FtpResult.REFUSED and path is not None and way == "auto":
            path = None  # it is there, and it is not given: the older way
            continue
        if outcome.result is not FtpResult.SILENT:
            require_done(vehicle, f"log {entry.number}", outcome)
        transfer.tell(file.bytes_here, entry.size_bytes, unit="bytes", message="Waiting for the vehicle.")
        if not await vehicle.wait_until(lambda: vehicle.online, RESUME_WITHIN_S):
            require_done(vehicle, f"log {entry.number}", outcome)
    if path is not None:
        async with vehicle.file_lock:
            theirs = await file_checksum(vehicle, path)
        if theirs is not None and theirs != await anyio.to_thread.run_sync(file.checksum):
            file.partial.unlink()
            raise VehicleError(
                f"Log {entry.number} of {vehicle.vehicle_id} does not have the checksum the vehicle gives.",
                code="log.checksum",
                hint="What came was thrown away. Fetch it again.",
            )
    file.finish()
    return file.whole.name


async def _go_on(vehicle: Vehicle, entry: LogEntry, file: LogFile, transfer: Transfer, path: str | None) -> FtpOutcome[int]:
    async with vehicle.file_lock:
        with file.partial.open("ab") as partial:

            def write(data: bytes) -> None:
                partial.write(data)

            start = file.bytes_here
            exchange: FtpRead | LogData
            if path is not None:
                exchange = FtpRead(vehicle.address, vehicle.own, path, write, start=start)
            else:
                exchange = LogData(vehicle.address, entry, write, start=start)

            def tell() -> None:
                partial.flush()
                transfer.tell(exchange.done, entry.size_bytes, unit="bytes", message=file.whole.name)

            return await transfer.drive(vehicle, exchange, tell)


async def _path_of(vehicle: Vehicle, entry: LogEntry) -> str | None:
    """The log's file, known by its size; None where the vehicle gives no files or two are equally long."""
    capabilities = vehicle.estimate.capabilities
    if not entry.size_bytes or not (capabilities or 0) & mavlink.MAV_PROTOCOL_CAPABILITY_FTP:
        return None
    async with vehicle.file_lock:
        for folder in vehicle.estimate.autopilot.log_folders:
            try:
                found = await _sizes_below(vehicle, folder)
            except VehicleError as error:
                if error.code == "file.silent":
                    return None
                continue
            same = [path for path, size in found.items() if size == entry.size_bytes]
            if len(same) == 1:
                return same[0]
            if found:
                return None
    return None


async def _sizes_below(vehicle: Vehicle, folder: str) -> dict[str, int]:
    """Files of a folder and of the folders in it."""
    sizes: dict[str, int] = {}
    entries = await list_folder(vehicle, folder)
    for entry in entries:
        if not entry.is_folder:
            sizes[f"{folder}/{entry.name}"] = entry.size_bytes or 0
    for below in sorted((entry.name for entry in entries if entry.is_folder), reverse=True)[:FOLDERS_LOOKED_INTO]:
        for entry in await list_folder(vehicle, f"{folder}/{below}"):
            if not entry.is_folder:
                sizes[f"{folder}/{below}/{entry.name}"] = entry.size_bytes or 0
    return sizes


async def log_piece(vehicle: Vehicle, parameters: PieceParameters, tools: ServiceTools) -> dict[str, Any]:
    """What is here of a log from an offset on, for whoever hands it to a person. `under_way`: more is coming."""
    entry = await _entry(vehicle, parameters.number, tools)
    file = _file_of(vehicle, entry, tools)
    whole = file.is_whole
    under_way = any(update.name == f"log {entry.number}" for update in tools.transfers.running(vehicle.vehicle_id))
    data = await anyio.to_thread.run_sync(file.read, parameters.offset, parameters.count)
    return {
        "file": file.whole.name,
        "size_bytes": file.bytes_here if whole else entry.size_bytes,
        "whole": whole,
        "under_way": under_way,
        "data": base64.b64encode(data).decode(),
    }
