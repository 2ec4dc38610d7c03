"""What a check works with: the vehicle under test, two identities to speak as, ears, and the small verbs all checks share.

Deadlines are wall time and generous: a real vehicle on a slow radio must not fail by them. What is measured is told in the
vehicle's own seconds (`vehicle_s`), so that a simulation running faster than real time is judged by its own clock.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import anyio

from ground_station.conformance.check import CheckFailed, NothingCame, NotSupported, Profile
from ground_station.conformance.dialect import mavlink, name_of
from ground_station.conformance.frames import Frame
from ground_station.conformance.speaker import Ear, Ether, Speaker

ANSWER_S = 3.0  # one round trip on a slow radio
SILENCE_S = 1.0  # how long to listen before concluding that nothing comes
QUERY_TRIES = 3
_WINGED = frozenset({mavlink.MAV_TYPE_FIXED_WING, *range(mavlink.MAV_TYPE_VTOL_DUOROTOR, mavlink.MAV_TYPE_VTOL_RESERVED5 + 1)})


@dataclass
class Bench:
    ether: Ether
    ours: Speaker
    other: Speaker  # a second ground station
    system_id: int
    component_id: int
    profile: Profile
    clock_rate: float = 1.0  # vehicle seconds per wall second
    known: dict[str, Any] = field(default_factory=dict)  # what earlier checks learned: parameters, files, components
    streams: set[int] = field(default_factory=set)  # asked for beside the checks; given back their default rate at the end

    # Listening and asking ------------------------------------------------------------------------------------------------------

    def listening(self) -> Any:
        return self.ether.listening()

    def from_autopilot(self, message: Any) -> bool:
        return bool(message.get_srcComponent() == self.component_id)

    def to_us(self, message: Any, speaker: Speaker | None = None) -> bool:
        """Addressed to this speaker, or to everybody."""
        who = speaker or self.ours
        return getattr(message, "target_system", 0) in (0, who.system_id) and getattr(message, "target_component", 0) in (
            0,
            who.component_id,
        )

    def vehicle_s(self, wall_s: float) -> float:
        return wall_s * self.clock_rate

    def wall_s(self, vehicle_s: float) -> float:
        return vehicle_s / self.clock_rate

    @property
    def silence_s(self) -> float:
        """How long to listen before concluding that nothing comes: a second of the vehicle's, and not too short for a busy machine."""
        return max(0.3, self.wall_s(SILENCE_S))

    async def ask_or_none(
        self,
        question: Any,
        *kinds: str,
        where: Callable[[Any], bool] | None = None,
        within_s: float = ANSWER_S,
        tries: int = 1,
        speaker: Speaker | None = None,
    ) -> Any | None:
        """Say it, up to `tries` times within `within_s` each, and give the first answer of these kinds."""
        for _ in range(tries):
            with self.ether.listening() as ear:
                (speaker or self.ours).say(question)
                answer = await ear.hear_or_none(*kinds, within_s=within_s, where=where)
            if answer is not None:
                return answer
        return None

    async def ask(self, question: Any, *kinds: str, **options: Any) -> Any:
        """Like `ask_or_none`. Raises: `CheckFailed` when no answer comes."""
        answer = await self.ask_or_none(question, *kinds, **options)
        if answer is None:
            asked = question.get_type() if hasattr(question, "get_type") else "the question"
            raise CheckFailed(f"{asked} got no {' or '.join(kinds)} within {options.get('within_s', ANSWER_S):g} s")
        return answer

    # Commands ------------------------------------------------------------------------------------------------------------------

    def command_long(self, command: int, *params: float, component: int | None = None, confirmation: int = 0) -> Any:
        filled = [*params, *([0.0] * (7 - len(params)))]
        target = self.component_id if component is None else component
        return mavlink.MAVLink_command_long_message(self.system_id, target, command, confirmation, *filled)

    def command_int(
        self,
        command: int,
        frame: int,
        *params: float,
        x: int = 0,
        y: int = 0,
        z: float = 0.0,
        component: int | None = None,
    ) -> Any:
        filled = [*params, *([0.0] * (4 - len(params)))]
        target = self.component_id if component is None else component
        return mavlink.MAVLink_command_int_message(self.system_id, target, frame, command, 0, 0, *filled, x, y, z)

    def command_cancel(self, command: int) -> Frame:
        return self.ours.extra(80, command=command, target_system=self.system_id, target_component=self.component_id)

    def is_ack(self, command: int, speaker: Speaker | None = None) -> Callable[[Any], bool]:
        return lambda message: message.command == command and self.to_us(message, speaker)

    async def ack(self, question: Any, *, within_s: float = ANSWER_S, tries: int = 1, speaker: Speaker | None = None) -> Any:
        """The final COMMAND_ACK: IN_PROGRESS ones are waited through."""
        where = self.is_ack(question.command, speaker)
        for _ in range(tries):
            with self.ether.listening() as ear:
                (speaker or self.ours).say(question)
                while True:
                    answer = await ear.hear_or_none("COMMAND_ACK", within_s=within_s, where=where)
                    if answer is None or answer.result != mavlink.MAV_RESULT_IN_PROGRESS:
                        break
            if answer is not None:
                return answer
        raise CheckFailed(f"{name_of('MAV_CMD', question.command)} got no final COMMAND_ACK within {within_s:g} s")

    async def request(self, message_id: int, kind: str, *, index: float = 0, component: int | None = None, tries: int = QUERY_TRIES) -> Any:
        """A message asked for with MAV_CMD_REQUEST_MESSAGE. Raises: `NotSupported` when it is refused, `NothingCame` when
        it is accepted and does not come, `CheckFailed` on silence."""
        question = self.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, message_id, index, component=component)
        sender = self.component_id if component is None else component
        refusal: int | None = None
        accepted = False
        for _ in range(tries):
            with self.ether.listening() as ear:
                self.ours.say(question)
                end_s = time.monotonic() + ANSWER_S
                while (left_s := end_s - time.monotonic()) > 0:
                    answer = await ear.hear_or_none(
                        kind,
                        "COMMAND_ACK",
                        within_s=left_s,
                        where=lambda message: (
                            (message.get_type() == kind and message.get_srcComponent() == sender)
                            or (
                                message.get_type() == "COMMAND_ACK"
                                and message.command == mavlink.MAV_CMD_REQUEST_MESSAGE
                                and self.to_us(message)
                            )
                        ),
                    )
                    if answer is None:
                        break
                    if answer.get_type() == kind:
                        return answer
                    if answer.result not in (mavlink.MAV_RESULT_ACCEPTED, mavlink.MAV_RESULT_IN_PROGRESS):
                        refusal = answer.result
                        break
                    accepted = True
            if refusal is not None:
                raise NotSupported(f"REQUEST_MESSAGE {kind}: {name_of('MAV_RESULT', refusal)}")
        if accepted:
            raise NothingCame(f"REQUEST_MESSAGE {kind} was accepted, and nothing came in {tries} tries")
        raise CheckFailed(f"REQUEST_MESSAGE {kind} was not answered in {tries} tries")

    async def set_interval(self, message_id: int, interval_us: float, *, component: int | None = None) -> int:
        """The MAV_RESULT of SET_MESSAGE_INTERVAL."""
        question = self.command_long(mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, message_id, interval_us, component=component)
        return int((await self.ack(question, tries=QUERY_TRIES)).result)

    async def stream(self, message_id: int, every_s: float) -> None:
        """Ask for a message that a vehicle may send only to those who ask: one that refuses sends it by itself, or not at all."""
        self.streams.add(message_id)
        with suppress(CheckFailed):
            await self.set_interval(message_id, every_s * 1e6)

    @property
    def winged(self) -> bool:
        """A plane, also one that takes off like a copter."""
        return bool(self.heartbeat.type in _WINGED)

    @property
    def home_is_item_0(self) -> bool:
        """ArduPilot keeps home as item 0 of every mission."""
        return bool(self.heartbeat.autopilot == mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA)

    # The state of the vehicle --------------------------------------------------------------------------------------------------

    @property
    def heartbeat(self) -> Any:
        return self.ether.seen[self.system_id, self.component_id]

    @property
    def armed(self) -> bool:
        return bool(self.heartbeat.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)

    def component_of_type(self, *types: int) -> int | None:
        """Component id of a part of this vehicle, found by what its HEARTBEAT says it is."""
        for (system, component), beat in sorted(self.ether.seen.items()):
            if system == self.system_id and beat.type in types:
                return component
        return None

    async def capabilities(self) -> int:
        """MAV_PROTOCOL_CAPABILITY bits of AUTOPILOT_VERSION, asked for once."""
        if "capabilities" not in self.known:
            version = await self.request(mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION, "AUTOPILOT_VERSION")
            self.known["capabilities"] = version.capabilities
        return int(self.known["capabilities"])

    async def wait_until(self, what: str, condition: Callable[[], bool], within_s: float) -> None:
        """Look at every HEARTBEAT-fed condition until it holds. Raises: `CheckFailed` naming `what`."""
        with self.ether.listening() as ear:
            end_s = time.monotonic() + within_s
            while not condition():
                if time.monotonic() > end_s:
                    raise CheckFailed(f"not seen within {within_s:g} s: {what}")
                await ear.hear_or_none("HEARTBEAT", within_s=0.5)

    async def collect(self, kind: str, vehicle_s: float, *, component: int | None = None) -> tuple[list[Any], list[float]]:
        """Every message of a kind during so many vehicle seconds, and when each arrived (wall seconds)."""
        sender = self.component_id if component is None else component
        with self.ether.listening() as ear:
            await anyio.sleep(self.wall_s(vehicle_s))
            found = [(at_s, message) for at_s, message in ear.heard if message.get_type() == kind and message.get_srcComponent() == sender]
        return [message for _, message in found], [at_s for at_s, _ in found]


def silent(ear: Ear, *kinds: str) -> bool:
    return not ear.all(*kinds)
