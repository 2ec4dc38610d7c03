"""Pictures of a scene painted, encoded and described per second of processor time, against what one live stream of 25 a second needs.

1280x720 with a distorting lens and noise: the junction of `red_light`, from its pole, and the road of `road_survey`, from a flown copter;
the slower of the two counts.
"""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import cv2
from anyio.to_thread import run_sync

from sim import SceneFilm, SceneRecording, Stage, read_scene
from tests.benchmarks.measurement import Measurement

SCENES = ("red_light", "road_survey")
PICTURES, ROUNDS = 200, 3
NEEDED_HZ = 25.0


async def measure() -> Measurement:
    cv2.setNumThreads(1)
    rates = {name: [await run_sync(_pictures_per_cpu_s, name) for _ in range(ROUNDS)] for name in SCENES}
    slowest = min(median(found) for found in rates.values())
    detail = ", ".join(f"{name} {median(found):.0f}" for name, found in rates.items()) + f"; {PICTURES} pictures each, median of {ROUNDS}"
    return Measurement(slowest, NEEDED_HZ, "one live stream's need", "pictures per CPU-s", detail)


def _pictures_per_cpu_s(name: str) -> float:
    scene = read_scene(name)
    part = scene.cameras[0]
    assert part.size_px == (1280, 720)
    frames = SceneRecording(Stage(scene, None, part), part).frames()
    with TemporaryDirectory() as folder, SceneFilm(str(Path(folder) / "film.ts"), part) as film:
        film.add(next(frames))  # the flight to the first leg and the still background are not part of a picture
        began_s = time.process_time()
        for _, frame in zip(range(PICTURES), frames, strict=False):
            film.add(frame)
            frame.truth.to_json()
        return PICTURES / (time.process_time() - began_s)
