"""What the published shares of the same answers tell together of how many said yes.

A share is a window on the answers behind it. One leaves two counts or more of them (``gate.share_steps``); several that
overlap may leave one. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats
from qngai_analysis.survey.release.crossing import solved

_FEW = 25  # answers on a side of a group: how many more there are tells of nobody
_TRIED = 200  # ways to round one row or two otherwise before any is hidden
_WORK = 20_000_000  # how large all programs together may be (shares times choices) that look for such ways
_SOME = 100  # respondents in a group, and others, whose answers are tried before all are
Groups = tuple[Codes, Sequence[str]]
Array = TypeVar("Array", Floats, Flags)


@dataclass(frozen=True)
class Told:
    """A table of shares by a grouping ("": the whole) that was told, or is about to be: what it says, with which weights."""

    by: str
    rows: Mapping[str, Any]  # row, estimate, step: a table or its columns
    weight: Floats  # of each respondent; 0 of those who are not in its universe, or whose answer is known
    opposite: bool = False  # it tells of those who say no
    # by row what all in it weigh, and those of whom all know that they say yes, where there are such
    known: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    answer: int = 0  # which of several answers that hang together it tells
    counts: bool = False  # it tells how many say yes, among others whom it counts

    def windows(self, what: str, codes: Codes, names: Sequence[str]) -> Iterator[_Window]:
        """Return the rows that have a share; ``codes``: which of the groups ``names`` each respondent is in."""
        places, asked = {name: place for place, name in enumerate(names)}, self.weight > 0
        for row, share, step in zip(*(self.rows[name] for name in ("row", "estimate", "step")), strict=True):
            if share == share and (cell := asked & (codes == places.get(row, len(names)))).any():
                part = self.weight * cell
                if self.counts:
                    some = share - self.known[row][1]
                    some = cell.sum() - some if self.opposite else some
                    yield _Window(what, row, cell, part, some, step, answer=self.answer)
                    continue
                of, sure = self.known.get(row, (part.sum(), 0.0))
                yield _Window(what, row, cell, part / of, self.turned(share), step, sure / of, self.answer)

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
    answer: int = 0

    @cached_property
    def alike(self) -> tuple[bytes, float, float, int]:
        """Of whom it is, and how wide: what is told twice of the same respondents is told alike."""
        return np.round(self.part, 9).tobytes(), self.step, round(self.sure, 9), self.answer

    @cached_property
    def _counting(self) -> tuple[Codes, Floats]:
        """Who counts, and how much: of a commune few of all."""
        where = np.flatnonzero(self.part)
        return where, self.part[where]

    @property
    def open(self) -> float:
        """Which part of it says yes of those whose answer is not known, as it is told."""
        return self.share - self.sure

    def off(self, yes: Floats) -> float:
        """Return how far a share is from what is printed where these say yes, an answer a row."""
        where, part = self._counting
        return float((part * yes[self.answer, where]).sum() - self.open)

    def leaves(self, yes: Floats) -> bool:
        """Return whether a share is printed so."""
        return abs(self.off(yes)) <= self.step / 2 + 1e-9

    def otherwise(self, yes: Floats) -> _Window:
        """Return the window of the multiple of the step on the other side of what was estimated."""
        other = self.share + float(np.copysign(self.step, self.off(yes)))
        return replace(self, share=round(other, 6))

    def is_end(self) -> bool:
        """Return whether a share is printed as 0 or 100%, or would be."""
        room = min(self.share, 1 - self.share) - self.step / 2
        return bool(room < self.part.max() - 1e-9)


@dataclass(frozen=True, eq=False)
class _Cell:
    """Some respondents, of whom it is asked how many say yes to an answer."""

    answer: int
    inside: Flags


def told_otherwise(
    told: Sequence[Told], new: Mapping[str, Told], groups: Mapping[str, Groups], yes: Floats
) -> dict[str, dict[str, float]]:
    """
    Return which rows of new tables have to say another share so that no group is left with one count of yes-answers.

    Parameters
    ----------
    told : all that is told of the same answers, or of some that hang together (one is said by whoever says two others)
    new : what is about to be, under names
    groups : by each of their groupings which group each respondent is in (-1: none), and the groups' names
    yes : each respondent's answer; an answer a row, missing where one has none, where several hang together

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
    said = np.atleast_2d(yes)
    yes = np.nan_to_num(said)
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
    few: list[_Cell] = []
    for answer, asked in enumerate(~np.isnan(said)):
        weights = _distinct(one.weight for one in (*told, *new.values()) if one.answer == answer)
        mine_ = [one for one in new.values() if one.answer == answer]
        universes = [one & asked for one in _universes(asked, weights, mine_)]
        few += [_Cell(answer, cell) for cell in _few_on_a_side(groups, universes, yes[answer])]
    weights = _distinct(one.weight for one in (*told, *new.values()))
    attack = _Attack([*(codes for codes, _ in groups.values()), *weights], said)

    def found(shown: Sequence[_Window], cells: Sequence[_Cell]) -> Iterator[_Cell]:
        views = (before, both) if moved else (both,)
        return (cell for view in views for cell in attack.found([*view, *shown], cells))

    def tells(shown: Sequence[_Window], cells: Sequence[_Cell]) -> bool:
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
    shown = {id(one): one for one in mine}  # what each is to say; none where it is hidden
    spent = attack.work + _WORK
    while telling:
        cell, now = telling[0], [one for one in mine if id(one) in shown]
        near = [one for one in now if (one.cell & cell.inside).any()]
        small = sorted(near, key=lambda one: int(one.cell.sum()))
        turns = (way for size in (1, 2) for way in itertools.combinations(small, size))
        for way in itertools.takewhile(lambda _: attack.work < spent, itertools.islice(turns, _TRIED)):
            others = {id(one): one.otherwise(yes) for one in way}
            says = [*(shown | others).values()]
            inner = not any(one.is_end() for one in (*way, *others.values()))
            if inner and attack.fitting([*both, *says]) is not None and not tells(says, [cell]):
                shown |= others
                break
        else:
            for hidden in (*([one] for one in small), near or now):
                left = {key: one for key, one in shown.items() if key not in map(id, hidden)}
                if not tells([*left.values()], [cell]):
                    break
            shown = left
        telling = list(found([*shown.values()], telling[1:])) or list(found([*shown.values()], few))
    turned = [one for key, one in shown.items() if id(one) != key]
    return instead(*turned, hidden=[one for one in mine if id(one) not in shown])


def _universes(all_: Flags, weights: Iterable[Floats], new: Iterable[Told]) -> list[Flags]:
    """Return who is in each universe, and in one alone of a new table's and another."""
    asked = [weight > 0 for weight in weights]
    apart = [both for one in new for other in asked for both in _apart(one.weight > 0, other)]
    return [all_, *asked, *apart]


def _apart(one: Flags, other: Flags) -> tuple[Flags, Flags]:
    return one & ~other, other & ~one


@dataclass
class _Attack:
    """
    Who knows all groups and weights (``known``) looks for answers that fit what is told; ``said``: those that are true.

    Of several answers that hang together a respondent gives one of the patterns that somebody gives to the same of them.
    ``work``: how large the programs that it took so far were together: shares times choices.
    """

    known: Sequence[Codes | Floats]
    said: Floats
    work: int = 0
    _last: tuple[Sequence[_Window], tuple[Any, Floats, Floats]] | None = None

    @cached_property
    def yes(self) -> Floats:
        """The true answers, no where one has none."""
        return np.nan_to_num(self.said)

    @cached_property
    def _patterns(self) -> tuple[Floats, Floats]:
        """The patterns, each with what is asked of whom: of one answer both."""
        asked = (~np.isnan(self.said)).astype(float)
        if len(self.said) == 1:
            return np.array([[0.0], [1.0]]), np.array([[1.0], [1.0]])
        each = np.unique(np.vstack([self.yes, asked]), axis=1).T
        return each[:, : len(self.said)], each[:, len(self.said) :]

    @cached_property
    def _gives(self) -> Codes:
        """Which pattern each respondent gives."""
        patterns, asked = self._patterns
        rows = np.vstack([self.yes, ~np.isnan(self.said)])
        every = np.hstack([patterns, asked])
        return np.asarray((rows.T[:, None] == every[None]).all(axis=2).argmax(axis=1))

    @cached_property
    def _may_give(self) -> Flags:
        """Which patterns each respondent may give: patterns × respondents."""
        _, asked = self._patterns
        return np.asarray((asked[:, :, None] == ~np.isnan(self.said)[None]).all(axis=1))

    @cached_property
    def _kinds(self) -> tuple[Codes, Codes]:
        """The kind of each respondent, alike in all that is known, and the first one of each kind."""
        kind, first = np.zeros(self.said.shape[1], dtype=np.intp), np.zeros(1, dtype=np.intp)
        for column in (*self.known, *np.isnan(self.said)):  # one after the other: far faster than all at once
            _, code = np.unique(np.round(column.astype(float), 9), return_inverse=True)
            _, first, kind = np.unique(
                kind * (code.max(initial=0) + 1) + code, return_index=True, return_inverse=True
            )
        return kind, first

    @cached_property
    def _choices(self) -> tuple[Codes, Codes, Codes]:
        """What may be changed: of each kind all patterns but the first it may give; of which kind, which pattern, and instead of which."""
        _, first = self._kinds
        may = self._may_give[:, first]
        base = may.argmax(axis=0)
        may = may.copy()
        may[base, np.arange(len(first))] = False
        kind, pattern = np.nonzero(may.T)
        return kind, pattern, base[kind]

    @cached_property
    def _true(self) -> Floats:
        """How many give each of the choices."""
        kinds, _ = self._kinds
        kind, pattern, _ = self._choices
        n = np.zeros((kinds.max() + 1, len(self._patterns[0])))
        np.add.at(n, (kinds, self._gives), 1)
        return np.asarray(n[kind, pattern])

    @cached_property
    def _seen(self) -> list[Floats]:
        """Choices that were found: other windows may leave them, too."""
        return []

    def _row(self, part: Floats, answer: int) -> tuple[Floats, float]:
        """Return a sum over respondents who say yes to an answer as one over choices, and what it is without any."""
        kinds, first = self._kinds
        kind, pattern, base = self._choices
        says = self._patterns[0][:, answer]
        each = part[first]
        start = self._may_give[:, first].argmax(axis=0)
        return each[kind] * (says[pattern] - says[base]), float((each * np.bincount(kinds)) @ says[start])

    def _leaves_true(self, window: _Window) -> bool:
        """Return whether a window leaves the true answers; remembered, for it is asked for with each way to round another."""
        if window not in self._true_there:
            self._true_there[window] = window.leaves(self.yes)
        return self._true_there[window]

    @cached_property
    def _true_there(self) -> dict[_Window, bool]:
        return {}

    def _row_of(self, window: _Window) -> tuple[Floats, float]:
        if window not in self._rows:
            self._rows[window] = self._row(window.part, window.answer)
        return self._rows[window]

    @cached_property
    def _rows(self) -> dict[_Window, tuple[Floats, float]]:
        return {}

    def found(self, windows: Sequence[_Window], cells: Sequence[_Cell]) -> Iterator[_Cell]:
        """Return the cells of which windows leave one count."""
        chosen = self.fitting(windows) if windows and cells else None
        if chosen is None:
            return
        moves = self._moves(windows, self._given(chosen))
        unsure = [cell for cell in cells if not moves.may_turn(cell)]
        others = [one for one in self._seen if self._leave(windows, one)] if unsure else []
        for cell in unsure:
            inside, _ = self._row(cell.inside.astype(float), cell.answer)
            if any(abs((one - chosen) @ inside) > 0.5 for one in others):
                continue
            if (other := self._other(windows, cell, chosen)) is None:
                yield cell
            else:
                others.append(other)
                self._seen.append(other)

    def _leave(self, windows: Sequence[_Window], chosen: Floats) -> bool:
        """Return whether windows leave some choices."""
        return all(
            abs(row @ chosen + start - one.open) <= one.step / 2 + 1e-9
            for one in windows
            for row, start in [self._row_of(one)]
        )

    def _given(self, chosen: Floats) -> Codes:
        """Return which pattern each respondent gives, by what is chosen for each kind."""
        if chosen is self._true:
            return self._gives
        kinds, first = self._kinds
        kind, pattern, _ = self._choices
        n = np.zeros((len(first), len(self._patterns[0])))
        n[kind, pattern] = chosen
        start = self._may_give[:, first].argmax(axis=0)
        n[np.arange(len(first)), start] = np.bincount(kinds) - n.sum(axis=1)
        ends = np.cumsum(n, axis=1)
        place = pd.Series(kinds).groupby(kinds).cumcount().to_numpy()  # among those of its kind
        return np.asarray((place[:, None] >= ends[kinds] - 0.5).sum(axis=1))

    def _moves(self, windows: Sequence[_Window], gives: Codes) -> _Moves:
        """Return what windows change by where one respondent of each kind gives another pattern than he does."""
        patterns = self._patterns[0]
        kinds, _ = self._kinds
        _, each = np.unique(kinds * len(patterns) + gives, return_index=True)
        pattern, place = np.nonzero(
            self._may_give[:, each] & (np.arange(len(patterns))[:, None] != gives[each])
        )
        who = each[place]
        differs = (patterns[pattern] - patterns[gives[who]]).T
        parts = np.array([one.part for one in windows])
        answers = np.array([one.answer for one in windows])
        told = np.array([one.open for one in windows])
        off = (parts * patterns[gives].T[answers]).sum(axis=1) - told
        half = np.array([one.step / 2 + 1e-9 for one in windows])
        return _Moves(who, differs, parts[:, who] * differs[answers], off, half)

    def _other(self, windows: Sequence[_Window], cell: _Cell, chosen: Floats) -> Floats | None:
        """Return choices that fit with which more, or fewer, of a cell say yes: of some kinds of respondents, of all."""
        _, first = self._kinds
        inside, start = self._row(cell.inside.astype(float), cell.answer)
        yes, n = float(inside @ chosen + start), float(cell.inside.sum())
        for low, high in ((0.0, yes - 1), (yes + 1, n)):
            sums = (inside, low - start, high - start)
            found = self._fitting(windows, cell.inside[first], chosen, sums) if low <= high else None
            if found is not None:
                return found
        return None

    def fitting(self, windows: Sequence[_Window]) -> Floats | None:
        """Return choices that fit: the true ones if they do."""
        otherwise = [one for one in windows if not self._leaves_true(one)]
        if not otherwise:
            return self._true
        _, first = self._kinds
        found = next((one for one in self._seen if self._leave(windows, one)), None)
        if found is None:
            # mostly some of those of whom something else is told are enough, with some who make up for what they say
            about = np.any([one.cell[first] for one in otherwise], axis=0)
            found = self._fitting(windows, about, self._true)
            self._seen += [] if found is None else [found]
        return found

    def _told_sums(self, windows: Sequence[_Window]) -> tuple[Any, Floats, Floats]:
        """Return windows as sums over choices with their ends; the last asked for are kept, for many cells are looked at in the same."""
        from scipy.sparse import csr_array

        if self._last is None or self._last[0] != windows:
            rows, starts = zip(*map(self._row_of, windows), strict=True)
            open_ = np.array([one.open for one in windows]) - starts
            half = np.array([one.step / 2 + 1e-9 for one in windows])
            self._last = (windows, (csr_array(np.array(rows)), open_ - half, open_ + half))
        return self._last[1]

    def _fitting(
        self,
        windows: Sequence[_Window],
        about: Flags,
        chosen: Floats,
        *more: tuple[Floats, float, float],
    ) -> Floats | None:
        """Return choices that fit, as they were ``chosen`` but of ever more kinds: of some and of others."""
        from scipy.optimize import Bounds, LinearConstraint  # heavy: only where two answers are not enough
        from scipy.sparse import csr_array, vstack

        kinds, _ = self._kinds
        kind, *_ = self._choices
        n = np.bincount(kinds).astype(float)
        sums, least, most = self._told_sums(windows)
        for row, low, high in more:
            sums = vstack([sums, csr_array(row[None])])
            least, most = np.append(least, low), np.append(most, high)
        if len(kind) > len(n):  # several of a kind: together no more than there are
            each = csr_array((np.ones(len(kind)), (kind, np.arange(len(kind)))))
            sums = vstack([sums, each])
            least = np.append(least, np.zeros(each.shape[0]))
            most = np.append(most, n[: each.shape[0]])
        sums = sums.tocsc()

        def answer(of: Codes, stays: Floats, **program: Any) -> Any:
            told = LinearConstraint(sums[:, of], least - stays, most - stays)
            bounds = Bounds(0, n[kind[of]])
            return solved(np.zeros(len(of)), constraints=told, bounds=bounds, **program).x

        for nth, free in enumerate(_ever_more(about)):
            # where not even parts of all respondents fit, which is soon known, none of fewer does
            if (nth == 1 or (nth == 0 and free.all())) and answer(
                np.arange(len(kind)), np.zeros(len(least))
            ) is None:
                return None
            of, others = np.flatnonzero(free[kind]), np.flatnonzero(~free[kind])
            self.work += len(of) * len(windows)
            whole = {"integrality": np.ones(len(of)), "options": {"node_limit": 1000}}
            found = answer(of, sums[:, others] @ chosen[others], **whole)
            if found is not None:
                answers = chosen.copy()
                answers[of] = np.round(found)
                return answers
        return None


@dataclass(frozen=True, eq=False)
class _Moves:
    """
    What windows change by if one respondent gives another pattern, a column for each.

    ``who`` does, by what each answer ``differs``; ``off``: how far each share is from what is printed; ``half``: how far it may be.
    """

    who: Codes
    differs: Floats
    change: Floats
    off: Floats
    half: Floats

    @cached_property
    def _breaks(self) -> Flags:
        """Which windows each move alone leaves."""
        return np.asarray(np.abs(self.off[:, None] + self.change) > self.half[:, None])

    @cached_property
    def _broken(self) -> Codes:
        """How many windows each move alone leaves."""
        return np.asarray(self._breaks.sum(axis=0))

    def may_turn(self, cell: _Cell) -> bool:
        """Return whether one in a cell may say the other, alone or with one elsewhere who does: most cells need no program."""
        inside = cell.inside[self.who]
        here = np.flatnonzero(inside & (self.differs[cell.answer] != 0))
        if (self._broken[here] == 0).any():
            return True
        there = np.flatnonzero(~inside)
        for one in here[:: len(here) // (_SOME // 4) + 1]:
            mine = np.flatnonzero(
                self.change[:, one]
            )  # the other windows are as the second alone leaves them
            some = there[self._broken[there] == self._breaks[np.ix_(mine, there)].sum(axis=0)]
            off = (self.off + self.change[:, one])[mine, None] + self.change[np.ix_(mine, some)]
            if (np.abs(off) <= self.half[mine, None]).all(axis=0).any():
                return True
        return False


def _ever_more(some: Flags) -> Iterator[Flags]:
    """Return ever more of some, and of the others, at last all: a program over few is solved in a hundredth of the time."""
    for most in (_SOME, 10 * _SOME, 20 * _SOME, len(some) + 1):
        free = np.zeros(len(some), dtype=bool)
        for where in map(np.flatnonzero, (some, ~some)):
            free[where[:: len(where) // most + 1]] = True
        yield free
        if free.all():
            return


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


def _distinct(some: Iterable[Array]) -> list[Array]:
    return list({one.tobytes(): one for one in some}.values())
