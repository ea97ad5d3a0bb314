"""The one way out for a survey's numbers: to the precision they are published at, and no further.

Tables, tests, models and counts pass here before anything is drawn, written or kept; behind it there
is no exact number left. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from qngai_analysis.survey.estimate import intervals
from qngai_analysis.survey.estimate.arrays import Flags, Floats
from qngai_analysis.survey.release.disclosure import disclosure_standard, round_count, with_columns
from qngai_analysis.survey.release.reliability import (
    census_flag,
    nchs_flag,
    precision_flag,
    reliability_standard,
)

SHARE_STEP = 0.001  # a share (0-1) is printed in per cent with one decimal
SIZE_STEP = 0.1  # means and ratios
#: Steps a share may be printed in; each divides 1 and is printed with one decimal of a per cent.
STEPS = (0.001, 0.002, 0.004, 0.005, 0.008, 0.01, 0.02, 0.025, 0.04, 0.05, 0.1, 0.125, 0.2, 0.25, 0.5)
_PRECISION = 1e-9  # a value this near to the middle of two steps lies on it


def share_steps(n: Floats) -> Floats:
    """
    Return the step (0-1) in which each share of ``n`` respondents is printed: more than two answers wide.

    Notes
    -----
    Whoever knows all weights, and ``n`` itself, is left two sizes or more of the side that is smaller, at 0
    and 100% too. A step depends on the published count alone: chosen by the answers it would tell of them.
    """
    rule = disclosure_standard()
    fewest = np.maximum(round_count(n, rule.rounding_base) - rule.rounding_base // 2, rule.threshold)
    place = np.searchsorted(np.array(STEPS) - _PRECISION, rule.step_answers / fewest, side="right")
    return np.asarray(np.array(STEPS)[np.minimum(place, len(STEPS) - 1)])


def told_count(n: npt.ArrayLike, least: npt.ArrayLike, most: npt.ArrayLike) -> Floats:
    """
    Return as which multiple of the base counts are told that all know to lie between others: one that alone would be told so, as the next.

    18 of at most 18 are told as 15: 20 would say that it is all of them. Fewer than the threshold are hidden.

    >>> told_count([16, 17, 18], 0, 18).tolist()
    [15.0, 15.0, 15.0]
    """
    rule = disclosure_standard()
    base, half, count = rule.rounding_base, rule.rounding_base // 2, np.asarray(n, dtype=float)
    low, high = np.maximum(least, rule.threshold), np.asarray(most, dtype=float)
    first, last = round_count(low, base), round_count(high, base)
    highest = (last - high == half) & (low < high)
    lowest = (low - first == half) & (low < high) & ~(highest & (last - base == first))
    shown = round_count(count, base)
    shown = np.where(highest & (count == high), last - base, shown)
    return np.asarray(np.where(lowest & (count == low), first + base, shown))


def counts_told(shown: Floats, least: Floats, most: Floats) -> tuple[Floats, Floats]:
    """Return the least and the most counts that are told so (``told_count``)."""
    base = disclosure_standard().rounding_base
    each = shown + np.arange(-base, base + 1)[:, None]
    are = (told_count(each, least, most) == shown) & (
        each >= np.maximum(least, disclosure_standard().threshold)
    )
    are &= each <= most
    return np.where(are, each, np.inf).min(axis=0), np.where(are, each, -np.inf).max(axis=0)


def few_on_a_side(estimate: Floats, n: Floats) -> Flags:
    """Return whether a published share says fewer of its respondents than the threshold, or all but fewer."""
    return np.asarray(np.minimum(estimate, 1 - estimate) * n < disclosure_standard().threshold)


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


def printed(exact: Floats, steps: Floats, heaviest: Floats | float) -> tuple[Floats, Floats]:
    """Return shares as they are printed, and the width of what is printed so (``gated_shares``)."""
    edge = (np.maximum(np.ceil(heaviest / steps - 0.5), 0) + 0.5) * steps  # where two steps meet
    edge = np.minimum(edge, 0.5)
    low_end, high_end = exact < edge - _PRECISION, exact >= 1 - edge - _PRECISION
    shown = np.where(low_end, 0.0, np.where(high_end, 1.0, at_step(exact, steps)))
    return shown, np.where(low_end | high_end, 2 * edge, steps)


def gated_shares(
    table: pd.DataFrame,
    steps: Floats,
    effect: Floats,
    taken: Floats,
    method: str = "logit",
    *,
    heaviest: Floats | float = 0.0,
    clustered: bool = False,
) -> pd.DataFrame:
    """
    Return a table of shares with every number at its published precision.

    Parameters
    ----------
    table : as ``Survey.proportion`` returns it
    steps : as ``share_steps`` gives them
    effect : the design effect of each row as its weights and the whole survey let expect it
    taken : share of each row's population that answered
    method : of the interval
    heaviest : part of the weights of each row that is the one respondent's who counts most. A share that leaves
        less room for one is printed as 0 or 100%: else it would tell that he is not among those who said so
    clustered : the sample was drawn in clusters

    Returns
    -------
    DataFrame
        With ``step``, of 0 and 100% twice what they may be off. Error, interval and flag are those of the *published* share and count: made of the exact
        ones they would tell which of the shares that are printed alike it is. The design effect is the expected one,
        or of ``clustered`` rows with enough on each side their own, rounded up: of a sample without clusters it follows
        from the yes-answers of a few strata, and tells how many there are. What rounding
        adds (step²/12) is in the error; interval ends are rounded outwards. Degrees of freedom, from which a
        count follows, are rounded down to the base of counts.
    """
    base = disclosure_standard().rounding_base
    exact = table["estimate"].to_numpy(dtype=float)
    answers = table["n"].to_numpy(dtype=float)
    n = np.maximum(round_count(answers, base), 1.0)
    shown, wide = printed(exact, steps, heaviest)
    # an end as wide as the heaviest answer is a figure only where it leaves room within the widest interval
    vague = (wide > steps) & (wide > reliability_standard().max_width / 2)
    steps = wide
    inner = np.clip(shown, steps / 2, 1 - steps / 2)  # of 0 and 1 one answer may be otherwise
    expected = few_on_a_side(shown, n) | (not clustered)
    with np.errstate(divide="ignore", invalid="ignore"):
        own = table["se"].to_numpy(dtype=float) ** 2 * answers / (exact * (1 - exact))
    size = np.where(np.isnan(exact), np.nan, np.ceil(10 * np.where(expected, effect, own) - 1e-6) / 10)
    error = np.sqrt(size * inner * (1 - inner) / n)
    se = at_step(np.hypot(error, steps / np.sqrt(12)), SHARE_STEP, up=1.0)
    df, none = table["df"].to_numpy(dtype=float), np.full(len(table), np.nan)
    basis = intervals.Estimates(inner, se, np.asarray(_fewer(df, base)), n, n, none)
    low, high = intervals.METHODS[method](basis, 0.95)
    judged = intervals.Estimates(shown, error, df, answers, answers, none)
    standard, reached = intervals.standard_interval(judged, 0.95), intervals.capped_n(judged, 0.95)
    flag = nchs_flag(shown, *standard, reached, df, n=answers)
    flag = census_flag(flag, shown, *intervals.korn_graubard(judged, 0.95), df, taken)
    flag = np.where(expected & (df > 0), flag, table["flag"])
    flag = np.where(vague & (flag != "none"), "suppress", flag)
    with np.errstate(divide="ignore", invalid="ignore"):
        cv = np.where(shown > 0, np.round(se / shown, 3), np.nan)
        n_eff = n / size
    low = np.where(shown <= 0, 0.0, at_step(np.clip(low, 0, 1), SHARE_STEP, up=0.0))
    high = np.where(shown >= 1, 1.0, at_step(np.clip(high, 0, 1), SHARE_STEP, up=1.0))
    told = {"estimate": shown, "se": se, "ci_low": low, "ci_high": high, "df": _fewer(df, base), "cv": cv}
    step = np.where(np.isnan(shown), np.nan, steps)
    return with_columns(table, {**told, "deff": size, "n_eff": n_eff, "flag": flag, "step": step})


def gated_levels(
    table: pd.DataFrame,
    least: Floats,
    most: Floats,
    steps: Floats,
    effect: Floats,
    heaviest: Floats,
    *,
    clustered: bool,
) -> pd.DataFrame:
    """
    Return a table of means or ratios of a number that has few values (a level, how many devices), between the least and the most of it.

    Each is the share of the way from one to the other, and tells as much of who is at which: so it is gated as one
    (``steps``, ``effect`` and ``heaviest`` are of that share), its error that of a quasi-binomial model. 0 to 5 that are all 5
    are printed as those that are 5 but for one.
    """
    width = most - least
    way = table.assign(estimate=(table["estimate"] - least) / width, se=table["se"] / width)
    told = gated_shares(way, steps, effect, np.zeros(len(table)), heaviest=heaviest, clustered=clustered)
    back = {name: least + width * told[name] for name in ("estimate", "ci_low", "ci_high")}
    made = gated_sizes(told.assign(**back, se=width * told["se"])).assign(step=width * told["step"])
    judged = made[["estimate", "cv", "n_eff", "df"]].to_numpy(dtype=float)
    return made.assign(flag=precision_flag(*judged.T))


def gated_sizes(table: pd.DataFrame, digits: int = 0) -> pd.DataFrame:
    """
    Return a table of means or ratios at its published precision: ends outwards, errors up, ``df`` as in shares.

    ``digits``: to no more than so many: of sizes that are known to the last đồng a mean to one decimal tells who is in it.
    """
    fine = np.full(len(table), SIZE_STEP)
    if digits:
        size = np.abs(table["estimate"].to_numpy(dtype=float))
        large = size >= 10**digits * SIZE_STEP
        fine[large] = 10 ** (np.floor(np.log10(size[large])) + 1 - digits)
    low, high = (at_step(table[name], fine, up=up) for name, up in (("ci_low", 0.0), ("ci_high", 1.0)))
    result = table.assign(
        estimate=at_step(table["estimate"], fine),
        se=at_step(table["se"], fine, up=1.0),
        ci_low=low,
        ci_high=high,
        df=_fewer(table["df"].to_numpy(dtype=float), disclosure_standard().rounding_base),
        step=np.where(table["estimate"].isna(), np.nan, fine),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        cv = result["se"] / result["estimate"].abs()
    return result.assign(cv=cv.where(result["estimate"] != 0).round(3))


def without_error(table: pd.DataFrame, rows: Flags) -> pd.DataFrame:
    """Return a table with some rows' estimates alone: no error, no interval, and no flag that tells how small it is."""
    table = table.assign(**{name: table[name].mask(rows) for name in ("se", "ci_low", "ci_high", "cv")})
    return table.assign(flag=table["flag"].mask(rows & table["flag"].eq("ok"), "review"))


def _fewer(df: Floats, base: int) -> Floats:
    return np.where(df < base, np.floor(df), np.floor(df / base) * base)


def gated_test(
    first: pd.Series, second: pd.Series, *, share: bool, test: pd.Series | None = None
) -> pd.Series:
    """
    Return the difference of two published estimates with a test of published numbers.

    Parameters
    ----------
    first, second : rows of published tables
    share : the estimates lie between 0 and 1
    test : a row of ``Survey.difference``, with ``apart``, the error were the two independent: without it they are
        taken to be, as they are where few are on a side of either

    Returns
    -------
    Series
        ``estimate``; ``se`` of the two published, times what the covariance makes of it (one decimal upwards:
        an exact error is a second window on both); ``df``; interval and ``p_value`` (three decimals) of these.
    """
    fine = SHARE_STEP if share else SIZE_STEP
    rows = pd.DataFrame([first, second])[["estimate", "se", "n", "df"]].astype(float)
    gap = float(at_step(rows["estimate"].iloc[0] - rows["estimate"].iloc[1], fine))
    error, df = float(np.hypot(*rows["se"])), float(rows["df"].sum())
    if test is not None:
        df = float(test["df"])
        if not (share and few_on_a_side(rows["estimate"].to_numpy(), rows["n"].to_numpy()).any()):
            error *= float(at_step(test["se"] / test["apart"], 0.1, up=1.0))
    se = float(at_step(error, fine, up=1.0))
    df = float(_fewer(np.array([df]), disclosure_standard().rounding_base)[0])
    return pd.Series({"estimate": gap, "se": se, "df": df} | ends(gap, se, df, share=share))


def log_odds(table: pd.DataFrame, groups: list[str], base: str) -> pd.DataFrame:
    """Return the logarithm of groups' odds over those of another, and its error, as shares (``row, estimate, se``) tell."""
    rows = table.set_index("row")[["estimate", "se"]].astype(float)
    logit, error = special.logit(rows["estimate"]), rows["se"] / (rows["estimate"] * (1 - rows["estimate"]))
    others = {"estimate": logit[groups] - logit[base], "se": np.hypot(error[groups], error[base])}
    return pd.DataFrame(others)


def gated_odds(fitted: pd.DataFrame, told: pd.DataFrame, exact: pd.DataFrame, width: float) -> pd.DataFrame:
    """
    Return a logistic model's terms as odds ratios that tell no more than the shares beside them.

    ``told`` and ``exact``: ``log_odds`` of the published shares and of those behind them; ``width``: of the published
    ones' steps on that scale. A term is what the published shares tell and what the model's other terms change of
    it, in that width; its error likewise. Columns ``odds, low, high`` (two decimals) and ``p_value`` (three).
    """
    of_model, of_shares, beside = (
        one[["estimate", "se"]].to_numpy(dtype=float) for one in (fitted, exact, told)
    )
    beta = beside[:, 0] + at_step(of_model[:, 0] - of_shares[:, 0], width)
    se = beside[:, 1] * at_step(of_model[:, 1] / of_shares[:, 1], 0.1)
    df = _fewer(fitted["df"].to_numpy(dtype=float), disclosure_standard().rounding_base)
    low, high = intervals.student(beta, se, df, 0.95)
    return (
        pd.DataFrame({"odds": np.exp(beta), "low": np.exp(low), "high": np.exp(high)}, index=fitted.index)
        .round(2)
        .assign(p_value=intervals.t_p_value(beta / se, df).round(3))
    )


def ends(gap: float, se: float, df: float, *, share: bool, times: float = 1) -> dict[str, float]:
    """Return the 95% interval and p of a published difference, one of ``times`` it was picked from (Bonferroni)."""
    if not (se > 0 and df > 0):
        return {"ci_low": np.nan, "ci_high": np.nan, "p_value": np.nan}
    width = se * float(special.stdtrit(df, 1 - 0.05 / times / 2))
    p = min(1.0, times * 2 * float(special.stdtr(df, -abs(gap) / se)))
    low, high = at_step([gap - width, gap + width], SHARE_STEP if share else SIZE_STEP)
    return {"ci_low": float(low), "ci_high": float(high), "p_value": round(p, 3)}


def gated_counts(table: pd.DataFrame, counts: list[str]) -> pd.DataFrame:
    """
    Return a table of counts: each rounded to the base, those of 1 to the threshold - 1 emptied.

    What adds up to a known number is not rounded each for itself: from two roundings or more the exact count is
    found. So how many were not asked a question is what those asked leave of all, and how many answered what those who
    did not leave of those asked, an emptied count taken for the base. How many are asked is another question's yes.
    """
    rule = disclosure_standard()
    result = table.copy()
    for name in counts:
        exact = table[name].to_numpy(dtype=float)
        small = (exact > 0) & (exact < rule.threshold)
        result[name] = np.where(small, np.nan, round_count(exact, rule.rounding_base))
    if {"due", "not_applicable", "answered"} <= {*counts}:
        unknown = ["dont_know", "refused", "missing"]
        asked = round_count(table["due"] + table["not_applicable"], rule.rounding_base)
        for name, left in (
            ("not_applicable", asked - result["due"]),
            ("answered", result["due"] - result[unknown].fillna(rule.rounding_base).sum(axis=1)),
        ):
            known = result[name].gt(0)
            result[name] = left.clip(lower=rule.threshold).where(known, result[name])
    return result
