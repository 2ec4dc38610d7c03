"""One vehicle: what is known of it, how to speak to it, and how to wait for something to become true of it."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

import anyio

from geo.primitives import from_unix_s
from ground_station.mavlink import (
    Address,
    HeartbeatMonitor,
    WireItem,
    WireMessage,
    mavlink,
)
from ground_station.mavlink.logs import LogEntry
from ground_station.mavlink.modes import FlightMode
from ground_station.mavlink.parameter_values import Parameter
from ground_station.messages import MissionProgress, VehicleState
from ground_station.payload import PayloadBoard
from ground_station.vehicles.conversing import Conversing
from ground_station.vehicles.happening import Happening
from ground_station.vehicles.health import VehicleHealth
from ground_station.vehicles.interest import Interest
from ground_station.vehicles.listeners import Listeners
from ground_station.vehicles.newest import Newest
from ground_station.vehicles.on_board import Component, MissionOutcome, MissionPause, StoredPlan, UploadedMission
from ground_station.vehicles.pose import BootClock, Pose, PoseEstimator
from ground_station.vehicles.shown import Shown
from ground_station.vehicles.state import VehicleEstimate
from ground_station.vehicles.streamed_state import STREAMED_NAMES
from ground_station.vehicles.texts import VehicleText

_STATE_KINDS = VehicleEstimate().kinds | VehicleHealth().kinds
STATE_IDS = frozenset(number for number, kind in mavlink.mavlink_map.items() if kind.msgname in _STATE_KINDS)
_POSE_IDS = frozenset({mavlink.MAVLINK_MSG_ID_ATTITUDE, mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT})
HIGH_LATENCY_TIMEOUT_S = 120.0  # a satellite session delivers about once a minute
_TEXTS_KEPT = 50


class Turn:
    """The right to conclude something from what the vehicle does next. A newer command takes it away."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.superseded_by: str | None = None
        self.cancelled = False


class Vehicle(Conversing):
    """Fed by the fleet, asked by control."""

    __slots__ = (
        "_clock",
        "_estimate",
        "_other_length_told",
        "_poses",
        "_poses_wanted",
        "_shown",
        "_turn",
        "address",
        "clock_uncertainty_s",
        "components",
        "file_lock",
        "flight_modes",
        "health",
        "high_latency",
        "logs",
        "mission_outcome",
        "monitor",
        "newest",
        "packets",
        "parameter_lock",
        "parameters",
        "parameters_at",
        "pause",
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
        self.health = VehicleHealth()
        self._estimate = VehicleEstimate()
        self._poses_wanted = True
        self.high_latency = False
        self.monitor = HeartbeatMonitor(heartbeat_timeout_s)
        self.uploaded: UploadedMission | None = None
        self.packets: Callable[[], tuple[int, int]] = lambda: (0, 0)  # received and lost on the way it is heard
        self.pause = MissionPause()
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
        self._turn: Turn | None = None
        self._shown = Shown(self, self._estimate)
        self._other_length_told = False
        self._clock = BootClock()
        self._poses = PoseEstimator(self._clock)
        self.newest = Newest(self._estimate, self._clock, self.monitor)
        super().__init__(own, transmit, Listeners(interest or Interest(), self.newest.close))

    # Taking messages in

    @property
    def estimate(self) -> VehicleEstimate:
        """What is known, up to the last message heard. Read it again after a wait: a kept one lacks what was put aside since."""
        self.newest.catch_up()
        return self._estimate

    def on_alive(self, message: WireMessage, now_s: float) -> bool:
        """A heartbeat, or what stands for it. True when it found the vehicle, first or again, or on a better link."""
        if self.high_latency or message.get_type() == "HIGH_LATENCY2":
            self.newest.close_alive()
        else:
            self.newest.note_alive()  # what waits there is older
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
            self.newest.close()
        self._poses_wanted = wanted

    def may_keep_newest(self, message_id: int) -> bool:
        """Whether a message may stay bytes until somebody looks: nobody waits for it, or for the vehicle to change by it."""
        name = STREAMED_NAMES.get(message_id)
        if name is None:
            return False
        if self._listeners.wait_for_change or (self._poses_wanted and message_id in _POSE_IDS):
            return False
        return not self._listeners.want(name)

    @property
    def may_repeat_heartbeat(self) -> bool:
        """Whether heartbeats that say the same as the last one need not be looked into."""
        if self.high_latency or not self.monitor.online or self._listeners.wait_for_change:
            return False
        return self._estimate.heartbeat_settles and not self._listeners.want("HEARTBEAT")

    def wants(self, kind: str) -> bool:
        """Whether anybody has subscribed to messages of this name."""
        return self._listeners.want(kind)

    def on_message(self, message: WireMessage, now_s: float, unix_s: float) -> tuple[list[Happening], Pose | None]:
        """One message of this vehicle's autopilot."""
        self.newest.catch_up()
        kind = message.get_type()
        self._listeners.hand_on(kind, message)
        self.health.on_message(message, unix_s)
        happenings = self._estimate.update(message)
        if happenings:
            self.newest.close_alive()  # the heartbeat that follows may contradict
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
        self._listeners.hand_on(kind, message)
        self.notify()

    @property
    def online(self) -> bool:
        return self.monitor.online

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
        return self._shown.snapshot(now_s)

    def state_json(self, now_s: float, at_json: bytes | None = None) -> bytes:
        """The same as `snapshot(now_s).encode()`, for telling a thousand vehicles five times a second: not validated on the way.

        `at_json`: the instant to write into it, when several are told at once (`instant_json`).
        """
        return self._shown.json(now_s, at_json)

    def mission_progress(self) -> MissionProgress | None:
        return self._shown.mission_progress()
