"""The control room: what is in, what is missing, who owes it since when, and what to type next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from qngai_analysis import raw
from qngai_analysis.collection.owed import Body, FigureOwed, Owed, TaskOwed, owed, task_plans
from qngai_analysis.collection.requests import Asked, read_register
from qngai_analysis.collection.returns import differences
from qngai_analysis.collection.rounds import Step, steps
from qngai_analysis.collection.state import task_state
from qngai_analysis.evidence.measurability import Blank
from qngai_analysis.evidence.returned import returned_table
from qngai_analysis.page.blocks import PageTitle, Prose
from qngai_analysis.page.document import Document, composed
from qngai_analysis.page.tables import Column, Grid, Table
from qngai_analysis.progress.cutoff import default_cutoff
from qngai_analysis.progress.tasks import DONE, RULE, UNREPORTED, Status
from qngai_analysis.values import records
from qngai_analysis.words.numbers import official_day


@dataclass(frozen=True, slots=True)
class BodyState:
    """What a body was asked for, what came back, and what is missing."""

    body: Body
    asked: Asked | None
    figures: tuple[FigureOwed, ...]  # missing
    tasks: tuple[TaskOwed, ...]  # missing
    last: str | None  # day of its newest report
    late: bool  # its first answer was taken in after the due day

    @property
    def missing(self) -> int:
        """How many answers are missing."""
        return len(self.figures) + len(self.tasks)

    def overdue(self, on: date) -> bool:
        """Whether something is missing after the day until which it was asked for."""
        return bool(self.missing and self.asked and self.asked.due < on and not self.body.own)

    @property
    def words(self) -> str:
        """What is missing: ``2 số, 5 nhiệm vụ``."""
        parts = [f"{len(self.figures)} số"] if self.figures else []
        parts += [f"{len(self.tasks)} nhiệm vụ"] if self.tasks else []
        return ", ".join(parts)


@dataclass(frozen=True)
class Room:
    """The state of a year's data on a day."""

    year: int
    on: date
    owed: Owed
    bodies: tuple[BodyState, ...]
    task_words: Counter[str]
    surveys: Mapping[str, int | None]  # how many faults its file of the year has; None: there is no file
    rehearsed: frozenset[str]  # the surveys whose file is simulated
    differences: tuple[str, ...]
    steps: tuple[Step, ...]

    @cached_property
    def overdue(self) -> tuple[BodyState, ...]:
        """The bodies that are overdue, those with most missing first."""
        late = [state for state in self.bodies if state.overdue(self.on)]
        return tuple(sorted(late, key=lambda state: (state.body.commune, -state.missing)))

    @cached_property
    def blanks(self) -> dict[Blank, int]:
        """How many figures are missing, by class."""
        counts = Counter(figure.blank for figure in self.owed.figures if not figure.known)
        return {blank: counts[blank] for blank in Blank if counts[blank]}

    def lines(self) -> list[str]:
        """Return the room as lines for a terminal."""
        cutoff = official_day(default_cutoff(self.year))
        known = sum(figure.known for figure in self.owed.figures)
        parts = [f"{known} đã có số", *(f"{n} {blank.words}" for blank, n in self.blanks.items())]
        asked = sum(state.asked is not None for state in self.bodies)
        states = [f"{n} {word}" for word, n in self.task_words.items() if n]
        out = [
            f"Năm {self.year} · chốt số liệu {cutoff} · hôm nay {official_day(self.on)}",
            "",
            f"Chỉ tiêu   {len(self.owed.figures)}: " + " · ".join(parts),
            f"Nhiệm vụ  {len(self.owed.tasks)}: " + (" · ".join(states) or "không có kế hoạch nào giao nhiệm vụ"),
            f"Đơn vị    {len(self.bodies)}: " + " · ".join(filter(None, [f"{asked} đã gửi đề nghị", f"{self.answered} đã trả lời", self.communes])),
            f"Điều tra  {len(self.surveys)}: " + " · ".join(self._surveyed()),
        ]  # fmt: skip
        if self.overdue:
            first = [
                f"{s.body.name} ({s.words}, từ {official_day(s.asked.due)})"
                for s in self.overdue
                if s.asked and not s.body.commune
            ]
            communes = sum(s.body.commune for s in self.overdue)
            late = [*first[:6], *([f"{len(first) - 6} cơ quan khác"] if len(first) > 6 else [])]
            late += [f"{communes} xã, phường, đặc khu"] if communes else []
            out += ["", f"Quá hạn: {' · '.join(late)}"]
        if self.differences:
            out += ["", f"Khác nhau: {len(self.differences)} nội dung các đơn vị báo khác nhau"]
            out += [f"  {line}" for line in self.differences[:3]]
        out += ["", "Lịch", *(f"  {self._when(step)}  {step.words}" for step in self.steps)]
        out += ["", "Việc tiếp theo", *(f"  {command:<44}{why}" for command, why in self.next())]
        return out

    def _surveyed(self) -> Iterator[str]:
        for name, faults in self.surveys.items():
            if faults is not None:
                kept = "chỉ có SỐ LIỆU MÔ PHỎNG" if name in self.rehearsed else "đã có tệp"
                yield f"{name} {kept}, {f'{faults} lỗi' if faults else 'không có lỗi'}"
        if absent := sum(faults is None for faults in self.surveys.values()):
            yield f"{absent} chưa có tệp"

    def _when(self, step: Step) -> str:
        mark = "►" if step.begins <= self.on <= step.ends else "✓" if step.ends < self.on else " "
        span = " - ".join(dict.fromkeys((official_day(step.begins), official_day(step.ends))))
        return f"{mark} {span:<23}"

    @property
    def answered(self) -> int:
        """How many bodies sent something back."""
        return sum(state.last is not None for state in self.bodies)

    @property
    def communes(self) -> str:
        """How many of the communes answered: ``cấp xã 58/96``; empty where none is asked."""
        mine = [state.last is not None for state in self.bodies if state.body.commune]
        return f"cấp xã {sum(mine)}/{len(mine)}" if mine else ""

    def next(self) -> list[tuple[str, str]]:
        """Return what to type next, and why."""
        year = f"--year {self.year}"
        found = []
        unasked = sum(state.asked is None and not state.body.own for state in self.bodies)
        if unasked:
            found.append((f"qngai request {year}", f"công văn, biểu mẫu cho {unasked} đơn vị chưa gửi"))
        if self.overdue:
            why = f"công văn đôn đốc {len(self.overdue)} đơn vị quá hạn"
            found.append((f"qngai request {year} --remind", why))
        if any(state.asked and state.missing for state in self.bodies):
            found.append(("qngai collect TỆP…", "nhận biểu mẫu các đơn vị gửi về"))
        if self.differences:
            found.append((f"data/raw/returns/{self.year}/settled.toml", "ghi [[settled]] nơi đã thống nhất"))
        for name, faults in self.surveys.items():
            if faults:
                file = f"data/raw/surveys/{name}/{self.year}.*"
                found.append((f"qngai validate {name} {file}", f"xem {faults} lỗi của tệp"))
        if (None in self.surveys.values() or self.rehearsed) and self.blanks.get(Blank.SURVEY):
            found.append(("qngai add survey CUỘC_ĐIỀU_TRA TỆP", "kiểm tra, nhận tệp điều tra gửi về"))
        found.append((f"qngai report {year}", "lập báo cáo với những gì đã có"))
        return found

    def page(self) -> Document:
        """Return the room as a document, to be written as HTML or PDF."""
        say = "\n".join(f"- {line}" for line in self.lines()[2:6])
        following = "\n".join(f"- `{command}`: {why}" for command, why in self.next())
        figures = {
            "Chỉ tiêu": [f.name for f in self.owed.figures],
            "Mục tiêu": ["; ".join(f.goals) for f in self.owed.figures],
            "Tình trạng": ["đã có số liệu" if f.known else f.blank.words for f in self.owed.figures],
            "Lý do": [f.why for f in self.owed.figures],
            "Đề nghị": [
                "; ".join(s.body.name for s in self.bodies if f in s.body.figures) for f in self.owed.figures
            ],
        }
        bodies = {
            "Cơ quan, đơn vị": [s.body.name for s in self.bodies],
            "Số liệu": [_in(s.body.figures, s.figures) for s in self.bodies],
            "Nhiệm vụ": [_in(s.body.tasks, s.tasks) for s in self.bodies],
            "Gửi ngày": [official_day(s.asked.asked_on) if s.asked else "" for s in self.bodies],
            "Hạn": [official_day(s.asked.due) if s.asked else "" for s in self.bodies],
            "Báo cáo ngày": [official_day(date.fromisoformat(s.last)) if s.last else "" for s in self.bodies],
            "Tình trạng": [self._state(s) for s in self.bodies],
        }
        return composed(
            [
                PageTitle(
                    "Tình hình thu thập số liệu", f"Năm {self.year}", f"Đến ngày {official_day(self.on)}"
                ),
                Prose(say),
                _listed("Chỉ tiêu: đã có gì, thiếu vì sao, ai có", figures),
                _listed(
                    "Cơ quan, đơn vị: đã gửi, đã trả lời, quá hạn", bodies, centred=range(1, 6), notes=[RULE]
                ),
                Prose(f"## Việc tiếp theo\n\n{following}"),
            ]
        )

    def _state(self, state: BodyState) -> str:
        if state.overdue(self.on):
            return "quá hạn, chưa trả lời" if state.last is None else f"quá hạn, còn {state.words}"
        if not state.missing:
            return "đủ, nộp muộn" if state.late else "đủ"
        if state.body.own:
            return f"cơ quan lập báo cáo, còn {state.words}"
        return f"còn {state.words}" if state.asked else "chưa gửi đề nghị"


def _in(asked: Sequence[object], missing: Sequence[object]) -> str:
    return f"{len(asked) - len(missing)}/{len(asked)}" if asked else "-"


def _listed(
    caption: str, cells: Mapping[str, list[str]], *, centred: Container[int] = (), notes: Sequence[str] = ()
) -> Grid:
    """Return columns of texts by heading as a table; the first names the rows."""
    columns = [
        Column(name, name, head=not place, align="center" if place in centred else "auto")
        for place, name in enumerate(cells)
    ]
    return Table(pd.DataFrame(cells), caption, columns=columns, notes=notes).grid()


def control_room(year: int, *, on: date, plan: str | None = None) -> Room:
    """Return the state of a year's data on a day: from what is owed, the register and the returns."""
    from qngai_analysis.survey.form.codebook import surveys
    from qngai_analysis.survey.form.intake import survey_file, survey_years

    found = owed(year, plan=plan)
    register = read_register(year)
    answers = {name: returned_table(year, name) for name in ("forms", "figures", "tasks")}
    figures = {(row.body, row.indicator) for row in records(answers["figures"])}
    tasks = {(row.body, row.task_id) for row in records(answers["tasks"])}
    last: dict[str, str] = {}
    first: dict[str, str] = {}
    for row in records(answers["forms"]):
        last[row.body] = max(last.get(row.body, ""), row.reported_on)
        first[row.body] = min(first.get(row.body, "9"), row.received_on)
    states = tuple(
        BodyState(
            body=body,
            asked=register.get(body.name),
            figures=tuple(f for f in body.figures if not f.known and (body.name, f.indicator) not in figures),
            tasks=tuple(task for task in body.tasks if (body.name, task.id) not in tasks),
            last=last.get(body.name),
            late=body.name in register and first.get(body.name, "") > register[body.name].due.isoformat(),
        )
        for body in found.bodies
    )
    return Room(
        year=year,
        on=on,
        owed=found,
        bodies=states,
        task_words=_task_words(found, on),
        surveys={name: _faults(name, year) for name in surveys()},
        rehearsed=frozenset(
            name
            for name in surveys()
            if year in survey_years(name) and raw.read_sidecar(survey_file(name, year)).status == "simulated"
        ),
        differences=tuple(differences(year, found)),
        steps=steps(year),
    )


def _faults(survey: str, year: int) -> int | None:
    """Return how many cells of a survey's file of the year are at fault; None where there is no file."""
    from qngai_analysis.survey.form.intake import survey_file, survey_years, validate_file

    if year not in survey_years(survey):
        return None
    return int(validate_file(survey, survey_file(survey, year))["count"].sum())


def _task_words(found: Owed, on: date) -> Counter[str]:
    """Return how many of the followed tasks are done, under way, not begun, unreported."""
    followed = {task.id for task in found.tasks}
    short = {Status.ON_TIME.value: "đang thực hiện", Status.OVERDUE.value: "đang thực hiện"}
    words: Counter[str] = Counter(
        dict.fromkeys((DONE, "đang thực hiện", Status.NOT_BEGUN.value, UNREPORTED), 0)
    )
    for plan in task_plans():
        state = task_state(plan, found.year, on=on)
        words.update(
            short.get(word, word)
            for code, word in zip(state["id"], state["status"], strict=True)
            if code in followed
        )
    return words
