"""Vehicle half of the MAVLink mission protocol, the way ArduPilot speaks it. Messages in, messages out; the caller's clock.

Upload: asks with plain MISSION_REQUEST, asks again after 1 s of silence, gives up after 8 s (ACK 15); a refused item does not end
the upload; an item out of turn is answered with INVALID_SEQUENCE; a second uploader is DENIED. Download: item 0 is home.
Fence and rally stores are empty: reading them gives nothing, writing them is UNSUPPORTED.
Source: MAVLink mission protocol and ArduPilot's MissionItemProtocol.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.mission_store import CAPACITY, MissionStore, StoredItem, refusal

ASK_AGAIN_S = 1.0
GIVE_UP_S = 8.0


@dataclass(slots=True)
class _Upload:
    system: int
    component: int
    count: int
    wanted: int
    asked_at_s: float
    heard_at_s: float


class MissionReceiver:
    """One vehicle's mission store on the wire."""

    def __init__(
        self,
        store: MissionStore,
        *,
        may_clear: Callable[[], bool],
        on_complete: Callable[[], None],
        say: Callable[[str, int], None],
    ) -> None:
        """`may_clear` says whether the mission may be emptied now; `say(text, severity)` becomes a STATUSTEXT."""
        self._store = store
        self._may_clear = may_clear
        self._on_complete = on_complete
        self._say = say
        self._upload: _Upload | None = None

    @property
    def receiving(self) -> bool:
        return self._upload is not None

    def on_message(self, message: Any, now_s: float) -> list[Any]:
        """Replies to one mission message addressed to this vehicle; an empty list for anything else."""
        match message.get_type():
            case "MISSION_COUNT":
                return self._on_count(message, now_s)
            case "MISSION_ITEM_INT" | "MISSION_ITEM":
                return self._on_item(message, now_s)
            case "MISSION_REQUEST_LIST":
                count = len(self._store) if message.mission_type == mavlink.MAV_MISSION_TYPE_MISSION else 0
                return [mavlink.MAVLink_mission_count_message(*_address(message), count, message.mission_type)]
            case "MISSION_REQUEST_INT" | "MISSION_REQUEST":
                return self._on_request(message)
            case "MISSION_CLEAR_ALL":
                return [self._on_clear(message)]
            case "MISSION_ACK":
                if message.type == mavlink.MAV_MISSION_OPERATION_CANCELLED:
                    self._upload = None
        return []

    def on_time(self, now_s: float) -> list[Any]:
        """Call regularly: asks again for an item that did not come, and gives up on a station that fell silent."""
        upload = self._upload
        if upload is None:
            return []
        if now_s - upload.heard_at_s >= GIVE_UP_S:
            self._upload = None
            self._say("Mission upload timeout", mavlink.MAV_SEVERITY_WARNING)
            return [_ack((upload.system, upload.component), mavlink.MAV_MISSION_OPERATION_CANCELLED)]
        if now_s - upload.asked_at_s >= ASK_AGAIN_S:
            return [self._ask(upload, now_s)]
        return []

    def _ask(self, upload: _Upload, now_s: float) -> Any:
        upload.asked_at_s = now_s
        return mavlink.MAVLink_mission_request_message(upload.system, upload.component, upload.wanted, mavlink.MAV_MISSION_TYPE_MISSION)

    def _on_count(self, message: Any, now_s: float) -> list[Any]:
        address = _address(message)
        if message.mission_type != mavlink.MAV_MISSION_TYPE_MISSION:
            result = mavlink.MAV_MISSION_ACCEPTED if message.count == 0 else mavlink.MAV_MISSION_UNSUPPORTED
            return [_ack(address, result, message.mission_type)]
        if self._upload is not None and (self._upload.system, self._upload.component) != address:
            return [_ack(address, mavlink.MAV_MISSION_DENIED)]
        if message.count > CAPACITY:
            return [_ack(address, mavlink.MAV_MISSION_NO_SPACE)]
        if message.count == 0:
            return [self._on_clear(message)]
        self._store.truncate(message.count)
        self._upload = _Upload(*address, message.count, 0, now_s, now_s)
        return [self._ask(self._upload, now_s)]

    def _on_item(self, message: Any, now_s: float) -> list[Any]:
        address = _address(message)
        upload = self._upload
        if upload is None:
            return [_ack(address, mavlink.MAV_MISSION_ERROR, message.mission_type)]
        if (upload.system, upload.component) != address:
            return [_ack(address, mavlink.MAV_MISSION_DENIED)]
        if message.seq != upload.wanted:
            return [_ack(address, mavlink.MAV_MISSION_INVALID_SEQUENCE)]
        item = _stored_item(message)
        # Item 0 is home: whatever is sent there is replaced, so it is not judged.
        result = mavlink.MAV_MISSION_ACCEPTED if message.seq == 0 else refusal(item)
        if result != mavlink.MAV_MISSION_ACCEPTED:
            return [_ack(address, result)]
        self._store.put(message.seq, item)
        upload.heard_at_s = now_s
        upload.wanted += 1
        if upload.wanted < upload.count:
            return [self._ask(upload, now_s)]
        self._upload = None
        self._say("Flight plan received", mavlink.MAV_SEVERITY_INFO)
        self._on_complete()
        return [_ack(address, mavlink.MAV_MISSION_ACCEPTED)]

    def _on_request(self, message: Any) -> list[Any]:
        address = _address(message)
        if message.mission_type != mavlink.MAV_MISSION_TYPE_MISSION or not 0 <= message.seq < len(self._store):
            return [_ack(address, mavlink.MAV_MISSION_INVALID_SEQUENCE, message.mission_type)]
        item = self._store[message.seq]
        fields = (*address, message.seq, item.frame, item.command, 0, item.autocontinue)
        parameters = (item.param1, item.param2, item.param3, item.param4)
        if message.get_type() == "MISSION_REQUEST":
            # The deprecated question gets the deprecated answer, with floats that cannot hold a place exactly.
            return [mavlink.MAVLink_mission_item_message(*fields, *parameters, item.x / 1e7, item.y / 1e7, item.z, 0)]
        return [mavlink.MAVLink_mission_item_int_message(*fields, *parameters, item.x, item.y, item.z, 0)]

    def _on_clear(self, message: Any) -> Any:
        address = _address(message)
        if message.mission_type not in (mavlink.MAV_MISSION_TYPE_MISSION, mavlink.MAV_MISSION_TYPE_ALL):
            return _ack(address, mavlink.MAV_MISSION_ACCEPTED, message.mission_type)
        if self.receiving and (self._upload is None or (self._upload.system, self._upload.component) != address):
            return _ack(address, mavlink.MAV_MISSION_DENIED)
        if not self._may_clear():
            return _ack(address, mavlink.MAV_MISSION_ERROR, message.mission_type)
        self._upload = None
        self._store.clear()
        self._on_complete()
        return _ack(address, mavlink.MAV_MISSION_ACCEPTED, message.mission_type)


def _address(message: Any) -> tuple[int, int]:
    return message.get_srcSystem(), message.get_srcComponent()


def _ack(address: tuple[int, int], result: int, mission_type: int = 0) -> Any:
    return mavlink.MAVLink_mission_ack_message(*address, result, mission_type)


def _stored_item(message: Any) -> StoredItem:
    scale = 1.0 if message.get_type() == "MISSION_ITEM_INT" else 1e7
    numbers = [0.0 if isnan(value) else float(value) for value in (message.param1, message.param2, message.param3, message.param4)]
    return StoredItem(
        command=message.command,
        frame=message.frame,
        param1=numbers[0],
        param2=numbers[1],
        param3=numbers[2],
        param4=numbers[3],
        x=int(message.x * scale),
        y=int(message.y * scale),
        z=0.0 if isnan(message.z) else float(message.z),
        autocontinue=message.autocontinue,
    )
