"""A survey with what was published of it: what each of its tables may say now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from qngai_analysis import kept, paths
from qngai_analysis.survey.door import noting, refuse_in_reports
from qngai_analysis.survey.estimate.estimates import Survey
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.form.held import survey_years
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.earlier import STAND, Earlier
from qngai_analysis.survey.release.former_rules import rule_of
from qngai_analysis.survey.release.hiding import Hiding
from qngai_analysis.survey.release.ledger import WHOLE, Behind, Past, Published, grouping, what_of
from qngai_analysis.survey.release.making import Making, Method, withheld
from qngai_analysis.survey.release.membership import Membership
from qngai_analysis.survey.release.once import once
from qngai_analysis.survey.release.otherwise import Otherwise
from qngai_analysis.survey.release.refusals import refuse_other_design, refuse_weights_by_answers
from qngai_analysis.survey.release.respondents import Respondents, groups_of
from qngai_analysis.survey.release.same_answers import Kin

_OF_ANSWERS = ("content", "sha256")


def history_of(survey: Survey) -> History:
    """Return a survey with what was published of it: an indicator's tables are asked for one by one, and each is protected with regard to all."""
    refuse_in_reports()
    past = ledger.past_of(survey.frame.attrs)
    known: History | None = survey._history
    if known is None or known.at != (past and (past.basis, past.seen)):
        if past is not None:
            refuse_other_design(survey)
        known = History(survey, past)
        refuse_weights_by_answers(known.file)
        survey._history = known
    return known


class History:
    """A survey with what was published of it."""

    def __init__(self, survey: Survey, past: Past | None) -> None:
        self.at = past and (past.basis, past.seen)
        self.file = Respondents(survey, past)
        self.survey, self.past = survey, self.file.past
        self.tables, self.earlier, members = Making(self.file), Earlier(self.file), Membership(self.file)
        kin = Kin(self.file, members)
        self.hiding = Hiding(self.file, kin, self.tables, self.earlier, members, self.hides)
        self.otherwise = Otherwise(self.file, kin, self.earlier, self.hiding, self._otherwise_by_own_weights)
        self._report: str | None = None  # the folder that a report notes in what it publishes
        self._noted: set[ledger.Key] = set()
        if past is not None:
            self.tables.together[None] = self.file.indicators  # which are published with one another

    def _otherwise_by_own_weights(self) -> Otherwise:
        # no lambda: a survey is handed to another process with all this
        return self._plain.otherwise

    def table(self, item: Indicator, by: str | None, method: Method = "logit") -> pd.DataFrame:
        """Return a table as it is published."""
        found = self._table(item, by, method)
        self._note((item.name, what_of(by or WHOLE, method)))  # it may have been made for another report
        return found

    @once
    def _table(self, item: Indicator, by: str | None, method: Method) -> pd.DataFrame:
        key, frame = (item.name, what_of(by or WHOLE, method)), self.survey.frame
        whole = self.file.behind(item, by or WHOLE)
        found = self.released(key, lambda: self.otherwise.apart(item, by, method), whole, item, [by or WHOLE])
        # groups that have other names since can't be told which they are
        if found is None or not set(found["row"]) <= {
            WHOLE,
            *(map(str, groups_of(frame[by])) if by else ()),
        }:
            found = withheld(self.tables.estimated(item, by, method))
        stands = bool(found.attrs.get("stands", False))
        if by:
            _add_labels(found, by, frame[by])
        # not what tells answers to who tries them: checksums of the file
        found.attrs = {name: value for name, value in frame.attrs.items() if name not in _OF_ANSWERS}
        found.attrs["stands"] = stands
        return found

    def released(
        self,
        key: ledger.Key,
        make: Callable[[], pd.DataFrame | None],
        behind: Behind | None,
        item: Indicator,
        follows: Sequence[str],
    ) -> pd.DataFrame | None:
        """
        Return what may be published under a key: made now, as published before, or None.

        ``behind``: the answers behind its rows; ``follows``: the groupings of the item that it is made of.
        """
        past, stands = self.past, False
        if past is None:
            return make()
        named = (key[0], key[1] + self.file.weighted)
        told = past.own.get(named)
        if told is None:
            before = past.told(named)
            told = before[-1] if before else None
            groupings = [by for by in follows if by != WHOLE]
            moved = frozenset().union(
                *(self.earlier.moved(item, by) for by in (WHOLE, *groupings)),
                # the whole has one row: that few answered another question, or none of these, does not show in it
                *map(self.earlier.moved_beside, groupings),
            )
            if behind is not None and told is not None:
                moved |= past.moves(named, behind, heads=item.kind == "proportion")
            new = told is None or "renamed" in moved
            sizes = item.kind != "proportion"
            if sizes and moved and any(self.earlier.few_came(item, by) for by in (WHOLE, *groupings)):
                moved |= {"few"}
            stands = bool(moved & STAND) or (new and self.earlier.stands_somewhere())
            stands |= new and sizes and self.earlier.sizes_stand()
            if told is None or (moved and not stands):
                replaces = told is None and any(self.earlier.replaces(item, by) for by in (WHOLE, *follows))
                made = None if stands or replaces else make()
                if made is not None:
                    more = {"rule": rule_of(item)} if key[1] == WHOLE else {}
                    if sizes and ":" not in key[1]:
                        shown = made.loc[made["estimate"].notna(), "row"]
                        more |= self.file.totals(item, grouping(key[1]), shown)
                    self._note(key, Published.of(named, made, behind.checksums if behind else {}, more))
                return made
            if stands and behind is not None and ":" not in key[1]:  # a test's interval is another's
                right = (one for one in reversed(before) if not _is_wrong(one, behind, item))
                if (told := next(right, None)) is None:
                    return None
            told = Published({**told.entry, "stands": stands})
        self._note(key, told)  # an edition says what it was published of, though it adds nothing
        found = told.rows.copy()
        found.attrs = {"stands": told.entry.get("stands", False)}
        return found

    def _note(self, key: ledger.Key, table: Published | None = None) -> None:
        """Note a table as published, or that it is once more, once a report; and each indicator's whole with it."""
        if table is not None:
            self.earlier.published[key] = table
        if self.past is None or key not in self.earlier.published:
            return
        if self._report != (report := noting() or ""):
            self._report, self._noted = report, set()
            # a table of it that comes later is compared with that; one of new weights with those of the file's own
            ledger.note_again([] if self.survey.reweighted else self._wholes(self.past))
        if key not in self._noted:
            self._noted.add(key)
            ledger.note(
                self.past,
                self.earlier.published[key],
                held=bool(self.file.weighted) or self.file.comes_after(key[1]),
            )

    def _wholes(self, past: Past) -> list[str]:
        """
        Return the notes of each indicator's whole, and of its table by districts where the file is the newest.

        A district's report may come after a record was corrected: its tables are then those of the first edition, too. They
        are the same for every report of one state of the file and the ledgers.
        """

        def made() -> list[str]:
            newest = past.of[1] == max(survey_years(past.of[0]), default=past.of[1])
            district = self.file.book.design.district if self.file.book and newest else WHOLE
            self.tables.together.setdefault(district or None, self.file.indicators)  # made at once
            keys = [(item, by) for by in dict.fromkeys([WHOLE, district]) for item in self.file.indicators]
            for item, by in keys:
                self.table(item, by or None)
            told = [self.earlier.published.get((item.name, by)) for item, by in keys]
            return ledger.as_text(ledger.note_of(past, table) for table in told if table)

        folder = paths.releases()
        ledgers = sorted([*folder.glob("*"), folder.with_name(ledger.INDEX)])
        notes: list[str] = kept.kept("wholes", [past.of, past.basis, past.seen], ledgers, made)
        return notes

    def hides(self, item: Indicator, by: str, *, plain: bool = False) -> frozenset[str]:
        """Return what a table by groups hides as it is published; ``plain``: with the weights of the file."""
        table = (self._plain if plain else self).table(item, by)
        return frozenset(table.loc[table["symbol"].eq("c"), "row"])

    @property
    def _plain(self) -> History:
        """The survey with the weights of its file; what is published of it is asked for again with each table."""
        return history_of(self._with_own_weights) if self.survey.reweighted else self

    @cached_property
    def _with_own_weights(self) -> Survey:
        if before := self.survey._file_weights:  # what was found out of it is known
            return before
        frame = self.survey.frame.copy(deep=False)
        frame.attrs = {name: value for name, value in frame.attrs.items() if name != "reweighted"}
        return type(self.survey)(frame, self.survey.design)


def _is_wrong(told: Published, now: Behind, item: Indicator) -> bool:
    """Return whether a table stands that is wrong: what many of a row say now is not within its interval."""
    shares = dict(zip(now.labels, now.estimate, strict=True))
    return item.kind != "ratio" and any(
        row["symbol"] == ""
        and None not in (row["ci_low"], row["ci_high"])
        and not row["ci_low"] <= shares.get(row["row"], row["estimate"]) <= row["ci_high"]
        and told.many(row["row"], now, heads=item.kind == "proportion")
        for row in told.entry["rows"]
    )


def _add_labels(table: pd.DataFrame, by: str, labels: pd.Series) -> None:
    """Put the grouping's own column before the rest, with the categories it has in the survey."""
    names = {str(value): value for value in groups_of(labels)}
    values: Any = [names.get(row, row) for row in table["row"]]
    if isinstance(labels.dtype, pd.CategoricalDtype):
        values = pd.Categorical.from_codes(labels.cat.categories.get_indexer(values), dtype=labels.dtype)
    table.insert(0, by, pd.Series(values, index=table.index, dtype=labels.dtype))
