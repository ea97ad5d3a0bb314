"""Where the plan's tasks stand: a small table the agencies fill, and what the plan's periods say.

Agencies report one of three facts: done, under way, not begun. Whether a task is late is not
reported but computed from the plan's period, so that no office grades itself. The four words of
the report are those of official practice; they are never used for indicators. See
``docs/methods/task-status.md`` and ``data/raw/tasks/README.md``.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import last_day, missing, records
from qngai_analysis.raw import read_table

DONE, UNDER_WAY, NOT_BEGUN = "hoàn thành", "đang thực hiện", "chưa thực hiện"
REPORTED = (DONE, UNDER_WAY, NOT_BEGUN)
UNREPORTED = "chưa có báo cáo"

#: Columns of a task report, with the heading of the Excel form.
COLUMNS = {
    "task_id": "Mã nhiệm vụ",
    "status": "Tình hình",
    "completed_on": "Ngày hoàn thành",
    "result": "Kết quả, sản phẩm",
    "difficulty": "Khó khăn, vướng mắc",
    "reported_by": "Cơ quan báo cáo",
    "reported_on": "Ngày báo cáo",
}


class Status(Enum):
    """Where a task stands; the value is the word the report prints."""

    DONE = "hoàn thành"
    ON_TIME = "đang thực hiện trong hạn"
    OVERDUE = "đang thực hiện quá hạn"
    NOT_BEGUN = "chưa thực hiện"


def read_task_reports(file: Path) -> pd.DataFrame:
    """
    Read what agencies reported: ``data/raw/tasks/<year>.csv``, checked against its sidecar.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`; dates as text, as precise as reported.

    Raises
    ------
    RawFileError
        The file is missing or edited, or a cell is not what the sidecar says.
    EvidenceError
        A task stands twice, or a task is done without a date, or dated without being done.
    """
    reports = read_table(file)
    _check_reports(reports, file.name)
    return reports


def _check_reports(reports: pd.DataFrame, where: str) -> None:
    twice = reports["task_id"].duplicated()
    if twice.any():
        raise EvidenceError(
            f"{where}: task {reports.loc[twice, 'task_id'].iloc[0]} stands twice; keep one row"
        )
    done = reports["status"].eq(DONE)
    undated = done & reports["completed_on"].isna()
    if undated.any():
        raise EvidenceError(
            f"{where}: task {reports.loc[undated, 'task_id'].iloc[0]} is '{DONE}' without a date; "
            f"fill {COLUMNS['completed_on']!r}"
        )
    early = ~done & reports["completed_on"].notna()
    if early.any():
        row = reports[early].iloc[0]
        raise EvidenceError(
            f"{where}: task {row['task_id']} has a date of completion but is {row['status']!r}; "
            f"set '{DONE}' or clear the date"
        )


def task_status(tasks: pd.DataFrame, reports: pd.DataFrame | None, *, on: date) -> pd.DataFrame:
    """
    Return where each task stands on a day.

    Parameters
    ----------
    tasks : ``Plan.tasks``
    reports : of :func:`read_task_reports` or :func:`read_task_form`; None: nothing was reported
    on : the day; reports made later are left out

    Returns
    -------
    DataFrame, one row per task
        The columns of ``tasks`` that a reader needs, and ``status`` (one of :class:`Status`,
        or ``chưa có báo cáo``), ``due`` (last day of the plan's period; missing where the plan
        prints no period), ``overdue`` (due and not done, whatever was reported), ``late`` (done
        after it was due), ``completed_on, result, difficulty, reported_by, reported_on``, ``place``
        (part and section, such as A.I), and ``current_agencies``: the lead agencies under their
        names on that day.

    Raises
    ------
    EvidenceError
        A report names a task the plan does not have.
    """
    reports = _empty_reports() if reports is None else reports
    unknown = sorted(set(reports["task_id"]) - set(tasks["id"]))
    if unknown:
        raise EvidenceError(
            f"task reports: no task {unknown[0]!r} in the plan; ids look like {tasks['id'].iloc[0]}"
        )
    in_time = reports.loc[[_reported_by(printed, on) for printed in reports["reported_on"]]]
    shown = [name for name in _SHOWN if name in tasks.columns]
    joined = tasks[shown].merge(in_time, how="left", left_on="id", right_on="task_id").drop(columns="task_id")
    joined["due"] = [_due(row) for row in records(tasks)]
    past = joined["due"].map(lambda due: due is not None and due < on)
    joined["overdue"] = past & joined["status"].ne(DONE)
    joined["late"] = [
        completed is not None and due is not None and completed > due
        for completed, due in zip(joined["completed_on"].map(_earliest), joined["due"], strict=True)
    ]
    joined["status"] = [
        _status(reported, overdue)
        for reported, overdue in zip(joined["status"], joined["overdue"], strict=True)
    ]
    joined["place"] = [_place(row) for row in records(joined)]
    joined["current_agencies"] = [_current(names, on) for names in tasks["agencies"]]
    return joined


_SHOWN = (
    "id",
    "document",
    "part",
    "section",
    "subsection",
    "number",
    "text",
    "agencies",
    "first_year",
    "last_year",
    "period_printed",
    "recurrence",
)


def _empty_reports() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})


def _place(task: Any) -> str:
    """Return part and section ("A.I"): a section's number alone stands in several parts."""
    named = (getattr(task, "part", ""), getattr(task, "section", ""))
    return ".".join(str(name) for name in named if isinstance(name, str) and name)


def _due(task: Any) -> date | None:
    # a plan that prints quarters or months has a nearer day than the end of the year
    deadline = getattr(task, "deadline", None)
    if isinstance(deadline, str) and deadline:
        return last_day(deadline)
    return None if missing(task.last_year) else date(int(task.last_year), 12, 31)


def _status(reported: Any, overdue: bool) -> str:
    if not isinstance(reported, str):
        return UNREPORTED
    if reported == UNDER_WAY:
        return str((Status.OVERDUE if overdue else Status.ON_TIME).value)
    return str(reported)


def _reported_by(printed: object, on: date) -> bool:
    return not isinstance(printed, str) or last_day(printed) <= on


def _earliest(printed: object) -> date | None:
    # "2025" or "2025-06" is late only if its first day is
    if not isinstance(printed, str):
        return None
    parts = [int(part) for part in printed.split("-")] + [1, 1]
    return date(parts[0], parts[1], parts[2])


def _current(names: Iterable[str], on: date) -> list[str]:
    from qngai_analysis.plan.agencies import successor

    return list(dict.fromkeys(successor(name, on) for name in names))


def task_counts(status: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """
    Count tasks by status.

    Parameters
    ----------
    status : of :func:`task_status`
    by : ``agencies`` (as the plan names them), ``current_agencies`` (successors), or any other
        column such as ``place``

    Returns
    -------
    DataFrame
        One row per value of ``by`` in order of first appearance, with ``total``, one column
        per word of :class:`Status`, ``chưa có báo cáo`` and ``overdue``. A task led by two
        agencies counts for both, so that the rows can add up to more than the tasks.
    """
    if by not in status.columns:
        raise EvidenceError(f"task_counts: no column {by!r}; there are {', '.join(status.columns)}")
    long = status.explode(by) if by.endswith("agencies") else status
    long = long.assign(**{by: long[by].fillna("không ghi")})
    words = [*(item.value for item in Status), UNREPORTED]
    groups = list(dict.fromkeys(long[by]))
    counts = pd.crosstab(long[by], long["status"]).reindex(index=groups, columns=words, fill_value=0)
    counts.insert(0, "total", counts.sum(axis=1))
    counts["overdue"] = long.groupby(by)["overdue"].sum().reindex(groups).astype(int)
    return counts.rename_axis(index=by, columns=None).reset_index()


# ------------------------------------------------------------------ the Excel form

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
    file : where to write (``.xlsx``)
    year : the reporting year; tasks whose period begins later are left out
    agency : only tasks this agency leads, under its printed or present name; None: all

    Raises
    ------
    EvidenceError
        The agency leads no task of the plan; the message names those that do.
    """
    from openpyxl import Workbook

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
    current = _current(named, date(year, 12, 31))
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
    _check_reports(pd.DataFrame(rows, columns=list(COLUMNS)), file.name)
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
            f"{file}: exists already; raw files are not overwritten, move the old delivery away"
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
    rows = pd.concat(reports, ignore_index=True) if reports else _empty_reports()
    for identifier, group in rows.groupby("task_id"):
        newest = group.sort_values("reported_on", kind="stable").drop_duplicates("reported_by", keep="last")
        if newest["status"].nunique() > 1:
            says = "; ".join(f"{row.reported_by}: {row.status}" for row in records(newest))
            raise EvidenceError(
                f"task {identifier}: agencies disagree ({says}); ask them before it is counted"
            )
    newest = rows.sort_values("reported_on", kind="stable").drop_duplicates("task_id", keep="last")
    return newest.sort_values("task_id", kind="stable")
