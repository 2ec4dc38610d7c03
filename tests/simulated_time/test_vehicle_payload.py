"""The station's camera and gimbal services against a real simulated vehicle over UDP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from geo.primitives import VehicleError
from geo.terrain import Heights, read_dem
from ground_station.control.parameters import read_parameters
from ground_station.mavlink import Address
from ground_station.microservices import ServiceTools, Transfers
from ground_station.microservices.catalogue import SERVICES
from ground_station.microservices.payload_following import follow_payload
from ground_station.vehicles import Happening, Vehicle
from tests.support.simulated_vehicles import NORTH_60_M, controlled

pytestmark = pytest.mark.anyio


class Asked:
    def __init__(self, vehicle: Vehicle, tools: ServiceTools, told: list[Happening]) -> None:
        self.vehicle, self.tools, self.told = vehicle, tools, told

    async def __call__(self, service: str, /, **parameters: Any) -> Any:
        kind = SERVICES[service]
        return await kind.answer(self.vehicle, read_parameters(kind.parameters, service, parameters), self.tools)

    @property
    def photos(self) -> list[int]:
        return [happening.detail["index"] for happening in self.told if happening.kind == "photo"]


@asynccontextmanager
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    told: list[Happening] = []
    async with controlled(speedup=2.0) as (control, _):
        vehicle = control.network.fleet.require("mav-1")
        control.network.accompany(partial(follow_payload, tell=lambda _, happening: told.append(happening)))
        board = vehicle.payload
        assert await vehicle.wait_until(
            lambda: (
                any(camera.known and camera.storage is not None for camera in board.cameras.values())
                and any(gimbal.manager and gimbal.pitch_deg is not None for gimbal in board.gimbals.values())
            ),
            45.0,
        )
        yield Asked(vehicle, ServiceTools(control.network, Transfers(lambda _: None), tmp_path, "aigul"), told)


async def test_photographs_series_video_mode_and_zoom_are_done_when_the_camera_shows_them(tmp_path: Path) -> None:
    async with asked(tmp_path) as ask:
        first = await ask("take_photo")
        second = await ask("take_photo")
        assert second["index"] == first["index"] + 1
        assert await ask.vehicle.wait_until(lambda: len(ask.photos) == 2, 30.0)
        place = ask.told[-1].detail
        assert (place["lat_deg"], place["lon_deg"]) == pytest.approx((43.6505, 51.16), abs=1e-3)
        running = await ask("start_photos", interval_s=1.0)
        assert running["interval_s"] == 1.0
        with pytest.raises(VehicleError, match="taking photographs already"):
            await ask("take_photo")
        assert await ask.vehicle.wait_until(lambda: len(ask.photos) >= 4, 30.0)
        assert not (await ask("stop_photos"))["interval_s"]
        assert (await ask("start_video"))["recording_s"] is not None
        with pytest.raises(VehicleError, match="recording already"):
            await ask("start_video")
        assert (await ask("stop_video"))["recording_s"] is None
        assert (await ask("set_camera_mode", mode="video"))["mode"] == "video"
        assert (await ask("set_camera_zoom", percent=40))["zoom_percent"] == 40.0
        told = (await ask("payload"))["cameras"][0]
        assert (told["camera"], told["name"], told["photos_missing"]) == (100, "Sunqar Survey 20", 0)


async def test_photographs_that_were_not_heard_are_asked_for_again(tmp_path: Path) -> None:
    async with asked(tmp_path) as ask:
        for _ in range(3):
            await ask("take_photo")
        assert await ask.vehicle.wait_until(lambda: len(ask.photos) == 3, 30.0)
        camera = ask.vehicle.payload.cameras[100]
        camera.forget_photo(2)
        ask.told.clear()
        assert await ask.vehicle.wait_until(lambda: ask.photos == [2], 30.0)


async def test_a_gimbal_is_taken_turned_pointed_at_a_place_and_released(tmp_path: Path) -> None:
    async with asked(tmp_path) as ask:
        assert (await ask("payload"))["gimbals"][0]["controlled_by"] == "nobody"
        assert (await ask("take_gimbal"))["controlled_by"] == "us"
        gimbal = ask.vehicle.payload.gimbal(None, "mav-1")
        await ask("point_gimbal", pitch_deg=-30, yaw_deg=20)
        assert await ask.vehicle.wait_until(lambda: near(gimbal.pitch_deg, -30) and near(gimbal.yaw_deg, 20), 30.0)
        north = {"lon_deg": NORTH_60_M.lon_deg, "lat_deg": NORTH_60_M.lat_deg}
        looking = await ask("look_at", **north)
        assert (looking["height_m"], looking["height_basis"]) == (0.0, "home"), "nobody knows the ground there, and that is said"
        assert await ask.vehicle.wait_until(lambda: near(north_of(gimbal.heading_deg), 0, 5.0), 30.0)
        ask.tools = replace(ask.tools, elevation=slope_to_the_north(tmp_path / "slope.tif"))
        looking = await ask("look_at", **north)
        assert looking["height_basis"] == "terrain"
        assert looking["height_m"] == pytest.approx(30.0, abs=0.5)
        assert await ask.vehicle.wait_until(lambda: near(gimbal.pitch_deg, 26.6, 3.0), 30.0), "up the slope, from the ground"
        home_amsl_m = ask.vehicle.estimate.home_amsl_m
        assert home_amsl_m is not None
        looking = await ask("look_at", **north, altitude_amsl_m=home_amsl_m + 12.0)
        assert (looking["height_m"], looking["height_basis"]) == (12.0, "given")
        await ask("look_nowhere")
        assert (await ask("release_gimbal"))["controlled_by"] == "nobody"


async def test_a_gimbal_another_station_moves_is_not_moved(tmp_path: Path) -> None:
    async with asked(tmp_path) as ask:
        gimbal = ask.vehicle.payload.gimbal(None, "mav-1")
        gimbal.primary = Address(255, 190)
        with pytest.raises(VehicleError, match="moved by system 255, component 190"):
            await ask("point_gimbal", pitch_deg=-30)


def slope_to_the_north(path: Path) -> Heights:
    """Ground that rises half a metre with each metre to the north, on a sea level of its own."""
    here, degree_m = NORTH_60_M, 111_113.0
    rows = 200
    step = 2.0 / degree_m
    top = here.lat_deg + 100 * step
    heights = np.repeat(500.0 - 1.0 * np.arange(rows, dtype=np.float32)[:, None], rows, axis=1)
    place = Affine(step, 0.0, here.lon_deg - 100 * step, 0.0, -step, top)
    with rasterio.open(
        path, "w", driver="GTiff", width=rows, height=rows, count=1, dtype="float32", crs="EPSG:4326", transform=place
    ) as file:
        file.write(heights, 1)
    return read_dem(path)


def north_of(heading_deg: float | None) -> float | None:
    return None if heading_deg is None else (heading_deg + 180) % 360 - 180


def near(value: float | None, wanted: float, within: float = 1.5) -> bool:
    return value is not None and abs(value - wanted) <= within
