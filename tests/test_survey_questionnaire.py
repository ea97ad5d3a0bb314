"""The questionnaire pyxform accepts, and what ODK and Kobo export of it, which loads as it comes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
from pyxform.xls2xform import convert
from survey_workbench import (
    HEADER,
    REAL,
    ROWS,
    copy_simulated,
    csv_text,
    deliver,
    make_whole_project,
    write_sidecar,
)

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Question, read_codebook
from qngai_analysis.survey.form.held import surveys
from qngai_analysis.survey.form.intake import load_frame, validate_file
from qngai_analysis.survey.form.questionnaire import EN, VI, list_name, survey_rows, write_xlsform


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_whole_project(tmp_path, monkeypatch)


def row_of(survey: str, question: str) -> dict[str, str]:
    return next(row for row in survey_rows(read_codebook(survey)) if row["name"] == question)


# -- the form --------------------------------------------------------------------------------


def test_there_are_six_surveys(folder):
    assert sorted({*surveys()} - {"shops"}) == sorted(REAL)


@pytest.mark.parametrize("survey", REAL)
def test_pyxform_accepts_every_questionnaire_without_a_warning(folder, tmp_path, survey):
    path = write_xlsform(read_codebook(survey), tmp_path / f"{survey}.xlsx")

    result = convert(xlsform=path, validate=False, warnings=[])

    assert result.warnings == []
    form = ElementTree.fromstring(result.xform)
    binds = {
        bind.get("nodeset", "").rsplit("/", 1)[-1]
        for bind in form.iter("{http://www.w3.org/2002/xforms}bind")
    }
    asked = {q.name for q in read_codebook(survey).questions.values() if q.source == "form"}
    assert asked <= binds


@pytest.mark.parametrize("survey", REAL)
def test_the_form_asks_in_vietnamese_first_and_in_english(folder, tmp_path, survey):
    path = write_xlsform(read_codebook(survey), tmp_path / "form.xlsx")

    form = ElementTree.fromstring(convert(xlsform=path, validate=False, warnings=[]).xform)

    languages = {
        one.get("lang"): one.get("default") for one in form.iter("{http://www.w3.org/2002/xforms}translation")
    }
    assert languages == {VI: "true()", EN: None}


def test_weights_strata_and_population_counts_are_not_asked(folder):
    names = {row["name"] for row in survey_rows(read_codebook("households"))}

    assert {"weight", "stratum", "psu_count", "household_count"}.isdisjoint(names)
    assert {"district", "urban", "psu", "household_id"} <= names


def test_routing_is_written_as_relevance(folder):
    assert row_of("households", "has_smartphone")["relevant"] == "${mobile_phone} = 'yes'"
    assert row_of("households", "skill_training")["relevant"] == "${age} >= 15"
    assert (
        row_of("households", "online_purchase")["relevant"]
        == "(${internet_use} = 'last_3_months' or ${internet_use} = 'last_12_months')"
    )


def test_a_bounded_number_takes_its_bounds_and_the_codes_of_special_answers(folder):
    row = row_of("enterprises", "contract_share")

    assert row["constraint"] == "(. >= 0 and . <= 100) or . = -8 or . = -9"
    assert row[f"hint::{VI}"] == "Nhập -8 nếu không biết, -9 nếu từ chối trả lời."


def test_a_constraint_passes_where_the_other_number_is_not_known(folder):
    constraint = row_of("enterprises", "online_turnover")["constraint"]

    assert ". <= ${turnover}" in constraint
    assert "${turnover} < 0" in constraint  # -8: not known
    assert constraint.endswith("or . = -8 or . = -9")


def test_a_choice_that_excludes_the_others_is_enforced(folder):
    constraint = row_of("households", "protection_measures")["constraint"]

    assert "not(selected(., 'no_protection') and count-selected(.) > 1)" in constraint
    assert "not(selected(., 'dont_know') and count-selected(.) > 1)" in constraint


def test_members_are_asked_as_often_as_the_household_has_members(folder):
    rows = survey_rows(read_codebook("households"))

    repeat = next(row for row in rows if row["type"] == "begin_repeat")
    number = next(row for row in rows if row["name"] == "person_number")
    assert repeat["repeat_count"] == "${household_size}"
    assert (number["type"], number["calculation"]) == ("calculate", "position(..)")


def test_special_answers_stand_at_the_end_of_the_lists_that_allow_them(folder, tmp_path):
    write_xlsform(read_codebook("households"), tmp_path / "form.xlsx")

    choices = pd.read_excel(tmp_path / "form.xlsx", sheet_name="choices")
    mine = choices[choices["list_name"] == "yes_no_dont_know_refused"]
    assert mine["name"].tolist() == ["yes", "no", "dont_know", "refused"]
    assert mine[f"label::{VI}"].tolist() == ["Có", "Không", "Không biết", "Từ chối trả lời"]


def test_only_xlsx_is_written(folder, tmp_path):
    with pytest.raises(SurveyError, match=r"a questionnaire is an \.xlsx file"):
        write_xlsform(read_codebook("shops"), tmp_path / "form.xls")


# -- what comes back ---------------------------------------------------------------------------
#
# Exports are made here from a codebook and answers, in the forms the two tools write: names, or labels
# in a language; select-multiple in one column, or one a choice; group prefixes; metadata.


class Export:
    """Answers as ODK or Kobo export them. ``code`` is a simulated file's cell: a code, a number, codes."""

    def __init__(self, book: Codebook, *, style: str) -> None:
        self.book = book
        self.labels = {"labels vi": "vi", "labels en": "en"}.get(style, "")
        self.split = {"split /": "/", "split _": "_", "labels vi": "/"}.get(style, "")
        self.prefix = {"groups /": "/", "groups -": "-", "split /": "/"}.get(style, "")
        self.ticks = {"split _": ("TRUE", "FALSE")}.get(style, ("1", "0"))

    def header(self, question: Question) -> str:
        if self.labels:
            return str(getattr(question, self.labels))
        roster = self.book.roster
        group = [roster.name] if question.repeat and roster else []
        return (
            self.prefix.join([*group, question.section.name, question.name]) if self.prefix else question.name
        )

    def cells(self, question: Question, code: str) -> dict[str, str]:
        header = self.header(question)
        if question.type == "select_multiple" and self.split:
            return self._split(question, header, code)
        return {header: self._words(question, code)}

    def _split(self, question: Question, header: str, code: str) -> dict[str, str]:
        picked = set(code.split())
        return {
            f"{header}{self.split}{getattr(choice, self.labels or 'name')}": ""
            if not picked
            else self.ticks[0]
            if str(choice.code) in picked
            else self.ticks[1]
            for choice in question.answers
        }

    def _words(self, question: Question, code: str) -> str:
        if not question.choices or not code:
            return code
        words = {str(choice.code): choice for choice in (*question.answers, *SPECIAL.values())}
        return " ".join(str(getattr(words[one], self.labels or "name")) for one in code.split())


def metadata(number: int) -> dict[str, str]:
    return {
        "start": "2025-10-01T08:00:00.000+07:00",
        "end": "2025-10-01T08:30:00.000+07:00",
        "_id": str(1000 + number),
        "_uuid": f"uuid-{number}",
        "_submission_time": "2025-10-01T09:00:00",
        "meta/instanceID": f"uuid:{number}",
        "formhub/uuid": "f00d",
        "rootUuid": f"uuid:{number}",
        "__version__": "v1",
    }


def simulated_rows(folder: Path, survey: str, units: int = 40) -> list[dict[str, str]]:
    """Answers of the first units of a simulated file, which is left in the project's folder."""
    file = copy_simulated(folder, survey, 2025, 0.1)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    identifier = read_codebook(survey).design.identifier[0]
    kept = list(dict.fromkeys(row[identifier] for row in rows))[:units]
    rows = [row for row in rows if row[identifier] in kept]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    deliver(file, text.getvalue(), status="simulated")
    return rows


def exported_csv(book: Codebook, rows: list[dict[str, str]], style: str) -> str:
    export = Export(book, style=style)
    records = []
    for number, row in enumerate(rows, start=1):
        record = metadata(number)
        for question in book.questions.values():
            # weights and strata were merged in from the sample list: plain names
            cells = (
                {question.name: row[question.name]}
                if question.source == "frame"
                else export.cells(question, row[question.name])
            )
            record |= cells
        records.append(record)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def as_loaded(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    frame.attrs = {}
    return frame


@pytest.mark.parametrize(
    "style", ["names", "groups /", "groups -", "split /", "split _", "labels vi", "labels en"]
)
@pytest.mark.parametrize("survey", ["enterprises", "tourism"])
@pytest.mark.slow
def test_an_export_loads_back_as_it_comes(folder, survey, style):
    rows = simulated_rows(folder, survey)
    expected = as_loaded(load_frame(survey, 2025))
    book = read_codebook(survey)
    deliver(folder / survey / "2025.csv", exported_csv(book, rows, style), status="simulated")

    found = as_loaded(load_frame(survey, 2025))

    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    ("style", "link"), [("names", "_index"), ("groups /", "KEY"), ("split /", "_index"), ("labels vi", "KEY")]
)
@pytest.mark.slow
def test_members_in_a_sheet_of_their_own_are_joined_to_their_household(folder, style, link):
    rows = simulated_rows(folder, "households")
    expected = as_loaded(load_frame("households", 2025))
    book = read_codebook("households")
    (folder / "households" / "2025.csv").unlink()
    write_workbook(folder / "households" / "2025.xlsx", book, rows, style, link)
    write_sidecar(folder / "households" / "2025.xlsx", status="simulated")

    found = as_loaded(load_frame("households", 2025))

    assert len(found) == len(expected)
    pd.testing.assert_frame_equal(found, expected)


def two_tables(
    book: Codebook, rows: list[dict[str, str]], style: str, link: str
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Households and members, linked as Kobo (_index, _parent_index) or ODK (KEY, PARENT_KEY) does."""
    export = Export(book, style=style)
    parent, child = (link, "PARENT_KEY") if link == "KEY" else (link, "_parent_index")
    units: dict[str, dict[str, str]] = {}
    members: list[dict[str, str]] = []
    for row in rows:
        key = row["household_id"]
        if key not in units:
            units[key] = metadata(len(units) + 1) | {parent: str(len(units) + 1)}
            for question in book.questions.values():
                if not question.repeat:
                    units[key] |= (
                        {question.name: row[question.name]}
                        if question.source == "frame"
                        else export.cells(question, row[question.name])
                    )
        if row["person_number"]:
            member = {child: units[key][parent]}
            for question in book.questions.values():
                if question.repeat and question.name != "person_number":
                    member |= export.cells(question, row[question.name])
            members.append(member)
    return list(units.values()), members


def write_workbook(file: Path, book: Codebook, rows: list[dict[str, str]], style: str, link: str) -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, table in zip(("Khảo sát", "member"), two_tables(book, rows, style, link), strict=True):
        sheet = workbook.create_sheet(title)
        header = list(dict.fromkeys(name for record in table for name in record))
        sheet.append(header)
        for record in table:
            sheet.append([record.get(name) or None for name in header])
    workbook.save(file)


@pytest.mark.slow
def test_a_zip_of_csv_as_odk_central_sends_it_is_read(folder):
    rows = simulated_rows(folder, "households")
    expected = as_loaded(load_frame("households", 2025))
    (folder / "households" / "2025.csv").unlink()
    tables = two_tables(read_codebook("households"), rows, "groups -", "KEY")
    with zipfile.ZipFile(folder / "households" / "2025.zip", "w") as packed:
        for name, table in zip(("households.csv", "households-member.csv"), tables, strict=True):
            text = io.StringIO()
            writer = csv.DictWriter(text, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
            packed.writestr(name, text.getvalue())
    write_sidecar(folder / "households" / "2025.zip", status="simulated")

    pd.testing.assert_frame_equal(as_loaded(load_frame("households", 2025)), expected)


@pytest.mark.slow
def test_a_member_without_its_household_is_a_fault(folder, tmp_path):
    rows = simulated_rows(folder, "households")
    book = read_codebook("households")
    units, members = two_tables(book, rows, "names", "_index")
    workbook = openpyxl.Workbook()
    parents = {member["_parent_index"] for member in members}
    lost = next(unit for unit in units if unit["_index"] in parents)
    units.remove(lost)
    for sheet, table in ((workbook.worksheets[0], units), (workbook.create_sheet("member"), members)):
        header = list(dict.fromkeys(name for record in table for name in record))
        sheet.append(header)
        for record in table:
            sheet.append([record.get(name) or None for name in header])
    workbook.save(tmp_path / "2025.xlsx")

    faults = validate_file("households", tmp_path / "2025.xlsx")

    orphans = faults[faults["column"] == "_parent_index"]
    assert (orphans["sheet"].unique().tolist(), orphans["row"].tolist()[0]) == (["member"], 2)
    assert orphans["value"].unique().tolist() == [lost["_index"]]


def test_both_forms_of_a_select_multiple_must_agree(folder):
    header = HEADER + ",channels/website,channels/social,channels/nothing"
    agreeing = csv_text(ROWS[0] + ",1,1,0", ROWS[1] + ",,,", header=header)
    contrary = csv_text(ROWS[0] + ",1,0,0", ROWS[1] + ",,,", header=header)
    file = folder / "shops" / "2025.csv"

    file.write_text(agreeing)
    assert validate_file("shops", file).empty
    file.write_text(contrary)
    assert validate_file("shops", file)["rule"].tolist() == [
        "the same in the one column and in the split ones"
    ]


def test_a_split_choice_takes_only_one_and_nought(folder):
    header = re.sub(r",channels$", ",channels/website,channels/social,channels/nothing", HEADER)
    rows = [re.sub(r",[12 ]*$", ",1,0,0" if index != 1 else ",,,", row) for index, row in enumerate(ROWS[:2])]
    file = folder / "shops" / "2025.csv"

    file.write_text(csv_text(*rows, header=header).replace(",1,0,0", ",3,0,1"))
    faults = validate_file("shops", file)

    assert faults["rule"].tolist() == ["1 or 0 for a choice"]


def test_list_names_tell_lists_with_and_without_special_answers_apart(folder):
    questions = read_codebook("households").questions

    assert list_name(questions["outcome"]) == "outcome"
    assert list_name(questions["computer"]) == "yes_no_dont_know_refused"
