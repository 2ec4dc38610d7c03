"""High-latency link: after CONTROL_HIGH_LATENCY the vehicle says only HIGH_LATENCY2, each 5 s, and hears only commands.

Source: MAVLink high latency protocol.
"""

from collections.abc import Mapping
from math import hypot
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import ACCEPTED, Builder, Command, CommandHandler, Outcome, Service
from sim.telemetry import message

EVERY_S = 5.0


class HighLatency(Service):
    def __init__(self, host: Host) -> None:
        self._host = host
        self._told_s = -EVERY_S

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {mavlink.MAV_CMD_CONTROL_HIGH_LATENCY: self._control}

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {mavlink.MAVLINK_MSG_ID_HIGH_LATENCY2: self._message}

    def on_time(self, now_s: float) -> list[Any]:
        if not self._host.high_latency or now_s - self._told_s < EVERY_S - 1e-9:
            return []
        self._told_s = now_s
        return [self._message()]

    def _control(self, command: Command) -> Outcome:
        self._host.high_latency = command.parameters[0] == 1.0
        self._told_s = -EVERY_S
        return ACCEPTED

    def _message(self) -> Any:
        of = self._host.of
        beat: Any = message(of, mavlink.MAVLINK_MSG_ID_HEARTBEAT)
        state = of.believed
        lat, lon = of.places.lat_lon_e7(state.position)
        level_mps = hypot(state.velocity.east, state.velocity.north)
        amsl_m = min(32767, round(of.places.ground_amsl_m + state.position.up))
        heading = round(state.heading_deg / 2.0) % 180
        return mavlink.MAVLink_high_latency2_message(
            of.clock.boot_ms,
            beat.type,
            beat.autopilot,
            beat.custom_mode & 0xFFFF if beat.autopilot == mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA else beat.custom_mode >> 16,
            lat,
            lon,
            amsl_m,
            amsl_m,
            heading,
            heading,
            0,
            round(state.throttle * 100),
            min(255, round(state.airspeed_mps * 5)),
            0,
            min(255, round(level_mps * 5)),
            0,
            0,
            min(255, round(of.readings.gps.hdop * 10)),
            0,
            20,
            max(-127, min(127, round(state.velocity.up * 10))),
            round(of.battery.charge * 100),
            int(of.autopilot.run.current),
            0 if of.readings.gps.kind >= 3 else mavlink.HL_FAILURE_FLAG_GPS,
            0,
            0,
            0,
        )
