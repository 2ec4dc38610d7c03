"""Camera commands sent to the autopilot: its own trigger, and what an ArduPilot passes on to the camera."""

from collections.abc import Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.camera import Camera
from sim.services.camera_tracking import Tracking
from sim.services.host import Host
from sim.services.service import ACCEPTED, DENIED, Command, CommandHandler, Outcome, Service

_C = mavlink


class CameraPass(Service):
    """Camera commands sent to the autopilot: its own trigger, and what it passes on to the camera."""

    def __init__(self, host: Host, camera: Camera) -> None:
        self._host = host
        self._camera = camera
        self._interval_s = host.parameters.get("TRIG_INTERVAL", 40.0) / 1000.0

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        own: dict[int, CommandHandler] = {
            _C.MAV_CMD_DO_DIGICAM_CONTROL: self._shoot,
            _C.MAV_CMD_DO_SET_CAM_TRIGG_DIST: self._by_distance,
        }
        if self._host.habits.passes_camera_commands:
            return {**own, **self._camera.shared_commands}
        return {**own, _C.MAV_CMD_DO_TRIGGER_CONTROL: self._switch, _C.MAV_CMD_DO_SET_CAM_TRIGG_INTERVAL: self._by_time}

    def _switch(self, command: Command) -> Outcome:
        """PX4's camera trigger: p1 on (1) or off (0), p2 = 1 counts anew, p3 = 1 pauses; on, it shoots each TRIG_INTERVAL."""
        if command.parameters[0] == 1.0 and command.parameters[2] != 1.0:
            self._host.autopilot.trigger.by_time(self._interval_s, 0)
        elif command.parameters[0] in (-1.0, 0.0, 1.0):
            self._host.autopilot.trigger.stop_timed()
        else:
            return DENIED
        return ACCEPTED

    def _by_time(self, command: Command) -> Outcome:
        """p1 the interval in milliseconds; it is kept for the next switching on."""
        if command.parameters[0] > 0.0:
            self._interval_s = command.parameters[0] / 1000.0
        return ACCEPTED

    def _shoot(self, command: Command) -> Outcome:
        if command.parameters[4] == 1.0:
            self._camera.shoot()
        return ACCEPTED

    def _by_distance(self, command: Command) -> Outcome:
        self._host.autopilot.trigger.by_distance(command.parameters[0], at_once=command.parameters[2] == 1.0)
        return ACCEPTED


def camera_services(host: Host) -> list[Service]:
    camera = Camera(host)
    return [camera, CameraPass(host, camera), Tracking(host, camera.lens_deg)]
