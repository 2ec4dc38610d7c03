"""Instants carried inside the picture stream: MISB ST 0604 precision time stamps.

A user-data-unregistered SEI message: 16 bytes of UUID, a status byte, and eight bytes of microseconds since 1970 (UTC) in four
pairs, parted by 0xFF so that the stamp never looks like a start code.
Source: MISB ST 0604.6, Timestamps for Class 1/Class 2 Motion Imagery.
"""

from datetime import UTC, datetime, timedelta

H264_MICROSECONDS = b"MISPmicrosectime"
H265_MICROSECONDS = bytes.fromhex("a8687dd4d7593758a5cef0338b6545f1")
GUARD = 0xFF
STAMP_AT, STAMP_BYTES = 17, 11  # after the start of the UUID
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def precision_time(packet: bytes) -> datetime | None:
    """The instant in a coded picture; None when it carries none that is well formed.

    It stands in the packet as it was written: the guards keep the coding from putting bytes in between.
    """
    for uuid in (H264_MICROSECONDS, H265_MICROSECONDS):
        at = packet.find(uuid)
        while at >= 0:
            instant = _instant(packet[at + STAMP_AT : at + STAMP_AT + STAMP_BYTES])
            if instant is not None:
                return instant
            at = packet.find(uuid, at + 1)
    return None


def _instant(stamp: bytes) -> datetime | None:
    if len(stamp) < STAMP_BYTES or any(stamp[at] != GUARD for at in (2, 5, 8)):
        return None
    microseconds = int.from_bytes(stamp[0:2] + stamp[3:5] + stamp[6:8] + stamp[9:11], "big")
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
