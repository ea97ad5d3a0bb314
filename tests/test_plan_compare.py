"""Plans side by side: conflicts are computed, and each names its lines."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis import kept
from qngai_analysis.plan import parse_text
from qngai_analysis.plan.compare import PlanComparison, compare_plans
from tests.plan_tables import table

# kind | indicator | places
FINDINGS = """
changed_base       | KTS_GRDP            | 906:95, 03:110
changed_base       | KTS_GRDP            | 906:95, 114:19
changed_base       | KTS_GRDP            | 906:95
stricter_earlier   | XHS_TAIKHOAN15      | 03:123, 906:110-112
stricter_earlier   | XHS_TAIKHOAN15      | 03:123, 114:25
stricter_earlier   | KTS_SME_DUNGTHU     | 03:114, 906:102-103
stricter_earlier   | KTS_SME_THUONGXUYEN | 03:115, 906:102-103
stricter_earlier   | KTS_SME_DUNGTHU     | 03:114, 114:24
stricter_earlier   | KTS_SME_THUONGXUYEN | 03:115, 114:24
stricter_earlier   | XHS_SMARTPHONE_TB   | 03:119, 906:108-109
stricter_earlier   | XHS_CAPQUANG_CO     | 03:120, 906:117
stricter_earlier   | XHS_DVC_TAIKHOAN    | 03:124, 906:120-121
changed_comparator | XHS_CKS             | 906:113-114, 114:26
changed_comparator | XHS_CKS             | 114:26
changed_population | KTS_SME_NTS         | 906:102-103, 03:114
changed_population | KTS_SME_NTS         | 906:102-103, 03:115
changed_population | KTS_SME_DUNGTHU     | 03:114, 114:24
changed_population | KTS_SME_THUONGXUYEN | 03:115, 114:24
changed_population | XHS_SMARTPHONE_DS   | 906:108-109, 03:119
changed_population | XHS_CAPQUANG_PHU    | 906:117, 03:120
changed_population | XHS_BAOVE           | 906:118-119, 03:130
changed_population | XHS_BAOVE           | 906:118-119, 03:131
changed_population | XHS_DVCTT_SUDUNG    | 906:120-121, 03:124
wrong_citation     |                     | 114:7
misprinted_symbol  |                     | 03:23, 03:477, 03:153, 03:447, 03:453, 03:459
"""

# indicator | 906 | 03 | 114 | Decision 411, 2025 | 2030
LADDER = """
KTS_GRDP       | đạt 20% (2025)           | trên 4% (2023)   | đạt 20% (2025)           | 20%      | 30%
KTS_NGANH      | đạt tối thiểu 10% (2025) |                  | đạt tối thiểu 10% (2025) | 10%      | 20%
KTS_TMDT       | đạt trên 10% (2025)      | trên 8,5% (2023) | đạt trên 10% (2025)      | trên 10% | trên 20%
KTS_HDDT       | đạt trên 80% (2025)      |                  |                          | trên 80% | 100%
XHS_TAIKHOAN15 | đạt 80% (2025)           | trên 90% (2023)  | đạt 80% (2025)           | 80%      | 95%
XHS_CKS        | đạt trên 50% (2025)      | trên 20% (2023)  | đạt 50% (2025)           | trên 50% | trên 70%
XHS_VNEID      |                          | đạt 50% (2023)   | đạt 80% (2025)           |          |
"""

MISSING_IN_114 = (
    "KTS_HDDT KTS_LAODONG XHS_SMARTPHONE_DS XHS_KYNANGSO XHS_CAPQUANG_PHU XHS_BAOVE XHS_DVCTT_SUDUNG XHS_TUVAN_YTE XHS_EHR "
    "XHS_GD_DAIHOC XHS_GD_PHOTHONG"
)


@pytest.fixture(scope="module")
def ladder() -> PlanComparison:
    return compare_plans(["906", "03", "114"])


def test_the_three_plans_disagree_in_just_these_places(ladder: PlanComparison) -> None:
    found = ladder.findings[ladder.findings["kind"] != "missing"]
    rows = sorted((row.kind, row.indicator, ", ".join(row.places)) for row in found.itertuples())

    assert rows == sorted(tuple(row) for row in table(FINDINGS))


def test_what_a_caller_does_with_a_comparison_is_not_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_SETTLED", True)  # as where an edition is made
    first = compare_plans(["906", "66"])
    first.table.loc[:, "906"] = "0"
    first.findings["text"] = ""

    again = compare_plans(["906", "66"])

    assert not again.table["906"].eq("0").any()
    assert again.findings["text"].ne("").all()


def test_each_finding_says_what_the_plans_print(ladder: PlanComparison) -> None:
    text = {(row.kind, tuple(row.places)): row.text for row in ladder.findings.itertuples()}

    assert text["changed_comparator", ("906:113-114", "114:26")] == (
        "Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân: kế hoạch 906 ghi “đạt trên 50% (2025)”, "
        "kế hoạch 114 ghi “đạt 50% (2025)”."
    )
    assert (
        text["wrong_citation", ("114:7",)]
        == "411/QĐ-TTg được ghi ngày 31/3/2023 trong 114; nơi khác ghi ngày 31/3/2022."
    )
    assert (
        "17/QĐ-UBQGCDSD"
        in text["misprinted_symbol", ("03:23", "03:477", "03:153", "03:447", "03:453", "03:459")]
    )


@pytest.mark.parametrize("row", table(LADDER), ids=[row[0] for row in table(LADDER)])
def test_ladder_row(ladder: PlanComparison, row: list[str]) -> None:
    assert (
        ladder.table.loc[row[0], ["906", "03", "114", "QĐ 411 (2025)", "QĐ 411 (2030)"]].tolist() == row[1:]
    )


def test_what_906_wants_by_2025_and_114_leaves_out(ladder: PlanComparison) -> None:
    missing = ladder.findings[
        (ladder.findings["kind"] == "missing") & ladder.findings["text"].str.endswith("kế hoạch 114.")
    ]
    added = ladder.findings[
        (ladder.findings["kind"] == "missing") & ladder.findings["text"].str.endswith("kế hoạch 906.")
    ]

    assert missing["indicator"].tolist() == MISSING_IN_114.split()
    assert added["indicator"].tolist() == ["KTS_NSLD", "XHS_VNEID"]


def test_district_targets_are_no_steps_of_the_ladder(ladder: PlanComparison) -> None:
    assert set(ladder.steps["geography"]) == {"tỉnh Quảng Ngãi"}
    assert ladder.steps["year"].dtype == "Int64"


def test_a_peer_province_shares_the_table_but_makes_no_conflict() -> None:
    ladder = compare_plans(["906", "ca-mau"])

    assert ladder.table.loc["KTS_GRDP", "ca-mau"] == "đạt 20% (2025)"
    assert "ca-mau" not in {plan for plans in ladder.findings["plans"] for plan in plans}


def test_a_target_below_the_national_one_is_a_finding() -> None:
    plan = parse_text(
        "Đến năm 2025, tỷ trọng kinh tế số đạt 15% GRDP.\nĐến năm 2030, tỷ trọng kinh tế số đạt 30% GRDP."
    )
    found = compare_plans([plan]).findings

    assert found[["kind", "indicator"]].values.tolist() == [["below_national", "KTS_GRDP"]]
    assert "“đạt 15% (2025)”, QĐ 411 ghi “20%”" in found["text"].iloc[0]


def test_nothing_to_compare_gives_empty_tables() -> None:
    ladder = compare_plans([])

    assert (len(ladder.steps), len(ladder.table), len(ladder.findings)) == (0, 0, 0)
    assert isinstance(ladder.findings, pd.DataFrame)
