"""Tables that group the same answers in different ways: what one tells of what another hides.

Each table is protected for itself (``disclosure``). Together they may tell more: where a district has
no town, its total stands in the table by urban and rural, too. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Floats
from qngai_analysis.survey.release.suppression import extremes

#: Grouping to the labels of its groups.
Groups = Mapping[str, frozenset[str]]
Cell = tuple[str, str]


def joint(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """
    Return how many rows there are in each combination of groups that occurs.

    Columns: ``by`` (as text; a missing label is in no group) and ``n``.
    """
    labels = frame[list(by)].astype(object).where(frame[list(by)].notna(), "").astype(str)
    return labels.groupby(list(by), sort=True).size().rename("n").reset_index()


def ranges(counts: pd.DataFrame, hidden: Groups, *, of: Groups) -> dict[Cell, tuple[float, float]]:
    """
    Return the range that an attacker finds for the counts of hidden groups.

    Parameters
    ----------
    counts : as ``joint`` returns it
    hidden : the groups each table hides
    of : the hidden groups to find ranges for

    Notes
    -----
    The attacker knows every published group of every table and the total at their exact values, which
    combinations of groups occur, and that no count is negative. The ends are found by linear
    programming (scipy's HiGHS) over the counts of all combinations.
    """
    n = counts["n"].to_numpy(dtype=float)
    known = np.array([np.ones(len(n)), *_published(counts, hidden)])
    found = {}
    for by, group in _cells(of):
        inside = _inside(counts, by, group)
        if not inside.any():  # nobody is in it any more: there is nothing to find
            continue
        found[by, group] = extremes(inside, known, known @ n)
    return found


def _published(counts: pd.DataFrame, hidden: Groups) -> Iterator[Floats]:
    for by, shut in hidden.items():
        for group in sorted(set(counts[by]) - shut - {""}):
            yield _inside(counts, by, group)


def _inside(counts: pd.DataFrame, by: str, group: str) -> Floats:
    return np.asarray(counts[by].eq(group), dtype=np.float64)


def _cells(groups: Groups) -> list[Cell]:
    return [(by, group) for by, shut in groups.items() for group in sorted(shut)]


def shut_together(
    counts: pd.DataFrame, hidden: Groups, *, first: Groups, width: float, only: str = ""
) -> dict[str, frozenset[str]]:
    """
    Return the groups to hide in each table so that no other table gives those in ``first`` away.

    Parameters
    ----------
    counts : as ``joint`` returns it
    hidden : the groups each table hides when it is protected for itself
    first : those among them that must not be found; the others help them
    width : how wide the range an attacker finds must at least be
    only : the one table in which more may be hidden, where the others are published already

    Returns
    -------
    mapping of grouping to groups
        ``hidden``, and where a range was too narrow the smallest groups whose hiding widens it. Where
        nothing widens it to ``width`` all groups of the tables are hidden.
    """
    shut = {by: frozenset(groups) for by, groups in hidden.items()}
    while True:
        narrow = [
            (cell, high - low)
            for cell, (low, high) in ranges(counts, shut, of=first).items()
            if high - low < width - 1e-6
        ]
        if not narrow:
            return shut
        cell, reached = narrow[0]
        more = _widening(counts, shut, cell, reached, only)
        if more is None:
            return shut
        shut[more[0]] = shut[more[0]] | more[1]


def _widening(
    counts: pd.DataFrame, shut: Groups, cell: Cell, reached: float, only: str
) -> tuple[str, frozenset[str]] | None:
    """The fewest, smallest groups of one table whose hiding widens a cell's range; else the smallest of all."""
    choices = sorted(_choices(counts, shut, only), key=lambda choice: choice[0])
    target = {cell[0]: frozenset({cell[1]})}
    for _, by, groups in choices:
        low, high = ranges(counts, {**shut, by: shut[by] | groups}, of=target)[cell]
        if high - low > reached + 1e-6:
            return by, groups
    return (choices[0][1], choices[0][2]) if choices else None


def _choices(
    counts: pd.DataFrame, shut: Groups, only: str
) -> Iterator[tuple[tuple[int, int], str, frozenset[str]]]:
    """Groups that can be hidden next, with their cost: one where others are hidden already, else two."""
    for by, already in shut.items():
        if only not in ("", by):
            continue
        sizes = counts.groupby(by)["n"].sum().drop(labels=["", *already], errors="ignore")
        for size in (1,) if already or len(sizes) == 1 else (2,):
            for groups in combinations(sizes.index, size):
                yield (size, int(sizes[list(groups)].sum())), by, frozenset(groups)
