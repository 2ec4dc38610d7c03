"""Scenes of sources by edition: what lies before a camera, as a person drew it. The newest is in force, the others tell what held then."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from geo.core.database import Database, Row
from geo.primitives import GeoError, utc_now

_SELECT = "SELECT source_id, edition, features, calibration, valid_from, valid_to, made_by FROM scene"


@dataclass(frozen=True, slots=True)
class SceneRow:
    """`features` is a GeoJSON FeatureCollection. `calibration` None: that of the source. `valid_to` None: in force."""

    source_id: str
    edition: int
    features: dict[str, Any]
    calibration: dict[str, Any] | None
    valid_from: datetime
    valid_to: datetime | None
    made_by: str


class SceneStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_force(self, source_id: str | None = None) -> list[SceneRow]:
        """Of one source (none or one) or of all, by source."""
        rows = await self._database.rows(
            f"{_SELECT} WHERE valid_to IS NULL AND ($1::text IS NULL OR source_id = $1) ORDER BY source_id", source_id
        )
        return [_from(row) for row in rows]

    async def editions_in_force(self, source_ids: list[str]) -> dict[str, int]:
        """By source, those of these that have a scene."""
        rows = await self._database.rows("SELECT source_id, edition FROM scene WHERE valid_to IS NULL AND source_id = ANY($1)", source_ids)
        return {row["source_id"]: row["edition"] for row in rows}

    async def get(self, source_id: str, edition: int) -> SceneRow | None:
        row = await self._database.row(f"{_SELECT} WHERE source_id = $1 AND edition = $2", source_id, edition)
        return None if row is None else _from(row)

    async def editions(self, source_id: str, limit: int = 200) -> list[SceneRow]:
        """Newest first."""
        rows = await self._database.rows(f"{_SELECT} WHERE source_id = $1 ORDER BY edition DESC LIMIT $2", source_id, limit)
        return [_from(row) for row in rows]

    async def save(
        self, source_id: str, expected_edition: int, features: dict[str, Any], by: str, *, calibration: dict[str, Any] | None = None
    ) -> SceneRow:
        """The next edition after `expected_edition` (0 = there is none yet); it is in force from now on.

        Raises: `GeoError` with code `geo.revision` (someone was faster) or `geo.not_found` (no such source).
        """
        async with self._database.transaction() as connection:
            if await connection.row("SELECT id FROM video_source WHERE id = $1 FOR UPDATE", source_id) is None:
                raise GeoError(f"There is no video source '{source_id}'.", code="geo.not_found", hint="It may have been removed.")
            newest = await connection.value("SELECT coalesce(max(edition), 0) FROM scene WHERE source_id = $1", source_id)
            if newest != expected_edition:
                raise GeoError(
                    f"The scene of '{source_id}' is at edition {newest}, not {expected_edition}.",
                    code="geo.revision",
                    hint="Load it again and repeat the change on the newest revision.",
                )
            now = utc_now()
            await connection.execute("UPDATE scene SET valid_to = $2 WHERE source_id = $1 AND valid_to IS NULL", source_id, now)
            row = await connection.row(
                "INSERT INTO scene (source_id, edition, features, calibration, valid_from, made_by, area) VALUES ($1, $2, $3, $4, $5, $6,"
                " (SELECT CASE WHEN ST_Dimension(hull) = 2 THEN hull END FROM (SELECT ST_SetSRID(ST_ConvexHull(ST_Collect("
                "ST_GeomFromGeoJSON(f ->> 'geometry'))), 4326) AS hull FROM jsonb_array_elements($7::text::jsonb -> 'features') AS f"
                " WHERE f ->> 'geometry' IS NOT NULL) AS outline))"
                " RETURNING source_id, edition, features, calibration, valid_from, valid_to, made_by",
                *(source_id, expected_edition + 1, features, calibration, now, by, json.dumps(features)),
            )
            assert row is not None, "an insert that returns gives a row"
            return _from(row)


def _from(row: Row) -> SceneRow:
    return SceneRow(**{name: row[name] for name in SceneRow.__dataclass_fields__})
