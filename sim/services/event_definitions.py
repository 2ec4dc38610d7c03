"""Events a PX4-like vehicle reports, in the form its metadata file has them. Source: libevents' definition format.

An event's number is its component (1, the autopilot) in the highest byte and 24 bits of a hash of its name.
"""

import zlib
from dataclasses import dataclass
from typing import Any

COMPONENT = 1
INFO, WARNING, CRITICAL = 6, 4, 2  # MAV_SEVERITY


@dataclass(frozen=True, slots=True)
class EventKind:
    name: str
    message: str
    severity: int
    arguments: tuple[tuple[str, str], ...] = ()  # C type, name

    @property
    def number(self) -> int:
        return COMPONENT << 24 | zlib.crc32(self.name.encode()) & 0xFFFFFF


ARMED = EventKind("commander_armed_by", "Armed", INFO)
DISARMED = EventKind("commander_disarmed_by", "Disarmed", INFO)
MODE_CHANGED = EventKind("commander_mode_changed", "Flight mode changed: {1}", INFO, (("uint32_t", "custom_mode"),))
TAKEOFF = EventKind("commander_takeoff_detected", "Takeoff detected", INFO)
LANDED = EventKind("commander_landing_detected", "Landing detected", INFO)
BATTERY_LOW = EventKind("commander_battery_low", "Low battery level: {1} %", WARNING, (("uint8_t", "percent"),))
ITEM_REACHED = EventKind("navigator_mission_item_reached", "Mission item {1} reached", INFO, (("uint16_t", "item"),))
KINDS = (ARMED, DISARMED, MODE_CHANGED, TAKEOFF, LANDED, BATTERY_LOW, ITEM_REACHED)

EVENTS_FILE: dict[str, Any] = {
    "version": 1,
    "components": {
        str(COMPONENT): {
            "namespace": "px4",
            "event_groups": {
                "default": {
                    "events": {
                        str(kind.number & 0xFFFFFF): {
                            "name": kind.name,
                            "message": kind.message,
                            "arguments": [{"type": c_type, "name": name} for c_type, name in kind.arguments],
                        }
                        for kind in KINDS
                    }
                }
            },
        }
    },
}
