"""Which further groups of tables must be closed so that nothing published gives a closed one away.

A single hole in a table is filled by subtraction; and tables that group the same answers in different ways
tell more together: where a district has no town, its total stands in the table by urban and rural, too. What
they tell is not assumed but computed, by solving for the range an attacker could work out. See
``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Flags, Floats

#: Grouping to the labels of its groups.
Groups = Mapping[str, frozenset[str]]
Cell = tuple[str, str]


def solved(wanted: Floats, **program: Any) -> Any:
    """Return SciPy's answer to a program, without what HiGHS prints past Python: a report would show that it was needed."""
    from scipy.optimize import milp  # heavy: only where something is hidden

    with _unheard():
        return milp(wanted, **program)


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Let what C code prints on standard output meanwhile go nowhere."""
    flush = (ctypes.CDLL("ucrtbase") if os.name == "nt" else ctypes.CDLL(None)).fflush
    flush(None)  # C keeps what it prints: what others printed before is heard
    before, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        flush(None)
        os.dup2(before, 1)
        os.close(before)
        os.close(nowhere)


def joint(frame: pd.DataFrame, by: tuple[str, ...]) -> pd.DataFrame:
    """
    Return how many rows there are in each combination of groups that occurs.

    Columns: ``by`` (as text; a missing label is in no group) and ``n``.
    """
    place = np.zeros(len(frame), dtype=np.intp)
    for name in by:
        code, known = pd.factorize(frame[name])  # -1: no label
        _, place = np.unique(place * (len(known) + 1) + code, return_inverse=True)
    _, first, n = np.unique(place, return_index=True, return_counts=True)
    labels = frame[list(by)].iloc[first].astype(object)
    counts = labels.where(labels.notna(), "").astype(str).assign(n=n)
    return counts.sort_values(list(by), ignore_index=True)


def ranges(counts: pd.DataFrame, hidden: Groups, *, of: Groups) -> dict[Cell, tuple[float, float]]:
    """
    Return the range that an attacker finds for the counts of hidden groups.

    Parameters
    ----------
    counts : as ``joint`` returns it
    hidden : the groups each table hides
    of : the hidden groups to find ranges for; one that nobody is in has none

    Notes
    -----
    The attacker knows every published group of every table and the total at their exact values, which
    combinations of groups occur, and that no count is negative. The ends are found by linear
    programming (scipy's HiGHS) over the counts of all combinations; one that nothing bounds is infinite.
    """
    n, members = counts["n"].to_numpy(dtype=float), _members(counts, hidden)
    cells = [cell for cell in members if cell[1] in of.get(cell[0], ())]
    found = {cell: _Alike.of(n, members, hidden, cell) for cell in cells}
    return {cell: (alike.low(), alike.high()) for cell, alike in found.items()}


def _members(counts: pd.DataFrame, groups: Iterable[str]) -> dict[Cell, Floats]:
    """Return which combinations make up each group of some groupings; none is of those without a label."""
    found: dict[Cell, Floats] = {}
    for by in groups:
        codes, labels = pd.factorize(counts[by], sort=True)
        found |= {
            (by, str(label)): (codes == place).astype(np.float64)
            for place, label in enumerate(labels)
            if label != ""
        }
    return found


@dataclass(frozen=True)
class _Alike:
    """
    Combinations of groups by what an attacker can tell apart: those that are in the same published groups are one.

    ``known``: which of these are in each published group; ``n``: how many answers each holds; ``inside`` and
    ``outside``: whether any of it is in the cell that is attacked, and whether any is not.
    """

    known: Floats
    n: Floats
    inside: Flags
    outside: Flags

    @classmethod
    def of(cls, n: Floats, members: Mapping[Cell, Floats], hidden: Groups, cell: Cell) -> _Alike:
        """Return the combinations of some tables, for the attack on a cell."""
        told = [inside for (by, group), inside in members.items() if group not in hidden[by]]
        known = np.array([np.ones(len(n)), *told])
        _, first, kind = np.unique(
            np.packbits(known > 0, axis=0), axis=1, return_index=True, return_inverse=True
        )
        mine = members[cell]
        inside, outside, size = (np.bincount(kind.ravel(), one) for one in (mine, 1 - mine, n))
        return cls(known[:, first], size.astype(float), inside > 0, outside > 0)

    def low(self) -> float:
        """Return the least that an attacker holds possible, by linear programming."""
        return self._least(np.where(self.outside, 0.0, 1.0))

    def high(self) -> float:
        """Return the most that he holds possible."""
        return -self._least(np.where(self.inside, -1.0, 0.0))

    def _least(self, wanted: Floats) -> float:
        from scipy.optimize import LinearConstraint  # heavy: only where something is hidden

        sums = self.known @ self.n
        answer = solved(wanted, constraints=LinearConstraint(self.known, sums, sums))
        return float(answer.fun) if answer.status == 0 else -np.inf

    def narrower(self, width: float) -> bool:
        """Return whether the range is narrower than this; most need no program for it."""
        width -= 1e-6
        # how these divide into inside and outside nobody can tell, whatever the other counts
        surely = self.n[self.inside & ~self.outside].sum()
        if self.n[self.inside].sum() - surely >= width:
            return False
        high = self.high()
        return bool(high - surely < width and high - self.low() < width)


def shut_together(
    counts: pd.DataFrame, shown: Groups, *, first: Groups, width: float
) -> dict[str, frozenset[str]]:
    """
    Return the groups to hide in each table so that no table gives those in ``first`` away.

    Parameters
    ----------
    counts : as ``joint`` returns it
    shown : the groups of each table, which may be hidden; all others of ``counts`` are known
    first : those among them that must not be found
    width : how wide the range an attacker finds must at least be

    Returns
    -------
    mapping of grouping to groups
        ``first``, and for each whose range is narrower the fewest, and of these the smallest, that widen it to
        ``width``. Where nothing does all groups are hidden.
    """
    # who has no group in a table may follow from another that says whom it was about
    counts = counts.replace("", "-")
    shut = {by: frozenset(first.get(by, ())) for by in counts.columns.drop("n")}
    n, members = counts["n"].to_numpy(dtype=float), _members(counts, shut)
    for cell in [(by, group) for by, groups in first.items() for group in sorted(groups)]:
        if cell not in members:
            continue
        if _Alike.of(n, members, shut, cell).narrower(width):
            more = _widening(n, members, shut, shown, cell, width)
            shut = {name: shut[name] | more.get(name, frozenset()) for name in shut}
    return {by: shut[by] for by in shown}


def _widening(
    n: Floats, members: Mapping[Cell, Floats], shut: Groups, shown: Groups, cell: Cell, width: float
) -> Groups:
    """
    Return the groups whose hiding widens a cell's range: the classical cell suppression problem, for one cell.

    What an attacker may add to the true counts, and what he may take away, are two vectors that no published sum
    sees; a group that is hidden (a variable of 0 or 1) may see them.
    """
    from scipy.optimize import Bounds, LinearConstraint

    inside = members[cell]
    members = {one: combinations for one, combinations in members.items() if one[1] not in shut[one[0]]}
    choices = [one for one in members if one[1] in shown.get(one[0], ())]
    sums = np.array([np.ones(len(n)), *members.values()])
    slack = np.array([[float(one == choice) for choice in choices] for one in ("", *members)]) * n.sum()
    nothing = np.zeros_like(sums)
    seen = [
        LinearConstraint(np.hstack([*sides, sign * slack.reshape(len(sums), -1)]), *ends)
        for sides in ((sums, nothing), (nothing, sums))
        for sign, ends in ((-1, (-np.inf, 0)), (1, (0, np.inf)))
    ]
    apart = LinearConstraint(np.concatenate([inside, -inside, np.zeros(len(choices))]), width, np.inf)
    answer = solved(
        np.concatenate([np.zeros(2 * len(n)), [n.sum() + members[one] @ n for one in choices]]),
        integrality=np.repeat([0, 1], [2 * len(n), len(choices)]),
        bounds=Bounds(
            np.concatenate([-n, -n, np.zeros(len(choices))]),
            np.concatenate([np.full(2 * len(n), n.sum()), np.ones(len(choices))]),
        ),
        constraints=[*seen, apart],
        options={"mip_rel_gap": 0, "node_limit": 10_000},  # a bound that is the same on every machine
    )
    if answer.x is None:
        return shown
    chosen = [one for one, taken in zip(choices, answer.x[2 * len(n) :], strict=True) if taken > 0.5]
    return {by: frozenset(group for name, group in chosen if name == by) for by in shown}
