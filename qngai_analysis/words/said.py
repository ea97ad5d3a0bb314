"""Sentences that are Vietnamese text and can be said in English later.

The code that judges targets states its reasons once, in Vietnamese, without knowing the language of a
report. A reason remembers its wording and what fills it; ``words.language.said`` says it again in
another language, numbers and dates included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qngai_analysis.words.numbers import day, number, rounded


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


class SaidSentence(Said):
    """A ``Said`` that stands as a sentence of its own: a capital first, a full stop last."""

    def __new__(cls, inner: Said) -> SaidSentence:  # noqa: D102
        made = str.__new__(cls, capital(str(inner)))
        made.wording, made.values = inner.wording, inner.values
        return made


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
class Num:
    """A number in a sentence, printed as ``numbers.number`` prints it."""

    value: Any
    decimals: int | None = None
    unit: str = ""

    def __str__(self) -> str:
        return number(self.value, self.decimals, unit=self.unit)


def short(value: float | None, unit: str = "") -> Num:
    """Return a number of a formula: at most three decimals (enough to redo it), no zeros at the end."""
    return Num(None if value is None else float(rounded(value, 3)), unit=unit)


@dataclass(frozen=True)
class Chance:
    """A probability as a formula ends with it, sign first; never exactly 0 or 1.

    >>> str(Chance(0.834)), str(Chance(0.0001)), str(Chance(0.9999))
    ('= 0,834', '< 0,001', '> 0,999')
    """

    p: float

    def __str__(self) -> str:
        return self.said("vi")

    def said(self, lang: str) -> str:
        """Return the probability with the decimal mark of the language."""
        if self.p < 0.0005:
            return f"< {number(0.001, lang=lang)}"
        return f"> {number(0.999, lang=lang)}" if self.p > 0.9995 else f"= {number(self.p, 3, lang=lang)}"


@dataclass(frozen=True)
class Day:
    """A date in a sentence, as precise as it is known."""

    value: date | str | None

    def __str__(self) -> str:
        return day(self.value)


@dataclass(frozen=True)
class Joined:
    """Several parts in a row, with ``mark`` between them."""

    parts: Sequence[object]
    mark: str = "; "

    def __str__(self) -> str:
        return self.mark.join(map(str, self.parts))


@dataclass(frozen=True)
class Either:
    """What has a wording of its own in each language, such as the words of the plan and a sign."""

    vi: object
    en: object

    def __str__(self) -> str:
        return str(self.vi)
