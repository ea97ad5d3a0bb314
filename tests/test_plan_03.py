"""Decision 03: the target table (39 rows), the months, the assignments and the districts, row by row."""

from __future__ import annotations

import pandas as pd
import pytest

from qngai_analysis.plan import Plan, coverage, read_plan
from tests.plan_tables import agencies, table, years

# line | section | comparator | value | lead agencies | first words of the subject
LISTED = """
 90 | II.1.e | >= | 100 | TTTT       | sở, ban ngành, UBND các huyện, thị xã, thành phố triển khai các hoạt động nâng cao năng lực
 91 | II.1.g | >= | 100 | GD LD      | các cơ sở giáo dục nghề nghiệp đào tạo trình độ cao đẳng
 92 | II.1.h | >= | 100 | TTTT       | các Cổng/Trang thông tin điện tử của cơ quan nhà nước
 94 | II.2.a | >= | 100 | VP TTTT    | các cơ quan, địa phương triển khai các hoạt động
 96 | II.2.c | >= | 100 | VP         | thủ tục hành chính đủ điều kiện
 97 | II.2.c | >= |  40 | VP         | dịch vụ công trực tuyến toàn trình được tích hợp
 98 | II.2.d | >= |  30 | VP         | thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia trên tổng số giao dịch
101 | II.2.d | >= |  60 | VP         | thủ tục hành chính có yêu cầu nghĩa vụ tài chính
102 | II.2.đ | >= | 100 | TTTT       | người dân và doanh nghiệp sử dụng dịch vụ trực tuyến
103 | II.2.e | >= | 100 | TTTT VP HUYEN KKT | kết quả giải quyết thủ tục hành chính được số hóa
104 | II.2.e | >= |  50 | VP TTTT    | hồ sơ thủ tục hành chính được người dân, doanh nghiệp thực hiện trực tuyến từ xa
106 | II.2.h | >  |  30 | TTTT       | sở, ban ngành, địa phương triển khai kết nối
107 | II.2.i | >  |  10 | NV         | hoạt động kiểm tra hành chính định kỳ
108 | II.2.k | >  |  50 | TTTT NV    | cán bộ, công chức, viên chức được tập huấn
110 | II.3.a | >  |   4 | TTTT       | Tỷ trọng giá trị tăng thêm của kinh tế số trong GRDP
111 | II.3.b | >  | 8.5 | CT         | Tỷ trọng thương mại điện tử trong tổng mức bán lẻ
112 | II.3.c | >= | 100 | TTTT       | sở, ngành, địa phương ban hành và tổ chức triển khai kế hoạch
114 | II.3.đ | >  |  90 | KHDT       | doanh nghiệp nhỏ và vừa được tiếp cận dùng thử
115 | II.3.đ | >  |  70 | KHDT       | doanh nghiệp nhỏ và vừa thường xuyên sử dụng
119 | II.4.a | >  |  80 | TTTT       | Tỷ lệ thuê bao điện thoại di động sử dụng điện thoại thông minh
120 | II.4.b | >  |  80 | TTTT       | Tỷ lệ hộ gia đình có đường Internet cáp quang băng rộng
121 | II.4.c | >= |  50 | CA         | Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử
122 | II.4.d | >  |  20 | TTTT       | Tỷ lệ dân số trưởng thành trở lên có chữ ký số
123 | II.4.đ | >  |  90 | NH         | Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản giao dịch thanh toán
124 | II.4.e | >  |  60 | TTTT       | Tỷ lệ dân số trưởng thành có tài khoản dịch vụ công trực tuyến
125 | II.4.g | >  |  30 | YT         | Tỷ lệ dân số trưởng thành sử dụng nền tảng hỗ trợ tư vấn khám chữa bệnh từ xa
126 | II.4.h | >  |  80 | YT         | Tỷ lệ dân số có hồ sơ sức khỏe điện tử
128 | II.5.a | >= | 100 | TTTT       | hệ thống thông tin của cơ quan nhà nước hoàn thành phê duyệt
129 | II.5.b | >  |  30 | TTTT       | Tỷ lệ hệ thống thông tin của cơ quan nhà nước đáp ứng
130 | II.5.c | >  |  20 | TTTT       | Tỷ lệ thuê bao điện thoại di động thông minh có sử dụng phần mềm
131 | II.5.d | >  |  20 | TTTT       | Tỷ lệ hộ gia đình có đường Internet cáp quang băng rộng có sử dụng giải pháp
"""

# line | letter | lead agencies | first words
QUALITATIVE = """
 85 | II.1.a | TTTT | Ban hành danh mục cơ sở dữ liệu
 86 | II.1.b | TTTT | Ban hành kế hoạch về dữ liệu mở
 87 | II.1.c | TTTT | Cung cấp dịch vụ chia sẻ dữ liệu
 88 | II.1.d | TTTT | Triển khai nền tảng phân tích
 89 | II.1.đ | TTTT | Triển khai chức năng kho dữ liệu điện tử
 95 | II.2.b | TTTT | Tiếp tục hoàn thiện triển khai Hệ thống thông tin
105 | II.2.g | VP   | Triển khai trợ lý ảo
113 | II.3.d | TC   | Sở Y Tế, Sở Giáo dục và Đào tạo
"""

# line | territory | comparator | value | unit | set against the national average | indicator | first words of the subject
DISTRICTS = """
417 | Thành phố Quảng Ngãi | >  | 87  | % | yes | XHS_CAPQUANG_CO   | hộ gia đình có đường Internet cáp quang băng rộng
423 | Thị xã Đức Phổ       | >= | 30  | % | yes | CQS_TTTT_GIAODICH | Tỷ lệ thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia
429 | Huyện Bình Sơn       | >= | 80  | % | no  | CQS_HSCV_HUYEN    | tỷ lệ xử lý văn bản, hồ sơ công việc trên môi trường mạng đối với các phòng, ban và tương đương
429 | Huyện Bình Sơn       | >= | 60  | % | no  | CQS_HSCV_XA       | tỷ lệ xử lý văn bản, hồ sơ công việc trên môi trường mạng đối với UBND cấp xã
435 | Huyện Sơn Tịnh       | >= | 20  | % | yes | XHS_DVCTT_SUDUNG  | Tỷ lệ người dân có sử dụng dịch vụ công trực tuyến
441 | Huyện Tư Nghĩa       | >= | 20  | % | yes | XHS_DVCTT_SUDUNG  | Tỷ lệ người dân có sử dụng dịch vụ công trực tuyến
447 | Huyện Mộ Đức         | >= | 20  | % | yes | XHS_CKS           | dân số trưởng thành trở lên có chữ ký số hoặc chữ ký điện tử cá nhân
453 | Huyện Nghĩa Hành     | >= | 20  | % | yes | XHS_CKS           | dân số trưởng thành trở lên có chữ ký số hoặc chữ ký điện tử cá nhân
459 | Huyện Ba Tơ          | >= | 30  | % | yes | XHS_TUVAN_YTE     | dân số trưởng thành sử dụng nền tảng hỗ trợ tư vấn khám chữa bệnh từ xa
463 | Huyện Minh Long      | >= | 100 | % | no  | CQS_DUNGHAN       | Tỷ lệ hồ sơ giải quyết đúng hạn
465 | Huyện Minh Long      | >= | 76  | % | yes | XHS_NGUOIDUNG_INTERNET | tỷ lệ người sử dụng Internet
471 | Huyện Sơn Hà         | >  | 50  | % | no  |                   | cuộc họp giữa UBND huyện
475 | Huyện Sơn Tây        | >= | 100 | % | no  | CQS_DUNGHAN       | Tỷ lệ hồ sơ giải quyết đúng hạn
477 | Huyện Sơn Tây        | >= | 80  | % | yes | XHS_EHR           | dân số có hồ sơ sức khỏe điện tử
483 | Huyện Trà Bồng       | >= | 90  | thuê bao/100 dân | yes | XHS_TB_BRDD_100 | Số thuê bao băng rộng di động trên 100 dân
489 | Huyện Lý Sơn         | >= | 100 | % | no  |                   | cơ sở lưu trú trên địa bàn bao gồm
"""

# line | section | comparator | value | year | agency | first words of the subject
STATED = """
261 | IV.15 | >= |  10 | 2023 | TU | đảng viên sử dụng Sổ tay đảng viên điện tử
315 | V.6   | >= | 0.5 | 2024 | TC | tỷ lệ chi tối thiểu cho chuyển đổi số
353 | V.14  | >= | 100 | 2023 | YT | Tăng cường triển khai Nền tảng quản lý trạm y tế xã
355 | V.14  | >= | 100 | 2023 | YT | Triển khai liên thông hồ sơ chuyển tuyến
361 | V.15  | >= | 100 | 2023 | GD | trường Trung học phổ thông sử dụng sổ điểm điện tử
361 | V.15  | >= |  20 | 2023 | GD | trường Trung học phổ thông sử dụng học bạ điện tử
363 | V.15  | >  |  20 | 2023 | GD | lượt tập huấn cho giáo viên Trung học cơ sở
"""

# section | number | lead | period | deadline | first words
MONTHS = """
  | 1 | TTTT | Quý I và Quý II | 2023-06-30 | Chủ đề Quý I và Quý II: Khởi động Năm Dữ liệu số
  | 2 | TTTT | Tháng Bảy       | 2023-07-31 | Chủ đề Tháng Bảy: Quản trị dữ liệu
3 | a | TTTT | Tháng Tám       | 2023-08-31 | Tổ chức bồi dưỡng, tập huấn về chuyển đổi số
3 | b | TTTT | Tháng Tám       | 2023-08-31 | Truyền thông về chuyển đổi số
  | 4 | TTTT | Tháng Chín      | 2023-09-30 | Chủ đề Tháng Chín: Tuần lễ Chuyển đổi số
  | 5 | TTTT | Tháng Mười      | 2023-10-31 | Chủ đề Tháng Mười: Kết nối, chia sẻ dữ liệu
6 | a | TTTT | Tháng Mười Một  | 2023-11-30 | Khai trương Kho dữ liệu số
6 | b | TTTT | Tháng Mười Một  | 2023-11-30 | Phát động phong trào bảo vệ thông tin
7 | a | TTTT | Tháng Mười Hai  | 2023-12-31 | Tham gia các hoạt động Tổng kết
7 | b | TTTT | Tháng Mười Hai  | 2023-12-31 | Hội nghị Tổng kết Năm Dữ liệu số
"""

LEADERS = """
Sở Thông tin và Truyền thông | Công an tỉnh | Văn phòng UBND tỉnh | Sở Khoa học và Công nghệ | Sở Công Thương | Sở Tài chính
Sở Kế hoạch và Đầu tư | Sở Nội vụ | Sở Giáo dục và Đào tạo | Sở Y tế | Sở Xây dựng | Sở Nông nghiệp và Phát triển nông thôn
Sở Tài nguyên và Môi trường | Sở Tư pháp | Văn phòng Tỉnh ủy | Viettel Quảng Ngãi | VNPT Quảng Ngãi | Bưu điện tỉnh
"""

# body of section V | how many items it is given
BODIES = """
Sở Thông tin và Truyền thông | 3
Văn phòng UBND tỉnh | 2
Công an tỉnh | 1
Sở Nội vụ | 1
Sở Kế hoạch và Đầu tư | 2
Sở Tài chính | 4
Sở Nông nghiệp và Phát triển nông thôn | 1
Sở Công Thương | 1
Sở Tư pháp | 1
Sở Khoa học và Công nghệ | 1
Sở Lao động - Thương binh và Xã hội | 2
Sở Văn hóa, Thể thao và Du lịch | 2
Sở Xây dựng | 2
Sở Y tế | 2
Sở Giáo dục và Đào tạo | 3
Sở Tài nguyên và Môi trường | 2
Sở Giao thông vận tải | 1
Sở Ngoại vụ | 1
Thanh tra tỉnh | 1
Ban Quản lý Khu kinh tế Dung Quất và các Khu công nghiệp Quảng Ngãi | 1
Ban Dân tộc tỉnh | 1
Cục Thuế tỉnh | 1
Kho bạc Nhà nước Quảng Ngãi | 1
Đài Phát thanh và Truyền hình tỉnh | 2
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan("03")


def test_the_target_table_has_31_quantified_and_8_qualitative_rows(plan: Plan) -> None:
    assert len(table(LISTED)) + len(table(QUALITATIVE)) == 39
    assert (plan.targets["geography"] == "tỉnh Quảng Ngãi").sum() == 31
    assert len(plan.qualitative) == 8


@pytest.mark.parametrize(("i", "row"), list(enumerate(table(LISTED))), ids=[row[0] for row in table(LISTED)])
def test_03_target(plan: Plan, i: int, row: list[str]) -> None:
    line, section, comparator, value, lead, subject = row
    target = plan.targets.iloc[i]

    assert (target["line_start"], target["line_end"], target["section"]) == (int(line), int(line), section)
    assert (target["comparator"], target["value"], target["unit"]) == (comparator, float(value), "%")
    assert (
        target["wording"]
        == {">=": "đạt" if line == "121" else "", ">": "đạt trên" if line == "131" else "trên"}[comparator]
    )
    assert target["agencies"] == agencies(lead)
    assert target["subject"].startswith(subject)
    assert target["period_end"] == 2023


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(QUALITATIVE))), ids=[row[1] for row in table(QUALITATIVE)]
)
def test_03_goal_without_a_number(plan: Plan, i: int, row: list[str]) -> None:
    line, section, lead, text = row
    goal = plan.qualitative.iloc[i]

    assert (goal["line_start"], goal["section"]) == (int(line), section)
    assert goal["agencies"] == agencies(lead)
    assert goal["text"].startswith(text)


def test_the_groups_of_the_table_set_the_pillar(plan: Plan) -> None:
    groups = plan.targets.head(31).groupby(plan.targets["section"].str[:4], sort=False)["pillar"].unique()

    assert {key: list(value) for key, value in groups.items()} == {
        "II.1": ["data"], "II.2": ["government"], "II.3": ["economy"], "II.4": ["society"], "II.5": ["security"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(DISTRICTS))), ids=[f"{row[1]}-{row[3]}" for row in table(DISTRICTS)]
)
def test_03_district_target(plan: Plan, i: int, row: list[str]) -> None:
    line, territory, comparator, value, unit, average, indicator, subject = row
    target = plan.targets.iloc[31 + i]

    assert (target["line_start"], target["geography"]) == (int(line), territory)
    assert (target["comparator"], target["value"], target["unit"]) == (comparator, float(value), unit)
    assert (target["relative_to"] if pd.notna(target["relative_to"]) else "") == (
        "bình quân cả nước" if average == "yes" else ""
    )
    assert (target["indicator"] if pd.notna(target["indicator"]) else "") == indicator
    assert target["subject"].startswith(subject)
    assert target["period_end"] == 2023
    assert target["agencies"] == [f"UBND {territory[0].lower()}{territory[1:]}"]


def test_all_13_districts_have_a_target(plan: Plan) -> None:
    assert len(plan.targets) == 31 + len(table(DISTRICTS))
    assert plan.targets["geography"].nunique() == 13 + 1


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(STATED))), ids=[f"{row[1]}-{row[3]}" for row in table(STATED)]
)
def test_03_target_stated_in_an_assignment(plan: Plan, i: int, row: list[str]) -> None:
    line, section, comparator, value, year, agency, subject = row
    target = plan.stated.iloc[i]

    assert (target["line_start"], target["section"]) == (int(line), section)
    assert (target["comparator"], target["value"], target["period_end"]) == (
        comparator,
        float(value),
        int(year),
    )
    assert target["agencies"] == agencies(agency)
    assert target["subject"].startswith(subject)


def test_the_plan_states_nothing_else(plan: Plan) -> None:
    assert len(plan.stated) == len(table(STATED))


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(MONTHS))), ids=[row[0] + row[1] for row in table(MONTHS)]
)
def test_03_month(plan: Plan, i: int, row: list[str]) -> None:
    section, number, lead, period, deadline, text = row
    task = plan.tasks[plan.tasks["part"] == "III"].iloc[i]

    assert (task["section"], task["number"]) == (section, number)
    assert task["agencies"] == agencies(lead)
    assert (task["period_printed"], task["deadline"]) == (period, deadline)
    assert (task["first_year"], task["last_year"]) == (2023, 2023)
    assert task["text"].startswith(text)


def test_the_months_have_ten_tasks(plan: Plan) -> None:
    assert (plan.tasks["part"] == "III").sum() == 10


def test_03_assigns_18_leaders_one_task_each(plan: Plan) -> None:
    assigned = plan.tasks[plan.tasks["part"] == "IV"]

    assert assigned["section"].tolist() == [str(i) for i in range(1, 19)]
    assert assigned["agencies"].tolist() == [[name] for line in table(LEADERS) for name in line]


def test_a_task_broken_by_a_page_break_is_whole(plan: Plan) -> None:
    task = plan.tasks[(plan.tasks["part"] == "IV") & (plan.tasks["section"] == "9")].iloc[0]

    assert (task["line_start"], task["line_end"]) == (233, 237)
    assert "rà soát các chương trình đào tạo để xem xét bổ sung" in task["text"]


def test_03_assigns_24_bodies(plan: Plan) -> None:
    assigned = plan.tasks[plan.tasks["part"] == "V"]
    counts = assigned.groupby(assigned["agencies"].str[0], sort=False).size()

    assert [[name, str(count)] for name, count in counts.items()] == table(BODIES)


def test_03_assigns_13_districts(plan: Plan) -> None:
    assigned = plan.tasks[plan.tasks["part"] == "VI"]

    assert assigned["section"].drop_duplicates().tolist() == [str(i) for i in range(1, 14)]
    assert assigned.groupby("section", sort=False).size().tolist() == [3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]


def test_every_numeral_of_03_is_understood(plan: Plan) -> None:
    found = coverage(plan)

    assert (found["fate"] == "not understood").sum() == 0
    assert (found["fate"] == "target").sum() == 31 + 16 + 7
    named = found[found["numeral"].isin(["2.0", "4D"])]
    assert named["fate"].tolist() == ["name", "name"]  # "phiên bản 2.0", "cơ sở dữ liệu 4D"


def test_the_head_of_03_is_read_from_the_text(plan: Plan) -> None:
    head = plan.document

    assert (head.type, head.number, head.date) == (
        "Quyết định",
        "03/QĐ-BCĐ",
        "2023-06-07",
    )
    assert years("-2023") == (head.period_start, head.period_end)
    assert len(head.legal_bases) >= 8
