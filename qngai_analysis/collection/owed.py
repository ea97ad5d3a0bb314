"""Who owes what for a year, and why: figures and tasks, by the body that must be asked.

A blank of the report is of a class (``data/raw/reference/measurability.csv``): no provincial method
measures it, a register holds it, or only a survey tells. The legal ground of a request is quoted from
``duties.csv``; where no plan gives the duty, the request says that the reporting office proposes it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from qngai_analysis import territory
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.errors import ParameterError
from qngai_analysis.evidence.measurability import Blank, Measurability, read_measurability
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import canonical, leads_on, named_on, read_agencies
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.duties import Duty, act_words, cited, read_duties
from qngai_analysis.plan.model import Task
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.tasks import followed_tasks
from qngai_analysis.progress.yearly import YearResult, judge_year
from qngai_analysis.project import Role, read_project
from qngai_analysis.territory import Unit
from qngai_analysis.values import grouped
from qngai_analysis.words.folding import body_name, fold, folded
from qngai_analysis.words.numbers import day, number
from qngai_analysis.words.said import Joined, Said, about, inside

_DATED = re.compile(r"(?:năm |/)20\d\d")
NO_DISTRICTS = date(2025, 7, 1)  # Luật Tổ chức chính quyền địa phương 2025: two levels, no district
PROPOSED = "theo đề xuất phân công của cơ quan lập báo cáo"
UNNAMED = "kế hoạch không ghi cơ quan chủ trì, danh mục không ghi cơ quan giữ số"


@dataclass(frozen=True, slots=True)
class FigureOwed:
    """A figure that somebody should give: the indicator, how it is counted, why it is blank.

    ``name`` is the catalogue's, ``asked`` what it is called to who is asked: as the plan says it, where that names it by itself.
    ``goals`` are the targets that need it ("906.15: đạt 90%"). ``known`` says whether the year's
    figure is there already, ``before`` what was known of an earlier year, in words.
    """

    indicator: str
    name: str
    unit: str
    numerator: str
    denominator: str
    blank: Blank
    why: str
    goals: tuple[Said, ...]
    targets: tuple[str, ...]  # their ids
    known: bool
    several: bool = False  # its targets are of different people, cases or places: one figure speaks for all
    before: str = ""
    value_before: float | None = None
    asked: str = ""
    english: str = ""

    @property
    def named_otherwise(self) -> str:
        """The catalogue's name, where the plan calls it otherwise."""
        return "" if fold(self.asked) == fold(self.name) else self.name

    @property
    def share(self) -> bool:
        """Whether it is a share, between 0 and 100, with a numerator and a denominator."""
        return self.unit == "%" and bool(self.denominator)


@dataclass(frozen=True, slots=True)
class TaskOwed:
    """A task on whose state its lead agencies report; ``bodies`` are all that are asked."""

    id: str
    plan: str  # "Quyết định 906/QĐ-UBND"
    plan_name: str
    plan_cited: str  # with its day
    place: str
    text: str
    period: str
    due: date | None
    issued: str  # day of its plan
    bodies: tuple[str, ...]
    goal: bool = False  # without a number


@dataclass(frozen=True, slots=True)
class Body:
    """One body and what it owes. ``own``: the office that makes the report, which asks itself for nothing."""

    name: str
    folder: str  # its name as every system takes it; "ubnd-xa-ba-to-2" where marks alone tell two apart
    commune: bool = False
    own: bool = False
    unbound: tuple[str, ...] = ()  # the followed plans that were issued for where a commune did not lie
    figures: tuple[FigureOwed, ...] = ()
    grounds: Mapping[str, str] = field(default_factory=dict)  # indicator: the duty, in words
    tasks: tuple[TaskOwed, ...] = ()

    @property
    def english(self) -> str:
        """Its English name, as the English reports print it; where it has none the Vietnamese."""
        known = read_agencies().get(self.name)
        return (known and known.english) or self.name


@dataclass(frozen=True)
class Owed:
    """
    Everything owed for a year: the bodies, the blanks, and the groups nobody can write to.

    ``free`` are communes that owe nothing: no followed plan was issued for where they lay.
    """

    year: int
    bodies: tuple[Body, ...]
    free: tuple[Body, ...]
    figures: tuple[FigureOwed, ...]
    tasks: tuple[TaskOwed, ...]
    territories: tuple[Unit, ...]
    unaddressed: Mapping[str, Joined]  # name of a group: its figures and tasks, counted
    duties: tuple[Duty, ...] = ()
    main_plan: str = ""  # "Quyết định số 906/QĐ-UBND"
    rests_on: str = ""  # the same with its day, issuer and subject, as a letter's legal basis
    #: targets still due that are of no indicator of the catalogue: asked of nobody
    uncoded: tuple[str, ...] = ()

    def body(self, name: str) -> Body:
        """Return a body by its name, however it is spelled; ParameterError says which there are."""
        # marks tell communes apart: Ba Tơ and Ba Tô are two
        mine = {folded(body.english): body for body in self.bodies}
        mine |= {folded(body.name): body for body in self.bodies}
        if found := mine.get(folded(name)) or mine.get(folded(canonical(name))):
            return found
        near = get_close_matches(name.casefold(), list(mine), 3, 0.5) or [*mine][:3]
        wording = "{name}: không phải cơ quan, đơn vị nào được giao trong năm {year}; gần nhất: {known}"
        known = "; ".join(dict.fromkeys(mine[key].name for key in near))
        raise ParameterError(wording, name=name, year=self.year, known=known)

    @property
    def silent(self) -> list[Said]:
        """What is said of each group that nobody can write to, and of targets without a code."""
        wording = "{name}: {what}, tên gọi chung nên không có nơi gửi"
        groups = [Said(wording, name=name, what=what) for name, what in self.unaddressed.items()]
        listed = {"n": len(self.uncoded), "ids": ", ".join(self.uncoded)}
        lacking = Said(
            "{n} mục tiêu không khớp mã nào của danh mục nên không có trong biểu: {ids}; thêm bằng: qngai add indicators",
            **listed,
        )
        wording = "{name}: một mã, một dòng trong biểu cho các mục tiêu khác nhau; hỏi riêng: qngai add indicators {ids}"
        groups += [Said(wording, name=f.name, ids=" ".join(f.targets[1:])) for f in self.figures if f.several]
        return [*groups, lacking] if self.uncoded else groups

    @cached_property
    def task_by_id(self) -> dict[str, TaskOwed]:
        """The tasks by their id."""
        return {task.id: task for task in self.tasks}

    @cached_property
    def figure_by_code(self) -> dict[str, FigureOwed]:
        """The figures by the catalogue's code."""
        return {figure.indicator: figure for figure in self.figures}


def counted(figures: int, tasks: int) -> Joined:
    """Return how many figures and tasks there are: ``2 số, 5 nhiệm vụ``."""
    parts = [figures and Said("{n} số", n=figures), tasks and Said("{n} nhiệm vụ", n=tasks)]
    return Joined([part for part in parts if part], ", ")


def owed(year: int, *, plan: str | None = None) -> Owed:
    """
    Return what every body owes for a year.

    Parameters
    ----------
    year : the reporting year
    plan : the plan that the report of the year is about; default the project's of that year

    Notes
    -----
    A figure is asked of the body that a plan obliges, then of the holder of the data; one that no
    provincial method measures is asked only where a plan orders it. A task is asked of each lead agency
    under its name at the end of the year: a group of communes or departments is every one of them.
    """
    project, on = read_project(), date(year, 12, 31)
    base, duties = project.base(year, plan).name, read_duties()
    judged = judge_year(year, plans=project.judged(year, plan), real_only=True)
    figures, grounds = _figures(year, on, judged, duties)
    tasks, groups = _tasks(year, on, base)
    nobodys = Counter(name for bodies in grounds.values() for name in bodies if _nobody(name))
    unaddressed = {name: counted(nobodys[name], groups[name]) for name in groups | nobodys}
    grounds = {
        code: {name: why for name, why in bodies.items() if name not in unaddressed}
        for code, bodies in grounds.items()
    }
    bodies = _bodies(on, figures, grounds, tasks)
    mine = tuple(duty for duty in duties if duty.what != "survey" or duty.plan == base)
    places = tuple(dict.fromkeys((_home(), _home(on))))
    due = (item.target for item in judged.outcomes if item.deadline >= year)
    uncoded = tuple(target.id for target in due if not target.indicator)
    head = read_plan(base).document
    of = f" của {body_name(head.issuer)}" if head.issuer else ""
    rests_on = f"{cited(head)}{of} {about(head.subject)}".strip()
    free = tuple(body for body in bodies if not (body.figures or body.tasks))
    bodies = tuple(body for body in bodies if body not in free)
    return Owed(
        year, bodies, free, figures, tasks, places, unaddressed, mine, act_words(head), rests_on, uncoded
    )


def _bodies(
    on: date,
    figures: tuple[FigureOwed, ...],
    grounds: Mapping[str, Mapping[str, str]],
    tasks: tuple[TaskOwed, ...],
) -> tuple[Body, ...]:
    """Return all that are asked for a figure or lead a task, and all communes last, each with what it owes."""
    own = _own(on)
    communes = set(communes_of(on))
    bound = {plan: communes_of(on, plan) for plan in {task.plan_name: None for task in tasks}}
    led = grouped((name, task) for task in tasks for name in task.bodies)
    asked = {body for bodies in grounds.values() for body in bodies} | led.keys()
    asked |= {name for name in communes if any(name not in those for those in bound.values())}
    names = sorted(asked, key=lambda name: (name in communes, fold(name), name))
    return tuple(
        Body(
            name=name,
            folder=folder,
            commune=name in communes,
            own=name == own,
            unbound=tuple(plan for plan, those in bound.items() if name in communes and name not in those),
            figures=tuple(figure for figure in figures if name in grounds.get(figure.indicator, {})),
            grounds={code: asked[name] for code, asked in grounds.items() if name in asked},
            tasks=tuple(led.get(name, ())),
        )
        for name, folder in zip(names, _folders(names), strict=True)
    )


def _own(on: date) -> str:
    return read_project().office(default_cutoff(on.year)).agency


def _folders(names: list[str]) -> list[str]:
    bare = [fold(name).replace(" ", "-")[:60] for name in names]
    return [
        f"{name}-{bare[:place].count(name) + 1}" if name in bare[:place] else name
        for place, name in enumerate(bare)
    ]


# ---------------------------------------------------------------- figures


def _figures(
    year: int, on: date, judged: YearResult, duties: tuple[Duty, ...]
) -> tuple[tuple[FigureOwed, ...], dict[str, dict[str, str]]]:
    """Return the figures of the plans in force, and of whom each is asked with what ground."""
    classes = read_measurability()
    due = [outcome for outcome in judged.outcomes if outcome.deadline >= year]
    of = grouped((code, outcome) for outcome in due if (code := outcome.target.indicator))
    known = {code: classes.get(code, Measurability(Blank.UNKNOWN)) for code in of}
    figures = tuple(_figure_owed(code, outcomes, known[code]) for code, outcomes in of.items())
    return figures, {code: _asked(code, of[code], known[code].blank, on, duties) for code in of}


def _goals(outcomes: list[Outcome]) -> Iterator[Said]:
    """Yield what each target of an indicator asks; where they differ in year or in words, also these."""
    dated = len({outcome.deadline for outcome in outcomes}) > 1
    several = _several_meant(outcomes)
    for outcome in outcomes:
        about = f"{inside(outcome.target.subject)} " if several else ""
        year = f" ({outcome.deadline})" if dated else ""
        yield Said("{id}: {goal}", id=outcome.target.id, goal=Joined([about, outcome.goal.said, year], ""))


def _several_meant(outcomes: Iterable[Outcome]) -> bool:
    """Return whether one plan sets an indicator several levels for one year: of different people, cases or places."""
    asked: dict[tuple[object, ...], dict[str, float]] = {}
    for outcome in outcomes:
        of_year = asked.setdefault((outcome.plan.name, outcome.deadline), {})
        of_year[fold(outcome.target.subject)] = outcome.goal.value
    return any(len(set(levels.values())) > 1 for levels in asked.values())


def _figure_owed(code: str, outcomes: list[Outcome], known: Measurability) -> FigureOwed:
    entry: Any = read_catalogue().loc[code].where(lambda cell: cell.notna(), "")
    outcome, target = outcomes[0], outcomes[0].target
    # a change, a share of another whole and "100% các xã" are not named by their subject alone
    by_itself = target.subject[:1].isupper() and not target.change and not target.base
    year, growth = outcome.year, "/năm" in outcome.goal.words
    earlier = [item for item in outcome.choice.pool if item.value_type == "point" and item.year < year]
    last = max(earlier, key=lambda item: str(item.reference_date), default=None)
    return FigureOwed(
        indicator=code,
        name=entry["name_vi"],
        unit=outcome.goal.unit if growth else entry["unit"],
        numerator=entry["numerator"],
        denominator=entry["denominator"],
        blank=known.blank,
        why=known.ground,
        goals=tuple(_goals(outcomes)),
        targets=tuple(outcome.target.id for outcome in outcomes),
        several=_several_meant(outcomes),
        known=outcome.figure is not None and outcome.figure.year >= year,
        before=f"{number(last.value, unit=last.unit)} ({day(last.reference_date)})" if last else "",
        value_before=float(last.value) if last else None,
        asked=target.subject if by_itself else entry["name_vi"],
        english=entry["name_en"],
    )


def _asked(
    code: str, outcomes: list[Outcome], blank: Blank, on: date, duties: tuple[Duty, ...]
) -> dict[str, str]:
    """Return who is asked for a figure, each with the ground in words: whom a plan obliges, whom it names, the holder."""
    asked = {
        named_on(duty.body, on): f"{duty.words} ({duty.place}, {duty.cited})"
        for duty in duties
        if duty.what == "figure" and duty.indicator == code
    }
    for outcome in (outcome for outcome in outcomes if outcome.owners_printed):
        where = filter(None, (outcome.target.place, cited(read_plan(outcome.plan.name).document)))
        ground = f"được giao chủ trì chỉ tiêu ({', '.join(where)})"
        for name in outcome.owners:
            asked.setdefault(name, ground)
    if blank is not Blank.NO_METHOD:
        for name in outcomes[0].owners:
            asked.setdefault(name, PROPOSED)
        if not asked:  # whoever makes the report finds out
            asked[_own(on)] = UNNAMED
    return asked


# ---------------------------------------------------------------- tasks


def task_plans(year: int | None = None) -> tuple[str, ...]:
    """Return the plans whose tasks are followed, the main one first; with a year, those that had begun."""
    plans = read_project().plans(Role.MAIN, Role.LATER, Role.TASKS)
    return tuple(entry.name for entry in plans if year is None or entry.first_year <= year)


def _tasks(year: int, on: date, base: str) -> tuple[tuple[TaskOwed, ...], Counter[str]]:
    """Return the tasks followed in a year, and how many of them name each group that has no address."""
    found: list[TaskOwed] = []
    unaddressed = Counter[str]()
    for name, tasks in followed_tasks(year, base).items():
        head, everyone = read_plan(name).document, _everyone(on, name)
        for task in tasks:
            bodies, groups = _addressed(task, on, everyone)
            unaddressed.update(groups)
            due = task.deadline or (f"{task.last_year}-12-31" if task.last_year else "")
            found.append(
                TaskOwed(
                    id=task.id,
                    plan=f"{head.type} {head.number}".strip(),
                    plan_name=name,
                    plan_cited=cited(head),
                    place=".".join(part for part in (task.part, task.section, task.number) if part),
                    text=task.text,
                    period=task.period_printed
                    or ("trong nội dung" if _DATED.search(task.text) else "không ghi"),
                    due=date.fromisoformat(due) if len(due) == 10 else None,
                    issued=head.date,
                    bodies=bodies,
                    goal=task.goal,
                )
            )
    return tuple(found), unaddressed


def leads_of(plan: str, on: date) -> dict[str, tuple[str, ...]]:
    """Return the bodies that lead each task of a plan on a day, a group being each of its members."""
    everyone = _everyone(on, plan)
    return {task.id: _addressed(task, on, everyone)[0] for task in read_plan(plan).duties}


def _everyone(on: date, plan: str) -> Mapping[str, tuple[str, ...]]:
    return {_DEPARTMENTS: departments(on), _COMMUNES: communes_of(on, plan)}


def _addressed(
    task: Task, on: date, everyone: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the bodies that the lead agencies of a task are on a day, and the groups that have no address."""
    bodies: dict[str, None] = {}
    groups: dict[str, None] = {}
    for name in leads_on(task.agencies, on, task.heading, task.text):
        agency = read_agencies().get(name)
        group = _COMMUNES if agency and agency.kind == "commune" else name
        if group in everyone:
            bodies |= dict.fromkeys(everyone[group])
        elif _nobody(name) or "(kết thúc hoạt động" in name:
            groups[name] = None
        else:
            bodies[name] = None
    return tuple(bodies), tuple(groups)


def _nobody(name: str) -> bool:
    """Return whether a name is that of a group ("Các doanh nghiệp viễn thông") of which no list says who they are."""
    agency = read_agencies().get(name)
    return bool(agency and (agency.kind == "group" or (name.startswith("Các ") and agency.kind != "commune")))


_COMMUNES, _DEPARTMENTS = "UBND các xã, phường, đặc khu", "Các sở, ban, ngành"


def communes_of(on: date, plan: str = "") -> tuple[str, ...]:
    """
    Return the people's committees below the province on a day: communes, or districts before 1/7/2025.

    A plan binds those that lie in the territory it was issued for, or were made of what lay there.
    """
    if not plan:
        return tuple(name for _, name in committees(on))
    known = territory.units()
    place = known.get(issued_for(plan))
    return tuple(name for code, name in committees(on) if not place or territory.lay_in(known[code], place))


def issued_for(plan: str) -> str:
    """Return the id of the territory that a plan was issued for."""
    head = read_plan(plan).document
    return territory.written_for(head.geography, date.fromisoformat(head.date) if head.date else None)


def _home(on: date | None = None) -> Unit:
    """Return the project's territory, on a day the one it was merged into by then."""
    unit = territory.home(on)
    assert unit is not None  # a project without a territory has no plan
    return unit


def committees(on: date) -> list[tuple[str, str]]:
    """Return id and name of the committees below the province on a day, of a country those of all its provinces."""
    home, units = _home(on), territory.units()
    level = "huyện" if on < NO_DISTRICTS else "xã"
    below = [unit for unit in units.values() if unit.level == level and unit.existed(on)]
    if home.level == "quốc gia":
        provinces = {unit.id: territory.without_kind(unit.bare) for unit in units.values()}
        return [(u.id, f"UBND {inside(u.name)} ({provinces[u.parent]}, {u.id})") for u in below]
    return [(u.id, f"UBND {inside(u.name)}") for u in below if u.parent == home.id]


def departments(on: date) -> tuple[str, ...]:
    """Return the departments that the plans name, under their names on a day: what "các sở, ban, ngành" means."""
    tasks = [task for plan in task_plans() for task in read_plan(plan).task_list]
    printed = {agency for task in tasks for agency in (*task.agencies, *task.cooperating)}
    kinds = {name: agency.kind for name, agency in read_agencies().items()}
    named = {named_on(agency, on) for agency in printed}
    return tuple(sorted((name for name in named if kinds.get(name) == "department"), key=fold))
