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

import numpy as np

from qngai_analysis.survey.estimate import replicates
from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats, add_up
from qngai_analysis.survey.estimate.domains import Cells, Reduction
from qngai_analysis.survey.estimate.sample import Adjustments, Sample, Stage

#: Domains with a sign each: one domain, or one minus another.
Combination = Sequence[tuple[int, float]]

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
            return value, replicates.variances(
                self.reduction.sample.replication, value, function(self.replicated)[0]
            )
        if self.adjusted is not None:
            each = [((domain, 1.0),) for domain in range(self.reduction.count)]
            return value, self._combined(gradient, each)
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
            return away, replicates.variances(
                self.reduction.sample.replication, away, again[first] - again[second]
            )
        return away, self._combined(gradient, [((plus, 1.0), (minus, -1.0)) for plus, minus in pairs])

    def _combined(self, gradient: Floats, combinations: Sequence[Combination]) -> Floats:
        """Return the variance of each signed combination of domains, unit by unit.

        What domains share a unit is summed before squaring; a calibration reaches every unit.
        """
        sample, response = self.reduction.sample, self._by_response(gradient)
        # no row is in two domains, so what missing answers add is added for each
        total = np.array([sum(response[domain] for domain, _ in members) for members in combinations])
        seen = None if self.adjusted is None else (self.adjusted * gradient).sum(axis=1)
        for stage, cells in enumerate(self.reduction.cells):
            linear = (gradient[:, cells.domain] * self.cells[stage]).sum(axis=0)
            held = np.ones(cells.count, bool) if self.used is None else self.used[stage] > 0
            for place, members in enumerate(combinations):
                units, present = _added(cells, linear, held, members)
                if seen is not None:
                    shift = sum(sign * seen[:, domain] for domain, sign in members)
                    units -= _calibration(sample).taken(stage, np.asarray(shift))
                    present[:] = True
                total[place] += _covariance(sample, stage, units[:, None], present)[0, 0]
        return total

    def covariance(self, function: DomainFunction) -> tuple[Floats, Floats]:
        """Return the values of a function of all domains at once, and their covariance matrix.

        The function maps terms × domains to values, with a gradient of values × terms × domains.
        """
        value, gradient = function(self.point)
        if self.replicated is not None:
            return value, replicates.covariance(
                self.reduction.sample.replication, value, function(self.replicated)[0]
            )
        total = np.zeros((len(value), len(value)))
        if self.unanswered is not None:
            total += np.einsum("vtd,tsd,wsd->vw", gradient, self.unanswered, gradient)
        for stage in range(len(self.cells)):
            cells = self.reduction.cells[stage]
            units = np.zeros((len(self.point), cells.stage.units, self.reduction.count))
            units[:, cells.unit, cells.domain] = self.cells[stage]
            linear = np.einsum("tud,vtd->uv", units, gradient)
            present = np.full(cells.stage.units, self.adjusted is not None)  # calibration reaches every unit
            present[cells.unit if self.used is None else cells.unit[self.used[stage] > 0]] = True
            if self.adjusted is not None:
                shift = np.einsum("ptd,vtd->pv", self.adjusted, gradient)
                linear = linear - _calibration(self.reduction.sample).taken(stage, shift)
            total += _covariance(self.reduction.sample, stage, linear, present)
        return value, total

    def _by_response(self, gradient: Floats) -> Floats:
        """Return what missing answers add to the variance, by domain."""
        if self.unanswered is None:
            return np.zeros(self.reduction.count)
        # a sum of squares: below 0 it is a rounding error
        added = np.einsum("td,tsd,sd->d", gradient, self.unanswered, gradient)
        return np.asarray(np.maximum(added, 0.0))

    @property
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
    replicated = np.empty((*point.shape, replicate.shape[1]))
    for term, values in enumerate(columns):
        bare = values / reduction.weight
        for place, weight in enumerate(replicate.T):
            replicated[term, :, place] = add_up(reduction.domain, bare * weight, reduction.count)
    return Totals(reduction, point, replicated=replicated)


def _calibration(sample: Sample) -> Adjustments:
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
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(strata == known, variance, variance * strata / known)


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


def _added(cells: Cells, linear: Floats, held: Flags, members: Combination) -> tuple[Floats, Flags]:
    """Return every unit's signed sum over some domains, and which units hold a used row of them."""
    units, present = np.zeros(cells.stage.units), np.zeros(cells.stage.units, bool)
    for domain, sign in members:
        mine = cells.of_domain(domain)
        units[cells.unit[mine]] += sign * linear[mine]
        present[cells.unit[mine]] |= held[mine]
    return units, present


def _covariance(sample: Sample, stage: int, units: Floats, present: Flags) -> Floats:
    """Return the covariance matrix of columns given for every unit."""
    level = sample.stages[stage]
    groups = len(level.size)
    sums = [add_up(level.group, column, groups) for column in units.T]
    total = np.array(sums).reshape(-1, groups).T  # no column: no sums
    away = units - (total / level.size[:, None])[level.group]
    here = add_up(level.group, present, groups)
    # a stratum whose total of 1 the rule keeps is one whose unit is compared with 0, not with the mean
    kept, unknown = _lonely(level, np.arange(groups), np.zeros(groups), np.ones(groups), here, sample)
    away = np.where((kept > 0)[level.group][:, None], units, away)
    scale = np.where(unknown, 0.0, level.scale)[level.group]
    strata, known = float((here > 0).sum()), float(((here > 0) & ~unknown).sum())
    result = np.asarray(away.T @ (scale[:, None] * away))
    if strata == known:
        return result
    return result * (strata / known if known else np.nan)
