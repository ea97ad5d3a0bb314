"""Files as offices send them: what becomes of each kind, by a small file made in sight."""

from __future__ import annotations

import datetime
import io
import shutil
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from survey_workbench import (
    HEADER,
    REPOSITORY,
    ROWS,
    SHOPS,
    changed,
    csv_text,
    deliver,
    make_project,
    write_sidecar,
)

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.form.intake import load_file, validate_file
from qngai_analysis.words import legacy

NAMES = HEADER.split(",")
CELLS: list[list[object]] = [[cell or None for cell in row.split(",")] for row in ROWS]


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch) / "shops"


def workbook(file: Path, **sheets: list[list[object]]) -> Path:
    """Write a workbook, a sheet for each name, row by row."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file


def shop(number: int, **cells: object) -> list[object]:
    """A shop that sells nothing online, with cells replaced."""
    row = dict(
        zip(NAMES, [f"A{number}", 522, 1, "plain", 40, 10, "2020-05-01", 200, 2, None, None], strict=True)
    )
    return list((row | cells).values())


def told(file: Path) -> tuple[list[tuple[str, str, int]], list[str]]:
    """The faults as (column, rows, count), and the notes."""
    found = validate_file("shops", file)
    return list(zip(found["column"], found["rows"], found["count"], strict=True)), found.attrs["notes"]


# -- one survey in several sheets or files ---------------------------------------------------


def test_sheets_with_the_same_header_are_read_together_and_named(shops):
    file = workbook(
        shops / "2025.xlsx", Sơn_Tịnh=[NAMES, shop(1), shop(2)], Bình_Sơn=[[*NAMES[::-1]], shop(3)[::-1]]
    )
    write_sidecar(file)

    loaded = load_file("shops", 2025)

    assert loaded.frame["shop_id"].tolist() == ["A1", "A2", "A3"]
    assert [str(note) for note in loaded.notes] == [
        "đọc chung 2 phần của một khảo sát (số dòng): Sơn_Tịnh (2), Bình_Sơn (1)"
    ]


def test_a_fault_in_one_of_several_sheets_names_the_sheet_and_its_row(shops):
    file = workbook(shops / "2025.xlsx", a=[NAMES, shop(1)], b=[NAMES, shop(2), shop(3, sales="nhiều")])

    faults = validate_file("shops", file)

    assert faults[["sheet", "row", "column"]].to_numpy().tolist() == [["b", 3, "sales"]]


def test_a_unit_that_stands_in_two_sheets_is_a_duplicate(shops):
    file = workbook(shops / "2025.xlsx", Huyện=[NAMES, shop(1)], Tổng_hợp=[NAMES, shop(1), shop(2)])

    assert told(file)[0] == [("shop_id", "2", 1)]


def test_several_files_of_a_zip_are_one_survey_and_what_is_no_table_is_named(shops):
    with zipfile.ZipFile(shops / "2025.zip", "w") as packed:
        packed.writestr("binh_son.csv", csv_text(ROWS[0], ROWS[1]))
        packed.writestr("duc_pho.csv", csv_text(ROWS[2], ROWS[3]).replace(",", ";"))
        packed.writestr("anh/1.jpg", b"\xff\xd8")
        packed.writestr("__MACOSX/._binh_son.csv", b"x")
    write_sidecar(shops / "2025.zip")

    loaded = load_file("shops", 2025)

    assert loaded.outcomes["units"].sum() == 4
    notes = "\n".join(loaded.notes)
    assert "binh_son.csv (2), duc_pho.csv (2)" in notes
    assert "anh/1.jpg" in notes


def test_a_folder_of_files_is_one_survey(shops):
    folder = shops / "thu_thap"
    folder.mkdir()
    (folder / "a.csv").write_text(csv_text(ROWS[0]))
    workbook(folder / "b.xlsx", Sheet1=[NAMES, shop(7)])
    (folder / "~$b.xlsx").write_bytes(b"a lock of Excel")

    faults, notes = told(folder)

    assert faults == []
    assert notes == ["2 parts are read together as one survey (rows): a.csv (1), b.xlsx, Sheet1 (1)"]


def test_a_sheet_that_lacks_a_column_of_the_others_is_named(shops):
    file = workbook(shops / "2025.xlsx", a=[NAMES, shop(1)], b=[NAMES[:-1], shop(2)[:-1]])

    found = validate_file("shops", file)

    assert found[["sheet", "column"]].to_numpy().tolist() == [["b", "channels"]]


def test_a_sheet_without_a_header_but_with_rows_is_a_fault_not_a_loss(shops):
    file = workbook(shops / "2025.xlsx", a=[NAMES, shop(1)], b=[shop(2), shop(3)])

    found = validate_file("shops", file)

    assert found["sheet"].tolist() == ["b"]
    assert "1 row of the sheet is not read" in found["mend"][0]


def test_a_sheet_of_something_else_is_set_aside_and_named(shops):
    pivot = [["district", "Số cửa hàng"], [522, 1], ["Tổng cộng", 1]]
    file = workbook(
        shops / "2025.xlsx", a=[NAMES, shop(1)], Danh_mục=[["Mã", "Tên"], [1, "Có"]], Tổng_hợp=pivot
    )

    assert told(file) == ([], ["sheets without answers are set aside: Danh_mục (1), Tổng_hợp (1)"])


# -- rows that are no answers ----------------------------------------------------------------

TITLES: list[list[object]] = [["UBND TỈNH QUẢNG NGÃI"], [None, "KẾT QUẢ KHẢO SÁT NĂM 2025"], []]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_header_is_found_below_titles_and_rows_keep_their_numbers(shops, ending):
    rows = [*TITLES, NAMES, shop(1), shop(2, sales="nhiều")]
    file = shops / f"2025.{ending}"
    if ending == "xlsx":
        workbook(file, Tờ=rows)
    else:
        file.write_text("\n".join(",".join(str(cell or "") for cell in row) for row in rows))

    faults, notes = told(file)

    assert faults == [("sales", "6", 1)]
    assert [note.partition(": the")[2] or note for note in notes] == [
        ("" if ending == "xlsx" else "the")
        + " header is in row 4; 2 rows above it are set aside: UBND TỈNH QUẢNG NGÃI; KẾT QUẢ KHẢO SÁT NĂM 2025"
    ]


def test_a_row_of_groups_above_the_header_is_set_aside(shops):
    groups = ["Định danh", *[None] * 6, "Kinh doanh", *[None] * 3]
    faults, notes = told(workbook(shops / "2025.xlsx", Tờ=[groups, NAMES, shop(1)]))

    assert faults == []
    assert "header is in row 2" in notes[0]


def test_a_header_in_two_rows_is_read_as_one(shops):
    """The choices of a question stand in a second row below its name."""
    upper = [*NAMES[:-1], "channels", None, None]
    lower = [*[None] * 10, "website", "social", "nothing"]
    row = [*shop(1, online=1, online_sales=5)[:-1], 1, 0, 0]
    file = workbook(shops / "2025.xlsx", Tờ=[upper, lower, row])
    write_sidecar(file)

    assert load_file("shops", 2025).frame["channels_website"].tolist() == [1.0]


@pytest.mark.parametrize(
    "numbers", [["A", *range(1, 11)], [f"({k})" for k in range(1, 12)], [*range(1, 11), "11=8-9"]]
)
def test_a_row_that_numbers_the_columns_is_set_aside(shops, numbers):
    assert told(workbook(shops / "2025.xlsx", Tờ=[NAMES, numbers, shop(1)])) == (
        [],
        ["Tờ: rows that repeat the header or number the columns are set aside: 2"],
    )


def test_a_header_pasted_again_between_the_rows_is_set_aside(shops):
    rows = [NAMES, shop(1), [name.upper() for name in NAMES], ["A", *range(1, 11)], shop(2)]

    assert told(workbook(shops / "2025.xlsx", Tờ=rows)) == (
        [],
        ["Tờ: rows that repeat the header or number the columns are set aside: 3–4"],
    )


FOOT: list[list[object]] = [
    ["Số phiếu: 2"],
    ["Tổng cộng", None, None, None, 80, 20],
    ["Ghi chú: số liệu chưa thẩm định"],
    [None, None, None, None, None, None, "Ngày 5 tháng 11 năm 2025"],
    ["Người lập biểu", None, None, "TRƯỞNG PHÒNG"],
    ["(Ký, ghi rõ họ tên)"],
    ["Nguyễn Văn A"],
]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_totals_notes_and_signatures_are_one_fault(shops, ending):
    rows = [NAMES, shop(1), shop(2), *FOOT]
    file = shops / f"2025.{ending}"
    if ending == "xlsx":
        workbook(file, Tờ=rows)
    else:
        file.write_text(
            "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        )

    found = validate_file("shops", file)

    assert found[["rows", "rule"]].to_numpy().tolist() == [
        ["4–10", "a form; this row looks like a total, a note or a signature"]
    ]


def test_a_subtotal_between_the_rows_is_found_too(shops):
    rows = [NAMES, shop(1), ["Cộng huyện Bình Sơn", None, None, None, None, 10], shop(2)]

    assert told(workbook(shops / "2025.xlsx", Tờ=rows))[0] == [("", "3", 1)]


def test_a_row_of_two_words_between_the_rows_is_one_fault(shops):
    rows = [shop(1), ["Cộng huyện", *[None] * 4, 123], shop(2), ["Ghi chú: đã điện thoại"], shop(3)]

    faults, _ = told(workbook(shops / "2025.xlsx", Tờ=[NAMES, *rows]))

    assert [(rows, count) for _, rows, count in faults] == [("3, 5", 2)]


def test_a_unit_that_refused_is_no_signature(shops):
    refused = ["A9", 522, 2, "plain", 40]

    assert told(workbook(shops / "2025.xlsx", Tờ=[NAMES, shop(1), refused]))[0] == []


# -- columns of the tools --------------------------------------------------------------------


@pytest.mark.parametrize(
    "column",
    ["STT", "TT", "start", "deviceid", "_uuid", "_submission_time", "meta/instanceID", "channels_other", "Ghi chú",
     "_gps_latitude", "GPS", "Tọa độ", "photo", "Ảnh", "photo_URL", "Điều tra viên", "note", "online_khac"],
)  # fmt: skip
def test_a_column_that_every_tool_adds_is_set_aside_and_named(shops, column):
    file = workbook(shops / "2025.xlsx", Tờ=[[*NAMES, column], [*shop(1), "x"]])

    assert told(file) == ([], [f"Tờ: 1 column that the tool added is set aside: {column}"])


def test_an_option_that_the_codebook_lacks_is_not_set_aside(shops):
    """``channels/other`` holds answers, ``channels_other`` what was written beside them."""
    file = workbook(shops / "2025.xlsx", Tờ=[[*NAMES, "channels/other"], [*shop(1), 0]])

    assert [column for column, *_ in told(file)[0]] == ["channels/other"]


def test_group_prefixes_are_passed_over(shops):
    file = workbook(shops / "2025.xlsx", Tờ=[[f"nhom_1/phan_a/{name}" for name in NAMES], shop(1)])

    assert told(file) == ([], [])


# -- Excel -----------------------------------------------------------------------------------


def test_hidden_rows_columns_and_sheets_are_read_and_said(shops):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Tờ"
    for row in (NAMES, shop(1), shop(2)):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    second = book.create_sheet("Ẩn")
    for row in (NAMES, shop(3)):
        second.append(row)
    second.sheet_state = "hidden"
    book.save(shops / "2025.xlsx")

    notes = told(shops / "2025.xlsx")[1]

    assert "Tờ: 1 row is hidden or filtered out (from row 3) and read like the others" in notes
    assert "Tờ: hidden columns C are read like the others" in notes
    assert "Ẩn: a hidden sheet, read like the others" in notes


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("2025.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (
            "2025.xls",
            OLE + b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12) + b"\x2f\x00",
            "protected by a password",
        ),
        ("2025.xls", OLE + b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(40), "save it as .xlsx"),
        ("2025.xls", b"<html><table><tr><td>1</td></tr></table></html>", "a web page"),
        ("2025.xlsx", b"PK\x03\x04 and nothing more", "not a XLSX file"),
    ],
)
def test_a_locked_or_old_workbook_says_what_to_do(shops, name, content, message):
    (shops / name).write_bytes(content)

    with pytest.raises(SurveyError, match=message):
        validate_file("shops", shops / name)


def test_a_new_workbook_under_an_old_name_is_read(shops):
    workbook(shops / "2025.xlsx", Tờ=[NAMES, shop(1)]).rename(shops / "2025.xls")

    assert told(shops / "2025.xls") == ([], [])


# -- old encodings ---------------------------------------------------------------------------


def in_tcvn3(text: str) -> str:
    return text.translate({new: old for old, new in legacy._TCVN3.items()})


def in_1258(text: str) -> str:
    """As Windows-1258 bytes look in a Western program: marks of tones stand behind their vowel."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = []
    for letter in text:
        apart = unicodedata.normalize("NFD", letter)
        kept = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones))
        letters.append(kept + "".join(mark for mark in apart if mark in tones))
    return "".join(letters).encode("cp1258").decode("latin-1")


VNI = {"Thành phố Quảng Ngãi": "Thaønh phoá Quaûng Ngaõi", "Huyện Bình Sơn": "Huyeän Bình Sôn",
       "Hoàn thành": "Hoaøn thaønh", "đồng bằng": "ñoàng baèng", "Cửa hàng từ chối": "Cöûa haøng töø choái",
       "Có": "Coù", "Không": "Khoâng"}  # fmt: skip
SPOKEN = [
    ["A1", "Thành phố Quảng Ngãi", "Hoàn thành", "đồng bằng", 40, 10, "2020-05-01", 200, "Có", 5, 1],
    ["A2", "Huyện Bình Sơn", "Hoàn thành", "đồng bằng", 40, 10, "2020-05-01", 200, "Không", None, None],
    ["A3", "Huyện Bình Sơn", "Cửa hàng từ chối", "đồng bằng", 40, None, None, None, None, None, None],
]


@pytest.mark.parametrize("container", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("encoding", "typed"),
    [("TCVN3 (ABC)", in_tcvn3), ("VNI", lambda text: VNI.get(text, text)), ("Windows-1258", in_1258)],
)
def test_old_encodings_are_recognised_converted_and_said(shops, container, encoding, typed):
    rows = [[typed(cell) if isinstance(cell, str) else cell for cell in row] for row in SPOKEN]
    if container == "xlsx":
        file = workbook(shops / "2025.xlsx", Tờ=[NAMES, *rows])
    else:
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in [NAMES, *rows]]
        file = shops / "2025.csv"
        file.write_bytes("\n".join(lines).encode("latin-1"))
    write_sidecar(file)

    loaded = load_file("shops", 2025)

    assert loaded.frame["district"].tolist() == ["Thành phố Quảng Ngãi", "Huyện Bình Sơn"]
    assert loaded.frame["stratum"].tolist() == ["đồng bằng"] * 2
    assert sum(encoding in note for note in loaded.notes) == 1


def test_headers_in_an_old_encoding_are_found(shops):
    labels = ["Mã cửa hàng", "Huyện", "Kết quả", "Tầng", "Số cửa hàng của tầng", "Quyền số", "Ngày khai trương",
              "Doanh thu", "Cửa hàng có bán hàng qua Internet không?", "Doanh thu qua Internet", "Bán qua kênh nào?"]  # fmt: skip
    rows = [["BÁO CÁO"], [in_tcvn3(label) for label in labels], shop(1)]

    assert told(workbook(shops / "2025.xlsx", Tờ=rows))[0] == []


def test_short_words_that_both_readings_allow_follow_their_column():
    """``Nhá`` is nhá in Unicode and nhỏ in TCVN3."""
    assert legacy.mended(["Siªu nhá", "Nhá"], "TCVN3 (ABC)") == {"Siªu nhá": "Siêu nhỏ", "Nhá": "Nhỏ"}
    assert legacy.mended(["Siêu nhỏ", "Nhá"], "TCVN3 (ABC)") == {}


def test_utf_8_taken_for_a_western_encoding_is_converted(shops):
    rows = [[str(cell).encode().decode("cp1252", "ignore") if isinstance(cell, str) else cell for cell in row] for row in SPOKEN[:1]]  # fmt: skip
    rows[0][1] = 522

    assert "UTF-8" in told(workbook(shops / "2025.xlsx", Tờ=[NAMES, *rows]))[1][0]


# -- numbers, dates, keys --------------------------------------------------------------------


def test_a_column_with_a_date_that_must_be_month_first_is_doubted_whole(shops):
    dates = ["11/09/2025", "10/31/2025", "11/11/2025", "2025-09-30"]
    file = workbook(shops / "2025.xlsx", Tờ=[NAMES, *(shop(k, opened=day) for k, day in enumerate(dates))])

    found = validate_file("shops", file)

    assert found[["column", "rows", "count"]].to_numpy().tolist() == [["opened", "2–3", 2]]
    assert "10/31/2025, which must be month first" in found["mend"][0]
    assert "is 11/09/2025 11 September 2025 / 9 November 2025?" in found["mend"][0]


def test_dates_that_excel_has_exchanged_are_doubted_with_the_others(shops):
    """Excel set to day first takes 11/09 for 11 September and leaves 10/31 as text."""
    dates = [datetime.date(2025, 9, 11), "10/31/2025"]
    file = workbook(shops / "2025.xlsx", Tờ=[NAMES, *(shop(k, opened=day) for k, day in enumerate(dates))])

    assert told(file)[0] == [("opened", "2–3", 2)]


def test_dates_that_can_all_be_day_first_are_read_so(shops):
    assert told(workbook(shops / "2025.xlsx", Tờ=[NAMES, shop(1, opened="11/09/2025")]))[0] == []


def test_where_each_date_can_be_read_in_two_ways_it_is_said_how_it_was_read(shops):
    rows = [shop(1, opened="11/01/2025"), shop(2, opened="11/02/2025")]

    faults, notes = told(workbook(shops / "2025.xlsx", Tờ=[NAMES, *rows]))

    assert faults == []
    assert "with the day first: 11 January 2025 to 11 February 2025" in notes[0]


def test_an_identifier_that_excel_has_shortened_is_a_fault(shops):
    faults, _ = told(workbook(shops / "2025.xlsx", Tờ=[NAMES, shop(1, shop_id="4.3E+09"), shop(2)]))

    assert faults == [("shop_id", "2", 1)]


@pytest.mark.parametrize(("ending", "mark"), [(".tsv", "\t"), (".txt", "\t"), (".txt", ";")])
def test_a_table_as_text_is_read_under_its_other_names(shops, ending, mark):
    file = shops / f"2025{ending}"
    file.write_text(csv_text(*ROWS[:2]).replace(",", mark), encoding="utf-16" if mark == "\t" else "utf-8")

    assert told(file)[0] == []


def test_a_stratum_in_other_case_spaces_or_unicode_form_is_the_same_and_it_is_said(shops):
    spellings = ["Đồng bằng", "ĐỒNG  BẰNG", unicodedata.normalize("NFD", "Đồng bằng"), "Đồng bằng "]
    file = workbook(
        shops / "2025.xlsx", Tờ=[NAMES, *(shop(k, stratum=text) for k, text in enumerate(spellings))]
    )
    write_sidecar(file)

    loaded = load_file("shops", 2025)

    assert loaded.frame["stratum"].unique().tolist() == ["Đồng bằng"]
    assert "1 ô viết khác" in loaded.notes[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Đồng bằng", "Dong bang"),
        ("Siêu nhỏ | biển", "Siêu nho | biển"),
        ("Đồng bằng", "Đồng băng"),
        ("nhỏ | biển", "nhỏ - biển"),
        ("01", "1"),
    ],
)
def test_strata_that_may_be_one_are_a_fault_with_both_names(shops, first, second):
    rows = [shop(1, stratum=first), shop(2, stratum=first), shop(3, stratum=second)]

    found = validate_file("shops", workbook(shops / "2025.xlsx", Tờ=[NAMES, *rows]))

    assert found[["column", "rows"]].to_numpy().tolist() == [["stratum", "4"]]
    assert found["mend"][0].startswith(f"{first!r} and {second!r} may be one")


def test_names_that_differ_in_a_diacritic_are_two(shops):
    rows = [shop(1, stratum="Đức Phú"), shop(2, stratum="Đức Phủ")]

    assert told(workbook(shops / "2025.xlsx", Tờ=[NAMES, *rows])) == ([], [])


def test_numbers_that_differ_in_leading_zeros_are_a_fault_with_both_names(shops):
    rows = [shop(1, shop_id=100), shop(2, shop_id="00100"), shop(3, shop_id="0101")]

    found = validate_file("shops", workbook(shops / "2025.xlsx", Tờ=[NAMES, *rows]))

    assert found["column"].tolist() == ["shop_id"]
    assert "'00100' and '100' may be one" in found["mend"][0]


def test_a_weight_beyond_every_population_is_a_fault(shops):
    (shops / "2025.csv").write_text(changed(1, weight="1e308"))

    assert [column for column, *_ in told(shops / "2025.csv")[0]] == ["weight"]


def test_a_weight_above_the_population_of_its_stratum_is_a_fault_that_says_how_many_there_are(shops):
    (shops / "2025.csv").write_text(changed(2, weight="41"))

    found = validate_file("shops", shops / "2025.csv")

    assert found[["rows", "value", "rule", "mend"]].to_numpy().tolist() == [
        [
            "3",
            "41",
            "at most 40: so many units are in the sample list",
            "correct the weight; other rows mostly have 10",
        ]
    ]


@pytest.mark.parametrize(("weight", "total"), [("39", "59"), ("39.9", "59.9")])
def test_weights_that_add_up_to_about_the_population_are_passed_over(shops, weight, total):
    (shops / "2025.csv").write_text(changed(1, weight=weight))

    assert told(shops / "2025.csv") == ([], [])


@pytest.mark.parametrize(("weight", "total"), [("1", "3"), ("30", "90")])
def test_weights_that_add_up_to_another_number_than_the_population_are_said_with_both(shops, weight, total):
    (shops / "2025.csv").write_text(csv_text().replace(",10,", f",{weight},"))

    note = f"weight: the weights of 'plain' add up to {total}, the sample list has 40 units; the largest is {weight} in row 2: check the weights"
    assert told(shops / "2025.csv") == ([], [note])


# -- days of the field work ------------------------------------------------------------------


@pytest.fixture
def visited(tmp_path, monkeypatch):
    """The survey of shops, which asks for the day of the visit, too."""
    day = '[[question]]\nname = "visited"\nsection = "identification"\ntype = "date"\nvi = "Ngày đến"\nen = "Day of the visit"\n\n'
    head, mark, rest = SHOPS.partition('[[question]]\nname = "opened"')
    return make_project(tmp_path, monkeypatch, shops=f"{head}{day}{mark}{rest}") / "shops"


def days_refused(folder, *days, name="2025.csv"):
    rows = [f"{ROWS[k % 3].replace('A', f'A{k}', 1)},{day}" for k, day in enumerate(days)]
    (folder / name).write_text(csv_text(*rows, header=f"{HEADER},visited"))
    found = validate_file("shops", folder / name)
    return dict(zip(found["value"], found["mend"], strict=True))


@pytest.mark.parametrize(
    ("day", "mend"),
    [
        ("8/11/0025", "did you mean 8 November 2025? correct the year"),
        ("13/11/2052", "did you mean 13 November 2025? correct the year"),
        ("2019-01-01", "did you mean 1 January 2025? correct the year"),
        ("29/02/2024", "correct the day by the form"),
    ],
)
def test_a_day_outside_the_field_work_is_a_fault_that_says_what_may_be_meant(visited, day, mend):
    assert days_refused(visited, "8/11/2025", day) == {day: mend}


def test_answers_may_be_given_in_the_months_after_the_surveys_year_but_not_before_it_or_after_today(visited):
    tomorrow = (datetime.date.today() + datetime.timedelta(days=1)).isoformat()

    assert days_refused(visited, "2025-01-01", "2026-03-31") == {}
    assert list(days_refused(visited, "2024-12-31", "2025-05-01")) == ["2024-12-31"]
    assert list(days_refused(visited, "2025-05-01", tomorrow)) == [tomorrow]


def test_a_file_without_a_year_in_its_name_is_of_the_year_that_most_of_its_answers_were_given_in(visited):
    days = ["2025-12-01", "2026-01-15", "2026-01-16", "2016-01-16"]

    assert days_refused(visited, *days, name="nop.csv") == {
        "2016-01-16": "did you mean 16 January 2026? correct the year"
    }


def test_a_day_that_is_told_may_be_long_ago_but_must_be_one_that_can_be(shops):
    (shops / "2025.csv").write_text(changed(1, opened="1975-05-01"))
    assert told(shops / "2025.csv")[0] == []

    (shops / "2025.csv").write_text(changed(1, opened="01/05/0075"))
    assert [column for column, *_ in told(shops / "2025.csv")[0]] == ["opened"]


# -- SPSS and Stata --------------------------------------------------------------------------


def statistics_frame(**columns: list[object]) -> pd.DataFrame:
    rows = [shop(k) for k in range(1, 5)]
    frame = pd.DataFrame(rows, columns=NAMES).assign(channels="", online_sales=float("nan"), **columns)
    return frame.astype({"district": float, "outcome": float, "online": float})


@pytest.mark.parametrize("label", ["Không trả lời", "KTL", "Không biết/không trả lời", None])
def test_what_a_sav_declares_missing_is_missing_whatever_its_label(shops, label):
    file = shops / "2025.sav"
    pyreadstat.write_sav(
        statistics_frame(sales=[200.0, 9999.0, 9998.0, 300.0]),
        str(file),
        variable_value_labels={"sales": {9999.0: label}} if label else {},
        missing_ranges={"sales": [{"lo": 9990.0, "hi": 9999.0}]},
    )
    write_sidecar(file)

    loaded = load_file("shops", 2025)

    account = loaded.account.set_index("question").loc["sales"]
    assert (account["answered"], account["missing"]) == (2, 2)
    assert f"1 ô 9999 ({label or '–'}), 1 ô 9998 (–)" in loaded.notes[0]


def test_a_choice_that_a_sav_declares_missing_needs_no_label_of_the_codebook(shops):
    file = shops / "2025.sav"
    pyreadstat.write_sav(
        statistics_frame(online=[2.0, 9.0, 8.0, 2.0]),
        str(file),
        variable_value_labels={"online": {1.0: "Có", 2.0: "Không", 8.0: "Không biết", 9.0: "KTL"}},
        missing_ranges={"online": [8.0, 9.0]},
    )
    write_sidecar(file)

    account = load_file("shops", 2025).account.set_index("question").loc["online"]

    assert (account["answered"], account["dont_know"], account["missing"]) == (2, 1, 1)


def test_extended_missing_values_of_stata_are_missing(shops):
    file = shops / "2025.dta"
    pyreadstat.write_dta(
        statistics_frame().astype({"sales": object}).assign(sales=[200.0, "a", "z", 300.0]),
        str(file),
        missing_user_values={"sales": ["a", "z"]},
        variable_value_labels={"online": {1: "Có", 2: "Không"}},
    )
    write_sidecar(file)

    loaded = load_file("shops", 2025)

    account = loaded.account.set_index("question").loc["sales"]
    assert (account["answered"], account["missing"]) == (2, 2)
    assert "1 ô .a" in loaded.notes[0]


def test_a_number_whose_label_says_that_it_is_none_is_a_fault(shops):
    file = shops / "2025.sav"
    pyreadstat.write_sav(
        statistics_frame(sales=[200.0, 9999.0, 9999.0, 300.0]),
        str(file),
        variable_value_labels={"sales": {9999.0: "Không có thông tin"}},
    )

    assert told(file)[0] == [("sales", "2–3", 2)]


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_a_label_that_stands_twice_is_a_fault_with_both_codes(shops, ending):
    write = pyreadstat.write_sav if ending == "sav" else pyreadstat.write_dta
    file = shops / f"2025.{ending}"
    write(statistics_frame(), str(file), variable_value_labels={"online": {1: "Không", 2: "Không"}})

    found = validate_file("shops", file)

    assert found["column"].tolist() == ["online"]
    assert "codes 1 and 2 both have the label 'Không'" in found["mend"][0]


# -- communes --------------------------------------------------------------------------------


def test_communes_of_today_and_of_before_are_put_into_their_old_district(shops):
    for name in ("communes", "commune_crosswalk", "provinces"):
        for ending in ("csv", "toml"):
            shutil.copy(REPOSITORY / f"data/raw/reference/{name}.{ending}", shops.parents[1] / "reference")
    cells = ["Phường Cẩm Thành", "xã bình sơn", "Huyện Bình Sơn", "Châu Ổ"]
    file = workbook(
        shops / "2025.xlsx", Tờ=[NAMES, *(shop(k, district=cell) for k, cell in enumerate(cells))]
    )
    write_sidecar(file)

    loaded = load_file("shops", 2025)

    assert loaded.frame["district"].tolist() == ["Thành phố Quảng Ngãi"] + ["Huyện Bình Sơn"] * 3
    assert "2 ô ghi xã, phường, đặc khu" in loaded.notes[0], (
        "a district's bare name under another kind is that district"
    )


def test_a_commune_that_is_not_known_is_one_fault_with_the_way_forward(shops):
    rows = [shop(1, district="Xã Không Có"), shop(2, district="Phường Cũng Không")]

    found = validate_file("shops", workbook(shops / "2025.xlsx", Tờ=[NAMES, *rows]))

    assert found["count"].tolist() == [2]
    assert "there are no districts since 1 July 2025" in found["mend"][0]


def test_kobo_members_of_two_exports_are_not_mixed_up(tmp_path, monkeypatch):
    """Each export numbers its households from 1 again."""
    surveys = make_project(tmp_path, monkeypatch)
    (surveys / "households").mkdir()
    shutil.copy(REPOSITORY / "data/raw/surveys/households/codebook.toml", surveys / "households")
    content = io.BytesIO()
    book = openpyxl.Workbook()
    book.worksheets[0].append(["psu", "household_id", "district", "household_size", "_index"])
    book.worksheets[0].append(["1", "1", 522, 1, 1])
    members = book.create_sheet("members")
    members.append(["person_number", "sex", "age", "_parent_index"])
    members.append([1, 1, 30, 1])
    book.save(content)
    with zipfile.ZipFile(tmp_path / "hai_huyen.zip", "w") as packed:
        packed.writestr("a.xlsx", content.getvalue())
        packed.writestr("b.xlsx", content.getvalue())

    with pytest.raises(SurveyError, match=r"a\.xlsx, Sheet \(1\), b\.xlsx, Sheet \(1\).*_index"):
        validate_file("households", tmp_path / "hai_huyen.zip")


def test_what_was_done_is_said_where_the_file_is_good(shops):
    deliver(shops / "2025.csv", csv_text(*(f"{row},x" for row in ROWS), header=f"{HEADER},deviceid"))

    assert [str(note) for note in load_file("shops", 2025).notes] == [
        "để riêng 1 cột của công cụ thu thập: deviceid"
    ]


# -- what came back from 28 more files of colleagues -----------------------------------------


def test_a_cell_merged_over_rows_is_said_once_for_all_of_them(shops):
    file = workbook(shops / "a.xlsx", phieu=[NAMES, shop(1), shop(2, district=None), shop(3, district=None)])
    book = openpyxl.load_workbook(file)
    place = openpyxl.utils.get_column_letter(NAMES.index("district") + 1)
    book["phieu"].merge_cells(f"{place}2:{place}4")
    book.save(file)

    assert told(file) == (
        [],
        ["phieu: 1 cell merged over several rows, each row got the cell's value: columns district"],
    )


def test_labels_in_a_row_below_the_names_are_set_aside(shops):
    labels = [question.vi for name, question in read_codebook("shops").questions.items() if name in NAMES]
    order = [name for name in read_codebook("shops").questions if name in NAMES]
    under = [dict(zip(order, labels, strict=True))[name] for name in NAMES]

    file = workbook(shops / "a.xlsx", phieu=[NAMES, under, shop(1)])

    assert told(file) == ([], ["phieu: rows that repeat the header or number the columns are set aside: 2"])


def test_a_sign_that_is_no_letter_is_no_old_encoding():
    assert legacy.encoding_of(["Tầng mẫu (quy mô × vùng)"]) == ""


@pytest.mark.parametrize(("cell", "right"), [("2. Không", True), ("2 - Không", True), ("1. Không", False)])
def test_a_code_with_its_label_is_one_answer_where_both_say_the_same(shops, cell, right):
    file = workbook(shops / "a.xlsx", phieu=[NAMES, shop(1, online=cell)])

    assert (told(file)[0] == []) == right
