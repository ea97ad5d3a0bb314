"""An indicator's estimates as they may be published: estimated, judged, protected in one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from qngai_analysis.survey.disclosure import dominated, protect

if TYPE_CHECKING:
    from qngai_analysis.survey.codebook import Indicator
    from qngai_analysis.survey.design import Flags
    from qngai_analysis.survey.estimates import Survey


def published(survey: Survey, item: Indicator, by: str | None = None) -> pd.DataFrame:
    """
    Return an indicator's estimates with all emptied that must not be published.

    Parameters
    ----------
    survey : a loaded survey
    item : an indicator of its codebook
    by : the column whose groups are the rows; nothing for the whole survey

    Returns
    -------
    DataFrame
        As ``protect`` returns it. A mean or ratio of sizes is confidential also where few units make
        up the total of a column it rests on (``dominated``): it would be those units' own figure.

    Raises
    ------
    SurveyError
        ``by`` is no column of the survey.
    """
    if item.kind == "proportion":
        return protect(survey.proportion(item.name, by), by=by or "variable")
    found = _of_sizes(survey, item, by)
    few = np.logical_or.reduce([_made_by_few(survey, name, found, by) for name in item.columns])
    return protect(found, by=by or "variable", sensitive=few)


def _of_sizes(survey: Survey, item: Indicator, by: str | None) -> pd.DataFrame:
    if item.kind == "mean":
        return survey.mean(item.name, by)
    numerator, denominator = item.columns
    return survey.ratio(numerator, denominator, by)


def _made_by_few(survey: Survey, name: str, found: pd.DataFrame, by: str | None) -> Flags:
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
