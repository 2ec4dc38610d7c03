"""Other ground stations at a forwarding endpoint of ours: they see the vehicle, and command it where they may."""

from pathlib import Path

import anyio
import pytest
from anyio.to_thread import run_sync
from mavsdk.asyncio.plugins.action import ActionAsync
from mavsdk.asyncio.plugins.mission_raw import MissionRawAsync

from tests.support.link_desk import desk
from tests.support.mavproxy import MavProxy, mavproxy
from tests.support.mavsdk_station import mavsdk_mission, mavsdk_system
from tests.support.simulated_vehicles import free_udp_port, simulated

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


def read_and_arm(station: MavProxy) -> None:
    station.wait(r"online system 1", 30.0)
    station.wait(r"Received \d+ parameters", 60.0)
    station.type("mode guided")
    station.wait(r"Mode GUIDED", 45.0)
    station.type("arm throttle")
    station.wait(r"\bARMED", 45.0)


async def test_mavproxy_behind_our_station_reads_the_parameters_and_arms_and_both_stations_see_it(tmp_path: Path) -> None:
    port = free_udp_port()
    async with (
        simulated(1) as simulation,
        desk(tmp_path, f"udpin:127.0.0.1:{simulation.port}", forward=(f"udpout:127.0.0.1:{port}?commands=yes",)) as (network, _),
    ):
        vehicle = await network.wait_for("mav-1", 45)
        with mavproxy(port, tmp_path) as station:
            await run_sync(read_and_arm, station)
            assert await vehicle.wait_until(lambda: vehicle.estimate.armed, 30.0)
            assert vehicle.estimate.mode == "GUIDED"
            simulation.fleet.vehicles[0].autopilot.disarm(force=True)
            await run_sync(station.wait, "DISARMED", 20.0)


async def test_mavproxy_where_it_only_listens_sees_the_vehicle_and_moves_nothing(tmp_path: Path) -> None:
    port = free_udp_port()
    endpoint = f"udpout:127.0.0.1:{port}"
    async with (
        simulated(1) as simulation,
        desk(tmp_path, f"udpin:127.0.0.1:{simulation.port}", forward=(endpoint,)) as (network, links),
    ):
        vehicle = await network.wait_for("mav-1", 45)
        before = vehicle.estimate.mode
        with mavproxy(port, tmp_path) as station:
            await run_sync(station.wait, r"online system 1", 30.0)
            station.type("mode guided")
            station.type("arm throttle")
            with anyio.fail_after(45):
                while next(status for status in links.statuses() if status.url == endpoint).refused == 0:
                    await anyio.sleep(0.05)
            assert not await vehicle.wait_until(lambda: vehicle.estimate.armed or vehicle.estimate.mode != before, 2.0)


async def test_mavsdk_behind_our_station_uploads_a_mission_and_arms(tmp_path: Path) -> None:
    port = free_udp_port()
    async with (
        simulated(1) as simulation,
        desk(tmp_path, f"udpin:127.0.0.1:{simulation.port}", forward=(f"udpout:127.0.0.1:{port}?commands=yes",)) as (network, _),
    ):
        vehicle = await network.wait_for("mav-1", 45)
        async with mavsdk_system(port) as system:
            missions = MissionRawAsync(system)
            items = mavsdk_mission("ardupilot")
            await missions.upload_mission(items)
            assert [item.command for item in await missions.download_mission()] == [item.command for item in items]
            await ActionAsync(system).arm()
            assert await vehicle.wait_until(lambda: vehicle.estimate.armed, 30.0)
