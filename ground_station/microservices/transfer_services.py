"""Services about long work itself, transfers and commands: what is under way, and ending it."""

from typing import Any
from uuid import UUID

from geo.primitives import VehicleError
from ground_station.control.parameters import NoParameters, Parameters
from ground_station.microservices.desk import ServiceTools
from ground_station.vehicles import Vehicle


class CancelParameters(Parameters):
    transfer_id: UUID


async def list_transfers(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    """Transfers of this vehicle that are under way."""
    return {"items": [update.model_dump(mode="json") for update in tools.transfers.running(vehicle.vehicle_id)]}


async def cancel_transfer(vehicle: Vehicle, parameters: CancelParameters, tools: ServiceTools) -> dict[str, Any]:
    """End one. Raises: `VehicleError` (`transfer.unknown`) when it is not under way."""
    mine = any(update.transfer_id == parameters.transfer_id for update in tools.transfers.running(vehicle.vehicle_id))
    if not mine or not tools.transfers.cancel(parameters.transfer_id):
        raise VehicleError(
            f"No transfer {parameters.transfer_id} of {vehicle.vehicle_id} is under way.",
            code="transfer.unknown",
            hint="It may have ended already.",
        )
    return {"transfer_id": str(parameters.transfer_id)}


class CancelCommandParameters(Parameters):
    command_id: UUID


async def cancel_command(vehicle: Vehicle, parameters: CancelCommandParameters, tools: ServiceTools) -> dict[str, Any]:
    """End a command that can be ended half-way. Raises: `VehicleError` when it is not under way or moves the vehicle."""
    if tools.commands is None:
        raise VehicleError("Commands are not carried out here.", code="command.unknown", hint="Ask the station that sent it.")
    tools.commands.cancel(vehicle.vehicle_id, parameters.command_id)
    return {"command_id": str(parameters.command_id)}
