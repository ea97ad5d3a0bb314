"""Series that may be joined, and where they are cut.

Two observations belong to one series only if nothing that changes the number differs between
them: territory, unit, method, price basis, age bound, scope, category. The reasons printed
for a cut are in ``data/raw/reference/breaks.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from qngai_analysis.evidence.observations import (
    CHANNELS,
    LEVELS,
    Observation,
    last_day,
    position,
    published_at,
)
from qngai_analysis.values import is_missing, known, records
from qngai_analysis.words.said import Day, Said

#: Attributes that must agree, with the words used where breaks.csv has no reason of its own.
ATTRIBUTES = {
    "series": Said("khác chuỗi số liệu"),
    "territory": Said("khác địa giới"),
    "unit": Said("khác đơn vị"),
    "method": Said("khác phương pháp"),
    "price_basis": Said("khác loại giá"),
    "age_from": Said("khác giới hạn tuổi"),
    "scope": Said("khác phạm vi"),
    "category": Said("khác nhóm"),
    "period": Said("khác kỳ số liệu"),
    "evidence": Said("không nối số thực với số mô phỏng"),
}
_EXACT = ("point", "rank")


@dataclass(frozen=True)
class Chain:
    """
    A series without a break.

    ``points`` has one row per reference date, oldest first: ``id, t`` (years, see
    :func:`qngai_analysis.evidence.observations.position`), ``value, se, df``. ``cut`` maps
    the id of each observation left out to the reason in Vietnamese. ``revised``: the last point is of a
    vintage that a newer one has revised since.
    """

    points: pd.DataFrame
    cut: dict[str, str]
    revised: bool = False


def chain(pool: pd.DataFrame, anchor: Observation, breaks: pd.DataFrame) -> Chain:
    """
    Return the series that ends with ``anchor``: its comparable observations up to its date.

    Parameters
    ----------
    pool : observations (those that may speak, or a whole table)
    anchor : the observation the series must be comparable with
    breaks : the table of :func:`qngai_analysis.evidence.published.read_breaks`

    Notes
    -----
    Of two values for one date the more final level stands, then the nearer to the producer,
    then the newer vintage. Where two vintages of equal level contradict each other on a date
    they share, and the newer is no farther from the producer, the series was revised: every other
    value of the older vintage is left out (never ``anchor`` itself: it speaks). Bounds and ranges have no place on a line and are left out.
    """
    rules = list(records(_holds_for(breaks, anchor.series)))
    reasons = [(row, _apart(row, anchor, rules)) for row in records(pool)]
    cut = {str(row.id): reason for row, reason in reasons if reason is not None}
    kept = [row for row, reason in reasons if reason is None]
    revised = _revised_vintages(kept)
    for row in kept:
        if _vintage_of(row) in revised and row.id != anchor.id:
            cut[str(row.id)] = Said("kỳ công bố {vintage} đã được rà soát lại", vintage=Day(row.vintage))
    newest = _one_a_date([row for row in kept if str(row.id) not in cut], anchor)
    chosen = {row.id for row in newest}
    for row in kept:
        if row.id not in chosen:
            cut.setdefault(str(row.id), Said("đã có số mới hơn cho cùng thời điểm"))
    return Chain(_points(newest), cut, _vintage_of(anchor) in revised)


def _points(rows: list[Any]) -> pd.DataFrame:
    cells = [(row.id, position(row.reference_date), row.value, row.se, row.df) for row in rows]
    points = pd.DataFrame(cells, columns=["id", "t", "value", "se", "df"])
    numbers = dict.fromkeys(("t", "value", "se", "df"), "float64")
    return points.astype(numbers).sort_values("t").reset_index(drop=True)


def _apart(row: Any, anchor: Observation, rules: list[Any]) -> str | None:
    for attribute, words in ATTRIBUTES.items():
        if known(getattr(row, attribute)) != known(getattr(anchor, attribute)):
            return _reason(attribute, row, anchor, rules) or words
    if row.value_type not in _EXACT:
        return Said("chỉ biết cận hoặc khoảng, không đặt lên đường xu hướng")
    if position(row.reference_date) > position(anchor.reference_date):
        return Said("sau thời điểm đánh giá")
    for rule in (rule for rule in rules if rule.attribute == "reference_date"):
        if last_day(row.reference_date) < last_day(rule.date) <= last_day(anchor.reference_date):
            return str(rule.reason)
    return None


def _holds_for(breaks: pd.DataFrame, series: str) -> pd.DataFrame:
    named = breaks["series"].map(lambda start: start == "*" or series.startswith(start)).astype(bool)
    # a break that names both sides explains better than one that takes any value
    return breaks[named].sort_values(["before", "after"], na_position="last")


def _reason(attribute: str, row: Any, anchor: Any, rules: list[Any]) -> str | None:
    for rule in (rule for rule in rules if rule.attribute == attribute):
        for first, second in ((row, anchor), (anchor, row)):
            before = is_missing(rule.before) or rule.before == getattr(first, attribute)
            after = is_missing(rule.after) or rule.after == getattr(second, attribute)
            if before and after:
                return str(rule.reason)
    return None


def _vintage_of(row: Any) -> tuple[str, str]:
    return str(row.publisher), str(row.vintage)


def _revised_vintages(rows: list[Any]) -> set[tuple[str, str]]:
    """Return the vintages that a newer one of the same level contradicts on a shared date."""
    return {
        _vintage_of(older)
        for older in rows
        for newer in rows
        if position(older.reference_date) == position(newer.reference_date) and _revises(newer, older)
    }


def _revises(newer: Any, older: Any) -> bool:
    return bool(
        not is_missing(older.vintage)
        and published_at(newer) > published_at(older)
        and newer.value != older.value
        and newer.level == older.level
        and CHANNELS.index(newer.channel) <= CHANNELS.index(older.channel)
    )


def _one_a_date(rows: list[Any], anchor: Observation) -> list[Any]:
    """Keep one row per date, the anchor for its own: the figure that speaks is on the line."""
    best: dict[float, Any] = {}
    for row in sorted(rows, key=lambda row: _rank(row, anchor), reverse=True):
        best.setdefault(position(row.reference_date), row)  # "2024" and "2024-12-31" are one day
    return list(best.values())


def _rank(row: Any, anchor: Observation) -> tuple[bool, int, int, float]:
    level, channel = -LEVELS.index(row.level), -CHANNELS.index(row.channel)
    return row.id == anchor.id, level, channel, published_at(row)
