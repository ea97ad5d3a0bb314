"""Means, totals and ratios by domain, from sums kept once for each column.

``docs/methods/estimates.md`` has the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from qngai_analysis.survey.estimate.arrays import Flags, Floats, Variable, add_up, both_known, refuse_unknown
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
    the values, so that large values with little spread keep their digits; ``spread`` estimates their
    variance in the population (of a ratio: around its line), ``n`` and ``size`` are the number and
    weights of the known values.
    """

    name: str
    level: object
    binary: bool
    totals: Totals
    shift: float
    spread: Floats
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
    size = held.point[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.maximum(squares / size - (held.point[0] / size) ** 2, 0.0)
        return Held(item.name, item.level, item.binary, held, shift, away * n / (n - 1), n, size)


def hold_ratio(reduction: Reduction, above: Variable, below: Variable, doubt: Floats | None = None) -> Held:
    """Sum a numerator and a denominator where both are known; ``doubt`` as in ``hold``."""
    used, base, n = _base(reduction, both_known(above.known, below.known))
    top, bottom = (base * item.values[reduction.rows] for item in (above, below))
    held = totals(reduction, [top, bottom], used, spread_over(reduction, doubt, n))
    value = quotient(held.point)[0]
    away = above.values[reduction.rows] - value[reduction.domain] * below.values[reduction.rows]
    squares = add_up(reduction.domain, base * away**2, reduction.count)
    size = add_up(reduction.domain, base, reduction.count)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = squares / size * n / (n - 1)
    return Held(f"{above.name}/{below.name}", None, False, held, 0.0, spread, n, size)


def _base(reduction: Reduction, known: Flags | None) -> tuple[Floats | None, Floats, Floats]:
    """Return which used rows are known (``None``: all), their weights, and their number by domain."""
    if known is None:
        return None, reduction.weight, reduction.rows_by_domain
    used = known[reduction.rows].astype(np.float64)
    return used, reduction.weight * used, add_up(reduction.domain, used, reduction.count)


def _middle(item: Variable) -> float:
    values = item.values if item.known is None else item.values[item.known]
    return float(values.mean()) if len(values) else 0.0


def estimates(held: Held, deff: Deff, *, total: bool = False) -> Estimates:
    """Return the weighted mean (or ratio) in every domain, or with ``total`` the total.

    A total is none where no value is known. Design effects compare with a simple random sample of n answers.
    """
    refuse_unknown("deff", deff, get_args(Deff))
    value, variance = held.totals.variances(total_of(held) if total else quotient)
    n, size = held.n, held.size
    if total:
        value, se = np.where(n > 0, value, np.nan), np.where(n > 0, np.sqrt(variance), np.nan)
    else:
        value, se = value + held.shift, standard_error(variance, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = held.spread * (size if total else size / held.totals.point[1]) ** 2 / n
    usable = np.isfinite(simple) & (simple > 0)
    replaced = np.where(usable, variance / np.where(usable, simple, 1.0), np.nan)
    left = np.where(size > n, (size - n) / np.where(size > n, size, 1.0), np.nan)
    return Estimates(value, se, replaced if deff == "wr" else replaced / left, replaced, n)


def standard_error(variance: Floats, n: Floats) -> Floats:
    """Return the standard error of a mean or ratio; one answer shows no spread, and has none."""
    return np.where(n == 1, np.nan, np.sqrt(variance))


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
