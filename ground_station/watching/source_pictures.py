"""Opening: the pictures of one source, the newest of them. A reading thread on one side, `async for` on the other."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager

import anyio
from anyio import CancelScope, to_thread

from geo.primitives import VisionError
from ground_station.video import ClockReading, DecodedImage, LiveVideo, StreamData, closed_by_sender

SILENCE_S = 15.0

OpenVideo = Callable[[Callable[[], None]], LiveVideo]


class SourcePictures:
    """An open source. `skipped` counts the pictures that came while nobody was ready for them."""

    def __init__(self, live: LiveVideo, fresh: "_Signal") -> None:
        self._live, self._fresh = live, fresh

    @property
    def skipped(self) -> int:
        return self._live.skipped

    @property
    def withheld_s(self) -> float | None:
        """Monotonic: when a packet was last judged not worth decoding."""
        return self._live.withheld_s

    @property
    def clock(self) -> ClockReading | None:
        """What the camera says of the time, None when it says nothing."""
        return self._live.clock

    async def newest(self) -> AsyncIterator[DecodedImage]:
        """Until a file has been played to its end. Raises: `VisionError` when the source fails, falls silent or is closed by its sender."""
        while True:
            image = self._live.take()
            if image is not None:
                yield image
            elif self._live.ended:
                if self._live.info is not None and self._live.info.live:
                    # A camera has no end: its sender went away, and will be back.
                    raise closed_by_sender()
                return
            else:
                await self._fresh.wait()


@asynccontextmanager
async def opened(video: OpenVideo) -> AsyncIterator[SourcePictures]:
    """The pictures of the video that `video` makes around the callback it is given."""
    fresh = _Signal()
    thread = ExitStack()
    live = thread.enter_context(video(fresh.set))
    try:
        yield SourcePictures(live, fresh)
    finally:
        live.stop()
        with CancelScope(shield=True):  # a thread stuck in the network must not hold up the other sources
            await to_thread.run_sync(thread.close)


def in_loop(taker: Callable[[StreamData], None]) -> Callable[[StreamData], None]:
    """`taker` called in this loop by whoever calls from the reading thread."""
    loop = asyncio.get_running_loop()

    def give(data: StreamData) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(taker, data)

    return give


class _Signal:
    """Set from the reading thread, waited for in the loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event = anyio.Event()

    def set(self) -> None:
        """From any thread; the loop may be gone by then."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._set)

    def _set(self) -> None:
        self._event.set()

    async def wait(self) -> None:
        with anyio.move_on_after(SILENCE_S) as waited:
            await self._event.wait()
        if waited.cancelled_caught:
            raise VisionError(
                f"No picture came for {SILENCE_S:g} s.", code="vision.source_stalled", hint="Check the camera and the network."
            )
        self._event = anyio.Event()
