"""Several vehicles on one clock, each with its own socket, paced to the machine's time."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import anyio

from geo.primitives import LocalFrame, LonLat
from sim.addresses import Address
from sim.airframes import BodyState
from sim.clock import STEP_S, Pace, SimClock
from sim.faults import FaultSpec, FaultyLink
from sim.sensors import GPS_LOCK_S
from sim.sockets import VehicleSocket, open_socket
from sim.terrain import FlatTerrain, Terrain, read_elevation
from sim.vector import clamp
from sim.vehicle import SimulatedVehicle
from sim.wind import MeanWind
from sim.wire import WireSender

logger = logging.getLogger(__name__)

SPACING_M = 6.0
LOOP_S = 0.02
COMPLAINT_PERIOD_S = 10.0  # how often a machine too slow for its fleet is complained about
SLOWEST, FASTEST = 0.1, 20.0  # simulated seconds per second
REPEATABLE_START_UNIX_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


@dataclass(frozen=True, slots=True)
class TrueMoment:
    """The truth of one vehicle at one instant of the simulated clock."""

    unix_us: int
    state: BodyState
    camera_works: bool = True
    camera_heading_deg: float | None = None
    """Where the gimbal's camera looks, from north; None: over the vehicle's nose."""
    camera_pitch_deg: float = -90.0


@dataclass(frozen=True, slots=True)
class FleetVehicle:
    """One vehicle of a fleet whose vehicles are not all alike."""

    home: LonLat
    autopilot: str = "ardupilot"
    vehicle_type: str = "copter"


@dataclass(slots=True)
class _Member:
    vehicle: SimulatedVehicle
    sender: WireSender
    links: list[VehicleSocket]


class Fleet:
    """`count` vehicles, system ids 1..count, in a row eastwards from `home`. A context manager: leaving it closes the sockets.

    `vehicles` names each instead; `home` is then where the ground is measured from.

    With several addresses in `out` every frame leaves on each of them, as from two radios on one autopilot port. A fleet given a
    `seed` begins at a fixed instant unless `started_unix_ms` says another, so that its bytes can be repeated; without one it begins now.
    """

    def __init__(
        self,
        count: int,
        home: LonLat,
        out: Address | Sequence[Address],
        *,
        autopilot: str = "ardupilot",
        vehicle_type: str = "copter",
        seed: int | None = None,
        speedup: float = 1.0,
        wind: MeanWind | None = None,
        faults: Sequence[FaultSpec] = (),
        dem: Path | None = None,
        started_unix_ms: int | None = None,
        open_link: Callable[[Address], VehicleSocket] = open_socket,
        video_uris: Mapping[int, str] | None = None,
        gps_lock_s: float = GPS_LOCK_S,
        from_the_box: bool = False,
        vehicles: Sequence[FleetVehicle] = (),
    ) -> None:
        """`open_link` makes each vehicle's end of a link; tests join the fleet to memory. `video_uris` are where its cameras can be seen.
        `from_the_box` leaves telemetry at the firmware's own rates, which for ArduPilot is none until a station asks.

        `gps_lock_s` is the time from boot to the first fix.

        Raises `SettingsError` for vehicles that are not simulated and `LinkError` for an address that cannot be used.
        """
        if started_unix_ms is None:
            started_unix_ms = int(time.time() * 1000) if seed is None else REPEATABLE_START_UNIX_MS
        addresses = [out] if isinstance(out, Address) else list(out)
        terrain: Terrain = FlatTerrain() if dem is None else read_elevation(dem, home)
        self.clock = SimClock(started_unix_ms)
        self.home = home
        self._speedup = speedup
        self._members: list[_Member] = []
        self._moments: dict[int, TrueMoment] = {}
        self._before_step: list[Callable[[], None]] = []
        plans = list(vehicles) or [FleetVehicle(place, autopilot, vehicle_type) for place in row_of(count, home)]
        try:
            for index, plan in enumerate(plans):
                vehicle = SimulatedVehicle(
                    index + 1,
                    plan.home,
                    self.clock,
                    autopilot=plan.autopilot,
                    vehicle_type=plan.vehicle_type,
                    seed=seed or 0,
                    wind=wind,
                    faults=faults,
                    terrain=terrain,
                    video_uri=(video_uris or {}).get(index + 1),
                    gps_lock_s=gps_lock_s,
                    from_the_box=from_the_box,
                )
                links: list[VehicleSocket] = []
                self._members.append(_Member(vehicle, WireSender(index + 1, vehicle.signing), links))
                for number, address in enumerate(addresses, start=1):
                    links.append(FaultyLink(open_link(address.of_vehicle(index)), vehicle.faults, self.clock, number))
        except BaseException:
            self.close()
            raise

    @property
    def vehicles(self) -> list[SimulatedVehicle]:
        return [member.vehicle for member in self._members]

    def true_moment(self, system_id: int) -> TrueMoment:
        """Where a vehicle really is now. Safe to call from another thread between steps: values are never changed in place."""
        found = self._moments.get(system_id)
        return found if found is not None else TrueMoment(self.clock.unix_us, BodyState())

    def before_step(self, act: Callable[[], None]) -> None:
        """Have something done at each step, before the vehicles move."""
        self._before_step.append(act)

    def step(self) -> None:
        """One step of everything: what stations said, motion, what vehicles say."""
        self.clock.advance()
        for act in self._before_step:
            act()
        moments: dict[int, TrueMoment] = {}
        for member in self._members:
            vehicle = member.vehicle
            for link in member.links:
                for received in link.receive():
                    self._send(member, vehicle.on_message(received))
            self._send(member, vehicle.step())
            truth, look = vehicle.truth, vehicle.host.look
            moments[vehicle.system_id] = TrueMoment(
                self.clock.unix_us, truth, vehicle.faults.camera_works, look.heading_deg(truth.heading_deg), look.pitch_deg
            )
        self._moments = moments

    @staticmethod
    def _send(member: _Member, messages: list[Any]) -> None:
        for message in messages:
            frame = member.sender.pack(message)
            for link in member.links:
                link.send(frame)

    async def run(self) -> None:
        """Step at `speedup` simulated seconds per second until cancelled. A station may change the pace by SIM_SPEEDUP."""
        pace = Pace(self._speedup, time.monotonic())
        self.step()
        wanted, said_s = self._asked_speedups(), -COMPLAINT_PERIOD_S
        while True:
            if (now_wanted := self._asked_speedups()) != wanted:
                changed = (now for now, before in zip(now_wanted, wanted, strict=True) if now != before and now > 0.0)
                self._speedup = clamp(next(changed, self._speedup), SLOWEST, FASTEST)
                wanted, pace = now_wanted, Pace(self._speedup, time.monotonic())
            for _ in range(pace.due(time.monotonic())):
                self.step()
            if pace.steps_dropped and time.monotonic() - said_s >= COMPLAINT_PERIOD_S:
                said_s = time.monotonic()
                logger.warning("simulation fell behind and skipped %.1f s", pace.steps_dropped * STEP_S)
                pace.steps_dropped = 0
            await anyio.sleep(LOOP_S)

    def _asked_speedups(self) -> list[float]:
        """SIM_SPEEDUP of each vehicle; 0 of one that has none."""
        found = (member.vehicle.parameters.find("SIM_SPEEDUP") for member in self._members)
        return [0.0 if parameter is None else parameter.value for parameter in found]

    def close(self) -> None:
        for member in self._members:
            for link in member.links:
                link.close()

    def __enter__(self) -> "Fleet":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def row_of(count: int, home: LonLat) -> list[LonLat]:
    """Places of `count` vehicles, the first at `home`, the others eastwards of it."""
    frame = LocalFrame(home)
    return [home if index == 0 else frame.place(SPACING_M * index, 0.0) for index in range(count)]
