"""Forms and back: what offices do is read, every other thing is named with its cell and its mend."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from office import FIGURES, TASKS, fill, project, row_of

from qngai_analysis.collection.answers import read_form
from qngai_analysis.collection.forms import write_form
from qngai_analysis.collection.owed import Owed, owed
from qngai_analysis.errors import EvidenceError

HEALTH = "Sở Y tế"


@pytest.fixture(scope="module")
def year() -> Owed:
    return owed(2025)


@pytest.fixture(scope="module")
def blank(year, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("blank") / "form.xlsx"
    write_form(year, year.body(HEALTH), file)
    return file


@pytest.fixture
def form(blank, tmp_path) -> Path:
    return shutil.copy(blank, tmp_path / "form.xlsx")


def faults(file: Path, year: Owed) -> list[str]:
    made, found = read_form(file, lambda _: year)
    assert made is None
    return [str(fault) for fault in found]


def test_a_form_is_never_written_over(year, form):
    before = form.read_bytes()
    with pytest.raises(EvidenceError, match="đã có tệp này và có thể đã được điền"):
        write_form(year, year.body(HEALTH), form)
    assert form.read_bytes() == before


def test_a_text_of_the_plan_that_begins_like_a_formula_stays_text(year, form):
    book = openpyxl.load_workbook(form)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}

    assert "f" not in kinds


@pytest.mark.parametrize(
    ("cells", "value", "day"),
    [
        ({"E": "850.000", "F": "1 250 000", "H": "31/12/2025"}, 68.0, "2025-12-31"),
        (
            {"E": 850000, "F": 1250000.0, "G": "68,0%", "H": 46022},
            68.0,
            "2025-12-31",
        ),  # Excel's number of a day
        ({"G": "68,04", "H": datetime(2025, 12, 31)}, 68.04, "2025-12-31"),
        ({"G": "68.5", "H": "12/2025"}, 68.5, "2025-12"),
        ({"G": 68, "H": "năm 2025"}, 68.0, "2025"),
        ({"G": " 68 ", "H": 2025}, 68.0, "2025"),  # shown as 17/7/1905
    ],
)
def test_numbers_and_days_are_read_as_offices_write_them(year, form, cells, value, day):
    row = row_of(form, FIGURES, "XHS_EHR")
    made, wrong = read_form(
        fill(form, figures={f"{column}{row}": cell for column, cell in cells.items()}), lambda _: year
    )

    assert not wrong
    (figure,) = made.figures
    assert (figure.indicator, figure.territory, round(figure.value, 6), figure.reference_date) == (
        "XHS_EHR",
        "QNG",
        value,
        day,
    )


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"G": "khoảng bảy mươi", "H": "2025"}, "G{row}: “khoảng bảy mươi” không phải là số"),
        ({"G": datetime(2025, 5, 12), "H": "2025"}, "G{row}: Excel đã đổi số thành ngày (12/5/2025)"),
        ({"G": 680, "H": "2025"}, "G{row}: 680 nằm ngoài 0 đến 100%"),
        ({"E": 900, "F": 800, "H": "2025"}, "E{row}: tử số 900 lớn hơn mẫu số 800"),
        ({"E": 900, "H": "2025"}, "F{row}: chỉ có một trong tử số và mẫu số"),
        ({"E": 400, "F": 800, "G": 60, "H": "2025"}, "G{row}: giá trị 60% khác tử số / mẫu số (50,00%)"),
        ({"G": 60}, "H{row}: thiếu ngày số liệu"),
        ({"G": 60, "H": "31/12/2024"}, "H{row}: số liệu của 31/12/2024, không phải năm 2025"),
        ({"G": 60, "H": "32/12/2025"}, "H{row}: “32/12/2025” không phải là ngày"),
        ({"G": 60, "H": "2025", "I": "gần đúng"}, "I{row}: “gần đúng” không có trong danh sách"),
        ({"G": 60, "H": "2025", "K": "không theo dõi"}, "K{row}: vừa có giá trị vừa có lý do"),
        ({"L": "sẽ gửi sau"}, "G{row}: không có giá trị"),
        ({"E": "2,1 triệu người", "F": 800}, "E{row}: “2,1 triệu người” không phải là số"),
        ({"A": "XHS_KHAC", "G": 60, "H": "2025"}, "A{row}: mã chỉ tiêu “XHS_KHAC” không có trong biểu"),
        ({"D": "Huế", "G": 60, "H": "2025"}, "D{row}: địa giới không rõ; ghi một trong “Tỉnh Quảng Ngãi"),
        ({"G": 60, "H": "31/12/1825"}, "H{row}: ngày 31/12/1825 nằm ngoài khoảng hợp lý"),
    ],
)
def test_a_wrong_figure_is_named_once_with_its_cell(year, form, cells, said):
    row = row_of(form, FIGURES, "XHS_EHR")
    found = faults(fill(form, figures={f"{column}{row}": cell for column, cell in cells.items()}), year)

    (line,) = found
    assert f"form.xlsx, trang “Số liệu”, ô {said.format(row=row)}" in line


def _asking(year: Owed, **told: str) -> Owed:
    """What is owed, with the figure of health records counted otherwise."""
    figures = (replace(one, **told) if one.indicator == "XHS_EHR" else one for one in year.figures)
    return replace(year, figures=tuple(figures))


COUNT, PER_HEAD = {"unit": "hồ sơ", "denominator": ""}, {"unit": "hồ sơ/người", "denominator": "Dân số"}


@pytest.mark.parametrize("cells", [{"E": "1.650"}, {"G": 1650}, {"E": 1650, "G": "1 650"}])
def test_a_count_is_taken_wherever_it_was_typed(year, form, cells):
    row = row_of(form, FIGURES, "XHS_EHR")
    filled = fill(form, figures={f"{column}{row}": cell for column, cell in (cells | {"H": "2025"}).items()})
    made, wrong = read_form(filled, lambda _: _asking(year, **COUNT))

    assert not wrong
    assert [figure.value for figure in made.figures] == [1650]


@pytest.mark.parametrize(
    ("asked", "cells", "said"),
    [
        (COUNT, {"E": 1650, "G": 1700}, "E{row}: tử số 1.650 khác giá trị 1.700"),
        (COUNT, {"E": 1650, "F": 2000}, "F{row}: chỉ tiêu này không có mẫu số"),
        (COUNT, {"F": 2000, "G": 1650}, "F{row}: chỉ tiêu này không có mẫu số"),
        (PER_HEAD, {"E": 1650, "F": 2000}, "G{row}: để trống mà có tử số hoặc mẫu số; ghi giá trị theo đơn vị hồ sơ/người"),
        (PER_HEAD, {"E": 1650, "K": "chưa tính"}, "G{row}: để trống mà có tử số hoặc mẫu số"),
    ],
)  # fmt: skip
def test_no_number_that_was_typed_is_lost_without_a_word(year, form, asked, cells, said):
    row = row_of(form, FIGURES, "XHS_EHR")
    filled = fill(form, figures={f"{column}{row}": cell for column, cell in (cells | {"H": "2025"}).items()})

    (line,) = faults(filled, _asking(year, **asked))
    assert f"form.xlsx, trang “Số liệu”, ô {said.format(row=row)}" in line


@pytest.mark.parametrize("was_renamed", [True, False])
def test_a_sheet_that_was_renamed_is_read_and_what_was_filled_in_on_a_copy_is_not_lost(
    year, form, was_renamed
):
    row = row_of(form, FIGURES, "XHS_EHR")
    book = openpyxl.load_workbook(fill(form, tasks={f"E{row_of(form, TASKS, '906.n012')}": "chưa thực hiện"}))
    other = book[FIGURES] if was_renamed else book.copy_worksheet(book[FIGURES])
    other.title, other[f"G{row}"], other[f"H{row}"] = "SL Sở Y tế", 60, "2025"
    book.save(form)

    if was_renamed:
        made, wrong = read_form(form, lambda _: year)
        assert (wrong, [figure.cell for figure in made.figures]) == ([], [f"SL Sở Y tế!G{row}"])
    else:
        (line,) = faults(form, year)
        assert "trang “SL Sở Y tế”: biểu không có trang tên này; đưa nội dung về trang “Số liệu”" in line


def test_a_share_rounded_to_a_whole_number_agrees_with_its_parts(year, form):
    row = row_of(form, FIGURES, "XHS_EHR")
    cells = {"E": 3200, "F": 3500, "G": 91, "H": "2025"}  # 91.43%
    made, wrong = read_form(
        fill(form, figures={f"{column}{row}": cell for column, cell in cells.items()}), lambda _: year
    )

    assert not wrong
    assert round(made.figures[0].value, 2) == 91.43


def test_a_share_below_one_per_cent_is_taken_and_asked_about(year, form):
    row = row_of(form, FIGURES, "XHS_EHR")
    made, wrong = read_form(fill(form, figures={f"G{row}": 0.68, f"H{row}": "2025"}), lambda _: year)

    assert not wrong
    assert f"ô G{row}: " in made.remarks[0]
    assert "chưa đến 1%; đề nghị xác nhận" in made.remarks[0]


def test_a_fault_is_said_in_the_language_of_who_reads_it(year, form, monkeypatch):
    row = row_of(form, FIGURES, "XHS_EHR")
    _, (fault,) = read_form(fill(form, figures={f"G{row}": 1680.5, f"H{row}": "2025"}), lambda _: year)

    monkeypatch.setenv("QNGAI_LANG", "en")
    assert str(fault).startswith(f"form.xlsx, sheet “Số liệu”, cell G{row}: 1,680.5 is outside 0 to 100%")
    monkeypatch.setenv("QNGAI_LANG", "vi")
    assert str(fault).startswith(f"form.xlsx, trang “Số liệu”, ô G{row}: 1.680,5 nằm ngoài 0 đến 100%")


def test_no_figure_with_the_reason_is_an_answer(year, form):
    row = row_of(form, FIGURES, "XHS_EHR")
    made, _ = read_form(fill(form, figures={f"K{row}": "hệ thống chưa tách theo tỉnh"}), lambda _: year)

    assert [(figure.value, figure.absent) for figure in made.figures] == [
        (None, "hệ thống chưa tách theo tỉnh")
    ]


def test_the_old_province_can_not_be_larger_than_the_new_one(year, form):
    old, new = row_of(form, FIGURES, "XHS_EHR"), row_of(form, FIGURES, "XHS_EHR", 2)
    cells = {
        f"E{old}": 900,
        f"F{old}": 1000,
        f"H{old}": "2025",
        f"E{new}": 800,
        f"F{new}": 2000,
        f"H{new}": "2025",
    }

    assert "tử số của tỉnh trước sáp nhập (900) lớn hơn của tỉnh sau sáp nhập (800)" in "".join(
        faults(fill(form, figures=cells), year)
    )


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"E": "hoàn thành"}, "F{row}: hoàn thành mà thiếu ngày"),
        (
            {"E": "đang thực hiện", "F": "1/6/2025"},
            "F{row}: có ngày hoàn thành mà tình hình là “đang thực hiện”",
        ),
        ({"E": "hoàn thành", "F": "1/6/2026"}, "F{row}: ngày 01/6/2026 sau ngày báo cáo 10/02/2026"),
        ({"E": "tốt"}, "E{row}: “tốt” không có trong danh sách"),
        ({"G": "có"}, "E{row}: chưa chọn tình hình"),
        ({"A": "906.n999", "E": "đang thực hiện"}, "A{row}: mã nhiệm vụ “906.n999” không có trong biểu"),
        ({"C": "Việc khác", "E": "đang thực hiện"}, "C{row}: nội dung nhiệm vụ 906.n012 đã bị sửa"),
    ],
)
def test_a_wrong_task_is_named_with_its_cell(year, form, cells, said):
    row = row_of(form, TASKS, "906.n012")
    written = {f"{column}{row}": cell for column, cell in cells.items()}
    if "A" in cells:
        written[f"C{row}"] = "Việc không có trong kế hoạch"
    found = faults(fill(form, tasks=written), year)

    assert any(f"trang “Nhiệm vụ”, ô {said.format(row=row)}" in line for line in found), found


def test_a_task_of_another_body_or_one_that_stands_twice_is_named(year, form):
    row, below = (row_of(form, TASKS, code) for code in ("906.n012", year.body(HEALTH).tasks[-1].id))
    other = next(task for task in year.tasks if HEALTH not in task.bodies)
    mine = year.task_by_id["906.n012"]
    cells = {f"A{row}": other.id, f"C{row}": other.text, f"E{row}": "đang thực hiện"}
    assert f"ô A{row}: Sở Y tế không chủ trì nhiệm vụ {other.id}" in "".join(
        faults(fill(form, tasks=cells), year)
    )

    cells = {f"A{row}": mine.id, f"C{row}": mine.text, f"A{below}": mine.id, f"C{below}": mine.text}
    cells[f"E{below}"] = "đang thực hiện"
    assert f"ô A{below}: nhiệm vụ 906.n012 đứng hai lần" in "".join(faults(fill(form, tasks=cells), year))


def test_words_beside_the_list_that_mean_the_same_are_read(year, form):
    row = row_of(form, TASKS, "906.n012")
    made, _ = read_form(
        fill(form, tasks={f"E{row}": "Đã  hoàn thành", f"F{row}": "30/6/2025"}), lambda _: year
    )

    assert [(task.status, task.completed_on) for task in made.tasks] == [("hoàn thành", "2025-06-30")]


def test_a_task_done_before_its_plan_was_issued_is_taken_and_deserves_a_look(year, form):
    row = row_of(form, TASKS, "906.n012")
    made, _ = read_form(fill(form, tasks={f"E{row}": "hoàn thành", f"F{row}": "30/6/2021"}), lambda _: year)

    assert len(made.tasks) == 1
    assert "906.n012 hoàn thành ngày 30/6/2021, trước ngày ban hành kế hoạch" in str(made.remarks[-1])


def test_notes_in_merged_cells_blank_rows_and_rows_above_the_head_are_passed_over(year, form):
    row = row_of(form, FIGURES, "XHS_EHR")
    fill(form, figures={f"G{row}": 60, f"H{row}": "2025"})
    book = openpyxl.load_workbook(form)
    sheet = book[FIGURES]
    sheet["A30"] = "Ghi chú: số liệu tính đến hết tháng 12"
    sheet.merge_cells("A30:L30")
    sheet.insert_rows(1, 2)
    sheet["A1"] = "SỞ Y TẾ"
    book.save(form)
    made, wrong = read_form(form, lambda _: year)

    assert not wrong
    assert len(made.figures) == 1


def test_a_task_whose_id_changed_is_found_by_its_wording(year, form):
    row = row_of(form, TASKS, "906.n012")
    made, wrong = read_form(
        fill(form, tasks={f"A{row}": "906.n777", f"E{row}": "đang thực hiện"}), lambda _: year
    )

    assert not wrong
    assert [task.task_id for task in made.tasks] == ["906.n012"]


def test_all_faults_of_a_form_are_named_at_once(year, form):
    row, task = row_of(form, FIGURES, "XHS_EHR"), row_of(form, TASKS, "906.n012")
    found = faults(fill(form, day=None, figures={f"G{row}": 600}, tasks={f"E{task}": "tốt"}), year)

    assert len(found) == 4  # no day of the report, no day of the figure, 600%, a word beside the list


def test_control_characters_are_refused_with_their_cell(year, form):
    row = row_of(form, TASKS, "906.n012")
    fill(form, tasks={f"E{row}": "đang thực hiện", f"G{row}": "dấuxxx"})
    with zipfile.ZipFile(form) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(form, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data.replace(b"xxx", "\u0085".encode()))

    assert any(f"ô G{row}: có ký tự điều khiển (mã 133)" in line for line in faults(form, year))


# ------------------------------------------------------------------ hostile and broken files


def _far_cell(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    book[TASKS]["XFD1048576"] = "x"
    book.save(file)


def _many_rows(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    for place in range(3_100):
        book[TASKS].cell(place + 100, 1).value = "x"
    book.save(file)


def _no_result(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    book[FIGURES]["G2"] = "=E2/F2"
    book.save(file)


def _damaged(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 400] = bytes(400)
    file.write_bytes(data)


def _bomb(file: Path) -> None:
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet9.xml", bytes(60_000_000))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_far_cell, "có ô ở sau dòng 3000"),
        (_many_rows, "có ô ở sau dòng 3000"),
        (_no_result, "ô G2: công thức chưa có kết quả"),
        (_damaged, "không phải tệp XLSX, hoặc tệp bị hỏng"),
        (_bomb, "giới hạn là"),
        (lambda file: file.write_text("không phải Excel"), "không phải tệp XLSX, hoặc tệp bị hỏng"),
        (lambda file: file.unlink(), "không có tệp này"),
    ],
)
def test_a_broken_or_endless_file_is_one_line(year, form, harm, said):
    fill(form)
    harm(form)
    (line,) = faults(form, year)

    assert said in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda book: None, "biểu chưa điền số liệu hay nhiệm vụ nào"),
        (lambda book: book["Trang bìa"].__setitem__("B4", None), "ô B4: thiếu năm báo cáo"),
        (lambda book: book.remove(book["Trang bìa"]), "trang “Trang bìa”: không có trang này"),
        (lambda book: book[FIGURES].delete_rows(1), "trang “Số liệu”: không tìm thấy hàng tiêu đề"),
        (lambda book: book[TASKS].delete_cols(5), "trang “Nhiệm vụ”, ô A1: mất cột “Tình hình”"),
    ],
)
def test_a_form_that_lost_a_part_is_named_with_what_is_lost(year, form, harm, said):
    book = openpyxl.load_workbook(fill(form))
    harm(book)
    book.save(form)

    assert said in faults(form, year)[0]


def test_a_form_of_another_body_than_any_is_named_with_the_nearest(year, form):
    assert "gần nhất: " in "".join(faults(fill(form, cover={"B5": "UBND xã Ba Tu"}), year))


def test_the_project_of_the_tests_is_a_copy(tmp_path):
    with project(tmp_path / "p") as home:
        assert (home / "data" / "raw" / "reference" / "duties.csv").is_file()
