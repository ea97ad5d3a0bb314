"""No damaged file ends in a traceback, whatever reads it (docs/reliability.md: 400 each; plans have tests of their own)."""

import os
import sys
import time
import tomllib
import zipfile

import pytest
from mutations import READERS, trial

from qngai_analysis import guard
from qngai_analysis.errors import PlanError, SurveyError
from qngai_analysis.plan import read_plan
from qngai_analysis.survey.form import files
from qngai_analysis.values import parse_toml

TRIES = {"form": 25, "survey xlsx": 100}  # they take long; of the others 200


@pytest.mark.parametrize("reader", [name for name in READERS if not name.startswith("plan ")])
@pytest.mark.filterwarnings("ignore")
def test_mutants_are_read_or_refused_in_one_line(reader):
    tries = TRIES.get(reader, 200)
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
    monkeypatch.setattr(files, "read_standards", lambda: {"intake": {"max_rows": 50, "max_bytes": 10**6}})
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("1.csv", "a\n" + "1\n" * 200)
        packed.writestr("2.csv", b"\0")  # a fault, if it were read

    with pytest.raises(SurveyError, match="more than 50 rows"):
        files.read_sheets(tmp_path / "x.zip")
