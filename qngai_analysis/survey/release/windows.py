"""What the published shares of the same answers tell together of how many said yes.

A share is a window on the answers behind it. One leaves two counts or more of them (``gate.share_steps``); several that
overlap may leave one. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats
from qngai_analysis.survey.release.crossing import solved

_FEW = 25  # answers on a side of a group: how many more there are tells of nobody
_TRIED = 200  # ways to round a few rows otherwise before any is hidden
_PROGRAMS = 500  # integer programs that looking for such a way may take
_SOME = 100  # respondents in a group, and others, whose answers are tried before all are
Groups = tuple[Codes, Sequence[str]]


@dataclass(frozen=True)
class Told:
    """A table of shares by a grouping ("": the whole) that was told, or is about to be: what it says, with which weights."""

    by: str
    rows: Mapping[str, Any]  # row, estimate, step: a table or its columns
    weight: Floats  # of each respondent; 0 of those who are not in its universe, or whose answer is known
    opposite: bool = False  # it tells of those who say no
    # by row what all in it weigh, and those of whom all know that they say yes, where there are such
    known: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def windows(self, what: str, codes: Codes, names: Sequence[str]) -> Iterator[_Window]:
        """Return the rows that have a share; ``codes``: which of the groups ``names`` each respondent is in."""
        places, asked = {name: place for place, name in enumerate(names)}, self.weight > 0
        for row, share, step in zip(*(self.rows[name] for name in ("row", "estimate", "step")), strict=True):
            if share == share and (cell := asked & (codes == places.get(row, len(names)))).any():
                part = self.weight * cell
                of, sure = self.known.get(row, (part.sum(), 0.0))
                yield _Window(what, row, cell, part / of, self.turned(share), step, sure / of)

    def turned(self, share: float) -> float:
        """Return the share of those who say yes for what the table says, and what it says for that."""
        return round(1 - share, 6) if self.opposite else share


@dataclass(frozen=True, eq=False)
class _Window:
    """A share that is told: of which table and row, which respondents are behind it, how much of it each is."""

    what: str
    row: str
    cell: Flags
    part: Floats
    share: float
    step: float
    sure: float = 0.0  # part of it that says yes, as all know

    @cached_property
    def alike(self) -> tuple[bytes, float, float]:
        """Of whom it is, and how wide: what is told twice of the same respondents is told alike."""
        return np.round(self.part, 9).tobytes(), self.step, round(self.sure, 9)

    @property
    def open(self) -> float:
        """Which part of it says yes of those whose answer is not known, as it is told."""
        return self.share - self.sure

    def leaves(self, yes: Floats, of: Codes | slice = slice(None)) -> bool:
        """Return whether a share is printed so where these say yes, each ``of`` some respondents."""
        return bool(abs(self.part[of] @ yes - self.open) <= self.step / 2 + 1e-9)

    def otherwise(self, yes: Floats) -> _Window:
        """Return the window of the multiple of the step on the other side of what was estimated."""
        other = self.share + float(np.copysign(self.step, self.part @ yes - self.open))
        return replace(self, share=round(other, 6))

    def is_end(self) -> bool:
        """Return whether a share is printed as 0 or 100%, or would be."""
        room = min(self.share, 1 - self.share) - self.step / 2
        return bool(room < self.part.max() - 1e-9)


def told_otherwise(
    told: Sequence[Told], new: Mapping[str, Told], groups: Mapping[str, Groups], yes: Floats
) -> dict[str, dict[str, float]]:
    """
    Return which rows of new tables have to say another share so that no group is left with one count of yes-answers.

    Parameters
    ----------
    told : all that is told of the same answers
    new : what is about to be, under names
    groups : by each of their groupings which group each respondent is in (-1: none), and the groups' names
    yes : each respondent's answer

    Returns
    -------
    mapping of name to row to share
        What was told of the same respondents; else the multiple of its step on the other side of what was estimated, of the
        smallest row with which the windows are those of some answers, and leave two counts of each group, and of those
        of it who are in one universe and not in another. Missing, which is to hide, where no row does.

    Notes
    -----
    A row that is hidden, or printed in a wider step, would tell that its share is one of those that tell: whoever knows
    the gate's code tries them. A share rounded to the other side (controlled rounding) is printed as others are.
    """
    windows = [one for table in told for one in table.windows("", *groups[table.by])]
    before = list({(*one.alike, one.share): one for one in windows}.values())
    rows = [one for what, table in new.items() for one in table.windows(what, *groups[table.by])]
    known, fresh = {one.alike: one for one in before}, {one.alike: one for one in rows}
    mine = [one for alike, one in fresh.items() if alike not in known]
    # one that was rounded otherwise is one window to whoever does not know it, and two to whoever may
    moved = {one: one.otherwise(yes) for one in before if not one.leaves(yes)}
    both = [
        replace(one, share=(one.share + moved[one].share) / 2, step=2 * one.step) if one in moved else one
        for one in before
    ]
    weights = {one.weight.tobytes(): one.weight for one in (*told, *new.values())}
    few = _few_on_a_side(groups, _universes(weights.values(), new.values()), yes)
    attack = _Attack([*(codes for codes, _ in groups.values()), *weights.values()], yes)

    def found(shown: Sequence[_Window], cells: Sequence[Flags]) -> Iterator[Flags]:
        views = (before, both) if moved else (both,)
        return (cell for view in views for cell in attack.found([*view, *shown], cells))

    def tells(shown: Sequence[_Window], cells: Sequence[Flags]) -> bool:
        return next(found(shown, cells), None) is not None

    def instead(*shown: _Window, hidden: Sequence[_Window] = ()) -> dict[str, dict[str, float]]:
        """Return which rows say otherwise than they were to."""
        says = known | {one.alike: one for one in shown}
        says |= {one.alike: replace(one, share=np.nan) for one in hidden}
        found: dict[str, dict[str, float]] = {}
        for one in rows:
            if one.alike in says and says[one.alike].share != one.share:
                found.setdefault(one.what, {})[one.row] = new[one.what].turned(says[one.alike].share)
        return found

    telling = list(found(mine, few))
    alone = {id(cell) for cell in found([], telling)}
    few = [cell for cell in few if id(cell) not in alone]
    telling = [cell for cell in telling if id(cell) not in alone]
    if not telling:
        return instead()
    small = sorted(mine, key=lambda one: int(one.cell.sum()))
    ways = itertools.chain(*(itertools.combinations(small, size) for size in (1, 2)))
    spent = attack.programs + _PROGRAMS
    for way in itertools.takewhile(lambda _: attack.programs < spent, itertools.islice(ways, _TRIED)):
        others = [one.otherwise(yes) for one in way]
        shown = [*(one for one in mine if one not in way), *others]
        inner = not any(one.is_end() for one in (*way, *others))
        fits = inner and attack.answers([*both, *shown]) is not None
        if fits and not tells(shown, telling) and not tells(shown, few):
            return instead(*others)
    inside = [one for one in mine if any((one.cell & cell).any() for cell in telling)]
    for hidden in (*([one] for one in small), inside, mine):
        if not tells([one for one in mine if one not in hidden], few):
            break
    return instead(hidden=hidden)


def _universes(weights: Iterable[Floats], new: Iterable[Told]) -> list[Flags]:
    """Return who is in each universe, and in one alone of a new table's and another."""
    asked = [weight > 0 for weight in weights]
    apart = [both for one in new for other in asked for both in _apart(one.weight > 0, other)]
    return [np.ones_like(asked[0]), *asked, *apart]


def _apart(one: Flags, other: Flags) -> tuple[Flags, Flags]:
    return one & ~other, other & ~one


@dataclass
class _Attack:
    """
    Who knows all groups and weights (``known``) looks for answers that fit what is told; ``yes``: those that are true.

    ``programs``: how many integer programs it took so far.
    """

    known: Sequence[Codes | Floats]
    yes: Floats
    programs: int = 0

    @cached_property
    def _kinds(self) -> tuple[Codes, Codes]:
        """The kind of each respondent, alike in all that is known, and the first one of each kind."""
        columns = np.round(np.array(self.known, dtype=float), 9)
        _, first, kind = np.unique(columns, axis=1, return_index=True, return_inverse=True)
        return kind.ravel(), first

    @cached_property
    def _seen(self) -> list[Floats]:
        """How many of each kind say yes in answers that were found: other windows may leave them, too."""
        return []

    def found(self, windows: Sequence[_Window], cells: Sequence[Flags]) -> Iterator[Flags]:
        """Return the cells of which windows leave one count."""
        yes = self.answers(windows) if windows and cells else None
        if yes is None:
            return
        parts = np.array([one.part for one in windows])
        off = parts @ yes - [one.open for one in windows]
        half = np.array([one.step / 2 + 1e-9 for one in windows])
        unsure = cells
        for most in ((_SOME // 4, _SOME // 4), (_SOME // 10, len(yes))):
            unsure = [cell for cell in unsure if not _may_differ(parts, off, half, cell, yes, most)]
        kind, first = self._kinds
        says = np.bincount(kind, yes)
        others = [one for one in self._seen if self._leave(windows, one)] if unsure else []
        for cell in unsure:
            inside = cell[first]
            if any(abs((one - says) @ inside) > 0.5 for one in others):
                continue
            if (other := self._other(windows, cell, yes)) is None:
                yield cell
            else:
                others.append(other)
                self._seen.append(other)

    def _leave(self, windows: Sequence[_Window], says: Floats) -> bool:
        """Return whether windows leave so many yes-answers of each kind."""
        _, first = self._kinds
        return all(one.leaves(says, first) for one in windows)

    def _other(self, windows: Sequence[_Window], cell: Flags, yes: Floats) -> Floats | None:
        """Return answers that fit with which more, or fewer, of a cell say yes: of some kinds of respondents, of all."""
        kind, first = self._kinds
        n, says, inside = np.bincount(kind).astype(float), np.bincount(kind, yes), cell[first]
        some = np.zeros(len(n), dtype=bool)
        for where in map(np.flatnonzero, (inside, ~inside)):
            some[where[:: len(where) // _SOME + 1]] = True
        for free in (some, np.ones_like(some)):
            low, high = np.where(free, 0, says), np.where(free, n, says)
            for ends in ((0.0, float(yes @ cell) - 1), (float(yes @ cell) + 1, float(cell.sum()))):
                possible = ends[0] <= ends[1]
                found = self._fitting(windows, low, high, (inside, *ends)) if possible else None
                if found is not None:
                    return found
        return None

    def answers(self, windows: Sequence[_Window]) -> Floats | None:
        """Return answers of all respondents that fit: the true ones if they do."""
        otherwise = [one for one in windows if not one.leaves(self.yes)]
        if not otherwise:
            return self.yes
        kind, first = self._kinds
        n, true = np.bincount(kind).astype(float), np.bincount(kind, self.yes)
        says = next((one for one in self._seen if self._leave(windows, one)), None)
        # mostly some of those of whom something else is told are enough
        about = np.any([one.cell[first] for one in otherwise], axis=0)
        for free in () if says is not None else (about, np.ones_like(about)):
            says = self._fitting(windows, np.where(free, 0, true), np.where(free, n, true))
            if says is not None:
                self._seen.append(says)
                break
        place = pd.Series(kind).groupby(kind).cumcount().to_numpy()  # among those of its kind
        return None if says is None else (place < says[kind]).astype(float)

    def _fitting(
        self,
        windows: Sequence[_Window],
        low: Floats,
        high: Floats,
        *more: tuple[Floats | Flags, float, float],
    ) -> Floats | None:
        from scipy.optimize import Bounds, LinearConstraint  # heavy: only where two answers are not enough

        self.programs += 1
        _, first = self._kinds
        told = [
            (one.part[first], one.open - one.step / 2 - 1e-9, one.open + one.step / 2 + 1e-9)
            for one in windows
        ]
        sums, least, most = zip(*told, *more, strict=True)
        found = solved(
            np.zeros(len(first)),
            constraints=LinearConstraint(np.array(sums, dtype=float), least, most),
            integrality=np.ones(len(first)),
            bounds=Bounds(low, high),
            options={"node_limit": 1000},
        )
        return None if found.x is None else np.round(found.x)


def _few_on_a_side(groups: Mapping[str, Groups], universes: Iterable[Flags], yes: Floats) -> list[Flags]:
    """Return the parts of groups that are in some universes in which few say yes, or all but few."""
    found: dict[bytes, Flags] = {}
    for asked, (codes, _) in itertools.product(_distinct(universes), groups.values()):
        code = np.where(asked, codes, -1) + 1  # 0: in no group
        n, says = np.bincount(code), np.bincount(code, yes)
        few = (np.minimum(says, n - says) <= _FEW) & (n > 0)
        cells = [code == place + 1 for place in np.flatnonzero(few[1:])]
        found |= {cell.tobytes(): cell for cell in cells}
    return list(found.values())


def _distinct(some: Iterable[Flags]) -> list[Flags]:
    return list({one.tobytes(): one for one in some}.values())


def _may_differ(
    parts: Floats, off: Floats, half: Floats, cell: Flags, yes: Floats, most: tuple[int, int]
) -> bool:
    """
    Return whether one answer in a cell may be the other one, or one there and one elsewhere: most cells need no program.

    ``off``: how far each share is from what is printed; ``half``: how far it may be; ``most``: of how many is tried, there and elsewhere.
    """
    inside, outside = (
        where[:: len(where) // size + 1]
        for where, size in zip(map(np.flatnonzero, (cell, ~cell)), most, strict=True)
    )
    here, there = (parts[:, where] * (1 - 2 * yes[where]) for where in (inside, outside))
    there = np.hstack([np.zeros((len(parts), 1)), there])
    return any(
        bool((np.abs(there + (off + one)[:, None]) <= half[:, None]).all(axis=0).any()) for one in here.T
    )
