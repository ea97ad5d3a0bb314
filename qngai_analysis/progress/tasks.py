"""Where the plan's tasks stand: a small table the agencies fill, and what the plan's periods say.

Agencies report one of three facts: done, under way, not begun. Whether a task is late is not
reported but computed from the plan's period, so that no office grades itself. The four words of
the report are those of official practice; they are never used for indicators. See
``docs/methods/task-status.md`` and ``data/raw/tasks/README.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import last_day
from qngai_analysis.raw import read_table
from qngai_analysis.values import is_missing, records

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
    check_reports(reports, file.name)
    return reports


def check_reports(reports: pd.DataFrame, where: str) -> None:
    """Refuse reports in which a task stands twice, is done without a day, or has a day without being done."""
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
    reports = empty_reports() if reports is None else reports
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
    joined["current_agencies"] = [current_agencies(names, on) for names in tasks["agencies"]]
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


def empty_reports() -> pd.DataFrame:
    """Return a table of reports without a row."""
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
    return None if is_missing(task.last_year) else date(int(task.last_year), 12, 31)


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


def current_agencies(names: Iterable[str], on: date) -> list[str]:
    """Return agencies under the names their work carries on a day; one that ended without successor says so."""
    from qngai_analysis.plan.agencies import named_on

    return list(dict.fromkeys(named_on(name, on) for name in names))


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
