"""Who is left behind: gaps between groups with their tests, and which stay when all else is equal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
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
from qngai_analysis.survey import Survey
from qngai_analysis.survey.estimate.columns import label_codes
from qngai_analysis.survey.estimate.intervals import student
from qngai_analysis.survey.form.codebook import SPECIAL, Indicator
from qngai_analysis.survey.release.treatment import Treatment
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
    known = revisable(by_group(sample, indicator, by, sector.lang)).sort_values("estimate")
    if len(known) < 2 or known["estimate"].iloc[0] == known["estimate"].iloc[-1]:
        return None
    low, high = known.iloc[0], known.iloc[-1]
    test = widest(sample, indicator, by, known)
    return {
        "name": sector.name(indicator),
        "by": grouping_title(sector, sample, by),
        "low": f"{low['label']}: {share(sector, low['estimate'])}",
        "high": f"{high['label']}: {share(sector, high['estimate'])}",
        "gap": test["estimate"] * SHARE,
        "from": test["ci_low"] * SHARE,
        "to": test["ci_high"] * SHARE,
        "p": probability(sector, test["p_value"]),
        "sure": sector.say("có" if test["p_value"] < NOT_SIGNIFICANT else "không"),
    }


def revisable(table: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that a test may speak of; of one that is not revised it would tell the new figure."""
    known = table.dropna(subset=["estimate"])
    return known[known["treatment"] != Treatment.STANDS]


def share(report: Report, value: float) -> str:
    """Return a share of 0 to 1 as printed per cent."""
    return report.number(value * SHARE, 1, "%")


def widest(sample: Sample, indicator: Indicator, by: str, known: pd.DataFrame) -> pd.Series:
    """Return the difference between the last and the first group of ``known``, with its test.

    The two were picked after looking at the data, so ``p_value`` is multiplied by the number of
    pairs they were picked from (Bonferroni), at most 1, and ``ci_low`` to ``ci_high`` is as much
    wider: it leaves 0 out exactly where ``p_value`` is below 1 minus the confidence.
    """
    groups = (known.iloc[-1]["group"], known.iloc[0]["group"])
    test = difference(sample.survey, indicator, sample.column(by), groups).copy()
    pairs = len(known) * (len(known) - 1) / 2
    test["p_value"] = min(1.0, test["p_value"] * pairs)
    confidence = 1 - (1 - sample.survey.confidence) / pairs
    ends = student(np.array([test["estimate"]]), np.array([test["se"]]), np.array([test["df"]]), confidence)
    test["ci_low"], test["ci_high"] = (end[0] for end in ends)
    return test


def difference(survey: Survey, indicator: Indicator, by: str, groups: tuple[object, object]) -> pd.Series:
    """Return the difference between two groups in an indicator of whatever kind, with its test."""
    name, settings = indicator.name, {}
    if indicator.kind == "ratio":
        name, below = indicator.columns
        settings = {"statistic": "ratio", "den": below}
    found: pd.Series = survey.difference(name, by=by, groups=groups, **settings).iloc[0]
    return found


def _gap_table(sector: Sector, sample: Sample, rows: list[dict[str, Any]]) -> Table:
    caption = sector.say(
        "Chênh lệch giữa các nhóm: {survey}, năm {year}",
        survey=sector.name(sample.codebook),
        year=sample.year,
    )
    note = sector.say(
        "Kiểm định t theo thiết kế mẫu cho nhóm thấp nhất so với nhóm cao nhất; hai nhóm được xác định "
        "từ chính số liệu nên giá trị p đã hiệu chỉnh Bonferroni, khoảng tin cậy đã nới rộng tương ứng."
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
            column("Có ý nghĩa thống kê", "sure", 0.08),
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
        # the odds of a group that is hidden, or not revised, would tell its share
        on = [by for by in sample.by if by != "district" and _all_told(sector, sample, by)]
        if sample.headline.kind != "proportion" or len(on) < 2:
            continue
        try:
            fitted = _answered(sample, on).regress(sample.headline.name, on)
        except SurveyError as why:  # a group that answers all alike: the model has nothing to say
            text = sector.say("Không ước lượng được mô hình: {why}", why=str(why))
            blocks.append(Prose(literal(text)))
        else:
            blocks.append(_odds(sector, sample, on, _with_bases(sample, on, fitted)))
    return blocks


def _answered(sample: Sample, on: Sequence[str]) -> Survey:
    """Return the survey of those whose group is known: "không biết" is no group to compare with."""
    return sample.survey.where(_known(sample, on))


def _known(sample: Sample, on: Sequence[str]) -> pd.Series[bool]:
    unknown = {choice.vi for choice in SPECIAL.values()}
    known: pd.Series[bool] = ~sample.survey.frame[list(on)].isin(unknown).any(axis=1)
    return known


def as_computed(row: pd.Series) -> bool:
    """Whether a published row is what the file gives: neither hidden nor left as it was published before."""
    return bool(row["symbol"] != "c" and row["treatment"] != Treatment.STANDS)


def _all_told(sector: Sector, sample: Sample, by: str) -> bool:
    """Whether every group of the headline's table is published as the file gives it."""
    table = by_group(sample, sample.headline, by, sector.lang)
    return all(as_computed(row) for _, row in table.iterrows())


def _with_bases(sample: Sample, on: Sequence[str], fitted: pd.DataFrame) -> pd.DataFrame:
    """Return the model's terms as ``by``, ``group``, each grouping led by the group the others are compared with."""
    parts = fitted["term"].str.extract(r"^(?P<by>[^\[]+)\[(?P<group>.*)\]$")
    terms = pd.concat([parts, fitted[["estimate", "ci_low", "ci_high", "p_value"]]], axis=1)
    frame = sample.survey.frame[_known(sample, on)].dropna(subset=[sample.headline.name, *on])
    rows = []
    for by in on:
        mine = terms[terms["by"] == by]
        code, levels = label_codes(frame[by])
        seen = [str(level) for place, level in enumerate(levels) if (code == place).any()]
        assert seen[1:] == mine["group"].to_list()  # the model compares with the first group that is there
        rows += [pd.DataFrame({"by": [by], "group": seen[:1]}), mine]
    return pd.concat(rows, ignore_index=True)


def _odds_cells(sector: Sector, row: Any) -> dict[str, str]:
    if is_missing(row.estimate):
        base = sector.say("{one} (gốc)", one=sector.number(1))
        return {"odds": base, **dict.fromkeys(("low", "high", "p"), "–")}
    ends = {"odds": row.estimate, "low": row.ci_low, "high": row.ci_high}
    cells = {name: sector.number(np.exp(value), 2) for name, value in ends.items()}
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
