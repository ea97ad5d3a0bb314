"""What the yearly report is made of, read once: plans in force, judged targets, tasks and their state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

from qngai_analysis import paths, territory
from qngai_analysis.collection.state import states_of
from qngai_analysis.cutoff import HALF, cutoff_day, review_years, span_cutoff
from qngai_analysis.errors import RawFileError
from qngai_analysis.evidence.measurability import Blank, Measurability, read_measurability
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.plan import Plan, read_plan
from qngai_analysis.plan.model import Task
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.tasks import TaskState, followed_tasks
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import YearResult, judge_year
from qngai_analysis.project import Office, read_project
from qngai_analysis.report.base import Report
from qngai_analysis.report.printed import home_and_successor
from qngai_analysis.values import grouped
from qngai_analysis.words.folding import fold
from qngai_analysis.words.language import language
from qngai_analysis.words.said import coded, translate

PILLARS = {"economy": "Kinh tế số", "society": "Xã hội số"}
#: What would fill a blank, in the words of the report.
BLANKS: Mapping[str, str] = coded("blank")
COUNTED: Mapping[str, str] = coded("blanks")
#: Headings of the office's own file, and the section of the report where each part is printed.
PARTS: Mapping[str, str] = coded("part")
OPEN = (Verdict.NO_DATA, Verdict.UNDECIDED)


@dataclass(frozen=True)
class YearReport(Report):
    """Everything one edition is made of, loaded once."""

    cutoff: date
    main: str  # the name of the main plan
    plan: Plan
    later: Mapping[str, Plan]  # plans in force beside the main one
    result: YearResult
    real: YearResult  # the same year judged without simulated data: what the province knows
    office: Office
    followed: Mapping[str, Plan]  # plans whose tasks are followed in the year, the main one first
    period: str = ""  # "6m": the first half year; "2022-2025": the review of a period; "": the year

    @cached_property
    def named(self) -> Mapping[str, object]:
        """What any of its sentences may name, for Markdown."""
        return {
            "year": self.year,
            **dict.fromkeys(("plan", "main"), self.cite(self.plan)),
            "office": literal(self.agency(self.office.agency)),
            "cutoff": self.text_day(self.cutoff),
            "span": self.span,
            "until": self._until,
        }

    def cite(self, plan: Plan) -> str:
        """Return type and number of a plan for Markdown."""
        return literal(self.act(plan.document))

    @property
    def span(self) -> str:
        """What the report is about: "năm 2025", "6 tháng đầu năm 2025", "giai đoạn 2022 - 2025"."""
        if self.period == HALF:
            return translate("6 tháng đầu năm {year}", self.lang, year=self.year)
        years = review_years(self.period, self.year) or [self.year]
        return self.years(years[0], years[-1])

    @property
    def _until(self) -> str:
        """Until when results are told: the end of what the report is about, or its cut-off day where that is sooner."""
        end = date(self.year, 6, 30) if self.period == HALF else self.on
        text = "ngày {cutoff}" if self.cutoff < end else "hết {span}"
        return translate(text, self.lang, cutoff=self.text_day(self.cutoff), span=self.span)

    def years(self, first: int, last: int) -> str:
        """Return a year, or the period from a first to a last one, in words."""
        if first == last:
            return translate("năm {year}", self.lang, year=first)
        return translate("giai đoạn {first} - {last}", self.lang, first=first, last=last)

    @cached_property
    def lines(self) -> list[Outcome]:
        """The main plan's targets with their outcome."""
        return targets_of_plan(self.result, self.main)

    @cached_property
    def real_lines(self) -> list[Outcome]:
        """The main plan's targets with the outcome that real data alone give: every count is of these."""
        return targets_of_plan(self.real, self.main)

    @cached_property
    def counted_lines(self) -> list[Outcome]:
        """Those of :attr:`real_lines` that are counted: what a plan sets twice, in its text and in its table, once."""
        return once(self.real_lines)

    @property
    def twice(self) -> str:
        """How many of the main plan's targets it sets twice, in words; empty where none."""
        n = len(self.real_lines) - len(self.counted_lines)
        return self.say("{n} chỉ tiêu ghi hai lần, tính một lần", n=self.count(n)) if n else ""

    @cached_property
    def _dated(self) -> set[tuple[object, ...]]:
        """The measures for which a plan sets levels of several years."""
        dated = {(measure(outcome), outcome.deadline) for outcome in self.result.outcomes}
        return {key for key, years in Counter(key for key, _ in dated).items() if years > 1}

    def goal_words(self, outcome: Outcome) -> str:
        """Return what a target asks for; with its year, where the plan sets levels of several years."""
        asked = super().goal_words(outcome)
        return f"{asked} ({outcome.deadline})" if measure(outcome) in self._dated else asked

    @cached_property
    def pillared(self) -> bool:
        """Whether the main plan is of the digital economy and society: each of its targets is of one of the two."""
        return all(outcome.target.pillar in PILLARS for outcome in self.lines)

    @cached_property
    def open_lines(self) -> list[Outcome]:
        """The targets that real data do not decide: the main plan's, and what later plans add to them."""
        added = [outcome for name in self.later for outcome in self.split_later(name)["added"]]
        return [outcome for outcome in (*self.counted_lines, *added) if outcome.verdict in OPEN]

    def split_later(self, name: str) -> dict[str, list[Outcome]]:
        """Return a later plan's targets that are ``repeated``, ``revised`` and ``added``: beside the main plan's of the same indicator, year and place."""
        asked = {
            _subject(outcome): _asked(outcome) for outcome in self.real_lines if outcome.target.indicator
        }
        split: dict[str, list[Outcome]] = {"repeated": [], "revised": [], "added": []}
        for outcome in once(targets_of_plan(self.real, name)):
            before = asked.get(_subject(outcome))
            kind = "added" if before is None else "repeated" if before == _asked(outcome) else "revised"
            split[kind].append(outcome)
        return split

    @property
    def agency_width(self) -> float:
        """How wide a column of agencies is; their English names are longer."""
        return 0.17 if self.lang == "vi" else 0.22

    @cached_property
    def simulated(self) -> bool:
        """Whether any verdict rests on simulated data."""
        return any(outcome.simulated for outcome in self.result.outcomes)

    @cached_property
    def blanks(self) -> dict[Blank, list[Outcome]]:
        """The open targets by what would fill them, in the order of :class:`Blank`."""
        return self.by_blank(self.open_lines)

    def by_blank(self, outcomes: Iterable[Outcome]) -> dict[Blank, list[Outcome]]:
        """Return targets by what would fill their blank, in the order of :class:`Blank`."""
        kinds = [(self.blank(outcome), outcome) for outcome in outcomes]
        found = {kind: [outcome for of, outcome in kinds if of == kind] for kind in Blank}
        return {kind: targets for kind, targets in found.items() if targets}

    def blank(self, outcome: Outcome) -> Blank:
        """Return what would fill the blank of an open target, or that its figure of the year is there."""
        given = outcome.figure is not None and outcome.figure.year >= self.year
        return Blank.GIVEN if given else self.measured(outcome).blank

    def blanks_counted(self, blanks: Mapping[Blank, list[Outcome]]) -> str:
        """Return how many targets are blank for which reason, as a list in a sentence."""
        counted = [self.say(COUNTED[kind], n=self.count(targets)) for kind, targets in blanks.items()]
        return self.listed(counted)

    @cached_property
    def _measured(self) -> dict[str, Measurability]:
        return read_measurability()

    def measured(self, outcome: Outcome) -> Measurability:
        """Return how a target's indicator can be measured in the province."""
        return self._measured.get(outcome.target.indicator or "", Measurability(Blank.UNKNOWN))

    @property
    def tasks(self) -> list[Task]:
        """The tasks that are followed in the year: all of the main plan, those of the others that run in it."""
        return [task for tasks in followed_tasks(self.year, self.main).values() for task in tasks]

    @cached_property
    def task_states(self) -> dict[str, TaskState]:
        """Where each followed task stands on the cut-off day, as far as agencies reported, by its id."""
        followed = {task.id for task in self.tasks}
        states = [state for name in self.followed for state in states_of(name, self.year, self.cutoff)]
        return {state.task.id: state for state in states if state.task.id in followed}

    def written(self, part: str) -> list[Prose]:
        """Return what the office writes itself of a part (``data/raw/office/<year>.md``), under its mark; nothing where it wrote none.

        Raises
        ------
        RawFileError
            A heading of the file is none of ``PARTS``, or text stands before the first one.
        """
        file = paths.raw("office", f"{self.year}.md")
        if not file.is_file():
            return []
        lines = file.read_text(encoding="utf-8")
        before, *pieces = re.split(r"^#+[ \t]+(.+?)[ \t]*$", lines, flags=re.MULTILINE)
        error = partial(RawFileError, file=file, known=", ".join(PARTS.values()))
        if before.strip():
            raise error("{file}: văn bản đứng trước đề mục đầu tiên; đề mục là {known}")
        known = set(map(fold, PARTS.values()))
        if unknown := [heading for heading in pieces[::2] if fold(heading) not in known]:
            raise error("{file}: không có đề mục {heading!r}; đề mục là {known}", heading=unknown[0])
        text = dict(zip(map(fold, pieces[::2]), pieces[1::2], strict=True)).get(fold(PARTS[part]), "").strip()
        mark = self.say("Phần do {office} viết, không tính từ số liệu:")
        return [Prose(f"*{mark}*\n\n{text}")] if text else []

    @cached_property
    def new_borders(self) -> date | None:
        """The day from which the territory is another one, if the year saw it: figures are asked for both."""
        since = (territory.units()[code].valid_from for code in home_and_successor()[1:])
        return next((day for day in since if day <= self.on), None)


def load(
    *,
    year: int,
    plan: str | None = None,
    period: str = "",
    cutoff: str = "",
    lang: str = "vi",
    real_only: bool = False,
) -> YearReport:
    """Read what the report of ``year`` is made of.

    Parameters
    ----------
    plan : str or None
        The plan whose targets make the report; default: the project's of that year.
    period : str
        "6m" for the first half year (data to 31 July), "2022-2025" for the review of a period; empty: the year.
    cutoff : str
        Day (``2026-03-31``) after which nothing published counts; empty: 31 March of the next year.

    Raises
    ------
    ParameterError
        No plan is of the year, the cut-off day is not a date or lies before the reporting year begins.
    """
    project = read_project()
    main, *later = plans = project.judged(year, plan)
    review_years(period, year)
    day_of = cutoff_day(cutoff or span_cutoff(period, year), year)
    result = judge_year(year, plans=plans, cutoff=day_of, real_only=real_only)
    made_up = result.observations["evidence"].eq("simulated").any()
    return YearReport(
        year=year,
        lang=language(lang),
        real_only=real_only,
        cutoff=day_of,
        main=main,
        plan=read_plan(main),
        later={name: read_plan(name) for name in later},
        result=result,
        real=judge_year(year, plans=plans, cutoff=day_of, real_only=True) if made_up else result,
        office=project.office(day_of),
        followed={name: read_plan(name) for name in followed_tasks(year, main)},
        period=period,
    )


def targets_of_plan(result: YearResult, plan: str) -> list[Outcome]:
    """Return a plan's targets with their outcome."""
    return [outcome for outcome in result.outcomes if outcome.plan.name == plan]


def numbered(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return the number of each target in a table, by its id."""
    return {outcome.target.id: place for place, outcome in enumerate(outcomes, start=1)}


def measure(outcome: Outcome) -> tuple[object, ...]:
    """Return what a target measures: plan, indicator (without one its subject) and place."""
    target = outcome.target
    return outcome.plan.name, target.indicator or fold(target.subject), target.geography


def by_measure(outcomes: Iterable[Outcome]) -> list[list[Outcome]]:
    """Return a plan's targets of the same subject together, such as the levels of several years."""
    named = (((o.plan.name, fold(o.target.subject), o.target.geography), o) for o in outcomes)
    return list(grouped(named).values())


def once(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return targets without those that their plan has set before: the same measure, year and level."""
    first: dict[tuple[object, ...], Outcome] = {}
    for outcome in outcomes:
        first.setdefault((*measure(outcome), outcome.deadline, *_asked(outcome)), outcome)
    return list(first.values())


def _subject(outcome: Outcome) -> tuple[object, ...]:
    return outcome.target.indicator, outcome.deadline, outcome.target.geography


def _asked(outcome: Outcome) -> tuple[object, ...]:
    return outcome.target.comparator, outcome.goal.value
