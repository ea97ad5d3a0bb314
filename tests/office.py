"""A project of its own for the tests of the road of the data, and offices that fill forms as offices do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from qngai_analysis import paths
from qngai_analysis.cli import main

COVER, FIGURES, TASKS = "Trang bìa", "Số liệu", "Nhiệm vụ"


@contextmanager
def project(home: Path) -> Iterator[Path]:
    """Make a copy of the project's raw files the project of the test."""
    shutil.copytree(paths.raw(), home / "data" / "raw")
    (home / "notebooks").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QNGAI_HOME", str(home))
        yield home


@contextmanager
def begun(home: Path, plan: str) -> Iterator[None]:
    """Begin a project of Gia Lai with the text of a plan; it is the test's as long as it is used."""
    file = home.with_name("ke-hoach.txt")
    file.write_text(plan, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("QNGAI_HOME", raising=False)
        assert main(["init", str(home), "--province", "gia lai"]) == 0
        patch.setenv("QNGAI_HOME", str(home))
        assert main(["add", "plan", str(file)]) == 0
        yield


def fill(
    form: Path,
    *,
    day: object = "10/02/2026",
    figures: Mapping[str, object] | None = None,
    tasks: Mapping[str, object] | None = None,
    cover: Mapping[str, object] | None = None,
    to: Path | None = None,
) -> Path:
    """Fill cells of a form and save it, as the same file or another."""
    book = openpyxl.load_workbook(form)
    book[COVER]["B8"] = day
    for sheet, cells in ((COVER, cover), (FIGURES, figures), (TASKS, tasks)):
        for place, value in (cells or {}).items():
            cell = book[sheet][place]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # typed as text, also "=1+1"
    book.save(to or form)
    return to or form


def row_of(form: Path, sheet: str, code: str, nth: int = 1) -> int:
    """Return the row of an indicator or task on a form (of two territories the nth)."""
    return [row for row, found in _codes(form.read_bytes(), sheet) if found == code][nth - 1]


@lru_cache(maxsize=8)  # the same blank form is asked again and again
def _codes(form: bytes, sheet: str) -> list[tuple[int, object]]:
    rows = openpyxl.load_workbook(BytesIO(form))[sheet].iter_rows(min_row=2, max_col=1)
    return [(cell.row, cell.value) for (cell,) in rows]
