"""Several copters on one clock, each with its own socket, paced to the machine's time."""

import logging
import time
from dataclasses import dataclass
from types import TracebackType

import anyio

from geo.primitives import LocalFrame, LonLat
from sim.addresses import Address
from sim.clock import STEP_S, Pace, SimClock
from sim.dynamics import CopterState
from sim.sockets import VehicleSocket, open_socket
from sim.vehicle import SimulatedCopter
from sim.wind import MeanWind
from sim.wire import WireSender

logger = logging.getLogger(__name__)

SPACING_M = 6.0
LOOP_S = 0.02


@dataclass(frozen=True, slots=True)
class TrueMoment:
    """The truth of one vehicle at one instant of the simulated clock."""

    unix_us: int
    state: CopterState


@dataclass(slots=True)
class _Member:
    copter: SimulatedCopter
    sender: WireSender
    socket: VehicleSocket


class Fleet:
    """`count` copters, system ids 1..count, in a row eastwards from `home`. A context manager: leaving it closes the sockets."""

    def __init__(
        self,
        count: int,
        home: LonLat,
        out: Address,
        *,
        seed: int = 0,
        speedup: float = 1.0,
        wind: MeanWind | None = None,
        started_unix_ms: int | None = None,
    ) -> None:
        self.clock = SimClock(int(time.time() * 1000) if started_unix_ms is None else started_unix_ms)
        self.home = home
        self._speedup = speedup
        self._members: list[_Member] = []
        self._moments: dict[int, TrueMoment] = {}
        frame = LocalFrame(home)
        try:
            for index in range(count):
                place = home if index == 0 else frame.place(SPACING_M * index, 0.0)
                copter = SimulatedCopter(index + 1, place, self.clock, seed=seed, wind=wind)
                self._members.append(_Member(copter, WireSender(index + 1), open_socket(out.of_vehicle(index))))
        except BaseException:
            self.close()
            raise

    @property
    def copters(self) -> list[SimulatedCopter]:
        return [member.copter for member in self._members]

    def true_moment(self, system_id: int) -> TrueMoment:
        """Where a vehicle really is now. Safe to call from another thread between steps: values are never changed in place."""
        found = self._moments.get(system_id)
        return found if found is not None else TrueMoment(self.clock.unix_us, CopterState())

    def step(self) -> None:
        """One step of everything: what stations said, motion, what vehicles say."""
        self.clock.advance()
        moments: dict[int, TrueMoment] = {}
        for member in self._members:
            for received in member.socket.receive():
                for reply in member.copter.on_message(received):
                    member.socket.send(member.sender.pack(reply))
            for message in member.copter.step():
                member.socket.send(member.sender.pack(message))
            moments[member.copter.system_id] = TrueMoment(self.clock.unix_us, member.copter.truth)
        self._moments = moments

    async def run(self) -> None:
        """Step at `speedup` simulated seconds per second until cancelled."""
        pace = Pace(self._speedup, time.monotonic())
        self.step()
        while True:
            for _ in range(pace.due(time.monotonic())):
                self.step()
            if pace.steps_dropped:
                logger.warning("simulation fell behind and skipped %.1f s", pace.steps_dropped * STEP_S)
                pace.steps_dropped = 0
            await anyio.sleep(LOOP_S)

    def close(self) -> None:
        for member in self._members:
            member.socket.close()

    def __enter__(self) -> "Fleet":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
