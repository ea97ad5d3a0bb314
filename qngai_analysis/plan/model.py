"""What was read of a plan, as values: its head, its targets, its goals without a number, its tasks.

These travel unchanged from the grammar to the page. Tables for people are made from them at the edge
(``Plan.targets``), and :func:`targets_of` brings a table that a person changed back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from qngai_analysis.values import is_missing

if TYPE_CHECKING:
    import pandas as pd


class Fate(StrEnum):
    """What a numeral of the text turned out to be; each has just one."""

    TARGET = "target"
    PERIOD = "period"
    DATE = "date"
    CITATION = "citation"
    ARTICLE = "article"
    LIST_NUMBER = "list number"
    NAME = "name"
    DEFINITION = "definition"
    UNIT = "unit"
    COUNT = "count"
    DURATION = "duration"
    CURRENT = "current value"
    INTERIM = "interim"
    REFERENCE = "reference"
    RESTATED = "restated"
    RULE = "rule"
    MONEY = "money"
    UNKNOWN = "not understood"


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral's place in the text (characters from 0) and its fate."""

    start: int
    end: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that a plan cites: its legal bases and every number such as 411/QĐ-TTg."""

    type: str
    number: str
    date: str  # ISO, "" where the text gives none
    issuer: str
    subject: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """The head of a plan. An empty string or None means: not printed and not in the sidecar."""

    key: str
    type: str = ""
    number: str = ""
    date: str = ""  # ISO
    place: str = ""
    issuer: str = ""
    subject: str = ""
    signer: str = ""
    geography: str = ""
    period_start: int | None = None
    period_end: int | None = None
    legal_bases: tuple[Citation, ...] = ()
    citations: tuple[Citation, ...] = ()
    path: str = ""
    sha256: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a plan something stands: lines from 1, characters from 0."""

    line_start: int
    line_end: int
    char_start: int = 0
    char_end: int = 0


#: What ``Target.relative_to`` says of a target that is set against the country's mean.
NATIONAL_MEAN = "bình quân cả nước"
EACH = "trong từng"


@dataclass(frozen=True, slots=True)
class Target:
    """One quantified target as the plan words it.

    ``value`` is on the unit's own scale (percent 0-100, counts multiplied out, money as printed).
    ``period_end`` missing: no year is named. ``indicator`` missing: none of the catalogue is near
    enough. ``listed`` says whether the plan lists it as a goal or states it in running text.
    """

    id: str
    text: str
    subject: str
    comparator: str
    wording: str
    value: float
    value_high: float | None
    unit: str
    period_start: int | None
    period_end: int | None
    recurrence: str | None = None
    indicator: str | None = None
    match_score: float | None = None
    pillar: str | None = None
    sector: str | None = None
    section: str = ""
    section_path: str = ""
    agencies: tuple[str, ...] = ()
    geography: str = ""
    document: str = ""
    line_start: int | None = None
    line_end: int | None = None
    char_start: int | None = None
    char_end: int | None = None
    listed: bool = True
    base: str | None = None
    change: str | None = None
    relative_to: str | None = None

    @property
    def each(self) -> bool:
        """Whether every member of a group must reach it ("trong từng ngành"), not the group as a whole."""
        return EACH in self.text


@dataclass(frozen=True, slots=True)
class Goal:
    """A listed goal without a number."""

    id: str
    text: str
    pillar: str | None
    section: str
    section_path: str
    agencies: tuple[str, ...]
    period_start: int | None
    period_end: int | None
    geography: str
    document: str
    line_start: int
    line_end: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a task with a period of its own."""

    first_year: int | None
    last_year: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task: who leads it, with whom, by when. A missing year: the plan leaves it open or says none."""

    id: str
    document: str
    part: str
    section: str
    subsection: str
    number: str
    text: str
    heading: str
    agencies: tuple[str, ...]
    agencies_printed: str
    cooperating: tuple[str, ...]
    cooperating_printed: str
    first_year: int | None
    last_year: int | None
    deadline: str | None
    period_printed: str | None
    recurrence: str | None
    stages: tuple[Stage, ...]
    line_start: int
    line_end: int


def target_of(row: Mapping[str, Any]) -> Target:
    """Return a target from a row of a table; what the row does not name keeps the default."""
    cells: dict[str, Any] = {}
    for name in Target.__dataclass_fields__:
        if name not in row:
            continue
        value = row[name]
        if name == "agencies":
            cells[name] = () if is_missing(value) else tuple(value)
        elif is_missing(value):
            cells[name] = "" if name in _TEXTS else None
        elif name in _WHOLE:
            cells[name] = int(value)
        elif name in ("value", "value_high", "match_score"):
            cells[name] = float(value)
        else:
            cells[name] = value
    for name in ("subject", "wording", "unit"):
        cells.setdefault(name, "")
    for name in ("value_high", "period_start", "period_end"):
        cells.setdefault(name, None)
    return Target(**cells)


def targets_of(frame: pd.DataFrame) -> list[Target]:
    """Return the targets of a table such as ``Plan.targets``, in its order."""
    return [target_of({str(name): cell for name, cell in row.items()}) for row in frame.to_dict("records")]


_TEXTS = frozenset({"text", "subject", "wording", "unit", "section", "section_path", "geography", "document"})
_WHOLE = frozenset({"period_start", "period_end", "line_start", "line_end", "char_start", "char_end"})
