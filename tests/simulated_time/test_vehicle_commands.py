"""Commands flown by simulated copters over real UDP: done means the truth changed, failed says why."""

import math
import time

import anyio
import pytest

from geo.primitives import LocalFrame, VehicleError, utc_now
from ground_station.control import FlightWatch, download_mission
from ground_station.links import memory_pair
from ground_station.mavlink import MavlinkCodec
from ground_station.messages import CommandName, CommandState, CommandUpdate
from ground_station.vehicles import VehicleNetwork
from tests.support.simulated_vehicles import AKTAU, NORTH_60_M, controlled, request_for, short_mission

pytestmark = pytest.mark.anyio


def assert_done(updates: list[CommandUpdate]) -> CommandUpdate:
    assert updates[0].state is CommandState.SENT
    assert updates[-1].state is CommandState.DONE, updates[-1]
    assert updates[-1].effect
    return updates[-1]


def assert_failed(updates: list[CommandUpdate], words: str) -> None:
    assert updates[-1].state is CommandState.FAILED, updates[-1]
    assert words in (updates[-1].reason or ""), updates[-1].reason
    assert not any(update.state is CommandState.DONE for update in updates)


async def test_take_off_goto_hold_and_land_are_done_when_they_are_true() -> None:
    async with controlled() as (control, simulation):
        assert_done(await control.carry_out(CommandName.TAKEOFF, altitude_m=20.0))
        assert simulation.true_place(1)[2] == pytest.approx(20.0, abs=1.5)
        assert_done(await control.carry_out(CommandName.GOTO, lon_deg=NORTH_60_M.lon_deg, lat_deg=NORTH_60_M.lat_deg, altitude_m=25.0))
        east_m, north_m, up_m = simulation.true_place(1)
        wanted_east_m, wanted_north_m = LocalFrame(AKTAU).offset_m(NORTH_60_M)
        assert math.hypot(east_m - wanted_east_m, north_m - wanted_north_m) < 4.0
        assert up_m == pytest.approx(25.0, abs=3.0)
        assert "BRAKE" in (assert_done(await control.carry_out(CommandName.HOLD)).effect or "")
        assert_done(await control.carry_out(CommandName.LAND))
        assert simulation.true_place(1)[2] == pytest.approx(0.0, abs=0.3)
        assert control.kinds()[0] == "link_found"
        flown = [kind for kind in control.kinds() if kind in ("armed", "took_off", "landed", "disarmed")]
        assert flown == ["armed", "took_off", "landed", "disarmed"]
        assert len(control.poses) > 50
        assert abs((control.poses[-1].at - utc_now()).total_seconds()) < 3600, "poses carry the vehicle's clock"


async def test_a_mission_is_uploaded_read_back_and_flown_to_the_end() -> None:
    items = short_mission()
    async with controlled() as (control, simulation):
        vehicle = control.network.fleet.require("mav-1")
        updates = await control.carry_out(CommandName.UPLOAD_MISSION, items=[item.to_json() for item in items])
        assert "4 items" in (assert_done(updates).effect or "")
        back, home = await download_mission(vehicle)
        assert [(item.command, item.position) for item in back] == [(item.command, item.position) for item in items]
        assert home is not None
        assert_done(await control.carry_out(CommandName.START_MISSION))
        assert_failed(await control.carry_out(CommandName.UPLOAD_MISSION, items=[items[0].to_json()]), "flying a mission")
        watch, verdict = FlightWatch(time.monotonic()), None
        with anyio.fail_after(60):
            while verdict is None:
                await vehicle.wait_change(0.2)
                verdict = watch.look(vehicle.estimate, vehicle.online, time.monotonic())
        assert verdict.flown, verdict.text
        east_m, north_m, _ = simulation.true_place(1)
        assert math.hypot(east_m, north_m) < 2.0
        reached = [happening.detail["item"] for _, happening in control.happenings if happening.kind == "item_reached"]
        assert reached == sorted(reached)
        assert {2, 3} <= set(reached)
        assert await vehicle.wait_until(lambda: "mission_complete" in control.kinds(), 30.0)
        progress = vehicle.mission_progress()
        assert progress is not None
        assert (progress.total_items, progress.state) == (4, "complete")


async def test_a_mission_starts_right_after_its_upload() -> None:
    async with controlled() as (control, _):
        assert_done(await control.carry_out(CommandName.UPLOAD_MISSION, items=[item.to_json() for item in short_mission()]))
        assert_done(await control.carry_out(CommandName.START_MISSION))


async def test_what_makes_no_sense_is_refused_before_anything_is_sent() -> None:
    async with controlled() as (control, _):
        place = {"lon_deg": 51.16, "lat_deg": 43.651, "altitude_m": 10.0}
        assert_failed(await control.carry_out(CommandName.GOTO, **place), "on the ground")
        assert_failed(await control.carry_out(CommandName.START_MISSION), "no mission on board")
        assert_failed(await control.carry_out(CommandName.SET_MODE, mode="WARP"), "no mode 'WARP'")
        assert_failed(await control.carry_out(CommandName.TAKEOFF, altitude_m=-5), "'altitude_m'")
        assert_failed(await control.carry_out(CommandName.TAKEOFF), "'altitude_m'")
        assert_failed(await control.carry_out(CommandName.ARM, "mav-9"), "'mav-9' has not been heard")
        expired = request_for(CommandName.ARM).model_copy(update={"requested_at": utc_now().replace(year=2024)})
        assert_failed([update async for update in control.desk.carry_out(expired)], "expired")
        assert not control.network.fleet.require("mav-1").estimate.armed
        assert_done(await control.carry_out(CommandName.TAKEOFF, altitude_m=5.0))
        assert_failed(await control.carry_out(CommandName.DISARM), "in the air")
        assert_failed(await control.carry_out(CommandName.GOTO, lon_deg=43.651, lat_deg=51.16, altitude_m=10.0), "limit is 100 km")


async def test_a_refusal_carries_the_vehicles_own_words() -> None:
    async with controlled() as (control, _):
        updates = await control.carry_out(CommandName.SET_MODE, mode="FLIP")
        assert_failed(updates, "mav-1 refused mode FLIP (failed): No such mode 14")


async def test_the_same_command_twice_is_carried_out_once() -> None:
    async with controlled() as (control, _):
        request = request_for(CommandName.ARM)
        first = [update async for update in control.desk.carry_out(request)]
        again = [update async for update in control.desk.carry_out(request)]
        assert again == first[-1:]
        assert control.kinds().count("armed") == 1


async def test_a_newer_command_ends_the_watch_of_the_one_before() -> None:
    async with controlled() as (control, _):
        assert_done(await control.carry_out(CommandName.TAKEOFF, altitude_m=10.0))
        far: list[CommandUpdate] = []

        async def go() -> None:
            far.extend(await control.carry_out(CommandName.GOTO, lon_deg=51.2, lat_deg=43.7, altitude_m=20.0))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(go)
            vehicle = control.network.fleet.require("mav-1")
            assert await vehicle.wait_until(lambda: (vehicle.estimate.ground_speed_mps or 0) > 3, 30.0)
            assert_done(await control.carry_out(CommandName.HOLD))
        assert_failed(far, "Superseded by hold")


async def test_an_upload_is_cancelled_half_way_and_the_vehicle_takes_the_next_one() -> None:
    async with controlled() as (control, _):
        items = [item.to_json() for item in short_mission()[:1] + short_mission()[1:2] * 400]
        request = request_for(CommandName.UPLOAD_MISSION, items=items)
        updates = []
        async for update in control.desk.carry_out(request):
            updates.append(update)
            if update.state is CommandState.RUNNING and len(updates) == 3:
                control.desk.cancel("mav-1", request.command_id)
        assert updates[-1].state is CommandState.FAILED
        assert updates[-1].reason is not None
        assert updates[-1].reason.startswith("Cancelled.")
        with pytest.raises(VehicleError, match="under way"):
            control.desk.cancel("mav-1", request.command_id)
        again = await control.carry_out(CommandName.UPLOAD_MISSION, items=[item.to_json() for item in short_mission()])
        assert again[-1].state is CommandState.DONE, again[-1]


async def test_a_lost_vehicle_is_refused_and_told_once() -> None:
    async with controlled(heartbeat_timeout_s=1.5) as (control, simulation):
        simulation.stop()
        vehicle = control.network.fleet.require("mav-1")
        assert await vehicle.wait_until(lambda: not vehicle.online, 30.0)
        assert_failed(await control.carry_out(CommandName.ARM), "mav-1 is lost; nothing was sent")
        assert control.kinds().count("link_lost") == 1


async def test_three_vehicles_on_one_port_are_commanded_apart() -> None:
    async with controlled(3) as (control, simulation):
        assert_done(await control.carry_out(CommandName.TAKEOFF, "mav-2", altitude_m=8.0))
        heights = [simulation.true_place(number)[2] for number in (1, 2, 3)]
        assert heights[1] > 6.0
        assert max(heights[0], heights[2]) < 0.5


async def test_closing_the_station_sends_nothing_but_heartbeats() -> None:
    here, there = memory_pair()
    async with here, there:
        async with VehicleNetwork() as network:
            network.attach(here)
            with anyio.fail_after(30):
                first = await there.receive()
        rest = []
        with anyio.move_on_after(0.3):
            while True:
                rest.append((await there.receive()).data)
        codec = MavlinkCodec(1, 1)
        assert {message.get_type() for data in [first.data, *rest] for message in codec.decode(data)} == {"HEARTBEAT"}


async def test_a_calibration_tells_how_far_it_is_and_is_done_when_the_vehicle_says_so() -> None:
    async with controlled() as (control, _):
        updates = await control.carry_out(CommandName.CALIBRATE, sensor="gyroscope")
        running = [update for update in updates if update.state is CommandState.RUNNING]
        assert [update.result for update in running] == ["in progress"] * len(running)
        shares = [update.progress for update in running if update.progress is not None]
        assert shares == sorted(shares)
        assert 0.0 < shares[-1] < 1.0
        assert (updates[-1].state, updates[-1].effect) == (CommandState.DONE, "gyroscope calibrated")


async def test_a_cancelled_calibration_stops_on_board_and_says_so() -> None:
    async with controlled(speedup=2.0) as (control, _):
        request = request_for(CommandName.CALIBRATE, sensor="compass")
        updates = []
        async for update in control.desk.carry_out(request):
            updates.append(update)
            if update.state is CommandState.RUNNING and (update.progress or 0.0) > 0.1:
                control.desk.cancel("mav-1", request.command_id)
        assert (updates[-1].state, updates[-1].result) == (CommandState.FAILED, "cancelled")
        assert updates[-1].reason is not None
        assert updates[-1].reason.startswith("Cancelled: mav-1 stopped the compass calibration.")
        vehicle = control.network.fleet.require("mav-1")
        assert await vehicle.wait_until(lambda: any(text.text == "Calibration cancelled" for _, text in vehicle.texts), 30.0)
