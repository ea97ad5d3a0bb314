"""From figures to verdicts: is a target met, is it on pace, how sure is that, and why."""

from qngai_analysis.progress.assessing import assess
from qngai_analysis.progress.editions import compare_editions, edition, read_edition, save_edition
from qngai_analysis.progress.explaining import Explanation, Step
from qngai_analysis.progress.judging import Judgement, default_cutoff, judge, knowledge
from qngai_analysis.progress.methods import (
    Pace,
    Weather,
    classify,
    destatis_miss,
    escap_expected,
    escap_index,
    eurostat_ratio,
    growth_between,
    linear_pace,
    logistic_pace,
    logistic_path,
    mean_growth,
    needed_per_year,
    weather,
    yearly_growth,
)
from qngai_analysis.progress.projection import Projection, project
from qngai_analysis.progress.tasks import Status, Tally, task_counts, task_reports, task_status
from qngai_analysis.progress.verdict import Figure, Finding, Goal, Verdict, probability, rounding_note, settle
from qngai_analysis.progress.yearly import (
    YearResult,
    assess_year,
    explain,
    judge_year,
    load_targets,
    owners_of,
)

__all__ = [
    "Explanation",
    "Figure",
    "Finding",
    "Goal",
    "Judgement",
    "Pace",
    "Projection",
    "Status",
    "Step",
    "Tally",
    "Verdict",
    "Weather",
    "YearResult",
    "assess",
    "assess_year",
    "classify",
    "compare_editions",
    "default_cutoff",
    "destatis_miss",
    "edition",
    "escap_expected",
    "escap_index",
    "eurostat_ratio",
    "explain",
    "growth_between",
    "judge",
    "judge_year",
    "knowledge",
    "linear_pace",
    "load_targets",
    "logistic_pace",
    "logistic_path",
    "mean_growth",
    "needed_per_year",
    "owners_of",
    "probability",
    "project",
    "read_edition",
    "rounding_note",
    "save_edition",
    "settle",
    "task_counts",
    "task_reports",
    "task_status",
    "weather",
    "yearly_growth",
]
