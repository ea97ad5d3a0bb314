"""Whether an estimate is reliable enough to print: a proportion by the NCHS presentation standards, the rest by its variation.

The thresholds are settings with their source, in ``survey/standards.toml``.
See ``docs/methods/reliability.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qngai_analysis.survey.estimate.arrays import Floats
from qngai_analysis.survey.standards import thresholds


@dataclass(frozen=True)
class Reliability:
    """
    The thresholds of the rule; widths are on the 0-1 scale of a share.

    ``min_n_eff``: fewest effective respondents. ``max_width``: a Korn-Graubard interval this wide
    is too wide. ``always_width``: one this narrow is always good enough. ``max_relative_width``:
    largest width relative to the share. ``review_df``: below it the design is looked at by hand.
    ``census_share``: where at least this share (0-1) of the population answered, the interval alone
    is judged (:func:`census_flag`).
    """

    min_n_eff: float
    max_width: float
    always_width: float
    max_relative_width: float
    review_df: float
    census_share: float
    source: str = ""


@dataclass(frozen=True)
class Precision:
    """
    The thresholds for means, totals, ratios and quantiles; coefficients of variation are shares of the estimate.

    ``min_n_eff``: fewest effective answers. ``max_cv``: largest coefficient of variation.
    ``review_cv`` and ``review_df``: above (below) it a look by hand is asked for.
    """

    min_n_eff: float
    max_cv: float
    review_cv: float
    review_df: float
    source: str = ""


def reliability_standard() -> Reliability:
    """Return the thresholds for proportions (``survey/standards.toml``)."""
    return thresholds(Reliability, "reliability")


def precision_standard() -> Precision:
    """Return the thresholds for all other estimates (``survey/standards.toml``)."""
    return thresholds(Precision, "precision")


def precision_flag(estimate: Floats, cv: Floats, n_eff: Floats, df: Floats) -> npt.NDArray[np.str_]:
    """
    Return one flag for each mean, total, ratio or quantile: ``ok``, ``review``, ``suppress`` or ``none`` (no estimate).

    >>> [str(flag) for flag in precision_flag(*(np.array([v, v]) for v in (5.0, 0.1)), [400, 12], 20)]
    ['ok', 'suppress']
    """
    rule = precision_standard()
    value, spread, effective, degrees = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (estimate, cv, n_eff, df))
    )
    # written as "not enough", so that a missing cv or n_eff counts against the estimate
    suppress = ~(effective >= rule.min_n_eff) | ~(spread <= rule.max_cv)
    review = ~(spread <= rule.review_cv) | ~(degrees >= rule.review_df)
    return np.select([np.isnan(value), suppress, review], ["none", "suppress", "review"], default="ok")


def nchs_flag(
    p: npt.ArrayLike,
    kg_low: npt.ArrayLike,
    kg_high: npt.ArrayLike,
    n_eff: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    n: npt.ArrayLike | None = None,
) -> npt.NDArray[np.str_]:
    """
    Return one flag for each proportion, from harmless to worst: ``ok``, ``complement`` (100% minus it is not reliable),
    ``review`` (a look by hand: few degrees of freedom, exactly 0 or 100%), ``suppress`` or ``none`` (there is no estimate).

    Parameters
    ----------
    p : share, 0 to 1
        Missing means that there is no estimate: the flag is ``none``.
    kg_low, kg_high : ends of the Korn-Graubard interval, 0 to 1
        A missing end counts as an interval too wide to print.
    n_eff : effective number of respondents
        Not larger than the number of respondents (the Korn-Graubard interval caps it there), so
        that the standard's rule on the plain number of respondents is contained in it.
    df : degrees of freedom of the design
    n : number of respondents, optional
        Caps ``n_eff``, and stands for it where ``p`` is exactly 0 or 1 (no variance, so no design
        effect).

    Returns
    -------
    array of str
        The worst flag that applies, in the shape the arguments broadcast to.

    Notes
    -----
    In this order: suppress if ``n_eff`` is below the threshold or the interval too wide; print if it
    is narrow enough; otherwise suppress if it is too wide relative to ``p``, and mark the
    complement if it is too wide relative to ``1 - p``. What is left is reviewed if the design has
    few degrees of freedom or ``p`` is exactly 0 or 1 (where the interval's width is not judged).
    Source: Parker et al., NCHS data presentation standards for proportions, Vital and Health
    Statistics 2(175), 2017.

    Examples
    --------
    >>> [str(flag) for flag in nchs_flag([0.5, 0.5, 0.04], [0.45, 0.3, 0.01], [0.55, 0.7, 0.10], 400, 20)]
    ['ok', 'suppress', 'suppress']
    """
    rule = reliability_standard()
    share, low, high, effective, freedom = np.broadcast_arrays(
        *(np.asarray(value, dtype=float) for value in (p, kg_low, kg_high, n_eff, df))
    )
    sure = (share == 0) | (share == 1)
    if n is not None:
        respondents = np.broadcast_to(np.asarray(n, dtype=float), share.shape)
        effective = np.where(sure, respondents, np.minimum(effective, respondents))
    width = np.where(sure, 0.0, high - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = width / share
        relative_complement = width / (1 - share)
    # written as "not enough", so that a missing n_eff or interval counts against the estimate
    unusable = ~(effective >= rule.min_n_eff) | ~(width < rule.max_width)
    wide = ~(width <= rule.always_width)
    suppress = unusable | (wide & ~(relative <= rule.max_relative_width))
    review = ~(freedom >= rule.review_df) | sure
    complement = wide & ~(relative_complement <= rule.max_relative_width)
    return np.select(
        [np.isnan(share), suppress, review, complement],
        ["none", "suppress", "review", "complement"],
        default="ok",
    )


def census_flag(
    flag: npt.NDArray[np.str_],
    p: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    df: npt.ArrayLike,
    taken: npt.ArrayLike,
) -> npt.NDArray[np.str_]:
    """
    Return the flags after a second look at shares whose population answered (nearly) whole.

    The standard is made for samples, where fewer than 30 effective respondents tell little about many.
    Of 21 colleges 20 answers tell nearly all there is to know. So where ``taken`` reaches the standard's
    ``census_share`` and the flag is ``suppress``, the number of respondents is no criterion, and the
    widths are those of the interval with the finite population's variance.

    Parameters
    ----------
    flag : flags of :func:`nchs_flag`
    p, df : as there
    low, high : ends of the interval with the finite population's variance, 0 to 1
        Missing answers must be part of that variance.
    taken : share of the domain's population that answered, 0 to 1

    Returns
    -------
    array of str
        ``review`` where a suppressed share passes the second look; every other flag as it was.

    Examples
    --------
    17 of 20 colleges that answered, of 21 there are; the same from 20 of 2,000:

    >>> suppressed = np.array(["suppress", "suppress"])
    >>> [str(flag) for flag in census_flag(suppressed, 0.85, 0.81, 0.89, 19, [20 / 21, 0.01])]
    ['review', 'suppress']
    """
    again = nchs_flag(p, low, high, np.inf, df)
    passes = (np.asarray(taken, dtype=float) >= reliability_standard().census_share) & (again != "suppress")
    return np.where((flag == "suppress") & passes, "review", flag)
