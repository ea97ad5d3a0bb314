"""HTML and DOCX to text: paragraphs as lines, a table row as one line with tabs.

Word's and HTML's own list numbers are written out, because targets and headings are cited by them;
merged cells are filled in, so that a row says all it says.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from qngai_analysis.errors import PlanError
from qngai_analysis.guard import promised, reading
from qngai_analysis.words.numbers import roman

if TYPE_CHECKING:
    from bs4 import Tag


def _whole(printed: Any, default: int, most: int) -> int:
    """Return a count that a file gives, ``default`` where it is none; no file needs more than ``most``."""
    written = str(printed or "").strip()
    return min(int(written[:9]), most) if written.isascii() and written.isdigit() else default


def _one_line(words: str) -> str:
    return " ".join(words.split())


def one_cell(pieces: Iterable[str]) -> str:
    """Return the paragraphs of a cell as one line; a semicolon keeps them apart."""
    told = list(filter(None, map(_one_line, pieces)))
    joined = (piece + (" " if piece.endswith((".", ";", ":", ",")) else "; ") for piece in told[:-1])
    return "".join([*joined, *told[-1:]])


# its words (None: it goes on from the row above) and how many columns it holds
_Cell = tuple[str | None, int]


def _filled(rows: Iterable[list[_Cell]]) -> Iterator[str]:
    """Yield rows with merged cells filled in; only in the head a cell over columns speaks for each of them."""
    above: list[str] = []
    head: set[int] | None = None  # columns in which a cell of the first row reaches down to here
    for row in rows:
        placed = list(zip(accumulate((across for _, across in row), initial=0), row, strict=False))
        head = {at for at, (words, _) in placed if head is None or (words is None and at in head)}
        cells: list[str] = []
        for at, (words, across) in placed:
            said = words if words is not None else "".join(above[at : at + 1])
            cells += [said, *[said if head else ""] * (across - 1)][:across]
        above = cells
        yield "\t".join(cells)


# ------------------------------------------------------------------ HTML

# fmt: off
_BLOCKS = frozenset((
    "p", "div", "section", "article", "header", "footer", "main", "aside", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6",
    "table", "blockquote", "pre", "br", "hr", "tr", "dl", "dt", "dd", "form", "center",
))
# fmt: on
# what a page shows around a document is no part of it
_HIDDEN = frozenset(("script", "style", "noscript", "template", "head", "nav", "svg", "aside", "footer"))


def html_text(markup: str) -> str:
    """Return the text of an HTML page; headings as Markdown headings, list items with their mark."""
    from bs4 import BeautifulSoup
    from bs4.element import Comment, Tag

    soup = BeautifulSoup(markup, "lxml")
    lines: list[str] = []
    buffer: list[str] = []
    items: dict[int, int] = {}  # list items that came so far, by their list
    around = {id(table.find_parent("table")) for table in soup.find_all("table")}  # tables that hold tables
    # no recursion, for a page may be nested deeper than Python's stack; None: a line ends
    todo: list[Any] = [None, soup.body or soup]
    while todo:
        node = todo.pop()
        whole = isinstance(node, Tag) and node.name == "table" and id(node) not in around
        table = whole and _is_data_table(node)
        if node is None or table:
            lines += filter(None, [_one_line("".join(buffer))])
            buffer.clear()
        if table:
            lines += ["", *_filled(_html_rows(node)), ""]
        elif isinstance(node, str) and not isinstance(node, Comment):  # a list mark, or text of the page
            buffer.append(node)
        elif isinstance(node, Tag) and node.name not in _HIDDEN:
            ends = [None] * (node.name in _BLOCKS)
            mark = _mark(node, items)
            todo += [*ends, *reversed(list(node.children)), *filter(None, [mark]), *ends]
    return "\n".join(lines) + "\n"


def _mark(node: Tag, items: dict[int, int]) -> str:
    if node.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return "#" * int(node.name[1]) + " "
    if node.name != "li":
        return ""
    parent = node.parent
    if parent is None or parent.name != "ol":
        return "- "
    number = items.get(id(parent), _whole(parent.get("start"), 1, 9_999))
    items[id(parent)] = number + 1
    style = str(parent.get("type") or "1")
    kinds = {"a": "lowerLetter", "A": "upperLetter", "I": "upperRoman", "i": "lowerRoman"}
    return _list_number(number, kinds.get(style, "decimal"))


def _is_data_table(table: Tag) -> bool:
    """A table with a single column (or that holds another one) only sets the page."""
    rows = table.find_all("tr")
    return len(rows) > 1 and any(len(_row_cells(row)) > 1 for row in rows)


def _row_cells(row: Tag) -> list[Any]:
    return [cell for cell in row.children if getattr(cell, "name", None) in ("td", "th")]


_MOST_COLUMNS = 100  # no page holds more; of spans in spans a small file could make millions


def _html_rows(table: Tag) -> Iterator[list[_Cell]]:
    covered: dict[int, int] = {}  # how many rows from here on a cell above covers, by column
    for row in table.find_all("tr"):
        cells: list[_Cell] = []
        at, below = 0, {column: rows - 1 for column, rows in covered.items() if rows > 1}
        for cell in _row_cells(row):
            while at in covered:
                cells.append((None, 1))
                at += 1
            inside = [piece for piece in cell.descendants if getattr(piece, "name", None) in ("p", "li")]
            across, down = min(_span(cell.get("colspan")), _MOST_COLUMNS - at), _span(cell.get("rowspan"))
            cells.append((one_cell(piece.get_text(" ") for piece in inside or [cell]), across))
            below |= dict.fromkeys(range(at, at + across), down - 1) if down > 1 else {}
            at += across
        ends = 1 + max(covered, default=-1)
        cells += [(None if column in covered else "", 1) for column in range(at, ends)]
        covered = below
        yield cells


def _span(value: Any) -> int:
    return max(1, _whole(value, 1, 50))


# ------------------------------------------------------------------ DOCX


def docx_text(path: Path, content: bytes) -> str:
    """Return the text of a Word document, its list numbers written out.

    Raises
    ------
    PlanError
        The archive is no Word document, or is damaged.
    """
    with reading(path, promised(path, "DOCX"), PlanError), zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = {entry.filename: entry.file_size for entry in archive.infolist()}
    if "word/document.xml" not in unpacked:
        wording = "{path}: là tệp nén, không phải tài liệu Word; nêu tệp kế hoạch (.txt, .md, .html, .docx hoặc .pdf)"
        raise PlanError(wording, path=path)
    amount = sum(size for name, size in unpacked.items() if name.endswith((".xml", ".rels")))
    if amount > MOST_XML:
        wording = "{path}: giải nén ra {amount:.0f} MB; văn bản kế hoạch nhỏ hơn nhiều"
        raise PlanError(wording, path=path, amount=amount / 1e6)
    import docx

    with reading(
        path, promised(path, "DOCX"), PlanError
    ):  # what is wrong inside shows only when it is asked for
        document = docx.Document(io.BytesIO(content))
        _bound_spans(document)
        return "\n".join(_docx_lines(document)) + "\n"


def _bound_spans(document: Any) -> None:
    """Cut spans that no page can hold, before each column of them becomes a cell."""
    from docx.oxml.ns import qn

    for tag in ("w:gridSpan", "w:gridBefore", "w:gridAfter"):
        for node in document.element.iter(qn(tag)):
            node.set(qn("w:val"), str(_whole(node.get(qn("w:val")), 1, 50)))


def _docx_lines(document: Any) -> Iterator[str]:
    from docx.table import Table

    numbering = _Numbering(document)
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield ""
            yield from _filled(_docx_rows(item._tbl, numbering))
            yield ""
            continue
        words = _one_line(item.text)
        if words:
            yield numbering.heading(item._p) + numbering.mark(item._p) + words


def _docx_rows(table: Any, numbering: _Numbering) -> Iterator[list[_Cell]]:
    for row in table.tr_lst:
        cells: list[_Cell] = [("", 1)] * row.grid_before
        for cell in row.tc_lst:
            goes_on = cell.vMerge == "continue"
            cells.append((None if goes_on else _docx_cell(cell, numbering), cell.grid_span))
        yield cells


def _docx_cell(cell: Any, numbering: _Numbering) -> str:
    marked = ((numbering.mark(p), p.text) for p in cell.p_lst)
    return one_cell(mark + words for mark, words in marked if mark or words.strip())


MOST_XML = 64_000_000  # bytes; the longest plan known has two million


class _Numbering:
    """Word keeps list numbers out of the text; this counts them again."""

    def __init__(self, document: Any) -> None:
        from docx.oxml.ns import qn

        self.qn = qn
        self.styles = {style.styleId: style for style in document.styles.element.style_lst}
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}  # list: level: format, text, start
        self.counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {node.get(qn("w:abstractNumId")): node for node in root.findall(qn("w:abstractNum"))}
        for number in root.findall(qn("w:num")):
            link = number.find(qn("w:abstractNumId"))
            source = abstract.get(link.get(qn("w:val"))) if link is not None else None
            if source is not None:
                self.levels[number.get(qn("w:numId"))] = {
                    _whole(level.get(qn("w:ilvl")), 0, 8): self._level(level)
                    for level in source.findall(qn("w:lvl"))
                }

    def _level(self, level: Any) -> tuple[str, str, int]:
        def value(tag: str, default: str) -> str:
            node = level.find(self.qn(tag))
            return str(node.get(self.qn("w:val"))) if node is not None else default

        start = _whole(value("w:start", "1"), 1, 9_999)
        return value("w:numFmt", "decimal"), value("w:lvlText", "%1."), start

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        """Return list and level of a paragraph, its own or its style's."""
        for owner in (paragraph, self.styles.get(paragraph.style)):
            properties = owner.find(self.qn("w:pPr")) if owner is not None else None
            node = properties.find(self.qn("w:numPr")) if properties is not None else None
            if node is None:
                continue
            name, level = node.find(self.qn("w:numId")), node.find(self.qn("w:ilvl"))
            if name is not None and name.get(self.qn("w:val")) in self.levels:
                place = None if level is None else level.get(self.qn("w:val"))
                return name.get(self.qn("w:val")), _whole(place, 0, 8)
        return None

    def heading(self, paragraph: Any) -> str:
        """Return the mark of a Markdown heading, "" for a paragraph that is none."""
        style = self.styles.get(paragraph.style)
        found = re.match(r"heading (\d)", str(style.name_val).lower()) if style is not None else None
        return "#" * min(6, int(found[1])) + " " if found else ""

    def mark(self, paragraph: Any) -> str:
        """Return what Word prints before the paragraph, "" for nothing, and count on."""
        place = self._place(paragraph)
        if place is None:
            return ""
        name, level = place
        levels = self.levels[name]
        if level not in levels:
            return "- "
        kind, text, start = levels[level]
        if kind == "bullet":
            return "- " if text != "+" else "+ "
        counts = self.counts.setdefault(name, {})
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]

        def fill(found: re.Match[str]) -> str:
            wanted = int(found.group(1)) - 1
            form, _, first = levels.get(wanted, ("decimal", "", 1))
            return _list_number(counts.get(wanted, first), form).rstrip(". )")

        mark = re.sub(r"%(\d)", fill, text).strip()
        return f"{mark} " if mark else ""


def _list_number(number: int, kind: str) -> str:
    if kind in ("lowerLetter", "upperLetter"):
        letter = ascii_lowercase[(number - 1) % 26]
        return f"{letter.upper()}. " if kind == "upperLetter" else f"{letter}) "
    if kind in ("upperRoman", "lowerRoman") and 0 < number < 90:
        return (roman(number) if kind == "upperRoman" else roman(number).lower()) + ". "
    return f"{number}. "
