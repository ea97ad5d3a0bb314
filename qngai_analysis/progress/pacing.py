"""The way from a baseline to the figure: every method's number, and how sure the pace is."""

from __future__ import annotations

import math

from qngai_analysis.evidence.observations import Observation
from qngai_analysis.evidence.series import Chain
from qngai_analysis.plan.model import Target
from qngai_analysis.progress import methods
from qngai_analysis.progress.methods import Pace
from qngai_analysis.progress.outcome import Note, NoteKind, Outcome, Progress
from qngai_analysis.progress.verdict import Goal, KnownValue, probability
from qngai_analysis.words.said import Joined, Num, Said


def progress_of(outcome: Outcome, chosen: Observation, series: Chain, *, met: bool) -> Progress:
    """Compute every method from the baseline, the series' own first point, to the figure; ranks and bounds have no pace."""
    goal, due = outcome.goal, float(outcome.deadline)
    t, y = chosen.t, chosen.value
    at_goal = Pace.MET if met else None
    if chosen.value_type != "point":
        return Progress(pace=at_goal)
    there = met or goal.holds(y)  # an estimate beyond the target, if not surely, needs no yearly change
    needed = None if there else methods.needed_per_year(y, t, goal.towards(y).value, due)
    base = _baseline(outcome.target, series, chosen)
    if base is None:
        return Progress(needed=needed, pace=at_goal)
    t0, y0 = base.t, base.value
    if goal.holds(y0):
        # the way from baseline to target has no length: only the level is judged
        return Progress(base, needed=needed, pace=at_goal or Pace.AWAY)
    aim = goal.towards(y0)
    if goal.two_sided and aim.holds(y) and not goal.holds(y):
        at_goal = Pace.AWAY  # it came to the near end and went out at the far one
    way = (y0, t0, y, t, aim.value, due)
    linear = methods.linear_pace(*way)
    points = [(point.t, point.value) for point in series.points]
    return Progress(
        baseline=base,
        linear=linear,
        eurostat=methods.eurostat_ratio(*way),
        destatis=methods.destatis_miss(points, aim.value, due),
        escap=methods.escap_index(*way),
        escap_expected=methods.escap_expected(t0, t, due),
        logistic=methods.logistic_pace(*way) if goal.unit.startswith("%") else None,
        needed=needed,
        pace=at_goal if at_goal or linear is None else methods.classify(linear),
        p_on_pace=_on_pace(aim, chosen, base, due),
    )


def _on_pace(goal: Goal, chosen: Observation, base: Observation, due: float) -> float | None:
    """
    Return the probability that the true pace is at least 0.95, given the sampling errors.

    With g the share of time gone, pace ≥ 0.95 means y - (1 - 0.95 g) y0 ≥ 0.95 g target: linear
    in the two estimates, which come from independent samples. None without errors.
    """
    gone = (chosen.t - base.t) / (due - base.t) if due > base.t else 0.0
    if chosen.se is None or gone <= 0:
        return None
    weight = 1 - methods.ON_PACE * gone
    margin = chosen.value - weight * base.value - methods.ON_PACE * gone * goal.asked
    error = math.hypot(chosen.se, weight * (base.se or 0.0))
    # the sign of "better" turned round for a goal that falls; the error is not one of a share
    sign = 1 if goal.rises else -1
    return probability(Goal(">=", 0.0, unit=""), KnownValue(sign * margin, se=error, df=chosen.df))


def _baseline(target: Target, series: Chain, chosen: Observation) -> Observation | None:
    """
    Return the first comparable point from the start of the plan on (31 December before its first year).

    The figure judged is no baseline of itself.
    """
    start = -math.inf if target.period_start is None else target.period_start - 1.0
    return next((point for point in series.points if point.t >= start and point.id != chosen.id), None)


def disagreement(progress: Progress) -> Note | None:
    """Return a note where Eurostat's or Destatis' method says otherwise than the linear pace."""
    if progress.linear is None or progress.pace is None or progress.pace is Pace.MET:
        return None
    on_track = progress.pace.on_track
    others: list[Joined] = []
    if progress.eurostat is not None and methods.classify(progress.eurostat).on_track != on_track:
        others.append(Joined(("Eurostat R =", Num(progress.eurostat, 2)), " "))
    if progress.destatis is not None and methods.weather(progress.destatis).on_track != on_track:
        others.append(Joined(("Destatis:", Said(methods.weather(progress.destatis).value)), " "))
    told = {"linear": Num(progress.linear, 2), "others": Joined(others)}
    return NoteKind.METHODS_DISAGREE.note(**told) if others else None
