"""The round of 96 communes: letters and forms written, filled by a program, taken in; processor time of each.

Run: ``python benchmarks/bench_forms.py`` (a copy of the project in a temporary folder is used).
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

import openpyxl

from qngai_analysis import paths
from qngai_analysis.collection.owed import owed
from qngai_analysis.collection.requests import request_folder, write_requests
from qngai_analysis.collection.returns import collect
from qngai_analysis.collection.status import control_room

YEAR, ON = 2025, date(2026, 2, 10)


def main() -> None:
    """Print the processor seconds of each step."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "p"
        shutil.copytree(paths.raw(), home / "data" / "raw")
        os.environ["QNGAI_HOME"] = str(home)
        found = owed(YEAR)
        start = time.process_time()
        sent = write_requests(found, on=ON, due=ON)
        print(f"{len(sent.asked)} letters (DOCX, PDF) and forms: {time.process_time() - start:.1f} s")
        forms = sorted((request_folder(YEAR) / "xa-phuong").rglob("*.xlsx"))
        for form in forms:
            fill(form)
        start = time.process_time()
        taken = collect(forms, on=ON)
        tasks = sum(len(form.tasks) for form in taken.forms)
        print(
            f"{len(taken.forms)} forms, {tasks} answers on tasks taken in: {time.process_time() - start:.1f} s"
        )
        start = time.process_time()
        control_room(YEAR, on=ON)
        print(f"control room: {time.process_time() - start:.1f} s")


def fill(form: Path) -> None:
    """Report every task of a form as under way."""
    book = openpyxl.load_workbook(form)
    book["Trang bìa"]["B8"] = "10/02/2026"
    sheet = book["Nhiệm vụ"]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 5).value = "đang thực hiện"
        sheet.cell(row, 7).value = "Đã ban hành kế hoạch"
    book.save(form)


if __name__ == "__main__":
    main()
