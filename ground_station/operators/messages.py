"""What is told of operator control, arm authorisation and remote identification of one vehicle."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ground_station.messages.base import Message

# MAV_ARM_AUTH_DENIED_REASON, in its order.
DenialReason = Literal["generic", "none", "invalid_waypoint", "timeout", "airspace_in_use", "bad_weather"]
DENIAL_REASONS: tuple[DenialReason, ...] = ("generic", "none", "invalid_waypoint", "timeout", "airspace_in_use", "bad_weather")


class ControlState(Message):
    """Which station the aircraft obeys, by its own CONTROL_STATUS."""

    supported: bool | None = Field(description="False when the aircraft does not tell; None before it was asked")
    station_system_id: int = Field(description="MAVLink system id of this station")
    controller: int | None = Field(None, description="System id of the station in control; None: nobody, every station is obeyed")
    ours: bool = False
    takeover_allowed: bool = Field(False, description="Another station may take control unasked")
    asked_by: int | None = Field(None, description="Another station that asks this one for control")
    asked_until: datetime | None = None


class ArmAuthorisationState(Message):
    """The last time the aircraft asked this station whether it may arm, and what it was told."""

    enabled: bool = Field(description="Whether this station answers such requests")
    state: Literal["never_asked", "asking", "granted", "denied"] = "never_asked"
    reason: DenialReason | None = None
    text: str = Field("", description="Why it was denied, in words")
    at: datetime | None = None
    valid_until: datetime | None = None


class RemoteOperator(Message):
    """Who flies and where they stand, as broadcast by the aircraft. The place does not move by itself: it is as it was given."""

    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    altitude_m: float | None = Field(None, ge=-500, le=9000, description="Above the WGS84 ellipsoid")
    operator_id: str = ""
    purpose: str = ""


class RemoteIdState(Message):
    """The aircraft's remote identification (OpenDroneID), by its own OPEN_DRONE_ID_ARM_STATUS."""

    carried: bool = Field(description="The aircraft has told of its transmitter within the last seconds")
    ready: bool | None = Field(None, description="Good to arm by the transmitter's own word")
    reason: str = Field("", description="Why it is not, in its own words")
    operator: RemoteOperator | None = Field(None, description="What this station tells the transmitter; None: nothing is told")
    sending: bool = False


class OperatorState(Message):
    """Newest wins; on the live topic `vehicle.operator`."""

    vehicle_id: str
    at: datetime
    control: ControlState
    arm_authorisation: ArmAuthorisationState
    remote_id: RemoteIdState


class ArmVerdict(Message):
    """The gate's word on one request to arm."""

    granted: bool
    valid_s: int = 0
    reason: DenialReason | None = None
    text: str = ""
    codes: list[str] = Field(default_factory=list, description="Pre-flight checks that stand against it")
