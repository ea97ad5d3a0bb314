import io
import re
import zipfile
from datetime import date

import docx
import openpyxl
import pandas as pd
import pytest
from docx.enum.section import WD_ORIENT
from matplotlib.figure import Figure as Canvas

from qngai_analysis.page.blocks import AppendixStart, Figure, OfficialHead, SignatureBlock
from qngai_analysis.page.sheets import save_xlsx, to_xlsx
from qngai_analysis.page.tables import Column, grid_of
from qngai_analysis.page.word import to_docx
from tests.test_page_document import document

FRAME = pd.DataFrame(
    {
        "group": ["Hạ tầng", "Xã hội", "Xã hội"],
        "name": ["Hộ có cáp quang", "=1+1", "Chữ ký số"],
        "value": [83.25, 12.0, None],
        "flag": ["p", "", ""],
        "verdict": ["đạt", "chưa đạt", "chưa có số liệu"],
        "address": ["https://example.org/a", "", ""],
    }
)
COLUMNS = [
    Column("name", "Chỉ tiêu", href="address"),
    Column("value", "Kết quả", decimals=1, unit="%", flag="flag", group="2025"),
    Column("verdict", "Đánh giá", format="mark"),
]
TABLE = grid_of(
    FRAME, "Mục tiêu", columns=COLUMNS, sections="group", source="Niên giám", simulated=True, id="t"
)


def figure() -> Figure:
    made = Canvas(figsize=(6, 2.5))
    made.subplots().bar(["a", "b"], [1, 2])
    return Figure.drawn(made, "Khoảng cách", "Hai cột", data=FRAME[["name", "value"]])


REPORT = document(
    OfficialHead("UBND tỉnh", "Sở A", "BC-SA", "Kết quả", number=5, date=date(2026, 1, 5)),
    "# I. Kết quả\n\nXem {ref:t}, **đậm**, [nguồn](https://example.org).\n\n- một\n  1. hai",
    TABLE,
    figure(),
    grid_of(FRAME, "Rộng", columns=COLUMNS, landscape=True),
    "Hết.",
    SignatureBlock("Giám đốc", "Nguyễn Văn A"),
    AppendixStart("I", "Danh mục"),
)


@pytest.fixture(scope="module")
def book():
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(REPORT.grids(), title=REPORT.title)))


def values(sheet, row):
    return [cell.value for cell in sheet[row]]


def test_the_first_sheets_list_the_tables_and_their_notes(book):
    assert book.sheetnames == [
        "Danh mục bảng",
        "Ghi chú và nguồn",
        "Bảng 1",
        "Bảng 2",
        "Số liệu của Hình 1",
    ]
    cover, notes = book["Danh mục bảng"], book["Ghi chú và nguồn"]
    assert values(cover, 4) == ["Bảng 1", "Mục tiêu", "SỐ LIỆU MÔ PHỎNG"]
    assert cover["A4"].hyperlink.location == "'Bảng 1'!A1"
    assert ("Bảng 1", "Nguồn: Niên giám") in list(notes.iter_rows(values_only=True))


def test_a_table_has_groups_and_flags_in_columns_and_no_merged_cells(book):
    sheet = book["Bảng 1"]

    assert sheet["A1"].value == "Bảng 1. Mục tiêu"
    assert sheet["A2"].value == "SỐ LIỆU MÔ PHỎNG"
    assert values(sheet, 4) == ["Nhóm", "Chỉ tiêu", "2025: Kết quả", "2025: Kết quả (cờ)", "Đánh giá"]
    assert values(sheet, 5) == ["Hạ tầng", "Hộ có cáp quang", 83.3, "p", "đạt"]
    assert values(sheet, 7) == ["Xã hội", "Chữ ký số", "…", None, "chưa có số liệu"]
    assert all(not s.merged_cells.ranges for s in book.worksheets)


def test_a_number_is_the_printed_one_with_its_decimals_as_format(book):
    cell = book["Bảng 1"]["C5"]

    assert cell.value == 83.3  # 83.25, half away from zero
    assert cell.number_format == '#,##0.0"%"'
    assert book["Bảng 1"]["B5"].hyperlink.target == "https://example.org/a"


def test_text_that_begins_like_a_formula_stays_text(book):
    cell = book["Bảng 1"]["B6"]

    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_number_stands_in_a_sheet_as_it_is_printed_and_no_longer():
    """openpyxl alone writes 66.59999999999999, which is more than was published."""
    share = grid_of(pd.DataFrame({"value": [66.6, 57.1, 1e-7]}), "A", columns=[Column("value", "A")], id="t")
    with zipfile.ZipFile(io.BytesIO(to_xlsx([share], title="A"))) as packed:
        sheets = "".join(packed.read(name).decode() for name in packed.namelist() if "worksheets" in name)

    assert "<v>66.6</v>" in sheets
    assert not re.search(r"<v>-?\d+\.\d{7,}</v>", sheets)


@pytest.mark.parametrize("make", [lambda: to_xlsx([TABLE], title="A"), lambda: to_docx(REPORT)])
def test_the_same_content_is_the_same_file_without_the_hour(make):
    data = make()

    assert make() == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_workbook_can_be_saved_to_a_file(tmp_path):
    save_xlsx([TABLE], tmp_path / "a.xlsx", title="A")

    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames[2] == "Bảng 1"


def test_control_characters_do_not_break_a_workbook():
    frame = pd.DataFrame({"a": ["x\x00\x0by"]})

    assert openpyxl.load_workbook(io.BytesIO(to_xlsx([grid_of(frame, "A")])))["Bảng 1"]["A5"].value == "x y"


@pytest.fixture(scope="module")
def file():
    return docx.Document(io.BytesIO(to_docx(REPORT)))


def test_the_word_file_has_the_official_parts(file):
    text = "\n".join(paragraph.text for paragraph in file.paragraphs)
    cells = [cell.text for row in file.tables[0].rows for cell in row.cells]

    assert file.core_properties.title == "BÁO CÁO Kết quả"
    assert any("UBND TỈNH" in cell and "SỞ A" in cell for cell in cells)
    assert "Số: 05/BC-SA" in cells
    for line in ("BÁO CÁO", "Xem Bảng 1, đậm, nguồn (https://example.org).", "- một", "1. hai", "Hết./."):
        assert line in text
    assert "Bảng 1. SỐ LIỆU MÔ PHỎNG: Mục tiêu" in text


def test_word_headings_are_headings_and_pictures_have_alternative_text(file):
    headings = [p.text for p in file.paragraphs if p.style.name.startswith("Heading")]
    described = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]

    assert headings == ["I. Kết quả", "Phụ lục I\nDANH MỤC", "Phụ lục II\nSỐ LIỆU CỦA CÁC HÌNH"]
    assert described == ["Hai cột"]


def test_word_tables_repeat_their_head_and_wide_ones_lie_sideways(file):
    table = file.tables[1]
    turned = [section.orientation for section in file.sections]

    assert [row.cells[0].text for row in table.rows] == [
        "Chỉ tiêu",
        "Chỉ tiêu",
        "Hạ tầng",
        "Hộ có cáp quang",
        "Xã hội",
        "=1+1",
        "Chữ ký số",
    ]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert table.rows[3].cells[2].text == "● đạt"
    assert turned.count(WD_ORIENT.LANDSCAPE) == 1


def test_word_numbers_the_pages_of_each_appendix_anew(file):
    starts = ["w:pgNumType" in section._sectPr.xml for section in file.sections]

    # letter, sideways table, letter again, appendix I, appendix II
    assert starts == [True, False, False, True, True]
