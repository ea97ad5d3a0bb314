"""Targets judged in one year: which figure speaks, is the target met, is it on pace, does a later plan ask for something else.

:func:`judge` gives the verdict on one with everything behind it, :func:`judge_all` the outcomes of many;
:mod:`qngai_analysis.progress.explaining` writes the reasons.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from qngai_analysis import territory
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.evidence.bounds import bounds_of, weight_of
from qngai_analysis.evidence.choice import Need, choose
from qngai_analysis.evidence.observations import Observation, Related
from qngai_analysis.evidence.published import Relation, read_breaks, read_relations, relate
from qngai_analysis.evidence.series import Break, Chain, chain
from qngai_analysis.plan.model import NATIONAL_MEAN, Target
from qngai_analysis.progress import verdict as verdicts
from qngai_analysis.progress.methods import Pace, mean_growth
from qngai_analysis.progress.outcome import Note, NoteKind, Outcome, PlanHead
from qngai_analysis.progress.pacing import disagreement, progress_of
from qngai_analysis.progress.projection import Projection, project
from qngai_analysis.progress.verdict import SURE, Attainment, Goal, KnownValue, Verdict, level_verdict, settle
from qngai_analysis.project import Project, project_here
from qngai_analysis.values import grouped
from qngai_analysis.words.numbers import printed_decimals
from qngai_analysis.words.said import Chance, Day, Joined, Num, Said, inside

LATEST_AGE = 1  # years a figure may be older than the reporting year and still give a pace
YEAR_END = 0.25  # a figure of the last quarter speaks for the end of the year


@dataclass(frozen=True)
class Knowledge:
    """What is known when a year is judged: observations, and what says how to use them."""

    observations: tuple[Observation, ...]
    relations: Sequence[Relation]
    breaks: Sequence[Break]
    project: Project
    ages: Mapping[str, int] = field(default_factory=dict)  # lowest age an indicator is defined for
    of_people: frozenset[str] = frozenset()  # indicators that are shares of people
    ways: Mapping[str, str] = field(default_factory=dict)  # indicator: "up" or "down", where it should go
    _related: dict[str, tuple[Related, ...]] = field(default_factory=dict, repr=False)
    judged: dict[Any, Outcome] = field(default_factory=dict, repr=False)  # by target and settings

    def goal_of(self, target: Target) -> Goal:
        """Return what a target asks for; of a change ("giảm 0,5 - 1 điểm") the more the better."""
        changes = target.change in ("increase", "decrease", "multiple")
        better = "up" if changes else self.ways.get(target.indicator or "", "")
        asked, high = target.value, target.value_high
        return Goal(target.comparator, asked, target.unit, target.wording, high, better)

    def related(self, indicator: str) -> tuple[Related, ...]:
        """Return the observations that have to do with an indicator, looked up once."""
        if indicator not in self._related:
            self._related[indicator] = relate(self.observations, indicator, self.relations)
        return self._related[indicator]


@dataclass(frozen=True)
class _Case:
    """What is judged: the outcome as far as it is known, and all that is observed."""

    draft: Outcome
    known: Knowledge
    goal_error: float = 0.0  # sampling error of the national figure that makes the threshold

    @property
    def need(self) -> Need:
        """What is asked of a figure."""
        return self.draft.choice.need

    @property
    def related(self) -> tuple[Related, ...]:
        """The observations that have to do with the target; one that the catalogue does not know has none, not another's."""
        return self.known.related(self.draft.target.indicator or "")

    def of(self, figures: Iterable[Related], **asked: Any) -> _Case:
        """Return the same with a choice among other figures, or by other needs."""
        return replace(self, draft=replace(self.draft, choice=choose(figures, replace(self.need, **asked))))


def knowledge(observed: Iterable[Observation]) -> Knowledge:
    """Return observations together with the project's tables of relations and breaks."""
    from qngai_analysis.plan.catalogue import read_catalogue

    catalogue = read_catalogue()
    return Knowledge(
        observations=tuple(observed),
        relations=read_relations(),
        breaks=read_breaks(),
        project=project_here(),
        ages={str(code): int(age) for code, age in catalogue["age_from"].dropna().items()},
        of_people=frozenset(map(str, catalogue.index[catalogue["share_of"].eq("people")])),
        ways={str(code): way for code, way in catalogue["direction"].items() if way in ("up", "down")},
    )


def judge(
    target: Target,
    known: Knowledge,
    *,
    year: int,
    cutoff: date | None = None,
    real_only: bool = False,
    plan: PlanHead | None = None,
) -> Outcome:
    """
    Judge one target in one year.

    Parameters
    ----------
    target : of a plan
    known : what is observed, see :func:`knowledge`
    year : the reporting year; figures of later years do not speak
    cutoff : nothing published later counts (default: :func:`default_cutoff`)
    real_only : leave simulated observations out
    plan : the plan's head (default: its name as the target's id begins)
    """
    plan = plan or PlanHead(target.id.split(".")[0])
    need = Need(
        territory=territory.written_for(target.geography, plan.issued),
        year=year,
        # a target without a year is due every year
        deadline=target.period_end or year,
        cutoff=cutoff or default_cutoff(year),
        unit=target.unit,
        real_only=real_only,
        age_from=known.ages.get(target.indicator or ""),
    )
    decimals, long_run = known.project.decimals_of(target.indicator), known.project.long_run
    choice = choose(known.related(target.indicator or ""), need)
    draft = Outcome(target, plan, known.goal_of(target), decimals, long_run, choice)
    if plan.issued is not None and plan.issued.year > year:
        draft = draft.noting(NoteKind.ISSUED_LATER.note(year=plan.issued.year))
    return _judged(_Case(draft, known))


def judge_all(
    targets: Iterable[tuple[Target, PlanHead]],
    known: Knowledge,
    *,
    year: int,
    cutoff: date | None = None,
    real_only: bool = False,
) -> list[Outcome]:
    """Judge every target, once of the same knowledge (see :func:`judge`), and mark those that a later plan revised."""
    found = []
    for target, plan in targets:
        key = (target, plan, year, cutoff, real_only)
        if key not in known.judged:
            known.judged[key] = judge(target, known, plan=plan, year=year, cutoff=cutoff, real_only=real_only)
        found.append(known.judged[key])
    rivals = grouped(((outcome.target.indicator, outcome.deadline), outcome) for outcome in found)
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


def _judged(case: _Case) -> Outcome:
    """Judge by the way that the target's wording and the figures ask for."""
    target, chosen, threshold_known = case.draft.target, case.draft.choice.chosen, True
    if target.share_of_mean is not None:
        # the province of one year is set against the country of the same
        at = chosen.year if chosen else min(case.need.year, case.need.deadline)
        case, threshold_known = _against_country(case, at, target.share_of_mean)
    if target.each and any(figure.category for figure in case.related):
        return _judge_family(case)
    if chosen is None:
        return _by_bounds(case) or _without_figure(case)
    if not threshold_known:
        return case.draft
    if target.unit.startswith("%") and target.unit.endswith("/năm"):
        return _judge_growth(case, chosen)
    judged = _judge_level(case, chosen)
    return (judged.verdict is Verdict.UNDECIDED and _by_bounds(case)) or judged


def _against_country(case: _Case, year: int, share: float) -> tuple[_Case, bool]:
    """
    Replace the printed threshold by the national figure of a year, or by a share of it; the comparator stays.

    False where the threshold is a part of a national figure that is not known.
    """
    goal = case.draft.goal
    national = [
        replace(figure, relation="same", scope=None)
        for figure in case.related
        if (figure.relation, figure.definition, figure.year) == ("national", "same", year)
    ]
    real = not case.draft.simulated  # no rehearsal says what a real figure must reach
    found = choose(national, replace(case.need, territory="VN", real_only=real)).chosen
    if found is None or found.value_type != "point":
        kind = NoteKind.NO_NATIONAL_MEAN if share == 1 else NoteKind.NO_NATIONAL_THRESHOLD
        return replace(case, draft=case.draft.noting(kind.note(year=year))), share == 1
    asked = goal.wording.replace(f" {NATIONAL_MEAN}", "")  # "đạt bình quân cả nước trên (87%)" has it within
    wording = f"{asked} {NATIONAL_MEAN}" if share == 1 else asked
    goal = replace(goal, value=round(share * found.value, 9), wording=wording)
    mean = NoteKind.NATIONAL_MEAN.note(year=year, value=Num(found.value, unit=goal.unit), id=found.id)
    draft = replace(case.draft, goal=goal).noting(mean)
    return replace(case, draft=draft, goal_error=share * (found.se or 0.0)), True


def figure_of(observation: Observation) -> KnownValue:
    """Return what an observation says about its value."""
    return KnownValue(**{item.name: getattr(observation, item.name) for item in fields(KnownValue)})


def _without_figure(case: _Case) -> Outcome:
    here = case.need.territory  # another's figure is none of this one, as the nation's is none
    barred = case.draft.choice.barred
    if any(figure.evidence == "real" and figure.territory == here for figure in barred):
        return case.draft.noting(NoteKind.BARRED.note())
    return replace(case.draft, verdict=Verdict.NO_DATA)


def _by_bounds(case: _Case) -> Outcome | None:
    """Judge by what the merged territory's share bounds; None unless definition and age agree and the bound decides."""
    unit = territory.units().get(case.need.territory)
    if unit is None or case.need.unit != "%" or case.draft.target.indicator not in case.known.of_people:
        return None
    weight = weight_of(unit)
    if weight is None:
        return None
    for bound in bounds_of(case.related, unit, weight, case.need.age_from):
        judged = _of_figure(case.of([bound]))
        if judged.verdict in (Verdict.MET, Verdict.EXCEEDED, Verdict.NOT_MET):
            share, place = Num(100 * weight.share, 2, "%"), inside(territory.name_of(unit.successor))
            of = {"id": bound.id[:-1], "year": weight.year, "source": weight.source}
            return judged.noting(NoteKind.BOUND.note(**of, place=place, share=share))
    return None


def _of_figure(case: _Case) -> Outcome:
    chosen = case.draft.figure
    return _judge_level(case, chosen) if chosen else _without_figure(case)


def _judge_level(case: _Case, chosen: Observation) -> Outcome:
    draft, need = case.draft, case.need
    figure = figure_of(chosen)
    if case.goal_error:  # both figures are estimates
        figure = replace(figure, se=math.hypot(figure.se or 0.0, case.goal_error))
    finding = settle(draft.goal, figure)
    series = chain(draft.choice.pool, chosen, case.known.breaks)
    progress = progress_of(draft, chosen, series, met=finding.met is True)
    level = level_verdict(draft.goal, figure, finding)
    verdict, why = _verdict(level, finding, chosen, need, progress.pace)
    if verdict is Verdict.UNDECIDED:
        # a figure too old or too uncertain for a verdict shows no pace either
        progress = replace(progress, pace=None, p_on_pace=None)
    if need.year > need.deadline:
        progress = replace(progress, needed=None)
    judged = replace(
        draft,
        verdict=verdict,
        chain=series,
        tested=figure,
        finding=finding,
        progress=progress,
        projection=_projection(series, chosen, need, draft.long_run),
        timely=_timely(chosen.year, need),
    )
    return judged.noting(*filter(None, (why, *_figure_notes(judged, chosen))))


def _verdict(
    level: Verdict, finding: Attainment, chosen: Observation, need: Need, pace: Pace | None
) -> tuple[Verdict, Note | None]:
    """Join what the figure shows with when it was taken and when the target is due."""
    year, due, at = chosen.year, need.deadline, Day(chosen.reference_date)
    if not _timely(year, need):
        late = NoteKind.BEFORE_TARGET_YEAR.note(year=year, due=due)
        stale = NoteKind.STALE.note(year=year, reported=need.year)
        return Verdict.UNDECIDED, late if need.year >= due else stale
    if year == due and chosen.t > due - YEAR_END:
        if level is Verdict.NOT_MET and chosen.t < due:
            return level, NoteKind.LAST_QUARTER.note(date=at, due=due)
        return level, NoteKind.UNSURE.note(how=finding.how) if level is Verdict.UNDECIDED else None
    if level in (Verdict.EXCEEDED, Verdict.MET):
        return level, NoteKind.BEFORE_DUE.note(date=at, due=due)
    if need.year > due:
        return Verdict.UNDECIDED, NoteKind.PAST_DUE.note(date=at, due=due)
    if pace is None:
        return Verdict.UNDECIDED, NoteKind.NO_PACE.note()
    return Verdict.ON_PACE if pace.on_track else Verdict.BEHIND, None


def _timely(year: int, need: Need) -> bool:
    """Return whether a figure may speak: of the target's own year once due, else at most a year old."""
    return year >= need.deadline if need.year >= need.deadline else year >= need.year - LATEST_AGE


def _figure_notes(judged: Outcome, chosen: Observation) -> Iterator[Note | None]:
    goal, progress = judged.goal, judged.progress
    if chosen.mark == "census":
        yield NoteKind.CENSUS.note()
    if chosen.level in ("ước tính", "sơ bộ"):
        yield NoteKind.NOT_FINAL.note(level=Said(chosen.level))
    rounding = verdicts.rounding_note(goal, chosen.value, judged.decimals)
    if rounding and chosen.value_type == "point":
        yield NoteKind.ROUNDED.note(how=rounding)
    if others := judged.choice.contradicting:
        values = {other.id: Num(other.value, printed_decimals(other.value), goal.unit) for other in others}
        told = [Joined((value, f"({code})"), " ") for code, value in values.items()]
        yield NoteKind.CONTRADICTED.note(others=Joined(told, ", "))
    if chosen.value_type == "rank":
        yield NoteKind.RANK.note()
    if progress.p_on_pace is not None and 1 - SURE < progress.p_on_pace < SURE:
        yield NoteKind.PACE_UNSURE.note(p=Chance(progress.p_on_pace))
    if judged.chain is not None and judged.chain.revised:
        yield NoteKind.SINCE_REVISED.note()
    yield _late_baseline(judged)
    yield disagreement(progress)


def _late_baseline(judged: Outcome) -> Note | None:
    """Say that the pace begins late: its baseline is of more than a quarter of the plan's time after its start."""
    start = judged.target.period_start
    if start is None or judged.progress.pace in (None, Pace.MET) or judged.progress.baseline is None:
        return None
    began, first = start - 1.0, judged.progress.baseline.t
    if first - began <= (judged.deadline - began) / 4:
        return None
    # a year's number is that of its end
    return NoteKind.LATE_BASELINE.note(first=math.ceil(first), year=start)


def _projection(series: Chain, chosen: Observation, need: Need, long_run: int) -> Projection | None:
    last = chosen.t
    years = sorted({year for year in (float(need.deadline), float(long_run)) if year > last})
    if chosen.value_type != "point" or not years:
        return None
    return project(series.points, years, unit=need.unit)


def _judge_growth(case: _Case, chosen: Observation) -> Outcome:
    """
    Judge "x% a year": each year of the period on its own, and the mean beside them.

    The target asks for every year. One year that falls short decides; a missing year leaves
    it open, and so does one of which a part is known.
    """
    draft, need, figure = case.draft, case.need, figure_of(chosen)
    first, last = draft.target.period_start or chosen.year, min(need.year, need.deadline)
    whole = [each for each in reversed(draft.choice.pool) if each.t > each.year - YEAR_END]
    by_year = {each.year: each for each in whole}
    growth = {at: figure_of(by_year[at]) for at in range(first, last + 1) if at in by_year}
    yearly = tuple((at, each.value, settle(draft.goal, each).met) for at, each in growth.items())
    n, complete = len(yearly), len(yearly) == last - first + 1
    mean = mean_growth([value for _, value, _ in yearly])
    notes = [] if mean is None else [NoteKind.MEAN_GROWTH.note(n=n, mean=Num(mean, 2, "%/năm"))]
    if chosen not in whole:
        notes.append(NoteKind.PART_OF_YEAR.note(date=Day(chosen.reference_date)))
    elif not complete:
        notes.append(NoteKind.YEARS_MISSING.note(n=n, all=last - first + 1))
    return replace(
        draft,
        verdict=_growth_verdict([met for _, _, met in yearly], complete, need),
        chain=chain(draft.choice.pool, chosen, case.known.breaks),
        tested=figure,
        finding=settle(draft.goal, figure),
        yearly=yearly,
    ).noting(*notes)


def _growth_verdict(met: list[bool | None], complete: bool, need: Need) -> Verdict:
    if False in met:
        return Verdict.NOT_MET if need.year >= need.deadline else Verdict.BEHIND
    if not met or not complete or None in met:
        return Verdict.UNDECIDED
    return Verdict.MET if need.year >= need.deadline else Verdict.ON_PACE


def _judge_family(case: _Case) -> Outcome:
    """
    Judge "in each industry at least x": not met if a member falls short, which is said at 95% over all (Bonferroni).

    No plan lists the members, so that all are known, and met, can't be told.
    """
    names = sorted({figure.category for figure in case.related if figure.category})
    single = replace(case, draft=replace(case.draft, notes=()))
    parts = [_of_figure(single.of(case.related, category=name)) for name in names]
    verdict, note = _family_verdict(parts)
    odds = [part.finding.p_met if part.finding else None for part in parts]
    # the members' samples are independent (strata)
    p_met = None if None in odds else math.prod(p for p in odds if p is not None)
    met = False if verdict is Verdict.NOT_MET else None
    # the figure of the member furthest from the target stands for the family in the table
    weakest = min(
        parts,
        key=lambda part: part.tested.value * (1 if part.goal.rises else -1) if part.tested else math.inf,
    )
    return replace(
        weakest,
        verdict=verdict,
        finding=Attainment(met, p_met, Said("mọi nhóm đều phải đạt")),
        notes=(note,) if note else (),
        members=tuple(zip(names, parts, strict=True)),
    )


def _family_verdict(parts: list[Outcome]) -> tuple[Verdict, Note | None]:
    unknown, size = sum(part.finding is None for part in parts), len(parts)
    short = [part.finding.p_met for part in parts if part.finding and part.verdict is Verdict.NOT_MET]
    if any(p is None or p <= 0.05 / size for p in short):
        return Verdict.NOT_MET, NoteKind.MEMBER_SHORT.note()
    if unknown == size:
        return Verdict.NO_DATA, None
    if unknown:
        return Verdict.UNDECIDED, NoteKind.MEMBERS_UNKNOWN.note(n=unknown, all=size)
    met = all(part.verdict in (Verdict.MET, Verdict.EXCEEDED) for part in parts)
    return Verdict.UNDECIDED, (NoteKind.MEMBERS_UNLISTED if met else NoteKind.MEMBERS_UNSURE).note()
