"""What the sector's surveys estimate: for the province, by group, by district, over the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from qngai_analysis.page import charts
from qngai_analysis.page.blocks import Figure, Prose, literal
from qngai_analysis.page.tables import Table
from qngai_analysis.report.base import SHARE, Speaker, column, counted, estimate, interval, row_head
from qngai_analysis.report.printed import HIDDEN, REMARKS, goal_words
from qngai_analysis.report.sector.loading import (
    Block,
    Sample,
    Sector,
    by_group,
    districts,
    grouping_title,
    grouping_words,
    scale_of,
    source_of,
)
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.treatment import Treatment
from qngai_analysis.values import records

#: Why a share may end in a round figure.
ROUNDED = (
    "Tỷ lệ của ít người trả lời, hoặc của tổng thể mà phần lớn đã trả lời, được làm tròn thô hơn để bảo mật; khoảng tin "
    "cậy đã tính cả phần làm tròn."
)


def province_table(sector: Sector) -> list[Block]:
    """Return each survey's indicators for the whole province, with intervals."""
    if sector.samples:
        return [_province(sector, sample) for sample in sector.samples]
    why = " ".join(sector.absent) or sector.say("Lĩnh vực này chưa có cuộc điều tra nào được thiết kế.")
    return [Prose(literal(why))]


def _province(sector: Sector, sample: Sample) -> Table:
    found = [(indicator, sample.estimate(indicator)) for indicator in sample.indicators]
    remarks = [
        f"{sector.name(indicator)}: {sector.say(REMARKS[treatment])}"
        for indicator, table in found
        if (treatment := table["treatment"].iloc[0]) in REMARKS
    ]
    caption = sector.say(
        "{survey} năm {year}: ước lượng toàn tỉnh", survey=sector.name(sample.codebook), year=sample.year
    )
    note = sector.say("n: số người (đơn vị) trả lời. Ngưỡng tin cậy là lựa chọn của dự án (docs/methods).")
    rows = [
        estimate_rows(sector, indicator, table, table["flag"].eq("suppress")) for indicator, table in found
    ]
    return sector.table(
        pd.concat(rows, ignore_index=True),
        caption,
        [
            row_head("Chỉ tiêu", "name", 0.44),
            counted("n", "n", 0.09),
            estimate(0.15),
            *interval(0.1),
            column("Hiệu ứng thiết kế", "deff", 0.12, decimals=2),
        ],
        notes=[note, sector.say(ROUNDED), *remarks],
        simulated=sample.simulated,
    )


def estimate_rows(
    sector: Sector, indicator: Indicator, table: pd.DataFrame, hidden: pd.Series[bool]
) -> pd.DataFrame:
    """Return estimates as tables print them: ``name, n, value, low, high, deff, unit, flag``; empty where hidden."""
    scale = scale_of(indicator)
    return pd.DataFrame(
        {
            "name": sector.name(indicator),
            "n": table["n"].astype("float64"),
            "value": (table["estimate"] * scale).mask(hidden),
            "low": (table["ci_low"] * scale).mask(hidden),
            "high": (table["ci_high"] * scale).mask(hidden),
            "deff": table["deff"].mask(hidden),
            "unit": sector.unit(indicator.unit),
            "flag": [flag_of(row) for row in records(table)],
        }
    )


def flag_of(row: Any) -> str:
    """Return the flag of a printed estimate: ``c`` confidential, ``u`` unreliable."""
    if row.symbol == "c":
        return "c"
    if row.treatment == Treatment.CENSUS:  # few, but all there are: not unreliable
        return ""
    return "u" if row.flag in ("review", "complement", "suppress") else ""


def estimates(sector: Sector) -> list[Table | Prose]:
    """Return every indicator of each survey by every grouping, with intervals."""
    tables: list[Table | Prose] = [_estimates(sector, sample) for sample in sector.samples]
    return tables or [Prose(sector.say("Chưa có số liệu điều tra."))]


def _estimates(sector: Sector, sample: Sample) -> Table:
    parts = [_by_group(sector, sample, indicator, by) for indicator in sample.indicators for by in sample.by]
    caption = sector.say(
        "{survey} năm {year}: ước lượng theo nhóm", survey=sector.name(sample.codebook), year=sample.year
    )
    return sector.table(
        pd.concat(parts, ignore_index=True),
        caption,
        [
            column("Theo", "by", 0.2),
            row_head("Nhóm", "group", 0.34),
            counted("n", "n", 0.1),
            estimate(0.14),
            *interval(0.11),
        ],
        notes=[sector.say(ROUNDED)],
        sections="name",
        simulated=sample.simulated,
        source=source_of(sector, sample),
    )


def _by_group(sector: Sector, sample: Sample, indicator: Indicator, by: str) -> pd.DataFrame:
    table = by_group(sample, indicator, by, sector.lang)
    hidden = table["estimate"].isna()
    rows = estimate_rows(sector, indicator, table, hidden)
    return rows.assign(by=grouping_title(sector, sample, by), group=table["label"], n=rows["n"].mask(hidden))


def breakdowns(sector: Sector) -> list[Block]:
    """Return the headline indicator of each survey by each of its groupings: a chart each."""
    return [breakdown(sector, sample, sample.headline, by) for sample in sector.samples for by in sample.by]


def breakdown(sector: Sector, sample: Sample, indicator: Indicator, by: str) -> Figure:
    """Return the chart of one indicator by one grouping; suppressed groups are said in words."""
    table = by_group(sample, indicator, by, sector.lang)
    if by == "district":
        table = table.sort_values("estimate", ascending=False, na_position="last")
    goal = sector.main_target(indicator)
    caption = sector.say(
        "{indicator} theo {by}, năm {year}",
        indicator=sector.name(indicator),
        by=grouping_words(sample.codebook, by, sector.lang),
        year=sample.year,
    )
    words = "" if goal is None else f"{sector.say('mục tiêu')}: {goal_words(sector, goal)}"
    return charts.dot_interval(
        table,
        "label",
        caption,
        reference=None if goal is None else (goal.goal.value, words),
        highlight=sector.district,
        **_common(sector, sample),
    )


def _common(sector: Sector, sample: Sample) -> dict[str, Any]:
    return {"lang": sector.lang, "source": source_of(sector, sample), "simulated": sample.simulated}


def overview(sector: Sector) -> list[Block]:
    """Return all shares of each survey by district in one chart of shaded cells."""
    return [
        _overview(sector, sample)
        for sample in sector.samples
        if "district" in sample.by and len(sample.shares) > 1
    ]


def _overview(sector: Sector, sample: Sample) -> Figure:
    columns = {}
    for indicator in sample.shares:
        table = by_group(sample, indicator, "district", sector.lang)
        columns[sector.name(indicator)] = table.set_index("group")["estimate"] * SHARE
    caption = sector.say(
        "{survey}: các chỉ tiêu theo huyện, năm {year} (%)",
        survey=sector.name(sample.codebook),
        year=sample.year,
    )
    return charts.heat_table(pd.DataFrame(columns), caption, **_common(sector, sample))


def district_maps(sector: Sector) -> list[Block]:
    """Return a tile map of each survey's headline indicator by district."""
    return [_district_map(sector, sample) for sample in sector.samples if "district" in sample.by]


def _district_map(sector: Sector, sample: Sample) -> Figure:
    table = by_group(sample, sample.headline, "district", sector.lang)
    caption = sector.say(
        "{indicator} theo huyện, năm {year}", indicator=sector.name(sample.headline), year=sample.year
    )
    values = map_values(sector, table, SHARE)
    common = _common(sector, sample)
    return charts.tile_map(values, district_grid(), caption, highlight=sector.district, **common)


def map_values(report: Speaker, table: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Return what a tile map shows of estimates by district: value, or why there is none."""
    return pd.DataFrame(
        {
            "district": table["group"],
            "value": table["estimate"] * scale,
            "reason": [report.say(HIDDEN[s]) if s in HIDDEN else None for s in table["symbol"]],
        }
    )


def district_grid() -> pd.DataFrame:
    """Return the place of each district on the tile map."""
    return districts().rename(columns={"name": "district"})[["district", "row", "column"]]


def over_years(sector: Sector) -> list[Block]:
    """Return each headline indicator over the years that have a file."""
    blocks: list[Block] = []
    for sample in sector.samples:
        points = []
        for other in sector.samples_over_years(sample):
            row = other.estimate(sample.headline).iloc[0]
            points.append((other.year, *(row[["estimate", "ci_low", "ci_high"]] * SHARE), 0))
        if len(points) > 1:
            blocks.append(_trajectory(sector, sample, points))
    none = sector.say("Chưa có số liệu điều tra của hai năm trở lên để so sánh theo thời gian.")
    return blocks or [Prose(none)]


def _trajectory(sector: Sector, sample: Sample, points: Sequence[tuple[float, ...]]) -> Figure:
    frame = pd.DataFrame(points, columns=["year", "value", "low", "high", "segment"]).astype({"year": int})
    goal = sector.main_target(sample.headline)
    return charts.trajectory(
        frame,
        sector.say("{indicator} qua các năm", indicator=sector.name(sample.headline)),
        target=None if goal is None else (goal.goal.value, goal.deadline, goal_words(sector, goal)),
        decimals=1,
        **_common(sector, sample),
    )
