"""`watch` on the real parts: PostGIS says which sources, real videos are the cameras, the bus carries what was seen."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import cv2
import numpy as np
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from geo.core import VideoSource, VideoSourceStore, open_database
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.bus.subjects import OBSERVATION, SOURCE_EVENT, SOURCE_STATUS
from ground_station.messages import ObservationMessage, SourceEvent, SourceStatus
from ground_station.processes import watch
from ground_station.settings import Settings, WatchSettings
from tests.support.rtsp import rtsp_server

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]
DEADLINE_S = 60.0

CORNERS = [((0, 0), (51.1600, 43.65018)), ((640, 0), (51.16040, 43.65018)), ((640, 360), (51.16032, 43.65)), ((0, 360), (51.16008, 43.65))]
CALIBRATION = {"image_size_px": [640, 360], "points": [{"px": px, "lonlat": lonlat} for px, lonlat in CORNERS], "date": "2026-05-01"}


def _settings(tmp_path: Path, database_url: str, nats_url: str, model: Path | None) -> Settings:
    rate = WatchSettings(frames_per_second=12.0)
    return Settings(data_dir=tmp_path, database_url=database_url, nats_url=nats_url, model=model, watch=rate)


async def _add_source(database_url: str, source_id: str, url: str, *, calibrated: bool = True) -> None:
    calibration = json.loads(json.dumps(CALIBRATION)) if calibrated else None
    async with open_database(database_url) as database:
        source = VideoSource(source_id, "fixed", "Қақпа", "Ворота", "Gate", url=url, calibration=calibration)
        await VideoSourceStore(database).upsert(source)


@asynccontextmanager
async def _bus(nats_url: str) -> AsyncIterator[tuple[Client, JetStreamContext]]:
    async with connect_bus(nats_url, name="test") as client:
        yield client, await ensure_streams(client)


@asynccontextmanager
async def _watching(settings: Settings) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch.run, settings)
        yield
        tasks.cancel_scope.cancel()


async def _status(client: Client, source_id: str, wanted: Callable[[SourceStatus], bool]) -> SourceStatus:
    subscription = await client.subscribe(f"{SOURCE_STATUS}.{source_id}")
    with anyio.fail_after(DEADLINE_S):
        async for message in subscription.messages:
            status = SourceStatus.model_validate_json(message.data)
            if wanted(status):
                await subscription.unsubscribe()
                return status
    raise AssertionError(f"{source_id} never was as wanted")


async def test_a_fixed_camera_becomes_placed_observations_that_are_revised(
    tmp_path: Path, database_url: str, nats_url: str, shared_data: Path
) -> None:
    await _add_source(database_url, "gate", str(shared_data / "traffic-video" / "overhead_highway.mp4"))
    model = shared_data / "weights" / "yolo11n_int8_openvino_640" / "yolo11n.xml"
    seen: dict[object, list[int]] = {}
    async with _bus(nats_url) as (_, jetstream), _watching(_settings(tmp_path, database_url, nats_url, model)):
        subscription = await jetstream.subscribe(f"{OBSERVATION}.gate", ordered_consumer=True)
        with anyio.fail_after(DEADLINE_S):
            async for letter in subscription.messages:
                message = ObservationMessage.model_validate_json(letter.data)
                assert letter.headers is not None
                assert letter.headers["Nats-Msg-Id"] == f"{message.observation_id}:{message.revision}"
                seen.setdefault(message.observation_id, []).append(message.revision)
                if message.revision == 1:
                    break
    assert all(revisions == list(range(len(revisions))) for revisions in seen.values())
    assert message.label in ("car", "truck", "bus")
    assert message.accuracy_m is not None
    assert message.lon_deg == pytest.approx(51.16020, abs=0.0004)
    assert message.lat_deg == pytest.approx(43.65009, abs=0.0003)
    assert message.ended_at > message.started_at
    assert message.model.startswith("sha256:")


async def test_switched_off_the_process_stays_up_and_names_the_way(tmp_path: Path, database_url: str, nats_url: str) -> None:
    await _add_source(database_url, "blind", "rtsp://127.0.0.1:18699/x")
    settings = _settings(tmp_path, database_url, nats_url, None)
    off = settings.model_copy(update={"watch": WatchSettings(detect=False)})
    async with _bus(nats_url) as (client, _), _watching(off):
        status = await _status(client, "blind", lambda status: status.state == "no_model")
    assert "SUNQAR_WATCH__DETECT" in status.detail


async def test_a_camera_with_something_over_its_lens_says_so(tmp_path: Path, database_url: str, nats_url: str, shared_data: Path) -> None:
    film = cv2.VideoWriter(str(tmp_path / "film.mp4"), cv2.VideoWriter.fourcc(*"mp4v"), 5.0, (320, 240))
    for level in range(5 * 40):
        film.write(np.full((240, 320, 3), 90 + level % 5, np.uint8))
    film.release()
    await _add_source(database_url, "hidden", str(tmp_path / "film.mp4"), calibrated=False)
    model = shared_data / "weights" / "yolox_nano_416.onnx"
    async with _bus(nats_url) as (client, _), _watching(_settings(tmp_path, database_url, nats_url, model)):
        status = await _status(client, "hidden", lambda status: status.troubles != [])
    assert (status.state, status.troubles) == ("running", ["covered"])


@pytest.mark.rtsp
async def test_a_camera_that_comes_later_is_found_without_a_restart_and_one_that_is_dead_holds_up_nothing(
    tmp_path: Path, database_url: str, nats_url: str, shared_data: Path
) -> None:
    model = shared_data / "weights" / "yolox_nano_416.onnx"
    with rtsp_server("h264", video=shared_data / "traffic-video" / "overhead_highway.mp4") as address:
        async with _bus(nats_url) as (client, jetstream), _watching(_settings(tmp_path, database_url, nats_url, model)):
            await _add_source(database_url, "dead", "rtsp://127.0.0.1:18699/x", calibrated=False)
            dead = await _status(client, "dead", lambda status: status.state == "unreachable")
            await _add_source(database_url, "road", address, calibrated=False)
            status = await _status(client, "road", lambda status: status.state == "running")
            events = await jetstream.subscribe(f"{SOURCE_EVENT}.dead", ordered_consumer=True)
            lost = SourceEvent.model_validate_json((await events.next_msg(timeout=DEADLINE_S)).data)
            seen = await jetstream.subscribe(f"{OBSERVATION}.road", ordered_consumer=True)
            await seen.next_msg(timeout=DEADLINE_S)
    assert (lost.kind, lost.source_id) == ("lost", "dead")
    assert "rtsp://127.0.0.1:18699/x" in dead.detail
    assert status.process == "watch"


async def test_a_tier_chosen_for_a_source_is_taken_up_while_it_is_watched(
    tmp_path: Path, database_url: str, nats_url: str, shared_data: Path
) -> None:
    await _add_source(database_url, "road", str(shared_data / "traffic-video" / "overhead_highway.mp4"), calibrated=False)
    model = shared_data / "weights" / "yolox_nano_416.onnx"
    async with _bus(nats_url) as (client, _), _watching(_settings(tmp_path, database_url, nats_url, model)):
        before = await _status(client, "road", lambda status: status.state == "running")
        async with open_database(database_url) as database:
            await VideoSourceStore(database).choose_tier("road", "enforcement")
        after = await _status(client, "road", lambda status: (status.tier, status.state) == ("enforcement", "running"))
    assert (before.tier, before.tier_why, after.tier_why) == ("watch", "default", "chosen")
    assert (after.watched_s or 0.0) > (before.watched_s or 0.0) > 0.0


async def test_a_model_chosen_for_a_source_looks_beside_the_default_one_and_tells_what_it_costs(
    tmp_path: Path, database_url: str, nats_url: str, shared_data: Path
) -> None:
    await _add_source(database_url, "road", str(shared_data / "traffic-video" / "overhead_highway.mp4"), calibrated=False)
    model = shared_data / "weights" / "yolox_nano_416.onnx"
    async with _bus(nats_url) as (client, _), _watching(_settings(tmp_path, database_url, nats_url, model)):
        before = await _status(client, "road", lambda status: status.state == "running")
        async with open_database(database_url) as database:
            await VideoSourceStore(database).choose_models("road", ["road_damage", "gone"])
        after = await _status(client, "road", lambda status: any(one.looks_per_second for one in status.models))
    assert before.models == []
    damage, gone = after.models
    assert (damage.name, damage.trouble, gone.trouble) == ("road_damage", "", "There is no model 'gone'.")
    assert 0.0 < (damage.look_s or 0.0) < 5.0
    assert (after.watched_s or 0.0) > (before.watched_s or 0.0)  # the same watch went on
