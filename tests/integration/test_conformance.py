"""The conformance suite against the simulator on a real UDP link: it passes, and each profile's known deviations are seen as such."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from ground_station.conformance import Check, Result, Verdict, examine, selected
from ground_station.conformance.report import line
from ground_station.links import make_link
from sim import Fleet, parse_address
from tests.support.simulated_vehicles import AKTAU, free_udp_port

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
SPEEDUP = 8.0


@asynccontextmanager
async def vehicle_on_a_link(*, count: int = 1) -> AsyncIterator[str]:
    """A simulated vehicle; the address a station listens on to hear it."""
    port = free_udp_port()
    with Fleet(count, AKTAU, parse_address(f"udpout:127.0.0.1:{port}"), speedup=SPEEDUP, seed=3) as fleet:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fleet.run)
            yield f"udpin:127.0.0.1:{port}"
            tasks.cancel_scope.cancel()


async def run_suite(url: str, checks: list[Check], **options: object) -> list[Result]:
    async with make_link(url) as link:
        return await examine(link, checks, **options)  # type: ignore[arg-type]


def those(results: list[Result], verdict: Verdict) -> list[str]:
    return [result.check.id for result in results if result.verdict is verdict]


def table(results: list[Result]) -> str:
    return "\n".join(line(result) for result in results)


async def test_the_simulated_ardupilot_passes_with_its_known_deviations() -> None:
    async with vehicle_on_a_link() as url:
        results = await run_suite(url, selected([]))
    assert not those(results, Verdict.FAIL), table(results)
    assert set(those(results, Verdict.DEVIATION)) == {
        "command.location_in_long",
        "command.other_component",
        "mission.request_int",
        "mission.item_0",
        "mission.frames",
        "mission.plain_request",
        "mission.lost_ack",
        "mission.atomic",
    }, table(results)
