"""Changes of a source told once and kept: lost with its cause, back, troubled, well again. Retries of the same loss are no news."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol, cast

from geo.core import SourceEventRow
from geo.primitives import derived_id, utc_now
from ground_station.bus.subjects import SOURCE_EVENT
from ground_station.messages import EventSeverity, SourceCause, SourceEvent, SourceEventKind, SourceTrouble

STEADY_S = 5.0  # pictures for so long mean that it is back: a source that flaps stays lost
SETTLED_S = 75.0  # what stood by the record and is not seen for so long is over: each trouble takes its while to be seen again
FOR_A_PERSON: frozenset[SourceCause] = frozenset({"auth", "codec", "no_stream", "no_keyframe", "dns"})  # nobody else can put them right


class Letters(Protocol):
    def put(self, subject: str, data: bytes, message_id: str) -> None: ...


class SourceEvents:
    """Of one source, over its runs. Times are seconds of a steady clock, so that whoever calls decides when now is."""

    def __init__(self, source_id: str, outbox: Letters) -> None:
        self._source_id, self._outbox = source_id, outbox
        self._cause: SourceCause | None = None
        self._lost_s = 0.0
        self._seen_since_s: float | None = None
        self._troubles: dict[SourceTrouble, float] = {}
        self._by_record: set[SourceTrouble] = set()
        self._settling_since_s: float | None = None

    def restore(self, standing: Iterable[SourceEventRow], now: datetime, now_s: float) -> None:
        """What stands by the record is not told again, and its end will be."""
        for event in standing:
            since_s = now_s - (now - event.at).total_seconds()
            if event.kind == "lost":
                self._cause, self._lost_s = cast(SourceCause, event.what), since_s
            elif event.what in TEXT:
                self._troubles[event.what] = since_s
                self._by_record.add(event.what)

    def lost(self, cause: SourceCause, text: str, now_s: float) -> None:
        """It gives no pictures."""
        self._seen_since_s = None
        if cause == self._cause:
            return
        if self._cause is None:
            self._lost_s = now_s
        self._cause = cause
        self._tell("lost", "critical" if cause in FOR_A_PERSON else "warning", cause, text)

    def seen(self, now_s: float) -> None:
        """A picture came."""
        self._seen_since_s = now_s if self._seen_since_s is None else self._seen_since_s
        if self._cause is not None and now_s - self._seen_since_s >= STEADY_S:
            cause, self._cause = self._cause, None
            self._tell("back", "info", cause, "Pictures come again.", lasted_s=self._seen_since_s - self._lost_s)

    def troubles(self, standing: Collection[SourceTrouble], now_s: float, *, doubtful_since: datetime | None = None) -> None:
        """Those that stand now. `doubtful_since`: when the camera was last seen where it was calibrated, for the one that it has moved."""
        self._settling_since_s = now_s if self._settling_since_s is None else self._settling_since_s
        self._by_record -= set(standing) if now_s - self._settling_since_s < SETTLED_S else self._by_record
        for name in sorted(set(standing) - set(self._troubles)):
            self._troubles[name] = now_s
            self._tell("trouble", "warning", name, TEXT[name], doubtful_since=doubtful_since if name == "moved" else None)
        for name in sorted(set(self._troubles) - set(standing) - self._by_record):
            self._tell("trouble_over", "info", name, f"Over: {TEXT[name]}", lasted_s=now_s - self._troubles.pop(name))

    def _tell(
        self,
        kind: SourceEventKind,
        severity: EventSeverity,
        what: SourceCause | SourceTrouble,
        text: str,
        *,
        lasted_s: float | None = None,
        doubtful_since: datetime | None = None,
    ) -> None:
        at: datetime = utc_now()
        event = SourceEvent(
            event_id=derived_id(self._source_id, kind, what, at.isoformat()),
            source_id=self._source_id,
            at=at,
            kind=kind,
            severity=severity,
            what=what,
            text=text,
            lasted_s=None if lasted_s is None else round(lasted_s, 1),
            doubtful_since=doubtful_since,
        )
        self._outbox.put(f"{SOURCE_EVENT}.{self._source_id}", event.encode(), message_id=str(event.event_id))


TEXT: dict[SourceTrouble, str] = {
    "clock": "The camera's clock is wrong; its pictures are dated by their arrival.",
    "covered": "Something lies over the lens.",
    "dark": "The picture is dark.",
    "defocused": "The picture is out of focus.",
    "frozen": "The picture stands still.",
    "moved": "The camera has moved since it was calibrated: what it sees has no place until it is calibrated again.",
    "turned": "The camera looks elsewhere than before.",
}
