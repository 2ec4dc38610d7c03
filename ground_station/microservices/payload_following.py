"""Beside every vehicle: what it carries is found out, followed, and each photograph told once, the missed ones asked for again."""

import time
from collections.abc import Callable
from typing import Any

import anyio

from ground_station.mavlink import Address, CommandOutcome, mavlink
from ground_station.mavlink.commands import command_long, set_message_rate
from ground_station.payload import Camera, Photo
from ground_station.payload.board import KINDS
from ground_station.payload.gimbals import ATTITUDES, DEVICE_ATTITUDE, MANAGER_INFORMATION, MANAGER_STATUS
from ground_station.vehicles import Happening, Vehicle

LOOK_EVERY_S = 1.0
DISCOVERY_CYCLES = 3  # acknowledged each time, and yet no CAMERA_INFORMATION
REFRESH_EVERY_S = 30.0
PHOTOS_AT_ONCE = 10  # asked for again in one round: the link is for flying first
MESSAGES_WAITING = 1024
GIMBAL_STATUS_HZ, GIMBAL_ATTITUDE_HZ = 1.0, 5.0
STATUS_IDS = (
    mavlink.MAVLINK_MSG_ID_CAMERA_SETTINGS,
    mavlink.MAVLINK_MSG_ID_STORAGE_INFORMATION,
    mavlink.MAVLINK_MSG_ID_CAMERA_CAPTURE_STATUS,
)


async def follow_payload(vehicle: Vehicle, tell: Callable[[Vehicle, Happening], None]) -> None:
    board = vehicle.payload
    async with anyio.create_task_group() as tasks:
        with vehicle.subscribe(KINDS, waiting=MESSAGES_WAITING) as messages:
            tasks.start_soon(_look_around, vehicle)
            async for message in messages:
                heading = vehicle.estimate.heading_deg if message.get_type() in ATTITUDES else None
                for photo in board.on_message(message, time.monotonic(), heading):
                    tell(vehicle, happening_of(photo))
                    vehicle.notify()


def happening_of(photo: Photo) -> Happening:
    return Happening("photo", f"Photo {photo.index}", detail=photo_row(photo), at=photo.at, key=_key(photo))


def _key(photo: Photo) -> str | None:
    """The index begins anew when a card is formatted; together with the instant it names one photograph."""
    return None if photo.at is None else f"photo/{photo.camera}/{photo.index}/{photo.at.isoformat()}"


def photo_row(photo: Photo) -> dict[str, Any]:
    return {
        "camera": photo.camera,
        "index": photo.index,
        "lon_deg": photo.position.lon_deg if photo.position else None,
        "lat_deg": photo.position.lat_deg if photo.position else None,
        "altitude_m": photo.altitude_m,
        "height_m": photo.height_m,
        "heading_deg": None if photo.heading_deg is None else round(photo.heading_deg, 1),
        "pitch_deg": None if photo.pitch_deg is None else round(photo.pitch_deg, 1),
        "file": photo.file,
    }


async def ask_component(vehicle: Vehicle, component: int, message_id: int, number: float = 0.0) -> CommandOutcome:
    """Ask for one message of a component; `number` is which one, where there are several."""
    target = Address(vehicle.address.system_id, component)
    async with vehicle.payload_lock:
        return await vehicle.query(command_long(target, mavlink.MAV_CMD_REQUEST_MESSAGE, message_id, number))


async def _look_around(vehicle: Vehicle) -> None:
    board = vehicle.payload
    tries: dict[int, int] = {}
    refreshed: dict[int, float] = {}
    met = False
    while True:
        await anyio.sleep(LOOK_EVERY_S)
        now_s = time.monotonic()
        if not vehicle.online or vehicle.high_latency:
            met, tries, refreshed = False, {}, {}
            continue
        if not met and vehicle.estimate.capabilities is not None:
            met = True
            await _meet_autopilot(vehicle)
        for camera in board.undiscovered(now_s):
            tries[camera.component_id] = tries.get(camera.component_id, 0) + 1
            if tries[camera.component_id] <= DISCOVERY_CYCLES:
                await ask_component(vehicle, camera.component_id, mavlink.MAVLINK_MSG_ID_CAMERA_INFORMATION)
        for camera in [camera for camera in board.cameras.values() if camera.known]:
            if not camera.online(now_s):
                tries.pop(camera.component_id, None)
                refreshed.pop(camera.component_id, None)
                continue
            if now_s - refreshed.get(camera.component_id, -REFRESH_EVERY_S) >= REFRESH_EVERY_S:
                first = camera.component_id not in refreshed
                refreshed[camera.component_id] = now_s
                await refresh_camera(vehicle, camera, with_streams=first)
            await _ask_missing(vehicle, camera)


async def _meet_autopilot(vehicle: Vehicle) -> None:
    """An autopilot speaks for cameras and gimbals on its own wires; many say nothing of them until asked."""
    own = vehicle.address.component_id
    await ask_component(vehicle, own, mavlink.MAVLINK_MSG_ID_CAMERA_INFORMATION)
    outcome = await ask_component(vehicle, own, MANAGER_INFORMATION)
    if not outcome.accepted:
        return
    await vehicle.wait_until(lambda: any(gimbal.manager for gimbal in vehicle.payload.gimbals.values()), 2.0)
    await anyio.sleep(LOOK_EVERY_S)  # what is sent unasked has come by then
    for gimbal in list(vehicle.payload.gimbals.values()):
        if gimbal.primary is None:
            await _set_rate(vehicle, own, MANAGER_STATUS, GIMBAL_STATUS_HZ)
        if gimbal.pitch_deg is None:
            device = gimbal.device_id if gimbal.device_id in vehicle.components else own
            await _set_rate(vehicle, device, DEVICE_ATTITUDE, GIMBAL_ATTITUDE_HZ)


async def _set_rate(vehicle: Vehicle, component: int, message_id: int, rate_hz: float) -> None:
    async with vehicle.payload_lock:
        await vehicle.query(set_message_rate(Address(vehicle.address.system_id, component), message_id, rate_hz))


async def refresh_camera(vehicle: Vehicle, camera: Camera, *, with_streams: bool = False) -> None:
    """Ask for settings, storage and capture status, and for the video streams and the field of view with them."""
    wanted = [*STATUS_IDS]
    if with_streams:
        wanted.append(mavlink.MAVLINK_MSG_ID_CAMERA_FOV_STATUS)
        if "stream" in camera.abilities:
            wanted.append(mavlink.MAVLINK_MSG_ID_VIDEO_STREAM_INFORMATION)
    for message_id in wanted:
        await ask_component(vehicle, camera.component_id, message_id)


async def _ask_missing(vehicle: Vehicle, camera: Camera) -> None:
    for index in camera.missing()[:PHOTOS_AT_ONCE]:
        if not vehicle.online:
            return
        outcome = await ask_component(vehicle, camera.component_id, mavlink.MAVLINK_MSG_ID_CAMERA_IMAGE_CAPTURED, index)
        camera.on_asked(index, refused=outcome.answered and not outcome.accepted)
