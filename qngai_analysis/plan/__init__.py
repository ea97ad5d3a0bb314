"""Plans: from legal text to typed, traced targets and tasks."""

from qngai_analysis.plan.document import parse_text, plan_names, read_plan
from qngai_analysis.plan.model import LegalDocument, Plan, coverage

__all__ = ["LegalDocument", "Plan", "coverage", "parse_text", "plan_names", "read_plan"]
