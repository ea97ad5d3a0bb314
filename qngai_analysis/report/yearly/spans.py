"""What a report is about when it is not one whole year: the first six months, or the review of a plan's period."""

from __future__ import annotations

from qngai_analysis.cutoff import HALF, default_cutoff, review_years
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Table
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.report.base import centred, row_head
from qngai_analysis.report.printed import dated
from qngai_analysis.report.reasons import wording
from qngai_analysis.report.yearly.loading import YearReport


def span_words(report: YearReport) -> str:
    """Return what the report is about: "năm 2025", "6 tháng đầu năm 2025", "giai đoạn 2022 - 2025"."""
    if report.period == HALF:
        return report.say("6 tháng đầu năm {year}", year=report.year)
    if years := review_years(report.period, report.year):
        return years_words(report, years[0], years[-1])
    return years_words(report, report.year, report.year)


def years_words(report: YearReport, first: int, last: int) -> str:
    """Return a year, or the period from a first to a last one, in words."""
    if first == last:
        return report.say("năm {year}", year=first)
    return report.say("giai đoạn {first} - {last}", first=first, last=last)


def review_table(report: YearReport) -> list[Table | Prose]:
    """Return the main plan's targets with a figure in some year of the period, each year's; none but in a review."""
    years = review_years(report.period, report.year)
    if not years:
        return []
    found = {
        year: judge_year(
            year, plans=(report.main,), cutoff=min(default_cutoff(year), report.cutoff), real_only=True
        )
        for year in years
    }
    by_year = {year: {item.target.id: item for item in result.outcomes} for year, result in found.items()}

    def cell(target: str, year: int) -> str:
        outcome = by_year[year][target]
        return "\n".join(filter(None, (dated(report, outcome.figure), report.say(outcome.verdict.value))))

    known = [
        o for o in report.real_lines if any(outcomes[o.target.id].figure for outcomes in by_year.values())
    ]
    others = report.say(
        "{n} chỉ tiêu khác chưa có số liệu trong cả giai đoạn.",
        n=report.count(len(report.real_lines) - len(known)),
    )
    if not known:
        return [Prose(others)]
    table = report.table(
        known,
        report.say("Số liệu và kết luận của từng năm trong {span}", span=span_words(report)),
        [
            row_head("Chỉ tiêu", lambda o: wording(o.target, report.lang), 1 - 0.16 * len(years)),
            *(
                centred(str(year), lambda o, year=year: cell(o.target.id, year), 0.16, as_is=True)  # type: ignore[misc]
                for year in years
            ),
        ],
        notes=[
            report.say(
                "Trong ngoặc: thời điểm của số liệu mới nhất, công bố đến ngày 31 tháng 3 của năm sau mỗi năm. {others}",
                others=others,
            )
        ],
        id="tung-nam",
    )
    return [table]
