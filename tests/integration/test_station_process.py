"""The station process on a real bus with real simulated vehicles."""

import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import nats
import pytest
from nats.aio.client import Client

from geo.primitives import LinkError
from ground_station.bus.private_server import PrivateNats
from ground_station.bus.subjects import COMMAND_REQUEST, COMMAND_UPDATE, PROCESS_STATUS, TELEMETRY_POSE, TELEMETRY_STATE, VEHICLE_EVENT
from ground_station.messages import (
    CommandName,
    CommandState,
    CommandUpdate,
    LinkState,
    ProcessStatus,
    VehicleEvent,
    VehiclePose,
    VehicleState,
)
from ground_station.processes import station
from ground_station.settings import Settings, StationSettings
from tests.support.programs import free_port
from tests.support.simulated_vehicles import Simulation, free_udp_port, request_for, short_mission, simulated

pytestmark = [pytest.mark.anyio, pytest.mark.bus]


@asynccontextmanager
async def running_station(url: str, links: list[str], folder: Path) -> AsyncIterator[Client]:
    """The process, and a client that listens."""
    settings = Settings(data_dir=folder, nats_url=url, station=StationSettings(links=links))
    client = await nats.connect(url, reconnect_time_wait=0.2, max_reconnect_attempts=-1)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(station.run, settings)
            yield client
            tasks.cancel_scope.cancel()
    finally:
        await client.close()


@asynccontextmanager
async def station_with_vehicles(url: str, folder: Path, count: int = 1) -> AsyncIterator[tuple[Client, Simulation]]:
    async with simulated(count) as simulation, running_station(url, [f"udpin:127.0.0.1:{simulation.port}"], folder) as client:
        yield client, simulation


async def first(client: Client, subject: str, within_s: float = 30.0) -> bytes:
    subscription = await client.subscribe(subject)
    try:
        return (await subscription.next_msg(timeout=within_s)).data
    finally:
        await subscription.unsubscribe()


async def state_until(client: Client, vehicle_id: str, wanted: Callable[[VehicleState], bool], within_s: float = 30.0) -> VehicleState:
    subscription = await client.subscribe(f"{TELEMETRY_STATE}.{vehicle_id}")
    try:
        with anyio.fail_after(within_s):
            while True:
                state = VehicleState.model_validate_json((await subscription.next_msg(timeout=within_s)).data)
                if wanted(state):
                    return state
    finally:
        await subscription.unsubscribe()


def located(state: VehicleState) -> bool:
    return state.lat_deg is not None


async def test_states_poses_and_readiness_are_published(nats_url: str, tmp_path: Path) -> None:
    async with station_with_vehicles(nats_url, tmp_path, count=2) as (client, _):
        state = await state_until(client, "mav-2", lambda state: state.lat_deg is not None and state.mission is not None)
        assert (state.autopilot, state.vehicle_type, state.armed, state.flying) == ("ardupilot", "copter", False, False)
        pose = VehiclePose.model_validate_json(await first(client, f"{TELEMETRY_POSE}.mav-1"))
        assert pose.lat_deg == pytest.approx(43.6505, abs=1e-3)
        with anyio.fail_after(30):
            while True:
                status = ProcessStatus.model_validate_json(await first(client, f"{PROCESS_STATUS}.station"))
                if status.ready and status.detail == "2 of 2 vehicles online":
                    break


async def test_a_command_is_answered_at_once_and_its_updates_and_events_are_kept(nats_url: str, tmp_path: Path) -> None:
    async with station_with_vehicles(nats_url, tmp_path) as (client, _):
        await state_until(client, "mav-1", located)
        request = request_for(CommandName.TAKEOFF, altitude_m=6.0)
        reply = await client.request(f"{COMMAND_REQUEST}.mav-1", request.encode(), timeout=30)
        assert CommandUpdate.model_validate_json(reply.data).state is CommandState.SENT
        jetstream = client.jetstream()
        updates = await jetstream.subscribe(f"{COMMAND_UPDATE}.mav-1")
        states = []
        with anyio.fail_after(30):
            while not states or states[-1] not in (CommandState.DONE, CommandState.FAILED):
                update = CommandUpdate.model_validate_json((await updates.next_msg(timeout=45)).data)
                if update.command_id == request.command_id:
                    states.append(update.state)
        assert states[0] is CommandState.SENT
        assert states[-1] is CommandState.DONE
        again = CommandUpdate.model_validate_json((await client.request(f"{COMMAND_REQUEST}.mav-1", request.encode(), timeout=30)).data)
        assert (again.command_id, again.state) == (request.command_id, CommandState.DONE)
        events = await jetstream.subscribe(f"{VEHICLE_EVENT}.mav-1")
        kinds = []
        with anyio.fail_after(30):
            while "took_off" not in kinds:
                kinds.append(VehicleEvent.model_validate_json((await events.next_msg(timeout=30)).data).kind)
        assert "armed" in kinds


async def test_an_uploaded_mission_is_known_by_its_id(nats_url: str, tmp_path: Path) -> None:
    async with station_with_vehicles(nats_url, tmp_path) as (client, _):
        await state_until(client, "mav-1", located)
        mission_id = "6d2f4e0a-6c1b-4f0e-9d55-5a7e1c0b9a11"
        request = request_for(CommandName.UPLOAD_MISSION, mission_id=mission_id, items=[item.to_json() for item in short_mission()])
        await client.request(f"{COMMAND_REQUEST}.mav-1", request.encode(), timeout=30)
        state = await state_until(client, "mav-1", lambda state: state.mission is not None and state.mission.mission_id is not None)
        assert state.mission is not None
        assert (str(state.mission.mission_id), state.mission.total_items) == (mission_id, 4)


async def test_what_cannot_be_done_is_answered_too(nats_url: str, tmp_path: Path) -> None:
    async with station_with_vehicles(nats_url, tmp_path) as (client, _):
        await state_until(client, "mav-1", located)
        reply = await client.request(f"{COMMAND_REQUEST}.mav-8", request_for(CommandName.ARM, "mav-8").encode(), timeout=30)
        update = CommandUpdate.model_validate_json(reply.data)
        assert update.state is CommandState.FAILED
        assert "has not been heard" in (update.reason or "")
        reply = await client.request(f"{COMMAND_REQUEST}.mav-1", b"{not json", timeout=30)
        assert json.loads(reply.data)["code"] == "command.unreadable"


async def test_a_bus_that_goes_away_does_not_stop_the_bookkeeping(tmp_path: Path) -> None:
    async with PrivateNats(tmp_path) as server, station_with_vehicles(server.url, tmp_path) as (client, simulation):
        await state_until(client, "mav-1", located)
        await server.stop()
        simulation.stop()  # the vehicle is lost while nobody can be told
        await anyio.sleep(4.5)  # longer than the heartbeat timeout: this wait is what is tested
        url = server.url
        assert await server.start() == url
        state = await state_until(client, "mav-1", lambda state: state.link is LinkState.LOST)
        assert state.heartbeat_age_s > 3.5
        events = await client.jetstream().subscribe(f"{VEHICLE_EVENT}.mav-1")
        kinds = []
        with anyio.fail_after(30):
            while "link_lost" not in kinds:
                kinds.append(VehicleEvent.model_validate_json((await events.next_msg(timeout=30)).data).kind)
        assert kinds.count("link_lost") == 1


async def test_a_link_that_cannot_be_reached_is_tried_again_and_told(nats_url: str, tmp_path: Path) -> None:
    port = free_port()
    links = [f"udpin:127.0.0.1:{free_udp_port()}", f"tcp:127.0.0.1:{port}"]
    async with running_station(nats_url, links, tmp_path) as client:
        status = ProcessStatus.model_validate_json(await first(client, f"{PROCESS_STATUS}.station"))
        assert status.ready
        assert f"127.0.0.1:{port} refused" in status.detail


async def test_a_taken_port_ends_the_process_with_one_clear_error(nats_url: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        settings = Settings(data_dir=tmp_path, nats_url=nats_url, station=StationSettings(links=[f"udpin:127.0.0.1:{port}"]))
        with pytest.raises(ExceptionGroup) as caught:
            await station.run(settings)
        assert caught.group_contains(LinkError, match=f"127.0.0.1:{port} is taken by another program")
