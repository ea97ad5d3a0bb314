"""From an executed notebook to the parts of a report, numbered and cross-referenced.

The document is what both writers print; they differ only in how.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby, zip_longest
from typing import Any

from qngai_analysis.errors import RenderError
from qngai_analysis.page import blocks
from qngai_analysis.page.layout import word
from qngai_analysis.page.shown import MIME
from qngai_analysis.page.tables import Cell, Grid, GridColumn, Row, digest
from qngai_analysis.words.language import language, paragraphs
from qngai_analysis.words.numbers import roman
from qngai_analysis.words.said import Said, catalogued, translate

# PDF/A wants a date in the file, and today's would make every run a different file
NO_DATE = date(2000, 1, 1)


@dataclass(frozen=True)
class Span:
    """A run of text inside a paragraph.

    ``kind`` is text, strong, emph, code, link or break. ``target`` is a link's address, of a part of the
    document ``#`` and its id.
    """

    kind: str
    text: str = ""
    children: tuple[Span, ...] = ()
    target: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` counts from 1 below the document's title, without gaps."""

    level: int
    spans: tuple[Span, ...]
    anchor: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Listing:
    """A bulleted or numbered list; an item holds paragraphs and lists."""

    ordered: bool
    start: int
    items: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Quote:
    """A block quotation."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Verbatim:
    """Text whose line breaks are kept: code, or what a cell printed."""

    text: str


@dataclass(frozen=True)
class Unfolded:
    """A ``Details`` block with its text parsed."""

    summary: str
    nodes: tuple[Node, ...]
    id: str = ""
    simulated: bool = False


Node = Heading | Paragraph | Listing | Quote | Verbatim | Unfolded | Grid | blocks.Printed


@dataclass(frozen=True)
class Document:
    """A report ready to be written: title, language and parts in order."""

    title: str
    lang: str
    nodes: tuple[Node, ...]
    author: str = ""
    simulated: bool = False
    date: date = NO_DATE

    @property
    def names_itself(self) -> bool:
        """Whether an official head or a title block prints the title; else the writer does."""
        return any(isinstance(node, blocks.OfficialHead | blocks.PageTitle) for node in self.nodes)

    def opened(self) -> tuple[Node, ...]:
        """Return the parts with the title in front where none of them prints it."""
        return self.nodes if self.names_itself else (blocks.PageTitle(self.title), *self.nodes)

    @property
    def figures(self) -> list[blocks.Figure]:
        """The figures, in order."""
        return [node for node in self.nodes if isinstance(node, blocks.Figure)]

    def figure_data(self) -> list[Node]:
        """Return the last appendix: what the figures show, in numbers (nothing without figures)."""
        tables = [data_grid(figure) for figure in self.figures if figure.data]
        if not tables:
            return []
        title = word("figure_data", self.lang)
        appendices = [node for node in self.nodes if isinstance(node, blocks.AppendixStart)]
        start: Node = Heading(1, (Span("text", title),), "figure-data")
        if appendices or any(isinstance(node, blocks.OfficialHead) for node in self.nodes):
            reference = appendices[-1].reference if appendices else ""
            start = blocks.AppendixStart(roman(len(appendices) + 1), title, reference)
        return [start, *tables]

    def grids(self) -> list[Grid]:
        """Return all captioned tables, then the data tables of the figures."""
        own = [node for node in self.nodes if isinstance(node, Grid) and node.caption]
        return own + [data_grid(figure) for figure in self.figures if figure.data]


def data_grid(figure: blocks.Figure) -> Grid:
    """Return the data table of a figure, labelled by the figure ("Số liệu của Hình 1")."""
    assert figure.data is not None
    label = f"{word('data_of', figure.lang)} {figure.label}".strip()
    return replace(
        figure.data,
        label=label,
        caption=figure.caption,
        source=figure.data.source or figure.source,
        simulated=figure.simulated or figure.data.simulated,
        id=f"data-{figure.id or 'f-' + digest(figure.caption)}",
    )


def read(
    notebook: Mapping[str, Any], *, lang: str = "vi", title: str = "", dated: date | None = None
) -> Document:
    """Return the document that an executed notebook (as JSON) makes.

    Code is left out. Read are Markdown cells and the outputs of code cells: blocks, Markdown, images
    and printed text; of other outputs the plain text. Cells tagged ``remove-cell`` and standard
    error are skipped. The title is the argument, else that of the head or title block, else the
    first heading (which is then not repeated), else the notebook's name for itself. ``dated`` is the
    date written into the file; by default that of the official head.

    Raises
    ------
    ParameterError
        The language is unknown.
    RenderError
        A cross reference names no table or figure, an id stands twice, a picture has no alternative
        text, the notebook has no output.
    """
    language(lang)  # another one is refused
    parts = list(_parts(notebook, lang))
    if not parts:
        raise RenderError("sổ tay không hiện gì: không có lời văn, không có kết quả để làm báo cáo")
    name = str(notebook.get("metadata", {}).get("title", ""))
    return composed(parts, lang=lang, title=title, name=name, dated=dated)


def composed(
    parts: Iterable[Any], *, lang: str = "vi", title: str = "", name: str = "", dated: date | None = None
) -> Document:
    """Return the document that blocks make in this order: numbered, cross-referenced, with its title.

    The title is the argument, else that of the head or title block, else the first heading, else ``name``.
    """
    given, labels = _numbered(parts, lang)
    reasons = {f"#{part.id}" for part in given if isinstance(part, blocks.Details) and part.id}
    resolved = [_resolved(part, labels, reasons) for part in given]
    nodes = [node for part in pointed(resolved, lang) for node in parts_of(part)]
    head = next((n for n in nodes if isinstance(n, blocks.OfficialHead)), None)
    if head is not None:
        title = title or f"{head.title} {head.subject}".strip()
        dated = dated or head.date
    else:
        title, nodes = _titled(nodes, title, name)
    return Document(
        title=title or word("report", lang),
        lang=lang,
        nodes=tuple(_closed([*_levelled(_without_empty(nodes))])),
        author=head.issuing_body if head else "",
        # a banner, or whatever says so of itself
        simulated=any(isinstance(n, blocks.SimulatedBanner) or getattr(n, "simulated", False) for n in given),
        date=dated or NO_DATE,
    )


def pointed(parts: Sequence[Any], lang: str) -> Iterator[Any]:
    """Say findings as paragraphs, and the key ones once more where the key points stand."""
    points = [part.text for part in parts if isinstance(part, blocks.Finding) and part.key]
    for part in parts:
        if isinstance(part, blocks.Finding):
            yield blocks.Prose(f"**{translate('Nhận xét:', language(lang))}** {part.text}")
        elif not isinstance(part, blocks.KeyPoints):
            yield part
        elif points:
            items = "\n".join(f"{place}. {text}" for place, text in enumerate(points, start=1))
            yield blocks.Prose(f"## {part.title}\n\n{items}")


# ---------------------------------------------------------------- cells and outputs


def _parts(notebook: Mapping[str, Any], lang: str) -> Iterator[Any]:
    place = 0
    for cell in notebook["cells"]:
        # the cell that sets values is not the author's
        place += "injected-parameters" not in cell.get("metadata", {}).get("tags", [])
        if _is_left_out(cell):
            continue
        if cell["cell_type"] == "markdown":
            text = _joined(cell["source"])
            yield blocks.Prose("\n\n".join(catalogued(part, language(lang)) for part in paragraphs(text)))
        elif cell["cell_type"] == "code":
            for output in cell.get("outputs", ()):
                yield from _from_output(output, Said("ô {cell}", cell=place))


def _joined(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


_OBJECT = re.compile(r"^<[\w.]+( object)? at 0x[0-9a-f]+>$|^<IPython\.\S+ object>$|^<Figure size .*>$")


# a widget shows nothing outside Jupyter; the notebook puts something static beside it
_WIDGET = "application/vnd.jupyter.widget-view+json"
_PICTURES = ("image/svg+xml", "image/png")
_KINDS = (MIME, _WIDGET, "text/markdown", *_PICTURES, "text/plain")


def _is_left_out(cell: Mapping[str, Any]) -> bool:
    return not {"remove-cell", "remove_cell"}.isdisjoint(cell.get("metadata", {}).get("tags", []))


def _kind(output: Mapping[str, Any]) -> str:
    """Return what of an output is printed; empty: nothing."""
    if output["output_type"] == "stream":
        return "stream" if output["name"] == "stdout" else ""
    data = output.get("data", {})
    kind = next((kind for kind in _KINDS if kind in data), "")
    silent = kind == "text/plain" and _OBJECT.match(_joined(data[kind]).strip())
    return "" if silent or kind == _WIDGET else kind


def _from_output(output: Mapping[str, Any], where: str) -> Iterator[Any]:
    kind = _kind(output)
    if kind == "stream":
        yield Verbatim(_joined(output["text"]).rstrip("\n"))
    elif kind == MIME:
        content = output["data"][MIME]
        yield blocks.from_payload(json.loads(content) if isinstance(content, str) else content)
    elif kind == "text/markdown":
        yield blocks.Prose(_joined(output["data"][kind]))
    elif kind in _PICTURES:
        raise RenderError("{where}: ảnh chưa có tên và lời mô tả; hiện bằng Figure", where=where)
    elif kind:
        yield Verbatim(_joined(output["data"][kind]))


def as_printed(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Return an executed notebook (as JSON) with what ``read`` prints of its outputs: published, it says no more than the report."""
    cells = [
        {**cell, "outputs": [*_shown(cell)]} if "outputs" in cell else cell for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def _shown(cell: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for output in () if _is_left_out(cell) else cell["outputs"]:
        kind = _kind(output)
        names = (MIME, "text/html", "text/plain") if kind == MIME else (kind,)
        kept = {"data": names, "metadata": ()}
        parts = {
            part: {name: value for name, value in output[part].items() if name in kept[part]}
            for part in kept
            if part in output
        }
        if kind:
            yield {**output, **parts}


def parts_of(block: Any) -> Iterator[Node]:
    """Return a block as parts of a document: its Markdown parsed, anything else as it is."""
    if isinstance(block, blocks.Prose):
        yield from prose(block.text)
    elif isinstance(block, blocks.Details):
        yield Unfolded(block.summary, tuple(prose(block.text)), block.id, block.simulated)
    else:
        yield block


# ---------------------------------------------------------------- Markdown


@cache
def _markdown() -> Any:
    import mistune

    return mistune.create_markdown(renderer=None, plugins=["table", "url"])


def prose(text: str) -> list[Node]:
    """Return the parts of a Markdown text; raw HTML in it is printed as it stands.

    >>> [type(node).__name__ for node in prose("## Kết quả\\n\\nĐạt **20%**.\\n\\n- một\\n- hai")]
    ['Heading', 'Paragraph', 'Listing']
    """
    return list(_parsed(_markdown()(_REFERENCE.sub(r"[\1](#\1)", text))))


def _parsed(tokens: Iterable[Mapping[str, Any]]) -> Iterator[Node]:
    for token in tokens:
        kind = token["type"]
        if kind == "heading":
            yield Heading(token["attrs"]["level"], _spans(token["children"]), "")
        elif kind in ("paragraph", "block_text"):
            yield Paragraph(_spans(token["children"]))
        elif kind == "list":
            items = tuple(tuple(_parsed(item["children"])) for item in token["children"])
            yield Listing(bool(token["attrs"]["ordered"]), int(token["attrs"].get("start", 1)), items)
        elif kind == "block_quote":
            yield Quote(tuple(_parsed(token["children"])))
        elif kind == "table":
            yield _markdown_table(token)
        elif kind in ("block_code", "block_html"):
            yield Verbatim(token["raw"].rstrip("\n"))


def _markdown_table(token: Mapping[str, Any]) -> Grid:
    head, *body = token["children"]
    columns = tuple(
        GridColumn(flat(_spans(cell["children"])), align=cell["attrs"].get("align") or "left")
        for cell in head["children"]
    )
    rows = tuple(
        Row(tuple(Cell(flat(_spans(cell["children"]))) for cell in row["children"]))
        for part in body
        for row in part["children"]
    )
    return Grid(caption="", columns=columns, rows=rows)


_REFERENCE = re.compile(r"\{ref:([\w.-]+)\}")


def _spans(tokens: Iterable[Mapping[str, Any]]) -> tuple[Span, ...]:
    return tuple(span for token in _merged(tokens) for span in _span(token))


def _merged(tokens: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Join neighbouring pieces of plain text, which the parser cuts at every special sign."""
    for plain, run in groupby(tokens, key=lambda token: token["type"] in ("text", "inline_html")):
        if plain:
            yield {"type": "text", "raw": "".join(token["raw"] for token in run)}
        else:
            yield from run


def _span(token: Mapping[str, Any]) -> Iterator[Span]:
    kind = token["type"]
    if kind == "text":
        yield Span("text", token["raw"])
    elif kind == "softbreak":
        yield Span("text", " ")
    elif kind == "linebreak":
        yield Span("break")
    elif kind == "codespan":
        yield Span("code", token["raw"])
    elif kind == "link":
        address, children = str(token["attrs"]["url"]), _spans(token["children"])
        # a report links to pages and letters, not to "javascript:" and the like
        linked = Span("link", children=children, target=address)
        yield linked if _ADDRESS.match(address) else Span("text", flat(children))
    elif kind == "image":
        yield Span("text", flat(_spans(token["children"])))
    elif kind in _MARKED:
        yield Span(_MARKED[kind], children=_spans(token["children"]))
    else:
        yield from _spans(token.get("children", ()))


_MARKED = {"strong": "strong", "emphasis": "emph"}
_ADDRESS = re.compile(r"^(https?://|mailto:|#)", re.IGNORECASE)


def flat(spans: Iterable[Span]) -> str:
    """Return the bare text of spans."""
    return "".join(" " if span.kind == "break" else span.text + flat(span.children) for span in spans)


def link_targets(nodes: Iterable[Node]) -> list[str]:
    """Return the ids of the parts that a link may lead to, in order."""
    return [node.id for node in nodes if isinstance(node, Grid | blocks.Figure | Unfolded) and node.id]


def announces(node: Paragraph) -> bool:
    """Return whether a paragraph only leads to what follows, and must not end its page alone."""
    all_bold = len(node.spans) == 1 and node.spans[0].kind == "strong"
    return all_bold or flat(node.spans).rstrip().endswith(":")


# ---------------------------------------------------------------- titles, levels, numbers, references


def _titled(nodes: list[Node], title: str, name: str) -> tuple[str, list[Node]]:
    """Return the title of a document without an official head, and its parts; a title block says it, too."""
    block = next((node for node in nodes if isinstance(node, blocks.PageTitle)), None)
    own = block.title if block else title
    if not own:
        tops = [node for node in nodes if isinstance(node, Heading) and node.level == 1]
        names_it = tops[0] if len(tops) == 1 or (tops and nodes[0] is tops[0]) else None
        own = flat(names_it.spans) if names_it else title or name
        nodes = [node for node in nodes if node is not names_it]
    if block is None:
        return own, nodes
    nodes = [replace(node, title=own) if node is block else node for node in nodes]
    return title or ". ".join(filter(None, (own, block.subtitle))), nodes


def _levelled(nodes: Iterable[Node]) -> Iterator[Node]:
    """Anchor the headings, and close gaps between their levels: a reader's software takes a gap for a missing part."""
    stack: list[int] = []
    seen: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, blocks.AppendixStart):
            stack = [0]  # the appendix's own heading is of level 1
        if isinstance(node, Heading):
            stack = [*(level for level in stack if level < node.level), node.level]
            name = "h-" + digest(flat(node.spans))
            seen[name] += 1
            anchor = name if seen[name] == 1 else f"{name}-{seen[name]}"
            node = replace(node, level=min(len(stack), 6), anchor=anchor)
        yield node


def _without_empty(nodes: list[Node]) -> Iterator[Node]:
    """Leave out a heading with nothing below it: what a widget shows in a notebook is not on paper."""
    for node, following in zip_longest(nodes, nodes[1:]):
        ends = following is None or isinstance(following, blocks.AppendixStart | blocks.SignatureBlock)
        above = isinstance(following, Heading) and isinstance(node, Heading) and following.level <= node.level
        if not (isinstance(node, Heading) and (ends or above)):
            yield node


def _closed(nodes: list[Node]) -> list[Node]:
    """End the text of an official letter by "./." (Decree 30/2020), if it ends in a sentence."""
    pairs = zip_longest(nodes, nodes[1:])
    return [_ended(node) if isinstance(after, blocks.SignatureBlock) else node for node, after in pairs]


def _ended(node: Node) -> Node:
    """End a paragraph, or the last one of a list, by "./."."""
    match node:
        case Listing(items=(*before, (*parts, last))):
            return replace(node, items=(*before, (*parts, _ended(last))))
        case Paragraph(spans=spans) if flat(spans).rstrip().endswith("./."):
            return node
        case Paragraph(spans=(*spans, Span("text") as last)):
            return Paragraph((*spans, replace(last, text=last.text.rstrip().rstrip(".") + "./.")))
        case Paragraph(spans=spans):
            return Paragraph((*spans, Span("text", "./.")))
    return node


def _numbered(parts: Iterable[Any], lang: str) -> tuple[list[Any], dict[str, str]]:
    counts = {"table": 0, "figure": 0}
    labels: dict[str, str] = {}
    numbered: list[Any] = []
    for part in parts:
        if isinstance(part, Grid | blocks.Figure) and part.caption:
            counts[part.kind] += 1
            label = f"{word(part.kind, lang)} {counts[part.kind]}"
            if part.id and part.id in labels:
                wording = "{label}: mã {id!r} đã dùng cho {labels}"
                raise RenderError(wording, label=label, id=part.id, labels=labels[part.id])
            anchor = part.id or f"{part.kind}-{counts[part.kind]}"
            labels[anchor] = label
            part = replace(part, label=label, id=anchor)
        numbered.append(part)
    return numbered, labels


def _resolved(part: Any, labels: Mapping[str, str], reasons: Container[str]) -> Any:
    """Fill in what tables and figures are called; a cell leads to no explanation that the report does not hold."""

    def kept(cell: Cell) -> Cell:
        lost = cell.href.startswith("#") and cell.href not in reasons
        return replace(cell, href="") if lost else cell

    match part:
        case blocks.Prose() | blocks.Details() | blocks.Finding():
            return replace(part, text=_called(part.text, labels, "[{label}](#{target})"))
        case Grid():
            notes = tuple(_called(note, labels) for note in part.notes)
            rows = tuple(replace(row, cells=tuple(map(kept, row.cells))) for row in part.rows)
            return replace(part, rows=rows, notes=notes, source=_called(part.source, labels))
        case blocks.Figure():
            return replace(part, source=_called(part.source, labels))
    return part


def _called(text: str, labels: Mapping[str, str], form: str = "{label}") -> str:
    """Return a text with tables and figures called by their labels where it refers to them."""

    def name(found: re.Match[str]) -> str:
        if found[1] not in labels:
            wording = "{{ref:{target}}}: không có bảng hay hình nào mang mã này; hiện có {known}"
            raise RenderError(wording, target=found[1], known=", ".join(labels) or "none")
        return form.format(label=labels[found[1]], target=found[1])

    return _REFERENCE.sub(name, text)
