"""Survey files as sheets of raw cells: CSV, XLSX, Parquet, SPSS, Stata, and several of them in a zip or folder.

Nothing is interpreted here beyond what the format itself says. A cell is text, a number, a date or
``None``; a sheet knows which row of the file each of its rows is, so that a message can name it.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import shutil
import tempfile
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis import guard
from qngai_analysis.errors import QngaiError, SurveyError
from qngai_analysis.survey.form.held import FORMATS
from qngai_analysis.survey.standards import read_standards
from qngai_analysis.words import legacy
from qngai_analysis.words.said import Num, Said

#: Tells how many cells of a row are headers that are known; the header is the row that has most.
Recognised = Callable[[Sequence[str]], int]

# titles above a header take no more rows than this
_LOOKED_AT = 40

Cells = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class SheetColumn:
    """
    A column as the file has it.

    ``labels`` are the value labels that the format carries, ``declared`` the values that occur and the file declares
    missing, with their labels. ``month_first``: a column of the file with a date that must be month first, and that date.
    """

    header: str
    cells: Cells
    labels: dict[object, str] = field(default_factory=dict)
    declared: dict[object, str] = field(default_factory=dict)
    month_first: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Sheet:
    """
    One table of a file. ``rows[i]`` is the row of the file (1 is the first line of a CSV or XLSX; in
    Parquet, SPSS and Stata files, which have no header row, the first record is 1).

    ``decimal`` is the decimal mark the format
    implies ("," in a CSV with semicolons), empty if it implies none. ``origin`` names each row's sheet
    where several were put together; ``notes`` say what was done without asking.
    """

    name: str
    rows: npt.NDArray[np.int64]
    columns: tuple[SheetColumn, ...]
    ragged: tuple[tuple[int, int, str], ...] = ()  # (row, cells, text) of rows that do not fit the header
    decimal: str = ""
    origin: Cells | None = None
    notes: tuple[Said, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The columns' headers."""
        return tuple(column.header for column in self.columns)

    def where(self, at: int | np.integer | None = None) -> tuple[str, int | None]:
        """Return the sheet and the row of the file that a row stands in; by default the sheet as a whole."""
        if at is None:
            return self.name, None
        return (self.name if self.origin is None else str(self.origin[at])), int(self.rows[at])

    def without(self, at: Iterable[int]) -> Sheet:
        """Return the sheet without some of its rows."""
        keep = np.setdiff1d(np.arange(self.rows.size), list(at))
        columns = (replace(column, cells=column.cells[keep]) for column in self.columns)
        return replace(self, rows=self.rows[keep], columns=tuple(columns))

    def without_empty(self) -> Sheet:
        """Return the sheet without rows that have not one filled cell (an empty line is no record)."""
        of = (pd.isna(column.cells) for column in self.columns)
        empty = np.logical_and.reduce([np.ones(self.rows.size, dtype=bool), *of])
        return self.without(np.flatnonzero(empty)) if empty.any() else self


def read_sheets(path: Path, *, recognised: Recognised = lambda _: 0) -> list[Sheet]:
    """
    Read every sheet of a survey file.

    Parameters
    ----------
    path : a file ending in .csv, .xlsx, .parquet, .sav or .dta, or several of them in a zip or folder
    recognised : finds the header where rows stand above it; without it the first filled row is the header

    Raises
    ------
    SurveyError
        No such file, an unknown format, larger than ``survey/standards.toml`` allows under ``[intake]`` (nothing is
        read then), empty, locked with a password, in an unknown encoding (the byte is named), or broken.
    """
    sheets = _sheets(path, str(path), recognised)
    if not any(sheet.header for sheet in sheets):
        raise SurveyError("{file}: tệp rỗng", file=path)
    if not any(sheet.rows.size or sheet.ragged for sheet in sheets):
        raise SurveyError("{file}: có tiêu đề nhưng không có dòng trả lời nào", file=path)
    _refuse_many(str(path), rows=sum(sheet.rows.size for sheet in sheets))
    return sheets


def _refuse_many(where: str, **found: int) -> None:
    """Refuse more rows, columns or cells than ``survey/standards.toml`` allows, before they are made."""
    names = {"rows": Said("dòng"), "columns": Said("cột"), "cells": Said("ô")}
    wording = "{file}: hơn {most} {what} (giới hạn max_{kind} ở mục [intake]); chia nhỏ tệp"
    for kind, amount in found.items():
        most = read_standards()["intake"][f"max_{kind}"]
        if amount > most:
            raise SurveyError(wording, file=where, most=Num(most), what=names[kind], kind=kind)


def _most_bytes() -> int:
    return int(read_standards()["intake"]["max_bytes"])


def _sheets(file: Path, where: str, recognised: Recognised) -> list[Sheet]:
    if file.is_dir():
        names = {one.name: one for one in sorted(file.iterdir()) if one.is_file() and _is_data(one.name)}
        return _several(names, where, recognised)
    if not file.is_file():
        raise SurveyError("{file}: không có tệp này", file=where)
    ending = file.suffix.lower()
    if ending not in _READERS:
        wording = "{file}: không biết định dạng {ending}; mở bằng chương trình đã tạo ra tệp (Excel, LibreOffice) và lưu thành .xlsx; đọc được: {known}"
        raise SurveyError(wording, file=where, ending=ending, known=", ".join(FORMATS))
    size, most = file.stat().st_size, _most_bytes()
    if size > most:
        raise guard.too_large(SurveyError, where, size, most)
    if size == 0:
        raise SurveyError("{file}: tệp rỗng", file=where)
    return _READERS[ending](file, where, recognised)


_CELL = 80  # bytes that a cell takes while it is read (46 in Parquet, 80 in SPSS and Stata)


def _refuse_beyond_memory(where: str, rows: int, columns: int) -> None:
    """Refuse a file that states more cells than the memory that is free holds: a few kilobytes may hold millions of rows."""
    import psutil

    cells = rows * columns
    _refuse_many(where, rows=rows, columns=columns, cells=cells)
    need, free = _CELL * cells, psutil.virtual_memory().available
    if need > free:
        wording = "{file}: {cells} ô cần khoảng {need} MB bộ nhớ, máy còn {free} MB; chưa đọc gì (chia nhỏ tệp, hoặc ước lượng theo từng phần: reduce_survey)"
        megabytes = {"need": Num(need // 10**6), "free": Num(free // 10**6)}
        raise SurveyError(wording, file=where, cells=Num(cells), **megabytes)


# -- several files -------------------------------------------------------------------------


def _is_data(name: str) -> bool:
    """Whether a file of a folder may hold answers: no lock, no sidecar, no sample list, nothing hidden."""
    last = name.replace("\\", "/").rpartition("/")[2]
    beside = last.endswith((".toml", ".sample.csv"))
    return bool(last) and not last.startswith((".", "~$")) and "__MACOSX/" not in name and not beside


def _read_zip(file: Path, where: str, recognised: Recognised) -> list[Sheet]:
    guard.refuse_old_office(file, SurveyError)
    guard.unpacked_size(file, "ZIP", SurveyError, most=_most_bytes())
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        with guard.reading(where, "ZIP", SurveyError), zipfile.ZipFile(file) as packed:
            for place, entry in enumerate(packed.infolist()):
                if _is_data(entry.filename):
                    names[entry.filename] = Path(folder) / f"{place}{Path(entry.filename).suffix.lower()}"
                    with packed.open(entry) as source, names[entry.filename].open("wb") as target:
                        shutil.copyfileobj(source, target)
        return _several(names, where, recognised)


def _several(files: Mapping[str, Path], where: str, recognised: Recognised) -> list[Sheet]:
    """Read several files, each sheet named by its file; what is no table is set aside and said."""
    read: list[Sheet] = []
    aside = []
    for name, file in files.items():
        if file.suffix.lower() not in _READERS or file.suffix == ".zip":
            aside.append(name)
        elif file.stat().st_size:
            _refuse_many(where, rows=sum(sheet.rows.size for sheet in read))
            for sheet in _sheets(file, f"{where}, {name}", recognised):
                read.append(replace(sheet, name=f"{name}, {sheet.name}" if sheet.name else name))
    if not read:
        wording = "{file}: bên trong không có bảng nào đọc được (csv, xlsx, parquet, sav, dta)"
        raise SurveyError(wording, file=where)
    if aside:
        note = Said("để riêng tệp không phải bảng: {names}", names=", ".join(aside))
        read[0] = replace(read[0], notes=(*read[0].notes, note))
    return read


# -- the header ----------------------------------------------------------------------------


def find_header(rows: Sequence[Sequence[object]], recognised: Recognised) -> tuple[int, int, tuple[str, ...]]:
    """
    Return where the header is among the first filled rows, how many rows it takes, and its texts.

    It is the row with most known headers; or two rows, where the lower one says what the upper leaves open.
    """
    texts = [_trimmed(tuple(_text(cell) for cell in row)) for row in rows[:_LOOKED_AT]]
    singles = [(place, 1, row) for place, row in enumerate(texts)]
    pairs = [(place, 2, _joined(*texts[place : place + 2])) for place in range(len(texts) - 1)]
    best, most = singles[0], 1
    for candidate in (*singles, *pairs):
        # a row has no more known headers than texts
        if sum(map(bool, candidate[2])) > most and (found := recognised(candidate[2])) > most:
            best, most = candidate, found
    return best


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """Two rows as one header: a group stands once, above the first of its columns."""
    names, group = [], ""
    for above, below in itertools.zip_longest(upper, lower, fillvalue=""):
        group = above or group
        names.append(f"{group}/{below}" if group and below else above or below)
    return tuple(names)


def _from_grid(
    name: str,
    grid: Sequence[tuple[int, Sequence[object]]],
    recognised: Recognised,
    notes: tuple[Said, ...],
    spans: Sequence[tuple[int, int, int]] = (),
    *,
    decimal: str = "",
    padded: bool = True,
) -> Sheet:
    """Make a sheet of filled rows with their numbers; ``padded``: the format leaves empty cells at their end out."""
    if not grid:
        return Sheet(name, np.empty(0, dtype=np.int64), ())
    place, used, header = find_header([row for _, row in grid], recognised)
    notes += _above(grid[place][0], [row for _, row in grid[:place]])
    width, ragged, kept = len(header) if padded else len(grid[place][1]), [], []
    for number, row in grid[place + used :]:
        over = len(row) > width and any(cell is not None for cell in row[width:])
        if over or (len(row) < width and not padded):
            texts = tuple(_text(cell) for cell in row)
            ragged.append((number, len(_trimmed(texts) if padded else row), " ".join(filter(None, texts))))
        else:
            kept.append((number, row))
    # the first row, of all cells, gives each column its place
    turned = itertools.zip_longest([None] * width, *(row for _, row in kept))
    columns = [_objects(cells[1:]) for cells in itertools.islice(turned, width)]
    numbers = np.array([number for number, _ in kept], dtype=np.int64)
    merged = []
    for at, top, bottom in spans:
        first, end = np.searchsorted(numbers, (top, bottom + 1))
        if at < width and end - first > 1:
            # what Excel shows once stands for each row
            columns[at][first:end] = columns[at][first]
            merged.append(header[at])
    if merged:
        wording = "{n} ô gộp nhiều dòng, mỗi dòng nhận giá trị của ô: cột {names}"
        notes += (Said(wording, n=len(merged), names=", ".join(dict.fromkeys(merged))),)
    header = (*header, *[""] * width)[:width]
    cleaned = [SheetColumn(*pair) for pair in zip(header, map(_without_blank, columns), strict=True)]
    return _sheet(name, numbers, cleaned, ragged=tuple(ragged), notes=notes, decimal=decimal)


def _above(row: int, rows: Iterable[Sequence[object]]) -> tuple[Said, ...]:
    """What is said of rows that stand above the header."""
    texts = [" ".join(filter(None, map(_text, cells))) for cells in rows]
    shown = "; ".join(text[:60] for text in texts[:3]) + ("; …" if len(texts) > 3 else "")
    wording = "tiêu đề cột ở dòng {row}; để riêng {n} dòng phía trên: {texts}"
    return (Said(wording, row=row, n=len(texts), texts=shown),) if texts else ()


# -- CSV -----------------------------------------------------------------------------------

# empty lines, and the line by which Excel names the separator
_LEAD = re.compile(
    r"""(?: [^\S\r\n]* (?:\r\n|\r|\n) )* (?: "?sep=(?P<mark>[,;\t|])"? (?:\r\n|\r|\n) )?""", re.VERBOSE
)


def _read_csv(file: Path, where: str, recognised: Recognised) -> list[Sheet]:
    grid, mark, notes = read_csv_rows(file, where, recognised)
    return [_from_grid("", grid, recognised, notes, decimal="," if mark == ";" else "", padded=False)]


def read_csv_rows(
    file: Path, where: str, recognised: Recognised = lambda _: 0
) -> tuple[list[tuple[int, tuple[str, ...]]], str, tuple[Said, ...]]:
    """Return the filled rows of a CSV with their lines, the separator, and what was done without asking."""
    content, limits = file.read_bytes(), read_standards()["intake"]
    lines, cells = (max(map(content.count, marks)) for marks in ((b"\n", b"\r"), (b",", b";", b"\t")))
    # an answer may have lines, too
    _refuse_many(where, rows=lines // 2, cells=cells)
    windows = range(0, len(content) - _LONGEST, _LONGEST)
    if not all(_LINE_END.search(content, at, at + _LONGEST) for at in windows):
        raise SurveyError("{file}: một dòng dài hơn 16 MB; đây không phải bảng", file=where)
    text, notes = decode(where, content)
    lead = _LEAD.match(text)
    assert lead is not None  # it matches nothing, too
    known: dict[str, str] = {}  # the same few answers again and again: each text is held once
    grid: list[tuple[int, tuple[str, ...]]] = []
    with guard.reading(where, "CSV", SurveyError):
        mark = lead["mark"] or _mark(text[lead.end() : _HEAD], recognised)
        records = csv.reader((line[0] for line in _LINE.finditer(text, lead.end())), delimiter=mark)
        for number, row in enumerate(records, 1 + len(lead[0].splitlines())):
            if any(map(str.strip, row)):
                if len(grid) - _LOOKED_AT > limits["max_rows"] or len(row) > limits["max_columns"]:
                    _refuse_many(where, rows=len(grid), columns=len(row))
                grid.append((number, tuple(map(known.setdefault, row, row))))
    return grid, mark, notes


_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_LINE_END, _LONGEST = re.compile(rb"[\r\n]"), 16_000_000  # bytes of a line
# characters in which the first records of a CSV stand
_HEAD = 400_000


def _mark(head: str, recognised: Recognised) -> str:
    """The separator: the one that gives the most known headers, or else that is most often in the first line."""

    def known(mark: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=mark)
        records = list(itertools.islice((row for row in rows if any(map(str.strip, row))), _LOOKED_AT))
        outside_quotes = head.split("\n", 1)[0].split('"')[::2]
        header = find_header(records, recognised)[2] if records else ()
        return recognised(header), sum(one.count(mark) for one in outside_quotes)

    return max(";,\t|", key=known)


def decode(where: str, content: bytes) -> tuple[str, tuple[Said, ...]]:
    """
    Return a CSV's text: UTF-8, UTF-16 with its mark, TCVN3, VNI or Windows-1258; of the last three it is said.

    Raises
    ------
    SurveyError
        The bytes are none of these; the message names the first wrong byte and its line.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        with guard.reading(where, "UTF-16", SurveyError):
            return content.decode("utf-16"), ()
    zero = content.find(b"\0")
    if zero >= 0:
        wording = "{file}: byte {place} bằng 0: UTF-16 thiếu dấu đầu tệp, hoặc không phải văn bản; lưu lại thành 'CSV UTF-8'"
        raise SurveyError(wording, file=where, place=zero)
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as fault:
        text, at = content.decode("latin-1"), fault.start
        encoding = legacy.encoding_of(set(re.split(r"[,;\t\r\n\"|]+", text[:3_000_000])))
        note = Said("tệp viết bằng bảng mã {encoding}, đã chuyển sang Unicode", encoding=encoding)
        try:
            # bytes are lost in what is UTF-8 for the most part
            return legacy.ENCODINGS[encoding.replace("UTF-8", "")](text), (note,)
        except (KeyError, UnicodeError):
            wording = "{file}, dòng {line}: byte {place} (0x{byte}) không phải UTF-8, TCVN3, VNI hay Windows-1258; mở bằng phần mềm đã tạo ra tệp và lưu thành 'CSV UTF-8'"
            line, byte = content[:at].count(b"\n") + 1, f"{content[at]:02X}"
            raise SurveyError(wording, file=where, line=line, place=at, byte=byte) from fault


# -- XLSX ----------------------------------------------------------------------------------


@contextmanager
def opened_workbook(
    file: Path, where: str, error: type[QngaiError], most: int
) -> Iterator[Iterator[tuple[Any, bytes]]]:
    """
    Open an Excel file for its sheets, each with the XML it is written in.

    Raises
    ------
    QngaiError
        ``error``: it is no workbook, damaged, locked with a password, larger than ``most`` bytes unpacked, or
        holds a formula without its result, which would read as empty.
    """
    from openpyxl import load_workbook

    guard.refuse_old_office(file, error)
    guard.unpacked_size(file, "XLSX", error, most=most)
    # Excel's own extras that openpyxl does not know are no matter of the user's
    with warnings.catch_warnings(), guard.reading(where, "XLSX", error), file.open("rb") as stream:
        warnings.simplefilter("ignore")
        book, packed = load_workbook(stream, read_only=True, data_only=True), zipfile.ZipFile(stream)

        def sheets() -> Iterator[tuple[Any, bytes]]:
            for sheet in book.worksheets:
                source = packed.read(getattr(sheet, "_worksheet_path"))  # noqa: B009 - not public
                if found := _NO_RESULT.search(source):
                    wording = "{file}, ô {cell}: công thức chưa có kết quả; mở bằng Excel, lưu lại rồi gửi"
                    raise error(wording, file=where, cell=found["cell"].decode())
                yield sheet, source

        yield sheets()


def _read_xlsx(file: Path, where: str, recognised: Recognised) -> list[Sheet]:
    grids, cells, most = [], 0, _most_bytes()
    with opened_workbook(file, where, SurveyError, most) as sheets:
        for sheet, source in sheets:
            sheet.reset_dimensions()  # what the file says of its size may be far from true
            grid = []
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                cells += len(row) or 1  # an empty row takes its time, too
                if cells > most // guard.CELL_XML:
                    raise guard.endless_workbook(SurveyError, where, most)
                if any(cell is not None and cell != "" for cell in row):
                    grid.append((number, row))
            grids.append((sheet.title, grid, _hidden(sheet, source), _spans(source)))
    return [_from_grid(name, grid, recognised, notes, spans) for name, grid, notes, spans in grids]


_NO_RESULT = re.compile(
    rb"""<c\s(?>[^<>]*?r="(?P<cell>[A-Z]+[0-9]+)")[^<>]*>
         \s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)  # a formula
         \s*(?:<v\s*/>|<v></v>)?\s*</c>  # and nothing that it gave""",
    re.VERBOSE,
)
_MERGED = re.compile(rb"""<mergeCell\b[^<>]*?\sref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)\"""")
_HIDDEN_ROW = re.compile(rb"""<row\b(?=[^<>]*\shidden="(?:1|true)")[^<>]*?\sr="([0-9]+)\"""")
_HIDDEN_COLUMN = re.compile(
    rb"""<col\b(?=[^<>]*\shidden="(?:1|true)")(?=[^<>]*\smin="([0-9]+)")(?=[^<>]*\smax="([0-9]+)")"""
)


def _spans(source: bytes) -> list[tuple[int, int, int]]:
    """The columns (from 0) whose cells are merged over several rows, each with its first and last row."""
    from openpyxl.worksheet.cell_range import CellRange

    found = [CellRange(one.decode()) for one in _MERGED.findall(source)]
    return [
        (one.min_col - 1, one.min_row, one.max_row)
        for one in found
        if one.min_col == one.max_col and one.min_row < one.max_row
    ]


def _hidden(sheet: Any, source: bytes) -> tuple[Said, ...]:
    """What is said of rows and columns that Excel does not show: they are read like the others."""
    from openpyxl.utils import get_column_letter

    rows, spans = _HIDDEN_ROW.findall(source), _HIDDEN_COLUMN.findall(source)[:100]
    columns = [place for low, high in spans for place in range(int(low), min(int(high), int(low) + 200) + 1)]
    shown = ", ".join(map(get_column_letter, columns[:10])) + (", …" if len(columns) > 10 else "")
    some = "{n} dòng đang ẩn hoặc bị lọc (từ dòng {row}) cũng được đọc"
    notes = {
        Said("trang tính đang ẩn, cũng được đọc"): sheet.sheet_state != "visible",
        Said(some, n=len(rows), row=int(rows[0]) if rows else 0): rows,
        Said("cột đang ẩn {columns} cũng được đọc", columns=shown): columns,
    }
    return tuple(note for note, holds in notes.items() if holds)


def _trimmed(header: tuple[str, ...]) -> tuple[str, ...]:
    return header[: max((place for place, text in enumerate(header, 1) if text), default=0)]


# -- Parquet, SPSS, Stata ------------------------------------------------------------------


def _read_parquet(file: Path, where: str, _recognised: Recognised) -> list[Sheet]:
    from pyarrow import parquet

    with guard.reading(where, "Parquet", SurveyError):
        stated = parquet.read_metadata(file)
    _refuse_beyond_memory(where, stated.num_rows, stated.num_columns)
    with guard.reading(where, "Parquet", SurveyError):
        frame = pd.read_parquet(file)
        frame = frame.reset_index(drop=frame.index.name is None)
    return [_from_frame(frame, {}, {})]


def _read_statistics(file: Path, where: str, _recognised: Recognised) -> list[Sheet]:
    import pyreadstat

    kind = file.suffix.upper().removeprefix(".")
    read = pyreadstat.read_sav if kind == "SAV" else pyreadstat.read_dta
    with guard.reading(where, kind, SurveyError):
        _, stated = read(str(file), metadataonly=True)
    _refuse_beyond_memory(where, max(stated.number_rows or 0, 0), stated.number_columns or 0)
    with guard.reading(where, kind, SurveyError):
        frame, meta = read(str(file), user_missing=True)
    spans: Mapping[str, Sequence[Any]] = meta.missing_ranges
    declared: dict[str, list[tuple[object, object]]] = {
        name: [(span["lo"], span["hi"]) for span in several] for name, several in spans.items()
    }
    for name, values in meta.missing_user_values.items():
        declared.setdefault(name, []).extend((value, value) for value in values)
    return [_from_frame(frame, meta.variable_value_labels, declared)]


def _from_frame(
    frame: pd.DataFrame,
    labels: Mapping[str, Mapping[Any, str]],
    declared: Mapping[str, Sequence[tuple[Any, Any]]],
) -> Sheet:
    columns = []
    for name, column in frame.items():
        cells = _without_blank(column.astype(object).to_numpy())
        texts = {value: _text(label) for value, label in labels.get(str(name), {}).items()}
        spans = declared.get(str(name), ())
        missing = [cell for cell in pd.unique(cells) if any(_within(cell, *span) for span in spans)]
        told = {cell: texts.get(cell, "") for cell in missing}
        columns.append(SheetColumn(_text(name), cells, texts, told))
    return _sheet("", np.arange(1, len(frame) + 1), columns)


def _within(value: Any, low: Any, high: Any) -> bool:
    return value is not None and isinstance(value, str) == isinstance(low, str) and bool(low <= value <= high)


# -- cells ---------------------------------------------------------------------------------


def _sheet(name: str, rows: npt.NDArray[np.int64], columns: Sequence[SheetColumn], **more: Any) -> Sheet:
    return Sheet(name, np.asarray(rows, dtype=np.int64), tuple(columns), **more).without_empty()


def _without_blank(column: Cells) -> Cells:
    """Cells with outer spaces and composed letters mended; without a text ``None``."""
    if not {bool, np.bool_}.isdisjoint(map(type, column)):  # True equals 1 for a hash table, and must not
        column = _objects([str(bool(v)).upper() if isinstance(v, bool | np.bool_) else v for v in column])
    codes, found = pd.factorize(column, use_na_sentinel=True)
    return _objects([*map(_cell, found), None])[codes]  # -1: the last


def _cell(value: Any) -> object:
    if isinstance(value, str):
        return _text(value) or None
    if isinstance(value, datetime):  # a pandas Timestamp is one
        moment = pd.Timestamp(value)
        return moment.date() if moment == moment.normalize() else moment.to_pydatetime()
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, date | int | float) else _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    text = unicodedata.normalize("NFC", str(value)).replace("_x000D_", " ")  # a line break of Excel
    return _BLANK.sub(" ", text).translate(_UNSEEN).strip(" \t\r\n\v\f")


# spaces of every width; behind these letters one is half of an à
_BLANK = re.compile(r"(?<![ÂÃĂÆº])\xa0|[\u1680\u2000-\u200a\u202f\u205f\u3000]")
# what shows nothing, but for the soft hyphen: it is a letter of old encodings
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


def _objects(values: Sequence[object]) -> Cells:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


_READERS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), _read_csv),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls"), _read_xlsx),  # a newer workbook may have kept its old name
    **dict.fromkeys((".sav", ".dta"), _read_statistics),
    ".zip": _read_zip,
    ".parquet": _read_parquet,
}
