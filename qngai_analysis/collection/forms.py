"""The one Excel form of a body: written with what it owes, read back cell by cell.

The sheets hold the plan's words and the catalogue's definitions, locked; what is asked are coloured
cells. Reading tolerates what offices do (blank rows, notes in merged cells, numbers as text, dates in
any usual form) and names everything else with its cell and how to mend it, all of a file at once.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qngai_analysis.collection.owed import Body, FigureOwed, Owed, TaskOwed, Territory
from qngai_analysis.collection.workbook import (
    CellError,
    Fault,
    Sheet,
    date_of,
    letter,
    number_of,
    read_workbook,
    text_of,
)
from qngai_analysis.errors import EvidenceError, ParameterError
from qngai_analysis.page.archive import settled
from qngai_analysis.page.document import NO_DATE
from qngai_analysis.page.tables import printable
from qngai_analysis.progress.tasks import DONE, NOT_BEGUN, REPORTED, UNDER_WAY
from qngai_analysis.words.folding import fold
from qngai_analysis.words.numbers import day, number

COVER, FIGURES, TASKS = "Trang bìa", "Số liệu", "Nhiệm vụ"
FORM = "QNGAI-BIEU-1"
LEVELS = ("chính thức", "sơ bộ", "ước tính")

#: Heading, width, and whether the body fills it, of the columns of the two sheets.
FIGURE_COLUMNS = {
    "indicator": ("Mã", 17, False),
    "name": ("Chỉ tiêu, cách tính", 44, False),
    "unit": ("Đơn vị", 8, False),
    "territory": ("Địa giới", 22, False),
    "numerator": ("Tử số", 14, True),
    "denominator": ("Mẫu số", 14, True),
    "value": ("Giá trị", 11, True),
    "reference_date": ("Ngày số liệu", 12, True),
    "level": ("Mức độ", 11, True),
    "method": ("Nguồn dữ liệu, cách tính", 26, True),
    "absent": ("Không có số liệu vì", 22, True),
    "note": ("Ghi chú", 20, True),
    "before": ("Số đã biết", 16, False),
}
TASK_COLUMNS = {
    "task_id": ("Mã", 11, False),
    "place": ("Kế hoạch, mục", 20, False),
    "text": ("Nhiệm vụ", 58, False),
    "period": ("Thời hạn", 13, False),
    "status": ("Tình hình", 17, True),
    "completed_on": ("Ngày hoàn thành", 14, True),
    "result": ("Kết quả, minh chứng", 32, True),
    "difficulty": ("Khó khăn, kiến nghị", 28, True),
}
_FILLED_BY, _CONTACT, _DAY, _BODY, _YEAR = (
    "Người lập biểu",
    "Điện thoại, thư điện tử",
    "Ngày báo cáo",
    "Cơ quan, đơn vị báo cáo",
    "Năm báo cáo",
)
_GUIDE = (
    "Chỉ nhập vào các ô có màu; không thêm, xóa dòng hay sửa các cột khác.",
    "Trang “Số liệu”: ghi tử số, mẫu số và ngày của số liệu; giá trị tỷ lệ được tính từ tử số, mẫu số nên có thể để trống.",
    "Mỗi chỉ tiêu có một dòng cho mỗi địa giới. Không có số liệu thì ghi lý do vào cột “Không có số liệu vì”.",
    "Trang “Nhiệm vụ”: chọn tình hình ở từng dòng; chọn “hoàn thành” thì ghi cả ngày hoàn thành. Không cần ghi quá hạn.",
    "Số ghi với dấu phẩy thập phân (45,2), ngày ghi ngày/tháng/năm (31/12/2025). Gửi lại tệp này dưới dạng .xlsx.",
)


# ---------------------------------------------------------------- writing


def write_form(owed: Owed, body: Body, file: Path) -> None:
    """
    Write the form of a body.

    Raises
    ------
    EvidenceError
        The file exists: it may be a form that somebody has filled.
    """
    from openpyxl import Workbook

    if file.exists():
        raise EvidenceError(
            f"{file}: đã có tệp này và có thể đã được điền; ghi ra thư mục khác hoặc chuyển tệp cũ đi"
        )
    book = Workbook()
    cover = book.active
    assert cover is not None
    _write_cover(cover, owed, body)
    if body.figures:
        _write_sheet(
            book.create_sheet(FIGURES), FIGURE_COLUMNS, list(_figure_rows(owed, body)), _figure_rules
        )
    if body.tasks:
        rows = [[t.id, f"{t.plan}, {t.place}", t.text, t.period] for t in body.tasks]
        _write_sheet(book.create_sheet(TASKS), TASK_COLUMNS, rows, _task_rules)
    book.properties.title = f"Biểu cung cấp số liệu, báo cáo nhiệm vụ năm {owed.year}: {body.name}"
    book.properties.creator = "qngai-analysis"
    file.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    book.save(stream)
    with file.open("xb") as target:  # never over a file that came meanwhile
        target.write(settled(stream.getvalue(), NO_DATE))


def _figure_rows(owed: Owed, body: Body) -> Iterator[list[Any]]:
    for figure in body.figures:
        words = figure.name
        if figure.numerator:
            words += f"\nTử số: {figure.numerator}"
        if figure.denominator:
            words += f"\nMẫu số: {figure.denominator}"
        words += f"\nLoại: {figure.blank.words}. Cơ sở đề nghị: {body.grounds[figure.indicator]}"
        for place in owed.territories:
            before = figure.before if place == owed.territories[0] else ""
            yield [figure.indicator, words, figure.unit, place.name, *[None] * 8, before]


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    cell = sheet.cell(row, column)
    cell.value = printable(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # a plan's text that begins with "=" is no formula
    return cell


def _write_cover(sheet: Any, owed: Owed, body: Body) -> None:
    style = _style()
    sheet.title = COVER
    _put(sheet, 1, 1, f"BIỂU CUNG CẤP SỐ LIỆU, BÁO CÁO NHIỆM VỤ NĂM {owed.year}").font = style["title"]
    rows = [("Mã biểu", FORM), (_YEAR, owed.year), (_BODY, body.name)]
    rows += [(_FILLED_BY, None), (_CONTACT, None), (_DAY, None)]
    for place, (label, value) in enumerate(rows, start=3):
        _put(sheet, place, 1, label).font = style["bold"]
        cell = _put(sheet, place, 2, value)
        cell.alignment, cell.font = style["wrap"], style["plain"]
        if value is None:
            cell.fill, cell.protection, cell.border = style["fill"], style["open"], style["box"]
    sheet["B8"].number_format = "DD/MM/YYYY"
    guide = _put(sheet, 10, 1, "Cách điền")
    guide.font, guide.alignment = style["bold"], style["wrap"]
    for place, line in enumerate(_GUIDE, start=1):
        cell = _put(sheet, 9 + place, 2, f"{place}. {line}")
        cell.alignment, cell.font = style["wrap"], style["plain"]
        sheet.row_dimensions[9 + place].height = 20
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 26, 84
    sheet.protection.sheet = True
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "portrait", 9
    _fit(sheet)


def _style() -> dict[str, Any]:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

    line = Side(style="thin", color="A6A6A6")
    return {
        "title": Font(name="Times New Roman", size=14, bold=True),
        "bold": Font(name="Times New Roman", size=11, bold=True),
        "plain": Font(name="Times New Roman", size=11),
        "wrap": Alignment(wrap_text=True, vertical="top", horizontal="left"),
        "head": Alignment(wrap_text=True, vertical="center", horizontal="center"),
        "fill": PatternFill("solid", fgColor="FFF4CE"),
        "grey": PatternFill("solid", fgColor="E7E6E6"),
        "open": Protection(locked=False),
        "locked": Protection(locked=True),
        "box": Border(left=line, right=line, top=line, bottom=line),
    }


def _write_sheet(
    sheet: Any,
    columns: Mapping[str, tuple[str, int, bool]],
    rows: Sequence[Sequence[Any]],
    rules: Callable[[Any, int], None],
) -> None:
    style = _style()
    names = list(columns)
    looks = _looks(sheet, style)
    for place, (heading, width, asked) in enumerate(columns.values(), start=1):
        cell = _put(sheet, 1, place, heading)
        cell.number_format, cell.protection = "General", style["locked"]
        cell.font, cell.alignment, cell.border = style["bold"], style["head"], style["box"]
        cell.fill = style["fill"] if asked else style["grey"]
        sheet.column_dimensions[letter(place - 1)].width = width
    for at, row in enumerate(rows, start=2):
        values = [*row, *[None] * (len(names) - len(row))]
        lines = 1
        for place, (name, value) in enumerate(zip(names, values, strict=True), start=1):
            cell = _put(sheet, at, place, value)
            cell._style = looks[columns[name][2], name in _DATED]
            if isinstance(value, str):
                parts = value.split("\n")
                lines = max(lines, sum(math.ceil(0.88 * len(part) / columns[name][1]) for part in parts))
        sheet.row_dimensions[at].height = 15 * max(2, lines)
    rules(sheet, len(rows) + 1)
    sheet.freeze_panes = "C2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.print_title_rows = "1:1"
    _fit(sheet)


def _looks(sheet: Any, style: Mapping[str, Any]) -> dict[tuple[bool, bool], Any]:
    """Return the look of a cell by whether it is asked and whether it is a date, made once: each costs time."""
    cell = sheet.cell(1, 1)
    cell.font, cell.alignment, cell.border = style["plain"], style["wrap"], style["box"]
    given = copy(cell._style)
    cell.fill, cell.protection = style["fill"], style["open"]
    asked = copy(cell._style)
    cell.number_format = "DD/MM/YYYY"
    return {(False, False): given, (True, False): asked, (True, True): copy(cell._style)}


_DATED = frozenset({"reference_date", "completed_on"})


def _fit(sheet: Any) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _figure_rules(sheet: Any, last: int) -> None:
    _rule(sheet, f"E2:F{last}", "decimal", "ghi số không âm", formula1="0", operator="greaterThanOrEqual")
    _rule(
        sheet,
        f"G2:G{last}",
        "custom",
        "tỷ lệ % nằm trong khoảng 0 đến 100",
        formula1='OR($C2<>"%",AND(ISNUMBER(G2),G2>=0,G2<=100))',
    )
    _rule(sheet, f"I2:I{last}", "list", f"chọn {'; '.join(LEVELS)}", formula1=f'"{",".join(LEVELS)}"')


def _task_rules(sheet: Any, last: int) -> None:
    _rule(sheet, f"E2:E{last}", "list", f"chọn {'; '.join(REPORTED)}", formula1=f'"{",".join(REPORTED)}"')


def _rule(sheet: Any, cells: str, kind: Any, message: str, **formula: Any) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type=kind, allow_blank=True, showErrorMessage=True, **formula)
    rule.errorTitle, rule.error = "Kiểm tra lại", message
    sheet.add_data_validation(rule)
    rule.add(cells)


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class ReturnedFigure:
    """A figure that came back, or the reason why there is none (``absent``)."""

    indicator: str
    unit: str
    territory: str
    numerator: float | None
    denominator: float | None
    value: float | None
    reference_date: str | None
    level: str
    method: str
    absent: str
    note: str
    cell: str


@dataclass(frozen=True, slots=True)
class ReturnedTask:
    """What a body reports on a task."""

    task_id: str
    status: str
    completed_on: str | None
    result: str
    difficulty: str
    cell: str


@dataclass(frozen=True, slots=True)
class ReturnedForm:
    """A form read back; ``form`` is the beginning of its checksum, ``remarks`` what deserves a look."""

    file: Path
    form: str
    year: int
    body: str
    filled_by: str
    contact: str
    reported_on: str
    figures: tuple[ReturnedFigure, ...]
    tasks: tuple[ReturnedTask, ...]
    remarks: tuple[str, ...] = ()


def read_form(file: Path, owed_in: Callable[[int], Owed]) -> tuple[ReturnedForm | None, list[Fault]]:
    """
    Read a form back.

    Parameters
    ----------
    file : the workbook that came back
    owed_in : gives what is owed for a year, see :func:`qngai_analysis.collection.owed.owed`

    Returns
    -------
    (form, faults)
        All faults of the file; a form is there only without any.
    """
    try:
        sheets = {fold(sheet.name): sheet for sheet in read_workbook(file)}
    except EvidenceError as fault:
        return None, [Fault("", "", "", str(fault).split("; ")[0], str(fault).split("; ")[-1])]
    reader = _Reader(file, sheets)
    cover = reader.cover()
    if cover is None:
        return None, reader.faults
    year, body_name = int(cover[_YEAR]), cover[_BODY]
    owed = owed_in(year)
    try:
        body = owed.body(body_name)
    except ParameterError as fault:
        where = reader.places[_BODY]
        reader.faults.append(Fault(file.name, COVER, where, *str(fault).split("; ", 1)))
        return None, reader.faults
    reported_on = cover[_DAY]
    figures = reader.figures(owed, year, reported_on)
    tasks = reader.tasks(owed, body, reported_on)
    if not figures and not tasks and not reader.faults:
        reader.fault(
            COVER, "", "biểu chưa điền số liệu hay nhiệm vụ nào", "điền vào các ô có màu rồi gửi lại"
        )
    if reader.faults:
        return None, reader.faults
    with file.open("rb") as stream:
        checksum = hashlib.file_digest(stream, "sha256").hexdigest()
    made = ReturnedForm(
        file, checksum[:12], year, body.name, cover[_FILLED_BY], cover[_CONTACT], reported_on,
        tuple(figures), tuple(tasks), tuple(reader.remarks),
    )  # fmt: skip
    return made, []


class _Reader:
    """Reads the sheets of one form and gathers what is wrong with them."""

    def __init__(self, file: Path, sheets: Mapping[str, Sheet]) -> None:
        self.file, self.sheets = file, sheets
        self.faults: list[Fault] = []
        self.remarks: list[str] = []
        self.places: dict[str, str] = {}

    def fault(self, sheet: str, cell: str, found: str, mend: str) -> None:
        self.faults.append(Fault(self.file.name, sheet, cell, found, mend))

    def _cell(self, sheet: str, cell: str, read: Callable[[Any], Any], value: Any, empty: Any) -> Any:
        try:
            return read(value)
        except CellError as wrong:
            self.fault(sheet, cell, wrong.found, wrong.mend)
            return empty

    # ------------------------------------------------------------ cover

    def cover(self) -> dict[str, str] | None:
        sheet = self.sheets.get(fold(COVER))
        if sheet is None:
            self.fault(COVER, "", "không có trang này", "dùng biểu mẫu do qngai request tạo ra")
            return None
        labels = {fold(label): label for label in (_YEAR, _BODY, _FILLED_BY, _CONTACT, _DAY)}
        found: dict[str, str] = dict.fromkeys(labels.values(), "")
        for at, row in enumerate(sheet.rows, start=1):
            label = labels.get(fold(str(row[0]))) if row and row[0] is not None else None
            if label:
                self.places[label] = f"B{at}"
                read = date_of if label == _DAY else text_of
                value = row[1] if len(row) > 1 else None
                found[label] = self._cell(COVER, f"B{at}", read, value, "") or ""
        if not found[_DAY] and not self.faults:
            self.fault(
                COVER, self.places.get(_DAY, ""), "thiếu ngày báo cáo", "ghi ngày/tháng/năm, ví dụ 10/02/2026"
            )
        if found[_DAY] and len(found[_DAY]) < 10:
            self.fault(
                COVER, self.places[_DAY], f"ngày báo cáo “{found[_DAY]}” chưa đủ", "ghi cả ngày, tháng, năm"
            )
        if not re.fullmatch(r"20\d\d", found[_YEAR]):
            self.fault(
                COVER, self.places.get(_YEAR, ""), "thiếu năm báo cáo", "giữ nguyên năm in trong biểu mẫu"
            )
            return None
        return found

    # ------------------------------------------------------------ rows

    def _rows(
        self, name: str, columns: Mapping[str, tuple[str, int, bool]]
    ) -> Iterator[tuple[int, dict[str, Any], dict[str, str], Sheet]]:
        """Yield the rows that hold something asked: row number, values, cells by column."""
        sheet = self.sheets.get(fold(name))
        if sheet is None:
            return
        keys = {fold(heading): key for key, (heading, _, _) in columns.items()}
        key_column = next(iter(columns))
        asked = [key for key, (_, _, fills) in columns.items() if fills]
        heads: dict[str, int] = {}
        for at, row in enumerate(sheet.rows, start=1):
            if not heads:
                named = {
                    keys[fold(str(v))]: i for i, v in enumerate(row) if v is not None and fold(str(v)) in keys
                }
                if key_column in named and any(key in named for key in asked):
                    heads = named
                    for key in asked:
                        if key not in named:
                            self.fault(
                                name, f"A{at}", f"mất cột “{columns[key][0]}”", "dùng lại biểu mẫu đã gửi"
                            )
                    if any(key not in named for key in asked):
                        return
                continue
            values = {key: row[i] for key, i in heads.items()}
            if all(values[key] is None or not str(values[key]).strip() for key in asked):
                continue  # a blank row, a note, a line not filled
            yield at, values, {key: f"{letter(i)}{at}" for key, i in heads.items()}, sheet
        if not heads:
            self.fault(name, "", "không tìm thấy hàng tiêu đề", "dùng lại biểu mẫu đã gửi")

    def figures(self, owed: Owed, year: int, reported_on: str) -> list[ReturnedFigure]:
        found: list[ReturnedFigure] = []
        places = {fold(place.name): place for place in owed.territories}
        places |= {fold(place.id): place for place in owed.territories}
        for _, values, cells, sheet in self._rows(FIGURES, FIGURE_COLUMNS):
            before = len(self.faults)
            code = self._cell(FIGURES, cells["indicator"], text_of, values["indicator"], "")
            place = places.get(fold(str(values.get("territory") or "")))
            owing = owed.figure_by_code.get(code)
            if owing is None:
                self.fault(
                    FIGURES,
                    cells["indicator"],
                    f"mã chỉ tiêu “{code}” không có trong biểu",
                    "giữ nguyên cột Mã",
                )
            elif place is None:
                names = " hoặc ".join(f"“{item.name}”" for item in owed.territories)
                self.fault(FIGURES, cells["territory"], "địa giới không rõ", f"ghi {names}")
            else:
                row = self._figure(owing, place, values, cells, sheet, year, reported_on)
                if row is not None and len(self.faults) == before:
                    found.append(row)
        self._compare_territories(owed, found)
        return found

    def _figure(
        self,
        owing: FigureOwed,
        place: Territory,
        values: Mapping[str, Any],
        cells: Mapping[str, str],
        sheet: Sheet,
        year: int,
        reported_on: str,
    ) -> ReturnedFigure | None:
        def number_in(key: str) -> float | None:
            found: float | None = self._cell(FIGURES, cells[key], number_of, values[key], None)
            if found is not None and found < 0 and owing.share:
                self.fault(FIGURES, cells[key], f"{number(found)} là số âm", "ghi số không âm")
            return (
                100 * found if found is not None and key == "value" and cells[key] in sheet.percent else found
            )

        def text_in(key: str) -> str:
            return str(self._cell(FIGURES, cells[key], text_of, values[key], ""))

        top, bottom, value = number_in("numerator"), number_in("denominator"), number_in("value")
        when = self._cell(FIGURES, cells["reference_date"], date_of, values["reference_date"], None)
        level, absent = text_in("level").lower(), text_in("absent")
        if level and level not in LEVELS:
            self.fault(
                FIGURES, cells["level"], f"“{level}” không có trong danh sách", f"chọn {', '.join(LEVELS)}"
            )
        if owing.share:
            value = self._share(owing, top, bottom, value, cells)
        if value is None and not absent:
            self.fault(
                FIGURES,
                cells["value"],
                "không có giá trị",
                "ghi giá trị, hoặc tử số và mẫu số, hoặc lý do không có",
            )
        if value is not None and absent:
            self.fault(
                FIGURES, cells["absent"], "vừa có giá trị vừa có lý do không có số liệu", "xóa một trong hai"
            )
        if value is not None and when is None and not values["reference_date"]:
            self.fault(
                FIGURES,
                cells["reference_date"],
                "thiếu ngày số liệu",
                f"ghi ngày/tháng/năm, ví dụ 31/12/{year}",
            )
        if when is not None and when[:4] != str(year):
            self.fault(
                FIGURES,
                cells["reference_date"],
                f"số liệu của {day(when)}, không phải năm {year}",
                f"ghi số của năm {year}",
            )
        elif when is not None and reported_on and when[:10] > reported_on and len(when) == 10:
            self.fault(
                FIGURES,
                cells["reference_date"],
                f"ngày số liệu {day(when)} sau ngày báo cáo {day(reported_on)}",
                "kiểm tra lại hai ngày",
            )
        far = value is not None and owing.value_before is not None and abs(value - owing.value_before) > _FAR
        if far and owing.share and value is not None:
            self.remarks.append(
                f"{self.file.name}, ô {cells['value']}: {owing.name} {number(value, unit='%')}, số đã biết {owing.before}; đề nghị xác nhận"
            )
        return ReturnedFigure(
            owing.indicator, owing.unit, place.id, top, bottom, value, when, level or "không rõ",
            text_in("method"), absent, text_in("note"), f"{FIGURES}!{cells['value']}",
        )  # fmt: skip

    def _share(
        self,
        owing: FigureOwed,
        top: float | None,
        bottom: float | None,
        value: float | None,
        cells: Mapping[str, str],
    ) -> float | None:
        """Return a share from its parts and check it against them and its bounds."""
        if (top is None) != (bottom is None):
            lone, other = ("numerator", "denominator") if bottom is None else ("denominator", "numerator")
            self.fault(
                FIGURES, cells[other], f"có {FIGURE_COLUMNS[lone][0].lower()} mà không có {FIGURE_COLUMNS[other][0].lower()}",
                "ghi cả hai",
            )  # fmt: skip
        if top is not None and bottom is not None:
            if bottom <= 0 or top > bottom:
                self.fault(
                    FIGURES, cells["numerator"], f"tử số {number(top)} lớn hơn mẫu số {number(bottom)}" if bottom > 0 else "mẫu số bằng 0",
                    "kiểm tra lại tử số, mẫu số",
                )  # fmt: skip
                return value
            computed = 100 * top / bottom
            if value is not None and abs(value - computed) > 0.1:
                self.fault(
                    FIGURES, cells["value"], f"giá trị {number(value, unit='%')} khác tử số / mẫu số ({number(computed, 2, unit='%')})",
                    "sửa giá trị, hoặc để trống để tự tính",
                )  # fmt: skip
            return computed
        if value is not None and not 0 <= value <= 100:
            self.fault(
                FIGURES,
                cells["value"],
                f"{number(value)} nằm ngoài 0 đến 100%",
                "ghi tỷ lệ phần trăm, ví dụ 45,2",
            )
        elif value is not None and 0 < value < 1:
            self.remarks.append(
                f"{self.file.name}, ô {cells['value']}: {owing.name} chỉ {number(value, unit='%')}; đề nghị xác nhận"
            )
        return value

    def _compare_territories(self, owed: Owed, found: Sequence[ReturnedFigure]) -> None:
        """The old province lies in the new one: no count of it can be larger."""
        if len(owed.territories) < 2:
            return
        old, new = owed.territories
        rows = {(row.indicator, row.territory): row for row in found}
        for (code, place), part in rows.items():
            whole = rows.get((code, new.id)) if place == old.id else None
            for key in ("numerator", "denominator"):
                less, more = getattr(part, key), whole and getattr(whole, key)
                if less is not None and more is not None and less > more:
                    self.fault(
                        FIGURES, part.cell.split("!")[1], f"{FIGURE_COLUMNS[key][0].lower()} của tỉnh trước sáp nhập ({number(less)}) "
                        f"lớn hơn của tỉnh sau sáp nhập ({number(more)})", "kiểm tra lại hai dòng",
                    )  # fmt: skip

    def tasks(self, owed: Owed, body: Body, reported_on: str) -> list[ReturnedTask]:
        found: list[ReturnedTask] = []
        seen: dict[str, str] = {}
        for at, values, cells, _ in self._rows(TASKS, TASK_COLUMNS):
            before = len(self.faults)
            code = self._cell(TASKS, cells["task_id"], text_of, values["task_id"], "")
            task = self._task_of(owed, code, values.get("text"), cells)
            status = self._cell(TASKS, cells["status"], _status_of, values["status"], "")
            done = self._cell(TASKS, cells["completed_on"], date_of, values["completed_on"], None)
            if task is None or len(self.faults) > before:
                continue
            if body.name not in task.bodies:
                self.fault(
                    TASKS, cells["task_id"], f"{body.name} không chủ trì nhiệm vụ {task.id}", "xóa dòng này"
                )
            if task.id in seen:
                self.fault(
                    TASKS,
                    cells["task_id"],
                    f"nhiệm vụ {task.id} đã có ở dòng {seen[task.id]}",
                    "giữ một dòng",
                )
            if not status:
                self.fault(TASKS, cells["status"], "chưa chọn tình hình", f"chọn {', '.join(REPORTED)}")
            elif status == DONE and done is None:
                self.fault(
                    TASKS,
                    cells["completed_on"],
                    "hoàn thành mà thiếu ngày",
                    "ghi ngày/tháng/năm, ví dụ 30/6/2025",
                )
            elif status != DONE and done is not None:
                self.fault(
                    TASKS,
                    cells["completed_on"],
                    f"có ngày hoàn thành mà tình hình là “{status}”",
                    f"chọn “{DONE}” hoặc xóa ngày",
                )
            if done and reported_on and done > reported_on:
                self.fault(
                    TASKS,
                    cells["completed_on"],
                    f"ngày {day(done)} sau ngày báo cáo {day(reported_on)}",
                    "kiểm tra lại hai ngày",
                )
            result = self._cell(TASKS, cells["result"], text_of, values["result"], "")
            trouble = self._cell(TASKS, cells["difficulty"], text_of, values["difficulty"], "")
            seen[task.id] = str(at)
            if len(self.faults) == before:
                found.append(
                    ReturnedTask(task.id, status, done, result, trouble, f"{TASKS}!{cells['status']}")
                )
        return found

    def _task_of(self, owed: Owed, code: str, wording: Any, cells: Mapping[str, str]) -> TaskOwed | None:
        """Return the task a row speaks of: its id, or the wording where the plan is read differently since."""
        task = owed.task_by_id.get(code)
        words = " ".join(str(wording or "").split())
        if task is not None and (not words or printable(" ".join(task.text.split())) == words):
            return task
        same = [item for item in owed.tasks if printable(" ".join(item.text.split())) == words]
        if len(same) == 1:
            return same[0]
        if task is None:
            self.fault(
                TASKS, cells["task_id"], f"mã nhiệm vụ “{code}” không có trong biểu", "giữ nguyên cột Mã"
            )
        else:
            self.fault(
                TASKS,
                cells["text"],
                f"nội dung nhiệm vụ {code} đã bị sửa",
                "chép lại nội dung từ biểu mẫu đã gửi",
            )
        return None


_FAR = 25.0  # points of percent between two years that deserve a look
_STATUS = {
    fold(word): status
    for status, words in {
        DONE: (DONE, "đã hoàn thành", "hoàn thành 100%", "xong"),
        UNDER_WAY: (UNDER_WAY, "đang triển khai", "đang thực hiện trong hạn", "đang thực hiện quá hạn", "thực hiện thường xuyên"),
        NOT_BEGUN: (NOT_BEGUN, "chưa triển khai", "chưa bắt đầu"),
    }.items()
    for word in words
}  # fmt: skip


def _status_of(value: Any) -> str:
    words = text_of(value)
    if words and fold(words) not in _STATUS:
        raise CellError(f"“{words}” không có trong danh sách", f"chọn {', '.join(REPORTED)}")
    return _STATUS[fold(words)] if words else ""
