"""Words, numbers and dates of a report, in Vietnamese and in English.

Vietnamese is the language the reports are written in, so a message's Vietnamese wording is its key;
``locale/en.po`` holds the English of each. Numbers and dates follow Babel's locale data. Official
figures are rounded half away from zero on their decimal digits (3,25 becomes 3,3), which neither
floats nor Babel do by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from qngai_analysis.errors import ParameterError

Lang = Literal["vi", "en"]
LANGUAGES: tuple[Lang, ...] = ("vi", "en")
NO_DATA = "…"  # yearbook symbol: occurred but not collected; never '-' (did not occur) or 0
PADDED_BELOW = 10  # official style: counts under ten take a leading zero, "06 chỉ tiêu"


def language(code: str) -> Lang:
    """Return ``code`` as a language of the reports.

    Raises
    ------
    ParameterError
        The code is neither ``vi`` nor ``en``.
    """
    for known in LANGUAGES:
        if code == known:
            return known
    raise ParameterError(f"language = {code!r}: reports are written in 'vi' or 'en'")


def translate(text: str, lang: Lang = "vi", **values: object) -> str:
    """Return a message in ``lang``, with ``{name}`` places filled from ``values``.

    The key is the Vietnamese wording. A message without an English wording is a fault of ours
    (KeyError), so that half-translated reports are never printed.

    >>> translate("Nguồn: {source}", "en", source="yearbook")
    'Source: yearbook'
    """
    wording = text if lang == "vi" else _english()[text]
    return wording.format(**values) if values else wording


@cache
def _english() -> dict[str, str]:
    from babel.messages.pofile import read_po

    with (Path(__file__).parent / "locale" / "en.po").open("rb") as stream:
        catalogue = read_po(stream, locale="en")
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def rounded(value: float, decimals: int) -> Decimal:
    """Return a number rounded half away from zero, on the decimal digits it is printed with.

    >>> rounded(3.25, 1), rounded(-0.25, 1)
    (Decimal('3.3'), Decimal('-0.3'))
    """
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: float | None, decimals: int = 1, lang: Lang = "vi") -> str:
    """Return a number as the locale prints it; ``…`` where there is none (None or NaN).

    >>> number(1254184, 0), number(5152.49, 2), number(None), number(5152.49, 2, "en")
    ('1.254.184', '5.152,49', '…', '5,152.49')
    """
    from babel.numbers import format_decimal

    if value is None or value != value:
        return NO_DATA
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(rounded(value, decimals), format=pattern, locale=lang)


def shown(value: float | None, lang: Lang = "vi", *, most: int = 2) -> str:
    """Return a number with the decimals it was published with, ``most`` at the most.

    >>> shown(4.21), shown(20.0), shown(8.5)
    ('4,21', '20', '8,5')
    """
    if value is None or value != value:
        return NO_DATA
    digits = rounded(value, most).normalize().as_tuple().exponent
    return number(value, max(0, -int(digits)), lang)


def quantity(value: float | None, unit: str = "", lang: Lang = "vi", decimals: int | None = None) -> str:
    """Return a number with its unit: ``8,5%`` without a space, ``10 doanh nghiệp`` with one."""
    if value is None or value != value:
        return NO_DATA
    text = shown(value, lang) if decimals is None else number(value, decimals, lang)
    if not unit:
        return text
    return f"{text}{unit}" if unit.startswith("%") else f"{text} {unit}"


def padded(count: int) -> str:
    """Return a count as official texts print it: under ten with a leading zero.

    >>> padded(6), padded(17), padded(0)
    ('06', '17', '0')
    """
    return f"{count:02d}" if 0 < count < PADDED_BELOW else str(count)


def day(value: date, lang: Lang = "vi") -> str:
    """Return a date in words: days under ten and months 1 and 2 take a leading zero.

    >>> day(date(2026, 1, 5)), day(date(2022, 7, 11))
    ('ngày 05 tháng 01 năm 2026', 'ngày 11 tháng 7 năm 2022')
    """
    from babel.dates import format_date

    if lang == "en":
        return format_date(value, format="d MMMM y", locale="en")
    month = f"{value.month:02d}" if value.month <= 2 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def short_date(value: date, lang: Lang = "vi") -> str:
    """Return a date in digits, ``11/7/2022``; in English as ``11 Jul 2022``."""
    from babel.dates import format_date

    return format_date(value, format="d/M/y" if lang == "vi" else "d MMM y", locale=lang)


def listed(items: Iterable[str], lang: Lang = "vi") -> str:
    """Return items as a list in a sentence.

    >>> listed(["y tế", "giáo dục", "du lịch"])
    'y tế, giáo dục và du lịch'
    """
    words = [item for item in items if item]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {'và' if lang == 'vi' else 'and'} {words[-1]}"
