"""One target judged in one year: which figure speaks, is the target met, is it on pace.

:func:`judge` gives the verdict with everything behind it;
:mod:`qngai_analysis.progress.assessing` makes a table of many, and
:mod:`qngai_analysis.progress.explaining` writes the reasons.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from qngai_analysis.evidence.choice import Choice, Need, choose
from qngai_analysis.evidence.observations import missing, position, records
from qngai_analysis.evidence.published import (
    read_breaks,
    read_districts,
    read_relations,
    read_territories,
    relate,
)
from qngai_analysis.evidence.series import Chain, chain
from qngai_analysis.progress import methods
from qngai_analysis.progress.methods import Pace
from qngai_analysis.progress.projection import Projection, project
from qngai_analysis.progress.verdict import (
    SURE,
    Figure,
    Finding,
    Goal,
    Verdict,
    level_verdict,
    probability,
    rounding_note,
    settle,
)
from qngai_analysis.survey.release.treatment import WORDS, Treatment
from qngai_analysis.words.said import Chance, Day, Joined, Num, Said

OLD_PROVINCE = "QNG"
LATEST_AGE = 1  # years a figure may be older than the reporting year and still give a pace
YEAR_END = 0.25  # a figure of the last quarter speaks for the end of the year
LONG_RUN = 2030.0  # the plans' horizon beyond 2025
NATIONAL_MEAN = "bình quân cả nước"
EACH = "trong từng"
DECIMALS = {"KTS_GRDP": 2, "KTS_NGANH": 2}  # shares of GRDP; every other share is printed with 1


@dataclass(frozen=True)
class Knowledge:
    """What is known when a year is judged: observations, and the tables that say how to use them."""

    observations: pd.DataFrame
    relations: pd.DataFrame
    breaks: pd.DataFrame
    districts: Mapping[str, str] = field(default_factory=dict)  # name in lower case: id
    parents: Mapping[str, str] = field(default_factory=dict)  # territory: the one it lies in
    places: Mapping[str, str] = field(default_factory=dict)  # territory: its name
    ages: Mapping[str, int] = field(default_factory=dict)  # lowest age an indicator is defined for
    baselines: pd.DataFrame | None = None
    families: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _related: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def related(self, indicator: str) -> pd.DataFrame:
        """Return the observations that have to do with an indicator, looked up once."""
        if indicator not in self._related:
            self._related[indicator] = relate(self.observations, indicator, self.relations)
        return self._related[indicator]


@dataclass(frozen=True)
class Progress:
    """The way from baseline to target: the baseline, each method's number, the headline pace."""

    baseline: tuple[float, float] | None  # (t0, y0)
    baseline_source: str | None
    linear: float | None = None
    eurostat: float | None = None
    destatis: float | None = None
    escap: float | None = None
    escap_expected: float | None = None
    logistic: float | None = None
    needed: float | None = None
    pace: Pace | None = None
    p_on_pace: float | None = None  # given the sampling errors of baseline and value


@dataclass(frozen=True)
class Judgement:
    """
    One target in one year, with everything that led to the verdict.

    ``finding`` is missing without a figure; ``members`` holds the parts of a family target;
    ``yearly`` the years of a growth target as (year, growth, met). ``notes`` are sentences in
    Vietnamese for the reader of the table.
    """

    target: pd.Series
    year: int
    deadline: int
    cutoff: date
    goal: Goal
    choice: Choice
    chain: Chain | None
    figure: Figure | None
    finding: Finding | None
    verdict: Verdict
    progress: Progress
    projection: Projection | None
    evidence: str
    notes: tuple[Said, ...] = ()
    timely: bool = True  # whether the figure is of a year that lets it speak for the year judged
    members: tuple[tuple[str, Judgement], ...] = ()
    yearly: tuple[tuple[int, float, bool | None], ...] = ()


def default_cutoff(year: int) -> date:
    """
    Return the day after which nothing published counts for the report on ``year``.

    31 March of the next year: the yearly report is signed in the first quarter, and an
    edition stays the same however much later it is made again. A later day may be asked for.
    """
    return date(year + 1, 3, 31)


def knowledge(
    observed: pd.DataFrame,
    *,
    baselines: pd.DataFrame | None = None,
    families: Mapping[str, Sequence[str]] | None = None,
) -> Knowledge:
    """Return observations together with the project's tables of relations and breaks."""
    from qngai_analysis.plan.catalogue import read_catalogue

    ages = {str(code): int(age) for code, age in read_catalogue()["age_from"].dropna().items()}
    districts = {str(name).casefold(): str(code) for code, name in read_districts()["name"].items()}
    # plain Python strings: rows are taken one by one, which Arrow columns make slow
    texts = {name: "object" for name in observed.columns if observed[name].dtype == "str"}
    observed = observed.astype(texts).copy()  # the copy joins columns of one type into one block
    territories = read_territories()
    return Knowledge(
        observations=observed,
        relations=read_relations(),
        breaks=read_breaks(),
        districts=districts,
        parents={str(code): str(parent) for code, parent in territories["parent"].dropna().items()},
        places={str(code): str(name) for code, name in territories["name"].items()},
        ages=ages,
        baselines=baselines,
        families=families or {},
    )


def judge(
    target: pd.Series,
    known: Knowledge,
    *,
    year: int,
    cutoff: date | None = None,
    real_only: bool = False,
    territories: Sequence[str] | None = None,
) -> Judgement:
    """
    Judge one target in one year.

    Parameters
    ----------
    target : a row of ``Plan.targets``
    known : what is observed, see :func:`knowledge`
    year : the reporting year; figures of later years do not speak
    cutoff : nothing published later counts (default: :func:`default_cutoff`)
    real_only : leave simulated observations out
    territories : ids whose figures may speak (default: :func:`territory_of` the target)

    Returns
    -------
    Judgement
    """
    cutoff = cutoff or default_cutoff(year)
    # a target without a year is due every year
    deadline = year if missing(target["period_end"]) else int(target["period_end"])
    places = tuple(territories or (territory_of(target, known),))
    need = Need(
        territories=places,
        parts=frozenset(code for code in known.parents if _within(code, places, known)),
        names=known.places,
        year=year,
        deadline=deadline,
        cutoff=cutoff,
        unit=str(target["unit"]),
        real_only=real_only,
        age_from=known.ages.get(text_of(target["indicator"])),
    )
    # a target the catalogue does not know has no figure, not another's
    related = known.related(text_of(target["indicator"]))
    goal, notes = _goal(target, related, need)
    if _is_family(target) and related["category"].notna().any():
        return _judge_family(target, known, need, related, goal)
    choice = choose(related, need)
    if choice.chosen is None:
        return _without_figure(target, need, goal, choice, notes)
    if _is_growth(target):
        return _judge_growth(target, known, need, goal, choice, notes)
    return _judge_level(target, known, need, goal, choice, notes)


def _is_growth(target: pd.Series) -> bool:
    unit = str(target["unit"])
    return unit.startswith("%") and unit.endswith("/năm")


def _is_family(target: pd.Series) -> bool:
    return EACH in str(target["text"])


def _goal(target: pd.Series, related: pd.DataFrame, need: Need) -> tuple[Goal, list[Said]]:
    high = target.get("value_high")
    goal = Goal(
        comparator=str(target["comparator"]),
        value=float(target["value"]),
        unit=need.unit,
        wording=text_of(target.get("wording")),
        value_high=_optional(high),
    )
    issued: Any = target.get("issued")
    early = isinstance(issued, date) and issued.year > need.year
    notes = [Said("mục tiêu ban hành năm {year}, sau năm báo cáo", year=issued.year)] if early else []
    if target.get("relative_to") != NATIONAL_MEAN and NATIONAL_MEAN not in str(target["text"]):
        return goal, notes
    goal, more = _national_goal(goal, related, need)
    return goal, notes + more


def _national_goal(goal: Goal, related: pd.DataFrame, need: Need) -> tuple[Goal, list[Said]]:
    """Replace the printed threshold by the national figure of the year the target is due."""
    due = min(need.year, need.deadline)
    national = related[
        related["relation"].eq("national") & related["definition"].eq("same") & related["year"].eq(due)
    ].assign(relation="same", scope=None)
    found = choose(national, replace(need, territories=("VN",))).chosen
    if found is None or found["value_type"] != "point":
        return goal, [
            Said("chưa có số cả nước năm {year} cùng định nghĩa; so với mức in trong kế hoạch", year=due)
        ]
    return replace(goal, value=float(found["value"]), comparator=">=", wording="đạt bình quân cả nước"), [
        Said(
            "bình quân cả nước năm {year} là {value} ({id})",
            year=due,
            value=Num(found["value"], unit=goal.unit),
            id=found["id"],
        )
    ]


def decimals_of(indicator: str) -> int:
    """Return with how many decimals the report prints an indicator's estimates."""
    return DECIMALS.get(indicator, 1)


def text_of(value: object) -> str:
    """Return a cell's text, empty where it holds none."""
    return value if isinstance(value, str) else ""


def _optional(value: Any) -> float | None:
    return None if missing(value) else float(value)


def figure_of(row: pd.Series) -> Figure:
    """Return what an observation says about its value."""
    return Figure(
        value=float(row["value"]),
        value_type=str(row["value_type"]),
        value_high=_optional(row["value_high"]),
        se=_optional(row["se"]),
        df=_optional(row["df"]),
        n=_optional(row["n"]),
    )


def _without_figure(
    target: pd.Series, need: Need, goal: Goal, choice: Choice, notes: list[Said]
) -> Judgement:
    barred = len(choice.barred) > 0
    beside = choice.beside["relation"].isin(["proxy", "national"]).any()
    if barred:
        notes = [*notes, Said("có số liệu cùng định nghĩa nhưng không được phép quyết định kết luận")]
    return Judgement(
        target=target,
        year=need.year,
        deadline=need.deadline,
        cutoff=need.cutoff,
        goal=goal,
        choice=choice,
        chain=None,
        figure=None,
        finding=None,
        verdict=Verdict.UNDECIDED if barred else Verdict.NO_DATA,
        progress=Progress(None, None),
        projection=None,
        evidence="proxy-only" if barred or beside else "none",
        notes=tuple(notes),
    )


def _judge_level(
    target: pd.Series, known: Knowledge, need: Need, goal: Goal, choice: Choice, notes: list[Said]
) -> Judgement:
    chosen = choice.chosen
    assert chosen is not None
    figure = figure_of(chosen)
    finding = settle(goal, figure)
    series = chain(choice.pool, chosen, known.breaks)
    progress = _progress(target, known, need, goal, series, chosen, finding)
    verdict, more = _verdict(goal, figure, finding, chosen, need, progress)
    if verdict is Verdict.UNDECIDED:
        # a figure too old or too uncertain for a verdict shows no pace either
        progress = replace(progress, pace=None, p_on_pace=None)
    return Judgement(
        target=target,
        year=need.year,
        deadline=need.deadline,
        cutoff=need.cutoff,
        goal=goal,
        choice=choice,
        chain=series,
        figure=figure,
        finding=finding,
        verdict=verdict,
        progress=progress,
        projection=_projection(series, chosen, need),
        evidence=str(chosen["evidence"]),
        timely=_timely(int(chosen["year"]), need),
        notes=(*notes, *more, *_figure_notes(text_of(target["indicator"]), goal, figure, choice, progress)),
    )


def _verdict(
    goal: Goal, figure: Figure, finding: Finding, chosen: pd.Series, need: Need, progress: Progress
) -> tuple[Verdict, list[Said]]:
    """Join what the figure shows with when it was taken and when the target is due."""
    year = int(chosen["year"])
    if not _timely(year, need):
        due = need.year >= need.deadline
        if due:
            why = Said(
                "số liệu mới nhất là của năm {year}, trước năm mục tiêu {due}", year=year, due=need.deadline
            )
        else:
            why = Said(
                "số liệu mới nhất là của năm {year}, đã cũ so với năm báo cáo {reported}",
                year=year,
                reported=need.year,
            )
        return Verdict.UNDECIDED, [why]
    final = year == need.deadline and position(chosen["reference_date"]) > need.deadline - YEAR_END
    level = level_verdict(goal, figure, finding)
    if final and level is Verdict.UNDECIDED:
        return level, [Said("số liệu của năm mục tiêu chưa đủ để kết luận ({how})", how=finding.how)]
    if final or level in (Verdict.EXCEEDED, Verdict.MET):
        return level, [] if final else [_before_due(chosen, need)]
    if progress.pace is None:
        return Verdict.UNDECIDED, [Said("chưa có hai số liệu so sánh được để tính tiến độ")]
    return (Verdict.ON_PACE if progress.pace.on_track else Verdict.BEHIND), []


def _timely(year: int, need: Need) -> bool:
    """Return whether a figure may speak: of the target's own year once due, else at most a year old."""
    return year >= need.deadline if need.year >= need.deadline else year >= need.year - LATEST_AGE


def _before_due(chosen: pd.Series, need: Need) -> Said:
    return Said(
        "đạt tại thời điểm {date}, hạn của mục tiêu là cuối năm {due}",
        date=Day(chosen["reference_date"]),
        due=need.deadline,
    )


def _figure_notes(code: str, goal: Goal, figure: Figure, choice: Choice, progress: Progress) -> list[Said]:
    notes = []
    chosen = choice.chosen
    assert chosen is not None
    if WORDS[Treatment.CENSUS] in text_of(chosen["note"]):
        notes.append(Said("điều tra toàn bộ: hầu hết đơn vị của tổng thể đã trả lời"))
    if WORDS[Treatment.STANDS] in text_of(chosen["note"]):
        notes.append(Said("giữ số đã công bố vì số rà soát chỉ khác ở quá ít đơn vị"))
    if chosen["level"] in ("ước tính", "sơ bộ"):
        notes.append(Said("số {level}", level=Said(chosen["level"])))
    decimals = decimals_of(code)
    rounding = rounding_note(goal, figure.value, decimals) if figure.value_type == "point" else None
    if rounding:
        notes.append(rounding)
    if len(choice.contradicting):
        others = Joined(
            [
                Joined((Num(row.value, unit=goal.unit), f"({row.id})"), " ")
                for row in records(choice.contradicting)
            ],
            ", ",
        )
        notes.append(
            Said("nguồn khác cùng thời điểm cho số khác: {others}; không lấy bình quân", others=others)
        )
    if figure.value_type == "rank":
        notes.append(Said("là thứ hạng: chỉ so mức, không tính tiến độ"))
    if progress.p_on_pace is not None and 1 - SURE < progress.p_on_pace < SURE:
        notes.append(
            Said("tiến độ chưa chắc chắn do sai số mẫu: P(đúng tiến độ) {p}", p=Chance(progress.p_on_pace))
        )
    disagreement = _disagreement(progress)
    return [*notes, disagreement] if disagreement else notes


def _progress(
    target: pd.Series,
    known: Knowledge,
    need: Need,
    goal: Goal,
    series: Chain,
    chosen: pd.Series,
    finding: Finding,
) -> Progress:
    """Compute every method from the baseline to the figure; ranks and bounds have no pace."""
    met = finding.met is True
    t, y = position(chosen["reference_date"]), float(chosen["value"])
    due = float(need.deadline)
    if chosen["value_type"] != "point":
        return Progress(None, None, pace=Pace.MET if met else None)
    needed = None if met else methods.needed_per_year(y, t, goal.value, due)
    base = _baseline(target, known, series, chosen)
    if base is None:
        return Progress(None, None, needed=needed, pace=Pace.MET if met else None)
    (t0, y0), source = base
    if goal.holds(y0):
        # the way from baseline to target has no length: only the level is judged
        return Progress((t0, y0), source, needed=needed, pace=Pace.MET if met else Pace.AWAY)
    way = (y0, t0, y, t, goal.value, due)
    linear = methods.linear_pace(*way)
    points = list(zip(series.points["t"], series.points["value"], strict=True))
    return Progress(
        baseline=(t0, y0),
        baseline_source=source,
        linear=linear,
        eurostat=methods.eurostat_ratio(*way),
        destatis=methods.destatis_miss(points, goal.value, due),
        escap=methods.escap_index(*way),
        escap_expected=methods.escap_expected(t0, t, due),
        logistic=methods.logistic_pace(*way) if goal.unit.startswith("%") else None,
        needed=needed,
        pace=methods.classify(linear, met=met) if linear is not None else (Pace.MET if met else None),
        p_on_pace=_on_pace(goal, series, chosen, (t0, y0), due),
    )


def _on_pace(
    goal: Goal, series: Chain, chosen: pd.Series, base: tuple[float, float], due: float
) -> float | None:
    """
    Return the probability that the true pace is at least 0.95, given the sampling errors.

    With g the share of time gone, pace ≥ 0.95 means y - (1 - 0.95 g) y0 ≥ 0.95 g target: linear
    in the two estimates, which come from independent samples. None without errors.
    """
    (t0, y0), t, y = base, position(chosen["reference_date"]), float(chosen["value"])
    errors = dict(zip(series.points["t"], series.points["se"], strict=True))
    now, then = _optional(chosen["se"]), _optional(errors.get(t0))
    gone = (t - t0) / (due - t0) if due > t0 else 0.0
    if now is None or gone <= 0:
        return None
    weight = 1 - methods.ON_PACE * gone
    margin = y - weight * y0 - methods.ON_PACE * gone * goal.value
    error = math.hypot(now, weight * (then or 0.0))
    # the sign of "better" turned round for a goal that falls; the error is not one of a share
    sign = 1 if goal.rises else -1
    return probability(Goal(">=", 0.0, unit=""), Figure(sign * margin, se=error, df=_optional(chosen["df"])))


def _baseline(
    target: pd.Series, known: Knowledge, series: Chain, chosen: pd.Series
) -> tuple[tuple[float, float], str] | None:
    """
    Return the baseline: the one declared for the indicator, else the series' own first point.

    The first comparable point from the start of the plan on (31 December before its first
    year). The figure judged is no baseline of itself.
    """
    declared = known.baselines
    if declared is not None:
        mine = declared[declared["indicator"].eq(target["indicator"])]
        if len(mine):
            row = mine.iloc[0]
            return (position(str(row["reference_date"])), float(row["value"])), str(row["source"])
    start = float(target["period_start"]) - 1 if not missing(target["period_start"]) else -math.inf
    earlier = series.points[(series.points["t"] >= start) & (series.points["id"] != chosen["id"])]
    if not len(earlier):
        return None
    first = earlier.iloc[0]
    return (float(first["t"]), float(first["value"])), str(first["id"])


def _disagreement(progress: Progress) -> Said | None:
    """Return a note where Eurostat's or Destatis' method says otherwise than the linear pace."""
    if progress.linear is None or progress.pace in (None, Pace.MET):
        return None
    assert progress.pace is not None
    on_track = progress.pace.on_track
    others: list[Joined] = []
    if progress.eurostat is not None and methods.classify(progress.eurostat).on_track != on_track:
        others.append(Joined(("Eurostat R =", Num(progress.eurostat, 2)), " "))
    if progress.destatis is not None and methods.weather(progress.destatis).on_track != on_track:
        others.append(Joined(("Destatis:", Said(methods.weather(progress.destatis).words)), " "))
    if not others:
        return None
    return Said(
        "phương pháp khác cho kết quả khác (tuyến tính {linear}; {others})",
        linear=Num(progress.linear, 2),
        others=Joined(others),
    )


def _projection(series: Chain, chosen: pd.Series, need: Need) -> Projection | None:
    last = position(chosen["reference_date"])
    years = sorted({year for year in (float(need.deadline), LONG_RUN) if year > last})
    if chosen["value_type"] != "point" or not years:
        return None
    return project(series.points, years, unit=need.unit)


def _judge_growth(
    target: pd.Series, known: Knowledge, need: Need, goal: Goal, choice: Choice, notes: list[Said]
) -> Judgement:
    """
    Judge "x% a year": each year of the period on its own, and the mean beside them.

    The target asks for every year. One year that falls short decides; a missing year leaves
    it open.
    """
    chosen = choice.chosen
    assert chosen is not None
    series = chain(choice.pool, chosen, known.breaks)
    first = int(target["period_start"]) if not missing(target["period_start"]) else int(chosen["year"])
    last = min(need.year, need.deadline)
    by_year = {int(row["year"]): row for _, row in choice.pool[::-1].iterrows()}
    yearly = []
    for at in range(first, last + 1):
        if at in by_year:
            growth = figure_of(by_year[at])
            yearly.append((at, growth.value, settle(goal, growth).met))
    figure = figure_of(chosen)
    finding = settle(goal, figure)
    complete = len(yearly) == last - first + 1
    verdict = _growth_verdict([met for _, _, met in yearly], complete, need)
    mean = methods.mean_growth([value for _, value, _ in yearly])
    if mean is not None:
        notes = [
            *notes,
            Said("bình quân {n} năm có số liệu: {mean}", n=len(yearly), mean=Num(mean, 2, "%/năm")),
        ]
    if not complete:
        notes = [*notes, Said("mới có số liệu {n} trên {all} năm", n=len(yearly), all=last - first + 1)]
    return Judgement(
        target=target,
        year=need.year,
        deadline=need.deadline,
        cutoff=need.cutoff,
        goal=goal,
        choice=choice,
        chain=series,
        figure=figure,
        finding=finding,
        verdict=verdict,
        progress=Progress(None, None),
        projection=None,
        evidence=str(chosen["evidence"]),
        notes=tuple(notes),
        yearly=tuple(yearly),
    )


def _growth_verdict(met: list[bool | None], complete: bool, need: Need) -> Verdict:
    if False in met:
        return Verdict.NOT_MET if need.year >= need.deadline else Verdict.BEHIND
    if not met or not complete or None in met:
        return Verdict.UNDECIDED
    return Verdict.MET if need.year >= need.deadline else Verdict.ON_PACE


def _judge_family(
    target: pd.Series, known: Knowledge, need: Need, related: pd.DataFrame, goal: Goal
) -> Judgement:
    """
    Judge "in each industry at least x": met only if every member is met.

    Each member is tested at 95% (an intersection-union test needs no correction to say that
    all are met); that some member falls short is said at 95% over all of them (Bonferroni).
    """
    listed = known.families.get(str(target["indicator"]))
    names = list(listed) if listed else sorted(related["category"].dropna().unique())
    members = []
    for name in names:
        choice = choose(related, replace(need, category=name))
        part = (
            _without_figure(target, need, goal, choice, [])
            if choice.chosen is None
            else _judge_level(target, known, need, goal, choice, [])
        )
        members.append((name, part))
    verdict, notes = _family_verdict([part for _, part in members], bool(listed), len(names))
    weakest = _weakest([part for _, part in members])
    finding = Finding(
        {Verdict.MET: True, Verdict.NOT_MET: False}.get(verdict),
        _family_probability([part for _, part in members]),
        Said("mọi nhóm đều phải đạt"),
    )
    return replace(weakest, verdict=verdict, finding=finding, notes=tuple(notes), members=tuple(members))


def _family_verdict(parts: list[Judgement], listed: bool, size: int) -> tuple[Verdict, list[Said]]:
    missing = sum(part.finding is None for part in parts)
    met = (Verdict.MET, Verdict.EXCEEDED)
    if any(_surely_short(part, size) for part in parts):
        return Verdict.NOT_MET, [Said("ít nhất một nhóm chưa đạt")]
    if missing == len(parts):
        return Verdict.NO_DATA, []
    if missing:
        return Verdict.UNDECIDED, [Said("còn {n} trên {all} nhóm chưa có số liệu", n=missing, all=size)]
    if not all(part.verdict in met for part in parts):
        return Verdict.UNDECIDED, [Said("chưa đủ căn cứ cho mọi nhóm")]
    if not listed:
        return Verdict.UNDECIDED, [
            Said("kế hoạch không quy định danh mục ngành, chưa biết đã đủ ngành hay chưa")
        ]
    return Verdict.MET, [Said("cả {n} nhóm đều đạt", n=size)]


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


def territory_of(target: pd.Series, known: Knowledge) -> str:
    """
    Return the territory a target was written for.

    Targets of the province's plans are for the province before 2025-07-01, whatever year is
    judged. A target assigned to a district carries the district's name in ``geography``.
    """
    return known.districts.get(text_of(target.get("geography")).casefold(), OLD_PROVINCE)


def _within(code: str, places: tuple[str, ...], known: Knowledge) -> bool:
    parent = known.parents.get(code)
    return parent is not None and (parent in places or _within(parent, places, known))
