"""From the sentence of a provincial plan to a verdict that carries its error.

What a notebook needs is here by name: ``import qngai_analysis as qn``. Names are loaded when first
used, so that the import itself reads no file and costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qngai_analysis.evidence import read_published
    from qngai_analysis.plan import compare_plans, read_plan
    from qngai_analysis.progress import assess, assess_year, explain
    from qngai_analysis.report.explore import explore
    from qngai_analysis.survey import Design, Survey, load_survey

__version__ = "0.1.0"

_HOMES = {
    "read_plan": "plan",
    "compare_plans": "plan",
    "read_published": "evidence",
    "assess": "progress",
    "assess_year": "progress",
    "explain": "progress",
    "explore": "report.explore",
    "Design": "survey",
    "Survey": "survey",
    "load_survey": "survey",
}

__all__ = [
    "Design",
    "Survey",
    "assess",
    "assess_year",
    "compare_plans",
    "explain",
    "explore",
    "load_survey",
    "read_plan",
    "read_published",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
