"""Spellings made comparable: without case, diacritics and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def unaccented(text: str) -> str:
    """Return text in lower case without diacritics.

    >>> unaccented("Đức Phổ")
    'duc pho'
    """
    plain = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Return the words of a text in lower case without diacritics and punctuation.

    >>> fold("Sở  Văn hoá, Thể thao & Du lịch")
    'so van hoa the thao va du lich'
    """
    return " ".join(re.findall(r"[a-z0-9]+", unaccented(text.replace("&", " và "))))
