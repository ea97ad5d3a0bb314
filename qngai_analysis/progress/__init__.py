"""From figures to verdicts: is a target met, is it on pace, how sure is that, and why.

Here stands what notebooks and the command line use; methods, tests of a figure and projections are asked
for in their modules.
"""

from qngai_analysis.progress.assessing import assess
from qngai_analysis.progress.editions import compare_editions, edition, read_edition, save_edition
from qngai_analysis.progress.judging import judge, knowledge
from qngai_analysis.progress.outcome import NoteKind
from qngai_analysis.progress.tasks import TaskState, task_states
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import assess_year, explain, judge_year, planned_targets

__all__ = [
    "NoteKind",
    "TaskState",
    "Verdict",
    "assess",
    "assess_year",
    "compare_editions",
    "edition",
    "explain",
    "judge",
    "judge_year",
    "knowledge",
    "planned_targets",
    "read_edition",
    "save_edition",
    "task_states",
]
