"""Which further groups of tables must be closed so that nothing published gives a closed one away.

A single hole in a table is filled by subtraction; and tables that group the same answers in different ways
tell more together: where a district has no town, its total stands in the table by urban and rural, too. What
they tell is not assumed but computed, by solving for the range an attacker could work out. See
``docs/methods/disclosure.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Floats

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
    of : the hidden groups to find ranges for; one that nobody is in has none

    Notes
    -----
    The attacker knows every published group of every table and the total at their exact values, which
    combinations of groups occur, and that no count is negative. The ends are found by linear
    programming (scipy's HiGHS) over the counts of all combinations; one that nothing bounds is infinite.
    """
    n, members = counts["n"].to_numpy(dtype=float), _members(counts, hidden)
    cells = [cell for cell in members if cell[1] in of.get(cell[0], ())]
    return {cell: _range(n, members, hidden, cell) for cell in cells}


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


def _range(n: Floats, members: Mapping[Cell, Floats], hidden: Groups, cell: Cell) -> tuple[float, float]:
    from scipy.optimize import LinearConstraint, milp  # heavy: only where something is hidden

    known = [inside for (by, group), inside in members.items() if group not in hidden[by]]
    sums = np.array([np.ones(len(n)), *known])
    told = LinearConstraint(sums, sums @ n, sums @ n)
    answers = [milp(sign * members[cell], constraints=told) for sign in (1.0, -1.0)]
    low, high = (answer.fun if answer.status == 0 else -np.inf for answer in answers)
    return float(low), float(-high)


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
        low, high = _range(n, members, shut, cell)
        if high - low < width - 1e-6:
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
    from scipy.optimize import Bounds, LinearConstraint, milp

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
    answer = milp(
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
