"""The control room: what is in, what is missing, who owes it since when, and what to type next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from qngai_analysis import raw
from qngai_analysis.collection.owed import Body, Owed, counted, owed, task_plans
from qngai_analysis.collection.requests import Request, read_register
from qngai_analysis.collection.returns import answered_before, differences
from qngai_analysis.collection.rounds import RoundStep, not_counted, steps
from qngai_analysis.collection.state import states_of
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.evidence.measurability import Blank
from qngai_analysis.evidence.returned import returned_table
from qngai_analysis.page.blocks import PageTitle, Prose
from qngai_analysis.page.document import Document, composed
from qngai_analysis.page.tables import Column, grid_of
from qngai_analysis.progress.tasks import REPORTED, RULE, TaskStatus
from qngai_analysis.values import records
from qngai_analysis.words.language import text_day
from qngai_analysis.words.said import Either, Joined, Lang, Said, said


@dataclass(frozen=True, slots=True)
class BodyState:
    """What a body was asked for, what came back, and what is missing."""

    body: Body
    asked: Request | None
    left: Body  # with the figures and tasks that are missing
    last: str | None  # day of its newest report
    late: bool  # its first answer was taken in after the due day

    @property
    def missing(self) -> int:
        """How many answers are missing."""
        return len(self.left.figures) + len(self.left.tasks)

    def overdue(self, on: date) -> bool:
        """Whether something is missing after the day until which it was asked for."""
        return bool(self.missing and self.asked and self.asked.due < on and not self.body.own)

    @property
    def words(self) -> Joined:
        """What is missing: ``2 số, 5 nhiệm vụ``."""
        return counted(len(self.left.figures), len(self.left.tasks))

    def said(self, on: date) -> Said:
        """Return where the body stands on a day."""
        left = {"left": self.words}
        if self.overdue(on):
            return Said("quá hạn, chưa trả lời") if self.last is None else Said("quá hạn, còn {left}", **left)
        if not self.missing:
            return Said("đủ, nộp muộn") if self.late else Said("đủ")
        if self.body.own:
            return Said("cơ quan lập báo cáo, còn {left}", **left)
        return Said("còn {left}", **left) if self.asked else Said("chưa lập đề nghị")


@dataclass(frozen=True)
class Room:
    """The state of a year's data on a day."""

    year: int
    on: date
    owed: Owed
    bodies: tuple[BodyState, ...]
    task_words: Mapping[str, int]
    surveys: Mapping[str, int | None]  # how many faults its file of the year has; None: there is no file
    rehearsed: frozenset[str]  # the surveys whose file is simulated
    differences: tuple[Said, ...]
    steps: tuple[RoundStep, ...]

    @cached_property
    def overdue(self) -> tuple[BodyState, ...]:
        """The bodies that are overdue, those with most missing first."""
        late = (state for state in self.bodies if state.overdue(self.on))
        return tuple(sorted(late, key=lambda state: (state.body.commune, -state.missing)))

    @cached_property
    def blanks(self) -> dict[Blank, int]:
        """How many figures are missing, by class."""
        counts = Counter(figure.blank for figure in self.owed.figures if not figure.known)
        return {blank: counts[blank] for blank in Blank if counts[blank]}

    def lines(self, lang: Lang = "vi") -> list[str]:
        """Return the room as lines for a terminal."""
        return [said(line, lang) for line in self._lines(lang)]

    def _counted(self) -> list[Said]:
        """Return how many figures, tasks, bodies and surveys there are, and what of each is in."""
        n = sum(figure.known for figure in self.owed.figures)
        known = Said("{n} đã có số của năm {year}", n=n, year=self.year)
        blanks = [Joined([n, blank.words], " ") for blank, n in self.blanks.items()]
        states = [Joined([n, Said(state)], " ") for state, n in self.task_words.items() if n]
        others = [state for state in self.bodies if not state.body.own]  # the office writes itself no letter
        asked = Said("{n} đã lập đề nghị", n=sum(state.asked is not None for state in others))
        answered = [state for state in others if state.last is not None]
        mine = sum(state.body.commune for state in answered)
        communes = sum(state.body.commune for state in others)
        below = [Said("cấp xã {n}/{asked}", n=mine, asked=communes)] * bool(communes)
        bodies = [asked, Said("{n} đã trả lời", n=len(answered)), *below]
        none, uncoded = Said("không có kế hoạch nào giao nhiệm vụ"), len(self.owed.uncoded)
        goals = sum(task.goal for task in self.owed.tasks)
        tasks = (
            "Nhiệm vụ  {n}, mục tiêu không nêu con số {goals}: {parts}" if goals else "Nhiệm vụ  {n}: {parts}"
        )
        beside = "           ngoài ra {n} mục tiêu không khớp mã nào, không có trong biểu"
        return [
            Said("Chỉ tiêu   {n}: {parts}", n=len(self.owed.figures), parts=Joined([known, *blanks], " · ")),
            *[Said(beside, n=uncoded)] * bool(uncoded),
            Said(tasks, n=len(self.owed.tasks) - goals, goals=goals, parts=Joined(states or [none], " · ")),
            Said("Đơn vị    {n}: {parts}", n=len(others), parts=Joined(bodies, " · ")),
            Said("Điều tra  {n}: {parts}", n=len(self.surveys), parts=Joined([*self._surveyed()], " · ")),
        ]

    def _lines(self, lang: Lang) -> Iterator[object]:
        days = {"cutoff": text_day(default_cutoff(self.year), lang), "today": text_day(self.on, lang)}
        yield Said("Năm {year} · chốt số liệu {cutoff} · hôm nay {today}", year=self.year, **days)
        yield from not_counted(self.year, self.on)
        yield from ("", *self._counted())
        if self.overdue:
            wording = "{body} ({left}, từ {due})"
            first = [
                Said(wording, body=s.body.name, left=s.words, due=text_day(s.asked.due, lang))
                for s in self.overdue
                if s.asked and not s.body.commune
            ]
            communes = sum(s.body.commune for s in self.overdue)
            more = [Said("{n} cơ quan khác", n=len(first) - 6)] if len(first) > 6 else []
            more += [Said("{n} xã, phường, đặc khu", n=communes)] if communes else []
            yield from ("", Said("Quá hạn: {bodies}", bodies=Joined([*first[:6], *more], " · ")))
        if self.differences:
            yield from ("", Said("Khác nhau: {n} nội dung các đơn vị báo khác nhau", n=len(self.differences)))
            yield from (Joined(["  ", line], "") for line in self.differences[:3])
        yield from ("", Said("Lịch"))
        for step in self.steps:
            mark = "►" if step.begins <= self.on <= step.ends else "·" if step.ends < self.on else " "
            span = " - ".join(dict.fromkeys(text_day(day, lang) for day in (step.begins, step.ends)))
            yield f"  {mark} {span:<{23 if lang == 'vi' else 35}}  {said(step.words, lang)}"
        yield from ("", Said("Việc tiếp theo"))
        yield from (Joined([f"  {said(command, lang):<44}", why], "") for command, why in self.next())

    def _surveyed(self) -> Iterator[Said]:
        for name, faults in self.surveys.items():
            if faults is not None:
                simulated = Said("chỉ có SỐ LIỆU MÔ PHỎNG")
                kept = simulated if name in self.rehearsed else Said("đã có tệp")
                found = Said("{n} lỗi", n=faults) if faults else Said("không có lỗi")
                yield Said("{survey} {kept}, {faults}", survey=name, kept=kept, faults=found)
        if absent := sum(faults is None for faults in self.surveys.values()):
            yield Said("{n} chưa có tệp", n=absent)

    def next(self) -> list[tuple[str, Said]]:
        """Return what to type next, and why."""
        year, late = f"--year {self.year}", len(self.overdue)
        unasked = sum(state.asked is None and not state.body.own for state in self.bodies)
        waiting = any(state.asked and state.missing for state in self.bodies)
        unsurveyed = (None in self.surveys.values() or self.rehearsed) and self.blanks.get(Blank.SURVEY)
        checks = [
            (
                faults,
                f"qngai validate {name} data/raw/surveys/{name}/{self.year}.*",
                Said("xem {n} lỗi của tệp", n=faults),
            )
            for name, faults in self.surveys.items()
        ]
        steps = [
            (self.owed.uncoded, "qngai add indicators", Said("thêm mục tiêu chưa có mã vào danh mục")),
            (
                unasked,
                f"qngai request {year}",
                Said("công văn, biểu mẫu cho {n} đơn vị chưa được đề nghị", n=unasked),
            ),
            (late, f"qngai request {year} --remind", Said("công văn đôn đốc {n} đơn vị quá hạn", n=late)),
            (waiting, Said("qngai collect TỆP…"), Said("nhận biểu mẫu các đơn vị gửi về")),
            (
                self.differences,
                f"data/raw/returns/{self.year}/settled.toml",
                Said("ghi [[settled]] nơi đã thống nhất"),
            ),
            *checks,
            (
                unsurveyed,
                Said("qngai add survey CUỘC_ĐIỀU_TRA TỆP"),
                Said("kiểm tra, nhận tệp điều tra gửi về"),
            ),
            (True, f"qngai report {year}", Said("lập báo cáo với những gì đã có")),
        ]
        return [(command, why) for asked, command, why in steps if asked]

    def page(self, lang: Lang = "vi") -> Document:
        """Return the room as a document, to be written as HTML or PDF."""
        following = [Said("`{command}`: {why}", command=command, why=why) for command, why in self.next()]

        def column(label: Said, shown: Callable[[Any], object], **look: Any) -> Column:
            return Column(lambda row: said(shown(row), lang), said(label, lang), **look)

        figures = [
            column(Said("Chỉ tiêu"), lambda f: Either(f.asked, f.english), head=True),
            column(Said("Mục tiêu"), lambda f: Joined(f.goals)),
            column(Said("Tình trạng"), lambda f: Said("đã có số liệu") if f.known else f.blank.words),
            column(Said("Lý do"), lambda f: f.why),
            column(
                Said("Đề nghị"), lambda f: Joined([_named(s) for s in self.bodies if f in s.body.figures])
            ),
        ]
        middle = partial(column, align="center")
        bodies = [
            column(Said("Cơ quan, đơn vị"), _named, head=True),
            middle(Said("Số liệu"), lambda s: _in(s.body.figures, s.left.figures)),
            middle(Said("Nhiệm vụ"), lambda s: _in(s.body.tasks, s.left.tasks)),
            middle(Said("Gửi ngày"), lambda s: text_day(s.asked.asked_on, lang) if s.asked else ""),
            middle(Said("Hạn"), lambda s: text_day(s.asked.due, lang) if s.asked else ""),
            middle(
                Said("Báo cáo ngày"), lambda s: text_day(date.fromisoformat(s.last), lang) if s.last else ""
            ),
            column(Said("Tình trạng"), lambda s: s.said(self.on)),
        ]
        year, day = Said("Năm {year}", year=self.year), Said("Đến ngày {day}", day=text_day(self.on, lang))
        title = (Said("Tình hình thu thập số liệu"), year, day)
        what = said(Said("Chỉ tiêu: đã có gì, thiếu vì sao, ai có"), lang)
        who = said(Said("Cơ quan, đơn vị: đã đề nghị, đã trả lời, quá hạn"), lang)
        return composed(
            [
                PageTitle(*(said(text, lang) for text in title)),
                _listed(lang, self._counted()),
                grid_of(self.owed.figures, what, figures, lang=lang),
                grid_of(self.bodies, who, bodies, notes=[said(Said(RULE), lang)], lang=lang),
                Prose(f"## {said(Said('Việc tiếp theo'), lang)}"),
                _listed(lang, following),
            ],
            lang=lang,
        )


def _in(asked: Sequence[object], missing: Sequence[object]) -> str:
    return f"{len(asked) - len(missing)}/{len(asked)}" if asked else "-"


def _named(state: BodyState) -> Either:
    return Either(state.body.name, state.body.english)


def _listed(lang: Lang, lines: Sequence[Said]) -> Prose:
    return Prose("\n".join(f"- {' '.join(said(line, lang).split())}" for line in lines))


def control_room(year: int, *, on: date, plan: str | None = None) -> Room:
    """Return the state of a year's data on a day: from what is owed, the register and the returns."""
    from qngai_analysis.survey.form.held import survey_years, surveys
    from qngai_analysis.survey.form.intake import survey_file, validate_file

    files = {name: survey_file(name, year) for name in surveys() if year in survey_years(name)}
    found = owed(year, plan=plan)
    register = read_register(year)
    given = {(body, asked) for body, asked, _ in answered_before(year)}
    forms = list(records(returned_table(year, "forms")))
    last = {row.body: row.reported_on for row in sorted(forms, key=lambda row: str(row.reported_on))}
    first = {row.body: row.received_on for row in sorted(forms, key=lambda row: str(row.received_on))[::-1]}

    def state_of(body: Body) -> BodyState:
        figures = tuple(f for f in body.figures if not f.known and (body.name, f.indicator) not in given)
        tasks = tuple(task for task in body.tasks if (body.name, task.id) not in given)
        asked, left = register.get(body.name), replace(body, figures=figures, tasks=tasks)
        late = asked is not None and first.get(body.name, "") > asked.due.isoformat()
        return BodyState(body, asked, left, last.get(body.name), late)

    return Room(
        year=year,
        on=on,
        owed=found,
        bodies=tuple(map(state_of, found.bodies)),
        task_words=_task_words(found, on),
        surveys={
            name: int(validate_file(name, files[name])["count"].sum()) if name in files else None
            for name in surveys()
        },
        rehearsed=frozenset(n for n, file in files.items() if raw.read_sidecar(file).status == "simulated"),
        differences=tuple(differences(year, found)),
        steps=steps(year),
    )


def _task_words(found: Owed, on: date) -> dict[str, int]:
    """Return how many of the followed tasks are done, under way, not begun, unreported."""
    followed = {task.id for task in found.tasks}
    states = [state for plan in task_plans() for state in states_of(plan, found.year, on)]
    counts = Counter(state.tally.status for state in states if state.task.id in followed)
    return {words or TaskStatus.UNREPORTED.value: counts[words] for words in (*REPORTED, None)}
