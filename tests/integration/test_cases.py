"""A red light is run: judged, stored with the right it holds by, shown by the api, and withdrawn when that right is void."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import anyio
import anyio.lowlevel
import numpy as np
import pytest

from geo.core import SourceRuleStore, VideoSource, VideoSourceStore
from geo.primitives import utc_now
from ground_station.accounts import Role
from ground_station.bus.connection import ensure_streams
from ground_station.bus.outbox import Outbox
from ground_station.processes import store
from ground_station.scene_score import PerfectDetector
from ground_station.settings import Settings
from ground_station.watching.rule_book import RuleBook
from ground_station.watching.source_judge import SourceJudge
from ground_station.watching.source_rules import SourceRules
from ground_station.watching.telling import Telling
from sim import FixedCamera, SceneRecording, Stage, read_scene, scene_file
from tests.support.api import RunningApi, running_api
from tests.support.problems import assert_problem
from vision import Frame, Pipeline, ground_of, open_tracker

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

ORDER = {
    **{"authority": "Akimat of Aktau", "number": "12-3", "kind": "signal", "issued_on": "2026-01-01", "valid_from": "2026-01-01T00:00:00Z"},
    **{"title_kk": "Бағдаршам", "title_ru": "Светофор", "title_en": "Signal"},
}
DEADLINE_S = 40.0
SCENE = read_scene("red_light")
CAMERA = SCENE.cameras[0].model_copy(update={"fps": 8.0})


def _features(begun: datetime, *, ordered: bool) -> list[dict[str, Any]]:
    """Of the scene, its signals by the clock."""
    features: list[dict[str, Any]] = json.loads(json.dumps(scene_file(SCENE, None)["features"]))
    for feature in features:
        properties = feature["properties"]
        if properties["kind"] == "signal":
            properties["schedule"]["since"] = begun.isoformat()
        if not ordered:
            properties.pop("legal_order", None)
    return features


class _Letters:
    """What is put into an outbox, kept: the bus is no matter of the thread that drives."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, bytes, str]] = []

    def put(self, subject: str, data: bytes, message_id: str) -> None:
        self.kept.append((subject, data, message_id))


def _drive(source: VideoSource, rules: SourceRules, begun: datetime) -> list[tuple[str, bytes, str]]:
    """One run of the scene before its camera, pictures dated from `begun`; a quarter of them, with the boxes that are true."""
    assert source.calibration is not None
    letters, detector = _Letters(), PerfectDetector(("bus", "car", "person", "truck"))
    pipeline = Pipeline(detector, open_tracker(CAMERA.fps, 0.25), ground=ground_of(source.calibration, name="gate"))
    judge = SourceJudge(source, rules, Telling("gate", detector.model, begun, None), letters, detector.model)
    blank = np.zeros((CAMERA.size_px[1], CAMERA.size_px[0], 3), np.uint8)
    for truth in SceneRecording(Stage(SCENE), CAMERA).truths():
        detector.show(truth)
        time_s = truth.frame / CAMERA.fps
        frame = Frame("gate", truth.frame, time_s, blank, begun + timedelta(seconds=time_s))
        judge.note(frame)
        judge.judge(pipeline.process(frame).finished, pipeline.confirmed, pipeline.local)
    judge.judge(pipeline.finish(), (), pipeline.local)
    return letters.kept


async def _cases(api: RunningApi, headers: dict[str, str], count: int, **wanted: str) -> list[dict[str, Any]]:
    with anyio.fail_after(DEADLINE_S):
        while True:
            found = (await api.http.get("/api/v1/violations", params=wanted, headers=headers)).json()["features"]
            if len(found) >= count:
                return [feature["properties"] | {"geometry": feature["geometry"]} for feature in found]
            await anyio.sleep(0.1)


@asynccontextmanager
async def _storing(settings: Settings) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(store.run, settings)
        yield
        tasks.cancel_scope.cancel()


async def test_a_red_light_becomes_a_case_by_its_order_and_falls_with_it(api_settings: Settings) -> None:
    assert isinstance(CAMERA, FixedCamera)
    source = VideoSource("gate", "fixed", "Қақпа", "Ворота", "Gate", calibration=scene_file(SCENE, CAMERA)["calibration"])
    async with running_api(api_settings) as api, _storing(api_settings), anyio.create_task_group() as tasks:
        database = api.services.database
        officer, viewer = await api.account(Role.OFFICER, "aigul"), await api.account(Role.VIEWER)
        await VideoSourceStore(database).upsert(source)
        outbox, rules, book = Outbox(await ensure_streams(api.bus)), SourceRules("gate"), RuleBook(database)
        tasks.start_soon(outbox.run)

        async def drive(begun: datetime) -> int:
            letters = await anyio.to_thread.run_sync(_drive, source, rules, begun)
            for letter in letters:
                outbox.put(*letter)
            return len(letters)

        async def taken_up(edition: int) -> datetime:
            """The scene is put into force as a person does it; what begins after is judged by it."""
            begun = utc_now() + timedelta(minutes=2)  # what began before all this is in force is not judged by it
            body = {"features": _features(begun, ordered=edition == 1)}
            headers = officer | {"If-Match": f'"{edition - 1}"'}
            assert_problem(await api.http.put("/api/v1/scenes/gate", json=body, headers=headers | viewer), 403, "role_needed")
            put = await api.http.put("/api/v1/scenes/gate", json=body, headers=headers)
            assert put.status_code == 200, put.text
            assert put.json()["edition"] == edition
            return begun

        # Switched on by a person, once there is a scene and the source is worth it.
        path = "/api/v1/video-sources/gate/rules"
        on = {"enabled": True, "excluded": {"classes": ["bus"]}}
        assert_problem(await api.http.put(f"{path}/red_light", json=on, headers=officer), 409, "rule_unsuitable")
        begun = await taken_up(1)
        assert (await api.http.get("/api/v1/scenes/gate", headers=viewer)).json()["unknown_orders"] == ["DEMO-1", "DEMO-2", "DEMO-3"]
        order = await api.http.put("/api/v1/legal-orders/DEMO-1", json=ORDER, headers=officer | {"If-Match": '"0"'})
        assert order.status_code == 200, order.text
        assert_problem(await api.http.put(f"{path}/shoulder", json=on, headers=officer), 409, "rule_unsuitable")
        assert_problem(await api.http.put(f"{path}/red_light", json=on, headers=viewer), 403, "role_needed")
        switched = (await api.http.put(f"{path}/red_light", json=on, headers=officer)).json()
        assert switched["enabled"]
        assert switched["suitability"]["possible"]
        listed = (await api.http.get(path, headers=viewer)).json()
        assert [one["rule"] for one in listed["items"] if one["enabled"]] == ["red_light"]

        rules.adopt((await book.read())["gate"].plan)
        await drive(begun)
        async with api.socket("/ws/live", "viewer") as socket:
            await socket.recv()
            await socket.send(json.dumps({"type": "subscribe", "topics": ["violation"]}))
            (case,) = await _cases(api, viewer, 1, rule="red_light")
            assert (case["evidence_tier"], case["legal_order"], case["feature"], case["state"]) == ("B", "DEMO-1", "south-stop", "new")
            assert case["scene_edition"] == 1
            assert abs(datetime.fromisoformat(case["at"]) - begun - timedelta(seconds=6.8)) < timedelta(seconds=0.5), (
                "when it passed the line"
            )

            # Without an order the same deed is statistics.
            begun = await taken_up(2)
            rules.adopt((await book.read())["gate"].plan)
            await drive(begun)
            unordered = (await _cases(api, viewer, 1, rule="red_light", evidence_tier="C"))[0]
            assert unordered["legal_order"] is None
            assert unordered["scene_edition"] == 2

            # A source in doubt judges nothing.
            rules.look({"moved": begun}, sure=True)
            await rules.settle(database, await SourceRuleStore(database).enabled(), lambda rows: anyio.lowlevel.checkpoint())
            assert await drive(begun) == 0
            suspended = (await api.http.get(path, headers=viewer)).json()["items"]
            assert [one["suspended_why"] for one in suspended if one["enabled"]] == ["moved"]

            # The order turns out to be void: its case falls, everybody hears of it, the other stands as it was.
            body = {"why": "The sign stood unlawfully."}
            assert_problem(await api.http.post("/api/v1/legal-orders/DEMO-1/revoke", json=body, headers=officer), 412, "if_match_needed")
            revoked = await api.http.post(
                "/api/v1/legal-orders/DEMO-1/revoke", json=body, headers=officer | {"If-Match": order.headers["ETag"]}
            )
            assert revoked.status_code == 200, revoked.text
            assert [(one["id"], one["state"]) for one in revoked.json()["cases"]] == [(case["id"], "withdrawn")]
            with anyio.fail_after(DEADLINE_S):
                while True:
                    message = json.loads(await socket.recv())
                    if message.get("topic") == "violation" and message["data"]["state"] == "withdrawn":
                        break
            assert message["data"]["violation_id"] == case["id"]
        whole = (await api.http.get(f"/api/v1/violations/{case['id']}", headers=viewer)).json()
        assert "The sign stood unlawfully." in whole["doubtful_why"]
        assert whole["plate"] is None
        acts = (await api.http.get("/api/v1/audit", params={"subject": "legal-order"}, headers=await api.account(Role.ADMIN))).json()
        assert [entry["action"] for entry in acts["items"]] == ["legal_order.revoked", "legal_order.entered"]
        tasks.cancel_scope.cancel()
