from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qngai_analysis.values import is_missing
from qngai_analysis.words.numbers import count, day, number, official_date, rounded


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (1254184, None, "1.254.184"),
        (5152.49, None, "5.152,49"),
        (3.25, 1, "3,3"),  # half away from zero; half to even would give 3,2
        (-3.25, 1, "-3,3"),
        (2.675, 2, "2,68"),  # as a reader rounds the decimal, not the binary fraction
        (49.96, 1, "50,0"),
        (0.04, 1, "0,0"),
        (-0.04, 1, "0,0"),  # no "-0,0"
        (20.0, None, "20"),
        (np.float64(8.5), 1, "8,5"),
        (np.int64(1000), 0, "1.000"),
        (None, 1, "…"),
        (float("nan"), 1, "…"),
        (pd.NA, 1, "…"),
        (float("inf"), 1, "…"),
    ],
)
def test_a_number_is_printed_as_in_official_tables(value, decimals, printed):
    assert number(value, decimals) == printed


def test_percent_stands_without_space_and_other_units_after_a_no_break_space():
    assert number(8.5, 1, unit="%") == "8,5%"
    assert number(20, unit="% GRDP") == "20% GRDP"
    assert number(57.6, 1, unit="nghìn tỷ") == "57,6\u00a0nghìn tỷ"


def test_english_swaps_comma_and_point():
    assert number(1254184.25, 1, lang="en") == "1,254,184.3"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3), st.integers(0, 2))
def test_rounding_is_never_off_by_more_than_half_a_unit_and_goes_away_from_zero(value, decimals):
    result = rounded(value, decimals)
    half = Decimal(5).scaleb(-decimals - 1)

    assert abs(result - value) <= half
    if abs(result - value) == half:
        assert abs(result) > abs(value)


def test_a_date_is_printed_as_precisely_as_it_is_known():
    assert [day("2025-06-30"), day("2025-06"), day("2025"), day(date(2025, 1, 5)), day(None)] == [
        "30/6/2025",
        "6/2025",
        "2025",
        "05/01/2025",
        "…",
    ]


@pytest.mark.parametrize(
    ("when", "printed"),
    [
        (date(2026, 1, 5), "Quảng Ngãi, ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 15), "Quảng Ngãi, ngày 15 tháng 02 năm 2026"),
        (date(2025, 12, 9), "Quảng Ngãi, ngày 09 tháng 12 năm 2025"),
        (date(2025, 3, 10), "Quảng Ngãi, ngày 10 tháng 3 năm 2025"),
    ],
)
def test_days_under_10_and_the_months_1_and_2_take_a_leading_zero(when, printed):
    assert official_date(when, "Quảng Ngãi") == printed


def test_counts_under_10_take_a_leading_zero_in_running_text():
    assert [count(6), count(17), count(0), count(1000)] == ["06", "17", "0", "1.000"]


def test_a_missing_value_is_told_from_an_empty_text_and_from_zero():
    assert [is_missing(v) for v in (None, float("nan"), pd.NA, pd.NaT, "", 0, [], "x")] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]
