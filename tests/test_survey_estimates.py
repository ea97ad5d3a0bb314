"""What the tables of estimates hold, and how they treat what is missing, rare or constant."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Design, Survey

COMMON = ["variable", "estimate", "se", "ci_low", "ci_high", "df", "cv", "deff", "n", "n_eff", "flag"]

# the survey of HOUSE_STYLE: strata, units, weights, one answer missing
SMALL = pd.DataFrame(
    {
        "stratum": ["rural"] * 3 + ["urban"] * 3,
        "psu": [1, 1, 2, 1, 2, 3],
        "weight": [100.0, 120, 200, 50, 70, 60],
        "online": [1.0, 0, 0, 1, 1, np.nan],
    }
)
PLAN = Design(weights="weight", strata="stratum", psu="psu")


def households(n_units: int = 12, size: int = 10, seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    n = n_units * size * 2
    return pd.DataFrame(
        {
            "area": np.repeat(["urban", "rural"], n // 2),
            "village": np.repeat(np.arange(2 * n_units), size),
            "weight": draw.uniform(10, 50, n).round(2),
            "sex": draw.choice(["Nam", "Nữ"], n),
            "online": draw.random(n) < 0.6,
            "income": draw.lognormal(8, 0.7, n).round(1),
            "spend": draw.lognormal(7.5, 0.7, n).round(1),
        }
    )


HOUSEHOLDS = households()
VILLAGES = Design(weights="weight", strata="area", psu="village")


def test_a_mean_agrees_with_r_when_an_answer_is_missing() -> None:
    """
    Reference: R 4.2.2, survey 4.1-1

    d <- svydesign(~psu, strata=~stratum, weights=~weight, data=x, nest=TRUE)
    svymean(~online, d, na.rm=TRUE)
    """
    row = Survey(SMALL, PLAN).mean("online").iloc[0]

    assert row["estimate"] == pytest.approx(0.407407407407)
    assert row["se"] == pytest.approx(0.183382990036)
    assert (row["n"], row["df"]) == (5, 3)


def test_every_table_has_the_same_columns_after_those_of_by() -> None:
    survey = Survey(HOUSEHOLDS, VILLAGES)

    assert list(survey.mean("online", by=["area", "sex"])) == ["area", "sex", *COMMON]
    assert list(survey.total("online")) == COMMON
    assert list(survey.ratio("spend", "income", by="sex")) == ["sex", *COMMON]
    assert list(survey.proportion("online", by="sex")) == ["sex", *COMMON]
    assert list(survey.table("area", "sex")) == ["area", "sex", *COMMON]
    assert list(survey.quantile("income", 0.5)) == ["variable", "q", *COMMON[1:]]
    assert list(survey.difference("online", by="sex")) == ["group", "minus", *COMMON, "t", "p_value"]


def test_several_variables_come_domain_by_domain_as_if_asked_for_one_by_one() -> None:
    survey = Survey(HOUSEHOLDS, VILLAGES)
    together = survey.mean(["income", "online"], by="sex")

    assert together[["sex", "variable"]].to_numpy().tolist() == [
        ["Nam", "income"],
        ["Nam", "online"],
        ["Nữ", "income"],
        ["Nữ", "online"],
    ]
    alone = survey.mean("online", by="sex")
    pd.testing.assert_frame_equal(together[together["variable"] == "online"].reset_index(drop=True), alone)


def test_a_total_is_the_weighted_sum_and_a_mean_the_total_over_the_weights() -> None:
    survey = Survey(HOUSEHOLDS, VILLAGES)
    income, weight = HOUSEHOLDS["income"], HOUSEHOLDS["weight"]

    assert survey.total("income")["estimate"][0] == pytest.approx((income * weight).sum(), rel=1e-12)
    assert survey.mean("income")["estimate"][0] == pytest.approx(
        (income * weight).sum() / weight.sum(), rel=1e-12
    )


def test_large_values_with_little_spread_keep_their_digits() -> None:
    noise = HOUSEHOLDS["income"]
    survey = Survey(HOUSEHOLDS.assign(near=noise, far=noise + 2e9), VILLAGES)

    near, far = survey.mean(["near", "far"], by="sex")["se"].to_numpy().reshape(2, 2).T
    assert far == pytest.approx(near, rel=1e-6)


# domains


def test_a_missing_label_belongs_to_no_domain_and_unused_categories_give_no_row() -> None:
    sex = pd.Categorical(HOUSEHOLDS["sex"], categories=["Nữ", "Khác", "Nam"], ordered=True)
    frame = HOUSEHOLDS.assign(sex=pd.Series(sex).where(HOUSEHOLDS.index != 0))

    table = Survey(frame, VILLAGES).mean("online", by="sex")

    assert table["sex"].tolist() == ["Nữ", "Nam"]
    assert table["n"].sum() == len(frame) - 1
    assert isinstance(table["sex"].dtype, pd.CategoricalDtype)


@pytest.mark.parametrize(
    ("labels", "order"),
    [(["2", "10", "1"], ["1", "10", "2"]), ([2, 10, 1], [1, 2, 10]), ([True, False, True], [False, True])],
)
def test_domains_come_in_the_order_of_their_labels_as_their_type_sorts(
    labels: list[object], order: list[object]
) -> None:
    frame = HOUSEHOLDS.assign(group=np.resize(np.array(labels, dtype=object), len(HOUSEHOLDS)))
    frame["group"] = frame["group"].infer_objects()

    assert Survey(frame, VILLAGES).mean("online", by="group")["group"].tolist() == order


def test_a_domain_where_nobody_answered_has_a_row_without_an_estimate() -> None:
    frame = HOUSEHOLDS.assign(online=HOUSEHOLDS["online"].astype("boolean"))
    frame.loc[frame["sex"] == "Nam", "online"] = pd.NA
    survey = Survey(frame, VILLAGES)

    for table in (
        survey.mean("online", by="sex"),
        survey.total("online", by="sex"),
        survey.proportion("online", by="sex"),
    ):
        empty, full = table.iloc[0], table.iloc[1]
        assert (empty["n"], empty["flag"]) == (0, "none")
        assert empty[["estimate", "se", "ci_low", "ci_high", "cv", "deff", "n_eff"]].isna().all()
        assert full["estimate"] > 0


def test_a_variable_nobody_answered_has_a_row_without_an_estimate() -> None:
    table = Survey(HOUSEHOLDS.assign(asked=np.nan), VILLAGES).mean("asked", by="sex")

    assert table["estimate"].isna().all()
    assert table["flag"].tolist() == ["none", "none"]


def test_a_condition_that_nobody_meets_gives_a_row_without_an_estimate() -> None:
    nobody = Survey(HOUSEHOLDS, VILLAGES).where(HOUSEHOLDS["income"] < 0)

    for table in (
        nobody.mean("online"),
        nobody.total("online"),
        nobody.proportion("online"),
        nobody.ratio("spend", "income"),
        nobody.quantile("income", 0.5),
    ):
        assert (table["n"].tolist(), table["flag"].tolist()) == ([0], ["none"])
    assert len(nobody.mean("online", by="sex")) == 0
    assert list(nobody.mean("online", by="sex")) == ["sex", *COMMON]
    assert len(nobody.table("area", "sex")) == 0


def test_labels_that_are_all_missing_make_no_domain() -> None:
    assert len(Survey(HOUSEHOLDS.assign(group=None), VILLAGES).proportion("online", by="group")) == 0


def test_many_domains_of_a_calibrated_survey_are_those_of_the_uncalibrated_rows() -> None:
    frame = HOUSEHOLDS.assign(house=np.arange(len(HOUSEHOLDS)) // 3)
    survey = Survey(frame, VILLAGES).poststratify("sex", {"Nam": 3000.0, "Nữ": 3500.0})

    table = survey.quantile("income", 0.5, by="house")

    assert len(table) == 80
    assert table["estimate"].notna().all()


def test_a_domain_of_one_unit_has_no_interval_and_is_not_to_be_printed() -> None:
    frame = HOUSEHOLDS.assign(group=np.where(HOUSEHOLDS["village"] == 3, "one", "others"))

    row = Survey(frame, VILLAGES).proportion("online", by="group").iloc[0]

    assert (row["group"], row["df"], row["flag"]) == ("one", 0, "suppress")
    assert np.isnan(row["ci_low"])
    assert np.isnan(row["ci_high"])


def test_a_domain_of_one_unit_where_all_answer_alike_is_not_to_be_printed_either() -> None:
    frame = HOUSEHOLDS.assign(group=np.where(HOUSEHOLDS["village"] < 1, "one", "others"), never=0)

    row = Survey(frame, VILLAGES).proportion("never", by="group").iloc[0]

    assert (row["estimate"], row["flag"]) == (0, "suppress")
    assert np.isnan(row["ci_high"])


@pytest.mark.parametrize("method", ["logit", "korn-graubard", "arcsine", "likelihood", "wald"])
def test_a_population_taken_whole_has_no_sampling_error(method: str) -> None:
    frame = HOUSEHOLDS.assign(weight=1.0, villages=12)
    design = Design(weights="weight", strata="area", psu="village", fpc="villages")

    row = Survey(frame, design).proportion("online", method=method).iloc[0]  # type: ignore[arg-type]

    assert row["se"] == 0
    assert [row["ci_low"], row["ci_high"]] == pytest.approx([row["estimate"]] * 2)


def test_a_domain_keeps_the_whole_design() -> None:
    """Cutting the file down first would forget the villages without a member."""
    survey = Survey(HOUSEHOLDS, VILLAGES)
    women = survey.where(HOUSEHOLDS["sex"] == "Nữ").total("online")
    by_sex = survey.total("online", by="sex").iloc[[1]].drop(columns="sex").reset_index(drop=True)

    pd.testing.assert_frame_equal(women, by_sex)


def test_conditions_add_up_and_a_missing_one_counts_as_not_met() -> None:
    known = pd.Series(HOUSEHOLDS["income"] > 3000).astype("boolean")
    known[5] = pd.NA
    survey = Survey(HOUSEHOLDS, VILLAGES).where(known).where(HOUSEHOLDS["sex"] == "Nam")

    wanted = (known.fillna(False) & (HOUSEHOLDS["sex"] == "Nam")).sum()
    assert survey.mean("online")["n"][0] == wanted


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (np.array([True, False]), "2 conditions for 240 rows"),
        ("sex == 'Nam'", "is text; give true/false a row"),
        (HOUSEHOLDS["income"], "the condition is float64, not true/false"),
        (HOUSEHOLDS["online"].iloc[::-1], "another index than the survey"),
    ],
)
def test_a_condition_that_does_not_fit_is_refused(condition: object, message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        Survey(HOUSEHOLDS, VILLAGES).where(condition)  # type: ignore[arg-type]


def test_a_by_column_that_the_result_needs_is_refused() -> None:
    with pytest.raises(SurveyError, match="'n' is also a column of the result"):
        Survey(HOUSEHOLDS.assign(n=1), VILLAGES).mean("online", by="n")


# columns


@pytest.mark.parametrize("dtype", ["int8", "float32", "Int64", "boolean", "Float64", "object"])
def test_answers_may_have_any_numeric_or_true_false_type(dtype: str) -> None:
    expected = Survey(HOUSEHOLDS, VILLAGES).proportion("online", by="sex")
    other = Survey(HOUSEHOLDS.assign(online=HOUSEHOLDS["online"].astype(dtype)), VILLAGES)

    pd.testing.assert_frame_equal(other.proportion("online", by="sex"), expected)


def test_text_in_place_of_numbers_is_refused() -> None:
    survey = Survey(HOUSEHOLDS.assign(income=HOUSEHOLDS["income"].astype("str")), VILLAGES)

    with pytest.raises(SurveyError, match=r"mean: column 'income' holds '.*decimal point"):
        survey.mean("income")


def test_asking_for_nothing_is_refused() -> None:
    survey = Survey(HOUSEHOLDS, VILLAGES)

    for ask in (survey.mean, survey.total, survey.proportion):
        with pytest.raises(SurveyError, match="no column to estimate was named"):
            ask([])


def test_cells_that_hold_lists_are_no_labels() -> None:
    frame = HOUSEHOLDS.assign(devices=[["phone"]] * len(HOUSEHOLDS))

    with pytest.raises(SurveyError, match="column 'devices' holds a list in a cell; give text or numbers"):
        Survey(frame, VILLAGES).mean("online", by="devices")


def test_infinite_values_are_refused_by_row() -> None:
    frame = HOUSEHOLDS.assign(income=HOUSEHOLDS["income"].where(HOUSEHOLDS.index != 7, np.inf))

    with pytest.raises(SurveyError, match="column 'income' is infinite in row 7"):
        Survey(frame, VILLAGES).mean("income")


def test_a_proportion_of_codes_other_than_0_and_1_is_refused() -> None:
    frame = HOUSEHOLDS.assign(online=HOUSEHOLDS["online"] + 1)

    with pytest.raises(
        SurveyError, match=r"proportion: column 'online' holds 2 in rows .*it is true/false or 0/1"
    ):
        Survey(frame, VILLAGES).proportion("online")


def test_a_proportion_of_labels_has_a_row_for_each_and_they_add_up() -> None:
    table = Survey(HOUSEHOLDS, VILLAGES).proportion("sex", by="area")

    assert list(table.columns[:3]) == ["area", "variable", "level"]
    assert table["level"].tolist() == ["Nam", "Nữ"] * 2
    assert table.groupby("area")["estimate"].sum().tolist() == pytest.approx([1, 1])


def test_a_category_that_nobody_gave_has_a_share_of_0() -> None:
    sex = pd.Categorical(HOUSEHOLDS["sex"], categories=["Nữ", "Khác", "Nam"])
    table = Survey(HOUSEHOLDS.assign(sex=sex), VILLAGES).proportion("sex")

    assert table["level"].tolist() == ["Nữ", "Khác", "Nam"]
    assert (table["estimate"][1], table["ci_low"][1], table["flag"][1]) == (0, 0, "review")


def test_columns_can_be_added_but_not_those_of_the_design() -> None:
    survey = Survey(HOUSEHOLDS, VILLAGES).assign(rich=lambda frame: frame["income"] > 4000)

    assert 0 < survey.mean("rich")["estimate"][0] < 1
    with pytest.raises(SurveyError, match="assign: 'weight' belongs to the design"):
        survey.assign(weight=1.0)


# shares of 0 and 1


def test_a_share_of_exactly_0_has_an_exact_interval_and_asks_for_review() -> None:
    survey = Survey(HOUSEHOLDS.assign(online=0), VILLAGES)

    for method in ("logit", "korn-graubard", "arcsine", "likelihood"):
        row = survey.proportion("online", method=method).iloc[0]  # type: ignore[arg-type]
        assert (row["estimate"], row["se"], row["ci_low"]) == (0, 0, 0)
        # Clopper-Pearson for 0 of 240: 1 - 0.025^(1/240)
        assert row["ci_high"] == pytest.approx(1 - 0.025 ** (1 / 240))
        assert row["flag"] == "review"


def test_a_share_of_exactly_1_mirrors_one_of_0() -> None:
    none = Survey(HOUSEHOLDS.assign(online=0), VILLAGES).proportion("online").iloc[0]
    all_ = Survey(HOUSEHOLDS.assign(online=1), VILLAGES).proportion("online").iloc[0]

    assert (1 - all_["ci_low"], all_["ci_high"], all_["flag"]) == pytest.approx(
        (none["ci_high"], 1, "review")
    )


def test_intervals_of_a_share_stay_between_0_and_1_and_hold_the_share() -> None:
    frame = HOUSEHOLDS.assign(rare=np.arange(len(HOUSEHOLDS)) % 60 == 0)
    survey = Survey(frame, VILLAGES)

    for method in ("logit", "korn-graubard", "arcsine", "likelihood"):
        row = survey.proportion("rare", method=method).iloc[0]  # type: ignore[arg-type]
        assert 0 < row["ci_low"] < row["estimate"] < row["ci_high"] < 1


def test_an_unknown_interval_is_refused() -> None:
    with pytest.raises(SurveyError, match="method='wilson'; it is one of 'logit'"):
        Survey(HOUSEHOLDS, VILLAGES).proportion("online", method="wilson")  # type: ignore[arg-type]


def test_the_confidence_level_is_a_setting() -> None:
    narrow = Survey(HOUSEHOLDS, VILLAGES, confidence=0.8).mean("income").iloc[0]
    wide = Survey(HOUSEHOLDS, VILLAGES, confidence=0.99).mean("income").iloc[0]

    assert wide["ci_low"] < narrow["ci_low"] < narrow["ci_high"] < wide["ci_high"]
    with pytest.raises(SurveyError, match="confidence=95; it is between 0 and 1"):
        Survey(HOUSEHOLDS, VILLAGES, confidence=95)


# design effect, effective n, flag


def test_equal_weights_without_clusters_have_a_design_effect_of_one() -> None:
    frame = HOUSEHOLDS.assign(weight=1e6)
    row = Survey(frame, Design(weights="weight")).mean("income", deff="wr").iloc[0]

    assert row["deff"] == pytest.approx(1)
    assert row["n_eff"] == pytest.approx(240)


def test_weights_that_add_up_to_the_sample_leave_the_design_effect_without_replacement_unknown() -> None:
    survey = Survey(HOUSEHOLDS.assign(weight=1.0), Design(weights="weight"))

    assert np.isnan(survey.mean("income")["deff"][0])
    assert survey.mean("income", deff="wr")["deff"][0] == pytest.approx(1)
    assert survey.mean("income")["n_eff"][0] == pytest.approx(240)


@pytest.mark.parametrize(
    ("villages", "share", "flag"),
    [
        (40, 0.5, "ok"),  # 800 answers: interval far below 0.30
        (2, 0.5, "suppress"),  # 40 answers: interval wider than 0.30
        (3, 0.95, "review"),  # 4 degrees of freedom
    ],
)
def test_shares_are_flagged_by_the_presentation_standards(villages: int, share: float, flag: str) -> None:
    frame = households(villages)
    rank = frame.groupby("village").cumcount() + frame["village"] % 2
    frame["yes"] = rank % 20 < share * 20

    assert Survey(frame, VILLAGES).proportion("yes")["flag"][0] == flag


def test_means_are_flagged_by_their_coefficient_of_variation() -> None:
    frame = HOUSEHOLDS.assign(steady=100 + HOUSEHOLDS["income"] / 1e4, wild=0.0)
    frame.loc[[3, 60], "wild"] = 1e4

    assert Survey(frame, VILLAGES).mean(["steady", "wild"])["flag"].tolist() == ["ok", "suppress"]


def test_what_is_said_of_the_frame_is_said_of_every_table() -> None:
    frame = HOUSEHOLDS.copy()
    frame.attrs["status"] = "simulated"

    assert Survey(frame, VILLAGES).proportion("online", by="sex").attrs["status"] == "simulated"


# quantiles


def test_a_weighted_median_is_the_first_value_that_half_the_weight_does_not_exceed() -> None:
    frame = pd.DataFrame({"x": [10.0, 20, 30, 40], "w": [1.0, 1, 4, 1]})

    table = Survey(frame, Design(weights="w")).quantile("x", [0.2, 0.5, 0.9])

    assert table["estimate"].tolist() == [20, 30, 40]


def test_a_quantile_above_which_nobody_is_has_that_value_for_an_upper_end() -> None:
    """As R: the share at or below it is 1 with no error, whatever the last digit of its sum says."""
    frame = HOUSEHOLDS.assign(x=np.where(HOUSEHOLDS["sex"] == "Nam", HOUSEHOLDS["income"], 7))

    row = Survey(frame, VILLAGES).quantile("x", 0.9, by="sex").iloc[1]

    assert row[["estimate", "ci_low", "ci_high", "se", "flag"]].tolist() == [7, 7, 7, 0, "suppress"]


def test_quantiles_of_a_constant_have_no_width() -> None:
    row = Survey(HOUSEHOLDS.assign(x=5), VILLAGES).quantile("x", 0.5).iloc[0]

    assert (row["estimate"], row["n"]) == (5, 240)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"q": 50}, "q=50; it is between 0 and 1, 0.5 for the median"),
        ({"q": "median"}, "q=median; it is between 0 and 1, 0.5 for the median"),
        ({"q": []}, "it is between 0 and 1"),
        ({"q": 0.5, "rule": "hf10"}, "rule='hf10'; it is one of 'math'"),
        ({"q": 0.5, "interval": "wald"}, "interval='wald'; it is one of 'mean'"),
        ({"q": 0.5, "interval": "replicates"}, "needs a design with replicate weights"),
    ],
)
def test_a_quantile_that_does_not_exist_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        Survey(HOUSEHOLDS, VILLAGES).quantile("income", **settings)  # type: ignore[arg-type]


# differences


def test_a_difference_between_domains_counts_the_villages_they_share() -> None:
    survey = Survey(HOUSEHOLDS, VILLAGES)
    shared = HOUSEHOLDS.assign(level=HOUSEHOLDS["village"] % 5 * 100.0 + HOUSEHOLDS["online"])
    row = Survey(shared, VILLAGES).difference("level", by="sex").iloc[0]
    apart = np.sqrt((Survey(shared, VILLAGES).mean("level", by="sex")["se"] ** 2).sum())

    assert row["se"] < apart / 2  # what a village adds to both sexes cancels
    assert (row["group"], row["minus"]) == ("Nữ", "Nam")
    means = survey.mean("online", by="sex")["estimate"]
    assert survey.difference("online", by="sex")["estimate"][0] == pytest.approx(means[1] - means[0])


def test_groups_choose_the_pair_and_its_direction() -> None:
    frame = HOUSEHOLDS.assign(third=np.resize(["a", "b", "c"], len(HOUSEHOLDS)))
    survey = Survey(frame, VILLAGES)

    all_pairs = survey.difference("income", by="third")
    assert all_pairs[["group", "minus"]].to_numpy().tolist() == [["b", "a"], ["c", "a"], ["c", "b"]]
    one = survey.difference("income", by="third", groups=("a", "c")).iloc[0]
    assert one["estimate"] == pytest.approx(-all_pairs["estimate"][1])
    assert one["se"] == pytest.approx(all_pairs["se"][1])


def test_domains_can_be_compared_within_others() -> None:
    table = Survey(HOUSEHOLDS, VILLAGES).difference("online", by="sex", within="area")
    urban = Survey(HOUSEHOLDS, VILLAGES).where(HOUSEHOLDS["area"] == "urban").difference("online", by="sex")

    assert table["area"].tolist() == ["rural", "urban"]
    pd.testing.assert_series_equal(
        table.loc[1, COMMON].astype(object), urban.loc[0, COMMON].astype(object), check_names=False
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"by": "sex", "groups": ("Nữ", "Khác")},
            "column 'sex' has no 'Nữ' and 'Khác' to compare; the column has Nam, Nữ",
        ),
        ({"by": "sex", "statistic": "median"}, "statistic='median'"),
        ({"by": "sex", "statistic": "ratio"}, "den goes with 'ratio' only"),
    ],
)
def test_a_difference_that_is_not_one_is_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        Survey(HOUSEHOLDS, VILLAGES).difference("online", **settings)  # type: ignore[arg-type]


# two-way tables


def test_the_shares_of_a_table_add_up_and_its_test_travels_with_it() -> None:
    survey = Survey(HOUSEHOLDS, VILLAGES)

    assert survey.table("area", "sex", of="share")["estimate"].sum() == pytest.approx(1)
    assert survey.table("area", "sex", of="row").groupby("area")["estimate"].sum().tolist() == pytest.approx(
        [1, 1]
    )
    assert survey.table("area", "sex", of="column").groupby("sex")[
        "estimate"
    ].sum().tolist() == pytest.approx([1, 1])
    table = survey.table("area", "sex")
    test = survey.independence("area", "sex").iloc[0]
    assert table.attrs["test"] == pytest.approx({k: test[k] for k in ("statistic", "df1", "df2", "p_value")})


def test_a_row_share_is_the_proportion_in_that_row() -> None:
    survey = Survey(HOUSEHOLDS, VILLAGES)
    table = survey.table("area", "sex", of="row")
    shares = survey.proportion("sex", by="area")

    for column in ("estimate", "se", "deff"):
        assert table[column].to_numpy() == pytest.approx(shares[column].to_numpy(), rel=1e-10)


def test_a_table_with_one_row_has_no_test() -> None:
    survey = Survey(HOUSEHOLDS.assign(one="x"), VILLAGES)

    assert survey.independence("one", "sex")["p_value"].isna().all()
    with pytest.raises(SurveyError, match="of='percent'; it is one of 'total'"):
        survey.table("one", "sex", of="percent")  # type: ignore[arg-type]
    with pytest.raises(SurveyError, match="statistic='G'; it is one of 'F'"):
        survey.independence("area", "sex", statistic="G")  # type: ignore[arg-type]


# regression


@pytest.mark.parametrize(
    ("y", "on", "message"),
    [
        ("online", ["income", "double"], "the terms depend on each other"),
        ("online", ["exactly"], "one separates the answers"),
        ("sex", ["income"], "column 'sex' holds labels"),
        ("income", ["sex"], "it is true/false or 0/1"),
        ("unasked", ["sex"], "no row has 'unasked' and all of sex"),
    ],
)
def test_a_regression_without_an_answer_is_refused(y: str, on: list[str], message: str) -> None:
    frame = HOUSEHOLDS.assign(
        double=2 * HOUSEHOLDS["income"], exactly=HOUSEHOLDS["online"].astype(float), unasked=np.nan
    )

    with pytest.raises(SurveyError, match=message):
        Survey(frame, VILLAGES).regress(y, on)


# -- one answer, one unit --------------------------------------------------------------------

ALONE = HOUSEHOLDS.assign(group=np.where(HOUSEHOLDS.index == 5, "one", "others"))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("nonresponse", ["ignore", "phase"])
def test_a_domain_of_one_answer_has_no_error_no_interval_and_is_not_printed(nonresponse: str) -> None:
    frame = ALONE.assign(villages=40, income=ALONE["income"].mask(ALONE.index % 7 == 3))
    design = Design("weight", strata="area", psu="village", fpc="villages", nonresponse=nonresponse)  # type: ignore[arg-type]
    survey = Survey(frame, design)

    tables = [
        survey.mean("income", "group"),
        survey.proportion("online", "group"),
        survey.ratio("income", "spend", "group"),
    ]

    for table in tables:
        row = table.set_index("group").loc["one"]
        assert row[["se", "ci_low", "ci_high", "cv"]].isna().all()
        assert row["flag"] == "suppress"


@pytest.mark.filterwarnings("error")
def test_a_difference_from_one_answer_has_no_error_and_is_not_printed() -> None:
    row = Survey(ALONE, VILLAGES).difference("income", by="group").iloc[0]

    assert row[["se", "ci_low", "t", "p_value"]].isna().all()
    assert (row["flag"], np.isfinite(row["estimate"])) == ("suppress", True)


def test_a_difference_from_one_sampling_unit_is_never_ok() -> None:
    frame = HOUSEHOLDS.assign(group=np.where(HOUSEHOLDS["village"] == 3, "one village", "others"))

    assert Survey(frame, VILLAGES).difference("income", by="group")["flag"].tolist() == ["review"]
