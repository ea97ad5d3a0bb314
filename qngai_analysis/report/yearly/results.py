"""What was found of the year beside the targets: other results, the country, the path to 2030, the merged territory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qngai_analysis import territory
from qngai_analysis.evidence.bounds import bounds_of, weight_of
from qngai_analysis.evidence.observations import Related, position
from qngai_analysis.evidence.published import read_relations
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Column, Grid
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.compare import compare_plans
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.project import Role, read_project
from qngai_analysis.report.base import at_right, centred, column, row_head
from qngai_analysis.report.printed import capitalised, home_and_successor, read_acts
from qngai_analysis.report.yearly.loading import YearReport
from qngai_analysis.territory import Unit
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.said import inside

#: Heads of columns, where there is no room for more.
HEADS = {"Quyết định": "QĐ {name}", "Kế hoạch": "KH {name}", "Nghị quyết": "NQ {name}", "": "{name}"}
OLDEST = 3  # years that a result may lie before the reporting year


@dataclass(frozen=True)
class Result:
    """The newest figure of a series that the project prints as a result, and the country's of the same definition."""

    name: str
    figure: Any
    country: Any

    @property
    def sure(self) -> bool:
        """Whether nothing is known against the figure."""
        return self.figure.confidence != "low" and is_missing(self.figure.withheld)

    @property
    def warning(self) -> str:
        """What the reader must know of the figure, a sentence each."""
        told = (text for text in (self.figure.note, self.figure.withheld) if not is_missing(text))
        return ". ".join(capitalised(text).rstrip(".") for text in told)

    def value(self, report: YearReport) -> str:
        """Return the figure as printed; a rank among how many."""
        if self.figure.value_type == "rank":
            return f"{self.figure.value:.0f}/{self.figure.unit[5:]}"
        return report.figure_words(self.figure)


def found_results(report: YearReport) -> list[Result]:
    """Return the results of the year or the years just before it that were published by the cut-off day."""
    results, home, nation = read_project().result, home_and_successor(), _national_series()
    wanted = {entry.series for entry in results}.union(*nation.values())
    observed = report.real.observations
    seen: dict[str, list[Any]] = {series: [] for series in wanted}
    for row in records(observed[observed["series"].isin(wanted)]):
        if is_missing(row.vintage) or position(row.vintage) <= position(report.cutoff.isoformat()):
            seen[row.series].append(row)
    found = []
    for entry in results:
        own = [row for row in seen[entry.series] if row.territory in home and _recent(report, row)]
        if own:
            newest = max(own, key=lambda row: (position(row.reference_date), row.territory))
            national = [row for each in nation.get(entry.series, ()) for row in seen[each]]
            last = max(national, key=lambda row: (position(row.reference_date), -row.Index), default=None)
            found.append(Result(report.name(entry), newest, last))
    return found


def _recent(report: YearReport, row: Any) -> bool:
    recent = not is_missing(row.year) and report.year - OLDEST < row.year <= report.year
    return recent and is_missing(row.copy_of)


def _national_series() -> dict[str, set[str]]:
    """Return by a series of ours those of the country that have its definition."""
    same = [rule for rule in read_relations() if rule.definition == "same"]
    national = [rule for rule in same if rule.relation == "national"]
    found: dict[str, set[str]] = {rule.series: set() for rule in same if rule.relation == "same"}
    for rule in same:
        if rule.relation == "same":
            found[rule.series] |= {each.series for each in national if each.indicator == rule.indicator}
    return found


def other_results(report: YearReport) -> list[Prose | Grid]:
    """Return what is known of the year beside the targets, each under its own definition with its warning."""
    rows = sorted(found_results(report), key=lambda result: report.place(result.figure.territory))
    if not rows:
        return []
    text = report.say(
        "{table} nêu các kết quả đã công bố gần năm báo cáo nhất, mỗi kết quả theo định nghĩa của nguồn; không kết quả nào được dùng để kết luận về chỉ tiêu.",
        table="{ref:ket-qua-khac}",
    )
    table = report.table(
        rows,
        report.say("Kết quả khác của tỉnh, theo định nghĩa riêng"),
        row_head("Kết quả", "name", 0.32),
        at_right("Giá trị", lambda result: result.value(report), 0.17),
        centred("Thời điểm", lambda result: report.date_of(result.figure), 0.11),
        column("Lưu ý về số liệu", "warning", 0.32),
        _source_code(0.08),
        sections=lambda result: report.place(result.figure.territory),
        source="{ref:nguon}.",
        id="ket-qua-khac",
    )
    return [Prose(text), table]


def beside(report: YearReport) -> list[Prose | Grid]:
    """
    Return our targets and figures beside the country's and other provinces', of the same definition; none is judged.

    Of the country also a newer figure of another definition; of peers' plans the levels that differ from ours. What
    there is none of is said.
    """
    peers = _peers(report)
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
        others, about = list(_of_others(own, own.goal.unit)), report.subject(own.target)
        places |= {row.territory for row in others}
        found = [_of_figure(report, about, row) for row in others]
        found += [_of_outcome(report, about, o) for o in told]
        alone += not found
        rows += [_of_outcome(report, about, own), *found] if found else []
    for result in found_results(report):
        if result.country is not None:
            mine = replace(_of_figure(report, result.name, result.figure), value=result.value(report))
            rows += [mine, _of_figure(report, result.name, result.country)]
    said = list(_of_which_none(report, peers, equal, alone, places))
    if not rows:
        return [Prose(" ".join(said))]
    columns = [
        row_head("Địa phương", "who", 0.25),
        centred("Mục tiêu", "goal", 0.15),
        at_right("Số liệu", "value", 0.13),
        centred("Thời điểm", lambda row: report.date_of(row.figure), 0.11),
        column("Định nghĩa", "definition", 0.27),
        _source_code(0.09),
    ]
    caption = report.say("Mục tiêu và số liệu của tỉnh bên cạnh cả nước và địa phương khác")
    note = " ".join([report.say("Chỉ để so sánh, không kết luận về nơi khác."), *said])
    table = report.table(
        rows, caption, *columns, sections="about", notes=[note], source="{ref:nguon}.", id="ben-canh"
    )
    return [table]


def _peers(report: YearReport) -> Sequence[Outcome]:
    """Return the targets that plans of other provinces set for indicators of ours, judged by real data."""
    names = tuple(entry.name for entry in read_project().plans(Role.PEER))
    ours = {own.target.indicator for own in report.real.outcomes} - {None}
    limits: dict[str, Any] = {"plans": names, "cutoff": report.cutoff, "real_only": True}
    return judge_year(report.year, **limits, only=lambda target: target.indicator in ours).outcomes


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


def _of_others(outcome: Outcome, unit: str) -> Iterator[Related]:
    """Yield the newest figure of the same definition of the country and of each other province; a newer one of another, too."""
    found = (figure for figure in outcome.choice.beside if figure.unit == unit)
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


@dataclass(frozen=True)
class _Beside:
    """A line of the table of what stands beside our targets and figures; ``about`` is what its group is of."""

    about: str
    who: str
    goal: str
    value: str
    figure: Any
    definition: str


def _of_figure(report: YearReport, about: str, row: Any) -> _Beside:
    same = getattr(row, "definition", "same") == "same"
    definition = report.say("cùng định nghĩa") if same else row.relation_reason
    return _Beside(about, report.place(row.territory), "", report.figure_words(row), row, definition)


def _of_outcome(report: YearReport, about: str, outcome: Outcome) -> _Beside:
    who, figure = report.place_words(outcome.target.geography), outcome.figure
    definition = report.say("cùng định nghĩa" if figure else "chưa có số liệu")
    return _Beside(about, who, report.goal_words(outcome), report.figure_words(figure), figure, definition)


def _source_code(width: float) -> Column:
    """Return the column of the codes of published figures, which lead to where they were published."""

    def told(name: str) -> Callable[[Any], Any]:
        return lambda row: row.figure and getattr(row.figure, name)

    return column("Nguồn", told("id"), width, href=told("address"))


def path(report: YearReport) -> list[Prose | Grid]:
    """Return the levels set for 2021 to 2030 of the targets with a figure or with several levels of the province."""
    table = compare_plans(read_project().judged()).table
    known = {outcome.target.indicator: outcome.figure for outcome in report.real_lines if outcome.figure}
    main = {outcome.target.indicator for outcome in report.real_lines}
    plans = [name for name in table.columns if name != "name" and table[name].ne("").any()]
    own = [name for name in plans if not name.startswith("QĐ 411")]
    table[plans] = table[plans].map(report.said)
    rows = [
        row
        for row in table.reset_index().to_dict("records")
        if row["indicator"] in main
        and (row["indicator"] in known or len({row[name] for name in own if row[name]}) > 1)
    ]
    if not rows:
        return []
    names = {outcome.target.indicator: report.subject(outcome.target) for outcome in report.real_lines}
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
        row_head("Chỉ tiêu", lambda row: names[row["indicator"]], 0.28),
        *(centred(heads[name], name, 0.54 / len(plans), as_is=True) for name in plans),
        centred("Số liệu đã biết", lambda row: report.dated(known.get(row["indicator"])), 0.18),
        notes=[report.say(text)],
        id="chang-duong",
    )
    return [shown]


def found_beside(report: YearReport) -> list[Prose | Grid]:
    """Return the section on what was found beside the targets, under a heading that names what there is."""
    parts = {
        "Kết quả khác trong năm": other_results(report),
        "so với cả nước": beside(report),
        "chặng đường đến năm 2030": path(report),
    }
    about = report.listed([report.say(name) for name, blocks in parts.items() if blocks])
    return [Prose(f"### 3. {capitalised(about)}"), *(block for blocks in parts.values() for block in blocks)]


# ---------------------------------------------------------------- figures of what took the territory's place


def two_territories(report: YearReport) -> list[Grid]:
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
        rows, caption, *columns, notes=_notes_on_territories(report, home, derived=derived), id="hai-dia-gioi"
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


def _notes_on_territories(report: YearReport, home: Unit, *, derived: bool) -> list[str]:
    own, later = report.own_territories()
    text = "(*) {new}: chỉ để tham khảo, không thay cho {home}, địa giới của kế hoạch. Chỉ tiêu không có trong bảng: chưa có số liệu nào của tỉnh mới cùng định nghĩa hoặc cùng đơn vị tính."
    notes = [report.say(text, new=capitalised(later), home=own)]
    if derived and (weight := weight_of(home)):
        notes.append(
            report.say(
                "Cột suy ra: tỷ lệ p của địa giới kế hoạch thỏa p ≥ (p tỉnh mới − {rest}) / {share}, với {share} là phần dân số của địa giới kế hoạch năm {year} ({source}); chỉ tính khi cùng định nghĩa, cùng độ tuổi.",
                rest=report.number(1 - weight.share, 4),
                share=report.number(weight.share, 4),
                year=weight.year,
                source=weight.source,
            )
        )
    if acts := _territory_acts(report):
        wording = (
            "Căn cứ về địa giới, áp dụng tương tự vì kế hoạch không phải văn bản quy phạm pháp luật: {acts}."
        )
        notes.append(report.say(wording, acts="; ".join(acts)))
    return notes


def _territory_acts(report: YearReport) -> list[str]:
    """Return the acts that the project's rule on territory rests on, with their notes; unread ones are said to be so."""
    acts = read_acts()
    named = [acts[number] for number in read_project().territory_acts if number in acts]
    unread = report.say("chưa đối chiếu với văn bản gốc")
    name = "name_vi" if report.lang == "vi" else "name_en"
    words = []
    for row in named:
        said = [row[name], *([] if row["confidence"] == "high" else [row["note"].split(";")[0], unread])]
        words.append(f"{report.cited(' '.join((row['kind'], row['number'])))} ({'; '.join(said)})")
    return words
