"""The codec against recorded packets, broken bytes and gaps."""

import re
from pathlib import Path

import pytest

from ground_station.mavlink import LossCount, MavlinkCodec, WireMessage, mavlink, station_heartbeat
from tests.support.mavlink_files import captured_payloads, tlog_frames

_MESSAGE = re.compile(r"^MAVLink Protocol \(\d+\)$")
_FIELD = re.compile(
    r"^(?P<name>\w+) \((?P<type>u?int\d+_t|float|MAV_\w+|\w+_TYPE)[^)]*\)(?: \[[^]]*\])?: "
    r"(?:[A-Z_]\w* \()?(?P<value>-?[\d.]+(?:[eE]-?\d+)?)\)?"
)


def expected_messages(file: Path) -> list[dict[str, str]]:
    """Fields of each message in the reference decode, as text."""
    messages: list[dict[str, str]] = []
    for line in file.read_text().splitlines():
        text = line.strip()
        if _MESSAGE.match(text):
            messages.append({})
        elif messages and (header := re.match(r"^(Packet sequence|System id|Payload length): (\d+)", text)):
            messages[-1][header[1]] = header[2]
        elif messages and (name := re.match(r"^Payload: (\w+) \((\d+)\)", text)):
            messages[-1]["message"] = name[1]
        elif messages and (crc := re.match(r"^Message CRC: (0x[0-9a-f]+)", text)):
            messages[-1]["crc"] = crc[1]
        elif messages and "message" in messages[-1] and (field := _FIELD.match(text)) and "*" not in text.split(":")[0]:
            messages[-1].setdefault(field["name"], field["value"])
    return messages


@pytest.mark.parametrize("name", ["common", "gps_raw_int", "mission_item_int"])
def test_captured_packets_decode_as_the_reference_does(shared_data: Path, name: str) -> None:
    folder = shared_data / "mavlink-vectors"
    codec = MavlinkCodec(254)
    decoded = [message for payload in captured_payloads(folder / f"{name}.pcapng") for message in codec.decode(payload)]
    expected = expected_messages(folder / f"{name}.expected.txt")
    assert len(decoded) == len(expected) > 0
    compared = 0
    for message, fields in zip(decoded, expected, strict=True):
        assert message.get_type() == fields.pop("message")
        assert message.get_srcSystem() == int(fields.pop("System id"))
        assert message.get_seq() == int(fields.pop("Packet sequence"))
        assert message.get_crc() == int(fields.pop("crc"), 16)
        fields.pop("Payload length")
        for field, text in fields.items():
            if hasattr(message, field):
                assert getattr(message, field) == pytest.approx(float(text), rel=1e-6), field
                compared += 1
    assert compared >= 4
    assert codec.bad_packets == 0


def test_a_long_recorded_flight_decodes_without_a_bad_packet(shared_data: Path) -> None:
    codec = MavlinkCodec(254)
    frames = [frame for _, frame in tlog_frames(shared_data / "flight-logs" / "tlog" / "uavlogviewer_vtol.tlog")]
    kinds = [message.get_type() for frame in frames for message in codec.decode(frame)]
    assert len(kinds) == 23_894
    assert len(set(kinds)) == 41
    assert codec.bad_packets == 0


MESSAGE_ID_BYTES = (7, 8, 9)


def frame_of(message: WireMessage, sequence: int = 0) -> bytes:
    codec = MavlinkCodec(1, 1)
    codec._packer.seq = sequence
    return codec.encode(message)


def test_a_damaged_frame_is_dropped_and_counted() -> None:
    good = frame_of(station_heartbeat())
    for position in range(1, len(good)):
        damaged = bytearray(good)
        damaged[position] ^= 0x55
        codec = MavlinkCodec(254)
        # Whatever the damage did, the good frames after it come through in the end.
        messages = codec.decode(bytes(damaged)) + [m for _ in range(30) for m in codec.decode(good)]
        assert all(message.get_type() == "HEARTBEAT" for message in messages), position
        assert len(messages) >= 10, position
        if position not in MESSAGE_ID_BYTES:  # those make it another, unknown message, which is skipped uncounted
            assert codec.bad_packets >= 1, position


def test_bytes_cut_anywhere_and_several_sources_do_not_mix() -> None:
    codec = MavlinkCodec(254)
    one, two = frame_of(station_heartbeat(), 3), frame_of(mavlink.MAVLink_system_time_message(1, 2), 4)
    got = []
    for position in range(max(len(one), len(two))):
        got += codec.decode(one[position : position + 1], "a")
        got += codec.decode(two[position : position + 1], "b")
    assert sorted(message.get_type() for message in got) == ["HEARTBEAT", "SYSTEM_TIME"]


def test_frames_are_mavlink_2_with_growing_sequence() -> None:
    codec = MavlinkCodec(254)
    frames = [codec.encode(station_heartbeat()) for _ in range(300)]
    assert {frame[0] for frame in frames} == {0xFD}
    assert [frame[4] for frame in frames] == [number % 256 for number in range(300)]
    assert {frame[5] for frame in frames} == {254}


@pytest.mark.parametrize(
    ("sequence", "lost"),
    [
        ([1, 2, 3], 0),
        ([1, 3], 1),
        ([1, 1, 2], 0),
        ([254, 255, 0, 1], 0),
        ([250, 2], 7),
        ([1, 3, 2, 4], 0),
        ([5, 10, 6, 7, 8, 9], 0),
    ],
    ids=["whole", "gap", "doubled", "wrap", "gap over the wrap", "out of order", "late block"],
)
def test_loss_is_counted_from_the_sequence(sequence: list[int], lost: int) -> None:
    count = LossCount()
    for number in sequence:
        count.count(number)
    assert count.lost == lost
    assert count.received == len(sequence)


def test_an_unknown_message_is_skipped() -> None:
    codec = MavlinkCodec(254)
    unknown = bytes([0xFD, 1, 0, 0, 0, 1, 1, 0xFE, 0xFF, 0xFE, 7, 0, 0])
    assert codec.decode(unknown) == []
    assert len(codec.decode(frame_of(station_heartbeat()))) == 1
