"""Two-way tables and tests of independence for survey data (Rao and Scott 1984)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats, add_up, column
from qngai_analysis.survey.estimate.domains import Domains, Reduction
from qngai_analysis.survey.estimate.sample import Sample
from qngai_analysis.survey.estimate.statistics import Estimates
from qngai_analysis.survey.estimate.variance import DomainFunction, Totals, totals

STATISTICS = ("F", "Chisq", "Wald", "adjWald")


class TwoWay:
    """The cells of a two-way table that occur, as domains of the sample.

    ``name``, ``level`` and ``binary`` describe the estimate as those of a column do; ``doubt`` is
    what missing labels weigh, by row (``response.doubt``).
    """

    level: object = None

    def __init__(self, reduction: Reduction, of: str, doubt: Floats | None = None) -> None:
        self.name = of
        self.binary = of != "total"
        self.totals = totals(
            reduction, [reduction.weight], doubt=None if doubt is None else doubt[reduction.rows]
        )
        self.rows = reduction.rows_by_domain
        labels = reduction.domains.labels
        margin = {"row": labels.columns[:1], "column": labels.columns[1:2]}.get(of)
        everything = np.zeros(len(labels), np.intp)
        self.base = everything if margin is None else pd.factorize(labels[margin[0]])[0]

    def estimate(self) -> tuple[Estimates, Floats]:
        """Return totals, or shares of each cell's base (everything, its row, its column).

        Also the shares' standard errors on the logit scale, where replicates give them.
        """
        value, covariance = self.totals.covariance(shares_within(self.base) if self.binary else _totals)
        variance = np.diag(covariance)
        size = add_up(self.base, self.totals.point[0], len(self.rows))[self.base]
        n = add_up(self.base, self.rows, len(self.rows))[self.base]
        share = self.totals.point[0] / size
        with np.errstate(divide="ignore", invalid="ignore"):
            simple = share * (1 - share) / (n - 1) * (1.0 if self.binary else size**2)
            effect = np.where(simple > 0, variance / simple, np.nan)
            left = np.where(size > n, (size - n) / size, np.nan)
        logit_se = np.full(len(value), np.nan)
        if self.binary and self.totals.replicated is not None:
            logit_se = np.sqrt(np.diag(self.totals.covariance(self._logit)[1]))
        rests_on = n if self.binary else self.rows
        return Estimates(value, np.sqrt(variance), effect / left, effect, rests_on), logit_se

    def _logit(self, point: Floats) -> tuple[Floats, Floats]:
        share, gradient = shares_within(self.base)(point)
        with np.errstate(divide="ignore", invalid="ignore"):
            return special.logit(np.where((share > 0) & (share < 1), share, np.nan)), gradient


def shares_within(base: Codes) -> DomainFunction:
    """Return the function that gives each cell's share of the cells with the same base."""
    same = (base[:, None] == base[None, :]).astype(np.float64)

    def function(point: Floats) -> tuple[Floats, Floats]:
        cell = point[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            bottom = same @ cell
            share = cell / bottom
            if point.ndim > 2:  # replicates need no gradient
                return share, share
            gradient = (np.eye(len(cell)) - share[:, None] * same) / bottom[:, None]
        return share, gradient[:, None, :]

    return function


def independence(
    sample: Sample,
    frame: pd.DataFrame,
    rows: str,
    columns: str,
    inside: Flags | None,
    statistic: str,
    doubt: Floats | None = None,
) -> dict[str, float]:
    """Return the test of independence: statistic, degrees of freedom, p-value; ``doubt`` as in ``TwoWay``."""
    row, column_ = (
        pd.factorize(column(frame, name, "independence"), sort=False)[0] for name in (rows, columns)
    )
    used = np.ones(len(frame), bool) if inside is None else inside
    code, (height, width) = _full_grid(row, column_, used)
    if height < 2 or width < 2:
        return dict.fromkeys(("statistic", "df1", "df2", "p_value"), float("nan"))
    reduction = Reduction(sample, Domains(code, pd.DataFrame(index=pd.RangeIndex(height * width))))
    held = totals(reduction, [reduction.weight], doubt=None if doubt is None else doubt[reduction.rows])
    whole = Reduction(sample, Domains(np.where(used, 0, -1), pd.DataFrame(index=pd.RangeIndex(1))))
    degrees = float(whole.degrees[0])
    if statistic in ("Wald", "adjWald"):
        return _wald(held, height, width, degrees, adjusted=statistic == "adjWald")
    return _rao_scott(held, height, width, degrees, float(used.sum()), second_order=statistic == "F")


def _full_grid(row: Codes, column_: Codes, used: Flags) -> tuple[Codes, tuple[int, int]]:
    """Return each row's cell in the grid of all labels in use, whether or not a cell occurs."""
    both = used & (row >= 0) & (column_ >= 0)
    rows, row_code = np.unique(row[both], return_inverse=True)
    columns, column_code = np.unique(column_[both], return_inverse=True)
    code = np.full(len(row), -1, np.intp)
    code[both] = row_code * len(columns) + column_code
    return code, (len(rows), len(columns))


def _totals(point: Floats) -> tuple[Floats, Floats]:
    return point[0], np.eye(point.shape[1])[:, None, :]


def _rao_scott(
    held: Totals, height: int, width: int, degrees: float, rows: float, *, second_order: bool
) -> dict[str, float]:
    share, covariance = held.covariance(shares_within(np.zeros(height * width, np.intp)))
    table = share.reshape(height, width)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = float(rows * ((table - expected) ** 2 / expected).sum())
    contrast = _interactions(height, width)
    with np.errstate(divide="ignore"):
        inverse = np.where(share > 0, 1 / share, 0.0)
    weighted = contrast * inverse[:, None]
    # generalised design effects: their sum and sum of squares are all the corrections need
    effects = np.linalg.solve(contrast.T @ weighted / rows, weighted.T @ covariance @ weighted)
    trace = float(np.trace(effects))
    if not second_order:
        count = contrast.shape[1]
        corrected = pearson / (trace / count)
        return {
            "statistic": pearson,
            "df1": count,
            "df2": np.nan,
            "p_value": float(special.chdtrc(count, corrected)),
        }
    first = trace**2 / float((effects * effects.T).sum())
    value = pearson / trace
    p_value = float(special.fdtrc(first, first * degrees, value)) if degrees > 0 else float("nan")
    return {"statistic": value, "df1": first, "df2": first * degrees, "p_value": p_value}


def _interactions(height: int, width: int) -> Floats:
    """Return interaction contrasts of a table's cells, free of row and column effects."""
    row, column_ = np.divmod(np.arange(height * width), width)
    main = np.column_stack(
        [np.equal.outer(row, np.arange(height)), np.equal.outer(column_, np.arange(1, width))]
    )
    cross = np.column_stack([
        (row == i) & (column_ == j) for i in range(1, height) for j in range(1, width)
    ]).astype(np.float64)  # fmt: skip
    basis, _ = np.linalg.qr(main.astype(np.float64))
    return cross - basis @ (basis.T @ cross)


def _wald(held: Totals, height: int, width: int, degrees: float, *, adjusted: bool) -> dict[str, float]:
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
    return {"statistic": statistic, "df1": first, "df2": second, "p_value": p_value}


def _gradient(side: Floats, top: Floats, whole: float) -> Floats:
    height, width = len(side), len(top)
    places = [(i, j) for i in range(1, height) for j in range(1, width)]
    gradient = np.empty((len(places), height * width))
    for place, (i, j) in enumerate(places):
        slope = np.full((height, width), side[i] * top[j] / whole**2)
        slope[i, :] -= top[j] / whole
        slope[:, j] -= side[i] / whole
        slope[i, j] += 1
        gradient[place] = slope.ravel()
    return gradient
