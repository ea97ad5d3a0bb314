"""A year's assessment: of the project's plans from the project's own files, or of any targets and observations."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from qngai_analysis import kept, paths
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import Observation, observations
from qngai_analysis.evidence.published import read_published
from qngai_analysis.evidence.returned import returned_observations
from qngai_analysis.plan.agencies import canonical, leads_on, read_agencies
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.model import Target, act, target_of
from qngai_analysis.progress.explaining import Explanation, explanation
from qngai_analysis.progress.judging import Knowledge, judge_all, knowledge
from qngai_analysis.progress.outcome import Outcome, PlanHead, outcomes_frame
from qngai_analysis.project import read_project
from qngai_analysis.raw import read_rows, verify
from qngai_analysis.survey.form import held
from qngai_analysis.values import is_missing, values_of
from qngai_analysis.words.said import Day, Said


@dataclass(frozen=True)
class YearResult:
    """
    One year judged: what became of each target, and what lies behind it.

    ``unassigned`` are the plans in ``data/raw/plans`` that the project gives no role: nobody judged them.
    """

    year: int
    cutoff: date
    real_only: bool
    outcomes: tuple[Outcome, ...]
    observations: pd.DataFrame
    unassigned: tuple[str, ...] = ()

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of :func:`assess`, with ``owners`` and ``owners_printed``."""
        return outcomes_frame(self.outcomes)

    def explain(self, target_id: str) -> Explanation:
        """Return the reasons for one target; EvidenceError names a target that is not there."""
        by_id = {outcome.target.id: outcome for outcome in self.outcomes}
        if target_id not in by_id:
            raise _no_target(target_id, by_id)
        found = by_id[target_id]
        return explanation(found, self._observed, by_id.get(found.revised_by or ""))

    @cached_property
    def _observed(self) -> dict[str, Observation]:
        return {figure.id: figure for figure in values_of(self.observations, Observation)}

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what is made anew where it is asked for; it need not travel."""
        return {name: value for name, value in vars(self).items() if name in self.__match_args__}


def _no_target(target_id: str, known: Iterable[str]) -> EvidenceError:
    wording = "không có chỉ tiêu {target_id!r}; mã có dạng {known} … (xem qngai assess)"
    return EvidenceError(wording, target_id=target_id, known=", ".join([*known][:3]))


def planned_targets(plans: Sequence[str] | None = None) -> list[tuple[Target, PlanHead]]:
    """
    Return the targets of several plans with the plans' heads, one after the other; by default of all that are judged.

    ``period_start`` of a target that names none is the first year of the plan, or the year of
    its document.
    """
    from qngai_analysis.plan import read_plan

    found = []
    for name in read_project().judged() if plans is None else plans:
        plan = read_plan(name)
        printed = plan.document
        issued = date.fromisoformat(printed.date) if printed.date else None
        named = act(printed.type, printed.number)
        dated = Said("{act} ngày {day}", act=named, day=Day(issued)) if issued else named
        head = PlanHead(name, issued, dated)
        first = printed.period_start or (issued.year if issued else None)
        for target in plan.listed_targets:
            start = first if target.period_start is None else target.period_start
            found.append((replace(target, period_start=start), head))
    return found


def judge_year(
    year: int,
    *,
    plans: Sequence[str] | None = None,
    observed: pd.DataFrame | None = None,
    cutoff: date | None = None,
    real_only: bool = False,
    only: Callable[[Target], bool] | None = None,
) -> YearResult:
    """
    Judge every target of the plans in a year.

    A target is judged once in a process for the same files, observations and settings.

    Parameters
    ----------
    year : the reporting year
    plans : names of plans, as :func:`qngai_analysis.plan.read_plan` takes them; default those
        that the project judges (main and later ones)
    observed : further observations beside the published figures and what bodies returned on their
        forms; default :func:`surveyed`
    cutoff : day after which nothing published counts; default 31 March of the next year
    real_only : leave simulated observations out
    only : says which targets are judged; default all
    """
    cutoff = cutoff or default_cutoff(year)
    if observed is None:
        _note(year, real_only)
    if observed is None and only is None:
        return _judged(year, None if plans is None else tuple(plans), cutoff, real_only)
    seen = _seen(year, real_only) if observed is None else _with(year, observed)
    return _of(seen, planned_targets(plans), year, cutoff, real_only, only)


def _note(year: int, real_only: bool) -> None:
    """Note for the report that is being made what outcomes hold of surveys: the year may have been judged before it began."""
    if files := _survey_files(year, real_only):
        from qngai_analysis.survey.as_evidence import note_observations  # estimates take long to load

        for name, at in files:
            note_observations(name, at, real_only=real_only)


def _survey_files(year: int, real_only: bool, surveys: Sequence[str] | None = None) -> list[tuple[str, int]]:
    """Return the survey files up to a year that may be used; one that was edited is refused before any is loaded."""
    names = held.surveys() if surveys is None else surveys
    files = [(name, at) for name in names for at in held.survey_years(name) if at <= year]
    if files:
        from qngai_analysis.survey.form.intake import has_usable_file, survey_file  # heavy: only here

        files = [one for one in files if has_usable_file(*one, real_only=real_only)]
        for one in files:
            verify(survey_file(*one))
    return files


@kept.settled
def _judged(year: int, plans: tuple[str, ...] | None, cutoff: date, real_only: bool) -> YearResult:
    return _of(_seen(year, real_only), planned_targets(plans), year, cutoff, real_only)


def _of(
    seen: tuple[pd.DataFrame, Knowledge],
    targets: Iterable[tuple[Target, PlanHead]],
    year: int,
    cutoff: date,
    real_only: bool,
    only: Callable[[Target], bool] | None = None,
) -> YearResult:
    everything, known = seen
    wanted = [item for item in targets if only is None or only(item[0])]
    judged = judge_all(wanted, known, year=year, cutoff=cutoff, real_only=real_only)
    on = date(year, 12, 31)
    outcomes = tuple(replace(one, owners=tuple(owners_of(one.target, on))) for one in judged)
    return YearResult(year, cutoff, real_only, outcomes, everything, read_project().unassigned())


@kept.settled
def _seen(year: int, real_only: bool) -> tuple[pd.DataFrame, Knowledge]:
    return _with(year, surveyed(year, real_only=real_only))


def _with(year: int, observed: pd.DataFrame) -> tuple[pd.DataFrame, Knowledge]:
    """Return the published figures, what bodies returned and further observations, and what is known by them."""
    return _joined(year, observed) if len(observed) else _without_more(year)


@kept.settled
def _without_more(year: int) -> tuple[pd.DataFrame, Knowledge]:
    return _joined(year, pd.DataFrame())  # ten reports of an edition ask for the same


def _joined(year: int, observed: pd.DataFrame) -> tuple[pd.DataFrame, Knowledge]:
    more = [observations(each) for each in (returned_observations(year), observed) if len(each)]
    everything = observations(pd.concat([read_published(), *more], ignore_index=True))
    return everything, _known(tuple(values_of(everything, Observation)))


@kept.once
def _known(observed: tuple[Observation, ...]) -> Knowledge:
    """Return what is known of the same observations and files, once in a process: a target is judged once of it."""
    return knowledge(observed)


def surveyed(
    year: int,
    *,
    real_only: bool = False,
    surveys: Sequence[str] | None = None,
    codes: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """
    Return the estimates of all survey files up to a year, as observations.

    Parameters
    ----------
    year : files of later years are left out
    real_only : leave simulated files out
    surveys : names of surveys; default all that have a codebook
    codes : indicators of the catalogue with their districts, as ``survey_observations`` takes them; default all

    Returns
    -------
    DataFrame
        Columns of :data:`qngai_analysis.evidence.observations.COLUMNS`; no rows where no survey has a file.
    """
    files = _survey_files(year, real_only, surveys)
    if not files:
        return pd.DataFrame()
    from qngai_analysis.survey.as_evidence import note_observations, table_of  # estimates take long to load

    found = [note_observations(name, at, real_only=real_only, codes=codes)["rows"] for name, at in files]
    rows = list(itertools.chain(*found))
    return table_of(rows) if rows else pd.DataFrame()


def owners_of(target: Target, on: date) -> list[str]:
    """
    Return the agencies that owe a target's next figure, each under its name on a day.

    The lead agencies that the plan names; where it names none, those that the table of owners
    (``data/raw/reference/owners.csv``) gives for the indicator; where that has none, those of the territory
    that the catalogue says hold its figures.
    """
    if target.agencies:
        return leads_on(target.agencies, on)
    listed = read_rows(paths.reference("owners.csv"))
    owners = [row["agency"] for row in listed if row["indicator"] == target.indicator]
    return leads_on(owners or _holders(target.indicator), on)


def _holders(indicator: str | None) -> list[str]:
    """Return the agencies of the territory that the catalogue names for an indicator."""
    named = read_catalogue()["agency"].get(indicator or "", "")
    known = [read_agencies().get(canonical(name)) for name in str(named).split(";")]
    return [agency.name for agency in known if agency and agency.kind not in ("ministry", "national")]


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
    outcomes = judge_all(_planned_in(targets), known, year=year, cutoff=cutoff, real_only=real_only)
    return outcomes_frame(outcomes).drop(columns=["owners", "owners_printed"], errors="ignore")


_NEEDED = ("id", "text", "comparator", "value", "unit", "period_start", "period_end", "indicator")


def _planned_in(targets: pd.DataFrame) -> list[tuple[Target, PlanHead]]:
    """Return the targets of a table, each with its plan's head, as :func:`assess` takes it."""
    absent = [name for name in _NEEDED if name not in targets.columns]
    if absent:
        wording = "chỉ tiêu: thiếu cột {absent!r}; cần có {known}"
        raise EvidenceError(wording, absent=absent[0], known=", ".join(_NEEDED))
    return [_planned({str(name): cell for name, cell in row.items()}) for row in targets.to_dict("records")]


def _planned(row: dict[str, Any]) -> tuple[Target, PlanHead]:
    name, issued, citation = (row.get(key) for key in ("plan", "issued", "citation"))
    head = PlanHead(
        name=str(row["id"]).split(".")[0] if is_missing(name) else str(name),
        issued=issued if isinstance(issued, date) else None,
        citation=citation if isinstance(citation, str) else "",
    )
    return target_of(row), head


def assess_year(year: int, **settings: Any) -> pd.DataFrame:
    """
    Return the table of :func:`covered`, which takes the same settings.

    Raises
    ------
    ParameterError
        No plan is of the year, see :func:`covered`.
    """
    return covered(year, **settings).table.copy()


def explain(target_id: str, year: int, **settings: Any) -> Explanation:
    """
    Return why a target got its verdict, in plain Vietnamese; ``print`` it or use its ``steps``.

    Takes the settings of :func:`covered`.

    Raises
    ------
    EvidenceError
        There is no such target.
    ParameterError
        As :func:`assess_year`.
    """
    settings = _with_plans(year, **settings)
    indicators = {target.id: target.indicator for target, _ in planned_targets(settings["plans"])}
    if target_id not in indicators:  # known before anything is judged
        raise _no_target(target_id, indicators)
    wanted = indicators[target_id]

    def rivals(target: Target) -> bool:
        return target.id == target_id or (wanted is not None and target.indicator == wanted)

    return judge_year(year, only=rivals, **settings).explain(target_id)


def covered(year: int, *, plan: str | None = None, **settings: Any) -> YearResult:
    """
    Return :func:`judge_year` by the base plan of a year (``plan`` names another) and every later one.

    Raises
    ------
    ParameterError
        No plan is of the year, see :meth:`qngai_analysis.project.Project.base`.
    """
    return judge_year(year, **_with_plans(year, plan=plan, **settings))


def _with_plans(year: int, *, plan: str | None = None, **settings: Any) -> dict[str, Any]:
    return {"plans": read_project().judged(year, plan, ended=True)} | settings
