"""Replicate weights: the variance they give."""

from __future__ import annotations

import numpy as np

from qngai_analysis.survey.estimate.arrays import Floats
from qngai_analysis.survey.estimate.design import Replicates
from qngai_analysis.survey.estimate.sample import Sample

# a replicate is taken as a combination of earlier ones when less than this share of it is new
TOLERANCE = 1e-5


def factors(settings: Replicates, count: int) -> Floats:
    """Return each replicate's factor in the variance, the overall scale included."""
    fixed = {
        "BRR": 1 / count,
        "Fay": 1 / (count * (1 - (settings.fay or 0.0)) ** 2),
        "JK1": (count - 1) / count,
        "bootstrap": 1 / (count - 1),
    }
    scale = settings.scale or fixed.get(settings.kind, 1.0)
    return np.broadcast_to(settings.factors * scale, count)


def covariance(sample: Sample, estimate: Floats, replicated: Floats) -> Floats:
    """Return the covariance matrix of estimates.

    ``estimate`` has one entry an estimate, ``replicated`` one row an estimate and one column
    a replicate. A replicate without a value for any of them is left out, as R does; without
    two left the result is NaN.
    """
    factor = factors(sample.replication, replicated.shape[1])
    valid = np.isfinite(replicated).all(axis=0)
    if valid.sum() < 2:
        return np.full((len(estimate), len(estimate)), np.nan)
    replicated, factor = replicated[:, valid], factor[valid]
    centre = estimate if sample.replication.mse else replicated[:, factor > 0].mean(axis=1)
    away = (replicated - centre[:, None]) * np.sqrt(factor)
    return np.asarray(away @ away.T)


def variances(sample: Sample, estimate: Floats, replicated: Floats) -> Floats:
    """Return the variance of each estimate (see ``covariance``), each with its own valid replicates."""
    pairs = zip(estimate[:, None], replicated[:, None], strict=True)
    return np.array([covariance(sample, *pair)[0, 0] for pair in pairs])


def degrees(sample: Sample, replicate: Floats) -> float:
    """Return the degrees of freedom that replicate weights (rows × replicates) carry."""
    stated = sample.replication.df
    return rank(replicate) - 1 if stated is None else float(stated)


def rank(matrix: Floats) -> float:
    """Return how many columns are not (nearly) combinations of earlier ones.

    A column counts as a combination when less than ``TOLERANCE`` of its length is left after
    the earlier columns are taken out of it.
    """
    small = np.asarray(np.linalg.qr(matrix, mode="r"))  # the same lengths and angles in few rows
    basis = np.empty((len(small), 0))
    for vector in small.T:
        left = vector
        for _ in range(2):  # once more, for what rounding left of the earlier columns
            left = left - basis @ (basis.T @ left)
        length = np.linalg.norm(left)
        if basis.shape[1] < len(small) and length > 0 and length >= TOLERANCE * np.linalg.norm(vector):
            basis = np.column_stack([basis, left / length])
    return float(basis.shape[1])
