"""Exploring a survey: choose indicator, groupings, year and interval, and see chart, table and code.

In JupyterLab an ``Explorer`` shows controls; in a rendered report the chart and the table of its
first choice. What is shown is what ``LoadedSurvey`` gives, protected as in the reports: nothing appears here
that could not be published.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from typing import Any

from qngai_analysis.errors import ParameterError
from qngai_analysis.notebook import plot
from qngai_analysis.notebook.marks import Absent
from qngai_analysis.notebook.show import table
from qngai_analysis.notebook.state import STATIC, current, sector_now
from qngai_analysis.notebook.surveyed import load_survey, questions
from qngai_analysis.page.blocks import Figure, Prose, literal
from qngai_analysis.page.tables import MIME, Grid
from qngai_analysis.project import Sector, SurveyBlock, read_project
from qngai_analysis.report.base import Report
from qngai_analysis.report.sector import SectorReport, grouping_words
from qngai_analysis.survey.form.codebook import Codebook, Indicator, read_codebook
from qngai_analysis.survey.form.held import survey_years, surveys
from qngai_analysis.survey.form.intake import has_usable_file
from qngai_analysis.words.said import coded

WHOLE = "province"  # the breakdown that is none
VIEWS: Mapping[str, str] = coded("view")
METHODS = {"logit": "Logit", "korn-graubard": "Korn–Graubard"}
WIDGET = "application/vnd.jupyter.widget-view+json"
_CHARTS = {"dots": plot.dots, "map": plot.map, "years": plot.years}
_TESTED = {
    "groups": "Kiểm định theo thiết kế mẫu; p và khoảng tin cậy đã tính số cặp nhóm (Bonferroni). Nhóm không công bố thì không so.",
    "change": "Toàn tỉnh; hai mẫu của hai năm coi là độc lập.",
}
_CROSSED = ("dots", "years", "table")  # what can show two groupings at once
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Selection:
    """
    What is on screen.

    ``by`` is a grouping's name or ``"province"``, ``and_by`` a second one or ``""``; ``method`` the interval of a
    proportion (other statistics take Student's t); ``view`` one of ``VIEWS``.
    """

    survey: str
    year: int
    indicator: str
    by: str = WHOLE
    and_by: str = ""
    method: str = "logit"
    view: str = "dots"


def explore(
    source: str | None = None,
    year: int | None = None,
    *,
    indicator: str | None = None,
    by: str | Sequence[str] | None = None,
    method: str = "logit",
    view: str = "dots",
    real_only: bool | None = None,
) -> Explorer:
    """Return an explorer of a survey, or of the surveys of a sector.

    Parameters
    ----------
    source : a survey (``households``) or a sector (``tourism``, ``du_lich``); by default the notebook's sector
    year : of the survey file; by default the sector's edition, or the newest file
    indicator : by default the sector's second (its report shows the first anyway), or the codebook's first
    by : a grouping: the district, a domain or a select-one question of the codebook, or ``"province"`` for no
        breakdown; or two at once. By default the sector's second, or the district.
    method : ``logit`` or ``korn-graubard``: the interval of a proportion (``docs/methods/intervals.md``)
    view : ``dots``, ``map``, ``years``, ``table``, ``groups`` or ``change``
    real_only : leave simulated files out; by default as the notebook does

    Returns
    -------
    Explorer
        If there is no file to explore, it shows which one is missing and how to make one; a
        notebook goes on.

    Raises
    ------
    ParameterError
        An indicator, grouping, method or view is unknown; the message lists what there is.
    SurveyError
        There is no survey of this name.
    """
    report = current()
    real = report.real_only if real_only is None else real_only
    until = None
    if scope := _sector_meant(source):
        edition = report.edition if isinstance(report, SectorReport) else report.year
        blocks, until, year = scope.survey, max(report.year, edition), year or edition
        asked = [block.name for block in blocks]
    else:
        asked = [read_codebook(str(source)).name]  # an unknown survey is refused here
        blocks = tuple(SurveyBlock(name, (), ()) for name in dict.fromkeys([*asked, *sorted(surveys())]))
    found = [(block, _years(block.name, real, until)) for block in blocks]
    offers = {block.name: _offered(block, years) for block, years in found if years}
    usable = [offer for offer in offers.values() if year in (None, *offer.years)]
    if not usable or usable[0].codebook.name not in asked:  # say what is missing, rather than open another
        missing = " ".join(_missing(report, name, year) for name in asked)
        missing = missing or report.say("Lĩnh vực này chưa có cuộc điều tra nào được thiết kế.")
        return Explorer({}, None, report, real, missing)
    offer = next((each for each in usable if indicator in each.indicators), usable[0])
    choice = Selection(offer.codebook.name, year or offer.years[-1], offer.first, offer.first_by)
    explorer = Explorer(offers, choice, report, real)
    groupings = [by] if isinstance(by, str) else by or ()
    grouped = dict(zip(("by", "and_by"), groupings, strict=False))
    explorer.choose(indicator=indicator or offer.first, method=method, view=view, **grouped)
    return explorer


def _sector_meant(source: str | None) -> Sector | None:
    """Return the sector of a name, of the notebook where there is none; None where it is that of a survey."""
    project = read_project()
    if source is None:
        return sector_now().scope
    named = source in project.sectors or any(source == scope.notebook for scope in project.sectors.values())
    return project.sector(source) if named and source not in surveys() else None


@dataclass(frozen=True)
class Offer:
    """One survey that can be explored: years with a file, indicators, groupings, and which of them open."""

    codebook: Codebook
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    by: tuple[str, ...]
    first: str
    first_by: str

    def groupings(self, indicator: str) -> list[str]:
        """Return what an indicator can be broken down by.

        Not by a question it is itself made of; and an indicator of the household not by a question
        that each member answers.
        """
        book, item = self.codebook, self.codebook.indicators[indicator]

        def of_member(by: str) -> bool:
            groups = book.domains[by].groups if by in book.domains else ()
            asked = [name for *_, condition in groups for name in condition.names] or [by]
            return any(book.questions[name].repeat for name in asked)

        fitting = (by for by in self.by if by not in item.numerator.names)
        return [WHOLE, *(by for by in fitting if not (item.per_unit and of_member(by)))]


def _offered(block: SurveyBlock, years: tuple[int, ...]) -> Offer:
    """Return what a survey offers; what the block names comes before the codebook's own order."""
    codebook = read_codebook(block.name)
    design, indicators = codebook.design, block.indicators
    known = [*codebook.domains, *questions(codebook)]
    wanted = [*block.by, design.district, design.urban, *known]
    groupings = tuple(name for name in dict.fromkeys(wanted) if name in known)
    # a sector's report charts its first indicator, and districts, anyway
    first, *_ = *indicators[1:], *indicators, *codebook.indicators
    # of a hundred communes few have enough answers to be published
    first_by, *_ = *block.by[1:], *block.by, *(name for name in groupings if name != design.district), WHOLE
    every = tuple(dict.fromkeys([*indicators, *codebook.indicators]))
    return Offer(codebook, years, every, groupings, first, first_by)


def _years(survey: str, real_only: bool, until: int | None) -> tuple[int, ...]:
    """Return the years that have a usable file, oldest first."""
    years = (year for year in survey_years(survey) if year <= (until or year))
    return tuple(year for year in years if has_usable_file(survey, year, real_only=real_only))


@dataclass(eq=False, repr=False)
class Explorer:
    """Chart, table and code of a choice, with controls to change it.

    Make one with ``explore``. As the value of a cell it shows controls in JupyterLab; the rendered
    report shows ``blocks()``.

    Attributes
    ----------
    choice : Selection, or None where there is nothing to explore
    offers : the surveys to choose from, by name
    """

    offers: Mapping[str, Offer]
    choice: Selection | None
    report: Report
    real_only: bool
    missing: str = ""
    _number: int = field(default_factory=lambda: next(_numbers))
    _frames: dict[Selection, Any] = field(default_factory=dict)

    # ------------------------------------------------------------ choosing

    def choose(self, **changes: Any) -> Selection:
        """Change the choice and return it.

        What no longer fits what was changed falls back: another survey brings its own indicator,
        grouping and year; the map needs the districts.

        Raises
        ------
        ParameterError
            A value is unknown; the message lists what there is. The choice stays as it was.
        """
        made = replace(self._chosen, **changes)
        _one_of("survey", made.survey, self.offers)
        _one_of("method", made.method, METHODS)
        _one_of("view", made.view, VIEWS)
        offer = self.offers[made.survey]

        def fitted(made: Selection, name: str, known: Sequence[Any], instead: Any) -> Selection:
            if name in changes:
                _one_of(name, getattr(made, name), known)
            return made if getattr(made, name) in known else replace(made, **{name: instead})

        made = fitted(made, "indicator", offer.indicators, offer.indicators[0])
        made = fitted(made, "year", offer.years, offer.years[-1])
        every = offer.groupings(made.indicator)
        made = fitted(made, "by", every, every[min(1, len(every) - 1)])
        district = offer.codebook.design.district
        only = {"map": [district] if district else [], "groups": every[1:], "change": [WHOLE]}
        fit = only.get(made.view, every)
        if "view" in changes and fit:
            made = fitted(made, "by", fit, fit[0])
        if made.by not in fit or (made.view not in _CROSSED and "and_by" in changes):
            made = replace(made, view="dots")
        made = fitted(made, "and_by", ["", *self._seconds(offer, made)], "")
        self.choice = made
        return made

    @staticmethod
    def _seconds(offer: Offer, choice: Selection) -> list[str]:
        """Return what groups can be divided by once more."""
        if choice.by == WHOLE or choice.view not in _CROSSED:
            return []
        return [name for name in offer.groupings(choice.indicator)[1:] if name != choice.by]

    def options(self) -> dict[str, list[tuple[str, Any]]]:
        """Return what can be chosen now, for each control: pairs of label and value."""
        choice, offer, name = self._chosen, self._offer, self.report.name
        groupings, seconds = offer.groupings(choice.indicator), self._seconds(offer, choice)
        views = [name for name in VIEWS if name != "map" or offer.codebook.design.district]
        return {
            "survey": [(name(each.codebook), survey) for survey, each in self.offers.items()],
            "indicator": [(name(offer.codebook.indicators[code]), code) for code in offer.indicators],
            "by": [(self._grouping(by), by) for by in groupings],
            "and_by": [("–", ""), *((self._grouping(by), by) for by in seconds)],
            "year": [(str(year), year) for year in offer.years],
            "method": [(words, method) for method, words in METHODS.items()],
            "view": [(self.report.say(VIEWS[view]), view) for view in views],
        }

    # ------------------------------------------------------------ what is known about the choice

    @property
    def _chosen(self) -> Selection:
        if self.choice is None:
            raise ParameterError("không có gì để chọn: {missing}", missing=self.missing)
        return self.choice

    @property
    def _offer(self) -> Offer:
        return self.offers[self._chosen.survey]

    @property
    def _indicator(self) -> Indicator:
        return self._offer.codebook.indicators[self._chosen.indicator]

    def _grouping(self, by: str) -> str:
        if by == WHOLE:
            return self.report.say("toàn tỉnh")
        return grouping_words(self._offer.codebook, by, self.report.lang)

    @property
    def interval_matters(self) -> bool:
        """Whether the method changes what is on screen: only a proportion has a choice of intervals."""
        return self._indicator.kind == "proportion" and self._chosen.view not in _TESTED

    @property
    def _year(self) -> int:
        """The year of the file that is asked; the others are asked besides."""
        return self._offer.years[-1] if self._chosen.view == "years" else self._chosen.year

    def _asked(self) -> tuple[str, dict[str, Any]]:
        """Return what of ``LoadedSurvey`` makes the frame on screen, and what it is given besides the indicator."""
        choice, given = self._chosen, {}
        if choice.view == "change":
            return "change", {"since": [year for year in self._offer.years if year < choice.year]}
        if choice.by != WHOLE:
            given["by"] = [choice.by, choice.and_by] if choice.and_by else choice.by
        if choice.view == "groups":
            return "difference", {**given, "every": True}
        proportion = self._indicator.kind == "proportion"
        if proportion and choice.method != "logit":
            given["method"] = choice.method
        return "over_years" if choice.view == "years" else "proportion" if proportion else "mean", given

    def frame(self) -> Any:
        """Return the numbers on screen, as ``LoadedSurvey`` gives them; absent where none is published."""
        choice = self._chosen
        if choice not in self._frames:
            way, given = self._asked()
            survey = load_survey(choice.survey, self._year, real_only=self.real_only)
            frame = getattr(survey, way)(choice.indicator, **given)
            small = "Không nhóm nào công bố được: chia theo hai phân tổ này, nhóm nào cũng quá nhỏ."
            none = choice.and_by and frame["estimate"].isna().all()
            self._frames[choice] = Absent(self.report.say(small)) if none else frame
        return self._frames[choice]

    def code(self) -> str:
        """Return the Python that makes what is on screen: ``table`` and, unless only the table is shown, ``chart``.

        Where there is nothing to explore it is a comment that says why.
        """
        if self.choice is None:
            return f"# {self.missing}\n"
        choice, (way, given) = self.choice, self._asked()
        real = ", real_only=True" if self.real_only else ""
        named = "".join(
            f", {name}={'True' if value is True else json.dumps(value)}" for name, value in given.items()
        )
        lines = ["import qngai_analysis as qn", ""]
        if self.report.lang != "vi":
            lines.append(f'qn.begin(year={self._year}, lang="{self.report.lang}")')
        lines.append(f'survey = qn.load_survey("{choice.survey}", {self._year}{real})')
        lines.append(f'table = survey.{way}("{choice.indicator}"{named})')
        if choice.view in _CHARTS:
            target = f', target=qn.target("{self._indicator.code}")' if self._target() is not None else ""
            lines.append(
                f"chart = qn.plot.{choice.view}(table, {json.dumps(self._caption(), ensure_ascii=False)}{target})"
            )
        return "\n".join(lines) + "\n"

    # ------------------------------------------------------------ blocks

    def blocks(self) -> list[Figure | Grid | Prose]:
        """Return the chart and the table on screen, or why there is none; what the report shows."""
        if self.choice is None:
            return [Prose(literal(self.missing))]
        table, figure = self.table(), self.figure()
        if isinstance(figure, Figure) and isinstance(table, Grid):
            figure = replace(figure, data=None)
        return [table] if figure is None or isinstance(table, Prose) else [figure, table]

    def figure(self) -> Figure | Prose | None:
        """Return the chart on screen; words where it can't be drawn; None where only the table is shown."""
        choice, frame = self._chosen, self.frame()
        if choice.view not in _CHARTS:
            return None
        target = self._target()
        drawn = _CHARTS[choice.view](frame, self._caption(), **({} if target is None else {"target": target}))
        return Prose(literal(drawn.why)) if isinstance(drawn, Absent) else drawn

    def _target(self) -> float | None:
        """Return the main plan's threshold for the indicator, where a line can be drawn for it."""
        from qngai_analysis.notebook.known import target

        found = target(self._indicator.code) if self._chosen.view == "dots" and self._indicator.code else None
        return None if isinstance(found, Absent) else found

    def _caption(self) -> str:
        choice, item = self._chosen, self.report.name(self._indicator)
        years = [year for year in self._offer.years if year <= self._year]
        when = f"{years[0]}–{years[-1]}" if choice.view == "years" and years[1:] else str(self._year)
        if choice.view in _TESTED:
            unit = self._indicator.unit
            unit = self.report.say("điểm phần trăm") if unit == "%" else self.report.unit(unit)
            return f"{item}: {self.report.say(VIEWS[choice.view]).lower()}, {choice.year} ({unit})"
        if choice.by == WHOLE:
            return self.report.say("{indicator}, toàn tỉnh, năm {year}", indicator=item, year=when)
        by = " × ".join(self._grouping(name) for name in (choice.by, choice.and_by) if name)
        return self.report.say("{indicator} theo {by}, năm {year}", indicator=item, by=by, year=when)

    def table(self) -> Grid | Prose:
        """Return the table on screen: estimate, interval, error and respondents of each group, or differences."""
        frame, view = self.frame(), self._chosen.view
        if isinstance(frame, Absent):
            return Prose(literal(frame.why))
        columns = ["label", "year", "n", "estimate", "ci_low", "ci_high", "se", "deff", "reason"]
        if view in _TESTED:
            columns = ["high_label", "high", "low_label", "low", "year", "since", "now", "before"]
            columns += ["difference", "ci_low", "ci_high", "p_value", "sure"]
        shown = [name for name in columns if name in frame and (name != "reason" or frame[name].any())]
        note = self.report.say(_TESTED[view]) if view in _TESTED else self._method_note()
        made = table(frame, self._caption(), columns=shown, notes=[note])
        assert isinstance(made, Grid)
        return replace(made, id=f"explore-{self._number}")

    def _method_note(self) -> str:
        counted = self.report.say("n: số người (đơn vị) trả lời, làm tròn đến bội số của 5 để bảo mật.")
        student = "Khoảng tin cậy theo phân phối t của thiết kế mẫu."
        proportion = "Khoảng tin cậy tính theo phương pháp {method}, có xét thiết kế mẫu."
        words = proportion if self._indicator.kind == "proportion" else student
        return f"{self.report.say(words, method=METHODS[self._chosen.method])} {counted}"

    # ------------------------------------------------------------ in a notebook

    @cached_property
    def panel(self) -> Any:
        """The widgets (``notebook.panel.Panel``), made when first asked for."""
        return import_module(f"{__package__}.panel").Panel(self)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        static = bool(os.environ.get(STATIC))
        if self.choice is None and static:
            return  # how a file is made is for who sits at a notebook; its heading goes, too
        shown = [block._repr_mimebundle_() for block in self.blocks()]
        if self.choice is not None and not static:
            # the report's own blocks stand beside the widget, which nothing outside Jupyter can show
            shown[0] = {**shown[0], WIDGET: self.panel.view()}
            shown[1:] = [{MIME: bundle[MIME]} for bundle in shown[1:]]
        for bundle in shown:
            display(bundle, raw=True)  # type: ignore[no-untyped-call]


def _one_of(name: str, value: object, known: Any) -> None:
    if value not in known:
        wording = "{name} = {value!r}; giá trị hợp lệ: {known}"
        raise ParameterError(wording, name=name, value=value, known=", ".join(map(str, known)))


def _missing(report: Report, survey: str, year: int | None) -> str:
    """Return which file is missing and how to make one."""
    codebook, there = read_codebook(survey), survey_years(survey)
    when = year or (there[-1] if there else max(codebook.simulation.get("years", (0,))))
    words = report.why_absent(survey, when)
    if when in there:
        return words
    words += " " + report.say(
        "Tạo số liệu mô phỏng để tập dượt: qngai simulate {name} {year}.", name=survey, year=when
    )
    years = ", ".join(map(str, there))
    return f"{words} {report.say('Đã có năm: {years}.', years=years)}" if there else words
