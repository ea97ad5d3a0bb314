"""What leaves the office is rounded to what is printed, and so that few answers can't be counted back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qngai_analysis.survey.release.gate import (
    at_step,
    ends,
    few_on_a_side,
    gated_counts,
    gated_levels,
    gated_odds,
    gated_shares,
    gated_sizes,
    gated_test,
    log_odds,
    share_steps,
)


def test_who_knows_all_weights_and_the_exact_count_is_left_two_counts() -> None:
    """Of 12 or of 1,200 respondents, whatever the share: not even that all or none of them do is certain."""
    for n in [*range(10, 120), 480, 999, 2290]:
        step = share_steps(np.array([float(n)]))[0]
        fits: dict[float, set[int]] = {}
        for yes in range(n + 1):
            fits.setdefault(float(at_step(yes / n, step)), set()).add(yes)
        assert all(len(counts) > 1 for counts in fits.values()), (n, step)


@pytest.mark.parametrize(("n", "step"), [(2290, 0.001), (800, 0.004), (100, 0.025), (45, 0.05), (10, 0.25)])
def test_a_share_is_printed_in_steps_that_depend_on_the_count_alone(n: int, step: float) -> None:
    assert share_steps(np.array([n], float))[0] == pytest.approx(step)


def row(**numbers: float) -> pd.DataFrame:
    return pd.DataFrame(
        [{"estimate": 0.37663, "se": 0.04244, "ci_low": 0.2938, "ci_high": 0.46737, "df": 24.0, "cv": 0.1127,
          "deff": 1.5, "n": 100, "n_eff": 66.0, "flag": "ok"} | numbers]
    )  # fmt: skip


def shares(effect: float = 1.0, taken: float = 0.0, *, clustered: bool = True, **numbers: float) -> pd.Series:
    table = row(**numbers)
    steps = share_steps(table["n"].to_numpy(dtype=float))
    return gated_shares(table, steps, np.array([effect]), np.array([taken]), clustered=clustered).iloc[0]


@pytest.mark.parametrize(("share", "printed"), [(0.0, 0.0), (0.05, 0.0), (0.0626, 0.075), (0.96, 1.0)])
def test_a_share_leaves_room_for_the_answer_of_the_one_who_counts_most(share: float, printed: float) -> None:
    """One of a hundred has 4% of the weight: printed as 2.5%, he would be known not to be among them."""
    table = pd.DataFrame([{"estimate": share, "se": 0.02, "df": 21.0, "n": 100, "flag": "ok"}]).assign(
        deff=1.2, n_eff=80.0
    )
    ones = np.ones(1)

    found = gated_shares(table, 0.025 * ones, 1.2 * ones, 0 * ones, heaviest=0.04).iloc[0]

    assert found["estimate"] == printed
    assert min(printed, 1 - printed) + found["step"] / 2 > 0.04


def test_error_and_interval_are_those_of_the_share_that_is_printed() -> None:
    """0.02 answers of 100 wide: 36.4 % to 38.6 % give the same row."""
    found = shares()

    assert found[["estimate", "df", "step"]].tolist() == [0.375, 20, 0.025]
    assert found["se"] == pytest.approx(0.044)  # 0.0424, with 0.025²/12
    assert found["ci_low"] < 0.375 - 1.9 * 0.0424
    assert found["cv"] == round(0.044 / 0.375, 3)
    same = shares(estimate=0.385, se=float(np.sqrt(0.385 * 0.615 / 0.37663 / 0.62337)) * 0.04244)
    assert same.drop(["deff", "n_eff"]).equals(found.drop(["deff", "n_eff"]))


@pytest.mark.parametrize("yes", [0, 1])
def test_where_few_are_on_a_side_nothing_in_the_row_depends_on_how_many(yes: int) -> None:
    """None of 60 and one of 60, whose weight is far from the mean's: all numbers and the flag are the same."""
    found = shares(1.4, estimate=yes / 90, se=0.011 * yes, n=60, deff=1.3, n_eff=60 - yes)

    assert found[["estimate", "ci_low", "flag"]].tolist() == [0.0, 0.0, "review"]
    assert found.equals(shares(1.4, estimate=0.0, se=0.0, n=60, deff=1.0, n_eff=60))
    assert found[["deff", "n_eff"]].tolist() == pytest.approx([1.4, 60 / 1.4])


def test_how_many_of_a_population_answered_is_told_by_no_design_effect() -> None:
    """Who knows how many were asked would know exactly how many of them did not answer the question."""
    assert shares(taken=0.5)["deff"] == shares(taken=0.52)["deff"]


def test_without_clusters_no_error_tells_how_the_answers_fall_on_the_strata() -> None:
    """The exact error of a row, and of a gap, is a second window on its answers."""
    rows = [shares(1.2, clustered=False, se=se, deff=se, n_eff=se) for se in (0.04, 0.05)]

    assert rows[0].equals(rows[1])
    assert shares(1.2, se=0.04)["se"] < shares(1.2, se=0.05)["se"]


def test_a_gap_has_the_published_errors_and_what_the_covariance_makes_of_them() -> None:
    first, second = shares(), shares(estimate=0.5)

    found = [
        gated_test(first, second, share=True, test=pd.Series({"se": se, "df": 60.0, "apart": 0.06}))
        for se in (0.0500, 0.0535, 0.0560)
    ]

    assert found[0].equals(found[1])
    assert found[2]["se"] > found[1]["se"]
    assert found[0]["se"] == pytest.approx(0.9 * np.hypot(first["se"], second["se"]), abs=0.001)


def test_few_on_a_side_are_counted_from_what_is_published() -> None:
    assert few_on_a_side(np.array([0.1, 0.9, 0.5, 0.05]), np.array([95.0, 95.0, 20.0, 400.0])).tolist() == [
        True, True, False, False,
    ]  # fmt: skip


def test_all_or_none_of_a_census_may_be_all_but_one() -> None:
    """Of 22 hospitals 21 are printed as 22 are: that all of them do is said of none."""
    step = share_steps(np.array([22.0]))[0]

    assert at_step(21 / 22, step) == at_step(1.0, step) == 1.0


def test_a_mean_has_one_decimal_its_error_rounded_up_and_its_interval_outwards() -> None:
    found = gated_sizes(row(estimate=12.34, se=1.21, ci_low=9.97, ci_high=14.71)).iloc[0]

    assert found[["estimate", "se", "ci_low", "ci_high", "df"]].tolist() == [12.3, 1.3, 9.9, 14.8, 20]


def test_a_mean_of_few_values_tells_of_units_no_more_than_a_share() -> None:
    """Of 22 on a scale of 0 to 5 all are at 5, or one is at 4: the same row. Its steps are wider than two such units."""
    unit, n = 0.2, np.array([22.0])
    rows = [
        gated_levels(
            row(n=22, **numbers), 0, 5, share_steps(n / unit), np.array([1.1]), unit / n, clustered=False
        ).iloc[0]
        for numbers in ({"estimate": 5.0, "se": 0.0}, {"estimate": 5 - 1 / 22, "se": 0.05})
    ]

    assert rows[0].equals(rows[1])
    assert rows[0][["estimate", "ci_high"]].tolist() == [5, 5]
    assert rows[0]["se"] > 0
    assert rows[0]["step"] > 2 / 22


def test_odds_say_what_the_published_shares_do_and_what_the_other_terms_change() -> None:
    """A model of one grouping alone tells nothing of the exact shares: its terms follow from those printed."""
    told = log_odds(pd.DataFrame({"row": ["a", "b"], "estimate": [0.3, 0.5], "se": 0.05}), ["b"], "a")
    exact = told + 0.013
    term = pd.DataFrame({"estimate": exact["estimate"], "se": exact["se"], "df": 103.0})

    alone = gated_odds(term, told, exact, 0.2).iloc[0]

    assert alone["odds"] == round(0.5 / 0.5 / (0.3 / 0.7), 2)
    assert alone.equals(gated_odds(term.assign(estimate=term["estimate"] + 0.09), told, exact, 0.2).iloc[0])
    other = gated_odds(term.assign(estimate=term["estimate"] - 0.39), told, exact, 0.2).iloc[0]
    assert other["odds"] == round(float(alone["odds"] * np.exp(-0.4)), 2)


def test_a_gap_where_few_are_on_a_side_has_the_error_of_the_two_published_ones() -> None:
    first, second = shares(), shares(1.0, estimate=0.05, se=0.02)
    exact = pd.Series({"se": 0.001, "df": 60.0, "apart": 0.06})

    found = gated_test(first, second, share=True, test=exact)

    assert found["estimate"] == pytest.approx(first["estimate"] - second["estimate"])
    assert found["se"] == pytest.approx(np.hypot(first["se"], second["se"]), abs=0.001)


def test_the_test_of_a_gap_follows_from_what_is_printed() -> None:
    found = ends(0.12, 0.05, 100, share=True)

    assert found["p_value"] == 0.018
    assert (found["ci_low"], found["ci_high"]) == (0.021, 0.219)
    assert ends(0.12, 0.05, 100, share=True, times=10)["p_value"] == pytest.approx(0.18, abs=0.005)


def test_counts_below_the_threshold_are_empty_and_the_others_multiples_of_five() -> None:
    table = pd.DataFrame({"question": list("abcd"), "due": [0, 9, 12, 317]})

    assert gated_counts(table, ["due"])["due"].fillna(-1).tolist() == [0, -1, 10, 315]


def test_counts_that_add_up_to_a_known_number_are_one_rounding() -> None:
    """313 to 317 of 1,231 are printed as 315: printed each for itself, 914 left but 317."""
    asked = np.arange(313, 318)
    rows = {"due": asked, "not_applicable": 1231 - asked, "answered": asked - 4}
    table = pd.DataFrame(rows | {"dont_know": 4, "refused": 0, "missing": 0})

    found = gated_counts(table, [*table]).drop_duplicates().fillna(-1)

    assert found.to_numpy().tolist() == [[315, 915, 310, -1, 0, 0]]


def test_a_mean_of_what_is_known_to_the_last_dong_is_printed_in_three_digits() -> None:
    names = ["estimate", "se", "ci_low", "ci_high", "df", "cv"]
    table = pd.DataFrame(
        [[1_234_567.8, 4_321.0, 1_226_000.0, 1_243_000.0, 20, 0.0035], [12.34, 0.5, 11.3, 13.4, 20, 0.04]],
        columns=names,
    )

    made = gated_sizes(table, 3)

    assert made["estimate"].tolist() == [1_230_000.0, 12.3]
    assert made["se"].tolist() == [10_000.0, 0.5]
    assert made["ci_low"].tolist() == [1_220_000.0, 11.3]
