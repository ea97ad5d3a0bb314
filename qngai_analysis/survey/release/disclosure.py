"""Protecting respondents in published tables: small cells, and what would give them away.

A protected table holds no suppressed value anywhere: not the estimate, not its error, not its count.
See ``docs/methods/disclosure.md``; sizes are in ``magnitudes``, unit records in ``unit_records``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Flags, Floats, listed
from qngai_analysis.survey.release.suppression import laid_out, suppress
from qngai_analysis.survey.release.treatment import by_symbol
from qngai_analysis.survey.standards import STANDARDS, thresholds


@dataclass(frozen=True)
class Disclosure:
    """
    The thresholds of disclosure control.

    ``threshold``: fewest unweighted respondents behind a published cell. ``rounding_base``: published
    counts are its multiples. ``contributors``: fewest units that contribute more than
    nothing to a magnitude. ``dominance_n``, ``dominance_k``: the n largest contributors may make up
    at most the share k of a magnitude. ``p_percent``: nobody may work out the largest contribution
    closer than this share of it. ``step_answers``: the steps in which a share is printed are more answers wide than
    this (``gate.share_steps``).
    """

    threshold: int
    rounding_base: int
    contributors: int
    dominance_n: int
    dominance_k: float
    p_percent: float
    step_answers: int
    source: str = ""


def disclosure_standard(path: Path = STANDARDS) -> Disclosure:
    """
    Return the disclosure thresholds of a settings file (by default the project's own).

    Raises
    ------
    SurveyError
        The file can't be read, or a threshold is missing, unknown or not a number.
    """
    return thresholds(Disclosure, "disclosure", path)


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


#: Columns that describe an estimate and go with it when it is suppressed.
VALUE_COLUMNS = (
    "estimate", "se", "ci_low", "ci_high", "df", "cv", "deff", "n", "n_eff", "total", "count", "share",
)  # fmt: skip


def protect(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str],
    totals_published: bool = True,
    sensitive: npt.ArrayLike | None = None,
    standard: Disclosure | None = None,
) -> pd.DataFrame:
    """
    Return a table that can be published: cells too small, and those that would give them away, emptied.

    Parameters
    ----------
    table : one row a cell, as the estimating methods of ``Survey`` return
        Needs the ``by`` columns and ``n``, the unweighted count of respondents. Several variables
        (column ``variable``, and ``level`` for categories) are protected each for itself. Emptied are
        ``VALUE_COLUMNS`` and all other fractional numbers that span no cells (a model's estimate, a test).
    by : the columns that span the table
    totals_published : whether sums of cells over each ``by`` column are published anywhere
        By default they are taken to be, in this table or another, and complementary cells are
        suppressed so that no total gives a cell away.
    sensitive : true/false for each row, optional
        Cells that are confidential for another reason, such as few units making up a total.
    standard : thresholds
        By default those of ``survey/standards.toml``.

    Returns
    -------
    DataFrame
        The rows and columns of ``table``. Suppressed values are missing. Counts (and the
        effective ones) are rounded to the base, design effects to one decimal. New columns: ``symbol`` ("c" confidential, "u" low reliability, else empty),
        ``treatment`` (a ``Treatment``) and ``reason`` (its words: "bảo mật", "độ tin cậy thấp"). A row whose ``flag`` is "suppress" is emptied with
        "u" except for its count, which is no secret. The ``flag`` of a confidential row becomes
        "suppress": "review" would tell that all in it answered alike.

    Raises
    ------
    SurveyError
        A column is missing, a cell stands twice, or a count is negative.

    Notes
    -----
    Cells of 1 to threshold - 1 respondents are suppressed first. Then, line by line, the smallest
    cells are added until the range that linear programming finds for each first-suppressed cell,
    given all published cells and totals at their exact values, is at least the threshold wide.
    Publishing rounded counts only widens that range. Empty cells (0 respondents) are published.
    Source: Hundepool et al., Statistical Disclosure Control, Wiley 2012, ch. 4.
    """
    rule = standard or disclosure_standard()
    names = list(listed(by))
    _check_table(table, names)
    symbols = np.where(_flags(sensitive, len(table)), "c", _unreliable(table))
    apart = [name for name in ("variable", "level") if name in table.columns and name not in names]
    for rows in _each(table, apart):
        part = table.iloc[rows]
        secret = _confidential(part, names, totals_published, symbols[rows] == "c", rule)
        symbols[rows[secret]] = "c"
    return by_symbol(_emptied(table, symbols, _value_columns(table, names), rule.rounding_base))


def _unreliable(table: pd.DataFrame) -> npt.NDArray[np.str_]:
    suppressed = table["flag"].eq("suppress") if "flag" in table.columns else np.zeros(len(table), dtype=bool)
    return np.where(suppressed, "u", "")


def _emptied(
    table: pd.DataFrame, symbols: npt.NDArray[np.str_], emptied: list[str], base: int
) -> pd.DataFrame:
    """Return a table without what its symbols close, and the rest rounded so that it tells no exact count."""
    secret = symbols == "c"
    values = {}
    for name in emptied:
        numbers = table[name].to_numpy(dtype=float, na_value=np.nan)
        values[name] = np.where(secret if name == "n" else symbols != "", np.nan, numbers)
        if name in ("n", "count", "n_eff"):
            values[name] = round_count(values[name], base)
        elif name == "deff":  # with the standard error it would give the exact count back
            values[name] = np.round(values[name], 1)
    if "flag" in table.columns:
        values["flag"] = np.where(secret, "suppress", table["flag"])
    return table.assign(**values, symbol=symbols)


def _flags(sensitive: npt.ArrayLike | None, rows: int) -> Flags:
    flags = np.zeros(rows, dtype=bool) if sensitive is None else np.asarray(sensitive, dtype=bool)
    if flags.shape != (rows,):
        raise SurveyError("bảo vệ: sensitive có {size} mục cho {rows} dòng", size=flags.size, rows=rows)
    return flags


def _value_columns(table: pd.DataFrame, by: list[str]) -> list[str]:
    """Columns that tell something about a cell: those known by name, and all others of fractional numbers."""
    spans = {*by, "level", "q"}
    return [
        name
        for name in table.columns
        if name in VALUE_COLUMNS or (pd.api.types.is_float_dtype(table[name]) and name not in spans)
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


def _each(table: pd.DataFrame, apart: list[str]) -> list[npt.NDArray[np.intp]]:
    """The places of the rows of each variable (and level): its cells are protected for themselves."""
    if not apart:
        return [np.arange(len(table))]
    found = table.groupby(apart, sort=False, dropna=False, observed=True).indices.values()
    return [np.asarray(rows) for rows in found]


def _confidential(
    part: pd.DataFrame,
    by: list[str],
    totals_published: bool,
    closed: Flags,
    rule: Disclosure,
) -> Flags:
    """Which rows of one variable's table are confidential, complementary cells among them."""
    counts = part["n"].to_numpy(dtype=float)
    small = (counts > 0) & (counts < rule.threshold)
    if not (small | closed).any():
        return small
    if not totals_published:
        return np.asarray(small | closed)
    grid, places = laid_out(part, by, counts)
    first = {places[row] for row in np.flatnonzero(small | closed)}
    hidden = first | {cell for cell in grid.cells() if 0 < grid.values[cell] < rule.threshold}
    pattern = suppress(grid, hidden, width=lambda value: float(rule.threshold))
    return np.array([places[row] in pattern for row in range(len(part))])
