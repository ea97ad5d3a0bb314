"""Words that several reports print for the same codes, and how a threshold and a published figure look."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from qngai_analysis import paths
from qngai_analysis.evidence.published import read_territories
from qngai_analysis.project import read_project
from qngai_analysis.raw import read_sidecar, read_table
from qngai_analysis.survey.release.treatment import Treatment
from qngai_analysis.values import is_missing, records

SIMULATED = "SỐ LIỆU MÔ PHỎNG"
NOT_SIGNIFICANT = 0.05
EVIDENCE = {
    "real": "số liệu thực",
    "simulated": SIMULATED,
    "proxy-only": "chỉ có số tham khảo",
    "none": "không có",
}
HIDDEN = {"c": "bảo mật", "u": "kém tin cậy"}
BOUNDS = {"lower_bound": "hơn {value}", "upper_bound": "gần {value}"}
#: Why a share may end in a round figure.
ROUNDED = (
    "Tỷ lệ được làm tròn theo bước rộng hơn hai người (đơn vị) trả lời để bảo mật; sai số và khoảng tin cậy tính từ tỷ lệ "
    "đã làm tròn, gồm cả phần làm tròn."
)
#: What a table's note says of a row that is published for a reason of its own.
REMARKS = {
    Treatment.CENSUS: "điều tra toàn bộ, hầu hết đơn vị của tổng thể đã trả lời",
}


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


def read_acts() -> dict[str, Any]:
    """Return the acts of ``reference/acts.csv`` by their number; those without one are left out."""
    table = read_table(paths.reference("acts.csv"))
    return {row.number: row for row in records(table.dropna(subset=["number"]))}


def home_and_successor() -> list[str]:
    """Return the ids of the project's territory and of the one that took its place, if one did."""
    home = read_project().territory
    later = read_territories().loc[home, "successor"]
    return [home] if is_missing(later) else [home, str(later)]
