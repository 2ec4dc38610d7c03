"""Base of all tables: one mapping of Python types to PostgreSQL's, one way to say a geometry.

Units are suffixes of column names; instants are timestamptz in UTC; every geometry is WGS84 (EPSG:4326) with a GiST index.
Names a person reads are kept in the three languages of the region: `name_kk`, `name_ru`, `name_en`.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Date, Double, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SRID = 4326


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "fk": "%(table_name)s_%(column_0_name)s_fkey",
            "ck": "%(table_name)s_%(constraint_name)s_check",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads this name from the class)
        str: Text,
        int: BigInteger,
        float: Double,
        date: Date,
        datetime: TIMESTAMP(timezone=True),
        UUID: Uuid,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


class Named:
    """Columns of things with a name in Kazakh, Russian and English."""

    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]


def geometry(kind: str, *, dimension: int = 2, nullable: bool = False) -> Any:
    """A WGS84 geometry column with a GiST index. `kind` is POINT, LINESTRINGM and so on; `dimension` counts M and Z."""
    return mapped_column(Geometry(kind, srid=SRID, dimension=dimension, spatial_index=True), nullable=nullable)


def one_of(column: str, *allowed: str) -> str:
    """SQL of a check that `column` holds one of the words allowed."""
    return f"{column} IN ({', '.join(repr(word) for word in allowed)})"
