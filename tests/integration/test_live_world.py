"""A scene as a live world: its vehicle flies its legs by itself, its cameras are served, and the truth of their frames lies beside them."""

import json
import socket
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import av
import pytest

from sim import Detail, Scene, World, WorldSettings, parse_address
from tests.support.programs import free_port

pytestmark = [pytest.mark.rtsp, pytest.mark.anyio]

SCENE: dict[str, Any] = {
    "summary": "A copter over a car, and a pole beside it.",
    "origin": [51.16, 43.65],
    "duration_s": 40,
    "map": {"roads": [{"path": [[0, -40], [0, 60]], "width_m": 8, "lanes": 2}]},
    "actors": [{"kind": "car", "id": "it", "at": [2, 20]}],
    "faults": ["camera_stall@2-4"],
    "vehicles": [{"name": "falcon", "home": [0, 0], "altitude_m": 15, "legs": [{"east_m": 0, "north_m": 30}]}],
    "cameras": [
        {"kind": "fixed", "name": "pole", "at": [5, -12], "height_m": 7, "heading_deg": 355, "pitch_deg": -16},
        {"kind": "drone", "name": "nadir", "vehicle": "falcon", "pitch_deg": -80},
    ],
}


async def lines_of(path: Path, condition: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """The lines written so far, once one of them satisfies the condition."""
    while True:
        if path.exists():
            lines = [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
            if any(condition(line) for line in lines):
                return lines
        await anyio.sleep(0.1)


async def test_a_scene_lives_with_its_vehicle_its_cameras_and_its_truth(tmp_path: Path) -> None:
    small = [{**camera, "size_px": [320, 180], "fps": 10} for camera in SCENE["cameras"]]
    scene = Scene.model_validate({**SCENE, "name": "test", "cameras": small})
    out, port = parse_address(f"udpout:127.0.0.1:{free_port(socket.SOCK_DGRAM)}"), free_port()
    settings = WorldSettings(scene, out, fleet=2, rtsp_port=port, truth=tmp_path, speedup=8.0, seed=3, detail=Detail(60.0, 0.4, 200.0, 2.0))
    world = World(settings)
    assert [(one.source_id, one.mount) for one in world.cameras] == [("mav-1-camera", "/mav-1"), ("pole", "/pole")]
    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(world.run)
            # Above its leg the copter sees the car below; nobody but the scene has sent it there.
            flown = await lines_of(
                tmp_path / "mav-1.jsonl", lambda line: line["camera"]["height_m"] > 14 and [one["id"] for one in line["objects"]] == ["it"]
            )
            fixed = await lines_of(tmp_path / "pole.jsonl", lambda line: line["frame"] > 5)
            while not world.readiness()[0]:
                await anyio.sleep(0.1)
            size = await anyio.to_thread.run_sync(picture_size, f"rtsp://127.0.0.1:{port}/pole")
            tasks.cancel_scope.cancel()
    assert size == (320, 180)
    assert flown[0]["camera"]["height_m"] == 1.0
    assert flown[-1]["camera"]["pitch_deg"] == -80.0
    instants = [line["unix_us"] for line in flown]
    assert any(a == b for a, b in pairwise(instants)), "the camera stalls for two seconds of the scene"
    assert [one["id"] for one in fixed[0]["objects"]] == ["it"]


def picture_size(url: str) -> tuple[int, int]:
    with av.open(url, options={"rtsp_transport": "tcp"}, timeout=15) as container:
        frame = next(container.decode(video=0))
        return frame.width, frame.height


async def test_a_world_without_vehicles_keeps_its_fixed_cameras() -> None:
    scene = Scene.model_validate({**SCENE, "name": "test"})
    world = World(WorldSettings(scene, parse_address("udpout:127.0.0.1:14999"), fleet=0))
    assert [one.mount for one in world.cameras] == ["/pole"]
