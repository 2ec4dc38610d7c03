"""Instants carried inside the picture stream: MISB ST 0604 precision time stamps.

A user-data-unregistered SEI message: 16 bytes of UUID, a status byte, and eight bytes of microseconds since 1970 (UTC) in four
pairs, parted by 0xFF so that the stamp never looks like a start code.
Source: MISB ST 0604.6, Timestamps for Class 1/Class 2 Motion Imagery.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

H264_MICROSECONDS = b"MISPmicrosectime"
H265_MICROSECONDS = bytes.fromhex("a8687dd4d7593758a5cef0338b6545f1")
GUARD = 0xFF
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def precision_time(sei_payload: bytes) -> datetime | None:
    """The instant in one SEI payload (UUID first); None when it is something else or malformed."""
    if len(sei_payload) < 28 or sei_payload[:16] not in (H264_MICROSECONDS, H265_MICROSECONDS):
        return None
    body = sei_payload[17:28]
    if any(body[at] != GUARD for at in (2, 5, 8)):
        return None
    microseconds = int.from_bytes(body[0:2] + body[3:5] + body[6:8] + body[9:11], "big")
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None


def first_precision_time(payloads: Iterable[bytes]) -> datetime | None:
    for payload in payloads:
        instant = precision_time(payload)
        if instant is not None:
            return instant
    return None
