"""One table object for notebook, HTML, PDF, DOCX and XLSX.

A notebook shows a ``Grid``, whose cells ``grid_of`` has formatted once; the writers read it from the executed
notebook and never scrape HTML.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import lru_cache, partial
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Any, Literal

from qngai_analysis.errors import RenderError
from qngai_analysis.page.layout import layout, text_width_mm, word
from qngai_analysis.page.shown import MIME as MIME
from qngai_analysis.page.shown import bundle
from qngai_analysis.values import is_missing
from qngai_analysis.words.language import language
from qngai_analysis.words.numbers import NO_DATA, day, number, rounded

if TYPE_CHECKING:
    import pandas as pd


#: What is shown of a row: the name of what the row holds, or a function of the row.
Shown = str | Callable[[Any], object]


@dataclass(frozen=True)
class Column:
    """How one column of a table is printed.

    ``key`` is what it shows of a row. ``format`` is ``auto`` (numbers as numbers, the rest as text), ``plain`` (a number without
    thousands: a year, a code) or ``mark`` (a verdict or status: shape and word). ``decimals`` is a
    count; None keeps what the value has. ``unit`` is appended to each number (``%`` at once), or
    ``unit_of`` a row it is. ``group`` is the spanner above the label. ``flag`` and ``href`` are what of a row
    holds its flag (``p``: provisional …) and the address of its cell. ``head``
    marks the column that names its row, ``as_is`` a label that no language changes. ``width`` is a
    share of the table's width.
    """

    key: Shown
    label: str
    format: Literal["auto", "plain", "mark"] = "auto"
    decimals: int | None = None
    unit: str = ""
    unit_of: Shown = ""
    align: Literal["auto", "left", "center", "right"] = "auto"
    width: float | None = None
    group: str = ""
    flag: Shown = ""
    href: Shown = ""
    head: bool = False
    as_is: bool = False


@dataclass(frozen=True)
class Cell:
    """A printed cell: its text, and where there is one its number, mark, address and flag."""

    text: str
    value: float | int | None = None
    decimals: int | None = None
    unit: str = ""
    mark: str = ""  # shape; the word is the text
    tone: str = ""
    href: str = ""
    flag: str = ""

    def filled(self) -> str | dict[str, Any]:
        """Return its fields that hold something; of a bare text the text alone."""
        fields = {key: value for key, value in vars(self).items() if value not in (None, "")}
        return fields if fields.keys() - {"text"} else self.text


@dataclass(frozen=True)
class GridColumn:
    """A printed column: label, spanner, alignment and whether it names its row.

    ``least`` and ``wanted`` are widths in letters: what the longest word needs, and what reads
    well. ``share`` is a share of the table's width that the author asked for, 0 for none.
    """

    label: str
    group: str = ""
    align: str = "left"
    least: float = 4.0
    wanted: float = 10.0
    share: float = 0.0
    numeric: bool = False
    head: bool = False

    @property
    def name(self) -> str:
        """Its label, with the spanner above it in front."""
        return f"{self.group}: {self.label}" if self.group else self.label


@dataclass(frozen=True)
class Head:
    """A cell of a table's head, some columns wide and rows tall: a column's label, or without ``column`` a spanner."""

    text: str
    column: GridColumn | None = None
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Row:
    """A row of cells, or with ``section`` the line that opens a group of rows."""

    cells: tuple[Cell, ...] = ()
    section: str = ""


@dataclass(frozen=True)
class Grid:
    """A table ready to be printed; what the writers read. ``label`` is "Bảng 3", set on rendering.

    ``origin`` is where its numbers come from, if that is known: ``real`` or ``simulated``.
    """

    caption: str
    columns: tuple[GridColumn, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    source: str = ""
    id: str = ""
    simulated: bool = False
    landscape: bool = False
    lang: str = "vi"
    label: str = ""
    kind: str = "table"
    origin: str = ""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return bundle(self, lambda: plain_text(self))

    def heads(self) -> list[list[Head]]:
        """Return the rows of its head: one, or two where spanners stand above some columns."""
        if not any(column.group for column in self.columns):
            return [[Head(column.label, column) for column in self.columns]]
        upper: list[Head] = []
        for group, run in groupby(self.columns, key=lambda column: column.group):
            columns = list(run)
            upper += (
                [Head(group, across=len(columns))] if group else [Head(c.label, c, down=2) for c in columns]
            )
        return [upper, [Head(column.label, column) for column in self.columns if column.group]]

    def texts(self) -> pd.DataFrame:
        """Return the cells' texts under the columns' names, without the lines that open groups of rows."""
        import pandas as pd

        rows = [[cell.text for cell in row.cells] for row in self.rows if not row.section]
        return pd.DataFrame(rows, columns=[column.name for column in self.columns])

    @property
    def titled(self) -> str:
        """Label and caption as one line."""
        return ". ".join(filter(None, (self.label, self.caption)))

    @property
    def below(self) -> tuple[str, ...]:
        """The lines below it: notes, then the source."""
        return (*self.notes, *source_line(self.source, self.lang))

    @property
    def size_pt(self) -> float:
        """The size of its letters on paper."""
        return float(layout()["table"]["wide_size_pt" if self.landscape else "size_pt"])

    def shares(self) -> list[float]:
        """Return each column's share of the table's width on paper."""
        return shares(self.columns, text_width_mm(landscape=self.landscape) / 25.4 * 72 / self.size_pt)

    def payload(self) -> dict[str, Any]:
        """Return the grid as plain JSON: a section is its text, a cell without more than a text as well."""
        # 5,000 rows of full cell records would be mostly empty fields
        rows = [row.section or [cell.filled() for cell in row.cells] for row in self.rows]
        return {**asdict(replace(self, rows=())), "rows": rows}

    @staticmethod
    def from_payload(content: Mapping[str, Any]) -> Grid:
        """Return the grid that ``payload`` wrote."""
        columns = tuple(GridColumn(**column) for column in content["columns"])
        rows = [
            Row(section=row)
            if isinstance(row, str)
            else Row(tuple(Cell(cell) if isinstance(cell, str) else Cell(**cell) for cell in row))
            for row in content["rows"]
        ]
        return Grid(**{**content, "columns": columns, "rows": tuple(rows), "notes": tuple(content["notes"])})


def source_line(source: str, lang: str) -> tuple[str, ...]:
    """Return the line that names a source; none where there is none."""
    return (f"{word('source', lang)}: {source}",) if source else ()


def grid_of(
    rows: pd.DataFrame | Sequence[Any],
    caption: str,
    columns: Sequence[Column] | None = None,
    *,
    sections: Shown = "",
    notes: Sequence[str] = (),
    simulated: bool = False,
    lang: str = "vi",
    **given: Any,
) -> Grid:
    """Return a captioned table as a notebook shows it and every writer prints it: each cell formatted once.

    Parameters
    ----------
    rows : DataFrame, or objects or mappings
        One row a table row. Of a frame columns are named; what is shown of an object may be a function of it.
    caption : str
        What the table says, without a number: numbers are given on rendering, in document order.
    columns : sequence of Column, optional
        What is printed, in order; by default every column of the frame under its own name.
    sections
        What of a row names its section: where it changes, a section row opens.
    notes
        Lines below the table. Flags in use are explained there without being asked.
    simulated : bool
        The numbers are simulated: said in words in caption and page header.
    given
        ``source``: the last line below. ``id``: a name for cross references, ``{ref:id}`` in prose becomes
        "Bảng 3". ``landscape``: the table stands on sideways pages of its own in PDF.

    Raises
    ------
    RenderError
        A column is not in the frame, the caption is empty.
    ParameterError
        The language is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"name": ["Hộ có cáp quang"], "value": [83.25]})
    >>> columns = [Column("name", "Chỉ tiêu"), Column("value", "Kết quả", decimals=1)]
    >>> [cell.text for cell in grid_of(frame, "Hạ tầng", columns).rows[0].cells]
    ['Hộ có cáp quang', '83,3']
    """
    language(lang)  # another one is refused
    if not caption.strip():
        raise RenderError("bảng chưa có tên; nêu trong một dòng bảng cho thấy gì")
    if columns is None:
        columns = [Column(name, str(name)) for name in rows.columns]  # type: ignore[union-attr]
    read = partial(_read, rows, caption)
    cells = [_printed_cells(column, read, lang) for column in columns]
    known = layout()["flags"][lang]
    flags = {letter.strip() for column in cells for cell in column for letter in cell.flag.split(",")}
    explained = "; ".join(f"[{letter}] {known[letter]}" for letter in sorted(flags & known.keys()))
    origin = getattr(rows, "attrs", {}).get("evidence", "")  # estimates say it of themselves
    return Grid(
        caption,
        tuple(map(_grid_column, columns, cells)),
        tuple(_in_sections(zip(*cells, strict=True), read(sections) if sections else ())),
        (*notes, *filter(None, [explained])),
        simulated=simulated or origin == "simulated",
        lang=lang,
        origin=str(origin),
        **given,
    )


def _read(rows: pd.DataFrame | Sequence[Any], caption: str, shown: Shown) -> list[Any]:
    """Return what the rows hold under a name, or what a function makes of each."""
    if callable(shown):
        return [shown(row) for row in rows]
    if isinstance(rows, Sequence):
        return [row[shown] if isinstance(row, Mapping) else getattr(row, shown) for row in rows]
    if shown not in rows.columns:
        wording = "bảng {caption!r}: dữ liệu không có cột {key!r}; có {known}"
        raise RenderError(wording, caption=caption, key=shown, known=", ".join(map(str, rows.columns)))
    return rows[shown].tolist()


def _in_sections(rows: Iterable[tuple[Cell, ...]], sections: Sequence[object]) -> Iterator[Row]:
    last: object = None
    for cells, section in zip_longest(rows, sections):
        if section != last and not is_missing(section):
            yield Row(section=str(section))
            last = section
        yield Row(cells)


def _printed_cells(column: Column, read: Callable[[Shown], list[Any]], lang: str) -> list[Cell]:
    values = read(column.key)

    def beside(shown: Shown, otherwise: str = "") -> list[str]:
        cells = read(shown) if shown else [otherwise] * len(values)
        return ["" if is_missing(cell) else str(cell).strip() for cell in cells]

    cells = []
    units, flags, links = beside(column.unit_of, column.unit), beside(column.flag), beside(column.href)
    for value, unit, flag, href in zip(values, units, flags, links, strict=True):
        cell = _printed_cell(column, value, unit, lang)
        if flag and cell.text != NO_DATA:
            cell = replace(cell, text=f"{cell.text}\u00a0[{flag}]", flag=flag)
        cells.append(replace(cell, href=href) if href else cell)
    return cells


def _printed_cell(column: Column, value: Any, unit: str, lang: str) -> Cell:
    if isinstance(value, list | tuple | set | frozenset):
        value = "; ".join(map(str, value))
    if is_missing(value) or value == "":
        return Cell(NO_DATA)
    if column.format == "mark":
        return mark(str(value), lang)
    if isinstance(value, date):
        return Cell(day(value, lang))
    if isinstance(value, str | bool):
        return Cell(_LONG_JOINED.sub(lambda match: match[0].replace("\u00a0", " "), str(value)))
    if column.format == "plain":
        return Cell(str(int(value)) if float(value).is_integer() else str(value), value=value)
    places = column.decimals
    # what a file holds is what is printed: no digit more
    exact = value if isinstance(value, int) else float(rounded(value, 10 if places is None else places))
    return Cell(number(value, places, unit=unit, lang=lang), value=exact, decimals=places, unit=unit)


def _grid_column(column: Column, cells: list[Cell]) -> GridColumn:
    numeric = any(cell.value is not None for cell in cells) and column.format != "plain"
    align = column.align
    if align == "auto":
        align = "right" if numeric else "center" if column.format == "plain" else "left"
    least, wanted = _widths(column.label, cells, one_line=numeric or column.format == "plain")
    share = column.width or 0.0
    return GridColumn(column.label, column.group, align, least, wanted, share, numeric, column.head)


LONG_WORD = 22  # letters; a longer word may be broken
_BREAK_AFTER = re.compile(r"([/._\-?&=,;:)])(?=\S)")
_SPACES = re.compile(r"[ \n]+")  # not the space that keeps a number and its unit together
_LONG_JOINED = re.compile(rf"[^ \n]{{{LONG_WORD},}}")  # which is given up where both are long


def word_pieces(word: str) -> list[str]:
    """Return the pieces between which a long word (a code, an address) may break inside its cell.

    >>> word_pieces("households.2025.e_signature.QNG")
    ['households.', '2025.', 'e_', 'signature.', 'QNG']
    """
    if len(word) < LONG_WORD:
        return [word]
    parts = _BREAK_AFTER.sub("\\1\n", word).split("\n")
    return [piece for part in parts for piece in re.sub(r"(.{18})(?=.)", "\\1\n", part).split("\n")]


def _widths(label: str, cells: list[Cell], *, one_line: bool) -> tuple[float, float]:
    """Return the least and the wanted width in letters: long texts get more, but not their full share."""
    label_word = 1.1 * max(map(_letters, label.split()), default=0)  # heads are bold
    lengths = sorted(len(cell.text) + (2 if cell.mark else 0) for cell in cells) or [0]
    if one_line and lengths[-1] <= LONG_WORD:
        least = max(label_word, lengths[-1], 2)
        return round(least, 2), round(least, 2)
    words = {"\u00a0" * 2 * bool(cell.mark) + word for cell in cells for word in _SPACES.split(cell.text)}
    longest = max((_letters(piece) for word in words for piece in word_pieces(word)), default=0)
    least = max(label_word, longest, 3)
    typical = lengths[min(len(lengths) - 1, int(0.9 * len(lengths)))]
    return round(least, 2), round(max(least, min(typical, 9 * typical**0.42)), 2)


@lru_cache(maxsize=8192)
def _letters(word: str) -> float:
    """Return how many average letters a word is wide; capitals are wider, some letters narrower."""
    return sum(1.4 if c.isupper() or c in "mw%" else 0.7 if c in "fijlrt.,;:()" else 1 for c in word)


LETTER_EM = 0.5  # a digit or an average letter of the report's font
INSET_EM = 0.8  # both sides of a cell


def shares(columns: Sequence[GridColumn], table_em: float) -> list[float]:
    """Return each column's share of a table that is ``table_em`` wide; they add up to 1.

    Every column gets what its longest word needs; what is left goes to the columns with long texts.
    A table that is too wide or too narrow for that shrinks or grows as a whole.

    >>> shares([GridColumn("a", least=4, wanted=4), GridColumn("b", least=8, wanted=60)], 40)
    [0.0833, 0.9167]
    """
    least = [column.least * LETTER_EM + INSET_EM for column in columns]
    asked = [column.share * table_em for column in columns]
    base = [max(pair) for pair in zip(least, asked, strict=True)]
    slack = sum(base) - sum(least)
    if slack > 0 and sum(base) > table_em:  # what was asked for gives way before a word is broken
        kept = max(0.0, 1 - (sum(base) - table_em) / slack)
        base = [low + (width - low) * kept for low, width in zip(least, base, strict=True)]
    wants = [
        0.0 if column.share else max(0.0, column.wanted - column.least) * LETTER_EM for column in columns
    ]
    extra = _fair(wants, max(0.0, table_em - sum(base)))
    widths = [width + more for width, more in zip(base, extra, strict=True)]
    return [round(width / sum(widths), 4) for width in widths]


def _fair(wants: Sequence[float], spare: float) -> list[float]:
    """Share out ``spare``: small wants are met in full, large ones get equal parts of the rest.

    >>> _fair([2, 30, 40], 32)
    [2, 15.0, 15.0]
    """
    given: list[float] = [0.0] * len(wants)
    waiting = sorted(range(len(wants)), key=lambda place: wants[place])
    for rank, place in enumerate(waiting):
        given[place] = min(wants[place], spare / (len(waiting) - rank))
        spare -= given[place]
    return given


def mark(word: str, lang: str = "vi") -> Cell:
    """Return the cell of a verdict or status ("đạt", "hoàn thành", …): shape and word, so that no colour alone tells it.

    Words, shapes and tones stand in ``layout.toml``. The word is given in Vietnamese and printed in ``lang``.
    An unknown word is an error, because a verdict without a shape would stand out.

    >>> cell = mark("đạt", "en")
    >>> cell.text, cell.mark, cell.tone
    ('met', 'circle', 'good')
    """
    known = layout()["marks"]
    if word not in known:
        wording = "chưa có ký hiệu cho {word!r}; layout.toml có {known}"
        raise RenderError(wording, word=word, known=", ".join(known))
    entry = known[word]
    return Cell(word if lang == "vi" else entry["en"], mark=entry["shape"], tone=entry["tone"])


def plain_text(grid: Grid) -> str:
    """Return the grid as aligned text, for consoles."""
    return f"{grid.caption}\n{grid.texts().to_string(index=False, max_colwidth=None)}"


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def printable(text: str) -> str:
    """Return a text composed (NFC) and without control characters; a line break stays."""
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", text))


def digest(text: str) -> str:
    """Return a short, stable name for a text: the same on every run and machine."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]
