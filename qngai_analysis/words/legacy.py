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
from functools import cache, partial

from qngai_analysis.values import own_table
from qngai_analysis.words.folding import MARKED

_TABLES = own_table(__file__, "legacy.toml")
_TCVN3, _VNI_LETTERS = (str.maketrans(*_TABLES[name]) for name in ("tcvn3", "vni_letters"))
_VNI_SIGNS: dict[str, str] = _TABLES["vni_signs"]
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


_SIGNS = {sign: byte for byte in range(0x80, 0xA0) if (sign := bytes([byte]).decode("cp1252", "ignore"))}
_BYTES = {ord(sign): byte for sign, byte in (_SIGNS | {"Ă": 0xC3}).items()}


def _as_bytes(text: str) -> bytes:
    """The bytes that a program showed as Western letters (Windows-1258 has Ă for Ã); those without a letter it passed on as they are."""
    return text.translate(_BYTES).encode("latin-1")


# UTF-8 that was read as Western: what the letters and signs of Vietnamese then look like
_SMALL, _LARGE, _REST = f"[a-z{MARKED}]", f"[A-Z{MARKED.upper()}]", f"[\x80-\xbf{''.join(_SIGNS)}]"
_WHOLE = rf"(?!(?<={_LARGE})[ÃĂ][”’…–—](?!\w))[ÂÃĂ]{_REST}|[ÄÅÆËÌ]{_REST}|(?:á[º»]|â{_REST}){_REST}"
_SEQUENCE = re.compile(f"{_WHOLE}|[ÂÃĂ] |áº ")  # the space that does not break has often become another
_BROKEN = re.compile(f"[\ufffd\x80-\x9f]|{_WHOLE}|á[º»]|(?<={_SMALL})[ÃĂÄ]|[?](?={_SMALL}|{_LARGE})")
# a letter that has lost a byte, one without a sign in those encodings or one that shows nothing, or has another for it
_RAGGED = re.compile("(á[º»]|[ÃĂÄ])(Â?[\ufffd?]|Â)?")
_LOST = 3  # letters of a word, at most, that are looked for
_LACKING = bytes.fromhex("81 8d 8f 90 9d 8a 8e 9a 9e")


def _from_utf_8(text: str) -> str:
    """Read what may have been taken for another encoding twice; a letter with a byte lost only if it can be but one."""
    read, before = text, ""
    while read != before:
        before = read
        read = _SEQUENCE.sub(lambda found: _as_bytes(found[0].replace(" ", "\xa0")).decode(), read)
    return re.sub(r"\S+", partial(_restored, may_be_right=read == text), read)


def _restored(found: re.Match[str], may_be_right: bool) -> str:
    ragged = len(_RAGGED.findall(word := found[0]))
    if not ragged:
        return word
    readings = _readings(word) if ragged <= _LOST else []
    if len(readings) != 1 and not (may_be_right and _reads(word) and not broken(word)):
        raise UnicodeError
    return readings[0] if len(readings) == 1 else word


def _readings(word: str) -> list[str]:
    if (lost := _RAGGED.search(word)) is None:
        return [word] if _reads(word) and not re.search(_SMALL + _LARGE, word) else []
    whole = (_as_bytes(lost[1]) + bytes([last]) for last in _LACKING + (b"" if lost[2] else b"\xa0\xad"))
    letters = [letter for each in whole if (letter := each.decode()).casefold() in MARKED]
    return [each for one in letters for each in _readings(word[: lost.start()] + one + word[lost.end() :])]


def broken(text: str) -> bool:
    """Return whether letters of a text were lost on the way from one encoding to another.

    >>> broken("miá»n nÃºi"), broken("mi?n núi"), broken("NGÃ BA"), broken("Có không?")
    (True, True, False, False)
    """
    return _BROKEN.search(text) is not None


#: Encodings by the name that is said, tried in this order.
ENCODINGS: dict[str, Callable[[str], str]] = {
    "TCVN3 (ABC)": _from_tcvn3,
    "VNI": _from_vni,
    "Windows-1258": lambda text: _as_bytes(text).decode("cp1258"),
    "UTF-8": _from_utf_8,
}

_SYLLABLE = re.compile(f"(?:{_TABLES['onsets']})?(?:{'|'.join(_TABLES['rhymes'])})")
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
    >>> converted("miá»n nÃºi", "UTF-8"), converted("bá» trá»‘ng", "UTF-8")  # bề, bọ, bỏ or bờ
    ('miền núi', None)
    """
    try:
        read = unicodedata.normalize("NFC", ENCODINGS[encoding](text))
    except UnicodeError:
        return None
    return read if _reads(read) and not (encoding == "UTF-8" and broken(read)) else None


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
    itself = encoding == "UTF-8"  # each text tells for itself: no Vietnamese looks like it
    strange = [one for one in texts if not one.isascii() and (not itself or broken(one) or not _reads(one))]
    read = {text: again for text in strange if (again := converted(text, encoding)) is not None}
    only_old = sum(not _reads(text) for text in read)
    only_new = sum(text not in read and _reads(text) for text in strange)
    if itself or only_old > only_new or (otherwise and only_old == only_new):
        return {text: again for text, again in read.items() if again != text}
    return {}
