"""Forwarding between the vehicles' links and further endpoints: a QGroundControl alongside, a router, a logger.

Frames go on unchanged, also those of other dialects and with signatures we cannot check. What is addressed goes only where the
addressee was heard, the rest to everyone but its origin. Vehicles' links do not hear each other: a thousand vehicles on one port
would drown in each other's telemetry. An endpoint may only listen unless it was opened with `?commands=yes`.
Source: MAVLink guide, "Routing".
"""

import logging
import struct
from dataclasses import dataclass

from ground_station.links import Peer
from ground_station.mavlink import Frame, mavlink
from ground_station.mavlink.targets import target_of
from ground_station.vehicles.attached import AttachedLink

logger = logging.getLogger(__name__)

SAME_FRAME_WITHIN_S = 1.0  # a frame that went round a loop is back sooner
_SEEN_KEPT = 4096
_REBOOT_SLACK_MS = 1000
# Keys are set up on a direct wire and stay there.
_NEVER_FORWARDED = frozenset({mavlink.MAVLINK_MSG_ID_SETUP_SIGNING})
_SYSTEM_TIME = struct.Struct("<QI")


@dataclass(frozen=True, slots=True)
class ForwardAddress:
    """An endpoint as written in the settings: a link address, and whether what comes from it may go to vehicles."""

    url: str
    commands: bool


def parse_forward(text: str) -> ForwardAddress:
    """'udpout:HOST:14550?commands=yes' taken apart. Raises: `LinkError` for another option."""
    from geo.primitives import LinkError

    url, _, option = text.partition("?")
    if option not in ("", "commands=yes", "commands=no"):
        raise LinkError(
            f"Endpoint '{text}' has the unknown option '{option}'.", code="link.url", hint="The only option is commands=yes or commands=no."
        )
    return ForwardAddress(url, option == "commands=yes")


class Router:
    """Who was heard where, and where each frame goes next."""

    def __init__(self, own_system_id: int) -> None:
        self._own_system_id = own_system_id
        self.links: list[AttachedLink] = []
        self.active = False  # whether there is anybody to forward to
        self.loops = 0
        self._heard: dict[int, dict[AttachedLink, dict[int, Peer]]] = {}  # system -> link -> component -> peer
        self._boot_ms: dict[int, int] = {}
        self._seen: dict[tuple[int, int, int, int, int], float] = {}

    def add(self, link: AttachedLink) -> None:
        self.links.append(link)
        self.active = any(link.role == "forward" for link in self.links)

    def remove(self, link: AttachedLink) -> None:
        self.links.remove(link)
        self.active = any(link.role == "forward" for link in self.links)
        for places in self._heard.values():
            places.pop(link, None)

    def on_frame(self, frame: Frame, origin: AttachedLink, peer: Peer, now_s: float) -> None:
        """Learn where its sender is, and send it on."""
        from_endpoint = origin.role == "forward"
        if from_endpoint and self._is_loop(frame, origin, now_s):
            self.loops += 1
            return
        self._notice_reboot(frame)
        self._heard.setdefault(frame.system_id, {}).setdefault(origin, {})[frame.component_id] = peer
        if frame.message_id in _NEVER_FORWARDED:
            return
        if from_endpoint and not origin.commands:
            origin.refused += 1
            return
        system_id, component_id = target_of(frame)
        for link in self.links:
            if link is origin or not (from_endpoint or link.role == "forward"):
                continue
            if system_id == 0:
                link.send(frame.data, None)
                continue
            places = self._heard.get(system_id, {}).get(link)
            if places:
                for place in [places[component_id]] if component_id in places else set(places.values()):
                    link.send(frame.data, place)

    def _is_loop(self, frame: Frame, origin: AttachedLink, now_s: float) -> bool:
        """What carries our id, the id of a vehicle heard directly, or has just come by another endpoint."""
        if frame.system_id == self._own_system_id:
            return True
        if any(link.role == "vehicles" for link in self._heard.get(frame.system_id, ())):
            return True
        key = (frame.system_id, frame.component_id, frame.message_id, frame.sequence, frame.crc)
        before = self._seen.pop(key, None)
        self._seen[key] = now_s
        if len(self._seen) > _SEEN_KEPT:
            self._seen.pop(next(iter(self._seen)))
        return before is not None and now_s - before < SAME_FRAME_WITHIN_S

    def _notice_reboot(self, frame: Frame) -> None:
        """A system that has started anew may be elsewhere: what was known of it is dropped."""
        if frame.message_id != mavlink.MAVLINK_MSG_ID_SYSTEM_TIME or not frame.verified:
            return
        _, boot_ms = _SYSTEM_TIME.unpack(frame.payload.ljust(_SYSTEM_TIME.size, b"\0")[: _SYSTEM_TIME.size])
        if boot_ms + _REBOOT_SLACK_MS < self._boot_ms.get(frame.system_id, 0):
            self._heard.pop(frame.system_id, None)
            logger.info("system %s has restarted, its routes are learnt anew", frame.system_id)
        self._boot_ms[frame.system_id] = boot_ms
