"""One target judged in one year: which figure speaks, is the target met, is it on pace.

:func:`judge` gives the verdict with everything behind it;
:mod:`qngai_analysis.progress.assessing` makes outcomes of many, and
:mod:`qngai_analysis.progress.explaining` writes the reasons.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

import pandas as pd

from qngai_analysis import territory
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.evidence.bounds import bounds_of, shares_people, weight_of
from qngai_analysis.evidence.choice import Choice, Need, choose
from qngai_analysis.evidence.observations import Observation, observation_of, position
from qngai_analysis.evidence.published import (
    read_breaks,
    read_relations,
    relate,
)
from qngai_analysis.evidence.series import Chain, chain
from qngai_analysis.plan.model import NATIONAL_MEAN, Target
from qngai_analysis.progress import methods
from qngai_analysis.progress.outcome import Note, NoteKind, PlanHead, Progress
from qngai_analysis.progress.pacing import baseline_of, disagreement, progress_of
from qngai_analysis.progress.projection import Projection, project
from qngai_analysis.progress.verdict import (
    SURE,
    Figure,
    Finding,
    Goal,
    Verdict,
    level_verdict,
    rounding_note,
    settle,
)
from qngai_analysis.project import Project, project_here
from qngai_analysis.values import records
from qngai_analysis.words.said import Chance, Day, Joined, Num, Said, inside

LATEST_AGE = 1  # years a figure may be older than the reporting year and still give a pace
YEAR_END = 0.25  # a figure of the last quarter speaks for the end of the year


@dataclass(frozen=True)
class Knowledge:
    """What is known when a year is judged: observations, and the tables that say how to use them."""

    observations: pd.DataFrame
    relations: pd.DataFrame
    breaks: pd.DataFrame
    project: Project
    parents: Mapping[str, str] = field(default_factory=dict)  # territory: the one it lies in
    places: Mapping[str, str] = field(default_factory=dict)  # territory: its name
    ages: Mapping[str, int] = field(default_factory=dict)  # lowest age an indicator is defined for
    of_people: frozenset[str] = frozenset()  # indicators that are shares of people
    _related: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    _parts: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict, repr=False)
    judged: dict[Any, Judgement] = field(default_factory=dict, repr=False)  # by target and settings

    def related(self, indicator: str) -> pd.DataFrame:
        """Return the observations that have to do with an indicator, looked up once."""
        if indicator not in self._related:
            self._related[indicator] = relate(self.observations, indicator, self.relations)
        return self._related[indicator]

    def parts(self, places: tuple[str, ...]) -> frozenset[str]:
        """Return the territories that lie within others, looked up once."""
        if places not in self._parts:
            within, new = frozenset[str](), frozenset(places)
            while new:
                new = frozenset(code for code, parent in self.parents.items() if parent in new) - within
                within |= new
            self._parts[places] = within
        return self._parts[places]


@dataclass(frozen=True)
class Judgement:
    """
    One target in one year, with everything that led to the verdict.

    ``finding`` is missing without a figure; ``members`` holds the parts of a family target;
    ``yearly`` the years of a growth target as (year, growth, met).
    """

    target: Target
    plan: PlanHead
    year: int
    deadline: int
    cutoff: date
    goal: Goal
    decimals: int  # with how many the report prints estimates of the indicator
    long_run: int  # the year beyond the deadline that the series is projected to
    choice: Choice
    verdict: Verdict
    evidence: str
    notes: tuple[Note, ...] = ()
    chain: Chain | None = None
    figure: Figure | None = None
    finding: Finding | None = None
    progress: Progress = field(default_factory=Progress)
    projection: Projection | None = None
    timely: bool = True  # whether the figure is of a year that lets it speak for the year judged
    members: tuple[tuple[str, Judgement], ...] = ()
    yearly: tuple[tuple[int, float, bool | None], ...] = ()


@dataclass(frozen=True)
class _Case:
    """What is judged: the target, what is known, what it asks of a figure and of its value."""

    target: Target
    plan: PlanHead
    known: Knowledge
    need: Need
    related: pd.DataFrame
    goal: Goal
    notes: tuple[Note, ...]
    goal_error: float = 0.0  # sampling error of the national figure that makes the threshold
    open: bool = False  # the threshold is a part of a national figure that is not known

    def judged(self, choice: Choice, verdict: Verdict, evidence: str, **found: Any) -> Judgement:
        """Return the judgement; ``found`` are the fields of one that has a figure."""
        return Judgement(
            target=self.target,
            plan=self.plan,
            year=self.need.year,
            deadline=self.need.deadline,
            cutoff=self.need.cutoff,
            goal=self.goal,
            decimals=self.known.project.decimals_of(self.target.indicator),
            long_run=self.known.project.long_run,
            choice=choice,
            verdict=verdict,
            evidence=evidence,
            **{"notes": self.notes, **found},
        )


def knowledge(observed: pd.DataFrame) -> Knowledge:
    """Return observations together with the project's tables of relations and breaks."""
    from qngai_analysis.plan.catalogue import read_catalogue

    catalogue = read_catalogue()
    ages = {str(code): int(age) for code, age in catalogue["age_from"].dropna().items()}
    of_people = frozenset(str(code) for code, of in catalogue["denominator"].items() if shares_people(of))
    # plain Python strings: rows are taken one by one, which Arrow columns make slow
    texts = {name: "object" for name in observed.columns if observed[name].dtype == "str"}
    observed = observed.astype(texts).copy()  # the copy joins columns of one type into one block
    units = territory.units()
    return Knowledge(
        observations=observed,
        relations=read_relations(),
        breaks=read_breaks(),
        project=project_here(),
        parents={code: unit.parent for code, unit in units.items() if unit.parent},
        places={code: unit.name for code, unit in units.items()},
        ages=ages,
        of_people=of_people,
    )


def judge(
    target: Target,
    known: Knowledge,
    *,
    year: int,
    cutoff: date | None = None,
    real_only: bool = False,
    plan: PlanHead | None = None,
) -> Judgement:
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
    places = (territory_of(target, known, plan.issued),)
    need = Need(
        territories=places,
        parts=known.parts(places),
        names=known.places,
        year=year,
        # a target without a year is due every year
        deadline=target.period_end or year,
        cutoff=cutoff or default_cutoff(year),
        unit=target.unit,
        real_only=real_only,
        age_from=known.ages.get(target.indicator or ""),
    )
    # a target the catalogue does not know has no figure, not another's
    related = known.related(target.indicator or "")
    choice = choose(related, need)
    due = min(need.year, need.deadline)
    # the province of one year is set against the country of the same
    case = _case(target, plan, known, need, related, choice.chosen.year if choice.chosen else due)
    if target.each and related["category"].notna().any():
        return _judge_family(case)
    if choice.chosen is None:
        if (bounded := _by_bounds(case)) is not None:
            return bounded
        return _without_figure(case, choice)
    if case.open:
        return case.judged(choice, Verdict.UNDECIDED, choice.chosen.evidence)
    if target.unit.startswith("%") and target.unit.endswith("/năm"):
        return _judge_growth(case, choice, choice.chosen)
    judged = _judge_level(case, choice, choice.chosen)
    return (judged.verdict is Verdict.UNDECIDED and _by_bounds(case)) or judged


def _case(
    target: Target, plan: PlanHead, known: Knowledge, need: Need, related: pd.DataFrame, year: int
) -> _Case:
    """Return what is judged; the threshold of a target set against the country's mean is the figure of ``year``."""
    goal = Goal(target.comparator, target.value, need.unit, target.wording, target.value_high)
    case = _Case(target, plan, known, need, related, goal, ())
    if plan.issued is not None and plan.issued.year > need.year:
        said = Said("mục tiêu ban hành năm {year}, sau năm báo cáo", year=plan.issued.year)
        case = replace(case, notes=(Note(NoteKind.ISSUED_LATER, said),))
    share = target.share_of_mean
    return case if share is None else _against_country(case, year, share)


def _against_country(case: _Case, year: int, share: float) -> _Case:
    """Replace the printed threshold by the national figure of a year, or by a share of it; the comparator stays."""
    national = case.related[
        case.related["relation"].eq("national")
        & case.related["definition"].eq("same")
        & case.related["year"].eq(year)
    ].assign(relation="same", scope=None)
    found = choose(national, replace(case.need, territories=("VN",))).chosen
    if found is None or found.value_type != "point":
        text = (
            "chưa có số cả nước năm {year} cùng định nghĩa; so với mức in trong kế hoạch"
            if share == 1
            else "chưa có số cả nước năm {year} cùng định nghĩa để tính mức phải đạt"
        )
        note = Note(NoteKind.NO_NATIONAL_MEAN, Said(text, year=year))
        return replace(case, notes=(*case.notes, note), open=share != 1)
    said = Said(
        "bình quân cả nước năm {year} là {value} ({id})",
        year=year,
        value=Num(found.value, unit=case.goal.unit),
        id=found.id,
    )
    asked = case.goal.wording.removesuffix(f" {NATIONAL_MEAN}")
    wording = f"{asked} {NATIONAL_MEAN}" if share == 1 else asked
    return replace(
        case,
        goal=replace(case.goal, value=round(share * found.value, 9), wording=wording),
        notes=(*case.notes, Note(NoteKind.NATIONAL_MEAN, said)),
        goal_error=share * (found.se or 0.0),
    )


def figure_of(observation: Observation) -> Figure:
    """Return what an observation says about its value."""
    return Figure(**{item.name: getattr(observation, item.name) for item in fields(Figure)})


def _without_figure(case: _Case, choice: Choice) -> Judgement:
    if len(choice.barred):
        said = Said("có số liệu cùng định nghĩa nhưng không được phép quyết định kết luận")
        notes = (*case.notes, Note(NoteKind.BARRED, said))
        return case.judged(choice, Verdict.UNDECIDED, "proxy-only", notes=notes)
    beside = choice.beside["relation"].isin(["proxy", "national"]).any()
    return case.judged(choice, Verdict.NO_DATA, "proxy-only" if beside else "none")


def _by_bounds(case: _Case) -> Judgement | None:
    """Judge by what the merged territory's share bounds; None unless definition and age agree and the bound decides."""
    unit = territory.units().get(case.need.territories[0])
    if unit is None or case.need.unit != "%" or case.target.indicator not in case.known.of_people:
        return None
    weight = weight_of(unit)
    if weight is None:
        return None
    derived = bounds_of(case.related, unit, weight, case.need.age_from)
    for row in derived["id"]:
        choice = choose(derived[derived["id"].eq(row)], case.need)
        if choice.chosen is None:
            continue
        judged = _judge_level(case, choice, choice.chosen)
        if judged.verdict in (Verdict.MET, Verdict.EXCEEDED, Verdict.NOT_MET):
            said = Said(
                "suy ra từ số {id} của {place}: {share} số dân của địa giới ấy năm {year} ở địa giới của mục tiêu "
                "({source}); phần còn lại nhận mọi mức từ 0 đến 100%",
                id=row[:-1],
                place=inside(case.known.places[unit.successor]),
                share=Num(100 * weight.share, unit="%", decimals=2),
                year=weight.year,
                source=weight.source,
            )
            return replace(judged, notes=(*judged.notes, Note(NoteKind.BOUND, said)))
    return None


def _judge_level(case: _Case, choice: Choice, chosen: Observation) -> Judgement:
    goal, need = case.goal, case.need
    figure = figure_of(chosen)
    if case.goal_error:  # both figures are estimates
        figure = replace(figure, se=math.hypot(figure.se or 0.0, case.goal_error))
    finding = settle(goal, figure)
    series = chain(choice.pool, chosen, case.known.breaks)
    base = baseline_of(case.target, series, chosen)
    progress = progress_of(goal, need.deadline, series, chosen, base, met=finding.met is True)
    verdict, why = _verdict(goal, figure, finding, chosen, need, progress)
    if verdict is Verdict.UNDECIDED:
        # a figure too old or too uncertain for a verdict shows no pace either
        progress = replace(progress, pace=None, p_on_pace=None)
    if need.year > need.deadline:
        progress = replace(progress, needed=None)
    judged = case.judged(
        choice,
        verdict,
        chosen.evidence,
        chain=series,
        figure=figure,
        finding=finding,
        progress=progress,
        projection=_projection(series, chosen, need, case.known.project.long_run),
        timely=_timely(chosen.year, need),
    )
    return replace(judged, notes=(*case.notes, *why, *_figure_notes(judged, chosen)))


def _verdict(
    goal: Goal, figure: Figure, finding: Finding, chosen: Observation, need: Need, progress: Progress
) -> tuple[Verdict, tuple[Note, ...]]:
    """Join what the figure shows with when it was taken and when the target is due."""
    year = chosen.year
    if not _timely(year, need):
        return Verdict.UNDECIDED, (_out_of_time(year, need),)
    final = year == need.deadline and position(chosen.reference_date) > need.deadline - YEAR_END
    level = level_verdict(goal, figure, finding)
    if final and level is Verdict.UNDECIDED:
        said = Said("số liệu của năm mục tiêu chưa đủ để kết luận ({how})", how=finding.how)
        return level, (Note(NoteKind.UNSURE, said),)
    if final:
        return level, ()
    if level in (Verdict.EXCEEDED, Verdict.MET):
        said = Said(
            "đạt tại thời điểm {date}, hạn của mục tiêu là cuối năm {due}",
            date=Day(chosen.reference_date),
            due=need.deadline,
        )
        return level, (Note(NoteKind.BEFORE_DUE, said),)
    if need.year > need.deadline:
        said = Said(
            "hạn là cuối năm {due}; số liệu gần hạn nhất là của {date}",
            due=need.deadline,
            date=Day(chosen.reference_date),
        )
        return Verdict.UNDECIDED, (Note(NoteKind.PAST_DUE, said),)
    if progress.pace is None:
        said = Said("chưa có hai số liệu so sánh được để tính tiến độ")
        return Verdict.UNDECIDED, (Note(NoteKind.NO_PACE, said),)
    return (Verdict.ON_PACE if progress.pace.on_track else Verdict.BEHIND), ()


def _timely(year: int, need: Need) -> bool:
    """Return whether a figure may speak: of the target's own year once due, else at most a year old."""
    return year >= need.deadline if need.year >= need.deadline else year >= need.year - LATEST_AGE


def _out_of_time(year: int, need: Need) -> Note:
    if need.year >= need.deadline:
        said = Said(
            "số liệu mới nhất là của năm {year}, trước năm mục tiêu {due}", year=year, due=need.deadline
        )
        return Note(NoteKind.BEFORE_TARGET_YEAR, said)
    said = Said(
        "số liệu mới nhất là của năm {year}, đã cũ so với năm báo cáo {reported}",
        year=year,
        reported=need.year,
    )
    return Note(NoteKind.STALE, said)


#: What the mark of an observation says to the reader of a verdict.
MARKED = {
    "census": Note(NoteKind.CENSUS, Said("điều tra toàn bộ: hầu hết đơn vị của tổng thể đã trả lời")),
}


def _figure_notes(judged: Judgement, chosen: Observation) -> list[Note]:
    goal, progress = judged.goal, judged.progress
    notes = [MARKED[chosen.mark]] if chosen.mark in MARKED else []
    if chosen.level in ("ước tính", "sơ bộ"):
        notes.append(Note(NoteKind.NOT_FINAL, Said("số {level}", level=Said(chosen.level))))
    point = chosen.value_type == "point"
    if point and (rounding := rounding_note(goal, chosen.value, judged.decimals)):
        notes.append(Note(NoteKind.ROUNDED, rounding))
    if len(others := judged.choice.contradicting):
        values = [Joined((Num(row.value, unit=goal.unit), f"({row.id})"), " ") for row in records(others)]
        said = Said(
            "nguồn khác cùng thời điểm cho số khác: {others}; không lấy bình quân",
            others=Joined(values, ", "),
        )
        notes.append(Note(NoteKind.CONTRADICTED, said))
    if chosen.value_type == "rank":
        notes.append(Note(NoteKind.RANK, Said("là thứ hạng: chỉ so mức, không tính tiến độ")))
    if progress.p_on_pace is not None and 1 - SURE < progress.p_on_pace < SURE:
        p = Chance(progress.p_on_pace)
        said = Said("tiến độ chưa chắc chắn do sai số mẫu: P(đúng tiến độ) {p}", p=p)
        notes.append(Note(NoteKind.PACE_UNSURE, said))
    if judged.chain is not None and judged.chain.revised:
        said = Said("số thuộc kỳ công bố đã được rà soát lại ở thời điểm khác")
        notes.append(Note(NoteKind.SINCE_REVISED, said))
    if late := _late_baseline(judged):
        notes.append(late)
    if differs := disagreement(progress):
        notes.append(Note(NoteKind.METHODS_DISAGREE, differs))
    return notes


def _late_baseline(judged: Judgement) -> Note | None:
    """Say that the pace begins late: its baseline is of more than a quarter of the plan's time after its start."""
    start = judged.target.period_start
    if start is None or judged.progress.pace in (None, methods.Pace.MET) or judged.progress.baseline is None:
        return None
    began, first = start - 1.0, judged.progress.baseline[0]
    if first - began <= (judged.deadline - began) / 4:
        return None
    said = Said(
        "số liệu gốc đầu tiên là của năm {first}, kế hoạch bắt đầu từ năm {year}: phần thời gian trước đó không được tính",
        first=math.ceil(first),  # the end of a year is the year's number
        year=start,
    )
    return Note(NoteKind.LATE_BASELINE, said)


def _projection(series: Chain, chosen: Observation, need: Need, long_run: int) -> Projection | None:
    last = position(chosen.reference_date)
    years = sorted({year for year in (float(need.deadline), float(long_run)) if year > last})
    if chosen.value_type != "point" or not years:
        return None
    return project(series.points, years, unit=need.unit)


def _judge_growth(case: _Case, choice: Choice, chosen: Observation) -> Judgement:
    """
    Judge "x% a year": each year of the period on its own, and the mean beside them.

    The target asks for every year. One year that falls short decides; a missing year leaves
    it open.
    """
    goal, need = case.goal, case.need
    first = case.target.period_start or chosen.year
    last = min(need.year, need.deadline)
    by_year = {int(row.year): observation_of(row) for row in records(choice.pool[::-1])}
    growth = {at: figure_of(by_year[at]) for at in range(first, last + 1) if at in by_year}
    yearly = tuple((at, figure.value, settle(goal, figure).met) for at, figure in growth.items())
    complete = len(yearly) == last - first + 1
    notes = case.notes
    mean = methods.mean_growth([value for _, value, _ in yearly])
    if mean is not None:
        said = Said("bình quân {n} năm có số liệu: {mean}", n=len(yearly), mean=Num(mean, 2, "%/năm"))
        notes = (*notes, Note(NoteKind.MEAN_GROWTH, said))
    if not complete:
        said = Said("mới có số liệu {n} trên {all} năm", n=len(yearly), all=last - first + 1)
        notes = (*notes, Note(NoteKind.YEARS_MISSING, said))
    figure = figure_of(chosen)
    return case.judged(
        choice,
        _growth_verdict([met for _, _, met in yearly], complete, need),
        chosen.evidence,
        chain=chain(choice.pool, chosen, case.known.breaks),
        figure=figure,
        finding=settle(goal, figure),
        notes=notes,
        yearly=yearly,
    )


def _growth_verdict(met: list[bool | None], complete: bool, need: Need) -> Verdict:
    if False in met:
        return Verdict.NOT_MET if need.year >= need.deadline else Verdict.BEHIND
    if not met or not complete or None in met:
        return Verdict.UNDECIDED
    return Verdict.MET if need.year >= need.deadline else Verdict.ON_PACE


def _judge_family(case: _Case) -> Judgement:
    """
    Judge "in each industry at least x": not met if a member falls short, which is said at 95% over all (Bonferroni).

    No plan lists the members, so that all are known, and met, can't be told.
    """
    names = sorted(case.related["category"].dropna().unique())
    single = replace(case, notes=())
    parts = [_judge_member(single, name) for name in names]
    verdict, said = _family_verdict(parts)
    finding = Finding(
        False if verdict is Verdict.NOT_MET else None,
        _family_probability(parts),
        Said("mọi nhóm đều phải đạt"),
    )
    notes = (Note(NoteKind.MEMBERS, said),) if said else ()
    members = tuple(zip(names, parts, strict=True))
    return replace(_weakest(parts), verdict=verdict, finding=finding, notes=notes, members=members)


def _judge_member(case: _Case, name: str) -> Judgement:
    choice = choose(case.related, replace(case.need, category=name))
    return (
        _without_figure(case, choice) if choice.chosen is None else _judge_level(case, choice, choice.chosen)
    )


def _family_verdict(parts: list[Judgement]) -> tuple[Verdict, Said | None]:
    unknown, size = sum(part.finding is None for part in parts), len(parts)
    met = (Verdict.MET, Verdict.EXCEEDED)
    if any(_surely_short(part, size) for part in parts):
        return Verdict.NOT_MET, Said("ít nhất một nhóm chưa đạt")
    if unknown == len(parts):
        return Verdict.NO_DATA, None
    if unknown:
        return Verdict.UNDECIDED, Said("còn {n} trên {all} nhóm chưa có số liệu", n=unknown, all=size)
    if not all(part.verdict in met for part in parts):
        return Verdict.UNDECIDED, Said("chưa đủ căn cứ cho mọi nhóm")
    return Verdict.UNDECIDED, Said("kế hoạch không quy định danh mục ngành, chưa biết đã đủ ngành hay chưa")


def _surely_short(part: Judgement, size: int) -> bool:
    if part.verdict is not Verdict.NOT_MET or part.finding is None:
        return False
    return part.finding.p_met is None or part.finding.p_met <= 0.05 / size


def _weakest(parts: list[Judgement]) -> Judgement:
    """Return the member furthest from the target: its figure stands for the family in the table."""
    with_figure = [part for part in parts if part.figure is not None]
    if not with_figure:
        return parts[0]
    sign = 1 if with_figure[0].goal.rises else -1
    return min(with_figure, key=lambda part: sign * part.figure.value if part.figure else math.inf)


def _family_probability(parts: list[Judgement]) -> float | None:
    """Return P(all members are met), the members' samples being independent (strata)."""
    known = [part.finding.p_met for part in parts if part.finding is not None]
    if len(known) < len(parts) or any(p is None for p in known):
        return None
    return math.prod(p for p in known if p is not None)


def territory_of(target: Target, known: Knowledge, issued: date | None = None) -> str:
    """
    Return the territory a target was written for.

    That is the unit of the name in ``geography`` on the day the plan was issued: a plan of 2022 is for the
    province as it was, whatever year is judged, one of 2026 for the merged one. A target that names
    no place is for the project's territory; one of a place that the project's tables do not know for that name,
    and no figure of the project speaks for it. Outside of a project the oldest unit of the name is meant, if any.
    """
    home, place = known.project.territory, target.geography
    if home and (not place or (issued is None and _bare(known.places.get(home, "")) == place.casefold())):
        return home
    unit = territory.named(place, issued)
    return unit.id if unit else place if home else ""


def _bare(name: str) -> str:
    return name.split(" (")[0].casefold()
