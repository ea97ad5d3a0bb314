"""From matched columns to answers laid out on the rows of the data: members beside their unit, sample list joined."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.survey.door import refuse_in_reports
from qngai_analysis.survey.form import intake_matching as matching
from qngai_analysis.survey.form.cells import ReadColumn, Wrong, month_first, read_column, read_split
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Question
from qngai_analysis.survey.form.condition import Answer, Answers, Bools, Status
from qngai_analysis.survey.form.faults import Faults
from qngai_analysis.survey.form.files import Cells, SheetColumn, read_sheets
from qngai_analysis.survey.form.intake_matching import Matched, Meanings
from qngai_analysis.survey.form.tidying import tidied
from qngai_analysis.values import grouped
from qngai_analysis.words.folding import fold, folded
from qngai_analysis.words.said import Either, Said

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Source:
    """Where a question's cells stand: the sheet, and for each row of the data the place in it."""

    matched: Matched
    place: Ints  # -1: the row has no cell there (a unit without members)


@dataclass
class Reading:
    """
    A file read: a column for every question, and where its cells stand; what is wrong is in ``faults``.

    Once it is checked: ``answers`` settled by the routing, one entry a row of the data (they hold only without
    faults); ``reference`` marks the first row of each unit, which stands for it; ``unit`` numbers each row's unit.
    ``period``: the first day of the field work, if it is known, and the last.
    """

    codebook: Codebook
    path: Path
    faults: Faults
    size: int = 0
    sources: dict[str, Source] = field(default_factory=dict)
    columns: dict[str, ReadColumn] = field(default_factory=dict)
    answers: Answers = field(default_factory=lambda: Answers(0))
    reference: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    unit: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    period: tuple[date | None, date] = (None, date.max)

    @property
    def completed(self) -> Bools:
        """The rows of units that completed the questionnaire."""
        design = self.codebook.design
        if not design.outcome:
            return np.ones(self.size, dtype=bool)
        code = self.codebook.questions[design.outcome].codes[design.completed]
        return np.asarray(self.answers[design.outcome].values == code)

    def concerned(self, question: Question) -> Bools:
        """Return the rows to check a question on: each member, or one row a unit."""
        return np.ones(self.size, dtype=bool) if question.repeat else self.reference

    @property
    def in_two_sheets(self) -> bool:
        """Whether the members have a sheet of their own."""
        return len({id(source.matched) for source in self.sources.values()}) > 1

    def is_needed(self, name: str) -> bool:
        """Whether every row must have an answer: the codebook says so, or the design rests on it."""
        design = self.codebook.design
        drawn = (*design.identifier, design.strata, design.psu, design.ssu, *design.fpc, design.weight)
        return self.codebook.questions[name].required or name in drawn

    def refuse(self, name: str, rows: Bools, rule: str, mend: str, /, **values: object) -> None:
        """
        Note the same fault of a question in some rows of the data; once for each row of the file.

        ``rule`` says what would be right, ``mend`` how to mend it; ``values`` fill the places of both wordings, an array
        with what it holds for the row.
        """
        if (source := self.sources.get(name)) is None:
            return
        matched, wrong = source.matched, np.flatnonzero(rows & (source.place >= 0))
        for at, first in zip(*np.unique(source.place[wrong], return_index=True), strict=True):
            value = matched.cell(name, at) if name in matched.questions else None
            row = wrong[first]
            told = {key: one[row] if isinstance(one, np.ndarray) else one for key, one in values.items()}
            where, header = matched.sheet.where(at), matched.header_of(name)
            self.faults.add(where, header, value, Said(rule, **told), Said(mend, **told))

    def cells(self, name: str, rows: Ints) -> Cells:
        """Return what the file says of a question in some rows of the data, as a message shows it."""
        source = self.sources[name]
        shown = [str(source.matched.cell(name, at)) if at >= 0 else "" for at in source.place[rows]]
        return np.array([text if text not in ("", "None") else "…" for text in shown], dtype=object)

    def lines(self, name: str, rows: Ints) -> Cells:
        """Return where rows of the data stand in the file: the row, and the sheet if it is one of several."""
        source = self.sources[name]
        places = [source.matched.sheet.where(at) for at in source.place[rows]]
        several = source.matched.sheet.origin is not None
        return np.array([f"{row} ({sheet})" if several else str(row) for sheet, row in places], dtype=object)

    def faulty(self, name: str) -> Bools:
        """Return the rows whose cell has a fault already: one is enough."""
        if name not in self.sources:
            return np.zeros(self.size, dtype=bool)
        return np.isin(self.sources[name].place, list(self.columns[name].faults))

    def identifier(self, name: str) -> Cells:
        """Return a column that identifies units: text, or numbers; missing where there is none."""
        column = self.columns[name]
        return column.values.astype(object) if column.texts is None else column.texts


def hashes(answer: Answer) -> npt.NDArray[np.uint64]:
    """Return hashes of a question's cells, equal where they say the same."""
    values: npt.NDArray[Any] = np.nan_to_num(answer.values, nan=-1e9)
    numbers = [values, answer.status, *answer.chosen.values()]
    parts: list[npt.NDArray[Any]] = [part.astype(np.float64) for part in numbers]
    if answer.texts is not None:
        parts.append(np.array([text or "" for text in answer.texts], dtype=object))
    code = np.zeros(answer.status.size, dtype=np.uint64)
    for part in parts:
        code = code * np.uint64(1_000_003) + pd.util.hash_array(part)
    return code


def sample_list(path: Path) -> Path:
    """Return where the sample list of a survey file stands, if there is one: ``2025.sample.csv``."""
    return path.with_name(f"{path.stem}.sample.csv")


def read_answers(codebook: Codebook, path: Path) -> Reading:
    """Return the answers of a file; without a column of the codebook there are none (``size`` 0).

    Raises
    ------
    SurveyError
        The file as a whole can't be read; or ``refuse_in_reports``.
    """
    refuse_in_reports()
    names = matching.meanings(codebook)
    reading = Reading(codebook, path, Faults(path.name))
    recognised, matched = matching.recogniser(names), _matched(reading, path, names)
    used = matching.sheets_used(matched, codebook, reading.faults)
    if not any(one.questions for one in used):
        sheet, rule = used[0].sheet, Said("tiêu đề có các cột của khảo sát {survey}", survey=codebook.name)
        mend = Said("không cột nào thuộc sổ mã này: thêm dòng tiêu đề, hoặc xem tệp thuộc khảo sát nào")
        heads = [head for column in sheet.header for head in re.split(r"[,;\t|]", column)]
        if recognised(heads) > 1:
            mend = Said("cả dòng nằm trong một ô: tách thành cột (Excel: Data, Text to Columns) rồi lưu lại")
        reading.faults.found = [fault for fault in reading.faults.found if fault.column]
        reading.faults.add(sheet.where(), "", ", ".join(sheet.header[:5]), rule, mend)
        return reading
    main, questions = used[0], codebook.questions
    parent = np.arange(main.sheet.rows.size)
    for members in used[1:]:
        parent, child = _linked(reading, main, members)
        reading.sources = {name: Source(members, child) for name in members.questions}
    reading.size = parent.size
    reading.sources |= {name: Source(main, parent) for name in main.questions}
    days = [(one.columns, key) for one in used for key in one.columns if questions[key[0]].type == "date"]
    told = [
        (at[key].header, witness) for at, key in days if (witness := month_first(pd.unique(at[key].cells)))
    ]
    for columns, key in days if told else ():
        columns[key] = replace(columns[key], month_first=told[0])
    for name, source in reading.sources.items():
        _read_question(reading, name, source.matched, source.place)
    for name in _keys(codebook):
        _fold_key(reading, name)
    roster = codebook.roster
    if roster and roster.key not in reading.columns and reading.in_two_sheets:
        _number_members(reading, roster.key)
    _join_sample_list(reading, names)
    _check_missing_columns(reading, main)
    return reading


def _matched(reading: Reading, path: Path, names: Meanings) -> list[Matched]:
    """Return a file's sheets with answers only, each column matched to its question."""
    book, recognised = reading.codebook, matching.recogniser(names)
    nothing = partial(matching.says_nothing, book, names)
    read = read_sheets(path, recognised=recognised)
    return [matching.match(tidied(each, reading.faults, recognised, nothing), book, names) for each in read]


# -- rows of units and members -------------------------------------------------------------


def _linked(reading: Reading, main: Matched, members: Matched) -> tuple[Ints, Ints]:
    """For every member its unit, by the export's own link; a unit without members keeps a row."""
    link = matching.link_columns(main, members, reading.codebook)
    units = np.arange(main.sheet.rows.size)
    if link is None:
        rule = Said("một cột nối thành viên với đơn vị")
        mend = Said("xuất tệp kèm _index và _parent_index (Kobo) hoặc KEY và PARENT_KEY (ODK)")
        reading.faults.add(members.sheet.where(), "", "", rule, mend)
        return units, np.full(units.size, -1)
    own, theirs = link
    parents = _places(theirs.cells, own.cells)
    rule = Said("một đơn vị có ở trang tính {sheet}", sheet=main.sheet.name)
    mend = Said("đơn vị của thành viên này không có trong tệp: khôi phục dòng của đơn vị")
    for place in np.flatnonzero(parents < 0):
        reading.faults.add(members.sheet.where(place), theirs.header, theirs.cells[place], rule, mend)
    kept = np.flatnonzero(parents >= 0)
    alone = np.setdiff1d(units, parents[kept])
    parent = np.concatenate([parents[kept], alone])
    child = np.concatenate([kept, np.full(alone.size, -1)])
    order = np.argsort(parent, kind="stable")
    return parent[order], child[order]


def _places(cells: Cells, among: Cells) -> Ints:
    """Return for each cell where the same stands in another column (the last place; -1: nowhere)."""
    where = {_cell_key(cell): place for place, cell in enumerate(among)}
    return np.array([where.get(_cell_key(cell), -1) for cell in cells], dtype=int)


def _cell_key(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else folded(str(cell))


def _keys(codebook: Codebook) -> dict[str, tuple[str, ...]]:
    """The text columns that tell units apart, each with those within which it does."""
    design = codebook.design
    within = {name: tuple(one for one in design.identifier if one != name) for name in design.identifier}
    within |= {design.strata: (), design.psu: (design.strata,), design.ssu: (design.strata, design.psu)}
    texts = {name for name, question in codebook.questions.items() if question.type == "text"}
    return {name: tuple(texts.intersection(others)) for name, others in within.items() if name in texts}


def _fold_key(reading: Reading, name: str) -> None:
    """One spelling for what differs in case, spaces or Unicode form; what may be one is a fault with both names."""
    column = reading.columns.get(name)
    if column is None or column.texts is None:
        return
    counts = Counter(filter(None, column.texts))
    one: dict[str, str] = {}
    best = sorted(counts, key=lambda text: (-counts[text], text.isupper(), "  " in text))
    spelt = {text: one.setdefault(folded(text), text) for text in best}
    again = [text for text, kept in spelt.items() if text != kept]
    if again:
        column.texts = np.array([spelt.get(text) for text in column.texts], dtype=object)
        wording = "cột {column}: {n} ô viết khác về chữ hoa, dấu cách hay dạng Unicode được đọc như nhau: {first} = {kept}"
        header, n = reading.sources[name].matched.header_of(name), sum(map(counts.__getitem__, again))
        pair = {"first": repr(again[0]), "kept": repr(spelt[again[0]])}
        reading.faults.notes.append(Said(wording, column=header, n=n, **pair))
    _doubt_near_keys(reading, name, column.texts)


def _doubt_near_keys(reading: Reading, name: str, texts: Cells) -> None:
    within = [reading.columns[n].texts for n in _keys(reading.codebook)[name] if n in reading.columns]
    cells = list(zip(texts, *(other for other in within if other is not None), strict=True))
    counts = Counter(cell for cell in cells if cell[0] is not None)
    keys: list[Callable[[str], str]] = [lambda text: text.lstrip("0") if text.isdecimal() else text]
    if name not in reading.codebook.design.identifier:
        keys.append(fold)
    for key in keys:
        ordered = sorted(counts, key=lambda cell: (-counts[cell], cell[0]))
        for (first, *_), *rest in grouped(((*cell[1:], key(cell[0])), cell) for cell in ordered).values():
            for cell in (cell for cell in rest if _may_be_one(first, cell[0])):
                mend = "{first} và {second} có thể là một (số 0 ở đầu, dấu cách, dấu câu, dấu tiếng Việt): viết như nhau nếu là một"
                rows, rule = np.array([each == cell for each in cells]), "một cách viết cho mỗi mã"
                reading.refuse(name, rows, rule, mend, first=repr(first), second=repr(cell[0]))


def _may_be_one(first: str, second: str) -> bool:
    """Whether one may be the other: zeros lost, punctuation, or marks left out of letters (Đức Phú is not Đức Phủ)."""
    from rapidfuzz.distance import Indel  # only where two are alike

    one, other = (_signs(text) for text in (first, second))
    return Indel.distance(one, other) == abs(len(one) - len(other))


def _signs(text: str) -> list[str]:
    """The letters and numerals of a text, each before its marks (the bar of đ is one)."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d\u0335"))
    return [sign for sign in apart if sign.isalnum() or unicodedata.combining(sign)]


def _number_members(reading: Reading, key: str) -> None:
    """A repeat sheet need not number its members: their order does."""
    of_repeat = {reading.codebook.questions[name].repeat: source for name, source in reading.sources.items()}
    unit, present = of_repeat[False].place, of_repeat[True].place >= 0
    numbers = pd.Series(unit).groupby(unit).cumcount().to_numpy() + 1.0
    status = np.where(present, Status.ANSWERED, Status.MISSING).astype(np.int8)
    reading.columns[key] = ReadColumn(np.where(present, numbers, np.nan), status)


# -- cells ---------------------------------------------------------------------------------


def _read_question(reading: Reading, name: str, matched: Matched, place: Ints, *, file: str = "") -> None:
    """Read a question's column of a sheet, note its faults, and lay it out on the rows of the data."""
    remark = name not in reading.codebook.design.columns
    column = _column(reading.codebook.questions[name], matched, remark=remark)
    header = matched.header_of(name)
    for at, wrong in sorted(column.faults.items()):
        where, cell = matched.sheet.where(at), matched.cell(name, at)
        reading.faults.add(where, header, cell, wrong.rule, wrong.mend, file)
    for note in column.notes:
        reading.faults.note(Said("cột {column}: {note}", column=header, note=note))
    reading.columns[name] = column.placed(place)


def _column(question: Question, matched: Matched, *, remark: bool) -> ReadColumn:
    plain = matched.columns.get((question.name, ""))
    parts = {choice: column.cells for choice, column in matched.split(question.name).items()}
    if plain is None:
        return read_split(question, parts)
    column = read_column(question, plain, mark=matched.sheet.decimal, remark=remark)
    return _both(question, column, read_split(question, parts)) if parts else column


def _both(question: Question, column: ReadColumn, split: ReadColumn) -> ReadColumn:
    """One column and several for the same question: they must say the same."""
    both = (column.status == Status.ANSWERED) & (split.status == Status.ANSWERED)
    unlike = [column.chosen[choice.name] != split.chosen[choice.name] for choice in question.choices]
    wrong = Wrong("như nhau ở cột gộp và các cột tách", "sửa một trong hai")
    differing = dict.fromkeys(np.flatnonzero(both & np.any(unlike, axis=0)).tolist(), wrong)
    empty = column.status == Status.MISSING
    return ReadColumn(
        values=np.where(empty, split.values, column.values),
        status=np.where(empty, split.status, column.status).astype(np.int8),
        chosen={name: np.where(empty, split.chosen[name], column.chosen[name]) for name in column.chosen},
        faults=differing | split.faults | column.faults,
        notes=[*column.notes, *split.notes],
    )


# -- the sample list: stratum, weight and population counts in a file of their own ----------


def _join_sample_list(reading: Reading, names: Meanings) -> None:
    questions, key = reading.codebook.questions, reading.codebook.design.sample_key
    file = sample_list(reading.path)
    wanted = [n for n, q in questions.items() if q.source == "frame" and n not in reading.columns]
    if not wanted or not file.is_file() or key not in reading.columns:
        return
    matched = _matched(reading, file, names)[0]
    there = matched.columns.keys()
    rule, mend = Said("một cột của danh sách mẫu"), Said("thêm cột này")
    for name in (name for name in (key, *wanted) if (name, "") not in there):
        reading.faults.add(matched.sheet.where(), name, "", rule, mend, file.name)
    if (key, "") in there:
        place = _sampled(reading, matched, file)
        for name in (name for name in wanted if (name, "") in there):
            _read_question(reading, name, matched, place, file=file.name)
            reading.sources[name] = reading.sources[key]


def _sampled(reading: Reading, matched: Matched, file: Path) -> Ints:
    """Return where each row of the data stands in the sample list; a unit that is not in it is a fault."""
    key = reading.codebook.design.sample_key
    own, source = reading.columns[key].texts, reading.sources[key]
    assert own is not None
    place = _places(own, matched.columns[key, ""].cells)
    lost = (place < 0) & (source.place >= 0)
    lost[lost] = [source.matched.cell(key, at) is not None for at in source.place[lost]]
    mend = "sửa lại (xem cả số 0 ở đầu), hoặc thêm vào danh sách mẫu"
    reading.refuse(key, lost, "một giá trị của {key} trong {file}", mend, key=key, file=file.name)
    return place


def _check_missing_columns(reading: Reading, main: Matched) -> None:
    file, key = sample_list(reading.path).name, reading.codebook.design.sample_key
    wording = "thêm cột, hoặc đặt danh sách mẫu {file} ({key} và các cột của thiết kế mẫu) bên cạnh tệp"
    of_list = Said(wording, file=file, key=key)
    whole = Said("khôi phục cột này từ tệp gốc: mọi phiếu phải có")
    wording = "khôi phục cột này từ tệp gốc; nếu đợt này không hỏi thì thêm cột, ghi {code} ở mọi phiếu"
    asked = Said(wording, code=SPECIAL["not_applicable"].code)
    for name, question in reading.codebook.questions.items():
        if name not in reading.columns:
            mend = of_list if question.source == "frame" else whole if reading.is_needed(name) else asked
            if header := main.near.get(name):
                wording = "có phải là cột {header!r}? đổi tên cột ấy thành {name}"
                mend = Said(wording, header=header, name=name)
            rule = Said("một cột của tệp: {title}", title=Either(f"“{question.vi}”", f"“{question.en}”"))
            reading.faults.add(main.sheet.where(), name, "", rule, mend)
            empty = SheetColumn(name, np.full(reading.size, None, dtype=object))
            reading.columns[name] = read_column(question, empty)
