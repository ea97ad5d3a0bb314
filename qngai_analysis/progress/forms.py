"""The Excel form in which agencies report on their tasks: written, read back, collected.

A form holds the plan's wording and asks for four cells a task; what comes back is checked cell
by cell before it becomes the year's table (``data/raw/tasks/README.md``).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.progress.tasks import (
    COLUMNS,
    DONE,
    REPORTED,
    check_reports,
    current_agencies,
    empty_reports,
)
from qngai_analysis.values import records

_SHEET = "Nhiệm vụ"
_GUIDE = "Hướng dẫn"
_GIVEN = {
    "task_id": "Mã nhiệm vụ",
    "number": "TT",
    "text": "Nhiệm vụ",
    "agencies": "Cơ quan chủ trì",
    "period": "Thời gian thực hiện",
}
_ASKED = ("status", "completed_on", "result", "difficulty")
_WIDTHS = {"task_id": 12, "number": 7, "text": 60, "agencies": 28, "period": 14, "status": 18}


def task_form(tasks: pd.DataFrame, file: Path, *, year: int, agency: str | None = None) -> int:
    """
    Write the Excel form an agency fills, and return how many tasks stand in it.

    Parameters
    ----------
    tasks : ``Plan.tasks``
    file : where to write (``.xlsx``); a file that is there already is never written over
    year : the reporting year; tasks whose period begins later are left out
    agency : only tasks this agency leads, under its printed or present name; None: all

    Raises
    ------
    EvidenceError
        The agency leads no task of the plan (the message names those that do), or the file
        exists already: it may be a form that somebody has filled.
    """
    from openpyxl import Workbook

    if file.exists():
        raise EvidenceError(
            f"{file}: exists already and may be filled in; name another file, or move it away"
        )

    mine = tasks[tasks["first_year"].isna() | (tasks["first_year"] <= year)]
    if agency is not None:
        mine = mine[[_leads(agency, names, year) for names in mine["agencies"]]]
        if not len(mine):
            leads = ", ".join(sorted({name for names in tasks["agencies"] for name in names}))
            raise EvidenceError(f"{agency!r} leads no task; agencies that do: {leads}")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = _SHEET
    _write_tasks(sheet, mine)
    _write_guide(book.create_sheet(_GUIDE), year, agency)
    book.save(file)
    return len(mine)


def _leads(agency: str, names: Iterable[str], year: int) -> bool:
    named = list(names)
    current = current_agencies(named, date(year, 12, 31))
    return agency.casefold() in {name.casefold() for name in [*named, *current]}


def _write_tasks(sheet: Any, tasks: pd.DataFrame) -> None:
    from openpyxl.styles import Alignment, Font, Protection
    from openpyxl.worksheet.datavalidation import DataValidation

    headings = [*_GIVEN.values(), *(COLUMNS[name] for name in _ASKED)]
    sheet.append(headings)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for task in records(tasks):
        agencies = "; ".join(task.agencies)
        period = task.period_printed if isinstance(task.period_printed, str) else "không ghi"
        number = task.number if isinstance(task.number, str) else ""
        sheet.append([task.id, number, task.text, agencies, period, None, None, None, None])
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.protection = Protection(locked=cell.column <= len(_GIVEN))
        row[len(_GIVEN) + 1].number_format = "DD/MM/YYYY"
    words = DataValidation(
        type="list", formula1=f'"{",".join(REPORTED)}"', allow_blank=True, showErrorMessage=True
    )
    words.error, words.errorTitle = "Chọn một trong: " + "; ".join(REPORTED), COLUMNS["status"]
    sheet.add_data_validation(words)
    words.add(f"F2:F{max(sheet.max_row, 2)}")
    for place, name in enumerate([*_GIVEN, *_ASKED], start=1):
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = _WIDTHS.get(name, 28)
    sheet.freeze_panes = "D2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _write_guide(sheet: Any, year: int, agency: str | None) -> None:
    from openpyxl.styles import Alignment, Font

    lines = [
        ("Biểu báo cáo tình hình thực hiện nhiệm vụ", None),
        ("Năm báo cáo", year),
        ("Cơ quan báo cáo", agency or ""),
        ("Ngày báo cáo", None),
        (COLUMNS["status"], f"Chọn một trong: {'; '.join(REPORTED)}. Để trống nếu chưa có thông tin."),
        (COLUMNS["completed_on"], "Bắt buộc khi chọn hoàn thành; dạng ngày/tháng/năm, ví dụ 30/06/2025."),
        ("Quá hạn", "Không cần ghi: hệ thống tính từ thời gian thực hiện ghi trong kế hoạch."),
        ("Lưu ý", "Không thêm, xóa dòng hay sửa các cột từ Mã nhiệm vụ đến Thời gian thực hiện."),
    ]
    for line in lines:
        sheet.append(list(line))
    sheet["B4"].number_format = "DD/MM/YYYY"
    for row in sheet.iter_rows():
        row[0].font = Font(bold=True)
        row[1].alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 90


def read_task_form(file: Path, tasks: pd.DataFrame) -> pd.DataFrame:
    """
    Read a filled form back, checked cell by cell.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`, one row per task with a status; tasks left blank have
        no row.

    Raises
    ------
    EvidenceError
        Not an Excel file, a sheet or column is missing, a task is unknown, stands twice or had
        its wording changed, a word is outside the list, a date is no date, is missing or is in
        the future of the report. The message names file, sheet, row and column.
    """
    book = _open(file)
    for name in (_SHEET, _GUIDE):
        if name not in book.sheetnames:
            raise EvidenceError(
                f"{file.name}: sheet {name!r} is missing; use the form made by qngai task-form"
            )
    agency, reported_on = _guide(book[_GUIDE], file)
    rows = []
    texts = tasks.set_index("id")["text"]
    for place, cells in _filled(book[_SHEET], file):
        where = f"{file.name}, sheet {_SHEET!r}, row {place}"
        rows.append(_form_row(where, cells, texts, agency, reported_on))
    reported = [row for row in rows if row["status"] is not None]
    reports = pd.DataFrame(reported, columns=list(COLUMNS)).astype("str").where(lambda f: f.notna(), None)
    check_reports(pd.DataFrame(rows, columns=list(COLUMNS)), file.name)
    return reports


def _open(file: Path) -> Any:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(file, data_only=True)
    except (InvalidFileException, BadZipFile, KeyError) as fault:
        raise EvidenceError(
            f"{file}: not an Excel workbook (.xlsx); fill the form of qngai task-form"
        ) from fault
    except FileNotFoundError as fault:
        raise EvidenceError(f"{file}: no such file") from fault


def _guide(sheet: Any, file: Path) -> tuple[str, str]:
    cells = {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2) if row[0].value}
    where = f"{file.name}, sheet {_GUIDE!r}"
    agency, day = cells.get(COLUMNS["reported_by"]), cells.get(COLUMNS["reported_on"])
    if not agency:
        raise EvidenceError(f"{where}: {COLUMNS['reported_by']!r} is empty; write the agency that reports")
    if day is None:
        raise EvidenceError(
            f"{where}: {COLUMNS['reported_on']!r} is empty; write the day, such as 15/12/2025"
        )
    return str(agency).strip(), _date(f"{where}, {COLUMNS['reported_on']!r}", day)


def _filled(sheet: Any, file: Path) -> list[tuple[int, dict[str, Any]]]:
    names = {heading: name for name, heading in {**_GIVEN, **COLUMNS}.items()}
    heads = [names.get(str(cell.value).strip()) if cell.value else None for cell in sheet[1]]
    absent = [name for name in ("task_id", "text", *_ASKED) if name not in heads]
    if absent:
        heading = {**_GIVEN, **COLUMNS}[absent[0]]
        raise EvidenceError(f"{file.name}, sheet {_SHEET!r}, row 1: column {heading!r} is missing")
    found = []
    for place, row in enumerate(sheet.iter_rows(min_row=2, values_only=True), start=2):
        cells = {name: value for name, value in zip(heads, row, strict=False) if name}
        if any(value not in (None, "") for value in cells.values()):
            found.append((place, cells))
    return found


def _form_row(
    where: str, cells: dict[str, Any], texts: pd.Series, agency: str, reported_on: str
) -> dict[str, str | None]:
    identifier = str(cells["task_id"] or "").strip()
    if identifier not in texts.index:
        raise EvidenceError(f"{where}, column {_GIVEN['task_id']!r}: no task {identifier!r} in the plan")
    if " ".join(str(cells["text"] or "").split()) != " ".join(str(texts[identifier]).split()):
        raise EvidenceError(f"{where}, column {_GIVEN['text']!r}: the wording of {identifier} was changed")
    status = str(cells["status"]).strip().lower() if cells["status"] else None
    if status is not None and status not in REPORTED:
        raise EvidenceError(
            f"{where}, column {COLUMNS['status']!r}: {cells['status']!r}; it is one of {', '.join(REPORTED)}"
        )
    completed = cells["completed_on"]
    day = (
        None if completed in (None, "") else _date(f"{where}, column {COLUMNS['completed_on']!r}", completed)
    )
    if day is not None and day > reported_on:
        raise EvidenceError(
            f"{where}, column {COLUMNS['completed_on']!r}: {day} is after the report of {reported_on}"
        )
    if status is None and day is not None:
        raise EvidenceError(
            f"{where}: a date of completion without a status; choose '{DONE}' or clear the date"
        )
    return {
        "task_id": identifier,
        "status": status,
        "completed_on": day,
        "result": _words(cells["result"]),
        "difficulty": _words(cells["difficulty"]),
        "reported_by": agency,
        "reported_on": reported_on,
    }


def _words(value: Any) -> str | None:
    text = " ".join(str(value).split()) if value is not None else ""
    return text or None


def _date(where: str, value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(value).strip(), form).date().isoformat()
        except ValueError:
            continue
    raise EvidenceError(f"{where}: {value!r} is not a date such as 30/06/2025")


# ------------------------------------------------------------------ the year's table

_SIDECAR = """\
title = "Tình hình thực hiện nhiệm vụ do các cơ quan báo cáo, năm {year}"
producer = "{producer}"
source = "forms of qngai task-form, read back and checked"
sha256 = "{sha256}"
status = "real"

[columns]
task_id = {{ meaning = "id of the task in the plan" }}
status = {{ meaning = "what the agency reports", type = "choice", choices = ["{choices}"] }}
completed_on = {{ meaning = "day the task was completed", type = "date", missing = "not completed" }}
result = {{ meaning = "result or product", missing = "nothing written" }}
difficulty = {{ meaning = "difficulty", missing = "nothing written" }}
reported_by = {{ meaning = "agency that reports" }}
reported_on = {{ meaning = "day of the report", type = "date" }}
"""


def collect_task_forms(forms: Sequence[Path], tasks: pd.DataFrame, file: Path) -> int:
    """
    Check filled forms, write them as the year's table with its sidecar, and return how many tasks.

    Parameters
    ----------
    forms : the Excel files that agencies sent back
    tasks : ``Plan.tasks``, what they report on
    file : where to write, such as ``data/raw/tasks/2025.csv``; a new delivery, never an edit

    Raises
    ------
    EvidenceError
        A form has a fault (see :func:`read_task_form`), two agencies report one task with
        different words, or the file exists already. Nothing is written then.
    """
    if file.exists():
        raise EvidenceError(
            f"{file}: exists already and raw files are not overwritten; to add a late form move the old table "
            "and its sidecar away and name all forms together, the earlier ones and the late one"
        )
    merged = _one_row_a_task([read_task_form(form, tasks) for form in forms])
    file.parent.mkdir(parents=True, exist_ok=True)
    merged.to_csv(file, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    producers = "; ".join(dict.fromkeys(merged["reported_by"])) or "no agency"
    sidecar = _SIDECAR.format(
        year=file.stem,
        producer=producers.replace('"', "'"),
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        choices='", "'.join(REPORTED),
    )
    file.with_suffix(".toml").write_text(sidecar, encoding="utf-8")
    return len(merged)


def _one_row_a_task(reports: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Keep the newest report of each task; two agencies that say different things are an error."""
    rows = pd.concat(reports, ignore_index=True) if reports else empty_reports()
    for identifier, group in rows.groupby("task_id"):
        newest = group.sort_values("reported_on", kind="stable").drop_duplicates("reported_by", keep="last")
        if newest["status"].nunique() > 1:
            says = "; ".join(f"{row.reported_by}: {row.status}" for row in records(newest))
            raise EvidenceError(
                f"task {identifier}: agencies disagree ({says}); ask them before it is counted"
            )
    newest = rows.sort_values("reported_on", kind="stable").drop_duplicates("task_id", keep="last")
    return newest.sort_values("task_id", kind="stable")
