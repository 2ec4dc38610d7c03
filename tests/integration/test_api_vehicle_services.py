"""Services of simulated vehicles through the station and the api: logs whose download goes on, parameters of a fleet compared."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from nats.aio.msg import Msg

from ground_station.accounts import Role
from ground_station.bus.subjects import VEHICLE_SERVICE
from ground_station.messages import CommandName
from ground_station.microservices import ServiceDesk, ServiceRequest, ServiceTools, Transfers
from ground_station.microservices.catalogue import SERVICES
from ground_station.settings import Settings
from tests.support.api import RunningApi, running_api, vehicle_state
from tests.support.problems import assert_problem
from tests.support.simulated_vehicles import Control, controlled

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

VEHICLES = "/api/v1/vehicles"
LOGS = f"{VEHICLES}/mav-1/logs"


@asynccontextmanager
async def served(settings: Settings, data_dir: Path, count: int = 1) -> AsyncIterator[tuple[RunningApi, Control]]:
    """An api whose vehicles are simulated ones, asked over the bus."""
    async with controlled(count) as (control, _), running_api(settings) as api, anyio.create_task_group() as tasks:
        transfers = Transfers(lambda _: None)
        transfers.attach(tasks)
        desk = ServiceDesk(ServiceTools(control.network, transfers, data_dir), SERVICES)

        async def serve(message: Msg) -> None:
            vehicle_id, name = message.subject.split(".")[-2:]
            await message.respond((await desk.answer(vehicle_id, name, ServiceRequest.model_validate_json(message.data))).encode())

        async def listen() -> None:
            subscription = await api.bus.subscribe(f"{VEHICLE_SERVICE}.*.*")
            async for message in subscription.messages:
                tasks.start_soon(serve, message)

        tasks.start_soon(listen)
        api.http.headers.update(await api.account(Role.PILOT, "aigul"))
        for number in range(1, count + 1):
            await api.hear(vehicle_state(f"mav-{number}"))
        yield api, control
        tasks.cancel_scope.cancel()


async def test_a_fleet_is_compared_with_one_of_its_vehicles_and_made_like_it(api_settings: Settings, tmp_path: Path) -> None:
    compare = {"vehicle_ids": ["mav-2", "mav-3", "mav-9"], "baseline_vehicle_id": "mav-1"}
    change = {"name": "RTL_ALT_M", "value": 45}
    async with served(api_settings, tmp_path, 3) as (api, _):
        assert (await api.http.put(f"{VEHICLES}/mav-2/parameters", json=change)).status_code == 403, "nobody holds it"
        await api.http.post(f"{VEHICLES}/mav-2/lease")
        was = (await api.http.put(f"{VEHICLES}/mav-2/parameters", json=change)).json()["before"]

        async def differing() -> dict[str, list[tuple[str, float, float]] | None]:
            rows = (await api.http.post("/api/v1/parameters/compare", json=compare, timeout=60)).json()["items"]
            return {
                row["vehicle_id"]: [
                    (item["name"], item["baseline"], item["vehicle"]) for item in row["comparison"]["items"] if not item["individual"]
                ]
                if row["comparison"]
                else None
                for row in rows
            }

        assert await differing() == {"mav-2": [("RTL_ALT_M", was, 45)], "mav-3": [], "mav-9": None}, (
            "one that is not there holds up no other"
        )
        await api.http.put(f"{VEHICLES}/mav-2/parameters", json=change | {"value": was})
        assert (await differing())["mav-2"] == []
        both = await api.http.post("/api/v1/parameters/compare", json=compare | {"baseline": "RTL_ALT_M,45"})
        assert_problem(both, 422, "invalid_request")


async def test_a_log_download_that_broke_off_goes_on(api_settings: Settings, tmp_path: Path) -> None:
    async with served(api_settings, tmp_path) as (api, control):
        await control.carry_out(CommandName.ARM)
        await control.carry_out(CommandName.DISARM)
        number = (await api.http.get(LOGS)).json()["items"][0]["number"]

        async def get(**headers: str) -> httpx.Response:
            return await api.http.get(f"{LOGS}/{number}", headers={name.replace("_", "-"): value for name, value in headers.items()})

        first = await get(Range="bytes=100-299")
        assert (first.status_code, len(first.content)) == (206, 200), "what is asked for comes while the rest is still on board"
        whole = await get()
        size, etag = len(whole.content), whole.headers["ETag"]
        assert (whole.status_code, whole.headers["Accept-Ranges"]) == (200, "bytes")
        assert first.content == whole.content[100:300]
        for span, start, end in (("bytes=500-", 500, size), ("bytes=-64", size - 64, size), (f"bytes=0-{size * 2}", 0, size)):
            part = await get(Range=span, If_Range=etag)
            assert (part.status_code, part.content) == (206, whole.content[start:end]), span
            assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
        for span, if_range in (("bytes=500-", '"another log"'), ("pages=1-2", etag), ("bytes=9-3", etag)):
            again = await get(Range=span, If_Range=if_range)
            assert (again.status_code, again.content) == (200, whole.content), "the whole of it, as the standard has it"
        beyond = await get(Range=f"bytes={size}-")
        assert_problem(beyond, 416, "range_unsatisfiable")
        assert beyond.headers["Content-Range"] == f"bytes */{size}"
