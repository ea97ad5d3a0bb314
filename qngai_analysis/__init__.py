"""From the sentence of a provincial plan to a verdict that carries its error.

What a notebook needs is here by name: ``import qngai_analysis as qn``. Names are loaded when first
used, so that the import itself reads no file and costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qngai_analysis.edition.batch import render_notebook as render
    from qngai_analysis.evidence import read_published as read_published
    from qngai_analysis.notebook import plot as plot
    from qngai_analysis.notebook.known import blanks, district, explain, explore, published, reasons
    from qngai_analysis.notebook.known import sectors, series, target, targets, tasks, verdicts
    from qngai_analysis.notebook.session import begin as begin
    from qngai_analysis.notebook.show import figure, finding, highest, lowest, stack, table, to_xlsx
    from qngai_analysis.notebook.surveyed import indicators, load_survey, surveys
    from qngai_analysis.plan import compare_plans as compare_plans
    from qngai_analysis.plan import read_plan as read_plan
    from qngai_analysis.progress import assess as assess
    from qngai_analysis.progress import assess_year as assess_year
    from qngai_analysis.survey import Design as Design
    from qngai_analysis.survey import Survey as Survey

    __version__: str

_NAMES = {
    "evidence": "read_published",
    "notebook.known": "blanks district explain explore published reasons sectors series target targets tasks verdicts",
    "notebook.session": "begin",
    "notebook.show": "figure finding highest lowest stack table to_xlsx",
    "notebook.surveyed": "indicators load_survey surveys",
    "plan": "compare_plans read_plan",
    "progress": "assess assess_year",
    "survey": "Design Survey",
}
__all__ = sorted([*(name for names in _NAMES.values() for name in names.split()), "plot", "render"])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # takes longer than all the rest of this import

        return version("qngai-analysis")
    if name == "plot":
        return import_module(f"{__name__}.notebook.plot")
    if name == "render":
        return import_module(f"{__name__}.edition.batch").render_notebook
    for home, names in _NAMES.items():
        if name in names.split():
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])


if "IPython" in sys.modules:
    import_module(f"{__name__}.notebook.jupyter").prepare()
