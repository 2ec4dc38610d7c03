"""One camera of protocol v2: what it is, what it does, and which of its photographs have been told. Source: MAVLink camera protocol v2."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from geo.primitives import LonLat
from ground_station.mavlink import WireMessage, mavlink
from ground_station.payload.messages import CameraAbility, CameraMode, CameraState, VideoStream

KINDS = frozenset(
    {
        "CAMERA_INFORMATION",
        "CAMERA_SETTINGS",
        "CAMERA_CAPTURE_STATUS",
        "CAMERA_IMAGE_CAPTURED",
        "CAMERA_FOV_STATUS",
        "STORAGE_INFORMATION",
        "VIDEO_STREAM_INFORMATION",
        "VIDEO_STREAM_STATUS",
    }
)
ASKS_FOR_ONE_PHOTO = 3
LOOKED_BACK = 1000  # photographs; a camera that has taken more keeps the places of the older ones on its card
HEARTBEAT_LOST_S = 5.0
_ABILITIES: tuple[tuple[int, CameraAbility], ...] = (
    (mavlink.CAMERA_CAP_FLAGS_CAPTURE_IMAGE, "photo"),
    (mavlink.CAMERA_CAP_FLAGS_CAPTURE_VIDEO, "video"),
    (mavlink.CAMERA_CAP_FLAGS_HAS_MODES, "modes"),
    (mavlink.CAMERA_CAP_FLAGS_HAS_BASIC_ZOOM, "zoom"),
    (mavlink.CAMERA_CAP_FLAGS_HAS_BASIC_FOCUS, "focus"),
    (mavlink.CAMERA_CAP_FLAGS_HAS_VIDEO_STREAM, "stream"),
    (mavlink.CAMERA_CAP_FLAGS_CAN_CAPTURE_IMAGE_IN_VIDEO_MODE, "photo_in_video"),
    (mavlink.CAMERA_CAP_FLAGS_CAN_CAPTURE_VIDEO_IN_IMAGE_MODE, "video_in_photo"),
    (mavlink.CAMERA_CAP_FLAGS_HAS_TRACKING_POINT | mavlink.CAMERA_CAP_FLAGS_HAS_TRACKING_RECTANGLE, "tracking"),
)
_MODES: dict[int, CameraMode] = {0: "image", 1: "video", 2: "survey"}
_STREAM_KINDS = {0: "rtsp", 1: "rtpudp", 2: "tcp_mpeg", 3: "mpeg_ts"}
_STORAGE = {0: "empty", 1: "unformatted", 2: "ready", 3: "not supported"}
_RUNNING, _THERMAL = 1, 2  # VIDEO_STREAM_STATUS_FLAGS
_UNKNOWN_E7 = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Photo:
    """One photograph as its camera told of it. `altitude_m` is above mean sea level, `height_m` above home."""

    camera: int
    index: int
    at: datetime | None
    position: LonLat | None
    altitude_m: float | None
    height_m: float | None
    heading_deg: float | None
    pitch_deg: float | None
    file: str


class Camera:
    """Fed with every message of its component."""

    def __init__(self, component_id: int) -> None:
        self.component_id = component_id
        self.heard_s: float | None = None  # its own heartbeat; None for a camera the autopilot speaks for
        self.known = False
        self.vendor = self.model = ""
        self.firmware: str | None = None
        self.flags = 0
        self.gimbal: int | None = None
        self.capture: WireMessage | None = None
        self.settings: WireMessage | None = None
        self.storage: WireMessage | None = None
        self._hfov_deg: float | None = None
        self._vfov_deg: float | None = None
        self._streams: dict[int, VideoStream] = {}
        self._told: set[int] = set()
        self._asked: dict[int, int] = {}
        self._counts_from_one: bool | None = None

    def on_message(self, m: WireMessage) -> Photo | None:
        """The photograph it tells of for the first time, if it does."""
        kind = m.get_type()
        if kind == "CAMERA_INFORMATION":
            self._meet(m)
        elif kind == "CAMERA_SETTINGS":
            self.settings = m
        elif kind == "CAMERA_CAPTURE_STATUS":
            if m.image_count >= 0 and self._told and m.image_count < max(self._told):
                self._told.clear()  # formatted, with the index begun anew
                self._asked.clear()
                self._counts_from_one = None
            self.capture = m
        elif kind == "STORAGE_INFORMATION":
            if m.storage_count == 0 or m.storage_id in (0, 1) or self.storage is None:
                self.storage = m
        elif kind == "CAMERA_FOV_STATUS":
            self._hfov_deg, self._vfov_deg = _finite(m.hfov), _finite(m.vfov)
        elif kind == "VIDEO_STREAM_INFORMATION":
            self._streams[m.stream_id] = _stream(m)
        elif kind == "VIDEO_STREAM_STATUS" and (known := self._streams.get(m.stream_id)) is not None:
            self._streams[m.stream_id] = known.model_copy(update={"running": bool(m.flags & _RUNNING)})
        elif kind == "CAMERA_IMAGE_CAPTURED":
            return self._on_photo(m)
        return None

    def _meet(self, m: WireMessage) -> None:
        self.known = True
        self.vendor, self.model = _text(m.vendor_name), _text(m.model_name)
        version = int(m.firmware_version)
        self.firmware = ".".join(str(version >> shift & 255) for shift in (0, 8, 16)) if version else None
        self.flags = int(m.flags)
        self.gimbal = int(m.gimbal_device_id) or None
        focal, across, down = (float(value) for value in (m.focal_length, m.sensor_size_h, m.sensor_size_v))
        if focal > 0 and across > 0 and self._hfov_deg is None:
            self._hfov_deg = math.degrees(2 * math.atan(across / 2 / focal))
            self._vfov_deg = math.degrees(2 * math.atan(down / 2 / focal)) if down > 0 else None

    def _on_photo(self, m: WireMessage) -> Photo | None:
        index = int(m.image_index)
        if index < 0 or m.capture_result != 1:
            return None
        if self.capture is not None and index >= self.capture.image_count >= 0:
            self.capture.image_count = max(self.capture.image_count, index)
        if index in self._told:
            return None
        self._told.add(index)
        self._asked.pop(index, None)
        placed = abs(m.lat) <= 900_000_000 and abs(m.lon) <= 1_800_000_000 and bool(m.lat or m.lon)
        w, x, y, z = m.q
        turned = math.isfinite(w + x + y + z) and any((w, x, y, z))
        return Photo(
            self.component_id,
            index,
            datetime.fromtimestamp(m.time_utc / 1e6, UTC) if m.time_utc else None,
            LonLat(m.lon / 1e7, m.lat / 1e7) if placed else None,
            m.alt / 1e3 if placed and m.alt != _UNKNOWN_E7 else None,
            m.relative_alt / 1e3 if placed and m.relative_alt != _UNKNOWN_E7 else None,
            math.degrees(math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))) % 360 if turned else None,
            math.degrees(math.asin(max(-1.0, min(1.0, 2 * (w * y - z * x))))) if turned else None,
            _text(m.file_url),
        )

    # Photographs not told yet

    def missing(self) -> list[int]:
        """Indexes of photographs taken whose place was never told, newest first, without those asked for in vain.

        The index counts from 0 by the protocol and from 1 on some cameras; both ends are asked for until it is known.
        """
        count = -1 if self.capture is None else int(self.capture.image_count)
        if count <= 0:
            return []
        if self._counts_from_one is None and (count in self._told or 0 in self._told):
            self._counts_from_one = count in self._told and 0 not in self._told
        first = 0 if self._counts_from_one is not True else 1
        last = count if self._counts_from_one is not False else count - 1
        wanted = range(last, max(first, last - LOOKED_BACK) - 1, -1)
        return [index for index in wanted if index not in self._told and self._asked.get(index, 0) < ASKS_FOR_ONE_PHOTO]

    @property
    def has_told(self) -> bool:
        """Of any photograph, by CAMERA_IMAGE_CAPTURED."""
        return bool(self._told)

    def forget_photo(self, index: int) -> None:
        """As if it had never been told: it is asked for again."""
        self._told.discard(index)

    def on_asked(self, index: int, *, refused: bool = False) -> None:
        """It was asked for `index`. `refused`: it has no such photograph."""
        self._asked[index] = ASKS_FOR_ONE_PHOTO if refused else self._asked.get(index, 0) + 1

    # Telling

    @property
    def abilities(self) -> list[CameraAbility]:
        return [name for flag, name in _ABILITIES if self.flags & flag]

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.vendor, self.model) if part) or f"Camera {self.component_id}"

    @property
    def exposing(self) -> bool:
        """One photograph is being taken, no series."""
        return self.capture is not None and self.capture.image_status == 1

    @property
    def idle(self) -> bool:
        """Whether it may be asked for a photograph: nothing is being taken, and no series is under way."""
        return self.capture is None or self.capture.image_status == 0

    def online(self, now_s: float) -> bool:
        return self.heard_s is None or now_s - self.heard_s < HEARTBEAT_LOST_S

    def state(self, now_s: float) -> CameraState:
        capture, settings, storage = self.capture, self.settings, self.storage
        count = None if capture is None or capture.image_count < 0 else int(capture.image_count)
        return CameraState(
            camera=self.component_id,
            name=self.name,
            firmware=self.firmware,
            abilities=self.abilities,
            online=self.online(now_s),
            mode=None if settings is None else _MODES.get(int(settings.mode_id)),
            zoom_percent=None if settings is None else _finite(settings.zoomLevel),
            taking_photo=None if capture is None else capture.image_status != 0,
            interval_s=None if capture is None or capture.image_status not in (2, 3) else _finite(capture.image_interval),
            recording_s=None if capture is None or capture.video_status != 1 else capture.recording_time_ms / 1e3,
            photos=count,
            photos_missing=len(self.missing()) if self._told else 0,
            free_mib=_mib(None if storage is None else storage.available_capacity, None if storage is None else storage.status),
            total_mib=_mib(None if storage is None else storage.total_capacity, None if storage is None else storage.status),
            storage=None if storage is None else _STORAGE.get(int(storage.status)),
            hfov_deg=self._hfov_deg,
            vfov_deg=self._vfov_deg,
            streams=[self._streams[number] for number in sorted(self._streams)],
        )


def _stream(m: WireMessage) -> VideoStream:
    return VideoStream(
        stream_id=int(m.stream_id),
        name=_text(m.name),
        kind=_STREAM_KINDS.get(int(m.type), "other"),
        address=_text(m.uri),
        running=bool(m.flags & _RUNNING),
        thermal=bool(m.flags & _THERMAL),
        size_px=(int(m.resolution_h), int(m.resolution_v)) if m.resolution_h and m.resolution_v else None,
        frames_per_second=_finite(m.framerate) or None,
        hfov_deg=float(m.hfov) or None,
    )


def _mib(value: float | None, status: int | None) -> float | None:
    """Capacity is told only of a storage that is there and formatted."""
    return None if value is None or status != 2 else _finite(value)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _text(value: object) -> str:
    """Texts come as bytes, as lists of numbers, or decoded; control characters and what follows a zero are left out."""
    if isinstance(value, list | tuple):
        value = bytes(value)
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return "".join(sign for sign in text.split("\0", 1)[0] if sign.isprintable()).strip()
