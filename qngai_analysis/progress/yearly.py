"""A year's assessment of the province's plans, from the project's own files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.errors import EvidenceError, ParameterError
from qngai_analysis.evidence.observations import observations, records
from qngai_analysis.evidence.published import read_published
from qngai_analysis.evidence.returned import returned_observations
from qngai_analysis.progress.assessing import judge_all, table_of
from qngai_analysis.progress.explaining import Explanation, explanation
from qngai_analysis.progress.judging import Judgement, default_cutoff, knowledge
from qngai_analysis.progress.tasks import current_agencies
from qngai_analysis.raw import read_table
from qngai_analysis.words.numbers import day

PLANS = ("906", "114", "03")


@dataclass(frozen=True)
class YearResult:
    """
    One year judged: the table, and for each target what lies behind its row.

    ``table`` is that of :func:`qngai_analysis.progress.assess`, with ``owners``: the agencies
    that owe the next figure, under their names at the end of the year, and ``owners_printed``:
    whether the plan itself names them.
    """

    year: int
    cutoff: date
    real_only: bool
    table: pd.DataFrame
    judgements: tuple[Judgement, ...]
    observations: pd.DataFrame

    def explain(self, target_id: str) -> Explanation:
        """Return the reasons for one target; EvidenceError names a target that is not there."""
        targets = {judgement.target["id"]: judgement.target for judgement in self.judgements}
        for judgement, row in zip(self.judgements, records(self.table), strict=True):
            if row.target_id == target_id:
                return explanation(
                    judgement,
                    observed=self.observations,
                    owners=row.owners,
                    owners_printed=row.owners_printed,
                    revision=targets.get(row.revised_by),
                )
        known = ", ".join(self.table["target_id"].head(3))
        raise EvidenceError(f"no target {target_id!r}; ids look like {known} … (see qngai assess)")


def load_targets(plans: Sequence[str] = PLANS) -> pd.DataFrame:
    """
    Return the targets of several plans, one under the other.

    The columns of ``Plan.targets``, and ``plan`` (its name here), ``issued`` (date of the
    document, missing where it prints none) and ``citation`` (type, number and date in words).
    ``period_start`` of a target that names none is the first year of the plan, or the year of
    its document.
    """
    from qngai_analysis.plan import read_plan

    frames: list[pd.DataFrame] = []
    for name in plans:
        plan = read_plan(name)
        head = plan.document
        issued = date.fromisoformat(head.date) if head.date else None
        first = head.period_start or (issued.year if issued else pd.NA)
        targets = plan.targets.assign(plan=name, citation=_citation(head.type, head.number, issued))
        targets["period_start"] = targets["period_start"].astype("Int64").fillna(first)
        targets["issued"] = pd.Series([issued] * len(targets), index=targets.index, dtype="object")
        frames.append(targets)
    return pd.concat(frames, ignore_index=True)


def _citation(kind: str, number: str, issued: date | None) -> str:
    named = f"{kind} số {number}" if number else kind
    return f"{named} ngày {day(issued)}" if issued else named


def judge_year(
    year: int,
    *,
    plans: Sequence[str] = PLANS,
    observed: pd.DataFrame | None = None,
    cutoff: date | None = None,
    real_only: bool = False,
    baselines: pd.DataFrame | None = None,
    only: Callable[[pd.DataFrame], pd.Series[bool]] | None = None,
) -> YearResult:
    """
    Judge every target of the plans in a year.

    Parameters
    ----------
    year : the reporting year
    plans : names of plans, as :func:`qngai_analysis.plan.read_plan` takes them
    observed : further observations beside the published figures; default what bodies returned on
        their forms, and :func:`surveyed`
    cutoff : day after which nothing published counts; default 31 March of the next year
    real_only : leave simulated observations out
    baselines : declared baselines, see :func:`qngai_analysis.progress.assess`
    only : says which rows of :func:`load_targets` are judged; default all
    """
    cutoff = cutoff or default_cutoff(year)
    everything = read_published()
    if observed is None:
        returned = returned_observations(year)
        observed = surveyed(year, real_only=real_only)
    else:
        returned = pd.DataFrame()
    for more in (returned, observed):
        if len(more):
            everything = observations(pd.concat([everything, observations(more)], ignore_index=True))
    targets = load_targets(plans)
    if only is not None:
        targets = targets[only(targets)].reset_index(drop=True)
    judgements = judge_all(
        targets, knowledge(everything, baselines=baselines), year=year, cutoff=cutoff, real_only=real_only
    )
    table = table_of(judgements)
    owners = [owners_of(target, date(year, 12, 31)) for _, target in targets.iterrows()]
    table["owners"] = pd.Series(owners, index=table.index, dtype="object")
    table["owners_printed"] = [bool(_printed_agencies(target)) for _, target in targets.iterrows()]
    return YearResult(year, cutoff, real_only, table, tuple(judgements), everything)


def check_year(year: int) -> None:
    """
    Refuse a reporting year that the main plan does not cover.

    Raises
    ------
    ParameterError
        The year is before the plan was issued, or after the last of its targets falls due.
    """
    from qngai_analysis.plan import read_plan

    plan = read_plan(PLANS[0])
    first = date.fromisoformat(plan.document.date).year if plan.document.date else year
    last = int(plan.targets["period_end"].max())
    if not first <= year <= last:
        raise ParameterError(f"year = {year}: the plan {plan.document.number} runs from {first} to {last}")


def surveyed(year: int, *, real_only: bool = False, surveys: Sequence[str] | None = None) -> pd.DataFrame:
    """
    Return the estimates of all survey files up to a year, as observations.

    Parameters
    ----------
    year : files of later years are left out
    real_only : leave simulated files out
    surveys : names of surveys; default all that have a codebook

    Returns
    -------
    DataFrame
        Columns of :data:`qngai_analysis.evidence.observations.COLUMNS`; no rows where no survey has a file.
    """
    from qngai_analysis.survey.form.codebook import surveys as known
    from qngai_analysis.survey.form.intake import survey_years
    from qngai_analysis.survey.observations import survey_observations

    frames = [
        survey_observations(name, at, real_only=real_only)
        for name in (known() if surveys is None else surveys)
        for at in survey_years(name)
        if at <= year
    ]
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def owners_of(target: pd.Series, on: date) -> list[str]:
    """
    Return the agencies that owe a target's next figure, each under its name on a day.

    The lead agencies that the plan names; where it names none, those that the table of owners
    (``data/raw/reference/owners.csv``) gives for the indicator.
    """
    agencies = _printed_agencies(target) or list(_owners().get(str(target["indicator"]), ()))
    return current_agencies(agencies, on)


def _printed_agencies(target: pd.Series) -> list[str]:
    named = target.get("agencies")
    return list(named) if isinstance(named, list | tuple) else []


@cache
def _owners() -> dict[str, tuple[str, ...]]:
    table = read_table(paths.raw("reference", "owners.csv"))
    return {str(code): tuple(rows["agency"]) for code, rows in table.groupby("indicator", sort=False)}


def assess_year(year: int, **settings: Any) -> pd.DataFrame:
    """
    Return the table of :func:`judge_year`, which takes the same settings.

    Raises
    ------
    ParameterError
        The plans are judged in a year that the main plan does not cover, see :func:`check_year`.
    """
    return _covered(year, settings).table


def explain(target_id: str, year: int, **settings: Any) -> Explanation:
    """
    Return why a target got its verdict, in plain Vietnamese; ``print`` it or use its ``steps``.

    Takes the settings of :func:`judge_year`.

    Raises
    ------
    EvidenceError
        There is no such target.
    ParameterError
        As :func:`assess_year`.
    """
    return _covered(year, settings).explain(target_id)


def _covered(year: int, settings: Mapping[str, Any]) -> YearResult:
    if PLANS[0] in settings.get("plans", PLANS):
        check_year(year)
    return judge_year(year, **settings)
