"""Who may be in a group, for one who does not know the answers that it is made of; and how near groups are to each other.

How many are in a group is published. A group that, but for a few, is one whose size is known tells of those few; of a group
that rests on answers what they said. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Codes, Flags
from qngai_analysis.survey.form.codebook import Codebook, Domain
from qngai_analysis.survey.form.condition import Answer, Answers, Condition, Status


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


def members(domain: Domain, answers: Answers, unknown: Collection[str]) -> dict[str, Members]:
    """Return by group of a domain who may be in it for one who does not know the answers to some questions."""
    seen = _not_knowing(answers, unknown)
    found: dict[str, Members] = {}
    later = Members(np.zeros(answers.size, dtype=bool), np.zeros(answers.size, dtype=bool))
    for vi, _, rule in reversed(domain.groups):  # a row is in the last group whose rule holds
        truth = rule.test(seen)
        found[vi] = Members(~truth.no & ~later.sure, truth.yes & ~later.may)
        later = Members(later.may | ~truth.no, later.sure | truth.yes)
    return found


def who_fits(rule: Condition, answers: Answers, unknown: Collection[str]) -> Members:
    """Return whom a rule may hold of, for one who does not know the answers to some questions."""
    truth = rule.test(_not_knowing(answers, unknown))
    return Members(~truth.no, truth.yes)


def _not_knowing(answers: Answers, unknown: Collection[str]) -> Answers:
    nothing = np.full(answers.size, Status.MISSING, dtype=np.int8)
    others = {name: replace(answers[name], status=nothing) for name in unknown}
    return Answers(answers.size, {**answers, **others})


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
