"""What was found of the year beside the targets: results of their own definitions, the country, the path to 2030."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from qngai_analysis import territory
from qngai_analysis.evidence.observations import Related, position
from qngai_analysis.evidence.published import read_relations
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Table
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.compare import compare_plans
from qngai_analysis.progress.outcome import Judgement, Outcome
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.project import Role, read_project
from qngai_analysis.report.base import at_right, centred, column, row_head, source
from qngai_analysis.report.printed import home_and_successor
from qngai_analysis.report.yearly.loading import YearReport, target_subject
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.language import listed

#: Heads of columns, where there is no room for more.
HEADS = {"Quyết định": "QĐ {name}", "Kế hoạch": "KH {name}", "Nghị quyết": "NQ {name}", "": "{name}"}
OLDEST = 3  # years that a result may lie before the reporting year


def result_rows(report: YearReport) -> list[dict[str, Any]]:
    """Return the newest figure of each series that the project prints as a result, as the report prints it."""
    results, names, home = read_project().result, report.territory_words(), home_and_successor()
    nation = _national_series()
    wanted = {entry.series for entry in results}.union(*(nation[entry.series] for entry in results))
    observed = report.real.observations
    seen: dict[str, list[Any]] = {series: [] for series in wanted}
    for row in records(observed[observed["series"].isin(wanted)]):
        seen[row.series].append(row)
    rows = []
    for entry in results:
        own = [
            row
            for row in seen[entry.series]
            if row.territory in home and is_missing(row.copy_of) and _known(report, row)
        ]
        if not own:
            continue
        row = max(own, key=lambda row: (position(row.reference_date), row.territory))
        notes = [text[:1].upper() + text[1:] for text in (row.note, row.withheld) if not is_missing(text)]
        rank = f"{row.value:.0f}/{row.unit[5:]}" if row.value_type == "rank" else ""
        national = [row for each in nation[entry.series] for row in seen[each] if _published(report, row)]
        rows.append(
            {
                "id": row.id,
                "name": report.name(entry),
                "value": rank or report.figure_words(row),
                "date": report.day(row.reference_date),
                "place": names.get(row.territory, row.territory),
                "sure": row.confidence != "low" and is_missing(row.withheld),
                "note": ". ".join(text.rstrip(".") for text in notes),
                "publisher": row.publisher,
                "address": row.address,
                "country": max(
                    national, key=lambda row: (position(row.reference_date), -row.Index), default=None
                ),
            }
        )
    return rows


def _known(report: YearReport, row: Any) -> bool:
    recent = not is_missing(row.year) and report.year - OLDEST < row.year <= report.year
    return recent and _published(report, row)


def _published(report: YearReport, row: Any) -> bool:
    return is_missing(row.vintage) or position(row.vintage) <= position(report.cutoff.isoformat())


def _national_series() -> defaultdict[str, set[str]]:
    """Return by a series of ours those of the country that have its definition."""
    same = [rule for rule in read_relations() if rule.definition == "same"]
    national: defaultdict[str, set[str]] = defaultdict(set)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in same:
        if row.relation == "national":
            national[row.indicator].add(row.series)
    for row in same:
        if row.relation == "same":
            found[row.series] |= national[row.indicator]
    return found


def other_results(report: YearReport) -> list[Prose | Table]:
    """Return what is known of the year beside the targets, each under its own definition with its warning."""
    rows = sorted(result_rows(report), key=lambda row: row["place"])
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
            row_head("Kết quả", "name", 0.32),
            at_right("Giá trị", "value", 0.17),
            centred("Thời điểm", "date", 0.11),
            column("Lưu ý về số liệu", "note", 0.32),
            column("Nguồn", "id", 0.08, href="address"),
        ],
        sections="place",
        source="{ref:nguon}.",
        id="ket-qua-khac",
    )
    return [Prose(text), table]


def beside(report: YearReport) -> list[Prose | Table]:
    """
    Return our targets and figures beside the country's and other provinces', of the same definition; none is judged.

    Of the country also a newer figure of another definition; of peers' plans the levels that differ from ours. What
    there is none of is said.
    """
    names = tuple(entry.name for entry in read_project().plans(Role.PEER))
    ours = {own.target.indicator for own in report.real.outcomes} - {None}
    peers = judge_year(
        report.year,
        plans=names,
        cutoff=report.cutoff,
        real_only=True,
        only=lambda target: target.indicator in ours,
    ).outcomes
    seen: set[str | None] = set()
    rows, alone, equal, places = [], 0, 0, set()
    for own in report.real.outcomes:
        of_district = own.target.geography != report.plan.document.geography
        if own.target.indicator is None or own.target.indicator in seen or of_district:
            continue
        seen.add(own.target.indicator)
        alike = [o for o in peers if o.target.indicator == own.target.indicator and o.unit == own.unit]
        told = [o for o in alike if o.figure or asked(o) != asked(own)]
        equal += len(alike) > len(told)
        others = list(_of_others(own, own.goal.unit))
        places |= {row.territory for row in others}
        found = [_figure_beside(report, row) for row in others] + [_outcome_beside(report, o) for o in told]
        alone += not found
        about = target_subject(report, own.target)
        rows += [{**row, "about": about} for row in (_outcome_beside(report, own), *found) if found]
    for result in result_rows(report):
        if result["country"] is not None:
            mine = {
                **result,
                "who": result["place"],
                "goal": None,
                "definition": report.say("cùng định nghĩa"),
            }
            both = (mine, _figure_beside(report, result["country"]))
            rows += [{**row, "about": result["name"]} for row in both]
    said = list(_of_which_none(report, peers, equal, alone, places))
    if not rows:
        return [Prose(" ".join(said))]
    table = report.table(
        rows,
        report.say("Mục tiêu và số liệu của tỉnh bên cạnh cả nước và địa phương khác"),
        [
            row_head("Địa phương", "who", 0.25),
            centred("Mục tiêu", "goal", 0.15),
            at_right("Số liệu", "value", 0.13),
            centred("Thời điểm", "date", 0.11),
            column("Định nghĩa", "definition", 0.27),
            source(0.09, "id"),
        ],
        sections="about",
        notes=[" ".join([report.say("Chỉ để so sánh, không kết luận về nơi khác."), *said])],
        source="{ref:nguon}.",
        id="ben-canh",
    )
    return [table]


def _of_which_none(
    report: YearReport, peers: Sequence[Outcome], equal: int, alone: int, places: set[str]
) -> Iterator[str]:
    """Yield what is said of targets that are as others', or have nothing beside them."""
    if equal:
        text = "{n} chỉ tiêu có cùng mức, cùng năm trong kế hoạch của địa phương khác ({places})."
        named = ", ".join(dict.fromkeys(report.place_words(o.target.geography) for o in peers))
        yield report.say(text, n=report.count(equal), places=named)
    if alone:
        text = "{n} chỉ tiêu không có số liệu cùng định nghĩa của cả nước hay của địa phương khác trong nguồn của báo cáo."
        yield report.say(text, n=report.count(alone))
    if not places - {_country()}:
        yield report.say("Ngoài xếp hạng, báo cáo không tìm được số liệu cùng định nghĩa của tỉnh khác.")


def asked(outcome: Outcome) -> tuple[object, ...]:
    """Return what a target asks for, and by when."""
    return outcome.target.comparator, outcome.goal.value, outcome.deadline


def _country() -> str:
    return territory.units()[read_project().territory].parent


def _of_others(judgement: Judgement, unit: str) -> Iterator[Related]:
    """Yield the newest figure of the same definition of the country and of each other province; a newer one of another, too."""
    found = (figure for figure in judgement.choice.beside if figure.unit == unit)
    newest: dict[tuple[str, str], Related] = {}
    for figure in sorted(found, key=lambda figure: position(figure.reference_date)):
        newest[figure.territory, figure.definition] = figure
    provinces = {unit.id for unit in territory.units().values() if unit.parent == _country()}
    for place in (_country(), *sorted(provinces.difference(home_and_successor()))):
        same, other = newest.get((place, "same")), newest.get((place, "other"))
        if same is not None:
            yield same
            if other is not None and position(other.reference_date) > position(same.reference_date):
                yield other


def _figure_beside(report: YearReport, row: Any) -> dict[str, Any]:
    return {
        "who": report.territory_words().get(row.territory, row.territory),
        "goal": None,
        "value": report.figure_words(row),
        "date": report.day(row.reference_date),
        "definition": report.say("cùng định nghĩa")
        if getattr(row, "definition", "same") == "same"
        else row.relation_reason,
        "id": row.id,
        "address": row.address,
    }


def _outcome_beside(report: YearReport, outcome: Outcome) -> dict[str, Any]:
    figure = outcome.figure
    return {
        "who": report.place_words(outcome.target.geography),
        "goal": report.goal_words(outcome),
        "value": report.figure_words(figure),
        "date": report.date_of(figure),
        "definition": report.say("cùng định nghĩa") if figure else None,
        "id": figure and figure.id,
        "address": figure and figure.address,
    }


def path(report: YearReport) -> list[Prose | Table]:
    """Return the levels set for 2021 to 2030 of the targets with a figure or with several levels of the province."""
    table = compare_plans(read_project().judged()).table
    known = {outcome.target.indicator: outcome.figure for outcome in report.real_lines if outcome.figure}
    main = {outcome.target.indicator for outcome in report.real_lines}
    plans = [name for name in table.columns if name != "name" and table[name].ne("").any()]
    own = [name for name in plans if not name.startswith("QĐ 411")]
    table[plans] = table[plans].map(lambda text: report.printed_levels(text))
    rows = [
        row
        for row in table.reset_index().to_dict("records")
        if row["indicator"] in main
        and (row["indicator"] in known or len({row[name] for name in own if row[name]}) > 1)
    ]
    if not rows:
        return []
    names = read_catalogue()[f"name_{report.lang}"]
    documents = [read_plan(name).document for name in read_project().judged()]
    kinds = {document.key: document.type if document.type in HEADS else "" for document in documents}
    heads = {
        name: report.say(HEADS[kinds.get(name, "Quyết định")], name=name.removeprefix("QĐ "))
        for name in plans
    }
    text = "QĐ 411: mục tiêu của cả nước theo Quyết định số 411/QĐ-TTg. Năm trong ngoặc là năm phải đạt."
    shown = report.table(
        rows,
        report.say("Mức đặt ra cho giai đoạn 2021 - 2030 và số liệu đã biết"),
        [
            row_head("Chỉ tiêu", lambda row: names[row["indicator"]], 0.28),
            *(centred(heads[name], name, 0.54 / len(plans), as_is=True) for name in plans),
            centred("Số liệu đã biết", lambda row: report.dated(known.get(row["indicator"])), 0.18),
        ],
        notes=[report.say(text)],
        id="chang-duong",
    )
    return [shown]


def found_beside(report: YearReport) -> list[Prose | Table]:
    """Return the section on what was found beside the targets, under a heading that names what there is."""
    parts = {
        "Kết quả khác trong năm": other_results(report),
        "so với cả nước": beside(report),
        "chặng đường đến năm 2030": path(report),
    }
    about = listed([report.say(name) for name, blocks in parts.items() if blocks], report.lang)
    first = Prose(f"### 3. {about[:1].upper()}{about[1:]}")
    return [first, *(block for blocks in parts.values() for block in blocks)]
