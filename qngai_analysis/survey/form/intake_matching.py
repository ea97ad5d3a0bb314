"""Which column of a file belongs to which question: by name or label, behind group prefixes, split or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import product

import numpy as np

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.cells import Choices
from qngai_analysis.survey.form.codebook import Codebook, Question, read_codebook
from qngai_analysis.survey.form.faults import Faults
from qngai_analysis.survey.form.files import Sheet, SheetColumn
from qngai_analysis.survey.form.habits import any_of
from qngai_analysis.survey.form.held import surveys
from qngai_analysis.words import legacy
from qngai_analysis.words.folding import fold, folded, unaccented
from qngai_analysis.words.said import Said

#: What a column's header means: a question, and the choice if the column is that of one choice (else empty).
Meanings = Mapping[str, tuple[str, str]]

_METADATA = re.compile(any_of("metadata"), re.IGNORECASE)
_SEPARATORS = re.compile(r"[/:.\-]")
# of a header as ``fold`` writes it
_BESIDE = re.compile(any_of("beside"))
_EMPTY, _NIL = re.compile(any_of("empty")), re.compile(any_of("nil"))


@dataclass
class Matched:
    """A sheet, and which of its columns belong to which question."""

    sheet: Sheet
    columns: dict[tuple[str, str], SheetColumn] = field(default_factory=dict)  # of (question, choice or "")
    unknown: list[str] = field(default_factory=list)  # headers of no question
    aside: list[SheetColumn] = field(default_factory=list)
    twice: list[tuple[str, str]] = field(default_factory=list)  # header, question
    # of questions without a column, the unknown header that may be it
    near: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """What a message calls the sheet, with its number of rows."""
        return f"{self.sheet.name or '1'} ({self.sheet.rows.size})"

    @property
    def questions(self) -> KeysView[str]:
        """The questions that have a column, in the columns' order (split ones last)."""
        plain_first = sorted(self.columns, key=lambda key: key[1] != "")
        return dict.fromkeys(question for question, _ in plain_first).keys()

    def split(self, question: str) -> dict[str, SheetColumn]:
        """Return the columns of a question's choices, where it has one for each."""
        return {choice: column for (of, choice), column in self.columns.items() if of == question and choice}

    def header_of(self, question: str) -> str:
        """Return the header that a message names."""
        plain = self.columns.get((question, ""))
        named = plain or next(iter(self.split(question).values()), None)
        return named.header if named else question

    def cell(self, question: str, at: int) -> object:
        """Return what stands in a question's cell; of a split one all that is filled."""
        if plain := self.columns.get((question, "")):
            return plain.cells[at]
        cells = (column.cells[at] or "" for column in self.split(question).values())
        return " ".join(map(str, cells)).strip()


def meanings(codebook: Codebook) -> Meanings:
    """Return every header a column may have: name or label of a question, or those with a choice behind."""
    found: dict[str, tuple[str, str] | None] = {}

    for question in codebook.questions.values():
        choices = question.answers if question.type == "select_multiple" else ()
        for text in (question.name, question.vi, question.en):
            heads = [(text, ""), (f"{text} ({question.unit})", "")]
            for choice, mark in product(choices, "/_-.:" if text == question.name else "/"):
                endings = (choice.name, choice.code, choice.vi, choice.en)
                heads += [(f"{text}{mark}{ending}", choice.name) for ending in endings]
            for head, named in heads:
                key, meaning = _key(head), (question.name, named)
                found[key] = meaning if found.get(key, meaning) == meaning else None
    return {key: meaning for key, meaning in found.items() if meaning is not None}


def _key(text: str) -> str:
    """A header as headers are compared: without blanks and line breaks, but for those between numbers."""
    return re.sub(r"(?<!\d) | (?!\d)", "", folded(text))


@lru_cache(maxsize=32)
def _meanings_of(survey: str) -> Meanings:
    return meanings(read_codebook(survey))


def match(sheet: Sheet, codebook: Codebook, names: Meanings) -> Matched:
    """Return which columns of a sheet belong to which question; what a server adds is passed over."""
    matched = Matched(sheet)
    roster = codebook.roster.name if codebook.roster else ""
    for column in sheet.columns:
        header = column.header
        if (meaning := _meaning(header, names)) is not None:
            if matched.columns.setdefault(meaning, column) is not column:
                matched.twice.append((header, meaning[0]))
        elif header and folded(header).split("_count")[0] != roster:
            if _is_beside(header):
                matched.aside.append(column)
            else:
                matched.unknown.append(header)
    return matched


def _meaning(header: str, names: Meanings) -> tuple[str, str] | None:
    """The whole header first, then what stands behind each group prefix."""
    if _METADATA.fullmatch(header):
        return names.get(_key(header))
    behind = (header[mark.end() :] for mark in _SEPARATORS.finditer(header))
    return next((names[key] for text in (header, *behind) if (key := _key(text)) in names), None)


def says_nothing(codebook: Codebook, names: Meanings, header: str, text: str) -> bool:
    """Return whether a text below a header says that there is nothing: never one that may be an answer."""
    word = unaccented(text)
    nil = _NIL.fullmatch(word) is not None  # of a number it may mean 0, of choices "no"
    if not (nil or _EMPTY.fullmatch(word)) or (meaning := _meaning(header, names)) is None:
        return False
    question = codebook.questions[meaning[0]]
    return question.type in ("text", "date") if nil else Choices(question).find(text) is None


def _is_beside(header: str) -> bool:
    """Whether a tool or an office adds such a column of its own, to any survey."""
    # "question/other" is a choice that the codebook lacks, "question_other" the words written beside it
    return _METADATA.fullmatch(header) is not None or (
        _BESIDE.fullmatch(fold(header)) is not None
        and not re.search(r"[/:] ?(?:other|khác|khac)$", header, re.I)
    )


def recogniser(names: Meanings) -> Callable[[Sequence[str]], int]:
    """Return what tells how many cells of a row are headers of the survey, in an old encoding too."""

    meaning = cache(lambda text: _meaning(text, names))  # answers come again and again
    converted = cache(lambda text, encoding: legacy.converted(text, encoding) or "")

    def known(texts: Iterable[str]) -> int:
        return len({found for text in texts if text and (found := meaning(text)) is not None})

    def recognised(texts: Sequence[str]) -> int:
        found = known(texts)
        if found or all(text.isascii() for text in texts):
            return found
        return max(known(converted(text, each) for text in texts) for each in legacy.ENCODINGS)

    return recognised


# -- one survey in several sheets or files -------------------------------------------------


def sheets_used(sheets: list[Matched], codebook: Codebook, faults: Faults) -> list[Matched]:
    """
    Return the sheet of the units, and that of the members if they have one of their own.

    Sheets with the same questions are one survey, put together; each is named in the notes. A sheet that
    may hold answers and is not read is a fault.

    Raises
    ------
    SurveyError
        Several sheets of units number their members each from 1, so that nobody knows whose they are.
    """
    filled = [matched for matched in sheets if matched.sheet.header]
    repeat = {name for name, question in codebook.questions.items() if question.repeat}

    def alike(asked: Mapping[int, set[str]]) -> list[int]:
        most = max(map(len, asked.values()), default=0)
        return [place for place, found in asked.items() if most and len(found) * 2 > most]

    of_units = alike({at: set(matched.questions) - repeat for at, matched in enumerate(filled)}) or [0]
    rest = {at: matched for at, matched in enumerate(filled) if at not in of_units}
    of_members = alike({at: set(matched.questions) & repeat for at, matched in rest.items()})
    units, members = ([filled[at] for at in places] for places in (of_units, of_members))
    _name_others([rest[at] for at in rest if at not in of_members], units[0], codebook, faults)
    there = {name for matched in (*units, *members) for name in matched.questions}
    absent = [question for name, question in codebook.questions.items() if name not in there]
    for matched in (*units, *members):
        matched.near = _nearest(matched.unknown, absent)
        check_headers(matched, codebook, faults)
    link = link_columns(units[0], members[0], codebook) if members else None
    if len(units) > 1 and link and folded(link[0].header) == "_index":
        wording = "{names}: mỗi trang tính tự đánh số thành viên bằng _index nên không biết thành viên của ai; kiểm tra và nạp từng tệp một"
        raise SurveyError(wording, names=", ".join(matched.place for matched in (*units, *members)))
    return [_together(parts, faults) for parts in (units, members) if parts]


def _name_others(others: list[Matched], main: Matched, codebook: Codebook, faults: Faults) -> None:
    """Say which sheets are not read; one that may hold answers is a fault."""
    keys = {*codebook.design.identifier, codebook.design.sample_key}
    aside = []
    for matched in others:
        sheet = matched.sheet
        answers = keys & matched.questions or (
            not matched.questions and 2 * len(sheet.header) > len(main.sheet.header) > 3
        )
        if sheet.rows.size and answers:
            rule, unread = Said("tiêu đề cột như trang tính {main}", main=main.sheet.name), len(sheet.ragged)
            wording = "trang tính có {n} dòng chưa được đọc: thêm dòng tiêu đề nếu là phiếu trả lời, chuyển sang tệp khác nếu không phải"
            mend = Said(wording, n=sheet.rows.size + unread)
            faults.add(sheet.where(), "", ", ".join(sheet.header[:4]), rule, mend)
        elif sheet.rows.size:
            aside.append(matched.place)
            faults.found = [fault for fault in faults.found if fault.sheet != sheet.name]
    if aside:
        wording = "để riêng trang tính không phải phiếu trả lời: {names}"
        faults.notes.append(Said(wording, names=", ".join(aside)))


def _together(parts: list[Matched], faults: Faults) -> Matched:
    """Put sheets with the same questions one below the other, column by column as they are understood."""
    if len(parts) == 1:
        return parts[0]
    names = ", ".join(matched.place for matched in parts)
    wording = "đọc chung {n} phần của một khảo sát (số dòng): {names}"
    faults.notes.append(Said(wording, n=len(parts), names=names))
    # the columns that link members to units stand for themselves: ("", header)
    held = [m.columns | {("", folded(column.header)): column for column in m.aside} for m in parts]
    sizes = [matched.sheet.rows.size for matched in parts]
    columns = {}
    for key in dict.fromkeys(key for one in held for key in one):
        there = [one.get(key) for one in held]
        columns[key] = joined = _joined(there, sizes, names)
        for matched in (m for m, column in zip(parts, there, strict=True) if column is None and key[0]):
            rule = Said("có cột {column} như trang tính kia", column=joined.header)
            mend = Said("thêm cột, để trống nếu không hỏi")
            faults.add(matched.sheet.where(), joined.header, "", rule, mend)
    decimals = {matched.sheet.decimal for matched in parts}
    sheet = Sheet(
        "",
        np.concatenate([matched.sheet.rows for matched in parts]),
        tuple(columns.values()),
        decimal=decimals.pop() if len(decimals) == 1 else "",
        origin=np.repeat(np.array([m.sheet.name for m in parts], dtype=object), sizes),
    )
    near = {name: header for matched in parts for name, header in matched.near.items()}
    return Matched(sheet, {key: column for key, column in columns.items() if key[0]}, near=near)


def _joined(columns: Sequence[SheetColumn | None], sizes: Sequence[int], names: str) -> SheetColumn:
    """Put columns one below the other, empty where a sheet has none; their labels must agree."""
    there = [column for column in columns if column is not None]
    cells = [np.full(n, None) if one is None else one.cells for one, n in zip(columns, sizes, strict=True)]
    joined = SheetColumn(there[0].header, np.concatenate(cells), {}, {})
    told = [(joined.labels, column.labels) for column in there]
    told += [(joined.declared, column.declared) for column in there]
    wording = "{names}: cột {column}: mã {value} là {first} ở tệp này, {second} ở tệp kia; thống nhất nhãn rồi nạp lại"
    for mine, theirs in told:
        for value, label in theirs.items():
            if (first := mine.setdefault(value, label)) != label:
                pair = {"value": value, "first": first, "second": label}
                raise SurveyError(wording, names=names, column=joined.header, **pair)
    return joined


# -- headers -------------------------------------------------------------------------------


def check_headers(matched: Matched, codebook: Codebook, faults: Faults) -> None:
    """Note rows that do not fit the header, questions with two columns, and columns of no question."""
    sheet = matched.sheet
    for row, cells, _ in sheet.ragged:
        rule = Said("{n} ô, như dòng tiêu đề", n=len(sheet.header))
        mend = Said(
            "thừa hoặc thiếu dấu ngăn cách, thường do dấu phẩy thập phân hay trong câu chữ không có ngoặc kép"
        )
        faults.add((sheet.name, row), "", Said("{n} ô", n=cells), rule, mend)
    for header, question in matched.twice:
        mend = Said("{question} đã có một cột khác: bỏ một cột", question=question)
        faults.add(sheet.where(), header, "", Said("một cột cho mỗi câu hỏi"), mend)
    may_be = {header: name for name, header in matched.near.items()}
    for header in matched.unknown:
        rule = Said("một cột của khảo sát {survey}", survey=codebook.name)
        faults.add(sheet.where(), header, "", rule, _stranger(header, codebook, may_be.get(header, "")))
    if named := [column.header for column in matched.aside]:
        shown = ", ".join(named[:12]) + (", …" if len(named) > 12 else "")
        note = Said("để riêng {n} cột của công cụ thu thập: {names}", n=len(named), names=shown)
        faults.note(note, sheet.name)


def _stranger(header: str, codebook: Codebook, near: str) -> Said:
    """How to mend a column of no question: it may be of another survey, or be called otherwise than in the codebook."""
    if near:
        return Said("có phải là {near!r}? đổi tên như trong sổ mã, hoặc bỏ cột", near=near)
    if legacy.broken(header):
        return Said("tiêu đề mất chữ khi đổi bảng mã: gõ lại như trong sổ mã, hoặc xuất lại tệp dạng UTF-8")
    others = [name for name in surveys() if name != codebook.name]
    if owners := [name for name in others if _meaning(header, _meanings_of(name)) is not None]:
        return Said("đây là cột của {surveys}: xem tệp thuộc khảo sát nào", surveys=", ".join(owners))
    return Said("đổi tên như trong sổ mã, hoặc bỏ cột")


def _nearest(headers: Sequence[str], absent: Sequence[Question]) -> dict[str, str]:
    """Pair questions without a column and headers that are none: each with what it may be, the likeliest first."""
    found: dict[str, str] = {}
    pairs = (
        (_likeness(header, question), header, question.name) for header, question in product(headers, absent)
    )
    for likeness, header, name in sorted(pairs, reverse=True):
        if likeness >= _LIKE and name not in found and header not in found.values():
            found[name] = header
    return found


_LIKE = 0.6


def _likeness(header: str, question: Question) -> float:
    """How far a header says what a question is called: its words, or the initials of words, in the name or a label."""
    from rapidfuzz import fuzz  # only where there is a fault to explain

    plain = str.casefold if fold(header) != header.casefold() else fold  # typed with its marks, or without
    words, best = _WORD.findall(plain(header)), 0.0
    for label in (question.name.replace("_", " "), question.vi, question.en):
        known = _WORD.findall(plain(label))
        initials = "".join(fold(word[0]) for word in known)
        said = sum(word in known or (len(word) > 1 and fold(word) in initials) for word in words)
        alike = fuzz.ratio(" ".join(words), " ".join(known)) / 100
        begins = words == known[: len(words)]
        best = max(best, 0.6 * said / max(len(words), 1) + 0.2 * alike + 0.2 * begins, alike - 0.15)
    return best


_WORD = re.compile(r"[^\W_]+")


def link_columns(
    main: Matched, members: Matched, codebook: Codebook
) -> tuple[SheetColumn, SheetColumn] | None:
    """Return the column that numbers the units, and the members' column that names their unit."""
    own, link = ({folded(column.header): column for column in each.sheet.columns} for each in (main, members))
    for mine, theirs in (("key", "parent_key"), ("_index", "_parent_index"), ("_uuid", "_submission__uuid")):
        if mine in own and theirs in link:
            return own[mine], link[theirs]
    parent = (codebook.roster.parent if codebook.roster else "", "")
    if parent in main.columns and parent in members.columns:
        return main.columns[parent], members.columns[parent]
    return None
