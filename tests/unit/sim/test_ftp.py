"""The vehicle's files over MAVLink FTP, as a station's client asks for them."""

import struct
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink
from pymavlink.mavftp import MAVFTP

from sim.services.ftp_frames import Op
from tests.support.simulated_flight import Flight

NAK, ACK = 129, 128
HEADER = struct.Struct("<HBBBBBxI")


class Client:
    """A station's half: one request at a time, replies as (op, data, offset, sequence)."""

    def __init__(self, flight: Flight, station: tuple[int, int] = (254, 190)) -> None:
        self.flight = flight
        self.station = station
        self.sequence = 0

    def payload(self, op: int, data: bytes = b"", *, offset: int = 0, session: int = 0, size: int | None = None) -> bytes:
        header = HEADER.pack(self.sequence, session, op, len(data) if size is None else size, 0, 0, offset)
        return (header + data).ljust(251, b"\0")

    def send(self, payload: bytes) -> list[tuple[int, bytes, int, int]]:
        wires = self.flight.tell(mavlink.MAVLink_file_transfer_protocol_message(0, 1, 1, payload), self.station)
        return [self.parsed(wire) for wire in wires]

    def ask(self, op: int, data: bytes = b"", **fields: Any) -> tuple[int, bytes]:
        payload = self.payload(op, data, **fields)
        self.sequence += 1
        [(result, answer, _, sequence)] = self.send(payload)
        assert sequence == self.sequence
        return result, answer

    @staticmethod
    def parsed(wire: Any) -> tuple[int, bytes, int, int]:
        sequence, _, op, size, _, _, offset = HEADER.unpack_from(bytes(wire.payload))
        return op, bytes(wire.payload)[12 : 12 + size], offset, sequence

    def burst(self, size: int = 239) -> bytes:
        """The rest of the open file, read in bursts."""
        data = b""
        self.flight.sent.clear()
        assert self.send(self.payload(Op.BURST_READ_FILE, size=size)) == []
        self.flight.run(3.0)
        for op, part, offset, _ in map(self.parsed, self.flight.of("FILE_TRANSFER_PROTOCOL")):
            if op == NAK:
                assert part == b"\x06"  # end of file
                return data
            assert offset == len(data)
            data += part
        raise AssertionError("the burst never ended")

    def read_whole(self, path: bytes, size: int = 239) -> bytes:
        assert self.ask(Op.OPEN_FILE_RO, path)[0] == ACK
        data = self.burst(size)
        assert self.ask(Op.TERMINATE_SESSION)[0] == ACK
        return data


@pytest.fixture
def client() -> Client:
    return Client(Flight())


@pytest.mark.parametrize("size", [239, 80], ids=["whole messages", "pymavlink's 80 bytes"])
@pytest.mark.parametrize("path", [b"@PARAM/param.pck", b"@PARAM/param.pck?withdefaults=1"], ids=["values", "with defaults"])
def test_the_packed_parameters_are_what_pymavlink_expects(client: Client, path: bytes, size: int) -> None:
    client.flight.tell(mavlink.MAVLink_param_set_message(1, 1, b"RTL_ALT", 4321.0, mavlink.MAV_PARAM_TYPE_REAL32))
    packed = MAVFTP.ftp_param_decode(client.read_whole(path, size))
    values = {name.decode(): value for name, value, _ in packed.params}
    table = client.flight.copter.parameters
    assert values == pytest.approx({found.name: found.value for found in table.all()})
    assert values["RTL_ALT_M"] == pytest.approx(43.21)


def test_a_file_is_written_read_back_summed_renamed_and_removed(client: Client) -> None:
    contents = bytes(range(256)) * 3
    assert client.ask(Op.CREATE_DIRECTORY, b"/notes")[0] == ACK
    assert client.ask(Op.CREATE_FILE, b"/notes/a.bin")[0] == ACK
    for offset in range(0, len(contents), 200):
        assert client.ask(Op.WRITE_FILE, contents[offset : offset + 200], offset=offset)[0] == ACK
    assert client.ask(Op.TERMINATE_SESSION)[0] == ACK
    assert client.ask(Op.LIST_DIRECTORY, b"/notes")[1] == b"Fa.bin\t768\0"
    assert client.ask(Op.RENAME, b"/notes/a.bin\0/notes/b.bin\0")[0] == ACK
    assert client.read_whole(b"/notes/b.bin") == contents
    assert client.ask(Op.CALC_FILE_CRC32, b"/notes/b.bin")[1] != b""
    assert client.ask(Op.REMOVE_DIRECTORY, b"/notes")[0] == NAK
    assert client.ask(Op.REMOVE_FILE, b"/notes/b.bin")[0] == ACK
    assert client.ask(Op.REMOVE_DIRECTORY, b"/notes")[0] == ACK
    assert client.ask(Op.LIST_DIRECTORY, b"/notes") == (NAK, b"\x0a")


def test_a_repeated_request_gets_the_same_reply_and_is_done_once(client: Client) -> None:
    create = client.payload(Op.CREATE_DIRECTORY, b"/once")
    assert client.send(create) == client.send(create)
    client.sequence += 1
    assert client.ask(Op.CREATE_DIRECTORY, b"/once") == (NAK, b"\x08")  # a new request finds it there


@pytest.mark.parametrize(
    ("op", "data", "fault"),
    [
        (Op.OPEN_FILE_RO, b"/none.txt", 10),
        (Op.READ_FILE, b"", 10),
        (Op.TRUNCATE_FILE, b"/none.txt", 1),
        (Op.LIST_DIRECTORY, b"/none", 10),
        (Op.REMOVE_FILE, b"@PARAM/param.pck", 9),
        (Op.OPEN_FILE_RO, b"/../etc/passwd", 9),
        (Op.OPEN_FILE_RO, b"", 3),
    ],
    ids=["no such file", "no session", "an unknown operation", "no such folder", "a generated file", "outside", "no name"],
)
def test_what_cannot_be_done_is_refused_with_its_reason(client: Client, op: int, data: bytes, fault: int) -> None:
    assert client.ask(op, data) == (NAK, bytes([fault]))


def test_reading_past_the_end_says_end_of_file(client: Client) -> None:
    result, size = client.ask(Op.OPEN_FILE_RO, b"@SYS/uarts.txt")
    assert result == ACK
    assert client.ask(Op.READ_FILE, offset=struct.unpack("<I", size)[0], size=239) == (NAK, b"\x06")


def test_an_idle_session_goes_on_on_an_ardupilot_until_its_place_is_wanted(client: Client) -> None:
    assert client.ask(Op.OPEN_FILE_RO, b"@SYS/uarts.txt")[0] == ACK
    client.flight.run(4)
    assert client.ask(Op.READ_FILE, size=10)[0] == ACK
    client.flight.run(4)
    assert client.ask(Op.OPEN_FILE_RO, b"@SYS/uarts.txt")[0] == ACK


def test_an_idle_session_is_closed_by_a_px4() -> None:
    client = Client(Flight(autopilot="px4"))
    assert client.ask(Op.CREATE_FILE, b"/a.bin")[0] == ACK
    client.flight.run(12)
    assert client.ask(Op.WRITE_FILE, b"late") == (NAK, b"\x04")


@pytest.mark.parametrize(("autopilot", "fault"), [("ardupilot", 1), ("px4", 5)])
def test_an_autopilot_has_one_file_open_and_refuses_the_next_until_the_first_is_idle(autopilot: str, fault: int) -> None:
    flight = Flight(autopilot=autopilot)
    first, second = Client(flight), Client(flight, (250, 190))
    assert first.ask(Op.CREATE_FILE, b"/a.bin")[0] == ACK
    assert second.ask(Op.CREATE_FILE, b"/b.bin") == (NAK, bytes([fault]))
    flight.run(12)
    assert second.ask(Op.CREATE_FILE, b"/b.bin")[0] == ACK


def test_the_mission_is_a_file_too(client: Client) -> None:
    client.flight.upload(client.flight.square_mission())
    data = client.read_whole(b"@MISSION/mission.dat")
    assert struct.unpack_from("<HHHHH", data) == (0x763D, 0, 0, 0, 9)
    assert len(data) == 10 + 9 * 38
