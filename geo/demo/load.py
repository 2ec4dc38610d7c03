"""Puts the demo region into a database. Every row has a fixed id, so loading again changes nothing and doubles nothing."""

from geo.core import Database, VideoSource, VideoSourceStore, open_database
from geo.core.database import Connection
from geo.demo import fibre
from geo.demo.cameras import demo_cameras
from geo.demo.geometry import Line
from geo.demo.land import CLEANUP_SITES, CONSTRUCTION_SITES, FIELDS, PERMITS, ZONES
from geo.demo.roads import ROADS
from geo.demo.settlements import FEATURES, SETTLEMENTS

_NAMES = ("name_kk", "name_ru", "name_en")


async def load_demo(url: str) -> None:
    """Load or refresh the Mangystau region.

    What people changed on demo rows is overwritten.
    Raises: `SettingsError` when the database cannot be reached, `GeoError` when its schema is too old.
    """
    async with open_database(url, max_connections=2) as database:
        await VideoSourceStore(database).upsert_many(_estate())
        await _load_region(database)


def _estate() -> list[VideoSource]:
    return [
        VideoSource(
            camera.id,
            camera.category,
            *(camera.name_kk, camera.name_ru, camera.name_en),
            position=camera.position,
            heading_deg=camera.heading_deg,
            hfov_deg=camera.hfov_deg,
            camera_count=camera.camera_count,
        )
        for camera in demo_cameras()
    ]


async def _load_region(database: Database) -> None:
    async with database.transaction() as connection:
        await _put(
            connection,
            "settlement",
            ("id", *_NAMES, "kind", "population", "position"),
            [
                (p.id, p.name_kk, p.name_ru, p.name_en, p.kind, p.population, _point(p.position.as_tuple()))
                for p in (*SETTLEMENTS, *FEATURES)
            ],
        )
        await _put(
            connection,
            "road",
            ("id", *_NAMES, "ref", "road_class", "surface", "speed_limit_kmh", "length_km", "path"),
            [
                (r.id, r.name_kk, r.name_ru, r.name_en, r.ref, r.road_class, r.surface, r.speed_limit_kmh, r.length_km, _line(r.path))
                for r in ROADS
            ],
        )
        route = (
            fibre.ROUTE_ID,
            fibre.NAME_KK,
            fibre.NAME_RU,
            fibre.NAME_EN,
            "Kazakhtelecom",
            "under_construction",
            fibre.route_length_km(),
        )
        await _put(
            connection,
            "fibre_route",
            ("id", *_NAMES, "operator", "state", "length_km", "path"),
            [(*route, _line(fibre.route_line()))],
        )
        await _put(
            connection,
            "fibre_segment",
            ("id", "route_id", "sequence", "environment", "from_m", "to_m", "path"),
            [
                (
                    f"{fibre.ROUTE_ID}-{s.sequence:02d}",
                    fibre.ROUTE_ID,
                    s.sequence,
                    s.environment,
                    s.measured[0][2],
                    s.measured[-1][2],
                    _measured(s),
                )
                for s in fibre.segments()
            ],
        )
        await _put(
            connection,
            "cleanup_site",
            ("id", *_NAMES, "kind", "state", "reported_by", "reported_at", "visits", "volume_m3", "area_m2", "area"),
            [
                (s.id, *s.names, s.kind, s.state, s.reported_by, s.reported_at, s.visits, s.volume_m3, s.area_m2, _polygon(s.area))
                for s in CLEANUP_SITES
            ],
        )
        await _put(
            connection,
            "construction_permit",
            ("id", "number", "issued_to", "purpose", "valid_from", "valid_to", "area"),
            [(p.id, p.number, p.issued_to, p.purpose, p.valid_from, p.valid_to, _polygon(p.area)) for p in PERMITS],
        )
        await _put(
            connection,
            "construction_site",
            ("id", *_NAMES, "kind", "state", "permit_id", "started_on", "planned_end_on", "progress_fraction", "area"),
            [
                (s.id, *s.names, s.kind, s.state, s.permit_id, s.started_on, s.planned_end_on, s.progress_fraction, _polygon(s.area))
                for s in CONSTRUCTION_SITES
            ],
        )
        await _put(
            connection,
            "agricultural_field",
            ("id", *_NAMES, "farm", "crop", "season", "area_ha", "area"),
            [(f.id, *f.names, f.farm, f.crop, f.season, f.area_ha, _polygon(f.area)) for f in FIELDS],
        )
        await _put(
            connection,
            "airspace_zone",
            ("id", *_NAMES, "kind", "authority", "floor_m", "ceiling_m", "valid_from", "area"),
            [(z.id, *z.names, z.kind, z.authority, z.floor_m, z.ceiling_m, z.valid_from, _polygon(z.area)) for z in ZONES],
        )


async def _put(connection: Connection, table: str, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    """Upsert rows by `id`. The last column is the geometry as EWKT, which PostGIS reads (M values included)."""
    values = ", ".join(f"${n}" if n < len(columns) else f"${n}::text::geometry" for n in range(1, len(columns) + 1))
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    await connection.execute_many(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values}) ON CONFLICT (id) DO UPDATE SET {updates}", rows
    )


def _point(place: tuple[float, float]) -> str:
    return f"SRID=4326;POINT({place[0]} {place[1]})"


def _line(line: Line) -> str:
    return f"SRID=4326;LINESTRING({', '.join(f'{lon} {lat}' for lon, lat in line)})"


def _measured(segment: fibre.DemoSegment) -> str:
    return f"SRID=4326;LINESTRING M ({', '.join(f'{lon} {lat} {m}' for lon, lat, m in segment.measured)})"


def _polygon(ring: Line) -> str:
    return f"SRID=4326;POLYGON(({', '.join(f'{lon} {lat}' for lon, lat in ring)}))"
