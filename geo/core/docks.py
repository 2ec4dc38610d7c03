"""Docks as they are set up; what state they are in is told live and kept nowhere."""

from dataclasses import dataclass
from uuid import UUID

from geo.core.database import Database, Row
from geo.primitives import GeoError, LonLat, new_id

_SELECT = "SELECT id, name, device, vehicle_id, wind_limit_mps, rain_limit_mm_h, ST_X(position) AS lon, ST_Y(position) AS lat FROM dock"


@dataclass(frozen=True, slots=True)
class DockSetup:
    """`device` is its address, `vehicle_id` what stands in it."""

    name: str
    device: str
    position: LonLat
    vehicle_id: str | None = None
    wind_limit_mps: float = 10.0
    rain_limit_mm_h: float = 0.5


@dataclass(frozen=True, slots=True)
class DockRow:
    dock_id: UUID
    setup: DockSetup


class DockStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[DockRow]:
        """By name."""
        return [_from(row) for row in await self._database.rows(f"{_SELECT} ORDER BY name")]

    async def keep(self, setup: DockSetup, by: str) -> DockRow:
        """A new dock, or the one of this name set up anew."""
        dock_id = await self._database.value(
            "INSERT INTO dock (id, name, device, vehicle_id, wind_limit_mps, rain_limit_mm_h, created_by, position)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, ST_SetSRID(ST_MakePoint($8, $9), 4326))"
            " ON CONFLICT (name) DO UPDATE SET device = EXCLUDED.device, vehicle_id = EXCLUDED.vehicle_id, position = EXCLUDED.position,"
            " wind_limit_mps = EXCLUDED.wind_limit_mps, rain_limit_mm_h = EXCLUDED.rain_limit_mm_h RETURNING id",
            *(new_id(), setup.name, setup.device, setup.vehicle_id, setup.wind_limit_mps, setup.rain_limit_mm_h, by),
            *setup.position.as_tuple(),
        )
        return DockRow(dock_id, setup)

    async def delete(self, dock_id: UUID) -> None:
        """Raises: `GeoError` with code `geo.not_found`."""
        if await self._database.execute("DELETE FROM dock WHERE id = $1", dock_id) == "DELETE 0":
            raise GeoError(f"There is no dock {dock_id}.", code="geo.not_found", hint="It may have been deleted; load the list again.")


def _from(row: Row) -> DockRow:
    setup = DockSetup(
        *(row["name"], row["device"], LonLat(row["lon"], row["lat"]), row["vehicle_id"]), row["wind_limit_mps"], row["rain_limit_mm_h"]
    )
    return DockRow(row["id"], setup)
