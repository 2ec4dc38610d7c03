"""Operator control beside every vehicle: its CONTROL_STATUS is followed, and another station's wish to take over is kept for a person.

The aircraft hands on who asks by a MAV_CMD_REQUEST_OPERATOR_CONTROL of its own; we acknowledge having heard it, and nothing is given up
before a person says so. Source: MAVLink common.xml, MAV_CMD_REQUEST_OPERATOR_CONTROL and CONTROL_STATUS.
"""

import time

import anyio

from ground_station.mavlink import Address, WireMessage, mavlink
from ground_station.mavlink.commands import command_long, set_message_rate
from ground_station.mavlink.young import ControlStatus
from ground_station.operators.board import OperatorBoard
from ground_station.vehicles import Vehicle

REQUEST_OPERATOR_CONTROL = 32100
RELEASE, TAKE = 0, 1
STATUS = "CONTROL_STATUS"
STATUS_HZ = 1.0
TOLD_WITHIN_S = 3.0
PATIENCE_S, LEAST_PATIENCE_S, MOST_PATIENCE_S = 10.0, 3.0, 60.0  # the message allows 3 to 60


def control_request(target: Address, own: Address, *, take: bool, takeover_allowed: bool, patience_s: float = 0.0) -> WireMessage:
    """p1 is the station it is for, p2 takes or gives up, p3 lets others take it unasked, p4 how long the one in control may think, s."""
    action = TAKE if take else RELEASE
    return command_long(target, REQUEST_OPERATOR_CONTROL, own.system_id, action, float(takeover_allowed), patience_s)


async def follow_control(vehicle: Vehicle, board: OperatorBoard) -> None:
    """A companion of every vehicle. An aircraft that does not know the message is asked once for each time it is met."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_ask_for_status, vehicle, board)
        with vehicle.subscribe({STATUS, "COMMAND_LONG"}) as messages:
            async for message in messages:
                if message.get_type() == STATUS:
                    board.on_control_status(message.sysid_in_control, message.flags, time.monotonic())
                    vehicle.notify()
                elif message.command == REQUEST_OPERATOR_CONTROL and message.target_system == vehicle.own.system_id:
                    _hear_asking(vehicle, board, message)


async def _ask_for_status(vehicle: Vehicle, board: OperatorBoard) -> None:
    met = False
    while True:
        if not vehicle.online or vehicle.high_latency:
            met = False
        elif not met and vehicle.estimate.capabilities is not None:
            met = True
            if board.status_s is None:
                async with vehicle.payload_lock:
                    await vehicle.query(set_message_rate(vehicle.address, ControlStatus.id, STATUS_HZ))
                await vehicle.wait_until(lambda: board.status_s is not None, TOLD_WITHIN_S)
                board.asked_for_status = True
        await anyio.sleep(1.0)


def _hear_asking(vehicle: Vehicle, board: OperatorBoard, message: WireMessage) -> None:
    target = message.get_srcSystem(), message.get_srcComponent()
    vehicle.send([mavlink.MAVLink_command_ack_message(REQUEST_OPERATOR_CONTROL, mavlink.MAV_RESULT_ACCEPTED, 255, 0, *target)])
    if int(message.param2) != TAKE or int(message.param1) in (0, vehicle.own.system_id):
        return
    patience_s = min(MOST_PATIENCE_S, max(LEAST_PATIENCE_S, message.param4 or PATIENCE_S))
    board.asked_by, board.asked_until_s = int(message.param1), time.monotonic() + patience_s
    vehicle.notify()
