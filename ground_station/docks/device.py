"""The device protocol: how a dock of any make is spoken to, and the address that chooses one.

`http://…` and `https://…` speak JSON over HTTP: `GET {url}/state` answers a `DockReport`, `POST {url}/open`, `/close` and `/charge`
(`{"on": true}`) start something and answer at once. `sim:1` is the first dock of the `sim` process, spoken to in just the same way.
"""

import re
from typing import Literal, Protocol

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ground_station.docks.errors import DockError

ANSWERS_WITHIN_S = 4.0
LONGEST_REASON = 200
_SIMULATED = re.compile(r"sim:([1-9]\d{0,2})?")


class DockReport(BaseModel):
    """What a dock says of itself. Null where it has no such sensor; further members are ignored."""

    model_config = ConfigDict(frozen=True)

    lid: Literal["closed", "moving", "open"]
    vehicle_present: bool | None = Field(None, description="Something stands on the contacts")
    charging: bool = Field(False, description="Current flows; false again when the battery is full")
    charge_fraction: float | None = Field(None, ge=0, le=1, description="Of the battery on the contacts")
    wind_mps: float | None = Field(None, ge=0)
    rain_mm_h: float | None = Field(None, ge=0)
    fault: str = Field("", max_length=LONGEST_REASON, description="In words, when the dock itself knows that something is wrong")


class DockDevice(Protocol):
    """Each call raises `DockError` with code `dock.unreachable`, `dock.unreadable` or `dock.refused`."""

    kind: Literal["simulated", "http"]

    async def report(self) -> DockReport: ...
    async def open(self) -> None: ...
    async def close(self) -> None: ...
    async def charge(self, on: bool) -> None: ...


class HttpDevice:
    def __init__(self, url: str, client: httpx.AsyncClient, kind: Literal["simulated", "http"] = "http") -> None:
        self._url, self._client, self.kind = url.rstrip("/"), client, kind

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
                f"The dock refused {path[1:]} with HTTP {error.response.status_code}{_reason(error.response)}.",
                code="dock.refused",
                hint="See the dock's own log.",
            ) from error
        except httpx.HTTPError as error:
            # Never the address: it may hold a password.
            raise DockError(
                f"The dock does not answer ({type(error).__name__}).", code="dock.unreachable", hint="Check its power and network."
            ) from error
        return answer


def _reason(answer: httpx.Response) -> str:
    """The dock's own words, where it gives any as `{"detail": "…"}`."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f": {detail[:LONGEST_REASON]}" if isinstance(detail, str) and detail else ""


def device_at(address: str, client: httpx.AsyncClient, simulated_port: int) -> DockDevice:
    """The device an address names; `simulated_port` is where the `sim` process serves its docks.

    Raises `DockError` with code `dock.address`.
    """
    if address.startswith(("http://", "https://")):
        return HttpDevice(address, client)
    if simulated := _SIMULATED.fullmatch(address):
        return HttpDevice(f"http://127.0.0.1:{simulated_port}/docks/{simulated[1] or 1}", client, "simulated")
    raise DockError(
        "A dock's address begins with http:// or https://, or is sim: and a number.",
        code="dock.address",
        hint="For example http://10.0.0.7:8080/dock, or sim:1 for the first simulated one.",
    )
