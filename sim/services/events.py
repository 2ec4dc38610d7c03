"""PX4's events: what happened, numbered, so that a station sees the gaps and asks for what it missed.

CURRENT_EVENT_SEQUENCE tells the newest number, REQUEST_EVENT asks for a range (it wraps), RESPONSE_EVENT_ERROR says that an event is no
longer kept. Source: MAVLink events interface.
"""

import struct
from collections import deque
from collections.abc import Mapping
from typing import Any

from sim.dialect import CurrentEventSequence, Event, ResponseEventError
from sim.notices import ItemReached, Notice
from sim.services.event_definitions import (
    ARMED,
    BATTERY_LOW,
    DISARMED,
    ITEM_REACHED,
    LANDED,
    MODE_CHANGED,
    TAKEOFF,
    EventKind,
)
from sim.services.host import Host
from sim.services.service import Builder, Service

KEPT = 64
LOW_CHARGE = 0.15  # BAT_LOW_THR's default
REASON_UNAVAILABLE = 0
_LAYOUT = {"uint8_t": "B", "uint16_t": "H", "uint32_t": "I"}
_WRAP = 0x10000


class Events(Service):
    handles = frozenset({"REQUEST_EVENT"})

    def __init__(self, host: Host) -> None:
        self._host = host
        self._kept: deque[Any] = deque(maxlen=KEPT)
        self._next = 1
        self._armed = self._flying = self._low = False
        self._mode: int | None = None
        self._speaks = host.habits.tells_events

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {CurrentEventSequence.id: self._current} if self._speaks else {}

    @property
    def rates_hz(self) -> Mapping[int, float]:
        return {CurrentEventSequence.id: 0.2} if self._speaks else {}

    def on_time(self, now_s: float) -> list[Any]:
        if not self._speaks:
            return []
        pilot, out = self._host.autopilot, []
        if pilot.armed != self._armed:
            self._armed = pilot.armed
            out.append(self._event(ARMED if pilot.armed else DISARMED))
        if pilot.flying != self._flying:
            self._flying = pilot.flying
            out.append(self._event(TAKEOFF if pilot.flying else LANDED))
        mode = int(getattr(pilot.mode, "number", pilot.mode))
        if mode != self._mode:
            if self._mode is not None:
                out.append(self._event(MODE_CHANGED, mode))
            self._mode = mode
        charge = self._host.of.battery.charge
        if (charge < LOW_CHARGE) != self._low:
            self._low = charge < LOW_CHARGE
            if self._low:
                out.append(self._event(BATTERY_LOW, round(charge * 100)))
        return out

    def on_notice(self, notice: Notice, now_s: float) -> list[Any]:
        return [self._event(ITEM_REACHED, notice.index)] if self._speaks and isinstance(notice, ItemReached) else []

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        if not self._speaks:
            return []
        sender = (wire.get_srcSystem(), wire.get_srcComponent())
        count = (wire.last_sequence - wire.first_sequence) % _WRAP + 1
        kept = {event.sequence: event for event in self._kept}
        wanted = [(wire.first_sequence + step) % _WRAP for step in range(min(count, KEPT))]
        oldest = self._kept[0].sequence if self._kept else self._next
        return [kept[number] if number in kept else ResponseEventError(*sender, number, oldest, REASON_UNAVAILABLE) for number in wanted]

    def _event(self, kind: EventKind, *values: int) -> Any:
        layout = "<" + "".join(_LAYOUT[c_type] for c_type, _ in kind.arguments)
        arguments = list(struct.pack(layout, *values))
        # Broadcast to all; internal level in the high, external in the low four bits.
        event = Event(0, 0, kind.number, self._host.clock.boot_ms, self._next, kind.severity << 4 | kind.severity, arguments)
        self._next = (self._next + 1) % _WRAP
        self._kept.append(event)
        return event

    def _current(self) -> Any:
        return CurrentEventSequence((self._next - 1) % _WRAP, 0)
