"""Where vehicles were. Points come in by COPY and are kept once per vehicle and instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from geo.core.database import Database
from geo.primitives import LonLat

_COLUMNS = (
    "vehicle_id",
    "at",
    "lon",
    "lat",
    "altitude_amsl_m",
    "altitude_above_home_m",
    "heading_deg",
    "ground_speed_mps",
    "battery_fraction",
    "mode",
)


@dataclass(frozen=True, slots=True)
class TrackRow:
    """One point of a vehicle's track. Heading is degrees clockwise from true north; `battery_fraction` is 0..1."""

    vehicle_id: str
    at: datetime
    position: LonLat
    altitude_amsl_m: float
    altitude_above_home_m: float | None = None
    heading_deg: float | None = None
    ground_speed_mps: float | None = None
    battery_fraction: float | None = None
    mode: str | None = None


class TrackStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, rows: Sequence[TrackRow]) -> int:
        """Add points; those already stored are left as they are. Returns how many were new."""
        if not rows:
            return 0
        async with self._database.transaction() as connection:
            # COPY cannot skip what is there already, so it fills a table of this connection's own first.
            await connection.execute(
                "CREATE TEMP TABLE IF NOT EXISTS track_incoming (vehicle_id text, at timestamptz, lon float8, lat float8,"
                " altitude_amsl_m float8, altitude_above_home_m float8, heading_deg float8, ground_speed_mps float8,"
                " battery_fraction float8, mode text) ON COMMIT DELETE ROWS"
            )
            await connection.copy("track_incoming", _COLUMNS, [_columns(row) for row in rows])
            tag = await connection.execute(
                "INSERT INTO track (vehicle_id, at, position, altitude_above_home_m, heading_deg, ground_speed_mps, battery_fraction, mode)"
                " SELECT vehicle_id, at, ST_SetSRID(ST_MakePoint(lon, lat, altitude_amsl_m), 4326), altitude_above_home_m, heading_deg,"
                " ground_speed_mps, battery_fraction, mode FROM track_incoming ORDER BY vehicle_id, at ON CONFLICT DO NOTHING"
            )
        return int(tag.rsplit(" ", 1)[1])

    async def between(self, vehicle_id: str, start: datetime, end: datetime) -> list[TrackRow]:
        """The vehicle's points of an interval, both ends included, in order of time."""
        rows = await self._database.rows(
            "SELECT vehicle_id, at, ST_X(position) AS lon, ST_Y(position) AS lat, ST_Z(position) AS amsl, altitude_above_home_m,"
            " heading_deg, ground_speed_mps, battery_fraction, mode FROM track WHERE vehicle_id = $1 AND at BETWEEN $2 AND $3 ORDER BY at",
            *(vehicle_id, start, end),
        )
        return [
            TrackRow(
                *(row["vehicle_id"], row["at"], LonLat(row["lon"], row["lat"]), row["amsl"], row["altitude_above_home_m"]),
                *(row["heading_deg"], row["ground_speed_mps"], row["battery_fraction"], row["mode"]),
            )
            for row in rows
        ]


async def ensure_partitions(database: Database, first_day: date, months: int = 3) -> None:
    """Make the monthly partitions of tracks and observations from `first_day`'s month on. Call daily; safe from every process."""
    await database.execute(
        "SELECT ensure_month_partition(parent, (date_trunc('month', $1::date) + make_interval(months => ahead))::date)"
        " FROM unnest(ARRAY['track', 'observation']) AS parent, generate_series(0, $2::int - 1) AS ahead",
        first_day,
        months,
    )


def _columns(row: TrackRow) -> tuple[object, ...]:
    return (
        *(row.vehicle_id, row.at, *row.position.as_tuple(), row.altitude_amsl_m, row.altitude_above_home_m),
        *(row.heading_deg, row.ground_speed_mps, row.battery_fraction, row.mode),
    )
