"""The order of a search finds more in its time than going to the likeliest next does, and never less."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from numpy.typing import NDArray

from missions.patterns.likely_cells import likeliest_first
from missions.patterns.likely_route import best_route

Points = NDArray[np.float64]
SPEED_MPS, CELL_M = 8.0, 20.0


def a_map(seed: int, across: int) -> tuple[Points, Points, Points]:
    """Seconds between cells, seconds from home, probabilities: five hills of it on a square, home beside a corner."""
    generator = np.random.default_rng(seed)
    places = np.stack(np.meshgrid(np.arange(across), np.arange(across)), axis=-1).reshape(-1, 2) * CELL_M
    likely = np.zeros(len(places))
    for _ in range(5):
        away = ((places - generator.uniform(0.0, across * CELL_M, 2)) ** 2).sum(axis=1)
        likely += generator.uniform(0.2, 1.0) * np.exp(-away / 2.0 / generator.uniform(20.0, 80.0) ** 2)
    between = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) / SPEED_MPS
    return between, np.hypot(*(places + 50.0).T) / SPEED_MPS, likely / likely.sum()


def duration_s(order: list[int], between: Points, out: Points) -> float:
    return float(out[order[0]] + between[order[:-1], order[1:]].sum() + out[order[-1]])


def test_more_is_found_in_the_same_time_than_by_the_likeliest_next() -> None:
    gains = []
    for seed in range(8):
        between, out, likely = a_map(seed, 16)
        budget_s = 150.0 + 25.0 * seed
        greedy, better = likeliest_first(between, out, likely, budget_s), best_route(between, out, likely, budget_s)
        assert duration_s(better, between, out) <= budget_s + 1e-6
        gains.append(float(likely[better].sum() / likely[greedy].sum()))
    assert min(gains) >= 1.0
    assert float(np.median(gains)) > 1.03


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), across=st.integers(2, 9), budget_s=st.floats(20.0, 400.0))
def test_never_less_and_no_cell_twice(seed: int, across: int, budget_s: float) -> None:
    between, out, likely = a_map(seed, across)
    greedy, better = likeliest_first(between, out, likely, budget_s), best_route(between, out, likely, budget_s)
    assert likely[better].sum() >= likely[greedy].sum() - 1e-9
    assert len(set(better)) == len(better)
    if better:
        assert duration_s(better, between, out) <= budget_s + 1e-6


def test_where_all_fits_it_is_found_no_later() -> None:
    between, out, likely = a_map(3, 5)
    greedy, better = likeliest_first(between, out, likely, 1e6), best_route(between, out, likely, 1e6)

    def mean_s(order: list[int]) -> float:
        reached = np.cumsum([out[order[0]], *between[order[:-1], order[1:]]])
        return float(reached @ likely[order])

    assert mean_s(better) <= mean_s(greedy) + 1e-6
    assert likely[better].sum() == pytest.approx(1.0)
