"""A plan's tables as CSV and as a workbook."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from qngai_analysis.errors import PlanError
from qngai_analysis.plan import parse_text, read_plan
from qngai_analysis.plan.export import csv_text, json_text, plan_table, write_plan


def test_csv_holds_listed_and_stated_targets_with_lists_joined() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(read_plan("906")))))

    assert len(rows) == 19
    assert [row["listed"] for row in rows] == ["True"] * 17 + ["False"] * 2
    assert rows[-1]["agencies"] == "Các sở, ban, ngành; UBND các huyện, thị xã, thành phố"
    assert (rows[0]["period_start"], rows[0]["period_end"]) == ("", "2025")


def test_a_period_in_stages_is_one_cell() -> None:
    stages = plan_table(read_plan("66"), "tasks")["stages"]

    assert stages[stages != ""].iloc[0] == "2022-2024: Xây dựng quy hoạch; 2025: Triển khai thực hiện"


def test_workbook_has_a_cover_and_a_sheet_a_table(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_plan(read_plan("906"), tmp_path / "906.xlsx", "xlsx"))

    assert book.sheetnames == ["Văn bản", "Chỉ tiêu", "Mục tiêu định tính", "Nhiệm vụ", "Các con số"]
    assert [book[name].max_row for name in book.sheetnames[1:]] == [
        1 + 19,
        1,
        1 + 101,
        1 + len(read_plan("906").numerals),
    ]
    cover = {row[0].value: row[1].value for row in book["Văn bản"].iter_rows()}
    assert cover["Số, ký hiệu"] == "906/QĐ-UBND"
    assert cover["Con số: mức của mục tiêu"] == 19
    header = [cell.value for cell in book["Chỉ tiêu"][1]]
    assert book["Chỉ tiêu"].cell(2, header.index("Giá trị") + 1).value == 20


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    plan = parse_text("Mục tiêu:\n- =HYPERLINK tỷ lệ hộ dân có Internet đạt 80%")
    sheet = openpyxl.load_workbook(write_plan(plan, tmp_path / "x.xlsx", "xlsx"))["Chỉ tiêu"]

    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_an_unwritable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"can't be written \(No such file or directory\)"):
        write_plan(read_plan("114"), tmp_path / "nowhere" / "x.xlsx", "xlsx")


def test_a_written_file_holds_what_the_screen_would_and_nothing_half_written_is_left(tmp_path: Path) -> None:
    plan = read_plan("114")

    assert write_plan(plan, tmp_path / "114.csv", "csv").read_text(encoding="utf-8") == csv_text(plan)
    written = write_plan(plan, tmp_path / "114.json", "json").read_text(encoding="utf-8")
    assert written == json_text(plan)
    assert {"document", "targets", "qualitative", "tasks", "coverage", "reasons"} == json.loads(
        written
    ).keys()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["114.csv", "114.json"]


def test_every_sheet_has_vietnamese_headings_a_filter_and_a_head_that_stays(tmp_path: Path) -> None:
    plan = parse_text("Mục tiêu đến năm 2030:\n- Tỷ lệ trẻ em suy dinh dưỡng giảm còn 9%.")
    book = openpyxl.load_workbook(write_plan(plan, tmp_path / "x.xlsx", "xlsx"))

    for sheet in book.worksheets[1:]:
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", sheet.dimensions)
        assert not any("_" in str(cell.value) for cell in sheet[1])
    target = dict(zip(*([cell.value for cell in row] for row in book["Chỉ tiêu"].iter_rows()), strict=True))
    assert target["Chưa đủ chắc, gần nhất là"].startswith("YT_SDD_CANNANG (Tỷ lệ trẻ em")
    assert {cell.value for cell in book["Các con số"]["B"]} == {
        "Được hiểu là",
        "mức của mục tiêu",
        "năm, thời kỳ",
    }
