"""What became of a target in a year, as a value: what reports print and editions keep.

:mod:`qngai_analysis.progress.assessing` makes outcomes from judgements. Statuses, notes and reasons
are codes; their words are made where they are printed. :func:`outcomes_frame` gives the table for people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd

from qngai_analysis.evidence.observations import Observation
from qngai_analysis.plan.model import Target, act
from qngai_analysis.progress.methods import Pace
from qngai_analysis.progress.verdict import Goal, Verdict
from qngai_analysis.words.said import Day, Said


class NoteKind(StrEnum):
    """What a note to a verdict is about."""

    ISSUED_LATER = "issued-later"  # the target is younger than the year
    NATIONAL_MEAN = "national-mean"  # the threshold is the national figure
    NO_NATIONAL_MEAN = "no-national-mean"
    PAST_DUE = "past-due"  # the figure is of the target's year, not of its end
    BARRED = "barred"  # figures of the definition may not decide
    BEFORE_TARGET_YEAR = "before-target-year"
    STALE = "stale"
    UNSURE = "unsure"
    BEFORE_DUE = "before-due"
    NO_PACE = "no-pace"
    CENSUS = "census"
    NOT_FINAL = "not-final"
    ROUNDED = "rounded"
    CONTRADICTED = "contradicted"
    RANK = "rank"
    PACE_UNSURE = "pace-unsure"
    LATE_BASELINE = "late-baseline"  # nothing is known of the first years of the plan
    SINCE_REVISED = "since-revised"  # of a vintage that a newer one has revised
    METHODS_DISAGREE = "methods-disagree"
    MEAN_GROWTH = "mean-growth"
    YEARS_MISSING = "years-missing"
    BOUND = "bound"  # the figure is what a merged territory's share bounds
    MEMBERS = "members"  # of a target that each member of a family must meet


@dataclass(frozen=True, slots=True)
class Note:
    """A note to a verdict: what it is about, for programs, and the sentence, for readers."""

    kind: NoteKind
    said: Said


@dataclass(frozen=True, slots=True)
class PlanHead:
    """The plan a target stands in: its name here, when it was issued, and how it is cited."""

    name: str
    issued: date | None = None
    citation: str = ""

    @classmethod
    def of(cls, name: str, kind: str, number: str, issued: date | None) -> PlanHead:
        """Return the head of a document: "Quyết định số 906/QĐ-UBND ngày 11/07/2022"."""
        named = act(kind, number)
        return cls(name, issued, Said("{act} ngày {day}", act=named, day=Day(issued)) if issued else named)


@dataclass(frozen=True, slots=True)
class Progress:
    """The way from baseline to target: the baseline, each method's number, the headline pace."""

    baseline: tuple[float, float] | None = None  # (t0, y0)
    baseline_source: str | None = None
    linear: float | None = None
    eurostat: float | None = None
    destatis: float | None = None  # infinite: it moves away from the target
    escap: float | None = None
    escap_expected: float | None = None
    logistic: float | None = None
    needed: float | None = None
    pace: Pace | None = None
    p_on_pace: float | None = None  # given the sampling errors of baseline and value


@dataclass(frozen=True, slots=True)
class Forecast:
    """The projection at the deadline (middle and 90% interval), and the chance to meet the target then."""

    middle: float | None = None
    low: float | None = None
    high: float | None = None
    p_met: float | None = None
    p_met_long: float | None = None  # at the project's long-run horizon


@dataclass(frozen=True, slots=True)
class RelatedFigure:
    """
    The figure nearest to a target among those that decide nothing.

    ``relation`` is ``barred`` (same definition, kept from deciding), ``proxy``, ``national`` or
    ``context``; ``definition`` is ``same`` or ``other``; ``why`` says why it does not decide;
    ``all`` are the ids of all such figures, nearest first.
    """

    observation: Observation
    relation: str
    definition: str
    why: str
    all: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of one target in one year.

    ``goal`` is what is asked (a national mean is filled in); ``figure`` the observation that speaks
    (missing: none may), ``evidence`` ``real``, ``simulated``, ``proxy-only`` or ``none``. ``p_met`` is
    the probability that the target is met (missing without a sampling error). ``revised_by`` is
    the id of a later plan's target for the same; ``in_force`` whether this one stood at the end
    of the year. ``owners`` owe the next figure, under their names at the end of the year;
    ``owners_printed`` says whether the plan itself names them.
    """

    year: int
    target: Target
    plan: PlanHead
    goal: Goal
    deadline: int
    verdict: Verdict
    evidence: str
    figure: Observation | None
    p_met: float | None
    progress: Progress
    forecast: Forecast
    related: RelatedFigure | None
    notes: tuple[Note, ...]
    passed_over: int
    decimals: int
    revised_by: str | None = None
    in_force: bool = True
    owners: tuple[str, ...] = ()
    owners_printed: bool = False

    @property
    def pace(self) -> Pace | None:
        """The headline pace; missing where none can be told."""
        return self.progress.pace

    @property
    def unit(self) -> str:
        """The unit of the figure, or of the target where there is none."""
        return self.goal.unit if self.figure is None else self.figure.unit

    @property
    def distance(self) -> float | None:
        """The target minus the figure; missing where the figure is no single value."""
        if self.figure is None or self.figure.value_type != "point":
            return None
        return self.goal.value - self.figure.value

    @property
    def simulated(self) -> bool:
        """Whether the verdict rests on a simulated survey."""
        return self.evidence == "simulated"


def outcomes_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return outcomes as a table for people, one row each: the columns of ``assess``, owners last."""
    frame = pd.DataFrame([_row(outcome) for outcome in outcomes])
    if len(frame):  # None where nothing replaced a target, whatever the others hold
        frame["revised_by"] = pd.Series([o.revised_by for o in outcomes], dtype="object")
    return frame


def _row(outcome: Outcome) -> dict[str, Any]:
    target, progress, forecast = outcome.target, outcome.progress, outcome.forecast
    time, baseline = progress.baseline or (None, None)
    ways = {name: getattr(progress, name) for name in ("linear", "eurostat", "destatis", "escap")}
    if ways["destatis"] == math.inf:  # not in JSON: moving away from the target is the class "storm"
        ways["destatis"] = None
    return {
        "plan": outcome.plan.name,
        "target_id": target.id,
        "text": target.text,
        "indicator": target.indicator,
        "goal": outcome.goal.words,
        "comparator": target.comparator,
        "target": outcome.goal.value,
        "deadline": outcome.deadline,
        "year": outcome.year,
        **{name: getattr(outcome.figure, source, None) for name, source in _FIGURE.items()},
        "unit": outcome.unit,
        "evidence": outcome.evidence,
        "verdict": outcome.verdict.value,
        "verdict_code": outcome.verdict.code,
        "pace": progress.pace.words if progress.pace else None,
        "pace_code": progress.pace.value if progress.pace else None,
        "p_met": outcome.p_met,
        "p_on_pace": progress.p_on_pace,
        "decimals": outcome.decimals,
        "distance": outcome.distance,
        "needed_per_year": progress.needed,
        "baseline_value": baseline,
        "baseline_time": time,
        "baseline_source": progress.baseline_source,
        "methods": ways,
        "logistic": progress.logistic,
        "projected": forecast.middle,
        "projected_low": forecast.low,
        "projected_high": forecast.high,
        "p_met_deadline": forecast.p_met,
        "p_met_2030": forecast.p_met_long,
        **_related_cells(outcome.related),
        "passed_over": outcome.passed_over,
        "issued": outcome.plan.issued,
        "note": "; ".join(note.said for note in outcome.notes) or None,
        "geography": target.geography or None,
        "agencies": list(target.agencies),
        "pillar": target.pillar,
        "sector": target.sector,
        "section": target.section,
        "revised_by": outcome.revised_by,
        "in_force": outcome.in_force,
        "owners": list(outcome.owners),
        "owners_printed": outcome.owners_printed,
    }


_FIGURE = {
    "value": "value",
    "value_high": "value_high",
    "value_type": "value_type",
    "unit": "unit",
    "se": "se",
    "df": "df",
    "n": "n",
    "reference_date": "reference_date",
    "level": "level",
    "territory": "territory",
    "observation": "id",
    "source": "source_title",
    "publisher": "publisher",
    "address": "address",
    "vintage": "vintage",
    "method": "method",
}


def _related_cells(related: RelatedFigure | None) -> dict[str, Any]:
    figure = related.observation if related else None
    return {
        "related_value": figure and figure.value,
        "related_value_type": figure and figure.value_type,
        "related_unit": figure and figure.unit,
        "related_date": figure and figure.reference_date,
        "related_relation": related and related.relation,
        "related_definition": related and related.definition,
        "related_evidence": figure and figure.evidence,
        "related_source": figure and figure.source_title,
        "related_name": figure and figure.name,
        "related_why": related and related.why,
        "related": related and list(related.all),
    }
