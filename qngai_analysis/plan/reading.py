"""From a file to clean text, with the same line numbers.

Plain text and Markdown are read as they are; HTML, DOCX and PDF are turned into text in which a
table row is one line with tabs between its cells. What comes back is NFC, with ``\\n`` line ends
and without byte order mark, zero-width characters and soft hyphens; every place that the plan
module names later (line, character) counts in this text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import partial
from pathlib import Path

from qngai_analysis.errors import PlanError
from qngai_analysis.guard import apart, promised, reading
from qngai_analysis.plan.words import any_of
from qngai_analysis.words import legacy
from qngai_analysis.words.folding import MARKED
from qngai_analysis.words.said import Said

LIMIT_MB = 32  # a plan is a few hundred kB; beyond this the file is something else
LIMIT_LINES = 250_000  # likewise; the longest plan known has some ten thousand
LIMIT_LETTERS = 1_500_000  # of what is unpacked, likewise: a small file may hold millions

_OTHER_LETTERS = (
    *(("\r\n", "\n"), *((end, "\n") for end in "\r\u2028\u2029\u0085\x0b\x0c")),
    *((invisible, "") for invisible in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"),
    *((space, " ") for space in "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"),
)
_ESCAPED = re.compile(r"\\(?=[.()\-+*#_&%<>\[\]])")  # Markdown's "1\\." stands for "1."
# What a scanner sets apart: "1 , 5 tỷ đồng ; trên 9 8% cơ sở .", "12 000 lượt", "0 1 năm"
_MARK = re.compile(r"\w ?[,;.](?=\s)")
_MARK_APART = re.compile(r"\w [,;.](?=\s)")
_COMMA_APART = re.compile(r"(?<=(?<!\d\d\d)\d) , (?=\d{1,2}(?!\d))")
_SET_APART = (
    (re.compile(r"(?<![\d.,])(\d{1,3}) (?=\d{3}(?![\d%]| ?%))"), r"\1."),
    (re.compile(r"(?<=(?<![\d.,])\d) (?=\d{1,2}(?!\d|[.,]\d))"), ""),
    (re.compile(r"(?<=\S) (?=[,;.:)](?:\s|$))|(?<=\() |(?<=\d) (?=%)"), ""),
)
# "18 500 lượt người" behind a word that no number follows as a name: "lớp 1 100 học sinh"
_THOUSANDS_APART = re.compile(r"\d \d{3}")
_SPACED = re.compile(
    rf"(?P<led>(?<![^\W\d_])(?!(?i:{any_of('numbered', 'numbered_loosely', 'parts_numbered')})[ .])[^\W\d_]+:? )(?P<number>\d{{1,3}}(?: \d{{3}})+)(?= (?!\d)\w)"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")

# Letters that only Vietnamese writes this way; their share tells plan text from other languages.
_VIETNAMESE = re.compile(f"(?i)[{MARKED}]")
_LETTER = re.compile(r"[^\W\d_]")


def read_text(path: Path) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return the text of a plan file, and the pages of a PDF with tables without rules: guessed ones, unread ones.

    Raises
    ------
    PlanError
        The file is missing, empty, too large, binary, not UTF-8 (the message names line and
        byte), or a PDF without a text layer.
    """
    content = _content(path)
    guessed: tuple[int, ...] = ()
    unread: tuple[int, ...] = ()
    if content.startswith(b"%PDF"):
        from qngai_analysis.plan.pdf import pdf_text

        with reading(path, promised(path, "PDF"), PlanError):
            text, guessed, unread = apart(partial(pdf_text, path, content))
    else:
        text = _extract(path, content)
    text = normalise(text)
    if not text.strip() and unread:
        wording = "{path}: chỉ có bảng không kẻ khung mà không tách được các ô; hãy dùng bản DOCX, HTML hoặc văn bản"
        raise PlanError(wording, path=path)
    if not text.strip():
        raise PlanError("{path}: tệp không có chữ", path=path)
    unpacked = path.suffix.lower() not in (".txt", ".md")
    if text.count("\n") > LIMIT_LINES or (unpacked and len(text) > LIMIT_LETTERS):
        raise PlanError("{path}: dài hơn mọi văn bản kế hoạch; nêu đúng tệp kế hoạch", path=path)
    return text, guessed, unread


def normalise(text: str) -> str:
    """Return text as NFC with ``\\n`` line ends and without invisible characters.

    >>> normalise("\\ufeffđa\\u0323t 80%\\r\\n")
    'đạt 80%\\n'
    """
    for other, letters in _OTHER_LETTERS:
        text = text.replace(other, letters)
    if " , " in text:
        text = _COMMA_APART.sub(",", text)
    if sum(map(text.count, (" ,", " ;", " ."))) > 5 and len(_MARK_APART.findall(text)) > max(
        5, 0.15 * len(_MARK.findall(text))
    ):
        for apart, together in _SET_APART:
            text = apart.sub(together, text)
    if _THOUSANDS_APART.search(text):
        text = _SPACED.sub(lambda found: found["led"] + found["number"].replace(" ", "."), text)
    if "\\" in text:
        text = _ESCAPED.sub("", text)
    return unicodedata.normalize("NFC", text)


def looks_vietnamese(text: str) -> bool:
    """Return whether at least one letter in 20 carries a Vietnamese mark (plans: one in four).

    >>> looks_vietnamese("Tỷ lệ hộ gia đình đạt 80%"), looks_vietnamese("80% of households")
    (True, False)
    """
    counts = Counter(text[:200_000])
    letters = sum(count for letter, count in counts.items() if _LETTER.match(letter))
    marked = sum(count for letter, count in counts.items() if _VIETNAMESE.match(letter))
    return letters > 0 and marked * 20 >= letters


def _content(path: Path) -> bytes:
    if not path.is_file():
        wording = "{path}: không có tệp này; nêu tệp kế hoạch (.txt, .md, .html, .docx hoặc .pdf)"
        raise PlanError(wording, path=path)
    size = path.stat().st_size
    if size == 0:
        raise PlanError("{path}: tệp rỗng", path=path)
    if size > LIMIT_MB * 1_000_000:
        wording = "{path}: {amount:.0f} MB; văn bản kế hoạch tối đa {LIMIT_MB} MB, hãy nêu đúng tệp kế hoạch"
        raise PlanError(wording, path=path, amount=size / 1e6, LIMIT_MB=LIMIT_MB)
    return path.read_bytes()


def _extract(path: Path, content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        from qngai_analysis.plan.formats import docx_text

        return docx_text(path, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        wording = "{path}: tệp Word kiểu cũ (.doc); mở bằng Word hoặc LibreOffice rồi lưu dạng .docx"
        raise PlanError(wording, path=path)
    if content.startswith(b"{\\rtf"):
        raise PlanError("{path}: tệp RTF; mở bằng Word hoặc LibreOffice rồi lưu dạng .docx", path=path)
    text = _decode(path, content)
    page = re.match(r"\s*(?:<!doctype html|<html)", text, re.IGNORECASE)
    if page or path.suffix.lower() in (".html", ".htm"):
        from qngai_analysis.plan.formats import html_text

        return html_text(text)
    return text


def _decode(path: Path, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlanError("{path}: tệp ở dạng UTF-16; lưu lại dạng UTF-8", path=path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _wrong_encoding(path, content, fault) from None
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        wording = "{path}, dòng {line}: có ký tự điều khiển {ord:#04x}; đây là tệp nhị phân, nêu kế hoạch dạng văn bản, Markdown, HTML, DOCX hoặc PDF"
        raise PlanError(wording, path=path, line=line, ord=ord(control.group()))
    return text


def _wrong_encoding(path: Path, content: bytes, fault: UnicodeDecodeError) -> PlanError:
    mend = Said("đây là tệp nhị phân, hãy nêu kế hoạch dạng văn bản, Markdown, HTML, DOCX hoặc PDF")
    if not _CONTROL.search(content[:4096].decode("latin-1")):
        found = legacy.encoding_of(set(content[:20_000].decode("latin-1").split()))
        old = found or ", ".join(tuple(legacy.ENCODINGS)[:3])
        mend = Said("có lẽ là bảng mã cũ {encoding}; hãy lưu lại dạng UTF-8", encoding=old)
    wording, line = (
        "{path}, dòng {line}: byte {byte:#04x} không phải UTF-8; {mend}",
        content.count(b"\n", 0, fault.start) + 1,
    )
    return PlanError(wording, path=path, line=line, byte=content[fault.start], mend=mend)
