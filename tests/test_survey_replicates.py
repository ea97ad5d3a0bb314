"""Replicate weights give back what linearisation says, where theory says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from survey_oracle import jackknifed

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Design, Replicates, Survey
from qngai_analysis.survey.estimate.replicates import rank

draw = np.random.default_rng(8)
FRAME = pd.DataFrame(
    {
        "stratum": np.repeat(np.arange(9), 20),
        "village": np.repeat(np.arange(18), 10),
        "villages": np.repeat([4, 5, 6, 7, 8, 9, 10, 11, 2], 20),  # the last stratum was taken whole
        "weight": draw.uniform(5, 15, 180),
        "sex": draw.choice(["Nam", "Nữ"], 180),
        "income": draw.lognormal(8, 0.6, 180),
        "size": draw.integers(1, 7, 180),
    }
)
PAIRS = Survey(FRAME, Design(weights="weight", strata="stratum", psu="village"))


def test_the_variance_of_a_total_is_that_of_linearisation() -> None:
    again = jackknifed(FRAME, PAIRS.design)

    columns = ["estimate", "se"]
    expected = PAIRS.total(["income", "size"], by="sex")[columns].to_numpy()
    assert again.total(["income", "size"], by="sex")[columns].to_numpy() == pytest.approx(expected, rel=1e-10)


def test_the_variance_of_a_ratio_is_near_that_of_linearisation() -> None:
    again = jackknifed(FRAME, PAIRS.design)

    assert again.ratio("income", "size")["se"][0] == pytest.approx(
        PAIRS.ratio("income", "size")["se"][0], rel=0.05
    )


def test_a_jackknife_without_strata_has_a_degree_of_freedom_less_than_units() -> None:
    survey = Survey(FRAME, Design(weights="weight", psu="village"))

    again = jackknifed(FRAME, survey.design)

    assert again.total("income")["se"][0] == pytest.approx(survey.total("income")["se"][0], rel=1e-10)
    assert again.total("income")["df"][0] == 17


def test_the_logit_interval_replicates_the_logit() -> None:
    survey = jackknifed(FRAME.assign(rich=FRAME["income"] > 6000), PAIRS.design)

    replicated, delta = (survey.proportion("rich", method=method).iloc[0] for method in ("logit", "xlogit"))

    assert replicated["ci_low"] != delta["ci_low"]
    assert replicated["ci_low"] == pytest.approx(delta["ci_low"], rel=0.05)


def test_a_replicate_without_the_domain_is_left_out() -> None:
    """Where a domain lies in one unit, the replicate that drops it has no mean."""
    survey = jackknifed(FRAME.assign(one=FRAME["village"] == 0), PAIRS.design)

    row = survey.mean("income", by="one").iloc[1]

    assert row["estimate"] == pytest.approx(np.average(FRAME["income"][:10], weights=FRAME["weight"][:10]))
    assert (row["df"], row["flag"]) == (0, "suppress")


def test_the_rank_counts_columns_that_say_something_new() -> None:
    columns = np.array([[1.0, 0, 1, 2, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1e-7, 0]])

    assert rank(columns) == 2  # the third is a sum, the fourth nearly a multiple, the fifth empty


@pytest.mark.parametrize("kind", ["BRR", "Fay"])
def test_a_scale_that_the_kind_fixes_is_refused(kind: str) -> None:
    with pytest.raises(SurveyError, match="fixes the scale"):
        Replicates("rw", kind=kind, scale=0.5, fay=0.3)  # type: ignore[arg-type]


def test_a_column_nearly_like_another_does_not_hide_that_a_third_is_made_of_both() -> None:
    """Two columns 2e-5 apart count as two; what is made of them adds nothing, for all the rounding."""
    first = draw.uniform(1, 2, 13)
    second = first + 2e-5 * draw.uniform(-1, 1, 13)
    others = draw.uniform(1, 2, (13, 4))
    mixed = np.column_stack([first, second, others, second - first, others @ draw.uniform(-1, 1, (4, 6))])

    assert rank(mixed) == 6


def test_there_is_no_rank_above_the_number_of_rows() -> None:
    assert rank(draw.uniform(1, 2, (13, 24))) == 13
