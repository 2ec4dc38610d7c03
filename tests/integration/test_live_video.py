"""Live video end to end: a real RTSP camera, the video process and the api in front of it."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import av
import pytest
from anyio import to_thread
from nats.aio.msg import Msg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from geo.core import AuditLog, VideoSource, VideoSourceStore
from ground_station.accounts import Role
from ground_station.live_video import channel
from ground_station.messages import SourceStatus
from ground_station.processes import video
from ground_station.settings import Settings
from tests.support.api import RunningApi, running_api
from tests.support.programs import free_port
from tests.support.rtsp import rtsp_server

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp]

JOINS, SOME_PICTURES = 6, 3
PICTURES_FROM = 2  # messages: the first binary one is the init segment


@asynccontextmanager
async def running_video(settings: Settings, url: str) -> AsyncIterator[RunningApi]:
    """The api and the video process, with one camera `cam` and a signed-in viewer."""
    async with running_api(settings) as api, anyio.create_task_group() as tasks:
        source = VideoSource("cam", "fixed", "Камера", "Камера", "Camera", url=url)
        await VideoSourceStore(api.services.database).upsert(source)
        await api.account(Role.VIEWER)
        tasks.start_soon(video.run, settings)
        with anyio.fail_after(30):
            while not api.services.processes.report(["video"])["video"][0]:
                await anyio.sleep(0.05)
        yield api
        tasks.cancel_scope.cancel()


async def receive(socket: ClientConnection, pictures: int) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Messages until so many fragments came: the texts, and the init segment followed by the fragments."""
    texts: list[dict[str, Any]] = []
    binary: list[bytes] = []
    with anyio.fail_after(120):  # the first picture waits for the detector to be opened
        while len(binary) < pictures + 1:
            message = await socket.recv()
            if isinstance(message, str):
                texts.append(json.loads(message))
            else:
                binary.append(message)
    return texts, binary


def decoded(segments: list[bytes]) -> list[av.VideoFrame]:
    with av.open(io.BytesIO(b"".join(segments))) as container:
        return list(container.decode(video=0))


def picture(fragment: bytes) -> bytes:
    """The H.264 of a fragment: the same for every viewer."""
    return fragment.partition(b"mdat")[2]


@pytest.mark.parametrize("codec", ["h264", "h265"])
async def test_every_fragment_decodes_and_times_run_on(api_settings: Settings, codec: str) -> None:
    with rtsp_server(codec) as url:
        async with running_video(api_settings, url) as api, api.socket("/ws/video/cam", "viewer") as socket:
            texts, binary = await receive(socket, 30)
    init = next(text for text in texts if text["type"] == "init")
    assert init["source_id"] == "cam"
    assert init["mime"].startswith('video/mp4; codecs="avc1.')
    frames = await to_thread.run_sync(decoded, binary)
    assert len(frames) == 30
    assert (frames[0].width, frames[0].height) == (320, 240)
    times = [frame.time for frame in frames]
    assert times == sorted(times)
    assert times[0] == 0


async def test_a_late_joiner_starts_at_once_and_shares_the_reader(api_settings: Settings, rtsp_url: str) -> None:
    async with running_video(api_settings, rtsp_url) as api, api.socket("/ws/video/cam", "viewer") as first:
        _, seen = await receive(first, 25)
        known = [picture(fragment) for fragment in seen]
        # Who waited for the next keyframe would never show one that is already some pictures old; who joins just after one may.
        for _ in range(JOINS):
            async with api.socket("/ws/video/cam", "viewer") as second:
                _, binary = await receive(second, 1)
                known += await pictures_waiting(first)
                _, more = await receive(second, 20)
            frames = await to_thread.run_sync(decoded, [*binary, *more])
            assert frames[0].key_frame
            assert len(frames) == len(binary) + len(more) - 1
            if picture(binary[1]) in known[:-SOME_PICTURES]:
                return
    raise AssertionError(f"in {JOINS} joins never a keyframe older than the newest pictures")


async def pictures_waiting(socket: ClientConnection) -> list[bytes]:
    """What has come to a viewer and was not read yet."""
    waiting: list[bytes] = []
    while True:
        with anyio.move_on_after(0.02) as scope:
            message = await socket.recv()
            if isinstance(message, bytes):
                waiting.append(picture(message))
        if scope.cancelled_caught:
            return waiting


async def test_a_wrong_address_is_said_with_a_way_out_and_without_its_password(api_settings: Settings) -> None:
    url = f"rtsp://user:secret@127.0.0.1:{free_port()}/camera"
    async with running_video(api_settings, url) as api, api.socket("/ws/video/cam", "viewer") as socket:
        with anyio.fail_after(30):
            while (message := json.loads(await socket.recv()))["type"] != "error":
                pass
    assert message["code"] == "vision.source_refused"
    assert "secret" not in message["message"]
    assert message["hint"]


async def test_an_unknown_source_is_an_error_not_a_silence(api_settings: Settings, rtsp_url: str) -> None:
    async with running_video(api_settings, rtsp_url) as api, api.socket("/ws/video/nowhere", "viewer") as socket:
        message = json.loads(await socket.recv())
    assert (message["type"], message["code"]) == ("error", "vision.no_source")


async def test_a_camera_that_comes_back_is_shown_again(api_settings: Settings) -> None:
    port = free_port()
    async with running_video(api_settings, f"rtsp://127.0.0.1:{port}/camera") as api, api.socket("/ws/video/cam", "viewer") as socket:
        with rtsp_server("h264", port):
            await receive(socket, 5)
        with anyio.fail_after(45):
            while True:
                message = await socket.recv()
                if isinstance(message, str) and json.loads(message)["type"] == "error":
                    break
        with rtsp_server("h264", port):
            texts, binary = await receive(socket, 5)
    assert "init" in {text["type"] for text in texts}
    assert binary[0][4:8] == b"ftyp"


async def test_the_reader_stops_some_time_after_the_last_viewer(
    api_settings: Settings, rtsp_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "LINGER_S", 0.5)
    heard: list[SourceStatus] = []

    async def on_status(message: Msg) -> None:
        heard.append(SourceStatus.model_validate_json(message.data))

    async with running_video(api_settings, rtsp_url) as api:
        await api.bus.subscribe("status.source.cam", cb=on_status)
        async with api.socket("/ws/video/cam", "viewer") as socket:
            await receive(socket, 40)
            with anyio.fail_after(60):
                while not (heard and heard[-1].state == "running" and heard[-1].frames_per_second):
                    await anyio.sleep(0.05)
        with anyio.fail_after(30):
            count = -1
            while count != len(heard):  # no report within a second and a half: nothing is being read
                count = len(heard)
                await anyio.sleep(1.5)


async def test_the_inner_port_refuses_who_brings_no_token_of_the_api(api_settings: Settings, rtsp_url: str) -> None:
    async with running_video(api_settings, rtsp_url) as api:
        for headers in ({}, {"Authorization": f"Bearer {api.tokens['viewer']}"}):
            with pytest.raises(InvalidStatus):
                async with connect(f"ws://127.0.0.1:{api_settings.video.port}/cam", additional_headers=headers, proxy=None):
                    pass


async def test_the_original_is_for_those_who_said_why_and_for_nobody_they_pass_it_to(api_settings: Settings, rtsp_url: str) -> None:
    path, why = "/api/v1/video-sources/cam/originals", {"reason": "search for a missing child"}
    async with running_video(api_settings, rtsp_url) as api:
        pilot, viewer = await api.account(Role.PILOT), {"Authorization": f"Bearer {api.tokens['viewer']}"}
        assert (await api.http.post(path, headers=viewer, json=why)).status_code == 403
        assert (await api.http.post(path, headers=pilot, json={"reason": ""})).status_code == 422
        granted = await api.http.post(path, headers=pilot, json=why)
        assert granted.status_code == 201
        token = granted.json()["token"]
        (logged,) = [entry for entry in await AuditLog(api.services.database).latest() if entry.action == "video.original_opened"]
        assert (logged.actor, logged.subject, logged.detail) == ("pilot", "video-source/cam", why)
        async with opened_socket(api, "viewer", token) as socket:
            assert json.loads(await socket.recv())["code"] == "original_other"
        async with opened_socket(api, "pilot", token) as socket, api.socket("/ws/video/cam", "viewer") as other:
            _, original = await receive(socket, 20)
            _, hidden = await receive(other, 20)
    assert not {picture(fragment) for fragment in original[1:]} & {picture(fragment) for fragment in hidden[1:]}


@asynccontextmanager
async def opened_socket(api: RunningApi, name: str, original: str) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://127.0.0.1:{api.port}/ws/video/cam", proxy=None, max_size=None, close_timeout=1) as socket:
        await socket.send(json.dumps({"type": "auth", "token": api.tokens[name], "original": original}))
        yield socket


async def test_without_the_video_process_the_viewer_is_told(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        await api.account(Role.VIEWER)
        async with api.socket("/ws/video/cam", "viewer") as socket:
            message = json.loads(await socket.recv())
    assert message["code"] == "video_unreachable"
