"""Replicate weights: the variance they give, and how to make them from a design."""

from __future__ import annotations

import numpy as np

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Floats, refuse_if
from qngai_analysis.survey.estimate.design import Kind, Replicates
from qngai_analysis.survey.estimate.sample import Sample

# a replicate is taken as a combination of earlier ones when less than this share of it is new
TOLERANCE = 1e-5


def factors(settings: Replicates, count: int) -> Floats:
    """Return each replicate's factor in the variance, the overall scale included."""
    fixed = {
        "BRR": 1 / count,
        "Fay": 1 / (count * (1 - (settings.fay or 0.0)) ** 2),
        "SDR": 4 / count,
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
    refuse_if(sample.replicate is not None, "replicates: điều tra đã có trọng số lặp")
    wording = "replicates: tạo trọng số lặp trước rồi mới hiệu chỉnh; khi đó từng bộ được hiệu chỉnh"
    refuse_if(sample.calibration is not None, wording)
    first = sample.stages[0]
    wording = "replicates: một tầng chỉ có một đơn vị mẫu cấp một; ghép với tầng bên cạnh trước"
    refuse_if(first.single.any(), wording)
    if kind in ("BRR", "Fay"):
        multiplier, settings = _balanced(sample, 0.0 if kind == "BRR" else fay)
    elif kind in ("JK1", "JKn"):
        multiplier, settings = _jackknife(sample, kind)
    elif kind == "bootstrap":
        multiplier, settings = _bootstrap(sample, replicates, seed)
    else:
        wording = (
            "replicates: không tạo được kind={kind!r} từ thiết kế; dùng JK1, JKn, BRR, Fay hoặc bootstrap"
        )
        raise SurveyError(wording, kind=kind)
    return sample.weight[:, None] * multiplier[first.unit], settings


def _jackknife(sample: Sample, kind: Kind) -> tuple[Floats, dict[str, object]]:
    first = sample.stages[0]
    stratified, jk1 = len(first.size) > 1, kind == "JK1"
    refuse_if(jk1 and stratified, "replicates: kind='JK1' dành cho mẫu không phân tầng; dùng 'JKn'")
    refuse_if(not jk1 and not stratified, "replicates: kind='JKn' dành cho mẫu phân tầng; dùng 'JK1'")
    open_units = np.flatnonzero(first.left[first.group] > 0)  # a stratum taken whole adds no variance
    wording = "replicates: mọi tầng đều điều tra toàn bộ; không có sai số chọn mẫu để ước lượng"
    refuse_if(not len(open_units), wording)
    stratum = first.group[open_units]
    size = first.size[stratum]
    multiplier = np.where(first.group[:, None] == stratum, size / (size - 1), 1.0)
    multiplier[open_units, np.arange(len(open_units))] = 0.0
    factor = first.left[stratum] * (size - 1) / size
    if kind == "JK1":
        return multiplier, {"kind": kind, "scale": float(factor[0])}
    return multiplier, {"kind": kind, "rscales": tuple(factor.tolist())}


def _balanced(sample: Sample, fay: float) -> tuple[Floats, dict[str, object]]:
    from scipy.linalg import hadamard

    first = sample.stages[0]
    wording = "replicates: trọng số lặp cân bằng cần đúng hai đơn vị mẫu cấp một mỗi tầng; dùng 'JKn' hoặc 'bootstrap'"
    refuse_if((first.size != 2).any(), wording)
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
    refuse_if(seed is None, "replicates: bootstrap cần seed để tạo lại được đúng các trọng số đó")
    wording = "replicates: {replicates} bộ trọng số lặp; cần ít nhất hai"
    refuse_if(replicates < 2, wording, replicates=replicates)
    first = sample.stages[0]
    wording = "replicates: bootstrap ở đây không có hiệu chỉnh tổng thể hữu hạn; bỏ fpc hoặc dùng 'JKn'"
    refuse_if((first.left < 1).any(), wording)
    draw = np.random.default_rng(seed)
    multiplier = np.empty((first.units, replicates))
    for stratum, size in enumerate(first.size.astype(int)):
        members = np.flatnonzero(first.group == stratum)
        drawn = draw.multinomial(size - 1, np.full(size, 1 / size), size=replicates)
        multiplier[members] = drawn.T * (size / (size - 1))
    return multiplier, {"kind": "bootstrap"}
