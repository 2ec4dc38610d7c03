"""What kind of source an address names, how FFmpeg opens it, and how it may be shown in a message."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

LIVE_SCHEMES = frozenset({"rtsp", "rtsps", "rtmp", "rtmps", "srt", "udp", "rtp", "tcp"})
CAMERA_DEVICE = re.compile(r"^/dev/video\d+$")
PROBE_S = 3.0  # a live stream that shows no picture parameters for longer is opened without them


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """`url` as FFmpeg takes it; `live` sources are read at their own pace and have no end."""

    url: str
    live: bool
    format: str | None = None
    options: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The address without the password."""
        return without_password(self.url)


def parse_address(source: str) -> SourceAddress:
    if CAMERA_DEVICE.match(source):
        return SourceAddress(source, live=True, format="v4l2")
    scheme = urlsplit(source).scheme.lower() if "://" in source else ""
    if scheme not in LIVE_SCHEMES:
        return SourceAddress(source, live=False)
    options = {"analyzeduration": str(int(PROBE_S * 1e6))}
    if scheme in ("rtsp", "rtsps"):
        # TCP: a lost packet costs a moment, not a smeared picture until the next keyframe.
        options |= {"rtsp_transport": "tcp", "fflags": "nobuffer"}
    if scheme == "udp":
        options |= {"overrun_nonfatal": "1", "fifo_size": "50000", "fflags": "nobuffer"}
    return SourceAddress(source, live=True, options=options)


def without_password(url: str) -> str:
    parts = urlsplit(url) if "://" in url else None
    if parts is None or parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{host}"))
