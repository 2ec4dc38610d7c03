"""Which vehicles there are, and by which route each is heard. Pure bookkeeping: messages and times in, events out."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from geo.primitives import VehicleError
from ground_station.mavlink import Address, WireMessage, is_vehicle_heartbeat
from ground_station.vehicles.happening import Happening
from ground_station.vehicles.interest import Interest
from ground_station.vehicles.pose import Pose
from ground_station.vehicles.vehicle import Vehicle

logger = logging.getLogger(__name__)

ROUTE_SILENT_S = 2.0  # a route silent this long gives way to another one the same vehicle is heard on
CONFLICT_REPEATED_S = 60.0  # two speakers with one system id are reported at most this often


@dataclass(frozen=True, slots=True)
class Route:
    """A link and the peer on it; `link` and `peer` mean something to the network only."""

    link: Any
    peer: Any


@dataclass(slots=True)
class _Heard:
    route: Route
    at_s: float
    conflict_told_s: float = float("-inf")


class Fleet:
    """All vehicles heard so far. A lost vehicle stays listed, marked lost."""

    def __init__(
        self,
        own: Address,
        transmit: Callable[[Route, WireMessage], bool],
        *,
        heartbeat_timeout_s: float,
        on_happening: Callable[[Vehicle, Happening], None],
        on_pose: Callable[[Vehicle, Pose], None],
    ) -> None:
        self._own, self._transmit, self._timeout_s = own, transmit, heartbeat_timeout_s
        self._on_happening, self._on_pose = on_happening, on_pose
        self._vehicles: dict[int, Vehicle] = {}
        self._heard: dict[int, _Heard] = {}
        self._components_heard: dict[tuple[int, int], _Heard] = {}
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
        heard = self._heard.get(system_id)
        return heard.route if heard else None

    def on_message(self, message: WireMessage, route: Route, now_s: float, unix_s: float) -> None:
        """One message from the outside."""
        system_id = message.get_srcSystem()
        if system_id in (0, self._own.system_id):
            return
        heartbeat = is_vehicle_heartbeat(message)
        vehicle = self._vehicles.get(system_id)
        if vehicle is None:
            if not heartbeat:
                return  # nothing is known of it until it says what it is
            vehicle = self._add(system_id, message.get_srcComponent(), route, now_s)
        if message.get_srcComponent() != vehicle.address.component_id:
            if self._component_on_its_route(message, route, now_s):
                vehicle.on_component_message(message, now_s)
            return
        if not self._on_its_route(vehicle, route, now_s):
            return
        found = heartbeat and vehicle.monitor.on_heartbeat(now_s)
        happenings, pose = vehicle.on_message(message, now_s, unix_s)
        if found:
            self._on_happening(vehicle, Happening("link_found", f"{vehicle.vehicle_id} found on {getattr(route.link, 'url', 'link')}"))
        for happening in happenings:
            self._on_happening(vehicle, happening)
        if pose is not None:
            self._on_pose(vehicle, pose)

    def _add(self, system_id: int, component_id: int, route: Route, now_s: float) -> Vehicle:
        def transmit(message: WireMessage) -> bool:
            component = self._components_heard.get((system_id, getattr(message, "target_component", 0)))
            return self._transmit((component or self._heard[system_id]).route, message)

        self._heard[system_id] = _Heard(route, now_s)
        vehicle = self._vehicles[system_id] = Vehicle(system_id, component_id, self._own, transmit, self._timeout_s, self.interest)
        return vehicle

    def _component_on_its_route(self, message: WireMessage, route: Route, now_s: float) -> bool:
        """Cameras, gimbals and companions may be heard elsewhere than their autopilot; a second copy is left aside here too."""
        key = (message.get_srcSystem(), message.get_srcComponent())
        heard = self._components_heard.get(key)
        if heard is None or now_s - heard.at_s > ROUTE_SILENT_S:
            heard = self._components_heard[key] = _Heard(route, now_s)
        if route != heard.route:
            return False
        heard.at_s = now_s
        return True

    def _on_its_route(self, vehicle: Vehicle, route: Route, now_s: float) -> bool:
        """Whether this route is the one the vehicle is followed on; a second copy of its messages is left aside."""
        heard = self._heard[vehicle.address.system_id]
        if route == heard.route:
            heard.at_s = now_s
            return True
        if now_s - heard.at_s > ROUTE_SILENT_S:
            heard.route, heard.at_s = route, now_s
            return True
        if route.link is heard.route.link and now_s - heard.conflict_told_s > CONFLICT_REPEATED_S:
            # Another link may carry the same vehicle; another address on the same link is another speaker.
            heard.conflict_told_s = now_s
            self._on_happening(
                vehicle,
                Happening(
                    "text",
                    f"Two speakers use system id {vehicle.address.system_id}: {heard.route.peer} and {route.peer}. "
                    "Only the first is followed; give the other its own MAV_SYSID.",
                    "critical",
                ),
            )
        return False

    def on_time(self, now_s: float) -> None:
        """Notice silences. Call a few times a second."""
        for vehicle in self:
            if vehicle.monitor.on_time(now_s):
                vehicle.notify()
                age_s = vehicle.monitor.age_s(now_s)
                self._on_happening(
                    vehicle,
                    Happening("link_lost", f"{vehicle.vehicle_id} lost: no heartbeat for {age_s:.1f} s", "critical", {"age_s": age_s}),
                )
