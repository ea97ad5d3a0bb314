"""Exploring a survey: choose indicator, breakdown, year and interval, and see chart, table and code.

In JupyterLab an ``Explorer`` shows controls; in a rendered report the chart and the table of its
first choice. What is shown is protected as in the reports: nothing appears here that could not be
published.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from qngai_analysis import paths, raw
from qngai_analysis.errors import ParameterError, SurveyError
from qngai_analysis.page import charts
from qngai_analysis.page.blocks import Figure, Prose, literal
from qngai_analysis.page.multiples import over_years
from qngai_analysis.page.tables import MIME, Table
from qngai_analysis.plan import read_plan
from qngai_analysis.project import read_project
from qngai_analysis.report.base import (
    SIMULATED,
    Speaker,
    at_right,
    column,
    counted,
    estimate,
    interval,
    measured,
    row_head,
    why_absent,
)
from qngai_analysis.report.printed import HIDDEN, NOT_SIGNIFICANT, REMARKS, ROUNDED, probability
from qngai_analysis.report.sector.gaps import above_lowest, told
from qngai_analysis.report.sector.loading import NO_ANSWERS, Sector, group_words, grouping_words, scale_of
from qngai_analysis.report.sector.survey import map_values, unit_grid
from qngai_analysis.survey.form.codebook import Codebook, Indicator, Question, read_codebook, surveys
from qngai_analysis.survey.release.treatment import Treatment
from qngai_analysis.words.language import Lang, language

if TYPE_CHECKING:
    from qngai_analysis.survey import Survey

WHOLE = "province"  # the breakdown that is none
VIEWS = {
    "dots": "Chấm và khoảng tin cậy",
    "map": "Sơ đồ ô vuông",
    "years": "Qua các năm",
    "table": "Chỉ bảng",
    "groups": "Chênh lệch với nhóm thấp nhất",
    "change": "Chênh lệch với các năm trước",
}
TESTS = ("groups", "change")  # a table of differences, no chart
METHODS = {"logit": "Logit", "korn-graubard": "Korn–Graubard"}
WIDGET = "application/vnd.jupyter.widget-view+json"
_TESTED = {
    "groups": "Kiểm định theo thiết kế mẫu; p và khoảng tin cậy đã tính số cặp nhóm (Bonferroni). Nhóm không công bố thì không so.",
    "change": "Toàn tỉnh; hai mẫu của hai năm coi là độc lập.",
}
BLANK = "\u00a0"  # a table prints an empty text as "…", no figure
STATIC = "QNGAI_STATIC"  # set where nobody can click: the engine that renders reports

_PRINTED = {"value": "estimate", "low": "ci_low", "high": "ci_high", "se": "se"}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Choice:
    """
    What is on screen.

    ``by`` is a grouping's name or ``"province"``; ``method`` the interval of a proportion (other
    statistics take Student's t); ``view`` one of ``VIEWS``.
    """

    survey: str
    year: int
    indicator: str
    by: str
    method: str = "logit"
    view: str = "dots"


def explore(
    source: Sector | str,
    year: int | None = None,
    *,
    indicator: str | None = None,
    by: str | None = None,
    method: str = "logit",
    view: str = "dots",
    lang: str | None = None,
    real_only: bool | None = None,
    until: int | None = None,
) -> Explorer:
    """Return an explorer of a survey, or of the surveys of a sector.

    Parameters
    ----------
    source : Sector or str
        A sector (``report.sector.load``), or the name of a survey such as ``"households"``.
    year : int, optional
        Year of the survey file; by default the sector's edition, or the newest file.
    indicator : str, optional
        By default the sector's second (its report shows the first anyway), or the codebook's first.
    by : str, optional
        A grouping: ``"district"``, a domain or a select-one question of the codebook, or
        ``"province"`` for no breakdown. By default the sector's second, or the district.
    method : {"logit", "korn-graubard"}
        The interval of a proportion (``docs/methods/intervals.md``).
    view : {"dots", "map", "years", "table", "groups", "change"}
    lang : {"vi", "en"}, optional
        By default the sector's, or Vietnamese.
    real_only : bool, optional
        Leave simulated files out; by default as the sector does, or False.
    until : int, optional
        Leave files of later years out; by default those after the sector's year, or none.

    Returns
    -------
    Explorer
        If there is no file to explore, it shows which one is missing and how to make one; a
        notebook goes on.

    Raises
    ------
    ParameterError
        An indicator, grouping, method, view or language is unknown; the message lists what there is.
    SurveyError
        There is no survey of this name.
    """
    chosen: dict[str, Any] = {
        name: value
        for name, value in {"indicator": indicator, "by": by, "method": method, "view": view}.items()
        if value is not None
    }
    if isinstance(source, Sector):
        real = source.real_only if real_only is None else real_only
        until = max(source.year, source.edition) if until is None else until
        offers = tuple(_sector_offers(source, real, until))
        named: Sequence[str] = [block.name for block in source.scope.survey]
        year, code = year or source.edition, lang or source.lang
    else:
        read_codebook(source)  # an unknown survey is refused here
        real = bool(real_only)
        offers = tuple(_offers(source, real, until))
        named, code = [source], lang or "vi"
    _one_of("method", method, METHODS)
    _one_of("view", view, VIEWS)
    return Explorer.starting(offers, named, year, chosen, lang=language(code), real_only=real, until=until)


@dataclass(frozen=True)
class Offer:
    """One survey that can be explored: years with a file, indicators, groupings, and which of them open."""

    codebook: Codebook
    files: Mapping[int, str]  # year: "real" or "simulated"
    indicators: tuple[str, ...]
    by: tuple[str, ...]
    first: str
    first_by: str

    @property
    def name(self) -> str:
        """The survey's name."""
        return self.codebook.name

    @property
    def years(self) -> tuple[int, ...]:
        """The years with a file, oldest first."""
        return tuple(self.files)

    def groupings(self, indicator: str) -> list[str]:
        """Return what an indicator can be broken down by.

        Not by a question it is itself made of; and an indicator of the household not by a question
        that each member answers.
        """
        item = self.codebook.indicators[indicator]
        own = set(item.numerator.names)
        names = [name for name in self.by if name not in own and not (item.per_unit and self._member(name))]
        return [WHOLE, *names]

    def _member(self, by: str) -> bool:
        questions = self.codebook.questions
        if by in questions:
            return questions[by].repeat
        return any(
            questions[name].repeat
            for _, _, condition in self.codebook.domains[by].groups
            for name in condition.names
        )


def _sector_offers(sector: Sector, real_only: bool, until: int | None) -> Iterator[Offer]:
    for block in sector.scope.survey:
        files = _files(block.name, real_only, until)
        if sector.edition in files:
            yield offered(block.name, files, block.indicators, block.by)


def _offers(first: str, real_only: bool, until: int | None) -> Iterator[Offer]:
    for name in sorted(surveys(), key=lambda name: name != first):
        if files := _files(name, real_only, until):
            yield offered(name, files)
        elif name == first:
            return  # the survey asked for is not there: say so, rather than open another


def offered(
    name: str, files: Mapping[int, str], indicators: Sequence[str] = (), by: Sequence[str] = ()
) -> Offer:
    """Return what a survey offers; ``indicators`` and ``by`` come before the codebook's own order."""
    codebook = read_codebook(name)
    usual = [column for column in (codebook.design.district, codebook.design.urban) if column]
    usual += [*codebook.domains, *_reported(name)]
    others = [question.name for question in codebook.questions.values() if _groups(question, codebook)]
    known = {*codebook.domains, *others}
    groupings = tuple(name for name in dict.fromkeys([*by, *usual, *others]) if name in known)
    # a sector's report charts its first indicator, and districts, anyway
    opening = [*indicators[1:], *indicators, *codebook.indicators]
    opening_by = [*by[1:], *by, *groupings, WHOLE]
    return Offer(
        codebook,
        files,
        tuple(dict.fromkeys([*indicators, *codebook.indicators])),
        groupings,
        opening[0],
        opening_by[0],
    )


def _reported(survey: str) -> list[str]:
    """Return the groupings that the sector reports use for a survey."""
    blocks = [block for scope in read_project().sectors.values() for block in scope.survey]
    return [name for block in blocks if block.name == survey for name in block.by]


def _groups(question: Question, codebook: Codebook) -> bool:
    return question.type == "select_one" and question.name != codebook.design.outcome


def _files(survey: str, real_only: bool, until: int | None = None) -> dict[int, str]:
    """Return the years that have a usable file, oldest first, and whether it is real or simulated."""
    from qngai_analysis.survey.form.files import FORMATS

    folder = paths.raw("surveys", survey)
    found = sorted(file for file in folder.iterdir() if file.suffix in FORMATS and file.stem.isdigit())
    found = [file for file in found if until is None or int(file.stem) <= until]
    files = {int(file.stem): raw.read_sidecar(file).status for file in found}
    return {year: status for year, status in files.items() if status == "real" or not real_only}


class Explorer:
    """Chart, table and code of a choice, with controls to change it.

    Make one with ``explore``. As the value of a cell it shows controls in JupyterLab; the rendered
    report shows ``blocks()``.

    Attributes
    ----------
    choice : Choice, or None where there is nothing to explore
    offers : the surveys to choose from
    """

    def __init__(
        self,
        offers: Sequence[Offer],
        choice: Choice | None,
        *,
        lang: Lang,
        real_only: bool,
        until: int | None = None,
        missing: str = "",
    ) -> None:
        self.offers = {offer.name: offer for offer in offers}
        self.lang = lang
        self._speaker = Speaker(lang)
        self.say = self._speaker.say
        self.real_only = real_only
        self.until = until
        self.missing = missing
        self.choice: Choice | None = choice and self._checked(choice)
        self._number = next(_numbers)
        self._kept: dict[tuple[object, ...], pd.DataFrame] = {}
        self._drawn: dict[Choice, Figure | Prose] = {}

    @classmethod
    def starting(
        cls,
        offers: Sequence[Offer],
        named: Sequence[str],
        year: int | None,
        chosen: Mapping[str, Any],
        *,
        lang: Lang,
        real_only: bool,
        until: int | None,
    ) -> Explorer:
        """Return an explorer at its first choice; for ``explore``, which says what the arguments are."""
        usable = [offer for offer in offers if year is None or year in offer.years]
        if not usable or usable[0].name not in named:
            missing = _missing(named, year, real_only, Speaker(lang))
            return cls((), None, lang=lang, real_only=real_only, until=until, missing=missing)
        offer = usable[0]
        wanted = chosen.get("indicator")
        if wanted is not None:  # a sector has several surveys: take the one that has the indicator
            offer = next((o for o in usable if wanted in o.indicators), offer)
        indicator = wanted or offer.first
        groupings = offer.groupings(indicator) if indicator in offer.indicators else [WHOLE]
        first_by = offer.first_by if offer.first_by in groupings else groupings[min(1, len(groupings) - 1)]
        start = Choice(offer.name, year or offer.years[-1], indicator, first_by)
        return cls(offers, replace(start, **chosen), lang=lang, real_only=real_only, until=until)

    # ------------------------------------------------------------ choosing

    def choose(self, **changes: Any) -> Choice:
        """Change the choice and return it.

        What no longer fits what was changed falls back: another survey brings its own indicator,
        grouping and year; the map needs the districts.

        Raises
        ------
        ParameterError
            A value is unknown; the message lists what there is. The choice stays as it was.
        """
        if self.choice is None:
            raise ParameterError("không có gì để chọn: {missing}", missing=self.missing)
        if changes.get("view") == "map" and "by" not in changes:
            changes["by"] = self._district(changes.get("survey", self.choice.survey)) or self.choice.by
        elif (
            changes.get("by", self.choice.by) != self._district(self.choice.survey)
            and self.choice.view == "map"
        ):
            changes.setdefault("view", "dots")
        made = self._checked(self._fitting(replace(self.choice, **changes), changes))
        self.choice = made
        return made

    def _district(self, survey: str) -> str:
        return self.offers[survey].codebook.design.district if survey in self.offers else ""

    def _fitting(self, choice: Choice, changes: Mapping[str, Any]) -> Choice:
        offer = self.offers.get(choice.survey)
        if offer is None:
            return choice
        if choice.indicator not in offer.indicators and "indicator" not in changes:
            choice = replace(choice, indicator=offer.indicators[0])
        if choice.year not in offer.years and "year" not in changes:
            choice = replace(choice, year=offer.years[-1])
        if choice.indicator in offer.indicators and "by" not in changes:
            groupings = offer.groupings(choice.indicator)
            choice = (
                choice
                if choice.by in groupings
                else replace(choice, by=groupings[min(1, len(groupings) - 1)])
            )
        if choice.view == "map" and choice.by != offer.codebook.design.district:
            choice = replace(choice, view="dots")
        if choice.view == "change" or (choice.view == "groups" and choice.by == WHOLE):
            fit = WHOLE if choice.view == "change" else offer.groupings(choice.indicator)[-1]
            choice = replace(choice, by=fit)
        return choice

    def _checked(self, choice: Choice) -> Choice:
        _one_of("survey", choice.survey, self.offers)
        offer = self.offers[choice.survey]
        _one_of("indicator", choice.indicator, offer.indicators)
        _one_of("by", choice.by, offer.groupings(choice.indicator))
        _one_of("year", choice.year, offer.years)
        _one_of("method", choice.method, METHODS)
        _one_of("view", choice.view, VIEWS)
        if choice.view == "map" and choice.by != offer.codebook.design.district:
            raise ParameterError("view = 'map' hiện bản đồ theo huyện; by = {by!r} không có", by=choice.by)
        return choice

    def options(self) -> dict[str, list[tuple[str, Any]]]:
        """Return what can be chosen now, for each control: pairs of label and value."""
        choice = self._chosen
        offer = self._offer
        views = [name for name in VIEWS if name != "map" or offer.codebook.design.district]
        return {
            "survey": [(self._name(o.codebook), o.name) for o in self.offers.values()],
            "indicator": [(self._name(offer.codebook.indicators[name]), name) for name in offer.indicators],
            "by": [(self._grouping(name), name) for name in offer.groupings(choice.indicator)],
            "year": [(str(year), year) for year in offer.years],
            "method": [(words, name) for name, words in METHODS.items()],
            "view": [(self.say(VIEWS[name]), name) for name in views],
        }

    # ------------------------------------------------------------ what is known about the choice

    @property
    def _chosen(self) -> Choice:
        if self.choice is None:
            raise SurveyError(self.missing)
        return self.choice

    @property
    def _offer(self) -> Offer:
        return self.offers[self._chosen.survey]

    @property
    def _indicator(self) -> Indicator:
        return self._offer.codebook.indicators[self._chosen.indicator]

    def _name(self, entry: Any) -> str:
        return self._speaker.name(entry)

    def _grouping(self, by: str) -> str:
        if by == WHOLE:
            return self.say("toàn tỉnh")
        return grouping_words(self._offer.codebook, by, self.lang)

    def _years_shown(self) -> tuple[int, ...]:
        upto = [year for year in self._offer.years if year <= self._chosen.year]
        shown = {"years": self._offer.years, "change": tuple(upto)}
        return shown.get(self._chosen.view, (self._chosen.year,))

    @property
    def interval_matters(self) -> bool:
        """Whether the method changes what is on screen: only a proportion has a choice of intervals."""
        return self._indicator.kind == "proportion"

    @property
    def simulated(self) -> bool:
        """Whether what is on screen rests on simulated data."""
        return any(self._offer.files[year] == "simulated" for year in self._years_shown())

    # ------------------------------------------------------------ numbers

    def estimates(self) -> pd.DataFrame:
        """Return the protected estimates on screen.

        Columns are those of the estimating methods (shares 0-1), ``symbol`` and ``reason`` of
        ``survey.protect``, and ``year``. A suppressed value is missing.

        Raises
        ------
        SurveyError
            There is no file to explore.
        """
        return pd.concat([self._estimates(year) for year in self._years_shown()], ignore_index=True)

    def _estimates(self, year: int) -> pd.DataFrame:
        from qngai_analysis.survey.release.publication import published

        choice, item = self._chosen, self._indicator
        kept = (choice.survey, year, item.name, choice.by, choice.method)
        if kept in self._kept:
            return self._kept[kept]
        by = None if choice.by == WHOLE else choice.by
        survey = self._survey(year)
        method: Any = choice.method
        found = published(survey, item, by, method=method)
        if by is not None:  # "don't know" and "refused" are no groups to compare
            found = found[~found[by].isin(NO_ANSWERS)]
        self._kept[kept] = found.assign(year=year).reset_index(drop=True)
        return self._kept[kept]

    def _survey(self, year: int) -> Survey:
        from qngai_analysis.survey.loading import shared_survey

        return shared_survey(self._chosen.survey, year, real_only=self.real_only)

    def code(self) -> str:
        """Return the Python that makes what is on screen: ``table`` and, unless only the table is shown, ``chart``.

        Where there is nothing to explore it is a comment that says why.
        """
        if self.choice is None:
            return f"# {self.missing}\n"
        choice, item = self._chosen, self._indicator
        by = "" if choice.by == WHOLE else f', by="{choice.by}"'
        real = ", real_only=True" if self.real_only else ""
        year = max(self._years_shown())
        proportion = item.kind == "proportion"
        ways = {"years": "over_years", "groups": "difference", "change": "change"}
        way = ways.get(choice.view, "proportion" if proportion else "mean")
        shown = proportion and choice.method != "logit" and choice.view not in TESTS
        method = f', method="{choice.method}"' if shown else ""
        begun = [f'qn.begin(year={year}, lang="{self.lang}")'] if self.lang != "vi" else []
        lines = [
            "import qngai_analysis as qn",
            "",
            *begun,
            f'survey = qn.load_survey("{choice.survey}", {year}{real})',
            f'table = survey.{way}("{item.name}"{by}{method})',
        ]
        if choice.view not in ("table", *TESTS):
            lines.append(f'chart = qn.plot.{choice.view}(table, "{self._caption()}")')
        return "\n".join(lines) + "\n"

    # ------------------------------------------------------------ blocks

    def blocks(self) -> list[Figure | Table | Prose]:
        """Return the chart and the table on screen, or why there is none; what the report shows."""
        if self.choice is None:
            return [Prose(literal(self.missing))]
        table = self.table()
        figure = self.figure()
        if isinstance(figure, Figure):
            figure = figure.changed(data=None)
        return [table] if figure is None else [figure, table]

    def figure(self) -> Figure | Prose | None:
        """Return the chart on screen; words where it can't be drawn; None where only the table is shown."""
        choice = self._chosen
        if choice.view in ("table", *TESTS):
            return None
        if choice not in self._drawn:
            draw = {"map": self._map, "years": self._over_years, "dots": self._dots}[choice.view]
            frame = self._labelled()
            # a group nobody of which was asked is empty, not withheld; the table says so
            asked = frame if choice.view == "map" else frame[frame["n"].ne(0)]
            self._drawn[choice] = draw(asked) if len(asked) else Prose(self.say("không có trả lời"))
        return self._drawn[choice]

    def _labelled(self) -> pd.DataFrame:
        """Return the estimates with a ``group`` in the report's language, on the printed scale."""
        frame, by = self.estimates(), self._chosen.by
        if by == WHOLE:
            return frame.assign(group=self.say("Toàn tỉnh"))
        codebook = self._offer.codebook
        return frame.assign(group=[group_words(codebook, by, str(name), self.lang) for name in frame[by]])

    @property
    def _scale(self) -> float:
        return scale_of(self._indicator)

    @property
    def _unit(self) -> str:
        return self._speaker.unit(self._indicator.unit)

    def _caption(self) -> str:
        choice = self._chosen
        years = self._years_shown()
        when = f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])
        if choice.view in TESTS:
            unit = self.say("điểm phần trăm") if self._indicator.unit == "%" else self._unit
            words = self.say(VIEWS[choice.view]).lower()
            return f"{self._name(self._indicator)}: {words}, {choice.year} ({unit})"
        if choice.by == WHOLE:
            return self.say(
                "{indicator}, toàn tỉnh, năm {year}", indicator=self._name(self._indicator), year=when
            )
        return self.say(
            "{indicator} theo {by}, năm {year}",
            indicator=self._name(self._indicator),
            by=self._grouping(choice.by),
            year=when,
        )

    def _source(self) -> str:
        years = ", ".join(map(str, self._years_shown()))
        text = f"{self._name(self._offer.codebook)}, {years}"
        return f"{text} – {self.say(SIMULATED)}" if self.simulated else text

    def _common(self) -> dict[str, Any]:
        return {"lang": self.lang, "source": self._source(), "simulated": self.simulated}

    def _dots(self, frame: pd.DataFrame) -> Figure:
        if self._chosen.by == self._offer.codebook.design.district:
            frame = frame.sort_values("estimate", ascending=False, na_position="last", kind="stable")
        return charts.dot_interval(
            frame,
            "group",
            self._caption(),
            reference=_threshold(self._indicator.code, self.lang),
            scale=self._scale,
            unit=self._unit,
            **self._common(),
        )

    def _map(self, frame: pd.DataFrame) -> Figure:
        values = map_values(self._speaker, frame, self._scale)
        return charts.tile_map(
            values, unit_grid(self._offer.codebook), self._caption(), unit=self._unit, **self._common()
        )

    def _over_years(self, frame: pd.DataFrame) -> Figure | Prose:
        if len(self._years_shown()) < 2:
            return Prose(
                literal(self.say("Chưa có số liệu điều tra của hai năm trở lên để so sánh theo thời gian."))
            )
        return over_years(frame, self._caption(), scale=self._scale, unit=self._unit, **self._common())

    def table(self) -> Table:
        """Return the table on screen: estimate, interval, error and respondents of each group, or differences."""
        rows = self.printed()
        if self._chosen.view in TESTS:
            return self._speaker.table(
                rows,
                self._caption(),
                [
                    row_head("So sánh", "group"),
                    measured("Chênh lệch", "value"),
                    *interval(0.12),
                    at_right("p", "p"),
                    column("Có ý nghĩa", "note"),
                ],
                notes=[self.say(_TESTED[self._chosen.view])],
                source=self._source(),
                id=f"explore-{self._number}",
                simulated=self.simulated,
            )
        note = [column("Ghi chú", "note")] if (rows["note"] != BLANK).any() else []
        year = [column("Năm", "year", format="plain")] if len(self._years_shown()) > 1 else []
        return self._speaker.table(
            rows,
            self._caption(),
            [
                row_head("Nhóm", "group"),
                *year,
                counted("n", "n"),
                estimate(),
                measured("Cận dưới 95%", "low", unit_of="unit"),
                measured("Cận trên 95%", "high", unit_of="unit"),
                measured("Sai số chuẩn", "se"),
                measured("Hệ số thiết kế (deff)", "deff"),
                *note,
            ],
            notes=[self._method_note()],
            source=self._source(),
            id=f"explore-{self._number}",
            simulated=self.simulated,
        )

    def printed(self) -> pd.DataFrame:
        """Return the rows of the table, on the printed scale: ``group, year, n, value, low, high, se, deff, unit, flag, note``."""
        if self._chosen.view in TESTS:
            return self._differences()
        frame = self._labelled()
        return pd.DataFrame(
            {
                "group": frame["group"],
                "year": frame["year"],
                "n": frame["n"],
                **{name: (frame[kept] * self._scale).round(6) for name, kept in _PRINTED.items()},
                "deff": frame["deff"],
                "unit": self._unit,
                "flag": ["u" if self._doubtful(row) else "" for row in frame.to_dict("records")],
                "note": [self._remark(row) for row in frame.to_dict("records")],
            }
        )

    def _differences(self) -> pd.DataFrame:
        """Return the published differences, percentage points for shares: ``group, value, low, high, p, note``."""
        from qngai_analysis.survey.release.publication import changed

        choice, item, here = self._chosen, self._indicator, self._survey(self._chosen.year)
        if choice.view == "groups":
            known = told(self._labelled())
            found = {
                f"{known['group'].iloc[place]} – {known['group'].iloc[0]}": above_lowest(
                    here, item, choice.by, known, place
                )
                for place in range(len(known) - 1, 0, -1)
            }
        else:
            before = [year for year in self._offer.years if year < choice.year]
            found = {
                f"{choice.year} – {year}": changed(here, self._survey(year), item)
                for year in reversed(before)
            }
        rows = [
            {
                "group": name,
                "value": test["estimate"] * self._scale,
                "low": test["ci_low"] * self._scale,
                "high": test["ci_high"] * self._scale,
                "p": probability(self._speaker, test["p_value"]),
                "note": self.say("có" if test["p_value"] < NOT_SIGNIFICANT else "chưa"),
            }
            for name, test in found.items()
            if test is not None
        ]
        return pd.DataFrame(rows, columns=["group", "value", "low", "high", "p", "note"])

    def _remark(self, row: Mapping[Any, Any]) -> str:
        if row["symbol"]:
            return self.say("không công bố: {reason}", reason=self.say(HIDDEN[row["symbol"]]))
        if pd.isna(row["estimate"]):
            return self.say("không có trả lời")
        if row["treatment"] in REMARKS:
            return self.say(REMARKS[row["treatment"]])
        return self.say("kém tin cậy, dùng thận trọng") if self._doubtful(row) else BLANK

    @staticmethod
    def _doubtful(row: Mapping[Any, Any]) -> bool:
        return row["flag"] in ("review", "complement") and row["treatment"] != Treatment.CENSUS

    def _method_note(self) -> str:
        counted = self.say("n: số người (đơn vị) trả lời, làm tròn đến bội số của 5 để bảo mật.")
        if self._indicator.kind != "proportion":
            return f"{self.say('Khoảng tin cậy theo phân phối t của thiết kế mẫu.')} {counted}"
        words = self.say(
            "Khoảng tin cậy tính theo phương pháp {method}, có xét thiết kế mẫu.",
            method=METHODS[self._chosen.method],
        )
        return f"{words} {counted} {self.say(ROUNDED)}"

    # ------------------------------------------------------------ in a notebook

    @cached_property
    def panel(self) -> Any:
        """The widgets (``report.panel.Panel``), made when first asked for."""
        from qngai_analysis.report.panel import Panel

        return Panel(self)

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


@cache
def _threshold(code: str, lang: Lang) -> tuple[float, str] | None:
    """Return the plan's threshold for an indicator in per cent, with its words."""
    targets = read_plan(read_project().main_plan().name).targets
    mine = targets[(targets["indicator"] == code) & (targets["unit"] == "%")] if code else targets[:0]
    if not len(mine):
        return None
    first = mine.iloc[0]
    words = charts.target_words(first["comparator"], first["value"], "%", lang, first["value_high"])
    return float(first["value"]), Speaker(lang).say("mục tiêu: {words}", words=words)


def _one_of(name: str, value: object, known: Any) -> None:
    if value not in known:
        raise ParameterError(
            "{name} = {value!r}; giá trị hợp lệ: {known}",
            name=name,
            value=value,
            known=", ".join(map(str, known)),
        )


def _missing(named: Sequence[str], year: int | None, real_only: bool, speaker: Speaker) -> str:
    """Return which files are missing and how to make one."""
    if not named:
        return speaker.say("Lĩnh vực này chưa có cuộc điều tra nào được thiết kế.")
    return " ".join(_absent(read_codebook(name), year, real_only, speaker) for name in named)


def _absent(codebook: Codebook, year: int | None, real_only: bool, speaker: Speaker) -> str:
    there = list(_files(codebook.name, False))
    when = year or (there[-1] if there else max(codebook.simulation.get("years", (0,))))
    if when in there and real_only:
        return why_absent(speaker, codebook, when, simulated=True)
    words = speaker.say(
        "{survey}: chưa có tệp số liệu năm {year} (data/raw/surveys/{name}/{year}.csv). Tạo số liệu mô phỏng để tập "
        "dượt: qngai simulate {name} {year}",
        survey=speaker.name(codebook),
        name=codebook.name,
        year=when,
    )
    if not there:
        return f"{words}."
    return f"{words}; {speaker.say('đã có năm: {years}.', years=', '.join(map(str, there)))}"
