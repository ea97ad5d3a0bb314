"""The shape of a plan text: blocks, the outline they hang in, and tables.

A **block** is a heading, a list item, a paragraph or a table cell; it is a span of the text, so
that whatever is found in it can be traced to its characters. Layout debris (Markdown marks,
simple tags, escapes) is blanked by spaces of the same length before anything is read, so
positions never shift. A **node** is a place in the outline: a numbered heading, an item, a line
such as "Mục tiêu đến năm 2025:" that speaks for the list below it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from qngai_analysis.plan.columns import ROW_RANKS, roles_of, row_number_rank
from qngai_analysis.plan.grids import Line, Span, find_grid, may_begin, words_of
from qngai_analysis.plan.words import ROMAN, cased, headings, lower, squeeze, words

# ------------------------------------------------------------------ masking

# dashes of all lengths, an Icelandic letter that looks as "Đ", letters of PDF fonts of the nineties, wide signs
_TWINS = tuple(zip("–—−‐‑‒―ÐƣƢ％﹪", "-------ĐưƯ%%", strict=True))
_TAG = re.compile(r"</?(?:b|i|u|em|strong|br|p|span|sup|sub|div)\b[^<>\n]{0,200}>", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*{2,}|_{2,}|(?<=\S)\*|\*(?=\S)|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|`")
_HEADING = re.compile(r"^[ \t>]*(#{1,6})(?=\s|\*|\d)", re.MULTILINE)


# "250 triêu đồng": who types without marks means an amount all the same
# (here and below, what stands before is looked at last: what a pattern begins with is searched for quickly)
_AMOUNT = re.compile(r"t(?:(?P<million>ri[eê]u)(?<=\d .{5})|[yỳ](?<=\d .{2}))(?= (?:đồng|lượt|USD)(?!\w))")


# Scanners read "10%" as "l0%", "80%" as "8O%" and "2030" as "2O30".
_SCANNED_ONE = re.compile(r"[lI](?=\d+(?:,\d+)?\s?%)(?<![^\W_].)")
_SCANNED_ZERO = re.compile(r"[Oo](?:(?<=\d.)(?=\s?%)|(?<=\b2.)(?=[2-4]\d\b)|(?<=\b20[2-4].)\b)")


def mask(text: str) -> str:
    """Return the text with layout debris blanked, character for character as long as before.

    Letters that a scanner put for the digits of a percentage are digits again.

    >>> mask("**Tỷ lệ** đạt <b>80%</b>")
    '  Tỷ lệ   đạt    80%    '
    """
    for twin, letter in _TWINS:
        text = text.replace(twin, letter)
    text = _TAG.sub(_blank, text)
    if any(mark in text for mark in "*_`"):  # few texts have one, and it takes long to look for all of them
        text = _EMPHASIS.sub(_blank, text)
    text = _AMOUNT.sub(lambda found: "triệu" if found["million"] else "tỷ", text)
    return _SCANNED_ZERO.sub("0", _SCANNED_ONE.sub("1", text))


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


# ------------------------------------------------------------------ outline

# Kinds of markers as they stand above one another in the outline, below Markdown's headings; "nested" is a list
# numbered anew ("1." below "2."). Bullets share one rank and nest in the order in which a list introduces them.
_KINDS = "part chapter capital caps roman article sub n1 n2 n3 n4 nested letter label deep plain intro spoken"
_RANKS = {kind: rank for rank, kind in enumerate(_KINDS.split(), 10)}
_BULLET_RANK = 70


@dataclass(slots=True)
class Node:
    """A place in the outline."""

    marker: str  # as printed, without its dot or bracket: "II", "1.2", "a"; "" for bullets and intros
    kind: str  # key of the ranks above, "bullet-", "bullet+", …, "h1" … "h6", "root"
    rank: float
    title: str
    line: int
    parent: Node | None
    start: int
    topic: str = ""  # goals, tasks, organisation, budget, status, aims; "" where the title does not say
    lists: str = ""  # of a line that leads numbered items: their kind

    def path(self) -> list[Node]:
        """Return the nodes from the outermost heading to this one, the root left out."""
        nodes: list[Node] = []
        node: Node | None = self
        while node is not None and node.parent is not None:
            nodes.append(node)
            node = node.parent
        return nodes[::-1]

    def numbered(self) -> Node:
        """Return the nearest node upwards that is neither a bullet nor a lead-in: what lists below it belong to."""
        node = self
        while node.parent is not None and (node.bulleted or node.kind == "intro"):
            node = node.parent
        return node

    @property
    def bulleted(self) -> bool:
        """Whether the node is a bullet (it has no number of its own)."""
        return self.kind.startswith("bullet")


@dataclass(slots=True)
class TextBlock:
    """One readable unit of text, a span ``[start, end)`` of it."""

    start: int
    end: int
    node: Node
    kind: str  # heading, item, paragraph, cell
    body: int = 0  # where the words begin, after the list marker
    row: TextRow | None = None
    column: int = 0  # of a cell

    @property
    def role(self) -> str:
        """What the column of a cell holds ("text", "value", "lead" …); "" outside tables."""
        return "" if self.row is None else "".join(self.row.table.roles[self.column : self.column + 1])

    @property
    def head(self) -> str:
        """The printed head of a cell's column; "" outside tables."""
        return "" if self.row is None else "".join(self.row.table.header[self.column : self.column + 1])


@dataclass(slots=True)
class TextRow:
    """One table row: the words and the spans of its cells, and the part/section rows above it."""

    words: list[str]
    cells: list[Span]
    table: TextTable
    above: list[tuple[str, str]] = field(default_factory=list)  # (number, title) of rows that head it
    heading: bool = False

    def cell(self, role: str) -> str:
        """Return the words of the first cell of a role; "" where the table has none."""
        cells = zip(self.table.roles, self.words, strict=False)
        return next((words for name, words in cells if name == role), "")

    @property
    def has_value(self) -> bool:
        """Whether a cell of its value columns holds a number."""
        cells = zip(self.table.roles, self.words, strict=False)
        return any(letter.isdigit() for role, words in cells if role == "value" for letter in words)

    @property
    def span(self) -> Span:
        """From where to where its words stand in the text."""
        filled = [span for span in self.cells if span[1] > span[0]]
        return min(start for start, _ in filled), max(end for _, end in filled)


@dataclass(slots=True)
class TextTable:
    """A table whose header row named its columns."""

    header: list[str]
    node: Node
    rows: list[TextRow] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """All blocks and tables of a text."""

    text: str
    masked: str
    blocks: list[TextBlock]
    tables: list[TextTable]
    starts: list[int]  # first character of each line
    pages: list[Span] = field(default_factory=list)  # page numbers that a PDF left between the lines

    def words(self, block: TextBlock) -> str:
        """Return the words of a block after its marker."""
        return squeeze(self.masked[block.body : block.end])

    def line(self, position: int) -> int:
        """Return the line (from 1) that holds a character."""
        return bisect_right(self.starts, position)


_MARKER = re.compile(
    cased(
        rf"""
    (?P<part>(?:PHẦN|Phần|PHỤ\ LỤC|Phụ\ lục)\s+(?:THỨ\s+|thứ\s+)?(?:[IVX]+|\d{{1,2}}|[A-Z](?![a-z])|NHẤT|HAI|BA|TƯ|NĂM|nhất|hai|ba|tư|năm)\b\s*[.:\-)]?)
  | (?P<chapter>(?:CHƯƠNG|Chương)\s+(?:[IVX]+|\d{{1,2}})\b\s*[.:\-]?)
  | (?P<article>(?:Điều|ĐIỀU)\s+\d{{1,3}}\s*[.:])
  | (?P<sub>[A-ZĐ]\.\d{{1,2}}\s?[.)]?(?=\s+\S))
  | (?P<label>(?:Chỉ\ tiêu|Mục\ tiêu|Nhiệm\ vụ|Giải\ pháp)\s+(?:số\s+)?\d{{1,2}}\s*(?:[.:]|-(?=\s)))
  | (?P<roman>(?!V/[vV]\s){ROMAN}\s?(?:[.)/]|\s?-(?=\s))(?=\s|$|[^\W\d_]))
  | (?P<capital>[A-ZĐ]\s?[.)/-](?=\s+\S))
  | (?P<number>\(?\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}\s?(?:[.)](?!\d)|/(?!\d|[A-ZĐ]+[-/])|-(?=\s*[UPPER])|(?<=\d)-(?=\s(?:100\s?%|\d[\d.]*\s[^\W\d]))|(?<=\d\.\d)-(?=\s+\d)|(?=\s+[UPPER]))\s*)
  | (?P<letter>\(?[a-zđ]\s?(?:[.)](?=\s|$|[^\W\d_])|[-/](?=\s)))
  | (?P<deep>\(?(?:[a-zđ]\.?\d{{1,2}}|[ivx]{{1,4}})\s?[.)](?=\s))
  | (?P<spoken>(?:(?:Một|Hai|Ba|Bốn|Năm|Sáu|Bảy|Tám|Chín|Mười)\ là|Thứ\ (?:nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười))\s*[,:])
  | (?P<bullet>[-+•*✓✔➢►»§▪■◦●○·∙❖→⇒\uf020-\uf0ff]|o(?=\s+[UPPER\d]))  # Word's own bullets, too
    """
    ),
    re.VERBOSE,
)


def begins_item(line: str) -> bool:
    """Whether a line begins with a list mark or the number of a heading.

    >>> begins_item("a) Sở Y tế"), begins_item("2. Mục tiêu"), begins_item("và 80% số hộ")
    (True, True, False)
    """
    return _MARKER.match(line) is not None


_SENTENCE_END = (".", ";", ":", "!", "?", "…")

# the line that says what kind of document begins
_TYPE = "|".join(kind.upper() for kind in words("heads_document"))
_TYPE_LINE = re.compile(rf"(?:{_TYPE})\s*:?$")
_TITLE = re.compile(rf"(?:{_TYPE})\s")
_WANTS_NUMBER = re.compile(r"(?<!\w)(?:đạt|trên|dưới|chiếm|tối thiểu|ít nhất|khoảng)$")

TOPICS = headings("topic")
_TIME_OF = r"(?:(?:đến|tới|hết|cuối|trong|vào)\s+)*(?:giai đoạn|nhiệm kỳ|năm)\s+20\d\d(?:\s*-\s*20\d\d)?"
_PERIOD_LINE = re.compile(_TIME_OF)


def topic_of(title: str) -> str:
    """Return what a heading is about: the topic whose word stands first in it, or "".

    >>> topic_of("II. CHỈ TIÊU KẾ HOẠCH VÀ PHÂN CÔNG NHIỆM VỤ"), topic_of("1. Phát triển kinh tế số")
    ('goals', '')
    """
    title = lower(title)
    found = [(hit.start(), rule.gives) for rule in TOPICS if (hit := rule.applies(title[:160]))]
    found = [hit for hit in found if hit[1] != "aims"] or found  # "CĂN CỨ VÀ THỰC TRẠNG"
    return min(found)[1] if found else ""


# ------------------------------------------------------------------ tables


class _Rows:
    """Turns the cells of grids into table rows, each under the part and section rows above it."""

    def __init__(self, builder: _Builder) -> None:
        self.builder = builder
        self.last: TextTable | None = None
        self.above: list[tuple[float, str, str]] = []
        self.refused = 0  # lines up to here were looked at and are no table

    def take(self, lines: list[Line], index: int) -> int:
        """Return the index of the first line after the table that begins here, or ``index``."""
        if index < self.refused:
            return index
        grid = find_grid(self.builder.masked, lines, index)
        if not grid.header:
            self.refused = grid.after
            return index
        self.builder.close()
        # a table set over several pages repeats its head: the rows go on
        table, node = self.last, self.builder.node
        if table is None or table.header != grid.header or table.node is not node:
            table = self.last = TextTable(grid.header, node, roles=roles_of(grid.header))
            self.above = []
            self.builder.tables.append(table)
        for cells in grid.rows:
            self._add(table, cells)
        return grid.after

    def _add(self, table: TextTable, cells: list[Span]) -> None:
        words = [words_of(self.builder.masked, cell) for cell in cells]
        if not any(words) or words == table.header or _numbers_columns(words):
            return
        row = TextRow(words, cells, table)
        self._place(row)
        table.rows.append(row)
        self.builder.blocks += [
            TextBlock(start, end, self.builder.node, "cell", start, row, column)
            for column, (start, end) in enumerate(cells)
            if end > start
        ]

    def _place(self, row: TextRow) -> None:
        """Say what stands above a row, and whether it heads those below it."""
        words, roles = row.words, row.table.roles + [""] * len(row.words)
        number, title = row.cell("number"), row.cell("text")
        others = any(word for role, word in zip(roles, words, strict=False) if role not in ("number", "text"))
        rank = row_number_rank(number) if number else None
        high = rank is not None and rank <= ROW_RANKS["n"]
        row.heading = bool(title) and not others and (high or title.isupper())
        if row.heading:
            rank = ROW_RANKS[""] if rank is None else rank
            self.above = [entry for entry in self.above if entry[0] < rank]
        row.above = [(n, t) for r, n, t in self.above if rank is None or r < rank]
        if row.heading and rank is not None:
            self.above.append((rank, number.strip(" .)"), title))


_COLUMN_MARK = re.compile(r"[A-Z]|\(?\d{1,2}\)?(?:\s*=\s*[\d\s()/+x×:*%-]+)?")


def _numbers_columns(cells: list[str]) -> bool:
    """Whether a row only numbers the columns: "A", "B", "1", "2", "3=2/1"."""
    marks = [cell for cell in cells if cell]
    return len(marks) > 2 and len(set(marks)) == len(marks) and all(map(_COLUMN_MARK.fullmatch, marks))


# ------------------------------------------------------------------ reading the outline


def outline(text: str) -> Outline:
    """Read the outline of a (normalised) text in one pass over its lines."""
    masked = mask(text)
    pages = list(_page_numbers(masked))
    for start, end in pages:
        masked = masked[:start] + " " * (end - start) + masked[end:]
    found = _Builder(text, masked).build()
    found.pages = pages
    return found


_PAGE_NUMBER = re.compile(r"(?m)^[ \t]*(?:-[ \t]*)?(?P<number>\d{1,3})(?:[ \t]*-)?[ \t]*$")


def _page_numbers(masked: str) -> Iterator[Span]:
    """Yield lone numbers that count up through a text: a PDF's page numbers."""
    found = list(_PAGE_NUMBER.finditer(masked))
    numbers = [int(hit["number"]) for hit in found]
    counting = len(numbers) > 1 and numbers[0] <= 2 and all(b - a in (0, 1) for a, b in pairwise(numbers))
    if counting:
        yield from (hit.span("number") for hit in found)


class _Builder:
    def __init__(self, text: str, masked: str) -> None:
        self.text = text
        self.masked = masked
        self.root = Node("", "root", 0, "", 1, None, 0)
        self.node = self.root
        self.blocks: list[TextBlock] = []
        self.tables: list[TextTable] = []
        self.starts = [0, *(found.end() for found in re.finditer("\n", masked))]
        self.open: TextBlock | None = None  # the block that the next line may continue
        self.blank = True  # whether an empty line came just before
        self.width = 0
        self.bracketed = _RANKS["nested"] + 0.5  # rank of the list "(1) … (2) …" last begun
        self.tabular = _Rows(self)

    # -------------------------------------------------------------- lines

    def build(self) -> Outline:
        lines = list(self._lines())
        self.width = _wrap_width(self.masked, lines)
        index = 0
        while index < len(lines):
            index = self._take(lines, index)
        self.close()
        return Outline(self.text, self.masked, self.blocks, self.tables, self.starts)

    def _lines(self) -> Iterator[Line]:
        masked = self.masked
        for number, start in enumerate(self.starts):
            end = self.starts[number + 1] - 1 if number + 1 < len(self.starts) else len(masked)
            hashes = 0
            if found := _HEADING.match(masked, start, end):
                hashes = len(found.group(1))
                start = found.end()
            # "…YÊU CẦU****1. Quan điểm": one bold run ends and the next begins, two lines set as one
            while (cut := self.text.find("****", start, end)) > start and self.masked[start:cut].strip():
                yield Line(start, cut, hashes)
                start = cut + 4
            yield Line(start, end, hashes)

    def _take(self, lines: list[Line], index: int) -> int:
        line = lines[index]
        content = self.masked[line.start : line.end]
        stripped = content.strip()
        if not stripped:
            self.blank = True
            return index + 1
        if may_begin(content):
            after = self.tabular.take(lines, index)
            if after > index:
                self.blank = True
                return after
        self._take_line(line, content, stripped)
        self.blank = False
        return index + 1

    def _take_line(self, line: Line, content: str, stripped: str) -> None:
        start = line.start + len(content) - len(content.lstrip())
        end = line.start + len(content.rstrip())
        if not any(c.isalnum() for c in stripped):
            self.close()  # a rule such as "-----"
            return
        marker = _MARKER.match(stripped)
        if marker or line.hashes:
            self.close()
            self._open_marked(line, start, end, stripped, marker)
            return
        if self.open is not None and self._continues(self.open, stripped):
            self.open.end = end
            return
        self.close()
        caps = 6 <= len(stripped) <= 300 and _caps(stripped)
        heading = caps or self._plain_heading(stripped)
        if heading:
            self._enter("caps" if caps else "plain", "", start)
        else:
            self._leave_lists()  # an unmarked paragraph ends the bullets and the list lead-ins above it
        self.open = TextBlock(start, end, self.node, "heading" if heading else "paragraph", start)

    def _plain_heading(self, stripped: str) -> bool:
        """A short line without a full stop that begins with a word of the outline: "Thực trạng năm 2022"."""
        if self.width or len(stripped) > 100 or stripped[-1] in ".;:,?!" or not stripped[0].isupper():
            return False
        if _PERIOD_LINE.fullmatch(lower(stripped)):
            return True
        told = re.search(r"%|\d/\d", stripped)  # "Năm 2025, tỉnh có 21/25 chỉ tiêu đạt"
        return told is None and any(rule.applies(lower(stripped)[:40]) for rule in TOPICS)

    def _continues(self, block: TextBlock, stripped: str) -> bool:
        last = self.masked[block.end - 1]
        first = stripped[0]
        if block.kind == "heading" and not self.masked[block.body : block.end].strip():
            # "PHẦN THỨ HAI" stands alone on its line, and its title on the next
            return not self.blank or block.node.kind in ("part", "chapter")
        if _TYPE_LINE.match(stripped):
            return False
        if first.islower():
            return not self.blank or last not in _SENTENCE_END
        if first.isdigit() and _WANTS_NUMBER.search(self.masked, max(block.body, block.end - 12), block.end):
            return True
        if self.blank or last in _SENTENCE_END:
            return False
        if _caps(stripped) and block.kind == "heading" and _caps(self.masked[block.body : block.end]):
            return True
        if not (first.isalpha() or first in '“"('):
            return True
        if not self.width:
            return False
        begin = self.masked.rfind("\n", block.start, block.end) + 1 or block.start
        return block.end - begin >= (0.6 if block.kind == "heading" else 0.4) * self.width

    # -------------------------------------------------------------- nodes

    def _open_marked(
        self, line: Line, start: int, end: int, stripped: str, marker: re.Match[str] | None
    ) -> None:
        body, kind, printed = start, f"h{line.hashes}", ""
        while marker is not None:
            start, kind = body, _kind(marker)
            body += len(marker.group())
            rest = self.masked[body:end]
            body += len(rest) - len(rest.lstrip())
            bullet = kind.startswith("bullet")
            printed = "" if bullet else squeeze(marker.group()).strip(" .)(/:-").lstrip("0")  # "01"
            # "- a) Tổ chức", " - + Thực hiện": the inner marker is the one that counts
            inner = _MARKER.match(self.masked, body, end) if bullet else None
            marker = inner if inner and inner.lastgroup in ("letter", "bullet", "number", "deep") else None
        self._enter(kind, printed, body)
        heading = bool(line.hashes) or (not self.node.bulleted and end - body <= 160)
        self.open = TextBlock(start, end, self.node, "heading" if heading else "item", body)

    def _enter(self, kind: str, marker: str, start: int) -> None:
        if kind == "n1" and self._numbers_anew(marker):
            kind = "nested"
        rank = self._rank(kind, marker)
        parent = self.node
        # "Mục tiêu đến năm 2030:" leads the numbers below it as it leads bullets
        leads = parent.kind in ("intro", "plain") and parent.topic == "goals"
        if leads and marker.rpartition(" ")[2] in ("1", "a", "1.1", "i"):
            parent.lists = kind
        while parent.parent is not None and not self._holds(parent, kind, rank):
            parent = parent.parent
        self.node = Node(marker, kind, rank, "", bisect_right(self.starts, start), parent, start)

    def _numbers_anew(self, marker: str) -> bool:
        """Whether "1." below "2." begins a list of its own, or "2." goes on with such a list."""
        numbered = {node.kind: node.marker for node in self.node.path() if node.kind in ("n1", "nested")}
        if "nested" in numbered:
            return marker == str(int(numbered["nested"]) + 1)
        return marker == "1" and "n1" in numbered and numbered["n1"].isdigit()

    def _rank(self, kind: str, marker: str) -> float:
        if kind == "bracketed":
            # "(1)" opens a list below the heading it stands under; "(6)" may go on with it under the next one
            if marker == "1":
                above = (node for node in reversed(self.node.path()) if not node.bulleted)
                ranks = (node.rank for node in above if node.kind not in (kind, "intro"))
                self.bracketed = next(ranks, _RANKS["nested"]) + 0.5
            return self.bracketed
        if kind.startswith("bullet"):
            return _BULLET_RANK
        if kind.startswith("h"):
            return int(kind[1])
        return _RANKS[kind]

    def _holds(self, node: Node, kind: str, rank: float) -> bool:
        if node.lists:
            return node.lists == kind
        if rank == _BULLET_RANK and node.bulleted:  # a new kind of bullet goes a step further in
            lists = takewhile(lambda above: above.bulleted or above.kind == "intro", reversed(node.path()))
            return all(above.kind != kind for above in lists)
        return node.rank < rank

    def _leave_lists(self) -> None:
        self.node = self.node.numbered()
        led = next((node for node in self.node.path() if node.lists), None)
        if led is not None and led.kind == "intro" and self.node.title.endswith("."):
            self.node = led.numbered()  # the list that a line leads has ended

    def close(self) -> None:
        block = self.open
        self.open = None
        if block is None:
            return
        words = squeeze(self.masked[block.body : block.end])
        if block.kind == "paragraph" and words.endswith(":") and len(words) <= 400:
            # "Mục tiêu cơ bản đến năm 2025:" speaks for the list that follows
            self._enter("intro", "", block.start)
            block.node = self.node
            block.kind = "heading"
        node = block.node
        if not node.title and block.kind != "paragraph":
            node.title = words[:400]
            node.topic = _topic_of_block(node, words)
        self.blocks.append(block)


_LEAD = re.compile(r"[^%:.]*(?::|\.(?=\s))")  # of a paragraph with a title of its own: "1. Mục tiêu: …"


_INDICATOR = re.compile(r"(?:t[ỷỉ]\s+lệ|số|tổng\s+số)\s", re.IGNORECASE)


def _topic_of_block(node: Node, words: str) -> str:
    if node.kind == "label":
        return topic_of(node.marker)  # "Mục tiêu 1: Chăm sóc sức khỏe"
    above = node.parent
    titled = above is not None and _TYPE_LINE.match(above.title) and node.line <= above.line + 2
    title = (node.kind == "plain" and titled) or (node.kind == "caps" and _TITLE.match(words))
    if title or _INDICATOR.match(words):
        return ""  # "(16) Tỷ lệ chi bộ hoàn thành tốt nhiệm vụ: 90%", "NGHỊ QUYẾT về nhiệm vụ năm 2026"
    if node.bulleted and not words.endswith(":"):
        return ""
    lead = None if words.endswith(":") else _LEAD.match(words)
    if lead or "%" in words:
        words = lead.group() if lead else ""
    words = words.partition(";")[0]
    if len(words) > 220 or (node.kind in ("letter", "deep", "bullet") and len(words) > 120):
        return ""
    return topic_of(words)


def _kind(marker: re.Match[str]) -> str:
    group = marker.lastgroup or ""
    if group == "number":
        depth = marker.group().strip(" .)(/-").count(".") + 1
        return "bracketed" if depth == 1 and marker.group().startswith("(") else f"n{min(4, depth)}"
    if group == "bullet":
        return f"bullet{marker.group()}"
    return group


def _caps(words: str) -> bool:
    letters = [c for c in words if c.isalpha()]
    return len(letters) >= 2 and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def _wrap_width(masked: str, lines: list[Line]) -> int:
    """Return the width at which the text was broken into lines, 0 if lines are whole paragraphs."""
    sample = [masked[line.start : line.end].strip() for line in lines[:4000]]
    sample = [words for words in sample if len(words) > 1]
    broken = sum(words[0].islower() and not _MARKER.match(words) for words in sample)
    if not sample or broken * 8 < len(sample):
        return 0
    lengths = sorted(len(words) for words in sample)
    return lengths[int(0.95 * (len(lengths) - 1))]
