"""The yearly report on the plans' targets: how many are met, the table, the chart, and what is known of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from qngai_analysis.evidence.observations import Observation, Related
from qngai_analysis.evidence.published import read_breaks
from qngai_analysis.page import charts
from qngai_analysis.page.blocks import Figure, Prose, literal
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan.model import Target
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.report.base import at_right, bullets, centred, column, heading, named, row_head, verdict
from qngai_analysis.report.printed import quoted, sentence_case
from qngai_analysis.report.yearly.loading import BLANKS, PILLARS, YearReport, numbered, once, targets_of_plan
from qngai_analysis.words.said import capital, coded

#: How many targets got each verdict.
TALLY: Mapping[str, str] = coded("tally")


def tally(report: YearReport, outcomes: Iterable[Outcome]) -> str:
    """Return how many targets got which verdict, as a list in a sentence."""
    seen = Counter(outcome.verdict.value for outcome in outcomes)
    return "; ".join(
        report.say(text, n=report.count(seen[key])) for key, text in TALLY.items() if key in seen
    )


def results(report: YearReport) -> list[Prose]:
    """Return how many targets have a figure; what simulated data would give is counted apart."""
    made_up = [outcome for outcome in once(report.lines) if outcome.simulated]
    known = sum(outcome.figure is not None for outcome in report.counted_lines)
    text = report.say(
        "{known} trên {n} chỉ tiêu của {plan} có ít nhất một số liệu của tỉnh; {missing} chỉ tiêu chưa có số liệu đáp ứng định nghĩa và phạm vi địa giới ({table}, {chart}). Chỉ tiêu thay thế (không cùng định nghĩa) và số cả nước chỉ để tham khảo, không dùng để kết luận (Phụ lục II).",
        n=report.count(report.counted_lines),
        known=report.count(known),
        missing=report.count(len(report.counted_lines) - known),
        table="{ref:muc-tieu}",
        chart="{ref:khoang-cach}",
    )
    if report.twice:
        text += f" {capital(report.twice)}"
    if made_up:
        wording = "**SỐ LIỆU MÔ PHỎNG**, tính riêng: {n} chỉ tiêu, trong đó {tally}."
        text += " " + report.say(wording, n=report.count(made_up), tally=tally(report, made_up))
    return [Prose(text), *report.written("results")]


def target_table(report: YearReport, plan: str = "") -> Grid:
    """Return the table of a plan's targets: words, threshold, value, date, verdict, agency, source."""
    main = plan in ("", report.main)
    outcomes = targets_of_plan(report.result, plan or report.main)
    title = report.act((report.plan if main else report.later[plan]).document)
    caption = report.say("Kết quả các chỉ tiêu của {plan} đến {until}", plan=title)
    unknown = report.say(
        "Chỉ tiêu: lời văn của kế hoạch. “…”: chưa có số liệu đáp ứng định nghĩa và phạm vi địa giới của chỉ tiêu. Cơ quan cung cấp số liệu: theo kế hoạch, nếu kế hoạch không ghi thì theo đề xuất phân công của cơ quan lập báo cáo. Nguồn: mã số liệu ở Phụ lục V."
    )
    places = numbered(outcomes)
    pillared = all(outcome.target.pillar in PILLARS for outcome in outcomes)
    return report.table(
        outcomes,
        caption,
        centred("TT", lambda o: places[o.target.id], 0.04, format="plain"),
        row_head("Chỉ tiêu", lambda o: report.wording(o.target), 0.54 - report.agency_width),
        centred("Mục tiêu", lambda o: report.goal_words(o) + ("" if o.in_force else " (*)"), 0.12),
        centred("Kết quả", lambda o: report.dated(o.figure, "\n"), 0.105),
        verdict(0.13, linked=True),
        column("Cơ quan", lambda o: report.agencies(o.owners), report.agency_width),
        centred("Nguồn", lambda o: _source_code(report, o), 0.06),
        sections=lambda o: report.say(PILLARS[str(o.target.pillar)]) if pillared else _heading(o.target),
        notes=[unknown, *_territory_note(report), *_revision_notes(report, outcomes)],
        source=f"{title}; {{ref:nguon}}.",
        id="muc-tieu" if main else f"muc-tieu-{plan}",
    )


#: What a title says that sets a level itself: "1. Tỷ lệ đô thị hóa: 38,5%."
_SETS = re.compile(r"%|\d.*[.;]$|^.{118}")


def _heading(target: Target) -> str | None:
    """Return the nearest title above a target; an item that sets a level itself ("1. … đạt 8%.") is none."""
    titles = (part for part in reversed(target.section_path.split(" › ")) if not _SETS.search(part))
    return sentence_case(next(titles, "")) or None


def _source_code(report: YearReport, outcome: Outcome) -> str | None:
    """Return the code of a published figure, or of which year's survey a figure is an estimate."""
    figure = outcome.figure
    if figure is None:
        return None
    if figure.se is None:
        return figure.id
    return report.say("điều tra {year}", year=figure.reference_date[:4])


def _territory_note(report: YearReport) -> list[str]:
    """Say that figures of the territory's successor do not stand for it, where it has one, and by which act."""
    home, *later = report.own_territories()
    since = [each.source for each in read_breaks() if each.attribute == "territory"]
    text = "Địa giới của mục tiêu là {home}; số liệu của {later} không thay thế được ({source})."
    return [
        report.say(text, home=home, later=new, source="; ".join(report.cited(act) for act in since))
        for new in later
    ]


def _revision(report: YearReport, outcome: Outcome) -> Outcome | None:
    """Return the later target that stood in a target's place at the end of the year, if one did."""
    if outcome.in_force:
        return None
    return next(later for later in report.result.outcomes if later.target.id == outcome.revised_by)


def _revision_notes(report: YearReport, outcomes: Iterable[Outcome]) -> list[str]:
    """Return a note for each target for which a later plan sets another level; it repeals nothing."""
    return [
        report.say(
            "(*) Chỉ tiêu {place}: {plan} ngày {day} đặt mức khác, “{text}”; văn bản này không sửa đổi {main}.",
            place=place,
            day=report.text_day(later.plan.issued),
            plan=report.act(report.later[later.plan.name].document),
            text=quoted(later.target.text.rstrip(".")),
            main=report.act(report.plan.document),
        )
        for place, outcome in enumerate(outcomes, start=1)
        if (later := _revision(report, outcome)) and later.plan.issued
    ]


def distance(report: YearReport) -> Figure:
    """Return the chart of each target's threshold and its own figure, or what would fill the blank."""
    pairs = {o.target.id: (o, real) for o, real in zip(report.lines, report.real_lines, strict=True)}
    every = [pairs[outcome.target.id] for outcome in report.counted_lines]
    shown = [pair for pair in every if pair[0].unit == "%"]
    data = pd.DataFrame([_on_the_scale(report, *pair) for pair in shown])
    numeric = ["target", "value", "low", "high"]
    data[numeric] = data[numeric].astype("float64")
    return charts.distance_to_target(
        data,
        report.say(_OF_ALL if len(shown) == len(every) else _OF_SHARES, n=len(shown), every=len(every)),
        lang=report.lang,
        id="khoang-cach",
        simulated=report.simulated,
    )


_OF_ALL = "Mức mục tiêu, số liệu cùng định nghĩa hoặc lý do chưa có số liệu của từng chỉ tiêu"
_OF_SHARES = "Mức mục tiêu, số liệu cùng định nghĩa hoặc lý do chưa có số liệu của {n} trên {every} chỉ tiêu, là các chỉ tiêu tính bằng %"


def _on_the_scale(report: YearReport, outcome: Outcome, real: Outcome) -> dict[str, Any]:
    """Return what the chart shows of a target: threshold, figure with its interval, words where it has no point."""
    figure = outcome.figure
    low, high = _interval(figure)
    return {
        "label": report.subject(outcome.target),
        "comparator": outcome.target.comparator,
        "target": outcome.goal.value,
        "value": figure.value if figure and figure.value_type == "point" else None,
        "year": int(figure.reference_date[:4]) if figure else None,
        "simulated": outcome.simulated,
        "low": low,
        "high": high,
        "blank": report.dated(figure) or report.say(BLANKS[report.measured(real).blank]),
    }


def _interval(figure: Observation | None) -> tuple[float | None, float | None]:
    """Return the 95% interval of a survey estimate, Student's t with the design's degrees of freedom."""
    if figure is None or figure.se is None:
        return None, None
    from scipy.special import stdtrit

    reach = float(stdtrit(1e9 if figure.df is None else figure.df, 0.975)) * figure.se
    return max(0.0, figure.value - reach), min(100.0, figure.value + reach)


HEADINGS = {"economy": "1. Kinh tế số", "society": "2. Xã hội số"}


def pillars(report: YearReport) -> list[Prose]:
    """Return what real data say, under a heading for each pillar; of a plan of other kinds the known first, then the blank."""
    every, blocks = report.counted_lines, []
    if not report.pillared:
        told = _told(report, every) or [report.say("Chưa có chỉ tiêu nào.")]
        blank = _blank(report, every) or [report.say("Không còn chỉ tiêu nào.")]
        first = [heading(report, "1. Chỉ tiêu có số liệu", 3), bullets(told)]
        return [*first, heading(report, "2. Chỉ tiêu chưa có số liệu", 3), bullets(blank)]
    for key, title in HEADINGS.items():
        mine = [outcome for outcome in every if outcome.target.pillar == key]
        blocks += [heading(report, title, 3), bullets([*_told(report, mine), *_blank(report, mine)])]
    return blocks


def _told(report: YearReport, outcomes: list[Outcome]) -> list[str]:
    """Return a line for each target with a figure."""
    return [_sentence(report, outcome, outcome.figure) for outcome in outcomes if outcome.figure is not None]


def _blank(report: YearReport, outcomes: list[Outcome]) -> list[str]:
    """Return how many targets lack a figure for what, in a line; none where all have one."""
    empty = [outcome for outcome in outcomes if outcome.figure is None]
    said = report.say(
        "**{n} chỉ tiêu chưa có số liệu** ({table}): {parts}.",
        n=report.count(empty),
        table="{ref:khoang-trong}",
        parts=report.blanks_counted(report.by_blank(empty)),
    )
    return [said] if empty else []


def _sentence(report: YearReport, outcome: Outcome, figure: Observation) -> str:
    """Return what a figure says of its target: value, verdict, remarks, and what a reader must know of it."""
    text = report.say(
        "**{target}** ({goal}): {value} ({date}; {publisher}) – **{verdict}**",
        target=literal(report.subject(outcome.target)),
        goal=literal(report.goal_words(outcome)),
        value=literal(report.figure_words(figure)),
        date=report.date_of(figure),
        publisher=literal(figure.publisher),
        verdict=report.say(outcome.verdict.value),
    )
    if outcome.pace:
        text += "; " + report.say("tiến độ: {pace}", pace=report.say(outcome.pace.value))
    if notes := report.remarks(outcome):
        text += f" ({literal(notes)})"
    if later := _revision(report, outcome):
        text += "; " + report.say(
            "{plan} đặt mức khác: “{goal}”",
            plan=literal(report.act(report.later[later.plan.name].document)),
            goal=literal(report.goal_words(later)),
        )
    warning = figure.note.rstrip(".") if figure.note and figure.se is None else ""
    return f"{text}. {literal(warning)}." if warning else f"{text}."


#: What a later plan does to the targets of the main one.
BESIDE: Mapping[str, str] = coded("beside")


def later_plans(report: YearReport) -> list[Prose | Grid]:
    """Return the targets of the later plans in force: a table each, and what they repeat, revise and add."""
    blocks: list[Prose | Grid] = []
    for name, plan in report.later.items():
        found = report.split_later(name)
        does = report.listed(report.say(BESIDE[kind], n=report.count(of)) for kind, of in found.items() if of)
        text = "So với các chỉ tiêu cùng năm của {main}, {plan} {does} ({table})."
        said_of = report.say(text, plan=report.cite(plan), does=does, table=f"{{ref:muc-tieu-{name}}}")
        blocks += [Prose(said_of), target_table(report, name)] if does else []
    first = heading(report, "4. Chỉ tiêu của các kế hoạch khác đang có hiệu lực", 3)
    return [first, *blocks] if blocks else []


def reference_table(report: YearReport) -> Grid | Prose:
    """Return the figures shown beside the targets, each with the reason why it decides nothing."""
    main = targets_of_plan(report.real, report.main)
    rows = [(outcome, figure) for outcome in main for figure in _references(outcome)]
    if not rows:
        return Prose(report.say("Không có số liệu tham khảo nào."))
    return report.table(
        rows,
        report.say("Số liệu tham khảo bên cạnh các chỉ tiêu, không dùng để kết luận"),
        row_head("Số liệu", lambda row: row[1].name, 0.24),
        at_right("Giá trị", lambda row: report.figure_words(row[1]), 0.11),
        centred("Thời điểm", lambda row: report.date_of(row[1]), 0.08),
        column("Vì sao không dùng để kết luận", lambda row: report.said(_why(*row)), 0.22),
        column("Lưu ý về số liệu", lambda row: row[1].note, 0.19),
        column("Nguồn", lambda row: named(row[1]), 0.16, href=lambda row: row[1].address),
        sections=lambda row: report.subject(row[0].target),
        notes=[] if report.lang == "vi" else [report.say("Lý do viết bằng tiếng Việt.")],
        id="tham-khao",
        landscape=True,
    )


def _references(outcome: Outcome) -> Iterable[Related]:
    """Return the figures beside a target, the newest of each series."""
    newest: dict[tuple[object, ...], Related] = {}
    for figure in outcome.choice.near:
        newest.setdefault((figure.series, figure.method, figure.unit), figure)
    return newest.values()


def _why(outcome: Outcome, figure: Related) -> object:
    return next(item.reason for item in outcome.choice.passed if item.id == figure.id)
