"""Nobody is recognised in what is published, and no total gives away what was left out."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from survey_workbench import csv_text, deliver, make_whole_project

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.release.crossing import ranges
from qngai_analysis.survey.release.disclosure import made_by_few, protect, round_count, sizes_found
from qngai_analysis.survey.release.unit_records import assert_no_unit_records


def table(counts: dict[tuple[str, str], int]) -> pd.DataFrame:
    """A table of shares by district and sex, as an estimating method returns it."""
    rows = [
        {
            "district": district, "sex": sex, "variable": "smartphone", "estimate": 0.5, "se": 0.05,
            "ci_low": 0.4, "ci_high": 0.6, "df": 30.0, "cv": 0.1, "deff": 1.234, "n": n, "n_eff": n / 1.2,
            "flag": "ok",
        }
        for (district, sex), n in counts.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


COUNTS = {
    ("Ba Tơ", "nam"): 40, ("Ba Tơ", "nữ"): 52,
    ("Lý Sơn", "nam"): 4, ("Lý Sơn", "nữ"): 31,
    ("Minh Long", "nam"): 23, ("Minh Long", "nữ"): 28,
}  # fmt: skip
EMPTIED = ["estimate", "se", "ci_low", "ci_high", "df", "cv", "deff", "n", "n_eff"]


def symbols(protected: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {(row.district, row.sex): row.symbol for row in protected.itertuples()}


# -- small cells -----------------------------------------------------------------------------


def test_a_cell_of_fewer_than_ten_holds_no_number_at_all():
    protected = protect(table(COUNTS), by=["district", "sex"])

    row = protected[(protected["district"] == "Lý Sơn") & (protected["sex"] == "nam")].iloc[0]
    assert row[EMPTIED].isna().all()
    assert (row["symbol"], row["reason"]) == ("c", "bảo mật")


@pytest.mark.parametrize(("n", "symbol"), [(0, ""), (1, "c"), (9, "c"), (10, ""), (11, "")])
def test_the_threshold_is_ten_respondents(n, symbol):
    counts = dict.fromkeys(COUNTS, 50) | {("Lý Sơn", "nam"): n}

    protected = protect(table(counts), by=["district", "sex"])

    assert symbols(protected)["Lý Sơn", "nam"] == symbol


def test_cells_beside_it_are_suppressed_so_that_no_total_gives_it_away():
    protected = protect(table(COUNTS), by=["district", "sex"])

    # Lý Sơn needs a second cell in its row and in its column, and those one that closes the square
    assert {cell for cell, mark in symbols(protected).items() if mark == "c"} == {
        ("Lý Sơn", "nam"),
        ("Lý Sơn", "nữ"),
        ("Minh Long", "nam"),
        ("Minh Long", "nữ"),
    }


CELLS = st.lists(st.integers(0, 60), min_size=6, max_size=15)


@given(inner=CELLS, wide=st.sampled_from([2, 3]))
@settings(max_examples=25, deadline=None)
def test_in_any_table_every_small_cell_is_hidden_and_stays_uncertain(inner: list[int], wide: int) -> None:
    counts = {(f"d{place // wide}", f"s{place % wide}"): n for place, n in enumerate(inner)}

    hidden = {
        cell for cell, mark in symbols(protect(table(counts), by=["district", "sex"])).items() if mark == "c"
    }

    assert {cell for cell, n in counts.items() if 0 < n < 10} <= hidden
    rows = [(*cell, str(cell), n) for cell, n in counts.items() if n]
    found = pd.DataFrame(rows, columns=["district", "sex", "cell", "n"])
    small = frozenset(str(cell) for cell in hidden if counts[cell] < 10)
    shut = {"district": frozenset(), "sex": frozenset(), "cell": frozenset(map(str, hidden))}
    for low, high in ranges(found, shut, of={"cell": small}).values():
        assert high - low >= 10 - 1e-6 or hidden == {cell for cell, n in counts.items() if n}


def test_a_lone_suppressed_cell_would_be_found_exactly():
    # the check itself: with one cell hidden the totals give it back
    counts = pd.DataFrame(
        [(*cell, str(cell), n) for cell, n in COUNTS.items()], columns=["district", "sex", "cell", "n"]
    )
    lone = frozenset({str(("Lý Sơn", "nam"))})

    shut = {"district": frozenset(), "sex": frozenset(), "cell": lone}

    assert list(ranges(counts, shut, of={"cell": lone}).values()) == [pytest.approx((4, 4))]


def test_a_table_of_three_groupings_is_protected():
    counts = np.random.default_rng(7).integers(12, 60, size=(3, 2, 2))
    counts[0, 0, 0] = 3
    cells = pd.DataFrame([(*map(str, cell), n) for cell, n in np.ndenumerate(counts)], columns=[*"abc", "n"])

    assert protect(cells, by=[*"abc"])["symbol"].eq("c").sum() == 8  # a cube


def test_an_empty_cell_is_published_and_never_used_to_hide_another():
    counts = dict(COUNTS)
    counts["Ba Tơ", "nam"] = 0

    protected = protect(table(counts), by=["district", "sex"])

    assert symbols(protected)["Ba Tơ", "nam"] == ""
    assert protected["n"].iloc[0] == 0


def test_each_variable_is_protected_for_itself():
    other = table(dict.fromkeys(COUNTS, 40)).assign(variable="account")

    protected = protect(pd.concat([table(COUNTS), other], ignore_index=True), by=["district", "sex"])

    assert (protected.loc[protected["variable"] == "account", "symbol"] == "").all()
    assert (protected.loc[protected["variable"] == "smartphone", "symbol"] == "c").sum() == 4


def test_a_table_with_nothing_to_hide_is_only_rounded():
    counts = {cell: n + 20 for cell, n in COUNTS.items()}

    protected = protect(table(counts), by=["district", "sex"])

    assert (protected["symbol"] == "").all()
    assert protected["estimate"].tolist() == [0.5] * 6
    assert protected["n"].tolist() == [60.0, 70.0, 25.0, 50.0, 45.0, 50.0]


def test_an_unreliable_estimate_is_emptied_but_its_count_is_no_secret():
    rows = table(dict.fromkeys(COUNTS, 40))
    rows.loc[2, "flag"] = "suppress"

    row = protect(rows, by=["district", "sex"]).iloc[2]

    assert (row["symbol"], row["reason"]) == ("u", "độ tin cậy thấp")
    assert row["n"] == 40
    assert row[["estimate", "se", "ci_low", "ci_high", "cv", "deff", "n_eff"]].isna().all()


def test_the_exported_file_holds_no_suppressed_number(tmp_path):
    original = table(COUNTS).assign(estimate=[0.111, 0.222, 0.777333, 0.444, 0.555, 0.666])

    protect(original, by=["district", "sex"]).to_csv(tmp_path / "table.csv", index=False)

    assert "0.777333" not in (tmp_path / "table.csv").read_text()


def test_the_flag_of_a_hidden_cell_does_not_tell_that_all_answered_alike():
    """A helper cell of 31 people, all of whom said yes, has the flag "review" (share 0 or 100%)."""
    original = table(COUNTS)
    original.loc[3, ["estimate", "flag"]] = [1.0, "review"]

    protected = protect(original, by=["district", "sex"])

    assert protected.loc[3, ["symbol", "flag"]].tolist() == ["c", "suppress"]


def test_columns_that_other_methods_add_are_emptied_too():
    """A small-area table keeps the direct estimate beside the model's."""
    original = table(COUNTS).assign(direct=0.123, rmse=0.02, year=2025)

    protected = protect(original, by=["district", "sex"])

    hidden = protected["symbol"] == "c"
    assert protected.loc[hidden, ["direct", "rmse"]].isna().all(axis=None)
    assert (protected["year"] == 2025).all()


# -- rounding --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "rounded"), [(0, 0), (2, 0), (3, 5), (12, 10), (13, 15), (2.5, 5), (7.5, 10), (-2.5, -5)]
)
def test_counts_are_rounded_to_fives_halves_away_from_zero(count, rounded):
    assert round_count(count).item() == rounded


def test_nothing_in_the_table_gives_the_exact_count_back():
    protected = protect(table(dict.fromkeys(COUNTS, 43)), by=["district", "sex"])

    assert protected["n"].tolist() == [45.0] * 6
    assert protected["n_eff"].tolist() == [35.0] * 6
    assert protected["deff"].tolist() == [1.2] * 6


# -- refusals --------------------------------------------------------------------------------


def test_a_table_that_lacks_a_column_is_refused():
    with pytest.raises(SurveyError, match="the table has no column 'area'"):
        protect(table(COUNTS), by=["area"])


def test_a_cell_that_stands_twice_is_refused():
    with pytest.raises(SurveyError, match=r"the cell \{'district': 'Ba Tơ'\} stands twice"):
        protect(table(COUNTS), by="district")


# -- magnitudes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "few"),
    [
        ([100.0] * 12, False),
        ([5.0] * 2 + [0.0] * 30, True),  # who sells nothing hides nobody
        ([5000.0, 3000.0, *[100.0] * 12], True),  # the second works the first out to 24%
        ([1000.0, 900.0, *[26.0] * 10], False),  # to 26%, though the two make up 88%
    ],
)
def test_a_total_that_few_firms_make_up_is_sensitive(sizes: list[float], few: bool) -> None:
    assert made_by_few(pd.Series(sizes), divides=False) == few


@pytest.mark.parametrize(("largest", "few"), [(120.0, False), (121.0, True)])
def test_a_ratio_is_not_divided_by_what_is_mostly_one_firms(largest: float, few: bool) -> None:
    """It would be nearly that firm's own, with the weight it enters with."""
    turnover = pd.Series([largest, *[10.0] * 12])

    assert made_by_few(turnover, divides=True) == few
    assert not made_by_few(turnover, divides=False)


# -- unit records ----------------------------------------------------------------------------


@pytest.fixture
def edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    surveys = make_whole_project(tmp_path, monkeypatch)
    deliver(surveys / "shops" / "2025.csv", csv_text())
    folder = tmp_path / "reports" / "2025"
    folder.mkdir(parents=True)
    return folder


def test_a_folder_of_tables_passes(edition):
    protect(table(COUNTS), by=["district", "sex"]).to_csv(edition / "table.csv", index=False)
    (edition / "report.html").write_text("<html lang='vi'></html>")

    assert_no_unit_records(edition)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("household_id,smartphone", "column 'household_id' that identifies units"),
        ("psu,estimate", "column 'psu' that identifies units"),
        ("weight,stratum,estimate", "weights beside strata"),
        ("has_smartphone,internet_use,payment_account,mobile_phone,education,sex,age,ethnicity,computer,"
         "home_internet,skill_training,service_use,service_account,remote_health,labour_status,digital_job,"
         "household_size,district,urban", "columns of the survey 'households'"),
    ],
)  # fmt: skip
def test_records_are_known_by_their_columns(edition, header, reason):
    for name, mark in (("a.csv", ","), ("b.csv", ";")):
        file = edition / name
        file.write_text(header.replace(",", mark) + "\n", encoding="utf-8")
        with pytest.raises(SurveyError, match=reason):
            assert_no_unit_records(edition)
        file.unlink()


def test_records_are_found_in_workbooks_below_a_cover_sheet(edition):
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Bìa"])
    sheet = book.create_sheet("dữ liệu")
    for row in itertools.chain([["Bảng 1"], []], [["household_id", "age"], ["1", 40]]):
        sheet.append(row)
    book.save(edition / "tables.xlsx")

    with pytest.raises(SurveyError, match=r"tables\.xlsx: a column 'household_id'"):
        assert_no_unit_records(edition)


def test_a_copy_of_a_survey_file_is_known_under_any_name(edition):
    (edition / "annex.dat").write_text(csv_text(), encoding="utf-8")

    with pytest.raises(SurveyError, match=r"annex\.dat: a copy of the survey file shops/2025\.csv"):
        assert_no_unit_records(edition)


@pytest.mark.parametrize("name", ["data.sav", "data.dta", "data.parquet"])
def test_formats_for_records_are_refused(edition, name):
    (edition / name).write_bytes(b"records")

    with pytest.raises(SurveyError, match="a format for records"):
        assert_no_unit_records(edition)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", "<table><thead><tr><th>household_id</th><th>age</th></tr></thead></table>"),
        ("data.json", '[{"household_id": "A1", "age": 40}]'),
        ("run.ipynb", '{"cells": [{"outputs": [{"data": {"text/html": ["<th>psu</th>"]}}]}]}'),
        ("embedded.html", '<script type="application/json">{"psu": ["1", "2"]}</script>'),
    ],
)
def test_records_inside_a_page_or_notebook_are_found(edition, name, content):
    (edition / name).write_text(content, encoding="utf-8")

    with pytest.raises(SurveyError, match="which identifies units"):
        assert_no_unit_records(edition)


def test_a_ledger_among_reports_is_refused(edition):
    (edition / "so.json").write_text('{"schema": "qngai-releases/1", "states": []}', encoding="utf-8")

    with pytest.raises(SurveyError, match=r"so\.json: the ledger of what was published"):
        assert_no_unit_records(edition)


def test_a_page_may_name_an_identifier_in_its_words(edition):
    (edition / "report.html").write_text("<td>household_id</td><p>Mã hộ (household_id)</p>", encoding="utf-8")

    assert_no_unit_records(edition)


# firms by district and branch: sizes. Lý Sơn has one large firm; its district and Trà Bồng's are hidden
FIRMS = {("Lý Sơn", "trade"): [800] + 12 * [1], ("Trà Bồng", "crafts"): 12 * [60],
         ("Đức Phổ", "trade"): 12 * [75], ("Đức Phổ", "crafts"): 20 * [1]}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (["trade", "crafts", "Đức Phổ"], []),  # what Đức Phổ has of each branch may be much
        (["trade", "Đức Phổ", "Đức Phổ crafts"], [800]),  # 1712 - (920 - 20)
        (["trade", "Đức Phổ"], []),
        (["all", "Đức Phổ", "Trà Bồng"], [800]),  # Lý Sơn is what is left
        (["all", "Đức Phổ"], []),
    ],
)
def test_of_all_tables_together_none_of_which_tells_it_a_firm_is_found_closer_than_p(
    told: list[str], found: list[int]
) -> None:
    firms = pd.DataFrame([(*where, size) for where, sizes in FIRMS.items() for size in sizes])
    rows = {row: (firms[by] == row).to_numpy() for by in (0, 1) for row in set(firms[by])}
    rows |= {"Đức Phổ crafts": rows["Đức Phổ"] & rows["crafts"], "all": np.ones(len(firms), dtype=bool)}

    those = sizes_found(firms[2].to_numpy(float), [rows[row] for row in told], list(rows.values()), 0.25)

    assert firms.loc[those, 2].to_list() == found


@pytest.mark.parametrize(("third", "found"), [(30, False), (20, True)])
def test_who_knows_the_second_firm_does_not_find_the_first_closer_than_p(third: int, found: bool) -> None:
    """Three firms are together: what the second can't tell of the first is the third's."""
    sizes, everybody = np.array([100.0, 90.0, third]), np.ones(3, dtype=bool)

    assert sizes_found(sizes, [everybody], [everybody], 0.25).any() == found
    assert sizes_found(sizes, [everybody], [np.eye(3, dtype=bool)[0]], 0.25).any() == found
