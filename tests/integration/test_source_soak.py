"""A day of cameras in minutes: hundreds of openings, losses and sick streams, and no memory, thread or file left behind."""

import gc
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from geo.primitives import VisionError
from ground_station.video import LiveVideo, open_source
from tests.support.senders import tcp_sender, write_clip

pytestmark = pytest.mark.soak

ROUNDS = 150  # of five openings each: more than a camera that is lost every two minutes makes in a day
WARM_ROUNDS = 50
GROWTH_MIB = 24.0


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.timeout(3600)
def test_memory_stays_flat_over_openings_losses_and_sick_streams(tmp_path: Path) -> None:
    film = write_clip(tmp_path / "film.mp4", frames=60, size_px=(320, 240))
    stream = write_clip(tmp_path / "film.ts", frames=60, size_px=(320, 240), format="mpegts").read_bytes()
    scratched = bytearray(stream)
    scratched[len(stream) // 2 : len(stream) // 2 + 2000] = np.random.default_rng(1).bytes(2000)
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(film.read_bytes()[:-400])
    resident, files, threads = [], 0, 0
    for number in range(ROUNDS):
        with open_source(str(film)) as reader:
            assert sum(1 for _ in reader.images()) == 60
        with pytest.raises(VisionError), open_source(str(cut)) as reader:
            list(reader.images())
        for pieces in ([stream], [bytes(scratched)]):
            with tcp_sender(pieces, stay=False) as address, LiveVideo(address) as live:
                while live.wait(60.0) is not None:
                    pass
        with tcp_sender([], stay=False) as address, pytest.raises(VisionError), LiveVideo(address) as live:
            live.wait(60.0)
        gc.collect()
        resident.append(_resident_mib())
        if number == WARM_ROUNDS:
            files, threads = _open_files(), threading.active_count()
    settled, last = np.median(resident[WARM_ROUNDS : WARM_ROUNDS + 20]), np.median(resident[-20:])
    assert last - settled < GROWTH_MIB, f"{settled:.0f} MiB became {last:.0f} MiB"
    assert _open_files() <= files + 2
    assert threading.active_count() <= threads + 1
