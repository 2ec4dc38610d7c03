"""The mission protocol, receiving half: this station leads, asks for each item in turn and closes with an acknowledgement."""

from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.items import WireItem
from ground_station.mavlink.transfers import (
    ITEM_TIMEOUT_S,
    REPLY_TIMEOUT_S,
    RETRIES,
    TransferOutcome,
    TransferResult,
    closing_ack,
    is_ours,
    mission_result_name,
)


class MissionDownload:
    """Receiver half of the mission protocol."""

    kinds = frozenset({"MISSION_COUNT", "MISSION_ITEM_INT", "MISSION_ACK"})

    def __init__(self, target: Address, own: Address, *, mission_type: int = mavlink.MAV_MISSION_TYPE_MISSION) -> None:
        self._target, self._own, self._mission_type = target, own, mission_type
        self._count: int | None = None
        self._items: list[WireItem] = []
        self._retries_left = RETRIES
        self._doubt = ""
        self.activity = 0
        self.outcome: TransferOutcome | None = None

    @property
    def timeout_s(self) -> float:
        return REPLY_TIMEOUT_S if self._count is None else ITEM_TIMEOUT_S

    @property
    def received(self) -> int:
        return len(self._items)

    @property
    def expected(self) -> int | None:
        """None until the vehicle has said how many."""
        return self._count

    @property
    def progress(self) -> float:
        return len(self._items) / self._count if self._count else 0.0

    def opening(self) -> list[WireMessage]:
        return [self._question()]

    def _question(self) -> WireMessage:
        """What this station now waits to be answered."""
        message: WireMessage
        if self._count is None:
            message = mavlink.MAVLink_mission_request_list_message(self._target.system_id, self._target.component_id, self._mission_type)
        else:
            message = mavlink.MAVLink_mission_request_int_message(
                self._target.system_id, self._target.component_id, len(self._items), self._mission_type
            )
        return message

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        kind = message.get_type()
        if kind not in self.kinds:
            return []
        if not is_ours(message, self._target, self._own, self._mission_type):
            return []
        if kind == "MISSION_COUNT" and self._count is None:
            self._count = message.count
            return self._moved_on()
        if kind == "MISSION_ITEM_INT" and self._count is not None and message.seq == len(self._items):
            self._items.append(WireItem.from_message(message))
            return self._moved_on()
        if kind == "MISSION_ACK" and message.type == mavlink.MAV_MISSION_ERROR:
            self._doubt = "error"  # may be a late answer to an item of an earlier upload; the timer decides
        elif kind == "MISSION_ACK" and message.type not in (mavlink.MAV_MISSION_ACCEPTED, mavlink.MAV_MISSION_INVALID_SEQUENCE):
            self._end(TransferResult.REFUSED, mission_result_name(message.type))
        return []

    def _moved_on(self) -> list[WireMessage]:
        self.activity += 1
        self._retries_left = RETRIES
        if len(self._items) == self._count:
            self._end(TransferResult.ACCEPTED, f"{self._count} items")
            return [closing_ack(self._target, self._mission_type, mavlink.MAV_MISSION_ACCEPTED)]
        return [self._question()]

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        if self._retries_left == 0:
            got = "no answer to the request" if self._count is None else f"{len(self._items)} of {self._count} items came"
            if self._doubt:
                self._end(TransferResult.REFUSED, f"{got}, the vehicle answered '{self._doubt}'")
            else:
                self._end(TransferResult.SILENT, got)
            return [closing_ack(self._target, self._mission_type, mavlink.MAV_MISSION_OPERATION_CANCELLED)] if self._count else []
        self._retries_left -= 1
        return [self._question()]

    def cancel(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        self._end(TransferResult.CANCELLED, "cancelled by this station")
        return [closing_ack(self._target, self._mission_type, mavlink.MAV_MISSION_OPERATION_CANCELLED)]

    def _end(self, result: TransferResult, detail: str) -> None:
        self.outcome = TransferOutcome(result, detail, tuple(self._items) if result is TransferResult.ACCEPTED else ())
