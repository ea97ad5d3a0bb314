"""The first page: is the plan met, what is known, why is the rest blank, what changed, who must act by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from qngai_analysis.cutoff import HALF
from qngai_analysis.evidence.measurability import Blank
from qngai_analysis.evidence.observations import SURVEYED, Observation
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.plan import read_plan
from qngai_analysis.report.base import bullets
from qngai_analysis.report.yearly.changes import changed
from qngai_analysis.report.yearly.loading import YearReport, once, targets_of_plan
from qngai_analysis.report.yearly.results import found_results
from qngai_analysis.report.yearly.targets import tally
from qngai_analysis.report.yearly.tasks import going_on_counted, going_on_tasks, silent
from qngai_analysis.values import records
from qngai_analysis.words.said import capital, coded, inside

SHOWN = 3  # results that the summary names


def summary(report: YearReport) -> Prose:
    """Return the answers of the first page."""
    answers = {
        "Kế hoạch có đạt không?": _met(report),
        "Đã biết gì?": _known(report),
        "Thiếu gì, ai phải cung cấp?": _missing(report),
        "Thay đổi so với kỳ trước:": _changed(report),
        "Năm tới làm gì?": _due(report),
    }
    if report.period == HALF:
        answers["6 tháng cuối năm làm gì?"] = answers.pop("Năm tới làm gì?")
    answers |= {
        question: text[:1].upper() + text[1:] for question, text in answers.items() if question.endswith("?")
    }
    return bullets(f"**{report.say(question)}** {text}" for question, text in answers.items() if text)


def _met(report: YearReport) -> str:
    text, mine = "Đến {until}, trong {n} chỉ tiêu của {plan}{twice}: {tally}.", report.counted_lines
    twice = report.twice
    parts = [report.say(text, n=report.count(mine), twice=twice and f" ({twice})", tally=tally(report, mine))]
    for name, plan in report.later.items():
        if outcomes := once(targets_of_plan(report.real, name)):
            parts.append(
                report.say("{plan}: {tally}.", plan=report.cite(plan), tally=tally(report, outcomes))
            )
    if report.open_lines:
        parts.append(report.say("Chưa thể kết luận chung về kết quả thực hiện kế hoạch."))
    return " ".join(parts)


def _known(report: YearReport) -> str:
    told: dict[tuple[str, Observation], list[str]] = defaultdict(list)
    for o in sorted(report.counted_lines, key=lambda o: o.deadline):
        if o.figure:
            told[inside(report.subject(o.target)), o.figure].append(report.goal_words(o))
    own = [
        report.say(
            "{target}: {value} ({date}{level}; mục tiêu: {goal})",
            target=literal(target),
            value=literal(report.figure_words(figure)),
            date=report.date_of(figure),
            level=_level(report, figure),
            goal=literal("; ".join(goals)),
        )
        for (target, figure), goals in told.items()
    ]
    found = [
        f"{inside(result.name)}: {result.value(report)} ({report.date_of(result.figure)}, "
        f"{report.place(result.figure.territory)}{'' if result.sure else ', ' + report.say('chưa kiểm chứng')})"
        for result in found_results(report)[:SHOWN]
    ]
    parts = [capital(told) for told in own]
    if found:
        text = "Kết quả khác, theo định nghĩa riêng, không thay cho chỉ tiêu ({table}): {results}."
        parts.append(report.say(text, table="{ref:ket-qua-khac}", results=literal("; ".join(found))))
    return " ".join(parts)


def _level(report: YearReport, figure: Observation) -> str:
    if figure.level not in LEVEL_BY:
        return ""
    own = figure.level == "ước tính" and figure.method
    return f", {report.say(OWN_METHOD if own else LEVEL_BY[figure.level])}"


#: Who says a figure is not final.
LEVEL_BY = {"ước tính": "ước tính của nguồn", "sơ bộ": "số sơ bộ"}
OWN_METHOD = "ước tính của nguồn, theo cách tính riêng"  # it names one


def _missing(report: YearReport) -> str:
    if not report.blanks:
        return ""
    parts = [
        report.say(
            "Trong {n} chỉ tiêu chưa kết luận được, chỉ tiêu trùng giữa các kế hoạch tính một lần ({table}): {parts}.",
            n=report.count(report.open_lines),
            table="{ref:khoang-trong}",
            parts=report.blanks_counted(report.blanks),
        )
    ]
    administrative = report.blanks.get(Blank.ADMINISTRATIVE, [])
    holders = dict.fromkeys(name for outcome in administrative for name in outcome.owners)
    holders.pop(report.office.agency, None)
    if holders:
        agencies = literal(report.listed(map(report.agency, holders)))
        parts.append(report.say("Số liệu hành chính do {agencies} cung cấp.", agencies=agencies))
    seen = report.real.observations
    surveyed = seen["method"].eq(SURVEYED) & seen["year"].eq(report.year) & seen["evidence"].eq("real")
    if Blank.SURVEY in report.blanks and not surveyed.any():
        parts.append(report.say("Chưa có kết quả điều tra thực của năm {year} cho các chỉ tiêu này."))
    return " ".join(parts)


#: What the summary counts of the changes.
CHANGED: Mapping[str, str] = coded("changed")


def _changed(report: YearReport) -> str:
    found = changed(report)
    if found is None:
        return report.say("chưa có báo cáo kỳ trước để so sánh.")
    year, rows = found
    if not len(rows):
        return report.say("không có thay đổi so với báo cáo năm {year}.", year=year)
    counts = {what: sum(what in row.changed for row in records(rows)) for what in CHANGED}
    kinds = [report.say(CHANGED[what], n=report.count(n)) for what, n in counts.items() if n]
    said = "; ".join(["{ref:thay-doi}", *([report.listed(kinds)] if kinds else [])])
    text = "so với báo cáo năm {year}, khác ở {n} chỉ tiêu ({kinds})."
    return report.say(text, year=year, n=report.count(rows), kinds=said)


def _due(report: YearReport) -> str:
    """Return the work that comes next: the survey, the reports that are due, the tasks that go on."""
    parts = []
    if Blank.SURVEY in report.blanks:
        parts.append(report.say("{office} trình phương án điều tra"))
    if late := silent(report):
        text = "cơ quan chủ trì báo cáo tình hình {n} nhiệm vụ đã hết thời hạn ({table})"
        asked = report.say(text, n=report.count(late), table="{ref:nhiem-vu-co-quan}")
        parts.append(", ".join(filter(None, (asked, next_due(report)))))
    if going_on_tasks(report):
        parts.append(report.say("{tasks} (mục VI)", tasks=going_on_counted(report)))
    return f"{'; '.join(parts)}." if parts else ""


def next_due(report: YearReport) -> str:
    """Return the next day by which bodies report, with the act that sets it; empty where none does."""
    office = report.office
    if not office.reports_due:
        return ""
    month, day = map(int, office.reports_due.split("-"))
    at = date(report.cutoff.year, month, day)
    at = at if at > report.cutoff else at.replace(year=at.year + 1)
    plan = literal(report.act(read_plan(office.reports_plan).document))
    text = "trước ngày {day} ({plan}, mục {section})"
    return report.say(text, day=report.text_day(at), plan=plan, section=office.reports_section)
