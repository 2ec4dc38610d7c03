"""All docks that are set up: asked once in two seconds, told to whoever listens, opened before a start."""

import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

import anyio
import httpx

from geo.core import DockRow
from geo.primitives import SunqarError
from ground_station.docks.device import DockDevice, device_at
from ground_station.docks.errors import DockError
from ground_station.docks.machine import Dock, asked, reported, silent, weather_against

logger = logging.getLogger(__name__)

PERIOD_S = 2.0
OPENS_WITHIN_S = 40.0
POLL_WHILE_WAITING_S = 0.5


@dataclass(slots=True)
class Kept:
    row: DockRow
    device: DockDevice
    dock: Dock = field(default_factory=Dock)


class DockKeeper:
    """`load` gives the docks that are set up; `tell` is called with each dock whose state or report changed."""

    def __init__(
        self, load: Callable[[], Awaitable[list[DockRow]]], tell: Callable[[Kept], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._load, self._tell, self._clock = load, tell, clock
        self._kept: dict[UUID, Kept] = {}
        self._client = httpx.AsyncClient(trust_env=False)  # docks are near: a proxy of the environment is not asked

    def all(self) -> list[Kept]:
        return sorted(self._kept.values(), key=lambda kept: kept.row.setup.name)

    def get(self, dock_id: UUID) -> Kept | None:
        return self._kept.get(dock_id)

    def of_vehicle(self, vehicle_id: str) -> Kept | None:
        return next((kept for kept in self.all() if kept.row.setup.vehicle_id == vehicle_id), None)

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
        rows = {row.dock_id: row for row in await self._load()}
        for gone in self._kept.keys() - rows.keys():
            del self._kept[gone]
        for dock_id, row in rows.items():
            known = self._kept.get(dock_id)
            if known is None or known.row.setup.device != row.setup.device:
                self._kept[dock_id] = Kept(row, device_at(row.setup.device, self._client, self._clock))
            else:
                known.row = row
        async with anyio.create_task_group() as tasks:
            for kept in list(self._kept.values()):
                tasks.start_soon(self.look_at, kept)

    async def look_at(self, kept: Kept) -> None:
        try:
            found = reported(kept.dock, await kept.device.report(), self._clock())
        except DockError as error:
            logger.debug("dock %s: %s", kept.row.setup.name, error.message)
            found = silent(kept.dock)
        if found != kept.dock:
            kept.dock = found
            self._tell(kept)

    async def ask(self, kept: Kept, wanted: Literal["open", "close", "charge"]) -> None:
        """Raises `DockError` when the device does not take it."""
        await (kept.device.open() if wanted == "open" else kept.device.close() if wanted == "close" else kept.device.charge(True))
        kept.dock = asked(kept.dock, wanted, self._clock())
        await self.look_at(kept)

    async def ready_to_start(self, kept: Kept) -> None:
        """Weather gate, lid open. Raises `DockError`: dock.weather, dock.fault, dock.unreachable or dock.slow."""
        name, setup = kept.row.setup.name, kept.row.setup
        await self.look_at(kept)
        if kept.dock.state == "unreachable":
            raise DockError(f"Dock {name} does not answer.", code="dock.unreachable", hint="Check its power and network; then start again.")
        if reason := weather_against(kept.dock.report, setup.wind_limit_mps, setup.rain_limit_mm_h):
            raise DockError(f"Dock {name} stays closed: {reason}.", code="dock.weather", hint="Wait for better weather.")
        if kept.dock.state != "open":
            await self.ask(kept, "open")
        with anyio.move_on_after(OPENS_WITHIN_S):
            while kept.dock.state not in ("open", "fault"):
                await anyio.sleep(POLL_WHILE_WAITING_S)  # another machine's motor: there is nothing to wait for but its next answer
                await self.look_at(kept)
        if kept.dock.state == "fault":
            raise DockError(
                f"Dock {name} has a fault: {kept.dock.fault}.", code="dock.fault", hint="Look at the dock before anything starts."
            )
        if kept.dock.state != "open":
            raise DockError(f"Dock {name} is not open after {OPENS_WITHIN_S:.0f} s.", code="dock.slow", hint="Look at the lid.")


def metres_apart(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Good to a metre over the length of a yard."""
    return math.hypot((lon_a - lon_b) * 111_320.0 * math.cos(math.radians(lat_a)), (lat_a - lat_b) * 111_320.0)
