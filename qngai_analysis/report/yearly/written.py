"""What the office writes itself: ``data/raw/office/<year>.md``, printed in its section and marked as the office's."""

from __future__ import annotations

import re
from functools import partial

from qngai_analysis import paths
from qngai_analysis.errors import RawFileError
from qngai_analysis.page.blocks import Prose
from qngai_analysis.report.yearly.loading import YearReport
from qngai_analysis.words.folding import fold

#: Headings of the file, and the section of the report where each part is printed.
PARTS = {
    "steering": "Lãnh đạo, chỉ đạo",
    "results": "Kết quả",
    "tasks": "Nhiệm vụ",
    "budget": "Kinh phí",
    "shortcomings": "Hạn chế, nguyên nhân",
    "next": "Nhiệm vụ năm tới",
    "proposals": "Kiến nghị",
}


def written(report: YearReport, part: str) -> list[Prose]:
    """Return the office's own text of a part, under its mark; nothing where it wrote none.

    Raises
    ------
    RawFileError
        A heading of the file is none of ``PARTS``, or text stands before the first one.
    """
    file = paths.raw("office", f"{report.year}.md")
    if not file.is_file():
        return []
    before, *pieces = re.split(r"^#+[ \t]+(.+?)[ \t]*$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    known = {fold(name): key for key, name in PARTS.items()}
    error = partial(RawFileError, file=file, known=", ".join(PARTS.values()))
    if before.strip():
        raise error("{file}: văn bản đứng trước đề mục đầu tiên; đề mục là {known}")
    texts: dict[str, str] = {}
    for heading, text in zip(pieces[::2], pieces[1::2], strict=True):
        if fold(heading) not in known:
            raise error("{file}: không có đề mục {heading!r}; đề mục là {known}", heading=heading)
        texts[known[fold(heading)]] = text.strip()
    if not texts.get(part):
        return []
    mark = report.say("Phần do {office} viết, không tính từ số liệu:")
    return [Prose(f"*{mark}*\n\n{texts[part]}")]
