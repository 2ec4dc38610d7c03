"""An upload that counts only when it has been read back: upload, download, compare, and all of it again when the link spoilt it.

The protocol has no transfer ids, so a late double of an earlier upload can get into the next one, and a lost closing acknowledgement
leaves both sides with different beliefs. Repeating is safe: it puts on board what was asked to be put on board.
"""

from collections.abc import Callable, Sequence

from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.download import MissionDownload
from ground_station.mavlink.exchange import Address
from ground_station.mavlink.items import WireItem
from ground_station.mavlink.transfers import MissionUpload, TransferOutcome, TransferResult

UPLOADS = 3
READS = 3  # after each upload; asking again is harmless
SENDING_SHARE = 0.7  # the rest is reading back
_ONCE_MORE = (TransferResult.SILENT, TransferResult.CANCELLED)  # the vehicle did not refuse; the link failed, or it gave up waiting


class VerifiedUpload:
    """Both halves of the mission protocol in turn. `difference(sent, stored)` gives words, or None when they mean the same."""

    kinds = MissionUpload.kinds | MissionDownload.kinds

    def __init__(
        self,
        items: Sequence[WireItem],
        target: Address,
        own: Address,
        difference: Callable[[Sequence[WireItem], Sequence[WireItem]], str | None],
        *,
        mission_type: int = mavlink.MAV_MISSION_TYPE_MISSION,
    ) -> None:
        self._items, self._target, self._own, self._type = tuple(items), target, own, mission_type
        self._difference = difference
        self._uploads_left, self._reads_left = UPLOADS, READS
        self._moved = 0
        self._part: MissionUpload | MissionDownload = self._new_upload()
        self.outcome: TransferOutcome | None = None

    def _new_upload(self) -> MissionUpload:
        self._uploads_left -= 1
        self._reads_left = READS
        return MissionUpload(self._items, self._target, self._own, mission_type=self._type)

    def _new_read(self) -> MissionDownload:
        self._reads_left -= 1
        return MissionDownload(self._target, self._own, mission_type=self._type)

    @property
    def timeout_s(self) -> float:
        return self._part.timeout_s

    @property
    def activity(self) -> int:
        return self._moved + self._part.activity

    @property
    def progress(self) -> float:
        """Share done, 0..1; goes back when the link makes it start again."""
        if isinstance(self._part, MissionUpload):
            return SENDING_SHARE * self._part.progress
        return SENDING_SHARE + (1.0 - SENDING_SHARE) * self._part.progress

    def opening(self) -> list[WireMessage]:
        return self._part.opening()

    def on_message(self, message: WireMessage) -> list[WireMessage]:
        return self._part.on_message(message) + self._go_on()

    def on_silence(self) -> list[WireMessage]:
        return self._part.on_silence() + self._go_on()

    def cancel(self) -> list[WireMessage]:
        if self.outcome is not None:
            return []
        farewell = self._part.cancel()
        self.outcome = self._part.outcome
        return farewell

    def _go_on(self) -> list[WireMessage]:
        """The next part's opening once this part has ended; nothing while it runs, and nothing at the very end."""
        ended = self._part.outcome
        if ended is None or self.outcome is not None:
            return []
        following = self._after_upload(ended) if isinstance(self._part, MissionUpload) else self._after_read(ended)
        if following is None:
            return []
        self._moved += self._part.activity + 1
        self._part = following
        return following.opening()

    def _after_upload(self, ended: TransferOutcome) -> MissionUpload | MissionDownload | None:
        if ended.result in (TransferResult.ACCEPTED, TransferResult.UNCONFIRMED):
            return self._new_read()
        spoilt = ended.result in _ONCE_MORE or (isinstance(self._part, MissionUpload) and self._part.doubtful)
        if spoilt and self._uploads_left:
            return self._new_upload()
        self.outcome = ended
        return None

    def _after_read(self, ended: TransferOutcome) -> MissionUpload | MissionDownload | None:
        if ended.result is not TransferResult.ACCEPTED:
            if self._reads_left:
                return self._new_read()
            self.outcome = TransferOutcome(ended.result, f"read back: {ended.detail}")
            return None
        difference = self._difference(self._items, ended.items)
        if difference is None:
            self.outcome = ended
        elif self._uploads_left:
            return self._new_upload()
        else:
            self.outcome = TransferOutcome(TransferResult.DIFFERENT, difference)
        return None
