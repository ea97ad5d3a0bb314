"""The one Excel form of a body, written with what it owes; ``answers.py`` reads it back.

The sheets hold the plan's words and the catalogue's definitions, locked; what is asked are coloured cells.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from itertools import zip_longest
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from qngai_analysis.collection.owed import Body, Owed
from qngai_analysis.collection.workbook import SHEETS
from qngai_analysis.errors import EvidenceError
from qngai_analysis.page.archive import settled
from qngai_analysis.page.document import NO_DATE
from qngai_analysis.page.sheets import fit_width, put
from qngai_analysis.progress.tasks import REPORTED

COVER, FIGURES, TASKS = "Trang bìa", "Số liệu", "Nhiệm vụ"
FORM = "BIEU-1"
LEVELS = ("chính thức", "sơ bộ", "ước tính")

#: Heading, width, and whether the body fills it, of the columns of the two sheets.
FIGURE_COLUMNS: Mapping[str, tuple[str, int, bool]] = SHEETS["figures"]
TASK_COLUMNS: Mapping[str, tuple[str, int, bool]] = SHEETS["tasks"]
FILLED_BY, CONTACT, DAY = "Người lập biểu", "Điện thoại, thư điện tử", "Ngày báo cáo"
BODY, YEAR = "Cơ quan, đơn vị báo cáo", "Năm báo cáo"


# ---------------------------------------------------------------- writing


def write_form(owed: Owed, body: Body, file: Path) -> None:
    """
    Write the form of a body.

    Raises
    ------
    EvidenceError
        The file exists: it may be a form that somebody has filled.
    """
    if file.exists():
        wording = "{file}: đã có tệp này và có thể đã được điền; ghi ra thư mục khác hoặc chuyển tệp cũ đi"
        raise EvidenceError(wording, file=file)
    book = Workbook()
    _write_cover(book.worksheets[0], owed, body)
    if body.figures:
        rows = list(_figure_rows(owed, body))
        _write_sheet(book.create_sheet(FIGURES), FIGURE_COLUMNS, rows, _FIGURE_RULES)
    if body.tasks:
        rows = [[t.id, f"{t.plan}, {t.place}", t.text, t.period] for t in body.tasks]
        _write_sheet(book.create_sheet(TASKS), TASK_COLUMNS, rows, _TASK_RULES)
    book.properties.title = f"Biểu cung cấp số liệu, báo cáo nhiệm vụ năm {owed.year}: {body.name}"
    book.properties.creator = "qngai-analysis"
    file.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    book.save(stream)
    with file.open("xb") as target:  # never over a file that came meanwhile
        target.write(settled(stream.getvalue(), NO_DATE))


def _figure_rows(owed: Owed, body: Body) -> Iterator[list[Any]]:
    several = "Một số liệu cho các mục tiêu trên; mục tiêu nào có số riêng thì ghi số đó ở cột Ghi chú"
    for figure in body.figures:
        told = {"Trong danh mục": figure.named_otherwise, "Tử số": figure.numerator}
        told |= {"Mẫu số": figure.denominator, "Mục tiêu": "; ".join(figure.goals)}
        lines = [figure.asked, *(f"{label}: {text}" for label, text in told.items() if text)]
        lines += [several] if figure.several else []
        lines.append(f"Loại: {figure.blank.words}. Cơ sở đề nghị: {body.grounds[figure.indicator]}")
        for place in owed.territories:
            before = figure.before if place == owed.territories[0] else ""
            yield [figure.indicator, "\n".join(lines), figure.unit, place.name, *[None] * 8, before]


_TITLE = Font(name="Times New Roman", size=14, bold=True)
_BOLD, _PLAIN = (Font(name="Times New Roman", size=11, bold=bold) for bold in (True, False))
_WRAP = Alignment(wrap_text=True, vertical="top", horizontal="left")
_HEAD = Alignment(wrap_text=True, vertical="center", horizontal="center")
_ASKED, _GREY = (PatternFill("solid", fgColor=color) for color in ("FFF4CE", "E7E6E6"))
_OPEN, _LOCKED = Protection(locked=False), Protection(locked=True)
_LINE = Side(style="thin", color="A6A6A6")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def _write_cover(sheet: Any, owed: Owed, body: Body) -> None:
    sheet.title = COVER
    asked = [*["CUNG CẤP SỐ LIỆU"] * bool(body.figures), *["BÁO CÁO NHIỆM VỤ"] * bool(body.tasks)]
    put(sheet, 1, 1, f"BIỂU {', '.join(asked)} NĂM {owed.year}").font = _TITLE
    rows = [("Mã biểu", FORM), (YEAR, owed.year), (BODY, body.name)]
    rows += [(FILLED_BY, None), (CONTACT, None), (DAY, None)]
    for place, (label, value) in enumerate(rows, start=3):
        put(sheet, place, 1, label).font = _BOLD
        cell = put(sheet, place, 2, value)
        cell.alignment, cell.font = _WRAP, _PLAIN
        if value is None:
            cell.fill, cell.protection, cell.border = _ASKED, _OPEN, _BOX
    sheet["B8"].number_format = "DD/MM/YYYY"
    guide = put(sheet, 10, 1, "Cách điền")
    guide.font, guide.alignment = _BOLD, _WRAP
    sheets = {"": True, FIGURES: body.figures, TASKS: body.tasks}
    lines = [each["line"].format(year=owed.year) for each in SHEETS["guide"] if sheets[each["sheet"]]]
    for place, line in enumerate(lines, start=1):
        cell = put(sheet, 9 + place, 2, f"{place}. {line}")
        cell.alignment, cell.font = _WRAP, _PLAIN
        sheet.row_dimensions[9 + place].height = 20
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 84
    sheet.protection.sheet = True
    fit_width(sheet, "portrait")


def _write_sheet(
    sheet: Any,
    columns: Mapping[str, tuple[str, int, bool]],
    rows: Sequence[Sequence[Any]],
    rules: Sequence[tuple[str, str, Mapping[str, Any]]],
) -> None:
    looks = _looks(sheet)
    for place, (heading, width, asked) in enumerate(columns.values(), start=1):
        cell = put(sheet, 1, place, heading)
        cell.number_format, cell.protection = "General", _LOCKED
        cell.font, cell.alignment, cell.border = _BOLD, _HEAD, _BOX
        cell.fill = _ASKED if asked else _GREY
        sheet.column_dimensions[get_column_letter(place)].width = width
    for at, row in enumerate(rows, start=2):
        lines = 1
        for place, ((name, (_, width, asked)), value) in enumerate(
            zip_longest(columns.items(), row), start=1
        ):
            written: Any = put(sheet, at, place, value)
            written._style = looks[asked, name in _DATED]
            if isinstance(value, str):
                parts = value.split("\n")
                lines = max(lines, sum(math.ceil(0.88 * len(part) / width) for part in parts))
        sheet.row_dimensions[at].height = 15 * max(2, lines)
    for cells, message, given in rules:
        rule = DataValidation(allow_blank=True, showErrorMessage=True, **given)
        rule.errorTitle, rule.error = "Kiểm tra lại", message
        sheet.add_data_validation(rule)
        rule.add(cells.format(last=len(rows) + 1))
    sheet.freeze_panes = "C2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.print_title_rows = "1:1"
    fit_width(sheet)


def _looks(sheet: Any) -> dict[tuple[bool, bool], Any]:
    """Return the look of a cell by whether it is asked and whether it is a date, made once: each costs time."""
    cell = sheet.cell(1, 1)
    cell.font, cell.alignment, cell.border = _PLAIN, _WRAP, _BOX
    given = copy(cell._style)
    cell.fill, cell.protection = _ASKED, _OPEN
    asked = copy(cell._style)
    cell.number_format = "DD/MM/YYYY"
    return {(False, False): given, (True, False): asked, (True, True): copy(cell._style)}


_DATED = frozenset({"reference_date", "completed_on"})
_SHARES = 'OR($C2<>"%",AND(ISNUMBER(G2),G2>=0,G2<=100))'
#: Where a sheet takes only some values (in its rows 2 to ``last``), what Excel says else, and the rule.
_FIGURE_RULES = (
    ("E2:F{last}", "ghi số không âm", {"type": "decimal", "formula1": "0", "operator": "greaterThanOrEqual"}),
    ("G2:G{last}", "tỷ lệ % nằm trong khoảng 0 đến 100", {"type": "custom", "formula1": _SHARES}),
    ("I2:I{last}", f"chọn {'; '.join(LEVELS)}", {"type": "list", "formula1": f'"{",".join(LEVELS)}"'}),
)
_TASK_RULES = (
    ("E2:E{last}", f"chọn {'; '.join(REPORTED)}", {"type": "list", "formula1": f'"{",".join(REPORTED)}"'}),
)
