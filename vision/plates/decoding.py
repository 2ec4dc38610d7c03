"""The likeliest text under each grammar, from what a recogniser says step by step, with the probability of every character.

A recogniser of the CTC kind gives, for each step from left to right, how likely each character or "nothing new" is (Graves et al.,
"Connectionist temporal classification", 2006). Here the sum over all ways to read a text is taken over the texts of one grammar alone, so
0 and O, 1 and I, 8 and B are told apart by their place. Forward and backward sums give each character's own probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vision.plates.grammar import ALPHABET, GRAMMARS, PlateGrammar, allowed, said_order

Steps = NDArray[np.float64]  # (steps, 38): each character of ALPHABET, then "nothing new", then signs that stand on no plate
Posterior = NDArray[np.float64]  # (places, 36), each row sums to 1

GAP, OTHER = len(ALPHABET), len(ALPHABET) + 1
# How far a sign may count for another one that looks alike. The same strokes count in full; what a smear makes alike, in part.
TWINS = {"0O": 1.0, "1I": 1.0, "0Q": 0.03, "0D": 0.015, "8B": 0.15, "5S": 0.15, "2Z": 0.15, "6G": 0.1, "1L": 0.05, "4A": 0.05, "7T": 0.05}
# The country's own letters beside the text: before it, after it.
MARKS = {"KZ": ("KZ", ""), "RU": ("", "RUS"), "UZ": ("", "UZ"), "TM": ("TM", ""), "AZ": ("AZ", "")}
# What else may stand before or after without being of it: a border, half a mark, a bolt. A sign dropped at will would turn the plates
# of elsewhere into ours.
BESIDE = {"I": 0.02, "1": 0.02, "K": 0.02, "Z": 0.02}
BESIDE_AT_ALL = 0.001
GAP_BY_OTHER = 0.1  # a sign of no plate between two characters: a bolt, or a character unread
# Among series of equal fit: what is seen here most. They need not sum to one.
PRIOR = {"kz_2012": 1.0, "kz_2012_entity": 0.5, "kz_1993": 0.3, "kz_1993_entity": 0.1, "ru": 0.3, "ru_three_digit_region": 0.3}
PRIOR_OF_OTHERS = 0.1
PRIOR_ELSEWHERE = 0.02
LENGTHS_ELSEWHERE = range(4, 10)
TINY = 1e-30


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """One reading of one picture. `share` is how far it was preferred to any other series, `fit` how likely its series explains all that
    was seen; `grammar` None: a plate of elsewhere.
    """

    grammar: PlateGrammar | None
    posterior: Posterior
    share: float
    fit: float

    @property
    def text(self) -> str:
        return "".join(ALPHABET[index] for index in self.posterior.argmax(axis=1))

    @property
    def confidences(self) -> NDArray[np.float64]:
        best: NDArray[np.float64] = self.posterior.max(axis=1)
        return best


@dataclass(frozen=True, slots=True, eq=False)
class _Layouts:
    """All series as they are laid out, padded to one length."""

    grammars: tuple[PlateGrammar, ...]
    orders: tuple[tuple[int, ...], ...]
    allowed: NDArray[np.float64]  # (layouts, places, 36)
    last: NDArray[np.int64]  # (layouts,) the last place
    prior: NDArray[np.float64]


@lru_cache(maxsize=2)
def _layouts(two_rows: bool) -> _Layouts:
    laid = []
    for grammar in GRAMMARS:
        before, after = MARKS[grammar.country]
        for rows in grammar.two_rows if two_rows else ((grammar.pattern, ""),):
            order = said_order(grammar, rows)
            laid.append((grammar, "".join(rows), order))
            laid.append((grammar, before + "".join(rows) + after, tuple(at + len(before) for at in order)))
    longest = max(len(pattern) for _, pattern, _ in laid)
    masks = np.zeros((len(laid), longest, len(ALPHABET)))
    for row, (_, pattern, _) in enumerate(laid):
        for place, kind in enumerate(pattern):
            masks[row, place, [ALPHABET.index(one) for one in allowed(kind)]] = 1.0
    prior = np.array([PRIOR.get(grammar.code, PRIOR_OF_OTHERS) for grammar, _, _ in laid])
    last = np.array([len(pattern) - 1 for _, pattern, _ in laid], np.int64)
    return _Layouts(tuple(g for g, _, _ in laid), tuple(order for _, _, order in laid), masks, last, prior)


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    grammar: PlateGrammar | None
    said: Posterior
    fit: float
    prior: float

    @property
    def weight(self) -> float:
        return self.fit * self.prior

    @property
    def text(self) -> tuple[int, ...]:
        return tuple(int(index) for index in self.said.argmax(axis=1))


def decode(steps: Steps, *, two_rows: bool = False) -> Decoded | None:
    """The best reading; for two rows the steps of the upper one come first. None where there is no text at all."""
    if not len(steps):
        return None
    layouts = _layouts(two_rows)
    weight, posterior = _sums(steps, layouts)
    readings: list[_Reading] = []
    for row, grammar in enumerate(layouts.grammars):
        if weight[row] <= TINY:
            continue
        said = posterior[row, list(layouts.orders[row])]
        checked = _ending_checked(grammar, said / np.maximum(said.sum(axis=1, keepdims=True), TINY))
        if checked is not None:
            share, said = checked
            readings.append(_Reading(grammar, said, float(weight[row]) * share, float(layouts.prior[row])))
    elsewhere = _free(steps)
    if elsewhere is not None and len(elsewhere) in LENGTHS_ELSEWHERE:
        # Charged for every step, as the series are: an empty stretch speaks for none of them.
        likeliest = np.maximum(steps[:, :GAP].max(axis=1), steps[:, GAP] + GAP_BY_OTHER * steps[:, OTHER])
        readings.append(_Reading(None, elsewhere, float(likeliest.prod()), PRIOR_ELSEWHERE))
    if not readings:
        return None
    best = max(readings, key=lambda one: one.weight)
    # The same text in two series is no doubt about the text.
    agreeing = sum(one.weight for one in readings if one.text == best.text)
    total = sum(one.weight for one in readings)
    return Decoded(best.grammar, best.said, agreeing / total, best.fit) if total > TINY else None


@lru_cache(maxsize=1)
def _twins() -> NDArray[np.float64]:
    credit = np.eye(len(ALPHABET))
    for pair, share in TWINS.items():
        a, b = ALPHABET.index(pair[0]), ALPHABET.index(pair[1])
        credit[a, b] = credit[b, a] = share
    return credit


@lru_cache(maxsize=1)
def _beside() -> NDArray[np.float64]:
    return np.array([BESIDE.get(one, BESIDE_AT_ALL) for one in ALPHABET] + [1.0, 0.5])


def _sums(steps: Steps, layouts: _Layouts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each layout the probability of all its texts, and of each place how that is shared between the characters (not normalised).

    A way through a layout: what stands beside, then the characters of its places with gaps between, then what stands beside.
    """
    count, places, _ = layouts.allowed.shape
    rows = np.arange(count)
    seen = steps[:, :GAP] @ _twins()
    gap, beside = steps[:, GAP] + GAP_BY_OTHER * steps[:, OTHER], steps @ _beside()
    entered = np.zeros((len(steps), count, places, len(ALPHABET)))
    at = np.zeros((count, places, len(ALPHABET)))
    between = np.zeros((count, places))
    before, after = 1.0, np.zeros(count)
    for time in range(len(steps)):
        whole = at.sum(axis=2)
        come = np.empty_like(at)
        come[:, 0] = before
        come[:, 1:] = (between[:, :-1] + whole[:, :-1])[:, :, None] - at[:, :-1]  # the same character again needs a gap
        emitted = layouts.allowed * seen[time]
        entered[time] = come * emitted
        after = (after + whole[rows, layouts.last]) * beside[time]
        between = (between + whole) * gap[time]
        at = entered[time] + at * emitted
        before *= float(beside[time])
    weight = at[rows, layouts.last].sum(axis=1) + after
    # Backward: how likely the rest is, from each state.
    shared = np.zeros_like(at)
    ahead = np.zeros_like(at)
    ahead[rows, layouts.last] = 1.0
    ahead_between, ahead_after = np.zeros((count, places)), np.ones(count)
    for time in range(len(steps) - 1, -1, -1):
        shared += entered[time] * ahead
        taken = ahead * layouts.allowed * seen[time]  # from here into each character, which then goes on
        into = np.zeros_like(between)
        into[:, :-1] = taken[:, 1:].sum(axis=2)
        stay = taken.copy()
        stay[:, :-1] += into[:, :-1, None] - taken[:, 1:]
        stay += (gap[time] * ahead_between)[:, :, None]
        stay[rows, layouts.last] += (beside[time] * ahead_after)[:, None]
        ahead_between = gap[time] * ahead_between + into
        ahead_after = beside[time] * ahead_after
        ahead = stay
    return weight, shared


def _ending_checked(grammar: PlateGrammar, said: Posterior) -> tuple[float, Posterior] | None:
    """Only endings that are given out: their share of the probability, and the two last places anew; None where there is none."""
    if not grammar.endings:
        return 1.0, said
    joint = np.zeros((len(ALPHABET), len(ALPHABET)))
    for ending in grammar.endings:
        a, b = ALPHABET.index(ending[0]), ALPHABET.index(ending[1])
        joint[a, b] = said[-2, a] * said[-1, b]
    share = float(joint.sum())
    if share <= TINY:
        return None
    best = np.unravel_index(int(joint.argmax()), joint.shape)
    checked = said.copy()
    checked[-2], checked[-1] = joint.sum(axis=1) / share, joint.sum(axis=0) / share
    if (int(checked[-2].argmax()), int(checked[-1].argmax())) != (int(best[0]), int(best[1])):
        return None  # the likeliest pair is not that of the likeliest digits: too unclear to be told place by place
    return share, checked


def _free(steps: Steps) -> Posterior | None:
    """The text of the best step by step, whatever it is; None when there is no character in it."""
    best = steps.argmax(axis=1)
    runs: list[NDArray[np.float64]] = []
    before = GAP
    for time, index in enumerate(best.tolist()):
        if index < GAP:
            if index != before:
                runs.append(steps[time, :GAP])
            elif steps[time, index] > runs[-1][index]:
                runs[-1] = steps[time, :GAP]
        before = index
    if not runs:
        return None
    found = np.array(runs)
    # What a step leaves to gaps and other signs is doubt about the character, spread over all.
    posterior: Posterior = found + (1.0 - found.sum(axis=1, keepdims=True)) / len(ALPHABET)
    return posterior


def has_text(steps: Steps) -> bool:
    """Whether any step is a character rather than not."""
    return bool((steps.argmax(axis=1) < GAP).any())


def steps_of(probabilities: NDArray[np.float32], signs: Sequence[int]) -> Steps:
    """Fold what a recogniser of many scripts says into our alphabet: `signs[k]` is the column of its k-th class."""
    folded = np.zeros((len(probabilities), OTHER + 1))
    np.add.at(folded.T, np.asarray(signs, np.int64), probabilities.T.astype(np.float64))
    return folded
