"""What a vehicle is asked before a flight: its reasons not to arm and the parameters its safety depends on."""

import math
import struct
import time
from collections.abc import Sequence
from typing import Any

import anyio
from pydantic import Field

from ground_station.control.parameters import Parameters
from ground_station.mavlink import WireMessage, mavlink
from ground_station.mavlink.commands import command_long
from ground_station.microservices.desk import ServiceTools
from ground_station.vehicles import Vehicle

PREARM_WITHIN_S = 2.0
TRIES, TRY_S = 3, 0.7
RECENT_S = 35.0  # ArduPilot repeats its reasons every 30 s
_REASON = ("prearm:", "arm:", "preflight fail:", "arming denied", "preflight:")
_INTEGERS = {1: "<B", 2: "<b", 3: "<H", 4: "<h", 5: "<I", 6: "<i"}  # MAV_PARAM_TYPE -> layout


class PreflightParameters(Parameters):
    """`groups`: spellings of one parameter each; of a group one answer is enough."""

    groups: list[list[str]] = Field(default_factory=list, max_length=40)


async def preflight_facts(vehicle: Vehicle, parameters: PreflightParameters, tools: ServiceTools) -> dict[str, Any]:
    """{"parameters": {name: value}, "prearm": [texts] or null, "station_system_id", "remote_id", "asks_station"}; changes nothing."""
    values: dict[str, float] = {}
    prearm: list[list[str] | None] = [None]

    async def ask_prearm() -> None:
        prearm[0] = await prearm_reasons(vehicle)

    async def ask_parameters() -> None:
        values.update(await read_values(vehicle, parameters.groups))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask_prearm)
        tasks.start_soon(ask_parameters)
    board = tools.operators.board(vehicle.vehicle_id)
    told = board.state(vehicle.vehicle_id, vehicle.own, time.monotonic())
    return {
        "parameters": values,
        "prearm": prearm[0],
        "station_system_id": vehicle.own.system_id,
        "remote_id": {"ready": told.remote_id.ready, "reason": told.remote_id.reason} if told.remote_id.carried else None,
        "asks_station": told.arm_authorisation.state != "never_asked",
    }


async def prearm_reasons(vehicle: Vehicle) -> list[str] | None:
    """In the autopilot's own words, none twice. None when it neither says a state nor a reason."""
    estimate = vehicle.estimate
    if estimate.armed or estimate.ready_to_arm:
        return []
    since_s = time.monotonic()
    if estimate.autopilot.name == "ardupilot":
        # Makes it say every reason now instead of one every half minute; an older one does not know the command.
        await vehicle.query(command_long(vehicle.address, mavlink.MAV_CMD_RUN_PREARM_CHECKS))
        await vehicle.wait_until(lambda: bool(vehicle.estimate.ready_to_arm) or _spoken(vehicle, since_s) != [], PREARM_WITHIN_S)
        await anyio.sleep(0.3)  # reasons come one after the other
    reasons = _spoken(vehicle, since_s) or _spoken(vehicle, since_s - RECENT_S)
    return [] if vehicle.estimate.ready_to_arm else reasons or None


def _spoken(vehicle: Vehicle, since_s: float) -> list[str]:
    texts = [text.text for at_s, text in vehicle.texts if at_s >= since_s and text.text.casefold().startswith(_REASON)]
    return list(dict.fromkeys(texts))


async def read_values(vehicle: Vehicle, groups: Sequence[Sequence[str]]) -> dict[str, float]:
    """Values by name. Names nobody answers for are left out; those missing are asked again."""
    values: dict[str, float] = {}
    with vehicle.subscribe({"PARAM_VALUE"}) as answers:
        for _ in range(TRIES):
            missing = [name for group in groups if not any(name in values for name in group) for name in group]
            if not missing:
                break
            vehicle.send(read_request(vehicle, name) for name in missing)
            with anyio.move_on_after(TRY_S):
                async for message in answers:
                    name = message.param_id.rstrip("\0") if isinstance(message.param_id, str) else message.param_id.decode().rstrip("\0")
                    if any(name in group for group in groups):
                        values[name] = value_of(message, bytewise=vehicle.estimate.autopilot.name == "px4")
                    if all(any(known in values for known in group) for group in groups):
                        break
    return {name: value for name, value in values.items() if math.isfinite(value)}


def read_request(vehicle: Vehicle, name: str) -> WireMessage:
    target = vehicle.address
    request: WireMessage = mavlink.MAVLink_param_request_read_message(target.system_id, target.component_id, name.encode(), -1)
    return request


def value_of(message: WireMessage, *, bytewise: bool) -> float:
    """PX4 puts the bytes of an integer into the float field, ArduPilot its value (MAVLink parameter protocol, encoding)."""
    layout = _INTEGERS.get(message.param_type)
    if not bytewise or layout is None:
        return float(message.param_value)
    raw = struct.pack("<f", message.param_value)
    return float(struct.unpack_from(layout, raw)[0])
