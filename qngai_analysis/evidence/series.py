"""Series that may be joined, and where they are cut.

Two observations belong to one series only if nothing that changes the number differs between
them: territory, unit, method, price basis, age bound, scope, category. The reasons printed
for a cut are in ``data/raw/reference/breaks.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qngai_analysis.evidence.observations import Observation, last_day
from qngai_analysis.words.said import Day, Said, coded

#: Attributes that must agree, with the words used where breaks.csv has no reason of its own.
ATTRIBUTES: Mapping[str, str] = coded("apart")
_EXACT = ("point", "rank")


@dataclass(frozen=True, slots=True)
class Break:
    """
    Where series are cut, and why: where an attribute of their observations goes from ``before`` to ``after`` (None: any value).

    ``series`` is the beginning of their names, ``*`` for all. A break of the attribute ``reference_date`` cuts
    between the days before ``date`` and those from it on.
    """

    kind: str
    series: str
    attribute: str
    reason: str
    source: str
    date: str | None = None
    before: str | None = None
    after: str | None = None

    def holds_for(self, series: str) -> bool:
        """Return whether it cuts a series."""
        return self.series == "*" or series.startswith(self.series)


@dataclass(frozen=True)
class Chain:
    """
    A series without a break.

    ``points`` has one for each reference date, oldest first. ``cut`` maps
    the id of each observation left out to the reason in Vietnamese. ``revised``: the last point is of a
    vintage that a newer one has revised since.
    """

    points: tuple[Observation, ...]
    cut: dict[str, str]
    revised: bool = False


def chain(pool: Sequence[Observation], anchor: Observation, breaks: Iterable[Break]) -> Chain:
    """
    Return the series that ends with ``anchor``: its comparable observations up to its date.

    Parameters
    ----------
    pool : the observations that may speak
    anchor : the observation the series must be comparable with
    breaks : see :func:`qngai_analysis.evidence.published.read_breaks`

    Notes
    -----
    Of two values for one date the more final level stands, then the nearer to the producer,
    then the newer vintage. Where two vintages of equal level contradict each other on a date
    they share, and the newer is no farther from the producer, the series was revised: every other
    value of the older vintage is left out (never ``anchor`` itself: it speaks). Bounds and ranges have no place on a line and are left out.
    """
    # a break that names both sides explains better than one that takes any value
    rules = sorted(
        (rule for rule in breaks if rule.holds_for(anchor.series)),
        key=lambda rule: (rule.before is None, rule.before or "", rule.after is None, rule.after or ""),
    )
    apart = {figure.id: _apart(figure, anchor, rules) for figure in pool}
    cut = {name: reason for name, reason in apart.items() if reason is not None}
    kept = [figure for figure in pool if figure.id not in cut]
    # the vintages that a newer one of the same level contradicts on a shared date
    revised = {_vintage_of(old) for old in kept if any(_revises(newer, old) for newer in kept)}
    for figure in kept:
        if _vintage_of(figure) in revised and figure.id != anchor.id:
            cut[figure.id] = Said("kỳ công bố {vintage} đã được rà soát lại", vintage=Day(figure.vintage))
    newest = _one_a_date([figure for figure in kept if figure.id not in cut], anchor)
    for name in (figure.id for figure in kept if figure not in newest):
        cut.setdefault(name, Said("đã có số mới hơn cho cùng thời điểm"))
    points = tuple(sorted(newest, key=lambda figure: figure.t))
    return Chain(points, cut, _vintage_of(anchor) in revised)


def _apart(figure: Observation, anchor: Observation, rules: list[Break]) -> str | None:
    """Return why a figure is not of the anchor's series; None where it is."""
    for attribute, words in ATTRIBUTES.items():
        if getattr(figure, attribute) != getattr(anchor, attribute):
            return _reason(attribute, figure, anchor, rules) or Said(words)
    if figure.value_type not in _EXACT:
        return Said("chỉ biết cận hoặc khoảng, không đặt lên đường xu hướng")
    if figure.t > anchor.t:
        return Said("sau thời điểm đánh giá")
    for rule in rules:
        from_day = rule.date if rule.attribute == "reference_date" else None
        if from_day and last_day(figure.reference_date) < last_day(from_day) <= last_day(
            anchor.reference_date
        ):
            return rule.reason
    return None


def _reason(attribute: str, figure: Observation, anchor: Observation, rules: list[Break]) -> str | None:
    for rule in (rule for rule in rules if rule.attribute == attribute):
        for first, second in ((figure, anchor), (anchor, figure)):
            ends = (rule.before, getattr(first, attribute)), (rule.after, getattr(second, attribute))
            if all(said in (None, found) for said, found in ends):
                return rule.reason
    return None


def _vintage_of(figure: Observation) -> tuple[str | None, str | None]:
    return figure.publisher, figure.vintage


def _revises(newer: Observation, older: Observation) -> bool:
    return (
        older.vintage is not None
        and older.t == newer.t
        and newer.published > older.published
        and newer.value != older.value
        and newer.level == older.level
        and newer.rank[1] <= older.rank[1]
    )


def _one_a_date(figures: Sequence[Observation], anchor: Observation) -> list[Observation]:
    """Keep one figure per date, the anchor for its own: the figure that speaks is on the line."""

    best: dict[float, Observation] = {}
    first = sorted(figures, key=lambda figure: (figure.id != anchor.id, *figure.rank, -figure.published))
    for figure in first:
        best.setdefault(figure.t, figure)  # "2024" and "2024-12-31" are one day
    return list(best.values())
