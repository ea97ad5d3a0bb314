"""Which province does a text speak of?"""

from __future__ import annotations

import re

from qngai_analysis import paths, raw
from qngai_analysis.kept import of_tables


@of_tables("provinces.csv")
def _spellings() -> dict[str, str]:
    """Map each spelling, in lower case, to a province with its kind: "br-vt" → "tỉnh Bà Rịa - Vũng Tàu"."""
    return {
        spelling.lower(): f"{row['kind']} {row['name']}"
        for row in raw.read_cells(paths.reference("provinces.csv"))
        for spelling in (row["name"], *row["aliases"].split("|"))
        if spelling
    }


@of_tables("provinces.csv")
def _province_names() -> re.Pattern[str]:
    longest = sorted(_spellings(), key=len, reverse=True)
    names = "|".join(r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", name))) for name in longest)
    return re.compile(rf"(?<!\w)(?P<kind>(?:tỉnh|thành\s+phố|tp)\.?\s*)?(?P<name>{names})(?!\w)")


def find_province(text: str, place: str = "") -> str:
    """Return the province that a plan's text speaks of: "tỉnh Lào Cai"; "" where none is named.

    ``place`` is where the document was signed; if it is a province it decides. Else the one named
    most often does, counting twice where "tỉnh" or "thành phố" stands before it.
    >>> find_province("Kế hoạch của UBND tỉnh Thừa Thiên Huế, sao gửi Hà Nội")
    'tỉnh Thừa Thiên Huế'
    """
    spellings = _spellings()
    signed = spellings.get(" ".join(place.lower().split()))
    if signed:
        return signed
    counts: dict[str, int] = {}
    for found in _province_names().finditer(text.lower()):
        name = " ".join(found["name"].split())
        if name == "hồ chí minh" and not found["kind"]:
            continue  # the man, whom every Party document names; the city is "thành phố" or "TP.HCM"
        province = spellings.get(name) or spellings[re.sub(r"\s*-\s*", " - ", name)]
        counts[province] = counts.get(province, 0) + (2 if found["kind"] else 1)
    return max(counts, key=lambda province: counts[province], default="")
