"""A vehicle as it is now: state and pose, newest wins."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from ground_station.messages.base import Message


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


class GimbalLook(Message):
    """Where one gimbal looks, at its own instant. Degrees: roll right side down and pitch up, both from level."""

    gimbal: int = Field(description="Device id as its manager names it")
    at: datetime
    roll_deg: float
    pitch_deg: float
    yaw_deg: float
    yaw_from: Literal["north", "nose"] = Field(description="Clockwise from true north, or from the vehicle's heading")


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
    home: tuple[float, float] | None = Field(None, description="Longitude, latitude of the place its height counts from")
    gimbals: tuple[GimbalLook, ...] = Field((), description="Newest look of each gimbal heard within the last second")
