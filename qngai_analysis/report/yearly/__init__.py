"""What the yearly report of a plan says, block by block, all of it computed from the inputs.

``load`` reads plans, figures and task status once; each function then gives one block of the
report. The notebook ``bao_cao_nam.ipynb`` only puts them in the order of the official outline.
"""

from qngai_analysis.report.base import heading

from .appendices import method, plan_ladder, reasons, sources
from .changes import changes, review_table
from .letter import appendix, bases, budget, head, opening, signature, status, steering
from .loading import YearReport, load
from .missing import gaps, own_work, proposals, shortcomings
from .results import beside, found_beside, other_results, path, two_territories
from .summary import summary
from .targets import distance, later_plans, pillars, reference_table, results, target_table
from .tasks import next_heading, next_year, task_list, task_overview, task_table, tasks_by_agency
