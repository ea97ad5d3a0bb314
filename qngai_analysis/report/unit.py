"""The report on one unit: a commune, an agency, a sector, a plan or a year, and its place beside the others.

All units of a kind are read once (``prepare``): the year is judged, returns are counted, survey tables pass the gate
once for all of them. A report then only looks up what is its own.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import median
from typing import Any

from qngai_analysis.collection.owed import Body, FigureOwed, Owed, TaskOwed, committees, owed, task_plans
from qngai_analysis.collection.state import states_of
from qngai_analysis.cutoff import cutoff_day
from qngai_analysis.errors import ParameterError
from qngai_analysis.evidence.returned import returned_table
from qngai_analysis.page.blocks import PageTitle, Prose, SimulatedBanner, literal
from qngai_analysis.page.tables import Table
from qngai_analysis.paths import reference
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.model import Task
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.tasks import RULE, TaskReport, status_of, task_reports
from qngai_analysis.progress.tasks import Status as TaskStatus
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import YearResult, judge_year
from qngai_analysis.project import read_project
from qngai_analysis.report.base import (
    Report,
    at_right,
    bullets,
    centred,
    column,
    estimate,
    interval,
    measured,
    notices,
    row_head,
)
from qngai_analysis.report.printed import cited
from qngai_analysis.report.sector.loading import belongs, by_group, flag_of, read_sample, scale_of, source_of
from qngai_analysis.report.sector.targets import outcome_table
from qngai_analysis.territory import read_rows
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.folding import fold
from qngai_analysis.words.language import language, said
from qngai_analysis.words.numbers import day, number
from qngai_analysis.words.said import Said

#: Kinds of units, and what several of them are called.
KINDS = {
    "commune": "xã, phường, đặc khu",
    "agency": "cơ quan",
    "sector": "lĩnh vực",
    "year": "năm",
    "plan": "kế hoạch",
}

#: What units are compared by: how many of how many.
MEASURES = ("Nhiệm vụ đã có báo cáo", "Nhiệm vụ hoàn thành", "Số liệu đã cung cấp", "Chỉ tiêu đạt")
_MET = (Verdict.MET, Verdict.EXCEEDED)


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
    """An indicator of a survey as published: the whole, and the row of each of the units it is published by."""

    indicator: str
    code: str
    source: str
    simulated: bool
    whole: Mapping[str, Any]
    units: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Unit:
    """A unit with all that is its own; ``stem`` is the name of its file, ``place`` its name in survey files."""

    stem: str
    name: str
    tasks: tuple[TaskLine, ...]
    figures: tuple[FigureLine, ...]
    targets: tuple[Outcome, ...]
    place: str = ""
    codes: frozenset[str] | None = None  # indicators whose survey figures are its; None: all
    formed: tuple[str, ...] = ()  # what a commune was made of on 1/7/2025

    @cached_property
    def standing(self) -> Mapping[str, tuple[int, int]]:
        """How far it is by each measure: how many of how many."""
        tasks, figures, targets = len(self.tasks), len(self.figures), len(self.targets)
        parts = (
            (sum(task.status.reported for task in self.tasks), tasks),
            (sum(task.status is TaskStatus.DONE for task in self.tasks), tasks),
            (sum(figure.given for figure in self.figures), figures),
            (sum(outcome.verdict in _MET for outcome in self.targets), targets),
        )
        return dict(zip(MEASURES, parts, strict=True))


@dataclass(frozen=True)
class Units:
    """All units of a kind in a year, by the stem of their file."""

    by: str
    settings: tuple[Any, ...]
    cutoff: date
    units: Mapping[str, Unit]
    surveys: tuple[SurveyLine, ...]

    @cached_property
    def shares(self) -> Mapping[str, list[float]]:
        """The share of every unit by each measure, lowest first."""
        found: dict[str, list[float]] = {}
        for unit in self.units.values():
            for measure, (part, whole) in unit.standing.items():
                if whole:
                    found.setdefault(measure, []).append(part / whole)
        return {measure: sorted(shares) for measure, shares in found.items()}

    def named(self, name: str) -> Unit:
        """Return a unit by its name (marks, case and "UBND" left out or not), its file's or its sector's key; ParameterError names the nearest."""
        spelt = {_bare(unit.name): stem for stem, unit in self.units.items()}
        spelt |= {unit.name.casefold(): stem for stem, unit in self.units.items()}
        alike: dict[str, set[str]] = {}  # "Ba To" is Ba Tơ or Ba Tô
        for words, stem in spelt.items():
            alike.setdefault(fold(words), set()).add(stem)
        sector = read_project().sectors.get(name) if self.by == "sector" else None
        found = name if name in self.units else sector.notebook if sector else None
        found = found or spelt.get(" ".join(name.split()).casefold())
        near = alike.get(fold(name), set())
        if found is None and len(near) != 1:
            near = near or {
                stem
                for words in difflib.get_close_matches(fold(name), list(alike), 3, 0)
                for stem in alike[words]
            }
            raise ParameterError(
                "{unit}: không có đơn vị này ({by}); gần nhất: {known}",
                unit=name,
                by=self.by,
                known="; ".join(sorted(self.units[stem].name for stem in near)),
            )
        return self.units[found or near.pop()]


@dataclass(frozen=True)
class UnitReport(Report):
    """The report on one unit."""

    about: Unit
    all: Units


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
    settings = _settings(by, year, plan, cutoff, real_only)
    units = next((each for each in _adopted if each.settings == settings), None) or prepare(*settings)
    found = units.named(unit) if unit else next(iter(units.units.values()))
    return UnitReport(language(lang), year, real_only, found, units)


def _settings(by: str, year: int, plan: str | None, cutoff: str, real_only: bool) -> tuple[Any, ...]:
    return by, year, plan, cutoff_day(cutoff, year).isoformat(), real_only


def prepare(by: str, year: int, plan: str | None = None, cutoff: str = "", real_only: bool = False) -> Units:
    """Return all units of a kind; parameters and errors are those of ``load``."""
    if by not in KINDS:
        raise ParameterError("--by {by}: chỉ nhận {known}", by=by, known=", ".join(KINDS))
    settings = _settings(by, year, plan, cutoff, real_only)
    on = date.fromisoformat(settings[3])
    if by == "year":
        first = read_project().base(year, plan).first_year
        units = [
            _year(at, plan, on if at == year else cutoff_day("", at), real_only)
            for at in range(first, year + 1)
        ]
    else:
        units = _units(by, year, plan, on, real_only)
    if not units:
        raise ParameterError("--by {by}: năm {year} không có đơn vị nào", by=by, year=year)
    surveys = _surveyed(year, real_only, by_unit=by == "commune")
    return Units(by, settings, on, {unit.stem: unit for unit in units}, surveys)


def _units(by: str, year: int, plan: str | None, on: date, real_only: bool) -> list[Unit]:
    judged, asked = _judged(year, plan, on, real_only), owed(year)
    if by in ("commune", "agency"):
        returned = _Returned(asked, year, on)
        mine = [body for body in asked.bodies if body.commune == (by == "commune")]
        places = {_bare(body.name): body for body in mine}
        of: dict[str, list[Outcome]] = {body.name: [] for body in mine}
        for outcome in judged.outcomes:
            here = places.get(outcome.target.geography.casefold())
            for name in [here.name] if here else outcome.owners:
                if name in of:
                    of[name].append(outcome)
        return [returned.unit(body, tuple(of[body.name])) for body in mine]
    tasks, figures = _all_tasks(year, on), _all_figures(asked, year, on)

    def unit(
        stem: str, name: str, lines: Iterable[TaskLine], targets: Iterable[Outcome], codes: set[str]
    ) -> Unit:
        mine = tuple(line for code, line in figures.items() if code in codes)
        return Unit(stem, name, tuple(lines), mine, tuple(targets), codes=frozenset(codes))

    project = read_project()
    if by == "plan":
        of_plan = {name: [o for o in judged.outcomes if o.plan.name == name] for name in task_plans()}
        return [
            unit(
                name,
                project.entry(name).title,
                (line for plan_name, _, line in tasks if plan_name == name),
                outcomes,
                {o.target.indicator or "" for o in outcomes},
            )
            for name, outcomes in of_plan.items()
        ]
    main = project.judged(year, plan)[0]
    return [
        unit(
            scope.notebook,
            scope.vi,
            (line for name, task, line in tasks if belongs(scope, task, main=name == main)),
            (o for o in judged.outcomes if o.target.indicator in scope.indicators),
            set(scope.indicators),
        )
        for scope in project.sectors.values()
    ]


def _judged(year: int, plan: str | None, on: date, real_only: bool) -> YearResult:
    plans = read_project().judged(year, plan, ended=True)
    return judge_year(year, plans=plans, cutoff=on, real_only=real_only)


def _year(year: int, plan: str | None, on: date, real_only: bool) -> Unit:
    asked = owed(year)
    followed = {task.id for task in asked.tasks}
    tasks = tuple(line for _, task, line in _all_tasks(year, on) if task.id in followed)
    figures = tuple(_all_figures(asked, year, on).values())
    return Unit(str(year), str(year), tasks, figures, _judged(year, plan, on, real_only).outcomes)


def _bare(name: str) -> str:
    return name.casefold().removeprefix("ubnd ").split(" (")[0]


def _all_tasks(year: int, on: date) -> list[tuple[str, Task, TaskLine]]:
    """Return the tasks of all plans with their state on a day, and what their bodies together reported."""
    found = []
    for name in task_plans():
        head = read_plan(name).document
        for state in states_of(name, year, on)[len(read_plan(name).goals) :]:
            task, said_by_all = state.task, state.tally.said
            line = TaskLine(
                f"{head.type} {head.number}", task.text, task.period_printed or "", state.status, said_by_all
            )
            found.append((name, task, line))
    return found


def _all_figures(asked: Owed, year: int, on: date) -> dict[str, FigureLine]:
    returned = _Returned(asked, year, on)
    given = {code: row for (_, code), row in returned.figures.items()}
    return {
        figure.indicator: _figure(figure, "; ".join(figure.goals), given.get(figure.indicator))
        for figure in asked.figures
    }


class _Returned:
    """What bodies returned until a day, by body and task or indicator."""

    def __init__(self, asked: Owed, year: int, on: date) -> None:
        self.on, last = on, on.isoformat()
        self.tasks = {(row.body, row.task_id): row for row in task_reports(year) if row.reported_on <= last}
        table = returned_table(year, "figures")
        rows = records(table[table["stands"]]) if len(table) else ()
        self.figures = {(row.body, row.indicator): row for row in rows if row.reported_on <= last}
        self._silent = {task.id: self._task(task, None) for task in asked.tasks}
        # communes that were silent share their lines
        self._lines: dict[tuple[str, ...], tuple[TaskLine, ...]] = {}
        self._formed: dict[str, list[str]] = {}
        for old in read_rows(reference("commune_crosswalk.csv")):
            self._formed.setdefault(old["code"], []).append(f"{old['old_name']} ({old['old_district']})")
        self._codes = {name: code for code, name in committees(on)}

    def unit(self, body: Body, targets: tuple[Outcome, ...]) -> Unit:
        own = [(task, self.tasks.get((body.name, task.id))) for task in body.tasks]
        lines = tuple(self._silent[task.id] if row is None else self._task(task, row) for task, row in own)
        if all(row is None for _, row in own):
            lines = self._lines.setdefault(tuple(task.id for task in body.tasks), lines)
        figures = tuple(
            _figure(
                figure,
                body.grounds.get(figure.indicator, ""),
                self.figures.get((body.name, figure.indicator)),
            )
            for figure in body.figures
        )
        place = body.name.removeprefix("UBND ").split(" (")[0] if body.commune else ""
        return Unit(
            body.folder.removeprefix("ubnd-").replace("-", "_"),
            body.name,
            lines,
            figures,
            targets,
            place=place[:1].upper() + place[1:],
            codes=None if body.commune else frozenset(figure.indicator for figure in body.figures),
            formed=tuple(self._formed.get(self._codes.get(body.name, ""), ())) if body.commune else (),
        )

    def _task(self, task: TaskOwed, report: TaskReport | None) -> TaskLine:
        past = task.due is not None and task.due < self.on
        words = (
            [report.completed_on and day(report.completed_on), report.result, report.difficulty]
            if report
            else []
        )
        told = ". ".join(text.rstrip(".") for text in words if text)
        return TaskLine(
            task.plan, task.text, task.period, status_of(report.status if report else None, past), told
        )


def _figure(figure: FigureOwed, ground: str, row: Any) -> FigureLine:
    if row is not None and not is_missing(row.value):
        words: object = f"{number(row.value, unit=row.unit)} ({day(row.reference_date)})"
    elif row is not None and not is_missing(row.absent):
        words = Said("không có: {why}", why=row.absent)
    else:
        words = Said("đã có số liệu công bố") if figure.known else Said("chưa có")
    given = figure.known or row is not None
    return FigureLine(figure.name, ground, words, given)


def _surveyed(year: int, real_only: bool, *, by_unit: bool) -> tuple[SurveyLine, ...]:
    """Return the surveys' figures, each table as the gate gives it; by the units of the survey where they are asked."""
    found: dict[tuple[str, str], SurveyLine] = {}
    speaker = Report("vi", year, real_only)
    for scope in read_project().sectors.values():
        for block in scope.survey:
            sample = read_sample(block, year, real_only=real_only)
            for item in sample.indicators if sample else ():
                assert sample is not None
                if (block.name, item.name) in found:
                    continue
                units = {}
                if by_unit and "district" in sample.by:
                    rows = records(by_group(sample, item, "district", "vi"))
                    units = {str(row.group).casefold(): _survey_row(row, item) for row in rows}
                whole = _survey_row(next(iter(records(sample.estimate(item)))), item)
                found[block.name, item.name] = SurveyLine(
                    item.vi, item.code, source_of(speaker, sample), sample.simulated, whole, units
                )  # fmt: skip
    return tuple(found.values())


def _survey_row(row: Any, item: Any) -> dict[str, Any]:
    hidden, scale = is_missing(row.estimate), scale_of(item)
    return {
        "value": None if hidden else row.estimate * scale,
        "low": None if hidden else row.ci_low * scale,
        "high": None if hidden else row.ci_high * scale,
        "unit": item.unit,
        "flag": flag_of(row),
    }


# ---------------------------------------------------------------- what the notebook shows


def head(report: UnitReport) -> list[PageTitle | SimulatedBanner | Prose]:
    """Return the title, and what the reader must know first."""
    simulated = any(line.simulated for line in _lines(report)) or any(
        o.simulated for o in report.about.targets
    )
    line = report.say("Số liệu tính đến ngày {cutoff}", cutoff=report.text_day(report.all.cutoff))
    subtitle = report.say("Nhiệm vụ, số liệu và vị trí năm {year}", year=report.year)
    title = PageTitle(report.agency(report.about.name), subtitle=subtitle, line=line)
    return [title, *notices(report, simulated=simulated)]


def summary(report: UnitReport) -> Prose:
    """Return the state in a few lines."""
    unit, say = report.about, report.say
    lines = [say("Nhiệm vụ: {n}.", n=len(unit.tasks))]
    if unit.formed:
        lines.insert(0, say("Hợp thành từ 01/7/2025: {units}.", units="; ".join(unit.formed)))
    if unit.tasks:
        counts = Counter(task.status for task in unit.tasks)
        told = "; ".join(f"{say(status.value)}: {n}" for status, n in counts.items())
        lines[-1] = say("Nhiệm vụ: {n} ({told}).", n=len(unit.tasks), told=told)
    given, all_ = unit.standing[MEASURES[2]]
    lines.append(say("Số liệu phải cung cấp: {n}, đã có: {given}.", n=all_, given=given))
    met, targets_ = unit.standing[MEASURES[3]]
    lines.append(say("Chỉ tiêu liên quan: {n}, đạt: {met}.", n=targets_, met=met))
    return bullets(map(literal, lines))


def tasks(report: UnitReport) -> Table | Prose:
    """Return the unit's tasks with their state."""
    if not report.about.tasks:
        return Prose(report.say("Các kế hoạch không giao nhiệm vụ nào."))
    reported = any(line.said for line in report.about.tasks)
    return report.table(
        report.about.tasks,
        report.say("Nhiệm vụ và tình hình thực hiện"),
        [
            row_head("Nhiệm vụ, giải pháp", "text", 0.5),
            centred("Thời gian", "period", 0.12),
            column("Tình hình", lambda line: report.say(line.status.value), 0.16),
            *(
                [column("Đã báo cáo", lambda line: said(line.said or "", report.lang), 0.22)]
                if reported
                else []
            ),
        ],
        sections=lambda line: cited(report, line.plan),
        notes=[report.say(RULE)] if report.all.by in ("sector", "plan", "year") else [],
    )


def figures(report: UnitReport) -> Table | Prose:
    """Return the figures that the unit owes, and what it gave."""
    if not report.about.figures:
        return Prose(report.say("Không phải cung cấp số liệu nào."))
    return report.table(
        report.about.figures,
        report.say("Số liệu phải cung cấp và đã cung cấp"),
        [
            row_head("Chỉ tiêu", "name", 0.34),
            column("Căn cứ", "ground", 0.42),
            column("Đã có", lambda line: said(line.words, report.lang), 0.24),
        ],
    )


def targets(report: UnitReport) -> Table | Prose:
    """Return the targets that are the unit's with their verdicts."""
    outcomes = report.about.targets
    if not outcomes:
        return Prose(report.say("Các kế hoạch không giao chỉ tiêu riêng."))
    return outcome_table(report, outcomes, report.say("Chỉ tiêu liên quan và kết quả"))


def place(report: UnitReport) -> Table | Prose:
    """Return the unit's place beside the others of its kind."""
    rows: list[dict[str, Any]] = []
    for measure, (part, whole) in report.about.standing.items():
        shares = report.all.shares.get(measure, [])
        if not whole or len(shares) < 2:
            continue
        own = part / whole
        first = len(shares) - bisect_right(shares, own) + 1
        last = len(shares) - bisect_left(shares, own)
        rank = f"{first}" if first == last else f"{first}-{last}"
        rank = f"{rank}/{len(shares)}" if shares[-1] else ""  # where nobody has any there is no order
        rows.append(
            {
                "measure": report.say(measure),
                "own": f"{part}/{whole}",
                "share": 100 * own,
                "middle": 100 * median(shares),
                "best": 100 * shares[-1],
                "rank": rank,
            }
        )
    if not rows:
        return Prose(report.say("Không có đơn vị nào khác để so sánh."))
    return report.table(
        rows,
        report.say("So với các {kind} khác", kind=report.say(KINDS[report.all.by])),
        [
            row_head("Nội dung", "measure", 0.32),
            at_right("Số", "own", 0.12),
            measured("Tỷ lệ", "share", 0.14, unit_of=lambda _: "%"),
            measured("Trung vị", "middle", 0.14, unit_of=lambda _: "%"),
            measured("Cao nhất", "best", 0.14, unit_of=lambda _: "%"),
            centred("Xếp hạng", "rank", 0.14),
        ],
        notes=[report.say("Các đơn vị bằng nhau cùng hạng: 5-7/96 là ba đơn vị đứng từ hạng 5 đến hạng 7.")]
        if any("-" in row["rank"] for row in rows)
        else [],
    )


def _lines(report: UnitReport) -> list[SurveyLine]:
    unit = report.about
    mine = [line for line in report.all.surveys if unit.codes is None or line.code in unit.codes]
    return [line for line in mine if not unit.place or unit.place.casefold() in line.units]


def surveyed(report: UnitReport) -> list[Table | Prose]:
    """Return the surveys' figures: of the unit itself where they are published, beside those of the whole."""
    blocks: list[Table | Prose] = []
    lines = _lines(report)
    for name in dict.fromkeys(line.source for line in lines):
        here = [line for line in lines if line.source == name]
        rows = []
        for line in here:
            own = line.units[report.about.place.casefold()] if report.about.place else line.whole
            rows.append(
                {**own, "name": line.indicator, "whole": line.whole["value"], "unit_": line.whole["unit"]}
            )
        beside = [measured("Toàn tỉnh", "whole", 0.16, unit_of="unit_")] if report.about.place else []
        blocks.append(
            report.table(
                rows,
                report.say("Số liệu điều tra: {survey}", survey=name),
                [row_head("Chỉ tiêu", "name", 0.36), estimate(0.16), *interval(0.14), *beside],
                source=name,
                simulated=here[0].simulated,
            )
        )
    return blocks or [Prose(report.say("Không có số liệu điều tra nào được công bố riêng."))]
