"""Poses of a film's camera, whatever file tells them: real files of each kind, a film with its own poses, and what is missing named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, LonLat, SunqarError, packed_klv
from ground_station.camera_telemetry import CameraPoses, CameraReading, PosesRequest, Telemetry, aligned, open_poses, read_telemetry
from ground_station.camera_telemetry.dji_subtitles import subtitles_telemetry
from ground_station.camera_telemetry.poses import TrackedPoses
from ground_station.video import DecodedImage, open_source
from ground_station.video.encode import VideoWriter
from ground_station.watching.drone_camera import Mount
from sim import FrameTruth, SceneFilm, SceneFrame, SceneRecording, Stage, read_scene
from tests.support.drawn_ground import picture_of, spotted_ground
from vision import CameraView, Frame, PosedGround

AKTAU = LonLat(51.16, 43.65)


def picture(time_s: float = 0.0, captured_at: datetime | None = None, *, stamped: bool = False) -> DecodedImage:
    return DecodedImage(0, time_s, np.zeros((720, 1280, 3), np.uint8), captured_at, stamped)


# File, poses, clock, height and look of the first one, and what of it a person could check in the file itself.
REAL = [
    ("dji-srt/p4_rtk.SRT", 55, "by_picture", 85.8, (110.4, -24.4, 0.0)),
    ("dji-srt/air2s.srt", 17, "by_picture", None, None),
    ("dji-srt/mavic_mini.SRT", 117, "by_picture", 200.7, None),
    ("dji-srt/mavic_pro.SRT", 468, "by_picture", 1.9, None),
    ("dji-srt/mavic_2_style.SRT", 463, "by_utc", None, None),
    ("tlog/uavlogviewer_vtol.tlog", 733, "by_utc", 6.75, None),
    ("dataflash/skapila_rc9_hop.BIN", 418, "by_utc", 0.008, None),
    ("ulog/sample_px4_events.ulg", 108, "by_utc", -0.004, None),
]


@pytest.mark.parametrize(("name", "count", "clock", "height_m", "look"), REAL, ids=[one[0] for one in REAL])
def test_real_files_tell_the_poses_they_hold(
    shared_data: Path, name: str, count: int, clock: str, height_m: float | None, look: tuple[float, float, float] | None
) -> None:
    readings = getattr(read_telemetry(shared_data / "flight-logs" / name), clock)
    assert len(readings) == count
    assert readings[0].height_m == (None if height_m is None else pytest.approx(height_m, abs=0.001))
    assert readings[0].camera_deg == look
    assert all(after.at_s > before.at_s for before, after in pairwise(readings))


def test_a_film_with_its_subtitles_is_placed_with_an_accuracy(shared_data: Path) -> None:
    """A Phantom 4 RTK at 86 m looks 24 degrees down, to the east-south-east: the middle of the picture lies 190 m ahead of it."""
    poses = open_poses("film.mp4", PosesRequest(file=shared_data / "flight-logs/dji-srt/p4_rtk.SRT", hfov_deg=73.7))
    assert poses is not None
    view = poses.view(picture(2.5))
    assert view is not None
    assert view.motion is not None
    assert np.hypot(view.motion.east_mps, view.motion.north_mps) == pytest.approx(6.6, abs=0.5), "between the speeds it tells itself"
    ground = PosedGround()
    fix = ground.locate(Frame("film", 0, 2.5, picture().image, None, view), (640.0, 360.0, 640.0, 360.0))
    assert fix is not None
    assert np.degrees(np.arctan2(*fix.en_m)) % 360.0 == pytest.approx(110.9, abs=0.5)
    assert np.hypot(*fix.en_m) == pytest.approx(85.95 / np.tan(np.radians(24.4)), abs=1.0)
    assert 10.0 < fix.accuracy_m < 60.0


def flight(count: int) -> Iterator[FrameTruth]:
    scene = read_scene("structure_orbit")
    return islice(SceneRecording(Stage(scene), scene.cameras[0]).truths(), count)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[FrameTruth]]:
    """A drone's transport stream with its local sets; of the pictures only the instants are looked at."""
    path, part, truths = tmp_path_factory.mktemp("film") / "orbit.ts", read_scene("structure_orbit").cameras[0], list(flight(40))
    small = part.model_copy(update={"size_px": (320, 180)})
    with SceneFilm(str(path), small) as out:
        for truth in truths:
            out.add(SceneFrame(np.full((180, 320, 3), 90, np.uint8), truth))
    return path, truths


def test_a_film_brings_its_own_poses(film: tuple[Path, list[FrameTruth]]) -> None:
    """What the autopilot believed, to the codes of the local sets; the lens looks where the gimbal held it."""
    path, truths = film
    poses = open_poses(str(path), PosesRequest())
    assert poses is not None
    with open_source(str(path)) as reader:
        images = list(reader.images())
    assert len(images) == len(truths)
    for image, truth in zip(images, truths, strict=True):
        view = poses.view(image)
        assert view is not None
        assert np.hypot(*LocalFrame(truth.told.place).offset_m(view.pose.position)) < 0.05
        assert view.pose.height_m == pytest.approx(truth.told.height_m, abs=0.4), "heights come in steps of 0.3 m"
        assert view.pose.pitch_deg == pytest.approx(truth.told.pitch_deg, abs=0.02)
        assert (view.pose.heading_deg - truth.told.heading_deg + 180) % 360 - 180 == pytest.approx(0.0, abs=0.02)
        assert view.intrinsics.hfov_deg == pytest.approx(truth.camera.hfov_deg, abs=0.01)


def test_bare_local_sets_need_the_instant_the_film_began(film: tuple[Path, list[FrameTruth]], tmp_path: Path) -> None:
    began = datetime(2026, 5, 1, 9, tzinfo=UTC)
    sets = []
    for second in range(5):
        values = {"precision_time_us": (began.timestamp() + second) * 1e6, "sensor_lat_deg": 43.65, "sensor_lon_deg": 51.16 + second * 1e-4}
        values |= {"platform_heading_deg": 90.0, "platform_pitch_deg": 0.0, "platform_roll_deg": 0.0, "sensor_hfov_deg": 60.0}
        values |= {"sensor_altitude_amsl_m": 120.0, "sensor_azimuth_deg": 0.0, "sensor_elevation_deg": -45.0}
        sets.append(packed_klv(values))
    sets[2] = sets[2][:-1] + bytes([sets[2][-1] ^ 1])  # damaged on the way: passed over
    (tmp_path / "sets.klv").write_bytes(b"noise" + b"".join(sets) + sets[0][:20])
    request = PosesRequest(file=tmp_path / "sets.klv", ground_amsl_m=20.0)
    undated = open_poses("film.mp4", request)
    assert undated is not None
    assert undated.view(picture(2.0)) is None, "nothing tells which of the sets was its"
    poses = open_poses("film.mp4", replace(request, film_start=began))
    assert poses is not None
    view = poses.view(picture(1.5))
    assert view is not None
    assert view.pose.position.lon_deg == pytest.approx(51.16 + 1.5e-4, abs=1e-7)
    assert (view.pose.heading_deg, view.pose.pitch_deg, view.pose.height_m) == pytest.approx((90.0, -45.0, 100.0), abs=0.3)


def test_a_picture_later_than_told_takes_the_pose_of_its_own_instant() -> None:
    readings = tuple(
        CameraReading(float(second), LonLat(51.16, 43.65 + second * 1e-4), 80.0, None, (0.0, 0.0, 0.0), (0.0, -60.0, 0.0), 60.0)
        for second in range(10)
    )
    poses = TrackedPoses(Telemetry("a file", readings), PosesRequest(mount=Mount(time_offset_s=0.7)))
    view = poses.view(picture(3.0))
    assert view is not None
    assert view.pose.position.lat_deg == pytest.approx(43.65 + 3.7e-4, abs=1e-9)
    assert poses.view(picture(9.0)) is None, "after the last reading"
    assert poses.view(picture(-1.0)) is None


def test_a_camera_bolted_on_leans_with_the_vehicle() -> None:
    leaning = (30.0, 8.0, -12.0)
    readings = tuple(CameraReading(float(at), AKTAU, 80.0, None, leaning, None, 60.0) for at in range(3))
    bolted = TrackedPoses(Telemetry("a log", readings), PosesRequest(mount=Mount(pitch_deg=-90.0, stabilised=False)))
    level = TrackedPoses(Telemetry("a log", readings), PosesRequest(mount=Mount(pitch_deg=-90.0)))
    leant, straight = bolted.view(picture(1.0)), level.view(picture(1.0))
    assert leant is not None
    assert straight is not None
    assert straight.pose.pitch_deg == pytest.approx(-90.0)
    off_nadir = np.degrees(np.arccos(np.cos(np.radians(8.0)) * np.cos(np.radians(12.0))))
    assert leant.pose.pitch_deg == pytest.approx(-90.0 + off_nadir, abs=1e-6)


def photograph(path: Path, at: LonLat, xmp: str) -> None:
    """A JPEG as a drone writes it: EXIF with its place, and DJI's XMP."""

    def dms(value: float) -> tuple[float, float, float]:
        minutes = (abs(value) % 1) * 60
        return float(int(abs(value))), float(int(minutes)), (minutes % 1) * 60

    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: dms(at.lat_deg), 3: "E", 4: dms(at.lon_deg), 5: b"\0", 6: 132.5})
    exif.get_ifd(0x8769).update({0xA405: 24})
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" {xmp}/></rdf:RDF></x:xmpmeta>'
    )
    Image.fromarray(np.full((300, 400, 3), 120, np.uint8)).save(path, exif=exif, xmp=packet.encode())


def test_photographs_tell_their_own_poses(tmp_path: Path) -> None:
    told = {"RelativeAltitude": "+100.0", "GimbalYawDegree": "-90.0", "GimbalPitchDegree": "-90.0", "GimbalRollDegree": "+180.0"}
    names = " ".join(f'drone-dji:{name}="{value}"' for name, value in told.items())
    photograph(tmp_path / "DJI_1.JPG", AKTAU, names)
    photograph(tmp_path / "DJI_2.JPG", AKTAU, names + ' drone-dji:RtkStdLon="0.02" drone-dji:RtkStdLat="0.03"')
    cv2.imwrite(str(tmp_path / "edited.jpg"), np.zeros((300, 400, 3), np.uint8))
    poses = open_poses(str(tmp_path), PosesRequest())
    assert poses is not None
    with open_source(str(tmp_path)) as reader:
        views = [poses.view(image) for image in reader.images()]
    plain, corrected, edited = views
    assert plain is not None
    assert corrected is not None
    assert edited is None
    assert (plain.pose.heading_deg, plain.pose.pitch_deg, plain.pose.roll_deg, plain.pose.height_m) == pytest.approx(
        (270.0, -90.0, 0.0, 100.0)
    )
    assert np.hypot(*LocalFrame(AKTAU).offset_m(plain.pose.position)) < 0.05
    assert (plain.pose.position_sigma_m, corrected.pose.position_sigma_m) == (1.5, 0.03)
    assert plain.intrinsics.focal_px == pytest.approx(24.0 / 43.27 * 500.0, rel=1e-3)
    assert (plain.time_sigma_s, plain.focal_sigma) == (0.0, 0.05)


def opened(request: PosesRequest) -> CameraPoses | None:
    return open_poses("film.mp4", request)


BAD = [
    ("film.doc", b"x", {}, "no telemetry by its name"),
    ("gone.srt", None, {}, "no telemetry file"),
    ("empty.srt", b"", {}, "no subtitle with a place"),
    ("words.srt", b"1\n00:00:00,000 --> 00:00:01,000\nhello\n", {}, "no subtitle with a place"),
    ("noise.klv", b"noise" * 50, {}, "no MISB 0601 set"),
    ("noise.ts", b"noise" * 50, {}, "no MISB 0601 set"),
    ("noise.tlog", b"noise" * 50, {}, "noise.tlog"),
    ("noise.bin", b"noise" * 50, {}, "noise.bin"),
    ("noise.ulg", b"noise" * 50, {}, "noise.ulg"),
    ("lens.srt", b"1\n00:00:00,000 --> 00:00:01,000\nGPS(51.16,43.65,19) BAROMETER:20.1\n", {}, "--hfov-deg"),
    ("height.srt", b"1\n00:00:00,000 --> 00:00:01,000\nGPS(51.16,43.65,19)\n", {"hfov_deg": 70.0}, "--height-m"),
    ("sea.srt", b"1\n00:00:00,000 --> 00:00:01,000\n[latitude: 43.65] [longitude: 51.16] [altitude: 90]\n", {"hfov_deg": 70.0}, "--dem"),
    ("nose.srt", b"1\n00:00:00,000 --> 00:00:01,000\nGPS(51.16,43.65,19) BAROMETER:20.1\n", {"hfov_deg": 70.0}, "--nose-first"),
]


@pytest.mark.parametrize(("name", "content", "given", "said"), BAD, ids=[one[0] for one in BAD])
def test_what_a_file_leaves_open_is_named_with_the_way_out(
    tmp_path: Path, name: str, content: bytes | None, given: dict[str, float], said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SunqarError) as raised:
        opened(PosesRequest(file=tmp_path / name, **given))  # type: ignore[arg-type]
    assert said in raised.value.one_line()
    assert "\n" not in raised.value.one_line()


def test_the_direction_of_flight_stands_in_for_a_heading_only_when_asked_and_with_its_doubt() -> None:
    lines = [
        f"{second + 1}\n00:00:{second:02d},000 --> 00:00:{second + 1:02d},000\nGPS(51.16{second * 40:04d},43.650000,19) BAROMETER:60.0\n"
        for second in range(8)
    ]
    poses = TrackedPoses(subtitles_telemetry("\n".join(lines), "east.srt"), PosesRequest(hfov_deg=70.0, nose_first=True))
    view = poses.view(picture(4.0))
    assert view is not None
    assert view.pose.heading_deg == pytest.approx(90.0, abs=0.5)
    assert view.pose.heading_sigma_deg == pytest.approx(25.0)


def test_an_undated_film_beside_a_dated_log_waits_for_its_beginning(shared_data: Path) -> None:
    request = PosesRequest(file=shared_data / "flight-logs/tlog/uavlogviewer_vtol.tlog", hfov_deg=60.0)
    poses = open_poses("film.mp4", request)
    assert poses is not None
    assert poses.view(picture(3.0)) is None
    assert request.file is not None
    highest = max(read_telemetry(request.file).by_utc, key=lambda one: one.height_m or 0.0)
    middle = datetime.fromtimestamp(highest.at_s, UTC)
    later = open_poses("film.mp4", replace(request, film_start=middle - timedelta(seconds=3)))
    assert later is not None
    view = later.view(picture(3.0))
    assert view is not None
    assert view.time_sigma_s == 1.0, "what a person or a file says of the beginning is good to a second"
    stamped = poses.view(picture(0.0, middle, stamped=True))
    assert stamped is not None
    assert stamped.time_sigma_s == 0.02


def test_a_film_finds_the_clock_of_its_poses_by_its_own_motion(tmp_path: Path) -> None:
    """The subtitles run 0.6 s ahead of the pictures; the pictures themselves tell."""
    local, lens = LocalFrame(AKTAU), CameraIntrinsics.from_horizontal_fov(480, 270, 65.0)

    def pose(at_s: float) -> tuple[LonLat, float]:
        return local.place(25.0 * np.sin(0.4 * at_s), 20.0 * np.cos(0.3 * at_s)), 50.0 * float(np.sin(0.6 * at_s))

    film = tmp_path / "film.mp4"
    with VideoWriter(film, 6.0) as out:
        for index in range(132):
            place, heading = pose(index / 6.0)
            view = CameraView(CameraPose(place, 60.0, heading % 360.0, -75.0), lens)
            out.write(picture_of(view, spotted_ground(), local, 0.12), index / 6.0)
    cues = []
    for index in range(120):
        at_s = index / 5.0
        place, heading = pose(at_s - 0.6)
        cues.append(
            f"{index + 1}\n00:00:{int(at_s):02d},{round(at_s % 1 * 1000):03d} --> 00:00:{int(at_s) + 1:02d},000\n"
            f"[latitude: {place.lat_deg:.7f}] [longitude: {place.lon_deg:.7f}] [rel_alt: 60.0 abs_alt: 80.0] "
            f"[gb_yaw: {heading:.1f} gb_pitch: -75.0 gb_roll: 0.0]\n"
        )
    (tmp_path / "film.SRT").write_text("\n".join(cues))
    poses = open_poses(str(film), PosesRequest(hfov_deg=65.0))
    assert poses is not None
    on_its_clock, found = aligned(str(film), poses)
    assert found is not None
    assert found.offset_s == pytest.approx(0.6, abs=0.05)
    view = on_its_clock.view(picture(10.0))
    assert view is not None
    assert np.hypot(*LocalFrame(pose(10.0)[0]).offset_m(view.pose.position)) < 0.8
    assert view.time_sigma_s == found.sigma_s < 0.05


def test_a_film_that_does_not_say_when_it_was_taken_asks_for_it(shared_data: Path) -> None:
    request = PosesRequest(file=shared_data / "flight-logs/tlog/uavlogviewer_vtol.tlog", hfov_deg=60.0)
    film = str(shared_data / "traffic-video" / "overhead_highway.mp4")
    poses = open_poses(film, request)
    assert poses is not None
    with pytest.raises(SunqarError) as raised:
        aligned(film, poses)
    assert "--film-start" in raised.value.one_line()
