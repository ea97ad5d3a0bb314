"""The words and numbers of plan text: every numeral gets a kind before any grammar is applied.

``scan`` walks from numeral to numeral (never from letter to letter, so its cost grows with the
numerals) and looks a bounded distance to both sides. Years, dates, citations, articles, names
such as "4G" and ages are recognised here; what is left is a *quantity* with its unit, and the
grammar in ``targets`` decides whether it is a target.

Numbers are read as Vietnam prints them: comma for decimals, dot for thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

VIEW = 64  # characters looked at on the left of a numeral

# ------------------------------------------------------------------ pieces of patterns

_MARKED = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"
LOWER = "a-z" + _MARKED
UPPER = "A-Z" + _MARKED.upper()  # À-Ỹ as a range would hold small letters too


def cased(pattern: str) -> str:
    """Return a pattern with ``[UPPER]`` and ``[LOWER]`` (also inside longer classes) as Vietnamese letters.

    >>> bool(re.match(cased("[UPPER][LOWER]"), "Đư")), bool(re.match(cased("[UPPER]"), "đ"))
    (True, False)
    """
    return pattern.replace("UPPER", UPPER).replace("LOWER", LOWER)


_TONES = {
    "a": "aàảãáạăằẳẵắặâầẩẫấậ",
    "e": "eèẻẽéẹêềểễếệ",
    "i": "iìỉĩíị",
    "o": "oòỏõóọôồổỗốộơờởỡớợ",
    "u": "uùủũúụưừửữứự",
    "y": "yỳỷỹýỵ",
    "d": "dđ",
}
_CLASS = {letter: f"[{letters}]" for letters in _TONES.values() for letter in letters}


def loose(words: str) -> str:
    """Return a pattern for words whose marks a scanner may have misread ("tối thiếu")."""
    return r"\s+".join("".join(_CLASS.get(c, re.escape(c)) for c in word) for word in words.split())


_YEAR = r"(?:19[4-9]\d|20\d\d)"
_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3}){2,}|\d+[.,]\d+|\d+)"
_DOCUMENT = (
    r"(?:quyết\s+định|nghị\s+quyết|nghị\s+định|kế\s+hoạch|thông\s+tư(?:\s+liên\s+tịch)?|chỉ\s+thị|công\s+văn|tờ\s+trình"
    r"|kết\s+luận|luật|pháp\s+lệnh|đề\s+án|văn\s+bản|thông\s+báo|hướng\s+dẫn|công\s+điện|báo\s+cáo|quy\s+định|lệnh|chương\s+trình)"
)

_CODE_CHARS = "A-ZĐỌÐČƯƠ"
_CITATION = re.compile(
    rf"""\d+[a-z]?(?:\s?(?:\.{{2,}}|…))?
         (?:\s*,\s*\d+)*                         # Nghị quyết số 01, 02/NQ-CP
         (?:\s?/\s?\d{{4}})?                     # 47/2020/NĐ-CP
         (?:\s?/\s?(?=[{_CODE_CHARS}])|\s?-\s?(?=[{_CODE_CHARS}]{{1,6}}/))
         [{_CODE_CHARS}][\w&]*(?:[-/&.][{_CODE_CHARS}][\w&]*)*""",
    re.VERBOSE,
)
_CITED_LEFT = re.compile(rf"{_DOCUMENT}\s+(?:số\s*:?\s*)?$")
_CITED_NO_LEFT = re.compile(r"(?<!\w)(?:số|sô|so)\s*$")
_TOTAL_NO_LEFT = re.compile(
    r"(?:tổng|có|đa|dân|kỹ thuật|chỉ|hệ|con|trị|chuyển đổi|kinh tế|xã hội|chính quyền|công nghệ|hạ tầng|kỹ năng|nhân lực|công dân)\s+số\s*$"
)

_DATE_FULL = re.compile(r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}(?!\d)")
_DATE_WORDS = re.compile(rf"\d{{1,2}}\s+tháng\s+\d{{1,2}}(?:\s+năm\s+{_YEAR}|/{_YEAR})?")
_DATE_MONTH = re.compile(rf"(?:0?[1-9]|1[0-2])\s?[/-]\s?{_YEAR}(?!\d)")
_DATE_DAY_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?![\d/])")
_AFTER_MONTH = re.compile(rf"(?:0?[1-9]|1[0-2])(?:\s+năm\s+{_YEAR}|\s?[/-]\s?{_YEAR})?(?![\d%])")
_MONTH_LEFT = re.compile(r"tháng\s*$")
_DAY_LEFT = re.compile(r"ngày\s*$")
_CLOCK = re.compile(r"\d{1,2}(?::\d{2}){1,2}(?!\d)")  # 09:53, when a page was made
_DAY_AND_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\s?[-./]\s?(?:0?[1-9]|1[0-2])(?![\d%/]|[.,]\d)")
_OF_A_DAY_LEFT = re.compile(r"(?:ngày|sáng|trưa|chiều|tối)\s*$")
_FOOTNOTE = re.compile(r"\d{1,3}(?=\])")
_NEAR_DATE_LEFT = re.compile(r"(?:ngày|trước|từ|đến|vào|hạn)\s*$")
_QUARTER_LEFT = re.compile(r"quý\s*$")
_AFTER_QUARTER = re.compile(rf"[1-4](?:\s*(?:/|năm|-)\s*{_YEAR})?(?![\d%])")
_ROMAN_QUARTER_LEFT = re.compile(r"quý\s+[iv]{1,3}\s*(?:/|-|năm|,)?\s*$")
_MONTH_NAME_LEFT = re.compile(
    r"tháng\s+(?:một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười(?:\s+một|\s+hai)?)\s*(?:/|năm)?\s*$"
)

_ARTICLE_LEFT = re.compile(
    r"""(?:^|[^\w])(?:điều|(?<!tài\s)khoản|điểm|(?<!danh\s)(?<!hạng\s)(?<!chuyên\s)(?<!đầu\s)mục|chương
         |(?<!thành\s)(?<!góp\s)(?<!cổ\s)(?<!một\s)phần|phụ\s+lục|tiết|biểu|mẫu|bảng
         |(?<!mô\s)(?<!loại\s)(?<!truyền\s)(?<!tình\s)hình|trang|dòng|stt)\s*(?:số\s*)?$""",
    re.VERBOSE,
)
_LEVEL_LEFT = re.compile(
    r"""(?:^|[^\w])(?:mức\s+độ|cấp\s+độ|mức|cấp|hạng|lớp|loại|bậc|khóa|khoá|kỳ|phiên\s+bản|version|thế\s+hệ(?:\s+thứ)?|lần\s+thứ|thứ
         |công\s+nghiệp|cmcn|đề\s+án|chương\s+trình|trung\s+ương|đại\s+hội|iso|tcvn|qcvn|covid|ipv|web|windows|office|quận|tổ|đội|phường
         |giai\s+đoạn|đợt|bước|bài|tuyến|quốc\s+lộ|tầng|khối|level|phần\s+mềm|hotline|tổng\s+đài|đường\s+dây\s+nóng|kênh)\s*-?\s*$""",
    re.VERBOSE,
)
_LEVELS = re.compile(r"\d{1,2}(?:\.\d)?(?![\d%.,]*%)(?:\s*(?:,|và|hoặc|-|/)\s*\d(?![\d%.,]))*")
_ORDINAL_PHRASE = re.compile(r"(?:lần|thế\s+hệ)\s+thứ\s*$")
_GENERATION = re.compile(r"\d(?:[.,]\d)?g(?![a-z])", re.IGNORECASE)
_AROUND_CLOCK = re.compile(r"24\s?[/x]\s?(?:7|24)|7/7")
_FRACTION = re.compile(r"\d+\s?/\s?\d+(?![\d/])")
_ADDRESS = re.compile(r"\S*(?:https?:|www\.|@\w|\.(?:gov|com|edu|org|net|vn)\b)\S*", re.IGNORECASE)
_AGE = re.compile(r"\d{1,3}(?:\s*(?:-|đến|tới)\s*(?:dưới\s+)?\d{1,3})?\s*tuổi")
_PER_BASE = re.compile(
    r"(?:(?:1|10+|1\.000|10\.000|100\.000)\s*(?:dân|người\s+dân|nghìn\s+dân|vạn\s+dân|hộ\s+dân|người|hộ|lao\s+động)|0?1\s*ha)(?!\w)"
)
_PER_LEFT = re.compile(r"(?:/|trên|tính\s+trên|cho\s+mỗi|mỗi)\s*$")
_LAND = re.compile(r"0?1\s*ha(?!\w)")  # "giá trị sản phẩm trên 01 ha đất"
_PEOPLE = re.compile(r"[\d.]+\s*(?:dân|người\s+dân|nghìn\s+dân|vạn\s+dân|hộ\s+dân)(?!\w)")
_YEARS = re.compile(
    rf"{_YEAR}(?!\d)(?![.,]\d)(?:\s*(?:-|đến(?:\s+hết)?(?:\s+năm)?|tới(?:\s+năm)?|/)\s*{_YEAR}(?!\d)(?![.,]\d))?(?!\s?%)"
)
_YEAR_ONLY = re.compile(_YEAR)
_DURATION = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s*(?:-|đến)\s*(?P<high>{_NUMBER}))?\s*(?P<unit>năm|tháng|tuần|ngày(?:\s+làm\s+việc)?|giờ|phút|giây|quý|h)(?!\w)"
)

_PERCENT = rf"(?:%|{loose('phần trăm')})"
_UNIT = re.compile(
    rf"""\s*(?:
        (?P<percent>(?:điểm\s*)?{_PERCENT}(?:\s?/\s?năm)?)
      | (?P<money>(?:(?:nghìn|ngàn|triệu|tỷ|tỉ|trăm)\s+){{0,2}}(?:đồng|vnđ|vnd|usd|đô\s+la(?:\s+mỹ)?|euro)(?:\s?/\s?\w+(?:\s?/\s?\w+)?)?(?!\w)|(?:tỷ|tỉ)(?!\w)(?!\s+(?:lệ|trọng|suất)))
      | (?P<speed>(?:mbps|gbps|kbps|mb/s|gb/s|kw|mw|kwh|mwp|km2|km²|km|ha|m2|m²|m3|kg|tấn|gb|tb|mb|ms|ghz|mhz|°\s?c|‰)(?!\w))
      | (?P<times>lần(?!\w)(?:\s?/\s?(?:năm|tháng|tuần|quý))?)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_TIMES = {"trăm": 100, "nghìn": 1_000, "ngàn": 1_000, "vạn": 10_000, "triệu": 1_000_000, "tỷ": 1_000_000_000}
_MULTIPLE = rf"(?:(?P<times>{'|'.join(_TIMES)})(?!\s+(?:lệ|trọng|suất))\s+)?"
_NOUNS = (
    "thuê bao|dn|htx|lượt khách|lượt tải|lượt người|lượt|người dân|người|hộ gia đình|hộ kinh doanh|hộ|doanh nghiệp|hợp tác xã|tổ hợp tác|tổ chức|cơ quan|đơn vị"
    "|cơ sở dữ liệu|cơ sở|trung tâm|khu công nghiệp|khu|cụm|sản phẩm|dịch vụ|thủ tục hành chính|thủ tục|hồ sơ|văn bản|chuyên mục|chuyên trang"
    "|tin, bài|tin|bài|phóng sự|hội nghị|hội thảo|lớp tập huấn|lớp|khóa đào tạo|khóa|khoá|học viên|học sinh|sinh viên|giáo viên|cán bộ"
    "|công chức|viên chức|chuyên gia|kỹ sư|lao động|nhân lực|nhân sự|trạm|điểm phát sóng|điểm phục vụ|điểm|mô hình|nền tảng|hệ thống|ứng dụng"
    "|phần mềm|trường học|trường|bệnh viện|phòng|xã|phường|thôn|làng|bản|ấp|xóm|buôn|khóm|khu phố|tổ dân phố|khu dân cư|huyện|tỉnh|thành phố|địa phương|quốc gia|nước|dự án|đề tài|nhiệm vụ"
    "|chỉ tiêu|mục tiêu|tiêu chí|giải pháp|nhóm|lĩnh vực|ngành|tài khoản|giao dịch|chứng thư số|chứng thư|camera|thiết bị|máy|bộ dữ liệu|bộ"
    "|kho|cổng|trang|sàn|chợ|cửa hàng|khách sạn|khách|du khách|diễn đàn|startup|ý tưởng|sáng kiến|bằng sáng chế|đơn|bậc|hạng|tổ|đội|cuộc|đợt|vụ|ca|lớp học|tuyến"
    "|lô|mẫu|loại|cấp|mức|trụ cột|nội dung|khâu|bước|phần|vùng|cây|con|buổi|kỳ|dân|đảng viên|hội viên|đoàn viên|thành viên|tổ viên"
)
_SHORT_UNITS = {"dn": "doanh nghiệp", "htx": "hợp tác xã"}
_NOUN_CHOICE = "|".join(
    noun.replace(" ", r"\s+") for noun in sorted(_NOUNS.split("|"), key=len, reverse=True)
)
_NOUN = re.compile(rf"\s*{_MULTIPLE}(?P<noun>{_NOUN_CHOICE})(?!\w)")
_TWO_WORDS = re.compile(
    rf"\s*{_MULTIPLE}(?P<noun>[^\W\d_]+(?:\s+(?!(?:được|đạt|có|là|và|tại|trong|của|đã|sẽ|tham|do|từ|cho|ở)\b)[^\W\d_]+)?)"
)
_PER_TAIL = re.compile(
    r"\s?(?:/|trên)\s*(?P<base>(?:1|10+|1\.000|10\.000|100\.000)\s*(?:dân|người\s+dân|hộ\s+dân|hộ|người|lao\s+động)|vạn\s+dân|năm|tháng|tuần|quý|người|xã|hộ)(?!\w)"
)

_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})(?P<lowunit>\s*{_PERCENT})?\s*(?P<sign>-|÷|~|đến|tới)\s*(?:dưới\s+)?(?P<high>{_NUMBER})(?![\d/])"
)
_PLAIN = re.compile(_NUMBER)

_RANK_LEFT = re.compile(
    r"""(?:(?:thuộc|trong|vào|nằm\s+trong|lọt\s+vào|đứng\s+trong)\s+(?:(?:nhóm|top|tốp)\s+)?
        |(?:nhóm|top|tốp)\s+(?:từ\s+)?
        |(?:xếp|đứng|giữ|thứ|lên|đạt)\s+(?:ở\s+)?(?:vị\s+trí|hạng|thứ\s+hạng|thứ)\s+(?:thứ\s+)?(?:từ\s+)?
        |(?:xếp|đứng)\s+thứ\s+|hạng\s+(?:từ\s+)?thứ\s+)(?:khoảng\s+)?$""",
    re.VERBOSE,
)
_RANK_RIGHT = re.compile(
    r"\s*(?:/\s*\d+)?(?:\s*(?:-|đến)\s*\d+)?\s*(?:tỉnh|địa\s+phương|thành\s+phố|nước|quốc\s+gia|đơn\s+vị)[^.;()%\d]{0,110}?"
    r"(?:dẫn\s+đầu|đứng\s+đầu|hàng\s+đầu|cao\s+nhất|tốt\s+nhất|tốp\s+đầu|top\s+đầu|đầu\s+cả\s+nước|khá|trung\s+bình)"
)
_RANK_WORD_LEFT = re.compile(
    r"(?:xếp|đứng|giữ\s+hạng|vị\s+trí|thứ\s+hạng|xếp\s+hạng|top|tốp)(?:\s+\w+){0,4}\s*$"
)


_DAY = re.compile(r"\d{1,2}(?![\d%])")
_ARTICLE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})*(?![\d%])(?!,\d)")
_GLUED = re.compile(r"\d+(?:[.:]\d+)*\w*")
_BEFORE_LETTER = re.compile(r"\d+(?=[^\W\d_])")
_WITH_LETTERS = re.compile(r"\d+\w*")
_POINT_ZERO = re.compile(r"\d\.0(?![\d%])")
_STANDARD = re.compile(r"\d{4,5}(?::\d{4})")
_OUT_OF = re.compile(r"\s*/\s*\d+")
_RANKED_LEFT = re.compile(r"(?:thứ|hạng|nhóm|top|tốp)\s*$")
_RANGE_LEFT = re.compile(r"(?:từ|khoảng|đạt|tăng|giảm|chiếm|có)\s*(?:từ\s*)?$")
_PERCENT_AFTER = re.compile(rf"\s*{_PERCENT}")


# ------------------------------------------------------------------ tokens


@dataclass(slots=True)
class Token:
    """One numeral expression, its place in the text and what it is.

    ``kind`` is one of quantity, year, date, citation, article, name, age, base, duration,
    fraction, list number. ``value``/``high`` are numbers for quantity and duration, years for
    year (``value`` missing where only the end of a period is printed), the year for date.
    """

    start: int
    end: int
    kind: str
    value: float | None = None
    high: float | None = None
    unit: str = ""
    sort: str = ""  # of a quantity: percent, money, speed, times, count, rank, bare


_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3}){2,}")


def number(printed: str) -> float:
    """Return the number that Vietnamese text prints.

    >>> [number(printed) for printed in ("8,5", "1.254.184", "04", "8.5", "2,000,000")]
    [8.5, 1254184.0, 4.0, 8.5, 2000000.0]
    """
    if _DOTTED.fullmatch(printed):
        return float(printed.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(printed):
        return float(printed.replace(",", ""))
    return float(printed.replace(",", "."))


def counted(words: str) -> str:
    """Return what a count's name counts, "" if it is no count.

    >>> counted("Số lượng doanh nghiệp công nghệ số"), counted("Số hóa hồ sơ")
    ('doanh nghiệp', '')
    """
    small = lower(words)
    head = re.match(r"(?:tổng\s+)?số\s+(?:lượng\s+)?", small)
    noun = _NOUN.match(small, head.end()) if head else None
    return " ".join(noun["noun"].split()) if noun else ""


def lower(text: str) -> str:
    """Return text in lower case with every character in its place."""
    small = text.lower()
    return (
        small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    )


_DIGIT = re.compile(r"[0-9]")


def has_numeral(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` holds a digit."""
    return _DIGIT.search(text, start, end) is not None


def scan(text: str, low: str, start: int, end: int) -> Iterator[Token]:
    """Yield the numeral expressions of ``text[start:end]`` in order; ``low`` is ``lower(text)``.

    Together the tokens hold every digit of the span exactly once.
    """
    at = start
    while (found := _DIGIT.search(text, at, end)) is not None:
        token = _token(text, low, found.start(), start, end)
        yield token
        at = token.end


_LONG = re.compile(r"\d{16,}")  # an account, a code: no number of a plan has so many digits


def _token(text: str, low: str, i: int, start: int, end: int) -> Token:
    code = _LONG.match(low, i, end)
    if code:
        return Token(i, code.end(), "name")
    left = low[max(start, i - VIEW) : i]
    for rule in _RULES:
        token = rule(text, low, i, end, left)
        if token is not None:
            return token
    return _quantity(text, low, i, end, left)


def _address(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    begin = max((left.rfind(c) for c in ' \t\n("“'), default=-1)
    start = i - len(left) + begin + 1
    found = _ADDRESS.match(text, start, min(end, i + 200))
    return Token(i, max(found.end(), i + 1), "name") if found and found.end() > i else None


def _date(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    clock = _CLOCK.match(low, i, end)
    if clock:
        return Token(i, clock.end(), "date")
    if _OF_A_DAY_LEFT.search(left) and not _DATE_FULL.match(low, i, end):
        found = _DAY_AND_MONTH.match(low, i, end)
        if found:
            return Token(i, found.end(), "date")
    for pattern in (_DATE_FULL, _DATE_WORDS):
        found = pattern.match(low, i, end)
        if found:
            return Token(i, found.end(), "date", value=_last_year(found.group()))
    if _MONTH_LEFT.search(left):
        found = _AFTER_MONTH.match(low, i, end)
        if found:
            return Token(i, found.end(), "date", value=_last_year(found.group()))
    if _QUARTER_LEFT.search(left):
        found = _AFTER_QUARTER.match(low, i, end)
        if found:
            return Token(i, found.end(), "date", value=_last_year(found.group()))
    if _ROMAN_QUARTER_LEFT.search(left) or _MONTH_NAME_LEFT.search(left):
        found = _YEAR_ONLY.match(low, i, end)
        if found:
            return Token(i, found.end(), "date", value=float(found.group()))
    found = _DATE_MONTH.match(low, i, end)
    if found:
        return Token(i, found.end(), "date", value=_last_year(found.group()))
    if _NEAR_DATE_LEFT.search(left):
        found = _DATE_DAY_MONTH.match(low, i, end)
        if found:
            return Token(i, found.end(), "date")
    if _DAY_LEFT.search(left):
        found = _DAY.match(low, i, end)
        if found:
            return Token(i, found.end(), "date")
    return None


def _last_year(words: str) -> float | None:
    years = _YEAR_ONLY.findall(words)
    return float(years[-1]) if years else None


def _citation(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    found = _CITATION.match(text, i, min(end, i + 120))
    if found:
        return Token(i, found.end(), "citation")
    if _CITED_LEFT.search(left):
        plain = _PLAIN.match(low, i, end)
        if plain and not _is_year(plain.group()) and not _has_unit(low, plain.end(), end, left):
            return Token(i, plain.end(), "citation")
    if _CITED_NO_LEFT.search(left) and not _TOTAL_NO_LEFT.search(left):
        plain = _PLAIN.match(low, i, end)
        if (
            plain
            and plain.group().isdigit()
            and not _has_unit(low, plain.end(), end, left)
            and not _NOUN.match(low, plain.end(), end)
        ):
            return Token(i, plain.end(), "citation")
    return None


def _is_year(printed: str) -> bool:
    return bool(_YEAR_ONLY.fullmatch(printed))


_TIME_UNIT = re.compile(r"\s*(?:năm|tháng|tuần|ngày|giờ)(?!\w)")


def _has_unit(low: str, at: int, end: int, left: str) -> bool:
    return bool(
        _UNIT.match(low, at, end) or (not left.rstrip().endswith("số") and _TIME_UNIT.match(low, at, end))
    )


def _article(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    if not _ARTICLE_LEFT.search(left):
        return None
    found = _ARTICLE_NUMBER.match(low, i, end)
    if found is None or _UNIT.match(low, found.end(), end):
        return None
    return Token(i, found.end(), "article")


def _named(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    before = text[i - 1] if left else " "
    if before == "[" and (note := _FOOTNOTE.match(low, i, end)):
        return Token(i, note.end(), "name")
    glued_left = before.isalpha() or (before == "-" and len(left) > 1 and left[-2].isalpha())
    if glued_left:
        found = _GLUED.match(text, i, end)
        assert found is not None
        return Token(i, found.end(), "name")
    for pattern in (_GENERATION, _AROUND_CLOCK):
        found = pattern.match(low, i, end)
        if found:
            return Token(i, found.end(), "name")
    found = _BEFORE_LETTER.match(text, i, end)
    if found and not _UNIT.match(low, found.end(), end):
        found = _WITH_LETTERS.match(text, i, end)
        assert found is not None
        return Token(i, found.end(), "name")
    found = _POINT_ZERO.match(low, i, end)
    if found:
        return Token(i, found.end(), "name")
    found = _STANDARD.match(low, i, end)
    if found:
        return Token(i, found.end(), "name")
    return None


def _level(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    if not _LEVEL_LEFT.search(left) or _RANK_WORD_LEFT.search(left):
        return None
    found = _LEVELS.match(low, i, end)
    if found is None or _is_year(low[i : i + 4]) or _UNIT.match(low, found.end(), end):
        return None
    if not _ORDINAL_PHRASE.search(left) and _DURATION.match(low, i, end):
        return None
    return Token(i, found.end(), "name")


def _age(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    found = _AGE.match(low, i, end)
    return Token(i, _digits_end(low, i, found.end()), "age") if found else None


def _digits_end(low: str, start: int, end: int) -> int:
    """Return the end of the last digit in a span: the words after it are no part of the numeral."""
    while end > start and not low[end - 1].isdigit():
        end -= 1
    return end


def _base(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    found = _PER_BASE.match(low, i, end)
    if not found or not _PER_LEFT.search(left):
        return None
    slash = left.rstrip().endswith("/")
    if not slash and not _LAND.match(low, i, end) and not _PEOPLE.match(low, i, end):
        return None
    return Token(i, _digits_end(low, i, found.end()), "base")


_BOUND_LEFT = re.compile(
    r"(?:tối\s+thiểu|ít\s+nhất|trên|dưới|khoảng|hơn|gần|có|được|không\s+quá|tối\s+đa|đạt)\s*$"
)


def _year(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    found = _YEARS.match(low, i, end)
    if not found:
        return None
    if (
        "năm" not in low[max(0, i - 6) : i]
        and _BOUND_LEFT.search(left)
        and _NOUN.match(low, found.end(), end)
    ):
        return None  # "tối thiểu 2000 doanh nghiệp"
    if _UNIT.match(low, found.end(), end):
        return None
    years = [float(y) for y in _YEAR_ONLY.findall(found.group())]
    if len(years) == 2 and years[1] < years[0]:
        return Token(i, i + 4, "year", high=years[0])
    first = years[0] if len(years) == 2 else None
    return Token(i, found.end(), "year", value=first, high=years[-1])


def _duration(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    found = _DURATION.match(low, i, end)
    if not found:
        return None
    high = found["high"]
    last = found.end("high") if high else found.end("low")
    unit = " ".join(found["unit"].split())
    return Token(i, last, "duration", number(found["low"]), number(high) if high else None, unit)


def _fraction(text: str, low: str, i: int, end: int, left: str) -> Token | None:
    found = _FRACTION.match(low, i, end)
    if not found or _RANK_WORD_LEFT.search(left) or _RANKED_LEFT.search(left):
        return None
    return Token(i, found.end(), "fraction")


_RULES = (_address, _citation, _date, _article, _named, _age, _base, _level, _year, _duration, _fraction)


def _quantity(text: str, low: str, i: int, end: int, left: str) -> Token:
    found = _RANGE.match(low, i, end)
    if found and _is_range(low, found, end, left):
        token = Token(i, found.end(), "quantity", number(found["low"]), number(found["high"]))
        _set_unit(token, text, low, end)
        if not token.unit and found["lowunit"]:
            token.unit, token.sort = "%", "percent"
    else:
        plain = _PLAIN.match(low, i, end)
        assert plain is not None  # the caller stands on a digit
        token = Token(i, plain.end(), "quantity", number(plain.group()))
        _set_unit(token, text, low, end)
        printed = plain.group()
        if token.sort == "count" and re.fullmatch(r"\d{1,3}(?:,\d{3})+", printed):
            token.value = float(printed.replace(",", ""))  # "2,000 doanh nghiệp": no half enterprises
    if token.sort in ("count", "bare") and _is_rank(low, token, end, left):
        tail = _OUT_OF.match(low, token.end, end)
        if tail:
            token.end = tail.end()
        token.unit, token.sort = "hạng", "rank"
    return token


def _is_range(low: str, found: re.Match[str], end: int, left: str) -> bool:
    if found["sign"] in ("đến", "tới"):
        if _is_year(found["high"]) and not _UNIT.match(low, found.end(), end):
            return False
        if not _RANGE_LEFT.search(left) and not found["lowunit"]:
            return False
    if found["lowunit"] and not _PERCENT_AFTER.match(low, found.end(), end):
        return False  # "80% - 2025"
    return number(found["high"]) > number(found["low"])


def _set_unit(token: Token, text: str, low: str, end: int) -> None:
    found = _UNIT.match(low, token.end, end)
    if found:
        token.sort = found.lastgroup or ""
        token.unit = " ".join(
            (text if token.sort in ("money", "speed") else low)[found.start() : found.end()].split()
        )
        if token.sort == "percent":
            token.unit = "%/năm" if "năm" in token.unit else "điểm %" if "điểm" in token.unit else "%"
        token.end = found.end()
        return
    for pattern, sort in ((_NOUN, "count"), (_TWO_WORDS, "bare")):
        found = pattern.match(low, token.end, end)
        if found:
            token.unit = " ".join(found["noun"].split())
            if found["times"] and token.value is not None:
                # "6 triệu lượt khách" are 6.000.000, so that a figure can be compared
                token.value *= _TIMES[found["times"]]
                token.high = token.high and token.high * _TIMES[found["times"]]
            token.unit = _SHORT_UNITS.get(token.unit, token.unit)
            token.sort = sort
            base = _PER_TAIL.match(low, found.end(), end)
            if base and base["base"] not in ("người", "xã", "hộ"):
                token.unit += "/" + " ".join(base["base"].split())
            return
    token.sort = "bare"
    if _UNIT_BEFORE.search(low, max(0, token.start - 8), token.start) and not token.unit:
        token.unit, token.sort = "%", "percent"  # a table of a PDF: "Tỷ trọng kinh tế số trong GRDP % 30"


_UNIT_BEFORE = re.compile(r"(?<!\d)\s%\s+(?:[≥≤<>=]+\s*)?$")
_OF_A_GROUP = re.compile(r"(?:trong|thuộc|vào)\s+(?:nhóm|top|tốp)\s*$")
_ENDS_HERE = re.compile(r"\s*(?:(?:tỉnh|địa\s+phương)(?:\s*,\s*thành\s+phố)?\s*)?(?:[.;,)]|$)")


def _is_rank(low: str, token: Token, end: int, left: str) -> bool:
    if _RANK_WORD_LEFT.search(left) and re.search(
        r"(?:vị\s+trí|thứ|hạng|top|tốp)(?:\s+thứ)?(?:\s+từ)?\s*$", left
    ):
        return True
    if _RANKED_LEFT.search(left) and _OUT_OF.match(low, _digits_end(low, token.start, token.end), end):
        return True  # "trong nhóm 30/63 tỉnh"
    if _OF_A_GROUP.search(left) and _ENDS_HERE.match(low, _digits_end(low, token.start, token.end), end):
        return True  # "… trong nhóm 20.", "nằm trong nhóm 45 tỉnh, thành phố;"
    return bool(
        _RANK_LEFT.search(left) and _RANK_RIGHT.match(low, _digits_end(low, token.start, token.end), end)
    )
