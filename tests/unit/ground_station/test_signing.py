"""Signed links: what is believed, what is refused and told, where keys are kept and where they may go."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from geo.primitives import LinkError, SettingsError, VehicleError
from ground_station.links import MemoryLink, memory_pair
from ground_station.mavlink import Frame, FrameSplitter
from ground_station.mavlink.commands import request_message
from ground_station.mavlink.signing import TICKS_PER_S, Refusal, SigningClock, SigningKey, StreamGate
from ground_station.signing import KeyStore, SigningSetup, is_direct
from ground_station.vehicles import Happening, Vehicle, VehicleNetwork
from tests.support.frames import frame_bytes, signed
from tests.support.signing_vehicle import SigningVehicle

KEY = SigningKey(bytes(range(32)))
SECRET = "a secret key of the station that is long enough"
HEARTBEAT = frame_bytes(0, bytes([0, 0, 0, 0, 2, 3, 81, 4, 3]), system_id=1, component_id=1)


def frame(data: bytes) -> Frame:
    [only] = FrameSplitter().split(data)
    return only


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class TestGate:
    def setup_method(self) -> None:
        self.clock = SigningClock()
        self.gate = StreamGate(self.clock)
        self.now = self.clock.now()

    def test_a_right_signature_is_believed_once(self) -> None:
        message = frame(signed(HEARTBEAT, KEY.secret, self.now))
        assert self.gate.refusal(message, KEY) is None
        assert self.gate.refusal(message, KEY) is Refusal.REPLAYED

    def test_an_older_timestamp_of_the_same_stream_is_a_replay_another_stream_is_not(self) -> None:
        assert self.gate.refusal(frame(signed(HEARTBEAT, KEY.secret, self.now)), KEY) is None
        assert self.gate.refusal(frame(signed(HEARTBEAT, KEY.secret, self.now - 1)), KEY) is Refusal.REPLAYED
        assert self.gate.refusal(frame(signed(HEARTBEAT, KEY.secret, self.now - 1, link_id=2)), KEY) is None

    def test_a_new_stream_may_be_a_minute_behind_and_not_more(self) -> None:
        assert self.gate.refusal(frame(signed(HEARTBEAT, KEY.secret, self.now - 55 * TICKS_PER_S, link_id=3)), KEY) is None
        assert self.gate.refusal(frame(signed(HEARTBEAT, KEY.secret, self.now - 70 * TICKS_PER_S, link_id=4)), KEY) is Refusal.REPLAYED

    def test_a_wrong_key_and_a_changed_message_are_refused(self) -> None:
        assert self.gate.refusal(frame(signed(HEARTBEAT, bytes(32), self.now)), KEY) is Refusal.WRONG
        other = frame_bytes(0, bytes([0, 0, 0, 0, 2, 3, 209, 4, 3]), system_id=1, component_id=1)
        stolen = signed(other, KEY.secret, self.now)[:-6] + signed(HEARTBEAT, KEY.secret, self.now)[-6:]
        assert self.gate.refusal(frame(stolen), KEY) is Refusal.WRONG

    def test_a_forged_timestamp_does_not_deafen_the_stream(self) -> None:
        assert self.gate.refusal(frame(signed(HEARTBEAT, bytes(32), self.now + 2**40)), KEY) is Refusal.WRONG
        assert self.gate.refusal(frame(signed(HEARTBEAT, KEY.secret, self.now)), KEY) is None

    def test_unsigned_is_refused_when_signing_is_required_but_for_the_radio_itself(self) -> None:
        radio = frame(frame_bytes(109, bytes(9), system_id=1, component_id=1))
        assert self.gate.refusal(frame(HEARTBEAT), KEY) is Refusal.UNSIGNED
        assert self.gate.refusal(frame(HEARTBEAT), SigningKey(KEY.secret, required=False)) is None
        assert self.gate.refusal(radio, KEY) is None

    def test_our_own_timestamps_grow_and_run_ahead_of_all_heard(self) -> None:
        ahead = self.now + 3600 * TICKS_PER_S
        assert self.gate.refusal(frame(signed(HEARTBEAT, KEY.secret, ahead)), KEY) is None
        assert self.clock.next() > ahead
        assert self.clock.next() < self.clock.next()


def test_a_key_is_kept_encrypted_for_its_vehicle_and_comes_back(tmp_path: Path) -> None:
    KeyStore(tmp_path, SECRET).put(7, KEY)
    [file] = (tmp_path / "signing").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert KEY.secret.hex() not in file.read_text()
    assert KEY.secret not in file.read_bytes()
    stored = KeyStore(tmp_path, SECRET).get(7)
    assert stored is not None
    assert stored.key == KEY
    with pytest.raises(SettingsError, match=r"mav-7\.key cannot be opened"):
        KeyStore(tmp_path, SECRET + "!").get(7)
    file.rename(file.with_name("mav-8.key"))  # a key does not pass for another vehicle's
    with pytest.raises(SettingsError, match=r"mav-8\.key cannot be opened"):
        KeyStore(tmp_path, SECRET).get(8)


def test_a_vehicle_whose_key_cannot_be_opened_is_locked_out_not_let_in(tmp_path: Path) -> None:
    KeyStore(tmp_path, SECRET).put(1, KEY)
    guard = KeyStore(tmp_path, SECRET + "!").guard()
    assert guard.refusal(frame(HEARTBEAT)) is Refusal.UNSIGNED


def test_what_was_heard_before_a_restart_is_not_believed_after_it(tmp_path: Path) -> None:
    store = KeyStore(tmp_path, SECRET)
    store.put(1, KEY)
    guard = store.guard()
    message = frame(signed(HEARTBEAT, KEY.secret, guard.clock.now()))
    assert guard.refusal(message) is None
    store.save_clock(guard)
    assert KeyStore(tmp_path, SECRET).guard().refusal(message) is Refusal.REPLAYED


@asynccontextmanager
async def on_a_wire(store: KeyStore) -> AsyncIterator[tuple[VehicleNetwork, Vehicle, SigningVehicle, list[Happening]]]:
    told: list[Happening] = []
    near, far = memory_pair("memory")
    network = VehicleNetwork(on_happening=lambda _, happening: told.append(happening), guard=store.guard())
    async with near, far, anyio.create_task_group() as tasks, network:
        there = SigningVehicle(far)
        tasks.start_soon(there.run)
        network.attach(near)
        vehicle = await network.wait_for("mav-1", 45)
        yield network, vehicle, there, told
        tasks.cancel_scope.cancel()


@pytest.mark.anyio
async def test_a_key_is_set_up_changed_and_taken_off_and_never_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = KeyStore(tmp_path, SECRET)
    async with on_a_wire(store) as (network, vehicle, there, _):
        recorded: list[bytes] = []
        network.raw_frames.append(lambda link, direction, at, data, frame: recorded.append(data))
        setup = SigningSetup(network, store)
        keys = []
        for _ in range(2):
            status = await setup.set_up(vehicle)
            assert (status.has_key, status.required, status.signed) == (True, True, True)
            keys.append(there.mav.signing.secret_key)
            assert (await vehicle.query(request_message(vehicle.address, 148))).accepted  # ours are signed and believed there
        assert keys[0] != keys[1]
        refused = network.health()[0].refused
        there.mav.signing.sign_outgoing = False
        there.heartbeat()
        there.mav.signing.sign_outgoing = True
        with anyio.fail_after(45):
            while network.health()[0].refused == refused:
                await anyio.sleep(0.01)
        status = await setup.switch_off(vehicle)
        assert (status.has_key, there.mav.signing.secret_key) == (False, None)
        assert (await vehicle.query(request_message(vehicle.address, 148))).accepted
    for key in keys:
        assert all(key not in data for data in recorded)
        for text in (caplog.text, "".join(repr(record.args) for record in caplog.records)):
            assert key.hex() not in text
            assert str(list(key))[1:40] not in text
            assert repr(key)[2:20] not in text


@pytest.mark.anyio
async def test_refusals_are_told_as_an_event(tmp_path: Path) -> None:
    store = KeyStore(tmp_path, SECRET)
    async with on_a_wire(store) as (network, vehicle, there, told):
        await SigningSetup(network, store).set_up(vehicle)
        there.mav.signing.sign_outgoing = False
        assert await vehicle.wait_until(lambda: any("refused on memory" in happening.text for happening in told), 45)
        assert [h.severity for h in told if "refused" in h.text] == ["critical"]


@pytest.mark.anyio
async def test_a_vehicle_that_takes_no_key_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ground_station.signing.setup.PROOF_WITHIN_S", 0.3)
    store = KeyStore(tmp_path, SECRET)
    async with on_a_wire(store) as (network, vehicle, there, _):
        there.takes_keys = False
        with pytest.raises(VehicleError, match="did not sign anything with the new key"):
            await SigningSetup(network, store).set_up(vehicle)
        assert store.get(1) is None
        assert not network.guard.active


@pytest.mark.parametrize(
    ("url", "peer", "direct"),
    [
        ("serial:/dev/ttyACM0:115200", "serial", True),
        ("tcp:127.0.0.1:5760", ("127.0.0.1", 5760), True),
        ("udpin:0.0.0.0:14550", ("127.0.0.1", 40000), True),
        ("udpin:0.0.0.0:14550", ("192.168.4.1", 14555), False),
        ("tcp:drone.local:5760", None, False),
    ],
)
def test_keys_go_only_over_a_wire_nobody_else_is_on(url: str, peer: object, direct: bool) -> None:
    assert is_direct(MemoryLink(url), peer) is direct


@pytest.mark.anyio
async def test_a_key_is_not_sent_over_a_network(tmp_path: Path) -> None:
    store = KeyStore(tmp_path, SECRET)
    async with on_a_wire(store) as (network, vehicle, there, _):
        route = network.fleet.route_of(1)
        assert route is not None
        route.link.url = "udpin:192.168.4.2:14550"
        with pytest.raises(LinkError, match="where others may listen") as caught:
            await SigningSetup(network, store).set_up(vehicle)
        assert caught.value.code == "signing.not_direct"
        assert "SETUP_SIGNING" not in there.heard
