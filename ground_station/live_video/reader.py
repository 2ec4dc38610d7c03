"""Reads one source and hands on its H.264 samples as they are. PyAV (FFmpeg) does the protocols; runs in a worker thread."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from threading import Event

import av
from av.error import FFmpegError

from ground_station.live_video.coding import LiveCoder
from ground_station.live_video.fragments import LONGEST_FRAME_TICKS, TIMESCALE, Sample, TrackFormat
from ground_station.live_video.h264 import IDR, NalReader, ParameterSets, captured_at, sample_of
from ground_station.video.address import SourceAddress, parse_address
from ground_station.video.container import PictureContainer
from ground_station.video.failures import explain_failure

OPEN_TIMEOUT_S = 8.0
READ_TIMEOUT_S = 5.0
USUAL_FRAME_TICKS = TIMESCALE // 25
# Start fast: a live stream shows its format at once, half a second of probing is enough.
_PROBE = {"analyzeduration": "500000", "probesize": "500000", "fpsprobesize": "0", "fflags": "nobuffer"}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceSink:
    """Where a reader puts what it reads; both are called from its thread, in order."""

    on_format: Callable[[TrackFormat], None]
    on_sample: Callable[[Sample], None]


def read_source(url: str, sink: SourceSink, stop: Event) -> None:
    """Read until `stop` is set or the stream ends. Blocking; every wait inside has a deadline.

    Raises: `VisionError` naming the address (without its password) when it cannot be opened, holds no video, or goes silent.
    """
    address = parse_address(url)
    source = opened(address)
    try:
        stream = source.stream
        arrived = source.packets(live=True)
        if stream.codec_context.name == "h264":
            packets: Iterator[av.Packet] = (item.packet for item in arrived)
            extradata = stream.codec_context.extradata
        else:
            logger.info("%s is %s; transcoding to H.264", address.shown, stream.codec_context.name)
            packets, extradata = transcoded((item.packet for item in arrived), stream), None
        size = (stream.codec_context.width, stream.codec_context.height)
        _hand_on(packets, NalReader(extradata), size, sink, stop)
    except (FFmpegError, OSError) as error:
        raise explain_failure(error, address, timeout_s=READ_TIMEOUT_S, opened=True) from error
    finally:
        source.close()


def opened(address: SourceAddress) -> PictureContainer:
    """Raises: `VisionError` as `PictureContainer`."""
    # Of a file the packets that were read to probe it would be left out.
    return PictureContainer(address, open_timeout_s=OPEN_TIMEOUT_S, read_timeout_s=READ_TIMEOUT_S, options=_PROBE if address.live else None)


def _hand_on(packets: Iterator[av.Packet], nals: NalReader, size: tuple[int, int], sink: SourceSink, stop: Event) -> None:
    announced: ParameterSets | None = None
    last_dts, frame_ticks = None, USUAL_FRAME_TICKS
    for packet in packets:
        if stop.is_set():
            return
        if packet.size == 0 or packet.time_base is None:  # the flush packet at the end
            continue
        units = nals.units(bytes(packet))
        keyframe = packet.is_keyframe or any(unit[0] & 31 == IDR for unit in units)
        data = sample_of(units)
        if nals.parameter_sets is None or not data or (announced is None and not keyframe):
            continue
        if keyframe and nals.parameter_sets != announced:
            announced = nals.parameter_sets
            sink.on_format(TrackFormat(*size, announced))
        pts, dts = ticks_of(packet.pts, packet.time_base), ticks_of(packet.dts, packet.time_base)
        decode = dts if dts is not None else pts
        if decode is not None and last_dts is not None and 0 < decode - last_dts <= LONGEST_FRAME_TICKS:
            frame_ticks = decode - last_dts
        last_dts = decode
        offset = pts - decode if pts is not None and decode is not None else 0
        sink.on_sample(Sample(data, keyframe, frame_ticks, offset, captured_at(units), time.monotonic()))


def transcoded(packets: Iterator[av.Packet], stream: "av.VideoStream") -> Iterator[av.Packet]:
    """Decode and encode as H.264 without delay; pictures keep their times."""
    coder = LiveCoder(stream.average_rate)
    for frame in (frame for packet in packets for frame in packet.decode()):
        yield from coder.packets(frame, ticks_of(frame.pts, frame.time_base))


def ticks_of(value: int | None, time_base: Fraction | None) -> int | None:
    return None if value is None or time_base is None else round(value * time_base * TIMESCALE)
