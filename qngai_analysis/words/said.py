"""Sentences that are Vietnamese text and can be said in English later.

The code that judges targets states its reasons once, in Vietnamese, without knowing the language of a
report. A reason remembers its wording and what fills it; :func:`said` says it again in
another language, numbers and dates included. ``locale/en.po`` holds the English of each wording.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from qngai_analysis.values import own_table
from qngai_analysis.words.numbers import day, number, rounded

Lang = Literal["vi", "en"]


def translate(text: str, lang: Lang = "vi", /, **values: object) -> str:
    """Return a message in ``lang``, with ``{name}`` places filled from ``values``.

    The key is the Vietnamese wording. A message without an English wording is a fault of ours
    (KeyError), so that half-translated reports are never printed.

    >>> translate("tiếp theo: {command}", "en", command="qngai lab")
    'next: qngai lab'
    """
    return filled(text if lang == "vi" else english()[text], values)


#: In an English wording what follows a count: of one, and of any other number.
COUNTED = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")


def filled(wording: str, values: Mapping[str, object]) -> str:
    """Return a wording with its places filled, each count with the words that go with it.

    >>> [filled("{n} target{n||s} {n|has|have} no figure", {"n": n}) for n in (1, 2)]
    ['1 target has no figure', '2 targets have no figure']
    """
    told = COUNTED.sub(lambda place: place[2 if str(values[place[1]]) == "1" else 3], wording)
    return told.format(**values) if values else told


@cache
def english() -> dict[str, str]:
    """Return the English of every Vietnamese wording."""
    from babel.messages.pofile import read_po

    with (Path(__file__).parent / "locale" / "en.po").open("rb") as stream:
        catalogue = read_po(stream, locale="en")
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


def catalogued(text: str, lang: Lang = "vi") -> str:
    """Return a text that a notebook's author wrote in ``lang``; what the catalogue lacks stays Vietnamese.

    >>> catalogued("mức mục tiêu", "en"), catalogued("Chưa ai dịch", "en")
    ('target level', 'Chưa ai dịch')
    """
    return text if lang == "vi" else english().get(text, text)


def unit_words(unit: object, lang: Lang = "vi") -> str:
    """Return a unit in ``lang``; one that a new data file brings, and the catalogue lacks, stays as it is.

    >>> unit_words("%/năm", "en"), unit_words("%", "en"), unit_words(None)
    ('%/year', '%', '')
    """
    return catalogued(unit, lang) if isinstance(unit, str) else ""


def coded(kind: str) -> dict[str, Any]:
    """Return what is printed for what the code knows by a code of a kind, such as a verdict: a table of ``words.toml``."""
    words: dict[str, Any] = own_table(__file__, "words.toml")[kind]
    return words


class Part:
    """What fills a place in a sentence and looks different in each language."""

    def said(self, lang: Lang) -> str:
        """Return it in a language."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.said("vi")


def said(text: object, lang: Lang = "vi") -> str:
    """Return a sentence of the library in ``lang``; any other text as it is.

    >>> said(Said("số {level}", level=Said("ước tính")), "en")
    'estimated figure'
    """
    return text.said(lang) if isinstance(text, Said | Part) else str(text)


class Said(str):
    """A Vietnamese sentence that remembers its wording and what fills the places in it.

    A value that is a ``Said``, ``Num``, ``Day``, ``Joined`` or ``Either`` is said in the language of the
    report; any other text is a name or a quotation and stays as it is.

    >>> Said("số liệu năm {year}, {n} nhóm", year=2024, n=Num(1234.5))
    'số liệu năm 2024, 1.234,5 nhóm'
    """

    wording: str
    values: dict[str, Any]

    def __new__(cls, wording: str, /, **values: object) -> Said:  # noqa: D102 - as the class says
        text = wording.format(**{name: str(value) for name, value in values.items()}) if values else wording
        made = super().__new__(cls, text)
        made.wording, made.values = wording, values
        return made

    def __repr__(self) -> str:
        return repr(str(self))

    def said(self, lang: Lang) -> str:
        """Return the sentence in a language."""
        return translate(
            self.wording, lang, **{name: said(value, lang) for name, value in self.values.items()}
        )


class SaidSentence(Said):
    """A ``Said`` that stands as a sentence of its own: a capital first, a full stop last."""

    def __new__(cls, inner: Said) -> SaidSentence:  # noqa: D102
        made = str.__new__(cls, capital(str(inner)))
        made.wording, made.values = inner.wording, inner.values
        return made

    def said(self, lang: Lang) -> str:  # noqa: D102
        return capital(super().said(lang))


def capital(text: str) -> str:
    """Return text with a capital first and a full stop last.

    >>> capital("đạt")
    'Đạt.'
    """
    return f"{text[:1].upper()}{text[1:]}."


def inside(text: str) -> str:
    """Return text as it stands inside a sentence: without its capital, unless it begins with an abbreviation.

    >>> inside("Tỷ trọng kinh tế số"), inside("VECOM định nghĩa rộng hơn"), inside("C06 công bố")
    ('tỷ trọng kinh tế số', 'VECOM định nghĩa rộng hơn', 'C06 công bố')
    """
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    if any(letter.isupper() or letter.isdigit() for letter in first[1:]):
        return text
    return text[:1].lower() + text[1:]


_DOES = ("về", "ban hành", "phê duyệt", "phê chuẩn", "công bố", "quy định", "triển khai", "thực hiện", "thành lập", "sửa đổi",
    "bổ sung", "điều chỉnh", "hướng dẫn", "tổ chức", "giao", "tăng cường", "đẩy mạnh")  # fmt: skip


def about(subject: str) -> str:
    """Return the subject of an act as it follows its issuer: after "về", unless it begins with what the act does.

    >>> about("Phát triển kinh tế số"), about("Phê duyệt Đề án 06"), about("")
    ('về phát triển kinh tế số', 'phê duyệt Đề án 06', '')
    """
    words = inside(subject)
    return f"về {words}" if words and not words.lower().startswith(_DOES) else words


@dataclass(frozen=True)
class Num(Part):
    """A number in a sentence, printed as ``numbers.number`` prints it."""

    value: Any
    decimals: int | None = None
    unit: str = ""

    def said(self, lang: Lang) -> str:  # noqa: D102
        return number(self.value, self.decimals, unit=unit_words(self.unit, lang), lang=lang)


def short(value: float | None, unit: str = "") -> Num:
    """Return a number of a formula: at most three decimals (enough to redo it), no zeros at the end."""
    return Num(None if value is None else float(rounded(value, 3)), unit=unit)


@dataclass(frozen=True)
class Chance(Part):
    """A probability as a formula ends with it, sign first; never exactly 0 or 1.

    >>> str(Chance(0.834)), str(Chance(0.0001)), str(Chance(0.9999))
    ('= 0,834', '< 0,001', '> 0,999')
    """

    p: float

    def said(self, lang: Lang) -> str:  # noqa: D102
        if self.p < 0.0005:
            return f"< {number(0.001, lang=lang)}"
        return f"> {number(0.999, lang=lang)}" if self.p > 0.9995 else f"= {number(self.p, 3, lang=lang)}"


@dataclass(frozen=True)
class Day(Part):
    """A date in a sentence, as precise as it is known."""

    value: date | str | None

    def said(self, lang: Lang) -> str:  # noqa: D102
        return day(self.value, lang)


@dataclass(frozen=True)
class Joined(Part):
    """Several parts in a row, with ``mark`` between them."""

    parts: Sequence[object]
    mark: str = "; "

    def said(self, lang: Lang) -> str:  # noqa: D102
        return self.mark.join(said(part, lang) for part in self.parts)


@dataclass(frozen=True)
class Either(Part):
    """What has a wording of its own in each language, such as the words of the plan and a sign."""

    vi: object
    en: object

    def said(self, lang: Lang) -> str:  # noqa: D102
        return said(self.vi if lang == "vi" else self.en, lang)
