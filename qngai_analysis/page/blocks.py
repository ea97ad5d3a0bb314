"""What a notebook shows besides tables: prose, figures and the parts of an official document.

Every block emits HTML for JupyterLab and plain JSON under a MIME type of its own, which the
writers read from the executed notebook.
"""

from __future__ import annotations

import contextlib
import functools
import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from qngai_analysis.errors import RenderError
from qngai_analysis.page.layout import word
from qngai_analysis.page.shown import bundle
from qngai_analysis.page.tables import Grid, grid_of
from qngai_analysis.values import jsonable

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Drawing


class Block:
    """A part of the report that a notebook shows as the value of a cell."""

    kind: ClassVar[str]
    known: ClassVar[dict[str, type[Any]]] = {}

    def __init_subclass__(cls, kind: str) -> None:
        cls.kind = kind
        Block.known[kind] = cls

    def payload(self) -> dict[str, Any]:
        """Return the block as the plain JSON that the writers read."""
        return {"kind": self.kind, **jsonable(self)}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return bundle(self, lambda: f"[{self.kind}]")


@dataclass(frozen=True)
class Prose(Block, kind="prose"):
    """Markdown text made in code: headings, paragraphs, lists, emphasis, links, ``{ref:id}``.

    Text that comes from elsewhere (a plan's wording) goes through ``literal`` first.
    """

    text: str


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&:^=])")


def literal(text: object) -> str:
    r"""Return ``text`` so that Markdown prints it as it is.

    >>> literal("đạt *trên* 50% [x]")
    'đạt \\*trên\\* 50% \\[x\\]'
    """
    return _MARKDOWN.sub(r"\\\1", str(text))


@dataclass(frozen=True)
class Figure(Block, kind="figure"):
    """A captioned chart with its alternative text and its data; :meth:`drawn` makes one."""

    caption: str
    alt: str
    svg: str
    width_mm: float
    data: Grid | None = None
    source: str = ""
    id: str = ""
    simulated: bool = False
    lang: str = "vi"
    label: str = ""

    @classmethod
    def drawn(
        cls, drawing: Drawing, caption: str, alt: str, *, data: Grid | pd.DataFrame, **settings: Any
    ) -> Figure:
        """Return a chart.

        Parameters
        ----------
        drawing : matplotlib Figure
            It is saved as SVG at once (letters as outlines, no date, fixed ids: the same bytes on every
            run) and closed, so that the notebook does not draw it a second time.
        caption : str
            What the chart says, without a number: numbers are given on rendering.
        alt : str
            What a reader who cannot see the chart must know: kind of chart, range, what stands out.
        data : Grid or DataFrame
            The numbers drawn, shown below the chart in HTML and in the last appendix of the PDF.
        settings
            ``source, id, simulated, lang`` as for a table.

        Raises
        ------
        RenderError
            The caption or the alternative text is empty.
        """
        if not caption.strip():
            raise RenderError("hình chưa có tên; nêu trong một dòng hình cho thấy gì")
        if not alt.strip():
            wording = "hình {caption!r}: chưa có lời mô tả; viết bằng lời điều mà hình cho thấy"
            raise RenderError(wording, caption=caption)
        width = round(drawing.get_size_inches()[0] * 25.4, 2)
        table = data if isinstance(data, Grid) else grid_of(data, caption, lang=settings.get("lang", "vi"))
        return cls(caption, alt, drawn_by[-1](drawing), width, table, **settings)

    @property
    def height_mm(self) -> float:
        """How tall the drawing is at its width, from its view box."""
        box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', self.svg)
        return self.width_mm * (float(box[2]) / float(box[1]) if box else 0.6)

    def payload(self) -> dict[str, Any]:
        """Return the figure as plain JSON, its data as a table's."""
        return {**super().payload(), "data": self.data.payload() if self.data else None}


def svg(drawing: Drawing) -> str:
    """Return a matplotlib figure as SVG, the same bytes for the same drawing, and close it."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    stream, unsaid = io.StringIO(), dict.fromkeys(("Date", "Creator", "Format", "Type"))
    # what ``savefig`` does, without drawing all of it once more to find the layout
    canvas: Any = FigureCanvasSVG(drawing)
    drawing.set_dpi(canvas.fixed_dpi)
    for axis in (axis for axes in drawing.axes for axis in (axes.xaxis, axes.yaxis)):
        if not axis.label.get_text():
            axis.set_label_coords(0, 0)  # else its place is looked for beside all ticks, four times
    with mpl.rc_context({"svg.hashsalt": "qngai-analysis", "svg.fonttype": "path"}), _fonts_found_once():
        if drawing.axes and (layout := drawing.get_layout_engine()) is not None:
            layout.execute(drawing)
            drawing.set_layout_engine("none")
        canvas.print_svg(stream, metadata=unsaid)
    close(drawing)
    text = stream.getvalue()
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    # a point of the page is far wider than its hundredth: further digits would only tell more than is printed;
    # how letters are scaled (1/64 of their outline) tells nothing and stays
    text = _LONG.sub(
        lambda found: found[0] if found["scale"] else f"{float(found[0]):.2f}", text[text.index("<svg") :]
    )
    return text.strip() + "\n"


@contextlib.contextmanager
def _fonts_found_once() -> Iterator[None]:
    """Let Matplotlib look once for the fonts of texts of one kind, not with each text that it measures and draws."""
    from matplotlib.font_manager import fontManager

    manager: Any = fontManager
    if find := getattr(manager, "_find_fonts_by_props", None):
        manager._find_fonts_by_props = functools.cache(find)
    try:
        yield
    finally:
        vars(manager).pop("_find_fonts_by_props", None)


def close(drawing: Drawing) -> None:
    """Close a matplotlib figure, so that the notebook does not draw it once more."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(drawing)


#: Who makes the SVG of a chart: the last one.
drawn_by: list[Callable[[Any], str]] = [svg]

_LONG = re.compile(r"(?P<scale>scale\([^)]*\))|(?<![\w.])-?\d+\.\d{4,}(?![\w.])")


@dataclass(frozen=True)
class OfficialHead(Block, kind="head"):
    """The head of an official document (Decree 30/2020): who writes, number, date, subject, to whom.

    ``number=None`` and ``date=None`` leave room to write by hand. ``subject`` is the "trích yếu"; it
    and ``title`` are also the title of the file. ``addressee`` is needed when a lower body reports
    to a higher one; several stand on lines of their own. An empty ``title`` makes an official letter
    (công văn), which has no name of its kind: its subject stands below the number.
    """

    parent_body: str
    issuing_body: str
    symbol: str
    subject: str
    place: str = "Quảng Ngãi"
    number: int | None = None
    date: date | None = None
    title: str = "BÁO CÁO"
    addressee: str | Sequence[str] = ()

    @property
    def addressees(self) -> tuple[str, ...]:
        """Return the bodies written to, one or several."""
        return (self.addressee,) if isinstance(self.addressee, str) else tuple(self.addressee)

    def dear(self, lang: str) -> list[str]:
        """Return to whom the letter goes: one body on the line, several as a list below it."""
        if len(self.addressees) > 1:
            return [f"{word('dear', lang)}:", *_punctuated([f"- {body}" for body in self.addressees])]
        return [f"{word('dear', lang)}: {body}" for body in self.addressees if body]

    @property
    def printed_number(self) -> str:
        """Return number and symbol as printed; under 10 with a leading zero, blank when not given."""
        digits = "      " if self.number is None else f"{self.number:02d}"
        return f"{digits}/{self.symbol}"


def _punctuated(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines of a list as official letters end them: each with ";" and the last with "."."""
    return (*(f"{line};" for line in lines[:-1]), *(f"{line}." for line in lines[-1:]))


@dataclass(frozen=True)
class LegalBases(Block, kind="bases"):
    """The legal bases, in italics, one a line, each ended by ";" and the last by "."."""

    items: Sequence[str]

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines with their punctuation."""
        return _punctuated([item.strip().rstrip(";.,") for item in self.items])


@dataclass(frozen=True)
class SignatureBlock(Block, kind="signature"):
    """The end of the letter: recipients on the left, authority, post and name on the right.

    ``authority`` is the line above the post ("TM. ỦY BAN NHÂN DÂN", "KT. GIÁM ĐỐC"), if any. The
    place of the signature stays blank. The last sentence before it gets its "./.".
    """

    post: str
    name: str = ""
    authority: str = ""
    recipients: Sequence[str] = ("Như trên", "Lưu: VT")

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the recipients as printed: a dash before, ";" after each and "." after the last."""
        return _punctuated([f"- {item.strip().lstrip('- ').rstrip(';.')}" for item in self.recipients])


@dataclass(frozen=True)
class AppendixStart(Block, kind="appendix"):
    """Where an appendix begins: on a new page, with page numbers of its own.

    ``reference`` is the line in brackets ("Kèm theo Báo cáo số …"), without the brackets.
    """

    number: str
    title: str
    reference: str = ""

    def name(self, lang: str) -> str:
        """Return what it is called: "Phụ lục I"."""
        return f"{word('appendix', lang)} {self.number}"

    @property
    def in_brackets(self) -> str:
        """The reference as printed; empty where there is none."""
        return f"({self.reference.strip('()')})" if self.reference else ""


@dataclass(frozen=True)
class Details(Block, kind="details"):
    """An explanation behind a verdict: folded away in HTML, printed in place in PDF, where each of its pages says that it is simulated.

    ``text`` is Markdown. A cell of a table whose address is ``#`` and the ``id`` leads here.
    """

    summary: str
    text: str
    id: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class SimulatedBanner(Block, kind="simulated"):
    """A box that says in words that what follows is simulated; the PDF page's head says it too."""

    lang: str = "vi"


@dataclass(frozen=True)
class Finding(Block, kind="finding"):
    """A sentence that says what the chart or table above shows; ``key``: it is one of the report's key points.

    ``text`` is Markdown.
    """

    text: str
    key: bool = False
    simulated: bool = False
    lang: str = "vi"


@dataclass(frozen=True)
class KeyPoints(Block, kind="key-points"):
    """Where the key findings stand, as a list below ``title``; they are found further down in the document."""

    title: str


@dataclass(frozen=True)
class PageTitle(Block, kind="title"):
    """The title of a document that is not an official letter: title, subtitle and one line below.

    An empty ``title`` is taken from the first heading of the document.
    """

    title: str
    subtitle: str = ""
    line: str = ""


#: The blocks that a writer prints as they are.
Printed = Figure | OfficialHead | LegalBases | SignatureBlock | AppendixStart | SimulatedBanner | PageTitle


def from_payload(content: Mapping[str, Any]) -> Any:
    """Return the block, or the grid of a table, that a notebook's output holds.

    Raises
    ------
    RenderError
        The output was written by another version, whose blocks this one does not know.
    """
    kind = content.get("kind")
    if kind == "table":
        return Grid.from_payload(content)
    values = {key: value for key, value in content.items() if key != "kind"}
    if kind not in Block.known:
        raise RenderError("khối loại {kind!r} chưa biết ở phiên bản này; chạy lại sổ tay", kind=kind)
    if kind == "figure" and values["data"]:
        values["data"] = Grid.from_payload(values["data"])
    if kind == "head" and values["date"]:
        values["date"] = date.fromisoformat(values["date"][:10])
    return Block.known[kind](**values)


def caption_line(shown: Grid | Figure) -> str:
    """Return label, mark and caption of a table or figure as one line."""
    sign = f"{word('simulated', shown.lang)}: " if shown.simulated else ""
    return f"{shown.label}. {sign}{shown.caption}" if shown.label else f"{sign}{shown.caption}"
