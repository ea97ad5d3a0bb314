"""From a raw cell to an answer: numbers as Vietnamese and programs write them, dates, choices.

Each reader takes the different values of a column once. What can be read in two ways is refused
with a message, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis import territory
from qngai_analysis.survey.form.codebook import SPECIAL, SPECIAL_STATUS, Question
from qngai_analysis.survey.form.condition import Answer, AnswerChoice, Bools, Status
from qngai_analysis.survey.form.files import Cells, SheetColumn
from qngai_analysis.survey.form.habits import any_of
from qngai_analysis.words import legacy
from qngai_analysis.words.folding import folded, unaccented
from qngai_analysis.words.said import Day, Either, Joined, Said

T = TypeVar("T")


class Wrong(Exception):  # noqa: N818 - carries one cell's fault to those of the column, never to a user
    """A cell that can't be read: the rule it breaks and how to mend it, and what fills both wordings."""

    def __init__(self, rule: str, mend: str, /, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.mend = Said(rule, **values), Said(mend, **values)


@dataclass
class ReadColumn(Answer):
    """A column read (MISSING where empty), its faults by place, and notes of what was done."""

    faults: dict[int, Wrong] = field(default_factory=dict)
    notes: list[Said] = field(default_factory=list)

    def without(self, faults: Mapping[int, Wrong]) -> ReadColumn:
        """Return the column with more faults, its cells there empty."""
        self.faults = {**faults, **self.faults}
        at = list(self.faults)
        self.status[at], self.values[at] = Status.MISSING, np.nan
        return self


# -- numbers -------------------------------------------------------------------------------

_PLAIN = re.compile(r"[+-]?\d+|[+-]?\d+(\.\d+)?[eE][+-]?\d+")
# by decimal mark: with groups of thousands and a fraction, with two groups or more, with a fraction alone
_MARKED = {
    ",": re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d+,\d+)"),
    ".": re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}|\d*\.\d+)"),
}
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")  # 1.254: one and a quarter, or a thousand and more
_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")  # 1 254 or 1 254,5


def convention(cells: Iterable[object]) -> str:
    """
    Return the decimal mark that the texts of a column show: ``","``, ``"."`` or empty (none, or both).

    Examples
    --------
    >>> convention(["12,5", "1.254"]), convention(["12.5", "1.254"]), convention(["1.254"])
    (',', '.', '')
    """
    texts = [cell for cell in cells if isinstance(cell, str) and not _EITHER.fullmatch(cell)]
    shown = [mark for mark, pattern in _MARKED.items() if any(map(pattern.fullmatch, texts))]
    return shown[0] if len(shown) == 1 else ""


def number(cell: object, mark: str = "") -> float:
    """
    Return the number a cell holds; ``mark`` is the decimal mark of its column, where known.

    Raises
    ------
    Wrong
        It is no number, or could be read in two ways and ``mark`` does not decide.

    Examples
    --------
    >>> number("12,5"), number("1.254,5"), number("1 254"), number("1.254", ",")
    (12.5, 1254.5, 1254.0, 1254.0)
    """
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, date | datetime):
        mend = "Excel đã đổi số thành ngày: định dạng cột là văn bản hoặc số rồi gõ lại"
        raise Wrong("một số, thấy một ngày", mend)
    text = str(cell).replace("−", "-")
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
        mark = "," if "," in text else "."
    if _PLAIN.fullmatch(text):
        if abs(float(text)) > 1e15:
            raise Wrong("một số có thể có thật", "số quá lớn: sửa lại")
        return float(text)
    if _EITHER.fullmatch(text):
        sign = "." if "." in text else ","
        whole, plain = text.replace(sign, ""), text.replace(sign, ".")
        if mark:
            return float(plain if mark == sign else whole)
        mend = (
            "{text} là {whole} hoặc {plain}: viết {whole} không dấu, hoặc {plain}0 với bốn chữ số thập phân"
        )
        raise Wrong("một số chỉ đọc được một cách", mend, text=text, whole=whole, plain=plain)
    for shown, pattern in _MARKED.items():
        if pattern.fullmatch(text):
            return float(text.replace("." if shown == "," else ",", "").replace(",", "."))
    if text.startswith("#"):
        raise Wrong("một số, thấy một lỗi của Excel", "sửa công thức trong sổ tính")
    if text.endswith("%"):
        raise Wrong("một số không có dấu phần trăm", "bỏ dấu %: đơn vị tính có trong sổ mã")
    raise Wrong("một số", "viết bằng chữ số, dấu phẩy hoặc chấm thập phân, như 12,5")


_NIL = re.compile(any_of("nil"))
_WORDED = re.compile(r"\D*?(\d[\d., ]*?)[., ]*(nghin|ngan|k|trieu|tr|ty|ti|dong|vnd|d)\b.*")
_TIMES = {"nghin": 1e3, "ngan": 1e3, "k": 1e3, "trieu": 1e6, "tr": 1e6, "ty": 1e9, "ti": 1e9}


def _measured(cell: object, mark: str, unit: str) -> float:
    """
    Return the number a cell holds of something that is counted in a unit.

    Raises
    ------
    Wrong
        As ``number``; the unit is named, and what an amount in words would be in it.
    """
    try:
        return number(cell, mark)
    except Wrong as wrong:
        wrong.mend = Said("{mend}; đơn vị tính: {unit}", mend=wrong.mend, unit=unit) if unit else wrong.mend
        if _NIL.fullmatch(unaccented(str(cell))):
            wrong.mend = Said("{cell!r} là số 0, hay không có câu trả lời? ghi 0, hoặc để trống", cell=cell)
        found = _WORDED.fullmatch(unaccented(folded(str(cell))))
        scale, *rest = unaccented(folded(unit)).split() or [""]
        if found and "dong" in (scale, *rest):
            amount = number(found[1], mark or ",") * _TIMES.get(found[2], 1) / _TIMES.get(scale, 1)
            wording = "{cell} có phải là {amount} ({unit})? viết bằng chữ số"
            wrong.mend = Said(wording, cell=cell, amount=f"{amount:.12g}", unit=unit)
        raise


# -- dates ---------------------------------------------------------------------------------

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})(?: \d{1,2}:\d{2}.*)?")
_IN_WORDS = re.compile(
    r"(?:ngày )?(?P<day>\d{1,2}) tháng (?P<month>\d{1,2}),? năm (?P<year>\d{4})", re.IGNORECASE
)
_EXCEL_START = date(1899, 12, 30)  # day 0 of Excel's 1900 calendar, its false leap day allowed for


def day(cell: object) -> date:
    """
    Return the date a cell holds: a date, ``2025-06-30``, ``30/6/2025``, in words, or an Excel serial number.

    Raises
    ------
    Wrong
        It is no date; ``6/30/2025`` is refused (the day comes first).

    Examples
    --------
    >>> day("30/6/2025") == day("ngày 30 tháng 6 năm 2025") == day(45838)
    True
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell)
    if isinstance(cell, int | float) or re.fullmatch(r"\d{5}(\.\d+)?", text):
        if 20_000 <= float(text) <= 80_000:
            return _EXCEL_START + timedelta(days=int(float(text)))
        raise Wrong("một ngày", "viết ngày như 2025-06-30")
    found = _ISO.fullmatch(text) or _DAY_FIRST.fullmatch(text) or _IN_WORDS.fullmatch(text)
    if not found:
        raise Wrong("một ngày", "viết ngày như 2025-06-30 hoặc 30/6/2025")
    if read := date_of(int(found["year"]), int(found["month"]), int(found["day"])):
        return read
    raise Wrong("một ngày, ngày đứng trước tháng", "không có ngày này: viết 2025-06-30 hoặc 30/6/2025")


def month_first(cells: Iterable[object]) -> str:
    """
    Return a cell that is a date only with the month first; empty if a column has none.

    Examples
    --------
    >>> month_first(["11/09/2025", "11/13/2025"]), month_first(["11/09/2025", "13/11/2025"])
    ('11/13/2025', '')
    """
    for cell in cells:
        first, second, _ = _numerals(cell)
        if first <= 12 < second <= 31:
            return str(cell)
    return ""


def _numerals(cell: object) -> tuple[int, int, int]:
    """The three numbers of a date typed with the day or the month first; zeros for anything else."""
    parts = _DAY_FIRST.fullmatch(cell) if isinstance(cell, str) else None
    return (int(parts[1]), int(parts[2]), int(parts[3])) if parts else (0, 0, 0)


def _doubt(cells: Cells, elsewhere: tuple[str, str]) -> Said | None:
    """Why the dates of a column that can be read in two ways are in doubt, by what stands in it or in another of the file."""
    days = [cell.day for cell in cells if isinstance(cell, date)]
    typed = {first: cell for cell in cells if (first := _numerals(cell)[0])}
    if witness := month_first(cells):
        wording = "cột này có {witness}, chỉ có thể là tháng trước ngày, nên cả cột đáng ngờ"
    elif elsewhere[1] and _two_ways(cells):
        wording = "cột {column} có {witness}, chỉ có thể là tháng trước ngày, nên cột này cũng đáng ngờ"
    elif max(days, default=31) <= 12 < min(typed, default=0):
        wording = "Excel để {witness} là chữ và đổi các ô khác thành ngày, có lẽ đã đảo ngày với tháng"
    else:
        return None
    return Said(wording, witness=witness or elsewhere[1] or typed[min(typed)], column=elsewhere[0])


def _doubted_day(cell: object, why: Said) -> date:
    """Read a date of a column in doubt: what can be read in two ways is refused."""
    first, second, year = _numerals(cell)
    if isinstance(cell, date):  # Excel, set to day first, took what it could: with day and month exchanged
        first, second, year = cell.day, cell.month, cell.year
    if first == second or first > 12 or second > (12 if isinstance(cell, date) else 31):
        return day(cell)
    readings = filter(None, (date_of(year, second, first), date_of(year, first, second)))
    known, shown = Joined([Day(each) for each in readings], " / "), str(cell).split()[0]
    mend = "{why}: {cell} là {known}? xuất lại cả cột theo dạng 2025-06-30"
    raise Wrong("một ngày chỉ đọc được một cách", mend, why=why, cell=shown, known=known)


def date_of(year: int, month: int, day_of_month: int) -> date | None:
    """Return a date, if there is such a day."""
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


# -- choices -------------------------------------------------------------------------------


_CODE_AND_LABEL = re.compile(r"(-?\d+) ?(?:[.:=)–]|-(?!\d)) ?(\D.*)")  # 1. Có: both must be of one choice
_COMMUNE = re.compile(r"^(xã|phường|đặc khu|thị trấn|xa|phuong|dac khu|thi tran|tt|p|x)[. ]+")


def _districts_of(commune: str) -> tuple[list[str], list[str]]:
    """The districts of this province, and those of others, that a commune of a name lies in."""
    known = {unit.name for unit in territory.survey_units(territory.survey_day())}
    found = territory.districts_of(folded(commune))
    return sorted(found & known), sorted(found - known)


_DISTRICT = "một huyện, thị xã, thành phố của tỉnh trước 01/7/2025"


def _no_district(commune: str, here: list[str], elsewhere: list[str]) -> Wrong:
    mend = "{cell} là đơn vị cấp xã (từ 01/7/2025 không còn cấp huyện) và không tìm được trong commune_crosswalk.csv: ghi tên xã như trong communes.csv, hoặc ghi huyện cũ"
    if elsewhere:
        mend = "{cell} là đơn vị cấp xã ngoài địa giới cũ của tỉnh ({districts}): không thuộc khảo sát này"
    if here:
        mend = "{cell} là đơn vị cấp xã, thuộc hơn một huyện cũ ({districts}): ghi huyện cũ của phiếu này"
    return Wrong(_DISTRICT, mend, cell=commune, districts=", ".join(here or elsewhere[:3]))


def _with_code(choice: AnswerChoice) -> Either:
    return Either(f"{choice.code} = {choice.vi}", f"{choice.code} = {choice.en}")


class Choices:
    """Finds the choice that a cell means: by name, by code, by label in either language."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.answers = (*question.answers, SPECIAL["not_applicable"])
        self.communes: dict[str, AnswerChoice] = {}  # cells that named a commune, and its district
        self._known = {text: choice for choice in self.answers for text in (choice.name, str(choice.code))}
        self._of_places = question.choice_list == "@districts"
        self._by_label: dict[str, AnswerChoice | None] = {}
        for choice in self.answers:
            labels = {folded(choice.vi), folded(choice.en)}
            if self._of_places:
                labels |= {territory.without_kind(label) for label in labels}
            for label in labels | set(map(unaccented, labels)):
                # a label that two choices share names neither
                self._by_label[label] = choice if self._by_label.get(label, choice) is choice else None

    def find(self, cell: object) -> AnswerChoice | None:
        """Return the choice, or ``None``."""
        text = str(cell)
        if whole := re.fullmatch(r"(-?\d+)(?:\.0+)?", text):
            text = str(int(whole[1]))
        if whole or text.casefold() in self._known:
            return self._known.get(text.casefold())
        if both := _CODE_AND_LABEL.fullmatch(text):
            choice = self.find(both[1])
            return choice if choice is self.find(both[2]) else None
        label = folded(text)
        found = self._by_label.get(label) or self._by_label.get(unaccented(label))
        if found is None and self._of_places:
            found = self._by_label.get(territory.without_kind(label)) or self._of_commune(text)
        if found is None and text.upper() in ("TRUE", "FALSE"):
            found = self._known.get("yes" if text.upper() == "TRUE" else "no")
        return found

    def _of_commune(self, text: str) -> AnswerChoice | None:
        """The district that a commune of today, or of before July 2025, lies in, if it is one."""
        found, _ = _districts_of(text)
        choice = self._by_label.get(folded(found[0])) if len(found) == 1 else None
        if choice is not None:
            self.communes[text] = choice
        return choice

    def wrong(self, cell: object) -> Wrong:
        """Return the fault of a cell that means no choice, with the nearest one suggested."""
        from rapidfuzz import fuzz, process  # only where there is a fault to explain

        text, answers, rule = str(cell), self.question.answers, "một lựa chọn của sổ mã"
        of_communes = territory.units().keys() & {one.name for one in answers}  # their ids are their codes
        if self._of_places and of_communes:
            rule = "một đơn vị của tỉnh vào ngày điều tra"
            if now := territory.became(text):
                return Wrong(rule, "từ 01/7/2025 là {now}", now=", ".join(now))
            if (unit := territory.named(text)) and (ended := territory.ended(unit)):
                return Wrong(rule, "{unit} hết hiệu lực từ {day}", unit=unit.name, day=ended)
        elif self._of_places:
            rule, among = _DISTRICT, _districts_of(text)
            if _COMMUNE.match(folded(text)) or any(among):
                return _no_district(text, *among)
        names = {name: choice.vi for choice in answers for name in (choice.vi, choice.name, choice.en)}
        plain, given = {name: unaccented(folded(name)) for name in names}, unaccented(folded(text))
        near = process.extractOne(given, plain, scorer=fuzz.WRatio) if isinstance(cell, str) else None
        guess = names[near[2]] if near and near[1] >= 70 else ""
        if " " in given and " " not in guess and guess and plain[guess] in given.split():
            guess = ""  # "không phải ai cũng" says more than "Không"
        mend = "có phải là {right!r}? một trong: {listed}" if guess else "một trong: {listed}"
        return Wrong(rule, mend, right=guess, listed=Joined([*map(_with_code, answers[:20])]))

    def several(self, cell: object) -> list[AnswerChoice]:
        """
        Return the choices of a select-multiple cell: names, codes or labels one after the other.

        Raises
        ------
        Wrong
            A part of the cell means no choice.
        """
        parts = [part for part in re.split(r"[\s,;|]+", str(cell)) if part]
        found = [choice for part in parts if (choice := self.find(part))]
        if len(found) == len(parts) > 0:
            return found
        # labels hold spaces and commas themselves: take the longest that fits, again and again
        rest, found = folded(str(cell)), []
        labels = sorted(filter(None, self._by_label), key=len, reverse=True)
        while rest or not found:  # "." is no answer
            fits = (one for one in labels if rest.startswith(one) and not rest[len(one) :][:1].isalnum())
            hit = next(fits, "")
            if (choice := self._by_label.get(hit)) is None:
                raise self.wrong(rest if isinstance(cell, str) else cell)
            found.append(choice)
            rest = rest[len(hit) :].lstrip(" ,;|/.")
        return found


# -- columns -------------------------------------------------------------------------------


def read_column(
    question: Question, column: SheetColumn, *, mark: str = "", remark: bool = False
) -> ReadColumn:
    """
    Read a question's column.

    Parameters
    ----------
    column : raw cells, ``None`` where empty; value labels that the file itself carries (SPSS, Stata) say what a code means
    mark : decimal mark of the file, used where the column does not show one
    remark : it is a text of which nothing is made

    Returns
    -------
    ReadColumn
        ``values`` (codes, numbers, days since 1970), ``texts`` (for text questions), ``status``
        (ANSWERED, a special status, or MISSING where empty or unreadable), ``faults``, and ``notes`` (how many
        cells the file declares missing).
    """
    means, notes = _declared(column)
    labels = {value: label for value, label in column.labels.items() if value not in means}
    own, wrong = _labelled(question, labels) if labels else ({}, {})
    faults = {place: wrong[cell] for place, cell in enumerate(column.cells) if cell in wrong} if wrong else {}
    means, cells = means | own | dict.fromkeys(wrong), column.cells
    if means:
        cells = np.array([means.get(cell, cell) for cell in cells], dtype=object)
    codes, found = pd.factorize(cells)
    if question.type == "select_multiple":
        different = _read_several(question, found)
    elif question.type == "text":
        different = _read_text(found, remark=remark)
    else:
        different = _read_values(question, found, mark, replace(column, cells=cells))
    read = different.placed(codes)
    read.faults = _spread(codes, different.faults)
    read.notes = [*notes, *different.notes]
    return read.without(faults)


_SPECIAL_WORDS = {folded(text): choice for choice in SPECIAL.values() for text in (choice.vi, choice.en)}


#: What values of a column mean: a code of the codebook, or nothing.
Means = dict[object, int | None]


def _declared(column: SheetColumn) -> tuple[Means, list[Said]]:
    """What the file declares missing is no answer: of a special kind if its label or code says so."""
    means: Means = {}
    told = []
    for value, label in column.declared.items():
        special = _SPECIAL_WORDS.get(folded(label))
        means[value] = special.code if special else value if value in SPECIAL_STATUS else None
        n = sum(cell == value for cell in column.cells)
        told.append(Said("{n} ô {value} ({label})", n=n, value=_plain(value), label=label or "–"))
    wording = "tệp khai là thiếu, không tính là câu trả lời: {cells}"
    return means, [Said(wording, cells=Joined(told, ", "))] if told else []


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return f".{value}" if re.fullmatch("[a-z]", str(value)) else str(value)


# how a cell or a label begins that says that there is no answer
_UNANSWERED = {kind: re.compile(rf"{any_of(kind)}\b") for kind in ("refused", "dont_know", "no_answer")}


def _no_answer(question: Question, text: str) -> Said | None:
    """How to mend a cell that says that there is no answer: it is never turned into one. None: it says no such thing."""
    plain = unaccented(folded(text)).lstrip("(-. ")
    found = {kind: words[0] for kind, each in _UNANSWERED.items() if (words := each.match(plain))}
    kind = next(iter(found), "")
    if not kind or any(found[kind] in unaccented(folded(choice.vi)) for choice in question.choices):
        return None
    if kind in question.special:
        wording = "ô này nói rằng không có câu trả lời: ghi {right}, hoặc để trống"
        return Said(wording, right=_with_code(SPECIAL[kind]))
    if question.required:
        return Said("ô này nói rằng không có câu trả lời, mà câu này phải có: hỏi lại đơn vị")
    return Said("ô này nói rằng không có câu trả lời: để trống")


def _labelled(question: Question, labels: Mapping[object, str]) -> tuple[Means, dict[object, Wrong]]:
    """The file's own labels decide what its codes mean; a label the codebook lacks, or has twice, is a fault."""
    choices = Choices(question)
    means: Means = {}
    wrong: dict[object, Wrong] = {}
    for value, label in labels.items():
        named = {"value": _plain(value), "label": label}
        if not question.choices:  # labels of a number mark its special answers
            if special := _SPECIAL_WORDS.get(folded(label)):
                means[value] = special.code
            elif _no_answer(question, label):
                wording = "tệp gọi {value} là {label!r}: khai mã này là thiếu (user-missing), hoặc ghi −8, −9"
                wrong[value] = Wrong("một số; nhãn của nó nói không phải số", wording, **named)
            continue
        choice = choices.find(value if re.fullmatch(r"-?\d+", label) else label)
        if choice is None:
            known = Joined([Either(choice.vi, choice.en) for choice in question.answers[:20]])
            mend = "tệp gọi {value} là {label!r}; đặt một nhãn của sổ mã: {known}"
            wrong[value] = Wrong("một nhãn giá trị của sổ mã", mend, known=known, **named)
            continue
        if choice.code not in SPECIAL_STATUS and choice.code in means.values():
            twin = next(other for other, code in means.items() if code == choice.code)
            mend = "mã {first} và mã {value} cùng mang nhãn {label!r}: sửa nhãn trong tệp rồi gửi lại"
            both = Wrong("mỗi nhãn giá trị cho một mã", mend, first=_plain(twin), **named)
            wrong[value] = wrong[twin] = both
        means[value] = choice.code
    return means, wrong


def _each(
    question: Question, cells: Cells, read: Callable[[Any], T]
) -> tuple[dict[int, T], dict[int, Wrong]]:
    """Read each of a column's values: what it is by its place, and what is wrong with the others."""
    known: dict[int, T] = {}
    faults: dict[int, Wrong] = {}
    for place, cell in enumerate(cells):
        try:
            known[place] = read(cell)
        except Wrong as wrong:
            faults[place] = wrong
            wrong.mend = (isinstance(cell, str) and _no_answer(question, cell)) or wrong.mend
            if isinstance(cell, str) and legacy.broken(cell):
                wrong.mend = Said("ô mất chữ khi đổi bảng mã, gõ lại theo phiếu: {mend}", mend=wrong.mend)
    return known, faults


def _spread(codes: npt.NDArray[np.intp], faults: Mapping[int, Wrong]) -> dict[int, Wrong]:
    """The faults of a column's values as those of the rows that hold them."""
    return {int(at): faults[codes[at]] for at in np.flatnonzero(np.isin(codes, list(faults)))}


def _read_values(question: Question, found: Cells, mark: str, column: SheetColumn) -> ReadColumn:
    choices, notes = Choices(question), []
    mark = convention(found) or mark
    why = _doubt(found, column.month_first) if question.type == "date" else None

    def read(cell: object) -> tuple[float, Status]:
        if question.type == "date" and choices.find(cell) is None:
            taken = _doubted_day(cell, why) if why else day(cell)
            return float((taken - date(1970, 1, 1)).days), Status.ANSWERED
        choice, value = choices.find(cell), np.nan
        if choice is None and question.type == "select_one":
            raise choices.wrong(cell)
        if choice is None:
            value = _measured(cell, mark, question.unit)
            choice = choices.find(value)
        if choice is not None:
            special = SPECIAL_STATUS.get(choice.code)
            return (float(choice.code), Status.ANSWERED) if special is None else (np.nan, special)
        return value, Status.ANSWERED

    known, faults = _each(question, found, read)
    faults |= _not_whole(question, {at: value for at, (value, _) in known.items() if value == value})
    known = {at: answer for at, answer in known.items() if at not in faults}
    values, status = np.full(found.size, np.nan), np.full(found.size, Status.MISSING, dtype=np.int8)
    for place, answer in known.items():
        values[place], status[place] = answer
    if question.type == "date" and not why:
        notes += _two_ways(found)
    for commune, district in list(choices.communes.items())[:1]:
        wording = "{n} ô ghi xã, phường, đặc khu (cấp huyện đã bỏ từ 01/7/2025), xếp vào huyện cũ theo commune_crosswalk.csv: {commune} → {district}"
        n = sum(cell in choices.communes for cell in column.cells)
        notes.append(Said(wording, n=n, commune=commune, district=district.vi))
    return ReadColumn(values, status, faults=faults, notes=notes)


def _not_whole(question: Question, values: Mapping[int, float]) -> dict[int, Wrong]:
    """Values that should be whole numbers; or percentages, and are hundredths of them as Excel holds them."""
    parts = [at for at, value in values.items() if value % 1]
    if question.unit == "%" and parts and max(values.values()) <= 1:
        wrong = Wrong("một số phần trăm, như 12", "Excel giữ 12% thành 0,12: nhân cả cột với 100")
        return {at: wrong for at, value in values.items() if value > 0}
    wrong = Wrong("một số nguyên", "làm tròn, hoặc sửa ô")
    return dict.fromkeys(parts if question.type == "integer" else (), wrong)


def _two_ways(cells: Cells) -> list[Said]:
    """Say of a column with dates that can be read in two ways, and none that says in which, how they were read."""
    either = {typed for cell in cells if (typed := _numerals(cell))[0] != typed[1]}
    read = [each for first, second, year in either if (each := date_of(year, second, first))]
    other = [each for first, second, year in either if (each := date_of(year, first, second))]
    if not len(read) == len(other) == len(either) or len({each[:2] for each in either}) < 2:
        return []
    wording = "{n} ngày của cột này đọc được hai cách; đã đọc ngày trước tháng: từ {first} đến {last} (tháng trước ngày thì từ {other_first} đến {other_last})"
    days = {"first": min(read), "last": max(read), "other_first": min(other), "other_last": max(other)}
    return [Said(wording, n=len(either), **{name: Day(each) for name, each in days.items()})]


def _read_text(found: Cells, *, remark: bool) -> ReadColumn:
    # a number typed as an identifier: 522.0 is 522
    texts = [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in found]
    status = np.full(found.size, Status.ANSWERED, dtype=np.int8)
    lost = [at for at, text in enumerate(texts) if legacy.broken(text) or legacy.encoding_of([text])]
    wrong = Wrong("chữ Việt đọc được", "ô mất chữ khi đổi bảng mã, hoặc ở bảng mã cũ: gõ lại theo phiếu")
    column = ReadColumn(np.zeros(found.size), status, texts=np.array(texts, dtype=object))
    if lost and remark:  # nothing is counted by it, and it may be what was written
        wording = "{n} ô có lẽ mất chữ khi đổi bảng mã ({text!r}); giữ nguyên"
        column.notes.append(Said(wording, n=len(lost), text=texts[lost[0]]))
        return column
    return column.without(dict.fromkeys(lost, wrong))


def _read_several(question: Question, found: Cells) -> ReadColumn:
    choices, places = Choices(question), range(found.size)
    known, faults = _each(question, found, choices.several)
    ticks = {
        choice.name: np.array([choice in known.get(place, ()) for place in places], dtype=bool)
        for choice in choices.answers
    }
    return _ticked(question, ticks, np.isin(places, list(known))).without(faults)


def _ticked(question: Question, ticks: Mapping[str, Bools], filled: Bools) -> ReadColumn:
    """What ticks mean, one entry a row: choices, none of them, or an answer that excludes all others."""
    status = np.where(filled, Status.ANSWERED, Status.MISSING).astype(np.int8)
    count = np.sum(list(ticks.values()), axis=0)
    faults: dict[int, Wrong] = {}
    for choice in (*question.answers, SPECIAL["not_applicable"]):
        special = SPECIAL_STATUS.get(choice.code)
        if choice.name not in ticks or not (choice.exclusive or special):
            continue
        if special:
            status[ticks[choice.name]] = special
        mend = "{choice!r} loại trừ mọi lựa chọn khác: giữ một"
        wrong = Wrong("các câu trả lời có thể đi cùng nhau", mend, choice=choice.vi)
        faults |= dict.fromkeys(np.flatnonzero(ticks[choice.name] & (count > 1)).tolist(), wrong)
    empty = np.zeros(filled.size, dtype=bool)
    chosen = {choice.name: ticks.get(choice.name, empty) for choice in question.choices}
    values = np.where(status == Status.ANSWERED, 0.0, np.nan)
    return ReadColumn(values, status, chosen=chosen).without(faults)


_TICKED, _UNTICKED = re.compile(any_of("ticked")), re.compile(any_of("unticked"))


def read_split(question: Question, parts: Mapping[str, Cells]) -> ReadColumn:
    """
    Read a select-multiple that came as one column a choice, with 0/1, TRUE/FALSE, yes/no, Có/Không.

    ``parts`` holds the cells by name of the choice (special answers too). Where every cell of a row
    is empty there is no answer; where all are 0 the answer is "none of them".
    """
    labels = {choice.name: choice for choice in question.answers}
    ticks: dict[str, Bools] = {}
    faults: dict[int, Wrong] = {}
    for name, cells in parts.items():
        codes, found = pd.factorize(cells)
        known, wrong = _each(question, found, partial(_tick, labels[name]))
        ticks[name] = np.isin(codes, [place for place, ticked in known.items() if ticked])
        faults |= _spread(codes, wrong)
    filled = np.logical_or.reduce([~pd.isna(cells) for cells in parts.values()])
    return _ticked(question, ticks, filled).without(faults)


def _tick(choice: AnswerChoice, cell: object) -> bool:
    text = folded(str(cell))
    if _TICKED.fullmatch(unaccented(text)) or text in (folded(choice.vi), folded(choice.en), choice.name):
        return True
    if _UNTICKED.fullmatch(unaccented(text)):
        return False
    raise Wrong("1 hoặc 0 cho một lựa chọn", "ghi 1 nơi chọn {choice!r}, nơi khác ghi 0", choice=choice.vi)
