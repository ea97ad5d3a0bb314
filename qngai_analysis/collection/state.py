"""Where the tasks of a plan stand, from what its lead bodies returned: what reports print."""

from __future__ import annotations

from datetime import date

from qngai_analysis.collection.owed import leads_of
from qngai_analysis.evidence.returned import settled
from qngai_analysis.kept import once
from qngai_analysis.plan import read_plan
from qngai_analysis.progress.tasks import TaskState, task_reports, task_states


@once
def states_of(plan: str, year: int, on: date) -> tuple[TaskState, ...]:
    """
    Return where the duties of a plan stand in a reporting year.

    Parameters
    ----------
    plan : name of the plan, as :func:`qngai_analysis.plan.read_plan` takes it
    year : the reporting year; its bodies are those of its last day
    on : reports made later are left out, and what was due before is overdue
    """
    duties, asked = read_plan(plan).duties, leads_of(plan, date(year, 12, 31))
    return tuple(task_states(duties, task_reports(year), on=on, asked=asked, decided=settled(year)))
