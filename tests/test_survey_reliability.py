"""Which shares may be printed: the NCHS standard, rule by rule."""

from __future__ import annotations

import numpy as np
import pytest

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.reliability import Reliability, nchs_flag, nchs_reason, reliability_standard

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


def test_thresholds_are_settings():
    lenient = Reliability(min_n_eff=10, max_width=0.5, always_width=0.05, max_relative_width=2.0, review_df=2)

    assert nchs_flag(0.5, 0.3, 0.7, 20, 5).item() == "suppress"
    assert nchs_flag(0.5, 0.3, 0.7, 20, 5, standard=lenient).item() == "ok"


def test_the_thresholds_in_force_name_their_source():
    standard = reliability_standard()

    assert (standard.min_n_eff, standard.max_width, standard.review_df) == (30, 0.30, 8)
    assert "Vital and Health Statistics 2(175)" in standard.source


def test_a_threshold_that_is_missing_is_named(tmp_path):
    path = tmp_path / "standards.toml"
    path.write_text("[reliability]\nmin_n_eff = 30\n[disclosure]\n[intake]\n")

    with pytest.raises(SurveyError, match=r"\[reliability\] does not fit: .*max_width"):
        reliability_standard(path)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ((0.5, 0.3, 0.7, 20, 5), "effective n 20 < 30; interval 0.400 wide"),
        ((0.04, 0.01, 0.07, 400, 50), "interval wider than 130% of the share"),
        ((0.96, 0.93, 0.99, 400, 50), "interval wider than 130% of the complement"),
        ((0.0, 0.0, 0.1, 400, 50), "exactly 0%"),
        ((np.nan, 0, 1, 400, 50), "no estimate"),
        ((0.5, 0.45, 0.55, 400, 50), ""),
    ],
)
def test_the_rules_a_share_fails_are_said_in_words(case, words):
    assert nchs_reason(*case)[0].startswith(words)
