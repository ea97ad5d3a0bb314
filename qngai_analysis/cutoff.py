"""The day after which nothing published counts: the default, and the one a user gives."""

from __future__ import annotations

import re
from datetime import date

from qngai_analysis.errors import ParameterError

HALF = "6m"


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
        wording = "cutoff = {text!r}: không phải ngày, ví dụ {amount}-03-31"
        raise ParameterError(wording, text=text, amount=year + 1) from None
    if chosen < date(year, 1, 1):
        raise ParameterError("cutoff = {text}: trước khi năm báo cáo {year} bắt đầu", text=text, year=year)
    return chosen


def known_by(today: date, text: str, year: int, period: str = "") -> str:
    """
    Return the cut-off day to make a report with: as given in ``text``; today, where none is and the usual one is to come.

    Such a report says of which day it is, and is made again once the usual day is over. Of a year that has not begun there is none.
    """
    usual = cutoff_day(text or span_cutoff(period, year), year)
    return today.isoformat() if not text and date(year, 1, 1) <= today < usual else text


def review_years(period: str, year: int) -> range:
    """
    Return the years that a review is of; none for a yearly or six-month report.

    Raises
    ------
    ParameterError
        The period is neither "6m" nor first and last year, or ends in another year than the report's.
    """
    if period in ("", HALF):
        return range(0)
    found = re.fullmatch(r"(\d{4})-(\d{4})", period)
    if not found or int(found[1]) >= int(found[2]) or int(found[2]) != year:
        wording = "kỳ báo cáo {period}: ghi 6m, hoặc năm đầu-năm cuối như 2022-2025, năm cuối là năm báo cáo"
        raise ParameterError(wording, period=period)
    return range(int(found[1]), year + 1)


def span_cutoff(period: str, year: int) -> str:
    """Return the cut-off day that a period asks for where none is given; "" for the year's own."""
    return date(year, 7, 31).isoformat() if period == HALF else ""
