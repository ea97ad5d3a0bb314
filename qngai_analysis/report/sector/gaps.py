"""Who is left behind: gaps between groups with their tests, and which stay when all else is equal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.page.tables import Table
from qngai_analysis.report.base import INTERVAL, SHARE, Report, at_right, column, interval, measured, row_head
from qngai_analysis.report.printed import NOT_SIGNIFICANT, probability
from qngai_analysis.report.sector.loading import (
    Block,
    Sample,
    Sector,
    by_group,
    group_words,
    grouping_title,
    grouping_words,
    source_of,
)
from qngai_analysis.survey.form.codebook import SPECIAL, Indicator
from qngai_analysis.survey.release.gate import ends
from qngai_analysis.survey.release.publication import compared, odds
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.language import listed


def left_behind(sector: Sector) -> list[Block]:
    """Return the gaps between groups with their tests: who is left behind, and how sure that is."""
    blocks: list[Block] = []
    for sample in sector.samples:
        rows = [_gap(sector, sample, indicator, by) for indicator in sample.shares for by in sample.by]
        if found := [row for row in rows if row]:
            blocks.append(_gap_table(sector, sample, found))
    return blocks or [Prose(sector.say("Chưa có số liệu điều tra để so sánh các nhóm."))]


def _gap(sector: Sector, sample: Sample, indicator: Indicator, by: str) -> dict[str, Any] | None:
    """Return the widest gap of a grouping: its lowest group against its highest, among those published."""
    known = _told(by_group(sample, indicator, by, sector.lang))
    if len(known) < 2 or known["estimate"].iloc[0] == known["estimate"].iloc[-1]:
        return None
    low, high = known.iloc[0], known.iloc[-1]
    test = widest(sample, indicator, by, known)
    if test is None:
        return None
    return {
        "name": sector.name(indicator),
        "by": grouping_title(sector, sample, by),
        "low": f"{low['label']}: {share(sector, low['estimate'])}",
        "high": f"{high['label']}: {share(sector, high['estimate'])}",
        "gap": test["estimate"] * SHARE,
        "from": test["ci_low"] * SHARE,
        "to": test["ci_high"] * SHARE,
        "p": probability(sector, test["p_value"]),
        "sure": sector.say("có" if test["p_value"] < NOT_SIGNIFICANT else "chưa"),
    }


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that are published, the lowest first."""
    return table.dropna(subset=["estimate"]).sort_values(["estimate", "row"], kind="stable")


def share(report: Report, value: float) -> str:
    """Return a share of 0 to 1 as printed per cent."""
    return report.number(value * SHARE, 1, "%")


def widest(sample: Sample, indicator: Indicator, by: str, known: pd.DataFrame) -> pd.Series | None:
    """Return the published difference between the last and the first group of ``known``, with its test; None if there is none.

    The two were picked after looking at the data, so ``p_value`` is multiplied by the number of
    pairs they were picked from (Bonferroni), at most 1, and ``ci_low`` to ``ci_high`` is as much
    wider: it leaves 0 out exactly where ``p_value`` is below 1 minus the confidence.
    """
    groups = (known["row"].iloc[-1], known["row"].iloc[0])
    test = compared(sample.survey, indicator, sample.column(by), groups)
    if test is None:
        return None
    pairs = len(known) * (len(known) - 1) / 2
    figures = (test["estimate"], test["se"], test["df"])
    return pd.Series({**test, **ends(*figures, share=indicator.kind == "proportion", times=pairs)})


def _gap_table(sector: Sector, sample: Sample, rows: list[dict[str, Any]]) -> Table:
    caption = sector.say(
        "Chênh lệch giữa các nhóm: {survey}, năm {year}",
        survey=sector.name(sample.codebook),
        year=sample.year,
    )
    note = sector.say(
        "Kiểm định t theo thiết kế mẫu cho nhóm thấp nhất so với nhóm cao nhất; hai nhóm được chọn sau khi "
        "nhìn số liệu nên p đã nhân với số cặp nhóm và khoảng tin cậy đã nới rộng tương ứng (Bonferroni)."
    )
    return sector.table(
        rows,
        caption,
        [
            row_head("Theo", "by", 0.13),
            column("Nhóm thấp nhất", "low", 0.21),
            column("Nhóm cao nhất", "high", 0.21),
            measured("Chênh lệch (điểm %)", "gap", 0.12),
            *interval(0.08, ends=("from", "to")),
            at_right("p", "p", 0.09),
            column("Có ý nghĩa", "sure", 0.08),
        ],
        sections="name",
        notes=[note],
        simulated=sample.simulated,
        source=source_of(sector, sample),
    )


def equal_footing(sector: Sector) -> list[Block]:
    """Return odds ratios of each headline share: which gaps stay when the other characteristics are held equal.

    A survey-weighted logistic regression on the groupings other than the district; only where a
    survey has at least two of them, or the gap tests above say the same. A grouping in which a group
    is confidential is left out.
    """
    blocks: list[Block] = []
    for sample in sector.samples:
        on = [by for by in sample.by if by != "district" and _all_told(sample, by)]
        if sample.headline.kind != "proportion" or len(on) < 2:
            continue
        try:
            terms = odds(sample.survey, sample.headline, on, _known(sample, on))
        except SurveyError as why:  # a group that answers all alike: the model has nothing to say
            text = sector.say("Không ước lượng được mô hình: {why}", why=str(why))
            blocks.append(Prose(literal(text)))
        else:
            blocks += [] if terms is None else [_odds(sector, sample, on, terms)]
    return blocks


def _known(sample: Sample, on: Sequence[str]) -> pd.Series[bool]:
    """Rows whose groups are known: "không biết" is no group to compare with."""
    unknown = {choice.vi for choice in SPECIAL.values()}
    known: pd.Series[bool] = ~sample.survey.frame[list(on)].isin(unknown).any(axis=1)
    return known


def _all_told(sample: Sample, by: str) -> bool:
    """Whether no group of the headline's table is hidden: its odds would tell its share."""
    return not by_group(sample, sample.headline, by, "vi")["symbol"].eq("c").any()


def _odds_cells(sector: Sector, row: Any) -> dict[str, str]:
    if is_missing(row.odds):
        base = sector.say("{one} (gốc)", one=sector.number(1))
        return {"odds": base, **dict.fromkeys(("low", "high", "p"), "–")}
    cells = {name: sector.number(getattr(row, name), 2) for name in ("odds", "low", "high")}
    return {**cells, "p": probability(sector, row.p_value)}


def _odds(sector: Sector, sample: Sample, on: Sequence[str], terms: pd.DataFrame) -> Table:
    rows = [
        {
            "by": grouping_title(sector, sample, row.by),
            "group": group_words(sample.codebook, row.by, row.group, sector.lang),
            **_odds_cells(sector, row),
        }
        for row in records(terms)
    ]
    caption = sector.say(
        "Tỷ số chênh khi các đặc điểm khác như nhau: {indicator}", indicator=sector.name(sample.headline)
    )
    note = sector.say(
        "Hồi quy logistic có trọng số theo thiết kế mẫu trên {on}; trên 1 là cao hơn nhóm gốc. "
        "Liên hệ, không phải nguyên nhân.",
        on=listed([grouping_words(sample.codebook, by, sector.lang) for by in on], sector.lang),
    )
    return sector.table(
        rows,
        caption,
        [
            row_head("Nhóm (so với nhóm gốc)", "group", 0.4),
            at_right("Tỷ số chênh", "odds", 0.18),
            at_right("Từ", "low", 0.14, group=INTERVAL),
            at_right("Đến", "high", 0.14, group=INTERVAL),
            at_right("p", "p", 0.14),
        ],
        sections="by",
        notes=[note],
        simulated=sample.simulated,
    )
