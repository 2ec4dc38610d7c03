"""Fly one trial on whatever is at the other end of a link: set up, mission, fault, watch. Speaks as any station would."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import anyio

from geo.primitives import LocalFrame, LonLat, SettingsError, VehicleError, new_id, utc_now
from ground_station.control import CommandDesk, FlightWatch
from ground_station.mavlink.commands import command_long
from ground_station.mavlink.dialect import mavlink
from ground_station.messages import CommandName, CommandRequest, CommandState
from ground_station.microservices import ServiceTools, Transfers
from ground_station.microservices.parameters import SetParameters, set_parameter
from ground_station.trials.faults import words_of
from ground_station.trials.record import SaidText, Sample, TrialRecord
from ground_station.vehicles import Vehicle, VehicleNetwork
from missions import ANY_HEADING, Command, Frame, MissionItem
from sim import Flown, Landed, Trial, TrialFault

logger = logging.getLogger(__name__)

READY_DEADLINE_S = 120.0  # a cold ArduPilot needs 40 s until it navigates
SETUP_TRIES_S = 3.0
WATCHED_LONGER_S = 2.0
MENDED_WITHIN_S = 15.0
HEARD_AGAIN_S = 4.0
FINE = 0  # MAV_FAILURE_TYPE_OK
_WATCHED = frozenset({"GLOBAL_POSITION_INT", "STATUSTEXT"})


class TrialRun:
    """One trial on one vehicle. `speedup` turns the vehicle's seconds into ours, for deadlines."""

    def __init__(
        self, trial: Trial, network: VehicleNetwork, vehicle: Vehicle, *, speedup: float = 1.0, tell: Callable[[str], None]
    ) -> None:
        self._trial, self._network, self._vehicle, self._speedup, self._tell = trial, network, vehicle, speedup, tell
        self._desk = CommandDesk(network.fleet)
        self._now_s = 0.0
        self._record: TrialRecord | None = None
        self._before: dict[str, float] = {}  # what the parameters were before the trial set them
        self._injected: set[int] = set()  # units of a PX4 that were made to fail

    async def fly(self) -> TrialRecord:
        """Raises: `VehicleError` when the vehicle cannot be set up or flown, `SettingsError` for a trial of another autopilot."""
        estimate = self._vehicle.estimate
        if estimate.autopilot.name != self._trial.autopilot:
            raise SettingsError(
                f"Trial '{self._trial.name}' is for {self._trial.autopilot}, but {self._vehicle.vehicle_id} is {estimate.autopilot.name}.",
                code="sim.trial",
                hint="Choose a trial of this autopilot.",
            )
        try:
            return await self._flown()
        finally:
            with anyio.move_on_after(MENDED_WITHIN_S, shield=True):
                await self._mend()

    async def _flown(self) -> TrialRecord:
        for name, value in self._trial.parameters.items():
            await self._set(name, value)
        await self._until_ready()
        home = self._vehicle.estimate.home or self._vehicle.estimate.position
        assert home is not None
        self._record = record = TrialRecord(home)
        await self._command(CommandName.UPLOAD_MISSION, {"items": [item.to_json() for item in self._items(home)]})
        async with anyio.create_task_group() as tasks:
            await tasks.start(self._take_down)
            self._tell("taking off")
            await self._start()
            for fault in self._trial.faults:
                await self._strike(fault)
            await self._watch_out()
            tasks.cancel_scope.cancel()
        record.ended_s = self._now_s
        return record

    def _items(self, home: LonLat) -> list[MissionItem]:
        frame, trial = LocalFrame(home), self._trial
        relative = Frame.GLOBAL_RELATIVE_ALT
        items = [MissionItem(Command.TAKEOFF, relative, ANY_HEADING, home, altitude_m=trial.altitude_m)]
        if trial.speed_mps is not None:
            items.append(MissionItem(Command.DO_CHANGE_SPEED, Frame.MISSION, params=(1.0, trial.speed_mps, -1.0, 0.0)))
        for leg in trial.legs:
            place = frame.place(leg.east_m, leg.north_m)
            items.append(MissionItem(Command.WAYPOINT, relative, ANY_HEADING, place, altitude_m=leg.altitude_m or trial.altitude_m))
        if trial.returns:
            items.append(MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION))
        return items

    @property
    def _first_leg_item(self) -> int:
        """Number of the first leg's item, counted from 1."""
        return 2 + (self._trial.speed_mps is not None)

    async def _until_ready(self) -> None:
        self._tell("waiting until the vehicle can navigate")

        def ready_to_fly() -> bool:
            estimate = self._vehicle.estimate
            return estimate.ready_to_arm is not False and estimate.position is not None and estimate.home is not None

        ready = await self._vehicle.wait_until(ready_to_fly, READY_DEADLINE_S)
        if not ready:
            said = "; ".join(text.text for _, text in list(self._vehicle.texts)[-3:]) or "nothing"
            raise VehicleError(
                f"{self._vehicle.vehicle_id} was not ready within {READY_DEADLINE_S:g} s; it said: {said}.",
                code="trial.not_ready",
                hint="Look at its arming checks; a failsafe of an earlier flight may stand until the vehicle is started again.",
            )

    async def _start(self) -> None:
        """Arming may be refused for a moment after the vehicle says it is ready: tried again on the ground, where that is harmless."""
        end_s = time.monotonic() + READY_DEADLINE_S / 2
        while True:
            try:
                await self._command(CommandName.START_MISSION, {})
            except VehicleError:
                if time.monotonic() > end_s or self._vehicle.estimate.armed:
                    raise
                await anyio.sleep(SETUP_TRIES_S / self._speedup)
            else:
                return

    async def _set(self, name: str, value: float) -> None:
        tools = ServiceTools(self._network, Transfers(), Path(), "trial")
        told = await set_parameter(self._vehicle, SetParameters(name=name, value=value), tools)
        self._before.setdefault(name, told["before"])

    async def _mend(self) -> None:
        """Leave the vehicle as it was found, so that the next trial on it does not begin with the faults of this one."""
        if self._network.silent:
            self._network.silent = False
            # A failsafe that is switched off while it stands stands for ever: first the station must have been heard again.
            await anyio.sleep(max(HEARD_AGAIN_S / self._speedup, 0.5))
        for name, value in reversed(list(self._before.items())):
            with suppress(VehicleError):  # one that fell silent for good cannot be mended
                await self._set(name, value)
        for unit in self._injected:
            await self._vehicle.command(command_long(self._vehicle.address, mavlink.MAV_CMD_INJECT_FAILURE, unit, FINE))

    async def _command(self, command: CommandName, parameters: dict[str, object]) -> None:
        request = CommandRequest(
            command_id=new_id(),
            vehicle_id=self._vehicle.vehicle_id,
            command=command,
            parameters=parameters,
            requested_by="trial",
            requested_at=utc_now(),
        )
        async for update in self._desk.carry_out(request):
            if update.state is CommandState.FAILED:
                raise VehicleError(f"{command} failed: {update.reason}", code="trial.command")

    async def _strike(self, fault: TrialFault) -> None:
        record = self._record
        assert record is not None
        item = self._first_leg_item + fault.at_leg - 1
        await self._until(lambda: self._vehicle.estimate.mission_current >= item, 600.0, f"leg {fault.at_leg}")
        began_s = self._now_s
        await self._until(lambda: self._now_s >= began_s + fault.after_s, fault.after_s + 60.0, "the moment of the fault")
        words = words_of(fault.name)
        self._tell(f"fault: {words.about}")
        if words.silence:
            self._network.silent = True
        elif self._trial.autopilot == "ardupilot":
            if not words.parameters:
                raise SettingsError(f"Fault '{fault.name}' has no parameter in ArduPilot.", code="sim.trial", hint="Choose another fault.")
            for name, value, setting in words.parameters:
                await self._set(name, value if setting is None else fault.settings.get(setting, value))
        else:
            if words.injection is None:
                raise SettingsError(f"Fault '{fault.name}' cannot be injected into PX4.", code="sim.trial", hint="Choose another fault.")
            self._injected.add(words.injection[0])
            outcome = await self._vehicle.command(command_long(self._vehicle.address, mavlink.MAV_CMD_INJECT_FAILURE, *words.injection))
            if not outcome.accepted:
                raise VehicleError(
                    f"{self._vehicle.vehicle_id} does not inject failures.",
                    code="trial.fault",
                    hint="Set SYS_FAILURE_EN to 1 in the trial.",
                )
        record.fault_at_s = self._now_s

    async def _watch_out(self) -> None:
        """Until every expectation can be judged."""
        record = self._record
        assert record is not None
        longest_s = max(getattr(one, "within_s", 0.0) or getattr(one, "for_s", 0.0) for one in self._trial.expectations)
        to_the_ground = any(isinstance(one, Landed | Flown) for one in self._trial.expectations)
        flight = FlightWatch(time.monotonic())

        def over() -> bool:
            verdict = flight.look(self._vehicle.estimate, self._vehicle.online, time.monotonic())
            if verdict is not None and verdict.flown:
                record.flown = True
            if self._now_s > record.counted_from_s + longest_s + WATCHED_LONGER_S:
                return True
            return to_the_ground and not self._vehicle.estimate.armed and bool(record.samples) and not record.samples[-1].armed

        await self._until(over, longest_s + 60.0, "the end")

    async def _until(self, condition: Callable[[], bool], deadline_s: float, what: str) -> None:
        """`deadline_s` counts on the vehicle's clock; a vehicle that falls silent ends it too. Raises: `VehicleError`."""
        began_s = self._now_s
        while not condition():
            if self._now_s - began_s > deadline_s or not self._vehicle.online:
                how = "did not come" if self._vehicle.online else "was not seen: the vehicle fell silent"
                raise VehicleError(f"Trial '{self._trial.name}': {what} {how}.", code="trial.stuck", hint="Fly it by hand to see why.")
            await self._vehicle.wait_change(0.5)

    async def _take_down(self, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        record = self._record
        assert record is not None
        with self._vehicle.subscribe(_WATCHED) as messages:
            task_status.started()
            async for message in messages:
                if message.get_type() == "STATUSTEXT":
                    record.texts.append(SaidText(self._now_s, str(message.text)))
                    continue
                self._now_s = message.time_boot_ms / 1000.0
                estimate = self._vehicle.estimate
                if estimate.position is None:
                    continue
                record.samples.append(
                    Sample(
                        self._now_s,
                        estimate.mode,
                        estimate.armed,
                        estimate.flying,
                        estimate.position,
                        estimate.altitude_above_home_m or 0.0,
                    )
                )
