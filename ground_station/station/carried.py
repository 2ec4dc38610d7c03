"""What vehicles carry and what they hear of other aircraft, from the station out on the bus."""

import math
import time
from collections.abc import Awaitable, Callable

import anyio

from ground_station.bus.subjects import TELEMETRY_PAYLOAD, TRAFFIC
from ground_station.payload.messages import NearUs, TrafficState
from ground_station.payload.traffic import KINDS, OwnVehicle, TrafficBoard
from ground_station.vehicles import Happening, Vehicle, VehicleNetwork

PAYLOAD_PERIOD_S = 0.4
PAYLOAD_AGAIN_S = 5.0
TRAFFIC_PERIOD_S = 1.0
HEARD_AT_ONCE = 2048  # a receiver over a city tells of hundreds in a burst

Publish = Callable[[str, bytes], Awaitable[None]]


class Carried:
    """`publish` drops while the bus is away; `tell` makes an event of a vehicle."""

    def __init__(self, network: VehicleNetwork, publish: Publish, tell: Callable[[Vehicle, Happening], None]) -> None:
        self._network, self._publish, self._tell = network, publish, tell
        self._traffic = TrafficBoard()

    async def hear_traffic(self, vehicle: Vehicle) -> None:
        """A companion of every vehicle."""
        with vehicle.subscribe(KINDS, waiting=HEARD_AT_ONCE) as messages:
            async for message in messages:
                self._traffic.on_message(message, vehicle.vehicle_id, time.time())

    async def publish_payloads(self) -> None:
        """What is carried, when it has changed, and now and then for those who came later."""
        told: dict[str, tuple[float, int]] = {}
        while True:
            now_s = time.monotonic()
            for vehicle in self._network.fleet:
                board = vehicle.payload
                told_s, told_revision = told.get(vehicle.vehicle_id, (-math.inf, 0))
                if board.revision and (board.revision != told_revision or now_s - told_s >= PAYLOAD_AGAIN_S):
                    told[vehicle.vehicle_id] = (now_s, board.revision)
                    state = board.state(vehicle.vehicle_id, vehicle.own, now_s)
                    await self._publish(f"{TELEMETRY_PAYLOAD}.{vehicle.vehicle_id}", state.encode())
            await anyio.sleep(max(0.0, now_s + PAYLOAD_PERIOD_S - time.monotonic()))

    async def publish_traffic(self) -> None:
        """Every aircraft once a second; what has come near one of ours is told as an event of that vehicle."""
        while True:
            now_s = time.time()
            states = self._traffic.states(self._ours(), now_s)
            for vehicle_id, aircraft, near in self._traffic.news(states):
                vehicle = self._network.fleet.get(vehicle_id)
                if vehicle is not None:
                    self._tell(vehicle, warning_of(aircraft, near))
            for state in [*states, *self._traffic.forget_old(now_s)]:
                await self._publish(f"{TRAFFIC}.{state.traffic_id}", state.encode())
            await anyio.sleep(TRAFFIC_PERIOD_S)

    def _ours(self) -> list[OwnVehicle]:
        return [
            OwnVehicle(vehicle.vehicle_id, estimate.position, estimate.altitude_amsl_m, estimate.flying)
            for vehicle in self._network.fleet
            if vehicle.online and (estimate := vehicle.estimate).position is not None
        ]


def warning_of(aircraft: TrafficState, near: NearUs) -> Happening:
    if near.vertical_m is None:
        height = "at an unknown height"
    else:
        height = f"{abs(near.vertical_m):.0f} m {'above' if near.vertical_m >= 0 else 'below'}"
    text = f"Aircraft {aircraft.name} is {near.horizontal_m:.0f} m away, {height}"
    return Happening("text", text, "critical" if aircraft.emergency else "warning", {"traffic_id": aircraft.traffic_id})
