"""What leaves the office is rounded to what is printed, and so that few answers can't be counted back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qngai_analysis.survey.release.gate import at_step, ends, gated, gated_counts, share_steps
from qngai_analysis.survey.release.magnitudes import dominated


def test_where_answers_count_alike_neither_respondents_nor_the_smaller_side_can_be_counted_back() -> None:
    """All that is printed is a share and a count to the nearest five: at least two sizes of each side fit."""
    for printed in range(10, 400, 5):
        step = share_steps(np.array([printed], float), np.array([True]))[0]
        fits: dict[float, list[tuple[int, int]]] = {}
        for n in range(max(printed - 2, 10), printed + 3):
            for yes in range(n + 1):
                fits.setdefault(float(at_step(yes / n, step)), []).append((n, yes))
        for share, found in fits.items():
            assert len({min(yes, n - yes) for n, yes in found}) > 1, (printed, share)
            assert len(found) > 2, (printed, share)


@pytest.mark.parametrize(
    ("n", "alike", "step"), [(800, False, 0.001), (45, False, 0.01), (20, True, 0.1), (100, True, 0.02)]
)
def test_a_share_is_printed_in_steps_that_depend_on_the_count_alone(n: int, alike: bool, step: float) -> None:
    assert share_steps(np.array([n], float), np.array([alike]))[0] == pytest.approx(step)


def row(**numbers: float) -> pd.DataFrame:
    return pd.DataFrame(
        [{"estimate": 0.37663, "se": 0.04244, "ci_low": 0.2938, "ci_high": 0.46737, "df": 24.0, "cv": 0.1127,
          "deff": 1.5, "n": 25.0, "n_eff": 25.0} | numbers]
    )  # fmt: skip


def test_an_interval_is_rounded_outwards_and_an_error_upwards() -> None:
    found = gated(row(), 0.001, share=True).iloc[0]

    assert found[["estimate", "se", "ci_low", "ci_high"]].tolist() == [0.377, 0.043, 0.293, 0.468]
    assert found["df"] == 20
    assert found["cv"] == round(0.043 / 0.377, 3)


def test_a_coarse_share_says_that_it_is_unsure_by_its_step() -> None:
    found = gated(row(), 0.1, share=True).iloc[0]

    assert found[["estimate", "se", "ci_low", "ci_high"]].tolist() == [0.4, 0.1, 0.2, 0.5]
    assert np.isnan(found["deff"])


def test_all_or_none_of_a_census_may_be_all_but_one() -> None:
    """Of 22 hospitals 21 are printed as 22 are: that all of them do is said of none."""
    step = share_steps(np.array([22.0]), np.array([True]))[0]

    assert at_step(21 / 22, step) == at_step(1.0, step) == 1.0


def test_the_test_of_a_gap_follows_from_what_is_printed() -> None:
    found = ends(0.12, 0.05, 100, share=True)

    assert found["p_value"] == 0.018
    assert (found["ci_low"], found["ci_high"]) == (0.021, 0.219)
    assert ends(0.12, 0.05, 100, share=True, times=10)["p_value"] == pytest.approx(0.18, abs=0.005)


def test_counts_below_the_threshold_are_empty_and_the_others_multiples_of_five() -> None:
    table = pd.DataFrame({"question": list("abcd"), "due": [0, 9, 12, 317]})

    assert gated_counts(table, ["due"])["due"].fillna(-1).tolist() == [0, -1, 10, 315]


def test_one_firm_with_most_of_the_weighted_turnover_dominates() -> None:
    """Its weight makes the ratio its own, though two unweighted sizes would stay below three quarters."""
    firms = pd.DataFrame({"group": "A", "size": [100.0, *[10.0] * 11], "weight": [20.0, *[4.0] * 11]})

    assert dominated(firms, "size", by="group", weight="weight")["rule"].tolist() == ["dominance"]


def test_a_unit_that_sells_nothing_hides_nobody() -> None:
    firms = pd.DataFrame({"group": "A", "size": [5.0] * 2 + [0.0] * 30})

    assert dominated(firms, "size", by="group")["rule"].tolist() == ["threshold"]
