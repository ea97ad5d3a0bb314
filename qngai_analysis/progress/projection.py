"""Where a series is heading, with an interval that grows with the distance.

A random walk with drift, observed with sampling error: the yearly change has a mean (the drift)
and chance of its own, both unknown. Shares move on the logit scale, so that they neither leave
0 to 100% nor grow in a straight line; positive amounts on the log scale. The drift has a flat
prior, the size of the yearly chance a half-normal one, summed over a grid: no random numbers,
the same answer every time. ``docs/methods/uncertainty.md`` has the formulas and the measured
calibration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qngai_analysis.evidence.observations import Observation
from qngai_analysis.progress.verdict import Goal

FEWEST = 3  # comparable points from which a projection is made
PRIOR_SCALE = 0.25  # yearly chance on the logit or log scale: two thirds of years within this
_SIGMAS = np.geomspace(0.005, 2.5, 80)
_EDGE = 0.05  # percent: a share of exactly 0 or 100 is taken this far inside before the logit

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projected:
    """The median and the 5% and 95% points of the predictive distribution of the true value at a time."""

    t: float
    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class Projection:
    """The value expected ``at`` each of some years, with a 90% interval; ``scale`` is ``logit`` or ``log``, ``points`` how many it rests on."""

    at: tuple[Projected, ...]
    scale: str
    points: int
    _means: Array
    _variances: Array
    _weights: Array

    def probability(self, goal: Goal, t: float) -> float:
        """Return the probability that the true value at ``t`` (one of the times projected to) meets the goal."""
        row = [each.t for each in self.at].index(t)
        forward = _FORWARD[self.scale]
        if goal.test == "=":
            return 0.0
        ends = goal.ends if goal.two_sided else (goal.asked,)
        mixed = self._weights, self._means[:, row], self._variances[:, row]
        below = [_below(*mixed, float(forward(np.array(bound)))) for bound in ends]
        if goal.two_sided:
            return below[1] - below[0]
        return 1 - below[0] if goal.rises else below[0]


def _logit(value: Array) -> Array:
    inside = np.clip(value, _EDGE, 100 - _EDGE)
    return np.asarray(np.log(inside / (100 - inside)))


_FORWARD: dict[str, Callable[[Array], Array]] = {"logit": _logit, "log": lambda v: np.asarray(np.log(v))}
_BACK: dict[str, Callable[[Array], Array]] = {
    "logit": lambda v: np.asarray(100 / (1 + np.exp(-v))),
    "log": lambda v: np.asarray(np.exp(v)),
}


def project(points: Sequence[Observation], years: Sequence[float], *, unit: str = "%") -> Projection | None:
    """
    Project a series without a break to later years.

    Parameters
    ----------
    points : those of :func:`qngai_analysis.evidence.series.chain`, oldest first
    years : the times to project to, each later than the last point
    unit : ``%`` projects a share, anything else a positive amount

    Returns
    -------
    Projection or None
        None with fewer than three points, a year not after the last point, or values the scale
        can't hold (a share outside 0 to 100, an amount not above 0).

    Notes
    -----
    Normal approximation of sampling errors on the transformed scale. Assumes that the future
    changes as the past did: no policy, no saturation other than that of the logit.
    """
    scale = "logit" if unit.startswith("%") else "log"
    if len(points) < FEWEST or not years or min(years) <= points[-1].t:
        return None
    times, values = (np.array([getattr(point, name) for point in points]) for name in ("t", "value"))
    held = (values >= 0) & (values <= 100) if scale == "logit" else values > 0
    if not held.all():
        return None
    noise = _transformed_variance(values, np.array([point.se or 0.0 for point in points]), scale)
    seen, ahead = _FORWARD[scale](values), np.array(years, dtype=float)
    likelihood, means, variances = _fits(times, seen, noise, ahead)
    weights = _weights(likelihood)
    at = []
    for place, year in enumerate(years):
        ends = [_quantile(weights, means[:, place], variances[:, place], p) for p in (0.5, 0.05, 0.95)]
        at.append(Projected(year, *_BACK[scale](np.array(ends)).tolist()))
    return Projection(tuple(at), scale, len(points), means, variances, weights)


def _transformed_variance(values: Array, errors: Array, scale: str) -> Array:
    if scale == "log":
        return np.asarray((errors / values) ** 2)
    inside = np.clip(values, _EDGE, 100 - _EDGE)
    return np.asarray((100 * errors / (inside * (100 - inside))) ** 2)


def _fits(times: Array, seen: Array, noise: Array, years: Array) -> tuple[Array, Array, Array]:
    """
    Return log marginal likelihood (of each sigma), means and variances of the projection (also of each year).

    Level at the first point and drift have flat priors: generalised least squares, with the
    random walk and the sampling errors in the covariance of what was seen.
    """
    start = times[0]
    gone, ahead = times - start, years - start
    design = np.column_stack([np.ones_like(gone), gone])
    later = np.column_stack([np.ones_like(ahead), ahead])
    drift = _SIGMAS[:, None, None] ** 2  # the first axis of all below
    covariance = drift * np.minimum.outer(gone, gone) + np.diag(noise) + 1e-10 * np.eye(len(times))
    inverse = np.linalg.inv(covariance)
    information = design.T @ inverse @ design
    spread = np.linalg.inv(information)
    beta = spread @ design.T @ inverse @ seen
    residual = seen - beta @ design.T
    # the walk up to the later year, given the walk that was seen (kriging)
    shared = drift * np.minimum.outer(ahead, gone)
    gain = shared @ inverse
    means = beta @ later.T + np.einsum("sij,sj->si", gain, residual)
    open_ends = later - gain @ design
    variances = (
        drift[:, 0] * ahead
        - np.einsum("sij,sij->si", gain, shared)
        + np.einsum("sij,sjk,sik->si", open_ends, spread, open_ends)
    )
    _, log_covariance = np.linalg.slogdet(covariance)
    _, log_information = np.linalg.slogdet(information)
    misfit = np.einsum("si,sij,sj->s", residual, inverse, residual)
    likelihood = -0.5 * (log_covariance + log_information + misfit)
    return likelihood, means, np.maximum(variances, 1e-12)


def _weights(likelihood: Array) -> Array:
    prior = -0.5 * (_SIGMAS / PRIOR_SCALE) ** 2 + np.log(_SIGMAS)  # the grid is geometric
    joint = likelihood + prior
    weights = np.exp(joint - joint.max())
    return np.asarray(weights / weights.sum())


def _below(weights: Array, means: Array, variances: Array, bound: float) -> float:
    """Return how much of a mixture of normal distributions lies below a bound."""
    from scipy.special import ndtr

    return float(weights @ ndtr((bound - means) / np.sqrt(variances)))


def _quantile(weights: Array, means: Array, variances: Array, p: float) -> float:
    """Return the p-quantile of a mixture of normal distributions, by bisection."""
    spread = np.sqrt(variances)
    low, high = float((means - 12 * spread).min()), float((means + 12 * spread).max())
    for _ in range(80):
        middle = (low + high) / 2
        if _below(weights, means, variances, middle) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2
