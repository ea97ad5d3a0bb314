"""The yearly report on the plan's tasks: how many, whose, until when, and what was reported of them."""

from __future__ import annotations

import re
from collections import Counter

from qngai_analysis.page import charts
from qngai_analysis.page.blocks import Figure, Prose, literal
from qngai_analysis.page.tables import Table
from qngai_analysis.plan.model import Task
from qngai_analysis.progress.tasks import UNREPORTED, Status, task_counts
from qngai_analysis.report.base import bullets, centred, column, counted, row_head
from qngai_analysis.report.yearly.loading import YearReport, short_title


def task_overview(report: YearReport) -> Prose:
    """Return how many tasks there are, by part and period, and whether their status was reported."""
    if not report.tasks:
        return Prose(report.say("{plan} không giao nhiệm vụ.", plan=literal(short_title(report.plan))))
    unsaid = [task for task in report.tasks if task.last_year is None]
    ended = [task for task in report.tasks if task.last_year and task.last_year < report.year]
    running = [task for task in report.tasks if _runs(task, report.year)]
    text = report.say(
        "{plan} có {n} nhiệm vụ, giải pháp: {running} nhiệm vụ có thời gian thực hiện gồm năm {year}, {ended} nhiệm vụ "
        "có thời hạn kết thúc trước đó, {unsaid} nhiệm vụ không ghi thời gian ({table}, {chart}).",
        plan=literal(short_title(report.plan)),
        n=len(report.tasks),
        running=report.count(len(running)),
        year=report.year,
        ended=report.count(len(ended)),
        unsaid=report.count(len(unsaid)),
        table="{ref:nhiem-vu-co-quan}",
        chart="{ref:nhiem-vu-thoi-gian}",
    )
    return Prose(text)


def _runs(task: Task, year: int) -> bool:
    return bool(task.first_year and task.last_year and task.first_year <= year <= task.last_year)


def _appendix(report: YearReport) -> str:
    return f"{short_title(report.plan)}, {report.say('Phụ lục.')}"


GROUPS = DEADLINE, REPORTED = "Thời hạn hoàn thành theo kế hoạch", "Tình hình báo cáo"


def tasks_by_agency(report: YearReport) -> Table:
    """Return the number of tasks by lead agency and last year, under the agencies' names at the year's end.

    A task with several lead agencies is counted once for each, so columns add up to more than the tasks.
    """
    led: dict[str, Counter[str]] = {}
    for task in report.tasks:
        for agency in report.lead_agencies(task):
            led.setdefault(agency, Counter())["?" if task.last_year is None else str(task.last_year)] += 1
    years = sorted({year for counts in led.values() for year in counts})
    rows = [
        {"now": agency, "total": counts.total(), **{year: counts[year] for year in years}}
        for agency, counts in sorted(led.items(), key=lambda item: (-item[1].total(), item[0]))
    ]
    title = report.say("Cơ quan chủ trì (tên gọi cuối năm {year})", year=report.year)
    return report.table(
        rows,
        report.say("Số nhiệm vụ theo cơ quan chủ trì và thời hạn"),
        [
            row_head(title, "now", as_is=True),
            *(counted(year, year, group=DEADLINE, as_is=True) for year in years if year != "?"),
            *([counted("không ghi", "?", group=DEADLINE)] if "?" in years else []),
            counted("Tổng số", "total"),
        ],
        notes=[report.say("Nhiệm vụ do nhiều cơ quan cùng chủ trì được tính cho từng cơ quan.")],
        source=_appendix(report),
        id="nhiem-vu-co-quan",
    )


def task_periods(report: YearReport) -> Figure | Prose:
    """Return the chart of the tasks' periods by section of the plan's appendix; a plan without tasks has none."""
    if not report.tasks:
        return Prose("")
    return charts.task_gantt(
        report.plan.tasks.assign(group=list(map(_part, report.tasks))),
        report.say("Số nhiệm vụ theo phần của kế hoạch và thời gian thực hiện"),
        year=report.year,
        lang=report.lang,
        source=_appendix(report),
        id="nhiem-vu-thoi-gian",
    )


def _part(task: Task) -> str:
    """Return the part of the appendix a task stands in: letter and title, not in capitals."""
    title = task.heading.split(" › ")[0]
    return f"{task.part}. {title.capitalize() if title.isupper() else title}"


def task_report(report: YearReport) -> Prose:
    """Return whether agencies reported on their tasks, and how many of the tasks are past their period."""
    state = report.task_state
    unreported = int(state["status"].eq(UNREPORTED).sum())
    text = report.say(
        "Đến ngày {cutoff}, các cơ quan đã báo cáo tình hình {reported} trên {n} nhiệm vụ ({table}).",
        cutoff=report.text_day(report.cutoff),
        reported=report.count(len(state) - unreported),
        n=len(state),
        table="{ref:nhiem-vu-tinh-hinh}",
    )
    if past := int(state["overdue"].sum()):
        text += " " + report.say(
            "{past} nhiệm vụ đã hết thời hạn của kế hoạch mà chưa có báo cáo hoàn thành; báo cáo không suy đoán tình "
            "trạng của nhiệm vụ chưa được báo cáo.",
            past=report.count(past),
        )
    return Prose(text)


def task_table(report: YearReport) -> Table:
    """Return the number of tasks by reported status and part of the plan."""
    titles = {task.part: _part(task) for task in report.tasks}
    state = report.task_state
    counts = task_counts(state.assign(part=state["part"].map(titles)), by="part")
    words = [str(item.value) for item in Status] + [UNREPORTED]
    return report.table(
        counts.to_dict("records"),
        report.say("Tình hình thực hiện nhiệm vụ đến ngày {cutoff}", cutoff=report.text_day(report.cutoff)),
        [
            row_head("Phần của kế hoạch", "part", 0.3),
            counted("Tổng số", "total"),
            *(counted(report.say(word), word, group=REPORTED, as_is=True) for word in words),
            counted("hết hạn, chưa hoàn thành", "overdue"),
        ],
        source=report.say("báo cáo của các cơ quan; thời hạn theo kế hoạch."),
        id="nhiem-vu-tinh-hinh",
    )


def next_year(report: YearReport) -> Prose:
    """Return the tasks that go on after the reporting year and the measurements that are due again."""
    going_on = [task for task in report.tasks if task.last_year is not None and task.last_year > report.year]
    message = (
        "Theo {plan}, {n} nhiệm vụ còn thời gian thực hiện sau năm {year}."
        if going_on
        else "Theo {plan}, không còn nhiệm vụ nào có thời gian thực hiện sau năm {year}."
    )
    plan, n = literal(short_title(report.plan)), report.count(len(going_on))
    parts = [report.say(message, plan=plan, n=n, year=report.year)]
    for later in report.later.values():
        again = [task for task in later.task_list if task.recurrence]
        first = report.say("Nhiệm vụ thường xuyên, định kỳ theo {plan}:", plan=literal(short_title(later)))
        if again:
            parts.append(bullets((_recurring(report, task) for task in again), first).text)
    return Prose("\n\n".join(parts))


def _recurring(report: YearReport, task: Task) -> str:
    agencies = literal("; ".join(report.lead_agencies(task)))
    return f"{literal(whole_sentences(task.text))} ({literal(task.period_printed)}; {agencies})"


_SENTENCE_END = re.compile(r"(?<=\w{2}\.)\s+(?=[^\W\d_])")


def whole_sentences(text: str, most: int = 300) -> str:
    """Return a task whole, a long one up to its last sentence that ends before ``most``; no sentence is cut."""
    ends = [end.start() for end in _SENTENCE_END.finditer(text) if end.start() <= most]
    return (text[: ends[-1]] if len(text) > most and ends else text).strip().rstrip(".;")


def task_list(report: YearReport) -> Table:
    """Return every task of the plan with lead agencies as printed, their successors and the period."""
    return report.table(
        report.tasks,
        report.say("Nhiệm vụ, giải pháp của {plan} và cơ quan chủ trì", plan=short_title(report.plan)),
        [
            centred("Số", "number", 0.05),
            row_head("Nhiệm vụ, giải pháp", "text", 0.44),
            column("Chủ trì (theo kế hoạch)", "agencies", 0.2),
            column(
                report.say("Tên gọi cuối năm {year}", year=report.year), report.lead_agencies, 0.2, as_is=True
            ),
            centred("Thời gian", "period_printed", 0.11),
        ],
        sections=lambda task: f"{task.part} – {task.section}",
        source=_appendix(report),
        id="nhiem-vu",
        landscape=True,
    )
