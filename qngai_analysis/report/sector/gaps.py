"""Gaps between groups with their tests, of what may be told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qngai_analysis.report.sector.loading import Sample
from qngai_analysis.survey import Survey
from qngai_analysis.survey.estimate.intervals import student
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.treatment import Treatment


def revisable(table: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that a test may speak of; of one that is not revised it would tell the new figure."""
    known = table.dropna(subset=["estimate"])
    return known[known["treatment"] != Treatment.STANDS]


def as_computed(row: pd.Series) -> bool:
    """Whether a published row is what the file gives: neither hidden nor left as it was published before."""
    return bool(row["symbol"] != "c" and row["treatment"] != Treatment.STANDS)


def widest(sample: Sample, indicator: Indicator, by: str, known: pd.DataFrame) -> pd.Series:
    """Return the difference between the last and the first group of ``known``, with its test.

    The two were picked after looking at the data, so ``p_value`` is multiplied by the number of
    pairs they were picked from (Bonferroni), at most 1, and ``ci_low`` to ``ci_high`` is as much
    wider: it leaves 0 out exactly where ``p_value`` is below 1 minus the confidence.
    """
    groups = (known.iloc[-1]["group"], known.iloc[0]["group"])
    test = difference(sample.survey, indicator, sample.column(by), groups).copy()
    pairs = len(known) * (len(known) - 1) / 2
    test["p_value"] = min(1.0, test["p_value"] * pairs)
    confidence = 1 - (1 - sample.survey.confidence) / pairs
    ends = student(np.array([test["estimate"]]), np.array([test["se"]]), np.array([test["df"]]), confidence)
    test["ci_low"], test["ci_high"] = (end[0] for end in ends)
    return test


def difference(survey: Survey, indicator: Indicator, by: str, groups: tuple[object, object]) -> pd.Series:
    """Return the difference between two groups in an indicator of whatever kind, with its test."""
    name, settings = indicator.name, {}
    if indicator.kind == "ratio":
        name, below = indicator.columns
        settings = {"statistic": "ratio", "den": below}
    found: pd.Series = survey.difference(name, by=by, groups=groups, **settings).iloc[0]
    return found
