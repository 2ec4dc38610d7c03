"""What travels between processes and to the browser. Each message is one JSON object; the published schema is made from these.

Angles are degrees clockwise from true north, altitudes metres with the reference in the name, instants RFC 3339 UTC.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Message(BaseModel):
    """Base of all bus messages: closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def encode(self) -> bytes:
        return self.__pydantic_serializer__.to_json(self)


class LinkState(StrEnum):
    ONLINE = "online"
    LOST = "lost"


class BatteryState(Message):
    remaining_fraction: float | None = Field(None, ge=0, le=1)
    voltage_v: float | None = None
    current_a: float | None = None


class BatteryInstance(BatteryState):
    """One of the vehicle's batteries, by its own number. What it does not tell is null."""

    battery: int
    function: Literal["all", "propulsion", "avionics", "payload"] | None = None
    temperature_c: float | None = None
    consumed_mah: float | None = None
    remaining_s: float | None = Field(None, description="By the battery's own estimate")
    cells_v: list[float] = Field(default_factory=list, description="Empty where only the whole is measured")
    charge: Literal["ok", "low", "critical", "emergency", "failed", "unhealthy", "charging"] | None = None


class GpsState(Message):
    fix_type: int = Field(description="MAVLink GPS_FIX_TYPE: 0 none, 3 = 3D, 4 = DGPS, 5 and 6 RTK")
    satellites: int | None = None
    hdop: float | None = None


EstimatorState = Literal["good", "poor", "bad"]


class HealthState(Message):
    """What is judged before a flight. Unknown values are null."""

    estimator: EstimatorState | None = Field(None, description="The autopilot's estimate of where it is")
    estimator_detail: str = Field("", description="What is worst about it, e.g. 'compass 0.92'")
    wind_speed_mps: float | None = None
    wind_from_deg: float | None = Field(None, description="Where the wind comes from")
    clock_offset_s: float | None = Field(None, description="Its clock minus ours")
    loss_fraction: float | None = Field(None, description="Messages lost on the way in the last minute")


class MissionProgress(Message):
    """Where the vehicle is in the mission it carries. `mission_id` only when this station uploaded it."""

    mission_id: UUID | None = None
    current_item: int = Field(description="Item being flown, counted from 1; 0 before the first. Home is not an item")
    total_items: int
    reached_item: int | None = Field(None, description="Item reached last in this flight, counted from 1")
    state: Literal["none", "not_started", "active", "paused", "complete", "failed", "unknown"] = "unknown"
    reason: str | None = Field(None, description="Why the flight of it failed")


class VehicleState(Message):
    """Everything shown of a vehicle, newest wins."""

    vehicle_id: str = Field(description="Stable name, e.g. 'sunqar-1'; for unknown vehicles 'mav-<system id>'")
    system_id: int
    at: datetime
    link: LinkState
    heartbeat_age_s: float
    autopilot: str = Field(description="ardupilot | px4 | generic")
    vehicle_type: str = Field(description="copter | plane | vtol | rover | other")
    armed: bool
    mode: str
    flying: bool
    lon_deg: float | None = None
    lat_deg: float | None = None
    altitude_above_home_m: float | None = None
    altitude_amsl_m: float | None = None
    heading_deg: float | None = None
    roll_deg: float | None = None
    pitch_deg: float | None = None
    ground_speed_mps: float | None = None
    climb_mps: float | None = None
    home_lon_deg: float | None = None
    home_lat_deg: float | None = None
    battery: BatteryState | None = None
    batteries: list[BatteryInstance] = Field(default_factory=list, description="Each that is told of, by its number; the first flies it")
    gps: GpsState | None = None
    ready_to_arm: bool | None = None
    status_text: str | None = None
    mission: MissionProgress | None = None
    packets_lost: int = 0
    firmware: str | None = Field(None, description="Version of the autopilot's software")
    capabilities: int | None = Field(None, description="What it says it can do: bits of MAV_PROTOCOL_CAPABILITY")
    health: HealthState | None = None


class VehiclePose(Message):
    """Position and attitude at the vehicle's own instant; `watch` interpolates between them for each frame."""

    vehicle_id: str
    at: datetime
    lon_deg: float
    lat_deg: float
    altitude_above_home_m: float
    roll_deg: float
    pitch_deg: float
    heading_deg: float


class TrackPoint(Message):
    """Where a flying vehicle was, once a second."""

    vehicle_id: str
    at: datetime
    lon_deg: float
    lat_deg: float
    altitude_amsl_m: float
    altitude_above_home_m: float | None = None
    heading_deg: float | None = None
    ground_speed_mps: float | None = None
    battery_fraction: float | None = None
    mode: str | None = None


class TrackPoints(Message):
    """The points of one second, of all vehicles that fly; kept by the bus until they are stored."""

    points: tuple[TrackPoint, ...]


EventKind = Literal[
    "link_found",
    "link_lost",
    "armed",
    "disarmed",
    "mode_changed",
    "took_off",
    "landed",
    "item_reached",
    "mission_complete",
    "text",
    "alarm",
    "photo",
]
EventSeverity = Literal["info", "warning", "critical"]


class VehicleEvent(Message):
    """A thing that happened once: link found or lost, armed, mode changed, item reached, text from the autopilot, photograph taken."""

    event_id: UUID
    vehicle_id: str
    at: datetime
    kind: EventKind
    severity: EventSeverity = "info"
    text: str
    detail: dict[str, Any] = Field(default_factory=dict)


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


class CommandState(StrEnum):
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class CommandRequest(Message):
    """One command to one vehicle. `parameters` by command:

    takeoff: altitude_m · goto: lon_deg, lat_deg, altitude_m (above home) · set_mode: mode ·
    upload_mission: mission_id, items (list of mission item objects as in missions.MissionItem) ·
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
    requested_by: str


class TransferState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TransferUpdate(Message):
    """Long work between station and vehicle: parameters, logs, files, fences. The newest of each `transfer_id` counts."""

    transfer_id: UUID
    vehicle_id: str
    name: str = Field(description="The service at work, e.g. 'log_download'")
    state: TransferState
    at: datetime
    done: int = 0
    total: int | None = Field(None, description="None while it is not known")
    unit: Literal["items", "bytes"] = "items"
    message: str = Field("", description="What is being done, or how it ended, in words")
    requested_by: str = ""


class TurnBackState(Message):
    """The latest turn-back of a flying vehicle: from there it still comes home with its reserve.

    Null `in_s`: all of its plan can be flown.
    """

    vehicle_id: str
    at: datetime
    in_s: float | None = Field(None, description="Seconds from now; 0 when it lies behind")
    lon_deg: float | None = None
    lat_deg: float | None = None
    altitude_m: float | None = Field(None, description="Above home")
    passed: bool
    margin_fraction: float = Field(description="What would be left above the reserve if it turned back now, as part of the battery")
    needed_fraction: float = Field(description="What coming home from here takes, as part of the battery")
    home_in_s: float = Field(description="How long coming home from here takes")
    consumption_factor: float = Field(description="Measured over modelled consumption in this flight")
    basis: Literal["mission", "position"] = Field(description="Whether a plan is followed, or it is taken to stay where it is")


class ConflictState(Message):
    """Two vehicles that would come too close, by their plans or by how they move now."""

    first: str
    second: str
    at: datetime
    in_s: float
    lon_deg: float
    lat_deg: float
    altitude_amsl_m: float
    horizontal_m: float
    vertical_m: float


class FleetConflicts(Message):
    """All conflicts now; an empty list says that there are none."""

    at: datetime
    items: list[ConflictState]


class LeaseRequest(Message):
    """Somebody asks the holder to hand control over."""

    user: str
    reason: str = ""
    asked_at: datetime
    expires_at: datetime


class LeaseChange(Message):
    """What just happened to a lease: `by` did it, `to` has it now (or was refused), `of` had it before."""

    kind: Literal["taken", "released", "asked", "withdrawn", "granted", "refused", "taken_over"]
    by: str
    to: str | None = None
    of: str | None = None
    reason: str = ""


class LeaseState(Message):
    """Who may command a vehicle, until when, and who asks for it. `change` is absent on a renewal."""

    vehicle_id: str
    at: datetime
    holder: str | None = None
    expires_at: datetime | None = None
    asked: LeaseRequest | None = None
    change: LeaseChange | None = None


class FlightFileMessage(Message):
    """A recording of the station: begun (no end), closed, or deleted to make room. `path` is below the folder of flights."""

    file_id: UUID
    vehicle_id: str
    path: str
    name: str
    size_bytes: int
    started_at: datetime
    ended_at: datetime | None = None
    deleted_at: datetime | None = None


class ObservationMessage(Message):
    """Something seen by a video source, with its place when the source is calibrated.

    `observation_id` is derived from source, model and track, so a resend is the same row; a later `revision` replaces an earlier one.
    """

    observation_id: UUID
    revision: int = Field(ge=0)
    source_id: str
    kind: str
    label: str
    confidence: float = Field(ge=0, le=1)
    track_id: int
    started_at: datetime
    ended_at: datetime
    bbox_px: tuple[float, float, float, float]
    lon_deg: float | None = None
    lat_deg: float | None = None
    accuracy_m: float | None = None
    heading_deg: float | None = None
    speed_mps: float | None = None
    speed_sigma_mps: float | None = None
    rule: str | None = None
    rule_edition: str | None = None
    model: str
    vehicle_id: str | None = None


class SourceStatus(Message):
    """Health of a video source as `watch` (or `video`) sees it."""

    source_id: str
    process: Literal["watch", "video"]
    at: datetime
    state: Literal["starting", "running", "no_model", "unreachable", "ended"]
    detail: str = ""
    frames_per_second: float | None = None
    frames_skipped: int = 0
    latency_s: float | None = None


class LinkStatus(Message):
    """One MAVLink link of the station, counted on the physical link before any merging of links. Totals since it was opened."""

    url: str
    role: Literal["vehicles", "forward"] = Field(description="forward: another station or router is at the other end")
    commands: bool = Field(False, description="Whether what comes from a forwarding endpoint may go to vehicles")
    at: datetime
    state: Literal["open", "opening", "unreachable", "closed"]
    detail: str = ""
    vehicles: list[str] = Field(default_factory=list, description="Vehicles heard on it in the last minute")
    heard_age_s: float | None = Field(None, description="Since anything came; null before the first")
    frames_per_second: float = 0.0
    bytes_per_second: float = 0.0
    frames: int = 0
    lost: int = 0
    lost_fraction: float | None = Field(None, ge=0, le=1, description="Of the last ten seconds, from the senders' sequence numbers")
    bad_crc: int = 0
    refused: int = Field(0, description="Unsigned, wrongly signed or replayed; from a read-only endpoint everything")
    duplicates: int = Field(0, description="Frames that had come over another link already")
    sent: int = 0
    unsent: int = 0


class ProcessStatus(Message):
    process: str
    at: datetime
    ready: bool
    detail: str = ""


class DockStatus(Message):
    """A dock as it is now."""

    dock_id: UUID
    name: str
    kind: Literal["simulated", "http"]
    lon_deg: float
    lat_deg: float
    vehicle_id: str | None = Field(None, description="What stands in it, or starts from it")
    at: datetime
    state: Literal["closed", "opening", "open", "closing", "charging", "fault", "unreachable"]
    fault: str = Field("", description="lid_stuck, no_charge, or the dock's own words")
    wind_mps: float | None = None
    rain_mm_h: float | None = None
    wind_limit_mps: float
    rain_limit_mm_h: float
    weather: str | None = Field(None, description="Why nothing may start from it now; null when it may")
