"""Tasks in their several forms, and the periods plans print."""

from __future__ import annotations

import pytest

from qngai_analysis.plan import parse_text
from qngai_analysis.plan.model import TaskStage
from qngai_analysis.plan.tasks import read_period
from tests.plan_tables import table, years

# as printed | years | deadline | recurrence
PERIODS = """
2022 - 2025                              | 2022-2025 | 2025-12-31 |
2021- 2030                               | 2021-2030 | 2030-12-31 |
Năm 2021                                 | 2021      | 2021-12-31 |
Từ năm 2021 - 2030                       | 2021-2030 | 2030-12-31 |
Năm 2020 và những năm tiếp theo          | 2020-     |            |
Từ năm 2024                              | 2024-     |            |
Trước năm 2025                           | -2025     | 2025-12-31 |
Đến hết năm 2025                         | -2025     | 2025-12-31 |
Quý III/2025                             | 2025      | 2025-09-30 |
Quý I, quý II năm 2024                   | 2024      | 2024-06-30 |
Tháng 6/2024                             | 2024      | 2024-06-30 |
Tháng 5/2026 đến 8/2026                  | 2026      | 2026-08-31 |
Từ tháng 3/2026 đến tháng 12/2027        | 2026-2027 | 2027-12-31 |
Quý II, III/2026                         | 2026      | 2026-09-30 |
Năm học 2026-2027                        | 2026-2027 | 2027-05-31 |
Trước ngày 15/10/2023                    | -2023     | 2023-10-15 |
Quý IV hàng năm                          |           |            | Quý IV hàng năm
Thường xuyên                             |           |            | Thường xuyên
Hàng tuần                                |           |            | Hàng tuần
Thường xuyên hàng năm                    |           |            | Thường xuyên hàng năm
Theo hướng dẫn của Bộ                    |           |            |
"""


@pytest.mark.parametrize("row", table(PERIODS), ids=[row[0] for row in table(PERIODS)])
def test_a_printed_period_gives_years_deadline_and_recurrence(row: list[str]) -> None:
    printed, span, deadline, recurrence = (row + [""] * 4)[:4]
    period = read_period(printed)

    assert (period.first_year, period.last_year) == years(span)
    assert (period.deadline, period.recurrence) == (deadline or None, recurrence or None)


def test_a_month_without_a_year_takes_the_plan_s_own() -> None:
    assert read_period("Tháng Bảy", 2023).deadline == "2023-07-31"
    assert read_period("Tháng Mười Một", 2023).deadline == "2023-11-30"
    assert read_period("Tháng Bảy").deadline is None


def test_stages_are_kept_apart() -> None:
    period = read_period("Năm 2022 - 2024: Xây dựng quy hoạch. Năm 2025 và những năm tiếp theo: Triển khai.")

    assert period.stages == (TaskStage(2022, 2024, "Xây dựng quy hoạch"), TaskStage(2025, None, "Triển khai"))
    assert (period.first_year, period.last_year) == (2022, None)


ATTRIBUTES = """
II. NHIỆM VỤ
1. Hạ tầng số
a) Phủ sóng 5G;
- Cơ quan chủ trì: Sở TT&TT.
- Cơ quan phối hợp: Công an tỉnh; UBND cấp huyện.
- Thời hạn hoàn thành: Quý II/2024.
- Sản phẩm: Báo cáo.
b) Xây dựng trung tâm dữ liệu
c) Xây dựng kho dữ liệu
Đơn vị chủ trì: Sở Khoa học và Công nghệ
Thời gian: 2023 - 2025
"""


def test_attribute_lines_belong_to_the_item_above_and_to_those_that_share_them() -> None:
    tasks = parse_text(ATTRIBUTES).tasks

    assert tasks[["part", "section", "number", "text", "deadline"]].values.tolist() == [
        ["II", "1", "a", "Phủ sóng 5G", "2024-06-30"],
        ["II", "1", "b", "Xây dựng trung tâm dữ liệu", "2025-12-31"],
        ["II", "1", "c", "Xây dựng kho dữ liệu", "2025-12-31"],
    ]
    assert tasks["agencies"].tolist() == [
        ["Sở Thông tin và Truyền thông"],
        ["Sở Khoa học và Công nghệ"],
        ["Sở Khoa học và Công nghệ"],
    ]
    assert tasks["cooperating"].tolist()[0] == ["Công an tỉnh", "UBND các huyện, thị xã, thành phố"]


BROKEN_TABLE = """
III. NHIỆM VỤ
| TT | Nhiệm vụ | Cơ quan chủ trì | Thời gian hoàn thành |
|---|---|---|---|
| I | Hạ tầng | | |
| 1 | Xây dựng kho dữ liệu
dùng chung | Sở KH&CN | 2026 |
| 2 | Hoàn thiện cổng | Sở Tài chính,
Sở Y tế | Hàng năm |
"""


def test_a_table_row_may_be_broken_over_lines() -> None:
    tasks = parse_text(BROKEN_TABLE).tasks

    assert tasks[["part", "number", "text", "line_start", "line_end"]].values.tolist() == [
        ["I", "1", "Xây dựng kho dữ liệu dùng chung", 6, 7],
        ["I", "2", "Hoàn thiện cổng", 8, 9],
    ]
    assert tasks["agencies"].tolist()[1] == ["Sở Tài chính", "Sở Y tế"]


DUTIES = """
IV. TỔ CHỨC THỰC HIỆN
1. Sở Thông tin và Truyền thông
a) Chủ trì triển khai Kế hoạch.
b) Định kỳ hàng năm báo cáo.
2. Sở Tài chính: Bố trí kinh phí thực hiện.
"""


def test_standing_duties_count_only_where_nothing_else_names_tasks() -> None:
    alone = parse_text(DUTIES).tasks
    beside = parse_text(ATTRIBUTES + DUTIES).tasks

    assert alone[["section", "number", "text"]].values.tolist() == [
        ["1", "a", "Chủ trì triển khai Kế hoạch"],
        ["1", "b", "Định kỳ hàng năm báo cáo"],
        ["2", "", "Bố trí kinh phí thực hiện"],
    ]
    assert alone["agencies"].str[0].tolist() == ["Sở Thông tin và Truyền thông"] * 2 + ["Sở Tài chính"]
    assert len(beside) == 3


SENTENCES = """
III. NHIỆM VỤ
1. Triển khai bệnh án điện tử (Chủ trì: Sở Y tế; phối hợp: các bệnh viện; hoàn thành: Quý IV/2024).
2. Giao Sở Giáo dục và Đào tạo chủ trì, phối hợp với UBND các huyện triển khai học bạ số, hoàn thành trong Quý II/2024.
3. Tuyên truyền về chuyển đổi số (trên báo, đài).
4. Phát triển logistics – Chủ trì: Sở Xây dựng. Phối hợp: Bưu điện tỉnh. Thời gian: đến năm 2025. Kinh phí: 3,2 tỷ đồng.
5. Xây dựng cổng du lịch. (Sở Văn hóa, Thể thao và Du lịch chủ trì; UBND huyện Lý Sơn phối hợp; hoàn thành: 12/2022)
6. Giao Sở Giáo dục và Đào tạo, Sở Y tế triển khai thanh toán không dùng tiền mặt.
7. Tái cấu trúc quy trình.
Cơ quan chủ trì: Văn phòng UBND tỉnh. Cơ quan phối hợp: UBND các xã, phường. Thời gian hoàn thành: tháng 11/2025.
8. Phân công nhiệm vụ rõ ràng, bảo đảm rõ người, rõ việc.
"""


def test_a_sentence_may_say_what_who_and_when() -> None:
    tasks = parse_text(SENTENCES).tasks

    assert tasks[["number", "text", "deadline"]].fillna("").values.tolist() == [
        ["1", "Triển khai bệnh án điện tử", "2024-12-31"],
        ["2", "triển khai học bạ số, hoàn thành trong Quý II/2024", "2024-06-30"],
        ["4", "Phát triển logistics", "2025-12-31"],
        ["5", "Xây dựng cổng du lịch", "2022-12-31"],
        ["6", "triển khai thanh toán không dùng tiền mặt", ""],
        ["7", "Tái cấu trúc quy trình", "2025-11-30"],
    ]
    assert tasks["agencies"].tolist() == [
        ["Sở Y tế"],
        ["Sở Giáo dục và Đào tạo"],
        ["Sở Xây dựng"],
        ["Sở Văn hóa, Thể thao và Du lịch"],
        ["Sở Giáo dục và Đào tạo", "Sở Y tế"],
        ["Văn phòng UBND tỉnh"],
    ]
    assert tasks["cooperating"].tolist() == [
        ["Các bệnh viện"],
        ["UBND các huyện, thị xã, thành phố"],
        ["Bưu điện tỉnh"],
        ["UBND huyện Lý Sơn"],
        [],
        ["UBND các xã, phường, đặc khu"],
    ]


DITTO = """
| TT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian |
|---|---|---|---|---|
| 1 | Xây dựng kho dữ liệu | Sở Nội vụ | Sở Tài chính | 6/2024 |
| 2 | Vận hành kho dữ liệu | nt | Như trên | nt |
"""


def test_a_ditto_repeats_the_row_above() -> None:
    tasks = parse_text(DITTO).tasks

    assert tasks["agencies"].tolist() == [["Sở Nội vụ"], ["Sở Nội vụ"]]
    assert tasks["cooperating"].tolist() == [["Sở Tài chính"], ["Sở Tài chính"]]
    assert tasks["deadline"].tolist() == ["2024-06-30", "2024-06-30"]


def test_a_list_of_bodies_ends_with_its_sentence() -> None:
    task = parse_text(
        "III. NHIỆM VỤ\n1. Xây dựng sàn\n- Cơ quan chủ trì: Sở Công Thương.\n"
        "- Cơ quan phối hợp: UBND các huyện, thành phố. Hoàn thành trong năm 2024.\n"
    ).tasks.iloc[0]

    assert task["cooperating"] == ["UBND các huyện, thị xã, thành phố"]
    assert (task["last_year"], task["period_printed"]) == (2024, "năm 2024")


def test_the_recipients_of_a_document_are_no_duties() -> None:
    tasks = parse_text(DUTIES + "Nơi nhận:\n- Như trên;\n- Sở Y tế;\n- Lưu: VT.\n").tasks

    assert len(tasks) == 3


NAMED = """
III. NHIỆM VỤ, GIẢI PHÁP
1. Sở Khoa học và Công nghệ
- Xóa vùng lõm sóng tại 12 thôn, hoàn thành trước 30/6/2026.
2. Phát triển kỹ năng số
- Phòng, chống lừa đảo trên mạng được đưa vào bài giảng.
- Sở Nội vụ tham mưu kế hoạch bồi dưỡng công chức trong quý III/2026.
- UBND các xã phối hợp với Bưu điện khẩn trương rà soát hộ chưa có Internet.
- Sở Công Thương đã triển khai sàn thương mại điện tử.
3. Phát triển dữ liệu số
- Số hóa sổ hộ tịch; cơ quan chủ trì: Sở Tư pháp; thời hạn: 9/2026.
- Xây dựng kho dữ liệu dùng chung.
+ Chủ trì: Công an tỉnh;
+ Hoàn thành: tháng 11/2026.
"""


def test_a_body_that_a_section_of_tasks_names_first_has_the_task() -> None:
    tasks = parse_text(NAMED).tasks

    assert tasks[["text", "agencies_printed", "deadline"]].fillna("").values.tolist() == [
        [
            "Xóa vùng lõm sóng tại 12 thôn, hoàn thành trước 30/6/2026",
            "Sở Khoa học và Công nghệ",
            "2026-06-30",
        ],
        ["tham mưu kế hoạch bồi dưỡng công chức trong quý III/2026", "Sở Nội vụ", "2026-09-30"],
        ["khẩn trương rà soát hộ chưa có Internet", "UBND các xã", ""],
        ["Số hóa sổ hộ tịch", "Sở Tư pháp", "2026-09-30"],
        ["Xây dựng kho dữ liệu dùng chung", "Công an tỉnh", "2026-11-30"],
    ]
    assert tasks["cooperating_printed"].tolist()[2] == "Bưu điện"


SENTENCES_OF_BODIES = """
II. NHIỆM VỤ
1. Nâng cấp nền tảng số (Sở Khoa học và Công nghệ; quý IV/2026).
III. TỔ CHỨC THỰC HIỆN
1. Đảng uỷ xã lãnh đạo xây dựng chính sách thu hút nhân lực số, hoàn thành trong quý III/2026.
2. Phòng Kinh tế là cơ quan thường trực, chủ trì tổng hợp; kiểm tra tối thiểu 08 thôn mỗi năm.
3. Bộ Y tế, Bộ Tài chính theo chức năng phối hợp thực hiện.
4. UBND cấp xã bố trí tối thiểu 02 công chức.
5. UBND xã báo cáo HĐND xã xem xét.
"""


def test_a_duty_may_be_one_sentence_that_its_body_begins() -> None:
    items, duties = SENTENCES_OF_BODIES.split("III.")
    tasks = [(task.text, task.agencies_printed, task.deadline) for task in parse_text(items).task_list]
    assert tasks == [("Nâng cấp nền tảng số", "Sở Khoa học và Công nghệ", "2026-12-31")]

    tasks = [
        (task.text, task.agencies_printed, task.deadline) for task in parse_text(f"III.{duties}").task_list
    ]
    assert tasks == [
        (
            "lãnh đạo xây dựng chính sách thu hút nhân lực số, hoàn thành trong quý III/2026",
            "Đảng uỷ xã",
            "2026-09-30",
        ),
        ("tổng hợp; kiểm tra tối thiểu 08 thôn mỗi năm", "Phòng Kinh tế", None),
        ("thực hiện", "Bộ Y tế, Bộ Tài chính", None),
        ("bố trí tối thiểu 02 công chức", "UBND cấp xã", None),
    ]


def test_a_deadline_in_one_clause_is_no_horizon_of_the_next() -> None:
    words = "Sở Nội vụ trình kế hoạch trong quý IV năm 2025; kiểm tra ít nhất 08 địa phương mỗi năm."
    plan = parse_text(f"KẾ HOẠCH\ngiai đoạn 2026 - 2030\nII. TỔ CHỨC THỰC HIỆN\n1. {words}\n")

    assert [(target.value, target.period_end) for target in plan.stated_targets] == [(8, 2030)]


def test_a_task_between_two_days_ends_with_the_second() -> None:
    assert read_period("Từ 01/3/2026 đến hết ngày 31/5/2026").deadline == "2026-05-31"


NUMBERED = """
II. NHIỆM VỤ
1. Sở Giáo dục và Đào tạo: 1) Triển khai học bạ số trong năm học 2026-2027; 2) Tổ chức ngày hội công dân số.
2. Vụ Pháp chế chủ trì, phối hợp với Công an tỉnh tạo lập kho dữ liệu; thời gian: tháng 4/2026 đến 10/2026.
3. Vụ Mùa triển khai gieo cấy 4.120 ha.
4. Trung tâm dữ liệu: vận hành từ quý I/2026.
5. Giao Sở Tư pháp phối hợp Sở Nội vụ đăng ký, cấp chữ ký số.
6. Các bệnh viện công lập lập hồ sơ bệnh án.
7. Bệnh viện Đa khoa tỉnh triển khai bệnh án điện tử trước 30/9/2026.
"""


def test_duties_numbered_in_one_line_are_told_apart_and_a_ministry_s_department_is_a_body() -> None:
    tasks = parse_text(NUMBERED).task_list

    assert [
        (task.text, task.agencies_printed, task.cooperating_printed, task.deadline) for task in tasks
    ] == [
        ("Triển khai học bạ số trong năm học 2026-2027", "Sở Giáo dục và Đào tạo", "", "2027-05-31"),
        ("Tổ chức ngày hội công dân số", "Sở Giáo dục và Đào tạo", "", None),
        ("tạo lập kho dữ liệu", "Vụ Pháp chế", "Công an tỉnh", "2026-10-31"),
        ("đăng ký, cấp chữ ký số", "Sở Tư pháp", "Sở Nội vụ", None),
        ("lập hồ sơ bệnh án", "Các bệnh viện công lập", "", None),
        ("triển khai bệnh án điện tử trước 30/9/2026", "Bệnh viện Đa khoa tỉnh", "", "2026-09-30"),
    ]


def test_a_time_that_a_goal_names_before_its_colon_is_no_period_of_a_task() -> None:
    plan = parse_text("I. MỤC TIÊU\n- Thời gian cấp phép: Giảm từ 15 ngày xuống 10 ngày.\n")

    assert not plan.task_list
    assert [(target.subject, target.value) for target in plan.listed_targets] == [("Thời gian cấp phép", 10)]
