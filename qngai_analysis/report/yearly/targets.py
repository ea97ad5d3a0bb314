"""The yearly report on the plans' targets: how many are met, the table, the chart, and what is known of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from qngai_analysis.page import charts
from qngai_analysis.page.blocks import Figure, Prose, literal
from qngai_analysis.page.tables import Table
from qngai_analysis.progress.assessing import related_figures
from qngai_analysis.progress.judging import Judgement
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import YearResult
from qngai_analysis.report.base import (
    SIMULATED,
    at_right,
    bullets,
    centred,
    column,
    heading,
    row_head,
    source,
    verdict,
)
from qngai_analysis.report.printed import goal_words
from qngai_analysis.report.reasons import address, remarks, wording
from qngai_analysis.report.yearly.loading import (
    MAIN_PLAN,
    PILLARS,
    YearReport,
    short_title,
    split_later,
    target_subject,
    targets_of_plan,
    value_cell,
    value_words,
)
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.language import said

LEVELS = {
    "chính thức": "số chính thức",
    "sơ bộ": "số sơ bộ",
    "ước tính": "số ước tính",
    "không rõ": "không rõ mức độ",
}


def _tally(report: YearReport, rows: Iterable[Any]) -> str:
    seen = Counter(row.verdict_code for row in rows)
    return ", ".join(
        report.say("{n} {word}", n=report.count(seen[verdict.code]), word=report.say(verdict.value))
        for verdict in Verdict
        if verdict.code in seen
    )


def _known(rows: Iterable[Any]) -> int:
    return sum(not is_missing(row.value) for row in rows)


def summary(report: YearReport) -> Prose:
    """Return how many targets got which verdict; what simulated data would give is counted apart."""
    made_up = [row for row in report.lines if row.evidence == "simulated"]
    known = _known(report.real_lines)
    text = report.say(
        "Trong {n} chỉ tiêu của {plan}, tính đến hết năm {year}: {tally}. Có {known} chỉ tiêu có ít nhất một số liệu "
        "đúng định nghĩa của tỉnh; {missing} chỉ tiêu chưa có. Số liệu gần nghĩa và số liệu cả nước được nêu để tham "
        "khảo, không dùng để kết luận ({table}, {chart}).",
        n=report.count(len(report.lines)),
        plan=literal(short_title(report.plan)),
        year=report.year,
        tally=_tally(report, report.real_lines),
        known=report.count(known),
        missing=report.count(len(report.real_lines) - known),
        table="{ref:muc-tieu}",
        chart="{ref:khoang-cach}",
    )
    if made_up:
        text += " " + report.say(
            "**SỐ LIỆU MÔ PHỎNG**, tính riêng: {n} chỉ tiêu, trong đó {tally}.",
            n=report.count(len(made_up)),
            tally=_tally(report, made_up),
        )
    return Prose(text)


def target_table(report: YearReport, plan: str = MAIN_PLAN) -> Table:
    """Return the table of a plan's targets: words, threshold, value, date, verdict, agency, source."""
    rows = targets_of_plan(report.result, plan)
    title = short_title(report.plan if plan == MAIN_PLAN else report.later[plan])
    caption = report.say(
        "Kết quả thực hiện các chỉ tiêu của {plan} đến hết năm {year}", plan=title, year=report.year
    )
    unknown = report.say(
        "“…”: chưa có số liệu đúng định nghĩa, của đúng địa giới kế hoạch. Nguồn: mã số liệu ở Phụ lục V."
    )
    territory = report.say(
        "Địa giới của mục tiêu là tỉnh Quảng Ngãi trước ngày 01/7/2025; số liệu của tỉnh mới "
        "(gồm Kon Tum) không thay thế được."
    )
    places = {row.target_id: place for place, row in enumerate(rows, start=1)}
    return report.table(
        rows,
        caption,
        [
            centred("TT", lambda row: places[row.target_id], 0.045, format="plain"),
            row_head("Chỉ tiêu (theo lời văn kế hoạch)", lambda row: wording(row, report.lang), 0.265),
            centred("Đơn vị", lambda row: report.unit(row.unit), 0.06),
            centred("Mục tiêu", lambda row: _goal_cell(report, row), 0.1),
            centred("Kết quả", lambda row: value_cell(report, row), 0.09),
            centred("Thời điểm", lambda row: report.day(row.reference_date), 0.085),
            verdict(report, 0.135, href=lambda row: address(row.target_id)),
            column("Cơ quan cung cấp số liệu", lambda row: "; ".join(row.owners), 0.14),
            centred("Nguồn", "observation", 0.08),
        ],
        sections=lambda row: report.say(PILLARS[row.pillar]) if row.pillar in PILLARS else None,
        notes=[unknown, territory, *_revision_notes(report, rows)],
        source=f"{title}; {{ref:nguon}}.",
        id="muc-tieu" if plan == MAIN_PLAN else f"muc-tieu-{plan}",
        simulated=any(row.evidence == "simulated" for row in rows),
    )


def _goal_cell(report: YearReport, row: Any) -> str:
    return goal_words(report, row) + (" (*)" if _revision(report, row) else "")


def _revision(report: YearReport, row: Any) -> Any:
    """Return the later target that stood in a target's place at the end of the year; None if none did."""
    if row.in_force:
        return None
    return next(later for later in records(report.result.table) if later.target_id == row.revised_by)


def _revision_notes(report: YearReport, rows: Iterable[Any]) -> list[str]:
    """Return a note for each target that a later plan replaced: since when, by which wording."""
    return [
        report.say(
            "(*) Chỉ tiêu {place}: từ ngày {day}, {plan} thay bằng mục tiêu “{text}”.",
            place=place,
            day=report.text_day(later.issued),
            plan=short_title(report.later[later.plan]),
            text=str(later.text).rstrip("."),
        )
        for place, row in enumerate(rows, start=1)
        if (later := _revision(report, row))
    ]


def distance(report: YearReport) -> Figure:
    """Return the chart of how far each target's known figure is from its threshold."""
    both = zip(report.lines, report.real_lines, strict=True)
    data = pd.DataFrame([_on_the_scale(report, row, real) for row, real in both if row.unit == "%"])
    numeric = ["target", "value", "low", "high", "other"]
    data[numeric] = data[numeric].astype("float64")
    return charts.distance_to_target(
        data,
        report.say("Số liệu đã biết và mức mục tiêu của từng chỉ tiêu"),
        lang=report.lang,
        id="khoang-cach",
        simulated=report.simulated,
    )


def _on_the_scale(report: YearReport, row: Any, real: Any) -> dict[str, Any]:
    """Return what the chart shows of a target: threshold, figure with its interval, and the figure beside it."""
    low, high = _interval(row)
    beside = real.related_relation in ("proxy", "national") and real.related_unit == "%"
    same = real.related_relation == "national" and real.related_definition == "same"
    return {
        "label": target_subject(report, row),
        "comparator": row.comparator,
        "target": float(row.target),
        "value": row.value if row.value_type == "point" else None,
        "year": None if is_missing(row.reference_date) else int(row.reference_date[:4]),
        "simulated": row.evidence == "simulated",
        "low": low,
        "high": high,
        "other": float(real.related_value) if beside else None,
        "other_kind": None if not beside else "national" if same else "proxy",
    }


def _interval(row: Any) -> tuple[float | None, float | None]:
    """Return the 95% interval of a survey estimate, Student's t with the design's degrees of freedom."""
    if is_missing(row.se):
        return None, None
    from scipy.stats import t

    reach = float(t.ppf(0.975, 1e9 if is_missing(row.df) else row.df)) * row.se
    return max(0.0, row.value - reach), min(100.0, row.value + reach)


def pillar(report: YearReport, key: str) -> Prose:
    """Return what is known about each target of a pillar, in a list: figure, verdict, what stands beside it."""
    both = [
        (row, real) for row, real in zip(report.lines, report.real_lines, strict=True) if row.pillar == key
    ]
    first = report.say(
        "{name}: {n} chỉ tiêu, {known} chỉ tiêu có số liệu của tỉnh.",
        name=report.say(PILLARS[key]),
        n=report.count(len(both)),
        known=report.count(_known(real for _, real in both)),
    )
    return bullets((_sentence(report, real) + _rehearsed(report, row) for row, real in both), first)


def _sentence(report: YearReport, row: Any) -> str:
    """Return what real data say of a target: figure, verdict, remarks, the nearest figure beside it."""
    text = f"**{literal(target_subject(report, row))}** ({literal(goal_words(report, row))}): "
    text += _outcome(report, report.real, row)
    if later := _revision(report, row):
        text += "; " + report.say(
            "{plan} đã thay mục tiêu này bằng “{goal}”",
            plan=literal(short_title(report.later[later.plan])),
            goal=literal(goal_words(report, later)),
        )
    return f"{text}. {_beside(report, row)}".rstrip()


def _rehearsed(report: YearReport, row: Any) -> str:
    """Return what a simulated figure would say of a target, under its mark; empty without one."""
    if row.evidence != "simulated":
        return ""
    return f" **{report.say(SIMULATED)}**: {_outcome(report, report.result, row)}."


def _outcome(report: YearReport, result: YearResult, row: Any) -> str:
    if is_missing(row.value):
        text = f"**{report.say(row.verdict)}**"
    else:
        text = report.say(
            "{value} ({date}, {level}; {publisher}) – **{verdict}**",
            value=literal(value_words(report, row.value, row.value_type, row.unit)),
            date=report.day(row.reference_date),
            level=report.say(LEVELS[row.level]),
            publisher=literal(row.publisher),
            verdict=report.say(row.verdict),
        )
    if not is_missing(row.pace):
        text += "; " + report.say("tiến độ: {pace}", pace=report.say(row.pace))
    if notes := remarks(result, row.target_id, report.lang):
        text += f" ({literal(notes)})"
    return text


RELATIONS = {
    "proxy": "chỉ tiêu gần nghĩa của tỉnh",
    "national": "số cả nước",
    "near": "số cả nước, gần nghĩa",
    "context": "bối cảnh",
    "barred": "số cùng định nghĩa",
}


def _beside(report: YearReport, row: Any) -> str:
    """Return the nearest figure that decides nothing, said to be so."""
    if is_missing(row.related_value):
        return report.say("Không tìm thấy số liệu gần nghĩa.") if is_missing(row.value) else ""
    near = row.related_relation == "national" and row.related_definition != "same"
    relation = "near" if near else row.related_relation
    return report.say(
        "Tham khảo ({kind}, không dùng để kết luận): {name} {value} ({date}).",
        kind=report.say(RELATIONS[relation]),
        name=literal(row.related_name),
        value=literal(value_words(report, row.related_value, row.related_value_type, row.related_unit)),
        date=report.day(row.related_date),
    )


def later_plans(report: YearReport) -> list[Prose | Table]:
    """Return the targets of the later plans in force: a table each, and what they repeat, revise and add."""
    blocks: list[Prose | Table] = []
    for name, plan in report.later.items():
        split = split_later(report, name)
        text = report.say(
            "{plan} nhắc lại {repeated} và sửa {revised} chỉ tiêu của {main} cho cùng năm, đặt thêm {added} "
            "chỉ tiêu ({table}).",
            plan=literal(short_title(plan)),
            repeated=report.count(len(split.repeated)),
            revised=report.count(len(split.revised)),
            added=report.count(len(split.added)),
            main=literal(short_title(report.plan)),
            table=f"{{ref:muc-tieu-{name}}}",
        )
        blocks += [Prose(text), target_table(report, name)]
    first = heading(report, "3. Chỉ tiêu của các kế hoạch khác đang có hiệu lực", 3)
    return [first, *blocks] if blocks else []


def reference_table(report: YearReport) -> Table:
    """Return the figures shown beside the targets, each with the reason why it decides nothing."""
    return report.table(
        [row for judgement in report.real.judgements for row in _references(report, judgement)],
        report.say("Số liệu tham khảo bên cạnh các chỉ tiêu, không dùng để kết luận"),
        [
            row_head("Số liệu", "name", 0.3),
            at_right("Giá trị", "printed", 0.13),
            centred("Thời điểm", "date", 0.09),
            column("Vì sao không dùng để kết luận", "why", 0.26),
            source(0.22, "source"),
        ],
        sections="target",
        notes=[] if report.lang == "vi" else [report.say("Lý do viết bằng tiếng Việt.")],
        id="tham-khao",
        landscape=True,
    )


def _references(report: YearReport, judgement: Judgement) -> Iterator[dict[str, Any]]:
    """Return the figures beside a target of the main plan, the newest of each series."""
    if judgement.target["plan"] != MAIN_PLAN:
        return
    reasons = {item.id: item.reason for item in judgement.choice.passed}
    figures = related_figures(judgement.choice, judgement.goal.unit)
    for row in records(figures.drop_duplicates(["series", "method", "unit"]) if len(figures) else figures):
        yield {
            "target": target_subject(report, judgement.target),
            "name": row.name,
            "printed": value_words(report, row.value, row.value_type, row.unit),
            "date": report.day(row.reference_date),
            "why": said(reasons[row.id], report.lang),
            "source": f"{row.publisher} [{row.id}]",
            "address": row.address,
        }
