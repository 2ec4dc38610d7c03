"""Links, codecs and the fleet tied together: the station's ear and voice, with or without a server behind it.

async with make_link("udpin:0.0.0.0:14550") as link, VehicleNetwork() as network:
    network.attach(link)
    vehicle = await network.wait_for("mav-1", deadline_s=10)
"""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from types import TracebackType
from typing import Literal, Self

import anyio
from anyio import CancelScope
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from geo.primitives import SunqarError, VehicleError
from ground_station.links import Link, Peer
from ground_station.mavlink import Address, Frame, FrameSplitter, MavlinkCodec, WireMessage, mavlink, station_heartbeat
from ground_station.mavlink.lanes import FrameHeader, can_have_lane
from ground_station.mavlink.signing import Refusal, SigningKey
from ground_station.vehicles.attached import AttachedLink, LinkHealth, Role
from ground_station.vehicles.fleet import Fleet
from ground_station.vehicles.forwarding import Router
from ground_station.vehicles.guard import SigningGuard
from ground_station.vehicles.happening import Happening
from ground_station.vehicles.introduction import Introductions
from ground_station.vehicles.paths import Route, Verdict
from ground_station.vehicles.pose import Pose
from ground_station.vehicles.vehicle import Vehicle

logger = logging.getLogger(__name__)

HEARTBEAT_PERIOD_S = 1.0
LIVENESS_PERIOD_S = 0.25
DEFAULT_SYSTEM_ID = 254
HEARTBEAT_TIMEOUT_S = 3.5
PACKETS_AT_ONCE = 512  # of one link, before other tasks have their turn
_SECRET_IDS = frozenset({mavlink.MAVLINK_MSG_ID_SETUP_SIGNING})  # never recorded

# (link, "in" or "out", unix microseconds, frame bytes, what it is and of whom)
FrameListener = Callable[[Link, Literal["in", "out"], int, bytes, FrameHeader], None]


def _ignore(*_: object) -> None:
    """Nobody listens."""


class VehicleNetwork:
    """Everything heard on the attached links. Closing it sends nothing: the failsafe belongs to the autopilot."""

    def __init__(
        self,
        *,
        system_id: int = DEFAULT_SYSTEM_ID,
        heartbeat_timeout_s: float = HEARTBEAT_TIMEOUT_S,
        on_happening: Callable[[Vehicle, Happening], None] = _ignore,
        on_pose: Callable[[Vehicle, Pose], None] = _ignore,
        guard: SigningGuard | None = None,
        heartbeat_period_s: float = HEARTBEAT_PERIOD_S,
        asks: bool = True,
    ) -> None:
        """`asks`: whether vehicles are asked for their streams when they are found; without it this only listens."""
        self.own = Address(system_id, mavlink.MAV_COMP_ID_MISSIONPLANNER)
        self._tell, self._asks = on_happening, asks
        self._heartbeat_period_s = heartbeat_period_s
        self.silent = False  # a station that is set silent says no heartbeats: how the loss of a station is tried
        self.fleet = Fleet(
            self.own, self._transmit, heartbeat_timeout_s=heartbeat_timeout_s, on_happening=self._on_happening, on_pose=on_pose
        )
        self.raw_frames: list[FrameListener] = []  # called with every frame heard and said, before anything is done with it
        self.router = Router(system_id)
        self.guard = guard or SigningGuard()
        self._attached: dict[Link, tuple[AttachedLink, CancelScope]] = {}
        self._introductions = Introductions()
        self._companions: list[Callable[[Vehicle], Awaitable[None]]] = []
        self._accompanied: set[str] = set()
        self._changed = anyio.Event()
        self._exit = AsyncExitStack()
        self._tasks: TaskGroup | None = None

    async def __aenter__(self) -> Self:
        self._tasks = await self._exit.enter_async_context(anyio.create_task_group())
        self._tasks.start_soon(self._speak)
        self._tasks.start_soon(self._watch)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool | None:
        assert self._tasks is not None
        self._tasks.cancel_scope.cancel()
        return await self._exit.__aexit__(kind, error, trace)

    def attach(self, link: Link, role: Role = "vehicles", *, commands: bool = False) -> None:
        """Listen on an open link from now on. `role` forward: an endpoint frames are forwarded to, and with `commands` from."""
        assert self._tasks is not None, "enter the network first"
        attached = AttachedLink(link, MavlinkCodec(self.own.system_id, self.own.component_id), role, commands=commands)
        attached.codec.link_id = len(self._attached) % 256
        scope = CancelScope()
        self._attached[link] = (attached, scope)
        self.router.add(attached)
        self._tasks.start_soon(self._listen, attached, scope)

    def detach(self, link: Link) -> None:
        """Listen no more; the link stays open until its owner closes it."""
        attached, scope = self._attached.pop(link)
        self.router.remove(attached)
        scope.cancel()

    def wants(self, message_id: int) -> bool:
        """Whether anybody looks into messages of this id; the others are counted, recorded and forwarded as bytes."""
        return self.fleet.wants(message_id)

    @property
    def frames_heard(self) -> int:
        return sum(attached.codec.counts.frames for attached, _ in self._attached.values())

    def health(self) -> list[LinkHealth]:
        """Each link as of now. Call about once a second: rates are taken between calls."""
        now_s = time.monotonic()
        return [attached.health(now_s) for attached, _ in self._attached.values()]

    def accompany(self, companion: Callable[[Vehicle], Awaitable[None]]) -> None:
        """Run `companion` for each vehicle from the first time it is found until the network closes.

        It outlives losses of the link. One that fails is logged and ends for that vehicle; the others go on.
        """
        assert self._tasks is not None, "enter the network first"
        self._companions.append(companion)
        for vehicle in self.fleet:
            if vehicle.vehicle_id in self._accompanied:
                self._tasks.start_soon(self._run_companion, companion, vehicle)

    async def _run_companion(self, companion: Callable[[Vehicle], Awaitable[None]], vehicle: Vehicle) -> None:
        try:
            await companion(vehicle)
        except Exception:
            logger.exception("%s of %s ended", getattr(companion, "__qualname__", companion), vehicle.vehicle_id)

    async def wait_for(self, vehicle_id: str | None, deadline_s: float) -> Vehicle:
        """The named vehicle, or the only one there is; online and with its first state.

        Raises: `VehicleError` when it is not heard within `deadline_s`, or when no name was given and there are several.
        """
        with anyio.move_on_after(deadline_s):
            while True:
                there = [v for v in self.fleet if v.online and vehicle_id in (None, v.vehicle_id, str(v.address.system_id))]
                if there and vehicle_id is not None:
                    return there[0]
                if there:
                    await anyio.sleep(1.5 * HEARTBEAT_PERIOD_S)  # one round of heartbeats: others may be there too
                    names = [v.vehicle_id for v in sorted(self.fleet, key=lambda v: v.address.system_id)]
                    if len(names) == 1:
                        return there[0]
                    raise VehicleError(
                        f"{len(names)} vehicles are on the link: {', '.join(names)}.",
                        code="vehicle.ambiguous",
                        hint="Name one with --vehicle.",
                    )
                await self._changed.wait()
        heard = ", ".join(v.vehicle_id for v in self.fleet) or "none"
        raise VehicleError(
            f"No heartbeat of {vehicle_id or 'any vehicle'} within {deadline_s:g} s; heard: {heard}.",
            code="vehicle.unheard",
            hint="Check that the vehicle is powered, sends to this address, and that the link is right.",
        )

    async def _listen(self, attached: AttachedLink, scope: CancelScope) -> None:
        with scope:
            while True:
                first = await attached.link.receive()
                packets = attached.link.waiting_packets(PACKETS_AT_ONCE - 1)
                now_s, unix_s = time.monotonic(), time.time()
                self._hear_all(attached, [first], now_s, unix_s)
                self._hear_all(attached, packets, now_s, unix_s)
                if len(packets) == PACKETS_AT_ONCE - 1:
                    await checkpoint()

    def _hear_all(self, attached: AttachedLink, packets: Sequence[tuple[bytes, Peer]], now_s: float, unix_s: float) -> None:
        """Packets in their order. By lanes only where each frame need not be shown to a router or a guard."""
        lanes = attached.role == "vehicles" and not self.router.active and not self.guard.active
        long_way = partial(self._hear, attached, now_s, unix_s, lanes)
        if not lanes:
            for data, peer in packets:
                long_way(data, peer)
            return
        attached.take(packets, (now_s, unix_s), long_way, partial(self._record, attached, int(unix_s * 1e6)) if self.raw_frames else None)

    def _record(self, attached: AttachedLink, at_us: int, data: bytes, header: FrameHeader) -> None:
        for listener in self.raw_frames:
            listener(attached.link, "in", at_us, data, header)

    def _hear(self, attached: AttachedLink, now_s: float, unix_s: float, lanes: bool, data: bytes, peer: Peer) -> None:
        """One packet: its frames recorded, forwarded, and what is to be believed handed to the fleet."""
        route = attached.route(peer)
        forwarding, guarded = self.router.active, self.guard.active
        frames = attached.frames(data, peer, now_s)
        if len(frames) != 1 or frames[0].data is not data:
            attached.codec.close_lanes(peer)
        for frame in frames:
            if self.raw_frames and frame.message_id not in _SECRET_IDS:
                self._record(attached, int(unix_s * 1e6), frame.data, frame)
            if forwarding:
                self.router.on_frame(frame, attached, peer, now_s)
            if not frame.verified or attached.role == "forward" or frame.system_id in (0, self.own.system_id):
                continue
            if guarded and (refusal := self.guard.refusal(frame)) is not None:
                self._on_refusal(attached, frame, refusal, now_s)
                continue
            try:
                attached.duplicates += self.fleet.on_frame(frame, route, now_s, unix_s) is Verdict.DUPLICATE
            except (ValueError, OverflowError, TypeError, AttributeError, SunqarError):
                # One vehicle's nonsense must not deafen the station to the others.
                logger.exception("message %s of system %s could not be used", frame.message_id, frame.system_id)
            if lanes and can_have_lane(frame, data):
                self.fleet.open_lane(frame, route, partial(attached.codec.open_lane, frame, peer, (now_s, unix_s)))

    def _on_refusal(self, attached: AttachedLink, frame: Frame, refusal: Refusal, now_s: float) -> None:
        attached.refused += 1
        count = self.guard.to_tell(frame.system_id, now_s)
        if not count:
            return
        what = f"{count} message{'s' if count > 1 else ''} of system {frame.system_id} refused on {attached.link.url}: {refusal}"
        logger.warning(what)
        vehicle = self.fleet.get(f"mav-{frame.system_id}")
        if vehicle is not None:
            self._tell(vehicle, Happening("text", f"{what}. Somebody else may be speaking in its name.", "critical"))

    async def _speak(self) -> None:
        """Our heartbeat, from the same loop that does the work: when the work hangs, the heartbeat stops."""
        while True:
            for attached, _ in list(self._attached.values()) if not self.silent else ():
                self._say(attached, station_heartbeat(), None, None)
            for vehicle in self.fleet if self.guard.active and not self.silent else ():
                # A vehicle that wants signatures does not count an unsigned heartbeat as hearing its station.
                if self.guard.key_of(vehicle.address.system_id) is not None:
                    vehicle.send([station_heartbeat()])
            await anyio.sleep(self._heartbeat_period_s)

    async def _watch(self) -> None:
        while True:
            self.fleet.on_time(time.monotonic())
            await anyio.sleep(LIVENESS_PERIOD_S)

    def _transmit(self, route: Route, message: WireMessage, system_id: int) -> bool:
        found = self._attached.get(route.link)
        return found is not None and self._say(found[0], message, route.peer, self.guard.key_of(system_id))

    def _say(self, attached: AttachedLink, message: WireMessage, peer: Peer, key: SigningKey | None) -> bool:
        data = attached.codec.encode(message, key.secret, self.guard.clock.next()) if key else attached.codec.encode(message)
        if self.raw_frames and message.get_msgId() not in _SECRET_IDS:
            for frame in FrameSplitter().split(data):
                for listener in self.raw_frames:
                    listener(attached.link, "out", time.time_ns() // 1000, data, frame)
        return attached.send(data, peer)

    def _on_happening(self, vehicle: Vehicle, happening: Happening) -> None:
        if happening.kind == "link_found":
            vehicle.packets = lambda: self._packets_of(vehicle)
            assert self._tasks is not None
            if self._asks:
                self._tasks.start_soon(self._introductions.introduce, vehicle)
            if vehicle.vehicle_id not in self._accompanied:
                self._accompanied.add(vehicle.vehicle_id)
                for companion in self._companions:
                    self._tasks.start_soon(self._run_companion, companion, vehicle)
            self._changed.set()
            self._changed = anyio.Event()
        self._tell(vehicle, happening)

    def _packets_of(self, vehicle: Vehicle) -> tuple[int, int]:
        route = self.fleet.route_of(vehicle.address.system_id)
        found = self._attached.get(route.link) if route else None
        return found[0].codec.packets_of(vehicle.address.system_id, route.peer) if found and route else (0, 0)
