"""`sunqar conformance`: the MAVLink conformance table of any vehicle."""

from pathlib import Path
from typing import Annotated

import typer

from ground_station.cli.link_options import WAIT_S, VehicleOption, WaitOption


def register(app: typer.Typer) -> None:
    app.command()(conformance)


def conformance(
    link: Annotated[
        str, typer.Option("--link", help="MAVLink link to the vehicle: udpin:0.0.0.0:14550, tcp:127.0.0.1:5760, serial:/dev/ttyX:57600, …")
    ] = "",
    vehicle: VehicleOption = None,
    profile: Annotated[str, typer.Option(help="auto, ardupilot, px4 or standard: whose known deviations are expected.")] = "auto",
    only: Annotated[str, typer.Option(help="Groups or check ids, with commas: heartbeat,mission,param.set")] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the results here as JSON.")] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write the results here as JUnit XML.")] = None,
    allow_motion: Annotated[bool, typer.Option("--allow-motion", help="Also the checks that arm and FLY the vehicle.")] = False,
    allow_signing: Annotated[
        bool, typer.Option("--allow-signing", help="Also the checks that set a signing key on this link and remove it.")
    ] = False,
    show_list: Annotated[bool, typer.Option("--list", help="Show the checks and their guide pages; needs no vehicle.")] = False,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Check a vehicle against the MAVLink guide, line by line. Exit code 1 when a line fails.

    Nothing arms or moves without --allow-motion; an armed vehicle is refused. Missions, fences, rally points and parameters are put back.
    """
    from geo.primitives import SettingsError
    from ground_station.cli.direct_link import run_direct
    from ground_station.conformance import Allowed, Check, Profile, Result, Verdict, examine, selected
    from ground_station.conformance.report import deviations_of, heading, line, totals, write_json, write_junit
    from ground_station.links import make_link

    checks = selected([name.strip() for name in only.split(",") if name.strip()])
    if show_list:
        for check in checks:
            known = deviations_of(check)
            typer.echo(f"{check.id:28} {check.title} · {check.spec}" + (f" · known: {known}" if known else ""))
        return
    if not link:
        raise SettingsError("--link is missing.", code="conformance.link", hint="For example --link tcp:127.0.0.1:5760.")
    if profile not in ("auto", *Profile):
        raise SettingsError(f"--profile {profile} is not known.", code="conformance.profile", hint="Use auto, ardupilot, px4 or standard.")
    chosen = None if profile == "auto" else Profile(profile)
    interactive = typer.get_text_stream("stderr").isatty()
    found: dict[str, object] = {}

    def on_start(check: Check, number: int) -> None:
        if interactive:
            typer.echo(f"\r\x1b[K[{number}/{len(checks)}] {check.id} …", err=True, nl=False)

    def on_result(result: Result) -> None:
        if interactive:
            typer.echo("\r\x1b[K", err=True, nl=False)
        typer.echo(line(result))

    def on_found(system_id: int, of: Profile, name: str) -> None:
        found.update(vehicle=system_id, profile=of)
        typer.echo(f"Vehicle {system_id} on {link}: {name}, judged as {of}; {len(checks)} checks.\n{heading()}")

    async def go() -> None:
        async with make_link(link) as opened:
            results = await examine(
                opened,
                checks,
                system_id=None if vehicle is None else _system_id(vehicle),
                profile=chosen,
                allowed=Allowed(allow_motion, allow_signing),
                wait_s=wait_s,
                on_found=on_found,
                on_start=on_start,
                on_result=on_result,
            )
        typer.echo(totals(results))
        if json_file is not None:
            write_json(json_file, results, link=link, vehicle=int(str(found["vehicle"])), profile=Profile(str(found["profile"])))
        if junit_file is not None:
            write_junit(junit_file, results)
        if any(result.verdict is Verdict.FAIL for result in results):
            raise typer.Exit(1)

    run_direct(go)


def _system_id(text: str) -> int:
    from geo.primitives import SettingsError

    number = text.removeprefix("mav-")
    if not number.isdigit() or not 1 <= int(number) <= 255:
        raise SettingsError(f"--vehicle {text} is not a vehicle.", code="conformance.vehicle", hint="Write a system id 1..255, or mav-1.")
    return int(number)
