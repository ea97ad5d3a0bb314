"""A survey's numbers as they may be published: estimated, judged, protected, compared with what was published."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial, reduce, wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.door import noting, refuse_in_reports, through_the_gate
from qngai_analysis.survey.estimate.arrays import label_codes
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Indicator, read_codebook
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.crossing import Groups, joint, ranges, shut_together
from qngai_analysis.survey.release.disclosure import (
    disclosure_standard,
    emptied,
    made_by_few,
    protect,
    sizes_found,
)
from qngai_analysis.survey.release.gate import (
    at_step,
    few_on_a_side,
    gated_counts,
    gated_levels,
    gated_odds,
    gated_shares,
    gated_sizes,
    gated_test,
    log_odds,
    printed,
    share_steps,
)
from qngai_analysis.survey.release.ledger import WHOLE, Behind, Past, Published
from qngai_analysis.survey.release.membership import Members, answers_in, differ, members, who_fits
from qngai_analysis.survey.release.reliability import reliability_standard
from qngai_analysis.survey.release.same_answers import (
    SameAnswers,
    by_rules,
    rule_of,
    same_answers,
    same_sizes,
)
from qngai_analysis.survey.release.treatment import Treatment, treated
from qngai_analysis.survey.release.windows import Told, told_otherwise

if TYPE_CHECKING:
    from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats
    from qngai_analysis.survey.estimate.estimates import Survey
    from qngai_analysis.survey.form.condition import Answers

Method = Literal["logit", "xlogit", "korn-graubard", "arcsine", "likelihood", "wald"]
# answers, but no groups: who did not know or refused is nobody to publish a share of
_NO_GROUPS = frozenset(choice.vi for choice in SPECIAL.values())
_HERE = "_here"  # column that says whether a row lies in the group that is compared with the rest
_OTHER_WEIGHTS = " (quyền số: "  # how a table of other weights than the file's is told apart
_FEW_VALUES = (
    20  # a number with as many steps from the least to the most, or fewer, tells of units as a share does
)
_ONCE = " = "  # between the name of an indicator and the rule it had once
_CELL = "_cell"  # column of the groups of two groupings at once
CROSS = " × "  # between the two
_WAS = " ~ "  # between a grouping and what its groups were called in a table that was told, as JSON
_STAND = {"few", "hidden"}  # changes that the tables behind which they are must not show


@through_the_gate
def published(
    survey: Survey,
    item: Indicator | str,
    by: str | None = None,
    *,
    method: Method = "logit",
    beside: Sequence[Indicator] = (),
) -> pd.DataFrame:
    """
    Return an indicator's estimates as they may be published, and nothing more precise.

    Parameters
    ----------
    survey : a loaded survey
    item : an indicator of its codebook, or its name
    by : the column whose groups are the rows; nothing for the whole survey. "Không biết" and "Từ chối trả
        lời" are no groups: they are in the whole, have no row, and hide no other
    method : the interval of a share, as ``Survey.proportion`` takes it
    beside : all indicators whose tables by the same groups are about to be asked for: they are made at once

    Returns
    -------
    DataFrame
        As ``protect`` returns it, with ``row`` (the group as text) and ``step`` (the estimate is printed in its
        multiples), every number rounded as ``gate`` says. A mean or ratio of sizes is confidential also
        where few units make up the total of a column it rests on (``disclosure.made_by_few``). The survey's other tables of
        the indicator (``Codebook.tables_by``) don't give a hidden row away (``crossing``). Where the file was
        revised by too few since a table was published (``ledger``), the table is the one published then; one that
        was not published then is hidden. Nothing in a table says so: that alone would tell whom the revision was
        about; ``attrs["stands"]`` does, which is in no report. A share that is printed because its population answered nearly whole has the ``treatment`` ``CENSUS``.

    Raises
    ------
    SurveyError
        The survey is a part of a sample or its rows are not those of its file; ``by`` is no column of it; the
        ledger can't be read.
    """
    item = item if isinstance(item, Indicator) else _indicator_named(survey, item)
    history = history_of(survey)
    _refuse_others(survey, item.columns, by)
    if history.past is not None and all(item.name != one.name for one in history.together[None]):
        _indicator_named(survey, item.name)  # what is wrong with another column would be said with its values
    history.together.setdefault(by, tuple(beside))
    return history.table(item, by, method).copy()


def _indicator_named(survey: Survey, name: str) -> Indicator:
    """Return the indicator of a name in the codebook of a survey that ``load_survey`` gave."""
    if "survey" not in survey.frame.attrs:
        raise SurveyError("công bố: {name!r} được tra trong sổ mã; nạp điều tra bằng load_survey", name=name)
    known = read_codebook(survey.frame.attrs["survey"]).indicators
    if name not in known:
        raise SurveyError(
            "công bố: không có chỉ tiêu {name!r}; các chỉ tiêu là {known}", name=name, known=", ".join(known)
        )
    return known[name]


def _refuse_others(survey: Survey, columns: Sequence[str], by: str | None) -> None:
    """Refuse a sample that is not the one that was received: what differs from it would tell of the rest."""
    if survey.confined:
        raise SurveyError(
            "một phần của mẫu thì không công bố được: chênh lệch với toàn mẫu sẽ nói về những người bị bỏ ra; thêm miền vào sổ mã và công bố theo miền đó"
        )
    if None in survey.reweighted:
        raise SurveyError(
            "trọng số chỉnh theo tổng của một số đo không công bố được; cân theo các nhóm: survey.rake({{cột: {{nhóm: tổng}}}})"
        )
    if "content" not in survey.frame.attrs:
        return
    if by is not None and by not in survey.frame.columns:
        raise SurveyError("by: điều tra không có cột {unknown!r}", unknown=by)
    _refuse_changed(survey, [*columns, *filter(None, [by])])
    if by is not None and not isinstance(survey.frame[by].dtype, pd.CategoricalDtype):
        design = read_codebook(survey.frame.attrs["survey"]).design
        if by not in (design.district, design.strata):
            raise SurveyError(
                "by: {by!r} là mã hoặc số đo của từng đơn vị, không phải phân tổ; công bố theo huyện, tầng, miền hoặc câu hỏi chọn một của sổ mã",
                by=by,
            )


def _refuse_changed(survey: Survey, columns: Sequence[str]) -> None:
    changed = survey.frame.attrs["content"].differing(survey.frame, columns)
    if changed:
        raise SurveyError(
            "cột {changed!r}: dòng hoặc giá trị không còn là của tệp điều tra, và phần khác với tệp không được công bố bên cạnh tệp; hãy sửa tệp, hoặc thêm miền hay chỉ tiêu vào sổ mã",
            changed=changed[0],
        )


def _refuse_other_design(survey: Survey) -> None:
    """Refuse a sample that is weighted, or was drawn, in another way than its file says."""
    design = survey.design
    if design.weights != read_codebook(survey.frame.attrs["survey"]).design.weight:
        raise SurveyError(
            "cột trọng số {name!r} không phải của sổ mã; nạp điều tra bằng load_survey", name=design.weights
        )
    drawn = [design.weights, *design.strata_columns, design.psu, design.ssu, *design.fpc_columns]
    _refuse_changed(survey, [name for name in drawn if name])


def history_of(survey: Survey) -> _History:
    """Return a survey with what was published of it: an indicator's tables are asked for one by one, and each is protected with regard to all."""
    refuse_in_reports()
    past = ledger.past_of(survey.frame.attrs)
    known: _History | None = survey._history
    if known is None or known.at != (past and (past.basis, past.seen)):
        if past is not None:
            _refuse_other_design(survey)
        known = survey._history = _History(survey, past)
    return known


Given = ParamSpec("Given")
Found = TypeVar("Found")


def _once(
    method: Callable[Concatenate[_History, Given], Found],
) -> Callable[Concatenate[_History, Given], Found]:
    """Remember what a method of a history gave for the same indicators and groupings."""

    def key(given: Any) -> Any:
        if isinstance(given, Indicator):
            return given.name
        return tuple(map(key, given)) if isinstance(given, tuple) else given

    @wraps(method)
    def remembered(self: _History, *given: Given.args, **named: Given.kwargs) -> Found:
        asked = (method.__name__, key(given), *named.items())
        if asked not in self.kept:
            self.kept[asked] = method(self, *given, **named)
        found: Found = self.kept[asked]
        return found

    return remembered  # type: ignore[return-value]


class _History:
    """A survey with what was published of it: what each of its tables may say now."""

    def __init__(self, survey: Survey, past: Past | None) -> None:
        self.survey, self.past = survey, past
        self.at = past and (past.basis, past.seen)
        self.kept: dict[Any, Any] = {}
        self.together: dict[str | None, tuple[Indicator, ...]] = {}  # by grouping: what is asked for at once
        self._report: str | None = None  # the folder that a report notes in what it publishes
        self._noted: set[ledger.Key] = set()
        self._published: dict[ledger.Key, Published] = {}
        margins = json.dumps(
            [[[by, [*totals.items()]] for by, totals in (one or {}).items()] for one in survey.reweighted],
            ensure_ascii=False,
            default=float,
        )
        self._weighted = f"{_OTHER_WEIGHTS}{margins})" if survey.reweighted else ""
        if past is not None:
            self.together[None] = self._indicators  # which are published with one another

    @cached_property
    def _own(self) -> tuple[str, ...]:
        """The survey's own groupings, none at all among them."""
        return (WHOLE, *self.survey.frame.attrs.get("tables_by", ()))

    # ------------------------------------------------------------ what may be published

    def table(self, item: Indicator, by: str | None, method: Method = "logit") -> pd.DataFrame:
        """Return a table as it is published."""
        found = self._table(item, by, method)
        self._note((item.name, _what(by or WHOLE, method)))  # it may have been made for another report
        return found

    @_once
    def _table(self, item: Indicator, by: str | None, method: Method) -> pd.DataFrame:
        key, frame = (item.name, _what(by or WHOLE, method)), self.survey.frame
        whole = self.behind(item, by or WHOLE)
        found = self.released(key, lambda: self._apart(item, by, method), whole, item, [by or WHOLE])
        # groups that have other names since can't be told which they are
        if found is None or not set(found["row"]) <= {
            WHOLE,
            *(map(str, _groups_of(frame[by])) if by else ()),
        }:
            found = _withheld(self.estimated(item, by, method))
        stands = bool(found.attrs.get("stands", False))
        if by:
            _add_labels(found, by, frame[by])
        found.attrs = {name: value for name, value in frame.attrs.items() if name != "content"}  # of answers
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
        named = (key[0], key[1] + self._weighted)
        told = past.own.get(named)
        if told is None:
            told = next(reversed(past.told(named)), None)
            moved = frozenset().union(
                *(self._moved(item, by) | self._moved_beside(by) for by in (WHOLE, *follows))
            )
            if behind is not None and told is not None:
                moved |= past.moves(named, behind, heads=item.kind == "proportion")
            new = told is None or "renamed" in moved
            stands = bool(moved & _STAND) or (new and self.stands_somewhere())
            if told is None or (moved and not stands):
                replaces = told is None and any(self._replaces(item, by) for by in (WHOLE, *follows))
                made = None if stands or replaces else make()
                if made is not None:
                    rule = rule_of(item) if key[1] == WHOLE else None
                    self._note(key, Published.of(named, made, behind.checksums if behind else {}, rule))
                return made
        self._note(key, told)  # an edition says what it was published of, though it adds nothing
        found = told.rows.copy()
        found.attrs = {"stands": stands}
        return found

    def _note(self, key: ledger.Key, table: Published | None = None) -> None:
        """Note a table as published, or that it is once more, once a report; and each indicator's whole with it."""
        if table is not None:
            self._published[key] = table
        if self.past is None or key not in self._published:
            return
        if self._report != (report := noting() or ""):
            self._report, self._noted = report, set()
            # a table of it that comes later is compared with that; one of new weights with those of the file's own
            for item in () if self.survey.reweighted else self._indicators:
                self.table(item, None)
        if key not in self._noted:
            self._noted.add(key)
            ledger.note(
                self.past, self._published[key], held=bool(self._weighted) or self._comes_after(key[1])
            )

    def _comes_after(self, what: str) -> bool:
        """Return whether a table by groups is none of the survey's own, so that it is held against those and what else was told."""
        return ":" not in what and _grouping(what) not in self._own

    @_once
    def stands_somewhere(self) -> bool:
        """Return whether anything of the survey stands: a new table would tell by what it holds whether the revision is in it."""
        items = {item.name: item for item in self._indicators}
        return self.past is not None and (
            any(
                self._moved(items[name], by) & _STAND
                for name, by in self.past.keys
                if name in items and self._is_here(by)
            )
            or any(self._names(item) is None for item in self._indicators)
        )

    def holds_back(self, what: str) -> bool:
        """Return whether a table of counts that was never published waits: something stands, or its grouping had another name."""
        told = {name for state in self.past.earlier for name, _ in state.tables} if self.past else set()
        gone = [
            name
            for name in told
            if name.startswith("weights: ") and not self._is_here(name[9:].partition(" (")[0])
        ]
        return self.stands_somewhere() or bool(gone and what.startswith("weights: "))

    def _is_here(self, by: str) -> bool:
        """Return whether the file has a grouping, or both of two."""
        return not by or set(by.partition(_WAS)[0].split(CROSS)) <= set(self.survey.frame.columns)

    @_once
    def _names(self, item: Indicator) -> list[str] | None:
        """
        Return the names that an indicator was published under, its own or one that is gone from the codebook.

        None where it differs by few from one that is gone, whose opposite it may also be.
        """
        assert self.past is not None
        if item.name in self._gone:
            return [item.name.partition(_ONCE)[0]]
        told, now = {name for name, _ in self.past.keys}, self.behind(item, WHOLE)
        if item.name in told:
            return [item.name]
        gone = told.difference(one.name for one in self._indicators)
        found = [name for name in gone if self.past.same((name, WHOLE), now) or self._has_rows_of(name, item)]
        heads, either = item.kind == "proportion", (now, replace(now, estimate=1 - now.estimate))
        near = any(
            self.past.moves((name, WHOLE), one, heads=heads) & _STAND for name in gone for one in either
        )
        return None if near and not found else found

    def _has_rows_of(self, name: str, item: Indicator) -> bool:
        """Return whether a row was told under a name with just the answers that one of an indicator has, whose base is another now."""
        assert self.past is not None
        for key in self.past.keys:
            by = _grouping(key[1])
            if key[0] == name and self._is_here(by):
                now = self.behind(item, by)
                mixed = (now.estimate > 0) & (
                    (now.estimate < 1) | (item.kind != "proportion")
                )  # none by chance
                telling = set(np.array(now.checksum)[mixed & (now.n >= disclosure_standard().threshold)])
                if any(telling.intersection(table.checksums.values()) for table in self.past.told(key)):
                    return True
        return False

    @_once
    def _earlier_keys(self, item: Indicator, by: str) -> list[list[ledger.Key]]:
        """Return the tables that one may have been published as: for each name of the indicator, under its grouping or those that are gone."""
        assert self.past is not None
        told = self.past.keys
        gone = {what for _, what in told if CROSS not in what and "(" not in what and not self._is_here(what)}
        return [
            [key for key in told if key[0] == name and key[1] in ({by} if (name, by) in told else gone)]
            for name in self._names(item) or ()
        ]

    def _replaces(self, item: Indicator, by: str) -> bool:
        """Return whether a table that is new may be one that was published by another name, and is not quite the same."""
        past, tables = self.past, self._earlier_keys(item, by)
        assert past is not None
        return self._names(item) is None or not all(
            (item.name, by) in keys
            or any(past.same(key, self.behind(item, by)) for key in keys)
            or not (keys or None in self._called(item))
            for keys in tables
        )

    @_once
    def _moved(self, item: Indicator, by: str) -> frozenset[str]:
        """Return how the answers behind an indicator's table changed since it was published (``Past.moves``)."""
        past = self.past
        assert past is not None
        moved = past.moves((item.name, by), self.behind(item, by), heads=item.kind == "proportion")
        if by == WHOLE:  # a hidden group's change would show in the whole
            others = [one for name, one in past.keys if name == item.name and one and self._is_here(one)]
            moved |= {"hidden" for one in others if "hidden" in self._moved(item, one)}
        return moved

    @_once
    def _moved_beside(self, by: str) -> frozenset[str]:
        """
        Return why all tables by a grouping stand: few answers of any indicator changed.

        Where others show that many changed, one that stands tells that the few answered it, one that moves that they did not;
        one that shows no row tells nothing.
        """
        assert self.past is not None
        shown = [
            one
            for one in self._indicators
            for table in self.past.told((one.name, by))
            if any(row["symbol"] == "" for row in table.entry["rows"])
        ]
        return frozenset().union(*(self._moved(one, by) for one in shown)) & _STAND

    # ------------------------------------------------------------ the file as it is

    @_once
    def _groups(self, by: str) -> tuple[Codes, list[str]]:
        """Return for each row of the file which group of a grouping it is in (-1: none), and the groups' names."""
        if not by:
            return np.zeros(len(self.survey.frame), dtype=np.intp), [WHOLE]
        labels = _labels(self.survey.frame, by)
        codes, names = pd.factorize(labels, sort=True)
        groups = [str(name) for name in names]
        nobody = set(map(str, _groups_of(labels))).difference(groups) if self.asked(by) else set()
        return codes, [*groups, *sorted(nobody)]

    def asked(self, by: str) -> bool:
        """
        Return whether a grouping, or one of two, is what respondents said, not who they are: a question, or a domain made of
        some, that is none of the survey's own groupings, its district or stratum. That nobody said something is told as little
        as that few did.
        """
        return any(self._said(part) for part in by.split(CROSS))

    @_once
    def _said(self, part: str) -> frozenset[str]:
        """Return the questions of the form whose answers a grouping is made of: itself, or those that a domain's rules name."""
        known = {*self._own, *self.survey.design.strata_columns}
        if self._book is None or part in known:
            return frozenset()
        domain = self._book.domains.get(part)
        names = {name for _, _, rule in domain.groups for name in rule.names} if domain else {part}
        return frozenset(name for name in names if self._is_answer(name))

    def _is_answer(self, name: str) -> bool:
        """Return whether a name is a question whose answers are not taken to be known: none of the survey's own groupings, its district or stratum."""
        assert self._book is not None
        known = {*self._own, *self.survey.design.strata_columns, self._book.design.district}
        question = self._book.questions.get(name)
        asked = question is not None and question.source == "form"
        return asked and name not in {*known, self._book.design.outcome}

    @_once
    def _known(self, item: Indicator) -> Flags:
        """Return which rows of the file have an answer."""
        return np.asarray(~np.isnan(self._values(item)).any(axis=1))

    @_once
    def _weights(self) -> Floats:
        return self.survey.weights.to_numpy(dtype=float)

    @_once
    def _answers(self, item: Indicator) -> tuple[Codes, Floats, Any]:
        """Return which rows count, their weights and answers, and a checksum of each."""
        values = np.column_stack([self.survey.drawn_weights.to_numpy(dtype=float), self._values(item)])
        rows = np.flatnonzero(~np.isnan(values).any(axis=1) & (values[:, 0] > 0))
        checks = pd.util.hash_pandas_object(pd.DataFrame(values[rows]), index=False)
        return rows, values[rows], checks.to_numpy()

    @_once
    def behind(self, item: Indicator, by: str) -> Behind:
        """Return the answers behind the rows of an indicator's table."""
        return self.behind_groups(item, *self._groups(by))

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

    # ------------------------------------------------------------ a table made now

    def _made_with(self, item: Indicator, by: str | None) -> tuple[Indicator, ...]:
        """The shares whose tables are made at once with one: the wholes, and what is asked for together."""
        shares = tuple(one for one in self.together.get(by, ()) if one.kind == "proportion")
        return shares if item in shares and not self.survey.reweighted else (item,)

    @_once
    def estimated(self, item: Indicator, by: str | None, method: Method = "logit") -> pd.DataFrame:
        """Return a table before it is protected."""
        items = self._made_with(item, by)
        return _part(self._estimates(items, by, method), items, item)

    @_once
    def _estimates(self, items: tuple[Indicator, ...], by: str | None, method: Method) -> pd.DataFrame:
        """Return the tables of some shares, or one mean or ratio, one below the other."""
        survey, item = self.survey, items[0]
        heads = item.kind == "proportion"
        if heads:
            found = survey.proportion([one.name for one in items], by, method)
        else:
            sizes: Any = survey.mean if item.kind == "mean" else survey.ratio
            found = sizes(*item.columns, by=by)
        rows = (
            found[by].astype(str).to_numpy(dtype=object) if by else np.full(len(found), WHOLE, dtype=object)
        )
        taken = [survey.taken(one.name, by) for one in items] if heads else [np.zeros(len(found))]
        order = np.arange(len(found)).reshape(-1, len(items)).T.ravel()
        order = order[[row not in _NO_GROUPS for row in rows[order]]]
        columns = {name: column.array[order] for name, column in found.items() if name != by}
        beside = {"row": rows[order], "taken": np.stack(taken, axis=1).ravel()[order]}
        table = pd.DataFrame(columns | beside)
        return self._with_nobody(table, by) if by == _CELL or (by and self.asked(by)) else table

    def _with_nobody(self, table: pd.DataFrame, by: str) -> pd.DataFrame:
        """Return a table with a row also for each group that nobody is in."""
        groups = [str(one) for one in _groups_of(self.survey.frame[by]) if one not in _NO_GROUPS]
        nobody = table.iloc[[0] * len(set(groups).difference(table["row"]))].copy()
        numbers = nobody.columns[[pd.api.types.is_numeric_dtype(one) for one in nobody.dtypes]]
        nobody[numbers] = np.where(numbers.isin(["n", "taken"]), 0, np.nan)
        nobody["row"] = [one for one in groups if one not in set(table["row"])]
        return pd.concat([table, nobody]).sort_values(
            "row", key=lambda row: row.map(groups.index), ignore_index=True
        )

    def _fresh(
        self, item: Indicator, by: str | None, method: Method, instead: Mapping[str, float] | None = None
    ) -> pd.DataFrame:
        """Return a table of the file as it is: rounded (some shares ``instead`` to others) and protected."""
        if instead:
            shut = self.estimated(item, by, method)["row"].isin(self.closed(item, by))
            return self.rounded((item,), by, method, shut.to_numpy(), instead)
        items = self._made_with(item, by)
        return _part(self._protected(items, by, method), items, item)

    @_once
    def _protected(self, items: tuple[Indicator, ...], by: str | None, method: Method) -> pd.DataFrame:
        rows = self.estimated(items[0], by, method)["row"]
        shut = [rows.isin(self.closed(one, by)) for one in items]
        return self.rounded(items, by, method, np.concatenate(shut))

    def rounded(
        self,
        items: tuple[Indicator, ...],
        by: str | None,
        method: Method,
        shut: Flags,
        instead: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """
        Return tables of the file as it is, to the precision they are published at.

        ``shut``: rows to hide; ``instead``: of one table, the shares to print in place of rows' own, missing to hide them.
        """
        table, heads = self._estimates(items, by, method), items[0].kind == "proportion"
        if instead:
            told = table["row"].map(instead)
            shut = shut | (table["row"].isin(instead) & told.isna()).to_numpy()
            table = table.assign(estimate=told.fillna(table["estimate"]))
        if heads:
            rows, taken = self.estimated(items[0], by, method)["row"], table["taken"].to_numpy()
            effects = np.concatenate([self._effects(one, by, rows) for one in items])
            heaviest = np.concatenate([self._heaviest(one, by or WHOLE, rows) for one in items])
            steps = self._steps(items[0], by, table)
            clustered = bool(self.survey.design.psu)
            table = gated_shares(table, steps, effects, taken, method, heaviest=heaviest, clustered=clustered)
        elif scale := self.scale(items[0]):
            least, most, unit = scale
            steps = share_steps(table["n"].to_numpy(dtype=float) / unit)
            effects, heaviest = (
                find(items[0], by or WHOLE, table["row"]) for find in (self._effects, self._heaviest)
            )
            clustered = bool(self.survey.design.psu)
            table = gated_levels(table, least, most, steps, effects, unit * heaviest, clustered=clustered)
        else:
            table = gated_sizes(table)
        made = emptied(table, ["row"], shut)
        taken = made.pop("taken").to_numpy() >= reliability_standard().census_share
        # a share that is printed because its population answered nearly whole is called so
        census = taken & made["flag"].eq("review").to_numpy() & made["symbol"].eq("").to_numpy()
        return treated(made, census, Treatment.CENSUS) if census.any() else made

    def _steps(self, item: Indicator, by: str | None, found: pd.DataFrame) -> Floats:
        """Return the steps of a table: of new weights, two answers wide where an answer counts most."""
        n = found["n"].to_numpy(dtype=float)
        if not self.survey.reweighted:
            return share_steps(n)
        cells = self._by_margins(item, by)
        each = cells["weight"] / cells["n"]
        counted = cells.groupby("row")["weight"].sum() / each.groupby(cells["row"]).max()
        return share_steps(np.minimum(n, counted.reindex(found["row"]).fillna(0).to_numpy()))

    @_once
    def _by_margins(self, item: Indicator, by: str | None) -> pd.DataFrame:
        """Return each row of a table by the groups whose weights were changed alike: respondents and weight."""
        known = self.survey.frame[self._known(item)]
        labels = [known[name].astype(str) for name in sorted(self._margins())]
        row = _labels(known, by).astype(str) if by else pd.Series(WHOLE, index=known.index)
        weight = self.survey.weights[known.index].groupby([*labels, row.rename("row")])
        found = weight.agg(["size", "sum"]).reset_index().rename(columns={"size": "n", "sum": "weight"})
        if item.kind == "proportion":
            return found.assign(few=False)
        inside = [self.survey.frame.index.isin(rows) for rows in weight.groups.values()]
        return found.assign(few=[self._few_make_up(item, one) for one in inside])

    def _margins(self) -> set[str]:
        return {name for one in self.survey.reweighted if one for names in one for name in names}

    def _isolated(self, item: Indicator, by: str | None, rows: frozenset[str]) -> frozenset[str]:
        """
        Return rows in which new weights single few out.

        Weights are chosen by who asks: with enough of them, what is told of a row tells its cells by the margins, which
        so must be publishable themselves.
        """
        if not self.survey.reweighted:
            return frozenset()
        if any(published(self._plain(), item, name)["symbol"].eq("c").any() for name in self._margins()):
            return rows
        cells = self._by_margins(item, by)
        return frozenset(cells.loc[cells["few"] | (cells["n"] < disclosure_standard().threshold), "row"])

    @_once  # kept: what is published of it is asked for again with each table
    def _plain(self) -> Survey:
        """The survey with the weights of its file."""
        frame = self.survey.frame.copy(deep=False)
        frame.attrs = {name: value for name, value in frame.attrs.items() if name != "reweighted"}
        return type(self.survey)(frame, self.survey.design)

    def _heaviest(self, item: Indicator, by: str, rows: Iterable[str]) -> Floats:
        """Return which part of each row's weights is that of the respondent who counts most."""
        behind = self.behind(item, by)
        parts = dict(zip(behind.labels, behind.largest / behind.n, strict=True))
        return np.array([parts.get(row, 0.0) for row in rows])

    def _effects(self, item: Indicator, by: str | None, rows: pd.Series) -> Floats:
        """
        Return the design effects to expect of a table's rows: of their own weights and strata, and else as in the whole.

        Kish's product of the effects of weights and of clusters (Survey Sampling, 1965), each weight's square times what
        its stratum leaves of the population. It rests on no answer of the row.
        """
        kish = self._kish(item, by or WHOLE)
        return self._clusters(item) * np.array([kish.get(row, 1.0) for row in rows])

    @_once
    def _clusters(self, item: Indicator) -> float:
        """Return what clusters do to the variance of an indicator's whole."""
        told = self.estimated(item, None).iloc[0]
        least, most, _ = self.scale(item) or (0.0, 1.0, 1.0)
        share, se, n = (told["estimate"] - least) / (most - least), told["se"] / (most - least), told["n"]
        spread = share * (1 - share) * self._kish(item, WHOLE).get(WHOLE, 1.0)
        return float(se**2 * n / spread) if spread > 0 else 1.0

    @_once
    def scale(self, item: Indicator) -> tuple[float, float, float] | None:
        """Return the least and most of a mean's values, and how near two are as a part of that; None where that is near."""
        values = np.unique(self._values(item)[self._known(item)])
        if item.kind != "mean" or len(values) < 2:
            return None
        least, most = float(values[0]), float(values[-1])
        unit = float(np.diff(values).min()) / (most - least)
        return (least, most, unit) if unit * _FEW_VALUES >= 1 else None

    def _kish(self, item: Indicator, by: str) -> dict[str, float]:
        """Return by row what unequal weights and a finite population do to a variance: n Σ(1-f)w² / (Σw)², f of the stratum."""
        codes, names = self._groups(by)
        known = self._known(item) & (codes >= 0)
        weight, code = self._weights()[known], codes[known]
        left = (1 - self._answered(item)[known]) * weight**2
        n, sums, squares = (np.bincount(code, one, len(names)) for one in (None, weight, left))
        return {name: float(n[i] * squares[i] / sums[i] ** 2) for i, name in enumerate(names) if sums[i] > 0}

    @_once
    def _answered(self, item: Indicator) -> Floats:
        """Return for each row of the file which share of its stratum's population answered."""
        strata = list(self.survey.design.strata_columns)
        if not strata:
            return np.repeat(self.survey.taken(item.name), len(self.survey.frame))
        return self.survey.taken(item.name, strata)[self._strata]

    @cached_property
    def _strata(self) -> Codes:
        """Which stratum each row of the file is of, as ``Survey.taken`` orders them."""
        strata = list(self.survey.design.strata_columns)
        return np.asarray(self.survey.frame.groupby(strata, observed=True).ngroup(), dtype=np.intp)

    # ------------------------------------------------------------ what must be hidden

    @_once
    def secret(self, item: Indicator, by: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the rows of a table, and those that must not be told, whatever else is published."""
        rows = frozenset(self._groups(by)[1]) - _NO_GROUPS
        few = self._few(by, self._known(item))
        few |= self._made_by_few(item, by) | self._isolated(item, by or None, rows)
        few |= self.decided_by_few(by, self._known(item)) | self._let_in_by_few(item, by)
        if self.asked(by):
            nobody = rows.difference(self.behind(item, by).labels)
            few |= {row for row in nobody if not self._is_routed_past(item, by, row)}
        if self.past is not None:
            keys = [key for some in self._earlier_keys(item, by) for key in some]
            hidden = [self.past.hidden(key, self.behind(item, by)) for key in keys]
            few |= frozenset().union(*hidden)
        return rows, rows & few

    @_once
    def _values(self, item: Indicator) -> Floats:
        """Return what each row of the file has in the columns of an indicator."""
        if item.name in self._gone:
            return self._gone[item.name][1]
        return self.survey.frame[list(item.columns)].to_numpy(dtype=float)

    def _is_routed_past(self, item: Indicator, by: str, row: str) -> bool:
        """Return whether nobody is in a row because the form asks none of them, or none was drawn: that says nothing of anyone."""
        asked = self._asked_for(item)
        parts = zip(by.split(CROSS), row.split(CROSS, 1), strict=False)
        return any(
            self._said(part) <= asked and label not in self.behind(item, part).labels for part, label in parts
        )

    @_once
    def _asked_for(self, item: Indicator) -> frozenset[str]:
        """Return the questions that an indicator rests on: those in it, and those that lead to them."""
        assert self._book is not None
        found: set[str] = set()
        names = [*item.numerator.names, *(item.universe.names if item.universe else ())]
        while names:
            found.add(name := names.pop())
            question = self._book.questions.get(name)
            names += question.ask_if.names if question and question.ask_if else ()
        return frozenset(found)

    def _few(self, by: str, rows: Flags) -> set[str]:
        """Return the groups in which fewer of some rows of the file are than the threshold, but any."""
        codes, names = self._groups(by)
        n = np.bincount(codes[rows & (codes >= 0)], minlength=len(names))
        return {
            name for name, count in zip(names, n, strict=True) if 0 < count < disclosure_standard().threshold
        }

    @_once
    def _answers_to(self, names: tuple[str, ...]) -> Answers:
        """Return the file's answers to some questions."""
        assert self._book is not None
        if "content" in self.survey.frame.attrs:
            columns = [one for name in names for one in self._book.questions[name].columns]
            _refuse_changed(self.survey, columns)
        return answers_in(self.survey.frame, self._book, names)

    @_once
    def _members(self, part: str, unknown: tuple[str, ...]) -> dict[str, Members]:
        """Return who may be in each group of a grouping for one who does not know the answers to some questions."""
        codes, names = self._groups(part)
        domain = self._book.domains.get(part) if self._book and unknown else None
        if domain:
            asked = dict.fromkeys(name for _, _, rule in domain.groups for name in rule.names)
            return members(domain, self._answers_to(tuple(asked)), unknown)
        if unknown:  # a question: anybody may have said anything
            anybody = Members(np.ones(len(codes), dtype=bool), np.zeros(len(codes), dtype=bool))
            return dict.fromkeys(names, anybody)
        return {name: Members(codes == place, codes == place) for place, name in enumerate(names)}

    def _who(self, by: str, unknown: Mapping[str, tuple[str, ...]]) -> dict[str, Members]:
        """Return who may be in each row of a table for one who does not know some questions' answers, given by grouping."""
        parts = [self._members(part, unknown.get(part, ())) for part in by.split(CROSS)]
        nobody = Members(*np.zeros((2, len(self.survey.frame)), dtype=bool))
        rows = [row for row in self._groups(by)[1] if row not in _NO_GROUPS]
        each = {row: row.split(CROSS, 1) if len(parts) > 1 else [row] for row in rows}
        return {
            row: reduce(
                Members.within, (part.get(label, nobody) for part, label in zip(parts, labels, strict=True))
            )
            for row, labels in each.items()
        }

    @_once
    def _who_by_groups(self, by: str) -> dict[str, Members]:
        """Return who may be in each row for one who knows everybody's district, stratum and own groups, and no answer."""
        return self._who(by, {part: tuple(self._said(part)) for part in by.split(CROSS)})

    def decided_by_few(self, by: str, known: Flags) -> set[str]:
        """
        Return the rows in which few are, or few are not, by their answer to one question, if all others' answers are known.

        How many are in a row would tell what those few said: of a domain that is a district and, if he said yes, one more.
        """
        codes, names = self._groups(by)
        found = set()
        for part in by.split(CROSS) if self._book and self.asked(by) else ():
            for question in self._said(part) if self._book and part in self._book.domains else ():
                asked = {part: (question,)}
                for row, them in self._who(by, asked).items():
                    if _tells(them.open & known, codes == names.index(row)):
                        found.add(row)
        return found

    def _let_in_by_few(self, item: Indicator, by: str) -> set[str]:
        """Return the rows whose respondents are in an indicator's universe but for few, whose answers decide it."""
        codes, names = self._groups(by)
        return {
            row
            for them in self._let_in(item)
            for place, row in enumerate(names)
            if (them.sure & (codes == place)).any()
            and _tells(them.open & (codes == place), self._known(item))
        }

    @_once
    def _let_in(self, item: Indicator) -> list[Members]:
        """Return, by the questions that let more into a universe than are in it anyway, who surely is in it and who may be."""
        rule = item.universe if self._book else None
        if rule is None:
            return []
        found = [
            who_fits(rule, self._answers_to(rule.names), (name,))
            for name in rule.names
            if self._is_answer(name)
        ]
        return [them for them in found if them.sure.any() and them.open.any()]

    def nearly(self, item: Indicator, by: str, told: Groups) -> frozenset[str]:
        """
        Return the rows of a table that differ by few from a group of others, or a sum of groups: what is told of both tells of these.

        ``told``: what each of the others hides. What respondents said is not known of them: rows are compared by who may be
        in them, and who surely is, or a row that is shown would tell that nobody said so.
        """
        known, least = self._known(item), disclosure_standard().threshold
        found = set()
        for other, hidden in told.items():
            codes, names = self._groups(other)
            sums = np.where(np.isin(codes, [names.index(row) for row in hidden & {*names}]), -1, codes)[known]
            shown = [them for row, them in self._who_by_groups(other).items() if row not in hidden]
            for row, me in self._who_by_groups(by).items():
                if self.asked(other):
                    pairs = [pair for one in shown for pair in ((me.may, one.may), (me.sure, one.sure))]
                    apart = [int(((mine ^ theirs) & known).sum()) for mine, theirs in pairs]
                else:
                    apart = [differ(each[known], sums) for each in (me.may, me.sure)]
                if any(0 < one < least for one in apart):
                    found.add(row)
        return frozenset(found)

    def _groupings_told(self, item: Indicator, but: str) -> Groups:
        """Return what each grouping hides of the survey's own tables, and of those told of any indicator."""
        assert self.past is not None
        told = [(key, table) for key in self.past.keys for table in self.past.told(key)]
        others = self._none_shows(
            (_grouping(what), table.hidden) for (_, what), table in (*self._told_here().items(), *told)
        )
        return {
            by: hidden
            for by, hidden in (others | {name: self.closed(item, name) for name in self._own[1:]}).items()
            if by != but
        }

    def nearly_told(
        self, item: Indicator, what: str, mine: Published, others: Mapping[str, Published]
    ) -> bool:
        """Return whether a row that a table shows differs by few from those of others made at the same time."""
        by = _grouping(what)
        told = self._none_shows((_grouping(other), table.hidden) for other, table in others.items())
        told.pop(by, None)
        if not (by and self._comes_after(what)):
            return False
        shown = {row["row"] for row in mine.entry["rows"]} - mine.hidden
        return bool(shown & self.nearly(item, by, told))

    def _asks_itself(self, item: Indicator, by: str) -> bool:
        """Return whether a grouping asks what an indicator is made of: nobody says yes in some groups, which narrows what others tell."""
        if self._book is None:
            return False
        asked = {one for name in item.numerator.names for one in (name, *self._book.questions[name].columns)}
        rules = [rule for _, _, rule in self._book.domains[by].groups] if by in self._book.domains else []
        return by in asked or any(asked.intersection(rule.names) for rule in rules)

    @cached_property
    def _book(self) -> Codebook | None:
        """The survey's codebook; None for a frame of one's own."""
        named = self.survey.frame.attrs.get("survey")
        return read_codebook(named) if named else None

    @property
    def _indicators(self) -> tuple[Indicator, ...]:
        """The indicators of the survey's codebook."""
        return tuple(self._book.indicators.values()) if self._book else ()

    @cached_property
    def _gone(self) -> dict[str, tuple[Indicator, Floats]]:
        """Indicators that were told by a rule that the codebook has no more, and what the file says to them."""
        now, attrs = {item.name: rule_of(item) for item in self._indicators}, self.survey.frame.attrs
        rules = {
            name + _ONCE + (text := json.dumps(rule, sort_keys=True)): text
            for state in (self.past.earlier if self.past else ())
            for (name, what), table in state.tables.items()
            if what == WHOLE and (rule := table.entry.get("rule")) and rule != now.get(name)
        }
        state = attrs.get("sha256", ""), attrs.get("codebook_sha256", "")
        return by_rules(attrs["survey"], attrs["year"], state, tuple(rules.items())) if rules else {}

    @property
    def _all(self) -> tuple[Indicator, ...]:
        """The indicators of the codebook, after those that were told and are gone from it."""
        return (*(item for item, _ in self._gone.values()), *self._indicators)

    def _made_by_few(self, item: Indicator, by: str) -> set[str]:
        """Rows of a mean or ratio of sizes that few units make up, and of a share of which one is over half."""
        codes, names = self._groups(by)
        if item.kind == "proportion":
            return {
                name for name, part in zip(names, self._heaviest(item, by, names), strict=True) if part > 0.5
            }
        known, told = self._known(item), self._sizes_told(item, by)
        return {
            row
            for place, row in enumerate(names)
            if self._few_make_up(item, codes == place)
            or self._leaves_few(item, known & (codes == place), told)
        }

    def _sizes_told(self, item: Indicator, by: str) -> list[tuple[Indicator, Flags]]:
        """
        Return of whom the same sizes are told by other indicators: rows, and together those that a table hides.

        A table that is none of the survey's own comes after the own ones of all of them; one of these after those
        that were told, and of the rest those that stand before in the codebook, which may be told by its grouping, too.
        """
        kin, later = self._kin(item), self._comes_after(by)
        found: list[tuple[Indicator, Flags]] = []
        for place, other in enumerate(kin):
            if other == item:
                continue
            earlier = place < kin.index(item) and other.name not in self._gone
            hidden = {by: frozenset[str]()} if earlier else {}
            hidden |= {
                one: self.closed(other, one)
                for one in (self._own if earlier or (later and other.name not in self._gone) else ())
            }
            for what, table in (self._told(other) if later else self._before(other)).items():
                if self._is_here(one := _grouping(what)):
                    hidden[one] = table.hidden
            known = self._known(other)
            for one, shut in hidden.items():
                codes, names = self._groups(one)
                together = np.isin(codes, [place for place, name in enumerate(names) if name in shut])
                shown = [codes == place for place, name in enumerate(names) if name not in shut]
                found += [(other, known & rows) for rows in (*shown, together)]
        return found

    def _leaves_few(self, item: Indicator, rows: Flags, told: Iterable[tuple[Indicator, Flags]]) -> bool:
        """Return whether a total over some rows leaves few of another that is told of the same sizes, or that of it."""
        size = rows.sum()
        for other, others in told:
            both = (rows & others).sum()
            if both and both in (size, others.sum()) and (left := rows ^ others).any():
                few = left.sum() < disclosure_standard().threshold
                if few or self._few_make_up(item, left) or self._few_make_up(other, left):
                    return True
        return False

    def _few_make_up(self, item: Indicator, rows: Flags) -> bool:
        """Return whether few units make up a column that an indicator of sizes rests on, of some rows of the file."""
        for name, values in zip(item.columns, self._values(item).T, strict=True):
            parts = values * self._weights()
            # a row that counts has all the columns an indicator rests on; a size below zero has no share in a total
            mine = parts[rows & (parts >= 0)]
            if mine.size and made_by_few(mine, divides=name in item.columns[1:]):
                return True
        if self.scale(item):  # printed so that one may have less
            return False
        left = self._left_to_the_most(item)[rows & self._known(item)]
        return bool(left.size and made_by_few(left, divides=False))

    @_once
    def _left_to_the_most(self, item: Indicator) -> Floats:
        """Return what each unit's size leaves of the most that any has, or has of what a ratio is divided by: as telling as itself."""
        size, *whole = self._values(item).T
        of = whole[0] if whole else np.ones_like(size)
        with np.errstate(divide="ignore", invalid="ignore"):
            parts = size / of
        most = parts[np.isfinite(parts)].max(initial=-np.inf)
        return np.asarray(np.maximum(np.round(most * of - size, 6), 0) * self._weights())

    def _with_sizes(self, item: Indicator, by: str, shut: frozenset[str]) -> frozenset[str]:
        """Return what a table of sizes hides, and more while few make up what that is together: the whole and the rest tell it."""
        codes, names = self._groups(by)
        others = self._sizes_told(item, by) if shut else []

        def told(hidden: frozenset[str], _: Flags | None = None) -> Flags:
            rows = np.isin(codes, [names.index(one) for one in hidden])
            few = self._few_make_up(item, rows) or self._leaves_few(item, self._known(item) & rows, others)
            return np.array([few])

        n = np.bincount(codes[self._known(item) & (codes >= 0)], minlength=len(names))
        sizes = {name: int(n[place]) for place, name in enumerate(names) if n[place]}
        return _fewest(shut, {name: sizes[name] for name in sizes.keys() - _NO_GROUPS}, told)

    def closed(self, item: Indicator, by: str | None) -> frozenset[str]:
        """Return the groups to hide in a table, given all tables of the indicator that are published with one another."""
        if not by:
            return self.secret(item, WHOLE)[1]
        if self._asks_itself(item, by):
            return frozenset(self._groups(by)[1])
        if by in self._own or self.past is None:
            return self._closed_with(item, self._own[1:] if by in self._own else (by,))[by]
        return self._closed_after(item, by)

    @_once
    def _closed_with(self, item: Indicator, groupings: tuple[str, ...]) -> Groups:
        """Return the groups to hide in tables that are published with one another."""
        before = self._none_shows((_grouping(what), one.hidden) for what, one in self._before(item).items())
        new = {by: self.secret(item, by)[1] for by in groupings if by not in before}
        earlier = self._indicators[: self._indicators.index(item)] if item in self._indicators else ()
        beside = [
            (one, {by: self.closed(one, by) for by in self._own}) for one in earlier if _are_sizes(one, item)
        ]
        shut = self._with_helpers(item, new, before, beside)
        return shut | {by: before[by] | self.secret(item, by)[1] for by in groupings if by in before}

    def _closed_after(self, item: Indicator, by: str) -> frozenset[str]:
        """Return the groups to hide in a table of one grouping or two that comes after those of the survey and all that was told."""
        rows, secret = self.secret(item, by)
        for place, name in enumerate(by.split(CROSS) if CROSS in by else ()):
            shown = self.table(item, name)
            hidden = frozenset(shown.loc[shown["symbol"].eq("c"), "row"])
            secret |= {row for row in rows if row.split(CROSS, 1)[place] in hidden}
        secret |= rows & self.nearly(item, by, self._groupings_told(item, by))
        told = self._hidden(item, but=by)
        beside = [
            (one, {WHOLE: self.closed(one, None), **self._hidden(one)})
            for one in self._indicators
            if one.name != item.name and _are_sizes(one, item)
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
            shut |= self._shut(tuple(shut.items()), tuple(new), self._known(item).tobytes())
        if item.kind != "proportion":
            shut |= {by: self._with_sizes(item, by, shut[by]) for by in new}
            shut |= self._with_all_sizes(item, shut, tuple(new), beside)
        return shut

    def _with_all_sizes(
        self, item: Indicator, shut: Groups, new: Sequence[str], beside: Sequence[tuple[Indicator, Groups]]
    ) -> Groups:
        """Return what tables of sizes hide, and more of the new ones while all told of a column leave a unit's size closer than p%."""
        cells = {by: self._cells(item, by) for by in (WHOLE, *shut)}
        columns = {
            name: self.survey.frame[name].to_numpy(dtype=float) * self._weights() for name in item.columns
        }
        columns[""] = self._left_to_the_most(item)
        others = [
            (one.columns, self._cells(one, by), hidden) for one, told in beside for by, hidden in told.items()
        ]

        def found(shut: Groups, among: Flags | None = None) -> Flags:
            mine = [((*item.columns, ""), cells[by], hidden) for by, hidden in shut.items()]
            each = []
            for place, (name, parts) in enumerate(columns.items()):
                tables = [table[1:] for table in (*mine, *others) if name in table[0]]
                each.append(_sizes_found(parts, tables, None if among is None else among[place]))
            return np.array(each)

        def left_told(by: str, alone: Flags, hidden: frozenset[str], among: Flags | None) -> Flags:
            return np.asarray(found({**shut, by: hidden}, among) & ~alone)

        shut = {WHOLE: self.secret(item, WHOLE)[1], **shut}
        for by in new if found(shut).any() else ():
            alone = found({**shut, by: frozenset(cells[by])})
            shut[by] = _fewest(
                shut[by],
                {
                    one: int(inside.sum())
                    for one, (inside, told) in cells[by].items()
                    if told and inside.any()
                },
                partial(left_told, by, alone),
            )
        return shut

    @_once
    def _apart_by(self, by: str) -> _History:
        """Return the survey with the groups of two groupings, or of one that has other names now, as a column."""
        return _History(self.survey.assign(**{_CELL: _labels(self.survey.frame, by)}), None)

    @_once
    def _cells(self, item: Indicator, by: str) -> dict[str, tuple[Flags, bool]]:
        """Return who is in each row of a table of sizes, and whether it is reliable enough to be printed."""
        codes, names = self._groups(by)
        known, own = self._known(item), not by or by in self.survey.frame.columns
        rows = self.estimated(item, by or None) if own else self._apart_by(by).estimated(item, _CELL)
        printed = set(rows.loc[rows["flag"].ne("suppress"), "row"])
        return {name: ((codes == place) & known, name in printed) for place, name in enumerate(names)}

    @_once  # questions that all were asked, and all answered, are one problem
    def _shut(
        self, first: tuple[tuple[str, frozenset[str]], ...], new: tuple[str, ...], known: bytes
    ) -> Groups:
        """Return what to hide in new tables, beside those of other groupings that stand as they were told."""
        counts = self._joint(np.frombuffer(known, dtype=bool), [by for by, _ in first], new)
        return shut_together(
            counts,
            {by: frozenset(self._groups(by)[1]) - _NO_GROUPS for by in new},
            first=dict(first),
            width=disclosure_standard().threshold,
        )

    @_once
    def _called(self, item: Indicator) -> dict[str | None, Published]:
        """Return what other states of the file told of the same answers, by what a table is called now (``_called_now``)."""
        assert self.past is not None
        return {
            called: one
            for name, what in self.past.keys
            for one in (self.past.told((name, what)) if name in (self._names(item) or ()) else ())
            for called in self._called_now(item, what, one)
        }

    def _called_now(self, item: Indicator, what: str, told: Published) -> list[str | None]:
        """
        Return what a table is called now; nothing if it is of other answers, None if no groups of now give its own.

        One of groups that have other names since, of divided ones or by a renamed grouping is a table by a grouping
        and ``_WAS``: what its groups were called by what they are.
        """
        by, given, how = what.partition(" (")
        ways = [[part] if self._is_here(part) else self._columns for part in by.split(CROSS)]
        found: list[str | None] = []
        for called in map(CROSS.join, itertools.product(*ways)):
            checks = self.behind(item, called).checksums
            if told.checksums == checks and called == by and self._is_weighted_now(what):
                return [what]
            parts = ledger.whence(told.checksums, checks)
            if parts and _OTHER_WEIGHTS not in what and max(map(len, parts.values())) == 1:
                then = json.dumps({row: next(iter(part)) for row, part in parts.items()})
                return [called + _WAS + then.replace("(", "\\u0028") + given + how]
            if parts:
                found = [None]
        return found

    @cached_property
    def _columns(self) -> list[str]:
        """The columns that have groups."""
        frame = self.survey.frame
        return [str(name) for name in frame if isinstance(frame[name].dtype, pd.CategoricalDtype)]

    def _is_weighted_now(self, what: str) -> bool:
        """Return whether the groups by whose totals a table was weighted have the names they had."""
        try:
            return self._weights_of(what) is not None
        except SurveyError:
            return False

    @_once
    def _before(self, item: Indicator) -> dict[str, Published]:
        """What other states of the file told of the same answers (with another codebook, say), and this one beside them."""
        if self.past is None:
            return {}
        found = {what: one for what, one in self._called(item).items() if what is not None}
        own = {what: one for (name, what), one in self.past.own.items() if name == item.name}
        return {**found, **own} if found else {}

    def _told_here(self) -> dict[ledger.Key, Published]:
        """What was told of this state of the file, by the ledger, this report or session."""
        return {**self.past.own, **ledger.noted(self.past), **self._published} if self.past else {}

    def _told(self, item: Indicator) -> dict[str, Published]:
        """What was published of an indicator's answers as they are."""
        mine = {what: table for (name, what), table in self._told_here().items() if name == item.name}
        return {**self._before(item), **mine}

    def _hidden(
        self, item: Indicator, told: Mapping[str, Published] | None = None, but: str = ""
    ) -> dict[str, frozenset[str]]:
        """Return what each grouping's table hides, of the survey's own and of those told; ``but``: not this one's."""
        tables = self._told(item) if told is None else told
        closed = [(name, self.closed(item, name)) for name in self._own[1:]]  # an earlier table may stand
        others = [(_grouping(what), table.hidden) for what, table in tables.items()]
        return {by: hidden for by, hidden in self._none_shows([*closed, *others]).items() if by != but}

    def _none_shows(self, tables: Iterable[tuple[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
        """Return by grouping, or two, that the file has the rows that none of some tables shows, given what each hides."""
        found: dict[str, frozenset[str]] = {}
        for by, hidden in tables:
            if by and self._is_here(by):
                found[by] = found.get(by, hidden) & hidden
        return found

    def _joint(self, known: Flags, groupings: Iterable[str], new: Iterable[str] = ()) -> pd.DataFrame:
        """Return how many are in each combination of groups; of a new table's question anybody may have said anything."""
        parts = list(
            dict.fromkeys(part for name in groupings for part in name.partition(_WAS)[0].split(CROSS))
        )
        counts = joint(self.survey.frame.loc[known, parts], tuple(parts))
        for part in {part: None for by in new for part in by.split(CROSS) if self.asked(part)}:
            said = pd.DataFrame({part: [name for name in self._groups(part)[1] if name not in _NO_GROUPS]})
            others = counts.drop(columns=[part, "n"]).drop_duplicates()
            counts = pd.concat([counts, others.merge(said, how="cross").assign(n=0)])
        for name in groupings:
            base, _, then = name.partition(_WAS)
            if CROSS in base:
                one, two = (counts[part] for part in base.split(CROSS))
                unsaid = one.isin({"", *_NO_GROUPS}) | two.isin({"", *_NO_GROUPS})
                counts[base] = (one + CROSS + two).mask(unsaid, "")
            if then:
                counts[name] = counts[base].map(json.loads(then)).fillna("")
        return counts.groupby(list(groupings))["n"].sum().reset_index()

    def held(
        self, item: Indicator, what: str, make: Callable[[Mapping[str, float]], pd.DataFrame]
    ) -> pd.DataFrame:
        """
        Return a new table of a share that with all told of the indicator leaves no group with one count.

        ``make``: the table with some of its shares rounded otherwise.
        """
        made, named = make({}), what + self._weighted
        if item.kind != "proportion" or self.past is None:
            return made
        plain = history_of(self._plain()) if self.survey.reweighted else self
        new = {named: self._share(item, what, made, self._weights())}
        instead = self._otherwise(item, plain.shares(item), new).get(named)
        return make(instead) if instead else made

    def _apart(self, item: Indicator, by: str | None, method: Method) -> pd.DataFrame:
        """Return a table of the file as it is that, with all told of the indicator, leaves no group with one count."""
        what = _what(by or WHOLE, method)
        if self._comes_after(what) or self.survey.reweighted:
            return self.held(item, what, partial(self._fresh, item, by, method))
        shares = self.past and item.kind == "proportion" and (by or len(self._kin(item)) > 1)
        instead = self._of_its_own(item).get(by or WHOLE) if shares else None
        return self._fresh(item, by, method, instead)

    @_once
    def _of_its_own(self, item: Indicator) -> dict[str, dict[str, float]]:
        """
        Return what rows of the survey's own tables say otherwise, of which each may be told, now or later.

        Of indicators of the same answers those come first that were told; then those that stand first in the codebook.
        """
        found: dict[str, dict[str, float]] = {}
        kin, before = self._kin(item), self._before(item)
        place = [one.name for one in kin].index(item.name)
        told = [
            one
            for other in kin
            for one in self._as_told(
                other,
                (self._own_tables(other) if other in kin[:place] else {})
                | {what: table.rows for what, table in self._before(other).items()},
            )
        ]
        said: dict[tuple[str, str], float] = {}
        # as if every row were reliable enough to be told: most indicators need no more
        for make in (self._nearly, lambda item, by: self._fresh(item, by or None, "logit")):
            rest = {by: make(item, by) for by in self._own if by not in before}
            new = {by: self._share(item, by, rows, self._weights()) for by, rows in rest.items()}
            shares = {
                (by, row): share
                for by, one in new.items()
                for row, share in zip(one.rows["row"], one.rows["estimate"], strict=True)
                if share == share
            }
            if shares == said:
                break
            said = shares
            whole = [] if told else [new.pop(WHOLE)]  # it comes first, as it is
            found = self._otherwise(item, [*told, *whole], new)
            if not found:
                break
        return found

    def _nearly(self, item: Indicator, by: str) -> dict[str, Any]:
        """Return the shares of a table that is not hidden, without what makes them a table."""
        behind = self.behind(item, by)
        shown, step = printed(behind.estimate, behind.step, behind.largest / behind.n)
        hidden = self.closed(item, by) | _NO_GROUPS
        shown[[row in hidden for row in behind.labels]] = np.nan
        return {"row": behind.labels, "estimate": shown, "step": step}

    def shares(self, item: Indicator) -> list[Told]:
        """Return all that is told of a share's answers, or may be: the survey's own tables, and what was told in this state of the file."""
        return [one for kin in self._kin(item) for one in self._shares_of(kin)]

    def _shares_of(self, item: Indicator) -> list[Told]:
        told = {what: table.rows for what, table in self._told(item).items()}
        return self._as_told(item, self._own_tables(item) | told)

    def _own_tables(self, item: Indicator) -> dict[str, pd.DataFrame]:
        """Return the survey's own tables as they are made now."""
        own = () if item.name in self._gone else self._own
        return {by: self._apart(item, by or None, "logit") for by in own}

    def _as_told(self, item: Indicator, tables: Mapping[str, pd.DataFrame]) -> list[Told]:
        """Return tables of one or two groupings with the weights that they were made with."""
        return [
            self._share(item, what, rows, self._weights_of(what))
            for what, rows in tables.items()
            if self._is_here(_grouping(what))
        ]

    def _share(self, item: Indicator, what: str, rows: Any, weights: Floats) -> Told:
        alike = self._same_answers(item)
        asked = ~np.isnan(alike.said)
        return Told(
            _grouping(what),
            rows,
            np.where(self._known(item), weights, 0.0)[asked],
            alike.opposite.get(item.name, False),
        )

    def _same_answers(self, item: Indicator) -> SameAnswers:
        """Return which indicators are the same answers as a share."""
        known = (one for one in self._answers_told if item.name in one.opposite)
        return next(known, SameAnswers({item.name: False}, self._values(item)[:, 0]))

    @cached_property
    def _answers_told(self) -> list[SameAnswers]:
        """The shares of the codebook, those of the same answers together."""
        shares = {
            one.name: (self._values(one)[:, 0], frozenset(one.numerator.names))
            for one in self._all
            if one.kind == "proportion"
        }
        return same_answers(shares)

    @_once
    def _kin(self, item: Indicator) -> tuple[Indicator, ...]:
        """Return the indicators of the codebook that are the same answers, or sizes, as one, in other universes: itself among them."""
        if item not in self._indicators:
            return (item,)
        if item.kind == "proportion":
            alike = self._same_answers(item).opposite
            return tuple(one for one in self._all if one.name in alike)
        sizes = [one for one in self._all if one.kind != "proportion"]
        return tuple(one for one in sizes if one == item or self._same_sizes(item, one))

    def _same_sizes(self, *items: Indicator) -> bool:
        one, other = (self._values(item)[:, 0] for item in items)
        return same_sizes(one, other)

    @_once
    def _weights_of(self, what: str) -> Floats:
        """Return the weights that a table was made with, by its name."""
        survey = self.survey
        for margins in json.loads(what.partition(_OTHER_WEIGHTS)[2][:-1] or "[]"):
            totals: Any = {
                tuple(by): {tuple(one) if isinstance(one, list) else one: total for one, total in groups}
                for by, groups in margins  # JSON has lists for tuples
            }
            survey = survey.rake(totals)
        return survey.weights.to_numpy(dtype=float)

    def _otherwise(
        self, item: Indicator, told: Sequence[Told], new: Mapping[str, Told]
    ) -> dict[str, dict[str, float]]:
        """Return what rows of new tables have to say otherwise, with all that is told of an indicator's answers."""
        said = self._same_answers(item).said
        known = ~np.isnan(said)
        groups = {one.by: self._groups(one.by) for one in (*told, *new.values())}
        inside = {by: (codes[known], names) for by, (codes, names) in groups.items()}
        return told_otherwise(told, new, inside, said[known])

    def told_by_both(
        self, item: Indicator, mine: Mapping[str, Published], others: Mapping[str, Published]
    ) -> bool:
        """Return whether shares leave a group with one count that the ledger's, and those made at the same time, do not alone."""
        if item.kind != "proportion" or self.past is None:
            return False
        known = {what: one for (name, what), one in self.past.own.items() if name == item.name}
        known = {**self._before(item), **known, **others}
        tables = self._own_tables(item) | {what: one.rows for what, one in known.items()}
        kin = [one for other in self._kin(item) if other != item for one in self._shares_of(other)]
        new = self._as_told(item, {what: one.rows for what, one in mine.items()})
        return bool(
            self._otherwise(
                item,
                [*kin, *self._as_told(item, tables)],
                {one.by + str(n): one for n, one in enumerate(new)},
            )
        )

    def given_away(self, item: Indicator, what: str, told: Mapping[str, Published]) -> set[str]:
        """Return the small rows that a table hides, and the tables that were told with it give away."""
        hidden, by, width = self._hidden(item, told), _grouping(what), disclosure_standard().threshold
        counts = self._joint(self._known(item), hidden)
        n = counts.groupby(by)["n"].sum()
        few = {by: frozenset(row for row in hidden[by] if n.get(row, 0) < width)}
        found = ranges(counts.replace("", "-"), hidden, of=few)
        return {row for (_, row), (low, high) in found.items() if high - low < width - 1e-6}


def _grouping(what: str) -> str:
    """Return the grouping, or two, of a table, by what the ledger calls it: without weights and method."""
    return what.partition(" (")[0]


def _tells(open_: Flags, inside: Flags) -> bool:
    """Return whether few of those whose answer decides are in a row, or few are not."""
    few = min((open_ & inside).sum(), (open_ & ~inside).sum()) < disclosure_standard().threshold
    return bool(open_.any() and few)


def _part(table: pd.DataFrame, items: Sequence[Indicator], item: Indicator) -> pd.DataFrame:
    """Return an indicator's part of the tables of some, one below the other."""
    size = len(table) // len(items)
    place = items.index(item) * size
    return table.iloc[place : place + size].reset_index(drop=True)


def _labels(frame: pd.DataFrame, by: str) -> pd.Series:
    """Return the group of each row: of a column, or of two with ``CROSS`` between, in which an answer that is no group has none."""
    if by in frame.columns:
        return frame[by]
    if _WAS in by:
        base, _, then = by.partition(_WAS)
        codes, labels = pd.factorize(_labels(frame, base))
        was = [json.loads(then).get(str(label)) for label in labels]
        return pd.Series(np.array([*was, None], dtype=object)[codes], index=frame.index)
    (code, names), (other, others) = (
        label_codes(frame[name].mask(frame[name].isin(_NO_GROUPS))) for name in by.split(CROSS)
    )
    cell = np.where((code < 0) | (other < 0), -1, code * len(others) + other).astype(np.intp)
    pairs = pd.Index([f"{one}{CROSS}{two}" for one in names for two in others])
    made = pd.Series(pd.Categorical.from_codes(cell, categories=pairs), index=frame.index)
    unsaid = [f"{one}{CROSS}{two}" for one in names for two in others if {one, two} & _NO_GROUPS]
    return made.cat.remove_categories(unsaid)


def _groups_of(labels: pd.Series) -> Iterable[Any]:
    """Return the groups that a column may name, those that nobody is in among them."""
    categorical = isinstance(labels.dtype, pd.CategoricalDtype)
    return labels.cat.categories if categorical else labels.dropna().unique()


def _add_labels(table: pd.DataFrame, by: str, labels: pd.Series) -> None:
    """Put the grouping's own column before the rest, with the categories it has in the survey."""
    names = {str(value): value for value in _groups_of(labels)}
    values = [names.get(row, row) for row in table["row"]]
    table.insert(0, by, pd.Series(values, index=table.index, dtype=labels.dtype))


def _withheld(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that may not say anything: every row hidden."""
    return emptied(table, ["row"], np.ones(len(table), dtype=bool)).assign(step=np.nan).drop(columns="taken")


def _are_sizes(*items: Indicator) -> bool:
    return all(item.kind != "proportion" for item in items)


def _sizes_found(
    parts: Floats,
    tables: Iterable[tuple[Mapping[str, tuple[Flags, bool]], frozenset[str]]],
    among: Flags | None,
) -> Flags:
    """Return whose part of a total, in rows that are printed or hidden, follows too closely from those printed."""
    rule = disclosure_standard()
    rows = [
        (inside, row not in hidden)
        for cells, hidden in tables
        for row, (inside, printed) in cells.items()
        if inside.any() and (printed or (row in hidden and inside.sum() >= rule.threshold))
    ]
    told = [inside for inside, shown in rows if shown]
    sizes = np.maximum(np.nan_to_num(parts), 0)
    return sizes_found(sizes, told, [inside for inside, _ in rows], rule.p_percent, among=among)


def _fewest(
    shut: frozenset[str],
    n: Mapping[str, int],
    telling: Callable[[frozenset[str], Flags | None], Flags],
) -> frozenset[str]:
    """
    Return which rows to hide so that no unit is told: one after the other that which leaves fewest told, the smallest of these.

    ``n``: how many are in each row; ``telling``: which units are told if some rows are hidden, of all or among some. A row
    that turns out not to be needed, the largest first, is shown.
    """
    hidden, told = shut, telling(shut, None)
    while told.any() and (left := sorted(n.keys() - hidden, key=lambda row: (n[row], row))):
        best, fewest = left[-1], told
        for row in left:  # what is hidden tells no more of anyone
            fewer = telling(hidden | {row}, told)
            if fewer.sum() < fewest.sum():
                best, fewest = row, fewer
            if not fewer.any():
                break
        hidden, told = hidden | {best}, fewest
    for row in sorted(hidden - shut, key=lambda row: (-n[row], row)):
        if not telling(hidden - {row}, None).any():
            hidden -= {row}
    return hidden


def _what(by: str, method: str) -> str:
    """Return which table of an indicator one is, as the ledger calls it."""
    return by if method == "logit" else f"{by} ({method})"


# ---------------------------------------------------------------- tests, models, counts


@through_the_gate
def compared(survey: Survey, item: Indicator, by: str, groups: tuple[str, str]) -> pd.Series | None:
    """
    Return the difference between two published groups of an indicator, the first minus the second, with its test.

    Columns as ``gate.gated_test``; None where a group is hidden, or the table stands and the test was not
    published with it.
    """
    history = history_of(survey)
    table = published(survey, item, by).set_index("row")
    first: Any = table.loc[groups[0]]
    second: Any = table.loc[groups[1]]

    def make() -> pd.DataFrame | None:
        labels = {str(value): value for value in survey.frame[by].dropna().unique()}
        test = _difference(history, item, by, (labels[groups[0]], labels[groups[1]]))
        return _tested(item, first, second, test)

    if pd.isna(first["estimate"]) or pd.isna(second["estimate"]):
        return None
    found = history.released((item.name, f"{by}: {groups[0]} – {groups[1]}"), make, None, item, [by])
    return None if found is None else found.iloc[0]


@through_the_gate
def crossed(
    survey: Survey, item: Indicator, by: tuple[str, str], *, method: Method = "logit"
) -> pd.DataFrame:
    """
    Return an indicator's estimates by two groupings at once, as they may be published.

    A table of its own, with the columns of ``published``: rounded, protected and compared with what was published as
    every other; ``row`` is "Nam × Thành thị". Both groupings' own tables are taken as known, so that a cell which a
    total gives away is hidden, as is every cell of a group that its own table hides.
    """
    history, key = history_of(survey), CROSS.join(by)
    for name in by:  # refuses what can't be published
        published(survey, item, name)
    labels = _labels(survey.frame, key)
    if not history.asked(key):
        labels = labels.cat.remove_unused_categories()
    cells = survey.assign(**{_CELL: labels})
    apart = _History(cells, None)
    table = apart.estimated(item, _CELL, method)

    what = _what(key, method)

    def make() -> pd.DataFrame:
        shut = table["row"].isin(history.closed(item, key)).to_numpy()
        return history.held(item, what, partial(apart.rounded, (item,), _CELL, method, shut))

    found = history.released((item.name, what), make, history.behind(item, key), item, by)
    return _withheld(table) if found is None else found


@through_the_gate
def against_rest(survey: Survey, item: Indicator, by: str, group: str) -> pd.Series | None:
    """
    Return a published group beside the rest of the survey: ``rest``, its ``step``, and the test of the difference.

    The rest is a table of its own: protected, rounded and compared with what was published as every other.
    None where the group or the rest is hidden, or the table stands and the rest was not published with it.
    """
    history = history_of(survey)
    table = published(survey, item, by).set_index("row")
    if group not in table.index:
        return None
    mine: Any = table.loc[group]
    if pd.isna(mine["estimate"]):
        return None
    inside = survey.frame[by].astype(str).eq(group)
    outside = history.behind_groups(item, np.where(inside, -1, 0), [group])  # -1: in no row

    def make() -> pd.DataFrame | None:
        halves = survey.assign(**{_HERE: inside})
        apart = _History(halves, None)
        both = apart.table(item, _HERE).set_index("row")
        rest = both.loc["False"] if "False" in both.index else None
        if rest is None or pd.isna(rest["estimate"]) or both.loc["True", "symbol"] == "c":
            return None
        if item.kind == "proportion":
            rest = _left_over(survey, item, inside, mine, rest)
        test = _difference(apart, item, _HERE, (True, False))
        found = _tested(item, mine, rest, test)
        return found.assign(rest=rest["estimate"], n=rest["n"], row=group)

    key = (item.name, f"{by}: {group} – rest")
    found = history.released(key, make, outside, item, [by])
    return None if found is None else found.iloc[0]


def _left_over(
    survey: Survey, item: Indicator, inside: pd.Series[bool], mine: pd.Series, rest: pd.Series
) -> pd.Series:
    """
    Return the rest with the share that the published whole and group leave for it, if the whole is published.

    Rounded for itself it would be a second window on the group's answers, and two windows can leave one count.
    """
    whole = published(survey, item).iloc[0]
    if pd.isna(whole["estimate"]):
        return rest
    weights = survey.weights[survey.frame[item.name].notna()]
    part = weights[inside].sum() / weights.sum()
    left = np.clip((whole["estimate"] - part * mine["estimate"]) / (1 - part), 0, 1)
    rounding = np.hypot(whole["step"], part * mine["step"]) / (1 - part)
    changed = {
        "estimate": at_step(left, share_steps(np.array([rest["n"]]))).item(),
        "se": np.hypot(rest["se"], rounding / np.sqrt(12)),
    }
    return pd.Series({**rest, **changed, "step": np.hypot(rest["step"], rounding)})


def _tested(item: Indicator, first: pd.Series, second: pd.Series, test: pd.Series | None) -> pd.DataFrame:
    found = gated_test(first, second, share=item.kind == "proportion", test=test)
    flag = "" if test is None else test["flag"]
    return pd.DataFrame([found]).assign(row="", symbol="", flag=flag, reason="", treatment="")


def _difference(history: _History, item: Indicator, by: str, groups: tuple[Any, Any]) -> pd.Series | None:
    """Return a difference with its design's covariance; of shares of a sample without clusters none: it would tell them."""
    survey = history.survey
    if history.scale(item):
        return None
    if item.kind == "proportion":
        if not survey.design.psu:
            return None
        errors = history.estimated(item, by).set_index("row")["se"]
        found = survey.difference(item.name, by=by, groups=groups).iloc[0]
        return pd.Series({**found, "apart": np.hypot(*errors[list(map(str, groups))])})
    settings: dict[str, Any] = {"statistic": "ratio", "den": item.columns[-1]} if item.kind == "ratio" else {}
    found = survey.difference(item.columns[0], by=by, groups=groups, **settings).iloc[0]
    return pd.Series({**found, "apart": np.nan})


@through_the_gate
def odds(survey: Survey, item: Indicator, on: Sequence[str], known: pd.Series[bool]) -> pd.DataFrame | None:
    """
    Return the odds ratios of a logistic regression of a share on some groupings, each with its first group.

    Parameters
    ----------
    known : rows whose groups are all known; the others take no part

    Returns
    -------
    DataFrame
        ``by, group, odds, low, high`` (two decimals), ``p_value`` (three); missing for the group that the others
        are compared with. None where a group of the tables is hidden, or they stand and the model was not
        published with them.

    Raises
    ------
    SurveyError
        The model can't be estimated.
    """
    table = pd.concat([published(survey, item, by) for by in on])
    answered = table[table["n"] != 0]
    shares, n = (answered[name].to_numpy(dtype=float) for name in ("estimate", "n"))
    # the odds of a group that is not published would tell its share; of few on a side, how many they are
    if answered["symbol"].ne("").any() or few_on_a_side(shares, n).any():
        return None
    width = float(np.nanmax(answered["step"] / (shares * (1 - shares))))

    return history_of(survey).released(
        (item.name, f"odds: {', '.join(on)}"),
        lambda: _odds_as_estimated(survey, item, on, known, width),
        None,
        item,
        on,
    )


def _odds_as_estimated(
    survey: Survey, item: Indicator, on: Sequence[str], known: pd.Series[bool], width: float
) -> pd.DataFrame:
    fitted = survey.where(known).regress(item.name, list(on))
    names = fitted["term"].str.extract(r"^(?P<by>[^\[]+)\[(?P<group>.*)\]$")
    frame = survey.frame[known].dropna(subset=[item.name, *on])
    rows = []
    for by in on:
        mine = names["by"].eq(by)
        code, levels = label_codes(frame[by])
        base, *seen = (str(level) for place, level in enumerate(levels) if (code == place).any())
        assert (
            seen == names.loc[mine, "group"].to_list()
        )  # the model compares with the first group that is there
        told, exact = published(survey, item, by), history_of(survey).estimated(item, by)
        apart = log_odds(told, seen, base), log_odds(exact, seen, base)
        terms = gated_odds(fitted[mine], *apart, width)
        rows += [pd.DataFrame({"by": [by], "group": [base]}), pd.concat([names[mine], terms], axis=1)]
    found = pd.concat(rows, ignore_index=True)
    return found.assign(row=found["by"] + ": " + found["group"], symbol="", reason="", treatment="")


@through_the_gate
def changed(survey: Survey, before: Survey, item: Indicator) -> pd.Series | None:
    """
    Return the difference of an indicator between two independent surveys, of what was published of each.

    Columns as ``gate.gated_test``; None where one of them is hidden.
    """
    now, then = (published(one, item).iloc[0] for one in (survey, before))
    if pd.isna(now["estimate"]) or pd.isna(then["estimate"]):
        return None
    return _tested(item, now, then, None).iloc[0]


@through_the_gate
def published_weights(survey: Survey, by: str) -> pd.DataFrame:
    """
    Return how the weighted sample divides by a grouping, as it may be published.

    Columns: ``row``, ``n``, ``share`` (0-1, in steps of ``gate.share_steps``), missing where fewer respondents than
    the threshold are in a group, or a hidden one would follow. Compared with what was published as counts are.
    """
    _refuse_others(survey, [], by)
    weights, labels, history = survey.weights, survey.frame[by], history_of(survey)
    sums = weights.groupby(labels[~labels.isin(_NO_GROUPS)].astype(str), sort=True).agg(["size", "sum"])
    if history.asked(by):  # hidden as if somebody had said so
        everything = sorted({str(one) for one in _groups_of(labels) if one not in _NO_GROUPS})
        sums = sums.reindex(everything).fillna({"size": 1, "sum": 0})
    decided = history.decided_by_few(by, np.ones(len(weights), dtype=bool))
    size = sums["size"].mask(sums.index.isin(decided), 1).to_numpy()
    table = pd.DataFrame({"row": sums.index, "n": size, "share": sums["sum"].to_numpy()})
    table["share"] /= table["share"].sum()
    step = float(share_steps(np.array([float(len(weights))]))[0])
    made = protect(table.assign(share=at_step(table["share"], step)), by="row")[["row", "n", "share"]]
    what = f"weights: {by}" + (f" ({survey.reweighted})" if survey.reweighted else "")
    return _released_counts(survey, what, table, made, ["n"])


@through_the_gate
def published_counts(
    survey: Survey, what: str, table: pd.DataFrame, key: str, counts: list[str]
) -> pd.DataFrame:
    """
    Return a table of counts of a survey's file as it may be published.

    Parameters
    ----------
    survey : a loaded survey
    what : what is counted: ``account`` (of questions), ``outcomes`` (of the sample)
    key : the column that names the rows
    counts : the columns of counts; all others are left out

    Returns
    -------
    DataFrame
        ``key`` and the counts, rounded and emptied as ``gate.gated_counts`` says. The table of a file that was
        revised by too few is the one published before: a count that moves by one tells what one record answers.
    """
    rows = table[[key, *counts]].rename(columns={key: "row"})
    made = gated_counts(rows, counts)
    # that a question was due to nobody, or to all, is everybody's answer to the one that routes to it
    book = read_codebook(survey.frame.attrs["survey"])
    lead = {
        name: {*one.ask_if.names} - {book.design.outcome}
        for name, one in book.questions.items()
        if one.ask_if
    }
    routed = rows["row"].isin([name for name, questions in lead.items() if questions and key == "question"])
    for name in {"due", "not_applicable", "answered"}.intersection(counts):
        made[name] = made[name].mask(routed & rows[name].eq(0))
    found = _released_counts(survey, f"counts: {what}", rows, made, counts)
    return found.rename(columns={"row": key})


def _released_counts(
    survey: Survey, what: str, exact: pd.DataFrame, made: pd.DataFrame, counts: list[str]
) -> pd.DataFrame:
    past = ledger.past_of(survey.frame.attrs)
    if past is None:
        return made
    where = (what, WHOLE)
    found = past.own.get(where)
    if found is None:
        checks = {
            row["row"]: hashlib.sha256(repr(row).encode()).hexdigest()[:32]
            for row in exact.to_dict("records")
        }
        found = Published.of(where, made.assign(symbol="", reason=""), checks)
        tables = past.told(where)
        if any(not _many_counts(one, found, counts) for one in tables):
            found = tables[-1]
        elif not tables and history_of(survey).holds_back(what):
            return made.assign(**dict.fromkeys(made.columns.drop("row"), np.nan))
    ledger.note(past, found)
    # a row of another name than before has no number
    return found.rows[list(made.columns)].set_index("row").reindex(made["row"]).reset_index()


def _many_counts(before: Published, now: Published, counts: list[str]) -> bool:
    """Whether every count that may have changed since a publication changed by the threshold or more."""
    rule = disclosure_standard()
    if set(before.checksums) != set(now.checksums):
        return False
    was, new = (one.rows.set_index("row")[counts].astype(float) for one in (before, now))
    changed = [row for row in now.checksums if now.checksums[row] != before.checksums[row]]
    moved = (new.loc[changed] - was.loc[changed]).abs()
    return bool((moved.ge(rule.threshold + rule.rounding_base)).all(axis=None))
