"""One opened FFmpeg container: packets of its picture stream with their arrival, every wait bounded, every failure named."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import av
from av.codec.context import Flags as CodecFlags
from av.stream import Discard

from geo.primitives import VisionError, utc_now
from ground_station.video.address import SourceAddress
from ground_station.video.failures import explain_failure, no_decoder
from ground_station.video.srt import SrtPump

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAMAGED_IN_A_ROW = 300  # reads of a file without a packet between them: nothing readable follows


@dataclass(frozen=True, slots=True, eq=False)
class ArrivedPacket:
    """`camera_at` is the instant the camera gives this packet by its RTCP sender reports, None where it tells none."""

    packet: Any
    arrived_at: datetime
    camera_at: datetime | None

    @property
    def stream_s(self) -> float | None:
        pts, time_base = self.packet.pts, self.packet.time_base
        return None if pts is None or time_base is None else float(pts * time_base)


class PictureContainer:
    """The first picture stream of a source. `options` go to FFmpeg besides the address's; `damaged` counts failed reads got over.
    `on_data` gets the packets of its data streams (telemetry) in their order among those of the pictures.

    Raises: `VisionError` when it cannot be opened or holds no picture stream that can be decoded.
    """

    def __init__(
        self,
        address: SourceAddress,
        *,
        open_timeout_s: float,
        read_timeout_s: float,
        options: Mapping[str, str] | None = None,
        on_data: Callable[[ArrivedPacket], None] | None = None,
    ) -> None:
        self._on_data = on_data
        self._address, self._read_timeout_s = address, read_timeout_s
        self._options = {**address.options, **(options or {})}
        self.damaged = 0
        self._pump = SrtPump(address, timeout_s=open_timeout_s) if address.kind == "srt" else None
        try:
            self.container: Any = self._opened(open_timeout_s)
            self.stream: Any = self._picture_stream()
            self._data = [] if on_data is None else list(self.container.streams.data)
        except BaseException:
            self.close()
            raise
        if self._pump is not None:
            self._pump.timeout_s = read_timeout_s

    def _opened(self, timeout_s: float) -> Any:
        address, began = self._address, monotonic()
        try:
            return av.open(
                self._pump if self._pump is not None else address.url,
                format="mpegts" if self._pump is not None else address.format,
                options=self._options,
                timeout=(timeout_s, self._read_timeout_s),
            )
        except (av.error.FFmpegError, TimeoutError) as error:
            # An RTSP handshake cut off at its deadline is reported as half an answer.
            cut_off = address.live and isinstance(error, av.error.InvalidDataError) and monotonic() - began >= 0.9 * timeout_s
            failure = TimeoutError() if cut_off else error
            raise explain_failure(failure, address, timeout_s=timeout_s, opened=False) from error

    def _picture_stream(self) -> Any:
        shown = self._address.shown
        if not self.container.streams.video:
            raise VisionError(f"'{shown}' holds no video.", code="vision.source_no_video", hint="Give a video file or a camera's stream.")
        stream = self.container.streams.video[0]
        if stream.codec_context is None:
            raise no_decoder(shown)
        for other in self.container.streams:
            # A camera whose sound goes on while its pictures have stopped has stalled: only pictures may reset the read deadline.
            if other.index != stream.index and (self._on_data is None or other.type != "data"):
                other.discard = Discard.all
        # Threads by frame delay pictures by their number; live sources cannot afford that.
        stream.thread_type = "SLICE" if self._address.live else "AUTO"
        stream.codec_context.flags |= CodecFlags.copy_opaque
        return stream

    def close(self) -> None:
        container = getattr(self, "container", None)
        if container is not None:
            container.close()
        if self._pump is not None:
            self._pump.close()

    def packets(self, *, live: bool) -> Iterator[ArrivedPacket]:
        """Until the end; the last one is empty and flushes the decoder. Raises: `VisionError` when a live source fails or falls silent."""
        in_a_row, opened = 0, False
        packets = self.container.demux(self.stream, *self._data)
        picture_s = monotonic()
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.error.EOFError):
                return
            except (av.error.FFmpegError, TimeoutError) as error:
                if live or not isinstance(error, av.error.InvalidDataError):
                    raise explain_failure(error, self._address, timeout_s=self._read_timeout_s, opened=opened) from error
                # A scratch in a file: reading goes on behind it. The count of pictures tells whether that was the end.
                self.damaged += 1
                in_a_row += 1
                if in_a_row > DAMAGED_IN_A_ROW:
                    return
                packets = self.container.demux(self.stream, *self._data)
                continue
            in_a_row, opened = 0, True
            if packet.stream.index != self.stream.index:
                if live and monotonic() - picture_s > self._read_timeout_s:  # telemetry goes on, pictures do not
                    raise explain_failure(TimeoutError(), self._address, timeout_s=self._read_timeout_s, opened=True)
                if self._on_data is not None and packet.size:
                    self._on_data(ArrivedPacket(packet, utc_now(), None))
                continue
            picture_s = monotonic()
            yield ArrivedPacket(packet, utc_now(), _reported_instant(packet))


def _reported_instant(packet: Any) -> datetime | None:
    """FFmpeg attaches it from the sender report before (struct AVProducerReferenceTime: int64 microseconds since 1970, int flags)."""
    if not packet.has_sidedata("prft"):
        return None
    microseconds = int.from_bytes(bytes(packet.get_sidedata("prft"))[:8], "little", signed=True)
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
