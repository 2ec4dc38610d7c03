"""A camera of protocol v2, component 100: information, settings, storage, photographs, video, and the log of what was taken.

Photographs come from its own commands and from the autopilot's trigger (mission items); each has an index that grows until the storage
is formatted with reset, and CAMERA_IMAGE_CAPTURED of any of them can be asked for again. Source: MAVLink camera protocol v2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan, degrees, isnan
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import ComponentInformationBasic
from sim.flight_logs.recorders import quaternion
from sim.notices import Notice, PhotoTaken
from sim.services.camera_settings import DEFINITION_URI, DEFINITION_VERSION
from sim.services.host import Host
from sim.services.service import (
    ACCEPTED,
    DENIED,
    FAILED,
    TEMPORARILY_REJECTED,
    Builder,
    Command,
    CommandHandler,
    NumberedBuilder,
    Outcome,
    Service,
)

COMPONENT = 100
VENDOR, MODEL = b"Sunqar", b"Survey 20"
FOCAL_MM, SENSOR_MM, SIZE_PX = 8.8, (13.2, 8.8), (5472, 3648)
CAPACITY_MIB, PHOTO_MIB, VIDEO_MIB_S = 65536.0, 8.0, 1.5
EXPOSURE_S = 0.3
MODE_IMAGE, MODE_VIDEO, MODE_SURVEY = 0, 1, 2
IDLE, ONE, WAITING, INTERVAL = 0, 1, 2, 3  # image_status: 2 interval set but idle, 3 interval set and in progress
STREAM_RUNNING = 1
SHORTEST_INTERVAL_S = 0.5
ZOOM_STEP, ZOOM_CONTINUOUS, ZOOM_RANGE = 0, 1, 2
VIDEO_HFOV_DEG, VIDEO_SIZE_PX, VIDEO_FPS, VIDEO_BIT_S = 60, (960, 540), 10.0, 2_000_000
LOGGED = 20_000
_C = mavlink


@dataclass(slots=True)
class _Series:
    """Photographs still to take: every `interval_s`, `left` of them or without end."""

    interval_s: float
    left: int | None
    due_s: float


class Camera(Service):
    component_id = COMPONENT

    def __init__(self, host: Host) -> None:
        self._host = host
        self._now_s = 0.0
        self._mode = MODE_IMAGE
        self._zoom, self._zoom_rate = 0.0, 0.0
        self._focus = 50.0
        self._series: _Series | None = None
        self._busy_until_s = 0.0
        self._last_sequence = 0
        self._taken: dict[int, Any] = {}
        self._count = 0
        self._used_mib = 0.0
        self._recording_since_s: float | None = None
        self._status_every_s, self._status_due_s = 0.0, 0.0
        self._streaming = True

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {
            _C.MAVLINK_MSG_ID_HEARTBEAT: _heartbeat,
            _C.MAVLINK_MSG_ID_CAMERA_INFORMATION: self._information,
            ComponentInformationBasic.id: self._basic,
            _C.MAVLINK_MSG_ID_CAMERA_SETTINGS: self._settings,
            _C.MAVLINK_MSG_ID_STORAGE_INFORMATION: self._storage,
            _C.MAVLINK_MSG_ID_CAMERA_CAPTURE_STATUS: self._capture_status,
            _C.MAVLINK_MSG_ID_VIDEO_STREAM_STATUS: self._stream_status,
            _C.MAVLINK_MSG_ID_CAMERA_FOV_STATUS: self._field_of_view,
        }

    @property
    def numbered(self) -> Mapping[int, NumberedBuilder]:
        return {
            _C.MAVLINK_MSG_ID_CAMERA_IMAGE_CAPTURED: self._image,
            _C.MAVLINK_MSG_ID_VIDEO_STREAM_INFORMATION: lambda number: self._stream() if number in (0, 1) else None,
        }

    @property
    def rates_hz(self) -> Mapping[int, float]:
        return {_C.MAVLINK_MSG_ID_HEARTBEAT: 1.0}

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {
            **self.shared_commands,
            _C.MAV_CMD_REQUEST_CAMERA_INFORMATION: lambda _: (ACCEPTED, [self._information()]),
            _C.MAV_CMD_REQUEST_CAMERA_SETTINGS: lambda _: (ACCEPTED, [self._settings()]),
            _C.MAV_CMD_REQUEST_STORAGE_INFORMATION: lambda _: (ACCEPTED, [self._storage()]),
            _C.MAV_CMD_REQUEST_CAMERA_CAPTURE_STATUS: lambda _: (ACCEPTED, [self._capture_status()]),
            _C.MAV_CMD_REQUEST_CAMERA_IMAGE_CAPTURE: self._request_image,
            _C.MAV_CMD_REQUEST_VIDEO_STREAM_INFORMATION: lambda _: _sent(self._stream()),
            _C.MAV_CMD_REQUEST_VIDEO_STREAM_STATUS: lambda _: _sent(self._stream_status()),
            _C.MAV_CMD_STORAGE_FORMAT: self._format,
            _C.MAV_CMD_RESET_CAMERA_SETTINGS: self._reset,
            _C.MAV_CMD_SET_CAMERA_MODE: self._set_mode,
            _C.MAV_CMD_VIDEO_START_STREAMING: lambda _: self._stream_on(True),
            _C.MAV_CMD_VIDEO_STOP_STREAMING: lambda _: self._stream_on(False),
        }

    @property
    def shared_commands(self) -> Mapping[int, CommandHandler]:
        """Commands that an autopilot passes on when it is asked instead of the camera."""
        return {
            _C.MAV_CMD_IMAGE_START_CAPTURE: self._start_images,
            _C.MAV_CMD_IMAGE_STOP_CAPTURE: self._stop_images,
            _C.MAV_CMD_VIDEO_START_CAPTURE: self._start_video,
            _C.MAV_CMD_VIDEO_STOP_CAPTURE: self._stop_video,
            _C.MAV_CMD_SET_CAMERA_ZOOM: self._set_zoom,
            _C.MAV_CMD_SET_CAMERA_FOCUS: self._set_focus,
        }

    # Time and notices ---------------------------------------------------------------------------------------------------------

    def on_time(self, now_s: float) -> list[Any]:
        step_s, self._now_s = now_s - self._now_s, now_s
        if self._zoom_rate:
            self._zoom = min(100.0, max(0.0, self._zoom + self._zoom_rate * 20.0 * step_s))
        if self._recording_since_s is not None:
            self._used_mib = min(CAPACITY_MIB, self._used_mib + VIDEO_MIB_S * step_s)
            if self._status_every_s > 0.0 and now_s >= self._status_due_s:
                self._status_due_s = now_s + self._status_every_s
                return [self._capture_status()]
        series = self._series
        if series is not None and now_s >= series.due_s - 1e-9:
            series.due_s += series.interval_s
            self.shoot()
            if series.left is not None:
                series.left -= 1
                if series.left <= 0:
                    self._series = None
        return []

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        """A shutter release, by whatever asked for it."""
        if not isinstance(notice, PhotoTaken):
            return []
        works = self._host.camera_works() and self._used_mib + PHOTO_MIB <= CAPACITY_MIB
        self._busy_until_s = now_s + EXPOSURE_S
        if works:
            self._used_mib += PHOTO_MIB
            self._count += 1
        index = self._count if works else -1
        captured = self._captured(index, notice, works)
        if works:
            self._taken[index] = captured
            self._taken.pop(index - LOGGED, None)
        return [captured, self._capture_status()]

    # Commands -----------------------------------------------------------------------------------------------------------------

    def _start_images(self, command: Command) -> Outcome:
        """p2 interval in seconds, p3 how many (0 without end), p4 a number that tells a repeated single shot from a new one."""
        interval_s, total, sequence = command.parameters[1], int(_number(command.parameters[2])), int(_number(command.parameters[3]))
        if total == 1 and sequence > 0 and sequence == self._last_sequence:
            return ACCEPTED  # the same shot, said twice
        if self._series is not None or self._now_s < self._busy_until_s:
            return TEMPORARILY_REJECTED
        if self._used_mib + PHOTO_MIB > CAPACITY_MIB:
            return FAILED
        if total == 1:
            self._last_sequence = sequence
            self.shoot()
            return ACCEPTED
        if total < 0 or isnan(interval_s) or interval_s < SHORTEST_INTERVAL_S:
            return DENIED
        self._series = _Series(interval_s, total or None, self._now_s)
        return ACCEPTED, [self._capture_status()]

    def _stop_images(self, command: Command) -> Outcome:
        self._series = None
        self._host.autopilot.trigger.stop_timed()
        return ACCEPTED, [self._capture_status()]

    def _start_video(self, command: Command) -> Outcome:
        if self._recording_since_s is not None:
            return TEMPORARILY_REJECTED
        if self._used_mib >= CAPACITY_MIB:
            return FAILED
        hz = _number(command.parameters[1])
        self._status_every_s = 1.0 / hz if hz > 0.0 else 0.0
        self._recording_since_s = self._status_due_s = self._now_s
        return ACCEPTED, [self._capture_status()]

    def _stop_video(self, command: Command) -> Outcome:
        if self._recording_since_s is None:
            return FAILED
        self._recording_since_s = None
        return ACCEPTED, [self._capture_status()]

    def _set_mode(self, command: Command) -> Outcome:
        mode = int(_number(command.parameters[1]))
        if mode not in (MODE_IMAGE, MODE_VIDEO, MODE_SURVEY):
            return DENIED
        self._mode = mode
        return ACCEPTED, [self._settings()]

    def _set_zoom(self, command: Command) -> Outcome:
        kind, value = int(command.parameters[0]), _number(command.parameters[1])
        if kind == ZOOM_STEP:
            self._zoom = min(100.0, max(0.0, self._zoom + 10.0 * value))
        elif kind == ZOOM_CONTINUOUS and -1.0 <= value <= 1.0:
            self._zoom_rate = value
        elif kind == ZOOM_RANGE and 0.0 <= value <= 100.0:
            self._zoom, self._zoom_rate = value, 0.0
        else:
            return DENIED
        return ACCEPTED, [self._settings()]

    def _set_focus(self, command: Command) -> Outcome:
        value = _number(command.parameters[1])
        if int(command.parameters[0]) == 2 and not 0.0 <= value <= 100.0:
            return DENIED
        self._focus = value if int(command.parameters[0]) == 2 else self._focus
        return ACCEPTED, [self._settings()]

    def _format(self, command: Command) -> Outcome:
        """p1 the storage, p2 = 1 formats, p3 = 1 also begins the image index anew."""
        if int(_number(command.parameters[0])) not in (0, 1) or command.parameters[1] != 1.0:
            return DENIED
        if self._recording_since_s is not None or self._series is not None:
            return TEMPORARILY_REJECTED
        self._used_mib = 0.0
        if command.parameters[2] == 1.0:
            self._count = 0
            self._taken.clear()
        return ACCEPTED, [self._storage(), self._capture_status()]

    def _reset(self, command: Command) -> Outcome:
        if command.parameters[0] != 1.0:
            return DENIED
        self._mode, self._zoom, self._zoom_rate, self._focus = MODE_IMAGE, 0.0, 0.0, 50.0
        return ACCEPTED, [self._settings()]

    def _request_image(self, command: Command) -> Outcome:
        return _sent(self._image(int(command.parameters[0])))

    def _stream_on(self, on: bool) -> Outcome:
        if self._host.video_uri is None:
            return FAILED
        self._streaming = on
        return ACCEPTED, [self._stream_status()]

    def lens_deg(self) -> tuple[float, float]:
        """How wide the picture is now, across and down, degrees."""
        shrink = 1.0 + 3.0 * self._zoom / 100.0  # the lens goes from 1x to 4x
        across, down = (2.0 * degrees(atan(side / 2.0 / FOCAL_MM / shrink)) for side in SENSOR_MM)
        return across, down

    def shoot(self) -> None:
        pilot = self._host.autopilot
        pilot.trigger.photos += 1
        self._host.announce(PhotoTaken(pilot.trigger.photos, self._host.of.believed.position))

    # Messages -----------------------------------------------------------------------------------------------------------------

    @property
    def _boot_ms(self) -> int:
        return self._host.clock.boot_ms

    def _information(self) -> Any:
        flags = (
            _C.CAMERA_CAP_FLAGS_CAPTURE_VIDEO
            | _C.CAMERA_CAP_FLAGS_CAPTURE_IMAGE
            | _C.CAMERA_CAP_FLAGS_HAS_MODES
            | _C.CAMERA_CAP_FLAGS_CAN_CAPTURE_IMAGE_IN_VIDEO_MODE
            | _C.CAMERA_CAP_FLAGS_HAS_BASIC_ZOOM
            | _C.CAMERA_CAP_FLAGS_HAS_BASIC_FOCUS
            | _C.CAMERA_CAP_FLAGS_HAS_TRACKING_POINT
            | _C.CAMERA_CAP_FLAGS_HAS_TRACKING_RECTANGLE
        )
        if self._host.video_uri is not None:
            flags |= _C.CAMERA_CAP_FLAGS_HAS_VIDEO_STREAM
        vendor, model = list(VENDOR.ljust(32, b"\0")), list(MODEL.ljust(32, b"\0"))
        return _C.MAVLink_camera_information_message(
            self._boot_ms,
            vendor,
            model,
            1,
            FOCAL_MM,
            *SENSOR_MM,
            *SIZE_PX,
            0,
            flags,
            DEFINITION_VERSION,
            DEFINITION_URI,
            _C.MAV_COMP_ID_GIMBAL,
        )

    def _basic(self) -> Any:
        return ComponentInformationBasic(0, self._boot_ms, 0, VENDOR, MODEL, b"1.0", b"1", b"")

    def _settings(self) -> Any:
        return _C.MAVLink_camera_settings_message(self._boot_ms, self._mode, self._zoom, self._focus)

    def _storage(self) -> Any:
        free = CAPACITY_MIB - self._used_mib
        return _C.MAVLink_storage_information_message(
            self._boot_ms,
            1,
            1,
            _C.STORAGE_STATUS_READY,
            CAPACITY_MIB,
            self._used_mib,
            free,
            90.0,
            60.0,
            _C.STORAGE_TYPE_MICROSD,
            b"card",
            _C.STORAGE_USAGE_FLAG_SET | _C.STORAGE_USAGE_FLAG_PHOTO | _C.STORAGE_USAGE_FLAG_VIDEO,
        )

    def _capture_status(self) -> Any:
        exposing = self._now_s < self._busy_until_s
        image = (INTERVAL if exposing else WAITING) if self._series is not None else (ONE if exposing else IDLE)
        interval_s = 0.0 if self._series is None else self._series.interval_s
        since = self._recording_since_s
        recorded_ms = 0 if since is None else max(1, round((self._now_s - since) * 1000))
        return _C.MAVLink_camera_capture_status_message(
            self._boot_ms, image, int(since is not None), interval_s, recorded_ms, CAPACITY_MIB - self._used_mib, self._count
        )

    def _captured(self, index: int, notice: PhotoTaken, works: bool) -> Any:
        of = self._host.of
        lat, lon = of.places.lat_lon_e7(notice.position)
        amsl_mm = round((of.places.ground_amsl_m + notice.position.up) * 1000)
        attitude = list(quaternion(0.0, self._host.look.pitch_deg, self._host.look.heading_deg(of.believed.heading_deg)))
        up_mm = round(notice.position.up * 1000)
        return _C.MAVLink_camera_image_captured_message(
            self._boot_ms, of.clock.unix_us, 0, lat, lon, amsl_mm, up_mm, attitude, index, int(works), b""
        )

    def _image(self, index: int) -> Any | None:
        return self._taken.get(index)

    def _stream(self) -> Any | None:
        uri = self._host.video_uri
        if uri is None:
            return None
        fields = (int(self._streaming) * STREAM_RUNNING, VIDEO_FPS, *VIDEO_SIZE_PX, VIDEO_BIT_S, 0, VIDEO_HFOV_DEG)
        return _C.MAVLink_video_stream_information_message(
            1, 1, _C.VIDEO_STREAM_TYPE_RTSP, *fields, b"Survey 20", uri.encode(), _C.VIDEO_STREAM_ENCODING_H264
        )

    def _stream_status(self) -> Any | None:
        if self._host.video_uri is None:
            return None
        running = int(self._streaming) * STREAM_RUNNING
        return _C.MAVLink_video_stream_status_message(1, running, VIDEO_FPS, *VIDEO_SIZE_PX, VIDEO_BIT_S, 0, VIDEO_HFOV_DEG)

    def _field_of_view(self) -> Any:
        of, look = self._host.of, self._host.look
        state = of.believed
        lat, lon = of.places.lat_lon_e7(state.position)
        amsl_mm = round((of.places.ground_amsl_m + state.position.up) * 1000)
        aim = look.ground_point(state, of.places.ground_up_m(state.position))
        aim_lat, aim_lon, aim_mm = 2**31 - 1, 2**31 - 1, 2**31 - 1
        if aim is not None:
            aim_lat, aim_lon = of.places.lat_lon_e7(aim)
            aim_mm = round((of.places.ground_amsl_m + aim.up) * 1000)
        attitude = list(quaternion(0.0, look.pitch_deg, look.heading_deg(state.heading_deg)))
        across, down = self.lens_deg()
        return _C.MAVLink_camera_fov_status_message(self._boot_ms, lat, lon, amsl_mm, aim_lat, aim_lon, aim_mm, attitude, across, down)


def _heartbeat() -> Any:
    return _C.MAVLink_heartbeat_message(_C.MAV_TYPE_CAMERA, _C.MAV_AUTOPILOT_INVALID, 0, 0, _C.MAV_STATE_ACTIVE, 3)


def _sent(wire: Any | None) -> Outcome:
    return FAILED if wire is None else (ACCEPTED, [wire])


def _number(value: float) -> float:
    """NaN and missing parameters are zero."""
    return 0.0 if isnan(value) else value
