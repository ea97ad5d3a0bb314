"""From figures to verdicts: is a target met, is it on pace, how sure is that, and why."""

from qngai_analysis.progress.assessing import assess
from qngai_analysis.progress.cutoff import cutoff_day, default_cutoff
from qngai_analysis.progress.editions import compare_editions, edition, read_edition, save_edition
from qngai_analysis.progress.explaining import Explanation, Step
from qngai_analysis.progress.forms import collect_task_forms, read_task_form, task_form
from qngai_analysis.progress.judging import Judgement, judge, knowledge
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
from qngai_analysis.progress.outcome import Note, NoteKind, Outcome, outcomes_frame
from qngai_analysis.progress.projection import Projection, project
from qngai_analysis.progress.tasks import Status, read_task_reports, task_counts, task_status
from qngai_analysis.progress.verdict import Figure, Finding, Goal, Verdict, probability, rounding_note, settle
from qngai_analysis.progress.yearly import (
    YearResult,
    assess_year,
    explain,
    judge_year,
    owners_of,
    planned_targets,
)

__all__ = [
    "Explanation",
    "Figure",
    "Finding",
    "Goal",
    "Judgement",
    "Note",
    "NoteKind",
    "Outcome",
    "Pace",
    "Projection",
    "Status",
    "Step",
    "Verdict",
    "Weather",
    "YearResult",
    "assess",
    "assess_year",
    "classify",
    "collect_task_forms",
    "compare_editions",
    "cutoff_day",
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
    "logistic_pace",
    "logistic_path",
    "mean_growth",
    "needed_per_year",
    "outcomes_frame",
    "owners_of",
    "planned_targets",
    "probability",
    "project",
    "read_edition",
    "read_task_form",
    "read_task_reports",
    "rounding_note",
    "save_edition",
    "settle",
    "task_counts",
    "task_form",
    "task_status",
    "weather",
    "yearly_growth",
]
