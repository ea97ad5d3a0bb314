"""Survey files as sheets of raw cells: CSV, XLSX, Parquet, SPSS, Stata and a zip of CSVs.

Nothing is interpreted here beyond what the format itself says. A cell is text, a number, a date or
``None``; a sheet knows which row of the file each of its rows is, so that a message can name it.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.standards import read_standards

FORMATS = (".csv", ".xlsx", ".parquet", ".sav", ".dta", ".zip")

Cells = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Sheet:
    """
    One table of a file. ``rows[i]`` is the row of the file (1 is the header of a CSV or XLSX; in
    Parquet, SPSS and Stata files, which have no header row, the first record is 1).

    ``labels`` holds value labels by column position, where the format carries them; ``decimal`` is
    the decimal mark the format implies ("," in a CSV with semicolons), empty if it implies none.
    """

    name: str
    header: tuple[str, ...]
    rows: npt.NDArray[np.int64]
    columns: tuple[Cells, ...]
    labels: Mapping[int, Mapping[object, str]] = field(default_factory=dict)
    ragged: tuple[tuple[int, int], ...] = ()  # (row, cells) of rows that do not fit the header
    decimal: str = ""


def read_sheets(path: Path, *, max_bytes: int | None = None, max_rows: int | None = None) -> list[Sheet]:
    """
    Read every sheet of a survey file.

    Parameters
    ----------
    path : a file ending in .csv, .xlsx, .parquet, .sav, .dta or .zip (of CSVs)
    max_bytes, max_rows : the limits; by default those of ``survey/standards.toml`` under ``[intake]``

    Raises
    ------
    SurveyError
        No such file, an unknown format, larger than the limit (nothing is read then), empty, not
        in a Unicode encoding (the byte is named), or broken.
    """
    limits = read_standards()["intake"]
    most = limits["max_bytes"] if max_bytes is None else max_bytes
    if not path.is_file():
        raise SurveyError(f"{path}: no such file")
    if path.suffix.lower() not in FORMATS:
        raise SurveyError(f"{path}: unknown format {path.suffix!r}; it is one of {', '.join(FORMATS)}")
    size = _bytes(path)
    if size > most:
        raise SurveyError(
            f"{path}: {size:,} bytes, the limit is {most:,}; nothing was read "
            "(raise max_bytes under [intake] in the settings, or split the file)"
        )
    if size == 0:
        raise SurveyError(f"{path}: the file is empty")
    sheets = _READERS[path.suffix.lower()](path)
    _refuse_empty(path, sheets)
    longest = max(sheet.rows.size for sheet in sheets)
    highest = limits["max_rows"] if max_rows is None else max_rows
    if longest > highest:
        raise SurveyError(f"{path}: {longest:,} rows, the limit is {highest:,} (max_rows under [intake])")
    return sheets


def _bytes(path: Path) -> int:
    """The size of a file; of a packed one (xlsx, zip, parquet, sav, dta) the size of what is in it."""
    size = path.stat().st_size
    if path.suffix.lower() in _STATED:
        # a number or a pointer to a text takes eight bytes a cell
        return max(size, 8 * _STATED[path.suffix.lower()](path))
    if path.suffix.lower() not in (".xlsx", ".zip"):
        return size
    try:
        with zipfile.ZipFile(path) as packed:
            return max(size, sum(entry.file_size for entry in packed.infolist()))
    except zipfile.BadZipFile as fault:
        if size == 0:
            return 0
        raise SurveyError(
            f"{path}: not a {path.suffix[1:]} file ({fault}); save it again as {path.suffix[1:]}"
        ) from fault


def _cells_of_parquet(path: Path) -> int:
    """How many cells a Parquet file says that it has; 0 if it is none (its reader says so)."""
    from pyarrow import ArrowInvalid, parquet

    try:
        stated = parquet.read_metadata(path)
    except (ArrowInvalid, OSError):
        return 0
    return int(stated.num_rows * stated.num_columns)


def _cells_of_statistics(path: Path) -> int:
    """How many cells an SPSS or Stata file says that it has; 0 if it does not, or is none."""
    import pyreadstat

    read = pyreadstat.read_sav if path.suffix.lower() == ".sav" else pyreadstat.read_dta
    try:
        _, stated = read(str(path), metadataonly=True)
    except (pyreadstat.ReadstatError, ValueError, UnicodeDecodeError):
        return 0
    return max(stated.number_rows or 0, 0) * (stated.number_columns or 0)


_STATED = {".parquet": _cells_of_parquet, ".sav": _cells_of_statistics, ".dta": _cells_of_statistics}


def _refuse_empty(path: Path, sheets: Sequence[Sheet]) -> None:
    if not any(sheet.header for sheet in sheets):
        raise SurveyError(f"{path}: the file is empty")
    if not any(sheet.rows.size or sheet.ragged for sheet in sheets):
        raise SurveyError(f"{path}: a header but not one row of answers")


# -- CSV -----------------------------------------------------------------------------------

_LINE_END = re.compile(r"\r\n|\r|\n")
# empty lines, and the line by which Excel names the separator
_LEAD = re.compile(
    r"""(?: [^\S\r\n]* (?:\r\n|\r|\n) )* (?: "?sep=(?P<mark>[,;\t])"? (?:\r\n|\r|\n) )?""", re.VERBOSE
)


def _read_csv(path: Path) -> list[Sheet]:
    return [_csv_sheet(str(path), "", path.read_bytes())]


def _read_zip(path: Path) -> list[Sheet]:
    with zipfile.ZipFile(path) as packed:
        names = [name for name in packed.namelist() if name.lower().endswith(".csv")]
        if not names:
            raise SurveyError(f"{path}: no CSV in it; export the form as CSV")
        return [_csv_sheet(f"{path}, {name}", Path(name).stem, packed.read(name)) for name in names]


def _csv_sheet(where: str, name: str, content: bytes) -> Sheet:
    from pyarrow import ArrowInvalid, csv, string  # heavy: only where a CSV is read

    text = decode(where, content)
    lead = _LEAD.match(text)
    assert lead is not None  # it matches nothing, too
    text, above = text[lead.end() :], len(_LINE_END.findall(lead[0]))
    first = next(iter(text.splitlines()), "")
    if not first.strip():
        return Sheet(name, (), np.empty(0, dtype=np.int64), ())
    mark = lead["mark"] or max(";,\t", key=lambda character: _outside_quotes(first, character))
    width = _width(text, mark)
    ragged: list[tuple[int, int]] = []

    def refuse(row: Any) -> str:
        ragged.append((row.number + above, row.actual_columns))
        return "skip"

    try:
        table = csv.read_csv(
            io.BytesIO(text.encode()),
            read_options=csv.ReadOptions(use_threads=False, autogenerate_column_names=True),
            parse_options=csv.ParseOptions(
                delimiter=mark,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=refuse,
            ),
            convert_options=csv.ConvertOptions(
                column_types={f"f{position}": string() for position in range(width)},
                strings_can_be_null=False,
            ),
        )
    except ArrowInvalid as fault:
        raise SurveyError(f"{where}: not a CSV table ({str(fault).splitlines()[0]})") from fault
    everything = np.arange(1, table.num_rows + len(ragged) + 1) + above
    numbers = np.setdiff1d(everything, [row for row, _ in ragged])
    cells = [table.column(position).to_pandas().to_numpy(dtype=object) for position in range(width)]
    header = tuple(_text(column[0]) for column in cells)
    columns = [_without_blank(column[1:]) for column in cells]
    return _sheet(
        name, header, numbers[1:], columns, ragged=tuple(ragged), decimal="," if mark == ";" else ""
    )


def decode(where: str, content: bytes) -> str:
    """
    Return a CSV's text: UTF-8, with or without a mark, or UTF-16 with one.

    Raises
    ------
    SurveyError
        The bytes are neither; the message names the first wrong byte and its line.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as fault:
            raise SurveyError(f"{where}: broken UTF-16 at byte {fault.start}; save it as UTF-8") from fault
    zero = content.find(b"\0")
    if zero >= 0:
        raise SurveyError(
            f"{where}: byte {zero} is zero: UTF-16 without its mark, or no text at all; "
            "save it as 'CSV UTF-8'"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise SurveyError(
            f"{where}, line {line}: byte {fault.start} (0x{content[fault.start]:02X}) is not UTF-8, as in "
            "Windows-1258 or TCVN3 files; open it in Excel and save it as 'CSV UTF-8'"
        ) from fault


def _outside_quotes(line: str, character: str) -> int:
    return sum(part.count(character) for part in line.split('"')[::2])


def _width(text: str, mark: str) -> int:
    import csv  # the header alone, which may hold quoted line breaks

    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return len(next((row for row in rows), []))


# -- XLSX ----------------------------------------------------------------------------------


def _read_xlsx(path: Path) -> list[Sheet]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError) as fault:
        raise SurveyError(f"{path}: not an Excel workbook ({fault}); save it again as xlsx") from fault
    _refuse_formulas_without_result(path)
    try:
        return [_xlsx_sheet(sheet.title, sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    finally:
        book.close()


_NO_RESULT = re.compile(
    rb"""<c\s[^>]*?r="(?P<cell>[A-Z]+[0-9]+)"[^>]*>
         \s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)  # a formula
         \s*(?:<v\s*/>|<v></v>)?\s*</c>  # and nothing that it gave""",
    re.VERBOSE,
)


def _refuse_formulas_without_result(path: Path) -> None:
    """Such a cell would read as empty: the program that wrote it did not calculate."""
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            found = _NO_RESULT.search(packed.read(name)) if name.startswith("xl/worksheets/sheet") else None
            if found:
                raise SurveyError(
                    f"{path}: cell {found['cell'].decode()} holds a formula without its result; "
                    "open the workbook in Excel and save it"
                )


def _xlsx_sheet(name: str, rows: Iterator[tuple[object, ...]]) -> Sheet:
    header: tuple[str, ...] = ()
    numbers: list[int] = []
    found: list[tuple[object, ...]] = []
    for number, row in enumerate(rows, start=1):
        if all(cell is None or cell == "" for cell in row):
            continue
        if not header:
            header = _trimmed(tuple(_text(cell) for cell in row))
            continue
        numbers.append(number)
        found.append(row)
    width = len(header)
    ragged = [
        (number, len(_trimmed(tuple(_text(cell) for cell in row))))
        for number, row in zip(numbers, found, strict=True)
        if any(cell is not None for cell in row[width:])
    ]
    keep = [position for position, number in enumerate(numbers) if number not in dict(ragged)]
    columns = [
        _without_blank(
            _objects([found[place][column] if column < len(found[place]) else None for place in keep])
        )
        for column in range(width)
    ]
    rows_kept = np.array([numbers[place] for place in keep], dtype=np.int64)
    return _sheet(name, header, rows_kept, columns, ragged=tuple(ragged))


def _trimmed(header: tuple[str, ...]) -> tuple[str, ...]:
    while header and not header[-1]:
        header = header[:-1]
    return header


# -- Parquet, SPSS, Stata ------------------------------------------------------------------


def _read_parquet(path: Path) -> list[Sheet]:
    from pyarrow import ArrowInvalid

    try:
        frame = pd.read_parquet(path)
    except (ArrowInvalid, OSError) as fault:
        raise SurveyError(f"{path}: not a Parquet file ({str(fault).splitlines()[0]})") from fault
    return [_from_frame(frame.reset_index(drop=frame.index.name is None), {})]


def _read_statistics(path: Path) -> list[Sheet]:
    import pyreadstat

    read = pyreadstat.read_sav if path.suffix.lower() == ".sav" else pyreadstat.read_dta
    try:
        frame, meta = read(str(path), user_missing=True)
    except (pyreadstat.ReadstatError, ValueError, UnicodeDecodeError) as fault:
        raise SurveyError(f"{path}: not a {path.suffix} file ({fault})") from fault
    return [_from_frame(frame, meta.variable_value_labels)]


def _from_frame(frame: pd.DataFrame, labels: Mapping[str, Mapping[Any, str]]) -> Sheet:
    header = tuple(_text(name) for name in frame.columns)
    columns = [
        _without_blank(frame.iloc[:, position].astype(object).to_numpy()) for position in range(len(header))
    ]
    placed = {
        position: {value: _text(label) for value, label in labels[str(name)].items()}
        for position, name in enumerate(frame.columns)
        if str(name) in labels
    }
    return _sheet("", header, np.arange(1, len(frame) + 1), columns, labels=placed)


# -- cells ---------------------------------------------------------------------------------


def _sheet(
    name: str,
    header: tuple[str, ...],
    rows: npt.NDArray[np.int64],
    columns: list[Cells],
    *,
    labels: Mapping[int, Mapping[object, str]] | None = None,
    ragged: tuple[tuple[int, int], ...] = (),
    decimal: str = "",
) -> Sheet:
    """Leave out rows without one filled cell (an empty line is no record)."""
    filled = np.zeros(rows.size, dtype=bool)
    for column in columns:
        filled |= ~pd.isna(column)
    if not filled.all():
        rows, columns = rows[filled], [column[filled] for column in columns]
    return Sheet(
        name=name,
        header=header,
        rows=np.asarray(rows, dtype=np.int64),
        columns=tuple(columns),
        labels=labels or {},
        # an empty line counts as one cell in a CSV; it is no fault
        ragged=ragged,
        decimal=decimal,
    )


# "none" is not among them: it is the English label of many a choice
_NOT_AVAILABLE = {"", "na", "n/a", "nan", "null", "#n/a", "<na>"}


def _without_blank(column: Cells) -> Cells:
    """Cells with outer spaces and composed letters mended; what means "empty" becomes ``None``."""
    codes, found = pd.factorize(_hashable(column), use_na_sentinel=True)
    mended = _objects([_cell(value) for value in found])
    values = np.full(column.size, None, dtype=object)
    present = codes >= 0
    values[present] = mended[codes[present]]
    return values


def _hashable(column: Cells) -> Cells:
    # True equals 1 for a hash table, and must not
    if not {bool, np.bool_}.isdisjoint(map(type, column)):
        return _objects([str(bool(v)).upper() if isinstance(v, bool | np.bool_) else v for v in column])
    return column


def _cell(value: Any) -> object:
    if isinstance(value, str):
        text = _text(value)
        return None if text.casefold() in _NOT_AVAILABLE else text
    if isinstance(value, pd.Timestamp | datetime):
        moment = pd.Timestamp(value)
        return moment.date() if moment == moment.normalize() else moment.to_pydatetime()
    if isinstance(value, date):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, int | float):
        return value
    return _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    text = unicodedata.normalize("NFC", str(value)).replace("\xa0", " ").replace("\u200b", "")
    return text.strip()


def _objects(values: Sequence[object]) -> Cells:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


_READERS = {
    ".csv": _read_csv,
    ".zip": _read_zip,
    ".xlsx": _read_xlsx,
    ".parquet": _read_parquet,
    ".sav": _read_statistics,
    ".dta": _read_statistics,
}
