"""Who reports to whom, and who owes the yearly survey, as ``project.toml`` says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import successor
from qngai_analysis.project import read_project
from qngai_analysis.values import jsonable


def office(on: date) -> Mapping[str, Any]:
    """Return who sends the report to whom on a day."""
    entry: dict[str, Any] = jsonable(read_project().office(on))
    return entry


def survey_owners(on: date) -> tuple[str, list[str]]:
    """Return the plan that orders the yearly survey, and the bodies it names, as they are called on a day."""
    order = read_project().survey_order
    if order is None:
        return "", []
    place = [order.part, order.section, order.number]
    tasks = read_plan(order.plan).task_list
    named = [
        name for task in tasks if [task.part, task.section, task.number] == place for name in task.agencies
    ]
    return order.plan, list(dict.fromkeys(successor(name, on) for name in named))
