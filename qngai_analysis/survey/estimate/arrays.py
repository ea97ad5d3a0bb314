"""A frame's columns as arrays: numbers and which are known, integer codes of labels, and sums over codes."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.words.said import Said

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

#: Sums of weighted squares of more than this leave the range of a float.
TOO_LARGE = 1e100
_SHOWN = 5  # rows that a message names


def listed(names: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return column names as a tuple, whether none, one or several were given."""
    if names is None:
        return ()
    return tuple(names) if isinstance(names, Iterable) and not isinstance(names, str) else (names,)


def column(frame: pd.DataFrame, name: str, role: str) -> pd.Series:
    """Return a column; where it is missing, say which names come close.

    Raises
    ------
    SurveyError
        The frame has no such column.
    """
    if name in frame.columns:
        return frame[name]
    known = [str(each) for each in frame.columns]
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5) or known[:8]
    wording = "{role}: điều tra không có cột {name!r}; có {near}"
    raise SurveyError(wording, role=role, name=name, near=", ".join(near))


def rows(wrong: Flags, frame: pd.DataFrame) -> str:
    """Name the rows a fault is in, by index label: ``dòng 4`` or ``dòng 4, 9, … (27 dòng)``."""
    places = np.flatnonzero(wrong)
    labels = [str(label) for label in frame.index[places[:_SHOWN]]]
    if len(places) == 1:
        return Said("dòng {row}", row=labels[0])
    if len(places) <= _SHOWN:
        return Said("dòng {rows}", rows=", ".join(labels))
    return Said("dòng {rows}, … ({n} dòng)", rows=", ".join(labels), n=len(places))


def refuse_if(wrong: object, wording: str, /, **values: object) -> None:
    """Raise SurveyError where something is wrong."""
    if wrong:
        raise SurveyError(wording, **values)


def refuse_rows(
    wrong: Flags,
    frame: pd.DataFrame,
    wording: str,
    /,
    *,
    cells: npt.ArrayLike | None = None,
    **values: object,
) -> None:
    """Raise SurveyError where some rows are wrong; the wording names them as ``rows``, the first of ``cells`` as ``found``."""
    if wrong.any():
        if cells is not None:
            values["found"] = shown(np.asarray(cells)[wrong][0])
        raise SurveyError(wording, rows=rows(wrong, frame), **values)


def refuse_unknown(setting: str, value: object, known: Collection[str]) -> None:
    """Raise SurveyError where a setting has none of the values that it may have."""
    wording = "{setting}={value!r}; giá trị hợp lệ: {known}"
    refuse_if(value not in known, wording, setting=setting, value=value, known=", ".join(map(repr, known)))


def shown(cell: object) -> str:
    """Write a cell as a message quotes it: a number as it reads, anything else in quotes."""
    return f"{cell:.15g}" if isinstance(cell, int | float | np.number) else repr(str(cell))


def numbers(series: pd.Series, frame: pd.DataFrame, role: str) -> Floats:
    """Return a column as floats, missing as NaN.

    Raises
    ------
    SurveyError
        The column holds text, dates or categories instead of numbers.
    """
    types, dtype = pd.api.types, series.dtype
    if types.is_bool_dtype(dtype) or (types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype)):
        return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan))
    known = series.notna().to_numpy()
    # dates and text of any other type are no numbers, whatever they hold
    kinds = (Real, Decimal, np.bool_) if types.is_object_dtype(dtype) else ()
    wrong = known & ~np.array([isinstance(cell, kinds) for cell in series], dtype=bool)
    wording = "{role}: cột {name!r} chứa {found} tại {rows}; đổi thành số (dấu thập phân là dấu chấm)"
    refuse_rows(wrong, frame, wording, cells=series, role=role, name=series.name)
    return np.array([float(cell) if there else np.nan for cell, there in zip(series, known, strict=True)])


def label_codes(series: pd.Series, *, sort: bool = True) -> tuple[Codes, list[object]]:
    """Return a column's labels as codes (-1: missing) and the labels.

    The codes follow a categorical's own order, all its categories among them; else the labels' order with ``sort``
    (labels that can't be compared follow their first appearance).

    Raises
    ------
    SurveyError
        A cell holds a list or the like.
    """
    if isinstance(series.dtype, pd.CategoricalDtype):
        return series.cat.codes.to_numpy().astype(np.intp), list(series.cat.categories)
    for ordered in (sort, False):
        try:
            found, levels = pd.factorize(series, sort=ordered)
        except TypeError:  # 1 and "a" have no order
            continue
        return found.astype(np.intp, copy=False), list(levels)
    kind = type(series.dropna().iloc[0]).__name__
    raise SurveyError("cột {name!r} có ô chứa {kind}; hãy dùng chữ hoặc số", name=series.name, kind=kind)


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
    values = numbers(column(frame, name, role), frame, role)
    known = None
    if not np.isfinite(values).all():
        wording = "{role}: cột {name!r} có giá trị vô hạn tại {rows}"
        refuse_rows(np.isinf(values), frame, wording, role=role, name=name)
        known = ~np.isnan(values)
        values = np.where(known, values, 0.0)
    large = np.abs(values) > TOO_LARGE
    refuse_rows(large, frame, "{role}: cột {name!r} quá lớn để cộng tại {rows}", role=role, name=name)
    return Variable(name, values, known, bool(((values == 0) | (values == 1)).all()))


def shares(frame: pd.DataFrame, name: str, role: str) -> list[Variable]:
    """Return a true/false column, or for a column of labels one true/false column for each label.

    A categorical column has one for every category, also those that nobody gave.

    Raises
    ------
    SurveyError
        The column is missing, or numeric with values other than 0 and 1.
    """
    series = column(frame, name, role)
    if holds_labels(series):
        code, levels = label_codes(series)
        known = None if (code >= 0).all() else code >= 0
        return [
            Variable(name, (code == place).astype(np.float64), known, True, level)
            for place, level in enumerate(levels)
        ]
    item = numeric(frame, name, role)
    wrong = (item.values != 0) & (item.values != 1)
    wording = "{role}: cột {name!r} chứa {found} tại {rows}; cột này phải là đúng/sai hoặc 0/1 (đổi mã thành nhóm nếu cần tỷ lệ của từng nhóm)"
    refuse_rows(wrong, frame, wording, cells=item.values, role=role, name=name)
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


def cross(first: Codes, second: Codes, width: int) -> tuple[Codes, int, Codes]:
    """Number the pairs of two codes that occur, in the pairs' order.

    Returns each row's number, how many pairs occur, and the pairs as ``first * width + second``.
    A pair with a missing member has number -1.
    """
    pair = np.where((first < 0) | (second < 0), -1, first * width + second)
    number, met = pd.factorize(np.append(-1, pair), sort=True)  # what misses a member is the first
    return number[1:] - 1, len(met) - 1, met[1:]


def add_up(code: Codes, values: npt.ArrayLike | None, count: int) -> Floats:
    """Return the sum of values (``None``: the number of entries) for each of ``count`` codes."""
    return np.asarray(np.bincount(code, values, count), dtype=np.float64)


def over(top: npt.ArrayLike, bottom: npt.ArrayLike) -> Floats:
    """Return a quotient, missing where something is divided by 0."""
    divisor = np.asarray(bottom, dtype=np.float64)
    return np.asarray(top / np.where(divisor == 0, np.nan, divisor))


def first_rows(found: Codes, count: int) -> Codes:
    """Return the first row of each code."""
    first = np.zeros(count, np.intp)
    places = np.flatnonzero(found >= 0)[::-1]
    first[found[places]] = places  # the first row overwrites the later ones
    return first


def crossed(
    frame: pd.DataFrame, names: Iterable[str], role: str, *, sort: bool = False, complete: bool = False
) -> tuple[Codes, int]:
    """Return each row's combination of labels as a code (-1: one is missing), and how many combinations occur.

    With ``sort`` the codes follow the labels' order.

    Raises
    ------
    SurveyError
        A column is missing; with ``complete`` also where a row lacks a label, or has a blank one.
    """
    code, count = np.zeros(len(frame), np.intp), 1
    for name in names:
        found, levels = label_codes(column(frame, name, role), sort=sort)
        if complete:
            blank = [place for place, level in enumerate(levels) if not str(level).strip()]
            absent = (found < 0) | np.isin(found, blank)
            wording = "{role}: cột {name!r} trống tại {rows}; dòng nào cũng cần có"
            refuse_rows(absent, frame, wording, role=role, name=name)
        code, count, _ = cross(code, found, len(levels))
    return code, count
