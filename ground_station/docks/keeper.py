"""All docks that are set up: asked once in two seconds, run through their cycle, told to whoever listens, opened before a start."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

import anyio
import httpx

from geo.core import DockRow
from geo.primitives import SunqarError
from ground_station.docks.cycle import Sighting, Step, next_step
from ground_station.docks.device import DockDevice, device_at
from ground_station.docks.errors import DockError
from ground_station.docks.machine import Dock, Wanted, asked, reported, silent, weather_against

logger = logging.getLogger(__name__)

PERIOD_S = 2.0
OPENS_WITHIN_S = 40.0
POLL_WHILE_WAITING_S = 0.5


@dataclass(slots=True)
class Kept:
    """`busy`: one question to the device at a time, so that an old answer never replaces a newer one."""

    row: DockRow
    device: DockDevice
    dock: Dock = field(default_factory=Dock)
    busy: anyio.Lock = field(default_factory=anyio.Lock)


class Surroundings(Protocol):
    """What the keeper needs of the rest of the program."""

    async def docks(self) -> list[DockRow]:
        """Those that are set up."""

    def vehicle_of(self, kept: Kept) -> Sighting | None:
        """What telemetry shows of its vehicle; None when there is none or it is not heard."""

    def show(self, kept: Kept) -> None:
        """Its state or report has changed."""

    async def note_step(self, kept: Kept, step: Step) -> None:
        """It is about to do something by itself."""

    async def note_state(self, kept: Kept, before: Dock) -> None:
        """It has come into another state, or another fault."""


class DockKeeper:
    def __init__(self, around: Surroundings, simulated_port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._around, self._simulated_port, self._clock = around, simulated_port, clock
        self._kept: dict[UUID, Kept] = {}
        self._client = httpx.AsyncClient(trust_env=False)  # docks are near: a proxy of the environment is not asked

    def all(self) -> list[Kept]:
        return sorted(self._kept.values(), key=lambda kept: kept.row.setup.name)

    def get(self, dock_id: UUID) -> Kept | None:
        return self._kept.get(dock_id)

    def of_vehicle(self, vehicle_id: str) -> Kept | None:
        return next((kept for kept in self.all() if kept.row.setup.vehicle_id == vehicle_id), None)

    def vehicle_of(self, kept: Kept) -> Sighting | None:
        return self._around.vehicle_of(kept)

    def device(self, address: str) -> DockDevice:
        """Raises `DockError` with code `dock.address`."""
        return device_at(address, self._client, self._simulated_port)

    async def run(self) -> None:
        """Until cancelled."""
        async with self._client:
            while True:
                try:
                    await self.refresh()
                except SunqarError as error:
                    logger.warning("docks: %s", error.message)
                await anyio.sleep(PERIOD_S)

    async def refresh(self) -> None:
        """Take up what was set up or changed, and ask every dock."""
        rows = {row.dock_id: row for row in await self._around.docks()}
        for gone in self._kept.keys() - rows.keys():
            del self._kept[gone]
        for dock_id, row in rows.items():
            known = self._kept.get(dock_id)
            if known is not None and known.row.setup.device == row.setup.device:
                known.row = row
                continue
            try:
                self._kept[dock_id] = Kept(row, self.device(row.setup.device))
            except DockError as error:
                logger.warning("dock %s: %s", row.setup.name, error.message)
        async with anyio.create_task_group() as tasks:
            for kept in list(self._kept.values()):
                tasks.start_soon(self._tend, kept)

    async def _tend(self, kept: Kept) -> None:
        try:
            await self.look_at(kept)
        except SunqarError as error:  # one dock's trouble is not that of the others
            logger.warning("dock %s: %s", kept.row.setup.name, error.message)

    async def look_at(self, kept: Kept) -> None:
        """Ask the device, and go on with its cycle."""
        async with kept.busy:
            await self._read(kept)
            learnt, step = next_step(kept.dock, self._around.vehicle_of(kept), self._clock())
            changed, kept.dock = learnt != kept.dock, learnt
            if step is not None:
                await self._around.note_step(kept, step)
                try:
                    await self._ask_device(kept, step.wanted)
                except DockError as error:
                    # As if it had been asked: when nothing moves, its state says so after a while.
                    kept.dock = asked(kept.dock, step.wanted, self._clock())
                    logger.warning("dock %s: %s", kept.row.setup.name, error.message)
            if step is not None or changed:
                await self._read(kept)

    async def ask(self, kept: Kept, wanted: Wanted) -> None:
        """Raises `DockError` when the device does not take it."""
        async with kept.busy:
            await self._ask_device(kept, wanted)
            await self._read(kept)

    async def ready_to_start(self, kept: Kept) -> None:
        """Weather gate, lid open. Raises `DockError`: dock.weather, dock.fault, dock.unreachable or dock.slow."""
        name, setup = kept.row.setup.name, kept.row.setup
        await self.look_at(kept)
        if kept.dock.state == "unreachable":
            raise DockError(f"Dock {name} does not answer.", code="dock.unreachable", hint="Check its power and network; then start again.")
        if reason := weather_against(kept.dock.report, setup.wind_limit_mps, setup.rain_limit_mm_h):
            raise DockError(f"Dock {name} stays closed: {reason}.", code="dock.weather", hint="Wait for better weather.")
        if kept.dock.state not in ("open", "away"):
            await self.ask(kept, "open")
            kept.dock = replace(kept.dock, leaving_s=self._clock())
        with anyio.move_on_after(OPENS_WITHIN_S):
            while kept.dock.state not in ("open", "away", "fault"):
                await anyio.sleep(POLL_WHILE_WAITING_S)  # another machine's motor: there is nothing to wait for but its next answer
                await self.look_at(kept)
        if kept.dock.state == "fault":
            raise DockError(
                f"Dock {name} has a fault: {kept.dock.fault}.", code="dock.fault", hint="Look at the dock before anything starts."
            )
        if kept.dock.state not in ("open", "away"):
            raise DockError(f"Dock {name} is not open after {OPENS_WITHIN_S:.0f} s.", code="dock.slow", hint="Look at the lid.")

    async def _ask_device(self, kept: Kept, wanted: Wanted) -> None:
        await (kept.device.open() if wanted == "open" else kept.device.close() if wanted == "close" else kept.device.charge(True))
        kept.dock = asked(kept.dock, wanted, self._clock())

    async def _read(self, kept: Kept) -> None:
        before = kept.dock
        seen = self._around.vehicle_of(kept)
        try:
            report = await kept.device.report()
            found = reported(kept.dock, report, self._clock(), seen.charge if seen else None)
        except DockError as error:
            logger.debug("dock %s: %s", kept.row.setup.name, error.message)
            found = silent(kept.dock)
        kept.dock = found
        if found != before:
            self._around.show(kept)
        if (found.state, found.fault) != (before.state, before.fault):
            await self._around.note_state(kept, before)
