"""A mission under way: paused, gone on with at the same item, continued at another one, flown at another speed.

Autopilots forget on such ways what their mission told them before: the camera's trigger, the speed, where the camera looks. What is in
force at the item is told again by single commands, each once.
"""

import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from geo.primitives import VehicleError, distance_m
from ground_station.control.guided import goto, hold
from ground_station.control.parameters import GotoParameters, Parameters, SkipParameters, SpeedParameters
from ground_station.control.run import CommandRun, Step, done
from ground_station.control.transfer import download_mission
from ground_station.messages import CommandState
from ground_station.vehicles import MissionPause
from missions import Command, MissionItem, commands_in_force, trigger_in_force, trigger_off

GONE_AWAY_M = 5.0  # a vehicle moved further since the pause goes back to where it left the mission first
CLIMBED_AWAY_M = 3.0
SPEED_WITHIN_S = 25.0  # braking and accelerating around a corner
SPEED_OFF_MPS, SPEED_OFF_SHARE = 0.7, 0.1
ITEM_WITHIN_S = 8.0


async def pause(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Stop and stay, camera trigger off; where it was left is remembered."""
    check_in_mission(run, "a pause")
    note = await stop_here(run)
    yield done(f"paused at item {run.vehicle.pause.item} of {run.estimate.mission_total or 0} in {run.estimate.mode}{note}")


async def stop_here(run: CommandRun) -> str:
    """Hold, remember the place, switch the trigger off. Gives what the vehicle would not do, for the person to read."""
    vehicle = run.vehicle
    items = await items_on_board(run)
    at_item = run.estimate.mission_current
    # Where it is told to stop lies on the leg; where it comes to a stop may lie beyond a corner.
    vehicle.pause = replace(
        vehicle.pause, item=at_item, place=run.estimate.position, altitude_above_home_m=run.estimate.altitude_above_home_m
    )
    async for _ in hold(run, parameters=Parameters()):
        pass
    if not trigger_in_force(items, at_item):
        return ""
    return await restore(run, [trigger_off(items)])


async def resume(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Go on with the item the mission was left at. Done when it is seen flying it."""
    estimate = run.estimate
    if not estimate.flying:
        raise VehicleError(
            f"{run.vehicle.vehicle_id} is on the ground.",
            code="vehicle.not_flying",
            hint="Start the mission, or hand the rest of it over.",
        )
    if in_mission(run):
        yield done(f"flying item {estimate.mission_current} already")
        return
    async for step in go_on(run, estimate.mission_current, back_to=run.vehicle.pause):
        yield step


async def go_on(run: CommandRun, item: int, back_to: MissionPause | None = None) -> AsyncGenerator[Step]:
    """Enter the mission at `item` with what is in force there; first back to where it was left, when the vehicle has moved since."""
    vehicle, autopilot = run.vehicle, run.estimate.autopilot
    items = await items_on_board(run)
    if not 1 <= item <= len(items):
        raise VehicleError(
            f"{vehicle.vehicle_id} shows item {item} of {len(items)} as the next.",
            code="mission.item",
            hint="Choose an item to go on with.",
        )
    if back_to is not None and back_to.item == item:
        async for step in _back(run, back_to):
            yield step
    force = in_force(run, items, item)
    note = await restore(run, [order for order in force if order.command != Command.DO_CHANGE_SPEED])
    await run.enter_mode(autopilot.mission_mode)
    yield Step(CommandState.ACKNOWLEDGED)
    await vehicle.wait_until(lambda: run.estimate.mission_state == "active" and run.estimate.mission_current > 0, ITEM_WITHIN_S)
    if not item <= run.estimate.mission_current <= next_navigation(items, item):
        await jump_to(run, items, item)  # an autopilot set to begin its mission anew on each entry
    # ArduPilot takes its usual speed on entering the mission: the speed comes after.
    note += await restore(run, [order for order in force if order.command == Command.DO_CHANGE_SPEED])
    if vehicle.pause.speed_mps is not None:
        await run.order(autopilot.change_speed(vehicle.address, vehicle.pause.speed_mps), "the speed")
    trigger = trigger_in_force(items, item)
    camera = (
        f", camera each {trigger.distance_m:g} m" if trigger.distance_m else f", camera each {trigger.interval_s:g} s" if trigger else ""
    )
    yield done(f"flying item {run.estimate.mission_current} of {len(items)} in {run.estimate.mode}{camera}{note}")


async def skip(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Continue with another item, forward or back. A paused mission stays paused, and goes on there."""
    assert isinstance(parameters, SkipParameters)
    items = await items_on_board(run)
    if parameters.item > len(items):
        raise VehicleError(
            f"The mission on board of {run.vehicle.vehicle_id} has {len(items)} items, no item {parameters.item}.",
            code="mission.item",
            hint=f"Choose one from 1 to {len(items)}.",
        )
    if not run.estimate.flying:
        raise VehicleError(f"{run.vehicle.vehicle_id} is on the ground.", code="vehicle.not_flying", hint="Start the mission first.")
    flying = in_mission(run)
    force = in_force(run, items, parameters.item) if flying else ()
    triggered = bool(trigger_in_force(items, parameters.item))
    note = "" if triggered else await restore(run, [order for order in force if order.command != Command.DO_CHANGE_SPEED])
    await jump_to(run, items, parameters.item)
    run.vehicle.pause = MissionPause(speed_mps=run.vehicle.pause.speed_mps)
    rest = force if triggered else [order for order in force if order.command == Command.DO_CHANGE_SPEED]
    note += await restore(run, rest)
    state = "flying" if flying else "paused before"
    yield done(f"{state} item {run.estimate.mission_current} of {len(items)}{note}")


async def change_speed(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Fly the rest at this speed. Done when the vehicle is seen to fly it."""
    assert isinstance(parameters, SpeedParameters)
    check_in_mission(run, "a change of its speed")
    wanted = parameters.speed_mps
    await run.order(run.estimate.autopilot.change_speed(run.vehicle.address, wanted), f"{wanted:g} m/s")
    run.vehicle.pause = replace(run.vehicle.pause, speed_mps=wanted)
    yield Step(CommandState.ACKNOWLEDGED)
    fastest = 0.0
    end_s = time.monotonic() + SPEED_WITHIN_S
    while time.monotonic() < end_s:
        run.check_turn()
        speed = run.estimate.ground_speed_mps or 0.0
        fastest = max(fastest, speed)
        if abs(speed - wanted) <= max(SPEED_OFF_MPS, SPEED_OFF_SHARE * wanted):
            yield done(f"{wanted:g} m/s taken over, seen at {speed:.1f} m/s")
            return
        await run.vehicle.wait_change(0.5)
    raise VehicleError(
        f"{run.vehicle.vehicle_id} accepted {wanted:g} m/s, but was seen at {fastest:.1f} m/s at most within {SPEED_WITHIN_S:.0f} s.",
        code="vehicle.no_effect",
        hint="Its legs may be too short for that speed, or its own limit lower.",
    )


def in_mission(run: CommandRun) -> bool:
    return run.estimate.flying and run.estimate.mode == run.estimate.autopilot.mission_mode


def check_in_mission(run: CommandRun, what: str) -> None:
    """`what` cannot be done without a mission under way. Raises: `VehicleError` when there is none."""
    if not in_mission(run):
        raise VehicleError(
            f"{run.vehicle.vehicle_id} is flying no mission: {what} is not possible.",
            code="mission.not_flying",
            hint="Start or resume it first.",
        )


async def items_on_board(run: CommandRun) -> Sequence[MissionItem]:
    """The items this station uploaded, else those the vehicle gives back."""
    uploaded = run.vehicle.uploaded
    if uploaded is not None and uploaded.flown:
        return uploaded.flown
    return (await download_mission(run.vehicle))[0]


def in_force(run: CommandRun, items: Sequence[MissionItem], item: int) -> tuple[MissionItem, ...]:
    """A speed somebody has asked for under way stands above that of the plan."""
    force = commands_in_force(items, item)
    if run.vehicle.pause.speed_mps is None:
        return force
    return tuple(order for order in force if order.command != Command.DO_CHANGE_SPEED)


async def restore(run: CommandRun, orders: Sequence[MissionItem]) -> str:
    """Carry DO items out now. A vehicle that refuses one still flies; the refusal is given back to be read."""
    refused = []
    for item in orders:
        try:
            await run.order(run.estimate.autopilot.order_of(run.vehicle.address, item), f"command {item.command}")
        except VehicleError as error:
            if error.code != "vehicle.refused":
                raise
            refused.append(error.message)
    return "".join(f"; {message}" for message in refused)


async def jump_to(run: CommandRun, items: Sequence[MissionItem], item: int) -> None:
    """Make it the item being flown, and see it."""
    outcome = await run.order(run.estimate.autopilot.go_to_item(run.vehicle.address, item), f"item {item}")
    last = next_navigation(items, item)
    await run.expect(lambda: item <= run.estimate.mission_current <= last, f"item {item}", outcome, ITEM_WITHIN_S)


def next_navigation(items: Sequence[MissionItem], item: int) -> int:
    """The first item from `item` on that is flown: DO items before it are passed at once, so it may be shown instead."""
    return next((number for number, one in enumerate(items, start=1) if number >= item and one.command < _FIRST_DO), len(items))


_FIRST_DO = 95  # MAV_CMD_NAV_LAST


async def _back(run: CommandRun, left: MissionPause) -> AsyncGenerator[Step]:
    place, height_m = run.estimate.position, run.estimate.altitude_above_home_m
    if left.place is None or left.altitude_above_home_m is None or place is None or height_m is None:
        return
    if not run.estimate.autopilot.hovers:
        return  # a wing circles where it was paused; the autopilot leads it back to its leg
    if distance_m(place, left.place) <= GONE_AWAY_M and abs(height_m - left.altitude_above_home_m) <= CLIMBED_AWAY_M:
        return
    target = GotoParameters(lon_deg=left.place.lon_deg, lat_deg=left.place.lat_deg, altitude_m=left.altitude_above_home_m)
    async for step in goto(run, target):
        if step.state is CommandState.RUNNING:
            yield step
