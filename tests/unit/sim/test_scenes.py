"""Scenes: what a file may say, how actors move, what the truth says of pictures, and who breaks which rule."""

import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from geo.primitives import LocalFrame, LonLat, SettingsError
from sim import Detail, FixedCamera, Scene, SceneRecording, Stage, read_scene, scene_file, shipped_scenes, violations_of
from sim.scenes.model import Car
from sim.scenes.motion import Motion
from vision import CameraView, ground_to_pixel, read_scene as read_scene_file

COARSE = Detail(60.0, 0.4, 200.0, 2.0)
CAMERA = {
    "kind": "fixed",
    "name": "pole",
    "at": [0, 0],
    "height_m": 8,
    "heading_deg": 20,
    "pitch_deg": -22,
    "hfov_deg": 60,
    "size_px": [640, 360],
}
BASE: dict[str, Any] = {"summary": "A scene for tests.", "origin": [51.16, 43.65], "duration_s": 2, "cameras": [CAMERA]}


def scene_of(**parts: Any) -> Scene:
    return Scene.model_validate({"name": "test", **BASE, **parts})


def test_at_least_twelve_scenes_are_shipped_and_each_says_what_it_shows() -> None:
    names = shipped_scenes()
    assert len(names) >= 12
    assert len({read_scene(name).summary for name in names}) == len(names)


def test_a_file_may_stand_on_a_shipped_scene_and_change_its_sections(tmp_path: Path) -> None:
    path = tmp_path / "quiet.yaml"
    path.write_text("base: mangystau\nactors: [{kind: person, id: alone, at: [3, 4]}]\n")
    scene, base = read_scene(str(path)), read_scene("mangystau")
    assert [one.id for one in scene.actors] == ["alone"]
    assert (scene.name, scene.map, scene.cameras) == ("quiet", base.map, base.cameras)


def test_traffic_of_the_demo_street_never_ends() -> None:
    scene = read_scene("mangystau")
    cars = [one for one in scene.actors if isinstance(one, Car) and one.every_s is not None]
    assert len(cars) > 10
    for car in cars:
        motion = Motion(car)
        assert scene.duration_s % (car.every_s or 1) == 0, "the street looks the same when the scene starts anew"
        here, later = (motion.at(at_s) for at_s in (12.5, 12.5 + scene.duration_s))
        assert (here is None) == (later is None)
        if here is not None and later is not None:
            assert (later.east_m, later.north_m) == pytest.approx((here.east_m, here.north_m), abs=1e-6)


@pytest.mark.parametrize("name", shipped_scenes())
def test_a_shipped_scene_breaks_exactly_the_rules_it_says(name: str) -> None:
    scene = read_scene(name)
    found = sorted({(one.rule, one.actor_id) for one in violations_of(scene)})
    assert found == sorted({(one.rule, one.actor) for one in scene.violations})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1, 2]", "holds a list"),
        ("summary: [", "neither YAML nor JSON"),
        (json.dumps({**BASE, "wether": {}}), "wether"),
        (json.dumps({**BASE, "actors": [{"kind": "car", "id": "a"}]}), "needs either 'at'"),
        (json.dumps({"base": "mangystow"}), "base 'mangystow', which is no shipped scene"),
        (
            json.dumps({**BASE, "actors": [{"kind": "picture", "id": "p", "file": "bus.png", "at": [0, 0], "width_m": 9}]}),
            "'bus.png', which",
        ),
        (
            json.dumps({**BASE, "vehicles": [{"name": "v", "home": [0, 0], "legs": [{"east_m": 0, "north_m": 9}], "begin_at_leg": 2}]}),
            "leg 2",
        ),
        (json.dumps({**BASE, "violations": [{"rule": "red_light", "actor": "nobody"}]}), "'nobody', who is not there"),
        (json.dumps({**BASE, "cameras": [{"kind": "drone", "name": "d", "vehicle": "v"}]}), "vehicle 'v', which is not there"),
    ],
)
def test_a_wrong_scene_is_named_in_one_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "scene.yaml"
    path.write_text(content)
    with pytest.raises(SettingsError) as caught:
        read_scene(str(path))
    assert said in caught.value.message
    assert "\n" not in caught.value.message.split(" is neither")[0]


def test_a_car_drives_stops_and_goes_on() -> None:
    car = Car.model_validate(
        {"kind": "car", "id": "a", "path": [[0, 0], [0, 100]], "speed_mps": 10, "stops": [{"at_m": 60, "for_s": 5}], "stays": True}
    )
    motion = Motion(car)
    early = motion.at(1.0)
    assert early is not None
    assert (early.north_m, early.speed_mps, early.heading_deg) == pytest.approx((10.0, 10.0, 0.0))
    # 60 m: 35 m at 10 m/s, then 25 m braking at 2 m/s² for 5 s.
    standing = motion.at(9.0)
    assert standing is not None
    assert (standing.north_m, standing.speed_mps) == pytest.approx((60.0, 0.0))
    ended = motion.at(60.0)
    assert ended is not None
    assert ended.north_m == pytest.approx(100.0)


def test_nobody_jumps() -> None:
    for name in shipped_scenes():
        scene = read_scene(name)
        for actor in scene.actors:
            if getattr(actor, "path", None) is None:
                continue
            motion = Motion(actor)  # type: ignore[arg-type]
            places = [motion.at(step * 0.05) for step in range(int(scene.duration_s / 0.05))]
            for a, b in itertools.pairwise(places):
                if a is not None and b is not None:
                    assert np.hypot(b.east_m - a.east_m, b.north_m - a.north_m) <= actor.speed_mps * 0.05 + 1e-6, (name, actor.id)  # type: ignore[union-attr]


ACTORS = [
    {"kind": "car", "id": "it", "at": [9, 20], "heading_deg": 70, "colour": "#ff00ff"},
    {"kind": "car", "id": "it", "model": "bus", "at": [9, 24], "heading_deg": 40, "colour": "#ff00ff"},
    {"kind": "car", "id": "it", "model": "truck", "at": [9, 24], "heading_deg": 130, "colour": "#ff00ff"},
    {"kind": "person", "id": "it", "at": [5, 14], "heading_deg": 200, "colour": "#ff00ff"},
    {"kind": "machine", "model": "excavator", "id": "it", "at": [9, 24], "heading_deg": 100, "colour": "#ff00ff"},
    {"kind": "machine", "model": "loader", "id": "it", "at": [9, 24], "heading_deg": 100, "colour": "#ff00ff"},
    {"kind": "machine", "model": "roller", "id": "it", "at": [9, 24], "heading_deg": 100, "colour": "#ff00ff"},
    {"kind": "dump", "id": "it", "at": [8, 20], "size_m": 6},
]


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: f"{actor['kind']}-{actor.get('model', '')}")
def test_the_box_of_the_truth_is_where_the_picture_shows_the_actor(actor: dict[str, Any]) -> None:
    quiet = {**CAMERA, "lens": {"noise": 0, "exposure_s": 0, "k1": -0.1}}
    weather = {"rain": 0.999}  # no sun, so the shadow is not part of what changes
    stages = [Stage(scene_of(cameras=[quiet], actors=actors, weather=weather), COARSE) for actors in ([], [actor])]
    empty, shown = (next(SceneRecording(stage, stage.scene.cameras[0]).frames()) for stage in stages)
    changed = np.abs(shown.image.astype(int) - empty.image.astype(int)).max(axis=2) > 12
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    (truth,) = shown.truth.objects
    assert (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1) == pytest.approx(truth.bbox_px, abs=2.0)


def test_the_truth_of_a_place_is_where_the_shared_camera_geometry_sees_it() -> None:
    scene = scene_of(actors=[{"kind": "damage", "type": "pothole", "id": "hole", "at": [6, 15], "size_m": [1.2, 1.2]}])
    stage = Stage(scene, COARSE)
    truth = next(iter(SceneRecording(stage, scene.cameras[0]).truths()))
    from geo.primitives import CameraIntrinsics, CameraPose

    pose = CameraPose(truth.camera_place, 8.0, 20.0, -22.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    seen = ground_to_pixel(CameraView(pose, CameraIntrinsics.from_horizontal_fov(640, 360, 60.0)), truth.objects[0].place)
    x0, y0, x1, y1 = truth.objects[0].bbox_px
    assert seen is not None
    assert seen == pytest.approx(((x0 + x1) / 2, (y0 + y1) / 2), abs=1.0)


def test_what_stands_behind_a_wall_is_not_visible() -> None:
    wall = {"at": [5.5, 15], "size_m": [14, 1], "heading_deg": 110, "height_m": 5}
    actor = {"kind": "car", "id": "it", "at": [8, 22], "heading_deg": 110}
    for buildings, least, most in (([], 0.99, 1.0), ([wall], 0.0, 0.05)):
        stage = Stage(scene_of(actors=[actor], map={"buildings": buildings}), COARSE)
        truth = next(iter(SceneRecording(stage, stage.scene.cameras[0]).truths()))
        visible = max((one.visible for one in truth.objects), default=0.0)
        assert least <= visible <= most


A_CAR = {"kind": "car", "id": "a", "path": [[3, 10], [20, 40]], "speed_mps": 9}
A_FIRE = {"kind": "smoke", "id": "s", "at": [10, 30], "appears_s": -5}


def _digest(scene: Scene) -> str:
    part = scene.cameras[0]
    sha = hashlib.sha256()
    for frame in SceneRecording(Stage(scene, COARSE), part).frames():
        sha.update(frame.image.tobytes())
        sha.update(json.dumps(frame.truth.to_json()).encode())
    return sha.hexdigest()


def test_the_same_scene_gives_the_same_bytes() -> None:
    scene = scene_of(
        duration_s=0.4,
        actors=[
            {"kind": "car", "id": "a", "path": [[3, 10], [20, 40]], "speed_mps": 9},
            {"kind": "smoke", "id": "s", "at": [10, 30], "appears_s": -5},
        ],
        weather={"rain": 0.4, "haze_m": 300, "wind": "4,270"},
    )
    assert _digest(scene) == _digest(scene)
    assert _digest(scene) != _digest(scene.model_copy(update={"seed": 2}))


def test_the_exported_scene_file_places_the_ground_where_it_is(tmp_path: Path) -> None:
    scene = read_scene("red_light")
    part = scene.cameras[0]
    assert isinstance(part, FixedCamera)
    path = tmp_path / "scene.geojson"
    path.write_text(json.dumps(scene_file(scene, part)))
    read = read_scene_file(path)
    assert {feature.properties["kind"] for feature in read.features if feature.properties} >= {"lane", "stop_line", "signal", "crossing"}
    assert read.ground is not None


def test_darkness_and_haze_take_light_and_contrast() -> None:
    def spread(**weather: Any) -> tuple[float, float]:
        stage = Stage(scene_of(weather=weather), COARSE)
        image = next(SceneRecording(stage, stage.scene.cameras[0]).frames()).image
        return float(image.mean()), float(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[200:].std())

    day, night, haze = spread(), spread(light="night"), spread(haze_m=40)
    assert night[0] < 0.35 * day[0]
    assert haze[1] < 0.8 * day[1]


def test_scene_places_are_metres_around_the_origin() -> None:
    scene = scene_of(actors=[{"kind": "person", "id": "p", "at": [5, 14]}])
    stage = Stage(scene, COARSE)
    truth = next(iter(SceneRecording(stage, scene.cameras[0]).truths()))
    assert LocalFrame(LonLat(51.16, 43.65)).offset_m(truth.objects[0].place) == pytest.approx((5.0, 14.0), abs=0.001)
