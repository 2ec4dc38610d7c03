"""One vehicle heard several ways, and frames on their way to further stations."""

from typing import Any

import pytest

from geo.primitives import LinkError
from ground_station.links import memory_pair
from ground_station.mavlink import Frame, FrameSplitter, MavlinkCodec, WireMessage, mavlink, station_heartbeat
from ground_station.mavlink.targets import target_of
from ground_station.vehicles import parse_forward
from ground_station.vehicles.attached import AttachedLink
from ground_station.vehicles.forwarding import Router
from ground_station.vehicles.paths import Paths, Route, Verdict
from tests.support.frames import frame_bytes

RADIO, INTERNET = object(), object()


def attitude(sequence: int) -> Frame:
    return FrameSplitter().split(frame_bytes(30, bytes([sequence, 1, 2, 3]), sequence=sequence))[0]


def test_copies_over_two_links_are_used_once_and_gaps_of_one_are_filled_by_the_other() -> None:
    radio, internet = Route(RADIO, "a"), Route(INTERNET, "b")
    paths = Paths(radio, 0.0)
    used = []
    for number in range(1, 100):
        now_s = number / 20
        for route, lost in ((radio, number % 5 == 0), (internet, number % 7 == 0)):
            if not lost and paths.judge(route, now_s + 0.01 * (route is internet), attitude(number), streamed=True) is Verdict.USE:
                used.append(number)
    assert len(used) == len(set(used))
    assert set(range(10, 100)) - set(used) == {35, 70}  # lost on both


def test_an_independent_stream_of_a_second_link_is_left_aside_until_the_first_is_silent() -> None:
    radio, internet = Route(RADIO, "a"), Route(INTERNET, "b")
    paths = Paths(radio, 0.0)
    for number in range(20):
        assert paths.judge(radio, number * 0.1, attitude(number)) is Verdict.USE
        assert paths.judge(internet, number * 0.1 + 0.05, attitude(number + 100)) is Verdict.ASIDE
    verdicts = [paths.judge(internet, 2.0 + number * 0.5, attitude(130 + number)) for number in range(6)]
    assert verdicts[:3] == [Verdict.ASIDE] * 3
    assert verdicts[-1] is Verdict.USE
    assert paths.route == internet


def test_two_speakers_taking_turns_on_one_link_are_a_conflict_told_once() -> None:
    first, second = Route(RADIO, "a"), Route(RADIO, "b")
    paths = Paths(first, 0.0)
    verdicts = []
    for number in range(20):
        paths.judge(first, number * 0.5, attitude(number))
        verdicts.append(paths.judge(second, number * 0.5 + 0.2, attitude(200 - number)))
    assert verdicts.count(Verdict.CONFLICT) == 1
    assert Verdict.USE not in verdicts


def test_a_vehicle_whose_address_changes_is_no_conflict() -> None:
    paths = Paths(Route(RADIO, "old"), 0.0)
    verdicts = [paths.judge(Route(RADIO, "new"), 0.1 + number * 0.1, attitude(number)) for number in range(40)]
    assert Verdict.CONFLICT not in verdicts
    assert verdicts[-1] is Verdict.USE


@pytest.mark.parametrize(
    ("message", "target"),
    [
        (mavlink.MAVLink_command_long_message(3, 7, 400, 0, 0, 0, 0, 0, 0, 0, 0), (3, 7)),
        (mavlink.MAVLink_mission_item_int_message(9, 0, 1, 0, 16, 0, 1, 0, 0, 0, 0, 1, 2, 3.0, 0), (9, 0)),
        (mavlink.MAVLink_param_set_message(1, 1, b"NAME", 1.0, 9), (1, 1)),
        (mavlink.MAVLink_set_mode_message(5, 1, 4), (5, 0)),
        (mavlink.MAVLink_command_ack_message(400, 0, 0, 0, 255, 190), (255, 190)),
        (mavlink.MAVLink_heartbeat_message(2, 3, 0, 0, 0, 3), (0, 0)),
    ],
    ids=lambda value: value.get_type() if hasattr(value, "get_type") else "",
)
def test_the_target_is_read_without_decoding(message: WireMessage, target: tuple[int, int]) -> None:
    [frame] = FrameSplitter().split(MavlinkCodec(1, 1).encode(message))
    assert target_of(frame) == target


class Crossing:
    """A router with links in memory: what is heard on one, and what each far end got."""

    def __init__(self) -> None:
        self.router = Router(254)
        self.far: dict[str, Any] = {}
        self.near: dict[str, AttachedLink] = {}
        self.now_s = 0.0

    async def add(self, name: str, role: Any = "vehicles", *, commands: bool = False) -> None:
        near, self.far[name] = memory_pair(name)
        await near.__aenter__()
        self.near[name] = AttachedLink(near, MavlinkCodec(254), role, commands=commands)
        self.router.add(self.near[name])

    def hear(self, name: str, frame: bytes) -> None:
        self.now_s += 0.1
        for taken in FrameSplitter().split(frame):
            self.router.on_frame(taken, self.near[name], "peer", self.now_s)

    def got(self, name: str) -> list[bytes]:
        packets = []
        while (packet := self.far[name].waiting()) is not None:
            packets.append(packet.data)
        return packets


def said_by(system_id: int, component_id: int, message: WireMessage) -> bytes:
    return MavlinkCodec(system_id, component_id).encode(message)


HEARTBEAT_1 = said_by(1, 1, mavlink.MAVLink_heartbeat_message(2, 3, 81, 4, 4, 3))
QGC = said_by(255, 190, station_heartbeat())
TO_1 = said_by(255, 190, mavlink.MAVLink_command_long_message(1, 1, 400, 0, 1, 0, 0, 0, 0, 0, 0))
ACK_TO_QGC = said_by(1, 1, mavlink.MAVLink_command_ack_message(400, 0, 0, 0, 255, 190))
FOREIGN = bytes([0xFD, 3, 0, 0, 9, 1, 1, 0xFE, 0xFF, 0xFE, 7, 8, 9, 1, 2])


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_frames_go_on_unchanged_broadcasts_to_all_and_targeted_ones_where_the_target_was_heard() -> None:
    crossing = Crossing()
    for name in ("one", "two"):
        await crossing.add(name)
    await crossing.add("qgc", "forward", commands=True)
    await crossing.add("logger", "forward")
    crossing.hear("one", HEARTBEAT_1)
    crossing.hear("one", FOREIGN)
    assert crossing.got("qgc") == crossing.got("logger") == [HEARTBEAT_1, FOREIGN]
    crossing.hear("qgc", QGC)
    crossing.hear("qgc", TO_1)
    assert crossing.got("one") == [QGC, TO_1]
    assert crossing.got("two") == [QGC]  # the command is not its business
    crossing.got("logger")
    crossing.hear("one", ACK_TO_QGC)
    assert (crossing.got("qgc"), crossing.got("logger"), crossing.got("two")) == ([ACK_TO_QGC], [], [])


@pytest.mark.anyio
async def test_an_endpoint_only_listens_unless_it_was_allowed_to_command() -> None:
    crossing = Crossing()
    await crossing.add("one")
    await crossing.add("qgc", "forward")
    crossing.hear("one", HEARTBEAT_1)
    crossing.hear("qgc", QGC)
    crossing.hear("qgc", TO_1)
    assert crossing.got("one") == []
    assert crossing.near["qgc"].refused == 2


@pytest.mark.anyio
async def test_what_comes_back_over_a_loop_goes_no_further() -> None:
    crossing = Crossing()
    await crossing.add("one")
    for name in ("router", "other"):
        await crossing.add(name, "forward", commands=True)
    crossing.hear("one", HEARTBEAT_1)
    crossing.got("other"), crossing.got("router")
    crossing.hear("router", HEARTBEAT_1)  # our own forwarding, come round
    crossing.hear("router", said_by(254, 190, station_heartbeat()))
    crossing.hear("router", QGC)
    crossing.hear("other", QGC)  # the same frame by the other endpoint
    assert crossing.got("other") == [QGC]
    assert crossing.got("router") == []
    assert crossing.got("one") == [QGC]
    assert crossing.router.loops == 3


@pytest.mark.anyio
async def test_routes_of_a_system_that_restarted_are_learnt_anew() -> None:
    crossing = Crossing()
    for name in ("one", "two"):
        await crossing.add(name)
    await crossing.add("qgc", "forward", commands=True)
    crossing.hear("one", said_by(1, 1, mavlink.MAVLink_system_time_message(0, 500_000)))
    crossing.hear("two", said_by(1, 1, mavlink.MAVLink_system_time_message(0, 1_000)))
    crossing.hear("qgc", TO_1)
    assert (crossing.got("one"), crossing.got("two")) == ([], [TO_1])


@pytest.mark.anyio
async def test_a_signing_key_is_never_forwarded() -> None:
    crossing = Crossing()
    await crossing.add("one")
    await crossing.add("qgc", "forward", commands=True)
    crossing.hear("one", HEARTBEAT_1)
    crossing.got("qgc")
    crossing.hear("qgc", said_by(255, 190, mavlink.MAVLink_setup_signing_message(1, 1, [7] * 32, 5)))
    crossing.hear("one", said_by(1, 1, mavlink.MAVLink_setup_signing_message(0, 0, [7] * 32, 5)))
    assert (crossing.got("one"), crossing.got("qgc")) == ([], [])


def test_an_endpoint_listens_only_unless_written_otherwise() -> None:
    assert parse_forward("udpout:10.0.0.5:14550").commands is False
    assert parse_forward("tcpin:0.0.0.0:5761?commands=yes").commands is True
    with pytest.raises(LinkError, match="'commands=maybe'"):
        parse_forward("udpout:10.0.0.5:14550?commands=maybe")
