"""A sector report about one district: what is known of it, and what is known of the province only.

Without a district every function here returns nothing, so that one notebook serves both.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from qngai_analysis import territory
from qngai_analysis.evidence.observations import position
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.page.tables import Grid
from qngai_analysis.report import base
from qngai_analysis.report.base import at_right, centred, counted, interval, measured, row_head, source
from qngai_analysis.report.printed import NOT_SIGNIFICANT, ROUNDED
from qngai_analysis.report.sector import SectorReport, SectorSurvey, printed, scale_of
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.comparisons import against_rest
from qngai_analysis.territory import ONE

GAP = "Chênh lệch"
_TESTED = {"rest": "rest", "gap": "estimate", "gap_low": "ci_low", "gap_high": "ci_high"}


def opening(sector: SectorReport) -> list[Prose]:
    """Return what of the report speaks of the district, and what of the province only."""
    if sector.district is None:
        return []
    mine, common = len(sector.local_targets), len(sector.common_targets)
    targets = "Các kế hoạch không giao chỉ tiêu riêng cho {district} trong lĩnh vực này."
    if mine + common:
        targets = "Chỉ tiêu các kế hoạch giao riêng cho {district}: {n} của lĩnh vực này, {common} không thuộc riêng lĩnh vực nào."
    lines = [sector.say(targets, n=mine, common=common)]
    for sample in sector.samples:
        text = "{survey}: chỉ ước lượng được ở cấp tỉnh."
        if "district" in sample.by:
            text = "{survey}: ước lượng được cho từng {unit}."
        unit = sector.say(ONE[sample.codebook.kind])
        lines.append(sector.say(text, survey=sector.name(sample.codebook), unit=unit))
    lines.append(sector.say("Số liệu đã công bố về riêng {district}: {n}.", n=len(_facts(sector))))
    rest = "Chỉ có ở cấp tỉnh: chỉ tiêu giao cho tỉnh và kết luận về các chỉ tiêu ấy, các nhóm theo giới tính, tuổi, quy mô, mô hình, nhiệm vụ và cơ quan chủ trì."
    return [base.bullets(map(literal, [*lines, sector.say(rest)]))]


# ---------------------------------------------------------------- the district against the rest


def compared(sector: SectorReport) -> list[Grid | Prose]:
    """Return the district beside the rest of the province, indicator by indicator, with tests."""
    blocks: list[Grid | Prose] = []
    for sample in sector.samples if sector.district else []:
        if "district" not in sample.by:
            continue
        rows = [_row(sector, sample, indicator) for indicator in sample.indicators]
        if any("estimate" in row for row in rows):
            blocks += [_against_the_rest(sector, sample, rows), _conclusion(sector, sample, rows)]
            continue
        text = "{survey}: không ước lượng nào của {district} được công bố (bảo mật hoặc kém tin cậy)."
        blocks.append(Prose(literal(sector.say(text, survey=sector.name(sample.codebook)))))
    return blocks


def _row(sector: SectorReport, sample: SectorSurvey, indicator: Indicator) -> dict[str, Any]:
    row: dict[str, Any] = {"name": sector.name(indicator), "unit": indicator.unit, "p": None}
    table = printed(sample.by_group(indicator, "district", sector.lang), indicator)
    here = table[table["group"] == sector.district].dropna(subset=["estimate"])
    if not len(here):
        return row
    row |= {name: here.iloc[0][name] for name in ("n", "estimate", "ci_low", "ci_high", "flag")}
    test = against_rest(sample.survey, indicator, sample.column("district"), str(sector.district))
    if test is None or pd.isna(test["p_value"]):
        return row
    row |= {name: round(test[of] * scale_of(indicator), 6) for name, of in _TESTED.items()}
    return row | {"p": test["p_value"], "p_words": sector.probability(test["p_value"])}


def _against_the_rest(sector: SectorReport, sample: SectorSurvey, rows: list[dict[str, Any]]) -> Grid:
    text = "{district} so với phần còn lại của tỉnh: {survey}, năm {year}"
    caption = sector.say(text, survey=sector.name(sample.codebook), year=sample.year)
    note = sector.say(
        "Kiểm định t theo thiết kế mẫu, {unit} so với {n} {unit} còn lại; chênh lệch của tỷ lệ tính bằng điểm phần trăm; p chưa hiệu chỉnh theo số phép so sánh. n: số người (đơn vị) của {unit} đã trả lời.",
        n=len(sample.codebook.units) - 1,
        unit=sector.say(ONE[sample.codebook.kind]),
    )
    table = pd.DataFrame(rows)
    return sector.table(
        table.reindex(columns=table.columns.union([*_TESTED, "p_words"], sort=False)),
        caption,
        row_head("Chỉ tiêu", "name", 0.22),
        counted("n", "n", 0.06),
        measured(str(sector.district), "estimate", 0.13, unit_of="unit", flag="flag", as_is=True),
        *interval(0.08, ends=("ci_low", "ci_high")),
        measured("Phần còn lại", "rest", 0.12, unit_of="unit"),
        measured("Giá trị", "gap", 0.08, group=GAP),
        *interval(0.08, GAP, ("gap_low", "gap_high")),
        at_right("p", "p_words", 0.09),
        notes=[note, sector.say(ROUNDED)],
        simulated=sample.simulated,
        source=sample.source(sector),
    )


def _conclusion(sector: SectorReport, sample: SectorSurvey, rows: list[dict[str, Any]]) -> Prose:
    known = [row for row in rows if row["p"] is not None]
    if not known:  # those of the rest come with a table that is new, not with one that stands
        untold = "{survey}: chênh lệch của {district} với phần còn lại của tỉnh chưa được công bố."
        return Prose(literal(sector.say(untold, survey=sector.name(sample.codebook))))
    sure = [row for row in known if row["p"] < NOT_SIGNIFICANT]
    wording = "{district} khác phần còn lại của tỉnh có ý nghĩa thống kê ở {n} trên {all} chỉ tiêu{mark}"
    text = sector.say(wording, n=len(sure), all=len(known), mark=sample.mark(sector))
    listed = "; ".join(f"{row['name']} ({sector.number(row['gap'], 1)})" for row in sure)
    return Prose(literal(f"{text}: {listed}." if listed else f"{text}."))


def published(sector: SectorReport) -> list[Grid | Prose]:
    """Return the published figures of the district itself, of whatever series, newest first."""
    if sector.district is None:
        return []
    rows = _facts(sector)
    if not len(rows):
        return [Prose(sector.say("Báo cáo không thu thập được số liệu đã công bố nào về riêng {district}."))]
    columns = [
        row_head("Số liệu", "name", 0.44),
        at_right("Giá trị", sector.printed_figure, 0.16),
        centred("Thời điểm", lambda row: sector.day(row.reference_date), 0.12),
        source(0.28),
    ]
    return [sector.table(rows, sector.say("Số liệu đã công bố về {district}, mọi lĩnh vực"), *columns)]


def _facts(sector: SectorReport) -> pd.DataFrame:
    table = sector.result.observations
    unit = territory.named(str(sector.district))
    code = unit.id if unit else ""
    # a commune's id begins with that of its district
    mine = table[table["territory"].str.startswith(code) & table["evidence"].eq("real")]
    return mine.assign(t=mine["reference_date"].map(position)).sort_values("t", ascending=False)
