"""SETUP_SIGNING: a station gives the vehicle its key, on a wire it trusts. Never answered, never shown."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import Service


class SigningSetup(Service):
    handles = frozenset({"SETUP_SIGNING"})

    def __init__(self, host: Host) -> None:
        self._host = host

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if wire.target_system != self._host.system_id:
            return []  # a key is for one vehicle
        if self._host.autopilot.armed:
            self._host.say("ERROR: Won't setup signing when armed", mavlink.MAV_SEVERITY_CRITICAL)
            return []
        key = bytes(wire.secret_key)
        ends = not any(key) and (wire.initial_timestamp == 0 or not self._host.habits.zeros_need_time_zero)
        self._host.signing.set_key(None if ends else key, wire.initial_timestamp)
        return []
