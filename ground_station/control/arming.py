"""Arm and disarm."""

from collections.abc import AsyncGenerator

from geo.primitives import VehicleError
from ground_station.control.parameters import Parameters
from ground_station.control.run import CommandRun, Step, done
from ground_station.messages import CommandState


async def arm(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Arm, after changing to the guided mode when the present one is not for arming. An armed vehicle is left as it is."""
    if run.estimate.armed:
        yield done("already armed")
        return
    await prepare_and_arm(run)
    yield done("armed")


async def prepare_and_arm(run: CommandRun) -> None:
    autopilot = run.estimate.autopilot
    if autopilot.arms_in and run.estimate.mode not in autopilot.arms_in:
        await run.enter_mode(autopilot.guided_mode)
    await run.set_armed(True)


async def disarm(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Disarm on the ground. In the air it is refused here: the motors would stop."""
    if not run.estimate.armed:
        yield done("already disarmed")
        return
    if run.estimate.flying:
        raise VehicleError(f"{run.vehicle.vehicle_id} is in the air and cannot be disarmed.", code="vehicle.flying", hint="Land it first.")
    yield Step(CommandState.RUNNING)
    await run.set_armed(False)
    yield done("disarmed")
