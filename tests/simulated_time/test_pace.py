"""How fast a simulated fleet's time runs."""

import anyio
import pytest

from tests.support.simulated_vehicles import simulated

pytestmark = pytest.mark.anyio


async def test_a_station_changes_the_pace_and_changes_it_back() -> None:
    async with simulated(2, speedup=1.0) as simulation:
        clock = simulation.fleet.clock
        for asked in (4.0, 1.0):
            await anyio.sleep(0.1)
            simulation.fleet.vehicles[0].parameters.set("SIM_SPEEDUP", asked)
            await anyio.sleep(0.1)
            begun_s = clock.boot_s
            await anyio.sleep(10.0)
            assert clock.boot_s - begun_s == pytest.approx(10.0 * asked, abs=0.5)
