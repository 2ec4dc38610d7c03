"""A live source read at its own pace in a thread: one slot, the newest picture wins, and what was skipped is counted.

A file or folder is played at its own speed, as a camera would.
"""

from collections.abc import Callable
from threading import Condition, Event, Thread
from time import monotonic
from types import TracebackType

from geo.primitives import VisionError
from ground_station.video.capture_clock import ClockReading
from ground_station.video.decode import OPEN_TIMEOUT_S, READ_TIMEOUT_S, DecodedImage, SourceInfo, StreamData
from ground_station.video.source import open_source
from ground_station.video.withheld import Gate

CLOSE_TIMEOUT_S = 3.0
TOLD_EVERY_S = 1.0


class LiveVideo:
    """A context manager around the reading thread.

    `on_change` is called from that thread whenever `take` may have something new to say, `on_data` with what comes beside the pictures.
    Errors of the source are raised by `take` and `wait`. A thread stuck in the network is left behind after
    `CLOSE_TIMEOUT_S`; its read deadline ends it.
    """

    def __init__(
        self,
        source: str,
        *,
        frames_per_second: float | None = None,
        on_change: Callable[[], None] | None = None,
        open_timeout_s: float = OPEN_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        gate: Gate | None = None,
        on_data: Callable[[StreamData], None] | None = None,
    ) -> None:
        self._on_data = on_data
        self._source = source
        self._gate = gate
        self._told_s = float("-inf")
        self.withheld_s: float | None = None  # monotonic: when the gate last judged a packet not worth decoding
        self._frames_per_second = frames_per_second
        self._on_change = on_change
        self._timeouts_s = (open_timeout_s, read_timeout_s)
        self._changed = Condition()
        self._newest: DecodedImage | None = None
        self._error: BaseException | None = None
        self._ended = False
        self._halt = Event()
        self.skipped = 0
        self.info: SourceInfo | None = None
        self.clock: ClockReading | None = None
        self._thread = Thread(target=self._read, name=f"video {source[:40]}", daemon=True)

    def __enter__(self) -> "LiveVideo":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        self._thread.join(CLOSE_TIMEOUT_S)

    def stop(self) -> None:
        """Ask the thread to end after its current picture; does not wait."""
        self._halt.set()

    @property
    def ended(self) -> bool:
        """The source has ended well and its last picture was taken."""
        with self._changed:
            return self._ended and self._newest is None and self._error is None

    def take(self) -> DecodedImage | None:
        """The newest picture not yet taken, or None. Raises what went wrong with the source."""
        with self._changed:
            newest, self._newest = self._newest, None
            if newest is None and self._error is not None:
                raise self._error
            return newest

    def wait(self, timeout_s: float) -> DecodedImage | None:
        """As `take`, waiting for a picture; None when the source ended. Raises: `VisionError` after `timeout_s` without one."""
        deadline = monotonic() + timeout_s
        with self._changed:
            while self._newest is None and self._error is None and not self._ended:
                left_s = deadline - monotonic()
                if left_s <= 0:
                    raise VisionError(
                        f"No picture came for {timeout_s:g} s.", code="vision.source_silent", hint="Check the camera and the network."
                    )
                self._changed.wait(left_s)
        return self.take()

    def _read(self) -> None:
        error: BaseException | None = None
        try:
            with open_source(
                self._source,
                frames_per_second=self._frames_per_second,
                open_timeout_s=self._timeouts_s[0],
                read_timeout_s=self._timeouts_s[1],
                gate=self._gate,
                on_withheld=self._withheld,
                on_data=self._on_data,
            ) as reader:
                self.info = reader.info
                self.clock = reader.clock
                started = monotonic()
                for image in reader.images():
                    self.clock = reader.clock
                    if not reader.info.live:
                        # A file played as a camera: each picture at its own time.
                        while (wait_s := started + image.time_s - monotonic()) > 0 and not self._halt.wait(min(wait_s, TOLD_EVERY_S)):
                            self._withheld()
                    if self._halt.is_set():
                        return
                    self._put(image)
        except BaseException as raised:  # handed to whoever takes the pictures
            error = raised
        with self._changed:
            self._error, self._ended = error, True
            self._changed.notify_all()
        self._tell()

    def _put(self, image: DecodedImage) -> None:
        with self._changed:
            self.skipped += self._newest is not None
            self._newest = image
            self._changed.notify_all()
        self._tell()

    def _withheld(self) -> None:
        """A source whose packets come is not silent, decoded or not."""
        self.withheld_s = now_s = monotonic()
        if now_s - self._told_s >= TOLD_EVERY_S:
            self._told_s = now_s
            self._tell()

    def _tell(self) -> None:
        if self._on_change is not None and not self._halt.is_set():
            self._on_change()
