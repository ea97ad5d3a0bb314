"""A table made of the file as it is: estimated, and rounded to the precision it is published at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from qngai_analysis.survey.estimate.arrays import Flags, Floats
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.release.disclosure import emptied
from qngai_analysis.survey.release.gate import (
    gated_levels,
    gated_shares,
    gated_sizes,
    share_steps,
    without_error,
)
from qngai_analysis.survey.release.ledger import WHOLE
from qngai_analysis.survey.release.membership import Membership
from qngai_analysis.survey.release.once import once
from qngai_analysis.survey.release.reliability import reliability_standard
from qngai_analysis.survey.release.respondents import CELL, NO_GROUPS, Respondents, groups_of, labels_of
from qngai_analysis.survey.release.treatment import Treatment, treated

_DIGITS = 3  # of what is known of those who gave an answer
Method = Literal["logit", "xlogit", "korn-graubard", "arcsine", "likelihood", "wald"]


class Making:
    """
    The tables of a survey's respondents.

    ``together``: by grouping the shares that are asked for at once.
    """

    def __init__(self, file: Respondents) -> None:
        self.file, self.members = file, Membership(file)
        self.together: dict[str | None, tuple[Indicator, ...]] = {}

    def made_with(self, item: Indicator, by: str | None) -> tuple[Indicator, ...]:
        """The shares whose tables are made at once with one: the wholes, and what is asked for together."""
        shares = tuple(one for one in self.together.get(by, ()) if one.kind == "proportion")
        return shares if item in shares and not self.file.survey.reweighted else (item,)

    @once
    def crossing(self, by: str) -> Making:
        """Return the tables whose rows are the groups of two groupings, or of one that has other names now: by ``CELL``."""
        cells = labels_of(self.file.survey.frame, by)
        if not self.file.speaks_of_nobody(by):
            cells = cells.cat.remove_unused_categories()
        return Making(Respondents(self.file.survey.assign(**{CELL: cells})))

    @once
    def estimated(self, item: Indicator, by: str | None, method: Method = "logit") -> pd.DataFrame:
        """Return a table before it is protected."""
        items = self.made_with(item, by)
        return part_of(self.estimates(items, by, method), items, item)

    @once
    def estimates(self, items: tuple[Indicator, ...], by: str | None, method: Method) -> pd.DataFrame:
        """Return the tables of some shares, or one mean or ratio, one below the other."""
        survey, item = self.file.survey, items[0]
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
        order = order[[row not in NO_GROUPS for row in rows[order]]]
        plain = pd.DataFrame(found)  # without its ``attrs``, of which pandas makes a copy for each column
        columns = {name: column.array[order] for name, column in plain.items() if name != by}
        beside = {"row": rows[order], "taken": np.stack(taken, axis=1).ravel()[order]}
        table = pd.DataFrame(columns | beside)
        return (
            self._with_nobody(table, by) if by == CELL or (by and self.file.speaks_of_nobody(by)) else table
        )

    def _with_nobody(self, table: pd.DataFrame, by: str) -> pd.DataFrame:
        """Return a table with a row also for each group that nobody is in."""
        groups = [str(one) for one in groups_of(self.file.survey.frame[by]) if one not in NO_GROUPS]
        nobody = table.iloc[[0] * len(set(groups).difference(table["row"]))].copy()
        numbers = nobody.columns[[pd.api.types.is_numeric_dtype(one) for one in nobody.dtypes]]
        nobody[numbers] = np.where(numbers.isin(["n", "taken"]), 0, np.nan)
        nobody["row"] = [one for one in groups if one not in set(table["row"])]
        return pd.concat([table, nobody]).sort_values(
            "row", key=lambda row: row.map(groups.index), ignore_index=True
        )

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
        table, heads = self.estimates(items, by, method), items[0].kind == "proportion"
        if instead:
            told = table["row"].map(instead)
            shut = shut | (table["row"].isin(instead) & told.isna()).to_numpy()
            table = table.assign(estimate=told.fillna(table["estimate"]))
        if any(self.members.lets_in(one) for one in items):
            each = np.split(table["n"].to_numpy(dtype=float), len(items))
            rows = table["row"].iloc[: len(each[0])]
            told_as = (
                self.members.told_as(one, by or WHOLE, rows, n) for one, n in zip(items, each, strict=True)
            )
            table = table.assign(n=np.concatenate([*told_as]))
        if heads:
            rows, taken = self.estimated(items[0], by, method)["row"], table["taken"].to_numpy()
            effects = np.concatenate([self.effects(one, by, rows) for one in items])
            heaviest = np.concatenate([self.file.heaviest(one, by or WHOLE, rows) for one in items])
            steps = self._steps(items[0], by, table)
            clustered = bool(self.file.survey.design.psu)
            table = gated_shares(table, steps, effects, taken, method, heaviest=heaviest, clustered=clustered)
        elif self.file.scale(items[0]):
            least, most, unit = self.file.levels(items[0], by or WHOLE, table["row"])
            steps = share_steps(table["n"].to_numpy(dtype=float) / unit)
            effects, heaviest = (
                find(items[0], by or WHOLE, table["row"]) for find in (self.effects, self.file.heaviest)
            )
            clustered = bool(self.file.survey.design.psu)
            table = gated_levels(table, least, most, steps, effects, unit * heaviest, clustered=clustered)
        else:
            table = gated_sizes(table, _DIGITS if self.members.lets_known_in(items[0]) else 0)
            table = without_error(table, self.file.error_tells(items[0], by or WHOLE, table))
            kish = self.file.kish(items[0], by or WHOLE)
            effect = table["row"].map(kish).round(1)  # the exact one would give n back
            table = table.assign(deff=effect, n_eff=table["n"] / effect.clip(lower=0.1))
        made = emptied(table, ["row"], shut)
        taken = made.pop("taken").to_numpy() >= reliability_standard().census_share
        # a share that is printed because its population answered nearly whole is called so
        census = taken & made["flag"].eq("review").to_numpy() & made["symbol"].eq("").to_numpy()
        return treated(made, census, Treatment.CENSUS) if census.any() else made

    def _steps(self, item: Indicator, by: str | None, found: pd.DataFrame) -> Floats:
        """Return the steps of a table: of new weights, two answers wide where an answer counts most."""
        n = found["n"].to_numpy(dtype=float)
        if not self.file.survey.reweighted:
            return share_steps(n)
        cells = self.by_margins(item, by)
        each = cells["weight"] / cells["n"]
        counted = cells.groupby("row")["weight"].sum() / each.groupby(cells["row"]).max()
        return share_steps(np.minimum(n, counted.reindex(found["row"]).fillna(0).to_numpy()))

    @once
    def by_margins(self, item: Indicator, by: str | None) -> pd.DataFrame:
        """Return each row of a table by the groups whose weights were changed alike: respondents and weight."""
        known = self.file.survey.frame[self.file.known(item)]
        labels = [known[name].astype(str) for name in sorted(self.file.margins())]
        row = labels_of(known, by).astype(str) if by else pd.Series(WHOLE, index=known.index)
        weight = self.file.survey.weights[known.index].groupby([*labels, row.rename("row")])
        found = weight.agg(["size", "sum"]).reset_index().rename(columns={"size": "n", "sum": "weight"})
        if item.kind == "proportion":
            return found.assign(few=False)
        inside = [self.file.survey.frame.index.isin(rows) for rows in weight.groups.values()]
        return found.assign(few=[self.file.few_make_up(item, one) for one in inside])

    def effects(self, item: Indicator, by: str | None, rows: pd.Series) -> Floats:
        """
        Return the design effects to expect of a table's rows: of their own weights and strata, and else as in the whole.

        Kish's product of the effects of weights and of clusters (Survey Sampling, 1965), each weight's square times what
        its stratum leaves of the population. It rests on no answer of the row.
        """
        kish = self.file.kish(item, by or WHOLE)
        return self._clusters(item) * np.array([kish.get(row, 1.0) for row in rows])

    @once
    def _clusters(self, item: Indicator) -> float:
        """Return what clusters do to the variance of an indicator's whole."""
        told = self.estimated(item, None).iloc[0]
        least, most = (one[0] for one in self.file.levels(item, WHOLE, [WHOLE])[:2])
        share, se, n = (told["estimate"] - least) / (most - least), told["se"] / (most - least), told["n"]
        spread = share * (1 - share) * self.file.kish(item, WHOLE).get(WHOLE, 1.0)
        return float(se**2 * n / spread) if spread > 0 else 1.0


def part_of(table: pd.DataFrame, items: Sequence[Indicator], item: Indicator) -> pd.DataFrame:
    """Return an indicator's part of the tables of some, one below the other."""
    size = len(table) // len(items)
    place = items.index(item) * size
    return table.iloc[place : place + size].reset_index(drop=True)


def withheld(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that may not say anything: every row hidden."""
    return emptied(table, ["row"], np.ones(len(table), dtype=bool)).assign(step=np.nan).drop(columns="taken")
