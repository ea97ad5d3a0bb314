"""Weights: non-response, post-stratification, raking, calibration, trimming, and their spread.

Calibrated weights depend on the sample, and that dependence lowers the variance: what the known
totals explain is taken out of the linearised values before their variance is formed
(Deville and Särndal 1992; ``sample.Adjustments``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import scipy

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate import arrays
from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats, refuse_if
from qngai_analysis.survey.estimate.design import Design
from qngai_analysis.survey.estimate.domains import Domains, split
from qngai_analysis.survey.estimate.sample import Adjustment, Adjustments, Sample, indicator, resolve

#: Known totals of the groups of one column (or of several columns crossed: tuples as keys).
Counts = Mapping[Any, float] | pd.Series
Method = Literal["linear", "raking"]

# R passes the margins this often over the linearised values of a raked sample
RAKING_ROUNDS = 10
CONVERGED = 1e-12
# margins may differ in their sums by a millionth, which is then missed by some of them
MET = 1e-5
_CROSSED = " × "


def _adjusted(
    sample: Sample, adjust: Callable[[Floats], Floats], step: Callable[[Floats], Adjustment]
) -> Sample:
    """Adjust the weights, and each replicate's alike; without these ``step`` of the new weights enters the variance."""
    weight = adjust(sample.weight)
    if sample.replicate is not None:
        again = np.array([adjust(replicate) for replicate in sample.replicate.T])
        return replace(sample, weight=weight, replicate=again.T)
    steps = (*(sample.calibration.steps if sample.calibration else ()), step(weight))
    return replace(sample, weight=weight, calibration=Adjustments.of(steps, sample.stages))


def _block(group: Codes, weight: Floats, counted: Floats) -> tuple[Any, Any]:
    """What known totals of groups take out of linearised values: each group's mean, its rows counted as given."""
    count = int(group.max()) + 1
    seen = counted / weight / arrays.add_up(group, counted, count)[group]
    return indicator(group, count, weight), indicator(group, count, seen).T


def poststratified(sample: Sample, frame: pd.DataFrame, by: Sequence[str], totals: Counts) -> Sample:
    """Return the sample with weights that add up to known totals of ``by``'s groups.

    Raises
    ------
    SurveyError
        A group of the sample has no total or the reverse; a total is missing or not above 0;
        a label is missing.
    """
    groups, target = _groups(frame, by, totals)
    adjust = partial(_to_totals, group=groups.code, target=target)
    return _adjusted(sample, adjust, lambda weight: Adjustment((_block(groups.code, weight, sample.weight),)))


def raked(
    sample: Sample, frame: pd.DataFrame, margins: Mapping[str | tuple[str, ...], Counts], rounds: int
) -> Sample:
    """Return the sample with weights that add up to several known margins, by iterating over them.

    Raises
    ------
    SurveyError
        As ``poststratified``; the margins' totals differ; ``rounds`` passes are not enough.
    """
    groups = {arrays.listed(by): _groups(frame, arrays.listed(by), totals) for by, totals in margins.items()}
    refuse_if(not groups, "rake: chưa cho biên nào")
    _same_sum({_CROSSED.join(by): target for by, (_, target) in groups.items()})
    rake = partial(_rake, groups=[(known.code, target) for known, target in groups.values()], rounds=rounds)
    weight, after = rake(sample.weight)
    _refuse_unmet(weight, groups)
    every = np.ones(len(weight))
    blocks = [_block(of.code, then, every) for (of, _), then in zip(groups.values(), after, strict=True)]
    step = Adjustment(tuple(blocks), RAKING_ROUNDS)
    return _adjusted(sample, lambda weight: rake(weight)[0], lambda _: step)


def calibrated(
    sample: Sample,
    frame: pd.DataFrame,
    totals: Mapping[str, float | Counts],
    population: float | None,
    method: Method,
) -> Sample:
    """Return the sample with weights, as near as possible to the old, that meet known totals.

    Raises
    ------
    SurveyError
        A column or total is missing; the totals contradict each other; the method finds no weights;
        a weight would not be above 0.
    """
    matrix, target, names = _auxiliaries(frame, totals, population)
    arrays.refuse_unknown("method", method, get_args(Method))

    def step(weight: Floats) -> Adjustment:
        below = weight <= 0
        wording = "hiệu chỉnh: {sum} trọng số sẽ âm hoặc bằng 0 ({rows}); dùng method='raking', hoặc gộp nhóm"
        arrays.refuse_rows(below, frame, wording, sum=int(below.sum()))
        basis = _basis(matrix * np.sqrt(sample.weight)[:, None])
        spread = (weight / np.sqrt(sample.weight))[:, None]
        return Adjustment(
            ((scipy.sparse.csr_array(basis * spread), scipy.sparse.csr_array((basis / spread).T)),)
        )

    return _adjusted(sample, lambda weight: weight * _factors(matrix, weight, target, names, method), step)


def _groups(frame: pd.DataFrame, by: Sequence[str], totals: Counts) -> tuple[Domains, Floats]:
    """Return the groups and their known totals."""
    refuse_if(not by, "tổng: chưa nêu cột có các nhóm đã biết tổng")
    what = _CROSSED.join(by)
    groups = split(frame, by, needed_by=f"totals of {what}")
    keys = list(groups.labels.itertuples(index=False, name=None))
    known = {(key if isinstance(key, tuple) else (key,)): value for key, value in dict(totals).items()}
    if absent := [_label(key) for key in keys if key not in known]:
        wording = "tổng của {what}: không có tổng cho {label} mà mẫu có; thiếu {count}"
        raise SurveyError(wording, what=what, label=absent[0], count=len(absent))
    if empty := [_label(key) for key, value in known.items() if key not in set(keys) and value]:
        wording = "tổng của {what}: mẫu không có ai thuộc {label}; ghép với nhóm bên cạnh"
        raise SurveyError(wording, what=what, label=empty[0])
    target = np.array([float(known[key]) for key in keys])
    wording = "tổng của {what}: {target:g} cho {label}; tổng là số lớn hơn 0"
    for key, total in zip(keys, target, strict=True):
        refuse_if(not 0 < total < np.inf, wording, what=what, target=total, label=_label(key))
    return groups, target


def _label(key: tuple[Any, ...]) -> str:
    return "/".join(str(part) for part in key)


def _same_sum(margins: Mapping[str, Floats]) -> None:
    sums = {name: float(target.sum()) for name, target in margins.items()}
    first_name, first = next(iter(sums.items()), ("", 0.0))
    wording = "tổng: {first_name} cộng thành {first:,.10g} còn {name} cộng thành {value:,.10g}; mọi biên phải mô tả cùng một tổng thể"
    for name, value in sums.items():
        apart = abs(value - first) > 1e-6 * abs(first)
        refuse_if(apart, wording, first_name=first_name, first=first, name=name, value=value)


def _to_totals(weight: Floats, group: Codes, target: Floats) -> Floats:
    found = arrays.add_up(group, weight, len(target))
    return weight * np.where(found != 0, arrays.over(target, found), 0.0)[group]


def _rake(weight: Floats, groups: Sequence[tuple[Codes, Floats]], rounds: int) -> tuple[Floats, list[Floats]]:
    """Return the raked weights and those after each margin of the last pass."""
    after: list[Floats] = []
    for _ in range(rounds):
        before, after = weight, []
        for group, target in groups:
            weight = _to_totals(weight, group, target)
            after.append(weight)
        if np.abs(weight - before).max() <= CONVERGED * np.abs(weight).max():
            return weight, after
    wording = "rake: chưa khớp các biên sau {rounds} vòng; có thể một tổ hợp rỗng, hãy gộp nhóm"
    raise SurveyError(wording, rounds=rounds)


def _refuse_unmet(weight: Floats, margins: Mapping[tuple[str, ...], tuple[Domains, Floats]]) -> None:
    """Refuse margins that contradict each other: passes may end in a circle that misses one of them."""
    for by, (groups, target) in margins.items():
        found = arrays.add_up(groups.code, weight, len(target))
        worst = int(np.argmax(np.abs(found - target) / target))
        if abs(found[worst] - target[worst]) > MET * target[worst]:
            named = {"name": _CROSSED.join(by), "label": _label(tuple(groups.labels.iloc[worst]))}
            wording = "rake: các biên mâu thuẫn: {name} = {label} phải cộng thành {target:,.10g} nhưng cộng thành {found:,.10g} khi các biên khác đã khớp"
            raise SurveyError(wording, **named, target=target[worst], found=found[worst])


def _auxiliaries(
    frame: pd.DataFrame, totals: Mapping[str, float | Counts], population: float | None
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Return the columns with known totals, those totals, and what each is called."""
    found: list[tuple[str, Floats, float]] = []
    margins: dict[str, Floats] = {}
    if population is not None:
        found.append(("population", np.ones(len(frame)), float(population)))
        margins["population"] = np.array([float(population)])
    wording = "hiệu chỉnh: cột {name!r} trống hoặc vô hạn tại {rows}"
    for name, known in totals.items():
        if isinstance(known, Mapping | pd.Series):
            groups, margins[name] = _groups(frame, (name,), known)
            for place, (label, count) in enumerate(zip(groups.labels[name], margins[name], strict=True)):
                found.append((f"{name} = {label}", (groups.code == place).astype(np.float64), count))
        else:
            values = arrays.numbers(arrays.column(frame, name, "calibrate"), frame, "calibrate")
            arrays.refuse_rows(~np.isfinite(values), frame, wording, name=name)
            found.append((name, values, float(known)))
    refuse_if(not found, "hiệu chỉnh: chưa cho tổng nào đã biết")
    _same_sum(margins)
    names, columns, target = zip(*found, strict=True)
    return np.column_stack(columns), np.array(target), names


def _basis(matrix: Floats) -> Floats:
    """Return orthonormal columns that span those of a matrix (which may depend on each other)."""
    scale = np.linalg.norm(matrix, axis=0)
    left, size, _ = np.linalg.svd(matrix / np.where(scale > 0, scale, 1.0), full_matrices=False)
    return np.asarray(left[:, size > 1e-10 * size.max(initial=0.0)])


def _factors(
    matrix: Floats,
    weight: Floats,
    target: Floats,
    names: Sequence[str],
    method: Method,
) -> Floats:
    """Return the factors g with sum(weight × g × matrix) = target, by Newton's method."""
    scale = np.maximum(np.abs(target), 1.0)
    scaled, goal = matrix / scale, target / scale
    close = CONVERGED * max(1.0, float(np.abs(weight @ scaled).max()))
    away = np.zeros(matrix.shape[1])
    factor, slope = _metric(scaled @ away, method)
    for _ in range(200):
        misfit = goal - (weight * factor) @ scaled
        if np.abs(misfit).max() <= close:
            return factor
        normal = scaled.T @ (scaled * (weight * slope)[:, None])
        step = np.linalg.pinv(normal, rcond=1e-13, hermitian=True) @ misfit
        for _ in range(40):  # a full step may overshoot where weights come near nought
            factor, slope = _metric(scaled @ (away + step), method)
            trial = goal - (weight * factor) @ scaled
            if np.isfinite(trial).all() and (trial @ trial) <= (misfit @ misfit):
                break
            step = step / 2
        away = away + step
    worst = int(np.abs(misfit).argmax())
    wording = "hiệu chỉnh: không có trọng số nào khớp các tổng (tổng {names} lệch {target:,.10g}); gộp nhóm, hoặc kiểm tra các tổng có khớp nhau không"
    refuse_if(np.abs(misfit[worst]) > 1e-9, wording, names=names[worst], target=target[worst])
    return factor


def _metric(u: Floats, method: Method) -> tuple[Floats, Floats]:
    """Return g(u) and its derivative for a distance between old and new weights."""
    if method == "linear":
        return 1 + u, np.ones_like(u)
    with np.errstate(over="ignore"):
        grown = np.exp(u)
    return grown, grown


def spread(weight: Floats | pd.Series) -> pd.Series:
    """Return how unequal weights are.

    Returns
    -------
    Series
        ``n``, ``total``, ``min``, ``mean``, ``max``, ``max_to_min``, ``cv`` and ``kish_deff``: Kish's
        factor 1 + cv² by which unequal weights alone raise a variance (cv with divisor n).

    Raises
    ------
    SurveyError
        There are no weights, or one is missing, infinite or not above 0.

    Examples
    --------
    >>> float(spread(np.array([1.0, 1.0, 4.0]))["kish_deff"])
    1.5
    """
    values = np.asarray(weight, dtype=np.float64)
    sound = len(values) and (np.isfinite(values) & (values > 0)).all()
    refuse_if(not sound, "trọng số: chưa cho, hoặc có giá trị trống, vô hạn hay không lớn hơn 0")
    known = pd.Series(values).agg(["sum", "min", "mean", "max"]).rename({"sum": "total"})
    cv = values.std() / known["mean"]
    more = {"max_to_min": known["max"] / known["min"], "cv": cv, "kish_deff": 1 + cv**2}
    return pd.Series({"n": float(len(values)), **known, **more})


def adjust_nonresponse(
    frame: pd.DataFrame, *, weights: str, responded: str, cells: str | Sequence[str]
) -> tuple[pd.Series, pd.DataFrame]:
    """Let respondents stand for the non-respondents of their cell.

    Parameters
    ----------
    frame : DataFrame, one row a drawn unit, respondent or not
    weights : str
        Column of design weights, > 0.
    responded : str
        Column of true/false (or 1/0), never missing.
    cells : str or sequence of str
        Column(s) known for everybody drawn, within which response is taken to be unrelated to the
        answers.

    Returns
    -------
    weights : Series
        The respondents' adjusted weights (index as in ``frame``); non-respondents are left out.
    report : DataFrame
        One row a cell: the cell's columns, ``drawn``, ``responded`` (counts), ``response_rate``
        (weighted, 0-1) and ``factor`` (≥ 1).

    Raises
    ------
    SurveyError
        A cell has no respondent; a label, weight or response is missing.

    Notes
    -----
    Weighting-class adjustment (Lohr, *Sampling: Design and Analysis*, 8.5). The variance of later
    estimates does not count the estimation of the response rates.
    """
    weight = resolve(frame, Design(weights=weights)).weight
    answer = arrays.numbers(arrays.column(frame, responded, "non-response"), frame, "non-response")
    wrong: Flags = ~((answer == 0) | (answer == 1))
    wording = "không trả lời: cột {responded!r} không phải đúng/sai tại {rows}"
    arrays.refuse_rows(wrong, frame, wording, responded=responded)
    groups = split(frame, arrays.listed(cells), needed_by="non-response")
    report, code, count = groups.labels, groups.code, groups.count
    drawn, there = arrays.add_up(code, weight, count), arrays.add_up(code, weight * answer, count)
    for cell in report[there == 0].itertuples(index=False, name=None):
        wording = "không trả lời: không ai trả lời trong ô {cell}; ghép với ô bên cạnh"
        raise SurveyError(wording, cell=_label(cell))
    report["drawn"] = arrays.add_up(code, None, count).astype(np.intp)
    report["responded"] = arrays.add_up(code, answer, count).astype(np.intp)
    report["response_rate"] = there / drawn
    report["factor"] = drawn / there
    adjusted = pd.Series(weight * (drawn / there)[code], index=frame.index, name=weights)
    return adjusted[answer == 1], report


def trim(weight: pd.Series, *, low: float = 0.0, high: float) -> tuple[pd.Series, int]:
    """Return weights cut to a range, their sum kept by the others, and how many were cut.

    Raises
    ------
    SurveyError
        The range is empty or can't hold the weights' sum.

    Examples
    --------
    >>> trim(pd.Series([1.0, 2.0, 9.0]), high=6)
    (0    2.0
    1    4.0
    2    6.0
    dtype: float64, 1)
    """
    total, values = float(weight.sum()), weight.to_numpy(dtype=np.float64).copy()
    count = len(values)
    fits = 0 <= low < high and low * count <= total <= high * count
    wording = "cắt trọng số: {count} trọng số giữa {low:g} và {high:g} không thể cộng thành {total:g}"
    refuse_if(not fits, wording, count=count, low=low, high=high, total=total)
    cut = np.zeros(len(values), bool)
    for _ in range(len(values)):
        outside = (values > high) | (values < low)
        if not outside.any():
            break
        cut |= outside
        values = np.clip(values, low, high)
        values[~cut] *= (total - values[cut].sum()) / values[~cut].sum()
    return pd.Series(values, index=weight.index, name=weight.name), int(cut.sum())
