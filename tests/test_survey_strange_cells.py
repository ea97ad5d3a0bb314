"""Damaged texts, headers, fillers and dates: a file is read rightly, or each place that can't be is named."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from survey_workbench import HEADER, ROWS, SHOPS, csv_text, make_project
from test_survey_office_files import NAMES, SPOKEN, shop, workbook

from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.form.intake import check_file, validate_file
from qngai_analysis.survey.form.intake_results import analysis_frame


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch) / "shops"


def found(file: Path) -> list[tuple[str, str]]:
    """The columns and rows with a fault."""
    faults = validate_file("shops", file)
    return list(zip(faults["column"], faults["rows"], strict=True))


def notes(file: Path) -> list[str]:
    return validate_file("shops", file).attrs["notes"]


def column(file: Path, name: str) -> list[object]:
    return analysis_frame(check_file(read_codebook("shops"), file))[name].tolist()


# -- texts that were read in the wrong encoding ----------------------------------------------


def western(text: str) -> str:
    """UTF-8 as a program shows it that takes it for Windows-1252."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


WRONG = {
    "Windows-1252": western,
    "its letters that Windows-1252 lacks lost": lambda text: text.encode().decode("cp1252", "ignore"),
    "the same with a sign in their place": lambda text: text.encode().decode("cp1252", "replace"),
    "Latin-1": lambda text: text.encode().decode("latin-1"),
    "Windows-1258": lambda text: text.encode().decode("cp1258", "replace"),
    "twice": lambda text: western(western(text)),
    "spaces made alike": lambda text: western(text).replace("\xa0", " "),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_utf_8_that_was_read_as_another_encoding_is_mended_wholly(shops, wrong, ending):
    rows = [[wrong(cell) if isinstance(cell, str) else cell for cell in row] for row in SPOKEN]
    file = shops / f"a.{ending}"
    if ending == "xlsx":
        workbook(file, Tờ=[NAMES, *rows])
    else:
        file.write_text(csv_text(*(",".join("" if c is None else str(c) for c in row) for row in rows)))

    assert found(file) == []
    assert column(file, "district") == ["Thành phố Quảng Ngãi", "Huyện Bình Sơn"]
    assert column(file, "stratum") == ["đồng bằng"] * 2
    assert "UTF-8" in notes(file)[0]


def test_one_cell_of_a_good_column_and_a_header_are_mended_too(shops):
    head = [western("Doanh thu qua Internet") if name == "online_sales" else name for name in NAMES]
    head[NAMES.index("opened")] = western("Ngày khai trương")
    rows = [shop(1, stratum="miền núi"), shop(2, stratum=western("miền núi"))]

    file = workbook(shops / "a.xlsx", Tờ=[head, *rows])

    assert found(file) == []
    assert column(file, "stratum") == ["miền núi", "miền núi"]


@pytest.mark.parametrize("lost", ["bá» trá»‘ng", "mi?n núi", "mi\ufffdn núi", "NhÃ", "Ã? kiáº¿n"])
def test_a_text_that_may_be_two_or_has_lost_its_letters_is_named_and_is_no_category(shops, lost):
    rows = [shop(1, stratum="đồng bằng"), shop(2, stratum="đồng bằng"), shop(3, stratum=lost)]

    assert found(workbook(shops / "a.xlsx", Tờ=[NAMES, *rows])) == [("stratum", "4")]


def test_a_remark_that_looks_damaged_keeps_no_file_out(shops):
    """Nothing is counted by it, and "chợ?không" may be what was written."""
    remark = "[[question]]\nname = 'remark'\nsection = 'trade'\ntype = 'text'\nvi = 'Ghi chú'\nen = 'Remark'\n\n[[indicator]]"
    book = shops / "codebook.toml"
    book.write_text(book.read_text("utf-8").replace("[[indicator]]", remark, 1), encoding="utf-8")
    file = workbook(shops / "a.xlsx", Tờ=[[*NAMES, "remark"], [*shop(1), "chợ?không"], [*shop(2), "rẻ"]])

    assert found(file) == []
    assert "chợ?không" in notes(file)[0]


def test_of_a_choice_and_a_header_that_lost_letters_it_is_said_what_they_may_be(shops):
    head = ["K?t qu?" if name == "outcome" else name for name in NAMES]
    faults = validate_file("shops", workbook(shops / "a.xlsx", Tờ=[head, shop(1, district="Huy?n Bình S?n")]))

    mends = faults.set_index("column")["mend"]
    assert mends["district"].startswith("letters were lost between two encodings, type the cell again")
    assert "'Huyện Bình Sơn'" in mends["district"]
    assert mends["K?t qu?"].startswith("did you mean 'outcome'?")


@pytest.mark.parametrize("text", ["NGÃ BA", "“THỊ XÔ", "Hrê", "XÃ – THÔN", "Đăk Đoa", "Müller"])
def test_what_is_written_rightly_is_left_as_it_is(shops, text):
    file = workbook(shops / "a.xlsx", Tờ=[NAMES, shop(1, stratum=text)])

    assert (found(file), notes(file)) == ([], [])
    assert column(file, "stratum") == [text]


# -- headers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("sales", "Doanh\nthu"), ("sales", "Doanh\r\n thu "), ("sales", "Doanh_x000D_\nthu"), ("sales", "Doanh\tthu"),
        ("sales", "Doanh\xa0\xa0thu"), ("sales", "Do\u200canh thu"), ("sales", "\ufeffDoanh thu"), ("sales", "Doanh\u2060 thu"),
        ("sales", "Do\xadanh thu"), ("sales", "Doanh\u202fthu"), ("sales", "Doanh thu\n(triệu đồng)"),
        ("online_sales", "online_\nsales"), ("online_sales", "online _ sales"), ("online_sales", "phần b/\nonline_sales"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_breaks_blanks_and_what_shows_nothing_keep_no_header_from_being_known(shops, name, head, ending):
    heads = [head if one == name else one for one in NAMES]
    file = shops / f"a.{ending}"
    if ending == "xlsx":
        workbook(file, Tờ=[heads, shop(1)])
    else:
        pd.DataFrame([shop(1)], columns=heads).to_csv(file, index=False)

    assert (found(file), notes(file)) == ([], [])


def test_numbers_that_a_blank_parts_are_not_put_together(shops):
    """A header ``sales 1 2`` is not ``sales 12``; another unit than the question's is another question."""
    for head in ("Doanh thu (tỷ đồng)", "Doanh thu 1 2"):
        file = workbook(shops / "a.xlsx", Tờ=[[head if one == "sales" else one for one in NAMES], shop(1)])
        assert (head, "") in found(file)


# -- cells that say that there is nothing ----------------------------------------------------------


def test_what_means_empty_is_counted_and_said(shops):
    rows = [shop(1, sales="N/A"), shop(2, sales="…", online="#N/A"), shop(3, opened="null", sales=".")]
    file = workbook(shops / "a.xlsx", Tờ=[NAMES, *rows])

    assert found(file) == []
    assert notes(file) == [
        "Tờ: cells that say null, N/A, …, ., #N/A count as empty; cells by column: opened (1), sales (3), online (1)"
    ]


@pytest.mark.parametrize("text", ["NA", "N/A", "#N/A", "n.a.", "NULL", ".", "...", "<NA>", "(trống)"])
def test_every_format_takes_the_same_for_empty(shops, text):
    rows = [shop(1), shop(2), shop(3)]
    frame = pd.DataFrame(rows, columns=NAMES).assign(channels="", online_sales=float("nan"))
    frame["opened"] = ["2020-05-01", text, "2020-05-02"]
    frame.to_csv(shops / "a.csv", index=False)
    frame.to_parquet(shops / "a.parquet")
    pyreadstat.write_sav(frame, str(shops / "a.sav"))
    pyreadstat.write_dta(frame, str(shops / "a.dta"))
    cells = [
        [None if one in ("", float("nan")) or one != one else one for one in row] for row in frame.to_numpy()
    ]
    workbook(shops / "a.xlsx", Tờ=[NAMES, *cells])

    for ending in ("csv", "parquet", "sav", "dta", "xlsx"):
        file = shops / f"a.{ending}"
        assert found(file) == [], ending
        assert f"cells that say {text} count as empty; cells by column: opened (1)" in notes(file)[0], ending
        assert pd.isna(column(file, "opened")).tolist() == [False, True, False], ending


def test_a_choice_of_the_codebook_is_never_taken_for_empty(tmp_path, monkeypatch):
    choices = SHOPS.replace('name = "no", vi = "Không"', 'name = "na", vi = "N/A"')
    folder = make_project(tmp_path, monkeypatch, shops=choices) / "shops"
    file = workbook(folder / "a.xlsx", Tờ=[NAMES, shop(1, online="N/A"), shop(2, online="NA")])

    assert (found(file), notes(file)) == ([], [])
    assert column(file, "online") == ["N/A", "N/A"]


@pytest.mark.parametrize("text", ["-", "–", "không có", "none"])
def test_what_may_be_nought_or_no_answer_is_a_fault_in_numbers_and_choices_and_empty_in_dates(shops, text):
    file = workbook(shops / "a.xlsx", Tờ=[NAMES, shop(1, sales=text, online=text, opened=text), shop(2)])

    faults = validate_file("shops", file).set_index("column")

    assert faults["rows"].to_dict() == {"sales": "2", "online": "2"}
    assert faults.loc["sales", "mend"] == f"is {text!r} the number 0, or no answer? put 0, or leave it empty"


@pytest.mark.parametrize("text", ["-", "N/A", "không có"])
def test_a_stratum_that_says_nothing_is_no_stratum(shops, text):
    assert found(workbook(shops / "a.xlsx", Tờ=[NAMES, shop(1), shop(2, stratum=text)])) == [("stratum", "3")]


def test_a_row_that_says_nothing_at_all_is_no_record(shops):
    assert found(workbook(shops / "a.xlsx", Tờ=[NAMES, shop(1), ["n/a"] * len(NAMES), shop(2)])) == []


@pytest.mark.parametrize("text", [";", " . ; "])
def test_signs_alone_are_not_the_answer_none_of_several(shops, text):
    file = workbook(shops / "a.xlsx", Tờ=[NAMES, shop(1, online=1, online_sales=5, channels=text)])

    assert found(file) == [("channels", "2")]


# -- dates ---------------------------------------------------------------------------------------------


@pytest.fixture
def days(tmp_path, monkeypatch):
    """The survey of shops with two more dates; returns what writes a file of rows of three dates."""
    form = '[[question]]\nname = "{0}"\nsection = "trade"\ntype = "date"\nvi = "Ngày {0}"\nen = "Day {0}"\n\n'
    head, mark, rest = SHOPS.partition('[[question]]\nname = "opened"')
    book = head + form.format("second") + form.format("third") + mark + rest
    folder = make_project(tmp_path, monkeypatch, shops=book) / "shops"

    def write(*rows: tuple[object, object, object]) -> Path:
        table = [[*shop(at, opened=first), *others] for at, (first, *others) in enumerate(rows)]
        return workbook(folder / "a.xlsx", Tờ=[[*NAMES, "second", "third"], *table])

    return write


def test_each_column_of_dates_in_doubt_is_told_in_one_go(days):
    file = days(("10/31/2024", "05/06/2025", "2025-07-05"), ("11/09/2024", "06/07/2025", "13/08/2025"))

    faults = validate_file("shops", file).set_index("column")

    assert faults["rows"].to_dict() == {"opened": "2–3", "second": "2–3"}
    assert "column opened has 10/31/2024, which must be month first" in faults.loc["second", "mend"]
    assert "is 05/06/2025 5 June 2025 / 6 May 2025?" in faults.loc["second", "mend"]


def test_a_date_in_another_form_or_that_is_none_hides_no_doubt(days):
    file = days(
        ("05/06/2024", "05/06/2025", "2025-07-05"), ("06/07/2024", "06/07/2025", "05/06/2025"), ("2024-01-31", "?", "13/08/2025")
    )  # fmt: skip

    assert found(file) == [("second", "4")]
    assert [note.partition(":")[0] for note in notes(file)] == [
        "column opened", "column second",
    ]  # fmt: skip


def test_dates_that_excel_took_month_first_are_in_doubt_by_those_that_it_left_as_text(days):
    file = days(("13/11/2024", None, None), (datetime.date(2024, 5, 11), None, None))

    faults = validate_file("shops", file)

    assert found(file) == [("opened", "3")]
    assert "Excel left 13/11/2024 as text" in faults["mend"][0]
    assert found(days(("13/11/2024", None, None), (datetime.date(2024, 5, 31), None, None))) == []


# -- numbers, ticks, rows ----------------------------------------------------------------------------


def test_percentages_that_excel_holds_as_hundredths_are_a_fault_of_the_whole_column(tmp_path, monkeypatch):
    share = SHOPS.replace('unit = "triệu đồng"', 'unit = "%"')
    folder = make_project(tmp_path, monkeypatch, shops=share) / "shops"

    for shares, rows in (((0.12, 1, 0), "2–3"), ((0.5, 12, 7), "")):
        file = workbook(folder / "a.xlsx", Tờ=[NAMES, *(shop(k, sales=one) for k, one in enumerate(shares))])
        assert [place for _, place in found(file)] == ([rows] if rows else [])


@pytest.mark.parametrize(("yes", "no"), [("✓", None), ("☑", "☐"), ("v", None), ("Đúng", "Sai"), ("x", "0")])
def test_marks_of_forms_are_ticks(shops, yes, no):
    head = [*NAMES[:-1], "channels/website", "channels/social", "channels/nothing"]
    file = workbook(shops / "a.xlsx", Tờ=[head, [*shop(1, online=1, online_sales=3)[:-1], yes, no, no]])

    assert found(file) == []
    assert (column(file, "channels_website"), column(file, "channels_social")) == ([1.0], [0.0])


def test_bars_between_cells_are_read_and_whole_rows_in_one_cell_are_named(shops):
    (shops / "a.csv").write_text(csv_text().replace(",", "|"))
    assert found(shops / "a.csv") == []

    file = workbook(shops / "a.xlsx", Tờ=[[line] for line in (HEADER, *ROWS)])
    assert "whole rows stand in one cell" in " ".join(validate_file("shops", file)["mend"])


def test_rows_of_means_and_extremes_are_no_forms(shops):
    rows = [[word, None, None, None, 40, 10, None, 200] for word in ("TB", "Lớn nhất")]

    assert found(workbook(shops / "a.xlsx", Tờ=[NAMES, shop(1), shop(2), *rows])) == [("", "4–5")]
