"""The conformance suite against the simulator on a real UDP link: it passes, and each profile's known deviations are seen as such."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import anyio
import pytest

from geo.primitives import VehicleError
from ground_station.conformance import Allowed, Check, Profile, Result, Verdict, examine, selected
from ground_station.conformance.report import line, totals, write_json, write_junit
from ground_station.links import make_link
from ground_station.mavlink import mavlink
from sim import Fleet, parse_address
from tests.support.simulated_vehicles import AKTAU, free_udp_port

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
SPEEDUP = 8.0
# What each firmware is known for and ours imitates; the suite must see all of it.
DEVIATIONS = {
    "ardupilot": {
        "command.location_in_long",
        "command.other_component",
        "ftp.no_session",
        "ftp.unknown_op",
        "gimbal.not_in_control",
        "mission.request_int",
        "mission.item_0",
        "mission.frames",
        "mission.plain_request",
        "mission.lost_ack",
        "mission.atomic",
        "mission.clear_all_types",
        "mission.cancel_upload",
        "param.encoding",
        "time.timesync_target",
    },
    "px4": {"command.location_in_long", "command.takeoff_disarmed"},
}


@asynccontextmanager
async def vehicle_on_a_link(autopilot: str = "ardupilot") -> AsyncIterator[tuple[str, Any]]:
    """A simulated vehicle: the address a station listens on to hear it, and the vehicle itself."""
    port = free_udp_port()
    with Fleet(1, AKTAU, parse_address(f"udpout:127.0.0.1:{port}"), autopilot=autopilot, speedup=SPEEDUP, seed=3) as fleet:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fleet.run)
            yield f"udpin:127.0.0.1:{port}", fleet.vehicles[0]
            tasks.cancel_scope.cancel()


async def run_suite(url: str, only: list[str], allowed: Allowed | None = None) -> list[Result]:
    async with make_link(url) as link:
        return await examine(link, selected(only), allowed=allowed)


def those(results: list[Result], verdict: Verdict) -> set[str]:
    return {result.check.id for result in results if result.verdict is verdict}


async def test_the_simulated_vehicles_pass_with_their_known_deviations() -> None:
    """Both profiles at once: the suite spends nearly all its time waiting for answers that must not come."""
    results: dict[str, list[Result]] = {}

    async def run(autopilot: str) -> None:
        async with vehicle_on_a_link(autopilot) as (url, _):
            results[autopilot] = await run_suite(url, [], Allowed(motion=True, signing=True))

    async with anyio.create_task_group() as tasks:
        for autopilot in DEVIATIONS:
            tasks.start_soon(run, autopilot)
    for autopilot, deviations in DEVIATIONS.items():
        table = "\n".join([autopilot, *map(line, results[autopilot])])
        assert not those(results[autopilot], Verdict.FAIL), table
        assert those(results[autopilot], Verdict.DEVIATION) >= deviations, table
        assert len(those(results[autopilot], Verdict.PASS)) >= 130, totals(results[autopilot])


async def test_nothing_moves_and_no_key_is_set_unless_it_is_allowed() -> None:
    async with vehicle_on_a_link() as (url, vehicle):
        results = await run_suite(url, ["flight", "signing"])
        assert not vehicle.autopilot.armed
    assert {result.verdict for result in results} == {Verdict.SKIPPED}
    assert "--allow-motion" in results[0].detail


async def test_an_armed_vehicle_is_refused() -> None:
    async with vehicle_on_a_link() as (url, vehicle):
        vehicle.parameters.set("DISARM_DELAY", 0.0)  # it would disarm by itself on the ground
        vehicle.autopilot.arm(force=True)
        with pytest.raises((VehicleError, ExceptionGroup)) as refusal:
            await run_suite(url, ["heartbeat.fields"])
    error = refusal.value
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    assert "is armed" in str(error)


async def test_a_check_that_breaks_fails_alone_and_the_others_go_on() -> None:
    async def broken(bench: object) -> str:
        raise KeyError("a field that newer firmware leaves out")

    checks = [Check("broken.check", "It breaks", "https://mavlink.io/en/", broken), *selected(["heartbeat.fields"])]
    async with vehicle_on_a_link() as (url, _), make_link(url) as link:
        first, second = await examine(link, checks)
    assert first.verdict is Verdict.FAIL
    assert first.detail.startswith("the check itself broke: KeyError")
    assert second.verdict is Verdict.PASS


async def test_the_mission_on_board_is_put_back() -> None:
    async with vehicle_on_a_link() as (url, vehicle):
        await run_suite(url, ["mission.upload"])
        assert len(vehicle.store) == 0, "an empty mission is put back too"


async def test_a_vehicle_that_breaks_the_guide_fails(tmp_path: Path) -> None:
    async with vehicle_on_a_link() as (url, vehicle):
        swallow = vehicle.on_message

        def deaf_to_commands(wire: Any) -> Any:
            return [] if wire.get_type() == "COMMAND_LONG" and wire.command == mavlink.MAV_CMD_REQUEST_MESSAGE else swallow(wire)

        vehicle.on_message = deaf_to_commands
        results = await run_suite(url, ["command.acknowledged", "heartbeat.rate"])
    assert those(results, Verdict.FAIL) == {"command.acknowledged"}
    assert "no final COMMAND_ACK" in next(result.detail for result in results if result.verdict is Verdict.FAIL)
    write_json(tmp_path / "out.json", results, link=url, vehicle=1, profile=Profile.ARDUPILOT)
    write_junit(tmp_path / "out.xml", results)
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["totals"]["fail"] == 1
    assert told["checks"][0]["spec"].startswith("https://mavlink.io/en/")
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()
    assert suite.get("failures") == "1"
    assert suite.find("testcase[@name='command.acknowledged']/failure") is not None
