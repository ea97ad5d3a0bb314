"""Estimates agree with R's survey package to eight digits, over 71 designs.

Reference: R 4.2.2, survey 4.1-1; how the values were made stands in tests/reference/README.md.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from survey_oracle import expected, jackknifed, mismatches, read

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Design, Replicates, Survey

# R's options for a stratum with one unit, and ours
SINGLE = {
    "fail": "error",
    "remove": "skip",
    "certainty": "certainty",
    "adjust": "center",
    "average": "average",
}


def agree(survey: Survey, wanted: pd.DataFrame) -> None:
    assert len(wanted) > 20
    wrong = mismatches(survey, wanted)
    columns = ["stat", "variable", "group", "level", "quantity", "value", "ours", "error"]
    assert wrong.empty, "\n" + wrong[columns].head(20).to_string()


# a household survey of 13 districts, an enterprise survey, two units a stratum with replicates

SEX = {"F": 180_000, "M": 245_000}
AGE = {"15-34": 110_000, "35-59": 205_000, "60+": 110_000}

NAMES = {
    "est": "estimate",
    "lci": "ci_low",
    "uci": "ci_high",
    "stat": "statistic",
    "p": "p_value",
    "diff": "estimate",
}


@cache
def kept() -> pd.DataFrame:
    """R's values, their names put in the words of survey_oracle."""
    table = expected("districts", "results.csv.xz")
    table = table.assign(quantity=table["quantity"].replace(NAMES))
    old = table["stat"].copy()
    table["stat"] = (
        old.str.replace("dom_", "")
        .str.replace("ciprop", "prop")
        .str.replace(r"^chisq_.*", "chisq", regex=True)
        .str.replace("oldquantile", "q_interpolated_mean")
        .str.replace("quantile_", "q_")
        .replace({"svytable": "count", "contrast": "ttest", "glm_logit": "glm"})
    )
    chi = old.str.startswith("chisq_")
    table.loc[chi, "variable"] = (old + "~" + table["variable"].str.replace("*", "~"))[chi].str.replace(
        "chisq_", ""
    )
    count = old == "svytable"
    table.loc[count, "level"] = (table["group"] + "." + table["level"])[count]
    table.loc[count, "variable"] = table["variable"].str.replace("*", ".")[count]
    table.loc[count, "group"] = ""
    quantile = table["stat"].str.startswith("q_")
    table.loc[quantile, "group"] = "|" + table["level"][quantile]
    table.loc[quantile, "level"] = ""
    table.loc[old == "contrast", ["variable", "group"]] = ["y05~district~Quang Ngai~Ba To", ""]
    table.loc[old == "glm_logit", "variable"] = "y05~area~hhsize~educ"
    table["variable"] = table["variable"].str.replace("I(size=='large')", "large")
    return table


@cache
def household(fpc: tuple[str, ...] = ()) -> Survey:
    design = Design(
        weights="weight", strata="stratum", psu="ea", ssu="hh" if len(fpc) > 1 else None, fpc=fpc or None
    )
    return Survey(read("districts", "households.csv.xz"), design)


def test_households_in_strata_and_areas() -> None:
    """svydesign(id=~ea, strata=~stratum, weights=~weight, data=hh)."""
    agree(household(), kept()[lambda t: (t["design"] == "hh10k") & (t["stat"] != "sub_mean")])


def test_households_with_a_finite_number_of_areas() -> None:
    """svydesign(id=~ea, strata=~stratum, fpc=~N_ea, weights=~weight, data=hh)."""
    agree(household(("N_ea",)), kept()[lambda t: t["design"] == "hh10k_fpc1"])


def test_households_drawn_in_two_finite_stages() -> None:
    """svydesign(id=~ea+hh, strata=~stratum, fpc=~N_ea+M_hh, weights=~weight, data=hh, nest=TRUE)."""
    agree(household(("N_ea", "M_hh")), kept()[lambda t: t["design"] == "hh10k_fpc2"])


def test_a_rare_domain_across_strata() -> None:
    """svymean(~y05, subset(d, district=="Ly Son" & educ=="tertiary"))."""
    survey = household()
    rare = survey.where((survey.frame["district"] == "Ly Son") & (survey.frame["educ"] == "tertiary"))
    wanted = kept()[kept()["stat"] == "sub_mean"].set_index("quantity")["value"]

    found = rare.mean("y05").iloc[0]

    for quantity in ("estimate", "se", "df"):
        assert found[quantity] == pytest.approx(wanted[quantity], rel=1e-8)


def test_poststratified_households() -> None:
    """postStratify(d, ~district+sex, totals)."""
    totals = read("districts", "households_totals.csv.xz").set_index(["district", "sex"])["Freq"]
    agree(household().poststratify(["district", "sex"], totals), kept()[lambda t: t["design"] == "hh10k_ps"])


def test_raked_households() -> None:
    """rake(d, list(~sex, ~agegrp), list(m1, m2), control=list(maxit=200, epsilon=1e-9))."""
    agree(household().rake({"sex": SEX, "agegrp": AGE}), kept()[lambda t: t["design"] == "hh10k_rake"])


def test_calibrated_households() -> None:
    """calibrate(d, ~sex+agegrp, c(`(Intercept)`=425000, sexM=245000, …))."""
    agree(household().calibrate({"sex": SEX, "agegrp": AGE}), kept()[lambda t: t["design"] == "hh10k_greg"])


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust", "average"])
def test_households_with_single_areas(rule: str) -> None:
    """options(survey.lonely.psu=rule)."""
    design = Design(weights="weight", strata="stratum", psu="ea", singleton=SINGLE[rule])  # type: ignore[arg-type]
    survey = Survey(read("districts", "households_single.csv.xz"), design)
    agree(survey, kept()[lambda t: t["design"] == f"hh3k_lonely_{rule}"])


def test_households_with_single_areas_in_a_domain() -> None:
    """options(survey.lonely.psu="adjust", survey.adjust.domain.lonely=TRUE)."""
    design = Design(
        weights="weight", strata="stratum", psu="ea", singleton="center", center_domain_singletons=True
    )
    survey = Survey(read("districts", "households_single.csv.xz"), design)
    agree(survey, kept()[lambda t: t["design"] == "hh3k_lonely_adjust_domain"])


@pytest.mark.parametrize("rule", ["remove", "certainty", "adjust", "average"])
def test_enterprises_with_strata_taken_whole_and_single_ones(rule: str) -> None:
    """svydesign(id=~1, strata=~stratum, weights=~weight, fpc=~N_h, data=en)."""
    frame = read("districts", "enterprises.csv.xz")
    design = Design(weights="weight", strata="stratum", fpc="N_h", singleton=SINGLE[rule])  # type: ignore[arg-type]
    survey = Survey(frame.assign(large=frame["size"] == "large"), design)
    agree(survey, kept()[lambda t: t["design"] == f"ent_lonely_{rule}"])


def test_enterprises_without_single_strata() -> None:
    frame = read("districts", "enterprises.csv.xz")
    survey = Survey(frame[frame["n_h"] > 1], Design(weights="weight", strata="stratum", fpc="N_h"))
    agree(survey, kept()[lambda t: t["design"] == "ent_nosingle"])


@pytest.mark.parametrize(
    ("table", "strata", "units", "name"),
    [("households_single", "10U, 11U", "ea", "hh3k"), ("enterprises", "coast_ict_medium", None, "ent")],
)
def test_single_strata_stop_us_where_they_stop_r(
    table: str, strata: str, units: str | None, name: str
) -> None:
    """R: Stratum (10U) has only one PSU at stage 1; Stratum (coast_ict_medium) …"""
    fpc = "N_h" if name == "ent" else None
    with pytest.raises(SurveyError, match=f"stratum {strata}.* only one psu"):
        Survey(
            read("districts", f"{table}.csv.xz"),
            Design(weights="weight", strata="stratum", psu=units, fpc=fpc),
        )


def test_pairs_of_units_by_linearisation() -> None:
    survey = Survey(
        read("districts", "pairs.csv.xz"), Design(weights="weight", strata="stratum", psu="psu_id")
    )
    agree(survey, kept()[lambda t: t["design"] == "twopsu_taylor"])


@pytest.mark.parametrize("mse", [False, True])
@pytest.mark.parametrize("kind", ["BRR", "Fay", "JK1", "JKn", "subboot"])
def test_replicate_weights(kind: str, mse: bool) -> None:
    """as.svrepdesign(d, type=kind), centred at the replicates' mean or (mse) at the estimate."""
    replicates = Replicates(
        "rw",
        kind="bootstrap" if kind == "subboot" else kind,  # type: ignore[arg-type]
        fay=0.3 if kind == "Fay" else None,
        rscales=0.5 if kind == "JKn" else None,
        mse=mse,
    )
    survey = Survey(
        read("districts", f"pairs_{kind}.csv.xz"), Design(weights="weight", replicates=replicates)
    )
    agree(survey, kept()[lambda t: t["design"] == f"twopsu_{kind}{'_mse' if mse else ''}"])


# many small designs with everything awkward in them: domains that miss strata, hold one unit, no
# answer, or one answer only; codes used again; missing values; shuffled rows; singles at both stages


@cache
def designs() -> pd.DataFrame:
    return read("designs", "designs.csv").set_index("name").astype("str")


@cache
def data() -> pd.DataFrame:
    return read("designs", "data.csv.xz")


@cache
def awkward() -> pd.DataFrame:
    """R's values, their names put in the words of survey_oracle."""
    table = expected("designs", "results.csv.xz")
    stat, variable = table["stat"], table["variable"]
    table.loc[stat == "ttest", "variable"] = variable + "~sex"
    table.loc[stat == "ttest_zone", "variable"] = variable + "~zone~10~1"
    table.loc[stat == "chisq", "variable"] = variable + "~age~sex"
    table.loc[stat == "glm", "variable"] = variable + "~sex~num"
    table["stat"] = stat.replace({"ttest_zone": "ttest", "q_rep": "q_math_rep"})
    return table[~stat.isin(["lm", "q_hf3", "q_hf4", "q_hf5", "q_hf6", "q_hf9"])]  # what is not offered here


def known_totals(frame: pd.DataFrame) -> tuple[dict[str, float], dict[str, float]]:
    """The same margins as in designs.R."""
    sex = np.round(frame["w"].sum() * np.array([0.51, 0.49]))
    age = np.round(sex[0] * np.array([0.3, 0.4, 0.3]) + sex[1] * np.array([0.3, 0.4, 0.3]))
    age[1] = sex.sum() - age[0] - age[2]
    return dict(zip(["F", "M"], sex, strict=True)), dict(zip(["15-34", "35-59", "60+"], age, strict=True))


def built(name: str) -> Survey:
    row = designs().loc[name]
    frame = data()[data()["design"] == name].reset_index(drop=True)
    columns = {key: None if row[key] == "-" else row[key] for key in ("strata", "psu", "ssu")}
    design = Design(
        weights="w",
        **columns,  # type: ignore[arg-type]
        fpc=None if row["fpc"] == "-" else row["fpc"].split(","),
        singleton=SINGLE[row["lonely"]],  # type: ignore[arg-type]
        center_domain_singletons=row["domain"] == "1",
    )
    survey = Survey(frame, design)
    sex, age = known_totals(frame)
    for step in row["adjust"].split(","):
        if step in ("BRR", "Fay", "subbootstrap"):
            survey = with_r_weights(name, frame, step)
        elif step != "-":
            survey = STEPS[step](survey, sex, age)
    return survey


def with_r_weights(name: str, frame: pd.DataFrame, kind: str) -> Survey:
    weights = read("designs", f"weights_{name}.csv.xz")
    replicates = Replicates(
        "r", kind="bootstrap" if kind == "subbootstrap" else kind, fay=0.3 if kind == "Fay" else None  # type: ignore[arg-type]
    )  # fmt: skip
    return Survey(pd.concat([frame, weights], axis=1), Design(weights="w", replicates=replicates))


STEPS = {
    "post": lambda survey, sex, _: survey.poststratify("sex", sex),
    "rake": lambda survey, sex, age: survey.rake({"sex": sex, "age": age}),
    "greg": lambda survey, sex, age: survey.calibrate({"sex": sex, "age": age}),
    "calrake": lambda survey, sex, age: survey.calibrate({"sex": sex, "age": age}, method="raking"),
    "JK1": lambda survey, *_: jackknifed(survey.frame, survey.design),
    "JKn": lambda survey, *_: jackknifed(survey.frame, survey.design),
}


@pytest.mark.parametrize(
    "name", [name for name in read("designs", "designs.csv")["name"] if name != "callogit"]
)
def test_awkward_designs(name: str) -> None:
    agree(built(name), awkward()[lambda t: t["design"] == name])
