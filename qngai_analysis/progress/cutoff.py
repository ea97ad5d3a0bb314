"""The day after which nothing published counts, as a reader of a report gives it."""

from __future__ import annotations

from datetime import date

from qngai_analysis.errors import ParameterError
from qngai_analysis.progress.judging import default_cutoff


def cutoff_day(text: str, year: int) -> date:
    """Return the cut-off day of a parameter; the default where it is empty.

    Raises
    ------
    ParameterError
        It is not a date, or lies before the reporting year begins.
    """
    if not text:
        return default_cutoff(year)
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        raise ParameterError(f"cutoff = {text!r}: not a day such as {year + 1}-03-31") from None
    if chosen < date(year, 1, 1):
        raise ParameterError(f"cutoff = {text}: lies before the reporting year {year} begins")
    return chosen
