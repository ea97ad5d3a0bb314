"""Tables of a PDF without rules: cells told apart by the white between columns, or the table is left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from math import inf

from qngai_analysis.plan.columns import column_role, row_number_rank
from qngai_analysis.plan.pdf_lines import RIVER, Letter, Line, Piece, Word, printed_lines
from qngai_analysis.plan.pdf_tables import NEAR, Column, Table
from qngai_analysis.plan.structure import begins_item

_MOST_COLUMNS = 40
_MOST_WRAPPED = 15  # lines of a row without a value
_YEAR = re.compile(r"20\d\d")
_CELL_VALUE = re.compile(
    r"[≥≤<>=~±+]?\s*-?\d[\d.,]*(?:\s*(?:-|–|/|đến)\s*\d[\d.,]*)*\s?[%‰]?(?: trở lên)?|[-–…xX]"
)


def unruled_tables(lines: list[Line], before: Table | None) -> Iterator[Line | Table | None]:
    """Yield lines and the tables that no rule shows, and None for one whose cells cannot be told apart.

    ``before`` is the table without rules with which the page before ended.
    """
    if before is not None and tuple(line.words for line in lines[: len(before.named_in)]) == before.named_in:
        lines = lines[len(before.named_in) :]
    at = _goes_on_above(lines, before) if before is not None else 0
    if before is not None and at:
        yield _goes_on_as(lines[:at], before)
    for begin, end in _column_runs(lines):
        if begin < at:
            continue
        columns = _columns(lines[begin:end])
        while begin > at and _heads(lines[begin - 1], lines[begin], columns):
            begin -= 1
        while end < len(lines) and _wraps(lines[end - 1], lines[end], columns):
            end += 1
        run = lines[begin:end]
        table = _headed_table(run, columns)
        tabular = any(len(_values(line)) > 1 or _names_columns(line) for line in run)
        if table is None and not tabular:
            yield from lines[at:end]
        else:
            yield from lines[at:begin]
            yield table
        at = end
    yield from lines[at:]


def _goes_on_above(lines: list[Line], before: Table) -> int:
    """Return how many lines at the top of a page are of the table with which the page before ended."""
    count = 0
    for at, line in enumerate(lines, 1):
        row = _like_row(line)
        spans = [_touched(words, before.columns) for words in (line.parts if row else line.pieces)]
        if _names_columns(line) or any(len(columns) > 1 for columns in spans):
            break
        if row or (count == at - 1 and (line.words[0].islower() or 0 not in spans[0])):
            count = at
    return count


def _values(line: Line) -> list[Piece]:
    """Return the pieces of a line behind its first that are the value of a cell."""
    pieces = (piece for piece in line.pieces[1:] if _CELL_VALUE.fullmatch(piece.words))
    return [piece for piece in pieces if not _YEAR.fullmatch(piece.words)]


def _like_row(line: Line) -> bool:
    return ".." not in line.words and (len(line.pieces) > 2 or bool(_values(line)))


def _names_columns(line: Line) -> bool:
    """Whether a line may be of a head."""
    roles = [column_role(piece.words) for piece in line.pieces]
    return len(roles) > 2 and not _values(line) and sum(map(bool, roles)) * 2 > len(roles)


def _column_runs(lines: list[Line]) -> Iterator[tuple[int, int]]:
    """Yield from where to where lines stand in columns; a line of words across them ends a run."""
    like = [_like_row(line) for line in lines]
    at = 0
    while at < len(lines):
        begin, end, number, valued = at, at, -inf, False
        while at < len(lines) and at - end < _MOST_WRAPPED:
            line = lines[at]
            if valued and _names_columns(line):
                break  # the head of another table
            valued = valued or bool(_values(line))
            if like[at]:
                end = at + 1
                if row_number_rank(line.pieces[0].words) is not None:
                    number = line.pieces[0].right
            elif begin == end or (len(line.pieces) == 1 and line.left < number < line.right - NEAR):
                break
            at += 1
        if end - begin > 1 or (end > begin and len(_values(lines[begin])) > 1):
            yield begin, end
        at = max(end, begin + 1)


def _merged(spans: Iterable[Column]) -> list[Column]:
    merged: list[Column] = []
    for left, right in sorted(spans):
        if merged and left < merged[-1][1] + RIVER:
            merged[-1] = merged[-1][0], max(merged[-1][1], right)
        else:
            merged.append((left, right))
    return merged


def _touched(words: Word | Piece | Line, columns: list[Column]) -> range:
    """Return the columns that words reach into."""
    first = bisect_right(columns, words.left, key=lambda column: column[1] + 0.5)
    return range(first, max(first, bisect_right(columns, words.right - 0.5, key=lambda column: column[0])))


def _columns(run: list[Line]) -> list[Column]:
    """Return from where to where the columns of some lines run: no word stands between them, and mostly a wide gap."""
    rows = [line for line in run if _values(line)]
    rows = rows if len(rows) > 1 else [line for line in run if _like_row(line)]
    columns = _merged((word.left, word.right) for line in rows for word in line.parts)
    wide, tight = Counter[int](), Counter[int]()
    for line in rows:
        for piece, following in zip(line.pieces, [*line.pieces[1:], None], strict=True):
            within = [_touched(word, columns)[0] for word in piece.parts]
            tight.update(b for a, b in pairwise(within) if b == a + 1)
            if following is not None:
                wide[_touched(following, columns)[0]] += 1
    return _widened(_joined(columns, {at for at in tight if tight[at] > wide[at]}), run)


def _joined(columns: list[Column], to_left: Container[int]) -> list[Column]:
    """Return columns after some were found to be one with the column at their left."""
    joined: list[Column] = []
    for at, column in enumerate(columns):
        if joined and at in to_left:
            joined[-1] = joined[-1][0], column[1]
        else:
            joined.append(column)
    return joined


def _widened(columns: list[Column], run: list[Line]) -> list[Column]:
    """Return columns as wide as cells that wrap and heads fill them, as far as these stand in one column."""
    pieces = [piece for line in run for piece in line.pieces]
    apart = [(piece.left, piece.right) for piece in pieces if not _touched(piece, columns)]
    columns = _merged([*columns, *apart])
    for piece in pieces:
        at = _touched(piece, columns)
        if len(at) == 1:
            columns[at[0]] = min(piece.left, columns[at[0]][0]), max(piece.right, columns[at[0]][1])
    return columns


def _heads(line: Line, below: Line, columns: list[Column]) -> bool:
    """Whether a line above a table is of its head: near, and not led in at the left."""
    step = (below.base - line.base) / below.size
    within = len(_touched(line, columns)) < 2
    return step < 1.35 and (within or line.left > columns[0][1])


def _wraps(above: Line, line: Line, columns: list[Column]) -> bool:
    """Whether a line below a table is of its last row."""
    near = line.base - above.base <= 1.6 * max(line.size, above.size)
    within = all(len(_touched(piece, columns)) == 1 for piece in line.pieces)
    goes_on = not line.words[0].isupper() or line.left > columns[0][1]
    return near and within and goes_on and not begins_item(line.words)


def _headed_table(run: list[Line], columns: list[Column]) -> Table | None:
    """Return the table that lines with a head are, None where they are none or a cell is doubtful."""
    first, starts = _head_ends(run)
    head, body = run[:first], run[first:]
    if not head or not 2 <= len(columns) <= _MOST_COLUMNS:
        return None
    named, held = _filled_columns(head, columns), _filled_columns(body, columns)
    columns = _joined(columns, {*range(len(columns))} - (named & held))  # words drawn apart to fill a line
    heads, over = _head_cells(head, columns)
    while over:  # one head of words drawn apart, over one column
        columns = _joined(columns, over[1:])
        heads, over = _head_cells(head, columns)
    names = [" ".join(line.words for line in printed_lines(cell)) for cell in heads]
    roles = list(map(column_role, names))
    unnamed = any(not name or name[0].islower() for name in names)
    if unnamed or sum(map(bool, roles)) * 2 < max(4, len(columns)):
        return None
    across = [columns[0][0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), columns[-1][1]]
    named_in = tuple(line.words for line in head)
    frame = Table(across, [head[0].base], {}, False, {}, columns, roles[0] == "number", named_in)
    return _filled(frame, heads, body, [start - first for start in starts])


def _head_ends(run: list[Line]) -> tuple[int, list[int]]:
    """Return how many lines are the head, and the lines in which rows begin by the steps between lines."""
    begun = (
        i
        for i, line in enumerate(run)
        if _values(line) or begins_item(line.words) or row_number_rank(line.pieces[0].words) is not None
    )
    first = next(begun, 0)
    starts = _blocks(run)
    block = max((start for start in starts if start <= first), default=0)
    return (block, starts) if block else (first, [])


def _goes_on_as(run: list[Line], before: Table) -> Table | None:
    """Return what lines at the top of a page add to the table above, None where a cell is doubtful."""
    columns = _widened(before.columns, run)
    if len(columns) != len(before.columns):
        return None
    return _filled(replace(before, down=[], columns=columns), [], run, _blocks(run))


def _filled(frame: Table, heads: list[list[Letter]], body: list[Line], starts: list[int]) -> Table | None:
    """Return a table with its columns and its head as ``frame`` has them, and the rows of ``body``."""
    begins = _rows_begin(body, starts, frame.columns, numbered=frame.numbered)
    if begins is None:
        return None
    cells = [heads] if heads else []
    for begin, end in pairwise([*begins, len(body)]):
        row = _row_cells(body[begin:end], frame.columns)
        if row is None:
            return None
        cells.append(row)
    table = replace(
        frame,
        down=[*frame.down, *(body[begin].base for begin in begins), body[-1].base],
        begins={(i, j): (i, j) for i in range(len(cells)) for j in range(len(frame.columns))},
        letters={(i, j): letters for i, row in enumerate(cells) for j, letters in enumerate(row) if letters},
    )
    return table if _doubtless(table.rows()[bool(heads) :]) else None


def _blocks(run: list[Line]) -> list[int]:
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
    rows = (run[begin:end] for begin, end in pairwise([*starts, len(run)]))
    one_each = all(sum(bool(_values(line)) for line in row) < 2 for row in rows)
    return starts if one_each else []


def _filled_columns(lines: list[Line], columns: list[Column]) -> set[int]:
    return {at for line in lines for word in line.parts for at in _touched(word, columns)}


def _head_cells(head: list[Line], columns: list[Column]) -> tuple[list[list[Letter]], range]:
    """Return the letters of the head, or the columns over which a head stands that is of one of them.

    What stands over several columns speaks for each.
    """
    cells: list[list[Letter]] = [[] for _ in columns]
    for i, line in enumerate(head):
        later = [piece for line in head[i + 1 :] for piece in line.pieces]
        for piece in line.pieces:
            over = _touched(piece, columns)
            below = [p.words[0] for p in later if set(over).intersection(_touched(p, columns))]
            if len(over) > 1 and (not below or any(map(str.islower, below))):
                return [], over  # no head of several columns, but words drawn apart, or heads that touch
            for at in over:
                cells[at] += [letter for word in piece.parts for letter in word.letters]
    return cells, range(0)


def _row_cells(lines: list[Line], columns: list[Column]) -> list[list[Letter]] | None:
    """Return the letters of a row's cells, None where words stand across columns; a heading may."""
    cells: list[list[Letter]] = [[] for _ in columns]
    heading = len(lines) == 1 and not any(_CELL_VALUE.fullmatch(word.text) for word in lines[0].parts[1:])
    for line in lines:
        for piece in line.pieces:
            reached = [_touched(word, columns) for word in piece.parts]
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
    body: list[Line], starts: list[int], columns: list[Column], *, numbered: bool
) -> list[int] | None:
    """Return the first lines of the rows: by the steps between lines, else by number, or values; None in doubt."""
    if starts:
        return [start for start in starts if start >= 0]
    begins = []
    for i, line in enumerate(body):
        held = {at for piece in line.pieces for at in _touched(piece, columns)}
        words = next((p.words for p in line.pieces if int(numbered) in _touched(p, columns)), "")
        wraps = words[:1].islower() or not words
        valued = bool(_values(line))
        if wraps and valued:
            return None  # the name begins above: set in the middle of the row
        if (valued or 0 in held) if numbered else not wraps:
            begins.append(i)
        elif not i:
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
