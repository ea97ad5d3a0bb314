"""Plans laid side by side: contradictions are found in the texts and printed with their lines."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis.plan import Comparison, compare_plans


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare_plans(["906", "03", "114", "ca-mau"])


def of_kind(found: Comparison, kind: str) -> pd.DataFrame:
    return found.findings[found.findings["kind"] == kind]


def test_the_ladder_has_a_row_an_indicator_and_a_column_a_plan(found: Comparison) -> None:
    ladder = found.ladder.set_index("indicator")

    assert list(found.ladder.columns[3:]) == ["906", "03", "114", "ca-mau", "QĐ 411 (2025)", "QĐ 411 (2030)"]
    assert ladder.loc["KTS_GRDP"].tolist()[2:] == [
        "đạt 20% GDP (2025)",
        "trên 4% (2023)",
        "đạt 20% GRDP (2025)",
        "đạt 20% GRDP (2025)",
        "≥ 20%",
        "≥ 30%",
    ]
    assert ladder.loc["XHS_CKS", ["906", "03", "114"]].tolist() == [
        "đạt trên 50% (2025)",
        "trên 20% (2023)",
        "đạt 50% (2025)",
    ]


def test_the_2023_plan_asks_for_more_accounts_than_the_plans_for_2025(found: Comparison) -> None:
    rows = of_kind(found, "stricter-earlier")

    assert rows["indicator"].unique().tolist() == ["XHS_TAIKHOAN15"]
    assert sorted(rows["lines"]) == ["03:123, 114:25", "03:123, 906:110"]


def test_at_least_and_more_than_the_same_share_are_told_apart(found: Comparison) -> None:
    rows = of_kind(found, "comparator")

    assert rows["indicator"].tolist() == ["XHS_CKS"]
    assert "kế hoạch 906 ghi “đạt trên”, kế hoạch 114 ghi “đạt”" in rows["text"].iloc[0]


def test_gdp_in_one_plan_and_grdp_in_another_is_a_changed_base(found: Comparison) -> None:
    rows = of_kind(found, "base")

    assert rows["lines"].tolist() == ["906:95, 114:19"]


def test_look_alikes_of_one_family_are_named_and_not_joined(found: Comparison) -> None:
    lines = set(of_kind(found, "population")["lines"])

    assert {"906:108, 03:119", "906:117, 03:120", "906:120, 03:124"} <= lines, "phones, fibre, online services"


def test_a_later_plan_for_the_same_year_says_what_it_leaves_out(found: Comparison) -> None:
    rows = of_kind(found, "missing")

    assert rows["plans"].tolist() == ["906, 114"]
    assert "không nhắc lại 11 trên 17 chỉ tiêu" in rows["text"].iloc[0]


def test_a_citation_with_another_date_than_the_rest_is_found(found: Comparison) -> None:
    rows = of_kind(found, "citation")

    assert rows["lines"].tolist() == ["114:7"]
    assert rows["text"].iloc[0] == "Kế hoạch 114 viện dẫn 411/QĐ-TTg ngày 31/3/2023; nơi khác ghi ngày 31/3/2022."


def test_no_finding_sets_one_province_against_another(found: Comparison) -> None:
    assert not found.findings["plans"].str.contains("ca-mau").any()


def test_a_plan_alone_contradicts_nobody() -> None:
    alone = compare_plans(["906"])

    assert len(alone.findings) == 0
    assert len(alone.ladder) == 17
