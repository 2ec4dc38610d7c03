"""Cameras: where they stand, where their video comes from, how their picture lies on the ground."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from geo.core.database import Database, Row
from geo.primitives import LonLat

_SELECT = (
    "SELECT id, category, name_kk, name_ru, name_en, url, sub_url, enabled, ST_X(position) AS lon, ST_Y(position) AS lat,"
    " heading_deg, hfov_deg, calibration, vehicle_id, camera_count, tier, models,"
    " ARRAY(SELECT rule FROM source_rule WHERE source_id = video_source.id AND enabled ORDER BY rule) AS rules FROM video_source"
)


@dataclass(frozen=True, slots=True)
class VideoSource:
    """One source. `category` is public_space, enforcement_complex, fixed or drone.

    Heading is where the camera looks, degrees clockwise from true north; `hfov_deg` is its full horizontal angle.
    `calibration` is a scene file's: {"image_size_px": [w, h], "points": [{"px": [u, v], "lonlat": [lon, lat]}, at least four], "date": …}.
    `sub_url` is the camera's smaller stream, which is enough to watch; `url` is what is shown and kept.
    `tier` is how closely a person wants it looked at: health, patrol, watch or enforcement; None leaves it to the settings;
    `rules` are the codes of those switched on for it (`source_rule`), `models` name those it is looked at with besides the default one;
    both are chosen by calls of their own, and `upsert` leaves them.
    A drone source carries `vehicle_id` and no position. `camera_count` counts the cameras (or lanes) of a complex.
    """

    source_id: str
    category: str
    name_kk: str
    name_ru: str
    name_en: str
    url: str | None = None
    sub_url: str | None = None
    enabled: bool = True
    position: LonLat | None = None
    heading_deg: float | None = None
    hfov_deg: float | None = None
    calibration: dict[str, Any] | None = None
    vehicle_id: str | None = None
    camera_count: int = 1
    tier: str | None = None
    rules: tuple[str, ...] = ()
    models: tuple[str, ...] = ()

    @property
    def moves(self) -> bool:
        """Its pictures are placed by poses, told by its vehicle or within its stream, and not by a calibration."""
        return self.vehicle_id is not None or self.category == "drone"


class VideoSourceStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, source_id: str) -> VideoSource | None:
        row = await self._database.row(f"{_SELECT} WHERE id = $1", source_id)
        return None if row is None else _from(row)

    async def live(self) -> list[VideoSource]:
        """Sources to be watched: enabled and with a URL."""
        return [_from(row) for row in await self._database.rows(f"{_SELECT} WHERE enabled AND url IS NOT NULL ORDER BY id")]

    async def remove(self, source_id: str) -> bool:
        """Whether there was one."""
        return await self._database.row("DELETE FROM video_source WHERE id = $1 RETURNING id", source_id) is not None

    async def choose_tier(self, source_id: str, tier: str | None) -> bool:
        """Whether there is such a source."""
        row = await self._database.row("UPDATE video_source SET tier = $2, updated_at = now() WHERE id = $1 RETURNING id", source_id, tier)
        return row is not None

    async def choose_models(self, source_id: str, models: Sequence[str]) -> bool:
        """Whether there is such a source."""
        row = await self._database.row(
            "UPDATE video_source SET models = $2, updated_at = now() WHERE id = $1 RETURNING id", source_id, list(models)
        )
        return row is not None

    async def upsert(self, source: VideoSource) -> None:
        """Add a source, or replace everything known of it, its calibration included."""
        await self.upsert_many([source])

    async def upsert_many(self, sources: list[VideoSource]) -> None:
        """All or none."""
        async with self._database.transaction() as connection:
            await connection.execute_many(
                "INSERT INTO video_source (id, category, name_kk, name_ru, name_en, url, enabled, position, heading_deg, hfov_deg,"
                " calibration, vehicle_id, camera_count, sub_url, tier)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, ST_SetSRID(ST_MakePoint($8, $9), 4326), $10, $11, $12, $13, $14, $15, $16)"
                " ON CONFLICT (id) DO UPDATE SET category = excluded.category, name_kk = excluded.name_kk, name_ru = excluded.name_ru,"
                " name_en = excluded.name_en, url = excluded.url, enabled = excluded.enabled, position = excluded.position,"
                " heading_deg = excluded.heading_deg, hfov_deg = excluded.hfov_deg, calibration = excluded.calibration,"
                " vehicle_id = excluded.vehicle_id, camera_count = excluded.camera_count,"
                " sub_url = excluded.sub_url, tier = excluded.tier, updated_at = now()",
                [_columns(source) for source in sources],
            )


def _columns(source: VideoSource) -> tuple[object, ...]:
    # ST_MakePoint of NULLs is NULL: a source without a place.
    lon, lat = (None, None) if source.position is None else source.position.as_tuple()
    return (
        *(source.source_id, source.category, source.name_kk, source.name_ru, source.name_en, source.url, source.enabled, lon, lat),
        *(source.heading_deg, source.hfov_deg, source.calibration, source.vehicle_id, source.camera_count, source.sub_url, source.tier),
    )


def _from(row: Row) -> VideoSource:
    return VideoSource(
        source_id=row["id"],
        position=None if row["lon"] is None else LonLat(row["lon"], row["lat"]),
        rules=tuple(row["rules"]),
        models=tuple(row["models"]),
        **{
            name: row[name]
            for name in (
                *("category", "name_kk", "name_ru", "name_en", "url", "sub_url", "enabled", "heading_deg", "hfov_deg"),
                *("calibration", "vehicle_id", "camera_count", "tier"),
            )
        },
    )
