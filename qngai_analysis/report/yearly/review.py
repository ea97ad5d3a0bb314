"""The review of a plan's period: each target's figure and verdict in each of its years."""

from __future__ import annotations

from functools import partial

from qngai_analysis.cutoff import default_cutoff, review_years
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Table
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.report.base import centred, row_head
from qngai_analysis.report.yearly.loading import YearReport, targets_of_plan


def review_table(report: YearReport) -> list[Table | Prose]:
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
    note = report.say(
        "Trong ngoặc: thời điểm của số liệu mới nhất, công bố đến ngày 31 tháng 3 của năm sau mỗi năm. {others}",
        others=others,
    )
    columns = [
        row_head("Chỉ tiêu", lambda o: report.wording(o.target), 1 - 0.16 * len(of)),
        *(centred(str(year), partial(cell, year), 0.16, as_is=True) for year in of),
    ]
    caption = report.say("Số liệu và kết luận của từng năm trong {span}")
    table = report.table(known, caption, *columns, notes=[note], id="tung-nam")
    return [table]
