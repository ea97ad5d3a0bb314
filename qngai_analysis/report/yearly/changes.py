"""What changed since the edition before: values, verdicts, targets, with the reason of each."""

from __future__ import annotations

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Table
from qngai_analysis.progress.editions import compare_editions, edition, read_edition
from qngai_analysis.report.base import column, row_head
from qngai_analysis.report.printed import quoted
from qngai_analysis.report.yearly.loading import YearReport


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
    old = read_edition(earlier[year])
    # an edition keeps the targets of all plans, a report those of the plans it judges
    judged = tuple(f"{plan.document.key}." for plan in (report.plan, *report.later.values()))
    mine = [row for row in old["targets"] if row["target_id"].startswith(judged)]
    return year, compare_editions({**old, "targets": mine}, new)


def changes(report: YearReport) -> list[Prose | Table]:
    """Return the section on changes since the edition before; nothing where there is none."""
    found = changed(report)
    if found is None or not len(found[1]):
        return []
    year, rows = found
    columns = [
        row_head("Mã", "target_id", 0.1),
        column("Chỉ tiêu", lambda row: quoted(row.text), 0.45),
        column("Thay đổi (lý do)", lambda row: report.said(row.words), 0.45),
    ]
    caption = report.say("Thay đổi so với báo cáo năm {year}", year=year)
    table = report.table(rows, caption, *columns, id="thay-doi")
    title = report.say("{n}. Thay đổi so với kỳ trước", n=5 if report.later else 4)
    return [Prose(f"### {title}"), table]
