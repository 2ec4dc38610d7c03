"""Cameras of a vehicle: photographs, series, video, mode and zoom. Each is asked for once, and done when the camera shows it."""

import time
from collections.abc import Callable
from typing import Any, Literal

import anyio
from pydantic import Field

from geo.primitives import VehicleError
from ground_station.control.parameters import NoParameters, Parameters
from ground_station.mavlink import Address, mavlink
from ground_station.mavlink.commands import command_long
from ground_station.microservices.desk import ServiceTools
from ground_station.microservices.payload_following import ask_component
from ground_station.payload import Camera
from ground_station.vehicles import Vehicle

STATUS_WITHIN_S = 1.5
EFFECT_WITHIN_S = 5.0
PHOTO_WITHIN_S = 8.0
EXPOSURE_ASKS, EXPOSURE_S = 8, 0.3  # one photograph under way is waited for, a series is not
SMALLEST_ROOM_MIB = 1.0
ZOOM_BY_RANGE = 2  # CAMERA_ZOOM_TYPE
MODES = {"image": 0, "video": 1, "survey": 2}
_SETTINGS, _STORAGE, _CAPTURE = (
    mavlink.MAVLINK_MSG_ID_CAMERA_SETTINGS,
    mavlink.MAVLINK_MSG_ID_STORAGE_INFORMATION,
    mavlink.MAVLINK_MSG_ID_CAMERA_CAPTURE_STATUS,
)


class CameraParameters(Parameters):
    camera: int | None = Field(None, ge=1, le=255, description="Component id; needed where there are several")


class SeriesParameters(CameraParameters):
    interval_s: float = Field(ge=0.1, le=3600)
    count: int = Field(0, ge=0, le=100_000, description="0: until it is stopped")


class ModeParameters(CameraParameters):
    mode: Literal["image", "video", "survey"]


class ZoomParameters(CameraParameters):
    percent: float = Field(ge=0, le=100, description="Of the range of the lens")


async def tell_payload(vehicle: Vehicle, _: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    """Cameras and gimbals as they were told last."""
    return vehicle.payload.state(vehicle.vehicle_id, vehicle.own, time.monotonic()).model_dump(mode="json")


async def take_photo(vehicle: Vehicle, parameters: CameraParameters, tools: ServiceTools) -> dict[str, Any]:
    """One photograph. Done when the camera tells its index. Raises: `VehicleError` when it is busy, full, or takes none."""
    camera = _camera(vehicle, parameters, "photo")
    await _check_ready(vehicle, camera)
    number = vehicle.payload.next_photo_number()
    with vehicle.subscribe({"CAMERA_IMAGE_CAPTURED"}) as captured:
        await _command(vehicle, camera, "take a photograph", mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, number)
        with anyio.move_on_after(PHOTO_WITHIN_S):
            while True:
                message = await captured.receive()
                if message.get_srcComponent() != camera.component_id:
                    continue
                if message.capture_result != 1:
                    raise VehicleError(f"{camera.name} could not take the photograph.", code="camera.failed", hint="Look at its storage.")
                return {"camera": camera.component_id, "index": int(message.image_index)}
    raise VehicleError(
        f"{camera.name} accepted, but told of no photograph within {PHOTO_WITHIN_S:g} s.",
        code="camera.unseen",
        hint="It may have been taken; look at its count before asking again.",
    )


async def start_photos(vehicle: Vehicle, parameters: SeriesParameters, tools: ServiceTools) -> dict[str, Any]:
    """A series until `count` are taken or it is stopped."""
    camera = _camera(vehicle, parameters, "photo")
    await _check_ready(vehicle, camera)
    before = camera.capture
    what = f"take photographs every {parameters.interval_s:g} s"
    await _command(vehicle, camera, what, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, parameters.interval_s, parameters.count)
    await _seen(vehicle, camera, what, _CAPTURE, lambda: camera.capture is not before and not camera.idle)
    return _told(vehicle, camera)


async def stop_photos(vehicle: Vehicle, parameters: CameraParameters, tools: ServiceTools) -> dict[str, Any]:
    camera = _camera(vehicle, parameters, "photo")
    await _command(vehicle, camera, "stop taking photographs", mavlink.MAV_CMD_IMAGE_STOP_CAPTURE)
    await _seen(vehicle, camera, "stop taking photographs", _CAPTURE, lambda: camera.capture is None or camera.capture.image_status < 2)
    return _told(vehicle, camera)


async def start_video(vehicle: Vehicle, parameters: CameraParameters, tools: ServiceTools) -> dict[str, Any]:
    """Record a video on board."""
    camera = _camera(vehicle, parameters, "video")
    await _fresh(vehicle, camera, _CAPTURE, lambda: camera.capture)
    if camera.capture is not None and camera.capture.video_status == 1:
        raise VehicleError(f"{camera.name} is recording already.", code="camera.busy")
    await _command(vehicle, camera, "record", mavlink.MAV_CMD_VIDEO_START_CAPTURE, 0, 1)
    await _seen(vehicle, camera, "record", _CAPTURE, lambda: camera.capture is not None and camera.capture.video_status == 1)
    return _told(vehicle, camera)


async def stop_video(vehicle: Vehicle, parameters: CameraParameters, tools: ServiceTools) -> dict[str, Any]:
    camera = _camera(vehicle, parameters, "video")
    await _command(vehicle, camera, "stop recording", mavlink.MAV_CMD_VIDEO_STOP_CAPTURE)
    await _seen(vehicle, camera, "stop recording", _CAPTURE, lambda: camera.capture is not None and camera.capture.video_status == 0)
    return _told(vehicle, camera)


async def set_camera_mode(vehicle: Vehicle, parameters: ModeParameters, tools: ServiceTools) -> dict[str, Any]:
    camera, mode = _camera(vehicle, parameters, "modes"), MODES[parameters.mode]
    await _command(vehicle, camera, f"go to mode {parameters.mode}", mavlink.MAV_CMD_SET_CAMERA_MODE, 0, mode)
    await _seen(
        vehicle, camera, f"mode {parameters.mode}", _SETTINGS, lambda: camera.settings is not None and camera.settings.mode_id == mode
    )
    return _told(vehicle, camera)


async def set_camera_zoom(vehicle: Vehicle, parameters: ZoomParameters, tools: ServiceTools) -> dict[str, Any]:
    camera = _camera(vehicle, parameters, "zoom")
    await _command(vehicle, camera, "zoom", mavlink.MAV_CMD_SET_CAMERA_ZOOM, ZOOM_BY_RANGE, parameters.percent)
    before = camera.settings
    await _seen(vehicle, camera, "zoom", _SETTINGS, lambda: camera.settings is not before)
    await ask_component(vehicle, camera.component_id, mavlink.MAVLINK_MSG_ID_CAMERA_FOV_STATUS)
    return _told(vehicle, camera)


def _camera(vehicle: Vehicle, parameters: CameraParameters, ability: str) -> Camera:
    """Raises: `VehicleError` when there is none, it is silent, or it cannot do this."""
    camera = vehicle.payload.camera(parameters.camera, vehicle.vehicle_id)
    if not camera.online(time.monotonic()):
        raise VehicleError(f"{camera.name} of {vehicle.vehicle_id} is silent.", code="camera.lost", hint="Check its power and cable.")
    if ability not in camera.abilities:
        can = ", ".join(camera.abilities) or "nothing"
        raise VehicleError(f"{camera.name} has no {ability}; it says it can: {can}.", code="camera.unable")
    return camera


async def _check_ready(vehicle: Vehicle, camera: Camera) -> None:
    """Capture status and storage are asked for first: a busy camera or a full card refuses without saying why."""
    for _ in range(EXPOSURE_ASKS):
        await _fresh(vehicle, camera, _CAPTURE, lambda: camera.capture)
        if not camera.exposing:
            break
        await anyio.sleep(EXPOSURE_S)
    await _fresh(vehicle, camera, _STORAGE, lambda: camera.storage)
    if not camera.idle:
        raise VehicleError(f"{camera.name} is taking photographs already.", code="camera.busy", hint="Stop the series first.")
    storage = camera.state(time.monotonic())
    if storage.storage in ("empty", "unformatted"):
        raise VehicleError(f"The storage of {camera.name} is {storage.storage}.", code="camera.storage", hint="Put in or format its card.")
    if storage.free_mib is not None and storage.free_mib < SMALLEST_ROOM_MIB:
        raise VehicleError(
            f"The storage of {camera.name} is full.", code="camera.storage", hint="Copy the photographs and format the card."
        )


async def _fresh(vehicle: Vehicle, camera: Camera, message_id: int, read: Callable[[], object]) -> None:
    before = read()
    outcome = await ask_component(vehicle, camera.component_id, message_id)
    if outcome.accepted:
        await vehicle.wait_until(lambda: read() is not before, STATUS_WITHIN_S)


async def _command(vehicle: Vehicle, camera: Camera, what: str, command: int, *parameters: float) -> None:
    """Sent once. Raises: `VehicleError` unless it is accepted."""
    outcome = await vehicle.command(command_long(Address(vehicle.address.system_id, camera.component_id), command, *parameters))
    if not outcome.accepted:
        hint = "" if outcome.answered else "It may have been carried out; look before asking again."
        raise VehicleError(f"{camera.name} did not {what}: {outcome.result_name}.", code="camera.refused", hint=hint)


async def _seen(vehicle: Vehicle, camera: Camera, what: str, message_id: int, seen: Callable[[], bool]) -> None:
    """Wait until the camera itself shows it. Raises: `VehicleError` when it does not."""
    if seen():
        return
    await ask_component(vehicle, camera.component_id, message_id)
    if not await vehicle.wait_until(seen, EFFECT_WITHIN_S):
        raise VehicleError(f"{camera.name} accepted to {what}, but does not show it.", code="camera.unseen", hint="Look at its state.")


def _told(vehicle: Vehicle, camera: Camera) -> dict[str, Any]:
    return camera.state(time.monotonic()).model_dump(mode="json")
