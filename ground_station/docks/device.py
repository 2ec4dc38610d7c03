"""The device protocol: how a dock of any make is spoken to, and the address that chooses one.

`sim:` and `sim:lid_stuck,rain` are simulated docks in this process; `http://…` and `https://…` speak JSON over HTTP:
`GET {url}/state` answers a `DockReport`, `POST {url}/open`, `/close` and `/charge` (`{"on": true}`) start something and answer at once.
"""

from collections.abc import Callable
from typing import Literal, Protocol

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ground_station.docks.errors import DockError
from sim import SimulatedDock

ANSWERS_WITHIN_S = 4.0


class DockReport(BaseModel):
    """What a dock says of itself. Null where it has no such sensor; further members are ignored."""

    model_config = ConfigDict(frozen=True)

    lid: Literal["closed", "moving", "open"]
    charging: bool = False
    wind_mps: float | None = Field(None, ge=0)
    rain_mm_h: float | None = Field(None, ge=0)
    fault: str = Field("", max_length=200, description="In words, when the dock itself knows that something is wrong")


class DockDevice(Protocol):
    """Each call raises `DockError` with code `dock.unreachable` or `dock.unreadable`."""

    kind: str

    async def report(self) -> DockReport: ...
    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def charge(self, on: bool) -> None: ...


class SimulatedDevice:
    kind = "simulated"

    def __init__(self, dock: SimulatedDock, clock: Callable[[], float]) -> None:
        self._dock, self._clock = dock, clock

    async def report(self) -> DockReport:
        return DockReport.model_validate(self._dock.report(self._clock()))

    async def open(self) -> None:
        self._dock.open(self._clock())

    async def close(self) -> None:
        self._dock.close(self._clock())

    async def charge(self, on: bool) -> None:
        self._dock.charge(self._clock(), on=on)


class HttpDevice:
    kind = "http"

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self._url, self._client = url.rstrip("/"), client

    async def report(self) -> DockReport:
        answer = await self._ask("GET", "/state")
        try:
            return DockReport.model_validate_json(answer.content)
        except ValidationError as error:
            fault = error.errors()[0]
            raise DockError(
                f"The dock's state cannot be read: {'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}.",
                code="dock.unreadable",
                hint="The README of ground_station describes what a dock answers.",
            ) from error

    async def open(self) -> None:
        await self._ask("POST", "/open")

    async def close(self) -> None:
        await self._ask("POST", "/close")

    async def charge(self, on: bool) -> None:
        await self._ask("POST", "/charge", {"on": on})

    async def _ask(self, method: str, path: str, body: dict[str, bool] | None = None) -> httpx.Response:
        try:
            answer = await self._client.request(method, self._url + path, json=body, timeout=ANSWERS_WITHIN_S)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise DockError(
                f"The dock refused {path[1:]} with HTTP {error.response.status_code}.", code="dock.refused", hint="See the dock's own log."
            ) from error
        except httpx.HTTPError as error:
            # Never the address: it may hold a password.
            raise DockError(
                f"The dock does not answer ({type(error).__name__}).", code="dock.unreachable", hint="Check its power and network."
            ) from error
        return answer


def device_at(address: str, client: httpx.AsyncClient, clock: Callable[[], float]) -> DockDevice:
    """The device an address names. Raises `DockError` with code `dock.address`."""
    if address.startswith(("http://", "https://")):
        return HttpDevice(address, client)
    if address.startswith("sim:"):
        try:
            return SimulatedDevice(SimulatedDock(frozenset(word for word in address[4:].split(",") if word)), clock)
        except ValueError as error:
            raise DockError(f"The simulated dock cannot be made: {error}.", code="dock.address", hint="For example sim:rain.") from error
    raise DockError(
        "A dock's address begins with http://, https:// or sim:.", code="dock.address", hint="For example http://10.0.0.7:8080/dock."
    )
