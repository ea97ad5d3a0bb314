"""What became of every numeral of a plan."""

from __future__ import annotations

from bisect import bisect_right

import pandas as pd

from qngai_analysis.plan.model import Plan


def coverage(plan: Plan) -> pd.DataFrame:
    """Return every numeral of the plan's text with its one fate.

    Columns: ``numeral`` (as printed), ``fate`` (a ``Fate``), ``line`` (from 1),
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
