"""From a raw cell to an answer: numbers as Vietnamese and programs write them, dates, choices.

Each reader takes the different values of a column once. What can be read in two ways is refused
with a message, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis import territory
from qngai_analysis.survey.form.codebook import SPECIAL, SPECIAL_STATUS, Choice, Question
from qngai_analysis.survey.form.condition import Bools, Floats, Status
from qngai_analysis.survey.form.files import Cells
from qngai_analysis.words.folding import unaccented


class Wrong(Exception):  # noqa: N818 - carries one cell's fault to the column's list, never to a user
    """A cell that can't be read: the rule it breaks and how to mend it."""

    def __init__(self, rule: str, mend: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.mend = mend


class CellFault(NamedTuple):
    """A fault at position ``at`` of a column."""

    at: int
    rule: str
    mend: str


@dataclass
class Column:
    """A column read: codes and numbers, texts, statuses (MISSING where empty), faults."""

    values: Floats
    status: npt.NDArray[np.int8]
    texts: Cells | None = None
    chosen: dict[str, Bools] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)


def texts_where(keep: Bools, texts: Cells) -> Cells:
    """Return texts with ``None`` where they are not to be kept."""
    kept = texts.copy()
    kept[~keep] = None
    return kept


# -- numbers -------------------------------------------------------------------------------

_PLAIN = re.compile(r"[+-]?\d+|[+-]?\d+(\.\d+)?[eE][+-]?\d+")
_COMMA = re.compile(
    r"""[+-]?(?: \d{1,3}(?:\.\d{3})+,\d+   # 1.254,5
                | \d{1,3}(?:\.\d{3}){2,}    # 1.254.567
                | \d+,\d+ )                 # 12,5""",
    re.VERBOSE,
)
_POINT = re.compile(
    r"""[+-]?(?: \d{1,3}(?:,\d{3})+\.\d+   # 1,254.5
                | \d{1,3}(?:,\d{3}){2,}     # 1,254,567
                | \d*\.\d+ )                # 12.5""",
    re.VERBOSE,
)
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
    marks = {mark for cell in cells if isinstance(cell, str) and (mark := _mark(cell))}
    return marks.pop() if len(marks) == 1 else ""


def _mark(text: str) -> str:
    if _EITHER.fullmatch(text):
        return ""
    if _COMMA.fullmatch(text):
        return ","
    return "." if _POINT.fullmatch(text) else ""


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
        raise Wrong(
            "a number, found a date",
            "Excel has turned the number into a date: format the column as text or number, type it again",
        )
    text = str(cell).replace("−", "-")
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
        mark = "," if "," in text else "."
    if _PLAIN.fullmatch(text):
        return float(text)
    if _EITHER.fullmatch(text):
        return _either(text, mark)
    if _COMMA.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _POINT.fullmatch(text):
        return float(text.replace(",", ""))
    if text.startswith("#"):
        raise Wrong("a number, found an Excel error", "mend the formula in the workbook")
    if text.endswith("%"):
        raise Wrong("a number without a percent sign", "remove the % sign: the unit stands in the codebook")
    raise Wrong("a number", "write digits with a decimal comma or point, such as 12,5")


def _either(text: str, mark: str) -> float:
    sign = "." if "." in text else ","
    if not mark:
        whole, plain = text.replace(sign, ""), text.replace(sign, ".")
        raise Wrong(
            "a number that can be read in one way",
            f"{text} is {whole} or {plain}: write {whole} without a mark, or {plain}0 with four decimals",
        )
    return float(text.replace(sign, ".")) if mark == sign else float(text.replace(sign, ""))


# -- dates ---------------------------------------------------------------------------------

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: \d{1,2}:\d{2}.*)?")
_EXCEL_START = date(1899, 12, 30)  # day 0 of Excel's 1900 calendar, its false leap day allowed for


def day(cell: object) -> date:
    """
    Return the date a cell holds: a date, ``2025-06-30``, ``30/6/2025`` or an Excel serial number.

    Raises
    ------
    Wrong
        It is no date; ``6/30/2025`` is refused (the day comes first).

    Examples
    --------
    >>> day("30/6/2025") == day("2025-06-30") == day(45838)
    True
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, str) and re.fullmatch(r"\d{5}(\.\d+)?", cell):
        cell = float(cell)
    if isinstance(cell, int | float):
        if 20_000 <= cell <= 80_000:
            return _EXCEL_START + timedelta(days=int(cell))
        raise Wrong("a date", "write the date as 2025-06-30")
    text = str(cell)
    iso, first = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if first:
            return date(int(first[3]), int(first[2]), int(first[1]))
    except ValueError:
        raise Wrong(
            "a date with the day first", "there is no such day: write 2025-06-30 or 30/6/2025"
        ) from None
    raise Wrong("a date", "write the date as 2025-06-30 or 30/6/2025")


# -- choices -------------------------------------------------------------------------------


def folded(text: str) -> str:
    """
    Return a text as labels are compared: without case, outer punctuation and repeated spaces.

    Examples
    --------
    >>> folded(" Không  biết. ")
    'không biết'
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).strip(" .;:")


def _unit_hint(name: str) -> str:
    """Return what became of a unit that is none of the day: it had ended, or has another name since."""
    if now := territory.became(name):
        return f"từ 01/7/2025 là / since 1 July 2025: {', '.join(now)}? "
    unit = territory.named(name)
    return (
        f"{unit.name}: hết hiệu lực từ / ended on {territory.ended(unit)}; "
        if unit and territory.ended(unit)
        else ""
    )


class Choices:
    """Finds the choice that a cell means: by name, by code, by label in either language."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.answers = (*question.answers, SPECIAL["not_applicable"])
        self._by_name = {choice.name: choice for choice in self.answers}
        self._by_code = {choice.code: choice for choice in self.answers}
        self._by_label: dict[str, Choice | None] = {}
        for choice in self.answers:
            labels = {folded(choice.vi), folded(choice.en)}
            if question.choice_list == "@districts":
                labels |= {territory.without_kind(label) for label in labels}
            for label in labels | {unaccented(label) for label in labels}:
                known = self._by_label.get(label, choice)
                # a label that two choices share names neither
                self._by_label[label] = choice if known is choice else None

    def find(self, cell: object) -> Choice | None:
        """Return the choice, or ``None``."""
        if isinstance(cell, float | int):
            return self._by_code.get(int(cell)) if float(cell).is_integer() else None
        text = str(cell)
        if text in self._by_name:
            return self._by_name[text]
        if re.fullmatch(r"-?\d+(\.0+)?", text):
            return self._by_code.get(int(float(text)))
        label = folded(text)
        found = self._by_label.get(label) or self._by_label.get(unaccented(label))
        if found is None and self.question.choice_list == "@districts":
            found = self._by_label.get(territory.without_kind(label))
        if found is None and text.upper() in ("TRUE", "FALSE"):
            found = self._by_name.get("yes" if text.upper() == "TRUE" else "no")
        return found

    def wrong(self, cell: object) -> Wrong:
        """Return the fault of a cell that means no choice, with the nearest one suggested."""
        from rapidfuzz import fuzz, process  # only where there is a fault to explain

        listed = "; ".join(f"{choice.code} = {choice.vi}" for choice in self.question.answers[:20])
        names = {
            text: choice for choice in self.question.answers for text in (choice.vi, choice.name, choice.en)
        }
        plain = {text: unaccented(folded(text)) for text in names}
        given = unaccented(folded(str(cell)))
        near = process.extractOne(given, plain, scorer=fuzz.WRatio) if isinstance(cell, str) else None
        hint = f"did you mean {names[near[2]].vi!r}? " if near and near[1] >= 70 else ""
        if self.question.choice_list != "@districts":
            return Wrong("a choice of the codebook", f"{hint}it is one of {listed}")
        return Wrong(
            "a unit of the province on that day", f"{_unit_hint(str(cell)) or hint}it is one of {listed}"
        )

    def several(self, cell: object) -> list[Choice]:
        """
        Return the choices of a select-multiple cell: names, codes or labels one after the other.

        Raises
        ------
        Wrong
            A part of the cell means no choice.
        """
        if isinstance(cell, int | float):
            one = self.find(cell)
            if one is None:
                raise self.wrong(cell)
            return [one]
        text = str(cell)
        parts = [self.find(part) for part in re.split(r"[\s,;|]+", text) if part]
        if parts and all(part is not None for part in parts):
            return [part for part in parts if part is not None]
        return self._labels(text)

    def _labels(self, text: str) -> list[Choice]:
        # labels hold spaces and commas themselves: take the longest that fits, again and again
        rest = folded(text)
        labels = sorted(self._by_label, key=len, reverse=True)
        found: list[Choice] = []
        while rest:
            hit = next(
                (
                    label
                    for label in labels
                    if label and rest.startswith(label) and not rest[len(label) :][:1].isalnum()
                ),
                None,
            )
            choice = self._by_label.get(hit) if hit is not None else None
            if hit is None or choice is None:
                raise self.wrong(rest)
            found.append(choice)
            rest = rest[len(hit) :].lstrip(" ,;|/.")
        return found


# -- columns -------------------------------------------------------------------------------


def read_column(
    question: Question, cells: Cells, *, labels: Mapping[object, str] | None = None, mark: str = ""
) -> Column:
    """
    Read a question's column.

    Parameters
    ----------
    cells : raw cells, ``None`` where empty
    labels : value labels that the file itself carries (SPSS, Stata); they say what a code means
    mark : decimal mark of the file, used where the column does not show one

    Returns
    -------
    Column
        ``values`` (codes, numbers, days since 1970), ``texts`` (for text questions), ``status``
        (ANSWERED, a special status, or MISSING where empty or unreadable) and ``faults``.
    """
    if labels:
        cells, faults = _relabelled(question, cells, labels)
    else:
        faults = []
    if question.type == "select_multiple":
        column = _read_several(question, cells)
    elif question.type == "text":
        column = _read_text(cells)
    else:
        column = _read_values(question, cells, mark)
    column.faults = sorted([*faults, *column.faults])
    for fault in faults:
        column.status[fault.at] = Status.MISSING
        column.values[fault.at] = np.nan
    return column


def _relabelled(
    question: Question, cells: Cells, labels: Mapping[object, str]
) -> tuple[Cells, list[CellFault]]:
    """The file's own labels decide what its codes mean; a label the codebook lacks is a fault."""
    if question.type not in ("select_one", "select_multiple"):
        # labels of a number mark its special answers
        known = {folded(choice.vi): choice for choice in SPECIAL.values()}
        known |= {folded(choice.en): choice for choice in SPECIAL.values()}
        special = {value: known[folded(label)] for value, label in labels.items() if folded(label) in known}
        return _mapped(cells, {value: choice.code for value, choice in special.items()}), []
    choices = Choices(question)
    means: dict[object, int] = {}
    unknown: dict[object, str] = {}
    for value, label in labels.items():
        choice = choices.find(label) if not re.fullmatch(r"-?\d+", label) else choices.find(value)
        if choice is None:
            unknown[value] = label
        else:
            means[value] = choice.code
    faults = [
        CellFault(
            position,
            "a value label of the codebook",
            f"the file calls {cell} {unknown[cell]!r}; give it one of the codebook's labels: "
            + "; ".join(choice.vi for choice in question.answers[:20]),
        )
        for position, cell in enumerate(cells)
        if cell is not None and cell in unknown
    ]
    cells = _mapped(cells, means)
    for fault in faults:
        cells[fault.at] = None
    return cells, faults


def _mapped(cells: Cells, means: Mapping[object, int]) -> Cells:
    changed = cells.copy()
    for position, cell in enumerate(cells):
        if cell is not None and cell in means:
            changed[position] = means[cell]
    return changed


def _per_value(cells: Cells) -> tuple[npt.NDArray[np.intp], Cells]:
    codes, found = pd.factorize(cells, use_na_sentinel=True)
    return codes, np.asarray(found, dtype=object)


def _read_values(question: Question, cells: Cells, mark: str) -> Column:
    codes, found = _per_value(cells)
    read = _reader(question, mark if (shown := convention(found)) == "" else shown)
    values = np.full(found.size + 1, np.nan)
    status = np.full(found.size + 1, Status.MISSING, dtype=np.int8)
    wrong: dict[int, Wrong] = {}
    for position, cell in enumerate(found):
        try:
            values[position], status[position] = read(cell)
        except Wrong as fault:
            wrong[position] = fault
    return Column(values[codes], status[codes], faults=_spread(codes, wrong))


def _spread(codes: npt.NDArray[np.intp], wrong: Mapping[int, Wrong]) -> list[CellFault]:
    if not wrong:
        return []
    places = np.flatnonzero(np.isin(codes, list(wrong)))
    return [CellFault(int(at), wrong[codes[at]].rule, wrong[codes[at]].mend) for at in places]


def _reader(question: Question, mark: str) -> Callable[[object], tuple[float, Status]]:
    if question.type == "select_one":
        choices = Choices(question)

        def one(cell: object) -> tuple[float, Status]:
            choice = choices.find(cell)
            if choice is None:
                raise choices.wrong(cell)
            return _coded(choice)

        return one
    if question.type == "date":
        return lambda cell: (float((day(cell) - date(1970, 1, 1)).days), Status.ANSWERED)

    special = {choice.code: choice for choice in (*question.answers, SPECIAL["not_applicable"])}
    words = {folded(text): choice for choice in special.values() for text in (choice.vi, choice.en)}
    words |= {choice.name: choice for choice in special.values()}

    def numeric(cell: object) -> tuple[float, Status]:
        if isinstance(cell, str) and folded(cell) in words:
            return _coded(words[folded(cell)])
        value = number(cell, mark)
        if value in special:
            return _coded(special[int(value)])
        if question.type == "integer" and not value.is_integer():
            raise Wrong("a whole number", "round it, or correct the cell")
        return value, Status.ANSWERED

    return numeric


def _coded(choice: Choice) -> tuple[float, Status]:
    if choice.code in SPECIAL_STATUS:
        return np.nan, SPECIAL_STATUS[choice.code]
    return float(choice.code), Status.ANSWERED


def _read_text(cells: Cells) -> Column:
    codes, found = _per_value(cells)
    texts = np.empty(found.size + 1, dtype=object)
    # a number typed as an identifier: 522.0 is 522
    texts[:-1] = [
        str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in found
    ]
    status = np.full(found.size + 1, Status.ANSWERED, dtype=np.int8)
    status[-1] = Status.MISSING
    return Column(np.where(codes >= 0, 0.0, np.nan), status[codes], texts[codes])


def _read_several(question: Question, cells: Cells) -> Column:
    codes, found = _per_value(cells)
    choices = Choices(question)
    hits = {choice.name: np.zeros(found.size + 1, dtype=bool) for choice in question.choices}
    status = np.full(found.size + 1, Status.MISSING, dtype=np.int8)
    wrong: dict[int, Wrong] = {}
    for position, cell in enumerate(found):
        try:
            picked = choices.several(cell)
            status[position] = _several_status(question, picked)
        except Wrong as fault:
            wrong[position] = fault
            continue
        for choice in picked:
            if choice.name in hits:
                hits[choice.name][position] = True
    values = np.where(status == Status.ANSWERED, 0.0, np.nan)
    chosen = {name: hit[codes] for name, hit in hits.items()}
    return Column(values[codes], status[codes], chosen=chosen, faults=_spread(codes, wrong))


def _several_status(question: Question, picked: list[Choice]) -> Status:
    names = {choice.name for choice in picked}
    special = [choice for choice in picked if choice.code in SPECIAL_STATUS]
    alone = [choice.vi for choice in picked if choice.exclusive or choice in special]
    if alone and len(names) > 1:
        raise Wrong("answers that can stand together", f"{alone[0]!r} excludes every other choice: keep one")
    return SPECIAL_STATUS[special[0].code] if special else Status.ANSWERED


_TICKED = {"1", "true", "yes", "có", "x", "1.0"}
_UNTICKED = {"0", "false", "no", "không", "0.0"}


def read_split(question: Question, parts: Mapping[str, Cells]) -> Column:
    """
    Read a select-multiple that came as one column a choice, with 0/1, TRUE/FALSE, yes/no, Có/Không.

    ``parts`` holds the cells by name of the choice (special answers too). Where every cell of a row
    is empty there is no answer; where all are 0 the answer is "none of them".
    """
    size = next(iter(parts.values())).size
    ticks: dict[str, Bools] = {}
    filled = np.zeros(size, dtype=bool)
    faults: list[CellFault] = []
    labels = {choice.name: choice for choice in question.answers}
    for name, cells in parts.items():
        tick, seen, wrong = _ticks(labels[name], cells)
        ticks[name], filled = tick, filled | seen
        faults += wrong
    status = np.where(filled, Status.ANSWERED, Status.MISSING).astype(np.int8)
    special = {choice.name: choice for choice in question.answers if choice.code in SPECIAL_STATUS}
    count = np.sum(list(ticks.values()), axis=0)
    alone = [choice for choice in question.answers if choice.exclusive or choice.name in special]
    for choice in alone:
        if choice.name not in ticks:
            continue
        if choice.name in special:
            status[ticks[choice.name]] = SPECIAL_STATUS[choice.code]
        faults += [
            CellFault(
                int(at),
                "answers that can stand together",
                f"{choice.vi!r} excludes every other choice: keep one",
            )
            for at in np.flatnonzero(ticks[choice.name] & (count > 1))
        ]
    for fault in faults:
        status[fault.at] = Status.MISSING
    empty = np.zeros(size, dtype=bool)
    chosen = {choice.name: ticks.get(choice.name, empty) for choice in question.choices}
    return Column(
        np.where(status == Status.ANSWERED, 0.0, np.nan), status, chosen=chosen, faults=sorted(set(faults))
    )


def _ticks(choice: Choice, cells: Cells) -> tuple[Bools, Bools, list[CellFault]]:
    codes, found = _per_value(cells)
    tick = np.zeros(found.size + 1, dtype=bool)
    wrong: dict[int, Wrong] = {}
    own = {folded(choice.vi), folded(choice.en), choice.name}
    for position, cell in enumerate(found):
        text = folded(str(cell))
        if text in _TICKED or text in own:
            tick[position] = True
        elif text not in _UNTICKED:
            wrong[position] = Wrong("1 or 0 for a choice", f"write 1 where {choice.vi!r} was chosen, else 0")
    return tick[codes], codes >= 0, _spread(codes, wrong)
