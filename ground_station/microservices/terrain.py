"""Terrain for vehicles that ask for it, from the station's elevation model; and what a vehicle knows of a place."""

import logging
import time
from typing import Any

import anyio
from pydantic import Field

from geo.primitives import VehicleError
from geo.terrain import Heights
from ground_station.control.parameters import Parameters
from ground_station.mavlink import mavlink
from ground_station.microservices.desk import ServiceTools
from ground_station.payload.terrain import TerrainRequest
from ground_station.vehicles import Vehicle

logger = logging.getLogger(__name__)

PAUSE_S = 0.02  # between blocks: a full request is 56 of them, and the link is for flying first
REPORT_WITHIN_S = 3.0  # a vehicle without the data is silent
SAME_PLACE_E7 = 20


class PlaceParameters(Parameters):
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)


async def serve_terrain(vehicle: Vehicle, model: Heights | None) -> None:
    """A companion of every vehicle: requests are answered while a model is there, reports are kept. The newest request counts."""
    with vehicle.subscribe({"TERRAIN_REQUEST", "TERRAIN_REPORT"}) as messages:
        async for message in messages:
            if message.get_type() == "TERRAIN_REPORT":
                vehicle.payload.terrain.on_report(message, time.monotonic())
                vehicle.payload.revision += 1
                continue
            request = TerrainRequest.read(message)
            if request is not None and model is not None and messages.statistics().current_buffer_used < 2:
                await _answer(vehicle, model, request)


async def _answer(vehicle: Vehicle, model: Heights, request: TerrainRequest) -> None:
    for block in request.blocks:
        try:
            heights = await anyio.to_thread.run_sync(model.heights_amsl_m, [place.as_tuple() for place in request.points(block)])
        except OSError as error:
            logger.warning("the elevation model cannot be read: %s", error)
            return
        answer = request.answer(block, heights)
        if answer is None:
            vehicle.payload.terrain.blocks_unknown += 1
            continue
        vehicle.send([answer])
        vehicle.payload.terrain.blocks_sent += 1
        await anyio.sleep(PAUSE_S)


async def check_terrain(vehicle: Vehicle, parameters: PlaceParameters, tools: ServiceTools) -> dict[str, Any]:
    """What the vehicle itself knows of the ground at a place. Raises: `VehicleError` when it says nothing of it."""
    lat_e7, lon_e7 = round(parameters.lat_deg * 1e7), round(parameters.lon_deg * 1e7)
    with vehicle.subscribe({"TERRAIN_REPORT"}) as reports:
        vehicle.send([mavlink.MAVLink_terrain_check_message(lat_e7, lon_e7)])
        with anyio.move_on_after(REPORT_WITHIN_S):
            while True:
                report = await reports.receive()
                if abs(report.lat - lat_e7) <= SAME_PLACE_E7 and abs(report.lon - lon_e7) <= SAME_PLACE_E7 and report.spacing:
                    return {"ground_amsl_m": float(report.terrain_height), "spacing_m": int(report.spacing), "pending": int(report.pending)}
    raise VehicleError(
        f"{vehicle.vehicle_id} has no terrain for this place.",
        code="terrain.unknown",
        hint="It loads terrain around itself and along its plan.",
    )
