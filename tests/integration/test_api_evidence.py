"""Evidence of stored cases over HTTP: made out of what was recorded, fetched under audit, sealed by the day, checked by anybody."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest

from geo.core import AuditLog, EvidenceStore, FootageRetentionStore, FootageSegmentRow, FootageStore, KeepTimes
from geo.primitives import GeoError, new_id, utc_now
from ground_station import evidence_desk
from ground_station.accounts import Role
from ground_station.evidence.verification import verified
from ground_station.footage.segment_writer import SegmentWriter
from ground_station.footage.shelf import Shelf, segment_id_of
from ground_station.settings import EvidenceSettings, Settings
from tests.support.api import RunningApi, running_api
from tests.support.evidence import HEIGHT_PX, WIDTH_PX, SameHider, SameInEveryPicture, noisy_film
from tests.support.open_cases import found, write_cases
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

CASE = found(1)
BEGAN_AT, LENGTH_S = CASE.at - timedelta(seconds=4), 8


async def recorded(api: RunningApi, folder: Path) -> None:
    """Eight seconds of source `gate`, the case in their middle."""
    shelf = Shelf(api.services.settings.data_dir)
    with av.open(str(noisy_film(folder / "film.mp4", seconds=LENGTH_S))) as container:
        stream = container.streams.video[0]
        writer = SegmentWriter(shelf.segments, "gate", stream, BEGAN_AT, stamped=True)
        for packet in container.demux(stream):
            if packet.size:
                writer.add(packet)
        news = writer.close(BEGAN_AT, BEGAN_AT + timedelta(seconds=LENGTH_S))
    store, segment_id = FootageStore(api.services.database), segment_id_of(news.path)
    await store.keep_segment(
        FootageSegmentRow(
            segment_id,
            *("gate", BEGAN_AT, news.path, news.size_bytes, "h264", WIDTH_PX, HEIGHT_PX, "stamped"),
            ended_at=news.ended_at,
            sha256=news.sha256,
        )
    )
    await FootageRetentionStore(api.services.database).judge(
        [segment_id], KeepTimes(days=3.0, observation_days=7.0, finding_days=30.0, before_s=10.0, after_s=10.0)
    )
    (keep,) = await store.keeps([segment_id])
    assert (keep.reason, keep.subject) == ("finding", "red_light"), "what a case may need is not deleted like the rest"


async def test_a_package_is_made_of_what_was_recorded_and_stays_as_it_is(
    api_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_desk, "HidingDetector", lambda *_, **__: SameHider())
    monkeypatch.setattr(evidence_desk, "watching_detector", lambda _: SameInEveryPicture({CASE.bbox_px: "car"}))
    settings = api_settings.model_copy(update={"evidence": EvidenceSettings(around_s=2.0)})
    async with running_api(settings) as api:
        database = api.services.database
        (case_id,) = await write_cases(database, [CASE])
        officer, inspector, viewer = [await api.account(role) for role in (Role.OFFICER, Role.INSPECTOR, Role.VIEWER)]
        path = f"/api/v1/violations/{case_id}/evidence"

        assert_problem(await api.http.post(path, json={}, headers=inspector), 403, "role_needed")
        missing = await api.http.post(path, json={}, headers=officer)
        assert_problem(missing, 422, "evidence.no_footage")
        assert f"{CASE.from_at:%H:%M:%S}" in missing.json()["detail"]
        await recorded(api, tmp_path)
        assert_problem(await api.http.post(path, json={"original": True}, headers=officer), 403, "reason_needed")

        made = await api.http.post(path, json={}, headers=officer, timeout=150)
        assert made.status_code == 201, made.text
        original = await api.http.post(path, json={"original": True, "reason": "the court asks for it"}, headers=officer, timeout=150)
        assert [(one.json()["kind"], one.json()["leaf"]) for one in (made, original)] == [("hidden", 0), ("original", 1)]
        listed = (await api.http.get(path, headers=inspector)).json()["items"]
        assert [one["package_id"] for one in listed] == [original.json()["package_id"], made.json()["package_id"]]
        first_page = (await api.http.get("/api/v1/evidence?limit=1", headers=inspector)).json()
        second = await api.http.get("/api/v1/evidence", params={"cursor": first_page["next_cursor"]}, headers=inspector)
        assert second.json() == {"items": listed[1:], "next_cursor": None}

        file = f"/api/v1/evidence/{made.json()['package_id']}"
        assert_problem(await api.http.get(f"{file}/file", headers=viewer), 403, "role_needed")
        assert_problem(await api.http.get(f"/api/v1/evidence/{original.json()['package_id']}/file", headers=inspector), 403, "role_needed")
        package = (await api.http.get(f"{file}/file", headers=inspector)).content
        accesses = (await api.http.get(file, headers=inspector)).json()["accesses"]
        assert [(one["who"], one["what"]) for one in accesses] == [("officer", "evidence.made"), ("inspector", "evidence.fetched")]

        key = bytes.fromhex((await api.http.get("/api/v1/evidence/key", headers=viewer)).json()["public_key"])
        desk = api.services.evidence
        assert await desk.seal_over(utc_now()) == 0, "the day is not over"
        assert await desk.seal_over(utc_now() + timedelta(days=1)) == 1
        assert await desk.seal_over(utc_now() + timedelta(days=1)) == 0, "done again it changes nothing"
        (day,) = (await api.http.get("/api/v1/evidence/days", headers=viewer)).json()["items"]
        document = (await api.http.get(f"/api/v1/evidence/days/{day['day']}/file", headers=viewer)).content
        verdict = verified(package, key, document)
        assert verdict.faults == []
        assert verdict.in_day == day["day"]
        manifest = verdict.manifest
        assert manifest is not None
        assert (manifest.case.order is not None, manifest.case.clock.kind, manifest.kind) == (True, "stamped", "hidden")
        assert manifest.stills[1].at is not None
        assert abs(manifest.stills[1].at - CASE.at) < timedelta(seconds=0.06)
        assert manifest.case.reviews == ()
        assert manifest.case.observations > 10, "the thing was followed again through the recording"

        kept = await EvidenceStore(database).get(made.json()["package_id"])
        assert kept is not None
        with pytest.raises(GeoError, match="is sealed"):
            await EvidenceStore(database).add(replace(kept, package_id=new_id(), manifest_sha256="0" * 64))
        for change in ("UPDATE evidence_package SET sha256 = 'other'", "DELETE FROM evidence_day"):
            with pytest.raises(GeoError):
                await database.execute(change)
        assert (await AuditLog(database).verify()).whole
