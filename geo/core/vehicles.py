"""Vehicles ever heard."""

from dataclasses import dataclass
from datetime import datetime

from geo.core.database import Database, Row
from geo.primitives import LonLat

_SELECT = "SELECT *, ST_X(home) AS lon, ST_Y(home) AS lat FROM vehicle"


@dataclass(frozen=True, slots=True)
class VehicleRow:
    """`autopilot` is ardupilot, px4 or generic; `vehicle_type` is copter, plane, vtol, rover or other."""

    vehicle_id: str
    name: str
    system_id: int
    autopilot: str
    vehicle_type: str
    last_seen_at: datetime
    home: LonLat | None = None


class VehicleStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self, vehicle: VehicleRow) -> None:
        """Add the vehicle or note that it was heard again. A name given by people is kept."""
        lon, lat = (None, None) if vehicle.home is None else vehicle.home.as_tuple()
        await self._database.execute(
            "INSERT INTO vehicle AS v (id, name, system_id, autopilot, vehicle_type, first_seen_at, last_seen_at, home)"
            " VALUES ($1, $2, $3, $4, $5, $6, $6, ST_SetSRID(ST_MakePoint($7, $8), 4326))"
            " ON CONFLICT (id) DO UPDATE SET system_id = excluded.system_id, autopilot = excluded.autopilot,"
            " vehicle_type = excluded.vehicle_type, last_seen_at = greatest(v.last_seen_at, excluded.last_seen_at),"
            " home = coalesce(excluded.home, v.home)",
            *(vehicle.vehicle_id, vehicle.name, vehicle.system_id, vehicle.autopilot, vehicle.vehicle_type, vehicle.last_seen_at, lon, lat),
        )

    async def get(self, vehicle_id: str) -> VehicleRow | None:
        row = await self._database.row(f"{_SELECT} WHERE id = $1", vehicle_id)
        return None if row is None else _from(row)

    async def all(self) -> list[VehicleRow]:
        return [_from(row) for row in await self._database.rows(f"{_SELECT} ORDER BY system_id, id")]


def _from(row: Row) -> VehicleRow:
    return VehicleRow(
        *(row["id"], row["name"], row["system_id"], row["autopilot"], row["vehicle_type"], row["last_seen_at"]),
        None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
    )
