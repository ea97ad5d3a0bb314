"""Where the plan's tasks stand: what the lead agencies report, and what the plan's periods say.

Agencies report one of three facts: done, under way, not begun. Whether a task is late is not
reported but computed from the plan's period, so that no office grades itself. A task that several bodies
lead (two departments, 96 communes) keeps the state of each; :data:`RULE` says how they make one. The
four words of the report are those of official practice; they are never used for indicators. See
``docs/methods/task-status.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import last_day
from qngai_analysis.evidence.returned import Settled, returned_table, returned_years
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import leads_on, named_on
from qngai_analysis.plan.model import Task
from qngai_analysis.project import Role, read_project
from qngai_analysis.values import is_missing, records

DONE, UNDER_WAY, NOT_BEGUN = "hoàn thành", "đang thực hiện", "chưa thực hiện"
REPORTED = (DONE, UNDER_WAY, NOT_BEGUN)
UNREPORTED = "chưa có báo cáo"
OVERDUE_UNREPORTED = "hết thời hạn, chưa có báo cáo"

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


#: How the reports of several bodies make one state, as the report prints it.
RULE = (
    "Nhiệm vụ do nhiều đơn vị chủ trì được tính là hoàn thành khi tất cả các đơn vị được giao đã báo cáo hoàn thành, là "
    "chưa thực hiện khi mọi đơn vị đã báo cáo đều báo cáo chưa thực hiện, còn lại là đang thực hiện. "
    "“Xã” gồm xã, phường, đặc khu."
)


#: What is said of a task that several bodies lead, and of one that only communes lead.
COUNTED = "{reported}/{asked} đơn vị đã báo cáo, {done} hoàn thành"
COMMUNES_COUNTED = "{reported}/{asked} xã đã báo cáo, {done} hoàn thành"
_COMMUNE = ("UBND xã ", "UBND phường ", "UBND đặc khu ")


@dataclass(frozen=True, slots=True)
class Tally:
    """What the bodies that lead a task reported: how many were asked, reported, and said what."""

    asked: int
    reported: int
    done: int
    under_way: int
    not_begun: int
    settled: str = ""
    communes: bool = False

    @property
    def status(self) -> str | None:
        """The one word of :data:`REPORTED` for the task by :data:`RULE`; None where nobody reported."""
        if self.settled:
            return self.settled
        if not self.reported:
            return None
        if self.done >= max(self.asked, self.reported):
            return DONE
        return NOT_BEGUN if self.not_begun == self.reported else UNDER_WAY

    @property
    def wording(self) -> str:
        """What is said of the counts, with the places ``reported, asked, done``; empty where one body leads."""
        return "" if self.asked < 2 else COMMUNES_COUNTED if self.communes else COUNTED

    @property
    def words(self) -> str:
        """``58/96 xã đã báo cáo, 41 hoàn thành``; empty where one body leads."""
        return self.wording.format(reported=self.reported, asked=self.asked, done=self.done)


def followed_tasks(year: int, plan: str | None = None) -> dict[str, list[Task]]:
    """
    Return the tasks that are followed in a year, by plan: all of its base plan, of the others those that run in it.

    A goal without a number is followed like a task (see ``Plan.duties``).

    ``plan`` names the base (default: the project's of the year). Plans without such a task are left out, the base not.
    """
    project = read_project()
    base = project.base(year, plan)
    others = [
        entry
        for entry in project.plans(Role.MAIN, Role.LATER, Role.TASKS)
        if entry != base and entry.first_year <= year
    ]
    running = {
        entry.name: [task for task in read_plan(entry.name).duties if runs(task, year)] for entry in others
    }
    return {base.name: list(read_plan(base.name).duties)} | {
        n: tasks for n, tasks in running.items() if tasks
    }


def runs(task: Task, year: int) -> bool:
    """Return whether a task's period takes in a year; one without a last year runs on."""
    begun = task.first_year is None or task.first_year <= year
    return begun and (task.last_year is None or task.last_year >= year)


def task_reports(year: int) -> pd.DataFrame:
    """
    Return what bodies reported on tasks on the forms of a year and the years before.

    Returns
    -------
    DataFrame
        The columns of :data:`COLUMNS`, the newest report of each body on each task; without rows where
        nothing was returned.
    """
    frames = [returned_table(at, "tasks") for at in returned_years() if at <= year]
    filled = [frame[frame["stands"]] for frame in frames if len(frame)]
    if not filled:
        return empty_reports()
    table = pd.concat(filled, ignore_index=True).rename(columns={"body": "reported_by"})
    return table[list(COLUMNS)]


def task_status(
    tasks: pd.DataFrame,
    reports: pd.DataFrame | None,
    *,
    on: date,
    asked: Mapping[str, Sequence[str]] | None = None,
    decided: Sequence[Settled] = (),
) -> pd.DataFrame:
    """
    Return where each task stands on a day.

    Parameters
    ----------
    tasks : ``Plan.tasks``, or ``Plan.duties`` as a table
    reports : of :func:`task_reports`; None: nothing was reported
    on : the day; reports made later are left out
    asked : the bodies that lead each task, by its id (a group of communes is each of them); default the
        lead agencies that the plan prints, under their names on that day
    decided : what was settled where bodies differ

    Returns
    -------
    DataFrame, one row per task
        The columns of ``tasks`` that a reader needs, and ``status`` (one of :class:`Status`,
        or ``chưa có báo cáo``), ``due`` (last day of the plan's period; missing where the plan
        prints no period), ``overdue`` (due and not done, whatever was reported), ``late`` (done
        after it was due), ``completed_on, result, difficulty, reported_by, reported_on`` (of several
        bodies: the last day, and each one's words), ``asked, reported, done`` (numbers of bodies),
        ``counts`` (those in words), ``wording`` (the message of those words), ``said`` (the status, or that the period ended without a report), ``place``
        (part and section, such as A.I), and ``current_agencies``: the lead agencies under their
        names on that day.

    Raises
    ------
    EvidenceError
        A report names a task the plan does not have, or is done without a day.
    """
    reports = empty_reports() if reports is None else reports
    check_reports(reports, "task reports")
    _check_known(tasks, reports)
    in_time = reports.loc[[_reported_by(printed, on) for printed in reports["reported_on"]]]
    by_task: dict[str, dict[str, Any]] = {}
    for row in sorted(records(in_time), key=lambda row: str(row.reported_on)):
        by_task.setdefault(row.task_id, {})[named_on(row.reported_by, on)] = row
    joined = tasks[[name for name in _SHOWN if name in tasks.columns]].copy()
    joined["current_agencies"] = [
        leads_on(row.agencies, on, getattr(row, "heading", ""), row.text) for row in records(tasks)
    ]
    leads = asked or {}
    settled_tasks = {item.task: item for item in decided if item.task}
    cells = [
        _reported(by_task.get(row.id, {}), leads.get(row.id, row.current_agencies), settled_tasks.get(row.id))
        for row in records(joined)
    ]
    for name in ("completed_on", "result", "difficulty", "reported_by", "reported_on"):
        joined[name] = pd.Series([cell[name] for cell in cells], index=joined.index, dtype="object")
    tallies = [cell["tally"] for cell in cells]
    for name in ("asked", "reported", "done"):
        joined[name] = [getattr(tally, name) for tally in tallies]
    joined["counts"] = [tally.words for tally in tallies]
    joined["wording"] = [tally.wording for tally in tallies]
    joined["due"] = [_due(row) for row in records(tasks)]
    past = joined["due"].map(lambda due: due is not None and due < on)
    said = [tally.status for tally in tallies]
    overdue = [late and word != DONE for late, word in zip(past, said, strict=True)]
    joined["overdue"] = pd.Series(overdue, index=joined.index, dtype="bool")  # of no task, too
    joined["late"] = [
        completed is not None and due is not None and completed > due
        for completed, due in zip(joined["completed_on"].map(_earliest), joined["due"], strict=True)
    ]
    joined["status"] = [status_word(word, late) for word, late in zip(said, joined["overdue"], strict=True)]
    silent = joined["overdue"] & joined["status"].eq(UNREPORTED)
    joined["said"] = joined["status"].mask(silent, OVERDUE_UNREPORTED)
    joined["place"] = [_place(row) for row in records(joined)]
    return joined


def check_reports(reports: pd.DataFrame, where: str) -> None:
    """Refuse reports in which a task is done without a day, or has a day without being done."""
    done = reports["status"].eq(DONE)
    undated = done & reports["completed_on"].isna()
    if undated.any():
        raise EvidenceError(
            "{where}: nhiệm vụ {iloc} ghi '{DONE}' mà không có ngày; điền {completed_on!r}",
            where=where,
            iloc=reports.loc[undated, "task_id"].iloc[0],
            DONE=DONE,
            completed_on=COLUMNS["completed_on"],
        )
    early = ~done & reports["completed_on"].notna()
    if early.any():
        row = reports[early].iloc[0]
        raise EvidenceError(
            "{where}: nhiệm vụ {row[task_id]} có ngày hoàn thành nhưng ghi {row[status]!r}; chọn '{DONE}' hoặc xóa ngày",
            where=where,
            row=row,
            DONE=DONE,
        )


def _check_known(tasks: pd.DataFrame, reports: pd.DataFrame) -> None:
    # forms hold the tasks of several plans: those of another one are not this plan's matter
    mine = {str(name) for name in tasks["document"]} if "document" in tasks.columns else set()
    known = set(tasks["id"])
    unknown = sorted(
        name for name in set(reports["task_id"]) - known if not mine or name.rsplit(".", 1)[0] in mine
    )
    if unknown:
        raise EvidenceError(
            "báo cáo nhiệm vụ: kế hoạch không có nhiệm vụ {unknown!r}; mã có dạng {iloc}",
            unknown=unknown[0],
            iloc=tasks["id"].iloc[0],
        )


def _reported(rows: Mapping[str, Any], bodies: Sequence[str], decided: Settled | None) -> dict[str, Any]:
    """Return the tally of a task and what is printed of its reports."""
    words = [row.status for row in rows.values()]
    everyone = {*bodies, *rows}
    tally = Tally(
        asked=len(everyone),
        reported=len(rows),
        done=words.count(DONE),
        under_way=words.count(UNDER_WAY),
        not_begun=words.count(NOT_BEGUN),
        settled=decided.status if decided else "",
        communes=all(body.startswith(_COMMUNE) for body in everyone),
    )
    days = [row.completed_on for row in rows.values() if isinstance(row.completed_on, str)]
    completed = decided.completed_on if decided and decided.completed_on else max(days, default=None)
    return {
        "tally": tally,
        "completed_on": completed if tally.status == DONE else None,
        "result": _each(rows, "result"),
        "difficulty": _each(rows, "difficulty"),
        "reported_by": "; ".join(rows) if 0 < len(rows) < 4 else f"{len(rows)} đơn vị" if rows else None,
        "reported_on": max((str(row.reported_on) for row in rows.values()), default=None),
    }


def _each(rows: Mapping[str, Any], name: str) -> str | None:
    """Return what the bodies wrote: one's words as they are, several with the name of each, three at most."""
    said = {body: getattr(row, name) for body, row in rows.items() if isinstance(getattr(row, name), str)}
    if len(rows) == 1:
        return next(iter(said.values()), None)
    shown = [f"{body}: {words}" for body, words in list(said.items())[:3]]
    more = [f"và {len(said) - 3} đơn vị khác"] if len(said) > 3 else []
    return "; ".join([*shown, *more]) or None


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


def status_word(reported: Any, overdue: bool) -> str:
    """Return the word of the report for what was reported (one of ``REPORTED``; anything else: nothing was)."""
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
        raise EvidenceError(
            "task_counts: không có cột {by!r}; các cột là {known}", by=by, known=", ".join(status.columns)
        )
    long = status.explode(by) if by.endswith("agencies") else status
    long = long.assign(**{by: long[by].fillna("không ghi")})
    words = [*(item.value for item in Status), UNREPORTED]
    groups = list(dict.fromkeys(long[by]))
    counts = pd.crosstab(long[by], long["status"]).reindex(index=groups, columns=words, fill_value=0)
    counts.insert(0, "total", counts.sum(axis=1))
    counts["overdue"] = long.groupby(by)["overdue"].sum().reindex(groups).astype(int)
    return counts.rename_axis(index=by, columns=None).reset_index()
