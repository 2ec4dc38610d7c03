"""Why a source could not be read, in one sentence with the way out."""

import av

from geo.primitives import VisionError
from ground_station.video.address import SourceAddress


def explain_failure(error: Exception, address: SourceAddress, *, timeout_s: float) -> VisionError:
    """An FFmpeg failure as a `VisionError` that names the source and the cause."""
    shown = address.shown
    if isinstance(error, (av.error.ExitError, av.error.TimeoutError)):
        return VisionError(
            f"The source '{shown}' sent nothing for {timeout_s:g} s.",
            code="vision.source_silent",
            hint="Check that the camera is on and that its port is open from this machine.",
        )
    if isinstance(error, av.error.FileNotFoundError):
        return VisionError(f"There is no file '{shown}'.", code="vision.source_missing", hint="Check the path.")
    if isinstance(error, av.error.IsADirectoryError):
        return VisionError(f"'{shown}' is a folder, not a video.", code="vision.source_folder", hint="Give one video file.")
    if isinstance(error, av.error.PermissionError):
        return VisionError(f"'{shown}' may not be read.", code="vision.source_permission", hint="Check the rights of the file or device.")
    if isinstance(error, av.error.HTTPUnauthorizedError):
        return VisionError(
            f"The source '{shown}' asks for a user name and password.",
            code="vision.source_unauthorized",
            hint="Write them into the address: rtsp://USER:PASSWORD@HOST/PATH.",
        )
    if isinstance(error, (av.error.HTTPNotFoundError, av.error.HTTPForbiddenError)):
        return VisionError(
            f"The camera at '{shown}' answers but has no such stream ({_reason(error)}).",
            code="vision.source_stream_missing",
            hint="Check the part of the address after the host in the camera's manual.",
        )
    if isinstance(error, av.error.InvalidDataError):
        return VisionError(
            f"'{shown}' is not a video that can be read, or it is broken.",
            code="vision.source_unreadable",
            hint="Check the file with `ffprobe`, or copy it again.",
        )
    if isinstance(error, (av.error.ProtocolNotFoundError, av.error.DemuxerNotFoundError, av.error.DecoderNotFoundError)):
        return VisionError(
            f"'{shown}' is of a kind this program cannot read ({_reason(error)}).",
            code="vision.source_kind",
            hint="Use a file, or rtsp://, rtmp://, srt://, udp:// or http:// .",
        )
    return VisionError(
        f"The source '{shown}' cannot be reached ({_reason(error)}).",
        code="vision.source_unreachable",
        hint="Check the address and that the camera is on and in the same network.",
    )


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__).lower()
