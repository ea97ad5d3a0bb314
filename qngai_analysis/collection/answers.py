"""Forms that came back, read cell by cell.

Reading tolerates what offices do (blank rows, notes in merged cells, numbers as text, dates in any
usual form) and names everything else with its cell and how to mend it, all of a file at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qngai_analysis.collection.forms import (
    BODY,
    CONTACT,
    COVER,
    DAY,
    FIGURE_COLUMNS,
    FIGURES,
    FILLED_BY,
    LEVELS,
    TASK_COLUMNS,
    TASKS,
    YEAR,
)
from qngai_analysis.collection.owed import Body, FigureOwed, Owed, TaskOwed
from qngai_analysis.collection.workbook import (
    CellError,
    Fault,
    Row,
    Sheet,
    date_of,
    headed,
    number_of,
    read_workbook,
    text_of,
)
from qngai_analysis.errors import EvidenceError, ParameterError
from qngai_analysis.page.tables import printable
from qngai_analysis.progress.tasks import DONE, NOT_BEGUN, REPORTED, UNDER_WAY
from qngai_analysis.words.folding import fold
from qngai_analysis.words.numbers import day, number

FAR = 25.0  # points of percent between two years that deserve a look
_STATUS = {
    fold(word): status
    for status, words in {
        DONE: (DONE, "đã hoàn thành", "hoàn thành 100%", "xong"),
        UNDER_WAY: (UNDER_WAY, "đang triển khai", "đang thực hiện trong hạn", "đang thực hiện quá hạn", "thực hiện thường xuyên"),
        NOT_BEGUN: (NOT_BEGUN, "chưa triển khai", "chưa bắt đầu"),
    }.items()
    for word in words
}  # fmt: skip


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
        broken = str(fault).removeprefix(str(file)).lstrip(":, ")
        return None, [Fault(file.name, "", "", *broken.split("; ", 1))]
    reader = _Reader(file, sheets)
    cover = reader.cover()
    if cover is None:
        return None, reader.faults
    said = cover.values
    owed = owed_in(int(said[YEAR]))
    try:
        body = owed.body(said[BODY])
    except ParameterError as fault:
        cover.fault(BODY, *str(fault).split("; ", 1))
        return None, reader.faults
    figures = reader.figures(owed, said[DAY])
    tasks = reader.tasks(owed, body, said[DAY])
    if not figures and not tasks and not reader.faults:
        reader.fault("", "", "biểu chưa điền số liệu hay nhiệm vụ nào", "điền vào các ô có màu rồi gửi lại")
    if reader.faults:
        return None, reader.faults
    return ReturnedForm(
        file=file,
        form=hashlib.sha256(file.read_bytes()).hexdigest()[:12],
        year=owed.year,
        body=body.name,
        filled_by=said[FILLED_BY],
        contact=said[CONTACT],
        reported_on=said[DAY],
        figures=tuple(figures),
        tasks=tuple(tasks),
        remarks=tuple(reader.remarks),
    ), []


class _Reader:
    """Reads the sheets of one form and gathers what is wrong with them."""

    def __init__(self, file: Path, sheets: Mapping[str, Sheet]) -> None:
        self.file, self.sheets = file, sheets
        self.faults: list[Fault] = []
        self.remarks: list[str] = []

    def fault(self, sheet: str, cell: str, found: str, mend: str) -> None:
        self.faults.append(Fault(self.file.name, sheet, cell, found, mend))

    def cover(self) -> Row | None:
        """Return what the cover says, by label; None where the year is not known."""
        sheet = self.sheets.get(fold(COVER))
        if sheet is None:
            self.fault(COVER, "", "không có trang này", "dùng biểu mẫu do qngai request tạo ra")
            return None
        labels = {fold(label): label for label in (YEAR, BODY, FILLED_BY, CONTACT, DAY)}
        named = [
            (labels.get(fold(str(row[0]))), f"B{at}", row[1:2]) for at, row in enumerate(sheet.rows, 1) if row
        ]
        values = {label: value[0] for label, _, value in named if label and value}
        page = Row(
            self.file.name, COVER, values, {label: cell for label, cell, _ in named if label}, self.faults
        )
        found = {
            label: page.read(label, date_of if label == DAY else text_of) or "" for label in labels.values()
        }
        if len(found[DAY]) < 10 and not self.faults:
            wrong = f"ngày báo cáo “{found[DAY]}” chưa đủ" if found[DAY] else "thiếu ngày báo cáo"
            page.fault(DAY, wrong, "ghi ngày/tháng/năm, ví dụ 10/02/2026")
        if not re.fullmatch(r"20\d\d", found[YEAR]):
            page.fault(YEAR, "thiếu năm báo cáo", "giữ nguyên năm in trong biểu mẫu")
            return None
        return replace(page, values=found)

    def _rows(self, name: str, columns: Mapping[str, tuple[str, int, bool]]) -> Iterator[Row]:
        """Yield the rows that hold something asked."""
        sheet = self.sheets.get(fold(name))
        if sheet is None:
            return
        found = headed(sheet, {key: heading for key, (heading, _, _) in columns.items()}, 4)
        lost = [columns[key][0] for key in columns if key not in found.places]
        if not found.line:
            self.fault(name, "", "không tìm thấy hàng tiêu đề", "dùng lại biểu mẫu đã gửi")
        elif lost:
            self.fault(name, f"A{found.line}", f"mất cột “{lost[0]}”", "dùng lại biểu mẫu đã gửi")
        else:
            asked = [key for key, (_, _, fills) in columns.items() if fills]
            yield from (Row(self.file.name, name, *row, self.faults) for row in found.rows(asked))

    # ------------------------------------------------------------ figures

    def figures(self, owed: Owed, reported_on: str) -> list[ReturnedFigure]:
        found: list[ReturnedFigure] = []
        places = {fold(name): place for place in owed.territories for name in (place.name, place.id)}
        for row in self._rows(FIGURES, FIGURE_COLUMNS):
            before = len(self.faults)
            code = row.read("indicator", text_of, "")
            place = places.get(fold(str(row.values["territory"] or "")))
            owing = owed.figure_by_code.get(code)
            if owing is None:
                row.fault("indicator", f"mã chỉ tiêu “{code}” không có trong biểu", "giữ nguyên cột Mã")
            elif place is None:
                names = " hoặc ".join(f"“{item.name}”" for item in owed.territories)
                row.fault("territory", "địa giới không rõ", f"ghi {names}")
            else:
                figure = self._figure(owing, place.id, row)
                self._check_days(figure, row, owed.year, reported_on)
                if len(self.faults) == before:
                    found.append(figure)
        self._compare_territories(owed, found)
        return found

    def _figure(self, owing: FigureOwed, place: str, row: Row) -> ReturnedFigure:
        top, bottom, value = (row.read(key, number_of) for key in ("numerator", "denominator", "value"))
        level, absent = row.read("level", text_of, "").lower(), row.read("absent", text_of, "")
        if value is not None and row.cells["value"] in self.sheets[fold(FIGURES)].percent:
            value *= 100  # Excel holds 45,2% as 0,452
        if level and level not in LEVELS:
            row.fault("level", f"“{level}” không có trong danh sách", f"chọn {', '.join(LEVELS)}")
        if owing.share:
            value = self._share(top, bottom, value, row.fault)
            self._remark(owing, value, row.cells["value"])
        if value is None and not absent:
            row.fault("value", "không có giá trị", "ghi giá trị, hoặc tử số và mẫu số, hoặc lý do không có")
        if value is not None and absent:
            row.fault("absent", "vừa có giá trị vừa có lý do không có số liệu", "xóa một trong hai")
        return ReturnedFigure(
            indicator=owing.indicator,
            unit=owing.unit,
            territory=place,
            numerator=top,
            denominator=bottom,
            value=value,
            reference_date=row.read("reference_date", date_of),
            level=level or "không rõ",
            method=row.read("method", text_of, ""),
            absent=absent,
            note=row.read("note", text_of, ""),
            cell=f"{FIGURES}!{row.cells['value']}",
        )

    def _check_days(self, figure: ReturnedFigure, row: Row, year: int, reported_on: str) -> None:
        when, mend = figure.reference_date, f"ghi số của năm {year}"
        if when is None:
            if figure.value is not None and not row.values["reference_date"]:
                row.fault("reference_date", "thiếu ngày số liệu", f"ghi ngày/tháng/năm, ví dụ 31/12/{year}")
        elif when[:4] != str(year):
            row.fault("reference_date", f"số liệu của {day(when)}, không phải năm {year}", mend)
        elif len(when) == 10 and reported_on and when > reported_on:
            wrong = f"ngày số liệu {day(when)} sau ngày báo cáo {day(reported_on)}"
            row.fault("reference_date", wrong, "kiểm tra lại hai ngày")

    def _share(
        self,
        top: float | None,
        bottom: float | None,
        value: float | None,
        wrong: Callable[[str, str, str], None],
    ) -> float | None:
        """Return a share from its parts, checked against them and its bounds."""
        if top is not None and bottom is None:
            wrong("denominator", "có tử số mà không có mẫu số", "ghi cả hai")
        elif bottom is not None and top is None:
            wrong("numerator", "có mẫu số mà không có tử số", "ghi cả hai")
        elif top is not None and bottom is not None:
            if top < 0 or bottom <= 0:
                wrong("numerator", f"tử số {number(top)}, mẫu số {number(bottom)}", "ghi số dương")
                return value
            if top > bottom:
                larger = f"tử số {number(top)} lớn hơn mẫu số {number(bottom)}"
                wrong("numerator", larger, "kiểm tra lại tử số, mẫu số")
                return value
            share = 100 * top / bottom
            if value is not None and abs(value - share) > 0.1:
                parts = number(share, 2, unit="%")
                differs = f"giá trị {number(value, unit='%')} khác tử số / mẫu số ({parts})"
                wrong("value", differs, "sửa giá trị, hoặc để trống để tự tính")
            return share
        if value is not None and not 0 <= value <= 100:
            wrong("value", f"{number(value)} nằm ngoài 0 đến 100%", "ghi tỷ lệ phần trăm, ví dụ 45,2")
        return value

    def _remark(self, owing: FigureOwed, value: float | None, cell: str) -> None:
        if value is None:
            return
        said = f"{self.file.name}, ô {cell}: {owing.name} {number(value, 2, unit='%')}"
        if owing.value_before is not None and abs(value - owing.value_before) > FAR:
            self.remarks.append(f"{said}, số đã biết {owing.before}; đề nghị xác nhận")
        elif 0 < value < 1:
            self.remarks.append(f"{said}, chưa đến 1%; đề nghị xác nhận")

    def _compare_territories(self, owed: Owed, found: Sequence[ReturnedFigure]) -> None:
        """The old province lies in the new one: no count of it can be larger."""
        rows = {(row.indicator, row.territory): row for row in found}
        for part in found:
            whole = rows.get((part.indicator, owed.territories[-1].id))
            pairs = (
                ("tử số", part.numerator, whole.numerator if whole else None),
                ("mẫu số", part.denominator, whole.denominator if whole else None),
            )
            for words, less, more in pairs:
                if less is not None and more is not None and less > more:
                    wrong = f"{words} của tỉnh trước sáp nhập ({number(less)}) lớn hơn của tỉnh sau sáp nhập ({number(more)})"
                    self.fault(FIGURES, part.cell.split("!")[1], wrong, "kiểm tra lại hai dòng")

    # ------------------------------------------------------------ tasks

    def tasks(self, owed: Owed, body: Body, reported_on: str) -> list[ReturnedTask]:
        found: dict[str, ReturnedTask] = {}
        for row in self._rows(TASKS, TASK_COLUMNS):
            before = len(self.faults)
            task, status = self._task_of(owed, row), row.read("status", _status_of, "")
            done = row.read("completed_on", date_of)
            result, difficulty = (row.read(key, text_of, "") for key in ("result", "difficulty"))
            if task is None or len(self.faults) > before:
                continue
            if body.name not in task.bodies:
                row.fault("task_id", f"{body.name} không chủ trì nhiệm vụ {task.id}", "xóa dòng này")
            elif task.id in found:
                row.fault("task_id", f"nhiệm vụ {task.id} đứng hai lần", "giữ một dòng")
            if not status:
                row.fault("status", "chưa chọn tình hình", f"chọn {', '.join(REPORTED)}")
            elif status == DONE and done is None:
                row.fault("completed_on", "hoàn thành mà thiếu ngày", "ghi ngày/tháng/năm, ví dụ 30/6/2025")
            elif status != DONE and done is not None:
                wrong = f"có ngày hoàn thành mà tình hình là “{status}”"
                row.fault("completed_on", wrong, f"chọn “{DONE}” hoặc xóa ngày")
            elif done and reported_on and done > reported_on:
                wrong = f"ngày {day(done)} sau ngày báo cáo {day(reported_on)}"
                row.fault("completed_on", wrong, "kiểm tra lại hai ngày")
            if len(self.faults) == before:
                cell = f"{TASKS}!{row.cells['status']}"
                found[task.id] = ReturnedTask(task.id, status, done, result, difficulty, cell)
        return list(found.values())

    def _task_of(self, owed: Owed, row: Row) -> TaskOwed | None:
        """Return the task a row speaks of: its id, or the wording where the plan is read differently since."""
        code, words = row.read("task_id", text_of, ""), " ".join(str(row.values["text"] or "").split())
        task = owed.task_by_id.get(code)
        if task is not None and words in ("", _words(task)):
            return task
        same = [item for item in owed.tasks if _words(item) == words]
        if len(same) == 1:
            return same[0]
        if task is None:
            row.fault("task_id", f"mã nhiệm vụ “{code}” không có trong biểu", "giữ nguyên cột Mã")
        else:
            row.fault("text", f"nội dung nhiệm vụ {code} đã bị sửa", "chép lại nội dung từ biểu mẫu đã gửi")
        return None


def _words(task: TaskOwed) -> str:
    return printable(" ".join(task.text.split()))


def _status_of(value: Any) -> str:
    words = text_of(value)
    if words and fold(words) not in _STATUS:
        raise CellError(f"“{words}” không có trong danh sách", f"chọn {', '.join(REPORTED)}")
    return _STATUS[fold(words)] if words else ""
