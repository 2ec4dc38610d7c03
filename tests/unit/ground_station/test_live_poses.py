"""Poses of a drone's live picture: out of its own stream where no vehicle tells them, and brought onto its clock by its motion."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import anyio
import numpy as np
import pytest

from geo.core import VideoSource
from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, LonLat, packed_klv
from ground_station.camera_telemetry import OrthophotoFile
from ground_station.messages import VehiclePose
from ground_station.settings import WatchSettings
from ground_station.video import DecodedImage, StreamData, open_source
from ground_station.watching.drone_camera import PoseFeed
from ground_station.watching.source_places import SourcePlaces
from sim import FrameTruth, SceneFilm, SceneFrame, SceneRecording, Stage, read_scene
from tests.support.drawn_ground import picture_of, spotted_ground
from tests.unit.ground_station.camera_telemetry.test_orthophoto import middle_of
from vision import CameraView

AKTAU, START = LonLat(51.16, 43.65), datetime(2026, 5, 1, 12, tzinfo=UTC)
DOWNLINK = VideoSource("downlink", "drone", "Арна", "Канал", "Downlink")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[FrameTruth]]:
    """A drone's transport stream with its local sets; of the pictures only the instants are looked at."""
    scene = read_scene("structure_orbit")
    path, part = tmp_path_factory.mktemp("film") / "orbit.ts", scene.cameras[0]
    truths = list(islice(SceneRecording(Stage(scene), part).truths(), 20))
    with SceneFilm(str(path), part.model_copy(update={"size_px": (320, 180)})) as out:
        for truth in truths:
            out.add(SceneFrame(np.full((180, 320, 3), 90, np.uint8), truth))
    return path, truths


def test_a_stream_that_nobody_flies_here_brings_its_own_poses(film: tuple[Path, list[FrameTruth]]) -> None:
    path, truths = film
    places, data = SourcePlaces(DOWNLINK, None), []

    async def views() -> list[CameraView | None]:
        with open_source(str(path), on_data=data.append) as reader:
            images = list(reader.images())
        for one in data:
            places.put(one)
        return [await places.view(image) for image in images]

    found = anyio.run(views)
    assert len(data) == len(truths)
    assert places.teller == "misb_0601"
    told, view = truths[10].told, found[10]
    assert view is not None
    assert np.hypot(*LocalFrame(told.place).offset_m(view.pose.position)) < 0.05
    assert view.pose.pitch_deg == pytest.approx(told.pitch_deg, abs=0.02)
    assert (view.pose.heading_deg - told.heading_deg + 180) % 360 - 180 == pytest.approx(0.0, abs=0.02)


def _local_sets(count: int) -> Iterator[tuple[datetime, bytes]]:
    """Ten a second, ten metres a second to the north, straight down from 80 m."""
    for index in range(count):
        at, place = START + timedelta(seconds=index / 10), LocalFrame(AKTAU).place(0.0, float(index))
        values = {
            "precision_time_us": round(at.timestamp() * 1e6),
            "platform_heading_deg": 0.0,
            "platform_pitch_deg": 0.0,
            "platform_roll_deg": 0.0,
            "sensor_lat_deg": place.lat_deg,
            "sensor_lon_deg": place.lon_deg,
            "sensor_altitude_amsl_m": 100.0,
            "frame_centre_elevation_m": 20.0,
            "sensor_hfov_deg": 60.0,
            "sensor_azimuth_deg": 0.0,
            "sensor_elevation_deg": -90.0,
            "sensor_roll_deg": 0.0,
        }
        yield at, packed_klv(values)


@pytest.mark.parametrize(("synchronous", "sigma_s"), [(True, 0.1), (False, 0.5)])
def test_local_sets_are_brought_onto_the_clock_that_dates_the_pictures(synchronous: bool, sigma_s: float) -> None:
    """The drone's clock is an hour slow; the sets say in the stream which picture they belong to."""
    places, slow = SourcePlaces(DOWNLINK, None), timedelta(hours=1)
    for at, content in _local_sets(30):
        places.put(StreamData(content, at + slow, stamped=False, synchronous=synchronous))
    image = DecodedImage(0, 0.0, np.zeros((72, 128, 3), np.uint8), START + slow + timedelta(seconds=1.55), stamped=False)
    view = anyio.run(places.view, image)
    assert view is not None
    assert LocalFrame(AKTAU).offset_m(view.pose.position)[1] == pytest.approx(15.5, abs=0.05)
    assert view.pose.height_m == pytest.approx(80.0, abs=0.5)
    assert view.time_sigma_s == sigma_s


def test_a_live_pose_is_corrected_by_the_orthophoto_of_the_settings(shared_data: Path) -> None:
    path = shared_data / "raster" / "uav_orthophoto_rgb.tif"
    middle = middle_of(path)
    local, lens = LocalFrame(middle), CameraIntrinsics.from_horizontal_fov(960, 540, 60.0)
    ground = OrthophotoFile(path).around(middle, 60.0, 0.15)
    assert ground is not None
    feed = PoseFeed()
    source = VideoSource("nadir", "drone", "А", "А", "A", hfov_deg=60.0, vehicle_id="mav-1", calibration={"mount": {"pitch_deg": -80}})
    places = SourcePlaces(source, feed, None, WatchSettings(orthophoto=path))
    told = local.place(1.5, -1.2)
    pose = {"lon_deg": told.lon_deg, "lat_deg": told.lat_deg, "altitude_above_home_m": 36.0, "heading_deg": 22.0}
    feed.put(VehiclePose(vehicle_id="mav-1", at=START, roll_deg=0.0, pitch_deg=0.0, **pose))
    drawn = picture_of(CameraView(CameraPose(middle, 35.0, 20.0, -80.0), lens), ground.image, local, ground.metres_a_px)
    view = anyio.run(places.view, DecodedImage(0, 0.0, drawn, START, stamped=True))
    assert view is not None
    assert np.hypot(*local.offset_m(told)) > 1.9
    assert np.hypot(*local.offset_m(view.pose.position)) < 0.5


def test_the_delay_of_a_downlink_is_found_by_its_motion_and_taken_off() -> None:
    """Pictures arrive 0.6 s after they were taken, and carry no instant of their own; the vehicle tells its poses at once."""
    local, lens, late = LocalFrame(AKTAU), CameraIntrinsics.from_horizontal_fov(480, 270, 65.0), timedelta(seconds=0.6)
    source = VideoSource("nadir", "drone", "А", "А", "A", hfov_deg=65.0, vehicle_id="mav-1", calibration={"mount": {"pitch_deg": -75}})
    feed = PoseFeed()
    places = SourcePlaces(source, feed)

    def pose(at_s: float) -> tuple[LonLat, float]:
        return local.place(25.0 * np.sin(0.4 * at_s), 20.0 * np.cos(0.3 * at_s)), 50.0 * float(np.sin(0.6 * at_s)) % 360.0

    async def fly(seconds: int) -> CameraView | None:
        view = None
        for index in range(seconds * 5):
            for step in range(2):  # ten a second
                at_s = index / 5 + step / 10
                place, heading = pose(at_s)
                told = VehiclePose(
                    vehicle_id="mav-1",
                    at=START + timedelta(seconds=at_s),
                    lon_deg=place.lon_deg,
                    lat_deg=place.lat_deg,
                    altitude_above_home_m=60.0,
                    roll_deg=0.0,
                    pitch_deg=0.0,
                    heading_deg=heading,
                )
                feed.put(told)
            taken_s = index / 5 - late.total_seconds()
            place, heading = pose(taken_s)
            drawn = picture_of(CameraView(CameraPose(place, 60.0, heading, -75.0), lens), spotted_ground(), local, 0.12)
            view = await places.view(DecodedImage(index, index / 5, drawn, START + timedelta(seconds=index / 5), stamped=False))
        return view

    view = anyio.run(fly, 42)
    assert places.offset is not None
    assert places.offset.offset_s == pytest.approx(-0.6, abs=0.05)
    assert view is not None
    assert view.time_sigma_s == places.offset.sigma_s < 0.05
    taken_s = 42 - 1 / 5 - 0.6
    assert np.hypot(*LocalFrame(pose(taken_s)[0]).offset_m(view.pose.position)) < 0.8
