"""The published table: intervals, coefficients of variation and flags put beside the estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.door import exact
from qngai_analysis.survey.estimate import intervals
from qngai_analysis.survey.estimate.arrays import Floats, over, refuse_if
from qngai_analysis.survey.estimate.domains import Domains, Reduction
from qngai_analysis.survey.estimate.statistics import Held, quotient, total_of
from qngai_analysis.survey.estimate.variance import Totals
from qngai_analysis.survey.release import reliability

#: One variable's part of the table: arrays with one entry a domain, or one value for all of them.
Part = Mapping[str, Any]


def share_part(
    confidence: float,
    name: str,
    found: intervals.Estimates,
    interval: intervals.Interval | None,
    level: object = None,
    taken: Floats | None = None,
) -> Part:
    """Return a share's part of the table, flagged by the standards for proportions.

    ``taken``: share of each domain's population that answered (``None``: not known, nothing is waived).
    """
    ends = interval or intervals.wald(found, confidence)
    n_eff = intervals.capped_n(found, confidence)
    low, high = intervals.standard_interval(found, confidence)
    flag = reliability.nchs_flag(found.value, low, high, n_eff, found.df, n=found.n)
    if taken is not None:
        whole = intervals.korn_graubard(found, confidence)
        flag = reliability.census_flag(flag, found.value, *whole, found.df, taken)
    # without a degree of freedom, or with one answer, there is no interval to print beside the share
    alone = found.n == 1
    ends = (np.where(alone, np.nan, ends[0]), np.where(alone, np.nan, ends[1]))
    flag = np.where((found.df > 0) & ~alone | (flag == "none"), flag, "suppress")
    return table_part(name, found, ends, level=level, n_eff=n_eff, flag=flag)


def mean_part(confidence: float, name: str, found: intervals.Estimates) -> Part:
    """Return the part of the table of a mean, total or ratio, flagged by its coefficient of variation."""
    n_eff = np.where(found.se > 0, over(found.n, found.deff_wr), found.n)
    n_eff = np.where(np.isnan(found.value) | ~(found.df > 0), np.nan, n_eff)
    return table_part(name, found, intervals.wald(found, confidence), n_eff=n_eff)


def table_part(name: str, found: intervals.Estimates, ends: intervals.Interval, **more: Any) -> Part:
    """Return a variable's part of the table; ``more``: what else is known, the flag if it is not that of its precision."""
    n_eff = more.get("n_eff", np.nan)
    cv = over(found.se, np.abs(found.value))
    flag = more["flag"] if "flag" in more else reliability.precision_flag(found.value, cv, n_eff, found.df)
    return {
        "variable": name, "level": None, "q": None, "estimate": found.value, "se": found.se, "ci_low": ends[0],
        "ci_high": ends[1], "df": found.df, "cv": cv, "deff": found.deff, "n": found.n.astype(np.int64), "n_eff": n_eff,
        "flag": flag, **more,
    }  # fmt: skip


def difference_part(confidence: float, held: Held, pairs: Sequence[tuple[int, int]], *, total: bool) -> Part:
    """Return the differences of a column's means (or ratios), or totals, between pairs of domains, with their t test.

    Missing where a side has no answer; of one answer nothing is known but itself. The degrees of freedom are those of
    both sides' rows, minus 1.
    """
    estimate, variance = held.totals.contrasts(total_of(held) if total else quotient, pairs)
    first, second = (held.n[list(side)] for side in zip(*pairs, strict=True))
    estimate = np.where((first > 0) & (second > 0), estimate, np.nan)
    alone = (first == 1) | (second == 1)
    se = np.where(np.isnan(estimate) | alone, np.nan, np.sqrt(variance))
    df = np.array([degrees_of(held.totals, pair) for pair in pairs]) - 1
    # a side without a degree of freedom of its own: the error is the other side's
    loose = [min(degrees_of(held.totals, [side]) for side in pair) <= 0 for pair in pairs]
    few = loose | ~(df >= reliability.precision_standard().review_df)
    flag = np.select([np.isnan(estimate), alone, few], ["none", "suppress", "review"], default="ok")
    t = over(estimate, se)
    found = intervals.Estimates(estimate, se, df, first + second, first + second)
    more = {"level": held.level, "flag": flag, "t": t, "p_value": intervals.t_p_value(t, df)}
    return table_part(held.name, found, intervals.wald(found, confidence), **more)


def pairs_of(
    labels: pd.DataFrame, by: str, groups: tuple[object, object] | None, within: Sequence[str]
) -> list[tuple[int, int]]:
    """Return the domains to compare as places in their labels, first minus second.

    Without ``groups`` every pair inside each ``within`` group, the later minus the earlier.
    """
    blocks = [labels]
    if within:
        blocks = [block for _, block in labels.groupby(list(within), observed=True, sort=False)]
    pairs: list[tuple[int, int]] = []
    for block in blocks:
        named = dict(zip(block[by], block.index, strict=True))
        if groups is None:
            pairs += [(later, earlier) for earlier, later in combinations(block.index, 2)]
        elif groups[0] in named and groups[1] in named:
            pairs.append((named[groups[0]], named[groups[1]]))
    return pairs


def degrees_of(held: Totals, pair: Sequence[int]) -> float:
    """Return the degrees of freedom of the rows with a known value in two domains taken together.

    With replicate weights, those of all the domains' rows.
    """
    reduction = held.reduction
    if reduction.sample.replicate is not None:
        merged = np.where(np.isin(reduction.domains.code, list(pair)), 0, -1)
        return float(Reduction(reduction.sample, Domains(merged, reduction.domains.labels[:1])).degrees[0])
    cells = reduction.cells[0]
    counted = np.isin(cells.domain, list(pair))
    if held.used is not None:
        counted &= held.used[0] > 0
    units = np.unique(cells.unit[counted])
    return float(len(units) - len(np.unique(cells.stage.group[units])))


def table(labels: pd.DataFrame, parts: Sequence[Part], attrs: Mapping[Any, Any]) -> pd.DataFrame:
    """Put the variables' parts together: domain by domain, the variables in the order asked for.

    ``level`` and ``q`` stay only where a variable has them.

    Raises
    ------
    SurveyError
        There is no variable, or a label's column is named like one that the table needs for itself.
    """
    refuse_if(not parts, "chưa nêu cột cần ước lượng")
    count = len(labels)
    names = [name for name in parts[0] if any(found[name] is not None for found in parts)]
    if taken := [name for name in labels.columns if name in names]:
        raise SurveyError("by: {taken!r} cũng là cột của kết quả; đổi tên cột của điều tra", taken=taken[0])
    columns = {name: [found[name] for found in parts] for name in names}
    data = {
        name: np.stack(found, axis=1).ravel() if isinstance(found[0], np.ndarray) else found * count
        for name, found in columns.items()
    }
    result = labels.iloc[np.repeat(np.arange(count), len(parts))].reset_index(drop=True)
    result = pd.concat([result, pd.DataFrame(data)], axis=1)
    result.attrs = dict(attrs)  # such as: these are simulated data
    return exact(result)
