"""Calibrations of fixed cameras by time: each with who made it, what it is worth, and the still it was made on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from geo.core.database import Database, Row
from geo.primitives import GeoError

_SHOWN = "id, source_id, made_at, made_by, calibration, kind, residual_px, left_out_m, note, still IS NOT NULL AS has_still"


@dataclass(frozen=True, slots=True)
class CameraCalibrationRow:
    """`kind` is pinhole or homography; `left_out_m` the median error of points predicted by the others, None with four."""

    calibration_id: UUID
    source_id: str
    made_at: datetime
    made_by: str
    calibration: dict[str, Any]
    kind: str
    residual_px: float
    left_out_m: float | None
    note: str
    has_still: bool


class CameraCalibrationStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(
        self,
        calibration_id: UUID,
        source_id: str,
        by: str,
        calibration: dict[str, Any],
        *,
        kind: str,
        residual_px: float,
        left_out_m: float | None,
        note: str = "",
        still: bytes | None = None,
    ) -> None:
        """Keep it and put it in force, both or neither. Raises: `GeoError` with code `geo.not_found` for an unknown source."""
        async with self._database.transaction() as connection:
            known = await connection.row(
                "UPDATE video_source SET calibration = $2, updated_at = now() WHERE id = $1 RETURNING id", source_id, calibration
            )
            if known is None:
                raise GeoError(f"There is no video source '{source_id}'.", code="geo.not_found", hint="It may have been removed.")
            await connection.execute(
                "INSERT INTO camera_calibration (id, source_id, made_by, calibration, kind, residual_px, left_out_m, note, still)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                *(calibration_id, source_id, by, calibration, kind, residual_px, left_out_m, note, still),
            )

    async def history(self, source_id: str) -> list[CameraCalibrationRow]:
        """Newest first."""
        rows = await self._database.rows(
            f"SELECT {_SHOWN} FROM camera_calibration WHERE source_id = $1 ORDER BY made_at DESC, id LIMIT 200", source_id
        )
        return [_from(row) for row in rows]

    async def still_in_force(self, source_id: str) -> tuple[bytes, datetime] | None:
        """JPEG of the newest calibration and when it was made, when that is the one in force and has one."""
        row = await self._database.row(
            "SELECT c.still, c.made_at FROM camera_calibration c"
            " JOIN video_source s ON s.id = c.source_id AND s.calibration = c.calibration"
            " WHERE c.source_id = $1 ORDER BY c.made_at DESC LIMIT 1",
            source_id,
        )
        return None if row is None or row["still"] is None else (row["still"], row["made_at"])


def _from(row: Row) -> CameraCalibrationRow:
    names = ("source_id", "made_at", "made_by", "calibration", "kind", "residual_px", "left_out_m", "note", "has_still")
    return CameraCalibrationRow(calibration_id=row["id"], **{name: row[name] for name in names})
