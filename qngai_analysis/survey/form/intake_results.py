"""What comes out of a checked file: the frame to estimate from, where answers were due, what became of all."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.survey.form.codebook import SPECIAL, Question
from qngai_analysis.survey.form.condition import Answer, Bools, Floats, Status
from qngai_analysis.survey.form.intake_reading import Reading, hashes

Bytes = npt.NDArray[np.uint8]
DUE = "due:"  #: Begins the name of the column that says in which rows an answer was due.


class Content(dict[str, str]):
    """
    The checksum of each column of a frame; copies of the frame share it.

    ``records``: hashes of some respondents' answers, by which the same people are known under other names; ``due``: the
    checksums of the columns that say where answers were due.
    """

    records: Mapping[str, str] = MappingProxyType({})
    due: Mapping[str, str] = MappingProxyType({})

    @cached_property
    def _found(self) -> set[tuple[str, bytes]]:
        """Columns with hashes of their bytes that were found to hold what they held: they are asked for with each table."""
        return set()

    def __deepcopy__(self, memo: object) -> Content:
        return self

    @cached_property
    def checksum(self) -> str:
        """One checksum of all."""
        return hashlib.sha256(repr(sorted(self.items())).encode()).hexdigest()

    def differing(self, frame: pd.DataFrame, columns: Iterable[str]) -> list[str]:
        """Return the columns that do not hold, row by row, what they held."""
        return [name for name in columns if not self._holds(name, frame[name])]

    def _holds(self, name: str, column: pd.Series) -> bool:
        as_is = name, _bytes(column)
        if as_is not in self._found and column_checksum(column) == (self.get(name) or self.due.get(name)):
            self._found.add(as_is)
        return as_is in self._found

    def add(self, frame: pd.DataFrame) -> dict[str, str]:
        """Return the checksums of a frame's columns, which are then known as they are."""
        self._found.update((str(name), _bytes(frame[name])) for name in frame.columns)
        return {str(name): column_checksum(frame[name]) for name in frame.columns}


def _bytes(column: pd.Series) -> bytes:
    """Return a checksum of what a column holds in memory: found sooner than that of its values."""
    labels = column.array if isinstance(column.array, pd.Categorical) else None
    numbers = column.to_numpy() if labels is None else labels.codes
    told = numbers.tobytes() if numbers.dtype != object else pickle.dumps(numbers.tolist())
    whole = () if labels is None else labels.categories
    return hashlib.sha256(f"{column.dtype} {[*whole]!r}".encode() + told).digest()


def content_of(frame: pd.DataFrame, due: pd.DataFrame, reading: Reading) -> Content:
    """Return the checksums of a frame's columns and of where answers were due, and the hashes of the reading's records."""
    found = Content()
    found.update(found.add(frame))
    found.records = records_of(reading)
    found.due = found.add(due.add_prefix(DUE))
    return found


def records_of(reading: Reading) -> dict[str, str]:
    """
    Return hashes of what one respondent alone answered, to all that the form asks: those that begin with so many bits of 0.

    They rest on no name, identifier, group or weight. Two files of other people may give the same answers: of those that
    one respondent alone gave in each, at most e⁻¹ are the same by chance, however few questions there are. Hashes without
    days beside them, which an office may write otherwise; of questions that nobody has answered they tell nothing.
    """
    book, rows = reading.codebook, reading.completed
    hashes = {kind: np.zeros(int(rows.sum()), dtype=np.uint64) for kind in ("", UNDATED)}
    for question in book.questions.values():
        if question.source == "form" and question.name not in book.design.columns:
            answer = reading.answers[question.name]
            told = np.where(answer.status == Status.ANSWERED, answer.values, -answer.status)
            known = (answer.status[rows] == Status.ANSWERED).any()
            for each in (told, *answer.chosen.values()) if known else ():
                cells = pd.util.hash_array(each[rows].astype(np.float64))
                for kind in hashes if question.type != "date" else [""]:
                    hashes[kind] = hashes[kind] * np.uint64(1_000_003) + cells
    return {f"{bits}{kind}": some for kind, each in hashes.items() for bits, some in [_sketch(each)]}


def _sketch(hashes: npt.NDArray[np.uint64]) -> tuple[int, str]:
    """Return the hashes of records like no other, of many those that begin with so many bits of 0."""
    once, count = np.unique(pd.util.hash_array(hashes), return_counts=True)
    once = once[count == 1]
    bits = int(np.log2(max(len(once) / _ENOUGH, 1)))
    return bits, " ".join(f"{one:08x}" for one in once >> np.uint64(32) if int(one) < 2 ** (32 - bits))


UNDATED = " undated"  #: Ends the name of records that tell no day.


def marks_of(reading: Reading) -> list[str]:
    """
    Return marks of a file that was made up, by which it is known when it was saved again or edited (see ``is_marked``).

    They are the undated hashes of ``records_of``; the questions; and for some respondents a hash of who it is and, in two
    digits a question, of the answer.
    """
    cells = _told(reading)
    numbers = np.stack([*cells.values()], axis=1) if cells else np.zeros((reading.size, 0), dtype=np.uint8)
    some = sorted(_ids(reading).items())[:_MARKED]
    records = (f"{who:08x}{numbers[row].tobytes().hex()}" for who, row in some)
    return [*_undated(reading), f"={','.join(cells)}", *records]


def is_marked(reading: Reading, marked: Sequence[Sequence[str]]) -> bool:
    """
    Return whether a file holds the answers that the marks of any other are of.

    It does if over three quarters of the records that are like no other are the same; or if the respondents that both name
    differ in less than half as many answers as they would if each had given another's. Only what both have counts: a
    column that was emptied or added, rows that were left out tell nothing.
    """
    mine, cells, rows = set(_undated(reading)), _told(reading), _ids(reading)
    return any(_are_same(mine, marks) or _are_told(cells, rows, marks) for marks in marked)


def _are_same(mine: set[str], marks: Sequence[str]) -> bool:
    theirs = {mark for mark in marks if len(mark) == _HEX}
    return len(mine & theirs) > _SAME * max(min(len(mine), len(theirs)), _FEWEST)


def _are_told(cells: Mapping[str, Bytes], rows: Mapping[int, int], marks: Sequence[str]) -> bool:
    names = next((mark[1:].split(",") for mark in marks if mark[0] == "="), [])
    respondents = (mark for mark in marks if mark[0] != "=" and len(mark) > _HEX)
    known = {int(mark[:_HEX], 16): list(bytes.fromhex(mark[_HEX:])) for mark in respondents}
    both = sorted(known.keys() & rows.keys())
    differ = by_chance = 0.0
    for name, theirs in zip(names, zip(*(known[who] for who in both), strict=True), strict=False):
        if name in cells:
            ours, others = cells[name][[rows[who] for who in both]], np.array(theirs, dtype=np.uint8)
            found = _differing(ours, others)
            turned = np.concatenate([_differing(ours, np.roll(others, by)) for by in range(1, 11)])
            differ += found.sum()
            by_chance += found.size * turned.mean() if turned.size else 0.0
    return bool(by_chance > _TELLING and differ < by_chance / 2)


_HEX = 8  # digits of a hash
# of answers that one alone gave in each, over a third are seldom the same by chance
_SAME, _FEWEST = 0.75, 20
_MARKED = 400  # respondents
_TELLING = 30  # answers that would differ by chance


def _undated(reading: Reading) -> list[str]:
    return next((some.split() for kind, some in records_of(reading).items() if kind.endswith(UNDATED)), [])


def _differing(ours: Bytes, theirs: Bytes) -> Bools:
    """Where both answered: whether it was not the same."""
    return np.asarray((ours != theirs)[(ours > 0) & (theirs > 0)])


def _ids(reading: Reading) -> dict[int, int]:
    """Hashes of who the respondents are, each with the row."""
    rows, names = np.flatnonzero(reading.completed), reading.codebook.design.identifier
    keys = zip(*(reading.identifier(name)[rows] for name in names), strict=True)
    texts = ["/".join(str(part).casefold().lstrip("0") for part in key) for key in keys]
    hashes = pd.util.hash_array(np.array(texts, dtype=object)) >> np.uint64(32)
    return dict(zip(hashes.tolist(), rows.tolist(), strict=True))


def _told(reading: Reading) -> dict[str, Bytes]:
    """What respondents alone can tell (what a form requires, a sample list mostly knows): 0 no answer, else a hash of it."""
    book, cells = reading.codebook, {}
    for name, question in book.questions.items():
        asked = question.source == "form" and name not in book.design.columns and not question.required
        if asked and question.type not in ("text", "date"):
            answer = reading.answers[name]
            told = np.where(answer.status == Status.ANSWERED, 1 + hashes(answer) % np.uint64(255), 0)
            cells[name] = told.astype(np.uint8)
    return cells


_ENOUGH = 128  # records to compare: twice as many at most


def column_checksum(column: pd.Series) -> str:
    """Return the checksum of a column's values in their order."""
    return hashlib.sha256(pd.util.hash_pandas_object(column, index=False).to_numpy().tobytes()).hexdigest()


def analysis_frame(reading: Reading) -> pd.DataFrame:
    """Return the rows of completed units, ready to estimate from (see ``load_frame``)."""
    codebook, answers = reading.codebook, reading.answers
    columns: dict[str, Any] = {}
    for question in codebook.questions.values():
        columns |= dict(_analysed(question, answers[question.name]))
    for domain in codebook.domains.values():
        columns[domain.name] = domain.labels(answers)
    for indicator in codebook.indicators.values():
        for name, values in zip(indicator.columns, indicator.values(answers), strict=True):
            columns[name] = np.where(reading.reference, values, np.nan) if indicator.per_unit else values
    return pd.DataFrame(columns)[reading.completed].reset_index(drop=True)


def _analysed(question: Question, answer: Answer) -> Iterator[tuple[str, Any]]:
    """The columns of the analysis frame that a question gives."""
    status, values = answer.status, answer.values
    if question.type == "select_multiple":
        for name, choice in zip(question.columns, question.choices, strict=True):
            told = np.where(answer.chosen[choice.name], 1.0, 0.0)
            yield name, np.where(status == Status.ANSWERED, told, np.nan)
    elif question.type == "select_one":
        yield question.name, _categorical(question, values, status)
    elif question.type == "text":
        assert answer.texts is not None
        texts = np.where(status == Status.ANSWERED, answer.texts, np.array(None))
        yield question.name, pd.Series(texts, dtype="str")
    elif question.type == "date":
        yield question.name, pd.Timestamp(1970, 1, 1) + pd.to_timedelta(pd.Series(values), unit="D")
    else:
        yield question.name, values


def _categorical(question: Question, values: Floats, status: npt.NDArray[np.int8]) -> Any:
    """Vietnamese labels in the codebook's order; special answers that occur come last."""
    labels = {float(choice.code): choice.vi for choice in question.choices}
    answers = np.where(status == Status.ANSWERED, values, np.nan)
    for name, kind in (("dont_know", Status.DONT_KNOW), ("refused", Status.REFUSED)):
        if (status == kind).any():
            labels[SPECIAL[name].code] = SPECIAL[name].vi
            answers[status == kind] = SPECIAL[name].code
    found = pd.Categorical(answers, categories=[*labels])
    return pd.Categorical.from_codes(found.codes, categories=pd.Index(labels.values()))


def due(reading: Reading) -> pd.DataFrame:
    """Return where the columns of the analysis frame were due, as far as that is not everywhere."""
    columns: dict[str, Bools] = {}
    for question in reading.codebook.questions.values():
        asked = reading.answers[question.name].status != Status.NOT_APPLICABLE
        columns |= dict.fromkeys(question.columns, asked)
    for indicator in reading.codebook.indicators.values():
        asked = indicator.due(reading.answers) & (reading.reference if indicator.per_unit else True)
        columns |= dict.fromkeys(indicator.columns, asked)
    due = pd.DataFrame(columns)[reading.completed].reset_index(drop=True)
    return due.loc[:, ~due.all()]


def account(reading: Reading) -> pd.DataFrame:
    """Return counts of statuses, one row a question of the form (see ``response_account``)."""
    roster, completed = reading.codebook.roster, reading.completed
    rows = []
    for question in reading.codebook.questions.values():
        if question.source != "form":
            continue
        status = reading.answers[question.name].status[completed & reading.concerned(question)]
        counts = {kind.name.lower(): int((status == kind).sum()) for kind in Status}
        due = status.size - counts["not_applicable"] - counts["filter_unknown"]
        level = roster.name if roster and question.repeat else "unit"
        lost = (due - counts["answered"]) / due if due else np.nan
        told = {"question": question.name, "vi": question.vi, "level": level, "rows": status.size}
        rows.append({**told, **counts, "due": due, "nonresponse": lost})
    return pd.DataFrame(rows, columns=_ACCOUNT.split())


_ACCOUNT = (
    "question vi level rows not_applicable filter_unknown due answered dont_know refused missing nonresponse"
)


def outcomes(reading: Reading) -> pd.DataFrame:
    """Return the units of the sample by outcome: ``outcome, vi, units, share`` (0-1)."""
    design = reading.codebook.design
    if not design.outcome:
        units = int(reading.reference.sum())
        return pd.DataFrame({"outcome": ["completed"], "vi": [""], "units": [units], "share": [1.0]})
    values = reading.answers[design.outcome].values[reading.reference]
    choices = reading.codebook.questions[design.outcome].choices
    counts = np.array([int((values == choice.code).sum()) for choice in choices])
    named = pd.DataFrame([(choice.name, choice.vi) for choice in choices], columns=["outcome", "vi"])
    return named.assign(units=counts, share=counts / max(counts.sum(), 1))
