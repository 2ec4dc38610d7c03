"""A camera of protocol v2, component 100: information, settings, storage, photographs, video, and the log of what was taken.

Photographs come from its own commands and from the autopilot's trigger (mission items); each has an index that grows until the storage
is formatted with reset, and CAMERA_IMAGE_CAPTURED of any of them can be asked for again. Source: MAVLink camera protocol v2.
"""

from collections.abc import Mapping
from math import isnan
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import ComponentInformationBasic
from sim.notices import Notice, PhotoTaken
from sim.services.camera_messages import CameraMessages, heartbeat
from sim.services.camera_state import CAPACITY_MIB, MODE_IMAGE, MODE_SURVEY, MODE_VIDEO, PHOTO_MIB, CameraState, Series
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
VIDEO_MIB_S = 1.5
EXPOSURE_S = 0.3
SHORTEST_INTERVAL_S = 0.5
ZOOM_STEP, ZOOM_CONTINUOUS, ZOOM_RANGE = 0, 1, 2
LOGGED = 20_000
_C = mavlink


class Camera(Service):
    component_id = COMPONENT

    def __init__(self, host: Host) -> None:
        self._host = host
        self.state = CameraState()
        self._says = CameraMessages(host, self.state)
        self._last_sequence = 0
        self._status_every_s, self._status_due_s = 0.0, 0.0

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {
            _C.MAVLINK_MSG_ID_HEARTBEAT: heartbeat,
            _C.MAVLINK_MSG_ID_CAMERA_INFORMATION: self._says.information,
            ComponentInformationBasic.id: self._says.basic,
            _C.MAVLINK_MSG_ID_CAMERA_SETTINGS: self._says.settings,
            _C.MAVLINK_MSG_ID_STORAGE_INFORMATION: self._says.storage,
            _C.MAVLINK_MSG_ID_CAMERA_CAPTURE_STATUS: self._says.capture_status,
            _C.MAVLINK_MSG_ID_VIDEO_STREAM_STATUS: self._says.stream_status,
            _C.MAVLINK_MSG_ID_CAMERA_FOV_STATUS: self._says.field_of_view,
        }

    @property
    def numbered(self) -> Mapping[int, NumberedBuilder]:
        return {
            _C.MAVLINK_MSG_ID_CAMERA_IMAGE_CAPTURED: self._says.image,
            _C.MAVLINK_MSG_ID_VIDEO_STREAM_INFORMATION: lambda number: self._says.stream() if number in (0, 1) else None,
        }

    @property
    def rates_hz(self) -> Mapping[int, float]:
        return {_C.MAVLINK_MSG_ID_HEARTBEAT: 1.0}

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {
            **self.shared_commands,
            _C.MAV_CMD_REQUEST_CAMERA_INFORMATION: lambda _: (ACCEPTED, [self._says.information()]),
            _C.MAV_CMD_REQUEST_CAMERA_SETTINGS: lambda _: (ACCEPTED, [self._says.settings()]),
            _C.MAV_CMD_REQUEST_STORAGE_INFORMATION: lambda _: (ACCEPTED, [self._says.storage()]),
            _C.MAV_CMD_REQUEST_CAMERA_CAPTURE_STATUS: lambda _: (ACCEPTED, [self._says.capture_status()]),
            _C.MAV_CMD_REQUEST_CAMERA_IMAGE_CAPTURE: self._request_image,
            _C.MAV_CMD_REQUEST_VIDEO_STREAM_INFORMATION: lambda _: _sent(self._says.stream()),
            _C.MAV_CMD_REQUEST_VIDEO_STREAM_STATUS: lambda _: _sent(self._says.stream_status()),
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
        step_s, self.state.now_s = now_s - self.state.now_s, now_s
        if self.state.zoom_rate:
            self.state.zoom = min(100.0, max(0.0, self.state.zoom + self.state.zoom_rate * 20.0 * step_s))
        if self.state.recording_since_s is not None:
            self.state.used_mib = min(CAPACITY_MIB, self.state.used_mib + VIDEO_MIB_S * step_s)
            if self._status_every_s > 0.0 and now_s >= self._status_due_s:
                self._status_due_s = now_s + self._status_every_s
                return [self._says.capture_status()]
        series = self.state.series
        if series is not None and now_s >= series.due_s - 1e-9:
            series.due_s += series.interval_s
            self.shoot()
            if series.left is not None:
                series.left -= 1
                if series.left <= 0:
                    self.state.series = None
        return []

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        """A shutter release, by whatever asked for it."""
        if not isinstance(notice, PhotoTaken):
            return []
        works = self._host.camera_works() and self.state.has_room
        self.state.busy_until_s = now_s + EXPOSURE_S
        if works:
            self.state.used_mib += PHOTO_MIB
            self.state.count += 1
        index = self.state.count if works else -1
        captured = self._says.captured(index, notice, works)
        if works:
            self.state.taken[index] = captured
            self.state.taken.pop(index - LOGGED, None)
        return [captured, self._says.capture_status()]

    # Commands -----------------------------------------------------------------------------------------------------------------

    def _start_images(self, command: Command) -> Outcome:
        """p2 interval in seconds, p3 how many (0 without end), p4 a number that tells a repeated single shot from a new one."""
        interval_s, total, sequence = command.parameters[1], int(_number(command.parameters[2])), int(_number(command.parameters[3]))
        if total == 1 and sequence > 0 and sequence == self._last_sequence:
            return ACCEPTED  # the same shot, said twice
        if self.state.series is not None or self.state.now_s < self.state.busy_until_s:
            return TEMPORARILY_REJECTED
        if not self.state.has_room:
            return FAILED
        if total == 1:
            self._last_sequence = sequence
            self.shoot()
            return ACCEPTED
        if total < 0 or isnan(interval_s) or interval_s < SHORTEST_INTERVAL_S:
            return DENIED
        self.state.series = Series(interval_s, total or None, self.state.now_s)
        return ACCEPTED, [self._says.capture_status()]

    def _stop_images(self, command: Command) -> Outcome:
        self.state.series = None
        self._host.autopilot.trigger.stop_timed()
        return ACCEPTED, [self._says.capture_status()]

    def _start_video(self, command: Command) -> Outcome:
        if self.state.recording_since_s is not None:
            return TEMPORARILY_REJECTED
        if self.state.used_mib >= CAPACITY_MIB:
            return FAILED
        hz = _number(command.parameters[1])
        self._status_every_s = 1.0 / hz if hz > 0.0 else 0.0
        self.state.recording_since_s = self._status_due_s = self.state.now_s
        return ACCEPTED, [self._says.capture_status()]

    def _stop_video(self, command: Command) -> Outcome:
        if self.state.recording_since_s is None:
            return FAILED
        self.state.recording_since_s = None
        return ACCEPTED, [self._says.capture_status()]

    def _set_mode(self, command: Command) -> Outcome:
        mode = int(_number(command.parameters[1]))
        if mode not in (MODE_IMAGE, MODE_VIDEO, MODE_SURVEY):
            return DENIED
        self.state.mode = mode
        return ACCEPTED, [self._says.settings()]

    def _set_zoom(self, command: Command) -> Outcome:
        kind, value = int(command.parameters[0]), _number(command.parameters[1])
        if kind == ZOOM_STEP:
            self.state.zoom = min(100.0, max(0.0, self.state.zoom + 10.0 * value))
        elif kind == ZOOM_CONTINUOUS and -1.0 <= value <= 1.0:
            self.state.zoom_rate = value
        elif kind == ZOOM_RANGE and 0.0 <= value <= 100.0:
            self.state.zoom, self.state.zoom_rate = value, 0.0
        else:
            return DENIED
        return ACCEPTED, [self._says.settings()]

    def _set_focus(self, command: Command) -> Outcome:
        value = _number(command.parameters[1])
        if int(command.parameters[0]) == 2 and not 0.0 <= value <= 100.0:
            return DENIED
        self.state.focus = value if int(command.parameters[0]) == 2 else self.state.focus
        return ACCEPTED, [self._says.settings()]

    def _format(self, command: Command) -> Outcome:
        """p1 the storage, p2 = 1 formats, p3 = 1 also begins the image index anew."""
        if int(_number(command.parameters[0])) not in (0, 1) or command.parameters[1] != 1.0:
            return DENIED
        if self.state.recording_since_s is not None or self.state.series is not None:
            return TEMPORARILY_REJECTED
        self.state.used_mib = 0.0
        if command.parameters[2] == 1.0:
            self.state.count = 0
            self.state.taken.clear()
        return ACCEPTED, [self._says.storage(), self._says.capture_status()]

    def _reset(self, command: Command) -> Outcome:
        if command.parameters[0] != 1.0:
            return DENIED
        self.state.mode, self.state.zoom, self.state.zoom_rate, self.state.focus = MODE_IMAGE, 0.0, 0.0, 50.0
        return ACCEPTED, [self._says.settings()]

    def _request_image(self, command: Command) -> Outcome:
        return _sent(self._says.image(int(command.parameters[0])))

    def _stream_on(self, on: bool) -> Outcome:
        if self._host.video_uri is None:
            return FAILED
        self.state.streaming = on
        return ACCEPTED, [self._says.stream_status()]

    def lens_deg(self) -> tuple[float, float]:
        """How wide the picture is now, across and down, degrees."""
        return self.state.lens_deg()

    def shoot(self) -> None:
        pilot = self._host.autopilot
        pilot.trigger.photos += 1
        self._host.announce(PhotoTaken(pilot.trigger.photos, self._host.of.believed.position))


def _sent(wire: Any | None) -> Outcome:
    return FAILED if wire is None else (ACCEPTED, [wire])


def _number(value: float) -> float:
    """NaN and missing parameters are zero."""
    return 0.0 if isnan(value) else value
