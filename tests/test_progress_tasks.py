"""Where tasks stand: what is reported, what the plan's period says, and the form between."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from qngai_analysis.errors import EvidenceError, RawFileError
from qngai_analysis.progress import (
    collect_task_forms,
    read_task_form,
    read_task_reports,
    task_counts,
    task_form,
    task_status,
)

PRESS = "Sở Thông tin và Truyền thông"
TRADE = "Sở Công Thương"
TASKS = pd.DataFrame(
    {
        "id": ["906.A1", "906.A2", "906.B1", "906.B2"],
        "document": "906",
        "section": ["A", "A", "B", "B"],
        "number": ["1", "2", "1", "2"],
        "text": ["Xây dựng nền tảng", "Tập huấn", "Sàn thương mại điện tử", "Không ghi thời gian"],
        "agencies": [[PRESS], [PRESS, TRADE], [TRADE], [TRADE]],
        "period_printed": ["2022 - 2023", "2022 - 2025", "2024 - 2025", None],
        "first_year": pd.array([2022, 2022, 2024, None], dtype="Int64"),
        "last_year": pd.array([2023, 2025, 2025, None], dtype="Int64"),
    }
)


def reports(**status: str) -> pd.DataFrame:
    rows = [
        {
            "task_id": f"906.{name}",
            "status": word,
            "completed_on": "2024-06-30" if word == "hoàn thành" else None,
            "result": None,
            "difficulty": None,
            "reported_by": TRADE,
            "reported_on": "2024-12-10",
        }
        for name, word in status.items()
    ]
    return pd.DataFrame(rows)


END_2024 = date(2024, 12, 31)


@pytest.mark.parametrize(
    ("task", "reported", "on", "status", "overdue"),
    [
        ("A1", "đang thực hiện", date(2023, 12, 31), "chưa có báo cáo", False),  # reported a year later
        ("A1", "đang thực hiện", END_2024, "đang thực hiện quá hạn", True),
        ("A1", "chưa thực hiện", END_2024, "chưa thực hiện", True),
        ("A1", "hoàn thành", END_2024, "hoàn thành", False),
        ("A2", "đang thực hiện", END_2024, "đang thực hiện trong hạn", False),
        ("A2", "đang thực hiện", date(2025, 12, 31), "đang thực hiện trong hạn", False),  # the last day
        ("A2", "đang thực hiện", date(2026, 1, 1), "đang thực hiện quá hạn", True),
        ("B2", "đang thực hiện", date(2030, 1, 1), "đang thực hiện trong hạn", False),  # no period printed
    ],
)
def test_overdue_is_computed_from_the_plans_period(task, reported, on, status, overdue):
    row = task_status(TASKS, reports(**{task: reported}), on=on).set_index("id").loc[f"906.{task}"]

    assert (row["status"], row["overdue"]) == (status, overdue)


def test_a_task_nobody_reported_is_not_taken_as_not_begun():
    found = task_status(TASKS, None, on=END_2024).set_index("id")

    assert set(found["status"]) == {"chưa có báo cáo"}
    assert found["overdue"].to_dict() == {"906.A1": True, "906.A2": False, "906.B1": False, "906.B2": False}


def test_done_after_the_deadline_is_done_and_late():
    found = task_status(TASKS, reports(A1="hoàn thành", A2="hoàn thành"), on=END_2024).set_index("id")

    assert found["late"].to_dict() == {"906.A1": True, "906.A2": False, "906.B1": False, "906.B2": False}


def test_agencies_carry_their_names_of_the_day():
    before = task_status(TASKS, None, on=date(2025, 2, 1))["current_agencies"]
    after = task_status(TASKS, None, on=date(2025, 12, 31))["current_agencies"]

    assert before.iloc[1] == [PRESS, TRADE]
    assert after.iloc[1] == ["Sở Khoa học và Công nghệ", TRADE]


def test_counts_by_section_and_by_agency():
    found = task_status(TASKS, reports(A1="hoàn thành", B1="đang thực hiện"), on=END_2024)

    by_section = task_counts(found, by="place").set_index("place")
    assert by_section.loc["A", ["total", "hoàn thành", "chưa có báo cáo"]].tolist() == [2, 1, 1]
    by_agency = task_counts(found, by="agencies").set_index("agencies")
    assert by_agency["total"].to_dict() == {PRESS: 2, TRADE: 3}  # a task of two counts for both
    successors = task_counts(task_status(TASKS, None, on=date(2025, 12, 31)), by="current_agencies")
    assert successors["current_agencies"].tolist() == ["Sở Khoa học và Công nghệ", TRADE]


def test_counts_by_an_unknown_column_are_refused():
    with pytest.raises(EvidenceError, match="no column 'colour'"):
        task_counts(task_status(TASKS, None, on=END_2024), by="colour")


def test_a_report_on_a_task_the_plan_does_not_have_is_refused():
    with pytest.raises(EvidenceError, match=r"no task '906\.Z9' in the plan; ids look like 906\.A1"):
        task_status(TASKS, reports(Z9="hoàn thành"), on=END_2024)


# ------------------------------------------------------------------ the form


@pytest.fixture
def form(tmp_path: Path) -> Path:
    file = tmp_path / "form.xlsx"
    task_form(TASKS, file, year=2024, agency=TRADE)
    return file


def fill(file: Path, cells: dict[str, object], guide: dict[str, object] | None = None) -> Path:
    book = openpyxl.load_workbook(file)
    for place, value in cells.items():
        book["Nhiệm vụ"][place] = value
    for place, value in ({"B3": TRADE, "B4": "10/12/2024"} | (guide or {})).items():
        book["Hướng dẫn"][place] = value
    book.save(file)
    return file


def test_the_form_holds_an_agencys_tasks_in_the_plans_words(form: Path):
    sheet = openpyxl.load_workbook(form)["Nhiệm vụ"]

    assert [cell.value for cell in sheet[1]][:6] == [
        "Mã nhiệm vụ",
        "TT",
        "Nhiệm vụ",
        "Cơ quan chủ trì",
        "Thời gian thực hiện",
        "Tình hình",
    ]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["906.A2", "906.B1", "906.B2"]
    assert sheet["E4"].value == "không ghi"
    assert (sheet["C2"].protection.locked, sheet["F2"].protection.locked) == (True, False)
    assert sheet.data_validations.dataValidation[0].formula1 == '"hoàn thành,đang thực hiện,chưa thực hiện"'


def test_tasks_that_begin_later_are_not_asked_for(tmp_path: Path):
    assert task_form(TASKS, tmp_path / "2023.xlsx", year=2023) == 3
    assert task_form(TASKS, tmp_path / "2024.xlsx", year=2024) == 4


def test_a_form_that_exists_is_never_written_over(form: Path):
    """It may hold an agency's answers."""
    fill(form, {"F2": "đang thực hiện"})
    filled = form.read_bytes()

    with pytest.raises(EvidenceError, match="exists already and may be filled in; name another file"):
        task_form(TASKS, form, year=2024, agency=TRADE)
    assert form.read_bytes() == filled


def test_a_successor_gets_the_tasks_of_the_agency_it_replaced(tmp_path: Path):
    assert task_form(TASKS, tmp_path / "f.xlsx", year=2025, agency="Sở Khoa học và Công nghệ") == 2


def test_an_agency_without_tasks_is_refused_with_those_that_have_some(tmp_path: Path):
    with pytest.raises(EvidenceError, match="'Sở Y tế' leads no task; agencies that do: Sở Công Thương, "):
        task_form(TASKS, tmp_path / "f.xlsx", year=2025, agency="Sở Y tế")


def test_a_filled_form_comes_back_as_reports(form: Path):
    fill(form, {"F2": "Hoàn thành", "G2": datetime(2024, 6, 30), "H2": "12 lớp", "F3": "đang thực hiện"})

    found = read_task_form(form, TASKS)

    assert found["task_id"].tolist() == ["906.A2", "906.B1"]
    assert found["status"].tolist() == ["hoàn thành", "đang thực hiện"]
    assert found.iloc[0][["completed_on", "result", "reported_on"]].tolist() == [
        "2024-06-30",
        "12 lớp",
        "2024-12-10",
    ]
    assert found.iloc[1][["completed_on", "difficulty"]].isna().all()


@pytest.mark.parametrize(
    ("cells", "guide", "message"),
    [
        ({"F2": "xong"}, {}, "row 2, column 'Tình hình': 'xong'; it is one of hoàn thành"),
        ({"F2": "hoàn thành"}, {}, "task 906.A2 is 'hoàn thành' without a date"),
        ({"F2": "đang thực hiện", "G2": "30/06/2024"}, {}, "has a date of completion but is"),
        ({"G2": "30/06/2024"}, {}, "row 2: a date of completion without a status"),
        ({"F2": "hoàn thành", "G2": "tháng sáu"}, {}, "'tháng sáu' is not a date such as 30/06/2025"),
        ({"F2": "hoàn thành", "G2": "30/06/2025"}, {}, "2025-06-30 is after the report of 2024-12-10"),
        ({"A2": "906.Z9"}, {}, "row 2, column 'Mã nhiệm vụ': no task '906.Z9' in the plan"),
        ({"C2": "Việc khác"}, {}, "row 2, column 'Nhiệm vụ': the wording of 906.A2 was changed"),
        ({"A3": "906.A2", "C3": "Tập huấn"}, {}, "task 906.A2 stands twice"),
        ({"F1": "Trạng thái"}, {}, "row 1: column 'Tình hình' is missing"),
        ({}, {"B3": None}, "sheet 'Hướng dẫn': 'Cơ quan báo cáo' is empty"),
        ({}, {"B4": None}, "sheet 'Hướng dẫn': 'Ngày báo cáo' is empty"),
    ],
)
def test_a_fault_in_a_form_is_named_by_sheet_row_and_column(form: Path, cells, guide, message):
    with pytest.raises(EvidenceError) as refused:
        read_task_form(fill(form, cells, guide), TASKS)

    assert message in str(refused.value)
    assert "form.xlsx" in str(refused.value)


def test_a_file_that_is_no_form_is_refused(tmp_path: Path):
    text = tmp_path / "form.xlsx"
    text.write_text("no workbook", encoding="utf-8")
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)

    with pytest.raises(EvidenceError, match="not an Excel workbook"):
        read_task_form(text, TASKS)
    with pytest.raises(EvidenceError, match="sheet 'Nhiệm vụ' is missing"):
        read_task_form(other, TASKS)
    with pytest.raises(EvidenceError, match="no such file"):
        read_task_form(tmp_path / "none.xlsx", TASKS)


def sent_back(folder: Path, name: str, agency: str, status: str, day: str) -> Path:
    """A form of one agency with one task, 906.A2, filled."""
    file = folder / name
    task_form(TASKS[TASKS["id"] == "906.A2"], file, year=2024, agency=agency)
    done = {"G2": day} if status == "hoàn thành" else {}
    return fill(file, {"F2": status} | done, {"B3": agency, "B4": day})


def test_forms_become_the_years_table_with_a_sidecar_that_is_checked(tmp_path: Path):
    first = sent_back(tmp_path, "december.xlsx", TRADE, "đang thực hiện", "10/12/2024")
    later = sent_back(tmp_path, "january.xlsx", TRADE, "hoàn thành", "15/01/2025")
    file = tmp_path / "2024.csv"

    assert collect_task_forms([first, later], TASKS, file) == 1

    found = read_task_reports(file)
    assert found[["task_id", "status", "completed_on"]].to_numpy().tolist() == [
        ["906.A2", "hoàn thành", "2025-01-15"]
    ]
    with pytest.raises(EvidenceError, match=r"exists already .* name all forms together"):
        collect_task_forms([later], TASKS, file)
    file.write_text(file.read_text(encoding="utf-8").replace("2025-01-15", "2025-01-01"), encoding="utf-8")
    with pytest.raises(RawFileError, match="edited since it was received"):
        read_task_reports(file)


def test_agencies_that_disagree_on_a_task_are_asked_not_counted(tmp_path: Path):
    one = sent_back(tmp_path, "one.xlsx", TRADE, "đang thực hiện", "10/12/2024")
    other = sent_back(tmp_path, "other.xlsx", PRESS, "chưa thực hiện", "10/12/2024")
    file = tmp_path / "2024.csv"

    with pytest.raises(EvidenceError, match=r"task 906\.A2: agencies disagree"):
        collect_task_forms([one, other], TASKS, file)
    assert not file.exists()
