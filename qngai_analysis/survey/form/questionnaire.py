"""From a codebook to a questionnaire for tablets: an XLSForm for ODK and KoboToolbox.

The form asks in Vietnamese, with English as the second language; it routes and checks as the codebook
says. What comes back loads with ``load_survey``: names in the form are names in the codebook.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Question, Section
from qngai_analysis.survey.form.condition import Condition, Named

VI = "Tiếng Việt (vi)"
EN = "English (en)"

SURVEY_COLUMNS = (
    "type", "name", f"label::{VI}", f"label::{EN}", f"hint::{VI}", f"hint::{EN}", "required", "relevant",
    "constraint", f"constraint_message::{VI}", f"constraint_message::{EN}", "calculation", "repeat_count",
    "appearance", "default",
)  # fmt: skip
CHOICE_COLUMNS = ("list_name", "name", f"label::{VI}", f"label::{EN}", "code")

Row = dict[str, str]


def write_xlsform(codebook: Codebook, path: Path) -> Path:
    """
    Write a survey's questionnaire as an XLSForm and return its path.

    Parameters
    ----------
    codebook : the survey
    path : an .xlsx file; it is replaced if it is there

    Raises
    ------
    SurveyError
        The path does not end in .xlsx, or can't be written.

    Notes
    -----
    Sheets ``survey``, ``choices`` and ``settings``. Columns that come with the sample list (stratum,
    weight, population counts) are not asked. A number that allows "không biết" or "từ chối" takes
    -8 or -9 for them.
    """
    if path.suffix != ".xlsx":
        raise SurveyError("{path}: phiếu hỏi là tệp .xlsx", path=path)
    from openpyxl import Workbook

    from qngai_analysis.page.sheets import put_rows

    settings = {
        "form_title": codebook.vi,
        "form_id": codebook.name,
        "version": "1",
        "default_language": VI,
        "instance_name": f"${{{codebook.design.identifier[0]}}}",
    }
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = (
        ("survey", SURVEY_COLUMNS, survey_rows(codebook)),
        ("choices", CHOICE_COLUMNS, choice_rows(codebook)),
        ("settings", tuple(settings), [settings]),
    )
    for title, columns, rows in sheets:
        cells = [[row.get(column) or None for column in columns] for row in rows]
        put_rows(book.create_sheet(title), [columns, *cells])
    try:
        book.save(path)
    except OSError as fault:
        wording = "{path}: không ghi được ({strerror})"
        raise SurveyError(wording, path=path, strerror=fault.strerror) from fault
    return path


def survey_rows(codebook: Codebook) -> list[Row]:
    """Return the rows of the sheet ``survey``: metadata, then groups of questions; members repeat."""
    rows: list[Row] = [{"type": "start", "name": "start"}, {"type": "end", "name": "end"}]
    groups: dict[bool, list[Row]] = {False: [], True: []}
    for section in codebook.sections:
        groups[section.repeat] += _group(codebook, section)
    return rows + groups[False] + _repeat(codebook, groups[True])


def choice_rows(codebook: Codebook) -> list[Row]:
    """Return the rows of the sheet ``choices``: every list the form uses, special answers at its end."""
    asked = [q for q in codebook.questions.values() if q.source == "form" and q.choices]
    lists = {list_name(question): question.answers for question in asked}
    return [
        {"list_name": name, "code": str(choice.code), **_labelled(choice)}
        for name, answers in lists.items()
        for choice in answers
    ]


def list_name(question: Question) -> str:
    """Return the name of a question's list of choices in the form."""
    return "_".join((question.choice_list.removeprefix("@"), *question.special))


def _labelled(of: Named) -> Row:
    return {"name": of.name, f"label::{VI}": of.vi, f"label::{EN}": of.en}


def _group(codebook: Codebook, section: Section) -> list[Row]:
    asked = [q for q in codebook.questions.values() if q.section == section and q.source == "form"]
    if not asked:
        return []
    return [
        {"type": "begin_group", **_labelled(section)},
        *map(_question, asked),
        {"type": "end_group", "name": section.name},
    ]


def _repeat(codebook: Codebook, groups: list[Row]) -> list[Row]:
    roster = codebook.roster
    if roster is None or not groups:
        return []
    opening = {"type": "begin_repeat", **_labelled(roster)}
    if roster.count:
        opening |= {"repeat_count": f"${{{roster.count}}}", "relevant": f"${{{roster.count}}} > 0"}
    numbered = {"type": "calculate", "name": roster.key, "calculation": "position(..)"}
    computed = codebook.questions[roster.key].source == "computed"
    return [opening, *[numbered] * computed, *groups, {"type": "end_repeat", "name": roster.name}]


def _question(question: Question) -> Row:
    kind, chosen = str(question.type), question.type in ("select_one", "select_multiple")
    unit = f" ({question.unit})" if question.unit and question.unit not in question.vi else ""
    constraint, (hint, hint_en) = _constraint(question), _hints(question)
    message, message_en = _messages(question) if constraint else ("", "")
    return {
        "type": f"{kind} {list_name(question)}" if question.choices else kind,
        **_labelled(replace(question, vi=f"{question.vi}{unit}")),
        f"hint::{VI}": hint,
        f"hint::{EN}": hint_en,
        "required": "yes" if question.required or question.special else "",
        "relevant": question.ask_if.xpath() if question.ask_if else "",
        "constraint": constraint,
        f"constraint_message::{VI}": message,
        f"constraint_message::{EN}": message_en,
        "default": "today()" if kind == "date" else "",
        "appearance": "minimal" if chosen and len(question.answers) > 12 else "",
    }


def _hints(question: Question) -> tuple[str, str]:
    vi = en = question.hint_vi
    if question.numeric and question.special:
        codes = [SPECIAL[name] for name in question.special]
        told = "Nhập " + ", ".join(f"{one.code} nếu {one.vi.lower()}" for one in codes) + "."
        vi = f"{vi} {told}".strip()
        en = "Enter " + ", ".join(f"{one.code} for {one.en.lower()}" for one in codes) + "."
    return vi, en


def _constraint(question: Question) -> str:
    ends = ((">=", question.low), ("<=", question.high)) if question.numeric else ()
    tests = [f". {sign} {end:.12g}" for sign, end in ends if end is not None]
    if question.type == "select_multiple":  # a choice that excludes the others can't be ticked beside one
        alone = [choice.name for choice in question.choices if choice.exclusive] + list(question.special)
        tests += [f"not(selected(., '{name}') and count-selected(.) > 1)" for name in alone]
    if question.constraint is not None:
        tests.append(_lenient(question, question.constraint))
    text = " and ".join(tests)
    codes = [f" or . = {SPECIAL[name].code}" for name in question.special]
    return f"({text}){''.join(codes)}" if text and codes and question.numeric else text


def _lenient(question: Question, constraint: Condition) -> str:
    """The constraint passes where another question in it has no number to compare with."""
    others = [name for name in constraint.names if name != question.name]
    numbers = [name for name in others if constraint.questions[name].numeric]
    excuses = [f"${{{name}}} {unusable}" for name in numbers for unusable in ("= ''", "< 0")]
    return f"({' or '.join([constraint.xpath(here=question.name), *excuses])})"


def _messages(question: Question) -> tuple[str, str]:
    if question.constraint_vi:
        return question.constraint_vi, f"Must hold: {question.constraint.text if question.constraint else ''}"
    if question.numeric:
        low = "" if question.low is None else f" từ {question.low:.12g}"
        high = "" if question.high is None else f" đến {question.high:.12g}"
        return (
            f"Giá trị hợp lệ{low}{high}.",
            f"Valid values{low.replace('từ', 'from')}{high.replace('đến', 'to')}.",
        )
    return "Lựa chọn này không đi cùng lựa chọn khác.", "This choice excludes the others."
