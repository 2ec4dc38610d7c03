"""The station's vehicle services against a real simulated vehicle over UDP: parameters, fence, rally points, logs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from geo.primitives import VehicleError
from ground_station.control.parameters import read_parameters
from ground_station.messages import CommandName, TransferState, TransferUpdate
from ground_station.microservices import ServiceTools, Transfers
from ground_station.microservices.catalogue import SERVICES
from ground_station.microservices.log_store import LogFile
from ground_station.microservices.logs import download
from tests.support.simulated_vehicles import Control, controlled

pytestmark = pytest.mark.anyio

SQUARE = [(51.155, 43.645), (51.165, 43.645), (51.165, 43.656), (51.155, 43.656)]
FENCE = {
    "polygons": [{"inclusion": True, "vertices": [{"lon_deg": lon, "lat_deg": lat} for lon, lat in SQUARE]}],
    "circles": [{"inclusion": False, "centre": {"lon_deg": 51.163, "lat_deg": 43.654}, "radius_m": 60.0}],
}
RALLY = [{"lon_deg": 51.158, "lat_deg": 43.648, "altitude_m": 25.0}, {"lon_deg": 51.161, "lat_deg": 43.649, "altitude_m": 30.0}]


class Asked:
    def __init__(self, control: Control, tools: ServiceTools, told: list[TransferUpdate]) -> None:
        self.control, self.tools, self.told = control, tools, told
        self.vehicle = control.network.fleet.require("mav-1")

    async def __call__(self, service: str, /, **parameters: Any) -> Any:
        kind = SERVICES[service]
        return await kind.answer(self.vehicle, read_parameters(kind.parameters, service, parameters), self.tools)


@asynccontextmanager
async def asked(tmp_path: Path, autopilot: str = "ardupilot") -> AsyncIterator[Asked]:
    told: list[TransferUpdate] = []
    async with controlled(autopilot=autopilot) as (control, _), anyio.create_task_group() as tasks:
        transfers = Transfers(told.append)
        transfers.attach(tasks)
        yield Asked(control, ServiceTools(control.network, transfers, tmp_path, "aigul"), told)
        tasks.cancel_scope.cancel()


async def test_parameters_are_listed_set_read_back_saved_and_compared(tmp_path: Path) -> None:
    async with asked(tmp_path) as ask:
        listed = {row["name"]: row for row in (await ask("parameters"))["items"]}
        assert len(listed) > 10
        assert ask.told[-1].state is TransferState.DONE
        file = (await ask("parameter_file", format="ardupilot"))["text"]
        assert (await ask("compare_parameters", baseline=file))["items"] == []
        name = next(name for name, row in listed.items() if row["type"] == "float" and row["value"] > 1)
        was = listed[name]["value"]
        changed = await ask("set_parameter", name=name, value=was + 1)
        assert (changed["before"], changed["value"], changed["read_back"]) == (was, was + 1, True)
        assert (await ask("parameter", name=name))["value"] == was + 1
        assert [(row["name"], row["vehicle"]) for row in (await ask("compare_parameters", baseline=file))["items"]] == [(name, was + 1)]
        loaded = await ask("load_parameters", values={name: was, "NOT_THERE": 1})
        assert ([row["name"] for row in loaded["changed"]], loaded["unknown"]) == ([name], ["NOT_THERE"])
        assert (await ask("compare_parameters", baseline=file))["items"] == []
        with pytest.raises(VehicleError, match="does not answer for parameter NONSENSE"):
            await ask("parameter", name="NONSENSE")


@pytest.mark.parametrize("autopilot", ["ardupilot", "px4"])
async def test_fence_and_rally_points_go_on_board_come_back_and_go(tmp_path: Path, autopilot: str) -> None:
    async with asked(tmp_path, autopilot) as ask:
        assert await ask.vehicle.wait_until(lambda: ask.vehicle.estimate.home is not None, 30.0)
        assert await ask("upload_fence", **FENCE) == {"items": 5, "read_back": True}
        steps = [update.done for update in ask.told if update.name == "fence_upload"]
        assert steps == sorted(steps)
        assert (ask.told[-1].state, ask.told[-1].done, ask.told[-1].total) == (TransferState.DONE, 5, 5)
        there = await ask("fence", refresh=True)
        assert [len(polygon["vertices"]) for polygon in there["polygons"]] == [4]
        assert there["circles"][0]["radius_m"] == 60.0
        assert not there["circles"][0]["inclusion"]
        assert await ask("upload_rally", points=RALLY) == {"items": 2, "read_back": True}
        assert [round(point["altitude_m"]) for point in (await ask("rally", refresh=True))["points"]] == [25, 30]
        await refuses_what_its_firmware_does_not_take(ask, autopilot)
        assert await ask("fence", refresh=True) == there | {"at": ask.vehicle.stores["fence"].at.isoformat()}, (
            "what was refused left no trace"
        )
        await ask("clear_fence")
        assert (await ask("fence"))["polygons"] == []
        assert len((await ask("rally", refresh=True))["points"]) == 2, "clearing the fence left the rally points alone"
        await ask("clear_rally")
        assert (await ask("rally"))["points"] == []


async def refuses_what_its_firmware_does_not_take(ask: Asked, autopilot: str) -> None:
    far = {"inclusion": True, "centre": {"lon_deg": 51.2, "lat_deg": 43.66}, "radius_m": 100.0}
    around = {"inclusion": True, "centre": {"lon_deg": 51.16, "lat_deg": 43.6505}, "radius_m": 200.0}
    if autopilot == "px4":
        rose = [around | {"radius_m": 200.0 + number} for number in range(65)]
        with pytest.raises(VehicleError, match="has 65 corners and circles; the vehicle has room for 64"):
            await ask("upload_fence", circles=rose)
        with pytest.raises(VehicleError, match="refuses a fence that does not hold its home"):
            await ask("upload_fence", circles=[far])
        with pytest.raises(VehicleError, match="33 rally points; the vehicle has room for 32"):
            await ask("upload_rally", points=RALLY[:1] * 33)
        assert await ask("upload_fence", circles=[around, far]) == {"items": 2, "read_back": True}, "inside one of them is enough"
        await ask("upload_fence", **FENCE)
        return
    with pytest.raises(VehicleError, match="must be inside all 2 areas at once") as refused:
        await ask("upload_fence", circles=[around, far])
    assert "bit 1 of FENCE_OPTIONS" in refused.value.hint
    await ask("set_parameter", name="FENCE_OPTIONS", value=3)
    assert await ask("upload_fence", circles=[around, far]) == {"items": 2, "read_back": True}
    await ask("upload_fence", **FENCE)


async def test_a_log_made_by_a_flight_is_fetched_by_both_ways_and_gone_on_with(tmp_path: Path) -> None:
    async with asked(tmp_path) as ask:
        await ask("set_parameter", name="DISARM_DELAY", value=0)  # it would disarm on the ground while it is asked
        await ask.control.carry_out(CommandName.ARM)
        with pytest.raises(VehicleError, match="does not list its logs while it is armed"):
            await ask("logs")
        await ask.control.carry_out(CommandName.DISARM)
        listed = (await ask("logs"))["items"]
        assert listed, "arming begins a log, disarming ends it"
        vehicle, number = ask.vehicle, listed[0]["number"]
        entry = vehicle.logs[number]
        got: dict[str, bytes] = {}
        for way in ("ftp", "log"):
            file = LogFile.of(tmp_path / way, vehicle.vehicle_id, entry, vehicle.estimate.autopilot.log_suffix)
            async with ask.tools.transfers.transfer(vehicle.vehicle_id, f"log {number}", "aigul") as transfer:
                await download(vehicle, entry, file, transfer, way)  # type: ignore[arg-type]  # both are ways
            got[way] = file.whole.read_bytes()
        assert len(got["ftp"]) == entry.size_bytes
        assert got["ftp"] == got["log"]
        half = LogFile.of(tmp_path, vehicle.vehicle_id, entry, vehicle.estimate.autopilot.log_suffix)
        half.partial.parent.mkdir(parents=True)
        half.partial.write_bytes(got["ftp"][: entry.size_bytes // 2])
        assert (await ask("logs"))["items"][0]["bytes_here"] == entry.size_bytes // 2
        assert (await ask("fetch_log", number=number))["transfer_id"] is not None
        with anyio.fail_after(45):
            while not half.is_whole:
                await anyio.sleep(0.05)
        assert half.whole.read_bytes() == got["ftp"]
        assert [row["whole"] for row in (await ask("logs"))["items"]] == [True]
