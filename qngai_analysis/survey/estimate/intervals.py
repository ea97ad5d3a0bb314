"""Confidence intervals on arrays: Student's t for any estimate, and those made for proportions.

``docs/methods/intervals.md`` compares them and gives the measured coverage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from qngai_analysis.survey.estimate.arrays import Flags, Floats, over

Interval = tuple[Floats, Floats]

# a standard error below this is a sum of rounding errors
NO_ERROR = 1e-12


@dataclass(frozen=True)
class Estimates:
    """What was found, arrays of one shape: intervals and flags follow from it.

    ``df`` degrees of freedom of the design; ``n`` answers; ``rows`` rows of the domain, answered or
    not; ``logit_se`` a share's standard error on the logit scale where replicates gave one (missing
    elsewhere; ``None``: nowhere); ``deff`` the design effect asked for, ``deff_wr`` the one with replacement.
    """

    value: Floats
    se: Floats
    df: Floats
    n: Floats
    rows: Floats
    logit_se: Floats | None = None
    deff: Floats | float = np.nan
    deff_wr: Floats | float = np.nan

    @property
    def sure(self) -> Flags:
        """Where every answer to a share is the same, so that the sample shows no variance."""
        return np.asarray((self.value <= 0) | (self.value >= 1))


def t_quantile(df: Floats | float, confidence: float) -> Floats:
    """Return the two-sided quantile of Student's t; NaN where no degree of freedom is left.

    >>> round(float(t_quantile(10, 0.95)), 6)
    2.228139
    """
    degrees = np.asarray(df, dtype=np.float64)
    some = degrees > 0
    return np.where(some, special.stdtrit(np.where(some, degrees, 1.0), (1 + confidence) / 2), np.nan)


def t_p_value(t: Floats, df: Floats) -> Floats:
    """Return the two-sided p-value of a t statistic; NaN where no degree of freedom is left."""
    some = df > 0
    return np.where(some, 2 * special.stdtr(np.where(some, df, 1.0), -np.abs(t)), np.nan)


def student(estimate: Floats, se: Floats, df: Floats, confidence: float) -> Interval:
    """Return estimate ± t × se."""
    away = t_quantile(df, confidence) * se
    return estimate - away, estimate + away


def logit(share: Estimates, confidence: float) -> Interval:
    """Return the interval that is symmetric on the logit scale.

    It stays inside 0 to 1. Where every answer is the same it doesn't exist; the Korn-Graubard
    interval stands in (see ``korn_graubard``).
    """
    p = np.where(share.sure, 0.5, share.value)
    delta = share.se / (p * (1 - p))
    replicated = delta if share.logit_se is None else share.logit_se
    away = t_quantile(share.df, confidence) * np.where(np.isnan(replicated), delta, replicated)
    centre = special.logit(p)
    low, high = special.expit(centre - away), special.expit(centre + away)
    return _unless_sure(share, (low, high), confidence)


def logit_by_delta(share: Estimates, confidence: float) -> Interval:
    """Return the logit interval from the standard error of the share, also with replicate weights."""
    return logit(replace(share, logit_se=None), confidence)


def effective_n(share: Estimates, confidence: float) -> Floats:
    """Return the Korn-Graubard effective number of answers, p(1-p)/se², adjusted for few degrees of freedom.

    Where every answer is the same, or the sample shows no variance, it is infinite.
    """
    plain = np.where(share.se > NO_ERROR, over(share.value * (1 - share.value), share.se**2), np.inf)
    adjust = t_quantile(share.rows - 1, confidence) / t_quantile(share.df, confidence)
    return np.where(np.isnan(share.value), np.nan, plain * adjust**2)


def capped_n(share: Estimates, confidence: float) -> Floats:
    """Return the effective number of answers, not above the answers there are.

    With no degree of freedom left it is 0: nothing is known about the design's effect.
    """
    known = np.where(share.df > 0, effective_n(share, confidence), 0.0)
    return np.minimum(np.where(np.isnan(share.value), np.nan, known), share.n)


def beta_interval(p: Floats, n: Floats, confidence: float) -> Interval:
    """Return the Clopper-Pearson interval of a share ``p`` of ``n`` answers (n need not be whole)."""
    tail = (1 - confidence) / 2
    yes, no = n * p, n * (1 - p)
    with np.errstate(invalid="ignore"):
        low = np.where(yes > 0, special.betaincinv(np.where(yes > 0, yes, 1.0), no + 1, tail), 0.0)
        high = np.where(no > 0, special.betaincinv(yes + 1, np.where(no > 0, no, 1.0), 1 - tail), 1.0)
    unknown = np.isnan(p) | np.isnan(n)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def korn_graubard(share: Estimates, confidence: float) -> Interval:
    """Return the Clopper-Pearson interval at the effective number of answers.

    As R's ``svyciprop(method="beta")``. Where every answer is the same, R has no interval; here it is
    that of as many independent answers as there are, as CDC's code does. Where the population was
    taken whole there is nothing to estimate, and the interval is the share itself.
    """
    whole = (share.se < NO_ERROR) & (share.df > 0) & ~share.sure
    n = np.where(share.sure | whole, np.nan, effective_n(share, confidence))
    low, high = beta_interval(share.value, n, confidence)
    ends = np.where(whole, share.value, low), np.where(whole, share.value, high)
    return _unless_sure(share, ends, confidence)


def standard_interval(share: Estimates, confidence: float) -> Interval:
    """Return the interval the reliability rule judges: Korn-Graubard, effective number capped."""
    return beta_interval(share.value, capped_n(share, confidence), confidence)


def arcsine(share: Estimates, confidence: float) -> Interval:
    """Return the interval that is symmetric on the scale of asin(sqrt(p))."""
    p = np.where(share.sure, 0.5, share.value)
    away = t_quantile(share.df, confidence) * share.se / (2 * np.sqrt(p * (1 - p)))
    centre = np.arcsin(np.sqrt(p))
    return _unless_sure(share, (np.sin(centre - away) ** 2, np.sin(centre + away) ** 2), confidence)


def wald(share: Estimates, confidence: float) -> Interval:
    """Return p ± t × se, which may leave 0 to 1."""
    return student(share.value, share.se, share.df, confidence)


def likelihood(share: Estimates, confidence: float) -> Interval:
    """Return the shares that a scaled likelihood ratio does not reject.

    The binomial deviance, scaled to the design's variance (Rao and Scott), stays below the squared
    t quantile.
    """
    p = np.where(share.sure, 0.5, share.value)
    limit = (t_quantile(share.df, confidence) * share.se) ** 2 / (2 * p * (1 - p))

    def excess(trial: Floats) -> Floats:
        return np.asarray(special.rel_entr(p, trial) + special.rel_entr(1 - p, 1 - trial) - limit)

    low = _bisect(excess, np.zeros_like(p), p)
    high = 1 - _bisect(lambda trial: excess(1 - trial), np.zeros_like(p), 1 - p)
    unknown = np.isnan(limit)
    return _unless_sure(share, (np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)), confidence)


def _bisect(excess: Callable[[Floats], Floats], outside: Floats, inside: Floats) -> Floats:
    for _ in range(200):  # halves to the last bit
        middle = (outside + inside) / 2
        out = excess(middle) > 0
        outside, inside = np.where(out, middle, outside), np.where(out, inside, middle)
    return (outside + inside) / 2


def _unless_sure(share: Estimates, interval: Interval, confidence: float) -> Interval:
    low, high = beta_interval(share.value, np.where(share.df > 0, share.n, np.nan), confidence)
    return np.where(share.sure, low, interval[0]), np.where(share.sure, high, interval[1])


#: What ``Survey.proportion(method=…)`` can be.
METHODS: dict[str, Callable[[Estimates, float], Interval]] = {
    "logit": logit,
    "xlogit": logit_by_delta,
    "korn-graubard": korn_graubard,
    "arcsine": arcsine,
    "likelihood": likelihood,
    "wald": wald,
}
