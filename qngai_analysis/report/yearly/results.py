"""What was found of the year beside the targets: results of their own definitions, the country, the path to 2030."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qngai_analysis.evidence.observations import position
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Table
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.compare import compare_plans
from qngai_analysis.project import read_project
from qngai_analysis.report.base import at_right, centred, column, row_head, source
from qngai_analysis.report.printed import goal_words, home_and_successor, printed_levels, territory_words
from qngai_analysis.report.yearly.loading import YearReport, date_of, figure_words, target_subject
from qngai_analysis.values import is_missing, records

HEADS = {"Quyết định": "QĐ {name}", "Kế hoạch": "KH {name}"}  # of columns, where there is no room for more
OLDEST = 3  # years that a result may lie before the reporting year


def result_rows(report: YearReport) -> list[dict[str, Any]]:
    """Return the newest figure of each series that the project prints as a result, as the report prints it."""
    seen = report.real.observations
    names = territory_words(report)
    rows = []
    for entry in read_project().result:
        own = [
            row
            for row in records(
                seen[seen["series"].eq(entry.series) & seen["territory"].isin(home_and_successor())]
            )
            if is_missing(row.copy_of) and not is_missing(row.year) and _known(report, row)
        ]
        if not own:
            continue
        row = max(own, key=lambda row: (position(row.reference_date), row.territory))
        notes = [text[:1].upper() + text[1:] for text in (row.note, row.withheld) if not is_missing(text)]
        rows.append(
            {
                "id": row.id,
                "name": entry.vi if report.lang == "vi" else entry.en,
                "value": f"{row.value:.0f}/{row.unit[5:]}"
                if row.value_type == "rank"
                else figure_words(report, row),
                "date": report.day(row.reference_date),
                "place": names.get(row.territory, row.territory),
                "sure": row.confidence != "low" and is_missing(row.withheld),
                "note": ". ".join(text.rstrip(".") for text in notes),
                "publisher": row.publisher,
                "address": row.address,
            }
        )
    return rows


def _known(report: YearReport, row: Any) -> bool:
    published = is_missing(row.vintage) or position(row.vintage) <= position(report.cutoff.isoformat())
    return bool(report.year - OLDEST < row.year <= report.year and published)


def other_results(report: YearReport) -> list[Prose | Table]:
    """Return what is known of the year beside the targets, each under its own definition with its warning."""
    rows = result_rows(report)
    if not rows:
        return []
    text = report.say(
        "{table} nêu các kết quả đã công bố gần năm báo cáo nhất, mỗi kết quả theo định nghĩa của nguồn; không kết quả nào "
        "được dùng để kết luận về chỉ tiêu.",
        table="{ref:ket-qua-khac}",
    )
    table = report.table(
        rows,
        report.say("Kết quả khác của tỉnh, theo định nghĩa riêng"),
        [
            row_head("Kết quả", "name", 0.23),
            at_right("Giá trị", "value", 0.18),
            centred("Thời điểm", "date", 0.1),
            column("Địa giới", "place", 0.15),
            column("Lưu ý về số liệu", "note", 0.26),
            column("Nguồn", "id", 0.08, href="address"),
        ],
        source="{ref:nguon}.",
        id="ket-qua-khac",
    )
    return [Prose(text), table]


def country(report: YearReport) -> list[Prose | Table]:
    """Return the country's newest figures of the same definition, and of another where that one is newer."""
    rows = [row for outcome in _with_country(report) for row in outcome]
    if not rows:
        return []
    table = report.table(
        rows,
        report.say("Số liệu cả nước bên cạnh các chỉ tiêu"),
        [
            row_head("Chỉ tiêu", "name", 0.34),
            centred("Mục tiêu của tỉnh", "goal", 0.13),
            at_right("Cả nước", "value", 0.11),
            centred("Thời điểm", "date", 0.1),
            column("Định nghĩa", "definition", 0.24),
            source(0.08, "id"),
        ],
        source="{ref:nguon}.",
        id="ca-nuoc",
    )
    return [table]


def _with_country(report: YearReport) -> Iterator[list[dict[str, Any]]]:
    """Yield for each target of the main plan the rows of its national figures."""
    for judgement, outcome in zip(report.real.judgements, report.real.outcomes, strict=True):
        beside = judgement.choice.beside
        if outcome.plan.name != report.main or not len(beside):
            continue
        national = beside[beside["relation"].eq("national") & beside["unit"].eq(outcome.goal.unit)]
        newest = {
            kind: max(found, key=lambda row: position(row.reference_date))
            for kind in ("same", "other")
            if (found := list(records(national[national["definition"].eq(kind)])))
        }
        if "same" not in newest:
            continue
        if position(newest.get("other", newest["same"]).reference_date) <= position(
            newest["same"].reference_date
        ):
            newest.pop("other", None)
        yield [
            {
                "name": target_subject(report, outcome.target),
                "goal": goal_words(report, outcome),
                "value": figure_words(report, row),
                "date": report.day(row.reference_date),
                "definition": report.say("cùng định nghĩa") if kind == "same" else row.relation_reason,
                "id": row.id,
                "address": row.address,
            }
            for kind, row in newest.items()
        ]


def path(report: YearReport) -> list[Prose | Table]:
    """Return the levels set for 2021 to 2030 of the targets with a figure or with several levels of the province."""
    table = compare_plans(read_project().judged()).table
    known = {outcome.target.indicator: outcome.figure for outcome in report.real_lines if outcome.figure}
    main = {outcome.target.indicator for outcome in report.real_lines}
    plans = [name for name in table.columns if name != "name" and table[name].ne("").any()]
    own = [name for name in plans if not name.startswith("QĐ 411")]
    table[plans] = table[plans].map(lambda text: printed_levels(report, text))
    rows = [
        row
        for row in table.reset_index().to_dict("records")
        if row["indicator"] in main
        and (row["indicator"] in known or len({row[name] for name in own if row[name]}) > 1)
    ]
    if not rows:
        return []
    names = read_catalogue()[f"name_{report.lang}"]
    kinds = {name: read_plan(name).document.type for name in read_project().judged()}
    heads = {
        name: report.say(HEADS[kinds.get(name, "Quyết định")], name=name.removeprefix("QĐ "))
        for name in plans
    }
    shown = report.table(
        rows,
        report.say("Mức đặt ra cho giai đoạn 2021 - 2030 và số liệu đã biết"),
        [
            row_head("Chỉ tiêu", lambda row: names[row["indicator"]], 0.28),
            *(centred(heads[name], name, 0.54 / len(plans), as_is=True) for name in plans),
            centred(
                "Số liệu đã biết",
                lambda row: (
                    (figure := known.get(row["indicator"]))
                    and f"{figure_words(report, figure)} ({date_of(report, figure)})"
                ),
                0.18,
            ),
        ],
        notes=[
            report.say(
                "QĐ 411: mục tiêu của cả nước theo Quyết định số 411/QĐ-TTg. Năm trong ngoặc là năm phải đạt."
            )
        ],
        id="chang-duong",
    )
    return [shown]
