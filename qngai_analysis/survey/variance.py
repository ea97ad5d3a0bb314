"""Sampling variance of smooth functions of weighted totals.

Every estimate here is a function of a few weighted totals per domain. A function returns its
value and its gradient; the linearised value of a row is then the gradient times the row's weighted
values (Woodruff 1971; Särndal, Swensson and Wretman, *Model Assisted Survey Sampling*, 5.5), and
the variance is that of the linearised values' total, between units within strata, stage by
stage. With replicate weights the function is computed once for each replicate instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qngai_analysis.survey.design import Codes, Flags, Floats, Sample, Stage, add_up
from qngai_analysis.survey.domains import Cells, Reduction

if TYPE_CHECKING:
    from qngai_analysis.survey.replicates import Replicates
    from qngai_analysis.survey.weights import Calibration

#: Maps totals (terms × domains, or terms × domains × replicates) to values and their gradient.
DomainFunction = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Totals:
    """Weighted totals of some columns by domain, and what their variance needs.

    ``point`` is terms × domains. For linearisation, ``cells[stage]`` is terms × cells and ``used``
    says per stage which cells hold a used row (``None``: all); with a calibrated sample,
    ``adjusted`` is what the calibration takes from the totals. With replicate weights,
    ``replicated`` is terms × domains × replicates.
    """

    reduction: Reduction
    point: Floats
    cells: tuple[Floats, ...] = ()
    used: tuple[Floats, ...] | None = None
    adjusted: Floats | None = None
    replicated: Floats | None = None

    def variances(self, function: DomainFunction) -> tuple[Floats, Floats]:
        """Return a domain-by-domain function's values and their variances."""
        value, gradient = function(self.point)
        if self.replicated is not None:
            return value, _replicates(self.reduction).variances(value, function(self.replicated)[0])
        if self.adjusted is not None:
            dense = [self._dense(stage, gradient) for stage in range(len(self.cells))]
            return value, self._calibrated(dense, gradient)
        total = np.zeros(self.reduction.count)
        for stage, cells in enumerate(self.reduction.cells):
            linear = (gradient[:, cells.domain] * self.cells[stage]).sum(axis=0)
            total += _between(cells, linear, self.reduction, None if self.used is None else self.used[stage])
        return value, total

    def covariance(self, function: DomainFunction) -> tuple[Floats, Floats]:
        """Return the values of a function of all domains at once, and their covariance matrix.

        The function maps terms × domains to values, with a gradient of values × terms × domains.
        """
        value, gradient = function(self.point)
        if self.replicated is not None:
            return value, _replicates(self.reduction).covariance(value, function(self.replicated)[0])
        total = np.zeros((len(value), len(value)))
        for stage in range(len(self.cells)):
            units = self._dense_terms(stage)
            linear = np.einsum("tud,vtd->uv", units, gradient)
            if self.adjusted is not None:
                shift = np.einsum("ptd,vtd->pv", self.adjusted, gradient)
                linear = linear - _calibration(self.reduction.sample).taken(stage, shift)
            total += _spread(self.reduction.sample, stage, linear, self._present(stage), product=True)
        return value, total

    @property
    def bytes(self) -> int:
        """How much memory the sums take."""
        arrays = (self.point, *self.cells, *(self.used or ()), self.adjusted, self.replicated)
        return sum(array.nbytes for array in arrays if array is not None)

    def _dense_terms(self, stage: int) -> Floats:
        cells = self.reduction.cells[stage]
        units = np.zeros((len(self.point), cells.stage.units, self.reduction.count))
        units[:, cells.unit, cells.domain] = self.cells[stage]
        return units

    def _dense(self, stage: int, gradient: Floats) -> Floats:
        cells = self.reduction.cells[stage]
        units = np.zeros((cells.stage.units, self.reduction.count))
        units[cells.unit, cells.domain] = (gradient[:, cells.domain] * self.cells[stage]).sum(axis=0)
        return units

    def _present(self, stage: int) -> Floats | None:
        """Return how many units of each stratum hold a used row of any domain; ``None`` is all."""
        if self.adjusted is not None:
            return None  # calibration spreads to every unit
        cells = self.reduction.cells[stage]
        held = np.zeros(cells.stage.units)
        held[cells.unit if self.used is None else cells.unit[self.used[stage] > 0]] = 1.0
        return add_up(cells.stage.group, held, len(cells.stage.size))

    def _calibrated(self, dense: Sequence[Floats], gradient: Floats) -> Floats:
        assert self.adjusted is not None
        sample = self.reduction.sample
        shift = (self.adjusted * gradient).sum(axis=1)
        total = np.zeros(self.reduction.count)
        for stage, units in enumerate(dense):
            linear = units - _calibration(sample).taken(stage, shift)
            total += _spread(sample, stage, linear, None, product=False)
        return total


def totals(reduction: Reduction, columns: Sequence[Floats], used: Floats | None = None) -> Totals:
    """Return the totals of weighted columns (one entry a used row), ready for any function of them.

    ``used`` says for each row whether its value is known (1) or missing (0); ``None``: all are.
    """
    if reduction.sample.replicate is not None:
        return _replicated(reduction, columns)
    cells = tuple(
        np.stack(
            [
                reduction.weight_sums[stage] if values is reduction.weight else cell.sums(values)
                for values in columns
            ]
        )
        for stage, cell in enumerate(reduction.cells)
    )
    first = reduction.cells[0]
    point = np.stack([add_up(first.domain, sums, reduction.count) for sums in cells[0]])
    held = None if used is None else tuple(cell.sums(used) for cell in reduction.cells)
    adjusted = None
    if reduction.sample.calibration is not None:
        adjusted = reduction.sample.calibration.seen(reduction, columns)
    return Totals(reduction, point, cells, held, adjusted)


def _replicated(reduction: Reduction, columns: Sequence[Floats]) -> Totals:
    replicate = reduction.sample.replicate
    assert replicate is not None
    point = np.stack([add_up(reduction.domain, values, reduction.count) for values in columns])
    bare = [values / reduction.weight for values in columns]
    replicated = np.empty((len(columns), reduction.count, replicate.shape[1]))
    for place in range(replicate.shape[1]):
        weight = replicate[reduction.rows, place]
        for term, values in enumerate(bare):
            replicated[term, :, place] = add_up(reduction.domain, values * weight, reduction.count)
    return Totals(reduction, point, replicated=replicated)


def _replicates(reduction: Reduction) -> Replicates:
    replicates = reduction.sample.design.replicates
    assert replicates is not None
    return replicates


def _calibration(sample: Sample) -> Calibration:
    assert sample.calibration is not None
    return sample.calibration


def _between(cells: Cells, linear: Floats, reduction: Reduction, used: Floats | None) -> Floats:
    """Return the variance between units within strata, one entry a domain.

    A unit of a stratum that holds no row of the domain counts with the value zero.
    """
    stage, groups = cells.stage, len(cells.stratum)
    size = stage.size[cells.stratum]
    total = add_up(cells.group, linear, groups)
    held = add_up(cells.group, None, groups)
    mean = total / size
    away = linear - mean[cells.group]
    square = add_up(cells.group, away * away, groups) + (size - held) * mean**2
    present = held if used is None else add_up(cells.group, used > 0, groups)
    square, unknown = _lonely(stage, cells.stratum, square, total, present, reduction.sample)
    variance = add_up(cells.group_domain, stage.scale[cells.stratum] * square, reduction.count)
    if not unknown.any():
        return variance
    strata = add_up(cells.group_domain, present > 0, reduction.count)
    known = add_up(cells.group_domain, (present > 0) & ~unknown, reduction.count)
    return _stretch(variance, strata, known)


def _lonely(
    stage: Stage, stratum: Codes, square: Floats, total: Floats, present: Floats, sample: Sample
) -> tuple[Floats, Flags]:
    """Apply the rule for single units; return the sums of squares and which are unknown ("average")."""
    rule = sample.design.singleton
    single = stage.single[stratum]
    if sample.design.center_domain_singletons and rule in ("center", "average"):
        single = single | ((present == 1) & (stage.left[stratum] > 0))
    if rule == "center":
        return np.where(single, total**2, np.where(stage.size[stratum] == 1, 0.0, square)), np.zeros(
            len(square), bool
        )
    square = np.where(single | (stage.size[stratum] == 1), 0.0, square)
    return square, single & (rule == "average")


def _stretch(variance: Floats, strata: Floats, known: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(strata == known, variance, variance * strata / known)


def _spread(sample: Sample, stage: int, linear: Floats, present: Floats | None, *, product: bool) -> Floats:
    """Return the covariance matrix (``product``) or the variances of columns given for every unit."""
    level = sample.stages[stage]
    order = np.argsort(level.group, kind="stable")
    starts = np.searchsorted(level.group[order], np.arange(len(level.size)))
    total = np.add.reduceat(linear[order], starts, axis=0)
    away = linear - (total / level.size[:, None])[level.group]
    here = level.size if present is None else present
    rule = sample.design.singleton
    single = level.single.copy()
    if sample.design.center_domain_singletons and rule in ("center", "average") and present is not None:
        single |= (here == 1) & (level.left > 0)
    scale = level.scale[level.group]
    if rule == "center":
        away = np.where(single[level.group][:, None], linear, away)
    elif rule == "average":
        scale = np.where(single[level.group], 0.0, scale)
    result = away.T @ (scale[:, None] * away) if product else scale @ (away * away)
    if rule != "average" or not single.any():
        return np.asarray(result)
    strata, known = (here > 0).sum(), ((here > 0) & ~single).sum()
    return np.asarray(result * strata / known if known else result * np.nan)
