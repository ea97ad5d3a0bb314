"""Who may see a survey's answers and exact numbers: at work everybody; while a report is made, the gate alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

import pandas as pd

from qngai_analysis.errors import SurveyError

#: Environment variable: the folder in which a report that is being made notes what it takes from surveys.
NOTES = "QNGAI_RELEASING"
#: Attribute of a table of exact numbers; what passed the gate has it no more.
EXACT = "exact"

_gate: ContextVar[bool] = ContextVar("gate", default=False)
_asked: list[bool] = []  # whether this session has seen exact numbers
Given = TypeVar("Given", bound=Callable[..., Any])


def noting() -> str | None:
    """Return the folder of notes of the report that is being made, if one is."""
    return os.environ.get(NOTES)


def through_the_gate(function: Given) -> Given:
    """Let a function of this package see exact numbers while a report is made: what it gives holds none, or is a ``Survey``."""

    @wraps(function)
    def opened(*given: Any, **named: Any) -> Any:
        token = _gate.set(True)
        try:
            return function(*given, **named)
        finally:
            _gate.reset(token)

    return opened  # type: ignore[return-value]


def is_closed() -> bool:
    """Return whether exact numbers are refused: a report is made, and this is no part of the gate."""
    return noting() is not None and not _gate.get()


def refuse_in_reports() -> None:
    """
    Refuse exact numbers to what is no part of the gate while a report is made; at work, remember that they were seen.

    Raises
    ------
    SurveyError
        A notebook that is being made into a report asks for them.
    """
    if _gate.get():
        return
    _asked[:] = [True]
    if is_closed():
        raise SurveyError(
            "câu trả lời và ước lượng chính xác không vào báo cáo: chỉ dùng khi làm việc trong JupyterLab. Trong sổ làm báo cáo dùng qn.load_survey(…).proportion(…), .mean(…), .difference(…), đã qua kiểm soát bảo mật"
        )


class Leaving:
    """A table that is asked before pandas writes it into a file, the clipboard or a text."""

    def _leave(self) -> None:
        refuse_exact(self)


def _asking(name: str) -> Callable[..., Any]:
    @wraps(getattr(pd.DataFrame, name))
    def method(self: Any, *given: Any, **named: Any) -> Any:
        self._leave()
        return getattr(super(Leaving, self), name)(*given, **named)

    return method


# these stay in the session; ``print`` uses one of them
_STAYING = {"to_dict", "to_numpy", "to_period", "to_records", "to_string", "to_timestamp", "to_xarray"}
for _name in dir(pd.DataFrame):
    if _name.startswith("to_") and _name not in _STAYING:
        setattr(Leaving, _name, _asking(_name))


class ExactColumn(Leaving, pd.Series):
    """A column, or a row, of an ``ExactTable``."""

    @property
    def _constructor(self) -> Any:
        return ExactColumn

    @property
    def _constructor_expanddim(self) -> Any:
        return ExactTable


class ExactTable(Leaving, pd.DataFrame):
    """A table of exact numbers, and what pandas makes of it."""

    @property
    def _constructor(self) -> Any:
        return ExactTable

    @property
    def _constructor_sliced(self) -> Any:
        return ExactColumn


def exact(table: pd.DataFrame) -> pd.DataFrame:
    """
    Return a table of exact numbers marked as such; the gate, which makes many, gets it as it is but for its ``attrs``.

    Raises
    ------
    SurveyError
        As ``refuse_in_reports``.
    """
    refuse_in_reports()
    made = table if _gate.get() else ExactTable(table)
    made.attrs = {**table.attrs, EXACT: True}
    return made


def is_inside(value: object) -> bool:
    """Return whether a value holds exact numbers, or answers: those of a survey's own file carry its ``content``."""
    marked = not {EXACT, "content"}.isdisjoint(getattr(value, "attrs", {}))
    return marked or isinstance(value, ExactTable | ExactColumn)


def refuse_exact(*values: object) -> None:
    """
    Refuse to print, draw or save exact numbers.

    Raises
    ------
    SurveyError
        One of the values is a table of ``Survey``, or was made of one.
    """
    if any(map(is_inside, values)):
        raise SurveyError(
            "bảng này là ước lượng chính xác của Survey, chưa qua kiểm soát bảo mật, nên không in, vẽ hay lưu được; dùng qn.load_survey(…).proportion(…), .mean(…), .difference(…)"
        )


def refuse_unknown(*known: object) -> None:
    """
    Refuse to save a table that may hold exact numbers: this session has seen some, and where the table's come from is not known.

    ``known``: where each table comes from, empty if that is not known.

    Raises
    ------
    SurveyError
        As said.
    """
    if _asked and not all(known):
        raise SurveyError(
            "phiên này đã xem ước lượng chính xác của Survey, và không rõ số trong bảng lấy từ đâu, nên không lưu được; khởi động lại phiên, rồi lập bảng từ qn.load_survey(…), qn.series(…), qn.published(…)"
        )
