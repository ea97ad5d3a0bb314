"""What missing answers add to a variance: docs/methods/missing-answers.md."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from survey_workbench import SHOPS, changed, csv_text, deliver, make_project

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Design, Survey, load_survey

# nine schools, all of them in the sample; two left the question open
CENSUS = pd.DataFrame({"online": [1, 1, 0, 1, 0, 0, 1, None, None], "schools": 9, "weight": 1.0})


def phase(frame: pd.DataFrame, fpc: str | tuple[str, str] = "schools", **settings: object) -> Survey:
    return Survey(frame, Design(weights="weight", fpc=fpc, nonresponse="phase", **settings))  # type: ignore[arg-type]


def test_without_the_model_a_census_is_sure_whatever_is_missing() -> None:
    """As R does: svydesign(~1, fpc=~schools, data=x); svymean(~online, d, na.rm=TRUE) has SE 0."""
    row = Survey(CENSUS, Design(weights="weight", fpc="schools")).mean("online").iloc[0]

    assert row["se"] == 0


def test_a_census_with_open_answers_is_a_sample_of_those_who_answered() -> None:
    """
    Reference: R 4.2.2, survey 4.1-1. By hand: sqrt((1 - 7/9) / 7 * 2/7)

    d <- svydesign(~1, fpc=~schools, data=subset(x, !is.na(online)))
    svymean(~online, d)
    """
    row = phase(CENSUS).mean("online").iloc[0]

    assert row["estimate"] == pytest.approx(4 / 7)
    assert row["se"] == pytest.approx(0.0952380952380952, rel=1e-12)
    assert row["n"] == 7


def test_a_sample_with_open_answers_is_near_rs_two_phase_sample() -> None:
    """
    Reference: R 4.2.2, survey 4.1-1; its two phases are both of fixed size, hence not the same number

    x <- data.frame(id=1:8, y=c(3,5,4,9,2,7,NA,NA), N=10); x$a <- !is.na(x$y)
    SE(svymean(~y, twophase(id=list(~id,~id), fpc=list(~N,NULL), subset=~a, data=x, method="full")))
    """
    frame = pd.DataFrame({"y": [3, 5, 4, 9, 2, 7, None, None], "N": 10, "weight": 10 / 8})

    assert phase(frame, "N").mean("y").iloc[0]["se"] == pytest.approx(0.6733, rel=0.02)


def test_the_variance_is_right_over_every_pattern_of_answers() -> None:
    """Ten schools in two unlike strata answer with chance 0.8 each: all 1024 patterns, no simulation."""
    values = np.array([1, 1, 1, 1, 0, 0, 0, 0, 1, 0], dtype=float)
    frame = pd.DataFrame({"level": [1] * 5 + [2] * 5, "schools": 5, "weight": 1.0})
    patterns = [np.array(each, bool) for each in product([True, False], repeat=10)]
    patterns = [each for each in patterns if each[:5].sum() > 1 and each[5:].sum() > 1]
    chance = np.array([0.8 ** each.sum() * 0.2 ** (10 - each.sum()) for each in patterns])
    rows = [
        phase(frame.assign(y=np.where(each, values, np.nan)), strata="level").mean("y").iloc[0]
        for each in patterns
    ]
    estimate = np.array([row["estimate"] for row in rows])
    variance = np.array([row["se"] ** 2 for row in rows])
    chance /= chance.sum()

    truth = chance @ (estimate - chance @ estimate) ** 2
    assert chance @ estimate == pytest.approx(values.mean(), abs=0.002)
    assert chance @ variance == pytest.approx(truth, rel=0.05)


def test_missing_answers_count_by_their_share_of_the_stratum() -> None:
    """One stratum answered whole, one by half: sum of f (1 - q) z² = 0 + 1/2 * 2 * (1/6)² ... by hand."""
    frame = pd.DataFrame(
        {"level": [1] * 4 + [2] * 4, "y": [1, 1, 0, 0, 1, 0, None, None], "schools": 4, "weight": 1.0}
    )

    row = phase(frame, strata="level").mean("y").iloc[0]

    # z = (y - 1/2) / 6; two answers in doubt, times n/(n - 1) = 6/5
    assert row["se"] ** 2 == pytest.approx(6 / 5 * 0.5 * 2 * (0.5 / 6) ** 2)


def test_two_stages_carry_the_doubt_as_far_as_the_sample_reaches() -> None:
    """Half the villages, half the households of each: f = 1/4 of what missing answers add in a census."""
    frame = pd.DataFrame(
        {
            "village": [1, 1, 1, 2, 2, 2],
            "home": range(6),
            "y": [1, 0, 1, 1, 0, None],
            "villages": 4,
            "homes": 6,
            "weight": 4.0,
        }
    )
    plan = {"psu": "village", "ssu": "home"}
    bare = Survey(frame, Design(weights="weight", fpc=("villages", "homes"), **plan))

    more = (
        phase(frame, ("villages", "homes"), **plan).mean("y").iloc[0]["se"] ** 2
        - bare.mean("y").iloc[0]["se"] ** 2
    )

    z = (np.array([1, 0, 1, 1, 0]) - 3 / 5) / 5
    assert more == pytest.approx(5 / 4 * (1 / 4) * (1 / 6) * (z @ z))


@pytest.mark.parametrize("population", [None, np.inf])
def test_where_a_sample_counts_as_drawn_with_replacement_nothing_is_added(population: float | None) -> None:
    frame = CENSUS.assign(schools=population)
    fpc = None if population is None else "schools"

    plain = Survey(frame, Design(weights="weight", fpc=fpc)).mean("online")
    modelled = Survey(frame, Design(weights="weight", fpc=fpc, nonresponse="phase")).mean("online")

    pd.testing.assert_frame_equal(modelled, plain)


def test_who_was_not_asked_is_not_missing() -> None:
    """Two schools without pupils online were not asked: the seven answers are all there are."""
    frame = CENSUS.assign(asked=CENSUS["online"].notna())

    assert phase(frame, due={"online": "asked"}).mean("online").iloc[0]["se"] == 0
    assert phase(frame).mean("online").iloc[0]["se"] > 0


def test_every_kind_of_estimate_knows_of_missing_answers() -> None:
    frame = CENSUS.assign(
        learners=[90, 80, 70, 60, 50, 40, 30, None, None],
        teachers=[9, 8, 7, 7, 5, 4, 3, 2, 1],
        level=["a", "b", "a", "b", "a", "b", "a", "b", "a"],
        repository=["x", "y", "x", "y", "y", "x", "x", None, None],
    )
    survey = phase(frame)

    for table in (
        survey.proportion("online"),
        survey.total("learners"),
        survey.ratio("learners", "teachers"),
        survey.quantile("learners", 0.5),
        survey.mean("online", by="level"),
        survey.difference("online", by="level"),
        survey.table("repository", "level", of="share"),
        survey.proportion("repository"),
    ):
        assert (table["se"] > 0).all()
    assert survey.independence("repository", "level").loc[0, "p_value"] < 1
    # nobody left it open: a census is sure
    assert survey.mean("teachers").loc[0, "se"] == 0


def test_a_difference_adds_what_is_missing_on_both_sides() -> None:
    survey = phase(CENSUS.assign(level=["a", "b", "a", "b", "a", "b", "a", "b", "a"]))
    sides = survey.mean("online", by="level")["se"]

    assert survey.difference("online", by="level").loc[0, "se"] == pytest.approx(np.sqrt((sides**2).sum()))


def test_calibration_takes_nothing_from_the_doubt() -> None:
    """Known totals tell nothing of who left a question open."""
    survey = phase(CENSUS.assign(level=list("ababababa"), all="x"))
    calibrated = survey.poststratify("all", {"x": 9})

    for by in (None, "level"):
        expected = survey.mean("online", by=by)["se"]
        assert calibrated.mean("online", by=by)["se"].tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"nonresponse": "model"}, r"nonresponse='model'; it is one of 'ignore', 'phase'"),
        (
            {"nonresponse": "phase", "due": {"online": "askd"}},
            r"due, online: the survey has no column 'askd'",
        ),
    ],
)
def test_a_wrong_setting_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        Survey(CENSUS, Design(weights="weight", fpc="schools", **settings)).mean("online")  # type: ignore[arg-type]


# what load_survey makes of it


def shops(folder: Path, monkeypatch: pytest.MonkeyPatch, content: str, numerator: str = "") -> Survey:
    book = SHOPS.replace("numerator = 'online == \"yes\"'", numerator or "numerator = 'online == \"yes\"'")
    surveys = make_project(folder, monkeypatch, shops=book)
    deliver(surveys / "shops" / "2025.csv", content)
    return load_survey("shops", 2025)


def test_a_loaded_survey_counts_an_open_answer_as_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = shops(tmp_path, monkeypatch, changed(2, online="-8"))
    bare = Survey(survey.frame, Design(weights="weight", strata="stratum", fpc="shop_count"))

    row, silent = survey.mean("sells_online").iloc[0], bare.mean("sells_online").iloc[0]

    assert survey.design.nonresponse == "phase"
    assert (row["n"], row["estimate"]) == (2, silent["estimate"])
    assert survey.total("sells_online").loc[0, "se"] > bare.total("sells_online").loc[0, "se"]


def test_a_loaded_survey_knows_what_was_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = shops(tmp_path, monkeypatch, csv_text()).frame

    # A2 sells nothing over the Internet and was not asked how much, nor where
    assert frame["due:online_sales"].tolist() == [True, False, True]
    assert frame["due:channels_website"].tolist() == [True, False, True]
    assert "due:online" not in frame


@pytest.mark.parametrize(
    ("online", "sales", "value"),
    [
        ("1", "200", 1.0),
        ("2", "200", 0.0),
        ("2", "-8", np.nan),  # surely no, but a yes would be known only with the sales
        ("-8", "100", np.nan),
        ("-8", "200", np.nan),
    ],
)
def test_a_no_by_one_answer_of_two_counts_only_with_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, online: str, sales: str, value: float
) -> None:
    """Among those who left one answer open all known values are "no": they would pull the share down."""
    survey = shops(
        tmp_path,
        monkeypatch,
        changed(
            2,
            online=online,
            sales=sales,
            online_sales="1" if online == "1" else "",
            channels="1" if online == "1" else "",
        ),
        """numerator = 'online == "yes" and sales >= 150'""",
    )

    assert survey.frame["sells_online"].tolist()[1] == pytest.approx(value, nan_ok=True)
