"""MAV_CMD_INJECT_FAILURE, PX4's way to ask a simulated vehicle to misbehave (`failure gps off` of its shell, MAVSDK's failure plugin).

Only firmwares that have SYS_FAILURE_EN know the command, and only with that parameter set.
"""

from collections.abc import Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.faults import FaultSpec
from sim.services.host import Host
from sim.services.service import ACCEPTED, DENIED, UNSUPPORTED, Command, CommandHandler, Outcome, Service

ENABLING_PARAMETER = "SYS_FAILURE_EN"
WARNING = 4
_OFF, _STUCK, _WRONG = mavlink.FAILURE_TYPE_OFF, mavlink.FAILURE_TYPE_STUCK, mavlink.FAILURE_TYPE_WRONG
_SLOW, _DELAYED, _INTERMITTENT = mavlink.FAILURE_TYPE_SLOW, mavlink.FAILURE_TYPE_DELAYED, mavlink.FAILURE_TYPE_INTERMITTENT
_FAULTS: dict[int, dict[int, tuple[str, dict[str, float | str]]]] = {
    mavlink.FAILURE_UNIT_SENSOR_GPS: {
        _OFF: ("gps_off", {}),
        _STUCK: ("gps_stuck", {}),
        _WRONG: ("gps_glitch", {}),
        _INTERMITTENT: ("gps_jam", {}),
    },
    mavlink.FAILURE_UNIT_SENSOR_MAG: {_OFF: ("compass_freeze", {}), _STUCK: ("compass_freeze", {})},
    mavlink.FAILURE_UNIT_SENSOR_BARO: {_OFF: ("barometer_freeze", {}), _STUCK: ("barometer_freeze", {})},
    mavlink.FAILURE_UNIT_SENSOR_GYRO: {_OFF: ("attitude_freeze", {}), _STUCK: ("attitude_freeze", {})},
    mavlink.FAILURE_UNIT_SYSTEM_BATTERY: {_OFF: ("low_battery", {"charge_percent": 3.0})},
    mavlink.FAILURE_UNIT_SYSTEM_MOTOR: {_OFF: ("engine_fail", {})},
    mavlink.FAILURE_UNIT_SYSTEM_RC_SIGNAL: {_OFF: ("rc_loss", {})},
    mavlink.FAILURE_UNIT_SYSTEM_MAVLINK_SIGNAL: {
        _OFF: ("link_loss", {"percent": 100.0}),
        _SLOW: ("link_bandwidth", {"bits_per_s": 9600.0}),
        _DELAYED: ("link_delay", {}),
        _INTERMITTENT: ("link_loss", {"percent": 50.0}),
    },
}


class FailureInjection(Service):
    """A unit fails in one way at a time; FAILURE_TYPE_OK mends it."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {mavlink.MAV_CMD_INJECT_FAILURE: self._inject} if ENABLING_PARAMETER in self._host.parameters else {}

    def _inject(self, command: Command) -> Outcome:
        if self._host.parameters[ENABLING_PARAMETER] == 0:
            self._host.say(f"Failure injection refused: set {ENABLING_PARAMETER} to 1", WARNING)
            return DENIED
        ways = _FAULTS.get(int(command.parameters[0]))
        if ways is None:
            return UNSUPPORTED
        kind = int(command.parameters[1])
        if kind != mavlink.FAILURE_TYPE_OK and kind not in ways:
            return UNSUPPORTED
        for name in {name for name, _ in ways.values()}:
            self._host.faults.remove(name)
        if kind in ways:
            name, parameters = ways[kind]
            self._host.faults.add(FaultSpec(name, parameters, self._host.clock.boot_s))
        return ACCEPTED
