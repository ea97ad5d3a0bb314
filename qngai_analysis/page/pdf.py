"""The PDF edition: the executed notebook written as Typst and compiled by the ``typst`` wheel.

Tagged (PDF/UA-1 and PDF/A-2a together), no TeX, no browser, the same bytes on every run. Every text
of the report goes into the Typst source as a string literal in code, never as markup, so that
``#``, ``$`` or ``*`` in a plan's wording print as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from qngai_analysis.errors import RenderError
from qngai_analysis.page import blocks
from qngai_analysis.page import document as doc
from qngai_analysis.page.layout import HERE, word
from qngai_analysis.page.tables import LONG_WORD, Cell, Grid, Head, Row, printable, source_line, word_pieces
from qngai_analysis.words.addresses import ADDRESS, pieces
from qngai_analysis.words.numbers import official_date

FONTS = HERE / "fonts"
LONG_CELL = 900  # letters; a longer cell may fill more than a page
TALL_CELL = 100  # letters; a longer cell has many lines in a narrow column
TALL_MM = 90  # a drawing that is taller may leave its place among the lines
STANDARDS: Any = ["ua-1", "a-2a"]  # the stub wants a list of literals


def to_pdf(document: doc.Document, part: str = "") -> bytes:
    """Return the PDF of a document, or of one part of it: ``letter`` or ``appendices``.

    Raises
    ------
    RenderError
        Typst refused the document; the message is Typst's own.
    """
    return compile_typst(typst_source(document, part), pictures(document))


def has_appendices(document: doc.Document) -> bool:
    """Return whether a document is an official letter with appendices, which are a file of their own."""
    kinds = {type(node) for node in document.nodes}
    return {blocks.OfficialHead, blocks.AppendixStart} <= kinds


def compile_typst(source: str, files: Mapping[str, bytes]) -> bytes:
    """Return the PDF of a Typst source that may use the report's template and ``files``."""
    import typst

    # typst takes a dictionary of files, which its type stub does not say
    sources: Any = {
        "main.typ": source.encode(),
        "report.typ": (HERE / "templates" / "report.typ").read_bytes(),
        "layout.toml": (HERE / "layout.toml").read_bytes(),
        **files,
    }
    try:
        made = typst.compile(
            sources, format="pdf", pdf_standards=STANDARDS, font_paths=[str(FONTS)], ignore_system_fonts=True
        )
    except typst.TypstError as fault:
        raise RenderError("không tạo được PDF: {known}", known=" ".join(str(fault).split())) from fault
    # poppler calls this key of the tags a fault; its absence means the same, and the file keeps its length
    return bytes(made).replace(b"/Suspects false", b" " * 15)


def picture(svg: str) -> bytes:
    """Return an SVG drawing as PNG, for formats that cannot hold SVG."""
    import typst

    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg", alt: "")\n'
    sources: Any = {"main.typ": source.encode(), "drawing.svg": svg.encode()}
    made: Any = typst.compile(sources, format="png", ppi=200, ignore_system_fonts=True)
    return bytes(made)


def typst_source(document: doc.Document, part: str = "") -> str:
    """Return the Typst source of a document or of one part; a link into the other part is its words alone."""
    nodes = [*document.opened(), *document.figure_data()]
    if part:
        begins = next(place for place, node in enumerate(nodes) if isinstance(node, blocks.AppendixStart))
        nodes = nodes[:begins] if part == "letter" else nodes[begins:]
    body = "\n".join(_parts(nodes, document))
    words = _string(word("simulated", document.lang))
    return (
        '#import "report.typ": *\n'
        f"#let within = within.with({_array(map(_string, doc.link_targets(nodes)))})\n"
        f"#show: report.with(title: {_string(document.title)}, author: {_string(document.author)}, "
        f"lang: {_string(document.lang)}, date: datetime(year: {document.date.year}, "
        f"month: {document.date.month}, day: {document.date.day}), simulated-words: {words})\n"
        f"#{{\n{body}\n}}\n"
    )


def _parts(nodes: list[doc.Node], document: doc.Document) -> Iterator[str]:
    """Yield the code of each part; an appendix that opens with a landscape table starts on the table's page."""
    opened = ""
    for node, following in zip(nodes, [*nodes[1:], None], strict=True):
        if isinstance(node, blocks.AppendixStart) and isinstance(following, Grid) and following.landscape:
            opened = _appendix(node, document.lang, breaks=False)
        elif opened:
            assert isinstance(node, Grid)
            yield f"sideways({{ {opened}; {_upright_table(node)} }})"
            opened = ""
        elif isinstance(node, doc.Paragraph | doc.Listing) and isinstance(following, blocks.SignatureBlock):
            yield _before_signature(node, document)
        elif isinstance(node, doc.Unfolded) and not isinstance(following, doc.Unfolded):
            yield _unfolded(node, document, together=4)
        else:
            yield _node(node, document)


def _unfolded(node: doc.Unfolded, document: doc.Document, together: int = 0) -> str:
    """Return the code of what a page folds; so many blocks at its end stay on one page."""
    place = len(node.nodes) - together
    body, ending = (_all(part, document) for part in (node.nodes[:place], node.nodes[place:]))
    return f"unfolded({_text(node.summary)}, {_string(node.id)}, {body}, {ending})"


WITH_SIGNATURE = 3  # items of the list that ends a letter


def _before_signature(node: doc.Paragraph | doc.Listing, document: doc.Document) -> str:
    """Return the code of what ends the letter; its last items stay with the signature, whose page is never nearly empty."""
    if isinstance(node, doc.Paragraph) or node.ordered or len(node.items) <= WITH_SIGNATURE:
        return f"block(sticky: true, {{ {_node(node, document)} }})"
    before, last = (
        _listing(replace(node, items=items), document)
        for items in (node.items[:-WITH_SIGNATURE], node.items[-WITH_SIGNATURE:])
    )
    return f"{before}; block(sticky: true, breakable: false, above: 0.62em, {last})"


def pictures(document: doc.Document) -> dict[str, bytes]:
    """Return the drawings of a document by the names under which its source uses them."""
    return {_picture_name(figure): figure.svg.encode() for figure in document.figures}


def _picture_name(figure: blocks.Figure) -> str:
    return f"figure-{re.sub(r'[^0-9]', '', figure.label)}.svg"


# ---------------------------------------------------------------- text


@cache
def _lacking() -> re.Pattern[str]:
    """Return the pattern of a character that the report's font lacks."""
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    ranges = [[re.escape(chr(int(code, 16))) for code in line.split("-")] for line in lines]
    return re.compile(f"[^\\n{''.join(f'{low}-{high}' for low, high in ranges)}]")


def uncovered(text: str) -> list[str]:
    """Return the characters of a text that the report's font lacks, each once, in order."""
    return list(dict.fromkeys(_lacking().findall(printable(text))))


def _string(text: str) -> str:
    """Return a Typst string literal: the only way by which text enters the source."""
    shown = _lacking().sub("\ufffd", printable(text))
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


_LONG_WORD = re.compile(rf"\S{{{LONG_WORD},}}")


def _breakable(text: str) -> str:
    """Return Typst code for a line in which a long word (a code, an address) may break inside its cell.

    Between its pieces stands an empty box, where a line may end and which copied text does not hold.
    """
    pieces = _LONG_WORD.sub(lambda match: "\n".join(word_pieces(match[0])), text).split("\n")
    return _string(text) if len(pieces) == 1 else "{" + "; box(); ".join(map(_string, pieces)) + "}"


def _text(text: str) -> str:
    """Return Typst code for a text; its line breaks become line breaks."""
    lines = [_breakable(line) for line in text.split("\n")]
    return lines[0] if len(lines) == 1 else "{" + "; linebreak(); ".join(lines) + "}"


def _spans(spans: Iterable[doc.Span]) -> str:
    return "{" + "; ".join(_span(span) for span in spans) + "}"


def _span(span: doc.Span) -> str:
    match span.kind:
        case "strong" | "emph":
            return f"{span.kind}({_spans(span.children)})"
        case "link":
            return _link(span)
        case "break":
            return "linebreak()"
        case _:
            return _text(span.text)


def _link(span: doc.Span) -> str:
    shown = doc.flat(span.children)
    if span.target.startswith("#"):
        return f"within({_string(span.target[1:])}, {_text(shown)})"
    code = f"link({_string(span.target)}, {_text(shown)})"
    bare = span.target.removeprefix("mailto:")
    # on paper an address has to be readable
    return code if bare in (shown, shown + "/") else code + "; " + _text(f" ({bare})")


def _linked(text: str) -> str:
    parts = (
        f"link({_string(part)}, {_text(part)})" if is_address else _text(part)
        for part, is_address in pieces(text)
    )
    return "{" + "; ".join(parts) + "}"


# ---------------------------------------------------------------- blocks


def _node(node: doc.Node, document: doc.Document) -> str:
    lang = document.lang
    match node:
        case doc.Heading():
            return f"heading(level: {node.level}, {_spans(node.spans)})"
        case doc.Paragraph():
            code = f"par({_spans(node.spans)})"
            return f"block(sticky: true, {code})" if doc.announces(node) else code
        case doc.Listing():
            return _listing(node, document)
        case doc.Quote():
            return f"quote(block: true, {_all(node.nodes, document)})"
        case doc.Verbatim():
            return f"verbatim({_text(node.text)})"
        case doc.Unfolded():
            return _unfolded(node, document)
        case Grid():
            table = _upright_table(node)
            return f"sideways({{ {table} }})" if node.landscape else table
        case blocks.Figure():
            return _figure_typst(node)
        case blocks.OfficialHead():
            return _head(node, lang)
        case blocks.LegalBases():
            return f"legal-bases({_array(map(_text, node.lines))})"
        case blocks.SignatureBlock():
            return _signature(node, lang)
        case blocks.AppendixStart():
            return _appendix(node, lang)
        case blocks.SimulatedBanner():
            box = f"banner({_string(word('simulated', lang))}, {_text(word('simulated_text', lang))})"
            return f"sim-start(); {box}; sim-end()"
        case blocks.PageTitle():
            title, subtitle, line = _text(node.title), _string(node.subtitle), _string(node.line)
            return _call("page-title", title=title, subtitle=subtitle, line=line)


def _appendix(node: blocks.AppendixStart, lang: str, *, breaks: bool = True) -> str:
    """Return the code that opens an appendix, on a new page unless it stands on one already."""
    return _call(
        "appendix",
        name=_string(node.name(lang)),
        title=_string(node.title),
        reference=_open(node.in_brackets) if node.reference else "none",
        breaks=str(breaks).lower(),
    )


def _call(function: str, /, **arguments: str) -> str:
    listed = ", ".join(f"{key.replace('_', '-')}: {value}" for key, value in arguments.items())
    return f"{function}({listed})"


def _array(items: Iterable[str]) -> str:
    return "(" + "".join(f"{item}, " for item in items) + ")"


def _all(nodes: Iterable[doc.Node], document: doc.Document) -> str:
    return "{" + "; ".join(_node(node, document) for node in nodes) + "}"


def _listing(node: doc.Listing, document: doc.Document) -> str:
    items = ", ".join(_item(item, document) for item in node.items)
    return f"enum(start: {node.start}, {items})" if node.ordered else f"list({items})"


def _item(nodes: tuple[doc.Node, ...], document: doc.Document) -> str:
    parts = [_spans(n.spans) if isinstance(n, doc.Paragraph) else _node(n, document) for n in nodes]
    return "{" + "; parbreak(); ".join(parts) + "}" if parts else '""'


def _signature(node: blocks.SignatureBlock, lang: str) -> str:
    return _call(
        "signature",
        recipients_word=_string(word("recipients", lang) + ":"),
        lines=_array(map(_text, node.lines)),
        authority=_string(node.authority),
        post=_string(node.post),
        name=_text(node.name),
    )


def _head(node: blocks.OfficialHead, lang: str) -> str:
    number = f"{word('number', lang)}: {node.printed_number}"
    return _call(
        "letter-head",
        parent=_string(node.parent_body),
        body=_string(node.issuing_body),
        number=_open(number),
        place_date=_open(official_date(node.date, node.place, lang)),
        state=_string(word("state", lang)),
        motto=_string(word("motto", lang)),
        title=_string(node.title),
        subject=_string(node.subject),
        dear=_array(map(_string, node.dear(lang))),
    )


def _open(text: str) -> str:
    """Return text in which a run of spaces is room to write by hand."""
    parts = re.split(r" {3,}", text)
    return "{" + "; blank; ".join(map(_string, parts)) + "}"


# ---------------------------------------------------------------- figures and tables


def _figure_typst(node: blocks.Figure) -> str:
    lines = [*map(_linked, source_line(node.source, node.lang))]
    code = _call(
        "picture",
        svg=f'read("{_picture_name(node)}", encoding: none)',
        alt=_string(node.alt),
        width=f"{node.width_mm}",
        tall="true" if node.height_mm > TALL_MM else "false",
        caption=_text(blocks.caption_line(node)),
        anchor=_string(node.id),
        below=f"below({_array(lines)})" if lines else "none",
    )
    return f"sim-start(); {code}; sim-end()" if node.simulated else code


def _upright_table(grid: Grid) -> str:
    """Return the code of a table without the turn of its page."""
    arguments = {
        "columns": _array(f"{share}fr" for share in grid.shares()),
        "align": _array(column.align for column in grid.columns),
        "head": _array(_th(head) for row in grid.heads() for head in row),
        "caption": _text(blocks.caption_line(grid)) if grid.caption else "none",
        "anchor": _string(grid.id),
        "size": f"{grid.size_pt:g}",
        # a row stays on one page, unless it may be longer than that
        "breakable": str(_tallest(grid.rows) > LONG_CELL).lower(),
        "ends": str(_last_rows(grid)),
    }
    if grid.below:
        arguments["notes"] = f"below({_array(map(_linked, grid.below))})"
    named = ", ".join(f"{key}: {value}" for key, value in arguments.items())
    rows = ",\n".join(
        f"section({len(grid.columns)}, {_text(row.section)})"
        if row.section
        else ", ".join(map(_td, row.cells))
        for row in grid.rows
    )
    code = f"grid-table({named},\n{rows}\n)"
    return f"sim-start(); {code}; sim-end()" if grid.simulated else code


def _last_rows(grid: Grid) -> int:
    """Return how many rows at a table's end stay on one page; fewer where they are tall, none where one may break."""
    tallest = _tallest(grid.rows[-3:])
    return 0 if tallest > LONG_CELL else 1 if tallest > TALL_CELL else 3


def _tallest(rows: Iterable[Row]) -> int:
    return max((len(cell.text) for row in rows for cell in row.cells), default=0)


def _th(head: Head) -> str:
    spans = f"colspan: {head.across}, " * (head.column is None) + f"rowspan: {head.down}, " * (head.down > 1)
    return f"th({spans}{_text(head.text)})"


def _td(cell: Cell) -> str:
    code = _text(cell.text)
    if cell.mark:
        code = f"mark({_string(cell.mark)}, {_string(cell.tone)}, {code})"
    if cell.href.startswith("#"):
        return f"within({_string(cell.href[1:])}, {code}, marked: true)"
    if ADDRESS.match(cell.href):
        return f"link({_string(cell.href)}, {code})"
    return code
