"""Plan 66 of 2020: 44 tasks with lead and period; one carries two targets."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis.plan import Plan, coverage, read_plan
from tests.plan_tables import agencies, table, years

# section | letter | lead | years | recurrence | first words
TASKS = """
1 | a | SBN HUYEN TCCN     |           | Thường xuyên hàng năm | Tổ chức quán triệt
1 | b | TTTT               | 2021-     |                       | Hướng dẫn các sở, ngành
1 | c | TTTT               | 2022-2025 |                       | Tổ chức Hội nghị tập huấn
1 | d | SBN HUYEN TCCN     |           | Thường xuyên hàng năm | Các sở, ban, ngành, UBND
1 | đ | MTTQ DOANTHE       |           | Thường xuyên hàng năm | Đề nghị Ủy ban Mặt trận
2 | a | KHDT KHCN CT       | 2020-     |                       | Rà soát, hoàn thiện các cơ chế
2 | b | KHCN               | 2020-     |                       | Tiếp tục rà soát, tham mưu
2 | c | SBN MTTQ DOANTHE HUYEN | 2020- |                       | Đổi mới đồng bộ cơ chế
2 | d | XD                 | 2020-     |                       | Nghiên cứu, xác định lộ trình
2 | d | LD                 | 2021-2030 |                       | Xây dựng các cơ chế, chính sách tạo lập hành lang
2 | e | TN                 | 2021-2030 |                       | Xây dựng các cơ chế, chính sách thúc đẩy
2 | g | TN                 | 2021-2025 |                       | Ứng dụng công nghệ thông tin
3 | a | TTTT               | 2021-2030 |                       | Xây dựng và phát triển trung tâm dữ liệu
3 | b | TTTT               |           |                       | Nâng cấp, cập nhật Kiến trúc
3 | c | TTTT               | 2022-     |                       | Quy hoạch và tổ chức triển khai mạng truyền dẫn
3 | d | KHCN               | 2021-2030 |                       | Đầu tư các cơ sở vật chất
3 | đ | TTTT               | 2021      |                       | Đưa nội dung Quy hoạch
3 | e | TTTT               | 2021-2030 |                       | Xây dựng Kế hoạch ngầm hóa
3 | g | CT GTVT            | 2021-2030 |                       | Đẩy mạnh thu hút nguồn lực
3 | h | TTTT               | 2021-2030 |                       | Xây dựng Trung tâm Giám sát
4 | a | KHCN               | 2020-2030 |                       | Xây dựng và triển khai thực hiện hiệu quả Đề án
4 | b | KHCN               | 2020-     |                       | Hoàn thiện cơ chế, chính sách
4 | c | KHCN               | 2020-2030 |                       | Xây dựng và triển khai Chương trình
4 | d | KHCN KHDT          | 2020-2030 |                       | Tiếp tục triển khai có hiệu quả
4 | đ | KHCN               | 2020-2030 |                       | Xây dựng và triển khai các Chương trình
5 | a | GD                 |           | Thường xuyên          | Triển khai thực hiện có hiệu quả
5 | b | GD                 | 2020-2030 |                       | Xây dựng Chương trình tăng cường
5 | c | GD                 | 2025-2045 |                       | Xây dựng kỹ năng tích hợp
5 | d | LD                 | 2020-     |                       | Phát triển hệ thống giáo dục nghề nghiệp
5 | đ | TTTT               | 2021-     |                       | Xây dựng kế hoạch truyền thông
5 | e | KHCN               | 2020-     |                       | Tăng cường hợp tác đào tạo
6 | a | KHDT KKT           | 2022-2025 |                       | Rà soát, điều chỉnh, bổ sung
6 | b | TTTT               | 2021-     |                       | Tham mưu xây dựng
6 | c | CT                 | 2021-2025 |                       | Xây dựng và thực hiện Kế hoạch phát triển thương mại
6 | d | YT                 | 2021-2025 |                       | Xây dựng và thực hiện Đề án
6 | đ | NN                 | 2021-2030 |                       | Chuyển giao và ứng dụng
7 | a | KHCN               | 2020-2030 |                       | Xây dựng và thực hiện các chương trình
7 | b | KHDT KKT           | 2022-2025 |                       | Xây dựng cơ chế, chính sách về đầu tư
8 | a | TTTT               | 2021-     |                       | Xây dựng và triển khai Đề án Chuyển đổi số
8 | b | TTTT               | 2025-2030 |                       | Tiếp tục thực hiện Nghị quyết
8 | c | TTTT               | 2021-2025 |                       | Điều phối, phối hợp
8 | d | TTTT               | 2021-2030 |                       | Tiếp tục xây dựng các cơ sở dữ liệu
8 | đ | NV                 | 2021-2025 |                       | Tổ chức đào tạo nâng cao
8 | e | VP                 |           | Thường xuyên hàng năm | Rà soát, hoàn thiện các quy trình
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan("66")


@pytest.mark.parametrize(
    ("i", "row"),
    list(enumerate(table(TASKS))),
    ids=[f"{i}-{row[0]}{row[1]}" for i, row in enumerate(table(TASKS))],
)
def test_66_task(plan: Plan, i: int, row: list[str]) -> None:
    section, letter, lead, period, recurrence, text = row
    task = plan.tasks.iloc[i]

    assert (task["part"], task["section"], task["number"]) == ("II", section, letter)
    assert task["agencies"] == agencies(lead)
    assert tuple(
        None if pd.isna(task[name]) else task[name] for name in ("first_year", "last_year")
    ) == years(period)
    assert (task["recurrence"] if pd.notna(task["recurrence"]) else "") == recurrence
    assert task["text"].startswith(text)


def test_66_has_44_tasks(plan: Plan) -> None:
    assert len(plan.tasks) == len(table(TASKS)) == 44


def test_a_period_in_two_stages_keeps_both(plan: Plan) -> None:
    task = plan.tasks[(plan.tasks["section"] == "3") & (plan.tasks["number"] == "c")].iloc[0]

    assert task["stages"] == [
        {"first_year": 2022, "last_year": 2024, "text": "Xây dựng quy hoạch"},
        {"first_year": 2025, "last_year": None, "text": "Triển khai thực hiện"},
    ]


def test_a_time_that_depends_on_guidance_has_no_years_but_its_words(plan: Plan) -> None:
    task = plan.tasks[(plan.tasks["section"] == "3") & (plan.tasks["number"] == "b")].iloc[0]

    assert task["period_printed"] == "Theo hướng dẫn của Bộ Thông tin và Truyền thông và theo thực tiễn"


def test_the_stem_task_states_two_targets_for_2025_to_2030(plan: Plan) -> None:
    assert plan.targets.empty
    stated = plan.stated[
        ["value", "comparator", "unit", "period_start", "period_end", "section", "subject"]
    ].values.tolist()
    assert stated == [
        [80.0, ">=", "%", 2025, 2030, "II.5.c", "trường THPT được tổ chức dạy thí điểm"],
        [50.0, ">=", "%", 2025, 2030, "II.5.c", "trường THCS được tổ chức dạy thí điểm"],
    ]
    assert plan.stated["agencies"].tolist() == [agencies("GD")] * 2


def test_every_numeral_of_66_is_understood(plan: Plan) -> None:
    found = coverage(plan)

    def fate(words: str, numeral: str) -> str:
        return str(
            found[found["around"].str.contains(words, regex=False) & (found["numeral"] == numeral)][
                "fate"
            ].iloc[0]
        )

    assert (found["fate"] == "not understood").sum() == 0
    assert (found["fate"] == "target").sum() == 2
    assert fate("lần thứ 4", "4") == fate("phủ sóng 4G", "4G") == fate("Trung ương 6 khóa", "6") == "name"
    assert fate("06 Cơ sở dữ liệu", "06") == "count"
    assert fate("định kỳ 3 năm, 5 năm", "3") == fate("3 năm, 5 năm", "5") == "duration"
    assert fate("3. Chính sách phát triển", "3") == "list number"


def test_66_head(plan: Plan) -> None:
    head = plan.document

    assert (head.type, head.number, head.date) == (
        "Kế hoạch",
        "66/KH-UBND",
        "2020-05-18",
    )
    assert head.subject.startswith("THỰC HIỆN NGHỊ QUYẾT SỐ 50/NQ-CP")
