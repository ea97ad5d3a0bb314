"""Domains: which group of the table a row belongs to, and sums by sampling unit and group.

A domain is estimated on the whole sample: rows outside it stay in the design with the value zero.
So all that is needed is, for every pair of sampling unit and domain that occurs (a cell), the sum
of the weighted values; the variance follows from the cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate import arrays, replicates
from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats
from qngai_analysis.survey.estimate.sample import Sample, Stage


@dataclass(frozen=True)
class Domains:
    """Each row's domain (-1: none) and the domains' labels, one row a domain."""

    code: Codes
    labels: pd.DataFrame

    @property
    def count(self) -> int:
        """How many domains occur."""
        return len(self.labels)


def split(
    frame: pd.DataFrame, names: Sequence[str], inside: Flags | None = None, *, needed_by: str = ""
) -> Domains:
    """Return the domains that columns make of the rows.

    Only combinations that occur are domains, in the order of their labels. A row with a missing
    label, or outside ``inside``, belongs to none.

    Raises
    ------
    SurveyError
        A column is missing, or named twice; where something needs it a row lacks a label, or has a blank one.
    """
    if len(set(names)) < len(names):
        raise SurveyError("by: {names} nêu một cột hai lần", names=list(names))
    if not names:
        everything = np.zeros(len(frame), np.intp) if inside is None else np.where(inside, 0, -1)
        return Domains(everything, pd.DataFrame(index=pd.RangeIndex(1)))
    code, count = arrays.crossed(frame, names, needed_by or "by", sort=True, complete=bool(needed_by))
    if inside is not None:
        code, count, _ = arrays.cross(np.where(inside, code, -1), np.zeros(len(frame), np.intp), 1)
    first = arrays.first_rows(code, count)
    labels = frame[list(names)].iloc[first].reset_index(drop=True)
    return Domains(code, labels)


@dataclass(frozen=True)
class Cells:
    """The pairs of unit and domain that occur at one stage.

    ``code`` is each used row's cell; ``unit`` and ``domain`` each cell's members. Cells of one
    stratum and domain form a group: ``group`` is each cell's, ``stratum`` and
    ``group_domain`` each group's members.
    """

    stage: Stage
    code: Codes
    unit: Codes
    domain: Codes
    group: Codes
    stratum: Codes
    group_domain: Codes


class Reduction:
    """A sample cut into domains: who is used, and the cells of every stage.

    Parameters
    ----------
    sample, domains
        The resolved design and the domains of its rows.

    Notes
    -----
    Rows in no domain are left out here once; all later sums run over the others.
    """

    def __init__(self, sample: Sample, domains: Domains) -> None:
        self.sample = sample
        self.domains = domains
        self.count = domains.count
        outside = domains.code < 0
        self.rows: Codes | slice = np.flatnonzero(~outside) if outside.any() else slice(None)
        self.domain = domains.code[self.rows]
        self.weight = sample.weight[self.rows]

    @cached_property
    def cells(self) -> tuple[Cells, ...]:
        """The cells of each stage."""
        return tuple(self._cells(stage) for stage in self.sample.stages)

    def sums(self, values: Floats) -> tuple[Floats, ...]:
        """Return the sum of each cell, stage by stage, of a value given for every used row."""
        if values is self.weight:  # what every complete column is divided by
            return self._weight_sums
        return tuple(arrays.add_up(cells.code, values, len(cells.unit)) for cells in self.cells)

    @cached_property
    def _weight_sums(self) -> tuple[Floats, ...]:
        return self.sums(self.weight.view())  # another array of the same numbers: these are summed

    def seen(self, columns: Sequence[Floats]) -> Floats:
        """Return what a calibration sees of weighted columns, by domain: auxiliaries × terms × domains."""
        row, count = self._seeing.col, self._seeing.shape[0] * self.count
        code = self._seeing.row * self.count + self.domain[row]
        found = [arrays.add_up(code, self._seeing.data * values[row], count) for values in columns]
        return np.stack(found).reshape(len(columns), -1, self.count).swapaxes(0, 1)

    @cached_property
    def _seeing(self) -> Any:
        """How a calibration sees the used rows: auxiliaries × rows."""
        assert self.sample.calibration is not None
        return self.sample.calibration.seeing[:, self.rows].tocoo()

    @cached_property
    def rows_by_domain(self) -> Floats:
        """The number of rows of each domain."""
        return arrays.add_up(self.domain, None, self.count)

    @cached_property
    def rows_in_design(self) -> Floats:
        """The rows that R counts for a domain: with a calibrated sample these are all rows."""
        if self.sample.calibration is None:
            return self.rows_by_domain
        return np.full(self.count, float(len(self.sample)))

    @cached_property
    def degrees(self) -> Floats:
        """Units minus strata among each domain's rows, missing values counted.

        With replicate weights the rank of these minus 1.
        """
        if self.sample.replicate is not None:
            inside = self.sample.replicate[self.rows]
            each = (inside[self.domain == place] for place in range(self.count))
            return np.array([replicates.degrees(self.sample, weights) for weights in each])
        cells = self.cells[0]
        units = arrays.add_up(cells.domain, None, self.count)
        strata = arrays.add_up(cells.group_domain, None, self.count)
        return units - strata

    def _cells(self, stage: Stage) -> Cells:
        code, _, pairs = arrays.cross(stage.unit[self.rows], self.domain, self.count)
        unit, domain = np.divmod(pairs, max(self.count, 1))
        group, _, couples = arrays.cross(stage.group[unit], domain, self.count)
        stratum, group_domain = np.divmod(couples, max(self.count, 1))
        return Cells(stage, code, unit, domain, group, stratum, group_domain)
