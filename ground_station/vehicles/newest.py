"""Messages of one vehicle of which only the newest matters: they stay bytes until somebody looks.

Where each could be looked into at once, it is bytes in a lane (`mavlink.lanes`) or, while it cannot have one, put aside here. Heartbeats
that repeat the last one have a lane, too: of them only the time matters.
"""

from collections.abc import Callable, Set
from typing import Any

from ground_station.mavlink import Frame, HeartbeatMonitor, mavlink
from ground_station.mavlink.framing import CHECKSUM_BYTES, HEADER_V2_BYTES
from ground_station.mavlink.lanes import Lane
from ground_station.vehicles.paths import Paths
from ground_station.vehicles.pose import BootClock
from ground_station.vehicles.streamed_state import STREAMED, StreamedState

_NAMES: dict[int, str] = {number: kind.msgname for number, kind in mavlink.mavlink_map.items()}
# By message id: the size of a frame where nothing is cut off, how its fields are read, and who takes them.
_READ: dict[int, tuple[int, Callable[[bytes, int], tuple[Any, ...]], Callable[..., int | None]]] = {
    number: (HEADER_V2_BYTES + streamed.size_bytes + CHECKSUM_BYTES, streamed.unpack_from, streamed.take)
    for number, streamed in STREAMED.items()
}


class Newest:
    """The lanes of a vehicle, and what was put aside. `catch_up` brings state, clock and monitor up to the newest of them."""

    __slots__ = ("_alive", "_aside", "_clock", "_lanes", "_monitor", "_state", "_streams")

    def __init__(self, state: StreamedState, clock: BootClock, monitor: HeartbeatMonitor) -> None:
        self._state, self._clock, self._monitor = state, clock, monitor
        self._aside: dict[int, tuple[Frame, float]] = {}
        self._lanes: dict[Lane, Paths] = {}  # of all its components
        self._streams: list[Lane] = []  # those of the autopilot that `catch_up` looks into
        self._alive: Lane | None = None  # the autopilot's heartbeats that say the same as the last one

    @property
    def has_lanes(self) -> bool:
        return bool(self._lanes)

    def keep(self, lane: Lane, paths: Paths) -> None:
        """A lane has been opened for what nobody looks into; it stays until somebody does."""
        self._lanes[lane] = paths

    def keep_streamed(self, lane: Lane, paths: Paths) -> None:
        """A lane has been opened for telemetry of the autopilot."""
        self.catch_up()
        self._lanes[lane] = paths
        self._streams = [*(known for known in self._streams if known.message_id != lane.message_id), lane]

    def keep_alive(self, lane: Lane, paths: Paths) -> None:
        """A lane has been opened for heartbeats of the autopilot that repeat the last one."""
        self._lanes[lane] = paths
        self._alive = lane

    def close(self, kinds: Set[str] | None = None) -> None:
        """From now on each message, or each of these names, is seen when it comes."""
        self.catch_up()
        for lane in [lane for lane in self._lanes if kinds is None or _NAMES[lane.message_id] in kinds]:
            self._close(lane)

    def close_alive(self) -> None:
        """The next heartbeat is looked into, whatever it says."""
        if self._alive is not None:
            self.note_alive()
            self._close(self._alive)

    def _close(self, lane: Lane) -> None:
        lane.close()
        paths = self._lanes.pop(lane)
        paths.at_s = max(paths.at_s, lane.at[0])
        if lane is self._alive:
            self._alive = None
        elif lane in self._streams:
            self._streams.remove(lane)

    def put_aside(self, frame: Frame, unix_s: float) -> None:
        """Keep a streamed message that came the long way; the one before it is never looked into."""
        if any(lane.message_id == frame.message_id for lane in self._streams):
            self.close()  # it went another way than the one before: what is kept there is older
        self._aside[frame.message_id] = (frame, unix_s)

    def catch_up(self) -> None:
        """Look into the newest of everything. Called for each state told, so every step in it counts."""
        state, clock = self._state, self._clock
        if self._aside:
            aside, self._aside = self._aside, {}
            for frame, unix_s in aside.values():
                boot_ms = STREAMED[frame.message_id].look_into(state, frame.data, frame.payload_start, frame.payload_end)
                if boot_ms is not None:
                    clock.on_arrival(boot_ms, unix_s)
        offset_s = clock.arrival_offset_s
        for lane in self._streams:
            data = lane.frame
            if data is None:
                continue
            lane.frame = None
            whole_bytes, unpack_from, take = _READ[lane.message_id]
            if len(data) < whole_bytes:  # trailing zeros of the payload are not sent
                data = data[:-CHECKSUM_BYTES].ljust(whole_bytes, b"\0")
            boot_ms = take(state, *unpack_from(data, 10))
            if boot_ms is not None:
                arrival_s = lane.at[1] - boot_ms / 1e3
                if offset_s is None or arrival_s < offset_s:
                    clock.arrival_offset_s = offset_s = arrival_s
        alive = self._alive
        if alive is not None and alive.frame is not None:
            alive.frame = None
            self._monitor.on_heartbeat(alive.at[0])

    def note_alive(self) -> None:
        """Have the monitor know of the newest heartbeat."""
        lane = self._alive
        if lane is not None and lane.frame is not None:
            lane.frame = None
            self._monitor.on_heartbeat(lane.at[0])
