"""Links of a running station: opened and closed while it runs, remembered, counted, and forwarded to another station."""

import time
from pathlib import Path

import anyio
import pytest
from anyio.to_thread import run_sync
from pymavlink import mavutil

from geo.primitives import LinkError
from ground_station.link_desk import LinkDesk, LinkRequest
from ground_station.messages import LinkStatus
from tests.support.link_desk import desk
from tests.support.simulated_vehicles import free_udp_port, simulated

pytestmark = pytest.mark.anyio


def ask(action: str, url: str, **more: bool) -> LinkRequest:
    return LinkRequest.model_validate({"action": action, "url": url, "actor": "aigul", **more})


def status_of(desk: LinkDesk, url: str) -> LinkStatus:
    return next(status for status in desk.statuses() if status.url == url)


async def test_a_link_is_opened_while_the_station_runs_counted_closed_and_remembered(tmp_path: Path) -> None:
    first = f"udpin:127.0.0.1:{free_udp_port()}"
    async with simulated(2) as simulation:
        second = f"udpin:127.0.0.1:{simulation.port}"
        async with desk(tmp_path, first) as (network, links):
            await links.carry_out(ask("open", second))
            assert (await network.wait_for("mav-2", 45)).online
            with anyio.fail_after(30):
                while status_of(links, second).frames < 100:
                    await anyio.sleep(0.05)
            status = status_of(links, second)
            assert (status.state, status.vehicles, status.lost, status.bad_crc) == ("open", ["mav-1", "mav-2"], 0, 0)
            assert status.heard_age_s is not None
            with pytest.raises(LinkError, match="open already"):
                await links.carry_out(ask("open", second))
        async with desk(tmp_path, first) as (network, links):  # a station that was killed comes back on it
            assert (await network.wait_for("mav-1", 45)).online
            await links.carry_out(ask("close", second))
            assert status_of(links, second).state == "closed"
            await links.carry_out(ask("close", first))
        async with desk(tmp_path, first) as (_, links):  # and without what was closed
            assert links.statuses() == []


async def test_a_wrong_taken_or_unknown_link_is_refused_with_one_clear_error(tmp_path: Path) -> None:
    taken = f"udpin:127.0.0.1:{free_udp_port()}"
    async with desk(tmp_path, taken) as (_, links), desk(tmp_path / "other") as (_, others):
        for request, words in (
            (ask("open", taken), "is taken"),
            (ask("open", "foo:1"), "is not known"),
            (ask("close", taken), "There is no link"),
        ):
            with pytest.raises(LinkError, match=words):
                await others.carry_out(request)
        assert others.statuses() == []
        assert [status.url for status in links.statuses()] == [taken]


async def test_a_link_that_cannot_be_reached_is_tried_until_it_can(tmp_path: Path) -> None:
    port = free_udp_port()
    async with desk(tmp_path) as (_, links):
        url = f"tcp:127.0.0.1:{port}"
        await links.carry_out(ask("open", url))
        assert status_of(links, url).state == "unreachable"
        server = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)

        async def hold(stream: anyio.abc.SocketStream) -> None:
            async with stream:
                await anyio.sleep_forever()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, hold)
            with anyio.fail_after(30):
                while status_of(links, url).state != "open":
                    await anyio.sleep(0.05)
            tasks.cancel_scope.cancel()
        await server.aclose()


@pytest.mark.parametrize("commands", [True, False], ids=["may command", "only listens"])
async def test_another_station_behind_ours_hears_the_vehicle_and_commands_it_only_when_allowed(tmp_path: Path, commands: bool) -> None:
    port = free_udp_port()
    async with simulated(2) as simulation:
        endpoint = f"udpout:127.0.0.1:{port}"
        forward = (endpoint + ("?commands=yes" if commands else ""),)
        async with desk(tmp_path, f"udpin:127.0.0.1:{simulation.port}", forward=forward) as (network, links):
            await network.wait_for("mav-2", 45)
            heard, acknowledged = await run_sync(other_station, port, 45.0 if commands else 3.0)
            assert {1, 2} <= heard
            assert acknowledged is commands
            assert (status_of(links, endpoint).refused > 0) is not commands
            assert status_of(links, endpoint).commands is commands


def other_station(port: int, answer_within_s: float) -> tuple[set[int], bool]:
    """A pymavlink client with an id of its own: systems heard, and whether system 2 answered its request."""
    client = mavutil.mavlink_connection(f"udpin:127.0.0.1:{port}", source_system=255, dialect="ardupilotmega")
    try:
        heard: set[int] = set()
        end = time.monotonic() + 45
        while not {1, 2} <= heard and time.monotonic() < end:
            if (message := client.recv_match(type="HEARTBEAT", blocking=True, timeout=1)) is not None:
                heard.add(message.get_srcSystem())
        client.mav.heartbeat_send(6, 8, 0, 0, 4)
        client.mav.command_long_send(2, 1, 512, 0, 148, 0, 0, 0, 0, 0, 0)
        end = time.monotonic() + answer_within_s
        while time.monotonic() < end:
            answer = client.recv_match(type="COMMAND_ACK", blocking=True, timeout=0.5)
            if answer is not None and (answer.get_srcSystem(), answer.target_system) == (2, 255):
                return heard, True
        return heard, False
    finally:
        client.close()
