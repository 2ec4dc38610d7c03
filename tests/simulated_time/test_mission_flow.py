"""Missions under way: paused and resumed at the same item, skipped, slowed, a missed photograph taken, the rest changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest

from geo.primitives import LonLat, distance_m
from ground_station.messages import CommandName, CommandState, CommandUpdate
from missions import MissionItem, MissionPlan, with_waypoint
from tests.support.simulated_vehicles import AKTAU, Control, Simulation, controlled

pytestmark = pytest.mark.anyio
HEIGHT_M = 20.0


def place(east_m: float, north_m: float) -> LonLat:
    return LonLat(round(AKTAU.lon_deg + east_m / 80_500.0, 7), round(AKTAU.lat_deg + north_m / 111_100.0, 7))


LINE_END, LINE_START = place(20, 260), place(20, 20)
ITEMS = [
    MissionItem(22, 3, altitude_m=HEIGHT_M),
    MissionItem(178, 2, (1.0, 6.0, -1.0, 0.0)),
    MissionItem(16, 3, position=LINE_START, altitude_m=HEIGHT_M),
    MissionItem(206, 2, (8.0, 0.0, 1.0, 0.0)),
    MissionItem(16, 3, position=LINE_END, altitude_m=HEIGHT_M),
    MissionItem(206, 2, (0.0, 0.0, 0.0, 0.0)),
    MissionItem(16, 3, position=place(60, 260), altitude_m=HEIGHT_M),
    MissionItem(16, 3, position=place(60, 20), altitude_m=HEIGHT_M),
    MissionItem(20, 2),
]
ON_THE_LINE = 5


def done(updates: list[CommandUpdate]) -> str:
    last = updates[-1]
    assert last.state is CommandState.DONE, last.reason
    assert last.effect is not None
    return last.effect


@asynccontextmanager
async def flying(autopilot: str) -> AsyncIterator[tuple[Control, Simulation]]:
    """A vehicle on its photographed line."""
    async with controlled(autopilot=autopilot, speedup=12.0) as (control, simulation):
        done(await control.carry_out(CommandName.UPLOAD_MISSION, items=[item.to_json() for item in ITEMS]))
        done(await control.carry_out(CommandName.START_MISSION))
        vehicle = control.network.fleet.require("mav-1")
        assert await vehicle.wait_until(
            lambda: vehicle.estimate.mission_current == ON_THE_LINE and distance_m(vehicle.estimate.position or AKTAU, LINE_START) > 20, 30
        )
        yield control, simulation


class Photos:
    """Counts what the camera tells."""

    def __init__(self) -> None:
        self.places: list[LonLat] = []

    async def count(self, control: Control, *, task_status: anyio.abc.TaskStatus[None]) -> None:
        with control.network.fleet.require("mav-1").subscribe({"CAMERA_FEEDBACK"}, waiting=1000) as messages:
            task_status.started()
            async for message in messages:
                self.places.append(LonLat(message.lng / 1e7, message.lat / 1e7))


@pytest.mark.parametrize("autopilot", ["ardupilot", "px4"])
async def test_a_pause_takes_no_photographs_and_the_same_line_goes_on_where_it_was_left(autopilot: str) -> None:
    async with flying(autopilot) as (control, simulation), anyio.create_task_group() as tasks:
        photos = Photos()
        await tasks.start(photos.count, control)
        vehicle = control.network.fleet.require("mav-1")
        assert "paused at item 5" in done(await control.carry_out(CommandName.PAUSE_MISSION))
        left = simulation.true_place(1)
        away = place(90, left[1])
        done(await control.carry_out(CommandName.GOTO, lon_deg=away.lon_deg, lat_deg=away.lat_deg, altitude_m=HEIGHT_M))
        taken_while_paused = len(photos.places)
        effect = done(await control.carry_out(CommandName.RESUME_MISSION))
        assert effect.startswith("flying item 5 of 9")
        assert "camera each 8 m" in effect
        assert await vehicle.wait_until(lambda: vehicle.estimate.mission_current > ON_THE_LINE, 40)
        after = photos.places[taken_while_paused:]
        assert len(after) >= 15
        # Back on its line before the first photograph, and none beside it.
        assert max(abs(photo.lon_deg - LINE_START.lon_deg) * 80_500.0 for photo in after) < 6.0
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize("autopilot", ["ardupilot", "px4"])
async def test_a_skipped_to_item_has_the_trigger_and_the_speed_it_would_have_had(autopilot: str) -> None:
    async with flying(autopilot) as (control, _), anyio.create_task_group() as tasks:
        photos = Photos()
        await tasks.start(photos.count, control)
        vehicle = control.network.fleet.require("mav-1")
        assert "item 8 of 9" in done(await control.carry_out(CommandName.SKIP_TO_ITEM, item=8))
        count = len(photos.places)
        assert "3 m/s taken over" in done(await control.carry_out(CommandName.CHANGE_SPEED, speed_mps=3.0))
        assert len(photos.places) == count
        done(await control.carry_out(CommandName.SKIP_TO_ITEM, item=5))
        assert await vehicle.wait_until(lambda: len(photos.places) > count + 3, 30)
        assert (vehicle.estimate.ground_speed_mps or 0.0) < 4.0
        tasks.cancel_scope.cancel()


async def test_a_missing_photograph_is_taken_and_the_line_goes_on() -> None:
    async with flying("px4") as (control, _):
        target = place(20, 30)
        effect = done(await control.carry_out(CommandName.RESHOOT, lon_deg=target.lon_deg, lat_deg=target.lat_deg, altitude_m=HEIGHT_M))
        assert effect.startswith("photograph taken; flying item 5 of 9")


async def test_a_changed_rest_is_read_back_and_flown_on_from_the_same_item() -> None:
    async with flying("ardupilot") as (control, _):
        vehicle = control.network.fleet.require("mav-1")
        higher = [*ITEMS[:4], *(MissionItem(i.command, i.frame, i.params, i.position, 30.0 if i.position else 0.0) for i in ITEMS[4:])]
        effect = done(await control.carry_out(CommandName.CHANGE_MISSION, items=[item.to_json() for item in higher], item=ON_THE_LINE))
        assert effect.startswith("flying item 5 of 9")
        assert await vehicle.wait_until(lambda: (vehicle.estimate.altitude_above_home_m or 0.0) > 28.0, 40)


@pytest.mark.parametrize("autopilot", ["ardupilot", "px4"])
async def test_a_waypoint_put_in_under_way_is_flown_over_before_the_line_goes_on(autopilot: str) -> None:
    async with flying(autopilot) as (control, _):
        vehicle = control.network.fleet.require("mav-1")
        plan = MissionPlan(name="Line", autopilot=autopilot, vehicle_type="copter", home=AKTAU, items=tuple(ITEMS))
        longer = with_waypoint(plan, ON_THE_LINE, place(70, 150), HEIGHT_M).flight_items()
        effect = done(await control.carry_out(CommandName.CHANGE_MISSION, items=[item.to_json() for item in longer], item=ON_THE_LINE))
        assert effect.startswith("flying item 5 of 10")
        assert await vehicle.wait_until(lambda: (vehicle.estimate.mission_reached or 0) >= ON_THE_LINE, 60), "the new one"
        assert await vehicle.wait_until(lambda: (vehicle.estimate.mission_reached or 0) > ON_THE_LINE, 60), "the end of the line"


async def test_what_is_not_flying_can_neither_be_paused_nor_resumed() -> None:
    async with controlled() as (control, _):
        for command, parameters in (
            (CommandName.PAUSE_MISSION, {}),
            (CommandName.RESUME_MISSION, {}),
            (CommandName.CHANGE_SPEED, {"speed_mps": 5.0}),
        ):
            given: dict[str, Any] = dict(parameters)
            last = (await control.carry_out(command, **given))[-1]
            assert last.state is CommandState.FAILED
