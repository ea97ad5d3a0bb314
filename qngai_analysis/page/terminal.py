"""A table on a terminal, and its rows as plain values for other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from qngai_analysis.page.layout import layout
from qngai_analysis.raw import csv_text
from qngai_analysis.values import jsonable
from qngai_analysis.words.language import message, spoken
from qngai_analysis.words.numbers import SIGNS, day, number, printed_decimals
from qngai_analysis.words.said import Part, Said, said, unit_words

if TYPE_CHECKING:
    import pandas as pd

#: What a table's columns are called on a Vietnamese screen; files and English screens keep the columns' names.
HEADS: dict[str, str] = layout()["screen"]["heads"]
#: How a target's way of change and its comparison are said.
_SAID = {
    "increase": Said("tăng"),
    "decrease": Said("giảm"),
    "multiple": Said("gấp"),
    "between": Said("trong khoảng"),
}
_BOUNDS = {"lower_bound": "> ", "upper_bound": "< "}
PIPE = 200  # letters a line, where nobody says how wide the screen is


def as_json(frame: pd.DataFrame) -> str:
    """Return the rows as a JSON list of objects; a missing cell is null."""
    return json.dumps(jsonable(frame), ensure_ascii=False, indent=2)


def as_csv(frame: pd.DataFrame) -> str:
    """Return the rows as CSV whose cells are plain: lists joined, a dictionary as a column a key."""
    import pandas as pd

    parts: dict[str, Any] = {}
    for name in frame.columns:
        cells = list(frame[name])
        keys = next((list(cell) for cell in cells if isinstance(cell, dict)), None)
        if keys is None:
            parts[name] = ["; ".join(map(str, cell)) if isinstance(cell, list) else cell for cell in cells]
        else:
            parts |= {f"{name}_{key}": [cell.get(key) for cell in cells] for key in keys}
    return csv_text(pd.DataFrame(parts))


def print_table(frame: pd.DataFrame, columns: Sequence[str], *, title: str | None = None) -> None:
    """Print those of ``columns`` that the table has, and how many rows there are.

    A value that is a range is printed with both its ends (``value`` and ``value_high``).
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # rich would leave with 1

    frame = frame.map(lambda cell: said(cell, spoken()) if isinstance(cell, Said | Part) else cell)
    table = Table(box=box.SIMPLE_HEAD, title=title)
    shown = [name for name in columns if name in frame.columns]
    heads = HEADS if spoken() == "vi" else {}
    for name in shown:
        side: Literal["left", "right"] = "right" if frame[name].dtype.kind in "fi" else "left"
        table.add_column(heads.get(name, name), justify=side, overflow="fold")
    for row in jsonable(frame):
        ends = [row["value"], row.get("value_high")] if "value" in row else []
        bound = _BOUNDS.get(row.get("value_type"), "")
        row["value"] = bound + " – ".join(
            number(end, printed_decimals(end), lang=spoken()) for end in ends if end is not None
        )
        row["value"] += f"/{row['out_of']:g}" if row.get("out_of") else ""  # "7/10 hợp tác xã"
        row["unit"] = unit_words(row.get("unit"), spoken())
        if row.get("reference_date"):
            row["reference_date"] = day(row["reference_date"], spoken())
        if row.get("comparator"):
            asked = [row.get("change"), row["comparator"]]
            row["comparator"] = " ".join(
                message(_SAID[key], {}) if key in _SAID else SIGNS.get(key, key) for key in asked if key
            )
        table.add_row(*(_printed(row[name]) for name in shown))
    console = Terminal(width=None if sys.stdout.isatty() else PIPE)
    if len(frame):
        console.print(table)
    elif title:
        console.print(title)
    count = {"count": len(frame)}
    console.print(message("1 dòng", {}) if len(frame) == 1 else message("{count} dòng", count))


def _printed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return number(float(f"{value:g}"), lang=spoken()) if isinstance(value, float) else str(value)
