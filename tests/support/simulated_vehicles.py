"""Real simulated copters on real UDP, and a station's network and command desk that hear them."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio

from geo.primitives import LonLat, new_id, utc_now
from ground_station.control import CommandDesk
from ground_station.links import make_link
from ground_station.messages import CommandName, CommandRequest, CommandUpdate
from ground_station.vehicles import Happening, Pose, Vehicle, VehicleNetwork
from missions import MissionItem
from sim import Fleet, parse_address
from tests.support.programs import free_port

AKTAU = LonLat(51.16, 43.6505)
NORTH_60_M = LonLat(51.16, 43.65104)
NORTH_EAST = LonLat(51.1606, 43.65104)


def free_udp_port() -> int:
    return free_port(socket.SOCK_DGRAM)


@dataclass
class Simulation:
    """`stop` falls silent as a vehicle without power does."""

    fleet: Fleet
    port: int
    stop: Callable[[], None]

    def true_place(self, system_id: int) -> tuple[float, float, float]:
        """East, north and up of that vehicle's own home, metres: the truth, not what it says."""
        position = self.fleet.true_moment(system_id).state.position
        return position.east, position.north, position.up


@asynccontextmanager
async def simulated(
    count: int = 1, *, port: int | None = None, speedup: float = 8.0, autopilot: str = "ardupilot", vehicle_type: str = "copter"
) -> AsyncIterator[Simulation]:
    chosen = port or free_udp_port()
    out = parse_address(f"udpout:127.0.0.1:{chosen}")
    with Fleet(count, AKTAU, out, speedup=speedup, autopilot=autopilot, vehicle_type=vehicle_type) as fleet:
        power = anyio.CancelScope()

        async def fly() -> None:
            with power:
                await fleet.run()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fly)
            yield Simulation(fleet, chosen, power.cancel)
            power.cancel()


@dataclass
class Control:
    """The station's side."""

    network: VehicleNetwork
    desk: CommandDesk
    happenings: list[tuple[str, Happening]] = field(default_factory=list)
    poses: list[Pose] = field(default_factory=list)

    async def carry_out(self, command: CommandName, vehicle_id: str = "mav-1", **parameters: Any) -> list[CommandUpdate]:
        return [update async for update in self.desk.carry_out(request_for(command, vehicle_id, **parameters))]

    def kinds(self, vehicle_id: str = "mav-1") -> list[str]:
        return [happening.kind for who, happening in self.happenings if who == vehicle_id]


def request_for(command: CommandName, vehicle_id: str = "mav-1", **parameters: Any) -> CommandRequest:
    return CommandRequest(
        command_id=new_id(), vehicle_id=vehicle_id, command=command, parameters=parameters, requested_by="test", requested_at=utc_now()
    )


@asynccontextmanager
async def controlled(
    count: int = 1,
    *,
    speedup: float = 8.0,
    heartbeat_timeout_s: float = 3.5,
    autopilot: str = "ardupilot",
    vehicle_type: str = "copter",
) -> AsyncIterator[tuple[Control, Simulation]]:
    """Vehicles and a station that has found them all and knows where they are."""
    happenings: list[tuple[str, Happening]] = []
    poses: list[Pose] = []

    def on_happening(vehicle: Vehicle, happening: Happening) -> None:
        happenings.append((vehicle.vehicle_id, happening))

    async with (
        simulated(count, speedup=speedup, autopilot=autopilot, vehicle_type=vehicle_type) as simulation,
        make_link(f"udpin:127.0.0.1:{simulation.port}") as link,
        VehicleNetwork(
            heartbeat_timeout_s=heartbeat_timeout_s, on_happening=on_happening, on_pose=lambda _, pose: poses.append(pose)
        ) as network,
    ):
        network.attach(link)
        for number in range(1, count + 1):
            vehicle = await network.wait_for(f"mav-{number}", 45.0)
            assert await vehicle.wait_until(
                lambda v=vehicle: v.estimate.position is not None and v.estimate.mission_total is not None,  # type: ignore[misc]
                45.0,
            )
        yield Control(network, CommandDesk(network.fleet), happenings, poses), simulation


def short_mission(altitude_m: float = 15.0) -> list[MissionItem]:
    """Up, two waypoints, home."""
    return [
        MissionItem(22, 3, altitude_m=altitude_m),
        MissionItem(16, 3, position=NORTH_60_M, altitude_m=altitude_m),
        MissionItem(16, 3, position=NORTH_EAST, altitude_m=altitude_m),
        MissionItem(20, 2),
    ]
