"""Where the tasks of a plan stand, from what its lead bodies returned: what reports print."""

from __future__ import annotations

from datetime import date

import pandas as pd

from qngai_analysis.collection.owed import leads_of
from qngai_analysis.evidence.returned import settled
from qngai_analysis.kept import once
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.model import Task, value_table
from qngai_analysis.progress.tasks import task_reports, task_status


def task_state(plan: str, year: int, *, on: date) -> pd.DataFrame:
    """
    Return the table of :func:`qngai_analysis.progress.task_status` for a plan in a reporting year.

    Parameters
    ----------
    plan : name of the plan, as :func:`qngai_analysis.plan.read_plan` takes it
    year : the reporting year; its bodies are those of its last day
    on : reports made later are left out, and what was due before is overdue
    """
    return _task_state(plan, year, on).copy()


@once
def _task_state(plan: str, year: int, on: date) -> pd.DataFrame:
    return task_status(
        value_table(read_plan(plan).duties, Task),
        task_reports(year),
        on=on,
        asked=leads_of(plan, date(year, 12, 31)),
        decided=settled(year),
    )
