"""Forms of recorded video for clients, and what may be asked of it."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from geo.core import FootageEvent, FootageExportRow, FootageReceiptRow, FootageSegmentRow, FootageSpan, HoldRow, KeepRow
from geo.layers import parse_bbox
from ground_station.api.errors import BadRequest

LONGEST_EXPORT = timedelta(hours=2)
LONGEST_ORIGINAL = timedelta(hours=24)
ORIGINAL_LIFETIME_S = 1800
SHORTEST_REASON = 5  # characters
MOST_CORNERS = 200


class SpanView(BaseModel):
    """Recorded video of one source without a hole."""

    source_id: str
    started_at: datetime
    ended_at: datetime
    segments: int
    size_bytes: int
    view: dict[str, Any] | None = Field(description="The ground seen meanwhile, a GeoJSON polygon")
    kept: list[str] = Field(description="Why some of it is kept longer: finding, observation, event, person")
    labels: dict[str, int] = Field(description="What was seen meanwhile, by class")

    @classmethod
    def of(cls, span: FootageSpan) -> "SpanView":
        return cls(
            source_id=span.source_id,
            started_at=span.started_at,
            ended_at=span.ended_at,
            segments=span.segments,
            size_bytes=span.size_bytes,
            view=span.view,
            kept=list(span.kept),
            labels=span.labels,
        )


class SpanList(BaseModel):
    items: list[SpanView]
    next_before: datetime | None = Field(description="Ask again with `before` set to this for earlier video")


class KeepView(BaseModel):
    reason: Literal["finding", "observation", "event", "person"]
    subject: str
    until: datetime
    by: str

    @classmethod
    def of(cls, keep: KeepRow) -> "KeepView":
        return cls.model_validate({"reason": keep.reason, "subject": keep.subject, "until": keep.until, "by": keep.made_by})


class SegmentView(BaseModel):
    segment_id: UUID
    started_at: datetime
    ended_at: datetime
    size_bytes: int
    clock: Literal["stamped", "arrival"] = Field(description="Whether the instants are the camera's own")
    kept: list[KeepView]

    @classmethod
    def of(cls, row: FootageSegmentRow, keeps: list[KeepRow]) -> "SegmentView":
        return cls.model_validate(
            {
                "segment_id": row.segment_id,
                "started_at": row.started_at,
                "ended_at": row.ended_at,
                "size_bytes": row.size_bytes,
                "clock": row.clock,
                "kept": [KeepView.of(keep) for keep in keeps],
            }
        )


class RecordedEventView(BaseModel):
    observation_id: UUID
    kind: str
    label: str
    rule: str | None
    confidence: float
    started_at: datetime
    ended_at: datetime
    position: tuple[float, float] | None

    @classmethod
    def of(cls, event: FootageEvent) -> "RecordedEventView":
        return cls(**{name: getattr(event, name) for name in cls.model_fields})


class TimelineView(BaseModel):
    source_id: str
    segments: list[SegmentView]
    events: list[RecordedEventView]


class RecordedSourceView(BaseModel):
    source_id: str
    enabled: bool = Field(description="Whether it is to be recorded")
    recording: bool = Field(description="Whether it is being recorded now")
    days: float = Field(description="How long video is kept that nothing keeps longer")
    own_days: float | None = Field(description="Set when this source differs from the rest")
    first_at: datetime | None
    last_at: datetime | None
    size_bytes: int


class RecordedSources(BaseModel):
    items: list[RecordedSourceView]
    used_bytes: int
    budget_bytes: int


class ReceiptView(BaseModel):
    receipt_id: UUID
    at: datetime
    source_id: str
    started_at: datetime
    ended_at: datetime
    segments: int
    size_bytes: int
    reason: Literal["age", "budget", "missing"]
    digest: str = Field(description="SHA-256 of `lines`, joined by newlines")
    lines: list[str]

    @classmethod
    def of(cls, row: FootageReceiptRow) -> "ReceiptView":
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "lines"}
        return cls(**fields, lines=row.detail["segments"])


class ExportView(BaseModel):
    export_id: UUID
    source_id: str
    started_at: datetime
    ended_at: datetime
    original: bool
    reason: str
    asked_by: str
    asked_at: datetime | None
    state: Literal["queued", "running", "done", "failed", "cancelled", "deleted"]
    progress: float
    size_bytes: int | None
    sha256: str | None
    failure: str

    @classmethod
    def of(cls, row: FootageExportRow) -> "ExportView":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Interval(Closed):
    source_id: str = Field(min_length=1, max_length=200)
    started_at: AwareDatetime
    ended_at: AwareDatetime

    @model_validator(mode="after")
    def _forward(self) -> "Interval":
        if self.ended_at <= self.started_at:
            raise ValueError("ended_at must be after started_at")
        return self


class ExportBody(Interval):
    original: bool = Field(False, description="Unblurred; officers and administrators, with a reason")
    reason: str = Field("", max_length=500)


class OriginalBody(Interval):
    reason: str = Field(
        min_length=SHORTEST_REASON, max_length=500, description="Why the original has to be seen; it is kept in the audit log"
    )


class OriginalGrant(BaseModel):
    token: str
    expires_in_s: int


class HoldBody(Interval):
    subject: str = Field(min_length=1, max_length=200, description="What it is kept for, such as a case number")
    until: AwareDatetime


class HoldView(BaseModel):
    source_id: str
    subject: str
    until: datetime
    made_by: str
    first_at: datetime
    last_at: datetime
    segments: int
    size_bytes: int

    @classmethod
    def of(cls, row: HoldRow) -> "HoldView":
        return cls(**asdict(row))


class PolicyBody(Closed):
    enabled: bool | None = Field(None, description="None: as the settings say")
    days: float | None = Field(None, gt=0, le=3650, description="None: as the settings say")


class Counted(BaseModel):
    segments: int


def area_of(bbox: str | None, area: str | None) -> dict[str, Any] | None:
    """The ground looked for as GeoJSON. Raises: `GeoError`, `BadRequest` on anything that spans none."""
    if area is not None:
        try:
            ring = [tuple(float(number) for number in corner.split(",")) for corner in area.split()]
        except ValueError:
            ring = []
        usable = all(len(corner) == 2 and abs(corner[0]) <= 180 and abs(corner[1]) <= 90 for corner in ring)
        if not 3 <= len(ring) <= MOST_CORNERS or not usable:
            raise BadRequest(
                f"The area '{area[:60]}' is no polygon of 3 to {MOST_CORNERS} corners.",
                code="area",
                hint="Write lon,lat pairs parted by spaces: 51.16,43.65 51.17,43.65 51.17,43.66.",
            )
        corners = [list(corner) for corner in ring]
        return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
    if bbox is None:
        return None
    west, south, east, north = parse_bbox(bbox)
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}
