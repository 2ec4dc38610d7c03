"""Decoding ahead in a thread, so that a file is decoded while the detector works. Every picture is kept; the queue is bounded."""

from collections.abc import Iterable, Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

from geo.primitives import VisionError

T = TypeVar("T")

AHEAD = 4
POLL_S = 0.1
STUCK_S = 120.0  # far above the slowest picture of the largest file: a decoder that loops, a share that hangs
JOIN_S = 5.0


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def prefetched(items: Iterable[T], *, ahead: int = AHEAD, stuck_s: float = STUCK_S) -> Iterator[T]:
    """The same items in the same order, up to `ahead` of them made in advance. Errors arrive at their place.

    Raises: `VisionError` when none comes for `stuck_s`; what was being read is left to its thread then.

    Close the iterator (or exhaust it) before closing what `items` reads from: its thread is joined then.
    """
    queue: Queue[T | _End] = Queue(maxsize=ahead)
    stop = Event()

    def put(item: T | _End) -> bool:
        while not stop.is_set():
            try:
                queue.put(item, timeout=POLL_S)
            except Full:
                continue
            return True
        return False

    def work() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                if not put(item):
                    return
        except BaseException as raised:  # handed to the reader, who decides
            error = raised
        put(_End(error))

    thread = Thread(target=work, name="prefetch", daemon=True)
    thread.start()
    try:
        while True:
            try:
                item = queue.get(timeout=stuck_s)
            except Empty:
                raise VisionError(
                    f"Reading the source has stood still for {stuck_s:g} s.",
                    code="vision.source_stalled",
                    hint="Check the disk or share; if this file alone does it: `ffmpeg -i BROKEN -c copy REPAIRED.mp4`.",
                ) from None
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stop.set()
        thread.join(JOIN_S)
