"""`sunqar vision run` on a real RTSP camera: stops by itself, stops when asked, gives up on a camera that goes away."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.rtsp import rtsp_server

pytestmark = pytest.mark.rtsp


def _command(address: str, model: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        "-W",
        "error",
        "-m",
        "ground_station",
        "vision",
        "run",
        address,
        "--model",
        str(model),
        "--out",
        "seen.jsonl",
        *more,
    ]


@pytest.fixture
def environment(repository: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(repository)}


@pytest.fixture(scope="module")
def model(shared_data: Path) -> Path:
    return shared_data / "weights" / "yolox_nano_416.onnx"


@pytest.fixture(scope="module")
def road(shared_data: Path) -> Path:
    return shared_data / "traffic-video" / "overhead_highway.mp4"


def test_a_camera_is_analysed_for_the_time_asked(tmp_path: Path, model: Path, road: Path, environment: dict[str, str]) -> None:
    with rtsp_server("h264", video=road) as address:
        done = subprocess.run(
            _command(address, model, "--duration-s", "5"),
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "seen.jsonl").read_text().splitlines()]
    assert lines
    assert all(0 <= line["start_s"] < line["end_s"] <= 5.5 for line in lines)


def test_an_interrupt_is_how_a_live_run_ends(tmp_path: Path, model: Path, road: Path, environment: dict[str, str]) -> None:
    with (
        rtsp_server("h264", video=road) as address,
        subprocess.Popen(_command(address, model), cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as run,
    ):
        assert run.stderr is not None
        assert "pictures" in run.stderr.readline()
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
    assert run.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["seen.jsonl"]
