"""The yearly report on the tasks of all plans: how many, whose, until when, and what was reported of them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from qngai_analysis.cutoff import HALF
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan.agencies import read_agencies
from qngai_analysis.plan.model import Task
from qngai_analysis.progress.tasks import RULE, TaskState, TaskStatus
from qngai_analysis.project import read_project
from qngai_analysis.report.base import bullets, centred, column, counted, heading, row_head
from qngai_analysis.report.printed import quoted, sentence_case
from qngai_analysis.report.yearly.loading import YearReport
from qngai_analysis.words.numbers import day


def _cited_plans(report: YearReport) -> dict[str, str]:
    """Return the plans whose tasks are followed, by the document's key, as the report cites them."""
    return {plan.document.key: report.act(plan.document) for plan in report.followed.values()}


def silent(report: YearReport) -> set[str]:
    """Return the tasks (ids) whose period ended by the cut-off day, of which nothing was reported."""
    return {name for name, state in report.task_states.items() if state.status is TaskStatus.SILENT}


def task_overview(report: YearReport) -> Prose:
    """Return how many tasks are followed, of which plans, and whether their status was reported."""
    if not report.tasks:
        return Prose(report.say("Không đọc được nhiệm vụ nào có cơ quan chủ trì trong {plan}."))
    n = sum(state.status.reported for state in report.task_states.values())
    reported = "các cơ quan đã báo cáo tình hình {n} nhiệm vụ"
    if not n:
        reported = "chưa cơ quan nào báo cáo tình hình nhiệm vụ"
    goals = [task for task in report.tasks if task.goal]
    numberless = report.say(" và {n} mục tiêu không nêu con số", n=report.count(goals)) if goals else ""
    wording = "Báo cáo theo dõi {n} nhiệm vụ, giải pháp{goals}: {plans}. Đến ngày {cutoff}, {reported}; {silent} nhiệm vụ đã hết thời hạn, chưa có báo cáo ({agencies}, {table}). Chưa có báo cáo không có nghĩa là chưa thực hiện: báo cáo không suy đoán tình trạng của nhiệm vụ chưa được báo cáo."
    said = report.say(
        wording,
        n=report.count(len(report.tasks) - len(goals)),
        goals=numberless,
        plans=literal(report.listed(_by_plan(report, report.tasks))),
        reported=report.say(reported, n=report.count(n)),
        silent=report.count(silent(report)),
        table="{ref:nhiem-vu-tinh-hinh}",
        agencies="{ref:nhiem-vu-co-quan}",
    )
    return Prose(said)


def _by_plan(report: YearReport, tasks: Iterable[Task]) -> list[str]:
    """Return how many of some tasks are of which plan."""
    counts = Counter(task.document for task in tasks)
    return [
        f"{report.count(counts[key])} ({plan})" for key, plan in _cited_plans(report).items() if counts[key]
    ]


GROUPS = PLANS, REPORTED = "Kế hoạch", "Tình hình báo cáo"


def tasks_by_agency(report: YearReport) -> list[Grid]:
    """Return the number of tasks by lead agency and plan, under the agencies' names at the year's end; none without tasks.

    A task with several lead agencies is counted once for each, so columns add up to more than the tasks.
    """
    if not report.tasks:
        return []
    unheard = silent(report)
    led: dict[str, Counter[str]] = defaultdict(Counter)
    for task in report.tasks:
        for agency in report.lead_agencies(task):
            led[agency].update([task.document, "total", *["silent"] * (task.id in unheard)])
    notes = [
        report.say("Nhiệm vụ do nhiều cơ quan cùng chủ trì được tính cho từng cơ quan."),
        *_unsure(report, led),
    ]
    table = report.table(
        sorted(led.items(), key=lambda item: (-item[1]["total"], item[0])),
        report.say("Số nhiệm vụ theo cơ quan chủ trì và kế hoạch"),
        row_head("Cơ quan chủ trì (tên gọi cuối năm {year})", lambda row: _both(report, row[0]), 0.52),
        *(counted(key, _count(key), group=PLANS, as_is=True) for key in _cited_plans(report)),
        counted("Tổng số", _count("total")),
        counted(TaskStatus.SILENT.value, _count("silent"), 0.16),
        notes=notes,
        source=f"{report.listed(_cited_plans(report).values())}.",
        id="nhiem-vu-co-quan",
    )
    return [table]


def _unsure(report: YearReport, names: Iterable[str]) -> list[str]:
    """Return the note on agencies whose name or succession no document confirms; none where all are confirmed."""
    known = read_agencies()
    unsure = sorted({name for name in names if name in known and known[name].confidence != "high"})
    text = "Tên gọi hoặc việc kế thừa chưa được kiểm chứng tại văn bản: {agencies}."
    return [report.say(text, agencies=report.agencies(unsure))] if unsure else []


def _count(key: str) -> Callable[[tuple[object, Counter[str]]], int]:
    return lambda row: row[1][key]


def _both(report: YearReport, agency: str) -> str:
    """Return an agency's name; in English with the Vietnamese one, which stands once in full."""
    said = report.agency(agency)
    return said if said == agency else f"{said} ({agency})"


def _part(task: Task) -> str:
    """Return the part of the plan a task stands in: letter and title, not in capitals."""
    return f"{task.part}. {sentence_case(task.heading.split(' › ')[0])}"


def _section(task: Task) -> str:
    """Return the section of the plan a task stands in, with its title."""
    place = ".".join(filter(None, (task.part, task.section)))
    return f"{place}. {sentence_case(task.heading.split(' › ')[-1])}"


def task_table(report: YearReport) -> list[Grid | Prose]:
    """Return the number of tasks by reported status and part of each plan, and what the office adds."""
    if not report.tasks:
        return [*report.written("tasks")]
    states, named = report.task_states.values(), _cited_plans(report)
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for state in states:
        counts[named[state.task.document], _part(state.task)].update([state.status.value, "total"])
    used = [status for status in TaskStatus if any(found[status.value] for found in counts.values())]
    shared = any(state.tally.asked > 1 and state.tally.reported for state in states)
    table = report.table(
        counts.items(),
        report.say("Tình hình thực hiện nhiệm vụ đến ngày {cutoff}"),
        row_head("Phần của kế hoạch", lambda row: row[0][1], 0.87 - 0.1 * len(used)),
        counted("Tổng số", _count("total")),
        *(counted(status.value, _count(status.value), 0.1, group=REPORTED) for status in used),
        sections=lambda row: row[0][0],
        notes=[report.say(RULE)] if shared else [],
        source=report.say("báo cáo của các cơ quan; thời hạn theo kế hoạch."),
        id="nhiem-vu-tinh-hinh",
    )
    return [table, *report.written("tasks")]


def next_heading(report: YearReport) -> Prose:
    """Return the heading of what comes next: the year after, or the second half of this one."""
    if report.period == HALF:
        return heading(report, "VI. Nhiệm vụ trọng tâm 6 tháng cuối năm")
    return heading(report, "VI. Nhiệm vụ trọng tâm năm tới")


def next_year(report: YearReport) -> list[Prose]:
    """Return the tasks that go on after what is reported, the office's own measurements, and what it writes."""
    going_on = going_on_tasks(report)
    ended = {task.document for task in report.tasks} - {task.document for task in going_on}
    parts = []
    if going_on:
        named = report.listed(_by_plan(report, going_on))
        parts.append(f"{going_on_counted(report)}: {literal(named)}.")
    text = "Theo {plan}, không còn nhiệm vụ nào có thời gian thực hiện sau năm {year}."
    for name, plan in report.followed.items() if report.period != HALF else ():
        if plan.document.key in ended and read_project().entry(name).last_year <= report.year:
            parts.append(report.say(text, plan=report.cite(plan)))
    for plan in report.later.values():
        again = [_recurring(report, task) for task in plan.task_list if task.recurrence]
        first = report.say("Nhiệm vụ thường xuyên, định kỳ theo {plan}:", plan=report.cite(plan))
        parts += [bullets(again, first).text] if again else []
    return [*([Prose("\n\n".join(parts))] if parts else []), *report.written("next")]


def going_on_tasks(report: YearReport) -> list[Task]:
    """Return the tasks that go on after the year, or of a half year's report in the second half."""
    if report.period != HALF:
        return [task for task in report.tasks if _runs_on(task, report.year)]
    states = report.task_states
    over = {name for name, state in states.items() if state.overdue or state.status is TaskStatus.DONE}
    return [task for task in report.tasks if _runs_on(task, report.year - 1) and task.id not in over]


def going_on_counted(report: YearReport) -> str:
    """Return how many tasks go on after what is reported, as the beginning of a sentence."""
    text = "{n} nhiệm vụ còn thực hiện sau năm {year}"
    if report.period == HALF:
        text = "{n} nhiệm vụ còn thực hiện trong 6 tháng cuối năm {year}"
    return report.say(text, n=report.count(going_on_tasks(report)))


def _runs_on(task: Task, year: int) -> bool:
    """Return whether a task goes on after a year: a later last year, or a period without an end."""
    if task.last_year is not None:
        return task.last_year > year
    return bool(task.recurrence or task.first_year)


def _recurring(report: YearReport, task: Task) -> str:
    agencies = literal(report.agencies(report.lead_agencies(task)))
    return f"{literal(quoted(whole_sentences(task.text)))} ({literal(task.period_printed)}; {agencies})"


_SENTENCE_END = re.compile(r"(?<=\w{2}\.)\s+(?=[^\W\d_])")


def whole_sentences(text: str, most: int = 300) -> str:
    """Return a task whole, a long one up to its last sentence that ends before ``most``; no sentence is cut."""
    ends = [end.start() for end in _SENTENCE_END.finditer(text) if end.start() <= most]
    return (text[: ends[-1]] if len(text) > most and ends else text).strip().rstrip(".;")


def _reported(report: YearReport, state: TaskState) -> str:
    """Return where a task stands and since when it is done; of several lead bodies also how many reported and are done."""
    lines = [report.say(state.status.value)]
    if state.completed_on:
        lines.append(day(state.completed_on))
    if state.tally.reported and state.tally.said:
        lines.append(report.said(state.tally.said))
    return "\n".join(lines)


def task_list(report: YearReport) -> list[Grid]:
    """Return every followed task, a table a plan: lead agencies as printed, their successors and the period."""
    of = {
        name: [task for task in report.tasks if task.document == plan.document.key]
        for name, plan in report.followed.items()
    }
    return [_task_list(report, name, tasks) for name, tasks in of.items() if tasks]


def _task_list(report: YearReport, plan: str, tasks: list[Task]) -> Grid:
    states, act = report.task_states, report.act(report.followed[plan].document)
    told = any(states[task.id].tally.reported for task in tasks)
    shared = told and any(states[task.id].tally.asked > 1 for task in tasks)
    task_width, width = (0.34, 0.17) if told else (0.44, 0.2)
    shown = [
        centred("Số", "number", 0.05),
        row_head("Nhiệm vụ, giải pháp", lambda task: quoted(task.text), task_width),
        column("Chủ trì (theo kế hoạch)", "agencies", width),
        column("Tên gọi cuối năm {year}", lambda task: report.agencies(report.lead_agencies(task)), width),
        centred("Thời gian", "period_printed", 0.11),
    ]
    if told:
        shown.append(column("Tình hình", lambda task: _reported(report, states[task.id]), 0.16))
    unsure = _unsure(report, (name for task in tasks for name in report.lead_agencies(task)))
    return report.table(
        tasks,
        report.say("Nhiệm vụ, giải pháp của {plan} và cơ quan chủ trì", plan=act),
        *shown,
        notes=[report.say(RULE), *unsure] if shared else unsure,
        sections=_section,
        source=f"{act}.",
        id="nhiem-vu" if plan == report.main else f"nhiem-vu-{plan}",
        landscape=True,
    )
