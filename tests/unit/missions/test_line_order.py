"""The order of lines, bent areas, and what the planner makes of both."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from shapely import MultiPolygon, Polygon, box

from missions.patterns.grid import row_segments
from missions.patterns.parts import divisions
from missions.planning.coverage import CoverageTask, plan_coverage
from missions.planning.endurance import path_time_s
from missions.planning.gsd import Footprint
from missions.planning.line_order import cheapest_links, improved, total
from tests.benchmarks.coverage import DYNAMICS, SPEED_MPS, as_task, best_fixed_angle_path
from tests.benchmarks.survey_cases import Case, corridor
from tests.support.plans import star


def costs_between(generator: np.random.Generator, lines: int) -> np.ndarray:
    places = generator.uniform(0.0, 1000.0, (2 * lines + 1, 2))
    distances: np.ndarray = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    return distances


@settings(max_examples=25, derandomize=True, deadline=None)
@given(seed=st.integers(0, 1000), lines=st.integers(1, 12))
def test_every_line_is_flown_once_and_an_improved_order_is_never_longer(seed: int, lines: int) -> None:
    costs = costs_between(np.random.default_rng(seed), lines)
    first = cheapest_links(costs)
    better = improved(first, costs)
    for visits in (first, better):
        assert sorted(end for visit in visits for end in visit) == list(range(2 * lines))
        assert all(begin ^ 1 == leave for begin, leave in visits)
    assert total(better, costs) <= total(first, costs) + 1e-9


@pytest.mark.parametrize("front_overlap", [0.0, 0.1, 0.3, 0.8])
def test_an_l_of_two_arms_is_flown_round_its_corner(front_overlap: float) -> None:
    # 90 x 90 m with arms of 20 m and a headland of 3 m, lines 1 m apart: one heading alone would need 84 lines.
    field = Polygon([(0, 0), (90, 0), (90, 20), (20, 20), (20, 90), (0, 90)]).buffer(-3.0, join_style="mitre")
    coverage = plan_coverage(
        CoverageTask(
            target=field,
            flyable=field,
            anywhere=box(-100, -100, 200, 200),
            footprint=Footprint(1.0, 1.0),
            line_spacing_m=1.0,
            trigger_m=1.0 - front_overlap,
            speed_mps=2.0,
        )
    )
    assert coverage is not None
    assert len(coverage.route.lines) <= 26
    assert coverage.covered_share >= 0.995


@settings(max_examples=5, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_fixed_heading_is_quicker_than_what_is_planned(seed: int) -> None:
    generator = np.random.default_rng(seed)
    case = Case("random", Polygon(star(generator, (0.0, 0.0), 150.0, 500.0, int(generator.integers(4, 12)))))
    coverage = plan_coverage(as_task(case))
    assert coverage is not None
    assert coverage.missed_share <= 0.005
    assert coverage.duration_s <= path_time_s(best_fixed_angle_path(case), SPEED_MPS, DYNAMICS)


def test_an_area_in_parts_has_lines_in_each() -> None:
    # A side counts its lower end alone: a line through a corner, or along a side, enters and leaves once.
    parts = MultiPolygon([box(0, 0, 100, 100), Polygon([(150, 0), (200, 50), (150, 100)])])
    assert row_segments(parts, np.array([25.0, 50.0]), 1.0) == [[(0.0, 100.0), (150.0, 175.0)], [(0.0, 100.0), (150.0, 200.0)]]


def test_a_road_is_cut_at_its_bends_and_a_square_is_not_cut() -> None:
    parts = divisions(corridor(bends=5), 52.5, 70.0)
    assert len(parts[0]) == 6
    assert sum(part.area.area for part in parts[0]) == pytest.approx(corridor(bends=5).area, rel=1e-6)
    assert divisions(box(0, 0, 500, 500), 52.5, 70.0) == []
