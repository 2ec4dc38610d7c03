"""Instants carried in the picture stream."""

from datetime import UTC, datetime

import pytest

from ground_station.video.timestamps import precision_time

INSTANT = datetime(2026, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)


def _payload(microseconds: int, uuid: bytes = b"MISPmicrosectime") -> bytes:
    stamp = microseconds.to_bytes(8, "big")
    return uuid + b"\x1f" + stamp[:2] + b"\xff" + stamp[2:4] + b"\xff" + stamp[4:6] + b"\xff" + stamp[6:]


GOOD = _payload(1_777_636_800_123_456)


def test_a_precision_time_stamp_is_read_to_the_microsecond() -> None:
    assert precision_time(GOOD) == INSTANT


@pytest.mark.parametrize(
    "payload",
    [b"", GOOD[:20], b"x" * 28, GOOD[:19] + b"\x00" + GOOD[20:], _payload(2**64 - 1)],
    ids=["empty", "cut", "another message", "guard byte missing", "beyond the calendar"],
)
def test_anything_else_is_no_time(payload: bytes) -> None:
    assert precision_time(payload) is None


def test_the_encoder_s_own_messages_and_broken_stamps_are_passed_over() -> None:
    broken = GOOD[:19] + b"\x00" + GOOD[20:]
    assert precision_time(b"\x00\x00\x01\x06" + b"x264 - core 164" * 20 + broken + GOOD + b"\x80 and the picture") == INSTANT
