"""What the api knows from the bus, in memory: vehicles, processes, recent commands. Newest wins."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from ground_station.messages import (
    CommandName,
    CommandState,
    CommandUpdate,
    LinkState,
    LinkStatus,
    ProcessStatus,
    SourceStatus,
    VehicleState,
)
from ground_station.safety.checklist import OnboardFacts

STATION_SILENT_S = 3.0  # states come at 5 Hz: after this the station itself is gone
READY_WITHIN_S = 3.0
SOURCES_KEPT_S = 10.0
LINKS_KEPT_S = 10.0  # a link the station has not spoken of for longer has gone with it
REMEMBERED_COMMANDS = 1000
ONBOARD_FRESH_S = 20.0  # a start right after a look at the checklist does not ask the vehicle all over again
FINAL_STATES = frozenset({CommandState.DONE, CommandState.FAILED})
_ORDER = {state: rank for rank, state in enumerate(CommandState)}


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard(Generic[T]):
    message: T
    at_s: float  # monotonic


class VehicleBoard:
    """Newest state of each vehicle ever heard; a lost one stays, marked lost, with the age of its last heartbeat growing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, Heard[VehicleState]] = {}

    def put(self, state: VehicleState) -> None:
        self._heard[state.vehicle_id] = Heard(state, self._clock())

    def get(self, vehicle_id: str) -> VehicleState | None:
        heard = self._heard.get(vehicle_id)
        return None if heard is None else self._aged(heard)

    def all(self) -> list[VehicleState]:
        return [self._aged(self._heard[vehicle_id]) for vehicle_id in sorted(self._heard)]

    def silent(self) -> list[VehicleState]:
        """Vehicles whose station has stopped speaking: their last state, as lost."""
        return [self._aged(heard) for heard in self._heard.values() if self._clock() - heard.at_s > STATION_SILENT_S]

    def _aged(self, heard: Heard[VehicleState]) -> VehicleState:
        silence_s = self._clock() - heard.at_s
        if silence_s <= STATION_SILENT_S:
            return heard.message
        age_s = round(heard.message.heartbeat_age_s + silence_s, 1)
        return heard.message.model_copy(update={"link": LinkState.LOST, "heartbeat_age_s": age_s})


class SourceBoard:
    """Newest word of `watch` on each source; one that it no longer speaks of is left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, Heard[SourceStatus]] = {}

    def put(self, status: SourceStatus) -> None:
        if status.process == "watch":
            self._heard[status.source_id] = Heard(status, self._clock())

    def get(self, source_id: str) -> SourceStatus | None:
        heard = self._heard.get(source_id)
        return None if heard is None or self._clock() - heard.at_s > SOURCES_KEPT_S else heard.message


class LinkBoard:
    """Newest word on each link of the station; one that is closed or no longer spoken of is left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, Heard[LinkStatus]] = {}

    def put(self, status: LinkStatus) -> None:
        self._heard[status.url] = Heard(status, self._clock())

    def all(self) -> list[LinkStatus]:
        now_s = self._clock()
        self._heard = {url: heard for url, heard in self._heard.items() if now_s - heard.at_s <= LINKS_KEPT_S}
        return [self._heard[url].message for url in sorted(self._heard) if self._heard[url].message.state != "closed"]


class ProcessBoard:
    """Last word of each process, for `/readyz`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._heard: dict[str, Heard[ProcessStatus]] = {}

    def put(self, status: ProcessStatus) -> None:
        self._heard[status.process] = Heard(status, self._clock())

    def report(self, expected: list[str]) -> dict[str, tuple[bool, str, float | None]]:
        """Each expected or heard process -> (ready, detail, seconds since heard)."""
        report: dict[str, tuple[bool, str, float | None]] = {}
        for name in [*expected, *sorted(self._heard.keys() - set(expected))]:
            heard = self._heard.get(name)
            if heard is None:
                report[name] = (False, "not heard yet", None)
                continue
            age_s = round(self._clock() - heard.at_s, 1)
            fresh = age_s <= READY_WITHIN_S
            report[name] = (fresh and heard.message.ready, heard.message.detail if fresh else "silent", age_s)
        return report


class CommandBoard:
    """Newest update of recent commands, so that a command can be followed before the database has it."""

    def __init__(self) -> None:
        self._updates: OrderedDict[UUID, CommandUpdate] = OrderedDict()
        self._begun: dict[UUID, datetime] = {}  # uploads under way
        self._uploaded: dict[str, datetime] = {}

    def put(self, update: CommandUpdate) -> bool:
        """Keeps the update unless a later one is known; updates of one command may arrive twice. True when it is news."""
        known = self._updates.get(update.command_id)
        if known is not None and (known.state in FINAL_STATES or _rank(known) > _rank(update) or known == update):
            return False
        if update.command is CommandName.UPLOAD_MISSION:
            self._note_upload(update)
        self._updates[update.command_id] = update
        self._updates.move_to_end(update.command_id)
        while len(self._updates) > REMEMBERED_COMMANDS:
            self._updates.popitem(last=False)
        return True

    def get(self, command_id: UUID) -> CommandUpdate | None:
        return self._updates.get(command_id)

    def uploaded_at(self, vehicle_id: str) -> datetime | None:
        """When the newest upload that reached this vehicle was begun: what it carries was approved by then."""
        return self._uploaded.get(vehicle_id)

    def _note_upload(self, update: CommandUpdate) -> None:
        begun = self._begun.setdefault(update.command_id, update.at)
        if update.state in FINAL_STATES:
            del self._begun[update.command_id]
        if update.state is CommandState.DONE:
            self._uploaded[update.vehicle_id] = begun


class OnboardBoard:
    """What each vehicle answered last, for a short while."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[float, OnboardFacts]] = {}

    def get(self, vehicle_id: str) -> OnboardFacts | None:
        at_s, facts = self._heard.get(vehicle_id, (-ONBOARD_FRESH_S, None))
        return facts if time.monotonic() - at_s < ONBOARD_FRESH_S else None

    def last(self, vehicle_id: str) -> OnboardFacts | None:
        """However old: parameters seldom change."""
        return self._heard.get(vehicle_id, (0.0, None))[1]

    def put(self, vehicle_id: str, facts: OnboardFacts) -> None:
        self._heard[vehicle_id] = (time.monotonic(), facts)


def _rank(update: CommandUpdate) -> int:
    return _ORDER[update.state]
