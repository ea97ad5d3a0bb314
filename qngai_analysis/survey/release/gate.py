"""The one way out for a survey's numbers: to the precision they are published at, and no further.

Tables, tests, models and counts pass here before anything is drawn, written or kept; behind it there
is no exact number left. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from qngai_analysis.survey.estimate.arrays import Flags, Floats
from qngai_analysis.survey.release.disclosure import Disclosure, disclosure_standard, round_count

SHARE_STEP = 0.001  # a share (0-1) is printed in per cent with one decimal
SIZE_STEP = 0.1  # means and ratios
#: Steps a share of few may be printed in.
COARSE_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.025, 0.04, 0.05, 0.1, 0.2, 0.25, 0.5)
#: The answers of a cell count as alike if the largest weight is no more than so many times their mean.
ALIKE = 1.2
_PRECISION = 1e-9  # a value this near to the middle of two steps lies on it


def share_steps(n: Floats, alike: Flags, rule: Disclosure | None = None) -> Floats:
    """
    Return the step (0-1) in which each share is printed.

    Parameters
    ----------
    n : unweighted respondents
    alike : whether all of them count alike, or are most of their population
        Then share and count are all one needs to find how many said yes: the step is at least
        ``coarse_answers`` respondents wide, so that the smaller side keeps two or more possible sizes.

    Notes
    -----
    A step depends on the published count alone: chosen by the answers it would tell of them.
    """
    rule = rule or disclosure_standard()
    count = np.maximum(round_count(n, rule.rounding_base), 1.0)
    wanted = np.where(alike, rule.coarse_answers / count, np.where(count < rule.coarse_below, 0.01, 0.0))
    place = np.searchsorted(np.array(COARSE_STEPS) + _PRECISION, wanted)
    return np.asarray(np.array(COARSE_STEPS)[np.minimum(place, len(COARSE_STEPS) - 1)])


def at_step(values: npt.ArrayLike, step: npt.ArrayLike, *, up: float = 0.5) -> Floats:
    """
    Return values as multiples of a step: nearest (``up`` 0.5), not below (1) or not above (0) them.

    >>> at_step([0.1234, 0.5], 0.01).tolist()
    [0.12, 0.5]
    """
    steps = np.asarray(step, dtype=float)
    nudge = {0.5: 0.5 + _PRECISION, 1.0: 1 - 1e-6, 0.0: 1e-6}[up]
    # the last digits are of the computer's, not of the number
    return np.asarray(np.round(np.floor(np.asarray(values, dtype=float) / steps + nudge) * steps, 6))


def gated(table: pd.DataFrame, step: npt.ArrayLike, *, share: bool) -> pd.DataFrame:
    """
    Return a protected table of estimates with every number at its published precision.

    Parameters
    ----------
    table : as ``protect`` returns it
    step : the step of each row's estimate
    share : estimates lie between 0 and 1

    Notes
    -----
    What rounding adds to the error is in the standard error, which is rounded up, as the interval's
    ends are rounded outwards; the coefficient of variation is that of the published numbers; degrees of
    freedom, from which a count follows, are rounded down to the base of counts.
    """
    base = disclosure_standard().rounding_base
    steps = np.broadcast_to(np.asarray(step, dtype=float), (len(table),))
    coarse = steps > (SHARE_STEP if share else SIZE_STEP) + _PRECISION
    result = table.copy()
    result["estimate"] = at_step(table["estimate"], steps)
    added = np.where(coarse, steps**2 / 12, 0.0)
    error = np.sqrt(table["se"].to_numpy(dtype=float) ** 2 + added)
    result["se"] = at_step(error, np.where(coarse, steps / 2, steps), up=1.0)
    low, high = at_step(table["ci_low"], steps, up=0.0), at_step(table["ci_high"], steps, up=1.0)
    result["ci_low"], result["ci_high"] = (np.clip(low, 0, 1), np.clip(high, 0, 1)) if share else (low, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        cv = result["se"] / result["estimate"].abs()
    result["cv"] = cv.where(result["estimate"] != 0).round(3)
    result["df"] = _fewer(table["df"].to_numpy(dtype=float), base)
    for name in ("deff", "n_eff"):  # of few that count alike they tell the exact share
        result[name] = result[name].mask((steps > 0.02) & share)
    return result


def _fewer(df: Floats, base: int) -> Floats:
    return np.where(df < base, np.floor(df), np.floor(df / base) * base)


def gated_test(test: pd.Series, gap: float, step: float, *, share: bool) -> pd.Series:
    """
    Return a difference's test as it follows from published numbers.

    Parameters
    ----------
    test : a row of ``Survey.difference``
    gap : the difference of the two published estimates
    step : the wider of the steps the two were printed in
    share : the estimates lie between 0 and 1

    Returns
    -------
    Series
        ``estimate`` the gap; ``se`` the design's, with what rounding adds, rounded up; ``df``; interval and
        ``p_value`` (three decimals) of these.
    """
    coarse = step > (SHARE_STEP if share else SIZE_STEP) + _PRECISION
    error = float(np.sqrt(test["se"] ** 2 + (step**2 / 6 if coarse else 0.0)))
    se = float(at_step(error, step / 2 if coarse else step, up=1.0))
    df = float(_fewer(np.array([test["df"]], dtype=float), disclosure_standard().rounding_base)[0])
    return pd.Series({"estimate": gap, "se": se, "df": df} | ends(gap, se, df, share=share))


def ends(gap: float, se: float, df: float, *, share: bool, times: float = 1) -> dict[str, float]:
    """Return the 95% interval and p of a published difference, one of ``times`` it was picked from (Bonferroni)."""
    if not (se > 0 and df > 0):
        return {"ci_low": np.nan, "ci_high": np.nan, "p_value": np.nan}
    width = se * float(special.stdtrit(df, 1 - 0.05 / times / 2))
    p = min(1.0, times * 2 * float(special.stdtr(df, -abs(gap) / se)))
    low, high = at_step([gap - width, gap + width], SHARE_STEP if share else SIZE_STEP)
    return {"ci_low": float(low), "ci_high": float(high), "p_value": round(p, 3)}


def gated_counts(table: pd.DataFrame, counts: list[str]) -> pd.DataFrame:
    """Return a table of counts: each rounded to the base, those of 1 to the threshold - 1 emptied."""
    rule = disclosure_standard()
    result = table.copy()
    for name in counts:
        exact = table[name].to_numpy(dtype=float)
        small = (exact > 0) & (exact < rule.threshold)
        result[name] = np.where(small, np.nan, round_count(exact, rule.rounding_base))
    return result
