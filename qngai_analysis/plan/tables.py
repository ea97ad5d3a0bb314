"""Tables for people, made of a plan's values; what a column holds follows from the field's type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import pandas as pd

from qngai_analysis.plan.model import Goal, Target, Task

_DTYPES = {"int": "Int64", "float": "float64", "bool": "bool", "tuple": "object"}


def value_table(rows: Sequence[Target | Goal | Task], kind: type[Target | Goal | Task]) -> pd.DataFrame:
    """Return values as a table, one row each, one column a field of ``kind``.

    Whole numbers are ``Int64``, numbers ``float64``, texts ``str``; what holds several (agencies,
    stages) is a list in each cell. The table is new at each call: whoever changes it changes no plan.
    """
    columns = {field.name: _column(field.name, str(field.type), rows) for field in fields(kind)}
    return pd.DataFrame(columns, columns=list(columns))


def _column(name: str, type_: str, rows: Sequence[Any]) -> Any:
    cells: list[Any] = [getattr(row, name) for row in rows]
    dtype = next((_DTYPES[start] for start in _DTYPES if type_.startswith(start)), "str")
    if dtype == "object":
        cells = [[asdict(part) if name == "stages" else part for part in cell] for cell in cells]
        return pd.Series(cells, dtype=dtype)
    if dtype == "float64":
        cells = [float("nan") if cell is None else cell for cell in cells]
    return pd.Series(cells, dtype=dtype)
