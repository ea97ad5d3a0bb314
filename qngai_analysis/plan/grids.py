"""Lines that are a table: cells set apart by bars or tabs, or cells closed by a line with a lone "|".

Only the places of the cells are found here. A table is taken only if its header row names its columns.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from qngai_analysis.plan import columns as col
from qngai_analysis.plan.columns import UNIT_IN_NAME, column_role, only_places_and_things, row_number_rank
from qngai_analysis.plan.words import lower, squeeze, trimmed

Span = tuple[int, int]
Row = list[Span]

_MOST_COLUMNS = 100  # no page holds more
_MOST_HEADS = 12  # of a table whose cells are closed one by one

_TELLS = re.compile(r"\d\s?%|(?<!\w)(?!(?:19|20)\d\d(?!\d))\d")  # a number that is no year: no head
# a cell of the body
_VALUE = re.compile(r"(?!(?:19|20)\d\d(?:\s*[-–]\s*(?:(?:19|20)\d\d|\d\d))?$)(?:[≥≤<>=~]\s*)?\d[\d.,\s-]*%?$")
_YEAR_ALONE = re.compile(r"(?:năm )?(?:19|20)\d\d")
_NUMBER_ALONE = re.compile(r"\d[\d.,]*")
_NUMBERED_ROWS = re.compile(r"(?:S?TT|Stt|Số TT|Số thứ tự)\s*(?P<mark>;|-)")
TABLE_START = re.compile(r"(?:S?TT|Stt|Số TT|Số thứ tự)$")
_ENDS_TABLE = re.compile(r"(?:Nơi nhận|PHỤ LỤC|KẾ HOẠCH$|Điều \d+\.)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text."""

    start: int
    end: int
    hashes: int  # depth of a Markdown heading, 0 for none


@dataclass(frozen=True, slots=True)
class TextGrid:
    """A header and the cells of the rows; without a header the lines before ``after`` are no table."""

    header: list[str]
    rows: list[Row]
    after: int  # the line after the table


def may_begin(line: str) -> bool:
    """Whether a line may be the head of a table, or set its words apart from those above."""
    words = line.strip()
    if "\t" in line or "|" in line or TABLE_START.match(words):
        return True
    mark = _mark(words)
    cells = _BETWEEN[mark].split(words) if mark and len(words) < 300 and not _TELLS.search(words) else []
    return len(cells) > 1 and (sum(map(_says_what_it_holds, cells)) > 1 or only_places_and_things(cells))


def _mark(words: str) -> str:
    """Return what stands between the cells of a line; "" for no table's line."""
    numbered = _NUMBERED_ROWS.match(words)
    listed = numbered["mark"] if numbered else ""
    return next((mark for mark in "\t| " if _BETWEEN[mark].search(words)), listed)


def _says_what_it_holds(head: str) -> bool:
    role = column_role(head)
    return bool(role) or col.measures_something(lower(head), role)


def find_grid(masked: str, lines: list[Line], index: int) -> TextGrid:
    """Return the table that begins at a line."""
    words = masked[lines[index].start : lines[index].end].strip()
    if TABLE_START.match(words):
        return _of_closed_cells(masked, lines, index)
    mark = _mark(words)
    if mark == " ":
        return _of_spaced_columns(masked, lines, index)
    parts, after = _rows(masked, lines, index, mark) if mark else ([], index)
    return _with_header(masked, [row for _, row in parts], after)


def words_of(masked: str, span: Span) -> str:
    """Return the words of a cell."""
    return squeeze(masked[span[0] : span[1]])


# ------------------------------------------------------------------ bars or tabs


# what stands between two cells, by its mark; rows set by spaces, semicolons or dashes have as many cells as their head
_CLOSE = "  "  # what stands between columns set by spaces where one of them is filled
_MARKS = {"\t": "\t", "|": r"\|", " ": " {3,}", _CLOSE: " {2,}", ";": ";", "-": " - "}
_BETWEEN = {mark: re.compile(between) for mark, between in _MARKS.items()}


def _rows(masked: str, lines: list[Line], at: int, mark: str) -> tuple[list[tuple[int, Row]], int]:
    """Return the lines that are rows from here on, each with its cells, and the line after them."""
    rows: list[tuple[int, Row]] = []
    begin, bars, spaced = at, 0, False
    framed = mark == "|" and masked[lines[at].start : lines[at].end].lstrip().startswith("|")
    while at < len(lines):
        first, width = at, len(rows[0][1]) if rows else 0
        words = masked[lines[at].start : lines[at].end].strip(" \n")
        # "(ước)" below one of the heads
        alone = mark == " " and len(rows) == 1 and masked.startswith("    ", lines[at].start)
        if not words and (spaced or at == begin + 1) and _goes_on(masked, lines, at, mark):
            spaced = True  # some converters set an empty line between all rows
        elif rows and mark in "\t " and _titles_rows(masked, lines, at, mark, len(rows[-1][1])):
            start, end = trimmed(masked, lines[at].start, lines[at].end)
            rows.append((at, [(start, end), *[(end, end)] * (len(rows[-1][1]) - 1)]))
        elif rows and words and not words.strip("|-=_: \t"):
            pass  # a line drawn below the head
        elif not _BETWEEN[mark].search(words) and not (alone and words and not _VALUE.match(words)):
            break
        else:
            if framed:
                bars = bars or words.count("|")
                at = _end_of_row(masked, lines, at, bars)
            cut = _CLOSE if mark == " " else mark
            row = _split_cells(masked, lines[first].start, lines[at].end, cut, framed)
            if rows and mark == "-" and len(row) > width:  # "Công nghiệp - xây dựng"
                row[1:] = [(row[1][0], row[1 - width][1]), *row[2 - width :]]
            if rows and mark in ";-" and len(row) != width:
                break
            rows.append((first, row))
        at += 1
    return rows, at


def _of_spaced_columns(masked: str, lines: list[Line], index: int) -> TextGrid:
    """Read columns set by spaces below a head of up to three lines: the fullest row tells where they stand."""
    parts, at = _rows(masked, lines, index - _head_goes_before(masked, lines, index), " ")
    begins = (_is_body([words_of(masked, cell) for cell in row]) for _, row in parts[:4])
    first = next((i for i, body in enumerate(begins) if body), 0)
    if not first:
        return TextGrid([], [], at)
    model, columns = max(parts[first : first + 6], key=lambda part: len(part[1]))
    placed_columns = [(start - lines[model].start, end - lines[model].start) for start, end in columns]
    header = [""] * len(columns)
    for line, cells in parts[:first]:
        header = _over_columns(masked, header, placed_columns, cells, lines[line].start)
    rows: list[Row] = []
    for line, row in parts[first:]:
        placed = _below(columns, row, masked, lines[model].start, lines[line].start)
        if len(placed) != len(columns):
            at = line
            break
        rows.append(placed)
    named = len(header) > 1 and rows and _names_columns(header, [words_of(masked, cell) for cell in rows[0]])
    return TextGrid(header, rows, at) if named else TextGrid([], [], at)


def _head_goes_before(masked: str, lines: list[Line], index: int) -> bool:
    """Whether the line before names columns, too: words over some of them, that say nothing by themselves."""
    above = masked[lines[index - 1].start : lines[index - 1].end] if index else ""
    return len(_BETWEEN[" "].findall(above.strip())) > 1 and not _TELLS.search(above)


def _titles_rows(masked: str, lines: list[Line], at: int, mark: str, width: int) -> bool:
    """Whether a line without cells stands above a row as wide as the one before: the title of a group of rows."""
    words = masked[lines[at].start : lines[at].end].strip()
    if not words or _BETWEEN[mark].search(words) or at + 1 >= len(lines) or width < 3:
        return False
    following = masked[lines[at + 1].start : lines[at + 1].end].strip(" \n")
    return len(_BETWEEN[mark].findall(following)) + 1 == width


def _is_body(words: list[str]) -> bool:
    return _is_numbered(words[0]) or any(map(_VALUE.match, words[1:]))


def _over_columns(masked: str, header: list[str], columns: Row, cells: Row, begin: int) -> list[str]:
    """Return the heads with what another line says over each: as many cells in turn, else the one that stands over it."""
    named = [words_of(masked, cell) for cell in cells]
    if len(cells) < len(columns):
        over = _cells_over([(a - begin, b - begin) for a, b in cells], columns)
        named = ["" if place is None else named[place] for place in over]
    if len(named) != len(header):
        return header
    told = [column_role(name) in ("value", "current") for name in named]
    for i in range(1, len(header)):  # the last years of a group stand beside its head
        header[i] = header[i] or (header[i - 1] if told[i] and told[i - 1] else "")
    return [_together(head, name) for head, name in zip(header, named, strict=True)]


def _cells_over(cells: Row, columns: Row) -> list[int | None]:
    """Return which of fewer cells stands over each column: of some that head one each the nearest, else the one above."""
    alone = all(sum(a < end and b > start for start, end in columns) < 2 for a, b in cells)
    if alone:
        middles = [(start + end) / 2 for start, end in columns]
        nearest = [min(range(len(columns)), key=lambda i: abs(middles[i] - (a + b) / 2)) for a, b in cells]
        return [nearest.index(i) if i in nearest else None for i in range(len(columns))]
    ends = [*(start for start, _ in columns[1:]), sys.maxsize]
    return [
        next((i for i, (a, b) in enumerate(cells) if a < end and b > start), None)
        for (start, _), end in zip(columns, ends, strict=True)
    ]


def _below(columns: Row, row: Row, masked: str, model: int, begin: int) -> Row:
    """Return a row set by spaces with an empty cell in each column that has none: "A     KINH TẾ"."""
    filled: dict[int, Span] = {}
    for cell in row if len(row) < len(columns) else ():
        a, b = cell[0] - begin, cell[1] - begin
        away = [min(abs(start - model - a), abs(end - model - b)) for start, end in columns]
        near = [i for i, distance in enumerate(away) if distance <= 2]
        if len(near) != 1 or near[0] in filled:
            return row
        filled[near[0]] = cell
    empty = trimmed(masked, row[-1][1], row[-1][1])
    return [filled.get(i, empty) for i in range(len(columns))] if filled else row


def _goes_on(masked: str, lines: list[Line], at: int, mark: str) -> bool:
    """Whether the line after a single empty one is a row as well."""
    if at + 1 >= len(lines):
        return False
    following = masked[lines[at + 1].start : lines[at + 1].end].strip(" \n")
    return _BETWEEN[mark].search(following) is not None


def _end_of_row(masked: str, lines: list[Line], at: int, bars: int) -> int:
    """Return the line that ends a row of bars: its cells may be broken over lines."""
    count = 0
    for later in range(at, min(at + 12, len(lines))):
        words = masked[lines[later].start : lines[later].end].strip()
        if later > at and (not words or words.startswith("|")):
            return at
        count += words.count("|")
        if count >= bars and words.endswith("|"):
            return later
    return at


def _split_cells(masked: str, start: int, end: int, mark: str, framed: bool) -> Row:
    """Return the cells of a row; without a frame a bar that begins it follows an empty cell."""
    if mark != "\t":
        start, end = trimmed(masked, start, end)
    if framed:
        start += masked[start] == "|"
        end -= masked[end - 1] == "|" and end > start
    cells = []
    for cut in islice(_BETWEEN[mark].finditer(masked, start, end), _MOST_COLUMNS):
        cells.append(trimmed(masked, start, cut.start()))
        start = cut.end()
    return [*cells, trimmed(masked, start, end)]


def _with_header(masked: str, rows: list[Row], after: int) -> TextGrid:
    """Return the grid whose first row, or first two or three, name its columns."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return TextGrid([], [], after)
    header, *below = ([words_of(masked, cell) for cell in row] for row in rows[:3])
    for words in below:
        parts = _heads_with_parts(header, words) if len(rows) > 2 else None
        if parts is None:
            break
        header, rows = parts, rows[1:]
    if not _names_columns(header, [words_of(masked, cell) for cell in rows[1]]):
        return TextGrid([], [], after)
    return TextGrid(header, rows[1:], after)


def _names_columns(header: list[str], first_row: list[str]) -> bool:
    """Whether a head says of most of its columns what they hold."""
    places = any(col.PLACE_HEAD.match(lower(head)) for head in header[:2])  # perhaps behind "TT"
    known = places + sum(map(_says_what_it_holds, header))
    things = only_places_and_things(header) and all(_NUMBER_ALONE.fullmatch(cell) for cell in first_row[-2:])
    years = col.rows_are_years(header) and _YEAR_ALONE.search(lower(" ".join(first_row[:2])))
    return bool(things or years) or (known >= 2 and known * 2 >= len(header))


def _heads_with_parts(heads: list[str], parts: list[str]) -> list[str] | None:
    """Return what a head of two rows names together, None if the second row is none of it.

    A head over several columns stands in the first of them, or in each.
    """
    heads = heads + [""] * (len(parts) - len(heads))
    over = [
        next((head for head in reversed(heads[: at + 1]) if head), "") if part else heads[at]
        for at, part in enumerate(parts)
    ]
    told = [part for part in parts if part]
    units = len(told) > 1 and all(map(UNIT_IN_NAME.fullmatch, told))
    spread = over != heads and not parts[0] and len(told) > 1 and not any(map(_TELLS.search, told))
    if len(parts) != len(heads) or not (spread or units or _is_second_header(parts, heads)):
        return None
    return [a if a == b or not b else _together(a, b) for a, b in zip(over, parts, strict=True)]


_SHARED_OUT = re.compile(
    r"(?i)(?:chia ra|trong đó|(?:bao )?gồm|(?:phân|chia) theo\W.*|(?:các|từng) (?:xã|phường|huyện|đơn vị|địa phương|thôn|trường)\b.*)"
)


def _together(head: str, part: str) -> str:
    """Return what two heads name together, the unit last: "Diện tích (ha)", "Lúa"; "Chia ra" names nothing."""
    if _SHARED_OUT.fullmatch(head) and part:
        return part
    unit = UNIT_IN_NAME.search(head)
    return squeeze(f"{head[: unit.start()]} {part} ({unit['unit']})" if unit else f"{head} {part}")


def _is_second_header(words: list[str], header: list[str]) -> bool:
    if words[0] and words[0] == header[0]:
        return True  # "TT" set over two rows
    if not any(_YEAR_ALONE.fullmatch(lower(word)) for word in words):
        return False
    return all(w == h or not w or bool(column_role(w)) for w, h in zip(words, header, strict=True))


# ------------------------------------------------------------------ cells closed by a line with a lone "|"


def _of_closed_cells(masked: str, lines: list[Line], index: int) -> TextGrid:
    cells, after = _closed_cells(masked, lines, index)
    named = (_is_numbered(words_of(masked, cell)) for cell in cells[1:_MOST_HEADS])
    width = next((i for i, numbered in enumerate(named, 1) if numbered), 0)
    if width < 3:
        return TextGrid([], [], index)
    header = [words_of(masked, cell) for cell in cells[:width]]
    return TextGrid(header, list(_closed_rows(masked, cells[width:], width)), after)


def _closed_cells(masked: str, lines: list[Line], index: int) -> tuple[Row, int]:
    """Return the cells from here on, and the line after the last bar that closes one."""
    cells: Row = []
    open_cell: Span | None = None
    after = waiting = 0
    for at in range(index, len(lines)):
        begin, end = trimmed(masked, lines[at].start, lines[at].end)
        words = masked[begin:end]
        if words == "|":
            cells.append(open_cell or (lines[at].start, lines[at].start))
            open_cell, after, waiting = None, at + 1, 0
            continue
        waiting += 1
        if waiting > 60 or (cells and _ENDS_TABLE.match(words)):
            break
        if words:
            open_cell = (open_cell[0] if open_cell else begin, end)
    return cells, after


def _closed_rows(masked: str, cells: Row, width: int) -> Iterator[Row]:
    """Yield rows: a row begins at a number cell; a numberless row shows as an empty first cell."""
    pending: Row = []
    for cell in cells:
        words, full = words_of(masked, cell), len(pending) % width == 0
        # a short value such as "80" inside a row also looks like a number
        whole = full or not words.strip(" .").isdigit() or words.endswith(".")
        if pending and whole and _is_numbered(words):
            yield from _cut(pending, width)
            pending = []
        pending.append(cell)
    if pending:
        yield from _cut(pending, width)


def _is_numbered(words: str) -> bool:
    return bool(words) and row_number_rank(words) is not None


def _cut(cells: Row, width: int) -> Iterator[Row]:
    tails: list[Row] = []
    while len(cells) > width and cells[-width][0] == cells[-width][1]:
        tails.append(cells[-width:])
        cells = cells[:-width]
    yield cells + [(cells[-1][1], cells[-1][1])] * (width - len(cells))
    yield from reversed(tails)
