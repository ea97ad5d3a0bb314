"""The HTML edition: one file, nothing loaded from anywhere, readable by ear, on a phone and in print.

No script and no address is written into the page; a content security policy forbids them as well.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from qngai_analysis.page import blocks
from qngai_analysis.page import document as doc
from qngai_analysis.page.layout import HERE, layout, word
from qngai_analysis.page.shown import as_html
from qngai_analysis.page.tables import Cell, Grid, GridColumn, Head, Row, source_line
from qngai_analysis.words.addresses import ADDRESS, pieces
from qngai_analysis.words.folding import MARKED
from qngai_analysis.words.numbers import official_date

TEMPLATES = HERE / "templates"
ON_SCREEN = 1.35  # charts are drawn for paper; letters of 8 points are small on a screen
TALL = 40  # rows; a longer table scrolls below its own head
FACES = {"Regular": (400, "normal"), "Bold": (700, "normal"), "Italic": (400, "italic")}


_TAGS = re.compile(r"(<(?:script|style|svg)\b.*?</(?:script|style|svg)>|<[^>]+>)", re.DOTALL)
#: Words from the first to the last one of a clause that has a letter only Vietnamese has.
_VIETNAMESE = re.compile(rf"[^\s;:()]*[{MARKED}][^\n;:()]*[{MARKED}]\w*|\w*[{MARKED}]\w*", re.IGNORECASE)


def _in_vietnamese(body: str) -> str:
    """Mark what stays Vietnamese in a page of another language, so that it is read out as such."""
    parts = _TAGS.split(body)  # text, tag, text, …
    parts[::2] = [_VIETNAMESE.sub(r'<span lang="vi">\g<0></span>', text) for text in parts[::2]]
    return "".join(parts)


def to_html(document: doc.Document) -> str:
    """Return the whole page of a document."""
    style, words = stylesheet(), layout()["words"][document.lang]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    title, author = escape(document.title), escape(document.author)
    named = f'<meta name="author" content="{author}">\n' if author else ""
    strip = f'<aside class="strip" aria-label="{words["simulated"]}">{words["simulated_strip"]}</aside>\n'
    heading = f"<h1>{title}</h1>\n"
    body = "\n".join(_node(node, document) for node in document.nodes)
    if document.lang != "vi":
        body = _in_vietnamese(body)
    return f"""<!DOCTYPE html>
<html lang="{document.lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; font-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="qngai-analysis">
{named}<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#noi-dung">{words["skip"]}</a>
{strip if document.simulated else ""}<div class="page">
{_contents(document)}<main id="noi-dung" tabindex="-1">
{"" if document.names_itself else heading}{body}
</main>
</div>
</body>
</html>
"""


def _contents(document: doc.Document) -> str:
    lines = ""
    for node in document.nodes:
        if isinstance(node, blocks.AppendixStart):
            level, anchor, text = 1, _appendix_anchor(node), f"{node.name(document.lang)}. {node.title}"
        elif isinstance(node, doc.Heading) and node.level <= 2:
            level, anchor, text = node.level, node.anchor, doc.flat(node.spans)
        else:
            continue
        lines += f'<li class="l{level}"><a href="#{anchor}">{escape(text)}</a></li>\n'
    name = word("contents", document.lang)
    opened = f'<nav class="toc" aria-label="{name}">\n<details>\n<summary>{name}</summary>\n<ol>\n'
    return f"{opened}{lines}</ol>\n</details>\n</nav>\n" if lines else ""


@cache
def stylesheet() -> str:
    """Return the style sheet with the fonts in it."""
    rules = []
    for style, (weight, slope) in FACES.items():
        data = base64.b64encode((HERE / "fonts" / f"ReportSans-{style}.woff").read_bytes()).decode()
        rules.append(
            f'@font-face {{ font-family: "Report Sans"; font-weight: {weight}; font-style: {slope}; '
            f'font-display: swap; src: url("data:font/woff;base64,{data}") format("woff"); }}\n'
        )
    return "".join(rules) + (TEMPLATES / "qngai" / "page.css").read_text(encoding="utf-8")


def _appendix_anchor(node: blocks.AppendixStart) -> str:
    return "phu-luc-" + re.sub(r"\W+", "-", node.number.lower())


# ---------------------------------------------------------------- blocks


@as_html
def fragment(block: Any) -> str:
    """Return one block as HTML for a notebook's output cell, with the style it needs."""
    style = (TEMPLATES / "qngai" / "notebook.css").read_text(encoding="utf-8")
    document = doc.Document(title="", lang=getattr(block, "lang", "vi"), nodes=())
    parts = doc.pointed([block], document.lang)
    body = "".join(_node(node, document) for part in parts for node in doc.parts_of(part))
    return f'<style>{style}</style><div class="qn">{body}</div>'


def _node(node: doc.Node, document: doc.Document) -> str:
    lang = document.lang
    match node:
        case doc.Heading():
            level = min(node.level + 1, 6)
            return f'<h{level} id="{escape(node.anchor)}">{_spans(node.spans)}</h{level}>'
        case doc.Paragraph():
            return f"<p>{_spans(node.spans)}</p>"
        case doc.Listing():
            items = "".join(_item(item, document) for item in node.items)
            start = "" if node.start == 1 else f' start="{node.start}"'
            return f"<ol{start}>{items}</ol>" if node.ordered else f"<ul>{items}</ul>"
        case doc.Quote():
            return f"<blockquote>{_all(node.nodes, document)}</blockquote>"
        case doc.Verbatim():
            return f'<pre tabindex="0">{escape(node.text)}</pre>'
        case doc.Unfolded():
            # the place a link leads to lies inside, so that browsers unfold what is around it
            place = f'<span class="place" id="{escape(node.id)}"></span>' if node.id else ""
            body = _all(node.nodes, document)
            return f"<details><summary>{escape(node.summary)}</summary>{place}{body}</details>"
        case Grid():
            return _table_figure(node)
        case blocks.Figure():
            return _figure_html(node, lang)
        case blocks.OfficialHead():
            return _head(node, lang)
        case blocks.LegalBases():
            return '<ul class="bases">' + "".join(f"<li>{escape(line)}</li>" for line in node.lines) + "</ul>"
        case blocks.SignatureBlock():
            return _signature(node, lang)
        case blocks.AppendixStart():
            title = f'{escape(node.name(lang))} <span class="caps">{escape(node.title)}</span>'
            reference = f"<p>{escape(node.in_brackets)}</p>" if node.reference else ""
            return f'<div class="appendix"><h2 id="{_appendix_anchor(node)}">{title}</h2>{reference}</div>'
        case blocks.SimulatedBanner():
            title, text = escape(word("simulated", lang)), escape(word("simulated_text", lang))
            return f'<div class="banner" role="note"><p><strong>{title}</strong></p><p>{text}</p></div>'
        case blocks.PageTitle():
            # a notebook's own heading may stand above
            title = f"<h1>{escape(node.title)}</h1>" if node.title else ""
            subtitle = f"<p><strong>{escape(node.subtitle)}</strong></p>" if node.subtitle else ""
            line = f"<p>{escape(node.line)}</p>" if node.line else ""
            return f"<header>{title}{subtitle}{line}</header>"


def _all(nodes: Iterable[doc.Node], document: doc.Document) -> str:
    return "".join(_node(node, document) for node in nodes)


def _item(nodes: tuple[doc.Node, ...], document: doc.Document) -> str:
    # the text of a simple item needs no paragraph around it
    first, *others = nodes or (None,)
    if isinstance(first, doc.Paragraph) and not any(isinstance(node, doc.Paragraph) for node in others):
        return f"<li>{_spans(first.spans)}{_all(others, document)}</li>"
    return f"<li>{_all(nodes, document)}</li>"


def _spans(spans: Iterable[doc.Span]) -> str:
    return "".join(map(_span, spans))


def _span(span: doc.Span) -> str:
    match span.kind:
        case "strong" | "emph":
            tag = "strong" if span.kind == "strong" else "em"
            return f"<{tag}>{_spans(span.children)}</{tag}>"
        case "code":
            return f"<code>{escape(span.text)}</code>"
        case "link":
            return f'<a href="{escape(span.target)}">{_spans(span.children)}</a>'
        case "break":
            return "<br>"
        case _:
            return escape(span.text)


def _head(node: blocks.OfficialHead, lang: str) -> str:
    dear = "".join(f'<p class="dear">{escape(line)}</p>' for line in node.dear(lang))
    date = official_date(node.date, node.place, lang)
    kind = f'<span class="kind">{escape(node.title)}</span> ' if node.title else ""
    return f"""<header class="letter">
<div class="parties">
<div><p class="caps">{escape(node.parent_body)}</p>
<p class="caps rule"><strong>{escape(node.issuing_body)}</strong></p>
<p>{word("number", lang)}: {escape(node.printed_number).replace("  ", "&nbsp; ")}</p></div>
<div><p><strong>{escape(word("state", lang))}</strong></p>
<p class="motto"><strong>{escape(word("motto", lang))}</strong></p>
<p><em>{escape(date).replace("  ", "&nbsp; ")}</em></p></div>
</div>
<h1>{kind}<span class="subject">{escape(node.subject)}</span></h1>
{dear}
</header>"""


def _signature(node: blocks.SignatureBlock, lang: str) -> str:
    recipients = "".join(f"<li>{escape(line)}</li>" for line in node.lines)
    authority = f"<p>{escape(node.authority.upper())}</p>" if node.authority else ""
    title = escape(word("recipients", lang))
    return (
        f'<div class="signature"><div class="to"><p>{title}:</p><ul>{recipients}</ul></div>'
        f'<div class="by">{authority}<p>{escape(node.post.upper())}</p>'
        f'<p class="name">{escape(node.name)}</p></div></div>'
    )


# ---------------------------------------------------------------- figures and tables


def _caption(shown: Grid | blocks.Figure) -> str:
    start = f"{escape(shown.label)}. " if shown.label else ""
    sign = f'<span class="sim">{escape(word("simulated", shown.lang))}</span> ' if shown.simulated else ""
    return f"{start}{sign}{escape(shown.caption)}"


def _figure_html(node: blocks.Figure, lang: str) -> str:
    image = base64.b64encode(node.svg.encode()).decode()
    width, height = (round(mm * ON_SCREEN * 96 / 25.4) for mm in (node.width_mm, node.height_mm))
    source = _below(source_line(node.source, node.lang))
    data = ""
    if node.data is not None:
        # numbers are given on rendering, not in a notebook
        named = node.label or word("figure", lang).casefold()
        title = escape(f"{word('data_of', lang)} {named}")
        data = f"<details><summary>{title}</summary>{_table_figure(doc.data_grid(node))}</details>"
    return (
        f'<figure class="chart" id="{escape(node.id)}"><div class="scroll picture" tabindex="0" '
        f'role="region" aria-label="{escape(node.label or node.caption)}">'
        f'<img src="data:image/svg+xml;base64,{image}" alt="{escape(node.alt)}" '
        f'width="{width}" height="{height}"></div>'
        f"<figcaption>{_caption(node)}</figcaption>{source}{data}</figure>"
    )


def _below(lines: Iterable[str]) -> str:
    return "".join(f'<p class="below">{linked(line)}</p>' for line in lines)


def linked(text: str) -> str:
    """Return plain text with its web addresses as links."""
    return "".join(
        f'<a href="{escape(part)}">{escape(part)}</a>' if is_address else escape(part)
        for part, is_address in pieces(text)
    )


def _table_figure(grid: Grid) -> str:
    figcaption = f"<figcaption>{_caption(grid)}</figcaption>" if grid.caption else ""
    region = f' role="region" aria-label="{escape(grid.titled)}"' if grid.titled else ""
    tall = " tall" if len(grid.rows) > TALL else ""
    # on a phone rows of words are cards; columns of numbers stay side by side
    numbers = any(column.numeric for column in grid.columns)
    judges = any(cell.mark for row in grid.rows for cell in row.cells) or not numbers
    heads = "".join(f"<tr>{''.join(map(_th, heads))}</tr>" for heads in grid.heads())
    rows = "".join(_tr(row, grid, named=judges) for row in grid.rows).removeprefix("</tbody><tbody>")
    table = f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>"
    cards = " cards" * judges
    if judges:  # it stays a table to a screen reader where a phone shows its rows as cards
        table = re.sub(
            r"<(table|thead|tbody|tr|td)\b", lambda tag: f'{tag[0]} role="{_ROLES[tag[1]]}"', table
        )
    anchor = f' id="{escape(grid.id)}"' if grid.id else ""
    return (
        f'<figure class="table"{anchor}>{figcaption}<div class="scroll{tall}{cards}" tabindex="0"{region}>'
        f"{table}</div>{_below(grid.below)}</figure>"
    )


_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def _th(head: Head) -> str:
    if head.column is None:
        scope = "colgroup" if head.across > 1 else "col"
        return f'<th scope="{scope}" colspan="{head.across}">{escape(head.text)}</th>'
    size = 1 + sum(head.column.wanted > limit for limit in (4, 9, 16, 28))
    span = f' rowspan="{head.down}"' if head.down > 1 else ""
    return f'<th scope="col" class="w{size}"{span}>{escape(head.text)}</th>'


def _tr(row: Row, grid: Grid, *, named: bool) -> str:
    if row.section:
        head = f'<th scope="rowgroup" colspan="{len(grid.columns)}">{escape(row.section)}</th>'
        return f'</tbody><tbody><tr class="section">{head}</tr>'
    cells = zip(row.cells, grid.columns, strict=True)
    return "<tr>" + "".join(_td(cell, column, named=named) for cell, column in cells) + "</tr>"


_BESIDE = re.compile(r"\w[\w.-]*\.(html|pdf)")  # a page in the same folder


def _td(cell: Cell, column: GridColumn, *, named: bool) -> str:
    classes = [column.align] if column.align != "left" else []
    classes += ["num"] if column.numeric else []
    attribute = f' class="{" ".join(classes)}"' if classes else ""
    text = escape(cell.text).replace("\n", "<br>")
    if cell.href.startswith("#") or ADDRESS.match(cell.href) or _BESIDE.fullmatch(cell.href):
        text = f'<a href="{escape(cell.href)}">{text}</a>'
    if cell.mark:
        text = f'<span class="{escape(cell.tone)}">{shape(cell.mark)}{text}</span>'
    if named and not column.head:
        attribute += f' data-head="{escape(column.name)}"'
    return f'<th scope="row"{attribute}>{text}</th>' if column.head else f"<td{attribute}>{text}</td>"


def shape(name: str) -> str:
    """Return a mark's shape as inline SVG, hidden from screen readers (the word follows)."""
    drawn = layout()["shapes"][name]["svg"]
    return f'<svg class="mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{drawn}</svg>'
