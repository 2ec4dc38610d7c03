"""Lanes: frames of which only the newest matters are kept as bytes, and nothing of what a station must notice is missed by that."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from ground_station.links import MemoryLink, Packet, memory_pair
from ground_station.mavlink import Frame
from ground_station.mavlink.lanes import FrameHeader, Lane
from ground_station.mavlink.signing import SigningKey
from ground_station.vehicles import Happening, Vehicle, VehicleNetwork
from ground_station.vehicles.attached import AttachedLink

ARMED = mavlink.MAV_MODE_FLAG_SAFETY_ARMED
CUSTOM = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
GUIDED, RTL = 4, 6
PX4_POSITION = 3 << 16

pytestmark = pytest.mark.anyio


class Aircraft:
    """Says what it is told to, one frame a packet, and reports which of its frames went the long way."""

    def __init__(self, network: VehicleNetwork, link: MemoryLink, happenings: list[Happening], system_id: int = 1) -> None:
        self.network, self.link, self.happenings = network, link, happenings
        self.mav = mavlink.MAVLink(None, srcSystem=system_id, srcComponent=1)
        self.peer = "radio"

    @property
    def vehicle(self) -> Vehicle:
        return self.network.fleet.require(f"mav-{self.mav.srcSystem}")

    @property
    def attached(self) -> AttachedLink:
        return self.network._attached[self.link][0]

    def frame(self, message: Any) -> bytes:
        data = bytes(message.pack(self.mav))
        self.mav.seq = (self.mav.seq + 1) % 256
        return data

    async def say(self, *messages: Any) -> None:
        await self.send(*(self.frame(message) for message in messages))

    async def send(self, *packets: bytes) -> None:
        expected = self.attached.bytes_in + sum(map(len, packets))
        for data in packets:
            self.link.inbox.put(Packet(data, self.peer))
        with anyio.fail_after(45):
            while self.attached.bytes_in < expected:
                await checkpoint()

    async def heartbeat(
        self, *, mode: int = GUIDED, armed: bool = False, status: int = mavlink.MAV_STATE_STANDBY, autopilot: int = 3
    ) -> None:
        await self.say(mavlink.MAVLink_heartbeat_message(2, autopilot, CUSTOM | ARMED * armed, mode, status, 3))

    async def attitude(self, roll: float, boot_ms: int = 1000) -> None:
        await self.say(mavlink.MAVLink_attitude_message(boot_ms, roll, 0.0, 0.0, 0.0, 0.0, 0.0))

    def lanes(self) -> set[str]:
        """Messages that now have a lane."""
        return {mavlink.mavlink_map[lane.message_id].msgname for lane in self.attached.codec.lanes()}

    def kinds(self) -> list[str]:
        return [happening.kind for happening in self.happenings]


@asynccontextmanager
async def flying(**network: Any) -> AsyncIterator[Aircraft]:
    """A vehicle whose poses nobody wants, and whose heartbeat and attitude have lanes."""
    happenings: list[Happening] = []
    near, far = memory_pair()
    async with near, far, VehicleNetwork(asks=False, on_happening=lambda _, h: happenings.append(h), **network) as heard:
        heard.attach(near)
        aircraft = Aircraft(heard, near, happenings)
        await aircraft.heartbeat()
        aircraft.vehicle.poses_wanted = False
        await aircraft.heartbeat()
        await aircraft.attitude(0.0)
        yield aircraft


async def test_frames_by_a_lane_are_in_the_state_as_soon_as_somebody_looks() -> None:
    async with flying() as aircraft:
        assert aircraft.lanes() == {"HEARTBEAT", "ATTITUDE"}
        for roll in (0.1, 0.2, 0.3):
            await aircraft.attitude(roll)
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(17.189, abs=1e-3)
        await aircraft.attitude(0.4)
        assert b'"roll_deg":22.9' in aircraft.vehicle.state_json(0.0)
        await aircraft.say(mavlink.MAVLink_attitude_message(0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))  # all zeros: sent as a single byte
        assert aircraft.vehicle.snapshot(0.0).roll_deg == 0.0


async def test_frames_by_lanes_are_counted_and_lost_ones_are_missed() -> None:
    async with flying() as aircraft:
        before = aircraft.network.frames_heard
        for step in range(40):
            await aircraft.attitude(step / 10)
            if step % 10 == 5:
                aircraft.mav.seq = (aircraft.mav.seq + 2) % 256
        (health,) = aircraft.network.health()
        assert (aircraft.network.frames_heard - before, health.lost, health.systems) == (40, 8, (1,))
        assert aircraft.vehicle.packets() == (health.frames, 8)


async def test_broken_and_unknown_bytes_do_not_get_into_a_lane() -> None:
    async with flying() as aircraft:
        await aircraft.attitude(0.1)
        good = aircraft.frame(mavlink.MAVLink_attitude_message(1, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0))
        for broken in (good[:-1] + bytes([good[-1] ^ 1]), good[:12] + b"\x55" + good[13:], good[:2] + b"\x40" + good[3:]):
            await aircraft.send(broken)
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(5.7296, abs=1e-3)
        assert aircraft.network.health()[0].bad_crc == 3
        await aircraft.heartbeat()
        await aircraft.attitude(0.2)
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(11.459, abs=1e-3)


async def test_who_subscribes_gets_every_frame_and_the_lane_opens_again_when_he_leaves() -> None:
    async with flying() as aircraft:
        await aircraft.attitude(0.1)
        with aircraft.vehicle.subscribe({"ATTITUDE"}) as attitudes:
            assert aircraft.lanes() == {"HEARTBEAT"}
            for roll in (0.2, 0.3, 0.4):
                await aircraft.attitude(roll)
            assert [round(attitudes.receive_nowait().roll, 3) for _ in range(3)] == [0.2, 0.3, 0.4]
            assert aircraft.lanes() == {"HEARTBEAT"}
        await aircraft.attitude(0.5)
        assert aircraft.lanes() == {"HEARTBEAT", "ATTITUDE"}
        await aircraft.attitude(0.6)
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(34.377, abs=1e-3)


async def test_who_waits_for_a_change_is_woken_by_the_next_frame() -> None:
    async with flying() as aircraft, anyio.create_task_group() as tasks:
        woken: list[bool] = []

        async def wait() -> None:
            woken.append(await aircraft.vehicle.wait_until(lambda: (aircraft.vehicle.estimate.roll_deg or 0.0) > 50.0, 45.0))

        tasks.start_soon(wait)
        await checkpoint()
        await aircraft.attitude(0.5)
        assert not woken
        await aircraft.attitude(1.0)
        await checkpoint()
        assert woken == [True]


async def test_poses_wanted_again_come_of_every_frame() -> None:
    poses: list[float] = []
    async with flying(on_pose=lambda _, pose: poses.append(pose.roll_deg)) as aircraft:
        await aircraft.say(mavlink.MAVLink_system_time_message(1_800_000_000_000_000, 1000))
        await aircraft.attitude(0.1, 1100)
        assert not poses
        aircraft.vehicle.poses_wanted = True
        await aircraft.say(mavlink.MAVLink_global_position_int_message(1200, 436505000, 511600000, 0, 0, 0, 0, 0, 0))
        for boot_ms in (1250, 1300, 1350):
            await aircraft.attitude(0.1, boot_ms)
        assert len(poses) == 3


@pytest.mark.parametrize(
    ("changed", "kind"),
    [({"armed": True}, "armed"), ({"mode": RTL}, "mode_changed"), ({"armed": True, "status": mavlink.MAV_STATE_ACTIVE}, "took_off")],
    ids=["armed", "mode", "flying"],
)
async def test_a_heartbeat_that_says_something_new_is_told_at_once(changed: dict[str, Any], kind: str) -> None:
    async with flying() as aircraft:
        for _ in range(3):
            await aircraft.heartbeat()
        assert aircraft.kinds() == ["link_found"]
        await aircraft.heartbeat(**changed)
        assert kind in aircraft.kinds()
        told = aircraft.kinds()
        for _ in range(3):
            await aircraft.heartbeat(**changed)
        assert aircraft.kinds() == told, "and once"
        assert "HEARTBEAT" in aircraft.lanes(), "what repeats it goes by a lane again"


async def test_repeated_heartbeats_keep_a_vehicle_alive_and_the_first_after_a_loss_finds_it() -> None:
    async with flying() as aircraft:
        fleet, vehicle = aircraft.network.fleet, aircraft.vehicle
        await aircraft.heartbeat()
        now_s = anyio.current_time()  # the loop's clock is the monotonic one
        assert vehicle.snapshot(now_s + 1.0).heartbeat_age_s == pytest.approx(1.0, abs=0.2)
        fleet.on_time(now_s + 3.0)
        assert vehicle.online
        fleet.on_time(now_s + 4.0)
        assert not vehicle.online
        assert aircraft.kinds() == ["link_found", "link_lost"]
        await aircraft.heartbeat()
        assert vehicle.online
        assert aircraft.kinds() == ["link_found", "link_lost", "link_found"]


async def test_a_heartbeat_after_something_else_happened_is_looked_into_though_it_says_the_same() -> None:
    async with flying() as aircraft:
        # In the air by its landed state though disarmed: the heartbeat that follows contradicts.
        await aircraft.say(mavlink.MAVLink_extended_sys_state_message(0, mavlink.MAV_LANDED_STATE_IN_AIR))
        assert aircraft.vehicle.estimate.flying
        await aircraft.heartbeat()
        assert not aircraft.vehicle.estimate.flying
        assert aircraft.kinds() == ["link_found", "took_off", "landed"]


async def test_heartbeats_of_an_autopilot_that_does_not_say_whether_it_flies_are_all_looked_into() -> None:
    async with flying() as aircraft:
        px4 = {"armed": True, "autopilot": mavlink.MAV_AUTOPILOT_PX4, "mode": PX4_POSITION, "status": mavlink.MAV_STATE_ACTIVE}
        other = Aircraft(aircraft.network, aircraft.link, aircraft.happenings, system_id=2)
        await other.heartbeat(**px4)
        other.vehicle.poses_wanted = False
        await other.heartbeat(**px4)
        assert not other.vehicle.estimate.flying
        await other.say(mavlink.MAVLink_global_position_int_message(9, 436505000, 511600000, 9000, 8000, 0, 0, 0, 0))
        await other.heartbeat(**px4)
        assert other.vehicle.estimate.flying, "by its height"


async def test_heartbeats_somebody_subscribes_to_are_all_handed_on() -> None:
    async with flying() as aircraft:
        with aircraft.vehicle.subscribe({"HEARTBEAT"}) as heartbeats:
            for _ in range(3):
                await aircraft.heartbeat()
            assert heartbeats.statistics().current_buffer_used == 3
            assert "HEARTBEAT" not in aircraft.lanes()


async def test_a_vehicle_heard_a_second_way_has_no_lanes_and_one_source_is_followed() -> None:
    async with flying() as aircraft:
        await aircraft.attitude(0.1)
        aircraft.peer = "internet"
        await aircraft.attitude(0.9)
        assert aircraft.lanes() == set(), "which of two ways is followed is judged frame by frame"
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(5.7296, abs=1e-3)
        aircraft.peer = "radio"
        await aircraft.heartbeat()
        await aircraft.attitude(0.2)
        assert aircraft.lanes() == set()
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(11.459, abs=1e-3)


async def test_once_a_vehicle_has_a_key_unsigned_frames_get_no_way_around_it_by_a_lane() -> None:
    async with flying() as aircraft:
        await aircraft.attitude(0.1)
        key = bytes(range(32))
        aircraft.network.guard.use(1, SigningKey(key))
        await aircraft.attitude(0.9)
        await aircraft.heartbeat(armed=True)
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(5.7296, abs=1e-3)
        assert not aircraft.vehicle.estimate.armed
        assert aircraft.network.guard.refusals == 2
        aircraft.mav.signing.secret_key, aircraft.mav.signing.sign_outgoing = key, True
        aircraft.mav.signing.timestamp = aircraft.network.guard.clock.now()
        await aircraft.attitude(0.2)
        await aircraft.heartbeat(armed=True)
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(11.459, abs=1e-3)
        assert aircraft.vehicle.estimate.armed
        aircraft.network.guard.use(1)
        aircraft.mav.signing.sign_outgoing = False
        for roll in (0.3, 0.4):
            await aircraft.attitude(roll)
            await aircraft.heartbeat(armed=True)
        assert aircraft.lanes() == {"HEARTBEAT", "ATTITUDE"}
        assert aircraft.vehicle.estimate.roll_deg == pytest.approx(22.918, abs=1e-3)


async def test_frames_by_lanes_are_recorded_with_what_they_are_and_of_whom() -> None:
    async with flying() as aircraft:
        recorded: list[tuple[str, bytes, FrameHeader]] = []
        aircraft.network.raw_frames.append(lambda link, direction, at_us, data, header: recorded.append((direction, data, header)))
        sent = [aircraft.frame(mavlink.MAVLink_attitude_message(number, 0.1, 0.2, 0.3, 0.0, 0.0, 0.0)) for number in range(5)]
        sent.insert(2, aircraft.frame(mavlink.MAVLink_sys_status_message(*[1] * 13)))
        await aircraft.send(*sent)
        heard = [(data, header) for direction, data, header in recorded if direction == "in"]
        assert [data for data, _ in heard] == sent
        assert [header.message_id for _, header in heard] == [30, 30, 1, 30, 30, 30]
        assert {(header.system_id, header.component_id) for _, header in heard} == {(1, 1)}
        assert {type(header) for _, header in heard} == {Frame, Lane}
