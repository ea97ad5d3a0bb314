"""The words and numbers of plan text: every numeral gets a kind before any grammar is applied.

``scan`` walks from numeral to numeral (never from letter to letter, so its cost grows with the
numerals) and looks a bounded distance to both sides. ``NUMERALS`` recognises years, dates, citations,
articles, names such as "4G" and ages; what is left is a *quantity* with its unit, and the
grammar in ``targets`` decides whether it is a target.

Numbers are read as Vietnam prints them: comma for decimals, dot for thousands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from qngai_analysis.plan.words import DOTTED, TIMES, any_of, loose, lower, number, pattern, squeeze

VIEW = 64  # characters looked at on the left of a numeral

# ------------------------------------------------------------------ pieces of patterns

YEAR = r"(?:19[4-9]\d|20\d\d)"
_NUMBER = r"(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3}){2,}|\d+[.,]\d+|\d+)"
_YEAR_ONLY = pattern(YEAR)
_PLAIN = pattern(_NUMBER)
_DIGIT = pattern(r"[0-9]")
_PERCENT = rf"(?:%|{loose('phần trăm')})"
_PER = r"\s?/\s?(?:(?:người )?lao động|hộ gia đình|[^\W\d]\w*)(?:\s?/\s?[^\W\d]\w*)?(?!\w)"
_PER_WHAT = pattern(_PER)
_UNIT = pattern(
    rf"""\s*(?:
        (?P<permille>(?:%\s?[0o]|‰|[0o]/[0o]{{2}})(?!\w))
      |(?P<percent>(?:điểm\s*)?{_PERCENT}(?:\s?/\s?năm)?)
      |(?P<money>(?:(?:nghìn|ngàn|triệu|tỷ|trăm) ){{0,2}}
                  (?:đồng|trđ|tr\.?đ(?:ồng)?|tỷ\.\s?đ(?:ồng)?|vnđ|vnd|usd|đô la(?: mỹ)?|euro)(?! (?:chí|bào)(?!\w))(?:{_PER})?(?!\w)
                 |(?:(?:nghìn|ngàn|trăm) )?tỷ(?!\w)(?! (?:lệ|trọng|suất|kwh|mwh|m3|m³|lít|kg|tấn|lượt|con|quả|cây|người|sản phẩm)(?!\w)))
      |(?P<speed>(?:mbps|gbps|kbps|mb/s|gb/s|kw|mw|kwh|mwp|km2|km²|km|ha|(?:m2|m²)(?: sàn)?|m3|kg|gam|mg|mcg|µg|ml|cm|mm|m(?=\s?/\s?(?:người|dân))|tấn|tạ|lít|gb|tb|mb|ms|ghz|mhz|°\s?c)(?!\w)(?:\s?/\s?(?:ha|sào|vụ|con|người|ngày(?: đêm)?)(?!\w)){{0,2}})
      |(?P<times>lần(?!\w| lượt(?!\w))(?:\s?/\s?(?:năm|tháng|tuần|quý|hồ sơ|người))?)
    )""",
    re.IGNORECASE,
)
# "60 trđ/người", "9 tỷ.đ"
_SHORT_MONEY = pattern(r"^t(?P<million>r)?[ỷỉ]?\.?\s?đ(?:ồng)?(?!\w)", re.IGNORECASE)
#: By what the words before a unit multiply.
_MULTIPLE = rf"(?:(?P<times>{'|'.join(TIMES)})(?! (?:lệ|trọng|suất)) )?"
_MANY = pattern(rf"\s*(?P<times>{'|'.join(TIMES)})(?!\w)")
_EARNED_LEFT = pattern(r"""(?<!\w)(?:thu nhập|grdp|doanh thu|giá trị|lương|kim ngạch|năng suất lao động
        |kinh phí|ngân sách|vốn)(?!\w)(?:[^.;\d]|0?1\s?(?=ha))*$""")
_NOUN = pattern(rf"\s*{_MULTIPLE}(?P<noun>{any_of('unit')})(?!\w)")
_TWO_WORDS = pattern(
    rf"""\s*["“]?{_MULTIPLE}(?P<noun>(?!(?:{"|".join(TIMES)}|lên|xuống|được|đạt|có|là|và|tại|trong|của|đã|sẽ|hoặc|trở|nhất|để|khi|thì|như|so|nhưng|nên|vì)\b)[^\W\d_]+
        (?: (?!(?:được|đạt|có|là|và|với|vào|ra|trên|dưới|tại|trong|của|đã|sẽ|trở|tham|do|từ|cho|ở)\b)[^\W\d_]+)?)"""
)
SHORT_UNITS = {"dn": "doanh nghiệp", "dnnvv": "doanh nghiệp nhỏ và vừa", "htx": "hợp tác xã"}
# of a column of units: "Tr. USD", "1.000 tấn", "tỷ đ"
_SHORTENED = (
    (pattern(r"^tr(?:\.\s*|(?=đ))", re.IGNORECASE), "triệu "),
    (pattern(r"^1\.?000 "), "nghìn "),
    (pattern(r"(?<!\w)đ(?!\w)"), "đồng"),
    (pattern(r"(?<!\w)ng(?:\.|(?!\w))"), "người"),
)
_ROUND = r"(?:1|10+|1\.000|10\.000|100\.000)"
_PEOPLE = r"(?:dân|người dân|nghìn dân|vạn dân|hộ dân)"
_BORN = r"(?:trẻ|bé|ca|bà mẹ|phụ nữ)"
_LIVING = rf"(?:{_BORN}(?: (?:em|gái|trai|sơ sinh))?(?: (?:đẻ|sinh)(?: ra)? sống)?|dân|người dân|hộ dân|hộ|người|lao động)"
_PER_TAIL = pattern(rf"""\s?(?:/|trên)\s*(?P<base>{_ROUND}\s*{_LIVING}
        |vạn dân|năm|tháng|tuần|quý|người|xã|hộ)(?!\w)""")
_RANGE = pattern(rf"""(?P<low>{_NUMBER})(?:(?P<lowunit>\s*{_PERCENT})|\s*(?P<same>ha|km|m2|m3|m|tấn|tạ|kg|người|hộ|(?:tỷ|triệu) đồng|ngày|lần)
            (?=\s*(?:đến|tới)\s*{_NUMBER}\s*(?P=same)(?!\w)))?\s*(?P<sign>-|÷|~|đến|tới)\s*
        (?:dưới )?(?P<high>{_NUMBER})(?![\d/])""")
_DURATION = pattern(rf"""(?P<low>{_NUMBER})(?:\s*(?:-|đến)\s*(?P<high>{_NUMBER}))?\s*
        (?P<unit>năm|tháng|tuần|ngày(?: làm việc)?|giờ|phút|giây|quý|h)(?!\w)""")
# "tuổi thọ trung bình trên 75 tuổi" defines nobody
_LIFETIME_LEFT = pattern(r"(?:tuổi thọ|sống (?:khỏe|thọ))[^.;:\d]{0,50}$")
# "10 ca trên 1.000 trẻ", and "số máy trên 100.000 người đạt 40": a rate has a number of its own
_RATE_LEFT = pattern(r"\d [^\W\d_]+(?: [^\W\d_]+)? trên\s*$")
_RATE_RIGHT = pattern(
    rf"\s*{_LIVING}(?: từ \d+ tuổi trở lên)?(?: (?:trong|ở|tại|đến|năm|\d{{4}})[^.;,\d]*(?:\d{{4}})?)?\s*(?::|(?<!\w)(?:đạt|là|còn|tăng|giảm|dưới|ở mức|bằng|không)(?!\w))[^.;,\d]*\d"
)
# "tập huấn cho trên 1.000 người dân": no base of a unit
_REACHED_LEFT = pattern(r"(?:cho|đạt|có|với|của|đến|tới|(?<!thu )được|trợ|vấn|huấn|dẫn|hút|dưỡng) trên\s*$")
_PARTS = ("phần", "nội dung", "mục tiêu", "chỉ tiêu", "nhiệm vụ", "bước", "mẫu", "bản", "kỳ", "khóa")
_TIME_UNIT = pattern(r"\s*(?:năm|tháng|tuần|ngày|giờ)(?!\w)")

# numbers in words: "hai phần ba số xã", "quá nửa", "tăng gấp đôi"
_FIGURES = {"đôi": 2, "rưỡi": 1.5, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}  # fmt: skip
_FIGURE = "(?:một|hai|ba|bốn|tư|năm|sáu|bảy|tám|chín|mười)"
_SIGNS_OF_WORDS = ("phần ", "nửa", "gấp ")
_IN_WORDS = pattern(rf"""(?<!\w)(?:gấp (?P<many>(?P<times>đôi|rưỡi|hai|ba|bốn|sáu|bảy|tám|chín|mười|năm(?= lần))(?: lần)?)
        |(?P<part>{_FIGURE}) phần (?P<whole>{_FIGURE})(?! (?:\d|nhân(?! lực)|liệu|vấn|pháp|duy|tưởng|trăm|năm|tháng|ngày))
        |(?:một nửa|(?<=quá )nửa|(?<=hơn )nửa|(?<=gần )nửa|(?<=trên )nửa|nửa(?= số ))
         (?! (?:đầu|cuối|sau|trước|năm|tháng|ngày|đêm|nhiệm kỳ|giai đoạn|thế kỷ|chặng|thời gian)(?!\w)))(?!\w)""")

# what stands before a numeral
_RANK_LEFT = pattern(r"""(?:(?:thuộc|trong|vào|nằm trong|lọt vào|đứng trong) (?:(?:nhóm|top|tốp|danh sách|số) )?
        |(?:nhóm|top|tốp) (?:từ )?
        |(?:xếp|đứng|giữ|thứ|lên|đạt) (?:ở )?(?:vị trí|hạng|thứ hạng|thứ) (?:thứ )?(?:từ )?
        |(?:xếp|đứng) thứ |hạng (?:từ )?thứ )(?:khoảng )?$""")
_RANK_RIGHT = pattern(r"""\s*(?:/\s*\d+)?(?:\s*(?:-|đến)\s*\d+)?\s*(?:tỉnh|địa phương|thành phố|nước|quốc gia|đơn vị|bộ|sở|xã|phường|huyện|quận|cơ quan|ngành|trường|nền kinh tế|điểm đến)[^.;()%\d]{0,110}?
        (?:dẫn đầu|đứng đầu|đi đầu|hàng đầu|(?:cao|tốt|lớn|mạnh) nhất|tốp đầu|top đầu|đầu (?:cả nước|tỉnh|huyện|thành phố|toàn tỉnh)|khá|trung bình
        |(?<=có )(?:chỉ số|điểm|mức|tốc độ|quy mô)\s[^.;%\d]{3,80}?(?:cao|tốt|lớn)(?!\w))""")
_LEADING = pattern(r" [^\W\d_]+(?: [^\W\d_]+){0,4} (?:dẫn đầu|hàng đầu|(?:cao|tốt|lớn) nhất)")
_RANK_WORD_LEFT = pattern(
    r"(?:không (?:thấp hơn|dưới)|duy trì|tối thiểu|lên|vào) (?:từ )?(?:thứ )?(?:hạng|vị trí|thứ)\s*(?:thứ )?$"
    r"|(?:thứ|xếp) hạng[^.;,\d]{0,40}:\s*thứ\s*$|(?:chỉ số|index|dti|pci|papi)[^.;\d]{0,40}[\s:(](?:thứ|hạng)\s*$"
    # "SIPAS: hạng 12", "…, hạng 15", no "Trung tâm Y tế: hạng 3"
    r"|^(?!.*(?:bệnh viện|y tế|khách sạn|viên chức|giáo viên|công trình|đô thị|cảng|di tích|nhà thầu|chứng chỉ)(?!\w)).*[:,] (?:đạt |giữ |xếp )?(?:thứ |hạng ){1,2}$"
    r"|(?:xếp|đứng|giữ hạng|vị trí|thứ hạng|xếp hạng|top|tốp)(?: \w+){0,4}\s*$|xếp hạng(?: \w+){0,6} thứ\s*$"
)
# "Xếp hạng EBI: 15", "Thứ hạng chuyển đổi số năm 2025: 10/34", no "xếp hạng di tích: 5"
_RANKING_LEFT = pattern(rf"""(?:^|[-+;.,:)\n]\s*|(?<!\w)(?:vị trí|nâng|giữ|có|cải thiện) )(?:xếp hạng(?! {any_of("unit")}(?!\w))|thứ hạng)
        (?!\w)[^.;:\d]{{0,60}}?(?:(?:đến )?năm 20\d\d)?\s*:?\s*$""")
_PLACED_LEFT = pattern(r"(?:vị trí|thứ|hạng|top|tốp)(?: thứ)?(?: từ)?\s*$")
_RANKED_LEFT = pattern(r"(?:thứ|hạng|nhóm|top|tốp)\s*$")
_ORDINAL_LEFT, _ANYTHING = pattern(r"(?:đứng|xếp)(?: hạng)? thứ\s*$"), pattern("")
_PLACE_LEFT = pattern("|".join(left.pattern for left in (_RANK_WORD_LEFT, _RANKED_LEFT, _RANKING_LEFT)))
_OF_A_GROUP = pattern(r"(?:trong|thuộc|vào) (?:nhóm|top|tốp)\s*$")
_GROUP = pattern(r"(?:nhóm|top|tốp)\s*$")
_AMONG_OTHERS = pattern(r"[^\W\d_] (?:nhóm|top|tốp)\s*$")
_LIST_GOES_ON = pattern(r"\s*(?:[,;.]|$|và\s)")
_IN_WHAT = pattern(
    r" (?:(?:tỉnh|địa phương|xã|phường)(?:, (?:thành phố|phường))? )?(?:về(?! đích)|(?:của )?cả nước|toàn (?:quốc|tỉnh))(?!\w)"
)
_ENDS_HERE = pattern(r"\s*(?:(?:tỉnh|địa phương)(?:\s*,\s*thành phố)?\s*)?(?:[.;,)]|$)")
_OUT_OF = pattern(r"\s*/\s*\d+")
_OF_MANY = pattern(rf"\d+{_OUT_OF.pattern}")
_MORE_OF_A_ROW = pattern(rf"\s*(?:{_PERCENT})?\s*-\s*{_NUMBER}\s*{_PERCENT}")
_ROW_LEFT = pattern(rf"{_PERCENT}\s*-\s*$")
_PERCENT_AFTER = pattern(rf"\s*{_PERCENT}")
_UNIT_BEFORE = pattern(r"(?<!\d)\s% (?:[≥≤<>=]+\s*)?$")
_BOUND_LEFT = pattern(r"(?:tối thiểu|ít nhất|trên|dưới|khoảng|hơn|gần|có|được|không quá|tối đa|đạt)\s*$")
_TOTAL_NO_LEFT = pattern(r"""(?:tổng|có|đa|dân|kỹ thuật|chỉ|hệ|con|trị|chuyển đổi|kinh tế|xã hội|chính quyền|công nghệ|hạ tầng
        |kỹ năng|nhân lực|công dân) số\s*$""")

# ------------------------------------------------------------------ tokens


@dataclass(frozen=True, slots=True)
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
    out_of: float | None = None  # of a count: 10 of "7/10 hợp tác xã"


def counted(words: str) -> str:
    """Return what a count's name counts, "" if it is no count.

    >>> counted("Số lượng doanh nghiệp công nghệ số"), counted("Số hóa hồ sơ")
    ('doanh nghiệp', '')
    """
    small = lower(words)
    head = re.match(r"(?:tổng\s+)?số\s+(?:lượng\s+)?", small)
    noun = _NOUN.match(small, head.end()) if head else None
    named = squeeze(noun["noun"]) if noun else ""
    return SHORT_UNITS.get(named, named)


def count_noun(words: str) -> str:
    """Return words that are a noun things are counted in and nothing else, else ""."""
    noun = _NOUN.fullmatch(lower(words))
    return squeeze(noun["noun"]) if noun else ""


def has_numeral(text: str, start: int, end: int) -> bool:
    """Return whether ``text[start:end]`` holds a digit, or a number in words."""
    return _DIGIT.search(text, start, end) is not None or any(in_words(lower(text[start:end])))


def in_words(low: str) -> Iterator[Token]:
    """Yield the shares and multiples that words in lower case tell without digits.

    >>> [(token.value, token.unit) for token in in_words("ít nhất hai phần ba số xã; doanh thu gấp rưỡi")]
    [(66.67, '%'), (1.5, 'lần')]
    """
    for found in _IN_WORDS.finditer(low) if any(sign in low for sign in _SIGNS_OF_WORDS) else ():
        part, whole, times = (
            _FIGURES[found["part"] or "một"],
            _FIGURES[found["whole"] or "hai"],
            found["times"],
        )
        if times:
            yield Token(*found.span("many"), "quantity", _FIGURES[times], None, "lần", "times")
        elif part < whole:
            yield Token(*found.span(), "quantity", round(100 * part / whole, 2), None, "%", "percent")


def scan(text: str, low: str, start: int, end: int) -> Iterator[Token]:
    """Yield the numeral expressions of ``text[start:end]`` in order; ``low`` is ``lower(text)``.

    Together the tokens hold every digit of the span exactly once.
    """
    at = start
    while (found := _DIGIT.search(text, at, end)) is not None:
        i = found.start()
        _, token = tell(Spot(text, low, i, end, low[max(start, i - VIEW) : i]))
        yield token
        at = token.end


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a numeral begins, and what can be seen from there."""

    text: str
    low: str
    at: int
    end: int
    left: str  # lower case

    def has_unit(self, at: int) -> bool:
        """Whether a unit of measure stands at ``at``."""
        return _UNIT.match(self.low, at, self.end) is not None

    def counts(self, at: int) -> bool:
        """Whether a unit, also one of time, stands at ``at``."""
        timed = not self.left.rstrip().endswith("số") and _TIME_UNIT.match(self.low, at, self.end)
        return self.has_unit(at) or bool(timed)


# ------------------------------------------------------------------ the rules


@dataclass(frozen=True)
class NumeralRule:
    """What makes a numeral no quantity. The first rule that applies decides; ``example`` marks its numeral.

    ``here`` matches from the numeral on (``as_printed``: capitals tell), ``left`` is found before it, ``unless`` (a pattern) is not.
    """

    kind: str
    name: str
    example: str
    here: re.Pattern[str]
    left: re.Pattern[str]
    unless: Callable[[Spot, re.Match[str]], bool] | re.Pattern[str] | None = None
    reads: Callable[[Spot, re.Match[str]], Token] | None = None
    as_printed: bool = False

    def token(self, spot: Spot, found: re.Match[str]) -> Token | None:
        """Return the numeral that ``here`` found, or None where the rule does not apply."""
        if not self.left.search(spot.left):
            return None
        unless = self.unless
        if unless.search(spot.left) if isinstance(unless, re.Pattern) else unless and unless(spot, found):
            return None
        if self.reads is not None:
            return self.reads(spot, found)
        years = _YEAR_ONLY.findall(found.group()) if self.kind == "date" else None
        return Token(spot.at, found.end(), self.kind, float(years[-1]) if years else None)


def _is_year(printed: str) -> bool:
    return _YEAR_ONLY.fullmatch(printed) is not None


def _is_amount(spot: Spot, found: re.Match[str]) -> bool:
    many = DOTTED.fullmatch(found.group()) and _NOUN.match(spot.low, found.end(), spot.end)
    return _is_year(found.group()) or spot.counts(found.end()) or bool(many)


def _is_total(spot: Spot, found: re.Match[str]) -> bool:
    """ "tổng số 500", "số 5 nhóm": no number of a document."""
    if not found.group().isdigit() or _TOTAL_NO_LEFT.search(spot.left):
        return True
    return spot.counts(found.end()) or _NOUN.match(spot.low, found.end(), spot.end) is not None


def _is_counted(spot: Spot, found: re.Match[str]) -> bool:
    """ "xây dựng vườn mẫu 120 vườn": no article; "xây mới 15cầu": the unit is set without a space."""
    end = found.end("digits" if "digits" in found.re.groupindex else 0)
    noun = _NOUN.match(spot.low, end, spot.end)
    return spot.has_unit(end) or (noun is not None and noun["noun"] not in _PARTS)


def _is_no_rate(spot: Spot, found: re.Match[str]) -> bool:
    """ "hỗ trợ trên 1.000 lao động": no base of a unit."""
    return not (_RATE_LEFT.search(spot.left) or _RATE_RIGHT.match(spot.low, found.end(), spot.end))


def _is_no_level(spot: Spot, found: re.Match[str]) -> bool:
    if _RANK_WORD_LEFT.search(spot.left) or _is_year(spot.low[spot.at : spot.at + 4]):
        return True
    if spot.left.rstrip().endswith("hạng") and _OF_MANY.match(spot.low, spot.at, spot.end):
        return True  # "giữ vững hạng 8/34"
    if spot.has_unit(found.end()) or _MANY.match(spot.low, found.end(), spot.end):
        return True  # "ổn định ở mức 2 triệu con"
    ranged = _RANGE.match(spot.low, spot.at, spot.end)
    if ranged is not None and spot.has_unit(ranged.end()):
        return True  # "ổn định ở mức 42 - 43%"
    named = _LEVEL_LEFT.search(spot.left)
    if named is not None and named["loosely"] and _NOUN.match(spot.low, found.end(), spot.end):
        return True  # "công nghiệp 12 dự án", "mỗi tổ 5 thành viên"
    return _DURATION.match(spot.low, spot.at, spot.end) is not None


def _is_count_like_a_year(spot: Spot, found: re.Match[str]) -> bool:
    """ "tối thiểu 2000 doanh nghiệp"."""
    bound = "năm" not in spot.left[-6:] and _BOUND_LEFT.search(spot.left)
    counted = bound and _NOUN.match(spot.low, found.end(), spot.end)
    return spot.has_unit(found.end()) or bool(counted)


def _years(spot: Spot, found: re.Match[str]) -> Token:
    years = [float(year) for year in _YEAR_ONLY.findall(found.group())]
    if len(years) == 2 and years[1] < years[0]:
        return Token(spot.at, spot.at + 4, "year", high=years[0])
    return Token(spot.at, found.end(), "year", years[0] if len(years) == 2 else None, years[-1])


def _span_of_time(spot: Spot, found: re.Match[str]) -> Token:
    high = found["high"]
    last = found.end("high") if high else found.end("low")
    value, top = number(found["low"]), number(high) if high else None
    return Token(spot.at, last, "duration", value, top, squeeze(found["unit"]))


_CODE = "A-ZĐỌÐČƯƠ"
_CITATION = rf"""\d+[a-z]?(?:\s?(?:\.{{2,}}|…))?
         (?:\s*,\s*\d+){{0,20}}  # Nghị quyết số 01, 02/NQ-CP
         (?:\s?/\s?\d{{4}})?  # 47/2020/NĐ-CP
         (?:\s?/\s?(?=[{_CODE}])|\s?-\s?(?=[{_CODE}]{{1,6}}/))
         [{_CODE}][\w&]*(?:[-/&.][{_CODE}][\w&]*)*"""
_ARTICLE_LEFT = r"""(?:^|[^\w])(?:điều|(?<!tài )khoản|(?<!dứt )(?<!thời )(?<!địa )(?<!trọng )điểm|(?<!danh )(?<!hạng )(?<!chuyên )(?<!đầu )mục|chương
         |(?<!thành )(?<!góp )(?<!cổ )(?<!một )phần|phụ lục|tiết|biểu|mẫu|bảng
         |(?<!mô )(?<!loại )(?<!truyền )(?<!tình )hình|trang|dòng|stt)\s*(?:số\s*)?$"""
_LEVEL_LEFT = pattern(rf"""(?:^|[^\w])(?:{any_of("numbered")}
        |(?P<loosely>{any_of("numbered_loosely")}))\s*-?\s*$""")
_LEVELS = r"\d{1,2}(?:\.\d)?(?!\d)(?![\d%.,]*%)(?:\s*(?:,|và|hoặc|-|/)\s*\d(?![\d%.,]))*"
_MONTH_NAME = r"(?:một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười(?: một| hai)?)"
_DATE = r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}(?!\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEARS = rf"{YEAR}(?!\d)(?![.,]\d)"
_WHOLE = r"(?:\d{1,3}(?:\.\d{3})+|\d+)"
_LAND = r"0?1(?=\s*ha(?!\w))"  # "giá trị sản phẩm trên 01 ha đất"


_GROWN = r"(?:(?<=[^\W\d_²³¹])|(?<=[^\W\d_²³¹]-))"
_GROWN_HERE = pattern(_GROWN)


def _rule(
    kind: str, name: str, example: str, here: str, left: str = "", *more: Any, **look: Any
) -> NumeralRule:
    return NumeralRule(kind, name, example, pattern(here), pattern(left), *more, **look)


# fmt: off
NUMERALS = (
    _rule("citation", "a document's number", "Quyết định số «411/QĐ-TTg»", _CITATION, as_printed=True),
    _rule("citation", "a number after a kind of document", "Nghị quyết «13» của tỉnh", _NUMBER, rf"{any_of('document_type')} (?:số\s*:?\s*)?$", _is_amount),
    _rule("citation", "a number after 'số'", "Số «24», khẩn", _NUMBER, r"(?<!\w)(?:số|sô|so)\s*$", _is_total),
    _rule("date", "a time of day", "lúc «09:53»", r"\d{1,2}(?::\d{2}){1,2}(?!\d)"),
    _rule("date", "day and month after a part of the day", "sáng «15-3»", rf"(?!{_DATE}){_DAY}\s?[-./]\s?{_MONTH}(?![\d%/]|[.,]\d)", r"(?:ngày|sáng|trưa|chiều|tối)\s*$"),
    _rule("date", "day, month, year", "ngày «31/3/2022»", _DATE),
    _rule("date", "day, month, year in words", "ngày «07 tháng 6 năm 2023»", rf"\d{{1,2}} tháng {_MONTH}(?!\d|\.\d)(?: năm {YEAR}|/{YEAR})?", unless=_is_counted),
    _rule("date", "a month", "tháng «12/2025»", rf"{_MONTH}(?: năm {YEAR}|\s?[/-]\s?{YEAR})?(?![\d%])", r"tháng\s*$"),
    _rule("date", "a quarter", "quý «4 năm 2024»", rf"[1-4](?:\s*(?:/|năm|-)\s*{YEAR})?(?![\d%])", r"quý\s*$"),
    _rule("date", "the year of a quarter or month", "Quý III/«2025»", YEAR, rf"quý [iv]{{1,3}}\s*(?:/|-|năm|,)?\s*$|(?<!\d )tháng {_MONTH_NAME}\s*(?:/|năm)?\s*$"),
    _rule("date", "month and year", "hạn «6/2024»", rf"{_MONTH}\s?[/-]\s?{YEAR}(?!\d)"),
    _rule("date", "day and month", "trước «15/12» hằng năm", rf"{_DAY}/(?P<m>{_MONTH})(?![\d/])(?![^.;:,\d]{{0,20}}(?:năm 20\d\d )?lên (?:đến )?\d+/(?P=m)(?!\d))", r"(?:ngày|trước|từ|(?<!lên )đến|vào|hạn)\s*$"),
    _rule("date", "a day", "ngày «25» hằng tháng", r"\d{1,2}(?![\d%])", r"ngày\s*$"),
    _rule("article", "an article, clause, section, appendix, page", "khoản «2» của Luật", r"\d{1,3}(?:\.\d{1,3})*(?![\d%])(?!,\d)", _ARTICLE_LEFT, _is_counted),
    _rule("article", "the number of a goal", "Các chỉ tiêu «3, 5» đánh giá giữa kỳ", r"\d{1,2}(?:\s*(?:,|và)\s*\d{1,2})*(?![.,]?\d|\s?%)", r"(?:chỉ|mục) tiêu (?:số\s*)?$", _is_counted),
    _rule("name", "a footnote", "kinh tế số[«1»]", r"\d{1,3}(?=\])", r"\[\Z"),
    _rule("name", "grown together with the letters before it", "COVID-«19»", rf"{_GROWN}\d+(?:[.:]\d+)*\w*"),
    _rule("name", "a generation", "phủ sóng «5G»", r"\d(?:[.,]\d)?[gG](?![a-zA-Z])"),
    _rule("name", "around the clock", "hoạt động «24/7»", r"24\s?[/x]\s?(?:7|24)|7/7(?! [^\W\d])"),
    _rule("name", "grown together with letters that are no unit", "dữ liệu «4D»", r"(?P<digits>\d+)(?=[^\W\d_])\w*", unless=_is_counted),
    _rule("name", "a version", "kỷ nguyên «4.0»", r"\d\.0(?![\d%])"),
    _rule("name", "a standard", "chuẩn «27001:2013»", r"\d{4,5}(?::\d{4})"),
    _rule("age", "an age", "từ «15» tuổi trở lên", r"\d{1,3}(?:\s*(?:-|đến|tới)\s*(?:dưới )?\d{1,3})?(?=\s*tuổi)", unless=_LIFETIME_LEFT),
    _rule("name", "a class of stars", "sản phẩm OCOP từ «3 - 4» sao", r"\d(?:\s*(?:-|đến|,)\s*\d)?(?=\s*sao(?!\w))"),
    _rule("name", "how many criteria all are", "giảm cả «3» tiêu chí", r"\d(?=\s*(?:tiêu chí|mặt)(?!\w))", r"(?<!\w)cả\s*$"),
    _rule("name", "one of so many", "là «1» trong 10 tỉnh dẫn đầu", r"0?1(?= trong (?:số |nhóm |top )?\d)"),
    _rule("name", "counted in a slogan", "cuộc vận động “«5» không, 3 sạch”", r"\d(?= (?:không|sạch|tốt|có|an|dám|nhất|tự|phải|biết|giảm|tăng)(?!\w))", r"[\"“][^\"”]*$"),
    _rule("name", "layers of protection", "mô hình bảo vệ «4» lớp", r"\d(?=\s*lớp(?!\w))", r"(?:bảo vệ|mô hình)\s*$"),
    _rule("name", "a road", "nâng cấp đường tỉnh «625»", r"\d{1,3}[a-z]?(?![\d%.,])", r"(?:quốc lộ|tỉnh lộ|đường (?:tỉnh|huyện))\s*$", _is_counted),
    _rule("base", "what a unit is counted on", "90 thuê bao/«100» dân", rf"{_ROUND}(?=\s*(?:{_PEOPLE}|{_BORN}|người|hộ|lao động)(?!\w))|{_LAND}", r"/\s*$"),
    _rule("base", "the same in words", "giá trị sản phẩm trên «01» ha đất", rf"{_ROUND}(?=\s*{_PEOPLE}(?!\w))|{_LAND}", r"(?:trên|tính trên|cho mỗi|mỗi|bình quân)\s*$", _REACHED_LEFT),
    _rule("base", "what a rate is counted on", "10 ca trên «1.000» trẻ đẻ sống", rf"{_ROUND}(?=\s*{_LIVING}(?!\w))", r"(?<!\w)trên\s*$", _is_no_rate),
    _rule("base", "an area that has so many", "1 trạm/«10» km2", r"\d[\d.]*(?=\s*(?:km2|km²|km|ha)(?!\w))", r"[^\W\d]\s?/\s*$"),
    _rule("name", "the scale of a map", "bản đồ tỷ lệ «1/50.000»", r"1\s?[/:]\s?\d[\d.]*00(?!\d)", r"tỷ lệ\s*$"),
    _rule("name", "below zero", "cao độ đáy -«14,5» m", _NUMBER, r"[^\W\d] [-−]$"),
    _rule("name", "an index called by its number", "chỉ số phục vụ (Chỉ số «766»)", r"\d+(?=\s*\))", r"\(\s*(?:bộ )?chỉ số\s*$"),
    _rule("base", "one, of which each has so many", "Bình quân «1» cơ sở tư vấn cho 300 người", r"0?1(?= (?!năm|tháng|điểm\s*[%p])[^\W\d])", r"(?:^|[-+.;\n])\s*bình quân (?:mỗi )?$"),
    _rule("base", "how many it takes for one more", "Cứ «10.000» dân có 35 sinh viên", rf"\d[\d.]*(?=\s*(?:(?:vạn|nghìn|ngàn) )?{_LIVING}(?!\w))", r"(?<!\w)cứ\s*$"),
    _rule("name", "a level, edition, number of a kind", "dịch vụ công mức độ «3, 4»", _LEVELS, _LEVEL_LEFT.pattern, _is_no_level),
    _rule("year", "a year or years", "giai đoạn «2021 - 2025»", rf"{_YEARS}(?:\s*(?:-|đến(?: hết)?(?: năm)?|tới(?: năm)?|/)\s*{_YEARS})?(?!\s?%)", "", _is_count_like_a_year, _years),
    _rule("duration", "a length of time", "trong «02» ngày làm việc", _DURATION.pattern, reads=_span_of_time),
    _rule("fraction", "so many out of so many things", "xếp hạng «12/15» di tích", rf"{_WHOLE}/{_WHOLE}(?= (?!tỉnh|thành phố|địa phương|xã|phường|huyện|sở|đơn vị|cơ quan|ngành|quốc gia|nước){any_of('unit')}(?!\w))", r"xếp hạng\s*$"),
    _rule("fraction", "a fraction", "đạt «15/21» chỉ tiêu", rf"{_WHOLE}\s?/\s?(?!(?:10+0|1\d*\.000)\s*{_BORN}|1\d*\.000\s*(?:dân|người)){_WHOLE}(?![\d/])", unless=_PLACE_LEFT),
)
# fmt: on
# an account, a code: no number of a plan has so many digits
_LONG = pattern(r"\d{16,}|\d[\d./]{40,}|0\d{2,}(?:\.\d+)*(?!,)")
_ALONE = pattern(r"[\d.,;:%/)-]+(?:\s|$)")  # a number without letters: no address
_ADDRESS = pattern(r"\S*(?:https?:|www\.|@\w|\.(?:gov|com|edu|org|net|vn)\b)\S*", re.IGNORECASE)


def tell(spot: Spot) -> tuple[NumeralRule | None, Token]:
    """Return the numeral at a spot and the rule that says what it is; none for codes and quantities."""
    end = _end_of_code(spot)
    if end > spot.at:
        return None, Token(spot.at, end, "name")
    year = _YEAR_ALONE.match(spot.low, spot.at, spot.end) if spot.left.endswith("năm ") else None
    if year is not None and not _OF_A_PART.search(spot.left):
        return None, Token(spot.at, year.end(), "year", None, float(year.group()))
    if _SHARE.match(spot.low, spot.at, spot.end) and not _GROWN_HERE.match(spot.low, spot.at):
        return None, _quantity(spot)  # most numerals of a plan: no rule below is about shares
    if alone := _AMONG_NUMBERS.match(spot.low, spot.at, spot.end):
        return None, Token(spot.at, alone.end(), "quantity", number(alone.group()), sort="bare")
    for rule in NUMERALS:
        found = rule.here.match(spot.text if rule.as_printed else spot.low, spot.at, spot.end)
        token = None if found is None else rule.token(spot, found)
        if token is not None and not _cuts(spot, token):
            return rule, token
    return None, _quantity(spot)


# "vào năm 2025.", "năm 2025 đạt": the commonest numerals need no table, nor do shares
_YEAR_ALONE = pattern(rf"{YEAR}(?=[.,;)]*(?: (?!đến|tới)[^\W\d_]|\s*$))")
_OF_A_PART = pattern(r"(?:quý|tháng) (?:\S+ )?năm $")
_SHARE = pattern(r"\d+(?:,\d+)?\s?%")
# of a row that lost its cells: a number between others
_AMONG_NUMBERS = pattern(r"""(?:(?<=\d\s)
        |(?<=\d[,;.]\s))\d{1,3}(?:,\d+)?(?=[,;.]?\s+\d{1,3}(?:,\d+)?(?:[\s,;.]|\Z))""")
# "6 tháng 2.345 tỷ đồng" is no sixth of February, "trong số 7/10 hợp tác xã" no document 7
_GOES_ON = pattern(rf"\d|\.\d{{3}}(?!\d)|,\d|\s?/\s?\d+ {any_of('unit')}(?!\w)")


def _cuts(spot: Spot, token: Token) -> bool:
    """Whether a numeral would end within a printed number: "mỗi tháng 1.200 lượt" is no January."""
    if spot.low[token.end - 1].isdigit() and _GOES_ON.match(spot.low, token.end, spot.end):
        return True
    printed = _PLAIN.match(spot.low, spot.at, spot.end)
    if printed is None or printed.end() <= token.end:
        return False
    whole = DOTTED.fullmatch(printed.group()) or _NOUN.match(spot.low, printed.end(), spot.end)
    return bool(whole) or spot.counts(printed.end())


def _end_of_code(spot: Spot) -> int:
    """Return where a long code or an address ends that the numeral is part of, or where it begins."""
    code = _LONG.match(spot.low, spot.at, spot.end)
    if code:
        return code.end()
    if spot.left[-1:] in ("", " ", "\n") and _ALONE.match(spot.text, spot.at, spot.end):
        return spot.at
    begin = max((spot.left.rfind(c) for c in ' \t\n("“'), default=-1)
    start = spot.at - len(spot.left) + begin + 1
    address = _ADDRESS.match(spot.text, start, min(spot.end, spot.at + 200))
    return address.end() if address else spot.at


# ------------------------------------------------------------------ quantities

_THOUSANDS = pattern(r"\d{1,3}(?:,\d{3})+")


def _quantity(spot: Spot) -> Token:
    ends = _RANGE.match(spot.low, spot.at, spot.end)
    if ends is not None and _is_range(spot, ends):
        token = _with_unit(spot, ends.end(), number(ends["low"]), number(ends["high"]))
        if not token.unit and ends["lowunit"]:
            token = replace(token, unit="%", sort="percent")
    else:
        plain = _PLAIN.match(spot.low, spot.at, spot.end)
        assert plain is not None  # a digit stands here
        token = _with_unit(spot, plain.end(), number(plain.group()))
        if token.sort == "count" and _THOUSANDS.fullmatch(plain.group()):
            # "2,000 doanh nghiệp": no half enterprises
            token = replace(token, value=float(plain.group().replace(",", "")))
    if token.sort in ("count", "bare") and _is_rank(spot, token):
        tail = _OUT_OF.match(spot.low, token.end, spot.end)
        token = replace(token, end=tail.end() if tail else token.end, unit="hạng", sort="rank")
    return token


def quantity_at(low: str, start: int, end: int) -> Token | None:
    """Return the count that is printed at ``start`` and ends at ``end``, with its unit."""
    digits = _PLAIN.match(low, start + len(low[start:end]) - len(low[start:end].lstrip()), end)
    if digits is None or digits.end() != end:
        return None
    return _with_unit(Spot(low, low, digits.start(), len(low), ""), end, number(digits.group()))


def _is_range(spot: Spot, found: re.Match[str]) -> bool:
    if found["sign"] in ("đến", "tới") and _is_year(found["high"]) and not spot.has_unit(found.end()):
        return False
    if found["lowunit"] and not _PERCENT_AFTER.match(spot.low, found.end(), spot.end):
        return False  # "80% - 2025"
    if _MORE_OF_A_ROW.match(spot.low, found.end(), spot.end) or _ROW_LEFT.search(spot.left):
        return False  # "25% - 40% - 35%"
    return number(found["high"]) > number(found["low"])


def _with_unit(spot: Spot, end: int, value: float, high: float | None = None) -> Token:
    """Return the quantity that ends at ``end`` with the unit that stands there."""
    at, low = spot.at, spot.low
    measure, many, times = _UNIT.match(low, end, spot.end), _MANY.match(low, end, spot.end), 1
    if measure is None and many is not None:
        times = TIMES[many["times"]]
        measure = _UNIT.match(low, many.end(), spot.end)  # "2.950 triệu kWh"
        measure = measure if measure is not None and measure.lastgroup == "speed" else None
    if measure:
        sort = measure.lastgroup or ""
        if sort == "permille":  # "0,5%o", "0,5%0" where the letter was not at hand
            return Token(at, measure.end(), "quantity", value, high, "‰", "speed")
        unit = squeeze((spot.text if sort in ("money", "speed") else low)[measure.start() : measure.end()])
        unit = unit.replace("²", "2").replace("³", "3")
        short = _SHORT_MONEY.match(unit) if sort == "money" else None
        unit = f"{'triệu' if short['million'] else 'tỷ'} đồng{unit[short.end() :]}" if short else unit
        if sort == "percent":
            unit = ("điểm " if "điểm" in unit else "") + "%" + ("/năm" if "năm" in unit else "")
        return Token(at, measure.end(), "quantity", value * times, high and high * times, unit, sort)
    for noun, sort in ((_NOUN, "count"), (_TWO_WORDS, "bare")):
        found = noun.match(low, end, spot.end)
        if found:
            # "6 triệu lượt khách" are 6.000.000, so that a figure can be compared
            times = TIMES.get(found["times"], 1)
            unit = squeeze(found["noun"])
            unit = SHORT_UNITS.get(unit, unit)
            base = _PER_TAIL.match(low, found.end(), spot.end)
            if base and base["base"] not in ("người", "xã", "hộ"):
                unit += "/" + squeeze(base["base"])
            return Token(at, end, "quantity", value * times, high and high * times, unit, sort)
    if _UNIT_BEFORE.search(low, max(0, at - 8), at):
        # a table of a PDF: "Tỷ trọng kinh tế số trong GRDP % 30"
        return Token(at, end, "quantity", value, high, "%", "percent")
    if many is not None and _EARNED_LEFT.search(spot.left):
        # "thu nhập bình quân đầu người đạt 95 triệu/năm"
        per = _PER_WHAT.match(low, many.end(), spot.end)
        end = per.end() if per else many.end()
        unit = f"{many['times']} đồng{squeeze(per.group()) if per else ''}"
        return Token(at, end, "quantity", value, high, unit, "money")
    end = end if many is None else many.end()  # "số lượt khách: 1,2 triệu"
    return Token(at, end, "quantity", value * times, high and high * times, "", "bare")


def _is_rank(spot: Spot, token: Token) -> bool:
    left, low, end = spot.left, spot.low, token.end
    if token.sort == "bare" and _RANK_WORD_LEFT.search(left) and _PLACED_LEFT.search(left):
        return True  # not so "lập hồ sơ xếp hạng 2 di tích"
    if token.sort == "bare" and not token.unit and _RANKING_LEFT.search(left):
        return True
    found = (
        (_ORDINAL_LEFT, _ANYTHING),  # "đứng thứ 5 vùng đồng bằng"
        (_RANKED_LEFT, _OUT_OF),  # "trong nhóm 30/63 tỉnh"
        (_OF_A_GROUP, _ENDS_HERE),  # "… trong nhóm 20.", "nằm trong nhóm 45 tỉnh, thành phố;"
        (_GROUP, _IN_WHAT),  # "…, nhóm 8 về cải cách hành chính", "thuộc tốp 25 địa phương về chỉ số PII"
        (_RANK_LEFT, _RANK_RIGHT),
        (_OF_A_GROUP, _LEADING),  # "nằm trong nhóm 500 đại học hàng đầu châu Á"
        *[(_AMONG_OTHERS, _LIST_GOES_ON)] * ((token.value or 0) >= 5),  # "DTI nhóm 20, PAPI nhóm 30"
    )
    return any(before.search(left) and after.match(low, end, spot.end) for before, after in found)


def whole_unit(printed: str) -> str:
    """Return a unit in full that a table shortens.

    >>> whole_unit("Tr.đ"), whole_unit("1.000 ng"), whole_unit("HTX")
    ('triệu đồng', 'nghìn người', 'hợp tác xã')
    """
    for short, whole in _SHORTENED:
        printed = short.sub(whole, printed)
    return SHORT_UNITS.get(printed.lower(), printed).replace("/ ", "/")
