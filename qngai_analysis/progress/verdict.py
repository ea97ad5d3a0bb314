"""Whether a value meets a target, and how sure that is.

The wording of the target decides the test ("đạt trên 50%" is strictly more, "đạt 50%" and "đạt
tối thiểu 50%" at least). A figure with a sampling error is tested one-sided at 95%; a bound is
used as far as logic allows; a figure without error is compared as printed. See
``docs/methods/verdict.md``.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, replace
from enum import Enum

from qngai_analysis.errors import EvidenceError
from qngai_analysis.words.numbers import SIGNS, in_words, number, rounded
from qngai_analysis.words.said import Chance, Either, Joined, Num, Said, coded

SURE = 0.95  # one-sided: met from here, not met below 1 - SURE
EXCEEDED_BY = 0.05  # share of the target's value by which "vượt" goes beyond "đạt"; the project's choice
ABOUT = 0.05  # "khoảng x": within this share of x; the project's choice
COMPARATORS = (">=", ">", "=", "<=", "<", "~", "between")


class Verdict(Enum):
    """What the report says about a target. The value is the Vietnamese word it prints."""

    EXCEEDED = "vượt"
    MET = "đạt"
    NOT_MET = "chưa đạt"
    ON_PACE = "đúng tiến độ"
    BEHIND = "chậm tiến độ"
    NO_DATA = "chưa có số liệu"
    UNDECIDED = "chưa đủ căn cứ kết luận"

    @property
    def code(self) -> str:
        """The machine code: ``exceeded``, ``met``, ``not_met``, ``on_pace``, ``behind``, …"""
        return self.name.lower()


@dataclass(frozen=True)
class Goal:
    """
    What a target asks for.

    ``comparator`` is one of ``COMPARATORS``; ``wording`` the word as printed ("đạt trên").
    ``value_high`` is the upper end of "between". Values are in ``unit``. ``better`` says which way the
    indicator should go ("up", "down", "" for neither): beyond the far end of a range it is better still.
    """

    comparator: str
    value: float
    unit: str = "%"
    wording: str = ""
    value_high: float | None = None
    better: str = ""

    def __post_init__(self) -> None:
        if self.comparator not in COMPARATORS:
            wording = "phép so sánh {comparator!r}; hợp lệ: {known}"
            raise EvidenceError(wording, comparator=self.comparator, known=", ".join(COMPARATORS))
        if self.comparator == "between" and self.value_high is None:
            raise EvidenceError("phép so sánh 'between' cần value_high")

    @property
    def rises(self) -> bool:
        """Whether more is better."""
        return self.test not in ("<=", "<")

    @property
    def test(self) -> str:
        """The comparator that is tested: 100% cannot be passed, so "= 100%" asks for at least 100%.

        >>> Goal("between", 84, value_high=85, better="up").holds(90), Goal("between", 84, value_high=85).holds(90)
        (True, False)
        """
        if self._open:
            return ">=" if self.better == "up" else "<="
        if self.comparator == "=" and self.unit.startswith("%") and self.value == 100:
            return ">="
        return self.comparator

    @property
    def asked(self) -> float:
        """The threshold that is tested: of a range, or of "khoảng x", the end from which the target is met."""
        return self.ends[self.test == "<="] if self._open else self.value

    @property
    def _open(self) -> bool:
        """Whether it is a range, or "khoảng x", of which one way out is better still."""
        return bool(self.better) and self.comparator in ("between", "~")

    @property
    def ends(self) -> tuple[float, float]:
        """The printed range; of "khoảng x" what counts as near."""
        if self.comparator == "~":
            return round((1 - ABOUT) * self.value, 9), round((1 + ABOUT) * self.value, 9)
        return self.value, self.value if self.value_high is None else self.value_high

    @property
    def words(self) -> str:
        """The target in words, as in the plan: "đạt trên 50%"."""
        asked = number(self.value, unit=self.unit)
        if self.value_high is not None:  # the unit once: "từ 84 đến 85 triệu đồng"
            asked = number(self.value, unit="%" if self.unit == "%" else "")
            asked += f" đến {number(self.value_high, unit=self.unit)}"
        wording = (self.wording or coded("comparison")[self.comparator]).replace(">=", "≥").replace("<=", "≤")
        return in_words(wording, asked)

    @property
    def said(self) -> Either:
        """The target as a report says it: in Vietnamese in the plan's words, in English by sign."""
        ends = [Num(self.value, unit="" if self.value_high is not None else self.unit)]
        if self.value_high is not None:
            return Either(self.words, Joined((*ends, Num(self.value_high, unit=self.unit)), "–"))
        return Either(self.words, Joined((SIGNS[self.comparator], *ends), " "))

    def holds(self, value: float) -> bool:
        """
        Return whether an exactly known value meets the target.

        >>> Goal(">", 50).holds(50.0), Goal(">=", 50).holds(50.0), Goal("<=", 5).holds(4.0)
        (False, True, True)
        """
        if self.two_sided:
            low, high = self.ends
            return low <= round(value, 9) <= high  # 94,05 is 5% off 99
        return bool(_HOLDS[self.test](value, self.asked))

    @property
    def two_sided(self) -> bool:
        """Whether a value may lie too high as well as too low."""
        return self.test in ("=", "~", "between")

    def towards(self, start: float) -> Goal:
        """
        Return what a series that begins at ``start`` has to reach: the nearer end of a two-sided goal.

        >>> Goal("between", 40, value_high=60).towards(75).words, Goal(">=", 40).towards(75).words
        ('không quá 60%', 'đạt 40%')
        """
        if not self.two_sided:
            return self
        high = self.value if self.value_high is None else self.value_high
        if start > high:
            return Goal("<=", high, self.unit)
        return Goal(">=", self.value, self.unit)

    def beyond(self) -> Goal | None:
        """Return the stricter goal that "vượt" asks for; None where going beyond means nothing."""
        if self.test not in (">=", ">", "<=", "<"):
            return None
        if self._open:  # beyond the far end
            far = self.ends[self.rises]
            return Goal(">" if self.rises else "<", far, self.unit)
        margin = EXCEEDED_BY * abs(self.value)
        if not margin:
            return None  # nothing lies 5% beyond nought
        asked = round(self.value + margin if self.rises else self.value - margin, 9)
        if self.unit.startswith("%") and not 0 <= asked <= 100:
            return None
        return replace(self, value=asked, comparator=">=" if self.rises else "<=")


_HOLDS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


@dataclass(frozen=True)
class KnownValue:
    """
    What is known about a value: the number, what it bounds, and its error.

    ``value_type`` as in observations. ``se`` is the standard error in the unit of ``value``
    (None: the source gives none), ``df`` the design degrees of freedom (None: very many),
    ``n`` the respondents behind a share.
    """

    value: float
    value_type: str = "point"
    value_high: float | None = None
    se: float | None = None
    df: float | None = None
    n: float | None = None


@dataclass(frozen=True)
class Attainment:
    """
    Whether a target is met: ``met`` is True, False or None (cannot tell).

    ``p_met`` is the probability that the true value meets the target, from the sampling error
    alone; None where the source gives no error. ``how`` says the rule in Vietnamese.
    """

    met: bool | None
    p_met: float | None
    how: str


def settle(goal: Goal, figure: KnownValue) -> Attainment:
    """
    Say whether a figure meets a target.

    Returns
    -------
    Attainment
        With a sampling error: met if P ≥ 0.95, not met if P ≤ 0.05, else it cannot be told; P is
        from Student's t with the design degrees of freedom, the error of a share taken at the
        target (:func:`error_at`). A bound decides only where every value it allows falls on one side. Without error
        the printed value is compared as it is.

    Notes
    -----
    Assumes an unbiased estimate with an approximately t-distributed error; calibration is
    measured in ``docs/methods/uncertainty.md``.

    >>> settle(Goal(">", 50), KnownValue(53.0, se=1.2, df=40)).met
    True
    >>> settle(Goal(">", 50), KnownValue(51.0, se=1.2, df=40)).met is None
    True
    >>> settle(Goal(">=", 50), KnownValue(74, "lower_bound")).met
    True
    """
    if figure.value_type in ("lower_bound", "upper_bound", "range"):
        return _settle_bounds(goal, figure)
    if figure.se is None:
        direct = Said("so trực tiếp, nguồn không ghi sai số")
        return Attainment(goal.holds(figure.value), None, direct)
    p = probability(goal, figure)
    if p is None:
        return _settle_two_sided(goal, figure)
    how = Said("kiểm định một phía 95%, P(đạt) {p}", p=Chance(p))
    if p >= SURE:
        return Attainment(True, p, how)
    return Attainment(False if p <= 1 - SURE else None, p, how)


def _settle_bounds(goal: Goal, figure: KnownValue) -> Attainment:
    """Decide by logic: bounds are strict (hơn, gần), the ends of a range are included."""
    tiny = 1e-9 * max(1.0, abs(figure.value))
    if figure.value_type == "range":
        low, high = figure.value, float(figure.value_high or figure.value)
        how = Said("nguồn chỉ cho biết từ {low} đến {high}", low=Num(low), high=Num(high, unit=goal.unit))
    elif figure.value_type == "lower_bound":
        low, high = figure.value + tiny, math.inf
        how = Said("nguồn chỉ cho biết cao hơn {value}", value=Num(figure.value, unit=goal.unit))
    else:
        low, high = -math.inf, figure.value - tiny
        how = Said("nguồn chỉ cho biết thấp hơn {value}", value=Num(figure.value, unit=goal.unit))
    if goal.unit.startswith("%") and not goal.unit.endswith("/năm"):
        low, high = max(low, 0.0), min(high, 100.0)  # a share lies between 0 and 100%
    ends = {goal.holds(low), goal.holds(high)}
    if len(ends) == 2 or (goal.two_sided and ends == {False} and low < goal.asked < high):
        asked = Num(goal.asked, unit=goal.unit)
        return Attainment(None, None, Said("{how}, chưa đủ để so với mức {asked}", how=how, asked=asked))
    return Attainment(ends.pop(), None, Said("{how}: mọi giá trị có thể đều nằm một phía", how=how))


def _settle_two_sided(goal: Goal, figure: KnownValue) -> Attainment:
    # "bằng đúng x" has probability 0 under any continuous error; only a clear miss can be shown
    from scipy.special import ndtri, stdtrit

    assert figure.se is not None
    level = 0.5 + SURE / 2
    half = figure.se * float(stdtrit(figure.df, level) if figure.df else ndtri(level))
    miss = abs(figure.value - goal.asked) > half
    return Attainment(False if miss else None, None, Said("so bằng đúng một giá trị với khoảng tin cậy 95%"))


def probability(goal: Goal, figure: KnownValue) -> float | None:
    """
    Return the probability that the true value meets the target, given the estimate and its error.

    None for a figure without error, and for "exactly x", which has none.

    >>> round(probability(Goal(">=", 50), KnownValue(51.2, se=1.2, df=30)), 4)
    0.8373
    """
    if figure.se is None or goal.test == "=":
        return None
    if goal.two_sided:
        low, high = (_below(figure, end, goal.unit) for end in goal.ends)
        return high - low
    below = _below(figure, goal.asked, goal.unit)
    return 1 - below if goal.rises else below


def _below(figure: KnownValue, bound: float, unit: str) -> float:
    """Return the probability that the true value is below ``bound``."""
    from scipy.special import ndtr, stdtr

    error = error_at(figure, bound, unit)
    if error == 0:
        return float(figure.value < bound)
    z = (bound - figure.value) / error
    return float(stdtr(figure.df, z) if figure.df else ndtr(z))


def error_at(figure: KnownValue, bound: float, unit: str) -> float:
    """
    Return the standard error a share would have if the truth stood at ``bound``.

    The error of a share shrinks towards 0 and 100%, so that an estimate of 99% with its own
    error claims too much against a target of 95%: the error is scaled by the square root of
    bound × (100 - bound) over value × (100 - value), as in a score test (Wilson), which keeps
    the design effect. An estimate of exactly 0 or 100% has no error of its own: that of a
    simple sample of ``n`` at the bound is taken. Values other than shares keep their error.

    >>> round(error_at(KnownValue(53.0, se=1.2), 50.0, "%"), 3), error_at(KnownValue(7.1, se=0.4), 7, "%/năm")
    (1.202, 0.4)
    """
    assert figure.se is not None
    share = unit.startswith("%") and not unit.endswith("/năm")
    if not share or not 0 < bound < 100 or not 0 <= figure.value <= 100:
        return figure.se
    at_bound = bound * (100 - bound)
    at_value = figure.value * (100 - figure.value)
    if at_value == 0:
        return math.sqrt(at_bound / figure.n) if figure.n else figure.se
    return figure.se * math.sqrt(at_bound / at_value)


def rounding_note(goal: Goal, value: float, decimals: int) -> Said | None:
    """
    Return why the verdict and the printed, rounded number seem to disagree; None if they do not.

    >>> rounding_note(Goal(">=", 50, wording="đạt"), 49.96, 1)
    'in là 50,0% do làm tròn; giá trị 49,96% chưa đến mức “đạt 50%”'
    >>> rounding_note(Goal(">", 50, wording="đạt trên"), 52.0, 1) is None
    True
    """
    printed = float(rounded(value, decimals))
    if printed == value or (goal.holds(printed) == goal.holds(value) and printed != goal.asked):
        return None
    passed = "in là {shown} do làm tròn; giá trị {full} đã qua mức “{goal}”"
    short_of = "in là {shown} do làm tròn; giá trị {full} chưa đến mức “{goal}”"
    return Said(
        passed if goal.holds(value) else short_of,
        shown=Num(value, decimals, goal.unit),
        full=Num(value, unit=goal.unit),
        goal=goal.said,
    )


def level_verdict(goal: Goal, figure: KnownValue, finding: Attainment) -> Verdict:
    """Return vượt, đạt, chưa đạt or chưa đủ căn cứ for a figure of the target's own year."""
    if finding.met is None:
        return Verdict.UNDECIDED
    if not finding.met:
        return Verdict.NOT_MET
    beyond = goal.beyond()
    if beyond is not None and settle(beyond, figure).met:
        return Verdict.EXCEEDED
    return Verdict.MET
