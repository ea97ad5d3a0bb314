"""Workbooks that come from outside, read within bounds: a damaged or endless file is one line, quickly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from qngai_analysis.errors import EvidenceError, QngaiError
from qngai_analysis.survey.form.cells import Wrong
from qngai_analysis.survey.form.cells import day as read_day
from qngai_analysis.survey.form.cells import number as read_number
from qngai_analysis.survey.form.files import opened_workbook
from qngai_analysis.values import own_table
from qngai_analysis.words.folding import fold
from qngai_analysis.words.language import spoken
from qngai_analysis.words.said import Day, Joined, Said, said

#: What stands on the sheets that offices fill in, and the words that answer: ``sheets.toml``.
SHEETS = own_table(__file__, "sheets.toml")

MOST_BYTES = 40_000_000  # of a workbook unpacked; a form of a hundred tasks has a tenth of one million
MOST_ROWS, MOST_COLUMNS = 3_000, 40

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class CellError(QngaiError):
    """What is wrong with a cell or a sheet, and what would be right; :class:`FormFault` adds the place."""


@dataclass(frozen=True, slots=True)
class FormFault:
    """One thing to mend in a file: where, and what is wrong; ``label`` is the heading it stands under."""

    file: str
    sheet: str
    cell: str
    wrong: QngaiError
    label: str = ""

    def __str__(self) -> str:
        if not isinstance(self.wrong, CellError):
            return str(self.wrong)  # of the whole file, which it names
        place = "tùy chọn {cell}" if self.cell.startswith("--") else "ô {cell}"
        sheet, cell = Said("trang “{sheet}”", sheet=self.sheet), Said(place, cell=self.cell)
        where = [self.file, *[sheet] * bool(self.sheet), *[cell] * bool(self.cell)]
        parts = [Joined(where, ", "), *[self.label] * bool(self.label), self.wrong]
        return said(Joined(parts, ": "), spoken())


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A sheet's rows as values, first row first; what is shown as a percentage is one (45.2, not 0.452)."""

    name: str
    rows: tuple[tuple[Any, ...], ...]


def read_workbook(file: Path) -> list[FormSheet]:
    """
    Return the sheets of an Excel file.

    Raises
    ------
    EvidenceError
        It is no workbook, is damaged, larger than a form can be, or holds a formula without its result.
    """
    if not file.is_file():
        raise EvidenceError("{file}: không có tệp này; kiểm tra lại tên và thư mục", file=file)
    with opened_workbook(file, str(file), EvidenceError, MOST_BYTES) as sheets:
        return [_sheet(file, sheet) for sheet, _ in sheets]


def _sheet(file: Path, sheet: Any) -> FormSheet:
    filled = islice(sheet.iter_rows(max_col=MOST_COLUMNS), MOST_ROWS + 1)
    rows = tuple(tuple(map(_shown, row)) for row in filled)
    if len(rows) > MOST_ROWS:
        wording = "{file}, trang “{title}”: có ô ở sau dòng {MOST_ROWS}; xóa các dòng thừa ở cuối trang tính"
        raise EvidenceError(wording, file=file, title=sheet.title, MOST_ROWS=MOST_ROWS)
    return FormSheet(sheet.title, rows)


def _shown(cell: Any) -> Any:
    percent = isinstance(cell.value, float | int) and "%" in str(cell.number_format)
    return round(100 * cell.value, 9) if percent else cell.value


def meant(question: str, words: str) -> str:
    """Return the answer to a question of the sheets that words stand for, however spelled; "" where they stand for none."""
    return next((answer for answer, said in SHEETS[question].items() if fold(words) in map(fold, said)), "")


def headed(sheet: FormSheet, headings: Mapping[str, str], least: int) -> tuple[int, dict[str, int]]:
    """
    Find the first row of a sheet that holds at least ``least`` of the headings (by key, however spelled).

    Returns
    -------
    (int, dict)
        The line it stands in (0: nowhere), and the places of its columns by key.
    """
    keys = {fold(heading): key for key, heading in headings.items()}
    for line, row in enumerate(sheet.rows, start=1):
        named = [(keys.get(fold(str(value))), i) for i, value in enumerate(row) if value is not None]
        places = {key: i for key, i in named if key}
        if len(places) >= least:
            return line, places
    return 0, {}


def rows_below(
    sheet: FormSheet, line: int, places: Mapping[str, int], asked: Collection[str]
) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Yield values and cells ("B7") by key of each row below a line that holds something in an ``asked`` column."""
    for at, row in enumerate(sheet.rows[line:], start=line + 1):
        values = {key: row[i] if i < len(row) else None for key, i in places.items()}
        if any(str(values[key]).strip() for key in asked if values.get(key) is not None):
            yield values, {key: f"{get_column_letter(i + 1)}{at}" for key, i in places.items()}


# ---------------------------------------------------------------- cells


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row to be read: values and cells ("B7") by key; ``labels`` stand before what is wrong with a cell."""

    file: str
    sheet: str
    values: Mapping[str, Any]
    cells: Mapping[str, str]
    faults: list[FormFault]
    labels: Mapping[str, str] = field(default_factory=dict)

    def fault(self, key: str, wording: str, /, **values: object) -> None:
        """Note what is wrong with a cell, and what would be right."""
        told = self.cells.get(key, ""), CellError(wording, **values), self.labels.get(key, "")
        self.faults.append(FormFault(self.file, self.sheet, *told))

    def read(self, key: str, how: Callable[[Any], Any], empty: Any = None) -> Any:
        """Return a cell as ``how`` reads it; ``empty``, and a fault noted, where it can't."""
        try:
            return how(self.values.get(key))
        except CellError as wrong:
            self.fault(key, wrong.wording, **wrong.values)
            return empty


def text_of(value: Any) -> str:
    """Return a cell as one line of composed text, empty where it holds nothing; control characters are refused."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    words = str(value)
    odd = _CONTROL.search(words)
    if odd:
        raise CellError("có ký tự điều khiển (mã {code}); xóa nội dung ô và gõ lại", code=ord(odd[0]))
    return unicodedata.normalize("NFC", " ".join(words.split()))


def number_of(value: Any) -> float | None:
    """Return the number of a cell, None where it is empty: 45,2 or 1.254 or "1 254,5" or 45,2 %."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime | date):
        wording = "Excel đã đổi số thành ngày ({day}); định dạng ô là Số (Number) rồi nhập lại"
        raise CellError(wording, day=Day(value))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        return read_number(value if number else text_of(value).removesuffix("%").strip(), ",")
    except Wrong:
        wording = "“{found}” không phải là số; ghi chữ số với dấu phẩy thập phân, ví dụ 45,2"
        raise CellError(wording, found=value) from None


_YEAR = re.compile(r"(?:năm\s+)?(\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"(?:tháng\s+)?(\d{1,2})[/.-](\d{4})", re.IGNORECASE)


def date_of(value: Any) -> str | None:
    """Return the date of a cell as ISO text as precise as written (2025, 2025-06, 2025-06-30); None where empty."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime) and value.year == 1905:
        value = (value.date() - date(1899, 12, 30)).days  # a year typed into a cell that shows dates
    if isinstance(value, int | float) and 1990 <= value <= 2100:
        return f"{int(value):04d}"
    if isinstance(value, str):
        value = text_of(value)
        year, month = _YEAR.fullmatch(value), _MONTH.fullmatch(value)
        if year:
            return year[1]
        if month and 1 <= int(month[1]) <= 12:
            return f"{month[2]}-{int(month[1]):02d}"
    try:
        found = read_day(value)
    except Wrong:
        wording = "“{found}” không phải là ngày; ghi ngày/tháng/năm, ví dụ 31/12/2025"
        raise CellError(wording, found=value) from None
    if not 2000 <= found.year <= 2100:
        wording = "ngày {day} nằm ngoài khoảng hợp lý; ghi ngày/tháng/năm, ví dụ 31/12/2025"
        raise CellError(wording, day=Day(found))
    return found.isoformat()
