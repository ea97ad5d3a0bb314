"""What became of every numeral of a plan."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from qngai_analysis.plan.document import Plan

FATES = {
    "target": "the value of a target",
    "period": "a year or period",
    "date": "a day, month or quarter",
    "citation": "the number of a cited document",
    "article": "an article, clause, item or appendix",
    "list number": "a number that orders headings, items or table rows",
    "name": "part of a name: 5G, phiên bản 2.0, mức độ 4, lần thứ 4",
    "definition": "an age that defines a population",
    "unit": "part of a unit: trên 100 dân",
    "count": "a number of things that is no target: 04 lớp, 15/21 chỉ tiêu",
    "duration": "a time: 6 tháng, 3 năm",
    "current value": "how things stand, not how they should",
    "interim": "a quarter's or month's part of a yearly target",
    "reference": "somebody else's value beside the target: cả nước 75%",
    "restated": "the same target in other units, in brackets",
    "rule": "a rate of a rule: hỗ trợ tối đa 50% chi phí",
    "money": "an amount of a budget",
    "not understood": "none of these",
}

LABELS = {
    "target": "chỉ tiêu",
    "period": "thời kỳ",
    "date": "ngày, tháng, quý",
    "citation": "số văn bản viện dẫn",
    "article": "điều, khoản, mục",
    "list number": "số thứ tự",
    "name": "tên gọi",
    "definition": "phần của định nghĩa",
    "unit": "phần của đơn vị tính",
    "count": "số đếm",
    "duration": "thời lượng",
    "current value": "hiện trạng",
    "interim": "mức theo quý, tháng",
    "reference": "giá trị tham chiếu",
    "restated": "diễn giải lại",
    "rule": "mức quy định",
    "money": "kinh phí",
    "not understood": "chưa rõ",
}


def coverage(plan: Plan) -> pd.DataFrame:
    """Return every numeral of the plan's text with its one fate.

    Columns: ``numeral`` (as printed), ``fate`` (a key of ``FATES``), ``line`` (from 1),
    ``char_start``, ``char_end``, ``around`` (some words on both sides). The spans hold every digit
    of the text once.
    """
    text = plan.text
    starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]
    rows = [
        {
            "numeral": " ".join(text[numeral.start : numeral.end].split()),
            "fate": numeral.fate.value,
            "line": bisect_right(starts, numeral.start),
            "char_start": numeral.start,
            "char_end": numeral.end,
            "around": " ".join(text[max(0, numeral.start - 30) : numeral.end + 30].split()),
        }
        for numeral in plan.numerals
    ]
    frame = pd.DataFrame(rows, columns=["numeral", "fate", "line", "char_start", "char_end", "around"])
    return frame.astype(
        {
            "numeral": "str",
            "fate": "str",
            "line": "Int64",
            "char_start": "Int64",
            "char_end": "Int64",
            "around": "str",
        }
    )
