"""Expectations against a record, and one record against another. Pure."""

from dataclasses import dataclass

from geo.primitives import distance_m
from ground_station.trials.record import TrialRecord
from sim import Expectation, Flown, Landed, ModeSeen, StaysInMode, TextSeen


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the score: what was expected, what was seen."""

    expected: str
    seen: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Reaction:
    """The first mode a vehicle changed to by itself after the fault, what it said, and where it was at the end."""

    mode: str | None
    after_s: float | None
    ended_from_home_m: float | None
    ended_armed: bool
    ended_altitude_m: float | None = None
    texts: tuple[str, ...] = ()


def judge(record: TrialRecord, expectations: list[Expectation]) -> list[Verdict]:
    return [_judge(record, expectation) for expectation in expectations]


def _judge(record: TrialRecord, expectation: Expectation) -> Verdict:
    began_s, samples = record.counted_from_s, record.since_fault()
    match expectation:
        case ModeSeen(mode=mode, within_s=within_s):
            wanted = [mode] if isinstance(mode, str) else mode
            at_s = next((sample.at_s for sample in samples if sample.mode in wanted), None)
            modes = " → ".join(_changes([sample.mode for sample in samples])) or "no telemetry"
            return _timed(f"mode {' or '.join(wanted)} within {within_s:g} s", at_s, began_s, within_s, f"modes: {modes}")
        case TextSeen(contains=part, within_s=within_s):
            found = next((said for said in record.texts if said.at_s >= began_s and part.lower() in said.text.lower()), None)
            return _timed(f"text '{part}' within {within_s:g} s", found.at_s if found else None, began_s, within_s, "not said")
        case Landed(within_s=within_s, from_home_m=from_home_m):
            flew = next((i for i, sample in enumerate(samples) if sample.flying and sample.armed), None)
            down = None if flew is None else next((sample for sample in samples[flew:] if not sample.armed), None)
            near = "" if from_home_m is None else f", at most {from_home_m:g} m from home"
            verdict = _timed(
                f"landed and disarmed within {within_s:g} s{near}", down.at_s if down else None, began_s, within_s, "still armed"
            )
            if down is None or from_home_m is None:
                return verdict
            off_m = distance_m(down.place, record.home)
            return Verdict(verdict.expected, f"{verdict.seen}, {off_m:.1f} m from home", verdict.passed and off_m <= from_home_m)
        case StaysInMode(mode=mode, for_s=for_s):
            watched = [sample for sample in samples if sample.at_s <= began_s + for_s]
            left = next((sample for sample in watched if sample.mode != mode), None)
            whole = bool(samples) and samples[-1].at_s >= began_s + for_s
            seen = f"{left.mode} after {left.at_s - began_s:.1f} s" if left else ("stayed" if whole else "not watched that long")
            return Verdict(f"stays in {mode} for {for_s:g} s", seen, left is None and whole)
        case Flown(within_s=within_s):
            took_s = record.ended_s - began_s
            return Verdict(
                f"mission flown to its end within {within_s:g} s",
                f"{took_s:.0f} s" if record.flown else "not flown",
                record.flown and took_s <= within_s,
            )
    raise AssertionError(expectation)


def _timed(expected: str, at_s: float | None, began_s: float, within_s: float, otherwise: str) -> Verdict:
    if at_s is None:
        return Verdict(expected, otherwise, False)
    return Verdict(expected, f"after {at_s - began_s:.1f} s", at_s - began_s <= within_s)


def _changes(modes: list[str]) -> list[str]:
    return [mode for i, mode in enumerate(modes) if i == 0 or mode != modes[i - 1]]


def reaction(record: TrialRecord) -> Reaction:
    """How the vehicle reacted to the fault."""
    samples = record.since_fault()
    if not samples:
        return Reaction(None, None, None, False)
    before = next((sample.mode for sample in reversed(record.samples) if sample.at_s < record.counted_from_s), samples[0].mode)
    faulty = record.fault_at_s is not None
    changed = next((sample for sample in samples if sample.mode != before), None) if faulty else None
    last = samples[-1]
    return Reaction(
        mode=changed.mode if changed else None,
        after_s=changed.at_s - record.counted_from_s if changed else None,
        ended_from_home_m=distance_m(last.place, record.home),
        ended_armed=last.armed,
        ended_altitude_m=last.altitude_m,
        texts=tuple(said.text for said in record.texts if said.at_s >= record.counted_from_s),
    )
