"""One model of observations: what is filled in, what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import observations, position

ESTIMATE = {
    "id": "HH2024-smartphone",
    "indicator": "XHS_SMARTPHONE_DS",
    "value": 71.3,
    "se": 1.4,
    "df": 58,
    "n": 1180,
    "unit": "%",
    "territory": "QNG",
    "reference_date": "2024-11",
    "source_title": "Điều tra hộ gia đình 2024",
    "evidence": "simulated",
}


def one(**changes) -> pd.DataFrame:
    return pd.DataFrame([{**ESTIMATE, **changes}])


def test_what_a_survey_leaves_out_is_filled_with_what_it_means():
    row = observations(one()).iloc[0]

    assert (row["series"], row["year"], row["period"]) == ("XHS_SMARTPHONE_DS", 2024, "Y")
    assert (row["value_type"], row["level"], row["confidence"]) == ("point", "không rõ", "medium")
    assert pd.isna(row["price_basis"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source_title": None}, "observation 'HH2024-smartphone': source_title is empty"),
        ({"value": float("nan")}, "value is empty"),
        ({"value": float("inf")}, "value is not finite"),
        ({"se": -1.0}, "se is negative"),
        ({"df": 0}, "df is not positive"),
        ({"evidence": "made up"}, "evidence is 'made up'; it is one of real, simulated"),
        ({"level": "final"}, "level is 'final'; it is one of chính thức, sơ bộ, ước tính, không rõ"),
        ({"value_type": "range"}, "a range needs value_high"),
        ({"value_type": "range", "value_high": 60.0}, "value_high is below value"),
        ({"year": 2023}, "year and reference_date disagree"),
        ({"reference_date": "11/2024"}, "reference_date is '11/2024'; a date is 2025, 2025-06 or"),
        ({"numerator": 500.0, "denominator": 1180.0}, "the share is not numerator / denominator"),
        ({"indicator": None}, "neither indicator nor series is named"),
        ({"colour": "red"}, "column 'colour' is unknown"),
    ],
)
def test_an_observation_that_contradicts_itself_is_refused_by_name(changes, message):
    with pytest.raises(EvidenceError) as refused:
        observations(one(**changes))

    assert message in str(refused.value)


def test_an_id_may_stand_only_once():
    with pytest.raises(EvidenceError, match="the id stands twice"):
        observations(pd.concat([one(), one()]))


def test_a_missing_column_is_named():
    with pytest.raises(EvidenceError, match="column 'unit' is missing"):
        observations(one().drop(columns="unit"))


@pytest.mark.parametrize(
    ("printed", "years"),
    [("2025", 2025.0), ("2025-12-31", 2025.0), ("2024", 2024.0), ("2025-06-30", 2024 + 181 / 365)],
)
def test_a_year_stands_at_its_end(printed, years):
    assert position(printed) == pytest.approx(years)
