"""Names, lists and successors of agencies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from office import project

from qngai_analysis import paths, raw
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import canonical, named_on, read_agencies, split_agencies, successor
from qngai_analysis.words.said import said
from tests.plan_tables import agencies, table

# a list as a plan prints it | its agencies
LISTS = """
Sở TT&TT; các sở, ban, ngành, UBND các huyện, thị xã, thành phố | TTTT SBN HUYEN
Sở Văn hóa, Thể thao và Du lịch | VH
Sở Giáo dục và Đào tạo; Sở Văn hóa, Thể thao và Du lịch | GD VH
Sở Văn hóa, Thể thao và Du lịch, Sở Y tế và Công an tỉnh | VH YT CA
Sở GD&ĐT, Sở LĐ-TBXH | GD LD
Sở TTTT, Văn phòng UBND tỉnh, UBND cấp huyện, Ban Quản lý KKT Dung Quất và các KCN Quảng Ngãi | TTTT VP HUYEN KKT
Ban Quản lý KTT Dung Quất và các KCN tỉnh | KKT
Sở Thông tin và Truyền thông, Sở Y tế, Sở Giáo dục, UBND các huyện, thị xã, thành phố | TTTT YT GD HUYEN
Các sở, ban, ngành, Ủy ban Mặt trận Tổ quốc Việt Nam và các đoàn thể tỉnh, UBND các huyện, thị xã, thành phố. | SBN MTTQ DOANTHE HUYEN
Sở Khoa học và Công nghệ và các sở, ban, ngành tỉnh có liên quan | KHCN SBN
các sở, ban, ngành có liên quan, địa phương trên địa bàn tỉnh | SBN HUYEN
Tổ Công nghệ số cộng đồng, Đoàn thanh niên, các hội, hiệp hội... | TO DOAN HOI
Sở Giao thông - Vận tải (đầu mối), Sở Y  Tế | GTVT YT
Giám đốc Sở Kế hoạch và Đầu tư | KHDT
Sở Y tế, Ủy ban nhân dân các xã, phường | YT XA
Uỷ ban nhân dân cấp huyện; UBND các phường, xã | HUYEN XA
Chánh Văn phòng Tỉnh ủy | TU
Theo nội dung phân công tại Kế hoạch số 74/KH-UBND ngày 12/6/2020 |
 |
"""


@pytest.mark.parametrize("row", table(LISTS), ids=[row[0][:50] for row in table(LISTS)])
def test_a_printed_list_is_split_into_single_names(row: list[str]) -> None:
    assert split_agencies(row[0]) == agencies(row[1])


def test_an_unknown_agency_keeps_its_printed_name() -> None:
    assert split_agencies("Ban Tôn giáo tỉnh, Sở Y tế") == ["Ban Tôn giáo tỉnh", "Sở Y tế"]
    assert canonical("trung tâm điều hành thông minh") == "Trung tâm điều hành thông minh"


def test_bodies_of_quang_ngai_stay_out_of_other_provinces() -> None:
    assert split_agencies("Ngân hàng Nhà nước tỉnh") == ["Ngân hàng Nhà nước chi nhánh Quảng Ngãi"]
    assert split_agencies("Ngân hàng Nhà nước tỉnh; Sở KH&CN", "Cà Mau") == [
        "Ngân hàng Nhà nước tỉnh",
        "Sở Khoa học và Công nghệ",
    ]


# agency | day | function | who does the work
SUCCESSORS = """
Sở Thông tin và Truyền thông           | 2025-02-28 |                      | Sở Thông tin và Truyền thông
Sở Thông tin và Truyền thông           | 2025-03-01 |                      | Sở Khoa học và Công nghệ
Sở TT&TT                               | 2025-06-01 | báo chí              | Sở Văn hóa, Thể thao và Du lịch
Sở Kế hoạch và Đầu tư                  | 2025-06-01 |                      | Sở Tài chính
Sở Kế hoạch và Đầu tư                  | 2025-06-01 | khảo sát             | Sở Khoa học và Công nghệ
Sở Giao thông vận tải                  | 2025-06-01 |                      | Sở Xây dựng
Sở Lao động - Thương binh và Xã hội    | 2025-06-01 |                      | Sở Nội vụ
Sở Lao động - Thương binh và Xã hội    | 2025-06-01 | giáo dục nghề nghiệp | Sở Giáo dục và Đào tạo
Sở Nông nghiệp và Phát triển nông thôn | 2025-06-01 |                      | Sở Nông nghiệp và Môi trường
Sở Tài nguyên và Môi trường            | 2025-06-01 |                      | Sở Nông nghiệp và Môi trường
Sở Khoa học và Công nghệ               | 2025-06-01 |                      | Sở Khoa học và Công nghệ
Sở Thông tin và Truyền thông           | 2025-06-01 | an toàn thông tin mạng | Công an tỉnh
Đài Phát thanh và Truyền hình tỉnh     | 2025-05-19 |                      | Báo Quảng Ngãi
Đài Phát thanh và Truyền hình tỉnh     | 2025-12-31 |                      | Báo và Phát thanh, Truyền hình Quảng Ngãi
Báo Quảng Ngãi                         | 2025-06-30 |                      | Báo Quảng Ngãi
Báo Quảng Ngãi                         | 2025-07-01 |                      | Báo và Phát thanh, Truyền hình Quảng Ngãi
UBND các huyện, thị xã, thành phố      | 2025-06-30 |                      | UBND các huyện, thị xã, thành phố
UBND các huyện, thị xã, thành phố      | 2025-07-01 |                      | UBND các xã, phường, đặc khu
Sở Ngoại vụ                            | 2026-01-01 |                      | Sở Ngoại vụ
"""


@pytest.mark.parametrize(
    "row", table(SUCCESSORS), ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in table(SUCCESSORS)]
)
def test_who_does_the_work_on_a_day(row: list[str]) -> None:
    name, day, function, holder = row

    assert successor(name, date.fromisoformat(day), function) == holder


def test_every_successor_is_an_agency_of_the_table() -> None:
    known = read_agencies()

    assert {a.successor for a in known.values() if a.successor} <= known.keys()
    assert {holder for a in known.values() for _, holder in a.moved} <= known.keys()


def test_a_districts_committee_without_successor_is_said_to_have_ended_with_the_district() -> None:
    ended = "UBND thị xã Đức Phổ (kết thúc hoạt động từ 01/7/2025)"

    assert named_on("Thị xã Đức Phổ", date(2025, 7, 1)) == ended
    assert (
        said(named_on("Thị xã Đức Phổ", date(2025, 7, 1)), "en")
        == "UBND thị xã Đức Phổ (no more from 1 July 2025)"
    )
    assert named_on("Thị xã Đức Phổ", date(2025, 6, 30)) == "UBND thị xã Đức Phổ"
    assert named_on("UBND các huyện, thị xã, thành phố", date(2025, 7, 1)) == "UBND các xã, phường, đặc khu"
    assert successor("Thị xã Đức Phổ", date(2025, 7, 1)) == "UBND thị xã Đức Phổ", "no successor is invented"


def test_a_table_is_read_once_for_its_bytes_in_any_project_and_anew_when_it_changes(tmp_path: Path) -> None:
    here = read_plan("906")
    with project(tmp_path / "p"):
        assert canonical("Sở Sức khỏe") == "Sở Sức khỏe"
        assert read_plan("906") is here, "the same bytes in another folder"

        table = paths.reference("agencies.csv")
        old = raw.sha256(table)
        table.write_text(
            table.read_text(encoding="utf-8").replace("Sở YT|", "Sở YT|Sở Sức khỏe|"), encoding="utf-8"
        )
        sidecar = raw.sidecar_path(table)
        sidecar.write_text(
            sidecar.read_text(encoding="utf-8").replace(old, raw.sha256(table)), encoding="utf-8"
        )

        assert canonical("Sở Sức khỏe") == "Sở Y tế"
        assert split_agencies("Sở Sức khỏe, Sở Nội vụ") == ["Sở Y tế", "Sở Nội vụ"]
        assert read_plan("906") is not here
    assert canonical("Sở Sức khỏe") == "Sở Sức khỏe"
