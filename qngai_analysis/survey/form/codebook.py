"""Codebooks: a survey defined once, in one data file.

A survey is a folder ``data/raw/surveys/<name>/`` with a ``codebook.toml``. From it come the
questionnaire, the checks on what comes back, rehearsal data, the data dictionary and the variables
that estimates are made of. To add a survey, add a folder. See ``docs/tutorials/dinh-nghia-dieu-tra.md``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from qngai_analysis import paths, territory
from qngai_analysis.errors import SurveyError
from qngai_analysis.kept import settled
from qngai_analysis.settings import checked, read_toml, text_of, toml_of
from qngai_analysis.survey.form import held
from qngai_analysis.survey.form.condition import AnswerChoice, Answers, Condition, Floats, Item, Named, Status
from qngai_analysis.territory import ENGLISH, TOGETHER, Unit
from qngai_analysis.words.said import Said

if TYPE_CHECKING:
    import pandas as pd


#: Answers that are no answers. Their codes are the same in every survey and below any valid number.
SPECIAL = {
    "not_applicable": AnswerChoice("not_applicable", "Không áp dụng", "Not applicable", -7),
    "dont_know": AnswerChoice("dont_know", "Không biết", "Don't know", -8),
    "refused": AnswerChoice("refused", "Từ chối trả lời", "Refused", -9),
}
SPECIAL_STATUS = {-7: Status.NOT_APPLICABLE, -8: Status.DONT_KNOW, -9: Status.REFUSED}


@dataclass(frozen=True)
class Section(Named):
    """A group of questions. A ``repeat`` section is asked once for each member of the unit."""

    repeat: bool = False


@dataclass(frozen=True, kw_only=True)
class Question(Item):
    """
    One question, or one column of the design.

    ``source`` is ``form`` (asked), ``computed`` (by the form) or ``frame`` (comes with the sample
    list: weight, stratum, ...). ``ask_if`` routes to it; ``constraint`` must hold once it is
    answered; ``low`` and ``high`` bound a number (inclusive). ``special`` lists which of "không
    biết" and "từ chối" it allows. ``targets`` are the plan targets it measures, ``indicator`` the
    catalogue code. ``simulate`` says how rehearsal data answer it.
    """

    section: Section
    choice_list: str = field(default="", metadata={"written": False})  # the name of the choices
    unit: str = ""
    hint_vi: str = ""
    universe: str = ""
    source: Literal["form", "frame", "computed"] = "form"
    required: bool = False
    low: float | None = None
    high: float | None = None
    ask_if: Condition | None = None
    constraint: Condition | None = None
    constraint_vi: str = ""
    indicator: str = ""
    targets: tuple[str, ...] = ()
    note: str = ""
    simulate: Mapping[str, Any] = field(default_factory=dict)

    @property
    def repeat(self) -> bool:
        """Whether it is asked once for each member."""
        return self.section.repeat

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns in the analysis frame: one, or one a choice of several."""
        if self.type != "select_multiple":
            return (self.name,)
        return tuple(f"{self.name}_{choice.name}" for choice in self.choices)

    @cached_property
    def answers(self) -> tuple[AnswerChoice, ...]:
        """The choices, then the special answers that it allows."""
        return (*self.choices, *(SPECIAL[name] for name in self.special))


@dataclass(frozen=True)
class Domain(Named):
    """A grouping for tables, each group with its condition; a row that fits none is missing."""

    groups: tuple[tuple[str, str, Condition], ...]  # (vi, en, condition)

    def labels(self, answers: Answers) -> pd.Series[Any]:
        """Return an ordered categorical of Vietnamese group labels."""
        import pandas as pd  # heavy: only where a table is made

        codes = np.full(answers.size, -1, dtype=np.int64)
        for position, (_, _, condition) in enumerate(self.groups):
            codes[condition.test(answers).yes] = position
        names = pd.Index([vi for vi, _, _ in self.groups])
        return pd.Series(pd.Categorical.from_codes(codes, categories=names, ordered=True))


@dataclass(frozen=True)
class Indicator(Named):
    """
    A variable that estimates are made of.

    ``proportion``: 1 where ``numerator`` holds, 0 where it does not, missing outside ``universe`` and
    where a question it rests on was due and has no answer (with ``unknown = "no"``: 0 where it is
    unknown). A "no" that is sure by one answer of several counts only with the others, or "no" would
    be known more often than "yes" (``docs/methods/missing-answers.md``). ``mean``: the value of
    ``numerator`` in the universe. ``ratio``: ``numerator`` over ``denominator``, both numbers.
    ``code`` is its code in the catalogue of indicators, empty if it stands for none; ``age_from``
    the lower age bound it uses where the plan says only "trưởng thành".
    """

    kind: Literal["proportion", "mean", "ratio"]
    numerator: Condition
    universe: Condition | None = None
    denominator: Condition | None = None
    code: str = ""
    unit: str = "%"
    age_from: int | None = None
    targets: tuple[str, ...] = ()
    unknown: Literal["missing", "no"] = "missing"
    per_unit: bool = False  # one value a unit of the first stage (household), not one a member
    note: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns in the analysis frame (two for a ratio)."""
        if self.kind == "ratio":
            return (f"{self.name}_numerator", f"{self.name}_denominator")
        return (self.name,)

    def values(self, answers: Answers) -> list[Floats]:
        """Return its column (two for a ratio); NaN outside the universe or where unknown."""
        if self.kind == "proportion":
            truth = self.numerator.test(answers)
            found = [np.where(truth.yes, 1.0, np.where(truth.no | (self.unknown == "no"), 0.0, np.nan))]
            if self.unknown == "missing":
                # one "no" settles an "and", a "yes" needs every answer: what is settled by less than
                # all answers would be "no" too often
                found[0][~_complete(self.numerator, answers)] = np.nan
        else:
            parts = filter(None, (self.numerator, self.denominator))
            found = [self._number(part, answers) for part in parts]
        usable = ~np.isnan(found).any(axis=0)
        if self.universe is not None:
            usable &= self.universe.test(answers).yes
        return [np.where(usable, value, np.nan) for value in found]

    def due(self, answers: Answers) -> npt.NDArray[np.bool_]:
        """Return where a value was due: everywhere but where the row surely is outside ``universe``."""
        if self.universe is None:
            return np.ones(answers.size, dtype=bool)
        return ~self.universe.test(answers).no

    @staticmethod
    def _number(text: Condition, answers: Answers) -> Floats:
        """A number that was not asked for (routed out) is zero: a firm that sells nothing online sells 0."""
        filled = Answers(answers.size)
        for name in text.names:
            skipped = answers[name].status == Status.NOT_APPLICABLE
            filled[name] = replace(answers[name], values=np.where(skipped, 0.0, answers[name].values))
        return text.number(filled)


def _complete(condition: Condition, answers: Answers) -> npt.NDArray[np.bool_]:
    """Return where every question that a condition names was answered or did not apply."""
    statuses = [answers[name].status for name in condition.names]
    known = np.isin(statuses, (Status.ANSWERED, Status.NOT_APPLICABLE))
    return np.asarray(known.all(axis=0))


@dataclass(frozen=True)
class SurveyDesign:
    """Which columns hold the design. ``fpc`` holds population counts, one column a stage."""

    weight: str
    identifier: tuple[str, ...]
    strata: str = ""
    psu: str = ""
    ssu: str = ""
    fpc: tuple[str, ...] = ()
    singleton: str = "error"
    district: str = ""
    urban: str = ""
    outcome: str = ""
    completed: str = ""
    sample_key: str = ""

    @property
    def drawn(self) -> dict[str, Any]:
        """The columns of weights, strata, units and population counts, and how these count, as ``survey.estimate.design.Design`` takes them; None where there is none."""
        return {
            "weights": self.weight,
            "strata": self.strata or None,
            # units that were drawn one by one carry their number: a panel is matched by it
            "psu": self.psu or self.identifier[0],
            "ssu": self.ssu or None,
            "fpc": self.fpc or None,
            "singleton": self.singleton,
            "nonresponse": "phase",
        }

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the design names, in a fixed order."""
        named = (*self.identifier, self.district, self.urban, self.strata, self.psu, self.ssu)
        return tuple(dict.fromkeys(name for name in (*named, *self.fpc, self.weight, self.outcome) if name))


@dataclass(frozen=True)
class Roster(Named):
    """
    Members within a unit: ``parent`` identifies the unit, ``key`` numbers the members from 1, and
    ``count`` is the question that says how many there are (all of them are asked).
    """

    parent: str
    key: str
    count: str = ""


@dataclass(frozen=True, kw_only=True)
class SurveyHead(Named):
    """
    The entry ``[survey]`` of a codebook.

    ``tables_by`` names the columns whose groups its indicators are published by, the district among them.
    """

    population_vi: str
    population_en: str
    notes: tuple[str, ...] = ()
    tables_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Codebook(SurveyHead):
    """A survey as its codebook defines it; ``units`` are the districts, or the communes, of its day."""

    path: Path
    design: SurveyDesign
    sections: tuple[Section, ...]
    questions: Mapping[str, Question]
    indicators: Mapping[str, Indicator]
    domains: Mapping[str, Domain]
    roster: Roster | None
    simulation: Mapping[str, Any]
    units: tuple[Unit, ...] = ()

    @property
    def kind(self) -> str:
        """The level of the units it is published by: a key of :data:`qngai_analysis.territory.ONE`."""
        return self.units[0].level if self.units else "huyện"

    def table(self) -> pd.DataFrame:
        """
        Return the data dictionary: one row a question, in the order of the form.

        Columns: ``question, section, level, type, vi, en, answers`` (code = label), ``unit, asked_if,
        universe, low, high, source, indicator, targets``. Empty text means "none".
        """
        import pandas as pd

        rows = [
            {
                **vars(question),
                "question": question.name,
                "section": question.section.vi,
                "level": self.roster.name if question.repeat and self.roster else "unit",
                "answers": "; ".join(f"{choice.code} = {choice.vi}" for choice in question.answers),
                "asked_if": question.ask_if.text if question.ask_if else "",
                "targets": ", ".join(question.targets),
            }
            for question in self.questions.values()
        ]
        return pd.DataFrame(rows)[_DICTIONARY.split()]


_DICTIONARY = (
    "question section level type vi en answers unit asked_if universe low high source indicator targets"
)


def new_codebook(survey: str, title: str) -> Path:
    """
    Write the codebook of a new survey from the template, ready to be used and changed; return its path.

    Raises
    ------
    SurveyError
        The name is no name of a folder here (small Latin letters, digits, underscore), or the survey exists.
    """
    if not _NAME.fullmatch(survey):
        wording = "{survey}: tên điều tra gồm chữ thường không dấu, chữ số và dấu _, ví dụ cua_hang"
        raise SurveyError(wording, survey=survey)
    file = paths.raw("surveys", survey, "codebook.toml")
    if file.exists():
        raise SurveyError("{file}: đã có; sửa tệp đó, hoặc đặt tên khác", file=file)
    template = Path(__file__).with_name("new_codebook.toml").read_text(encoding="utf-8")
    file.parent.mkdir(parents=True, exist_ok=True)
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    file.write_text(template.replace("NAME", survey, 1).replace("TITLE", quoted), encoding="utf-8")
    return file


@settled
def read_codebook(survey: str | Path, on: date | None = None) -> Codebook:
    """
    Read a survey's codebook.

    Parameters
    ----------
    survey : name of a folder in ``data/raw/surveys``, or path of a ``codebook.toml``
    on : a day of its field work: ``@districts`` are the units of that day (default: see
        :func:`qngai_analysis.territory.survey_day`)

    Raises
    ------
    SurveyError
        There is no such survey (the message lists those there are), the file is not TOML, or an
        entry is wrong; the message names file, entry and what would be right.
    """
    path = held.codebook_file(survey)
    return _parse_codebook(path, text_of(path, SurveyError), territory.survey_units(territory.survey_day(on)))


@lru_cache(maxsize=32)
def _parse_codebook(path: Path, text: str, units: tuple[Unit, ...]) -> Codebook:
    # by content, the units with it: a report asks for the same codebooks a hundred times
    content = toml_of(path, unicodedata.normalize("NFC", text), SurveyError)
    return _CodebookReader(path, content, units).codebook()


def survey_coverage() -> pd.DataFrame:
    """
    Return which plan targets a survey can measure, and why not the others.

    Read from ``data/raw/surveys/measurable.toml``. Columns: ``target`` (id such as ``906.07``),
    ``measurable`` (bool), ``survey``, ``indicator`` (name in that survey's codebook), ``why`` (the
    reason where it can't be measured; else empty).

    Raises
    ------
    RawFileError
        The file is missing or not TOML.
    """
    import pandas as pd

    rows = [
        {"target": f"{plan}.{number}", **entry}
        for plan, targets in read_toml(paths.raw("surveys", "measurable.toml")).items()
        for number, entry in targets.items()
    ]
    return pd.DataFrame(rows, columns=["target", "measurable", "survey", "indicator", "why"]).fillna("")


# -- reading -------------------------------------------------------------------------------

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
# how an entry writes a field of a type
_WRITTEN = dict.fromkeys((Section, Condition, Condition | None, tuple[AnswerChoice, ...]), str)
_LIMITS = 3  # within a doubling: on average further apart than p%
_SMALL = 10  # smaller counts are no sizes
_SCALE = 200  # nor is what lies within as much: an age, a share in per cent
FORMER = "former_territory"  # the grouping that a file by merged communes gets


class _CodebookReader:
    """Turns the TOML of one codebook into objects; every refusal names file and entry."""

    def __init__(self, path: Path, content: Mapping[str, Any], units: tuple[Unit, ...]) -> None:
        self.path, self.content, self.units = path, content, units
        self.place = ""  # of the entry being read
        self.questions: dict[str, Question] = {}

    def _refusal(self, wording: str, /, **values: object) -> SurveyError:
        return SurveyError("{where}: {what}", where=self.place, what=Said(wording, **values))

    def _refuse_any(self, wrong: Iterable[object], wording: str, /, **values: object) -> None:
        """Refuse the entry that is read if anything is wrong with it; the wording names the first as ``name``."""
        for name in wrong:
            raise self._refusal(wording, name=name, **values)

    def _at(self, entry: str) -> str:
        self.place = f"{self.path}: {entry}"
        return self.place

    def codebook(self) -> Codebook:
        for name in ("section", "question", "indicator", "domain"):
            self._at(name)
            entries = self.content.get(name, [])
            if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
                raise self._refusal("mỗi mục viết dưới hai ngoặc vuông")
        head, folder = self._entry(SurveyHead, "survey"), self.path.parent.name
        wording = "name = {name!r}, còn thư mục là {folder!r}: hai tên phải là một"
        self._refuse_any({head["name"]} - {folder}, wording, folder=folder)
        sections = {item["name"]: Section(**item) for item in self._entries(Section, "section")}
        roster = Roster(**self._entry(Roster, "roster")) if "roster" in self.content else None
        if roster is None and any(section.repeat for section in sections.values()):
            raise self._refusal("một phần lặp lại nhưng không có [roster]")
        lists = self.content.get("choices", {})
        self.lists = {name: self._listed(name, entries) for name, entries in lists.items()}
        for item in self._entries(Question, "question"):
            self._add_question(item, sections)
        # groups and questions share one space of names in a questionnaire
        for name in (*sections, *((roster.name,) if roster else ())):
            self._at(f"section {name!r}")
            self._refuse_any({name} & self.questions.keys(), "một câu hỏi đã mang tên này")
        self._check_labels()
        design = self._design(roster)
        former = self._former(design)
        domains = {item["name"]: self._domain(**item) for item in self._entries(Domain, "domain")} | former
        indicators = self._indicators()
        self._refuse_near_limits(
            [rule for item in indicators.values() for rule in (item.numerator, item.universe) if rule]
            + [rule for domain in domains.values() for _, _, rule in domain.groups]
        )
        groups = [design.district] * bool(design.district) + [*head.pop("tables_by", ()), *former]
        self._at("survey")
        unknown = [name for name in groups if name not in domains and name not in self.questions]
        self._refuse_any(unknown, "tables_by: không có câu hỏi hay phân tổ {name!r}")
        return Codebook(
            **head,
            path=self.path,
            design=design,
            sections=tuple(sections.values()),
            questions=self.questions,
            indicators=indicators,
            domains=domains,
            roster=roster,
            simulation=self.content.get("simulate", {}),
            tables_by=tuple(dict.fromkeys(groups)),
            units=self.units,
        )

    def _entry(self, kind: type, name: str) -> dict[str, Any]:
        """Return an entry whose keys are the fields of a dataclass."""
        return checked(kind, self.content.get(name, {}), self._at(name), SurveyError, _WRITTEN)

    def _entries(self, kind: type, name: str) -> Iterator[dict[str, Any]]:
        """Yield the entries of a name, the reader standing at each."""
        for entry in self.content.get(name, []):
            yield checked(kind, entry, self._at(f"{name} {entry.get('name')!r}"), SurveyError, _WRITTEN)

    def _check_labels(self) -> None:
        # an export with labels has them for column names
        for language in ("vi", "en"):
            seen: dict[str, str] = {}
            for question in self.questions.values():
                self._at(f"question {question.name!r}")
                other = seen.setdefault(getattr(question, language).casefold(), question.name)
                twin = {other} - {question.name}
                self._refuse_any(twin, "nhãn {language} trùng với nhãn của {name!r}", language=language)

    def _add_question(self, item: dict[str, Any], sections: Mapping[str, Section]) -> None:
        name, kind, section = item["name"], item["type"], item["section"]
        if not _NAME.fullmatch(name):
            raise self._refusal("tên gồm chữ thường không dấu, chữ số và _, nhiều nhất 40 ký tự")
        self._refuse_any({name} & self.questions.keys(), "tên này có hai lần")
        known = ", ".join(sections)
        self._refuse_any({section} - sections.keys(), "không có phần {name!r}; có {known}", known=known)
        item |= {"section": sections[section], "choice_list": item.get("choices", "")}
        item["choices"] = self._choices(kind, item["choice_list"])
        if item["choice_list"] == "@districts" and self.units:
            level = self.units[0].level
            together, item["en"] = TOGETHER[level].capitalize(), ENGLISH[level]
            item["vi"] = re.sub(r"^huyện, thị xã, thành phố", together, item["vi"], flags=re.IGNORECASE)
        asked = item.get("source", "form") == "form" and kind == "select_one"
        item.setdefault("special", ("dont_know", "refused") if asked else ())
        self._check_special(item)
        for key in {"ask_if", "constraint"} & item.keys():
            item[key] = self._condition(key, item[key], item)
        self.questions[name] = Question(**item)

    def _check_special(self, item: Mapping[str, Any]) -> None:
        unknown = [name for name in item["special"] if name not in ("dont_know", "refused")]
        self._refuse_any(unknown, "câu trả lời đặc biệt {name!r}; chỉ có 'dont_know' và 'refused'")
        if item["special"] and item["type"] in ("integer", "decimal") and not item.get("low", -1) >= 0:
            raise self._refusal("câu hỏi số có câu trả lời đặc biệt cần low >= 0 (mã của chúng là số âm)")
        if item["special"] and item["type"] in ("date", "text"):
            raise self._refusal("câu hỏi ngày hoặc chữ không có câu trả lời đặc biệt")

    def _condition(self, key: str, text: str, item: Mapping[str, Any]) -> Condition:
        known = dict(self.questions)
        if key == "constraint":
            # a constraint may speak of its own question, and of those before it
            plain = {k: v for k, v in item.items() if k not in ("ask_if", "constraint")}
            known[item["name"]] = Question(**plain)
        condition = Condition(text, known, where=f"{self.place}: {key}")
        if item.get("source", "form") == "form":
            frame = [name for name in condition.names if known[name].source == "frame"]
            wording = "{key} dựa vào {name!r} mà phiếu không hỏi: hãy hỏi trong phiếu"
            self._refuse_any(frame, wording, key=key)
        if not item["section"].repeat and any(known[name].repeat for name in condition.names):
            raise self._refusal("{key} của câu hỏi cho đơn vị lại nói đến câu hỏi cho thành viên", key=key)
        return condition

    def _choices(self, kind: str, name: str) -> tuple[AnswerChoice, ...]:
        if kind not in ("select_one", "select_multiple"):
            self._refuse_any(filter(None, [name]), "kiểu {kind!r} không có danh sách lựa chọn", kind=kind)
            return ()
        if name == "@districts":
            return tuple(AnswerChoice(unit.code, unit.name, unit.name, int(unit.code)) for unit in self.units)
        wording = "không có danh sách lựa chọn {name!r}; có {known}"
        self._refuse_any({name} - self.lists.keys(), wording, known=", ".join(self.lists))
        return self.lists[name]

    def _listed(self, name: str, entries: Any) -> tuple[AnswerChoice, ...]:
        where = self._at(f"choices.{name}")
        found = tuple(AnswerChoice(**checked(AnswerChoice, entry, where, SurveyError)) for entry in entries)
        for key in ("code", "name", "vi"):
            values = [getattr(choice, key) for choice in found]
            twice = (value for value in values if values.count(value) > 1)
            self._refuse_any(twice, "{key} {name!r} có hai lần", key=key)
        kept = (choice.name for choice in found if choice.code < 0 or choice.name in SPECIAL)
        self._refuse_any(kept, "{name!r}: mã âm và tên này dành cho câu trả lời đặc biệt")
        return found

    def _design(self, roster: Roster | None) -> SurveyDesign:
        design = SurveyDesign(**self._entry(SurveyDesign, "design"))
        members = (roster.parent, roster.key, roster.count) if roster else ()
        unknown = (n for n in (*design.columns, *filter(None, members)) if n not in self.questions)
        self._refuse_any(unknown, "không có câu hỏi {name!r}; hãy khai báo cột này thành một câu hỏi")
        if design.outcome and design.completed not in self.questions[design.outcome].codes:
            wording = "completed = {value!r} không phải lựa chọn của {question!r}"
            raise self._refusal(wording, value=design.completed, question=design.outcome)
        return design

    def _indicators(self) -> dict[str, Indicator]:
        found: dict[str, Indicator] = {}
        for item in self._entries(Indicator, "indicator"):
            if item["name"] in self.questions or item["name"] in found:
                raise self._refusal("tên này đã thuộc một câu hỏi hoặc một chỉ tiêu khác")
            if (item["kind"] == "ratio") != ("denominator" in item):
                raise self._refusal("chỉ tiêu kiểu ratio, và chỉ kiểu ratio, có denominator")
            for key in {"numerator", "denominator", "universe"} & item.keys():
                numeric = key == "denominator" or (key == "numerator" and item["kind"] != "proportion")
                where = f"{self.place}: {key}"
                item[key] = Condition(item[key], self.questions, where=where, numeric=numeric)
                coded = [name for name in item[key].names if numeric and not self.questions[name].numeric]
                wording = '{key} tính với mã các lựa chọn của {name!r}, không phải số; dùng kind = "proportion" với một điều kiện'
                self._refuse_any(coded, wording, key=key)
            found[item["name"]] = Indicator(**item)
        return found

    def _refuse_near_limits(self, rules: Iterable[Condition]) -> None:
        """Refuse many limits of a size that lie near each other: how many units are above each is published, so how large each is."""
        limits = frozenset[tuple[str, float]]().union(*(rule.limits for rule in rules))
        for name, least in sorted(limits):
            asked = self.questions[name]
            scale = asked.low is not None and asked.high is not None and asked.high - asked.low <= _SCALE
            small = asked.type == "integer" and least < _SMALL
            if scale or small or asked.source != "form" or not asked.numeric:
                continue
            near = [value for other, value in limits if other == name and least <= value < 2 * least]
            self._at(f"question {name!r}")
            wording = "hơn {most} ngưỡng trong khoảng gấp đôi từ {name}: số đơn vị vượt từng ngưỡng được công bố, nên lộ quy mô từng đơn vị; hãy dùng ít ngưỡng hơn"
            self._refuse_any([f"{least:.12g}"] * (len(near) > _LIMITS), wording, most=_LIMITS)

    def _domain(self, name: str, vi: str, en: str, groups: Any) -> Domain:
        where, of = self.place, self.questions
        made = [(each["vi"], each["en"], Condition(each["when"], of, where=where)) for each in groups]
        return Domain(name, vi, en, tuple(made))

    def _former(self, design: SurveyDesign) -> dict[str, Domain]:
        """Return the territories that merged, as a grouping: their communes add up to each of them exactly."""
        made = territory.made_of(self.units)
        if not made or not design.district or self.questions[design.district].choice_list != "@districts":
            return {}
        self._at(FORMER)
        groups = [
            {"vi": unit.name, "en": unit.name, "when": f"{design.district} in {codes!r}"}
            for unit, codes in made.items()
        ]
        return {FORMER: self._domain(FORMER, "Địa bàn trước sáp nhập", "Territory before the merger", groups)}
