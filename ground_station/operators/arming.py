"""Arm authorisation beside every vehicle: an aircraft that asks whether it may arm is answered by the gate.

Only requests addressed to our own system id are answered. While the gate thinks the aircraft is told IN_PROGRESS, which renews its
patience (PX4 waits one second). A refusal carries its MAV_ARM_AUTH_DENIED_REASON in `progress`; permission holds for `result_param2`
seconds. Source: MAVLink guide, "Arm Authorization Protocol"; PX4 arm_auth.cpp.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import anyio

from geo.primitives import utc_now
from ground_station.mavlink import WireMessage, mavlink
from ground_station.operators.board import OperatorBoard
from ground_station.operators.messages import DENIAL_REASONS, ArmAuthorisationState, ArmVerdict
from ground_station.vehicles import Happening, Vehicle

logger = logging.getLogger(__name__)

REQUEST = mavlink.MAV_CMD_ARM_AUTHORIZATION_REQUEST
PROGRESS_EVERY_S = 0.3
GATE_WITHIN_S = 8.0
TOO_LATE = ArmVerdict(granted=False, reason="timeout", text="The gate did not decide in time.")

Gate = Callable[[str], Awaitable[ArmVerdict]]


async def answer_arming(vehicle: Vehicle, board: OperatorBoard, gate: Gate, tell: Callable[[Vehicle, Happening], None]) -> None:
    """A companion of every vehicle. `gate` decides on a vehicle id; what it decides is told once, not at each repetition."""
    if not board.answers_arming:
        return
    with vehicle.subscribe({"COMMAND_LONG"}) as messages:
        while True:
            message = await messages.receive()
            if message.command != REQUEST or message.target_system != vehicle.own.system_id:
                continue
            before, board.arming = board.arming, board.arming.model_copy(update={"state": "asking"})
            vehicle.notify()
            verdict = await _decided(vehicle, message, gate)
            while True:  # asked again meanwhile: this answer is for those too
                try:
                    again = messages.receive_nowait()
                except anyio.WouldBlock:
                    break
                message = again if again.command == REQUEST and again.target_system == vehicle.own.system_id else message
            vehicle.send([answer_to(message, verdict)])
            board.arming = _state_of(verdict)
            if (before.state, before.reason, before.text) != (board.arming.state, board.arming.reason, board.arming.text):
                tell(vehicle, happening_of(verdict))
            vehicle.notify()


async def _decided(vehicle: Vehicle, message: WireMessage, gate: Gate) -> ArmVerdict:
    verdict = TOO_LATE

    async def keep_patient() -> None:
        while True:
            vehicle.send([acknowledgement(message, mavlink.MAV_RESULT_IN_PROGRESS)])
            await anyio.sleep(PROGRESS_EVERY_S)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep_patient)
        with anyio.move_on_after(GATE_WITHIN_S):
            verdict = await gate(vehicle.vehicle_id)
        tasks.cancel_scope.cancel()
    return verdict


def acknowledgement(message: WireMessage, result: int, progress: int = 0, result_param2: int = 0) -> WireMessage:
    answer: WireMessage = mavlink.MAVLink_command_ack_message(
        REQUEST, result, progress, result_param2, message.get_srcSystem(), message.get_srcComponent()
    )
    return answer


def answer_to(message: WireMessage, verdict: ArmVerdict) -> WireMessage:
    if verdict.granted:
        return acknowledgement(message, mavlink.MAV_RESULT_ACCEPTED, 0, verdict.valid_s)
    return acknowledgement(message, mavlink.MAV_RESULT_DENIED, DENIAL_REASONS.index(verdict.reason or "generic"))


def _state_of(verdict: ArmVerdict) -> ArmAuthorisationState:
    now = utc_now()
    return ArmAuthorisationState(
        enabled=True,
        state="granted" if verdict.granted else "denied",
        reason=None if verdict.granted else verdict.reason or "generic",
        text=verdict.text,
        at=now,
        valid_until=now + timedelta(seconds=verdict.valid_s) if verdict.granted else None,
    )


def happening_of(verdict: ArmVerdict) -> Happening:
    detail = {"arm_authorisation": verdict.model_dump(mode="json")}
    if verdict.granted:
        return Happening("text", f"Arming authorised for {verdict.valid_s} s", "info", detail)
    return Happening("text", f"Arming refused by the station: {verdict.text}", "warning", detail)
