"""`sunqar sim sitl`: ArduPilot's or PX4's own SITL, started and wired as our simulated fleet is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.primitives import SettingsError

if TYPE_CHECKING:
    from sim import SitlInstance

LAST_WORDS = 400
FIRST_PORT, PORTS_EACH, PORTS_USED = 5760, 10, 4  # TCP ports of an ArduPilot instance
MOST_INSTANCES = 200


def register(app: typer.Typer) -> None:
    """Add the command to `sunqar sim`."""
    app.command()(sitl)


def sitl(
    ardupilot: Annotated[Path | None, typer.Option(help="ArduPilot checkout, or its arducopter/arduplane binary.")] = None,
    px4: Annotated[
        Path | None, typer.Option(help="PX4 checkout, build folder or px4 binary; flown with SIH, its headless physics.")
    ] = None,
    docker: Annotated[
        str | None, typer.Option(help="Image with a SITL in it, for example px4io/px4-sitl or radarku/ardupilot-sitl.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=50, help="How many vehicles; system ids 1..count.")] = 1,
    kind: Annotated[str, typer.Option("--type", help="copter, plane or vtol")] = "copter",
    home: Annotated[str, typer.Option(help="LAT,LON of the first vehicle; the others stand in a row eastwards.")] = "43.6505,51.1600",
    home_amsl_m: Annotated[float, typer.Option(help="Altitude of the ground above mean sea level.")] = 10.0,
    out: Annotated[str, typer.Option(help="udpout:HOST:PORT of the station ArduPilot speaks to.")] = "udpout:127.0.0.1:14550",
    speedup: Annotated[float, typer.Option(min=0.1, max=20, help="Simulated seconds per second.")] = 1.0,
    wind: Annotated[str, typer.Option(help="MPS,DEG")] = "0,0",
    parameter: Annotated[list[str] | None, typer.Option("--param", help="NAME=VALUE set before the start; also SIM_… faults.")] = None,
    directory: Annotated[Path | None, typer.Option(help="Where the vehicles keep parameters and logs.")] = None,
) -> None:
    """Run real ArduPilot or PX4 SITL vehicles until Ctrl-C."""
    import anyio

    from ground_station.settings import Settings
    from sim import SitlRequest, ardupilot_instances, docker_instances, parse_address, parse_home, parse_wind, px4_instances

    given = [name for name, value in (("--ardupilot", ardupilot), ("--px4", px4), ("--docker", docker)) if value is not None]
    if len(given) != 1:
        raise SettingsError(
            f"One of --ardupilot PATH, --px4 PATH and --docker IMAGE is needed, {' and '.join(given) or 'none'} given.",
            code="sim.sitl",
            hint="Without a SITL at hand use `sunqar sim fleet`.",
        )
    address = parse_address(out)
    if address.scheme != "udpout":
        raise SettingsError(f"--out {out} is not udpout:HOST:PORT.", code="sim.sitl", hint="Let the station listen on udpin:0.0.0.0:14550.")
    request = SitlRequest(
        count=count,
        vehicle_type=kind,
        home=parse_home(home),
        home_amsl_m=home_amsl_m,
        directory=(directory or Settings().data_dir / "sitl").resolve(),
        out=(address.host, address.port),
        speedup=speedup,
        wind=parse_wind(wind),
        parameters=dict(_parameter(text) for text in parameter or []),
        first_instance=_first_free(count) if ardupilot is not None else 0,
    )
    if ardupilot is not None:
        instances = ardupilot_instances(ardupilot, request)
    elif px4 is not None:
        instances = px4_instances(px4, request)
    else:
        instances = docker_instances(docker or "", request)
    for instance in instances:
        typer.echo(f"vehicle {instance.system_id}: {' '.join(instance.argv)}")
    links = dict.fromkeys(instance.link for instance in instances)
    typer.echo(f"{count} SITL {kind}{'s' if count > 1 else ''}; a station hears them on {', '.join(links)}. Ctrl-C stops.")
    try:
        anyio.run(_run, instances)
    except KeyboardInterrupt:
        typer.echo("stopped")


async def _run(instances: "list[SitlInstance]") -> None:
    """Until cancelled. Raises: `SettingsError` with the last words of the first vehicle that ends by itself."""
    import os

    import anyio

    from ground_station.supervise.child import start_child, stop_child

    children = []
    try:
        for instance in instances:
            instance.directory.mkdir(parents=True, exist_ok=True)
            for name, text in instance.files.items():
                (instance.directory / name).write_text(text)
            with (instance.directory / "sitl.log").open("wb") as log:
                environment = {**os.environ, **instance.environment}
                children.append(start_child(instance.argv, env=environment, cwd=instance.directory, stdout=log, stderr=log))
        while all(child.poll() is None for child in children):  # noqa: ASYNC110  children are polled, see supervise.child
            await anyio.sleep(0.2)
    finally:
        with anyio.CancelScope(shield=True):
            async with anyio.create_task_group() as tasks:
                for child in children:
                    tasks.start_soon(stop_child, child)
    ended = next(i for i, child in enumerate(children) if child.returncode is not None and child.returncode != -15)
    log_path = instances[ended].directory / "sitl.log"
    said = log_path.read_text(errors="replace")[-LAST_WORDS:].strip().splitlines()
    raise SettingsError(
        f"SITL vehicle {instances[ended].system_id} ended by itself: {' '.join(said[-2:]) or 'it said nothing'}.",
        code="sim.sitl",
        hint=f"Read {log_path}.",
    )


def _first_free(count: int) -> int:
    """The first ArduPilot instance from which `count` in a row have their ports free. Raises: `SettingsError` when there are none."""
    import socket

    def free(instance: int) -> bool:
        for port in range(FIRST_PORT + PORTS_EACH * instance, FIRST_PORT + PORTS_EACH * instance + PORTS_USED):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that only rests from its last connection is free
                try:
                    probe.bind(("0.0.0.0", port))
                except OSError:
                    return False
        return True

    in_a_row = 0
    for instance in range(MOST_INSTANCES):
        in_a_row = in_a_row + 1 if free(instance) else 0
        if in_a_row == count:
            return instance - count + 1
    raise SettingsError(
        f"No ports are free for {count} ArduPilot SITL vehicles.", code="sim.sitl", hint="Stop other SITL vehicles on this machine."
    )


def _parameter(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name.strip().upper(), float(value)
    except ValueError as error:
        raise SettingsError(
            f"--param {text} is not NAME=VALUE with a number.", code="sim.sitl", hint="For example --param SIM_RC_FAIL=1."
        ) from error
