"""The tables of a report as a spreadsheet: a list of tables, notes, and one table a sheet.

Made to be read by people and by programs: no merged cells, numbers as numbers, flags and groups in
columns of their own, notes as words on a sheet of their own.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from qngai_analysis.page.archive import settled
from qngai_analysis.page.document import NO_DATE
from qngai_analysis.page.layout import word
from qngai_analysis.page.tables import Cell, Grid, printable
from qngai_analysis.words.numbers import NO_DATA, rounded

HEAD_ROW = 4  # caption, state of the data and an empty row stand above


def to_xlsx(grids: Sequence[Grid], *, title: str = "", lang: str = "vi", dated: date = NO_DATE) -> bytes:
    """Return a workbook with the tables; the same bytes for the same tables.

    The first sheet lists the tables with links, the second holds notes and sources; then one sheet
    a table: caption in A1, "simulated" in A2 where it applies, column heads in row 4. A number is
    the number printed (rounded half away from zero), with its decimals as the cell's format. A cell
    without data holds ``…``.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    # "Bảng 3"; data tables of figures are "Số liệu của Hình 1"; names are at most 31 letters long
    names = (
        (grid.label or f"{word('table', lang)} {place}")[:31] for place, grid in enumerate(grids, start=1)
    )
    named = list(zip(names, grids, strict=True))
    _cover(book.create_sheet(word("sheet_contents", lang)), title, named, lang)
    _notes(book.create_sheet(word("sheet_notes", lang)), named, lang)
    for name, grid in named:
        _sheet(book.create_sheet(name), grid)
    for sheet in book.worksheets:
        fit_width(sheet)
    book.properties.title = printable(title)
    book.properties.creator = "qngai-analysis"
    book.properties.language = lang
    stream = io.BytesIO()
    book.save(stream)
    return settled(stream.getvalue(), dated)


def save_xlsx(grids: Sequence[Grid], path: Path, *, title: str = "", lang: str = "vi") -> None:
    """Write the workbook of ``to_xlsx`` to a file."""
    path.write_bytes(to_xlsx(grids, title=title, lang=lang))


def fit_width(sheet: Worksheet, orientation: Literal["landscape", "portrait"] = "landscape") -> None:
    """Print a sheet one page wide, however long."""
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


BOLD = Font(name="Arial", size=11, bold=True)
LINK = Font(name="Arial", size=11, underline="single", color="0B4F94")
ONE_LINE = Alignment(vertical="top")
WRAPPED = Alignment(wrap_text=True, vertical="top")
RIGHT = Alignment(horizontal="right", vertical="top")


def put(sheet: Worksheet, row: int, column: int, value: Any, *, bold: bool = False) -> SheetCell:
    """Write a cell and return it: text stays text (a plan's words that begin with "=" are no formula)."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, SheetCell)
    if isinstance(value, str):
        value = printable(value)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = BOLD
    return cell


def put_rows(sheet: Worksheet, rows: Iterable[Sequence[Any]], widths: Sequence[float] = ()) -> None:
    """Write rows from the first one on, which is the head and stays in sight; None leaves a cell empty."""
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            if value is not None:
                put(sheet, line, place, value, bold=line == 1).alignment = WRAPPED
    _set_widths(sheet, widths)
    sheet.freeze_panes = "A2"


def _set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _cover(sheet: Worksheet, title: str, tables: Sequence[tuple[str, Grid]], lang: str) -> None:
    put(sheet, 1, 1, title or word("report", lang), bold=True)
    for column, head in enumerate((word("sheet", lang), word("table", lang), word("data", lang)), start=1):
        put(sheet, 3, column, head, bold=True)
    for row, (name, grid) in enumerate(tables, start=4):
        cell = put(sheet, row, 1, name)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1", display=name)
        cell.font = LINK
        put(sheet, row, 2, grid.caption)
        put(sheet, row, 3, word("simulated", lang) if grid.simulated else "")
    _set_widths(sheet, (22, 90, 22))


def _notes(sheet: Worksheet, tables: Sequence[tuple[str, Grid]], lang: str) -> None:
    put(sheet, 1, 1, word("sheet_notes", lang), bold=True)
    put(sheet, 2, 1, word("missing", lang))
    row = 4
    for name, grid in tables:
        lines = list(grid.below)
        if grid.simulated:
            lines.insert(0, f"{word('simulated', lang)}. {word('simulated_text', lang)}")
        for line in lines:
            put(sheet, row, 1, name)
            put(sheet, row, 2, line).alignment = WRAPPED
            row += 1
    _set_widths(sheet, (22, 110))


def _sheet(sheet: Worksheet, grid: Grid) -> None:
    put(sheet, 1, 1, grid.titled, bold=True)
    if grid.simulated:
        put(sheet, 2, 1, word("simulated", grid.lang), bold=True)
    columns = [*_columns(grid)]
    for place, column in enumerate(columns, start=1):
        head = put(sheet, HEAD_ROW, place, column.head, bold=True)
        head.alignment = Alignment(wrap_text=True, vertical="bottom")
    _set_widths(sheet, (column.width for column in columns))
    for line, cells in enumerate(zip(*(column.cells for column in columns), strict=True), start=HEAD_ROW + 1):
        tall = 1
        for place, (cell, column) in enumerate(zip(cells, columns, strict=True), start=1):
            _data(sheet, line, place, cell, column.look)
            if column.look is not ONE_LINE:
                tall = max(tall, math.ceil(1.1 * len(cell.text) / column.width))
        sheet.row_dimensions[line].height = LINE_PT * tall  # not every program finds it by itself
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"


LINE_PT = 15.0


class SheetColumn(NamedTuple):
    """A column of a sheet: one of the table's, or what it says of its groups and flags."""

    head: str
    width: float
    cells: Sequence[Cell]
    look: Alignment = ONE_LINE


def _columns(grid: Grid) -> Iterator[SheetColumn]:
    """Yield the columns of a table's sheet: the name of a row's group first, a column's flags behind it."""
    section, sections = "", []
    for row in grid.rows:
        section = row.section or section
        sections += [] if row.section else [Cell(section)]
    if section:
        yield SheetColumn(word("group", grid.lang), 24, sections)
    for place, column in enumerate(grid.columns):
        cells = [row.cells[place] for row in grid.rows if not row.section]
        width = min(60.0, max(9.0, 1.15 * column.wanted))
        yield SheetColumn(column.name, width, cells, RIGHT if column.numeric else WRAPPED)
        if any(cell.flag for cell in cells):
            head = f"{column.name} {word('flag', grid.lang)}"
            yield SheetColumn(head, 10, [Cell(cell.flag) for cell in cells])


def _data(sheet: Worksheet, row: int, column: int, cell: Cell, look: Alignment) -> None:
    if cell.value is None or cell.text == NO_DATA:
        made = put(sheet, row, column, cell.text)
    else:
        decimals = 6 if cell.decimals is None else cell.decimals
        made = put(sheet, row, column, float(rounded(cell.value, decimals)))
        digits = "General" if cell.decimals is None else "#,##0" + "." * (decimals > 0) + "0" * decimals
        unit = printable(cell.unit).replace('"', "")
        made.number_format = digits + (f'"{unit}"' if unit.startswith("%") else f'" {unit}"' if unit else "")
    made.alignment = look
    if cell.href.startswith(("http://", "https://")):
        made.hyperlink = printable(cell.href)
