"""Means, totals and ratios by domain, from sums kept once for each column.

``docs/methods/estimates.md`` has the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from qngai_analysis.survey.estimate.arrays import Flags, Floats, add_up, refuse_unknown
from qngai_analysis.survey.estimate.columns import Variable, both_known
from qngai_analysis.survey.estimate.domains import Reduction
from qngai_analysis.survey.estimate.response import spread_over
from qngai_analysis.survey.estimate.variance import DomainFunction, Totals, totals

Deff = Literal["wor", "wr"]


@dataclass(frozen=True)
class Estimates:
    """What was found, one entry a domain; intervals and flags follow from it.

    ``deff`` is the design effect asked for, ``deff_wr`` the one with replacement.
    """

    estimate: Floats
    se: Floats
    deff: Floats
    deff_wr: Floats
    n: Floats


@dataclass(frozen=True)
class Held:
    """A column's sums by domain: all that its mean and total need.

    ``totals`` are those of the values and of 1 (or of a denominator). ``shift`` was taken out of
    the values, so that large values with little spread keep their digits; ``squares``
    are the weighted sums of squares after that, ``n`` and ``size`` the number and weights of the known values.
    """

    name: str
    level: object
    binary: bool
    totals: Totals
    shift: float
    squares: Floats
    n: Floats
    size: Floats


def hold(reduction: Reduction, item: Variable, doubt: Floats | None = None) -> Held:
    """Sum a column by sampling unit and domain; ``doubt``: what its missing answers weigh, by row."""
    used, base, n = _base(reduction, item.known)
    values = item.values[reduction.rows]
    shift = 0.0 if item.binary else _middle(item)
    if shift:
        values = values - shift
    top = base * values
    held = totals(reduction, [top, base], used, spread_over(reduction, doubt, n))
    # 0 and 1 are their own squares
    squares = held.point[0] if item.binary else add_up(reduction.domain, top * values, reduction.count)
    return Held(item.name, item.level, item.binary, held, shift, squares, n, held.point[1])


def hold_ratio(reduction: Reduction, above: Variable, below: Variable, doubt: Floats | None = None) -> Held:
    """Sum a numerator and a denominator where both are known; ``doubt`` as in ``hold``."""
    used, base, n = _base(reduction, both_known(above.known, below.known))
    top, bottom = (base * item.values[reduction.rows] for item in (above, below))
    held = totals(reduction, [top, bottom], used, spread_over(reduction, doubt, n))
    value = quotient(held.point)[0]
    away = above.values[reduction.rows] - value[reduction.domain] * below.values[reduction.rows]
    squares = add_up(reduction.domain, base * away**2, reduction.count)
    size = add_up(reduction.domain, base, reduction.count)
    return Held(f"{above.name}/{below.name}", None, False, held, 0.0, squares, n, size)


def _base(reduction: Reduction, known: Flags | None) -> tuple[Floats | None, Floats, Floats]:
    """Return which used rows are known (``None``: all), their weights, and their number by domain."""
    if known is None:
        return None, reduction.weight, reduction.rows_by_domain
    used = known[reduction.rows].astype(np.float64)
    return used, reduction.weight * used, add_up(reduction.domain, used, reduction.count)


def _middle(item: Variable) -> float:
    values = item.values if item.known is None else item.values[item.known]
    return float(values.mean()) if len(values) else 0.0


def mean(held: Held, deff: Deff) -> Estimates:
    """Return the weighted mean in every domain."""
    value, variance = held.totals.variances(quotient)
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = _dispersion(held) / held.n
    deffs = _deffs(variance, simple, held.n, held.size, deff)
    return Estimates(value + held.shift, standard_error(variance, held.n), *deffs, held.n)


def total(held: Held, deff: Deff) -> Estimates:
    """Return the weighted total in every domain; none where no value is known."""
    value, variance = held.totals.variances(total_of(held))
    some = held.n > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = _dispersion(held) * held.size**2 / held.n
    deffs = _deffs(variance, simple, held.n, held.size, deff)
    return Estimates(np.where(some, value, np.nan), np.where(some, np.sqrt(variance), np.nan), *deffs, held.n)


def ratio(held: Held, deff: Deff) -> Estimates:
    """Return the ratio of two totals in every domain."""
    value, variance = held.totals.variances(quotient)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = held.squares / held.size * held.n / (held.n - 1)
        simple = spread * (held.size / held.totals.point[1]) ** 2 / held.n
    deffs = _deffs(variance, simple, held.n, held.size, deff)
    return Estimates(value, standard_error(variance, held.n), *deffs, held.n)


def standard_error(variance: Floats, n: Floats) -> Floats:
    """Return the standard error of a mean or ratio; one answer shows no spread, and has none."""
    return np.where(n == 1, np.nan, np.sqrt(variance))


def _dispersion(held: Held) -> Floats:
    """Return the estimated population variance of a column, by domain."""
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = held.totals.point[0] / held.size
        return np.asarray(np.maximum(held.squares / held.size - middle**2, 0.0) * held.n / (held.n - 1))


def _deffs(variance: Floats, simple: Floats, n: Floats, size: Floats, deff: Deff) -> tuple[Floats, Floats]:
    """Return the design effect asked for, and the one with replacement.

    ``simple`` is the variance under simple random sampling with replacement.
    """
    refuse_unknown("deff", deff, get_args(Deff))
    usable = np.isfinite(simple) & (simple > 0)
    replaced = np.where(usable, variance / np.where(usable, simple, 1.0), np.nan)
    if deff == "wr":
        return replaced, replaced
    left = np.where(size > n, (size - n) / np.where(size > n, size, 1.0), np.nan)
    return replaced / left, replaced


def quotient(point: Floats) -> tuple[Floats, Floats]:
    """Return the first total over the second, and its gradient."""
    with np.errstate(divide="ignore", invalid="ignore"):
        bottom = np.where(point[1] != 0, point[1], np.nan)
        value = point[0] / bottom
        return value, np.stack([1 / bottom, -value / bottom])


def total_of(held: Held) -> DomainFunction:
    """Return the function that gives a column's total, its shift put back."""

    def function(point: Floats) -> tuple[Floats, Floats]:
        value = point[0] + held.shift * point[1]
        return value, np.stack([np.ones_like(value), np.full_like(value, held.shift)])

    return function


def logit_of_quotient(point: Floats) -> tuple[Floats, Floats]:
    """Return the logit of the quotient, and its gradient; missing at 0 and 1."""
    value, gradient = quotient(point)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where((value > 0) & (value < 1), value, np.nan)
        return np.log(inner / (1 - inner)), gradient / (inner * (1 - inner))
