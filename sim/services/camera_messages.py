"""What a camera of protocol v2 says of itself: one message each, built from its state."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import ComponentInformationBasic
from sim.flight_logs.recorders import quaternion
from sim.notices import PhotoTaken
from sim.services.camera_settings import DEFINITION_URI, DEFINITION_VERSION
from sim.services.camera_state import CAPACITY_MIB, FOCAL_MM, SENSOR_MM, SIZE_PX, CameraState
from sim.services.host import Host

VENDOR, MODEL = b"Sunqar", b"Survey 20"
IDLE, ONE, WAITING, INTERVAL = 0, 1, 2, 3  # image_status: 2 interval set but idle, 3 interval set and in progress
STREAM_RUNNING = 1
VIDEO_HFOV_DEG, VIDEO_SIZE_PX, VIDEO_FPS, VIDEO_BIT_S = 60, (960, 540), 10.0, 2_000_000
_C = mavlink


class CameraMessages:
    def __init__(self, host: Host, state: CameraState) -> None:
        self._host, self._now = host, state

    @property
    def _boot_ms(self) -> int:
        return self._host.clock.boot_ms

    def information(self) -> Any:
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

    def basic(self) -> Any:
        return ComponentInformationBasic(0, self._boot_ms, 0, VENDOR, MODEL, b"1.0", b"1", b"")

    def settings(self) -> Any:
        return _C.MAVLink_camera_settings_message(self._boot_ms, self._now.mode, self._now.zoom, self._now.focus)

    def storage(self) -> Any:
        free = CAPACITY_MIB - self._now.used_mib
        return _C.MAVLink_storage_information_message(
            self._boot_ms,
            1,
            1,
            _C.STORAGE_STATUS_READY,
            CAPACITY_MIB,
            self._now.used_mib,
            free,
            90.0,
            60.0,
            _C.STORAGE_TYPE_MICROSD,
            b"card",
            _C.STORAGE_USAGE_FLAG_SET | _C.STORAGE_USAGE_FLAG_PHOTO | _C.STORAGE_USAGE_FLAG_VIDEO,
        )

    def capture_status(self) -> Any:
        exposing = self._now.now_s < self._now.busy_until_s
        image = (INTERVAL if exposing else WAITING) if self._now.series is not None else (ONE if exposing else IDLE)
        interval_s = 0.0 if self._now.series is None else self._now.series.interval_s
        since = self._now.recording_since_s
        recorded_ms = 0 if since is None else max(1, round((self._now.now_s - since) * 1000))
        return _C.MAVLink_camera_capture_status_message(
            self._boot_ms, image, int(since is not None), interval_s, recorded_ms, CAPACITY_MIB - self._now.used_mib, self._now.count
        )

    def captured(self, index: int, notice: PhotoTaken, works: bool) -> Any:
        of = self._host.of
        lat, lon = of.places.lat_lon_e7(notice.position)
        amsl_mm = round((of.places.ground_amsl_m + notice.position.up) * 1000)
        attitude = list(quaternion(0.0, self._host.look.pitch_deg, self._host.look.heading_deg(of.believed.heading_deg)))
        up_mm = round(notice.position.up * 1000)
        return _C.MAVLink_camera_image_captured_message(
            self._boot_ms, of.clock.unix_us, 0, lat, lon, amsl_mm, up_mm, attitude, index, int(works), b""
        )

    def image(self, index: int) -> Any | None:
        return self._now.taken.get(index)

    def stream(self) -> Any | None:
        uri = self._host.video_uri
        if uri is None:
            return None
        fields = (int(self._now.streaming) * STREAM_RUNNING, VIDEO_FPS, *VIDEO_SIZE_PX, VIDEO_BIT_S, 0, VIDEO_HFOV_DEG)
        return _C.MAVLink_video_stream_information_message(
            1, 1, _C.VIDEO_STREAM_TYPE_RTSP, *fields, b"Survey 20", uri.encode(), _C.VIDEO_STREAM_ENCODING_H264
        )

    def stream_status(self) -> Any | None:
        if self._host.video_uri is None:
            return None
        running = int(self._now.streaming) * STREAM_RUNNING
        return _C.MAVLink_video_stream_status_message(1, running, VIDEO_FPS, *VIDEO_SIZE_PX, VIDEO_BIT_S, 0, VIDEO_HFOV_DEG)

    def field_of_view(self) -> Any:
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
        across, down = self._now.lens_deg()
        return _C.MAVLink_camera_fov_status_message(self._boot_ms, lat, lon, amsl_mm, aim_lat, aim_lon, aim_mm, attitude, across, down)


def heartbeat() -> Any:
    return _C.MAVLink_heartbeat_message(_C.MAV_TYPE_CAMERA, _C.MAV_AUTOPILOT_INVALID, 0, 0, _C.MAV_STATE_ACTIVE, 3)
