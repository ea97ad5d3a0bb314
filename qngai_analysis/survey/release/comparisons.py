"""Published tests and models: gaps between groups, a group and the rest, two years, odds ratios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.survey.door import through_the_gate
from qngai_analysis.survey.estimate.arrays import label_codes
from qngai_analysis.survey.estimate.estimates import Survey
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.gate import (
    SHARE_STEP,
    SIZE_STEP,
    at_step,
    few_on_a_side,
    gated_odds,
    gated_test,
    log_odds,
    share_steps,
)
from qngai_analysis.survey.release.history import History, history_of
from qngai_analysis.survey.release.publication import published

_HERE = "_here"  # column that says whether a row lies in the group that is compared with the rest


@through_the_gate
def compared(survey: Survey, item: Indicator, by: str, groups: tuple[str, str]) -> pd.Series | None:
    """
    Return the difference between two published groups of an indicator, the first minus the second, with its test.

    Columns as ``gate.gated_test``; None where a group is hidden, or the table stands and the test was not
    published with it.
    """
    history = history_of(survey)
    table = published(survey, item, by).set_index("row")
    first: Any = table.loc[groups[0]]
    second: Any = table.loc[groups[1]]

    def make() -> pd.DataFrame | None:
        labels = {str(value): value for value in survey.frame[by].dropna().unique()}
        test = _difference(history, item, by, (labels[groups[0]], labels[groups[1]]))
        return _tested(item, first, second, test)

    if pd.isna(first["estimate"]) or pd.isna(second["estimate"]):
        return None
    found = history.released((item.name, f"{by}: {groups[0]} – {groups[1]}"), make, None, item, [by])
    return None if found is None else found.iloc[0]


@through_the_gate
def against_rest(survey: Survey, item: Indicator, by: str, group: str) -> pd.Series | None:
    """
    Return a published group beside the rest of the survey: ``rest``, its ``step``, and the test of the difference.

    The rest is a table of its own: protected, rounded and compared with what was published as every other.
    None where the group or the rest is hidden, or the table stands and the rest was not published with it.
    """
    history = history_of(survey)
    table = published(survey, item, by).set_index("row")
    if group not in table.index:
        return None
    mine: Any = table.loc[group]
    if pd.isna(mine["estimate"]):
        return None
    inside = survey.frame[by].astype(str).eq(group)
    outside = history.file.behind_groups(item, np.where(inside, -1, 0), [group])  # -1: in no row

    def make() -> pd.DataFrame | None:
        halves = survey.assign(**{_HERE: inside})
        apart = History(halves, None)
        both = apart.table(item, _HERE).set_index("row")
        rest = both.loc["False"] if "False" in both.index else None
        if rest is None or pd.isna(rest["estimate"]) or both.loc["True", "symbol"] == "c":
            return None
        if item.kind == "proportion" or apart.file.scale(item):
            rest = _left_over(apart, item, published(survey, item).iloc[0], mine, rest)
        test = _difference(apart, item, _HERE, (True, False))
        found = _tested(item, mine, rest, test)
        return found.assign(rest=rest["estimate"], n=rest["n"], row=group)

    key = (item.name, f"{by}: {group} – rest")
    found = history.released(key, make, outside, item, [by])
    return None if found is None else found.iloc[0]


def _left_over(
    apart: History, item: Indicator, whole: pd.Series, mine: pd.Series, rest: pd.Series
) -> pd.Series:
    """
    Return the rest with the share, or mean of few values, that the published whole and group leave for it, if the whole is published.

    Rounded for itself it would be a second window on the group's answers, and two windows can leave one count.
    """
    if pd.isna(whole["estimate"]):
        return rest
    file = apart.file
    weights = np.where(file.known(item), file.weights() * file.base(item), 0.0)
    part = weights[apart.survey.frame[_HERE]].sum() / weights.sum()
    least, most, unit = file.levels(item, _HERE, ["False"])
    left = np.clip((whole["estimate"] - part * mine["estimate"]) / (1 - part), least, most)
    rounding = np.hypot(whole["step"], part * mine["step"]) / (1 - part)
    step = (most - least) * share_steps(rest["n"] / unit)
    fine = SHARE_STEP if item.kind == "proportion" else SIZE_STEP
    changed = {
        "estimate": at_step(least + at_step(left - least, step), fine).item(),
        "se": np.hypot(rest["se"], rounding / np.sqrt(12)),
    }
    return pd.Series({**rest, **changed, "step": np.hypot(rest["step"], rounding)})


def _tested(item: Indicator, first: pd.Series, second: pd.Series, test: pd.Series | None) -> pd.DataFrame:
    found = gated_test(first, second, share=item.kind == "proportion", test=test)
    flag = "" if test is None else test["flag"]
    return pd.DataFrame([found]).assign(row="", symbol="", flag=flag, reason="", treatment="")


def _difference(history: History, item: Indicator, by: str, groups: tuple[Any, Any]) -> pd.Series | None:
    """Return a difference with its design's covariance; of shares of a sample without clusters none: it would tell them."""
    survey = history.survey
    if history.file.scale(item):
        return None
    if item.kind == "proportion":
        if not survey.design.psu:
            return None
        errors = history.tables.estimated(item, by).set_index("row")["se"]
        found = survey.difference(item.name, by=by, groups=groups).iloc[0]
        return pd.Series({**found, "apart": np.hypot(*errors[list(map(str, groups))])})
    settings: dict[str, Any] = {"statistic": "ratio", "den": item.columns[-1]} if item.kind == "ratio" else {}
    found = survey.difference(item.columns[0], by=by, groups=groups, **settings).iloc[0]
    return pd.Series({**found, "apart": np.nan})


@through_the_gate
def odds(survey: Survey, item: Indicator, on: Sequence[str], known: pd.Series[bool]) -> pd.DataFrame | None:
    """
    Return the odds ratios of a logistic regression of a share on some groupings, each with its first group.

    Parameters
    ----------
    known : rows whose groups are all known; the others take no part

    Returns
    -------
    DataFrame
        ``by, group, odds, low, high`` (two decimals), ``p_value`` (three); missing for the group that the others
        are compared with. None where a group of the tables is hidden, or they stand and the model was not
        published with them.

    Raises
    ------
    SurveyError
        The model can't be estimated.
    """
    table = pd.concat([published(survey, item, by) for by in on])
    answered = table[table["n"] != 0]
    shares, n = (answered[name].to_numpy(dtype=float) for name in ("estimate", "n"))
    # the odds of a group that is not published would tell its share; of few on a side, how many they are
    if answered["symbol"].ne("").any() or few_on_a_side(shares, n).any():
        return None
    width = float(np.nanmax(answered["step"] / (shares * (1 - shares))))

    return history_of(survey).released(
        (item.name, f"odds: {', '.join(on)}"),
        lambda: _odds_as_estimated(survey, item, on, known, width),
        None,
        item,
        on,
    )


def _odds_as_estimated(
    survey: Survey, item: Indicator, on: Sequence[str], known: pd.Series[bool], width: float
) -> pd.DataFrame:
    fitted = survey.where(known).regress(item.name, list(on))
    names = fitted["term"].str.extract(r"^(?P<by>[^\[]+)\[(?P<group>.*)\]$")
    frame = survey.frame[known].dropna(subset=[item.name, *on])
    rows = []
    for by in on:
        mine = names["by"].eq(by)
        code, levels = label_codes(frame[by])
        base, *seen = (str(level) for place, level in enumerate(levels) if (code == place).any())
        assert (
            seen == names.loc[mine, "group"].to_list()
        )  # the model compares with the first group that is there
        told, exact = published(survey, item, by), history_of(survey).tables.estimated(item, by)
        apart = log_odds(told, seen, base), log_odds(exact, seen, base)
        terms = gated_odds(fitted[mine], *apart, width)
        rows += [pd.DataFrame({"by": [by], "group": [base]}), pd.concat([names[mine], terms], axis=1)]
    found = pd.concat(rows, ignore_index=True)
    return found.assign(row=found["by"] + ": " + found["group"], symbol="", reason="", treatment="")


@through_the_gate
def changed(survey: Survey, before: Survey, item: Indicator) -> pd.Series | None:
    """
    Return the difference of an indicator between two independent surveys, of what was published of each.

    Columns as ``gate.gated_test``; None where one of them is hidden.
    """
    now, then = (published(one, item).iloc[0] for one in (survey, before))
    if pd.isna(now["estimate"]) or pd.isna(then["estimate"]):
        return None
    return _tested(item, now, then, None).iloc[0]
