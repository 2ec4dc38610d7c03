"""Flight trials on the command line: fly one on our simulator or on any vehicle at a link, judge it, compare two."""

import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio
import typer

if TYPE_CHECKING:
    from ground_station.trials import Reaction, TrialRecord, Verdict
    from sim import Trial

STATION = 255  # the id autopilots take for their station until told another
HEARD_DEADLINE_S = 30.0
HEARTBEATS_PER_S = 1.0


@dataclass(frozen=True, slots=True)
class Flown:
    """A trial flown on one vehicle."""

    where: str
    verdicts: "list[Verdict]"
    reaction: "Reaction"

    @property
    def passed(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)

    def to_json(self) -> dict[str, object]:
        from dataclasses import asdict

        return {"where": self.where, "passed": self.passed, "verdicts": [asdict(one) for one in self.verdicts], **asdict(self.reaction)}


def score_trial(trial: "Trial", links: list[str], speedup: float) -> list[Flown]:
    """Fly it on our simulator, or on the vehicle at each of `links`; tells the score. Raises: `SunqarError`."""
    from ground_station.cli.direct_link import run_direct

    flown: list[Flown] = []

    async def go() -> None:
        for link in links or [""]:
            flown.append(await (_on_link(trial, link, speedup) if link else _on_ours(trial, speedup)))
            _tell(flown[-1])

    typer.echo(f"{trial.name}: {trial.summary}")
    run_direct(go)
    if len(flown) > 1:
        _compare(flown)
    return flown


async def _on_ours(trial: "Trial", speedup: float) -> Flown:
    from geo.primitives import LonLat
    from ground_station.links import make_link
    from sim import Fleet, parse_address, parse_wind

    port = _free_udp_port()
    async with AsyncExitStack() as stack:
        link = await stack.enter_async_context(make_link(f"udpin:127.0.0.1:{port}"))
        fleet = stack.enter_context(
            Fleet(
                1,
                LonLat(*trial.home),
                parse_address(f"udpout:127.0.0.1:{port}"),
                autopilot=trial.autopilot,
                vehicle_type=trial.vehicle_type,
                seed=1,
                speedup=speedup,
                wind=parse_wind(trial.wind),
            )
        )
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fleet.run)
            record = await _fly(trial, link, speedup)
            tasks.cancel_scope.cancel()
    return _judged("our simulator", trial, record)


def _free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _on_link(trial: "Trial", url: str, speedup: float) -> Flown:
    from ground_station.links import make_link

    async with make_link(url) as link:
        return _judged(url, trial, await _fly(trial, link, speedup))


async def _fly(trial: "Trial", link: object, speedup: float) -> "TrialRecord":
    from ground_station.trials import TrialRun
    from ground_station.vehicles import VehicleNetwork

    # A vehicle whose seconds are shorter hears our heartbeats as often as it expects them.
    async with VehicleNetwork(system_id=STATION, heartbeat_period_s=HEARTBEATS_PER_S / max(1.0, speedup)) as network:
        network.attach(link)  # type: ignore[arg-type]  # links are opened where their kind is known
        vehicle = await network.wait_for(None, HEARD_DEADLINE_S)
        return await TrialRun(trial, network, vehicle, speedup=speedup, tell=lambda text: typer.echo(f"  {text}", err=True)).fly()


def _judged(where: str, trial: "Trial", record: "TrialRecord") -> Flown:
    from ground_station.trials import judge, reaction

    return Flown(where, judge(record, list(trial.expectations)), reaction(record))


def _tell(flown: Flown) -> None:
    typer.echo(f"on {flown.where}:")
    for verdict in flown.verdicts:
        typer.echo(f"  {'passed' if verdict.passed else 'FAILED'}  {verdict.expected}: {verdict.seen}")


def _compare(flown: list[Flown]) -> None:
    typer.echo(f"{'':<28}{'mode':<14}{'time to react':<16}{'end from home':<16}armed at the end")
    for one in flown:
        seen = one.reaction
        after = "-" if seen.after_s is None else f"{seen.after_s:.1f} s"
        ended = "-" if seen.ended_from_home_m is None else f"{seen.ended_from_home_m:.1f} m"
        typer.echo(f"{one.where:<28}{seen.mode or '-':<14}{after:<16}{ended:<16}{'yes' if seen.ended_armed else 'no'}")
