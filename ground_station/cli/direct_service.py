"""Vehicle services straight on a MAVLink link: the same handlers the station serves, with the progress on the terminal."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import typer

from ground_station.cli.direct_link import network_on, run_direct, vehicle_on
from ground_station.control.parameters import read_parameters
from ground_station.messages import TransferState, TransferUpdate
from ground_station.microservices import ServiceTools, Transfers
from ground_station.microservices.catalogue import SERVICES
from ground_station.settings import load_settings
from ground_station.vehicles import Vehicle, VehicleNetwork

SEVERAL_LISTEN_S = 3.0  # heartbeats of a whole fleet
CAPABILITIES_WITHIN_S = 3.0


class Asked:
    """One or more vehicles on a link, and a way to ask them."""

    def __init__(self, network: VehicleNetwork, tools: ServiceTools, vehicles: list[Vehicle]) -> None:
        self.network, self.tools, self.vehicles = network, tools, vehicles

    @property
    def vehicle(self) -> Vehicle:
        return self.vehicles[0]

    async def ask(self, service: str, vehicle: Vehicle | None = None, /, **parameters: Any) -> Any:
        """Raises: `VehicleError`."""
        kind = SERVICES[service]
        return await kind.answer(vehicle or self.vehicle, read_parameters(kind.parameters, service, parameters), self.tools)


@asynccontextmanager
async def asking(link: str, vehicle_id: str | None, wait_s: float) -> AsyncIterator[Asked]:
    """One vehicle, heard and introduced. Raises: `LinkError`, `VehicleError`."""
    async with vehicle_on(link, vehicle_id, wait_s) as (network, vehicle), anyio.create_task_group() as tasks:
        await vehicle.wait_until(lambda: vehicle.estimate.capabilities is not None, CAPABILITIES_WITHIN_S)
        yield Asked(network, _tools(network, tasks), [vehicle])
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def asking_all(link: str, wait_s: float) -> AsyncIterator[Asked]:
    """Every vehicle heard on the link within a few seconds of the first. Raises: `LinkError`, `VehicleError`."""
    async with network_on(link) as network, anyio.create_task_group() as tasks:
        await anyio.sleep(SEVERAL_LISTEN_S)
        if not len(network.fleet):
            await network.wait_for(None, wait_s)
        vehicles = sorted((v for v in network.fleet if v.online), key=lambda v: v.address.system_id)
        yield Asked(network, _tools(network, tasks), vehicles)
        tasks.cancel_scope.cancel()


def _tools(network: VehicleNetwork, tasks: Any) -> ServiceTools:
    transfers = Transfers(_show)
    transfers.attach(tasks)
    return ServiceTools(network, transfers, load_settings().data_dir, "command line")


def _show(update: TransferUpdate) -> None:
    if update.state is not TransferState.RUNNING:
        return
    total = f" of {update.total}" if update.total else ""
    typer.echo(f"{update.vehicle_id} {update.name}: {update.done}{total} {update.unit}", err=True)


def ask_one(link: str, vehicle_id: str | None, wait_s: float, service: str, /, **parameters: Any) -> Any:
    """One question to one vehicle; its answer."""
    answers: list[Any] = []

    async def go(asked: Asked) -> None:
        answers.append(await asked.ask(service, **parameters))

    with_one(link, vehicle_id, wait_s, go)
    return answers[0]


def with_one(link: str, vehicle_id: str | None, wait_s: float, work: Callable[[Asked], Awaitable[None]]) -> None:
    """Run `work` with one vehicle."""

    async def go() -> None:
        async with asking(link, vehicle_id, wait_s) as asked:
            await work(asked)

    run_direct(go)
