"""What travels between processes and to the browser. Each message is one JSON object; the published schema is made from these.

Angles are degrees clockwise from true north, altitudes metres with the reference in the name, instants RFC 3339 UTC.
"""

from ground_station.messages.base import Message
from ground_station.messages.commands import CommandName, CommandRequest, CommandState, CommandUpdate
from ground_station.messages.docks import DockStatus
from ground_station.messages.events import EventKind, EventSeverity, SourceEvent, SourceEventKind, VehicleEvent
from ground_station.messages.footage import ShowReply, ShowRequest
from ground_station.messages.leases import LeaseChange, LeaseRequest, LeaseState
from ground_station.messages.links import LinkStatus
from ground_station.messages.observations import ModelLooks, ObservationMessage, PlaceEllipse, SourceCause, SourceStatus, SourceTrouble
from ground_station.messages.plates import PlateMessage
from ground_station.messages.processes import ProcessStatus
from ground_station.messages.recordings import FlightFileMessage
from ground_station.messages.runs import MissionRunState, RunCandidate, RunSlotState, RunState
from ground_station.messages.safety import ConflictState, FleetConflicts, TurnBackState
from ground_station.messages.tracks import TrackPoint, TrackPoints
from ground_station.messages.transfers import TransferState, TransferUpdate
from ground_station.messages.vehicle_state import (
    BatteryInstance,
    BatteryState,
    EstimatorState,
    GimbalLook,
    GpsState,
    HealthState,
    LinkState,
    MissionProgress,
    VehiclePose,
    VehicleState,
)
from ground_station.messages.violations import EvidenceTierName, ViolationMeasure, ViolationMessage, ViolationState

__all__ = [
    "BatteryInstance",
    "BatteryState",
    "CommandName",
    "CommandRequest",
    "CommandState",
    "CommandUpdate",
    "ConflictState",
    "DockStatus",
    "EstimatorState",
    "EventKind",
    "EventSeverity",
    "EvidenceTierName",
    "FleetConflicts",
    "FlightFileMessage",
    "GimbalLook",
    "GpsState",
    "HealthState",
    "LeaseChange",
    "LeaseRequest",
    "LeaseState",
    "LinkState",
    "LinkStatus",
    "Message",
    "MissionProgress",
    "MissionRunState",
    "ModelLooks",
    "ObservationMessage",
    "PlaceEllipse",
    "PlateMessage",
    "ProcessStatus",
    "RunCandidate",
    "RunSlotState",
    "RunState",
    "ShowReply",
    "ShowRequest",
    "SourceCause",
    "SourceEvent",
    "SourceEventKind",
    "SourceStatus",
    "SourceTrouble",
    "TrackPoint",
    "TrackPoints",
    "TransferState",
    "TransferUpdate",
    "TurnBackState",
    "VehicleEvent",
    "VehiclePose",
    "VehicleState",
    "ViolationMeasure",
    "ViolationMessage",
    "ViolationState",
]
