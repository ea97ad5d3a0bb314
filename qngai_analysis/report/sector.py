"""What a sector report is made of, read once: judged targets, survey files, tasks; how it opens, and its targets with their verdicts.

A notebook of a sector asks for the rest by the functions of ``qngai_analysis.notebook``; ``sectors.toml`` says what each
sector covers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from qngai_analysis import territory
from qngai_analysis.collection.state import states_of
from qngai_analysis.cutoff import cutoff_day
from qngai_analysis.errors import ParameterError
from qngai_analysis.page.blocks import Details, PageTitle, Prose, literal
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.model import Target, Task
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.tasks import TaskState
from qngai_analysis.progress.yearly import YearResult, judge_year, planned_targets, surveyed
from qngai_analysis.project import Role, SurveyBlock, read_project
from qngai_analysis.project import Sector as Scope
from qngai_analysis.report.base import SHARE, Report, Speaker, centred, column, row_head, verdict
from qngai_analysis.report.printed import EVIDENCE, SIMULATED
from qngai_analysis.survey.door import through_the_gate
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Indicator, read_codebook
from qngai_analysis.survey.form.intake import has_usable_file, load_file
from qngai_analysis.survey.release.treatment import Treatment
from qngai_analysis.territory import TOGETHER
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.folding import fold
from qngai_analysis.words.language import language
from qngai_analysis.words.said import Lang, inside, translate

if TYPE_CHECKING:
    from qngai_analysis.survey import Survey
    from qngai_analysis.survey.release.making import Method

NO_ANSWERS = {choice.vi for choice in SPECIAL.values()}  # "không biết" is no group to compare with


@dataclass(frozen=True)
class SectorSurvey:
    """One survey of a sector in one year: the file, its codebook and what is broken down how."""

    name: str
    year: int
    codebook: Codebook
    survey: Survey
    indicators: tuple[Indicator, ...]
    by: tuple[str, ...]
    simulated: bool

    def estimate(self, indicator: Indicator, by: str | None = None, method: Method = "logit") -> pd.DataFrame:
        """Return an indicator's estimates, protected: what must not be published is emptied."""
        from qngai_analysis.survey.release.publication import published

        return published(self.survey, indicator, by, method=method)

    def by_group(self, indicator: Indicator, by: str, lang: Lang, method: Method = "logit") -> pd.DataFrame:
        """Return an indicator's protected estimates by a grouping; ``group`` its values, ``label`` their words."""
        name = self.column(by)
        found = self.estimate(indicator, name, method).rename(columns={name: "group"})
        found["group"] = found["group"].astype(str)
        return found.assign(label=[group_words(self.codebook, name, group, lang) for group in found["group"]])

    def column(self, by: str) -> str:
        """Return the column of the file that holds a grouping."""
        return self.codebook.design.district if by == "district" else by

    def mark(self, speaker: Speaker) -> str:
        """Return what a sentence about the survey ends with where its data are simulated."""
        return f" – {speaker.say(SIMULATED)}" if self.simulated else ""

    def source(self, speaker: Speaker) -> str:
        """Return the source line of what is made of the survey."""
        return f"{speaker.name(self.codebook)}, {self.year}{self.mark(speaker)}"


@dataclass(frozen=True)
class SectorReport(Report):
    """Everything a sector report is made of, loaded once."""

    sector: str
    edition: int
    district: str | None
    cutoff: date
    scope: Scope  # what the report covers
    main: str  # the plan whose targets are the sector's first
    result: YearResult

    @property
    def named(self) -> Mapping[str, object]:
        """What any of its sentences may name."""
        return {"year": self.year, "district": self.district, "cutoff": self.text_day(self.cutoff)}

    @cached_property
    def samples(self) -> list[SectorSurvey]:
        """The sector's surveys that have a file of the edition and may be used."""
        read = (read_sample(block, self.edition, real_only=self.real_only) for block in self.scope.survey)
        return [sample for sample in read if sample is not None]

    @cached_property
    def absent(self) -> list[str]:
        """Why a survey of the sector can't be used, one sentence each."""
        used = {sample.name for sample in self.samples}
        names = (block.name for block in self.scope.survey if block.name not in used)
        return [self.why_absent(name, self.edition) for name in names]

    @cached_property
    def tasks(self) -> list[tuple[str, TaskState]]:
        """The sector's tasks in all plans with where they stand, each with the name of its plan; the main plan's first."""
        beside = read_project().plans(Role.LATER, Role.TASKS)
        names = [self.main, *(entry.name for entry in beside if entry.first_year <= self.year)]
        return [
            (name, state)
            for name in dict.fromkeys(names)
            for state in states_of(name, self.year, self.cutoff)[len(read_plan(name).goals) :]
            if belongs(self.scope, state.task, main=name == self.main)
        ]

    @cached_property
    def simulated(self) -> bool:
        """Whether anything shown rests on simulated data."""
        judged = any(outcome.simulated for outcome in self.targets)
        return judged or any(sample.simulated for sample in self.samples)

    @cached_property
    def targets(self) -> list[Outcome]:
        """The targets that the plans set for the province in the sector, with their outcome."""
        return self._outcomes(lambda target: self._mine(target) and not for_a_district(target))

    @cached_property
    def local_targets(self) -> list[Outcome]:
        """The sector's targets that the plans set for single districts, or for the chosen one."""
        return self._outcomes(lambda target: self._mine(target) and self._here(target))

    @cached_property
    def common_targets(self) -> list[Outcome]:
        """The chosen district's targets that belong to no sector's report."""
        listed = {code for scope in read_project().sectors.values() for code in scope.indicators}
        return self._outcomes(
            lambda target: bool(self.district) and self._here(target) and target.indicator not in listed
        )

    def _mine(self, target: Target) -> bool:
        return target.indicator in (*self.scope.indicators, *self.scope.shared)

    def _here(self, target: Target) -> bool:
        return for_a_district(target) if self.district is None else target.geography == self.district

    def _outcomes(self, chosen: Callable[[Target], bool]) -> list[Outcome]:
        return [outcome for outcome in self.result.outcomes if chosen(outcome.target)]


def load(
    sector: str,
    *,
    year: int,
    plan: str | None = None,
    edition: int | None = None,
    district: str | None = None,
    cutoff: str = "",
    real_only: bool = False,
    lang: str = "vi",
) -> SectorReport:
    """Read what a sector's report is made of.

    Parameters
    ----------
    sector : one of the project
    year : the reporting year
    plan : the plan whose targets come first; None: the project's of that year
    edition : year of the survey files; None: the reporting year
    district : name of a district to single out, or None for the province
    cutoff : day (``2026-03-31``) after which nothing published counts; empty: 31 March of the next year
    real_only : leave simulated surveys out

    Raises
    ------
    ParameterError
        There is no such sector or district, the plan does not cover the year, or the cut-off day is not a date.
    """
    scope = read_project().sector(sector)
    if district is not None:
        district = _unit_of_year(district, year)
    plans = read_project().judged(year, plan, ended=True)
    day_of = cutoff_day(cutoff, year)
    names = [block.name for block in scope.survey]
    codes = _codes(scope, plans)
    # one district's targets may be of any indicator
    observed = surveyed(
        edition or year, real_only=real_only, surveys=names, codes=None if district else codes
    )
    result = judge_year(
        year,
        plans=plans,
        observed=observed,
        cutoff=day_of,
        real_only=real_only,
        only=lambda target: target.indicator in codes or target.geography == district,
    )
    return SectorReport(
        language(lang), year, real_only, sector, edition or year, district, day_of, scope, plans[0], result
    )


@through_the_gate
def read_sample(block: SurveyBlock, year: int, *, real_only: bool) -> SectorSurvey | None:
    """Return a survey's file of a year; nothing where there is none that may be used."""
    if not has_usable_file(block.name, year, real_only=real_only):
        return None
    from qngai_analysis.survey.loading import shared_survey  # estimates take long to load

    loaded = load_file(block.name, year)
    codebook = loaded.codebook
    indicators = tuple(codebook.indicators[name] for name in block.indicators)
    survey, simulated = shared_survey(block.name, year), loaded.evidence == "simulated"
    return SectorSurvey(block.name, year, codebook, survey, indicators, block.by, simulated)


def for_a_district(target: Target) -> bool:
    """Return whether a target is set for one district or commune of the project's territory."""
    unit, home = territory.named(target.geography), territory.home()
    return unit is not None and unit.level in ("huyện", "xã") and unit != home


def units_of_year(year: int) -> list[str]:
    """Return the names of the units below the territory at the beginning of a year, then those at its end."""
    days = (date(year, 1, 1), date(year, 12, 31))
    return list(dict.fromkeys(unit.name for day in days for unit in territory.parts(day)))


def _unit_of_year(name: str, year: int) -> str:
    """Return a unit's name, typed in any case and without its kind where one fits; of a unit that was not there in the year the message says what it became, or the nearest and every district there is."""
    known = units_of_year(year)
    typed = name.casefold()
    fits = [unit for unit in known if typed in (unit.casefold(), territory.without_kind(unit).casefold())]
    if len(fits) == 1:
        return fits[0]
    if fits:
        wording = "district = {name}: là tên của nhiều đơn vị trong năm {year}; ghi đủ tên: {known}"
        typed_as = ", ".join(f'-p "district={unit}"' for unit in fits)
        raise ParameterError(wording, name=repr(name), year=year, known=typed_as)
    if now := territory.became(name):
        raise ParameterError("district = {name}; từ 01/7/2025 là {now}", name=repr(name), now=", ".join(now))
    wanted, *spelt = (fold(territory.without_kind(each)) for each in (name, *known))
    alike = {
        unit: SequenceMatcher(None, words, wanted).ratio() for unit, words in zip(known, spelt, strict=True)
    }
    ranked = sorted(known, key=lambda unit: -alike[unit])
    districts = {unit.name for unit in territory.parts(date(year, 1, 1)) if unit.level == "huyện"}
    near = dict.fromkeys([*ranked[: 3 if districts else 10], *(unit for unit in ranked if unit in districts)])
    raise ParameterError(
        "district = {name}: không có; phải là một trong {near}", name=repr(name), near=", ".join(near)
    )


def _codes(scope: Scope, plans: Sequence[str]) -> dict[str, set[str]]:
    """Return the indicators that a sector's targets and its surveys' charts are about, each with the districts it has targets for."""
    asked = {
        read_codebook(block.name).indicators[name].code for block in scope.survey for name in block.indicators
    }
    wanted = {*scope.indicators, *scope.shared, *asked} - {""}
    codes: dict[str, set[str]] = {code: set() for code in wanted}
    for target, _ in planned_targets(plans):
        if target.indicator in codes and for_a_district(target):
            unit = territory.named(target.geography)
            codes[target.indicator].add(unit.id if unit else "")
    return codes


def belongs(scope: Scope, task: Task, *, main: bool) -> bool:
    """Return whether a task is the sector's: by its place in the main plan, by its words in another."""
    if main and scope.tasks:
        places = {f"{task.part}.{task.section}", f"{task.part}.{task.subsection}"}
        return bool(places & set(scope.tasks))
    return any(word in task.text.casefold() for word in scope.words)


# ---------------------------------------------------------------- words of a survey


def group_words(codebook: Codebook, by: str, group: str, lang: Lang) -> str:
    """Return the words of a grouping's value in the language of the report."""
    if lang == "vi":
        return group
    if by in codebook.domains:
        return {vi: en for vi, en, _ in codebook.domains[by].groups}.get(group, group)
    choices = (*codebook.questions[by].choices, *SPECIAL.values()) if by in codebook.questions else ()
    return {choice.vi: choice.en for choice in choices}.get(group, group)


def grouping_words(codebook: Codebook, by: str, lang: Lang) -> str:
    """Return what a grouping is called inside a sentence."""
    if by in ("district", codebook.design.district):
        return translate(TOGETHER[codebook.kind], lang)
    entry: Any = codebook.domains.get(by) or codebook.questions[by]
    return inside(str(entry.vi if lang == "vi" else entry.en))


def scale_of(indicator: Indicator) -> float:
    """Return what an estimate is multiplied with to be printed: shares are printed per cent."""
    return SHARE if indicator.kind == "proportion" else 1.0


def printed(table: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Return protected estimates of an indicator on the printed scale, each with the flag it is printed with."""
    scaled = {
        name: (table[name] * scale_of(indicator)).round(6) for name in ("estimate", "ci_low", "ci_high", "se")
    }
    flags = ["" if is_missing(row.estimate) else _flag_of(row) for row in records(table)]
    return table.assign(**scaled, flag=flags)


def _flag_of(row: Any) -> str:
    """Return the flag of a printed estimate: ``c`` confidential, ``u`` unreliable."""
    if row.symbol == "c":
        return "c"
    if row.treatment == Treatment.CENSUS:  # few, but all there are: not unreliable
        return ""
    return "u" if row.flag in ("review", "complement", "suppress") else ""


# ---------------------------------------------------------------- how it opens, and its targets


def title(sector: SectorReport) -> PageTitle:
    """Return what stands under the title of the report, which is the notebook's own first heading."""
    subtitle = sector.say("Báo cáo chuyên đề năm {year}")
    home = territory.units()[read_project().territory]
    subtitle = f"{subtitle}, {sector.place_words(inside(home.bare))}"
    office = sector.agency(read_project().office(sector.cutoff).agency)
    return PageTitle(
        "",
        subtitle=f"{subtitle} – {sector.district}" if sector.district else subtitle,
        line=f"{office}. " + sector.say("Số liệu tính đến ngày {cutoff}"),
    )


def plans(sector: SectorReport) -> list[Prose]:
    """Return which plans speak of the sector, each with the number of its targets and tasks; nothing where none does."""
    named = [
        sector.act(read_plan(outcome.plan.name).document)
        for outcome in [*sector.targets, *sector.local_targets]
    ]
    targets = Counter(named)
    tasks = Counter(sector.act(read_plan(name).document) for name, _ in sector.tasks)
    line = "{plan} (chỉ tiêu: {targets}; nhiệm vụ: {tasks})"
    said = [
        sector.say(line, plan=plan, targets=targets[plan], tasks=tasks[plan]) for plan in {**targets, **tasks}
    ]
    words = sector.say("Các kế hoạch có nội dung về lĩnh vực này: {plans}.", plans=", ".join(said))
    return [Prose(literal(words))] if said else []


def target_table(sector: SectorReport) -> list[Grid | Prose]:
    """Return the sector's targets in all plans with their verdicts; those set for districts in a table of their own."""
    own = sector.say("Chỉ tiêu của lĩnh vực trong các kế hoạch và kết quả năm {year}")
    local = sector.say("Chỉ tiêu các kế hoạch giao riêng cho từng địa bàn")
    if sector.district:
        local = sector.say("Chỉ tiêu các kế hoạch giao riêng cho {district}")
    common = sector.say("Chỉ tiêu các kế hoạch giao riêng cho {district}, không thuộc riêng lĩnh vực nào")
    parts = (
        (sector.targets, own, "chi-tieu"),
        (sector.local_targets, local, "chi-tieu-huyen"),
        (sector.common_targets, common, "chi-tieu-chung-huyen"),
    )
    tables = [outcome_table(sector, *part) for part in parts if part[0]]
    return [*([] if sector.targets else [_no_targets(sector)]), *tables]


def outcome_table(report: Report, outcomes: Sequence[Outcome], caption: str, id: str = "") -> Grid:
    """Return targets of several plans with figure, verdict and on what it rests; with their places where those differ."""
    local = all(for_a_district(outcome.target) for outcome in outcomes)
    columns = [
        centred("Kế hoạch", lambda o: o.target.document, 0.07),
        *([column("Địa bàn", lambda o: o.target.geography, 0.12)] if local else []),
        row_head("Chỉ tiêu", lambda o: report.wording(o.target), 0.36),
        centred("Mục tiêu", lambda o: report.goal_words(o), 0.11),
        column("Năm", "deadline", 0.06, format="plain"),
        centred("Kết quả", lambda o: report.dated(o.figure, "\n"), 0.11),
        verdict(0.14, linked=True),
        column("Căn cứ", lambda o: report.say(EVIDENCE[o.evidence]), 0.13),
    ]
    return report.table(outcomes, caption, *columns, id=id)


def _no_targets(sector: SectorReport) -> Prose:
    return Prose(sector.say("Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này."))


def reasons(sector: SectorReport) -> list[Details] | list[Prose]:
    """Return the explanation behind each verdict of the sector, in the order of the table."""
    outcomes = [*sector.targets, *sector.local_targets, *sector.common_targets]
    if not outcomes:
        return [_no_targets(sector)]
    return sector.reasons(sector.result, outcomes, lambda outcome: _short(sector, outcome))


def _short(sector: SectorReport, outcome: Outcome) -> str:
    target = outcome.target
    place = f"{target.geography}: " if for_a_district(target) else ""
    return f"{target.document}: {place}{sector.wording(target).rstrip('.')}"
