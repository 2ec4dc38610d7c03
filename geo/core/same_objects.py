"""Which observations are of one thing: seen by the computer on board and, through the downlink, by the ground."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from geo.core.database import Database

_LINK = (Path(__file__).parent / "sql/same_objects.sql").read_text(encoding="utf-8")


class SameObjects:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def link(self, observation_ids: Sequence[UUID]) -> dict[UUID, UUID | None]:
        """Compare these with what other cameras of the same vehicles saw at the same time. Whichever comes first, the result is the same.

        Returns the observations whose counterpart has changed, with the one that now stands for each; None when it stands for itself.
        """
        rows = await self._database.rows(f"{_LINK} RETURNING o.id, o.same_as", list(observation_ids))
        return {row["id"]: row["same_as"] for row in rows}
