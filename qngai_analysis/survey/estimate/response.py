"""Answering as the last phase of sampling: what unanswered questions add to a variance.

A finite population correction says how little is left to chance when most units were drawn. It
knows nothing of those that were drawn and left a question open. ``docs/methods/missing-answers.md``
has the model, the formula and its limits.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Flags, Floats, add_up, both_known, numeric
from qngai_analysis.survey.estimate.design import Design
from qngai_analysis.survey.estimate.domains import Reduction
from qngai_analysis.survey.estimate.sample import Sample, Stage


def due(frame: pd.DataFrame, design: Design, *names: str) -> Flags | None:
    """Return the rows where an answer to each of some columns was due (``None``: in every row).

    Raises
    ------
    SurveyError
        The column that says so is missing from the frame.
    """
    found = None
    for name in names:
        if name in design.due:
            asked = numeric(frame, design.due[name], f"due, {name}")
            known = both_known(asked.values > 0, asked.known)
            found = both_known(found, known)
    return found


def doubt(sample: Sample, known: Flags | None, asked: Flags | None) -> Floats | None:
    """Return what each row's squared linearised value is multiplied by: f (1 - q).

    f is the share of the population that the design drew down to the row's kind, q the share of
    answers among those due in the row's stratum. ``None`` where missing answers add nothing.
    """
    if sample.design.nonresponse == "ignore" or known is None or not sample.stages:
        return None
    wanted = np.ones(len(sample), bool) if asked is None else asked | known
    first = sample.stages[0]
    stratum, strata = first.group[first.unit], len(first.size)
    asked_for = add_up(stratum, wanted, strata)
    answered = add_up(stratum, known, strata)
    silent = 1 - answered / np.where(asked_for > 0, asked_for, 1.0)
    return _drawn(sample.stages[-1]) * silent[stratum]


def taken(reduction: Reduction, asked: Flags | None, answers: Floats) -> Floats:
    """Return the share of each domain's population that answered (0-1), as the population counts tell it.

    ``answers``: answers of each domain; ``asked``: rows where one was due (``None``: all). A row stands
    for the inverse of the share that the design drew down to its kind; where one stage has no
    population count the share is 0. It is 0, too, unless missing answers are part of the variance.
    """
    sample = reduction.sample
    if sample.design.nonresponse == "ignore" or not sample.stages:
        return np.zeros(reduction.count)
    drawn = _drawn(sample.stages[-1])[reduction.rows]
    with np.errstate(divide="ignore"):
        stands_for = 1 / drawn
    if asked is not None:
        stands_for = np.where(asked[reduction.rows], stands_for, 0.0)
    population = add_up(reduction.domain, stands_for, reduction.count)
    # a row may answer what was not due to it; the population is never smaller than the answers
    return answers / np.maximum(np.maximum(population, answers), 1.0)


def spread_over(reduction: Reduction, doubt: Floats | None, n: Floats) -> Floats | None:
    """Return the doubt of a reduction's rows, times n/(n - 1) of each row's domain.

    The mean that values are compared with was estimated from the same n answers.
    """
    if doubt is None:
        return None
    return np.asarray(doubt[reduction.rows] * (n / np.maximum(n - 1, 1.0))[reduction.domain])


def _drawn(last: Stage) -> Floats:
    """Return the share of the population drawn by all stages together; 0 if one drew with replacement."""
    return np.asarray((last.carried * (1 - last.left))[last.group][last.unit])
