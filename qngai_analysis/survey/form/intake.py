"""Loading a survey file: matched to its codebook, every fault named at once, nothing dropped in silence.

What tablets and offices send is read as it comes: codes, names or labels, select-multiple in one column
or several, group prefixes, metadata, members in a sheet of their own. See
``docs/tutorials/load-a-file.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis import raw
from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.cells import CellFault, Column, folded, read_column, read_split
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Question, read_codebook, surveys
from qngai_analysis.survey.form.condition import Answers, Bools, Status
from qngai_analysis.survey.form.files import FORMATS, Cells, Sheet, read_sheets

if TYPE_CHECKING:
    from qngai_analysis.survey.estimate.design import Singleton
    from qngai_analysis.survey.estimate.estimates import Survey

FAULT_COLUMNS = ("file", "sheet", "row", "column", "value", "rule", "mend")

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SurveyFile:
    """
    A survey file that has passed every check.

    Attributes
    ----------
    frame : one row a respondent of a completed unit, ready to estimate from (see ``load_frame``)
    account : what became of every question (see ``response_account``)
    outcomes : what became of every unit of the sample: ``outcome, vi, units, share`` (0-1)
    answers : codes and statuses of every row of the file, completed or not
    due : where an answer was due, one true/false column for each column of ``frame`` that was not
        due in every row; rows as in ``frame``
    evidence : ``"real"`` or ``"simulated"``
    """

    codebook: Codebook
    path: Path
    frame: pd.DataFrame
    due: pd.DataFrame
    account: pd.DataFrame
    outcomes: pd.DataFrame
    answers: Answers
    evidence: str
    sidecar: raw.Sidecar | None = None


def survey_file(survey: str, year: int) -> Path:
    """
    Return the path of a survey's file of a year, ``data/raw/surveys/<survey>/<year>.<format>``.

    Raises
    ------
    SurveyError
        No such survey, no file of the year, or several.
    """
    folder = read_codebook(survey).path.parent
    found = [folder / f"{year}{ending}" for ending in FORMATS if (folder / f"{year}{ending}").is_file()]
    if not found:
        there = sorted({file.stem for file in folder.iterdir() if file.suffix in FORMATS})
        raise SurveyError(
            f"{folder}: no file of {year} (there are {', '.join(there) or 'none'}); put {year}.csv and its "
            f"sidecar {year}.toml there, or make rehearsal data with 'qngai simulate {survey} {year}'"
        )
    if len(found) > 1:
        names = " and ".join(file.name for file in found)
        raise SurveyError(f"{folder}: {names} are both of {year}; keep one")
    return found[0]


def survey_years(survey: str) -> list[int]:
    """Return the years a survey has a file of, ascending."""
    folder = read_codebook(survey).path.parent
    return sorted(
        {int(file.stem) for file in folder.iterdir() if file.suffix in FORMATS and file.stem.isdigit()}
    )


def load_file(survey: str, year: int, *, real_only: bool = False) -> SurveyFile:
    """
    Load a survey's file of a year with everything that is known about it.

    Raises
    ------
    RawFileError
        The sidecar is missing, or the file was edited since it was received.
    SurveyError
        The file is missing, can't be read or has faults (all counted, the first one named); or it is
        simulated and ``real_only`` was asked for.
    """
    path = survey_file(survey, year)
    sidecar = raw.verify(path)
    if real_only and sidecar.status == "simulated":
        raise SurveyError(f"{path}: simulated data, and only real data were asked for")
    listed = _sample_list(path)
    beside = raw.verify(listed).sha256 if listed.is_file() else ""
    codebook = raw.sha256(read_codebook(survey).path)
    return _load_verified(survey, path, sidecar.sha256, sidecar.status, year, (beside, codebook))


@lru_cache(maxsize=8)
def _load_verified(
    survey: str, path: Path, sha256: str, status: str, year: int, others: tuple[str, str]
) -> SurveyFile:
    # keyed by checksums: a notebook that asks for tables ten times reads the file once
    codebook = read_codebook(survey)
    intake = _Intake(codebook, path)
    intake.run()
    if intake.faults:
        raise SurveyError(_summary(path, survey, intake.fault_table()))
    frame = intake.frame()
    frame.attrs = {
        "survey": survey,
        "year": year,
        "evidence": status,
        "file": path.name,
        "sha256": sha256,
        "codebook_sha256": others[1],
        "tables_by": codebook.tables_by,
    }
    return SurveyFile(
        codebook=codebook,
        path=path,
        frame=frame,
        due=intake.due(),
        account=intake.account(),
        outcomes=intake.outcomes(),
        answers=intake.answers,
        evidence=status,
        sidecar=raw.read_sidecar(path),
    )


def _sample_list(path: Path) -> Path:
    """Where the sample list of a survey file stands, if there is one: ``2025.sample.csv``."""
    return path.with_name(f"{path.stem}.sample.csv")


def _summary(path: Path, survey: str, faults: pd.DataFrame) -> str:
    first = faults.iloc[0]
    where = f"row {first['row']}, " if pd.notna(first["row"]) else ""
    return (
        f"{path}: {len(faults)} faults; the first: {where}column {first['column']!r}, {first['value']!r}: "
        f"should be {first['rule']} ({first['mend']}); list them all with "
        f"'qngai validate {survey} {path.name}'"
    )


def load_frame(survey: str, year: int, *, real_only: bool = False) -> pd.DataFrame:
    """
    Load a survey's file of a year as a DataFrame to estimate from.

    Returns
    -------
    DataFrame
        One row a respondent of a completed unit. Identifiers, stratum and PSU are text; weight and
        population counts numbers. A select-one question is a categorical of Vietnamese labels with
        "Không biết" and "Từ chối trả lời" as categories of their own; a number is float, missing
        where there is none for any reason; a select-multiple is one column a choice
        (``<question>_<choice>``: 1, 0, missing). Then the codebook's domains (categorical) and
        indicators (1/0 or number; missing outside the universe or where unknown; a ratio has two
        columns). An indicator of the household stands on the household's first row only.
        ``attrs`` holds ``survey, year, evidence`` ("real" or "simulated"), ``file, sha256,
        codebook_sha256, tables_by`` (see ``Codebook``).

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_file``.
    """
    return load_file(survey, year, real_only=real_only).frame.copy()


def load_survey(survey: str, year: int, *, real_only: bool = False) -> Survey:
    """
    Load a survey's file of a year as a ``Survey``: the frame of ``load_frame`` with its design.

    Missing answers count as a last phase of sampling (``Design(nonresponse="phase")``): a census
    whose schools left a question open is not sure of the share. For that the frame has a true/false
    column ``due:<column>`` beside each column that was not due in every row.

    The ``Survey`` carries ``evidence`` ("real" or "simulated"); a number made of simulated data is
    printed with "SỐ LIỆU MÔ PHỎNG".

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_file``; or the design can't carry an estimate.
    """
    loaded = load_file(survey, year, real_only=real_only)
    return as_survey(loaded.codebook, loaded.frame, loaded.due)


def as_survey(codebook: Codebook, frame: pd.DataFrame, due: pd.DataFrame) -> Survey:
    """
    Return a survey's frame with the design its codebook states.

    Parameters
    ----------
    codebook : the survey's codebook
    frame, due : as in ``SurveyFile``

    Raises
    ------
    SurveyError
        The design can't carry an estimate.
    """
    from qngai_analysis.survey.estimate.design import Design
    from qngai_analysis.survey.estimate.estimates import Survey

    stated = codebook.design
    asked = {name: f"due:{name}" for name in due.columns}
    design = Design(
        weights=stated.weight,
        strata=stated.strata or None,
        # units that were drawn one by one carry their number: a panel is matched by it
        psu=stated.psu or stated.identifier[0],
        ssu=stated.ssu or None,
        fpc=_fpc(stated.fpc),
        singleton=cast("Singleton", stated.singleton),
        nonresponse="phase",
        due=asked,
    )
    whole = pd.concat([frame, due.rename(columns=asked)], axis=1)
    whole.attrs = dict(frame.attrs)
    return Survey(whole, design)


def _fpc(columns: tuple[str, ...]) -> Any:
    return None if not columns else columns[0] if len(columns) == 1 else columns


def response_account(survey: str, year: int) -> pd.DataFrame:
    """
    Return what became of every question in a survey's file.

    Returns
    -------
    DataFrame
        One row a question of the form: ``question, vi, level, rows`` (persons or units that
        completed), ``not_applicable`` (routed past it), ``filter_unknown`` (the routing question
        has no usable answer), ``due, answered, dont_know`` ("không biết"), ``refused, missing``
        (counts, unweighted), ``nonresponse`` ((dont_know + refused + missing) / due, 0-1; missing if
        it was due to nobody). ``rows`` = ``not_applicable + filter_unknown + due`` and ``due`` =
        ``answered + dont_know + refused + missing``: nothing is lost.

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_file``.
    """
    return load_file(survey, year).account.copy()


def response_outcomes(survey: str, year: int) -> pd.DataFrame:
    """
    Return what became of every unit of the sample: ``outcome, vi, units, share`` (0-1, unweighted).

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_file``.
    """
    return load_file(survey, year).outcomes.copy()


def validate_file(survey: str, path: Path) -> pd.DataFrame:
    """
    Check a file against a survey's codebook and return its faults, all at once.

    Parameters
    ----------
    survey : name of a survey with a codebook
    path : the file; it needs no sidecar

    Returns
    -------
    DataFrame
        One row a fault: ``file, sheet`` (empty if the file has one table), ``row`` (as seen in the
        file; missing if the fault is of a whole column), ``column`` (as in the file's header),
        ``value`` (as text), ``rule`` (what it should be), ``mend`` (what to do). No row: no fault.

    Raises
    ------
    SurveyError
        No such survey; or the file as a whole can't be read (missing, empty, too large, unknown
        format or encoding).
    """
    intake = _Intake(read_codebook(survey), path)
    intake.run()
    return intake.fault_table()


def write_faults(faults: pd.DataFrame, path: Path) -> None:
    """Write faults as CSV that Excel opens rightly (UTF-8 with a mark)."""
    faults.to_csv(path, index=False, encoding="utf-8-sig")


# -- matching columns to questions ---------------------------------------------------------

_METADATA = re.compile(
    r"""_.* | start | end | today | deviceid | phonenumber | username | subscriberid | simserial | audit
        | (?:meta/)?instance(?:id|name) | rootuuid | deprecatedid | key | parent_key | set-of-.*
        | submissiondate | formdef_version | formhub/uuid | reviewstate | edits | formversion
        | submitterid | submittername
        | attachmentspresent | attachmentsexpected | status | simid | meta-.* | meta/.*
        | (?:.*[/:-])?generated_.* """,
    re.VERBOSE | re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[/:.\-]")


@dataclass
class _Matched:
    """Which columns of a sheet belong to which question."""

    sheet: Sheet
    plain: dict[str, int] = field(default_factory=dict)
    split: dict[str, dict[str, int]] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)

    @property
    def questions(self) -> set[str]:
        return self.plain.keys() | self.split.keys()

    def column_of(self, question: str) -> str:
        """The header a message names."""
        if question in self.plain:
            return self.sheet.header[self.plain[question]]
        if question in self.split:
            return self.sheet.header[next(iter(self.split[question].values()))]
        return question


def _names(codebook: Codebook) -> dict[str, tuple[str, str | None]]:
    """Every header a column may have: name or label of a question, or those with a choice behind."""
    found: dict[str, tuple[str, str | None] | None] = {}

    def add(text: str, meaning: tuple[str, str | None]) -> None:
        key = folded(text)
        found[key] = meaning if found.get(key, meaning) == meaning else None

    for question in codebook.questions.values():
        for text in (question.name, question.vi, question.en):
            add(text, (question.name, None))
            if question.type != "select_multiple":
                continue
            for choice in question.answers:
                endings = {choice.name, str(choice.code), choice.vi, choice.en}
                for ending in endings:
                    for mark in "/_-.:" if text == question.name else "/":
                        add(f"{text}{mark}{ending}", (question.name, choice.name))
    return {key: meaning for key, meaning in found.items() if meaning is not None}


def _match(sheet: Sheet, codebook: Codebook, names: Mapping[str, tuple[str, str | None]]) -> _Matched:
    matched = _Matched(sheet)
    roster = codebook.roster.name if codebook.roster else ""
    for position, header in enumerate(sheet.header):
        meaning = _meaning(header, names)
        if meaning is None:
            if header and not _METADATA.fullmatch(header) and folded(header).split("_count")[0] != roster:
                matched.unknown.append(position)
            continue
        question, choice = meaning
        if choice is None:
            if question in matched.plain:
                matched.twice.append((position, question))
            matched.plain.setdefault(question, position)
            continue
        places = matched.split.setdefault(question, {})
        if choice in places:
            matched.twice.append((position, question))
        places.setdefault(choice, position)
    return matched


def _meaning(header: str, names: Mapping[str, tuple[str, str | None]]) -> tuple[str, str | None] | None:
    """The whole header first, then what stands behind each group prefix."""
    if folded(header) in names:
        return names[folded(header)]
    if _METADATA.fullmatch(header):
        return None
    for mark in _SEPARATORS.finditer(header):
        rest = folded(header[mark.end() :])
        if rest in names:
            return names[rest]
    return None


# -- the checks ----------------------------------------------------------------------------


@dataclass
class _Source:
    """Where a question's cells stand: the sheet, and for each row of the data the place in it."""

    matched: _Matched
    place: Ints  # -1: the row has no cell there (a unit without members)


class _Intake:
    """One file on its way in. ``run`` fills ``answers`` and ``faults``; a file with faults gives no frame."""

    def __init__(self, codebook: Codebook, path: Path) -> None:
        self.codebook = codebook
        self.path = path
        self.faults: list[dict[str, object]] = []
        self.sources: dict[str, _Source] = {}
        self.columns: dict[str, Column] = {}
        self.size = 0
        self.reference: Bools = np.empty(0, dtype=bool)  # the first row of each unit
        self.unit: Ints = np.empty(0, dtype=np.int64)  # number of each row's unit
        self.answers = Answers(0, {}, {})

    def run(self) -> None:
        """Read, match, parse, check; every fault goes into ``faults``."""
        names = _names(self.codebook)
        sheets = [_match(sheet, self.codebook, names) for sheet in read_sheets(self.path)]
        used = self._choose(sheets)
        for matched in used:
            self._check_headers(matched)
        if not any(matched.questions for matched in used):
            self._add(
                used[0].sheet,
                None,
                "",
                ", ".join(used[0].sheet.header[:5]),
                f"a header with the columns of the survey {self.codebook.name!r}",
                "the first row must be the header; no column is of this codebook",
            )
            return
        self._place(used)
        self._read_questions()
        self._join_sample_list(names)
        self._check_missing_columns(used)
        self._settle()
        self._check_consistency()
        self._check_members()
        self._check_ranges()
        self._check_design()

    # which sheets

    def _choose(self, sheets: list[_Matched]) -> list[_Matched]:
        filled = [matched for matched in sheets if matched.sheet.header]
        if self.codebook.roster is None or len(filled) == 1:
            best = max(filled, key=lambda matched: len(matched.questions))
            return [best]
        repeat = {name for name, question in self.codebook.questions.items() if question.repeat}
        main = max(filled, key=lambda matched: len(matched.questions - repeat))
        others = [matched for matched in filled if matched is not main and matched.questions & repeat]
        return [main, *sorted(others, key=lambda matched: -len(matched.questions & repeat))[:1]]

    def _check_headers(self, matched: _Matched) -> None:
        sheet = matched.sheet
        for row, cells in sheet.ragged:
            self._add(
                sheet,
                row,
                "",
                f"{cells} cells",
                f"{len(sheet.header)} cells, as the header has",
                "a separator too many or too few, often an unquoted comma in a text",
            )
        for position, question in matched.twice:
            self._add(
                sheet,
                None,
                sheet.header[position],
                "",
                "one column for a question",
                f"{question} has another column already: remove one",
            )
        for position in matched.unknown:
            self._add(
                sheet,
                None,
                sheet.header[position],
                "",
                f"a column of the survey {self.codebook.name!r}",
                self._stranger(sheet.header[position]),
            )

    def _stranger(self, header: str) -> str:
        owners = [
            name
            for name in surveys()
            if name != self.codebook.name and _meaning(header, _names_of(name)) is not None
        ]
        if owners:
            return f"it is a column of {' and '.join(owners)}: check which survey the file belongs to"
        from rapidfuzz import fuzz, process  # only where there is a fault to explain

        near = process.extractOne(folded(header), list(self.codebook.questions), scorer=fuzz.ratio)
        hint = f"did you mean {near[0]!r}? " if near and near[1] >= 75 else ""
        return f"{hint}rename it as in the codebook, or remove it"

    # rows of units and members

    def _place(self, used: list[_Matched]) -> None:
        main = used[0]
        everywhere = np.arange(main.sheet.rows.size)
        if len(used) == 1:
            self.size = everywhere.size
            for name in main.questions:
                self.sources[name] = _Source(main, everywhere)
            self.reference = np.ones(self.size, dtype=bool)
            return
        members = used[1]
        parent, child = self._linked(main, members)
        self.size = parent.size
        for name in main.questions:
            self.sources[name] = _Source(main, parent)
        for name in members.questions - (main.questions if self.codebook.roster else set()):
            self.sources[name] = _Source(members, child)
        self.reference = np.ones(self.size, dtype=bool)

    def _linked(self, main: _Matched, members: _Matched) -> tuple[Ints, Ints]:
        """For every member its unit, by the export's own link; a unit without members keeps a row."""
        own, link = _link_columns(main, members, self.codebook)
        if own is None or link is None:
            self._add(
                members.sheet,
                None,
                "",
                "",
                "a column that links members to units",
                "export with _index and _parent_index (Kobo) or KEY and PARENT_KEY (ODK)",
            )
            return np.arange(main.sheet.rows.size), np.full(main.sheet.rows.size, -1)
        where = {_key(cell): place for place, cell in enumerate(main.sheet.columns[own])}
        parents = np.array([where.get(_key(cell), -1) for cell in members.sheet.columns[link]], dtype=int)
        for place in np.flatnonzero(parents < 0):
            self._add(
                members.sheet,
                int(members.sheet.rows[place]),
                members.sheet.header[link],
                members.sheet.columns[link][place],
                f"a unit of the sheet {main.sheet.name!r}",
                "the member's unit is not in the file: restore its row",
            )
        kept = np.flatnonzero(parents >= 0)
        kept = kept[np.argsort(parents[kept], kind="stable")]
        alone = np.setdiff1d(np.arange(main.sheet.rows.size), parents[kept])
        parent = np.concatenate([parents[kept], alone])
        child = np.concatenate([kept, np.full(alone.size, -1)])
        order = np.argsort(parent, kind="stable")
        return parent[order], child[order]

    # cells

    def _read_questions(self) -> None:
        for name, source in self.sources.items():
            question = self.codebook.questions[name]
            sheet = source.matched.sheet
            column = self._read(question, source.matched)
            for fault in column.faults:
                self._add(
                    sheet,
                    int(sheet.rows[fault.at]),
                    source.matched.column_of(name),
                    self._cell(source, name, fault.at),
                    fault.rule,
                    fault.mend,
                )
            self.columns[name] = _gathered(column, source.place)
        roster = self.codebook.roster
        if (
            roster
            and roster.key not in self.columns
            and len({id(s.matched) for s in self.sources.values()}) > 1
        ):
            self._number_members(roster.key)

    def _number_members(self, key: str) -> None:
        """A repeat sheet need not number its members: their order does."""
        source = next(s for n, s in self.sources.items() if self.codebook.questions[n].repeat)
        unit = next(s for n, s in self.sources.items() if not self.codebook.questions[n].repeat)
        numbers = pd.Series(unit.place).groupby(unit.place).cumcount().to_numpy() + 1.0
        present = source.place >= 0
        self.columns[key] = Column(
            np.where(present, numbers, np.nan),
            np.where(present, Status.ANSWERED, Status.MISSING).astype(np.int8),
        )

    def _read(self, question: Question, matched: _Matched) -> Column:
        sheet = matched.sheet
        plain = matched.plain.get(question.name)
        column = (
            read_column(question, sheet.columns[plain], labels=sheet.labels.get(plain), mark=sheet.decimal)
            if plain is not None
            else None
        )
        if question.name not in matched.split:
            assert column is not None
            return column
        parts = {choice: sheet.columns[place] for choice, place in matched.split[question.name].items()}
        split = read_split(question, parts)
        return split if column is None else _both(question, column, split)

    def _cell(self, source: _Source, name: str, at: int) -> object:
        matched = source.matched
        if name in matched.plain:
            return matched.sheet.columns[matched.plain[name]][at]
        places = matched.split[name].values()
        return " ".join(str(matched.sheet.columns[place][at] or "") for place in places).strip()

    # the sample list: stratum, weight and population counts in a file of their own

    def _join_sample_list(self, names: Mapping[str, tuple[str, str | None]]) -> None:
        design = self.codebook.design
        file = _sample_list(self.path)
        wanted = [
            name
            for name, question in self.codebook.questions.items()
            if question.source == "frame" and name not in self.columns
        ]
        if not wanted or not file.is_file() or design.sample_key not in self.columns:
            return
        sheet = read_sheets(file)[0]
        matched = _match(sheet, self.codebook, names)
        self._check_sample_headers(file, matched, wanted)
        if design.sample_key not in matched.plain:
            return
        keys = sheet.columns[matched.plain[design.sample_key]]
        where = {_key(cell): place for place, cell in enumerate(keys)}
        own = self.columns[design.sample_key].texts
        assert own is not None
        place = np.array([where.get(_key(cell), -1) for cell in own], dtype=int)
        source = self.sources[design.sample_key]
        lost = np.unique(source.place[(place < 0) & (source.place >= 0)])
        for at in lost:
            found = self._cell(source, design.sample_key, int(at))
            if found is not None:
                self._add(
                    source.matched.sheet,
                    int(source.matched.sheet.rows[at]),
                    source.matched.column_of(design.sample_key),
                    found,
                    f"a value of {design.sample_key} in {file.name}",
                    "correct it, or add it to the sample list",
                )
        for name in wanted:
            if name not in matched.plain:
                continue
            column = self._read(self.codebook.questions[name], matched)
            for fault in column.faults:
                self._add(
                    sheet,
                    int(sheet.rows[fault.at]),
                    matched.column_of(name),
                    sheet.columns[matched.plain[name]][fault.at],
                    fault.rule,
                    fault.mend,
                    file=file.name,
                )
            self.columns[name] = _gathered(column, place)
            self.sources[name] = source

    def _check_sample_headers(self, file: Path, matched: _Matched, wanted: list[str]) -> None:
        key = self.codebook.design.sample_key
        for name in [key, *wanted]:
            if name not in matched.plain:
                self._add(
                    matched.sheet, None, name, "", "a column of the sample list", "add it", file=file.name
                )

    def _check_missing_columns(self, used: list[_Matched]) -> None:
        for name, question in self.codebook.questions.items():
            if name in self.columns:
                continue
            mend = "add the column; leave it empty where the question was not asked"
            if question.source == "frame":
                mend = (
                    f"add the column, or put the sample list {self.path.stem}.sample.csv "
                    f"({self.codebook.design.sample_key} and the columns of the design) beside the file"
                )
            self._add(used[0].sheet, None, name, "", "a column of the file", mend)
            self.columns[name] = _empty(question, self.size)

    # routing

    def _settle(self) -> None:
        """Decide for every cell whether it was due, in the order of the form."""
        values: dict[str, npt.NDArray[np.float64]] = {}
        status: dict[str, npt.NDArray[np.int8]] = {}
        chosen: dict[str, Mapping[str, Bools]] = {}
        self._find_reference()
        # a unit that answered nothing may stand without a member: nothing was due from that row
        for name, question in self.codebook.questions.items():
            column = self.columns[name]
            before = column.status.copy()
            asked = np.ones(self.size, dtype=bool)
            skipped = np.zeros(self.size, dtype=bool)
            if question.ask_if is not None:
                truth = question.ask_if.test(Answers(self.size, values, status, chosen))
                asked, skipped = truth.yes, truth.no
            settled = before.copy()
            empty = np.isin(before, (Status.MISSING, Status.NOT_APPLICABLE))
            settled[skipped & empty] = Status.NOT_APPLICABLE
            settled[~asked & ~skipped & empty] = Status.FILTER_UNKNOWN
            settled[asked & empty] = Status.MISSING
            values[name], status[name] = np.where(settled == Status.ANSWERED, column.values, np.nan), settled
            if question.type == "select_multiple":
                chosen[name] = column.chosen
            self._check_routing(question, before, asked, skipped)
        self.answers = Answers(self.size, values, status, chosen)
        for question in self.codebook.questions.values():
            self._check_constraint(question)

    def _find_reference(self) -> None:
        """The first row of each unit stands for the unit."""
        roster = self.codebook.roster
        self.unit = np.arange(self.size)
        if roster is None or self.columns[roster.parent].texts is None:
            return
        parents = pd.Series(self.columns[roster.parent].texts, dtype=object)
        parents[parents.isna()] = [f"row {place}" for place in np.flatnonzero(parents.isna())]
        self.reference = ~parents.duplicated().to_numpy()
        self.unit = np.asarray(pd.factorize(parents)[0], dtype=np.int64)

    def _concerned(self, question: Question) -> Bools:
        """Rows to check a question on: each member, or one row a unit."""
        return np.ones(self.size, dtype=bool) if question.repeat else self.reference

    def _check_routing(
        self, question: Question, before: npt.NDArray[np.int8], asked: Bools, skipped: Bools
    ) -> None:
        rows = self._concerned(question) & ~self._faulty(question.name)
        given = ~np.isin(before, (Status.MISSING, Status.NOT_APPLICABLE))
        rule = question.ask_if.text if question.ask_if else ""
        self._add_rows(
            question.name,
            rows & skipped & given,
            f"empty, for it is asked only if {rule}",
            "delete the answer, or correct the question that leads to it",
        )
        self._add_rows(
            question.name,
            rows & asked & (before == Status.NOT_APPLICABLE),
            "an answer: the question applies",
            f"code {SPECIAL['not_applicable'].code} stands only where it was not asked",
        )
        if question.required:
            self._add_rows(
                question.name, rows & asked & (before == Status.MISSING), "filled in every row", "fill it"
            )

    def _check_constraint(self, question: Question) -> None:
        if question.constraint is None:
            return
        answers = self.answers
        sure = np.ones(self.size, dtype=bool)
        for name in question.constraint.names:
            sure &= answers.status[name] == Status.ANSWERED
        broken = sure & question.constraint.test(answers).no & self._concerned(question)
        self._add_rows(
            question.name, broken, question.constraint.text, question.constraint_vi or "correct one of them"
        )

    def _faulty(self, name: str) -> Bools:
        """Rows whose cell has a fault already: one is enough."""
        source = self.sources.get(name)
        wrong = np.zeros(self.size, dtype=bool)
        if source is None:
            return wrong
        places = [fault.at for fault in self.columns[name].faults]
        if places:
            wrong |= np.isin(source.place, places)
        return wrong

    # units, ranges, design

    def _check_consistency(self) -> None:
        """In a flat file a household's answers stand on every member's row: they must agree."""
        roster = self.codebook.roster
        if roster is None or len({id(source.matched) for source in self.sources.values()}) > 1:
            return
        first = np.flatnonzero(self.reference)[self.unit]
        for name, question in self.codebook.questions.items():
            if question.repeat or name not in self.sources:
                continue
            differs = _signature(question, self.columns[name], np.arange(self.size)) != _signature(
                question, self.columns[name], first
            )
            self._add_rows(
                name,
                differs & ~self._faulty(name) & ~self._faulty(name)[first],
                f"the same in every row of a {roster.parent}",
                "correct the rows that differ",
            )

    def _check_members(self) -> None:
        """A unit has as many members in the file as it says it has."""
        roster = self.codebook.roster
        if roster is None or not roster.count or roster.parent not in self.sources:
            return
        present = self.answers.status[roster.key] == Status.ANSWERED
        members = np.bincount(self.unit[present], minlength=int(self.unit.max(initial=-1)) + 1)[self.unit]
        stated = self.answers.values[roster.count]
        differs = self.reference & ~np.isnan(stated) & (stated != members)
        self._add_rows(
            roster.count,
            differs,
            f"the number of rows that the {roster.parent} has",
            "a member is missing or one too many: complete the rows or correct the number",
        )

    def _check_ranges(self) -> None:
        """Bounds and identifiers by a pandera schema made from the codebook."""
        import pandera.pandas as pa  # heavy: only where a file is checked

        design = self.codebook.design
        bounded = {
            name: pa.Column(
                float,
                pa.Check(lambda values, low=q.low, high=q.high: _within(values, low, high), name="range"),
                nullable=True,
            )
            for name, q in self.codebook.questions.items()
            if q.numeric and (q.low is not None or q.high is not None)
        }
        data = {name: self.answers.values[name] for name in bounded}
        keys = {f"key {name}": self._identifier(name) for name in design.identifier}
        schema = pa.DataFrameSchema(
            {**bounded, **{key: pa.Column(object, nullable=True) for key in keys}},
            unique=list(keys),
            report_duplicates="exclude_first",
        )
        try:
            schema.validate(pd.DataFrame({**data, **keys}), lazy=True)
        except pa.errors.SchemaErrors as errors:
            self._add_failures(errors.failure_cases)

    def _identifier(self, name: str) -> Cells:
        column = self.columns[name]
        if column.texts is not None:
            return column.texts
        return np.array([None if np.isnan(v) else v for v in column.values], dtype=object)

    def _add_failures(self, cases: pd.DataFrame) -> None:
        design = self.codebook.design
        for name, group in cases.groupby("column", sort=False):
            rows = np.zeros(self.size, dtype=bool)
            rows[group["index"].dropna().astype(int).unique()] = True
            if str(name).startswith("key "):
                continue
            question = self.codebook.questions[str(name)]
            rows &= self._concerned(question)
            low = "" if question.low is None else f" from {question.low:g}"
            high = "" if question.high is None else f" to {question.high:g}"
            rule = "a number above 0" if question.name == design.weight else f"a number{low}{high}"
            self._add_rows(question.name, rows, rule, "correct it")
        twice = cases[cases["check"].astype(str).str.contains("uniqueness|unique", regex=True)]
        if len(twice):
            rows = np.zeros(self.size, dtype=bool)
            rows[twice["index"].dropna().astype(int).unique()] = True
            # rows without an identifier are faults of their own
            for name in design.identifier[:1]:
                rows &= self.answers.status[name] == Status.ANSWERED
            self._add_rows(
                design.identifier[0],
                rows,
                f"one row for each {' and '.join(design.identifier)}",
                "a duplicate of an earlier row: remove it or correct the number",
            )

    def _check_design(self) -> None:
        """Population counts: the same within a stratum (PSU), never below the units in the file."""
        design = self.codebook.design
        stages = [(design.strata, design.psu or design.identifier[0])]
        if len(design.fpc) > 1:
            stages.append((design.psu, design.ssu))
        completed = self._completed()
        for column, (group, unit) in zip(design.fpc, stages, strict=False):
            frame = pd.DataFrame(
                {
                    "group": self.columns[group].texts if group else "",
                    "unit": self._identifier(unit),
                    "count": self.answers.values[column],
                }
            )
            if group == design.psu and design.strata:
                frame["group"] = (
                    frame["group"].astype(str)
                    + "\0"
                    + pd.Series(self.columns[design.strata].texts).astype(str)
                )
            usable = frame[completed].dropna()
            if usable.empty:
                continue
            named = usable.groupby("group")
            first = frame["group"].map(named["count"].first())
            rows = completed & self.reference & frame["count"].notna().to_numpy()
            self._add_rows(
                column,
                rows & (frame["count"] != first).to_numpy() & first.notna().to_numpy(),
                f"the same in every row of a {group or 'file'}",
                "one population count for each: correct the rows that differ",
            )
            present = frame["group"].map(named["unit"].nunique())
            self._add_rows(
                column,
                rows & (frame["count"] < present).to_numpy(),
                f"at least the number of {unit} in the file",
                "the frame can't hold fewer units than the sample: correct the count",
            )

    def _completed(self) -> Bools:
        design = self.codebook.design
        if not design.outcome:
            return np.ones(self.size, dtype=bool)
        code = self.codebook.questions[design.outcome].codes[design.completed]
        return np.asarray(self.answers.values[design.outcome] == code)

    # faults

    def _add(
        self,
        sheet: Sheet,
        row: int | None,
        column: str,
        value: object,
        rule: str,
        mend: str,
        *,
        file: str = "",
    ) -> None:
        self.faults.append(
            {
                "file": file or self.path.name,
                "sheet": sheet.name,
                "row": row,
                "column": column,
                "value": "" if value is None else str(value),
                "rule": rule,
                "mend": mend,
            }
        )

    def _add_rows(self, name: str, rows: Bools, rule: str, mend: str) -> None:
        source = self.sources.get(name)
        if source is None:
            return
        sheet = source.matched.sheet
        for at in np.unique(source.place[rows]):
            if at >= 0:
                value = None if name not in source.matched.questions else self._cell(source, name, int(at))
                self._add(sheet, int(sheet.rows[at]), source.matched.column_of(name), value, rule, mend)

    def fault_table(self) -> pd.DataFrame:
        """The faults, whole columns first, then by row and column of the file."""
        table = pd.DataFrame(self.faults, columns=list(FAULT_COLUMNS))
        table["row"] = table["row"].astype("Int64")
        return table.sort_values(
            ["file", "sheet", "row"], na_position="first", kind="stable", ignore_index=True
        )

    # what comes out

    def frame(self) -> pd.DataFrame:
        """The analysis frame of the completed rows."""
        keep = self._completed()
        columns: dict[str, Any] = {}
        for question in self.codebook.questions.values():
            for name, values in _analysed(question, self.columns[question.name], self.answers):
                columns[name] = values
        for domain in self.codebook.domains.values():
            columns[domain.name] = domain.labels(self.answers)
        for indicator in self.codebook.indicators.values():
            for name, values in zip(indicator.columns, indicator.values(self.answers), strict=True):
                columns[name] = np.where(self.reference, values, np.nan) if indicator.per_unit else values
        return pd.DataFrame(columns)[keep].reset_index(drop=True)

    def due(self) -> pd.DataFrame:
        """Where the columns of the analysis frame were due, as far as that is not everywhere."""
        keep = self._completed()
        columns: dict[str, Bools] = {}
        for question in self.codebook.questions.values():
            asked = self.answers.status[question.name] != Status.NOT_APPLICABLE
            choices = question.choices if question.type == "select_multiple" else ()
            names = [f"{question.name}_{choice.name}" for choice in choices] or [question.name]
            columns |= dict.fromkeys(names, asked)
        for indicator in self.codebook.indicators.values():
            asked = indicator.due(self.answers)
            asked = asked & self.reference if indicator.per_unit else asked
            columns |= dict.fromkeys(indicator.columns, asked)
        return pd.DataFrame(
            {name: asked[keep] for name, asked in columns.items() if not asked[keep].all()},
            index=pd.RangeIndex(int(keep.sum())),
        )

    def account(self) -> pd.DataFrame:
        """Counts of statuses, one row a question of the form."""
        completed = self._completed()
        roster = self.codebook.roster
        rows = []
        for question in self.codebook.questions.values():
            if question.source != "form":
                continue
            status = self.answers.status[question.name][completed & self._concerned(question)]
            count = {kind: int((status == kind).sum()) for kind in Status}
            due = status.size - count[Status.NOT_APPLICABLE] - count[Status.FILTER_UNKNOWN]
            lost = count[Status.DONT_KNOW] + count[Status.REFUSED] + count[Status.MISSING]
            rows.append(
                {
                    "question": question.name,
                    "vi": question.vi,
                    "level": roster.name if roster and question.repeat else "unit",
                    "rows": status.size,
                    "not_applicable": count[Status.NOT_APPLICABLE],
                    "filter_unknown": count[Status.FILTER_UNKNOWN],
                    "due": due,
                    "answered": count[Status.ANSWERED],
                    "dont_know": count[Status.DONT_KNOW],
                    "refused": count[Status.REFUSED],
                    "missing": count[Status.MISSING],
                    "nonresponse": lost / due if due else np.nan,
                }
            )
        return pd.DataFrame(rows)

    def outcomes(self) -> pd.DataFrame:
        """Units of the sample by outcome."""
        design = self.codebook.design
        if not design.outcome:
            units = int(self.reference.sum())
            return pd.DataFrame({"outcome": ["completed"], "vi": [""], "units": [units], "share": [1.0]})
        values = self.answers.values[design.outcome][self.reference]
        choices = self.codebook.questions[design.outcome].choices
        counts = [int((values == choice.code).sum()) for choice in choices]
        return pd.DataFrame(
            {
                "outcome": [choice.name for choice in choices],
                "vi": [choice.vi for choice in choices],
                "units": counts,
                "share": np.array(counts) / max(sum(counts), 1),
            }
        )


@lru_cache(maxsize=32)
def _names_of(survey: str) -> Mapping[str, tuple[str, str | None]]:
    return _names(read_codebook(survey))


def _link_columns(main: _Matched, members: _Matched, codebook: Codebook) -> tuple[int | None, int | None]:
    own = {folded(header): place for place, header in enumerate(main.sheet.header)}
    link = {folded(header): place for place, header in enumerate(members.sheet.header)}
    for mine, theirs in (
        ("key", "parent_key"),
        ("_index", "_parent_index"),
        ("_uuid", "_submission__uuid"),
    ):
        if mine in own and theirs in link:
            return own[mine], link[theirs]
    parent = codebook.roster.parent if codebook.roster else ""
    if parent in main.plain and parent in members.plain:
        return main.plain[parent], members.plain[parent]
    return None, None


def _key(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _gathered(column: Column, place: Ints) -> Column:
    """A column of a sheet laid out on the rows of the data; a row without a place is empty."""
    there = place >= 0
    at = np.where(there, place, 0)
    if column.values.size == 0:
        at, there = np.zeros(0, dtype=int), np.zeros(0, dtype=bool)
    return Column(
        values=np.where(there, column.values[at], np.nan),
        status=np.where(there, column.status[at], Status.MISSING).astype(np.int8),
        texts=None if column.texts is None else _kept(column.texts[at], there),
        chosen={name: hit[at] & there for name, hit in column.chosen.items()},
        faults=column.faults,
    )


def _kept(texts: Cells, keep: Bools) -> Cells:
    texts = texts.copy()
    texts[~keep] = None
    return texts


def _empty(question: Question, size: int) -> Column:
    missing = np.full(size, Status.MISSING, dtype=np.int8)
    none = np.zeros(size, dtype=bool)
    return Column(
        values=np.full(size, np.nan),
        status=missing,
        texts=np.full(size, None, dtype=object) if question.type == "text" else None,
        chosen={choice.name: none for choice in question.choices},
    )


def _both(question: Question, column: Column, split: Column) -> Column:
    """One column and several for the same question: they must say the same."""
    differs = np.zeros(column.status.size, dtype=bool)
    both = (column.status == Status.ANSWERED) & (split.status == Status.ANSWERED)
    for choice in question.choices:
        differs |= both & (column.chosen[choice.name] != split.chosen[choice.name])
    faults = [
        CellFault(int(at), "the same in the one column and in the split ones", "correct one of them")
        for at in np.flatnonzero(differs)
    ]
    empty = column.status == Status.MISSING
    return Column(
        values=np.where(empty, split.values, column.values),
        status=np.where(empty, split.status, column.status).astype(np.int8),
        chosen={name: np.where(empty, split.chosen[name], column.chosen[name]) for name in column.chosen},
        faults=sorted({*column.faults, *split.faults, *faults}),
    )


def _signature(question: Question, column: Column, rows: Ints) -> Cells:
    """Something to compare rows by: status, value, text, choices."""
    parts: list[Sequence[Any] | npt.NDArray[Any]] = [
        column.status[rows],
        np.nan_to_num(column.values[rows], nan=-1e9),
    ]
    if column.texts is not None:
        parts.append([str(text) for text in column.texts[rows]])
    parts.extend(column.chosen[choice.name][rows] for choice in question.choices if column.chosen)
    signature = np.empty(rows.size, dtype=object)
    signature[:] = list(zip(*parts, strict=True))
    return signature


def _within(values: pd.Series[float], low: float | None, high: float | None) -> pd.Series[bool]:
    lowest = -np.inf if low is None else low
    highest = np.inf if high is None else high
    return values.between(lowest, highest)


def _analysed(question: Question, column: Column, answers: Answers) -> Iterator[tuple[str, Any]]:
    """The columns of the analysis frame that a question gives."""
    status, values = answers.status[question.name], answers.values[question.name]
    if question.type == "select_multiple":
        for choice in question.choices:
            told = np.where(column.chosen[choice.name], 1.0, 0.0)
            yield f"{question.name}_{choice.name}", np.where(status == Status.ANSWERED, told, np.nan)
    elif question.type == "select_one":
        yield question.name, _categorical(question, values, status)
    elif question.type == "text":
        assert column.texts is not None
        yield question.name, pd.Series(_kept(column.texts, status == Status.ANSWERED), dtype="str")
    elif question.type == "date":
        days = pd.to_timedelta(pd.Series(values), unit="D")
        yield question.name, pd.Timestamp(1970, 1, 1) + days
    else:
        yield question.name, values


def _categorical(question: Question, values: npt.NDArray[np.float64], status: npt.NDArray[np.int8]) -> Any:
    """Vietnamese labels in the codebook's order; special answers that occur come last."""
    labels = [choice.vi for choice in question.choices]
    place = {choice.code: position for position, choice in enumerate(question.choices)}
    codes = np.full(values.size, -1, dtype=np.int64)
    answered = status == Status.ANSWERED
    found, inverse = np.unique(values[answered], return_inverse=True)
    codes[answered] = np.array([place[int(code)] for code in found], dtype=np.int64)[inverse]
    for name, kind in (("dont_know", Status.DONT_KNOW), ("refused", Status.REFUSED)):
        if (status == kind).any():
            codes[status == kind] = len(labels)
            labels.append(SPECIAL[name].vi)
    return pd.Categorical.from_codes(codes, categories=pd.Index(labels))
