"""What was read of a plan, as values: its head, its targets, its goals without a number, its tasks.

These travel unchanged from the grammar to the page. Tables for people are made from them at the edge
(``Plan.targets``), and :func:`target_of` brings a row that a person changed back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from qngai_analysis.plan.words import number, squeeze
from qngai_analysis.values import is_missing
from qngai_analysis.words.language import spoken
from qngai_analysis.words.said import Said, translate

if TYPE_CHECKING:
    import pandas as pd


class Fate(StrEnum):
    """What a numeral of the text turned out to be; each has just one; ``words`` print it in reports and workbooks."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Fate:
        """Make a fate of its code and its words."""
        fate = str.__new__(cls, value)
        fate._value_, fate.words = value, words
        return fate

    TARGET = "target", "mức của mục tiêu"
    PERIOD = "period", "năm, thời kỳ"  # a year or period
    DATE = "date", "ngày, tháng, quý"  # a day, month or quarter
    CITATION = "citation", "số hiệu văn bản"  # the number of a cited document
    ARTICLE = "article", "điều, khoản, phụ lục"  # an article, clause, item or appendix
    LIST_NUMBER = "list number", "số thứ tự"  # orders headings, items or table rows
    NAME = "name", "phần của tên gọi"  # part of a name: 5G, phiên bản 2.0, mức độ 4, lần thứ 4
    DEFINITION = "definition", "tuổi trong định nghĩa"  # an age that defines a population
    UNIT = "unit", "phần của đơn vị tính"  # part of a unit: trên 100 dân
    COUNT = "count", "số đếm"  # a number of things that is no target: 04 lớp, 15/21 chỉ tiêu
    DURATION = "duration", "thời hạn"  # a time: 6 tháng, 3 năm
    CURRENT = "current value", "hiện trạng"  # how things stand, not how they should
    INTERIM = "interim", "mức theo quý, tháng"  # a quarter's or month's part of a yearly target
    REFERENCE = "reference", "mức của nơi khác"  # somebody else's value beside the target: cả nước 75%
    RESTATED = "restated", "nhắc lại mục tiêu"  # the same target in other units, in brackets
    RULE = "rule", "mức của quy định"  # a rate of a rule: hỗ trợ tối đa 50% chi phí
    MONEY = "money", "kinh phí"  # an amount of a budget
    # một phần ba số xã: read by nobody but the reader of the plan
    SPOKEN = ("number in words", "số viết bằng chữ")
    UNKNOWN = "not understood", "chưa hiểu"


FATE_WORDS = {fate: fate.words for fate in Fate}


@dataclass(frozen=True, slots=True)
class Numeral:
    """A numeral's place in the text (characters from 0) and its fate."""

    start: int
    end: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that a plan cites: its legal bases and every number such as 411/QĐ-TTg."""

    type: str
    number: str
    date: str  # ISO, "" where the text gives none
    issuer: str
    subject: str
    line: int


#: How acts are cited after the first time.
_KINDS = ("Quyết định", "Kế hoạch", "Nghị quyết", "Công văn", "Chỉ thị", "Luật")
ACTS = {kind: f"{kind} số {{number}}" for kind in _KINDS}


def act(kind: str, number: str) -> str:
    """Return an act by kind and number; one of ``ACTS`` can also be said in English."""
    return Said(ACTS[kind], number=number) if number and kind in ACTS else f"{kind} {number}".strip()


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """The head of a plan. An empty string or None means: not printed and not in the sidecar."""

    key: str
    type: str = ""
    number: str = ""
    date: str = ""  # ISO
    place: str = ""
    issuer: str = ""
    subject: str = ""
    geography: str = ""
    period_start: int | None = None
    period_end: int | None = None
    legal_bases: tuple[Citation, ...] = ()
    citations: tuple[Citation, ...] = ()
    path: str = ""
    sha256: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()


#: What ``Target.relative_to`` says of a target that is set against the country's mean.
NATIONAL_MEAN = "bình quân cả nước"
_PART_OF_MEAN = re.compile(
    r"(?:([\d.]+(?:,\d+)?)\s*%|(\d+)/(\d+))\s+(?:so với\s+)?(?:mức\s+)?bình quân (?:chung )?(?:của )?cả nước"
)
EACH = "trong từng"


@dataclass(frozen=True, slots=True)
class Target:
    """One quantified target as the plan words it.

    ``value`` is on the unit's own scale (percent 0-100, counts multiplied out, money as printed).
    ``period_end`` missing: no year is named. ``indicator`` missing: none of the catalogue is near
    enough. ``listed`` says whether the plan lists it as a goal or states it in running text.
    """

    id: str = ""
    text: str = ""
    subject: str = ""
    comparator: str = ">="
    wording: str = ""
    value: float = 0.0
    value_high: float | None = None
    unit: str = ""
    period_start: int | None = None
    period_end: int | None = None
    recurrence: str | None = None
    indicator: str | None = None
    match_score: float | None = None
    pillar: str | None = None
    sector: str | None = None
    section: str = ""
    section_path: str = ""
    agencies: tuple[str, ...] = ()
    geography: str = ""
    document: str = ""
    line_start: int | None = None
    line_end: int | None = None
    char_start: int = 0
    char_end: int = 0
    listed: bool = True
    base: str | None = None
    change: str | None = None
    relative_to: str | None = None
    out_of: float | None = None  # of a count: 10 of "7/10 hợp tác xã"
    nearest: tuple[str, ...] = ()  # without an indicator: the one or two that are near, none near enough
    shares_sentence: bool = field(default=False, metadata={"column": False})  # it sets other targets, too
    around: str = field(default="", repr=False, metadata={"column": False})  # the words before its number
    inferred: bool = False  # nothing printed compares: it is a ceiling because the indicator should fall

    @property
    def own_words(self) -> str:
        """The plan's words for this target alone: the sentence; of one that sets several what each is about."""
        if not self.shares_sentence:
            return self.text
        return self.subject[:1].upper() + self.subject[1:]

    @property
    def place(self) -> str:
        """Its section as sentences cite it, an article by its own name; "" where there is none."""
        article = self.section.startswith("Điều")
        return self.section if article or not self.section else Said("mục {section}", section=self.section)

    @property
    def each(self) -> bool:
        """Whether every member of a group must reach it ("trong từng ngành"), not the group as a whole."""
        return EACH in self.text

    @property
    def share(self) -> float | None:
        """The share in percent that a count out of a count means: 70 of "7/10 hợp tác xã"; None: it is no such count."""
        return None if not self.out_of else 100 * self.value / self.out_of

    @property
    def share_of_mean(self) -> float | None:
        """The part of the country's mean that is asked for: 0.8 of "80% mức bình quân cả nước"; None: another threshold."""
        if part := _PART_OF_MEAN.search(self.text):
            asked = number(part[1]) if part[1] else 100 * int(part[2]) / int(part[3])
            if self.shares_sentence and abs(self.value - asked) > 0.01:
                return None  # another target of the sentence is set against the mean
            return asked / 100
        return 1.0 if self.relative_to == NATIONAL_MEAN else None


@dataclass(frozen=True, slots=True)
class QualitativeGoal:
    """A listed goal without a number."""

    id: str
    text: str
    pillar: str | None
    section: str
    section_path: str
    agencies: tuple[str, ...]
    period_start: int | None
    period_end: int | None
    geography: str
    document: str
    line_start: int
    line_end: int
    deadline: str | None = None  # ISO, of a goal whose lead and time are named

    @property
    def duty(self) -> Task:
        """The goal as a task: a goal without a number is followed by what its lead agencies report."""
        *above, number = self.section.split(".")
        titles = [re.sub(r"^\S+[.)] ", "", title) for title in self.section_path.split(" › ")]
        part, section, subsection = [*above, "", "", ""][:3]
        years = [str(year) for year in (self.period_start, self.period_end) if year is not None]
        return Task(
            id=self.id,
            document=self.document,
            part=part,
            section=section,
            subsection=subsection,
            number=number,
            text=self.text,
            heading=" › ".join(titles[-len(above) :] if above else titles),
            agencies=self.agencies,
            agencies_printed="; ".join(self.agencies),
            first_year=self.period_start or self.period_end,
            last_year=self.period_end,
            deadline=self.deadline or (f"{self.period_end}-12-31" if self.period_end else None),
            period_printed="-".join(years) or None,
            line_start=self.line_start,
            line_end=self.line_end,
            goal=True,
        )


@dataclass(frozen=True, slots=True)
class TaskStage:
    """A stage of a task with a period of its own."""

    first_year: int | None
    last_year: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task: who leads it, with whom, by when. A missing year: the plan leaves it open or says none."""

    id: str
    document: str
    part: str
    section: str
    subsection: str
    number: str
    text: str
    heading: str
    agencies: tuple[str, ...]
    agencies_printed: str
    cooperating: tuple[str, ...] = ()
    cooperating_printed: str = ""
    first_year: int | None = None
    last_year: int | None = None
    deadline: str | None = None
    period_printed: str | None = None
    recurrence: str | None = None
    stages: tuple[TaskStage, ...] = ()
    line_start: int = 0
    line_end: int = 0
    goal: bool = field(
        default=False, metadata={"column": False}
    )  # a goal without a number, followed like a task


@dataclass(frozen=True)
class Plan:
    """A plan that was read.

    ``text`` is the text that lines (from 1) and characters (from 0) count in. ``reasons`` says why a
    table is empty, where it is. ``numerals`` holds each numeral's place and fate. ``targets``, ``stated``,
    ``qualitative`` and ``tasks`` are the same values as tables, made anew each time they are asked for.
    """

    document: LegalDocument
    text: str = field(repr=False)
    listed_targets: tuple[Target, ...] = field(repr=False, default=())
    stated_targets: tuple[Target, ...] = field(repr=False, default=())
    goals: tuple[QualitativeGoal, ...] = field(repr=False, default=())
    task_list: tuple[Task, ...] = field(repr=False, default=())
    numerals: tuple[Numeral, ...] = field(repr=False, default=())
    reasons: tuple[str, ...] = ()
    held_back: tuple[int, ...] = ()  # lines of goals with a percentage that was taken for how things stand
    task_counts: tuple[int, ...] = ()  # lines of tasks with a count of what they make: no target
    # of a PDF, where tables have no rules: cells guessed from gaps, or left out because they cannot be told apart
    guessed_pages: tuple[int, ...] = ()
    unread_pages: tuple[int, ...] = ()

    @property
    def duties(self) -> tuple[Task, ...]:
        """What bodies report on: the goals without a number (ids as in ``goals``), then the tasks."""
        return (*(goal.duty for goal in self.goals), *self.task_list)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was left out of the targets and may be missed, one line each, in the user's language."""
        aimed = self.listed_targets + self.stated_targets
        near = [f"{target.line_start}: {' / '.join(target.nearest)}" for target in aimed if target.nearest]
        near = list(dict.fromkeys(near))
        in_words = [self.line_of(numeral.start) for numeral in self.numerals if numeral.fate is Fate.SPOKEN]
        remarks: dict[str, Sequence[object]] = {
            "bảng không kẻ khung ở trang {lines}: ô được đoán theo khoảng trống; hãy đối chiếu từng dòng với văn bản": self.guessed_pages,
            "bảng không kẻ khung ở trang {lines}: không tách được các ô nên bị bỏ qua; hãy dùng bản DOCX, HTML hoặc văn bản": self.unread_pages,
            "{count} tỷ lệ trong phần mục tiêu được đọc là số hiện tại: dòng {lines}": self.held_back,
            "{count} số đếm trong phần nhiệm vụ, giải pháp không được đọc thành chỉ tiêu: dòng {lines}": self.task_counts,
            "{count} con số viết bằng chữ không được đọc thành chỉ tiêu: dòng {lines}": in_words,
            "{count} chỉ tiêu không đủ chắc để gắn mã; gần nhất là, theo dòng: {lines}": near,
        }
        said = []
        for wording, found in remarks.items():
            listed = list(map(str, dict.fromkeys(found)))
            lines = ", ".join(listed) if found is not near else "; ".join(listed[:8]) + " …" * (len(near) > 8)
            said += [translate(wording, spoken(), count=len(found), lines=lines)] * bool(found)
        return tuple(said)

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
        return value_table(self.goals, QualitativeGoal)

    @property
    def tasks(self) -> pd.DataFrame:
        """The tasks, one row each; a missing year means that the plan leaves it open or says none."""
        return value_table(self.task_list, Task)

    def line_of(self, position: int) -> int:
        """Return the line (from 1) that holds a character."""
        return self.text.count("\n", 0, position) + 1


# ------------------------------------------------------------------ tables


def coverage(plan: Plan) -> pd.DataFrame:
    """Return every numeral of the plan's text with its one fate.

    Columns: ``numeral`` (as printed), ``fate`` (a ``Fate``), ``line`` (from 1),
    ``char_start``, ``char_end``, ``around`` (some words on both sides). The spans hold every digit
    of the text once.
    """
    import pandas as pd

    text, numerals = plan.text, plan.numerals
    table = {
        "numeral": [squeeze(text[numeral.start : numeral.end]) for numeral in numerals],
        "fate": [numeral.fate.value for numeral in numerals],
        "line": [plan.line_of(numeral.start) for numeral in numerals],
        "char_start": [numeral.start for numeral in numerals],
        "char_end": [numeral.end for numeral in numerals],
        "around": [squeeze(text[max(0, numeral.start - 30) : numeral.end + 30]) for numeral in numerals],
    }
    types = {name: "Int64" if name in ("line", "char_start", "char_end") else "str" for name in table}
    return pd.DataFrame(table).astype(types)


_DTYPES = {"int": "Int64", "float": "float64", "bool": "bool", "tuple": "object"}


def value_table(
    rows: Sequence[Target | QualitativeGoal | Task], kind: type[Target | QualitativeGoal | Task]
) -> pd.DataFrame:
    """Return values as a table, one row each, one column a field of ``kind``.

    Whole numbers are ``Int64``, numbers ``float64``, texts ``str``; what holds several (agencies,
    stages) is a list in each cell. The table is new at each call: whoever changes it changes no plan.
    """
    import pandas as pd

    table: dict[str, Any] = {}
    for column in fields(kind):
        if not column.metadata.get("column", True):
            continue
        cells: list[Any] = [getattr(row, column.name) for row in rows]
        dtype = next((_DTYPES[start] for start in _DTYPES if str(column.type).startswith(start)), "str")
        if dtype == "object":
            cells = [[asdict(p) if isinstance(p, TaskStage) else p for p in cell] for cell in cells]
        table[column.name] = pd.Series(cells, dtype=dtype)
    return pd.DataFrame(table)


def target_of(row: Mapping[str, Any]) -> Target:
    """Return a target from a row of a table; what the row does not name keeps the default."""
    named = (column for column in fields(Target) if column.name in row)
    return Target(**{column.name: _typed(str(column.type), row[column.name]) for column in named})


def _typed(type_: str, cell: Any) -> Any:
    if type_.startswith("tuple"):
        return () if is_missing(cell) else tuple(cell)
    if is_missing(cell):
        return "" if type_ == "str" else None
    return {"int": int, "flo": float}.get(type_[:3], lambda same: same)(cell)
