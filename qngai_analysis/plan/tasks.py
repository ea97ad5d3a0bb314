"""Tasks of a plan: who does what, with whom, by when.

Four forms of writing give tasks: rows of a task table; an item followed by attribute lines
("Cơ quan chủ trì: …", "Thời gian thực hiện: …"); a sentence that says it all ("Giao Sở Y tế chủ trì …", "… (Chủ trì: Sở Y tế;
hoàn thành: Quý II/2024)"); items under a heading that assigns work to a body ("NHIỆM VỤ … PHÂN CÔNG", "1. Sở Tài chính").
A section on how the plan is organised ("Tổ chức thực hiện") repeats standing duties and gives tasks only where
nothing else does.
"""

from __future__ import annotations

import calendar
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from qngai_analysis.plan.structure import Block, Node, Outline, Row, squeeze

_YEAR = r"(?:19[4-9]\d|20\d\d)"


@dataclass(slots=True)
class Period:
    """When a task runs. ``first``/``last`` are years, missing where the text leaves them open."""

    printed: str = ""
    first: int | None = None
    last: int | None = None
    recurrence: str = ""
    deadline: str = ""  # last day, ISO, where the text names a quarter, month, day or a single year
    stages: list[tuple[int | None, int | None, str]] = field(default_factory=list)


@dataclass(slots=True)
class Task:
    """One task as printed, before it is put in a table."""

    part: str = ""
    section: str = ""
    subsection: str = ""
    number: str = ""
    text: str = ""
    lead: str = ""
    cooperating: str = ""
    period: Period = field(default_factory=Period)
    start: int = 0
    end: int = 0
    heading: str = ""


# ------------------------------------------------------------------ periods

_RANGE = re.compile(rf"(?P<first>{_YEAR})\s*(?:-|–|đến(?:\s+hết)?(?:\s+năm)?)\s*(?:năm\s*)?(?P<last>{_YEAR})")
_ONWARD = re.compile(
    rf"(?P<first>{_YEAR})\s*(?:và\s+(?:những|các)?\s*năm\s+(?:tiếp\s+theo|sau)|trở\s+đi|-\s*$)"
    rf"|từ\s+năm\s+(?P<since>{_YEAR})(?!\s*(?:-|đến))",
    re.IGNORECASE,
)
_UNTIL = re.compile(rf"(?:trước|đến|hết|xong)\s[^;.]{{0,40}}?(?P<last>{_YEAR})")
_SINGLE = re.compile(rf"(?<!\d)(?P<year>{_YEAR})(?!\d)")
_RECURRING = re.compile(
    r"(?:quý\s+[ivx1-4]+\s+)?(?:thường xuyên(?:,?\s+(?:hàng|hằng) năm)?|(?:hàng|hằng|mỗi)\s+(?:năm|quý|tháng|tuần|ngày)|định kỳ[^;.]{0,30})",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    rf"quý\s+(?P<q>IV|III|II|I|[1-4])(?:\s*(?:/|năm|-)\s*(?P<year>{_YEAR}))?", re.IGNORECASE
)
_MONTH = re.compile(
    rf"(?:tháng\s+|(?<![\d/-]))(?P<m>\d{{1,2}})(?:\s*(?:/|năm|-)\s*(?P<year>{_YEAR}))", re.IGNORECASE
)
_DAY = re.compile(rf"(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/(?P<year>{_YEAR})")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_MONTHS = {
    "một": 1,
    "giêng": 1,
    "hai": 2,
    "ba": 3,
    "tư": 4,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
}
_THEME = re.compile(
    r"(?P<when>quý\s+[IVX]+(?:\s+và\s+quý\s+[IVX]+)?|tháng\s+(?:mười\s+một|mười\s+hai|một|giêng|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười|\d{1,2})(?!\w))",
    re.IGNORECASE,
)


def read_period(printed: str, year: int | None = None) -> Period:
    """Return the period a plan prints for a task; ``year`` is the plan's own where it runs one year.

    >>> read_period("Năm 2020 và những năm tiếp theo").first, read_period("2021- 2030").last
    (2020, 2030)
    >>> read_period("Quý III/2025").deadline, read_period("Quý IV hàng năm").recurrence
    ('2025-09-30', 'Quý IV hàng năm')
    """
    printed = squeeze(printed).strip(" .;,")
    period = Period(printed)
    recurring = _RECURRING.search(printed)
    if recurring:
        period.recurrence = squeeze(recurring.group())
    period.stages = list(_stages(printed))
    if len(period.stages) > 1:
        period.first = period.stages[0][0]
        period.last = period.stages[-1][1]
        return period
    if period.stages:
        period.first, period.last, _ = period.stages[0]
        period.stages = []
    elif year is not None and not recurring and _THEME.search(printed):
        period.first = period.last = year
    period.deadline = _deadline(printed, period, year)
    return period


def _stages(printed: str) -> Iterator[tuple[int | None, int | None, str]]:
    """Yield the stages of "2022 - 2024: Xây dựng quy hoạch. Năm 2025 và những năm tiếp theo: …"."""
    pieces = re.split(r"(?<=[.;])\s+(?=(?:Từ\s+)?(?:năm|giai đoạn|Năm|Giai đoạn)\s)", printed)
    for piece in pieces:
        head, _, rest = piece.partition(":")
        found = _RANGE.search(head)
        if found:
            yield int(found["first"]), int(found["last"]), rest.strip(" .;")
            continue
        found = _ONWARD.search(head)
        if found:
            yield int(found["first"] or found["since"]), None, rest.strip(" .;")
            continue
        found = _UNTIL.search(head.lower())
        if found:
            yield None, int(found["last"]), rest.strip(" .;")
            continue
        years = [int(hit["year"]) for hit in _SINGLE.finditer(head)]
        if years:
            yield min(years), max(years), rest.strip(" .;")


def _deadline(printed: str, period: Period, year: int | None) -> str:
    if period.recurrence:
        return ""
    day = _DAY.search(printed)
    if (
        day
        and 1 <= int(day["m"]) <= 12
        and 1 <= int(day["d"]) <= calendar.monthrange(int(day["year"]), int(day["m"]))[1]
    ):
        return f"{day['year']}-{int(day['m']):02d}-{int(day['d']):02d}"
    month = _MONTH.search(printed)
    if month and 1 <= int(month["m"]) <= 12:
        return _end_of_month(int(month["year"]), int(month["m"]))
    quarters = list(_QUARTER.finditer(printed))
    if quarters:
        named = int(quarters[-1]["year"] or 0) or period.last or year
        return _end_of_month(named, 3 * _QUARTERS[quarters[-1]["q"].lower()]) if named else ""
    theme = re.search(r"tháng\s+(mười\s+một|mười\s+hai|\w+)", printed.lower())
    if theme and squeeze(theme.group(1)) in _MONTHS and (period.last or year):
        return _end_of_month(period.last or year or 0, _MONTHS[squeeze(theme.group(1))])
    return f"{period.last}-12-31" if period.last else ""


def _end_of_month(year: int, month: int) -> str:
    return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]:02d}"


# ------------------------------------------------------------------ the forms

_ATTRIBUTE = re.compile(
    r"""^(?:
        (?P<cooperating>(?:cơ\ quan|đơn\ vị|các\ cơ\ quan)[^:\n]{0,24}phối\ hợp[^:\n]{0,24}|phối\ hợp(?:\ thực\ hiện)?|cơ\ quan,\ đơn\ vị\ thực\ hiện)
      | (?P<lead>(?:cơ\ quan|đơn\ vị|các\ cơ\ quan)?[^:\n]{0,12}chủ\ trì[^:\n]{0,24}|(?:cơ\ quan|đơn\ vị)\ (?:đầu\ mối|thực\ hiện|phụ\ trách|tham\ mưu|thường\ trực)|trách\ nhiệm|phân\ công\ thực\ hiện)
      | (?P<period>(?:thời\ gian|thời\ hạn|tiến\ độ|lộ\ trình|hoàn\ thành)(?:[^:\n]{0,40})?)
      | (?P<other>(?:sản\ phẩm|kết\ quả|kinh\ phí|nguồn\ kinh\ phí|ghi\ chú|nguồn\ lực)[^:\n]{0,40})
    )\s*:\s*""",
    re.VERBOSE | re.IGNORECASE,
)
# The same labels inside a line: "… – Chủ trì: Sở Công Thương. Phối hợp: … Thời gian: 2021-2022."
_LABEL = re.compile(
    r"""(?:^|(?<=[\s(;.,–-]))(?:
        (?P<cooperating>(?:(?:cơ\ quan|đơn\ vị|các\ cơ\ quan|các\ đơn\ vị)\ )?phối\ hợp(?:\ thực\ hiện)?)
      | (?P<lead>(?:(?:cơ\ quan|đơn\ vị|các\ cơ\ quan)\ )?chủ\ trì(?:\ (?:thực\ hiện|triển\ khai))?
                |(?:cơ\ quan|đơn\ vị)\ (?:đầu\ mối|thực\ hiện|phụ\ trách|tham\ mưu|thường\ trực))
      | (?P<period>thời\ gian(?:\ (?:thực\ hiện|hoàn\ thành|triển\ khai))?|thời\ hạn(?:\ hoàn\ thành)?|tiến\ độ|lộ\ trình|hoàn\ thành)
      | (?P<other>sản\ phẩm|kết\ quả|nguồn\ kinh\ phí|kinh\ phí|ghi\ chú|đầu\ ra)
    )\s*:\s*""",
    re.VERBOSE | re.IGNORECASE,
)
# Agency first, in brackets: "(Sở Y tế chủ trì; các địa phương phối hợp; hoàn thành quý II năm 2021)"
_AGENCY_FIRST = re.compile(
    r"""^(?:(?P<lead>.{3,160}?)\s+chủ\s+trì,?
      |(?:phối\s+hợp\s+với\s+)(?P<with>.+)|(?P<cooperating>.{3,200}?)\s+phối\s+hợp
      |(?:hoàn\s+thành|thời\s+gian|xong|thực\s+hiện)\s*:?\s+(?:trong\s+)?(?P<period>.+)|(?P<always>thường\s+xuyên.*))$""",
    re.VERBOSE | re.IGNORECASE,
)
# "Cơ quan phối hợp: UBND các huyện. Hoàn thành trong năm 2024."
_NEXT_SENTENCE = re.compile(r"[.;]\s+(?=(?:Hoàn thành|Thời gian|Thực hiện|Xong)\b)", re.IGNORECASE)
_DITTO = re.compile(r"^[-–\s]*(?:nt|như\s+trên|″|\")[-–\s]*$", re.IGNORECASE)
_CONTENT = re.compile(r"^nội dung(?: thực hiện)?\s*:\s*", re.IGNORECASE)
_RECIPIENTS = re.compile(r"nơi nhận", re.IGNORECASE)
_ASSIGNS = re.compile(
    r"(?:nhiệm vụ|công việc)[^:]{0,80}(?:phân công|giao)|(?:phân công|giao) (?:nhiệm vụ|trách nhiệm)",
    re.IGNORECASE,
)
_ASSIGNEE = re.compile(
    r"^(?:Giám đốc|Chánh|Trưởng|Phó|Phòng(?! chống)|Cục trưởng|Sở|Ban(?! hành)|Văn phòng|Công an|Cục|Chi cục|Thanh tra|Kho bạc|Đài|Báo|UBND|Ủy ban|Hội|Ngân hàng|Bảo hiểm|Bưu điện|Viễn thông|VNPT|Viettel"
    r"|Mobifone|Đảng|Tỉnh ủy|Thành ủy|Chủ tịch|Tổ(?! chức)|Đoàn|Hiệp hội|Thống kê|Thường trực|Thành phố|Thị xã|Huyện|Quận|Các sở|Liên|Tỉnh đoàn|Mặt trận|Trường|Trung tâm|Thuế|Bộ|Đề nghị)"
)


def table_task(outline: Outline, row: Row, roles: list[str]) -> Task:
    """Read one row of a task table."""
    words = {}
    for role, (start, end) in zip(roles, row.cells, strict=False):
        if role and role not in words:
            words[role] = squeeze(outline.masked[start:end])
    above = [number for number, _ in row.above]
    task = Task(
        text=words.get("text", ""), lead=words.get("lead", ""), cooperating=words.get("cooperating", "")
    )
    if above:
        task.part = above[0]
    if len(above) > 1:
        task.section = above[1]
    if len(above) > 2:
        task.subsection = above[2]
    task.number = words.get("number", "").strip(" .)") or ""
    task.heading = " › ".join(title for _, title in row.above)
    task.period = read_period(words.get("period", ""))
    spans = [span for span in row.cells if span[1] > span[0]]
    task.start, task.end = min(a for a, _ in spans), max(b for _, b in spans)
    return task


def is_task_table(row: Row) -> bool:
    """Whether the row's table lists tasks (a text column of tasks and somebody or a time for them)."""
    roles = row.table.roles
    if "text" not in roles or not {"lead", "period"} & set(roles):
        return False
    head = row.table.header[roles.index("text")].lower()
    if re.search(r"chỉ tiêu|mục tiêu", head) and not re.search(r"nhiệm vụ|công việc", head):
        return False
    return "value" not in roles


def find_tasks(outline: Outline, year: int | None) -> list[Task]:
    """Return the tasks of a text in the order of its lines.

    Only where nothing else names tasks do the duties of each body under "Tổ chức thực hiện" count.
    """
    attributed = list(_from_attributes(outline, year))
    tasks = [*_from_tables(outline), *attributed, *_from_assignments(outline, year)]
    taken = sorted((task.start, task.end) for task in tasks)
    tasks += [task for task in _from_sentences(outline, year) if not _lies_in(task, taken)]
    tasks = tasks or list(_from_assignments(outline, year, standing=True))
    tasks.sort(key=lambda task: task.start)
    return tasks


def _from_tables(outline: Outline) -> Iterator[Task]:
    for table in outline.tables:
        roles = table.roles
        last: Task | None = None
        for row in table.rows:
            if row.heading or not is_task_table(row):
                continue
            task = table_task(outline, row, roles)
            if last is not None:
                task.lead = last.lead if _DITTO.match(task.lead) else task.lead
                task.cooperating = last.cooperating if _DITTO.match(task.cooperating) else task.cooperating
                task.period = last.period if _DITTO.match(task.period.printed) else task.period
            if task.text:
                yield task
                last = task


_BRACKETS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_VERBS = (
    r"(?:triển\ khai|xây\ dựng|tổ\ chức|thực\ hiện|tham\ mưu|rà\ soát|hướng\ dẫn|nghiên\ cứu|đôn\ đốc|theo\ dõi|kiểm\ tra|cung\ cấp|phát\ triển"
    r"|đẩy\ mạnh|hoàn\ thiện|đề\ xuất|ban\ hành|lập|tập\ huấn|đào\ tạo|tuyên\ truyền|bố\ trí|cân\ đối|quản\ lý|vận\ hành|kết\ nối|số\ hóa|số\ hoá"
    r"|tiếp\ tục|hỗ\ trợ|mở|nâng\ cấp|cấp|duy\ trì|thành\ lập|chuẩn\ bị|bảo\ đảm|đảm\ bảo|tái\ cấu\ trúc|đầu\ tư|lắp\ đặt|tích\ hợp|đánh\ giá|công\ bố|phổ\ cập)"
)
# "Giao Sở Y tế chủ trì, phối hợp với UBND các huyện triển khai …"
_GIVES_LEAD = re.compile(
    rf"""^(?:(?:UBND\ tỉnh\ )?(?:[Gg]iao|[Pp]hân\ công|[Đđ]ề\ nghị)\ (?:cho\ )?)?(?P<lead>[^:(]{{4,160}}?)
        \ (?:là\ (?:cơ\ quan|đơn\ vị)\ )?chủ\ trì\s*,?\s*
        (?:(?:và\ )?phối\ hợp\ (?:với\ |cùng\ )?(?P<cooperating>[^:]{{4,200}}?)[\s,]+(?={_VERBS}\b))?(?P<text>.*)$""",
    re.VERBOSE | re.DOTALL,
)
# "Giao Sở Y tế, Sở Giáo dục và Đào tạo triển khai …"
_GIVES = re.compile(
    rf"""^(?:UBND\ tỉnh\ )?(?:[Gg]iao|[Pp]hân\ công)\ (?:cho\ )?(?P<lead>[^:]{{4,160}}?)(?<!các)\ (?={_VERBS}\b)(?P<text>.*)$""",
    re.VERBOSE | re.DOTALL,
)
_DONE_BY = re.compile(
    r"""(?:(?:hoàn\ thành|xong|trình|thời\ gian(?:\ (?:thực\ hiện|hoàn\ thành))?)[\s:]+(?:(?:xong\ )?(?:trong|trước)\ )?
         |(?<!\w)trong\ (?=tháng\ \d|quý\ [IVX\d])|(?<!\w)(?=trước\ ngày|[Qq]uý\ [IVX\d]+\s*(?:/|năm)\s*\d{4}))
        (?P<when>(?:quý|tháng|ngày|năm|trước)[^;.()]{2,60})""",
    re.VERBOSE | re.IGNORECASE,
)


def _attribute(outline: Outline, block: Block) -> re.Match[str] | None:
    if block.row is not None:
        return None
    return _ATTRIBUTE.match(squeeze(outline.masked[block.body : min(block.end, block.body + 120)]))


def _owner(node: Node) -> Node:
    """Return the numbered or lettered node that attribute lines below it speak of."""
    while node.parent is not None and (node.bulleted or node.kind == "intro"):
        node = node.parent
    return node


def _from_attributes(outline: Outline, year: int | None) -> Iterator[Task]:
    """An item and the attribute lines after it; text, then who, then when."""
    tasks: dict[int, Task] = {}
    texts: dict[int, list[Block]] = {}
    owners: dict[int, Node] = {}
    for block in outline.blocks:
        if block.row is not None:
            continue
        owner = _owner(block.node)
        owners.setdefault(id(owner), owner)
        found = _attribute(outline, block)
        if found is None:
            if owner.parent is not None:
                texts.setdefault(id(owner), []).append(block)
            continue
        if found.lastgroup == "other":
            continue
        task = tasks.get(id(owner))
        if task is None:
            task = tasks[id(owner)] = Task(start=-1)
            _describe(outline, task, owner, texts.get(id(owner), []), year)
        value = squeeze(outline.masked[block.body : block.end])[found.end() :]
        task.end = block.end
        _set_attributes(task, found.lastgroup or "", value, year)
    _share_attributes(outline, owners, tasks, texts, year)
    yield from (task for task in tasks.values() if task.text and (task.lead or task.period.printed))


def _share_attributes(
    outline: Outline,
    owners: dict[int, Node],
    tasks: dict[int, Task],
    texts: dict[int, list[Block]],
    year: int | None,
) -> None:
    """Lines after the last of several lettered items ("a) … b) … - Cơ quan chủ trì: …") hold for all."""
    waiting: list[Node] = []
    for key, node in owners.items():
        if node.kind != "letter" or (waiting and waiting[-1].parent is not node.parent):
            waiting = []
        if node.kind != "letter":
            continue
        if key not in tasks:
            waiting.append(node)
            continue
        shared = tasks[key]
        for earlier in waiting:
            blocks = texts.get(id(earlier), [])
            task = tasks[id(earlier)] = Task(start=-1, lead=shared.lead, cooperating=shared.cooperating)
            _describe(outline, task, earlier, blocks, year)
            task.period = shared.period
            task.end = max((block.end for block in blocks), default=earlier.start + 1)
        waiting = []


def _lies_in(task: Task, taken: list[tuple[int, int]]) -> bool:
    at = bisect_right(taken, (task.start, task.end)) - 1
    return any(start < task.end and task.start < end for start, end in taken[max(0, at) : at + 2])


def _from_sentences(outline: Outline, year: int | None) -> Iterator[Task]:
    """Tasks that say in one sentence what, who and when: labels within it, or "Giao Sở … chủ trì …"."""
    for block in outline.blocks:
        topics = [node.topic for node in block.node.path()]
        if block.row is not None or (topics and topics[-1] == "goals") or "organisation" in topics:
            continue
        words = squeeze(outline.masked[block.body : block.end])
        given = _GIVES_LEAD.match(words) or _GIVES.match(words)
        if given and not _ASSIGNEE.match(given["lead"]):
            given = None  # "Phân công nhiệm vụ rõ ràng, bảo đảm …"
        task = _given(given, words, year) if given else _labelled(words, year) or _bracketed(words, year)
        if task is None:
            continue
        task.start, task.end = block.start, block.end
        _place(task, block.node)
        yield task


def _given(found: re.Match[str], words: str, year: int | None) -> Task:
    task = Task(
        text=found["text"].strip(" ;.,"),
        lead=found["lead"],
        cooperating=found.groupdict().get("cooperating") or "",
    )
    _set_when(task, words, year)
    return task


def _set_when(task: Task, words: str, year: int | None) -> None:
    when = _DONE_BY.search(words)
    if when:
        task.period = read_period(when["when"], year)


def _labelled(words: str, year: int | None) -> Task | None:
    """Return "Phát triển logistics – Chủ trì: Sở …. Phối hợp: … Thời gian: …" as a task."""
    first = _LABEL.search(words)
    if first is None or first.lastgroup == "other" or "trì" not in words.lower():
        return None
    task = Task(text=words[: first.start()].strip(" ;.,:(–-"))
    _set_attributes(task, first.lastgroup or "", words[first.end() :], year)
    return task if task.text and task.lead else None


def _bracketed(words: str, year: int | None) -> Task | None:
    for brackets in _BRACKETS.finditer(words):
        task = Task()
        for part in re.split(r"[;.]\s*|(?<=chủ trì),\s*", brackets.group(1)):
            found = _AGENCY_FIRST.match(part.strip())
            if found and found.lastgroup:
                kind = {"with": "cooperating", "always": "period"}.get(found.lastgroup, found.lastgroup)
                _set_attribute(task, kind, found[found.lastgroup], year)
        if task.lead:
            if not task.period.printed:
                _set_when(task, words, year)
            task.text = words[: brackets.start()].strip(" ;.,")
            return task if task.text else None
    return None


def _set_attributes(task: Task, kind: str, words: str, year: int | None) -> None:
    """Set an attribute, and those that further labels in its line name."""
    at = 0
    for label in _LABEL.finditer(words):
        _set_attribute(task, kind, words[at : label.start()], year)
        kind, at = label.lastgroup or "", label.end()
    rest = words[at:]
    after = _NEXT_SENTENCE.search(rest) if kind in ("lead", "cooperating") else None
    _set_attribute(task, kind, rest[: after.start()] if after else rest, year)
    if after and not task.period.printed:
        _set_when(task, rest[after.end() :], year)


def _describe(outline: Outline, task: Task, owner: Node, blocks: list[Block], year: int | None) -> None:
    words = []
    for block in blocks:
        piece = squeeze(outline.masked[block.body : block.end])
        piece = _CONTENT.sub("", piece)
        if piece:
            heads = block is blocks[0] and block.kind == "heading" and len(blocks) > 1
            words.append(f"{piece}:" if heads and piece[-1].isalnum() else piece)
    task.text = " ".join(words).strip(" ;.,:")
    task.start = min((block.start for block in blocks), default=owner.start)
    _place(task, owner)
    theme = _THEME.search(" ".join(node.title for node in owner.path()))
    if theme and year is not None:
        task.period = read_period(theme["when"], year)


def _set_attribute(task: Task, kind: str, value: str, year: int | None) -> None:
    value = value.strip(" ;.,–-")
    value = value.removesuffix(")") if value.count(")") > value.count("(") else value
    if kind == "lead" and not task.lead:
        task.lead = value
    elif kind == "cooperating" and not task.cooperating:
        task.cooperating = value
    elif kind == "period" and value:
        task.period = read_period(value, year)


def _place(task: Task, owner: Node) -> None:
    """Set part, section, subsection and number from the path of numbered headings."""
    path = [node for node in owner.path() if node.marker and node.kind not in ("part", "chapter", "article")]
    task.heading = " › ".join(node.title for node in path[:-1])
    if not path:
        return
    task.number = path[-1].marker
    above = [node.marker for node in path[:-1]]
    task.part = above[0] if above else ""
    task.section = above[1] if len(above) > 1 else ""
    task.subsection = above[2] if len(above) > 2 else ""


def _from_assignments(outline: Outline, year: int | None, *, standing: bool = False) -> Iterator[Task]:
    """Items below "NHIỆM VỤ … PHÂN CÔNG …" / "3. Sở Tài chính"; ``standing`` takes "Tổ chức thực hiện" too."""
    for block in outline.blocks:
        if block.row is not None or _attribute(outline, block) is not None:
            continue
        path = block.node.path()
        if any(_RECIPIENTS.match(words) for words in (node.title for node in path)):
            continue
        duty = next((i for i, node in enumerate(path) if _assigns(node, standing)), None)
        if duty is None or duty + 1 >= len(path):
            continue
        body = path[duty + 1]
        lead, colon, rest = body.title.partition(":")
        if not _ASSIGNEE.match(lead) or len(lead) > 160:
            continue
        own = block.node is body and block.kind == "heading"
        words = squeeze(outline.masked[block.body : block.end])
        if own or words == body.title:
            if not (colon and rest.strip()):
                continue  # a heading that only names the body
            words = words.partition(":")[2]
        task = Task(part=path[duty].marker, section=body.marker, lead=lead, start=block.start, end=block.end)
        task.text = words.strip(" ;.")
        task.number = next((node.marker for node in reversed(path[duty + 2 :]) if node.marker), "")
        task.heading = f"{path[duty].title} › {lead}"
        if year is not None:
            task.period = Period(first=year, last=year)
        _set_when(task, words, year)
        yield task


def _assigns(node: Node, standing: bool) -> bool:
    if node.topic == "goals" or node.bulleted or node.kind in ("letter", "deep"):
        return False
    return _ASSIGNS.search(node.title) is not None or (standing and node.topic == "organisation")
