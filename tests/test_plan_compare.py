"""Plans laid side by side: contradictions are found in the texts and printed with their lines."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis.plan import Ladder, compare_plans


@pytest.fixture(scope="module")
def found() -> Ladder:
    return compare_plans(["906", "03", "114", "ca-mau"])


def of_kind(found: Ladder, kind: str) -> pd.DataFrame:
    return found.findings[found.findings["kind"] == kind]


def places(rows: pd.DataFrame) -> set[str]:
    return {", ".join(cell) for cell in rows["places"]}


def test_the_table_has_a_row_an_indicator_and_a_column_a_plan(found: Ladder) -> None:
    assert list(found.table.columns) == [
        "name",
        "906",
        "03",
        "114",
        "ca-mau",
        "QĐ 411 (2025)",
        "QĐ 411 (2030)",
    ]
    assert found.table.loc["KTS_GRDP"].tolist()[1:] == [
        "đạt 20% (2025)",
        "trên 4% (2023)",
        "đạt 20% (2025)",
        "đạt 20% (2025)",
        "tối thiểu 20%",
        "tối thiểu 30%",
    ]
    assert found.table.loc["XHS_CKS", ["906", "03", "114"]].tolist() == [
        "đạt trên 50% (2025)",
        "trên 20% (2023)",
        "đạt 50% (2025)",
    ]


def test_the_2023_plan_asks_for_more_accounts_and_more_enterprises_than_the_plans_for_2025(
    found: Ladder,
) -> None:
    rows = of_kind(found, "stricter_earlier")

    assert {"03:123, 906:110-112", "03:123, 114:25"} <= places(rows[rows["indicator"] == "XHS_TAIKHOAN15"])
    enterprises = rows[rows["indicator"].isin(["KTS_SME_THUONGXUYEN", "KTS_SME_DUNGTHU"])]
    assert enterprises["text"].str.contains("hai định nghĩa khác nhau").all()
    assert len(enterprises)


def test_at_least_and_more_than_the_same_share_are_told_apart(found: Ladder) -> None:
    rows = of_kind(found, "changed_comparator")

    assert any(
        "906 ghi “đạt trên 50% (2025)”, kế hoạch 114 ghi “đạt 50% (2025)”" in text for text in rows["text"]
    )
    assert set(rows["indicator"]) == {"XHS_CKS"}


def test_gdp_in_one_plan_and_grdp_in_another_is_a_changed_base(found: Ladder) -> None:
    assert "906:95, 114:19" in places(of_kind(found, "changed_base"))


def test_look_alikes_of_one_family_are_named_and_not_joined(found: Ladder) -> None:
    rows = of_kind(found, "changed_population")

    assert {"XHS_SMARTPHONE_DS", "XHS_CAPQUANG_PHU", "XHS_DVCTT_SUDUNG"} <= set(rows["indicator"])


def test_what_one_plan_for_the_year_sets_and_the_other_leaves_out_is_listed(found: Ladder) -> None:
    rows = of_kind(found, "missing")

    assert {"XHS_EHR", "KTS_NSLD"} <= set(rows["indicator"])


def test_a_citation_with_another_date_than_the_rest_is_found(found: Ladder) -> None:
    rows = of_kind(found, "wrong_citation")

    assert places(rows) == {"114:7"}
    assert "411/QĐ-TTg được ghi ngày 31/3/2023 trong 114" in rows["text"].iloc[0]


def test_no_finding_between_targets_sets_one_province_against_another(found: Ladder) -> None:
    between = found.findings[found.findings["plans"].map(len) > 1]

    assert not between[between["indicator"] != ""]["plans"].map(lambda plans: "ca-mau" in plans).any()


def test_a_plan_alone_contradicts_no_other_plan() -> None:
    alone = compare_plans(["906"])

    assert len(alone.table) == 17
    assert not alone.findings["plans"].map(lambda plans: len(plans) > 1).any()
