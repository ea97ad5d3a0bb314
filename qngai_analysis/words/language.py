"""Words of a report, in Vietnamese and in English.

Vietnamese is the language the reports are written in, so a message's Vietnamese wording is its key;
``locale/en.po`` holds the English of each. Numbers and dates are in ``numbers``.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, RawFileError, speak_with
from qngai_analysis.words.numbers import day, long_day, number
from qngai_analysis.words.said import Chance, Day, Either, Joined, Num, Said, SaidSentence, capital

Lang = Literal["vi", "en"]
#: What an English report says once.
KEPT = "Lời văn kế hoạch, tên số liệu đã công bố, tên nguồn và ghi chú về số liệu giữ nguyên tiếng Việt."
LANGUAGES: tuple[Lang, ...] = ("vi", "en")


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
    raise ParameterError("language = {code!r}: báo cáo viết bằng 'vi' hoặc 'en'", code=code)


def spoken() -> Lang:
    """Return the language that the program speaks to its user.

    That of ``QNGAI_LANG`` (the command line sets it); without it Vietnamese inside a project, and
    outside of one the system's language.
    """
    named = os.environ.get("QNGAI_LANG")
    if named:
        return language(named)
    try:
        paths.project()
    except RawFileError:
        return "vi" if (locale.getlocale()[0] or "").lower().startswith("vi") else "en"
    return "vi"


def message(wording: str, values: Mapping[str, object]) -> str:
    """Return a message of the program, such as that of an error, in the language it speaks.

    A wording that the catalogue lacks is said as it stands: no fault is hidden by another.
    """
    lang = spoken()
    text = wording if lang == "vi" else _english().get(wording, wording)
    return text.format(**{name: _spoken(value, lang) for name, value in values.items()}) if values else text


def _spoken(value: object, lang: Lang) -> object:
    """Return a value of the library in ``lang``; any other as it is, for the wording may say how it is printed."""
    return said(value, lang) if isinstance(value, Said | Num | Chance | Day | Joined | Either) else value


speak_with(message)


def translate(text: str, lang: Lang = "vi", /, **values: object) -> str:
    """Return a message in ``lang``, with ``{name}`` places filled from ``values``.

    The key is the Vietnamese wording. A message without an English wording is a fault of ours
    (KeyError), so that half-translated reports are never printed.

    >>> translate("tiếp theo: {command}", "en", command="qngai lab")
    'next: qngai lab'
    """
    wording = text if lang == "vi" else _english()[text]
    return wording.format(**values) if values else wording


@cache
def _english() -> dict[str, str]:
    from babel.messages.pofile import read_po

    with (Path(__file__).parent / "locale" / "en.po").open("rb") as stream:
        catalogue = read_po(stream, locale="en")
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def said(text: object, lang: Lang = "vi") -> str:
    """Return a sentence of the library, see ``said``, in ``lang``; any other text as it is.

    >>> said(Said("số {level}", level=Said("ước tính")), "en")
    'estimated figure'
    """
    match text:
        case Said():
            values = {name: said(value, lang) for name, value in text.values.items()}
            spoken = translate(text.wording, lang, **values)
            return capital(spoken) if isinstance(text, SaidSentence) else spoken
        case Num():
            return number(text.value, text.decimals, unit=unit_words(text.unit, lang), lang=lang)
        case Chance():
            return text.said(lang)
        case Day():
            return day(text.value, lang)
        case Joined():
            return text.mark.join(said(part, lang) for part in text.parts)
        case Either():
            return said(text.vi if lang == "vi" else text.en, lang)
        case _:
            return str(text)


def catalogued(text: str, lang: Lang = "vi") -> str:
    """Return a text that a notebook's author wrote in ``lang``; what the catalogue lacks stays Vietnamese.

    >>> catalogued("mức mục tiêu", "en"), catalogued("Chưa ai dịch", "en")
    ('target level', 'Chưa ai dịch')
    """
    return text if lang == "vi" else _english().get(text, text)


def paragraphs(text: str) -> list[str]:
    r"""Return the parts of a Markdown cell that are translated one by one: what blank lines part.

    >>> paragraphs("## Kết quả\n\nĐạt 20%.\n")
    ['## Kết quả', 'Đạt 20%.']
    """
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def unit_words(unit: object, lang: Lang = "vi") -> str:
    """Return a unit in ``lang``; one that a new data file brings, and the catalogue lacks, stays as it is.

    >>> unit_words("%/năm", "en"), unit_words("%", "en"), unit_words(None)
    ('%/year', '%', '')
    """
    return catalogued(unit, lang) if isinstance(unit, str) else ""


def text_day(value: date, lang: Lang = "vi") -> str:
    """Return a day as running text prints it.

    >>> text_day(date(2026, 2, 1)), text_day(date(2026, 3, 31), "en")
    ('01/02/2026', '31 March 2026')
    """
    return day(value) if lang == "vi" else long_day(value, lang)


def listed(items: Iterable[str], lang: Lang = "vi") -> str:
    """Return items as a list in a sentence.

    >>> listed(["y tế", "giáo dục", "du lịch"])
    'y tế, giáo dục và du lịch'
    """
    words = [item for item in items if item]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {'và' if lang == 'vi' else 'and'} {words[-1]}"
