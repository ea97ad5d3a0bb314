"""The faults of a survey file: where, what was found, what would be right, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import SupportsInt

import pandas as pd

from qngai_analysis.survey.form.files import Sheet

FAULT_COLUMNS = ("file", "sheet", "row", "column", "value", "rule", "mend")


@dataclass
class Faults:
    """The faults found so far in the file of a name."""

    file: str
    found: list[tuple[object, ...]] = field(default_factory=list)

    def add(
        self,
        sheet: Sheet,
        row: SupportsInt | None,
        column: str,
        value: object,
        rule: str,
        mend: str,
        file: str = "",
    ) -> None:
        """Note a fault in a row of the file (``None``: of a whole column, or of the sheet)."""
        number, text = None if row is None else int(row), "" if value is None else str(value)
        self.found.append((file or self.file, sheet.name, number, column, text, rule, mend))

    def table(self) -> pd.DataFrame:
        """Return the faults, whole columns first, then by row and column of the file."""
        table = pd.DataFrame(self.found, columns=list(FAULT_COLUMNS)).astype({"row": "Int64"})
        return table.sort_values(
            ["file", "sheet", "row"], na_position="first", kind="stable", ignore_index=True
        )
