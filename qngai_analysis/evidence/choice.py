"""Which figure speaks for a target: printed rules, and the reason for each figure passed over.

The rules are on the page ``docs/methods/choosing-figures.md``. Figures that contradict each
other are shown side by side; nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from qngai_analysis.evidence.observations import (
    CHANNELS,
    CONFIDENCES,
    EVIDENCE,
    LEVELS,
    Observation,
    last_day,
    observation_of,
    position,
    published_at,
)
from qngai_analysis.evidence.units import in_unit
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.said import Day, Said, inside

_PARTIAL_YEAR = {
    "H1": Said("mới có 6 tháng, chưa phải số cả năm"),
    "Q1": Said("mới có một quý, chưa phải số cả năm"),
    "9M": Said("mới có 9 tháng, chưa phải số cả năm"),
}


@dataclass(frozen=True)
class Need:
    """
    What a target asks of a figure.

    ``year`` is the year reported on, ``deadline`` the last year of the target's period,
    ``cutoff`` the day after which nothing published is known. ``territories`` are the ids
    whose figures may speak. ``category`` is the part of a family (one industry); missing asks
    for the total. ``age_from`` is the age bound the target fixes, if it fixes one; ``unit``
    the unit of the target. ``parts`` are the territories that lie within, named apart in reasons;
    ``names`` are the names by which reasons call territories (missing: the id).
    """

    territories: tuple[str, ...]
    year: int
    deadline: int
    cutoff: date
    unit: str = "%"
    parts: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    real_only: bool = False
    age_from: int | None = None
    category: str | None = None


@dataclass(frozen=True)
class Passed:
    """A figure passed over: which, by which rule, and the reason in Vietnamese."""

    id: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Choice:
    """
    The figure that speaks, and everything that did not.

    ``chosen`` is missing when no figure of the target's own definition may speak. ``pool`` are
    the figures that may speak (``chosen`` among them). ``barred`` are figures of the target's
    definition that a rule keeps from deciding (another territory, a part of the year).
    ``beside`` are proxies, national figures and context. ``contradicting`` are figures for
    the same date with another value. ``parts`` are the territories within the target's, by id:
    what is known of one of them is listed but never stands for the whole.
    """

    chosen: Observation | None
    pool: pd.DataFrame
    barred: pd.DataFrame
    beside: pd.DataFrame
    contradicting: pd.DataFrame
    passed: tuple[Passed, ...] = field(default=())
    parts: Mapping[str, str] = field(default_factory=dict)
    nearest: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)  # by unit, once asked for


def choose(related: pd.DataFrame, need: Need) -> Choice:
    """
    Choose among the observations related to an indicator.

    Parameters
    ----------
    related : DataFrame of :func:`qngai_analysis.evidence.published.relate`
    need : what the target asks for

    Returns
    -------
    Choice
        Figures stand in the target's unit, where theirs is one at another scale (:mod:`qngai_analysis.evidence.units`).
        Of the figures of the same definition that no rule bars, the one that speaks is the
        latest in reference date; then real before simulated; then the most final level; then a state body before the
        press before other sites; then the newest vintage; then the surest reading.
    """
    if not len(related):
        return Choice(None, related, related, related, related)
    related = in_unit(related, need.unit)
    beside: list[Any] = []
    barred: list[Any] = []
    passed: list[Passed] = []
    for row in records(related):
        rule = next(_unknown(row, need), None)
        if rule is None and row.relation != "same":
            rule = row.relation, _beside_reason(row)
            beside.append(row.Index)
        elif rule is None and (rule := next(_barring(row, need), None)):
            barred.append(row.Index)
        if rule is not None:
            passed.append(Passed(str(row.id), *rule))
    pool = _ranked(related[~related["id"].isin({item.id for item in passed})])
    ranked = [observation_of(row) for row in records(pool)]
    chosen = ranked[0] if ranked else None
    passed += [Passed(row.id, *_outranked(row, ranked[0])) for row in ranked[1:]]
    return Choice(
        chosen=chosen,
        pool=pool,
        barred=related.loc[barred],
        beside=related.loc[beside],
        contradicting=_contradicting(pool, chosen),
        passed=tuple(passed),
        parts={code: need.names.get(code, code) for code in need.parts},
    )


def _unknown(row: Any, need: Need) -> Iterator[tuple[str, str]]:
    """Yield the rules, by name, that keep a figure from the report altogether, each with its reason."""
    if not is_missing(row.withheld):
        yield "withheld", Said("không dùng: {why}", why=row.withheld)
    if not is_missing(row.copy_of):
        yield "copy", Said("trùng nguồn gốc với {other}, không tính hai lần", other=row.copy_of)
    if is_missing(row.reference_date):
        yield "undated", Said("nguồn không ghi năm của số liệu")
    if row.year > need.year:
        years = {"year": row.year, "reported": need.year}
        yield "later-year", Said("số liệu năm {year}, sau năm báo cáo {reported}", **years)
    # a vintage known only to the month or year may be as late as the last day of it
    if not is_missing(row.vintage) and last_day(row.vintage) > need.cutoff:
        days = {"vintage": Day(row.vintage), "cutoff": Day(need.cutoff)}
        yield "cutoff", Said("công bố {vintage}, sau ngày chốt số liệu {cutoff}", **days)
    if need.real_only and row.evidence == "simulated":
        yield "simulated", Said("số liệu mô phỏng")


def _barring(row: Any, need: Need) -> Iterator[tuple[str, str]]:
    """Yield the rules, by name, that keep a figure of the same definition from deciding, each with its reason."""
    if row.territory in need.parts and row.territory not in need.territories:
        yield "territory", Said("là số của một phần địa bàn, không phải của cả địa bàn")
    if row.territory not in need.territories:
        place, *places = (need.names.get(code, code) for code in (row.territory, *need.territories))
        said = Said(
            "khác địa giới ({place}; mục tiêu giao cho {places})", place=place, places=", ".join(places)
        )
        yield "territory", said
    if not is_missing(row.scope):
        yield "scope", Said("chỉ bao quát một phần: {scope}", scope=row.scope)
    if row.period in _PARTIAL_YEAR:
        yield "part-of-year", _PARTIAL_YEAR[row.period]
    if row.year > need.deadline:
        said = Said("số liệu năm {year}, sau năm mục tiêu {due}", year=row.year, due=need.deadline)
        yield "after-deadline", said
    if need.age_from is not None and not is_missing(row.age_from) and row.age_from != need.age_from:
        ages = {"age": row.age_from, "asked": need.age_from}
        yield "age", Said("tính từ {age} tuổi, mục tiêu tính từ {asked} tuổi", **ages)
    if is_missing(row.category) and need.category is not None:
        yield "category", Said("là số chung, không phải của riêng nhóm")
    if not is_missing(row.category) and row.category != need.category:
        yield "category", Said("thuộc nhóm {group}", group=row.category)
    if row.confidence == "low":
        yield "unsure", Said("độ tin cậy của nguồn thấp, không đủ để kết luận")
    if row.value_type == "change":
        yield "change", Said("là mức thay đổi, không phải mức đạt được")
    if row.unit != need.unit and not (row.unit.startswith("%") and need.unit.startswith("%")):
        yield "unit", Said("khác đơn vị ({unit}, mục tiêu tính bằng {asked})", unit=row.unit, asked=need.unit)


_BESIDE = {"proxy": Said("chỉ tiêu thay thế"), "national": Said("số cả nước"), "context": Said("số bối cảnh")}


def _beside_reason(row: Any) -> str:
    reason = inside(row.relation_reason)
    kind = _BESIDE[row.relation]
    return reason if reason.startswith(kind) else Said("{kind}: {why}", kind=kind, why=reason)


def _ranked(pool: pd.DataFrame) -> pd.DataFrame:
    """Return the figures, the one that speaks first."""

    def rank(row: Any) -> tuple[float, ...]:
        final, near = LEVELS.index(row.level), CHANNELS.index(row.channel)
        told = -position(row.reference_date), EVIDENCE.index(row.evidence), final, near
        return *told, -published_at(row), CONFIDENCES.index(row.confidence)

    return pool.loc[[row.Index for row in sorted(records(pool), key=rank)]]


def _outranked(row: Observation, chosen: Observation) -> tuple[str, str]:
    if position(row.reference_date) != position(chosen.reference_date):
        return "older", Said("cũ hơn số liệu {date} đã chọn", date=Day(chosen.reference_date))
    if row.evidence != chosen.evidence:
        return "evidence", Said("là số liệu mô phỏng, số được chọn là số thực")
    if row.level != chosen.level:
        return "level", Said(
            "là số {level}, số được chọn là số {best}", level=Said(row.level), best=Said(chosen.level)
        )
    if row.channel != chosen.channel:
        return "channel", Said(
            "qua {channel}, số được chọn của {best}", channel=Said(row.channel), best=Said(chosen.channel)
        )
    if published_at(row) != published_at(chosen):
        return "vintage", Said("công bố trước số được chọn")
    return "same-rank", Said("cùng thời điểm, cùng thứ bậc; giữ dòng đứng trước")


def _contradicting(pool: pd.DataFrame, chosen: Observation | None) -> pd.DataFrame:
    if chosen is None:
        return pool
    same_day = pool["reference_date"].map(position).eq(position(chosen.reference_date))
    return pool[same_day & pool["unit"].eq(chosen.unit) & pool["value"].ne(chosen.value)]
