"""Videos in bad condition: read as far as they can be, upright, in one size, and never for ever."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from geo.primitives import VisionError
from ground_station.video import VideoReader, open_source, prefetched
from tests.support.senders import tcp_sender, write_clip


def _read(source: Path | str) -> list[np.ndarray]:
    with open_source(str(source)) as reader:
        return [image.image for image in reader.images()]


@pytest.mark.parametrize(
    ("codec", "pixels"), [("libx264", "gray"), ("libx264", "yuv420p10le"), ("libx265", "yuv420p10le"), ("libx264", "yuv444p")]
)
def test_every_way_of_keeping_pixels_becomes_the_same_picture(tmp_path: Path, codec: str, pixels: str) -> None:
    usual = _read(write_clip(tmp_path / "usual.mp4"))
    images = _read(write_clip(tmp_path / "odd.mp4", codec=codec, pixels=pixels))
    assert len(images) == len(usual)
    assert images[5].shape == usual[5].shape
    assert images[5].dtype == np.uint8
    assert np.abs(images[5].astype(int) - usual[5].astype(int)).mean() < 15  # grey alone uses the whole range of levels


@pytest.mark.parametrize(("rotation_deg", "bright"), [(90, "left"), (-90, "right"), (180, "bottom")])
def test_a_film_of_a_turned_telephone_stands_upright(tmp_path: Path, rotation_deg: int, bright: str) -> None:
    path = write_clip(tmp_path / "turned.mp4", rotation_deg=rotation_deg)
    with VideoReader(str(path)) as reader:
        assert (reader.info.width_px, reader.info.height_px) == ((160, 120) if rotation_deg == 180 else (120, 160))
        image = next(iter(reader.images())).image
    rows, columns = np.nonzero(image[..., 0] > 150)
    across, down = columns.mean() / image.shape[1], rows.mean() / image.shape[0]
    assert {"left": across < 0.4, "right": across > 0.6, "bottom": down > 0.6}[bright]


def test_pictures_at_uneven_times_keep_them(tmp_path: Path) -> None:
    steps = np.cumsum(np.where(np.arange(40) % 7 == 0, 30, 1)).tolist()
    for name in ("uneven.mp4", "uneven.mkv"):
        with VideoReader(str(write_clip(tmp_path / name, step=lambda index: int(steps[index])))) as reader:
            times = [image.time_s for image in reader.images()]
        assert times == pytest.approx([(step - steps[0]) / 20 for step in steps], abs=0.01)


@pytest.mark.parametrize("name", ["scratched.mp4", "scratched.mkv", "scratched.ts", "scratched.avi"])
def test_a_file_with_rubbish_in_the_middle_is_read_on_behind_it(tmp_path: Path, name: str) -> None:
    path = write_clip(tmp_path / name, frames=120)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 40] = np.random.default_rng(1).bytes(len(data) // 40)
    path.write_bytes(bytes(data))
    with VideoReader(str(path)) as reader:
        times = [image.time_s for image in reader.images()]
    assert times[-1] > 5.5
    assert len(times) > 60


@pytest.mark.parametrize("name", ["cut.mkv", "cut.mp4"])
def test_half_a_file_is_called_broken_after_its_pictures(tmp_path: Path, name: str) -> None:
    path = write_clip(tmp_path / name, frames=120)
    # An index at the end would be lost with the end: that file gives no picture at all.
    if name.endswith("mp4"):
        with av.open(str(path)) as whole, av.open(str(tmp_path / "fast.mp4"), "w", options={"movflags": "faststart"}) as copy:
            stream = copy.add_stream_from_template(whole.streams.video[0])
            for packet in whole.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    copy.mux(packet)
        path = tmp_path / "fast.mp4"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    seen: list[float] = []
    with pytest.raises(VisionError) as raised, VideoReader(str(path)) as reader:
        seen.extend(image.time_s for image in reader.images())
    assert raised.value.code == "vision.source_broken"
    assert 1.0 < seen[-1] < 4.5


def _transport_stream(tmp_path: Path, size_px: tuple[int, int], name: str, codec: str = "libx264", gop: int = 20) -> bytes:
    return write_clip(tmp_path / name, size_px=size_px, codec=codec, gop=gop, format="mpegts").read_bytes()


def test_a_stream_that_goes_down_to_a_smaller_picture_is_read_on_in_its_first_size(tmp_path: Path) -> None:
    large, small = _transport_stream(tmp_path, (320, 240), "large.ts"), _transport_stream(tmp_path, (160, 120), "small.ts")
    (tmp_path / "both.ts").write_bytes(large + small)
    images = _read(tmp_path / "both.ts")
    assert len(images) > 70
    assert {image.shape for image in images} == {(240, 320, 3)}
    assert images[-1].max() > 200


def test_another_shape_in_a_file_is_fitted_in_and_ends_the_run_of_a_live_source(tmp_path: Path) -> None:
    wide, tall = _transport_stream(tmp_path, (320, 180), "wide.ts"), _transport_stream(tmp_path, (180, 320), "tall.ts")
    (tmp_path / "both.ts").write_bytes(wide + tall)
    images = _read(tmp_path / "both.ts")
    assert {image.shape for image in images} == {(180, 320, 3)}
    assert images[-1][:, :100].max() < 20  # a black border
    with tcp_sender([wide, tall], stay=True) as address, pytest.raises(VisionError) as raised, VideoReader(address) as reader:
        list(reader.images())
    assert raised.value.code == "vision.source_changed"
    assert "320 × 180 to 180 × 320" in raised.value.message


def test_a_decoder_that_stands_still_does_not_hold_the_run_for_ever() -> None:
    release = threading.Event()

    def stuck():  # type: ignore[no-untyped-def]
        yield 1
        release.wait()

    items = prefetched(stuck(), stuck_s=0.5)
    assert next(items) == 1
    threading.Timer(2.0, release.set).start()
    with pytest.raises(VisionError) as raised:
        next(items)
    assert raised.value.code == "vision.source_stalled"


def test_a_folder_of_pictures_is_a_source_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        picture = Image.new("RGB", (64, 48), (number * 20, 0, 0))
        exif = picture.getexif()
        exif.get_ifd(0x8769)[0x9003] = f"2026:05:01 12:00:{number:02d}"
        picture.save(tmp_path / f"DJI_{number}.JPG", exif=exif)
    (tmp_path / "notes.txt").write_text("not a picture")
    with open_source(str(tmp_path)) as reader:
        images = list(reader.images())
    assert [image.path.name for image in images if image.path] == ["DJI_1.JPG", "DJI_2.JPG", "DJI_10.JPG"]
    assert [image.time_s for image in images] == pytest.approx([0, 1, 9])
    assert images[0].captured_at is not None
    assert images[0].captured_at.isoformat() == "2026-05-01T12:00:01+00:00"


def test_a_playlist_of_segments_over_http_is_read_to_its_end(tmp_path: Path) -> None:
    write_clip(tmp_path / "film.m3u8", frames=60, format="hls")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """No lines on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert len(_read(f"http://127.0.0.1:{server.server_port}/film.m3u8")) == 60
    finally:
        server.shutdown()
        server.server_close()
