"""The appendices of the yearly report: reasons, plans side by side, how it was made, and its sources."""

from __future__ import annotations

from collections.abc import Sequence

from qngai_analysis.page.blocks import Details, Prose
from qngai_analysis.page.tables import Grid
from qngai_analysis.project import read_project
from qngai_analysis.report import ladder
from qngai_analysis.report.base import at_right, bullets, centred, column, row_head, source
from qngai_analysis.report.yearly.loading import YearReport, once
from qngai_analysis.report.yearly.results import found_results
from qngai_analysis.words.said import coded


def reasons(report: YearReport) -> list[Details]:
    """Return the explanation behind each verdict of the main plan, in the order of the table, and of what later plans add."""
    added = [outcome for plan in report.later for outcome in report.split_later(plan)["added"]]
    return report.reasons(
        report.result, [*once(report.lines), *added], lambda one: report.subject(one.target)
    )


def plan_ladder(report: YearReport) -> list[Grid | Prose]:
    """Return the targets of all plans side by side, and where the plans contradict each other."""
    names = dict.fromkeys((report.main, *read_project().judged()))
    sides = ladder.Ladder(report.lang, report.year, report.real_only, tuple(names))
    return [ladder.findings(sides), ladder.table(sides)]


CONFIDENCE = {"high": "cao", "medium": "trung bình", "low": "thấp"}


def sources(report: YearReport) -> Grid:
    """Return the published figures the report names, with address, date, level and confidence."""
    named = {outcome.figure.id for outcome in report.result.outcomes if outcome.figure}
    named |= {figure.id for outcome in report.real_lines for figure in outcome.choice.near}
    named |= {result.figure.id for result in found_results(report)}
    used = report.result.observations
    used = used[used["id"].isin(named)]
    return report.table(
        used,
        report.say("Nguồn của các số liệu được nêu"),
        column("Mã", "id", 0.05),
        row_head("Số liệu", "name", 0.18),
        at_right("Giá trị (thời điểm)", lambda row: report.dated(row, "\n"), 0.11),
        column("Mức độ", lambda row: report.say(row.level), 0.065),
        column("Lưu ý về số liệu", "note", 0.2),
        source(0.26, lambda row: f"{row.publisher}: {row.source_title}"),
        centred("Công bố", lambda row: report.day(row.vintage), 0.07),
        column("Độ tin cậy", lambda row: report.say(CONFIDENCE[row.confidence]), 0.055),
        id="nguon",
        landscape=True,
    )


METHOD: Sequence[str] = coded("method")["said"]


def method(report: YearReport) -> Prose:
    """Return how the report was made, in the words of ``docs/methods``, and the rules of its recommendations."""
    return bullets(report.say(text) for text in METHOD)
