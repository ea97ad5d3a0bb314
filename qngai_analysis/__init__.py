"""From the sentence of a provincial plan to a verdict that carries its error.

What a notebook needs is here by name: ``import qngai_analysis as qn``. Names are loaded when first
used, so that the import itself reads no file and costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qngai_analysis.evidence import read_published as read_published
    from qngai_analysis.plan import compare_plans as compare_plans
    from qngai_analysis.plan import read_plan as read_plan
    from qngai_analysis.progress import assess as assess
    from qngai_analysis.progress import assess_year as assess_year
    from qngai_analysis.progress import explain as explain
    from qngai_analysis.report.explore import explore as explore
    from qngai_analysis.survey import Design as Design
    from qngai_analysis.survey import Survey as Survey
    from qngai_analysis.survey import load_survey as load_survey

    __version__: str

_NAMES = {
    "evidence": ["read_published"],
    "plan": ["compare_plans", "read_plan"],
    "progress": ["assess", "assess_year", "explain"],
    "report.explore": ["explore"],
    "survey": ["Design", "Survey", "load_survey"],
}
__all__ = sorted(name for names in _NAMES.values() for name in names)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # takes longer than all the rest of this import

        return version("qngai-analysis")
    for home, names in _NAMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
