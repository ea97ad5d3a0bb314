"""What a table must hide: rows that would tell of few, and those that would give them away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.crossing import Groups, ranges, shut_together
from qngai_analysis.survey.release.disclosure import disclosure_standard
from qngai_analysis.survey.release.earlier import Earlier
from qngai_analysis.survey.release.ledger import CROSS, WHOLE, Published, grouping
from qngai_analysis.survey.release.making import Making, Method, part_of
from qngai_analysis.survey.release.membership import Membership
from qngai_analysis.survey.release.once import once
from qngai_analysis.survey.release.respondents import NO_GROUPS, Respondents
from qngai_analysis.survey.release.same_answers import Kin
from qngai_analysis.survey.release.sizes import Sizes, are_sizes


class Hiding:
    """
    What the tables of a survey hide.

    ``hides``: what a table by groups hides as it is published; ``plain``: with the weights of the file.
    """

    def __init__(
        self,
        file: Respondents,
        kin: Kin,
        tables: Making,
        earlier: Earlier,
        members: Membership,
        hides: Callable[..., frozenset[str]],
    ) -> None:
        self.file, self.tables, self.earlier, self.hides = file, tables, earlier, hides
        self.members, self.kin = members, kin
        self.sizes = Sizes(file, kin, tables, earlier, self.closed)

    def fresh(
        self, item: Indicator, by: str | None, method: Method, instead: Mapping[str, float] | None = None
    ) -> pd.DataFrame:
        """Return a table of the file as it is: rounded (some shares ``instead`` to others) and protected."""
        if instead:
            shut = self.tables.estimated(item, by, method)["row"].isin(self.closed(item, by))
            return self.tables.rounded((item,), by, method, shut.to_numpy(), instead)
        items = self.tables.made_with(item, by)
        return part_of(self._protected(items, by, method), items, item)

    @once
    def _protected(self, items: tuple[Indicator, ...], by: str | None, method: Method) -> pd.DataFrame:
        rows = self.tables.estimated(items[0], by, method)["row"]
        shut = [rows.isin(self.closed(one, by)) for one in items]
        return self.tables.rounded(items, by, method, np.concatenate(shut))

    def _isolated(self, item: Indicator, by: str | None, rows: frozenset[str]) -> frozenset[str]:
        """
        Return rows in which new weights single few out.

        Weights are chosen by who asks: with enough of them, what is told of a row tells its cells by the margins, which
        so must be publishable themselves.
        """
        if not self.file.survey.reweighted:
            return frozenset()
        # of a number of few values every new weight would be another window, which are held for shares alone
        if self.file.scale(item) or any(self.hides(item, name, plain=True) for name in self.file.margins()):
            return rows
        cells = self.tables.by_margins(item, by)
        return frozenset(cells.loc[cells["few"] | (cells["n"] < disclosure_standard().threshold), "row"])

    @once
    def secret(self, item: Indicator, by: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the rows of a table, and those that must not be told, whatever else is published."""
        rows = frozenset(self.file.groups(by)[1]) - NO_GROUPS
        few = self.file.few(by, self.file.known(item))
        few |= self.sizes.made_by_few(item, by) | self._isolated(item, by or None, rows)
        few |= self.members.decided_by_few(by, self.file.known(item)) | self.members.let_in_by_few(item, by)
        few |= self.members.open_to_few(item, by) | self.members.nearly_all_let_in(item, by)
        few |= self.members.told_if_all(item, by)
        codes, names = self.file.groups(by)
        few |= {names[place] for place in np.unique(codes[self.members.unheard(item, by)])}
        if self.file.speaks_of_nobody(by):
            nobody = rows.difference(self.file.behind(item, by).labels)
            few |= {row for row in nobody if not self.file.is_routed_past(item, by, row)}
        if self.earlier.past is not None:
            keys = [key for some in self.earlier.earlier_keys(item, by) for key in some]
            hidden = [self.earlier.past.hidden(key, self.file.behind(item, by)) for key in keys]
            few |= frozenset().union(*hidden)
        return rows, rows if by and self._follows(item) else rows & few

    @once
    def _follows(self, item: Indicator) -> bool:
        """Return whether a number of few values follows from others that were told, or stand before it: their windows would be held apart."""
        if self.earlier.before(item) or item not in self.kin.all:
            return False
        place = self.kin.all.index(item)
        others = (one for n, one in enumerate(self.kin.all) if n < place or self.earlier.before(one))
        return self.kin.adds_up(item, [one for one in others if one != item])

    def _groupings_told(self, item: Indicator, but: str) -> Groups:
        """Return what each grouping hides of the survey's own tables, and of those told of any indicator."""
        assert self.earlier.past is not None
        told = [(key, table) for key in self.earlier.past.keys for table in self.earlier.past.told(key)]
        others = self.none_shows(
            (grouping(what), table.hidden) for (_, what), table in (*self.earlier.told_here().items(), *told)
        )
        return {
            by: hidden
            for by, hidden in (others | {name: self.closed(item, name) for name in self.file.own[1:]}).items()
            if by != but
        }

    def nearly_told(
        self, item: Indicator, what: str, mine: Published, others: Mapping[str, Published]
    ) -> bool:
        """Return whether a row that a table shows differs by few from those of others made at the same time."""
        by = grouping(what)
        told = self.none_shows((grouping(other), table.hidden) for other, table in others.items())
        told.pop(by, None)
        if not (by and self.file.comes_after(what)):
            return False
        shown = {row["row"] for row in mine.entry["rows"]} - mine.hidden
        return bool(shown & self.members.nearly(item, by, told))

    def closed(self, item: Indicator, by: str | None) -> frozenset[str]:
        """Return the groups to hide in a table, given all tables of the indicator that are published with one another."""
        if not by:
            return self.secret(item, WHOLE)[1]
        if self.file.asks_itself(item, by):
            return frozenset(self.file.groups(by)[1])
        if by in self.file.own or self.earlier.past is None:
            return self._closed_with(item, self.file.own[1:] if by in self.file.own else (by,))[by]
        return self._closed_after(item, by)

    @once
    def _closed_with(self, item: Indicator, groupings: tuple[str, ...]) -> Groups:
        """Return the groups to hide in tables that are published with one another."""
        before = self.none_shows(
            (grouping(what), one.hidden) for what, one in self.earlier.before(item).items()
        )
        new = {by: self.secret(item, by)[1] for by in groupings if by not in before}
        earlier = (
            self.file.indicators[: self.file.indicators.index(item)] if item in self.file.indicators else ()
        )
        beside = [
            (one, {by: self.closed(one, by) for by in self.file.own})
            for one in earlier
            if are_sizes(one, item)
        ]
        shut = self._with_helpers(item, new, before, beside)
        return shut | {by: before[by] | self.secret(item, by)[1] for by in groupings if by in before}

    def _closed_after(self, item: Indicator, by: str) -> frozenset[str]:
        """Return the groups to hide in a table of one grouping or two that comes after those of the survey and all that was told."""
        rows, secret = self.secret(item, by)
        for place, name in enumerate(by.split(CROSS) if CROSS in by else ()):
            hidden = self.hides(item, name)
            secret |= {row for row in rows if row.split(CROSS, 1)[place] in hidden}
        secret |= rows & self.members.nearly(item, by, self._groupings_told(item, by))
        told = self.hidden(item, but=by)
        beside = [
            (one, {WHOLE: self.closed(one, None), **self.hidden(one)})
            for one in self.file.indicators
            if one.name != item.name and are_sizes(one, item)
        ]
        return self._with_helpers(item, {by: secret}, told, beside)[by]

    def _with_helpers(
        self, item: Indicator, new: Groups, told: Groups, beside: Sequence[tuple[Indicator, Groups]]
    ) -> dict[str, frozenset[str]]:
        """
        Return what to hide in new tables: what must be, and what else would give that away, or the size of a unit.

        ``told``: what tables hide that stand as they are; ``beside``: what those of other indicators do.
        """
        shut = {**told, **new}
        if any(shut.values()):
            unheard = np.any([self.members.unheard(item, by) for by in new], axis=0)
            known = self.file.known(item).tobytes()
            shut |= self._shut(tuple(shut.items()), tuple(new), known, unheard.tobytes())
        if item.kind != "proportion":
            shut |= {by: self.sizes.with_sizes(item, by, shut[by]) for by in new}
            shut |= self.sizes.with_all_sizes(item, shut, tuple(new), beside)
        return shut

    @once  # questions that all were asked, and all answered, are one problem
    def _shut(
        self,
        first: tuple[tuple[str, frozenset[str]], ...],
        new: tuple[str, ...],
        known: bytes,
        unheard: bytes,
    ) -> Groups:
        """Return what to hide in new tables, beside those of other groupings that stand as they were told."""
        answers, silent = (np.frombuffer(one, dtype=bool) for one in (known, unheard))
        asked = dict.fromkeys(
            part for by in new for part in by.split(CROSS) if self.file.speaks_of_nobody(part)
        )
        may = {part: self.members.may_be_in(part) for part in asked}
        counts = self.file.joint(answers, [by for by, _ in first], may, silent)
        return shut_together(
            counts,
            {by: frozenset(self.file.groups(by)[1]) - NO_GROUPS for by in new},
            first=dict(first),
            width=disclosure_standard().threshold,
        )

    def hidden(
        self, item: Indicator, told: Mapping[str, Published] | None = None, but: str = ""
    ) -> dict[str, frozenset[str]]:
        """Return what each grouping's table hides, of the survey's own and of those told; ``but``: not this one's."""
        tables = self.earlier.told(item) if told is None else told
        closed = [(name, self.closed(item, name)) for name in self.file.own[1:]]  # an earlier table may stand
        others = [(grouping(what), table.hidden) for what, table in tables.items()]
        return {by: hidden for by, hidden in self.none_shows([*closed, *others]).items() if by != but}

    def none_shows(self, tables: Iterable[tuple[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
        """Return by grouping, or two, that the file has the rows that none of some tables shows, given what each hides."""
        found: dict[str, frozenset[str]] = {}
        for by, hidden in tables:
            if by and self.file.is_here(by):
                found[by] = found.get(by, hidden) & hidden
        return found

    def given_away(self, item: Indicator, what: str, told: Mapping[str, Published]) -> set[str]:
        """Return the small rows that a table hides, and the tables that were told with it give away."""
        hidden, by, width = self.hidden(item, told), grouping(what), disclosure_standard().threshold
        if by == WHOLE:  # no row stands beside it
            return set()
        counts = self.file.joint(self.file.known(item), hidden)
        n = counts.groupby(by)["n"].sum()
        few = {by: frozenset(row for row in hidden[by] if n.get(row, 0) < width)}
        found = ranges(counts.replace("", "-"), hidden, of=few)
        return {row for (_, row), (low, high) in found.items() if high - low < width - 1e-6}
