"""The outcome of each target in a year, as a table: one row a target.

What lies behind a row is a :class:`qngai_analysis.progress.judging.Judgement`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.choice import Choice
from qngai_analysis.evidence.observations import missing, observations, position, records
from qngai_analysis.progress.judging import (
    LONG_RUN,
    Judgement,
    Knowledge,
    decimals_of,
    default_cutoff,
    judge,
    knowledge,
    text_of,
)

__all__ = ["assess", "default_cutoff", "judge_all", "related_figures", "table_of"]


def assess(
    targets: pd.DataFrame,
    observed: pd.DataFrame,
    *,
    year: int,
    cutoff: date | None = None,
    real_only: bool = False,
    baselines: pd.DataFrame | None = None,
    families: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """
    Return the outcome of each target in a year.

    Parameters
    ----------
    targets : ``Plan.targets``, or those of several plans one under the other
        ``issued`` (date of the plan) may be added: a later plan's target for the same
        indicator and year then revises the earlier one from that date.
    observed : observations, see :func:`qngai_analysis.evidence.observations.observations`
    year : the reporting year
    cutoff : day after which nothing published counts; default 31 March of the next year
    real_only : leave simulated observations out
    baselines : declared baselines: ``indicator, value, reference_date, source``
    families : members that a family target must cover, by indicator code

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
    _check_targets(targets)
    known = knowledge(observations(observed), baselines=baselines, families=families)
    judgements = judge_all(targets, known, year=year, cutoff=cutoff, real_only=real_only)
    return table_of(judgements)


def judge_all(
    targets: pd.DataFrame,
    known: Knowledge,
    *,
    year: int,
    cutoff: date | None = None,
    real_only: bool = False,
) -> list[Judgement]:
    """Judge every row of ``targets``, see :func:`judge`."""
    return [judge(row, known, year=year, cutoff=cutoff, real_only=real_only) for _, row in targets.iterrows()]


_NEEDED = ("id", "text", "comparator", "value", "unit", "period_start", "period_end", "indicator")


def _check_targets(targets: pd.DataFrame) -> None:
    absent = [name for name in _NEEDED if name not in targets.columns]
    if absent:
        raise EvidenceError(f"targets: column {absent[0]!r} is missing; needed are {', '.join(_NEEDED)}")


def table_of(judgements: Iterable[Judgement]) -> pd.DataFrame:
    """Return the table of :func:`assess` from judgements."""
    rows = pd.DataFrame([_row(judgement) for judgement in judgements])
    return _revisions(rows) if len(rows) else rows


def _row(judgement: Judgement) -> dict[str, Any]:
    target, progress, chosen = judgement.target, judgement.progress, judgement.choice.chosen
    if judgement.members and judgement.figure is not None:
        chosen = next(p.choice.chosen for _, p in judgement.members if p.figure is judgement.figure)
    finding = judgement.finding
    return {
        "plan": text_of(target.get("plan")) or str(target["id"]).split(".")[0],
        "target_id": target["id"],
        "text": target["text"],
        "indicator": text_of(target["indicator"]) or None,
        "goal": judgement.goal.words,
        "comparator": target["comparator"],
        "target": judgement.goal.value,
        "deadline": judgement.deadline,
        "year": judgement.year,
        **_figure_cells(judgement, chosen),
        "verdict": judgement.verdict.value,
        "verdict_code": judgement.verdict.code,
        "pace": progress.pace.words if progress.pace else None,
        "pace_code": progress.pace.value if progress.pace else None,
        "p_met": finding.p_met if finding and judgement.timely else None,
        "p_on_pace": progress.p_on_pace,
        "decimals": decimals_of(text_of(target["indicator"])),
        "distance": _distance(judgement),
        "needed_per_year": progress.needed,
        "baseline_value": progress.baseline[1] if progress.baseline else None,
        "baseline_time": progress.baseline[0] if progress.baseline else None,
        "baseline_source": progress.baseline_source,
        "methods": {
            "linear": progress.linear,
            "eurostat": progress.eurostat,
            "destatis": _finite(progress.destatis),
            "escap": progress.escap,
        },
        "logistic": progress.logistic,
        **_projection_cells(judgement),
        **_related_cells(judgement.choice, judgement.goal.unit),
        "passed_over": len(judgement.choice.passed),
        "issued": target.get("issued"),
        "note": "; ".join(judgement.notes) or None,
        "geography": text_of(target.get("geography")) or None,
        "agencies": target.get("agencies"),
        "pillar": target.get("pillar"),
        "sector": target.get("sector"),
        "section": target.get("section"),
    }


def _finite(value: float | None) -> float | None:
    # JSON has no infinity: moving away from the target is the class "storm", not a number
    return None if value is None or math.isinf(value) else value


def _distance(judgement: Judgement) -> float | None:
    if judgement.figure is None or judgement.figure.value_type != "point":
        return None
    return judgement.goal.value - judgement.figure.value


def _figure_cells(judgement: Judgement, chosen: pd.Series | None) -> dict[str, Any]:
    if chosen is None:
        return {**dict.fromkeys(_FIGURE), "unit": judgement.goal.unit, "evidence": judgement.evidence}
    cells = {name: _cell(chosen[column]) for name, column in _FIGURE.items()}
    return {**cells, "evidence": judgement.evidence}


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


def _cell(value: Any) -> Any:
    return None if missing(value) else value


def _projection_cells(judgement: Judgement) -> dict[str, Any]:
    empty = dict.fromkeys(("projected", "projected_low", "projected_high", "p_met_deadline", "p_met_2030"))
    projection = judgement.projection
    if projection is None:
        return empty
    table = projection.table.set_index("t")
    due = float(judgement.deadline)
    cells: dict[str, Any] = dict(empty)
    if due in table.index:
        at = table.loc[due]
        cells |= {
            "projected": at["middle"],
            "projected_low": at["low"],
            "projected_high": at["high"],
            "p_met_deadline": projection.probability(judgement.goal, due),
        }
    if LONG_RUN in table.index:
        cells["p_met_2030"] = projection.probability(judgement.goal, LONG_RUN)
    return cells


_NEAR = {"same": 0, "proxy": 1, "national": 1, "context": 3}
_RELATED_ORDER = {"same": 0, "proxy": 1, "national": 2, "context": 3}


def related_figures(choice: Choice, unit: str = "") -> pd.DataFrame:
    """
    Return the figures shown beside a target that decide nothing, nearest first.

    Figures of the same definition that a rule bars; then proxies and national figures, those in the
    target's ``unit`` first (a count is not near a share), of these proxies, then national figures of
    the same definition; then the context. The newest of each series first. A figure of a part of the
    target's territory (one district) is not among them.
    """
    shown = pd.concat([choice.barred, choice.beside]) if len(choice.barred) else choice.beside
    shown = shown[~shown["territory"].isin(list(choice.parts))] if len(shown) else shown
    if not len(shown):
        return shown
    order = pd.DataFrame(
        {
            "near": shown["relation"].map(_NEAR)
            + (shown["relation"].isin(["proxy", "national"]) & shown["unit"].ne(unit)),
            "relation": shown["relation"].map(_RELATED_ORDER),
            "definition": shown["definition"].map({"same": 0, "other": 1}),
            "part": shown["period"].map(lambda period: period not in ("Y", "point")),
            "t": -shown["reference_date"].map(position).astype("float64"),
        },
        index=shown.index,
    )
    return shown.loc[order.sort_values(["near", "relation", "definition", "part", "t"], kind="stable").index]


def _related_cells(choice: Choice, unit: str) -> dict[str, Any]:
    names = (
        "value", "value_type", "unit", "date", "relation", "definition", "evidence", "source", "name", "why",
    )  # fmt: skip
    shown = related_figures(choice, unit)
    if not len(shown):
        return {f"related_{name}": None for name in names} | {"related": None}
    first = shown.iloc[0]
    reasons = {item.id: item.reason for item in choice.passed}
    return {
        "related_value": float(first["value"]),
        "related_value_type": first["value_type"],
        "related_unit": first["unit"],
        "related_date": first["reference_date"],
        "related_relation": "barred" if first["relation"] == "same" else first["relation"],
        "related_definition": first["definition"],
        "related_evidence": first["evidence"],
        "related_source": first["source_title"],
        "related_name": first["name"],
        "related_why": reasons[str(first["id"])],
        "related": list(shown["id"]),
    }


def _revisions(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Mark targets that a later plan revised for the same indicator and year.

    ``in_force`` is whether the target stood at the end of the reporting year.
    """
    revised_by: list[str | None] = []
    in_force = []
    listed = list(records(rows))
    rivals: dict[tuple[object, object], list[Any]] = {}
    for row in listed:
        rivals.setdefault((row.indicator, row.deadline), []).append(row)
    for row in listed:
        later = [other for other in rivals[(row.indicator, row.deadline)] if _revises(other, row)]
        newest = max(later, key=lambda other: other.issued, default=None)
        revised_by.append(None if newest is None else str(newest.target_id))
        in_force.append(newest is None or newest.issued > date(int(row.year), 12, 31))
    return rows.assign(revised_by=pd.Series(revised_by, dtype="object", index=rows.index), in_force=in_force)


def _revises(later: Any, row: Any) -> bool:
    """Return whether a later plan asks for something else of the same indicator, year and place."""
    same = (
        isinstance(row.indicator, str)
        and later.plan != row.plan
        and later.geography == row.geography
        and isinstance(later.issued, date)
        and isinstance(row.issued, date)
    )
    if not same or later.issued <= row.issued:
        return False
    return (later.comparator, later.target) != (row.comparator, row.target)
