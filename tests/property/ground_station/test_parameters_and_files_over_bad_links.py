"""Parameters and files arrive whole and exact, however bad the link: losses, doubles and reordering both ways, in simulated time."""

import struct

import pytest
from hypothesis import given, settings, strategies as st

from geo.primitives import VehicleError
from ground_station.mavlink import Address
from ground_station.mavlink.ftp import FtpList, FtpResult, FtpSimple, FtpWrite
from ground_station.mavlink.ftp_payload import Opcode, file_crc32
from ground_station.mavlink.ftp_read import FtpRead
from ground_station.mavlink.logs import LogData, LogEntry, LogList
from ground_station.mavlink.parameter_pack import read_pack
from ground_station.mavlink.parameter_values import Encoding, Parameter, encode_set
from ground_station.mavlink.parameters import ParameterList, ParameterRead, ParameterResult, ParameterSet
from tests.support.talk import FtpPeer, LogPeer, ParameterPeer, noise, over_the_wire, talk

OWN, TARGET = Address(254, 190), Address(1, 1)
LOSSES = [0.0, 0.05, 0.3]
INT32, UINT32, REAL32 = 6, 5, 9

TABLE: dict[str, tuple[float, int]] = {
    **{f"P{number:03d}_GAIN": (number / 8, REAL32) for number in range(150)},
    **{f"Q{number:03d}_COUNT": (number * 991 - 70_000, INT32) for number in range(100)},
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("encoding", list(Encoding))
def test_the_whole_list_arrives_exact(loss: float, encoding: Encoding) -> None:
    for seed in range(5):
        peer = ParameterPeer(TABLE, bytewise=encoding is Encoding.BYTEWISE)
        outcome = talk(ParameterList(TARGET, encoding), peer, loss=loss, seed=seed)
        assert outcome.result is ParameterResult.DONE, outcome.detail
        assert {p.name: (p.value, p.kind) for p in outcome.parameters} == TABLE
        assert peer.lists_asked <= 4


@given(st.integers(-(2**31), 2**31 - 1))
def test_every_integer_crosses_exactly_bytewise(value: int) -> None:
    peer = ParameterPeer({"SYS_BITS": (0, INT32)}, bytewise=True)
    outcome = talk(ParameterSet(TARGET, Encoding.BYTEWISE, Parameter("SYS_BITS", value, INT32)), peer)
    assert outcome.result is ParameterResult.DONE
    assert peer.values["SYS_BITS"] == (value, INT32)
    assert outcome.parameters[0].value == value


@given(st.integers(-(2**31), 2**31 - 1))
def test_a_cast_integer_crosses_exactly_or_is_refused_before_anything_is_sent(value: int) -> None:
    fits = int(struct.unpack("<f", struct.pack("<f", value))[0]) == value
    if not fits:
        with pytest.raises(VehicleError, match="cannot be sent exactly"):
            encode_set(TARGET, Parameter("MASK", value, INT32), Encoding.CAST)
        return
    peer = ParameterPeer({"MASK": (0, INT32)}, bytewise=False)
    assert talk(ParameterSet(TARGET, Encoding.CAST, Parameter("MASK", value, INT32)), peer).result is ParameterResult.DONE
    assert peer.values["MASK"] == (value, INT32)


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        (Parameter("A_VERY_LONG_NAME_INDEED", 1, INT32), "longer than the 16"),
        (Parameter("COUNT", 1.5, INT32), "is an integer"),
        (Parameter("FLAG", 300, 1), "from 0 to 255"),
        (Parameter("GAIN", float("nan"), REAL32), "not a number"),
        (Parameter("GAIN", 1e300, REAL32), "beyond what a 32-bit float holds"),
    ],
)
def test_a_value_that_cannot_arrive_is_refused_in_one_clear_line(parameter: Parameter, words: str) -> None:
    with pytest.raises(VehicleError, match=words) as refused:
        encode_set(TARGET, parameter, Encoding.CAST)
    assert refused.value.hint


def test_a_set_says_what_the_vehicle_keeps_instead() -> None:
    class Stubborn(ParameterPeer):
        def __call__(self, message):  # type: ignore[no-untyped-def]
            return [self._value(message.param_id, 65535)]

    outcome = talk(ParameterSet(TARGET, Encoding.CAST, Parameter("GAIN", 2, REAL32)), Stubborn({"GAIN": (0.5, REAL32)}, bytewise=False))
    assert outcome.result is ParameterResult.REFUSED
    assert outcome.detail == "the vehicle keeps 0.5 instead of 2"


def test_an_unknown_name_ends_in_silence() -> None:
    outcome = talk(ParameterRead(TARGET, Encoding.CAST, "NONSENSE"), ParameterPeer(TABLE, bytewise=False))
    assert outcome.result is ParameterResult.SILENT


def test_the_list_of_somebody_else_is_not_taken() -> None:
    exchange = ParameterList(TARGET, Encoding.CAST)
    stranger = ParameterPeer({"X": (1, REAL32)}, bytewise=False)._value("X", 0)
    assert exchange.on_message(over_the_wire(stranger, (1, 100))) == []
    assert exchange.outcome is None


def test_the_packed_file_is_read_with_exact_integers_and_defaults() -> None:
    def entry(before: bytes, name: bytes, layout: str, kind: int, value: float, default: float | None = None) -> bytes:
        common = next((n for n in range(min(len(before), len(name), 15), -1, -1) if before[:n] == name[:n]), 0)
        rest = name[common:]
        head = bytes([kind | (0x10 if default is not None else 0), common | (len(rest) - 1) << 4])
        return head + rest + struct.pack(layout, value) + (b"" if default is None else struct.pack(layout, default))

    body = entry(b"", b"ANGLE_MAX", "<h", 2, 4500)
    body += b"\0\0" + entry(b"ANGLE_MAX", b"ANGLE_MIN", "<f", 4, 0.5, 0.25)
    body += entry(b"ANGLE_MIN", b"LOG_BITMASK", "<i", 3, 33_554_433)
    pack = struct.pack("<HHH", 0x671C, 3, 3) + body
    assert [(p.name, p.value, p.default) for p in read_pack(pack)] == [
        ("ANGLE_MAX", 4500, 4500),
        ("ANGLE_MIN", 0.5, 0.25),
        ("LOG_BITMASK", 33_554_433, 33_554_433),
    ]
    with pytest.raises(VehicleError, match="broken"):
        read_pack(pack[:-3])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("knows_bursts", [True, False], ids=["bursts", "single reads"])
@pytest.mark.parametrize("path", ["/logs/00000007.BIN", "@PARAM/param.pck"])
def test_a_file_arrives_byte_for_byte(loss: float, knows_bursts: bool, path: str) -> None:
    data = noise(30_011 if knows_bursts else 6_000)
    for seed in range(3):
        got = bytearray()
        outcome = talk(FtpRead(TARGET, OWN, path, got.extend), FtpPeer({path: data}, knows_bursts=knows_bursts), loss=loss, seed=seed)
        assert outcome.result is FtpResult.DONE, outcome.detail
        assert bytes(got) == data
        assert outcome.value == len(data)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 3000), st.integers(0, 3000))
def test_reading_goes_on_from_what_is_here_already(size: int, here: int) -> None:
    data, here = noise(size), min(here, size)
    got = bytearray(data[:here])
    outcome = talk(FtpRead(TARGET, OWN, "/a.ulg", got.extend, start=here), FtpPeer({"/a.ulg": data}))
    assert outcome.result is FtpResult.DONE
    assert bytes(got) == data


@pytest.mark.parametrize("loss", LOSSES)
def test_a_file_is_written_listed_and_its_checksum_told(loss: float) -> None:
    peer, data = FtpPeer({}), noise(4_000)
    assert talk(FtpWrite(TARGET, OWN, "/fs/plan.txt", data), peer, loss=loss).result is FtpResult.DONE
    assert peer.files["/fs/plan.txt"] == data
    crc = talk(FtpSimple(TARGET, OWN, Opcode.CALC_FILE_CRC32, "/fs/plan.txt"), peer, loss=loss).value
    assert int.from_bytes(crc[:4], "little") == file_crc32(data)
    for number in range(60):
        peer.files[f"/fs/log_{number:02d}.ulg"] = b"x" * number
    listed = talk(FtpList(TARGET, OWN, "/fs"), peer, loss=loss)
    assert listed.result is FtpResult.DONE
    assert [(entry.name, entry.size_bytes) for entry in listed.value] == [(f"log_{n:02d}.ulg", n) for n in range(60)] + [
        ("plan.txt", 4_000)
    ]


def test_a_file_that_is_not_there_is_said_in_words() -> None:
    outcome = talk(FtpRead(TARGET, OWN, "/none", lambda _: None), FtpPeer({}))
    assert (outcome.result, outcome.detail) == (FtpResult.REFUSED, "there is no such file")


@pytest.mark.parametrize("loss", LOSSES)
def test_logs_are_listed_and_arrive_byte_for_byte(loss: float) -> None:
    logs = {1: noise(100), 2: noise(120_017), 3: b""}
    for seed in range(3):
        peer = LogPeer(logs)
        listed = talk(LogList(TARGET), peer, loss=loss, seed=seed)
        assert [(entry.number, entry.size_bytes) for entry in listed.value] == [(n, len(logs[n])) for n in logs]
        for entry in listed.value:
            got = bytearray(logs[entry.number][:1000])
            outcome = talk(LogData(TARGET, entry, got.extend, start=len(got)), peer, loss=loss, seed=seed)
            assert outcome.result is FtpResult.DONE, outcome.detail
            assert bytes(got) == logs[entry.number]


def test_a_vehicle_without_logs_says_so() -> None:
    assert talk(LogList(TARGET), LogPeer({})).value == ()


def test_a_log_shorter_than_listed_ends_where_it_ends() -> None:
    got = bytearray()
    outcome = talk(LogData(TARGET, LogEntry(1, 500, 0), got.extend), LogPeer({1: noise(180)}))
    assert outcome.result is FtpResult.DONE
    assert bytes(got) == noise(180)
