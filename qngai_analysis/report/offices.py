"""Who reports to whom, and who owes the yearly survey: the facts stand in ``office.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import successor


@cache
def _facts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "office.toml").read_text(encoding="utf-8"))


def office(on: date) -> Mapping[str, Any]:
    """Return who sends the report to whom on a day."""
    entries: list[dict[str, Any]] = _facts()["office"]
    valid = [entry for entry in entries if entry["valid_from"] <= on]
    return max(valid or entries[:1], key=lambda entry: entry["valid_from"])


def survey_owners(on: date) -> tuple[str, list[str]]:
    """Return the plan that orders the yearly survey, and the bodies it names, as they are called on a day."""
    order = _facts()["survey"]
    place = [order[key] for key in ("part", "section", "number")]
    tasks = read_plan(order["plan"]).task_list
    named = [
        name for task in tasks if [task.part, task.section, task.number] == place for name in task.agencies
    ]
    return order["plan"], list(dict.fromkeys(successor(name, on) for name in named))
