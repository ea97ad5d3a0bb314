"""Which further cells of a table must be closed so that its totals do not give a closed cell away.

Whether they do is not assumed but computed, by solving for the range an attacker could work out.
See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Floats

Cell = tuple[int, ...]
Line = list[Cell]
Width = Callable[[float], float]


@dataclass(frozen=True)
class Grid:
    """
    A table with its totals: the last place of each axis is the total over that axis.
    """

    values: Floats

    def cells(self) -> Iterator[Cell]:
        """Every cell, totals among them."""
        return itertools.product(*(range(size) for size in self.values.shape))

    def lines(self) -> list[list[Cell]]:
        """Every sum that holds: the cells of a line, the last of which is the total of the others."""
        found = []
        for axis, size in enumerate(self.values.shape):
            others = [range(s) for a, s in enumerate(self.values.shape) if a != axis]
            for rest in itertools.product(*others):
                found.append([(*rest[:axis], place, *rest[axis:]) for place in range(size)])
        return found

    def is_total(self, cell: Cell) -> bool:
        """Whether a cell is a total over some axis."""
        return any(place == size - 1 for place, size in zip(cell, self.values.shape, strict=True))


def grid(inner: npt.ArrayLike) -> Grid:
    """
    Return a table with its totals over every axis added.

    Examples
    --------
    >>> grid([[1, 2], [3, 4]]).values.tolist()
    [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0], [4.0, 6.0, 10.0]]
    """
    values = np.asarray(inner, dtype=float)
    for axis in range(values.ndim):
        values = np.concatenate([values, values.sum(axis=axis, keepdims=True)], axis=axis)
    return Grid(values)


def laid_out(table: pd.DataFrame, by: Sequence[str], counts: Floats) -> tuple[Grid, list[Cell]]:
    """Return a table's rows as a grid, and each row's cell."""
    codes = [pd.factorize(table[name].astype(str)) for name in by]
    inner = np.zeros([len(levels) for _, levels in codes])
    places: list[Cell] = [tuple(map(int, row)) for row in zip(*(code for code, _ in codes), strict=True)]
    for place, count in zip(places, np.nan_to_num(counts), strict=True):
        inner[place] = count
    return grid(inner), places


def suppress(table: Grid, first: set[Cell], *, width: Width) -> set[Cell]:
    """
    Return the cells to suppress so that totals do not give those in ``first`` away.

    Parameters
    ----------
    table : cells and totals
    first : cells that must not be published
    width : function of a cell's value
        How wide the range an attacker finds must at least be.

    Returns
    -------
    set of cells
        ``first`` and the complementary cells. If nothing less will do, all cells of a line are in it.
    """
    hidden, lines = set(first), table.lines()
    while True:
        addition = _open_line(table, lines, hidden) or _exposed(table, lines, hidden, first, width)
        if addition is None:
            return hidden
        hidden.add(addition)


def _open_line(table: Grid, lines: Sequence[Line], hidden: set[Cell]) -> Cell | None:
    """A cell to add to a line in which a single cell is hidden: its total would give it away."""
    alone = (line for line in lines if sum(cell in hidden for cell in line) == 1)
    found = (_smallest(table, line, hidden, lines) for line in alone)
    return next((cell for cell in found if cell is not None), None)


def _smallest(table: Grid, line: Line, hidden: set[Cell], lines: Sequence[Line]) -> Cell | None:
    """
    The cell of a line that costs least to suppress: in a line that is open anyway, not a total, small.

    Empty cells protect nothing and are never chosen.
    """

    def cost(cell: Cell) -> tuple[bool, int, float]:
        # the total of a line does not count among its hidden cells here
        open_lines = sum(
            1 for each in _through(lines, cell) if sum(other in hidden for other in each[:-1]) == 1
        )
        return (table.is_total(cell), -open_lines, float(table.values[cell]))

    choice = [cell for cell in line if cell not in hidden and table.values[cell] > 0]
    return min(choice, key=cost, default=None)


def _through(lines: Sequence[Line], cell: Cell) -> list[Line]:
    return [line for line in lines if cell in line]


def _exposed(
    table: Grid, lines: Sequence[Line], hidden: set[Cell], first: set[Cell], width: Width
) -> Cell | None:
    """A cell to add beside one whose range is still too narrow."""
    ranges = attack(table, hidden)
    for cell in sorted(first):
        low, high = ranges[cell]
        if high - low >= width(float(table.values[cell])) - 1e-6:
            continue
        # where its own lines are shut already, open up a line of a cell beside it
        beside = [cell, *(other for line in _through(lines, cell) for other in line)]
        found = (_beside(table, lines, hidden, other) for other in beside)
        addition = next((other for other in found if other is not None), None)
        if addition is not None:
            return addition
    return None


def _beside(table: Grid, lines: Sequence[Line], hidden: set[Cell], cell: Cell) -> Cell | None:
    """The cell that costs least of those in a line with another."""
    found = [_smallest(table, line, hidden, lines) for line in _through(lines, cell)]
    usable = [other for other in found if other is not None]
    return min(usable, key=lambda other: (table.is_total(other), float(table.values[other])), default=None)


def attack(table: Grid, hidden: set[Cell]) -> dict[Cell, tuple[float, float]]:
    """
    Return the range an attacker can work out for every suppressed cell.

    The attacker knows every other cell and total exactly, and that nothing is negative. The ends are
    found by linear programming (scipy's HiGHS), two programs a cell.
    """
    cells = sorted(hidden)
    place = {cell: position for position, cell in enumerate(cells)}
    rows, right = [], []
    for line in table.lines():
        if not any(cell in place for cell in line):
            continue
        row, known = np.zeros(len(cells)), 0.0
        for cell, sign in zip(line, [*[1.0] * (len(line) - 1), -1.0], strict=True):
            if cell in place:
                row[place[cell]] += sign
            else:
                known -= sign * table.values[cell]
        rows.append(row)
        right.append(known)
    ranges = {}
    for cell in cells:
        goal = np.zeros(len(cells))
        goal[place[cell]] = 1.0
        ranges[cell] = extremes(goal, np.array(rows), np.array(right))
    return ranges


def extremes(goal: Floats, sums: Floats, known: Floats) -> tuple[float, float]:
    """
    Return the least and the greatest that ``goal`` of some hidden counts can be.

    Counts are never negative, and ``sums`` of them (a row each) are ``known``. Where nothing bounds it an
    end is infinite.
    """
    from scipy.optimize import linprog  # heavy: only where something is hidden

    ends = []
    for sign in (1.0, -1.0):
        answer = linprog(sign * goal, A_eq=sums, b_eq=known, bounds=(0, None))
        ends.append(float(sign * answer.fun if answer.status == 0 else sign * -np.inf))
    return ends[0], ends[1]
