"""Where a series is heading: what is projected, what is not, and how doubt grows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from qngai_analysis.progress.projection import Projected, project
from qngai_analysis.progress.verdict import Goal


class Point(NamedTuple):
    """What a projection asks of an observation."""

    t: float
    value: float
    se: float | None


def series(*values: float, se: float | None = None) -> list[Point]:
    return [Point(2021.0 + n, float(value), se) for n, value in enumerate(values)]


def projected(points: list[Point], *years: float, unit: str = "%") -> tuple[Projected, ...]:
    made = project(points, years, unit=unit)
    assert made is not None
    return made.at


def test_three_points_are_needed_and_the_future_must_lie_ahead():
    assert project(series(20, 25), [2025.0]) is None
    assert project(series(20, 25, 31), [2023.0]) is None
    assert project(series(20, 25, 31), [2025.0]) is not None


def test_the_interval_grows_with_the_distance():
    found = projected(series(20, 25, 31, se=1.0), 2024.0, 2025.0, 2027.0, 2030.0)
    widths = [each.high - each.low for each in found]

    assert widths[:3] == sorted(widths[:3])
    assert all(each.low < each.middle < each.high for each in found)


def test_a_share_stays_a_share():
    assert projected(series(90, 95, 98), 2030.0)[0].high < 100


def test_a_steady_s_curve_is_carried_on():
    """On the logit scale the points lie on a line, so the median carries it on: slope 0.5 a year."""
    t = np.arange(6)
    values = 100 / (1 + np.exp(-(-1.5 + 0.5 * t)))

    middle = projected(series(*values), 2028.0)[0].middle

    assert middle == pytest.approx(100 / (1 + np.exp(-(-1.5 + 0.5 * 7))), abs=0.01)


def test_sampling_error_and_an_uneven_past_widen_the_interval():
    def width(points: list[Point]) -> float:
        (found,) = projected(points, 2026.0)
        return found.high - found.low

    assert width(series(20, 25, 30, 35, se=3.0)) > width(series(20, 25, 30, 35, se=0.5))
    assert width(series(20, 32, 24, 35)) > width(series(20, 25, 30, 35))


def test_the_probability_follows_the_target():
    made = project(series(20, 25, 31, se=1.0), [2025.0])
    (due,) = made.at

    assert made.probability(Goal(">=", due.middle), 2025.0) == pytest.approx(0.5, abs=0.01)
    assert made.probability(Goal(">=", due.low), 2025.0) == pytest.approx(0.95, abs=0.001)
    assert made.probability(Goal("<=", due.low), 2025.0) == pytest.approx(0.05, abs=0.001)
    between = Goal("between", due.low, value_high=due.high)
    assert made.probability(between, 2025.0) == pytest.approx(0.90, abs=0.001)


def test_an_amount_moves_on_the_log_scale_and_must_be_above_zero():
    (found,) = projected(series(100, 121, 146.41), 2024.0, unit="tỷ đồng")

    assert found.middle == pytest.approx(177.16, abs=0.5)  # 10% a half-year on
    assert project(series(0, 5, 9), [2025.0], unit="tỷ đồng") is None
    assert project(series(50, 101, 60), [2025.0]) is None


def test_the_same_points_give_the_same_numbers():
    one, two = (projected(series(20, 25, 31, se=1.0), 2025.0) for _ in range(2))

    assert one == two
