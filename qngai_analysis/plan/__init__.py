"""Plans: from legal text to typed, traced targets and tasks."""

from qngai_analysis.plan.coverage import coverage
from qngai_analysis.plan.document import Document, Plan, parse_file, parse_text, plan_names, read_plan

__all__ = ["Document", "Plan", "coverage", "parse_file", "parse_text", "plan_names", "read_plan"]
