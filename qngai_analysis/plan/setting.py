"""What a block of a plan inherits from where it stands: topic, period, lead, section, pillar, place, bodies."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise, product

from qngai_analysis.plan.agencies import canonical, split_agencies
from qngai_analysis.plan.columns import ROW_RANKS, UNIT_IN_NAME, row_number_rank
from qngai_analysis.plan.head import COUNTRY, HEAD_WORDS, TYPES, Span, horizon_of
from qngai_analysis.plan.lexicon import OPENS_GOALS
from qngai_analysis.plan.model import LegalDocument
from qngai_analysis.plan.structure import Node, Outline, TextBlock, TextRow
from qngai_analysis.plan.targets import Context
from qngai_analysis.plan.tasks import DITTO, PrintedTask, attribute, read_period
from qngai_analysis.plan.words import cased, headings, lower, squeeze
from qngai_analysis.territory import province_name

# topics under which a target is stated in passing; elsewhere it is one of a list of goals
_IN_PASSING = ("tasks", "organisation", "budget", "status", "aims", "head")
_RECIPIENTS = re.compile(r"nơi nhận")
_TERRITORY = re.compile(
    cased(r"^(?:Thành phố|Thị xã|Huyện|Quận|Đặc khu|Xã|Phường|Thị trấn|TP\.?|TX\.?)\s+[UPPER][^,;:.]{1,40}$")
)
_REPORT_TITLE = re.compile(
    r"(?im)^[\W\d]*(?:v/v\s+|về\s+việc\s+)?(?:báo\s+cáo|sơ\s+kết|tổng\s+kết|kết\s+quả\s)[^.:;\n]*(?:\n|\Z)"
)
_AHEAD = re.compile(
    r"phương hướng|định hướng (?:phát triển |năm |đến năm )|kế hoạch (?:công tác |phát triển )?(?:năm|quý|giai đoạn)|năm tới|thời gian tới|dự kiến|phấn đấu|nhiệm vụ"
)
_OPENS_AHEAD = ("phương hướng", "định hướng", "kế hoạch", "dự kiến", "phấn đấu", "năm tới", "thời gian tới")
_CARRIED_OUT = re.compile(r"(?:(?:về|việc|tình hình|công tác)\s+)*(?:thực hiện|triển khai)\s(?!.*giải pháp)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AMOUNT = re.compile(r"(?:[<≤]\s*)?\d{1,3}(?:\.?\d{3})*(?:,\d+)?\s*%?")
_ONLY_WHEN = re.compile(
    r"(?:chi tiết|cụ thể|phân bổ|giao)\s.*|(?:(?:đến|tới|hết|cuối|trong|vào|giai đoạn|nhiệm kỳ|năm)(?!\w)|[\d\W])+"
)
# "Tổng diện tích gieo trồng 772 ha, trong đó:": what is shared out among the items below
_SHARED_OUT = re.compile(
    r"(?P<of>[^\d:]{8,80}?)(?:\s+(?:đạt|là|trên))*[\s:]+\d[\d.,]*[^\d:]*?[,;.]?\s*[Tt]rong đó\s*:"
)
_BELOW_PROVINCE = re.compile(r"(?:XÃ|PHƯỜNG|THỊ TRẤN|HUYỆN|QUẬN|ĐẶC KHU)(?!\w)")
_LOCAL = re.compile(rf"{_BELOW_PROVINCE.pattern}|TỈNH|THÀNH")
# columns that may say what is aimed at without a number
_SAYS_AIM = ("value", "measure", "product", "lead", "cooperating", "period")
_NUMBERED = ("n1", "n2", "n3", "n4", "nested", "bracketed", "letter", "deep", "label")
_GENERAL = re.compile(r"mục tiêu[^.;:]{0,40}(?:tổng quát|chung)(?!\w)|^\W*(?:tổng quát|chung)(?!\w)")
_TARGET_HEAD = re.compile(r"chỉ tiêu|mục tiêu|tiêu chí")
_LETTERHEAD = re.compile(
    rf"{'|'.join(TYPES)}|ỦY BAN|UỶ BAN|HỘI ĐỒNG|CỘNG|HÒA XÃ|TỈNH |ĐẢNG BỘ|CHỦ TỊCH|TRƯỞNG BAN|KT\.|TM\.|PHỤ LỤC"
)
_OF_ALL = re.compile(r"(?:tổng|cộng|toàn (?:tỉnh|huyện|xã|thành phố|vùng|quốc)|cả nước)")
_CAPTION = re.compile(r"(?i:biểu|bảng)(?: số)? \d+[a-z]?\s*[.:]\s*(?P<title>[^\n]+)")
_UNIT_ABOVE = re.compile(
    r"(?m)(?:(?:đơn vị(?: tính)?|đvt)\s*:\s*|^(?:biểu|bảng|phụ lục)[^\n]*\(số\s+(?=[^\n()]*\)$))(?P<unit>[^\n\t|():;.,]{1,30})(?!:)(?:\W|$)"
)
# a row that is a part of the one above: "- Dịch vụ", "Trong đó: nữ", "Vùng cao"
_PART = re.compile(
    r"[-+–]\s+|(?i:trong đó)\s*[:,]?\s*(?=\S)|(?=(?i:vùng|khu vực|đô thị|thành thị|nông thôn|miền núi)(?!\w))"
)
# "1. Tỷ lệ hộ nghèo", where no column holds the numbers
_NUMBER_OF_ROW = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*|[a-zđ]|[IVX]+)\s?[.)]\s+(?=[^\W\d_])")
_UNNUMBERED = 6.5  # between letters and dashes
_Above = tuple[float, str, str]  # rank, name and unit of a row that others may belong to
_GROUPS = re.compile(  # a row above that says what its parts measure
    r"(?:tỷ (?:lệ|trọng|suất)|tổng|số(?! h[oó])|giá trị|cơ cấu|sản lượng|diện tích|năng suất|tốc độ|doanh thu|kim ngạch|mật độ)(?!\w)"
)
_PILLARS = headings("pillar")


@dataclass(frozen=True)
class Setting:
    """A document as its blocks see it: outline, head, the year it speaks in, its tasks."""

    outline: Outline
    low: str  # the text in lower case, place by place
    document: LegalDocument
    year: int | None
    tasks: Sequence[PrintedTask]

    @property
    def masked(self) -> str:
        """The text in which blocks have their places."""
        return self.outline.masked

    @cached_property
    def province(self) -> str:
        """The bare name of the province, which names of agencies may leave out."""
        return self.document.geography.removeprefix("tỉnh ").removeprefix("thành phố ") or province_name()

    # -------------------------------------------------------------- table cells

    def of_next_year(self, block: TextBlock) -> bool:
        """Whether a column of a report is the plan of the year after the one it reports on: "KH 2027"."""
        head, last = lower(block.head), self.document.period_end or self.year
        planned = re.search(r"(?<!\w)(?:kh|kế hoạch)(?!\w)", head)
        return last is not None and planned is not None and f"{last + 1}" in head

    def unit_above(self, row: TextRow) -> str:
        """Return the unit that stands above a row's table: "Đơn vị tính: triệu đồng"."""
        start = row.table.rows[0].span[0]
        said = self.low[max(0, start - 600) : start]
        found = [hit["unit"] for hit in _UNIT_ABOVE.finditer(said) if said.count("\n", hit.end()) < 8]
        return squeeze(found[-1]) if found else ""

    def caption(self, row: TextRow) -> str:
        """Return the title that stands above a row's table: "Biểu 1. Tỷ lệ hộ dùng nước sạch (%)"."""
        start = row.table.rows[0].span[0]
        found = [*_CAPTION.finditer(self.masked, max(0, start - 600, row.table.node.start), start)]
        return squeeze(found[-1]["title"]) if found else ""

    def of_row(self, subject: str, row: TextRow) -> str:
        """Return a subject with the place or the thing that a row stands for; a sum may stand in the column of numbers."""
        if not {"place", "thing"} & set(row.table.roles):
            return subject
        name = row.cell("thing") or row.cell("place") or row.cell("number")
        return f"{subject} ({name})" if name else subject

    @cached_property
    def carried(self) -> dict[tuple[str, int], str]:
        """By a role and a row's identity, the row's name, number and unit; what a row leaves out, or repeats by a ditto mark, goes on from above."""
        carried: dict[tuple[str, int], str] = {}
        for table, role in product(self.outline.tables, ("number", "unit")):
            last = ""
            for row in table.rows:
                if row.heading and role == "number":
                    continue
                cell = row.cell(role)
                goes_on = DITTO.match(cell) if role == "unit" else not cell
                last = last if goes_on else cell.strip(" .)") if role == "number" else cell
                carried[role, id(row)] = last
        for table in self.outline.tables:
            last, above = "", list[_Above]()
            for row in table.rows:
                if cell := row.cell("text"):
                    name = _NUMBER_OF_ROW.sub("", cell)
                    number, part = row.cell("number") or cell.removesuffix(name), _PART.match(name)
                    rank = ROW_RANKS["dash"] if part else row_number_rank(number)
                    rank = _UNNUMBERED if not (part or number) and row.has_value else rank
                    unit = carried["unit", id(row)] if row.cell("unit") else ""
                    above = [entry for entry in above if entry[0] < (rank or ROW_RANKS["dash"])]
                    last = _in_group(name, unit, above, part.end() if part else 0)
                    if not part:
                        above.append((rank or ROW_RANKS["dash"], UNIT_IN_NAME.sub("", last), unit))
                carried["text", id(row)] = last
        return carried

    def lists_targets(self, row: TextRow) -> bool:
        """Return whether a row stands in a table of targets."""
        roles = row.table.roles
        head = lower(row.table.header[roles.index("text")]) if "text" in roles else ""
        return bool(_TARGET_HEAD.search(head)) or bool({"value", "measure"} & set(roles))

    # -------------------------------------------------------------- what is inherited

    def context(self, block: TextBlock) -> Context:
        """Return what the sentences of a block inherit."""
        start, end = self._horizon(block)
        return Context(
            start=start,
            end=end,
            year=self.year,
            topic=self.topic(block),
            lead=self._lead(block),
            item=block.kind != "paragraph",
            local=self.document.geography not in ("", COUNTRY)
            or _LOCAL.search(self.document.issuer) is not None,
        )

    def _horizon(self, block: TextBlock) -> Span:
        """Return the period of a task or table row, of its column, else of what heads the block, else of the document."""
        task = self.task_at(block.start)
        period = task.period if task is not None else None
        if period and period.period_printed and period.period_printed in self.outline.words(block):
            period = None  # the sentence tells itself which of its numbers it speaks of
        if block.row is not None:
            period = read_period(block.row.cell("period"))
        if period is not None and period.last_year is not None:
            return period.first_year, period.last_year
        if block.role in ("value", "measure") and (told := horizon_of(block.head)):
            return told
        nodes = block.node.path()
        if block.row is None and nodes and nodes[-1].start >= block.start:
            nodes = nodes[:-1]  # the block's own words speak for themselves
        above = [] if block.row is None else block.row.above
        periods = [*map(node_horizon, reversed(nodes)), *(horizon_of(title) for _, title in reversed(above))]
        own = self.document.period_start, self.document.period_end
        return next((period for period in periods if period is not None), own)

    def topic(self, block: TextBlock) -> str:
        """Return what the section of a block is about: goals, tasks, status …, "head", "" where nothing says."""
        words = self.low[block.body : block.body + 40].lstrip('( "“')
        if block.row is None and HEAD_WORDS.match(words) and "%" not in self.masked[block.body : block.end]:
            return "head"
        if block.row is not None and self.lists_targets(block.row):
            return "goals"
        return self.topic_of_place(block)

    def topic_of_place(self, block: TextBlock) -> str:
        """Return what the headings above a block are about."""
        for node in reversed(block.node.path()):
            title = lower(node.title)
            if _RECIPIENTS.match(title):
                return "head"
            if _is_territory(node.title):
                return "goals"
            if node.topic:
                return self._topic_below(node)
            opens = len(title) <= 100 and not node.bulleted and title.startswith(_OPENS_AHEAD)
            if self.reports and opens:
                planned = title.startswith(("kế hoạch", "định hướng")) and self._lies_ahead(node)
                return "goals" if planned else "tasks"
        if block.row is None and not self.reports and OPENS_GOALS.match(self.low, block.body, block.end):
            return "goals"
        return "status" if self.reports else ""

    def _topic_below(self, node: Node) -> str:
        """Return what a heading is about; goals under a heading of results, or in a report, are results unless they lie ahead."""
        if node.topic == "tasks" and self.reports:
            if self._lies_ahead(node):
                return "goals"  # "Nhiệm vụ năm 2026" in a report on 2025
            return "status" if _CARRIED_OUT.match(lower(node.title)) else "tasks"
        if node.topic != "goals" or _AHEAD.search(lower(node.title)):
            return node.topic
        above = [other for other in node.path() if other is not node]
        titles = ((other.kind, lower(other.title)) for other in above)
        named = (title for kind, title in titles if kind != "caps" or title.startswith(_OPENS_AHEAD))
        if any(map(_AHEAD.search, named)):
            return node.topic
        year = next((period[1] for other in reversed(node.path()) if (period := node_horizon(other))), None)
        last = self.document.period_end or self.year or 0
        reported = self.reports and not self._after_results(node)
        told = reported or any(other.topic == "status" for other in above)
        return "status" if told and (year is None or year <= last) else node.topic

    def _lies_ahead(self, node: Node) -> bool:
        """Whether a heading of a report names a year after the one it reports on."""
        return ((node_horizon(node) or (None, None))[1] or 0) > (self.document.period_end or 0)

    def _after_results(self, node: Node) -> bool:
        """Whether a heading of a report follows one on how things stand: "A. TÌNH HÌNH", "B. MỤC TIÊU"."""
        return any(
            other.rank == node.rank and other.parent is node.parent and other.start < node.start
            for other in self._results
        )

    @cached_property
    def _results(self) -> list[Node]:
        nodes = {id(node): node for block in self.outline.blocks for node in block.node.path()}
        return [node for node in nodes.values() if node.topic == "status"]

    @cached_property
    def reports(self) -> bool:
        """Whether the document tells results: its type or, where it names none, its title says so."""
        kind = lower(self.document.type)
        return kind == "báo cáo" or (
            kind in ("", "công văn", "thông báo") and bool(_REPORT_TITLE.search(self.masked[:3000]))
        )

    def lists(self, block: TextBlock, topic: str) -> bool:
        """Return whether what a block aims at is listed as a goal, or else stated in passing."""
        return self.lists_targets(block.row) if block.row is not None else topic not in _IN_PASSING

    def _lead(self, block: TextBlock) -> str:
        """Return the subject in the line that leads a list ("Tỷ lệ hồ sơ xử lý trên môi trường mạng:")."""
        node = block.node if block.kind == "paragraph" else block.node.parent
        if block.row is not None or node is None or node.topic or not node.title.endswith(":"):
            return ""
        whole = _SHARED_OUT.fullmatch(node.title)
        title = whole["of"] if whole else node.title.rstrip(" :")
        return "" if re.search(r"\d\s*%", title) or _ONLY_WHEN.fullmatch(lower(node.title)) else title

    def is_goal(self, block: TextBlock, topic: str) -> bool:
        """Return whether a listed block without a number is a goal: an item or a numbered sentence of some words, no heading, no slogan."""
        if block.row is not None:
            cells = zip(block.row.table.roles, block.row.words, strict=False)  # "Hoàn thành", "x", who leads
            aimed = any(role in _SAYS_AIM and re.search(r"[^\W\d_]", words) for role, words in cells)
            return block.role == "text" and aimed and not block.row.has_value
        nodes, words = block.node.path(), self.outline.words(block)
        if topic != "goals" or block.kind == "paragraph" or any(_is_territory(node.title) for node in nodes):
            return False
        if any(_GENERAL.search(lower(node.title)) for node in nodes) or attribute(self.outline, block):
            return False
        if (task := self.task_at(block.start)) and task.lead and task.lead in words[: len(task.lead) + 12]:
            return False  # "Giao Sở Y tế chủ trì …"
        kind, topics = block.node.kind, [node.topic for node in nodes if node.topic]
        heads = id(block.node) in self._heads or (block.node.topic and kind != "label")
        numbered = kind in _NUMBERED and words[-1:] in (".", ";") and topics[-1:] != ["tasks"]
        if block.kind == "heading" and (heads or not numbered):
            return False
        return len(words.split()) >= 5 and not words.endswith(":")

    @cached_property
    def _heads(self) -> set[int]:
        """Nodes above others, by identity; lines on who leads and by when stand below none."""
        blocks = (block for block in self.outline.blocks if not attribute(self.outline, block))
        return {id(node) for block in blocks for node in block.node.path()[:-1]}

    def falls_by_year(self, block: TextBlock) -> bool:
        """Return whether the values of a cell's row fall from each year to the next, three at least."""
        if block.row is None or "text" not in block.row.table.roles:
            return False
        row = zip(block.row.table.roles, block.row.table.header, block.row.words, strict=False)
        values = [
            float(cell.strip("<≤ %").replace(".", "").replace(",", "."))
            for role, head, cell in row
            if role in ("current", "value") and _YEAR.search(head) and _AMOUNT.fullmatch(cell)
        ]
        return len(values) > 2 and all(later < value for value, later in pairwise(values))

    def section(self, block: TextBlock) -> tuple[str, str]:
        """Return the section's number ("II.1.a", else its title) and the titles above the block."""
        nodes = [node for node in block.node.path() if not node.bulleted or _leads(node, block)]
        marks = [node.marker for node in nodes if node.marker]
        nodes = [node for node in nodes if node.kind != "caps" or not _LETTERHEAD.match(node.title)]
        titles = [(f"{node.marker}. " if node.marker else "") + node.title[:120] for node in nodes]
        if block.row is not None:
            marks += [number for number, _ in block.row.above if number]
            titles += [squeeze(f"{number}. {title}") for number, title in block.row.above]
            if number := self.carried["number", id(block.row)]:
                marks.append(number)
        section = ".".join(_short_marks(marks)) or (_shortened(titles[-1]) if titles else "")
        return section, " › ".join(titles)

    def pillar(self, block: TextBlock) -> str:
        """Return the pillar that the nearest title above names; "" where none names just one."""
        titles = [node.title for node in block.node.path() if _leads(node, block)]
        if block.row is not None:
            titles += [title for _, title in block.row.above]
        for title in reversed(titles):
            found = [rule.gives for rule in _PILLARS if rule.applies(lower(title)[:200])]
            if len(found) == 1:
                return found[0]
        return ""

    def geography(self, block: TextBlock) -> str:
        """Return the territory that a row or a heading names, else the document's."""
        place = "" if block.row is None else block.row.cell("place")
        if place and not _OF_ALL.match(lower(place)):
            return place
        return self._territory(block) or self.document.geography

    def agencies(self, block: TextBlock) -> tuple[str, ...]:
        """Return who leads: the row's or the task's bodies, else the committee of the territory above."""
        if block.row is not None:
            return self.bodies(block.row.cell("lead"))
        if (task := self.task_at(block.start)) is not None:
            return self.bodies(task.lead)
        territory = self._territory(block)
        return (canonical(territory, self.province),) if territory else ()

    def bodies(self, printed: str) -> tuple[str, ...]:
        """Return the agencies that a printed list names, each by its one name."""
        names = split_agencies(printed, self.province)
        if _BELOW_PROVINCE.search(self.document.issuer.upper()) and "tỉnh" not in lower(printed):
            names = ["Đoàn Thanh niên" if name == "Tỉnh đoàn" else name for name in names]
        return tuple(names)

    def _territory(self, block: TextBlock) -> str:
        return next((node.title for node in reversed(block.node.path()) if _is_territory(node.title)), "")

    def task_at(self, position: int) -> PrintedTask | None:
        """Return the task whose text holds a character."""
        i = bisect_right(self.tasks, position, key=lambda task: task.start) - 1
        return self.tasks[i] if i >= 0 and position < self.tasks[i].end else None


def node_horizon(node: Node) -> Span | None:
    """Return the period that a heading, or an item that leads others, names for what stands below it."""
    heads = node.topic in ("goals", "tasks") or lower(node.title).startswith(_OPENS_AHEAD)
    titled = node.kind == "caps" and not heads
    item = node.bulleted and not node.title.endswith(":")
    if titled or item or (node.kind == "article" and node.topic != "goals"):
        return None
    return horizon_of(node.title)


def _in_group(name: str, unit: str, above: list[_Above], part: int) -> str:
    """Return a row's name behind the one it is a part of: "Cơ cấu GRDP: Dịch vụ"; one that says what it measures needs none."""
    if not above or (part and name[0] not in "-+–"):
        return name
    _, group, counted = above[-1]
    alike = _GROUPS.match(lower(group)) and counted in ("", unit) and len(name.split()) <= 8
    if not part and (not alike or _GROUPS.match(lower(name))):
        return name
    return f"{group.capitalize() if group.isupper() else group}: {name[part:]}"


def _leads(node: Node, block: TextBlock) -> bool:
    """Whether a node heads the block: a heading above it, or a list item such as "- Kinh tế số:"."""
    return node.start < block.start and (not node.bulleted or "%" not in node.title)


@lru_cache(maxsize=4_000)
def _is_territory(title: str) -> bool:
    return bool(_TERRITORY.match(title))


def _short_marks(marks: list[str]) -> list[str]:
    """ "1" before "1.1" is said by "1.1"."""
    following = [*marks[1:], ""]
    return [mark for mark, after in zip(marks, following, strict=False) if not after.startswith(mark + ".")]


def _shortened(title: str) -> str:
    """Return the last clause of a long lead-in, as a name for the section."""
    title = title.rstrip(" :")
    return title if len(title) <= 80 else "… " + re.split(r"[.;]\s", title)[-1][-78:].lstrip()
