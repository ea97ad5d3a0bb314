"""Regression on survey data: which differences stay when other characteristics are held equal.

Coefficients solve the weighted estimating equations; their variance is that of the linearised
total of the scores (Binder 1983). See ``docs/methods/estimates.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate import arrays
from qngai_analysis.survey.estimate.arrays import Flags, Floats

# Newton's steps stop when no coefficient moves by more than this share of its scale
CONVERGED = 1e-13


def predictors(
    frame: pd.DataFrame, names: Sequence[str], used: Flags | None
) -> tuple[list[str], Floats, Flags]:
    """Return the terms' names, the matrix (constant first) and which rows are complete.

    A column of labels gives one 0/1 term for each label but the first that is used.

    Raises
    ------
    SurveyError
        A column is missing, or infinite somewhere.
    """
    terms, parts = ["(Intercept)"], [np.ones(len(frame))]
    complete = np.ones(len(frame), bool) if used is None else used.copy()
    for name in names:
        series = arrays.column(frame, name, "regress")
        if arrays.holds_labels(series):
            code, levels = arrays.label_codes(series)
            complete &= code >= 0
            present = [place for place in range(len(levels)) if (code[complete] == place).any()]
            terms += [f"{name}[{levels[place]}]" for place in present[1:]]
            parts += [(code == place).astype(np.float64) for place in present[1:]]
            continue
        item = arrays.numeric(frame, name, "regress")
        complete &= True if item.known is None else item.known
        terms.append(name)
        parts.append(item.values)
    return terms, np.column_stack(parts), complete


def fit(matrix: Floats, y: Floats, weight: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the coefficients, the scores' residuals and the inverse information.

    Raises
    ------
    SurveyError
        The terms depend on each other, or no finite coefficients exist (a term separates the answers).
    """
    beta = np.zeros(matrix.shape[1])
    for _ in range(100):
        expected = special.expit(matrix @ beta)
        information = matrix.T @ (matrix * (weight * expected * (1 - expected))[:, None])
        scale = np.sqrt(np.diag(information))
        tied = not (scale > 0).all() or np.linalg.cond(information / np.outer(scale, scale)) > 1e14
        wording = "hồi quy: các biến phụ thuộc nhau, hoặc một biến tách hẳn các câu trả lời; bỏ bớt một biến"
        arrays.refuse_if(tied, wording)
        residual = weight * (y - expected)
        step = np.linalg.solve(information, matrix.T @ residual)
        beta = beta + step
        if np.abs(step * scale).max() <= CONVERGED * max(1.0, float(np.abs(beta * scale).max())):
            return beta, residual, np.asarray(np.linalg.inv(information))
    raise SurveyError("hồi quy: không có hệ số hữu hạn; có lẽ một biến tách hẳn các câu trả lời")
