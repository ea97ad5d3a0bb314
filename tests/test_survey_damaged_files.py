"""What a library throws at a damaged file is one line with its name; test_guard_mutations.py damages files of every kind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from survey_workbench import HEADER, ROWS, make_project

from qngai_analysis.errors import SurveyError
from qngai_analysis.guard import reading, unpacked_size
from qngai_analysis.survey.form.intake import validate_file


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch) / "shops"


@pytest.mark.parametrize(
    "thrown",
    [IndexError("of the library"), ValueError("a\nb"), OSError(22, "no"), KeyError("k"), RecursionError()],
)
def test_what_a_library_throws_becomes_one_line_with_the_file(thrown):
    with (
        pytest.raises(SurveyError, match=r"^bang\.xlsx: not a XLSX file, or damaged") as caught,
        reading("bang.xlsx", "XLSX", SurveyError),
    ):
        raise thrown

    assert "\n" not in str(caught.value)
    assert "of the library" not in str(caught.value), "its English says nothing to a reader of Vietnamese"


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
