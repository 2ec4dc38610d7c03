"""Calibrate a sensor on the ground. The vehicle works at it for seconds and tells how far it is; a person may end it half-way."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from geo.primitives import VehicleError
from ground_station.control.parameters import CalibrateParameters, Parameters
from ground_station.control.run import CommandRun, Step, done
from ground_station.mavlink.commands import command_long
from ground_station.mavlink.dialect import mavlink

# Which parameter of PREFLIGHT_CALIBRATION asks for it, from 0.
PARAMETER = {"gyroscope": 0, "compass": 1, "barometer": 2, "accelerometer": 4}


async def calibrate(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Done when the vehicle accepts it as finished. Refused here while it is armed."""
    assert isinstance(parameters, CalibrateParameters)
    if run.estimate.armed:
        raise VehicleError(
            f"{run.vehicle.vehicle_id} is armed; it calibrates disarmed only.", code="vehicle.armed", hint="Disarm it first."
        )
    values = [0.0] * 7
    values[PARAMETER[parameters.sensor]] = 1.0
    message = command_long(run.vehicle.address, mavlink.MAV_CMD_PREFLIGHT_CALIBRATION, *values)
    async with aclosing(run.order_at_length(message, f"the {parameters.sensor} calibration")) as steps:
        async for step in steps:
            yield step
    yield done(f"{parameters.sensor} calibrated")
