"""The words of target sentences, by what they do in the grammar of ``targets``.

Each list is written as plain words; ``one_of`` turns it into a pattern (longest first, any white space
between words). Patterns match lower-case text.
"""

from __future__ import annotations

import re

from qngai_analysis.plan.wording import cased, loose


def one_of(words: str) -> str:
    """Return a pattern for any of the words in a list set apart by commas, the longest first.

    >>> one_of("đạt, đạt được")
    '(?:đạt\\\\s+được|đạt)'
    """
    listed = sorted(
        (" ".join(word.split()) for word in words.split(",")), key=lambda word: (-len(word), word)
    )
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in listed if word) + ")"


def whole(words: str) -> re.Pattern[str]:
    """Return a compiled pattern that finds any of the words as whole words."""
    return re.compile(rf"(?<!\w){one_of(words)}(?!\w)")


# ------------------------------------------------------------------ comparators

# scanners misread marks ("tối thiếu"); these words stay recognisable without them
_AT_LEAST = rf"(?:{loose('tối thiểu')}|{loose('ít nhất')}|{one_of('không dưới, không thấp hơn, không ít hơn, không nhỏ hơn')}|≥|>=)"
_AT_MOST = (
    rf"(?:{one_of('không quá, không vượt quá, không vượt, không cao hơn, không lớn hơn, không trên, nhiều nhất, cao nhất')}"
    rf"|{loose('tối đa')}|≤|<=)"
)
_MORE = rf"(?:{one_of('trên, hơn, vượt, vượt mức, cao hơn, lớn hơn, nhiều hơn, quá')}|>)"
_LESS = rf"(?:{one_of('dưới, thấp hơn, nhỏ hơn, ít hơn')}|<)"
_ABOUT = rf"(?:{loose('khoảng')}|{one_of('xấp xỉ, gần, ước, ước tính, chừng, trên dưới')}|~|≈)"
_EXACT = rf"(?:{one_of('bằng, đúng')}|=)"
_UP = one_of("tăng, tăng trưởng, tăng thêm, tăng lên, tăng được, gấp")
_DOWN = one_of(
    "giảm, giảm xuống, giảm được, giảm còn, giảm bớt, giảm thiểu, cắt giảm, rút ngắn, tiết kiệm, còn, xuống, xuống còn"
)
_REACH = one_of(
    "đạt, đạt được, chiếm, đóng góp, phủ, phủ sóng, bao phủ, là, lên, lên đến, lên tới, lên mức, đến, tới, ở mức, duy trì, giữ,"
    "ổn định, đảm bảo, bảo đảm, phấn đấu, có, cho, với, đối với, hoàn thành, đưa, nâng, được, thuộc, nằm, trong, vào, xếp, đứng,"
    "top, tốp, lọt, gồm, đạt tỷ lệ, đạt tỉ lệ, chiếm tỷ lệ, chiếm tỉ lệ, với tỷ lệ, đạt tỷ trọng, đạt tỉ trọng, chiếm tỷ trọng, chiếm tỉ trọng,"
    "hướng tới, hướng đến, còn phấn đấu, cũng phấn đấu"
)
_FILL = one_of(
    "mức, bình quân, trung bình, hàng năm, hằng năm, mỗi năm, hàng tuần, mỗi tuần, mỗi tháng, hàng tháng, thêm, mới,"
    "nhóm, từ, vị trí, thứ hạng, hạng, thứ, sẽ, phải, cần"
)

# A run is all the words right before a number that say how it compares: "đạt tối thiểu", "tăng bình quân".
RUN = re.compile(
    rf"(?:(?<!\w)|(?=[:≥≤<>=~≈]))(?:(?:{_AT_MOST}|{_AT_LEAST}|{_ABOUT}|{_MORE}|{_LESS}|{_EXACT}|{_UP}|{_DOWN}|{_REACH}|{_FILL}|:)(?!\w)[\s,]*)+$"
)
# "chi tiêu bình quân đạt 2 triệu đồng": an average that is reached is what is measured, "tăng bình quân" is not.
AVERAGED = re.compile(
    rf"(?:bình\s+quân|trung\s+bình)\s+(?={one_of('đạt, chiếm, là, bằng, tăng, giảm, còn')}(?!\w))"
)
# A strong word says that what stands before it is the subject.
_STRONG_WORDS = one_of("đạt, chiếm, là, bằng, tăng, giảm, còn, vượt, gấp, đóng góp, lên, xuống")
STRONG = re.compile(rf"(?<!\w){_STRONG_WORDS}(?!\w)|[:=]")
# A covering word ties a thing before the number to the things after it: "cáp quang phủ 100% xã".
COVER = whole("phủ, cho, đến, tới, đối với, với, có")

# The first that occurs decides; negated and longer wordings come before the words they contain.
COMPARATORS = (
    ("<=", re.compile(_AT_MOST)),
    (">=", re.compile(_AT_LEAST)),
    ("~", re.compile(rf"(?<!\w){_ABOUT}(?!\w)|[~≈]")),
    (">", re.compile(rf"(?<!\w){_MORE}(?!\w)|>")),
    ("<", re.compile(rf"(?<!\w){_LESS}(?!\w)|<")),
    ("=", re.compile(rf"(?<!\w){_EXACT}(?!\w)|=")),
)
FIRM = re.compile(rf"{_AT_LEAST}|{_AT_MOST}")
AND_UP = re.compile(r"\s*trở\s+(?:lên|đi)")
AND_DOWN = re.compile(r"\s*trở\s+xuống")
UP = re.compile(rf"(?<!\w){_UP}(?!\w)")
DOWN_BY = whole("giảm, cắt giảm, rút ngắn, tiết kiệm")
DOWN_TO = re.compile(r"(?<!\w)(?:còn(?!\s+phấn\s+đấu)|xuống)(?!\w)")
LEVEL = whole("lên, xuống, còn, đạt, là, chiếm, bằng")
TIMES_VERB = whole("tăng, gấp, giảm, bằng")
LIMIT_OF_TIME = re.compile(
    rf"(?:{_AT_MOST}|{_LESS}|(?:giảm\s+)?còn|xuống\s+còn|đạt\s+(?:{_MORE}|{_AT_LEAST}|{_ABOUT}))\s*(?:mức\s+)?$"
)

RECURRENCE = re.compile(
    r"(?<!\w)(?:(?:hàng|hằng|mỗi|từng)\s+(?:năm|quý|tháng|tuần|ngày)|bình\s+quân\s+(?:hàng\s+|hằng\s+|mỗi\s+)?năm)(?!\w)"
)
PER_YEAR = re.compile(r"\s*(?:/|mỗi|một|hàng|hằng)\s*năm(?!\w)")

_WORDING_START_WORDS = one_of(
    "phấn đấu, còn phấn đấu, cũng phấn đấu, hướng tới, hướng đến, giữ, sẽ, phải, cần, hàng năm, hằng năm, mỗi năm, hàng tuần, mỗi tuần, mỗi tháng, hàng tháng, được, có, cho, với, đối với,"
    "trong, vào, đưa, đảm bảo, bảo đảm, đến, tới, hoàn thành, thêm, mới, mức, tỷ lệ"
)
# Words that lead to a comparator and are no part of its wording.
WORDING_START = re.compile(rf"^(?:(?:{_WORDING_START_WORDS}|:)(?!\w)[\s,:]*)+")
NO_WORDING = frozenset(
    (
        "phấn đấu",
        "còn phấn đấu",
        "cũng phấn đấu",
        "hướng tới",
        "hướng đến",
        "đảm bảo",
        "bảo đảm",
        "có",
        "được",
        "sẽ",
        "hoàn thành",
        "đưa",
        "nâng",
    )
)
PER_PEOPLE = re.compile(r"(?:trên|/)\s*(?P<base>1[0.]*\s+(?:người\s+)?dân|vạn\s+dân)$")
ONLY_A_PLACE = re.compile(
    cased(r"^(?:toàn\s+|trên\s+địa\s+bàn\s+)?(?:tỉnh|thành\s+phố)(?:\s+[UPPER][^\W\d_]*){0,3}$")
)

# ------------------------------------------------------------------ subjects

_HEAD_WORDS = one_of(
    "tỷ lệ, tỉ lệ, tỷ trọng, tỉ trọng, tỷ suất, tỉ suất, số lượng, tổng số, tổng mức, tổng giá trị, tổng doanh thu, tổng sản phẩm,"
    "tổng vốn, tổng kim ngạch, tốc độ, năng suất, doanh thu, kim ngạch, giá trị, quy mô, chỉ số, mật độ, thu nhập, diện tích, độ phủ,"
    "độ bao phủ, dung lượng, thời gian, chi phí, mức độ, mức chi, mức tăng, mức giảm, mức hài lòng, xếp hạng, thứ hạng, tăng trưởng,"
    "bao phủ, kinh tế số"
)
# A head noun begins the name of an indicator.
HEAD = re.compile(
    rf"(?<!\w)(?<!địa )(?:{_HEAD_WORDS}|số\s+(?=doanh|thuê|người|hộ|lượt|cơ|hợp|dịch|thủ|hồ|xã|sản|giao|tài|bệnh|trường|máy|lao|điểm|đơn))(?!\w)"
    "",
)
# A head behind one of these is what something is a share of: "thương mại điện tử trong tổng mức bán lẻ".
OF = re.compile(r"(?<!\w)(?:trong|trên|của|thuộc|theo|về|so\s+với)\s+$")
HAS = re.compile(r"(?<!\w)\w{2,}\s+\w{2,}\s+có\s+$")
# Who aims, before what is aimed at: "Tỉnh còn phấn đấu", "Kế hoạch hướng tới", "Gia Lai phấn đấu".
_AIMING_WORDS = one_of(
    "phấn đấu, đặt mục tiêu, đặt chỉ tiêu, đặt ra mục tiêu, đề ra mục tiêu, đề ra chỉ tiêu, đặt ra chỉ tiêu, hướng tới, hướng đến, muốn, quyết tâm,"
    "dự kiến, mục tiêu là, xác định, yêu cầu, nêu"
)
AIMING = re.compile(rf"(?<!\w){_AIMING_WORDS}(?!\w)")
AIMS = re.compile(
    rf"^(?:[^;:%]{{0,90}}?[\s,])?(?:{_AIMING_WORDS}(?!\w)|mục\s+tiêu\s+[^,;:%]{{0,40}}là(?!\w))[\s,:]*"
)
# "Về kinh tế số, …" says what is spoken of; what follows may be the subject, or only who aims.
TOPIC = re.compile(
    r"^(?:[Vv]ề|[Tt]rong\s+lĩnh\s+vực|[Ởở]\s+lĩnh\s+vực|[Ởở]\s+phần)\s+(?P<topic>[^,;:]{2,50}?)\s*,\s*"
)
IN_IT = re.compile(r"^.*(?<!\w)trong\s+đó(?!\w)[\s,:]*", re.IGNORECASE | re.DOTALL)
ACTOR = re.compile(
    cased(
        r"^(?:[Vv]ề\s+(?:cụ\s+thể|mục\s+tiêu)\s*,?\s*)?(?:[Ởở]\s+)?(?:(?:Toàn\s+|toàn\s+)?(?:[Tt]ỉnh|[Tt]hành\s+phố|TP\.?|[Hh]uyện|[Tt]hị\s+xã|[Xx]ã|[Pp]hường|UBND\s+\w+)"
        r"(?:\s+[UPPER][\w-]*){0,4}|(?:[UPPER][\w-]*\s?){2,4}|(?:[Kk]ế\s+hoạch|[Đđ]ề\s+án|[Cc]hương\s+trình|[Nn]ghị\s+quyết|[Cc]hiến\s+lược)(?:\s+của\s+tỉnh)?)"
        r"(?:\s+(?:còn|cũng|sẽ))?$"
    )
)
_FILLER_START_WORDS = one_of(
    "phấn đấu, mục tiêu, mục tiêu đến, mục tiêu là, mục tiêu cụ thể, mục tiêu chung, chỉ tiêu cụ thể, các chỉ tiêu cụ thể, các mục tiêu cụ thể, chỉ tiêu chủ yếu, một số chỉ tiêu,"
    "một số mục tiêu, cụ thể, trong đó, đồng thời, ngoài ra, qua đó,"
    "từ đó, tiếp tục, và, còn, đến, tới, từ, trong, vào, trước, sau, hết, cuối, đầu, năm, giai đoạn, để, nhằm, với, thì, toàn tỉnh,"
    "định hướng, định hướng đến, tầm nhìn, tầm nhìn đến, có, ít nhất, hướng đến, hướng tới, cơ bản, riêng"
)
EVERYBODY = frozenset(("tất cả", "toàn bộ", "tất cả các", "toàn bộ các", "các"))
SHORT_UNITS = {"doanh nghiệp": ("dn",), "hợp tác xã": ("htx",)}
SHARE = re.compile(r"t[ỷỉ]\s+(?:lệ|trọng)")
# A head that names nothing by itself.
BARE_HEAD = re.compile(r"(?<!\w)(?:t[ỷỉ]\s+(?:lệ|trọng|suất)|tốc\s+độ|mật\s+độ|số\s+lượng)\s*$")
FILLER_START = re.compile(
    rf"""^(?:[\s,;:.\-–+•*"“”]|(?:{_FILLER_START_WORDS}|(?:đảm\s+bảo|bảo\s+đảm)(?!\s+(?:an|yêu))|(?:nâng|tăng|đưa|giảm|duy\s+trì)(?=\s+t[ỷỉ]))(?!\w))+"""
)
_FILLER_END_WORDS = one_of(
    "so với, đến, tới, vào, trong, trước, từ, hết, năm, giai đoạn, tính đến, và, còn, phấn đấu, trong đó, tương ứng, theo,"
    "là, sẽ, cho, với, để, cần, phải, hàng năm, hằng năm, mỗi năm, định hướng, được kỳ vọng, dự kiến"
)
FILLER_END = re.compile(rf"""(?:[\s,;:.\-–"“”]|(?<!\w){_FILLER_END_WORDS})+$""")
SEPARATOR = re.compile(
    rf",|;|(?<=\s)(?:{one_of('và, còn, hoặc, trong đó, trong khi, trong khi đó, đồng thời, tương ứng')}|-)(?=\s)"
)
_TASK_VERB_WORDS = one_of(
    "đẩy mạnh, phát triển, triển khai, xây dựng, tăng cường, nâng cao, hoàn thiện, thúc đẩy, tập trung, tổ chức, chủ trì, chỉ đạo,"
    "tiếp tục, thực hiện, rà soát, chú trọng"
)
TASK_VERB = re.compile(rf"^{_TASK_VERB_WORDS}(?!\w)")
_MAKING = (
    "phát triển, thành lập, hình thành, kêu gọi, đón, phục vụ, xây dựng, triển khai, đào tạo, bồi dưỡng, tập huấn, hỗ trợ, thu hút, có, đưa, duy trì, ươm tạo,"
    "công nhận, lắp đặt, kết nối, đầu tư, cấp, thêm, mới"
)
_VERB_ONLY_WORDS = one_of(
    _MAKING
    + ", tổ chức, lựa chọn, cung cấp, tạo, mở, hoàn thành, tuyển chọn, số hóa, số hoá, tích hợp, phổ cập, phủ, trang bị, tiếp tục,"
    "phấn đấu, được, mỗi năm, mỗi tuần, mỗi tháng, và, ra mắt, đăng ký, vận hành, nhân rộng"
)
# Verbs alone before a number name no subject: "Phát triển 500 doanh nghiệp".
VERB_ONLY = re.compile(rf"^(?:(?:{_VERB_ONLY_WORDS}|,)\s*)+$")
# Before a bare count these make it a goal: "thành lập 02 trung tâm".
_QUANTITY_WORDS = one_of(_MAKING + ", đạt, là, tối thiểu, ít nhất")
QUANTITY_VERB = re.compile(rf"(?:(?<!\w){_QUANTITY_WORDS}|:)\s*$")
_PREDICATE_WORDS = one_of(
    "được, có, sử dụng, thực hiện, tham gia, kết nối, triển khai, hoàn thành, hoàn thiện, đạt, ứng dụng, biết, đáp ứng, cung cấp,"
    "áp dụng, dùng, mua sắm, nộp, liên thông, đăng ký, thanh toán, xử lý, tiếp cận, ban hành, hài lòng, vận hành, chuyển đổi, thông báo, tiến hành, đã"
)
PREDICATE = re.compile(rf"(?<!\w)(?:{_PREDICATE_WORDS}|giao\s+dịch\s+(?=qua|trên|bằng))(?!\w)")
# Short subjects that borrow their head: "…, cấp huyện đạt 90%".
LEVEL_OF = re.compile(
    rf"(?<!\w)(?:{one_of('cấp tỉnh, cấp bộ, cấp trung ương, cấp huyện, cấp xã, cấp sở')}"
    rf"|(?:ở\s+)?{one_of('đô thị, thành thị, nông thôn, miền núi')}|mức\s+độ\s+\d)(?!\w)"
)
TAIL_START = re.compile(
    rf"^(?:{one_of('theo, so với, trở lên, trở xuống, vào, trên tổng, tổng, mỗi, của, trong, tại, ở, grdp, gdp')}|/)(?!\w)"
)
END_OF_BASE = re.compile(
    rf"\s*(?:[,;:]|(?<!\w){one_of('theo, so với, vào, nhằm, để, góp phần, trong đó')}(?!\w)|(?<!\w)và(?!\w)(?!\s+doanh\s+thu))"
)
ABOUT_WHAT = re.compile(r"(?<!\w)(?:về|trong|theo)\s+(?P<what>[^,;]+)")
YEARLY_END = re.compile(r"(?<!\w)(?:hàng|hằng|mỗi)\s+năm\s*$", re.IGNORECASE)
YEARLY_START = re.compile(r"^(?:/ ?năm|(?:mỗi|hàng|hằng)\s+năm|\+)\s*", re.IGNORECASE)
NEW_NAME = re.compile(cased(r",\s+(?=[UPPER][LOWER])"))
MULTIPLE = re.compile(r"^(?:nghìn|ngàn|triệu|vạn|tỷ(?!\s+(?:lệ|trọng|suất))|trăm)\s+")
GIVEN = re.compile(r"\s+(?:được|cho|từ|khoảng)\s*$")

# ------------------------------------------------------------------ what is no target

_CURRENT_WORDS = one_of(
    "hiện nay, hiện tại, hiện đạt, hiện có, hiện là, hiện mới, hiện ở mức, hiện chiếm, hiện chỉ, hiện trạng, mức hiện, đến nay,"
    "đã đạt, đã có, đã được, đã hoàn, đã triển, đã kết, đã phủ, mới đạt, mới chỉ, được xếp hạng, được xếp thứ, theo công bố, theo số liệu, ước tính tỷ, ước tính tỉ, thực hiện năm, năm trước, cùng kỳ, kết quả năm"
)
CURRENT = re.compile(
    rf"(?<!\w)(?:{_CURRENT_WORDS}|tính\s+đến(?=\s+(?:nay|tháng|ngày|hết|cuối|thời|năm))|ước\s+(?:thực\s+hiện|đạt)(?=\s+năm))(?!\w)"
)
# Prose outside a goals section tells either what is aimed at or how things stand, sentence after sentence.
AIMS_FIRMLY = re.compile(
    rf"(?<!\w)(?:{one_of('phấn đấu, đặt mục tiêu, đặt ra mục tiêu, đề ra mục tiêu, đặt chỉ tiêu, đề ra chỉ tiêu, đặt ra chỉ tiêu, mục tiêu cụ thể, mục tiêu cơ bản, mục tiêu là, mục tiêu đến, hướng tới, hướng đến')})(?!\w)"
)
AIMS_WEAKLY = whole("mục tiêu, chỉ tiêu, kế hoạch, muốn, quyết tâm, kỳ vọng, dự kiến, yêu cầu, đề ra, đặt ra")
BY_YEAR = re.compile(
    r"(?<!tính )(?:đến|tới|vào|hết|cuối|trong)\s+(?:hết\s+|cuối\s+|giữa\s+)?năm\s+(?P<year>20\d\d)(?!\d)"
)
_SINCE_DONE = one_of(
    "đề ra, ban hành, phê duyệt, ký, xác định, đặt, thông qua, giao, có nghị quyết, có kế hoạch, có quyết định, có chương trình, có đề án, có văn bản"
)
REPORTS = re.compile(
    rf"(?<!\w)(?:{_CURRENT_WORDS}|tính\s+đến|đã(?!\s+{_SINCE_DONE})\s+\w+|theo\s+(?:tổng\s+)?cục\s+thống\s+kê|theo\s+thống\s+kê"
    r"|(?:đứng|xếp)\s+(?:đầu|thứ|hạng)|cao\s+nhất\s+(?:cả\s+)?nước|(?:tăng|giảm)\s+\d+\s+bậc|so\s+với\s+kế\s+hoạch)(?!\w)"
)
# A growth beside a value in brackets is a remark: "chiếm 7% … (tăng 1% so với năm 2016)".
REMARK = re.compile(r"^\s*(?:tăng|giảm|vượt|cao\s+hơn|thấp\s+hơn)[^;()]*so\s+với")
BUDGET = whole("kinh phí, ngân sách, bố trí, nguồn vốn, tổng vốn, vốn, mức đầu tư, dự toán, tổng mức đầu tư")
# Whose share of the money a percentage is: "trong đó vốn đầu tư công 55%".
FUNDS = re.compile(
    rf"^{one_of('vốn, nguồn vốn, ngân sách, chi thường xuyên, chi đầu tư, kinh phí, nguồn kinh phí, xã hội hóa, xã hội hoá, phân kỳ')}(?!\w)"
)
OTHERS = re.compile(
    r"^(?:cả\s+nước|toàn\s+quốc|mục\s+tiêu\s+quốc\s+gia|quốc\s+gia)(?!\w)|(?<!\w)(?:của\s+)?(?:cả\s+nước|toàn\s+quốc|quốc\s+gia)$|(?<!\w)cả\s+nước\s+có(?!\w)"
)
OTHERS_AIM = re.compile(
    r"(?<!\w)(?:cả\s+nước|toàn\s+quốc)\s+(?:đặt\s+mục\s+tiêu|phấn\s+đấu|dự\s+kiến|hướng\s+tới)"
)
FROM_BUDGET = re.compile(r"^\s*(?:là\s+)?(?:từ\s+)?(?:nguồn\s+)?(?:ngân\s+sách|vốn|kinh\s+phí)")
COMPARED = re.compile(
    r"(?:lần\s+(?=năm\s*$)|so\s+(?:với|cùng)|kể\s+từ|sau|từ\s+mức)(?:\s+(?:cùng\s+kỳ|mức|kết\s+quả|giai\s+đoạn|cuối|đầu))*\s*(?:năm|giai\s+đoạn)?\s*$"
)
FROM_RUN = re.compile(r"(?<!\w)từ(?:\s+mức)?$")
TO = re.compile(r"^[^.;]{0,40}?(?<!\w)(?<!trở\s)(?:lên|xuống|đến|thành|tới)(?!\w)")
FALLS = re.compile(r"giảm|hạ")
GRANT = re.compile(
    rf"(?<!\w){one_of('hỗ trợ, lãi suất, thuế suất, chiết khấu, phạt, ưu đãi, miễn giảm, mức hỗ trợ, trợ giá')}(?!\w)[^.;,]{{0,40}}$"
)
GRANT_AFTER = re.compile(
    rf"^\s*(?:tổng\s+)?{one_of('giá trị, chi phí, kinh phí, lãi suất, học phí, mức, hợp đồng, giá, tiền, lệ phí, phí')}(?!\w)"
)
RESTATES = re.compile(one_of("tương đương, tức, khoảng, gần, xấp xỉ, bằng, trong tổng số, gồm, bao gồm"))
SOMEBODY_ELSE = re.compile(
    one_of(
        "cả nước, toàn quốc, trung ương, mục tiêu quốc gia, quốc gia, bình quân, trung bình, chỉ tiêu, nghị quyết, kế hoạch"
    )
)
STATES = frozenset(("là", "với"))
GOAL = whole(
    "phấn đấu, mục tiêu, chỉ tiêu, đưa, thuộc nhóm, nằm trong, trong nhóm, vào nhóm, đến năm, duy trì, giữ vững"
)
STANDS = whole("đứng thứ, đứng đầu, xếp thứ, xếp hạng, đứng vị trí, xếp vị trí")
AVERAGE = re.compile(
    r"(?:mức\s+|tiêu\s+chí\s+|tỷ\s+lệ\s+)?(?P<what>bình\s+quân\s+(?:chung\s+)?(?:của\s+)?"
    rf"{one_of('cả nước, toàn quốc, cả tỉnh, toàn tỉnh, khu vực, vùng')})(?:\s+(?:về|của|đối\s+với))?\s*"
)
# Counts of these are tallies, not targets, unless a strong word says so.
THINGS = frozenset(
    word.strip()
    for word in [
        "nhóm lĩnh vực",
        " ngành",
        " trụ cột",
        " nội dung",
        " nhiệm vụ",
        " chỉ tiêu",
        " mục tiêu",
        " giải pháp",
        " tiêu chí",
        " khâu",
        " bước",
        " cấp",
        " mức",
        " phần",
        " loại",
        " lớp",
        " bậc",
        "nhóm",
        " lĩnh vực",
        " điểm",
        " nước",
        " quốc gia",
        " vùng",
        " kỳ",
        " ngày",
        " mặt",
    ]
)
MEASURED = frozenset(("money", "speed"))

# ------------------------------------------------------------------ time

PERIOD_WORDS = re.compile(
    rf"(?<!\w){one_of('cho đến, đến, tới, vào, trong, trước, từ, kể từ, của, tính đến, riêng, tại, cho')}?\s*"
    rf"{one_of('hết, cuối, đầu, trước, thời điểm')}?\s*"
    r"(?:(?:giai\s+đoạn|thời\s+kỳ|kỳ|các\s+năm|năm\s+học|năm|tháng|quý(?:\s+[ivx]+)?|ngày|mốc)\s*)*\s*$"
)
DEADLINE_LEFT = re.compile(
    rf"(?:{one_of('đến, tới, trước, trong, hết, cuối, vào, tháng')}|quý\s+[ivx\d]+\s*/?)\s*(?:(?:hết|trước|cuối)\s+)?"
    r"(?:ngày|tháng|quý(?:\s+[ivx]+\s*(?:/|năm)?)?)?\s*$"
)
VISION = re.compile(r"(?:định\s+hướng|tầm\s+nhìn)[^.;\d]{0,20}$")

# ------------------------------------------------------------------ sentences

SENTENCE = re.compile(cased(r"[.!?…](?=\s+[^LOWER\s]|\s*$)|(?<=[LOWER%)”])\.(?=[UPPER][LOWER])"))
ABBREVIATION = re.compile(r"(?:^|[\s(])(?:TP|Tp|tp|TX|GS|TS|ThS|PGS|v\.v|vv|BCH|Mr|St|No|Stt|STT)$")
PARENTHESES = re.compile(r"\([^()]*\)")
PER_SUBJECT = re.compile(
    r"(?:số|tỷ\s+lệ|tỉ\s+lệ|mật\s+độ)\s+(?:số\s+)?(?:lượng\s+)?(?P<what>[^\W\d_]+(?:\s+[^\W\d_]+)?)[^.;]{0,80}?(?:trên|/)\s*(?P<base>1?\d*[.]?0{2,3}\s+(?:người\s+)?dân|vạn\s+dân)"
)
