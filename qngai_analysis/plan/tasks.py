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
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from qngai_analysis.plan.model import TaskStage
from qngai_analysis.plan.structure import Node, Outline, TextBlock, TextRow
from qngai_analysis.plan.wording import YEAR
from qngai_analysis.plan.words import any_of, pattern, squeeze


@dataclass(frozen=True, slots=True)
class PrintedPeriod:
    """When a task runs, in the words of :class:`Task`; what the text leaves open is missing."""

    period_printed: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    recurrence: str | None = None
    deadline: str | None = None  # last day, ISO, where the text names a quarter, month, day or a single year
    stages: tuple[TaskStage, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedTask:
    """One task as printed, before its bodies are told apart and it is numbered."""

    part: str = ""
    section: str = ""
    subsection: str = ""
    number: str = ""
    text: str = ""
    lead: str = ""
    cooperating: str = ""
    period: PrintedPeriod = PrintedPeriod()
    start: int = 0
    end: int = 0
    heading: str = ""


# ------------------------------------------------------------------ periods

_ONWARD = pattern(
    rf"(?i)(?P<first>{YEAR})\s*(?:và (?:những|các)?\s*năm (?:tiếp theo|sau)|trở đi|-\s*$)"
    rf"|từ năm (?P<since>{YEAR})(?!\s*(?:-|đến))"
)
_UNTIL = pattern(rf"(?:trước|đến|hết|xong)\s[^;.]{{0,40}}?(?P<last>{YEAR})")
_SINGLE = pattern(rf"(?<!\d)(?P<year>{YEAR})(?!\d)")
_RECURRING = pattern(r"""(?i)(?:quý [ivx1-4]+ )?(?:thường xuyên(?:,? (?:hàng|hằng) năm)?|(?:hàng|hằng
        |mỗi) (?:năm|quý|tháng|tuần|ngày)|định kỳ[^;.]{0,30})""")
_QUARTER = pattern(
    rf"quý (?:(?:IV|I{{1,3}}|[1-4])\s*(?:,|và|đến|-) (?:quý )?)*(?P<q>IV|III|II|I|[1-4])(?:\s*(?:/|năm|-)\s*(?P<year>{YEAR}))?",
    re.IGNORECASE,
)
_MONTH = pattern(
    rf"""(?:tháng |(?<![\d/-]))(?P<m>\d{{1,2}})(?:\s*(?:/|năm
        |-)\s*(?P<year>{YEAR}))""",
    re.IGNORECASE,
)
_DAY = pattern(rf"(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/(?P<year>{YEAR})")
_UNTIL_DAY = pattern(rf"{_DAY.pattern}".replace("(?P<d>", r"(?:đến|-)\s*(?:hết\s*)?(?:ngày\s*)?(?P<d>"))
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_MONTHS = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_MONTH_NUMBERS = {name: number for number, name in enumerate(_MONTHS, 1)} | {"giêng": 1, "bốn": 4}
_MONTH_NAME = r"(?:mười một|mười hai|một|giêng|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười|\d{1,2})"
_THEME = pattern(rf"(?P<when>quý [IVX]+(?: và quý [IVX]+)?|tháng {_MONTH_NAME}(?!\w))", re.IGNORECASE)
_NAMED_MONTH = pattern(r"tháng (?P<name>mười một|mười hai|\w+)")
_NEXT_STAGE = pattern(r"(?<=[.;]) (?=(?:Từ )?(?:năm|giai đoạn|Năm|Giai đoạn)\s)")


def read_period(printed: str, year: int | None = None) -> PrintedPeriod:
    """Return the period a plan prints for a task; ``year`` is the plan's own where it runs one year.

    >>> read_period("Năm 2020 và những năm tiếp theo").first_year, read_period("2021- 2030").last_year
    (2020, 2030)
    >>> read_period("Quý III/2025").deadline, read_period("Quý IV hàng năm").recurrence
    ('2025-09-30', 'Quý IV hàng năm')
    """
    printed = squeeze(printed).strip(" .;,")
    found = _RECURRING.search(printed)
    recurrence = squeeze(found.group()) if found else None
    stages = tuple(_stages(printed))
    if len(stages) > 1:
        return PrintedPeriod(printed, stages[0].first_year, stages[-1].last_year, recurrence, stages=stages)
    first = last = year if found is None and _THEME.search(printed) else None
    if stages:
        first, last = stages[0].first_year, stages[0].last_year
    deadline = None if recurrence else _deadline(printed, last, year)
    return PrintedPeriod(printed or None, first, last, recurrence, deadline)


def _stages(printed: str) -> Iterator[TaskStage]:
    """Yield the stages of "2022 - 2024: Xây dựng quy hoạch. Năm 2025 và những năm tiếp theo: …"."""
    for piece in _NEXT_STAGE.split(printed):
        head, _, rest = piece.partition(":")
        years = _years(head)
        if years is not None:
            yield TaskStage(*years, rest.strip(" .;"))


def _years(words: str) -> tuple[int | None, int | None] | None:
    found = _ONWARD.search(words)
    if found:
        return int(found["first"] or found["since"]), None
    found = _UNTIL.search(words.lower())
    if found:
        begun = _SINGLE.search(words, 0, found.start())
        return int(begun["year"]) if begun else None, int(found["last"])
    years = [int(hit["year"]) for hit in _SINGLE.finditer(words)]
    return (min(years), max(years)) if years else None


def _deadline(printed: str, last: int | None, year: int | None) -> str | None:
    """Return the last day: of a printed day, month, quarter, named month or year."""
    until = _UNTIL_DAY.search(printed)  # "từ 01/3/2026 đến 31/5/2026"
    if day := until or _DAY.search(printed):
        with suppress(ValueError):  # "31/6/2025"
            return date(int(day["year"]), int(day["m"]), int(day["d"])).isoformat()
    months = [month for month in _MONTH.finditer(printed) if 1 <= int(month["m"]) <= 12]
    if months:  # "tháng 5/2026 đến 8/2026"
        return _end_of_month(int(months[-1]["year"]), int(months[-1]["m"]))
    quarters = list(_QUARTER.finditer(printed))
    if quarters:
        named = int(quarters[-1]["year"] or 0) or last or year
        return _end_of_month(named, 3 * _QUARTERS[quarters[-1]["q"].lower()]) if named else None
    if last and "năm học" in printed.lower():
        return _end_of_month(last, 5)
    theme = _NAMED_MONTH.search(printed.lower())
    number = _MONTH_NUMBERS.get(squeeze(theme["name"])) if theme else None
    if number and (last or year):
        return _end_of_month(last or year or 0, number)
    return f"{last}-12-31" if last else None


def _end_of_month(year: int, month: int) -> str:
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()


# ------------------------------------------------------------------ the forms

# A line of its own, or inside one: "… – Chủ trì: Sở Công Thương. Phối hợp: … Thời gian: 2021-2022."
_LABEL = pattern(
    r"""(?:^|(?<=[\s(;.,–-]))(?:
        (?P<cooperating>(?:(?:các )?(?:cơ quan|đơn vị)[^:\n]{0,24}\s)?phối hợp(?: thực hiện)?[^:\n]{0,24}|cơ quan, đơn vị thực hiện)
      |(?P<lead>(?:^[^:\n]{0,12}|(?:các )?(?:cơ quan|đơn vị)[^:\n]{0,12} )?chủ trì[^:\n]{0,24}|(?:cơ quan|đơn vị) (?:đầu mối|thực hiện|phụ trách|tham mưu|thường trực)|trách nhiệm|phân công thực hiện)
      |(?P<period>(?:thời gian|thời hạn|tiến độ|lộ trình)(?:,? (?:thực hiện|hoàn thành|triển khai|dự kiến|phạm vi))*|hoàn thành(?: (?:trước|trong|xong)[^:\n]{0,40})?)
      |(?P<other>(?:sản phẩm|kết quả|kinh phí|nguồn kinh phí|ghi chú|nguồn lực|đầu ra)[^:\n]{0,40})
    )\s*:\s*""",
    re.IGNORECASE,
)
# Agency first, in brackets: "(Sở Y tế chủ trì; các địa phương phối hợp; hoàn thành quý II năm 2021)"
_AGENCY_FIRST = pattern(
    r"""^(?:(?P<lead>.{3,160}?) chủ trì,?
      |(?:phối hợp với )(?P<with>.+)|(?P<cooperating>.{3,200}?) phối hợp
      |(?:hoàn thành|thời gian|xong|thực hiện)\s*:? (?:trong )?(?P<period>.+)|(?P<always>thường xuyên.*))$""",
    re.IGNORECASE,
)
# The same without a word: "(Sở Nội vụ; quý IV/2026)"
_BODY_AND_TIME = pattern(
    r"(?P<lead>[^;:.]{3,160}?)[;,] (?P<period>(?:quý|tháng|năm|trước|hoàn thành)\s[^;:]*\d)", re.IGNORECASE
)
# "Cơ quan phối hợp: UBND các huyện. Hoàn thành trong năm 2024."
_NEXT_SENTENCE = pattern(r"[.;] (?=(?:Hoàn thành|Thời gian|Thực hiện|Xong)\b)", re.IGNORECASE)
DITTO = pattern(r"^[-–\s]*(?:nt|như trên|″|\")[-–\s]*$", re.IGNORECASE)
_CONTENT = pattern(r"^nội dung(?: thực hiện)?\s*:\s*", re.IGNORECASE)
_RECIPIENTS = pattern(r"nơi nhận", re.IGNORECASE)
_ASSIGNS = pattern(r"""(?i)(?:nhiệm vụ|công việc)[^:]{0,80}(?:phân công|giao)|(?:phân công|giao) (?:nhiệm vụ
        |trách nhiệm)""")
_NAMED = rf"{any_of('body_named')}(?= (?!Đông|Xuân|Hè|Thu|Mùa)[UPPER])"  # no "Vụ Mùa"
_ASSIGNEE = pattern(rf"^(?:{any_of('assignee')}|{_NAMED}|Phòng(?! chống)|Ban(?! hành)|Tổ(?! chức))")
# The same where no word says that somebody is given a task: no "Bộ chỉ số", "Hội nghị", "Báo cáo".
_BODY = pattern(rf"^(?:{any_of('body')}(?!\w)|{_NAMED})")


def is_task_table(row: TextRow) -> bool:
    """Whether the row's table lists tasks (a text column of tasks and somebody or a time for them)."""
    roles = row.table.roles
    if "text" not in roles or "value" in roles or not {"lead", "period"} & set(roles):
        return False
    head = row.table.header[roles.index("text")].lower()
    return not re.search(r"chỉ tiêu|mục tiêu", head) or bool(re.search(r"nhiệm vụ|công việc", head))


def find_tasks(outline: Outline, year: int | None) -> list[PrintedTask]:
    """Return the tasks of a text in the order of its lines.

    Only where nothing else names tasks do the duties of each body under "Tổ chức thực hiện" count.
    """
    tasks = [*_from_tables(outline), *_from_attributes(outline, year), *_from_assignments(outline, year)]
    for further in (_from_sentences(outline, year), _from_assignments(outline, year, named=True)):
        taken = sorted((task.start, task.end) for task in tasks)
        tasks += [task for task in further if not _lies_in(task, taken)]
    tasks = tasks or list(_from_assignments(outline, year, standing=True))
    return [each for task in sorted(tasks, key=lambda task: task.start) for each in _told_apart(task, year)]


_DUTY_NUMBER = pattern(r"(?:^|(?<=[:;.,] ))\(?(?:\d{1,2}|[a-zđ])\) ")


def _told_apart(task: PrintedTask, year: int | None) -> Iterator[PrintedTask]:
    """ "1) Triển khai học bạ số; 2) Tổ chức ngày hội …": duties numbered within one line."""
    lead, *duties = _DUTY_NUMBER.split(task.text)
    if lead.rstrip()[-1:] not in ("", ":") or len(duties) < 2:
        yield task
        return
    within = (task.period.period_printed or "?") in task.text
    period = PrintedPeriod(first_year=year, last_year=year) if within else task.period
    for duty in duties:
        yield _with_time(replace(task, text=duty.strip(" ;.,"), period=period), duty, year)


def _lies_in(task: PrintedTask, taken: list[tuple[int, int]]) -> bool:
    at = bisect_right(taken, (task.start, task.end)) - 1
    return any(start < task.end and task.start < end for start, end in taken[max(0, at) : at + 2])


# ------------------------------------------------------------------ rows of tables


def _from_tables(outline: Outline) -> Iterator[PrintedTask]:
    for table in outline.tables:
        last: PrintedTask | None = None
        for row in table.rows:
            if row.heading or not is_task_table(row):
                continue
            task = _table_task(row)
            if last is not None:
                task = replace(
                    task,
                    lead=last.lead if DITTO.match(task.lead) else task.lead,
                    cooperating=last.cooperating if DITTO.match(task.cooperating) else task.cooperating,
                    period=last.period if DITTO.match(task.period.period_printed or "") else task.period,
                )
            if task.text:
                yield task
                last = task


def _table_task(row: TextRow) -> PrintedTask:
    part, section, subsection = ([number for number, _ in row.above] + ["", "", ""])[:3]
    start, end = row.span
    return PrintedTask(
        part,
        section,
        subsection,
        number=row.cell("number").strip(" .)"),
        text=row.cell("text"),
        lead=row.cell("lead"),
        cooperating=row.cell("cooperating"),
        period=read_period(row.cell("period")),
        start=start,
        end=end,
        heading=" › ".join(title for _, title in row.above),
    )


# ------------------------------------------------------------------ who, with whom, by when

_BRACKETS = pattern(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_VERBS = rf"(?<!công ){any_of('duty')}"  # no "bệnh viện công lập"
# "Giao Sở Y tế chủ trì, phối hợp với UBND các huyện triển khai …"
_GIVES_LEAD = pattern(
    rf"""^(?:(?:UBND tỉnh )?(?:[Gg]iao|[Pp]hân công|[Đđ]ề nghị) (?:cho )?)?(?P<lead>[^:(]{{4,160}}?)
        \s(?:là (?:cơ quan|đơn vị) (?:thường trực, )?)?chủ trì\s*,?\s*
        (?:(?:và )?phối hợp (?:với |cùng )?(?P<cooperating>[^:]{{4,200}}?)[\s,]+(?={_VERBS}\b))?(?P<text>.*)$""",
    re.DOTALL,
)
# "Giao Sở Y tế, Sở Giáo dục và Đào tạo triển khai …"
_GIVES = pattern(
    rf"""^(?:UBND tỉnh )?(?:[Gg]iao|[Pp]hân công|Yêu cầu) (?:cho )?(?P<lead>[^:]{{4,160}}?)
        (?:,? phối hợp(?: với| cùng)? (?P<cooperating>[^:;.]{{4,160}}?))?,?(?<!các) (?={_VERBS}\b)(?P<text>.*)$""",
    re.DOTALL,
)
# Among tasks: "Sở Nội vụ tham mưu …", "UBND các xã phối hợp với Bưu điện triển khai …"
_DOES = pattern(
    rf"""^(?![^:]*(?:thực hiện các nhiệm vụ|báo cáo [^;]*xem xét))(?P<lead>[^:;.]{{4,120}}?)(?<! đã)(?<! được)(?<! và)
        (?: theo chức năng[^:;.]*?)?(?:,? phối hợp(?: với| cùng)?(?: (?P<cooperating>[^:;.]{{4,160}}?))?)?,?\s
        (?<!các )(?<!ban )(?!cấp (?:tỉnh|huyện|xã)|xây dựng Đảng)(?={_VERBS}\b)(?P<text>.*[^:])$""",
    re.DOTALL,
)
_DONE_BY = pattern(
    r"""(?:(?:hoàn thành|xong|trình|thời gian(?: (?:thực hiện|hoàn thành))?)[\s:]+(?:(?:xong )?(?:trong|trước|từ) )?
         |(?<!\w)trong (?=tháng \d|quý [IVX\d]|năm học \d)|(?<!\w)(?:từ )?(?=tháng \d{1,2}/\d{4} (?:đến|-) )|(?<!\w)(?=trước (?:ngày|\d+/)|[Qq]uý [IVX\d]+\s*(?:/|năm)\s*\d{4}))
        (?P<when>(?:quý|tháng|ngày|năm|trước)[^;.()]{2,60})""",
    re.IGNORECASE,
)


def _with(task: PrintedTask, kind: str, value: str, year: int | None) -> PrintedTask:
    """Return the task with one attribute; who leads and who cooperates is said once."""
    value = value.strip(" ;.,–-")
    value = value.removesuffix(")") if value.count(")") > value.count("(") else value
    if kind == "lead" and not task.lead:
        return replace(task, lead=value)
    if kind == "cooperating" and not task.cooperating:
        return replace(task, cooperating=value)
    if kind == "period" and value:
        return replace(task, period=read_period(value, year))
    return task


def _with_all(task: PrintedTask, kind: str, words: str, year: int | None) -> PrintedTask:
    """Return the task with an attribute, and those that further labels in its line name."""
    at = 0
    for label in _LABEL.finditer(words):
        task = _with(task, kind, words[at : label.start()], year)
        kind, at = label.lastgroup or "", label.end()
    rest = words[at:]
    after = _NEXT_SENTENCE.search(rest) if kind in ("lead", "cooperating") else None
    task = _with(task, kind, rest[: after.start()] if after else rest, year)
    return _with_time(task, rest[after.end() :], year) if after else task


def _with_time(task: PrintedTask, words: str, year: int | None) -> PrintedTask:
    """Return the task with the time that its words name, unless it has one."""
    when = None if task.period.period_printed else _DONE_BY.search(words)
    return replace(task, period=read_period(when["when"], year)) if when else task


def _placed(task: PrintedTask, node: Node) -> PrintedTask:
    """Return the task with part, section, subsection and number from the path of numbered headings."""
    path = [step for step in node.path() if step.marker and step.kind not in ("part", "chapter", "article")]
    part, section, subsection = ([step.marker for step in path[:-1]] + ["", "", ""])[:3]
    number = path[-1].marker if path else ""
    heading = " › ".join(step.title for step in path[:-1])
    return replace(task, part=part, section=section, subsection=subsection, number=number, heading=heading)


# ------------------------------------------------------------------ attribute lines


def attribute(outline: Outline, block: TextBlock) -> re.Match[str] | None:
    """Return the label of a line such as "Cơ quan chủ trì: …"."""
    return _LABEL.match(squeeze(outline.masked[block.body : min(block.end, block.body + 120)]))


@dataclass(slots=True)
class _Item:
    """A numbered or lettered node, its blocks, and the task that attribute lines below it make of it."""

    node: Node
    blocks: list[TextBlock]
    task: PrintedTask | None = None


def _from_attributes(outline: Outline, year: int | None) -> Iterator[PrintedTask]:
    """An item and the attribute lines after it; text, then who, then when."""
    items: dict[int, _Item] = {}
    made: list[_Item] = []
    for block in outline.blocks:
        if block.row is not None:
            continue
        owner, found = block.node.numbered(), attribute(outline, block)
        if block.node.bulleted and found is None:
            items.setdefault(id(block.node), _Item(block.node, [])).blocks.append(block)
        elif block.node.bulleted and block.node.parent and block.node.parent.bulleted:
            owner = block.node.parent  # "- Xây dựng kho dữ liệu", below it "+ Chủ trì: Sở …"
        item = items.setdefault(id(owner), _Item(owner, []))
        if found is None:
            if owner.parent is not None:
                item.blocks.append(block)
        elif found.lastgroup != "other":
            if item.task is None:
                item.task = _described(outline, item, year)
                made.append(item)
            value = outline.words(block)[found.end() :]
            item.task = _with_all(replace(item.task, end=block.end), found.lastgroup or "", value, year)
    made += _sharing(outline, [item for item in items.values() if not item.node.bulleted], year)
    for item in made:
        if item.task and item.task.text and (item.task.lead or item.task.period.period_printed):
            yield item.task


def _sharing(outline: Outline, items: list[_Item], year: int | None) -> Iterator[_Item]:
    """Lines after the last of several lettered items ("a) … b) … - Cơ quan chủ trì: …") hold for all."""
    waiting: list[_Item] = []
    for item in items:
        if item.node.kind != "letter" or (waiting and waiting[-1].node.parent is not item.node.parent):
            waiting = []
        if item.node.kind != "letter":
            continue
        if item.task is None:
            waiting.append(item)
            continue
        for earlier in waiting:
            end = max((block.end for block in earlier.blocks), default=earlier.node.start + 1)
            task = _described(outline, earlier, year)
            shared = item.task
            task = replace(task, lead=shared.lead, cooperating=shared.cooperating)
            earlier.task = replace(task, period=shared.period, end=end)
            yield earlier
        waiting = []


def _described(outline: Outline, item: _Item, year: int | None) -> PrintedTask:
    pieces = []
    for block in item.blocks:
        piece = _CONTENT.sub("", outline.words(block))
        heads = block is item.blocks[0] and block.kind == "heading" and len(item.blocks) > 1
        if piece:
            pieces.append(f"{piece}:" if heads and piece[-1].isalnum() else piece)
    theme = _THEME.search(" ".join(node.title for node in item.node.path()))
    task = PrintedTask(
        text=" ".join(pieces).strip(" ;.,:"),
        period=read_period(theme["when"], year) if theme and year is not None else PrintedPeriod(),
        start=min((block.start for block in item.blocks), default=item.node.start),
    )
    return _placed(task, item.node)


# ------------------------------------------------------------------ sentences


def _from_sentences(outline: Outline, year: int | None) -> Iterator[PrintedTask]:
    """Tasks that say in one sentence what, who and when: labels within it, or "Giao Sở … chủ trì …"."""
    for block in outline.blocks:
        topics = [node.topic for node in block.node.path()]
        if block.row is not None or topics[-1:] == ["goals"] or "organisation" in topics:
            continue
        words = outline.words(block)
        task = _given(words, year) or _labelled(words, year) or _bracketed(words, year)
        if task is None and list(filter(None, topics))[-1:] == ["tasks"] and _BODY.match(words):
            task = _given(words, year, _DOES)
        if task is not None:
            yield _placed(replace(task, start=block.start, end=block.end), block.node)


def _given(words: str, year: int | None, *forms: re.Pattern[str]) -> PrintedTask | None:
    """Return "Giao Sở Y tế chủ trì …" as a task; "Phân công nhiệm vụ rõ ràng, bảo đảm …" is none."""
    found = next(filter(None, (form.match(words) for form in forms or (_GIVES_LEAD, _GIVES))), None)
    if found is None or not _ASSIGNEE.match(found["lead"]):
        return None
    cooperating = found.groupdict().get("cooperating") or ""
    text, when = found["text"], ""
    label = _LABEL.search(text)
    if label and label.lastgroup == "period":  # "… số hóa di tích; thời gian: quý II/2026"
        text, when = text[: label.start()], text[label.end() :]
    task = PrintedTask(text=text.strip(" ;.,"), lead=found["lead"], cooperating=cooperating)
    return _with_time(_with_all(task, "period", when, year), words, year)


def _labelled(words: str, year: int | None) -> PrintedTask | None:
    """Return "Phát triển logistics – Chủ trì: Sở …. Phối hợp: … Thời gian: …" as a task."""
    label = _LABEL.search(words) if "trì" in words.lower() else None
    if label is None or label.lastgroup == "other":
        return None
    task = PrintedTask(text=words[: label.start()].strip(" ;.,:(–-"))
    task = _with_all(task, label.lastgroup or "", words[label.end() :], year)
    return task if task.text and task.lead else None


def _bracketed(words: str, year: int | None) -> PrintedTask | None:
    """Return "… (Sở Y tế chủ trì; hoàn thành quý II năm 2021)" as a task."""
    for brackets in _BRACKETS.finditer(words):
        task = PrintedTask(text=words[: brackets.start()].strip(" ;.,"))
        for part in re.split(r"[;.]\s*|(?<=chủ trì),\s*", brackets.group(1)):
            found = _AGENCY_FIRST.match(part.strip())
            if found and found.lastgroup:
                kind = {"with": "cooperating", "always": "period"}.get(found.lastgroup, found.lastgroup)
                task = _with(task, kind, found[found.lastgroup], year)
        alone = None if task.lead else _BODY_AND_TIME.fullmatch(brackets.group(1))
        if alone and _BODY.match(alone["lead"]):
            task = _with(_with(task, "lead", alone["lead"], year), "period", alone["period"], year)
        if task.lead:
            return _with_time(task, words, year) if task.text else None
    return None


# ------------------------------------------------------------------ sections that assign work


def _from_assignments(
    outline: Outline, year: int | None, *, standing: bool = False, named: bool = False
) -> Iterator[PrintedTask]:
    """Items below "NHIỆM VỤ … PHÂN CÔNG …" / "3. Sở Tài chính".

    ``standing`` takes "Tổ chức thực hiện" too, ``named`` those below "NHIỆM VỤ, GIẢI PHÁP" / "3. Sở Tài chính" alone.
    """
    for block in outline.blocks:
        if block.row is not None or attribute(outline, block) is not None:
            continue
        path = block.node.path()
        topics = (node.topic == "tasks" if named else _assigns(node, standing) for node in path[:-1])
        duty = next((i for i, assigns in enumerate(topics) if assigns), None)
        if duty is None or any(_RECIPIENTS.match(node.title) for node in path):
            continue
        body = path[duty + 1]
        lead, colon, rest = body.title.partition(":")
        if not (_BODY if named else _ASSIGNEE).match(lead) or len(lead) > 160 or (named and lead[-1] == "."):
            continue
        words = outline.words(block)
        if _ENDS.match(words):
            continue
        if (block.node is body and block.kind == "heading") or words == body.title:
            if not (colon and rest.strip()) or " chủ trì" in lead:
                # a heading that only names the body, or the one sentence that it has
                duty_told = None if named else _given(words, year, _GIVES_LEAD, _GIVES, _DOES)
                if duty_told is not None:
                    yield _placed(replace(duty_told, start=block.start, end=block.end), block.node)
                continue
            words = words.partition(":")[2]
        task = PrintedTask(
            part=path[duty].marker,
            section=body.marker,
            number=next((node.marker for node in reversed(path[duty + 2 :]) if node.marker), ""),
            text=words.strip(" ;."),
            lead=lead,
            period=PrintedPeriod(first_year=year, last_year=year),
            start=block.start,
            end=block.end,
            heading=f"{path[duty].title} › {lead}",
        )
        yield _with_time(task, words, year)


#: How a document ends below its last duty: when it was passed, and who gets it.
_ENDS = pattern(r"(?:Nghị quyết|Quyết định|Chỉ thị) này (?:đã )?(?:được|có hiệu lực)|Nơi nhận\b")


def _assigns(node: Node, standing: bool) -> bool:
    if node.topic == "goals" or node.bulleted or node.kind in ("letter", "deep"):
        return False
    return _ASSIGNS.search(node.title) is not None or (standing and node.topic == "organisation")
