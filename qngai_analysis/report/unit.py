"""The report on one unit: a commune, an agency, a sector, a plan or a year, and its place beside the others.

All units of a kind are read once (``prepare``): the year is judged, returns are counted, survey tables pass the gate
once for all of them. A report then only looks up what is its own.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from statistics import median
from typing import Any

from qngai_analysis.collection import owed as owing
from qngai_analysis.collection.owed import Body, FigureOwed, Owed, TaskOwed, issued_for, owed, task_plans
from qngai_analysis.collection.state import states_of
from qngai_analysis.cutoff import cutoff_day
from qngai_analysis.errors import ParameterError
from qngai_analysis.evidence.returned import returned_table
from qngai_analysis.page.blocks import PageTitle, Prose, SimulatedBanner, literal
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.model import Task
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.tasks import RULE, TaskReport, TaskStatus, status_of, task_reports
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import covered
from qngai_analysis.project import Sector, read_project
from qngai_analysis.report import base
from qngai_analysis.report.base import Report, at_right, centred, column, interval, measured, row_head
from qngai_analysis.report.printed import SIMULATED, capitalised
from qngai_analysis.report.sector import belongs, outcome_table, printed, read_sample
from qngai_analysis.territory import came_from
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.folding import fold
from qngai_analysis.words.language import language
from qngai_analysis.words.numbers import day, number, printed_decimals
from qngai_analysis.words.said import Said, coded

#: Kinds of units, and what several of them are called.
KINDS: Mapping[str, str] = coded("unit")

#: What units are compared by: how many of how many.
MEASURES = ("Nhiệm vụ đã có báo cáo", "Nhiệm vụ hoàn thành", "Số liệu đã cung cấp", "Chỉ tiêu đến hạn đã đạt")


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task of a unit; ``said`` is what was reported of it."""

    plan: str
    text: str
    period: str
    status: TaskStatus
    said: object


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure that a unit owes: on what ground or for which targets, and what it gave; ``given``: it is there."""

    name: str
    ground: str
    words: object
    given: bool


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """An indicator of a survey as published, on the printed scale: of the whole (``""``), and of each of the units it is published by."""

    code: str
    source: str
    simulated: bool
    estimates: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class ReportedUnit:
    """A unit with all that is its own; ``stem`` is the name of its file, ``place`` its name in survey files."""

    stem: str
    name: str
    tasks: tuple[TaskLine, ...]
    figures: tuple[FigureLine, ...]
    targets: tuple[Outcome, ...]
    place: str = ""
    codes: Container[str] | None = None  # indicators whose survey figures are its; None: all
    formed: tuple[str, ...] = ()  # what a commune was made of on 1/7/2025
    unbound: tuple[str, ...] = ()  # plans that were issued for where it did not lie

    @cached_property
    def due(self) -> tuple[Outcome, ...]:
        """Its targets whose year has come."""
        return tuple(outcome for outcome in self.targets if outcome.deadline <= outcome.year)

    @property
    def simulated(self) -> bool:
        """Whether it is counted by a simulated survey which of its targets are met."""
        return any(outcome.simulated for outcome in self.due)

    @cached_property
    def standing(self) -> Mapping[str, tuple[int, int]]:
        """How far it is by each measure: how many of how many; of targets only those whose year has come."""
        parts = (
            [task.status.reported for task in self.tasks],
            [task.status is TaskStatus.DONE for task in self.tasks],
            [figure.given for figure in self.figures],
            [outcome.verdict in (Verdict.MET, Verdict.EXCEEDED) for outcome in self.due],
        )
        return {measure: (sum(part), len(part)) for measure, part in zip(MEASURES, parts, strict=True)}


@dataclass(frozen=True)
class UnitsWanted:
    """Which units are reported on, and as of when; ``by`` is a key of ``KINDS``, the rest as of the yearly report."""

    by: str
    year: int
    plan: str | None
    cutoff: date
    real_only: bool


@dataclass(frozen=True)
class Units:
    """All units of a kind in a year, by the stem of their file."""

    wanted: UnitsWanted
    units: Mapping[str, ReportedUnit]
    surveys: tuple[SurveyLine, ...]

    @cached_property
    def shares(self) -> Mapping[str, list[float]]:
        """The share of every unit by each measure, lowest first."""
        pairs = {measure: [unit.standing[measure] for unit in self.units.values()] for measure in MEASURES}
        return {measure: sorted(part / whole for part, whole in of if whole) for measure, of in pairs.items()}

    @property
    def simulated(self) -> bool:
        """Whether a comparison of them by targets rests on a simulated survey."""
        return any(unit.simulated for unit in self.units.values())

    def named(self, name: str) -> ReportedUnit:
        """Return a unit by its name (marks, case and "UBND" left out or not), its file's or its sector's key; ParameterError names the nearest."""
        sector = read_project().sectors.get(name) if self.wanted.by == "sector" else None
        if known := self.units.get(sector.notebook if sector else name):
            return known
        exact, folded = " ".join(name.split()).casefold(), fold(name)
        spelt = [
            (words, unit)
            for unit in self.units.values()
            for words in (_bare(unit.name), unit.name.casefold())
        ]
        found = {unit.stem for words, unit in spelt if words == exact}
        # "Ba To" is Ba Tơ or Ba Tô
        found = found or {unit.stem for words, unit in spelt if fold(words) == folded}
        if len(found) == 1:
            return self.units[found.pop()]
        near = difflib.get_close_matches(folded, dict.fromkeys(fold(words) for words, _ in spelt), 3, 0)
        found = found or {unit.stem for words, unit in spelt if fold(words) in near}
        nearest = "; ".join(sorted(self.units[stem].name for stem in found))
        wording = "{unit}: không có đơn vị này ({by}); gần nhất: {known}"
        raise ParameterError(wording, unit=name, by=self.wanted.by, known=nearest)


@dataclass(frozen=True)
class UnitReport(Report):
    """The report on one unit."""

    about: ReportedUnit
    all: Units

    @property
    def named(self) -> Mapping[str, object]:
        """What any of its sentences may name."""
        return {"year": self.year, "cutoff": self.text_day(self.all.wanted.cutoff)}


_adopted: list[Units] = []


def adopt(units: Units) -> None:
    """Let ``load`` take these units where it is asked for the same: a batch reads them once for all its reports."""
    _adopted[:] = [units]


def load(
    by: str,
    unit: str,
    *,
    year: int,
    plan: str | None = None,
    cutoff: str = "",
    real_only: bool = False,
    lang: str = "vi",
) -> UnitReport:
    """
    Read what a unit's report is made of.

    Parameters
    ----------
    by : a key of ``KINDS``
    unit : the unit's name, or the stem of its file; empty: the first
    year, plan, cutoff, real_only : as of the yearly report

    Raises
    ------
    ParameterError
        There is no such kind or unit.
    """
    wanted = UnitsWanted(by, year, plan, cutoff_day(cutoff, year), real_only)
    units = next((each for each in _adopted if each.wanted == wanted), None) or prepare(wanted)
    found = units.named(unit) if unit else next(iter(units.units.values()))
    return UnitReport(language(lang), year, real_only, found, units)


def prepare(wanted: UnitsWanted) -> Units:
    """Return all units of a kind; errors are those of ``load``."""
    by = wanted.by
    if by not in KINDS:
        raise ParameterError("--by {by}: chỉ nhận {known}", by=by, known=", ".join(KINDS))
    units = {unit.stem: unit for unit in _Reading(**vars(wanted)).units()}
    if not units:
        wording = "--by {by}: không nhiệm vụ, số liệu nào của năm {year} giao cho {kind}"
        raise ParameterError(wording, by=by, year=wanted.year, kind=Said(KINDS[by]))
    return Units(wanted, units, tuple(_surveyed(wanted)))


@dataclass(frozen=True)
class _Reading(UnitsWanted):
    """What the units of a year are made of; each part is read when it is first asked for."""

    def units(self) -> Iterable[ReportedUnit]:
        match self.by:
            case "year":
                first = read_project().base(self.year, self.plan).first_year
                before = (replace(self, year=at, cutoff=cutoff_day("", at)) for at in range(first, self.year))
                return (reading._whole_year() for reading in (*before, self))
            case "plan":
                return map(self._plan, task_plans(self.year))
            case "sector":
                return map(self._sector, read_project().sectors.values())
            case _:
                return self._bodies(communes=self.by == "commune")

    @cached_property
    def asked(self) -> Owed:
        return owed(self.year)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        return covered(self.year, plan=self.plan, cutoff=self.cutoff, real_only=self.real_only).outcomes

    @cached_property
    def tasks(self) -> list[tuple[str, Task, TaskLine]]:
        """The tasks of all plans with their state, and what their bodies together reported."""
        found = []
        for name in task_plans(self.year):
            plan = read_plan(name)
            act = f"{plan.document.type} {plan.document.number}"
            for state in states_of(name, self.year, self.cutoff)[len(plan.goals) :]:
                task = state.task
                line = TaskLine(act, task.text, task.period_printed or "", state.status, state.tally.said)
                found.append((name, task, line))
        return found

    @cached_property
    def returned(self) -> dict[tuple[str, str], Any]:
        """The figures that were returned, by body and indicator."""
        table = returned_table(self.year, "figures")
        rows = records(table[table["stands"]]) if len(table) else ()
        return {(row.body, row.indicator): row for row in rows if row.reported_on <= self.cutoff.isoformat()}

    @cached_property
    def figures(self) -> dict[str, FigureLine]:
        """All figures owed by their indicator, whoever gave them."""
        given = {code: row for (_, code), row in self.returned.items()}
        return {
            figure.indicator: _figure_line(figure, "; ".join(figure.goals), given.get(figure.indicator))
            for figure in self.asked.figures
        }

    @cached_property
    def reports(self) -> dict[tuple[str, str], TaskReport]:
        """What was reported of tasks, by body and task."""
        reports, last = task_reports(self.year), self.cutoff.isoformat()
        return {(row.body, row.task_id): row for row in reports if row.reported_on <= last}

    def _whole_year(self) -> ReportedUnit:
        followed = {task.id for task in self.asked.tasks}
        tasks = tuple(line for _, task, line in self.tasks if task.id in followed)
        name, figures = str(self.year), tuple(self.figures.values())
        return ReportedUnit(name, name, tasks, figures, self.outcomes)

    def _plan(self, name: str) -> ReportedUnit:
        targets = tuple(outcome for outcome in self.outcomes if outcome.plan.name == name)
        tasks = tuple(line for plan, _, line in self.tasks if plan == name)
        codes = {outcome.target.indicator or "" for outcome in targets}
        title = read_project().entry(name).title
        return ReportedUnit(name, title, tasks, self._figures(codes), targets, codes=codes)

    def _sector(self, scope: Sector) -> ReportedUnit:
        main, codes = read_project().judged(self.year, self.plan)[0], {*scope.indicators}
        tasks = tuple(line for name, task, line in self.tasks if belongs(scope, task, main=name == main))
        targets = tuple(outcome for outcome in self.outcomes if outcome.target.indicator in codes)
        return ReportedUnit(scope.notebook, scope.vi, tasks, self._figures(codes), targets, codes=codes)

    def _figures(self, codes: Container[str]) -> tuple[FigureLine, ...]:
        return tuple(line for code, line in self.figures.items() if code in codes)

    def _bodies(self, *, communes: bool) -> Iterator[ReportedUnit]:
        mine = [body for body in (*self.asked.bodies, *self.asked.free) if body.commune == communes]
        places = {_bare(body.name): body.name for body in mine}
        of: dict[str, list[Outcome]] = {body.name: [] for body in mine}
        for outcome in self.outcomes:
            here = places.get(outcome.target.geography.casefold())
            for name in [here] if here else outcome.owners:
                if name in of:
                    of[name].append(outcome)
        codes = {name: code for code, name in owing.committees(self.cutoff)} if communes else {}
        for body in mine:
            came = came_from().get(codes.get(body.name, ""), ())
            formed = tuple(
                f"{old['old_name']} ({old['old_district']})" if old["old_name"] else old["old_district"]
                for old in came
            )
            yield self._body(body, tuple(of[body.name]), formed)

    def _body(self, body: Body, targets: tuple[Outcome, ...], formed: tuple[str, ...]) -> ReportedUnit:
        name = body.name
        tasks = (_task(task, self.reports.get((name, task.id)), self.cutoff) for task in body.tasks)
        grounds = {figure: body.grounds.get(figure.indicator, "") for figure in body.figures}
        given = (
            _figure_line(*each, self.returned.get((name, each[0].indicator))) for each in grounds.items()
        )
        return ReportedUnit(
            body.folder.removeprefix("ubnd-").replace("-", "_"),
            name,
            tuple(tasks),
            tuple(given),
            targets,
            place=capitalised(name.removeprefix("UBND ").split(" (")[0]) if body.commune else "",
            codes=None if body.commune else frozenset(figure.indicator for figure in grounds),
            formed=formed,
            unbound=body.unbound,
        )


def _bare(name: str) -> str:
    return name.casefold().removeprefix("ubnd ").split(" (")[0]


@cache  # a task of which nothing was reported is one line of thousands of communes
def _task(task: TaskOwed, report: TaskReport | None, on: date) -> TaskLine:
    status = status_of(report.status if report else None, task.due is not None and task.due < on)
    done = day(report.completed_on) if report and report.completed_on else ""
    words = [done, report.result, report.difficulty] if report else []
    told = ". ".join(text.rstrip(".") for text in words if text)
    return TaskLine(task.plan, task.text, task.period, status, told)


def _figure_line(figure: FigureOwed, ground: str, row: Any) -> FigureLine:
    given = row is not None and not is_missing(row.value)
    words: object = Said("đã có số liệu công bố") if figure.known else Said("chưa có")
    if given:
        value = number(row.value, printed_decimals(row.value), unit=row.unit)
        words = f"{value} ({day(row.reference_date)})"
    elif row is not None and not is_missing(row.absent):
        words = Said("không có: {why}", why=row.absent)
    return FigureLine(figure.name, ground, words, figure.known or given)


def _surveyed(wanted: UnitsWanted) -> Iterator[SurveyLine]:
    """Yield the surveys' figures, each table as the gate gives it; by the units of the survey where they are asked."""
    seen: set[tuple[str, str]] = set()
    blocks = (block for scope in read_project().sectors.values() for block in scope.survey)
    samples = (read_sample(block, wanted.year, real_only=wanted.real_only) for block in blocks)
    for sample in filter(None, samples):
        source = sample.source(base.Speaker("vi"))
        apart = wanted.by == "commune" and "district" in sample.by
        for item in sample.indicators:
            if (sample.name, item.name) in seen:
                continue
            seen.add((sample.name, item.name))
            tables = [sample.estimate(item).assign(group="")]
            tables += [sample.by_group(item, "district", "vi")] if apart else []
            named = [printed(table, item).assign(name=item.vi, unit=item.unit) for table in tables]
            rows: list[Any] = [row for table in named for row in table.to_dict("records")]
            estimates = {row["group"].casefold(): row for row in rows}
            yield SurveyLine(item.code, source, sample.simulated, estimates)


# ---------------------------------------------------------------- what the notebook shows


def head(report: UnitReport) -> list[PageTitle | SimulatedBanner | Prose]:
    """Return the title, and what the reader must know first."""
    lines, targets = _lines(report), report.about.targets
    simulated = any(line.simulated for line in lines) or any(outcome.simulated for outcome in targets)
    title = PageTitle(
        report.agency(report.about.name),
        subtitle=report.say("Nhiệm vụ, số liệu và vị trí năm {year}"),
        line=report.say("Số liệu tính đến ngày {cutoff}"),
    )
    return [title, *report.notices(simulated=simulated)]


def summary(report: UnitReport) -> Prose:
    """Return the state in a few lines."""
    unit, say = report.about, report.say
    counts = Counter(say(task.status.value) for task in unit.tasks)
    told = "; ".join(f"{status}: {n}" for status, n in counts.items())
    (given, owed_), (met, due) = (unit.standing[measure] for measure in MEASURES[2:])
    formed, n = "; ".join(unit.formed), len(unit.targets)
    mark = f" ({say(SIMULATED)})" if unit.simulated else ""
    acts = report.listed(report.act(read_plan(plan).document) for plan in unit.unbound)
    places = report.listed(dict.fromkeys(report.territory(issued_for(plan)) for plan in unit.unbound))
    unbound = "{plans}: không giao nhiệm vụ cho đơn vị này, vì được ban hành cho {places}."
    lines = [
        formed and say("Hợp thành từ 01/7/2025: {units}.", units=formed),
        acts and say(unbound, plans=acts, places=places),
        say("Nhiệm vụ: {n} ({told}).", n=len(unit.tasks), told=told) if told else say("Nhiệm vụ: {n}.", n=0),
        owed_ and say("Số liệu phải cung cấp: {n}, đã có: {given}.", n=owed_, given=given),
        n and say("Chỉ tiêu liên quan: {n}; đến hạn: {due}, đã đạt: {met}.", n=n, due=due, met=met) + mark,
    ]
    return base.bullets(map(literal, filter(None, lines)))


def tasks(report: UnitReport) -> Grid | Prose:
    """Return the unit's tasks with their state."""
    if not report.about.tasks:
        return Prose(report.say("Các kế hoạch không giao nhiệm vụ nào."))
    shown = [
        row_head("Nhiệm vụ, giải pháp", "text", 0.5),
        centred("Thời gian", "period", 0.12),
        column("Tình hình", lambda line: report.say(line.status.value), 0.16),
    ]
    if any(line.said for line in report.about.tasks):
        shown.append(column("Đã báo cáo", lambda line: report.said(line.said or ""), 0.22))
    return report.table(
        report.about.tasks,
        report.say("Nhiệm vụ và tình hình thực hiện"),
        *shown,
        sections=lambda line: report.cited(line.plan),
        notes=[report.say(RULE)] if report.all.wanted.by in ("sector", "plan", "year") else [],
    )


def figures(report: UnitReport) -> Grid | Prose:
    """Return the figures that the unit owes, and what it gave."""
    if not report.about.figures:
        return Prose(report.say("Không phải cung cấp số liệu nào."))
    columns = [
        row_head("Chỉ tiêu", "name", 0.34),
        column("Căn cứ", "ground", 0.42),
        column("Đã có", lambda line: report.said(line.words), 0.24),
    ]
    return report.table(report.about.figures, report.say("Số liệu phải cung cấp và đã cung cấp"), *columns)


def targets(report: UnitReport) -> Grid | Prose:
    """Return the targets that are the unit's with their verdicts."""
    outcomes = report.about.targets
    if not outcomes:
        return Prose(report.say("Các kế hoạch không giao chỉ tiêu riêng."))
    return outcome_table(report, outcomes, report.say("Chỉ tiêu liên quan và kết quả"))


def place(report: UnitReport) -> Grid | Prose:
    """Return the unit's place beside the others of its kind."""
    shares = report.all.shares
    standing = report.about.standing.items()
    own = {measure: pair for measure, pair in standing if pair[1] and len(shares[measure]) > 1}
    if not own:
        return Prose(report.say("Không có nội dung hoặc đơn vị nào khác để so sánh."))
    ranks = {measure: _rank(part / whole, shares[measure]) for measure, (part, whole) in own.items()}
    note = report.say("Các đơn vị bằng nhau cùng hạng: 5-7 là ba đơn vị đứng từ hạng 5 đến hạng 7.")
    return report.table(
        own,
        report.say("So với các {kind} khác", kind=report.say(KINDS[report.all.wanted.by])),
        row_head("Nội dung", lambda measure: report.say(measure), 0.32),
        at_right("Số", lambda measure: "{}/{}".format(*own[measure]), 0.12),
        measured("Tỷ lệ", lambda measure: 100 * own[measure][0] / own[measure][1], 0.14, unit="%"),
        measured("Trung vị", lambda measure: 100 * median(shares[measure]), 0.14, unit="%"),
        measured("Cao nhất", lambda measure: 100 * shares[measure][-1], 0.14, unit="%"),
        centred("Xếp hạng", ranks.get, 0.14),
        notes=[note] if any("-" in rank for rank in ranks.values()) else [],
        simulated=MEASURES[3] in own and report.all.simulated,
    )


def _rank(own: float, shares: list[float]) -> str:
    """Return a share's place among all, which equal ones have together; empty where nobody has any."""
    first, last = len(shares) - bisect_right(shares, own) + 1, len(shares) - bisect_left(shares, own)
    rank = f"{first}" if first == last else f"{first}-{last}"
    return f"{rank}/{len(shares)}" if shares[-1] else ""


def _lines(report: UnitReport) -> list[SurveyLine]:
    unit = report.about
    mine = [line for line in report.all.surveys if unit.codes is None or line.code in unit.codes]
    return [line for line in mine if unit.place.casefold() in line.estimates]


def surveyed(report: UnitReport) -> list[Grid | Prose]:
    """Return the surveys' figures: of the unit itself where they are published, beside those of the whole."""
    blocks: list[Grid | Prose] = []
    lines, place = _lines(report), report.about.place.casefold()
    beside = [measured("Toàn tỉnh", "whole", 0.16, unit_of="unit")] if place else []
    for name in dict.fromkeys(line.source for line in lines):
        here = [line for line in lines if line.source == name]
        rows = [{**line.estimates[place], "whole": line.estimates[""]["estimate"]} for line in here]
        blocks.append(
            report.table(
                rows,
                report.say("Số liệu điều tra: {survey}", survey=name),
                row_head("Chỉ tiêu", "name", 0.36),
                measured("Ước lượng", "estimate", 0.16, unit_of="unit", flag="flag"),
                *interval(0.14, ends=("ci_low", "ci_high")),
                *beside,
                source=name,
                simulated=here[0].simulated,
            )
        )
    return blocks or [Prose(report.say("Không có số liệu điều tra nào được công bố riêng."))]
