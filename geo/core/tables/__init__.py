"""The schema, read in one place: plain columns, no behaviour."""

from geo.core.tables import (
    docks,
    enforcement,
    evidence,
    flights,
    footage,
    missions,
    people,
    plates,
    region,
    review,
    runs,
    schedules,
    vehicles,
    video,
)
from geo.core.tables.base import Base

__all__ = [
    "Base",
    "docks",
    "enforcement",
    "evidence",
    "flights",
    "footage",
    "missions",
    "people",
    "plates",
    "region",
    "review",
    "runs",
    "schedules",
    "vehicles",
    "video",
]
