"""From a sentence to its targets: who, how compared, how much, by when.

The grammar works on one sentence at a time. Its quantities (see ``wording``) divide the sentence
into segments; a segment's words before the quantity end in a *comparator run* ("đạt tối thiểu",
"tăng bình quân", "trên") and begin with the subject, or there are none and the subject follows
("100% cơ quan nhà nước …"). What one segment leaves out (head, predicate, horizon) it takes from its
neighbours, from the line that leads the list, from the headings above, and last from the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qngai_analysis.plan.structure import squeeze
from qngai_analysis.plan.wording import Token, loose, scan

# ------------------------------------------------------------------ what comes back


@dataclass(slots=True)
class Context:
    """What a sentence inherits from where it stands."""

    start: float | None = None  # horizon of the headings above
    end: float | None = None
    year: int | None = None  # year of the document: an earlier year is a result, not a target
    topic: str = ""  # goals, tasks, budget, status … of the section
    lead: str = ""  # subject words of the line that leads the list ("Tỷ lệ hồ sơ xử lý trên mạng:")
    vision: bool = False


@dataclass(slots=True)
class Found:
    """One target of a sentence, before it is numbered and matched."""

    subject: str
    comparator: str
    wording: str
    value: float
    high: float | None
    unit: str
    start: float | None
    end: float | None
    recurrence: str
    base: str
    change: str  # "", increase, decrease, multiple, rank
    relative: str  # "bình quân cả nước" where the target is set against an average
    span: tuple[int, int]  # the numeral in the text
    sentence: tuple[int, int]


@dataclass(slots=True)
class Reading:
    """Targets and numerals of one block; ``fates`` says what each numeral turned out to be."""

    targets: list[Found] = field(default_factory=list)
    fates: list[tuple[int, int, str]] = field(default_factory=list)


# ------------------------------------------------------------------ words of the grammar

_GE = rf"(?:{loose('tối thiểu')}|{loose('ít nhất')}|không\s+(?:dưới|thấp\s+hơn|ít\s+hơn|nhỏ\s+hơn)|≥|>=|từ)"
_GT = r"(?:trên|hơn|vượt(?:\s+mức)?|cao\s+hơn|lớn\s+hơn|nhiều\s+hơn|quá|>)"
_LE = rf"(?:không\s+(?:quá|vượt\s+quá|vượt|cao\s+hơn|lớn\s+hơn|trên)|{loose('tối đa')}|nhiều\s+nhất|cao\s+nhất|≤|<=)"
_LT = r"(?:dưới|thấp\s+hơn|nhỏ\s+hơn|ít\s+hơn|<)"
_ABOUT = rf"(?:{loose('khoảng')}|xấp\s+xỉ|gần|ước|ước\s+tính|chừng|trên\s+dưới|~|≈)"
_EXACT = r"(?:bằng|đúng|=)"
_REACH = (
    r"(?:đạt(?:\s+được)?|chiếm|đóng\s+góp|phủ(?:\s+sóng)?|bao\s+phủ|là|lên(?:\s+(?:đến|tới|mức))?|đến|tới|ở(?=\s+mức)|duy\s+trì|giữ|ổn\s+định"
    r"|đảm\s+bảo|bảo\s+đảm|phấn\s+đấu|có|cho|với|đối\s+với|hoàn\s+thành|đưa|nâng|được|thuộc|nằm|trong|vào|xếp|đứng|top|tốp|lọt|gồm)"
)
_UP = r"(?:tăng(?:\s+(?:trưởng|thêm|lên|được))?|gấp)"
_DOWN = r"(?:giảm(?:\s+(?:xuống|được|còn|bớt|thiểu))?|cắt\s+giảm|rút\s+ngắn|tiết\s+kiệm|còn|xuống(?:\s+còn)?)"
_FILL = (
    r"(?:mức|tỷ\s+lệ|tỉ\s+lệ|bình\s+quân|trung\s+bình|hàng\s+năm|hằng\s+năm|mỗi\s+năm|hàng\s+tuần|mỗi\s+tuần|mỗi\s+tháng|hàng\s+tháng|thêm|mới|nhóm|từ"
    r"|vị\s+trí|thứ\s+hạng|hạng|thứ|sẽ|phải|cần|:)"
)
_RUN = re.compile(
    rf"(?<!\w)(?:(?:{_LE}|{_GE}|{_ABOUT}|{_GT}|{_LT}|{_EXACT}|{_UP}|{_DOWN}|{_REACH}|{_FILL})(?!\w)[\s,]*)+$"
)
_STRONG = re.compile(r"(?<!\w)(?:đạt|chiếm|là|bằng|tăng|giảm|còn|vượt|gấp|đóng\s+góp|lên|xuống|:)(?!\w)|=")
_COVER = re.compile(r"(?<!\w)(?:phủ|cho|đến|tới|đối\s+với|với|có)(?!\w)")

# in this order: the longer and the negated wording first
_COMPARATORS = (
    ("<=", re.compile(_LE)),
    (
        ">=",
        re.compile(
            rf"(?:{loose('tối thiểu')}|{loose('ít nhất')}|không\s+(?:dưới|thấp\s+hơn|ít\s+hơn|nhỏ\s+hơn)|≥|>=)"
        ),
    ),
    ("~", re.compile(_ABOUT)),
    (">", re.compile(rf"(?<!\w){_GT}(?!\w)|>")),
    ("<", re.compile(rf"(?<!\w){_LT}(?!\w)|<")),
    ("=", re.compile(r"(?<!\w)(?:bằng|đúng)(?!\w)|=")),
)
_AND_UP = re.compile(r"\s*(?:trở\s+lên|trở\s+đi)")
_AND_DOWN = re.compile(r"\s*trở\s+xuống")
_RECURRENCE = re.compile(
    r"(?<!\w)(?:(?:hàng|hằng|mỗi|từng)\s+(?:năm|quý|tháng|tuần|ngày)|bình\s+quân\s+(?:hàng\s+|hằng\s+|mỗi\s+)?năm)(?!\w)"
)
_PER_YEAR = re.compile(r"\s*(?:/|mỗi|một|hàng|hằng)\s*năm(?!\w)")

_HEAD = re.compile(
    r"(?<!\w)(?:t[ỷỉ]\s+(?:lệ|trọng|suất)|số\s+lượng|tổng\s+(?:số|mức|giá\s+trị|doanh\s+thu|sản\s+phẩm|vốn|kim\s+ngạch)|tốc\s+độ|năng\s+suất"
    r"|doanh\s+thu|kim\s+ngạch|giá\s+trị|quy\s+mô|chỉ\s+số|mật\s+độ|thu\s+nhập|diện\s+tích|độ\s+(?:phủ|bao\s+phủ)|dung\s+lượng|thời\s+gian|chi\s+phí"
    r"|mức\s+(?:độ|chi|tăng|giảm|hài\s+lòng)|số\s+(?=doanh|thuê|người|hộ|lượt|cơ|hợp|dịch|thủ|hồ|xã|sản|giao|tài|bệnh|trường|máy|lao|điểm|đơn)"
    r"|xếp\s+hạng|thứ\s+hạng|tăng\s+trưởng|bao\s+phủ|kinh\s+tế\s+số)(?!\w)"
)
_FILLER_START = re.compile(
    r"^(?:[\s,;:.\-–+•*\"“”]+|(?:phấn\s+đấu|mục\s+tiêu(?:\s+(?:đến|là|cụ\s+thể|chung))?|cụ\s+thể|trong\s+đó|đồng\s+thời|ngoài\s+ra|qua\s+đó|từ\s+đó|tiếp\s+tục"
    r"|và|còn|đến|tới|từ|trong|vào|trước|sau|hết|cuối|đầu|năm|giai\s+đoạn|để|nhằm|với|thì|toàn\s+tỉnh|tỉnh\s+ta|định\s+hướng(?:\s+đến)?|tầm\s+nhìn(?:\s+đến)?"
    r"|đảm\s+bảo(?!\s+(?:an|yêu))|bảo\s+đảm(?!\s+(?:an|yêu))|có|ít\s+nhất|hướng\s+đến|hướng\s+tới|nâng(?=\s+t[ỷỉ])|tăng(?=\s+t[ỷỉ])|đưa(?=\s+t[ỷỉ])|giảm(?=\s+t[ỷỉ])|duy\s+trì(?=\s+t[ỷỉ])|cơ\s+bản|riêng)(?!\w))+"
)
_FILLER_END = re.compile(
    r"(?:[\s,;:.\-–\"“”]+|(?<!\w)(?:so\s+với|đến|tới|vào|trong|trước|từ|hết|cuối|đầu|năm|giai\s+đoạn|tính\s+đến|và|còn|phấn\s+đấu|trong\s+đó|tương\s+ứng|theo|là|sẽ|cho|với|để|cần|phải|hàng\s+năm|hằng\s+năm|mỗi\s+năm|bình\s+quân|định\s+hướng))+$"
)
_SEPARATOR = re.compile(
    r",|;|(?<=\s)(?:và|còn|hoặc|trong\s+đó|trong\s+khi(?:\s+đó)?|đồng\s+thời|tương\s+ứng|-)(?=\s)"
)
_TASK_VERB = re.compile(
    r"^(?:đẩy\s+mạnh|phát\s+triển|triển\s+khai|xây\s+dựng|tăng\s+cường|nâng\s+cao|hoàn\s+thiện|thúc\s+đẩy|tập\s+trung|tổ\s+chức|chủ\s+trì|chỉ\s+đạo|tiếp\s+tục|thực\s+hiện|rà\s+soát|chú\s+trọng)(?!\w)"
)
_VERB_ONLY = re.compile(
    r"^(?:(?:phát\s+triển|thành\s+lập|hình\s+thành|xây\s+dựng|triển\s+khai|đào\s+tạo|bồi\s+dưỡng|tập\s+huấn|hỗ\s+trợ|thu\s+hút|có|đưa|tổ\s+chức|duy\s+trì"
    r"|lựa\s+chọn|cung\s+cấp|tạo|mở|hoàn\s+thành|tuyển\s+chọn|ươm\s+tạo|đầu\s+tư|lắp\s+đặt|cấp|kết\s+nối|số\s+hóa|số\s+hoá|tích\s+hợp|phổ\s+cập|phủ|trang\s+bị"
    r"|tiếp\s+tục|phấn\s+đấu|mới|thêm|được|mỗi\s+(?:năm|tuần|tháng)|và|,|ra\s+mắt|công\s+nhận|đăng\s+ký|vận\s+hành|nhân\s+rộng)\s*)+$"
)
_QUANTITY_VERB = re.compile(
    r"(?<!\w)(?:phát\s+triển|thành\s+lập|hình\s+thành|xây\s+dựng|đào\s+tạo|bồi\s+dưỡng|tập\s+huấn|thu\s+hút|có|đưa|duy\s+trì|ươm\s+tạo|công\s+nhận|đạt|là|hỗ\s+trợ|triển\s+khai|tối\s+thiểu|ít\s+nhất|thêm|mới|lắp\s+đặt|kết\s+nối|đầu\s+tư|cấp|:)\s*$"
)
_PREDICATE = re.compile(
    r"(?<!\w)(?:được|có|sử\s+dụng|thực\s+hiện|tham\s+gia|kết\s+nối|triển\s+khai|hoàn\s+thành|hoàn\s+thiện|đạt|ứng\s+dụng|biết|đáp\s+ứng|cung\s+cấp|áp\s+dụng|đăng\s+ký|thanh\s+toán|giao\s+dịch\s+(?=qua|trên|bằng)|xử\s+lý|tiếp\s+cận|ban\s+hành|hài\s+lòng|vận\s+hành|chuyển\s+đổi|thông\s+báo|tiến\s+hành|đã)(?!\w)"
)
_CURRENT = re.compile(
    r"(?<!\w)(?:hiện\s+(?:nay|tại|đạt|có|là|mới|ở\s+mức|chiếm|chỉ|trạng)|đến\s+nay|tính\s+đến(?=\s+(?:nay|tháng|ngày|hết|cuối|thời|năm))|đã\s+(?:đạt|có|được|hoàn|triển|kết|phủ)|mới\s+(?:đạt|chỉ)|thực\s+hiện\s+năm|ước\s+(?:thực\s+hiện|đạt)(?=\s+năm)|năm\s+trước|cùng\s+kỳ|kết\s+quả\s+năm|mức\s+hiện)(?!\w)"
)
_COMPARED = re.compile(
    r"(?:so\s+(?:với|cùng)|kể\s+từ|sau|từ\s+mức)(?:\s+(?:cùng\s+kỳ|mức|kết\s+quả|giai\s+đoạn|cuối|đầu))*\s*(?:năm|giai\s+đoạn)?\s*$"
)
_FROM = re.compile(r"(?<!\w)từ\s+(?:mức\s+)?$")
_TO = re.compile(r"^[^.;]{0,40}?(?<!\w)(?:lên|xuống|đến|thành|tới)(?!\w)")
_GRANT = re.compile(
    r"(?<!\w)(?:hỗ\s+trợ|lãi\s+suất|thuế\s+suất|chiết\s+khấu|phạt|ưu\s+đãi|miễn\s+giảm|mức\s+hỗ\s+trợ|trợ\s+giá)(?!\w)[^.;,]{0,40}$"
)
_GRANT_AFTER = re.compile(
    r"^\s*(?:tổng\s+)?(?:giá\s+trị|chi\s+phí|kinh\s+phí|lãi\s+suất|học\s+phí|mức|hợp\s+đồng|giá|tiền|lệ\s+phí|phí)(?!\w)"
)
_BUDGET = re.compile(r"(?<!\w)(?:kinh\s+phí|ngân\s+sách|vốn|dự\s+toán|tổng\s+mức\s+đầu\s+tư)(?!\w)")
_AVERAGE = re.compile(
    r"(?:mức\s+|tiêu\s+chí\s+|tỷ\s+lệ\s+)?(?P<what>bình\s+quân\s+(?:chung\s+)?(?:(?:của\s+)?(?:cả\s+nước|toàn\s+quốc|cả\s+tỉnh|toàn\s+tỉnh|khu\s+vực|vùng)))(?:\s+(?:về|của|đối\s+với))?\s*"
)
_THINGS = frozenset(
    [
        "nhóm lĩnh vực",
        "ngành",
        "trụ cột",
        "nội dung",
        "nhiệm vụ",
        "chỉ tiêu",
        "mục tiêu",
        "giải pháp",
        "tiêu chí",
        "khâu",
        "bước",
        "cấp",
        "mức",
        "phần",
        "loại",
        "lớp",
        "bậc",
        "nhóm",
        "lĩnh vực",
        "điểm",
        "nước",
        "quốc gia",
        "vùng",
        "kỳ",
        "ngày",
        "mặt",
    ]
)
_MEASURED = {"money", "speed"}

_SENTENCE = re.compile(r"[.!?…](?=\s+[^a-zà-ỹđ\s]|\s*$)|(?<=[a-zà-ỹđ])\.(?=[A-ZĐÀ-Ỹ][a-zà-ỹđ])")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:TP|Tp|tp|TX|GS|TS|ThS|PGS|v\.v|vv|BCH|Mr|St|No|Stt|STT)$")
_PARENTHESES = re.compile(r"\([^()]*\)")
_PERIOD_WORDS = re.compile(
    r"(?<!\w)(?:(?:cho\s+)?(?:đến|tới)|vào|trong|trước|từ|kể\s+từ|của|tính\s+đến|riêng|tại|cho)?\s*(?:hết|cuối|đầu|trước|thời\s+điểm)?\s*(?:(?:giai\s+đoạn|thời\s+kỳ|kỳ|các\s+năm|năm\s+học|năm|tháng|quý(?:\s+[ivx]+)?|ngày|mốc)\s*)*\s*$"
)


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of ``text[start:end]``; brackets do not end one.

    >>> words = "Đạt 8,5% GRDP. Tỷ lệ đạt 1.000 hộ (ở TP. Cà Mau). Hết."
    >>> [words[a:b] for a, b in sentences(words, 0, len(words))]
    ['Đạt 8,5% GRDP.', 'Tỷ lệ đạt 1.000 hộ (ở TP. Cà Mau).', 'Hết.']
    """
    begin = start
    open_until = -1
    for found in _SENTENCE.finditer(text, start, end):
        at = found.start()
        if at < open_until or _ABBREVIATION.search(text[max(start, at - 6) : at]):
            continue
        opened = text.rfind("(", begin, at)
        if opened >= 0 and text.find(")", opened, at) < 0:
            closed = text.find(")", at, min(end, at + 600))
            if closed >= 0:
                open_until = closed
                continue
        stop = found.end()
        yield from _pieces(text, begin, stop)
        begin = stop
    yield from _pieces(text, begin, end)


_LONGEST = 4000  # no sentence is longer; what is (a table without line ends, noise) is cut at a blank


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        cut = max(text.rfind(";", start, start + _LONGEST), text.rfind(" ", start, start + _LONGEST))
        cut = cut + 1 if cut > start else start + _LONGEST
        while cut < end and text[cut - 1].isdigit() and text[cut].isdigit():
            cut += 1
        yield _strip(text, start, cut)
        start = cut
    if text[start:end].strip():
        yield _strip(text, start, end)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


# ------------------------------------------------------------------ reading a block


def read_block(text: str, low: str, start: int, end: int, context: Context) -> Reading:
    """Read the targets and the fates of all numerals of one block ``text[start:end]``.

    ``text`` is the masked text, ``low`` the same in lower case (and equally long).
    """
    reading = Reading()
    for begin, stop in sentences(text, start, end):
        tokens = list(scan(text, low, begin, stop))
        if tokens:
            _Sentence(text, low, begin, stop, tokens, context, reading).read()
    reading.fates.sort()
    return reading


_FATES = {
    "citation": "citation",
    "date": "date",
    "article": "article",
    "name": "name",
    "age": "definition",
    "base": "unit",
    "fraction": "count",
    "duration": "duration",
    "year": "period",
}


@dataclass(slots=True)
class _Segment:
    """A quantity with the words around it that belong to it."""

    token: Token
    run: str = ""
    run_start: int = 0
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)
    years: list[Token] = field(default_factory=list)
    subject: str = ""
    base: str = ""
    number_first: bool = False
    carry: str = ""  # words before the number that also hold for the next one ("cáp quang phủ")
    status: str = ""  # fate if it is no target


class _Sentence:
    def __init__(
        self,
        text: str,
        low: str,
        start: int,
        end: int,
        tokens: list[Token],
        context: Context,
        reading: Reading,
        *,
        outer: _Sentence | None = None,
        outer_segment: _Segment | None = None,
    ) -> None:
        self.text, self.low, self.start, self.end = text, low, start, end
        self.tokens, self.context, self.reading = tokens, context, reading
        self.outer, self.outer_segment = outer, outer_segment
        self.sentence: tuple[int, int] = outer.sentence if outer else (start, end)
        self.segments: list[_Segment] = []
        self.holes: list[tuple[int, int]] = []  # bracketed spans, read on their own
        self.blanks: list[tuple[int, int]] = []  # brackets and period phrases, no words of a subject

    # -------------------------------------------------------------- steps

    def read(self) -> None:
        self.holes = [found.span() for found in _PARENTHESES.finditer(self.text, self.start, self.end)]
        inside = [token for token in self.tokens if self._in_hole(token)]
        outside = [token for token in self.tokens if not self._in_hole(token)]
        self._blank_periods(outside)
        quantities = [token for token in outside if token.kind == "quantity" or self._is_limit(token)]
        for token in outside:
            if token not in quantities:
                self._fate(token, self._plain_fate(token))
        self._segment(quantities)
        self._orient()
        self._share()
        found = [self._judge(segment, outside) for segment in self.segments]
        for segment, target in zip(self.segments, found, strict=True):
            self._fate(segment.token, "target" if target else segment.status)
            if target:
                self.reading.targets.append(target)
        self._read_holes(inside)

    def _in_hole(self, token: Token) -> bool:
        return any(a <= token.start < b for a, b in self.holes)

    def _fate(self, token: Token, fate: str) -> None:
        self.reading.fates.append((token.start, token.end, fate))

    def _plain_fate(self, token: Token) -> str:
        if token.kind == "duration" and self.context.topic == "budget":
            return "duration"
        return _FATES.get(token.kind, token.kind)

    def _is_limit(self, token: Token) -> bool:
        """A time is a target only in a goal and under a bound: "không quá 3 ngày làm việc"."""
        if token.kind != "duration" or self.context.topic not in ("goals", ""):
            return False
        left = self.low[max(self.start, token.start - 40) : token.start]
        return bool(re.search(rf"(?:{_LE}|{_LT}|(?:giảm\s+)?còn|xuống\s+còn)\s*(?:mức\s+)?$", left))

    def _blank_periods(self, tokens: list[Token]) -> None:
        """Words of time ("đến hết năm 2025") and brackets are no part of a subject."""
        for token in tokens:
            if token.kind in ("year", "date"):
                left_from = max(self.start, token.start - 40)
                words = _PERIOD_WORDS.search(self.low[left_from : token.start])
                begin = left_from + words.start() if words else token.start
                self.blanks.append((begin, token.end))
        self.blanks.extend(self.holes)
        self.blanks.sort()

    def _words(self, start: int, end: int) -> str:
        """Return the printed words of a span without brackets and words of time."""
        parts = []
        at = start
        for a, b in self.blanks:
            if b <= at or a >= end:
                continue
            parts.append(self.text[at : max(at, a)])
            at = min(b, end)
        parts.append(self.text[at:end])
        return squeeze(" ".join(parts))

    # -------------------------------------------------------------- segments

    def _segment(self, quantities: list[Token]) -> None:
        self.flat = self._flat()
        self.segments = [_Segment(token) for token in quantities]
        at = self.start
        for segment in self.segments:
            token = segment.token
            view = max(at, token.start - 90)
            run = _RUN.search(self.flat, view - self.start, token.start - self.start)
            segment.run_start = self.start + run.start() if run else token.start
            segment.run = squeeze(run.group()) if run else ""
            at = token.end
        self._divide()

    def _flat(self) -> str:
        """Return the sentence in lower case with brackets and words of time as spaces."""
        parts = []
        at = self.start
        for a, b in self.blanks:
            a, b = max(a, at), min(b, self.end)
            if b <= a:
                continue
            parts.append(self.low[at:a])
            parts.append(" " * (b - a))
            at = b
        parts.append(self.low[at : self.end])
        return "".join(parts)

    def _divide(self) -> None:
        """Give the words between two quantities to the one before or the one after."""
        for i, segment in enumerate(self.segments):
            if i == 0:
                begin = self.start
                semicolon = self.flat.rfind(";", 0, segment.run_start - self.start)
                segment.before = (begin + semicolon + 1, segment.run_start)
            else:
                last = self.segments[i - 1]
                cut, resume = self._split_gap(
                    last.token.end, segment.run_start, bool(_STRONG.search(segment.run))
                )
                last.after = (last.token.end, cut)
                segment.before = (resume, segment.run_start)
        if self.segments:
            last = self.segments[-1]
            semicolon = self.flat.find(";", last.token.end - self.start)
            last.after = (last.token.end, self.start + semicolon if semicolon >= 0 else self.end)

    def _split_gap(self, a: int, b: int, verb: bool) -> tuple[int, int]:
        """Return where the words of the earlier quantity end and those of the later begin."""
        if b <= a:
            return a, a
        gap = self.flat[a - self.start : b - self.start]
        semicolon = gap.rfind(";")
        if semicolon >= 0:
            return a + semicolon, a + semicolon + 1
        seps = list(_SEPARATOR.finditer(gap))
        if not seps:
            head = _HEAD.search(gap)
            if head and head.start() and verb:
                return a + head.start(), a + head.start()
            return b, b
        if not gap.strip(" ,:.-"):
            # only words of time on both sides: "đạt 70%, năm 2024 đạt 75%", "50% năm 2025 và 70% năm 2030"
            return a + seps[0].start(), a + seps[0].end()
        if not gap[seps[-1].end() :].strip():
            return a + seps[-1].start(), b
        if not gap[: seps[0].start()].strip():
            return a, a + seps[0].end()
        for sep in seps:
            if _HEAD.match(gap[sep.end() : sep.end() + 40].lstrip()):
                return a + sep.start(), a + sep.end()
        sep = seps[0] if verb and len(gap[: seps[0].start()].split()) <= 4 else seps[-1]
        return a + sep.start(), a + sep.end()

    # -------------------------------------------------------------- subjects

    def _orient(self) -> None:
        for i, segment in enumerate(self.segments):
            before, led = self._before(segment)
            after = _clean_after(self._words(*segment.after))
            strong = bool(_STRONG.search(segment.run)) or segment.run.endswith(":")
            if segment.token.sort == "rank":
                segment.subject = _ranked(before, after) or (self.segments[i - 1].subject if i else "")
            elif self._qualifies(i):
                earlier = self.segments[i - 1]
                segment.status = "definition"
                segment.subject = earlier.subject
                earlier.subject = squeeze(self._words(earlier.token.end, self._after_end(i)))
            elif after and self._begins_anew(segment) and _PREDICATE.search(after.lower()):
                segment.subject = after
                segment.number_first = True
            elif (
                before
                and not _VERB_ONLY.match(before.lower())
                and (strong or _HEAD.search(before.lower()) or led or not after)
            ):
                segment.subject = before
                segment.base = _base_words(after)
            elif before and after:
                # "Hạ tầng cáp quang phủ 100% xã", "Số hóa 100% kết quả": both sides name it
                cover = _COVER.search(segment.run)
                keep = before if not _is_count_verb(before, segment.token) else ""
                segment.carry = squeeze(f"{keep} {cover.group()}") if cover and keep else keep
                segment.subject = squeeze(f"{segment.carry} {_one_thing(after)}")
                segment.number_first = True
            elif after and not self._follows_same_subject(i, after):
                segment.carry = self.segments[i - 1].carry if i else ""
                segment.subject = squeeze(f"{segment.carry} {after}")
                segment.number_first = True
            elif i:
                segment.subject = self.segments[i - 1].subject
                segment.number_first = self.segments[i - 1].number_first
                segment.base = _base_words(after)
            else:
                segment.subject = before or self._outer_subject()
                segment.base = _base_words(after)

    def _qualifies(self, i: int) -> bool:
        """ "05 doanh nghiệp đạt doanh thu trên 100 tỷ đồng": the second number says which enterprises."""
        if i == 0 or not self.segments[i - 1].number_first or self.segments[i].token.sort == "percent":
            return False
        between = self.flat[
            self.segments[i - 1].token.end - self.start : self.segments[i].token.start - self.start
        ]
        return bool(between.strip()) and not _SEPARATOR.search(between)

    def _after_end(self, i: int) -> int:
        return self.segments[i].after[1]

    def _begins_anew(self, segment: _Segment) -> bool:
        """ "…, có tối thiểu 10% đảng viên sử dụng …": a comma ends what came before."""
        return self.flat[: segment.run_start - self.start].rstrip().endswith(",")

    def _follows_same_subject(self, i: int, after: str) -> bool:
        """ "… đạt 50% năm 2025 và 70% GRDP năm 2030": words that only name the base again."""
        return i > 0 and not self.segments[i - 1].number_first and len(after.split()) <= 1

    def _before(self, segment: _Segment) -> tuple[str, bool]:
        """Return the words before a comparator run, and whether a line that led them named the subject."""
        a, b = segment.before
        colon = self.flat.rfind(":", a - self.start, b - self.start)
        lead = ""
        if colon >= 0:
            lead = _clean_before(self._words(a, self.start + colon))
            a = self.start + colon + 1
        words = _clean_before(self._words(a, b))
        if segment.run.endswith(":") and not words and not lead:
            return words, False
        after = _clean_after(self._words(*segment.after))
        if lead and not words and (not after or _is_tail(after)):
            words, lead = lead, ""  # "Cấp tỉnh: 100%"
        for led in (lead, self.context.lead, self._outer_subject() if self.outer else ""):
            if not led:
                continue
            if (
                words
                and not _HEAD.match(words.lower())
                and len(words.split()) <= (30 if self.outer else 12)
                and _HEAD.search(led.lower())
            ):
                return squeeze(f"{led} {words}"), True
            if not words and (not after or _is_tail(after)):
                return led, True
        covers = (
            _COVER.search(segment.run) and not _STRONG.search(segment.run) and not _HEAD.search(words.lower())
        )
        return (words if covers else _from_head(words)), False

    def _outer_subject(self) -> str:
        if self.outer is None:
            return ""
        if self.outer_segment is not None:
            return self.outer_segment.subject
        a = max(
            self.outer.start,
            self.outer.flat.rfind(";", 0, self.start - self.outer.start) + 1 + self.outer.start,
        )
        words = _clean_before(self.outer._words(a, self.start))
        tail = self.outer._words(self.end + 1, self.outer.end)
        average = _AVERAGE.search(words.lower())
        if average:
            return words[average.end() :]
        head = _HEAD.search(words.lower())
        words = words[head.start() :] if head else words
        return words if not words.endswith((",", ";")) else squeeze(f"{words} {tail}")

    def _share(self) -> None:
        """Carry heads and predicates that one segment prints for several."""
        segments = self.segments
        for i in range(len(segments) - 2, -1, -1):
            if not segments[i].subject:
                segments[i].subject = segments[i + 1].subject
                segments[i].number_first = segments[i + 1].number_first
        first = ""
        for segment in segments:
            if first and segment.subject:
                segment.subject = _with_head(first, segment.subject)
            first = (
                segment.subject
                if _HEAD.match(segment.subject.lower()) or not first or segment.number_first
                else first
            )
        predicate = ""
        for segment in reversed(segments):
            if not segment.number_first or segment.token.sort != "percent" or segment.carry:
                predicate = ""
                continue
            found = _PREDICATE.search(segment.subject.lower())
            if found:
                predicate = segment.subject[found.start() :]
            elif predicate:
                segment.subject = squeeze(f"{segment.subject} {predicate}")

    # -------------------------------------------------------------- verdict

    def _judge(self, segment: _Segment, outside: list[Token]) -> Found | None:
        token = segment.token
        left = self.low[max(self.start, token.start - 70) : token.start]
        own, start, end = self._horizon(segment, outside)
        segment.status = segment.status or self._refusal(segment, left, own, end)
        if segment.status:
            return None
        wording = _wording(segment.run)
        change = self._change(segment)
        comparator = self._comparator(segment, change)
        suffix = self.low[token.end : token.end + 14]
        if _AND_UP.match(suffix):
            comparator, wording = ">=", squeeze(f"{wording} … trở lên")
        elif _AND_DOWN.match(suffix):
            comparator, wording = "<=", squeeze(f"{wording} … trở xuống")
        recurrence = self._recurrence(segment)
        relative = self._relative()
        if relative:
            wording = squeeze(f"đạt {relative} {wording if wording not in ('là', '') else ''}")
        assert token.value is not None  # quantities and durations carry one
        return Found(
            subject=_trim_subject(segment.subject),
            comparator=comparator,
            wording=wording,
            value=token.value,
            high=token.high,
            unit=self._unit(segment, change, recurrence),
            start=start,
            end=end,
            recurrence=recurrence,
            base=segment.base if token.sort == "percent" else "",
            change=change,
            relative=relative,
            span=(token.start, token.end),
            sentence=self.sentence,
        )

    def _horizon(self, segment: _Segment, outside: list[Token]) -> tuple[bool, float | None, float | None]:
        """Return whether the sentence itself names a year, and the period."""
        i = self.segments.index(segment)
        own = self._years_in(segment.before[0], segment.token.start, outside)
        tail = self._years_in(segment.token.end, self._next_start(i), outside)
        if own:
            return True, *_period(own, self.low)
        if tail:
            return True, *_period(tail, self.low)
        for earlier in reversed(self.segments[:i]):
            years = self._years_in(earlier.before[0], earlier.token.start, outside)
            if years:
                return True, *_period(years, self.low)
        lead = self._years_in(self.start, self.segments[0].before[0], outside)
        if lead:
            return True, *_period(lead, self.low)
        last = self._years_in(self.segments[-1].token.end, self.end, outside)
        if last and i < len(self.segments) - 1:
            return True, *_period(last, self.low)
        if self.outer is not None and self.outer_segment is not None:
            named, start, end = self.outer._horizon(self.outer_segment, self.outer.tokens)
            return named, start, end
        return False, self.context.start, self.context.end

    def _next_start(self, i: int) -> int:
        return self.segments[i + 1].before[0] if i + 1 < len(self.segments) else self.end

    def _years_in(self, a: int, b: int, tokens: list[Token]) -> list[Token]:
        found = []
        for token in tokens:
            if token.kind == "year" or (token.kind == "date" and token.value is not None):
                if not a <= token.start < b or (self.outer is None and self._in_hole(token)):
                    continue
                left = self.low[max(self.start, token.start - 40) : token.start]
                if _COMPARED.search(left) or (token.kind == "date" and not _DEADLINE_LEFT.search(left)):
                    continue
                found.append(token)
        return found

    def _refusal(self, segment: _Segment, left: str, own: bool, end: float | None) -> str:
        """Return the fate of a quantity that is no target, "" for a target."""
        token, topic = segment.token, self.context.topic
        if topic == "head":
            return "count"
        if not _says_something(segment.subject):
            return "not understood" if token.sort == "percent" or not token.unit else "count"
        clause = self.flat[max(0, segment.before[0] - self.start) : segment.token.start - self.start]
        after = self.flat[token.end - self.start : segment.after[1] - self.start]
        if self._is_starting_point(segment) or _CURRENT.search(clause) or _CURRENT.search(after):
            return "current value"
        if own and end is not None and self.context.year is not None and end < self.context.year:
            return "current value"
        if topic == "status" and not (
            own and end is not None and end >= (self.context.year or 0) and "đến" in clause
        ):
            return "current value"
        if _GRANT.search(left) and (token.sort == "money" or _GRANT_AFTER.match(after)):
            return "rule"
        if token.sort == "money" and (topic not in ("goals", "") or not segment.run):
            return "money"
        if self.outer is not None:
            return self._refusal_in_brackets(segment)
        if token.sort in ("percent", "rank"):
            return "" if token.sort == "percent" or topic in ("goals", "") or own else "count"
        return self._refusal_of_count(segment, own)

    def _refusal_of_count(self, segment: _Segment, own: bool) -> str:
        token, topic, run = segment.token, self.context.topic, segment.run
        noun = re.sub(r"^(?:nghìn|ngàn|triệu|vạn|tỷ|trăm)\s+", "", token.unit.partition("/")[0])
        goal = topic == "goals" or (topic == "" and (own or self.context.end is not None))
        if token.sort == "times":
            grows = re.search(r"tăng|gấp|giảm|bằng", run) or re.search(
                r"(?:tăng|gấp|giảm)\s*$", self.low[: token.start][-12:]
            )
            return "" if grows and (goal or own) else ("" if goal and _bound(run) else "count")
        if token.kind == "duration":
            return "" if _bound(run) or "còn" in run else "duration"
        if token.sort == "bare" and not (segment.run and (_STRONG.search(run) or _bound(run)) and goal):
            return "count" if token.unit else "not understood"
        if noun in _THINGS and token.unit not in ("điểm", "bậc"):
            return "count" if not (goal and _STRONG.search(run)) else ""
        firm = re.search(
            rf"{loose('tối thiểu')}|{loose('ít nhất')}|không\s+(?:dưới|quá|ít)|{loose('tối đa')}|≥|≤", run
        )
        if firm:
            return ""
        if not goal:
            return "count"
        if _STRONG.search(run) or _bound(run) or token.sort in _MEASURED:
            return ""
        before = self.flat[segment.before[0] - self.start : token.start - self.start]
        before = re.sub(r"\s+được\s*$", "", before)
        return "" if _QUANTITY_VERB.search(before) or not _clean_before(before) else "count"

    def _refusal_in_brackets(self, segment: _Segment) -> str:
        inner = _clean_before(self._words(segment.before[0], segment.token.start)).lower()
        words = self._words(self.start, self.end).lower()
        if (
            re.match(r"(?:tương đương|tức|khoảng|gần|xấp xỉ|bằng|trong tổng số|gồm|bao gồm)", words.strip())
            and self.outer_segment
        ):
            return "restated"
        if re.match(
            r"(?:cả nước|toàn quốc|trung ương|mục tiêu quốc gia|quốc gia|bình quân|trung bình|chỉ tiêu|nghị quyết|kế hoạch)",
            inner,
        ):
            return "reference"
        if segment.token.sort not in ("percent", "rank"):
            if self.outer_segment is None and (self._relative() or _STRONG.search(segment.run)):
                return ""
            return (
                ""
                if self.outer_segment and segment.token.unit == self.outer_segment.token.unit and _years(self)
                else "count"
            )
        if self.outer_segment is not None and self.outer_segment.status and not _years(self):
            return self.outer_segment.status
        return ""

    def _is_starting_point(self, segment: _Segment) -> bool:
        """ "tăng từ 45% lên 70%": the first number is where it stands now."""
        i = self.segments.index(segment)
        if i + 1 >= len(self.segments) or not re.search(r"(?<!\w)từ(?:\s+mức)?$", segment.run):
            return False
        return bool(
            _TO.match(
                self.flat[segment.token.end - self.start : self.segments[i + 1].token.start - self.start]
            )
        )

    def _follows_start(self, segment: _Segment) -> bool:
        i = self.segments.index(segment)
        return i > 0 and self._is_starting_point(self.segments[i - 1])

    def _change(self, segment: _Segment) -> str:
        token, run = segment.token, segment.run
        if token.sort == "rank":
            return "rank"
        if self._follows_start(segment) or re.search(r"(?:lên|xuống|còn|đạt|là|chiếm|bằng)(?!\w)", run):
            return ""
        if token.sort == "times":
            return "multiple"
        if re.search(rf"(?<!\w){_UP}(?!\w)", run):
            return "increase"
        if re.search(r"(?<!\w)(?:giảm|cắt\s+giảm|rút\s+ngắn|tiết\s+kiệm)(?!\w)", run):
            return "decrease"
        return ""

    def _comparator(self, segment: _Segment, change: str) -> str:
        if segment.token.high is not None:
            return "between"
        for sign, words in _COMPARATORS:
            if words.search(segment.run):
                return sign
        if change == "rank":
            return "<="
        falls = re.search(r"(?<!\w)(?:còn|xuống)(?!\w)", segment.run)
        if not falls and self._follows_start(segment):
            first = self.segments[self.segments.index(segment) - 1]
            falls = re.search(r"giảm|hạ", first.run) or (
                (first.token.value or 0) > (segment.token.value or 0) or None
            )  # type: ignore[assignment]
        return "<=" if falls else ">="

    def _recurrence(self, segment: _Segment) -> str:
        begin = segment.before[0] - self.start
        around = self.flat[max(0, begin) : max(segment.token.end + 24, segment.after[1]) - self.start]
        found = _RECURRENCE.search(around)
        if found:
            words = squeeze(found.group())
            return "hàng năm" if "năm" in words else words
        if segment.token.unit.endswith("/năm") or _PER_YEAR.match(
            self.low, segment.token.end, segment.token.end + 16
        ):
            return "hàng năm"
        return ""

    def _unit(self, segment: _Segment, change: str, recurrence: str) -> str:
        token = segment.token
        if token.sort == "percent":
            yearly = recurrence == "hàng năm" and (
                change in ("increase", "decrease") or _PER_YEAR.match(self.low, token.end)
            )
            return "%/năm" if yearly and token.unit == "%" else token.unit
        per = _PER_SUBJECT.search(segment.subject.lower())
        if per and "/" not in token.unit:
            return f"{squeeze(per['what'])}/{squeeze(per['base'])}"
        if token.sort == "bare" and not segment.number_first:
            return ""
        return token.unit

    def _relative(self) -> str:
        if self.outer is None or self.outer_segment is not None:
            return ""
        average = _AVERAGE.search(self.outer.low, self.outer.start, self.start)
        return squeeze(average["what"]) if average else ""

    # -------------------------------------------------------------- brackets

    def _read_holes(self, inside: list[Token]) -> None:
        for a, b in self.holes:
            tokens = [token for token in inside if a <= token.start < b]
            if not tokens:
                continue
            earlier = [segment for segment in self.segments if segment.token.start < a]
            _Sentence(
                self.text,
                self.low,
                a + 1,
                b - 1,
                tokens,
                self.context,
                self.reading,
                outer=self,
                outer_segment=earlier[-1] if earlier else None,
            ).read()


_DEADLINE_LEFT = re.compile(
    r"(?:đến|tới|trước|trong|hết|cuối|vào|quý\s+[ivx\d]+\s*/?|tháng)\s*(?:hết\s+|trước\s+|cuối\s+)?(?:ngày|tháng|quý(?:\s+[ivx]+\s*(?:/|năm)?)?)?\s*$"
)
_PER_SUBJECT = re.compile(
    r"số\s+(?:lượng\s+)?(?P<what>[^\W\d_]+(?:\s+[^\W\d_]+)?)[^.;]{0,80}?(?:trên|/)\s*(?P<base>1?\d*[.]?0{2,3}\s+(?:người\s+)?dân|vạn\s+dân)"
)
_TAIL_START = re.compile(
    r"^(?:theo|so\s+với|trở\s+lên|trở\s+xuống|vào|trên\s+tổng|tổng|mỗi|/|của|trong|tại|ở|grdp|gdp)(?!\w)"
)


def _years(sentence: _Sentence) -> bool:
    return any(token.kind == "year" for token in sentence.tokens)


def _is_tail(words: str) -> bool:
    return bool(_TAIL_START.match(words.lower()))


def _bound(run: str) -> bool:
    return any(words.search(run) for _, words in _COMPARATORS)


def _period(tokens: list[Token], low: str) -> tuple[float | None, float | None]:
    """Return the period of year tokens; a vision ("định hướng đến năm 2030") does not count."""
    plain = [
        t
        for t in tokens
        if not re.search(r"(?:định\s+hướng|tầm\s+nhìn)[^.;\d]{0,20}$", low[max(0, t.start - 40) : t.start])
    ]
    token = (plain or tokens)[-1] if len(plain) < 2 else plain[0]
    if token.kind == "date":
        return None, token.value
    return token.value, token.high


def _clean_before(words: str) -> str:
    """Return the words before a quantity without list marks, "phấn đấu" and dangling prepositions."""
    words = words.strip()
    start = _FILLER_START.match(words.lower())
    if start:
        words = words[start.end() :]
    end = _FILLER_END.search(words.lower())
    if end:
        words = words[: end.start()]
    return words.strip(' ,;:.-–"“”')


def _clean_after(words: str) -> str:
    words = words.strip()
    if words.lower().startswith(("trở lên", "trở xuống")):
        words = words[words.lower().index("trở") + 8 :] if words.lower().startswith("trở lên") else words[12:]
    words = re.sub(r"^(?:/năm|/ năm|mỗi năm|hàng năm|hằng năm|\+)\s*", "", words, flags=re.IGNORECASE)
    end = _FILLER_END.search(words.lower())
    if end:
        words = words[: end.start()]
    return words.strip(' ,;:.-–"“”')


def _base_words(after: str) -> str:
    """Return what a share is a share of: the words right after the number, up to a comma or a verb."""
    cut = re.search(
        r"\s*(?:,|;|:|(?<!\w)(?:theo|so\s+với|vào|nhằm|để|góp\s+phần|trong\s+đó|và)(?!\w))", after.lower()
    )
    words = after[: cut.start()] if cut else after
    return words.strip() if len(words) <= 120 else ""


def _from_head(words: str) -> str:
    """Return a long lead-in from the head of its last clause on ("… để nâng tỷ lệ hoạt động trực tuyến")."""
    low = words.lower()
    first = _HEAD.search(low)
    if first is None:
        pieces = re.split(r"[,;]\s*", words)
        if len(pieces) > 1 and len(pieces[-1].split()) >= 3 and _TASK_VERB.match(low):
            return pieces[-1]
        return words
    if first.start() == 0:
        return words
    at = 0
    best = first.start()
    for piece in re.split(r"(?<=[,;])", low):
        head = _HEAD.search(piece)
        if head:
            best = at + head.start()
        at += len(piece)
    lead = low[:best].rstrip()
    return (
        words[best:]
        if best == first.start() or lead.endswith((",", ";")) or _TASK_VERB.match(low)
        else words[first.start() :]
    )


def _ranked(before: str, after: str) -> str:
    """Return what is ranked: the words before, or "… dẫn đầu về X" where those only name the province."""
    if _HEAD.search(before.lower()) or "chỉ số" in before.lower():
        return before
    about = re.search(r"(?<!\w)(?:về|trong|theo)\s+(?P<what>[^,;]+)", after)
    if about:
        return squeeze(f"{before}: {about['what']}") if before else about["what"]
    return before or after


def _one_thing(after: str) -> str:
    """Return words up to a comma after which a new name begins ("trạm y tế, Nền tảng hỗ trợ …")."""
    return re.split(r",\s+(?=[A-ZĐÀ-Ỹ][a-zà-ỹđ])", after)[0]


def _is_count_verb(before: str, token: Token) -> bool:
    return token.sort != "percent" and bool(_VERB_ONLY.match(before.lower()))


_LEVEL_HEAD = re.compile(
    r"(?<!\w)(?:cấp\s+(?:tỉnh|bộ|trung\s+ương|huyện|xã|sở)|(?:ở\s+)?(?:đô\s+thị|thành\s+thị|nông\s+thôn|miền\s+núi)|mức\s+độ\s+\d)(?!\w)"
)


def _with_head(first: str, subject: str) -> str:
    """Return a short subject ("cấp huyện") with the head that an earlier one printed for it."""
    if not _LEVEL_HEAD.match(subject.lower()):
        return subject
    level = _LEVEL_HEAD.search(first.lower())
    if level is None or not level.start():
        return subject
    return squeeze(f"{first[: level.start()]} {subject}")


def _says_something(subject: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", subject)) >= 2


def _trim_subject(subject: str) -> str:
    subject = re.sub(r"(?<!\w)(?:hàng năm|hằng năm|mỗi năm)\s*$", "", subject, flags=re.IGNORECASE)
    return subject.strip(" ,;:.-–")


_WORDING_START = re.compile(
    r"^(?:(?:phấn\s+đấu|sẽ|phải|cần|hàng\s+năm|hằng\s+năm|mỗi\s+năm|hàng\s+tuần|mỗi\s+tuần|mỗi\s+tháng|hàng\s+tháng|được|có|cho|với|đối\s+với|trong|vào|đưa|đảm\s+bảo|bảo\s+đảm"
    r"|đến|tới|hoàn\s+thành|thêm|mới|mức|tỷ\s+lệ|:)[\s,:]*)+"
)


def _wording(run: str) -> str:
    """Return the comparator as printed, without the words that only lead to it."""
    run = run.strip(" ,:")
    rest = _WORDING_START.sub("", run).strip(" ,:")
    return rest or ("" if run in ("phấn đấu", "đảm bảo", "bảo đảm", "có", "được", "sẽ") else run)


# ------------------------------------------------------------------ cells of a value column

_SIGNS = re.compile(r"^\s*(?P<sign>≥|>=|≤|<=|>|<|=|~|±)?\s*$")


def read_value(
    text: str, low: str, start: int, end: int, context: Context, subject: str, unit: str
) -> Reading:
    """Read a cell of a value column: "≥ 80", "trên 90%", "15 - 20"; the row names the subject."""
    reading = Reading()
    tokens = list(scan(text, low, start, end))
    quantities = [token for token in tokens if token.kind in ("quantity", "duration", "year", "fraction")]
    amount = quantities[0] if quantities else None
    if amount is not None and amount.kind == "year" and unit and "năm" not in unit.lower():
        amount = Token(amount.start, amount.end, "quantity", amount.high, None, "", "bare")
    past = context.end is not None and context.year is not None and context.end < context.year
    for token in tokens:
        taken = (
            amount is not None
            and token.start == amount.start
            and amount.kind in ("quantity", "duration")
            and amount.value is not None
        )
        if taken and amount is not None and _says_something(subject) and not past:
            reading.fates.append((token.start, token.end, "target"))
            reading.targets.append(_value_target(low, start, end, amount, context, subject, unit))
        else:
            reading.fates.append(
                (token.start, token.end, "current value" if past else _FATES.get(token.kind, "count"))
            )
    return reading


def _value_target(
    low: str, start: int, end: int, amount: Token, context: Context, subject: str, unit: str
) -> Found:
    run = squeeze(low[start : amount.start])
    sign = (
        "between"
        if amount.high is not None
        else next((name for name, words in _COMPARATORS if words.search(run)), ">=")
    )
    rest = low[amount.end : end]
    if _AND_UP.match(rest):
        sign = ">="
    elif _AND_DOWN.match(rest):
        sign = "<="
    own = amount.unit if amount.sort != "bare" else ""
    unit = unit[:1].lower() + unit[1:] if unit[1:].islower() else unit
    rank = re.search(r"xếp hạng|thứ hạng|xếp thứ", subject.lower()) or unit.lower() in (
        "hạng",
        "thứ hạng",
        "xếp hạng",
    )
    if rank and sign == ">=" and not run:
        sign = "<="
    assert amount.value is not None  # the caller looked
    return Found(
        subject=subject,
        comparator=sign,
        wording=run,
        value=amount.value,
        high=amount.high,
        unit=own or unit,
        start=context.start,
        end=context.end,
        recurrence="hàng năm" if "/năm" in (own or unit) else "",
        base="",
        change="rank" if rank else "",
        relative="",
        span=(amount.start, amount.end),
        sentence=(start, end),
    )
