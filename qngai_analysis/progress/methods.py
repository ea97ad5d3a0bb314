"""Arithmetic of progress towards a target, each method by its published rule.

Notation: the baseline ``y0`` at ``t0``, the latest value ``y`` at ``t``, the target ``target``
due at ``t_target``; times in years. Every function returns ``None`` where its method is not
defined, and never puts a small number in the place of zero. All work for goals that decrease.
``docs/methods/pace.md`` has formulas, assumptions, limits and sources.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum


class Pace(Enum):
    """How fast a value moves towards its target; the value is the word the report prints."""

    MET = "đã đạt"
    AHEAD = "nhanh hơn tiến độ"
    ON_PACE = "đúng tiến độ"
    BEHIND = "chậm tiến độ"
    FAR_BEHIND = "chậm xa tiến độ"
    AWAY = "đi lùi so với mục tiêu"

    @property
    def code(self) -> str:
        """The machine code: ``met``, ``ahead``, ``on_pace``, …"""
        return self.name.lower()

    @property
    def on_track(self) -> bool:
        """Whether the target is reached in time if the pace holds."""
        return self in (Pace.MET, Pace.AHEAD, Pace.ON_PACE)


ON_PACE = 0.95  # ratio from which progress keeps pace (Eurostat's threshold of "significant")
BEHIND = 0.60  # ratio under which it is far behind (Eurostat's "insufficient")


def linear_pace(y0: float, t0: float, y: float, t: float, target: float, t_target: float) -> float | None:
    """
    Return the share of the way done over the share of the time gone.

    ``((y - y0) / (target - y0)) / ((t - t0) / (t_target - t0))``: 1 keeps pace with a straight
    line from baseline to target, below 0 moves away. None where the baseline already stands
    at the target, or no time has passed, or the target falls due at the baseline.

    >>> round(linear_pace(5, 2021, 20, 2023, 50, 2025), 2)
    0.67
    """
    if target == y0 or t <= t0 or t_target <= t0:
        return None
    return ((y - y0) / (target - y0)) / ((t - t0) / (t_target - t0))


def needed_per_year(y: float, t: float, target: float, t_target: float) -> float | None:
    """
    Return the change a year that is still needed, in the unit of ``y``; None once it is due.

    >>> needed_per_year(20, 2023, 50, 2025)
    15.0
    """
    return (target - y) / (t_target - t) if t < t_target else None


def yearly_growth(start: float, end: float, years: float) -> float | None:
    """
    Return the compound annual growth rate, as a fraction; None for a zero or sign-changing pair.

    >>> round(yearly_growth(100, 121, 2), 4)
    0.1
    """
    if years <= 0 or start == 0 or end / start <= 0:
        return None
    return float((end / start) ** (1 / years) - 1)


def eurostat_ratio(y0: float, t0: float, y: float, t: float, target: float, t_target: float) -> float | None:
    """
    Return Eurostat's ratio: actual over required compound annual growth rate.

    None where either rate is undefined (a zero or sign-changing baseline) or no growth is
    required. Misleads on low baselines: 5 to 20 at half-time with target 50 gives 1.28.

    >>> round(eurostat_ratio(5, 2021, 20, 2023, 50, 2025), 2)
    1.28
    """
    actual = yearly_growth(y0, y, t - t0)
    required = yearly_growth(y0, target, t_target - t0)
    if actual is None or required is None or required == 0:
        return None
    return actual / required


def escap_index(y0: float, t0: float, y: float, t: float, target: float, t_target: float) -> float | None:
    """
    Return ESCAP's current status index: 0 at the baseline, 10 at the target, below 0 backwards.

    To be read beside :func:`escap_expected`, the index a steady pace would show today.

    >>> round(escap_index(5, 2021, 20, 2023, 50, 2025), 2)
    3.33
    """
    return None if target == y0 else 10 * (y - y0) / (target - y0)


def escap_expected(t0: float, t: float, t_target: float) -> float | None:
    """
    Return the status index that steady progress would show at ``t``.

    >>> escap_expected(2021, 2023, 2025)
    5.0
    """
    return None if t_target <= t0 else 10 * (t - t0) / (t_target - t0)


def destatis_miss(points: Sequence[tuple[float, float]], target: float, t_target: float) -> float | None:
    """
    Return by how much the trend of the last five years would miss the target.

    Parameters
    ----------
    points : pairs (year, value), any order; four are needed (Destatis takes six, and four at the least)
    target, t_target : the target and when it is due

    Returns
    -------
    float or None
        The miss as a share of the distance still to go: 0.05 is 5%. 0 or less: reached or
        passed. ``math.inf`` where the value moves away from the target or stands still. None
        with too few points, or the target already due or reached exactly.

    Notes
    -----
    The mean yearly change over the last five years is the slope from the first to the last
    point of that window, since the changes in between cancel.

    >>> round(destatis_miss([(2018, 50), (2019, 54), (2020, 57), (2021, 60)], 80, 2025), 3)
    0.333
    """
    ordered = sorted(points)
    if not ordered:
        return None
    last, y = ordered[-1]
    window = [(t, value) for t, value in ordered if t >= last - 5]
    if len(window) < 4 or last >= t_target or y == target:
        return None
    slope = (y - window[0][1]) / (last - window[0][0])
    to_go = target - y
    if slope * to_go <= 0:
        return math.inf
    return 1 - slope * (t_target - last) / to_go


class Weather(Enum):
    """Destatis' symbols, by the miss; the value is the word the report prints."""

    SUN = "nắng"
    LIGHT_CLOUD = "ít mây"
    CLOUD = "nhiều mây"
    STORM = "dông"

    @property
    def on_track(self) -> bool:
        """Destatis counts sun and light cloud as on track."""
        return self in (Weather.SUN, Weather.LIGHT_CLOUD)


def weather(miss: float) -> Weather:
    """
    Return the symbol for a miss of :func:`destatis_miss`.

    >>> [weather(miss).name for miss in (0.049, 0.2, 0.21, math.inf)]
    ['SUN', 'LIGHT_CLOUD', 'CLOUD', 'STORM']
    """
    if math.isinf(miss):
        return Weather.STORM
    if miss < 0.05:
        return Weather.SUN
    return Weather.LIGHT_CLOUD if miss <= 0.20 else Weather.CLOUD


def logistic_pace(y0: float, t0: float, y: float, t: float, target: float, t_target: float) -> float | None:
    """
    Return linear pace on the logit scale: the way an adoption rate grows, slow, fast, slow.

    An option for shares of people or firms that take up something new. None unless baseline,
    value and target all lie strictly between 0 and 100.

    >>> round(logistic_pace(5, 2021, 20, 2023, 50, 2025), 2)
    1.06
    """
    if not all(0 < value < 100 for value in (y0, y, target)):
        return None
    start, now, end = (math.log(value / (100 - value)) for value in (y0, y, target))
    return linear_pace(start, t0, now, t, end, t_target)


def mean_growth(rates: Sequence[float]) -> float | None:
    """
    Return the mean yearly growth of several years, in percent, from each year's percent.

    The geometric mean: growth compounds. None without rates or with a fall of 100% or more.

    >>> round(mean_growth([7.0, 5.0, 9.0]), 3)
    6.988
    """
    if not rates or min(rates) <= -100:
        return None
    total = math.fsum(math.log1p(rate / 100) for rate in rates)
    return 100 * math.expm1(total / len(rates))


def classify(ratio: float) -> Pace:
    """
    Return the class of a pace ratio (linear, logistic or Eurostat's).

    >>> [classify(ratio).code for ratio in (1.06, 0.95, 0.949, 0.599, -0.01)]
    ['ahead', 'on_pace', 'behind', 'far_behind', 'away']
    """
    ratio = round(ratio, 9)  # 0.95 is on pace, whatever binary fractions make of it
    if ratio < 0:
        return Pace.AWAY
    if ratio < BEHIND:
        return Pace.FAR_BEHIND
    if ratio < ON_PACE:
        return Pace.BEHIND
    return Pace.ON_PACE if ratio <= 2 - ON_PACE else Pace.AHEAD
