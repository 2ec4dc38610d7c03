"""Ways out of a mission and back into it: to a place whose photograph is missing, or over to a changed rest of it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import anyio

from geo.primitives import VehicleError
from ground_station.control.guided import goto
from ground_station.control.mission_flow import go_on, in_mission, items_on_board, jump_to, stop_here
from ground_station.control.parameters import ChangeParameters, Parameters, ReshootParameters
from ground_station.control.run import CommandRun, Step, done
from ground_station.control.transfer import upload_mission
from ground_station.messages import CommandState
from ground_station.vehicles import MissionPause
from missions import MissionItem

PHOTO_SEEN_WITHIN_S = 6.0
PHOTO_KINDS = frozenset({"CAMERA_FEEDBACK", "CAMERA_IMAGE_CAPTURED"})


async def reshoot(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Leave the mission, take one photograph at this place, come back and go on with the same item.

    Done when the photograph was told of and the mission is seen flying again. A photograph nobody told of fails, after the return.
    """
    assert isinstance(parameters, ReshootParameters)
    vehicle = run.vehicle
    if in_mission(run):
        await stop_here(run)
    elif not run.estimate.flying or vehicle.pause.item < 1:
        raise VehicleError(
            f"{vehicle.vehicle_id} is flying no mission to come back to.",
            code="mission.not_flying",
            hint="Use goto and the camera's panel.",
        )
    left = vehicle.pause
    async for step in goto(run, parameters):
        if step.state is CommandState.RUNNING:
            yield step
    seen = await _photograph(run)
    last: Step | None = None
    async for step in go_on(run, left.item, back_to=left):
        if step.state is CommandState.DONE:
            last = step
        else:
            yield step
    if not seen:
        raise VehicleError(
            f"{vehicle.vehicle_id} was at the place, but no photograph was told of; it flies its mission again.",
            code="camera.unseen",
            hint="Look at the camera's count before asking again.",
        )
    yield done(f"photograph taken; {last.effect if last else ''}")


async def _photograph(run: CommandRun) -> bool:
    with run.vehicle.subscribe(PHOTO_KINDS) as photos:
        await run.order(run.estimate.autopilot.shoot(run.vehicle.address), "a photograph")
        with anyio.move_on_after(PHOTO_SEEN_WITHIN_S):
            await photos.receive()
            return True
    return False


async def change(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Put a changed mission on board under way: hold, upload, read back, go on with the item named.

    When the upload fails the vehicle stays where it holds, and the reason says what is on board.
    """
    assert isinstance(parameters, ChangeParameters)
    vehicle = run.vehicle
    items = [MissionItem.from_json(item) for item in parameters.items]
    if parameters.item > len(items):
        raise VehicleError(f"The changed mission has {len(items)} items, no item {parameters.item}.", code="mission.item")
    if not run.estimate.flying:
        raise VehicleError(f"{vehicle.vehicle_id} is on the ground.", code="vehicle.not_flying", hint="Upload the mission as usual.")
    speed_mps = vehicle.pause.speed_mps
    if in_mission(run):
        await stop_here(run)
    left = vehicle.pause
    async with aclosing(upload_mission(vehicle, items, parameters.mission_id, run.check_turn)) as shares:
        async for share in shares:
            yield Step(CommandState.RUNNING, share)
    await jump_to(run, await items_on_board(run), parameters.item)
    vehicle.pause = MissionPause(parameters.item, left.place, left.altitude_above_home_m, speed_mps)
    async for step in go_on(run, parameters.item, back_to=vehicle.pause):
        yield step
