"""What is known without a survey: targets and tasks of the plans, verdicts, published figures, what is missing."""

from __future__ import annotations

import difflib
import fnmatch
from datetime import date
from typing import Any

import pandas as pd

from qngai_analysis import paths, raw, territory
from qngai_analysis.errors import EvidenceError, ParameterError
from qngai_analysis.evidence.observations import PERIODS, SURVEYED, Observation, Related, last_day, position
from qngai_analysis.evidence.published import published_figures, read_relations
from qngai_analysis.notebook.marks import REAL, SIMULATED, Absent, Frame, marked
from qngai_analysis.notebook.show import Blocks, highest
from qngai_analysis.notebook.state import current, sector_now
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.progress.explaining import Explanation
from qngai_analysis.progress.outcome import Outcome, outcomes_frame
from qngai_analysis.progress.tasks import TaskStatus
from qngai_analysis.progress.verdict import Goal, KnownValue, settle
from qngai_analysis.progress.yearly import judge_year, surveyed
from qngai_analysis.project import read_project
from qngai_analysis.report import focus
from qngai_analysis.report import sector as sector_report
from qngai_analysis.report.base import Report, at_right, centred, column, row_head, source
from qngai_analysis.report.printed import home_and_successor, quoted
from qngai_analysis.values import values_of
from qngai_analysis.words.said import coded, said

_ONE_OF = "{name} = {value}; chọn một trong: {known}"
BOUNDS = {"lower_bound": "trên", "upper_bound": "dưới", "range": "khoảng"}
_ORIGINS = coded("origin")
_PERIODS = {"Y": "cả năm", "H1": "6 tháng", "Q1": "quý I", "9M": "9 tháng", "point": "thời điểm"}


def sectors() -> Frame:
    """Return the sectors that have a report: ``sector, notebook, name, surveys``."""
    report = current()
    rows = [
        (code, scope.notebook, scope.title(report.lang), ", ".join(block.name for block in scope.survey))
        for code, scope in read_project().sectors.items()
    ]
    return marked(pd.DataFrame(rows, columns=["sector", "notebook", "name", "surveys"]), REAL)


def targets(sector: str | None = None, *, plan: str | None = None) -> Frame:
    """Return the quantified targets of the plans that are judged, or of one plan, as the plan states them.

    ``sector``: a report's sector (``tourism`` or ``du_lich``); the column ``sector`` names it, empty for none.
    """
    project = read_project()
    names = [plan] if plan else project.judged()
    found = pd.concat([read_plan(name).targets.assign(plan=name) for name in names], ignore_index=True)
    homes = {code: name for name, scope in project.sectors.items() for code in scope.indicators}
    found["sector"] = found["indicator"].map(homes).fillna("")
    if sector is not None:
        found = found[found["indicator"].isin(project.sector(sector).indicators)]
    return marked(found.reset_index(drop=True), REAL)


def target(indicator: str) -> float | Absent:
    """Return the threshold that the main plan sets for an indicator of the catalogue, to draw or compute with; absent if none."""
    every = read_plan(read_project().main_plan().name).listed_targets
    return next((target.value for target in every if target.indicator == indicator), Absent(""))


def standing(indicator: str, row: Any = None) -> Any:
    """Return a figure beside the main plan's target: a row with ``standing``, which says in words how far it is from it.

    ``row``: of ``qn.series``; by default the real figure that decides the target, else the newest of its definition. Absent
    where there is no figure, or the plan sets the sector no target.
    """
    report, main = sector_now(), read_project().main_plan().name
    mine = (each for each in report.targets if each.target.indicator == indicator)
    outcome = next((each for each in mine if each.plan.name == main), None)
    if outcome is None:
        return Absent("")
    known = outcome.tested
    # what is published does not change beside a rehearsal, which has findings of its own
    if row is None and outcome.figure is not None and known is not None and not outcome.simulated:
        row = _in_words(report, outcome.figure)
    else:
        aside = {"parts": _territories("parts"), "made_up": report.say(_ORIGINS["simulated"])}
        real = series(indicator).query("territory_id not in @parts and origin != @made_up", local_dict=aside)
        row = highest(real, "t") if row is None else row
        if isinstance(row, Absent):
            return row
        kinds = {report.say(word): kind for kind, word in BOUNDS.items()}
        known = KnownValue(row["value"], kinds.get(row["bound"], "point"))
    shown = " ".join(filter(None, (row["bound"], report.figure(row["value"], row["unit"]))))
    told = {**row, "shown": shown, "standing": _standing(report, outcome.goal, known)}
    return marked(pd.DataFrame([told]), REAL).iloc[0]


def _standing(report: Report, goal: Goal, known: KnownValue) -> str:
    met, aim = settle(goal, known).met, goal.towards(known.value)
    unit = report.say("điểm phần trăm") if goal.unit.startswith("%") else goal.unit
    gap = round(abs(known.value - aim.asked), 9)
    told = {"asked": said(goal.said, report.lang), "gap": report.figure(gap, unit)}
    # all that is known of the value is one side of it, away from the target
    most = known.value_type == ("lower_bound" if aim.rises else "upper_bound") and not goal.two_sided
    if met is None and most:
        return report.say("cách mục tiêu ({asked}) nhiều nhất {gap}", **told)
    if met is None:
        return report.say("chưa đủ căn cứ so với mục tiêu ({asked})", **told)
    exact = known.value_type == "point" and gap and not (met and goal.two_sided)
    if met:
        wording = "đã đạt mục tiêu ({asked}), vượt {gap}" if exact else "đã đạt mục tiêu ({asked})"
        return report.say(wording, **told)
    wording = "chưa đạt mục tiêu ({asked}), còn cách {gap}" if exact else "chưa đạt mục tiêu ({asked})"
    return report.say(wording, **told)


def tasks(sector: str | None = None, *, plan: str | None = None) -> Frame:
    """Return the tasks of a sector in all plans, under the agencies' names at the end of the year, or those of a plan.

    By default of the notebook's sector.
    """
    if plan is not None:
        return marked(read_plan(plan).tasks, REAL)
    this = _sector(sector)
    rows = [
        {
            "plan": this.act(read_plan(name).document),
            "text": quoted(state.task.text),
            "agencies": this.agencies(this.lead_agencies(state.task)),
            "period": state.task.period_printed or "",
            "state": this.say(status.value),
        }
        for name, state in this.tasks
        for status in [state.status if state.status.reported else TaskStatus.UNREPORTED]
    ]
    found = pd.DataFrame(rows, columns=["plan", "text", "agencies", "period", "state"])
    return marked(found, REAL, [_task_table(this, found)])


def _task_table(sector: sector_report.SectorReport, rows: pd.DataFrame) -> Grid | Prose:
    if not len(rows):
        return Prose(sector.say("Các kế hoạch không giao nhiệm vụ riêng cho lĩnh vực này."))
    # a long period in a narrow column makes a row that leaves much of a page blank
    more = 0.08 if rows["period"].str.len().max() > 60 else 0
    columns = [
        row_head("Nhiệm vụ, giải pháp", "text", 0.52),
        column("Chủ trì (tên gọi cuối năm {year})", "agencies", 0.26 - more),
        centred("Thời gian", "period", 0.12 + more),
        column("Tình hình", "state", 0.1),
    ]
    caption = sector.say("Nhiệm vụ của lĩnh vực và cơ quan chủ trì")
    return sector.table(rows, caption, *columns, sections="plan")


def verdicts(sector: str | None = None, *, year: int | None = None) -> Frame:
    """Return a sector's targets in all plans with figure, verdict and pace; by default of the notebook's sector.

    The columns are those of ``qn.assess``. ``qn.explain`` says why.
    """
    this = _sector(sector, year)
    outcomes = [*this.targets, *this.local_targets, *this.common_targets]
    evidence = SIMULATED if any(outcome.simulated for outcome in outcomes) else REAL
    return marked(outcomes_frame(outcomes), evidence, sector_report.target_table(this))


def assess_year(year: int, **settings: Any) -> Frame:
    """Return the verdicts of a year as ``progress.yearly.assess_year`` does; what is saved of it enters the ledger of its surveys."""
    from qngai_analysis.progress import yearly

    table = yearly.assess_year(year, **settings)
    return marked(table, SIMULATED if table["evidence"].eq("simulated").any() else REAL)


def blanks(sector: str | None = None) -> Frame:
    """
    Return what has no figure: ``text, plan, related, owners`` of targets and surveys; by default of the notebook's sector.

    ``evidence`` says whether the figure in ``related`` is simulated.
    """
    this = _sector(sector)
    rows = pd.DataFrame(_lacking(this), columns=["text", "plan", "related", "owners", "evidence"])
    made_up = rows["evidence"].eq("simulated").any()
    return marked(rows, SIMULATED if made_up else REAL, [_missing(this, rows)])


def _lacking(sector: sector_report.SectorReport) -> list[dict[str, str]]:
    """Return what has no figure, and who owes it: ``text, plan, related, owners``, a line each."""
    lines = [
        {
            "text": sector.wording(outcome.target),
            "plan": outcome.target.document,
            "related": _figure_beside(sector, near) if near else "",
            "owners": sector.agencies(outcome.owners),
            "evidence": near.evidence if near else "real",
        }
        for outcome in sector.targets
        if outcome.figure is None
        for near in [_related(sector, outcome)]
    ]
    plan, owners = _survey_ordered(sector)
    beside = {"plan": plan, "related": "", "owners": owners, "evidence": "real"}
    return lines + [{"text": why, **beside} for why in sector.absent]


def _survey_ordered(sector: sector_report.SectorReport) -> tuple[str, str]:
    """Return the plan that orders the sector's survey, and of whom: its own task, else the survey of all sectors."""
    for name, state in sector.tasks:
        if "khảo sát, đo lường" in state.task.text.casefold():
            return name, sector.agencies(sector.lead_agencies(state.task))
    plan, owners = sector.survey_owners
    return plan, sector.agencies(owners)


def _missing(sector: sector_report.SectorReport, lines: pd.DataFrame) -> Grid | Prose:
    if not len(lines):
        return Prose(sector.say("Mọi chỉ tiêu của lĩnh vực đều có số liệu, hoặc lĩnh vực không có chỉ tiêu."))
    return sector.table(
        lines,
        sector.say("Số liệu còn thiếu và cơ quan giữ dữ liệu hoặc chủ trì điều tra"),
        row_head("Chỉ tiêu, khảo sát", "text", 0.4),
        centred("Kế hoạch", "plan", 0.1),
        column("Số tham khảo gần nhất, không dùng để kết luận", "related", 0.28),
        column("Cơ quan cung cấp", "owners", 0.22),
    )


def _related(sector: sector_report.SectorReport, outcome: Outcome) -> Related | None:
    """Return the nearest figure that decides nothing; None where there is none, or it has no name, another unit, or is of one industry among several."""
    figure = next(iter(outcome.choice.near), None)
    if figure is None or outcome.target.indicator in sector.scope.shared:
        return None
    near = figure.relation != "context" and figure.name and figure.unit == outcome.unit
    return figure if near else None


def _figure_beside(sector: sector_report.SectorReport, near: Related) -> str:
    simulated = near.evidence == "simulated"
    return f"{near.name}: {sector.dated(near) if simulated else sector.figure(near.value, near.unit)}"


def published(sector: str | None = None) -> Frame:
    """Return the published figures of a sector with sources, newest first; by default of the notebook's sector."""
    this = _sector(sector)
    table = this.result.observations
    own = [
        rule.series
        for rule in read_relations()
        if rule.relation == "same" and rule.indicator in this.scope.indicators
    ]
    mine = table[table["series"].isin([*this.scope.series, *own]) & table["evidence"].eq("real")]
    rows = mine.sort_values(["series", "reference_date"], ascending=[True, False])
    return marked(rows, REAL, [_published(this, rows), *focus.published(this)])


def _published(sector: sector_report.SectorReport, rows: pd.DataFrame) -> Grid | Prose:
    if not len(rows):
        return Prose(sector.say("Không có số liệu đã công bố nào về lĩnh vực này trong nguồn của dự án."))
    note = sector.say("Số liệu khác địa giới, khác phương pháp hoặc khác thời kỳ không nối thành một chuỗi.")
    return sector.table(
        rows,
        sector.say("Số liệu đã công bố liên quan đến lĩnh vực"),
        row_head("Số liệu", "name", 0.25),
        at_right("Giá trị", lambda row: sector.printed_figure(row), 0.19),
        centred("Thời điểm", lambda row: sector.day(row.reference_date), 0.1),
        column("Phạm vi", lambda row: sector.place(row.territory), 0.15),
        column("Mức độ", lambda row: sector.say(row.level), 0.1),
        source(0.21),
        notes=[note],
    )


def reasons() -> Blocks:
    """Show why each verdict of the notebook's sector is as it is, step by step."""
    return Blocks(sector_report.reasons(sector_now()))


def explain(target_id: str, year: int | None = None, *, real_only: bool | None = None) -> Explained:
    """Return the arithmetic behind a verdict: a readable page in a notebook, text when printed.

    Raises
    ------
    EvidenceError
        There is no such target.
    """
    from qngai_analysis.progress.yearly import explain as find

    report = current()
    real = report.real_only if real_only is None else real_only
    return Explained(find(target_id, year or report.year, real_only=real), report)


class Explained:
    """The reasons for one verdict; ``steps`` holds them in parts."""

    def __init__(self, reasons: Explanation, report: Report) -> None:
        self.target_id, self.steps, self.simulated = reasons.target_id, reasons.steps, reasons.simulated
        self._reasons, self._text = reasons, report.explained(reasons)

    def __str__(self) -> str:
        return str(self._reasons)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        head = str(self._reasons).partition("\n")[0]
        shown = Prose(f"**{head}**\n\n{self._text}")._repr_mimebundle_()
        return {**shown, "text/plain": str(self)}


def series(*names: str, period: str = "Y", territory: str | None = None) -> Frame | Absent:
    """Return what was published of series, or is known of an indicator of the catalogue, one row a day, territory and definition.

    Parameters
    ----------
    names : series (``du_lich_luot``; ``du_lich_*`` for all that begin so) or indicators (``KTS_GRDP``: its series of
        the same definition, what bodies returned on their forms and what surveys estimate, as for a verdict); none: every series
    period : ``Y`` (whole years and days), ``H1``, ``Q1``, ``9M``, or ``all``
    territory : ``before`` or ``now`` (the project's, before and after it was rearranged, which is one where it was
        not), ``whole`` (both), ``country``, ``parts`` (units inside the project's); by default all

    Returns
    -------
    Frame
        ``series, name, year, date, t, value, unit, bound`` (empty, or "trên": more than the value, "dưới": less),
        ``territory`` in words, ``territory_id``, ``definition`` (method, prices, scope and part of the year: values of
        two definitions are not one series), ``origin`` (published, returned, surveyed), ``level, publisher, id, address``. Copies, values the sources
        leave in doubt, all but the most final of several for one day, and in a sector's notebook what was published
        after its cut-off day are left out. Absent where nothing is left.

    Raises
    ------
    EvidenceError
        There is no such series, or none of the indicator's definition was published.
    """
    report = current()
    if period != "all" and period not in PERIODS:
        raise ParameterError(_ONE_OF, name="period", value=period, known=", ".join([*PERIODS, "all"]))
    every = [*published_figures(), *_not_published(report, names)]
    known = {figure.series for figure in every}
    wanted = {each for name in names or "*" for each in _series_of(name, known)}.union(names)
    places = None if territory is None else _territories(territory)
    periods = PERIODS if period == "all" else ("Y", "point") if period == "Y" else (period,)
    sector = report if isinstance(report, sector_report.SectorReport) else None
    until, running = (sector.cutoff, str(sector.year)) if sector else (date.max, "")
    found = [
        figure
        for figure in every
        if figure.series in wanted
        and (places is None or figure.territory in places)
        and figure.period in periods
        and figure.reference_date
        and not figure.copy_of
        and not figure.withheld
        and (figure.reference_date == running or last_day(figure.reference_date) <= until)
        and (not figure.vintage or last_day(figure.vintage) <= until)
    ]
    if not found:
        words = _names_of_series() | {
            figure.series: figure.name for figure in every if places is None or figure.territory in places
        }
        named = ", ".join(dict.fromkeys(words.get(name.rstrip("*")) or name for name in names))
        why = report.say("Chưa có số liệu đã công bố cho câu hỏi này (chuỗi {name}).", name=named)
        return Absent(why, said=True)
    one: dict[tuple[object, ...], dict[str, object]] = {}
    for figure in sorted(found, key=_final_first):
        row = _in_words(report, figure)
        key = figure.series, figure.reference_date, figure.territory, row["definition"], row["origin"]
        one.setdefault(key, row)
    frame = pd.DataFrame(list(one.values()))
    texts = [name for name in frame if name not in ("year", "t", "value")]
    made_up = any(figure.evidence == "simulated" for figure in found)
    return marked(frame.astype(dict.fromkeys(texts, "str")), SIMULATED if made_up else REAL)


def _not_published(report: Report, names: tuple[str, ...]) -> list[Observation]:
    """Return what bodies returned and surveys estimate of those names that are indicators."""
    codes = dict.fromkeys({*names} & {*read_catalogue().index}, ())
    if not codes:
        return []
    if isinstance(report, sector_report.SectorReport):
        result = report.result
    else:
        seen = surveyed(report.year, real_only=report.real_only, codes=codes)
        result = judge_year(report.year, plans=(), observed=seen)
    table = result.observations
    return values_of(table[table["series"].isin([*codes])], Observation)


def per(above: Any, below: Any) -> Any:
    """Return one series of ``qn.series`` divided by another of the same years and territories: ``territory, year, value, bound``.

    What is more than a bound below the line makes a quotient that is less; two bounds that pull apart leave it about.
    """
    if isinstance(above, Absent) or isinstance(below, Absent):
        return above if isinstance(above, Absent) else below
    say = current().say
    more, less, about = (say(BOUNDS[kind]) for kind in ("lower_bound", "upper_bound", "range"))
    turned = {more: less, less: more}
    both = above.merge(below, on=["territory", "year"], suffixes=("", "_below"))
    sides = [
        {one, turned.get(other, other)} - {""}
        for one, other in zip(both["bound"], both["bound_below"], strict=True)
    ]
    both["value"] = both["value"] / both["value_below"]
    both["bound"] = [about if len(side) > 1 else "".join(side) for side in sides]
    return both[["territory", "year", "value", "bound"]].sort_values(["territory", "year"], ignore_index=True)


def _final_first(figure: Observation) -> tuple[float, int, int, float]:
    """Return what orders figures by day; of several for one day the most final, of these the newest comes first."""
    return position(figure.reference_date), *figure.rank, -float((figure.vintage or "0")[:4])


def _in_words(report: Report, figure: Observation) -> dict[str, object]:
    """Return a figure's cells in the columns of ``series``."""
    part = "" if figure.period in ("Y", "point") else report.say(_PERIODS[figure.period])
    method = None if figure.method == SURVEYED else figure.method
    return {
        "series": figure.series,
        "name": figure.name,
        "year": figure.year,
        "date": figure.reference_date,
        "t": position(figure.reference_date),
        "value": figure.value,
        "unit": report.unit(figure.unit),
        "bound": report.say(BOUNDS[figure.value_type]) if figure.value_type in BOUNDS else "",
        "territory": report.place(figure.territory),
        "territory_id": figure.territory,
        "definition": "; ".join(filter(None, (method, figure.price_basis, figure.scope, part))),
        "origin": report.say(_ORIGINS[_origin(figure)]),
        "level": report.say(figure.level),
        "publisher": figure.publisher,
        "id": figure.id,
        "address": figure.address,
    }


def _origin(figure: Observation) -> str:
    if figure.evidence == "simulated":
        return "simulated"
    if figure.method == SURVEYED:
        return "surveyed"
    return "published" if figure.series != figure.indicator else "returned"


def _territories(named: str) -> set[str]:
    ids, units = home_and_successor(), territory.units()
    known = {
        "before": {ids[0]},
        "now": {ids[-1]},
        "whole": {*ids},
        "country": {units[ids[0]].parent},
        "parts": set[str]().union(*map(territory.below, ids)),
    }
    if named not in known:
        raise ParameterError(_ONE_OF, name="territory", value=named, known=", ".join(known))
    return known[named]


def _series_of(indicator: str, known: set[str]) -> list[str]:
    mine = [rule for rule in read_relations() if rule.indicator == indicator]
    same = [rule.series for rule in mine if rule.definition == "same"]
    if same or indicator in known:
        return same or [indicator]
    if "*" in indicator:
        return fnmatch.filter(known, indicator) or [indicator]
    near = [rule.series for rule in mine] or difflib.get_close_matches(indicator, known, n=3, cutoff=0.6)
    # nobody published it for this project: absent, not misspelt
    if not near or indicator in _names_of_series():
        return [indicator]
    wording = "không có chuỗi số liệu {name} cùng định nghĩa; gần nhất: {near}"
    raise EvidenceError(wording, name=indicator, near=", ".join(near))


def _names_of_series() -> dict[str, str]:
    """Return the name of every series that notebooks may ask for, published for this project or not."""
    rows = raw.read_rows(paths.start("published", "figures.csv"))
    return {row["series"]: row["name"] for row in reversed(rows)}


def _sector(named: str | None, year: int | None = None) -> sector_report.SectorReport:
    if named is None and year is None:
        return sector_now()
    report = current()
    code = named if named is not None else sector_now().sector
    return sector_report.load(code, year=year or report.year, real_only=report.real_only, lang=report.lang)
