"""PDF to text: paragraphs as lines, a table row as one line with tabs, rebuilt from where letters and rules stand.

A PDF knows neither paragraphs nor cells. A line goes on in the next where the next word would not have fitted any
more; the cells of a table are what its printed rules enclose. Where there are no rules, the white between columns
tells cells apart, or the table is left out.
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
from qngai_analysis.plan.columns import column_role, row_number_rank
from qngai_analysis.plan.formats import one_cell
from qngai_analysis.plan.structure import begins_item

if TYPE_CHECKING:
    Point = tuple[float, float]
    Rule = tuple[float, float, float]  # where it stands, and from where to where it runs
    Field = tuple[int, int]  # row and column
    Column = tuple[float, float]  # from where to where it runs

_MOST_LETTERS = 1_500_000  # of a document; the longest plan known has half a million
_MOST_POINTS = 40_000  # of the rules of a page; beyond that it is a drawing
_MOST_FIELDS = 100_000  # of a table on a page
_MOST_SOUGHT = 1_000_000_000  # bytes looked through for the ends of streams that have none: some seconds
_NEAR = 3.0  # points within which two rules are one
_GAP = 5.5  # points between two cells, more than any space
_RIVER = 1.5  # points that stay white between two columns
_MOST_COLUMNS = 40
_MOST_WRAPPED = 15  # lines of a row without a value
_YEAR = re.compile(r"20\d\d")
_CELL_VALUE = re.compile(
    r"[≥≤<>=~±+]?\s*-?\d[\d.,]*(?:\s*(?:-|–|/|đến)\s*\d[\d.,]*)*\s?[%‰]?(?: trở lên)?|[-–…xX]"
)
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
class _Word:
    letters: tuple[_Letter, ...]

    @property
    def left(self) -> float:
        return self.letters[0].left

    @property
    def right(self) -> float:
        return self.letters[-1].right

    @property
    def text(self) -> str:
        return "".join(letter.sign for letter in self.letters)


@dataclass(frozen=True, slots=True)
class _Piece:
    parts: tuple[_Word, ...]
    words: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    left: float
    right: float
    base: float
    page: float  # its width
    size: float
    pieces: tuple[_Piece, ...]  # what wide gaps set apart
    first: float  # width of its first word and a space, and some more: setters differ


@dataclass
class _Table:
    """A ruled table: where its columns and rows begin and end, and the letters in it."""

    across: list[float]
    down: list[float]
    begins: dict[Field, Field]  # of each field between neighbouring rules: the field in which its cell begins
    ruled: bool = True
    letters: dict[Field, list[_Letter]] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)  # of a table without rules
    numbered: bool = False  # whether its first column numbers the rows
    named_in: tuple[str, ...] = ()  # the lines of its head

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


def pdf_text(path: Path, content: bytes) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return the text of a PDF, and the pages with a table without rules: guessed from gaps, or left out.

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
        count = 0
        guessed: list[int] = []
        unread: list[int] = []
        for number in range(len(document)):
            with reading(path, "PDF", PlanError):
                page = document[number]
                letters, rules = list(_letters(page)), _rules(page)
                width = page.get_width()
                page.close()
            count += len(letters)
            if count > _MOST_LETTERS:
                raise PlanError("{path}: dài hơn mọi văn bản kế hoạch; nêu đúng tệp kế hoạch", path=path)
            last = parts[-1] if parts else None
            before = last if isinstance(last, _Table) and not last.ruled else None
            found = _page(width, letters, _tables(*rules), before)
            guessed += [number + 1] * any(isinstance(part, _Table) and not part.ruled for part in found)
            unread += [number + 1] * (None in found)
            parts += [part for part in found if part is not None]
        pages = len(document)
    if count < 20 * max(1, pages) and count < 200:
        raise PlanError(
            "{path}: {count} trang không có lớp chữ (bản quét); hãy nhận dạng chữ (OCR) tiếng Việt trước",
            path=path,
            count=pages,
        )
    return "\n".join(_text(parts)) + "\n", tuple(guessed), tuple(unread)


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


def _unruled(lines: list[_Line], before: _Table | None) -> Iterator[_Line | _Table | None]:
    """Yield lines and the tables that no rule shows, and None for one whose cells cannot be told apart.

    ``before`` is the table without rules with which the page before ended.
    """
    if before is not None and tuple(line.words for line in lines[: len(before.named_in)]) == before.named_in:
        lines = lines[len(before.named_in) :]
    at = above = _goes_on_above(lines, before) if before is not None else 0
    if before is not None and at:
        yield _unruled_table(lines[:at], before.columns, before)
    for begin, end in _column_runs(lines):
        if begin < at:
            continue
        columns = _columns(lines[begin:end])
        while begin > at and _heads(lines[begin - 1], lines[begin], columns):
            begin -= 1
        while end < len(lines) and _wraps(lines[end - 1], lines[end], columns):
            end += 1
        run = lines[begin:end]
        table = _unruled_table(run, columns, None)
        broken = before is not None and begin - at < 3 and not at - above
        if (
            table is None
            and not broken
            and not any(len(_values(line)) > 1 or _names_columns(line) for line in run)
        ):
            yield from lines[at:end]
        else:
            yield from lines[at:begin]
            yield table
        at = end
    yield from lines[at:]


def _goes_on_above(lines: list[_Line], before: _Table) -> int:
    """Return how many lines at the top of a page are of the table with which the page before ended."""
    count = 0
    for at, line in enumerate(lines, 1):
        spans = [_touched((piece.left, piece.right), before.columns) for piece in line.pieces]
        if _like_row(line):
            spans = [
                _touched((w.left, w.right), before.columns) for piece in line.pieces for w in piece.parts
            ]
        if _names_columns(line) or not all(len(columns) < 2 for columns in spans):
            break
        if _like_row(line) or (count == at - 1 and (line.words[0].islower() or 0 not in spans[0])):
            count = at
    return count


def _values(line: _Line) -> list[_Piece]:
    """Return the pieces of a line behind its first that are the value of a cell."""
    return [
        piece
        for piece in line.pieces[1:]
        if _CELL_VALUE.fullmatch(piece.words) and not _YEAR.fullmatch(piece.words)
    ]


def _like_row(line: _Line) -> bool:
    return ".." not in line.words and (len(line.pieces) > 2 or (len(line.pieces) > 1 and bool(_values(line))))


def _names_columns(line: _Line) -> bool:
    """Whether a line may be of a head."""
    roles = [column_role(piece.words) for piece in line.pieces]
    return len(roles) > 2 and not _values(line) and sum(map(bool, roles)) * 2 > len(roles)


def _column_runs(lines: list[_Line]) -> Iterator[tuple[int, int]]:
    """Yield from where to where lines stand in columns; a line of words across them ends a run."""
    like = [_like_row(line) for line in lines]
    at = 0
    while at < len(lines):
        begin, end, edge, number, valued = at, at, inf, -inf, False
        while at < len(lines) and at - end < _MOST_WRAPPED:
            line = lines[at]
            if valued and _names_columns(line):
                break  # the head of another table
            valued = valued or bool(_values(line))
            if like[at]:
                end, edge = at + 1, line.pieces[-1].left
                if row_number_rank(line.pieces[0].words) is not None:
                    number = line.pieces[0].right
            elif begin == end:
                break
            elif len(line.pieces) == 1 and not begins_item(line.words):
                between = at == end and at + 1 < len(lines) and like[at + 1]
                if line.left < edge - _NEAR < line.right and not between:
                    break
                if line.left < number < line.right - _NEAR:
                    break
            at += 1
        if end - begin > 1 or (end > begin and len(_values(lines[begin])) > 1):
            yield begin, end
        at = max(end, begin + 1)


def _merged(spans: Iterable[Column]) -> list[Column]:
    merged: list[Column] = []
    for left, right in sorted(spans):
        if merged and left < merged[-1][1] + _RIVER:
            merged[-1] = merged[-1][0], max(merged[-1][1], right)
        else:
            merged.append((left, right))
    return merged


def _touched(span: Column, columns: list[Column]) -> range:
    """Return the columns that something reaches into."""
    first = bisect_right(columns, span[0], key=lambda column: column[1] + 0.5)
    return range(first, max(first, bisect_right(columns, span[1] - 0.5, key=lambda column: column[0])))


def _columns(run: list[_Line]) -> list[Column]:
    """Return from where to where the columns of some lines run: no word stands between them, and mostly a wide gap."""
    rows = [line for line in run if _values(line)]
    rows = rows if len(rows) > 1 else [line for line in run if _like_row(line)]
    columns = _merged(
        (word.left, word.right) for line in rows for piece in line.pieces for word in piece.parts
    )
    wide, tight = Counter[int](), Counter[int]()
    for line in rows:
        for piece, following in zip(line.pieces, [*line.pieces[1:], None], strict=True):
            within = [_touched((word.left, word.right), columns)[0] for word in piece.parts]
            tight.update(b for a, b in pairwise(within) if b == a + 1)
            if following is not None:
                wide[_touched((following.left, following.right), columns)[0]] += 1
    found: list[Column] = []
    for at, column in enumerate(columns):
        if found and tight[at] > wide[at]:
            found[-1] = found[-1][0], column[1]
        else:
            found.append(column)
    return _widened(found, run)


def _widened(columns: list[Column], run: list[_Line]) -> list[Column]:
    """Return columns as wide as cells that wrap and heads fill them, as far as these stand in one column."""
    spans = [(piece.left, piece.right) for line in run for piece in line.pieces]
    columns = _merged([*columns, *(span for span in spans if not _touched(span, columns))])
    for left, right in spans:
        reached = _touched((left, right), columns)
        if len(reached) == 1:
            columns[reached[0]] = min(left, columns[reached[0]][0]), max(right, columns[reached[0]][1])
    return columns


def _heads(line: _Line, below: _Line, columns: list[Column]) -> bool:
    """Whether a line above a table is of its head: set apart itself, or near and not led in at the left."""
    step = (below.base - line.base) / below.size
    if len(line.pieces) > 1:
        return step < 3.5 and bool(columns) and line.left > columns[0][0] - _NEAR
    within = len(_touched((line.left, line.right), columns)) < 2
    return step < 1.35 and bool(columns) and (within or line.left > columns[0][1])


def _wraps(above: _Line, line: _Line, columns: list[Column]) -> bool:
    """Whether a line below a table is of its last row."""
    near = line.base - above.base <= 1.6 * max(line.size, above.size)
    if len(line.pieces) == 2 and line.pieces[0].right < columns[0][1] + _NEAR:
        return row_number_rank(line.pieces[0].words) is not None
    within = all(len(_touched((piece.left, piece.right), columns)) == 1 for piece in line.pieces)
    return (
        near
        and within
        and not begins_item(line.words)
        and (not line.words[0].isupper() or line.left > columns[0][1])
    )


def _unruled_table(run: list[_Line], columns: list[Column], before: _Table | None) -> _Table | None:
    """Return the table that lines are, None where they are none or a cell is doubtful."""
    starts = _blocks(run)
    first = next(
        (
            i
            for i, line in enumerate(run)
            if _values(line) or begins_item(line.words) or row_number_rank(line.pieces[0].words) is not None
        ),
        0,
    )
    if before is not None:
        first, columns = 0, _widened(before.columns, run)
    elif starts and not (block := max(start for start in starts if start <= first)):
        starts = []
    elif starts:
        first = block
    head = run[:first]
    if not 2 <= len(columns) <= _MOST_COLUMNS:
        return None
    body = run[len(head) :]
    columns = _joined(columns, head, body) if head else columns
    heads, over = _head_cells(head, columns)
    while over:  # one head of words drawn apart, over one column
        columns = [*columns[: over[0]], (columns[over[0]][0], columns[over[-1]][1]), *columns[over[-1] + 1 :]]
        heads, over = _head_cells(head, columns)
    cells = [heads] if head else []
    if head:
        names = [" ".join(line.words for line in _lines(cell)) for cell in heads]
        roles = list(map(column_role, names))
        if sum(map(bool, roles)) * 2 < max(4, len(columns)) or any(
            not name or name[0].islower() for name in names
        ):
            return None
        numbered = roles[0] == "number"
    elif before is None or len(columns) != len(before.columns):
        return None
    else:
        numbered = before.numbered
    begins = _rows_begin(body, [start - len(head) for start in starts], columns, numbered=numbered)
    if begins is None:
        return None
    for begin, end in pairwise([*begins, len(body)]):
        row = _row_cells(body[begin:end], columns)
        if row is None:
            return None
        cells.append(row)
    table = _Table(
        before.across
        if before is not None and not head
        else [columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1]],
        [line.base for line in (*head[:1], *(body[begin] for begin in begins), run[-1])],
        {(i, j): (i, j) for i in range(len(cells)) for j in range(len(columns))},
        ruled=False,
        letters={(i, j): letters for i, row in enumerate(cells) for j, letters in enumerate(row) if letters},
        columns=columns,
        numbered=numbered,
        named_in=before.named_in if before is not None else tuple(line.words for line in head),
    )
    return table if _doubtless(table.rows()[bool(head) :]) else None


def _blocks(run: list[_Line]) -> list[int]:
    """Return the lines before which the step is wider than within a cell; none if no two lines are of one cell."""
    steps = [
        b.base - a.base
        for i, a in enumerate(run)
        for b in run[i + 1 : i + 4]
        if {round(piece.left) for piece in a.pieces} & {round(piece.left) for piece in b.pieces}
    ]
    size = max(line.size for line in run)
    height = min((step for step in steps if step > 0.7 * size), default=inf)
    height = height if height < 2.2 * size else 1.4 * size  # no two lines are of one cell
    starts = [0, *(i for i, (a, b) in enumerate(pairwise(run), 1) if b.base - a.base > 1.12 * height)]
    one_each = all(
        sum(bool(_values(line)) for line in run[begin:end]) < 2
        for begin, end in pairwise([*starts, len(run)])
    )
    return starts if one_each else []


def _joined(columns: list[Column], head: list[_Line], body: list[_Line]) -> list[Column]:
    """Return columns of which each has a head and cells: words drawn apart to fill a line are none."""
    named, held = (
        {
            at
            for line in lines
            for piece in line.pieces
            for word in piece.parts
            for at in _touched((word.left, word.right), columns)
        }
        for lines in (head, body)
    )
    joined: list[Column] = []
    for at, column in enumerate(columns):
        if joined and (at not in named or at not in held):
            joined[-1] = joined[-1][0], column[1]
        else:
            joined.append(column)
    return joined


def _head_cells(head: list[_Line], columns: list[Column]) -> tuple[list[list[_Letter]], range]:
    """Return the letters of the head, or the columns over which a head stands that is of one of them.

    What stands over several columns speaks for each, heads set close for their own.
    """
    cells: list[list[_Letter]] = [[] for _ in columns]
    for i, line in enumerate(head):
        for piece in line.pieces:
            over = _touched((piece.left, piece.right), columns)
            groups = _set_close(piece, columns, over) if len(over) > 1 else {}
            below = [
                other.words[0]
                for later in head[i + 1 :]
                for other in later.pieces
                if set(over).intersection(_touched((other.left, other.right), columns))
            ]
            if len(over) > 1 and not groups and (not below or any(map(str.islower, below))):
                return [], over  # no head of several columns, but words drawn apart, or heads that touch
            for at in over or [_nearest(piece.parts[0], columns)]:
                cells[at] += [letter for word in groups.get(at, piece.parts) for letter in word.letters]
    return cells, range(0)


def _set_close(piece: _Piece, columns: list[Column], over: range) -> dict[int, list[_Word]]:
    """Return which words stand over which column, where heads are set so close that they look like one; else nothing."""
    gaps = [b.left - a.right for a, b in pairwise(piece.parts)]
    widest = sorted(gaps, reverse=True)
    wide, others = widest[: len(over) - 1], widest[len(over) - 1 :]
    parts: list[list[_Word]] = [[piece.parts[0]]]
    if others and wide[-1] > 1.3 * others[0]:
        for gap, word in zip(gaps, piece.parts[1:], strict=True):
            if gap >= wide[-1]:
                parts.append([])
            parts[-1].append(word)
        return dict(zip(over, parts, strict=True))
    groups: dict[int, list[_Word]] = {}
    for word in piece.parts:
        groups.setdefault(_nearest(word, columns), []).append(word)
    aligned = all(_stands_in(words, columns[at]) for at, words in groups.items())
    return groups if aligned and not any(words[0].text[0].islower() for words in groups.values()) else {}


def _nearest(word: _Word, columns: list[Column]) -> int:
    """Return the column in which a word stands, or which is nearest."""
    return min(
        range(len(columns)), key=lambda at: max(columns[at][0] - word.right, word.left - columns[at][1])
    )


def _stands_in(words: list[_Word], column: Column) -> bool:
    """Whether words stand at the left, in the middle or at the right of a column."""
    left, right = words[0].left, words[-1].right
    return min(abs(left - column[0]), abs(left + right - sum(column)) / 2, abs(right - column[1])) < _NEAR


def _row_cells(lines: list[_Line], columns: list[Column]) -> list[list[_Letter]] | None:
    """Return the letters of a row's cells, None where words stand across columns; a heading may."""
    cells: list[list[_Letter]] = [[] for _ in columns]
    words = [word for line in lines for piece in line.pieces for word in piece.parts]
    heading = len(lines) == 1 and not any(_CELL_VALUE.fullmatch(word.text) for word in words[1:])
    for line in lines:
        for piece in line.pieces:
            reached = [_touched((word.left, word.right), columns) for word in piece.parts]
            if not all(reached):
                return None
            if heading:
                reached = [reached[0][:1]] * len(reached)
            for word, at in zip(piece.parts, reached, strict=True):
                if len(at) != 1:
                    return None
                cells[at[0]] += word.letters
    return cells


def _rows_begin(
    body: list[_Line], starts: list[int], columns: list[Column], *, numbered: bool
) -> list[int] | None:
    """Return the first lines of the rows: by the steps between lines, else by number, or values; None in doubt."""
    if starts:
        return [start for start in starts if start >= 0]
    begins = []
    for i, line in enumerate(body):
        held = {at for piece in line.pieces for at in _touched((piece.left, piece.right), columns)}
        name = int(numbered)
        words = next((p.words for p in line.pieces if name in _touched((p.left, p.right), columns)), "")
        wraps = words[:1].islower() or not words
        if 0 in held if numbered else _values(line) or not wraps:
            if wraps and _values(line):
                return None  # the name begins above: set in the middle of the row
            begins.append(i)
        elif _values(line) and not wraps:
            begins.append(i)
        elif not i or _values(line):
            return None
    return begins


def _doubtless(rows: list[list[str]]) -> bool:
    """Whether columns of numbers hold nothing else, and none stands behind the words of another column."""
    for column in zip(*rows, strict=True):
        filled = [words for words in column if words]
        values = [words for words in filled if _CELL_VALUE.fullmatch(words)]
        others = [words for words in filled if not _CELL_VALUE.fullmatch(words)]
        if 2 * len(values) > len(filled):
            if any(re.search(r"\d", words) for words in others):
                return False
        elif any(re.search(r"\s(?!20\d\d)\d[\d.,]*%?$", words) for words in others):
            return False
    return True


# ------------------------------------------------------------------ lines and paragraphs


def _page(
    width: float, letters: list[_Letter], tables: Iterable[_Table], before: _Table | None
) -> list[_Line | _Table | None]:
    """Return what stands on a page from the top down, without the page number; None for a table that cannot be read."""
    ruled = sorted(tables, key=lambda table: table.down[0])
    lines = list(
        _lines([letter for letter in letters if not any(table.take(letter) for table in ruled)], width)
    )
    if (
        lines
        and _PAGE_NUMBER.fullmatch(lines[-1].words)
        and (not ruled or lines[-1].base > ruled[-1].down[0])
    ):
        del lines[-1]
    if lines and _PAGE_NUMBER.fullmatch(lines[0].words) and (not ruled or lines[0].base < ruled[0].down[0]):
        del lines[0]
    parts: list[_Line | _Table | None] = []
    for table in ruled:
        above = [line for line in lines if line.base < table.down[0]]
        lines = lines[len(above) :]
        parts += [*_unruled(above, None if parts else before), table]
    return [*parts, *_unruled(lines, None if parts else before)]


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
    parts: list[tuple[list[_Letter], float]] = [([letters[0]], 0.0)]  # words, with the gap before each
    for before, letter in pairwise(letters):
        if letter.sign == before.sign and letter.left - before.left < 0.1 * letter.size:
            continue  # printed twice, to look bold
        gap = letter.left - before.right
        if letter.apart or gap > space:
            parts.append(([], gap))
        parts[-1][0].append(letter)
    signs = ["".join(letter.sign for letter in part) for part, _ in parts]
    pieces: list[list[int]] = []
    gaps = [gap for _, gap in parts[1:]]
    drawn = len(gaps) > 5 and max(gaps) - min(gaps) < _RIVER  # to fill the line
    for at, (_, gap) in enumerate(parts):
        if not pieces or (gap > max(_GAP, 0.5 * letters[0].size) and not drawn):
            pieces.append([])
        pieces[-1].append(at)
    cut = tuple(
        _Piece(
            tuple(_Word(tuple(parts[at][0])) for at in piece),
            " ".join(signs[at] for at in piece),
            parts[piece[0]][0][0].left,
            parts[piece[-1]][0][-1].right,
        )
        for piece in pieces
    )
    stop = 1 if signs[0] == "-" and len(parts) > 1 else 0  # "- Xã" stays together
    first = parts[stop][0][-1].right - begin
    right = max(letter.right for letter in letters)
    return _Line(
        " ".join(signs),
        begin,
        right,
        letters[0].base,
        page,
        max(letter.size for letter in letters),
        cut,
        2 * space + first,
    )


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
