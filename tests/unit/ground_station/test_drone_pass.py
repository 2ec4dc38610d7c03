"""A drone hovers over a simulated crossing while a fixed camera films it: what both trackers follow calibrates the fixed one.

Boxes are the truth's own; tracks, places and their errors are those of the chain, with the drone's sensors as the simulator errs.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.primitives import distance_m
from ground_station.drone_pass import ground_ways, pixel_ways, scene_of, seen_ways, shared_sigma_m
from ground_station.scene_score import PerfectDetector, score_of, told_view
from sim import DroneCamera, FixedCamera, FrameTruth, SceneRecording, Stage, read_scene
from vision import Frame, calibrate_by_pass, ground_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CROSSING = """
summary: A crossing seen from a pole and from above.
origin: [51.1600, 43.6505]
duration_s: 14
seed: 3
map:
  roads:
    - {path: [[-150, 0], [150, 0]], width_m: 9, lanes: 2}
    - {path: [[0, -100], [0, 100]], width_m: 9, lanes: 2}
actors:
  - {kind: car, id: a, path: [[-60, -2.2], [100, -2.2]], speed_mps: 9}
  - {kind: car, id: b, path: [[60, 2.2], [-100, 2.2]], speed_mps: 8, start_s: 1}
  - {kind: car, id: c, path: [[2.2, -60], [2.2, 100]], speed_mps: 7, start_s: 4}
  - {kind: car, id: d, path: [[-2.2, 60], [-2.2, -100]], speed_mps: 9, start_s: 3}
vehicles:
  - name: falcon
    home: [-40, -40]
    altitude_m: 70
    speed_mps: 4
    begin_at_leg: 2
    legs: [{east_m: -4, north_m: -4}, {east_m: 4, north_m: 6}]
cameras:
  - {kind: fixed, name: pole, at: [-24, -34], height_m: 10, heading_deg: 30, pitch_deg: -16, hfov_deg: 70, fps: 5}
  - {kind: drone, name: nadir, vehicle: falcon, hfov_deg: 66, fps: 5}
"""


def frames(recording: SceneRecording, perfect: PerfectDetector, *, told: bool) -> Iterator[Frame]:
    for truth in recording.truths():
        perfect.show(truth)
        at = EPOCH + timedelta(microseconds=truth.unix_us)
        yield Frame("scene", truth.frame, truth.time_s, blank(truth), at, told_view(truth) if told else None)


def blank(truth: FrameTruth) -> NDArray[Any]:
    return np.zeros((truth.camera.height_px, truth.camera.width_px, 3), np.uint8)


def test_one_pass_over_a_crossing_calibrates_the_camera_on_its_pole(tmp_path: Path) -> None:
    (tmp_path / "crossing.yaml").write_text(CROSSING)
    scene = read_scene(str(tmp_path / "crossing.yaml"))
    stage = Stage(scene)
    pole = next(one for one in scene.cameras if isinstance(one, FixedCamera))
    nadir = next(one for one in scene.cameras if isinstance(one, DroneCamera))
    perfect = PerfectDetector(("car",))
    flown = seen_ways(frames(SceneRecording(stage, nadir), perfect, told=True), perfect, 5.0, moving=True)
    still_recording = SceneRecording(stage, pole)
    still = seen_ways(frames(still_recording, perfect, told=False), perfect, 5.0, moving=False)
    sigma_m = shared_sigma_m(flown)
    assert 0.5 < sigma_m < 3.0
    found = calibrate_by_pass(pixel_ways(still, None), ground_ways(flown, None), pole.size_px, drone_sigma_m=sigma_m)
    assert len(found.pairs) >= 3
    ground = ground_of(scene_of(found, pole.size_px)["calibration"], name="pole")
    off, inside = [], []
    for truth in still_recording.truths():
        for one in truth.objects:
            x1, y1, x2, y2 = one.bbox_px
            if one.visible < 0.9 or min(x1, y1) < 3 or x2 > pole.size_px[0] - 3 or y2 > pole.size_px[1] - 3:
                continue
            fix = ground.locate(Frame("pole", 0, 0.0, blank(truth)), one.bbox_px)
            assert fix is not None
            assert ground.local is not None
            off.append(distance_m(ground.local.place(*map(float, fix.en_m)), one.place))
            inside.append(off[-1] <= fix.accuracy_m)
    assert np.median(off) < 1.0
    assert np.mean(inside) > 0.85


def test_speeds_from_the_pole_are_right_within_what_they_state(tmp_path: Path) -> None:
    (tmp_path / "crossing.yaml").write_text(CROSSING)
    score = score_of(read_scene(str(tmp_path / "crossing.yaml")), "pole", None)
    errors = score.speed_errors()
    assert errors is not None
    assert errors["tracks"] >= 2
    assert errors["median"] < 0.5
    assert errors["within_two_sigmas"] >= errors["tracks"] - 1
    assert score.to_json()["speed_error_mps"] == errors
