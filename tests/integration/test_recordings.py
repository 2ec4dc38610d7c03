"""Recorded video end to end: found, shown with people hidden, exported; originals only with a reason that is audited."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from geo.core import AuditLog, ObservationRow, ObservationStore, ensure_partitions
from geo.primitives import LonLat, derived_id
from ground_station.accounts import Role
from ground_station.footage.segment_writer import SegmentWriter
from ground_station.footage.shelf import Shelf, segment_id_of
from ground_station.processes import record
from ground_station.settings import Settings
from ground_station.video.encode import VideoWriter
from tests.support.api import RunningApi, running_api
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
PERSON = (230, 420, 340, 850)  # of the people in the picture: the one in the middle, upright
RATE, LENGTH_S = 5.0, 3.0
Picture = NDArray[np.uint8]


def recorded(shelf: Shelf, picture: Path, start: datetime) -> str:
    """A segment that shows one picture for a few seconds. Returns its path."""
    image = cv2.imread(str(picture))
    assert image is not None
    drawn = shelf.data_dir / "drawn.mp4"
    with VideoWriter(drawn, RATE) as writer:
        for number in range(int(RATE * LENGTH_S)):
            writer.write(np.asarray(image, dtype=np.uint8), number / RATE)
    with av.open(str(drawn)) as container:
        stream = container.streams.video[0]
        segment = SegmentWriter(shelf.segments, "gate", stream, start, stamped=False)
        for packet in container.demux(stream):
            if packet.size:
                segment.add(packet)
        return segment.close(start, start + timedelta(seconds=LENGTH_S)).path


@asynccontextmanager
async def recording_api(settings: Settings, data: Path) -> AsyncIterator[tuple[RunningApi, str]]:
    """The api and the record process, with one segment of source `gate` found on its disk."""
    settings = settings.model_copy(update={"model": data / "weights/yolo11n_int8_openvino_640/yolo11n.xml"})
    path = recorded(Shelf(settings.data_dir), data / "images/bus.jpg", START)
    async with running_api(settings) as api, anyio.create_task_group() as tasks:
        await ensure_partitions(api.services.database, START.date())
        tasks.start_soon(record.run, settings)
        with anyio.fail_after(60):
            while not api.services.processes.report(["record"])["record"][0]:
                await anyio.sleep(0.05)
        yield api, path
        tasks.cancel_scope.cancel()


def pictures(content: bytes) -> list[Picture]:
    with av.open(io.BytesIO(content)) as container:
        return [np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8) for frame in container.decode(video=0)]


def detail(image: Picture) -> float:
    """Edges per pixel of the person in a picture: a mosaic has hardly any."""
    x1, y1, x2, y2 = PERSON
    return float(np.abs(cv2.Laplacian(cv2.cvtColor(image[y1:y2, x1:x2], cv2.COLOR_BGR2GRAY), cv2.CV_64F)).mean())


def interval() -> dict[str, str]:
    return {"started_at": START.isoformat(), "ended_at": (START + timedelta(seconds=LENGTH_S)).isoformat(), "source_id": "gate"}


async def export(api: RunningApi, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    asked = await api.http.post("/api/v1/recordings/exports", json=interval() | more, headers=headers)
    assert asked.status_code == 202, asked.text
    with anyio.fail_after(60):
        while True:
            state: dict[str, Any] = (await api.http.get(f"/api/v1/recordings/exports/{asked.json()['export_id']}", headers=headers)).json()
            if state["state"] not in ("queued", "running"):
                return state
            await anyio.sleep(0.1)


async def test_what_is_shown_and_handed_out_hides_people_and_the_original_needs_a_reason(api_settings: Settings, shared_data: Path) -> None:
    async with recording_api(api_settings, shared_data) as (api, path):
        viewer, officer = await api.account(Role.VIEWER), await api.account(Role.OFFICER)
        inspector = await api.account(Role.INSPECTOR)
        video = f"/api/v1/recordings/segments/{segment_id_of(path)}/video"
        original = pictures(Shelf(api_settings.data_dir).segment(path).read_bytes())

        shown = await api.http.get(video, headers=viewer, timeout=120)
        assert shown.status_code == 200, shown.text
        assert shown.headers["content-type"].startswith('video/mp4; codecs="avc1.')
        blurred = pictures(shown.content)
        assert len(blurred) == len(original)
        assert all(detail(picture) < 0.3 * detail(original[0]) for picture in blurred)

        opening = interval() | {"reason": "case 17: who left the gate open"}
        assert_problem(await api.http.post("/api/v1/recordings/originals", json=opening, headers=inspector), 403, "role_needed")
        without_reason = opening | {"reason": ""}
        assert (await api.http.post("/api/v1/recordings/originals", json=without_reason, headers=officer)).status_code == 422
        grant = (await api.http.post("/api/v1/recordings/originals", json=opening, headers=officer)).json()
        unhidden = await api.http.get(video, params={"original": grant["token"]}, headers=officer)
        assert detail(pictures(unhidden.content)[0]) == pytest.approx(detail(original[0]), rel=0.01)
        assert_problem(await api.http.get(video, params={"original": "forged"}, headers=officer), 401, "token_invalid")
        (entry, *_) = await AuditLog(api.services.database).latest()
        assert (entry.action, entry.actor, entry.detail["reason"]) == ("footage.original_opened", "officer", opening["reason"])

        assert_problem(await api.http.post("/api/v1/recordings/exports", json=interval(), headers=viewer), 403, "role_needed")
        asked = interval() | {"original": True, "reason": "case 17"}
        assert_problem(await api.http.post("/api/v1/recordings/exports", json=asked, headers=inspector), 403, "role_needed")
        done = await export(api, inspector)
        assert done["state"] == "done", done
        at = f"/api/v1/recordings/exports/{done['export_id']}"
        clip = (await api.http.get(f"{at}/clip.mp4", headers=inspector)).content
        assert all(detail(picture) < 0.3 * detail(original[0]) for picture in pictures(clip))
        told = (await api.http.get(f"{at}/clip.json", headers=inspector)).json()
        assert (told["sha256"], told["size_bytes"], told["original"]) == (done["sha256"], len(clip), False)
        assert told["redactions"]["people"] >= 3
        assert [segment["unchanged"] for segment in told["segments"]] == [True]
        assert json.loads(Shelf(api_settings.data_dir).clip(f"{done['export_id']}.json").read_text()) == told
        copied = await export(api, officer, original=True, reason="case 17")
        content = (await api.http.get(f"/api/v1/recordings/exports/{copied['export_id']}/clip.mp4", headers=officer)).content
        assert np.array_equal(pictures(content)[0], original[0])
        assert_problem(await api.http.get(f"/api/v1/recordings/exports/{copied['export_id']}", headers=inspector), 404, "export_unknown")


async def test_recordings_are_found_by_place_and_class_and_kept_for_a_case(api_settings: Settings, shared_data: Path) -> None:
    async with recording_api(api_settings, shared_data) as (api, _):
        officer = await api.account(Role.OFFICER)
        seen = ObservationRow(
            *(derived_id("x"), 0, "gate", "track", "bus", 0.9, 1, START, START + timedelta(seconds=2), (1.0, 1.0, 9.0, 9.0), "sha256:x"),
            position=LonLat(51.16, 43.65),
        )
        await ObservationStore(api.services.database).ingest([seen])
        listed = (await api.http.get("/api/v1/recordings", params={"label": "bus"}, headers=officer)).json()
        assert [(item["source_id"], item["labels"]) for item in listed["items"]] == [("gate", {"bus": 1})]
        nothing = await api.http.get("/api/v1/recordings", params={"label": "truck"}, headers=officer)
        assert nothing.json()["items"] == []
        # Nobody told where this camera stands: its video shows no place.
        placed = await api.http.get("/api/v1/recordings", params={"area": "51.1,43.6 51.2,43.6 51.2,43.7"}, headers=officer)
        assert placed.json()["items"] == []
        assert_problem(await api.http.get("/api/v1/recordings", params={"area": "51.1,43.6 5"}, headers=officer), 422, "area")
        hold = interval() | {"subject": "case 17", "until": (START + timedelta(days=400)).isoformat()}
        assert (await api.http.post("/api/v1/recordings/holds", json=hold, headers=officer)).json() == {"segments": 1}
        (held,) = (await api.http.get("/api/v1/recordings/holds", headers=officer)).json()
        assert (held["source_id"], held["subject"], held["made_by"], held["segments"]) == ("gate", "case 17", "officer", 1)
        span = f"{START.isoformat()}/{(START + timedelta(minutes=1)).isoformat()}"
        timeline = (await api.http.get("/api/v1/recordings/timeline", params={"source": "gate", "datetime": span}, headers=officer)).json()
        assert [keep["subject"] for keep in timeline["segments"][0]["kept"] if keep["reason"] == "person"] == ["case 17"]
        assert [event["label"] for event in timeline["events"]] == ["bus"]
        sources = (await api.http.get("/api/v1/recordings/sources", headers=officer)).json()
        assert [item["source_id"] for item in sources["items"]] == ["gate"]
        policy = await api.http.put("/api/v1/recordings/sources/gate/policy", json={"enabled": False, "days": 1}, headers=officer)
        assert policy.status_code == 204
