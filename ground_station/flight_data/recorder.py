"""Every flight of every vehicle on a `.tlog` of its own: from some seconds before arming to some seconds after disarming.

Frames come from the network before anything is done with them, in both directions. A lost vehicle may still fly: its recording goes on,
and ends only after a long silence. SETUP_SIGNING carries the key of the link and is never written.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import anyio
from anyio import to_thread

from geo.primitives import derived_id, from_unix_s, utc_now
from ground_station.flight_data.shelf import Shelf
from ground_station.flight_data.tape import SUFFIX, Tape
from ground_station.links import Link
from ground_station.mavlink import FrameSplitter, decode_frame, mavlink
from ground_station.mavlink.lanes import FrameHeader
from ground_station.messages import FlightFileMessage
from ground_station.vehicles import Happening, Vehicle, VehicleNetwork

logger = logging.getLogger(__name__)

TURN_S = 0.25  # how often armed states are looked at and frames handed to the system
DURABLE_EVERY_TURNS = 20  # fsync every five seconds: more would wear cards out for what a power cut costs
LOST_CLOSE_S = 600.0
RING_BYTES = 4 << 20  # of one vehicle, whatever it sends
_SIGNING = mavlink.MAVLINK_MSG_ID_SETUP_SIGNING


@dataclass(slots=True)
class _Reel:
    """What is kept of one vehicle: the seconds just past, and the recording where one runs."""

    vehicle: Vehicle
    link: Any = None
    ring: deque[tuple[int, bytes]] = field(default_factory=deque)
    ring_bytes: int = 0
    tape: Tape | None = None
    quiet_since: datetime | None = None
    refused: bool = False  # this flight is not recorded; said once


class FlightRecorder:
    """Listens to a network, writes to a shelf, and tells of each file by `announce`."""

    def __init__(
        self,
        network: VehicleNetwork,
        shelf: Shelf,
        *,
        before_s: float,
        after_s: float,
        announce: Callable[[FlightFileMessage], None],
        tell: Callable[[Vehicle, Happening], None],
    ) -> None:
        self._network, self._shelf = network, shelf
        self._before_us, self._after_s = int(before_s * 1e6), after_s
        self._announce, self._tell = announce, tell
        self._reels: dict[int, _Reel] = {}

    def on_frame(self, link: Link, direction: str, at_us: int, data: bytes, header: FrameHeader) -> None:
        """One frame heard or said. Called for every frame of the fleet: it does as little as it can."""
        if header.message_id == _SIGNING:
            return
        if direction == "in":
            reel = self._reels.get(header.system_id)
            if reel is not None and (reel.link is None or reel.link is link):  # a second copy by another link is not a second frame
                self._keep(reel, at_us, data)
            return
        target = target_of(data)
        for system_id, reel in self._reels.items():
            if (target in (0, system_id)) and reel.link is link:
                self._keep(reel, at_us, data)

    def _keep(self, reel: _Reel, at_us: int, data: bytes) -> None:
        if reel.tape is not None:
            reel.tape.put(at_us, data)
            return
        ring = reel.ring
        ring.append((at_us, data))
        reel.ring_bytes += len(data)
        while ring and (at_us - ring[0][0] > self._before_us or reel.ring_bytes > RING_BYTES):
            reel.ring_bytes -= len(ring.popleft()[1])

    async def run(self) -> None:
        """Until cancelled; then every recording is closed whole."""
        self._network.raw_frames.append(self.on_frame)
        try:
            for path, ended_at in await to_thread.run_sync(self._shelf.left_open):
                size_bytes = (await to_thread.run_sync(path.stat)).st_size
                self._announce(self._message(path, path.parent.name, started_at_of(path.name, ended_at), size_bytes, ended_at))
            turn = 0
            while True:
                turn += 1
                for vehicle in self._network.fleet:
                    reel = self._reels.setdefault(vehicle.address.system_id, _Reel(vehicle))
                    reel.vehicle = vehicle
                    route = self._network.fleet.route_of(vehicle.address.system_id)
                    reel.link = route.link if route else None
                    await self._look_at(reel)
                await self._flush(durable=turn % DURABLE_EVERY_TURNS == 0)
                await anyio.sleep(TURN_S)
        finally:
            with suppress(ValueError):
                self._network.raw_frames.remove(self.on_frame)
            with anyio.CancelScope(shield=True):
                for reel in self._reels.values():
                    await self._close(reel)

    async def _look_at(self, reel: _Reel) -> None:
        armed = reel.vehicle.estimate.armed
        if armed and reel.vehicle.online:
            reel.quiet_since = None
            if reel.tape is None and not reel.refused:
                await self._open(reel)
            return
        if not armed:
            reel.refused = False
        if reel.tape is None:
            return
        now = utc_now()
        if reel.quiet_since is None:
            reel.quiet_since = now
        if (now - reel.quiet_since).total_seconds() >= (LOST_CLOSE_S if armed else self._after_s):
            await self._close(reel)

    async def _open(self, reel: _Reel) -> None:
        room, deleted = await to_thread.run_sync(self._shelf.make_room)
        for path in deleted:
            gone_at = utc_now()
            self._announce(self._message(path, path.parent.name, started_at_of(path.name, gone_at), 0, gone_at, deleted_at=gone_at))
            logger.warning("recording %s is deleted to make room", path.name)
        if not room:
            reel.refused = True
            self._say(reel, "This flight is not recorded: the disk budget of recordings is used up")
            return
        started_us = reel.ring[0][0] if reel.ring else int(utc_now().timestamp() * 1e6)
        path = await to_thread.run_sync(self._shelf.place_for, reel.vehicle.vehicle_id, from_unix_s(started_us / 1e6))
        tape = Tape(path, started_us)
        for at_us, data in reel.ring:
            tape.put(at_us, data)
        reel.ring.clear()
        reel.ring_bytes = 0
        reel.tape = tape
        self._announce(self._message(path, reel.vehicle.vehicle_id, tape.started_at, 0, None))

    async def _flush(self, *, durable: bool) -> None:
        running = [(reel, reel.tape) for reel in self._reels.values() if reel.tape is not None]
        failed = await to_thread.run_sync(flush_all, [tape for _, tape in running], durable) if running else []
        for tape, error in failed:
            reel = next(reel for reel, held in running if held is tape)
            tape.abandon()
            reel.tape, reel.refused = None, True
            self._say(reel, f"The recording of this flight has stopped: {error.strerror or error}")

    async def _close(self, reel: _Reel) -> None:
        tape, reel.tape, reel.quiet_since = reel.tape, None, None
        if tape is None:
            return
        try:
            await to_thread.run_sync(tape.close)
        except OSError as error:
            self._say(reel, f"The end of this flight's recording could not be written: {error.strerror or error}")
        self._announce(self._message(tape.path, reel.vehicle.vehicle_id, tape.started_at, tape.size_bytes, tape.ended_at))

    def _say(self, reel: _Reel, text: str) -> None:
        self._tell(reel.vehicle, Happening("text", text, "critical"))

    def _message(
        self,
        path: Any,
        vehicle_id: str,
        started_at: datetime,
        size_bytes: int,
        ended_at: datetime | None,
        deleted_at: datetime | None = None,
    ) -> FlightFileMessage:
        relative = str(path.relative_to(self._shelf.root))
        return FlightFileMessage(
            file_id=derived_id("flight_file", relative),
            vehicle_id=vehicle_id,
            path=relative,
            name=path.name,
            size_bytes=size_bytes,
            started_at=started_at,
            ended_at=ended_at,
            deleted_at=deleted_at,
        )


def target_of(data: bytes) -> int:
    """System a frame is meant for, 0 for all."""
    message = next(map(decode_frame, FrameSplitter().split(data)), None)
    return int(getattr(message, "target_system", 0)) if message is not None else 0


def flush_all(tapes: Sequence[Tape], durable: bool) -> list[tuple[Tape, OSError]]:
    """Write what waits on each; those that could not be written, and why."""
    failed = []
    for tape in tapes:
        try:
            tape.flush(durable=durable)
        except OSError as error:
            failed.append((tape, error))
    return failed


def started_at_of(name: str, otherwise: datetime) -> datetime:
    """The instant in a recording's name."""
    try:
        return datetime.strptime(name.removesuffix(SUFFIX).rsplit("_", 1)[1].split("-")[0] + "+0000", "%Y%m%dT%H%M%SZ%z")
    except (IndexError, ValueError):
        return otherwise
