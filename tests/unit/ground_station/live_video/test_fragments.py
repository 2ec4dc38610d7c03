"""H.264 parsing and fragmented MP4, checked by FFmpeg's own encoder and demuxer."""

import io
from datetime import UTC, datetime

import av
import numpy as np
import pytest

from ground_station.live_video.fragments import TIMESCALE, Sample, TrackFormat, ViewerTimeline, init_segment
from ground_station.live_video.h264 import NalReader, captured_at, sample_of, split_annex_b, split_lengths

FRAME_TICKS = TIMESCALE // 25
MICROSECONDS = 1_780_000_000_123_456


def encoded(count: int, *, in_band: bool = True) -> tuple[list[bytes], bytes | None]:
    """Packets of a moving picture, and the extradata when the headers are kept out of the stream."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.framerate = 64, 48, "yuv420p", 25
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "10"}
    if not in_band:
        encoder.flags |= 1 << 22  # AV_CODEC_FLAG_GLOBAL_HEADER
    packets = []
    for number in range(count):
        picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 5, np.uint8), format="rgb24").reformat(format="yuv420p")
        picture.pts = number
        packets.extend(bytes(packet) for packet in encoder.encode(picture))
    return packets, encoder.extradata


def samples(packets: list[bytes], reader: NalReader) -> list[Sample]:
    made = []
    for packet in packets:
        units = reader.units(packet)
        made.append(Sample(sample_of(units), any(unit[0] & 31 == 5 for unit in units), FRAME_TICKS, 0, captured_at(units), 0.0))
    return made


@pytest.mark.parametrize("in_band", [True, False], ids=["headers in the stream", "headers in extradata"])
def test_ffmpeg_reads_back_every_picture_with_its_time(in_band: bool) -> None:
    packets, extradata = encoded(25, in_band=in_band)
    reader = NalReader(extradata)
    pictures = samples(packets, reader)
    assert reader.parameter_sets is not None
    track = TrackFormat(64, 48, reader.parameter_sets)
    timeline = ViewerTimeline()
    file = init_segment(track) + b"".join(timeline.fragment(picture, catching_up=False) for picture in pictures)
    with av.open(io.BytesIO(file)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (64, 48)
        frames = list(container.decode(video=0))
    assert [frame.pts for frame in frames] == [FRAME_TICKS * number for number in range(25)]
    assert track.mime.startswith('video/mp4; codecs="avc1.42C0')


def test_a_cut_leaves_no_gap_and_catching_up_takes_a_millisecond_a_picture() -> None:
    packets, extradata = encoded(30)
    reader = NalReader(extradata)
    pictures = samples(packets, reader)
    assert reader.parameter_sets is not None
    timeline = ViewerTimeline()
    fragments = [timeline.fragment(picture, catching_up=True) for picture in pictures[:10]]
    fragments += [timeline.fragment(picture, catching_up=False) for picture in pictures[20:]]
    with av.open(io.BytesIO(init_segment(TrackFormat(64, 48, reader.parameter_sets)) + b"".join(fragments))) as container:
        times = [frame.pts for frame in container.decode(video=0)]
    assert times[:11] == [90 * number for number in range(11)]
    assert times[11:] == [900 + FRAME_TICKS * number for number in range(1, 10)]


def test_splitting_finds_three_and_four_byte_start_codes() -> None:
    stream = b"\x00\x00\x00\x01\x67abc\x00\x00\x01\x68de\x00\x00\x00\x01\x65f\x00\x00"
    assert split_annex_b(stream) == [b"\x67abc", b"\x68de", b"\x65f"]


@pytest.mark.parametrize("data", [b"", b"\x00\x00", b"torn packet", b"\x00\x00\x01"])
def test_bytes_without_a_start_code_are_no_units(data: bytes) -> None:
    assert split_annex_b(data) == []


@pytest.mark.parametrize("data", [b"", b"\x00\x00", b"\x00\x00\x00\x09ab", b"\x00\x00\x00\x00"])
def test_broken_lengths_end_the_list(data: bytes) -> None:
    assert split_lengths(data, 4) == []


def misb_sei(microseconds: int) -> bytes:
    """An SEI as in MISB ST 0604: UUID, status 0x1F, microseconds with 0xFF after every second byte."""
    value = microseconds.to_bytes(8, "big")
    stamp = value[0:2] + b"\xff" + value[2:4] + b"\xff" + value[4:6] + b"\xff" + value[6:8]
    return b"\x06\x05\x1cMISPmicrosectime\x1f" + stamp + b"\x80"


def test_the_cameras_own_instant_is_read_from_its_time_stamp() -> None:
    assert captured_at([b"\x41xx", misb_sei(MICROSECONDS)]) == datetime.fromtimestamp(MICROSECONDS / 1e6, UTC)


def test_start_code_emulation_in_the_time_stamp_is_undone() -> None:
    raw = misb_sei(0x0000_0100_0000_0002)
    escaped = raw.replace(b"\x00\x00\x00", b"\x00\x00\x03\x00").replace(b"\x00\x00\x01", b"\x00\x00\x03\x01")
    assert captured_at([escaped]) == captured_at([raw])


@pytest.mark.parametrize("unit", [b"\x06\x05\x1cMISPmicrosectime\x1f", b"\x06\x04\x1cMISPmicrosectime\x1f" + bytes(11), b"\x41", b"\x06"])
def test_other_messages_are_no_time_stamp(unit: bytes) -> None:
    assert captured_at([unit]) is None
