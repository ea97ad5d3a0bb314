"""Who owes the yearly survey: the task of a plan that orders it, as ``project.toml`` names it."""

from __future__ import annotations

from datetime import date

from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import leads_on
from qngai_analysis.plan.model import Task
from qngai_analysis.project import read_project


def survey_tasks() -> list[Task]:
    """Return the tasks of the plan that order the yearly survey; none where the project names none."""
    order = read_project().survey_order
    if order is None:
        return []
    place = (order.part, order.section, order.number)
    return [
        task for task in read_plan(order.plan).task_list if (task.part, task.section, task.number) == place
    ]


def survey_owners(on: date) -> tuple[str, list[str]]:
    """Return the plan that orders the yearly survey, and the bodies it names, as they are called on a day."""
    order = read_project().survey_order
    named = [name for task in survey_tasks() for name in leads_on(task.agencies, on, task.heading, task.text)]
    return order.plan if order else "", list(dict.fromkeys(named))
