"""The language of a report, and the one that the program speaks to its user; numbers and dates are in ``numbers``."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterable, Mapping
from datetime import date

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, RawFileError, speak_with
from qngai_analysis.words.numbers import day, long_day
from qngai_analysis.words.said import Lang, Part, Said, english, filled, said

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
    text = wording if lang == "vi" else english().get(wording, wording)
    # any other value stays as it is, for the wording may say how it is printed
    told = {name: said(of, lang) if isinstance(of, Said | Part) else of for name, of in values.items()}
    return filled(text, told)


speak_with(message)


def paragraphs(text: str) -> list[str]:
    r"""Return the parts of a Markdown cell that are translated one by one: what blank lines part.

    >>> paragraphs("## Kết quả\n\nĐạt 20%.\n")
    ['## Kết quả', 'Đạt 20%.']
    """
    return [part.strip() for part in text.split("\n\n") if part.strip()]


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
