"""Our frames and messages against pymavlink's parser, for every message of the dialect and for bytes nobody meant as MAVLink."""

import math
import random
import struct
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ground_station.mavlink import FrameSplitter, MavlinkCodec, WireMessage, decode_frame, mavlink
from tests.support.frames import frame_bytes

ANY_MESSAGE = st.sampled_from(sorted(mavlink.mavlink_map))


@given(message_id=ANY_MESSAGE, data=st.data(), version=st.sampled_from([1, 2]))
def test_every_message_decodes_exactly_as_pymavlink_does(message_id: int, data: st.DataObject, version: int) -> None:
    kind = mavlink.mavlink_map[message_id]
    if message_id > 255:
        version = 2
    payload = data.draw(st.binary(min_size=1, max_size=min(255, kind.unpacker.size + 3)), label="payload")
    raw = frame_bytes(message_id, payload, version=version)
    theirs = mavlink.MAVLink(None).decode(bytearray(raw))
    [frame] = FrameSplitter().split(raw)
    ours = decode_frame(frame)
    assert ours is not None
    assert type(ours).__name__ == type(theirs).__name__
    assert ours.get_fieldnames() == theirs.get_fieldnames()
    assert same(fields(ours), fields(theirs))
    assert vars(ours.get_header()) == vars(theirs.get_header())
    for ask in (
        "get_type",
        "get_msgId",
        "get_srcSystem",
        "get_srcComponent",
        "get_seq",
        "get_crc",
        "get_payload",
        "get_msgbuf",
        "get_signed",
    ):
        assert getattr(ours, ask)() == getattr(theirs, ask)(), ask
    assert same(ours.to_dict(), theirs.to_dict())
    assert ours.pack(mavlink.MAVLink(None, 1, 1)) == theirs.pack(mavlink.MAVLink(None, 1, 1))


def fields(message: WireMessage) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.get_fieldnames()}


def same(a: Any, b: Any) -> bool:
    """Equal, NaN with NaN too."""
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
        return math.isnan(b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b and type(a) is type(b))


@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=60), count=st.integers(1, 30))
def test_frames_are_the_same_however_the_bytes_are_cut(cuts: list[int], count: int) -> None:
    raw = [frame_bytes(30, struct.pack("<Iffffff", number, 1, 2, 3, 4, 5, 6), sequence=number) for number in range(count)]
    stream = b"".join(raw)
    splitter, got, at, turn = FrameSplitter(), [], 0, 0
    while at < len(stream):
        step = cuts[turn % len(cuts)]
        got += splitter.split(stream[at : at + step])
        at, turn = at + step, turn + 1
    assert [frame.data for frame in got] == raw


@given(junk=st.binary(max_size=300), seed=st.integers(0, 1000))
def test_good_frames_after_junk_are_found(junk: bytes, seed: int) -> None:
    splitter = FrameSplitter()
    splitter.split(junk)
    good = frame_bytes(0, bytes([0, 0, 0, 0, 2, 3, 81, 4, 3]), sequence=seed % 256)
    # What junk promised may swallow up to one whole frame of 280 bytes before it is disproved.
    got = [frame for _ in range(40) for frame in splitter.split(good)]
    assert sum(frame.data == good for frame in got) >= 10


@pytest.mark.parametrize(
    "frames",
    [pytest.param(20_000, id="20 thousand"), pytest.param(1_000_000, id="a million", marks=[pytest.mark.soak, pytest.mark.timeout(1800)])],
)
def test_random_and_mutated_frames_never_crash_and_every_byte_is_accounted_for(frames: int) -> None:
    chance = random.Random(20)
    codec = MavlinkCodec(254)
    numbers = sorted(mavlink.mavlink_map)
    given_bytes = heard_bytes = 0
    for number in range(frames):
        kind = mavlink.mavlink_map[chance.choice(numbers)]
        raw = bytearray(frame_bytes(kind.id, chance.randbytes(kind.unpacker.size), sequence=number % 256, version=2))
        if number % 4 == 0:
            raw = bytearray(chance.randbytes(chance.randint(1, 300)))
        elif number % 4 != 1:
            for _ in range(chance.randint(1, 3)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            if chance.random() < 0.3:
                del raw[chance.randrange(len(raw)) :]
        given_bytes += len(raw)
        for frame in codec.frames(bytes(raw), number % 7):
            heard_bytes += len(frame.data)
            message = decode_frame(frame)
            assert (message is None) is (not frame.verified)
            if message is not None:
                message.to_dict()
    waiting = sum(len(source.splitter._rest) for source in codec._sources.values())
    assert given_bytes == heard_bytes + codec.counts.junk_bytes + waiting
    assert codec.counts.frames > frames / 5  # a quarter was left whole
    assert codec.counts.bad_crc > frames / 5
    assert codec.counts.incompatible > 0
    assert codec.counts.foreign > 0
