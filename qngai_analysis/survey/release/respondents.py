"""A survey's file as it is: who is in which group, what they answered, and how much each counts."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats, label_codes
from qngai_analysis.survey.estimate.estimates import Survey
from qngai_analysis.survey.estimate.response import doubt, due
from qngai_analysis.survey.estimate.sample import Sample, resolve
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Indicator, read_codebook
from qngai_analysis.survey.release.crossing import joint
from qngai_analysis.survey.release.disclosure import disclosure_standard, made_by_few
from qngai_analysis.survey.release.errors import Spread
from qngai_analysis.survey.release.former_rules import by_rules, by_their_rules, rule_of
from qngai_analysis.survey.release.gate import SHARE_STEP, SIZE_STEP, share_steps
from qngai_analysis.survey.release.ledger import (
    CROSS,
    ONCE,
    OTHER_WEIGHTS,
    WAS,
    WHOLE,
    Behind,
    Past,
    grouping,
)
from qngai_analysis.survey.release.once import once

#: Answers, but no groups: who did not know or refused is nobody to publish a share of.
NO_GROUPS = frozenset(choice.vi for choice in SPECIAL.values())
CELL = "_cell"  #: Column of the groups of two groupings at once.
FEW_VALUES = (
    20  #: A number with as many steps from the least to the most, or fewer, tells of units as a share does.
)
_CHECKS = 16**6  # of sizes: in all of some hundred two are hardly ever alike
_LARGEST = 3  # units of a row that are looked at, by what they would add to its error alone


class Respondents:
    """
    Those whom a survey's file tells of.

    ``past``: the ledger, for the indicators that were told by rules the codebook has no more.
    """

    def __init__(self, survey: Survey, past: Past | None = None) -> None:
        self.survey = survey
        self.past = past and by_their_rules(past, {item.name: rule_of(item) for item in self.indicators})
        margins = json.dumps(
            [[[by, _parts(totals)] for by, totals in (one or {}).items()] for one in survey.reweighted],
            ensure_ascii=False,
        )
        #: What tells a table of other weights than the file's apart: by parts of a whole, which a record less leaves as they are.
        self.weighted = f"{OTHER_WEIGHTS}{margins})" if survey.reweighted else ""

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The survey's own groupings, none at all among them."""
        return (WHOLE, *self.survey.frame.attrs.get("tables_by", ()))

    def comes_after(self, what: str) -> bool:
        """Return whether a table by groups is none of the survey's own, so that it is held against those and what else was told."""
        return ":" not in what and grouping(what) not in self.own

    def is_here(self, by: str) -> bool:
        """Return whether the file has a grouping, or both of two."""
        return not by or set(by.partition(WAS)[0].split(CROSS)) <= set(self.survey.frame.columns)

    @once
    def groups(self, by: str) -> tuple[Codes, list[str]]:
        """Return for each row of the file which group of a grouping it is in (-1: none), and the groups' names."""
        if not by:
            return np.zeros(len(self.survey.frame), dtype=np.intp), [WHOLE]
        labels = labels_of(self.survey.frame, by)
        codes, names = pd.factorize(labels, sort=True)
        groups = [str(name) for name in names]
        nobody = set(map(str, groups_of(labels))).difference(groups) if self.speaks_of_nobody(by) else set()
        return codes, [*groups, *sorted(nobody)]

    def asked(self, by: str) -> bool:
        """
        Return whether a grouping, or one of two, is what respondents said, not who they are: a question, or a domain made of
        some, that is none of the survey's own groupings, its district or stratum.
        """
        return any(self.said(part) for part in by.split(CROSS))

    @once
    def said(self, part: str) -> frozenset[str]:
        """Return the questions of the form whose answers a grouping is made of: itself, or those that a domain's rules name."""
        none = self.book is None or part in {*self.own, *self.survey.design.strata_columns}
        return frozenset() if none else frozenset(filter(self.is_answer, self.made_of(part)))

    def speaks_of_nobody(self, by: str) -> bool:
        """Return whether a grouping, or one of two, has rows that nobody is in: that nobody said something is told as little as that few did."""
        return any(self.nobody_said(part) for part in by.split(CROSS))

    @once
    def nobody_said(self, part: str) -> frozenset[str]:
        """Return the questions to which a grouping would tell that nobody gave some answer: of an own one those that an indicator asks."""
        if self.book is None or part not in self.own:
            return self.said(part)
        asked = {name for item in self.indicators for name in item.numerator.names}
        return frozenset(filter(self._is_asked, asked & self.made_of(part)))

    def made_of(self, part: str) -> set[str]:
        """Return the questions that a grouping is made of: itself, or those that a domain's rules name."""
        domain = self.book.domains.get(part) if self.book else None
        return {name for _, _, rule in domain.groups for name in rule.names} if domain else {part}

    def is_answer(self, name: str) -> bool:
        """Return whether a name is a question whose answers are not taken to be known: none of the survey's own groupings, its district or stratum."""
        return name not in self.own and self._is_asked(name)

    def _is_asked(self, name: str) -> bool:
        """Return whether a name is a question of the form, and not the district, the stratum or the outcome."""
        assert self.book is not None
        known = {*self.survey.design.strata_columns, self.book.design.district, self.book.design.outcome}
        question = self.book.questions.get(name)
        return question is not None and question.source == "form" and name not in known

    def is_unknown(self, name: str) -> bool:
        """Return whether answers to a question are not known even as far as the survey's own groupings tell (an age by its group)."""
        domains = (self.book.domains[part] for part in self.own if self.book and part in self.book.domains)
        told = {one for domain in domains for _, _, rule in domain.groups for one in rule.names}
        return name not in told and self.is_answer(name)

    @once
    def due(self, item: Indicator) -> Flags:
        """Return of which rows of the file an answer was due."""
        asked = due(self.survey.frame, self.survey.design, *item.columns)
        return np.ones(len(self.survey.frame), dtype=bool) if asked is None else asked

    def counts_for(self, item: Indicator) -> Flags:
        """Return which rows of the file an indicator may count: of one value a household, one of its members."""
        units = [self.due(one) for one in self.indicators if one.per_unit]
        return np.any(units, axis=0) if item.per_unit else np.ones(len(self.survey.frame), dtype=bool)

    @once
    def known(self, item: Indicator) -> Flags:
        """Return which rows of the file have an answer."""
        return np.asarray(~np.isnan(self.values(item)).any(axis=1))

    @once
    def weights(self) -> Floats:
        """Return how much each row of the file counts."""
        return self.survey.weights.to_numpy(dtype=float)

    @once
    def _answers(self, item: Indicator) -> tuple[Codes, Floats, Any]:
        """Return which rows count, their weights and answers, and a checksum of each."""
        values = np.column_stack([self.survey.drawn_weights.to_numpy(dtype=float), self.values(item)])
        rows = np.flatnonzero(~np.isnan(values).any(axis=1) & (values[:, 0] > 0))
        checks = pd.util.hash_pandas_object(pd.DataFrame(values[rows]), index=False)
        return rows, values[rows], checks.to_numpy()

    @once
    def behind(self, item: Indicator, by: str) -> Behind:
        """Return the answers behind the rows of an indicator's table."""
        return self.behind_groups(item, *self.groups(by))

    def behind_groups(self, item: Indicator, codes: Codes, names: Sequence[str]) -> Behind:
        """Return the answers in each group: weights and answers, in no order, so that groups' checksums can be added."""
        rows, values, each = self._answers(item)
        inside = codes[rows] >= 0
        code, (weight, answer) = codes[rows][inside], values[inside, :2].T
        n, sums, means = (np.bincount(code, one, len(names)) for one in (None, weight, weight * answer))
        checks, largest = np.zeros(len(names), dtype=np.uint64), np.zeros(len(names))
        np.add.at(checks, code, each[inside])
        np.maximum.at(largest, code, weight)
        here = np.flatnonzero(n)
        size, sums = n[here].astype(np.float64), sums[here]
        labels, texts = [names[int(one)] for one in here], [f"{check:016x}" for check in checks[here]]
        share, most = means[here] / sums, largest[here] * size / sums
        return Behind(tuple(labels), tuple(texts), size, share, share_steps(size), most)

    @once
    def _sizes(self, item: Indicator) -> tuple[Floats, list[str]]:
        """Return how much of each column of sizes each row of the file contributes, as it was drawn, and a short checksum of its sizes and groups."""
        values = np.where(self.known(item)[:, None], self.values(item), 0.0)
        whom = pd.DataFrame(values).assign(**{f"by {by}": self.groups(by)[0] for by in self.own})
        checks = pd.util.hash_pandas_object(whom, index=False).to_numpy() % _CHECKS
        weights = self.survey.drawn_weights.to_numpy(dtype=float)
        return values.T * np.nan_to_num(weights), [f"{check:06x}" for check in checks]

    def totals(self, item: Indicator, by: str, shown: Iterable[str]) -> dict[str, Any]:
        """Return what the ledger holds of a table of sizes, by which who comes later is told apart: totals of the rows it shows, about; of the whole all units' checksums."""
        codes, names = self.groups(by)
        known, (parts, checks) = self.known(item), self._sizes(item)
        rows = {row: codes == names.index(row) for row in shown}
        sums = {row: [float(f"{one[inside].sum():.4g}") for one in parts] for row, inside in rows.items()}
        return {"totals": sums, **({} if by else {"units": "".join(itertools.compress(checks, known))})}

    def few_came(self, item: Indicator, by: str, told: Mapping[str, Any], units: str) -> bool:
        """
        Return whether few units make up what a row of sizes has more than when it was told: who knows both totals has theirs.

        What it has less is taken for one unit's: how large those were who went is not known.
        """
        codes, names = self.groups(by)
        known, (parts, checks) = self.known(item), self._sizes(item)
        each = pd.Series(checks)[known]
        before = Counter(map("".join, zip(*[iter(units)] * len(checks[0]), strict=True)))
        came = np.zeros(len(codes), dtype=bool)
        came[known] = each.groupby(each).cumcount() >= each.map(before).fillna(0)
        now, then = self.behind(item, by).checksums, told["checksums"]
        for row in told["totals"].keys() & {*names}:
            if now.get(row) == then.get(row):
                continue
            inside = known & (codes == names.index(row))
            late = np.unique(self.units[inside & came])
            if 0 < len(late) < disclosure_standard().threshold:
                return True
            for column, (part, was) in enumerate(zip(parts, told["totals"][row], strict=True)):
                gone = abs(was - part[inside & ~came].sum())
                more = np.bincount(self.units[inside & came], part[inside & came])
                if made_by_few([*more, gone if gone > was / 1_000 else 0.0], divides=column > 0):
                    return True
        return False

    @cached_property
    def units(self) -> Codes:
        """Which unit each row of the file is of, whose members know what the others answered: a household, a firm."""
        roster = self.book and self.book.roster
        if not roster:
            return np.arange(len(self.survey.frame))
        return pd.factorize(self.survey.frame[roster.parent])[0]

    def margins(self) -> set[str]:
        """Return the groupings by whose totals the sample was weighted anew."""
        return {name for one in self.survey.reweighted if one for names in one for name in names}

    def heaviest(self, item: Indicator, by: str, rows: Iterable[str]) -> Floats:
        """Return which part of each row's weights is that of the respondent who counts most."""
        behind = self.behind(item, by)
        parts = dict(zip(behind.labels, behind.largest / behind.n, strict=True))
        return np.array([parts.get(row, 0.0) for row in rows])

    @once
    def scale(self, item: Indicator) -> tuple[float, float, float] | None:
        """
        Return the least and most that units have, and by how much one mostly differs; None of shares, and where that is little, or all are alike.

        Of a ratio it is what they have of what it is divided by, or else, where more are at an end of that, its numerator.
        """
        sizes = self.values(item)[self.known(item), 0]
        if item.kind == "proportion" or not len(sizes):
            return None
        common = _common(sizes)
        nearest = _unit(common)
        few = np.ptp(common) <= FEW_VALUES * nearest < np.inf
        nearest = max(nearest if few else 0.0, self._apart_in_some_group(item))
        if nearest <= SHARE_STEP * np.ptp(sizes):  # finer than any share is printed
            return None
        if not self._counts_sizes(item):
            return *_outwards(self._parts(item), 0.0), float(nearest)
        least, most = self._asked_between(item) or _outwards(sizes, float(nearest))
        return least, most, float(nearest)

    def _apart_in_some_group(self, item: Indicator) -> float:
        """
        Return how far apart the two or three values are that a group of the survey's own has where others have many, or one of two such at once.

        0 where there is no such group.
        """
        known, found = self.known(item), 0.0
        values, fewest = self.values(item)[known, 0], disclosure_standard().threshold
        codes = [self.groups(by)[0][known] for by in self.own]
        for one, other in itertools.combinations_with_replacement(codes, 2):
            cell = np.where((one < 0) | (other < 0), -1, one * (other.max(initial=0) + 1) + other)
            order = np.argsort(cell, kind="stable")[(cell < 0).sum() :]
            cells = np.split(values[order], np.flatnonzero(np.diff(cell[order])) + 1)
            found = max([found, *(_few_apart(some) for some in cells if len(some) >= fewest)])
        return found

    def _asked_between(self, item: Indicator) -> tuple[float, float] | None:
        """Return between what a numerator that is one question lies by the codebook, if that has few steps, too."""
        names = item.numerator.names
        asked = self.book.questions.get(names[0]) if self.book and len(names) == 1 else None
        if asked is None or asked.low is None or asked.high is None or asked.name not in self.survey.frame:
            return None
        known = self.known(item)
        size, said = self.values(item)[known, 0], self.survey.frame[asked.name].to_numpy(dtype=float)[known]
        times = size.sum() / said.sum() if said.sum() else np.nan
        few = abs(times) * (asked.high - asked.low) <= FEW_VALUES * _unit(_common(size))
        if not (few and np.allclose(size, times * said)):
            return None
        low, high = sorted((times * asked.low, times * asked.high))
        return float(low), float(high)

    def levels(self, item: Indicator, by: str, rows: Iterable[str]) -> tuple[Floats, Floats, Floats]:
        """Return for rows of a mean or ratio of few values the least and most it can be, and what part of that a step of one unit's size is."""
        least, most, nearest = self.scale(item) or (0.0, 1.0, 1.0)
        codes, names = self.groups(by)
        known = self.known(item) & (codes >= 0)
        each = self.weights()[known]
        parts, whole = (
            np.bincount(codes[known], one, len(names)) for one in (each, each * self.base(item)[known])
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            told = dict(zip(names, parts / whole, strict=True))
        # how many units there are to one of what a ratio is divided by
        of_one = np.array([told.get(row, np.nan) for row in rows])  # nobody may be in one
        if self._counts_sizes(item):
            return least * of_one, most * of_one, np.full(len(of_one), nearest / (most - least))
        return np.full(len(of_one), least), np.full(len(of_one), most), nearest * of_one / (most - least)

    @once
    def _counts_sizes(self, item: Indicator) -> bool:
        """Return whether as many units are at an end of what they have as of what they have of what it is divided by, or more."""
        sizes, parts = self.values(item)[self.known(item), 0], self._parts(item)
        if not len(sizes) or np.ptp(parts) == 0:
            return True
        mine, others = (np.isin(one, [one.min(), one.max()]).sum() for one in (sizes, parts))
        return bool(mine >= others)

    def _parts(self, item: Indicator) -> Floats:
        """Return what those who count in a ratio have of what it is divided by: of whom that is nothing has nothing."""
        known = self.known(item)
        sizes, base = self.values(item)[known, 0], self.base(item)[known]
        return np.asarray(np.divide(sizes, base, out=np.zeros_like(sizes), where=base > 0))

    def base(self, item: Indicator) -> Floats:
        """Return what each row's size is divided by: of a ratio its second column."""
        values = self.values(item)
        return values[:, 1] if item.kind == "ratio" else np.ones(len(values))

    def kish(self, item: Indicator, by: str) -> dict[str, float]:
        """Return by row what unequal weights and a finite population do to a variance: n Σ(1-f)w² / (Σw)², f of the stratum."""
        codes, names = self.groups(by)
        known = self.known(item) & (codes >= 0)
        # what sizes are divided by is a size itself, of which the effect would tell how uneven it is
        base = self.base(item) if self.scale(item) else 1.0
        weight, code = (self.weights() * base)[known], codes[known]
        left = (1 - self.answered(item)[known]) * weight**2
        n, sums, squares = (np.bincount(code, one, len(names)) for one in (None, weight, left))
        return {name: float(n[i] * squares[i] / sums[i] ** 2) for i, name in enumerate(names) if sums[i] > 0}

    @once
    def answered(self, item: Indicator) -> Floats:
        """Return for each row of the file which share of its stratum's population answered."""
        strata = list(self.survey.design.strata_columns)
        if not strata:
            return np.repeat(self.survey.taken(item.columns[0]), len(self.survey.frame))
        return self.survey.taken(item.columns[0], strata)[self._strata]

    @cached_property
    def _strata(self) -> Codes:
        """Which stratum each row of the file is of, as ``Survey.taken`` orders them."""
        strata = list(self.survey.design.strata_columns)
        return np.asarray(self.survey.frame.groupby(strata, observed=True).ngroup(), dtype=np.intp)

    @once
    def values(self, item: Indicator) -> Floats:
        """Return what each row of the file has in the columns of an indicator."""
        if item.name in self.gone:
            return self.gone[item.name][1]
        return self.survey.frame[list(item.columns)].to_numpy(dtype=float)

    def is_routed_past(self, item: Indicator, by: str, row: str) -> bool:
        """Return whether nobody is in a row because the form asks none of them, or none was drawn: that says nothing of anyone."""
        asked = self._asked_for(item)
        parts = zip(by.split(CROSS), row.split(CROSS, 1), strict=False)
        return any(
            self.nobody_said(part) <= asked and label not in self.behind(item, part).labels
            for part, label in parts
        )

    @once
    def _asked_for(self, item: Indicator) -> frozenset[str]:
        """Return the questions that an indicator rests on: those in it, and those that lead to them."""
        return self.with_leading({*item.numerator.names, *(item.universe.names if item.universe else ())})

    def with_leading(self, questions: Set[str]) -> frozenset[str]:
        """Return questions, and those by whose answers they are asked."""
        assert self.book is not None
        found, names = set[str](), [*questions]
        while names:
            found.add(name := names.pop())
            question = self.book.questions.get(name)
            names += question.ask_if.names if question and question.ask_if else ()
        return frozenset(found)

    def few(self, by: str, rows: Flags) -> set[str]:
        """Return the groups in which fewer of some rows of the file are than the threshold, but any."""
        codes, names = self.groups(by)
        n = np.bincount(codes[rows & (codes >= 0)], minlength=len(names))
        return {
            name for name, count in zip(names, n, strict=True) if 0 < count < disclosure_standard().threshold
        }

    def asks_itself(self, item: Indicator, by: str) -> bool:
        """Return whether a grouping asks what an indicator is made of: nobody says yes in some groups, which narrows what others tell."""
        if self.book is None:
            return False
        asked = {one for name in item.numerator.names for one in (name, *self.book.questions[name].columns)}
        rules = [rule for _, _, rule in self.book.domains[by].groups] if by in self.book.domains else []
        return by in asked or any(asked.intersection(rule.names) for rule in rules)

    @cached_property
    def book(self) -> Codebook | None:
        """The survey's codebook; None for a frame of one's own."""
        named = self.survey.frame.attrs.get("survey")
        return read_codebook(named) if named else None

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators of the survey's codebook."""
        return tuple(self.book.indicators.values()) if self.book else ()

    @cached_property
    def gone(self) -> dict[str, tuple[Indicator, Floats]]:
        """Indicators that were told by a rule that the codebook has no more, and what the file says to them."""
        now, attrs = {item.name: rule_of(item) for item in self.indicators}, self.survey.frame.attrs
        rules = {
            name.partition(ONCE)[0] + ONCE + (text := json.dumps(rule, sort_keys=True)): text
            for state in (self.past.earlier if self.past else ())
            for (name, what), table in state.tables.items()
            if what == WHOLE and (rule := table.entry.get("rule")) and rule != now.get(name)
        }
        state = attrs.get("sha256", ""), attrs.get("codebook_sha256", "")
        return by_rules(attrs["survey"], attrs["year"], state, tuple(rules.items())) if rules else {}

    def few_make_up(self, item: Indicator, rows: Flags, fewest: int = 0) -> bool:
        """
        Return whether few units make up a column that an indicator of sizes rests on, of some rows of the file, or how many say what.

        ``fewest``: as ``_few_apart`` takes it.
        """
        for name, values in zip(item.columns, self.values(item).T, strict=True):
            parts = values * self.weights()
            # a row that counts has all the columns an indicator rests on; a size below zero has no share in a total
            mine = rows & (parts >= 0)
            if mine.any() and made_by_few(
                np.bincount(self.units[mine], parts[mine]), divides=name in item.columns[1:]
            ):
                return True
        inside, scale = rows & self.known(item), self.scale(item)
        if _few_apart(self.values(item)[inside, 0], fewest) > (1 + 1e-9) * (scale[2] if scale else 0.0):
            return True
        return not scale and any(  # else printed so that one may have less
            left.size > 0 and made_by_few(left, divides=False)
            for left in (self.left_to_the_most(item)[inside], self._beside_the_usual(item, inside))
        )

    def usual(self, item: Indicator, rows: Flags) -> float:
        """Return what half of some rows, or more, have, of a ratio of what it is divided by; missing where there is no such value."""
        each, n = np.unique(self._parts(item)[rows[self.known(item)]], return_counts=True)
        return float(each[n.argmax()]) if n.sum() and n.max() >= n.sum() / 2 else np.nan

    def _beside_the_usual(self, item: Indicator, rows: Flags) -> Floats:
        """Return what each of some rows differs by from the value that half of them, or more, have; nothing where there is none."""
        base, usual = self.base(item)[rows], self.usual(item, rows)
        apart = np.abs(self.values(item)[rows, 0] - usual * base) * self.weights()[rows]
        return np.asarray(apart[~np.isnan(apart)])

    def error_tells(self, item: Indicator, by: str, table: pd.DataFrame) -> Flags:
        """
        Return of a published table of sizes in which rows the error tells a unit's size closer than p%.

        It is a square of what each unit, cluster and stratum differs by: one of a size of so much makes it as large as where all
        others, whose sizes are not below nought, are as alike as can be. Whoever knows weights and strata knows so that none is
        larger than the printed error lets it be.
        """
        codes, names = self.groups(by)
        value, error = table.set_index("row")[["estimate", "se"]].reindex(names).to_numpy(dtype=float).T
        inside = np.flatnonzero(self.known(item) & (codes >= 0) & (error == error)[codes])
        kept, row, n = np.unique(codes[inside], return_inverse=True, return_counts=True)
        if not inside.size:
            return np.zeros(len(table), dtype=bool)
        size, base = self.values(item)[inside, 0], self.base(item)[inside]
        weight, most = self.weights()[inside], error[kept] ** 2 * (1 + 1e-9)
        each = weight / np.bincount(row, weight * base)[row]
        low = -each * (value[kept][row] + SIZE_STEP / 2) * base
        high = each * (1 + disclosure_standard().p_percent) * size + low
        silent = self._silent(item)[inside] * (n / np.maximum(n - 1, 1))[row]
        spread, tells = Spread.of(self._sample.stages, row, inside, silent), np.zeros(len(kept), dtype=bool)
        looked_at = size > 0
        if (size <= 100 * base).all():  # what it is a part of, in %, bounds it anyway
            looked_at &= 100 * base >= (1 + disclosure_standard().p_percent) * size
        order = np.lexsort((-np.where(looked_at, high * np.abs(high) * spread.alone(), -np.inf), row))
        for nth in range(_LARGEST):
            own = order[(np.cumsum(n) - n + nth)[n > nth]]
            own = own[looked_at[own]]
            held, need = np.zeros(len(row), dtype=bool), np.zeros(len(kept))
            held[own], need[row[own]] = True, high[own]
            with np.errstate(divide="ignore", invalid="ignore"):
                part = need / -np.bincount(row, np.where(held, 0, low))  # of what the others may fall by
                # most errors let all others be alike
                sure = (part <= 1) & (spread.variance(np.where(held, high, low * part[row])) <= most)
            left = (~sure & (np.bincount(row, held) > 0) & ~tells)[row]
            if left.any():
                those, at = np.unique(row[left], return_inverse=True)
                some = Spread.of(self._sample.stages, at, inside[left], silent[left])
                tells[those] = some.least(high[left], held[left], low[left]) > most[those]
        return np.isin(table["row"], [names[one] for one in kept[tells]])

    @once
    def _silent(self, item: Indicator) -> Floats:
        """Return what missing answers add to the square of what each row of the file differs by."""
        asked = due(self.survey.frame, self.survey.design, *item.columns)
        silent = doubt(self._sample, self.known(item), asked)
        return np.zeros(len(self.survey.frame)) if silent is None else silent

    @cached_property
    def _sample(self) -> Sample:
        return resolve(self.survey.frame, self.survey.design)

    @once
    def left_to_the_most(self, item: Indicator) -> Floats:
        """Return what each unit's size leaves of the most that any has, or has of what a ratio is divided by: as telling as itself."""
        size, of = self.values(item)[:, 0], self.base(item)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = size / of
        most = parts[np.isfinite(parts)].max(initial=-np.inf)
        return np.asarray(np.maximum(np.round(most * of - size, 6), 0) * self.weights())

    @cached_property
    def columns(self) -> list[str]:
        """The columns that have groups."""
        frame = self.survey.frame
        return [str(name) for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)]

    def is_weighted_now(self, what: str) -> bool:
        """Return whether the groups by whose totals a table was weighted have the names they had."""
        try:
            return self.weights_of(what) is not None
        except SurveyError:
            return False

    def joint(
        self,
        known: Flags,
        groupings: Iterable[str],
        may: Mapping[str, Mapping[str, Flags]] | None = None,
        unheard: Flags | None = None,
    ) -> pd.DataFrame:
        """
        Return how many are in each combination of groups, those of the ``unheard`` with nobody.

        ``may``: by a new table's question who may be in each of its rows: as what they said is not known, all these combinations may occur.
        """
        parts = list(
            dict.fromkeys(part for name in groupings for part in name.partition(WAS)[0].split(CROSS))
        )
        counts = joint(self.survey.frame.loc[known, parts], tuple(parts))
        if unheard is not None and unheard.any():
            silent = joint(self.survey.frame.loc[unheard, parts], tuple(parts))
            counts = pd.concat([counts, silent.assign(n=0)])
        if may:
            rows = known if unheard is None else known | unheard
            who = pd.DataFrame(
                {
                    f"may {part}": np.unique(
                        np.array([*said.values()])[:, rows], axis=1, return_inverse=True
                    )[1].ravel()
                    for part, said in may.items()
                }
            )
            texts = self.survey.frame.loc[rows, parts].astype(object)
            cells = (
                texts.where(texts.notna(), "").astype(str).reset_index(drop=True).join(who).drop_duplicates()
            )
            for part, said in may.items():
                kinds = who[f"may {part}"].to_numpy()
                pairs = {
                    (kind, row) for row, inside in said.items() for kind in np.unique(kinds[inside[rows]])
                }
                allowed = pd.DataFrame(sorted(pairs), columns=[f"may {part}", part])
                cells = pd.concat([cells, cells.drop(columns=part).merge(allowed)]).drop_duplicates()
            counts = pd.concat([counts, cells[parts].drop_duplicates().assign(n=0)])
        for name in groupings:
            base, _, then = name.partition(WAS)
            if CROSS in base:
                one, two = (counts[part] for part in base.split(CROSS))
                unsaid = one.isin({"", *NO_GROUPS}) | two.isin({"", *NO_GROUPS})
                counts[base] = (one + CROSS + two).mask(unsaid, "")
            if then:
                counts[name] = counts[base].map(json.loads(then)).fillna("")
        return counts.groupby(list(groupings))["n"].sum().reset_index()

    @once
    def weights_of(self, what: str) -> Floats:
        """Return the weights that a table was made with, by its name."""
        survey = self.survey
        for margins in json.loads(what.partition(OTHER_WEIGHTS)[2][:-1] or "[]"):
            whole = survey.weights.sum()
            totals: Any = {
                tuple(by): {
                    tuple(one) if isinstance(one, list) else one: whole
                    * part
                    / sum(part for _, part in groups)
                    for one, part in groups
                }
                for by, groups in margins  # JSON has lists for tuples
            }
            survey = survey.rake(totals)
        return survey.weights.to_numpy(dtype=float)


def _common(values: Floats) -> Floats:
    """Return values without the rarest, if few units, and one in ten at most, have them: one that is far off makes no size of a level."""
    each, place, n = np.unique(values, return_inverse=True, return_counts=True)
    rarest = np.argsort(n, kind="stable")
    few = min(disclosure_standard().threshold - 1, len(values) / 10)
    rare = np.zeros(len(each), dtype=bool)
    rare[rarest] = np.cumsum(n[rarest]) <= few
    return values[~rare[place]]


def _unit(values: Floats) -> float:
    """Return by how much one mostly differs from another: how near two values are, or how far apart two that half of all have."""
    each, n = np.unique(values, return_counts=True)
    most = np.argsort(n)[-2:]
    nearest = float(np.diff(each).min(initial=np.inf))
    return max(nearest, float(np.ptp(each[most]))) if n[most].sum() >= len(values) / 2 else nearest


def _few_apart(values: Floats, fewest: int = 0) -> float:
    """
    Return how far apart two or three values are that all have, each at least three (of three two), or nine in ten, each at least a tenth.

    0 where there are none. ``fewest``: of all, instead of three or two.
    """
    each, n = np.unique(values, return_counts=True)
    for most in (np.argsort(n)[-2:], np.argsort(n)[-3:]):
        least = fewest or 5 - len(each) if len(most) == len(each) else max(3, len(values) / 10)
        if len(most) > 1 and n[most].sum() >= 0.9 * len(values) and n[most].min() >= least:
            return float(np.diff(np.sort(each[most])).min())
    return 0.0


def _outwards(values: Floats, nearest: float) -> tuple[float, float]:
    """Return ends between which values lie, and which are not the size of one: 0 where that is near, and 1, 2 or 5 with noughts."""
    step = nearest or np.ptp(values) / FEW_VALUES
    least = 0.0 if 0 <= values.min() <= 5 * step else 5 * step * np.floor(values.min() / (5 * step))
    wide = (values.max() - least) / (nearest or 1.0)
    tens = 10.0 ** np.floor(np.log10(wide))
    whole = next(times * tens for times in (1, 2, 5, 10) if times * tens >= wide - 1e-9)
    return float(least), float(least + whole * (nearest or 1.0))


def _parts(totals: Mapping[Any, float]) -> list[tuple[Any, float]]:
    whole = float(sum(totals.values()))
    return [(group, round(float(total) / whole, 9)) for group, total in totals.items()]


def labels_of(frame: pd.DataFrame, by: str) -> pd.Series:
    """Return the group of each row: of a column, or of two with ``CROSS`` between, in which an answer that is no group has none."""
    if by in frame.columns:
        return frame[by]
    if WAS in by:
        base, _, then = by.partition(WAS)
        codes, labels = pd.factorize(labels_of(frame, base))
        was = [json.loads(then).get(str(label)) for label in labels]
        return pd.Series(pd.Categorical(np.array([*was, None], dtype=object)[codes]), index=frame.index)
    (code, names), (other, others) = (
        label_codes(frame[name].mask(frame[name].isin(NO_GROUPS))) for name in by.split(CROSS)
    )
    cell = np.where((code < 0) | (other < 0), -1, code * len(others) + other).astype(np.intp)
    pairs = pd.Index([f"{one}{CROSS}{two}" for one in names for two in others])
    made = pd.Series(pd.Categorical.from_codes(cell, categories=pairs), index=frame.index)
    unsaid = [f"{one}{CROSS}{two}" for one in names for two in others if {one, two} & NO_GROUPS]
    return made.cat.remove_categories(unsaid)


def groups_of(labels: pd.Series) -> Iterable[Any]:
    """Return the groups that a column may name, those that nobody is in among them."""
    categorical = isinstance(labels.dtype, pd.CategoricalDtype)
    return labels.cat.categories if categorical else labels.dropna().unique()
