"""Protecting respondents in published tables: small cells, and what would give them away.

A protected table holds no suppressed value anywhere: not the estimate, not its error, not its count.
See ``docs/methods/disclosure.md``; unit records are in ``unit_records``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats, listed
from qngai_analysis.survey.release.crossing import shut_together
from qngai_analysis.survey.release.treatment import by_symbol
from qngai_analysis.survey.standards import thresholds


@dataclass(frozen=True)
class Disclosure:
    """
    The thresholds of disclosure control.

    ``threshold``: fewest unweighted respondents behind a published cell. ``rounding_base``: published
    counts are its multiples. ``contributors``: fewest units that contribute more than
    nothing to a magnitude. ``p_percent``: nobody may work out the largest contribution closer than this share of
    it. ``dominance_k``: the largest may make up at most this share of what a ratio is divided by.
    ``step_answers``: the steps in which a share is printed are more answers wide than this (``gate.share_steps``).
    """

    threshold: int
    rounding_base: int
    contributors: int
    p_percent: float
    dominance_k: float
    step_answers: int
    source: str = ""


def disclosure_standard() -> Disclosure:
    """Return the thresholds (``survey/standards.toml``)."""
    return thresholds(Disclosure, "disclosure")


def round_count(count: npt.ArrayLike, base: int = 5) -> Floats:
    """
    Return counts rounded to multiples of ``base``, halves away from zero; missing stays missing.

    Examples
    --------
    >>> round_count([12, 13, 12.5, -12.5]).tolist()
    [10.0, 15.0, 15.0, -15.0]
    """
    values = np.asarray(count, dtype=float)
    return np.asarray(np.sign(values) * np.floor(np.abs(values) / base + 0.5) * base)


def made_by_few(parts: npt.ArrayLike, *, divides: bool) -> bool:
    """
    Return whether few units make up a magnitude (turnover, sales).

    Parameters
    ----------
    parts : what each unit contributes: a size with its weight, as it enters what is published
        A size of zero contributes nothing: its unit hides nobody.
    divides : a ratio is divided by it

    Notes
    -----
    p% rule: the total without the two largest is below p of the largest, so that the second could work the first
    out that closely. The Handbook on Statistical Disclosure Control (4.2) prefers it to the (2, k) rule, which overprotects
    (k = 100/(100 + p)). Dominance: a ratio whose denominator one firm mostly makes up is nearly that firm's own.
    """
    rule = disclosure_standard()
    sizes = np.asarray(parts, dtype=float)
    sizes = np.sort(sizes[sizes > 0])[::-1]
    return bool(
        sizes.size < rule.contributors
        or sizes[2:].sum() < rule.p_percent * sizes[0]
        or (divides and sizes[0] > rule.dominance_k * sizes.sum())
    )


def sizes_found(
    parts: Floats, cells: Sequence[Flags], rows: Sequence[Flags], p: float, *, among: Flags | None = None
) -> Flags:
    """
    Return the largest units of rows whose size sums of many tables leave closer than ``p`` of it, to one who knows another unit's.

    Parameters
    ----------
    parts : what each unit contributes, not below zero
    cells : who is in each sum that is told
    rows : who is in each row that is looked at, told or not
    among : units that are looked at, if not all

    Notes
    -----
    The p% rule over all tables at once. Who knows all members looks for sizes that give the same sums, and in which a unit
    is larger by p (of its combination of groups the second largest being the one who asks); linear programs over the
    combinations find them, for most units all at once. A unit for which there are none is found.
    """
    nobody = np.zeros(len(parts), dtype=bool)
    if not cells or not parts.any() or (among is not None and not among.any()):
        return nobody
    sums = np.array(cells)
    _, first, kind = np.unique(np.packbits(sums, axis=0), axis=1, return_index=True, return_inverse=True)
    kind, sums, scale = kind.ravel(), sums[:, first].astype(float), parts.sum()
    order = np.lexsort((-parts, kind))
    place = np.arange(len(parts)) - np.searchsorted(kind[order], kind[order])
    total = np.bincount(kind, parts) / scale
    largest, second = (np.bincount(kind[order], parts[order] * (place == nth)) / scale for nth in (0, 1))
    lacks = (1 + p) * largest + second - total  # by how much more a combination has to be able to hold

    def rises(those: Codes | list[int], falls: Floats) -> Floats:
        """Return sizes with the same sums, as what they add: of ``those`` as much as they lack, where all others fall by so much at most."""
        from scipy.optimize import linprog  # heavy: only where few may be found

        wanted, ends = np.zeros(len(total)), np.array([-falls, np.full(len(total), np.inf)])
        wanted[those] = -1 / lacks[those]
        ends[0][those], ends[1][those] = 0, lacks[those]
        found = linprog(wanted, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=ends.T, method="highs",
                        options={"primal_feasibility_tolerance": 1e-9})  # fmt: skip
        return np.zeros(len(total)) if found.x is None else np.asarray(found.x)

    def is_found(one: int) -> bool:
        """Return whether a combination can't rise, or not if the size of one of the others' large units is known."""
        moved = rises([one], total)
        if moved[one] < 0.999 * lacks[one]:
            return True
        near = others[total[others] + moved[others] < largest[others] - 1e-9]
        falls = (np.where(np.arange(len(total)) == known, total - largest, total) for known in near)
        return any(rises([one], each)[one] < 0.999 * lacks[one] for each in falls)

    pairs = [np.argsort(-parts * row, kind="stable")[:2] for row in rows]
    firsts, others = (np.unique(kind[[pair[:size] for pair in pairs]]) for size in (1, 2))
    left = firsts[(lacks[firsts] > 1e-7) & (largest[firsts] > 0)]
    if among is not None:
        left = np.intersect1d(left, kind[among])
    for nth in range(_HALVES):
        if (
            left.size
        ):  # most rise together, and in two ways: whose own size speaks against one is at ease with the other
            half = np.arange(len(total)) >> nth & 1
            ways = [rises(left, total - largest * one)[left] for one in (half, 1 - half)]
            left = left[np.any([way < 0.999 * lacks[left] for way in ways], axis=0)]
    found = [one for one in left if is_found(int(one))]
    return np.asarray(np.isin(kind, found) & (parts / scale >= largest[kind] - 1e-12))


_HALVES = 6  # into which combinations are divided before each is looked at by itself


#: Columns that describe an estimate and go with it when it is suppressed.
VALUE_COLUMNS = (
    "estimate", "se", "ci_low", "ci_high", "df", "cv", "deff", "n", "n_eff", "total", "count", "share",
)  # fmt: skip


def protect(table: pd.DataFrame, *, by: str | Sequence[str]) -> pd.DataFrame:
    """
    Return a table that can be published: cells too small, and those that would give them away, emptied.

    Parameters
    ----------
    table : one row a cell, as the estimating methods of ``Survey`` return
        Needs the ``by`` columns and ``n``, the unweighted count of respondents. Several variables
        (column ``variable``, and ``level`` for categories) are protected each for itself.
    by : the columns that span the table
        Sums of cells over each of them are taken to be published, in this table or another.

    Returns
    -------
    DataFrame
        As ``emptied`` returns it.

    Raises
    ------
    SurveyError
        A column is missing, a cell stands twice, or a count is negative.

    Notes
    -----
    Cells of 1 to threshold - 1 respondents are suppressed first. Then the fewest and smallest cells are
    added with which the range that linear programming finds for each first-suppressed cell,
    given all published cells and totals at their exact values, is at least the threshold wide.
    Publishing rounded counts only widens that range. Empty cells (0 respondents) are published.
    Source: Hundepool et al., Statistical Disclosure Control, Wiley 2012, ch. 4.
    """
    names = list(listed(by))
    _check_table(table, names)
    secret = table["n"].between(1, disclosure_standard().threshold - 1).to_numpy(copy=True)
    apart = [name for name in ("variable", "level") if name in table.columns and name not in names]
    parts = table.groupby(apart, sort=False, dropna=False, observed=True).indices if apart else {}
    for rows in parts.values() or [np.arange(len(table))]:
        secret[rows] = _with_helpers(table.iloc[rows], names, secret[rows])
    return emptied(table, names, secret)


def emptied(table: pd.DataFrame, by: Sequence[str], secret: Flags) -> pd.DataFrame:
    """
    Return a table's rows and columns without the values of its confidential and unreliable rows.

    Emptied are ``VALUE_COLUMNS`` and all other fractional numbers that span no cells (a model's estimate, a test);
    of a row whose ``flag`` is "suppress" all but the count, which is no secret. Counts (and the effective ones) are
    rounded to the base, design effects to one decimal. New columns: ``symbol`` ("c" confidential, "u" low reliability,
    else empty), ``treatment`` (a ``Treatment``) and ``reason`` (its words: "bảo mật", "độ tin cậy thấp"). The ``flag``
    of a confidential row becomes "suppress": "review" would tell that all in it answered alike.
    """
    unreliable = table["flag"].eq("suppress") if "flag" in table.columns else False
    symbols = np.where(secret, "c", np.where(unreliable, "u", ""))
    values = {}
    for name in _value_columns(table, by):
        numbers = table[name].to_numpy(dtype=float, na_value=np.nan)
        values[name] = np.where(secret if name == "n" else symbols != "", np.nan, numbers)
        if name in ("n", "count", "n_eff"):
            values[name] = round_count(values[name], disclosure_standard().rounding_base)
        elif name == "deff":  # with the standard error it would give the exact count back
            values[name] = np.round(values[name], 1)
    if "flag" in table.columns:
        values["flag"] = np.where(secret, "suppress", table["flag"])
    return with_columns(table, {**values, "symbol": symbols, **by_symbol(symbols)})


def with_columns(table: pd.DataFrame, columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table with columns added or in the place of others: as ``DataFrame.assign``, in half the time."""
    names = dict.fromkeys([*table.columns, *columns])
    found = pd.DataFrame(
        {name: columns[name] if name in columns else table[name].array for name in names}, index=table.index
    )
    found.attrs = table.attrs
    return found


def _with_helpers(part: pd.DataFrame, by: list[str], secret: Flags) -> Flags:
    """Return which rows of one variable's table are confidential, those that help them among them."""
    if not secret.any():
        return secret
    labels = part[by].astype(str).reset_index(drop=True)
    margins = [one for size in range(1, len(by)) for one in combinations(by, size)]
    counts = pd.DataFrame(
        {"\n".join(one): labels[[*one]].agg("\n".join, axis=1) for one in [*margins, tuple(by)]}
    )
    cell = counts.columns[-1]
    counts["n"] = part["n"].fillna(0).to_numpy()
    first = frozenset(counts.loc[secret, cell])
    shown = {cell: frozenset(counts[cell])}
    width = disclosure_standard().threshold
    found = shut_together(counts[counts["n"] > 0], shown, first={cell: first}, width=width)[cell]
    return np.asarray(counts[cell].isin(found) & (secret | (counts["n"] > 0)))


def _value_columns(table: pd.DataFrame, by: Sequence[str]) -> list[str]:
    """Columns that tell something about a cell: those known by name, and all others of fractional numbers."""
    spans = {*by, "level", "q"}
    return [
        str(name)
        for name, kind in table.dtypes.items()
        if name in VALUE_COLUMNS or (pd.api.types.is_float_dtype(kind) and name not in spans)
    ]


def _check_table(table: pd.DataFrame, by: list[str]) -> None:
    for name in [*by, "n"]:
        if name not in table.columns:
            raise SurveyError(
                "bảo vệ: bảng không có cột {name!r}; bảng có {known}",
                name=name,
                known=", ".join(table.columns),
            )
    apart = [name for name in ("variable", "level") if name in table.columns and name not in by]
    twice = table.duplicated([*by, *apart])
    if twice.any():
        found = table.loc[twice, by].iloc[0].to_dict()
        raise SurveyError("bảo vệ: ô {found} lặp lại; nêu đủ các cột để phân biệt các ô", found=found)
    if (table["n"] < 0).any():
        raise SurveyError("bảo vệ: {n!r} có số đếm âm", n="n")
