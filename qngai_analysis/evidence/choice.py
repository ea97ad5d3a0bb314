"""Which figure speaks for a target: printed rules, and the reason for each figure passed over.

The rules are on the page ``docs/methods/choosing-figures.md``. Figures that contradict each
other are shown side by side; nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from qngai_analysis import territory
from qngai_analysis.evidence.observations import CONFIDENCES, EVIDENCE, Related, last_day
from qngai_analysis.evidence.units import in_unit
from qngai_analysis.words.said import Day, Said, coded, inside

_PARTIAL_YEAR: Mapping[str, str] = coded("partial")


@dataclass(frozen=True)
class Need:
    """
    What a target asks of a figure.

    ``year`` is the year reported on, ``deadline`` the last year of the target's period,
    ``cutoff`` the day after which nothing published is known. ``territory`` is the id of the one
    whose figures may speak. ``category`` is the part of a family (one industry); missing asks
    for the total. ``age_from`` is the age bound the target fixes, if it fixes one; ``unit``
    the unit of the target.
    """

    territory: str
    year: int
    deadline: int
    cutoff: date
    unit: str = "%"
    real_only: bool = False
    age_from: int | None = None
    category: str | None = None

    @property
    def parts(self) -> frozenset[str]:
        """The territories that lie within the one asked for: what is known of one of them never stands for the whole."""
        return territory.below(self.territory)


@dataclass(frozen=True)
class Passed:
    """A figure passed over: which, by which rule, and the reason in Vietnamese."""

    id: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """
    The figures of an indicator as a target's need sorts them.

    ``pool`` are the figures that may speak, the one that does first. ``barred`` are figures of the target's
    definition that a rule keeps from deciding (another territory, a part of the year).
    ``beside`` are proxies, national figures and context. ``passed`` tells of every figure that does not speak why.
    """

    need: Need
    pool: tuple[Related, ...]
    barred: tuple[Related, ...]
    beside: tuple[Related, ...]
    passed: tuple[Passed, ...] = ()

    @property
    def chosen(self) -> Related | None:
        """The figure that speaks; missing when none of the target's own definition may."""
        return self.pool[0] if self.pool else None

    @property
    def contradicting(self) -> list[Related]:
        """The figures for the date of the one that speaks, in its unit, with another value."""
        beside = [one for one in self.pool if (one.t, one.unit) == (self.pool[0].t, self.pool[0].unit)]
        return [one for one in beside if one.value != self.pool[0].value]

    @property
    def near(self) -> list[Related]:
        """
        The figures shown beside a target that decide nothing, nearest first.

        Simulated ones after all others. Figures of the same definition that a rule bars; then proxies and national figures, those in the
        target's unit first (a count is not near a share), of these proxies, then national figures of
        the same definition; then the context. The newest of each series first. A figure of a part of the
        target's territory (one district) is not among them.
        """

        def order(figure: Related) -> tuple[float, ...]:
            counted = figure.relation in ("proxy", "national") and figure.unit != self.need.unit
            near, partly = _NEAR[figure.relation] + counted, figure.period not in ("Y", "point")
            told = _ORDER[figure.relation], figure.definition != "same", partly
            return figure.evidence == "simulated", near, *told, -figure.t

        parts = self.need.parts
        shown = (figure for figure in (*self.barred, *self.beside) if figure.territory not in parts)
        return sorted(shown, key=order)


_NEAR = {"same": 0, "proxy": 1, "national": 1, "context": 3}
_ORDER = {"same": 0, "proxy": 1, "national": 2, "context": 3}


def choose(related: Iterable[Related], need: Need) -> Choice:
    """
    Choose among the observations related to an indicator.

    Parameters
    ----------
    related : see :func:`qngai_analysis.evidence.published.relate`
    need : what the target asks for

    Returns
    -------
    Choice
        Figures stand in the target's unit, where theirs is one at another scale (:mod:`qngai_analysis.evidence.units`).
        Of the figures of the same definition that no rule bars, the one that speaks is the
        latest in year; then real before simulated; then the latest in reference date; then the most final level; then a state body before the
        press before other sites; then the newest vintage; then the surest reading.
    """
    pool: list[Related] = []
    barred: list[Related] = []
    beside: list[Related] = []
    passed: list[Passed] = []
    for figure in (in_unit(each, need.unit) for each in related):
        rule = next(_unknown(figure, need), None)
        if rule is None and figure.relation != "same":
            rule = figure.relation, _beside_reason(figure)
            beside.append(figure)
        elif rule is None and (rule := next(_barring(figure, need), None)):
            barred.append(figure)
        if rule is None:
            pool.append(figure)
        else:
            passed.append(Passed(figure.id, *rule))
    pool.sort(key=_rank)
    passed += [Passed(figure.id, *_outranked(figure, pool[0])) for figure in pool[1:]]
    if pool and pool[0].evidence == "real":  # a rehearsal neither contradicts nor goes on with what is real
        pool = [figure for figure in pool if figure.evidence == "real"]
    return Choice(need, tuple(pool), tuple(barred), tuple(beside), tuple(passed))


def _unknown(figure: Related, need: Need) -> Iterator[tuple[str, str]]:
    """Yield the rules, by name, that keep a figure from the report altogether, each with its reason."""
    if figure.withheld:
        yield "withheld", Said("không dùng: {why}", why=figure.withheld)
    if figure.copy_of:
        yield "copy", Said("trùng nguồn gốc với {other}, không tính hai lần", other=figure.copy_of)
    if not figure.reference_date:
        yield "undated", Said("nguồn không ghi năm của số liệu")
    if figure.year > need.year:
        years = {"year": figure.year, "reported": need.year}
        yield "later-year", Said("số liệu năm {year}, sau năm báo cáo {reported}", **years)
    # a vintage known only to the month or year may be as late as the last day of it
    if figure.vintage and last_day(figure.vintage) > need.cutoff:
        days = {"vintage": Day(figure.vintage), "cutoff": Day(need.cutoff)}
        yield "cutoff", Said("công bố {vintage}, sau ngày chốt số liệu {cutoff}", **days)
    if need.real_only and figure.evidence == "simulated":
        yield "simulated", Said("số liệu mô phỏng")


def _barring(figure: Related, need: Need) -> Iterator[tuple[str, str]]:
    """Yield the rules, by name, that keep a figure of the same definition from deciding, each with its reason."""
    if figure.territory != need.territory:
        yield "territory", _elsewhere(figure, need)
    if figure.scope:
        yield "scope", Said("chỉ bao quát một phần: {scope}", scope=figure.scope)
    if figure.period in _PARTIAL_YEAR:
        yield "part-of-year", Said(_PARTIAL_YEAR[figure.period])
    if figure.year > need.deadline:
        years = {"year": figure.year, "due": need.deadline}
        yield "after-deadline", Said("số liệu năm {year}, sau năm mục tiêu {due}", **years)
    if None not in (need.age_from, figure.age_from) and figure.age_from != need.age_from:
        ages = {"age": figure.age_from, "asked": need.age_from}
        yield "age", Said("tính từ {age} tuổi, mục tiêu tính từ {asked} tuổi", **ages)
    if figure.category != need.category:
        general = Said("là số chung, không phải của riêng nhóm")
        of_group = Said("thuộc nhóm {group}", group=figure.category)
        yield "category", of_group if figure.category else general
    if figure.confidence == "low":
        yield "unsure", Said("độ tin cậy của nguồn thấp, không đủ để kết luận")
    if figure.value_type == "change":
        yield "change", Said("là mức thay đổi, không phải mức đạt được")
    if figure.unit != need.unit and not (figure.unit.startswith("%") and need.unit.startswith("%")):
        units = {"unit": figure.unit, "asked": need.unit}
        yield "unit", Said("khác đơn vị ({unit}, mục tiêu tính bằng {asked})", **units)


def _elsewhere(figure: Related, need: Need) -> Said:
    if figure.territory in need.parts:
        return Said("là số của một phần địa bàn, không phải của cả địa bàn")
    place, asked = (inside(territory.name_of(id)) for id in (figure.territory, need.territory))
    return Said("khác địa giới ({place}; mục tiêu giao cho {places})", place=place, places=asked)


_BESIDE = {"proxy": Said("chỉ tiêu thay thế"), "national": Said("số cả nước"), "context": Said("số bối cảnh")}


def _beside_reason(figure: Related) -> str:
    reason = inside(figure.relation_reason)
    kind = _BESIDE[figure.relation]
    return reason if reason.startswith(kind) else Said("{kind}: {why}", kind=kind, why=reason)


def _rank(figure: Related) -> tuple[float, ...]:
    """Return what puts the figure that speaks first: no rehearsal comes before what is real and of the same year."""
    real, sure = EVIDENCE.index(figure.evidence), CONFIDENCES.index(figure.confidence)
    return -figure.year, real, -figure.t, *figure.rank, -figure.published, sure


def _outranked(figure: Related, chosen: Related) -> tuple[str, str]:
    if figure.year == chosen.year and figure.evidence != chosen.evidence:
        return "evidence", Said("là số liệu mô phỏng, số được chọn là số thực")
    if figure.t != chosen.t:
        return "older", Said("cũ hơn số liệu {date} đã chọn", date=Day(chosen.reference_date))
    if figure.level != chosen.level:
        return "level", Said(
            "là số {level}, số được chọn là số {best}", level=Said(figure.level), best=Said(chosen.level)
        )
    if figure.channel != chosen.channel:
        return "channel", Said(
            "qua {channel}, số được chọn của {best}", channel=Said(figure.channel), best=Said(chosen.channel)
        )
    if figure.published != chosen.published:
        earlier, dateless = Said("công bố trước số được chọn"), Said("không rõ ngày công bố")
        return "vintage", earlier if figure.vintage else dateless
    return "same-rank", Said("cùng thời điểm, cùng thứ bậc; giữ dòng đứng trước")
