"""Decoding: times, thinning, and one clear line for each way a source can be bad."""

from pathlib import Path

import numpy as np
import pytest

from geo.primitives import VisionError
from ground_station.video import VideoReader, open_source, prefetched
from ground_station.video.address import parse_address, without_password
from ground_station.video.encode import VideoWriter


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """50 pictures at 25 a second, each a shade lighter."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with VideoWriter(path, 25.0) as writer:
        for index in range(50):
            writer.write(np.full((96, 128, 3), 4 * index, np.uint8), index / 25)
    return path


def test_every_picture_of_a_file_comes_with_its_time(clip: Path) -> None:
    with VideoReader(str(clip)) as reader:
        images = list(reader.images())
        assert (reader.info.width_px, reader.info.height_px, reader.info.live) == (128, 96, False)
        assert reader.info.frames_per_second == pytest.approx(25.0)
    assert [image.index for image in images] == list(range(50))
    assert [image.time_s for image in images] == pytest.approx([index / 25 for index in range(50)], abs=1e-4)
    assert images[10].image.mean() == pytest.approx(40, abs=3)


def test_every_third_picture(clip: Path) -> None:
    with VideoReader(str(clip), every=3) as reader:
        assert [image.index for image in reader.images()] == list(range(0, 50, 3))


def test_so_many_pictures_a_second(clip: Path) -> None:
    with VideoReader(str(clip), frames_per_second=10.0) as reader:
        times = [image.time_s for image in reader.images()]
    assert len(times) == pytest.approx(20, abs=1)


def test_prefetching_changes_nothing_and_brings_errors_in_place(clip: Path) -> None:
    with VideoReader(str(clip)) as reader:
        assert [image.index for image in prefetched(reader.images())] == list(range(50))

    def failing() -> object:
        yield 1
        raise VisionError("cut")

    items = prefetched(failing())  # type: ignore[arg-type]
    assert next(items) == 1
    with pytest.raises(VisionError, match="cut"):
        next(items)


def test_an_abandoned_prefetch_leaves_no_thread() -> None:
    items = prefetched(iter(range(10_000)))
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]


BAD = {
    "missing": ("nothing.mp4", None, "vision.source_missing"),
    "folder without pictures": (".", None, "vision.source_folder"),
    "text": ("text.mp4", b"not a video" * 50, "vision.source_unreadable"),
    "empty": ("empty.mp4", b"", "vision.source_unreadable"),
    "nobody there": ("rtsp://127.0.0.1:18609/x", None, "vision.source_refused"),
    "unknown kind": ("carrier-pigeon://127.0.0.1/x", None, "vision.source_kind"),
}


@pytest.mark.parametrize(("name", "content", "code"), BAD.values(), ids=BAD.keys())
def test_a_bad_source_is_one_line_naming_it(tmp_path: Path, name: str, content: bytes | None, code: str) -> None:
    source = name if "://" in name else str(tmp_path / name)
    if content is not None:
        Path(source).write_bytes(content)
    with pytest.raises(VisionError) as raised:
        open_source(source, open_timeout_s=2.0)
    assert raised.value.code == code
    assert source in raised.value.one_line()
    assert raised.value.hint


def test_a_file_cut_short_is_told_from_a_whole_one(clip: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size * 2 // 3])
    with pytest.raises(VisionError, match="pictures could be decoded") as raised, VideoReader(str(cut)) as reader:
        list(reader.images())
    assert raised.value.code == "vision.source_broken"


def test_a_silent_source_gives_up_at_its_deadline() -> None:
    with pytest.raises(VisionError, match=r"sent nothing for 1 s") as raised:
        VideoReader("udp://127.0.0.1:18608", open_timeout_s=1.0)
    assert raised.value.code == "vision.source_no_sender"


def test_passwords_never_reach_a_message() -> None:
    assert without_password("rtsp://user:secret@camera:554/a?b=1") == "rtsp://user:***@camera:554/a?b=1"
    assert parse_address("rtsp://user:secret@camera/1").shown == "rtsp://user:***@camera/1"


@pytest.mark.parametrize(
    ("source", "live"),
    [("a.mp4", False), ("rtsp://x/1", True), ("udp://0.0.0.0:5000", True), ("/dev/video0", True), ("http://x/a.mp4", False)],
)
def test_live_sources_are_known_by_their_address(source: str, live: bool) -> None:
    assert parse_address(source).live is live
