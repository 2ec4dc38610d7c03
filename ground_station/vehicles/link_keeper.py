"""Links kept open: each is tried again with back-off when it cannot be opened, and may be added or taken away while all runs."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

import anyio
from anyio import CancelScope
from anyio.abc import TaskGroup

from geo.primitives import LinkError
from ground_station.links import make_link
from ground_station.links.link import BackOff
from ground_station.vehicles.attached import Role
from ground_station.vehicles.network import VehicleNetwork

logger = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class KeptLink:
    """One link address and how it fares. `trouble` is empty while it is open."""

    url: str
    role: Role
    commands: bool
    trouble: str = "opening"
    open: bool = False
    tried: anyio.Event = field(default_factory=anyio.Event)
    closed: anyio.Event = field(default_factory=anyio.Event)
    scope: CancelScope = field(default_factory=CancelScope)
    refusal: LinkError | None = None


class LinkKeeper:
    """All links of a station, by address."""

    def __init__(self, network: VehicleNetwork, tasks: TaskGroup) -> None:
        self._network, self._tasks = network, tasks
        self._kept: dict[str, KeptLink] = {}

    def __iter__(self) -> Iterator[KeptLink]:
        return iter(list(self._kept.values()))

    def __contains__(self, url: str) -> bool:
        return url in self._kept

    async def open(self, url: str, role: Role = "vehicles", *, commands: bool = False, stubborn: bool = False) -> KeptLink:
        """Open a link and keep it open. One that cannot be reached now is tried again in the background.

        Raises: `LinkError` for an address that is wrong, or already open; without `stubborn` also for a port that is taken or denied.
        """
        if url in self._kept:
            raise LinkError(f"Link {url} is open already.", code="link.exists", hint="Close it first to open it differently.")
        make_link(url)  # a wrong address is a mistake to be told, not something to be tried again
        kept = self._kept[url] = KeptLink(url, role, commands)
        self._tasks.start_soon(self._keep, kept, stubborn)
        await kept.tried.wait()
        if kept.refusal is not None:
            del self._kept[url]
            raise kept.refusal
        return kept

    async def close(self, url: str) -> None:
        """Close a link and forget it. Nothing is sent over it any more. Raises: `LinkError` when there is none of that address."""
        kept = self._kept.pop(url, None)
        if kept is None:
            known = ", ".join(self._kept) or "none"
            raise LinkError(f"There is no link {url}; open: {known}.", code="link.unknown", hint="Write it as it was opened.")
        kept.scope.cancel()
        await kept.closed.wait()

    async def _keep(self, kept: KeptLink, stubborn: bool) -> None:
        back_off = BackOff()
        try:
            with kept.scope:
                while True:
                    try:
                        async with make_link(kept.url) as link:
                            self._network.attach(link, kept.role, commands=kept.commands)
                            kept.open, kept.trouble = True, ""
                            kept.tried.set()
                            logger.info("link %s is open", kept.url)
                            try:
                                await anyio.sleep_forever()
                            finally:
                                kept.open = False
                                self._network.detach(link)
                    except LinkError as error:
                        if error.code != "link.unreachable" and not stubborn and not kept.tried.is_set():
                            kept.refusal = error
                            return
                        if not kept.tried.is_set() or kept.trouble != error.message:
                            logger.warning("%s It is tried again and again.", error.one_line())
                        kept.trouble = error.message
                        kept.tried.set()
                    await anyio.sleep(back_off.next_s())
        finally:
            kept.tried.set()
            kept.closed.set()
