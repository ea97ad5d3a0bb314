"""What every report has: a language, and one way to say words, numbers and tables in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any, Protocol

import pandas as pd

from qngai_analysis import territory
from qngai_analysis.evidence.observations import BOUNDS
from qngai_analysis.page.blocks import Details, Prose, SimulatedBanner, literal
from qngai_analysis.page.tables import Column, Grid, Shown, grid_of
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import leads_on, read_agencies
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.model import Citation, LegalDocument, Target, Task, act
from qngai_analysis.progress.explaining import Explanation
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.yearly import YearResult
from qngai_analysis.project import read_project
from qngai_analysis.report.printed import SIMULATED, capitalised, home_and_successor, quoted
from qngai_analysis.survey.form.held import survey_years
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.addresses import pieces
from qngai_analysis.words.language import KEPT, listed, text_day
from qngai_analysis.words.numbers import count, day, number, printed_decimals
from qngai_analysis.words.said import Lang, inside, said, translate, unit_words

CHANGES = {"increase": "tăng {asked}", "decrease": "giảm {asked}"}
INTERVAL = "Khoảng tin cậy 95%"
SHARE = 100.0  # estimates are shares of 0 to 1, reports print per cent

#: What a target that names its measure begins with.
_MEASURED = ("tỷ ", "năng suất ", "tốc độ ", "mức ", "số ")
_CHANGE_OF = {"increase": "tốc độ tăng ", "decrease": "mức giảm "}
#: The level after a colon: "Tỷ lệ che phủ rừng: ≥ 58%".
_LEVEL = re.compile(r"(?<=\w\w): [^\W\d]{0,6}\W{0,3}\d.*")
#: A level before what is measured: "Trên 85% người dân …", "100% cơ sở …".
_LEVEL_FIRST = re.compile(r"(?:[^\W\d]+ ){0,3}\d[\d.,]*% ")


class Named(Protocol):
    """What has a name in each language: a survey, an indicator, a question."""

    @property
    def vi(self) -> str: ...  # noqa: D102

    @property
    def en(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Speaker:
    """Whoever prints words, numbers and tables in a language."""

    lang: Lang

    def say(self, text: str, /, **values: object) -> str:
        """Return a message in the report's language."""
        return translate(text, self.lang, **values)

    def name(self, entry: Named) -> str:
        """Return the name of a survey, an indicator or a question in the report's language."""
        return entry.vi if self.lang == "vi" else entry.en

    def count(self, counted: int | Sized) -> str:
        """Return a count, or how many are counted, as running text writes it."""
        return count(counted if isinstance(counted, int) else len(counted), self.lang)

    def agency(self, name: str) -> str:
        """Return an agency's name, in English where the table of agencies has it."""
        known = None if self.lang == "vi" else read_agencies().get(name)
        return known.english if known and known.english else self.said(name)

    def agencies(self, names: Iterable[str]) -> str:
        """Return names of agencies as a cell or a sentence lists them."""
        return "; ".join(map(self.agency, names))

    def act(self, document: LegalDocument | Citation) -> str:
        """Return type and number of an act, as it is cited after the first time."""
        return said(act(document.type, document.number), self.lang)

    def said(self, sentence: object) -> str:
        """Return a sentence of the library in the report's language; any other text as it is."""
        return said(sentence, self.lang)

    def listed(self, items: Iterable[str]) -> str:
        """Return items as a list in a sentence."""
        return listed(items, self.lang)

    def number(self, value: Any, decimals: int | None = None, unit: str = "") -> str:
        """Return a number as printed; ``unit`` in the report's language."""
        return number(value, decimals, unit=unit, lang=self.lang)

    def figure(self, value: Any, unit: object) -> str:
        """Return a figure as published, or with one decimal if it is an estimate; ``unit`` as the data write it."""
        return self.number(value, printed_decimals(value), self.unit(unit))

    def unit(self, unit: object) -> str:
        """Return a unit of the data in the report's language."""
        return unit_words(unit, self.lang)

    def day(self, printed: Any) -> str:
        """Return a date as a table prints it; empty where there is none."""
        return "" if is_missing(printed) else day(printed, self.lang)

    def text_day(self, value: date) -> str:
        """Return a date as running text prints it."""
        return text_day(value, self.lang)

    def cited(self, text: str) -> str:
        """Return an act named by kind and number ("Nghị quyết 202/2025/QH15") as the report's language names it."""
        kind, _, number_of = text.rpartition(" ")
        return said(act(kind, number_of), self.lang)

    def wording(self, target: Target) -> str:
        """Return a target in the plan's words; in English by the name of its indicator, where it has one."""
        return self._indicator(target) or self._quoted(target.own_words)

    def _quoted(self, text: str) -> str:
        return quoted(text) if self.lang == "vi" else f"“{quoted(text.rstrip('.'))}”"

    def _indicator(self, target: Target) -> str:
        """Return the English name of a target's indicator, of the whole that the plan names (GDP or GRDP); else nothing."""
        catalogue, code = read_catalogue(), target.indicator
        if self.lang == "vi" or code is None or code not in catalogue.index:
            return ""
        name = str(catalogue["name_en"][code])
        if name == catalogue["name_vi"][code]:  # the project's own, which nobody translated
            return ""
        return name.replace("GRDP", "GDP") if (target.base or "").startswith("GDP") else name

    def subject(self, target: Target) -> str:
        """Return a target's subject: in Vietnamese the plan's words for what is measured, in English the indicator's name.

        A target that does not say what is measured ("100% cơ sở …", "Triển khai …") is named by all its words.
        """
        if name := self._indicator(target):
            return name
        text = target.own_words.lstrip("- ").rstrip(" .;")
        level_first = target.unit == "%" and target.value < 100 and not target.change
        if level_first and _LEVEL_FIRST.match(text) and target.subject[:1].islower():
            return self._quoted(f"Tỷ lệ {target.subject}")
        if target.shares_sentence:
            return self._quoted(text)
        if target.subject.lower().startswith(_MEASURED):
            # "năng suất … hằng năm tăng 7%" asks for the growth, not the level
            grows = target.change == "increase" and text.startswith(target.subject)
            name = text.partition(" tăng ")[0] if grows else target.subject
            change = "" if "tốc độ" in name.lower() else _CHANGE_OF.get(target.change or "", "")
            return self._quoted(capitalised(f"{change}{inside(name)}"))
        return self._quoted(_LEVEL.sub("", text))

    def remarks(self, outcome: Outcome) -> str:
        """Return the remarks on a target's verdict, separated by semicolons; empty if there are none."""
        return "; ".join(self.said(note.said) for note in outcome.notes)

    def goal_words(self, outcome: Outcome) -> str:
        """Return what a target asks for: in Vietnamese in the plan's words, in English by sign and number.

        The English name of an indicator says that it is a growth or a fall; without one the level does.
        """
        asked = said(outcome.goal.said, self.lang)
        change = "" if self.lang == "vi" or outcome.target.indicator else outcome.target.change
        return self.say(CHANGES[change], asked=asked) if change in CHANGES else asked

    def printed_figure(self, row: Any) -> str:
        """Return a published figure as printed, a bound or range as such."""
        if row.value_type == "range":
            return f"{self.number(row.value)}–{self.number(row.value_high, unit=self.unit(row.unit))}"
        sign = {"lower_bound": "> ", "upper_bound": "< "}.get(row.value_type, "")
        return sign + self.figure(row.value, row.unit)

    def figure_words(self, figure: Any) -> str:
        """Return an observation's value as the report says it, a bound as such; empty where there is none."""
        if figure is None:
            return ""
        text = self.figure(figure.value, figure.unit)
        if figure.value_type == "range":
            return self.say("{low} đến {high}", low=text, high=self.figure(figure.value_high, figure.unit))
        return self.say(BOUNDS[figure.value_type], value=text) if figure.value_type in BOUNDS else text

    def dated(self, figure: Any, between: str = " ") -> str:
        """Return an observation's value with its date; a simulated one says so; empty where there is none."""
        if figure is None:
            return ""
        simulated = f", {self.say('mô phỏng')}" if figure.evidence == "simulated" else ""
        return f"{self.figure_words(figure)}{between}({self.date_of(figure)}{simulated})"

    def date_of(self, figure: Any) -> str:
        """Return the date of an observation as a table prints it; empty where there is none."""
        return "" if figure is None else self.day(figure.reference_date)

    def probability(self, p: float) -> str:
        """Return the probability value of a test as printed; a very small one is never 0."""
        return self.number(p, 3) if p >= 0.0005 else f"<\u00a0{number(0.001, lang=self.lang)}"

    def own_territories(self) -> list[str]:
        """Return the names of the project's territory and of what took its place, as a sentence names them."""
        return [self.territory(code) for code in home_and_successor()]

    def territory(self, code: str) -> str:
        """Return the name of a territory by its id, as a sentence names it."""
        return inside(territory.name_of(code)) if self.lang == "vi" else f"the {self.place(code)}"

    def place_words(self, name: str) -> str:
        """Return what a plan calls its territory, a province also in English."""
        level, _, proper = name.partition(" ")
        return self.say("tỉnh {name}", name=proper) if level == "tỉnh" else name

    def place(self, code: str) -> str:
        """Return what tables call a territory by its id."""
        return self._places.get(code, code)

    @cached_property
    def _places(self) -> dict[str, str]:
        """Return by id what tables call the territory, its successor and the country; districts go by their names."""
        known, (home, *later) = territory.units(), home_and_successor()
        words = {code: unit.name for code, unit in known.items()} | {known[home].parent: self.say("cả nước")}
        if later:
            since = known[later[0]].valid_from
            words[home] = self.say("tỉnh, địa giới cũ")
            words[later[0]] = self.say("tỉnh, địa giới từ {day}", day=self.text_day(since))
        return words

    def notices(self, *, simulated: bool, absent: Sequence[str] = ()) -> list[SimulatedBanner | Prose]:
        """Return what the reader must know first: simulated data, what stays Vietnamese, surveys that are missing."""
        blocks: list[SimulatedBanner | Prose] = [SimulatedBanner(lang=self.lang)] if simulated else []
        if self.lang != "vi":
            blocks.append(Prose(self.say(KEPT)))
        return [*blocks, bullets(map(literal, absent))] if absent else blocks

    def why_absent(self, survey: str, year: int) -> str:
        """Return why a survey of a year can't be used: its file is simulated, or there is none."""
        from qngai_analysis.survey.form.codebook import read_codebook  # heavy: only here

        text = "{survey}: chưa có tệp số liệu năm {year}."
        if year in survey_years(survey):
            text = "{survey}: tệp năm {year} là số liệu mô phỏng, không dùng khi chỉ lấy số liệu thực."
        return self.say(text, survey=self.name(read_codebook(survey)), year=year)

    def reasons(
        self, result: YearResult, outcomes: Iterable[Outcome], name: Callable[[Outcome], str]
    ) -> list[Details]:
        """Return the explanation behind each verdict of the result, in the order of ``outcomes``, under the name that ``name`` gives."""
        return [
            Details(
                f"{place}. {f'{self.say(SIMULATED)}, ' * found.simulated}{name(outcome)}: {self.say(found.verdict)}",
                text,
                id=address(outcome)[1:],
                simulated=self.say("số liệu mô phỏng") in text,  # also of what was passed over
            )
            for place, outcome in enumerate(outcomes, start=1)
            for found in [result.explain(outcome.target.id)]
            for text in [self.explained(found)]
        ]

    def explained(self, explanation: Explanation) -> str:
        """Return the reasons for a verdict as Markdown."""
        parts = []
        for step in explanation.steps:
            lines = (_linked(quoted(self.said(line))) for line in step.lines)
            stopped = (line if line.endswith((".", ":")) else f"{line}." for line in lines)
            parts += [f"**{literal(self.say(step.title))}**", "\n".join(f"- {line}" for line in stopped)]
        return "\n\n".join(parts)

    def table(
        self, rows: pd.DataFrame | Iterable[Any], caption: str, *columns: Column, **settings: Any
    ) -> Grid:
        """Return a table with a line for each of ``rows``, simulated if one of them says so; ``settings`` are those of ``grid_of``."""
        said = [
            replace(
                column,
                label=column.label if column.as_is else capitalised(self.say(column.label)),
                group=column.group and self.say(column.group),
            )
            for column in columns
        ]
        lines = [*records(rows)] if isinstance(rows, pd.DataFrame) else [*rows]
        settings.setdefault("simulated", any(getattr(row, "evidence", "") == "simulated" for row in lines))
        return grid_of(lines, caption, said, lang=self.lang, **settings)


def address(outcome: Outcome) -> str:
    """Return the address of the explanation behind a verdict, for the cell of a table."""
    return f"#vi-sao-{outcome.target.id.replace('.', '-')}"


def _linked(text: str) -> str:
    """Return text as Markdown that prints it as it is, its addresses as links."""
    return "".join(f"<{part}>" if is_address else literal(part) for part, is_address in pieces(text))


@dataclass(frozen=True)
class Report(Speaker):
    """What every report knows besides: the year it is about, and whether it leaves simulated data out."""

    year: int
    real_only: bool

    @property
    def on(self) -> date:
        """The day whose agency names the report uses."""
        return date(self.year, 12, 31)

    def lead_agencies(self, task: Task) -> list[str]:
        """Return who leads a task, under the names of the end of the year."""
        return leads_on(task.agencies, self.on, task.heading, task.text)

    @property
    def survey_tasks(self) -> list[Task]:
        """The tasks of the plan that order the yearly survey, as ``project.toml`` names it; none where it names none."""
        order = read_project().survey_order
        place = order and (order.part, order.section, order.number)
        tasks = read_plan(order.plan).task_list if order else ()
        return [task for task in tasks if (task.part, task.section, task.number) == place]

    @property
    def survey_owners(self) -> tuple[str, list[str]]:
        """The plan that orders the yearly survey, and the bodies it names, as they are called at the year's end."""
        order = read_project().survey_order
        named = [name for task in self.survey_tasks for name in self.lead_agencies(task)]
        return order.plan if order else "", list(dict.fromkeys(named))

    @property
    def named(self) -> Mapping[str, object]:
        """What any of its sentences may name."""
        return {"year": self.year}

    def say(self, text: str, /, **values: object) -> str:
        """Return a message in the report's language; places without a value hold what the report is about."""
        return super().say(text, **{**self.named, **values})


def column(label: str, shown: Shown, width: float | None = None, **look: Any) -> Column:
    """Return a column of a report's table; ``label`` and ``group`` are messages, ``look`` the rest of ``Column``.

    ``unit_of``, ``flag`` and ``href`` say what of the row holds them.
    """
    return Column(shown, label, width=width, **look)


row_head = partial(column, head=True)  # the column that names each row
centred = partial(column, align="center")  # short texts: a date, a unit, a threshold
at_right = partial(column, align="right")  # printed figures, each with its unit
counted = partial(column, decimals=0)
measured = partial(column, decimals=1)  # estimates


def interval(width: float, group: str = INTERVAL, ends: tuple[str, str] = ("low", "high")) -> list[Column]:
    """Return the two columns of an interval."""
    return [measured("Từ", ends[0], width, group=group), measured("Đến", ends[1], width, group=group)]


def verdict(width: float, *, linked: bool = False) -> Column:
    """Return the column of outcomes' verdicts; ``linked``: each leads to what is behind it."""
    href: Shown = address if linked else ""
    return column("Đánh giá", lambda row: row.verdict.value, width, format="mark", href=href)


def named(figure: Any) -> str:
    """Return who published a figure, with its code."""
    return f"{figure.publisher} [{figure.id}]"


def source(width: float, shown: Shown = named) -> Column:
    """Return the column that names where a published figure was found, and leads there."""
    return column("Nguồn", shown, width, href="address")


def heading(report: Speaker, text: str, level: int = 2) -> Prose:
    """Return a heading in the report's language."""
    return Prose(f"{'#' * level} {report.say(text)}")


def bullets(lines: Iterable[str], first: str = "") -> Prose:
    """Return a list, with a sentence before it if there is one."""
    items = "\n".join(f"- {line}" for line in lines)
    return Prose(f"{first}\n\n{items}" if first else items)
