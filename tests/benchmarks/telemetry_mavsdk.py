"""The second peer of `telemetry`: MAVSDK, whose native core hears the same messages; its newest values are read out as JSON as often.

Its connection cannot be asked how much it has taken in, so the bursts are small enough for its socket, each is given time, and
the last position of every system must be there in the end. Only the CPU time of this process counts, which waits meanwhile.
"""

import json
import math
import socket
import time
from enum import Enum
from typing import Any

import anyio
from mavsdk.asyncio import Configuration, Mavsdk
from mavsdk.asyncio.plugins.telemetry import TelemetryAsync
from mavsdk.component_type import ComponentType

from tests.benchmarks import telemetry
from tests.support.programs import free_port

SYSTEMS = 25
BURST = 100  # messages on the way at once; each system's state once in each, a fifth of a second of this fleet
BURSTS = 10
SETTLES_S = 0.05
_READ = ("position", "attitude_euler", "velocity_ned", "gps_info", "battery", "flight_mode")


async def mavsdk_per_s() -> tuple[float, float]:
    """Messages a CPU second, with the states read out and without.

    Raises: `RuntimeError` when it did not find all systems or lost messages.
    """
    port = free_port(socket.SOCK_DGRAM)
    frames = telemetry.frames_of(SYSTEMS, (BURSTS + 40) * BURST)
    async with Mavsdk(Configuration.create_with_component_type(ComponentType.GROUND_STATION)) as mavsdk:
        await mavsdk.add_any_connection(f"udpin://127.0.0.1:{port}")
        with telemetry.sender_to(port) as orders:

            async def send() -> None:
                orders.send([next(frames) for _ in range(BURST)])
                await anyio.to_thread.run_sync(orders.recv)
                await anyio.sleep(SETTLES_S)

            for _ in range(40):
                await send()
                if await mavsdk.system_count() == SYSTEMS:
                    break
            systems = [TelemetryAsync(system) for system in await mavsdk.get_systems()]
            for _ in range(5):
                await send()
            hearing_s = reading_s = 0.0
            for _ in range(BURSTS):
                before = time.process_time()
                await send()
                heard = time.process_time()
                for system in systems:
                    await _state_of(system)
                hearing_s += heard - before
                reading_s += time.process_time() - heard
            positions = [await system.position() for system in systems]
            if len(systems) < SYSTEMS or any(math.isnan(position.latitude_deg) for position in positions):
                raise RuntimeError(f"{len(systems)} of {SYSTEMS} systems found, or positions missing")
    return BURSTS * BURST / (hearing_s + reading_s), BURSTS * BURST / hearing_s


async def _state_of(system: TelemetryAsync) -> str:
    return json.dumps({kind: _plain(await getattr(system, kind)()) for kind in _READ})


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Enum) else vars(value)
