"""Observations in PostGIS: written exactly once in effect, whatever is resent and in whatever order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from geo.core.database import Database
from geo.primitives import ErrorEllipse, LonLat

_INGEST = (Path(__file__).parent / "sql/ingest_observations.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class TrajectoryPoint:
    """Where a tracked thing was at an instant, aware UTC."""

    place: LonLat
    at: datetime


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """Something seen by a video source.

    `observation_id` is derived from source, model and track; a higher `revision` replaces a lower one and may move
    `started_at` by less than a day. `bbox_px` is x0, y0, x1, y1 in the source's picture. `accuracy_m` is the radius that
    holds the truth with about 95 % probability, `ellipse` says which way it may be off; `speed_sigma_mps` is one sigma; heading is
    degrees clockwise from true north. Read, never written here: `same_as` (see `SameObjects`), `doubtful_why` (see `doubt`).
    """

    observation_id: UUID
    revision: int
    source_id: str
    kind: str
    label: str
    confidence: float
    track_id: int
    started_at: datetime
    ended_at: datetime
    bbox_px: tuple[float, float, float, float]
    model: str
    position: LonLat | None = None
    accuracy_m: float | None = None
    ellipse: ErrorEllipse | None = None
    same_as: UUID | None = None
    trajectory: tuple[TrajectoryPoint, ...] = ()
    heading_deg: float | None = None
    speed_mps: float | None = None
    speed_sigma_mps: float | None = None
    rule: str | None = None
    rule_edition: str | None = None
    vehicle_id: str | None = None
    doubtful_why: str | None = None


class ObservationStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ingest(self, rows: Sequence[ObservationRow]) -> list[UUID]:
        """Write a batch in one transaction. Returns the ids really written: new ones, and those whose revision went up."""
        newest: dict[UUID, ObservationRow] = {}
        for row in rows:
            known = newest.get(row.observation_id)
            if known is None or row.revision > known.revision:
                newest[row.observation_id] = row
        if not newest:
            return []
        columns = zip(*(_columns(row) for row in newest.values()), strict=True)
        written = await self._database.rows(_INGEST, *(list(column) for column in columns))
        return [row["id"] for row in written]

    async def doubt(self, source_id: str, since: datetime, until: datetime, why: str) -> list[UUID]:
        """Mark the places a source gave within a time in which it may have looked elsewhere. Returns those marked now."""
        rows = await self._database.rows(
            "UPDATE observation SET doubtful_why = $4 WHERE source_id = $1 AND started_at <= $3 AND ended_at > $2"
            " AND started_at > $2 - interval '1 day' AND position IS NOT NULL AND doubtful_why IS NULL RETURNING id",
            *(source_id, since, until, why),
        )
        return [row["id"] for row in rows]

    async def get(self, observation_id: UUID) -> ObservationRow | None:
        row = await self._database.row(
            "SELECT *, ST_X(position) AS lon, ST_Y(position) AS lat FROM observation WHERE id = $1 ORDER BY revision DESC LIMIT 1",
            observation_id,
        )
        if row is None:
            return None
        x0, y0, x1, y1 = row["bbox_px"]
        return ObservationRow(
            observation_id=row["id"],
            bbox_px=(x0, y0, x1, y1),
            position=None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
            ellipse=None if row["ellipse_major_m"] is None else ErrorEllipse(*(row[name] for name in _ELLIPSE)),
            trajectory=await self.trajectory(observation_id) or (),
            **{name: row[name] for name in _PLAIN},
        )

    async def trajectory(self, observation_id: UUID) -> tuple[TrajectoryPoint, ...] | None:
        """The way of a tracked thing in order of time, empty for one without; None when there is no such observation."""
        rows = await self._database.rows(
            "SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, ST_M(geom) AS at FROM (SELECT trajectory FROM observation WHERE id = $1"
            " ORDER BY revision DESC LIMIT 1) AS seen LEFT JOIN LATERAL ST_DumpPoints(trajectory) AS corner ON true ORDER BY corner.path",
            observation_id,
        )
        if not rows:
            return None
        return tuple(
            TrajectoryPoint(LonLat(row["lon"], row["lat"]), datetime.fromtimestamp(row["at"], UTC)) for row in rows if row["at"] is not None
        )


_PLAIN = (
    *("revision", "source_id", "kind", "label", "confidence", "track_id", "started_at", "ended_at", "model", "accuracy_m"),
    *("heading_deg", "speed_mps", "speed_sigma_mps", "rule", "rule_edition", "vehicle_id", "same_as", "doubtful_why"),
)


_ELLIPSE = ("ellipse_major_m", "ellipse_minor_m", "ellipse_bearing_deg")


def _columns(row: ObservationRow) -> tuple[object, ...]:
    """In the order of `ingest_observations.sql`."""
    lon, lat = (None, None) if row.position is None else row.position.as_tuple()
    ellipse = (None, None, None) if row.ellipse is None else (row.ellipse.major_m, row.ellipse.minor_m, row.ellipse.bearing_deg)
    return (
        *(row.observation_id, row.revision, row.started_at, row.ended_at, row.source_id, row.vehicle_id, row.kind, row.label),
        *(row.confidence, row.track_id, *row.bbox_px, lon, lat),
        *(row.accuracy_m, row.heading_deg, row.speed_mps, row.speed_sigma_mps, row.rule, row.rule_edition, row.model, *ellipse),
        _line_text(row.trajectory),
    )


def _line_text(points: Sequence[TrajectoryPoint]) -> str | None:
    """Extended well-known text of a line whose measure is Unix time in seconds; None when there is no way to speak of."""
    if len(points) < 2:
        return None
    corners = ", ".join(f"{point.place.lon_deg!r} {point.place.lat_deg!r} {point.at.timestamp()!r}" for point in points)
    return f"SRID=4326;LINESTRINGM({corners})"
