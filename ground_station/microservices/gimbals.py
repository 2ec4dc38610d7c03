"""Gimbals of a vehicle: control taken and released, angles, and a place on the map to look at. Each command is sent once."""

import math
from typing import Any

from pydantic import Field

from geo.primitives import LonLat, VehicleError
from ground_station.control.parameters import Parameters
from ground_station.mavlink import Address, WireMessage, mavlink
from ground_station.mavlink.commands import command_int, command_long
from ground_station.microservices.desk import ServiceTools
from ground_station.microservices.place_heights import HeightBasis, ground_above_home_m
from ground_station.payload import Gimbal
from ground_station.payload.gimbals import NOBODY, command_flags
from ground_station.vehicles import Vehicle

CONTROL_WITHIN_S = 3.0
TO_US, UNCHANGED, GIVEN_UP = -2, -1, -3
NO_ROI = 197  # MAV_CMD_DO_SET_ROI_NONE
ROI = 195  # MAV_CMD_DO_SET_ROI_LOCATION


class GimbalParameters(Parameters):
    gimbal: int | None = Field(None, ge=1, le=255, description="Device id; needed where there are several")


class PointParameters(GimbalParameters):
    """Leave an angle out to keep it."""

    pitch_deg: float | None = Field(None, ge=-180, le=180, description="Up from level: -90 looks straight down")
    yaw_deg: float | None = Field(None, ge=-360, le=360, description="Right of the nose; with `locked` from true north")
    locked: bool = Field(False, description="Keep the heading while the vehicle turns")


class PlaceParameters(GimbalParameters):
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    height_m: float | None = Field(None, ge=-9000, le=9000, description="Above home")
    altitude_amsl_m: float | None = Field(
        None, ge=-500, le=12_000, description="Above mean sea level, where `height_m` is not given; without both: the ground there"
    )


async def take_gimbal(vehicle: Vehicle, parameters: GimbalParameters, tools: ServiceTools) -> dict[str, Any]:
    """Become the one who moves it. Done when its manager says so."""
    gimbal = vehicle.payload.gimbal(parameters.gimbal, vehicle.vehicle_id)
    await _configure(vehicle, gimbal, TO_US)
    return _told(vehicle, gimbal)


async def release_gimbal(vehicle: Vehicle, parameters: GimbalParameters, tools: ServiceTools) -> dict[str, Any]:
    gimbal = vehicle.payload.gimbal(parameters.gimbal, vehicle.vehicle_id)
    await _configure(vehicle, gimbal, GIVEN_UP)
    return _told(vehicle, gimbal)


async def point_gimbal(vehicle: Vehicle, parameters: PointParameters, tools: ServiceTools) -> dict[str, Any]:
    """Needs control. Raises: `VehicleError` when another moves it or it refuses."""
    gimbal = await _controlled(vehicle, parameters)
    pitch, yaw = (math.nan if angle is None else angle for angle in (parameters.pitch_deg, parameters.yaw_deg))
    flags = command_flags(locked=parameters.locked)
    message = command_long(
        _manager(vehicle, gimbal), mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, pitch, yaw, math.nan, math.nan, flags, 0, gimbal.device_id
    )
    await _command(vehicle, gimbal, "turn", message)
    return _told(vehicle, gimbal)


async def look_at(vehicle: Vehicle, parameters: PlaceParameters, tools: ServiceTools) -> dict[str, Any]:
    """Keep looking at a place, wherever the vehicle flies, until told otherwise. The answer says how high it was taken to lie."""
    gimbal = await _controlled(vehicle, parameters)
    height_m, basis = await _height(vehicle, parameters, tools)
    message = command_int(
        _manager(vehicle, gimbal),
        ROI,
        mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT,
        (gimbal.device_id, 0.0, 0.0, 0.0),
        lon_deg=parameters.lon_deg,
        lat_deg=parameters.lat_deg,
        z=height_m,
    )
    await _command(vehicle, gimbal, "look there", message)
    return {**_told(vehicle, gimbal), "height_m": round(height_m, 1), "height_basis": basis}


async def _height(vehicle: Vehicle, parameters: PlaceParameters, tools: ServiceTools) -> tuple[float, HeightBasis]:
    """Above home."""
    home_amsl_m = vehicle.estimate.home_amsl_m
    if parameters.height_m is not None:
        return parameters.height_m, "given"
    if parameters.altitude_amsl_m is not None and home_amsl_m is not None:
        return parameters.altitude_amsl_m - home_amsl_m, "given"
    ground_m = await ground_above_home_m(vehicle, LonLat(parameters.lon_deg, parameters.lat_deg), tools.elevation)
    return (0.0, "home") if ground_m is None else (ground_m, "terrain")


async def look_nowhere(vehicle: Vehicle, parameters: GimbalParameters, tools: ServiceTools) -> dict[str, Any]:
    """Stop looking at a place."""
    gimbal = await _controlled(vehicle, parameters)
    await _command(vehicle, gimbal, "look ahead", command_long(_manager(vehicle, gimbal), NO_ROI, gimbal.device_id))
    return _told(vehicle, gimbal)


async def _controlled(vehicle: Vehicle, parameters: GimbalParameters) -> Gimbal:
    """The gimbal, in our control: taken when nobody has it, never taken from another. Raises: `VehicleError`."""
    gimbal = vehicle.payload.gimbal(parameters.gimbal, vehicle.vehicle_id)
    if vehicle.own in (gimbal.primary, gimbal.secondary):
        return gimbal
    if gimbal.primary not in (None, NOBODY):
        who = gimbal.state(vehicle.own).controlled_by
        raise VehicleError(
            f"The gimbal of {vehicle.vehicle_id} is moved by {who}.", code="gimbal.not_in_control", hint="Take control of it first."
        )
    await _configure(vehicle, gimbal, TO_US)
    return gimbal


async def _configure(vehicle: Vehicle, gimbal: Gimbal, who: int) -> None:
    message = command_long(
        _manager(vehicle, gimbal),
        mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE,
        *(who, who, UNCHANGED, UNCHANGED, 0, 0, gimbal.device_id),
    )
    what = "be taken" if who == TO_US else "be released"
    await _command(vehicle, gimbal, what, message)
    wanted = (lambda: gimbal.primary == vehicle.own) if who == TO_US else (lambda: gimbal.primary != vehicle.own)
    if gimbal.primary is not None and not await vehicle.wait_until(wanted, CONTROL_WITHIN_S):
        holder = gimbal.state(vehicle.own).controlled_by
        raise VehicleError(f"The gimbal accepted to {what}, but says it is moved by {holder}.", code="gimbal.unseen", hint="Try again.")


async def _command(vehicle: Vehicle, gimbal: Gimbal, what: str, message: WireMessage) -> None:
    outcome = await vehicle.command(message)
    if not outcome.accepted:
        hint = "" if outcome.answered else "It may have moved; look before asking again."
        raise VehicleError(f"The gimbal of {vehicle.vehicle_id} did not {what}: {outcome.result_name}.", code="gimbal.refused", hint=hint)


def _manager(vehicle: Vehicle, gimbal: Gimbal) -> Address:
    return Address(vehicle.address.system_id, gimbal.manager or vehicle.address.component_id)


def _told(vehicle: Vehicle, gimbal: Gimbal) -> dict[str, Any]:
    return gimbal.state(vehicle.own).model_dump(mode="json")
