"""PREFLIGHT_CALIBRATION: takes some seconds, tells its progress, can be cancelled. On the ground and disarmed only."""

from collections.abc import Mapping

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import ACCEPTED, DENIED, FAILED, Answer, Command, CommandHandler, Outcome, Progress, Service, Work

GYRO, MAGNETOMETER, BAROMETER, ACCELEROMETER = 0, 1, 2, 4  # index of the parameter that asks for it
LONG = {GYRO: 4.0, MAGNETOMETER: 8.0, ACCELEROMETER: 6.0}  # seconds


class Calibration(Service):
    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {mavlink.MAV_CMD_PREFLIGHT_CALIBRATION: self._calibrate}

    def _calibrate(self, command: Command) -> Outcome:
        if self._host.autopilot.armed:
            self._host.say("Disarm to allow calibration", mavlink.MAV_SEVERITY_CRITICAL)
            return FAILED
        if not any(command.parameters):
            return DENIED
        took_s = next((seconds for index, seconds in LONG.items() if command.parameters[index]), None)
        if took_s is None:
            if command.parameters[BAROMETER]:
                self._host.say("Barometer 1 calibration complete", mavlink.MAV_SEVERITY_INFO)
            return ACCEPTED
        began_s, length_s = self._host.clock.boot_s, took_s

        def progress(now_s: float) -> Progress:
            if self._host.autopilot.armed:
                return Progress(result=FAILED)
            done = (now_s - began_s) / length_s
            if done < 1.0:
                return Progress(int(done * 100))
            self._host.say("Calibration successful", mavlink.MAV_SEVERITY_INFO)
            return Progress(result=ACCEPTED)

        return Answer(ACCEPTED, work=Work(progress, lambda: self._host.say("Calibration cancelled", mavlink.MAV_SEVERITY_INFO)))
