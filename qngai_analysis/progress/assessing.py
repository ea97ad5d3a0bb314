"""The outcome of each target in a year: what its judgement comes to, and which later target replaces it.

What lies behind an outcome is a :class:`qngai_analysis.progress.judging.Judgement`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.choice import Choice
from qngai_analysis.evidence.observations import Observation, Related, observations, position
from qngai_analysis.plan.model import Target, target_of
from qngai_analysis.progress.judging import Knowledge, judge, knowledge
from qngai_analysis.progress.outcome import Forecast, Judgement, Nearest, Outcome, PlanHead, outcomes_frame
from qngai_analysis.values import is_missing, values_of


def assess(
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    *,
    year: int,
    cutoff: date | None = None,
    real_only: bool = False,
) -> pd.DataFrame:
    """
    Return the outcome of each target in a year.

    Parameters
    ----------
    targets : ``Plan.targets``, or those of several plans one under the other
        ``plan``, ``issued`` and ``citation`` (name, date and wording of the document) may be added: a
        later plan's target for the same indicator and year then revises the earlier one from that date.
    observed : observations, see :func:`qngai_analysis.evidence.observations.observations`
    year : the reporting year
    cutoff : day after which nothing published counts; default 31 March of the next year
    real_only : leave simulated observations out

    Returns
    -------
    DataFrame, one row per target, in the order given
        ``plan, target_id, text, indicator, goal`` (in words), ``comparator, target, unit,
        deadline``; the figure: ``value, value_high, value_type, se, reference_date, level,
        territory, evidence`` (real, simulated, proxy-only, none), ``observation, source,
        publisher, address, vintage``; the outcome: ``verdict`` (Vietnamese word),
        ``verdict_code, pace`` (word), ``pace_code, p_met, p_on_pace, distance`` (target minus value),
        ``needed_per_year, baseline_value, baseline_date, methods`` (dict ``linear, eurostat,
        destatis, escap``), ``logistic``; the projection: ``projected, projected_low,
        projected_high`` at the deadline, ``p_met_deadline, p_met_2030``; beside it, never
        deciding: ``related_value, related_value_type, related_unit, related_date, related_relation,
        related_definition, related_evidence, related_source, related``; ``revised_by`` (target id), ``in_force, note, geography,
        agencies, pillar, sector, section``.

    Raises
    ------
    EvidenceError
        A needed column is missing, or a comparator is unknown.
    """
    known = knowledge(values_of(observations(observed), Observation))
    judgements = judge_all(planned_targets_of(targets), known, year=year, cutoff=cutoff, real_only=real_only)
    frame = outcomes_frame(outcomes_of(judgements))
    return frame.drop(columns=["owners", "owners_printed"], errors="ignore")


_NEEDED = ("id", "text", "comparator", "value", "unit", "period_start", "period_end", "indicator")


def planned_targets_of(targets: pd.DataFrame) -> list[tuple[Target, PlanHead]]:
    """Return the targets of a table, each with its plan's head, as :func:`assess` takes it."""
    absent = [name for name in _NEEDED if name not in targets.columns]
    if absent:
        raise EvidenceError(
            "chỉ tiêu: thiếu cột {absent!r}; cần có {known}", absent=absent[0], known=", ".join(_NEEDED)
        )
    return [_planned({str(name): cell for name, cell in row.items()}) for row in targets.to_dict("records")]


def _planned(row: dict[str, Any]) -> tuple[Target, PlanHead]:
    name, issued, citation = (row.get(key) for key in ("plan", "issued", "citation"))
    head = PlanHead(
        name=str(row["id"]).split(".")[0] if is_missing(name) else str(name),
        issued=issued if isinstance(issued, date) else None,
        citation=citation if isinstance(citation, str) else "",
    )
    return target_of(row), head


def judge_all(
    targets: Iterable[tuple[Target, PlanHead]],
    known: Knowledge,
    *,
    year: int,
    cutoff: date | None = None,
    real_only: bool = False,
) -> list[Judgement]:
    """Judge every target, see :func:`judge`; once of the same knowledge."""
    found = []
    for target, plan in targets:
        key = (target, plan, year, cutoff, real_only)
        if key not in known.judged:
            known.judged[key] = judge(target, known, plan=plan, year=year, cutoff=cutoff, real_only=real_only)
        found.append(known.judged[key])
    return found


def outcomes_of(judgements: Iterable[Judgement]) -> list[Outcome]:
    """
    Return what judgements come to; targets that a later plan revised are marked.

    ``in_force`` is whether the target stood at the end of the reporting year.
    """
    found = [_outcome(judgement) for judgement in judgements]
    rivals: dict[tuple[str | None, int], list[Outcome]] = {}
    for outcome in found:
        rivals.setdefault((outcome.target.indicator, outcome.deadline), []).append(outcome)
    return [_revised(outcome, rivals[outcome.target.indicator, outcome.deadline]) for outcome in found]


def _outcome(judgement: Judgement) -> Outcome:
    finding, choice = judgement.finding, judgement.choice
    if judgement.tested is not None:  # of a family the weakest member's
        mine = (part.choice for _, part in judgement.members if part.tested is judgement.tested)
        choice = next(mine, choice)
    return Outcome(
        **vars(judgement),
        figure=choice.chosen,
        p_met=finding.p_met if finding and judgement.timely else None,
        forecast=_forecast(judgement),
        related=_related(judgement.choice),
    )


def _forecast(judgement: Judgement) -> Forecast:
    projection, due = judgement.projection, float(judgement.deadline)
    if projection is None:
        return Forecast()
    far = float(judgement.long_run)
    projected = far in (each.t for each in projection.at)
    long = projection.probability(judgement.goal, far) if projected else None
    at_due = next((each for each in projection.at if each.t == due), None)
    if at_due is None:
        return Forecast(p_met_long=long)
    p_met = projection.probability(judgement.goal, due)
    return Forecast(at_due.middle, at_due.low, at_due.high, p_met, long)


_NEAR = {"same": 0, "proxy": 1, "national": 1, "context": 3}
_ORDER = {"same": 0, "proxy": 1, "national": 2, "context": 3}


def related_figures(choice: Choice) -> list[Related]:
    """
    Return the figures shown beside a target that decide nothing, nearest first.

    Figures of the same definition that a rule bars; then proxies and national figures, those in the
    target's unit first (a count is not near a share), of these proxies, then national figures of
    the same definition; then the context. The newest of each series first. A figure of a part of the
    target's territory (one district) is not among them.
    """

    def order(figure: Related) -> tuple[float, ...]:
        counted = figure.relation in ("proxy", "national") and figure.unit != choice.need.unit
        near, partly = _NEAR[figure.relation] + counted, figure.period not in ("Y", "point")
        told = _ORDER[figure.relation], figure.definition != "same", partly
        return near, *told, -position(figure.reference_date)

    parts = choice.need.parts
    shown = (figure for figure in (*choice.barred, *choice.beside) if figure.territory not in parts)
    return sorted(shown, key=order)


def _related(choice: Choice) -> Nearest | None:
    shown = related_figures(choice)
    if not shown:
        return None
    why = next(item.reason for item in choice.passed if item.id == shown[0].id)
    return Nearest(shown[0], why, tuple(figure.id for figure in shown))


def _revised(outcome: Outcome, rivals: Iterable[Outcome]) -> Outcome:
    later = [(other.plan.issued, other.target.id) for other in rivals if _revises(other, outcome)]
    issued, newest = max(later, key=lambda pair: pair[0] or date.min, default=(None, None))
    if issued is None:
        return outcome
    return replace(outcome, revised_by=newest, in_force=issued > date(outcome.year, 12, 31))


def _revises(later: Outcome, outcome: Outcome) -> bool:
    """Return whether a later plan asks for something else of the same indicator, year and place."""
    if later.plan.issued is None or outcome.plan.issued is None or outcome.target.indicator is None:
        return False
    return (
        later.plan.name != outcome.plan.name
        and later.target.geography == outcome.target.geography
        and later.plan.issued > outcome.plan.issued
        and (later.target.comparator, later.goal.value) != (outcome.target.comparator, outcome.goal.value)
    )
