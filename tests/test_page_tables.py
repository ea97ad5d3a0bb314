import json
from datetime import date

import pandas as pd
import pytest

from qngai_analysis.errors import RenderError
from qngai_analysis.page.tables import Cell, Column, Grid, GridColumn, grid_of, mark, shares

TARGETS = pd.DataFrame(
    {
        "pillar": ["Kinh tế số", "Kinh tế số", "Xã hội số"],
        "name": ["Kinh tế số trong GRDP", "Doanh nghiệp có hợp đồng điện tử", "Hộ có cáp quang"],
        "value": [4.215, None, 83.25],
        "flag": ["p", "e", ""],
        "verdict": ["chưa đạt", "chưa có số liệu", "đạt"],
        "year": [2022, 2025, 2025],
        "address": ["https://example.org/a", "", None],
    }
)


def cells(table: Grid) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows if not row.section]


def test_numbers_have_the_columns_decimals_and_no_data_is_an_ellipsis():
    table = grid_of(TARGETS, "Mục tiêu", columns=[Column("value", "Kết quả", decimals=1, unit="%")])

    assert cells(table) == [["4,2%"], ["…"], ["83,3%"]]


def test_a_flag_stands_behind_its_number_and_is_explained_in_words():
    table = grid_of(TARGETS, "Mục tiêu", columns=[Column("value", "Kết quả", decimals=1, flag="flag")])

    # the second value is missing: a flag on nothing would say nothing
    assert cells(table) == [["4,2\u00a0[p]"], ["…"], ["83,3"]]
    assert table.notes == ("[p] số sơ bộ",)


def test_a_section_row_opens_where_the_group_changes():
    rows = grid_of(TARGETS, "Mục tiêu", columns=[Column("name", "Tên")], sections="pillar").rows

    assert [row.section for row in rows] == ["Kinh tế số", "", "", "Xã hội số", ""]


def test_a_verdict_has_a_shape_and_a_word_and_never_only_a_colour():
    table = grid_of(TARGETS, "Mục tiêu", columns=[Column("verdict", "Đánh giá", format="mark")])
    marks = [row.cells[0] for row in table.rows]

    assert [(cell.text, cell.mark) for cell in marks] == [
        ("chưa đạt", "square"),
        ("chưa có số liệu", "ring"),
        ("đạt", "circle"),
    ]


def test_verdicts_of_one_vocabulary_have_different_shapes():
    words = (
        "vượt",
        "đạt",
        "chưa đạt",
        "đúng tiến độ",
        "chậm tiến độ",
        "chưa có số liệu",
        "chưa đủ căn cứ kết luận",
    )

    assert len({mark(word).mark for word in words}) == len(words)


def test_a_verdict_is_translated():
    assert mark("chưa có số liệu", "en") == Cell("no data", mark="ring", tone="unknown")


def test_a_year_is_printed_without_thousands_and_numbers_stand_right():
    columns = [Column("year", "Năm", format="plain"), Column("value", "Kết quả"), Column("name", "Tên")]
    grid = grid_of(TARGETS, "Mục tiêu", columns=columns)

    assert grid.rows[0].cells[0].text == "2022"
    assert [column.align for column in grid.columns] == ["center", "right", "left"]


def test_dates_lists_and_markup_print_as_plain_text():
    frame = pd.DataFrame(
        {"when": [date(2025, 6, 30)], "who": [["Sở A", "Sở B"]], "text": ["#$*_@<b>[x]\\//"]}
    )

    assert cells(grid_of(frame, "Thử")) == [["30/6/2025", "Sở A; Sở B", "#$*_@<b>[x]\\//"]]


def test_the_grid_survives_the_notebook_file():
    columns = [Column("name", "Tên", head=True), Column("value", "Số", decimals=1, flag="flag", group="2025")]
    grid = grid_of(
        TARGETS, "Mục tiêu", columns=columns, sections="pillar", notes=["một"], source="hai", id="t"
    )

    assert Grid.from_payload(json.loads(json.dumps(grid.payload()))) == grid


def test_showing_a_table_gives_html_text_and_the_writers_json():
    bundle = grid_of(TARGETS, "Mục tiêu", columns=[Column("name", "Tên")])._repr_mimebundle_()

    assert set(bundle) == {"text/html", "text/plain", "application/vnd.qngai.block+json"}
    assert "Hộ có cáp quang" in bundle["text/plain"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([Column("nmae", "Tên")], "no column 'nmae' in the frame, which has pillar, name"),
        ([Column("value", "Số", flag="flags")], "no column 'flags'"),
    ],
)
def test_a_wrong_column_is_refused_when_the_table_is_made(columns, message):
    with pytest.raises(RenderError, match=message.replace("…", ".")):
        grid_of(TARGETS, "Mục tiêu", columns=columns)


def test_an_unknown_verdict_and_an_empty_caption_are_refused():
    with pytest.raises(RenderError, match="no mark for 'tốt'"):
        mark("tốt")
    with pytest.raises(RenderError, match="without a caption"):
        grid_of(TARGETS, " ")


def test_every_column_gets_what_its_longest_word_needs_and_long_texts_get_the_rest():
    number, text = GridColumn("Số", least=6, wanted=6), GridColumn("Tên", least=8, wanted=160)
    narrow, wide = shares([number, text], table_em=40)

    assert narrow * 40 == pytest.approx(6 * 0.5 + 0.8, abs=0.01)
    assert narrow + wide == pytest.approx(1, abs=0.001)


def test_a_long_code_asks_for_its_longest_piece_and_a_short_figure_for_its_unit():
    frame = pd.DataFrame({"code": ["households.2025.e_signature.QNG"], "value": ["2.725\u00a0doanh nghiệp"]})
    code, value = grid_of(frame, "Nguồn").columns

    assert code.least < len("households.") + 1
    assert len("2.725 ") < value.least < len("2.725 doanh nghiệp")


def test_a_long_figure_may_break_before_its_unit():
    frame = pd.DataFrame({"value": ["105,130,000\u00a0subscriptions"]})

    assert cells(grid_of(frame, "Figures")) == [["105,130,000 subscriptions"]]


def test_a_width_asked_for_is_kept():
    first, _ = shares([GridColumn("a", share=0.5), GridColumn("b", wanted=50)], table_em=40)

    assert first == pytest.approx(0.5, abs=0.001)
