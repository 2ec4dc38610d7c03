"""By which routes one sender is heard, and which of its frames to use.

Most senders are heard one way. A second way is one of three things. The same frames again, because a router doubles the traffic:
then each frame counts once, from whichever way brings it first, and one way fills the gaps of the other. A stream of its own
over another radio: then the first is followed until it falls silent. Or another speaker with the same system id: a mistake
somebody has to hear of.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ground_station.mavlink import Frame

ROUTE_SILENT_S = 2.0  # a route silent this long gives way to another one
SAME_FRAME_WITHIN_S = 0.5  # copies over radio and internet are that far apart at most; the 8-bit sequence comes round later
MIRROR_FORGOTTEN_S = 5.0  # without a doubled frame for so long the ways are taken for independent again
CONFLICT_AFTER_TURNS = 3  # a vehicle whose address changes does not speak from the old one again; two speakers take turns
CONFLICT_REPEATED_S = 60.0  # two speakers with one system id are reported at most this often
_SEEN_KEPT = 512
_LATE_WINDOW = 32


@dataclass(frozen=True, slots=True)
class Route:
    """A link and the peer on it; `link` and `peer` mean something to the network only."""

    link: Any
    peer: Any


class Verdict(Enum):
    USE = "use"
    DUPLICATE = "duplicate"  # the same frame has come another way
    ASIDE = "aside"  # of a route that is not followed
    CONFLICT = "conflict"  # aside, and somebody should hear of the two speakers now


@dataclass(slots=True)
class _Other:
    """A way beside the one followed."""

    heard_s: float
    mirrored_s: float = float("-inf")
    turns: int = 0


@dataclass(slots=True)
class _Seen:
    route: Route
    at_s: float
    used: bool


class Paths:
    """All ways to one (system, component)."""

    __slots__ = ("_conflict_told_s", "_newest", "_others", "_seen", "at_s", "route")

    def __init__(self, route: Route, now_s: float) -> None:
        self.route, self.at_s = route, now_s
        self._others: dict[Route, _Other] = {}
        self._seen: dict[tuple[int, int, int], _Seen] = {}
        self._newest = 0
        self._conflict_told_s = float("-inf")

    def only(self, route: Route) -> bool:
        """Whether this is the one way it is heard."""
        return route == self.route and not self._others

    def judge(self, route: Route, now_s: float, frame: Frame | None = None, *, streamed: bool = False) -> Verdict:
        """What to do with a frame heard on `route`. `streamed`: telemetry that the next one replaces, useless when late."""
        if route == self.route:
            self.at_s = now_s
            if not self._others:
                return Verdict.USE
            return self._first_of_copies(route, now_s, frame, streamed, followed=True)
        other = self._others.get(route)
        if other is None:
            other = self._others[route] = _Other(heard_s=float("-inf"))
        if now_s - self.at_s > ROUTE_SILENT_S:
            self._follow(route, now_s)
            return self._first_of_copies(route, now_s, frame, streamed, followed=True)
        other.turns += self.at_s > other.heard_s
        other.heard_s = now_s
        verdict = self._first_of_copies(route, now_s, frame, streamed, followed=now_s - other.mirrored_s < MIRROR_FORGOTTEN_S)
        if verdict is Verdict.ASIDE and self._is_conflict(route, other, now_s):
            self._conflict_told_s = now_s
            return Verdict.CONFLICT
        return verdict

    def _is_conflict(self, route: Route, other: _Other, now_s: float) -> bool:
        """Another link may carry the same vehicle; another address on the same link, taking turns with the first, does not."""
        return (
            route.link is self.route.link
            and other.mirrored_s == float("-inf")
            and other.turns >= CONFLICT_AFTER_TURNS
            and now_s - self._conflict_told_s > CONFLICT_REPEATED_S
        )

    def _follow(self, route: Route, now_s: float) -> None:
        left, left_at_s = self.route, self.at_s
        mirrored_s = self._others.pop(route).mirrored_s
        self.route, self.at_s = route, now_s
        self._others[left] = _Other(left_at_s, mirrored_s)

    def _first_of_copies(self, route: Route, now_s: float, frame: Frame | None, streamed: bool, *, followed: bool) -> Verdict:
        if frame is None:
            return Verdict.USE if followed else Verdict.ASIDE
        key = (frame.message_id, frame.sequence, frame.crc)
        seen = self._seen.get(key)
        again = seen is not None and now_s - seen.at_s <= SAME_FRAME_WITHIN_S
        if seen is not None and again and seen.route != route:
            for way in (route, seen.route):
                if way in self._others:
                    self._others[way].mirrored_s = now_s
            if seen.used:
                return Verdict.DUPLICATE
        late = streamed and (frame.sequence - self._newest) % 256 >= 256 - _LATE_WINDOW
        used = followed and not late
        if used:
            self._newest = frame.sequence
        self._remember(key, _Seen(route, now_s, used), now_s)
        return Verdict.USE if used else Verdict.ASIDE

    def _remember(self, key: tuple[int, int, int], seen: _Seen, now_s: float) -> None:
        self._seen.pop(key, None)
        self._seen[key] = seen
        if len(self._seen) > _SEEN_KEPT:
            self._seen.pop(next(iter(self._seen)))
        for way in [way for way, other in self._others.items() if now_s - other.heard_s > CONFLICT_REPEATED_S]:
            del self._others[way]
