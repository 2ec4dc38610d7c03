"""Corrections from the caster to the vehicles, for as long as the station runs."""

import logging
import time
from collections import deque
from collections.abc import Iterator
from typing import Literal

import anyio

from geo.primitives import utc_now
from ground_station.rtk.address import CasterAddress
from ground_station.rtk.messages import RtkStatus
from ground_station.rtk.ntrip import CasterError, Mountpoint, gga_sentence, open_mountpoint
from ground_station.rtk.rtcm import RtcmSplitter, fragments
from ground_station.vehicles import Vehicle, VehicleNetwork

logger = logging.getLogger(__name__)

POSITION_EVERY_S = 10.0
BACK_OFF_S = (1.0, 60.0)
SILENT_S = 5.0
RATE_OVER_S = 10.0


class Corrections:
    """`vehicles`: only to these; empty for all."""

    def __init__(self, network: VehicleNetwork, address: CasterAddress, vehicles: tuple[str, ...] = ()) -> None:
        self._network, self._address, self._only = network, address, frozenset(vehicles)
        self._splitter = RtcmSplitter()
        self._state: Literal["connecting", "receiving", "refused", "waiting"] = "connecting"
        self._detail = ""
        self._frames = self._sent = self._too_long = 0
        self._frame_s: float | None = None
        self._came: deque[tuple[float, int]] = deque()

    async def run(self) -> None:
        """Connect again with back-off, for ever; a caster that refuses is asked once a minute."""
        pause_s = BACK_OFF_S[0]
        while True:
            self._state, began = "connecting", self._frames
            try:
                async with open_mountpoint(self._address, self._position()) as mountpoint, anyio.create_task_group() as tasks:
                    self._state, self._detail = "receiving", ""
                    logger.info("corrections come from %s", self._address)
                    tasks.start_soon(self._tell_position, mountpoint)
                    await self._pass_on(mountpoint)
            except* CasterError as group:
                error = next(_leaves(group))
                if self._frames > began:
                    pause_s = BACK_OFF_S[0]
                self._state, self._detail = ("refused" if error.refused else "waiting"), error.message
                logger.warning("corrections from %s: %s", self._address, error.message)
                if error.refused:
                    pause_s = BACK_OFF_S[1]
            await anyio.sleep(pause_s)
            pause_s = min(BACK_OFF_S[1], pause_s * 2)

    async def _pass_on(self, mountpoint: Mountpoint) -> None:
        self._splitter.reset()
        while True:
            data = await mountpoint.receive()
            now_s = time.monotonic()
            self._came.append((now_s, len(data)))
            for frame in self._splitter.split(data):
                self._frames += 1
                self._frame_s = now_s
                self._send(frame)

    def _send(self, frame: bytes) -> None:
        messages = fragments(frame, self._frames)
        if not messages:
            self._too_long += 1
            return
        routes = set()
        for vehicle in self._takers():
            # A shared radio hears one copy for all; vehicles with ways of their own get one each.
            route = self._network.fleet.route_of(vehicle.address.system_id)
            if route not in routes:
                routes.add(route)
                vehicle.send(messages)
                self._sent += len(messages)

    def _takers(self) -> list[Vehicle]:
        wanted = [vehicle for vehicle in self._network.fleet if vehicle.online and not vehicle.high_latency]
        return [vehicle for vehicle in wanted if not self._only or vehicle.vehicle_id in self._only]

    async def _tell_position(self, mountpoint: Mountpoint) -> None:
        while True:
            position = self._position()
            if position is not None:
                await mountpoint.tell_position(position)
            await anyio.sleep(POSITION_EVERY_S)

    def _position(self) -> str | None:
        """Of the first vehicle that knows where it is: corrections are good for tens of kilometres around."""
        for vehicle in self._takers():
            estimate = vehicle.estimate
            if estimate.position is not None:
                return gga_sentence(estimate.position, estimate.altitude_amsl_m or 0.0, utc_now())
        return None

    def status(self) -> RtkStatus:
        now_s = time.monotonic()
        while self._came and now_s - self._came[0][0] > RATE_OVER_S:
            self._came.popleft()
        age_s = None if self._frame_s is None else now_s - self._frame_s
        silent = self._state == "receiving" and age_s is not None and age_s > SILENT_S
        return RtkStatus(
            at=utc_now(),
            source=str(self._address),
            state="silent" if silent else self._state,
            detail=self._detail,
            age_s=None if age_s is None else round(age_s, 1),
            bytes_per_second=round(sum(size for _, size in self._came) / RATE_OVER_S, 1),
            frames=self._frames,
            damaged=self._splitter.damaged,
            too_long=self._too_long,
            kinds={str(kind): count for kind, count in sorted(self._splitter.kinds.items())},
            sent=self._sent,
            vehicles=[vehicle.vehicle_id for vehicle in self._takers()],
        )


def _leaves(group: BaseExceptionGroup[CasterError]) -> Iterator[CasterError]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
