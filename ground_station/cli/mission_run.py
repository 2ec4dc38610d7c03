"""`sunqar mission run|resume FILE`: a mission carried out straight on a link, over as many batteries and vehicles as it takes.

What has been covered is kept in a file beside the plan. Ending this program sends nothing: the vehicle flies on, and `resume` finds it.
"""

import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import typer

from geo.primitives import LonLat, MissionError, VehicleError, utc_now
from ground_station.cli.direct_link import carry_out, run_direct, vehicle_on
from ground_station.cli.typed_words import WORDS, Spoken, obey, typed_lines
from ground_station.control import FlightVerdict, FlightWatch, download_mission, endless_end
from ground_station.mavlink import WireMessage
from ground_station.messages import CommandName, RunState
from ground_station.microservices.payload_following import MESSAGES_WAITING, photo_row
from ground_station.payload import PayloadBoard
from ground_station.payload.board import KINDS
from ground_station.runs.coverage import SlotCoverage
from ground_station.runs.machine import IN_THE_AIR, next_change, sighting_of
from ground_station.runs.passed import passed_photo
from ground_station.runs.run_file import RunFile, fingerprint
from ground_station.vehicles import Vehicle, VehicleNetwork
from missions import MissionPlan, read_plan

REST_LEFT = 3  # exit code: landed before the end; `resume` flies the rest
LOOK_EVERY_S = 0.2
SAVE_EVERY_S = 2.0
STARTED_WITHIN_S = 60.0


def begin_run(file: Path, link: str, vehicle: str | None, wait_s: float, *, yes: bool, anew: bool) -> None:
    """Fly it from its beginning. Raises: `MissionError` while it is being carried out, unless `anew`."""
    plan = read_plan(file)
    if not anew and (kept := RunFile.beside(file, plan)).begun:
        raise MissionError(
            f"'{file.name}' is being carried out already: {kept.share or 0.0:.0%} covered, {kept.state.value.replace('_', ' ')}.",
            code="run.open",
            hint=f"Go on with `sunqar mission resume {file}`, or begin with --anew.",
        )
    _carry_on(RunFile.fresh(file, plan), plan, file, link, vehicle, wait_s, yes=yes)


def resume_run(file: Path, link: str, vehicle: str | None, wait_s: float, *, yes: bool) -> None:
    """On the ground: fly the rest from the first uncovered footprint on. In the air: follow it again."""
    plan = read_plan(file)
    kept = RunFile.beside(file, plan)
    if not kept.begun:
        state = "has been flown to its end" if kept.state is RunState.FINISHED else "has not been begun"
        raise MissionError(f"'{file.name}' {state}.", code="run.none", hint=f"Begin with `sunqar mission run {file}`.")
    _carry_on(kept, plan, file, link, vehicle, wait_s, yes=yes)


def _carry_on(kept: RunFile, plan: MissionPlan, file: Path, link: str, vehicle: str | None, wait_s: float, *, yes: bool) -> None:
    code = 0

    async def go() -> None:
        nonlocal code
        async with vehicle_on(link, vehicle, wait_s) as (network, found):
            flight = _Flight(network, found, kept, plan)
            if found.estimate.flying:
                await flight.attach()
            else:
                await flight.begin(yes=yes)
            code = await flight.follow(file)

    run_direct(go)
    if code:
        raise typer.Exit(code)


class _Flight:
    """One vehicle flying the plan or what is left of it."""

    def __init__(self, network: VehicleNetwork, vehicle: Vehicle, kept: RunFile, plan: MissionPlan) -> None:
        self._network, self._vehicle, self._kept, self._plan = network, vehicle, kept, plan
        self._coverage = SlotCoverage(plan, kept.shots)
        self._told = ""
        self._cameras = PayloadBoard()
        self._aboard = plan
        self._leave = False
        self._saved_s = 0.0
        self._endless_at: LonLat | None = None

    async def begin(self, *, yes: bool) -> None:
        """Put the plan, or its rest, on board and start it."""
        kept, vehicle = self._kept, self._vehicle
        if kept.state not in (RunState.WAITING_FOR_DRONE, RunState.READY, RunState.UPLOADING):
            kept.sortie += 1  # the flight it was in ended while nobody listened
        self._aboard = self._what_is_left()
        items = list(self._aboard.flight_items())
        kept.vehicle_id, kept.aboard = vehicle.vehicle_id, fingerprint(items)
        self._tell(RunState.UPLOADING)
        await self._send(CommandName.UPLOAD_MISSION, {"items": [item.to_json() for item in items]})
        self._tell(RunState.READY)
        if not yes:
            question = f"{vehicle.vehicle_id} will arm and fly {len(items)} items. Start?"
            # In a thread: heartbeats go on while the person thinks.
            if not await anyio.to_thread.run_sync(lambda: typer.confirm(question), abandon_on_cancel=True):
                typer.echo("Not started.", err=True)
                raise typer.Exit(1)
        await self._send(CommandName.START_MISSION, {})
        self._endless_at = endless_end(items, vehicle.estimate)
        self._tell(RunState.FLYING)

    def _what_is_left(self) -> MissionPlan:
        flown, place = self._coverage.map(), self._vehicle.estimate.position
        if flown is None or not flown.shots:
            return self._plan
        home = None if place is None else LonLat(round(place.lon_deg, 7), round(place.lat_deg, 7))
        part = self._coverage.rest(f"{self._plan.name}: {self._kept.sortie}", home)
        assert part is not None, "it takes photographs"
        if part.plan is None or part.certificate is None:
            raise MissionError(part.findings[0].message, code=f"run.{part.findings[0].code}")
        if not part.certificate.is_part:
            raise MissionError(
                f"What is left is not a part of the plan: {part.certificate.findings[0].message}",
                code="run.rest_not_part",
                hint="Start from another place, or plan it anew.",
            )
        typer.echo(f"{part.shots} photographs are left, {part.certificate.part_m:.0f} m on the plan's own legs")
        return part.plan

    async def attach(self) -> None:
        """It is in the air: follow it, when it carries what was put on board."""
        items, _ = await download_mission(self._vehicle)
        if fingerprint(items) != self._kept.aboard:
            raise VehicleError(
                f"{self._vehicle.vehicle_id} is in the air with another mission.", code="run.other_mission", hint="Land it, then resume."
            )
        self._aboard = replace(self._plan, items=tuple(items), request=None, complex_items=(), extras=())
        self._endless_at = endless_end(items, self._vehicle.estimate)
        if self._kept.state not in IN_THE_AIR:
            self._kept.state = RunState.FLYING  # it was started while nobody listened

    async def follow(self, file: Path) -> int:
        """To the verdict, or until the person leaves. Gives the exit code."""
        watch = FlightWatch(time.monotonic(), STARTED_WITHIN_S, endless_at=self._endless_at)
        verdict: FlightVerdict | None = None
        if sys.stdin.isatty():
            typer.echo(WORDS)
        with self._vehicle.subscribe(KINDS, waiting=MESSAGES_WAITING) as photos:
            async with anyio.create_task_group() as tasks, typed_lines() as lines:
                tasks.start_soon(self._listen, lines)
                while verdict is None and not self._leave:
                    while photos.statistics().current_buffer_used:
                        self._photographed(photos.receive_nowait())
                    self._look()
                    verdict = watch.look(self._vehicle.estimate, self._vehicle.online, time.monotonic())
                    await self._vehicle.wait_change(LOOK_EVERY_S)
                tasks.cancel_scope.cancel()
        if verdict is None:
            self._kept.save(self._kept.state)
            typer.echo(f"Left. {self._vehicle.vehicle_id} flies on; `sunqar mission resume {file}` follows it again.")
            return 0
        return self._ended(verdict, file)

    async def _listen(self, lines: Callable[[], AsyncIterator[str]]) -> None:
        spoken = Spoken(self._send, self._change, lambda: (self._aboard, self._vehicle.estimate.mission_current), self._go)
        async for line in lines():
            await obey(line, spoken)

    def _go(self) -> None:
        self._leave = True

    async def _send(self, command: CommandName, parameters: dict[str, Any]) -> None:
        await carry_out(self._network, self._vehicle, command, parameters)

    async def _change(self, plan: MissionPlan, item: int) -> None:
        """Hold, upload, read back, go on with `item`. What is on board then is still this run."""
        items = plan.flight_items()
        await self._send(CommandName.CHANGE_MISSION, {"items": [one.to_json() for one in items], "item": item})
        self._aboard, self._kept.aboard = plan, fingerprint(items)
        self._endless_at = endless_end(items, self._vehicle.estimate)
        self._kept.save(self._kept.state)

    def _ended(self, verdict: FlightVerdict, file: Path) -> int:
        covered = self._coverage.covered(self._kept.sortie)
        if covered is not None:
            self._kept.share = covered.share
        share = "" if covered is None else f", {covered.share:.1%} covered by {covered.shots} photographs"
        typer.echo(f"{self._vehicle.vehicle_id} {verdict.text}{share}")
        if verdict.flown or (not self._vehicle.estimate.flying and self._coverage.nothing_left):
            self._tell(RunState.FINISHED)
            return 0
        if self._vehicle.estimate.flying or not self._vehicle.online:
            self._kept.save(self._kept.state, verdict.reason)
            return 1
        self._kept.sortie += 1
        self._tell(RunState.WAITING_FOR_DRONE, verdict.reason)
        typer.echo(f"The rest waits: `sunqar mission resume {file}` with a fresh battery, or on another vehicle.")
        return REST_LEFT

    def _look(self) -> None:
        estimate, kept = self._vehicle.estimate, self._kept
        if estimate.position is not None and estimate.flying and estimate.altitude_above_home_m is not None:
            kept.shots += self._coverage.fly(kept.sortie, estimate.position, estimate.altitude_above_home_m, utc_now())
        seen = sighting_of(self._vehicle.snapshot(time.monotonic()), None)
        change = None if seen is None else next_change(kept.state, seen, self._vehicle.vehicle_id)
        # How a flight ended is the verdict's to say.
        state = kept.state if change is None or change.state not in IN_THE_AIR else change.state
        if state is not kept.state:
            self._tell(state)
        elif time.monotonic() - self._saved_s >= SAVE_EVERY_S:
            self._saved_s = time.monotonic()
            covered = self._coverage.covered(kept.sortie)
            kept.share = None if covered is None else round(covered.share, 5)
            kept.save(state)
            self._say(state)

    def _photographed(self, message: WireMessage) -> None:
        heading_deg = self._vehicle.estimate.heading_deg or 0.0
        for photo in self._cameras.on_message(message, time.monotonic(), heading_deg):
            passed = passed_photo(photo.at or utc_now(), photo_row(photo), heading_deg)
            if passed is not None and passed.shot is not None:
                self._kept.shots += self._coverage.photographed(self._kept.sortie, passed.shot, passed.at)

    def _tell(self, state: RunState, reason: str | None = None) -> None:
        self._kept.save(state, reason)
        self._say(state)

    def _say(self, state: RunState) -> None:
        estimate = self._vehicle.estimate
        item = f" item {estimate.mission_current} of {estimate.mission_total or 0}" if estimate.flying else ""
        share = "" if self._kept.share is None else f", {self._kept.share:.0%} covered"
        line = f"{self._vehicle.vehicle_id} {state.value.replace('_', ' ')}{item}{share}"
        if line != self._told:
            typer.echo(line)
            self._told = line
