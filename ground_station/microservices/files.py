"""The vehicle's file system: listing folders, reading files whole, checksums."""

from dataclasses import asdict
from typing import Any

from pydantic import Field

from geo.primitives import VehicleError
from ground_station.control.parameters import Parameters
from ground_station.mavlink.ftp import FtpEntry, FtpList, FtpOutcome, FtpResult, FtpSimple, T
from ground_station.mavlink.ftp_payload import DATA_BYTES, Opcode
from ground_station.mavlink.ftp_read import FtpRead
from ground_station.microservices.desk import ServiceTools
from ground_station.microservices.transfers import Transfer
from ground_station.vehicles import Vehicle

LARGEST_WHOLE_FILE = 16_000_000  # bytes read into memory; logs go to disk piece by piece


class FolderParameters(Parameters):
    path: str = Field("/", min_length=1, max_length=DATA_BYTES)


async def list_files(vehicle: Vehicle, parameters: FolderParameters, tools: ServiceTools) -> dict[str, Any]:
    """A folder of the vehicle's file system. Raises: `VehicleError` when it cannot be listed."""
    async with vehicle.file_lock:
        entries = await list_folder(vehicle, parameters.path)
    return {"path": parameters.path, "items": [asdict(entry) for entry in entries]}


async def list_folder(vehicle: Vehicle, path: str) -> tuple[FtpEntry, ...]:
    """Raises: `VehicleError`. The caller holds `file_lock`."""
    return _value(vehicle, path, await vehicle.converse(FtpList(vehicle.address, vehicle.own, path)))


async def read_file(vehicle: Vehicle, path: str, transfer: Transfer) -> bytes:
    """A small file, whole. Raises: `VehicleError` when it is not there, is refused or the vehicle falls silent."""
    content = bytearray()

    def take(data: bytes) -> None:
        content.extend(data)
        if len(content) > LARGEST_WHOLE_FILE:
            raise VehicleError(f"'{path}' of {vehicle.vehicle_id} is larger than {LARGEST_WHOLE_FILE} bytes.", code="file.too_large")

    async with vehicle.file_lock:
        exchange = FtpRead(vehicle.address, vehicle.own, path, take)
        outcome = await transfer.drive(vehicle, exchange, lambda: transfer.tell(exchange.done, unit="bytes", message=path))
    _value(vehicle, path, outcome)
    return bytes(content)


async def file_checksum(vehicle: Vehicle, path: str) -> int | None:
    """CRC-32 as the vehicle computes it; None where it does not. The caller holds `file_lock`."""
    outcome = await vehicle.converse(FtpSimple(vehicle.address, vehicle.own, Opcode.CALC_FILE_CRC32, path))
    return int.from_bytes(outcome.value[:4], "little") if outcome.value and len(outcome.value) >= 4 else None


def require_done(vehicle: Vehicle, what: str, outcome: FtpOutcome[Any]) -> None:
    """Raises: `VehicleError` in the vehicle's own words when it did not work."""
    _value(vehicle, what, outcome)


def _value(vehicle: Vehicle, what: str, outcome: FtpOutcome[T]) -> T:
    if outcome.result is not FtpResult.DONE or outcome.value is None:
        raise VehicleError(
            f"'{what}' of {vehicle.vehicle_id}: {outcome.detail}.",
            code=f"file.{outcome.result}",
            hint="Look at the link and ask again; what came is kept." if outcome.result is FtpResult.SILENT else "Check the name.",
        )
    return outcome.value
