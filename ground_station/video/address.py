"""What kind of source an address names, how FFmpeg opens it, and how it may be shown in a message."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

Kind = Literal["file", "folder", "device", "rtsp", "rtmp", "srt", "packets", "http"]

# What GStreamer and VLC know too: the letter says which transport, where the camera or the network asks for a certain one.
RTSP_TRANSPORT = {"rtsp": "tcp+udp", "rtsps": "tcp", "rtspt": "tcp", "rtspu": "udp"}
KIND_OF_SCHEME: dict[str, Kind] = {
    **dict.fromkeys(RTSP_TRANSPORT, "rtsp"),
    **dict.fromkeys(("rtmp", "rtmps"), "rtmp"),
    "srt": "srt",
    **dict.fromkeys(("udp", "rtp", "tcp"), "packets"),
    **dict.fromkeys(("http", "https"), "http"),
}
LIVE_KINDS = frozenset({"device", "rtsp", "rtmp", "srt", "packets"})
CAMERA_DEVICE = re.compile(r"^(?:usb:|/dev/video)(\d+)$")
ANY_HOST = frozenset({"", "0.0.0.0", "::", "*"})
PROBE_S = 3.0  # a live stream that shows no picture parameters for longer is opened without them


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """`url` as FFmpeg takes it. `live` sources are read at their own pace and have no end; of an HTTP one only opening it tells.

    `listens`: we wait at this address for a sender (a drone's downlink, an encoder) instead of calling a camera.
    """

    url: str
    kind: Kind
    format: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    listens: bool = False

    @property
    def live(self) -> bool:
        return self.kind in LIVE_KINDS

    @property
    def host(self) -> str | None:
        """Whom we call; None for what is on this machine and for those who call us."""
        return None if self.kind in ("file", "folder", "device") or self.listens else urlsplit(self.url).hostname

    @property
    def shown(self) -> str:
        """The address without the password."""
        return without_password(self.url)


def parse_address(source: str) -> SourceAddress:
    """Never fails: what cannot be opened is told by whoever tries."""
    if device := CAMERA_DEVICE.match(source):
        return SourceAddress(f"/dev/video{device[1]}", "device", format="v4l2")
    scheme = urlsplit(source).scheme.lower() if "://" in source else ""
    kind = KIND_OF_SCHEME.get(scheme)
    if kind is None:
        return SourceAddress(source, "folder" if "://" not in source and Path(source).is_dir() else "file")
    if kind == "http":
        return SourceAddress(source, kind)
    options = {"analyzeduration": str(int(PROBE_S * 1e6))}
    listens = False
    if kind == "rtsp":
        # TCP first: a lost packet costs a moment, not a smeared picture until the next keyframe. UDP where the camera has no other.
        options |= {"rtsp_transport": RTSP_TRANSPORT[scheme], "rtsp_flags": "prefer_tcp"}
        source = source if scheme == "rtsps" else f"rtsp{source[len(scheme) :]}"
    elif scheme == "udp":
        options |= {"overrun_nonfatal": "1", "fifo_size": "50000"}
        listens = True
    elif kind == "rtmp" and _hostname(source) in ANY_HOST:
        options["listen"] = "1"
        listens = True
    elif kind == "srt":
        listens = _hostname(source) in ANY_HOST or "mode=listener" in source
    return SourceAddress(source, kind, options=options, listens=listens)


def _hostname(url: str) -> str:
    return urlsplit(url).hostname or ""


def without_password(url: str) -> str:
    parts = urlsplit(url) if "://" in url else None
    if parts is None or parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{host}"))
