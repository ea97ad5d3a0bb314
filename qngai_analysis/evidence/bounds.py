"""What a share of a merged territory says of a territory that went into it.

With the shares of people w of the part and 1 - w of the rest, p_new = w p + (1 - w) p_rest, and p_rest lies between 0 and
100%. So p lies between (p_new - 100 (1 - w)) / w and p_new / w. That is arithmetic and needs no model, but
for the weights: they are shares of all people, whatever ages the indicator is of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from qngai_analysis import paths, raw, territory
from qngai_analysis.evidence.observations import Related
from qngai_analysis.territory import Unit


@dataclass(frozen=True, slots=True)
class Weight:
    """The share of a merged territory's people that live in one of its parts, and where the counts come from."""

    share: float  # 0-1
    year: int
    source: str

    def low(self, value: float) -> float:
        """Return the least that the part's share can be, in %, where the whole's is ``value`` %.

        >>> round(Weight(0.6823, 2022, "").low(92.61), 2)
        89.17
        """
        return max(0.0, (value - 100 * (1 - self.share)) / self.share)

    def high(self, value: float) -> float:
        """Return the most that the part's share can be, in %."""
        return min(100.0, value / self.share)


def weight_of(part: Unit) -> Weight | None:
    """Return a part's weight in what succeeded it; None unless one year and concept counts every part."""
    if not part.successor:
        return None
    parts = [unit for unit in territory.units().values() if unit.successor == part.successor]
    names = {territory.without_kind(unit.bare) for unit in parts}
    by_count: dict[tuple[str, str], dict[str, tuple[int, str]]] = defaultdict(dict)
    for row in raw.read_rows(paths.reference("populations.csv")):
        if row["provinces"] == "63" and row["province"] in names:
            by_count[row["year"], row["concept"]][row["province"]] = int(row["people"]), row["source"]
    whole = {key: counts for key, counts in by_count.items() if counts.keys() == names}
    if not whole or len(names) < 2:
        return None
    (year, _), counts = max(whole.items())
    people, _ = counts[territory.without_kind(part.bare)]
    sources = dict.fromkeys(source for _, source in counts.values())
    return Weight(people / sum(n for n, _ in counts.values()), int(year), "; ".join(sources))


def bounds_of(related: Iterable[Related], part: Unit, weight: Weight, age_from: int | None) -> list[Related]:
    """
    Return what the successor's shares say of a part, as observations of the part with a bound: lower ones first.

    Only figures of the same definition in per cent speak, of the age that the target asks for; a bound that excludes
    nothing is left out. The ``id`` is the figure's with ``≥`` or ``≤`` behind.
    """
    of_whole = [
        figure
        for figure in related
        if figure.relation == figure.definition == "same"
        and (figure.territory, figure.unit, figure.age_from) == (part.successor, "%", age_from)
    ]
    ends = (("lower_bound", "≥", weight.low), ("upper_bound", "≤", weight.high))
    of_part = [replace(one, territory=part.id, copy_of=None, se=None, df=None, n=None) for one in of_whole]
    return [
        replace(figure, id=figure.id + sign, value=bound(figure.value), value_type=kind)
        for kind, sign, bound in ends
        for figure in of_part
        if figure.value_type in ("point", kind) and 0 < bound(figure.value) < 100
    ]
