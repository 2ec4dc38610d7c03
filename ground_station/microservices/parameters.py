"""Parameters of a vehicle: the whole list by the quickest way it knows, one read, set with read-back, a file put on board, what differs."""

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from geo.primitives import VehicleError, utc_now
from ground_station.control.parameters import Parameters
from ground_station.mavlink import mavlink
from ground_station.mavlink.parameter_pack import read_pack
from ground_station.mavlink.parameter_values import Encoding, Parameter, check_value
from ground_station.mavlink.parameters import ParameterList, ParameterRead, ParameterResult, ParameterSet, same_value
from ground_station.microservices.desk import ServiceTools
from ground_station.microservices.files import read_file
from ground_station.microservices.parameter_files import Format, differences, read_parameter_file, write_parameter_file
from ground_station.microservices.transfers import Transfer
from ground_station.private_file import write_private
from ground_station.vehicles import Vehicle

logger = logging.getLogger(__name__)

NAME = Field(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9_]+$")
_BYTEWISE, _CAST, _FTP = (
    mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_BYTEWISE,
    mavlink.MAV_PROTOCOL_CAPABILITY_PARAM_ENCODE_C_CAST,
    mavlink.MAV_PROTOCOL_CAPABILITY_FTP,
)


class ListParameters(Parameters):
    refresh: bool = Field(False, description="Ask the vehicle anew even where the list is known")


class NameParameters(Parameters):
    name: str = NAME


class SetParameters(Parameters):
    name: str = NAME
    value: float | int


class LoadParameters(Parameters):
    values: dict[str, float | int] = Field(min_length=1, max_length=5000)


class CompareParameters(Parameters):
    baseline: str = Field(min_length=1, description="A parameter file, as text")
    everything: bool = Field(False, description="Also what the file does not speak of")


class FileParameters(Parameters):
    format: Literal["ardupilot", "qgc"] | None = None


def encoding_of(vehicle: Vehicle) -> Encoding:
    """What the vehicle says it does, else what its autopilot is known to do."""
    capabilities = vehicle.estimate.capabilities or 0
    if capabilities & _BYTEWISE:
        return Encoding.BYTEWISE
    return Encoding.CAST if capabilities & _CAST else vehicle.estimate.autopilot.parameter_encoding


async def list_parameters(vehicle: Vehicle, parameters: ListParameters, tools: ServiceTools) -> dict[str, Any]:
    """Every parameter. Raises: `VehicleError` when the list stays incomplete."""
    async with vehicle.parameter_lock:
        source = "memory"
        if parameters.refresh or not vehicle.parameters:
            source = await _read_all(vehicle, tools)
    at = vehicle.parameters_at
    return {
        "vehicle_id": vehicle.vehicle_id,
        "source": source,
        "at": None if at is None else at.isoformat(),
        "items": [vehicle.parameters[name].to_json() for name in sorted(vehicle.parameters)],
    }


async def known_parameters(vehicle: Vehicle, tools: ServiceTools) -> dict[str, Parameter]:
    """By name, asked for where nobody has yet."""
    async with vehicle.parameter_lock:
        if not vehicle.parameters:
            await _read_all(vehicle, tools)
    return vehicle.parameters


async def _read_all(vehicle: Vehicle, tools: ServiceTools) -> str:
    """Fill `vehicle.parameters`; where from, in a word."""
    autopilot = vehicle.estimate.autopilot
    async with tools.transfers.transfer(vehicle.vehicle_id, "parameters", tools.actor) as transfer:
        fingerprint = await _fingerprint(vehicle)
        kept = _kept_file(tools.data_dir, vehicle, fingerprint)
        found, source = _kept(kept), "cache"
        if found is None and autopilot.parameter_pack and (vehicle.estimate.capabilities or 0) & _FTP:
            found, source = await _packed(vehicle, autopilot.parameter_pack, transfer), "file"
        if found is None:
            found, source = await _listed(vehicle, transfer), "list"
        if kept is not None and source != "cache":
            write_private(kept, json.dumps([asdict(parameter) for parameter in found]))
        vehicle.parameters = {parameter.name: parameter for parameter in found}
        vehicle.parameters_at = utc_now()
        transfer.tell(len(found), len(found), message=f"{len(found)} parameters")
    return source


async def _listed(vehicle: Vehicle, transfer: Transfer) -> list[Parameter]:
    exchange = ParameterList(vehicle.address, encoding_of(vehicle))
    outcome = await transfer.drive(vehicle, exchange, lambda: transfer.tell(exchange.received, exchange.count))
    if outcome.result is not ParameterResult.DONE:
        raise VehicleError(
            f"The parameters of {vehicle.vehicle_id} could not be read: {outcome.detail}.",
            code=f"parameter.{outcome.result}",
            hint="Ask again; a weak link loses many of them.",
        )
    return list(outcome.parameters)


async def _packed(vehicle: Vehicle, path: str, transfer: Transfer) -> list[Parameter] | None:
    """By the packed file; None where that does not work, and the plain list is asked for."""
    try:
        data = await read_file(vehicle, path, transfer)
        return read_pack(data)
    except VehicleError as error:
        logger.info("%s gives no packed parameters: %s", vehicle.vehicle_id, error)
        return None


async def _fingerprint(vehicle: Vehicle) -> int | None:
    """A number that changes with any parameter, where the autopilot has one."""
    name = vehicle.estimate.autopilot.parameter_hash
    if name is None:
        return None
    outcome = await vehicle.converse(ParameterRead(vehicle.address, Encoding.BYTEWISE, name))
    return int(outcome.parameters[0].value) & 0xFFFFFFFF if outcome.parameters else None


def _kept_file(data_dir: Path, vehicle: Vehicle, fingerprint: int | None) -> Path | None:
    if fingerprint is None:
        return None
    return data_dir / "parameters" / f"{vehicle.vehicle_id}-{vehicle.estimate.uid or 0:x}-{fingerprint:08x}.json"


def _kept(path: Path | None) -> list[Parameter] | None:
    if path is None or not path.exists():
        return None
    try:
        return [Parameter(**row) for row in json.loads(path.read_text())]
    except (OSError, ValueError, TypeError):
        return None  # half written or of another version: read anew


async def get_parameter(vehicle: Vehicle, parameters: NameParameters, tools: ServiceTools) -> dict[str, Any]:
    """One, fresh from the vehicle. Raises: `VehicleError` when it does not answer, as vehicles do with names they do not know."""
    async with vehicle.parameter_lock:
        return (await _read(vehicle, parameters.name)).to_json()


async def read_value(vehicle: Vehicle, name: str) -> float:
    """One value, fresh from the vehicle. Raises: as `get_parameter`."""
    async with vehicle.parameter_lock:
        return float((await _read(vehicle, name)).value)


async def _read(vehicle: Vehicle, name: str) -> Parameter:
    outcome = await vehicle.converse(ParameterRead(vehicle.address, encoding_of(vehicle), name))
    if not outcome.parameters:
        raise VehicleError(
            f"{vehicle.vehicle_id} does not answer for parameter {name}.",
            code="parameter.unknown",
            hint="Autopilots are silent on names they do not have: look at its list.",
        )
    found = outcome.parameters[0]
    _remember(vehicle, found)
    return found


def _remember(vehicle: Vehicle, parameter: Parameter) -> None:
    known = vehicle.parameters.get(parameter.name)
    if known is not None:
        vehicle.parameters[parameter.name] = Parameter(parameter.name, parameter.value, parameter.kind, known.default)


async def set_parameter(vehicle: Vehicle, parameters: SetParameters, tools: ServiceTools) -> dict[str, Any]:
    """Set one and read it back. Raises: `VehicleError` when it does not fit, is refused, or could not be read back."""
    async with vehicle.parameter_lock:
        before = vehicle.parameters.get(parameters.name) or await _read(vehicle, parameters.name)
        now = await _set(vehicle, before, parameters.value)
    return {**now.to_json(), "before": before.value, "read_back": True}


async def _set(vehicle: Vehicle, before: Parameter, value: float | int) -> Parameter:
    wanted = Parameter(before.name, int(value) if before.is_integer and value == int(value) else value, before.kind)
    outcome = await vehicle.converse(ParameterSet(vehicle.address, encoding_of(vehicle), wanted))
    if outcome.parameters:
        _remember(vehicle, outcome.parameters[0])
    if outcome.result is not ParameterResult.DONE:
        raise VehicleError(
            f"{before.name} of {vehicle.vehicle_id} is not {value:g}: {outcome.detail}.",
            code=f"parameter.{outcome.result}",
            hint="Its range or a lock forbids it; read it again to see what is on board."
            if outcome.result is ParameterResult.REFUSED
            else "Whether it was set is not certain: read it again.",
        )
    return outcome.parameters[0]


async def load_parameters(vehicle: Vehicle, parameters: LoadParameters, tools: ServiceTools) -> dict[str, Any]:
    """Set what differs of many, each with read-back. Everything is checked before the first is sent; what fails is listed and skipped."""
    known = await known_parameters(vehicle, tools)
    encoding = encoding_of(vehicle)
    unknown = sorted(name for name in parameters.values if name not in known)
    wanted = [Parameter(name, value, known[name].kind) for name, value in sorted(parameters.values.items()) if name in known]
    wanted = [Parameter(p.name, int(p.value), p.kind) if p.is_integer and p.value == int(p.value) else p for p in wanted]
    for parameter in wanted:
        check_value(parameter, encoding)
    changes = [parameter for parameter in wanted if not same_value(parameter, known[parameter.name])]
    changed: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    async with vehicle.parameter_lock, tools.transfers.transfer(vehicle.vehicle_id, "load_parameters", tools.actor) as transfer:
        for number, parameter in enumerate(changes):
            transfer.tell(number, len(changes), message=parameter.name)
            before = known[parameter.name]
            try:
                now = await _set(vehicle, before, parameter.value)
            except VehicleError as error:
                failed.append({"name": parameter.name, "value": parameter.value, "reason": error.one_line()})
                continue
            changed.append({"name": now.name, "value": now.value, "before": before.value})
        transfer.tell(len(changes), len(changes), message=f"{len(changed)} changed, {len(failed)} failed")
    return {"changed": changed, "failed": failed, "unknown": unknown, "unchanged": len(wanted) - len(changes)}


async def compare_parameters(vehicle: Vehicle, parameters: CompareParameters, tools: ServiceTools) -> dict[str, Any]:
    """What differs from a baseline file."""
    baseline = read_parameter_file(parameters.baseline)
    known = await known_parameters(vehicle, tools)
    found = differences(known.values(), baseline, vehicle.estimate.autopilot.individual_parameters, only_baseline=not parameters.everything)
    return {"vehicle_id": vehicle.vehicle_id, "compared": len(baseline), "items": [asdict(difference) for difference in found]}


async def parameter_file(vehicle: Vehicle, parameters: FileParameters, tools: ServiceTools) -> dict[str, Any]:
    """All parameters as a file its autopilot's own tools read."""
    known = await known_parameters(vehicle, tools)
    kind: Format = parameters.format or ("qgc" if vehicle.estimate.autopilot.name == "px4" else "ardupilot")
    title = f"{vehicle.vehicle_id} {vehicle.estimate.autopilot.name} {vehicle.estimate.firmware or ''} {utc_now():%Y-%m-%d %H:%M} UTC"
    text = write_parameter_file(
        known.values(), kind, vehicle_id=vehicle.address.system_id, component_id=vehicle.address.component_id, title=title
    )
    return {"name": f"{vehicle.vehicle_id}.{'params' if kind == 'qgc' else 'param'}", "text": text}
