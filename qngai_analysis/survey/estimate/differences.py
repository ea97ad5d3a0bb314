"""Differences between domains."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.domains import Domains, Reduction
from qngai_analysis.survey.estimate.variance import Totals

Pairs = Sequence[tuple[int, int]]


def pairs_of(
    labels: pd.DataFrame, by: str, groups: tuple[object, object] | None, within: Sequence[str]
) -> list[tuple[int, int]]:
    """Return the domains to compare as places in their labels, first minus second.

    Without ``groups`` every pair inside each ``within`` group, the later minus the earlier.
    """
    parts = [list(range(len(labels)))]
    if within:
        code = labels.groupby(list(within), observed=True, sort=False).ngroup().to_numpy()
        parts = [np.flatnonzero(code == part).tolist() for part in range(int(code.max(initial=-1)) + 1)]
    pairs = []
    for part in parts:
        if groups is None:
            pairs += [(later, earlier) for earlier, later in combinations(part, 2)]
            continue
        named = {labels[by].iloc[place]: place for place in part}
        if groups[0] in named and groups[1] in named:
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
