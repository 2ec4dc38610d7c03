"""Four tiers of service: what is decoded, what promotes, when a source counts as blind, and what happens under load."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from vision import TIERS, Blindness, Detections, LoadControl, PacketGate, Tier, TierChoice

RATE_HZ, GOP = 25.0, 50


def _stream(gate: PacketGate, seconds: float, jump_s: float | None = None) -> list[float]:
    """Times of the packets wanted: a keyframe every two seconds, small packets between, large ones for a second from `jump_s`."""
    wanted = []
    for index in range(round(seconds * RATE_HZ)):
        time_s, keyframe = index / RATE_HZ, index % GOP == 0
        moving = jump_s is not None and jump_s <= time_s < jump_s + 1.0
        size = 40_000 if keyframe else (6000 if moving else 500 + 37 * (index % 7))
        if gate.wants(size, keyframe=keyframe, time_s=time_s):
            wanted.append(time_s)
    return wanted


def test_a_quiet_stream_is_decoded_at_its_keyframes_alone_and_wholly_when_packets_grow() -> None:
    gate = PacketGate("quiet")
    wanted = [time_s for time_s in _stream(gate, 30.0, jump_s=20.5) if time_s > 6.0]
    assert [time_s for time_s in wanted if time_s < 20.5] == [8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0]
    after = [time_s for time_s in wanted if 20.5 <= time_s < 24.0]
    assert len(after) == pytest.approx(3.5 * RATE_HZ, abs=2)
    assert [time_s for time_s in wanted if time_s > 25.0] == [26.0, 28.0]


@pytest.mark.parametrize(("mode", "wanted"), [("all", 3750), ("keyframes", 75), ("health", 3)])
def test_each_tier_decodes_what_it_promises(mode: str, wanted: int) -> None:
    assert len(_stream(PacketGate(mode), 150.0)) == wanted  # type: ignore[arg-type]


def test_times_out_of_order_by_a_few_pictures_are_no_new_beginning() -> None:
    gate = PacketGate("health")
    assert gate.wants(40_000, keyframe=True, time_s=10.0)
    assert not gate.wants(500, keyframe=False, time_s=9.9)
    assert not gate.wants(40_000, keyframe=True, time_s=12.0)
    assert gate.wants(40_000, keyframe=True, time_s=0.0)


def _boxes(*corners: tuple[float, float]) -> Detections:
    xyxy = np.array([[x, y, x + 40, y + 30] for x, y in corners], np.float32).reshape(-1, 4)
    return Detections(xyxy, np.full(len(corners), 0.6, np.float32), np.zeros(len(corners), np.int64), ("car",))


def test_a_newcomer_promotes_a_patrolled_source_for_a_while_and_a_parked_car_does_not() -> None:
    choice = TierChoice("patrol")
    assert not any(choice.found(_boxes((10, 10)), 0.25, time_s) for time_s in (0.0, 2.0, 4.0))
    assert choice.now(5.0) == "patrol"
    assert choice.found(_boxes((10, 10), (200, 50)), 0.25, 6.0)
    assert (choice.now(60.0), choice.now(200.0)) == ("watch", "patrol")


def test_a_car_missed_in_one_look_is_no_newcomer_in_the_next() -> None:
    choice = TierChoice("patrol")
    looks = [_boxes((10, 10)), _boxes(), _boxes((11, 10))]
    assert not any(choice.found(look, 0.25, 2.0 * place) for place, look in enumerate(looks))


@given(st.sampled_from(TIERS), st.sampled_from(TIERS))
def test_load_only_lowers_and_a_hit_is_watched_all_the_same(chosen: Tier, at_most: Tier) -> None:
    choice = TierChoice(chosen)
    choice.at_most = at_most
    assert TIERS.index(choice.now(0.0)) == min(TIERS.index(chosen), TIERS.index(at_most))
    choice.found(_boxes(), 0.25, 0.0)
    choice.found(_boxes((10, 10)), 0.25, 1.0)
    assert TIERS.index(choice.now(2.0)) >= TIERS.index("watch")


def test_blind_are_the_seconds_beyond_what_the_tier_promises() -> None:
    blindness = Blindness(since_s=100.0)
    assert blindness.count(101.0, "watch") == 0.0
    assert blindness.count(111.5, "watch") == pytest.approx(10.0)  # never looked at
    blindness.looked(112.0)
    assert blindness.count(113.0, "watch") == pytest.approx(10.0)
    assert blindness.count(123.5, "watch") == pytest.approx(10.0 + 10.0)
    assert blindness.count(124.0, "patrol") == pytest.approx(20.0)  # a patrol need not look so often


@given(st.lists(st.floats(0.05, 20.0), min_size=1, max_size=30))
def test_blindness_never_exceeds_the_time_and_never_falls(steps_s: list[float]) -> None:
    blindness, now_s, before = Blindness(since_s=0.0), 0.0, 0.0
    for place, step_s in enumerate(steps_s):
        now_s += step_s
        if place % 3 == 0:
            blindness.looked(now_s)
        counted = blindness.count(now_s, "watch")
        assert before <= counted <= now_s
        before = counted


def test_too_much_load_first_slows_every_source_then_sends_some_to_patrol_and_relents() -> None:
    load, seen = LoadControl(), []
    for _ in range(8):
        load.note(1.0, sources=16)
        seen.append((round(load.slowed, 2), load.patrols))
    assert [patrols for slowed, patrols in seen if slowed < 3.0] == [0] * sum(slowed < 3.0 for slowed, _ in seen)
    assert seen[-1][1] > 0
    load.note(0.8, sources=16)
    assert (round(load.slowed, 2), load.patrols) == seen[-1]
    for _ in range(20):
        load.note(0.2, sources=16)
    assert (load.slowed, load.patrols) == (1.0, 0)
