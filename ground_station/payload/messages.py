"""Cameras and gimbals as they travel between processes and to the browser. Unknown values are null, never numbers."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ground_station.messages import Message

CameraMode = Literal["image", "video", "survey"]
CameraAbility = Literal["photo", "video", "modes", "zoom", "focus", "stream", "photo_in_video", "video_in_photo", "tracking"]


class VideoStream(Message):
    stream_id: int
    name: str
    kind: str = Field(description="rtsp, rtpudp, tcp_mpeg, mpeg_ts")
    address: str = Field(description="As the camera tells it; for rtpudp only a port")
    running: bool
    thermal: bool
    size_px: tuple[int, int] | None = None
    frames_per_second: float | None = None
    hfov_deg: float | None = None


class CameraState(Message):
    """One camera of a vehicle. `camera` is its MAVLink component id; 1 is a camera the autopilot speaks for."""

    camera: int
    name: str
    firmware: str | None = None
    abilities: list[CameraAbility] = Field(default_factory=list)
    online: bool
    mode: CameraMode | None = None
    zoom_percent: float | None = None
    taking_photo: bool | None = Field(None, description="The shutter is open, or a series is under way")
    interval_s: float | None = Field(None, description="Between photographs of a series; null when there is none")
    recording_s: float | None = Field(None, description="How long a video has been recorded; null when none is")
    photos: int | None = Field(None, description="Taken since the index began")
    photos_missing: int = Field(0, description="Taken, but their places have not been told yet")
    free_mib: float | None = None
    total_mib: float | None = None
    storage: str | None = Field(None, description="empty, unformatted, ready or not supported")
    hfov_deg: float | None = Field(None, description="Across the picture, from the lens or as the camera tells it")
    vfov_deg: float | None = None
    streams: list[VideoStream] = Field(default_factory=list)


class GimbalState(Message):
    """One gimbal. Angles in degrees: pitch up from level, heading from true north, yaw to the right of the vehicle's nose."""

    gimbal: int = Field(description="Device id as its manager names it")
    pitch_deg: float | None = None
    roll_deg: float | None = None
    yaw_deg: float | None = None
    heading_deg: float | None = None
    yaw_locked: bool | None = Field(None, description="Keeps its heading while the vehicle turns")
    controlled_by: str | None = Field(None, description="'us', 'nobody', or 'system 255, component 190'; null while not told")
    second_control: str | None = None
    pitch_min_deg: float | None = None
    pitch_max_deg: float | None = None
    yaw_min_deg: float | None = None
    yaw_max_deg: float | None = None
    points_at_places: bool = Field(description="Takes a place on the map to look at")


class TerrainState(Message):
    """What a vehicle says of the ground below it, and how much of it this station has sent."""

    ground_amsl_m: float | None = None
    height_above_m: float | None = Field(None, description="The vehicle above the ground")
    spacing_m: int | None = Field(None, description="Of its grid; null while it has none here")
    pending: int = Field(0, description="Blocks of 4 by 4 heights it still waits for")
    loaded: int = 0
    blocks_sent: int = 0
    blocks_unknown: int = Field(0, description="Asked for, and not in the station's elevation model")


class PayloadState(Message):
    vehicle_id: str
    at: datetime
    cameras: list[CameraState] = Field(default_factory=list)
    gimbals: list[GimbalState] = Field(default_factory=list)
    terrain: TerrainState | None = Field(None, description="Null while the vehicle speaks of no terrain")


class NearUs(Message):
    """One of our flying vehicles near a foreign aircraft. `vertical_m` is the aircraft's height above it; null when not known."""

    vehicle_id: str
    horizontal_m: float
    vertical_m: float | None = None
    distance_m: float


class TrafficState(Message):
    """Another aircraft, heard by a receiver on one of our vehicles. `at` is when it was where it is shown."""

    traffic_id: str
    source: Literal["adsb", "remote_id"]
    name: str = Field(description="Callsign or serial number, else the address it sends")
    at: datetime
    age_s: float
    heard_by: list[str]
    lon_deg: float
    lat_deg: float
    altitude_amsl_m: float | None = None
    pressure_altitude: bool = Field(False, description="By its barometer, not by satellites")
    height_m: float | None = Field(None, description="Above its take-off or the ground, as it says itself")
    heading_deg: float | None = None
    speed_mps: float | None = None
    climb_mps: float | None = None
    emitter: str | None = Field(None, description="light, heavy, rotocraft, glider, uav, …")
    emergency: bool = False
    operator_lon_deg: float | None = None
    operator_lat_deg: float | None = None
    operator_id: str | None = None
    near: list[NearUs] = Field(default_factory=list)
    gone: bool = Field(False, description="Not heard any more: its last state")
