"""Who may see a survey's exact numbers: at work everybody; while a report is made, the gate alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from qngai_analysis.errors import SurveyError

if TYPE_CHECKING:
    import pandas as pd

#: Environment variable: the folder in which a report that is being made notes what it takes from surveys.
NOTES = "QNGAI_RELEASING"
#: How a ledger says what it is.
SCHEMA = "qngai-releases/1"
#: Attribute of a table of exact numbers; what passed the gate has it no more.
EXACT = "exact"

_gate: ContextVar[bool] = ContextVar("gate", default=False)
_asked: list[bool] = []  # whether this session has seen exact numbers
Given = TypeVar("Given", bound=Callable[..., Any])


def noting() -> str | None:
    """Return the folder of notes of the report that is being made, if one is."""
    return os.environ.get(NOTES)


def through_the_gate(function: Given) -> Given:
    """Let a function of the gate see exact numbers while a report is made."""

    @wraps(function)
    def opened(*given: Any, **named: Any) -> Any:
        token = _gate.set(True)
        try:
            return function(*given, **named)
        finally:
            _gate.reset(token)

    return opened  # type: ignore[return-value]


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
    if noting():
        raise SurveyError(
            "ước lượng chính xác không vào báo cáo: chỉ dùng khi làm việc trong JupyterLab. Trong sổ làm báo cáo dùng "
            "qn.load_survey(…).proportion(…), .mean(…), .difference(…), đã qua kiểm soát bảo mật"
        )


def exact(table: pd.DataFrame) -> pd.DataFrame:
    """
    Return a table of exact numbers marked as such.

    Raises
    ------
    SurveyError
        As ``refuse_in_reports``.
    """
    refuse_in_reports()
    table.attrs = {**table.attrs, EXACT: True}
    return table


def is_inside(value: object) -> bool:
    """Return whether a value holds exact numbers, or answers: those of a survey's own file carry its ``content``."""
    return not {EXACT, "content"}.isdisjoint(getattr(value, "attrs", {}))


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
            "bảng này là ước lượng chính xác của Survey, chưa qua kiểm soát bảo mật, nên không in, vẽ hay lưu được; dùng "
            "qn.load_survey(…).proportion(…), .mean(…), .difference(…)"
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
            "phiên này đã xem ước lượng chính xác của Survey, và không rõ số trong bảng lấy từ đâu, nên không lưu được; "
            "khởi động lại phiên, rồi lập bảng từ qn.load_survey(…), qn.series(…), qn.published(…)"
        )
