"""What was told before of the answers that the file has now, under which names; and whether it stands as it was told."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np

from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.disclosure import disclosure_standard
from qngai_analysis.survey.release.ledger import CROSS, ONCE, OTHER_WEIGHTS, WAS, WHOLE, Published, grouping
from qngai_analysis.survey.release.once import once
from qngai_analysis.survey.release.respondents import Respondents

#: Changes that the tables behind which they are must not show.
STAND = {"few", "hidden"}


class Earlier:
    """
    What was told of a survey's respondents, as they are now.

    ``published``: what this session published of this state of the file.
    """

    def __init__(self, file: Respondents) -> None:
        self.file, self.past = file, file.past
        self.published: dict[ledger.Key, Published] = {}

    @once
    def stands_somewhere(self) -> bool:
        """Return whether anything of the survey stands: a new table would tell by what it holds whether the revision is in it."""
        if self.past is None:
            return False
        told = [
            (item, by)
            for item in (*self.file.indicators, *(item for item, _ in self.file.gone.values()))
            for name, by in self.past.keys
            if name == self._told_as(item) and self.file.is_here(by)
        ]
        return any(self.moved(item, by) & STAND for item, by in told) or any(
            self.names(item) is None for item in self.file.indicators
        )

    def _told_as(self, item: Indicator) -> str:
        """Return the name that an indicator, or one that is gone, has in the ledger."""
        assert self.past is not None
        told = any(name == item.name for name, _ in self.past.keys)
        return item.name if told else item.name.partition(ONCE)[0]

    def holds_back(self, what: str) -> bool:
        """Return whether a table of counts that was never published waits: something stands, or its grouping had another name."""
        told = {name for state in self.past.earlier for name, _ in state.tables} if self.past else set()
        gone = [
            name
            for name in told
            if name.startswith("weights: ") and not self.file.is_here(name[9:].partition(" (")[0])
        ]
        return self.stands_somewhere() or bool(gone and what.startswith("weights: "))

    @once
    def names(self, item: Indicator) -> list[str] | None:
        """
        Return the names that an indicator was published under, its own or one that is gone from the codebook.

        None where it differs by few from one that is gone, whose opposite it may also be.
        """
        assert self.past is not None
        if item.name in self.file.gone:
            return [self._told_as(item)]
        told = {name for name, _ in self.past.keys}
        gone = told.difference(one.name for one in self.file.indicators)
        if item.name in told or not gone:
            return [item.name] if item.name in told else []
        now = self.file.behind(item, WHOLE)
        ruled = {self._told_as(one): self._differ(item, one) for one, _ in self.file.gone.values()}
        unruled = gone - ruled.keys()
        found = [name for name in gone & ruled.keys() if 0 in ruled[name]]
        found += [
            name for name in unruled if self.past.same((name, WHOLE), now) or self._has_rows_of(name, item)
        ]
        heads, either = item.kind == "proportion", (now, replace(now, estimate=1 - now.estimate))
        near = any(
            self.past.moves((name, WHOLE), one, heads=heads) & STAND for name in unruled for one in either
        )
        few = range(1, disclosure_standard().threshold)
        near |= any(one in few for name in gone & ruled.keys() for one in ruled[name])
        return None if near and not found else found

    def _differ(self, item: Indicator, other: Indicator) -> tuple[int, int]:
        """Return how many respondents say something else to an indicator than to another; to its opposite, -1 if to nobody."""
        one, two = self.file.values(item), self.file.values(other)
        if item.kind != other.kind or one.shape != two.shape:
            return len(one), len(one)
        same = (one == two) | (np.isnan(one) & np.isnan(two))
        turned = (one == 1 - two) | (np.isnan(one) & np.isnan(two))
        apart, opposite = (int((~all_.all(axis=1)).sum()) for all_ in (same, turned))
        return apart, opposite or -1

    def _has_rows_of(self, name: str, item: Indicator) -> bool:
        """Return whether a row was told under a name with just the answers that one of an indicator has, whose base is another now."""
        assert self.past is not None
        for key in self.past.keys:
            by = grouping(key[1])
            if key[0] == name and self.file.is_here(by):
                now = self.file.behind(item, by)
                mixed = (now.estimate > 0) & (
                    (now.estimate < 1) | (item.kind != "proportion")
                )  # none by chance
                telling = set(np.array(now.checksum)[mixed & (now.n >= disclosure_standard().threshold)])
                if any(telling.intersection(table.checksums.values()) for table in self.past.told(key)):
                    return True
        return False

    @once
    def earlier_keys(self, item: Indicator, by: str) -> list[list[ledger.Key]]:
        """Return the tables that one may have been published as: for each name of the indicator, under its grouping or those that are gone."""
        assert self.past is not None
        told = self.past.keys
        gone = {
            what for _, what in told if CROSS not in what and "(" not in what and not self.file.is_here(what)
        }
        return [
            [key for key in told if key[0] == name and key[1] in ({by} if (name, by) in told else gone)]
            for name in self.names(item) or ()
        ]

    def replaces(self, item: Indicator, by: str) -> bool:
        """Return whether a table that is new may be one that was published by another name, and is not quite the same."""
        past, tables = self.past, self.earlier_keys(item, by)
        assert past is not None
        return self.names(item) is None or not all(
            (item.name, by) in keys
            or any(past.same(key, self.file.behind(item, by)) for key in keys)
            or not (keys or None in self._called(item))
            for keys in tables
        )

    @once
    def moved(self, item: Indicator, by: str) -> frozenset[str]:
        """Return how the answers behind an indicator's table changed since it was published (``Past.moves``)."""
        past = self.past
        assert past is not None
        told_as = self._told_as(item)
        moved = past.moves((told_as, by), self.file.behind(item, by), heads=item.kind == "proportion")
        if by == WHOLE and "many" not in moved:  # a hidden group's change would show in the whole
            others = [one for name, one in past.keys if name == told_as and one and self.file.is_here(one)]
            moved |= {"hidden" for one in others if "hidden" in self.moved(item, one)}
        return moved

    @once
    def few_came(self, item: Indicator, by: str) -> bool:
        """Return whether few units make up what a row of sizes has more, or less, than any table of it that was told."""
        if item.kind == "proportion" or self.past is None or self.file.scale(item):
            return False
        name, told = self._told_as(item), list[bool]()
        for state in self.past.earlier:
            table, whole = (state.tables.get((name, what)) for what in (by, WHOLE))
            if table is not None:
                known = whole and {"totals"} <= table.entry.keys() and whole.entry.get("units")
                told.append(not known or self.file.few_came(item, by, table.entry, known))
        return any(told)

    @once
    def sizes_stand(self) -> bool:
        """Return whether any table of sizes stands for what few changed: a new one would tell what that one does not."""
        told = self.past.keys if self.past else []
        items = [item for item in self.file.indicators if item.kind != "proportion"]
        return any(
            self.few_came(item, by)
            for item in items
            for name, by in told
            if name == self._told_as(item) and self.file.is_here(by)
        )

    @once
    def moved_beside(self, by: str) -> frozenset[str]:
        """
        Return why all tables by a grouping stand: few answers of any indicator changed.

        Where others show that many changed, one that stands tells that the few answered it, one that moves that they did not;
        one that shows no row tells nothing.
        """
        assert self.past is not None
        shown = [
            one
            for one in self.file.indicators
            for table in self.past.told((one.name, by))
            if any(row["symbol"] == "" for row in table.entry["rows"])
        ]
        return frozenset().union(*(self.moved(one, by) for one in shown)) & STAND

    @once
    def _called(self, item: Indicator) -> dict[str | None, Published]:
        """Return what other states of the file told of the same answers, by what a table is called now (``_called_now``)."""
        assert self.past is not None
        return {
            called: one
            for name, what in self.past.keys
            for one in (self.past.told((name, what)) if name in (self.names(item) or ()) else ())
            for called in self._called_now(item, what, one)
        }

    def _called_now(self, item: Indicator, what: str, told: Published) -> list[str | None]:
        """
        Return what a table is called now; nothing if it is of other answers, None if no groups of now give its own.

        One of groups that have other names since, of divided ones or by a renamed grouping is a table by a grouping
        and ``WAS``: what its groups were called by what they are.
        """
        by, given, how = what.partition(" (")
        ways = [[part] if self.file.is_here(part) else self.file.columns for part in by.split(CROSS)]
        found: list[str | None] = []
        for called in map(CROSS.join, itertools.product(*ways)):
            checks = self.file.behind(item, called).checksums
            if told.checksums == checks and called == by and self.file.is_weighted_now(what):
                return [what]
            parts = ledger.whence(told.checksums, checks)
            if parts and OTHER_WEIGHTS not in what and max(map(len, parts.values())) == 1:
                then = json.dumps({row: next(iter(part)) for row, part in parts.items()})
                return [called + WAS + then.replace("(", "\\u0028") + given + how]
            if parts:
                found = [None]
        return found

    @once
    def before(self, item: Indicator) -> dict[str, Published]:
        """What other states of the file told of the same answers (with another codebook, say), and this one beside them."""
        if self.past is None:
            return {}
        found = {what: one for what, one in self._called(item).items() if what is not None}
        own = {what: one for (name, what), one in self.past.own.items() if name == item.name}
        return {**found, **own} if found else {}

    def told_here(self) -> dict[ledger.Key, Published]:
        """What was told of this state of the file, by the ledger, this report or session."""
        return {**self.past.own, **ledger.noted(self.past), **self.published} if self.past else {}

    def told(self, item: Indicator) -> dict[str, Published]:
        """What was published of an indicator's answers as they are."""
        mine = {what: table for (name, what), table in self.told_here().items() if name == item.name}
        return {**self.before(item), **mine}
