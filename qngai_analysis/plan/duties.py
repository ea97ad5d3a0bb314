"""What plans oblige whom to: to give a figure, to report on tasks, to survey (``data/raw/reference/duties.csv``)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from qngai_analysis import paths
from qngai_analysis.kept import settled
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import named_on
from qngai_analysis.plan.model import LegalDocument
from qngai_analysis.raw import read_cells
from qngai_analysis.words.numbers import day


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that a plan gives, and the plan as letters cite it."""

    what: str  # figure, tasks, survey
    plan: str
    cited: str  # "Quyết định số 906/QĐ-UBND ngày 11/7/2022"
    issuer: str
    indicator: str
    body: str
    place: str
    words: str


@settled
def read_duties() -> tuple[Duty, ...]:
    """Return the duties that the project's plans give, in the order of its table; none where it has none of its own."""
    file = paths.reference("duties.csv")
    if file != paths.raw("reference", "duties.csv"):
        return ()  # another project's: its plans oblige nobody here
    rows = [(row, read_plan(row["plan"]).document) for row in read_cells(file)]
    told = (row | {"cited": cited(head), "issuer": head.issuer} for row, head in rows)
    return tuple(Duty(**{field.name: row[field.name] for field in fields(Duty)}) for row in told)


def figure_duties(indicator: str | None, on: date) -> list[str]:
    """Return in words by which plan who must give an indicator's figure, and what that body is called on a day."""
    mine = [duty for duty in read_duties() if duty.what == "figure" and duty.indicator == indicator]
    now = {duty.body: named_on(duty.body, on) for duty in mine}
    bodies = {body: body if name == body else f"{body} (nay là {name})" for body, name in now.items()}
    return [f"{bodies[duty.body]} {duty.words} ({duty.place}, {duty.cited})" for duty in mine]


def cited(head: LegalDocument) -> str:
    """Return type, number and day of a plan, as letters cite it."""
    dated = f" ngày {day(head.date)}" if head.date else ""
    return f"{act_words(head)}{dated}"


def act_words(head: LegalDocument) -> str:
    """Return type and number of a plan."""
    return " số ".join(part for part in (head.type, head.number) if part)
