"""Which indicators of a survey are the same answers, or sizes, of other respondents: known by the values, not by name or wording.

"Smartphone, from 18 years", "from 15 years" and "no smartphone" are one answer; turnover and turnover in millions are one
size. What is told of one is told of the other, too. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qngai_analysis.survey.estimate.arrays import Floats
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.disclosure import disclosure_standard
from qngai_analysis.survey.release.membership import Membership
from qngai_analysis.survey.release.once import once
from qngai_analysis.survey.release.respondents import FEW_VALUES, Respondents

_FIRST = 200
_ENOUGH = 10  # respondents of both in whom they may agree by chance


@dataclass(frozen=True)
class SameAnswers:
    """Shares of the same answers: by name whether one is the opposite of the first; what each row of the file says to that (missing: to none)."""

    opposite: Mapping[str, bool]
    said: Floats
    questions: frozenset[str] = frozenset()

    @cached_property
    def is_said_by_some(self) -> bool:
        """Whether some say it and some don't: what all say, or nobody, tells nothing of what else they say."""
        return len(np.unique(self.said[~np.isnan(self.said)])) > 1


@dataclass(frozen=True)
class Levels:
    """
    Means of one number of few values, each a share of the way: every step of a respondent is an answer of yes or no.

    ``ends``: by name the least and the most in its own terms; ``steps`` between them; ``said``: by step what each row of the
    file says to it (missing: to none).
    """

    ends: Mapping[str, tuple[float, float]]
    steps: int
    said: Floats


def same_answers(shares: Mapping[str, tuple[Floats, frozenset[str]]]) -> list[SameAnswers]:
    """
    Return sets of shares that agree, or differ, wherever both are known: each with one of its set at least.

    ``shares``: by name 0 and 1 (missing outside the universe), and the questions asked. Where all say the same, shares of
    different questions agree by chance.
    """
    found: list[SameAnswers] = []
    for name, (values, questions) in shares.items():
        mine, others = SameAnswers({name: False}, values, questions), []
        for alike in found:
            turned = _turned(mine.said, alike.said, asks_the_same=bool(mine.questions & alike.questions))
            if turned is None:
                others.append(alike)
                continue
            said = np.where(np.isnan(alike.said), 1 - mine.said if turned else mine.said, alike.said)
            opposite = {one: other != turned for one, other in mine.opposite.items()}
            mine = SameAnswers({**alike.opposite, **opposite}, said, mine.questions | alike.questions)
        found = [*others, mine]
    return found


def _turned(one: Floats, other: Floats, *, asks_the_same: bool) -> bool | None:
    """Return whether shares that are the same answers are each other's opposite; None where they are not the same."""
    if _differ_in_some(one, other):
        return None
    both = ~np.isnan(one) & ~np.isnan(other)
    equal = (one == other)[both]
    if both.sum() < _ENOUGH or not (equal.all() or not equal.any()):
        return None
    return None if np.ptp(one[both]) == 0 and not asks_the_same else not equal.any()


def _differ_in_some(one: Floats, other: Floats) -> bool:
    """Return whether some of the first answers are the same and some are not: most shares need no longer look."""
    same = np.abs(one[:_FIRST] - other[:_FIRST])
    return bool((same == 0).any() and (same == 1).any())


def same_sizes(one: Floats, other: Floats) -> bool:
    """
    Return whether each of two sizes follows from the other: a line wherever both are known, or a multiple in half of the units, up to p%.

    What a line leaves has then no unit that is further off: turnover and turnover with a small thing more are one size, and
    so are two that are the same in most, however far apart in some.
    """
    both = ~np.isnan(one) & ~np.isnan(other)
    if both.sum() < _ENOUGH:
        return False
    if is_multiple(one[both], other[both]):
        return True
    close = disclosure_standard().p_percent
    x, y = (values[both] - values[both].mean() for values in (one, other))
    return bool(x.any() and y.any() and (x @ y) ** 2 >= (1 - close**2) * (x @ x) * (y @ y))


def is_multiple(one: Floats, other: Floats) -> bool:
    """Return whether one size is a multiple of another in most of ten or more units, up to p%."""
    close, some = disclosure_standard().p_percent, one > 0
    if some.sum() < _ENOUGH:
        return False
    times = other[some] / one[some]
    usual = np.median(times)
    return bool(usual > 0 and (np.abs(times - usual) <= close * usual).mean() > 0.5)


def adding_up(whole: Floats, parts: Floats) -> Floats | None:
    """Return how many times each of some sizes (columns) makes up another, up to p% in most of enough units; None where they do not."""
    some = whole != 0
    if some.sum() < max(_ENOUGH, 5 * parts.shape[1]):
        return None
    each = parts[some] / whole[some, None]
    large = np.abs(each).max(axis=0) + (each == 0).all(axis=0)
    each /= large
    near, middle = np.ones(len(each), dtype=bool), (len(each) - 1) // 2
    for _ in range(5):  # without those that are furthest off: in some units there may be more
        times, *_ = np.linalg.lstsq(each[near], np.ones(near.sum()), rcond=None)
        off = np.abs(each @ times - 1)
        near, before = off <= np.partition(off, middle)[middle], near
        if (near == before).all():
            break
    return np.asarray(times / large) if np.median(off) <= disclosure_standard().p_percent else None


class Kin:
    """The indicators of a survey by what they say of its respondents."""

    def __init__(self, file: Respondents, members: Membership) -> None:
        self.file, self.members = file, members

    @property
    def all(self) -> tuple[Indicator, ...]:
        """The indicators of the codebook, after those that were told and are gone from it."""
        return (*(item for item, _ in self.file.gone.values()), *self.file.indicators)

    def same_answers(self, item: Indicator) -> SameAnswers:
        """Return which indicators are the same answers as a share."""
        known = (one for one in self._answers_told if item.name in one.opposite)
        return next(known, SameAnswers({item.name: False}, self._said(item)))

    @once
    def together(self, item: Indicator) -> list[SameAnswers]:
        """
        Return the answers that hang together with a share's, itself among them: of shares that ask a question in common.

        "Has one", "has both": who says the one says the other.
        """
        if levels := self.levels(item):
            return [SameAnswers(dict.fromkeys(levels.ends, False), levels.said)]
        mine = self.same_answers(item)
        found, asked = {id(mine)}, mine.questions
        left = [one for one in self._answers_told if one is not mine and one.is_said_by_some]
        while more := next((one for one in left if one.questions & asked and id(one) not in found), None):
            found.add(id(more))
            asked |= more.questions
        return [one for one in self._answers_told if id(one) in found] or [mine]

    def _said(self, item: Indicator) -> Floats:
        """Return what each row of the file says to a share; missing where that is known."""
        values, them = self.file.values(item)[:, 0], self.members.says(item)
        return values if them is None else np.where(them.open, values, np.nan)

    @cached_property
    def _answers_told(self) -> list[SameAnswers]:
        """The shares of the codebook, those of the same answers together."""
        shares = {
            one.name: (self._said(one), frozenset(filter(self.file.is_answer, one.numerator.names)))
            for one in self.all
            if one.kind == "proportion"
        }
        return same_answers(shares)

    @once
    def of(self, item: Indicator) -> tuple[Indicator, ...]:
        """Return the indicators of the codebook that are the same answers, or sizes, as one, in other universes: itself among them."""
        if item not in self.file.indicators:
            return (item,)
        if item.kind == "proportion":
            names = {name for one in self.together(item) for name in one.opposite}
            return tuple(one for one in self.all if one.name in names)
        sizes = [one for one in self.all if one.kind != "proportion"]
        return tuple(one for one in sizes if self.are_same(item, one))

    @once
    def are_same(self, *items: Indicator) -> bool:
        """Return whether two are the same size, or what follows from one question: wherever they are alike each tells of the other."""
        if items[0] == items[1]:
            return True
        one, other = (self.file.values(item)[:, 0] for item in items)
        asked, more = (set(filter(self.file.is_answer, item.numerator.names)) for item in items)
        return bool(asked & more) or same_sizes(one, other)

    def adds_up(self, item: Indicator, others: Iterable[Indicator]) -> bool:
        """
        Return whether a number of few values, or a share, is others of which one is such a number, added up or taken away ("devices").

        A line of one other is the same number (``levels``), and shares that hang together are one problem (``together``).
        """
        levels = self.levels(item)
        if not (item.kind == "proportion" or levels):
            return False
        alike = levels.ends if levels else self.same_answers(item).opposite
        beside = [
            one for one in others if one.name not in alike and (one.kind == "proportion" or self.levels(one))
        ]
        values, known = {one.name: self.file.values(one)[:, 0] for one in beside}, self.file.known(item)
        same = [one for one in beside if not np.isnan(values[one.name][known]).any()]
        for some in (same, *itertools.combinations(beside, 2)):
            if len(some) < 2 or all(one.kind == "proportion" for one in (item, *some)):
                continue
            parts = np.array([values[one.name] for one in some]).T
            rows = known & ~np.isnan(parts).any(axis=1)
            parts, whole = (
                np.column_stack([parts[rows], np.ones(rows.sum())]),
                self.file.values(item)[rows, 0],
            )
            if rows.sum() < max(_ENOUGH, 5 * parts.shape[1]) or np.ptp(whole) == 0:
                continue
            times, *_ = np.linalg.lstsq(parts, whole, rcond=None)
            if np.allclose(parts @ times, whole, atol=1e-6 * np.ptp(whole)):
                return True
        return False

    def windows_of(self, item: Indicator) -> tuple[Indicator, ...]:
        """Return the indicators that are held together with one, itself among them, as windows on the same answers."""
        levels = self.levels(item)
        return tuple(one for one in self.all if one.name in levels.ends) if levels else self.of(item)

    @once
    def levels(self, item: Indicator) -> Levels | None:
        """Return the means of the same number of few values as one: each is another by a line wherever both are known."""
        means = [one for one in self.all if one.kind == "mean" and self.file.scale(one)]
        if item not in means:
            return None
        size, lines = self.file.values(item)[:, 0], {item.name: (0.0, 1.0)}
        for one in means * len(means):
            other = self.file.values(one)[:, 0]
            both = ~np.isnan(size) & ~np.isnan(other)
            if one.name in lines or both.sum() < _ENOUGH or np.ptp(size[both]) == 0:
                continue
            times, start = np.polyfit(size[both], other[both], 1)
            if np.ptp(other[both]) > 0 and np.allclose(start + times * size[both], other[both]):
                lines[one.name] = start, times
                size = np.where(np.isnan(size), (other - start) / times, size)
        kinds = np.unique(np.round(size[~np.isnan(size)], 6))
        steps = (size - kinds[0]) / np.diff(kinds).min()
        many = int(np.round(np.nanmax(steps)))
        if many > FEW_VALUES or not np.allclose(steps, np.round(steps), atol=1e-3, equal_nan=True):
            return None
        said = np.where(np.isnan(steps), np.nan, np.arange(many)[:, None] < np.round(steps)).ravel()
        ends = {
            name: (start + times * kinds[0], start + times * kinds[-1])
            for name, (start, times) in lines.items()
        }
        return Levels(ends, many, said)
