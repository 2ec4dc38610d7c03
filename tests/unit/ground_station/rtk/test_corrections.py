"""Corrections: whole frames only, cut for MAVLink as receivers join them; credentials are told to the caster and to nobody else."""

from datetime import UTC, datetime

import pytest

from geo.primitives import LonLat, SettingsError
from ground_station.rtk.address import parse_caster
from ground_station.rtk.ntrip import gga_sentence
from ground_station.rtk.rtcm import RtcmSplitter, fragments
from tests.support.ntrip_caster import rtcm_frame


def test_frames_come_out_whole_whatever_pieces_they_come_in() -> None:
    stream = b"\x00noise\xd3" + rtcm_frame(1005) + b"\xd3\x00" + rtcm_frame(1077, 400) + rtcm_frame(1230)[:10]
    splitter = RtcmSplitter()
    frames = [frame for at in range(0, len(stream), 7) for frame in splitter.split(stream[at : at + 7])]
    assert frames == [rtcm_frame(1005), rtcm_frame(1077, 400)]
    assert splitter.kinds == {1005: 1, 1077: 1}
    assert splitter.split(rtcm_frame(1230)[10:]) == [rtcm_frame(1230)]


def test_a_damaged_frame_is_counted_and_the_next_one_found() -> None:
    damaged = bytearray(rtcm_frame(1077))
    damaged[12] ^= 1
    splitter = RtcmSplitter()
    assert splitter.split(bytes(damaged) + rtcm_frame(1005)) == [rtcm_frame(1005)]
    assert splitter.damaged >= 1


@pytest.mark.parametrize(
    ("size", "lengths"),
    [(180, [180]), (181, [180, 1]), (360, [180, 180, 0]), (500, [180, 180, 140]), (720, [180] * 4), (721, [])],
)
def test_a_frame_is_cut_so_that_receivers_know_its_end(size: int, lengths: list[int]) -> None:
    frame = bytes(index % 251 for index in range(size))
    messages = fragments(frame, sequence=37)
    assert [message.len for message in messages] == lengths
    assert b"".join(bytes(message.data[: message.len]) for message in messages) == (frame if lengths else b"")
    if len(lengths) > 1:
        assert [(m.flags & 1, m.flags >> 1 & 3, m.flags >> 3) for m in messages] == [(1, number, 37 % 32) for number in range(len(lengths))]
    elif lengths:
        assert messages[0].flags == 0


def test_the_password_is_in_no_text() -> None:
    address = parse_caster("ntrip://rover:s3%40cret@caster.example:2102/NEAR")
    assert (address.user, address.password, address.port) == ("rover", "s3@cret", 2102)
    assert "s3" not in str(address) + repr(address)
    for wrong in ("http://rover:s3cret@caster.example/NEAR", "ntrip://rover:s3cret@caster.example", "ntrip://rover:s3cret@caster:x/NEAR"):
        with pytest.raises(SettingsError) as caught:
            parse_caster(wrong)
        assert "s3cret" not in str(caught.value)


def test_a_position_is_told_as_nmea_with_its_checksum() -> None:
    sentence = gga_sentence(LonLat(51.16, -43.6505), 31.42, datetime(2026, 5, 1, 7, 8, 9, tzinfo=UTC))
    assert sentence.startswith("$GPGGA,070809.00,4339.03000,S,05109.60000,E,1,12,1.0,31.4,M,")
    checksum = 0
    for sign in sentence[1 : sentence.index("*")].encode():
        checksum ^= sign
    assert sentence.endswith(f"*{checksum:02X}")
