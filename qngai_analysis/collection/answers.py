"""Forms that came back, read cell by cell.

Reading tolerates what offices do (blank rows, notes in merged cells, numbers as text, dates in any
usual form) and names everything else with its cell and how to mend it, all of a file at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from qngai_analysis.collection import forms, workbook
from qngai_analysis.collection.forms import BODY, CONTACT, COVER, DAY, FIGURES, FILLED_BY, LEVELS, TASKS, YEAR
from qngai_analysis.collection.owed import Body, FigureOwed, Owed, TaskOwed
from qngai_analysis.collection.workbook import CellError, FormFault, FormRow, date_of, number_of, text_of
from qngai_analysis.errors import EvidenceError, ParameterError
from qngai_analysis.page.tables import printable
from qngai_analysis.progress.tasks import DONE, REPORTED, TaskReport
from qngai_analysis.project import Role, read_project
from qngai_analysis.words.folding import fold
from qngai_analysis.words.said import Day, Num, Said

FAR = 25.0  # points of percent between two years that deserve a look


@dataclass(frozen=True, slots=True)
class ReturnedFigure:
    """A figure that came back, or the reason why there is none (``absent``)."""

    form: str
    body: str
    indicator: str
    name: str
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
    reported_on: str


@dataclass(frozen=True, slots=True)
class ReturnedTask(TaskReport):
    """What a body reports on a task, with the form and the cell it stands in."""

    form: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class ReturnedForm:
    """A form read back; ``form`` is the beginning of its checksum, ``remarks`` what deserves a look."""

    path: Path
    year: int
    figures: tuple[ReturnedFigure, ...]
    tasks: tuple[ReturnedTask, ...]
    form: str
    body: str
    file: str
    filled_by: str
    contact: str
    reported_on: str
    remarks: tuple[Said, ...] = ()
    received_on: str = ""
    replaces: str = ""


def read_form(
    file: Path, owed_in: Callable[[int], Owed], on: date = date.max
) -> tuple[ReturnedForm | None, list[FormFault]]:
    """
    Read a form back.

    Parameters
    ----------
    file : the workbook that came back
    owed_in : gives what is owed for a year, see :func:`qngai_analysis.collection.owed.owed`
    on : the day it is taken in, after which no report is made

    Returns
    -------
    (form, faults)
        All faults of the file; a form is there only without any.
    """
    try:
        sheets = {fold(sheet.name): sheet for sheet in workbook.read_workbook(file)}
    except EvidenceError as fault:
        return None, [FormFault(file.name, "", "", fault)]
    reader = _FormReader(file, sheets)
    cover = reader.cover(on)
    if cover is None:
        return None, reader.faults
    said = cover.values
    try:
        owed = owed_in(int(said[YEAR]))
    except ParameterError:
        plans = read_project().plans(Role.MAIN, Role.LATER)
        if not plans:
            raise
        spans = (sorted({entry.first_year, entry.last_year}) for entry in plans)
        years = ", ".join(dict.fromkeys("–".join(map(str, span)) for span in spans))
        wording = "năm {year}: không kế hoạch nào được theo dõi năm ấy; ghi năm in trong biểu mẫu đã gửi, thuộc {years}"
        cover.fault(YEAR, wording, year=said[YEAR], years=years)
        return None, reader.faults
    try:
        body = owed.body(said[BODY])
    except ParameterError as wrong:
        cover.fault(BODY, wrong.wording, **wrong.values)
        return None, reader.faults
    checksum = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    reader.of = {"form": checksum, "body": body.name, "reported_on": said[DAY]}
    figures, tasks = tuple(reader.figures(owed)), tuple(reader.tasks(owed, body))
    if not figures and not tasks and not reader.faults:
        reader.wrong(CellError("biểu chưa điền số liệu hay nhiệm vụ nào; điền vào các ô có màu rồi gửi lại"))
    if reader.faults:
        return None, reader.faults
    head = {"file": file.name, "filled_by": said[FILLED_BY], "contact": said[CONTACT], **reader.of}
    remarks = tuple(reader.remarks)
    return ReturnedForm(path=file, year=owed.year, figures=figures, tasks=tasks, remarks=remarks, **head), []


class _FormReader:
    """Reads the sheets of one form and gathers what is wrong with them."""

    def __init__(self, file: Path, sheets: Mapping[str, workbook.FormSheet]) -> None:
        self.file, self.sheets = file, sheets
        self.faults: list[FormFault] = []
        self.remarks: list[Said] = []
        self.of: dict[str, str] = {}  # form, body and day that stand with every answer

    def wrong(self, wrong: CellError, sheet: str = "", cell: str = "") -> None:
        self.faults.append(FormFault(self.file.name, sheet, cell, wrong))

    def cover(self, on: date) -> FormRow | None:
        """Return what the cover says, by label; None where the year is not known."""
        sheet = self.sheets.get(fold(COVER))
        if sheet is None:
            self.wrong(CellError("không có trang này; dùng biểu mẫu do qngai request tạo ra"), COVER)
            return None
        labels = {fold(label): label for label in (YEAR, BODY, FILLED_BY, CONTACT, DAY)}
        values: dict[str, Any] = {}
        cells: dict[str, str] = {}
        for at, row in enumerate(sheet.rows, 1):
            if label := labels.get(fold(str(row[0]))) if row[1:] else None:
                values[label], cells[label] = row[1], f"B{at}"
        page = FormRow(self.file.name, COVER, values, cells, self.faults)
        found = {n: page.read(n, date_of if n == DAY else text_of) or "" for n in labels.values()}
        if len(found[DAY]) < 10 and not self.faults:
            part = "ngày báo cáo “{found}” chưa đủ; ghi ngày/tháng/năm, ví dụ 10/02/2026"
            none = "thiếu ngày báo cáo; ghi ngày/tháng/năm, ví dụ 10/02/2026"
            page.fault(DAY, part if found[DAY] else none, found=found[DAY])
        elif found[DAY] > on.isoformat():
            page.fault(DAY, "ngày báo cáo {day} chưa đến; kiểm tra lại ngày", day=Day(found[DAY]))
        if not re.fullmatch(r"20\d\d", found[YEAR]):
            page.fault(YEAR, "thiếu năm báo cáo; giữ nguyên năm in trong biểu mẫu")
            return None
        return replace(page, values=found)

    def _rows(self, name: str, columns: Mapping[str, tuple[str, int, bool]]) -> Iterator[FormRow]:
        """Yield the rows that hold something asked."""
        headings = {key: heading for key, (heading, _, _) in columns.items()}
        asked = [key for key, (_, _, fills) in columns.items() if fills]
        sheet, others = self.sheets.get(fold(name)), []
        for other in self.sheets.values():  # one that was renamed, or copied and then filled
            line, places = workbook.headed(other, headings, 4)
            known = fold(other.name) in map(fold, (COVER, FIGURES, TASKS))
            if line and not known and any(workbook.rows_below(other, line, places, asked)):
                others.append(other)
        if sheet is None and len(others) == 1:
            sheet = others.pop()  # whatever it is called now
        for other in others:
            wording = "biểu không có trang tên này; đưa nội dung về trang “{name}”, rồi xóa trang này"
            self.wrong(CellError(wording, name=name), other.name)
        if sheet is None:
            return
        line, places = workbook.headed(sheet, headings, 4)
        lost = [columns[key][0] for key in columns if key not in places]
        if not line:
            self.wrong(CellError("không tìm thấy hàng tiêu đề; dùng lại biểu mẫu đã gửi"), sheet.name)
        elif lost:
            lacking = CellError("mất cột “{column}”; dùng lại biểu mẫu đã gửi", column=lost[0])
            self.wrong(lacking, sheet.name, f"A{line}")
        else:
            for values, cells in workbook.rows_below(sheet, line, places, asked):
                yield FormRow(self.file.name, sheet.name, values, cells, self.faults)

    # ------------------------------------------------------------ figures

    def figures(self, owed: Owed) -> list[ReturnedFigure]:
        found: list[ReturnedFigure] = []
        places = {fold(name): place for place in owed.territories for name in (place.name, place.id)}
        names = ", ".join(f"“{item.name}”" for item in owed.territories)
        for row in self._rows(FIGURES, forms.FIGURE_COLUMNS):
            before = len(self.faults)
            code = row.read("indicator", text_of, "")
            place = places.get(fold(str(row.values["territory"] or "")))
            owing = owed.figure_by_code.get(code)
            if owing is None:
                wording = "mã chỉ tiêu “{code}” không có trong biểu; giữ nguyên cột Mã"
                row.fault("indicator", wording, code=code)
            elif place is None:
                row.fault("territory", "địa giới không rõ; ghi một trong {names}", names=names)
            else:
                figure = self._figure(owing, place.id, row, owed.year)
                found += [figure] if figure and len(self.faults) == before else []
        self._compare_territories(owed, found)
        return found

    def _figure(self, owing: FigureOwed, place: str, row: FormRow, year: int) -> ReturnedFigure | None:
        before = len(self.faults)
        top, bottom, value = (row.read(key, number_of) for key in ("numerator", "denominator", "value"))
        when = row.read("reference_date", date_of)
        if len(self.faults) > before:
            return None  # what can't be read is said once
        level = row.read("level", text_of, "").lower()
        words = {key: row.read(key, text_of, "") for key in ("method", "absent", "note")}
        if level and level not in LEVELS:
            known = ", ".join(LEVELS)
            row.fault("level", "“{found}” không có trong danh sách; chọn {known}", found=level, known=known)
        if owing.share:
            value = self._share(top, bottom, value, row)
            self._remark(owing, value, row.cells["value"])
        else:
            value = self._amount(owing, top, bottom, value, row)
        if value is None and top is None and bottom is None and not words["absent"]:
            row.fault("value", "không có giá trị; ghi giá trị, hoặc tử số và mẫu số, hoặc lý do không có")
        if value is not None and words["absent"]:
            row.fault("absent", "vừa có giá trị vừa có lý do không có số liệu; xóa một trong hai")
        self._check_day(row, when, year, value)
        return ReturnedFigure(
            **{name: getattr(owing, name) for name in ("indicator", "name", "unit")},
            territory=place,
            numerator=top,
            denominator=bottom,
            value=value,
            reference_date=when,
            level=level or "không rõ",
            cell=f"{row.sheet}!{row.cells['value']}",
            **words,
            **self.of,
        )

    def _check_day(self, row: FormRow, when: str | None, year: int, value: float | None) -> None:
        if when is None and value is not None:
            wording = "thiếu ngày số liệu; ghi ngày/tháng/năm, ví dụ 31/12/{year}"
            row.fault("reference_date", wording, year=year)
        elif when and when[:4] != str(year):
            wording = "số liệu của {when}, không phải năm {year}; ghi số của năm {year}"
            row.fault("reference_date", wording, when=Day(when), year=year)
        elif when:
            self._check_order(row, "reference_date", when)

    def _check_order(self, row: FormRow, key: str, when: str) -> None:
        if self.of["reported_on"] and when > self.of["reported_on"]:
            days = {"when": Day(when), "reported": Day(self.of["reported_on"])}
            row.fault(key, "ngày {when} sau ngày báo cáo {reported}; kiểm tra lại hai ngày", **days)

    def _share(
        self, top: float | None, bottom: float | None, value: float | None, row: FormRow
    ) -> float | None:
        """Return a share from its parts, checked against them and its bounds."""
        if top is None or bottom is None:
            if top is not bottom:
                lacking = "numerator" if top is None else "denominator"
                row.fault(lacking, "chỉ có một trong tử số và mẫu số; ghi cả hai")
            if value is not None and not 0 <= value <= 100:
                wording = "{value} nằm ngoài 0 đến 100%; ghi tỷ lệ phần trăm, ví dụ 45,2"
                row.fault("value", wording, value=Num(value))
            return value
        if top < 0 or bottom <= 0 or top > bottom:
            positive = "tử số {top}, mẫu số {bottom}; ghi số dương"
            smaller = "tử số {top} lớn hơn mẫu số {bottom}; kiểm tra lại tử số, mẫu số"
            parts = {"top": Num(top), "bottom": Num(bottom)}
            row.fault("numerator", positive if top < 0 or bottom <= 0 else smaller, **parts)
            return value
        share = 100 * top / bottom
        rounding = 0.5 if value is not None and value % 1 == 0 else 0.1
        if value is not None and abs(value - share) > rounding:
            differs = "giá trị {value} khác tử số / mẫu số ({share}); sửa giá trị, hoặc để trống để tự tính"
            row.fault("value", differs, value=Num(value, unit="%"), share=Num(share, 2, "%"))
        return share

    def _amount(
        self, owing: FigureOwed, top: float | None, bottom: float | None, value: float | None, row: FormRow
    ) -> float | None:
        """Return a figure that is no share; of a count, whose numerator is itself, it may stand there."""
        if owing.denominator or "%" in owing.unit:
            if value is None and (top is not None or bottom is not None):
                wording = "để trống mà có tử số hoặc mẫu số; ghi giá trị theo đơn vị {unit}"
                row.fault("value", wording, unit=owing.unit)
            return value
        if bottom is not None:
            row.fault("denominator", "chỉ tiêu này không có mẫu số; xóa ô này, ghi số vào cột Giá trị")
        elif top is not None and value not in (None, top):
            wording = "tử số {top} khác giá trị {value} mà chỉ tiêu này không có mẫu số; giữ một số"
            row.fault("numerator", wording, top=Num(top), value=Num(value))
        return top if value is None else value

    def _remark(self, owing: FigureOwed, value: float | None, cell: str) -> None:
        if value is None:
            return
        known = {"file": self.file.name, "cell": cell, "name": owing.name, "value": Num(value, 2, "%")}
        if owing.value_before is not None and abs(value - owing.value_before) > FAR:
            jump = "{file}, ô {cell}: {name} {value}, số đã biết {before}; đề nghị xác nhận"
            self.remarks.append(Said(jump, before=owing.before, **known))
        elif 0 < value < 1:
            tiny = "{file}, ô {cell}: {name} {value}, chưa đến 1%; đề nghị xác nhận"
            self.remarks.append(Said(tiny, **known))

    def _compare_territories(self, owed: Owed, found: Sequence[ReturnedFigure]) -> None:
        """The old province lies in the new one: no count of it can be larger."""
        rows = {(row.indicator, row.territory): row for row in found}
        for part in found:
            whole = rows.get((part.indicator, owed.territories[-1].id))
            for words, key in ((Said("tử số"), "numerator"), (Said("mẫu số"), "denominator")):
                less, more = getattr(part, key), getattr(whole, key, None)
                if less is not None and more is not None and less > more:
                    counts = {"words": words, "less": Num(less), "more": Num(more)}
                    larger = CellError(
                        "{words} của tỉnh trước sáp nhập ({less}) lớn hơn của tỉnh sau sáp nhập ({more}); kiểm tra lại hai dòng",
                        **counts,
                    )
                    self.wrong(larger, *part.cell.rsplit("!", 1))

    # ------------------------------------------------------------ tasks

    def tasks(self, owed: Owed, body: Body) -> list[ReturnedTask]:
        found: dict[str, ReturnedTask] = {}
        for row in self._rows(TASKS, forms.TASK_COLUMNS):
            before = len(self.faults)
            task, status = self._task_of(owed, row), row.read("status", _status_of, "")
            done = row.read("completed_on", date_of)
            words = {key: row.read(key, text_of, "") for key in ("result", "difficulty")}
            if task is None or len(self.faults) > before:
                continue
            if body.name not in task.bodies:
                named = {"body": body.name, "task": task.id}
                row.fault("task_id", "{body} không chủ trì nhiệm vụ {task}; xóa dòng này", **named)
            elif task.id in found:
                row.fault("task_id", "nhiệm vụ {task} đứng hai lần; giữ một dòng", task=task.id)
            if not status:
                row.fault("status", "chưa chọn tình hình; chọn {known}", known=", ".join(REPORTED))
            elif status == DONE and done is None:
                row.fault("completed_on", "hoàn thành mà thiếu ngày; ghi ngày/tháng/năm, ví dụ 30/6/2025")
            elif status != DONE and done is not None:
                wording = "có ngày hoàn thành mà tình hình là “{status}”; chọn “{done}” hoặc xóa ngày"
                row.fault("completed_on", wording, status=status, done=DONE)
            elif done:
                self._check_order(row, "completed_on", done)
                if done < task.issued:
                    early = "{file}, ô {cell}: nhiệm vụ {task} hoàn thành ngày {done}, trước ngày ban hành kế hoạch {issued}; đề nghị xác nhận"
                    days = {"done": Day(done), "issued": Day(task.issued)}
                    cell = row.cells["completed_on"]
                    self.remarks.append(Said(early, file=self.file.name, cell=cell, task=task.id, **days))
            if len(self.faults) == before:
                cell = f"{row.sheet}!{row.cells['status']}"
                told = {"status": status, "completed_on": done, **words}
                found[task.id] = ReturnedTask(task_id=task.id, cell=cell, **told, **self.of)
        return list(found.values())

    def _task_of(self, owed: Owed, row: FormRow) -> TaskOwed | None:
        """Return the task a row speaks of: its id, or the wording where the plan is read differently since."""
        code, words = row.read("task_id", text_of, ""), " ".join(str(row.values["text"] or "").split())
        task = owed.task_by_id.get(code)
        if task is not None and words in ("", _words(task)):
            return task
        same = [item for item in owed.tasks if _words(item) == words]
        if len(same) == 1:
            return same[0]
        unknown = "mã nhiệm vụ “{code}” không có trong biểu; giữ nguyên cột Mã"
        changed = "nội dung nhiệm vụ {code} đã bị sửa; chép lại nội dung từ biểu mẫu đã gửi"
        row.fault("text" if task else "task_id", changed if task else unknown, code=code)
        return None


def _words(task: TaskOwed) -> str:
    return printable(" ".join(task.text.split()))


def _status_of(value: Any) -> str:
    words = text_of(value)
    status = workbook.meant("status", words)
    if words and not status:
        known = ", ".join(REPORTED)
        raise CellError("“{found}” không có trong danh sách; chọn {known}", found=words, known=known)
    return status
