"""What the published shares of an indicator tell together of how many said yes.

A share is a window on the answers behind it. One leaves two counts or more of them (``gate.share_steps``); several that
overlap may leave one. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Flags, Floats
from qngai_analysis.survey.release.disclosure import disclosure_standard

_WHOLE = 200  # most kinds of respondents whose answers are tried as whole numbers


@dataclass(frozen=True)
class _Window:
    """A published share: which kinds of respondents are behind it, and between what ends it lies."""

    cell: Flags
    weight: Floats
    low: float
    high: float


def rows_that_tell(
    groups: pd.DataFrame, weight: Floats, yes: Floats, told: Mapping[str, pd.DataFrame], new: str
) -> frozenset[str]:
    """
    Return the rows of a table that, with all told before, leave one count of yes-answers where few are on a side.

    Parameters
    ----------
    groups : the group of each respondent by each grouping of ``told``, as text
    weight, yes : of each respondent
    told : tables of one indicator by their groupings, "" the whole's: ``row, estimate, step``
    new : the grouping whose table is about to be told, too
    """
    kind = (
        groups.assign(weight=weight.round(9)).groupby([*groups, "weight"], sort=False, dropna=False).ngroup()
    )
    _, first, sizes = np.unique(kind, return_index=True, return_counts=True)
    n = sizes.astype(np.float64)
    says, known = np.bincount(kind, yes), groups.iloc[first]
    windows: dict[tuple[str, str], _Window] = {}
    for by, table in told.items():
        shown = table.loc[table["estimate"].notna(), ["row", "estimate", "step"]]
        for row, share, step in shown.itertuples(index=False):
            cell = known[by].eq(row).to_numpy() if by else np.ones(len(n), dtype=bool)
            counts, half = weight[first] * cell, step / 2 + 1e-9
            windows[by, row] = _Window(cell, counts / (counts @ n), share - half, share + half)
    hidden: set[str] = set()
    threshold = disclosure_standard().threshold
    before = [window for (by, _), window in windows.items() if by != new]
    mine = {row: window for (by, row), window in windows.items() if by == new}
    for cell in [window.cell for window in windows.values()]:
        few = min(says @ cell, (n - says) @ cell) < threshold
        # those in the cell first: the others tell what they leave of it
        for more in ({row for row, one in mine.items() if (one.cell & cell).any()}, set(mine)) if few else ():
            now = [one for row, one in mine.items() if row not in hidden]
            if _is_found(n, [*before, *now], cell) and not _is_found(n, before, cell):
                hidden |= more
    return frozenset(hidden)


def _is_found(n: Floats, windows: Sequence[_Window], cell: Flags) -> bool:
    """Return whether windows leave one count of yes-answers in a cell to who knows all weights and groups."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # heavy: only for tables that come after others

    seen = LinearConstraint(
        np.array([window.weight for window in windows]),
        [window.low for window in windows],
        [window.high for window in windows],
    )
    least, most = (
        milp(
            sign * cell,
            constraints=seen,
            integrality=np.full(len(n), len(n) <= _WHOLE),  # whole numbers take long where kinds are many
            bounds=Bounds(0, n),
            options={"node_limit": 100},  # its bound holds wherever it stops
        )
        for sign in (1.0, -1.0)
    )
    least, most = (one.fun if len(n) > _WHOLE else one.mip_dual_bound for one in (least, most))
    return least is not None and most is not None and bool(np.ceil(least - 1e-6) >= np.floor(1e-6 - most))
