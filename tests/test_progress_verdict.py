"""Is a target met: wording, error, bounds, rounding."""

from __future__ import annotations

import numpy as np
import pytest

from qngai_analysis.errors import EvidenceError
from qngai_analysis.progress.verdict import (
    Goal,
    KnownValue,
    Verdict,
    error_at,
    level_verdict,
    probability,
    rounding_note,
    settle,
)


@pytest.mark.parametrize(
    ("comparator", "value", "met"),
    [
        (">", 50.0, False),  # "đạt trên 50%": strictly more
        (">", 50.01, True),
        (">=", 50.0, True),  # "đạt 50%", "đạt tối thiểu 50%"
        (">=", 49.99, False),
        ("<=", 50.0, True),
        ("<", 50.0, False),
        ("=", 50.0, True),
        ("=", 51.0, False),
        ("~", 52.5, True),  # "khoảng": within 5% of the value
        ("~", 52.6, False),
    ],
)
def test_the_wording_decides_whether_the_threshold_itself_will_do(comparator, value, met):
    assert settle(Goal(comparator, 50), KnownValue(value)).met is met


def test_decimal_borders_are_where_the_printed_numbers_put_them():
    assert settle(Goal("~", 99), KnownValue(94.05)).met
    assert (
        level_verdict(Goal(">=", 41.8), KnownValue(43.89), settle(Goal(">=", 41.8), KnownValue(43.89)))
        is Verdict.EXCEEDED
    )


def test_nothing_goes_beyond_a_target_of_nought():
    assert Goal("<=", 0).beyond() is None


def test_a_share_is_bounded_by_0_and_100_per_cent():
    assert settle(Goal("~", 99), KnownValue(95, "lower_bound")).met


def test_between_includes_both_ends():
    goal = Goal("between", 40, value_high=60)

    assert [settle(goal, KnownValue(v)).met for v in (39.9, 40, 60, 60.1)] == [False, True, True, False]


def test_one_hundred_percent_without_a_word_asks_for_all():
    assert settle(Goal("=", 100), KnownValue(100.0)).met is True
    assert settle(Goal("=", 100), KnownValue(99.9)).met is False


@pytest.mark.parametrize("comparator", ["≥", "trên", ""])
def test_an_unknown_comparator_is_refused(comparator):
    with pytest.raises(EvidenceError, match="it is one of >=, >"):
        Goal(comparator, 50)


@pytest.mark.parametrize(
    ("value", "se", "df", "met"),
    [
        (52.0, 1.0, 40, True),  # t = 2.00 > 1.684
        (51.5, 1.0, 40, None),  # t = 1.50
        (50.0, 1.0, 40, None),
        (48.4, 1.0, 40, None),
        (48.0, 1.0, 40, False),
        (52.0, 1.0, 3, None),  # t = 2.00 < 2.353: few clusters, more doubt
    ],
)
def test_an_estimate_is_tested_one_sided_at_95_percent(value, se, df, met):
    assert settle(Goal(">", 50), KnownValue(value, se=se, df=df)).met is met


def test_the_probability_is_students_t_around_the_estimate():
    """
    By hand: error at the target 1,2 × √(50 × 50 / (52 × 48)) = 1.20096; t = 2 / 1.20096 = 1.6653

    R: pt(1.6653, 30)  # 0.9468
    """
    figure = KnownValue(52.0, se=1.2, df=30)

    assert probability(Goal(">=", 50), figure) == pytest.approx(0.9468, abs=1e-4)
    assert probability(Goal("<=", 50), figure) == pytest.approx(1 - 0.9468, abs=1e-4)
    assert probability(Goal("between", 40, value_high=50), figure) == pytest.approx(1 - 0.9468, abs=1e-4)


def test_without_degrees_of_freedom_the_normal_distribution_is_taken():
    """R: pnorm(2 / (1.2 * sqrt(2500 / (52 * 48))))  # 0.9521"""
    assert probability(Goal(">=", 50), KnownValue(52.0, se=1.2)) == pytest.approx(0.9521, abs=1e-4)


def test_a_share_near_100_takes_its_error_at_the_target():
    assert error_at(KnownValue(99.0, se=0.6), 95, "%") == pytest.approx(0.6 * (95 * 5 / (99 * 1)) ** 0.5)
    assert error_at(KnownValue(7.0, se=0.6), 5, "%/năm") == 0.6  # growth is not a share


def test_a_sample_that_says_yes_to_a_man_still_has_an_error():
    """All of 30 answered yes; target 95%: √(95 × 5 / 30) = 3.98, t = 1.26."""
    all_yes = KnownValue(100.0, se=0.0, df=29, n=30)

    assert probability(Goal(">=", 95), all_yes) == pytest.approx(0.89, abs=0.01)
    assert settle(Goal(">=", 95), all_yes).met is None
    assert settle(Goal(">=", 95), KnownValue(100.0, se=0.0, df=299, n=300)).met is True


def test_a_figure_without_error_has_no_probability():
    assert settle(Goal(">", 50), KnownValue(74.0)).p_met is None


@pytest.mark.parametrize(
    ("figure", "comparator", "target", "met"),
    [
        (KnownValue(74, "lower_bound"), ">", 50, True),  # more than 74
        (KnownValue(74, "lower_bound"), ">", 74, True),  # more than 74 is more than 74
        (KnownValue(74, "lower_bound"), ">=", 80, None),
        (KnownValue(74, "lower_bound"), "<=", 74, False),
        (KnownValue(98, "upper_bound"), ">=", 98, False),  # nearly 98
        (KnownValue(98, "upper_bound"), ">=", 80, None),
        (KnownValue(98, "upper_bound"), "<", 98, True),
        (KnownValue(7.8, "range", 8.0), ">", 7.5, True),
        (KnownValue(7.8, "range", 8.0), ">", 7.8, None),
        (KnownValue(7.8, "range", 8.0), ">=", 7.8, True),
        (KnownValue(7.8, "range", 8.0), ">", 8.0, False),
        (KnownValue(7.8, "range", 8.0), ">=", 8.0, None),
        (KnownValue(7.8, "range", 8.0), "=", 7.9, None),
        (KnownValue(74, "lower_bound"), "=", 80, None),
        (KnownValue(74, "lower_bound"), "=", 70, False),
    ],
)
def test_a_bound_decides_only_what_logic_allows(figure, comparator, target, met):
    finding = settle(Goal(comparator, target), figure)

    assert finding.met is met
    assert finding.p_met is None


def test_exactly_x_can_be_refuted_by_an_estimate_but_never_shown():
    assert settle(Goal("=", 50), KnownValue(50.1, se=1.0, df=40)).met is None
    assert settle(Goal("=", 50), KnownValue(60.0, se=1.0, df=40)).met is False


@pytest.mark.parametrize(
    ("comparator", "value", "note"),
    [
        (">", 49.96, "in là 50,0% do làm tròn; giá trị 49,96% chưa đến mức “đạt trên 50%”"),
        (">=", 49.96, "in là 50,0% do làm tròn; giá trị 49,96% chưa đến mức “đạt 50%”"),
        (">", 50.04, "in là 50,0% do làm tròn; giá trị 50,04% đã qua mức “đạt trên 50%”"),
        (">", 50.0, None),
        (">", 49.9, None),
        (">=", 63.27, None),
    ],
)
def test_where_rounding_hides_the_verdict_the_report_says_so(comparator, value, note):
    wording = {">": "đạt trên", ">=": "đạt"}[comparator]

    assert rounding_note(Goal(comparator, 50, wording=wording), value, 1) == note


@pytest.mark.parametrize(
    ("goal", "figure", "verdict"),
    [
        (Goal(">=", 80), KnownValue(84.0), Verdict.EXCEEDED),  # 5% of 80 beyond
        (Goal(">=", 80), KnownValue(83.9), Verdict.MET),
        (Goal(">", 50), KnownValue(52.4), Verdict.MET),
        (Goal("<=", 10), KnownValue(9.5), Verdict.EXCEEDED),
        (Goal(">=", 98), KnownValue(100.0), Verdict.MET),  # nothing lies 5% beyond 98%
        (Goal(">=", 80), KnownValue(79.9), Verdict.NOT_MET),
        (Goal(">=", 80), KnownValue(86.0, se=2.0, df=60), Verdict.MET),  # surely 80, not surely 84
        (Goal(">=", 80), KnownValue(90.0, se=2.0, df=60), Verdict.EXCEEDED),
        (Goal(">=", 80), KnownValue(82.0, se=2.0, df=60), Verdict.UNDECIDED),
        (Goal(">=", 80), KnownValue(85, "lower_bound"), Verdict.EXCEEDED),
    ],
)
def test_exceeded_asks_for_a_margin_and_is_as_sure_as_met(goal, figure, verdict):
    assert level_verdict(goal, figure, settle(goal, figure)) is verdict


def test_verdicts_are_the_words_of_the_official_form():
    assert {v.value for v in Verdict} == {
        "vượt",
        "đạt",
        "chưa đạt",
        "đúng tiến độ",
        "chậm tiến độ",
        "chưa có số liệu",
        "chưa đủ căn cứ kết luận",
    }


def test_of_the_targets_given_70_to_90_percent_about_that_share_is_met():
    """A short run of benchmarks/calibration.py: samples of 20 clusters, truths around 80%."""
    rng = np.random.default_rng(2025)
    given, met = [], []
    for truth in rng.uniform(72, 88, 4000):
        shares = rng.binomial(12, rng.beta(truth / 100 * 19, (1 - truth / 100) * 19, 20)) / 12
        figure = KnownValue(100 * shares.mean(), se=100 * shares.std(ddof=1) / 20**0.5, df=19, n=240)
        given.append(probability(Goal(">=", 80), figure))
        met.append(truth >= 80)
    given, met = np.array(given), np.array(met)
    likely = (given >= 0.7) & (given < 0.9)

    assert likely.sum() > 300
    assert met[likely].mean() == pytest.approx(given[likely].mean(), abs=0.06)
    assert met[given >= 0.95].mean() > 0.97
    assert met[given <= 0.05].mean() < 0.03
