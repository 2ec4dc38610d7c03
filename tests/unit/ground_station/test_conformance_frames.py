"""The conformance suite's own frames: equal to pymavlink's when right, and wrong exactly where they are meant to be."""

import pytest

from geo.primitives import SettingsError
from ground_station.conformance.dialect import EXTRA, extension_u32, extra_payload, mavlink
from ground_station.conformance.frames import Deframer, Frame, frame_of
from ground_station.conformance.select import GROUPS, load_catalogue, selected


def heartbeat() -> object:
    return mavlink.MAVLink_heartbeat_message(2, 3, 81, 4, 3, 3)


def test_a_frame_made_by_hand_is_the_one_pymavlink_makes() -> None:
    packer = mavlink.MAVLink(None, srcSystem=247, srcComponent=190)
    assert frame_of(heartbeat(), 0, 247, 190).to_bytes() == bytes(heartbeat().pack(packer))  # type: ignore[attr-defined]


@pytest.mark.parametrize("spoilt", ["checksum", "crc_extra"])
def test_a_spoilt_frame_is_counted_and_gives_no_message(spoilt: str) -> None:
    frame = frame_of(heartbeat(), 0, 247, 190)
    data = frame.to_bytes(checksum_off_by=1)
    if spoilt == "crc_extra":
        data = Frame(frame.message_id, frame.payload, frame.crc_extra ^ 1, 0, 247, 190).to_bytes()
    deframer = Deframer()
    assert deframer.read(data) == []
    assert deframer.counted_bad
    assert [message.get_type() for message in deframer.read(frame.to_bytes())] == ["HEARTBEAT"]


def test_messages_no_generated_dialect_carries_are_read_with_their_checksum() -> None:
    payload = extra_payload(411, sequence=513, flags=1)
    frame = Frame(411, payload, EXTRA[411][1], 5, 1, 1)
    (message,) = Deframer().read(frame.to_bytes())
    assert (message.get_type(), message.sequence, message.flags, message.get_srcSystem()) == ("CURRENT_EVENT_SEQUENCE", 513, 1, 1)
    assert Deframer().read(Frame(411, payload, EXTRA[411][1] ^ 1, 5, 1, 1).to_bytes()) == []


def test_an_extension_newer_than_the_dialect_is_read_from_the_frame() -> None:
    ack = frame_of(mavlink.MAVLink_mission_ack_message(247, 190, 0, 0), 0, 1, 1)
    longer = Frame(ack.message_id, ack.payload.ljust(4, b"\0") + (0xDEADBEEF).to_bytes(4, "little"), ack.crc_extra, 0, 1, 1)
    (new,) = Deframer().read(longer.to_bytes())
    (old,) = Deframer().read(ack.to_bytes())
    assert extension_u32(new, 4) == 0xDEADBEEF
    assert extension_u32(old, 4) == 0


def test_every_check_has_its_own_id_a_sentence_and_a_guide_page() -> None:
    catalogue = load_catalogue()
    assert len({check.id for check in catalogue}) == len(catalogue)
    for check in catalogue:
        assert check.title[0].isupper() or check.title[0].isdigit()
        assert not check.title.endswith(".")
        assert check.spec.startswith("https://mavlink.io/en/")
    assert {check.group for check in catalogue} <= set(GROUPS)


def test_a_wrong_group_is_told_with_the_ones_there_are() -> None:
    with pytest.raises(SettingsError, match="misson"):
        selected(["misson"])
    assert {check.group for check in selected(["mission", "framing.checksum"])} == {"mission", "framing"}
