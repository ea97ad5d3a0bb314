"""Weights: known totals are met, what can't be met is refused, and the spread is told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from survey_oracle import jackknifed

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Design, Survey
from qngai_analysis.survey.estimate.weights import adjust_nonresponse, spread, trim

draw = np.random.default_rng(4)
FRAME = pd.DataFrame(
    {
        "stratum": np.repeat(["a", "b", "c"], 40),
        "village": np.repeat(np.arange(12), 10),
        "weight": draw.uniform(5, 15, 120).round(2),
        "sex": draw.choice(["Nam", "Nữ"], 120),
        "age": draw.choice(["15-34", "35-59", "60+"], 120),
        "size": draw.integers(1, 8, 120),
        "income": draw.lognormal(8, 0.6, 120),
    }
)
SURVEY = Survey(FRAME, Design(weights="weight", strata="stratum", psu="village"))
SEX = {"Nam": 600.0, "Nữ": 640.0}
AGE = {"15-34": 400.0, "35-59": 540.0, "60+": 300.0}


def sums(survey: Survey, by: str) -> dict[str, float]:
    return survey.weights.groupby(FRAME[by]).sum().to_dict()


def test_poststratified_weights_add_up_to_the_totals() -> None:
    assert sums(SURVEY.poststratify("sex", SEX), "sex") == pytest.approx(SEX)


def test_poststrata_may_be_crossed_columns_given_as_a_series() -> None:
    totals = pd.Series({(sex, age): SEX[sex] * AGE[age] / 1240 for sex in SEX for age in AGE})

    survey = SURVEY.poststratify(["sex", "age"], totals)

    assert sums(survey, "age") == pytest.approx(AGE)
    assert sums(survey, "sex") == pytest.approx(SEX)


def test_raked_weights_meet_every_margin() -> None:
    survey = SURVEY.rake({"sex": SEX, "age": AGE})

    assert sums(survey, "sex") == pytest.approx(SEX, rel=1e-10)
    assert sums(survey, "age") == pytest.approx(AGE, rel=1e-10)


@pytest.mark.parametrize("method", ["linear", "raking"])
def test_calibrated_weights_meet_counts_and_sums(method: str) -> None:
    size = float((SURVEY.weights * FRAME["size"]).sum() * 1.03)

    survey = SURVEY.calibrate({"sex": SEX, "age": AGE, "size": size}, method=method)  # type: ignore[arg-type]

    assert sums(survey, "sex") == pytest.approx(SEX, rel=1e-9)
    assert float((survey.weights * FRAME["size"]).sum()) == pytest.approx(size, rel=1e-9)


def test_a_known_total_has_no_error_left() -> None:
    survey = SURVEY.assign(woman=FRAME["sex"] == "Nữ")

    assert survey.total("woman")["se"][0] > 10
    for known in (
        survey.poststratify("sex", SEX),
        survey.calibrate({"sex": SEX}),
        survey.calibrate({"sex": SEX}, method="raking"),
        survey.rake({"sex": SEX}),
    ):
        row = known.total("woman").iloc[0]
        assert row["estimate"] == pytest.approx(640)
        assert row["se"] == pytest.approx(0, abs=1e-9)


def test_raking_and_calibration_by_raking_give_the_same_weights() -> None:
    raked = SURVEY.rake({"sex": SEX, "age": AGE}).weights
    calibrated = SURVEY.calibrate({"sex": SEX, "age": AGE}, method="raking").weights

    assert raked.to_numpy() == pytest.approx(calibrated.to_numpy(), rel=1e-9)


def test_replicate_weights_are_calibrated_one_by_one() -> None:
    survey = jackknifed(FRAME, SURVEY.design).poststratify("sex", SEX).assign(woman=FRAME["sex"] == "Nữ")

    row = survey.total("woman").iloc[0]
    assert (row["estimate"], row["se"]) == pytest.approx((640, 0), abs=1e-9)


@pytest.mark.parametrize(
    ("totals", "message"),
    [
        ({"Nam": 600.0}, "totals of sex: no total for Nữ, which the sample has"),
        ({**SEX, "Khác": 3.0}, "the sample has nobody in Khác; merge it with a neighbour"),
        ({"Nam": 600.0, "Nữ": 0.0}, "totals of sex: 0 for Nữ; a total is a number above 0"),
        ({"Nam": 600.0, "Nữ": np.nan}, "totals of sex: nan for Nữ"),
    ],
)
def test_totals_that_do_not_fit_the_sample_are_refused(totals: dict[str, float], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        SURVEY.poststratify("sex", totals)


def test_margins_of_different_populations_are_refused() -> None:
    with pytest.raises(
        SurveyError, match=r"sex adds up to 1,240 and age to 1,300; all margins describe one population"
    ):
        SURVEY.rake({"sex": SEX, "age": {**AGE, "60+": 360.0}})
    with pytest.raises(SurveyError, match="population adds up to 999 and sex to 1,240"):
        SURVEY.calibrate({"sex": SEX}, population=999)


def test_a_missing_label_is_refused_by_row() -> None:
    frame = FRAME.assign(sex=FRAME["sex"].where(FRAME.index != 9))
    survey = Survey(frame, SURVEY.design)

    with pytest.raises(SurveyError, match="totals of sex: column 'sex' is missing in row 9"):
        survey.poststratify("sex", SEX)


def test_totals_out_of_reach_are_refused() -> None:
    with pytest.raises(SurveyError, match="no weights meet the totals"):
        SURVEY.assign(women=(FRAME["sex"] == "Nữ").astype(float)).calibrate({"sex": SEX, "women": 700.0})
    with pytest.raises(SurveyError, match="weights would be negative or zero"):
        SURVEY.calibrate({"size": float((FRAME["size"] * FRAME["weight"]).sum() * 3)}, population=1240)


def test_an_unknown_distance_between_weights_is_refused() -> None:
    with pytest.raises(SurveyError, match="method='chi'; it is one of 'linear', 'raking'"):
        SURVEY.calibrate({"sex": SEX}, method="chi")  # type: ignore[arg-type]


# spread, trimming, non-response


def test_the_spread_of_weights_is_told_before_and_after() -> None:
    table = SURVEY.poststratify("sex", SEX).weight_spread()

    assert table.index.tolist() == ["drawn", "calibrated"]
    assert table.loc["calibrated", "total"] == pytest.approx(1240)
    assert table.loc["drawn", ["factor_min", "factor_max"]].tolist() == [1, 1]
    assert SURVEY.weight_spread().index.tolist() == ["drawn"]


def test_kish_factor_is_one_plus_the_squared_coefficient_of_variation() -> None:
    # weights 1, 1, 4: n * sum of squares / squared sum = 3 * 18 / 36
    assert spread(np.array([1.0, 1.0, 4.0]))["kish_deff"] == pytest.approx(1.5)
    with pytest.raises(SurveyError, match="one is missing, infinite or not above 0"):
        spread(np.array([1.0, -1.0]))


def test_trimmed_weights_keep_their_sum() -> None:
    trimmed, cut = trim(pd.Series([1.0, 2, 3, 30]), high=12)

    assert (trimmed.sum(), trimmed.max(), cut) == (36, 12, 1)
    assert trimmed[1] / trimmed[0] == pytest.approx(2)
    with pytest.raises(SurveyError, match="can't add up to 36"):
        trim(pd.Series([1.0, 2, 3, 30]), high=8)


DRAWN = pd.DataFrame(
    {
        "weight": [10.0, 10, 20, 20, 30],
        "area": ["urban", "urban", "rural", "rural", "rural"],
        "answered": [True, False, True, True, False],
    }
)


def test_respondents_stand_for_the_others_of_their_cell() -> None:
    weights, report = adjust_nonresponse(DRAWN, weights="weight", responded="answered", cells="area")

    # rural: 70 drawn, 40 answered; urban: 20 drawn, 10 answered
    assert weights.to_dict() == {0: 20.0, 2: 35.0, 3: 35.0}
    assert report.to_dict("list") == {
        "area": ["rural", "urban"],
        "drawn": [3, 2],
        "responded": [2, 1],
        "response_rate": pytest.approx([4 / 7, 1 / 2]),
        "factor": pytest.approx([7 / 4, 2]),
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answered": [False, False, True, True, True]}, "nobody answered in cell urban"),
        ({"answered": [1, 0, 2, 1, 1]}, "column 'answered' is not true or false in row 2"),
        ({"area": ["urban", None, "rural", "rural", "rural"]}, "column 'area' is missing in row 1"),
        ({"weight": [10.0, 0, 20, 20, 30]}, "column 'weight' is zero in row 1"),
    ],
)
def test_non_response_that_can_not_be_adjusted_is_refused(
    change: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(SurveyError, match=message):
        adjust_nonresponse(DRAWN.assign(**change), weights="weight", responded="answered", cells="area")


def test_margins_that_contradict_each_other_are_refused_and_one_is_named() -> None:
    """The same people by two columns: 30 and 30 by one, 20 and 40 by the other."""
    frame = pd.DataFrame({"w": 1.0, "sex": ["M"] * 20 + ["F"] * 20, "again": ["M"] * 20 + ["F"] * 20})
    survey = Survey(frame, Design(weights="w"))

    with pytest.raises(SurveyError, match=r"contradict.*sex = [MF] was to add up to 30"):
        survey.rake({"sex": {"M": 30, "F": 30}, "again": {"M": 20, "F": 40}})


def test_margins_that_an_empty_combination_makes_impossible_are_refused() -> None:
    """Men in high schools only, women in low ones: 800 in high schools can't be 612 men."""
    frame = pd.DataFrame({"w": 1.0, "sex": ["M"] * 20 + ["F"] * 20, "ed": ["lo"] + ["hi"] * 19 + ["lo"] * 20})

    with pytest.raises(SurveyError, match="contradict"):
        Survey(frame, Design(weights="w")).rake({"sex": {"M": 612, "F": 633}, "ed": {"hi": 800, "lo": 445}})


def test_a_total_that_no_weights_meet_is_named() -> None:
    with pytest.raises(
        SurveyError, match=r"no weights meet the totals; sex = N\S+ = [\d,]+ is the one"
    ) as caught:
        SURVEY.calibrate({"sex": SEX, "size": 1.0}, method="raking")

    assert "%" not in str(caught.value)


def test_a_weight_that_no_sum_can_be_made_with_is_refused() -> None:
    with pytest.raises(SurveyError, match="'weight' is too large to be summed in row 3"):
        Survey(FRAME.assign(weight=FRAME["weight"].mask(FRAME.index == 3, 1e308)), Design(weights="weight"))


def test_answers_too_large_to_be_summed_are_refused() -> None:
    with pytest.raises(SurveyError, match="'income' is too large to be summed"):
        Survey(FRAME.assign(income=1e308), Design(weights="weight")).mean("income")
