"""Where vehicles flew; every point is kept."""

from datetime import datetime

from ground_station.messages.base import Message


class TrackPoint(Message):
    """Where a flying vehicle was, once a second."""

    vehicle_id: str
    at: datetime
    lon_deg: float
    lat_deg: float
    altitude_amsl_m: float
    altitude_above_home_m: float | None = None
    heading_deg: float | None = None
    ground_speed_mps: float | None = None
    battery_fraction: float | None = None
    mode: str | None = None


class TrackPoints(Message):
    """The points of one second, of all vehicles that fly; kept by the bus until they are stored."""

    points: tuple[TrackPoint, ...]
