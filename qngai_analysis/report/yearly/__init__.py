"""What the yearly report of a plan says, block by block, all of it computed from the inputs.

``load`` reads plans, figures and task status once; each function then gives one block of the
report. The notebook ``bao_cao_nam.ipynb`` only puts them in the order of the official outline.
"""

from qngai_analysis.report.base import heading
from qngai_analysis.report.yearly.appendices import method, plan_ladder, reasons, sources
from qngai_analysis.report.yearly.changes import changes, review_table
from qngai_analysis.report.yearly.letter import (
    appendix,
    bases,
    budget,
    head,
    opening,
    signature,
    status,
    steering,
)
from qngai_analysis.report.yearly.loading import YearReport, load
from qngai_analysis.report.yearly.missing import gaps, own_work, proposals, shortcomings
from qngai_analysis.report.yearly.results import beside, found_beside, other_results, path, two_territories
from qngai_analysis.report.yearly.summary import summary
from qngai_analysis.report.yearly.targets import (
    distance,
    later_plans,
    pillars,
    reference_table,
    results,
    target_table,
)
from qngai_analysis.report.yearly.tasks import (
    next_heading,
    next_year,
    task_list,
    task_overview,
    task_table,
    tasks_by_agency,
)
