"""Why a source could not be read: one sentence with the way out, and the cause in one word for screens, counts and alarms."""

import socket

import av

from geo.primitives import SunqarError, VisionError
from ground_station.messages import SourceCause
from ground_station.video.address import SourceAddress

CAUSES: dict[str, SourceCause] = {
    "vision.source_unauthorized": "auth",
    "vision.source_dns": "dns",
    "vision.source_refused": "refused",
    "vision.source_silent": "no_answer",
    "vision.source_unreachable": "no_network",
    "vision.source_stream_missing": "no_stream",
    "vision.source_no_sender": "no_sender",
    "vision.source_codec": "codec",
    "vision.source_no_video": "codec",
    "vision.source_no_keyframe": "no_keyframe",
    "vision.source_stalled": "stalled",
    "vision.source_closed": "closed",
    "vision.source_changed": "changed",
    "vision.source_missing": "missing",
    "vision.source_unreadable": "unreadable",
    "vision.source_broken": "unreadable",
}


def cause_of(error: SunqarError) -> SourceCause:
    return CAUSES.get(error.code, "other")


def explain_failure(error: Exception, address: SourceAddress, *, timeout_s: float, opened: bool = False) -> VisionError:
    """An FFmpeg failure as a `VisionError` that names the source and the cause. `opened`: it had been giving pictures before."""
    shown = address.shown
    if isinstance(error, (av.error.ExitError, av.error.TimeoutError, TimeoutError)):
        return _silence(address, timeout_s, opened)
    if isinstance(error, av.error.FileNotFoundError):
        what, code = ("device", "Connect the camera, or look for its number under /dev/video*.") if address.kind == "device" else _FILE
        return VisionError(f"There is no {what} '{shown}'.", code="vision.source_missing", hint=code)
    if isinstance(error, av.error.PermissionError):
        return VisionError(f"'{shown}' may not be read.", code="vision.source_permission", hint="Check the rights of the file or device.")
    if isinstance(error, av.error.HTTPUnauthorizedError):
        return VisionError(
            f"The source '{shown}' asks for a user name and password, or refuses those given.",
            code="vision.source_unauthorized",
            hint=f"Write them into the address: {address.url.partition('://')[0]}://USER:PASSWORD@HOST/PATH.",
        )
    if isinstance(error, (av.error.HTTPNotFoundError, av.error.HTTPForbiddenError, av.error.HTTPBadRequestError)):
        return VisionError(
            f"The camera at '{shown}' answers but has no such stream ({_reason(error)}).",
            code="vision.source_stream_missing",
            hint="Check the part of the address after the host in the camera's manual.",
        )
    if isinstance(error, av.error.ConnectionRefusedError):
        return VisionError(
            f"'{shown}' refuses the connection: the machine is there, but nothing listens at that port.",
            code="vision.source_refused",
            hint="Check the port, and that the service is switched on in the camera.",
        )
    if opened and isinstance(error, (av.error.EOFError, av.error.ConnectionResetError, av.error.BrokenPipeError)):
        return closed_by_sender()
    if isinstance(error, av.error.InvalidDataError) and address.live:
        return VisionError(
            f"'{shown}' answers, but not with video that can be read.",
            code="vision.source_unreadable",
            hint="Check that the address and its port are those of the camera's stream.",
        )
    if isinstance(error, av.error.InvalidDataError):
        return VisionError(
            f"'{shown}' is not a video that can be read, or it is broken.",
            code="vision.source_unreadable",
            hint="Check the file with `ffprobe`, or copy it again.",
        )
    if isinstance(error, (av.error.ProtocolNotFoundError, av.error.DemuxerNotFoundError)):
        return VisionError(
            f"'{shown}' is of a kind this program cannot read ({_reason(error)}).",
            code="vision.source_kind",
            hint="Use a file, a folder of pictures, or rtsp://, rtmp://, srt://, udp://, http://, usb:0 .",
        )
    if isinstance(error, av.error.DecoderNotFoundError):
        return no_decoder(shown)
    if address.host is not None and not _has_address(address.host):
        return VisionError(
            f"The name '{address.host}' of the source '{shown}' cannot be found.",
            code="vision.source_dns",
            hint="Check the spelling and the name server of this machine, or give the camera's IP address.",
        )
    return VisionError(
        f"The source '{shown}' cannot be reached ({_reason(error)}).",
        code="vision.source_unreachable",
        hint="Check the address and that the camera is on and in the same network.",
    )


_FILE = ("file", "Check the path.")


def _silence(address: SourceAddress, timeout_s: float, opened: bool) -> VisionError:
    shown = address.shown
    if opened:
        return VisionError(
            f"The source '{shown}' gave pictures and then stopped for {timeout_s:g} s without closing.",
            code="vision.source_stalled",
            hint="Look at the network on the way and at the camera's load; it is opened again by itself.",
        )
    if address.listens:
        return VisionError(
            f"Nobody has sent to '{shown}': the source sent nothing for {timeout_s:g} s.",
            code="vision.source_no_sender",
            hint="Point the sender at this machine's address and this port, and check the firewall; it is waited for again by itself.",
        )
    return VisionError(
        f"The source '{shown}' sent nothing for {timeout_s:g} s.",
        code="vision.source_silent",
        hint="Check that the camera is on and that its port is open from this machine.",
    )


def no_decoder(shown: str) -> VisionError:
    return VisionError(
        f"'{shown}' has a video stream whose pictures cannot be decoded.",
        code="vision.source_codec",
        hint="Check the camera's codec (H.264 and H.265 are sure to work) or the file.",
    )


def no_picture(shown: str, seconds: float, *, keyframe_seen: bool) -> VisionError:
    """Packets come, pictures do not."""
    if keyframe_seen:
        return no_decoder(shown)
    return VisionError(
        f"'{shown}' sends video, but no keyframe came within {seconds:g} s, so no picture can be made of it.",
        code="vision.source_no_keyframe",
        hint="Set the camera's keyframe interval (GOP, I-frame interval) to 1-2 s and switch its 'smart' codec off.",
    )


def closed_by_sender() -> VisionError:
    return VisionError(
        "The stream was closed by its sender.",
        code="vision.source_closed",
        hint="A camera may have restarted; it is opened again by itself.",
    )


def _has_address(host: str) -> bool:
    """Asked only after a failure: FFmpeg says the same of an unknown name and of a cable pulled out."""
    try:
        return bool(socket.getaddrinfo(host, None))
    except (OSError, UnicodeError):
        return False


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__).lower()
