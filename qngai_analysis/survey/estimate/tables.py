"""Two-way tables and tests of independence for survey data (Rao and Scott 1984)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy
from scipy import special

from qngai_analysis.survey.estimate.arrays import Flags, Floats, Variable, add_up, column, first_rows, over
from qngai_analysis.survey.estimate.domains import Domains, Reduction, split
from qngai_analysis.survey.estimate.intervals import Estimates
from qngai_analysis.survey.estimate.sample import Sample
from qngai_analysis.survey.estimate.statistics import estimates, hold
from qngai_analysis.survey.estimate.variance import Totals, totals

STATISTICS = ("F", "Chisq", "Wald", "adjWald")


class IndependenceTest(NamedTuple):
    """A test of independence; ``df2`` is missing for a chi-square, everything where a column has one value only."""

    statistic: float
    df1: float
    df2: float
    p_value: float


def cell_estimates(
    cells: Domains, base: Reduction, of: str, doubt: Floats | None, degrees: float
) -> Estimates:
    """Return the total of each cell of a table, or its share of the domain of ``base`` that it lies in.

    ``doubt`` is what missing labels weigh, by row.
    """
    items = (Variable(of, (cells.code == cell).astype(float), None, True) for cell in range(cells.count))
    found = [estimates(hold(base, item, doubt), "wor", total=of == "total") for item in items]
    place = base.domains.code[first_rows(cells.code, cells.count)]

    def picked(name: str) -> Floats:
        return np.array([getattr(each, name)[at] for each, at in zip(found, place, strict=True)], dtype=float)

    n = picked("n")
    if of == "total":  # a total rests on the rows of its cell
        n = add_up(cells.code[cells.code >= 0], None, cells.count)
    logit_se = None if base.sample.replicate is None or of == "total" else picked("logit_se")
    known = picked("value"), picked("se"), np.full(cells.count, degrees), n, n, logit_se
    return Estimates(*known, picked("deff"), picked("deff_wr"))


def independence(
    sample: Sample,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    inside: Flags | None,
    statistic: str,
    doubt: Floats | None = None,
) -> IndependenceTest:
    """Return the test of independence: statistic, degrees of freedom, p-value; ``doubt`` as in ``cell_estimates``."""
    sides = [column(frame, name, "independence") for name in (rows, columns)]
    used = np.ones(len(frame), bool) if inside is None else inside
    both = used & sides[0].notna().to_numpy() & sides[1].notna().to_numpy()
    (row, heads), (column_, names) = (pd.factorize(side[both]) for side in sides)
    height, width = len(heads), len(names)
    if height < 2 or width < 2:
        return IndependenceTest(np.nan, np.nan, np.nan, np.nan)
    # each row's cell in the grid of all labels in use, whether or not a cell occurs
    code = np.full(len(frame), -1, np.intp)
    code[both] = row * width + column_
    reduction = Reduction(sample, Domains(code, pd.DataFrame(index=pd.RangeIndex(height * width))))
    held = totals(reduction, [reduction.weight], doubt=None if doubt is None else doubt[reduction.rows])
    degrees = float(Reduction(sample, split(frame, (), used)).degrees[0])
    if statistic in ("Wald", "adjWald"):
        return _wald(held, height, width, degrees, adjusted=statistic == "adjWald")
    return _rao_scott(held, height, width, degrees, float(used.sum()), second_order=statistic == "F")


def _totals(point: Floats) -> tuple[Floats, Floats]:
    return point[0], np.eye(point.shape[1])[:, None, :]


def _shares(point: Floats) -> tuple[Floats, Floats]:
    """Return each cell's share of all, and the gradient, which replicates do not need."""
    whole = point[0].sum(axis=0)
    share = over(point[0], whole)
    gradient = over(np.eye(len(share)) - share[:, None], whole) if share.ndim == 1 else share
    return share, gradient[:, None]


def _rao_scott(
    held: Totals, height: int, width: int, degrees: float, rows: float, *, second_order: bool
) -> IndependenceTest:
    share, covariance = held.covariance(_shares)
    table = share.reshape(height, width)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = float(rows * ((table - expected) ** 2 / expected).sum())
    # what is left of the cells when row and column effects are taken out
    contrast = np.kron(scipy.linalg.helmert(height).T, scipy.linalg.helmert(width).T)
    inverse = np.where(share > 0, over(1.0, share), 0.0)
    weighted = contrast * inverse[:, None]
    # generalised design effects: their sum and sum of squares are all the corrections need
    effects = np.linalg.solve(contrast.T @ weighted / rows, weighted.T @ covariance @ weighted)
    trace = float(np.trace(effects))
    if not second_order:
        count = contrast.shape[1]
        p_value = float(special.chdtrc(count, pearson / (trace / count)))
        return IndependenceTest(pearson, count, np.nan, p_value)
    first = trace**2 / float((effects * effects.T).sum())
    value = pearson / trace
    p_value = float(special.fdtrc(first, first * degrees, value)) if degrees > 0 else float("nan")
    return IndependenceTest(value, first, first * degrees, p_value)


def _wald(held: Totals, height: int, width: int, degrees: float, *, adjusted: bool) -> IndependenceTest:
    total, between = held.covariance(_totals)
    cell = total.reshape(height, width)
    side, top, whole = cell.sum(axis=1), cell.sum(axis=0), float(cell.sum())
    # each cell's total minus what independence expects; first row and column say nothing new
    value = (cell - np.outer(side, top) / whole)[1:, 1:].ravel()
    gradient = _gradient(side, top, whole)
    covariance = gradient @ between @ gradient.T
    first = (height - 1) * (width - 1)
    statistic = float(value @ np.linalg.solve(covariance, value)) / first
    second = degrees - first + 1 if adjusted else degrees
    if adjusted:
        statistic *= second / degrees
    p_value = float(special.fdtrc(first, second, statistic)) if second > 0 else float("nan")
    return IndependenceTest(statistic, first, second, p_value)


def _gradient(side: Floats, top: Floats, whole: float) -> Floats:
    """Return how each cell's excess (but the first row's and column's) moves with each cell's total."""
    own_row, own_column = np.eye(len(side))[1:, None, :, None], np.eye(len(top))[None, 1:, None, :]
    row, column_ = (side[1:] / whole)[:, None, None, None], (top[1:] / whole)[None, :, None, None]
    return np.asarray((own_row - row) * (own_column - column_)).reshape(-1, len(side) * len(top))
