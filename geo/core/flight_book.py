"""The flight book: what each vehicle and each pilot has flown. Counted from the flights, never kept beside them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from geo.core.database import Database

_BOOK = (Path(__file__).parent / "sql/flight_book.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class FlightBookLine:
    """Totals under one name. `battery_cycles` adds up the fractions used: 1.0 is one whole battery."""

    name: str
    flights: int
    flown_s: float
    distance_m: float
    max_height_m: float | None
    battery_cycles: float
    incidents: int
    first_flight_at: datetime
    last_flight_at: datetime


class FlightBook:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def lines(
        self, by: Literal["vehicle", "pilot"], *, vehicle_id: str | None = None, pilot: str | None = None
    ) -> list[FlightBookLine]:
        """One line for each vehicle or pilot, most flown first."""
        return [FlightBookLine(*row.values()) for row in await self._database.rows(_BOOK, vehicle_id, pilot, by)]
