"""MISSION_CLEAR_ALL of one of the three stores: mission, fence or rally points. Clearing twice is harmless, so it is tried again."""

from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.transfers import REPLY_TIMEOUT_S, RETRIES, TransferOutcome, TransferResult, is_ours, mission_result_name


class MissionClear:
    """Until the vehicle acknowledges."""

    kinds = frozenset({"MISSION_ACK"})
    timeout_s = REPLY_TIMEOUT_S

    def __init__(self, target: Address, own: Address, *, mission_type: int = mavlink.MAV_MISSION_TYPE_MISSION) -> None:
        self._target, self._own, self._mission_type = target, own, mission_type
        self._retries_left = RETRIES
        self.activity = 0
        self.outcome: TransferOutcome | None = None

    def opening(self) -> list[WireMessage]:
        message: WireMessage = mavlink.MAVLink_mission_clear_all_message(
            self._target.system_id, self._target.component_id, self._mission_type
        )
        return [message]

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        if self.outcome is not None or message.get_type() != "MISSION_ACK":
            return []
        if is_ours(message, self._target, self._own, self._mission_type):
            self.activity += 1
            accepted = message.type == mavlink.MAV_MISSION_ACCEPTED
            result = TransferResult.ACCEPTED if accepted else TransferResult.REFUSED
            self.outcome = TransferOutcome(result, "cleared" if accepted else mission_result_name(message.type))
        return []

    def on_silence(self) -> list[WireMessage]:
        if self._retries_left > 0:
            self._retries_left -= 1
            return self.opening()
        if self.outcome is None:
            self.outcome = TransferOutcome(TransferResult.SILENT, "no answer to the request to clear")
        return []

    def cancel(self) -> list[WireMessage]:
        if self.outcome is None:
            self.outcome = TransferOutcome(TransferResult.CANCELLED, "cancelled by this station")
        return []
