"""The faults of a survey file: where, what was found, what would be right, how to mend it; and its account."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis import raw
from qngai_analysis.values import grouped
from qngai_analysis.words.language import spoken
from qngai_analysis.words.said import Joined, Lang, Said, coded, said, translate

# One row a cause: the first place, then in how many cells it stands and in which rows; and what a list that
# goes back to the field calls them.
_HEADINGS: Mapping[str, str] = coded("fault")
_WIDTHS = (22, 16, 8, 22, 28, 40, 60, 8, 30)


@dataclass(frozen=True)
class Fault:
    """A fault in one place."""

    file: str
    sheet: str
    row: int | None
    column: str
    value: str
    rule: Said
    mend: Said

    @property
    def cause(self) -> tuple[str, ...]:
        """What it has in common with others that one mending takes away: the wording, not what fills it but for what is ``right``."""
        right = str({**self.rule.values, **self.mend.values}.get("right", ""))
        return (self.file, self.sheet, self.column, self.rule.wording, self.mend.wording, right)


@dataclass
class Faults:
    """The faults found so far in the file of a name, and the notes of what was done without asking."""

    file: str
    found: list[Fault] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)

    def note(self, note: Said, sheet: str = "") -> None:
        """Note what was done without asking, in a sheet of several."""
        self.notes.append(Said("{sheet}: {note}", sheet=sheet, note=note) if sheet else note)

    def add(
        self,
        place: tuple[str, int | None],
        column: str,
        value: object,
        rule: Said,
        mend: Said,
        file: str = "",
    ) -> None:
        """Note a fault at a place (``Sheet.where``): a cell, a row, a whole column, or the sheet."""
        text = value if isinstance(value, Said) else "" if value is None else str(value)
        self.found.append(Fault(file or self.file, *place, column, text, rule, mend))

    def table(self) -> pd.DataFrame:
        """Return one row a cause, in the user's language: whole columns first, then by row."""
        causes = grouped((fault.cause, fault) for fault in self.found).values()
        rows = [_told(faults, spoken()) for faults in causes]
        table = pd.DataFrame(rows, columns=list(_HEADINGS)).astype({"row": "Int64", "count": "int64"})
        place = ["file", "sheet", "row"]
        table = table.sort_values(place, na_position="first", kind="stable", ignore_index=True)
        table.attrs["notes"] = [said(note, spoken()) for note in self.notes]
        return table


def _told(faults: Sequence[Fault], lang: Lang) -> tuple[object, ...]:
    first = min(faults, key=lambda fault: fault.row or 0)
    values = list(dict.fromkeys(said(fault.value, lang) for fault in [first, *faults]))
    shown = "; ".join(value[:2_000] for value in values[:3]) + ("; …" if len(values) > 3 else "")
    rows = ranges(sorted({fault.row for fault in faults if fault.row is not None}))
    place, advice = (first.file, first.sheet, first.row, first.column), (first.rule, first.mend)
    return *place, shown, *(said(text, lang) for text in advice), len(faults), rows


def fault_lines(faults: pd.DataFrame) -> list[str]:
    """Return a table of faults as lines to read, one a cause, in the user's language."""
    return [said(_line(row), spoken()) for row in faults.itertuples()]


def _line(row: Any) -> Said:
    where = [part for part in (row.sheet, row.column) if part]
    if row.rows:
        where.insert(bool(row.sheet), Said("dòng {rows} ({n} ô)", rows=row.rows, n=row.count))
    return Said(
        "{where}: {value}phải là {rule}. Cách sửa: {mend}",
        where=Joined(where, ", ") if where else row.file,
        value=f"{row.value}: " if row.value else "",
        rule=row.rule,
        mend=row.mend,
    )


def ranges(numbers: Sequence[int]) -> str:
    """Return row numbers as a reader finds them.

    >>> ranges([5, 6, 7, 9, 12])
    '5–7, 9, 12'
    """
    # what follows one upon the other is as far from its place in the list
    placed = itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    runs = [[number for _, number in run] for _, run in placed]
    parts = [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs[:60]]
    return ", ".join(parts) + (", …" if len(runs) > 60 else "")


def write_faults(faults: pd.DataFrame, path: Path) -> None:
    """
    Write faults for whoever keeps the file: an Excel workbook if the name ends in .xlsx, else a CSV.

    The headings are in the user's language; the CSV opens rightly in Excel (UTF-8 with a mark).
    """
    headings = [translate(text, spoken()) for text in _HEADINGS.values()]
    named = faults[list(_HEADINGS)].set_axis(headings, axis=1)
    if path.suffix.lower() != ".xlsx":
        path.write_text(raw.csv_text(named), encoding="utf-8-sig", newline="")
        return
    from openpyxl import Workbook

    from qngai_analysis.page.sheets import put_rows

    book = Workbook()
    sheet = book.worksheets[0]
    rows = named.astype(object).where(named.notna(), None).itertuples(index=False)
    put_rows(sheet, [headings, *rows], _WIDTHS)
    sheet.auto_filter.ref = sheet.dimensions
    book.save(path)
