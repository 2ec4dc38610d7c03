"""What video sources see, and how they are."""

from datetime import datetime
from itertools import pairwise
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field, field_validator

from ground_station.messages.base import Message


class PlaceEllipse(BaseModel):
    """Holds the true place with 95 % probability: half axes, and where the long one points from true north."""

    major_m: float
    minor_m: float
    bearing_deg: float


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
    accuracy_m: float | None = Field(None, description="Radius that holds the true place with about 95 % probability")
    ellipse: PlaceEllipse | None = None
    trajectory: list[tuple[float, float, float]] = Field(
        default_factory=list,
        description="Longitude, latitude, Unix time in seconds of each corner of the way; empty for what stood",
    )
    heading_deg: float | None = None
    speed_mps: float | None = None
    speed_sigma_mps: float | None = None
    rule: str | None = None
    rule_edition: str | None = None
    model: str
    vehicle_id: str | None = None
    same_as: UUID | None = Field(
        None, description="Told by the store: another camera of the vehicle saw the same thing and placed it better"
    )
    doubtful_why: str | None = Field(
        None, description="Told by the store: the place may be wrong, because the camera had this trouble and it was not noticed yet"
    )

    @field_validator("trajectory")
    @classmethod
    def _time_grows(cls, corners: list[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
        if len(corners) == 1 or any(after[2] <= before[2] for before, after in pairwise(corners)):
            raise ValueError("a trajectory has at least two corners, each later than the one before")
        return corners


SourceTrouble = Literal["clock", "covered", "dark", "defocused", "frozen", "moved", "turned"]
SourceCause = Literal[
    "auth",
    "dns",
    "refused",
    "no_answer",
    "no_network",
    "no_stream",
    "no_sender",
    "codec",
    "no_keyframe",
    "stalled",
    "closed",
    "changed",
    "missing",
    "unreadable",
    "other",
]


class ModelLooks(BaseModel):
    """A model a source is looked at with besides the default one, and what that costs: looks a second times seconds of a look."""

    name: str
    looks_per_second: float | None = Field(None, ge=0)
    look_s: float | None = Field(None, ge=0, description="What the model takes of one picture, measured on the last ones")
    trouble: str = Field("", description="Why it is not used")


class SourceStatus(Message):
    """Health of a video source as `watch` (or `video`) sees it."""

    source_id: str
    process: Literal["watch", "video", "onboard"]
    at: datetime
    state: Literal["starting", "running", "no_model", "unreachable", "ended"]
    detail: str = ""
    cause: SourceCause | None = Field(None, description="Why it is unreachable")
    frames_per_second: float | None = None
    frames_skipped: int = 0
    tier: Literal["health", "patrol", "watch", "enforcement"] | None = Field(None, description="How closely it is looked at now")
    tier_why: Literal["default", "chosen", "rules", "load"] | None = Field(
        None, description="Why: the settings, a person's choice, rules that ask for more, or a detector that cannot keep up"
    )
    tier_rules: list[str] = Field(default_factory=list, description="The rules that ask for it")
    promoted: bool = Field(False, description="Looked at more closely for a while, because something new was seen")
    blind_s: float | None = Field(None, ge=0, description="Seconds in which it was looked at less often than its tier promises")
    watched_s: float | None = Field(None, ge=0, description="Seconds since it is watched, of which `blind_s` were blind")
    models: list[ModelLooks] = Field(default_factory=list, description="Models besides the default one")
    latency_s: float | None = None
    waiting: int | None = Field(None, ge=0, description="Observations on board that the station does not have yet")
    troubles: list[SourceTrouble] = Field(
        default_factory=list, description="Why the pictures that come show little, or something else than before, or tell a wrong time"
    )
    poses_by: Literal["mavlink", "misb_0601"] | None = Field(
        None, description="Who tells where the camera of a drone is: its vehicle, or its stream itself"
    )
    pose_offset_s: float | None = Field(
        None, description="How much later than told its pictures are taken, by the clock of the poses: found by their motion, and taken off"
    )
    pose_offset_sigma_s: float | None = Field(None, description="One sigma of it")
    clock_offset_s: float | None = Field(None, description="How far the camera's own clock is ahead of ours; null when it tells no time")
