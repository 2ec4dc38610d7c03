"""What a replay is drawn from: columns over time, and what happened when. Times are seconds from `started_at`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from geo.core import IncidentRow, TrackRow, VehicleEventRow
from geo.primitives import from_unix_s
from ground_station.flight_data.record import FlightPoint, FlightRecord, Severity
from ground_station.flight_data.sections import FlightSection

MOST_POINTS = 20_000  # kept of one flight: half an hour at ten a second, five hours at one


class TimelineColumns(BaseModel):
    """Equal lengths; null where the log says nothing. Degrees, metres, seconds; headings clockwise from true north."""

    t_s: list[float]
    lon_deg: list[float]
    lat_deg: list[float]
    altitude_amsl_m: list[float | None]
    height_m: list[float | None] = Field(description="Above home")
    heading_deg: list[float | None]
    roll_deg: list[float | None]
    pitch_deg: list[float | None]
    ground_speed_mps: list[float | None]
    climb_mps: list[float | None]
    battery_fraction: list[float | None]


class TimelineMode(BaseModel):
    t_s: float
    mode: str


class TimelineText(BaseModel):
    t_s: float
    severity: Severity
    text: str


class TimelineIncident(BaseModel):
    t_s: float
    kind: str
    severity: str
    text: str


class TimelineItem(BaseModel):
    t_s: float
    item: int = Field(description="Mission item reached, counted from 1")


class TimelinePhoto(BaseModel):
    t_s: float
    lon_deg: float | None
    lat_deg: float | None


class Timeline(BaseModel):
    """One flight, ready to be replayed."""

    started_at: datetime
    duration_s: float
    columns: TimelineColumns
    modes: list[TimelineMode] = Field(default_factory=list)
    texts: list[TimelineText] = Field(default_factory=list)
    reached: list[TimelineItem] = Field(default_factory=list)
    photos: list[TimelinePhoto] = Field(default_factory=list)
    incidents: list[TimelineIncident] = Field(default_factory=list)


def timeline_of_section(record: FlightRecord, section: FlightSection) -> Timeline:
    """The armed span around a flight, from the log."""
    start_s, end_s = section.shown_from_s, section.shown_to_s

    def t(at_s: float) -> float:
        return round(at_s - start_s, 3)

    def inside(at_s: float) -> bool:
        return start_s <= at_s <= end_s

    modes = [TimelineMode(t_s=t(change.at_s), mode=change.mode) for change in record.modes if inside(change.at_s)]
    before = [change.mode for change in record.modes if change.at_s < start_s]
    if before:
        modes.insert(0, TimelineMode(t_s=0.0, mode=before[-1]))
    return Timeline(
        started_at=from_unix_s(start_s),
        duration_s=round(end_s - start_s, 3),
        columns=_columns(start_s, every_nth(section.points, MOST_POINTS)),
        modes=modes,
        texts=[TimelineText(t_s=t(x.at_s), severity=x.severity, text=x.text) for x in record.texts if inside(x.at_s)],
        reached=[TimelineItem(t_s=t(x.at_s), item=x.item) for x in record.reached if inside(x.at_s)],
        photos=[
            TimelinePhoto(t_s=t(x.at_s), lon_deg=x.position and x.position.lon_deg, lat_deg=x.position and x.position.lat_deg)
            for x in record.photos
            if inside(x.at_s)
        ],
    )


def timeline_of_track(started_at: datetime, ended_at: datetime, track: Sequence[TrackRow], events: Sequence[VehicleEventRow]) -> Timeline:
    """From what the station stored, for flights without a log: a point a second."""
    start_s = started_at.timestamp()
    points = [
        FlightPoint(
            row.at.timestamp(),
            row.position,
            altitude_amsl_m=row.altitude_amsl_m,
            altitude_above_home_m=row.altitude_above_home_m,
            heading_deg=row.heading_deg,
            ground_speed_mps=row.ground_speed_mps,
            battery_fraction=row.battery_fraction,
            mode=row.mode,
        )
        for row in track
    ]
    modes: list[TimelineMode] = []
    for point in points:
        if point.mode and (not modes or modes[-1].mode != point.mode):
            modes.append(TimelineMode(t_s=round(point.at_s - start_s, 3), mode=point.mode))
    told = [(round(event.at.timestamp() - start_s, 3), event) for event in events]
    return Timeline(
        started_at=started_at,
        duration_s=round((ended_at - started_at).total_seconds(), 3),
        columns=_columns(start_s, every_nth(points, MOST_POINTS)),
        modes=modes,
        texts=[TimelineText(t_s=t_s, severity=event.severity, text=event.text) for t_s, event in told if event.kind == "text"],
        reached=[TimelineItem(t_s=t_s, item=int(event.detail.get("item", 0))) for t_s, event in told if event.kind == "item_reached"],
    )


def with_incidents(timeline: Timeline, incidents: Sequence[IncidentRow]) -> Timeline:
    start_s = timeline.started_at.timestamp()
    marks = [TimelineIncident(t_s=round(i.at.timestamp() - start_s, 3), kind=i.kind, severity=i.severity, text=i.text) for i in incidents]
    return timeline.model_copy(update={"incidents": marks})


def thinned(timeline: Timeline, most_points: int) -> Timeline:
    """The same with at most so many points; the first and the last stay."""
    if len(timeline.columns.t_s) <= most_points:
        return timeline
    columns = {name: every_nth(values, most_points) for name, values in timeline.columns.model_dump().items()}
    return timeline.model_copy(update={"columns": TimelineColumns(**columns)})


def every_nth(values: Sequence[Any], most: int) -> Sequence[Any]:
    """At most `most` of them, evenly taken, the last one included."""
    if len(values) <= most:
        return values
    step = -(-len(values) // (most - 1))
    taken = list(values[::step])
    if (len(values) - 1) % step:
        taken.append(values[-1])
    return taken


def _columns(start_s: float, points: Sequence[FlightPoint]) -> TimelineColumns:
    def column(name: str, digits: int) -> list[float | None]:
        values = (getattr(point, name) for point in points)
        return [None if value is None else round(value, digits) for value in values]

    return TimelineColumns(
        t_s=[round(point.at_s - start_s, 3) for point in points],
        lon_deg=[round(point.position.lon_deg, 7) for point in points],
        lat_deg=[round(point.position.lat_deg, 7) for point in points],
        altitude_amsl_m=column("altitude_amsl_m", 2),
        height_m=column("altitude_above_home_m", 2),
        heading_deg=column("heading_deg", 1),
        roll_deg=column("roll_deg", 1),
        pitch_deg=column("pitch_deg", 1),
        ground_speed_mps=column("ground_speed_mps", 2),
        climb_mps=column("climb_mps", 2),
        battery_fraction=column("battery_fraction", 3),
    )
