"""The yearly report after a merger: figures of the plan's territory and of the one that took its place, in two columns."""

from __future__ import annotations

from qngai_analysis import paths, territory
from qngai_analysis.evidence.bounds import bounds_of, weight_of
from qngai_analysis.evidence.observations import Related
from qngai_analysis.page.tables import Table
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.project import read_project
from qngai_analysis.report.base import centred, column, row_head
from qngai_analysis.report.printed import capitalised
from qngai_analysis.report.yearly.loading import YearReport
from qngai_analysis.territory import Unit
from qngai_analysis.words.said import inside


def two_territories(report: YearReport) -> list[Table]:
    """
    Return the main plan's targets with figures of both territories; none where nothing took the plan's territory's place.

    The second column is marked: it decides nothing but by what it bounds, see :mod:`qngai_analysis.evidence.bounds`.
    """
    lines = report.real_lines
    home = territory.named(report.plan.document.geography, lines[0].plan.issued) if lines else None
    if home is None or not home.successor:
        return []
    new = territory.units()[home.successor]
    if new.valid_from.year > report.year:
        return []
    rows = [
        (outcome, figure, _bound(report, outcome, figure, home))
        for outcome in lines
        if (figure := _of_new(outcome, home))
    ]
    if not rows:
        return []
    later = inside(new.bare) if report.lang == "vi" else report.own_territories()[-1]
    derived = any(bound for _, _, bound in rows)
    columns = [
        row_head("Chỉ tiêu", lambda row: report.subject(row[0].target), 0.24),
        centred("Mục tiêu", lambda row: report.goal_words(row[0]), 0.1),
        centred("Địa giới kế hoạch", lambda row: report.dated(row[0].figure, "\n"), 0.11),
        centred("Tỉnh mới (*)", lambda row: report.figure_words(row[1]), 0.1),
        column("Số liệu của tỉnh mới", lambda row: _name(report, row[1]), 0.2),
        centred("Thời điểm", lambda row: report.date_of(row[1]), 0.09),
        *([centred("Suy ra cho địa giới kế hoạch", lambda row: row[2], 0.1)] if derived else []),
        centred("Nguồn", lambda row: row[1].id, 0.06),
    ]
    caption = report.say("Số liệu của địa giới kế hoạch và của {new}", new=later)
    table = report.table(
        rows, caption, *columns, notes=_notes(report, home, derived=derived), id="hai-dia-gioi"
    )
    return [table]


def _of_new(outcome: Outcome, home: Unit) -> Related | None:
    """Return the newest figure of the successor: of the same definition, else a substitute in the same unit."""
    choice, unit = outcome.choice, outcome.goal.unit
    of_new = [
        figure
        for figure in (*choice.barred, *choice.beside, *choice.pool)
        if figure.territory == home.successor
        and (figure.relation == "same" or (figure.relation == "proxy" and figure.unit == unit))
    ]
    return max(of_new, key=lambda figure: (_own(figure), figure.reference_date), default=None)


def _own(figure: Related) -> bool:
    return figure.relation == figure.definition == "same"


def _name(report: YearReport, figure: Related) -> str | None:
    return figure.name if _own(figure) else report.say("{name} (không cùng định nghĩa)", name=figure.name)


def _bound(report: YearReport, outcome: Outcome, figure: Related, home: Unit) -> str:
    weight, age = weight_of(home), outcome.choice.need.age_from
    if weight is None or read_catalogue()["share_of"].get(outcome.target.indicator) != "people":
        return ""
    return "; ".join(map(report.figure_words, bounds_of([figure], home, weight, age)))


def _notes(report: YearReport, home: Unit, *, derived: bool) -> list[str]:
    own, later = report.own_territories()
    text = (
        "(*) {new}: chỉ để tham khảo, không thay cho {home}, địa giới của kế hoạch. Chỉ tiêu không có trong bảng: chưa "
        "có số liệu nào của tỉnh mới cùng định nghĩa hoặc cùng đơn vị tính."
    )
    notes = [report.say(text, new=capitalised(later), home=own)]
    if derived and (weight := weight_of(home)):
        notes.append(
            report.say(
                "Cột suy ra: tỷ lệ p của địa giới kế hoạch thỏa p ≥ (p tỉnh mới − {rest}) / {share}, với {share} là phần dân số "
                "của địa giới kế hoạch năm {year} ({source}); chỉ tính khi cùng định nghĩa, cùng độ tuổi.",
                rest=report.number(1 - weight.share, 4),
                share=report.number(weight.share, 4),
                year=weight.year,
                source=weight.source,
            )
        )
    if acts := _acts(report):
        wording = (
            "Căn cứ về địa giới, áp dụng tương tự vì kế hoạch không phải văn bản quy phạm pháp luật: {acts}."
        )
        notes.append(report.say(wording, acts="; ".join(acts)))
    return notes


def _acts(report: YearReport) -> list[str]:
    """Return the acts that the project's rule on territory rests on, with their notes; unread ones are said to be so."""
    acts = {row["number"]: row for row in territory.read_rows(paths.reference("acts.csv"))}
    named = [acts[number] for number in read_project().territory_acts if number in acts]
    unread = report.say("chưa đối chiếu với văn bản gốc")
    name = "name_vi" if report.lang == "vi" else "name_en"
    words = []
    for row in named:
        said = [row[name], *([] if row["confidence"] == "high" else [row["note"].split(";")[0], unread])]
        words.append(f"{report.cited(' '.join((row['kind'], row['number'])))} ({'; '.join(said)})")
    return words
