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
from functools import cached_property

import numpy as np

from qngai_analysis.survey.estimate import replicates
from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats, add_up, over
from qngai_analysis.survey.estimate.domains import Cells, Reduction
from qngai_analysis.survey.estimate.sample import Sample, Stage, indicator

#: Maps totals (terms × domains, or terms × domains × replicates) to values and their gradient.
DomainFunction = Callable[[Floats], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Totals:
    """Weighted totals of some columns by domain, and what their variance needs.

    ``point`` is terms × domains. For linearisation, ``cells[stage]`` is terms × cells and ``used``
    says per stage which cells hold a used row (``None``: all); with a calibrated sample,
    ``adjusted`` is what the calibration takes from the totals. With replicate weights,
    ``replicated`` is terms × domains × replicates. ``unanswered`` (terms × terms × domains) is what
    missing answers add (``response.doubt``).
    """

    reduction: Reduction
    point: Floats
    cells: tuple[Floats, ...] = ()
    used: tuple[Floats, ...] | None = None
    adjusted: Floats | None = None
    replicated: Floats | None = None
    unanswered: Floats | None = None

    def variances(self, function: DomainFunction) -> tuple[Floats, Floats]:
        """Return a domain-by-domain function's values and their variances."""
        value, gradient = function(self.point)
        if self.replicated is not None:
            return value, replicates.variances(self.reduction.sample, value, function(self.replicated)[0])
        if self.adjusted is not None:
            each = (self._of_units(gradient[None, :, [domain]], [domain]) for domain in range(len(value)))
            return value, np.array([found[0, 0] for found in each])
        total = self._by_response(gradient)
        for stage, cells in enumerate(self.reduction.cells):
            linear = (gradient[:, cells.domain] * self.cells[stage]).sum(axis=0)
            total += _between(cells, linear, self.reduction, None if self.used is None else self.used[stage])
        return value, total

    def contrasts(self, function: DomainFunction, pairs: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
        """Return a function's differences between pairs of domains (first minus second), and their variances."""
        value, gradient = function(self.point)
        first, second = (np.array(side) for side in zip(*pairs, strict=True))
        away = value[first] - value[second]
        if self.replicated is not None:
            again = function(self.replicated)[0]
            return away, replicates.variances(self.reduction.sample, away, again[first] - again[second])
        signs = np.array([1.0, -1.0])
        each = (self._of_units(signs * gradient[None, :, list(pair)], pair) for pair in pairs)
        return away, np.array([found[0, 0] for found in each])

    def covariance(self, function: DomainFunction) -> tuple[Floats, Floats]:
        """Return the values of a function of all domains at once, and their covariance matrix.

        The function maps terms × domains to values, with a gradient of values × terms × domains.
        """
        value, gradient = function(self.point)
        if self.replicated is not None:
            return value, replicates.covariance(self.reduction.sample, value, function(self.replicated)[0])
        return value, self._of_units(gradient, range(self.reduction.count))

    def _of_units(self, gradient: Floats, domains: Sequence[int]) -> Floats:
        """Return the covariance matrix of values with a gradient (values × terms × domains) in some domains.

        What domains share a unit is summed before squaring; a calibration reaches every unit.
        """
        members, total = np.array(domains), np.zeros((len(gradient), len(gradient)))
        if self.unanswered is not None:
            # no row is in two domains, so what missing answers add is added for each
            total += np.einsum("vtd,tsd,wsd->vw", gradient, self.unanswered[:, :, members], gradient)
        place = np.full(self.reduction.count, -1)
        place[members] = np.arange(len(members))
        sample = self.reduction.sample
        for stage, cells in enumerate(self.reduction.cells):
            mine = np.flatnonzero(place[cells.domain] >= 0)
            unit, at, sums = cells.unit[mine], place[cells.domain[mine]], self.cells[stage][:, mine]
            linear = [add_up(unit, (each[:, at] * sums).sum(axis=0), cells.stage.units) for each in gradient]
            units = np.stack(linear, axis=1)
            present = np.full(cells.stage.units, self.adjusted is not None)
            present[unit if self.used is None else unit[self.used[stage][mine] > 0]] = True
            if self.adjusted is not None:
                assert sample.calibration is not None
                shift = np.einsum("ptd,vtd->pv", self.adjusted[:, :, members], gradient)
                units -= sample.calibration.taken(stage, shift)
            total += _covariance(sample, stage, units, present)
        return total

    def _by_response(self, gradient: Floats) -> Floats:
        """Return what missing answers add to the variance, by domain."""
        if self.unanswered is None:
            return np.zeros(self.reduction.count)
        # a sum of squares: below 0 it is a rounding error
        added = np.einsum("td,tsd,sd->d", gradient, self.unanswered, gradient)
        return np.asarray(np.maximum(added, 0.0))

    @cached_property
    def bytes(self) -> int:
        """How much memory the sums take."""
        arrays = (
            self.point, *self.cells, *(self.used or ()), self.adjusted, self.replicated, self.unanswered,
        )  # fmt: skip
        return sum(array.nbytes for array in arrays if array is not None)


def totals(
    reduction: Reduction, columns: Sequence[Floats], used: Floats | None = None, doubt: Floats | None = None
) -> Totals:
    """Return the totals of weighted columns (one entry a used row), ready for any function of them.

    ``used`` says for each row whether its value is known (1) or missing (0); ``None``: all are.
    ``doubt`` is each row's factor for missing answers (``response.doubt``).
    """
    if reduction.sample.replicate is not None:
        return _replicated(reduction, columns)
    cells = tuple(map(np.stack, zip(*map(reduction.sums, columns), strict=True)))
    first = reduction.cells[0]
    point = np.stack([add_up(first.domain, sums, reduction.count) for sums in cells[0]])
    held = None if used is None else reduction.sums(used)
    adjusted = None if reduction.sample.calibration is None else reduction.seen(columns)
    unanswered = None
    if doubt is not None:
        pairs = [[add_up(reduction.domain, doubt * a * b, reduction.count) for b in columns] for a in columns]
        unanswered = np.array(pairs)
    return Totals(reduction, point, cells, held, adjusted, unanswered=unanswered)


def _replicated(reduction: Reduction, columns: Sequence[Floats]) -> Totals:
    assert reduction.sample.replicate is not None
    replicate = reduction.sample.replicate[reduction.rows]
    point = np.stack([add_up(reduction.domain, values, reduction.count) for values in columns])
    bare = (indicator(reduction.domain, reduction.count, values / reduction.weight) for values in columns)
    return Totals(reduction, point, replicated=np.stack([each.T @ replicate for each in bare]))


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
    kept, unknown = _lonely(stage, cells.stratum, present, reduction.sample)
    square = np.where(kept, total**2, np.where(unknown | (size == 1), 0.0, square))
    variance = add_up(cells.group_domain, stage.scale[cells.stratum] * square, reduction.count)
    if not unknown.any():
        return variance
    strata = add_up(cells.group_domain, present > 0, reduction.count)
    known = add_up(cells.group_domain, (present > 0) & ~unknown, reduction.count)
    return np.where(strata == known, variance, over(variance * strata, known))


def _lonely(stage: Stage, stratum: Codes, present: Floats, sample: Sample) -> tuple[Flags, Flags]:
    """Return which groups the rule for single units compares with zero, and of which it knows nothing ("average")."""
    rule = sample.design.singleton
    single = stage.single[stratum]
    if sample.design.center_domain_singletons:
        single = single | ((present == 1) & (stage.left[stratum] > 0))
    return single & (rule == "center"), single & (rule == "average")


def _covariance(sample: Sample, stage: int, units: Floats, present: Flags) -> Floats:
    """Return the covariance matrix of columns given for every unit."""
    level = sample.stages[stage]
    groups = len(level.size)
    sums = [add_up(level.group, column, groups) for column in units.T]
    total = np.array(sums).reshape(-1, groups).T  # no column: no sums
    away = units - (total / level.size[:, None])[level.group]
    here = add_up(level.group, present, groups)
    kept, unknown = _lonely(level, np.arange(groups), here, sample)
    away = np.where(kept[level.group][:, None], units, away)
    scale = np.where(unknown, 0.0, level.scale)[level.group]
    strata, known = float((here > 0).sum()), float(((here > 0) & ~unknown).sum())
    result = np.asarray(away.T @ (scale[:, None] * away))
    if strata == known:
        return result
    return result * (strata / known if known else np.nan)
