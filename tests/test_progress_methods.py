"""The arithmetic of pace against the table of the domain note and against public method notes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qngai_analysis.progress.methods import (
    Pace,
    Weather,
    classify,
    destatis_miss,
    escap_expected,
    escap_index,
    eurostat_ratio,
    linear_pace,
    logistic_pace,
    mean_growth,
    needed_per_year,
    weather,
)

TABLE = [  # base 2021 → 2023, target 2025: Eurostat R, linear pace
    (2, 4, 10, 0.84, 0.50),
    (5, 20, 50, 1.28, 0.67),
    (0, 10, 50, None, 0.40),
    (70, 75, 80, 1.03, 1.00),
    (60, 72, 80, 1.28, 1.20),
    (30, 28, 50, -0.25, -0.20),
]


@pytest.mark.parametrize(("base", "now", "target", "eurostat", "linear"), TABLE)
def test_linear_pace_and_eurostats_ratio_side_by_side(base, now, target, eurostat, linear):
    way = (base, 2021, now, 2023, target, 2025)

    assert linear_pace(*way) == pytest.approx(linear, abs=0.005)
    assert eurostat_ratio(*way) == (None if eurostat is None else pytest.approx(eurostat, abs=0.005))


@pytest.mark.parametrize(
    ("ratio", "pace"),
    [
        (1.2, Pace.AHEAD),
        (1.0, Pace.ON_PACE),
        (0.95, Pace.ON_PACE),
        (0.9499, Pace.BEHIND),
        (0.60, Pace.BEHIND),
        (0.5999, Pace.FAR_BEHIND),
        (0.0, Pace.FAR_BEHIND),
        (-0.0001, Pace.AWAY),
    ],
)
def test_classes_of_pace(ratio, pace):
    assert classify(ratio) is pace


@pytest.mark.parametrize(
    ("way", "linear", "eurostat"),
    [
        ((10, 2021, 8, 2023, 4, 2025), 0.667, 0.516),  # a goal that falls
        ((10, 2021, 12, 2023, 4, 2025), -0.667, -0.466),  # and moves the wrong way
        ((50, 2021, 60, 2023, 50, 2025), None, None),  # the base stands at the target
        ((50, 2023, 60, 2023, 80, 2025), None, None),  # no time has passed
        ((50, 2025, 60, 2026, 80, 2025), None, None),  # due when it begins
        ((-5, 2021, 5, 2023, 10, 2025), 1.333, None),  # the sign changes
        ((5, 2021, 0, 2023, 10, 2025), -2.0, None),  # falls to zero
        ((10, 2021, 4, 2023, 0, 2025), 1.2, None),  # a target of zero has no growth rate
        ((50, 2021, 70, 2027, 80, 2025), 0.444, 0.463),  # late: more than all the time is gone
    ],
)
def test_odd_cases_have_a_defined_answer(way, linear, eurostat):
    assert linear_pace(*way) == (None if linear is None else pytest.approx(linear, abs=0.001))
    assert eurostat_ratio(*way) == (None if eurostat is None else pytest.approx(eurostat, abs=0.001))


@given(
    y0=st.floats(1, 90),
    share=st.floats(-1, 2),
    gone=st.floats(0.1, 1),
    span=st.floats(1, 10),
    up=st.booleans(),
)
def test_linear_pace_is_the_same_for_rising_and_falling_goals(y0, share, gone, span, up):
    target = y0 + 9 if up else y0 - 9
    y = y0 + share * (target - y0)

    assert linear_pace(y0, 2021, y, 2021 + gone * span, target, 2021 + span) == pytest.approx(
        share / gone, rel=1e-6, abs=1e-6
    )


def test_escap_status_counts_from_the_baseline_to_ten_and_is_read_against_the_time_gone():
    """ESCAP: CSI 0 at the baseline year, 10 at the target, negative when it regressed."""
    assert escap_index(60, 2015, 60, 2020, 80, 2030) == 0
    assert escap_index(60, 2015, 80, 2020, 80, 2030) == 10
    assert escap_index(60, 2015, 55, 2020, 80, 2030) == -2.5
    assert escap_index(100, 2015, 90, 2020, 50, 2030) == 2
    assert escap_expected(2015, 2020, 2030) == pytest.approx(3.333, abs=0.001)
    assert escap_index(60, 2015, 70, 2020, 60, 2030) is None


@pytest.mark.parametrize(
    ("values", "target", "due", "miss", "symbol"),
    [
        # six points: the mean of five changes is 2 a year; three years on: 70 + 6 = 76
        ([60, 63, 64, 66, 69, 70], 76, 2023, 0.0, Weather.SUN),
        ([60, 63, 64, 66, 69, 70], 76.3, 2023, 0.3 / 6.3, Weather.SUN),  # missed by 4.8%
        ([60, 63, 64, 66, 69, 70], 77, 2023, 1 / 7, Weather.LIGHT_CLOUD),
        ([60, 63, 64, 66, 69, 70], 80, 2023, 4 / 10, Weather.CLOUD),
        ([60, 63, 64, 66, 62, 59], 80, 2023, math.inf, Weather.STORM),
        ([60, 60, 60, 60, 60, 60], 80, 2023, math.inf, Weather.STORM),  # constantly far
        ([30, 29, 27, 26, 24, 20], 14, 2023, 0.0, Weather.SUN),  # a goal that falls
    ],
)
def test_destatis_carries_the_mean_change_of_five_years_to_the_target_year(values, target, due, miss, symbol):
    """dns-indikatoren.de/en/status: mean of the last five yearly changes, six points."""
    points = list(zip(range(2015, 2021), values, strict=True))

    found = destatis_miss(points, target, due)

    assert found == pytest.approx(miss, abs=1e-9)
    assert weather(found) is symbol


def test_destatis_looks_back_five_years_and_no_further():
    old = [(2010, 0.0), (2012, 90.0)]
    points = list(zip(range(2015, 2021), [60, 63, 64, 66, 69, 70], strict=True))

    assert destatis_miss(old + points, 77, 2023) == destatis_miss(points, 77, 2023)


def test_destatis_needs_four_points():
    points = [(2018, 60.0), (2019, 62.0), (2020, 64.0)]

    assert destatis_miss(points, 80, 2023) is None
    assert destatis_miss([*points, (2021, 66.0)], 80, 2023) is not None
    assert destatis_miss([], 80, 2023) is None


def test_an_s_curve_is_slow_then_fast_so_a_low_share_can_keep_pace_with_it():
    way = (5, 2021, 18.66, 2023, 50, 2025)

    assert linear_pace(*way) == pytest.approx(0.607, abs=0.001)
    assert logistic_pace(*way) == pytest.approx(1.0, abs=0.001)


@pytest.mark.parametrize("way", [(0, 2021, 5, 2023, 50, 2025), (5, 2021, 20, 2023, 100, 2025)])
def test_an_s_curve_can_not_touch_0_or_100(way):
    assert logistic_pace(*way) is None


def test_growth_a_year_compounds():
    assert mean_growth([10.0, 10.0]) == pytest.approx(10.0)
    assert mean_growth([50.0, -50.0]) == pytest.approx(100 * (math.sqrt(0.75) - 1))  # not 0
    assert mean_growth([]) is None
    assert mean_growth([5.0, -100.0]) is None


def test_what_is_needed_a_year_ends_with_the_deadline():
    assert needed_per_year(20, 2023, 50, 2025) == 15
    assert needed_per_year(20, 2025, 50, 2025) is None
