"""Which vehicles there are, and by which route each is heard. Pure bookkeeping: messages and times in, events out."""

from collections.abc import Callable, Iterator
from typing import Protocol

from geo.primitives import VehicleError
from ground_station.mavlink import Address, Frame, WireMessage, decode_frame, is_alive_sign, mavlink
from ground_station.mavlink.lanes import Lane
from ground_station.vehicles.happening import Happening
from ground_station.vehicles.interest import Interest
from ground_station.vehicles.paths import Paths, Route, Verdict
from ground_station.vehicles.pose import Pose
from ground_station.vehicles.streamed_state import STREAMED
from ground_station.vehicles.vehicle import STATE_IDS, Vehicle

_NAMES: dict[int, str] = {number: kind.msgname for number, kind in mavlink.mavlink_map.items()}
_ALIVE_IDS = frozenset({mavlink.MAVLINK_MSG_ID_HEARTBEAT, mavlink.MAVLINK_MSG_ID_HIGH_LATENCY2})


class OpenLane(Protocol):
    """Opens a lane; `repeated`: for frames that say the same."""

    def __call__(self, *, repeated: bool = False) -> Lane: ...


class Fleet:
    """All vehicles heard so far. A lost vehicle stays listed, marked lost."""

    def __init__(
        self,
        own: Address,
        transmit: Callable[[Route, WireMessage, int], bool],
        *,
        heartbeat_timeout_s: float,
        on_happening: Callable[[Vehicle, Happening], None],
        on_pose: Callable[[Vehicle, Pose], None],
    ) -> None:
        self._own, self._transmit, self._timeout_s = own, transmit, heartbeat_timeout_s
        self._on_happening, self._on_pose = on_happening, on_pose
        self._vehicles: dict[int, Vehicle] = {}
        self._paths: dict[tuple[int, int], Paths] = {}
        self.interest = Interest()

    def __iter__(self) -> Iterator[Vehicle]:
        return iter(list(self._vehicles.values()))

    def __len__(self) -> int:
        return len(self._vehicles)

    def get(self, vehicle_id: str) -> Vehicle | None:
        return next((v for v in self._vehicles.values() if v.vehicle_id == vehicle_id), None)

    def require(self, vehicle_id: str) -> Vehicle:
        """Raises: `VehicleError` naming the vehicles that are there."""
        vehicle = self.get(vehicle_id)
        if vehicle is None:
            known = ", ".join(v.vehicle_id for v in self) or "none"
            raise VehicleError(
                f"Vehicle '{vehicle_id}' has not been heard; heard so far: {known}.",
                code="vehicle.unknown",
                hint="Check its system id, its power and the link.",
            )
        return vehicle

    def route_of(self, system_id: int) -> Route | None:
        vehicle = self._vehicles.get(system_id)
        return None if vehicle is None else self._paths[system_id, vehicle.address.component_id].route

    def wants(self, message_id: int) -> bool:
        """Whether anybody here looks into messages of this id; the others stay bytes."""
        return message_id in STATE_IDS or message_id in _ALIVE_IDS or _NAMES.get(message_id, "") in self.interest

    def on_frame(self, frame: Frame, route: Route, now_s: float, unix_s: float) -> Verdict:
        """One verified frame from the outside. It is decoded only when somebody wants what is in it."""
        system_id, message_id = frame.system_id, frame.message_id
        vehicle = self._vehicles.get(system_id)
        if vehicle is None:
            if message_id in _ALIVE_IDS and (message := decode_frame(frame)) is not None:
                self.on_message(message, route, now_s, unix_s)
            return Verdict.USE
        streamed = message_id in STREAMED
        verdict = self._judge(vehicle, frame.component_id, route, now_s, frame, streamed)
        if verdict is not Verdict.USE:
            return verdict
        of_autopilot = frame.component_id == vehicle.address.component_id
        if of_autopilot and streamed and vehicle.may_keep_newest(message_id):
            vehicle.newest.put_aside(frame, unix_s)
        elif (of_autopilot and message_id in STATE_IDS) or message_id in _ALIVE_IDS or _NAMES[message_id] in self.interest:
            message = decode_frame(frame)
            if message is not None:
                self._take(vehicle, message, route, now_s, unix_s)
        return verdict

    def open_lane(self, frame: Frame, route: Route, open_: OpenLane) -> None:
        """Have frames like this one, which has just been heard, kept in a lane, where nobody has to see each of them."""
        message_id = frame.message_id
        vehicle = self._vehicles.get(frame.system_id)
        paths = self._paths.get((frame.system_id, frame.component_id))
        if vehicle is None or paths is None or not paths.only(route):
            return
        of_autopilot = frame.component_id == vehicle.address.component_id
        if message_id in _ALIVE_IDS:
            if of_autopilot and message_id == mavlink.MAVLINK_MSG_ID_HEARTBEAT and vehicle.may_repeat_heartbeat:
                message = decode_frame(frame)
                if message is not None and is_alive_sign(message):
                    vehicle.newest.keep_alive(open_(repeated=True), paths)
        elif of_autopilot and message_id in STATE_IDS:
            if vehicle.may_keep_newest(message_id):
                vehicle.newest.keep_streamed(open_(), paths)
        elif not vehicle.wants(_NAMES[message_id]):
            vehicle.newest.keep(open_(), paths)

    def on_message(self, message: WireMessage, route: Route, now_s: float, unix_s: float) -> None:
        """One decoded message from the outside."""
        system_id = message.get_srcSystem()
        if system_id in (0, self._own.system_id):
            return
        vehicle = self._vehicles.get(system_id)
        if vehicle is None:
            if not is_alive_sign(message):
                return  # nothing is known of it until it says what it is
            vehicle = self._add(system_id, message.get_srcComponent(), route, now_s)
        if self._judge(vehicle, message.get_srcComponent(), route, now_s) is Verdict.USE:
            self._take(vehicle, message, route, now_s, unix_s)

    def _take(self, vehicle: Vehicle, message: WireMessage, route: Route, now_s: float, unix_s: float) -> None:
        if message.get_srcComponent() != vehicle.address.component_id:
            vehicle.on_component_message(message, now_s)
            return
        found = is_alive_sign(message) and vehicle.on_alive(message, now_s)
        happenings, pose = vehicle.on_message(message, now_s, unix_s)
        if found:
            way = "its high-latency link" if vehicle.high_latency else getattr(route.link, "url", "link")
            self._on_happening(vehicle, Happening("link_found", f"{vehicle.vehicle_id} found on {way}"))
        for happening in happenings:
            self._on_happening(vehicle, happening)
        if pose is not None:
            self._on_pose(vehicle, pose)

    def _add(self, system_id: int, component_id: int, route: Route, now_s: float) -> Vehicle:
        def transmit(message: WireMessage) -> bool:
            component = self._paths.get((system_id, getattr(message, "target_component", 0)))
            return self._transmit((component or self._paths[system_id, component_id]).route, message, system_id)

        self._paths[system_id, component_id] = Paths(route, now_s)
        vehicle = self._vehicles[system_id] = Vehicle(system_id, component_id, self._own, transmit, self._timeout_s, self.interest)
        return vehicle

    def _judge(
        self, vehicle: Vehicle, component_id: int, route: Route, now_s: float, frame: Frame | None = None, streamed: bool = False
    ) -> Verdict:
        """Cameras, gimbals and companions may be heard elsewhere than their autopilot, so each has ways of its own."""
        key = (vehicle.address.system_id, component_id)
        paths = self._paths.get(key)
        if paths is None:
            self._paths[key] = Paths(route, now_s)
            return Verdict.USE
        if route is not paths.route and vehicle.newest.has_lanes:
            vehicle.newest.close()  # which of two ways is followed is judged frame by frame
        verdict = paths.judge(route, now_s, frame, streamed=streamed)
        if verdict is Verdict.CONFLICT and component_id == vehicle.address.component_id:
            self._on_happening(
                vehicle,
                Happening(
                    "text",
                    f"Two speakers use system id {key[0]}: {paths.route.peer} and {route.peer}. "
                    "Only the first is followed; give the other its own MAV_SYSID.",
                    "critical",
                ),
            )
        return verdict

    def on_time(self, now_s: float) -> None:
        """Notice silences. Call a few times a second."""
        for vehicle in self._vehicles.values():
            vehicle.newest.note_alive()
            if vehicle.monitor.on_time(now_s):
                vehicle.newest.close()  # its next heartbeat finds it, whatever it says
                vehicle.notify()
                age_s = vehicle.monitor.age_s(now_s)
                self._on_happening(
                    vehicle,
                    Happening("link_lost", f"{vehicle.vehicle_id} lost: no heartbeat for {age_s:.1f} s", "critical", {"age_s": age_s}),
                )
