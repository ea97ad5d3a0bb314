"""PDF to text: paragraphs as lines, a table row as one line with tabs, rebuilt from where letters and rules stand.

A PDF knows neither paragraphs nor cells. A line goes on in the next where the next word would not have fitted any
more; the cells of a table are what its printed rules enclose. Tables without rules stay lines of text.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_right
from collections import Counter
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
from qngai_analysis.plan.columns import column_role
from qngai_analysis.plan.formats import one_cell
from qngai_analysis.plan.structure import begins_item
from qngai_analysis.plan.words import squeeze

if TYPE_CHECKING:
    Point = tuple[float, float]
    Rule = tuple[float, float, float]  # where it stands, and from where to where it runs
    Field = tuple[int, int]  # row and column
    Column = tuple[float, float]  # from where to where it runs
    Piece = tuple[float, float, str]  # from where to where it runs, and its words

_MOST_LETTERS = 1_500_000  # of a document; the longest plan known has half a million
_MOST_POINTS = 40_000  # of the rules of a page; beyond that it is a drawing
_MOST_FIELDS = 100_000  # of a table on a page
_MOST_SOUGHT = 1_000_000_000  # bytes looked through for the ends of streams that have none: some seconds
_NEAR = 3.0  # points within which two rules are one
_GAP = 5.5  # points between two cells, more than any space
_YEAR = re.compile(r"20\d\d")
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
    pieces: tuple[Piece, ...]  # what wide gaps set apart
    first: float  # width of its first word and a space, and some more: setters differ


@dataclass
class _Table:
    """A ruled table: where its columns and rows begin and end, and the letters in it."""

    across: list[float]
    down: list[float]
    begins: dict[Field, Field]  # of each field between neighbouring rules: the field in which its cell begins
    ruled: bool = True
    letters: dict[Field, list[_Letter]] = field(default_factory=dict)

    def take(self, letter: _Letter) -> bool:
        """Put a letter into its cell, if it is in the table."""
        column = bisect_right(self.across, (letter.left + letter.right) / 2) - 1
        row = bisect_right(self.down, letter.base - 0.1 * letter.size) - 1
        if (
            letter.left - self.across[-1] < 2 * letter.size
        ):  # a word too wide for the last column stands out of it
            column = min(column, len(self.across) - 2)
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
            room = self.across[ends[i, j] + 1] - self.across[j] - 2 * inset if self.ruled else 0
            words[i, j] = one_cell(_paragraphs(found, partial(_right_of, room)))
        if not self.ruled:  # "2025" in the second line of a head stands below what the cell before it says
            top = min((line.base for line in lines.get((0, 0), [])), default=0)
            for j in range(1, len(self.across) - 1):
                below = all(line.base > top + _NEAR for line in lines.get((0, j), []))
                if below and _YEAR.fullmatch(words.get((0, j), "")):
                    words[0, j] = squeeze(f"{_YEAR.sub('', words.get((0, j - 1), ''))} {words[0, j]}")
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


def pdf_text(path: Path, content: bytes) -> tuple[str, tuple[int, ...]]:
    """Return the text of a PDF, and the pages with a table without rules, whose cells are guessed from gaps.

    A paragraph is a line, a table row a line with tabs; page numbers are left out.

    Raises
    ------
    PlanError
        The file is damaged or locked by a password, or its pages are pictures without a text layer.
    """
    with reading(path, "PDF", PlanError):
        endless = content.count(b"stream") - 2 * content.count(
            b"endstream"
        )  # pdfium seeks each one's end in all that follows
        if endless * len(content) > _MOST_SOUGHT:
            raise pdfium.PdfiumError(f"{endless} streams without an end")
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as fault:
            if fault.err_code == raw.FPDF_ERR_PASSWORD:
                raise PlanError("{path}: PDF có mật khẩu; lưu một bản không khóa", path=path) from None
            raise
    with document:
        parts: list[_Line | _Table] = []
        count, guessed = 0, []
        for number in range(len(document)):
            with reading(path, "PDF", PlanError):
                page = document[number]
                letters, rules = list(_letters(page)), _rules(page)
                width = page.get_width()
                page.close()
            count += len(letters)
            if count > _MOST_LETTERS:
                raise PlanError("{path}: dài hơn mọi văn bản kế hoạch; nêu đúng tệp kế hoạch", path=path)
            found = _page(width, letters, _tables(*rules))
            guessed += [number + 1] * any(isinstance(part, _Table) and not part.ruled for part in found)
            parts += found
        pages = len(document)
    if count < 20 * max(1, pages) and count < 200:
        raise PlanError(
            "{path}: {count} trang không có lớp chữ (bản quét); hãy nhận dạng chữ (OCR) tiếng Việt trước",
            path=path,
            count=pages,
        )
    return "\n".join(_text(parts)) + "\n", tuple(guessed)


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
            yield from _ruled_table(group, level)


def _ruled_table(standing: list[Rule], lying: list[Rule]) -> Iterator[_Table]:
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


# ------------------------------------------------------------------ tables without rules


def _loose_tables(lines: list[_Line]) -> Iterator[_Table]:
    """Yield the tables that have no rules: lines that name columns, and what keeps to these columns below them."""
    steps = [
        round(b.base - a.base)
        for i, a in enumerate(lines)
        for b in lines[i + 1 : i + 4]
        if {round(left) for left, *_ in a.pieces} & {round(left) for left, *_ in b.pieces}
    ]
    height = min((step for step, n in Counter(steps).items() if n > 1), default=0)  # of a line in a cell
    at = 0
    while at < len(lines):
        head = next((head for n in (1, 2, 3) if _names_columns(head := lines[at : at + n])), [])
        columns, after = _columns(lines, at, len(head)) if head else ([], at)
        numbered = (
            bool(columns) and column_role(" ".join(_words_in(lines[at : at + 3], columns[0]))) == "number"
        )
        starts = _rows_begin(lines[at:after], columns, height, numbered=numbered)
        if len(starts) < 2:
            at += 1
            continue
        across = [columns[0][0] - 1, *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1] + 1]
        down = [*(line.base - 0.6 * height for line in starts), lines[after - 1].base + 0.3 * height]
        fields = [(i, j) for i in range(len(starts)) for j in range(len(columns))]
        yield _Table(across, down, {place: place for place in fields}, ruled=False)
        at = after


def _names_columns(head: list[_Line]) -> bool:
    if len(head[0].pieces) < 2:
        return False
    columns = _merged([], head)
    roles = [column_role(" ".join(_words_in(head, column))) for column in columns]
    return len(columns) > 2 and sum(map(bool, roles)) * 2 >= max(4, len(columns))


def _words_in(lines: list[_Line], column: Column) -> list[str]:
    return [
        words
        for line in lines
        for left, right, words in line.pieces
        if left < column[1] and right > column[0]
    ]


def _merged(columns: list[Column], lines: list[_Line]) -> list[Column]:
    """Return columns as wide as some lines fill them."""
    merged: list[Column] = []
    for left, right in sorted(
        [*columns, *((left, right) for line in lines for left, right, _ in line.pieces)]
    ):
        if merged and left < merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], right)
        else:
            merged.append((left, right))
    return merged


def _columns(lines: list[_Line], at: int, heads: int) -> tuple[list[Column], int]:
    """Return from where to where the columns run that lines name, and the first line that keeps to them no more."""
    columns = _merged([], lines[at : at + heads])
    after = at + heads
    while after < len(lines):
        wider = _merged(columns, lines[after : after + 1])
        alone = len(lines[after].pieces) == 1 and lines[after].left < columns[0][0] + 3
        if len(wider) < len(columns) or (alone and begins_item(lines[after].words)):
            break
        columns = wider
        after += 1
    heading, below = lines[at : at + heads], lines[at + heads : after]
    found: list[Column] = []
    for column in columns:
        # a heading set in the middle may stand beside its values; words drawn apart to fill a line are no column
        halves = bool(found) and (
            (not _words_in(heading, found[-1]) and not _words_in(below, column))
            or (not _words_in(below, found[-1]) and not _words_in(heading, column))
            or all(words.strip()[0].islower() for words in _words_in(lines[at:after], column))
        )
        if halves:
            found[-1] = found[-1][0], column[1]
        else:
            found.append(column)
    return found, after


def _rows_begin(lines: list[_Line], columns: list[Column], height: float, *, numbered: bool) -> list[_Line]:
    """Return the first lines of the rows: where the step is wide, else where the row's number stands, or most cells."""
    wide = [b for a, b in pairwise(lines) if b.base - a.base > 1.12 * height]
    if len(wide) > 1:
        return [*lines[:1], *wide]
    filled = [{bisect_right(columns, (left + 1, 0)) for left, *_ in line.pieces} for line in lines]
    return [
        line
        for line, held in zip(lines, filled, strict=True)
        if line is lines[0]
        or (1 in held if numbered else 2 * len(held) > len(columns) and not line.words[0].islower())
    ]


# ------------------------------------------------------------------ lines and paragraphs


def _page(width: float, letters: list[_Letter], tables: Iterable[_Table]) -> list[_Line | _Table]:
    """Return what stands on a page from the top down, without the page number."""
    parts: list[_Line | _Table] = []
    tables = list(tables)
    outside = [letter for letter in letters if not any(table.take(letter) for table in tables)]
    tables += _loose_tables(list(_lines(outside)))
    letters = outside
    for table in sorted(tables, key=lambda table: table.down[0]):
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
    pieces: list[list[_Letter]] = [[letters[0]]]
    words, first = letters[0].sign, 0.0
    for before, letter in pairwise(letters):
        if letter.sign == before.sign and letter.left - before.left < 0.1 * letter.size:
            continue  # printed twice, to look bold
        if letter.apart or letter.left - before.right > space:
            first = first or (before.right - begin if words != "-" else 0)  # "- Xã" stays together
            words += " "
        words += letter.sign
        if letter.left - before.right > max(_GAP, 0.5 * letter.size):
            pieces.append([])
        pieces[-1].append(letter)
    right = max(letter.right for letter in letters)
    cut = tuple(
        (part[0].left, part[-1].right, "".join(" " * a.apart + a.sign for a in part)) for part in pieces
    )
    return _Line(words, begin, right, letters[0].base, page, cut, 2 * space + (first or right - begin))


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
        return not listed and last.right + line.first > edge
    return line.words[0].islower() or last.right + line.first > edge


def _text(parts: list[_Line | _Table]) -> Iterator[str]:
    """Yield the lines of the text: paragraphs and rows that go on from page to page are one."""
    lines = [part for part in parts if isinstance(part, _Line)]
    ends: dict[float, float] = {}  # of pages of one width: where their lines end
    for line in lines:
        ends[line.page] = max(ends.get(line.page, 0.8 * line.page), line.right)
    steps = [round(b.base - a.base) for a, b in pairwise(lines) if b.base > a.base]
    most = 1.3 * mode(steps) if steps else inf
    begun: _Table | None = None  # it has the head of what follows, also behind a line at the edge of a page
    for _, group in groupby(parts, type):
        run = list(group)
        tables = [part for part in run if isinstance(part, _Table)]
        if tables:
            headed = sum(map(bool, map(column_role, tables[0].rows()[0]))) > 1
            again = begun if begun is not None and tables[0].goes_on(begun) and not headed else None
            yield from ["", *map("\t".join, _all_rows(tables, again)), ""]
            begun = again or tables[0]
            begun = next((b for a, b in [*pairwise(tables)][::-1] if not b.goes_on(a)), begun)
        else:
            found = [part for part in run if isinstance(part, _Line)]
            yield from _paragraphs(found, lambda line: ends[line.page], most)


def _all_rows(tables: list[_Table], begun: _Table | None) -> Iterator[list[str]]:
    """Yield the rows of tables that follow one another; a page repeats the head, and may break a row."""
    head = begun.rows()[: begun.heads] if begun else []
    yield from head
    last: list[str] = []
    for at, table in enumerate(tables):
        rows = table.rows()
        goes_on = table.goes_on(tables[at - 1]) if at else begun is not None
        if not goes_on and not (at and head and rows[:1] == head[:1]):
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
