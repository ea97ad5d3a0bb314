"""Columns to estimate from: answers as floats, and which of them are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate import arrays
from qngai_analysis.survey.estimate.arrays import Flags, Floats


@dataclass(frozen=True)
class Variable:
    """One column to estimate: its values as floats, and which are known (``None``: all).

    ``binary`` says that all known values are 0 or 1. ``level`` names the category whose share is
    asked for, where the column holds labels.
    """

    name: str
    values: Floats
    known: Flags | None
    binary: bool
    level: object = None


def numeric(frame: pd.DataFrame, name: str, role: str) -> Variable:
    """Return a numeric or true/false column; missing values become 0 and are marked.

    Raises
    ------
    SurveyError
        The column is missing, holds text, or is infinite or too large to be summed somewhere.
    """
    values = arrays.numbers(arrays.column(frame, name, role), frame, role)
    known = None
    if not np.isfinite(values).all():
        wording = "{role}: cột {name!r} có giá trị vô hạn tại {rows}"
        arrays.refuse_rows(np.isinf(values), frame, wording, role=role, name=name)
        known = ~np.isnan(values)
        values = np.where(known, values, 0.0)
    large = np.abs(values) > arrays.TOO_LARGE
    arrays.refuse_rows(large, frame, "{role}: cột {name!r} quá lớn để cộng tại {rows}", role=role, name=name)
    return Variable(name, values, known, bool(((values == 0) | (values == 1)).all()))


def shares(frame: pd.DataFrame, name: str, role: str) -> list[Variable]:
    """Return a true/false column, or for a column of labels one true/false column for each label.

    A categorical column has one for every category, also those that nobody gave.

    Raises
    ------
    SurveyError
        The column is missing, or numeric with values other than 0 and 1.
    """
    series = arrays.column(frame, name, role)
    if holds_labels(series):
        code, levels = arrays.label_codes(series)
        known = None if (code >= 0).all() else code >= 0
        return [
            Variable(name, (code == place).astype(np.float64), known, True, level)
            for place, level in enumerate(levels)
        ]
    item = numeric(frame, name, role)
    wrong = (item.values != 0) & (item.values != 1)
    wording = "{role}: cột {name!r} chứa {found} tại {rows}; cột này phải là đúng/sai hoặc 0/1 (đổi mã thành nhóm nếu cần tỷ lệ của từng nhóm)"
    arrays.refuse_rows(wrong, frame, wording, cells=item.values, role=role, name=name)
    return [item]


def holds_labels(series: pd.Series) -> bool:
    """Tell whether a column holds labels: text or categories (an object column: any text in it)."""
    if pd.api.types.is_object_dtype(series.dtype):
        return any(isinstance(cell, str) for cell in series)
    return isinstance(series.dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(series.dtype)


def both_known(first: Flags | None, second: Flags | None) -> Flags | None:
    """Return where two columns are both known (``None``: everywhere)."""
    if first is None or second is None:
        return second if first is None else first
    return first & second
