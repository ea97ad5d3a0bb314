"""Series that may be joined, and where they are cut.

Two observations belong to one series only if nothing that changes the number differs between
them: territory, unit, method, price basis, age bound, scope, category. The reasons printed
for a cut are in ``data/raw/reference/breaks.csv``.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from qngai_analysis.evidence.observations import CHANNELS, LEVELS, last_day, missing, position, records

#: Attributes that must agree, with the words used where breaks.csv has no reason of its own.
ATTRIBUTES = {
    "series": "khác chuỗi số liệu",
    "territory": "khác địa giới",
    "unit": "khác đơn vị",
    "method": "khác phương pháp",
    "price_basis": "khác loại giá",
    "age_from": "khác giới hạn tuổi",
    "scope": "khác phạm vi",
    "category": "khác nhóm",
    "period": "khác kỳ số liệu",
    "evidence": "không nối số thực với số mô phỏng",
}
_EXACT = ("point", "rank")


@dataclass(frozen=True)
class Chain:
    """
    A series without a break.

    ``points`` has one row per reference date, oldest first: ``id, t`` (years, see
    :func:`qngai_analysis.evidence.observations.position`), ``value, se, df``. ``cut`` maps
    the id of each observation left out to the reason in Vietnamese.
    """

    points: pd.DataFrame
    cut: dict[str, str]


def chain(pool: pd.DataFrame, anchor: pd.Series, breaks: pd.DataFrame) -> Chain:
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
    they share, and the newer is no farther from the producer, the series was revised: every
    value of the older vintage is left out. Bounds and ranges have no place on a line and are left out.
    """
    cut: dict[str, str] = {}
    kept = []
    for index, row in pool.iterrows():
        reason = _apart(row, anchor, breaks)
        if reason is None:
            kept.append(index)
        else:
            cut[str(row["id"])] = reason
    rows = pool.loc[kept]
    revised = _revised_vintages(rows)
    for row in records(rows[rows["vintage"].isin(list(revised))]):
        cut[str(row.id)] = f"kỳ công bố {row.vintage} đã được rà soát lại"
    rows = rows[~rows["vintage"].isin(list(revised))]
    newest = _newest(rows, anchor)
    for identifier in set(rows["id"]) - set(newest["id"]):
        cut[str(identifier)] = "đã có số mới hơn cho cùng thời điểm"
    points = newest.assign(t=newest["reference_date"].map(position).astype("float64"))
    points = points.sort_values("t")[["id", "t", "value", "se", "df"]].reset_index(drop=True)
    return Chain(points, cut)


def _apart(row: pd.Series, anchor: pd.Series, breaks: pd.DataFrame) -> str | None:
    for attribute, words in ATTRIBUTES.items():
        if not _agree(row[attribute], anchor[attribute]):
            return _reason(attribute, row, anchor, breaks) or words
    if row["value_type"] not in _EXACT:
        return "chỉ biết cận hoặc khoảng, không đặt lên đường xu hướng"
    if position(row["reference_date"]) > position(anchor["reference_date"]):
        return "sau thời điểm đánh giá"
    return _dated_break(row, anchor, breaks)


def _agree(left: object, right: object) -> bool:
    if missing(left) or missing(right):
        return bool(missing(left) and missing(right))
    return left == right


def _holds_for(breaks: pd.DataFrame, series: str) -> pd.DataFrame:
    named = breaks["series"].map(lambda start: start == "*" or series.startswith(start))
    return breaks[named.astype(bool)]


def _reason(attribute: str, row: pd.Series, anchor: pd.Series, breaks: pd.DataFrame) -> str | None:
    rules = _holds_for(breaks, str(anchor["series"]))
    # a break that names both sides explains better than one that takes any value
    rules = rules[rules["attribute"].eq(attribute)].sort_values(["before", "after"], na_position="last")
    for rule in records(rules):
        for first, second in ((row, anchor), (anchor, row)):
            before = missing(rule.before) or rule.before == first[attribute]
            after = missing(rule.after) or rule.after == second[attribute]
            if before and after:
                return str(rule.reason)
    return None


def _dated_break(row: pd.Series, anchor: pd.Series, breaks: pd.DataFrame) -> str | None:
    rules = _holds_for(breaks, str(anchor["series"]))
    for rule in records(rules[rules["attribute"].eq("reference_date")]):
        day = last_day(str(rule.date))
        if last_day(row["reference_date"]) < day <= last_day(anchor["reference_date"]):
            return str(rule.reason)
    return None


def _revised_vintages(rows: pd.DataFrame) -> set[str]:
    """Return the vintages that a newer one of the same level contradicts on a shared date."""
    revised: set[str] = set()
    dated = rows[rows["vintage"].notna()]
    for _, group in dated.groupby("reference_date"):
        ordered = group.assign(at=group["vintage"].map(position)).sort_values("at")
        newest = ordered.iloc[-1]
        for _, older in ordered.iloc[:-1].iterrows():
            contradicts = older["value"] != newest["value"] and older["at"] < newest["at"]
            nearer = CHANNELS.index(newest["channel"]) <= CHANNELS.index(older["channel"])
            if contradicts and nearer and older["level"] == newest["level"]:
                revised.add(older["vintage"])
    return revised


def _newest(rows: pd.DataFrame, anchor: pd.Series) -> pd.DataFrame:
    """Keep one row per date, the anchor for its own: the figure that speaks is on the line."""
    other = rows["id"].eq(anchor["id"]) | rows["reference_date"].ne(anchor["reference_date"])
    order = rows[other].assign(
        at=rows["vintage"].map(lambda v: position(v) if isinstance(v, str) else 0.0, na_action=None),
        final=rows["level"].map(lambda level: -LEVELS.index(level)),
        near=rows["channel"].map(lambda channel: -CHANNELS.index(channel)),
    )
    ordered = order.sort_values(["reference_date", "final", "near", "at"], kind="stable")
    last = ordered.drop_duplicates("reference_date", keep="last")
    return last.drop(columns=["at", "final", "near"])


def merged_share(parts: pd.DataFrame) -> float | None:
    """
    Return the share of a merged territory, in percent.

    Parameters
    ----------
    parts : DataFrame, one row per old territory, with ``numerator`` and ``denominator``

    Returns
    -------
    float or None
        100 × sum of numerators / sum of denominators. None where any of them is unknown: the
        mean of the parts' shares is not the share of the whole.

    >>> round(merged_share(pd.DataFrame({"numerator": [30, 5], "denominator": [100, 50]})), 2)
    23.33
    """
    known = parts[["numerator", "denominator"]].notna().all(axis=None)
    if not known or not len(parts) or not (parts["denominator"] > 0).all():
        return None
    return float(100 * parts["numerator"].sum() / parts["denominator"].sum())
