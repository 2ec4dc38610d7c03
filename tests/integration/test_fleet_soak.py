"""Two hundred simulated vehicles on one port for ten minutes: nothing lost on loopback, memory flat."""

import gc
import multiprocessing
import os
import resource
import socket
from pathlib import Path

import anyio
import pytest

from ground_station.links import make_link
from ground_station.vehicles import VehicleNetwork
from tests.support.programs import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.soak, pytest.mark.timeout(1200)]

VEHICLES = 200
SECONDS = float(os.environ.get("SUNQAR_SOAK_S", "600"))
GROWTH_MB = 20.0


def fly(port: int) -> None:
    from geo.primitives import LonLat
    from sim import Fleet, parse_address

    async def go() -> None:
        with Fleet(VEHICLES, LonLat(51.16, 43.6505), parse_address(f"udpout:127.0.0.1:{port}"), speedup=1.0) as fleet:
            await fleet.run()

    anyio.run(go)


def resident_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


async def test_two_hundred_vehicles_on_one_port_lose_nothing_and_memory_stays_flat() -> None:
    port = free_port(socket.SOCK_DGRAM)
    simulator = multiprocessing.get_context("spawn").Process(target=fly, args=(port,), daemon=True)
    async with make_link(f"udpin:127.0.0.1:{port}") as link, VehicleNetwork() as network:
        network.attach(link)
        simulator.start()
        try:
            with anyio.fail_after(120):
                while sum(vehicle.online for vehicle in network.fleet) < VEHICLES:
                    await anyio.sleep(1)
            await anyio.sleep(min(30.0, SECONDS / 4))  # until every vehicle has been asked for its streams
            start_mb, before = resident_mb(), network.health()[0]
            await anyio.sleep(SECONDS)
            after, end_mb = network.health()[0], resident_mb()
        finally:
            simulator.kill()
            simulator.join()
    frames = after.frames - before.frames
    print(f"{frames} frames in {SECONDS:g} s, lost {after.lost - before.lost}, memory {start_mb:.1f} -> {end_mb:.1f} MB")  # noqa: T201
    assert frames > VEHICLES * SECONDS / 2  # a busy machine simulates slowly; what was sent must have come
    assert after.lost - before.lost == 0
    assert after.bad_crc == 0
    assert end_mb - start_mb < GROWTH_MB
    assert all(vehicle.online for vehicle in network.fleet)
