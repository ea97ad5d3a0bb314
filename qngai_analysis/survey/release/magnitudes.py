"""Totals of sizes (turnover, sales): cells that few units make up.

See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Floats, listed
from qngai_analysis.survey.release.disclosure import Disclosure, disclosure_standard


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
