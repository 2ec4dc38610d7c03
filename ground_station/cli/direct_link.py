"""Commands straight on a MAVLink link, without the server: opening it, finding the vehicle, handing the command in, telling how it goes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import typer

from geo.primitives import VehicleError, new_id, utc_now
from ground_station.control import CommandDesk
from ground_station.links import make_link
from ground_station.messages import CommandName, CommandRequest, CommandState
from ground_station.secret_key import secret_key
from ground_station.settings import load_settings
from ground_station.signing import KeyStore
from ground_station.signing.store import FOLDER
from ground_station.vehicles import Happening, Vehicle, VehicleNetwork

CLI_SYSTEM_ID = 253  # beside a running station, which is 254
FIRST_STATE_S = 3.0


@asynccontextmanager
async def network_on(link_url: str) -> AsyncIterator[VehicleNetwork]:
    """Everything heard on one link; the vehicles' warnings go to stderr. Raises: `LinkError`."""

    def tell(vehicle: Vehicle, happening: Happening) -> None:
        if happening.kind in ("text", "link_lost") and happening.severity != "info":
            typer.echo(f"{vehicle.vehicle_id}: {happening.text}", err=True)

    store = key_store()
    guard = store.guard() if store else None
    async with make_link(link_url) as link, VehicleNetwork(system_id=CLI_SYSTEM_ID, on_happening=tell, guard=guard) as network:
        network.attach(link)
        try:
            yield network
        finally:
            if store and network.guard.active:
                store.save_clock(network.guard)


def key_store(*, make: bool = False) -> KeyStore | None:
    """The signing keys of this machine's station; None when it has none and `make` is not said."""
    settings = load_settings()
    if not make and not (settings.data_dir / FOLDER).is_dir():
        return None
    return KeyStore(settings.data_dir, secret_key(settings))


@asynccontextmanager
async def vehicle_on(link_url: str, vehicle_id: str | None, wait_s: float) -> AsyncIterator[tuple[VehicleNetwork, Vehicle]]:
    """The vehicle, heard and online. Raises: `LinkError`, `VehicleError`."""
    async with network_on(link_url) as network:
        vehicle = await network.wait_for(vehicle_id, wait_s)
        # A vehicle that was silent until asked has now been asked: the first round tells where it is and what it carries.
        await vehicle.wait_until(
            lambda: vehicle.estimate.position is not None and vehicle.estimate.mission_total is not None, FIRST_STATE_S
        )
        yield network, vehicle


async def carry_out(network: VehicleNetwork, vehicle: Vehicle, command: CommandName, parameters: dict[str, Any]) -> None:
    """Hand one command in and tell how it goes. Raises: `VehicleError` with the reason when it fails."""
    request = CommandRequest(
        command_id=new_id(),
        vehicle_id=vehicle.vehicle_id,
        command=command,
        parameters=parameters,
        requested_by="command line",
        requested_at=utc_now(),
    )
    told = ""
    async for update in CommandDesk(network.fleet).carry_out(request):
        if update.state is CommandState.FAILED:
            reason, _, way_out = (update.reason or "").rpartition(". ")  # where there is a way out, it is the last sentence
            if not reason:
                raise VehicleError(f"{command} failed: {way_out}", code="command.failed")
            raise VehicleError(f"{command} failed: {reason}.", code="command.failed", hint=way_out)
        share = "" if update.progress is None or update.state is CommandState.DONE else f" {update.progress:.0%}"
        effect = f": {update.effect}" if update.effect else ""
        line = f"{vehicle.vehicle_id} {command}: {update.state}{share}{effect}"
        if line != told:
            typer.echo(line)
            told = line


def run_command(link_url: str, vehicle_id: str | None, wait_s: float, command: CommandName, parameters: dict[str, Any]) -> None:
    """One command to one vehicle."""

    async def go() -> None:
        async with vehicle_on(link_url, vehicle_id, wait_s) as (network, vehicle):
            await carry_out(network, vehicle, command, parameters)

    run_direct(go)


def run_direct(work: Callable[[], Awaitable[None]]) -> None:
    """Run it; Ctrl-C ends the program and sends nothing to the vehicle."""
    try:
        anyio.run(work)
    except KeyboardInterrupt:
        typer.echo("Stopped. The vehicle goes on with what it was told last.", err=True)
        raise typer.Exit(130) from None
    except BaseExceptionGroup as group:
        # Task groups wrap what was raised inside them; the person wants the error itself.
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None
