"""From a text to a plan: every block is read where it stands, every numeral has one fate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from qngai_analysis import raw
from qngai_analysis.errors import PlanError
from qngai_analysis.plan.catalogue import Match, Matcher, catalogue_rows, find_matcher, plain
from qngai_analysis.plan.columns import GOAL_OF_YEAR, UNIT_IN_NAME
from qngai_analysis.plan.head import Span, plan_year, read_head
from qngai_analysis.plan.lexicon import FALLING, FREE_OF, IN_IT, SPOKEN, SPOKEN_SIGNS, UNDONE
from qngai_analysis.plan.model import Fate, LegalDocument, Numeral, Plan, QualitativeGoal, Target, Task
from qngai_analysis.plan.phrases import names_something
from qngai_analysis.plan.reading import looks_vietnamese
from qngai_analysis.plan.setting import Setting, node_horizon
from qngai_analysis.plan.structure import Node, TextBlock, TextRow, outline
from qngai_analysis.plan.targets import FATES, BlockReading, Context, read_block, read_value, says_itself
from qngai_analysis.plan.tasks import PrintedTask, find_tasks
from qngai_analysis.plan.verdicts import A_TASKS_COUNT, whole
from qngai_analysis.plan.wording import counted, has_numeral, scan
from qngai_analysis.plan.words import lower, squeeze
from qngai_analysis.words.folding import fold
from qngai_analysis.words.said import Said

_Numbered = TypeVar("_Numbered", Target, QualitativeGoal)
_Fates = list[tuple[int, int, Fate]]

FOREIGN = Said("văn bản không phải tiếng Việt (quá ít chữ có dấu): không đọc chỉ tiêu, nhiệm vụ nào")
NO_TARGET = Said("không thấy chỉ tiêu nào có con số")
NO_TASK = Said("không thấy bảng nhiệm vụ, dòng nào như “Cơ quan chủ trì: …”, hay mục nào phân công nhiệm vụ")

_ASSIGNS = re.compile(r"(?:phân bổ|giao|phân khai|chi tiết|biểu)\s+(?:chỉ tiêu\s+)?", re.IGNORECASE)
_READ_ROLES = ("text", "value", "product", "measure", "")
_ROLE_FATES = {"current": Fate.CURRENT, "money": Fate.MONEY, "part": Fate.INTERIM, "derived": Fate.RESTATED}
_MARKED = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_NOTE = re.compile(r"\W*(?:ghi chú|chú thích|nguồn(?: số liệu)?)\W*:")  # of a table
# a row of what the plan costs
_COST = re.compile(r"(?:[a-z]\. |[ivx]+\. )?(?:tổng )?(?:kinh phí|dự toán|nguồn vốn)(?! huy động)")
_MODES = {"goals": "goal", "status": "report"}


def assemble(text: str, path: Path, sidecar: raw.Sidecar | None) -> Plan:
    """Return the plan that a (normalised) text is; ``path`` gives its key, ``sidecar`` facts of its head."""
    lines = outline(text)
    low = lower(lines.masked)
    document = read_head(lines, path, sidecar)
    pages: _Fates = [(start, end, Fate.LIST_NUMBER) for start, end in lines.pages]
    if not looks_vietnamese(text):
        return Plan(document, text, numerals=_every_numeral(lines.masked, low, pages), reasons=(FOREIGN,))
    year = plan_year(document)
    tasks = find_tasks(lines, _single_year(document, year))
    found = _read_blocks(Setting(lines, low, document, year, tasks))
    reasons = ((NO_TARGET, not found.listed and not found.stated), (NO_TASK, not found.tasks))
    listed = _numbered(_told_apart(found.listed), document.key, "")
    stated = _numbered(_told_apart(found.stated), document.key, "s")
    if sidecar is not None and (codes := sidecar.extra.get("codes")):
        listed, stated = _recoded((listed, stated), codes, f"{sidecar.path}, [codes]")
    return Plan(
        document=document,
        text=text,
        listed_targets=listed,
        stated_targets=stated,
        goals=_numbered(found.goals, document.key, "q"),
        task_list=tuple(found.tasks),
        numerals=_every_numeral(lines.masked, low, pages + found.fates),
        reasons=tuple(reason for reason, holds in reasons if holds),
        held_back=tuple(found.held_back),
        task_counts=tuple(found.task_counts),
    )


def _recoded(targets: Sequence[tuple[Target, ...]], codes: Any, place: str) -> list[tuple[Target, ...]]:
    """Return targets with the indicators that a person gave them by their ids, by code or name: ``"2145.08" = "DN_MOI"``."""
    if not isinstance(codes, dict):
        wording = '{place}: mỗi dòng là số của một mục tiêu và mã của nó: "2145.08" = "DN_MOI"'
        raise PlanError(wording, place=place)
    traits, by_id = find_matcher().traits, {target.id: target for every in targets for target in every}
    given: dict[str, Target] = {}
    for id_, said in codes.items():
        if (target := by_id.get(id_)) is None:
            near = ", ".join(get_close_matches(id_, by_id, 3, 0))
            wording = "{place}: kế hoạch không có mục tiêu {id}; gần nhất: {near}"
            raise PlanError(wording, place=place, id=id_, near=near)
        code = _code_of(str(said), target, f"{place}, {id_}")
        pillar, sector = traits[code]
        given[id_] = replace(
            target,
            indicator=code,
            match_score=1.0,
            nearest=(),
            pillar=target.pillar or pillar or None,
            sector=sector or None,
        )
    return [tuple(given.get(target.id, target) for target in every) for every in targets]


def _code_of(said: str, target: Target, place: str) -> str:
    """Return the code that a person gives a target, or whose name in the catalogue."""
    names = {str(row["code"]): str(row["name_vi"]) for row in catalogue_rows()}
    if code := {fold(words): code for code, name in names.items() for words in (name, code)}.get(fold(said)):
        return code
    near = [match.code for match in find_matcher().candidates(said, target.unit, most=3)]
    near = near or get_close_matches(said.upper(), names, 3, 0)
    known = "; ".join(f"{code} ({names[code]})" for code in near)
    wording = "{place}: danh mục chỉ tiêu không có “{said}”; gần nhất: {known}; cần chỉ tiêu riêng thì: qngai add indicators {id}"
    raise PlanError(wording, place=place, said=said, known=known, id=target.id)


def _single_year(document: LegalDocument, year: int | None) -> int | None:
    """Return the year a plan for a single year runs in ("… năm 2023")."""
    first, last = document.period_start, document.period_end
    return last if last is not None and first in (None, last) and last == year else None


def _numbered(rows: list[_Numbered], key: str, mark: str) -> tuple[_Numbered, ...]:
    """Give each row its id: "906.01"."""
    width = max(2, len(str(len(rows))))
    return tuple(replace(row, id=f"{key}.{mark}{i:0{width}d}") for i, row in enumerate(rows, 1))


def _told_apart(targets: list[Target]) -> list[Target]:
    """Mark the targets whose sentence sets others, too."""
    often = Counter((target.char_start, target.char_end) for target in targets)
    return [replace(t, shares_sentence=often[t.char_start, t.char_end] > 1) for t in targets]


def _every_numeral(masked: str, low: str, known: _Fates) -> tuple[Numeral, ...]:
    """Return every numeral once: what the blocks did not hold (table heads) is read by its own shape."""
    numerals: _Fates = []
    at = 0
    for start, end, fate in sorted(set(known)):
        if start >= at:
            numerals += [*_shapes(masked, low, at, start), (start, end, fate)]
            at = end
    return tuple(Numeral(*numeral) for numeral in [*numerals, *_shapes(masked, low, at, len(masked))])


def _shapes(masked: str, low: str, start: int, end: int, quantity: Fate = Fate.COUNT) -> _Fates:
    """Return the numerals of a stretch with the fate that their shape tells; ``quantity`` is a bare quantity's."""
    return [(t.start, t.end, FATES.get(t.kind, quantity)) for t in scan(masked, low, start, end)]


# ------------------------------------------------------------------ block by block


#: Rules by which a percentage among goals is how things stand, beyond doubt.
_PLAINLY_CURRENT = ("where it starts from", "a year before the document's")


@dataclass
class _Findings:
    listed: list[Target] = field(default_factory=list)
    stated: list[Target] = field(default_factory=list)
    goals: list[QualitativeGoal] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    fates: _Fates = field(default_factory=list)
    held_back: list[int] = field(default_factory=list)
    task_counts: list[int] = field(default_factory=list)

    def note(self, setting: Setting, block: TextBlock, reading: BlockReading, topic: str) -> None:
        """Note what a goal says that is read as no target: percentages of today, numbers in words."""
        for start, end, fate in reading.fates if topic == "goals" and block.row is None else ():
            # "(năm 2025: 41%)" and "từ 68% lên 85%" leave no doubt
            opened, closed = (setting.low.rfind(mark, block.start, start) for mark in "()")
            plain = opened > closed or reading.rules.get(start) in _PLAINLY_CURRENT
            if fate is Fate.CURRENT and "%" in setting.masked[start:end] and not plain:
                self.held_back.append(setting.outline.line(start))
        if any(sign in setting.low[block.body : block.end] for sign in SPOKEN_SIGNS):
            told = [(start, end) for start, end, _ in reading.fates]
            for found in SPOKEN.finditer(setting.low, block.body, block.end):
                if not any(start < found.end() and found.start() < end for start, end in told):
                    self.fates.append((*found.span(), Fate.SPOKEN))


@dataclass(frozen=True)
class _Prose:
    """How the paragraph before left off: under which heading, whether it aims or reports, the year last named."""

    owner: Node | None = None
    mode: str = ""
    period: Span = (None, None)


def _read_blocks(setting: Setting) -> _Findings:
    found, goals = _Findings(), set[int]()
    matcher = find_matcher()
    prose = _Prose()
    for block in setting.outline.blocks:
        if block.row is None:
            found.fates += _marker_fates(setting, block)
        elif block.row.heading or block.role not in _READ_ROLES:
            found.fates += _cell_fates(setting, block)
            continue
        context = setting.context(block)
        prosaic = block.kind in ("paragraph", "heading") and context.topic
        goal = setting.is_goal(block, context.topic)
        if prosaic and not goal and not has_numeral(setting.masked, block.body, block.end):
            continue  # it only tells
        reading, context, prose = _read_in_place(setting, block, context, prose)
        found.fates += reading.fates
        counts = (start for start, rule in reading.rules.items() if rule == A_TASKS_COUNT)
        found.task_counts += map(setting.outline.line, counts)
        if context.topic == "goals" or reading.targets:
            found.note(setting, block, reading, context.topic)
        listed = setting.lists(block, context.topic)
        rows = found.listed if listed else found.stated
        rows += _coded_once([_target(setting, matcher, block, *t, listed) for t in reading.targets])
        if listed and not reading.targets and goal:
            found.goals.append(_goal(setting, block, context))
            goals.add(block.start)
    tasks = (
        task for task in setting.tasks if task.start not in goals
    )  # a goal that names its lead is no task
    found.tasks = [_task(setting, i, task) for i, task in enumerate(tasks, 1)]
    return found


def _marker_fates(setting: Setting, block: TextBlock) -> _Fates:
    """Return the numerals of a list marker ("1.1.", "Điều 4.")."""
    fate = Fate.ARTICLE if block.node.kind in ("article", "part", "chapter") else Fate.LIST_NUMBER
    numbers = _MARKED.finditer(setting.masked, block.start, block.body)
    return [(*number.span(), fate) for number in numbers]


def _cell_fates(setting: Setting, block: TextBlock) -> _Fates:
    """Return the numerals of a cell that holds no target."""
    role = block.role
    fates = _shapes(setting.masked, setting.low, block.start, block.end, _ROLE_FATES.get(role, Fate.COUNT))
    return [(start, end, Fate.LIST_NUMBER) for start, end, _ in fates] if role == "number" else fates


def _read_in_place(
    setting: Setting, block: TextBlock, context: Context, prose: _Prose
) -> tuple[BlockReading, Context, _Prose]:
    """Read a block; return also the context it was read in, and how its prose leaves off."""
    role = block.role
    fate = _fate_of_place(setting, block, role)
    if fate is not None:
        place = (setting.masked, setting.low, block.start, block.end)
        return BlockReading(fates=_shapes(*place, fate)), context, prose
    if block.row is None or role not in ("value", "measure"):
        return _read_prose(setting, block, context, prose)
    first = setting.document.period_start
    if first is not None and first > (context.year or first):
        context = replace(context, year=first)  # beside the years of the plan one before tells results
    return _read_value(setting, block, block.row, context, role), context, prose


def _fate_of_place(setting: Setting, block: TextBlock, role: str) -> Fate | None:
    """Return the fate of all quantities of a block that, where it stands, can hold no target; None where it can."""
    if block.row is None:
        if _NOTE.match(setting.low, block.body, block.end):
            return Fate.REFERENCE
        # a row of a table whose head says too little
        return Fate.COUNT if setting.masked.count("\t", block.start, block.end) > 1 else None
    if role == "text" and block.row.has_value:
        return Fate.DEFINITION
    if role not in ("value", "measure", "product"):
        return None
    if setting.topic_of_place(block) == "status" and not setting.of_next_year(block):
        return Fate.CURRENT
    costs = role != "product" and _COST.match(lower(block.row.cell("place")))
    return Fate.MONEY if costs else None


def _read_value(
    setting: Setting, block: TextBlock, row: TextRow, context: Context, role: str
) -> BlockReading:
    """Read the value of a row, named by the row, by its column, or by what stands above the table."""
    place = (setting.masked, setting.low, block.start, block.end)
    head, roles = block.head, row.table.roles
    if role == "measure":
        subject, unit = _measured(_of_column(head) or head)
        titled = "" if unit or "period" not in roles else setting.caption(row)
        if titled:  # "Bảng 2. Trường đạt chuẩn mới hằng năm", and over the columns "Tiểu học", "THCS"
            titled, unit = _measured(titled)
            subject, unit = f"{titled} ({subject})", unit or counted(f"số {lower(titled)}")
        return read_value(*place, context, setting.of_row(subject, row), unit or setting.unit_above(row))
    named = setting.carried["text", id(row)]
    if {"place", "period"} & set(roles) and not named:
        # the column's own name, or "PHÂN BỔ SỐ CƠ SỞ PHẢI DI DỜI" above the table
        title = block.node.title.capitalize() if "place" in roles else ""
        named = _of_column(head) or setting.caption(row) or _ASSIGNS.sub("", title).capitalize()
    subject, unit = _measured(named)
    subject = setting.of_row(subject, row)
    if says_itself(*place):
        return read_block(*place, replace(context, lead=subject))
    if subject and not names_something(subject, alone=True) and "text" in roles:
        subject = f"{subject} ({row.table.header[roles.index('text')]})"  # "Gạo (Nhóm hàng)"
    above = _unit_of(head, block.node.title) or setting.unit_above(row)
    unit = setting.carried["unit", id(row)] or unit or above
    if _COST.match(lower(subject)) and lower(unit).endswith("đồng"):
        return BlockReading(fates=_shapes(*place, Fate.MONEY))
    return read_value(*place, context, subject, unit, head)


def _read_prose(
    setting: Setting, block: TextBlock, context: Context, prose: _Prose
) -> tuple[BlockReading, Context, _Prose]:
    """Read a block; under one heading, prose goes on as the paragraph before it left off.

    That is whether it aims or reports, and, where nothing above names a year, the year last named.
    """
    owner = block.node.numbered()
    if owner is not prose.owner:
        prose = _Prose(owner)
    if context.topic == "":
        context = replace(context, mode=prose.mode)
    if context.end is None:
        context = replace(context, start=prose.period[0], end=prose.period[1])
    reading = read_block(setting.masked, setting.low, block.body, block.end, context)
    title = block.kind == "heading" and block.node.kind == "caps"  # "KẾ HOẠCH" aims at nothing yet
    mode = reading.mode if context.topic == "" and not title else prose.mode
    mode = "goal" if context.topic == "goals" and context.item is False else mode  # "Phấn đấu …" goes on
    period = reading.led or (reading.last if reading.last[1] is not None else prose.period)
    if block.node.kind == "intro" and block.node.start == block.start:
        # "Mục tiêu đến năm 2030:" speaks for the paragraphs below it as well as for a list
        period = node_horizon(block.node) or period
        mode = _MODES.get(block.node.topic, mode)
    return reading, context, _Prose(owner, mode, period)


def _of_column(head: str) -> str:
    """Return what a column's heading names besides a goal and its year: "Mục tiêu bao phủ BHYT 2026 (%)", "KH 2026"."""
    named = GOAL_OF_YEAR.sub(" ", head).strip(" -:")
    return named if names_something(UNIT_IN_NAME.sub("", named), alone=True) else ""


def _unit_of(*heads: str) -> str:
    """Return the unit of a column, or of all below a heading: "3. Chỉ tiêu theo nhóm hàng (triệu USD)"."""
    found = next(filter(None, map(UNIT_IN_NAME.search, heads)), None)
    return found["unit"] if found else "%" if "%" in heads[0] else ""


def _measured(name: str) -> tuple[str, str]:
    """Return a row's name and the unit printed with it: "Tỷ lệ hộ có Internet (%)"; a share without one is in %, a count in what it counts."""
    name = IN_IT.sub("", name) or name
    found = UNIT_IN_NAME.search(name)
    if found:
        return name[: found.start()], found["unit"]
    return name, "%" if re.match(r"t[ỷỉ]\s+(?:lệ|trọng)", lower(name)) else counted(name)


# ------------------------------------------------------------------ values


def _target(
    setting: Setting, matcher: Matcher, block: TextBlock, begin: int, found: Target, listed: bool
) -> Target:
    start, end = begin + found.char_start, begin + found.char_end
    if block.row is not None and block.role == "value":
        start, end = block.row.span
    subject, placed = found.subject, _placed(setting, block, start, end)
    if block.row is not None and (of_row := setting.of_row("", block.row)):
        subject = subject.removesuffix(of_row)  # an indicator is the same everywhere
    words = f"{subject} {found.base}" if found.base else subject
    match = matcher.match(words, found.unit, found.change or "", "" if found.recurrence else found.around)
    group = subject.rpartition(": ")[0] if block.row is not None else ""
    if match.code and group and matcher.match(group, found.unit, found.change or "").code == match.code:
        match = Match("", match.score, (match.code,))  # "Thu ngân sách nhà nước: Lệ phí trước bạ"
    pillar, sector = matcher.traits.get(match.code, ("", ""))
    falls = found.inferred and _falls(found, matcher.falls(match.code) or setting.falls_by_year(block))
    return replace(
        found,
        text=squeeze(setting.masked[start:end].replace("|", " ")),
        comparator="<=" if falls else found.comparator,
        indicator=match.code or None,
        match_score=match.score if match.code else None,
        nearest=match.nearest,
        sector=sector or None,
        char_start=start,
        char_end=end,
        listed=listed,
        inferred=falls,
        **placed | {"pillar": placed["pillar"] or pillar or None},
    )


def _coded_once(targets: list[Target]) -> list[Target]:
    """Take from a part the code of the whole it stands beside: "đạt 25%, trong đó kinh tế số ngành nông nghiệp 15%"."""
    wholes: dict[tuple[str | None, int | None], set[str]] = {}
    coded = []
    for target in targets:
        said = set(plain(target.subject).split())
        if target.indicator and said - wholes.setdefault((target.indicator, target.period_end), said):
            near = (target.indicator,)
            target = replace(target, indicator=None, match_score=None, sector=None, nearest=near)
        coded.append(target)
    return coded


def _placed(setting: Setting, block: TextBlock, start: int, end: int) -> dict[str, Any]:
    """Return what a target or a goal has of the place it stands in."""
    section, path = setting.section(block)
    first, last = setting.outline.line(start), setting.outline.line(end - 1)
    named = {"agencies": setting.agencies(block), "geography": setting.geography(block)}
    stands = {"document": setting.document.key, "section": section, "section_path": path}
    return {**stands, **named, "line_start": first, "line_end": last, "pillar": setting.pillar(block) or None}


def _falls(found: Target, known: bool) -> bool:
    """Return whether less of it is better: by catalogue, row or words; nobody wants at most 95% of anything."""
    subject = lower(found.subject)
    if UNDONE.match(subject) or FREE_OF.search(subject) or (found.unit.startswith("%") and found.value >= 90):
        return False
    return known or FALLING.search(subject) is not None


def _goal(setting: Setting, block: TextBlock, context: Context) -> QualitativeGoal:
    return QualitativeGoal(
        id="",
        text=setting.outline.words(block),
        period_start=whole(context.start),
        period_end=whole(context.end),
        deadline=task.period.deadline if (task := setting.task_at(block.start)) else None,
        **_placed(setting, block, block.start, block.end),
    )


def _task(setting: Setting, i: int, task: PrintedTask) -> Task:
    key = setting.document.key
    said = ("part", "section", "subsection", "number", "text", "heading")
    return Task(
        id=f"{key}.n{i:03d}",
        document=key,
        **{name: getattr(task, name) for name in said},
        agencies=setting.bodies(task.lead),
        agencies_printed=task.lead,
        cooperating=setting.bodies(task.cooperating),
        cooperating_printed=task.cooperating,
        **{item.name: getattr(task.period, item.name) for item in fields(task.period)},
        line_start=setting.outline.line(task.start),
        line_end=setting.outline.line(task.end - 1),
    )
