"""The instant of a video frame inside the video itself: MISB ST 0604 Precision Time Stamp in an H.264 SEI.

A user_data_unregistered message (payload type 5) with the UUID "MISPmicrosectime", a status byte and the microseconds since 1970,
written as four pairs of bytes with 0xFF between them. Source: MISB ST 0604, ST 0603 and ITU-T H.264 clause 7.3.2.3 and Annex D.
"""

UUID = b"MISPmicrosectime"
STATUS_LOCKED = 0x1F  # clock locked, no discontinuity, reserved bits set
_SEI_NAL = 0x06
_USER_DATA_UNREGISTERED = 5
_STOP_BIT = 0x80
_VIDEO_SLICES = frozenset({1, 2, 3, 4, 5})
_START_CODE = b"\x00\x00\x00\x01"


def precision_time_payload(unix_us: int) -> bytes:
    """The 28 bytes of the message: UUID, status, time with its markers."""
    time = unix_us.to_bytes(8, "big")
    marked = b"\xff".join(time[at : at + 2] for at in range(0, 8, 2))
    return UUID + bytes([STATUS_LOCKED]) + marked


def precision_time_nal(unix_us: int) -> bytes:
    """A whole SEI NAL unit with its start code."""
    payload = precision_time_payload(unix_us)
    message = bytes([_SEI_NAL, _USER_DATA_UNREGISTERED, len(payload)]) + payload + bytes([_STOP_BIT])
    return _START_CODE + with_emulation_prevention(message)


def with_emulation_prevention(unit: bytes) -> bytes:
    """Insert 0x03 after two zero bytes wherever a start code could be mistaken."""
    out = bytearray()
    zeros = 0
    for byte in unit:
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)


def stamped(access_unit: bytes, unix_us: int) -> bytes:
    """The Annex B access unit with the time stamp in front of its first slice, behind any parameter sets."""
    at = 0
    while (at := access_unit.find(b"\x00\x00\x01", at)) >= 0:
        if at + 3 < len(access_unit) and access_unit[at + 3] & 0x1F in _VIDEO_SLICES:
            start = at - 1 if at > 0 and access_unit[at - 1] == 0 else at
            return access_unit[:start] + precision_time_nal(unix_us) + access_unit[start:]
        at += 3
    return access_unit


def is_keyframe(access_unit: bytes) -> bool:
    """Whether a decoder can start here: the unit holds an IDR slice."""
    at = 0
    while (at := access_unit.find(b"\x00\x00\x01", at)) >= 0:
        if at + 3 < len(access_unit) and access_unit[at + 3] & 0x1F == 5:
            return True
        at += 3
    return False
