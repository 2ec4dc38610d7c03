"""Which rules are switched on for which source, and which are suspended because the source cannot be judged by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.core.database import Database, Row


@dataclass(frozen=True, slots=True)
class SourceRuleRow:
    """One rule on one source. `schedule` None: always; `excluded` names labels and features it leaves alone.

    `suitability` is what the source was worth for it when it was switched on. While `suspended_since` is set nothing is judged.
    """

    source_id: str
    rule: str
    enabled: bool
    schedule: dict[str, Any] | None
    excluded: dict[str, Any] | None
    suitability: dict[str, Any] | None
    changed_at: datetime
    changed_by: str
    suspended_since: datetime | None = None
    suspended_why: str | None = None


class SourceRuleStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_source(self, source_id: str) -> list[SourceRuleRow]:
        """By rule; those never switched have no row."""
        return [_from(row) for row in await self._database.rows("SELECT * FROM source_rule WHERE source_id = $1 ORDER BY rule", source_id)]

    async def enabled(self) -> list[SourceRuleRow]:
        """All that are switched on, suspended or not, by source and rule."""
        return [_from(row) for row in await self._database.rows("SELECT * FROM source_rule WHERE enabled ORDER BY source_id, rule")]

    async def switch(
        self,
        source_id: str,
        rule: str,
        by: str,
        *,
        enabled: bool,
        schedule: dict[str, Any] | None,
        excluded: dict[str, Any] | None,
        suitability: dict[str, Any] | None,
    ) -> SourceRuleRow:
        """A suspension stays until the trouble behind it is over. Raises: `GeoError` with code `geo.constraint` for an unknown source."""
        row = await self._database.row(
            "INSERT INTO source_rule (source_id, rule, enabled, schedule, excluded, suitability, changed_by)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source_id, rule) DO UPDATE SET enabled = excluded.enabled,"
            " schedule = excluded.schedule, excluded = excluded.excluded, suitability = excluded.suitability,"
            " changed_by = excluded.changed_by, changed_at = now() RETURNING *",
            *(source_id, rule, enabled, schedule, excluded, suitability, by),
        )
        assert row is not None, "an insert that returns gives a row"
        return _from(row)

    async def suspend(self, source_id: str, since: datetime, why: str) -> list[SourceRuleRow]:
        """All rules that are on for a source. Returns those suspended now and not before."""
        rows = await self._database.rows(
            "UPDATE source_rule SET suspended_since = $2, suspended_why = $3 WHERE source_id = $1 AND enabled AND suspended_since IS NULL"
            " RETURNING *",
            *(source_id, since, why),
        )
        return [_from(row) for row in rows]

    async def resume(self, source_id: str) -> list[SourceRuleRow]:
        """The source can be judged by again. Returns the rules that were suspended."""
        rows: Sequence[Row] = await self._database.rows(
            "UPDATE source_rule SET suspended_since = NULL, suspended_why = NULL WHERE source_id = $1 AND suspended_since IS NOT NULL"
            " RETURNING *",
            source_id,
        )
        return [_from(row) for row in rows]


def _from(row: Row) -> SourceRuleRow:
    return SourceRuleRow(**{name: row[name] for name in SourceRuleRow.__dataclass_fields__})
