"""What the project measures, for whom, by which plans: ``data/raw/project.toml`` and the files it names.

Facts about one province or commune stand there and nowhere in code: the territory, the plans with their
roles and years, the sectors, who reports to whom, the language and the printed decimals.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, get_type_hints

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, RawFileError

FILE = "project.toml"


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
    def first_year(self) -> int:
        """The first year in which the plan is measured."""
        return self.years[0]

    @property
    def last_year(self) -> int:
        """The last year in which the plan is measured."""
        return self.years[-1]


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

    ``indicators`` are codes of the catalogue, ``series`` published series, ``tasks`` places in the
    main plan's appendix (part.section or part.subsection), ``words`` find the tasks of other plans.
    """

    notebook: str
    vi: str
    en: str
    indicators: tuple[str, ...]
    series: tuple[str, ...]
    tasks: tuple[str, ...]
    words: tuple[str, ...]
    survey: tuple[SurveyBlock, ...] = ()

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

    ``territory`` is an id of ``reference/territories.csv`` (empty: each target's own); ``decimals`` those of indicators whose
    estimates are not printed with one; ``long_run`` the last year that a series is projected to.
    """

    territory: str
    plan: tuple[PlanEntry, ...] = ()
    language: str = "vi"
    long_run: int = 2030
    decimals: Mapping[str, int] = field(default_factory=dict)
    sectors: Mapping[str, Sector] = field(default_factory=dict)
    offices: tuple[Office, ...] = ()
    survey_order: SurveyOrder | None = None

    def plans(self, *roles: Role) -> tuple[PlanEntry, ...]:
        """Return the plans that have one of the roles (default: all), in the file's order."""
        return tuple(entry for entry in self.plan if not roles or entry.role in roles)

    def main_plan(self) -> PlanEntry:
        """Return the plan whose targets make the yearly report."""
        return self.plans(Role.MAIN)[0]

    def judged(self, year: int | None = None) -> tuple[str, ...]:
        """
        Return the names of the plans whose targets are judged, the main one first.

        With a year: the main one, and the later ones that are measured in that year.
        """
        later = self.plans(Role.LATER)
        if year is not None:
            later = tuple(entry for entry in later if entry.first_year <= year <= entry.last_year)
        return tuple(entry.name for entry in (*self.plans(Role.MAIN), *later))

    def unassigned(self) -> tuple[str, ...]:
        """Return the plans that lie in ``data/raw/plans`` and have no role here: nobody judges them."""
        known = tuple(entry.name for entry in self.plan)
        files = [file for file in paths.raw("plans").glob("*") if file.is_file() and file.suffix != ".toml"]
        return tuple(sorted(file.stem for file in files if not file.stem.startswith(known)))

    def decimals_of(self, indicator: str | None) -> int:
        """Return with how many decimals estimates of an indicator are printed."""
        return self.decimals.get(indicator or "", 1)

    def sector(self, name: str) -> Sector:
        """Return what the report of a sector, by its name or its notebook's, covers; ParameterError lists what there is."""
        name = next((code for code, sector in self.sectors.items() if sector.notebook == name), name)
        if name not in self.sectors:
            raise ParameterError(f"sector {name!r}; it is one of {', '.join(self.sectors)}")
        return self.sectors[name]

    def office(self, on: date) -> Office:
        """Return who sends the report to whom on a day."""
        valid = [entry for entry in self.offices if entry.valid_from <= on]
        return max(valid or self.offices[:1], key=lambda entry: entry.valid_from)


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
    content = _toml(file, _text(file))
    named = {key: file.with_name(str(content[key])) for key in ("sectors", "offices") if key in content}
    return _project(file, tuple((key, path, _text(path)) for key, path in named.items()), _text(file))


def project_here() -> Project:
    """Return :func:`read_project`; outside of any project one without plans, printed as usual."""
    try:
        paths.project()
    except RawFileError:
        return Project(territory="")
    return read_project()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RawFileError(f"{file}: no such file; it says what the project measures") from None
    except UnicodeDecodeError as fault:
        raise RawFileError(f"{file}: not a TOML file in UTF-8 ({fault})") from fault


@lru_cache(maxsize=64)
def _toml(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise RawFileError(f"{file}: not a TOML file in UTF-8 ({fault})") from fault


@lru_cache(maxsize=16)  # by content: every part of a report asks for it
def _project(file: Path, named: tuple[tuple[str, Path, str], ...], text: str) -> Project:
    content = dict(_toml(file, text))
    for key, path, inner in named:
        found = _toml(path, inner)
        if key == "sectors":
            content[key] = {name: _made(Sector, entry, f"{path}, [{name}]") for name, entry in found.items()}
        else:
            content[key] = tuple(_entries(Office, found.get("office", []), f"{path}, [[office]]"))
            order = found.get("survey")
            content["survey_order"] = order and _made(SurveyOrder, order, f"{path}, [survey]")
    project: Project = _made(Project, content, str(file))
    _check(project, file)
    return project


def _check(project: Project, file: Path) -> None:
    mains = [entry.name for entry in project.plans(Role.MAIN)]
    if len(mains) != 1:
        found = " and ".join(mains) or "none"
        raise RawFileError(f"{file}, [[plan]]: {found} with role 'main'; just one plan is the main one")
    if project.language not in ("vi", "en"):
        raise RawFileError(f"{file}: language = {project.language!r}; it is 'vi' or 'en'")
    for place, entry in enumerate(project.plan, start=1):
        where = f"{file}, [[plan]] {place} ({entry.name})"
        if len(entry.years) != 2 or entry.first_year > entry.last_year:
            raise RawFileError(
                f"{where}: years = {[*entry.years]}; write [first, last], such as [2022, 2025]"
            )
        if [other.name for other in project.plan].count(entry.name) > 1:
            raise RawFileError(f"{where}: the plan stands twice; keep one entry")


def _entries(kind: type, content: Any, where: str) -> list[Any]:
    if not isinstance(content, list):
        raise RawFileError(f"{where}: {content!r}; write each entry under double brackets")
    return [_made(kind, entry, f"{where} {place}") for place, entry in enumerate(content, start=1)]


def _made(kind: type, content: Mapping[str, Any], where: str) -> Any:
    """Return a value of a dataclass from a TOML table; every fault names its place and what is right."""
    known = {item.name: item for item in fields(kind)}
    unknown = [key for key in content if key not in known]
    if unknown:
        raise RawFileError(f"{where}: the key {unknown[0]!r} is unknown; known are {', '.join(known)}")
    needed = [name for name, item in known.items() if item.default is item.default_factory is MISSING]
    absent = [name for name in needed if name not in content]
    if absent:
        raise RawFileError(f"{where}: the key {absent[0]!r} is missing; needed are {', '.join(needed)}")
    hints = get_type_hints(kind)
    return kind(**{key: _value(hints[key], value, where, key) for key, value in content.items()})


_LISTS = {tuple[PlanEntry, ...]: PlanEntry, tuple[SurveyBlock, ...]: SurveyBlock}
_WORDS = {
    str: "text in quotes",
    int: "a whole number",
    date: "a day such as 2025-03-01",
    tuple[str, ...]: "a list of texts",
    tuple[int, ...]: "a list of whole numbers",
    Mapping[str, int]: "whole numbers by name",
}


def _value(hint: Any, value: Any, where: str, key: str) -> Any:
    if hint in _LISTS:
        return tuple(_entries(_LISTS[hint], value, f"{where}, [[{key}]]"))
    if hint is Role:
        if value not in [*Role]:
            raise RawFileError(f"{where}, {key} = {value!r}; it is one of {', '.join(Role)}")
        return Role(value)
    if hint in _WORDS and not _fits(hint, value):
        raise RawFileError(f"{where}, {key} = {value!r}; write {_WORDS[hint]}")
    return tuple(value) if isinstance(value, list) else value


def _fits(hint: Any, value: Any) -> bool:
    if hint in (str, int, date):
        return type(value) is hint
    inner = str if hint == tuple[str, ...] else int
    parts = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict if hint == Mapping[str, int] else list) and all(
        type(part) is inner for part in parts
    )
