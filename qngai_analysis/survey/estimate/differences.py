"""Differences between domains."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate import intervals
from qngai_analysis.survey.estimate.domains import Domains, Reduction
from qngai_analysis.survey.estimate.results import Part, table_part
from qngai_analysis.survey.estimate.statistics import Held
from qngai_analysis.survey.estimate.variance import DomainFunction, Totals
from qngai_analysis.survey.release import reliability


def difference_part(
    confidence: float, held: Held, function: DomainFunction, pairs: Sequence[tuple[int, int]]
) -> Part:
    """Return the differences of a function of a column's totals between pairs of domains, with their t test.

    Missing where a side has no answer; of one answer nothing is known but itself. The degrees of freedom are those of
    both sides' rows, minus 1.
    """
    estimate, variance = held.totals.contrasts(function, pairs)
    first, second = (held.n[list(side)] for side in zip(*pairs, strict=True))
    estimate = np.where((first > 0) & (second > 0), estimate, np.nan)
    alone = (first == 1) | (second == 1)
    se = np.where(np.isnan(estimate) | alone, np.nan, np.sqrt(variance))
    df = np.array([degrees_of(held.totals, pair) for pair in pairs]) - 1
    # a side without a degree of freedom of its own: the error is the other side's
    loose = [min(degrees_of(held.totals, [side]) for side in pair) <= 0 for pair in pairs]
    few = loose | ~(df >= reliability.precision_standard().review_df)
    flag = np.select([np.isnan(estimate), alone, few], ["none", "suppress", "review"], default="ok")
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(se > 0, estimate / se, np.nan)
    ends = intervals.student(estimate, se, df, confidence)
    more = {"level": held.level, "flag": flag, "t": t, "p_value": intervals.t_p_value(t, df)}
    return table_part(held.name, estimate, se, ends, df, first + second, **more)


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
