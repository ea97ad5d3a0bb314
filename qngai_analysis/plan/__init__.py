"""Plans: from legal text to typed, traced targets and tasks."""

from qngai_analysis.plan.compare import PlanComparison, compare_plans
from qngai_analysis.plan.coverage import coverage
from qngai_analysis.plan.document import parse_text, plan_names, read_plan
from qngai_analysis.plan.export import parse_file
from qngai_analysis.plan.model import Document, Plan

__all__ = [
    "Document",
    "Plan",
    "PlanComparison",
    "compare_plans",
    "coverage",
    "parse_file",
    "parse_text",
    "plan_names",
    "read_plan",
]
