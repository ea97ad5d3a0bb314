"""Who may be in a group, for one who does not know the answers that it is made of; and how near groups are to each other.

How many are in a group is published. A group that, but for a few, is one whose size is known tells of those few; of a group
that rests on answers what they said. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats
from qngai_analysis.survey.form.codebook import Codebook, Domain, Indicator
from qngai_analysis.survey.form.condition import Answer, Answers, Condition, Status
from qngai_analysis.survey.release.crossing import Groups
from qngai_analysis.survey.release.disclosure import disclosure_standard
from qngai_analysis.survey.release.gate import told_count
from qngai_analysis.survey.release.ledger import CROSS, ONCE
from qngai_analysis.survey.release.once import once
from qngai_analysis.survey.release.refusals import refuse_changed
from qngai_analysis.survey.release.respondents import NO_GROUPS, Respondents


@dataclass(frozen=True)
class Members:
    """Who may be in a group, and who surely is, for one who does not know some answers."""

    may: Flags
    sure: Flags

    def within(self, other: Members) -> Members:
        """Return the members of both of two groups."""
        return Members(self.may & other.may, self.sure & other.sure)

    @property
    def open(self) -> Flags:
        """Who is in it or is not, by what he answered."""
        return self.may & ~self.sure


def members(domain: Domain, seen: Answers) -> dict[str, Members]:
    """Return by group of a domain who may be in it for one who sees no more than some answers."""
    found: dict[str, Members] = {}
    later = Members(np.zeros(seen.size, dtype=bool), np.zeros(seen.size, dtype=bool))
    for vi, _, rule in reversed(domain.groups):  # a row is in the last group whose rule holds
        truth = rule.test(seen)
        found[vi] = Members(~truth.no & ~later.sure, truth.yes & ~later.may)
        later = Members(later.may | ~truth.no, later.sure | truth.yes)
    return found


def answers_in(frame: pd.DataFrame, book: Codebook, names: Iterable[str]) -> Answers:
    """Return the answers to some questions in a survey's frame; none at all to those who did not answer, for whatever reason."""
    found = Answers(len(frame))
    for name in names:
        question = book.questions[name]
        columns = frame[list(question.columns)]
        chosen: dict[str, Flags] = {}
        if question.type == "select_multiple":
            hits = columns.eq(1).to_numpy().T
            chosen = dict(zip((one.name for one in question.choices), hits, strict=True))
            values = columns.iloc[:, 0].to_numpy(dtype=float)
        elif question.type == "select_one":
            codes = {choice.vi: float(choice.code) for choice in question.choices}
            values = frame[name].astype(object).map(codes).to_numpy(dtype=float)
        elif question.type == "date":
            values = ((frame[name] - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(days=1)).to_numpy(dtype=float)
        else:
            values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float)
        status = np.where(np.isnan(values), Status.NOT_APPLICABLE, Status.ANSWERED).astype(np.int8)
        found[name] = Answer(values, status, chosen)
    return found


def differ(cell: Flags, codes: Codes) -> int:
    """
    Return by how many respondents a group differs from the nearest sum of the groups of a grouping (-1: the rest).

    >>> differ(np.array([True, True, True, False]), np.array([0, 0, 1, 1]))
    1
    """
    inside, n = np.bincount(codes + 1, cell), np.bincount(codes + 1)
    return int(np.minimum(inside, n - inside).sum())


class Membership:
    """Who may be in the groups of a survey's respondents."""

    def __init__(self, file: Respondents) -> None:
        self.file = file

    @once
    def _answers_to(self, names: tuple[str, ...]) -> Answers:
        """Return the file's answers to some questions."""
        assert self.file.book is not None
        if "content" in self.file.survey.frame.attrs:
            columns = [one for name in names for one in self.file.book.questions[name].columns]
            refuse_changed(self.file.survey, columns)
        return answers_in(self.file.survey.frame, self.file.book, names)

    def _seen(self, names: Sequence[str], unknown: Collection[str]) -> Answers:
        """Return the answers to some questions, to others none: of these he who does not know them knows whom the form asks."""
        answers = self._answers_to(tuple(names))
        hidden = {
            name: replace(
                answers[name],
                status=np.where(self._may_be_asked(name), Status.MISSING, Status.NOT_APPLICABLE),
            )
            for name in unknown
        }
        return Answers(answers.size, {**answers, **hidden})

    def _fits(self, rule: Condition, unknown: Collection[str]) -> Members:
        """Return whom a rule may hold of, for one who does not know the answers to some questions."""
        truth = rule.test(self._seen(rule.names, unknown))
        return Members(~truth.no, truth.yes)

    @once
    def _may_be_asked(self, name: str) -> Flags:
        """Return whom the form may ask a question, for one who knows no answers."""
        rule = self.file.book.questions[name].ask_if if self.file.book else None
        if rule is None:
            return np.ones(len(self.file.survey.frame), dtype=bool)
        return self._fits(rule, [one for one in rule.names if self.file.is_answer(one)]).may

    @once
    def _members(self, part: str, unknown: tuple[str, ...]) -> dict[str, Members]:
        """Return who may be in each group of a grouping for one who does not know the answers to some questions."""
        codes, names = self.file.groups(part)
        domain = self.file.book.domains.get(part) if self.file.book and unknown else None
        if domain:
            asked = dict.fromkeys(name for _, _, rule in domain.groups for name in rule.names)
            return members(domain, self._seen(tuple(asked), unknown))
        if unknown:  # a question: anybody whom it is asked may have said anything
            anybody = Members(self._may_be_asked(part), np.zeros(len(codes), dtype=bool))
            return dict.fromkeys(names, anybody)
        return {name: Members(codes == place, codes == place) for place, name in enumerate(names)}

    def _who(self, by: str, unknown: Mapping[str, tuple[str, ...]]) -> dict[str, Members]:
        """Return who may be in each row of a table for one who does not know some questions' answers, given by grouping."""
        parts = [self._members(part, unknown.get(part, ())) for part in by.split(CROSS)]
        nobody = Members(*np.zeros((2, len(self.file.survey.frame)), dtype=bool))
        rows = [row for row in self.file.groups(by)[1] if row not in NO_GROUPS]
        each = {row: row.split(CROSS, 1) if len(parts) > 1 else [row] for row in rows}
        return {
            row: reduce(
                Members.within, (part.get(label, nobody) for part, label in zip(parts, labels, strict=True))
            )
            for row, labels in each.items()
        }

    @once
    def _who_by_groups(self, by: str) -> dict[str, Members]:
        """Return who may be in each row for one who knows everybody's district, stratum and own groups, and no answer."""
        return self._who(by, {part: tuple(self.file.said(part)) for part in by.split(CROSS)})

    def decided_by_few(self, by: str, known: Flags) -> set[str]:
        """
        Return the rows in which few are, or few are not, by their answer to one question, if all others' answers are known.

        How many are in a row would tell what those few said: of a domain that is a district and, if he said yes, one more.
        """
        codes, names = self.file.groups(by)
        found = set()
        for part in by.split(CROSS) if self.file.book and self.file.asked(by) else ():
            for question in self.file.said(part) if self.file.book and part in self.file.book.domains else ():
                asked = {part: (question,)}
                for row, them in self._who(by, asked).items():
                    if _tells(them.open & known, codes == names.index(row)):
                        found.add(row)
        return found

    def may_be_in(self, part: str) -> dict[str, Flags]:
        """Return who may be in each row by a grouping to which all that was said of it is told alike, though nobody said it."""
        rows = self._members(part, tuple(sorted(self.file.nobody_said(part))))
        return {row: them.may for row, them in rows.items() if row not in NO_GROUPS}

    @once
    def says(self, item: Indicator) -> Members | None:
        """
        Return who may say yes to a share, and who surely does, for one who knows of everybody all but the answers; None where
        nobody's yes or no is known.

        "Lives in the town and shops online": who lives elsewhere says no, as all know.
        """
        names = item.numerator.names if self.file.book and item.kind == "proportion" else ()
        unknown = tuple(name for name in names if self.file.is_answer(name))
        if len(unknown) == len(names):
            return None
        return self._fits(item.numerator, unknown)

    @once
    def lets_in(self, item: Indicator) -> Members | None:
        """Return who may be in an indicator's universe, and who surely is, for one who knows all but answers; None where all do."""
        rule = item.universe if self.file.book else None
        unknown = tuple(name for name in rule.names if self.file.is_answer(name)) if rule else ()
        return self._fits(rule, unknown) if rule and unknown else None

    @once
    def counted(self, item: Indicator, by: str) -> tuple[Floats, Floats] | None:
        """
        Return for each group how many may be in an indicator's universe and answer, at least and at most, for one who knows of
        everybody all but how they answered what it asks; None where that lets nobody in.
        """
        if (them := self.lets_in(item)) is None:
            return None
        assert item.universe
        answers, known = self._answers_to(tuple(item.universe.names)), self.file.known(item)
        asked = [answers[name].status for name in item.universe.names if self.file.is_answer(name)]
        said = np.any([status == Status.ANSWERED for status in asked], axis=0) & self.file.counts_for(item)
        codes, names = self.file.groups(by)
        sure, may = known & ~them.open, (known & ~them.open) | (them.open & said)
        inside = codes >= 0
        sums = np.array(
            [np.bincount(codes[inside], one[inside], len(names)) for one in (sure, may)], dtype=float
        )
        return sums[0], sums[1]

    def told_as(self, item: Indicator, by: str, rows: Iterable[str], n: Floats) -> Floats:
        """Return how many respondents rows are told to have, of a question that some are asked by what they answered; else how many."""
        if (ends := self.counted(item, by)) is None:
            return n
        places = {name: place for place, name in enumerate(self.file.groups(by)[1])}
        at = [places.get(row, 0) for row in rows]  # none of what nobody said
        least, most = (one[at] for one in ends)
        return np.where(n > 0, told_count(n, least, most), n)

    def told_if_all(self, item: Indicator, by: str) -> set[str]:
        """Return the rows that would be told only if all who are asked said so: there are no more of them than the threshold."""
        if (ends := self.counted(item, by)) is None:
            return set()
        least, most = ends
        threshold = disclosure_standard().threshold
        alone = (most == threshold) & (least < threshold)
        return {name for name, one in zip(self.file.groups(by)[1], alone, strict=True) if one}

    @once
    def unheard(self, item: Indicator, by: str) -> Flags:
        """
        Return who is in a row of nobody that is to be hidden as one of few: of few asked none answered, or all gave an answer
        that leaves them out of the universe.
        """
        codes, names = self.file.groups(by)
        inside = codes >= 0
        heard = np.bincount(codes[self.file.known(item) & inside], minlength=len(names)) > 0
        if heard.all():
            return np.zeros(len(codes), dtype=bool)
        may = self.file.due(item)
        n = np.bincount(codes[may & inside], minlength=len(names))
        quiet = (n > 0) & (n < disclosure_standard().threshold)
        rule = item.universe if self.file.book else None
        unknown = tuple(name for name in rule.names if self.file.is_unknown(name)) if rule else ()
        if rule and unknown:
            may = may | self._fits(rule, unknown).may & self.file.counts_for(item)
            quiet = np.bincount(codes[may & inside], minlength=len(names)) > 0
        return np.asarray(may & inside & (quiet & ~heard)[codes])

    def open_to_few(self, item: Indicator, by: str) -> set[str]:
        """Return the rows in which there are few whose yes or no is not known."""
        them = self.says(item)
        return self.file.few(by, self.file.known(item) & them.open) if them else set()

    def let_in_by_few(self, item: Indicator, by: str) -> set[str]:
        """Return the rows whose respondents are in an indicator's universe but for few, whose answers decide it."""
        codes, names = self.file.groups(by)
        return {
            row
            for them in self._let_in(item)
            for place, row in enumerate(names)
            if (them.sure & (codes == place)).any()
            and _tells(them.open & (codes == place), self.file.known(item))
        }

    def nearly_all_let_in(self, item: Indicator, by: str) -> set[str]:
        """
        Return the rows of what is known of people (a size, or a share of those who are of a kind) that tells who gave an answer.

        Sizes are known to many (pupils, staff), kinds to all. Where but few of those who said what the universe asks are
        in it, or but few are not, of a share on each of its sides, their mean tells who they are. Each more of the same answer
        tells as much again: of a second one there have to be twice as many, of a third three times.
        """
        book, rule, asked = self.file.book, item.universe, self.lets_known_in(item)
        if not asked or rule is None or book is None:
            return set()
        led = tuple(filter(self.file.is_answer, sorted(self.file.with_leading(asked))))
        said = np.any([one.status == Status.ANSWERED for one in self._answers_to(led).values()], axis=0)
        open_ = self._fits(rule, asked).open & said & self.file.counts_for(item)
        inside = self.file.due(item)
        if not (open_ & ~inside).any() and not any(book.questions[one].choices for one in asked):
            return set()  # "of those who told their sales": a number of nought or more leaves nobody out
        beside = self._answers_to(tuple(item.numerator.names))
        if item.kind == "proportion":
            yes = item.numerator.test(beside).yes
            sides = [open_ & yes, open_ & ~yes]
        else:
            # whose size is nothing nobody sees come or go; one that only those who are let in are asked is no known one
            some = np.nan_to_num(item.numerator.number(beside)) != 0
            sides = [open_ & some if (open_ & some & ~inside).any() else open_]
        told = [one for one in self._told_before(item) if self.lets_known_in(one) & asked]
        fewest = disclosure_standard().threshold * (1 + len(told))
        codes, names = self.file.groups(by)
        return {
            row
            for place, row in enumerate(names)
            if any(_tells(side & (codes == place), inside, fewest) for side in sides)
        }

    def _told_before(self, item: Indicator) -> list[Indicator]:
        """Return the indicators that stand before one in the codebook, and where it was never told those that were."""
        here, past = self.file.indicators, self.file.past
        place = here.index(item) if item in here else 0
        names = {name.partition(ONCE)[0] for name, _ in past.keys} if past else set[str]()
        if item.name in names:
            return [one for one in here[:place] if one.name in names]
        later = [one for one in here[place + 1 :] if one.name in names]
        return [*here[:place], *later, *(one for one, _ in self.file.gone.values())]

    @once
    def lets_known_in(self, item: Indicator) -> frozenset[str]:
        """Return the questions whose answers let those into a universe of whom something known is told; none where that is an answer, too."""
        book, rule = self.file.book, item.universe
        if book is None or rule is None or self.file.scale(item):
            return frozenset()

        asked = (one for one in item.numerator.names if book.questions[one].choices)
        if item.kind == "proportion" and any(map(self.file.is_answer, asked)):
            return frozenset()
        # a size that is known says itself whether it is in
        sizes = {*item.numerator.names, *(item.denominator.names if item.denominator else ())}
        return frozenset(one for one in rule.names if self.file.is_answer(one) and one not in sizes)

    @once
    def _let_in(self, item: Indicator) -> list[Members]:
        """Return, by the questions that let more into a universe than are in it anyway, who surely is in it and who may be."""
        rule = item.universe if self.file.book else None
        if rule is None:
            return []
        found = [self._fits(rule, (name,)) for name in rule.names if self.file.is_answer(name)]
        return [them for them in found if them.sure.any() and them.open.any()]

    def nearly(self, item: Indicator, by: str, told: Groups) -> frozenset[str]:
        """
        Return the rows of a table that differ by few from a group of others, or a sum of groups: what is told of both tells of these.

        ``told``: what each of the others hides. What respondents said is not known of them: rows are compared by who may be
        in them, and who surely is, or a row that is shown would tell that nobody said so.
        """
        known, least = self.file.known(item), disclosure_standard().threshold
        found = set()
        for other, hidden in told.items():
            codes, names = self.file.groups(other)
            sums = np.where(np.isin(codes, [names.index(row) for row in hidden & {*names}]), -1, codes)[known]
            shown = [them for row, them in self._who_by_groups(other).items() if row not in hidden]
            for row, me in self._who_by_groups(by).items():
                if self.file.asked(other):
                    pairs = [pair for one in shown for pair in ((me.may, one.may), (me.sure, one.sure))]
                    apart = [int(((mine ^ theirs) & known).sum()) for mine, theirs in pairs]
                else:
                    apart = [differ(each[known], sums) for each in (me.may, me.sure)]
                if any(0 < one < least for one in apart):
                    found.add(row)
        return frozenset(found)


def _tells(open_: Flags, inside: Flags, fewest: int = 0) -> bool:
    """Return whether few (fewer than ``fewest``) of those whose answer decides are in a row, or few are not."""
    few = min((open_ & inside).sum(), (open_ & ~inside).sum())
    return bool(open_.any() and few < (fewest or disclosure_standard().threshold))
