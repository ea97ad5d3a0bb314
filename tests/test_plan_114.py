"""Plan 114 of 2025: eight targets, twenty-four tasks with lead, partners and deadline."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis.plan import Plan, coverage, read_plan
from tests.plan_tables import agencies, table, years

# line | comparator | wording | value | unit | recurrence | indicator | subject
TARGETS = """
19 | >= | đạt            | 20 | %     |          | KTS_GRDP       | Tỷ trọng kinh tế số
20 | >= | đạt tối thiểu  | 10 | %     |          | KTS_NGANH      | Tỷ trọng kinh tế số trong từng ngành, lĩnh vực
21 | >  | đạt trên       | 10 | %     |          | KTS_TMDT       | Tỷ trọng thương mại điện tử trong tổng mức bán lẻ
23 | >= | tăng tối thiểu |  7 | %/năm | hàng năm | KTS_NSLD       | Năng suất lao động
24 | >  | đạt trên       | 50 | %     |          | KTS_SME_NTS    | Tỷ lệ doanh nghiệp nhỏ và vừa sử dụng nền tảng số
25 | >= | đạt            | 80 | %     |          | XHS_TAIKHOAN15 | Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản giao dịch thanh toán tại ngân hàng hoặc tổ chức được phép khác
26 | >= | đạt            | 50 | %     |          | XHS_CKS        | Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân
27 | >= | đạt            | 80 | %     |          | XHS_VNEID      | Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử VNNeID
"""

# section | subsection | number | lead | partners | years | deadline | recurrence | first words
TASKS = """
1 |     | 1.1 | KHCN          | SBN HUYEN          |      |            | Thường xuyên    | Đo lường trực tuyến, tổng thể
1 |     | 1.2 | SBN           | KHCN               |      |            | Thường xuyên    | Cập nhật, đánh giá trực tuyến
1 | 1.3 | a   | KHCN SBN      | TO DOAN HOI        | 2025 | 2025-09-30 |                 | Tổ chức hướng dẫn các tổ chức
1 | 1.3 | b   | KHCN          | SBN HUYEN          | 2025 | 2025-12-31 |                 | Tổ chức thí điểm chương trình khảo sát
1 | 1.3 | c   | KHCN          | SBN HUYEN          |      |            | Quý IV hàng năm | Định kỳ hàng năm thực hiện khảo sát
  |     | 2   | KHCN          | SBN HUYEN          | 2025 | 2025-12-31 |                 | Hỗ trợ kết nối tổ chức
3 |     | 3.1 | CT            | KHCN KKT HTX TO DOAN HOI | 2025 | 2025-06-30 |           | Thương mại điện tử: Thực hiện khảo sát
3 |     | 3.2 | VH            | KHCN TO DOAN HOI   | 2025 | 2025-06-30 |                 | Du lịch thông minh: Thực hiện khảo sát
3 |     | 3.3 | NNMT          | KHCN HTX TO DOAN HOI | 2025 | 2025-06-30 |               | Nông nghiệp thông minh: Thực hiện khảo sát
3 |     | 3.4 | CT            | KHCN KKT TO DOAN HOI | 2025 | 2025-12-31 |               | Sản xuất thông minh: Định kỳ hàng năm
3 |     | 3.5 | CT            | KHCN KKT TO DOAN HOI | 2025 | 2025-09-30 |               | Logistics thông minh: Thực hiện khảo sát
4 |     | 4.1 | KHCN          | SBN HUYEN          | 2025 | 2025-12-31 |                 | Khảo sát, phối hợp với Bộ Khoa học và Công nghệ
4 |     | 4.2 | SBN HUYEN     | KHCN               | 2025 | 2025-12-31 |                 | Chủ động lồng ghép
4 |     | 4.3 | KHCN          | DN                 | 2025 | 2025-12-31 |                 | Hướng dẫn các doanh nghiệp viễn thông
5 | 5.1 | a   | KHCN          | SBN HUYEN          | 2025 | 2025-06-30 |                 | Tích hợp chữ ký số vào các dịch vụ công trực tuyến
5 | 5.1 | b   | SBN           | KHCN               | 2025 | 2025-12-31 |                 | Tích hợp chữ ký số vào các dịch vụ sự nghiệp
5 | 5.1 | c   | SBN HUYEN     | KHCN DN            | 2025 | 2025-12-31 |                 | Phát động triển khai phong trào
5 | 5.2 | a   | KHCN          | SBN HUYEN          | 2025 | 2025-06-30 |                 | Tích hợp các kênh thanh toán
5 | 5.2 | b   | KHCN          | SBN HUYEN          | 2025 | 2025-06-30 |                 | Chỉ đạo các doanh nghiệp viễn thông
6 |     | 6.1 | KHCN          | SBN HUYEN          | 2025 | 2025-12-31 |                 | Triển khai đào tạo kỹ năng số
6 |     | 6.2 | TO DOAN HOI   | SBN HUYEN DNS      |      |            | Thường xuyên    | Tuyên truyền, hỗ trợ, hướng dẫn
7 |     | 7.1 | VH            | BAO SBN HUYEN      |      |            | Hàng tuần       | Chỉ đạo các cơ quan báo chí
7 |     | 7.2 | KHCN NV       | SBN HUYEN          |      |            | Quý IV hàng năm | Lồng ghép phong trào thi đua
7 |     | 7.3 | KHCN BAO      | SBN HUYEN          |      |            | Quý IV hàng năm | Công bố trên các phương tiện
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan("114")


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(TARGETS))), ids=[row[0] for row in table(TARGETS)]
)
def test_114_target(plan: Plan, i: int, row: list[str]) -> None:
    line, comparator, wording, value, unit, recurrence, indicator, subject = row
    target = plan.targets.iloc[i]

    assert (target["line_start"], target["section"]) == (int(line), "II")
    assert (target["comparator"], target["wording"]) == (comparator, wording)
    assert (target["value"], target["unit"]) == (float(value), unit)
    assert (target["recurrence"] if pd.notna(target["recurrence"]) else "") == recurrence
    assert (target["indicator"], target["subject"]) == (indicator, subject)
    assert target["period_end"] == 2025


def test_114_lists_eight_targets_and_states_one_more(plan: Plan) -> None:
    assert len(plan.targets) == 8
    assert plan.stated[
        ["comparator", "value", "unit", "recurrence", "section", "line_start"]
    ].values.tolist() == [
        [">=", 1.0, "chuyên mục", "mỗi tuần", "III.7.1", 223]
    ]  # "Mỗi tuần tối thiểu 01 chuyên mục"


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(TASKS))), ids=[f"{row[1] or row[0]}-{row[2]}" for row in table(TASKS)]
)
def test_114_task(plan: Plan, i: int, row: list[str]) -> None:
    section, subsection, number, lead, partners, period, deadline, recurrence, text = row
    task = plan.tasks.iloc[i]

    assert (task["part"], task["section"], task["subsection"], task["number"]) == (
        "III",
        section,
        subsection,
        number,
    )
    assert task["agencies"] == agencies(lead)
    assert task["cooperating"] == agencies(partners)
    assert tuple(
        None if pd.isna(task[name]) else task[name] for name in ("first_year", "last_year")
    ) == years(period)
    assert (task["deadline"] if pd.notna(task["deadline"]) else "") == deadline
    assert (task["recurrence"] if pd.notna(task["recurrence"]) else "") == recurrence
    assert task["text"].startswith(text)


def test_114_has_24_tasks(plan: Plan) -> None:
    assert len(plan.tasks) == len(table(TASKS)) == 24


def test_task_71_is_broken_off_in_the_source_and_says_so(plan: Plan) -> None:
    task = plan.tasks[plan.tasks["number"] == "7.1"].iloc[0]

    assert (task["line_start"], task["line_end"]) == (221, 227)
    assert "thúc đã đăng ký" in task["text"]  # the words between are missing from the source
    assert any("7.1" in note for note in plan.document.notes)


def test_114_takes_its_number_and_date_from_the_sidecar(plan: Plan) -> None:
    assert (plan.document.type, plan.document.number, plan.document.date) == (
        "Kế hoạch",
        "114/KH-UBND",
        "2025-05-21",
    )


def test_every_numeral_of_114_is_understood(plan: Plan) -> None:
    found = coverage(plan)

    assert (found["fate"] == "not understood").sum() == 0
    assert (found["fate"] == "target").sum() == 9
    assert found[found["numeral"].isin(["4G", "5G"])]["fate"].unique().tolist() == ["name"]
    assert found[found["around"].str.contains("5 nhóm ngành")]["fate"].tolist()[-1] == "count"
