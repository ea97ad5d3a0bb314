"""What a survey file must look like, and what is said of one that does not."""

from __future__ import annotations

import csv
import datetime
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from survey_workbench import (
    HEADER,
    ROWS,
    add_real_surveys,
    changed,
    copy_simulated,
    csv_text,
    deliver,
    make_project,
    write_sidecar,
)

from qngai_analysis.errors import QngaiError, RawFileError, SurveyError
from qngai_analysis.survey.form import files
from qngai_analysis.survey.form.cells import Wrong, convention, day, number
from qngai_analysis.survey.form.files import read_sheets
from qngai_analysis.survey.form.intake import (
    load_file,
    load_frame,
    response_account,
    response_outcomes,
    validate_file,
    write_faults,
)
from qngai_analysis.survey.loading import load_survey


@pytest.fixture
def surveys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch)


@pytest.fixture
def shops(surveys: Path) -> Path:
    return surveys / "shops"


def faults_of(shops: Path, content: str | bytes, name: str = "2025.csv") -> pd.DataFrame:
    file = shops / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return validate_file("shops", file)


# -- a good file -----------------------------------------------------------------------------


def test_a_good_file_has_no_faults_and_gives_one_row_a_completed_unit(shops):
    deliver(shops / "2025.csv", csv_text())

    frame = load_frame("shops", 2025)

    assert validate_file("shops", shops / "2025.csv").empty
    assert frame["shop_id"].tolist() == ["A1", "A2", "A3"]
    assert frame["district"].tolist() == ["Thành phố Quảng Ngãi", "Thành phố Quảng Ngãi", "Huyện Bình Sơn"]
    assert frame["weight"].tolist() == [10.0, 10.0, 10.0]
    assert frame["opened"].tolist() == [
        pd.Timestamp("2020-05-01"),
        pd.Timestamp("2021-06-30"),
        pd.Timestamp("2019-01-15"),
    ]
    assert frame.attrs["evidence"] == "real"


def test_cells_of_a_row_that_cannot_be_read_are_listed_in_the_order_of_the_columns(shops):
    wrong = dict.fromkeys(("district", "opened", "sales", "online", "online_sales"), "?")

    faults = faults_of(shops, changed(1, **wrong))

    assert faults["column"].tolist() == list(wrong)


def test_indicators_are_one_zero_or_missing(shops):
    deliver(shops / "2025.csv", csv_text())

    frame = load_frame("shops", 2025)

    assert frame["sells_online"].tolist() == [1.0, 0.0, 1.0]
    # A2 was not asked for channels: it surely does not sell on social networks
    assert frame["on_social"].tolist() == [1.0, 0.0, 1.0]
    assert frame["channels_website"].tolist()[0] == 1.0
    assert np.isnan(frame["channels_website"].tolist()[1])
    # A3 does not know its online sales: no ratio; A2 sells nothing online: 0 of 100
    assert frame["online_share_numerator"].tolist()[:2] == [5000.0, 0.0]
    assert np.isnan(frame["online_share_numerator"].tolist()[2])
    assert np.isnan(frame["online_share_denominator"].tolist()[2])


def test_every_kind_of_no_answer_is_counted_apart_and_nothing_is_lost(shops):
    rows = (
        "A1,522,1,plain,40,10,2020-05-01,200,1,50,1 2",
        "A2,522,1,plain,40,10,2021-06-30,-9,2,,",  # sales refused
        "A3,524,1,plain,40,10,2019-01-15,400,1,-8,2",  # online sales not known
        "A4,524,1,plain,40,10,,300,-8,,",  # online not known: what follows can't be told
        "A5,524,1,plain,40,10,2018-01-01,,1,,nothing",  # two gaps
        "A6,524,2,plain,40,,,,,,",  # refused the interview
    )
    deliver(shops / "2025.csv", csv_text(*rows))

    account = response_account("shops", 2025).set_index("question")

    counted = ["not_applicable", "filter_unknown", "due", "answered", "dont_know", "refused", "missing"]
    assert account.loc["sales", counted].tolist() == [0, 0, 5, 3, 0, 1, 1]
    assert account.loc["online", counted].tolist() == [0, 0, 5, 4, 1, 0, 0]
    assert account.loc["online_sales", counted].tolist() == [1, 1, 3, 1, 1, 0, 1]
    assert account.loc["channels", counted].tolist() == [1, 1, 3, 3, 0, 0, 0]
    assert account.loc["online_sales", "nonresponse"] == pytest.approx(2 / 3)
    assert (account["rows"] == account["not_applicable"] + account["filter_unknown"] + account["due"]).all()
    assert (account["due"] == account[["answered", "dont_know", "refused", "missing"]].sum(axis=1)).all()
    outcomes = response_outcomes("shops", 2025).set_index("outcome")["units"].to_dict()
    assert outcomes == {"completed": 5, "unit_refused": 1}


def test_dont_know_is_a_category_of_its_own_in_tables(shops):
    deliver(shops / "2025.csv", changed(2, online="-8"))

    frame = load_frame("shops", 2025)

    assert frame["online"].tolist() == ["Có", "Không biết", "Có"]
    assert np.isnan(frame["sells_online"][1])


def test_the_survey_carries_the_design_of_the_codebook(shops):
    deliver(shops / "2025.csv", csv_text())

    survey = load_survey("shops", 2025)
    row = survey.proportion("sells_online").iloc[0]

    # 2 of 3 by equal weights; se = sqrt((1 - 3/40) * s^2 / 3), s^2 = 1/3
    assert row["estimate"] == pytest.approx(2 / 3)
    assert row["se"] == pytest.approx(((1 - 3 / 40) / 3 / 3) ** 0.5)


# -- numbers, dates, choices -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12.0),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("1.254,5", 1254.5),
        ("1,254.5", 1254.5),
        ("1.254.000", 1254000.0),
        ("1 254,5", 1254.5),
        ("1 254", 1254.0),
        ("0,125", 0.125),
        ("0.125", 0.125),
        ("1254,125", 1254.125),
        ("-8", -8.0),
        ("−8", -8.0),
        ("1e-05", 1e-05),
        (45, 45.0),
    ],
)
def test_numbers_are_read_as_vietnamese_and_programs_write_them(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize("cell", ["1.254", "12,125", "999.000"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(cell):
    with pytest.raises(Wrong) as caught:
        number(cell)
    assert "một cách" in caught.value.rule


def test_a_column_that_shows_its_decimal_mark_decides_the_doubtful_ones():
    assert convention(["12,5", "1.254"]) == ","
    assert number("1.254", ",") == 1254.0
    assert number("1.254", ".") == 1.254
    assert convention(["12,5", "12.5"]) == ""  # both marks: no decision


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("mười hai", "một số"),
        ("12%", "không có dấu phần trăm"),
        ("#REF!", "lỗi của Excel"),
        (datetime.date(2025, 5, 12), "thấy một ngày"),
        ("1.25.4", "một số"),
        ("9" * 400, "có thể có thật"),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(cell, rule):
    with pytest.raises(Wrong) as caught:
        number(cell)
    assert rule in caught.value.rule


@pytest.mark.parametrize(
    "cell",
    ["2025-06-30", "30/6/2025", "30/06/2025", "30-06-2025", "30.6.2025", 45838, 45838.0, "45838",
     datetime.date(2025, 6, 30), datetime.datetime(2025, 6, 30, 14, 5), "2025-06-30T08:00:00.000+07:00"],
)  # fmt: skip
def test_dates_are_read_in_every_usual_form(cell):
    assert day(cell) == datetime.date(2025, 6, 30)


@pytest.mark.parametrize("cell", ["6/30/2025", "31/2/2025", "2025", 7, "hôm qua"])
def test_what_is_no_date_is_refused(cell):
    with pytest.raises(Wrong):
        day(cell)


@pytest.mark.parametrize("cell", ["1", "1.0", "yes", "Có", "có", "Co", "Yes", "TRUE"])
def test_a_choice_is_known_by_code_name_or_label(shops, cell):
    assert faults_of(shops, changed(1, online=cell)).empty


@pytest.mark.parametrize("cell", ["-8", "dont_know", "Không biết", "Don't know"])
def test_dont_know_is_known_by_code_name_or_label(shops, cell):
    deliver(shops / "2025.csv", changed(2, online=cell))

    assert response_account("shops", 2025).set_index("question").loc["online", "dont_know"] == 1


@pytest.mark.parametrize(
    "cell",
    ["1 2", "website social", "Trang web Mạng xã hội (Zalo, Facebook)", "Website, Social networks", "2;1"],
)
def test_several_choices_in_one_cell_are_names_codes_or_labels(shops, cell):
    deliver(shops / "2025.csv", changed(1, channels=cell))

    frame = load_frame("shops", 2025)

    assert (frame["channels_website"][0], frame["channels_social"][0]) == (1.0, 1.0)


@pytest.mark.parametrize("cell", ["522", "Thành phố Quảng Ngãi", "TP Quảng Ngãi", "quảng ngãi", "Quang Ngai"])
def test_a_district_is_known_by_code_or_name(shops, cell):
    assert faults_of(shops, changed(1, district=cell)).empty


# -- faults ----------------------------------------------------------------------------------

FAULTS = [
    # shop, cells, column, rule, mend
    (1, {"sales": "nhiều"}, "sales", "a number", "12,5"),
    (1, {"sales": "200000"}, "sales", "from 0 to 100,000", "correct it"),
    (1, {"sales": "-5"}, "sales", "from 0 to 100,000", "correct it"),
    (1, {"district": "Bình Sơm"}, "district", "a district", "Huyện Bình Sơn"),
    (1, {"online": "3"}, "online", "a choice", "1 = Yes; 2 = No"),
    (1, {"opened": "6/30/2025"}, "opened", "a date", "2025-06-30"),
    (1, {"online_sales": "300"}, "online_sales", "“Sales over the Internet” is at most “Sales”", "Không thể lớn hơn doanh thu."),
    (1, {"channels": "1 3"}, "channels", "stand together", "'Không kênh nào' excludes"),
    (1, {"channels": "1 -8"}, "channels", "stand together", "'Không biết' excludes"),
    (1, {"channels": "1 9"}, "channels", "a choice", "1 = Website"),
    (1, {"weight": ""}, "weight", "filled in every row", "fill it"),
    (1, {"weight": "0"}, "weight", "a number above 0", "correct it"),
    (1, {"weight": "-10"}, "weight", "a number above 0", "correct it"),
    (1, {"weight": "nặng"}, "weight", "a number", "12,5"),
    (1, {"shop_id": ""}, "shop_id", "filled in every row", "fill it"),
    (1, {"stratum": ""}, "stratum", "filled in every row", "fill it"),
    (1, {"shop_count": "39"}, "shop_count", "the same in every row", "one population count"),
    (1, {"shop_count": "12,5"}, "shop_count", "a whole number", "round it"),
    (1, {"online": "-7"}, "online", "the question applies", "-7"),
    (2, {"shop_id": "A1"}, "shop_id", "one row for each “Number of the shop”", "duplicate"),
    (2, {"online_sales": "10"}, "online_sales", "asked only if “Does the shop sell over the Internet?” is “Yes”", "delete the answer"),
    (4, {"sales": "10"}, "sales", "asked only if “Outcome” is “Completed”", "delete the answer"),
]  # fmt: skip


@pytest.mark.parametrize(("shop", "cells", "column", "rule", "mend"), FAULTS)
def test_a_fault_names_row_column_value_rule_and_mend(shops, shop, cells, column, rule, mend):
    faults = faults_of(shops, changed(shop, **cells))

    found = faults[(faults["column"] == column) & faults["rule"].str.contains(rule, regex=False)]
    assert len(found) >= 1, faults.to_string()
    mine = found[found["row"] == shop + 1]  # the header is row 1, as a spreadsheet shows it
    assert len(mine) == 1 or column == "shop_count"
    assert mend in found.iloc[0]["mend"]
    if len(mine) and column in cells:
        assert mine.iloc[0]["value"] == cells[column]


@pytest.mark.parametrize(
    ("said", "right"),
    [
        *(
            (word, "put -9 = Refused, or leave it empty")
            for word in ("không trả lời", "KTL", "Từ chối nói", "(Refusal)")
        ),
        *(
            (word, "put -8 = Don't know, or leave it empty")
            for word in ("chưa rõ", "Không nhớ", "KB", "khó nói")
        ),
        *((word, "leave it empty") for word in ("không có số liệu", "không hỏi", "bỏ trống", "not asked")),
    ],
)
@pytest.mark.parametrize("column", ["online", "sales", "channels"])
def test_a_cell_that_says_that_there_is_no_answer_is_never_proposed_as_one(shops, column, said, right):
    mend = faults_of(shops, changed(1, **{column: said})).set_index("column").loc[column, "mend"]

    assert mend == f"the cell says that there is no answer: {right}"


def test_where_there_must_be_an_answer_or_the_codebook_has_no_code_a_cell_without_one_is_not_given_one(shops):
    wrong = changed(1, district="không rõ", opened="không nhớ")

    faults = faults_of(shops, wrong).set_index("column")["mend"]

    assert faults["district"].endswith("there must be one: ask again")
    assert faults["opened"].endswith("leave it empty")


@pytest.mark.parametrize("said", ["không bán trên mạng", "có nhưng ít", "Không phải lúc nào cũng"])
def test_what_says_more_than_a_choice_is_not_proposed_as_that_choice(shops, said):
    assert faults_of(shops, changed(1, online=said))["mend"][0].startswith("it is one of 1 = Yes; 2 = No;")


@pytest.mark.parametrize(
    ("said", "amount"),
    [("khoảng 5 tỷ", 5000), ("12,5 triệu đồng", 12.5), ("200.000.000 đ", 200), ("1 200 000 nghìn", 1200)],
)
def test_an_amount_in_words_is_proposed_in_the_unit_of_its_question(shops, said, amount):
    faults = faults_of(shops, changed(1, sales=said, online_sales="1"))

    assert faults["mend"][0] == f"is {said} {amount} (triệu đồng)? write it in digits"


def test_what_is_no_number_is_told_the_unit(shops):
    assert faults_of(shops, changed(1, sales="nhiều"))["mend"][0].endswith("; the unit is triệu đồng")


def test_one_fault_is_reported_once_and_does_not_drag_others_along(shops):
    # an unreadable filter: the questions behind it are not called unasked
    assert len(faults_of(shops, changed(1, online="có lẽ"))) == 1
    assert len(faults_of(shops, changed(1, sales="nhiều"))) == 1


def test_a_doubtful_number_is_refused_unless_its_column_shows_the_decimal_mark(shops):
    doubtful = faults_of(shops, changed(1, sales="1.254", online_sales="1").replace("400.5", "400"))
    shown = faults_of(shops, changed(1, sales="1.254", online_sales="1"))  # 400.5 stands below it

    assert doubtful[["row", "column", "value"]].to_numpy().tolist() == [[2, "sales", "1.254"]]
    assert "1254 or 1.254" in doubtful.iloc[0]["mend"]
    assert shown.empty


def test_all_faults_of_a_file_are_reported_at_once(shops):
    content = csv_text(
        "A1,522,1,plain,40,x,2020-05-01,1.254,7,,",
        "A1,999,1,plain,40,10,2021-06-30,100,2,5,",
    )

    faults = faults_of(shops, content)

    found = set(zip(faults["row"], faults["column"], strict=True))
    assert {
        (2, "weight"),
        (2, "sales"),
        (2, "online"),
        (3, "shop_id"),
        (3, "district"),
        (3, "online_sales"),
    } <= found


def test_a_population_count_below_the_sample_is_refused(shops):
    faults = faults_of(shops, csv_text().replace(",40,", ",2,"))

    assert faults["rule"].tolist() == ["at least the number of shop_id in the file"]
    assert faults[["count", "rows"]].to_numpy().tolist() == [[3, "2–4"]]  # every completed row of the stratum


@pytest.mark.parametrize("shop", [1, 2, 3])
def test_a_row_that_says_otherwise_of_its_stratum_than_the_others_is_the_one_that_is_named(shops, shop):
    faults = faults_of(shops, changed(shop, shop_count="41"))

    assert faults[["rows", "value"]].to_numpy().tolist() == [[str(shop + 1), "41"]]
    other = 3 if shop == 1 else 2
    assert faults["rule"][0].endswith(f"of a stratum; 2 other rows (row {other} …) have 40")


def test_rows_that_share_a_number_are_told_whether_they_are_the_same_and_where_the_first_stands(shops):
    faults = faults_of(shops, csv_text(*ROWS, ROWS[1], ROWS[0].replace(",200,", ",300,")))

    assert faults[["rows", "mend"]].to_numpy().tolist() == [
        ["6", "a duplicate of row 3, the same in every cell: remove one of them"],
        ["7", "a duplicate of row 2 that differs in sales: keep the right one, or correct the number"],
    ]


def test_a_census_has_as_many_units_as_its_population(shops):
    assert faults_of(shops, csv_text().replace(",40,", ",3,")).empty


def test_a_missing_column_is_named_and_so_is_one_too_many(shops):
    header = HEADER.replace("online_sales", "onlinesales")

    faults = faults_of(shops, csv_text(header=header)).set_index("column")

    assert "did you mean 'online_sales'" in faults.loc["onlinesales", "mend"]
    assert faults.loc["online_sales", "rule"] == "a column of the file: “Sales over the Internet”"


def test_headings_in_the_offices_own_words_are_paired_with_the_questions_they_say(shops):
    pairs = {
        "shop_id": "Mã CH",
        "shop_count": "So CH cua tang",
        "opened": "Ngày KT",
        "online": "Bán qua Internet",
        "online_sales": "DT qua Internet",
        "channels": "Kênh",
    }
    header = ",".join(pairs.get(name, name) for name in HEADER.split(","))

    faults = faults_of(shops, csv_text(header=header)).set_index("column")["mend"]

    for name, head in pairs.items():
        assert f"did you mean {name!r}?" in faults[head], head
        assert faults[name] == f"is it the column {head!r}? rename that to {name}"


def test_a_column_that_is_missing_is_to_be_restored_not_added_empty(shops):
    rows = [row.rsplit(",", 1)[0] for row in ROWS]
    without = faults_of(shops, csv_text(*rows, header=HEADER.removesuffix(",channels")))
    nameless = [row.partition(",")[2] for row in ROWS]
    key = faults_of(shops, csv_text(*nameless, header=HEADER.removeprefix("shop_id,")))

    assert without["mend"].tolist() == [
        "restore this column from the original file; if it was not asked this time, add it with -7 in every row"
    ]
    assert key["mend"].tolist() == ["restore this column from the original file: every row must have it"]


def many(n: int, **cells: str) -> str:
    """Return a CSV of so many shops that sell online, with cells of all replaced."""
    names, first = HEADER.split(","), ROWS[0].split(",")
    shops = ((first[0] + str(k), *first[1:]) for k in range(n))
    return csv_text(*(",".join({**dict(zip(names, row, strict=True)), **cells}.values()) for row in shops))


@pytest.mark.parametrize("column", ["online", "opened"])
def test_a_question_that_all_were_asked_and_nobody_has_answered_is_a_fault_until_it_is_said_that_it_was_not_asked(
    shops, column
):
    routed = {} if column != "online" else {"online_sales": "", "channels": ""}

    lost = faults_of(shops, many(5, **{column: "", **routed}))

    assert lost[["column", "rule"]].to_numpy().tolist() == [
        [column, "the answers of the 5 that were asked, and the column is empty"]
    ]
    assert faults_of(shops, many(5, **{column: "-7", **routed})).empty
    assert faults_of(shops, many(3, **{column: "", **routed})).empty, "three may all have left it open"


def test_of_a_question_that_some_were_asked_and_nobody_has_answered_it_is_said(shops):
    some = many(20, channels="").replace("A0,522,1", "Z,522,1", 1) + ROWS[1] + "\n"

    found = faults_of(shops, some)

    assert found.empty
    assert "column channels: 20 were asked this question and nobody has an answer" in found.attrs["notes"][0]


@pytest.mark.parametrize("column", ["shop_id", "stratum", "shop_count", "weight", "outcome"])
def test_what_the_design_rests_on_stays_a_fault_when_its_column_is_added_empty(shops, column):
    assert column in faults_of(shops, many(5, **{column: ""}))["column"].tolist()
    if column in ("shop_count", "weight", "outcome"):
        assert column in faults_of(shops, many(5, **{column: "-7"}))["column"].tolist()


def test_a_column_that_stands_twice_is_refused(shops):
    faults = faults_of(shops, csv_text(*(row + ",1" for row in ROWS), header=HEADER + ",online"))

    assert "one column for a question" in faults["rule"].tolist()


def test_a_column_of_another_survey_names_that_survey(surveys, shops):
    add_real_surveys(surveys)

    faults = faults_of(shops, csv_text(*(row + ",1" for row in ROWS), header=HEADER + ",has_smartphone"))

    assert len(faults) == 1
    assert "a column of households" in faults.iloc[0]["mend"]


def test_a_file_without_one_column_of_the_survey_is_refused(shops):
    faults = faults_of(shops, "_id,start\n1,2025-10-01\n")

    assert faults["mend"].str.contains("no column is of this codebook").tolist() == [True]


def test_a_file_of_another_survey_says_so_for_its_columns(surveys, shops):
    add_real_surveys(surveys)
    file = copy_simulated(surveys, "tourism", 2025, 0.1)

    faults = validate_file("shops", file).set_index("column")

    assert "it is a column of tourism" in faults.loc["booking_channels", "mend"]
    assert faults.loc["shop_id", "rule"] == "a column of the file: “Number of the shop”"


def test_a_row_with_too_many_or_too_few_cells_is_named(shops):
    faults = faults_of(shops, csv_text(ROWS[0], ROWS[1] + ",7", "A3,524"))

    ragged = faults[faults["rule"].str.contains("11 cells")]
    assert ragged[["value", "rows"]].to_numpy().tolist() == [["12 cells; 2 cells", "3–4"]]


def test_empty_lines_are_no_records_and_do_not_shift_row_numbers(shops):
    faults = faults_of(shops, csv_text(ROWS[0], "", changed(2, sales="x").splitlines()[2]))

    assert faults[["row", "column"]].to_numpy().tolist() == [[4, "sales"]]


@pytest.mark.parametrize(("lead", "row"), [("\n", 3), ("\r\n  \r\n", 4), ("sep=,\n", 3), ("\nsep=,\n", 4)])
def test_lines_before_the_header_are_passed_over_and_counted(shops, lead, row):
    """Excel writes sep= to say which separator a CSV has."""
    faults = faults_of(shops, lead + changed(1, district="999"))

    assert faults[["row", "column"]].to_numpy().tolist() == [[row, "district"]]


def test_a_line_break_in_quotes_does_not_shift_row_numbers(shops):
    first = ROWS[0].replace("plain", '"pl\nain"')

    faults = faults_of(shops, csv_text(first, changed(2, sales="x").splitlines()[2]))

    assert (3, "sales") in set(zip(faults["row"], faults["column"], strict=True))


def test_load_refuses_a_faulty_file_and_says_how_to_list_its_faults(shops):
    deliver(shops / "2025.csv", changed(1, sales="nhiều", online="7"))

    with pytest.raises(
        SurveyError, match=r"2 faults of 2 causes; the first: rows 2.*qngai validate shops 2025.csv"
    ) as caught:
        load_frame("shops", 2025)

    assert "\n" not in str(caught.value)


def test_faults_are_written_as_csv_that_excel_opens(shops, tmp_path):
    faults = faults_of(shops, changed(1, online="có lẽ"))

    write_faults(faults, tmp_path / "faults.csv")

    content = (tmp_path / "faults.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(tmp_path / "faults.csv")["Value"].tolist() == ["có lẽ"]


def test_faults_go_back_to_the_field_as_a_vietnamese_workbook(shops, tmp_path, monkeypatch):
    monkeypatch.setenv("QNGAI_LANG", "vi")
    faults = faults_of(shops, changed(1, online="=1+1", sales="nhiều"))

    write_faults(faults, tmp_path / "loi.xlsx")

    rows = list(openpyxl.load_workbook(tmp_path / "loi.xlsx").worksheets[0].iter_rows())
    assert [cell.value for cell in rows[0]][2:7] == [
        "Dòng đầu tiên",
        "Cột",
        "Giá trị",
        "Đúng ra phải là",
        "Cách sửa",
    ]
    assert [(row[3].value, row[4].value, row[4].data_type) for row in rows[1:]] == [
        ("sales", "nhiều", "s"),
        ("online", "=1+1", "s"),  # a text, not a formula
    ]


def test_one_cause_is_one_line_with_its_count_and_rows(shops):
    rows = [f"A{k},522,1,plain,400,10,2020-05-01,{'nhiều' if k % 2 else 'ít'},2,," for k in range(1, 201)]

    faults = faults_of(shops, csv_text(*rows))

    assert faults[["column", "value", "count"]].to_numpy().tolist() == [["sales", "nhiều; ít", 200]]
    assert faults["rows"].tolist() == ["2–201"]


# -- households and their members ------------------------------------------------------------


@pytest.fixture
def households(surveys: Path) -> tuple[Path, list[dict[str, str]]]:
    """The households of the first two villages of a simulated file."""
    add_real_surveys(surveys)
    file = copy_simulated(surveys, "households", 2025, 0.1)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    villages = list(dict.fromkeys(row["psu"] for row in rows))[:2]
    return file, [row for row in rows if row["psu"] in villages]


def household_faults(file: Path, rows: list[dict[str, str]]) -> list[tuple[int, str]]:
    pd.DataFrame(rows).to_csv(file, index=False)
    faults = validate_file("households", file)
    return list(zip(faults["row"], faults["column"], strict=True))


def several_members(rows: list[dict[str, str]]) -> int:
    """Position of the second row of a household that has its size answered."""
    return next(
        at
        for at, row in enumerate(rows)
        if row["person_number"] == "2" and float(row["household_size"] or -8) > 0
    )


def test_the_households_as_they_come_have_no_fault(households):
    assert household_faults(*households) == []


def test_an_answer_of_the_household_is_the_same_in_every_members_row(households):
    file, rows = households
    at = several_members(rows)
    rows[at]["urban"] = "1" if rows[at]["urban"] == "2" else "2"

    assert household_faults(file, rows) == [(at + 2, "urban")]


def test_a_member_that_stands_twice_is_named(households):
    file, rows = households
    at = several_members(rows)
    rows[at]["person_number"] = "1"

    assert household_faults(file, rows) == [(at + 2, "household_id")]


def test_a_member_too_few_is_noticed_by_the_households_size(households):
    file, rows = households
    at = several_members(rows)
    del rows[at]

    assert household_faults(file, rows) == [(at + 1, "household_size")]


@pytest.mark.parametrize("before", [True, False])
def test_a_row_under_the_number_of_another_household_is_one_fault_that_names_its_own(households, before):
    file, rows = households
    at = several_members(rows)
    own = rows[at]["household_id"]
    others = [
        row["household_id"] for row in (rows[at + 9 :] if before else rows[: at - 3]) if row["outcome"] == "1"
    ]
    rows[at]["household_id"] = next(other for other in others if other != own)

    assert household_faults(file, rows) == [(at + 2, "household_id")]
    assert validate_file("households", file)["rule"][0].startswith(f"{own}: what this row says of its unit")


def test_a_whole_household_that_stands_twice_is_one_fault(households):
    file, rows = households
    at = several_members(rows)
    again = [row for row in rows if row["household_id"] == rows[at]["household_id"]]

    assert household_faults(file, [*rows, *again]) == [(len(rows) + 2, "household_id")]


def test_an_answer_of_the_household_is_counted_once(households):
    file, rows = households
    pd.DataFrame(rows).to_csv(file, index=False)
    write_sidecar(file, status="simulated")

    loaded = load_file("households", 2025)

    completed = {row["household_id"] for row in rows if row["outcome"] == "1"}
    assert loaded.account.set_index("question").loc["computer", "rows"] == len(completed)
    assert loaded.frame["household_internet"].notna().sum() <= len(completed) < len(loaded.frame)


# -- encodings and formats -------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        csv_text().encode("utf-8"),
        csv_text().encode("utf-8-sig"),
        csv_text().encode("utf-16"),
        csv_text().replace("\n", "\r\n").encode(),
        csv_text().replace(",", ";").replace("400.5", "400,5").encode(),
        csv_text().replace(",", "\t").encode(),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "windows line ends", "semicolons, decimal comma", "tabs"],
)
def test_csv_is_read_in_every_usual_form(shops, content):
    deliver(shops / "2025.csv", content)

    assert load_frame("shops", 2025)["sales"].tolist() == [200.0, 100.0, 400.5]


def test_bytes_that_are_no_vietnamese_are_refused_and_the_first_is_named(shops):
    content = changed(1, stratum="ÿÿ").encode("latin-1")

    with pytest.raises(
        SurveyError, match=r"line 2: byte \d+ \(0xFF\) is not UTF-8, TCVN3, VNI or Windows-1258"
    ):
        faults_of(shops, content)


def test_utf_16_without_its_mark_is_refused(shops):
    with pytest.raises(SurveyError, match="byte 1 is zero: UTF-16 without its mark"):
        faults_of(shops, csv_text().encode("utf-16-le"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (HEADER.encode() + b"\n", "not one row of answers"),
    ],
)
def test_an_empty_file_is_refused(shops, content, message):
    with pytest.raises(SurveyError, match=message):
        faults_of(shops, content)


def test_a_file_over_the_size_limit_is_refused_before_it_is_read(shops):
    file = shops / "2025.csv"
    with file.open("wb") as stream:
        stream.truncate(2_000_000_000)  # a file of 2 GB that takes no room on the disk

    with pytest.raises(SurveyError, match=r"2,000,000,000 bytes, the limit is 500,000,000; nothing was read"):
        validate_file("shops", file)


def test_a_packed_workbook_is_judged_by_what_is_in_it(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "big.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)

    monkeypatch.setattr(files, "read_standards", lambda: {"intake": {"max_bytes": 1_000_000}})
    with pytest.raises(SurveyError, match="3,000,000 bytes"):
        read_sheets(tmp_path / "big.xlsx")


@pytest.mark.parametrize("ending", ["parquet", "sav", "dta"])
def test_a_small_file_that_unfolds_to_more_than_the_memory_is_refused(tmp_path, ending, monkeypatch):
    """Noughts pack into a few kilobytes of Parquet."""
    frame, file = pd.DataFrame({"a": np.zeros(200_000), "b": 1.0}), tmp_path / f"2025.{ending}"
    write = {
        "parquet": frame.to_parquet,
        "sav": lambda path: pyreadstat.write_sav(frame, path, compress=True),
    }
    write.get(ending, frame.to_stata)(file)

    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=30_000_000))
    with pytest.raises(SurveyError, match=r"[46]00,000 cells need about (32|48) MB of memory.*reduce_survey"):
        read_sheets(file)

    monkeypatch.undo()
    assert read_sheets(file)[0].rows.size == 200_000


@pytest.mark.parametrize(
    "name", ["2025.xlsx", "2025.sav", "2025.dta", "2025.parquet", "2025.zip", "2025.txt"]
)
def test_a_file_that_is_not_what_its_name_says_is_refused_without_a_traceback(shops, name):
    with pytest.raises(QngaiError):
        faults_of(shops, b"not what the name says", name)


def rows_as_objects() -> list[list[object]]:
    kinds = {"shop_count": float, "weight": float, "sales": float, "online_sales": float}
    names = HEADER.split(",")
    table: list[list[object]] = []
    for row in ROWS:
        cells = dict(zip(names, row.split(","), strict=True))
        table.append(
            [
                None
                if not cell
                else kinds[name](cell)
                if name in kinds
                else datetime.date.fromisoformat(cell)
                if name == "opened"
                else int(cell)
                if name in ("district", "outcome", "online")
                else cell
                for name, cell in cells.items()
            ]
        )
    return table


def write_xlsx(file: Path, rows: list[list[object]], header: list[str] | None = None) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(header or HEADER.split(","))
    for row in rows:
        sheet.append(row)
    book.save(file)


def test_a_workbook_reads_numbers_dates_and_numbers_stored_as_text(shops):
    rows = rows_as_objects()
    rows[1][HEADER.split(",").index("sales")] = "100,0"
    rows[2][HEADER.split(",").index("opened")] = 43480  # a date Excel shows as a number
    write_xlsx(shops / "2025.xlsx", rows)
    write_sidecar(shops / "2025.xlsx")

    frame = load_frame("shops", 2025)

    assert frame["sales"].tolist() == [200.0, 100.0, 400.5]
    assert frame["opened"].tolist()[2] == pd.Timestamp("2019-01-15")


def test_a_formula_that_was_never_calculated_is_refused_not_read_as_empty(shops):
    book = openpyxl.Workbook()
    for row in csv.reader(csv_text().splitlines()):
        book.worksheets[0].append([cell or None for cell in row])
    book.worksheets[0]["H2"] = "=100+100"
    book.save(shops / "2025.xlsx")

    with pytest.raises(SurveyError, match="cell H2 holds a formula without its result; open the workbook"):
        validate_file("shops", shops / "2025.xlsx")


def test_a_number_that_excel_turned_into_a_date_is_refused(shops):
    rows = rows_as_objects()
    rows[0][HEADER.split(",").index("sales")] = datetime.datetime(2025, 5, 12)
    write_xlsx(shops / "2025.xlsx", rows)

    faults = validate_file("shops", shops / "2025.xlsx")

    assert faults[["row", "column", "rule"]].to_numpy().tolist() == [[2, "sales", "a number, found a date"]]


def as_frame() -> pd.DataFrame:
    frame = pd.DataFrame(rows_as_objects(), columns=HEADER.split(","))
    return frame.astype({"district": float, "outcome": float, "online": float})


def test_parquet_is_read(shops):
    as_frame().to_parquet(shops / "2025.parquet")
    write_sidecar(shops / "2025.parquet")

    assert load_frame("shops", 2025)["sells_online"].tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_the_value_labels_of_spss_and_stata_decide_what_a_code_means(shops, ending):
    # this office codes 0 = Không, 1 = Có; the codebook 1 = Có, 2 = Không
    frame = as_frame().assign(online=[1.0, 0.0, 1.0, np.nan], opened=["2020-05-01"] * 3 + [""])
    file = shops / f"2025.{ending}"
    labels = {"online": {0: "Không", 1: "Có"}}
    if ending == "sav":
        pyreadstat.write_sav(frame.fillna({"channels": ""}), str(file), variable_value_labels=labels)
    else:
        pyreadstat.write_dta(frame.fillna({"channels": ""}), str(file), variable_value_labels=labels)
    write_sidecar(file)

    assert load_frame("shops", 2025)["online"].tolist() == ["Có", "Không", "Có"]


def test_user_missing_values_of_spss_keep_their_meaning(shops):
    frame = as_frame().assign(sales=[200.0, 99.0, 98.0, np.nan], online_sales=[50.0, np.nan, np.nan, np.nan])
    labels = {"sales": {98.0: "Không biết", 99.0: "Từ chối trả lời"}}
    pyreadstat.write_sav(
        frame.fillna({"channels": ""}).assign(opened=["2020-05-01"] * 3 + [""]),
        str(shops / "2025.sav"),
        variable_value_labels=labels,
        missing_ranges={"sales": [98.0, 99.0]},
    )
    write_sidecar(shops / "2025.sav")

    account = response_account("shops", 2025).set_index("question").loc["sales"]

    assert (account["answered"], account["dont_know"], account["refused"]) == (1, 1, 1)


def test_a_value_label_that_the_codebook_lacks_is_a_fault(shops):
    frame = as_frame().assign(opened="").fillna({"channels": ""})
    pyreadstat.write_sav(
        frame, str(shops / "2025.sav"), variable_value_labels={"online": {1: "Bán", 2: "Không"}}
    )

    faults = validate_file("shops", shops / "2025.sav")

    assert faults["rule"].unique().tolist() == ["a value label of the codebook"]
    assert faults["rows"].tolist() == ["1, 3"]  # records; such files have no header row
    assert "the file calls 1 'Bán'" in faults["mend"].iloc[0]


# -- the sample list -------------------------------------------------------------------------


def test_weights_may_come_in_a_sample_list_beside_the_tablets_export(shops):
    asked = [0, 1, 2, 6, 7, 8, 9, 10]  # what the form holds: no stratum, count or weight
    names = HEADER.split(",")
    export = "\n".join(",".join(row.split(",")[i] for i in asked) for row in (",".join(names), *ROWS))
    deliver(shops / "2025.csv", export)
    sample = "shop_id;stratum;shop_count;weight\n" + "".join(f"A{k};plain;40;12,5\n" for k in (1, 2, 3))
    deliver(shops / "2025.sample.csv", sample + "A4;plain;40;\n")

    assert load_frame("shops", 2025)["weight"].tolist() == [12.5, 12.5, 12.5]


def test_a_unit_that_the_sample_list_lacks_is_a_fault(shops):
    header = "shop_id,district,outcome,opened,sales,online,online_sales,channels"
    content = csv_text("A9,522,1,2020-05-01,200,2,,", header=header)
    (shops / "2025.sample.csv").write_text("shop_id,stratum,shop_count,weight\nA1,plain,40,10\n")

    faults = faults_of(shops, content)

    assert ("shop_id", "a value of shop_id in 2025.sample.csv") in set(
        zip(faults["column"], faults["rule"], strict=True)
    )


def test_without_weights_the_fault_says_where_they_may_come_from(shops):
    header = "shop_id,district,outcome,opened,sales,online,online_sales,channels"

    faults = faults_of(shops, csv_text("A9,522,1,2020-05-01,200,2,,", header=header)).set_index("column")

    assert "2025.sample.csv" in faults.loc["weight", "mend"]


# -- finding the file ------------------------------------------------------------------------


def test_no_file_of_the_year_says_where_to_put_one(shops):
    with pytest.raises(SurveyError, match=r"no file of 2025.*qngai simulate shops 2025"):
        load_frame("shops", 2025)


def test_two_files_of_one_year_are_refused(shops):
    deliver(shops / "2025.csv", csv_text())
    write_xlsx(shops / "2025.xlsx", rows_as_objects())

    with pytest.raises(SurveyError, match=r"2025\.csv and 2025\.xlsx are both of 2025; keep one"):
        load_frame("shops", 2025)


def test_an_unknown_survey_lists_those_there_are(surveys):
    with pytest.raises(SurveyError, match="shop: no such survey; there are shops"):
        load_frame("shop", 2025)


def test_a_file_edited_since_it_was_received_is_refused(shops):
    deliver(shops / "2025.csv", csv_text())
    (shops / "2025.csv").write_text(csv_text(*ROWS[:2]))

    with pytest.raises(RawFileError, match="edited since it was received"):
        load_frame("shops", 2025)


def test_simulated_data_say_so_and_real_only_leaves_them_out(shops):
    deliver(shops / "2025.csv", csv_text(), status="simulated")

    assert load_file("shops", 2025).evidence == "simulated"
    assert load_frame("shops", 2025).attrs["evidence"] == "simulated"
    with pytest.raises(SurveyError, match="simulated data, and only real data were asked for"):
        load_frame("shops", 2025, real_only=True)
