"""Hold this package's estimates against values that R's survey package gave.

``tests/reference/README.md`` says how the values were made. An expected value is one row: which
statistic of which variable, in which domain, which quantity, and its value. ``mismatches``
computes the same here, one table for each statistic and grouping, and returns what differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from qngai_analysis.survey import Design, Replicates, Survey

REFERENCE = Path(__file__).parent / "reference"
TOLERANCE = 1e-8

#: Where R itself stops iterating earlier than eight digits, or interpolates; see
#: docs/methods/differences-from-r.md.
COARSER = {"prop_logit": 2e-7, "prop_likelihood": 1e-4, "glm": 2e-7}

METHODS = {
    "logit": "logit",
    "xlogit": "xlogit",
    "beta": "korn-graubard",
    "likelihood": "likelihood",
    "asin": "arcsine",
    "mean": "wald",
}
INTERVALS = {"mean": "mean", "beta": "korn-graubard", "xlogit": "logit", "rep": "replicates"}


def read(*parts: str) -> pd.DataFrame:
    """Read a reference table; a column of codes keeps its zeros."""
    return pd.read_csv(REFERENCE.joinpath(*parts), dtype={"zone": "str"})


def expected(*parts: str) -> pd.DataFrame:
    """Read R's values; errors and R's own bookkeeping are left out."""
    table = pd.read_csv(REFERENCE.joinpath(*parts), dtype="str", keep_default_na=False)
    table = table[~table["stat"].isin(["ERROR", "meta"]) & (table["quantity"] != "ERROR")]
    return table.assign(value=pd.to_numeric(table["value"], errors="coerce"))


def jackknifed(frame: pd.DataFrame, design: Design) -> Survey:
    """Return a survey by replicate weights as R's ``as.svrepdesign`` makes them of a design's first stage."""
    strata = frame[design.strata] if isinstance(design.strata, str) else pd.Series("all", index=frame.index)
    units = (
        frame[design.psu].map("{}".format).radd(strata.map("{}|".format))
        if design.psu
        else frame.index.map(str)
    )
    weight, columns, rscales = frame[design.weights], [], []
    for stratum, rows in frame.groupby(strata, sort=False):
        mine, own = strata == stratum, pd.Series(units, index=frame.index)[rows.index]
        size = own.nunique()
        left = 1 - size / rows[design.fpc_columns[0]].iloc[0] if design.fpc else 1.0
        for unit in own.unique() if left > 0 else ():
            gone = pd.Series(units, index=frame.index) == unit
            columns.append(weight.where(~mine, weight * size / (size - 1)).mask(gone, 0.0))
            rscales.append(left * (size - 1) / size)
    names = [f"jk{place + 1}" for place in range(len(columns))]
    made = pd.concat([frame, pd.concat(columns, axis=1, keys=names)], axis=1)
    replicates = Replicates(names, kind="JKn", rscales=rscales)
    return Survey(made, Design(weights=design.weights, replicates=replicates))


def mismatches(survey: Survey, wanted: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose value here differs from R's, with both values and the relative error."""
    quantile = wanted["stat"].str.startswith("q_")
    split = wanted["group"].str.rpartition("|")
    wanted = wanted.assign(
        q=pd.to_numeric(split[2].where(quantile)), group=wanted["group"].where(~quantile, split[0])
    )
    wanted["stat"] = wanted["stat"].replace("df", "mean")
    # what takes a list of variables is asked for all at once
    listed = wanted["stat"].isin(["mean", "total"]) | wanted["stat"].str.startswith("prop_")
    asked = wanted["variable"].where(~listed, "*")
    parts = [
        part.assign(ours=_ours(survey, *key, part))
        for key, part in wanted.groupby(["stat", asked, "group"], sort=False)
    ]
    table = pd.concat(parts)
    limit = table["stat"].map(COARSER).fillna(TOLERANCE)
    limit = limit.where(table["variable"] != "big", 1e-7)  # two million plus noise: digits are lost in R
    with np.errstate(divide="ignore", invalid="ignore"):
        error = (table["ours"] - table["value"]).abs() / table["value"].abs()
    # a variance of exactly zero is some 1e-17 in one program and 0 in the other
    both_zero = (table["ours"].abs() < 1e-9) & (table["value"].abs() < 1e-9)
    same = (error <= limit) | both_zero | (table["ours"].isna() & table["value"].isna())
    return table.assign(error=error)[~same & ~_deliberate(table)]


def _deliberate(table: pd.DataFrame) -> pd.Series:
    """Where this package answers otherwise than R on purpose (docs/methods/differences-from-r.md).

    No answer in the domain: no estimate (R: a mean that is missing or 0, a total of 0). One answer: no
    error (R: 0, or what rounding leaves of it). Every answer
    the same: an exact interval (R: none, or a point at 1e-10). A constant total: no design effect.
    """
    empty = table["ours"].isna() & (table["value"].abs() < 1e-9) & ~table["quantity"].str.startswith("deff")
    effect = table["ours"].isna() & np.isinf(table["value"])
    place = ["stat", "variable", "group", "level"]
    points = table[table["quantity"] == "estimate"].drop_duplicates(place).set_index(place)["ours"]
    certain = pd.MultiIndex.from_frame(table[place]).map(points).isin([0.0, 1.0])
    near = table["value"].isna() | (table["value"] < 1e-9) | (table["value"] > 1 - 1e-9)
    exact = table["stat"].str.startswith("prop_") & certain & near & table["ours"].between(0, 1)
    return empty | effect | exact


def _ours(survey: Survey, stat: str, variable: str, group: str, part: pd.DataFrame) -> pd.Series:
    by = group.split("|") if group else None
    if stat.startswith("q_"):
        return _quantiles(survey, stat, variable, by, part)
    if stat in ("mean", "total", "ratio") or stat.startswith("prop_"):
        names = list(dict.fromkeys(part["variable"]))
        return _estimates(survey, stat, names, by, part)
    return _others(survey, stat, variable, part)


def _estimates(
    survey: Survey, stat: str, names: list[str], by: list[str] | None, part: pd.DataFrame
) -> pd.Series:
    if stat == "ratio":
        table = survey.ratio(*names[0].split("/"), by)
    elif stat.startswith("prop_"):
        table = survey.proportion(names, by, method=METHODS[stat[5:]])  # type: ignore[arg-type]
    else:
        method = survey.total if stat == "total" else survey.mean
        table = method(names, by)
        table["deff_wor"] = table["deff"]
        table["deff_wr"] = method(names, by, deff="wr")["deff"]
    return _picked(
        table, _pairs(table["variable"], _levels(table, by)), part, _pairs(part["variable"], part["level"])
    )


def _quantiles(
    survey: Survey, stat: str, variable: str, by: list[str] | None, part: pd.DataFrame
) -> pd.Series:
    rule, _, interval = stat[2:].partition("_")
    shares = part["q"]
    table = survey.quantile(
        variable, sorted(shares.unique()), by, rule=rule, interval=INTERVALS.get(interval)  # type: ignore[arg-type]
    )  # fmt: skip
    level = _pairs(_levels(table, by), table["q"].round(6))
    return _picked(table, level, part, _pairs(part["level"], shares.round(6)))


def _others(survey: Survey, stat: str, variable: str, part: pd.DataFrame) -> pd.Series:
    if stat == "ttest":
        y, by, *groups = variable.split("~")
        pair = tuple(groups) or None
        table = survey.difference(y, by=by, groups=pair)  # type: ignore[arg-type]
        return _picked(table, [""] * len(table), part)
    if stat == "chisq":
        method, *names = variable.split("~")
        table = survey.independence(*names, statistic=method)  # type: ignore[arg-type]
        return _picked(table, [""] * len(table), part)
    if stat in ("share", "count"):
        names = variable.split(".")
        table = survey.table(*names, of="share" if stat == "share" else "total")
        return _picked(table, _pairs(table[names[0]], table[names[1]], "."), part)
    if stat == "catprop":
        table = survey.proportion(variable)
        return _picked(table, [*map(str, table["level"])], part)
    if stat == "glm":
        y, *names = variable.split("~")
        table = survey.regress(y, names)
        return _picked(table, [re.sub(r"[\[\]]", "", term) for term in table["term"]], part)
    if stat == "margin":
        name, level = variable, part["level"].iloc[0] or part["quantity"].iloc[0]
        return pd.Series(survey.weights[survey.frame[name] == level].sum(), index=part.index)
    raise AssertionError(f"no counterpart for R's {stat!r}")


def _levels(table: pd.DataFrame, by: list[str] | None) -> list[str]:
    if by is None:
        return [""] * len(table)
    return ["|".join(map(str, row)) for row in zip(*(table[name] for name in by), strict=True)]


def _pairs(one: Iterable[object], other: Iterable[object], between: str = "|") -> list[str]:
    return [f"{a}{between}{b}" for a, b in zip(one, other, strict=True)]


def _picked(
    table: pd.DataFrame, levels: list[str], part: pd.DataFrame, wanted: list[str] | None = None
) -> pd.Series:
    quantities = part["quantity"].tolist()
    columns = {quantity: table[quantity].tolist() for quantity in set(quantities)}
    place = {level: number for number, level in enumerate(levels)}
    values = [
        columns[quantity][place[level]]
        for level, quantity in zip(wanted or part["level"].tolist(), quantities, strict=True)
    ]
    return pd.Series(np.array(values, dtype=np.float64), index=part.index)
