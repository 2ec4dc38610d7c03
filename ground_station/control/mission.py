"""Mission commands: put a mission on board, and start it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from geo.primitives import VehicleError
from ground_station.control.arming import prepare_and_arm
from ground_station.control.parameters import Parameters, UploadParameters
from ground_station.control.run import CommandRun, Step, done
from ground_station.control.transfer import download_mission, upload_mission
from ground_station.mavlink.commands import command_long
from ground_station.mavlink.dialect import mavlink
from ground_station.messages import CommandState
from missions import MissionItem

TELL_EVERY = 0.1  # share of a transfer between two updates
START_DEADLINE_S = 30.0  # spool-up and the first metre
_UNDER_WAY_M = 1.0


async def upload(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Replace the mission on board; refused while the vehicle flies one."""
    assert isinstance(parameters, UploadParameters)
    items = [MissionItem.from_json(item) for item in parameters.items]
    estimate = run.estimate
    if estimate.flying and estimate.mode == estimate.autopilot.mission_mode:
        raise VehicleError(
            f"{run.vehicle.vehicle_id} is flying a mission; it would be changed under way.",
            code="mission.flying",
            hint="Hold or land it first.",
        )
    told = -1.0
    async with aclosing(upload_mission(run.vehicle, items, parameters.mission_id, run.check_turn)) as shares:
        async for share in shares:
            if share - told >= TELL_EVERY:
                told = share
                yield Step(CommandState.RUNNING, share)
    yield done(f"{len(items)} items on board, read back and equal")


async def start(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Arm if needed, enter the mission mode, start. Done when the vehicle is seen under way in that mode."""
    vehicle, autopilot = run.vehicle, run.estimate.autopilot
    total = run.estimate.mission_total
    if total is None:
        total = len((await download_mission(vehicle))[0])
    if total == 0:
        raise VehicleError(f"{vehicle.vehicle_id} has no mission on board.", code="mission.none", hint="Upload one first.")
    was_flying, item_before = run.estimate.flying, run.estimate.mission_current
    yield Step(CommandState.RUNNING, 0.0)
    if not autopilot.arms_before_mission_mode:
        await run.enter_mode(autopilot.mission_mode)
    if not run.estimate.armed:
        await prepare_and_arm(run)
    await run.enter_mode(autopilot.mission_mode)
    await run.order(command_long(vehicle.address, mavlink.MAV_CMD_MISSION_START), "the mission start")
    yield Step(CommandState.ACKNOWLEDGED)
    mode = autopilot.mode_request(autopilot.mission_mode)

    def under_way() -> bool:
        if mode is None or run.estimate.custom_mode != mode.custom_mode or not run.estimate.armed:
            return False
        climbed = run.estimate.flying and (was_flying or (run.estimate.altitude_above_home_m or 0.0) >= _UNDER_WAY_M)
        return climbed or run.estimate.mission_current > max(1, item_before)

    def broken() -> str | None:
        if not run.estimate.armed:
            return "the vehicle disarmed"
        return f"the mode changed to {run.estimate.mode}" if mode and run.estimate.custom_mode != mode.custom_mode else None

    async for step in run.follow(under_way, lambda: None, broken, what="Mission start", deadline_s=START_DEADLINE_S):
        yield step
    yield done(f"flying item {run.estimate.mission_current} of {total} in {run.estimate.mode}")
