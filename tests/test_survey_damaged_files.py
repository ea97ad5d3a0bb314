"""A damaged file is one line with the file's name and the likely cause, never a traceback or a hang."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from survey_workbench import HEADER, ROWS, csv_text, make_project

from qngai_analysis.errors import SurveyError
from qngai_analysis.guard import reading, unpacked_size
from qngai_analysis.survey.form.intake import validate_file

ENDINGS = ("csv", "xlsx", "parquet", "sav", "dta", "zip")
TRIES = 40  # benchmarks and docs/reliability.md try more


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch) / "shops"


def sound(folder: Path, ending: str) -> bytes:
    """A sound file of the four shops."""
    file = folder / f"sound.{ending}"
    frame = pd.DataFrame([row.split(",") for row in ROWS], columns=HEADER.split(","))
    if ending == "csv":
        file.write_text(csv_text())
    elif ending == "xlsx":
        book = openpyxl.Workbook()
        for row in (HEADER, *ROWS):
            book.worksheets[0].append(row.split(","))
        book.save(file)
    elif ending == "zip":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("a.csv", csv_text(*ROWS[:2]))
            packed.writestr("b.csv", csv_text(*ROWS[2:]))
    elif ending == "parquet":
        frame.to_parquet(file)
    else:
        {"sav": pyreadstat.write_sav, "dta": pyreadstat.write_dta}[ending](frame, str(file))
    return file.read_bytes()


def damaged(content: bytes, draw: random.Random) -> bytes:
    """Some bytes changed, a piece lost or doubled, or the end cut off."""
    kind = draw.randrange(4)
    at, length = draw.randrange(len(content)), draw.randrange(1, 64)
    if kind == 0:
        changed = bytearray(content)
        for _ in range(draw.randrange(1, 12)):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        return bytes(changed)
    if kind == 1:
        return content[:at]
    piece = content[at : at + length]
    return content[:at] + (piece * 3 if kind == 2 else b"") + content[at + length :]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_damaged_file_is_read_refused_or_faulty_but_never_a_traceback(shops, ending):
    content, draw = sound(shops, ending), random.Random(f"damage {ending}")
    file = shops / f"2025.{ending}"
    refused = []
    for _ in range(TRIES):
        file.write_bytes(damaged(content, draw))
        try:
            validate_file("shops", file)
        except SurveyError as fault:
            refused.append(str(fault))
    assert refused
    assert [line for line in refused if "\n" in line or file.name not in line] == []


@pytest.mark.parametrize(
    "thrown", [IndexError("x"), ValueError("a\nb"), OSError(22, "no"), KeyError("k"), RecursionError()]
)
def test_what_a_library_throws_becomes_one_line_with_the_file(thrown):
    with (
        pytest.raises(SurveyError, match=r"^bang\.xlsx: not a XLSX file, or damaged") as caught,
        reading("bang.xlsx", "XLSX", SurveyError),
    ):
        raise thrown

    assert "\n" not in str(caught.value)


def test_errors_of_ours_pass_the_boundary_as_they_are():
    with pytest.raises(SurveyError, match=r"^as it is$"), reading("a.csv", "CSV", SurveyError):
        raise SurveyError("as it is")


def test_a_cell_far_away_does_not_make_a_workbook_large(shops):
    """A workbook that claims to reach to XFD1048576 holds a few cells."""
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.worksheets[0].append([cell or None for cell in row.split(",")])
    book.worksheets[0]["XFD1048576"] = "x"
    book.save(shops / "2025.xlsx")

    faults = validate_file("shops", shops / "2025.xlsx")

    assert faults[["row", "rule"]].to_numpy().tolist() == [[1048576, "11 cells, as the header has"]]


def test_a_zip_of_very_many_files_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as packed:
        for place in range(10_001):
            packed.writestr(f"{place}.csv", b"")

    with pytest.raises(SurveyError, match="nothing was read"):
        unpacked_size(tmp_path / "many.zip", "ZIP", SurveyError, most=10**9)
