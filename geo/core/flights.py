"""Flights: from take-off to landing, with the path flown made of the vehicle's track."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from geo.core.database import Database, Row

_FINISH = (Path(__file__).parent / "sql/finish_flight.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class FlightRow:
    """One flight. `ended_at` and `distance_m` are None while it lasts."""

    flight_id: UUID
    vehicle_id: str
    started_at: datetime
    mission_id: UUID | None = None
    ended_at: datetime | None = None
    distance_m: float | None = None


class FlightStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, flight: FlightRow) -> None:
        """Note a take-off; the same flight twice is one row."""
        await self._database.execute(
            "INSERT INTO flight (id, vehicle_id, mission_id, started_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING",
            *(flight.flight_id, flight.vehicle_id, flight.mission_id, flight.started_at),
        )

    async def finish(self, flight_id: UUID, ended_at: datetime) -> None:
        """Note the landing; path and length come from the track stored by then."""
        await self._database.execute(_FINISH, flight_id, ended_at)

    async def open_flight(self, vehicle_id: str) -> FlightRow | None:
        """The vehicle's newest flight without a landing."""
        row = await self._database.row(
            "SELECT * FROM flight WHERE vehicle_id = $1 AND ended_at IS NULL ORDER BY started_at DESC LIMIT 1", vehicle_id
        )
        return None if row is None else _from(row)

    async def latest(self, vehicle_id: str, limit: int = 50) -> list[FlightRow]:
        """Newest first."""
        rows = await self._database.rows("SELECT * FROM flight WHERE vehicle_id = $1 ORDER BY started_at DESC LIMIT $2", vehicle_id, limit)
        return [_from(row) for row in rows]


def _from(row: Row) -> FlightRow:
    return FlightRow(row["id"], row["vehicle_id"], row["started_at"], row["mission_id"], row["ended_at"], row["distance_m"])
