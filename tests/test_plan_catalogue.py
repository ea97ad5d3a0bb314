"""From printed wording to an indicator of the catalogue, and how sure that is."""

from __future__ import annotations

import pytest

from qngai_analysis.plan import parse_text
from qngai_analysis.plan.catalogue import SURE, Matcher, catalogue_rows, match_subject, read_catalogue
from tests.plan_tables import table

# wording | unit | code ("" where nothing is near enough)
WORDINGS = """
Tỷ lệ dân số trưởng thành có điện thoại thông minh                            | %   | XHS_SMARTPHONE_DS
Tỷ lệ thuê bao điện thoại di động sử dụng điện thoại thông minh                | %   | XHS_SMARTPHONE_TB
Số thuê bao băng rộng di động trên 100 dân                                     | thuê bao/100 dân | XHS_TB_BRDD_100
Tỷ lệ hộ gia đình có điện thoại thông minh                                     | %   |
Tỷ lệ hộ gia đình được phủ mạng Internet băng thông rộng cáp quang             | %   | XHS_CAPQUANG_PHU
Tỷ lệ hộ gia đình có đường Internet cáp quang băng rộng                        | %   | XHS_CAPQUANG_CO
Tỷ lệ dân số trưởng thành có sử dụng dịch vụ công trực tuyến                   | %   | XHS_DVCTT_SUDUNG
Tỷ lệ dân số trưởng thành có tài khoản dịch vụ công trực tuyến                 | %   | XHS_DVC_TAIKHOAN
Tỷ lệ doanh nghiệp sử dụng hợp đồng điện tử                                    | %   | KTS_HDDT
Tỷ lệ doanh nghiệp sử dụng hóa đơn điện tử                                     | %   | KTS_HOADON
Tỷ lệ doanh nghiệp ký hợp đồng lao động điện tử                                | %   |
Tỷ lệ người dân có bệnh án điện tử                                             | %   |
Tỷ lệ người dân có hồ sơ sức khỏe điện tử                                      | %   | XHS_EHR
DNNVV sử dụng nền tảng số                                                      | %   | KTS_SME_NTS
Doanh nghiệp nhỏ và vừa được tiếp cận dùng thử các nền tảng chuyển đổi số      | %   | KTS_SME_DUNGTHU
Doanh nghiệp nhỏ và vừa thường xuyên sử dụng các nền tảng chuyển đổi số        | %   | KTS_SME_THUONGXUYEN
Tỷ trọng kinh tế số                                                            | %   | KTS_GRDP
Tỷ trọng kinh tế số trong từng ngành, lĩnh vực                                 | %   | KTS_NGANH
kinh tế số nền tảng                                                            | %   |
Tỷ trọng TMĐT B2C trong tổng mức bán lẻ hàng hóa                               | %   | KTS_TMDT
Tốc độ tăng trưởng thương mại điện tử trong tổng mức bán lẻ                    | %/năm |
Năng suất lao động                                                             | %/năm | KTS_NSLD
Năng suất lao động                                                             | %   |
Tỷ lệ thuê bao điện thoại di động thông minh có sử dụng phần mềm an toàn thông tin mạng cơ bản | % | XHS_BAOVE_TB
Tỷ lệ người dân kết nối mạng được bảo vệ ở mức cơ bản                          | %   | XHS_BAOVE
Tỷ lệ dân số trưởng thành có tài khoản định danh điện tử VNNeID                | %   | XHS_VNEID
Doanh nghiệp công nghệ số                                                      | doanh nghiệp | KTS_DN_CNS
Doanh nghiệp công nghệ số                                                      | %   |
Diện tích rừng trồng mới                                                       | ha  |
Tốc độ tăng trưởng tổng sản phẩm trên địa bàn (GRDP) bình quân                 | %/năm | KT_GRDP_TANG
GRDP bình quân đầu người                                                       | triệu đồng/người/năm | KT_GRDP_NGUOI
GRDP bình quân đầu người                                                       | USD | KT_GRDP_NGUOI_USD
Quy mô GRDP                                                                    | tỷ đồng | KT_GRDP
Tỷ trọng kinh tế số trong GRDP                                                 | %   | KTS_GRDP
Tỷ trọng công nghiệp - xây dựng                                                | %   | KT_CC_CNXD
Tỷ trọng công nghiệp công nghệ cao                                             | %   |
Tỷ trọng dịch vụ công trực tuyến                                               | %   |
Thu ngân sách nhà nước trên địa bàn                                            | tỷ đồng | KT_THU_NS
Chi ngân sách nhà nước cho chuyển đổi số                                       | %   |
Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng                        | %/năm | KT_BANLE_TANG
Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng                        | tỷ đồng | KT_BANLE
Kim ngạch xuất khẩu                                                            | triệu USD | KT_XK
Kim ngạch xuất khẩu phần mềm                                                   | triệu USD |
Tỷ lệ hộ nghèo theo chuẩn đa chiều                                             | %   | NGHEO_TYLE
Tỷ lệ hộ cận nghèo                                                             | %   |
Tỷ lệ hộ nghèo được hỗ trợ điện thoại thông minh                               | %   |
Tỷ lệ hộ nghèo                                                                 | %/năm | NGHEO_GIAM
Tỷ lệ lao động qua đào tạo                                                     | %   | LD_DAOTAO
Tỷ lệ lao động qua đào tạo có bằng cấp, chứng chỉ                              | %   | LD_BANGCAP
Tỷ lệ lao động được đào tạo kỹ năng số                                         | %   |
Tỷ lệ dân số tham gia bảo hiểm y tế                                            | %   | AS_BHYT
Tỷ lệ cơ sở khám chữa bệnh bảo hiểm y tế sử dụng căn cước công dân             | %   |
Số bác sĩ trên 1 vạn dân                                                       | bác sĩ/vạn dân | YT_BACSI
Tỷ lệ trẻ em dưới 5 tuổi suy dinh dưỡng thể thấp còi                           | %   | YT_SDD_CHIEUCAO
Tỷ lệ trường học đạt chuẩn quốc gia                                            | %   | GD_CHUAN
Tỷ lệ trường trung học cơ sở đạt chuẩn quốc gia                                | %   | GD_CHUAN_THCS
Tỷ lệ xã đạt chuẩn nông thôn mới                                               | %   | NT_XA
Tỷ lệ xã đạt chuẩn nông thôn mới nâng cao                                      | %   | NT_NANGCAO
Tỷ lệ dân số nông thôn sử dụng nước sạch theo quy chuẩn                        | %   | NUOC_NT_SACH
Tỷ lệ che phủ rừng                                                             | %   | MT_RUNG
Tỷ lệ che phủ sóng 4G                                                          | %   |
Tỷ lệ thu gom, xử lý chất thải rắn sinh hoạt đô thị                            | %   | MT_CTR_DT
lượt khách du lịch                                                             | lượt khách | DL_KHACH
Tỷ lệ khách du lịch sử dụng ứng dụng du lịch thông minh                          | %   |
Xếp hạng PAR INDEX                                                             | hạng | CS_PARINDEX
Tỷ lệ đảng viên cài đặt sổ tay đảng viên điện tử                               | %   |
Tỷ trọng dịch vụ logistics trong GRDP                                          | %   |
Tỷ trọng kinh tế tư nhân trong GRDP                                            | %   |
Tỷ lệ trường học đạt chuẩn quốc gia mức độ 2                                   | %   |
Tỷ lệ trường mầm non, tiểu học, trung học cơ sở đạt chuẩn quốc gia             | %   |
Tỷ lệ lao động qua đào tạo nghề                                                | %   |
Tỷ lệ hộ gia đình văn hóa số                                                   | %   |
Tỷ lệ xã đạt chuẩn nông thôn mới thông minh                                    | %   |
Tỷ lệ hộ nông thôn có nhà tiêu hợp vệ sinh                                     | %   |
Tốc độ tăng trưởng kinh tế số                                                  | %/năm |
Số doanh nghiệp khởi nghiệp sáng tạo                                           | doanh nghiệp |
"""

# scanning errors as in the plan of Cà Mau | code
MISREAD = """
Tỷ lệ doanh nghiệp sử dụng họp đồng điện tử | KTS_HDDT
Tỷ lệ người dân trong độ tuôi lao động được đào tạo kỹ năng sô cơ bản | XHS_KYNANGSO
Tỷ lệ dân số trưởng thành dùng dịch vụ tư vân sức khỏe trực tuyên, khám chừa bệnh từ xa | XHS_TUVAN_YTE
Tỷ lệ dân sô trường thành có chử ký số hoặc chữ ký điện tử cá nhân | XHS_CKS
Tỷ trọng thưong mại điện từ trong tồng mức bán lè | KTS_TMDT
Tỷ lệ dân số trưỏng thành có điện thoaị thông mlnh | XHS_SMARTPHONE_DS
"""


@pytest.mark.parametrize("row", table(WORDINGS), ids=[f"{row[0]}-{row[1]}" for row in table(WORDINGS)])
def test_wording_names_its_indicator_and_look_alikes_stay_apart(row: list[str]) -> None:
    wording, unit, code = row

    assert match_subject(wording, unit).code == code


@pytest.mark.parametrize("row", table(MISREAD), ids=[row[1] for row in table(MISREAD)])
def test_a_misread_wording_is_still_found(row: list[str]) -> None:
    match = match_subject(row[0])

    assert match.code == row[1]
    assert match.score >= SURE


def test_growth_never_matches_a_level() -> None:
    assert match_subject("Tỷ trọng kinh tế số", "%", "increase").code == ""


def test_every_name_and_wording_of_the_catalogue_finds_its_own_entry() -> None:
    catalogue = read_catalogue()
    for code, row in catalogue.iterrows():
        if row["unit"] == "% theo mức":
            continue  # shares by level are described by criteria, not by one wording
        for wording in (row["name_vi"], *str(row["aliases"]).split("|")):
            if wording and wording != "nan":
                assert match_subject(wording, row["unit"].split(";")[0]).code == code, wording


def test_the_catalogue_holds_the_national_ladder_as_numbers() -> None:
    catalogue = read_catalogue()
    national = catalogue[catalogue["national_2025"].notna()]

    assert len(national) == 17  # the seventeen targets of Decision 906
    assert catalogue.loc["KTS_GRDP", ["national_2025_sign", "national_2025", "national_2030"]].tolist() == [
        ">=",
        20.0,
        30.0,
    ]
    assert catalogue.loc[
        "XHS_CKS", ["national_2025_sign", "national_2025", "national_2030_sign", "national_2030"]
    ].tolist() == [">", 50.0, ">", 70.0]
    assert catalogue.loc["XHS_TAIKHOAN15", "age_from"] == 15


def test_the_catalogue_says_which_way_is_better() -> None:
    direction = read_catalogue()["direction"]

    down = set(direction.index[direction == "down"])
    assert {"NGHEO_TYLE", "LD_THATNGHIEP", "YT_SDD_CHIEUCAO", "KT_CPI"} <= down
    assert direction["NGHEO_GIAM"] == "up"  # a fall: more of it is better
    assert direction["KT_CC_DV"] == "none"  # which way the structure goes is the plan's choice
    assert direction["CTX_DTI"] == "up"  # ranks are turned by their comparator
    digital = direction.index.str.startswith(("KTS_", "XHS_", "CQS_"))
    assert (direction[digital] == "up").all()


def test_an_official_code_is_never_given_to_two_kinds_of_indicator() -> None:
    catalogue = read_catalogue()
    coded = catalogue.dropna(subset=["official_code"])

    assert coded.groupby("official_code")["family"].nunique().eq(1).all()
    assert coded["definition"].eq("official").all()


@pytest.mark.parametrize(
    "wording",
    [
        "Tỷ lệ thôn được phủ sóng 5G",
        "khu công nghiệp phủ sóng 5G",
        "Tỷ lệ cá nhân, tổ chức sử dụng phương tiện thanh toán không dùng tiền mặt",
        "Tỷ lệ học sinh sử dụng Internet",
        "Tỷ lệ người dân trưởng thành sử dụng Internet để mua sắm",
        "Thu ngân sách từ kinh tế số",
        "Tỷ lệ hộ nghèo nông thôn",
    ],
)
def test_another_population_than_the_indicators_stays_unmatched(wording: str) -> None:
    assert match_subject(wording).code == ""


def test_two_indicators_that_are_equally_near_are_named_and_none_is_taken() -> None:
    twins = ["KTS_HDDT", "KTS_HOADON"]
    alike = {"aliases": "Doanh nghiệp dùng hồ sơ điện tử", "require": "", "exclude": ""}
    rows = [{**row, **alike} if row["code"] in twins else row for row in catalogue_rows()]
    found = Matcher(rows).match("Doanh nghiệp dùng hồ sơ điện tử")

    assert (found.code, found.nearest) == ("", ("KTS_HDDT", "KTS_HOADON"))


def test_what_is_near_and_not_near_enough_is_named() -> None:
    plan = parse_text("Mục tiêu đến năm 2030:\n- Tỷ lệ trẻ em suy dinh dưỡng giảm còn 9%.")

    assert plan.targets["indicator"].isna().all()
    assert plan.listed_targets[0].nearest[:1] == ("YT_SDD_CANNANG",)
    assert "YT_SDD_CANNANG" in plan.warnings[0]


@pytest.mark.parametrize(
    ("wording", "unit", "code"),
    [
        ("Số bác sĩ trên một vạn dân", "bác sĩ", "YT_BACSI"),
        ("Thu nhập bình quân đầu người", "triệu đồng", "XH_THUNHAP"),
        ("GRDP bình quân đầu người", "triệu đồng", "KT_GRDP_NGUOI"),
        ("Tốc độ tăng tổng sản phẩm trên địa bàn (GRDP)", "%", "KT_GRDP_TANG"),
    ],
)
def test_a_row_says_what_the_column_of_units_leaves_out(wording: str, unit: str, code: str) -> None:
    assert match_subject(wording, unit).code == code


# what the plan aims at | the codes its targets may have: none where it is another quantity than the catalogue's
OTHERS = """
Có ít nhất 1.500 doanh nghiệp công nghệ số                                          | KTS_DN_CNS
Tối thiểu 1.500 doanh nghiệp công nghệ số được thành lập mới                        |
Có thêm 120 doanh nghiệp công nghệ số                                               |
Có 41 xã đạt chuẩn nông thôn mới                                                    | NT_XA_SO
Có thêm 4 xã đạt chuẩn nông thôn mới                                                |
Thành lập mới 900 doanh nghiệp                                                      | DN_MOI
Tạo thêm việc làm cho 15.000 lao động                                               | LD_VIECLAM
Mỗi năm kết nạp 40 đảng viên                                                        | DANG_KETNAP
Cả nhiệm kỳ kết nạp 200 đảng viên                                                   |
Tổng vốn đầu tư toàn xã hội 5 năm đạt 215.000 tỷ đồng                               |
Tỷ lệ lao động nông thôn qua đào tạo đạt 60%                                        |
Tỷ lệ người cao tuổi tham gia bảo hiểm y tế đạt 100%                                |
Tỷ lệ hộ gia đình chưa có kết nối Internet còn 5%                                   |
Tỷ lệ dân số không tham gia bảo hiểm y tế dưới 4%                                   |
Tỷ lệ thanh toán không dùng tiền mặt đạt 80%                                        | CTX_TTKDTM
Tỷ lệ doanh nghiệp mới thành lập sử dụng hóa đơn điện tử đạt 100%                   |
Tỷ lệ thất nghiệp khu vực thành thị dưới 3%                                         | LD_THATNGHIEP_TT
Tỷ trọng kinh tế số đạt 25% GRDP, trong đó kinh tế số ngành nông nghiệp đạt 15%     | KTS_GRDP,
Tỷ lệ khám phá tội phạm đạt 85%, riêng ma túy đạt 90%                               | AN_TOIPHAM,
Tỷ trọng kinh tế số đạt 25% GRDP vào năm 2030, trong đó năm 2027 đạt 20%            | KTS_GRDP,KTS_GRDP
Tỷ lệ lao động qua đào tạo đạt 71%, trong đó có bằng cấp, chứng chỉ đạt 33%         | LD_DAOTAO,LD_BANGCAP
"""


@pytest.mark.parametrize("row", table(OTHERS), ids=[row[0] for row in table(OTHERS)])
def test_new_ones_a_part_several_years_or_those_without_have_no_code_of_all_there_are(row: list[str]) -> None:
    plan = parse_text(f"Mục tiêu đến năm 2030:\n- {row[0]}.")

    assert [target.indicator or "" for target in plan.listed_targets] == row[1].split(",")
    assert all(target.nearest for target in plan.listed_targets if not target.indicator)


def test_a_row_that_is_a_part_of_the_row_above_has_no_code_of_it() -> None:
    rows = (
        "1 | Thu ngân sách nhà nước trên địa bàn | tỷ đồng | 900",
        "- | - Lệ phí trước bạ | tỷ đồng | 78",
    )
    head = "Mục tiêu năm 2026\n\n| TT | Chỉ tiêu | Đơn vị tính | Năm 2026 |\n|---|---|---|---|\n"
    plan = parse_text(head + "\n".join(f"| {row} |" for row in rows) + "\n")

    assert [target.indicator for target in plan.listed_targets] == ["KT_THU_NS", None]
