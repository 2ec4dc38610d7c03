"""Flight trials: what a record proves, and which files are refused."""

from pathlib import Path

import pytest

from geo.primitives import LocalFrame, LonLat, SettingsError
from ground_station.trials import SaidText, Sample, TrialRecord, judge, reaction
from ground_station.trials.faults import words_of
from sim import Trial, read_trial, shipped_trials

HOME = LonLat(51.16, 43.65)


def record(*moments: tuple[float, str, bool, float], fault_at_s: float | None = 10.0, texts: tuple[SaidText, ...] = ()) -> TrialRecord:
    """Moments: seconds, mode, in the air and armed, metres north of home."""
    frame = LocalFrame(HOME)
    samples = [Sample(at_s, mode, up, up, frame.place(0.0, north_m), 20.0 if up else 0.0) for at_s, mode, up, north_m in moments]
    return TrialRecord(HOME, samples, list(texts), fault_at_s)


def verdict(expectation: dict[str, object], seen: TrialRecord) -> tuple[bool, str]:
    trial = Trial.model_validate({"summary": "one expectation alone", "legs": [{"east_m": 1, "north_m": 1}], "expectations": [expectation]})
    (one,) = judge(seen, list(trial.expectations))
    return one.passed, one.seen


RETURNED = record((8, "AUTO", True, 60), (11, "AUTO", True, 70), (12.5, "RTL", True, 70), (60, "RTL", True, 2), (64, "RTL", False, 0.5))


@pytest.mark.parametrize(
    ("expectation", "passed"),
    [
        ({"expect": "mode", "mode": "RTL", "within_s": 3}, True),
        ({"expect": "mode", "mode": "RTL", "within_s": 2}, False),
        ({"expect": "mode", "mode": ["LAND", "RTL"], "within_s": 3}, True),
        ({"expect": "mode", "mode": "LAND", "within_s": 100}, False),
        ({"expect": "landed", "within_s": 60, "from_home_m": 1}, True),
        ({"expect": "landed", "within_s": 60, "from_home_m": 0.2}, False),
        ({"expect": "landed", "within_s": 20}, False),
        ({"expect": "stays", "mode": "AUTO", "for_s": 2}, True),
        ({"expect": "stays", "mode": "AUTO", "for_s": 10}, False),
        ({"expect": "stays", "mode": "RTL", "for_s": 500}, False),
    ],
)
def test_time_counts_from_the_fault_on_the_vehicles_clock(expectation: dict[str, object], passed: bool) -> None:
    assert verdict(expectation, RETURNED)[0] is passed


def test_a_text_said_before_the_fault_proves_nothing() -> None:
    early = record((8, "AUTO", True, 0), (20, "AUTO", True, 0), texts=(SaidText(9.0, "Battery 1 is low"),))
    late = record((8, "AUTO", True, 0), (20, "AUTO", True, 0), texts=(SaidText(12.0, "Battery 1 is low"),))
    wanted = {"expect": "text", "contains": "battery 1", "within_s": 5}
    assert verdict(wanted, early)[0] is False
    assert verdict(wanted, late) == (True, "after 2.0 s")


def test_a_vehicle_that_never_left_the_ground_has_not_landed() -> None:
    assert verdict({"expect": "landed", "within_s": 60}, record((8, "AUTO", False, 0), (30, "AUTO", False, 0)))[0] is False


def test_the_reaction_is_the_first_mode_the_vehicle_took_by_itself() -> None:
    seen = reaction(RETURNED)
    assert (seen.mode, seen.ended_armed) == ("RTL", False)
    assert seen.after_s == pytest.approx(2.5)
    assert seen.ended_from_home_m == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("name", shipped_trials())
def test_every_shipped_trial_is_whole_and_its_faults_are_known(name: str) -> None:
    for fault in read_trial(name).faults:
        words_of(fault.name)


def test_at_least_a_dozen_trials_are_shipped() -> None:
    assert len(shipped_trials()) >= 12


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[1, 2]", "list"),
        ("summary: too few keys here", "legs"),
        ("summary: a misspelt key here\nlegs: [{east_m: 1, north_m: 1}]\nexpectation: []", "expectation"),
        ("summary: an unknown expectation\nlegs: [{east_m: 1, north_m: 1}]\nexpectations: [{expect: crash}]", "expectations"),
        ("a: [", "YAML"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_place(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=named) as refusal:
        read_trial(str(file))
    assert "mine.yaml" in refusal.value.message
