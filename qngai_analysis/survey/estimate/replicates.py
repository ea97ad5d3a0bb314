"""Replicate weights: columns a data producer supplied, or made here from a design."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.design import Floats, Sample, column, numbers, rows

Kind = Literal["BRR", "Fay", "JK1", "JK2", "JKn", "bootstrap", "SDR", "other"]

# a replicate is taken as a combination of earlier ones when less than this share of it is new
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Replicates:
    """Which columns hold replicate weights, and how they give a variance.

    The variance of an estimate t is ``scale * sum(rscales * (t_r - centre)**2)``, where t_r is the
    estimate under replicate r, and the centre the replicates' mean, or the
    estimate itself with ``mse``.

    Parameters
    ----------
    columns : sequence of str, or str
        The columns; a single string stands for all columns of that name plus a number
        (``"rw"``: rw1, rw2, …), or else for those whose name it
        matches as a regular expression (``"rw[0-9]+"``), in the frame's order.
    kind : {"BRR", "Fay", "JK1", "JK2", "JKn", "bootstrap", "SDR", "other"}
        How they were made; it gives the scale where none is set: 1/R for BRR, 1/(R (1 - fay)**2) for
        Fay, (R - 1)/R for JK1, 1 for JK2 and JKn, 1/(R - 1) for the bootstrap, 4/R for SDR.
    fay : float, optional
        Fay's coefficient, 0 to below 1; needed for ``kind="Fay"``.
    scale : float, optional
        Overall factor; needed for ``kind="other"``.
    rscales : float or sequence of float, optional
        Factor of each replicate, 1 if not given; needed for JKn ((n_h - 1)/n_h of the replicate's
        stratum).
    mse : bool
        Centre at the full-sample estimate.
    combined : bool
        The columns are complete weights. ``False``: they are factors, to be multiplied by the weight.
    df : float, optional
        Degrees of freedom; by default the rank of the replicate weights minus 1, in a domain
        the rank there minus 1.

    Raises
    ------
    SurveyError
        A setting is missing for its kind or out of range.
    """

    columns: Sequence[str] | str
    kind: Kind = "bootstrap"
    fay: float | None = None
    scale: float | None = None
    rscales: Sequence[float] | float | None = None
    mse: bool = False
    combined: bool = True
    df: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            choices = ", ".join(repr(kind) for kind in get_args(Kind))
            raise SurveyError(f"replicates: kind={self.kind!r}; it is one of {choices}")
        if self.kind == "Fay" and (self.fay is None or not 0 <= self.fay < 1):
            raise SurveyError(f"replicates: kind='Fay' with fay={self.fay}; it is from 0 to below 1")
        if self.kind == "JKn" and self.rscales is None:
            raise SurveyError("replicates: kind='JKn' without rscales; give (n_h - 1)/n_h for each replicate")
        if self.kind == "other" and self.scale is None:
            raise SurveyError("replicates: kind='other' without scale; say the variance's overall factor")
        factors = np.atleast_1d(np.asarray(1.0 if self.rscales is None else self.rscales, dtype=np.float64))
        if not (np.isfinite(factors).all() and (factors >= 0).all()):
            raise SurveyError("replicates: rscales holds a negative or missing factor")
        if self.scale is not None and not (np.isfinite(self.scale) and self.scale > 0):
            raise SurveyError(f"replicates: scale={self.scale}; it is a number above 0")

    def names(self, frame: pd.DataFrame) -> list[str]:
        """Return the columns' names, in order.

        Raises
        ------
        SurveyError
            A column is missing, or no column has the name plus a number.
        """
        if not isinstance(self.columns, str):
            names = list(self.columns)
        else:
            pattern = re.compile(re.escape(self.columns) + r"(\d+)")
            found = [
                (int(match[1]), name) for name in frame.columns if (match := pattern.fullmatch(str(name)))
            ]
            names = [name for _, name in sorted(found)] or self._matching(frame)
        if len(names) < 2:
            raise SurveyError(
                f"replicates: {self.columns!r} gives {len(names)} columns of replicate weights; "
                "two or more are needed"
            )
        return names

    def _matching(self, frame: pd.DataFrame) -> list[str]:
        """Return the columns whose whole name the text matches as a regular expression."""
        try:
            return [name for name in frame.columns if re.fullmatch(str(self.columns), str(name))]
        except re.error:
            return []

    def read(self, frame: pd.DataFrame, weight: Floats) -> Floats:
        """Return the replicate weights, rows × replicates.

        Raises
        ------
        SurveyError
            A column is missing or holds text; a weight in it is missing or infinite; the
            number of factors differs from that of columns.
        """
        names = self.names(frame)
        factors = np.atleast_1d(np.asarray(1.0 if self.rscales is None else self.rscales))
        if len(factors) not in (1, len(names)):
            raise SurveyError(
                f"replicates: {len(factors)} rscales for {len(names)} columns; give one for each"
            )
        found = np.empty((len(frame), len(names)), order="F")
        for place, name in enumerate(names):
            found[:, place] = numbers(column(frame, name, "design, replicates"), frame, "replicates")
            wrong = ~np.isfinite(found[:, place])
            if wrong.any():
                raise SurveyError(
                    f"replicates: column {name!r} is missing or infinite in {rows(wrong, frame)}"
                )
        return found if self.combined else found * weight[:, None]

    def factors(self, count: int) -> Floats:
        """Return each replicate's factor in the variance, the overall scale included."""
        factor = np.broadcast_to(np.asarray(1.0 if self.rscales is None else self.rscales), count)
        return factor * self._scale(count)

    def _scale(self, count: int) -> float:
        if self.kind == "BRR":
            return 1 / count
        if self.kind == "Fay":
            return 1 / (count * (1 - (self.fay or 0.0)) ** 2)
        if self.kind == "SDR":
            return 4 / count
        if self.scale is not None:
            return self.scale
        return {"JK1": (count - 1) / count, "bootstrap": 1 / (count - 1)}.get(self.kind, 1.0)

    def covariance(self, estimate: Floats, replicated: Floats) -> Floats:
        """Return the covariance matrix of estimates.

        ``estimate`` has one entry an estimate, ``replicated`` one row an estimate and one column
        a replicate. A replicate without a value for any of them is left out, as R does; without
        two left the result is NaN.
        """
        factor = self.factors(replicated.shape[1])
        valid = np.isfinite(replicated).all(axis=0)
        if valid.sum() < 2:
            return np.full((len(estimate), len(estimate)), np.nan)
        replicated, factor = replicated[:, valid], factor[valid]
        centre = estimate if self.mse else replicated[:, factor > 0].mean(axis=1)
        away = (replicated - centre[:, None]) * np.sqrt(factor)
        return np.asarray(away @ away.T)

    def variances(self, estimate: Floats, replicated: Floats) -> Floats:
        """Return the variance of each estimate (see ``covariance``), each with its own valid replicates."""
        if np.isfinite(replicated).all():
            factor = self.factors(replicated.shape[1])
            centre = estimate if self.mse else replicated[:, factor > 0].mean(axis=1)
            return np.asarray(((replicated - centre[:, None]) ** 2) @ factor)
        each = [
            self.covariance(estimate[i : i + 1], replicated[i : i + 1])[0, 0] for i in range(len(estimate))
        ]
        return np.array(each)

    def degrees(self, replicate: Floats) -> float:
        """Return the degrees of freedom that replicate weights (rows × replicates) carry."""
        return float(self.df) if self.df is not None else rank(replicate) - 1


def rank(matrix: Floats) -> float:
    """Return how many columns are not (nearly) combinations of earlier ones.

    A column counts as a combination when less than ``TOLERANCE`` of its length is left after
    the earlier columns are taken out of it.
    """
    gram = matrix.T @ matrix
    length = np.sqrt(np.diag(gram)).copy()
    length[length == 0] = 1.0
    gram = gram / np.outer(length, length)
    found = 0
    for step in range(len(gram)):
        left = gram[step, step]
        if left < TOLERANCE**2:
            continue
        found += 1
        pivot = gram[step].copy()
        gram[step + 1 :] -= np.outer(pivot[step + 1 :] / left, pivot)
    return float(found)


def make(
    sample: Sample, kind: Kind, *, replicates: int = 500, fay: float = 0.3, seed: int | None = None
) -> tuple[Floats, dict[str, object]]:
    """Return replicate weights of a design (rows × replicates) and the settings they need.

    Raises
    ------
    SurveyError
        The design does not fit the kind: JK1 with strata, JKn without; BRR or Fay where a stratum
        has another number of units than two; a stratum with one unit; a bootstrap without a seed;
        a calibrated sample; a sample that already has replicate weights.
    """
    if sample.replicate is not None:
        raise SurveyError("replicates: the survey already has replicate weights")
    if sample.calibration is not None:
        raise SurveyError(
            "replicates: make replicate weights first, then calibrate; each replicate is calibrated then"
        )
    first = sample.stages[0]
    if first.single.any():
        raise SurveyError("replicates: a stratum has a single psu; merge it with a neighbour first")
    if kind in ("BRR", "Fay"):
        multiplier, settings = _balanced(sample, 0.0 if kind == "BRR" else fay)
    elif kind in ("JK1", "JKn"):
        multiplier, settings = _jackknife(sample, kind)
    elif kind == "bootstrap":
        multiplier, settings = _bootstrap(sample, replicates, seed)
    else:
        raise SurveyError(
            f"replicates: kind={kind!r} can't be made from a design; use JK1, JKn, BRR, Fay or bootstrap"
        )
    return sample.weight[:, None] * multiplier[first.unit], settings


def _jackknife(sample: Sample, kind: Kind) -> tuple[Floats, dict[str, object]]:
    first = sample.stages[0]
    strata = len(first.size)
    if kind == "JK1" and strata > 1:
        raise SurveyError("replicates: kind='JK1' is for a sample without strata; use 'JKn'")
    if kind == "JKn" and strata == 1:
        raise SurveyError("replicates: kind='JKn' is for a sample with strata; use 'JK1'")
    open_units = np.flatnonzero(first.left[first.group] > 0)  # a stratum taken whole adds no variance
    if not len(open_units):
        raise SurveyError("replicates: every stratum was taken whole; there is no sampling error to estimate")
    multiplier = np.ones((first.units, len(open_units)))
    for place, unit in enumerate(open_units):
        stratum = first.group[unit]
        size = first.size[stratum]
        multiplier[first.group == stratum, place] = size / (size - 1)
        multiplier[unit, place] = 0.0
    size = first.size[first.group[open_units]]
    factor = first.left[first.group[open_units]] * (size - 1) / size
    if kind == "JK1":
        return multiplier, {"kind": kind, "scale": float(factor[0])}
    return multiplier, {"kind": kind, "rscales": tuple(factor.tolist())}


def _balanced(sample: Sample, fay: float) -> tuple[Floats, dict[str, object]]:
    from scipy.linalg import hadamard

    first = sample.stages[0]
    if (first.size != 2).any():
        raise SurveyError(
            "replicates: balanced replicates need exactly two psu in every stratum; use 'JKn' or 'bootstrap'"
        )
    strata = len(first.size)
    order = 1 << strata.bit_length()  # a power of two above the number of strata
    signs = hadamard(order)[:, 1 : strata + 1].T.astype(np.float64)
    half = np.empty(first.units)
    order_in_stratum = np.argsort(first.group, kind="stable")
    half[order_in_stratum[0::2]] = 1.0
    half[order_in_stratum[1::2]] = -1.0
    multiplier = 1 + (1 - fay) * half[:, None] * signs[first.group]
    settings: dict[str, object] = {"kind": "Fay", "fay": fay} if fay else {"kind": "BRR"}
    return multiplier, settings


def _bootstrap(sample: Sample, replicates: int, seed: int | None) -> tuple[Floats, dict[str, object]]:
    if seed is None:
        raise SurveyError(
            "replicates: the bootstrap needs a seed, so that the same weights can be made again"
        )
    if replicates < 2:
        raise SurveyError(f"replicates: {replicates} replicates; two or more are needed")
    first = sample.stages[0]
    if (first.left < 1).any():
        raise SurveyError(
            "replicates: the bootstrap has no finite population correction here; leave out fpc or use 'JKn'"
        )
    draw = np.random.default_rng(seed)
    multiplier = np.empty((first.units, replicates))
    for stratum, size in enumerate(first.size.astype(int)):
        members = np.flatnonzero(first.group == stratum)
        drawn = draw.multinomial(size - 1, np.full(size, 1 / size), size=replicates)
        multiplier[members] = drawn.T * (size / (size - 1))
    return multiplier, {"kind": "bootstrap"}
