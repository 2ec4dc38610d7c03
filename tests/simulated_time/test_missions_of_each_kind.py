"""A mission from upload to its end on each kind of vehicle: the station says the same of all of them, and only what is true."""

import time

import anyio
import pytest

from geo.primitives import LocalFrame
from ground_station.control import FlightVerdict, FlightWatch, endless_end
from ground_station.messages import CommandName, CommandState
from missions import Command, Frame, MissionItem
from tests.support.simulated_vehicles import AKTAU, Control, controlled

pytestmark = pytest.mark.anyio

RELATIVE = Frame.GLOBAL_RELATIVE_ALT


def mission(vehicle_type: str, ending: MissionItem) -> list[MissionItem]:
    frame, far_m = LocalFrame(AKTAU), 60.0 if vehicle_type == "copter" else 350.0
    takeoff = MissionItem(Command.VTOL_TAKEOFF if vehicle_type == "vtol" else Command.TAKEOFF, RELATIVE, position=AKTAU, altitude_m=40.0)
    return [takeoff, MissionItem(Command.WAYPOINT, RELATIVE, position=frame.place(0.0, far_m), altitude_m=40.0), ending]


LAND = MissionItem(Command.LAND, RELATIVE, position=AKTAU, altitude_m=0.0)
VTOL_LAND = MissionItem(Command.VTOL_LAND, RELATIVE, position=AKTAU, altitude_m=0.0)
RETURN = MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION)
CIRCLE = MissionItem(Command.LOITER_UNLIM, RELATIVE, position=AKTAU, altitude_m=40.0)


async def flown(control: Control, items: list[MissionItem]) -> FlightVerdict:
    vehicle = control.network.fleet.require("mav-1")
    assert await vehicle.wait_until(lambda: vehicle.estimate.home is not None, 30.0)
    for command, parameters in (
        (CommandName.UPLOAD_MISSION, {"items": [item.to_json() for item in items]}),
        (CommandName.START_MISSION, {}),
    ):
        update = (await control.carry_out(command, **parameters))[-1]
        assert update.state is CommandState.DONE, update
    watch = FlightWatch(time.monotonic(), endless_at=endless_end(items, vehicle.estimate))
    with anyio.fail_after(90):
        while (verdict := watch.look(vehicle.estimate, vehicle.online, time.monotonic())) is None:
            await vehicle.wait_change(0.2)
    return verdict


@pytest.mark.parametrize(
    ("autopilot", "vehicle_type", "ending", "told"),
    [
        ("px4", "copter", RETURN, "landed"),
        ("ardupilot", "plane", LAND, "landed"),
        ("ardupilot", "plane", RETURN, "holding in the air"),
        ("ardupilot", "vtol", VTOL_LAND, "landed"),
        ("ardupilot", "copter", CIRCLE, "holding in the air"),
    ],
    ids=["PX4 copter returns", "plane lands", "plane circles home", "QuadPlane lands", "copter stays"],
)
async def test_a_mission_is_flown_to_its_end(autopilot: str, vehicle_type: str, ending: MissionItem, told: str) -> None:
    async with controlled(speedup=10.0, autopilot=autopilot, vehicle_type=vehicle_type) as (control, _):
        items = mission(vehicle_type, ending)
        verdict = await flown(control, items)
        assert verdict == FlightVerdict(True, f"{told}: the mission was flown to the end, 3 of 3 items")
