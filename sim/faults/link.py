"""A vehicle's link with faults on it: frames wait here, in simulated time, for as long as the faults say."""

from heapq import heappop, heappush
from typing import Any

from sim.clock import SimClock
from sim.faults.board import FaultBoard
from sim.faults.fault import DOWN, UP, Fault
from sim.sockets import VehicleSocket


class FaultyLink:
    """Wraps the socket of one vehicle. `number` counts a vehicle's links from 1; a fault may name one of them, 0 means all."""

    def __init__(self, socket: VehicleSocket, board: FaultBoard, clock: SimClock, number: int = 1) -> None:
        self._socket = socket
        self._board = board
        self._clock = clock
        self._number = number
        self._seen_revision = -1
        self._faults: list[Fault] = []
        self._entered = 0
        self._down: list[tuple[float, int, bytes]] = []
        self._up: list[tuple[float, int, Any]] = []

    def receive(self) -> list[Any]:
        """Messages that have come out of the link by now; what waits for the station is sent on as well."""
        while self._down and self._down[0][0] <= self._clock.boot_s:
            self._socket.send(heappop(self._down)[2])
        arrived = self._socket.receive()
        if not self._up and not self._acting():
            return arrived
        for message in arrived:
            for due_s in self._passing(len(message.get_msgbuf()), UP):
                self._entered += 1
                heappush(self._up, (due_s, self._entered, message))
        out: list[Any] = []
        while self._up and self._up[0][0] <= self._clock.boot_s:
            out.append(heappop(self._up)[2])
        return out

    def send(self, data: bytes) -> None:
        if not self._acting():
            self._socket.send(data)
            return
        for due_s in self._passing(len(data), DOWN):
            if due_s <= self._clock.boot_s:
                self._socket.send(data)
                continue
            self._entered += 1
            heappush(self._down, (due_s, self._entered, data))

    def close(self) -> None:
        self._socket.close()

    def _acting(self) -> list[Fault]:
        if self._board.revision != self._seen_revision:
            self._seen_revision = self._board.revision
            self._faults = [fault for fault in self._board.links if int(getattr(fault, "link", 0)) in (0, self._number)]
        return self._faults

    def _passing(self, size_bytes: int, direction: str) -> list[float]:
        """When copies of a frame leave the link, through one fault after the other."""
        times = [self._clock.boot_s]
        for fault in self._faults:
            times = [out_s for in_s in times for out_s in fault.on_link(size_bytes, in_s, direction)]
        return times
