"""`sunqar vision run` from the shell: real videos, real model, and nothing left behind when the input is bad."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ground_station.video import VideoReader


def _sunqar(*arguments: object, cwd: Path, timeout_s: float = 120.0) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3]), "SUNQAR_DATA_DIR": str(cwd / ".sunqar")}
    command = [sys.executable, "-W", "error", "-m", "ground_station", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout_s, check=False)


@pytest.fixture
def model(shared_data: Path) -> Path:
    return shared_data / "weights" / "yolo11n_dynamic_fp32.onnx"


@pytest.fixture
def highway(shared_data: Path) -> Path:
    return shared_data / "traffic-video" / "overhead_highway.mp4"


def test_vehicles_of_a_real_road_become_lines_boxes_and_a_video(tmp_path: Path, model: Path, highway: Path) -> None:
    outputs = ["--out", "seen.jsonl", "--video", "seen.mp4", "--tracks-csv", "boxes.csv"]
    run = _sunqar("vision", "run", highway, "--model", model, "--duration-s", "6", *outputs, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""
    lines = [json.loads(line) for line in (tmp_path / "seen.jsonl").read_text().splitlines()]
    # By the slit-scan counts, four vehicles cross the middle of the two near lanes in the first 5.9 s, and one far lane fills later.
    crossing = [line for line in lines if line["end_s"] - line["start_s"] > 2.0]
    assert len(crossing) >= 4
    assert {line["label"] for line in crossing} <= {"car", "truck", "bus"}
    rows = [line.split(",") for line in (tmp_path / "boxes.csv").read_text().splitlines()]
    assert {len(row) for row in rows} == {10}
    assert {int(row[1]) for row in rows} == {line["track_id"] for line in lines}
    assert min(int(row[0]) for row in rows) >= 1
    with VideoReader(str(tmp_path / "seen.mp4")) as reader:
        assert (reader.info.width_px, reader.info.height_px) == (640, 360)
        assert sum(1 for _ in reader.images()) == pytest.approx(144, abs=2)


def test_the_same_run_gives_the_same_bytes_on_standard_output(tmp_path: Path, model: Path, highway: Path) -> None:
    arguments = ("vision", "run", highway, "--model", model, "--duration-s", "3", "--quiet")
    first, second = _sunqar(*arguments, cwd=tmp_path), _sunqar(*arguments, cwd=tmp_path)
    assert first.stdout == second.stdout
    assert first.stdout.count("\n") >= 2
    assert first.stderr == ""


def test_a_scene_gives_places_speeds_and_accuracies(tmp_path: Path, model: Path, highway: Path) -> None:
    """The road is about 30 m wide in view; whatever the scale, lanes run along it in both directions."""
    corners = [
        ((0, 0), (51.1600, 43.65018)),
        ((640, 0), (51.16040, 43.65018)),
        ((640, 360), (51.16032, 43.65000)),
        ((0, 360), (51.16008, 43.65000)),
    ]
    scene = {
        "type": "FeatureCollection",
        "features": [],
        "calibration": {"image_size_px": [640, 360], "points": [{"px": px, "lonlat": lonlat} for px, lonlat in corners]},
    }
    (tmp_path / "scene.geojson").write_text(json.dumps(scene))
    run = _sunqar("vision", "run", highway, "--model", model, "--scene", "scene.geojson", "--duration-s", "4", "--quiet", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    moving = [line for line in map(json.loads, run.stdout.splitlines()) if line["heading_deg"] is not None]
    assert moving
    for line in moving:
        lon, lat = line["geometry"]["coordinates"]
        assert 51.159 < lon < 51.161
        assert 43.649 < lat < 43.651
        assert 0 < line["accuracy_m"] < 20
        assert 1 < line["speed_mps"] < 40
        assert 0 < line["speed_sigma_mps"] < 5
        assert abs((line["heading_deg"] - 90 + 180) % 360 - 180) < 15  # left to right in the near lanes


def test_the_subtitles_beside_a_film_give_its_things_places(tmp_path: Path, model: Path, highway: Path) -> None:
    (tmp_path / "film.mp4").symlink_to(highway)
    (tmp_path / "film.SRT").write_text(
        "".join(
            f"{second + 1}\n00:00:{second:02d},000 --> 00:00:{second + 1:02d},000\nGPS (51.160000, 43.650000, 15), H 60.00m, "
            "F.PRY (0.0°, 0.0°, 90.0°), G.PRY (-50.0°, 0.0°, 90.0°)\n\n"
            for second in range(25)
        )
    )
    run = _sunqar("vision", "run", "film.mp4", "--model", model, "--hfov-deg", "60", "--duration-s", "2.5", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "25 poses by DJI subtitles" in run.stderr
    seen = [line for line in map(json.loads, run.stdout.splitlines()) if line["geometry"] is not None]
    assert len(seen) >= 2
    for line in seen:
        lon, lat = line["geometry"]["coordinates"]
        assert 51.1602 < lon < 51.163, "ahead of the camera, which looks to the east"
        assert abs(lat - 43.65) < 0.001
        assert line["ellipse"]["major_m"] >= line["ellipse"]["minor_m"] > 0.5


BAD = {
    "no video": ["nothing.mp4", "--model", "MODEL"],
    "broken video": ["broken.mp4", "--model", "MODEL"],
    "no model": ["VIDEO", "--model", "nothing.onnx"],
    "not a model": ["VIDEO", "--model", "broken.onnx"],
    "torch weights": ["VIDEO", "--model", "weights.pt"],
    "nobody at the camera": ["rtsp://127.0.0.1:18607/x", "--model", "MODEL"],
    "scene is not JSON": ["VIDEO", "--model", "MODEL", "--scene", "broken.mp4"],
    "scene with three points": ["VIDEO", "--model", "MODEL", "--scene", "three.json"],
    "telemetry of another kind": ["VIDEO", "--model", "MODEL", "--telemetry", "broken.mp4"],
    "no telemetry": ["VIDEO", "--model", "MODEL", "--telemetry", "gone.srt"],
    "unknown class": ["VIDEO", "--model", "MODEL", "--classes", "unicorn"],
    "folder of the result missing": ["VIDEO", "--model", "MODEL", "--video", "nowhere/x.mp4"],
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD.keys())
def test_bad_input_is_one_line_and_leaves_nothing(arguments: list[str], tmp_path: Path, model: Path, highway: Path) -> None:
    for name in ("broken.mp4", "broken.onnx", "weights.pt"):
        (tmp_path / name).write_bytes(b"\x00\x01 no such thing " * 40)
    point = {"px": [0, 0], "lonlat": [51.0, 43.0]}
    scene = {"type": "FeatureCollection", "features": [], "calibration": {"image_size_px": [640, 360], "points": [point] * 3}}
    (tmp_path / "three.json").write_text(json.dumps(scene))
    before = sorted(tmp_path.iterdir())
    given = [{"MODEL": str(model), "VIDEO": str(highway)}.get(argument, argument) for argument in arguments]
    run = _sunqar("vision", "run", *given, "--out", "seen.jsonl", "--tracks-csv", "boxes.csv", cwd=tmp_path)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1, run.stderr
    assert run.stderr.startswith("sunqar: ")
    assert sorted(tmp_path.iterdir()) == before


def test_an_interrupt_finishes_the_files(tmp_path: Path, model: Path, highway: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    command = [
        sys.executable,
        "-m",
        "ground_station",
        "vision",
        "run",
        highway,
        "--model",
        model,
        "--out",
        "seen.jsonl",
        "--video",
        "seen.mp4",
    ]
    with subprocess.Popen([*map(str, command)], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while True:
            said = re.search(r"(\d+) pictures", process.stderr.readline())
            assert said is not None
            if int(said[1]) > 10:  # well under way, on however slow a machine
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["seen.jsonl", "seen.mp4"]
    assert all(json.loads(line)["kind"] == "track" for line in (tmp_path / "seen.jsonl").read_text().splitlines())
    with VideoReader(str(tmp_path / "seen.mp4")) as reader:
        assert sum(1 for _ in reader.images()) > 10
