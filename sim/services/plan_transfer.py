"""Vehicle half of the MAVLink mission protocol for one plan (mission, fence or rally), in both families' manners.

ArduPilot asks with plain MISSION_REQUEST each 1 s and gives up after 8 s; items of mission and rally take effect as they come, an
item out of turn is INVALID_SEQUENCE, a refused one ends the transfer, nothing is handed out during one, and a station that cancels is
asked on until that time-out. PX4 asks with
MISSION_REQUEST_INT each 0.5 s, gives up after 5 s, keeps the old plan until the new one is whole and answers an item out of turn by
asking for the one it needs. Both deny a second uploader. Sources: MAVLink mission protocol; ArduPilot's MissionItemProtocol.cpp;
PX4's mavlink_mission.cpp.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.dialect import MissionAck, MissionCount
from sim.mission_store import StoredItem
from sim.services.habits import WireHabits
from sim.services.plan_items import stored_item, unusable_number

ACCEPTED = int(mavlink.MAV_MISSION_ACCEPTED)
Address = tuple[int, int]


class Store(Protocol):
    """One plan as the protocol sees it."""

    @property
    def mission_type(self) -> int: ...

    @property
    def label(self) -> str: ...

    @property
    def capacity(self) -> int: ...

    @property
    def items(self) -> list[StoredItem]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> StoredItem: ...

    def judge(self, index: int, item: StoredItem) -> int: ...

    def replace(self, items: list[StoredItem]) -> None: ...

    def clear(self) -> None: ...


class GrowingStore(Store, Protocol):
    """A plan whose items take effect one by one while they come."""

    def truncate(self, count: int) -> None: ...

    def put(self, index: int, item: StoredItem) -> None: ...


@dataclass(frozen=True, slots=True)
class PlanRules:
    """What the vehicle adds to the protocol. `accept(items)` judges a whole plan: a MAV_MISSION_RESULT and what to say about it."""

    may_clear: Callable[[], bool] = lambda: True
    accept: Callable[[list[StoredItem]], tuple[int, str | None]] = lambda items: (ACCEPTED, None)
    changed: Callable[[], None] = lambda: None
    received_text: str | None = None


@dataclass(slots=True)
class _Upload:
    sender: Address
    wanted: int
    last: int
    items: list[StoredItem]
    asked_at_s: float
    heard_at_s: float
    partial: bool = False
    warned: bool = field(default=False)


class PlanTransfer:
    """One plan on the wire. `say(text, severity)` becomes a STATUSTEXT; `plan_id()` is the opaque id of the plan now in force."""

    def __init__(
        self,
        store: Store,
        growing: GrowingStore | None,
        rules: PlanRules,
        habits: WireHabits,
        *,
        say: Callable[[str, int], None],
        plan_id: Callable[[], int],
        current: Callable[[], int],
    ) -> None:
        self._store = store
        self._growing = None if habits.atomic_upload else growing
        self._rules = rules
        self._habits = habits
        self._say = say
        self._plan_id = plan_id
        self._current = current
        self._upload: _Upload | None = None
        self._finished: tuple[Address, int] | None = None
        self._warned_plain = False

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        match wire.get_type():
            case "MISSION_COUNT":
                return self._on_count(wire, now_s)
            case "MISSION_WRITE_PARTIAL_LIST":
                return self._on_partial(wire, now_s)
            case "MISSION_ITEM_INT" | "MISSION_ITEM":
                return self._on_item(wire, now_s)
            case "MISSION_REQUEST_LIST" if self._upload is not None:
                return [self._ack(_sender(wire), mavlink.MAV_MISSION_DENIED)]
            case "MISSION_REQUEST_LIST":
                return [self._count(_sender(wire))]
            case "MISSION_REQUEST_INT" | "MISSION_REQUEST":
                return self._on_request(wire)
            case "MISSION_ACK" if self._upload is not None and self._upload.sender == _sender(wire) and wire.type != ACCEPTED:
                if self._habits.heeds_cancel:
                    self._upload = None  # cancelled, or the station met an error: both sides are idle
        return []

    def clear(self, sender: Address) -> int:
        """MAV_MISSION_RESULT of emptying the plan."""
        if self._upload is not None and self._upload.sender != sender:
            return int(mavlink.MAV_MISSION_DENIED)
        if not self._rules.may_clear():
            return int(mavlink.MAV_MISSION_ERROR)
        self._upload = None
        self._store.clear()
        self._rules.changed()
        return ACCEPTED

    def on_time(self, now_s: float) -> list[Any]:
        """Asks again for an item that did not come, and gives up on a station that fell silent."""
        upload = self._upload
        if upload is None:
            return []
        if now_s - upload.heard_at_s >= self._habits.upload_timeout_s:
            self._upload = None
            self._say(f"{self._store.label} upload timeout", mavlink.MAV_SEVERITY_WARNING)
            return [self._ack(upload.sender, mavlink.MAV_MISSION_OPERATION_CANCELLED)]
        if now_s - upload.asked_at_s >= self._habits.ask_again_s:
            return [self._ask(upload, now_s)]
        return []

    def _ask(self, upload: _Upload, now_s: float) -> Any:
        upload.asked_at_s = now_s
        kind = mavlink.MAVLink_mission_request_int_message if self._habits.asks_with_int else mavlink.MAVLink_mission_request_message
        return kind(*upload.sender, upload.wanted, self._store.mission_type)

    def _ack(self, sender: Address, result: int) -> Any:
        plan_id = self._plan_id() if result == ACCEPTED and self._habits.tells_plan_ids else 0
        return MissionAck(*sender, int(result), self._store.mission_type, plan_id)

    def _count(self, sender: Address) -> Any:
        plan_id = self._plan_id() if self._habits.tells_plan_ids else 0
        return MissionCount(*sender, len(self._store), self._store.mission_type, plan_id)

    def _on_count(self, wire: Any, now_s: float) -> list[Any]:
        sender = _sender(wire)
        if self._upload is not None and self._upload.sender != sender:
            return [self._ack(sender, mavlink.MAV_MISSION_DENIED)]
        self._upload = None  # the same station may begin anew
        if wire.count > self._store.capacity:
            self._say(f"Only {self._store.capacity} items are supported", mavlink.MAV_SEVERITY_WARNING)
            return [self._ack(sender, mavlink.MAV_MISSION_NO_SPACE)]
        if wire.count == 0:
            return [self._ack(sender, self.clear(sender))]
        if self._growing is not None:
            self._growing.truncate(wire.count)
        self._upload = _Upload(sender, 0, wire.count - 1, [], now_s, now_s)
        return [self._ask(self._upload, now_s)]

    def _on_partial(self, wire: Any, now_s: float) -> list[Any]:
        """Overwrite items `start_index` to `end_index` of the plan: not in the standard, but ArduPilot's ground stations use it."""
        sender = _sender(wire)
        if self._upload is not None:
            return [self._ack(sender, mavlink.MAV_MISSION_DENIED)]
        if self._habits.atomic_upload:
            return [self._ack(sender, mavlink.MAV_MISSION_UNSUPPORTED)]
        if not 0 <= wire.start_index <= wire.end_index < len(self._store):
            self._say("Flight plan update rejected", mavlink.MAV_SEVERITY_WARNING)
            return [self._ack(sender, mavlink.MAV_MISSION_ERROR)]
        self._upload = _Upload(sender, wire.start_index, wire.end_index, list(self._store.items), now_s, now_s, partial=True)
        return [self._ask(self._upload, now_s)]

    def _on_item(self, wire: Any, now_s: float) -> list[Any]:
        sender = _sender(wire)
        upload = self._upload
        if upload is None:
            # PX4 takes the last item said again for a lost acknowledgement, and says it again.
            again = self._habits.atomic_upload and self._finished == (sender, wire.seq)
            return [self._ack(sender, ACCEPTED if again else mavlink.MAV_MISSION_ERROR)]
        if upload.sender != sender:
            return [self._ack(sender, mavlink.MAV_MISSION_DENIED)]
        if wire.get_type() == "MISSION_ITEM" and not upload.warned:
            upload.warned = True
            self._say("got MISSION_ITEM; GCS should send MISSION_ITEM_INT", mavlink.MAV_SEVERITY_WARNING)
        if wire.seq != upload.wanted:
            if self._habits.atomic_upload:
                return [self._ask(upload, now_s)]
            return [self._ack(sender, mavlink.MAV_MISSION_INVALID_SEQUENCE)]
        item = stored_item(wire, keep_nan=not self._habits.rewrites_items)
        result = (unusable_number(wire) if self._habits.rewrites_items else ACCEPTED) or self._store.judge(wire.seq, item)
        if result != ACCEPTED:
            self._upload = None
            return [self._ack(sender, result)]
        upload.items[wire.seq : wire.seq + 1] = [item]
        if self._growing is not None:
            self._growing.put(wire.seq, item)
        upload.heard_at_s = now_s
        upload.wanted += 1
        if upload.wanted <= upload.last:
            return [self._ask(upload, now_s)]
        return [self._finish(upload)]

    def _finish(self, upload: _Upload) -> Any:
        self._upload = None
        result, words = self._rules.accept(upload.items)
        if words is not None:
            self._say(words, mavlink.MAV_SEVERITY_WARNING)
        if result != ACCEPTED:
            return self._ack(upload.sender, result)
        if self._growing is None:
            self._store.replace(upload.items)
        if self._rules.received_text is not None:
            self._say(self._rules.received_text, mavlink.MAV_SEVERITY_INFO)
        self._rules.changed()
        self._finished = (upload.sender, upload.last)
        return self._ack(upload.sender, ACCEPTED)

    def _on_request(self, wire: Any) -> list[Any]:
        sender = _sender(wire)
        if self._upload is not None:
            return [self._ack(sender, mavlink.MAV_MISSION_DENIED)]
        if not 0 <= wire.seq < len(self._store):
            # ArduPilot tells the station first how many there really are.
            told = [] if self._habits.atomic_upload else [self._count(sender)]
            return [*told, self._ack(sender, mavlink.MAV_MISSION_INVALID_SEQUENCE)]
        item = self._store[wire.seq]
        is_mission = self._store.mission_type == mavlink.MAV_MISSION_TYPE_MISSION
        fields = (*sender, wire.seq, item.frame, item.command, int(is_mission and wire.seq == self._current()), item.autocontinue)
        parameters = (item.param1, item.param2, item.param3, item.param4)
        if wire.get_type() == "MISSION_REQUEST" and not self._habits.asks_with_int:
            # ArduPilot answers the deprecated question with the deprecated item, whose floats cannot hold a place exactly.
            if not self._warned_plain:
                self._warned_plain = True
                self._say("got MISSION_REQUEST; use MISSION_REQUEST_INT!", mavlink.MAV_SEVERITY_WARNING)
            return [
                mavlink.MAVLink_mission_item_message(*fields, *parameters, item.x / 1e7, item.y / 1e7, item.z, self._store.mission_type)
            ]
        return [mavlink.MAVLink_mission_item_int_message(*fields, *parameters, item.x, item.y, item.z, self._store.mission_type)]


def _sender(wire: Any) -> Address:
    return wire.get_srcSystem(), wire.get_srcComponent()
