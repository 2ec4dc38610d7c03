"""One viewer's queue: what it loses is counted and what it gets always starts at a keyframe."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from ground_station.live_video.fragments import Sample, TrackFormat
from ground_station.live_video.h264 import ParameterSets
from ground_station.live_video.viewer import QUEUED_SAMPLES, Viewer, latency_s

pytestmark = pytest.mark.anyio

TRACK = TrackFormat(64, 48, ParameterSets(b"\x67\x42\xc0\x1f", (b"\x68\xce",)))


def sample(keyframe: bool = False, captured_at: datetime | None = None) -> Sample:
    return Sample(b"\x00\x00\x00\x01\x41", keyframe, 3600, 0, captured_at, 10.0)


async def test_the_init_comes_first_and_pictures_from_a_keyframe_on() -> None:
    viewer = Viewer("cam")
    viewer.put_format(TRACK)
    for keyframe in (False, False, True, False):
        viewer.put(sample(keyframe))
    init, segment, *fragments = await viewer.next_messages()
    assert json.loads(init) == {"type": "init", "mime": 'video/mp4; codecs="avc1.42C01F"', "source_id": "cam"}
    assert isinstance(segment, bytes)
    assert segment[4:8] == b"ftyp"
    assert len(fragments) == 2
    assert viewer.skipped == 2


async def test_a_slow_viewer_skips_to_the_next_keyframe_and_it_is_counted() -> None:
    viewer = Viewer("cam")
    viewer.put_format(TRACK)
    viewer.put(sample(keyframe=True))
    for _ in range(QUEUED_SAMPLES):
        viewer.put(sample())
    assert viewer.skipped == QUEUED_SAMPLES + 1
    viewer.put(sample(keyframe=True))
    viewer.put(sample())
    _, _, *fragments = await viewer.next_messages()
    assert len(fragments) == 2


def test_latency_runs_from_the_cameras_instant_when_that_is_plausible() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    assert latency_s(sample(captured_at=now - timedelta(seconds=0.4)), now, 10.1) == pytest.approx(0.4)
    assert latency_s(sample(captured_at=now - timedelta(hours=3)), now, 10.1) == pytest.approx(0.1)
    assert latency_s(sample(), now, 10.1) == pytest.approx(0.1)
