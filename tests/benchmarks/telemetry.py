"""MAVLink in, states out: frames of a fleet arrive over UDP, each vehicle's state is kept and given out five times a second.

A process of its own sends a burst of datagrams that fits the socket's buffer; the receiver takes it in while its CPU time is
read; then the next burst. So nothing is lost, the sender costs the receiver nothing, and another load on the machine does
not count. One frame a datagram, as autopilots send. The peer:
pymavlink's `mavutil`, which keeps the newest message of each kind; its states are those messages as JSON, as often as ours.
"""

import json
import multiprocessing
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

import anyio
from anyio.lowlevel import checkpoint
from pymavlink import mavutil
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import utc_now
from ground_station.links import UdpInLink, make_link
from ground_station.vehicles import VehicleNetwork, instant_json
from tests.benchmarks.measurement import Measurement
from tests.support.programs import free_port

VEHICLES = 250  # system ids of one network; a station of a thousand has four of them
BURST = 1000  # datagrams on the way at once
BURSTS = 20
WARMING = 4
ROUNDS = 3
RATE_PER_VEHICLE_HZ = 20
STATES_HZ = 5


def frames_of(vehicles: int, count: int) -> Iterator[bytes]:
    """What vehicles send in turns: mostly attitudes and positions, and the rest now and then."""
    senders = [mavlink.MAVLink(None, srcSystem=number + 1, srcComponent=1) for number in range(vehicles)]
    for step in range(count):
        turn, number = divmod(step, vehicles)
        yield bytes(_message(turn, number + 1).pack(senders[number]))
        senders[number].seq = (senders[number].seq + 1) % 256


def bursts() -> Iterator[tuple[int, list[bytes]]]:
    """The numbered bursts of a round; those below 0 are for finding the vehicles."""
    frames = frames_of(VEHICLES, (WARMING + BURSTS) * BURST)
    for number in range(-WARMING, BURSTS):
        yield number, list(islice(frames, BURST))


def _message(turn: int, system: int) -> Any:
    """Twenty a second: 8 attitudes, 8 positions, and one each of what comes once a second."""
    boot_ms = turn * 50
    match turn % RATE_PER_VEHICLE_HZ:
        case 0:
            return mavlink.MAVLink_heartbeat_message(2, 3, 81, 4, 4, 3)
        case 1:
            return mavlink.MAVLink_sys_status_message(1, 1, 1, 500, 12600 - turn % 500, 100 + turn % 40, 80, 0, 0, 0, 0, 0, 0)
        case 2:
            return mavlink.MAVLink_gps_raw_int_message(boot_ms * 1000, 3, 436505000, 511600000, 10000, 100 + turn % 60, 100, 100, 100, 12)
        case 3:
            return mavlink.MAVLink_vfr_hud_message(10.0, 10.0, 90, 50, 100.0, 1.0)
        case even if even % 2 == 0:
            return mavlink.MAVLink_attitude_message(boot_ms, 0.1, 0.2, turn / 100, 0.01, 0.02, 0.03)
        case _:
            lat = 436505000 + turn * 10 + system
            return mavlink.MAVLink_global_position_int_message(boot_ms, lat, 511600000, 60000, 50000, 500, 300, 10, 9000)


def _send(port: int, orders: Connection) -> None:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(("127.0.0.1", port))
    while (frames := orders.recv()) is not None:
        for frame in frames:
            sender.send(frame)
        orders.send(len(frames))


@contextmanager
def sender_to(port: int) -> Iterator[Connection]:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_send, args=(port, theirs), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        ours.send(None)
        process.join(5)


async def ours_per_s() -> float:
    """Messages a CPU second of the station's own link, network and states."""
    port = free_port(socket.SOCK_DGRAM)
    link = make_link(f"udpin:127.0.0.1:{port}")
    assert isinstance(link, UdpInLink)
    states = 0
    async with link, VehicleNetwork(asks=False) as network:
        with sender_to(port) as orders:
            network.attach(link)
            spent_s = 0.0
            for number, frames in bursts():
                orders.send(frames)
                orders.recv()
                before, heard = time.process_time(), network.frames_heard
                while network.frames_heard < heard + BURST:
                    await checkpoint()
                if number < 0:
                    for vehicle in network.fleet:
                        vehicle.poses_wanted = False  # as the station has it for vehicles whose video nobody analyses
                else:
                    states += _give_states(network)
                    spent_s += time.process_time() - before
    assert len(network.fleet) == VEHICLES
    assert states >= BURSTS * BURST * STATES_HZ / RATE_PER_VEHICLE_HZ
    return BURSTS * BURST / spent_s


def _give_states(network: VehicleNetwork) -> int:
    """A burst is a fifth of a second of this fleet: each state once."""
    now_s, at_json = time.monotonic(), instant_json(utc_now())
    return sum(len(vehicle.state_json(now_s, at_json)) > 0 for vehicle in network.fleet)


def mavutil_per_s() -> float:
    """Messages a CPU second of `recv_match`, which keeps the newest of each kind by system."""
    port = free_port(socket.SOCK_DGRAM)
    connection = mavutil.mavlink_connection(f"udpin:127.0.0.1:{port}", dialect="ardupilotmega")
    connection.port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
    spent_s = 0.0
    with sender_to(port) as orders:
        for number, frames in bursts():
            orders.send(frames)
            orders.recv()
            before = time.process_time()
            for _ in range(BURST):
                assert connection.recv_match(blocking=False) is not None
            if number >= 0:
                assert all(_state_of(connection.sysid_state[system].messages) for system in range(1, VEHICLES + 1))
                spent_s += time.process_time() - before
    connection.close()
    return BURSTS * BURST / spent_s


def _state_of(messages: dict[str, Any]) -> str:
    """The same state as ours gives out, from the newest message of each kind."""
    kinds = ("HEARTBEAT", "GLOBAL_POSITION_INT", "ATTITUDE", "VFR_HUD", "GPS_RAW_INT", "SYS_STATUS")
    return json.dumps({kind: messages[kind].to_dict() for kind in kinds if kind in messages})


async def _beside_mavsdk() -> str:
    try:
        from tests.benchmarks.telemetry_mavsdk import SYSTEMS, mavsdk_per_s

        per_s, heard_per_s = await mavsdk_per_s()
    except Exception as error:  # its native core is not there for every machine; the row does not depend on it
        return f"MAVSDK not measured: {error}"
    return (
        f"MAVSDK with {SYSTEMS} systems: {heard_per_s:,.0f} messages/s/core heard by its native core, "
        f"{per_s:,.0f} with states read out by its Python as often"
    )


async def measure() -> Measurement:
    ours, peer = [], []
    for _ in range(ROUNDS):  # taking turns, so that both meet the same machine
        ours.append(await ours_per_s())
        peer.append(await anyio.to_thread.run_sync(mavutil_per_s))
    detail = (
        f"{VEHICLES} vehicles, {BURSTS * BURST} datagrams over UDP, each state given out at {STATES_HZ} Hz, median of {ROUNDS} rounds; "
        f"{median(ours) / RATE_PER_VEHICLE_HZ:,.0f} vehicles at {RATE_PER_VEHICLE_HZ} messages/s fill a core; {await _beside_mavsdk()}"
    )
    return Measurement(median(ours), median(peer), "pymavlink mavutil recv_match", "messages/s/core", detail)
