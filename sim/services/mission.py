"""The mission protocol on the wire: what a station may store in the vehicle and read back."""

from typing import Any

from sim.mission_receiver import MissionReceiver
from sim.services.host import Host
from sim.services.service import Service


class Missions(Service):
    handles = frozenset(
        {
            "MISSION_COUNT",
            "MISSION_ITEM_INT",
            "MISSION_ITEM",
            "MISSION_REQUEST_LIST",
            "MISSION_REQUEST_INT",
            "MISSION_REQUEST",
            "MISSION_CLEAR_ALL",
            "MISSION_ACK",
        }
    )

    def __init__(self, host: Host) -> None:
        pilot = host.autopilot
        self._receiver = MissionReceiver(host.of.store, may_clear=pilot.may_clear_mission, on_complete=pilot.mission_changed, say=host.say)

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        return self._receiver.on_message(wire, now_s)

    def on_time(self, now_s: float) -> list[Any]:
        return self._receiver.on_time(now_s)
