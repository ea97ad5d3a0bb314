"""The PDF edition: the parts of a report as JSON, printed by the Typst template and compiled by the ``typst`` wheel.

Tagged (PDF/UA-1 and PDF/A-2a together), no TeX, no browser, the same bytes on every run. Every text
of the report reaches Typst as a string of JSON, never as markup, so that ``#``, ``$`` or ``*`` in a
plan's wording print as they stand. What a part looks like stands in ``templates/report.typ``.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from typing import Any

from qngai_analysis.errors import RenderError
from qngai_analysis.page import blocks
from qngai_analysis.page import document as doc
from qngai_analysis.page.layout import HERE, layout, text_width_mm, word
from qngai_analysis.page.tables import (
    INSET_EM,
    LONG_WORD,
    Cell,
    Grid,
    Row,
    printable,
    source_line,
    word_pieces,
)
from qngai_analysis.words.addresses import pieces
from qngai_analysis.words.numbers import official_date

FONTS = HERE / "fonts"
LONG_CELL = 900  # letters; a longer cell may fill more than a page
TALL_CELL = 100  # letters; a longer cell has many lines in a narrow column
TEXT_EM = 0.44  # a letter of a text, a little more than most take
BOLD = 1.08  # how much wider it is
TALL_MM = 90  # a drawing that is taller may leave its place among the lines
STANDARDS: Any = ["ua-1", "a-2a"]  # the stub wants a list of literals


def to_pdf(document: doc.Document, part: str = "") -> bytes:
    """Return the PDF of a document, or of one part of it: ``letter`` or ``appendices``.

    A link into the other part is its words alone.

    Raises
    ------
    RenderError
        Typst refused the document; the message is Typst's own.
    """
    import typst

    nodes = [*document.opened(), *document.figure_data()]
    if part:
        begins = next(place for place, node in enumerate(nodes) if isinstance(node, blocks.AppendixStart))
        nodes = nodes[:begins] if part == "letter" else nodes[begins:]
    content = {
        "title": covered(document.title),
        "author": covered(document.author),
        "lang": document.lang,
        "date": [document.date.year, document.date.month, document.date.day],
        "places": list(map(covered, doc.link_targets(nodes))),
        "drawings": {node.id: node.svg for node in nodes if isinstance(node, blocks.Figure)},
        "parts": _plain(nodes, document.lang),
    }
    # typst takes a dictionary of files, which its type stub does not say
    sources: Any = {
        "main.typ": (HERE / "templates" / "report.typ").read_bytes(),
        "layout.toml": (HERE / "layout.toml").read_bytes(),
        "document.json": json.dumps(content, ensure_ascii=False).encode(),
    }
    try:
        made = typst.compile(
            sources, format="pdf", pdf_standards=STANDARDS, font_paths=[str(FONTS)], ignore_system_fonts=True
        )
    except typst.TypstError as fault:
        raise RenderError("không tạo được PDF: {known}", known=" ".join(str(fault).split())) from fault
    # poppler calls this key of the tags a fault; its absence means the same, and the file keeps its length
    return bytes(made).replace(b"/Suspects false", b" " * 15)


def has_appendices(document: doc.Document) -> bool:
    """Return whether a document is an official letter with appendices, which are a file of their own."""
    kinds = {type(node) for node in document.nodes}
    return {blocks.OfficialHead, blocks.AppendixStart} <= kinds


def picture(svg: str) -> bytes:
    """Return an SVG drawing as PNG, for formats that cannot hold SVG."""
    import typst

    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg", alt: "")\n'
    sources: Any = {"main.typ": source.encode(), "drawing.svg": svg.encode()}
    made: Any = typst.compile(
        sources, format="png", ppi=200, font_paths=[str(FONTS)], ignore_system_fonts=True
    )
    return bytes(made)


@cache
def _lacking() -> re.Pattern[str]:
    """Return the pattern of a character that the report's font lacks."""
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    ranges = [[re.escape(chr(int(code, 16))) for code in line.split("-")] for line in lines]
    return re.compile(f"[^\\n{''.join(f'{low}-{high}' for low, high in ranges)}]")


def covered(text: str) -> str:
    """Return a text that the report's font can print."""
    return _lacking().sub("\ufffd", printable(text))


_LONG_WORD = re.compile(rf"\S{{{LONG_WORD},}}")
#: What stands between the pieces of a long word (a code, an address), where a line may end; no text has it.
BETWEEN = "\x1f"


def _plain(value: Any, lang: str) -> Any:
    """Return parts of a document as the template reads them: what each is, its fields, and what is made of them."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _LONG_WORD.sub(lambda match: BETWEEN.join(word_pieces(match[0])), covered(value))
        case list() | tuple():
            return [_plain(item, lang) for item in value]
        case dict():
            return {key: _plain(item, lang) for key, item in value.items()}
        case Cell():
            return _plain(value.filled(), lang)
        case Row():
            return _plain(value.section or value.cells, lang)
    held = {item.name: getattr(value, item.name) for item in fields(value)}
    return {"is": type(value).__name__, **_plain(held | _made(value, lang), lang)}


def _made(node: Any, lang: str) -> dict[str, Any]:
    """Return what the writers have in common, or what is quicker to find here than in the template."""
    match node:
        case doc.Span(kind="link"):
            return {"text": doc.flat(node.children), "children": ()}
        case doc.Paragraph():
            return {"announces": doc.announces(node)}
        case blocks.OfficialHead():
            number = f"{word('number', lang)}: {node.printed_number}"
            dated = official_date(node.date, node.place, lang)
            return {"number": number, "date": dated, "dear": node.dear(lang)}
        case blocks.LegalBases() | blocks.SignatureBlock():
            return {"lines": node.lines}
        case blocks.AppendixStart():
            return {"name": node.name(lang), "reference": node.in_brackets}
        case blocks.Figure():
            said = {
                "caption": blocks.caption_line(node),
                "below": _below(source_line(node.source, node.lang)),
            }
            return {"svg": "", "data": None, "tall": node.height_mm > TALL_MM, **said}
        case Grid():
            return {
                "caption": blocks.caption_line(node) if node.caption else "",
                "below": _below(node.below),
                "shares": node.shares(),
                "heads": [(head.text, head.across, head.down) for row in node.heads() for head in row],
                "size": node.size_pt,
                # a row stays on one page, unless it may be longer than that
                "breakable": _tallest(node.rows) > LONG_CELL,
                "ends": _last_rows(node),
                **_kept_together(node),
            }
    return {}


def _below(lines: Iterable[str]) -> list[list[tuple[str, bool]]]:
    """Return lines in pieces, each with whether it is a web address."""
    return [[*pieces(line)] for line in lines]


def _last_rows(grid: Grid) -> int:
    """Return how many rows at a table's end stay on one page; fewer where they are tall, none where one may break."""
    tallest = _tallest(grid.rows[-3:])
    return 0 if tallest > LONG_CELL else 1 if tallest > TALL_CELL else 3


def _kept_together(grid: Grid) -> dict[str, Any]:
    """
    Return whether a table is short, whether it stays whole on a page, and else how many millimetres must be left where it begins.

    That is for caption, head and first two rows, of a short table for all rows: reckoned, and a line more than that.
    Measured by Typst they would be set twice.
    """
    table, caption_pt = layout()["table"], layout()["text"]["size_pt"]
    bodies = [place for place, row in enumerate(grid.rows) if not row.section]
    short = len(bodies) <= table["short_rows"]
    width = text_width_mm(landscape=grid.landscape) / 25.4 * 72 / grid.size_pt
    widths = [share * width for share in grid.shares()]
    texts = [[(column.label, em / BOLD) for column, em in zip(grid.columns, widths, strict=True)]]
    if any(column.group for column in grid.columns):
        texts.append([("", width)])
    for row in grid.rows if short else grid.rows[: bodies[1] + 1]:
        cells = (
            [(row.section, width)]
            if row.section
            else zip((cell.text for cell in row.cells), widths, strict=True)
        )
        texts.append([*cells])
    points = sum(_row_pt(max(_lines(text, em) for text, em in row), grid.size_pt) for row in texts)
    caption = _lines(blocks.caption_line(grid), width * grid.size_pt / caption_pt / BOLD)
    points += _row_pt(caption, caption_pt) + _row_pt(1, grid.size_pt) + 8
    room = points / 72 * 25.4
    low = room < table["whole_wide_mm" if grid.landscape else "whole_mm"]
    least = min(room, table["short_mm" if short else "begin_mm"])
    return {"short": short, "whole": short and low, "room": least}


def _lines(text: str, em: float) -> int:
    """Return how many lines a text takes in a column of a table."""
    letters = max(1, int((em - INSET_EM) / TEXT_EM))
    return sum(max(1, len(textwrap.wrap(line, letters))) for line in text.split("\n"))


def _row_pt(lines: int, size_pt: float) -> float:
    """Return how tall a row of a table is: capitals 0.66 em tall, between lines 0.5, the insets above and below."""
    return float((1.16 * lines - 0.5) * size_pt + 2 * layout()["table"]["inset_pt"])


def _tallest(rows: Iterable[Row]) -> int:
    return max((len(cell.text) for row in rows for cell in row.cells), default=0)
