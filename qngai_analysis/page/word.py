"""The DOCX edition, for offices that must edit before they sign: the same parts, the same layout.

Charts go in as pictures (PNG made from the SVG by Typst), because Word reads SVG only in part.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from qngai_analysis.page import blocks
from qngai_analysis.page import document as doc
from qngai_analysis.page.archive import settled
from qngai_analysis.page.layout import layout, text_width_mm, word
from qngai_analysis.page.pdf import picture
from qngai_analysis.page.tables import (
    Cell,
    Grid,
    GridColumn,
    Row,
    digest,
    printable,
    source_line,
)
from qngai_analysis.words.addresses import ADDRESS
from qngai_analysis.words.numbers import official_date

SIGNS = {  # a shape for each mark; letters that Word's fonts have
    "circle": "●",
    "ring": "○",
    "half": "◊",  # Times New Roman has no half-filled circle
    "up": "▲",
    "down": "▼",
    "right": "►",
    "square": "■",
}
LINK = "0B3D91"  # the colour of an address
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def to_docx(document: doc.Document) -> bytes:
    """Return the report as a Word file; the same bytes for the same document."""
    nodes = [*document.opened(), *document.figure_data()]
    writer = _Writer(document, nodes)
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        writer.turn(node, following)
        writer.add(node)
    stream = io.BytesIO()
    writer.file.save(stream)
    return settled(stream.getvalue(), document.date)


class _Writer:
    """Adds the parts of a document to a Word file, one after the other."""

    def __init__(self, document: doc.Document, nodes: Iterable[doc.Node]) -> None:
        self.document = document
        self.places = dict.fromkeys(_places(nodes))  # where a link may lead, in the order of the document
        self.lang = document.lang
        self.file = docx.Document()
        self._properties()
        self._styles()
        self._page(self.file.sections[0], landscape=False, restart=True)
        self.landscape = self.opened = False  # of the page, and whether an appendix has just begun on it
        self.together = False  # whether paragraphs stay with the next one

    # ------------------------------------------------------------ page and styles

    def _properties(self) -> None:
        core = self.file.core_properties
        core.title = printable(self.document.title)[:255]
        core.author = printable(self.document.author)[:255]
        core.language = "vi-VN" if self.lang == "vi" else "en-GB"
        core.comments = ""

    def _styles(self) -> None:
        text = layout()["text"]
        normal = self.file.styles["Normal"]
        normal.font.name = "Times New Roman"
        normal.font.size = Pt(text["size_pt"])
        fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
        for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(name), "Times New Roman")
        tongue = self.file.core_properties.language
        normal.element.get_or_add_rPr().append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{tongue}"/>'))
        normal.paragraph_format.space_after = Pt(text["gap_pt"])
        for level in range(1, 7):
            style = self.file.styles[f"Heading {level}"]
            style.font.name = "Times New Roman"
            style.element.rPr.rFonts.set(qn("w:ascii"), "Times New Roman")
            style.element.rPr.rFonts.set(qn("w:hAnsi"), "Times New Roman")
            for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                style.element.rPr.rFonts.attrib.pop(qn(name), None)
            style.font.size = Pt(text["size_pt"])
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.font.bold = True
            style.font.italic = level > 2
            style.paragraph_format.left_indent = Mm(10 * text["first_line_cm"])
            style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(text["gap_pt"])
            style.paragraph_format.keep_with_next = True

    def _page(self, section: Any, *, landscape: bool, restart: bool) -> None:
        page = layout()["page"]
        width, height = Mm(page["width_mm"]), Mm(page["height_mm"])
        section.page_width, section.page_height = (height, width) if landscape else (width, height)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.top_margin, section.bottom_margin = Mm(page["top_mm"]), Mm(page["bottom_mm"])
        section.left_margin, section.right_margin = Mm(page["left_mm"]), Mm(page["right_mm"])
        section.header_distance = Mm(layout()["word"]["header_mm"])
        section.different_first_page_header_footer = restart
        for copied in section._sectPr.findall(qn("w:pgNumType")):
            section._sectPr.remove(copied)  # a new section starts as a copy of the one before
        if restart:
            section._sectPr.append(parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>'))
        self._page_head(section)

    def _page_head(self, section: Any) -> None:
        header = section.header
        header.is_linked_to_previous = False
        section.first_page_header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        size = f'<w:rPr><w:sz w:val="{2 * layout()["page"]["number_pt"]}"/></w:rPr>'
        number = f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r>{size}<w:t>1</w:t></w:r></w:fldSimple>'
        paragraph._p.append(parse_xml(number))
        if self.document.simulated:
            strip = word("simulated_strip", self.lang)
            for head in (header, section.first_page_header):
                line = head.add_paragraph()
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
                _run(line, strip, size=layout()["word"]["strip_pt"], bold=True)

    def turn(self, node: doc.Node, following: doc.Node | None) -> None:
        """Begin a new section where the page turns, and for each appendix: on its table's page if that is wide."""
        opens = isinstance(node, blocks.AppendixStart)
        wide = any(
            isinstance(part, Grid) and part.landscape for part in ([node, following] if opens else [node])
        )
        if opens or wide != self.landscape or (wide and not self.opened):
            self._page(self.file.add_section(WD_SECTION.NEW_PAGE), landscape=wide, restart=opens)
        self.landscape, self.opened = wide, opens

    # ------------------------------------------------------------ parts

    def add(self, node: doc.Node) -> None:
        match node:
            case doc.Heading():
                self._spans(self.file.add_paragraph(style=f"Heading {node.level}"), node.spans)
            case doc.Paragraph():
                keep = doc.announces(node)
                self._spans(self._paragraph(justify=True, first_line=True, keep=keep), node.spans)
            case doc.Listing():
                self._listing(node, 0)
            case doc.Quote():
                for inner in node.nodes:
                    self.add(inner)
            case doc.Verbatim():
                _run(self._paragraph(), node.text, size=layout()["word"]["code_pt"])
            case doc.Unfolded():
                summary = self._paragraph(keep=True)
                _run(summary, node.summary, bold=True, italic=True)
                self._mark(summary, node.id)
                for rest, inner in zip(range(len(node.nodes) - 1, -1, -1), node.nodes, strict=True):
                    self.together = 0 < rest < 4  # an explanation's end does not stand on a page alone
                    self.add(inner)
                self.together = False
            case Grid():
                self._captioned_table(node)
            case blocks.Figure():
                self._figure(node)
            case blocks.OfficialHead():
                self._letter_head(node)
            case blocks.LegalBases():
                for line in node.lines:
                    _run(self._paragraph(justify=True, first_line=True), line, italic=True)
            case blocks.SignatureBlock():
                self._signature(node)
            case blocks.AppendixStart():
                self._appendix(node)
            case blocks.SimulatedBanner():
                _run(self._paragraph(keep=True), word("simulated", self.lang), bold=True)
                _run(self._paragraph(), word("simulated_text", self.lang))
            case blocks.PageTitle():
                size = layout()["word"]["page_title_pt"]
                _run(self._paragraph("center", keep=True), node.title, bold=True, size=size)
                for text, bold in ((node.subtitle, True), (node.line, False)):
                    if text:
                        _run(self._paragraph("center"), text, bold=bold)

    def _paragraph(
        self, align: str = "left", *, justify: bool = False, first_line: bool = False, keep: bool = False
    ) -> Any:
        paragraph = self.file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if justify else ALIGN[align]
        paragraph.paragraph_format.keep_with_next = keep or self.together
        if first_line:
            paragraph.paragraph_format.first_line_indent = Mm(10 * layout()["text"]["first_line_cm"])
        return paragraph

    def _spans(
        self, paragraph: Any, spans: Iterable[doc.Span], *, bold: bool = False, italic: bool = False
    ) -> None:
        for span in spans:
            if span.kind in ("strong", "emph"):
                strong, emph = span.kind == "strong", span.kind == "emph"
                self._spans(paragraph, span.children, bold=bold or strong, italic=italic or emph)
            elif span.kind == "break":
                paragraph.add_run().add_break()
            elif span.kind == "ref":
                self._link(paragraph, span.text, f"#{span.target}", bold=bold or None, italic=italic or None)
            elif span.kind == "link":
                shown = doc.flat(span.children)
                bare = span.target.removeprefix("mailto:")
                self._link(paragraph, shown, span.target, bold=bold or None, italic=italic or None)
                if not span.target.startswith("#") and bare != shown:
                    _run(paragraph, f" ({bare})", bold=bold or None, italic=italic or None)
            else:
                _run(paragraph, span.text, bold=bold or None, italic=italic or None)

    def _link(self, paragraph: Any, text: str, target: str, **look: Any) -> None:
        """Add words that lead to a place of the document or to an address; to nowhere they are words alone."""
        run = _run(paragraph, text, **look)
        if attributes := self._leading(target):
            link = parse_xml(f"<w:hyperlink {nsdecls('w', 'r')} {attributes}/>")
            run._r.addprevious(link)
            link.append(run._r)

    def _leading(self, target: str) -> str:
        """Return what makes a link of Word lead to a target; empty where it leads nowhere."""
        if target.startswith("#"):
            return f'w:anchor="{_bookmark(target[1:])}"' if target[1:] in self.places else ""
        if not ADDRESS.match(target):
            return ""
        return f'r:id="{self.file.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)}"'

    def _mark(self, paragraph: Any, place: str) -> None:
        """Let links lead to a paragraph."""
        if place in self.places:
            number = list(self.places).index(place)
            name = _bookmark(place)
            for end, named in (("Start", f' w:name="{name}"'), ("End", "")):
                paragraph._p.append(parse_xml(f'<w:bookmark{end} {nsdecls("w")} w:id="{number}"{named}/>'))

    def _listing(self, node: doc.Listing, depth: int) -> None:
        for place, item in enumerate(node.items, start=node.start):
            sign = f"{place}." if node.ordered else "-"
            for inner in item:
                if isinstance(inner, doc.Paragraph):
                    paragraph = self._paragraph(justify=True)
                    indent = 10 * layout()["text"]["first_line_cm"] + layout()["word"]["list_step_mm"] * depth
                    paragraph.paragraph_format.left_indent = Mm(indent)
                    _run(paragraph, f"{sign} " if sign else "")
                    self._spans(paragraph, inner.spans)
                elif isinstance(inner, doc.Listing):
                    self._listing(inner, depth + 1)
                else:
                    self.add(inner)
                sign = ""

    def _letter_head(self, node: blocks.OfficialHead) -> None:
        sizes = layout()["head"] | layout()["word"]
        table = self.file.add_table(rows=2, cols=2)
        _set_margins(table, 0)
        table.autofit = False
        for place, width in enumerate(map(Mm, sizes["parties_mm"])):
            table.columns[place].width = width
            for row in table.rows:
                row.cells[place].width = width
        left, right = table.rows[0].cells
        number, dated = table.rows[1].cells
        _line(left, node.parent_body.upper(), size=sizes["body_pt"], first=True)
        _line(left, node.issuing_body.upper(), size=sizes["body_pt"], bold=True)
        _rule(left, sizes["parties_mm"][0], sizes["rule_mm"][0])
        _line(right, word("state", self.lang), size=sizes["state_pt"], bold=True, first=True)
        _line(right, word("motto", self.lang), size=sizes["motto_pt"], bold=True)
        _rule(right, sizes["parties_mm"][1], sizes["rule_mm"][1])
        printed = f"{word('number', self.lang)}: {node.printed_number}"
        _line(number, printed, size=sizes["number_pt"], first=True)
        date = official_date(node.date, node.place, self.lang)
        _line(dated, date, size=sizes["date_pt"], italic=True, first=True)
        if not node.title:
            _line(number, node.subject, size=sizes["letter_subject_pt"])
            _run(self._paragraph("center"), "")
            for line in node.dear(self.lang):
                _run(self._paragraph("center"), line)
            return
        title = self._paragraph("center", keep=True)
        title.paragraph_format.space_before = Pt(sizes["above_title_pt"])
        title.paragraph_format.space_after = Pt(0)
        _run(title, node.title.upper(), bold=True, size=sizes["title_pt"])
        subject = self._paragraph("center", keep=True)
        subject.paragraph_format.space_after = Pt(0)
        _run(subject, node.subject, bold=True, size=sizes["subject_pt"])
        _ruled(self._paragraph("center"), text_width_mm(), sizes["rule_mm"][2])
        for line in node.dear(self.lang):
            _run(self._paragraph("center"), line)

    def _signature(self, node: blocks.SignatureBlock) -> None:
        sizes = layout()["signature"]
        for paragraph in self.file.paragraphs[-1:]:
            paragraph.paragraph_format.keep_with_next = True  # a signature never stands on a page alone
        table = self.file.add_table(rows=1, cols=2)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        _set_margins(table, 0)
        left, right = table.rows[0].cells
        title = word("recipients", self.lang) + ":"
        _line(
            left, title, size=sizes["recipients_title_pt"], bold=True, italic=True, align="left", first=True
        )
        for line in node.lines:
            _line(left, line, size=sizes["recipients_pt"], align="left")
        lines = [line.upper() for line in (node.authority, node.post) if line]
        for place, line in enumerate(lines):
            _line(right, line, size=sizes["post_pt"], bold=True, first=place == 0)
        room = _line(right, "", size=sizes["post_pt"])
        room.paragraph_format.space_after = Mm(sizes["space_mm"])
        _line(right, node.name, size=sizes["post_pt"], bold=True)

    def _appendix(self, node: blocks.AppendixStart) -> None:
        heading = self.file.add_paragraph(style="Heading 1")
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.left_indent = Mm(0)
        sizes = layout()["appendix"]
        run = _run(heading, node.name(self.lang), size=sizes["label_pt"])
        run.add_break()
        _run(heading, node.title.upper(), size=sizes["title_pt"])
        if node.reference:
            _run(self._paragraph("center"), node.in_brackets, italic=True)

    # ------------------------------------------------------------ figures and tables

    def _caption(self, node: Grid | blocks.Figure, *, keep: bool) -> None:
        paragraph = self._paragraph("center", keep=keep)
        _run(paragraph, blocks.caption_line(node), bold=True)
        self._mark(paragraph, node.id)

    def _below(self, lines: Iterable[str]) -> None:
        for line in lines:
            paragraph = self._paragraph()
            paragraph.paragraph_format.space_after = Pt(layout()["word"]["below_gap_pt"])
            _run(paragraph, line, size=layout()["table"]["note_pt"])

    def _figure(self, node: blocks.Figure) -> None:
        width = Mm(min(node.width_mm, text_width_mm()))
        run = self._paragraph("center", keep=True).add_run()
        shape = run.add_picture(io.BytesIO(picture(node.svg)), width=width)
        described = shape._inline.docPr
        described.set("descr", printable(node.alt))
        described.set("name", node.label)
        self._caption(node, keep=False)
        self._below(source_line(node.source, node.lang))

    def _captioned_table(self, grid: Grid) -> None:
        if grid.caption:
            self._caption(grid, keep=True)
        self._table_rows(grid)
        self._below(grid.below or [""])

    def _table_rows(self, grid: Grid) -> None:
        size, room = grid.size_pt, text_width_mm(landscape=grid.landscape)
        widths = [Mm(room * share) for share in grid.shares()]
        heads = 2 if any(column.group for column in grid.columns) else 1
        table = self.file.add_table(rows=heads, cols=len(grid.columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _set_margins(table, layout()["word"]["cell_margin_twips"])
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        self._table_head(table, grid, heads, size)
        last = len(grid.rows) - 1
        for place, row in enumerate(grid.rows):
            keep = (
                place == 0 or last - 4 < place < last
            )  # no row stands alone at the end of a page or on the next
            self._append_row(table, row, grid.columns, widths, size, keep=keep)

    def _append_row(
        self,
        table: Any,
        row: Row,
        columns: tuple[GridColumn, ...],
        widths: list[Any],
        size: float,
        *,
        keep: bool,
    ) -> None:
        """Add a row as XML: through python-docx's own cells 5,000 rows take most of a minute."""
        if row.section:
            cells = _tc(row.section, sum(widths), "left", size, span=len(columns), bold=True, keep=True)
        else:
            cells = "".join(
                _tc(_with_sign(cell), width, column.align, size, keep=keep, leading=self._leading(cell.href))
                for cell, column, width in zip(row.cells, columns, widths, strict=True)
            )
        xml = f"<w:tr {nsdecls('w', 'r')}><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"
        table._tbl.append(parse_xml(xml))

    def _table_head(self, table: Any, grid: Grid, heads: int, size: float) -> None:
        place = 0
        for group, columns in grid.spanners():
            for offset, column in enumerate(columns):
                cell = table.cell(heads - 1, place + offset)
                if heads == 2 and not group:
                    cell = table.cell(0, place + offset).merge(cell)
                head = _line(cell, column.label, size=size, bold=True, first=True)
                head.paragraph_format.keep_with_next = True
            if group:
                over = table.cell(0, place).merge(table.cell(0, place + len(columns) - 1))
                _line(over, group, size=size, bold=True, first=True)
            place += len(columns)
        for row in table.rows[:heads]:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _places(nodes: Iterable[doc.Node]) -> Iterator[str]:
    """Yield the ids of what a link may lead to."""
    for node in nodes:
        if isinstance(node, Grid | blocks.Figure | doc.Unfolded) and node.id:
            yield node.id


def _bookmark(place: str) -> str:
    """Return an id as Word takes it for a bookmark: at most 40 letters, digits and underscores."""
    name = re.sub(r"\W", "_", place)
    return name if len(name) <= 40 else f"{name[:30]}{digest(place)}"


def _rule(cell: Any, room_mm: float, length_mm: float) -> None:
    """Draw a line of a length below what a cell holds."""
    paragraph = _line(cell, "", size=2)
    paragraph.paragraph_format.line_spacing = Pt(2)  # an empty paragraph is as high as the text's own size
    _ruled(paragraph, room_mm, length_mm)


def _ruled(paragraph: Any, room_mm: float, length_mm: float) -> None:
    """Make an empty paragraph a line: its lower border between two indents."""
    edge = '<w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/>'
    paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:pBdr {nsdecls('w')}>{edge}</w:pBdr>"))
    indent = Mm(max(0.0, (room_mm - length_mm) / 2))
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)


def _set_margins(table: Any, twentieths: int) -> None:
    """Set the room left and right of each cell's text; Word's own would break short numbers."""
    sides = "".join(f'<w:{side} w:w="{twentieths}" w:type="dxa"/>' for side in ("left", "right"))
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))


def _with_sign(cell: Cell) -> str:
    return f"{SIGNS[cell.mark]} {cell.text}" if cell.mark else cell.text


def _tc(
    text: str,
    width: int,
    align: str,
    size: float,
    *,
    span: int = 1,
    bold: bool = False,
    keep: bool = False,
    leading: str = "",
) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    together = "<w:keepNext/>" if keep else ""  # with the row below
    weight = "<w:b/>" if bold else ""
    if leading:
        weight += '<w:u w:val="single"/>' if leading.startswith("w:anchor") else f'<w:color w:val="{LINK}"/>'
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in printable(text).split("\n")
    )
    run = f'<w:r><w:rPr>{weight}<w:sz w:val="{round(2 * size)}"/></w:rPr>{lines}</w:r>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{round(width / 635)}" w:type="dxa"/>{spanned}</w:tcPr>'
        f'<w:p><w:pPr>{together}<w:spacing w:before="20" w:after="20"/><w:jc w:val="{align}"/></w:pPr>'
        + (f"<w:hyperlink {leading}>{run}</w:hyperlink>" if leading else run)
        + "</w:p></w:tc>"
    )


def _line(
    cell: Any,
    text: str,
    *,
    size: float,
    first: bool = False,
    bold: bool = False,
    italic: bool = False,
    align: str = "center",
) -> Any:
    """Add a line to a table cell; ``first`` uses the empty paragraph that every cell has."""
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_after = Pt(layout()["word"]["cell_gap_pt"])
    paragraph.paragraph_format.space_before = Pt(layout()["word"]["cell_gap_pt"])
    _run(paragraph, text, size=size, bold=bold or None, italic=italic or None)
    return paragraph


def _run(
    paragraph: Any,
    text: str,
    *,
    size: float | None = None,
    bold: bool | None = None,
    italic: bool | None = None,
) -> Any:
    run = paragraph.add_run(printable(text))
    run.bold = bold
    run.italic = italic
    if size is not None:
        run.font.size = Pt(size)
    return run
