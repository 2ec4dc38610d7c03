"""A drone's picture, from the simulator's own renderer and encoder, becomes a place: the known bus lies within 5 m, and within the
accuracy claimed. Simulator and vision share no line of projection code, so one mistake cannot hide in both."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from geo.primitives import LocalFrame, distance_m
from ground_station.messages import VehiclePose
from ground_station.video import VideoReader
from ground_station.watching.drone_camera import DroneCamera, Mount
from ground_station.watching.gimbal_track import GimbalTrack
from ground_station.watching.pose_buffer import PoseBuffer
from sim.scenes.catalogue import read_scene
from sim.scenes.model import DroneCamera as DronePart
from sim.scenes.poses import carried_camera
from sim.scenes.stage import Detail, Stage
from sim.scenes.view import MovingView
from sim.video_encoder import H264Encoder
from tests.support.scene import HOME, bus_on_the_ground
from vision import Frame, Pipeline, PosedGround, open_detector, open_tracker

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
SIZE_PX, HFOV_DEG, RATE_HZ, PICTURES = (960, 540), 60.0, 10.0, 24
HEIGHT_M, SPEED_MPS = 30.0, 4.0


@pytest.fixture(scope="module")
def shared_model(shared_data: Path) -> Path:
    return shared_data / "weights" / "yolo11n_dynamic_fp32.onnx"


@pytest.mark.parametrize("heading_deg", [0.0, 8.0, 350.0], ids=["north", "a little east", "a little west"])
def test_a_bus_seen_in_flight_is_placed_within_its_stated_accuracy(
    heading_deg: float, tmp_path: Path, shared_data: Path, shared_model: Path
) -> None:
    known = bus_on_the_ground(tmp_path, shared_data / "images" / "bus.jpg", east_m=20.0, north_m=30.0)
    scene = read_scene(str(known.scenario))
    part = scene.camera("nadir")
    assert isinstance(part, DronePart)
    assert (part.size_px, part.hfov_deg) == (SIZE_PX, HFOV_DEG)
    view, encoder = MovingView(Stage(scene, Detail(), part), part.lens, SIZE_PX), H264Encoder(*SIZE_PX, RATE_HZ)
    home, poses = LocalFrame(HOME), PoseBuffer()
    film = tmp_path / "flight.h264"
    with film.open("wb") as file:
        for index in range(PICTURES + 2):
            at = START + timedelta(seconds=index / RATE_HZ)
            east, north = 23.0, 30.0 + SPEED_MPS * (index - PICTURES / 2) / RATE_HZ
            place = home.place(east, north)
            poses.add(
                VehiclePose(
                    vehicle_id="mav-1",
                    at=at,
                    lon_deg=place.lon_deg,
                    lat_deg=place.lat_deg,
                    altitude_above_home_m=HEIGHT_M,
                    roll_deg=5.0,  # the gimbal keeps the camera level
                    pitch_deg=-3.0,
                    heading_deg=heading_deg,
                )
            )
            unix_us = round(at.timestamp() * 1e6)
            picture = view.picture(carried_camera(part, east, north, HEIGHT_M, heading_deg, -90.0), index / RATE_HZ, index)
            file.write(encoder.encode(picture, unix_us))

    camera = DroneCamera(HFOV_DEG, Mount())
    pipeline = Pipeline(open_detector(shared_model), open_tracker(RATE_HZ, 0.25), labels=("bus", "truck", "car"), ground=PosedGround())
    with VideoReader(str(film)) as reader:
        for image in reader.images():
            assert image.stamped
            assert image.captured_at == START + timedelta(seconds=image.index / RATE_HZ)
            pose = poses.pose_at(image.captured_at)
            frame_view = (
                None if pose is None else camera.view(pose, camera.look(image.captured_at, pose, GimbalTrack()), SIZE_PX, stamped=True)
            )
            frame = Frame("mav-1-camera", image.index, image.time_s, image.image, image.captured_at, frame_view)
            pipeline.process(frame)
    seen = [pipeline.observe(track, "mav-1-camera") for track in pipeline.finish()]
    assert [observation.label for observation in seen] == ["bus"]
    (bus,) = seen
    assert bus.place is not None
    assert bus.accuracy_m is not None
    error_m = distance_m(bus.place, known.position)
    assert error_m <= min(5.0, bus.accuracy_m), f"{error_m:.2f} m, claimed {bus.accuracy_m:.2f} m"
    assert bus.heading_deg is None  # it lies still, only the drone moves
