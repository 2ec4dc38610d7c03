"""Operator control, arm authorisation and remote identification over HTTP. Live on the topic `vehicle.operator`.

The control lease says which user of this station commands a vehicle; operator control says which station the vehicle obeys. Neither takes
the other: a lease taken here leaves operator control where it is.
"""

from fastapi import APIRouter, Depends

from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.services import ServicesNeeded
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import VehicleId
from ground_station.microservices.operator_services import (
    AnswerControlParameters,
    RemoteOperatorParameters,
    TakeControlParameters,
)
from ground_station.operators import OperatorState

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}/operator", tags=["operator"], dependencies=[Depends(signed_in)])

ACTION_WITHIN_S = 15.0


@router.get("")
async def read_operator(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn) -> OperatorState:
    """Who is in control, what it was told about arming, and what its remote identification says."""
    return OperatorState.model_validate(await ask_vehicle(services, account, vehicle_id, "operator", {}))


@router.post("/control")
async def take_operator_control(
    vehicle_id: VehicleId, body: TakeControlParameters, services: ServicesNeeded, account: Pilot
) -> OperatorState:
    """Take operator control, or change whether others may take it. Done when the aircraft shows it.

    The station in control is asked by the aircraft; `operator_control.refused` when it does not let go in time.
    """
    deadline_s = ACTION_WITHIN_S + body.patience_s
    parameters = body.model_dump(mode="json")
    return OperatorState.model_validate(await ask_vehicle(services, account, vehicle_id, "take_operator_control", parameters, deadline_s))


@router.delete("/control")
async def release_operator_control(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot) -> OperatorState:
    """Give it up: the aircraft obeys every station again."""
    return OperatorState.model_validate(await ask_vehicle(services, account, vehicle_id, "release_operator_control", {}, ACTION_WITHIN_S))


@router.post("/control/answer")
async def answer_operator_request(
    vehicle_id: VehicleId, body: AnswerControlParameters, services: ServicesNeeded, account: Pilot
) -> OperatorState:
    """Let the station that asks take over, or keep control; its request runs out by itself."""
    parameters = body.model_dump(mode="json")
    return OperatorState.model_validate(
        await ask_vehicle(services, account, vehicle_id, "answer_operator_request", parameters, ACTION_WITHIN_S)
    )


@router.put("/remote-id")
async def set_remote_operator(
    vehicle_id: VehicleId, body: RemoteOperatorParameters, services: ServicesNeeded, account: Pilot
) -> OperatorState:
    """Where the operator stands and who it is; told to the aircraft's transmitter once a second from now on."""
    parameters = body.model_dump(mode="json")
    return OperatorState.model_validate(await ask_vehicle(services, account, vehicle_id, "set_remote_operator", parameters))


@router.delete("/remote-id")
async def clear_remote_operator(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot) -> OperatorState:
    """Forget the place given by a person; what the settings say counts again."""
    return OperatorState.model_validate(await ask_vehicle(services, account, vehicle_id, "clear_remote_operator", {}))
