"""Live pictures as they are shown: people hidden in the very pixels, all of a picture where nobody can say what to hide."""

from pathlib import Path
from threading import Event

import av
import numpy as np
import pytest

from ground_station.live_video.fragments import Sample, TrackFormat
from ground_station.live_video.hidden import hidden_frame, read_hidden
from ground_station.live_video.reader import SourceSink
from ground_station.video.encode import VideoWriter
from vision import Detections, Frame, RedactionSearch, open_tracker

WIDTH, HEIGHT, PICTURES = 320, 242, 24
PERSON = (100, 60, 180, 220)  # x1, y1, x2, y2


class EverywhereThere:
    """A detector that finds one person, always at the same place, or breaks."""

    model, names = "sha256:there", ("person",)

    def __init__(self, *, breaks: bool = False) -> None:
        self._breaks = breaks

    def detect(self, frame: Frame) -> Detections:
        if self._breaks:
            raise RuntimeError("the processor has caught fire")
        scale = frame.size_px[0] / WIDTH
        return Detections(np.array([PERSON], np.float32) * scale, np.array([0.9], np.float32), np.zeros(1, np.int64), self.names)

    def detect_many(self, frames: list[Frame]) -> list[Detections]:
        return [self.detect(frame) for frame in frames]


def chequered() -> np.ndarray:
    """Detail everywhere: squares of four pixels."""
    rows, columns = np.indices((HEIGHT, WIDTH)) // 4
    return np.repeat((((rows + columns) % 2) * 200 + 20).astype(np.uint8)[..., None], 3, axis=2)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "street.mp4"
    with VideoWriter(path, 25.0) as writer:
        for index in range(PICTURES):
            writer.write(chequered(), index / 25.0)
    return path


def shown(film: Path, detector: EverywhereThere | None, *, widest_px: int = 1280) -> tuple[list[TrackFormat], list[np.ndarray]]:
    formats: list[TrackFormat] = []
    samples: list[Sample] = []
    search = None if detector is None else RedactionSearch(detector, open_tracker(6.0, 0.25))
    read_hidden(
        str(film),
        SourceSink(formats.append, samples.append),
        Event(),
        search=lambda: search,
        fixed=False,
        looks_per_second=10.0,
        widest_px=widest_px,
    )
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = formats[0].parameter_sets.avcc()
    packets = [av.Packet(sample.data) for sample in samples]
    return formats, [frame.to_ndarray(format="gray") for packet in [*packets, None] for frame in decoder.decode(packet)]


def detail(part: np.ndarray) -> float:
    """Mean step between neighbouring pixels, in grey levels."""
    return float(np.abs(np.diff(part.astype(int), axis=1)).mean())


def test_a_person_is_gone_from_the_pixels_and_the_rest_is_not(film: Path) -> None:
    formats, pictures = shown(film, EverywhereThere())
    assert (formats[0].width_px, formats[0].height_px) == (WIDTH, HEIGHT)
    assert len(pictures) == PICTURES
    x1, y1, x2, y2 = PERSON
    for picture in pictures:
        assert detail(picture[y1:y2, x1:x2]) < 0.2 * detail(picture[:, 200:])


@pytest.mark.parametrize("detector", [None, EverywhereThere(breaks=True)], ids=["no detector", "one that breaks"])
def test_what_nobody_could_search_is_hidden_as_a_whole(film: Path, detector: EverywhereThere | None) -> None:
    _, pictures = shown(film, detector)
    assert len(pictures) == PICTURES
    for picture in pictures:
        assert detail(picture) < 0.2 * detail(chequered()[..., 0])


def test_large_pictures_are_shown_smaller(film: Path) -> None:
    formats, pictures = shown(film, EverywhereThere(), widest_px=200)
    assert (formats[0].width_px, formats[0].height_px) == (200, 152)
    assert detail(pictures[-1][40:130, 66:110]) < 0.5 * detail(pictures[-1][:, 130:])


def test_the_decoders_own_picture_is_left_as_it_is() -> None:
    frame = av.VideoFrame.from_ndarray(chequered(), format="bgr24").reformat(format="yuv420p")
    before = frame.to_ndarray()
    hidden = hidden_frame(frame, [tuple(map(float, PERSON))])
    assert np.array_equal(frame.to_ndarray(), before)
    assert not np.array_equal(hidden.to_ndarray(), before)
