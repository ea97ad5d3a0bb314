"""Replicate weights made from a design give back what linearisation says, where theory says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

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


@pytest.mark.parametrize("kind", ["JKn", "BRR", "Fay"])
def test_the_variance_of_a_total_is_that_of_linearisation(kind: str) -> None:
    again = PAIRS.with_replicates(kind)  # type: ignore[arg-type]

    columns = ["estimate", "se"]
    expected = PAIRS.total(["income", "size"], by="sex")[columns].to_numpy()
    assert again.total(["income", "size"], by="sex")[columns].to_numpy() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("kind", ["JKn", "BRR", "Fay"])
def test_the_variance_of_a_ratio_is_near_that_of_linearisation(kind: str) -> None:
    again = PAIRS.with_replicates(kind)  # type: ignore[arg-type]

    assert again.ratio("income", "size")["se"][0] == pytest.approx(
        PAIRS.ratio("income", "size")["se"][0], rel=0.05
    )


def test_the_jackknife_leaves_out_what_a_finite_population_leaves_out() -> None:
    design = Design(weights="weight", strata="stratum", psu="village", fpc="villages")
    survey = Survey(FRAME, design)

    again = survey.with_replicates("JKn")

    assert again.total("income")["se"][0] == pytest.approx(survey.total("income")["se"][0], rel=1e-10)
    assert len(again.design.replicates.names(again.frame)) == 16  # none for the stratum taken whole


def test_the_jackknife_without_strata() -> None:
    survey = Survey(FRAME, Design(weights="weight", psu="village"))

    again = survey.with_replicates("JK1")

    assert again.total("income")["se"][0] == pytest.approx(survey.total("income")["se"][0], rel=1e-10)
    assert again.total("income")["df"][0] == 17


def test_the_bootstrap_is_near_and_repeats_with_its_seed() -> None:
    once, twice, other = (
        PAIRS.with_replicates("bootstrap", replicates_count=2000, seed=seed).total("income")["se"][0]
        for seed in (1, 1, 2)
    )

    assert once == twice != other
    assert once == pytest.approx(PAIRS.total("income")["se"][0], rel=0.08)


def test_the_logit_interval_replicates_the_logit() -> None:
    survey = PAIRS.assign(rich=lambda frame: frame["income"] > 6000).with_replicates("JKn")

    replicated, delta = (survey.proportion("rich", method=method).iloc[0] for method in ("logit", "xlogit"))

    assert replicated["ci_low"] != delta["ci_low"]
    assert replicated["ci_low"] == pytest.approx(delta["ci_low"], rel=0.05)


def test_a_replicate_without_the_domain_is_left_out() -> None:
    """Where a domain lies in one unit, the replicate that drops it has no mean."""
    survey = PAIRS.assign(one=lambda frame: frame["village"] == 0).with_replicates("JKn")

    row = survey.mean("income", by="one").iloc[1]

    assert row["estimate"] == pytest.approx(np.average(FRAME["income"][:10], weights=FRAME["weight"][:10]))
    assert (row["df"], row["flag"]) == (0, "suppress")


@pytest.mark.parametrize(
    ("survey", "settings", "message"),
    [
        (PAIRS, {"kind": "JK1"}, "kind='JK1' is for a sample without strata"),
        (Survey(FRAME, Design(weights="weight", psu="village")), {"kind": "JKn"}, "kind='JKn' is for a sample with"),
        (
            Survey(FRAME[FRAME["village"] != 3], Design(weights="weight", strata="stratum", psu="village", singleton="skip")),
            {"kind": "JKn"},
            "a stratum has a single psu",
        ),
        (
            Survey(FRAME.assign(stratum=FRAME["stratum"] // 3), Design(weights="weight", strata="stratum", psu="village")),
            {"kind": "BRR"},
            "exactly two psu in every stratum",
        ),
        (PAIRS, {"kind": "bootstrap"}, "the bootstrap needs a seed"),
        (PAIRS, {"kind": "bootstrap", "seed": 1, "replicates_count": 1}, "1 replicate; two or more"),
        (
            Survey(FRAME, Design(weights="weight", strata="stratum", psu="village", fpc="villages")),
            {"kind": "bootstrap", "seed": 1},
            "no finite population correction",
        ),
        (PAIRS, {"kind": "SDR"}, "kind='SDR' can't be made from a design"),
        (PAIRS.with_replicates("JKn"), {"kind": "BRR"}, "already has replicate weights"),
        (PAIRS.poststratify("sex", {"Nam": 900.0, "Nữ": 900.0}), {"kind": "JKn"}, "then calibrate"),
        (PAIRS.assign(replicate_1=0), {"kind": "JKn"}, "already has a column 'replicate_1'"),
    ],
)  # fmt: skip
def test_replicates_that_the_design_does_not_allow_are_refused(
    survey: Survey, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(SurveyError, match=message):
        survey.with_replicates(**settings)  # type: ignore[arg-type]


def test_the_rank_counts_columns_that_say_something_new() -> None:
    columns = np.array([[1.0, 0, 1, 2, 0], [0, 1, 1, 0, 0], [0, 0, 0, 1e-7, 0]])

    assert rank(columns) == 2  # the third is a sum, the fourth nearly a multiple, the fifth empty


@pytest.mark.parametrize("kind", ["BRR", "Fay", "SDR"])
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
