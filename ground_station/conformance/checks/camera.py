"""Cameras. Source: MAVLink guide, "Camera Protocol v2"."""

from typing import Any

import anyio

from ground_station.conformance.bench import ANSWER_S, Bench
from ground_station.conformance.check import CheckFailed, Deviates, NothingCame, NotSupported, check, require
from ground_station.conformance.checks.command import REFUSALS, result_name
from ground_station.conformance.dialect import mavlink
from ground_station.conformance.speaker import Ear

PAGE = "services/camera.html"
IDENTIFICATION, STILLS, MISSING = f"{PAGE}#camera_identification", f"{PAGE}#still-image-capture", f"{PAGE}#missing_images"
PHOTO_WITHIN_S = 10.0
_ACCEPTS_WITHOUT = "accepts a request for what it has not got"
_WIRED = "tells a photo of a camera wired to it with CAMERA_FEEDBACK"


async def component(bench: Bench) -> int:
    """The camera's component id: one that beats as a camera, or the autopilot for cameras attached to it."""
    beating = bench.component_of_type(mavlink.MAV_TYPE_CAMERA)
    if beating is not None:
        return beating
    if "camera" not in bench.known:
        try:
            await bench.request(mavlink.MAVLINK_MSG_ID_CAMERA_INFORMATION, "CAMERA_INFORMATION", tries=1)
            bench.known["camera"] = bench.component_id
        except (NotSupported, NothingCame) as missing:
            bench.known["camera"], bench.known["no_camera"] = None, missing
    if bench.known["camera"] is None:
        raise NotSupported("no camera")
    return int(bench.known["camera"])


async def _command(bench: Bench, command: int, *params: float) -> int:
    camera = await component(bench)
    return int((await bench.ack(bench.command_long(command, *params, component=camera), tries=1, within_s=ANSWER_S)).result)


async def _status(bench: Bench) -> Any:
    camera = await component(bench)
    return await bench.request(mavlink.MAVLINK_MSG_ID_CAMERA_CAPTURE_STATUS, "CAMERA_CAPTURE_STATUS", component=camera)


async def _idle(bench: Bench) -> None:
    for _ in range(20):
        if (await _status(bench)).image_status == 0:
            return
        await anyio.sleep(0.2)


async def _photo(bench: Bench) -> Any:
    """Take one as soon as the camera is idle; the CAMERA_IMAGE_CAPTURED it brings."""
    await _idle(bench)
    camera = await component(bench)
    question = bench.command_long(mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, bench.known.get("photo", 0) + 1, component=camera)
    bench.known["photo"] = bench.known.get("photo", 0) + 1
    with bench.listening() as ear:
        bench.ours.say(question)
        answer = await ear.hear("COMMAND_ACK", within_s=ANSWER_S, where=bench.is_ack(question.command))
        if answer.result == mavlink.MAV_RESULT_UNSUPPORTED:
            raise NotSupported(result_name(answer.result))
        require(answer.result in (mavlink.MAV_RESULT_ACCEPTED, mavlink.MAV_RESULT_IN_PROGRESS), result_name(answer.result))
        ear.rewind()  # the picture may be told before the acknowledgement
        return await _captured(bench, ear)


async def _captured(bench: Bench, ear: Ear) -> Any:
    """The next CAMERA_IMAGE_CAPTURED. Raises: `Deviates` for a camera wired to the autopilot, which tells it otherwise."""
    captured = await ear.hear_or_none("CAMERA_IMAGE_CAPTURED", within_s=PHOTO_WITHIN_S)
    if captured is None:
        silence = f"no CAMERA_IMAGE_CAPTURED within {PHOTO_WITHIN_S:g} s"
        raise Deviates(silence) if await component(bench) == bench.component_id else CheckFailed(silence)
    return captured


@check("camera.information", "A camera gives CAMERA_INFORMATION with what it can do", IDENTIFICATION, ardupilot=_ACCEPTS_WITHOUT)
async def information(bench: Bench) -> str:
    try:
        camera = await component(bench)
    except NotSupported:
        if isinstance(bench.known["no_camera"], NothingCame):
            raise Deviates(f"no camera, but {bench.known['no_camera']}") from None
        raise
    message = await bench.request(mavlink.MAVLINK_MSG_ID_CAMERA_INFORMATION, "CAMERA_INFORMATION", component=camera)
    bench.known["camera_flags"] = message.flags
    if camera != bench.component_id:
        require(message.camera_device_id == 0, f"a MAVLink camera says camera_device_id {message.camera_device_id}")
    model = bytes(message.model_name).rstrip(b"\0").decode("utf-8", "replace")
    return f"component {camera}, '{model}', flags {message.flags:#x}"


@check("camera.legacy_request", "The deprecated REQUEST_CAMERA_INFORMATION is answered too", f"{PAGE}#migration-notes-for-gcs-mavlink-sdks")
async def legacy_request(bench: Bench) -> str:
    camera = await component(bench)
    question = bench.command_long(mavlink.MAV_CMD_REQUEST_CAMERA_INFORMATION, 1, component=camera)
    answer = await bench.ask_or_none(question, "CAMERA_INFORMATION", tries=2)
    if answer is None:
        raise NotSupported("only REQUEST_MESSAGE is answered")
    return "answered"


@check("camera.settings", "CAMERA_SETTINGS tells the mode", f"{PAGE}#camera-modes")
async def settings(bench: Bench) -> str:
    camera = await component(bench)
    message = await bench.request(mavlink.MAVLINK_MSG_ID_CAMERA_SETTINGS, "CAMERA_SETTINGS", component=camera)
    require(message.mode_id in mavlink.enums["CAMERA_MODE"], f"mode_id {message.mode_id}")
    return f"mode {message.mode_id}"


@check("camera.storage", "STORAGE_INFORMATION tells how much room there is", f"{PAGE}#storage-status")
async def storage(bench: Bench) -> str:
    camera = await component(bench)
    message = await bench.request(mavlink.MAVLINK_MSG_ID_STORAGE_INFORMATION, "STORAGE_INFORMATION", component=camera)
    require(message.available_capacity <= message.total_capacity + 0.5, f"{message.available_capacity} of {message.total_capacity} MiB")
    return f"{message.available_capacity:.0f} of {message.total_capacity:.0f} MiB free"


@check("camera.capture_status", "CAMERA_CAPTURE_STATUS tells that the camera is idle, and its image count", f"{PAGE}#camera-capture-status")
async def capture_status(bench: Bench) -> str:
    message = await _status(bench)
    require(message.image_status in (0, 1, 2, 3), f"image_status {message.image_status}")
    return f"image_status {message.image_status}, {message.image_count} images"


@check("camera.photo", "A photo is acknowledged and told with CAMERA_IMAGE_CAPTURED; the count grows by one", STILLS, ardupilot=_WIRED)
async def photo(bench: Bench) -> str:
    before = (await _status(bench)).image_count
    captured = await _photo(bench)
    after = (await _status(bench)).image_count
    require(captured.capture_result == 1, f"capture_result {captured.capture_result}")
    require(after == before + 1, f"image_count {before}, then {after}")
    bench.known["image_index"] = captured.image_index
    return f"image {captured.image_index}, count {after}"


@check("camera.index", "The image_index grows by one with each photo", STILLS, ardupilot=_WIRED)
async def index(bench: Bench) -> str:
    one, two = (await _photo(bench)).image_index, (await _photo(bench)).image_index
    require(two == one + 1, f"{one}, then {two}")
    bench.known["image_index"] = one
    return f"{one}, {two}"


@check("camera.missing", "A CAMERA_IMAGE_CAPTURED that was lost is given again by its index", MISSING)
async def missing(bench: Bench) -> str:
    camera = await component(bench)
    if "image_index" not in bench.known:
        raise NotSupported("no photo was taken")
    wanted = bench.known["image_index"]
    question = bench.command_long(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_CAMERA_IMAGE_CAPTURED, wanted, component=camera)
    answer = await bench.ask(question, "CAMERA_IMAGE_CAPTURED", where=lambda m: m.image_index == wanted, tries=3)
    return f"image {answer.image_index}"


@check("camera.interval", "Photos at an interval come until they are stopped", STILLS, ardupilot=_WIRED)
async def interval(bench: Bench) -> str:
    camera = await component(bench)
    await _idle(bench)
    question = bench.command_long(mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 1.0, 0, component=camera)
    with bench.listening() as ear:
        answer = await bench.ack(question)
        if answer.result in REFUSALS:
            raise NotSupported(result_name(answer.result))
        try:
            for _ in range(3):
                await _captured(bench, ear)
        except Deviates:
            await _command(bench, mavlink.MAV_CMD_IMAGE_STOP_CAPTURE, 0)
            raise
        busy = await _command(bench, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 77)
        stopped = await _command(bench, mavlink.MAV_CMD_IMAGE_STOP_CAPTURE, 0)
        require(stopped == mavlink.MAV_RESULT_ACCEPTED, f"stopping: {result_name(stopped)}")
        await ear.hear_or_none("nothing", within_s=0.3)
        ear.skip()
        after = await ear.hear_or_none("CAMERA_IMAGE_CAPTURED", within_s=bench.wall_s(3.0) + 0.3)
    require(after is None, "photos go on after the stop")
    require(busy in REFUSALS, f"a photo while it takes photos: {result_name(busy)}")
    return f"three photos, a fourth wish refused ({result_name(busy)}), stopped"


@check("camera.video", "Video recording starts, shows in the status, and stops", f"{PAGE}#video-capture")
async def video(bench: Bench) -> str:
    result = await _command(bench, mavlink.MAV_CMD_VIDEO_START_CAPTURE, 0, 0)
    if result in REFUSALS:
        raise NotSupported(result_name(result))
    running = (await _status(bench)).video_status
    stopped = await _command(bench, mavlink.MAV_CMD_VIDEO_STOP_CAPTURE, 0)
    require(running == 1, f"video_status {running} while recording")
    require(stopped == mavlink.MAV_RESULT_ACCEPTED, result_name(stopped))
    require((await _status(bench)).video_status == 0, "video_status stays 1")
    return "video_status 1, then 0"


@check("camera.stream", "VIDEO_STREAM_INFORMATION tells where the video is", f"{PAGE}#video_streaming", ardupilot=_ACCEPTS_WITHOUT)
async def stream(bench: Bench) -> str:
    camera = await component(bench)
    try:
        message = await bench.request(mavlink.MAVLINK_MSG_ID_VIDEO_STREAM_INFORMATION, "VIDEO_STREAM_INFORMATION", component=camera)
    except NothingCame as missing:
        raise Deviates(f"no stream, but {missing}") from None
    require(1 <= message.stream_id <= max(1, message.count), f"stream {message.stream_id} of {message.count}")
    uri = bytes(message.uri).rstrip(b"\0") if isinstance(message.uri, (bytes, bytearray)) else message.uri
    return f"stream {message.stream_id} of {message.count}, {message.resolution_h}×{message.resolution_v}, {len(uri)} letters of address"


@check("camera.heartbeat", "A MAVLink camera beats once a second", f"{PAGE}#connection")
async def heartbeat(bench: Bench) -> str:
    camera = await component(bench)
    if camera == bench.component_id:
        raise NotSupported("the camera is the autopilot's own")
    messages, _ = await bench.collect("HEARTBEAT", 4.0, component=camera)
    require(2 <= len(messages) <= 6, f"{len(messages)} in 4 s")
    require(all(beat.autopilot == mavlink.MAV_AUTOPILOT_INVALID for beat in messages), "it says it is an autopilot")
    return f"{len(messages)} in 4 s"
