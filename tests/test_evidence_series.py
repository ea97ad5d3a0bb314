"""Where a series is cut, and what may be joined."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis.evidence.observations import Observation, observations
from qngai_analysis.evidence.published import read_breaks, read_published
from qngai_analysis.evidence.series import Chain, chain
from qngai_analysis.values import values_of

BREAKS = read_breaks()
PUBLISHED = read_published()
POINT = {
    "unit": "%",
    "territory": "QNG",
    "series": "s",
    "source_title": "nguồn",
    "evidence": "real",
    "value": 10.0,
}


def figures(*rows: dict) -> list[Observation]:
    table = observations(pd.DataFrame([{**POINT, "id": f"r{i}", **row} for i, row in enumerate(rows)]))
    return values_of(table, Observation)


def joined(found: list[Observation], anchor: str = "") -> Chain:
    return chain(found, next(one for one in found[::-1] if anchor in ("", one.id)), BREAKS)


def numbers(series: Chain) -> list[float]:
    return [point.value for point in series.points]


@pytest.mark.parametrize(
    ("attribute", "before", "after", "reason"),
    [
        ("territory", "QNG", "QNG-2025", "Kon Tum và Quảng Ngãi hợp nhất từ 01/7/2025"),
        ("unit", "hạng/63", "hạng/34", "giảm từ 63 còn 34"),
        ("method", "phương pháp A", "phương pháp B", "khác phương pháp"),
        ("method", None, "phương pháp B", "khác phương pháp"),
        ("price_basis", "so sánh 2010", "hiện hành", "khác loại giá"),
        ("age_from", 15, 18, "khác giới hạn tuổi"),
        ("evidence", "real", "simulated", "số mô phỏng"),
        ("period", "H1", "Y", "khác kỳ số liệu"),
    ],
)
def test_a_difference_that_changes_the_number_cuts_the_series(attribute, before, after, reason):
    rows = figures(
        {"reference_date": "2023", attribute: before},
        {"reference_date": "2024", attribute: after},
    )

    assert [point.id for point in joined(rows).points] == ["r1"]
    assert reason in joined(rows).cut["r0"]


@pytest.mark.parametrize(
    ("series", "anchor", "cut", "reason"),
    [
        ("dti_vn", "P033", "P034", "Bộ chỉ số DTI 2025"),
        ("dti_rank", "P027", "P154", "Bộ chỉ số DTI 2022"),
        ("grdp_tang", "P167", "P051", "hợp nhất"),
        ("ho_cap_quang_vn", "P188", "P184", "ba khái niệm"),
        ("dan_so", "P063", "P065", "Tổng điều tra 01/4/2019"),
    ],
)
def test_the_known_breaks_cut_the_published_series(series, anchor, cut, reason):
    dated = PUBLISHED[PUBLISHED["series"].eq(series) & PUBLISHED["reference_date"].notna()]
    found = joined(values_of(dated, Observation), anchor)

    assert reason in found.cut[cut]
    assert cut not in {point.id for point in found.points}


def test_a_vintage_that_was_revised_as_a_whole_is_left_out():
    """The statistics office: 2020-2023 published in 2024, again in January 2025, 2025 in 2026."""
    found = joined(values_of(PUBLISHED[PUBLISHED["series"].eq("kts_gdp_vn")], Observation), "P014")

    assert {point.t: point.value for point in found.points} == {
        2020: 12.66,
        2021: 12.87,
        2022: 12.83,
        2023: 12.87,
        2024: 13.17,
        2025: 14.02,
    }
    assert all("rà soát" in found.cut[old] for old in ("P009", "P010", "P011", "P012"))


def test_an_estimate_made_final_replaces_one_value_not_its_whole_vintage():
    rows = figures(
        {"reference_date": "2023", "value": 8.0, "level": "ước tính", "vintage": "2024-01"},
        {"reference_date": "2024", "value": 9.0, "level": "ước tính", "vintage": "2024-01"},
        {"reference_date": "2024", "value": 9.5, "level": "chính thức", "vintage": "2025-06"},
    )

    assert numbers(joined(rows)) == [8.0, 9.5]


def test_the_figure_that_speaks_is_the_one_on_the_line():
    """An office's figure goes before a newer one in the press, there and here."""
    rows = figures(
        {"reference_date": "2024", "value": 9.5, "channel": "báo chí", "vintage": "2025-06"},
        {"reference_date": "2024", "value": 9.0, "channel": "cơ quan nhà nước", "vintage": "2025-01"},
    )

    assert numbers(joined(rows)) == [9.0]


def test_the_figure_that_speaks_stays_on_its_line_when_its_vintage_was_revised():
    rows = figures(
        {"reference_date": "2022", "value": 53.0, "vintage": "2024-02"},
        {"reference_date": "2022", "value": 50.0, "vintage": "2024-01"},
        {"reference_date": "2023", "value": 60.0, "vintage": "2024-01"},
    )

    found = joined(rows)

    assert (numbers(found), found.revised) == ([53.0, 60.0], True)


def test_the_press_does_not_revise_an_offices_series():
    rows = figures(
        {"reference_date": "2022", "value": 8.0, "vintage": "2025-01"},
        {"reference_date": "2023", "value": 8.5, "vintage": "2025-01"},
        {"reference_date": "2023", "value": 8.9, "vintage": "2025-06", "channel": "báo chí"},
        {"reference_date": "2024", "value": 9.0, "vintage": "2025-01"},
    )

    assert numbers(joined(rows)) == [8.0, 8.5, 9.0]


def test_bounds_and_ranges_have_no_place_on_a_line():
    rows = figures(
        {"reference_date": "2023", "value_type": "lower_bound"},
        {"reference_date": "2024"},
    )

    assert "cận" in joined(rows).cut["r0"]


def test_points_after_the_figure_judged_are_not_part_of_its_past():
    rows = figures({"reference_date": "2025"}, {"reference_date": "2024"})

    assert [point.t for point in joined(rows).points] == [2024.0]
