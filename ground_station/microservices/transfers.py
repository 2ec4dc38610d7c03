"""Long work with a vehicle: told while it goes on, cancelled on request, and never more than a few updates a second."""

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Literal, TypeVar
from uuid import UUID

import anyio
from anyio.abc import TaskGroup

from geo.primitives import SunqarError, VehicleError, new_id, utc_now
from ground_station.mavlink import Exchange
from ground_station.messages import TransferState, TransferUpdate
from ground_station.vehicles import Vehicle

logger = logging.getLogger(__name__)

TELL_EVERY_S = 0.25
Outcome = TypeVar("Outcome")


class Transfer:
    """One piece of long work under way. Whoever does it calls `tell`."""

    def __init__(self, vehicle_id: str, name: str, actor: str, publish: Callable[[TransferUpdate], None]) -> None:
        self.transfer_id = new_id()
        self.vehicle_id, self.name, self.actor = vehicle_id, name, actor
        self.cancel_requested = False
        self.scope = anyio.CancelScope()
        self._publish = publish
        self._told_s = float("-inf")
        self._update = self._made(TransferState.RUNNING)

    @property
    def update(self) -> TransferUpdate:
        """The newest word on it."""
        return self._update

    def tell(self, done: int, total: int | None = None, *, unit: Literal["items", "bytes"] = "items", message: str = "") -> None:
        """How far it is. Told to others at most every `TELL_EVERY_S`."""
        self._update = self._made(TransferState.RUNNING, done, total, unit, message)
        now_s = time.monotonic()
        if now_s - self._told_s >= TELL_EVERY_S:
            self._told_s = now_s
            self._publish(self._update)

    def end(self, state: TransferState, message: str) -> None:
        last = self._update
        self._update = self._made(state, last.done, last.total, last.unit, message)
        self._publish(self._update)

    async def drive(self, vehicle: Vehicle, exchange: Exchange[Outcome], on_step: Callable[[], None] | None = None) -> Outcome:
        """Drive an exchange; a cancelled one tells the vehicle so, one that ends with the station sends nothing."""
        try:
            async with aclosing(vehicle.conversing(exchange)) as steps:
                async for _ in steps:
                    if on_step is not None:
                        on_step()
        except anyio.get_cancelled_exc_class():
            if self.cancel_requested:
                vehicle.send(exchange.cancel())
            raise
        assert exchange.outcome is not None
        return exchange.outcome

    def _made(
        self, state: TransferState, done: int = 0, total: int | None = None, unit: Literal["items", "bytes"] = "items", message: str = ""
    ) -> TransferUpdate:
        return TransferUpdate(
            transfer_id=self.transfer_id,
            vehicle_id=self.vehicle_id,
            name=self.name,
            state=state,
            at=utc_now(),
            done=done,
            total=total,
            unit=unit,
            message=message,
            requested_by=self.actor,
        )


class Transfers:
    """All that is under way. `publish` is called with each update worth telling."""

    def __init__(self, publish: Callable[[TransferUpdate], None] = lambda _: None) -> None:
        self._publish = publish
        self._running: dict[UUID, Transfer] = {}
        self._tasks: TaskGroup | None = None

    def attach(self, tasks: TaskGroup) -> None:
        """Where work that outlives its request runs."""
        self._tasks = tasks

    def running(self, vehicle_id: str | None = None) -> list[TransferUpdate]:
        return [transfer.update for transfer in self._running.values() if vehicle_id in (None, transfer.vehicle_id)]

    @asynccontextmanager
    async def transfer(self, vehicle_id: str, name: str, actor: str = "") -> AsyncIterator[Transfer]:
        """Long work inside a request: the block is left with `VehicleError` (`transfer.cancelled`) when somebody cancels it."""
        transfer = Transfer(vehicle_id, name, actor, self._publish)
        self._running[transfer.transfer_id] = transfer
        try:
            with transfer.scope:
                yield transfer
                if transfer.update.state is TransferState.RUNNING:
                    transfer.end(TransferState.DONE, transfer.update.message)
            if transfer.scope.cancelled_caught:
                transfer.end(TransferState.CANCELLED, "Cancelled.")
                raise VehicleError(f"{name} of {vehicle_id} was cancelled.", code="transfer.cancelled", hint="Start it again.")
        except SunqarError as error:
            if transfer.update.state is TransferState.RUNNING:
                transfer.end(TransferState.FAILED, error.one_line())
            raise
        finally:
            if transfer.update.state is TransferState.RUNNING:
                transfer.end(TransferState.FAILED, "The station ended before it was done.")
            del self._running[transfer.transfer_id]

    def start(self, vehicle_id: str, name: str, actor: str, work: Callable[[Transfer], Awaitable[str]]) -> UUID:
        """Long work that outlives its request; its last word is what `work` returns. Gives the id to follow or cancel it by."""
        assert self._tasks is not None, "attach a task group first"
        transfer = Transfer(vehicle_id, name, actor, self._publish)
        self._running[transfer.transfer_id] = transfer
        self._tasks.start_soon(self._carry, transfer, work)
        return transfer.transfer_id

    async def _carry(self, transfer: Transfer, work: Callable[[Transfer], Awaitable[str]]) -> None:
        try:
            with transfer.scope:
                transfer.end(TransferState.DONE, await work(transfer))
            if transfer.scope.cancelled_caught:
                transfer.end(TransferState.CANCELLED, "Cancelled.")
        except SunqarError as error:
            logger.info("%s of %s failed: %s", transfer.name, transfer.vehicle_id, error)
            transfer.end(TransferState.FAILED, error.one_line())
        except Exception:
            logger.exception("%s of %s failed", transfer.name, transfer.vehicle_id)
            transfer.end(TransferState.FAILED, "The station failed on this; its log says why.")
        finally:
            if transfer.update.state is TransferState.RUNNING:
                transfer.end(TransferState.FAILED, "The station ended before it was done.")
            del self._running[transfer.transfer_id]

    def cancel(self, transfer_id: UUID) -> bool:
        """True when it was under way."""
        transfer = self._running.get(transfer_id)
        if transfer is None:
            return False
        transfer.cancel_requested = True
        transfer.scope.cancel()
        return True
