"""A scene from the command line: rendered to a transport stream with its truth, read back, and scored."""

import json
import socket
import subprocess
import sys
from itertools import islice
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from geo.primitives import parsed_klv, utc_now
from ground_station.cli import build_app
from ground_station.video import VideoReader
from tests.support.programs import free_port

SCENE = """
summary: A short scene for a test.
origin: [51.16, 43.65]
duration_s: 1.6
map: {roads: [{path: [[0, -40], [0, 60]], width_m: 8, lanes: 2}]}
actors: [{kind: car, id: it, path: [[2, 8], [2, 60]], speed_mps: 8}]
vehicles: [{name: falcon, home: [0, 0], altitude_m: 20, legs: [{east_m: 0, north_m: 40}]}]
cameras:
  - {kind: fixed, name: pole, at: [5, -12], height_m: 7, heading_deg: 355, pitch_deg: -16, size_px: [640, 360], fps: 10}
  - {kind: drone, name: nadir, vehicle: falcon, size_px: [640, 360], fps: 10}
thresholds: {median_m: 3, missed_at_most: 0, false_at_most: 0}
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "scene.yaml"
    path.write_text(SCENE)
    return path


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(build_app(), ["sim", "scenario", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_drone_scene_leaves_with_its_pose_and_truth_in_step(scene: Path, tmp_path: Path) -> None:
    film, truth = tmp_path / "a.ts", tmp_path / "a.jsonl"
    _run(str(scene), "--camera", "nadir", "--video-out", str(film), "--truth", str(truth))
    lines = [json.loads(line) for line in truth.read_text().splitlines()]
    with av.open(str(film)) as container:
        packets = [(packet.stream.type, bytes(packet)) for packet in container.demux() if packet.size]
    sets = [parsed_klv(data) for kind, data in packets if kind == "data"]
    assert len(sets) == len(lines) == 16
    assert sum(kind == "video" for kind, _ in packets) == 16
    for told, line in zip(sets, lines, strict=True):
        assert told["precision_time_us"] == line["unix_us"]
        assert told["sensor_lat_deg"] == pytest.approx(line["camera"]["lonlat"][1], abs=5e-5)  # what its navigation believes
        assert told["sensor_elevation_deg"] == pytest.approx(-90, abs=21)


def sent_to(url: str, scene: Path, truth: Path) -> subprocess.Popen[bytes]:
    """The command line as a sender at the camera's pace."""
    command = [sys.executable, "-m", "ground_station", "sim", "scenario", str(scene), "--camera", "nadir"]
    return subprocess.Popen([*command, "--video-out", url, "--truth", str(truth)], stderr=subprocess.DEVNULL)


def ended(sender: subprocess.Popen[bytes]) -> None:
    sender.terminate()
    sender.wait(45)


@pytest.fixture
def longer(scene: Path) -> Path:
    scene.write_text(SCENE.replace("duration_s: 1.6", "duration_s: 8"))
    return scene


def test_our_reader_sees_how_far_the_clock_of_a_live_transport_stream_is_from_ours(longer: Path, tmp_path: Path) -> None:
    """A scene has its own date, so its camera is one whose clock is wrong by months: told, and not believed."""
    url, truth = f"udp://127.0.0.1:{free_port(socket.SOCK_DGRAM)}", tmp_path / "truth.jsonl"
    sender = sent_to(url, longer, truth)
    try:
        with VideoReader(url, open_timeout_s=30.0) as reader:
            assert (reader.info.width_px, reader.info.height_px) == (640, 360)
            images = list(islice(reader.images(), 8))
            clock, now_s = reader.clock, utc_now().timestamp()
    finally:
        ended(sender)
    told_s = [json.loads(line)["unix_us"] / 1e6 for line in truth.read_text().splitlines() if line.endswith("}")]
    assert clock is not None
    assert not clock.right
    assert clock.offset_s == pytest.approx(told_s[0] - now_s, abs=120.0)
    assert not any(image.stamped for image in images)
    assert all(image.captured_at is not None and abs(image.captured_at.timestamp() - now_s) < 120.0 for image in images)


def test_ffprobe_finds_the_picture_and_the_klv_of_a_live_transport_stream(longer: Path, tmp_path: Path) -> None:
    url = f"udp://127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    sender = sent_to(url, longer, tmp_path / "truth.jsonl")
    try:
        asked = [
            "ffprobe",
            "-v",
            "error",
            "-print_format",
            "json",
            "-show_streams",
            "-show_packets",
            "-show_data",
            "-read_intervals",
            "%+2",
        ]
        probed = subprocess.run([*asked, "-analyzeduration", "3000000", url], capture_output=True, timeout=60, check=True)
    finally:
        ended(sender)
    found = json.loads(probed.stdout)
    kinds = {stream["codec_name"]: stream for stream in found["streams"]}
    assert set(kinds) == {"h264", "klv"}
    assert kinds["klv"]["codec_tag_string"] == "KLVA"
    assert kinds["h264"]["width"] == 640
    sets = [packet for packet in found["packets"] if packet["codec_type"] == "data"]
    assert len(sets) >= 5
    pictures = {packet["pts"] for packet in found["packets"] if packet["codec_type"] == "video"}
    assert len([packet for packet in sets if packet["pts"] in pictures]) >= len(sets) - 1, "a set lies at the instant of its picture"


def test_a_scene_is_scored(scene: Path, tmp_path: Path) -> None:
    said = _run(str(scene), "--score", "--model", "perfect", "--json", str(tmp_path / "score.json"))
    score = json.loads((tmp_path / "score.json").read_text())
    assert "no detector model was used" in said
    assert (score["found"], score["missed"], score["false"]) == (["it"], [], [])
    assert score["position_error_m"]["median"] < 3.0
