"""Decision 906: what the parser reads against tables made by hand from the text."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from qngai_analysis.plan import Plan, coverage, read_plan
from tests.plan_tables import agencies, table, years

# line of the source | comparator | wording | value | base | indicator | subject
TARGETS = """
 95 | >= | đạt           | 20 | GDP | KTS_GRDP          | Tỷ trọng kinh tế số
 96 | >= | đạt tối thiểu | 10 |     | KTS_NGANH         | Tỷ trọng kinh tế số trong từng ngành, lĩnh vực
 98 | >  | đạt trên      | 10 |     | KTS_TMDT          | Tỷ trọng thương mại điện tử trong tổng mức bán lẻ
100 | >  | đạt trên      | 80 |     | KTS_HDDT          | Tỷ lệ doanh nghiệp sử dụng hợp đồng điện tử
102 | >  | đạt trên      | 50 |     | KTS_SME_NTS       | Tỷ lệ doanh nghiệp nhỏ và vừa sử dụng nền tảng số
104 | >  | đạt trên      |  2 |     | KTS_LAODONG       | Tỷ lệ nhân lực lao động kinh tế số trong lực lượng lao động
108 | >= | đạt           | 80 |     | XHS_SMARTPHONE_DS | Tỷ lệ dân số trưởng thành có điện thoại thông minh
110 | >= | đạt           | 80 |     | XHS_TAIKHOAN15    | Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản giao dịch thanh toán tại ngân hàng hoặc tổ chức được phép khác
113 | >  | đạt trên      | 50 |     | XHS_CKS           | Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân
115 | >  | đạt trên      | 70 |     | XHS_KYNANGSO      | Tỷ lệ người dân trong độ tuổi lao động được đào tạo kỹ năng số cơ bản
117 | >= | đạt           | 80 |     | XHS_CAPQUANG_PHU  | Tỷ lệ hộ gia đình được phủ mạng Internet băng thông rộng cáp quang
118 | >  | đạt trên      | 70 |     | XHS_BAOVE         | Tỷ lệ người dân kết nối mạng được bảo vệ ở mức cơ bản
120 | >  | đạt trên      | 50 |     | XHS_DVCTT_SUDUNG  | Tỷ lệ dân số trưởng thành có sử dụng dịch vụ công trực tuyến
122 | >  | đạt trên      | 30 |     | XHS_TUVAN_YTE     | Tỷ lệ dân số trưởng thành dùng dịch vụ tư vấn sức khỏe trực tuyến, khám chữa bệnh từ xa
124 | >= | đạt           | 90 |     | XHS_EHR           | Tỷ lệ người dân có hồ sơ sức khỏe điện tử
126 | >= | đạt           | 80 |     | XHS_GD_DAIHOC     | Tỷ lệ các cơ sở đào tạo đại học, cao đẳng, giáo dục nghề nghiệp hoàn thiện được mô hình quản trị số, hoạt động số, chuẩn hóa dữ liệu số, kho học liệu số mở
129 | >= | đạt           | 70 |     | XHS_GD_PHOTHONG   | Tỷ lệ các cơ sở giáo dục từ tiểu học đến trung học phổ thông hoàn thiện được mô hình quản trị số, hoạt động số, chuẩn hóa dữ liệu số, kho học liệu số mở
"""

# part.section[.subsection] | number | lead agencies | period | first words of the task
TASKS = """
A.I     |    | SBN HUYEN       | 2022-2025 | Rà soát, xây dựng, sửa đổi
A.II    | 1  | KKT             | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng khu công nghiệp
A.II    | 2  | TTTT            | 2022-2025 | Triển khai Chiến lược phát triển hạ tầng số
A.II    | 3  | GTVT            | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng giao thông
A.II    | 4  | NN              | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng thủy lợi
A.II    | 5  | XD              | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng đô thị
A.II    | 6  | CT              | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng thương mại
A.II    | 7  | CT              | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng cung cấp điện
A.II    | 8  | CT              | 2022-2025 | Triển khai kế hoạch nâng cao năng lực cạnh tranh
A.II    | 9  | GD              | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng giáo dục
A.II    | 10 | KHCN            | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực khoa học
A.II    | 11 | YT              | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng y tế
A.II    | 12 | VH              | 2022-2025 | Triển khai chiến lược, kế hoạch chuyển đổi số, lộ trình số hóa và thông minh hóa lĩnh vực hạ tầng văn hóa
A.II    | 13 | TTTT HUYEN      | 2022-2025 | Đẩy mạnh phát triển hạ tầng kết nối số
A.III   | 1  | TTTT SBN HUYEN  | 2022-2025 | Xây dựng và tổ chức triển khai kế hoạch thúc đẩy sử dụng nền tảng số quốc gia
A.IV    | 1  | TTTT            | 2022-2025 | Triển khai Chiến lược dữ liệu quốc gia
A.IV    | 2  | SBN HUYEN       | 2022-2025 | Triển khai kế hoạch phát triển dữ liệu
A.IV    | 3  | TTTT            | 2022-2025 | Triển khai Nền tảng tổng hợp, phân tích dữ liệu
A.V     | 1  | TTTT            | 2022-2023 | Triển khai Chiến lược an toàn an ninh mạng
A.V     | 2  | TTTT SBN HUYEN  | 2022-2025 | Đảm bảo yêu cầu an toàn thông tin mạng
A.V     | 3  | TTTT            | 2022-2025 | Triển khai phổ cập dịch vụ an toàn thông tin
A.V     | 4  | TTTT SBN HUYEN  | 2022-2025 | Triển khai dịch vụ an toàn thông tin mạng chuyên nghiệp
A.V     | 5  | TTTT            | 2022-2023 | Triển khai hệ sinh thái tín nhiệm mạng
A.V     | 6  | TTTT            | 2022-2023 | Triển khai ký số từ xa
A.V     | 7  | CA              | 2022-2025 | Hoàn thành triển khai Đề án đẩy mạnh
A.V     | 8  | CA              | 2022-2025 | Triển khai Nghị định về định danh
A.V     | 9  | CA              | 2022-2025 | Triển khai Nền tảng định danh người dân
A.V     | 10 | CA              | 2022-2025 | Bảo đảm, xác thực thông tin
A.V     | 11 | CA              | 2022-2025 | Đẩy mạnh công tác phòng, chống tội phạm
A.VI    | 1  | GD LD           | 2022-2025 | Triển khai Chương trình “Học từ làm việc thực tế”
A.VI    | 2  | GD HUYEN        | 2022-2025 | Triển khai Chương trình dạy và học về kỹ năng số
A.VI    | 3  | GD VH           | 2022-2025 | Triển khai mạng lưới hệ thống thư viện
A.VI    | 4  | GD              | 2022-2025 | Triển khai Nền tảng quản lý nội dung học tập
A.VI    | 5  | TTTT GD         | 2022-2025 | Triển khai Nền tảng quản lý học tập
A.VI    | 6  | TTTT GD LD      |           | Nền tảng sát hạch trực tuyến
A.VII   | 1  | TTTT            | 2022-2025 | Triển khai Nền tảng học trực tuyến mở
A.VII   | 2  | TTTT SBN HUYEN  | 2022-2025 | Tổ chức các chương trình đào tạo kỹ năng số
A.VII   | 3  | TTTT SBN HUYEN  | 2022-2025 | Hàng năm thực hiện sát hạch
A.VII   | 4  | TTTT SBN HUYEN  | 2022-2025 | Triển khai các chương trình thúc đẩy phát triển công dân số
A.VII   | 5  | TTTT SBN HUYEN  | 2022-2025 | Triển khai các chương trình đẩy mạnh phát triển văn hóa số
A.VII   | 6  | DAI             | 2022-2025 | Triển khai Nền tảng truyền hình số
A.VII   | 7  | VP              | 2022-2025 | Triển khai Nền tảng khảo sát
A.VIII  | 1  |                 | 2022-2025 | Triển khai Kế hoạch về Phát triển doanh nghiệp công nghệ số
A.VIII  | 2  | TTTT KHDT CT HUYEN | 2022-2025 | Triển khai Chương trình hỗ trợ doanh nghiệp nhỏ và vừa
A.VIII  | 3  | TTTT KHDT CT HUYEN | 2022-2025 | Triển khai Chương trình xác định Chỉ số
A.VIII  | 4  | TTTT CT HUYEN   | 2022-2025 | Triển khai Chương trình hỗ trợ doanh nghiệp bưu chính
A.VIII  | 5  | TTTT TC CT NN   | 2022-2025 | Triển khai Nền tảng quản trị tổng thể
A.IX    | 1  | TC              | 2022-2025 | Triển khai Chiến lược tài chính toàn diện
A.IX    | 2  | NH              | 2022-2025 | Triển khai Đề án phát triển thanh toán
A.IX    | 3  | TTTT            | 2022-2025 | Triển khai Chương trình thúc đẩy dịch vụ Mobile Money
A.IX    | 4  | TTTT YT GD HUYEN | 2022-2025 | Triển khai Chương trình hỗ trợ bệnh viện
A.IX    | 5  | THUE            | 2022-2023 | Triển khai Nền tảng hóa đơn điện tử
B.I     | 1  | NN              | 2022-2025 | Xây dựng và tổ chức triển khai Kế hoạch
B.I     | 2  | NN              | 2022-2025 | Triển khai Nền tảng dữ liệu số nông nghiệp
B.I     | 3  | NN              | 2022-2025 | Cập nhật bộ tiêu chí
B.I     | 4  | NN              | 2022-2025 | Tổ chức triển khai sáng kiến
B.I     | 5  | NN              | 2022-2025 | Tuyên truyền, vận động
B.II    | 1  | YT              | 2022-2025 | Xây dựng và tổ chức triển khai Kế hoạch
B.II    | 2  | YT              | 2022-2025 | Triển khai Nền tảng hồ sơ sức khỏe cá nhân
B.II    | 3  | YT              | 2022-2025 | Triển khai Nền tảng hỗ trợ tư vấn
B.II    | 4  | YT              | 2022-2025 | Triển khai Nền tảng quản lý xét nghiệm
B.II    | 5  | YT              | 2022-2025 | Triển khai Nền tảng quản lý trạm y tế
B.II    | 6  | YT              | 2022-2025 | Triển khai Nền tảng số về an toàn thực phẩm
B.II    | 7  | YT              | 2022-2025 | Triển khai Nền tảng số kết nối các chuyên gia
B.III   | 1  | GD              | 2022-2025 | Xây dựng và tổ chức triển khai Kế hoạch
B.III   | 2  | GD              | 2022-2025 | Triển khai Nền tảng số dạy, học
B.III   | 3  | GD TTTT         | 2022-2025 | Tìm kiếm và thúc đẩy
B.IV    | 1  | LD              | 2022-2025 | Xây dựng và tổ chức triển khai kế hoạch
B.IV    | 2  | LD              | 2022-2025 | Triển khai Nền tảng dữ liệu số về lao động
B.IV    | 3  | BH              | 2022-2025 | Triển khai, cập nhật, duy trì
B.V.V.1 | 1  | CT              | 2022-2025 | Triển khai Kế hoạch phát triển thương mại điện tử
B.V.V.1 | 2  | CT              | 2022-2025 | Triển khai Kế hoạch hành động
B.V.V.1 | 3  | CT              | 2022-2025 | Quản lý, giám sát
B.V.V.1 | 4  | CT              | 2022-2025 | Triển khai Chương trình thúc đẩy thương mại điện tử
B.V.V.1 | 5  | CT TTTT         | 2022-2025 | Hỗ trợ người dân đưa sản phẩm
B.V.V.1 | 6  | CT              | 2022-2025 | Triển khai Nền tảng thương mại điện tử
B.V.V.1 | 7  | CT              | 2022-2025 | Tăng cường xây dựng hệ thống hạ tầng
B.V.V.2 | 1  | KHDT            | 2022-2025 | Triển khai cơ chế điều phối
B.V.V.2 | 2  | KKT             | 2022-2025 | Triển khai Nền tảng số kết nối doanh nghiệp
B.V.V.2 | 3  | CT              | 2022-2025 | Triển khai chương trình phát triển công nghiệp hỗ trợ
B.V.V.2 | 4  | CT              | 2022-2025 | Theo dõi, giám sát
B.VI    | 1  | VH              | 2022-2025 | Xây dựng và tổ chức triển khai Kế hoạch
B.VI    | 2  | VH              | 2022-2025 | Triển khai Nền tảng dữ liệu số du lịch
B.VI    | 3  | VH              | 2022-2025 | Triển khai Nền tảng mô hình hóa
B.VII   | 1  | TN              | 2022-2025 | Xây dựng và tổ chức triển khai Kế hoạch
B.VII   | 2  | TN              | 2022-2025 | Triển khai Nền tảng dữ liệu số ngành tài nguyên
C.I     | 1  | TTTT            | 2022-2025 | Tổ chức hiệu quả hoạt động
C.I     | 2  | HUYEN           | 2022-2025 | Tổ chức các Tổ công nghệ số cộng đồng
C.I     | 3  | TTTT            | 2022-2024 | Xây dựng, trình ban hành chính sách
C.II    | 1  | SBN HUYEN       | 2022-2025 | Hợp tác giữa cơ quan nhà nước
C.II    | 2  | SBN             | 2022-2025 | Hợp tác với các tổ chức
C.III   | 1  | TTTT SBN HUYEN  | 2022-2025 | Tổ chức các hội nghị
C.III   | 2  | TTTT SBN HUYEN  | 2022-2025 | Tổ chức tuyên truyền
C.III   | 3  | TTTT DAI BAO    | 2022-2025 | Sản xuất các tin
C.IV    | 1  | TTTT KHDT       | 2022-2024 | Xây dựng công cụ điều tra
C.IV    | 2  | KHDT TTTT SBN HUYEN | 2022-2025 | Hàng năm thực hiện điều tra
C.V     | 1  | TC KHDT SBN HUYEN | 2022-2025 | Huy động tối đa
C.V     | 2  | TC KHDT SBN HUYEN | 2022-2025 | Ưu tiên kinh phí
C.VI    | 1  | LD HUYEN        | 2022-2025 | Đánh giá tác động
C.VI    | 2  | LD HUYEN        | 2022-2025 | Đánh giá các tác động
C.VI    | 3  | HUYEN           | 2022-2025 | Hình thành các điểm thu gom
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan("906")


def test_906_lists_seventeen_targets_six_of_the_economy_and_eleven_of_society(plan: Plan) -> None:
    assert plan.targets["id"].tolist() == [f"906.{i:02d}" for i in range(1, 18)]
    assert plan.targets["pillar"].tolist() == ["economy"] * 6 + ["society"] * 11
    assert plan.targets["section"].tolist() == ["II.1"] * 6 + ["II.2"] * 11


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(TARGETS))), ids=[row[0] for row in table(TARGETS)]
)
def test_906_target(plan: Plan, i: int, row: list[str]) -> None:
    line, comparator, wording, value, base, indicator, subject = row
    target = plan.targets.iloc[i]

    assert target["line_start"] == int(line)
    assert (target["comparator"], target["wording"], target["value"], target["unit"]) == (
        comparator,
        wording,
        float(value),
        "%",
    )
    assert (target["subject"], target["indicator"]) == (subject, indicator)
    assert (target["base"] if pd.notna(target["base"]) else "") == base
    assert (pd.isna(target["period_start"]), target["period_end"]) == (True, 2025)
    assert (target["geography"], target["document"], target["listed"]) == ("tỉnh Quảng Ngãi", "906", True)


def test_each_target_points_to_its_printed_sentence(plan: Plan) -> None:
    for target in plan.targets.itertuples():
        printed = " ".join(plan.text[target.char_start : target.char_end].split())
        assert printed == target.text
        assert plan.line_of(target.char_start) == target.line_start
        assert plan.line_of(target.char_end - 1) == target.line_end
        assert target.subject in target.text


def test_906_states_half_of_activities_online_once_in_the_text_and_once_in_the_appendix(plan: Plan) -> None:
    stated = plan.stated

    assert stated["section"].tolist() == ["III.1.a", "A.I"]
    assert stated["value"].tolist() == [50.0, 50.0]
    assert stated["comparator"].tolist() == [">=", ">="]
    assert stated["wording"].tolist() == ["chiếm tối thiểu"] * 2
    assert stated["subject"].tolist() == ["tỷ lệ hoạt động trực tuyến"] * 2
    assert stated[["period_start", "period_end"]].values.tolist() == [[2022, 2025]] * 2
    assert stated["agencies"].tolist() == [[], agencies("SBN HUYEN")]
    assert not stated["listed"].any()


def test_906_has_a_hundred_and_one_tasks(plan: Plan) -> None:
    assert len(plan.tasks) == len(table(TASKS)) == 101
    assert plan.tasks["id"].is_unique


@pytest.mark.parametrize(
    ("i", "row"), list(enumerate(table(TASKS))), ids=[f"{row[0]}-{row[1]}" for row in table(TASKS)]
)
def test_906_task(plan: Plan, i: int, row: list[str]) -> None:
    place, number, lead, period, text = row
    task = plan.tasks.iloc[i]
    first, last = years(period)

    assert ".".join(filter(None, (task["part"], task["section"], task["subsection"]))) == place
    assert task["number"] == number
    assert task["text"].startswith(text)
    assert task["agencies"] == agencies(lead)
    assert (None if pd.isna(task["first_year"]) else task["first_year"]) == first
    assert (None if pd.isna(task["last_year"]) else task["last_year"]) == last


def test_a_reference_instead_of_an_agency_is_kept_as_printed(plan: Plan) -> None:
    task = plan.tasks[(plan.tasks["section"] == "VIII") & (plan.tasks["number"] == "1")].iloc[0]

    assert task["agencies_printed"] == "Theo nội dung phân công tại Kế hoạch số 74/KH-UBND ngày 12/6/2020"
    assert task["agencies"] == []


def test_906_head(plan: Plan) -> None:
    head = plan.document

    assert (head.key, head.type, head.number, head.date) == ("906", "Quyết định", "906/QĐ-UBND", "2022-07-11")
    assert head.place == "Quảng Ngãi"
    assert head.issuer == "Chủ tịch UBND tỉnh Quảng Ngãi"  # from the sidecar: the text prints capitals
    assert (head.period_start, head.period_end) == (2022, 2025)
    bases = {(base.number, base.date) for base in head.legal_bases}
    assert {("411/QĐ-TTg", "2022-03-31"), ("1044/QĐ-BTTTT", "2022-06-07")} <= bases


def test_every_numeral_of_906_is_understood(plan: Plan) -> None:
    fates = coverage(plan)["fate"]

    assert (fates == "target").sum() == 19  # 17 listed, 2 stated
    assert (fates == "not understood").sum() == 0
    assert (fates == "list number").sum() >= 100  # the numbers of the appendix alone
    assert coverage(plan).query("numeral == '04'")["fate"].unique().tolist() == [
        "count"
    ]  # "mô hình bảo vệ 04 lớp"


def test_a_plan_is_read_once_and_whoever_changes_a_table_changes_no_plan() -> None:
    plan = read_plan("906")
    targets, tasks = plan.targets, plan.tasks
    targets["value"] = -1.0
    targets["agencies"][0].append("Sở Y tế")
    tasks["cooperating"][0].append("Sở Y tế")

    assert read_plan("906") is plan
    assert plan.targets["value"].min() > 0
    assert "Sở Y tế" not in plan.targets["agencies"][0] + plan.tasks["cooperating"][0]


def test_a_file_that_changed_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    values = []
    for percent in (70, 80):
        file.write_text(f"Mục tiêu:\n- Tỷ lệ hộ gia đình có Internet đạt {percent}%.\n", encoding="utf-8")
        values += read_plan(file).targets["value"].tolist()

    assert values == [70, 80]
