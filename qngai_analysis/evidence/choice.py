"""Which figure speaks for a target: printed rules, and the reason for each figure passed over.

The rules are on the page ``docs/methods/choosing-figures.md``. Figures that contradict each
other are shown side by side; nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
)
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
        Of the figures of the same definition that no rule bars, the one that speaks is the
        latest in reference date; then real before simulated; then the most final level; then a state body before the
        press before other sites; then the newest vintage; then the surest reading.
    """
    if not len(related):
        return Choice(None, related, related, related, related)
    known: list[Any] = []
    passed: list[Passed] = []
    barred: list[Any] = []
    for row in records(related):
        verdict = _first_rule(row, need, _KNOWN)
        if verdict is not None:
            passed.append(Passed(str(row.id), *verdict))
            continue
        if row.relation != "same":
            known.append(row.Index)
            passed.append(Passed(str(row.id), row.relation, _beside_reason(row)))
            continue
        verdict = _first_rule(row, need, _SPEAKS)
        if verdict is not None:
            barred.append(row.Index)
            passed.append(Passed(str(row.id), *verdict))
    out = {item.id for item in passed}
    pool = _ranked(related[~related["id"].isin(out)])
    ranked = [observation_of(row) for row in records(pool)]
    chosen = ranked[0] if ranked else None
    passed += [Passed(row.id, *_outranked(row, ranked[0])) for row in ranked[1:]]
    return Choice(
        chosen=chosen,
        pool=pool,
        barred=related.loc[barred],
        beside=related.loc[known],
        contradicting=_contradicting(pool, chosen),
        passed=tuple(passed),
        parts={code: need.names.get(code, code) for code in need.parts},
    )


Rule = Callable[[Any, Need], str | None]


def _withheld(row: Any, need: Need) -> str | None:
    return None if is_missing(row.withheld) else Said("không dùng: {why}", why=row.withheld)


def _copy(row: Any, need: Need) -> str | None:
    return (
        None
        if is_missing(row.copy_of)
        else Said("trùng nguồn gốc với {other}, không tính hai lần", other=row.copy_of)
    )


def _undated(row: Any, need: Need) -> str | None:
    return Said("nguồn không ghi năm của số liệu") if is_missing(row.reference_date) else None


def _later_year(row: Any, need: Need) -> str | None:
    return (
        Said("số liệu năm {year}, sau năm báo cáo {reported}", year=row.year, reported=need.year)
        if row.year > need.year
        else None
    )


def _after_cutoff(row: Any, need: Need) -> str | None:
    # a vintage known only to the month or year may be as late as the last day of it
    if is_missing(row.vintage) or last_day(row.vintage) <= need.cutoff:
        return None
    return Said(
        "công bố {vintage}, sau ngày chốt số liệu {cutoff}", vintage=Day(row.vintage), cutoff=Day(need.cutoff)
    )


def _simulated(row: Any, need: Need) -> str | None:
    return Said("số liệu mô phỏng") if need.real_only and row.evidence == "simulated" else None


def _territory(row: Any, need: Need) -> str | None:
    if row.territory in need.territories:
        return None
    if row.territory in need.parts:
        return Said("là số của một phần địa bàn, không phải của cả địa bàn")
    return Said(
        "khác địa giới ({place}; mục tiêu giao cho {places})",
        place=need.names.get(row.territory, row.territory),
        places=", ".join(need.names.get(code, code) for code in need.territories),
    )


def _scope(row: Any, need: Need) -> str | None:
    return None if is_missing(row.scope) else Said("chỉ bao quát một phần: {scope}", scope=row.scope)


def _part_of_year(row: Any, need: Need) -> str | None:
    return _PARTIAL_YEAR.get(row.period)


def _after_deadline(row: Any, need: Need) -> str | None:
    return (
        Said("số liệu năm {year}, sau năm mục tiêu {due}", year=row.year, due=need.deadline)
        if row.year > need.deadline
        else None
    )


def _age(row: Any, need: Need) -> str | None:
    if need.age_from is None or is_missing(row.age_from) or row.age_from == need.age_from:
        return None
    return Said("tính từ {age} tuổi, mục tiêu tính từ {asked} tuổi", age=row.age_from, asked=need.age_from)


def _category(row: Any, need: Need) -> str | None:
    if is_missing(row.category) and need.category is None:
        return None
    if row.category == need.category:
        return None
    if is_missing(row.category):
        return Said("là số chung, không phải của riêng nhóm")
    return Said("thuộc nhóm {group}", group=row.category)


def _unit(row: Any, need: Need) -> str | None:
    if row.unit == need.unit or (row.unit.startswith("%") and need.unit.startswith("%")):
        return None
    return Said("khác đơn vị ({unit}, mục tiêu tính bằng {asked})", unit=row.unit, asked=need.unit)


def _unsure(row: Any, need: Need) -> str | None:
    return Said("độ tin cậy của nguồn thấp, không đủ để kết luận") if row.confidence == "low" else None


def _change(row: Any, need: Need) -> str | None:
    return Said("là mức thay đổi, không phải mức đạt được") if row.value_type == "change" else None


#: Rules for every figure: whether the report may know of it at all.
_KNOWN: dict[str, Rule] = {
    "withheld": _withheld,
    "copy": _copy,
    "undated": _undated,
    "later-year": _later_year,
    "cutoff": _after_cutoff,
    "simulated": _simulated,
}

#: Rules for figures of the same definition: whether they may decide.
_SPEAKS: dict[str, Rule] = {
    "territory": _territory,
    "scope": _scope,
    "part-of-year": _part_of_year,
    "after-deadline": _after_deadline,
    "age": _age,
    "category": _category,
    "unsure": _unsure,
    "change": _change,
    "unit": _unit,
}


def _first_rule(row: Any, need: Need, rules: dict[str, Rule]) -> tuple[str, str] | None:
    for name, rule in rules.items():
        reason = rule(row, need)
        if reason is not None:
            return name, reason
    return None


_BESIDE = {"proxy": Said("chỉ tiêu thay thế"), "national": Said("số cả nước"), "context": Said("số bối cảnh")}


def _beside_reason(row: Any) -> str:
    reason = inside(row.relation_reason)
    kind = _BESIDE[row.relation]
    return reason if reason.startswith(kind) else Said("{kind}: {why}", kind=kind, why=reason)


_KEYS = ("_position", "_evidence", "_level", "_channel", "_vintage", "_confidence")


def _ranked(pool: pd.DataFrame) -> pd.DataFrame:
    """Return the figures, the one that speaks first."""
    keys = pd.DataFrame(
        {
            "_position": -pool["reference_date"].map(position).astype("float64"),
            "_evidence": pool["evidence"].map(EVIDENCE.index).astype("float64"),
            "_level": pool["level"].map(LEVELS.index).astype("float64"),
            "_channel": pool["channel"].map(CHANNELS.index).astype("float64"),
            "_vintage": -pool["vintage"].map(_vintage, na_action=None).astype("float64"),
            "_confidence": pool["confidence"].map(CONFIDENCES.index).astype("float64"),
        },
        index=pool.index,
    )
    order = keys.sort_values(list(_KEYS), kind="stable").index
    return pool.loc[order]


def _vintage(printed: object) -> float:
    # a figure without a publication date is taken as older than any dated one
    return position(printed) if isinstance(printed, str) else 0.0


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
    if _vintage(row.vintage) != _vintage(chosen.vintage):
        return "vintage", Said("công bố trước số được chọn")
    return "same-rank", Said("cùng thời điểm, cùng thứ bậc; giữ dòng đứng trước")


def _contradicting(pool: pd.DataFrame, chosen: Observation | None) -> pd.DataFrame:
    if chosen is None:
        return pool
    same_day = pool["reference_date"].map(position).eq(position(chosen.reference_date)) & pool["unit"].eq(
        chosen.unit
    )
    return pool[same_day & pool["value"].ne(chosen.value)]
