"""No damaged file ends in a traceback, whatever reads it (docs/reliability.md: 400 each; plans have tests of their own)."""

import os
import sys
import time
import tomllib
import zipfile

import pandas as pd
import pytest
from mutations import READERS, trial

from qngai_analysis import guard
from qngai_analysis.errors import PlanError, SurveyError
from qngai_analysis.plan import read_plan
from qngai_analysis.survey.form import files
from qngai_analysis.values import parse_toml

TRIES = {"form": 25}  # it takes long; of the others 100


@pytest.mark.parametrize("reader", [name for name in READERS if not name.startswith("plan ")])
@pytest.mark.filterwarnings("ignore")
def test_mutants_are_read_or_refused_in_one_line(reader):
    tries = TRIES.get(reader, 100)
    found = trial(reader, tries, seed=7)

    assert found.tracebacks == []
    assert found.read + found.refused == tries


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_what_hangs_or_dies_while_it_reads_a_file_ends_alone(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.2)

    assert guard.apart(lambda: "text") == "text"
    with pytest.raises(TimeoutError):
        guard.apart(lambda: time.sleep(60))
    with pytest.raises(OSError, match="died"):
        guard.apart(lambda: os._exit(9))
    with pytest.raises(ZeroDivisionError):
        guard.apart(lambda: 1 / 0)


def test_a_pdf_whose_streams_have_no_end_is_refused_before_they_are_sought(tmp_path):
    file = tmp_path / "x.pdf"
    file.write_bytes(b"%PDF-1.7\n" + b"1 0 obj\n<</Length 9>>\nstream\n" * 20_000)

    with pytest.raises(PlanError, match="20000 streams without an end"):
        read_plan(file)


@pytest.mark.parametrize("name", [".a" * 200, ' . "é" ' * 200, ".'x'" * 200])
def test_a_toml_key_of_hundreds_of_names_is_refused(name):
    with pytest.raises(tomllib.TOMLDecodeError):
        parse_toml(f"a{name} = 1")


def test_files_of_a_zip_are_read_until_their_rows_are_too_many(tmp_path, monkeypatch):
    limits = {"max_rows": 50, "max_bytes": 10**6, "max_columns": 9, "max_cells": 1000}
    monkeypatch.setattr(files, "read_standards", lambda: {"intake": limits})
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("1.csv", "a\n" + "1\n" * 200)
        packed.writestr("2.csv", b"\0")  # a fault, if it were read

    with pytest.raises(SurveyError, match="more than 50 rows"):
        files.read_sheets(tmp_path / "x.zip")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\n" + b"1\n" * 200, "more than 50 rows"),
        (b"a,b\n" + b",,,,,,,,\n" * 60 + b"\xff" * 9, "more than 400 cells"),
        (b"a" + b"," * 10, "more than 9 columns"),
    ],
)
def test_a_table_with_more_than_the_limits_is_refused_before_its_cells_are_made(
    tmp_path, monkeypatch, content, said
):
    limits = {"max_rows": 50, "max_bytes": 10**6, "max_columns": 9, "max_cells": 400}
    monkeypatch.setattr(files, "read_standards", lambda: {"intake": limits})
    (tmp_path / "x.csv").write_bytes(content)

    with pytest.raises(SurveyError, match=said):
        files.read_sheets(tmp_path / "x.csv")


def test_a_parquet_that_states_too_many_rows_is_refused_by_its_metadata(tmp_path, monkeypatch):
    limits = {"max_rows": 50, "max_bytes": 10**6, "max_columns": 9, "max_cells": 400}
    monkeypatch.setattr(files, "read_standards", lambda: {"intake": limits})
    pd.DataFrame({"a": [0] * 60}).to_parquet(tmp_path / "x.parquet")
    monkeypatch.setattr(pd, "read_parquet", None)

    with pytest.raises(SurveyError, match="more than 50 rows"):
        files.read_sheets(tmp_path / "x.parquet")


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/worksheets/sheet1.xml", b"<c/>" * 5_000),
        ("xl/worksheets/sheet1.xml", b'<mergeCell ref="A1:A9"/>' * 300),
        ("xl/worksheets/sheet1.xml", b" " * 1_000_000),  # a tag without an end is read again and again
        ("xl/workbook.xml", b'<sheet name="a"/>' * 1_100),
    ],
)
def test_a_workbook_of_too_many_cells_is_refused_before_any_is_made(tmp_path, part, content):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(part, content)

    with pytest.raises(SurveyError, match=r"more than 4,?[08]00 cells|more than 40,?000 cells"):
        guard.unpacked_size(
            tmp_path / "x.xlsx", "XLSX", SurveyError, most=100_000 if len(content) < 10**6 else 10**6
        )
