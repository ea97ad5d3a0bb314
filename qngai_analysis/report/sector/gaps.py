"""The widest gap between the groups of a table, of what may be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qngai_analysis.report.sector.loading import Sample
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.gate import ends
from qngai_analysis.survey.release.publication import compared

if TYPE_CHECKING:
    from qngai_analysis.survey import Survey


def told(table: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that are published, the lowest first."""
    return table.dropna(subset=["estimate"]).sort_values(["estimate", "row"], kind="stable")


def widest(sample: Sample, indicator: Indicator, by: str, known: pd.DataFrame) -> pd.Series | None:
    """Return the published difference between the last and the first group of ``known``, with its test; None if there is none."""
    return above_lowest(sample.survey, indicator, sample.column(by), known, -1)


def above_lowest(
    survey: Survey, indicator: Indicator, column: str, known: pd.DataFrame, place: int
) -> pd.Series | None:
    """Return the published difference between a group of ``known`` and its first, with its test; None if there is none.

    The two were picked after looking at the data, so ``p_value`` is multiplied by the number of
    pairs they were picked from (Bonferroni), at most 1, and ``ci_low`` to ``ci_high`` is as much
    wider: it leaves 0 out exactly where ``p_value`` is below 1 minus the confidence.
    """
    test = compared(survey, indicator, column, (known["row"].iloc[place], known["row"].iloc[0]))
    if test is None:
        return None
    pairs = len(known) * (len(known) - 1) / 2
    figures = (test["estimate"], test["se"], test["df"])
    return pd.Series({**test, **ends(*figures, share=indicator.kind == "proportion", times=pairs)})
