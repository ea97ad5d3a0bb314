"""Protecting respondents in what is published: small cells, dominance, differencing, unit records.

A protected table holds no suppressed value anywhere: not the estimate, not its error, not its count.
Whether the totals give a suppressed cell away is not assumed but computed, by solving for the range an
attacker could work out. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis import raw
from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.codebook import read_codebook, surveys
from qngai_analysis.survey.standards import STANDARDS, thresholds

#: What a mark in a table means, in the words the report prints.
MARKS = {"c": "bảo mật", "u": "độ tin cậy thấp"}

# figures closer than this were computed from the same answers
_SAME = 1e-9

Cell = tuple[int, ...]
Floats = npt.NDArray[np.float64]
Width = Callable[[float], float]


@dataclass(frozen=True)
class Disclosure:
    """
    The thresholds of disclosure control.

    ``threshold``: fewest unweighted respondents behind a published cell. ``rounding_base``: published
    counts are its multiples. ``dominance_n``, ``dominance_k``: the n largest contributors may make up
    at most the share k of a magnitude. ``p_percent``: nobody may work out the largest contribution
    closer than this share of it. ``protection``: an attacker's range for a suppressed magnitude must be
    at least this share of it wide on either side.
    """

    threshold: int
    rounding_base: int
    dominance_n: int
    dominance_k: float
    p_percent: float
    protection: float
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


# -- tables of estimates or counts ---------------------------------------------------------

#: Columns that describe an estimate and go with it when it is suppressed.
VALUE_COLUMNS = (
    "estimate", "se", "ci_low", "ci_high", "df", "cv", "deff", "n", "n_eff", "total", "count", "share",
)  # fmt: skip


def protect(
    table: pd.DataFrame,
    *,
    by: str | Sequence[str],
    n: str = "n",
    values: Sequence[str] | None = None,
    totals_published: bool = True,
    total: str | None = None,
    previous: pd.DataFrame | None = None,
    sensitive: npt.ArrayLike | None = None,
    standard: Disclosure | None = None,
) -> pd.DataFrame:
    """
    Return a table that can be published: cells too small, and those that would give them away, emptied.

    Parameters
    ----------
    table : one row a cell, as the estimating methods of ``Survey`` return
        Needs the ``by`` columns and the unweighted count of respondents. Several variables
        (column ``variable``, and ``level`` for categories) are protected each for itself.
    by : the columns that span the table
    n : the column of unweighted respondents
    values : columns to empty; by default those of ``VALUE_COLUMNS``, every other column of
        fractional numbers that spans no cells (a model's estimate, a test), and ``n``
    totals_published : whether sums of cells over each ``by`` column are published anywhere
        By default they are taken to be, in this table or another, and complementary cells are
        suppressed so that no total gives a cell away.
    total : the label that marks a total's row in the ``by`` columns, such as ``"Tổng"``
    previous : the protected table of an earlier edition about the same period
        A cell suppressed there stays suppressed; a cell whose count changed by fewer than the
        threshold is suppressed, for the difference would speak of so few.
    sensitive : true/false for each row, optional
        Cells that are confidential for another reason, such as few units making up a total.
    standard : thresholds
        By default those of ``survey/standards.toml``.

    Returns
    -------
    DataFrame
        The rows and columns of ``table``. Suppressed values are missing. Counts (and the
        effective ones) are rounded to the base, design effects to one decimal. New columns: ``symbol`` ("c" confidential, "u" low reliability, else empty) and
        ``reason`` ("bảo mật", "độ tin cậy thấp"). A row whose ``flag`` is "suppress" is emptied with
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
    names = [by] if isinstance(by, str) else list(by)
    _check_table(table, names, n)
    known = _value_columns(table, names) if values is None else list(values)
    emptied = list(dict.fromkeys([*known, n]))
    result = table.copy()
    # a column of whole numbers can't hold a missing value
    for name in emptied:
        result[name] = result[name].astype(float)
    result["symbol"] = ""
    if "flag" in result.columns:
        result.loc[result["flag"] == "suppress", "symbol"] = "u"
    result["symbol"] = result["symbol"].mask(_flags(sensitive, len(table)), "c")
    apart = [name for name in ("variable", "level") if name in table.columns and name not in names]
    for _, rows in _each(result, apart):
        part = result.loc[rows]
        closed = np.zeros(len(part), dtype=bool)
        if previous is not None:
            keys = [*names, *(name for name in apart if name in previous.columns)]
            closed = closed_by_edition(part, previous, by=keys, n=n, standard=rule)
        closed |= (result.loc[rows, "symbol"] == "c").to_numpy()
        secret = _confidential(part, names, n, total, totals_published, closed, rule)
        result.loc[rows[secret], "symbol"] = "c"
    unreliable, confidential = result["symbol"] == "u", result["symbol"] == "c"
    result.loc[unreliable, [name for name in emptied if name != n]] = np.nan
    result.loc[confidential, emptied] = np.nan
    if "flag" in result.columns:
        result.loc[confidential, "flag"] = "suppress"
    result[n] = round_count(result[n], rule.rounding_base)
    for name in ("count", "n_eff"):
        if name in emptied and name != n:
            result[name] = round_count(result[name], rule.rounding_base)
    if "deff" in emptied:
        # with the standard error it would give the exact count back
        result["deff"] = result["deff"].round(1)
    result["reason"] = result["symbol"].map(MARKS).fillna("")
    return result


def _flags(sensitive: npt.ArrayLike | None, rows: int) -> npt.NDArray[np.bool_]:
    flags = np.zeros(rows, dtype=bool) if sensitive is None else np.asarray(sensitive, dtype=bool)
    if flags.shape != (rows,):
        raise SurveyError(f"protect: sensitive has {flags.size} entries for {rows} rows")
    return flags


def _value_columns(table: pd.DataFrame, by: list[str]) -> list[str]:
    """Columns that tell something about a cell: those known by name, and all others of fractional numbers."""
    spans = {*by, "level", "q"}
    return [
        name
        for name in table.columns
        if name in VALUE_COLUMNS or (pd.api.types.is_float_dtype(table[name]) and name not in spans)
    ]


def _check_table(table: pd.DataFrame, by: list[str], n: str) -> None:
    for name in [*by, n]:
        if name not in table.columns:
            raise SurveyError(f"protect: the table has no column {name!r}; it has {', '.join(table.columns)}")
    apart = [name for name in ("variable", "level") if name in table.columns and name not in by]
    twice = table.duplicated([*by, *apart])
    if twice.any():
        found = table.loc[twice, by].iloc[0].to_dict()
        raise SurveyError(f"protect: the cell {found} stands twice; give every column that tells cells apart")
    if (table[n] < 0).any():
        raise SurveyError(f"protect: {n!r} holds a negative count")


def _each(table: pd.DataFrame, apart: list[str]) -> Iterator[tuple[object, pd.Index]]:
    if not apart:
        yield "", table.index
        return
    for key, part in table.groupby(apart, sort=False, dropna=False, observed=True):
        yield key, part.index


def closed_by_edition(
    now: pd.DataFrame,
    before: pd.DataFrame,
    *,
    by: str | Sequence[str],
    n: str = "n",
    heads: bool | None = None,
    standard: Disclosure | None = None,
) -> npt.NDArray[np.bool_]:
    """
    Return which cells an earlier edition closes: hidden there, or changed by too few respondents.

    Parameters
    ----------
    now : the table to be published, its counts exact
    before : the protected table of the earlier edition
        A cell that it does not have closes nothing.
    by : the columns that tell cells apart
    n : the column of unweighted respondents
    heads : look at the estimates, too
        ``None``: counts only. Otherwise a cell is closed, too, if its estimate or standard error differs
        and its count does not show that many changed. With ``True`` the estimates are shares of heads,
        and a share that moved by the threshold or more of them is open: many changed. With ``False``
        (means, ratios) one large unit may move an estimate by any amount.

    Returns
    -------
    array of bool, a row of ``now`` each

    Notes
    -----
    Published counts are rounded: two that lie the threshold apart may be of cells that differ by one
    respondent less, so a difference must reach the threshold and one rounding base.
    """
    rule = standard or disclosure_standard()
    keys = [by] if isinstance(by, str) else list(by)
    figures = [name for name in ("estimate", "se") if heads is not None]
    old = before[[*keys, n, "symbol", *figures]].rename(
        columns=lambda name: f"{name}_before" if name not in keys else name
    )
    old[keys] = old[keys].astype(str)
    joined = now[keys].astype(str).merge(old, on=keys, how="left", validate="one_to_one")
    count = now[n].to_numpy(dtype=float)
    change = np.abs(round_count(count, rule.rounding_base) - joined[f"{n}_before"].to_numpy(dtype=float))
    few = change < rule.threshold + rule.rounding_base
    seen = few & (change > 0)
    for name in figures:
        value = now[name].to_numpy(dtype=float)
        moved = np.abs(value - joined[f"{name}_before"].to_numpy(dtype=float))
        differs = moved > _SAME * np.maximum(1.0, np.abs(value))
        if heads and name == "estimate":
            many = moved * count >= rule.threshold - 1e-6  # ten answers of a hundred are 0.0999… apart
            seen &= ~many
            few &= ~many
        seen |= few & differs
    return np.asarray((joined["symbol_before"] == "c").to_numpy() | seen)


def _confidential(
    part: pd.DataFrame,
    by: list[str],
    n: str,
    total: str | None,
    totals_published: bool,
    closed: npt.NDArray[np.bool_],
    rule: Disclosure,
) -> npt.NDArray[np.bool_]:
    """Which rows of one variable's table are confidential, complementary cells among them."""
    counts = part[n].to_numpy(dtype=float)
    small = (counts > 0) & (counts < rule.threshold)
    if not (small | closed).any():
        return small
    if not totals_published:
        return np.asarray(small | closed)
    grid, places = _grid(part, by, counts, total)
    first = {places[row] for row in np.flatnonzero(small | closed)}
    hidden = first | {cell for cell in grid.cells() if 0 < grid.values[cell] < rule.threshold}
    pattern = suppress(grid, hidden, width=lambda value: float(rule.threshold))
    return np.array([places[row] in pattern for row in range(len(part))])


@dataclass(frozen=True)
class Grid:
    """
    A table with its totals: the last place of each axis is the total over that axis.
    """

    values: Floats

    def cells(self) -> Iterator[Cell]:
        """Every cell, totals among them."""
        return itertools.product(*(range(size) for size in self.values.shape))

    def lines(self) -> list[tuple[list[Cell], Cell]]:
        """Every sum that holds: the cells of a line and the total they add up to."""
        found = []
        for axis, size in enumerate(self.values.shape):
            others = [range(s) for a, s in enumerate(self.values.shape) if a != axis]
            for rest in itertools.product(*others):
                line = [(*rest[:axis], place, *rest[axis:]) for place in range(size)]
                found.append((line[:-1], line[-1]))
        return found

    def is_total(self, cell: Cell) -> bool:
        """Whether a cell is a total over some axis."""
        return any(place == size - 1 for place, size in zip(cell, self.values.shape, strict=True))


def grid(inner: npt.ArrayLike) -> Grid:
    """
    Return a table with its totals over every axis added.

    Examples
    --------
    >>> grid([[1, 2], [3, 4]]).values.tolist()
    [[1.0, 2.0, 3.0], [3.0, 4.0, 7.0], [4.0, 6.0, 10.0]]
    """
    values = np.asarray(inner, dtype=float)
    for axis in range(values.ndim):
        values = np.concatenate([values, values.sum(axis=axis, keepdims=True)], axis=axis)
    return Grid(values)


def _grid(part: pd.DataFrame, by: list[str], counts: Floats, total: str | None) -> tuple[Grid, list[Cell]]:
    levels = []
    for name in by:
        texts = part[name].astype(str)
        levels.append([text for text in dict.fromkeys(texts) if text != total])
    inner = np.zeros([len(level) for level in levels])
    places: list[Cell] = []
    for row, count in zip(part[by].astype(str).itertuples(index=False), counts, strict=True):
        cell = tuple(
            len(level) if text == total else level.index(text)
            for text, level in zip(row, levels, strict=True)
        )
        places.append(cell)
        if all(place < len(level) for place, level in zip(cell, levels, strict=True)):
            inner[cell] = 0.0 if np.isnan(count) else count
    return grid(inner), places


def suppress(table: Grid, first: set[Cell], *, width: Width | None = None) -> set[Cell]:
    """
    Return the cells to suppress so that totals do not give those in ``first`` away.

    Parameters
    ----------
    table : cells and totals
    first : cells that must not be published
    width : function of a cell's value
        How wide the range an attacker finds must at least be; by default twice the protection share
        of the value, as for magnitudes.

    Returns
    -------
    set of cells
        ``first`` and the complementary cells. If nothing less will do, all cells of a line are in it.
    """
    need = width or (lambda value: 2 * disclosure_standard().protection * abs(value))
    hidden = set(first)
    lines = table.lines()
    while True:
        addition = _open_line(table, lines, hidden) or _exposed(table, lines, hidden, first, need)
        if addition is None:
            return hidden
        hidden.add(addition)


def _open_line(table: Grid, lines: list[tuple[list[Cell], Cell]], hidden: set[Cell]) -> Cell | None:
    """A cell to add to a line in which a single cell is hidden: its total would give it away."""
    for cells, total in lines:
        line = [*cells, total]
        shut = [cell for cell in line if cell in hidden]
        if len(shut) == 1:
            found = _smallest(table, line, hidden, lines)
            if found is not None:
                return found
    return None


def _smallest(
    table: Grid, line: list[Cell], hidden: set[Cell], lines: list[tuple[list[Cell], Cell]]
) -> Cell | None:
    """
    The cell of a line that costs least to suppress: in a line that is open anyway, not a total, small.

    Empty cells protect nothing and are never chosen.
    """
    choice = [cell for cell in line if cell not in hidden and table.values[cell] > 0]
    if not choice:
        return None

    def cost(cell: Cell) -> tuple[bool, int, float]:
        crossing = [cells for cells, total in lines if cell in cells or cell == total]
        open_lines = sum(1 for cells in crossing if sum(other in hidden for other in cells) == 1)
        return (table.is_total(cell), -open_lines, float(table.values[cell]))

    return min(choice, key=cost)


def _exposed(
    table: Grid,
    lines: list[tuple[list[Cell], Cell]],
    hidden: set[Cell],
    first: set[Cell],
    need: Width,
) -> Cell | None:
    """A cell to add beside one whose range is still too narrow."""
    ranges = attack(table, hidden)
    for cell in sorted(first):
        low, high = ranges[cell]
        if high - low >= need(float(table.values[cell])) - 1e-6:
            continue
        beside = [[*cells, total] for cells, total in lines if cell in cells or cell == total]
        found = [_smallest(table, line, hidden, lines) for line in beside]
        usable = [other for other in found if other is not None]
        if usable:
            return min(usable, key=lambda other: (table.is_total(other), float(table.values[other])))
        # its own lines are shut already: open up a line of a cell beside it
        for line in beside:
            for other in line:
                wider = [[*cells, total] for cells, total in lines if other in cells or other == total]
                further = [_smallest(table, item, hidden, lines) for item in wider]
                usable = [item for item in further if item is not None]
                if usable:
                    return min(usable, key=lambda item: (table.is_total(item), float(table.values[item])))
    return None


def attack(table: Grid, hidden: set[Cell]) -> dict[Cell, tuple[float, float]]:
    """
    Return the range an attacker can work out for every suppressed cell.

    The attacker knows every other cell and total exactly, and that nothing is negative. The ends are
    found by linear programming (scipy's HiGHS), two programs a cell.
    """
    from scipy.optimize import linprog  # heavy: only where something is suppressed

    cells = sorted(hidden)
    place = {cell: position for position, cell in enumerate(cells)}
    rows, right = [], []
    for line, total in table.lines():
        if not any(cell in place for cell in (*line, total)):
            continue
        row, known = np.zeros(len(cells)), 0.0
        for cell, sign in [*((cell, 1.0) for cell in line), (total, -1.0)]:
            if cell in place:
                row[place[cell]] += sign
            else:
                known -= sign * table.values[cell]
        rows.append(row)
        right.append(known)
    ranges = {}
    for cell in cells:
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(len(cells))
            goal[place[cell]] = sign
            answer = linprog(goal, A_eq=np.array(rows), b_eq=np.array(right), bounds=(0, None))
            # unbounded: the cell stands in no sum whose total is known
            ends.append(sign * answer.fun if answer.status == 0 else sign * -np.inf)
        ranges[cell] = (float(ends[0]), float(ends[1]))
    return ranges


def audit(
    protected: pd.DataFrame,
    original: pd.DataFrame,
    *,
    by: str | Sequence[str],
    n: str = "n",
    total: str | None = None,
) -> pd.DataFrame:
    """
    Return what an attacker could work out of a protected table, cell by cell.

    Parameters
    ----------
    protected, original : the table after and before ``protect``, one variable
    by, n, total : as for ``protect``

    Returns
    -------
    DataFrame
        One row a suppressed cell: the ``by`` columns, ``low`` and ``high`` (the range of its count
        from all published counts and totals, taken exactly), ``width``.
    """
    names = [by] if isinstance(by, str) else list(by)
    table, places = _grid(original, names, original[n].to_numpy(dtype=float), total)
    shut = [row for row in range(len(protected)) if protected["symbol"].iloc[row] == "c"]
    # totals that the table does not print are taken as known, except those too small themselves
    rule = disclosure_standard()
    hidden = {places[row] for row in shut}
    hidden |= {
        cell
        for cell in table.cells()
        if table.is_total(cell) and cell not in places and 0 < table.values[cell] < rule.threshold
    }
    ranges = attack(table, hidden) if hidden else {}
    rows = [
        {**original[names].iloc[row].to_dict(), "low": ranges[places[row]][0], "high": ranges[places[row]][1]}
        for row in shut
    ]
    found = pd.DataFrame(rows, columns=[*names, "low", "high"])
    return found.assign(width=found["high"] - found["low"])


# -- magnitudes ----------------------------------------------------------------------------


def dominated(
    frame: pd.DataFrame,
    value: str,
    *,
    by: str | Sequence[str],
    weight: str | None = None,
    standard: Disclosure | None = None,
) -> pd.DataFrame:
    """
    Return for each cell of a magnitude (turnover, sales) whether few units make it up.

    Parameters
    ----------
    frame : unit records
    value : the column that is added up; missing values contribute nothing
    by : the columns that span the table
    weight : the weights' column; without it every unit stands for itself

    Returns
    -------
    DataFrame
        The ``by`` columns, ``total`` (weighted), ``n`` (units that contribute), ``rule`` ("" or
        the rule that is broken: ``threshold``, ``dominance`` or ``p%``) and ``sensitive`` (bool).

    Raises
    ------
    SurveyError
        A column is missing or a value is negative.

    Notes
    -----
    (n, k) rule: the n largest values make up more than the share k of the total. p% rule: the total
    without the two largest is below p of the largest, so that the second could work the first out that
    closely. The largest values enter unweighted, the total weighted: what the sample leaves unknown
    protects. Source: Hundepool et al., Statistical Disclosure Control, Wiley 2012, section 4.2.
    """
    rule = standard or disclosure_standard()
    names = [by] if isinstance(by, str) else list(by)
    for name in [*names, value, *([weight] if weight else [])]:
        if name not in frame.columns:
            raise SurveyError(f"dominated: the frame has no column {name!r}")
    used = frame[frame[value].notna()]
    if (used[value] < 0).any():
        raise SurveyError(f"dominated: {value!r} holds a negative value; the rules are for sizes")
    rows = []
    for key, part in used.groupby(names, observed=True, sort=False):
        sizes = np.sort(part[value].to_numpy(dtype=float))[::-1]
        weights = part[weight].to_numpy(dtype=float) if weight else np.ones(len(part))
        whole = float((weights * part[value].to_numpy(dtype=float)).sum())
        broken = _broken_rule(sizes, whole, rule)
        cells = dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True))
        rows.append({**cells, "total": whole, "n": len(part), "rule": broken, "sensitive": broken != ""})
    return pd.DataFrame(rows, columns=[*names, "total", "n", "rule", "sensitive"])


def _broken_rule(sizes: Floats, total: float, rule: Disclosure) -> str:
    if sizes.size < rule.threshold:
        return "threshold"
    if sizes[: rule.dominance_n].sum() > rule.dominance_k * total:
        return "dominance"
    if total - sizes[:2].sum() < rule.p_percent * sizes[0]:
        return "p%"
    return ""


def protect_totals(
    frame: pd.DataFrame,
    value: str,
    *,
    by: str | Sequence[str],
    weight: str | None = None,
    standard: Disclosure | None = None,
) -> pd.DataFrame:
    """
    Return a table of totals of a magnitude, cells that few units make up (and their helpers) emptied.

    Columns: the ``by`` columns, ``total``, ``n`` (rounded), ``symbol``, ``reason``; a suppressed cell
    holds neither total nor count. Complementary cells are suppressed until an attacker's range for each
    sensitive total is at least ``protection`` of it wide on either side.

    Raises
    ------
    SurveyError
        As for ``dominated``.
    """
    rule = standard or disclosure_standard()
    names = [by] if isinstance(by, str) else list(by)
    table = dominated(frame, value, by=names, weight=weight, standard=rule)
    cells, places = _grid(table, names, table["total"].to_numpy(dtype=float), None)
    first = {places[row] for row in np.flatnonzero(table["sensitive"])}
    pattern = suppress(cells, first, width=lambda size: 2 * rule.protection * size) if first else set()
    secret = np.array([place in pattern for place in places], dtype=bool)
    result = table[[*names, "total", "n"]].astype({"n": float})
    result.loc[secret, ["total", "n"]] = np.nan
    result["n"] = round_count(result["n"], rule.rounding_base)
    result["symbol"] = np.where(secret, "c", "")
    result["reason"] = result["symbol"].map(MARKS).fillna("")
    result.attrs = dict(frame.attrs)  # such as: these are simulated data
    return result


# -- unit records --------------------------------------------------------------------------

#: Formats that hold nothing but data records; none belongs in a report's folder.
_RECORD_FORMATS = {".sav", ".dta", ".parquet", ".rds", ".feather"}

#: Formats that may hold a table among other things.
_TEXT_FORMATS = {".html", ".htm", ".ipynb", ".json", ".jsonl", ".xml", ".svg"}


@dataclass(frozen=True)
class _Marks:
    """What unit records look like: identifiers, and the columns of every survey."""

    identifiers: frozenset[str]
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)


def assert_no_unit_records(folder: Path) -> None:
    """
    Refuse a folder that holds records of persons, households or enterprises.

    Looks at every file below ``folder``: a copy of a survey file (by checksum), a format for
    records (.sav, .dta, .parquet), in CSV, XLSX and zips of them a table with an identifier's
    column, with weights beside PSUs or strata, or with most columns of a survey, and in pages and
    notebooks a table's heading or a JSON key that is an identifier.

    Raises
    ------
    SurveyError
        The first such file, and what gives it away.
    """
    marks = _marks()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        reason = _records(file, marks)
        if reason:
            raise SurveyError(f"{file}: {reason}; unit records never enter a report's folder, remove it")


def _marks() -> _Marks:
    identifiers: set[str] = set()
    columns: dict[str, frozenset[str]] = {}
    checksums: dict[str, str] = {}
    for name in surveys():
        book = read_codebook(name)
        identifiers |= {*book.design.identifier, *(one for one in (book.design.psu, book.design.ssu) if one)}
        columns[name] = frozenset(q.name for q in book.questions.values() if q.source == "form")
        for file in book.path.parent.iterdir():
            if file.suffix not in (".toml", ".md") and file.is_file():
                checksums[raw.sha256(file)] = f"{name}/{file.name}"
    return _Marks(frozenset(identifiers), columns, checksums)


def _records(file: Path, marks: _Marks) -> str:
    copied = marks.checksums.get(raw.sha256(file))
    if copied:
        return f"a copy of the survey file {copied}"
    if file.suffix.lower() in _RECORD_FORMATS:
        return f"a {file.suffix} file, a format for records"
    if file.suffix.lower() in _TEXT_FORMATS:
        return _records_in_text(file.read_text(encoding="utf-8", errors="replace"), marks)
    for header in _headers(file):
        reason = _record_header({cell.strip().casefold() for cell in header}, marks)
        if reason:
            return reason
    return ""


def _records_in_text(text: str, marks: _Marks) -> str:
    names = "|".join(map(re.escape, sorted(marks.identifiers)))
    found = re.search(rf"""<th[^>]*>\s*({names})\s*</th> | (?<!\w)\\?"({names})\\?"\s*:""", text, re.VERBOSE)
    return f"a table with {found[1] or found[2]!r}, which identifies units" if found else ""


def _headers(file: Path) -> Iterator[list[str]]:
    suffix = file.suffix.lower()
    if suffix == ".csv":
        yield from _csv_header(file.read_bytes())
    elif suffix == ".zip":
        with zipfile.ZipFile(file) as packed:
            for name in packed.namelist():
                if name.lower().endswith(".csv"):
                    yield from _csv_header(packed.read(name))
    elif suffix == ".xlsx":
        from openpyxl import load_workbook

        book = load_workbook(file, read_only=True)
        for sheet in book.worksheets:
            for row in sheet.iter_rows(max_row=12, values_only=True):
                yield [str(cell) for cell in row if cell is not None]
        book.close()


def _csv_header(content: bytes) -> Iterator[list[str]]:
    text = content[:20_000].decode("utf-8-sig", errors="replace")
    for mark in (",", ";", "\t"):
        yield from itertools.islice(csv.reader(io.StringIO(text), delimiter=mark), 3)


def _record_header(header: set[str], marks: _Marks) -> str:
    found = sorted(header & marks.identifiers)
    if found:
        return f"a column {found[0]!r} that identifies units"
    if "weight" in header and header & {"stratum", "strata", "psu"}:
        return "weights beside strata, as in unit records"
    for name, columns in marks.columns.items():
        shared = header & columns
        if len(shared) >= max(5, 0.5 * len(columns)):
            return f"{len(shared)} columns of the survey {name!r}"
    return ""
