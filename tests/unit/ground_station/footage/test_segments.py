"""Segments are copies of what came, survive a killed process, and can be indexed again from their files alone."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import anyio
import av
import pytest

from geo.core import FootageRetentionStore, FootageStore, open_database, receipt_digest
from ground_station.footage.copying import Recording, copy_source
from ground_station.footage.index import make_true, played_s
from ground_station.footage.segment_writer import SegmentNews, SegmentWriter
from ground_station.footage.shelf import Shelf, segment_id_of, segment_path, source_and_start

START = datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
KILLED_WRITER = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
import av
from ground_station.footage.segment_writer import SegmentWriter
with av.open(sys.argv[1]) as container:
    stream = container.streams.video[0]
    writer = SegmentWriter(Path(sys.argv[2]), "gate", stream, datetime.fromisoformat(sys.argv[3]), stamped=False)
    for number, packet in enumerate(container.demux(stream)):
        if number == 75:
            os.kill(os.getpid(), signal.SIGKILL)
        writer.add(packet)
"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of a moving picture at 25 a second, a keyframe each second."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25", "-t", "4"]
    subprocess.run(["ffmpeg", "-v", "error", *picture, "-c:v", "libx264", "-g", "25", "-pix_fmt", "yuv420p", str(path)], check=True)
    return path


def pictures(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def written(clip: Path, folder: Path) -> SegmentNews:
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        writer = SegmentWriter(folder, "gate", stream, START, stamped=True)
        for packet in container.demux(stream):
            if packet.size:
                writer.add(packet)
        return writer.close(START, START + timedelta(seconds=4))


def test_a_segment_holds_the_very_pictures_that_came(clip: Path, tmp_path: Path) -> None:
    news = written(clip, tmp_path)
    assert pictures(tmp_path / news.path) == pictures(clip)
    assert news.size_bytes == (tmp_path / news.path).stat().st_size
    assert played_s(tmp_path / news.path) == pytest.approx(4.0, abs=0.05)


def test_a_path_tells_source_and_start() -> None:
    path = segment_path("drone/1 бекет", START, ".mp4")
    assert source_and_start(path) == ("drone/1 бекет", START)
    assert source_and_start("gate/2026-05-01/notes.txt") is None


@pytest.mark.postgis
@pytest.mark.anyio
async def test_a_killed_process_leaves_a_playable_segment_and_the_index_is_made_true(clip: Path, tmp_path: Path, database_url: str) -> None:
    shelf = Shelf(tmp_path)
    command = [sys.executable, "-c", KILLED_WRITER, str(clip), str(shelf.segments), START.isoformat()]
    assert (await anyio.run_process(command, check=False)).returncode == -9
    path = segment_path("gate", START, ".mp4")
    assert pictures(clip)[:50] == pictures(shelf.segment(path))[:50]
    whole = written(clip, tmp_path / "elsewhere")
    async with open_database(database_url) as database:
        store, retention = FootageStore(database), FootageRetentionStore(database)
        assert await make_true(store, retention, shelf) == (1, 0)  # found on the disk alone
        row = await store.get(segment_id_of(path))
        assert row is not None
        assert row.ended_at is not None
        assert 2.0 < (row.ended_at - START).total_seconds() <= 3.05
        assert row.sha256 not in (None, whole.sha256)
        # The row of a segment that was open when the process died gets its end from the file.
        await database.execute("UPDATE footage_segment SET ended_at = NULL, sha256 = NULL")
        assert await make_true(store, retention, shelf) == (1, 0)
        mended = await store.get(segment_id_of(path))
        assert mended is not None
        assert (mended.ended_at, mended.sha256) == (row.ended_at, row.sha256)
        shelf.segment(path).unlink()
        assert await make_true(store, retention, shelf) == (0, 1)
        (receipt,) = await retention.receipts()
        assert (receipt.source_id, receipt.reason, receipt.segments) == ("gate", "missing", 1)
        assert receipt.digest == receipt_digest(receipt.detail["segments"])


@pytest.mark.rtsp
def test_a_live_camera_is_cut_into_segments_without_a_hole(rtsp_url: str, tmp_path: Path) -> None:
    finished, enough, stop = [], Event(), Event()

    def tell(news: SegmentNews) -> None:
        if news.ended_at is not None:
            finished.append(news)
        if len(finished) >= 2:
            enough.set()

    recording = Recording("gate", rtsp_url, tmp_path, 2.0, tell, lambda: True)
    thread = Thread(target=copy_source, args=(recording, stop), daemon=True)
    thread.start()
    assert enough.wait(60)
    stop.set()
    thread.join(30)
    first, second, *_ = finished
    assert first.ended_at is not None
    assert abs((second.started_at - first.ended_at).total_seconds()) < 0.2
    for news in (first, second):
        assert news.ended_at is not None
        shown = pictures(tmp_path / news.path)
        # As many pictures as its length says, at the camera's 20 a second.
        assert len(shown) == pytest.approx(20 * (news.ended_at - news.started_at).total_seconds(), abs=2)
        assert (news.codec, news.width_px, news.height_px) == ("h264", 320, 240)
    assert not first.stamped  # this camera tells no time of its own
