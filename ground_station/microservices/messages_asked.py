"""Modes by name, message rates, and single messages on request."""

import math
from typing import Any

import anyio
from pydantic import Field

from geo.primitives import VehicleError
from ground_station.control.parameters import NoParameters, Parameters
from ground_station.mavlink import mavlink
from ground_station.mavlink.commands import command_long, request_message
from ground_station.microservices.desk import ServiceTools
from ground_station.vehicles import Vehicle

MESSAGE_WITHIN_S = 3.0
_IDS: dict[str, int] = {kind.msgname: number for number, kind in mavlink.mavlink_map.items()}


class MessageParameters(Parameters):
    name: str = Field(min_length=1, max_length=64, pattern=r"^[A-Z0-9_]+$", description="As MAVLink names it, for example ATTITUDE")


class RateParameters(MessageParameters):
    rate_hz: float | None = Field(ge=0, le=500, description="0 stops it, null gives back the vehicle's own rate")


async def list_modes(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    """Modes a person may choose: the vehicle's own list, else what its autopilot is known to have."""
    autopilot = vehicle.estimate.autopilot
    names = {number: name for name, number in autopilot.modes.items()}
    if vehicle.flight_modes:
        rows = [
            {
                "name": names.get(mode.custom_mode, mode.name.upper()),
                "title": mode.name,
                "selectable": mode.selectable,
                "advanced": mode.advanced,
            }
            for mode in vehicle.flight_modes
        ]
        return {"current": vehicle.estimate.mode, "source": "vehicle", "items": rows}
    rows = [{"name": name, "title": name, "selectable": True, "advanced": False} for name in sorted(autopilot.modes)]
    return {"current": vehicle.estimate.mode, "source": "autopilot", "items": rows}


def _id_of(name: str) -> int:
    number = _IDS.get(name)
    if number is None:
        raise VehicleError(
            f"MAVLink has no message {name}.", code="message.unknown", hint="Write it as in common.xml, for example ATTITUDE."
        )
    return number


async def ask_message(vehicle: Vehicle, parameters: MessageParameters, tools: ServiceTools) -> dict[str, Any]:
    """One message, now. Raises: `VehicleError` when the vehicle does not have it or it does not come."""
    number = _id_of(parameters.name)
    with vehicle.subscribe({parameters.name}) as messages:
        outcome = await vehicle.query(request_message(vehicle.address, number))
        if outcome.answered and not outcome.accepted:
            raise VehicleError(f"{vehicle.vehicle_id} does not give {parameters.name} ({outcome.result_name}).", code="message.refused")
        with anyio.move_on_after(MESSAGE_WITHIN_S):
            while True:
                message = await messages.receive()
                if message.get_srcComponent() == vehicle.address.component_id:
                    return {"name": parameters.name, "fields": {name: _plain(getattr(message, name)) for name in message.get_fieldnames()}}
    raise VehicleError(f"{parameters.name} of {vehicle.vehicle_id} did not come within {MESSAGE_WITHIN_S:g} s.", code="message.silent")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.split(b"\0", 1)[0].decode("utf-8", "replace")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


async def get_rate(vehicle: Vehicle, parameters: MessageParameters, tools: ServiceTools) -> dict[str, Any]:
    """How often it comes, by the vehicle's own word; null when it is not sent."""
    number = _id_of(parameters.name)
    with vehicle.subscribe({"MESSAGE_INTERVAL"}) as messages:
        outcome = await vehicle.query(command_long(vehicle.address, mavlink.MAV_CMD_GET_MESSAGE_INTERVAL, number))
        if outcome.answered and not outcome.accepted:
            raise VehicleError(f"{vehicle.vehicle_id} does not tell its rates ({outcome.result_name}).", code="message.refused")
        with anyio.move_on_after(MESSAGE_WITHIN_S):
            while True:
                message = await messages.receive()
                if message.message_id == number:
                    interval_us = int(message.interval_us)
                    return {"name": parameters.name, "rate_hz": None if interval_us <= 0 else round(1e6 / interval_us, 3)}
    raise VehicleError(f"{vehicle.vehicle_id} did not tell the rate of {parameters.name}.", code="message.silent")


async def set_rate(vehicle: Vehicle, parameters: RateParameters, tools: ServiceTools) -> dict[str, Any]:
    """Set it and ask for it. Raises: `VehicleError` when it is refused."""
    rate = parameters.rate_hz
    interval_us = 0.0 if rate is None else -1.0 if rate == 0 else 1e6 / rate
    number = _id_of(parameters.name)
    outcome = await vehicle.query(command_long(vehicle.address, mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, number, interval_us))
    if not outcome.accepted:
        raise VehicleError(
            f"{vehicle.vehicle_id} did not take the rate of {parameters.name} ({outcome.result_name}).", code="message.refused"
        )
    return await get_rate(vehicle, MessageParameters(name=parameters.name), tools)
