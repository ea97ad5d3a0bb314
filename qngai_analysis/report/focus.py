"""A sector report about one district: what is known of it, and what is known of the province only.

Without a district every function here returns nothing, so that one notebook serves both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from qngai_analysis.evidence.observations import position
from qngai_analysis.page.blocks import Figure, Prose, literal
from qngai_analysis.page.tables import Column, Table
from qngai_analysis.report.sector import (
    NOT_SIGNIFICANT,
    SHARE,
    Sample,
    Sector,
    as_computed,
    by_group,
    difference,
    districts,
    flag_of,
    label,
    marked,
    p_words,
    printed,
    records,
    source_of,
    survey_name,
)
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.form.intake import survey_years
from qngai_analysis.words.numbers import day, number

HERE = "_here"  # column that says whether a row lies in the district


def opening(sector: Sector) -> list[Prose]:
    """Return what of the report speaks of the district, and what of the province only."""
    if sector.district is None:
        return []
    lines = [_targets_words(sector), *(_survey_words(sector, sample) for sample in sector.samples)]
    lines += [
        sector.say(
            "Số liệu đã công bố về riêng {district}: {n}.", district=sector.district, n=len(_facts(sector))
        ),
        sector.say(
            "Chỉ có ở cấp tỉnh: chỉ tiêu giao cho tỉnh và kết luận về các chỉ tiêu ấy, các nhóm theo giới tính, "
            "tuổi, quy mô, mô hình, nhiệm vụ và cơ quan chủ trì."
        ),
    ]
    return [Prose("\n".join(f"- {literal(line)}" for line in lines))]


def _targets_words(sector: Sector) -> str:
    mine, common = len(sector.local_targets), len(sector.common_targets)
    if not mine + common:
        return sector.say(
            "Các kế hoạch không giao chỉ tiêu riêng cho {district} trong lĩnh vực này.",
            district=sector.district,
        )
    return sector.say(
        "Chỉ tiêu các kế hoạch giao riêng cho {district}: {n} của lĩnh vực này, {common} không thuộc riêng lĩnh vực nào.",
        district=sector.district,
        n=mine,
        common=common,
    )


def _survey_words(sector: Sector, sample: Sample) -> str:
    name = survey_name(sample.codebook, sector.lang)
    if "district" in sample.by:
        return sector.say("{survey}: ước lượng được cho từng huyện.", survey=name)
    return sector.say("{survey}: chỉ ước lượng được ở cấp tỉnh.", survey=name)


# ---------------------------------------------------------------- the district against the rest


def compared(sector: Sector) -> list[Table | Prose]:
    """Return the district beside the rest of the province, indicator by indicator, with tests."""
    blocks: list[Table | Prose] = []
    for sample in _samples(sector):
        rows = [_row(sector, sample, indicator) for indicator in sample.indicators]
        if all(row["p"] is None for row in rows):
            withheld = sector.say(
                "{survey}: không ước lượng nào của {district} được công bố (bảo mật hoặc kém tin cậy).",
                survey=survey_name(sample.codebook, sector.lang),
                district=sector.district,
            )
            blocks.append(Prose(literal(withheld)))
            continue
        blocks += [_table(sector, sample, pd.DataFrame(rows)), _conclusion(sector, sample, rows)]
    return blocks


def _samples(sector: Sector) -> list[Sample]:
    if sector.district is None:
        return []
    return [sample for sample in sector.samples if "district" in sample.by]


_PRINTED = {"value": "estimate", "low": "ci_low", "high": "ci_high"}
_TESTED = ("rest", "gap", "from", "to", "p", "p_words")


def _row(sector: Sector, sample: Sample, indicator: Indicator) -> dict[str, Any]:
    scale = SHARE if indicator.unit == "%" else 1.0
    table = by_group(sample, indicator, "district", sector.lang)
    here = table[table["group"] == sector.district]
    row: dict[str, Any] = {
        "name": label(indicator, sector.lang),
        "unit": indicator.unit,
        "flag": flag_of(here.iloc[0]) if len(here) else "",
    }
    if not len(here) or pd.isna(here.iloc[0]["estimate"]):
        return row | dict.fromkeys(("n", "value", "low", "high", *_TESTED))
    mine = here.iloc[0]
    row["n"] = float(mine["n"])
    row |= {name: mine[column] * scale for name, column in _PRINTED.items()}
    if not as_computed(mine):
        return row | dict.fromkeys(_TESTED)  # the test would tell the figure that is not revised
    test = _test(sector, sample, indicator)
    return row | {
        "rest": (mine["estimate"] - test["estimate"]) * scale,
        "gap": test["estimate"] * scale,
        "from": test["ci_low"] * scale,
        "to": test["ci_high"] * scale,
        "p": test["p_value"],
        "p_words": p_words(test["p_value"], sector.lang),
    }


def _test(sector: Sector, sample: Sample, indicator: Indicator) -> pd.Series:
    """Return the difference between the district and the rest of the province, with its test."""
    inside = sample.survey.frame[sample.codebook.design.district].astype(str).eq(str(sector.district))
    return difference(sample.survey.assign(**{HERE: inside}), indicator, HERE, (True, False))


def _table(sector: Sector, sample: Sample, rows: pd.DataFrame) -> Table:
    interval, gap = sector.say("Khoảng tin cậy 95%"), sector.say("Chênh lệch")
    return Table(
        rows,
        sector.say(
            "{district} so với phần còn lại của tỉnh: {survey}, năm {year}",
            district=sector.district,
            survey=survey_name(sample.codebook, sector.lang),
            year=sample.year,
        ),
        columns=[
            Column("name", sector.say("Chỉ tiêu"), head=True, width=0.22),
            Column("n", "n", decimals=0, width=0.06),
            Column("value", str(sector.district), decimals=1, unit_key="unit", flag="flag", width=0.13),
            Column("low", sector.say("Từ"), decimals=1, group=interval, width=0.08),
            Column("high", sector.say("Đến"), decimals=1, group=interval, width=0.08),
            Column("rest", sector.say("Phần còn lại"), decimals=1, unit_key="unit", width=0.12),
            Column("gap", sector.say("Giá trị"), decimals=1, group=gap, width=0.08),
            Column("from", sector.say("Từ"), decimals=1, group=gap, width=0.08),
            Column("to", sector.say("Đến"), decimals=1, group=gap, width=0.08),
            Column("p_words", "p", align="right", width=0.09),
        ],
        notes=[
            sector.say(
                "Kiểm định t theo thiết kế mẫu, huyện so với 12 huyện còn lại; chênh lệch của tỷ lệ tính bằng điểm phần "
                "trăm; p chưa hiệu chỉnh theo số phép so sánh. n: số người (đơn vị) của huyện đã trả lời."
            )
        ],
        simulated=sample.simulated,
        source=source_of(sector, sample),
        lang=sector.lang,
    )


def _conclusion(sector: Sector, sample: Sample, rows: list[dict[str, Any]]) -> Prose:
    known = [row for row in rows if row["p"] is not None]
    sure = [row for row in known if row["p"] < NOT_SIGNIFICANT]
    text = sector.say(
        "{district} khác phần còn lại của tỉnh có ý nghĩa thống kê ở {n} trên {all} chỉ tiêu{mark}",
        district=str(sector.district),
        n=len(sure),
        all=len(known),
        mark=marked(sector, sample),
    )
    listed = "; ".join(f"{row['name']} ({number(row['gap'], 1, lang=sector.lang)})" for row in sure)
    return Prose(literal(f"{text}: {listed}." if listed else f"{text}."))


def sentences(sector: Sector) -> Iterator[str]:
    """Say the headline of each survey for the district against the rest; nothing where it is withheld."""
    for sample in _samples(sector):
        row = _row(sector, sample, sample.headline)
        if row["p"] is None:
            continue
        yield sector.say(
            "{indicator}, {district}: {value}; phần còn lại của tỉnh: {rest} ({sure}){mark}.",
            indicator=literal(row["name"]),
            district=literal(sector.district),
            value=number(row["value"], 1, unit=row["unit"], lang=sector.lang),
            rest=number(row["rest"], 1, unit=row["unit"], lang=sector.lang),
            sure=sector.say(
                "chênh lệch có ý nghĩa thống kê"
                if row["p"] < NOT_SIGNIFICANT
                else "chênh lệch chưa có ý nghĩa thống kê"
            ),
            mark=marked(sector, sample),
        )


# ---------------------------------------------------------------- years, published facts


def over_years(sector: Sector) -> list[Figure]:
    """Return the headline of each survey over the years, the district beside the province."""
    return [figure for sample in _samples(sector) if (figure := _years(sector, sample)) is not None]


def _years(sector: Sector, sample: Sample) -> Figure | None:
    parts = []
    for year in (year for year in survey_years(sample.name) if year <= sector.year):
        other = sector.sample_of(sample, year)
        if other is None:
            continue
        table = by_group(other, sample.headline, "district", sector.lang)
        whole = other.estimate(sample.headline).assign(group=sector.say("Toàn tỉnh"))
        parts.append(pd.concat([table[table["group"] == sector.district], whole]).assign(year=year))
    if len(parts) < 2:
        return None
    from qngai_analysis.page import multiples  # heavy: only where it is drawn

    scale = SHARE if sample.headline.unit == "%" else 1.0
    return multiples.over_years(
        pd.concat(parts, ignore_index=True)[["group", "year", "estimate", "ci_low", "ci_high"]],
        sector.say(
            "{indicator} qua các năm: {district} và toàn tỉnh",
            indicator=label(sample.headline, sector.lang),
            district=sector.district,
        ),
        lang=sector.lang,
        scale=scale,
        unit=sample.headline.unit,
        source=source_of(sector, sample),
        simulated=sample.simulated,
    )


def published(sector: Sector) -> list[Table | Prose]:
    """Return the published figures of the district itself, of whatever series, newest first."""
    if sector.district is None:
        return []
    rows = _facts(sector)
    if not len(rows):
        return [
            Prose(
                sector.say(
                    "Nguồn của dự án không có số liệu đã công bố nào về riêng {district}.",
                    district=sector.district,
                )
            )
        ]
    frame = pd.DataFrame(
        {
            "name": rows["name"],
            "value": [printed(row, sector.lang) for row in records(rows)],
            "date": [day(value, sector.lang) for value in rows["reference_date"]],
            "source": [f"{row['publisher']} [{row['id']}]" for row in records(rows)],
            "address": rows["address"],
        }
    )
    return [
        Table(
            frame,
            sector.say("Số liệu đã công bố về {district}, mọi lĩnh vực", district=sector.district),
            columns=[
                Column("name", sector.say("Số liệu"), head=True, width=0.44),
                Column("value", sector.say("Giá trị"), align="right", width=0.16),
                Column("date", sector.say("Thời điểm"), align="center", width=0.12),
                Column("source", sector.say("Nguồn"), href="address", width=0.28),
            ],
            lang=sector.lang,
        )
    ]


def _facts(sector: Sector) -> pd.DataFrame:
    table = sector.result.observations
    ids = dict(zip(districts()["name"], districts()["id"], strict=True))
    code = ids[str(sector.district)]
    # a commune's id begins with that of its district
    mine = table[table["territory"].str.startswith(code) & table["evidence"].eq("real")]
    return mine.assign(t=mine["reference_date"].map(position)).sort_values("t", ascending=False)
