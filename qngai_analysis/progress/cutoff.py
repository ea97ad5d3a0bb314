"""The day after which nothing published counts: the default, and the one a user gives."""

from __future__ import annotations

from datetime import date

from qngai_analysis.errors import ParameterError


def default_cutoff(year: int) -> date:
    """
    Return the day after which nothing published counts for the report on ``year``.

    31 March of the next year: the yearly report is signed in the first quarter, and an
    edition stays the same however much later it is made again. A later day may be asked for.
    """
    return date(year + 1, 3, 31)


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
