"""From matched columns to answers laid out on the rows of the data: members beside their unit, sample list joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.survey.form.cells import CellFault, Column, read_column, read_split, texts_where
from qngai_analysis.survey.form.codebook import Codebook, Question
from qngai_analysis.survey.form.condition import Bools, Status
from qngai_analysis.survey.form.faults import Faults
from qngai_analysis.survey.form.files import Cells, read_sheets
from qngai_analysis.survey.form.intake_matching import (
    Matched,
    Meanings,
    check_headers,
    link_columns,
    match,
    meanings,
    sheets_used,
)

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Source:
    """Where a question's cells stand: the sheet, and for each row of the data the place in it."""

    matched: Matched
    place: Ints  # -1: the row has no cell there (a unit without members)


@dataclass
class Reading:
    """A file read: a column for every question, and where its cells stand; what is wrong is in ``faults``."""

    codebook: Codebook
    path: Path
    faults: Faults
    size: int = 0
    sources: dict[str, Source] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    @property
    def in_two_sheets(self) -> bool:
        """Whether the members have a sheet of their own."""
        return len({id(source.matched) for source in self.sources.values()}) > 1

    def add(self, name: str, rows: Bools, rule: str, mend: str) -> None:
        """Note the same fault of a question in some rows of the data; once for each row of the file."""
        source = self.sources.get(name)
        if source is None:
            return
        matched = source.matched
        for at in np.unique(source.place[rows]):
            if at >= 0:
                value = matched.cell(name, at) if name in matched.questions else None
                self.faults.add(
                    matched.sheet, matched.sheet.rows[at], matched.header_of(name), value, rule, mend
                )

    def faulty(self, name: str) -> Bools:
        """Return the rows whose cell has a fault already: one is enough."""
        places = [fault.at for fault in self.columns[name].faults] if name in self.sources else []
        return np.isin(self.sources[name].place, places) if places else np.zeros(self.size, dtype=bool)

    def identifier(self, name: str) -> Cells:
        """Return a column that identifies units: text, or numbers with ``None`` where there is none."""
        column = self.columns[name]
        if column.texts is not None:
            return column.texts
        return np.array([None if np.isnan(v) else v for v in column.values], dtype=object)


def sample_list(path: Path) -> Path:
    """Return where the sample list of a survey file stands, if there is one: ``2025.sample.csv``."""
    return path.with_name(f"{path.stem}.sample.csv")


def read_answers(codebook: Codebook, path: Path) -> Reading:
    """Return the answers of a file; without a column of the codebook there are none (``size`` 0).

    Raises
    ------
    SurveyError
        The file as a whole can't be read.
    """
    names = meanings(codebook)
    used = sheets_used([match(sheet, codebook, names) for sheet in read_sheets(path)], codebook)
    reading = Reading(codebook, path, Faults(path.name))
    check_headers(used, codebook, reading.faults)
    if not any(matched.questions for matched in used):
        sheet, rule = used[0].sheet, f"a header with the columns of the survey {codebook.name!r}"
        mend = "the first row must be the header; no column is of this codebook"
        reading.faults.add(sheet, None, "", ", ".join(sheet.header[:5]), rule, mend)
        return reading
    _lay_out(reading, used)
    for name, source in reading.sources.items():
        _read_question(reading, name, source.matched, source.place)
    roster = codebook.roster
    if roster and roster.key not in reading.columns and reading.in_two_sheets:
        _number_members(reading, roster.key)
    _join_sample_list(reading, names)
    _check_missing_columns(reading, used[0])
    return reading


# -- rows of units and members -------------------------------------------------------------


def _lay_out(reading: Reading, used: list[Matched]) -> None:
    main, *others = used
    parent = np.arange(main.sheet.rows.size)
    child = parent
    for members in others:
        parent, child = _linked(reading, main, members)
    reading.size = parent.size
    reading.sources = {name: Source(main, parent) for name in main.questions}
    for members in others:
        reading.sources |= {n: Source(members, child) for n in members.questions if n not in main.questions}


def _linked(reading: Reading, main: Matched, members: Matched) -> tuple[Ints, Ints]:
    """For every member its unit, by the export's own link; a unit without members keeps a row."""
    link = link_columns(main, members, reading.codebook)
    units = np.arange(main.sheet.rows.size)
    if link is None:
        mend = "export with _index and _parent_index (Kobo) or KEY and PARENT_KEY (ODK)"
        reading.faults.add(members.sheet, None, "", "", "a column that links members to units", mend)
        return units, np.full(units.size, -1)
    own, theirs = main.sheet.columns[link[0]], members.sheet.columns[link[1]]
    parents = _places(theirs, own)
    rule = f"a unit of the sheet {main.sheet.name!r}"
    mend = "the member's unit is not in the file: restore its row"
    for place in np.flatnonzero(parents < 0):
        reading.faults.add(
            members.sheet, members.sheet.rows[place], members.sheet.header[link[1]], theirs[place], rule, mend
        )
    kept = np.flatnonzero(parents >= 0)
    kept = kept[np.argsort(parents[kept], kind="stable")]
    alone = np.setdiff1d(units, parents[kept])
    parent = np.concatenate([parents[kept], alone])
    child = np.concatenate([kept, np.full(alone.size, -1)])
    order = np.argsort(parent, kind="stable")
    return parent[order], child[order]


def _places(cells: Cells, among: Cells) -> Ints:
    """Return for each cell where the same stands in another column (the last place; -1: nowhere)."""
    where = {_key(cell): place for place, cell in enumerate(among)}
    return np.array([where.get(_key(cell), -1) for cell in cells], dtype=int)


def _key(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _number_members(reading: Reading, key: str) -> None:
    """A repeat sheet need not number its members: their order does."""
    questions = reading.codebook.questions
    source = next(s for n, s in reading.sources.items() if questions[n].repeat)
    unit = next(s for n, s in reading.sources.items() if not questions[n].repeat)
    numbers = pd.Series(unit.place).groupby(unit.place).cumcount().to_numpy() + 1.0
    present = source.place >= 0
    status = np.where(present, Status.ANSWERED, Status.MISSING).astype(np.int8)
    reading.columns[key] = Column(np.where(present, numbers, np.nan), status)


# -- cells ---------------------------------------------------------------------------------


def _read_question(reading: Reading, name: str, matched: Matched, place: Ints, *, file: str = "") -> None:
    """Read a question's column of a sheet, note its faults, and lay it out on the rows of the data."""
    column = _column(reading.codebook.questions[name], matched)
    for at, rule, mend in column.faults:
        header, value = matched.header_of(name), matched.cell(name, at)
        reading.faults.add(matched.sheet, matched.sheet.rows[at], header, value, rule, mend, file)
    reading.columns[name] = _gathered(column, place)


def _column(question: Question, matched: Matched) -> Column:
    sheet, plain = matched.sheet, matched.plain.get(question.name)
    parts = {choice: sheet.columns[at] for choice, at in matched.split.get(question.name, {}).items()}
    split = read_split(question, parts) if parts else None
    if plain is None:
        assert split is not None  # a matched question has a column, or several
        return split
    column = read_column(question, sheet.columns[plain], labels=sheet.labels.get(plain), mark=sheet.decimal)
    return column if split is None else _both(question, column, split)


def _both(question: Question, column: Column, split: Column) -> Column:
    """One column and several for the same question: they must say the same."""
    differs = np.zeros(column.status.size, dtype=bool)
    both = (column.status == Status.ANSWERED) & (split.status == Status.ANSWERED)
    for choice in question.choices:
        differs |= both & (column.chosen[choice.name] != split.chosen[choice.name])
    rule, mend = "the same in the one column and in the split ones", "correct one of them"
    faults = [CellFault(int(at), rule, mend) for at in np.flatnonzero(differs)]
    empty = column.status == Status.MISSING
    return Column(
        values=np.where(empty, split.values, column.values),
        status=np.where(empty, split.status, column.status).astype(np.int8),
        chosen={name: np.where(empty, split.chosen[name], column.chosen[name]) for name in column.chosen},
        faults=sorted({*column.faults, *split.faults, *faults}),
    )


def _gathered(column: Column, place: Ints) -> Column:
    """A column of a sheet laid out on the rows of the data; a row without a place is empty."""
    there = place >= 0
    at = np.where(there, place, 0)
    if column.values.size == 0:
        at, there = np.zeros(0, dtype=int), np.zeros(0, dtype=bool)
    return Column(
        values=np.where(there, column.values[at], np.nan),
        status=np.where(there, column.status[at], Status.MISSING).astype(np.int8),
        texts=None if column.texts is None else texts_where(there, column.texts[at]),
        chosen={name: hit[at] & there for name, hit in column.chosen.items()},
        faults=column.faults,
    )


# -- the sample list: stratum, weight and population counts in a file of their own ----------


def _join_sample_list(reading: Reading, names: Meanings) -> None:
    questions, key = reading.codebook.questions, reading.codebook.design.sample_key
    file = sample_list(reading.path)
    wanted = [n for n, q in questions.items() if q.source == "frame" and n not in reading.columns]
    if not wanted or not file.is_file() or key not in reading.columns:
        return
    matched = match(read_sheets(file)[0], reading.codebook, names)
    for name in [key, *wanted]:
        if name not in matched.plain:
            reading.faults.add(
                matched.sheet, None, name, "", "a column of the sample list", "add it", file.name
            )
    if key not in matched.plain:
        return
    place = _sampled(reading, matched, file)
    for name in wanted:
        if name in matched.plain:
            _read_question(reading, name, matched, place, file=file.name)
            reading.sources[name] = reading.sources[key]


def _sampled(reading: Reading, matched: Matched, file: Path) -> Ints:
    """Return where each row of the data stands in the sample list; a unit that is not in it is a fault."""
    key = reading.codebook.design.sample_key
    own, source = reading.columns[key].texts, reading.sources[key]
    assert own is not None
    place = _places(own, matched.sheet.columns[matched.plain[key]])
    lost = (place < 0) & (source.place >= 0)
    lost[lost] = [source.matched.cell(key, at) is not None for at in source.place[lost]]
    reading.add(key, lost, f"a value of {key} in {file.name}", "correct it, or add it to the sample list")
    return place


def _check_missing_columns(reading: Reading, main: Matched) -> None:
    for name, question in reading.codebook.questions.items():
        if name in reading.columns:
            continue
        mend = "add the column; leave it empty where the question was not asked"
        if question.source == "frame":
            mend = (
                f"add the column, or put the sample list {sample_list(reading.path).name} "
                f"({reading.codebook.design.sample_key} and the columns of the design) beside the file"
            )
        reading.faults.add(main.sheet, None, name, "", "a column of the file", mend)
        reading.columns[name] = _empty(question, reading.size)


def _empty(question: Question, size: int) -> Column:
    return Column(
        values=np.full(size, np.nan),
        status=np.full(size, Status.MISSING, dtype=np.int8),
        texts=np.full(size, None, dtype=object) if question.type == "text" else None,
        chosen={choice.name: np.zeros(size, dtype=bool) for choice in question.choices},
    )
