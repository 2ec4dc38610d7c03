"""The station's links towards the bus: their health once a second, and opening and closing them while the station runs.

Links opened here are remembered in `<data_dir>/links.json`, so that a station killed in mid-flight comes back on all of them.
"""

import json
import logging
import time
from pathlib import Path
from typing import Literal

import anyio
from nats.aio.client import Client
from nats.errors import Error as NatsError
from pydantic import Field, ValidationError

from geo.primitives import LinkError, utc_now
from ground_station.bus.subjects import LINK_REQUEST, LINK_STATUS
from ground_station.messages import LinkStatus, Message
from ground_station.microservices.desk import ServiceFault, ServiceReply
from ground_station.private_file import write_private
from ground_station.settings import StationSettings
from ground_station.vehicles import LinkHealth, VehicleNetwork, parse_forward
from ground_station.vehicles.link_keeper import KeptLink, LinkKeeper

logger = logging.getLogger(__name__)

FILE = "links.json"
STATUS_PERIOD_S = 1.0
CLOSED_TOLD_S = 5.0


class LinkRequest(Message):
    """Open or close one link. `forward`: an endpoint of another station; it may command vehicles only with `commands`."""

    action: Literal["open", "close"]
    url: str = Field(min_length=3, max_length=300)
    forward: bool = False
    commands: bool = False
    actor: str


class LinkDesk:
    """Links of the settings and those opened by people."""

    def __init__(self, network: VehicleNetwork, keeper: LinkKeeper, settings: StationSettings, data_dir: Path) -> None:
        self._network, self._keeper, self._settings = network, keeper, settings
        self._path = data_dir / FILE
        self._added: dict[str, dict[str, bool]] = {}
        self._removed: set[str] = set()
        self._closed: dict[str, tuple[LinkStatus, float]] = {}

    async def open_all(self) -> None:
        """Raises: `LinkError` for a link of the settings that can never open."""
        self._read()
        for url in self._settings.links:
            if url not in self._removed:
                await self._keeper.open(url)
        for text in self._settings.forward:
            endpoint = parse_forward(text)
            if endpoint.url not in self._removed:
                await self._keeper.open(endpoint.url, "forward", commands=endpoint.commands)
                self._warn(endpoint.url, endpoint.commands)
        for url, how in self._added.items():
            try:
                await self._keeper.open(url, "forward" if how["forward"] else "vehicles", commands=how["commands"], stubborn=True)
            except LinkError as error:
                logger.warning("a remembered link is left out: %s", error.one_line())

    async def carry_out(self, request: LinkRequest) -> None:
        """Raises: `LinkError` with what is wrong."""
        if request.action == "open":
            role: Literal["vehicles", "forward"] = "forward" if request.forward else "vehicles"
            await self._keeper.open(request.url, role, commands=request.commands and request.forward)
            self._removed.discard(request.url)
            if request.url not in self._settings.links:
                self._added[request.url] = {"forward": request.forward, "commands": request.commands and request.forward}
            self._closed.pop(request.url, None)
            self._warn(request.url, request.commands and request.forward)
        else:
            last = next((status for status in self.statuses() if status.url == request.url), None)
            await self._keeper.close(request.url)
            if last is not None:
                self._closed[request.url] = (last.model_copy(update={"state": "closed", "detail": ""}), time.monotonic())
            if self._added.pop(request.url, None) is None:
                self._removed.add(request.url)
        logger.info("link %s: %s by %s", request.url, request.action, request.actor)
        await anyio.to_thread.run_sync(self._write)

    async def publish(self, client: Client) -> None:
        """The health of each link, once a second; dropped while the bus is away."""
        while True:
            for status in self.statuses():
                try:
                    if client.is_connected:
                        await client.publish(LINK_STATUS, status.encode())
                except NatsError as error:
                    logger.debug("status of %s not published: %s", status.url, error)
            await anyio.sleep(STATUS_PERIOD_S)

    async def take_requests(self, client: Client) -> None:
        """Open and close links as asked over the bus, one after the other."""
        subscription = await client.subscribe(LINK_REQUEST)
        async for message in subscription.messages:
            reply = await self._answer(message.data)
            try:
                await message.respond(reply.encode())
            except NatsError as error:
                logger.warning("an answer about a link could not be sent: %s", error)

    async def _answer(self, data: bytes) -> ServiceReply:
        try:
            await self.carry_out(LinkRequest.model_validate_json(data))
        except ValidationError as error:
            fault = ServiceFault(code="link.unreadable", message=f"The request is not readable: {error.errors()[0]['msg']}.")
            return ServiceReply(error=fault)
        except LinkError as error:
            return ServiceReply(error=ServiceFault(code=error.code, message=error.message, hint=error.hint))
        return ServiceReply(result=True)

    def troubles(self) -> tuple[int, list[str]]:
        """How many links there are, and what is wrong with those that are not open."""
        kept = list(self._keeper)
        return len(kept), [link.trouble for link in kept if not link.open]

    def statuses(self) -> list[LinkStatus]:
        """Each link as of now; one that was closed says so for some seconds more. Call once a second."""
        healths = {health.url: health for health in self._network.health()}
        now_s = time.monotonic()
        self._closed = {url: (status, at_s) for url, (status, at_s) in self._closed.items() if now_s - at_s < CLOSED_TOLD_S}
        closed = [status.model_copy(update={"at": utc_now()}) for status, _ in self._closed.values()]
        known = {vehicle.address.system_id for vehicle in self._network.fleet}
        return [_status(kept, healths.get(kept.url), known) for kept in self._keeper] + closed

    def _read(self) -> None:
        try:
            known = json.loads(self._path.read_text())
            self._added = {url: {"forward": bool(how["forward"]), "commands": bool(how["commands"])} for url, how in known["added"].items()}
            self._removed = set(known["removed"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("%s cannot be read (%s); only the links of the settings are opened", self._path, error)

    def _write(self) -> None:
        write_private(self._path, json.dumps({"added": self._added, "removed": sorted(self._removed)}, indent=1) + "\n")

    @staticmethod
    def _warn(url: str, commands: bool) -> None:
        if commands:
            logger.warning("whoever is on %s may command vehicles past the control lease of this station", url)


def _status(kept: KeptLink, health: LinkHealth | None, vehicles: set[int]) -> LinkStatus:
    if health is None:
        state: Literal["opening", "unreachable"] = "opening" if kept.trouble == "opening" else "unreachable"
        return LinkStatus(url=kept.url, role=kept.role, commands=kept.commands, at=utc_now(), state=state, detail=kept.trouble)
    return LinkStatus(
        url=kept.url,
        role=kept.role,
        commands=kept.commands,
        at=utc_now(),
        state="open",
        vehicles=[f"mav-{system}" for system in health.systems if system in vehicles],
        heard_age_s=None if health.heard_age_s is None else round(health.heard_age_s, 1),
        frames_per_second=round(health.frames_per_second, 1),
        bytes_per_second=round(health.bytes_per_second),
        frames=health.frames,
        lost=health.lost,
        lost_fraction=None if health.lost_fraction is None else round(health.lost_fraction, 4),
        bad_crc=health.bad_crc,
        refused=health.refused,
        duplicates=health.duplicates,
        sent=health.sent,
        unsent=health.unsent,
    )
