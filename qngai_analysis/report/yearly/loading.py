"""What the yearly report is made of, read once: plans in force, judged targets, tasks and their state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from qngai_analysis.collection.state import task_state
from qngai_analysis.plan import Plan, read_plan
from qngai_analysis.plan.model import Target, Task
from qngai_analysis.progress.cutoff import cutoff_day
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.tasks import current_agencies
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import YearResult, check_year, judge_year
from qngai_analysis.project import Office, read_project
from qngai_analysis.report.base import Report
from qngai_analysis.report.reasons import english_name
from qngai_analysis.words.language import language

PILLARS = {"economy": "Kinh tế số", "society": "Xã hội số"}
OPEN = (Verdict.NO_DATA, Verdict.UNDECIDED)


@dataclass(frozen=True)
class LaterTargets:
    """A later plan's targets beside the main plan's: those it repeats, revises and adds."""

    repeated: list[Outcome]
    revised: list[Outcome]
    added: list[Outcome]


@dataclass(frozen=True)
class YearReport(Report):
    """Everything one edition is made of, loaded once."""

    cutoff: date
    main: str  # the name of the main plan
    plan: Plan
    later: Mapping[str, Plan]  # plans in force beside the main one
    result: YearResult
    real: YearResult  # the same year judged without simulated data: what the province knows
    office: Office

    @cached_property
    def lines(self) -> list[Outcome]:
        """The main plan's targets with their outcome."""
        return targets_of_plan(self.result, self.main)

    @cached_property
    def real_lines(self) -> list[Outcome]:
        """The main plan's targets with the outcome that real data alone give: every count is of these."""
        return targets_of_plan(self.real, self.main)

    @cached_property
    def open_lines(self) -> list[Outcome]:
        """The targets that real data do not decide: the main plan's, and what later plans add to them."""
        added = [outcome for name in self.later for outcome in split_later(self, name).added]
        return [outcome for outcome in (*self.real_lines, *added) if outcome.verdict in OPEN]

    @cached_property
    def simulated(self) -> bool:
        """Whether any verdict rests on simulated data."""
        return any(outcome.simulated for outcome in self.result.outcomes)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The main plan's tasks."""
        return self.plan.task_list

    def lead_agencies(self, task: Task) -> list[str]:
        """Return who leads a task, under the names of the end of the year."""
        return current_agencies(task.agencies, self.on)

    @cached_property
    def task_state(self) -> pd.DataFrame:
        """Where each task of the main plan stands on the cut-off day, as far as agencies reported."""
        return task_state(read_project().main_plan().name, self.year, on=self.cutoff)

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
    project = read_project()
    main, *later = plans = project.judged(year)
    result = judge_year(year, plans=plans, cutoff=day_of, real_only=real_only)
    made_up = result.observations["evidence"].eq("simulated").any()
    return YearReport(
        year=year,
        lang=language(lang),
        real_only=real_only,
        cutoff=day_of,
        main=main,
        plan=read_plan(main),
        later={name: read_plan(name) for name in later},
        result=result,
        real=judge_year(year, plans=plans, cutoff=day_of, real_only=True) if made_up else result,
        office=project.office(day_of),
    )


def targets_of_plan(result: YearResult, plan: str) -> list[Outcome]:
    """Return a plan's targets with their outcome."""
    return [outcome for outcome in result.outcomes if outcome.plan.name == plan]


def numbered(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return the number of each target in a table, by its id."""
    return {outcome.target.id: place for place, outcome in enumerate(outcomes, start=1)}


def split_later(report: YearReport, name: str) -> LaterTargets:
    """Return a later plan's targets by what they do to the main plan's of the same indicator, year and place."""
    asked = {_subject(outcome): _asked(outcome) for outcome in report.real_lines if outcome.target.indicator}
    split = LaterTargets([], [], [])
    for outcome in targets_of_plan(report.real, name):
        if _subject(outcome) not in asked:
            split.added.append(outcome)
        elif asked[_subject(outcome)] == _asked(outcome):
            split.repeated.append(outcome)
        else:
            split.revised.append(outcome)
    return split


def _subject(outcome: Outcome) -> tuple[object, ...]:
    return outcome.target.indicator, outcome.deadline, outcome.target.geography


def _asked(outcome: Outcome) -> tuple[object, ...]:
    return outcome.target.comparator, outcome.goal.value


# ---------------------------------------------------------------- words of plans, targets and figures


def short_title(plan: Plan) -> str:
    """Return a plan's type and number."""
    document = plan.document
    return f"{document.type} số {document.number}" if document.number else str(document.type)


#: What a target that names its measure begins with.
_MEASURED = ("Tỷ ", "Năng suất ", "Tốc độ ", "Mức ", "Số ")


def target_subject(report: Report, target: Target) -> str:
    """Return a target's subject: in Vietnamese the plan's words before the threshold, in English the indicator's name.

    A target that does not begin with what is measured ("100% cơ sở …", "Triển khai …") is named by all its words.
    """
    if report.lang != "vi" and (name := english_name(target.indicator)):
        return name
    text = target.text.lstrip("- ").rstrip(" .;")
    for mark in (" đạt ", " chiếm ", " trên ", " tăng "):
        head, found, _ = text.partition(mark)
        if found and head.startswith(_MEASURED):
            return head
    return text


BOUNDS = {"lower_bound": "hơn {value}", "upper_bound": "gần {value}"}


def figure_words(report: Report, figure: Any) -> str:
    """Return an observation's value as the report says it, a bound as such; empty where there is none."""
    if figure is None:
        return ""
    text = report.figure(figure.value, figure.unit)
    return report.say(BOUNDS[figure.value_type], value=text) if figure.value_type in BOUNDS else text


def figure_cell(report: Report, figure: Any) -> str:
    """Return an observation's value as a cell shows it: a simulated one says so."""
    simulated = figure is not None and figure.evidence == "simulated"
    return (
        f"{figure_words(report, figure)}\n({report.say('mô phỏng')})"
        if simulated
        else figure_words(report, figure)
    )


def date_of(report: Report, figure: Any) -> str:
    """Return the date of an observation as a table prints it; empty where there is none."""
    return "" if figure is None else report.day(figure.reference_date)
