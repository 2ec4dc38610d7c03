"""One open link of the network and what is known of its health: counted per physical link, before any merging of links."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ground_station.links import Link, Peer
from ground_station.mavlink import Frame, MavlinkCodec
from ground_station.mavlink.lanes import OnFrame
from ground_station.vehicles.paths import Route

ROUTES_KEPT = 4096
SYSTEM_FORGOTTEN_S = 60.0
RATE_OVER_REPORTS = 5
LOSS_OVER_REPORTS = 10

Role = Literal["vehicles", "forward"]


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """A link as of now. Rates over the last seconds; `lost_fraction` of what should have come in the last ten, None when nothing did."""

    url: str
    role: Role
    commands: bool
    systems: tuple[int, ...]
    heard_age_s: float | None
    frames_per_second: float
    bytes_per_second: float
    frames: int
    lost: int
    lost_fraction: float | None
    bad_crc: int
    refused: int
    duplicates: int
    sent: int
    unsent: int


@dataclass(frozen=True, slots=True)
class _Reading:
    at_s: float
    frames: int
    bytes_in: int
    received: int
    lost: int


class AttachedLink:
    """A link with its codec, its routes and its counts. `role` forward: another station or router is at the other end."""

    def __init__(self, link: Link, codec: MavlinkCodec, role: Role = "vehicles", *, commands: bool = False) -> None:
        self.link, self.codec, self.role, self.commands = link, codec, role, commands
        self.heard_s: float | None = None
        self.bytes_in = 0
        self.refused = 0  # unsigned, wrongly signed or replayed; on a read-only endpoint: everything
        self.duplicates = 0
        self.sent = 0
        self.unsent = 0
        self._systems: dict[int, float] = {}
        self._routes: dict[Peer, Route] = {}
        self._readings: deque[_Reading] = deque(maxlen=LOSS_OVER_REPORTS + 1)

    def route(self, peer: Peer) -> Route:
        route = self._routes.get(peer)
        if route is None:
            if len(self._routes) >= ROUTES_KEPT:
                self._routes.clear()
            route = self._routes[peer] = Route(self.link, peer)
        return route

    def frames(self, data: bytes, peer: Peer, now_s: float) -> list[Frame]:
        """Take in what came."""
        self.heard_s = now_s
        self.bytes_in += len(data)
        frames = self.codec.frames(data, peer)
        systems = self._systems
        for frame in frames:
            systems[frame.system_id] = now_s
        return frames

    def take(
        self,
        packets: Sequence[tuple[bytes, Peer]],
        at: tuple[float, float],
        long_way: Callable[[bytes, Peer], None],
        on_frame: OnFrame | None,
    ) -> None:
        """Take in what came, each packet by its lane or the long way, which ends in `frames`."""
        self.heard_s = at[0]
        size_bytes = self.codec.take(packets, at, long_way, on_frame)
        self.bytes_in += size_bytes  # not in one: the long way has added its bytes meanwhile

    def send(self, data: bytes, peer: Peer | None) -> bool:
        sent = self.link.send(data, peer)
        self.sent += sent
        self.unsent += not sent
        return sent

    def health(self, now_s: float) -> LinkHealth:
        """Call about once a second: rates are taken between calls."""
        received, lost = self.codec.totals()
        reading = _Reading(now_s, self.codec.counts.frames, self.bytes_in, received, lost)
        self._readings.append(reading)
        base = self._readings[-min(len(self._readings), RATE_OVER_REPORTS + 1)]
        seconds = reading.at_s - base.at_s
        oldest = self._readings[0]
        came, missed = received - oldest.received, max(0, lost - oldest.lost)
        for lane in self.codec.lanes():
            self._systems[lane.system_id] = max(lane.at[0], self._systems.get(lane.system_id, 0.0))
        self._systems = {system: heard_s for system, heard_s in self._systems.items() if now_s - heard_s < SYSTEM_FORGOTTEN_S}
        counts = self.codec.counts
        return LinkHealth(
            url=self.link.url,
            role=self.role,
            commands=self.commands,
            systems=tuple(sorted(self._systems)),
            heard_age_s=None if self.heard_s is None else now_s - self.heard_s,
            frames_per_second=(reading.frames - base.frames) / seconds if seconds > 0 else 0.0,
            bytes_per_second=(reading.bytes_in - base.bytes_in) / seconds if seconds > 0 else 0.0,
            frames=counts.frames,
            lost=lost,
            lost_fraction=missed / (came + missed) if came + missed > 0 else None,
            bad_crc=counts.bad_crc + counts.incompatible,
            refused=self.refused,
            duplicates=self.duplicates,
            sent=self.sent,
            unsent=self.unsent,
        )
