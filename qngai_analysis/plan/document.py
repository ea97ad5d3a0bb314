"""A plan: its head, its targets and its tasks, each row traced to its place in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from qngai_analysis import paths, raw
from qngai_analysis.errors import PlanError, RawFileError
from qngai_analysis.plan import tasks as task_reader
from qngai_analysis.plan.agencies import HOME, canonical, split_agencies
from qngai_analysis.plan.catalogue import Match, find_matcher
from qngai_analysis.plan.lexicon import VISION
from qngai_analysis.plan.model import Citation, Document, Fate, Goal, Numeral, Stage, Target, Task
from qngai_analysis.plan.places import find_province
from qngai_analysis.plan.reading import looks_vietnamese, normalise, read_text
from qngai_analysis.plan.structure import Block, Node, Outline, Row, outline, squeeze
from qngai_analysis.plan.tables import value_table
from qngai_analysis.plan.targets import FATES, Context, Found, Reading, read_block, read_value, says_itself
from qngai_analysis.plan.wording import cased, counted, has_numeral, lower, scan
from qngai_analysis.values import jsonable

_Row = TypeVar("_Row", Target, Goal)


@dataclass(frozen=True)
class Plan:
    """A plan that was read.

    ``text`` is the text that lines (from 1) and characters (from 0) count in. ``reasons`` says why a
    table is empty, where it is. ``numerals`` holds each numeral's place and fate. ``targets``, ``stated``,
    ``qualitative`` and ``tasks`` are the same values as tables, made anew each time they are asked for.
    """

    document: Document
    text: str = field(repr=False)
    listed_targets: tuple[Target, ...] = field(repr=False, default=())
    stated_targets: tuple[Target, ...] = field(repr=False, default=())
    goals: tuple[Goal, ...] = field(repr=False, default=())
    task_list: tuple[Task, ...] = field(repr=False, default=())
    numerals: tuple[Numeral, ...] = field(repr=False, default=())
    reasons: tuple[str, ...] = ()

    @property
    def targets(self) -> pd.DataFrame:
        """The quantified targets the plan lists (goals section, target table, given to a territory).

        One row a target; columns as in ``docs/methods/reading-plans.md``. A missing ``indicator``
        means that no indicator of the catalogue is near enough; a missing ``period_end`` that
        neither the sentence nor its headings nor the document name a year.
        """
        return value_table(self.listed_targets, Target)

    @property
    def stated(self) -> pd.DataFrame:
        """Further quantified targets, stated inside running text and tasks; columns as ``targets``."""
        return value_table(self.stated_targets, Target)

    @property
    def qualitative(self) -> pd.DataFrame:
        """Listed goals without a number, one row each."""
        return value_table(self.goals, Goal)

    @property
    def tasks(self) -> pd.DataFrame:
        """The tasks, one row each; a missing year means that the plan leaves it open or says none."""
        return value_table(self.task_list, Task)

    def line_of(self, position: int) -> int:
        """Return the line (from 1) that holds a character."""
        return self.text.count("\n", 0, position) + 1

    def to_dict(self) -> dict[str, Any]:
        """Return the plan ready for JSON: document, targets, stated, qualitative, tasks, coverage."""
        from qngai_analysis.plan.coverage import coverage

        return {
            "document": jsonable(self.document),
            "targets": jsonable(self.listed_targets + self.stated_targets),
            "qualitative": jsonable(self.goals),
            "tasks": jsonable(self.task_list),
            "coverage": jsonable(coverage(self)),
            "reasons": list(self.reasons),
        }


# ------------------------------------------------------------------ reading


def read_plan(source: str | Path) -> Plan:
    """Read a plan by name or path.

    A name is the stem of a file in ``data/raw/plans`` or the beginning of just one ("906"). Those
    files are checked against their sidecar; any other file is read as it stands.

    Raises
    ------
    PlanError
        No such plan, several plans begin so, or the file can't be read (see ``reading``).
    RawFileError
        A file in ``data/raw/plans`` was edited, or lacks its sidecar.
    """
    path = _find(source)
    sidecar = raw.verify(path) if _is_raw(path) else None
    return _assemble(read_text(path), path, sidecar)


def parse_text(text: str, key: str = "text") -> Plan:
    """Read a plan from a string, for example a sentence.

    >>> plan = parse_text("Phấn đấu đến năm 2025, trên 95% hồ sơ được xử lý trực tuyến.")
    >>> plan.targets[["comparator", "value", "period_end"]].values.tolist()
    [['>', 95.0, 2025]]
    """
    return _assemble(normalise(text), Path(key), None)


def parse_file(path: str | Path) -> dict[str, Any]:
    """Return everything ``qngai parse`` prints of a file, ready for JSON (see ``Plan.to_dict``)."""
    return read_plan(path).to_dict()


def plan_names() -> list[str]:
    """Return the names of the plans in ``data/raw/plans``, sorted."""
    return sorted(
        path.stem for path in paths.raw("plans").glob("*") if path.suffix != ".toml" and path.is_file()
    )


def _find(source: str | Path) -> Path:
    path = Path(source)
    if path.is_file():
        return path
    name = str(source)
    if isinstance(source, Path) or path.suffix or len(path.parts) > 1:
        raise PlanError(f"{source}: no such file; name a plan file (.txt, .md, .html, .docx or .pdf)")
    try:
        folder = paths.raw("plans")
    except RawFileError:
        raise PlanError(
            f"{name}: no such file, and no project here whose data/raw/plans could hold it"
        ) from None
    files = [file for file in sorted(folder.glob("*")) if file.suffix != ".toml" and file.is_file()]
    exact = [file for file in files if file.stem == name]
    found = exact or [file for file in files if file.stem.startswith(name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(file.stem for file in files)
    if not found:
        raise PlanError(f"{name}: no plan of that name in data/raw/plans; there are {known}")
    raise PlanError(
        f"{name}: {len(found)} plans begin so ({', '.join(file.stem for file in found)}); write more of the name"
    )


def _is_raw(path: Path) -> bool:
    try:
        return path.resolve().parent == paths.raw("plans").resolve()
    except RawFileError:
        return False


def _assemble(text: str, path: Path, sidecar: raw.Sidecar | None) -> Plan:
    return _Assembly(text, path, sidecar).plan()


class _Assembly:
    """Puts together what the readers of structure, targets and tasks found."""

    def __init__(self, text: str, path: Path, sidecar: raw.Sidecar | None) -> None:
        self.outline: Outline = outline(text)
        self.text = text
        self.masked = self.outline.masked
        self.low = lower(self.masked)
        self.starts = self.outline.starts
        self.reasons: list[str] = []
        self.document = _head(self.outline, self.low, path, sidecar)
        self.province = self.document.geography.removeprefix("tỉnh ").removeprefix("thành phố ") or HOME
        self.year = _year_of(self.document)
        if (ahead := self._single_year()) is not None:
            self.year = ahead
        self.matcher = find_matcher()
        self.sentence: tuple[tuple[int, int], str] = ((0, 0), "")
        self.fates: list[tuple[int, int, str]] = [
            (start, end, "list number") for start, end in self.outline.pages
        ]
        tops = {
            id(node) for block in self.outline.blocks for node in block.node.path()[:1] if node.kind == "h1"
        }
        self.one_title = len(tops) == 1
        self.prose_owner: Node | None = None
        self.prose_mode = ""
        self.prose_period: tuple[float | None, float | None] = (None, None)
        self.horizons: dict[int, tuple[float | None, float | None] | None] = {}

    def line(self, position: int) -> int:
        return bisect_right(self.starts, position)

    def plan(self) -> Plan:
        vietnamese = looks_vietnamese(self.text)
        if not vietnamese:
            self.reasons.append(
                "the text is not Vietnamese (too few letters with Vietnamese marks): nothing was read as a target or task"
            )
        tasks = task_reader.find_tasks(self.outline, self._one_year()) if vietnamese else []
        self.tasks = tasks
        self.task_starts = [task.start for task in tasks]
        listed, stated, qualitative = self._targets() if vietnamese else ([], [], [])
        if vietnamese and not listed and not stated:
            self.reasons.append("no quantified target was found")
        if vietnamese and not tasks:
            self.reasons.append(
                "no task table, no lines such as 'Cơ quan chủ trì: …' and no section that assigns tasks was found"
            )
        return Plan(
            document=self.document,
            text=self.text,
            listed_targets=_numbered(listed, self.document.key, ""),
            stated_targets=_numbered(stated, self.document.key, "s"),
            goals=_numbered(qualitative, self.document.key, "q"),
            task_list=tuple(self._task(i, task) for i, task in enumerate(tasks, 1)),
            numerals=tuple(self._all_fates()),
            reasons=tuple(self.reasons),
        )

    def _single_year(self) -> int | None:
        """The year of a plan for the next one ("Chuyển đổi số năm 2026", signed in December 2025)."""
        last = self.document.period_end
        yearly = re.search(rf"(?<!đến )(?<!ĐẾN )năm {last}", self.document.subject, re.IGNORECASE)
        return last if yearly and self.year is not None and last == self.year + 1 else None

    def _one_year(self) -> int | None:
        """The year a plan for a single year runs in ("… năm 2023")."""
        first, last = self.document.period_start, self.document.period_end
        return last if last is not None and first in (None, last) and last == self.year else None

    # -------------------------------------------------------------- targets

    def _targets(self) -> tuple[list[Target], list[Target], list[Goal]]:
        listed: list[Target] = []
        stated: list[Target] = []
        qualitative: list[Goal] = []
        numbers: dict[int, str] = {}
        for block in self.outline.blocks:
            self._markers(block)
            if block.row is not None:
                if block.row.heading or not self._takes_cell(block):
                    self._scan_only(block)
                    continue
                self._number(block.row, numbers)
            context = self._context(block)
            if (
                block.kind in ("paragraph", "heading")
                and context.topic
                and not has_numeral(self.masked, block.body, block.end)
            ):
                continue
            found, context = self._read(block, context)
            kind = self._kind(block, context)
            for target in found:
                rows = listed if kind == "listed" else stated
                rows.append(self._row(target, block, context, kind == "listed"))
            if not found and self._is_qualitative(block, context, kind):
                qualitative.append(self._qualitative(block, context))
        return listed, stated, qualitative

    def _markers(self, block: Block) -> None:
        """Numerals of a list marker ("1.1.", "Điều 4.")."""
        if block.row is not None or block.body <= block.start:
            return
        fate = "article" if block.node.kind in ("article", "part", "chapter") else "list number"
        for token in scan(self.masked, self.low, block.start, block.body):
            self.fates.append((token.start, token.end, fate))

    def _scan_only(self, block: Block) -> None:
        roles = self._roles(block)
        for token in scan(self.masked, self.low, block.start, block.end):
            plain = {"current": "current value", "money": "money", "part": "interim"}.get(roles, "count")
            fate = "list number" if roles == "number" else FATES.get(token.kind, plain)
            self.fates.append((token.start, token.end, fate))

    def _roles(self, block: Block) -> str:
        row = block.row
        if row is None:
            return ""
        roles = row.table.roles
        for role, (start, end) in zip(roles, row.cells, strict=False):
            if start <= block.start < max(end, start + 1):
                return role
        return ""

    def _takes_cell(self, block: Block) -> bool:
        return self._roles(block) in ("text", "value", "product", "measure", "")

    def _number(self, row: Row, numbers: dict[int, str]) -> None:
        """A row without a number goes on under the number above it."""
        printed = self._cell(row, "number").strip(" .)")
        if printed:
            numbers[id(row.table)] = printed
        self.last_number = printed or numbers.get(id(row.table), "")

    def _under_status(self, block: Block) -> bool:
        """A table of goals and results in a report of how things stand holds no targets."""
        return next((node.topic for node in reversed(block.node.path()) if node.topic), "") == "status"

    def _scan_as(self, block: Block, plain: str) -> None:
        for token in scan(self.masked, self.low, block.start, block.end):
            fate = plain if token.kind == "quantity" else FATES.get(token.kind, plain)
            self.fates.append((token.start, token.end, fate))

    def _row_name(self, row: Row) -> str:
        """What a row's values are values of; a row that names nothing goes on with the one above it."""
        at = row.table.rows.index(row)
        while at > 0 and not self._cell(row.table.rows[at], "text"):
            at -= 1
        return self._cell(row.table.rows[at], "text")

    def _cell(self, row: Row, role: str) -> str:
        for name, (start, end) in zip(row.table.roles, row.cells, strict=False):
            if name == role:
                return squeeze(self.masked[start:end])
        return ""

    def _read(self, block: Block, context: Context) -> tuple[list[Found], Context]:
        """Return the targets of a block, and the context they were read in."""
        role = self._roles(block)
        if block.row is not None and role in ("value", "measure", "product") and self._under_status(block):
            self._scan_as(block, "current value")
            return [], context
        if role == "measure":
            subject, unit = _measured(self._header_of(block))
            reading = read_value(self.masked, self.low, block.start, block.end, context, subject, unit)
        elif role == "value" and block.row is not None:
            name = self._row_name(block.row)
            subject, unit = _measured(name)
            unit = self._cell(block.row, "unit") or unit or ("%" if "%" in self._header_of(block) else "")
            place = (self.masked, self.low, block.start, block.end)
            if says_itself(*place):
                reading = read_block(*place, replace(context, lead=subject))
            else:
                reading = read_value(*place, context, subject, unit)
        else:
            reading, context = self._read_prose(block, context)
        self.fates.extend(reading.fates)
        return reading.targets, context

    def _read_prose(self, block: Block, context: Context) -> tuple[Reading, Context]:
        """Read a block; under one heading, prose goes on as the paragraph before it left off.

        That is whether it aims or reports, and, where nothing above names a year, the year last named.
        """
        owner = block.node
        while owner.parent is not None and (owner.bulleted or owner.kind == "intro"):
            owner = owner.parent
        if owner is not self.prose_owner:
            self.prose_owner, self.prose_mode, self.prose_period = owner, "", (None, None)
        if context.topic == "":
            context = replace(context, mode=self.prose_mode)
        if context.end is None:
            context = replace(context, start=self.prose_period[0], end=self.prose_period[1])
        reading = read_block(self.masked, self.low, block.body, block.end, context)
        if context.topic == "":
            self.prose_mode = reading.mode
        if reading.last[1] is not None:
            self.prose_period = reading.last
        if block.node.kind == "intro" and block.node.start == block.start:
            # "Mục tiêu đến năm 2030:" speaks for the paragraphs below it as well as for a list
            self.prose_period = self._node_horizon(block.node) or self.prose_period
            self.prose_mode = _MODES.get(block.node.topic, self.prose_mode)
        return reading, context

    def _context(self, block: Block) -> Context:
        start, end = self._horizon(block)
        if block.row is not None:
            header = self._header_of(block)
            years = [token for token in scan(header, lower(header), 0, len(header)) if token.kind == "year"]
            if years and self._roles(block) == "value":
                start, end = years[-1].value, years[-1].high
            period = task_reader.read_period(self._cell(block.row, "period"))
            if period.last is not None:
                start, end = _real(period.first), _real(period.last)
        elif (task := self._task_at(block.start)) is not None and task.period.last is not None:
            start, end = _real(task.period.first), _real(task.period.last)
        return Context(
            start=start,
            end=end,
            year=self.year,
            topic=self._topic(block),
            lead=self._lead(block),
            local=self.document.geography not in ("", COUNTRY),
        )

    def _header_of(self, block: Block) -> str:
        row = block.row
        assert row is not None
        for head, (start, end) in zip(row.table.header, row.cells, strict=False):
            if start <= block.start < max(end, start + 1):
                return head
        return ""

    def _horizon(self, block: Block) -> tuple[float | None, float | None]:
        nodes = block.node.path()
        if block.row is None and nodes and nodes[-1].start >= block.start:
            nodes = nodes[:-1]  # the block's own words speak for themselves
        for node in reversed(nodes):
            found = self._node_horizon(node)
            if found is not None:
                return found
        if block.row is not None:
            for _, title in reversed(block.row.above):
                years = _horizon_of(title)
                if years is not None:
                    return years
        return _real(self.document.period_start), _real(self.document.period_end)

    def _node_horizon(self, node: Node) -> tuple[float | None, float | None] | None:
        if id(node) not in self.horizons:
            head = node.title if not node.bulleted or node.title.endswith(":") else ""
            self.horizons[id(node)] = None if node.kind in ("caps", "article") else _horizon_of(head)
        return self.horizons[id(node)]

    def _topic(self, block: Block) -> str:
        words = self.low[block.body : block.body + 40].lstrip('( "“')
        if block.row is None and _HEAD_WORDS.match(words) and "%" not in self.masked[block.body : block.end]:
            return "head"
        if block.row is not None and self._is_target_table(block.row):
            return "goals"
        for node in reversed(block.node.path()):
            if node.kind == "h1" and self.one_title:
                break  # the title of a page names what it is about, not what each paragraph tells
            if _RECIPIENTS.match(node.title.lower()):
                return "head"
            if _is_territory(node.title):
                return "goals"
            if node.topic:
                return node.topic
        return ""

    def _is_target_table(self, row: Row) -> bool:
        roles = row.table.roles
        head = row.table.header[roles.index("text")].lower() if "text" in roles else ""
        return bool(re.search(r"chỉ tiêu|mục tiêu|tiêu chí", head)) or bool({"value", "measure"} & set(roles))

    def _kind(self, block: Block, context: Context) -> str:
        if block.row is not None:
            return "listed" if self._is_target_table(block.row) else "stated"
        return (
            "stated"
            if context.topic in ("tasks", "organisation", "budget", "status", "aims", "head")
            else "listed"
        )

    def _lead(self, block: Block) -> str:
        """Return the subject in the line that leads a list ("Tỷ lệ hồ sơ xử lý trên môi trường mạng:")."""
        node = block.node if block.kind == "paragraph" else block.node.parent
        if block.row is not None or node is None or node.topic or not node.title.endswith(":"):
            return ""
        return "" if re.search(r"\d\s*%", node.title) else node.title.rstrip(" :")

    def _is_qualitative(self, block: Block, context: Context, kind: str) -> bool:
        if kind != "listed":
            return False
        if block.row is not None:
            return (
                self._roles(block) == "text"
                and self._is_target_table(block.row)
                and not self._row_has_value(block.row)
            )
        if context.topic != "goals" or block.kind != "item" or _is_territory(block.node.title):
            return False
        if any(
            _is_territory(node.title) or re.search(r"tổng quát|chung", node.title.lower())
            for node in block.node.path()
        ):
            return False
        words = squeeze(self.masked[block.body : block.end])
        return len(words.split()) >= 5 and not words.endswith(":")

    def _row_has_value(self, row: Row) -> bool:
        return any(
            any(c.isdigit() for c in self.masked[start:end])
            for role, (start, end) in zip(row.table.roles, row.cells, strict=False)
            if role == "value"
        )

    # -------------------------------------------------------------- rows

    def _row(self, found: Found, block: Block, context: Context, listed: bool) -> Target:
        start, end = found.sentence
        if block.row is not None and self._roles(block) == "value":
            spans = [span for span in block.row.cells if span[1] > span[0]]
            start, end = min(a for a, _ in spans), max(b for _, b in spans)
        section, path = self._section(block)
        words = f"{found.subject} {found.base}" if found.base else found.subject
        match = self.matcher.match(words, found.unit, found.change) if self.matcher else Match("", 0.0)
        pillar, sector = self.matcher.traits[match.code] if self.matcher and match.code else ("", "")
        if self.sentence[0] != (start, end):  # one text for all targets of a sentence
            self.sentence = (start, end), squeeze(self.masked[start:end].replace("|", " "))
        return Target(
            id="",
            text=self.sentence[1],
            subject=found.subject,
            comparator=found.comparator,
            wording=found.wording,
            value=found.value,
            value_high=found.high,
            unit=found.unit,
            period_start=_whole(found.start),
            period_end=_whole(found.end),
            recurrence=found.recurrence or None,
            indicator=match.code or None,
            match_score=match.score if match.code else None,
            pillar=self._pillar(block) or pillar or None,
            sector=sector or None,
            section=section,
            section_path=path,
            agencies=self._agencies(block),
            geography=self._geography(block),
            document=self.document.key,
            line_start=self.line(start),
            line_end=self.line(end - 1),
            char_start=start,
            char_end=end,
            listed=listed,
            base=found.base or None,
            change=found.change or None,
            relative_to=found.relative or None,
        )

    def _qualitative(self, block: Block, context: Context) -> Goal:
        section, path = self._section(block)
        return Goal(
            id="",
            text=squeeze(self.masked[block.body : block.end]),
            pillar=self._pillar(block) or None,
            section=section,
            section_path=path,
            agencies=self._agencies(block),
            period_start=_whole(context.start),
            period_end=_whole(context.end),
            geography=self._geography(block),
            document=self.document.key,
            line_start=self.line(block.start),
            line_end=self.line(block.end - 1),
        )

    def _section(self, block: Block) -> tuple[str, str]:
        nodes = [node for node in block.node.path() if not node.bulleted or _leads(node, block)]
        marks = [node.marker for node in nodes if node.marker]
        nodes = [node for node in nodes if node.kind != "caps" or not _LETTERHEAD.match(node.title)]
        titles = [(f"{node.marker}. " if node.marker else "") + node.title[:120] for node in nodes]
        if block.row is not None:
            marks += [number for number, _ in block.row.above if number]
            titles += [squeeze(f"{number}. {title}") for number, title in block.row.above]
            if self.last_number:
                marks.append(self.last_number)
        section = ".".join(_short_marks(marks)) or (_shortened(titles[-1]) if titles else "")
        return section, " › ".join(titles)

    def _pillar(self, block: Block) -> str:
        titles = [node.title for node in block.node.path() if _leads(node, block)]
        if block.row is not None:
            titles += [title for _, title in block.row.above]
        for title in reversed(titles):
            found = {name for name, words in _PILLARS if words.search(title.lower()[:200])}
            if len(found) == 1:
                return found.pop()
        return ""

    def _geography(self, block: Block) -> str:
        if block.row is not None and (place := self._cell(block.row, "place")):
            return place
        for node in reversed(block.node.path()):
            if _is_territory(node.title):
                return node.title
        return self.document.geography

    def _agencies(self, block: Block) -> tuple[str, ...]:
        if block.row is not None:
            return tuple(split_agencies(self._cell(block.row, "lead"), self.province))
        task = self._task_at(block.start)
        if task is not None:
            return tuple(split_agencies(task.lead, self.province))
        for node in reversed(block.node.path()):
            if _is_territory(node.title):
                return (canonical(node.title, self.province),)
        return ()

    def _task_at(self, position: int) -> task_reader.Task | None:
        i = bisect_right(self.task_starts, position) - 1
        if i >= 0 and self.tasks[i].start <= position < self.tasks[i].end:
            return self.tasks[i]
        return None

    def _task(self, i: int, task: task_reader.Task) -> Task:
        return Task(
            id=f"{self.document.key}.n{i:03d}",
            document=self.document.key,
            part=task.part,
            section=task.section,
            subsection=task.subsection,
            number=task.number,
            text=task.text,
            heading=task.heading,
            agencies=tuple(split_agencies(task.lead, self.province)),
            agencies_printed=task.lead,
            cooperating=tuple(split_agencies(task.cooperating, self.province)),
            cooperating_printed=task.cooperating,
            first_year=task.period.first,
            last_year=task.period.last,
            deadline=task.period.deadline or None,
            period_printed=task.period.printed or None,
            recurrence=task.period.recurrence or None,
            stages=tuple(Stage(*stage) for stage in task.period.stages),
            line_start=self.line(task.start),
            line_end=self.line(task.end - 1),
        )

    # -------------------------------------------------------------- numerals

    def _all_fates(self) -> list[Numeral]:
        """Every numeral once: what the blocks did not hold (table heads) is read by its own shape."""
        known = sorted(set(self.fates))
        fates: list[Numeral] = []
        at = 0
        for start, end, fate in [*known, (len(self.masked), len(self.masked), "")]:
            if start < at:
                continue
            for token in scan(self.masked, self.low, at, start):
                fates.append(Numeral(token.start, token.end, Fate(FATES.get(token.kind, "count"))))
            if fate:
                fates.append(Numeral(start, end, Fate(fate)))
            at = end
        return fates


def _numbered(rows: list[_Row], key: str, mark: str) -> tuple[_Row, ...]:
    """Give each row its id: "906.01"."""
    width = max(2, len(str(len(rows))))
    return tuple(replace(row, id=f"{key}.{mark}{i:0{width}d}") for i, row in enumerate(rows, 1))


def _whole(year: float | None) -> int | None:
    return None if year is None else int(year)


_UNIT_IN_NAME = re.compile(
    r"\s*\(\s*(?:%|doanh nghiệp|người|hộ|xã|tỷ đồng|triệu đồng|mbps|thuê bao/100 dân|điểm|hạng|lần|sản phẩm)\s*\)\s*$",
    re.IGNORECASE,
)


def _measured(name: str) -> tuple[str, str]:
    """Return a row's name and the unit printed with it: "Tỷ lệ hộ có Internet (%)"; a share without one is in %, a count in what it counts."""
    found = _UNIT_IN_NAME.search(name)
    if found:
        return name[: found.start()], found.group().strip(" ()")
    return name, "%" if re.match(r"t[ỷỉ]\s+(?:lệ|trọng)", name.lower()) else counted(name)


def _real(year: int | None) -> float | None:
    return None if year is None else float(year)


_MODES = {"goals": "goal", "status": "report"}
_HEAD_WORDS = re.compile(
    r"căn cứ|theo đề nghị|xét đề nghị|kèm theo|ban hành kèm|số\s*:|nơi nhận|điều \d|thực hiện (?:quyết định|nghị quyết|kế hoạch|công văn|chỉ thị)"
)
_RECIPIENTS = re.compile(r"nơi nhận")
_TERRITORY = re.compile(
    cased(r"^(?:Thành phố|Thị xã|Huyện|Quận|Đặc khu|Xã|Phường|Thị trấn|TP\.?|TX\.?)\s+[UPPER][^,;:.]{1,40}$")
)
_PILLARS = (
    ("economy", re.compile(r"kinh tế số|kinh tế internet|kinh tế nền tảng")),
    ("society", re.compile(r"xã hội số|công dân số")),
    (
        "government",
        re.compile(r"chính quyền (?:số|điện tử)|chính phủ (?:số|điện tử)|cải cách hành chính|dịch vụ công"),
    ),
    ("data", re.compile(r"(?<!cơ sở )dữ liệu số|dữ liệu mở")),
    ("infrastructure", re.compile(r"hạ tầng số|hạ tầng kỹ thuật số|hạ tầng viễn thông")),
    ("security", re.compile(r"an toàn thông tin|an ninh mạng|an toàn, an ninh")),
    ("skills", re.compile(r"nhân lực số|kỹ năng số|nguồn nhân lực")),
)


_TYPES = (
    "KẾ HOẠCH HÀNH ĐỘNG",
    "CHƯƠNG TRÌNH HÀNH ĐỘNG",
    "KẾ HOẠCH",
    "QUYẾT ĐỊNH",
    "NGHỊ QUYẾT",
    "CHƯƠNG TRÌNH",
    "ĐỀ ÁN",
    "CHỈ THỊ",
    "CHIẾN LƯỢC",
    "THÔNG BÁO",
    "CÔNG VĂN",
    "BÁO CÁO",
)
_LETTERHEAD = re.compile(
    r"(?:"
    + "|".join(_TYPES)
    + r"|ỦY BAN|UỶ BAN|HỘI ĐỒNG|CỘNG|HÒA XÃ|TỈNH |ĐẢNG BỘ|CHỦ TỊCH|TRƯỞNG BAN|KT\\.|TM\\.|PHỤ LỤC)"
)


def _leads(node: Node, block: Block) -> bool:
    """Whether a node heads the block: a heading above it, or a list item such as "- Kinh tế số:"."""
    return node.start < block.start and (not node.bulleted or "%" not in node.title)


def _shortened(title: str) -> str:
    """Return the last clause of a long lead-in, as a name for the section."""
    title = title.rstrip(" :")
    return title if len(title) <= 80 else "… " + re.split(r"[.;]\s", title)[-1][-78:].lstrip()


def _is_territory(title: str) -> bool:
    return bool(_TERRITORY.match(title))


def _short_marks(marks: list[str]) -> list[str]:
    """ "1" before "1.1" is said by "1.1"."""
    return [
        mark for i, mark in enumerate(marks) if i + 1 == len(marks) or not marks[i + 1].startswith(mark + ".")
    ]


def _horizon_of(title: str) -> tuple[float | None, float | None] | None:
    """Return the period a heading names; "định hướng đến năm 2030" after another year does not count."""
    if "%" in title:
        title = title.partition(":")[0]
    low = lower(title)
    years = [token for token in scan(title, low, 0, len(title)) if token.kind == "year"]
    plain = [t for t in years if not VISION.search(low[max(0, t.start - 40) : t.start])]
    years = plain or years
    if not years:
        return None
    token = years[0]
    return token.value, token.high


# ------------------------------------------------------------------ the head

_NUMBER = re.compile(
    r"(?m)(?:(?:^|[;\t|*])[ \t*#|]*Số\s*:?|(?<!\w)Số\s*:)\s*(?P<number>\d+\s*/?\s?[\w&/.-]*[A-ZĐ][\w&-]*)"
)
_PLACE_DATE = re.compile(
    cased(
        r"(?<![\w/-])(?P<place>(?:TP\.?\s*|[Tt]hành phố\s+|[Tt]ỉnh\s+)?[UPPER][\w.]*(?:[ \t]*-[ \t]*|[ \t]+)?(?:[UPPER]\w*(?:[ \t]*-[ \t]*|[ \t]+)?){0,5}),\s*"
        r"ngày\s*(?P<d>\d{1,2})\s*tháng\s*(?P<m>\d{1,2})\s*năm\s*(?P<y>\d{4})"
    )
)
# what a law portal prints above the text: "Ngày ban hành | 29/09/2025 |"
_ENCLOSED = re.compile(
    r"\((?:Ban hành k|K)èm theo\s+(?:Quyết định|Nghị quyết|Công văn)\s+số\s*(?P<number>\d+\S*[A-ZĐ]\S*)\s*,?\s*"
    r"ngày\s+(?P<d>\d{1,2})(?:\s+tháng\s+|/)(?P<m>\d{1,2})(?:\s+năm\s+|/)(?P<y>\d{4})"
)
_ISSUED = re.compile(r"Ngày\s+ban\s+hành\s*[:|]?\s*(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})")
_CITED = re.compile(r"(?<!\d)\d{1,6}[a-z]?(?:/\d{4})?(?:/|-)[A-ZĐỌČ][\w&]*(?:[-/&.][A-ZĐỌČ][\w&]*)*")
_CITED_TYPE = re.compile(
    r"(?P<type>Quyết định|Nghị quyết|Nghị định|Kế hoạch|Thông tư|Chỉ thị|Công văn|Tờ trình|Kết luận|Luật|Chương trình|Đề án|Văn bản)?"
    r"\s*(?:s[ốôo]\s*:?\s*)?$"
)
_CITED_TAIL = re.compile(
    cased(
        r"""(?:\s*,?\s*ngày\s*(?P<d>\d{1,2})\s*(?:/|\ tháng\ )\s*(?P<m>\d{1,2})\s*(?:/|\ năm\ )\s*(?P<y>\d{4}))?
        (?:\s*của\s+(?P<issuer>[UPPER][^;,.():]{2,60}?)
           (?=\s+(?:về|phê|ban|sửa|quy|v/v|Về|Ban|Phê|thực|triển|tại|theo|công\ bố)|[;,.():]|$))?
        (?:\s+(?P<subject>(?:về|phê\ duyệt|ban\ hành|Ban\ hành|sửa\ đổi|quy\ định|công\ bố|phê\ chuẩn)[^;.]{5,300}))?"""
    ),
    re.VERBOSE,
)


COUNTRY = "Việt Nam"
# the tail of a number says whose document it is: 411/QĐ-TTg, 71/NQ-CP, 57-NQ/TW, 1130/QĐ-BKHCN
_NATIONAL = re.compile(r"(?:-TTg|-CP|/TW|QH\d+|-B(?!CĐ)[A-ZĐ]{2,6})$")
_NATIONAL_ISSUERS = {"-TTg": "THỦ TƯỚNG CHÍNH PHỦ", "-CP": "CHÍNH PHỦ"}


def _iso(d: str | None, m: str | None, y: str | None) -> str:
    return (
        f"{int(y):04d}-{int(m):02d}-{int(d):02d}"
        if d and m and y and 1 <= int(m) <= 12 and 1 <= int(d) <= 31
        else ""
    )


def _head(outline: Outline, low: str, path: Path, sidecar: raw.Sidecar | None) -> Document:
    """Read the head of a plan; what the sidecar's ``[plan]`` says comes first."""
    masked = outline.masked
    opening = masked[:6000]
    said: dict[str, Any] = dict(sidecar.extra.get("plan", {})) if sidecar else {}
    number = _NUMBER.search(opening)
    placed = _PLACE_DATE.search(opening)
    enclosed = None if number else _ENCLOSED.search(opening)
    number = number or enclosed
    issued = placed or _ISSUED.search(opening) or enclosed
    kind, subject = _title(outline)
    own = re.sub(r"\s+", "", number["number"]) if number else ""
    # the document's own number in its head is no citation
    citations = tuple(c for c in _citations(outline) if c.number != own or c.type)
    bases = _base_lines(outline)
    printed = {
        "key": _key(path, own),
        "type": kind,
        "number": own,
        "date": _iso(issued["d"], issued["m"], issued["y"]) if issued else "",
        "place": squeeze(placed["place"]) if placed else "",
        "issuer": _issuer(opening),
        "subject": subject,
        "geography": find_province(masked[:60_000], placed["place"] if placed else ""),
    }
    national = _NATIONAL.search(own)
    if national:
        printed["geography"] = COUNTRY
        printed["issuer"] = printed["issuer"] or _NATIONAL_ISSUERS.get(national.group(), "")
    printed |= {key: str(value) for key, value in said.items() if key in printed}
    horizon = _horizon_of(str(printed["subject"]) or _opening_words(outline)) or (None, None)
    start, end = said.get("period_start", horizon[0]), said.get("period_end", horizon[1])
    return Document(
        **printed,
        signer=str(said.get("signer", "")) or _signer(masked),
        period_start=None if start is None else int(start),
        period_end=None if end is None else int(end),
        legal_bases=tuple(c for c in citations if c.line in bases),
        citations=citations,
        path=path.name,
        sha256=sidecar.sha256 if sidecar else "",
        source=sidecar.source if sidecar else "",
        notes=sidecar.notes if sidecar else (),
    )


_PLAN_WORDS = re.compile(r"kế hoạch|chương trình|đề án|nghị quyết|chiến lược|quyết định")


def _opening_words(outline: Outline) -> str:
    """Return the first words that speak of a plan, where no title does (a news text)."""
    for block in outline.blocks[:4]:
        words = squeeze(outline.masked[block.body : min(block.end, block.body + 400)])
        if _PLAN_WORDS.search(words.lower()) and "%" not in words:
            return words
    return ""


def _key(path: Path, number: str) -> str:
    found = re.match(r"\d+(?=\D)|[^\W\d_]+(?:-[^\W\d_]+)*(?=-\d)", path.stem)
    return found.group() if found else path.stem or re.sub(r"\D.*", "", number)


def _title(outline: Outline) -> tuple[str, str]:
    """Return the type of the document and what it is about.

    The plan itself counts, not the decision that issues it: the last "KẾ HOẠCH" near the top with a
    title, else the first type word.
    """
    candidates = []
    for i, block in enumerate(outline.blocks[:80]):
        words = squeeze(outline.masked[block.body : block.end])
        for kind in _TYPES:
            if words.upper().startswith(kind) and (words == words.upper() or words[: len(kind)].isupper()):
                rest = words[len(kind) :].strip(" :*")
                if not rest and i + 1 < len(outline.blocks):
                    follower = outline.blocks[i + 1]
                    rest = squeeze(outline.masked[follower.body : follower.end])
                    legal = _HEAD_WORDS.match(rest.lower()) and not rest.isupper()
                    if legal or re.match(r"TRƯỞNG|CHỦ TỊCH|ỦY BAN|Điều", rest):
                        rest = ""
                candidates.append((kind.capitalize(), rest))
                break
    titled = [c for c in candidates if c[1]]
    if not candidates:
        letter = _LETTER.search(outline.masked[:3000])
        return ("Công văn", squeeze(letter["subject"])) if letter else _plain_title(outline)
    plans = [c for c in titled if c[0] != "Quyết định"]
    first = candidates[0][0]
    return first, (plans or titled or [("", "")])[0][1]


_LETTER = re.compile(r"(?m)(?:^|[\t|])[ \t]*V/v:?\s+(?P<subject>[^\n\t|]{8,300})")
_PLAIN_TITLE = re.compile(
    r"(?P<type>Kế hoạch|Quyết định|Nghị quyết|Chương trình hành động|Chương trình|Đề án|Chỉ thị|Chiến lược|Thông báo|Báo cáo)"
    r"\s+(?:số\s+\S+\s+)?(?P<subject>[^\W\d_].{9,299})$"
)


def _plain_title(outline: Outline) -> tuple[str, str]:
    """Return type and subject from a title in plain letters: "# Kế hoạch phát triển kinh tế số năm 2025"."""
    for block in outline.blocks[:5]:
        words = squeeze(outline.masked[block.body : block.end])
        found = _PLAIN_TITLE.match(words)
        if found and "%" not in words and not words.endswith((".", ";", ",")):
            return found["type"], found["subject"].rstrip(" :")
    return "", ""


_ISSUER = re.compile(
    cased(
        r"(?P<issuer>(?:CHỦ TỊCH\s+)?(?:ỦY|UỶ) BAN NHÂN DÂN\s+(?:TỈNH|THÀNH PHỐ|HUYỆN|QUẬN|THỊ XÃ|XÃ|PHƯỜNG)\s+[UPPER -]+?|TRƯỞNG BAN CHỈ ĐẠO[UPPER ,-]+?|HỘI ĐỒNG NHÂN DÂN\s+(?:TỈNH|THÀNH PHỐ)\s+[UPPER -]+?|(?:TỈNH|THÀNH) (?:ỦY|UỶ)\s+[UPPER -]+?|UBND TỈNH\s+[UPPER -]+?)\s*(?=\n|\||-{3}|CỘNG|$|\*|\t|;|\s{2}|\s+Số\b)"
    )
)
# a department signs under the name of the committee it belongs to
_DEPARTMENT = re.compile(
    cased(
        r"UBND (?:TỈNH|THÀNH PHỐ)[^\n]*\n[ \t*|]*(?P<issuer>(?:SỞ|BAN QUẢN LÝ) [UPPER ,-]+?)[ \t*|]*(?=\n|\t)"
    )
)


_ISSUER_APART = re.compile(
    cased(
        r"(?P<body>(?:ỦY|UỶ) BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN)[^\S\n]*[;|\t ][^;]{0,90}?(?P<place>(?:TỈNH|THÀNH PHỐ) [UPPER][UPPER -]*?)(?=[;|\t\n]|\s{2})"
    )
)


def _issuer(opening: str) -> str:
    department = _DEPARTMENT.search(opening[:600])
    if department:
        return squeeze(department["issuer"])
    found = list(_ISSUER.finditer(opening))
    if not found:
        # two columns of a letterhead that a reader ran together
        apart = _ISSUER_APART.search(opening)
        return squeeze(f"{apart['body']} {apart['place']}") if apart else ""
    named = [hit for hit in found if re.match(r"CHỦ TỊCH|TRƯỞNG", hit["issuer"])]
    return squeeze((named or found)[0]["issuer"])


def _signer(masked: str) -> str:
    found = re.search(
        cased(
            r"(?m)^[ \t]*(?:(?:KT\.|TM\.|TL\.)[^\n]*\n+[ \t]*)?(?:PHÓ CHỦ TỊCH|CHỦ TỊCH|TRƯỞNG BAN)[^\n]*\n(?:[ \t]*(?:PHÓ CHỦ TỊCH|CHỦ TỊCH)[^\n]*\n|[ \t|]*\n){0,8}"
            r"[ \t]*(?P<name>[A-ZĐ][^\W\d_]*(?: [UPPER][^\W\d_]*){1,4})[ \t]*$"
        ),
        masked,
    )
    return found["name"] if found else ""


def _base_lines(outline: Outline) -> set[int]:
    lines: set[int] = set()
    for block in outline.blocks[:60]:
        words = outline.masked[block.body : block.body + 30].lstrip().lower()
        if words.startswith(("căn cứ", "thực hiện quyết", "thực hiện nghị", "thực hiện kế", "(kèm theo")):
            first = bisect_right(outline.starts, block.start)
            lines.update(range(first, bisect_right(outline.starts, block.end) + 1))
    return lines


def _citations(outline: Outline) -> Iterable[Citation]:
    flat = outline.masked.replace("\n", " ")
    for found in _CITED.finditer(flat):
        kind = _CITED_TYPE.search(flat, max(0, found.start() - 40), found.start())
        tail = _CITED_TAIL.match(flat, found.end(), found.end() + 500)
        assert kind is not None  # both patterns also match nothing
        assert tail is not None
        yield Citation(
            type=squeeze(kind["type"] or ""),
            number=found.group(),
            date=_iso(tail["d"], tail["m"], tail["y"]),
            issuer=squeeze(tail["issuer"] or ""),
            # some texts forget the stop before the proposer's line
            subject=squeeze(re.split(r"\sTheo\s+đề\s+nghị\s", tail["subject"] or "")[0]),
            line=bisect_right(outline.starts, found.start()),
        )


def _year_of(document: Document) -> int | None:
    """Return the year of the document: its date, else that of the latest document it cites."""
    if document.date:
        return int(document.date[:4])
    dates = [citation.date for citation in document.citations if citation.date]
    return int(max(dates)[:4]) if dates else None
