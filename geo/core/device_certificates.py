"""Certificates of measuring devices: type approval and verification, from and until. What has none is never tier A."""

from dataclasses import dataclass
from datetime import datetime

from geo.core.database import Database, Row


@dataclass(frozen=True, slots=True)
class DeviceCertificateRow:
    certificate_id: str
    source_id: str
    type_approval: str
    number: str
    valid_from: datetime
    valid_to: datetime


class DeviceCertificateStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, row: DeviceCertificateRow) -> None:
        """Raises: `GeoError` with code `geo.exists`."""
        await self._database.execute(
            "INSERT INTO device_certificate (id, source_id, type_approval, number, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5, $6)",
            *(row.certificate_id, row.source_id, row.type_approval, row.number, row.valid_from, row.valid_to),
        )

    async def get(self, certificate_id: str) -> DeviceCertificateRow | None:
        row = await self._database.row("SELECT * FROM device_certificate WHERE id = $1", certificate_id)
        return None if row is None else _from(row)

    async def of_source(self, source_id: str) -> list[DeviceCertificateRow]:
        """Newest first."""
        rows = await self._database.rows("SELECT * FROM device_certificate WHERE source_id = $1 ORDER BY valid_from DESC, id", source_id)
        return [_from(row) for row in rows]


def _from(row: Row) -> DeviceCertificateRow:
    return DeviceCertificateRow(*(row[name] for name in ("id", "source_id", "type_approval", "number", "valid_from", "valid_to")))
