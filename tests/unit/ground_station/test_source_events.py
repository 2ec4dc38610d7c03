"""What is told of a source: each loss once with its cause, the return when it is steady, each trouble and its end."""

from datetime import timedelta

import pytest

from geo.core import SourceEventRow
from ground_station.messages import SourceEvent
from ground_station.watching.source_events import SETTLED_S, STEADY_S, SourceEvents


class Kept:
    def __init__(self) -> None:
        self.events: list[SourceEvent] = []

    def put(self, subject: str, data: bytes, message_id: str) -> None:
        event = SourceEvent.model_validate_json(data)
        assert (subject, message_id) == ("event.source.gate", str(event.event_id))
        self.events.append(event)

    @property
    def told(self) -> list[tuple[str, str | None, str]]:
        return [(event.kind, event.what, event.severity) for event in self.events]


def test_a_loss_is_told_once_however_often_it_is_tried_again() -> None:
    kept = Kept()
    events = SourceEvents("gate", kept)
    for now_s in (0.0, 2.0, 6.0):
        events.lost("refused", "Nobody listens.", now_s)
    events.lost("auth", "Wrong password.", 14.0)
    assert kept.told == [("lost", "refused", "warning"), ("lost", "auth", "critical")]
    for now_s in (20.0, 20.0 + STEADY_S, 21.0 + STEADY_S):
        events.seen(now_s)
    assert kept.told[2:] == [("back", "auth", "info")]
    assert kept.events[-1].lasted_s == 20.0


def test_a_source_that_flaps_stays_lost() -> None:
    kept = Kept()
    events = SourceEvents("gate", kept)
    for now_s in range(0, 100, 10):
        events.lost("stalled", "Silence.", float(now_s))
        events.seen(now_s + 2.0)
        events.seen(now_s + 4.0)
    assert kept.told == [("lost", "stalled", "warning")]


def test_troubles_begin_and_end_once() -> None:
    kept = Kept()
    events = SourceEvents("gate", kept)
    for now_s, standing in ((0.0, []), (1.0, ["dark"]), (2.0, ["dark", "clock"]), (3.0, ["clock"]), (9.0, [])):
        events.troubles(standing, now_s)  # type: ignore[arg-type]
    assert [(event.kind, event.what, event.lasted_s) for event in kept.events] == [
        ("trouble", "dark", None),
        ("trouble", "clock", None),
        ("trouble_over", "dark", 2.0),
        ("trouble_over", "clock", 7.0),
    ]


def test_after_a_restart_what_stood_is_not_told_again_and_its_end_is() -> None:
    before, kept = Kept(), Kept()
    events = SourceEvents("gate", before)
    events.lost("refused", "Nobody listens.", 0.0)
    events.troubles(["dark", "moved"], 0.0)
    now = before.events[0].at + timedelta(seconds=100)
    again = SourceEvents("gate", kept)
    again.restore([SourceEventRow(**event.model_dump()) for event in before.events], now, 1000.0)
    again.lost("refused", "Nobody listens.", 1001.0)
    again.troubles([], 1002.0)  # dark takes its while to be seen again
    again.troubles(["dark"], 1012.0)
    assert kept.told == []
    for now_s in (1013.0, 1013.0 + STEADY_S):
        again.seen(now_s)
    again.troubles([], 1020.0)
    again.troubles([], 1002.0 + SETTLED_S)  # never seen again
    assert [(event.kind, event.what) for event in kept.events] == [("back", "refused"), ("trouble_over", "dark"), ("trouble_over", "moved")]
    assert kept.events[0].lasted_s == pytest.approx(113.0, abs=1.0)
