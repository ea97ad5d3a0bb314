"""The DOCX edition, for offices that must edit before they sign: the same parts, the same layout.

Each part is written as WordprocessingML; python-docx keeps the file's styles, sections and pictures. Charts go in as
pictures (PNG made from the SVG by Typst), because Word reads SVG only in part.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from html import escape
from itertools import islice
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from qngai_analysis.page import blocks
from qngai_analysis.page import document as doc
from qngai_analysis.page.archive import settled
from qngai_analysis.page.layout import layout, text_width_mm, word
from qngai_analysis.page.pdf import picture
from qngai_analysis.page.tables import Cell, Grid, Row, digest, printable, source_line
from qngai_analysis.words.addresses import ADDRESS
from qngai_analysis.words.numbers import official_date

FONT = "Times New Roman"
LINK = "0B3D91"  # the colour of an address


def to_docx(document: doc.Document) -> bytes:
    """Return the report as a Word file; the same bytes for the same document."""
    nodes = [*document.opened(), *document.figure_data()]
    writer = _Writer(document, nodes)
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        writer.turn(node, following)
        writer.put(node)
        if isinstance(following, blocks.SignatureBlock):  # which never stands on a page alone
            writer.keep_last()
    stream = io.BytesIO()
    writer.file.save(stream)
    return settled(stream.getvalue(), document.date)


class _Writer:
    """Adds the parts of a document to a Word file, one after the other."""

    def __init__(self, document: doc.Document, nodes: Iterable[doc.Node]) -> None:
        self.document = document
        self.places = doc.link_targets(nodes)  # where a link may lead, in the order of the document
        self.lang = document.lang
        self.sizes = layout()["word"]
        self.file = docx.Document()
        core = self.file.core_properties
        core.title, core.author = printable(document.title)[:255], printable(document.author)[:255]
        core.language, core.comments = "vi-VN" if self.lang == "vi" else "en-GB", ""
        self._styles(core.language)
        self._page(self.file.sections[0], landscape=False, restart=True)
        self.landscape = self.opened = False  # of the page, and whether an appendix has just begun on it

    # ------------------------------------------------------------ page and styles

    def _styles(self, tongue: str) -> None:
        text = layout()["text"]
        normal, *headings = (
            self.file.styles[name] for name in ("Normal", *map("Heading {}".format, range(1, 7)))
        )
        for style in (normal, *headings):
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            fonts.attrib.clear()  # those of the theme come before a name
            for script in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(qn(f"w:{script}"), FONT)
            style.font.size = Pt(text["size_pt"])
            style.paragraph_format.space_after = Pt(text["gap_pt"])
        normal.element.rPr.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{tongue}"/>'))
        for level, style in enumerate(headings, start=1):
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.font.bold, style.font.italic = True, level > 2
            style.paragraph_format.left_indent = Mm(10 * text["first_line_cm"])
            style.paragraph_format.space_before = Pt(text["gap_pt"])
            style.paragraph_format.keep_with_next = True

    def _page(self, section: Any, *, landscape: bool, restart: bool) -> None:
        page = layout()["page"]
        width, height = Mm(page["width_mm"]), Mm(page["height_mm"])
        section.page_width, section.page_height = (height, width) if landscape else (width, height)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        for side in ("top", "bottom", "left", "right"):
            setattr(section, f"{side}_margin", Mm(page[f"{side}_mm"]))
        section.header_distance = Mm(self.sizes["header_mm"])
        section.different_first_page_header_footer = restart
        for copied in section._sectPr.findall(qn("w:pgNumType")):
            section._sectPr.remove(copied)  # a new section starts as a copy of the one before
        if restart:
            section._sectPr.append(parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>'))
        self._page_head(section)

    def _page_head(self, section: Any) -> None:
        """Write the heads of a section's pages; LibreOffice loses those that it takes from the section before."""
        strip = ""
        if self.document.simulated:
            strip = _centred(_run(word("simulated_strip", self.lang), size=self.sizes["strip_pt"], bold=True))
        size = _tag("w:sz", val=2 * layout()["page"]["number_pt"])
        number = f'<w:fldSimple w:instr="PAGE"><w:r><w:rPr>{size}</w:rPr><w:t>1</w:t></w:r></w:fldSimple>'
        for head, lines in (
            (section.header, _centred(number, style="Header") + strip),
            (section.first_page_header, _paragraph("", style="Header") + strip),
        ):
            head.is_linked_to_previous = False
            head._element[:] = _elements(lines)

    def turn(self, node: doc.Node, following: doc.Node | None) -> None:
        """Begin a new section where the page turns, and for each appendix: on its table's page if that is wide."""
        opens = isinstance(node, blocks.AppendixStart)
        parts = [node, following] if opens else [node]
        wide = any(isinstance(part, Grid) and part.landscape for part in parts)
        if opens or wide != self.landscape or (wide and not self.opened):
            self._page(self.file.add_section(WD_SECTION.NEW_PAGE), landscape=wide, restart=opens)
        self.landscape, self.opened = wide, opens

    def put(self, node: doc.Node) -> None:
        """Add a part at the end of the file."""
        end = self.file.element.body.sectPr
        for element in _elements(self._node(node)):
            end.addprevious(element)

    def keep_last(self) -> None:
        """Keep what ends the file so far on one page with what follows."""
        last = self.file.element.body[-2]
        if last.tag == qn("w:p"):
            Paragraph(last, self.file).paragraph_format.keep_with_next = True

    # ------------------------------------------------------------ parts

    def _node(self, node: doc.Node, *, keep: bool = False) -> str:
        """Return the code of a part; ``keep``: its paragraphs stay with the next one."""
        match node:
            case doc.Heading():
                return _paragraph(self._spans(node.spans), style=f"Heading{node.level}")
            case doc.Paragraph():
                return _text(self._spans(node.spans), keep=keep or doc.announces(node))
            case doc.Listing():
                return self._listing(node, keep=keep)
            case doc.Quote():
                return "".join(self._node(inner, keep=keep) for inner in node.nodes)
            case doc.Verbatim():
                return _paragraph(_run(node.text, size=self.sizes["code_pt"]), keep=keep)
            case doc.Unfolded():
                summary = self._marked(_run(node.summary, bold=True, italic=True), node.id)
                rest = range(len(node.nodes) - 1, -1, -1)  # its end does not stand on a page alone
                inner = (self._node(part, keep=0 < n < 4) for n, part in zip(rest, node.nodes, strict=True))
                return _paragraph(summary, keep=True) + "".join(inner)
            case Grid():
                return self._captioned_table(node, keep=keep)
            case blocks.Figure():
                return self._figure(node)
            case blocks.OfficialHead():
                return self._letter_head(node)
            case blocks.LegalBases():
                return "".join(_text(_run(line, italic=True)) for line in node.lines)
            case blocks.SignatureBlock():
                return self._signature(node)
            case blocks.AppendixStart():
                return self._appendix(node)
            case blocks.SimulatedBanner():
                title = _paragraph(_run(word("simulated", self.lang), bold=True), keep=True)
                return title + _paragraph(_run(word("simulated_text", self.lang)))
            case blocks.PageTitle():
                title = _run(node.title, bold=True, size=self.sizes["page_title_pt"])
                below = [_run(node.subtitle, bold=True)] if node.subtitle else []
                below += [_run(node.line)] if node.line else []
                return _centred(title, keep=True) + "".join(map(_centred, below))

    def _spans(self, spans: Iterable[doc.Span], **look: Any) -> str:
        return "".join(self._span(span, **look) for span in spans)

    def _span(self, span: doc.Span, **look: Any) -> str:
        match span.kind:
            case "strong" | "emph":
                return self._spans(
                    span.children, **look | {"bold" if span.kind == "strong" else "italic": True}
                )
            case "break":
                return _run("\n")
            case "link":
                shown, bare = doc.flat(span.children), span.target.removeprefix("mailto:")
                link = _link(_run(shown, **look), self._leading(span.target))
                told = bare == shown or span.target.startswith("#")
                return link if told else link + _run(f" ({bare})", **look)
            case _:
                return _run(span.text, **look)

    def _leading(self, target: str) -> str:
        """Return what makes a link of Word lead to a target; empty where it leads nowhere."""
        if target.startswith("#"):
            return f'w:anchor="{_bookmark(target[1:])}"' if target[1:] in self.places else ""
        if not ADDRESS.match(target):
            return ""
        return f'r:id="{self.file.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)}"'

    def _marked(self, content: str, place: str) -> str:
        """Return the content of a paragraph to which links may lead."""
        if place not in self.places:
            return content
        number = self.places.index(place)
        start = _tag("w:bookmarkStart", id=number, name=_bookmark(place))
        return start + content + _tag("w:bookmarkEnd", id=number)

    def _listing(self, node: doc.Listing, depth: int = 0, *, keep: bool) -> str:
        code = ""
        step = self.sizes["list_step_mm"] * depth
        indent = _indents(left=10 * layout()["text"]["first_line_cm"] + step)
        for place, item in enumerate(node.items, start=node.start):
            sign = f"{place}. " if node.ordered else "- "
            for inner in item:
                if isinstance(inner, doc.Paragraph):
                    content = _run(sign) + self._spans(inner.spans)
                    code += _paragraph(content, align="both", keep=keep, room=indent)
                elif isinstance(inner, doc.Listing):
                    code += self._listing(inner, depth + 1, keep=keep)
                else:
                    code += self._node(inner, keep=keep)
                sign = ""
        return code

    def _letter_head(self, node: blocks.OfficialHead) -> str:
        sizes, line = layout()["head"] | self.sizes, self._line
        wide, (body, motto, subject) = sizes["parties_mm"], sizes["rule_mm"]
        exact = {"line": 40, "lineRule": "exact"}  # an empty paragraph is as high as the text's own size
        left = line(node.parent_body.upper(), sizes["body_pt"])
        left += line(node.issuing_body.upper(), sizes["body_pt"], bold=True) + _rule(wide[0], body, **exact)
        right = line(word("state", self.lang), sizes["state_pt"], bold=True)
        right += line(word("motto", self.lang), sizes["motto_pt"], bold=True) + _rule(wide[1], motto, **exact)
        number = line(f"{word('number', self.lang)}: {node.printed_number}", sizes["number_pt"])
        dated = line(official_date(node.date, node.place, self.lang), sizes["date_pt"], italic=True)
        if node.title:
            title = _run(node.title.upper(), bold=True, size=sizes["title_pt"])
            about = _run(node.subject, bold=True, size=sizes["subject_pt"])
            below = _centred(title, keep=True, room=_gaps(before=sizes["above_title_pt"], after=0))
            below += _centred(about, keep=True, room=_gaps(after=0)) + _rule(text_width_mm(), subject)
        else:
            number += line(node.subject, sizes["letter_subject_pt"])
            below = _centred("")
        parties = _table_xml([_cells((left, right), wide), _cells((number, dated), wide)], wide)
        return parties + below + "".join(_centred(_run(to)) for to in node.dear(self.lang))

    def _signature(self, node: blocks.SignatureBlock) -> str:
        sizes, title = layout()["signature"], word("recipients", self.lang) + ":"
        left = self._line(title, sizes["recipients_title_pt"], align="left", bold=True, italic=True)
        left += "".join(self._line(line, sizes["recipients_pt"], align="left") for line in node.lines)
        signer = [line.upper() for line in (node.authority, node.post) if line]
        *over, name = (self._line(line, sizes["post_pt"], bold=True) for line in (*signer, node.name))
        room = _paragraph("", room=_gaps(after=sizes["space_mm"] / 25.4 * 72))
        widths = [text_width_mm() / 2] * 2
        return _table_xml([_cells((left, "".join([*over, room, name])), widths)], widths)

    def _appendix(self, node: blocks.AppendixStart) -> str:
        sizes = layout()["appendix"]
        name = _run(f"{node.name(self.lang)}\n", size=sizes["label_pt"])
        title = _run(node.title.upper(), size=sizes["title_pt"])
        reference = _centred(_run(node.in_brackets, italic=True)) if node.reference else ""
        return _centred(name + title, style="Heading1", room=_indents(left=0)) + reference

    # ------------------------------------------------------------ figures and tables

    def _line(
        self,
        text: str,
        size: float,
        *,
        align: str = "center",
        keep: bool = False,
        href: str = "",
        **look: Any,
    ) -> str:
        """Return a line of a table's cell; a link is seen there without being pointed at."""
        leading, gap = self._leading(href), self.sizes["cell_gap_pt"]
        if leading:
            look["more"] = _tag("w:u", val="single") if href.startswith("#") else _tag("w:color", val=LINK)
        content = _link(_run(text, size=size, **look), leading)
        return _paragraph(content, align=align, keep=keep, room=_gaps(before=gap, after=gap))

    def _caption(self, node: Grid | blocks.Figure, *, keep: bool) -> str:
        return _centred(self._marked(_run(blocks.caption_line(node), bold=True), node.id), keep=keep)

    def _below(self, lines: Iterable[str], *, keep: bool = False) -> str:
        size, room = layout()["table"]["note_pt"], _gaps(after=self.sizes["below_gap_pt"])
        return "".join(_paragraph(_run(line, size=size), keep=keep, room=room) for line in lines)

    def _figure(self, node: blocks.Figure) -> str:
        width = Mm(min(node.width_mm, text_width_mm()))
        shape = self.file.part.new_pic_inline(io.BytesIO(picture(node.svg)), width=width)
        shape.docPr.set("descr", printable(node.alt))
        shape.docPr.set("name", node.label)
        drawing = _centred(f"<w:r><w:drawing>{shape.xml}</w:drawing></w:r>", keep=True)
        return drawing + self._caption(node, keep=False) + self._below(source_line(node.source, node.lang))

    def _captioned_table(self, grid: Grid, *, keep: bool) -> str:
        room, last = text_width_mm(landscape=grid.landscape), len(grid.rows) - 1
        widths = [room * share for share in grid.shares()]
        heads = self._heads(grid, widths)
        # no row stands alone at the end of a page or on the next
        rows = [
            self._row(row, grid, widths, keep=place == 0 or last - 4 < place < last)
            for place, row in enumerate(grid.rows)
        ]
        caption = self._caption(grid, keep=True) if grid.caption else ""
        table = _table_xml([*heads, *rows], widths, heads=len(heads))
        return caption + table + self._below(grid.below or [""], keep=keep)

    def _row(self, row: Row, grid: Grid, widths: list[float], *, keep: bool) -> str:
        if row.section:
            section = self._line(row.section, grid.size_pt, align="left", bold=True, keep=True)
            return _cell(section, sum(widths), len(widths))
        lines = (
            self._line(_signed(cell), grid.size_pt, align=column.align, keep=keep, href=cell.href)
            for cell, column in zip(row.cells, grid.columns, strict=True)
        )
        return _cells(lines, widths)

    def _heads(self, grid: Grid, widths: list[float]) -> list[str]:
        """Return the rows of a table's head; in the second one empty cells go on with those above."""

        def label(text: str) -> str:
            return self._line(text, grid.size_pt, bold=True, keep=True)

        (upper, *lower), rest = grid.heads(), iter(widths)
        rows = [
            _cell(
                label(head.text),
                sum(islice(rest, head.across)),
                head.across,
                merged="restart" if head.down > 1 else None,
            )
            for head in upper
        ]
        below = [
            _cell(label(column.label), width)
            if column.group
            else _cell(_paragraph(""), width, merged="continue")
            for column, width in zip(grid.columns, widths, strict=True)
        ]
        return ["".join(rows), *(["".join(below)] if lower else [])]


def _bookmark(place: str) -> str:
    """Return an id as Word takes it for a bookmark: at most 40 letters, digits and underscores."""
    name = re.sub(r"\W", "_", place)
    return name if len(name) <= 40 else f"{name[:30]}{digest(place)}"


def _signed(cell: Cell) -> str:
    return f"{layout()['shapes'][cell.mark]['sign']} {cell.text}" if cell.mark else cell.text


# ---------------------------------------------------------------- WordprocessingML


def _elements(code: str) -> list[Any]:
    """Return the elements that some code makes."""
    return list(parse_xml(f"<w:body {nsdecls('w', 'r')}>{code}</w:body>"))


def _tag(name: str, /, **attributes: object) -> str:
    """Return an element with those attributes that have a value; nothing without any."""
    given = "".join(f' w:{key}="{value}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{given}/>" if given else ""


def _twips(mm: float) -> int:
    return round(mm / 25.4 * 1440)


def _gaps(**points: float) -> str:
    """Return the room before and after a paragraph."""
    return _tag("w:spacing", **{side: round(20 * size) for side, size in points.items()})


def _indents(**mm: float) -> str:
    return _tag("w:ind", **{side: _twips(size) for side, size in mm.items()})


def _run(
    text: str, *, size: float | None = None, bold: bool = False, italic: bool = False, more: str = ""
) -> str:
    """Return letters of one look."""
    look = "<w:b/>" * bold + "<w:i/>" * italic + more + _tag("w:sz", val=size and round(2 * size))
    words = escape(printable(text)).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def _paragraph(
    content: str, *, style: str | None = None, align: str | None = None, keep: bool = False, room: str = ""
) -> str:
    """Return a paragraph; ``keep``: with the next one; ``room``: its border, gaps and indents."""
    look = f"{_tag('w:pStyle', val=style)}{'<w:keepNext/>' * keep}{room}{_tag('w:jc', val=align)}"
    return f"<w:p><w:pPr>{look}</w:pPr>{content}</w:p>"


def _link(run: str, leading: str) -> str:
    """Return words that lead somewhere; without ``leading`` they are words alone."""
    return f"<w:hyperlink {leading}>{run}</w:hyperlink>" if leading else run


def _text(content: str, *, keep: bool = False) -> str:
    """Return a paragraph of the letter's text."""
    return _paragraph(
        content, align="both", keep=keep, room=_indents(firstLine=10 * layout()["text"]["first_line_cm"])
    )


def _centred(content: str, **look: Any) -> str:
    return _paragraph(content, align="center", **look)


def _rule(room_mm: float, length_mm: float, **height: object) -> str:
    """Return a line of a length, in a room: the lower border of an empty paragraph between two indents."""
    edge = _tag("w:bottom", val="single", sz=6, space=1, color="000000")
    side = max(0.0, (room_mm - length_mm) / 2)
    room = f"<w:pBdr>{edge}</w:pBdr>" + _tag("w:spacing", before=40, after=40, **height)
    return _paragraph("", align="center", room=room + _indents(left=side, right=side))


def _table_xml(rows: Iterable[str], widths: Iterable[float], *, heads: int = 0) -> str:
    """Return a table; one with ``heads``, which each page repeats, is ruled and inset."""
    # Word's own room left and right of a text would break short numbers
    inset = layout()["word"]["cell_margin_twips"] if heads else 0
    ruled = (_tag("w:tblStyle", val="TableGrid"), _tag("w:jc", val="center")) if heads else ("", "")
    sides = "".join(_tag(f"w:{side}", w=inset, type="dxa") for side in ("left", "right"))
    look = _tag("w:tblW", type="auto", w=0).join(ruled) + _tag("w:tblLayout", type="fixed")
    grid = "".join(_tag("w:gridCol", w=_twips(width)) for width in widths)
    lines = "".join(
        f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * (place < heads)}</w:trPr>{cells}</w:tr>"
        for place, cells in enumerate(rows)
    )
    return f"<w:tbl><w:tblPr>{look}<w:tblCellMar>{sides}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def _cells(contents: Iterable[str], widths: Iterable[float]) -> str:
    return "".join(map(_cell, contents, widths))


def _cell(content: str, width: float, span: int = 1, *, merged: str | None = None) -> str:
    """Return a cell over ``span`` columns; ``merged`` with the one below (restart) or above (continue)."""
    look = (
        _tag("w:tcW", w=_twips(width), type="dxa")
        + _tag("w:gridSpan", val=span if span > 1 else None)
        + _tag("w:vMerge", val=merged)
    )
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{content}</w:tc>"
