"""Decoding ahead in a thread, so that a file is decoded while the detector works. Every picture is kept; the queue is bounded."""

from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")

AHEAD = 4
POLL_S = 0.1


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def prefetched(items: Iterable[T], *, ahead: int = AHEAD) -> Iterator[T]:
    """The same items in the same order, up to `ahead` of them made in advance. Errors arrive at their place.

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
            item = queue.get()
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stop.set()
        thread.join()
