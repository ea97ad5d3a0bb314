"""What a report is about when it is not one whole year: the first six months, or the review of a plan's period."""

from __future__ import annotations

from qngai_analysis.page.tables import Table
from qngai_analysis.progress.cutoff import HALF, default_cutoff, review_years
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.report.base import centred, row_head
from qngai_analysis.report.yearly.loading import YearReport, figure_words


def span_words(report: YearReport) -> str:
    """Return what the report is about: "năm 2025", "6 tháng đầu năm 2025", "giai đoạn 2022 - 2025"."""
    if report.period == HALF:
        return report.say("6 tháng đầu năm {year}", year=report.year)
    if years := review_years(report.period, report.year):
        return report.say("giai đoạn {first} - {last}", first=years[0], last=years[-1])
    return report.say("năm {year}", year=report.year)


def review_table(report: YearReport) -> list[Table]:
    """Return the main plan's targets with figure and verdict of each year of the period; none but in a review."""
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
        return "\n".join(
            filter(None, [figure_words(report, outcome.figure), report.say(outcome.verdict.value)])
        )

    return [
        report.table(
            report.real_lines,
            report.say("Kết quả của từng năm trong {span}", span=span_words(report)),
            [
                row_head("Chỉ tiêu (theo lời văn kế hoạch)", lambda o: o.target.text, 1 - 0.16 * len(years)),
                *(
                    centred(str(year), lambda o, year=year: cell(o.target.id, year), 0.16, as_is=True)  # type: ignore[misc]
                    for year in years
                ),
            ],
            notes=[report.say("Số liệu công bố đến ngày 31 tháng 3 của năm sau mỗi năm.")],
            id="tung-nam",
        )
    ]
