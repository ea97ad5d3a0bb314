"""From the sentence of a provincial plan to a verdict that carries its error.

What a notebook needs is here by name: ``import qngai_analysis as qn``. Names are loaded when first
used, so that the import itself reads no file and costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qngai_analysis.edition.batch import render as render
    from qngai_analysis.evidence.published import read_published as read_published
    from qngai_analysis.notebook import plot as plot
    from qngai_analysis.notebook.explore import explore as explore
    from qngai_analysis.notebook.known import assess_year as assess_year
    from qngai_analysis.notebook.known import blanks as blanks
    from qngai_analysis.notebook.known import explain as explain
    from qngai_analysis.notebook.known import per as per
    from qngai_analysis.notebook.known import published as published
    from qngai_analysis.notebook.known import reasons as reasons
    from qngai_analysis.notebook.known import sectors as sectors
    from qngai_analysis.notebook.known import series as series
    from qngai_analysis.notebook.known import standing as standing
    from qngai_analysis.notebook.known import target as target
    from qngai_analysis.notebook.known import targets as targets
    from qngai_analysis.notebook.known import tasks as tasks
    from qngai_analysis.notebook.known import verdicts as verdicts
    from qngai_analysis.notebook.session import begin as begin
    from qngai_analysis.notebook.session import district as district
    from qngai_analysis.notebook.show import figure as figure
    from qngai_analysis.notebook.show import finding as finding
    from qngai_analysis.notebook.show import first_and_last as first_and_last
    from qngai_analysis.notebook.show import highest as highest
    from qngai_analysis.notebook.show import lowest as lowest
    from qngai_analysis.notebook.show import stack as stack
    from qngai_analysis.notebook.show import table as table
    from qngai_analysis.notebook.show import to_xlsx as to_xlsx
    from qngai_analysis.notebook.surveyed import indicators as indicators
    from qngai_analysis.notebook.surveyed import load_survey as load_survey
    from qngai_analysis.notebook.surveyed import surveys as surveys
    from qngai_analysis.plan import read_plan as read_plan
    from qngai_analysis.plan.compare import compare_plans as compare_plans
    from qngai_analysis.progress.yearly import assess as assess
    from qngai_analysis.survey import Design as Design
    from qngai_analysis.survey import Survey as Survey
    from qngai_analysis.survey.estimate.streaming import Measure as Measure
    from qngai_analysis.survey.estimate.streaming import reduce_survey as reduce_survey

    __version__: str

_NAMES = {
    "edition.batch": "render",
    "evidence.published": "read_published",
    "notebook.explore": "explore",
    "notebook.known": "assess_year blanks explain per published reasons sectors series standing target targets tasks verdicts",
    "notebook.session": "begin district",
    "notebook.show": "figure finding first_and_last highest lowest stack table to_xlsx",
    "notebook.surveyed": "indicators load_survey surveys",
    "plan": "read_plan",
    "plan.compare": "compare_plans",
    "progress.yearly": "assess",
    "survey": "Design Survey",
    "survey.estimate.streaming": "Measure reduce_survey",
}
__all__ = sorted([*(name for names in _NAMES.values() for name in names.split()), "plot"])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # takes longer than all the rest of this import

        return version("qngai-analysis")
    if name == "plot":
        return import_module(f"{__name__}.notebook.plot")
    for home, names in _NAMES.items():
        if name in names.split():
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}", name=name, obj=sys.modules[__name__]
    )


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])


if "IPython" in sys.modules:
    import_module(f"{__name__}.notebook.jupyter").prepare()
