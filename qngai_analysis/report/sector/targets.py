"""How a sector report opens, and the sector's targets in all plans with their verdicts and the reasons."""

from __future__ import annotations

from typing import Any

from qngai_analysis.page.blocks import Details, PageTitle, Prose, SimulatedBanner
from qngai_analysis.page.tables import Table
from qngai_analysis.report.base import centred, column, measured, notices, row_head, verdict
from qngai_analysis.report.printed import EVIDENCE, goal_words
from qngai_analysis.report.reasons import address, english_name, wording
from qngai_analysis.report.reasons import reasons as explained
from qngai_analysis.report.sector.loading import Sector, for_a_district


def title(sector: Sector) -> PageTitle:
    """Return the title of the report."""
    subtitle = sector.say("Báo cáo chuyên đề năm {year}", year=sector.year)
    return PageTitle(
        sector.title,
        subtitle=f"{subtitle} – {sector.district}" if sector.district else subtitle,
        line=sector.say("Số liệu tính đến ngày {cutoff}", cutoff=sector.text_day(sector.cutoff)),
    )


def status(sector: Sector) -> list[SimulatedBanner | Prose]:
    """Return what the reader must know first: simulated data in use, surveys that are missing."""
    return notices(sector, simulated=sector.simulated, absent=sector.absent)


def target_table(sector: Sector) -> list[Table | Prose]:
    """Return the sector's targets in all plans with their verdicts; those set for districts in a table of their own."""
    say = sector.say
    blocks: list[Table | Prose] = []
    if sector.targets:
        caption = say("Chỉ tiêu của lĩnh vực trong các kế hoạch và kết quả năm {year}", year=sector.year)
        blocks.append(_target_table(sector, sector.targets, caption, "chi-tieu"))
    else:
        blocks.append(_no_targets(sector))
    if sector.local_targets:
        caption = (
            say("Chỉ tiêu các kế hoạch giao riêng cho huyện, thị xã, thành phố")
            if sector.district is None
            else say("Chỉ tiêu các kế hoạch giao riêng cho {district}", district=sector.district)
        )
        blocks.append(_target_table(sector, sector.local_targets, caption, "chi-tieu-huyen"))
    if sector.common_targets:
        caption = say(
            "Chỉ tiêu các kế hoạch giao riêng cho {district}, không thuộc riêng lĩnh vực nào",
            district=sector.district,
        )
        blocks.append(_target_table(sector, sector.common_targets, caption, "chi-tieu-chung-huyen"))
    return blocks


def _target_table(sector: Sector, rows: list[Any], caption: str, id: str) -> Table:
    place = [column("Địa bàn", "geography", 0.12)] if all(map(for_a_district, rows)) else []
    return sector.table(
        rows,
        caption,
        [
            centred("Kế hoạch", "plan", 0.07),
            *place,
            row_head("Chỉ tiêu (theo lời văn kế hoạch)", lambda row: wording(row, sector.lang), 0.3),
            centred("Mục tiêu", lambda row: goal_words(sector, row), 0.11),
            column("Năm", "deadline", 0.06, format="plain"),
            measured("Kết quả", "value", 0.09, align="right", unit_of=lambda row: sector.unit(row.unit)),
            centred("Thời điểm", lambda row: sector.day(row.reference_date), 0.08),
            verdict(sector, 0.14, href=lambda row: address(row.target_id)),
            column("Căn cứ", lambda row: sector.say(EVIDENCE[row.evidence]), 0.13),
        ],
        id=id,
        simulated=any(row.evidence == "simulated" for row in rows),
    )


def _no_targets(sector: Sector) -> Prose:
    return Prose(sector.say("Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này."))


def reasons(sector: Sector) -> list[Details] | list[Prose]:
    """Return the explanation behind each verdict of the sector, in the order of the table."""
    rows = [*sector.targets, *sector.local_targets, *sector.common_targets]
    if not rows:
        return [_no_targets(sector)]
    return explained(sector, sector.result, rows, lambda row: _short(sector, row))


def _short(sector: Sector, row: Any) -> str:
    text = english_name(row.indicator) if sector.lang != "vi" else ""
    place = f"{row.geography}: " if for_a_district(row) else ""
    return f"{row.plan}: {place}{text or row.text.rstrip('.')}"
