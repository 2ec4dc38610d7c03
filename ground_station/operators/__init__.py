"""Who is in control of an aircraft, whether it may arm, and where its operator stands: what the aircraft and this station agree on."""

from ground_station.operators.board import OperatorBoard, Operators
from ground_station.operators.messages import ArmAuthorisationState, ArmVerdict, ControlState, OperatorState, RemoteIdState, RemoteOperator

__all__ = [
    "ArmAuthorisationState",
    "ArmVerdict",
    "ControlState",
    "OperatorBoard",
    "OperatorState",
    "Operators",
    "RemoteIdState",
    "RemoteOperator",
]
