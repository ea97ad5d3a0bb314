"""Which rows of tables of sizes (means, ratios) tell the size of one unit, or of few: alone, or with what else is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Flags, Floats
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.crossing import Groups
from qngai_analysis.survey.release.disclosure import disclosure_standard, made_by_few, sizes_found
from qngai_analysis.survey.release.earlier import Earlier
from qngai_analysis.survey.release.gate import SIZE_STEP, at_step, share_steps
from qngai_analysis.survey.release.ledger import WHOLE, grouping
from qngai_analysis.survey.release.making import Making
from qngai_analysis.survey.release.once import once
from qngai_analysis.survey.release.reliability import precision_standard
from qngai_analysis.survey.release.respondents import CELL, FEW_VALUES, NO_GROUPS, Respondents
from qngai_analysis.survey.release.same_answers import Kin, adding_up, is_multiple


class Sizes:
    """
    What tables of sizes must hide.

    ``closed``: what a table hides, given all others.
    """

    def __init__(
        self,
        file: Respondents,
        kin: Kin,
        tables: Making,
        earlier: Earlier,
        closed: Callable[[Indicator, str | None], frozenset[str]],
    ) -> None:
        self.file, self.kin, self.tables, self.earlier, self.closed = file, kin, tables, earlier, closed

    def made_by_few(self, item: Indicator, by: str) -> set[str]:
        """Rows of a mean or ratio of sizes that few units make up, and of a share of which one is over half."""
        codes, names = self.file.groups(by)
        if item.kind == "proportion":
            return {
                name
                for name, part in zip(names, self.file.heaviest(item, by, names), strict=True)
                if part > 0.5
            }
        known, told = self.file.known(item), self._sizes_told(item, by)
        return (
            self._printing_tells(item, by)
            | self._at_the_usual(item, by)
            | {
                row
                for place, row in enumerate(names)
                if self.file.few_make_up(item, codes == place, 1)
                or self._leaves_few(item, known & (codes == place), told)
            }
        )

    def _printing_tells(self, item: Indicator, by: str) -> set[str]:
        """Return the rows of which a unit's size follows closer than p% from no more than that their error is small enough to print them."""
        if self.file.scale(item):
            return set()
        table = self._estimated(item, by)
        printed = table[table["flag"] != "suppress"]
        most = precision_standard().max_cv * (printed["estimate"].abs() + SIZE_STEP / 2)
        return {*printed["row"][self.file.error_tells(item, by, printed.assign(se=most))]}

    def _at_the_usual(self, item: Indicator, by: str) -> set[str]:
        """
        Return the rows, of a number of many values printed in steps, of which the step is next to what most in them have.

        Who knows of a kind that it says 20 or 80 knows that no mean is below 20: there is no room for a second count.
        """
        kinds = np.unique(self.file.values(item)[self.file.known(item), 0])
        if not self.file.scale(item) or len(kinds) <= FEW_VALUES:
            return set()
        table = self._estimated(item, by)
        codes, names = self.file.groups(by)
        usual = np.array([self.file.usual(item, codes == names.index(row)) for row in table["row"]])
        least, most, unit = self.file.levels(item, by, table["row"])
        way = most - least
        steps = way * share_steps(table["n"].to_numpy(dtype=float) / unit)
        off = np.abs(least + at_step(table["estimate"] - least, steps) - usual)
        return {*table["row"][(off < steps - 1e-6 * way) & (least < usual) & (usual < most)]}

    def _sizes_told(self, item: Indicator, by: str) -> list[tuple[Indicator, Flags]]:
        """
        Return of whom sizes are told by other indicators: rows, and together those that a table hides.

        A table that is none of the survey's own comes after the own ones of all of them; one of these after those
        that were told, and of the rest those that stand before in the codebook, which may be told by its grouping, too.
        """
        later = self.file.comes_after(by)
        sizes = [*filter(are_sizes, self.kin.all)]
        found: list[tuple[Indicator, Flags]] = []
        for place, other in enumerate(sizes):
            if other == item:
                continue
            earlier = place < sizes.index(item) and other.name not in self.file.gone
            hidden = {by: frozenset[str]()} if earlier else {}
            hidden |= {
                one: self.closed(other, one)
                for one in (self.file.own if earlier or (later and other.name not in self.file.gone) else ())
            }
            for what, table in (self.earlier.told(other) if later else self.earlier.before(other)).items():
                if self.file.is_here(one := grouping(what)):
                    hidden[one] = table.hidden
            for one, shut in hidden.items():
                codes, names = self.file.groups(one)
                together = np.isin(codes, [place for place, name in enumerate(names) if name in shut])
                shown = [codes == place for place, name in enumerate(names) if name not in shut]
                found += [
                    (size, self.file.known(size) & rows)
                    for size in self._sizes_of(other)
                    for rows in (*shown, together)
                ]
        return found

    def _leaves_few(self, item: Indicator, rows: Flags, told: Sequence[tuple[Indicator, Flags]]) -> bool:
        """Return whether a total over some rows leaves few of another that is told of the same sizes, or that of it."""
        if not told or not rows.any():
            return False
        each = np.array([others for _, others in told])
        known = np.array([self.file.known(other) for other, _ in told])
        for size in self._sizes_of(item):
            inside = ~(rows & known & ~each).any(axis=1) | ~(self.file.known(size) & ~rows & each).any(axis=1)
            held = inside & (rows & each).any(axis=1) & (rows ^ each).any(axis=1)
            for place in np.flatnonzero(held).tolist():
                other, others = told[place]
                both, left = rows & others, rows ^ others
                few = left.sum() < disclosure_standard().threshold
                if (
                    both.sum() in (rows.sum(), others.sum())
                    and (few or self.file.few_make_up(size, left) or self.file.few_make_up(other, left))
                    and self._alike(size, other, both)
                ):
                    return True
                # told of the same rows but for those of whom one of both is not known
                same = [
                    told[at]
                    for mine, one in ((rows, self.file.known(size)), (others, known[place]))
                    for at in np.flatnonzero(~((each ^ mine) & known & one).any(axis=1)).tolist()
                ]
                if self._few_beside([(size, rows), (other, others)], same):
                    return True
        return False

    def _few_beside(
        self, sizes: Sequence[tuple[Indicator, Flags]], same: Sequence[tuple[Indicator, Flags]]
    ) -> bool:
        """
        Return whether one of two sizes is the other and some of third ones, each so many times, and few make up what is left of it.

        Sales at home and abroad, in thousands, are all sales, in millions. In these rows, or wherever both are known. What a
        unit has of one that is told of it alone is left, and what is not known of it counts as nothing.
        """
        rule, weights = disclosure_standard(), self.file.weights()
        (item, rows), (other, others) = sizes
        thirds: list[tuple[Indicator, Flags]] = []
        for one in sorted(same, key=lambda told: -told[1].sum()):
            if not any(self.kin.are_same(one[0], size) for size, _ in (*sizes, *thirds)):
                thirds.append(one)
        if not thirds or self.kin.are_same(item, other):
            return False
        for (all_, its), part in (sizes, sizes[::-1]):
            whole = self.file.values(all_)[:, 0]
            parts = np.column_stack([self.file.values(one)[:, 0] for one, _ in (part, *thirds)])
            told = np.column_stack([inside for _, inside in (part, *thirds)])
            known, parts = ~np.isnan(whole) & ~np.isnan(parts[:, 0]), np.nan_to_num(parts)
            for where in (rows & others, known):
                times = self._adding_up((all_, part[0], *(one for one, _ in thirds)), where.tobytes())
                if times is None:
                    continue
                sums = np.where(np.isnan(whole), parts @ times, whole)
                left = np.abs(np.where(its, sums, 0) - (parts * told) @ times)
                apart = ~(its & told.all(axis=1)) & (its | told.any(axis=1))
                apart &= left >= rule.p_percent * np.abs(sums)
                unasked = ~np.all(
                    [self.file.due(one) for one in (all_, part[0], *(one for one, _ in thirds))], axis=0
                )
                left *= weights
                if (apart.any() and made_by_few(left[apart], divides=False)) or any(
                    0 < some.sum() < rule.threshold
                    and left[apart & ~some].sum() <= rule.p_percent * left[some].sum()
                    for some in (apart, apart & (rows ^ others), apart & unasked)
                ):
                    return True
        return False

    @once  # the same rows of the same sizes come up with most tables
    def _adding_up(self, sizes: tuple[Indicator, ...], where: bytes) -> Floats | None:
        """Return how many times each of some sizes makes up the first in some rows."""
        whole, *parts = (self.file.values(one)[np.frombuffer(where, dtype=bool), 0] for one in sizes)
        return adding_up(whole, np.nan_to_num(np.column_stack(parts)))

    def _sizes_of(self, item: Indicator) -> list[Indicator]:
        """Return the sizes that are told with an indicator: with a ratio what it is divided by, too, if that is an answer."""
        if (
            item.denominator is None
            or item.name in self.file.gone
            or not any(map(self.file.is_answer, item.denominator.names))
        ):
            return [item]
        below = replace(item, name=item.columns[1], kind="mean", numerator=item.denominator, denominator=None)
        return [item, below]

    def _alike(self, item: Indicator, other: Indicator, rows: Flags) -> bool:
        """Return whether two are the same size, in all that is known or in most of some rows."""
        if self.kin.are_same(item, other) or self.file.scale(item) or self.file.scale(other):
            return self.kin.are_same(item, other)
        return is_multiple(*(self.file.values(one)[rows, 0] for one in (item, other)))

    def with_sizes(self, item: Indicator, by: str, shut: frozenset[str]) -> frozenset[str]:
        """Return what a table of sizes hides, and more while few make up what that is together: the whole and the rest tell it."""
        codes, names = self.file.groups(by)
        others = self._sizes_told(item, by) if shut else []

        def told(hidden: frozenset[str], _: Flags | None = None) -> Flags:
            rows = np.isin(codes, [names.index(one) for one in hidden])
            few = self.file.few_make_up(item, rows) or self._leaves_few(
                item, self.file.known(item) & rows, others
            )
            return np.array([few])

        n = np.bincount(codes[self.file.known(item) & (codes >= 0)], minlength=len(names))
        sizes = {name: int(n[place]) for place, name in enumerate(names) if n[place]}
        return _fewest(shut, {name: sizes[name] for name in sizes.keys() - NO_GROUPS}, told)

    def with_all_sizes(
        self, item: Indicator, shut: Groups, new: Sequence[str], beside: Sequence[tuple[Indicator, Groups]]
    ) -> Groups:
        """Return what tables of sizes hide, and more of the new ones while all told of a column leave a unit's size closer than p%."""
        cells = {by: self._cells(item, by) for by in (WHOLE, *shut)}
        columns = {
            name: self.file.survey.frame[name].to_numpy(dtype=float) * self.file.weights()
            for name in item.columns
        }
        columns[""] = self.file.left_to_the_most(item)
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

        shut = {WHOLE: self.closed(item, None), **shut}
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

    @once
    def _cells(self, item: Indicator, by: str) -> dict[str, tuple[Flags, bool]]:
        """Return who is in each row of a table of sizes, and whether it is reliable enough to be printed."""
        codes, names = self.file.groups(by)
        known, rows = self.file.known(item), self._estimated(item, by)
        printed = set(rows.loc[rows["flag"].ne("suppress"), "row"])
        return {name: ((codes == place) & known, name in printed) for place, name in enumerate(names)}

    def _estimated(self, item: Indicator, by: str) -> pd.DataFrame:
        if not by or by in self.file.survey.frame.columns:
            return self.tables.estimated(item, by or None)
        return self.tables.crossing(by).estimated(item, CELL)


def are_sizes(*items: Indicator) -> bool:
    """Return whether indicators are means or ratios."""
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
