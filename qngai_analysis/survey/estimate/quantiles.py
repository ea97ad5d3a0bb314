"""Quantiles of a weighted sample, and intervals for them.

A quantile is read off the weighted distribution by one of the rules of Hyndman and Fan (1996),
adapted to weights as in R's ``svyquantile``. Its interval is Woodruff's (1952): the
interval of the share of the population at or below the quantile, its ends read off the
distribution in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qngai_analysis.survey.estimate import intervals, replicates
from qngai_analysis.survey.estimate.arrays import Floats, Variable, add_up, over
from qngai_analysis.survey.estimate.domains import Domains, Reduction
from qngai_analysis.survey.estimate.response import spread_over
from qngai_analysis.survey.estimate.results import Part, table_part
from qngai_analysis.survey.estimate.statistics import quotient
from qngai_analysis.survey.estimate.variance import totals

Rule = Literal["math", "school", "hf2", "hf7", "hf8", "shahvaish", "interpolated"]
Interval = Literal["mean", "logit", "korn-graubard", "arcsine", "replicates"]


@dataclass(frozen=True)
class Distribution:
    """Values in ascending order, their weights, and the share of the population up to each.

    Sums are kept in extended precision where the machine has it: whether a share is exactly a
    cumulated one decides some rules.
    """

    values: Floats
    weight: Floats
    cumulated: Floats
    total: float

    @classmethod
    def of(cls, values: Floats, weight: Floats) -> Distribution:
        """Sort values; a weight of zero is left out."""
        counted = weight > 0
        values, weight = values[counted], weight[counted]
        order = np.argsort(values, kind="stable")
        values, weight = values[order], weight[order]
        cumulated = np.cumsum(weight.astype(np.longdouble)).astype(np.float64)
        return cls(values, weight, cumulated, float(weight.astype(np.longdouble).sum()))

    def quantile(self, share: float, rule: Rule) -> float:
        """Return the quantile at a share of the population; NaN without values."""
        if not len(self.values) or np.isnan(share):
            return float("nan")
        if len(self.values) == 1:
            return float(self.values[0])
        return float(_RULES[rule](self, share))

    def step(self, share: float, halfway: float) -> float:
        """Return the value just above a share; where a cumulated one is the share itself, that far from it to the next."""
        below = max(int(np.searchsorted(self.cumulated, share * self.total, side="right")) - 1, 0)
        above = min(below + 1, len(self.values) - 1)
        at = 1.0 if share - self.cumulated[below] / self.total else halfway
        return float(self.values[below] * (1 - at) + self.values[above] * at)


def _between(points: Callable[[Distribution], Floats]) -> Callable[[Distribution, float], float]:
    def rule(found: Distribution, share: float) -> float:
        return float(np.interp(share, points(found), found.values))

    return rule


def _before(found: Distribution) -> Floats:
    return np.concatenate([[0.0], found.cumulated[:-1]])


def _shah_vaish(found: Distribution, share: float) -> float:
    # as R 4.1 has it: the sum is of weights scaled to mean 1, what is halved is not scaled
    scaled = np.cumsum(found.weight / found.weight.mean())
    points = (scaled + 0.5 - found.weight / 2) / (len(found.values) + 1)
    points, place = np.unique(points, return_inverse=True)
    values = add_up(place, found.values, len(points)) / add_up(place, None, len(points))
    return float(values[max(int(np.searchsorted(points, share, side="right")) - 1, 0)])


_RULES: dict[str, Callable[[Distribution, float], float]] = {
    "math": lambda d, p: d.step(p, 0.0),
    **dict.fromkeys(("school", "hf2"), lambda d, p: d.step(p, 0.5)),
    "hf7": _between(lambda d: _before(d) / d.cumulated[-2]),
    "hf8": _between(lambda d: (_before(d) / 3 + d.cumulated * 2 / 3) / (d.cumulated[-1] + d.weight[-1] / 3)),
    "shahvaish": _shah_vaish,
    "interpolated": _between(lambda d: d.cumulated / d.total),
}


def quantile_part(
    reduction: Reduction,
    item: Variable,
    share: float,
    rule: Rule,
    interval: Interval | None,
    confidence: float,
    doubt: Floats | None = None,
) -> Part:
    """Return the quantile at one share in every domain as its part of the table; ``doubt`` as in ``statistics.hold``."""
    code = reduction.domains.code if item.known is None else np.where(item.known, reduction.domains.code, -1)
    inner = Reduction(reduction.sample, Domains(code, reduction.domains.labels))
    column, n, df = item.values[inner.rows], inner.rows_by_domain, inner.degrees
    order = np.argsort(inner.domain, kind="stable")
    parts = np.split(order, np.cumsum(n).astype(np.intp)[:-1])
    spread = [Distribution.of(column[part], inner.weight[part]) for part in parts]
    point = np.array([each.quantile(share, rule) for each in spread])
    under = (column <= point[inner.domain]).astype(np.float64)
    sums = totals(inner, [inner.weight * under, inner.weight], doubt=spread_over(inner, doubt, n))
    below, variance = sums.variances(quotient)
    replicate = inner.sample.replicate
    if replicate is not None and interval in (None, "replicates"):
        weight = replicate[inner.rows].T
        again = [
            [Distribution.of(column[part], each[part]).quantile(share, rule) for each in weight]
            for part in parts
        ]
        se = np.sqrt(replicates.variances(inner.sample, point, np.array(again)))
        ends = intervals.student(point, se, df, confidence)
    else:
        centre = np.full(inner.count, share) if rule == "interpolated" else below
        basis = intervals.Estimates(centre, np.sqrt(variance), df, n, inner.rows_in_design)
        ends = _woodruff(spread, basis, rule, interval or "mean", confidence)
        se = (ends[1] - ends[0]) / (2 * intervals.t_quantile(df, confidence))
    effective = np.minimum(over(below * (1 - below), variance), n)
    n_eff = np.where((variance > 0) & (df > 0), effective, np.nan)
    return table_part(item.name, intervals.Estimates(point, se, df, n, n), ends, q=share, n_eff=n_eff)


def _woodruff(
    spread: list[Distribution], basis: intervals.Estimates, rule: Rule, interval: Interval, confidence: float
) -> intervals.Interval:
    """Return the values at the ends of the interval of the share below the quantile."""
    shares = intervals.METHODS["wald" if interval == "mean" else interval](basis, confidence)
    # where all values lie at or below the quantile R has no interval, but for "mean"
    known = True if interval == "mean" else ~basis.sure
    low, high = (
        np.array([_value_at_end(*pair, rule) for pair in zip(spread, end, strict=True)])
        for end in (np.where(known, end, np.nan) for end in shares)
    )
    return low, high


def _value_at_end(found: Distribution, end: float, rule: Rule) -> float:
    """Return the value at an end of the share's interval; NaN where that leaves 0 to 1."""
    if rule == "interpolated":
        return found.quantile(end, rule)  # R's old rule stops at the smallest and largest value
    # where all values lie at or below the quantile, the end is 1 but for the last digits
    inside = -intervals.NO_ERROR <= end <= 1 + intervals.NO_ERROR
    return found.quantile(min(max(end, 0.0), 1.0), rule) if inside else float("nan")
