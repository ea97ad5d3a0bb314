"""One document in four formats: plain text, Word, a web page and PDF, from one source.

A source (``reference/plan_documents/*.md``) has a heading (``#``), list item (``-``) or paragraph a line. A line
with bars is a table row, one with ``|!`` a row of its head; ``<`` joins a cell with the one on its left, ``^`` with
the one above. Lines of a cell are set apart by ``//``.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import docx
import typst
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.shared import Pt

FOLDER = Path(__file__).parent / "reference" / "plan_documents"


@dataclass(frozen=True)
class Cell:
    words: list[str]
    across: int
    down: int


Rows = list[list[str]]


def blocks(source: str) -> Iterator[str | tuple[Rows, int]]:
    """Yield lines, and tables as rows and how many of these are the head."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    for tabular, group in groupby(lines, lambda line: line.startswith("|")):
        if not tabular:
            yield from group
            continue
        rows = list(group)
        head = sum(row.startswith("|!") for row in rows)
        yield (
            [[cell.strip() for cell in row.removeprefix("|").removeprefix("!").split("|")] for row in rows],
            head,
        )


def cells(rows: Rows) -> Iterator[tuple[int, int, Cell]]:
    """Yield row, column and cell, joined cells once."""
    for i, row in enumerate(rows):
        for j, words in enumerate(row):
            if words in ("<", "^"):
                continue
            across = 1 + next((n for n, w in enumerate(row[j + 1 :]) if w != "<"), len(row) - j - 1)
            below = [later[j] for later in rows[i + 1 :]]
            down = 1 + next((n for n, w in enumerate(below) if w != "^"), len(below))
            yield i, j, Cell([part.strip() for part in words.split("//")], across, down)


def as_text(source: str) -> bytes:
    lines: list[str] = []
    for block in blocks(source):
        if isinstance(block, str):
            lines.append(block)
            continue
        rows, head = block
        grid = [[""] * len(rows[0]) for _ in rows]
        for i, j, cell in cells(rows):
            for down in range(cell.down):
                for across in range(cell.across):
                    if across == 0 or i < head:
                        grid[i + down][j + across] = "; ".join(cell.words)
        lines += ["", *("\t".join(row) for row in grid), ""]
    return "\n".join(lines).encode()


def as_html(source: str) -> bytes:
    parts = ["<!DOCTYPE html><html><body>"]
    for block in blocks(source):
        if isinstance(block, str):
            mark, _, words = block.partition(" ")
            tag = {"#": "h1", "##": "h2", "###": "h3", "-": "li"}.get(mark, "p")
            parts.append(f"<{tag}>{html.escape(words if tag != 'p' else block)}</{tag}>")
            continue
        rows, head = block
        lines = [""] * len(rows)
        for i, _, cell in cells(rows):
            tag, words = "th" if i < head else "td", "".join(f"<p>{html.escape(w)}</p>" for w in cell.words)
            lines[i] += f'<{tag} colspan="{cell.across}" rowspan="{cell.down}">{words}</{tag}>'
        parts += ["<table>", *(f"<tr>{line}</tr>" for line in lines), "</table>"]
    return "\n".join([*parts, "</body></html>"]).encode()


def as_docx(source: str, file: Path, landscape: bool = False) -> Path:
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(12)
    document.styles["Normal"].font.name = "Liberation Serif"
    if landscape:
        page = document.sections[0]
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = page.page_height, page.page_width
    for block in blocks(source):
        if isinstance(block, str):
            mark, _, words = block.partition(" ")
            if mark.startswith("#"):
                document.add_heading(words, len(mark))
            else:
                document.add_paragraph(
                    words if mark == "-" else block, style="List Bullet" if mark == "-" else None
                )
            continue
        rows, head = block
        table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
        for i, j, cell in cells(rows):
            to = table.cell(i + cell.down - 1, j + cell.across - 1)
            place = table.cell(i, j).merge(to) if cell.across * cell.down > 1 else to
            place.text = cell.words[0]
            for words in cell.words[1:]:
                place.add_paragraph(words)
        for row in table.rows[:head]:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.save(str(file))
    return file


def as_typst(source: str, landscape: bool = False, stroke: str = "0.5pt") -> bytes:
    """Return a PDF as typst sets it; ``stroke`` draws the rules of tables."""

    def quoted(words: str) -> str:
        return '#"' + words.replace('"', '\\"') + '"'

    parts = [f"#set page(flipped: {str(landscape).lower()}, margin: 2cm, numbering: \"1\")\n#set text(size: 12pt)\n#set par(justify: true)"]  # fmt: skip
    for block in blocks(source):
        if isinstance(block, str):
            mark, _, words = block.partition(" ")
            if mark.startswith("#"):
                parts.append("=" * len(mark) + " " + quoted(words))
            else:
                parts.append(f"- {quoted(words)}" if mark == "-" else quoted(block))
            continue
        rows, head = block
        made = [
            (
                i < head,
                f"table.cell(colspan: {c.across}, rowspan: {c.down})[{' '.join('#par[' + quoted(w) + ']' for w in c.words)}]",
            )
            for i, _, c in cells(rows)
        ]
        widths = ", ".join(
            f"{min(8, max(1, max(len(row[j]) for row in rows) ** 0.5)):.1f}fr" for j in range(len(rows[0]))
        )
        top = ", ".join(cell for is_head, cell in made if is_head)
        rest = ", ".join(cell for is_head, cell in made if not is_head)
        parts.append(
            f"#table(columns: ({widths}), stroke: {stroke}, {f'table.header({top}),' if head else ''} {rest})"
        )
    return typst.compile("\n\n".join(parts).encode(), format="pdf")


#: What makes the file of each format, without LibreOffice's PDF: those are kept as files.
FORMATS: dict[str, Callable[[str], bytes]] = {"txt": as_text, "html": as_html, "pdf": as_typst}
