"""Hand-made tables for the tests of plans: read by eye from the documents, never from the parser."""

from __future__ import annotations

AGENCIES = {
    "BAO": "Báo Quảng Ngãi",
    "BH": "Bảo hiểm xã hội tỉnh",
    "BTC": "Bộ Tài chính",
    "CA": "Công an tỉnh",
    "CT": "Sở Công Thương",
    "DAI": "Đài Phát thanh và Truyền hình tỉnh",
    "DN": "Các doanh nghiệp viễn thông",
    "DNS": "Các doanh nghiệp công nghệ số",
    "DOAN": "Tỉnh đoàn",
    "DOANTHE": "Các tổ chức chính trị - xã hội",
    "GD": "Sở Giáo dục và Đào tạo",
    "GTVT": "Sở Giao thông vận tải",
    "HOI": "Các hội, hiệp hội",
    "HTX": "Liên minh Hợp tác xã tỉnh",
    "HUYEN": "UBND các huyện, thị xã, thành phố",
    "XA": "UBND các xã, phường, đặc khu",
    "KHCN": "Sở Khoa học và Công nghệ",
    "KHDT": "Sở Kế hoạch và Đầu tư",
    "KKT": "Ban Quản lý Khu kinh tế Dung Quất và các Khu công nghiệp Quảng Ngãi",
    "LD": "Sở Lao động - Thương binh và Xã hội",
    "MTTQ": "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
    "NH": "Ngân hàng Nhà nước chi nhánh Quảng Ngãi",
    "NN": "Sở Nông nghiệp và Phát triển nông thôn",
    "NNMT": "Sở Nông nghiệp và Môi trường",
    "NV": "Sở Nội vụ",
    "SBN": "Các sở, ban, ngành",
    "TC": "Sở Tài chính",
    "TCCN": "Các tổ chức, cá nhân liên quan",
    "THUE": "Cục Thuế tỉnh",
    "TN": "Sở Tài nguyên và Môi trường",
    "TO": "Tổ Công nghệ số cộng đồng",
    "TTTT": "Sở Thông tin và Truyền thông",
    "TU": "Văn phòng Tỉnh ủy",
    "VH": "Sở Văn hóa, Thể thao và Du lịch",
    "VP": "Văn phòng UBND tỉnh",
    "XD": "Sở Xây dựng",
    "YT": "Sở Y tế",
}


def agencies(codes: str) -> list[str]:
    """Spell out the short names of a hand-made table ("TTTT SBN HUYEN")."""
    return [AGENCIES[code] for code in codes.split()]


def table(text: str) -> list[list[str]]:
    """Split a hand-made table into rows of trimmed cells; blank lines are left out."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]


def years(cell: str) -> tuple[int | None, int | None]:
    """Read "2022-2025", "2021", "2020-" (open) or "" (none) as first and last year."""
    if not cell:
        return None, None
    first, dash, last = cell.partition("-")
    if not dash:
        return int(first), int(first)
    return (int(first) if first else None), (int(last) if last else None)


#: A target as a plan gives it to the judge.
SMARTPHONES: dict[str, object] = {
    "text": "Tỷ lệ dân số trưởng thành có điện thoại thông minh đạt 80%",
    "comparator": ">=",
    "wording": "đạt",
    "value": 80.0,
    "unit": "%",
    "period_start": 2022,
    "period_end": 2025,
    "indicator": "XHS_SMARTPHONE_DS",
}
