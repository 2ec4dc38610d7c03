"""Remote identification (OpenDroneID) beside every vehicle that carries it: its word on arming, and our operator told to it.

The operator's place goes out once a second, whole and then as SYSTEM_UPDATE; who and why every few seconds, as the transmitter may have
been switched on later. Sent to all components of the vehicle: the autopilot judges by it, the transmitter sends it out.
Source: MAVLink OpenDroneID service.
"""

import time

import anyio

from ground_station.mavlink import WireMessage, mavlink
from ground_station.operators.board import OperatorBoard
from ground_station.operators.messages import RemoteOperator
from ground_station.vehicles import Vehicle

PERIOD_S = 1.0
WHOLE_EVERY = 4  # rounds between two whole ones
EPOCH_UNIX_S = 1_546_300_800  # 2019-01-01, from which remote identification counts
UNKNOWN_ALTITUDE_M = -1000.0
NO_MAC = bytes(20)
ALL = 0
OPERATOR_ID_BYTES, PURPOSE_BYTES = 20, 23


async def follow_remote_id(vehicle: Vehicle, board: OperatorBoard) -> None:
    """A companion of every vehicle; silent for those that tell of no transmitter."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_tell_operator, vehicle, board)
        with vehicle.subscribe({"OPEN_DRONE_ID_ARM_STATUS"}) as messages:
            async for message in messages:
                board.on_arm_status(int(message.status), _text(message.error), time.monotonic())
                vehicle.notify()


async def _tell_operator(vehicle: Vehicle, board: OperatorBoard) -> None:
    told: RemoteOperator | None = None
    number = 0
    while True:
        operator = board.operator
        board.sending = operator is not None and vehicle.online and not vehicle.high_latency and board.carries_remote_id(time.monotonic())
        if board.sending and operator is not None:
            number = 0 if operator != told else number + 1
            told = operator
            vehicle.send(operator_messages(vehicle.address.system_id, operator, time.time(), whole=number % WHOLE_EVERY == 0))
        else:
            told = None
        await anyio.sleep(PERIOD_S)


def operator_messages(system_id: int, operator: RemoteOperator, unix_s: float, *, whole: bool) -> list[WireMessage]:
    lat, lon = round(operator.lat_deg * 1e7), round(operator.lon_deg * 1e7)
    altitude_m = UNKNOWN_ALTITUDE_M if operator.altitude_m is None else operator.altitude_m
    stamp = int(unix_s) - EPOCH_UNIX_S
    if not whole:
        return [mavlink.MAVLink_open_drone_id_system_update_message(system_id, ALL, lat, lon, altitude_m, stamp)]
    fixed = mavlink.MAV_ODID_OPERATOR_LOCATION_TYPE_FIXED
    undeclared = mavlink.MAV_ODID_CLASSIFICATION_TYPE_UNDECLARED
    # One aircraft, so an area of no size, with no ceiling and no floor.
    area = (1, 0, UNKNOWN_ALTITUDE_M, UNKNOWN_ALTITUDE_M)
    messages: list[WireMessage] = [
        mavlink.MAVLink_open_drone_id_system_message(system_id, ALL, NO_MAC, fixed, undeclared, lat, lon, *area, 0, 0, altitude_m, stamp)
    ]
    if operator.operator_id:
        kind = mavlink.MAV_ODID_OPERATOR_ID_TYPE_CAA
        messages.append(mavlink.MAVLink_open_drone_id_operator_id_message(system_id, ALL, NO_MAC, kind, operator.operator_id.encode()))
    if operator.purpose:
        kind = mavlink.MAV_ODID_DESC_TYPE_TEXT
        messages.append(mavlink.MAVLink_open_drone_id_self_id_message(system_id, ALL, NO_MAC, kind, operator.purpose.encode()))
    return messages


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.split(b"\0", 1)[0].decode("utf-8", "replace")
