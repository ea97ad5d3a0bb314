"""Totals of sizes (turnover, sales): cells that few units make up, and a table of totals without them.

See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Floats, listed
from qngai_analysis.survey.release.disclosure import Disclosure, disclosure_standard, round_count
from qngai_analysis.survey.release.suppression import laid_out, suppress
from qngai_analysis.survey.release.treatment import by_symbol


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
        The ``by`` columns, ``total`` (weighted), ``n`` (units that contribute: more than nothing), ``rule`` ("" or
        the rule that is broken: ``threshold``, ``dominance`` or ``p%``) and ``sensitive`` (bool).

    Raises
    ------
    SurveyError
        A column is missing or a value is negative.

    Notes
    -----
    (n, k) rule: the n largest contributions make up more than the share k of the total. p% rule: the total
    without the two largest is below p of the largest, so that the second could work the first out that
    closely. A contribution is a value with its weight, as it enters what is published: a ratio that one
    firm's weighted turnover makes up is that firm's own. A value of zero contributes nothing: its unit hides
    nobody. Source: Handbook on Statistical Disclosure Control, section 4.2.
    """
    rule = standard or disclosure_standard()
    names = list(listed(by))
    for name in [*names, value, *([weight] if weight else [])]:
        if name not in frame.columns:
            raise SurveyError("áp đảo: bảng không có cột {name!r}", name=name)
    used = frame[frame[value].notna()]
    if (used[value] < 0).any():
        raise SurveyError("áp đảo: {value!r} có giá trị âm; quy tắc này dành cho quy mô", value=value)
    rows = []
    for key, part in used.groupby(names, observed=True, sort=False):
        weights = part[weight].to_numpy(dtype=float) if weight else np.ones(len(part))
        sizes = np.sort(weights * part[value].to_numpy(dtype=float))[::-1]
        few = len(part) < rule.threshold
        sizes, whole = sizes[sizes > 0], float(sizes.sum())
        broken = "threshold" if few else _broken_rule(sizes, whole, rule)
        cells = dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True))
        rows.append({**cells, "total": whole, "n": len(sizes), "rule": broken, "sensitive": broken != ""})
    return pd.DataFrame(rows, columns=[*names, "total", "n", "rule", "sensitive"])


def _broken_rule(sizes: Floats, total: float, rule: Disclosure) -> str:
    if sizes.size < rule.contributors:
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

    Columns: the ``by`` columns, ``total``, ``n`` (rounded), ``symbol``, ``treatment``, ``reason``; a suppressed cell
    holds neither total nor count. Complementary cells are suppressed until an attacker's range for each
    sensitive total is at least ``protection`` of it wide on either side.

    Raises
    ------
    SurveyError
        As for ``dominated``.
    """
    rule = standard or disclosure_standard()
    names = list(listed(by))
    table = dominated(frame, value, by=names, weight=weight, standard=rule)
    cells, places = laid_out(table, names, table["total"].to_numpy(dtype=float))
    first = {places[row] for row in np.flatnonzero(table["sensitive"])}
    pattern = suppress(cells, first, width=lambda size: 2 * rule.protection * size) if first else set()
    secret = np.array([place in pattern for place in places], dtype=bool)
    result = table[[*names, "total", "n"]].astype({"n": float})
    result.loc[secret, ["total", "n"]] = np.nan
    result["n"] = round_count(result["n"], rule.rounding_base)
    result["symbol"] = np.where(secret, "c", "")
    result = by_symbol(result)
    result.attrs = dict(frame.attrs)  # such as: these are simulated data
    return result
