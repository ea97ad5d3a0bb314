"""Words become patterns: the lists of ``words.toml``, letters with their marks, lower case in place."""

from __future__ import annotations

import re
from functools import cache

from qngai_analysis.plan.rules import Rule
from qngai_analysis.values import own_table
from qngai_analysis.words.folding import MARKED

# ------------------------------------------------------------------ letters

LOWER = "a-z" + MARKED
ROMAN = r"(?:X{0,2}(?:IX|IV|V?I{1,3}|V)|X{1,2})"
UPPER = "A-Z" + MARKED.upper()  # À-Ỹ as a range would hold small letters too
_ALIKE = "aàảãáạăằẳẵắặâầẩẫấậ eèẻẽéẹêềểễếệ iìỉĩíị oòỏõóọôồổỗốộơờởỡớợ uùủũúụưừửữứự yỳỷỹýỵ dđ"
_CLASS = {letter: f"[{letters}]" for letters in _ALIKE.split() for letter in letters}
# capitals lose their marks in a scan ("MUC TIÊU"); what letters they stood for is not guessed
_WORN = str.maketrans(
    {c: f"[{c}{letters[0]}]" for letters in _ALIKE.split() for c in letters if c != letters[0]}
)


def cased(pattern: str) -> str:
    """Return a pattern with ``[UPPER]`` and ``[LOWER]`` (also inside longer classes) as Vietnamese letters.

    >>> bool(re.match(cased("[UPPER][LOWER]"), "Đư")), bool(re.match(cased("[UPPER]"), "đ"))
    (True, False)
    """
    return pattern.replace("UPPER", UPPER).replace("LOWER", LOWER)


_LINE_END = re.compile(r"(?:  #[^\n]*)?\n\s*")
_SPACE = re.compile(r"(?P<behind>\(\?<[!=](?:[^()]|\([^()]*\))*\))| ")


def pattern(printed: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    r"""Return a compiled pattern in which a space stands for any white space (in a look-behind, for one).

    ``[UPPER]`` and ``[LOWER]`` are Vietnamese letters. Line ends, what indents a line and remarks after "  #" count for nothing.

    >>> pattern("(?<!che )phủ sóng").pattern
    '(?<!che\\s)phủ\\s+sóng'
    """
    line = cased(_LINE_END.sub("", printed))
    spaced = _SPACE.sub(lambda found: (found["behind"] or "").replace(" ", r"\s") or r"\s+", line)
    return re.compile(spaced, flags)


def loose(words: str) -> str:
    """Return a pattern for words whose marks a scanner may have misread ("tối thiếu")."""
    return r"\s+".join("".join(_CLASS.get(c, re.escape(c)) for c in word) for word in words.split())


# Two ways to set the mark of "oa", "oe", "uy" are in use, and "tỉ" beside "tỷ".
_TONED = (("o", "a", "àáảãạ", "òóỏõọ"), ("o", "e", "èéẻẽẹ", "òóỏõọ"), ("u", "y", "ỳýỷỹỵ", "ùúủũụ"))
_SPELLINGS = {
    first + late: early + second
    for first, second, *marked in _TONED
    for late, early in zip(*marked, strict=True)
} | {"tỉ": "tỷ"}
# what stands before is looked at last: what a pattern begins with is searched for quickly
_OTHER_SPELLING = re.compile(rf"(?:{'|'.join(_SPELLINGS)})(?<!q..)\b")


def lower(text: str) -> str:
    """Return text in lower case and in one spelling, with every character in its place.

    >>> lower("Tỉ lệ số hoá, quý III")
    'tỷ lệ số hóa, quý iii'
    """
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return _OTHER_SPELLING.sub(lambda found: _SPELLINGS[found.group()], small)


def squeeze(text: str) -> str:
    """Return text with runs of white space as one space, trimmed."""
    return " ".join(text.split())


# ------------------------------------------------------------------ numbers

TIMES = {"trăm": 100, "nghìn": 1_000, "ngàn": 1_000, "vạn": 10_000, "triệu": 1_000_000, "tỷ": 1_000_000_000}
DOTTED = pattern(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH = pattern(r"\d{1,3}(?:,\d{3}){2,}")


def number(printed: str) -> float:
    """Return the number that Vietnamese text prints.

    >>> [number(printed) for printed in ("8,5", "1.254.184", "04", "8.5", "2,000,000")]
    [8.5, 1254184.0, 4.0, 8.5, 2000000.0]
    """
    if DOTTED.fullmatch(printed):
        return float(printed.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(printed):
        return float(printed.replace(",", ""))
    return float(printed.replace(",", "."))


# ------------------------------------------------------------------ lists


@cache
def headings(kind: str) -> tuple[Rule[str, str], ...]:
    """Return the rules of ``headings.toml`` for a "column" or a "topic": what a heading in small letters is about."""
    rows = own_table(__file__, "headings.toml")[kind]
    worn = _WORN if kind == "topic" else {}  # heads of columns are too short for that
    told = ((row["example"], row["holds"], re.compile(row["words"].translate(worn)).search) for row in rows)
    return tuple(Rule(example, holds, example, found) for example, holds, found in told)


def words(*lists: str) -> tuple[str, ...]:
    """Return the words of the named lists of ``words.toml``.

    >>> words("exact")
    ('bằng', 'đúng', 'ổn định ở', 'ổn định ở mức', 'ổn định mức', 'giữ ổn định', 'duy trì ổn định')
    """
    return tuple(word for name in lists for word in own_table(__file__, "words.toml")[name])


def any_of(*lists: str) -> str:
    r"""Return a pattern for any word of the named lists, the longest first, any white space between words.

    >>> print(any_of("exact"))
    (?:duy\s+trì\s+ổn\s+định|ổn\s+định\s+ở\s+mức|giữ\s+ổn\s+định|ổn\s+định\s+mức|ổn\s+định\s+ở|bằng|đúng)
    """
    longest = sorted(words(*lists), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest) + ")"


def not_after(*listed: str) -> str:
    r"""Return a pattern that matches where none of the words stands right before.

    >>> bool(re.search(not_after("thực") + "hiện", "thực hiện"))
    False
    """
    return "".join("(?<!" + re.escape(word).replace(r"\ ", r"\s") + r"\s)" for word in listed)


def whole(*lists: str) -> re.Pattern[str]:
    """Return a compiled pattern that finds any word of the lists as a whole word."""
    return re.compile(rf"(?<!\w){any_of(*lists)}(?!\w)")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span ``text[start:end]`` without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
