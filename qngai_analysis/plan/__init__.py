"""Plans: from legal text to typed, traced targets and tasks."""

from qngai_analysis.plan.compare import Ladder, compare_plans
from qngai_analysis.plan.coverage import coverage
from qngai_analysis.plan.document import Plan, parse_file, parse_text, plan_names, read_plan
from qngai_analysis.plan.model import Document

__all__ = [
    "Document",
    "Ladder",
    "Plan",
    "compare_plans",
    "coverage",
    "parse_file",
    "parse_text",
    "plan_names",
    "read_plan",
]
