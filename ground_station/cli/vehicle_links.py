"""`sunqar vehicle links` and `sunqar vehicle signing`: how good a link is, and whether it is signed."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from ground_station.cli.link_options import WAIT_S, LinkOption, VehicleOption, WaitOption

if TYPE_CHECKING:
    from ground_station.signing import SigningSetup, SigningStatus
    from ground_station.vehicles import Vehicle

signing = typer.Typer(help="Signed MAVLink 2: one key for each vehicle, set up over a wire, kept encrypted.", no_args_is_help=True)

OptionalOption = Annotated[bool, typer.Option("--optional", help="Sign, but go on believing unsigned messages too.")]


def register(app: typer.Typer) -> None:
    app.command()(links)
    app.add_typer(signing, name="signing")


def links(
    link: Annotated[list[str], typer.Option("--link", help="A MAVLink link; may be given several times.")],
    seconds: Annotated[float, typer.Option("--seconds", min=1.0, help="How long to listen.")] = 5.0,
) -> None:
    """What comes over each link: vehicles, rates, losses, broken and refused frames."""
    import anyio

    from ground_station.cli.direct_link import run_direct
    from ground_station.vehicles import LinkHealth, VehicleNetwork
    from ground_station.vehicles.link_keeper import LinkKeeper

    async def go() -> None:
        async with anyio.create_task_group() as tasks, VehicleNetwork(system_id=253, asks=False) as network:
            keeper = LinkKeeper(network, tasks)
            for url in link:
                await keeper.open(url)
            network.health()
            await anyio.sleep(seconds)
            healths = {health.url: health for health in network.health()}
            vehicles = {vehicle.address.system_id: vehicle.vehicle_id for vehicle in network.fleet}
            typer.echo(f"{'link':32} {'state':12} {'msg/s':>7} {'kB/s':>6} {'loss':>6} {'bad':>5} {'double':>6} {'heard':>7}  vehicles")
            for kept in keeper:
                typer.echo(_row(kept.url, kept.trouble, healths.get(kept.url), vehicles))
            tasks.cancel_scope.cancel()

    def _row(url: str, trouble: str, health: LinkHealth | None, vehicles: dict[int, str]) -> str:
        if health is None:
            return f"{url:32} {'unreachable':12} {trouble}"
        loss = "-" if health.lost_fraction is None else f"{health.lost_fraction:.1%}"
        heard = "never" if health.heard_age_s is None else f"{health.heard_age_s:.1f} s"
        names = ", ".join(vehicles[system] for system in health.systems if system in vehicles) or "none"
        return (
            f"{url:32} {'open':12} {health.frames_per_second:7.1f} {health.bytes_per_second / 1000:6.1f} {loss:>6} "
            f"{health.bad_crc:5} {health.duplicates:6} {heard:>7}  {names}"
        )

    run_direct(go)


@signing.command()
def setup(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S, optional: OptionalOption = False) -> None:
    """Put a key on the vehicle, over a serial port or on this machine; unsigned messages are refused from then on."""
    _run(link, vehicle, wait_s, lambda setup, vehicle: setup.set_up(vehicle, required=not optional))


@signing.command()
def rotate(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S, optional: OptionalOption = False) -> None:
    """Change the key: the new one counts once the vehicle has signed with it."""
    _run(link, vehicle, wait_s, lambda setup, vehicle: setup.set_up(vehicle, required=not optional))


@signing.command()
def status(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Whether there is a key, and whether the vehicle signs."""

    async def told(setup: "SigningSetup", vehicle: "Vehicle") -> "SigningStatus":
        return setup.status(vehicle)

    _run(link, vehicle, wait_s, told)


@signing.command()
def off(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Take the key off the vehicle and forget it."""
    _run(link, vehicle, wait_s, lambda setup, vehicle: setup.switch_off(vehicle))


def _run(link: str, vehicle_id: str | None, wait_s: float, work: Callable[["SigningSetup", "Vehicle"], Awaitable["SigningStatus"]]) -> None:
    from ground_station.cli.direct_link import key_store, run_direct, vehicle_on
    from ground_station.signing import SigningSetup

    async def go() -> None:
        store = key_store(make=True)
        assert store is not None
        async with vehicle_on(link, vehicle_id, wait_s) as (network, vehicle):
            told = await work(SigningSetup(network, store), vehicle)
        key = "no key"
        if told.has_key:
            made = told.made_at.strftime("%Y-%m-%d") if told.made_at else "?"
            key = f"key of {made}, unsigned messages are {'refused' if told.required else 'believed too'}"
        signs = {None: "nothing heard yet", True: "signed", False: "not signed"}[told.signed]
        typer.echo(f"{told.vehicle_id}: {key}; its messages: {signs if told.has_key else 'not looked at'}")

    run_direct(go)
