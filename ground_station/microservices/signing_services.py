"""Signing of one vehicle's link: status, a new key, no key."""

from typing import Any

from pydantic import Field

from geo.primitives import VehicleError
from ground_station.control.parameters import Parameters
from ground_station.microservices.desk import ServiceTools
from ground_station.signing import SigningSetup, SigningStatus
from ground_station.vehicles import Vehicle


class SetupParameters(Parameters):
    required: bool = Field(True, description="Refuse what is unsigned from then on")


async def signing_status(vehicle: Vehicle, _: Any, tools: ServiceTools) -> dict[str, Any]:
    return _told(_setup(tools).status(vehicle))


async def set_up_signing(vehicle: Vehicle, parameters: SetupParameters, tools: ServiceTools) -> dict[str, Any]:
    """A new key, also in place of one it has."""
    return _told(await _setup(tools).set_up(vehicle, required=parameters.required))


async def switch_off_signing(vehicle: Vehicle, _: Any, tools: ServiceTools) -> dict[str, Any]:
    return _told(await _setup(tools).switch_off(vehicle))


def _setup(tools: ServiceTools) -> SigningSetup:
    if tools.signing is None:
        raise VehicleError("This station keeps no signing keys.", code="signing.no_store", hint="Start it with a data folder.")
    return SigningSetup(tools.network, tools.signing)


def _told(status: SigningStatus) -> dict[str, Any]:
    return {
        "vehicle_id": status.vehicle_id,
        "has_key": status.has_key,
        "required": status.required,
        "made_at": status.made_at.isoformat() if status.made_at else None,
        "signed": status.signed,
    }
