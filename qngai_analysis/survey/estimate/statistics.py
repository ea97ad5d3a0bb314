"""Means, totals and ratios by domain, from sums kept once for each column.

``docs/methods/estimates.md`` has the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from qngai_analysis.survey.estimate.arrays import Floats, Variable, add_up, both_known, over, refuse_unknown
from qngai_analysis.survey.estimate.domains import Reduction
from qngai_analysis.survey.estimate.intervals import Estimates
from qngai_analysis.survey.estimate.response import spread_over
from qngai_analysis.survey.estimate.variance import DomainFunction, Totals, totals

Deff = Literal["wor", "wr"]


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


def hold(
    reduction: Reduction, item: Variable, doubt: Floats | None = None, below: Variable | None = None
) -> Held:
    """Sum a column, or one and what it is divided by (``below``), by sampling unit and domain.

    A row counts where all is known; ``doubt``: what the missing answers weigh, by row.
    """
    rows, domain = reduction.rows, reduction.domain
    known = item.known if below is None else both_known(item.known, below.known)
    used, base, n = None, reduction.weight, reduction.rows_by_domain
    if known is not None:
        used = known[rows].astype(np.float64)
        base, n = base * used, add_up(domain, used, reduction.count)
    shift, values, under = 0.0, item.values[rows], 1.0 if below is None else below.values[rows]
    if below is None and not item.binary:
        shift = float(item.values.sum() / (len(item.values) if known is None else max(known.sum(), 1)))
        values = values - shift
    bottom = base if below is None else base * under
    held = totals(reduction, [base * values, bottom], used, spread_over(reduction, doubt, n))
    size = held.point[1] if below is None else add_up(domain, base, reduction.count)
    value = quotient(held.point)[0]
    if item.binary and below is None:  # 0 and 1 are their own squares
        away = np.maximum(value - value**2, 0.0)
    else:
        away = over(add_up(domain, base * (values - value[domain] * under) ** 2, reduction.count), size)
    name = item.name if below is None else f"{item.name}/{below.name}"
    return Held(name, item.level, item.binary, held, shift, over(away * n, n - 1), n, size)


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
    simple = over(held.spread * (size if total else over(size, held.totals.point[1])) ** 2, n)
    replaced = over(variance, np.where(simple > 0, simple, 0.0))
    left = over(np.where(size > n, size - n, np.nan), size)
    shown = replaced if deff == "wr" else replaced / left
    logit_se = None
    if held.totals.replicated is not None and held.binary and not total:
        logit_se = np.sqrt(held.totals.variances(_logit_of_quotient)[1])
    reduction = held.totals.reduction
    return Estimates(value, se, reduction.degrees, n, reduction.rows_in_design, logit_se, shown, replaced)


def standard_error(variance: Floats, n: Floats) -> Floats:
    """Return the standard error of a mean or ratio; one answer shows no spread, and has none."""
    return np.where(n == 1, np.nan, np.sqrt(variance))


def quotient(point: Floats) -> tuple[Floats, Floats]:
    """Return the first total over the second, and its gradient."""
    value = over(point[0], point[1])
    return value, np.stack([over(1.0, point[1]), over(-value, point[1])])


def total_of(held: Held) -> DomainFunction:
    """Return the function that gives a column's total, its shift put back."""

    def function(point: Floats) -> tuple[Floats, Floats]:
        value = point[0] + held.shift * point[1]
        return value, np.stack([np.ones_like(value), np.full_like(value, held.shift)])

    return function


def _logit_of_quotient(point: Floats) -> tuple[Floats, Floats]:
    """Return the logit of the quotient, and its gradient; missing at 0 and 1."""
    value, gradient = quotient(point)
    inner = np.where((value > 0) & (value < 1), value, np.nan)
    return np.log(inner / (1 - inner)), gradient / (inner * (1 - inner))
