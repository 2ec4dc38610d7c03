"""A companion computer and its station on real servers: what is seen waits on board and arrives once; the way in leads nowhere else."""

import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import anyio
import pytest
from nats.aio.client import Client

from geo.core import open_database
from geo.primitives import SettingsError, derived_id
from ground_station.bus.companions import CompanionBook
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.bus.leaf_certificate import leaf_authority
from ground_station.bus.private_server import PrivateNats
from ground_station.bus.server_config import LeafRemote, companion_config, inbox_of
from ground_station.bus.station_bus import companion_address, station_bus
from ground_station.bus.subjects import COMMAND_REQUEST, OBSERVATION, OBSERVATION_STREAM, SOURCE_STATUS, STORED, TELEMETRY_STATE
from ground_station.mavlink import MavlinkCodec, mavlink
from ground_station.messages import ObservationMessage, SourceStatus
from ground_station.onboard.budget import ByteBudget
from ground_station.onboard.invitation import Invitation, read_invitation
from ground_station.onboard.spool import PREFIX, Forwarder, open_spool
from ground_station.processes import onboard
from ground_station.settings import CompanionSettings, OnboardSettings, Settings, WatchSettings
from ground_station.store.intake import Delivered
from ground_station.store.records import Records
from tests.support.programs import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.bus]
DEADLINE_S = 60.0
SOURCE = "mav-7-onboard"
SEEN_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def station_settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "station", companion=CompanionSettings(listen=f"127.0.0.1:{free_port()}"))


def invited(settings: Settings, source_id: str = SOURCE) -> Invitation:
    companion = CompanionBook(settings.data_dir).invite(source_id, "mav-7")
    authority = leaf_authority(settings.data_dir).read_text()
    address = companion_address(settings)
    assert address is not None
    return Invitation(station=address, source_id=source_id, vehicle_id="mav-7", password=companion.password, authority_pem=authority)


@asynccontextmanager
async def computer_on_board(folder: Path, invitation: Invitation) -> AsyncIterator[Client]:
    folder.mkdir(parents=True, exist_ok=True)
    authority = folder / "authority.pem"
    authority.write_text(invitation.authority_pem)
    remote = LeafRemote(invitation.station, invitation.source_id, invitation.password, authority)
    server = PrivateNats(folder, lambda *where: companion_config(*where, remote))
    async with server, connect_bus(server.url, name="on board", inbox=inbox_of(invitation.source_id)) as client:
        yield client


@asynccontextmanager
async def forwarding(client: Client) -> AsyncIterator[Forwarder]:
    forwarder = Forwarder(client, await open_spool(client, 10_000_000), ByteBudget(1e6))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(forwarder.run)
        yield forwarder
        tasks.cancel_scope.cancel()


async def kept(client: Client) -> int:
    return int((await client.jetstream().stream_info(OBSERVATION_STREAM)).state.messages)


async def until_kept(client: Client, count: int) -> None:
    with anyio.fail_after(DEADLINE_S):
        while await kept(client) < count:
            await anyio.sleep(0.1)


async def test_what_was_seen_without_a_station_arrives_once_when_there_is_one(tmp_path: Path) -> None:
    settings = station_settings(tmp_path)
    invitation = invited(settings)
    async with computer_on_board(tmp_path / "drone", invitation) as drone:
        spool = await open_spool(drone, 10_000_000)
        for number in range(50):
            await spool.publish(f"{PREFIX}{OBSERVATION}.{SOURCE}", b"%d" % number, headers={"Nats-Msg-Id": f"seen:{number}"})
    # The computer was switched off and on again; then the station comes into reach.
    async with (
        computer_on_board(tmp_path / "drone", invitation) as drone,
        station_bus(settings) as ground,
        connect_bus(ground.url, name="test") as client,
    ):
        jetstream = await ensure_streams(client)
        async with forwarding(drone):
            await until_kept(client, 50)
            # Sent again, as after a lost answer, it is still kept once.
            await spool_again(drone)
            await drone.jetstream().publish(f"{PREFIX}{OBSERVATION}.{SOURCE}", b"last", headers={"Nats-Msg-Id": "seen:last"})
            await until_kept(client, 51)
        subscription = await jetstream.subscribe(f"{OBSERVATION}.>", ordered_consumer=True)
        seen = [(await subscription.next_msg(timeout=DEADLINE_S)).data for _ in range(51)]
        assert sorted(seen) == sorted([b"%d" % number for number in range(50)] + [b"last"])
        assert await kept(client) == 51


async def test_what_the_station_never_takes_holds_up_nothing_and_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ground_station.onboard.spool.ANSWER_DEADLINE_S", 0.5)
    settings = station_settings(tmp_path)
    invitation = invited(settings)
    async with (
        station_bus(settings) as ground,
        connect_bus(ground.url, name="test") as client,
        computer_on_board(tmp_path / "drone", invitation) as drone,
        forwarding(drone),
    ):
        await ensure_streams(client)
        await drone.jetstream().publish(f"{PREFIX}{COMMAND_REQUEST}.mav-1", b"arm", headers={"Nats-Msg-Id": "forbidden"})
        number = 0
        with anyio.fail_after(DEADLINE_S):
            while (await drone.jetstream().stream_info("SPOOL", subjects_filter=f"{PREFIX}{COMMAND_REQUEST}.>")).state.subjects:
                await drone.jetstream().publish(f"{PREFIX}{OBSERVATION}.{SOURCE}", b"seen", headers={"Nats-Msg-Id": f"seen:{number}"})
                number += 1
                await until_kept(client, number)
        assert number > 3


async def spool_again(drone: Client) -> None:
    for number in range(5):
        await drone.jetstream().publish(f"{PREFIX}{OBSERVATION}.{SOURCE}", b"%d" % number, headers={"Nats-Msg-Id": f"seen:{number}"})


async def test_a_computer_on_board_commands_nobody_hears_nothing_and_speaks_for_its_own_camera_alone(tmp_path: Path) -> None:
    settings = station_settings(tmp_path)
    invitation = invited(settings)
    async with (
        station_bus(settings) as ground,
        connect_bus(ground.url, name="test") as station,
        computer_on_board(tmp_path / "drone", invitation) as drone,
    ):
        await ensure_streams(station)
        heard = await station.subscribe(">")
        overheard = await drone.subscribe(f"{TELEMETRY_STATE}.>")
        for subject in (f"{COMMAND_REQUEST}.mav-1", f"{OBSERVATION}.gate", f"{SOURCE_STATUS}.gate"):
            await drone.publish(subject, b"forged")
        await station.publish(f"{TELEMETRY_STATE}.mav-1", b"{}")
        with anyio.fail_after(DEADLINE_S):
            while True:  # the way is open, and it is the same way the forged ones went before
                await drone.publish(f"{SOURCE_STATUS}.{SOURCE}", b"mine")
                await drone.flush()
                with anyio.move_on_after(1.0):
                    first = await heard.next_msg(timeout=DEADLINE_S)
                    if first.subject == f"{SOURCE_STATUS}.{SOURCE}":
                        break
                    assert first.data != b"forged"
        assert await kept(station) == 0
        assert overheard.pending_msgs == 0


async def test_a_computer_that_was_removed_gets_in_no_more_and_one_invited_meanwhile_does(tmp_path: Path) -> None:
    settings = station_settings(tmp_path)
    first = invited(settings)
    async with station_bus(settings) as ground, connect_bus(ground.url, name="test") as station:
        await ensure_streams(station)
        CompanionBook(settings.data_dir).remove(SOURCE)
        second = invited(settings, "mav-8-onboard")
        assert station_bus(settings).reload()
        heard = await station.subscribe(f"{SOURCE_STATUS}.>")
        async with computer_on_board(tmp_path / "old", first) as old, computer_on_board(tmp_path / "new", second) as new:
            with anyio.fail_after(DEADLINE_S):
                while heard.pending_msgs == 0:
                    await old.publish(f"{SOURCE_STATUS}.{SOURCE}", b"old")
                    await new.publish(f"{SOURCE_STATUS}.mav-8-onboard", b"new")
                    await anyio.sleep(0.2)
            assert (await heard.next_msg(timeout=DEADLINE_S)).data == b"new"


@pytest.fixture
def model(shared_data: Path) -> Path:
    return shared_data / "weights" / "yolox_nano_416.onnx"


async def test_the_camera_on_board_is_watched_and_the_autopilot_hears_no_heartbeat(tmp_path: Path, shared_data: Path, model: Path) -> None:
    settings = station_settings(tmp_path)
    paper = tmp_path / "invitation.json"
    paper.write_text(invited(settings).model_dump_json())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as autopilot:
        autopilot.bind(("127.0.0.1", 0))
        autopilot.setblocking(False)
        port = free_port()
        aboard = Settings(
            data_dir=tmp_path / "drone",
            model=model,
            watch=WatchSettings(frames_per_second=8.0),
            onboard=OnboardSettings(
                invitation=paper,
                camera=str(shared_data / "traffic-video" / "intel_car_detection.mp4"),
                link=f"udpin:127.0.0.1:{port}",
            ),
        )
        async with (
            station_bus(settings) as ground,
            connect_bus(ground.url, name="test") as station,
            anyio.create_task_group() as tasks,
        ):
            jetstream = await ensure_streams(station)
            statuses = await station.subscribe(f"{SOURCE_STATUS}.{SOURCE}")
            observations = await jetstream.subscribe(f"{OBSERVATION}.{SOURCE}", ordered_consumer=True)
            tasks.start_soon(onboard.run, aboard)
            tasks.start_soon(say_heartbeats, autopilot, port)
            seen = ObservationMessage.model_validate_json((await observations.next_msg(timeout=DEADLINE_S)).data)
            status = SourceStatus.model_validate_json((await statuses.next_msg(timeout=DEADLINE_S)).data)
            tasks.cancel_scope.cancel()
        assert (seen.source_id, seen.vehicle_id) == (SOURCE, "mav-7")
        assert (status.process, status.waiting is not None) == ("onboard", True)
        said = list(frames_heard(autopilot))
        assert mavlink.MAVLINK_MSG_ID_COMMAND_LONG in said, "it asks for streams, so it was heard"
        assert mavlink.MAVLINK_MSG_ID_HEARTBEAT not in said


async def say_heartbeats(autopilot: socket.socket, port: int) -> None:
    codec = MavlinkCodec(7, 1)
    alive = mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA, 81, 0, 3, 3)
    while True:
        autopilot.sendto(codec.encode(alive), ("127.0.0.1", port))
        await anyio.sleep(0.5)


def frames_heard(autopilot: socket.socket) -> list[int]:
    codec, heard = MavlinkCodec(7, 1), []
    while True:
        try:
            data, peer = autopilot.recvfrom(4096)
        except BlockingIOError:
            return heard
        heard.extend(frame.message_id for frame in codec.frames(data, peer))


def test_an_invitation_that_is_none_is_refused_with_the_way_to_one(tmp_path: Path) -> None:
    for text in ("", "{}", json.dumps({"station": "x", "source_id": str(uuid4())})):
        (tmp_path / "paper").write_text(text)
        with pytest.raises(SettingsError, match="paper") as refused:
            read_invitation(tmp_path / "paper")
        assert "sunqar companion invite" in refused.value.hint


@pytest.mark.postgis
async def test_what_the_ground_saw_gives_way_to_what_the_computer_on_board_placed_better(database_url: str, nats_url: str) -> None:
    def seen(source_id: str, accuracy_m: float) -> ObservationMessage:
        return ObservationMessage(
            observation_id=derived_id(source_id),
            revision=0,
            source_id=source_id,
            kind="track",
            label="car",
            confidence=0.9,
            track_id=1,
            started_at=SEEN_AT,
            ended_at=SEEN_AT + timedelta(seconds=4),
            bbox_px=(0.0, 0.0, 10.0, 10.0),
            lon_deg=51.16,
            lat_deg=43.65,
            accuracy_m=accuracy_m,
            trajectory=[(51.16, 43.65, SEEN_AT.timestamp()), (51.1601, 43.65, SEEN_AT.timestamp() + 4.0)],
            model="sha256:00",
            vehicle_id="mav-7",
        )

    ground, aboard = seen("mav-7-camera", 4.0), seen(SOURCE, 2.0)
    async with open_database(database_url) as database, connect_bus(nats_url, name="test") as client:
        told = await client.subscribe(f"{STORED}.observation")
        for message in (ground, aboard):
            await Records(database, client).observations([Delivered(message, again=False)])
        heard = [ObservationMessage.model_validate_json((await told.next_msg(timeout=DEADLINE_S)).data) for _ in range(3)]
    assert heard == [ground, aboard, ground.model_copy(update={"same_as": aboard.observation_id})]
