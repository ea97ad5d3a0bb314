"""Charts say in words and in a table what they draw, and are the same bytes on every run."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from qngai_analysis.page import charts
from qngai_analysis.page.tables import Grid

TARGETS = pd.DataFrame(
    [
        ("Tỷ trọng kinh tế số", ">=", 20.0, 4.21, 2022, None, None, "", False),
        ("Tỷ lệ hộ có hồ sơ sức khỏe", ">=", 90.0, None, None, None, None, "phải điều tra", False),
        ("Tỷ lệ được đào tạo kỹ năng số", ">", 70.0, 62.4, 2025, 58.0, 66.5, "", False),
    ],
    columns=["label", "comparator", "target", "value", "year", "low", "high", "blank", "simulated"],
)
DISTRICTS = pd.DataFrame(
    {
        "label": ["Bình Sơn", "Lý Sơn", "Ba Tơ"],
        "estimate": [61.0, None, 30.5],
        "ci_low": [55.0, None, 20.0],
        "ci_high": [66.0, None, 41.0],
        "n": [300, 12, 90],
        "flag": ["", "suppress", "review"],
    }
)


def cells(figure: charts.Figure) -> list[list[str]]:
    assert isinstance(figure.data, Grid)
    return [[cell.text for cell in row.cells] for row in figure.data.rows]


def test_the_distance_chart_names_each_known_value_with_year_and_threshold() -> None:
    figure = charts.distance_to_target(TARGETS, "Khoảng cách tới mục tiêu")

    assert "Tỷ trọng kinh tế số: 4,21% (2022), ≥\u00a020%" in figure.alt
    assert "2 mục tiêu có số liệu" in figure.alt


def test_the_distance_chart_keeps_a_target_without_data_as_no_data_not_zero() -> None:
    figure = charts.distance_to_target(TARGETS, "Khoảng cách tới mục tiêu")

    assert cells(figure)[1] == [
        "Tỷ lệ hộ có hồ sơ sức khỏe",
        "≥\u00a090%",
        "…",
        "…",
        "phải điều tra",
    ]


def test_dots_name_the_extremes_and_leave_a_suppressed_domain_empty() -> None:
    figure = charts.dot_interval(DISTRICTS, "Tỷ lệ có điện thoại thông minh", simulated=True)

    assert "Thấp nhất: Ba Tơ 30,5%; cao nhất: Bình Sơn 61,0%." in figure.alt
    assert cells(figure)[1][:2] == ["Lý Sơn", "…"]
    assert figure.simulated


def test_a_domain_that_is_not_published_has_its_reason_in_the_picture_and_in_the_table() -> None:
    figure = charts.dot_interval(DISTRICTS.assign(reason=["", "không công bố: bảo mật", ""]), "x")

    assert "không công bố: bảo mật" in re.findall(r"<!-- (.*) -->", figure.svg)
    assert [row[-1] for row in cells(figure)] == ["\u00a0", "không công bố: bảo mật", "\u00a0"]


def test_the_first_of_two_groupings_is_a_heading_above_the_second() -> None:
    crossed = DISTRICTS.assign(
        label=["Nam × Trẻ", "Nam × Già", "Nữ × Trẻ"],
        row_label=["Nam", "Nam", "Nữ"],
        column_label=["Trẻ", "Già", "Trẻ"],
    )

    drawn = charts.dot_interval(crossed, "x")

    assert re.findall(r"<!-- (.*) -->", drawn.svg)[6:11] == ["Nam", "Trẻ", "Già", "Nữ", "Trẻ"]
    assert [row[0] for row in cells(drawn)] == ["Nam × Trẻ", "Nam × Già", "Nữ × Trẻ"]


def test_tiles_say_why_a_value_is_missing() -> None:
    grid = pd.DataFrame({"district": ["Bình Sơn", "Lý Sơn"], "row": [0, 0], "column": [0, 2]})
    values = pd.DataFrame({"district": ["Bình Sơn"], "value": [61.0], "reason": [None]})

    figure = charts.tile_map(values, grid, "Tỷ lệ theo huyện")

    assert cells(figure) == [["Bình Sơn", "61,0"], ["Lý Sơn", "…"]]


@pytest.mark.parametrize(
    "draw",
    [
        lambda: charts.distance_to_target(TARGETS, "x"),
        lambda: charts.dot_interval(DISTRICTS, "x"),
    ],
)
def test_the_same_data_give_the_same_bytes(draw: object) -> None:
    assert callable(draw)
    assert draw().svg == draw().svg


def test_places_are_rounded_and_letters_keep_their_size() -> None:
    """Outlines of letters are drawn 64 to the point; rounding that scale once made every letter 28% too large."""
    from matplotlib.figure import Figure

    from qngai_analysis.page.blocks import svg

    drawing = Figure(figsize=(3, 2), layout="constrained")  # of nothing: there are no axes
    drawing.text(0.123456789, 0.5, "Tỷ trọng kinh tế số")
    drawn = svg(drawing)

    assert "scale(0.015625)" in drawn
    assert not re.search(r"translate\([^)]*\.\d{4}", drawn)


def test_communes_on_the_tile_map_are_outlined_by_the_district_they_were_of():
    """Two tiles of one district share no thick line, and a hundred tiles have letters that fit them."""
    grid = pd.DataFrame(
        {
            "district": ["Ba Vì", "Ba Xa", "Sơn Hà"],
            "row": 0,
            "column": [0, 1, 2],
            "within": ["Ba Tơ", "Ba Tơ", "Sơn Hà"],
        }
    )
    values = pd.DataFrame({"district": grid["district"], "value": [1.0, 2.0, 3.0], "reason": None})
    split = grid.assign(within=["Ba Tơ", "Ba Tơ cũ", "Sơn Hà"])
    lines = [charts.tile_map(values, each, "Thử").svg.count("stroke-width: 1.4") for each in (grid, split)]

    assert lines == [10, 12]  # an inner edge of two districts is drawn from both tiles


def test_of_one_value_no_lowest_and_highest_are_told() -> None:
    assert [*charts.extremes([("a", 1.0), ("b", 2.0)], "%", "vi")] == ["Thấp nhất: a 1,0%; cao nhất: b 2,0%."]
    assert [*charts.extremes([("a", 1.0)], "%", "vi")] == ["a 1,0%."]
    assert [*charts.extremes([], "%", "vi")] == []
