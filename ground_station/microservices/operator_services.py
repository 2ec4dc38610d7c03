"""Operator control and remote identification, asked by a person: who controls the aircraft, taking and giving it, where the operator is."""

import time
from typing import Any

import anyio
from pydantic import Field

from geo.primitives import VehicleError
from ground_station.control.parameters import NoParameters, Parameters
from ground_station.mavlink import CommandOutcome, WireMessage
from ground_station.mavlink.commands import request_message
from ground_station.mavlink.young import ControlStatus
from ground_station.microservices.desk import ServiceTools
from ground_station.operators import OperatorBoard, RemoteOperator
from ground_station.operators.control import LEAST_PATIENCE_S, MOST_PATIENCE_S, PATIENCE_S, STATUS, control_request
from ground_station.operators.remote_id import OPERATOR_ID_BYTES, PURPOSE_BYTES
from ground_station.vehicles import Vehicle

STATUS_WITHIN_S = 2.0
SEEN_WITHIN_S = 4.0  # CONTROL_STATUS comes once a second
FRESH_S = 3.0
ASCII = r"^[ -~]*$"  # what a transmitter sends out


class TakeControlParameters(Parameters):
    takeover_allowed: bool = Field(False, description="Let other stations take control unasked")
    patience_s: float = Field(
        PATIENCE_S, ge=LEAST_PATIENCE_S, le=MOST_PATIENCE_S, description="How long the station in control is given to answer"
    )


class AnswerControlParameters(Parameters):
    grant: bool


class RemoteOperatorParameters(Parameters):
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    altitude_m: float | None = Field(None, ge=-500, le=9000, description="Above the WGS84 ellipsoid")
    operator_id: str | None = Field(None, max_length=OPERATOR_ID_BYTES, pattern=ASCII, description="None: as the settings say")
    purpose: str | None = Field(None, max_length=PURPOSE_BYTES, pattern=ASCII, description="None: as the settings say")


async def tell_operator(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    """OperatorState, as known now; an aircraft that has not told is asked."""
    board = tools.operators.board(vehicle.vehicle_id)
    if vehicle.online and board.supported is None:
        await _learn(vehicle, board)
    return _told(vehicle, tools)


async def take_operator_control(vehicle: Vehicle, parameters: TakeControlParameters, tools: ServiceTools) -> dict[str, Any]:
    """Become the station in control. When another one is, it is asked by the aircraft, and has `patience_s` to let go.

    Done when CONTROL_STATUS shows it. Raises: `VehicleError` when the aircraft does not speak operator control, or nobody lets go.
    """
    board = await _speaking(vehicle, tools)
    own = vehicle.own
    message = control_request(
        vehicle.address, own, take=True, takeover_allowed=parameters.takeover_allowed, patience_s=parameters.patience_s
    )
    with vehicle.subscribe({STATUS}) as statuses:
        outcome = await vehicle.command(message)
        if outcome.answered and not outcome.accepted:
            holder = board.controller
            if holder in (None, own.system_id):
                raise _refused(vehicle, outcome)
            free = await _seen(board, statuses, lambda: board.takeover_allowed or board.controller != holder, parameters.patience_s)
            if not free:
                raise VehicleError(
                    f"Station {holder} is in control of {vehicle.vehicle_id} and did not hand it over within {parameters.patience_s:g} s.",
                    code="operator_control.refused",
                    hint=f"Speak to whoever sits at station {holder}, then ask again.",
                )
            outcome = await vehicle.command(message)  # a second request, now that the holder has let go
            if outcome.answered and not outcome.accepted:
                raise _refused(vehicle, outcome)
        allowed = parameters.takeover_allowed
        await _expect(
            vehicle,
            board,
            statuses,
            lambda: board.controller == own.system_id and board.takeover_allowed == allowed,
            "this station in control",
        )
    return _told(vehicle, tools)


async def release_operator_control(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    """Give it up: from then on the aircraft obeys every station. Done when CONTROL_STATUS shows it."""
    board = await _speaking(vehicle, tools)
    message = control_request(vehicle.address, vehicle.own, take=False, takeover_allowed=False)
    with vehicle.subscribe({STATUS}) as statuses:
        outcome = await vehicle.command(message)
        if outcome.answered and not outcome.accepted:
            raise _refused(vehicle, outcome)
        await _expect(vehicle, board, statuses, lambda: board.controller != vehicle.own.system_id, "the release")
    return _told(vehicle, tools)


async def answer_operator_request(vehicle: Vehicle, parameters: AnswerControlParameters, tools: ServiceTools) -> dict[str, Any]:
    """Let the station that asks take over, or not. To refuse nothing is sent: it stays as it is, and the asker's time runs out."""
    board = tools.operators.board(vehicle.vehicle_id)
    asker = board.asker(time.monotonic())
    if asker is None:
        raise VehicleError(
            f"No station asks for control of {vehicle.vehicle_id} now.", code="operator_control.not_asked", hint="The request has run out."
        )
    if parameters.grant:
        message = control_request(vehicle.address, vehicle.own, take=True, takeover_allowed=True)
        with vehicle.subscribe({STATUS}) as statuses:
            outcome = await vehicle.command(message)
            if outcome.answered and not outcome.accepted:
                raise _refused(vehicle, outcome)
            await _expect(
                vehicle, board, statuses, lambda: board.takeover_allowed or board.controller == asker, "that another may take over"
            )
    board.asked_by = board.asked_until_s = None
    vehicle.notify()
    return _told(vehicle, tools)


async def set_remote_operator(vehicle: Vehicle, parameters: RemoteOperatorParameters, tools: ServiceTools) -> dict[str, Any]:
    """Where the operator stands and who it is; told to the aircraft's transmitter once a second from now on."""
    given, defaults = parameters, tools.operators.defaults
    operator = RemoteOperator(
        lon_deg=given.lon_deg,
        lat_deg=given.lat_deg,
        altitude_m=given.altitude_m,
        operator_id=defaults.operator_id if given.operator_id is None else given.operator_id,
        purpose=defaults.purpose if given.purpose is None else given.purpose,
    )
    tools.operators.set_operator(vehicle.vehicle_id, operator)
    vehicle.notify()
    return _told(vehicle, tools)


async def clear_remote_operator(vehicle: Vehicle, parameters: NoParameters, tools: ServiceTools) -> dict[str, Any]:
    """Forget the operator's place that a person gave; the settings count again."""
    tools.operators.set_operator(vehicle.vehicle_id, None)
    vehicle.notify()
    return _told(vehicle, tools)


async def _speaking(vehicle: Vehicle, tools: ServiceTools) -> OperatorBoard:
    board = tools.operators.board(vehicle.vehicle_id)
    if board.status_s is None or time.monotonic() - board.status_s > FRESH_S:
        await _learn(vehicle, board)
    if not board.supported:
        raise VehicleError(
            f"{vehicle.vehicle_id} does not speak operator control; it obeys every station it hears.",
            code="operator_control.unsupported",
            hint="Agree with the other stations by voice; the control lease rules among users of this one.",
        )
    return board


async def _learn(vehicle: Vehicle, board: OperatorBoard) -> None:
    with vehicle.subscribe({STATUS}) as statuses:
        async with vehicle.payload_lock:
            await vehicle.query(request_message(vehicle.address, ControlStatus.id))
        with anyio.move_on_after(STATUS_WITHIN_S):
            _take_in(board, await statuses.receive())
    board.asked_for_status = True


def _take_in(board: OperatorBoard, message: WireMessage) -> None:
    board.on_control_status(message.sysid_in_control, message.flags, time.monotonic())


async def _seen(board: OperatorBoard, statuses: Any, condition: Any, within_s: float) -> bool:
    with anyio.move_on_after(within_s):
        while not condition():
            _take_in(board, await statuses.receive())
    return bool(condition())


async def _expect(vehicle: Vehicle, board: OperatorBoard, statuses: Any, condition: Any, what: str) -> None:
    if not await _seen(board, statuses, condition, SEEN_WITHIN_S):
        raise VehicleError(
            f"{vehicle.vehicle_id} did not show {what} within {SEEN_WITHIN_S:g} s.",
            code="operator_control.unseen",
            hint="Look at who is in control before asking again.",
        )


def _refused(vehicle: Vehicle, outcome: CommandOutcome) -> VehicleError:
    return VehicleError(
        f"{vehicle.vehicle_id} refused: {outcome.result_name}.",
        code="operator_control.refused",
        hint="Look at who is in control, then ask again.",
    )


def _told(vehicle: Vehicle, tools: ServiceTools) -> dict[str, Any]:
    return tools.operators.board(vehicle.vehicle_id).state(vehicle.vehicle_id, vehicle.own, time.monotonic()).model_dump(mode="json")
