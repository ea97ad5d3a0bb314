"""One model for everything that was ever observed about an indicator.

A survey estimate, an administrative figure and a number printed in a newspaper become rows of
the same table, so that one set of rules can choose among them. A row says what was measured
(indicator, series, method, unit, price basis, age bound, scope), where and when (territory,
reference date, period), how it is known (error, level, vintage, confidence) and from whom.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any, cast

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.raw import DATE
from qngai_analysis.words.said import Said

LEVELS = ("chính thức", "sơ bộ", "ước tính", "không rõ")  # most final first
CHANNELS = ("cơ quan nhà nước", "báo chí", "trang khác")  # nearest to the producer first
CONFIDENCES = ("high", "medium", "low")
PERIODS = ("Y", "H1", "Q1", "9M", "point")
EVIDENCE = ("real", "simulated")
#: How a value that is only a bound is said.
BOUNDS = {"lower_bound": "hơn {value}", "upper_bound": "gần {value}"}

SURVEYED = "điều tra mẫu"  # the method of an estimate from a survey file
MARKS = ("census", "stands")  # (nearly) all units answered; the figure published before is kept


@dataclass(frozen=True, slots=True)
class Observation:
    """
    One observation, as :func:`observations` checked it; None: not known.

    ``value`` (``value_high`` for the upper end of a range), ``se`` are in ``unit``; a share is
    0 to 100. ``n`` counts respondents, ``df`` design degrees of freedom. ``reference_date`` and
    ``vintage`` (publication) are as precise as known. ``evidence`` is real or simulated.
    ``mark`` says what a verdict adds to the figure, one of :data:`MARKS`; ``note`` is free text
    for people, and decides nothing.
    """

    id: str
    series: str
    indicator: str | None
    name: str | None
    category: str | None
    value: float
    value_high: float | None
    se: float | None
    df: float | None
    n: float | None
    unit: str
    value_type: str
    territory: str
    year: int
    reference_date: str
    period: str
    level: str
    method: str | None
    price_basis: str | None
    age_from: int | None
    scope: str | None
    numerator: float | None
    denominator: float | None
    vintage: str | None
    source_title: str
    publisher: str | None
    channel: str
    address: str | None
    confidence: str
    copy_of: str | None
    withheld: str | None
    evidence: str
    mark: str | None
    note: str | None

    @property
    def t(self) -> float:
        """Where its date stands on the time axis, see :func:`position`."""
        return position(self.reference_date)

    @property
    def rank(self) -> tuple[int, int]:
        """How far its level is from final, and its channel from the producer."""
        return LEVELS.index(self.level), CHANNELS.index(self.channel)

    @property
    def published(self) -> float:
        """Where its publication stands on the time axis; without a date it is older than any dated one."""
        return position(self.vintage) if self.vintage else 0.0


@dataclass(frozen=True, slots=True)
class Related(Observation):
    """
    An observation, and what it has to do with an indicator.

    ``relation`` and ``definition`` are words of :func:`qngai_analysis.evidence.published.read_relations`, ``relation_reason`` says why in
    Vietnamese.
    """

    relation: str
    definition: str
    relation_reason: str

    @classmethod
    def of(cls, figure: Observation, relation: str, definition: str, reason: str) -> Related:
        """Return an observation with what it has to do with an indicator."""
        cells = {name: getattr(figure, name) for name in COLUMNS}
        return cls(**cells, relation=relation, definition=definition, relation_reason=reason)


#: Every column of an observation and its type; a column an office does not send is filled as missing.
COLUMNS: dict[str, str] = {
    field.name: {"str": "str", "float": "float64", "int": "Int64"}[str(field.type).removesuffix(" | None")]
    for field in fields(Observation)
}
_REQUIRED = ("id", "value", "unit", "territory", "reference_date", "source_title", "evidence")
_DEFAULTS = {
    "value_type": "point",
    "period": "Y",
    "level": "không rõ",
    "confidence": "medium",
    "channel": "cơ quan nhà nước",
}
_CHOICES: dict[str, Sequence[str]] = {
    "value_type": ("point", "lower_bound", "upper_bound", "range", "rank", "change"),
    "period": PERIODS,
    "level": LEVELS,
    "confidence": CONFIDENCES,
    "channel": CHANNELS,
    "evidence": EVIDENCE,
    "mark": MARKS,
}


def observations(frame: pd.DataFrame) -> pd.DataFrame:
    """
    Return a table of observations, complete, typed and checked.

    Parameters
    ----------
    frame : DataFrame, one row per observation
        Needs ``id`` (unique), ``value``, ``unit``, ``territory``, ``reference_date``
        (``2025``, ``2025-06`` or ``2025-06-30``), ``source_title``, ``evidence`` (``real`` or
        ``simulated``), and ``indicator`` (catalogue code) or ``series``. ``se`` and ``df`` are
        the standard error, in the unit of ``value``, and the design degrees of freedom of an
        estimate; missing means the source gives no error. The other columns of ``COLUMNS``
        may be missing.

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS`` in that order. ``year`` is taken from ``reference_date``
        where it is missing; ``series`` from ``indicator``; ``value_type`` is ``point``,
        ``period`` ``Y``, ``level`` ``không rõ`` where nothing is said.

    Raises
    ------
    EvidenceError
        A required cell is empty, an id stands twice, a word is outside its list, an error is
        negative, a range is upside down, a year contradicts its date, or a share contradicts
        its numerator and denominator by more than 0.1 points. The message names the row.
    """
    absent = [name for name in _REQUIRED if name not in frame.columns]
    if absent:
        wording = "số liệu quan sát: thiếu cột {absent!r}; cần có {known}"
        raise EvidenceError(wording, absent=absent[0], known=", ".join(_REQUIRED))
    unknown = [name for name in frame.columns if name not in COLUMNS]
    if unknown:
        wording = "số liệu quan sát: cột {unknown!r} lạ; các cột hợp lệ là {known}"
        raise EvidenceError(wording, unknown=unknown[0], known=", ".join(COLUMNS))
    columns = {name: _typed(frame, name, kind) for name, kind in COLUMNS.items()}
    full = pd.DataFrame(columns, index=range(len(frame)))
    for name, value in _DEFAULTS.items():
        full[name] = full[name].fillna(value)
    full["series"] = full["series"].fillna(full["indicator"])
    for name in ("reference_date", "vintage"):
        odd = full[name].notna() & ~full[name].map(lambda text: bool(DATE.fullmatch(str(text)))).astype(bool)
        wording = "{where}: {name} là {found!r}; ngày viết dạng 2025, 2025-06 hoặc 2025-06-30"
        _refuse(full, odd, wording, name=name, found=full[name])
    full["year"] = full["year"].fillna(full["reference_date"].str[:4].astype("Int64"))
    _check(full)
    return full


def _typed(frame: pd.DataFrame, name: str, kind: str) -> pd.Series:
    if name not in frame.columns:
        return pd.Series([math.nan if kind == "float64" else pd.NA] * len(frame), dtype=kind)
    column = frame[name].reset_index(drop=True)
    try:
        return column.astype(cast(Any, kind))
    except (ValueError, TypeError) as fault:
        raise EvidenceError(
            "số liệu quan sát, cột {name!r}: {fault}; phải là {kind}", name=name, fault=fault, kind=kind
        ) from fault


def _check(full: pd.DataFrame) -> None:
    for name in _REQUIRED:
        # a printed figure without a year stays in the table: the rules of choice pass it over
        empty = full[name].isna() & ~((name == "reference_date") & full["withheld"].notna())
        _refuse(full, empty, "{where}: {name} để trống", name=name)
    _refuse(full, full["series"].isna(), "{where}: chưa nêu chỉ tiêu hoặc chuỗi số liệu")
    _refuse(full, full["id"].duplicated(), "{where}: mã bị trùng")
    for name, allowed in _CHOICES.items():
        odd = full[name].notna() & ~full[name].isin(list(allowed))
        wording = "{where}: {name} là {found!r}; giá trị hợp lệ: {known}"
        _refuse(full, odd, wording, name=name, found=full[name], known=", ".join(allowed))
    _check_numbers(full)


def _check_numbers(full: pd.DataFrame) -> None:
    ranges, dated = full["value_type"].eq("range"), full["reference_date"].notna()
    share = 100 * full["numerator"] / full["denominator"].where(full["denominator"] > 0)
    other_share = full["unit"].eq("%") & ((share - full["value"]).abs() > 0.1)
    other_year = full["reference_date"].str[:4] != full["year"].astype("str")
    rules = [
        (~full["value"].map(math.isfinite), Said("value không hữu hạn")),
        (full["se"] < 0, Said("se âm; sai số chuẩn ít nhất là 0")),
        (full["df"] <= 0, Said("df không dương; bậc tự do là số đơn vị cấp một trừ số tầng")),
        (ranges & full["value_high"].isna(), Said("một khoảng cần value_high")),
        (ranges & (full["value_high"] < full["value"]), Said("value_high nhỏ hơn value")),
        (dated & other_year, Said("year và reference_date không khớp nhau")),
        (other_share, Said("tỷ lệ không bằng numerator / denominator")),
    ]
    for fault, message in rules:
        _refuse(full, fault, "{where}: {message}", message=message)


def _refuse(full: pd.DataFrame, wrong: pd.Series, wording: str, /, **values: object) -> None:
    """Raise EvidenceError where some rows are wrong: ``where`` names the first, of a column its cell is shown."""
    if wrong.any():
        first = full.index[wrong][0]
        shown = {key: cell[first] if isinstance(cell, pd.Series) else cell for key, cell in values.items()}
        raise EvidenceError(wording, where=Said("số liệu {id!r}", id=full["id"][first]), **shown)


@lru_cache(maxsize=4096)
def position(reference_date: str) -> float:
    """
    Return where a date stands on the time axis, in years.

    A whole year stands at its end: ``2025`` and ``2025-12-31`` are both 2025.0, so that a
    target "by the end of 2025" is due at 2025.0. A month stands at its end.

    >>> position("2025"), position("2024-12-31"), round(position("2025-06"), 2)
    (2025.0, 2024.0, 2024.5)
    """
    day = last_day(reference_date)
    length = 366 if calendar.isleap(day.year) else 365
    return day.year - 1 + day.timetuple().tm_yday / length


def last_day(printed: str) -> date:
    """
    Return the last day a date such as ``2025``, ``2025-06`` or ``2025-06-30`` can mean.

    >>> last_day("2024-02")
    datetime.date(2024, 2, 29)
    """
    parts = [int(part) for part in printed.split("-")]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else 12
    day = parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]
    return date(year, month, day)
