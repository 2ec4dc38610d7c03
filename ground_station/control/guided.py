"""Commands that move a vehicle now: take-off, goto, hold, return, land, and plain mode changes."""

from collections.abc import AsyncGenerator

from geo.primitives import LonLat, VehicleError, distance_m
from ground_station.control.arming import prepare_and_arm
from ground_station.control.parameters import FARTHEST_M, GotoParameters, ModeParameters, Parameters, TakeoffParameters
from ground_station.control.run import CommandRun, Step, done
from ground_station.messages import CommandState

SLOW_ENOUGH_MPS = 1.0  # a vehicle that can stop has arrived when it has
LEVEL_ENOUGH_M = 2.0
SLOWEST_MPS = 1.0  # for deadlines: no vehicle is asked to be slower on purpose
SLOWEST_CLIMB_MPS = 0.4
DEADLINE_ROOM_S = 60.0


async def takeoff(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Guided mode, arm, climb. Done within 1 m or 5 % of the altitude asked for."""
    assert isinstance(parameters, TakeoffParameters)
    autopilot = run.estimate.autopilot
    if run.estimate.flying:
        raise VehicleError(
            f"{run.vehicle.vehicle_id} is in the air already.", code="vehicle.flying", hint="Use goto to change its altitude."
        )
    message = autopilot.takeoff(run.vehicle.address, parameters.altitude_m, run.estimate.situation)
    await run.enter_mode(autopilot.guided_mode)
    if not run.estimate.armed:
        await prepare_and_arm(run)
        yield Step(CommandState.RUNNING, 0.0)
    await run.order(message, "take-off")
    yield Step(CommandState.ACKNOWLEDGED)
    enough_m = parameters.altitude_m - max(1.0, 0.05 * parameters.altitude_m)

    def altitude_m() -> float:
        return run.estimate.altitude_above_home_m or 0.0

    async for step in run.follow(
        lambda: run.estimate.flying and altitude_m() >= max(enough_m, 0.5 * parameters.altitude_m),
        lambda: altitude_m() / parameters.altitude_m,
        lambda: None if run.estimate.armed else "the vehicle disarmed",
        what="Take-off",
        deadline_s=parameters.altitude_m / SLOWEST_CLIMB_MPS + DEADLINE_ROOM_S,
    ):
        yield step
    yield done(f"at {altitude_m():.1f} m above home")


async def goto(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Fly to a place. An autopilot accepts this on the ground too and then does nothing, so that is refused here."""
    assert isinstance(parameters, GotoParameters)
    vehicle, autopilot = run.vehicle, run.estimate.autopilot
    target = LonLat(parameters.lon_deg, parameters.lat_deg)
    if not run.estimate.flying:
        raise VehicleError(f"{vehicle.vehicle_id} is on the ground.", code="vehicle.not_flying", hint="Take off first.")
    if run.estimate.position is None:
        raise VehicleError(f"{vehicle.vehicle_id} has no position.", code="vehicle.no_position", hint="Wait for a GPS fix.")
    start_m = distance_m(run.estimate.position, target)
    if start_m > FARTHEST_M:
        raise VehicleError(
            f"The place is {start_m / 1000:.0f} km from {vehicle.vehicle_id}; the limit is {FARTHEST_M / 1000:.0f} km.",
            code="command.too_far",
            hint="Check that longitude and latitude are not swapped.",
        )
    climb_m = abs((run.estimate.altitude_above_home_m or 0.0) - parameters.altitude_m)
    await run.order(autopilot.reposition(vehicle.address, target, parameters.altitude_m, run.estimate.situation), "goto")
    yield Step(CommandState.ACKNOWLEDGED)
    guided = autopilot.mode_request(autopilot.guided_mode)
    if guided is not None:
        await vehicle.wait_until(lambda: run.estimate.custom_mode == guided.custom_mode, 3.0)  # a heartbeat with the new mode

    def to_go_m() -> float:
        return distance_m(run.estimate.position, target) if run.estimate.position else start_m

    def broken() -> str | None:
        if not run.estimate.flying:
            return "the vehicle landed"
        return f"the mode changed to {run.estimate.mode}" if guided and run.estimate.custom_mode != guided.custom_mode else None

    def there() -> bool:
        off_m = abs((run.estimate.altitude_above_home_m or 0.0) - parameters.altitude_m)
        slow = not autopilot.hovers or (run.estimate.ground_speed_mps or 0.0) <= SLOW_ENOUGH_MPS
        return slow and to_go_m() <= autopilot.arrival_radius_m and off_m <= LEVEL_ENOUGH_M

    async for step in run.follow(
        there,
        lambda: 1.0 - to_go_m() / start_m if start_m > autopilot.arrival_radius_m else None,
        broken,
        what="Goto",
        deadline_s=start_m / SLOWEST_MPS + climb_m / SLOWEST_CLIMB_MPS + DEADLINE_ROOM_S,
    ):
        yield step
    yield done(f"{to_go_m():.1f} m from the place, {run.estimate.altitude_above_home_m or 0.0:.1f} m above home")


async def hold(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Stop and stay. Done when the mode is seen; the vehicle brakes by itself."""
    modes = run.estimate.autopilot.hold_modes
    if not modes:
        raise VehicleError(f"How {run.vehicle.vehicle_id} holds is not known for its autopilot.", code="vehicle.mode", hint="Use set_mode.")
    for mode in modes:
        try:
            await run.enter_mode(mode)
        except VehicleError as error:
            if error.code != "vehicle.refused" or mode == modes[-1]:
                raise
        else:
            yield done(f"holding in {mode}")
            return


async def return_to_launch(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Return and land. Done when it stands disarmed."""
    async for step in _bring_down(run, run.estimate.autopilot.rtl_mode, "Return to launch"):
        yield step


async def land(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Land here. Done when it stands disarmed."""
    async for step in _bring_down(run, run.estimate.autopilot.land_mode, "Landing"):
        yield step


async def _bring_down(run: CommandRun, mode: str, what: str) -> AsyncGenerator[Step]:
    autopilot = run.estimate.autopilot
    if not run.estimate.flying and not run.estimate.armed:
        raise VehicleError(f"{run.vehicle.vehicle_id} is on the ground.", code="vehicle.not_flying", hint="Nothing needs to be done.")
    await run.enter_mode(mode)
    yield Step(CommandState.ACKNOWLEDGED)
    request = autopilot.mode_request(mode)
    home_m = distance_m(run.estimate.position, run.estimate.home) if run.estimate.position and run.estimate.home else FARTHEST_M / 10
    height_m = max(run.estimate.altitude_above_home_m or 0.0, 0.0)
    start_m = home_m + height_m

    def left_m() -> float:
        across_m = distance_m(run.estimate.position, run.estimate.home) if run.estimate.position and run.estimate.home else 0.0
        return across_m + max(run.estimate.altitude_above_home_m or 0.0, 0.0)

    def broken() -> str | None:
        return f"the mode changed to {run.estimate.mode}" if request and run.estimate.custom_mode != request.custom_mode else None

    async for step in run.follow(
        lambda: not run.estimate.armed,
        lambda: 1.0 - left_m() / start_m if mode == autopilot.rtl_mode and start_m > 1 else None,
        broken,
        what=what,
        # The return may climb first; the time to disarm on the ground is the room.
        deadline_s=home_m / SLOWEST_MPS + (height_m + 60.0) / SLOWEST_CLIMB_MPS + DEADLINE_ROOM_S,
    ):
        yield step
    away = (
        f", {distance_m(run.estimate.position, run.estimate.home):.1f} m from home" if run.estimate.position and run.estimate.home else ""
    )
    yield done(f"landed and disarmed{away}")


async def set_mode(run: CommandRun, parameters: Parameters) -> AsyncGenerator[Step]:
    """Change to a named mode of this autopilot."""
    assert isinstance(parameters, ModeParameters)
    await run.enter_mode(parameters.mode.strip().upper())
    yield done(f"mode {run.estimate.mode}")
