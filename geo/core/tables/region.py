"""What stands in the region: settlements, roads, fibre, building, land, airspace, places to clean."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.core.tables.base import Base, Named, geometry, one_of

CLEANUP_STATES = ("reported", "confirmed", "scheduled", "in_progress", "cleaned", "verified", "recurred")
CONSTRUCTION_STATES = ("planned", "active", "suspended", "finished")
ZONE_KINDS = ("controlled", "restricted", "no_fly", "danger", "conditional", "advisory", "geofence")
ZONE_REFERENCES = ("above_terrain", "amsl", "standard_pressure")


class Settlement(Named, Base):
    """A named place: settlements, and capes, bays and heights that people use to say where something is."""

    __tablename__ = "settlement"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    population: Mapped[int | None]
    position: Mapped[Any] = geometry("POINT")


class Road(Named, Base):
    __tablename__ = "road"

    id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str | None]
    road_class: Mapped[str]
    surface: Mapped[str]
    speed_limit_kmh: Mapped[int | None]
    length_km: Mapped[float]
    path: Mapped[Any] = geometry("LINESTRING")


class FibreRoute(Named, Base):
    __tablename__ = "fibre_route"

    id: Mapped[str] = mapped_column(primary_key=True)
    operator: Mapped[str]
    state: Mapped[str]
    length_km: Mapped[float]
    path: Mapped[Any] = geometry("LINESTRING")


class FibreSegment(Base):
    """A stretch of a route. M of the path is chainage in metres from the route's start; `from_m` and `to_m` are its ends."""

    __tablename__ = "fibre_segment"
    __table_args__ = (Index(None, "route_id", "from_m"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    route_id: Mapped[str] = mapped_column(ForeignKey("fibre_route.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    environment: Mapped[str]
    from_m: Mapped[float]
    to_m: Mapped[float]
    path: Mapped[Any] = geometry("LINESTRINGM", dimension=3)


class FibreEvent(Base):
    """Something found on a fibre by its distance along the route, ± one sigma."""

    __tablename__ = "fibre_event"
    __table_args__ = (Index(None, "route_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    route_id: Mapped[str] = mapped_column(ForeignKey("fibre_route.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    kind: Mapped[str]
    distance_m: Mapped[float]
    sigma_m: Mapped[float]
    loss_db: Mapped[float | None]
    position: Mapped[Any] = geometry("POINT")


class CleanupSite(Named, Base):
    __tablename__ = "cleanup_site"
    __table_args__ = (CheckConstraint(one_of("state", *CLEANUP_STATES), name="state"), Index(None, "reported_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    reported_by: Mapped[str]
    reported_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    area_m2: Mapped[float]
    volume_m3: Mapped[float | None]
    visits: Mapped[int] = mapped_column(server_default="0")
    area: Mapped[Any] = geometry("POLYGON")


class ConstructionPermit(Base):
    __tablename__ = "construction_permit"

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    issued_to: Mapped[str]
    purpose: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    area: Mapped[Any] = geometry("POLYGON")


class ConstructionSite(Named, Base):
    """`permit_id` is empty for building found without a permit."""

    __tablename__ = "construction_site"
    __table_args__ = (CheckConstraint(one_of("state", *CONSTRUCTION_STATES), name="state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    permit_id: Mapped[str | None] = mapped_column(ForeignKey("construction_permit.id", ondelete="SET NULL"))
    started_on: Mapped[date | None]
    planned_end_on: Mapped[date | None]
    progress_fraction: Mapped[float | None]
    area: Mapped[Any] = geometry("POLYGON")


class AgriculturalField(Named, Base):
    __tablename__ = "agricultural_field"

    id: Mapped[str] = mapped_column(primary_key=True)
    farm: Mapped[str]
    crop: Mapped[str]
    season: Mapped[int]
    area_ha: Mapped[float]
    area: Mapped[Any] = geometry("POLYGON")


class AirspaceZone(Named, Base):
    """Heights in metres over what their reference names; a zone without `valid_to` holds until revoked. `valid`: the periods and hours
    within, null = all of it. `source`: the file it came in, empty = entered by hand."""

    __tablename__ = "airspace_zone"
    __table_args__ = (
        CheckConstraint(one_of("kind", *ZONE_KINDS), name="kind"),
        CheckConstraint(one_of("floor_reference", *ZONE_REFERENCES), name="floor_reference"),
        CheckConstraint(one_of("ceiling_reference", *ZONE_REFERENCES), name="ceiling_reference"),
        Index("airspace_zone_source_idx", "source"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    authority: Mapped[str]
    floor_m: Mapped[float]
    ceiling_m: Mapped[float | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    floor_reference: Mapped[str] = mapped_column(server_default="above_terrain")
    ceiling_reference: Mapped[str] = mapped_column(server_default="above_terrain")
    valid: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    source: Mapped[str] = mapped_column(server_default="")
    message: Mapped[str] = mapped_column(server_default="")
    area: Mapped[Any] = geometry("POLYGON")
