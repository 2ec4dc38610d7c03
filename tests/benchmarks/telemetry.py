"""MAVLink in, states out: frames of a fleet arrive over UDP, each vehicle's state is kept and given out five times a second.

A process of its own sends a burst of datagrams that fits the socket's buffer, a second of the fleet where it can; the receiver takes it
in while its CPU time is read; then the next burst. So nothing is lost, the sender costs the receiver nothing, and another load on the
machine does not count. Bursts are long because a busy core does not sleep between its messages: how slow it is in the first millisecond
after a wait is not what is asked. What is asked is what a fleet in flight costs, so on both sides the vehicles are found, and their first
states told, before anything counts. One frame a datagram, as autopilots send. The peer: pymavlink's `mavutil`, which keeps the newest
message of each kind; its states are those messages as JSON, as often as ours.
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
RATE_PER_VEHICLE_HZ = 20
STATES_HZ = 5
TURN = VEHICLES * RATE_PER_VEHICLE_HZ // STATES_HZ  # datagrams between two rounds of states
MEASURED = 20_000
WARMING = 10_000  # two seconds: vehicles are found, each message has been heard twice, and first states are told
ROUNDS = 5
BURSTS = (5000, 1000, 500, 250)  # datagrams on the way at once: the most that fits
BUFFER_BYTES = 4 * 1024 * 1024
_DATAGRAM_IN_BUFFER_BYTES = 832  # what Linux counts for a short one, with something to spare


def frames_of(vehicles: int, count: int) -> Iterator[bytes]:
    """What vehicles send in turns: mostly attitudes and positions, and the rest now and then."""
    senders = [mavlink.MAVLink(None, srcSystem=number + 1, srcComponent=1) for number in range(vehicles)]
    for step in range(count):
        turn, number = divmod(step, vehicles)
        yield bytes(_message(turn, number + 1).pack(senders[number]))
        senders[number].seq = (senders[number].seq + 1) % 256


def bursts(receiving: socket.socket) -> Iterator[tuple[bool, list[bytes]]]:
    """The bursts of a round, and whether each counts."""
    room = receiving.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // _DATAGRAM_IN_BUFFER_BYTES
    burst = next((burst for burst in BURSTS if burst <= room), BURSTS[-1])
    frames = frames_of(VEHICLES, WARMING + MEASURED)
    for sent in range(0, WARMING + MEASURED, burst):
        yield sent >= WARMING, list(islice(frames, burst))


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
    states = taken = 0
    spent_s = 0.0
    async with link, VehicleNetwork(asks=False) as network:
        with sender_to(port) as orders:
            network.attach(link)
            for counts, frames in bursts(link.socket):
                orders.send(frames)
                orders.recv()
                before = time.process_time()
                for part in range(0, len(frames), TURN):
                    taken += len(frames[part : part + TURN])
                    while network.frames_heard < taken:
                        await checkpoint()
                    for vehicle in () if counts else network.fleet:
                        vehicle.poses_wanted = False  # as the station has it for vehicles whose video nobody analyses
                    if taken % TURN == 0:
                        states += _give_states(network)
                spent_s += (time.process_time() - before) * counts
    assert len(network.fleet) == VEHICLES
    assert states >= (WARMING + MEASURED) * STATES_HZ / RATE_PER_VEHICLE_HZ
    return MEASURED / spent_s


def _give_states(network: VehicleNetwork) -> int:
    """Each state once, up to the last message."""
    now_s, at_json = time.monotonic(), instant_json(utc_now())
    return sum(len(vehicle.state_json(now_s, at_json)) > 0 for vehicle in network.fleet)


def mavutil_per_s() -> float:
    """Messages a CPU second of `recv_match`, which keeps the newest of each kind by system."""
    port = free_port(socket.SOCK_DGRAM)
    connection = mavutil.mavlink_connection(f"udpin:127.0.0.1:{port}", dialect="ardupilotmega")
    connection.port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    taken, spent_s = 0, 0.0
    with sender_to(port) as orders:
        for counts, frames in bursts(connection.port):
            orders.send(frames)
            orders.recv()
            before = time.process_time()
            for part in range(0, len(frames), TURN):
                for _ in frames[part : part + TURN]:
                    assert connection.recv_match(blocking=False) is not None
                    taken += 1
                if taken % TURN == 0:
                    assert all(_state_of(connection.sysid_state[system].messages) for system in range(1, VEHICLES + 1))
            spent_s += (time.process_time() - before) * counts
    connection.close()
    return MEASURED / spent_s


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
        f"{VEHICLES} vehicles, {MEASURED} datagrams over UDP, each state given out at {STATES_HZ} Hz, median of {ROUNDS} rounds; "
        f"{median(ours) / RATE_PER_VEHICLE_HZ:,.0f} vehicles at {RATE_PER_VEHICLE_HZ} messages/s fill a core; {await _beside_mavsdk()}"
    )
    return Measurement(median(ours), median(peer), "pymavlink mavutil recv_match", "messages/s/core", detail)
