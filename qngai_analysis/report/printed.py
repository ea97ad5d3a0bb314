"""Words that several reports print for the same codes, and how a threshold and a published figure look."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from qngai_analysis import paths, territory
from qngai_analysis.project import read_project
from qngai_analysis.raw import read_cells, read_sidecar
from qngai_analysis.survey.release.treatment import Treatment
from qngai_analysis.words.folding import unaccented
from qngai_analysis.words.said import coded

SIMULATED = "SỐ LIỆU MÔ PHỎNG"
NOT_SIGNIFICANT = 0.05
EVIDENCE: dict[str, str] = coded("evidence") | {"simulated": SIMULATED}
HIDDEN = {"c": "bảo mật", "u": "kém tin cậy"}
#: Why a share may end in a round figure.
ROUNDED = "Tỷ lệ được làm tròn theo bước rộng hơn hai người (đơn vị) trả lời để bảo mật; sai số và khoảng tin cậy tính từ tỷ lệ đã làm tròn, gồm cả phần làm tròn."
#: What a table's note says of a row that is published for a reason of its own.
REMARKS = {Treatment.CENSUS: "điều tra toàn bộ, hầu hết đơn vị của tổng thể đã trả lời"}


@cache
def _misprints(folder: Path) -> tuple[str, ...]:
    sidecars = [read_sidecar(file) for file in sorted(folder.glob("*.txt"))]
    return tuple(word for sidecar in sidecars for word in sidecar.extra.get("misprints", {}))


def quoted(text: str) -> str:
    """Return words of a plan as a report quotes them: a misprint of the source is followed by [nguyên văn].

    >>> quoted("tài khoản định danh điện tử VNNeID đạt 80%")
    'tài khoản định danh điện tử VNNeID [nguyên văn] đạt 80%'
    """
    for word in _misprints(paths.raw("plans")):
        text = re.sub(rf"\b{re.escape(word)}\b", f"{word} [nguyên văn]", text)
    return text


def capitalised(text: str) -> str:
    """Return a text with a capital first; a letter by itself is a symbol, such as n or p, and stays.

    >>> capitalised("chỉ tiêu"), capitalised("n")
    ('Chỉ tiêu', 'n')
    """
    return text[:1].upper() + text[1:] if len(text) > 1 else text


#: The number of an item or a part, with the blank after it.
_ITEM = re.compile(r"(?:(?:[^\W\d_]+ )?(?:[IVXLC]+|[^\W\d_]|\d+(?:\.\d+)*)[.)] )?")
#: A syllable of Vietnamese; what is none stays in capitals: UBND, OCOP, 4.0, XVIII.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


def sentence_case(title: str) -> str:
    """Return a title printed in capitals as a sentence writes it: names and abbreviations keep theirs; any other as it is.

    >>> sentence_case("II. CHUYỂN ĐỔI SỐ TỈNH QUẢNG NGÃI NĂM 2026, CHỈ SỐ PCI"), sentence_case("3.1. Về kinh tế")
    ('II. Chuyển đổi số tỉnh Quảng Ngãi năm 2026, chỉ số PCI', '3.1. Về kinh tế')
    """
    number = _ITEM.match(title)[0]  # type: ignore[index]  # it also matches nothing
    said = title[len(number) :].strip(" :.")
    if not said.isupper():
        return number + said
    text = re.sub(
        r"\w+", lambda word: word[0].lower() if _SYLLABLE.fullmatch(unaccented(word[0])) else word[0], said
    )
    for unit in territory.units().values():
        kind, _, name = unit.bare.partition(" ")
        text = text.replace(f"{kind} {name}".lower(), f"{kind.lower()} {name}")
        if unit.level == "tỉnh":  # known without its kind, too
            text = text.replace(name.lower(), name)
    return number + capitalised(text)


def read_acts() -> dict[str, dict[str, Any]]:
    """Return the acts of ``reference/acts.csv`` by their number; those without one are left out."""
    return {row["number"]: row for row in read_cells(paths.reference("acts.csv")) if row["number"]}


def home_and_successor() -> list[str]:
    """Return the ids of the project's territory and of the one that took its place, if one did."""
    home = territory.units()[read_project().territory]
    return [home.id, *filter(None, [home.successor])]
