"""One vehicle: what is known of it, how to speak to it, and how to wait for something to become true of it."""

import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Set
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from geo.primitives import LonLat, from_unix_s, utc_now
from ground_station.mavlink import (
    Address,
    CommandExchange,
    CommandOutcome,
    Exchange,
    Frame,
    HeartbeatMonitor,
    WireItem,
    WireMessage,
    mavlink,
)
from ground_station.mavlink.framing import CHECKSUM_BYTES, HEADER_V2_BYTES
from ground_station.mavlink.lanes import Lane
from ground_station.mavlink.logs import LogEntry
from ground_station.mavlink.modes import FlightMode
from ground_station.mavlink.parameter_values import Parameter
from ground_station.messages import LinkState, MissionProgress, VehicleState
from ground_station.payload import PayloadBoard
from ground_station.vehicles.happening import Happening
from ground_station.vehicles.health import VehicleHealth
from ground_station.vehicles.interest import Interest
from ground_station.vehicles.paths import Paths
from ground_station.vehicles.pose import BootClock, Pose, PoseEstimator
from ground_station.vehicles.state import STREAMED_FIELDS, VehicleEstimate
from ground_station.vehicles.state_text import StateText, instant_json
from ground_station.vehicles.texts import VehicleText

Outcome = TypeVar("Outcome")

# Telemetry whose next message replaces it and from which nothing happens; the rest is looked into at once.
_STREAMED = {number: kind.msgname for number, kind in mavlink.mavlink_map.items() if kind.msgname in STREAMED_FIELDS}
STREAMED_IDS = frozenset(_STREAMED)
_STATE_KINDS = VehicleEstimate().kinds | VehicleHealth().kinds
STATE_IDS = frozenset(number for number, kind in mavlink.mavlink_map.items() if kind.msgname in _STATE_KINDS)
_POSE_IDS = frozenset({mavlink.MAVLINK_MSG_ID_ATTITUDE, mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT})
HIGH_LATENCY_TIMEOUT_S = 120.0  # a satellite session delivers about once a minute
MESSAGES_WAITING = 256  # for one subscriber; one that does not keep up loses the newest, as on a bad link
ANSWERS_WAITING = 4096  # for an exchange: a burst of a file comes faster than the loop turns
_TEXTS_KEPT = 50
LOSSES_EVERY_S = 1.0  # what got lost is a figure over a minute


@dataclass(frozen=True, slots=True)
class UploadedMission:
    """What this station put on board. `endless_at`: where it ends by staying for good."""

    mission_id: UUID | None
    items: int
    endless_at: LonLat | None = None


@dataclass(frozen=True, slots=True)
class MissionOutcome:
    """How the last flight of a mission ended. `reason` is empty when it was flown to the end."""

    mission: UploadedMission
    flown: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Component:
    """Something else that speaks under the vehicle's system id. `mav_type` is MAV_TYPE of its heartbeat."""

    component_id: int
    mav_type: int
    heard_s: float


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """What the vehicle holds of mission, fence or rally, as read last. `revision` grows with each change seen."""

    items: tuple[WireItem, ...]
    at: datetime
    revision: int


class Turn:
    """The right to conclude something from what the vehicle does next. A newer command takes it away."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.superseded_by: str | None = None
        self.cancelled = False


class Vehicle:
    """Fed by the fleet, asked by control. `transmit` puts a message on whichever route the vehicle was heard on."""

    __slots__ = (
        "_aside",
        "_clock",
        "_estimate",
        "_interest",
        "_losses",
        "_losses_at_s",
        "_other_length_told",
        "_poses",
        "_poses_wanted",
        "_streams",
        "_subscribers",
        "_text",
        "_told",
        "_transmit",
        "_turn",
        "_waiting",
        "address",
        "clock_uncertainty_s",
        "components",
        "file_lock",
        "flight_modes",
        "health",
        "high_latency",
        "lanes",
        "logs",
        "mission_outcome",
        "monitor",
        "own",
        "packets",
        "parameter_lock",
        "parameters",
        "parameters_at",
        "payload",
        "payload_lock",
        "stores",
        "texts",
        "transfer_lock",
        "uploaded",
        "vehicle_id",
    )

    def __init__(
        self,
        system_id: int,
        component_id: int,
        own: Address,
        transmit: Callable[[WireMessage], bool],
        heartbeat_timeout_s: float,
        interest: Interest | None = None,
    ) -> None:
        self.vehicle_id = f"mav-{system_id}"
        self.address = Address(system_id, component_id)
        self.own = own
        self.health = VehicleHealth()
        self._estimate = VehicleEstimate()
        self._aside: dict[int, tuple[Frame, float]] = {}  # newest of each streamed message, not looked into yet
        self.lanes: dict[Lane, Paths] = {}  # of all its components: messages of which only the newest is kept
        self._streams: dict[int, Lane] = {}  # those of the autopilot that `catch_up` looks into
        self._poses_wanted = True
        self.high_latency = False
        self.monitor = HeartbeatMonitor(heartbeat_timeout_s)
        self.uploaded: UploadedMission | None = None
        self.packets: Callable[[], tuple[int, int]] = lambda: (0, 0)  # received and lost on the way it is heard
        self.mission_outcome: MissionOutcome | None = None  # set by whoever watches the flight
        self.transfer_lock = anyio.Lock()  # one mission transfer at a time: the protocol has no transfer ids
        self.parameter_lock = anyio.Lock()  # one list or set at a time: answers carry no request id
        self.file_lock = anyio.Lock()  # one file or log at a time: the link is narrow, and sessions are few
        self.parameters: dict[str, Parameter] = {}  # as read last, by name; empty before
        self.parameters_at: datetime | None = None
        self.logs: dict[int, LogEntry] = {}  # on board, as listed last, by number
        self.flight_modes: tuple[FlightMode, ...] = ()  # as the vehicle lists them; empty where it does not
        self.clock_uncertainty_s: float | None = None  # half the best round trip; None before the first
        self.stores: dict[str, StoredPlan] = {}  # "mission", "fence", "rally"
        self.texts: deque[tuple[float, VehicleText]] = deque(maxlen=_TEXTS_KEPT)
        self.components: dict[int, Component] = {}  # by component id, the autopilot left out
        self.payload = PayloadBoard()
        self.payload_lock = anyio.Lock()  # one request of a message at a time: acknowledgements do not say which was asked for
        self._transmit = transmit
        self._turn: Turn | None = None
        self._text = StateText()
        self._other_length_told = False
        self._told: tuple[Any, ...] | None = None
        self._losses_at_s, self._losses = float("-inf"), (0, cast("float | None", None))
        self._clock = BootClock()
        self._poses = PoseEstimator(self._clock)
        self._interest = interest or Interest()
        self._subscribers: dict[str, list[MemoryObjectSendStream[WireMessage]]] = {}
        self._waiting: list[anyio.Event] = []

    # Taking messages in

    @property
    def estimate(self) -> VehicleEstimate:
        """What is known, up to the last message heard. Read it again after a wait: a kept one lacks what was put aside since."""
        self.catch_up()
        return self._estimate

    def on_alive(self, message: WireMessage, now_s: float) -> bool:
        """A heartbeat, or what stands for it. True when it found the vehicle, first or again, or on a better link."""
        was_high_latency, self.high_latency = self.high_latency, message.get_type() == "HIGH_LATENCY2"
        found = self.monitor.on_heartbeat(now_s, HIGH_LATENCY_TIMEOUT_S if self.high_latency else None)
        return found or (was_high_latency and not self.high_latency)

    @property
    def poses_wanted(self) -> bool:
        """Whether each attitude and position becomes a pose at once."""
        return self._poses_wanted

    @poses_wanted.setter
    def poses_wanted(self, wanted: bool) -> None:
        if wanted and not self._poses_wanted:
            self.close_lanes()
        self._poses_wanted = wanted

    def has_subscribers(self, kind: str) -> bool:
        return bool(self._subscribers.get(kind))

    def keep_lane(self, lane: Lane, paths: Paths, *, streamed: bool) -> None:
        """A lane has been opened. It stays until somebody wants to see each of its messages, or waits for any change."""
        self.catch_up()
        self.lanes[lane] = paths
        if streamed:
            self._streams[lane.message_id] = lane

    def close_lanes(self) -> None:
        """From now on each message is seen when it comes."""
        self.catch_up()
        for lane, paths in self.lanes.items():
            lane.close()
            paths.at_s = max(paths.at_s, lane.at[0])
        self.lanes.clear()
        self._streams.clear()

    def can_wait(self, message_id: int) -> bool:
        """Whether a streamed message may stay bytes until somebody looks: nobody waits for it or for the vehicle to change."""
        if self._waiting or (self._poses_wanted and message_id in _POSE_IDS):
            return False
        return not self.has_subscribers(_STREAMED[message_id])

    def put_aside(self, frame: Frame, unix_s: float) -> None:
        """Keep a streamed message for `catch_up`; the one before it is never looked into."""
        if frame.message_id in self._streams:
            self.close_lanes()  # it went another way than the one before: what is kept there is older
        self._aside[frame.message_id] = (frame, unix_s)

    def catch_up(self) -> None:
        """Look into what was put aside, and into the newest of each lane."""
        if self._aside:
            aside, self._aside = self._aside, {}
            for frame, unix_s in aside.values():
                self._look_into(frame.message_id, frame.data, frame.payload_start, frame.payload_end, unix_s)
        for message_id, lane in self._streams.items():
            data = lane.frame
            if data is not None:
                lane.frame = None
                self._look_into(message_id, data, HEADER_V2_BYTES, len(data) - CHECKSUM_BYTES, lane.at[1])

    def _look_into(self, message_id: int, data: bytes, start: int, end: int, unix_s: float) -> None:
        boot_ms = self._estimate.update_streamed(message_id, data, start, end)
        if boot_ms is not None:
            self._clock.on_arrival(boot_ms, unix_s)

    def on_message(self, message: WireMessage, now_s: float, unix_s: float) -> tuple[list[Happening], Pose | None]:
        """One message of this vehicle's autopilot."""
        self.catch_up()
        kind = message.get_type()
        self._hand_on(kind, message)
        self.health.on_message(message, unix_s)
        happenings = self._estimate.update(message)
        pose = None
        if kind in ("ATTITUDE", "GLOBAL_POSITION_INT"):
            self._clock.on_arrival(message.time_boot_ms, unix_s)
            pose = self._poses.on_message(message)
        elif kind == "SYSTEM_TIME":
            if self._clock.on_system_time(message.time_unix_usec, message.time_boot_ms):
                self._poses.forget()
        elif kind == "STATUSTEXT" and self.estimate.last_text is not None and happenings:
            self.texts.append((now_s, self.estimate.last_text))
        elif kind == "MISSION_CURRENT":
            self._compare_with_upload()
        self.notify()
        return happenings, pose

    def _compare_with_upload(self) -> None:
        """Another length than was uploaded, twice running: another station has put another mission on board.

        Once may be a message from before the upload, late over a second link.
        """
        if self.uploaded is None or self.estimate.mission_total in (None, self.uploaded.items):
            self._other_length_told = False
        elif self._other_length_told:
            self.uploaded = None
        else:
            self._other_length_told = True

    def on_component_message(self, message: WireMessage, now_s: float) -> None:
        """One message of another component of this system: a camera, a gimbal, a companion computer."""
        kind = message.get_type()
        if kind == "HEARTBEAT":
            self.components[message.get_srcComponent()] = Component(message.get_srcComponent(), message.type, now_s)
        self._hand_on(kind, message)
        self.notify()

    def _hand_on(self, kind: str, message: WireMessage) -> None:
        for subscriber in self._subscribers.get(kind, ()):
            with suppress(anyio.WouldBlock):
                subscriber.send_nowait(message)

    @contextmanager
    def subscribe(self, kinds: Set[str], *, waiting: int = MESSAGES_WAITING) -> Iterator[MemoryObjectReceiveStream[WireMessage]]:
        """Messages of these names, from every component of this system, as they come. `waiting` is kept; more is dropped."""
        send, receive = anyio.create_memory_object_stream[WireMessage](waiting)
        self._interest.add(kinds)
        self.close_lanes()
        for kind in kinds:
            self._subscribers.setdefault(kind, []).append(send)
        try:
            with send, receive:
                yield receive
        finally:
            for kind in kinds:
                self._subscribers[kind].remove(send)
            self._interest.drop(kinds)

    def notify(self) -> None:
        """Wake whoever waits for this vehicle to change."""
        waiting, self._waiting = self._waiting, []
        for event in waiting:
            event.set()

    async def wait_change(self, timeout_s: float) -> None:
        """Return at the next message, or after `timeout_s`."""
        event = anyio.Event()
        self._waiting.append(event)
        if self.lanes:
            self.close_lanes()
        with anyio.move_on_after(timeout_s):
            await event.wait()

    async def wait_until(self, condition: Callable[[], bool], deadline_s: float) -> bool:
        """True as soon as `condition` holds, False when `deadline_s` has passed without it."""
        end = time.monotonic() + deadline_s
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                return False
            await self.wait_change(min(left, 0.5))
        return True

    # Speaking

    @property
    def online(self) -> bool:
        return self.monitor.online

    def send(self, messages: Iterable[WireMessage]) -> None:
        for message in messages:
            self._transmit(message)

    async def conversing(self, exchange: Exchange[Outcome]) -> AsyncGenerator[None]:
        """Drive an exchange to its outcome, yielding after each thing that moved it on.

        Left before its end, it just stops: nothing more is sent.
        """
        with self.subscribe(exchange.kinds, waiting=ANSWERS_WAITING) as answers:
            self.send(exchange.opening())
            while exchange.outcome is None:
                seen, end = exchange.activity, time.monotonic() + exchange.timeout_s
                while exchange.outcome is None and exchange.activity == seen:
                    with anyio.move_on_after(end - time.monotonic()):
                        self.send(exchange.on_message(await answers.receive()))
                        continue
                    self.send(exchange.on_silence())
                    break
                yield

    async def converse(self, exchange: Exchange[Outcome]) -> Outcome:
        """Drive an exchange to its outcome."""
        async with aclosing(self.conversing(exchange)) as steps:
            async for _ in steps:
                pass
        assert exchange.outcome is not None
        return exchange.outcome

    async def command(self, message: WireMessage) -> CommandOutcome:
        """Send a state-changing command once and wait for its acknowledgement."""
        return await self.converse(CommandExchange(message, self.own))

    async def query(self, message: WireMessage) -> CommandOutcome:
        """Send a command that changes nothing, again if need be."""
        return await self.converse(CommandExchange.query(message, self.own))

    def set_clock_offset(self, offset_s: float | None, uncertainty_s: float | None) -> None:
        """Our clock less the vehicle's boot clock, from round trips. Used for poses while the vehicle's own clock is not set."""
        if offset_s is not None and uncertainty_s is not None:
            self.clock_uncertainty_s = uncertainty_s
            self._clock.on_synced(offset_s, uncertainty_s)

    def instant_of(self, boot_ms: int) -> datetime | None:
        """When something stamped with the vehicle's time since boot was; None before its clock is known."""
        unix_s = self._clock.unix_s(boot_ms)
        return None if unix_s is None else from_unix_s(unix_s)

    def keep_store(self, store: str, items: tuple[WireItem, ...], at: datetime) -> None:
        """Remember what was read from the vehicle."""
        known = self.stores.get(store)
        revision = 1 if known is None else known.revision + (known.items != items)
        self.stores[store] = StoredPlan(items, at, revision)
        self.notify()

    def take_turn(self, command: str) -> Turn:
        """Begin a command that moves the vehicle; an earlier one that is still being watched learns that it is superseded."""
        if self._turn is not None:
            self._turn.superseded_by = command
        self._turn = Turn(command)
        self.notify()
        return self._turn

    # Telling

    def snapshot(self, now_s: float) -> VehicleState:
        """Everything shown of the vehicle, as of now."""
        self._count_losses(now_s)
        return VehicleState(**self._shown(now_s))

    def state_json(self, now_s: float, at_json: bytes | None = None) -> bytes:
        """The same as `snapshot(now_s).encode()`, for telling a thousand vehicles five times a second: not validated on the way.

        `at_json`: the instant to write into it, when several are told at once (`instant_json`).
        """
        e = self.estimate
        self._count_losses(now_s)
        marks = (self.monitor.online, e.revision, e.ready_to_arm, self.uploaded, id(self.uploaded), self.mission_outcome, self._losses)
        if marks != self._told:  # a handful of marks is compared each time, all that seldom changes only when one of them did
            self._told = marks
            self._text.keep(self._seldom_changing(), lambda: self._shown(now_s))
        return self._text.write(e, instant_json(utc_now()) if at_json is None else at_json, self._heartbeat_age_s(now_s))

    def _count_losses(self, now_s: float) -> None:
        if 0.0 <= now_s - self._losses_at_s < LOSSES_EVERY_S:
            return
        received, lost = self.packets()
        self._losses_at_s, self._losses = now_s, (lost, self.health.loss_fraction(now_s, received, lost))

    def _heartbeat_age_s(self, now_s: float) -> float:
        age_s = self.monitor.age_s(now_s)
        return int(age_s * 100.0 + 0.5) / 100.0 if age_s < 1e9 else age_s  # `round` costs 0.3 µs more

    def _seldom_changing(self) -> tuple[Any, ...]:
        """What `_shown` is made of, but for what `StateText` writes anew each time."""
        e = self.estimate
        return (
            self.monitor.online,
            e.autopilot,
            e.armed,
            e.mode,
            e.flying,
            e.home,
            e.ready_to_arm,
            e.last_text,
            self.mission_progress(),
            tuple(e.batteries.items()),
            e.firmware,
            e.capabilities,
            self._losses,
            self.health.marks,
        )

    def _shown(self, now_s: float) -> dict[str, Any]:
        e, (lost, loss_fraction) = self.estimate, self._losses
        return {
            "vehicle_id": self.vehicle_id,
            "system_id": self.address.system_id,
            "at": utc_now(),
            "link": LinkState.ONLINE if self.online else LinkState.LOST,
            "heartbeat_age_s": self._heartbeat_age_s(now_s),
            "autopilot": e.autopilot.name,
            "vehicle_type": e.autopilot.vehicle_type,
            "armed": e.armed,
            "mode": e.mode,
            "flying": e.flying,
            "lon_deg": e.lon_deg,
            "lat_deg": e.lat_deg,
            "altitude_above_home_m": e.altitude_above_home_m,
            "altitude_amsl_m": e.altitude_amsl_m,
            "heading_deg": e.heading_deg,
            "roll_deg": e.roll_deg,
            "pitch_deg": e.pitch_deg,
            "ground_speed_mps": e.ground_speed_mps,
            "climb_mps": e.climb_mps,
            "home_lon_deg": e.home.lon_deg if e.home else None,
            "home_lat_deg": e.home.lat_deg if e.home else None,
            "battery": e.battery,
            "batteries": [e.batteries[number] for number in sorted(e.batteries)],
            "gps": e.gps,
            "ready_to_arm": e.ready_to_arm,
            "status_text": e.last_text.text if e.last_text else None,
            "mission": self.mission_progress(),
            "packets_lost": lost,
            "firmware": e.firmware,
            "capabilities": e.capabilities,
            "health": self.health.snapshot(loss_fraction),
        }

    def mission_progress(self) -> MissionProgress | None:
        e = self.estimate
        total = self.uploaded.items if self.uploaded else e.mission_total
        if total is None:
            return None
        outcome = self.mission_outcome if self.mission_outcome and self.mission_outcome.mission is self.uploaded else None
        state = "none" if not total else e.mission_state if outcome is None else "complete" if outcome.flown else "failed"
        return MissionProgress(
            mission_id=self.uploaded.mission_id if self.uploaded else None,
            current_item=min(e.mission_current, total),
            total_items=total,
            reached_item=e.mission_reached,
            state=state,
            reason=outcome.reason if outcome and outcome.reason else None,
        )
