"""What the project measures, for whom, by which plans: ``data/raw/project.toml`` and the files it names.

Facts about one province or commune stand there and nowhere in code: the territory, the plans with their
roles and years, the sectors, who reports to whom, the language and the printed decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, RawFileError
from qngai_analysis.kept import settled
from qngai_analysis.settings import entries, made, read_toml, text_of, toml_of

FILE = "project.toml"


#: The source of what a new project takes from the sample, until its own office confirms it.
UNCONFIRMED = "theo mẫu chung, chưa đối chiếu với phân công của địa phương"


class Role(StrEnum):
    """What a plan is to the project."""

    MAIN = "main"  # its targets and tasks make the yearly report
    LATER = "later"  # its targets stand beside those of the main plan, or replace them
    TASKS = "tasks"  # only its tasks are followed
    PEER = "peer"  # another province's, for comparison; never judged


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan of the project: the beginning of its file's name, its role, first and last year."""

    name: str
    role: Role
    years: tuple[int, ...]

    @property
    def title(self) -> str:
        """The plan's type, number and day, as its sidecar begins."""
        return str(self._sidecar.get("title", self.name)).split(":")[0]

    @property
    def key(self) -> str:
        """The beginning of the ids of its targets, as its sidecar says; "" where it says none."""
        return str(self._sidecar.get("plan", {}).get("key", ""))

    @property
    def _sidecar(self) -> Mapping[str, Any]:
        files = sorted(paths.raw("plans").glob(f"{self.name}*.toml"))
        return read_toml(files[0]) if files else {}

    def covers(self, year: int, until: int | None = None) -> bool:
        """Return whether the plan is measured in a year, or in one of several."""
        return self.first_year <= (until or year) and year <= self.last_year

    @property
    def first_year(self) -> int:
        """The first year in which the plan is measured."""
        return self.years[0]

    @property
    def last_year(self) -> int:
        """The last year in which the plan is measured."""
        return self.years[-1]


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """A plan that exists and whose text nobody has: the report says so."""

    number: str
    issued: date
    issuer: str
    subject: str
    years: tuple[int, ...]
    source: str
    says: str = ""  # what it says itself of the year ``about``
    about: int = 0


@dataclass(frozen=True, slots=True)
class SurveyBlock:
    """What a sector's report takes of a survey: indicators (the headline first), and groupings."""

    name: str
    indicators: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sector:
    """
    What the report of a sector covers.

    ``indicators`` are codes of the catalogue, ``shared`` those that a plan sets for every industry,
    ``series`` published series, ``tasks`` places in the main plan's appendix (part.section or part.subsection), ``words`` find the tasks of other plans.
    """

    notebook: str
    vi: str
    en: str
    indicators: tuple[str, ...]
    series: tuple[str, ...]
    tasks: tuple[str, ...]
    words: tuple[str, ...]
    survey: tuple[SurveyBlock, ...] = ()
    shared: tuple[str, ...] = ()

    def title(self, lang: str) -> str:
        """Return the sector's name in a language."""
        return self.vi if lang == "vi" else self.en


@dataclass(frozen=True, slots=True)
class Office:
    """Who sends the yearly report to whom, from a day on."""

    valid_from: date
    parent_body: str
    issuing_body: str
    agency: str
    symbol: str
    place: str
    addressees: tuple[str, ...]
    post: str
    recipients: tuple[str, ...]
    source: str
    reports_due: str = ""  # month and day by which bodies report, such as "12-15"
    reports_plan: str = ""  # the plan that sets the day, and its section
    reports_section: str = ""


@dataclass(frozen=True, slots=True)
class ResultSeries:
    """A published series that the yearly report prints as a result of the year, under its own definition."""

    series: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class SurveyOrder:
    """The task of a plan that orders the yearly survey."""

    plan: str
    part: str
    section: str
    number: str
    source: str


@dataclass(frozen=True, slots=True)
class Project:
    """
    One project: the territory whose plans are judged, and all that reports need to know of it.

    ``territory`` is an id of ``reference/territories.csv`` (empty: each target's own); ``known``
    are plans without a text; ``decimals`` those of indicators whose
    estimates are not printed with one; ``long_run`` the last year that a series is projected to.
    """

    territory: str
    plan: tuple[PlanEntry, ...] = ()
    result: tuple[ResultSeries, ...] = ()
    known: tuple[KnownPlan, ...] = ()
    language: Literal["vi", "en"] = "vi"
    long_run: int = 2030
    decimals: Mapping[str, int] = field(default_factory=dict)
    sectors: Mapping[str, Sector] = field(default_factory=dict)
    offices: tuple[Office, ...] = ()
    survey_order: SurveyOrder | None = None
    #: Numbers of reference/acts.csv that the rule on merged territories rests on.
    territory_acts: tuple[str, ...] = ()

    def plans(self, *roles: Role) -> tuple[PlanEntry, ...]:
        """Return the plans that have one of the roles (default: all), in the file's order."""
        return tuple(entry for entry in self.plan if not roles or entry.role in roles)

    def main_plan(self, year: int | None = None) -> PlanEntry:
        """
        Return the plan whose targets make the yearly report.

        With a year: the main plan of that year; else, of those measured in it, the first that is no
        peer. Without: the newest main plan.

        Raises
        ------
        ParameterError
            There is no plan, or none of the year; the message says which ended and what to do.
        """
        mains = sorted(self.plans(Role.MAIN), key=lambda entry: entry.first_year)
        if year is None and mains:
            return mains[-1]
        for entry in (*mains, *self.plans(Role.LATER)):
            if year is not None and entry.covers(year):
                return entry
        if year is None or not mains:
            wording = "dự án chưa có kế hoạch nào để đánh giá; thêm kế hoạch bằng: qngai add plan TỆP"
            raise ParameterError(wording)
        first, last = mains[0], max(mains, key=lambda entry: entry.last_year)
        if year < last.first_year:
            wording = "năm {year}: kế hoạch sớm nhất là {plan.title} ({plan.first_year}-{plan.last_year}); thêm kế hoạch của năm này bằng: qngai add plan TỆP, hoặc chọn năm {plan.first_year} (lệnh: --year {plan.first_year}; sổ tay: year = {plan.first_year})"
            raise ParameterError(wording, year=year, plan=first)
        wording = "năm {year}: {plan.title} ({plan.first_year}-{plan.last_year}) đã kết thúc, chưa có kế hoạch nào của năm này; thêm bằng: qngai add plan TỆP, hoặc theo dõi mục tiêu sau thời hạn: --plan {plan.name}"
        raise ParameterError(wording, year=year, plan=last)

    def base(self, year: int, plan: str | None = None) -> PlanEntry:
        """
        Return the plan that a year is judged by: the one named, else :meth:`main_plan` of the year.

        Raises
        ------
        ParameterError
            There is none; or the one named is unknown, a peer's or had not begun.
        """
        if not plan:
            return self.main_plan(year)
        found = self.entry(plan)
        if found.role is Role.PEER:
            raise ParameterError("{plan}: kế hoạch của địa phương khác, chỉ để so sánh", plan=plan)
        if year < found.first_year:
            wording = "năm {year}: {plan.title} bắt đầu từ năm {plan.first_year}"
            raise ParameterError(wording, year=year, plan=found)
        return found

    def entry(self, plan: str) -> PlanEntry:
        """Return the entry of a plan by its name, or its beginning or the file's; ParameterError lists them."""
        found = [entry for entry in self.plan if plan in (entry.name, entry.key)]
        found = found or [entry for entry in self.plan if f"{plan}-".startswith(f"{entry.name}-")]
        found = found or [entry for entry in self.plan if entry.name.startswith(plan)]
        if len(found) != 1:
            names = ", ".join(entry.name for entry in self.plan) or "…"
            wording = "kế hoạch {plan}: dự án có {names}; thêm bằng: qngai add plan TỆP"
            raise ParameterError(wording, plan=plan, names=names)
        return found[0]

    def judged(
        self, year: int | None = None, plan: str | None = None, *, ended: bool = False
    ) -> tuple[str, ...]:
        """
        Return the names of the plans whose targets are judged, the base first.

        With a year: its base (see :meth:`base`), and the later plans that are measured in that year
        (``ended``: also those that have ended; never one that had not begun).
        """
        later = self.plans(Role.LATER)
        if year is None:
            return tuple(entry.name for entry in (*self.plans(Role.MAIN), *later))
        first = self.base(year, plan)
        begun = [entry for entry in later if entry != first and entry.first_year <= year]
        beside = [entry for entry in begun if ended or entry.covers(year)]
        return tuple(entry.name for entry in (first, *beside))

    def unread(self, on: date) -> tuple[KnownPlan, ...]:
        """Return the plans known to exist on a day that have no text here."""
        plans = (read_toml(file).get("plan", {}) for file in paths.raw("plans").glob("*.toml"))
        numbers = {plan.get("number") for plan in plans}
        return tuple(entry for entry in self.known if entry.issued <= on and entry.number not in numbers)

    def unassigned(self) -> tuple[str, ...]:
        """Return the plans that lie in ``data/raw/plans`` and have no role here: nobody judges them."""
        known = tuple(entry.name for entry in self.plan)
        return tuple(sorted(file.stem for file in plan_files() if not file.stem.startswith(known)))

    def decimals_of(self, indicator: str | None) -> int:
        """Return with how many decimals estimates of an indicator are printed."""
        return self.decimals.get(indicator or "", 1)

    def sector(self, name: str) -> Sector:
        """Return what the report of a sector, by its name or its notebook's, covers; ParameterError lists what there is."""
        name = next((code for code, sector in self.sectors.items() if sector.notebook == name), name)
        if name not in self.sectors:
            known = ", ".join(f"{code} ({sector.notebook})" for code, sector in self.sectors.items())
            raise ParameterError("lĩnh vực {name!r}; các lĩnh vực: {known}", name=name, known=known)
        return self.sectors[name]

    def office(self, on: date) -> Office:
        """Return who sends the report to whom on a day."""
        valid = [entry for entry in self.offices if entry.valid_from <= on]
        return max(valid or self.offices[:1], key=lambda entry: entry.valid_from)


def plan_files() -> list[Path]:
    """Return the plans that lie in ``data/raw/plans``."""
    return sorted(path for path in paths.raw("plans").glob("*") if path.suffix != ".toml" and path.is_file())


@settled
def read_project(file: Path | None = None) -> Project:
    """
    Return the project of this folder, or of another ``project.toml``.

    Raises
    ------
    RawFileError
        The file, or one it names, is missing, is no TOML, or says something else than it should;
        the message names the place, what was found and what would be right.
    """
    file = file or paths.raw(FILE)
    content = read_toml(file)
    named = {key: file.with_name(str(content[key])) for key in ("sectors", "offices") if key in content}
    return _project(file, tuple((key, path, text_of(path)) for key, path in named.items()), text_of(file))


def project_here() -> Project:
    """Return :func:`read_project`; outside of any project one without plans, printed as usual."""
    try:
        paths.project()
    except RawFileError:
        return Project(territory="")
    return read_project()


def last_year(on: date | None = None) -> int:
    """Return the last year that had ended on a day (default: today).

    >>> last_year(date(2026, 3, 31)), last_year(date(2025, 12, 31))
    (2025, 2025)
    """
    day = on or date.today()
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


def usual_year() -> int:
    """Return the year that a command means where none is named: the last that had ended, but none before the project's plans begin."""
    begin = (entry.first_year for entry in project_here().plans(Role.MAIN, Role.LATER))
    return max(last_year(), min(begin, default=0))


@lru_cache(maxsize=16)  # by content: every part of a report asks for it
def _project(file: Path, named: tuple[tuple[str, Path, str], ...], text: str) -> Project:
    content = dict(toml_of(file, text))
    for key, path, inner in named:
        found = toml_of(path, inner)
        if key == "sectors":
            content[key] = {name: made(Sector, entry, f"{path}, [{name}]") for name, entry in found.items()}
        else:
            content[key] = tuple(entries(Office, found.get("office", []), f"{path}, [[office]]"))
            order = found.get("survey")
            content["survey_order"] = order and made(SurveyOrder, order, f"{path}, [survey]")
    project: Project = made(Project, content, str(file))
    _check(project, file)
    return project


def _check(project: Project, file: Path) -> None:
    mains = project.plans(Role.MAIN)
    for place, entry in enumerate(project.plan, start=1):
        where = f"{file}, [[plan]] {place} ({entry.name})"
        if len(entry.years) != 2 or entry.first_year > entry.last_year:
            wording = "{where}: years = {value}; viết [năm đầu, năm cuối], ví dụ [2022, 2025]"
            raise RawFileError(wording, where=where, value=[*entry.years])
        if [other.name for other in project.plan].count(entry.name) > 1:
            raise RawFileError("{where}: kế hoạch bị lặp; chỉ giữ một mục", where=where)
    for one, other in combinations(mains, 2):
        if one.covers(*other.years):
            wording = "{file}, [[plan]]: {plans[0].name} và {plans[1].name} cùng role 'main' trong các năm trùng nhau; mỗi năm chỉ một kế hoạch chính, kế hoạch kia dùng role 'later'"
            raise RawFileError(wording, file=file, plans=(one, other))
