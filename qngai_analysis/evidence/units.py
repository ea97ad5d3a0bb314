"""Which units say the same at another scale: "4,2 tỷ USD" and "4.200 triệu USD", "giường/vạn dân" and "giường bệnh/10.000 dân".

Only asked of a figure and a target of one indicator, so the things that are counted are the same whatever they are called;
what is measured (money of a currency, lengths, areas, weights, shares) must be named alike.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from qngai_analysis.evidence.observations import Related
from qngai_analysis.plan.words import TIMES, words
from qngai_analysis.words.folding import fold

_SCALES = {fold(word): float(times) for word, times in TIMES.items()} | {"ti": 1e9}
_SHARES = {"%": 1e-2, "‰": 1e-3}
#: What is measured or ranked, not counted: these names must agree.
_MEASURED = frozenset(map(fold, words("measured_unit")))
#: For each of these a mean is taken: a plan that names it in the subject leaves it out of the unit.
_MEANS = frozenset(map(fold, words("mean_unit")))


def ratio(unit: str, asked: str) -> float | None:
    """Return by what a value in ``unit`` is multiplied to stand in ``asked``; None where the units say different things.

    >>> ratio("triệu USD", "tỷ USD"), ratio("giường/vạn dân", "giường bệnh/10.000 dân"), ratio("‰", "%")
    (0.001, 1.0, 0.1)
    >>> ratio("triệu đồng/người", "triệu đồng"), ratio("tỷ đồng", "tỷ USD"), ratio("bác sĩ", "bác sĩ/vạn dân")
    (1.0, None, None)
    """
    if unit == asked:
        return 1.0
    (scale, name, per), (asked_scale, asked_name, asked_per) = _parts(unit), _parts(asked)
    alike = name == asked_name or not ({name, asked_name} & {*_MEASURED, *_SHARES, ""})
    same_whole = per and asked_per and (per.startswith(asked_per) or asked_per.startswith(per))
    if not alike or not (same_whole or per == asked_per or {per, asked_per} <= {"", *_MEANS}):
        return None
    return float(f"{scale / asked_scale:.12g}")


@lru_cache(maxsize=512)
def _parts(unit: str) -> tuple[float, str, str]:
    """Return scale, name and what it is taken per: (1e-4, "giuong", "dan") of "giường/vạn dân"."""
    above, _, below = re.sub(r"\s+trên\s+", "/", unit).partition("/")
    if above.strip() in _SHARES:
        return _SHARES[above.strip()], "%", fold(below)
    scale, name = _scaled(fold(above) + (" %" if "%" in above else ""))  # "điểm %" are no points of a score
    of, per = _scaled(fold(re.sub(r"(?<=\d)[.\s](?=\d{3})", "", below)).replace("/", " "))
    first = name.partition(" ")[0]
    return scale / of, first if first in _MEASURED and "%" not in name else name, per


def _scaled(unit: str) -> tuple[float, str]:
    scale, rest = 1.0, unit.split()
    while rest and (rest[0] in _SCALES or rest[0].isdigit()):
        word = rest.pop(0)
        scale *= _SCALES.get(word) or float(word)
    return scale, " ".join(rest)


def in_unit(figure: Related, asked: str) -> Related:
    """Return a figure of the same definition in the unit that is asked for, where its own is one at another scale."""
    # shares, growths and points are told apart where they are judged
    apart = asked.startswith("%") and figure.unit.startswith("%")
    by = None if figure.relation != "same" or apart else ratio(figure.unit, asked)
    if by is None or figure.unit == asked:
        return figure
    scaled = {name: getattr(figure, name) for name in ("value", "value_high", "se")}
    told = {name: round(value * by, 12) for name, value in scaled.items() if value is not None}
    return replace(figure, unit=asked, **told)
