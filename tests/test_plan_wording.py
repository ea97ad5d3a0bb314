"""Numerals and what they are, before any grammar."""

from __future__ import annotations

import pytest

from qngai_analysis.plan.wording import scan
from qngai_analysis.plan.words import lower
from tests.plan_tables import table

# words | kind of each numeral expression, with its value or unit where it has one
NUMERALS = """
Quyết định số 411/QĐ-TTg ngày 31/3/2022 | citation; date 2022
Nghị quyết số 52-NQ/TW và Kế hoạch 271-KH/TU | citation; citation
Nghị định 47/2020/NĐ-CP; Luật số 20/2017/QH14 | citation; citation
Số: 03 /QĐ-BCĐ và số 03... /QĐ-BCĐ | citation; citation
Quyết định sô 411/ỌĐ-TTg | citation
Thực hiện Đề án 06 và Nghị quyết 13 | citation; citation
ngày 07 tháng 6 năm 2023, tháng 12/2025, 01/7/2025 | date 2023; date 2025; date 2025
Quý III/2025, quý 4 năm 2024, trước ngày 15/12 | date 2025; date 2024; date
giai đoạn 2021 - 2025, tầm nhìn đến năm 2030 | year 2021-2025; year 2030
năm 2023 và năm 2024-2025 | year 2023; year 2024-2025
Điều 4, khoản 9 mục A, điểm 24 mục III, Phụ lục 2 | article; article; article; article
mạng 4G, 5G IoT, NB-IoT, dữ liệu 4D, COVID-19 | name; name; name; name
lần thứ 4, phiên bản 2.0, công nghiệp 4.0, mức độ 3, 4 | name; name; name; name
ISO 27001:2013, IPv6, hoạt động 24/7 | name; name; name
từ 15 tuổi trở lên, từ 15 đến 60 tuổi | age; age
90 thuê bao/100 dân | quantity 90 thuê bao/100 dân; base
6 tháng, 3 năm, 02 ngày làm việc | duration 6; duration 3; duration 2
15/21 chỉ tiêu, 08/80 nhiệm vụ | fraction; fraction
8,5% và 1.254.184 người và 04 lớp | quantity 8.5 %; quantity 1254184 người; quantity 4 lớp
0,5 % hoặc 8.5% | quantity 0.5 %; quantity 8.5 %
70-80%, 70% - 80%, từ 15 đến 20% | quantity 70..80 %; quantity 70..80 %; quantity 15..20 %
tăng 20%/năm, giảm 2 điểm % | quantity 20 %/năm; quantity 2 điểm %
1,5 triệu người, 2.500 tỷ đồng, 4 tỷ USD | quantity 1500000 người; quantity 2500 tỷ đồng; quantity 4 tỷ USD
100 Mbps, 20km, 2 lần | quantity 100 Mbps; quantity 20 km; quantity 2 lần
tối thiểu 2000 doanh nghiệp, năm 2000 | quantity 2000 doanh nghiệp; year 2000
thuộc nhóm 10 tỉnh dẫn đầu, xếp thứ 15/63 | quantity 10 hạng; quantity 15 hạng
2,000 doanh nghiệp và 2,125% | quantity 2000 doanh nghiệp; quantity 2.125 %
truy cập https://x.gov.vn/2022/a1 hoặc a1@b2.vn | name; name
tài khoản 1234567890123456789 | name
"""


def told(words: str) -> str:
    said = []
    for token in scan(words, lower(words), 0, len(words)):
        parts = [token.kind]
        if token.kind in ("year", "date"):
            years = [f"{year:g}" for year in (token.value, token.high) if year is not None]
            parts += ["-".join(years)] if years else []
        elif token.value is not None:
            high = f"..{token.high:g}" if token.high is not None else ""
            value = f"{token.value:.0f}" if token.value >= 1e6 else f"{token.value:g}"
            parts.append(f"{value}{high}" + (f" {token.unit}" if token.kind == "quantity" else ""))
        said.append(" ".join(parts).strip())
    return "; ".join(said)


@pytest.mark.parametrize("row", table(NUMERALS), ids=[row[0] for row in table(NUMERALS)])
def test_each_numeral_is_what_its_neighbours_make_it(row: list[str]) -> None:
    assert told(row[0]) == row[1]
