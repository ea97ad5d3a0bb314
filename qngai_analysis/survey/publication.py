"""An indicator's estimates as they may be published: estimated, judged, protected in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from qngai_analysis.survey.disclosure import dominated
from qngai_analysis.survey.releases import WHOLE, History, history, settled
from qngai_analysis.survey.reliability import CENSUS, reliability_standard

if TYPE_CHECKING:
    from qngai_analysis.survey.codebook import Indicator
    from qngai_analysis.survey.design import Flags
    from qngai_analysis.survey.estimates import Survey


def published(
    survey: Survey,
    item: Indicator,
    by: str | None = None,
    *,
    method: Literal["logit", "xlogit", "korn-graubard", "arcsine", "likelihood", "wald"] = "logit",
) -> pd.DataFrame:
    """
    Return an indicator's estimates with all emptied that must not be published.

    Parameters
    ----------
    survey : a loaded survey
    item : an indicator of its codebook
    by : the column whose groups are the rows; nothing for the whole survey
    method : the interval of a share, as ``Survey.proportion`` takes it

    Returns
    -------
    DataFrame
        As ``protect`` returns it. A mean or ratio of sizes is confidential also where few units make
        up the total of a column it rests on (``dominated``): it would be those units' own figure.
        Published editions are compared with (``releases.settled``): a row that changed by too few
        keeps the figures published before, ``reason`` "giữ số đã công bố". A share that is printed
        because its population answered nearly whole has the ``reason`` "điều tra toàn bộ" and the
        flag "review".

    Raises
    ------
    SurveyError
        ``by`` is no column of the survey, or an earlier edition's tables can't be read.
    """
    heads = item.kind == "proportion"
    found = survey.proportion(item.name, by, method) if heads else _of_sizes(survey, item, by)
    past = History(None, ()) if survey.confined else history(survey.frame.attrs)
    table = settled(
        found,
        (item.name, by or WHOLE),
        by=by or "variable",
        sensitive=_made_by_few(survey, item, found, by),
        heads=heads,
        past=past,
    )
    return _called_census(survey, item, table, by) if heads else table


def _of_sizes(survey: Survey, item: Indicator, by: str | None) -> pd.DataFrame:
    if item.kind == "mean":
        return survey.mean(item.name, by)
    numerator, denominator = item.columns
    return survey.ratio(numerator, denominator, by)


def _called_census(survey: Survey, item: Indicator, table: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Say it in words where a share is printed because its population answered nearly whole."""
    taken = survey.answered(item.name, by)["taken"].to_numpy()
    census = (taken >= reliability_standard().census_share) & table["flag"].eq("review").to_numpy()
    return table.assign(reason=table["reason"].mask(census & table["reason"].eq("").to_numpy(), CENSUS))


def _made_by_few(survey: Survey, item: Indicator, found: pd.DataFrame, by: str | None) -> Flags:
    """Rows of a mean or ratio of sizes that few units make up; heads count alike."""
    if item.kind == "proportion":
        return np.zeros(len(found), dtype=bool)
    few: Flags = np.logical_or.reduce([_dominated(survey, name, found, by) for name in item.columns])
    return few


def _dominated(survey: Survey, name: str, found: pd.DataFrame, by: str | None) -> Flags:
    frame = pd.DataFrame(
        {
            "group": survey.frame[by].astype("object") if by else found["variable"].iloc[0],
            "size": survey.frame[name],
            "weight": survey.weights,
        }
    )
    # a row that counts has all the columns an indicator rests on; a size below zero has no share in a total
    rules = dominated(frame[frame["size"] >= 0], "size", by="group", weight="weight").set_index("group")
    groups = found[by] if by else found["variable"]
    return np.array([bool(rules["sensitive"].get(group, False)) for group in groups], dtype=bool)
