"""What differs between the years: what changed since the edition before and why, and the review of a plan's period."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.cutoff import default_cutoff, review_years
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Grid
from qngai_analysis.progress.editions import compare_editions, edition, read_edition
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.report.base import centred, column, row_head
from qngai_analysis.report.printed import quoted
from qngai_analysis.report.yearly.loading import YearReport, targets_of_plan


def changed(report: YearReport) -> tuple[int, pd.DataFrame] | None:
    """Return the year of the newest earlier edition beside this one, and its differences; None without one."""
    earlier = {
        int(file.parent.name): file
        for file in paths.reports().glob("*/assessment.json")
        if file.parent.name.isdigit() and int(file.parent.name) < report.year
    }
    if not earlier:
        return None
    year = max(earlier)
    # simulated surveys of a rehearsal are no change of the province
    new = edition(report.real.table, year=report.year, cutoff=report.cutoff, real_only=True)
    # an edition keeps the targets of all plans, a report those of the plans it judges
    old = read_edition(earlier[year], (report.main, *report.later))
    return year, compare_editions(_of_the_province(old, new), new)


#: What an edition says of a target whatever its figures are.
_SET = ("text", "goal", "comparator", "target", "deadline", "in_force")


def _of_the_province(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return the edition before without its rehearsal: what it would have said of real figures is not known to differ."""
    now = {row["target_id"]: row for row in new["targets"]}
    rows = [
        now.get(row["target_id"], row) | {name: row[name] for name in _SET if name in row}
        if row.get("evidence") == "simulated"
        else row
        for row in old["targets"]
    ]
    return {**old, "targets": rows}


def changes(report: YearReport) -> list[Prose | Grid]:
    """Return the section on changes since the edition before; nothing where there is none."""
    found = changed(report)
    if found is None or not len(found[1]):
        return []
    year, rows = found
    told = {outcome.target.id: report.wording(outcome.target) for outcome in report.real.outcomes}
    columns = [
        row_head("Mã", "target_id", 0.1),
        column("Chỉ tiêu", lambda row: told.get(row.target_id) or quoted(row.text), 0.45),
        column("Thay đổi (lý do)", lambda row: report.said(row.words), 0.45),
    ]
    caption = report.say("Thay đổi so với báo cáo năm {year}", year=year)
    title = report.say("{n}. Thay đổi so với kỳ trước", n=5 if report.later else 4)
    return [Prose(f"### {title}"), report.table(rows, caption, *columns, id="thay-doi")]


def review_table(report: YearReport) -> list[Grid | Prose]:
    """Return the main plan's targets with a figure in some year of the period, each year's; none but in a review."""
    of: dict[int, dict[str, Outcome]] = {}
    for year in review_years(report.period, report.year):
        cutoff = min(default_cutoff(year), report.cutoff)
        result = judge_year(year, plans=(report.main,), cutoff=cutoff, real_only=True)
        of[year] = {outcome.target.id: outcome for outcome in targets_of_plan(result, report.main)}
    if not of:
        return []

    def cell(year: int, line: Outcome) -> str:
        outcome = of[year][line.target.id]
        return "\n".join(filter(None, (report.dated(outcome.figure), report.say(outcome.verdict.value))))

    known = [o for o in report.real_lines if any(outcomes[o.target.id].figure for outcomes in of.values())]
    rest = report.count(len(report.real_lines) - len(known))
    others = report.say("{n} chỉ tiêu khác chưa có số liệu trong cả giai đoạn.", n=rest)
    if not known:
        return [Prose(others)]
    text = "Trong ngoặc: thời điểm của số liệu mới nhất, công bố đến ngày 31 tháng 3 của năm sau mỗi năm. {others}"
    note = report.say(text, others=others)
    columns = [
        row_head("Chỉ tiêu", lambda o: report.wording(o.target), 1 - 0.16 * len(of)),
        *(centred(str(year), partial(cell, year), 0.16, as_is=True) for year in of),
    ]
    caption = report.say("Số liệu và kết luận của từng năm trong {span}")
    return [report.table(known, caption, *columns, notes=[note], id="tung-nam")]
