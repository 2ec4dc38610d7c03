"""Telemetry to flights, vehicles and mission states. Newest wins: what the bus loses while away is not asked for again.

Track points come by a stream of their own (`records.tracks`), where nothing is lost.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import anyio

from geo.core import Database, FlightRow, FlightStore, MissionStore, VehicleRow, VehicleStore
from geo.primitives import GeoError, LonLat, derived_id
from ground_station.messages import LeaseState, LinkState, VehicleState

SEEN_PERIOD_S = 60.0
WRITE_PERIOD_S = 1.0
LANDING_SETTLES_S = 3.0  # a flight is closed with its distance, and its last points come by the stream

logger = logging.getLogger(__name__)

# Progress of the mission a vehicle carries -> state of the mission here.
MISSION_STATE = {"not_started": "uploaded", "active": "flying", "paused": "flying", "complete": "flown", "failed": "failed"}
# Each state is reached through those before it, also when the steps between were too quick to be heard.
MISSION_STEPS = ("uploaded", "flying", "flown")
FAILED_STEPS = ("uploaded", "flying", "failed")


@dataclass(slots=True)
class Followed:
    """What is remembered of one vehicle between messages."""

    last_seen_s: float = -SEEN_PERIOD_S
    flying: bool | None = None
    changes: deque[tuple[float, VehicleState]] = field(default_factory=deque)  # first states flying and landed, and when they came
    flight: FlightRow | None = None
    looked_up: bool = False  # whether an open flight of an earlier run was looked for
    mission: tuple[UUID, str] | None = None
    pilot: str | None = None  # who held the control lease last, when it was last told


class TelemetryWriter:
    """`put` never waits; `run` writes what has gathered once a second."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._flights = FlightStore(database)
        self._vehicles, self._missions = VehicleStore(database), MissionStore(database)
        self._clock = clock
        self._followed: dict[str, Followed] = {}
        self._newest: dict[str, VehicleState] = {}
        self.trouble = ""

    def put(self, state: VehicleState) -> None:
        """Take one state."""
        self._newest[state.vehicle_id] = state
        followed = self._followed.setdefault(state.vehicle_id, Followed())
        if state.link is LinkState.LOST:
            return  # it may well be flying; the flight ends when the landing is seen
        if state.flying is not followed.flying:
            followed.flying = state.flying
            followed.changes.append((self._clock(), state))

    def put_lease(self, lease: LeaseState) -> None:
        """Who may command the vehicle now: the pilot of a flight that begins meanwhile."""
        self._followed.setdefault(lease.vehicle_id, Followed()).pilot = lease.holder

    async def run(self) -> None:
        """Until cancelled; rides out a database that is away."""
        while True:
            await anyio.sleep(WRITE_PERIOD_S)
            try:
                await self.write()
                self.trouble = ""
            except GeoError as error:
                if not self.trouble:
                    logger.warning("telemetry waits: %s", error.message)
                self.trouble = error.message

    async def write(self) -> None:
        """Everything gathered. What could not be written is tried again with the next call."""
        for state in list(self._newest.values()):
            followed = self._followed[state.vehicle_id]
            await self._note_seen(state, followed)
            await self._note_flights(state.vehicle_id, followed)
            await self._note_mission(state, followed)

    async def _note_seen(self, state: VehicleState, followed: Followed) -> None:
        if state.link is LinkState.LOST or self._clock() - followed.last_seen_s < SEEN_PERIOD_S:
            return
        home = None if state.home_lon_deg is None or state.home_lat_deg is None else LonLat(state.home_lon_deg, state.home_lat_deg)
        row = VehicleRow(state.vehicle_id, state.vehicle_id, state.system_id, state.autopilot, state.vehicle_type, state.at, home)
        await self._vehicles.seen(row)
        followed.last_seen_s = self._clock()

    async def _note_flights(self, vehicle_id: str, followed: Followed) -> None:
        if not followed.looked_up:
            followed.flight = await self._flights.open_flight(vehicle_id)
            followed.looked_up = True
        while followed.changes:
            came_s, state = followed.changes[0]
            if not state.flying and followed.flight is not None and self._clock() - came_s < LANDING_SETTLES_S:
                return
            if state.flying and followed.flight is None:
                mission_id = state.mission.mission_id if state.mission else None
                flight = FlightRow(
                    derived_id("flight", vehicle_id, state.at.isoformat()), vehicle_id, state.at, mission_id, pilot=followed.pilot
                )
                await self._flights.begin(flight)
                followed.flight = flight
            elif not state.flying and followed.flight is not None:
                if followed.pilot is not None:
                    await self._flights.set_pilot(followed.flight.flight_id, followed.pilot)
                await self._flights.finish(followed.flight.flight_id, state.at)
                followed.flight = None
            followed.changes.popleft()

    async def _note_mission(self, state: VehicleState, followed: Followed) -> None:
        progress = state.mission
        if progress is None or progress.mission_id is None or progress.state not in MISSION_STATE:
            return
        wanted = MISSION_STATE[progress.state]
        if followed.mission == (progress.mission_id, wanted):
            return
        row = await self._missions.get(progress.mission_id)
        if row is not None and row.state != "draft":
            for step in steps_to(row.state, wanted):
                reason = progress.reason if step == "failed" else None
                await self._missions.set_state(progress.mission_id, step, vehicle_id=state.vehicle_id, reason=reason)
        followed.mission = (progress.mission_id, wanted)


def steps_to(now: str, wanted: str) -> tuple[str, ...]:
    """The states to go through from one to the other; a mission flown or failed starts over from its upload."""
    if now == wanted:
        return ()
    steps = FAILED_STEPS if wanted == "failed" else MISSION_STEPS
    reached = steps.index(now) + 1 if now in ("uploaded", "flying") else 0
    target = steps.index(wanted) + 1
    return steps[reached:target] if target > reached else ()
