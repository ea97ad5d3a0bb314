"""Which shares may be printed: the NCHS standard, rule by rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qngai_analysis.survey import Design, Survey
from qngai_analysis.survey.release.reliability import (
    census_flag,
    nchs_flag,
    reliability_standard,
)

# p, interval, effective n, df -> flag
RULES = [
    (0.50, 0.45, 0.55, 400, 50, "ok"),
    (0.50, 0.45, 0.55, 29.9, 50, "suppress"),  # effective n below 30
    (0.50, 0.45, 0.55, 30, 50, "ok"),
    (0.50, 0.35, 0.65, 400, 50, "suppress"),  # 0.30 wide
    (0.50, 0.355, 0.65, 400, 50, "ok"),  # just below
    (0.02, 0.00, 0.05, 400, 50, "ok"),  # 0.05 wide: shown although 250% of the share
    (0.04, 0.01, 0.07, 400, 50, "suppress"),  # 0.06 wide is 150% of the share
    (0.05, 0.02, 0.08, 400, 50, "ok"),  # 120% of the share
    (0.96, 0.93, 0.99, 400, 50, "complement"),  # fine for 96%, not for the other 4%
    (0.50, 0.45, 0.55, 400, 7, "review"),  # fewer than 8 degrees of freedom
    (0.50, 0.45, 0.55, 400, 8, "ok"),
    (0.00, 0.00, 0.09, 400, 50, "review"),  # exactly none: its width is not judged
    (1.00, 0.91, 1.00, 400, 50, "review"),
    (0.00, 0.00, 0.01, 12, 50, "suppress"),  # but too few respondents stay too few
    (np.nan, np.nan, np.nan, 0, 0, "none"),
    (0.50, np.nan, np.nan, 400, 50, "suppress"),  # without an interval nothing is known
]


@pytest.mark.parametrize(("p", "low", "high", "n_eff", "df", "flag"), RULES)
def test_a_share_gets_the_worst_flag_that_applies(p, low, high, n_eff, df, flag):
    assert nchs_flag(p, low, high, n_eff, df).item() == flag


def test_many_shares_are_judged_at_once():
    table = np.array([rule[:5] for rule in RULES], dtype=float).T

    assert nchs_flag(*table).tolist() == [rule[5] for rule in RULES]


def test_the_effective_n_is_never_larger_than_n():
    assert nchs_flag(0.5, 0.4, 0.6, 80, 20, n=25).item() == "suppress"
    assert nchs_flag(0.5, 0.4, 0.6, 80, 20, n=80).item() == "ok"


def test_where_all_or_none_say_yes_the_number_of_respondents_counts():
    assert nchs_flag(1.0, 0.9, 1.0, np.nan, 20, n=120).item() == "review"
    assert nchs_flag(1.0, 0.9, 1.0, np.nan, 20, n=20).item() == "suppress"


def test_the_thresholds_in_force_name_their_source():
    standard = reliability_standard()

    assert (standard.min_n_eff, standard.max_width, standard.review_df) == (30, 0.30, 8)
    assert "Vital and Health Statistics 2(175)" in standard.source


# -- a census of few ---------------------------------------------------------------------------

# flag, p, interval with the finite population's variance, df, share that answered -> flag
CENSUSES = [
    ("suppress", 0.85, 0.81, 0.89, 19, 20 / 21, "review"),
    ("suppress", 0.85, 0.81, 0.89, 19, 0.75, "review"),
    ("suppress", 0.85, 0.81, 0.89, 19, 0.749, "suppress"),  # a sample, if a large one
    ("suppress", 0.85, 0.69, 0.99, 19, 20 / 21, "suppress"),  # 0.30 wide: too much is open
    ("suppress", 0.04, 0.01, 0.07, 19, 20 / 21, "suppress"),  # 150% of the share
    ("suppress", 0.85, np.nan, np.nan, 19, 20 / 21, "suppress"),  # without an interval nothing is known
    ("suppress", 1.00, 0.83, 1.00, 19, 20 / 21, "review"),
    ("ok", 0.50, 0.45, 0.55, 400, 20 / 21, "ok"),  # a large census needs no second look
    ("complement", 0.96, 0.93, 0.99, 400, 20 / 21, "complement"),
    ("none", np.nan, np.nan, np.nan, 0, 1.0, "none"),
]


@pytest.mark.parametrize(("flag", "p", "low", "high", "df", "taken", "expected"), CENSUSES)
def test_few_that_are_nearly_all_are_judged_by_their_interval(flag, p, low, high, df, taken, expected):
    assert census_flag(np.array(flag), p, low, high, df, taken).item() == expected


def colleges(answered: int, completed: int, *, of: int, took_part: int | None = None) -> pd.DataFrame:
    """A row a college that took part: so many answered the question, so many of these have completed."""
    took_part = answered if took_part is None else took_part
    answers = [1.0] * completed + [0.0] * (answered - completed) + [np.nan] * (took_part - answered)
    return pd.DataFrame({"complete": answers, "weight": of / took_part, "college_count": of})


CENSUS_DESIGN = Design(weights="weight", fpc="college_count", nonresponse="phase")


@pytest.mark.parametrize(
    ("frame", "taken", "flag"),
    [
        (colleges(21, 17, of=21), 1.0, "review"),  # all: nothing is left to chance
        (colleges(20, 16, of=21), 20 / 21, "review"),
        (colleges(18, 14, of=21, took_part=20), 18 / 21, "review"),  # one refused, two left it open
        (colleges(20, 16, of=2_000), 0.01, "suppress"),  # the same answers from a sample
        (colleges(10, 5, of=21), 10 / 21, "suppress"),  # half of them
        (colleges(10, 5, of=21, took_part=21), 10 / 21, "suppress"),  # all took part, half left it open
    ],
)
def test_a_census_of_few_colleges_is_printed_after_review(frame, taken, flag):
    survey = Survey(frame, CENSUS_DESIGN)

    assert survey.taken("complete").item() == pytest.approx(taken)
    assert survey.proportion("complete")["flag"].item() == flag
    assert survey.mean("complete")["flag"].item() == flag


def test_the_census_rule_needs_population_counts_and_the_doubt_of_missing_answers():
    frame = colleges(18, 14, of=21, took_part=20)

    for design in (
        Design(weights="weight", nonresponse="phase"),
        Design(weights="weight", fpc="college_count"),  # R's variance: open answers add nothing
    ):
        survey = Survey(frame, design)
        assert survey.taken("complete").item() == 0
        assert survey.proportion("complete")["flag"].item() == "suppress"


def test_a_stratum_taken_whole_is_a_census_inside_a_sample():
    """All 20 large enterprises and 60 of 6,000 small ones."""
    large = colleges(20, 15, of=20).assign(size="large")
    small = colleges(60, 30, of=6_000).assign(size="small")
    design = Design(weights="weight", strata="size", fpc="college_count", nonresponse="phase")
    survey = Survey(pd.concat([large, small], ignore_index=True), design)

    assert survey.taken("complete", "size").tolist() == [1.0, pytest.approx(0.01)]
    assert survey.proportion("complete", "size")["flag"].tolist() == ["review", "ok"]
    # 80 answers stand for 6,020
    assert survey.taken("complete").item() == pytest.approx(80 / 6_020)


def test_two_stages_multiply():
    """Half of the villages, all households in them: half of the households, no census."""
    frame = pd.DataFrame(
        {
            "village": np.repeat([1, 2, 3], 5),
            "household": range(15),
            "villages": 6,
            "households": 5,
            "weight": 2.0,
            "online": [1, 0, 1, 1, 0] * 3,
        }
    )
    design = Design(
        weights="weight", psu="village", ssu="household", fpc=("villages", "households"), nonresponse="phase"
    )

    assert Survey(frame, design).taken("online").item() == pytest.approx(0.5)
