"""Numbers and dates as official Vietnamese documents print them."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import Any

from qngai_analysis.values import is_missing

NO_DATA = "…"  # the yearbook's sign; '-' would mean "did not occur"


def rounded(value: float | int | Decimal, decimals: int) -> Decimal:
    """Return ``value`` rounded half away from zero at ``decimals`` places.

    The float is taken at its shortest decimal form (3.25 is 3,25 and becomes 3,3), as a reader of
    the printed number would round it, not at its binary value.

    >>> rounded(3.25, 1), rounded(-3.25, 1), rounded(2.675, 2)
    (Decimal('3.3'), Decimal('-3.3'), Decimal('2.68'))
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(_plain(value)))
    with localcontext() as context:
        context.prec = 400  # a float has up to 309 digits before the point
        return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _plain(value: Any) -> float | int:
    # numpy scalars print as np.float64(…)
    return value.item() if hasattr(value, "item") else value  # type: ignore[no-any-return]


def number(value: Any, decimals: int | None = None, *, unit: str = "", lang: str = "vi") -> str:
    """Return a number as printed: decimal comma, dots for thousands, ``%`` without a space.

    ``decimals=None`` keeps what the value has (at most 6 places). A missing value is ``…``, never
    ``-`` or 0. A value that rounds to zero has no sign. ``unit`` is appended: ``%`` at once, others
    after a no-break space. ``lang="en"`` swaps comma and point, and 1 has its unit in the singular.

    >>> number(1254184), number(5152.49), number(8.5, 1, unit="%"), number(None)
    ('1.254.184', '5.152,49', '8,5%', '…')
    >>> number(-0.04, 1), number(1254184.5, 1, lang="en"), number(1.0, unit="years of age", lang="en")
    ('0,0', '1,254,184.5', '1\xa0year of age')
    """
    if is_missing(value):
        return NO_DATA
    plain = _plain(value)
    if isinstance(plain, float) and math.isinf(plain):
        return NO_DATA
    shown = rounded(plain, decimals) if decimals is not None else _as_given(plain)
    if not shown:
        shown = abs(shown)
    text = f"{shown:,f}".translate(_separators(lang))
    if not unit:
        return text
    if (lang, text) == ("en", "1"):  # a unit is named in the plural
        unit = "person" if unit == "people" else re.sub(r"(?<=[a-z])s\b", "", unit)
    return text + (unit if unit.startswith("%") else "\u00a0" + unit)


def in_words(wording: str, amount: str) -> str:
    """
    Return a level that is aimed at in a plan's words.

    >>> in_words("đạt trên", "50%"), in_words("đạt … trở lên", "85%")
    ('đạt trên 50%', 'đạt 85% trở lên')
    """
    return wording.replace("…", amount) if "…" in wording else f"{wording} {amount}".strip()


SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "=", "~": "≈", "between": ""}


def threshold(comparator: str, value: float, lang: str = "vi") -> str:
    """Return the threshold of a share as a short label, by sign and number.

    >>> threshold(">=", 20)
    '≥\xa020%'
    """
    return f"{SIGNS[comparator]}\u00a0{number(value, unit='%', lang=lang)}".strip()


def printed_decimals(value: Any) -> int | None:
    """Return how many decimals a figure is shown with: as published (None), or one for an estimate.

    Published figures have at most two decimals; an estimate has as many as the machine.

    >>> printed_decimals(4.21), printed_decimals(79.053565), printed_decimals(None)
    (None, 1, None)
    """
    return None if is_missing(value) or round(value, 2) == value else 1


@cache
def _separators(lang: str) -> dict[int, str]:
    """Return what the locale puts in the place of comma and point."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    return {ord(","): get_group_symbol(lang), ord("."): get_decimal_symbol(lang)}


def _as_given(value: float | int) -> Decimal:
    if isinstance(value, int):
        return Decimal(value)
    text = format(rounded(value, 6), "f")
    return Decimal(text.rstrip("0").rstrip("."))


def day(value: date | str | None, lang: str = "vi") -> str:
    """Return a date as printed, as precise as it is given (2025, 2025-06 or 2025-06-30).

    Days under 10 and the months 1 and 2 take a leading zero (Decree 30/2020).

    >>> day("2025-06-30"), day("2025-06"), day("2025"), day(date(2026, 2, 5)), day(None)
    ('30/6/2025', '6/2025', '2025', '05/02/2026', '…')
    >>> day("2025-06-30", "en"), day("2025-06", "en"), day("2025", "en")
    ('30 June 2025', 'June 2025', '2025')
    """
    if is_missing(value) or value == "":
        return NO_DATA
    text = value.isoformat()[:10] if isinstance(value, date) else str(value)
    parts = text.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return text
    if lang == "en" and len(parts) > 1:
        first = long_day(date.fromisoformat("-".join([*parts, "01"][:3])), lang)
        return first if len(parts) == 3 else first.removeprefix("1 ")
    zeroed = zip(parts, ("", "03", "10"), strict=False)  # below these a month and a day keep the zero
    return "/".join(part if part < low else str(int(part)) for part, low in [*zeroed][::-1])


def official_date(value: date | None, place: str, lang: str = "vi") -> str:
    """Return place and date as an official head prints them.

    Days under 10 and the months 1 and 2 take a leading zero (Decree 30/2020); without a date the
    numbers are left open, to be filled in by hand.

    >>> official_date(date(2026, 1, 5), "Quảng Ngãi")
    'Quảng Ngãi, ngày 05 tháng 01 năm 2026'
    >>> official_date(date(2025, 12, 15), "Quảng Ngãi")
    'Quảng Ngãi, ngày 15 tháng 12 năm 2025'
    """
    blank = "ngày      tháng      năm     " if lang == "vi" else "date:                "
    return f"{place}, {blank if value is None else long_day(value, lang)}"


def long_day(value: date, lang: str = "vi") -> str:
    """Return a date in words, as the first citation of a document prints it.

    >>> long_day(date(2022, 7, 11)), long_day(date(2026, 1, 5), "en")
    ('ngày 11 tháng 7 năm 2022', '5 January 2026')
    """
    if lang == "en":
        from babel.dates import format_date

        return format_date(value, "d MMMM y", locale="en")
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def count(value: int, lang: str = "vi") -> str:
    """Return a count in running text: under 10 with a leading zero, as official Vietnamese texts write it.

    >>> count(6), count(17), count(0), count(6, "en")
    ('06', '17', '0', '6')
    """
    return f"{value:02d}" if lang == "vi" and 0 < value < 10 else number(value, lang=lang)


def roman(number: int) -> str:
    """Return a whole number up to 89 in Roman numerals.

    >>> roman(4), roman(12)
    ('IV', 'XII')
    """
    written = ""
    for value, sign in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        times, number = divmod(number, value)
        written += sign * times
    return written
