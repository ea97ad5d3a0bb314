"""PDF to text: paragraphs as lines, a table row as one line with tabs, rebuilt from where letters and rules stand.

A PDF knows neither paragraphs nor cells. A line goes on in the next where the next word would not have fitted any
more; the cells of a table are what its printed rules enclose. Tables without rules stay lines of text.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby, pairwise
from math import inf
from pathlib import Path
from statistics import mode
from typing import TYPE_CHECKING

import pypdfium2 as pdfium
from pypdfium2 import raw

from qngai_analysis.errors import PlanError
from qngai_analysis.guard import reading
from qngai_analysis.plan.formats import one_cell
from qngai_analysis.plan.structure import begins_item

if TYPE_CHECKING:
    Point = tuple[float, float]
    Rule = tuple[float, float, float]  # where it stands, and from where to where it runs
    Field = tuple[int, int]  # row and column

_MOST_LETTERS = 1_500_000  # of a document; the longest plan known has half a million
_MOST_POINTS = 40_000  # of the rules of a page; beyond that it is a drawing
_MOST_FIELDS = 100_000  # of a table on a page
_NEAR = 3.0  # points within which two rules are one
_PAGE_NUMBER = re.compile(r"-?\s*\d{1,3}\s*-?")


@dataclass(frozen=True, slots=True)
class _Letter:
    left: float
    right: float
    base: float  # of its line, from the top of the page downwards, as all heights here
    size: float
    sign: str
    apart: bool  # whether a space comes before it


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    left: float
    right: float
    base: float
    page: float  # its width
    first: float  # width of its first word and a space, and some more: setters differ


@dataclass
class _Table:
    """A ruled table: where its columns and rows begin and end, and the letters in it."""

    across: list[float]
    down: list[float]
    begins: dict[Field, Field]  # of each field between neighbouring rules: the field in which its cell begins
    letters: dict[Field, list[_Letter]] = field(default_factory=dict)

    def take(self, letter: _Letter) -> bool:
        """Put a letter into its cell, if it is in the table."""
        column = bisect_right(self.across, (letter.left + letter.right) / 2) - 1
        row = bisect_right(self.down, letter.base - 0.1 * letter.size) - 1
        inside = 0 <= column < len(self.across) - 1 and 0 <= row < len(self.down) - 1
        if inside:
            self.letters.setdefault(self.begins[row, column], []).append(letter)
        return inside

    @property
    def heads(self) -> int:
        """How many rows are the head: those that a cell of the first row reaches into."""
        return 1 + max(row for (row, _), begin in self.begins.items() if begin[0] == 0)

    def rows(self) -> list[list[str]]:
        """Return the words of the rows; in the head a cell over columns speaks for each of them."""
        lines = {place: list(_lines(letters)) for place, letters in self.letters.items()}
        inset = max(
            0, min((a.left - self.across[j] for (_, j), found in lines.items() for a in found), default=0)
        )
        ends = {begin: column for (_, column), begin in self.begins.items()}  # the last column is met last
        words = {}
        for (i, j), found in lines.items():
            room = self.across[ends[i, j] + 1] - self.across[j] - 2 * inset
            words[i, j] = one_cell(_paragraphs(found, partial(_right_of, room)))
        heads = self.heads
        return [
            [
                words.get(begin, "") if (begin := self.begins[i, j])[1] == j or i < heads else ""
                for j in range(len(self.across) - 1)
            ]
            for i in range(len(self.down) - 1)
        ]

    def goes_on(self, before: _Table) -> bool:
        """Whether this is the part of a table that a new page begins with."""
        return len(self.across) == len(before.across) and all(
            abs(a - b) <= _NEAR for a, b in zip(self.across, before.across, strict=True)
        )


def _right_of(room: float, line: _Line) -> float:
    return line.left + room


def pdf_text(path: Path, content: bytes) -> str:
    """Return the text of a PDF: a paragraph a line, a table row a line with tabs, page numbers left out.

    Raises
    ------
    PlanError
        The file is damaged or locked by a password, or its pages are pictures without a text layer.
    """
    with reading(path, "PDF", PlanError):
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as fault:
            if fault.err_code == raw.FPDF_ERR_PASSWORD:
                raise PlanError("{path}: PDF có mật khẩu; lưu một bản không khóa", path=path) from None
            raise
    with document:
        parts: list[_Line | _Table] = []
        count = 0
        for number in range(len(document)):
            with reading(path, "PDF", PlanError):
                page = document[number]
                letters, rules = list(_letters(page)), _rules(page)
                width = page.get_width()
                page.close()
            count += len(letters)
            if count > _MOST_LETTERS:
                raise PlanError("{path}: dài hơn mọi văn bản kế hoạch; nêu đúng tệp kế hoạch", path=path)
            parts += _page(width, letters, _tables(*rules))
        pages = len(document)
    if count < 20 * max(1, pages) and count < 200:
        raise PlanError(
            "{path}: {count} trang không có lớp chữ (bản quét); hãy nhận dạng chữ (OCR) tiếng Việt trước",
            path=path,
            count=pages,
        )
    return "\n".join(_text(parts)) + "\n"


# ------------------------------------------------------------------ what stands on a page


def _upright(page: pdfium.PdfPage) -> Callable[[float, float], Point]:
    """Return how a point of the page lies for its reader: from the left, from the top."""
    left, bottom, right, top = page.get_mediabox()
    return {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }[page.get_rotation()]


def _letters(page: pdfium.PdfPage) -> Iterator[_Letter]:
    upright, text, box = _upright(page), page.get_textpage(), raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    apart = False
    for i in range(min(text.count_chars(), _MOST_LETTERS)):
        sign = chr(raw.FPDFText_GetUnicode(text, i))
        if sign.isspace() or not raw.FPDFText_GetLooseCharBox(text, i, box):
            apart = True
            continue
        raw.FPDFText_GetCharOrigin(text, i, x, y)
        corners = upright(box.left, box.bottom), upright(box.right, box.top)
        (left, top), (right, bottom) = map(min, *corners), map(max, *corners)
        if sign in "\x02\ufffe":  # a hyphen at the end of a line
            sign = "-"
        elif "\ue000" <= sign <= "\uf8ff":  # of a font of symbols, where lists have their bullets
            sign = "•"
        yield _Letter(left, right, upright(x.value, y.value)[1], bottom - top, sign, apart)
        apart = False


def _rules(page: pdfium.PdfPage) -> tuple[list[Rule], list[Rule]]:
    """Return the upright and the level rules of a page; edges of thin boxes are rules as well."""
    upright, points = _upright(page), 0
    standing: list[Rule] = []
    lying: list[Rule] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in page.get_objects([raw.FPDF_PAGEOBJ_PATH]):
        matrix = path.get_matrix()
        corners: list[Point] = []
        for i in range(raw.FPDFPath_CountSegments(path)):
            segment = raw.FPDFPath_GetPathSegment(path, i)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            corner = upright(*matrix.on_point(x.value, y.value))
            if corners and raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
                _note(corners[-1], corner, standing, lying)
            corners.append(corner)
            if raw.FPDFPathSegment_GetClose(segment):
                _note(corner, corners[0], standing, lying)
            points += 1
            if points > _MOST_POINTS:
                return [], []
    return standing, lying


def _note(a: Point, b: Point, standing: list[Rule], lying: list[Rule]) -> None:
    (x, y), (x2, y2) = sorted((a, b))
    if x2 - x < 1 and abs(y2 - y) > _NEAR:
        standing.append(((x + x2) / 2, min(y, y2), max(y, y2)))
    elif abs(y2 - y) < 1 and x2 - x > _NEAR:
        lying.append(((y + y2) / 2, x, x2))


# ------------------------------------------------------------------ tables


def _tables(standing: list[Rule], lying: list[Rule]) -> Iterator[_Table]:
    """Yield the tables that rules make, from the top down; upright rules beside one another are of one table."""
    groups: list[list[Rule]] = []
    reach = 0.0
    for rule in sorted(standing, key=lambda rule: rule[1]):
        if not groups or rule[1] > reach + _NEAR:
            groups.append([])
        groups[-1].append(rule)
        reach = max(reach, rule[2])
    for group in groups:
        top, bottom = min(rule[1] for rule in group) - _NEAR, max(rule[2] for rule in group) + _NEAR
        level = [rule for rule in lying if top <= rule[0] <= bottom]
        if level:
            yield from _table(group, level)


def _table(standing: list[Rule], lying: list[Rule]) -> Iterator[_Table]:
    """Yield the table of some rules, if it has two columns; a rule under words, that ends at no other, is none of it."""
    sides = [min(rule[1] for rule in lying), max(rule[2] for rule in lying)]
    across = _places([*(rule[0] for rule in standing), *sides])
    lying = [rule for rule in lying if _near(across, rule[1]) and _near(across, rule[2])]
    ends = [min(rule[1] for rule in standing), max(rule[2] for rule in standing)]
    down = _places([*(rule[0] for rule in lying), *ends])
    if len(across) < 3 or len(down) < 2 or len(across) * len(down) > _MOST_FIELDS:
        return
    walls, floors = _by_place(standing, across), _by_place(lying, down)
    begins: dict[Field, Field] = {}
    for i, (upper, lower) in enumerate(pairwise(down)):
        for j, (left, right) in enumerate(pairwise(across)):
            begin = i, j
            if j and not _runs(walls[j], (upper + lower) / 2):
                begin = begins[i, j - 1]
            elif i and not _runs(floors[i], (left + right) / 2):
                begin = begins[i - 1, j]
            begins[i, j] = begin
    yield _Table(across, down, begins)


def _places(values: Iterable[float]) -> list[float]:
    """Return where rules stand; those near one another are one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def _near(places: list[float], value: float) -> bool:
    at = bisect_right(places, value + _NEAR)
    return at > 0 and value - places[at - 1] <= 2 * _NEAR


def _by_place(rules: list[Rule], places: list[float]) -> list[list[Rule]]:
    found: list[list[Rule]] = [[] for _ in places]
    for rule in rules:
        found[max(0, bisect_right(places, rule[0]) - 1)].append(rule)
    return found


def _runs(rules: list[Rule], at: float) -> bool:
    return any(start <= at <= end for _, start, end in rules)


# ------------------------------------------------------------------ lines and paragraphs


def _page(width: float, letters: list[_Letter], tables: Iterable[_Table]) -> list[_Line | _Table]:
    """Return what stands on a page from the top down, without the page number."""
    parts: list[_Line | _Table] = []
    for table in tables:
        letters = [letter for letter in letters if not table.take(letter)]
        parts += _lines([letter for letter in letters if letter.base < table.down[0]], width)
        parts.append(table)
        letters = [letter for letter in letters if letter.base >= table.down[0]]
    parts += _lines(letters, width)
    for at in (0, -1):
        if parts and isinstance(edge := parts[at], _Line) and _PAGE_NUMBER.fullmatch(edge.words):
            del parts[at]
    return parts


def _lines(letters: list[_Letter], page: float = 0) -> Iterator[_Line]:
    """Yield the printed lines of some letters from the top down."""
    line: list[_Letter] = []
    for letter in sorted(letters, key=lambda letter: letter.base):
        if line and letter.base - line[-1].base > 0.4 * letter.size:
            yield _line(line, page)
            line = []
        line.append(letter)
    if line:
        yield _line(line, page)


def _line(letters: list[_Letter], page: float) -> _Line:
    letters = sorted(letters, key=lambda letter: letter.left)
    begin, space = letters[0].left, 0.25 * letters[0].size
    words, first = letters[0].sign, 0.0
    for before, letter in pairwise(letters):
        if letter.sign == before.sign and letter.left - before.left < 0.1 * letter.size:
            continue  # printed twice, to look bold
        if letter.apart or letter.left - before.right > space:
            first = first or before.right - begin
            words += " "
        words += letter.sign
    right = max(letter.right for letter in letters)
    return _Line(words, begin, right, letters[0].base, page, 2 * space + (first or right - begin))


def _paragraphs(lines: Iterable[_Line], edge: Callable[[_Line], float], most: float = inf) -> Iterator[str]:
    """Yield the paragraphs of lines; lines further apart than ``most`` are of two."""
    words = ""
    last: _Line | None = None
    for line in lines:
        if last is not None and line.base - last.base <= most and _goes_on(words, last, line, edge(last)):
            words += f" {line.words}"
        else:
            if words:
                yield words
            words = line.words
        last = line
    if words:
        yield words


def _goes_on(words: str, last: _Line, line: _Line, edge: float) -> bool:
    """Whether a paragraph that so far says ``words`` goes on: the next word had no place before the edge."""
    if begins_item(line.words):
        # "giai đoạn 2021⏎- 2025", "Phòng Văn hóa⏎- Xã hội"
        listed = line.words[0] != "-" or words[0] == "-" or words.endswith((":", ";", ".", ","))
        return not listed
    return line.words[0].islower() or last.right + line.first > edge


def _text(parts: list[_Line | _Table]) -> Iterator[str]:
    """Yield the lines of the text: paragraphs and rows that go on from page to page are one."""
    lines = [part for part in parts if isinstance(part, _Line)]
    ends: dict[float, float] = {}  # of pages of one width: where their lines end
    for line in lines:
        ends[line.page] = max(ends.get(line.page, 0.8 * line.page), line.right)
    steps = [round(b.base - a.base) for a, b in pairwise(lines) if b.base > a.base]
    most = 1.3 * mode(steps) if steps else inf
    for _, group in groupby(parts, type):
        run = list(group)
        tables = [part for part in run if isinstance(part, _Table)]
        if tables:
            yield from ["", *map("\t".join, _all_rows(tables)), ""]
        else:
            found = [part for part in run if isinstance(part, _Line)]
            yield from _paragraphs(found, lambda line: ends[line.page], most)


def _all_rows(tables: list[_Table]) -> Iterator[list[str]]:
    """Yield the rows of tables that follow one another; a page repeats the head, and may break a row."""
    head: list[list[str]] = []
    last: list[str] = []
    for at, table in enumerate(tables):
        rows = table.rows()
        if not at or not table.goes_on(tables[at - 1]):
            if at:
                yield last
                yield []
            head, last = rows[: table.heads], []
        else:
            while rows and rows[0] in head:
                del rows[0]
            if rows and last and not rows[0][0] and any(rows[0]) and last[0]:
                last = [f"{a} {b}".strip() for a, b in zip(last, rows.pop(0), strict=True)]
        for row in rows:
            if last:
                yield last
            last = row
    yield last
