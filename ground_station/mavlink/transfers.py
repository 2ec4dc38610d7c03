"""The mission protocol, sending half, and what both halves share. One protocol serves missions, fences and rally points:
the mission type is a parameter. Source: MAVLink "Mission Protocol"; timers are its recommended values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ground_station.mavlink.dialect import WireMessage, enum_name, mavlink
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.items import WireItem

REPLY_TIMEOUT_S = 1.5
ITEM_TIMEOUT_S = 0.25
RETRIES = 8  # the guide says 5, with which every third mission of 20 items fails when 30 % is lost each way


class TransferResult(StrEnum):
    ACCEPTED = "accepted"  # the other side said so, after everything had crossed
    UNCONFIRMED = "unconfirmed"  # everything crossed, the closing acknowledgement did not: only a download can tell
    REFUSED = "refused"
    SILENT = "silent"
    CANCELLED = "cancelled"
    DIFFERENT = "different"  # read back, and it means something else


@dataclass(frozen=True, slots=True)
class TransferOutcome:
    """How a transfer ended. `items` are the ones received (downloads) or sent (uploads)."""

    result: TransferResult
    detail: str
    items: tuple[WireItem, ...] = ()


def mission_result_name(result: int) -> str:
    """'no space', 'invalid param5 x', … of MAV_MISSION_RESULT."""
    return enum_name("MAV_MISSION_RESULT", result, "MAV_MISSION_")


def is_ours(message: WireMessage, target: Address, own: Address, mission_type: int) -> bool:
    """A mission message of this vehicle, this store, and to this station (or to all)."""
    return (
        message.get_srcSystem() == target.system_id
        and message.get_srcComponent() == target.component_id
        and message.target_system in (0, own.system_id)
        and message.target_component in (0, own.component_id)
        and message.mission_type == mission_type
    )


class MissionUpload:
    """Sender half of the mission protocol. The autopilot leads: it may ask twice or out of order."""

    kinds = frozenset({"MISSION_REQUEST", "MISSION_REQUEST_INT", "MISSION_ACK"})

    def __init__(
        self, items: Sequence[WireItem], target: Address, own: Address, *, mission_type: int = mavlink.MAV_MISSION_TYPE_MISSION
    ) -> None:
        self._items = tuple(item.renumbered(seq) for seq, item in enumerate(items))
        self._target, self._own, self._mission_type = target, own, mission_type
        self._count: WireMessage = mavlink.MAVLink_mission_count_message(
            target.system_id, target.component_id, len(self._items), mission_type
        )
        self._asked: set[int] = set()
        self._last_sent: WireMessage = self._count
        self._retries_left = RETRIES
        self._doubt = ""
        self.activity = 0
        self.timeout_s = REPLY_TIMEOUT_S
        self.outcome: TransferOutcome | None = None

    @property
    def progress(self) -> float:
        """Share of items asked for, 0..1."""
        return len(self._asked) / len(self._items) if self._items else 1.0

    @property
    def doubtful(self) -> bool:
        """The vehicle's only complaint was MISSION_ERROR, which it also says to an item of a transfer it has given up."""
        return bool(self._doubt)

    @property
    def _all_crossed(self) -> bool:
        return len(self._asked) == len(self._items)

    def opening(self) -> list[WireMessage]:
        return [self._count]

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        kind = message.get_type()
        # ArduPilot still asks with the deprecated MISSION_REQUEST and expects MISSION_ITEM_INT all the same.
        if kind in ("MISSION_REQUEST_INT", "MISSION_REQUEST") and is_ours(message, self._target, self._own, self._mission_type):
            return self._answer(message.seq)
        if kind == "MISSION_ACK" and is_ours(message, self._target, self._own, self._mission_type):
            self._on_ack(message.type)
        return []

    def _answer(self, seq: int) -> list[WireMessage]:
        if seq >= len(self._items):
            return []  # nonsense, or left over from an earlier and longer upload; the timer decides
        if seq not in self._asked:
            self._asked.add(seq)
            self._retries_left = RETRIES
        self.activity += 1
        self._last_sent = self._items[seq].to_message(self._target, self._mission_type)
        return [self._last_sent]

    def _on_ack(self, result: int) -> None:
        if result == mavlink.MAV_MISSION_ACCEPTED:
            if self._all_crossed:
                self._end(TransferResult.ACCEPTED, "accepted")
            return  # an acceptance before everything crossed belongs to an earlier transfer
        if result == mavlink.MAV_MISSION_INVALID_SEQUENCE:
            return  # a doubled or late item; the receiver keeps its place and asks for the one it needs
        if result == mavlink.MAV_MISSION_ERROR:
            # ArduPilot's answer to an item outside any transfer: ours, doubled or resent after it had closed, or a late one of an
            # earlier upload. It also means "validation failed". So it proves nothing by itself.
            if self._all_crossed:
                self._end(TransferResult.UNCONFIRMED, "the vehicle answered with an error after all items were sent")
            else:
                self._doubt = "error"
            return
        if result == mavlink.MAV_MISSION_OPERATION_CANCELLED:
            self._end(TransferResult.CANCELLED, "the vehicle ended the transfer")
            return
        place = f" at item {max(self._asked)}" if self._asked else ""
        self._end(TransferResult.REFUSED, f"{mission_result_name(result)}{place}")

    def on_silence(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        if self._retries_left == 0:
            if self._all_crossed and self._items:
                self._end(TransferResult.UNCONFIRMED, "all items were sent, no acknowledgement came")
            else:
                doubt = f" and answered '{self._doubt}'" if self._doubt else ""
                self._end(
                    TransferResult.REFUSED if self._doubt else TransferResult.SILENT,
                    f"the vehicle stopped asking after {len(self._asked)} of {len(self._items)} items{doubt}",
                )
            return []
        self._retries_left -= 1
        return [self._last_sent]

    def cancel(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        self._end(TransferResult.CANCELLED, "cancelled by this station")
        return [closing_ack(self._target, self._mission_type, mavlink.MAV_MISSION_OPERATION_CANCELLED)]

    def _end(self, result: TransferResult, detail: str) -> None:
        self.outcome = TransferOutcome(result, detail, self._items)


def closing_ack(target: Address, mission_type: int, result: int) -> WireMessage:
    message: WireMessage = mavlink.MAVLink_mission_ack_message(target.system_id, target.component_id, result, mission_type)
    return message
