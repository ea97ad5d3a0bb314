"""Which shares of new tables say otherwise, so that with all that is told of the same answers no group is left with one count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Floats
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.earlier import Earlier
from qngai_analysis.survey.release.gate import SIZE_STEP, counts_told, printed, share_steps, told_count
from qngai_analysis.survey.release.hiding import Hiding
from qngai_analysis.survey.release.ledger import WHOLE, Published, grouping, what_of
from qngai_analysis.survey.release.making import Method
from qngai_analysis.survey.release.once import once
from qngai_analysis.survey.release.respondents import NO_GROUPS, Respondents
from qngai_analysis.survey.release.same_answers import Kin, Levels
from qngai_analysis.survey.release.windows import Told, told_otherwise


class Otherwise:
    """
    The shares of a survey, beside all that is told of them.

    ``plain``: the same with the weights of the file.
    """

    def __init__(
        self,
        file: Respondents,
        kin: Kin,
        earlier: Earlier,
        hiding: Hiding,
        plain: Callable[[], Otherwise],
    ) -> None:
        self.file, self.kin, self.earlier, self.hiding, self.plain = file, kin, earlier, hiding, plain

    def held(
        self, item: Indicator, what: str, make: Callable[[Mapping[str, float]], pd.DataFrame]
    ) -> pd.DataFrame:
        """
        Return a new table of a share that with all told of the indicator leaves no group with one count.

        ``make``: the table with some of its shares rounded otherwise.
        """
        made, named = make({}), what + self.file.weighted
        if not self._is_held(item):
            return made
        plain = self.plain()
        new = {named: self._share(item, what, made, self.file.weights())}
        instead = self._otherwise(item, plain.shares(item), new).get(named)
        return make(instead) if instead else made

    def _is_held(self, item: Indicator) -> bool:
        """Return whether what is told of an indicator is a window on answers: a share, or a mean of few values."""
        answers = item.kind == "proportion" or self.kin.levels(item) is not None
        return answers and self.earlier.past is not None

    def apart(self, item: Indicator, by: str | None, method: Method) -> pd.DataFrame:
        """Return a table of the file as it is that, with all told of the indicator, leaves no group with one count."""
        what = what_of(by or WHOLE, method)
        if self.file.comes_after(what) or self.file.survey.reweighted:
            return self.held(item, what, partial(self.hiding.fresh, item, by, method))
        past, kin = self.earlier.past, self.kin.windows_of(item)
        first = by is None and kin[0] == item and not (past and past.keys)  # it is told as it is
        shares = (by or len(kin) > 1) and not first and self._is_held(item)
        instead = self._of_its_own(item).get(by or WHOLE) if shares else None
        return self.hiding.fresh(item, by, method, instead)

    @once
    def _of_its_own(self, item: Indicator) -> dict[str, dict[str, float]]:
        """
        Return what rows of the survey's own tables say otherwise, of which each may be told, now or later.

        Of indicators of the same answers those come first that were told; then those that stand first in the codebook.
        """
        found: dict[str, dict[str, float]] = {}
        kin, before = self.kin.windows_of(item), self.earlier.before(item)
        place = [one.name for one in kin].index(item.name)
        said: list[tuple[str, str, float]] = []
        # as if every row were reliable enough to be told: most shares need no more
        for exactly in (False, True) if item.kind == "proportion" else (True,):
            told = [
                one
                for other in kin
                for one in self._as_told(
                    other,
                    (self._own_tables(other, exactly=exactly) if other in kin[:place] else {})
                    | {what: table.rows for what, table in self.earlier.before(other).items()},
                )
            ]
            rest = {
                by: self.hiding.fresh(item, by or None, "logit") if exactly else self._nearly(item, by, {})
                for by in self.file.own
                if by not in before
            }
            new = {by: self._share(item, by, rows, self.file.weights()) for by, rows in rest.items()}
            shares = [
                (one.by, row, share)
                for one in (*told, *new.values())
                for row, share in zip(one.rows["row"], one.rows["estimate"], strict=True)
                if share == share
            ]
            if shares == said:
                break
            said = shares
            whole = [] if told else [new.pop(WHOLE)]  # it comes first, as it is
            found = self._otherwise(item, [*self._counted(item), *told, *whole], new)
            if not found:
                break
        return found

    def _nearly(self, item: Indicator, by: str, instead: Mapping[str, float]) -> dict[str, Any]:
        """Return the shares of a table that is not hidden, some ``instead`` of their own, without what makes them a table."""
        behind = self.file.behind(item, by)
        n = self.hiding.members.told_as(item, by, behind.labels, behind.n)
        step = behind.step if n is behind.n else share_steps(n)
        own, step = printed(behind.estimate, step, behind.largest / behind.n)
        hidden = self.hiding.closed(item, by) | NO_GROUPS
        shown = [
            np.nan if row in hidden else instead.get(row, share)
            for row, share in zip(behind.labels, own, strict=True)
        ]
        return {"row": behind.labels, "estimate": shown, "step": step}

    def shares(self, item: Indicator) -> list[Told]:
        """Return all that is told of a share's answers, or may be: the survey's own tables, and what was told in this state of the file."""
        return [
            *self._counted(item),
            *(one for kin in self.kin.windows_of(item) for one in self._shares_of(kin)),
        ]

    def _shares_of(self, item: Indicator) -> list[Told]:
        told = {what: table.rows for what, table in self.earlier.told(item).items()}
        return self._as_told(item, self._own_tables(item) | told)

    def _own_tables(self, item: Indicator, *, exactly: bool = True) -> dict[str, Any]:
        """Return the survey's own tables as they are made now, or as if every row were reliable."""
        own = () if item.name in self.file.gone else self.file.own
        if exactly:
            return {by: self.apart(item, by or None, "logit") for by in own}
        instead = self._of_its_own(item)
        return {by: self._nearly(item, by, instead.get(by, {})) for by in own}

    @once
    def _counted(self, item: Indicator) -> list[Told]:
        """
        Return what tables tell by how many are in them, of an answer that lets respondents into their universe.

        Where some whom it lets in are not counted, since they said nothing more, it tells that no fewer gave it.
        """
        sets, found = self.kin.together(item), list[Told]()
        if self.kin.levels(item):
            return found
        asked = ~np.isnan([one.said for one in sets]).all(axis=0)
        for other in self.file.indicators:
            known, them = self.file.known(other), self.hiding.members.lets_in(other)
            if them is None:
                continue
            for answer, one in enumerate(sets):
                open_ = them.open & ~np.isnan(one.said)
                say = one.said[open_ & known]
                if not len(say) or np.ptp(say) > 0 or (known & them.open & ~open_).any():
                    continue
                all_ = (known[open_] == (one.said[open_] == say[0])).all()
                for by in self.file.own:
                    behind, hidden = (
                        self.file.behind(other, by),
                        self.hiding.closed(other, by or None) | NO_GROUPS,
                    )
                    codes, names = self.file.groups(by)
                    sure, most = (
                        np.bincount(codes[codes >= 0], some[codes >= 0], len(names))
                        for some in (known & ~open_, (known & ~open_) | open_)
                    )
                    rows = [place for place, label in enumerate(behind.labels) if label not in hidden]
                    labels = [behind.labels[place] for place in rows]
                    at = [names.index(label) for label in labels]
                    ends = self.hiding.members.counted(other, by)
                    assert ends is not None
                    fewest, all_of = (each[at] for each in ends)
                    low, high = counts_told(told_count(behind.n[rows], fewest, all_of), fewest, all_of)
                    high = high if all_ else most[at].astype(float)
                    table = {"row": labels, "estimate": (low + high) / 2, "step": high - low + 1}
                    surely = {name: (1.0, sure[place]) for place, name in enumerate(names)}
                    weight = open_[asked].astype(float)
                    found.append(Told(by, table, weight, say[0] == 0, surely, answer, counts=True))
        return found

    def _as_told(self, item: Indicator, tables: Mapping[str, pd.DataFrame]) -> list[Told]:
        """Return tables of one or two groupings with the weights that they were made with."""
        return [
            self._share(item, what, rows, self.file.weights_of(what))
            for what, rows in tables.items()
            if self.file.is_here(grouping(what))
        ]

    def _share(self, item: Indicator, what: str, rows: Any, weights: Floats) -> Told:
        by, them = grouping(what), self.hiding.members.says(item)
        if levels := self.kin.levels(item):
            counts = np.tile(np.where(self.file.known(item), weights, 0.0), levels.steps)
            return Told(by, self._ways(item, rows, levels), counts[~np.isnan(levels.said)])
        sets = self.kin.together(item)
        answer, alike = next(
            ((place, one) for place, one in enumerate(sets) if item.name in one.opposite), (0, sets[0])
        )
        asked = ~np.isnan([one.said for one in sets]).all(axis=0)
        opposite = alike.opposite.get(item.name, False)
        counts = np.where(self.file.known(item), weights, 0.0)
        if them is None:
            return Told(by, rows, counts[asked], opposite, answer=answer)
        codes, names = self.file.groups(by)
        surely = ~them.may if opposite else them.sure
        of, sure = (
            np.bincount(codes[codes >= 0], some[codes >= 0], len(names)) for some in (counts, counts * surely)
        )
        known = {name: (of[place], sure[place]) for place, name in enumerate(names)}
        return Told(by, rows, (counts * them.open)[asked], opposite, known, answer)

    def _ways(self, item: Indicator, rows: Any, levels: Levels) -> dict[str, Any]:
        """Return means of few values as shares of the way, and how wide their windows are."""
        least, *_ = self.file.scale(item) or (0.0,)
        low, high = levels.ends[item.name]
        value, step = (np.asarray(rows[name], dtype=float) for name in ("estimate", "step"))
        # of which the decimal that is printed is made
        exact = least + np.round((value - least) / step) * step
        value = np.where(np.abs(exact - value) <= SIZE_STEP / 2 + 1e-6, exact, value)
        wide = np.where(step > SIZE_STEP, step, step + SIZE_STEP) / abs(high - low)
        return {"row": rows["row"], "estimate": (value - low) / (high - low), "step": wide}

    def _otherwise(
        self, item: Indicator, told: Sequence[Told], new: Mapping[str, Told]
    ) -> dict[str, dict[str, float]]:
        """Return what rows of new tables have to say otherwise, with all that is told of an indicator's answers."""
        said = np.array([one.said for one in self.kin.together(item)])
        known = ~np.isnan(said).all(axis=0)
        groups = {one.by: self.file.groups(one.by) for one in (*told, *new.values())}
        levels = self.kin.levels(item)
        steps, (low, high) = (levels.steps, levels.ends[item.name]) if levels else (1, (0.0, 1.0))
        inside = {by: (np.tile(codes, steps)[known], names) for by, (codes, names) in groups.items()}
        found = told_otherwise(told, new, inside, said[:, known])
        return {
            what: {row: low + way * (high - low) for row, way in rows.items()} for what, rows in found.items()
        }

    def told_by_both(
        self, item: Indicator, mine: Mapping[str, Published], others: Mapping[str, Published]
    ) -> bool:
        """Return whether shares leave a group with one count that the ledger's, and those made at the same time, do not alone."""
        if (past := self.earlier.past) is None or not self._is_held(item):
            return False
        known = {what: one for (name, what), one in past.own.items() if name == item.name}
        known = {**self.earlier.before(item), **known, **others}
        tables = self._own_tables(item) | {what: one.rows for what, one in known.items()}
        kin = [one for other in self.kin.windows_of(item) if other != item for one in self._shares_of(other)]
        new = self._as_told(item, {what: one.rows for what, one in mine.items()})
        return bool(
            self._otherwise(
                item,
                [*kin, *self._as_told(item, tables)],
                {one.by + str(n): one for n, one in enumerate(new)},
            )
        )
