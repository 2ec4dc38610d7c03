"""What a vehicle is told to do, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from ground_station.messages.base import Message


class CommandName(StrEnum):
    ARM = "arm"
    DISARM = "disarm"
    TAKEOFF = "takeoff"
    GOTO = "goto"
    HOLD = "hold"
    RTL = "rtl"
    LAND = "land"
    SET_MODE = "set_mode"
    UPLOAD_MISSION = "upload_mission"
    START_MISSION = "start_mission"
    PAUSE_MISSION = "pause_mission"
    RESUME_MISSION = "resume_mission"
    SKIP_TO_ITEM = "skip_to_item"
    CHANGE_SPEED = "change_speed"
    RESHOOT = "reshoot"
    CHANGE_MISSION = "change_mission"
    CALIBRATE = "calibrate"


class CommandState(StrEnum):
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class CommandRequest(Message):
    """One command to one vehicle. `parameters` by command:

    takeoff: altitude_m · goto: lon_deg, lat_deg, altitude_m (above home) · set_mode: mode ·
    calibrate: sensor (gyroscope, compass, barometer or accelerometer) ·
    upload_mission: mission_id, items (list of mission item objects as in missions.MissionItem) ·
    skip_to_item: item (counted from 1) · change_speed: speed_mps · reshoot: lon_deg, lat_deg, altitude_m (above home) ·
    change_mission: mission_id, items, item (the one to go on with) ·
    others: none. The same `command_id` is carried out once, however often it arrives.
    """

    command_id: UUID
    vehicle_id: str
    command: CommandName
    parameters: dict[str, Any] = Field(default_factory=dict)
    requested_by: str
    requested_at: datetime


class CommandUpdate(Message):
    """State of a command. `done` means the effect was seen in telemetry; `effect` says what was seen, `reason` why it failed."""

    command_id: UUID
    vehicle_id: str
    command: CommandName
    state: CommandState
    at: datetime
    progress: float | None = Field(None, ge=0, le=1)
    effect: str | None = None
    reason: str | None = None
    result: str | None = Field(
        None, description="The vehicle's own acknowledgement, as MAV_RESULT in words: in progress, cancelled, denied"
    )
    requested_by: str
