"""Decoding of any video through PyAV.

Files: every picture (or every n-th, or so many a second), time from the stream. Live sources: pictures as they arrive. Opening and each
read have a deadline, so that a dead camera never holds a thread for ever.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from geo.primitives import GeoError, VisionError, parse_instant, utc_now
from ground_station.video.address import SourceAddress, parse_address
from ground_station.video.capture_clock import CaptureClock, ClockReading
from ground_station.video.container import ArrivedPacket, PictureContainer
from ground_station.video.failures import no_picture
from ground_station.video.pictures import Upright
from ground_station.video.timestamps import precision_time
from ground_station.video.withheld import Gate, gated
from vision import ArrayPicture, Picture

OPEN_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 10.0
PICTURE_TIMEOUT_S = 12.0  # packets of a live source that bring no picture for longer never will
WHOLE_SHARE = 0.9  # a file that yields less of the pictures it promises is broken, not merely scratched
PLAUSIBLE_YEAR = 2000  # cameras without a clock write 1904 or 1970
STEADY_RATE_HZ = 240.0  # of what a container states; more is a guess from its time base
USUAL_RATE_HZ = 25.0


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known with the first picture. `frames` and `duration_s` are None for live sources; `frames_per_second` may be a guess."""

    shown: str
    live: bool
    width_px: int
    height_px: int
    frames_per_second: float
    frames: int | None
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class StreamData:
    """A packet beside the pictures, and when that was by the clock that dates them; `captured_at` is None where nothing dates them.

    `synchronous`: it has a time of its own in the stream, else it is dated by the picture before it. `stamped` as of pictures.
    """

    content: bytes
    captured_at: datetime | None
    stamped: bool
    synchronous: bool


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """One picture. `image` is its array (height, width, 3) uint8 blue green red, made when it is first asked for. `index` counts all
    pictures of the source; `time_s` grows strictly from 0.

    `stamped`: the instant is the camera's own word (ST 0604, RTCP sender reports) and believed, not reckoned from this machine's clock.
    `path` is the file of a picture out of a folder.
    """

    index: int
    time_s: float
    given: NDArray[np.uint8] | Picture
    captured_at: datetime | None
    stamped: bool
    path: Path | None = None

    @property
    def picture(self) -> Picture:
        return ArrayPicture(self.given) if isinstance(self.given, np.ndarray) else self.given

    @property
    def image(self) -> NDArray[np.uint8]:
        return self.picture.bgr()


class VideoReader:
    """One open source, a context manager. `damaged` counts packets that could not be decoded; `clock` judges a live camera's own clock.

    `every` n takes each n-th picture; `frames_per_second` takes at most so many. Raises: `VisionError` when the source cannot be opened
    or gives no first picture. A `gate` decides which packets are decoded: `index` counts those pictures alone then, and nobody asks
    whether all of a file came; `on_withheld` hears of each packet kept back, `on_data` gets what comes beside the pictures.
    """

    def __init__(
        self,
        source: str,
        *,
        every: int = 1,
        frames_per_second: float | None = None,
        open_timeout_s: float = OPEN_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        picture_timeout_s: float = PICTURE_TIMEOUT_S,
        gate: Gate | None = None,
        on_withheld: Callable[[], None] = lambda: None,
        on_data: Callable[[StreamData], None] | None = None,
    ) -> None:
        self._gate, self._on_withheld, self._on_data = gate, on_withheld, on_data
        self._stream_s: float | None = None  # of the newest packet of the pictures
        self._withheld_at = float("-inf")
        self._address: SourceAddress = parse_address(source)
        self._every = every
        self._period_s = 1.0 / frames_per_second if frames_per_second else 0.0
        self._picture_timeout_s = picture_timeout_s
        self._damaged = 0
        self._clock = CaptureClock()
        self._stamps = False  # the pictures carry instants themselves: sender reports, often of another clock, are not asked then
        self._pictures = PictureContainer(
            self._address,
            open_timeout_s=open_timeout_s,
            read_timeout_s=read_timeout_s,
            on_data=None if on_data is None else self._data,
        )
        try:
            self._live = self._address.live or not self._pictures.container.duration
            self._upright = Upright(live=self._live, shown=self._address.shown)
            self._decoded = self._decode()
            first = next(self._decoded, None)
            if first is None:
                raise self._broken(0, None)
            self._first: tuple[Any, Picture] | None = (first, self._upright.picture(first))
            self.info = self._describe(self._first[1])
        except BaseException:
            self._pictures.close()
            raise

    def __enter__(self) -> "VideoReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._decoded.close()  # type: ignore[attr-defined]
        self._pictures.close()

    @property
    def damaged(self) -> int:
        return self._damaged + self._pictures.damaged

    @property
    def clock(self) -> ClockReading | None:
        return self._clock.reading

    def _describe(self, first: Picture) -> SourceInfo:
        stream, live = self._pictures.stream, self._live
        rate = stream.average_rate or stream.guessed_rate
        duration_s = float(stream.duration * stream.time_base) if stream.duration else (self._pictures.container.duration or 0) / 1e6
        return SourceInfo(
            shown=self._address.shown,
            live=live,
            width_px=first.size_px[0],
            height_px=first.size_px[1],
            frames_per_second=float(rate) if rate and 0 < float(rate) <= STEADY_RATE_HZ else USUAL_RATE_HZ,
            frames=None if live else (stream.frames or (round(duration_s * float(rate)) if rate else None)),
            duration_s=None if live else duration_s,
        )

    def images(self) -> Iterator[DecodedImage]:
        """Pictures in order; once. Raises: `VisionError` when a live source falls silent or changes its shape, or a file proves broken."""
        started_at = self._creation_instant()
        index, last_s, due_s = -1, -1.0, 0.0
        first_pts_s: float | None = None
        pts_s: float | None = None
        first_stamp: datetime | None = None
        opened = monotonic()
        for picture in self._all():
            index += 1
            stamp: datetime | None = picture.opaque
            pts_s = None if picture.time is None else float(picture.time)
            if pts_s is not None and first_pts_s is None:
                first_pts_s = pts_s
            if pts_s is not None and first_pts_s is not None:
                time_s = pts_s - first_pts_s
            elif stamp is not None:  # a bare stream carries no times of its own, but its pictures may
                first_stamp = first_stamp or stamp
                time_s = (stamp - first_stamp).total_seconds()
            else:  # a live one runs as it comes, a file at its rate and not at the speed it is read
                time_s = monotonic() - opened if self._live else index / self.info.frames_per_second
            if time_s <= last_s:  # a camera that restarted its clock, or a picture without a stamp
                step_s = 1.0 / self.info.frames_per_second
                first_pts_s = None if pts_s is None else pts_s - last_s - step_s
                time_s = last_s + step_s
            last_s = time_s
            captured_at, stamped = self._captured(pts_s, stamp) if self._address.live else (stamp, stamp is not None)
            if index % self._every or time_s + 1e-6 < due_s:
                continue
            due_s = max(due_s + self._period_s, time_s - self._period_s) if self._period_s else 0.0
            if captured_at is None:
                captured_at = utc_now() if self._live else started_at and started_at + timedelta(seconds=time_s)
            yield DecodedImage(index, time_s, self._picture(picture), captured_at, stamped)
        # Matroska counts its duration from zero, not from its first picture.
        if not self._whole(index + 1, last_s if pts_s is None else max(last_s, pts_s)):
            raise self._broken(index + 1, self.info.frames)

    def _captured(self, pts_s: float | None, stamp: datetime | None) -> tuple[datetime, bool]:
        """The instant of a live picture. A stamp in the picture is noted as it is decoded, a sender report as its packet arrives."""
        now = utc_now()
        if stamp is not None:
            self._stamps = True
            stream_s = pts_s if pts_s is not None else (stamp - datetime(1970, 1, 1, tzinfo=stamp.tzinfo)).total_seconds()
            self._clock.note(stream_s, now, stamp)
            return self._clock.captured_at(stream_s) or (now, False)
        if pts_s is None:
            return now, False
        return self._clock.captured_at(pts_s) or (now, False)

    def _all(self) -> Iterator[Any]:
        if self._first is not None:
            yield self._first[0]
        self._first = None
        yield from self._decoded

    def _picture(self, frame: Any) -> Picture:
        if self._first is not None and frame is self._first[0]:
            return self._first[1]
        return self._upright.picture(frame)

    def _decode(self) -> Iterator[Any]:
        last_picture = monotonic()
        keyframe_seen = False
        packets = self._pictures.packets(live=self._live)
        if self._gate is not None:
            packets = gated(packets, self._gate, self._withheld)
        for arrived in packets:
            stream_s = self._stream_s = arrived.stream_s
            if self._live and stream_s is not None:
                self._clock.note(stream_s, arrived.arrived_at, None if self._stamps else arrived.camera_at)
            keyframe_seen = keyframe_seen or arrived.packet.is_keyframe
            # Read here and carried by the codec: asked for its side data, a picture is held until the garbage collector comes, and
            # each next one takes fresh memory, which costs more than decoding.
            arrived.packet.opaque = precision_time(bytes(arrived.packet))
            try:
                pictures = arrived.packet.decode()
            except av.error.EOFError:
                return
            except av.error.FFmpegError:
                # Cameras drop packets and files have scratches: the next keyframe mends it.
                self._damaged += 1
                pictures = []
            if pictures:
                last_picture = monotonic()
            elif self._live and monotonic() - max(last_picture, self._withheld_at) > self._picture_timeout_s:
                raise no_picture(self._address.shown, self._picture_timeout_s, keyframe_seen=keyframe_seen)
            for picture in pictures:
                yield picture
                last_picture = monotonic()  # the time the taker took is not the camera's

    def _data(self, arrived: ArrivedPacket) -> None:
        assert self._on_data is not None, "asked for only then"
        own_s = arrived.stream_s
        stream_s = self._stream_s if own_s is None else own_s
        captured_at, stamped = (None if stream_s is None else self._clock.captured_at(stream_s)) or (None, False)
        self._on_data(StreamData(bytes(arrived.packet), captured_at, stamped, own_s is not None))

    def _withheld(self) -> None:
        self._withheld_at = monotonic()
        self._on_withheld()

    def _whole(self, decoded: int, last_s: float) -> bool:
        if self._live or self._gate is not None:
            return True
        counted = self._pictures.stream.frames
        if counted:
            return bool(decoded >= WHOLE_SHARE * counted)
        # Without an index only the time tells; a rate may be a guess, and pictures need not come at one.
        return not self.info.duration_s or last_s + 1.0 / self.info.frames_per_second >= WHOLE_SHARE * self.info.duration_s

    def _broken(self, decoded: int, promised: int | None) -> VisionError:
        if self._live:
            return no_picture(self._address.shown, self._picture_timeout_s, keyframe_seen=False)
        return VisionError(
            f"'{self._address.shown}' is broken: {decoded} of {promised or 'its'} pictures could be decoded.",
            code="vision.source_broken",
            hint="Copy the file again, or repair it with `ffmpeg -i BROKEN -c copy REPAIRED.mp4`.",
        )

    def _creation_instant(self) -> datetime | None:
        text = self._pictures.container.metadata.get("creation_time")
        with suppress(GeoError):
            instant = parse_instant(text) if text else None
            if instant is not None and instant.year >= PLAUSIBLE_YEAR:
                return instant
        return None


def is_same_file(source: str, path: Path) -> bool:
    """Whether writing `path` would overwrite the source that is being read."""
    with suppress(OSError):
        return path.exists() and path.samefile(source)
    return False
