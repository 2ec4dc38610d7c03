"""Pictures to H.264 without delay: one packet for each picture, at once, playable by every browser."""

from fractions import Fraction

import av

from ground_station.live_video.fragments import TIMESCALE

TICK = Fraction(1, TIMESCALE)
USUAL_FRAME_RATE = Fraction(25)
_CODING = {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "crf": "24"}
_KEYFRAME_EVERY = 50  # pictures; who joins late gets those since the last one, so that nobody waits for the next


class LiveCoder:
    """One encoder, made anew when the pictures change their size. `thread_count` 0 lets it choose."""

    def __init__(self, frame_rate: Fraction | None, *, thread_count: int = 0) -> None:
        # Only for the level and rate control: with the tick rate instead, x264 would announce a level no browser plays.
        self._frame_rate = frame_rate or USUAL_FRAME_RATE
        self._thread_count = thread_count
        self._encoder: av.VideoCodecContext | None = None

    def packets(self, frame: av.VideoFrame, ticks: int | None) -> list[av.Packet]:
        """The picture coded, its time in ticks of `TIMESCALE`."""
        picture = frame.reformat(format="yuv420p")
        picture.pts, picture.time_base = ticks, TICK
        picture.pict_type = 0  # let the encoder choose, not repeat the source's choice
        encoder = self._encoder
        if encoder is None or (encoder.width, encoder.height) != (picture.width, picture.height):
            encoder = self._encoder = self._opened(picture.width, picture.height)
        packets = list(encoder.encode(picture))
        for packet in packets:
            packet.time_base = TICK
        return packets

    def _opened(self, width_px: int, height_px: int) -> av.VideoCodecContext:
        encoder = av.CodecContext.create("libx264", "w")
        assert isinstance(encoder, av.VideoCodecContext)
        encoder.width, encoder.height, encoder.pix_fmt = width_px, height_px, "yuv420p"
        encoder.time_base, encoder.framerate = TICK, self._frame_rate
        encoder.gop_size = _KEYFRAME_EVERY
        encoder.thread_count = self._thread_count
        encoder.options = _CODING
        return encoder
