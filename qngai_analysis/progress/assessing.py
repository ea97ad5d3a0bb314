"""The outcome of each target in a year, and which later target replaces it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import Observation, observations
from qngai_analysis.plan.model import Target, target_of
from qngai_analysis.progress.judging import Knowledge, judge, knowledge
from qngai_analysis.progress.outcome import Outcome, PlanHead, outcomes_frame
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
    outcomes = judge_all(planned_targets_of(targets), known, year=year, cutoff=cutoff, real_only=real_only)
    return outcomes_frame(outcomes).drop(columns=["owners", "owners_printed"], errors="ignore")


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
) -> list[Outcome]:
    """Judge every target, once of the same knowledge (see :func:`judge`), and mark those that a later plan revised."""
    found, rivals = [], defaultdict(list)
    for target, plan in targets:
        key = (target, plan, year, cutoff, real_only)
        if key not in known.judged:
            known.judged[key] = judge(target, known, plan=plan, year=year, cutoff=cutoff, real_only=real_only)
        outcome = known.judged[key]
        found.append(outcome)
        rivals[target.indicator, outcome.deadline].append(outcome)
    return [_revised(outcome, rivals[outcome.target.indicator, outcome.deadline]) for outcome in found]


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
