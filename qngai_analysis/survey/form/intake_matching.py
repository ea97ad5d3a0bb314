"""Which column of a file belongs to which question: by name or label, behind group prefixes, split or not."""

from __future__ import annotations

import re
from collections.abc import KeysView, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from qngai_analysis.survey.form.cells import folded
from qngai_analysis.survey.form.codebook import Codebook, read_codebook, surveys
from qngai_analysis.survey.form.faults import Faults
from qngai_analysis.survey.form.files import Sheet

#: What a column's header means: a question, and the choice if the column is that of one choice.
Meanings = Mapping[str, tuple[str, str | None]]

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
class Matched:
    """A sheet, and which of its columns belong to which question."""

    sheet: Sheet
    plain: dict[str, int] = field(default_factory=dict)
    split: dict[str, dict[str, int]] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)

    @property
    def questions(self) -> KeysView[str]:
        """The questions that have a column, in the columns' order (split ones last)."""
        return {**self.plain, **self.split}.keys()

    def header_of(self, question: str) -> str:
        """Return the header that a message names."""
        columns = (
            [self.plain[question]] if question in self.plain else [*self.split.get(question, {}).values()]
        )
        return self.sheet.header[columns[0]] if columns else question

    def cell(self, question: str, at: int) -> object:
        """Return what stands in a question's cell; of a split one all that is filled."""
        if question in self.plain:
            return self.sheet.columns[self.plain[question]][at]
        places = self.split[question].values()
        return " ".join(str(self.sheet.columns[place][at] or "") for place in places).strip()


def meanings(codebook: Codebook) -> Meanings:
    """Return every header a column may have: name or label of a question, or those with a choice behind."""
    found: dict[str, tuple[str, str | None] | None] = {}

    def add(text: str, meaning: tuple[str, str | None]) -> None:
        key = folded(text)
        found[key] = meaning if found.get(key, meaning) == meaning else None

    for question in codebook.questions.values():
        choices = question.answers if question.type == "select_multiple" else ()
        for text in (question.name, question.vi, question.en):
            add(text, (question.name, None))
            for choice in choices:
                for ending in {choice.name, str(choice.code), choice.vi, choice.en}:
                    for mark in "/_-.:" if text == question.name else "/":
                        add(f"{text}{mark}{ending}", (question.name, choice.name))
    return {key: meaning for key, meaning in found.items() if meaning is not None}


@lru_cache(maxsize=32)
def _meanings_of(survey: str) -> Meanings:
    return meanings(read_codebook(survey))


def match(sheet: Sheet, codebook: Codebook, names: Meanings) -> Matched:
    """Return which columns of a sheet belong to which question; what a server adds is passed over."""
    matched = Matched(sheet)
    roster = codebook.roster.name if codebook.roster else ""
    for position, header in enumerate(sheet.header):
        meaning = _meaning(header, names)
        if meaning is None:
            if header and not _METADATA.fullmatch(header) and folded(header).split("_count")[0] != roster:
                matched.unknown.append(position)
            continue
        question, choice = meaning
        places = matched.plain if choice is None else matched.split.setdefault(question, {})
        if (choice or question) in places:
            matched.twice.append((position, question))
        places.setdefault(choice or question, position)
    return matched


def _meaning(header: str, names: Meanings) -> tuple[str, str | None] | None:
    """The whole header first, then what stands behind each group prefix."""
    if folded(header) in names:
        return names[folded(header)]
    if _METADATA.fullmatch(header):
        return None
    behind = (folded(header[mark.end() :]) for mark in _SEPARATORS.finditer(header))
    return next((names[rest] for rest in behind if rest in names), None)


def sheets_used(sheets: list[Matched], codebook: Codebook) -> list[Matched]:
    """Return the sheet of the units, and that of the members if they have one of their own."""
    filled = [matched for matched in sheets if matched.sheet.header]
    if codebook.roster is None or len(filled) == 1:
        return [max(filled, key=lambda matched: len(matched.questions))]
    repeat = {name for name, question in codebook.questions.items() if question.repeat}
    main = max(filled, key=lambda matched: len(matched.questions - repeat))
    others = [matched for matched in filled if matched is not main and matched.questions & repeat]
    return [main, *sorted(others, key=lambda matched: -len(matched.questions & repeat))[:1]]


def check_headers(used: list[Matched], codebook: Codebook, faults: Faults) -> None:
    """Note rows that do not fit the header, questions with two columns, and columns of no question."""
    for matched in used:
        sheet = matched.sheet
        for row, cells in sheet.ragged:
            rule = f"{len(sheet.header)} cells, as the header has"
            mend = "a separator too many or too few, often an unquoted comma in a text"
            faults.add(sheet, row, "", f"{cells} cells", rule, mend)
        for position, question in matched.twice:
            mend = f"{question} has another column already: remove one"
            faults.add(sheet, None, sheet.header[position], "", "one column for a question", mend)
        for position in matched.unknown:
            header, rule = sheet.header[position], f"a column of the survey {codebook.name!r}"
            faults.add(sheet, None, header, "", rule, _stranger(header, codebook))


def _stranger(header: str, codebook: Codebook) -> str:
    """How to mend a column of no question: it may be of another survey, or misspelt."""
    others = [name for name in surveys() if name != codebook.name]
    owners = [name for name in others if _meaning(header, _meanings_of(name)) is not None]
    if owners:
        return f"it is a column of {' and '.join(owners)}: check which survey the file belongs to"
    from rapidfuzz import fuzz, process  # only where there is a fault to explain

    near = process.extractOne(folded(header), list(codebook.questions), scorer=fuzz.ratio)
    hint = f"did you mean {near[0]!r}? " if near and near[1] >= 75 else ""
    return f"{hint}rename it as in the codebook, or remove it"


def link_columns(main: Matched, members: Matched, codebook: Codebook) -> tuple[int, int] | None:
    """Return the column that numbers the units, and the members' column that names their unit."""
    own, link = (
        {folded(header): place for place, header in enumerate(each.sheet.header)} for each in (main, members)
    )
    for mine, theirs in (("key", "parent_key"), ("_index", "_parent_index"), ("_uuid", "_submission__uuid")):
        if mine in own and theirs in link:
            return own[mine], link[theirs]
    parent = codebook.roster.parent if codebook.roster else ""
    if parent in main.plain and parent in members.plain:
        return main.plain[parent], members.plain[parent]
    return None
