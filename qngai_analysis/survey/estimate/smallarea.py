"""Small areas: a Fay-Herriot model where the sample alone does not bear an estimate.

The model borrows strength: each area's estimate is a mix of its own direct estimate and what a
regression on known characteristics of the areas predicts. It is an option, never a default;
its results are marked ``"model"`` in the column ``source``. See ``docs/methods/small-areas.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Flags, Floats, column, numbers, refuse_if, refuse_rows

# Fisher scoring stops when the areas' variance moves by less than this share of the sampling variances
CONVERGED = 1e-12


def small_areas(
    direct: pd.DataFrame,
    auxiliary: pd.DataFrame,
    *,
    area: str,
    terms: Sequence[str],
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Return model-based estimates for areas, with their mean squared errors.

    Parameters
    ----------
    direct : DataFrame, one row an area
        Needs ``area``'s column, ``estimate`` and ``se`` > 0, as ``Survey.mean(…, by=area)`` gives them
        for one variable. A missing estimate, or an area that stands in ``auxiliary`` only, is
        predicted from the regression alone.
    auxiliary : DataFrame, one row an area
        The areas' known characteristics; free of sampling error and not from this survey.
    area : str
        The areas' column in both tables.
    terms : sequence of str
        Numeric columns of ``auxiliary`` to regress on (a constant is added).
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        One row an area of ``auxiliary``: ``area``, ``estimate`` (the EBLUP), ``mse``, ``rmse``,
        ``ci_low``, ``ci_high`` (normal, from the rmse), ``direct``, ``direct_se``, ``synthetic`` (the
        regression's prediction), ``direct_weight`` (0-1, how much the direct estimate counts) and
        ``source``, always ``"model"``. ``attrs["between_variance"]`` is the fitted variance of
        areas around the regression, ``attrs["coefficients"]`` the regression's.

    Raises
    ------
    SurveyError
        A column is missing; an area stands twice or has no characteristics; a standard error is not
        above 0; fewer areas with a direct estimate than terms + 2; terms depend on each other.

    Notes
    -----
    Fay and Herriot (1979); restricted maximum likelihood; mean squared error by Prasad and Rao
    (1990), in the form for REML: g1 + g2 + 2 g3 (Rao and Molina, *Small Area Estimation*, 6.2).
    Assumes that the sampling variances are known (in fact they are estimated, from few units badly), and that
    areas scatter normally around a line. Where the areas' variance is estimated as 0 the direct estimates count for nothing.
    """
    table = _joined(direct, auxiliary, area)
    columns = [numbers(column(table, name, "terms"), table, "terms") for name in terms]
    matrix = np.column_stack([np.ones(len(table)), *columns])
    estimate, se = table["estimate"].to_numpy(np.float64), table["se"].to_numpy(np.float64)
    sampled = np.isfinite(estimate)
    areas = table[area]
    _refuse(areas, np.asarray(~np.isfinite(matrix).all(axis=1)), "vùng nhỏ: thiếu một đặc trưng của {names}")
    wording = "vùng nhỏ: sai số chuẩn không lớn hơn 0 ở {names}; để trống ước lượng của vùng ấy thì vùng được suy từ mô hình"
    _refuse(areas, sampled & ~(np.isfinite(se) & (se > 0)), wording)
    wording = "vùng nhỏ: {sum} vùng có ước lượng trực tiếp, không đủ cho mô hình {count} biến"
    refuse_if(sampled.sum() < len(terms) + 3, wording, sum=sampled.sum(), count=len(terms))
    between, spread, beta, covariance = reml(estimate[sampled], se[sampled] ** 2, matrix[sampled])
    # of an area without an estimate of its own nothing is known: its variance has no bound, its weight is 0
    apart = between + np.where(sampled, se**2, np.inf)
    weight, synthetic = between / apart, matrix @ beta
    value = synthetic + weight * (np.where(sampled, estimate, 0.0) - synthetic)
    of_line = np.einsum("ij,jk,ik->i", matrix, covariance, matrix)
    mse = between * (1 - weight) + (1 - weight) ** 2 * (of_line + 2 * spread / apart)
    away = special.ndtri((1 + confidence) / 2) * np.sqrt(mse)
    result = pd.DataFrame({
        area: areas.to_numpy(), "estimate": value, "mse": mse, "rmse": np.sqrt(mse),
        "ci_low": value - away, "ci_high": value + away, "direct": estimate, "direct_se": se,
        "synthetic": synthetic, "direct_weight": weight, "source": "model",
    })  # fmt: skip
    result.attrs = {**direct.attrs, "between_variance": between, "coefficients": beta.tolist()}
    return result


def reml(y: Floats, variance: Floats, matrix: Floats) -> tuple[float, float, Floats, Floats]:
    """Return the areas' variance, its own variance, the coefficients and their covariance.

    Restricted maximum likelihood by Fisher scoring, the variance kept ≥ 0.

    Raises
    ------
    SurveyError
        The terms depend on each other, or the iteration does not settle.
    """
    scale = np.linalg.norm(matrix, axis=0)
    tied = not (scale > 0).all() or np.linalg.cond(matrix / scale) > 1e10
    refuse_if(tied, "vùng nhỏ: các biến phụ thuộc nhau; bỏ bớt một biến")
    noise = float(np.mean(variance))
    between, step = max(0.0, float(np.var(y)) - noise), np.inf
    for _ in range(500):
        new = max(0.0, between + _score(y, variance, matrix, between))
        step, between = abs(new - between), new
        if step <= CONVERGED * noise:
            break
    wording = "vùng nhỏ: phương sai giữa các vùng không hội tụ; kiểm tra vùng khác thường"
    refuse_if(step > CONVERGED * noise, wording)
    weight = 1 / (between + variance)
    covariance = np.asarray(np.linalg.inv(matrix.T @ (matrix * weight[:, None])))
    beta = covariance @ (matrix.T @ (weight * y))
    return between, float(2 / (weight**2).sum()), beta, covariance


def _score(y: Floats, variance: Floats, matrix: Floats, between: float) -> float:
    """Return the scoring step: the restricted score over the restricted information."""
    weight = 1 / (between + variance)
    weighted = matrix * weight[:, None]
    inverse = np.linalg.inv(matrix.T @ weighted)
    projection = np.diag(weight) - weighted @ inverse @ weighted.T
    residual = projection @ y
    return float((residual @ residual - np.trace(projection)) / np.trace(projection @ projection))


def _joined(direct: pd.DataFrame, auxiliary: pd.DataFrame, area: str) -> pd.DataFrame:
    for table, name in ((direct, "direct"), (auxiliary, "auxiliary")):
        twice = column(table, area, f"small areas, {name}").duplicated(keep=False).to_numpy()
        wording = "vùng nhỏ: {name} có {found} nhiều hơn một lần ({rows})"
        refuse_rows(twice, table, wording, cells=table[area], name=name)
    needed = [column(direct, name, "small areas, direct").name for name in ("estimate", "se")]
    unknown = ~direct[area].isin(auxiliary[area]).to_numpy()
    _refuse(direct[area], unknown, "vùng nhỏ: không có đặc trưng của {names}")
    if clash := [name for name in needed if name in auxiliary.columns]:
        raise SurveyError("vùng nhỏ: bảng bổ trợ có cột {clash!r}; đổi tên cột đó", clash=clash[0])
    return auxiliary.merge(direct[[area, *needed]], on=area, how="left", validate="one_to_one")


def _refuse(areas: pd.Series, wrong: Flags, wording: str) -> None:
    """Raise SurveyError where something is wrong with some areas; the wording names them."""
    refuse_if(wrong.any(), wording, names=", ".join(map(str, areas[wrong])))
