"""Vietnamese in the encodings before Unicode: recognised by what it gives when read, and read.

Offices still have texts typed with the fonts of TCVN3 (ABC) and VNI, files in Windows-1258, and UTF-8 that a
program took for a Western encoding. All of them show as Western letters and signs: ``Siªu nhá``. A
text is one of these if its words are no Vietnamese syllables as they stand and are after conversion.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
)

# VNI puts a sign after the vowel: one for the tone, or for the vowel's own mark and the tone together
_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT, _BREVE, _ROOF = "\u0301\u0300\u0309\u0303\u0323\u0306\u0302"
_VNI_SIGNS = dict(
    zip("ùøûõïêéèúüëâáàåãä", (_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT, _BREVE, _BREVE + _ACUTE, _BREVE + _GRAVE,
        _BREVE + _HOOK, _BREVE + _TILDE, _BREVE + _DOT, _ROOF, _ROOF + _ACUTE, _ROOF + _GRAVE, _ROOF + _HOOK,
        _ROOF + _TILDE, _ROOF + _DOT), strict=True)
)  # fmt: skip
_VNI_LETTERS = str.maketrans("ôöñíìæóòîÔÖÑÍÌÆÓÒÎ", "ơưđíìỉĩịỵƠƯĐÍÌỈĨỊỴ")
_VNI_SIGNED = re.compile(f"([aeouyôöAEOUYÔÖ])([{''.join(_VNI_SIGNS)}{''.join(_VNI_SIGNS).upper()}])")


def _from_tcvn3(text: str) -> str:
    read = text.translate(_TCVN3)
    # fonts of capitals have the bytes of the small letters
    capitals = len(re.findall("[A-Z]", text)) > 1 and not re.search("[a-z]", text)
    return read.upper() if capitals else read


def _from_vni(text: str) -> str:
    parts = _VNI_SIGNED.split(text)
    return "".join(
        _VNI_SIGNS[part.lower()] if place % 3 == 2 else part.translate(_VNI_LETTERS)
        for place, part in enumerate(parts)
    )


_WESTERN = {
    ord(letter): byte for byte in range(0x80, 0xA0) if (letter := bytes([byte]).decode("cp1252", "ignore"))
}


def _as_bytes(text: str) -> bytes:
    """The bytes that a program showed as Western letters; those without a letter it passed on as they are."""
    return text.translate(_WESTERN).encode("latin-1")


#: Encodings by the name that is said, tried in this order.
ENCODINGS: dict[str, Callable[[str], str]] = {
    "TCVN3 (ABC)": _from_tcvn3,
    "VNI": _from_vni,
    "Windows-1258": lambda text: _as_bytes(text).decode("cp1258"),
    "UTF-8": lambda text: _as_bytes(text).decode("utf-8"),
}

_SYLLABLE = re.compile(
    r"""(?:ngh?|gh|gi|kh|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?
        (?: (?:iê|uyê|oă|uâ|uô|ươ|yê|oo|oa|oe|uê|uy|uơ|[aăâeêioôơuưy]) (?:ch|ng|nh|[cmnpt])
          | iêu|yêu|oai|oay|oao|oeo|uây|uôi|uya|uyu|ươi|ươu|uêu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oa|oe|oi|ôi|ơi
          | ua|uê|ui|uơ|uy|ưa|ưi|ưu|[aeêioôơuưy] )""",
    re.VERBOSE,
)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_BETWEEN = re.compile(r"[\s\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e0-9–—…“”‘’]+")


@cache
def _is_syllable(word: str) -> bool:
    apart = unicodedata.normalize("NFD", word.casefold())
    plain = unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in _TONES))
    if re.fullmatch("[A-ZĐ]+", word):  # an abbreviation such as HĐND
        return True
    return sum(letter in _TONES for letter in apart) <= 1 and _SYLLABLE.fullmatch(plain) is not None


def _reads(text: str) -> bool:
    """Whether all words with other than plain letters are Vietnamese syllables; a sign alone (×) is no word."""
    words = (word for word in _BETWEEN.split(text) if not word.isascii() and re.search(r"[^\W_]", word))
    return all(map(_is_syllable, words))


def converted(text: str, encoding: str) -> str | None:
    """Return a text read in an old encoding; ``None`` if it is then no Vietnamese.

    >>> converted("Siªu nhá", "TCVN3 (ABC)"), converted("Quaûng Ngaõi", "VNI"), converted("Müller", "VNI")
    ('Siêu nhỏ', 'Quảng Ngãi', None)
    """
    try:
        read = unicodedata.normalize("NFC", ENCODINGS[encoding](text))
    except UnicodeError:
        return None
    return read if _reads(read) else None


def encoding_of(texts: Iterable[str]) -> str:
    """Return the old encoding that most of some texts are in, empty if they are in none.

    Only texts that are no Vietnamese as they stand are asked; most of these must be after conversion.

    >>> encoding_of(["Siªu nhá", "Võa"]), encoding_of(["Siêu nhỏ", "Müller", "Nhá"])
    ('TCVN3 (ABC)', '')
    """
    strange = [text for text in texts if not text.isascii() and not _reads(text)]
    votes = Counter({name: sum(converted(text, name) is not None for text in strange) for name in ENCODINGS})
    name, count = votes.most_common(1)[0]
    return name if count > len(strange) / 2 else ""


def mended(texts: Iterable[str], encoding: str, *, otherwise: bool = False) -> dict[str, str]:
    """Return those of a column's texts that an old encoding explains, with what they say.

    A column is in it if more of its texts are explained by the encoding alone than by Unicode alone. Of short
    words both may be true (``Nhá`` is nhá, or nhỏ in TCVN3): in a column of such words ``otherwise`` decides.
    """
    strange = [text for text in texts if not text.isascii()]
    read = {text: again for text in strange if (again := converted(text, encoding)) is not None}
    only_old = sum(not _reads(text) for text in read)
    only_new = sum(text not in read and _reads(text) for text in strange)
    if only_old > only_new or (otherwise and only_old == only_new):
        return {text: again for text, again in read.items() if again != text}
    return {}
