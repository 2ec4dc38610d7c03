"""What rules would have found in what was recorded: the deed of a scene, seen again in its recording and held against the cases."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import cv2
import numpy as np
import pytest

from geo.core import FootageSegmentRow, FoundViolation, SceneRow, SourceRuleRow, VideoSource, ViolationRow
from geo.primitives import VisionError
from ground_station.dry_run import DryRun, DryRunAbandoned, difference, dry_run
from ground_station.footage.shelf import Shelf
from ground_station.messages import ViolationMessage
from ground_station.video.encode import VideoWriter
from ground_station.watching.rule_book import RulePlan, rule_plan
from sim import FixedCamera, FrameTruth, SceneRecording, Stage, read_scene, scene_file, violations_of
from vision import Detections, RecordedDetector

HZ = 8.0
SCENE = read_scene("red_light")
CAMERA = SCENE.cameras[0].model_copy(update={"fps": HZ})
NAMES = ("bus", "car", "person", "truck")
START = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
TRUTHS = list(SceneRecording(Stage(SCENE), CAMERA).truths())
HALF = len(TRUTHS) // 2


def _source() -> VideoSource:
    assert isinstance(CAMERA, FixedCamera)
    return VideoSource("gate", "fixed", "Қақпа", "Ворота", "Gate", calibration=scene_file(SCENE, CAMERA)["calibration"])


def _plan() -> RulePlan:
    features = json.loads(json.dumps(scene_file(SCENE, None)["features"]))
    for feature in features:
        if feature["properties"]["kind"] == "signal":
            feature["properties"]["schedule"]["since"] = START.isoformat()
    scene = SceneRow("gate", 3, {"type": "FeatureCollection", "features": features}, None, START, None, "aigul")
    return rule_plan(("try",), scene, [SourceRuleRow("gate", "red_light", True, None, None, None, START, "aigul")])


def _detections(truth: FrameTruth) -> Detections:
    seen = [one for one in truth.objects if one.visible >= 0.5]
    if not seen:
        return Detections.empty(NAMES)
    boxes, labels = np.array([one.bbox_px for one in seen], np.float32), np.array([NAMES.index(one.label) for one in seen])
    return Detections(boxes, np.full(len(seen), 0.9, np.float32), labels.astype(np.int64), NAMES)


def _drawn(truth: FrameTruth) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Things are plates of their own colour, so that something moves."""
    picture = np.full((CAMERA.size_px[1], CAMERA.size_px[0], 3), 90, np.uint8)
    for number, one in enumerate(truth.objects):
        x1, y1, x2, y2 = (round(side) for side in one.bbox_px)
        cv2.rectangle(picture, (x1, y1), (x2, y2), (40 + 30 * (number % 6), 200, 220), -1)
    return picture


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shelf, list[FootageSegmentRow]]:
    """The scene in two segments that follow one another."""
    shelf, segments = Shelf(tmp_path_factory.mktemp("data")), []
    for truths in (TRUTHS[:HALF], TRUTHS[HALF:]):
        began, ended = (START + timedelta(seconds=number / HZ) for number in (truths[0].frame, truths[-1].frame + 1))
        path = f"gate/{began:%H%M%S}.mp4"
        shelf.segment(path).parent.mkdir(parents=True, exist_ok=True)
        with VideoWriter(shelf.segment(path), HZ) as writer:
            for number, truth in enumerate(truths):
                writer.write(_drawn(truth), number / HZ)
        segments.append(FootageSegmentRow(uuid4(), "gate", began, path, 1, "h264", *CAMERA.size_px, "arrival", ended_at=ended))
    return shelf, segments


def _run(recorded: tuple[Shelf, list[FootageSegmentRow]], source: VideoSource | None = None, *, give_up_at: float = 2.0) -> DryRun:
    shelf, segments = recorded
    detector = RecordedDetector({truth.frame: _detections(truth) for truth in TRUTHS}, NAMES)
    return dry_run(
        *(source or _source(), _plan(), segments, shelf, detector),
        frames_per_second=HZ,
        confidence=0.25,
        going=lambda share: share < give_up_at,
    )


def _case(one: ViolationMessage, at: datetime) -> ViolationRow:
    plain = one.model_dump(include={"rule", "rule_edition", "source_id", "track_id", "model", "label", "confidence", "feature", "bbox_px"})
    instants = {"from_at": at, "at": at, "until_at": at, "proof_at": (at,)}
    found = FoundViolation(violation_id=uuid4(), verdict_hash=one.verdict_hash, **plain, **instants)
    return ViolationRow(found, "C", None, None, "new", None, at, at)


def test_a_deed_in_the_recording_is_found_at_its_instant_and_compared_with_the_cases(
    recorded: tuple[Shelf, list[FootageSegmentRow]],
) -> None:
    run = _run(recorded)
    (deed,) = (deed for deed in violations_of(SCENE) if deed.rule == "red_light")
    (found,) = run.found
    assert abs((found.at - START).total_seconds() - deed.at_s) < 1.0
    assert found.scene_edition == 3
    assert run.looked_s == pytest.approx(len(TRUTHS) / HZ, abs=0.5)

    assert difference(run, [], ["red_light"]).added == (found,)
    before = _case(found, found.at + timedelta(seconds=0.7))
    elsewhere, later = _case(found, START + timedelta(seconds=1)), _case(found, START + timedelta(hours=1))
    changes = difference(run, [elsewhere, before, later], ["red_light"])
    assert (changes.added, changes.gone, changes.same) == ((), (elsewhere,), ((found, before),))
    assert difference(run, [elsewhere], ["speeding"]).gone == ()


def test_a_dry_run_can_be_given_up_and_wants_a_camera_with_places(recorded: tuple[Shelf, list[FootageSegmentRow]]) -> None:
    with pytest.raises(DryRunAbandoned):
        _run(recorded, give_up_at=0.3)
    with pytest.raises(VisionError, match="only a fixed camera with a calibration"):
        _run(recorded, replace(_source(), calibration=None))
