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

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import last_day
from qngai_analysis.evidence.returned import Settled, returned_table, returned_years
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import named_on
from qngai_analysis.plan.model import Task
from qngai_analysis.project import Role, read_project
from qngai_analysis.values import values_of
from qngai_analysis.words.said import Said

DONE, UNDER_WAY, NOT_BEGUN = "hoàn thành", "đang thực hiện", "chưa thực hiện"
REPORTED = (DONE, UNDER_WAY, NOT_BEGUN)


class TaskStatus(Enum):
    """Where a task stands; the value is the word the report prints."""

    DONE = DONE
    ON_TIME = "đang thực hiện trong hạn"
    OVERDUE = "đang thực hiện quá hạn"
    NOT_BEGUN = NOT_BEGUN
    UNREPORTED = "chưa có báo cáo"
    SILENT = "hết thời hạn, chưa có báo cáo"

    @property
    def reported(self) -> bool:
        """Whether anything was reported of the task."""
        return self not in (TaskStatus.UNREPORTED, TaskStatus.SILENT)


@dataclass(frozen=True, slots=True)
class TaskReport:
    """What one body reported of a task: one of ``REPORTED``, on which day, and in its own words how far it is."""

    task_id: str
    body: str
    status: str
    reported_on: str
    completed_on: str | None = None
    result: str | None = None
    difficulty: str | None = None


#: How the reports of several bodies make one state, as the report prints it.
RULE = "Nhiệm vụ do nhiều đơn vị chủ trì được tính là hoàn thành khi tất cả các đơn vị được giao đã báo cáo hoàn thành, là chưa thực hiện khi mọi đơn vị đã báo cáo đều báo cáo chưa thực hiện, còn lại là đang thực hiện. “Xã” gồm xã, phường, đặc khu."


_COMMUNE = ("UBND xã ", "UBND phường ", "UBND đặc khu ")


@dataclass(frozen=True, slots=True)
class Tally:
    """What the bodies that lead a task reported: how many were asked, reported, and said what."""

    asked: int
    reported: int
    done: int
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
    def said(self) -> Said | None:
        """``58/96 xã đã báo cáo, 41 hoàn thành``; None where one body leads."""
        if self.asked < 2:
            return None
        communes = "{reported}/{asked} xã đã báo cáo, {done} hoàn thành"
        bodies = "{reported}/{asked} đơn vị đã báo cáo, {done} hoàn thành"
        counts = {"reported": self.reported, "asked": self.asked, "done": self.done}
        return Said(communes if self.communes else bodies, **counts)


@dataclass(frozen=True, slots=True)
class TaskState:
    """
    Where a task stands on a day.

    ``due`` is the last day of the plan's period (missing where the plan prints none); ``overdue`` says that it is
    past and the task not done, whatever was reported; ``completed_on`` is the last day that the bodies report, or
    that a person settled, of a task that is done.
    """

    task: Task
    status: TaskStatus
    tally: Tally
    due: date | None
    overdue: bool
    completed_on: str | None


def followed_tasks(year: int, plan: str | None = None) -> dict[str, list[Task]]:
    """
    Return the tasks that are followed in a year, by plan: all of its base plan, of the others those that run in it.

    A goal without a number is followed like a task (see ``Plan.duties``).

    ``plan`` names the base (default: the project's of the year). Plans without such a task are left out, the base not.
    """
    project = read_project()
    base = project.base(year, plan)
    entries = (base, *(e for e in project.plans(Role.MAIN, Role.LATER, Role.TASKS) if e != base))
    found = {
        entry.name: [task for task in read_plan(entry.name).duties if entry == base or runs(task, year)]
        for entry in entries
        if entry == base or entry.first_year <= year
    }
    return {name: tasks for name, tasks in found.items() if tasks or name == base.name}


def runs(task: Task, year: int) -> bool:
    """Return whether a task's period takes in a year; one without a last year runs on."""
    begun = task.first_year is None or task.first_year <= year
    return begun and (task.last_year is None or task.last_year >= year)


def task_reports(year: int) -> list[TaskReport]:
    """Return the newest report of each body on each task, from the forms of a year and the years before."""
    tables = [returned_table(at, "tasks") for at in returned_years() if at <= year]
    return [report for table in tables for report in values_of(table[table["stands"]], TaskReport)]


def task_states(
    tasks: Sequence[Task],
    reports: Sequence[TaskReport],
    *,
    on: date,
    asked: Mapping[str, Sequence[str]],
    decided: Sequence[Settled] = (),
) -> list[TaskState]:
    """
    Return where each task stands on a day.

    Parameters
    ----------
    tasks : of a plan, as ``Plan.duties`` holds them
    reports : of :func:`task_reports`
    on : the day; reports made later are left out
    asked : the bodies that lead each task, by its id (a group of communes is each of them)
    decided : what was settled where bodies differ

    Raises
    ------
    EvidenceError
        A report names a task that its plan does not have.
    """
    # forms hold the tasks of several plans: those of another one are not this plan's matter
    mine, ids = {task.document for task in tasks}, {task.id for task in tasks}
    unknown = {report.task_id for report in reports} - ids
    if unknown := {name for name in unknown if name.rsplit(".", 1)[0] in mine}:
        wording = "báo cáo nhiệm vụ: kế hoạch không có nhiệm vụ {unknown!r}; mã có dạng {iloc}"
        raise EvidenceError(wording, unknown=min(unknown), iloc=tasks[0].id)
    by_task: dict[str, dict[str, TaskReport]] = {}
    for report in sorted(reports, key=lambda report: report.reported_on):
        if report.task_id in ids and last_day(report.reported_on) <= on:
            by_task.setdefault(report.task_id, {})[named_on(report.body, on)] = report
    settled = {item.task: item for item in decided if item.task}
    return [
        _state(each, by_task.get(each.id, {}), asked[each.id], settled.get(each.id), on) for each in tasks
    ]


def _state(
    task: Task, reports: Mapping[str, TaskReport], leads: Sequence[str], decided: Settled | None, on: date
) -> TaskState:
    words = [report.status for report in reports.values()]
    everyone = {*leads, *reports}
    tally = Tally(
        asked=len(everyone),
        reported=len(reports),
        done=words.count(DONE),
        not_begun=words.count(NOT_BEGUN),
        settled=decided.status if decided else "",
        communes=all(body.startswith(_COMMUNE) for body in everyone),
    )
    # a plan that prints quarters or months has a nearer day than the end of the year
    printed = task.deadline or (f"{task.last_year}" if task.last_year else "")
    due = last_day(printed) if printed else None
    past = due is not None and due < on
    days = [report.completed_on for report in reports.values() if report.completed_on]
    completed = decided.completed_on if decided and decided.completed_on else max(days, default=None)
    done = tally.status == DONE
    status = status_of(tally.status, past)
    return TaskState(task, status, tally, due, past and not done, completed if done else None)


def status_of(reported: str | None, past: bool) -> TaskStatus:
    """Return the status of what was reported (one of ``REPORTED``; None: nothing was); ``past``: the period has ended."""
    if reported is None:
        return TaskStatus.SILENT if past else TaskStatus.UNREPORTED
    if reported == UNDER_WAY:
        return TaskStatus.OVERDUE if past else TaskStatus.ON_TIME
    return TaskStatus(reported)
