"""Differences between domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Flags, Floats
from qngai_analysis.survey.estimate.domains import Domains, Reduction
from qngai_analysis.survey.estimate.statistics import Held
from qngai_analysis.survey.estimate.variance import DomainFunction, Totals


@dataclass(frozen=True)
class Contrast:
    """
    Differences of a column between pairs of domains, one entry a pair.

    ``sides``: the answers of either side. ``degrees`` are those of both sides' rows, minus 1. ``loose``: a side
    has no degree of freedom of its own, so that the error is the other side's.
    """

    estimate: Floats
    variance: Floats
    sides: tuple[Floats, Floats]
    degrees: Floats
    loose: Flags


def contrast(held: Held, function: DomainFunction, pairs: Sequence[tuple[int, int]]) -> Contrast:
    """Return the differences of a function of a column's totals, first minus second; missing where a side has no answer."""
    estimate, variance = held.totals.contrasts(function, pairs)
    first, second = (held.n[list(side)] for side in zip(*pairs, strict=True))
    own = [[degrees_of(held.totals, [side]) for side in pair] for pair in pairs]
    return Contrast(
        estimate=np.where((first > 0) & (second > 0), estimate, np.nan),
        variance=variance,
        sides=(first, second),
        degrees=np.array([degrees_of(held.totals, pair) for pair in pairs]) - 1,
        loose=np.asarray((np.array(own) <= 0).any(axis=1)),
    )


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
