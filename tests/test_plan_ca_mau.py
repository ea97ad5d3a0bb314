"""A peer province's plan, printed as news and scanned with errors."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis.plan import Plan, coverage, read_plan
from tests.plan_tables import table

# line | comparator | wording | value | unit | indicator | first words of the subject, as scanned
TARGETS = """
 5 | >= | đạt            | 20  | %            | KTS_GRDP           | Tỷ trọng kinh tế số
 7 | >= | đạt tối thiếu  | 10  | %            | KTS_NGANH          | Tỷ trọng kinh tế số trong từng ngành, lĩnh vực
 9 | >  | đạt trên       | 10  | %            | KTS_TMDT           | Tỷ trọng thương mại điện tử trong tổng mức bán lẻ
11 | >  | đạt trên       | 80  | %            | KTS_HDDT           | Tỷ lệ doanh nghiệp sử dụng họp đồng điện tử
13 | >= | đạt            | 100 | %            | KTS_HOADON         | Tỷ lệ doanh nghiệp sử dụng hoá đơn điện tử
15 | >  | đạt trên       | 50  | %            | KTS_SME_NTS        | Tỷ lệ doanh nghiệp nhỏ và vừa sử dụng nền tảng số
17 | >= | đạt            | 10  | doanh nghiệp | KTS_DN_CNS         | Số lượng doanh nghiệp công nghệ số
19 | >  | trên           | 2   | %            | KTS_LAODONG        | Tỷ lệ nhân lực lao động kinh tế số trong lực lượng lao động
21 | >= | tăng tối thiểu | 7   | %/năm        | KTS_NSLD           | Năng suất lao động
25 | >= | phủ            | 100 | %            | XHS_CAPQUANG_XA    | Hạ tầng mạng băng rộng cáp quang phủ xã
27 | >= | phủ            | 100 | %            | XHS_CAPQUANG_TRUONG | Hạ tầng mạng băng rộng cáp quang phủ trường học, bệnh viện
27 | >  | trên           | 80  | %            | XHS_CAPQUANG_NHUCAU | Hạ tầng mạng băng rộng cáp quang phủ hộ gia đỉnh có nhu cầu
29 | >= | đạt            | 80  | %            | XHS_SMARTPHONE_DS  | Tỷ lệ dân số trưởng thành có điện thoại thông minh
31 | >= | đạt            | 80  | %            | XHS_TAIKHOAN15     | Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản giao dịch thanh toán
33 | >  | đạt trên       | 50  | %            | XHS_CKS            | Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân
35 | >  | đạt trên       | 70  | %            | XHS_KYNANGSO       | Tỷ lệ người dân trong độ tuổi lao động được đào tạo kỹ năng sô cơ bản
37 | >= | đạt            | 80  | %            | XHS_CAPQUANG_PHU   | Tỷ lệ hộ gia đình được phủ mạng Internet băng thông rộng cáp quang
39 | >  | đạt trên       | 70  | %            | XHS_BAOVE          | Tỷ lệ người dân kết nối mạng được bảo vệ ở mức cơ bản
41 | >  | đạt trên       | 50  | %            | XHS_DVCTT_SUDUNG   | Tỷ lệ dân số trưởng thành có sử dụng dịch vụ công trực tuyến
43 | >  | đạt trên       | 30  | %            | XHS_TUVAN_YTE      | Tỷ lệ dân số trưởng thành dùng dịch vụ tư vân sức khỏe trực tuyên, khám chừa bệnh từ xa
45 | >= | đạt            | 90  | %            | XHS_EHR            | Tỷ lệ người dân có hồ sơ sức khỏe điện tử
47 | >= | đạt            | 80  | %            | XHS_GD_DAIHOC      | Tỷ lệ các cơ sở đào tạo đại học, cao đăng, giáo dục nghề nghiệp
49 | >= | đạt            | 70  | %            | XHS_GD_PHOTHONG    | Tỷ lệ các cơ sở giáo dục từ tiêu học đến trung học phổ thông
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan("ca-mau")


def test_22_listed_items_give_23_targets_because_one_line_carries_two(plan: Plan) -> None:
    assert len(plan.targets) == len(table(TARGETS)) == 23
    assert plan.targets["line_start"].nunique() == 22
    per_pillar = plan.targets.drop_duplicates("line_start")["pillar"].value_counts()
    assert (per_pillar["economy"], per_pillar["society"]) == (9, 13)


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(TARGETS))), ids=[f"{row[0]}-{row[3]}" for row in table(TARGETS)]
)
def test_ca_mau_target(plan: Plan, i: int, row: list[str]) -> None:
    line, comparator, wording, value, unit, indicator, subject = row
    target = plan.targets.iloc[i]

    assert target["line_start"] == int(line)
    assert (target["comparator"], target["wording"], target["value"], target["unit"]) == (
        comparator,
        wording,
        float(value),
        unit,
    )
    assert target["indicator"] == indicator
    assert target["subject"].startswith(subject)
    assert target["period_end"] == 2025
    assert target["geography"] == "tỉnh Cà Mau"


def test_the_growth_target_recurs_every_year(plan: Plan) -> None:
    growth = plan.targets[plan.targets["indicator"] == "KTS_NSLD"].iloc[0]

    assert (growth["recurrence"], growth["change"]) == ("hàng năm", "increase")
    assert plan.targets["recurrence"].notna().sum() == 1
    assert plan.targets["base"].dropna().tolist() == ["GRDP"]


def test_nothing_is_stated_and_no_task_is_invented_in_running_text(plan: Plan) -> None:
    assert plan.stated.empty
    assert plan.tasks.empty
    assert "không thấy bảng nhiệm vụ" in plan.reasons[0]


def test_every_numeral_of_ca_mau_is_understood(plan: Plan) -> None:
    found = coverage(plan)

    assert (found["fate"] == "not understood").sum() == 0
    assert found[found["numeral"].str.startswith("411")]["fate"].tolist() == ["citation"]  # "sô 411/ỌĐ-TTg"
    assert pd.unique(found[found["numeral"] == "5G"]["fate"]).tolist() == ["name"]
