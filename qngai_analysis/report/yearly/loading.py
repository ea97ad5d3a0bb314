"""What the yearly report is made of, read once: plans in force, judged targets, tasks and their state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.edition.parameters import cutoff_day
from qngai_analysis.plan import Plan, read_plan
from qngai_analysis.progress.tasks import current_agencies, read_task_reports, task_status
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import PLANS, YearResult, check_year, judge_year
from qngai_analysis.report.base import Report
from qngai_analysis.report.offices import office
from qngai_analysis.report.reasons import english_name
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.language import language

MAIN_PLAN = "906"
PILLARS = {"economy": "Kinh tế số", "society": "Xã hội số"}
OPEN = (Verdict.NO_DATA.code, Verdict.UNDECIDED.code)


@dataclass(frozen=True)
class LaterTargets:
    """A later plan's targets beside the main plan's: those it repeats, revises and adds."""

    repeated: list[Any]
    revised: list[Any]
    added: list[Any]


@dataclass(frozen=True)
class YearReport(Report):
    """Everything one edition is made of, loaded once."""

    cutoff: date
    plan: Plan
    later: Mapping[str, Plan]  # plans in force beside the main one
    result: YearResult
    real: YearResult  # the same year judged without simulated data: what the province knows
    office: Mapping[str, Any]

    @cached_property
    def lines(self) -> list[Any]:
        """The main plan's targets with their outcome."""
        return targets_of_plan(self.result, MAIN_PLAN)

    @cached_property
    def real_lines(self) -> list[Any]:
        """The main plan's targets with the outcome that real data alone give: every count is of these."""
        return targets_of_plan(self.real, MAIN_PLAN)

    @cached_property
    def open_lines(self) -> list[Any]:
        """The targets that real data do not decide: the main plan's, and what later plans add to them."""
        added = [row for name in self.later for row in split_later(self, name).added]
        return [row for row in (*self.real_lines, *added) if row.verdict_code in OPEN]

    @cached_property
    def simulated(self) -> bool:
        """Whether any verdict rests on simulated data."""
        return bool(self.result.table["evidence"].eq("simulated").any())

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """The main plan's tasks, with the successors of their lead agencies at the end of the year."""
        tasks = self.plan.tasks
        now = [current_agencies(agencies, self.on) for agencies in tasks["agencies"]]
        return tasks.assign(now=pd.Series(now, index=tasks.index, dtype="object"))

    @cached_property
    def task_state(self) -> pd.DataFrame:
        """Where each task of the main plan stands on the cut-off day, as far as agencies reported."""
        file = paths.raw("tasks", f"{self.year}.csv")
        reports = read_task_reports(file) if file.is_file() else None
        return task_status(self.plan.tasks, reports, on=self.cutoff)

    @property
    def on(self) -> date:
        """The day whose agency names the report uses."""
        return date(self.year, 12, 31)


def load(*, year: int, cutoff: str = "", lang: str = "vi", real_only: bool = False) -> YearReport:
    """Read what the report of ``year`` is made of.

    Parameters
    ----------
    cutoff : str
        Day (``2026-03-31``) after which nothing published counts; empty: 31 March of the next year.

    Raises
    ------
    ParameterError
        The year is before the plan or so late that nothing is planned, the cut-off day is not a date or
        lies before the reporting year begins.
    """
    check_year(year)
    day_of = cutoff_day(cutoff, year)
    plans = _plans_in_force(year)
    result = judge_year(year, plans=plans, cutoff=day_of, real_only=real_only)
    made_up = result.observations["evidence"].eq("simulated").any()
    return YearReport(
        year=year,
        lang=language(lang),
        real_only=real_only,
        cutoff=day_of,
        plan=read_plan(MAIN_PLAN),
        later={name: read_plan(name) for name in plans if name != MAIN_PLAN},
        result=result,
        real=judge_year(year, plans=plans, cutoff=day_of, real_only=True) if made_up else result,
        office=office(day_of),
    )


def targets_of_plan(result: YearResult, plan: str) -> list[Any]:
    """Return a plan's targets with their outcome."""
    return [row for row in records(result.table) if row.plan == plan]


def _plans_in_force(year: int) -> tuple[str, ...]:
    """Return the plans whose targets are measured in ``year``, the main one first."""

    def in_force(plan: Plan) -> bool:
        issued = date.fromisoformat(plan.document.date) if plan.document.date else date.min
        return issued <= date(year, 12, 31) and int(plan.targets["period_end"].max()) >= year

    return tuple(name for name in PLANS if name == MAIN_PLAN or in_force(read_plan(name)))


def split_later(report: YearReport, name: str) -> LaterTargets:
    """Return a later plan's targets by what they do to the main plan's of the same indicator, year and place."""
    asked = {_subject(row): _asked(row) for row in report.real_lines if not is_missing(row.indicator)}
    split = LaterTargets([], [], [])
    for row in targets_of_plan(report.real, name):
        if _subject(row) not in asked:
            split.added.append(row)
        elif asked[_subject(row)] == _asked(row):
            split.repeated.append(row)
        else:
            split.revised.append(row)
    return split


def _subject(row: Any) -> tuple[object, ...]:
    return row.indicator, row.deadline, row.geography


def _asked(row: Any) -> tuple[object, ...]:
    return row.comparator, row.target


# ---------------------------------------------------------------- words of plans, targets and figures


def short_title(plan: Plan) -> str:
    """Return a plan's type and number."""
    document = plan.document
    return f"{document.type} số {document.number}" if document.number else str(document.type)


#: What a target that names its measure begins with.
_MEASURED = ("Tỷ ", "Năng suất ", "Tốc độ ", "Mức ", "Số ")


def target_subject(report: Report, target: Any) -> str:
    """Return a target's subject: in Vietnamese the plan's words before the threshold, in English the indicator's name.

    A target that does not begin with what is measured ("100% cơ sở …", "Triển khai …") is named by all its words.
    """
    if report.lang != "vi" and (name := english_name(target.indicator)):
        return name
    text = str(target.text).lstrip("- ").rstrip(" .;")
    for mark in (" đạt ", " chiếm ", " trên ", " tăng "):
        head, found, _ = text.partition(mark)
        if found and head.startswith(_MEASURED):
            return head
    return text


BOUNDS = {"lower_bound": "hơn {value}", "upper_bound": "gần {value}"}


def value_words(report: Report, value: Any, value_type: object, unit: object) -> str:
    """Return a figure as the report says it, a bound as such; empty where there is none."""
    if is_missing(value):
        return ""
    text = report.figure(value, unit)
    return report.say(BOUNDS[str(value_type)], value=text) if value_type in BOUNDS else text


def value_cell(report: Report, row: Any) -> str:
    """Return a figure as a cell shows it: a simulated one says so."""
    value = value_words(report, row.value, row.value_type, row.unit)
    return f"{value}\n({report.say('mô phỏng')})" if row.evidence == "simulated" else value
