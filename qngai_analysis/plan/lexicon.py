"""The patterns of target sentences, by what they do in the grammar; their words stand in ``words.toml``.

Patterns match lower-case text unless they say otherwise.
"""

from __future__ import annotations

import re

from qngai_analysis.plan.words import any_of, cased, loose, not_after, whole, words

# ------------------------------------------------------------------ how a number compares

# scanners misread marks ("tối thiếu"); these words stay recognisable without them
_AT_LEAST = rf"(?:{loose('tối thiểu')}|{loose('ít nhất')}|{any_of('at_least')}|≥|>=)"
_AT_MOST = rf"(?:{any_of('at_most')}|{loose('tối đa')}|≤|<=)"
_MORE = rf"(?:{any_of('more')}|>)"
_LESS = rf"(?:{any_of('less')}|<)"
_ABOUT = rf"(?:{loose('khoảng')}|{any_of('about')}|~|≈)"
_EXACT = rf"(?:{any_of('exact')}|=)"
_COMPARES = "|".join(
    (
        _AT_MOST,
        _AT_LEAST,
        _ABOUT,
        _MORE,
        _LESS,
        _EXACT,
        *map(any_of, ("up", "down", "reach", "fill")),
        ":",
        "/năm",
    )
)
# A run is all the words right before a number that say how it compares: "đạt tối thiểu", "tăng bình quân".
RUN = re.compile(
    rf"(?:(?<!\w)(?!(?<=mặt\s)bằng)(?<!trở\s)(?<!che\s)(?<!tải\s)(?<!bắt\s)(?<!chuyên\s)(?<!xây\s)|(?=[:≥≤<>=~≈]))(?:(?:{_COMPARES})(?!\w)[\s,]*)+$"
)
# "chi tiêu bình quân đạt 2 triệu đồng": an average that is reached is what is measured, "tăng bình quân" is not.
AVERAGED = re.compile(
    rf"(?:bình\s+quân|trung\s+bình)\s+(?:(?={any_of('averaged')}(?!\w))|(?=(?:khoảng|trên|dưới|hơn|gần|từ|là|ở\s+mức|tối\s+thiểu|ít\s+nhất|không)?\s*$))"
)
STRONG = re.compile(rf"(?<!\w){any_of('strong')}(?!\w)|[:=]")
TAKES_UP = re.compile(r"(?<!\w)(?:chiếm|đóng\s+góp|bằng)(?!\w)")  # a share of what the words after it name
COVER = whole("cover")

# The first that occurs decides; negated and longer wordings come before the words they contain.
COMPARATORS = (
    ("<=", re.compile(_AT_MOST)),
    (">=", re.compile(_AT_LEAST)),
    ("~", re.compile(rf"(?<!\w){_ABOUT}(?!\w)|[~≈]")),
    ("<", re.compile(rf"(?<!\w){_LESS}(?!\w)|<")),
    (">", re.compile(rf"(?<!\w){_MORE}(?!\w)|>")),
    ("=", re.compile(rf"(?<!\w){_EXACT}(?!\w)|=")),
)
FIRM = re.compile(rf"{_AT_LEAST}|{_AT_MOST}")
AND_UP = re.compile(r"\s*trở\s+(?:lên|đi)")
UNIT_AND_UP = re.compile(
    r"(?P<unit>\s*[^\W\d_]+(?:\s+[^\W\d_]+){0,3}?(?:\s+mới)?)\s+trở\s+lên(?:\s?/\s?năm)?"
)  # "từ 10 đảng viên trở lên"
AND_DOWN = re.compile(r"\s*trở\s+xuống")
DOWN_UNDER = re.compile(r"giảm\s+dưới(?!\w)")  # to a level below it
UP = whole("up")
CHANGES = re.compile(r"(?:tăng|giảm|gấp)(?!\w)")  # "đạt 315 ha tăng 13,6%" says two things
DOWN_BY = whole("down_by")
FALLING = re.compile(
    rf"""(?<!\w)(?:{not_after(*words("falling_not_before"))}{any_of("falling")})(?!\w)
        (?!.*(?<!\w){any_of("falling_not_after")}(?!\w))""",
    re.VERBOSE,
)
FREE_OF = re.compile(
    rf"không (?:có|còn|để|xảy ra|phát sinh) (?:\w+ ){{0,3}}{any_of('falling', 'vices')}(?!\w)"
)
BUILDS = re.compile(
    r"(?:tu\s+bổ|kiểm\s+kê|phục\s+dựng|công\s+bố|biên\s+soạn|xuất\s+bản|phát\s+hành|đề\s+nghị|xây|đưa\s+vào|bố\s+trí|trồng|mở|nâng|sửa|cải\s+tạo|tạo|lắp|mua|kết\s+nạp|tuyển|đào|cấp|cứng|bê)(?!\w)"
)
UNDONE = re.compile(rf"(?:(?:mức|tốc độ|tỷ lệ|tỉ lệ|số|bình quân)\s+)*{any_of('undoing')}(?!\w)")
DOWN_TO = re.compile(r"(?<!\w)(?:còn(?!\s+phấn\s+đấu)|xuống|(?:khống|kiềm)\s+chế)(?!\w)")
LEVEL = whole("level")
CEILING = re.compile(rf"{LEVEL.pattern}|{_LESS}|{_AT_MOST}|:")
LESS_OF = re.compile(r"(?:(?:kiềm\s+chế|kéo)[\s,]+)*(?:cắt\s+)?giảm\s+\w")
STOPS = re.compile(r":|,\s*$")
BY_SO_MUCH = re.compile(
    r"^\W*(?:(?:mục|chỉ)\s+tiêu[^:%\d]{0,40}:\W*)?(?:(?:phấn\s+đấu|(?:hàng|hằng|mỗi)\s+năm|bình\s+quân)\W*)*"
)
TIMES_VERB = whole("times_verb")
LIMIT_OF_TIME = re.compile(
    rf"""(?:{_AT_MOST}|{_LESS}                      # không quá, dưới
         |(?:rút\s+ngắn|cắt\s+giảm)(?:\s+(?:{_AT_LEAST}|{_MORE}))?
         |(?:giảm\s+)?còn|xuống\s+còn|từ\s+\d+\s+\w+\s+lên
         |đạt\s+(?:{_MORE}|{_AT_LEAST}|{_ABOUT}))   # đạt trên 2 ngày
        \s*(?:(?:mức|trung\s+bình|bình\s+quân)\s+)?$""",
    re.VERBOSE,
)
RECURRENCE = re.compile(
    r"""(?<!\w)(?:(?:hàng|hằng|mỗi|từng)\s+(?:năm|quý|tháng|tuần|ngày)
        |bình\s+quân\s?(?:hàng\s+|hằng\s+|mỗi\s+|/\s?)?năm)(?!\w)""",
    re.VERBOSE,
)
PER_YEAR = re.compile(r"\s*(?:/|mỗi|một|hàng|hằng)\s*năm(?!\w)")
WORDING_START = re.compile(rf"^(?:(?:{any_of('leads_wording')}|:)(?!\w)[\s,:]*)+")
NO_WORDING = frozenset(words("no_wording"))

# ------------------------------------------------------------------ subjects

SHARE = re.compile(r"t[ỷỉ]\s+(?:lệ|trọng)")
_COUNTED = (
    r"(?<!năng\s)(?<!tế\s)(?<!quyền\s)(?<!hội\s)(?<!nghệ\s)(?<!tầng\s)(?<!liệu\s)(?<!đổi\s)(?<!vụ\s)(?<!lực\s)(?<!dân\s)(?<!tảng\s)"
    r"số\s+(?=doanh|thuê|người|hộ|lượt|cơ\s+(?:quan|sở)|hợp|dịch|thủ|hồ|xã|sản|giao|tài|bệnh|trường|máy|lao|điểm|đơn)"
)
# A head noun begins the name of an indicator.
HEAD = re.compile(rf"(?<!\w)(?<!địa )(?:{any_of('head')}(?!\w)(?!(?<=mức\sđộ)\s+\d|\s+1\s?/)|{_COUNTED})")
# A head behind one of these is what something is a share of: "thương mại điện tử trong tổng mức bán lẻ".
OF = re.compile(r"(?<!\w)(?:trong|trên|của|thuộc|theo|về|so\s+với)\s+$")
HAS = re.compile(r"(?<!\w)\w{2,}\s+\w{2,}\s+có\s+$")
# A head that names nothing by itself.
BARE_HEAD = re.compile(r"(?<!\w)(?:t[ỷỉ]\s+(?:lệ|trọng|suất)|tốc\s+độ|mật\s+độ|số\s+lượng)\s*$")
NAMED_BY = re.compile(
    r"(?:bao\s+phủ|phủ(?:\s+sóng)?|hoàn\s+thành|đóng\s+góp)[\s,]+"
)  # "tỷ lệ bao phủ trên 95%"
RATE_ALONE = re.compile(r"t[ỷỉ]\s+lệ|(?:tốc\s+độ|mức|tỷ\s+lệ)\s+(?:tăng(?:\s+trưởng)?|giảm)")
MEASURE_ALONE = re.compile(
    r"(?:tổng\s+)?(?:diện\s+tích|sản\s+lượng|năng\s+suất|quy\s+mô|doanh\s+thu|công\s+suất|giá\s+trị)"
)
AT_SPEED = re.compile(r"(?<!\w)với\s+tốc\s+độ(?:\s+\w+){0,3}\s*$")
TEACHES = re.compile(r"^(?:đào\s+tạo|bồi\s+dưỡng|tập\s+huấn)(?!\w)")
GIVES = re.compile(r"(?<!\w)đóng\s+góp(?!\w)")
GROWN = re.compile(
    r"tốc\s+độ\s+(?:tăng(?:\s+trưởng)?|phát\s+triển)[^,;]*?\s+của\s+(?P<what>.+)", re.IGNORECASE
)
GROWTH = re.compile(r"(?:tốc\s+độ\s+tăng|(?:mức\s+)?tăng\s+trưởng)(?!\w)")
_SO_MANY = r"số\s+(?:tiền|việc|vụ|vốn|ca|còn\s+lại)(?!\w)"
OF_WHICH = re.compile(rf"về\s|{_SO_MANY}")  # "án tham nhũng: 60% số tiền" needs the words before the colon
# Who aims, before what is aimed at: "Tỉnh còn phấn đấu", "Kế hoạch hướng tới", "Gia Lai phấn đấu".
AIMING = whole("aiming")
_AIMS_LISTED = r"(?:(?:các|một\s+số|\d+)\s+)?(?:mục|chỉ)\s+tiêu(?:[\s,]+(?:trọng\s+tâm|chủ\s+yếu|cơ\s+bản|lớn|như|sau|gồm))*"
AIMS = re.compile(
    rf"^(?:[^;:%]{{0,90}}?[\s,])?(?:(?:{any_of('aiming')}(?:\s+{_AIMS_LISTED})?|(?:đề\s+ra|đặt\s+ra|thông\s+qua)\s+{_AIMS_LISTED})(?!\w)|mục\s+tiêu\s+[^,;:%]{{0,40}}là(?!\w))[\s,:]*"
)
ACTOR = re.compile(
    cased(
        r"""^(?:[Vv]ề\s+(?:cụ\s+thể|mục\s+tiêu)\s*,?\s*)?(?:[Ởở]\s+)?
        (?:[Tt]heo\s+[^,;:]{2,40},\s*)?
        (?:(?:Toàn\s+|toàn\s+)?                                          # a territory and its name
             (?:[Tt]ỉnh|[Tt]hành\s+phố|TP\.?|[Hh]uyện|[Tt]hị\s+xã|[Xx]ã|[Pp]hường|(?:UBND|HĐND|(?:[ỦU]y|[ỦU]ỷ|ủy|uỷ)\s+ban\s+nhân\s+dân)\s+\w+)(?:\s+[UPPER][\w-]*){0,4}
          |(?![UPPER]{3})[UPPER][\w-]*(?:\s[UPPER][\w-]*){1,3}           # a name alone, no "PAR Index"
          |(?:[Kk]ế\s+hoạch|[Đđ]ề\s+án|[Cc]hương\s+trình|[Nn]ghị\s+quyết|[Cc]hiến\s+lược)(?:\s+của\s+tỉnh)?)
        (?:\s+(?:còn|cũng|sẽ))?$"""
    ),
    re.VERBOSE,
)
BODY_AIMS = re.compile(
    r"(?:đảng\s+(?:bộ|ủy)|(?:\w+\s+)?(?:hội|đoàn)(?!\s+viên)|huyện\s+ủy|tỉnh\s+ủy)(?:\s+[^\W\d]+){0,9}",
    re.IGNORECASE,
)
# "Về kinh tế số, …" says what is spoken of; what follows may be the subject, or only who aims.
TOPIC = re.compile(
    r"^(?:[Vv]ề|[Tt]rong\s+lĩnh\s+vực|[Ởở]\s+lĩnh\s+vực|[Ởở]\s+phần)\s+(?P<topic>[^,;:]{2,50}?)\s*,\s*"
)
ACTS_ALONE = re.compile(any_of("acts_alone"))
IN_IT = re.compile(r"^.*(?<!\w)trong\s+đó(?!\w)[\s,:]*", re.IGNORECASE | re.DOTALL)
ONLY_A_PLACE = re.compile(
    cased(
        r"^(?:toàn\s+|trên\s+địa\s+bàn\s+)?(?:tỉnh|thành\s+phố)(?:\s+[UPPER][^\W\d_]*){0,3}$|^[Tt]rên\s+địa\s+bàn$"
    )
)
FILLER_START = re.compile(
    rf"""^(?:[\s,;:.\-–+•*"“”]
        |(?!đầu\s+tư)(?:{any_of("opens_words")}
           |\d+\s+năm\s*,
        |(?:đảm\s+bảo|bảo\s+đảm)(?!\s+(?:an|yêu))          # but "đảm bảo an toàn", "đảm bảo yêu cầu"
           |(?:nâng|tăng|đưa|giảm|hạ|giữ(?:\s+vững)?|khống\s+chế|kiềm\s+chế|duy\s+trì)(?=\s+t[ỷỉốổ]))     # "nâng tỷ lệ"
         (?!\w))+""",
    re.VERBOSE,
)
ENDS = frozenset(word.split()[-1] for word in words("ends_words"))
FILLER_END = re.compile(
    rf"""(?:[\s,;:.\-–"“”]|(?<!\w)(?!(?<=\d\s)năm|(?<=triệt\s)để|(?<=chứng\s)chỉ|(?<=địa\s)chỉ|(?<=(?:uyên|\shậu)\s)cần|(?<=(?:hành|diễn|uyền)\s)đạt|(?<=(?:thực|phát|xuất)\s)hiện|(?<=thể\s)hiện){any_of("ends_words")})+$"""
)
# "nghiên cứu và phát triển" is one thing
SEPARATOR = re.compile(
    rf",|;|(?<=\s)(?<!nghiên cứu )(?<!khoa học )(?<!giáo dục )(?<!nhỏ )(?:{any_of('separator')}|(?<!\d\s)-|-(?!\s\d))(?=\s)"
)
TASK_VERB = re.compile(rf"^{any_of('task_verb')}(?!\w)")
# Verbs alone before a number name no subject: "Phát triển 500 doanh nghiệp".
VERB_ONLY = re.compile(rf"^(?:(?:{any_of('making', 'verb_only')}|,)\s*)+$")
# Before a bare count these make it a goal: "thành lập 02 trung tâm".
QUANTITY_VERB = re.compile(rf"(?:(?<!\w){any_of('making', 'quantity_verb')}|:)\s*$")
BARE_VERBS = ("có", "đạt", "là", "thêm", "mới", "được", "phấn đấu", "và", "có thêm", "ít nhất", "tối thiểu")
PREDICATE = re.compile(
    rf"(?<!\w)(?!(?:(?<=rắn )|(?<=thải )|(?<=nước ))sinh\s)(?:{any_of('predicate')}|giao\s+dịch\s+(?=qua|trên|bằng))(?!\w)"
)
LEVEL_OF = re.compile(
    rf"(?<!\w)(?:{any_of('levels')}|(?:(?:ở|tại)\s+)?(?:(?:khu\s+vực|vùng)\s+)?{any_of('settings')}|(?:mức\s+độ|loại|hạng)\s+\d)(?!\w)"
)
COMPLETE = re.compile(r"(?:trực\s+tuyến|trên\s+mạng|toàn\s+trình|điện\s+tử|đúng\s+hạn)$")
PART_OF_IT = re.compile(r"[\s,;]*(?<!\w)trong\s+đó(?!\w)")
AT = re.compile(
    r"(?<!\w)(?:ở|tại|(?:đối\s+)?với(?=\s+(?:đô\s+thị|thành\s+phố|thị\s+xã|thị\s+trấn|xã|phường|huyện|khu|vùng|cấp)(?!\w)))\s+"
)
ALL_OF = re.compile(r"^(?:(?:diện\s+tích|dân\s+số|số\s+hộ|khu\s+vực|vùng)\s+)+")
TAIL_START = re.compile(
    rf"^1[0.]*\s|^(?:{any_of('tail_start')}|(?:kế\s+hoạch|chỉ\s+tiêu)(?:\s+vốn)?(?=\s*$|\s+(?:trên|được|tỉnh|huyện|trung\s+ương|cấp\s+trên|năm|đề\s+ra|giao(?!\s+quân))(?!\w)))(?!\w)"
)
END_OF_BASE = re.compile(rf"(?:[,;:]|(?<!\w){any_of('base_end')}(?!\w)|(?<!\w)và(?!\w)(?!\s+doanh\s+thu))")
ABOUT_WHAT = re.compile(
    r"(?<!\w)(?:(?:về|theo)\s+|có\s+(?=chỉ\s+số))(?P<what>[^,;]+?)(?:\s+(?:cao|tốt|lớn)\s+nhất)?(?=[,;]|$)",
    re.IGNORECASE,
)
YEARLY_END = re.compile(r"(?:[Hh][àằ]ng|[Mm]ỗi)\s+năm\s*$")
YEARLY_START = re.compile(r"^(?:/ ?năm|(?:mỗi|hàng|hằng)\s+năm|\+)\s*", re.IGNORECASE)
NONE_OF_THEM = re.compile(r",\s+không\s+(?:có|còn|để)\s", re.IGNORECASE)
NEW_NAME = re.compile(cased(r",\s+(?=[UPPER][LOWER])"))
MULTIPLE = re.compile(r"^(?:nghìn|ngàn|triệu|vạn|tỷ(?!\s+(?:lệ|trọng|suất))|trăm)\s+")
GIVEN = re.compile(r"\s+(?:được|cho|từ|khoảng)\s*$")
# before a number they say where, of whom or with what, and aim at nothing
PLACED = re.compile(
    r"(?<!\w)(?:đối\s+với|với|trong|tại|của|ở|theo|giữa|gồm|bao\s+gồm|thang(?:\s+điểm)?|các|những|thuộc|trong\s+số|thủ\s+trưởng|lãnh\s+đạo|do|bằng|qua|trên\s+cơ\s+sở(?:\s+\w+)?)\s*$"
)
LIFETIME = re.compile(
    r"(?:tuổi\s+thọ|sống\s+(?:khỏe|khoẻ|thọ)|lưu\s+trú|số\s+(?:giờ|ngày|phút)|thời\s+gian\s+(?:chờ|giải|xử|thực|cấp|trả|thông|khởi|hoàn))[^.;:\d]{0,60}:?\s*$"
)

PER_PEOPLE = re.compile(r"(?:trên|/)\s*(?P<base>1[0.]*\s+(?:người\s+)?dân|vạn\s+dân)$")
PER_SUBJECT = re.compile(
    r"""(?:số|tỷ\s+lệ|tỉ\s+lệ|mật\s+độ)\s+(?:số\s+)?(?:lượng\s+)?(?P<what>[^\W\d_]+(?:\s+[^\W\d_]+)?)
        [^.;]{0,80}?(?:trên|/)\s*(?P<base>1?\d*[.]?0{2,3}\s+(?:người\s+)?dân|vạn\s+dân)""",
    re.VERBOSE,
)

# ------------------------------------------------------------------ what is no target

_NOW = rf"{not_after('so với', 'mức', 'thực', 'phát', 'thể', 'xuất')}(?:{any_of('current')}|được\s+xếp\s+(?:hạng|thứ)(?=\D{{0,6}}\d))"
_SO_FAR = not_after(*words("newly")) + r"mới\s+(?:đạt|chỉ|có|được)"
_AIM_OF = r"(?:kế\s+hoạch|dự\s+toán|chỉ\s+tiêu|mục\s+tiêu|nghị\s+quyết|kh)"
CURRENT = re.compile(
    rf"""(?<!\w)(?:{_NOW}
        |tính\s+đến(?=\s+(?:nay|tháng|ngày|hết|cuối|thời|năm))
        |ước\s+(?:thực\s+hiện|đạt)(?=\s+năm))(?!\w)
        |(?<!\w){any_of("done")}(?:\s+(?:trên|hơn|khoảng|gần))?\s*$
        |^[\s,;]*(?:(?:đến|đầu|cuối|hết|năm|tháng)\s+)*{_SO_FAR}\s*$""",
    re.VERBOSE,
)
AGAINST_NOW = re.compile(r"so\s+với\s+(?:mức\s+)?hiện\s+(?:tại|nay|trạng)(?:\s+là)?\s*$")
CURRENT_SIGNS = words("current_signs")
DONE = re.compile(rf"(?<!\w)(?:{_NOW}|đã)(?!\w)")
# what a bracket tells of today: "(hiện là 90 Mbps)", "(đầu năm mới đạt 81%)"
NOW = re.compile(
    rf"(?<!\w)(?:{_NOW}|hiện(?!\s+(?:đại|thực|hữu))|đã\s+\w+|{_SO_FAR}|mới\s+đạt|năm\s+(?:học\s+)?trước|cùng\s+kỳ|ước|thực\s+hiện)(?!\w)"
)
# Prose outside a goals section tells either what is aimed at or how things stand, sentence after sentence.
AIMS_FIRMLY = whole("aims_firmly")
AIMS_WEAKLY = whole("aims_weakly")
BY_YEAR = re.compile(
    r"(?<!tính )(?<!kế )(?<!tính đến )(?:đến|tới|vào|hết|cuối|trong)\s+(?:hết\s+|cuối\s+|giữa\s+)?năm\s+(?P<year>20\d\d)(?!\d)"
)
REPORTS = re.compile(
    rf"""(?<!\w)(?:{_NOW}|tính\s+đến|hiện\s+có(?!\s+của)|{_SO_FAR}(?=\D{{0,15}}\d)|năm\s+trước|cùng\s+kỳ
        |đã(?!\s+{any_of("since_done")})\s+\w+                           # "đã triển khai", not "đã đề ra"
        (?![^.,;:%\d]*\s(?:đạt|chiếm|là|phải|tăng|giảm|còn)\s)              # nor "hồ sơ đã được số hóa đạt"
        |{any_of("tells")}|^\W*(?:so\s+với\s+năm|công\s+tác\s[^.;:]*?\sđạt)|so\s+với\s+(?:tháng|quý|vụ|kỳ)\s+trước|(?:tăng|giảm|gấp)\s+[\d.,]+[^.;,]{{0,40}}so\s+với\s+(?:cuối\s+)?năm
        |(?:trong|sau|kết\s+thúc)\s+(?:\d+|tháng|quý)\s*(?:tháng|năm|quý)?\s*(?:\d|đầu|qua|,)|(?:toàn|cả)\s+(?:xã|huyện|tỉnh|phường)\s+còn
        |(?:tăng|giảm)\s+(?:thêm\s+)?[\d.,]+\s*điểm\s*(?:%|phần\s+trăm)
        |theo\s+(?:tổng\s+)?cục\s+thống\s+kê|theo\s+thống\s+kê
        |(?:đứng|xếp)\s+(?:đầu|thứ|hạng)|cao\s+nhất\s+(?:cả\s+)?nước|(?:tăng|giảm)\s+\d+\s+bậc)(?!\w)""",
    re.VERBOSE,
)
# The same, and no word of a goal changes it: "đạt 103% kế hoạch", "ước đạt", "cao hơn mục tiêu".
RESULTS = re.compile(
    rf"""(?<!\w)(?:{any_of("results")}(?!\s+(?:ít\s+nhất|tối\s+thiểu|từ\s))|(?<!với\s)ước(?!\s+(?:mơ|tính\s+t[ỷỉ]))
        |(?:đạt|bằng|vượt|được|hoàn\s+thành)\s+(?:trên\s+|gần\s+)?[\d.,]+\s*%\s+(?:so\s+với\s+)?{_AIM_OF}
        |vượt\s+[\d.,]+\s*(?:điểm\s+)?%?\s*(?:phần\s+trăm\s+)?(?:so\s+với\s+)?{_AIM_OF}
        |(?:cao|thấp|nhiều|ít)\s+hơn\s+(?:{_AIM_OF}|cùng\s+kỳ|năm\s+trước|vụ\s+trước|[\d.,]+\s*%?\s*so\s+với)
        |trong\s+khi\s+(?:mục\s+tiêu|chỉ\s+tiêu|kế\s+hoạch|yêu\s+cầu)|chỉ\s+tiêu\s+(?:không|chưa)\s+(?:hoàn|đạt)
        |đạt\s+(?:mục\s+tiêu|chỉ\s+tiêu|kế\s+hoạch)(?=\s*(?:[.;,]|đề\s+ra|$))
        |so\s+với\s+(?:cùng\s+kỳ|(?:thời\s+điểm\s+)?bắt\s+đầu)
        |(?:sau|qua)\s+(?:hơn\s+|gần\s+)?\w+\s+(?:năm|tháng)\s+(?:triển|thực))(?!\w)""",
    re.VERBOSE,
)
COMPLETES = re.compile(
    r"\W*(?:cơ\s+bản\s+)?hoàn\s+thành\s+(?:100\s?%\s+)?(?:kế\s+hoạch|mục\s+tiêu|chỉ\s+tiêu|nhiệm\s+vụ)(?:\D|20\d\d)*$"
)
# The same in prose that does not aim: a goal, too, is set against what was.
COMPARES = re.compile(rf"(?<!\w)so\s+với\s+(?:năm\s+trước|đầu\s+(?:năm|kỳ|nhiệm\s+kỳ)|{_AIM_OF})(?!\w)")
LISTS_AIMS = re.compile(
    r"(?:các\s+)?(?:chỉ|mục)\s+tiêu(?:[\s,]+(?:sau|chủ\s+yếu|cụ\s+thể|như|đây|chính|là|gồm|lớn|cơ\s+bản|quan\s+trọng))*(?:\s+(?:đến|trong|năm|nhiệm\s+kỳ|giai\s+đoạn|đoạn|kỳ|[\d\s-])+)?\s*:"
)
RELATIVE = re.compile(r"\([^()]*\)|(?<!\w)mà(?!\w)[^.;,:]*")  # says nothing of the sentence around it
# A paragraph that begins so lists goals, whatever its section: "Chỉ tiêu chủ yếu năm 2026: …"
OPENS_GOALS = re.compile(
    r"[\W\d]*(?:(?:theo\s+đó|cụ\s+thể|các|một\s+số|những|về)[\s,]+)*"
    r"(?:phấn\s+đấu(?!\w)|(?:mục\s+tiêu|chỉ\s+tiêu)(?!\s+(?:quốc\s+gia|của|mà|được|này))[^:.;%]{0,90}:)"
)
# A growth beside a value in brackets is a remark: "chiếm 7% … (tăng 1% so với năm 2016)".
REMARK = re.compile(r"^\s*(?:tăng|giảm|vượt|cao\s+hơn|thấp\s+hơn)[^;()]*so\s+với")
BUDGET = whole("budget")
# what comes in or is put in, and no cost of the plan
EARNED = re.compile(
    r"""(?:tổng\s+)?thu(?!\w)|chi\s+(?:ngân\s+sách|đầu\s+tư|thường\s+xuyên|cân\s+đối)|đầu\s+tư\s+(?:toàn|thực\s+hiện|phát\s+triển|xã\s+hội|trực\s+tiếp|nước\s+ngoài|tư\s+nhân|ngoài)
        |(?:(?:vốn|tổng)\s+(?:của\s+)?quỹ|vốn\s+(?:thực\s+hiện|đăng\s+ký|ủy\s+thác|huy\s+động)|thu\s+hút|huy\s+động|vay\s+vốn|nộp\s+ngân\s+sách|(?:xuất|nhập)\s+khẩu|giải\s+ngân|đăng\s+ký|cho\s+vay|dư\s+nợ|tín\s+dụng|fdi|bội\s+chi)(?!\w)""",
    re.VERBOSE,
)
# "2/3 số xã", "1/2 bình quân chung của cả nước": a fraction of a whole, no count of things
OF_A_WHOLE = re.compile(
    r"\s+(?:tổng\s+)?(?:số|diện\s+tích|dân\s+số|giá\s+trị|kim\s+ngạch|sản\s+lượng|doanh\s+thu|mức|bình\s+quân|trung\s+bình)(?!\w)"
)
OF_TIME = re.compile(r"\s*(?P<unit>ngày(?:\s+làm\s+việc)?|giờ|tháng|năm)(?!\w)")  # "còn 1/2 ngày"
REACHES = re.compile(r"(?<!\w)(?:đạt|là|còn)\s*$")
# "ít nhất 1/4 hộ", "3/4 lao động": nobody counts four of them
SHARED_BY = re.compile(
    r"\s+(?:hộ|người|dân|lao\s+động|hội\s+viên|đoàn\s+viên|thanh\s+niên|phụ\s+nữ|học\s+sinh)(?!\w)"
)
EACH_SO_MANY = re.compile(r"(?<!\w)cứ\s+(?P<base>[\d.]+\s+[^\W\d]+(?:\s+[^\W\d]+)?)\s+(?:có|đạt|được)(?!\w)")
# what the programme itself costs: "tổng nguồn vốn thực hiện Chương trình"
OWN_COST = re.compile(
    r"(?:tổng\s+)?(?:mức\s+|nhu\s+cầu\s+|nguồn\s+)?(?:vốn|kinh\s+phí|nguồn\s+lực|đầu\s+tư)(?:\s+(?:đầu\s+tư|huy\s+động))?\s+(?:để\s+)?(?:thực\s+hiện|của|cho)\s+(?:chương\s+trình|đề\s+án|kế\s+hoạch|chiến\s+lược)"
)
# "sử dụng chuẩn nghèo với thu nhập dưới …": what counts as poor
STANDARD = re.compile(
    r"(?<!\w)(?<!nâng )(?:mức\s+)?(?:chuẩn|ngưỡng)\s+(?:hộ\s+)?(?:cận\s+)?nghèo(?!\w)(?![^,;:\d]*\s(?:lên|nâng)\s)[^,;:\d]*$"
)
FUNDS = re.compile(rf"^{any_of('funds')}(?!\w)")
SPENT = re.compile(r"(?<!\w)(?:chi|grdp|thu|giải\s+ngân)(?!\w)")
SHARES_OUT = re.compile(
    r"\W*(?:cơ\s+cấu\s+)?(?:nguồn\s+vốn|nguồn\s+kinh\s+phí|kinh\s+phí|vốn)(?:\s+(?:thực\s+hiện|đầu\s+tư))?\s*:"
)
FROM_BUDGET = re.compile(r"^\s*(?:là\s+)?(?:từ\s+)?(?:nguồn\s+)?(?:ngân\s+sách|vốn|kinh\s+phí)")
OTHERS = re.compile(
    r"""^(?:cả\s+nước|toàn\s+quốc|mục\s+tiêu\s+quốc\s+gia|quốc\s+gia)(?!\w)
        |^(?:(?:các|nhiều|một\s+số)\s+(?:nước|quốc\s+gia|tỉnh|địa\s+phương)|việt\s+nam|thế\s+giới)(?!\w)
        |(?<!\w)(?:của\s+)?(?:cả\s+nước|toàn\s+quốc|quốc\s+gia)$
        |(?<!\w)cả\s+nước\s+có(?!\w)""",
    re.VERBOSE,
)
OTHERS_AIM = re.compile(
    r"(?<!\w)(?:cả\s+nước|toàn\s+quốc)\s+(?:đặt\s+mục\s+tiêu|phấn\s+đấu|dự\s+kiến|hướng\s+tới)(?!.*(?<!\w)(?:tỉnh|thành\s+phố|huyện|xã|phường|địa\s+phương)(?!\w))"
)
COMPARED = re.compile(
    r"""(?:(?:lần|gấp\s+(?:rưỡi|đôi|ba|bốn|năm)|bằng(?:\s+[\d.,]+\s*%)?)\s+(?=năm\s*$)|(?:cao|thấp|nhiều|ít)\s+hơn|so(?:\s+(?:với|cùng))?|giá\s+so\s+sánh|giá|kể\s+từ|sau|từ\s+mức)
        (?:\s+(?:bình\s+quân|trung\s+bình|\d+(?=\s+năm)|cùng\s+kỳ|mức|số|kết\s+quả|ước|thực\s+hiện|kế\s+hoạch|dự\s+toán|được|giao|giai\s+đoạn|cuối|đầu))*\s*(?:năm|giai\s+đoạn|thời\s+kỳ|nhiệm\s+kỳ)?\s*$""",
    re.VERBOSE,
)
FROM_RUN = re.compile(r"(?<!\w)từ(?:\s+mức)?$")
TO = re.compile(
    r"^[^.;]{0,40}?(?<!\w)(?<!trở\s)(?:lên|xuống|đến|(?<!trưởng\s)(?<!hoàn\s)(?<!hình\s)thành(?!\s+(?:viên|phố|thị|phần|lập|tích|công))|tới)(?!\w)|^\s+còn(?!\w)"
)
FALLS = re.compile(r"giảm|hạ")
GRANT = re.compile(
    rf"(?<!\w)(?<!quỹ\s)(?:{any_of('grant')}(?!\w)[^.;,:]{{0,40}}|(?<!được\s){any_of('grant')}(?!\w)[^.;,:]{{0,40}}:\s*)$"
)
EACH_SO_WIDE = re.compile(
    r"(?<!\w)mỗi\s+\w+(?:\s\w+)?\s(?:rộng|dài|cao|sâu|dày|nặng|diện\s+tích)(?!\w)[^.;:,]*$"
)
# what stands around a plan: "Căn cứ Nghị định số 42 về phân loại đô thị (…)", "Ghi chú: …"
AROUND = re.compile(
    r"\W*(?:căn\s+cứ\s+(?:hiến|luật|bộ\s+luật|nghị|quyết|thông|pháp)|theo\s+đề\s+nghị\s+của|xét\s+(?:đề\s+nghị|tờ\s+trình)|ghi\s+chú\s*:)"
)
IN_CASE = re.compile(
    r"(?<!\w)điều\s+kiện(?:\s+hỗ\s+trợ)?\s*:[^.]*$|(?<!\w)(?:khi|nếu)\s+có\s+(?:từ\s+)?$|(?<!\w)(?:nếu|trường\s+hợp)\s(?:(?!\sthì\s)[^.;:,])*$"
)
# "các đơn vị giải ngân dưới 60% phải kiểm điểm", "hộ có thu nhập dưới 3 triệu đồng được hỗ trợ"
WHO_HAS = re.compile(
    rf"""(?<!\w)(?:dưới|chưa\s+đạt|không\s+đạt|không\s+hoàn\s+thành|(?:\w{{2,}}\s+){{1,4}}?(?:có|sử\s+dụng|đạt|hiến)(?!\w)[^.;:,%\d]*?(?:{_AT_LEAST}|{_AT_MOST}|{_MORE}|{_LESS}|từ))\s*$""",
    re.VERBOSE,
)
BEARS_ON = re.compile(
    r"""(?<!\w)(?:thu\s+hồi|điều\s+chuyển|đình\s+chỉ|chấm\s+dứt|cắt\s+giảm\s+vốn|kiểm\s+điểm|phê\s+bình|xử\s+lý\s+(?:nghiêm|trách\s+nhiệm))
        \s[^.;:,%\d]*?(?:của|đối\s+với|các|những)\s[^.;:,%\d]*$""",
    re.VERBOSE,
)
ASKS = re.compile(
    r"\W*(?:đề|kiến)\s+nghị\s+(?:[^,;:]{0,60}\s)?(?:bộ|chính\s+phủ|thủ\s+tướng|trung\s+ương|quốc\s+hội|tỉnh|ubnd)(?!\w)"
)
TREATED = re.compile(
    r"""[^.;:,%\d]*?,?\s+(?:thì|(?<!số\s)phải|(?<!dự\s)(?<!chuẩn\s)(?<!thiết\s)(?<!trang\s)bị
        |không\s+xét|được\s+(?:xét|ưu\s+tiên|xem\s+xét|khen)|không\s+được
        |(?P<gets>được\s+(?:hỗ\s+trợ|vay|miễn|giảm|hưởng|bố\s+trí|cấp)))(?!\w)""",
    re.VERBOSE,
)
RATE_OF = re.compile(
    r"(?<!\w)(?:(?:lãi|thuế)\s+suất|(?:(?<!bội\s)chi|trích|vay)(?=\s+(?:tối\s+đa|không\s+quá))|trừ|thưởng|giảm\s+giá|bước\s+giá|(?<!chi\s)phí\s+thuê(?:\s+\w+){1,3})(?:\s+(?:là|tối\s+đa|từ|đến|tới|không\s+quá|ưu\s+đãi))*\s*$"
)
VOTES = re.compile(
    r"\s*(?:số\s+)?(?:đại\s+biểu|ý\s+kiến|cử\s+tri|phiếu)\s[^.;]*(?:tán\s+thành|biểu\s+quyết|đồng\s+ý|đồng\s+tình)"
)
# the plan beside a result: "(KH 88%)", "(NQ: 65 triệu đồng)"
PLAN_BESIDE = re.compile(
    r"\(\s*(?:kh|kế\s+hoạch|nq|nghị\s+quyết|chỉ\s+tiêu|mục\s+tiêu)(?:\s+(?:là|giao|năm))*\s*:?\s*[\d.,]+\s*(?:%|\w+\s*(?:\w+\s*)?)\)"
)
GRANTS = re.compile(
    r"\W*(?:mức\s+(?:vay|hỗ\s+trợ)|hỗ\s+trợ|cho\s+vay|(?P<norm>định\s+mức)|(?P<pay>(?:mức\s+)?phụ\s+cấp))(?!\w)"
)
GRANT_AFTER = re.compile(rf"^\s*(?:tổng\s+)?{any_of('granted')}(?!\w)")
HELPS = re.compile(
    r"(?<!\w)(?:hỗ\s+trợ|đối\s+ứng)(?:\s+(?:thêm|ít\s+nhất|tối\s+thiểu|tối\s+đa|không\s+quá|từ|đến|bằng|mức))*\s*$"
)
ENDS_CLAUSE = re.compile(r"\s*(?:[,;.)]|$)")
SPARED = re.compile(
    r"(?<!\w)(?:miễn|giảm|cấp\s+bù)(?:\s+(?:tối\s+thiểu|ít\s+nhất|từ|đến))?\s*$"
)  # "miễn 100% học phí"
SPARED_AFTER = re.compile(
    r"\s*(?:học\s+phí|lệ\s+phí|viện\s+phí|phí(?!\s+logistics)|tiền|thuế|giá\s+vé)(?!\w)"
)
RESTATES = re.compile(any_of("restates"))
SAME_AGAIN = re.compile(
    r"(?:^|,)\s*(?:tương\s+đương|tức)(?:\s+(?:với|là|khoảng|trên|gần|dưới|hơn|không\s+quá|tối\s+thiểu))*\s*$"
)
WHAT_WAS_ASKED = re.compile(rf"\s*(?:so\s+với\s+)?{_AIM_OF}(?!\w)")
NEVER = re.compile(r"(?<!\w)không\s+(?:để|có|còn|cho)(?!\w)")
SOMEBODY_ELSE = re.compile(any_of("somebody_else"))
# a bracket on what a law says: "(Luật Công đoàn quy định mức đóng 2%)"
CITES = re.compile(
    r"(?:theo\s+)?(?:bộ\s+luật|luật|nghị\s+định|thông\s+tư|quyết\s+định|nghị\s+quyết|tiêu\s+chuẩn)\s[^;]*quy\s+định(?!\w)"
)
RAISES = re.compile(r"(?:nâng|đưa)\s[^;,]*\slên(?!\w)")
ABOVE_OTHERS = re.compile(
    rf"(?:(?:cao|thấp)\s+hơn\s+(?:so\s+với\s+)?|^\W*)(?:mức\s+)?(?:bình\s+quân|trung\s+bình)\s+(?:chung\s+)?(?:của\s+)?{any_of('everywhere')}[^.;:,%\d]*$"
)
# "với 12.000 doanh nghiệp đang hoạt động, phấn đấu 60% …": what there is to begin with
TO_BEGIN_WITH = re.compile(r"\W*(?:với|trên\s+cơ\s+sở|trong\s+(?:tổng\s+)?(?:số)?)\s[^.;:%\d]*$")
THEN_AIMS = re.compile(
    r"[^.;:%\d]*,\s*(?:[^.;:,%\d]*\s)?(?:phấn\s+đấu|đặt\s+(?:ra\s+)?(?:mục|chỉ)\s+tiêu|mục\s+tiêu)(?!\w)"
)
# what law or the market sets: "lương tối thiểu vùng", "mức đóng BHYT"
SET_BY_OTHERS = re.compile(
    r"(?:áp\s+dụng\s+)?(?:(?:mức\s+)?lương\s+(?:tối\s+thiểu|cơ\s+sở)|đơn\s+giá|(?:tỷ\s+lệ\s+|mức\s+)(?:đóng|phí|thu(?!\s+(?:nhập|ngân|hút|gom|hồi))|giá)(?!\w))"
)
# "doanh nghiệp nhỏ là doanh nghiệp có từ 10 lao động"
IS_ONE_WITH = re.compile(r"\W*(?P<what>\w+(?:\s+\w+)?)\s(?:[^.;:,%\d]*?\s)?là\s+(?:những\s+)?(?P=what)\s")
# a number to call: "đường dây nóng 1900.6688"
CALLED = re.compile(r"(?:đường\s+dây\s+nóng|tổng\s+đài|hotline|điện\s+thoại|số\s+máy|fax)\s*(?:số\s*)?:?\s*$")
# how far things lie apart: "cách nhà dân tối thiểu 20 m"
APART = re.compile(r"(?:khoảng\s+)?cách\s(?!ly|mạng|làm|thức|tân)")
LENGTH = re.compile(r"(?:k?m|mét)(?!\w)")
# who of some is meant: "70% doanh nghiệp có từ 50 lao động trở lên …", "ba phần tư tàu cá có chiều dài từ 15 m …"
OF_SUCH = re.compile(
    r"""(?:%|\bphần\s\w+|\b(?:hai|ba|bốn|năm|mười|các|mọi|tất\s+cả|những))\s[^;:.%\d]*?\scó\s
        (?:(?P<size>chiều\s+dài|chiều\s+rộng|doanh\s+thu|diện\s+tích|quy\s+mô|công\s+suất|tải\s+trọng|dân\s+số|vốn)\s[^,;:.%\d]{0,25})?
        (?:từ|trên|dưới)\s*$""",
    re.VERBOSE,
)
OR_MORE = re.compile(r"[^.;:,\d]{0,30}?\strở\s+(?:lên|xuống)\s+\w")
# what a place is, before a plan says what it is about: "có diện tích tự nhiên 68,7 km2, 24.518 nhân khẩu"
SITUATION = re.compile(
    r"được\s+thành\s+lập|diện\s+tích\s+(?:đất\s+)?tự\s+nhiên|nhân\s+khẩu|sinh\s+sống|đơn\s+vị\s+hành\s+chính"
)
STATES = frozenset(words("states"))
GOAL = whole("goal")
STRIVES = re.compile(
    r"(?<!\w)(?<!dự toán )(?<!mức )(?<!chỉ tiêu )phấn\s+đấu(?!\w)"
)  # no "54,8% dự toán phấn đấu"
STANDS = whole("stands")
AVERAGE = re.compile(
    rf"""(?:mức\s+|tiêu\s+chí\s+|tỷ\s+lệ\s+)?
        (?P<what>bình\s+quân\s+(?:chung\s+)?(?:của\s+)?{any_of("everywhere")})(?:\s+(?:về|của|đối\s+với))?\s*""",
    re.VERBOSE,
)
KEEPS_ALL = re.compile(r"(?<!\w)(?:hoàn\s+thành|giữ\s+vững|duy\s+trì)(?!\w)")
TALLIED = frozenset(words("tallied"))

# ------------------------------------------------------------------ time

PERIOD_WORDS = re.compile(
    rf"""(?<!\w){any_of("time_word")}?\s*{any_of("time_edge")}?\s*
        (?:(?:giai\s+đoạn|thời\s+kỳ|nhiệm\s+kỳ|kỳ|các\s+năm|năm\s+học|năm|tháng|quý(?:\s+[ivx]+\s*/?)?|ngày|mốc)\s*)*\s*$""",
    re.VERBOSE,
)
DEADLINE_LEFT = re.compile(
    rf"""(?:{any_of("deadline")}|quý\s+[ivx\d]+\s*(?:/|năm)?)\s*(?:(?:hết|trước|cuối)\s+)?
        (?:ngày|tháng|quý(?:\s+[ivx]+\s*(?:/|năm)?)?)?\s*$""",
    re.VERBOSE,
)
FORMULA = re.compile(r"±\s*$|(?<!\w)(?:chia\s[^.;]*\snhân|hệ\s+số|trọng\s+số)(?:\s+với)?\s*$")
SCORES = re.compile(r"\W*(?:cách\s+)?(?:chấm|tính|thang)\s+điểm(?!\w)")
SURVEYS = re.compile(r"\W*(?:khảo\s+sát|điều\s+tra|phỏng\s+vấn|mẫu)(?!\w)")
ALL_ASKED = re.compile(
    r"\s*(?:các\s+)?(?:chỉ\s+tiêu|kế\s+hoạch|nhiệm\s+vụ|mục\s+tiêu)(?:\s+(?:được\s+)?(?:giao|đề\s+ra|năm))*\s*(?:trước|trong|[.,;]|$)"
)
ASSIGNS = re.compile(r"\W*giao\s+(?:chỉ\s+tiêu|dự\s+toán|kế\s+hoạch|nhiệm\s+vụ)[^.;:%]*\scho\s")
MEASURED = re.compile(r"(?:sai\s+số|cỡ\s+mẫu|mẫu\s+điều\s+tra)(?!\w)|độ\s+tin\s+cậy$")
NONE_LEFT = re.compile(r"(?:bảo\s+đảm\s+)?không\s+(?:còn|có|để)\s+(?:\w+\s+)+?(?:có|dưới|trên)(?!\w)")
_BODIES = r"(?:xã|phường|thị\s+trấn|huyện|thị\s+xã|thành\s+phố|sở|ban|ngành|thôn|bản|ấp|khóm|cán\s+bộ|công\s+chức|viên\s+chức|cơ\s+quan|đơn\s+vị)"
BODY = re.compile(rf"(?:\w+\s+){{0,3}}?(?:các\s+)?{_BODIES}(?!\w)")
OF_THEM = re.compile(r"\s+(?:được|có|đạt)\s")
ONE_WHO = re.compile(rf"(?<!\w){_BODIES}(?:\s*,\s*{_BODIES})+(?!\w)")  # "xã, phường, thị trấn": one who
WITH_A_TOTAL = re.compile(
    r"(?<!\w)với\s+$|(?<!\w)với\s+(?=(?:tổng|quy\s+mô|công\s+suất|diện\s+tích|số\s+vốn|vốn|kinh\s+phí|doanh\s+thu)(?!\w))"
)
NEWLY = re.compile(
    rf"(?:{'|'.join(f'(?<={word} )' for word in words('newly'))})mới[\s,]+|nâng\s+hạng\s+(?!lên|từ|thứ|xuống)|(?<=(?<!\w)tuổi )(?:bình\s+quân|trung\s+bình)\s+|(?<=tốc độ )(?:tăng(?:\s+trưởng)?|giảm)[\s,]+|(?<=giá trị )tăng\s+thêm[\s,]+"
)
WHERE = re.compile(r"(?P<where>(?:ở|tại|đối\s+với)\s+[^,;:%\d]{2,60}?)\s*(?:[,;.]|\s(?:và|vào|trong)\s|$)")
IN_TURN = re.compile(
    r"\s*(?:(?:đạt|là|chiếm|còn|xếp|thứ)\s+)*(?:lần\s+lượt|tương\s+ứng)(?!\w)", re.IGNORECASE
)
NEXT_IN_ROW = re.compile(r"[\s,;-]*(?:và\s+)?(?:năm\s+)?")
AS_PLANNED = re.compile(
    r"hiện\s+trạng|(?:kế\s+hoạch|kh|(?:chỉ|mục)\s+tiêu(?:\s+\d+)?|dự\s+toán)?\s*(?:giao|năm)?"
)
GIVEN_ABOVE = re.compile(
    r"\s*(?<!\w)(?:(?:hđnd|ubnd)\s+)?(?:tỉnh|huyện|thành\s+phố|trung\s+ương|cấp\s+trên)\s+giao(?!\w)",
    re.IGNORECASE,
)
UNIT_WITH_NAME = re.compile(r"\(\s*(?P<unit>[^()\d]{1,25}?)\s*\)\s*:?\s*$")
# what is measured of one crop or herd after another: "Lúa: diện tích 207 ha, năng suất 60 tạ/ha"
MEASURED_OF = re.compile(
    r"(?P<what>(?:tổng\s+)?(?:diện\s+tích|năng\s+suất|sản\s+lượng|công\s+suất)(?:\s+(?:gieo\s+trồng|thu\s+hoạch|thiết\s+kế|bình\s+quân|trung\s+bình))*)(?:\s+(?P<of>.+))?",
    re.IGNORECASE,
)
OF_SOMETHING = re.compile(
    r"số\s+(?:mắc|ca|vụ|lượng|người|trường\s+hợp|mới)|phát\s+hiện|điều\s+trị|t[ỷỉ]\s+(?:lệ|suất)\s+(?:chết|mắc|đạt|khỏi|bao\s+phủ|hài\s+lòng|hoàn\s+thành|đúng\s+hạn)|mức\s+(?:thiếu\s+hụt|độ\s+hài\s+lòng)|doanh\s+thu|kim\s+ngạch"
)
AGED = re.compile(r"(?:dưới|trên|từ)\s+[\d\s-]+tuổi|sơ\s+sinh")
COLLECTED = re.compile(r"thu|chi")
COMMA = re.compile(r",|;|\svà\s")
DASH = re.compile(r"\s-\s")
RANKING = re.compile(r"(?<!\w)(?:hạng|thứ|vị\s+trí)(?!\w)")
SHARED_HEAD = re.compile(r"(?:tổng\s+)?(?:đàn|sản\s+lượng|xuất\s+khẩu|trồng(?:\s+mới)?)(?!\w)")
NO_NAME = re.compile(
    r"(?:(?:nâng|đưa)\s+)?(?:lũy\s+kế|luỹ\s+kế|tổng\s+số|bình\s+quân|trung\s+bình|nhiệm\s+kỳ|số|nằm\s+ở)",
    re.IGNORECASE,
)
ONLY_WHO = re.compile(r"(?:toàn\s+)?(?:xã|huyện|phường|tỉnh|thôn|ngành|đảng\s+bộ)$", re.IGNORECASE)
_FIGURE = r"(?:hai|ba|bốn|tư|năm|sáu|bảy|tám|chín|mười)"
SPOKEN = re.compile(
    rf"""(?<!\w)(?:(?:hơn|quá|gần|trên|khoảng|ít\s+nhất)\s+)?(?:(?:một|{_FIGURE})\s+phần\s+{_FIGURE}(?=\s+(?:số|các|tổng|\w+\s))|một\s+nửa)
        |(?<!\w)trăm\s+phần\s+trăm|(?<!\w)(?:quá|hơn)\s+nửa|gấp\s+(?:đôi|rưỡi|ba|bốn|năm)(?!\w)|(?<!\w)cả\s+(?!năm){_FIGURE}(?=\s+\w)|(?:xếp|đứng)\s+(?:thứ|hạng)\s+(?:nhất|nhì|{_FIGURE})(?!\w)""",
    re.VERBOSE,
)
SPOKEN_SIGNS = ("phần", "nửa", "gấp", "cả", "xếp", "đứng")
END_OF_TERM = re.compile(
    r"(?:đến\s+|tới\s+|vào\s+)?(?:giữa|cuối|hết)\s+(?:nhiệm\s+kỳ|kỳ|giai\s+đoạn)(?!\w)(?!\s*(?:năm\s+)?20\d\d)"
)
# without a year: "hết quý III", "6 tháng đầu năm", "đến cuối nhiệm kỳ"
UNDATED = re.compile(
    rf"""(?:(?:đến|hết|cuối|trong|vào|trước)\s+)*(?:quý\s+(?:iv|i{{1,3}})|(?:\d{{1,2}}|ba|sáu|chín)\s+tháng\s+(?:đầu|cuối)\s+năm)(?!\w)
        |{END_OF_TERM.pattern}""",
    re.VERBOSE,
)
# "…; về đích …", "… và đạt chuẩn …": a clause that needs no number
OWN_CLAUSE = re.compile(
    r";|(?:,|\svà)\s+(?:được\s+)?(?=(?:đạt\s+chuẩn|về\s+đích|hoàn\s+thành|công\s+nhận|tiến\s+tới)(?!\w))"
)
VISION = re.compile(r"(?:định\s+hướng|tầm\s+nhìn)[^.;\d]{0,20}$")

# ------------------------------------------------------------------ sentences

SENTENCE = re.compile(cased(r"[.!?…](?=\s+[^LOWER\s]|\s*$)|(?<=[LOWER%)”])\.(?=[UPPER][LOWER])"))
ABBREVIATION = re.compile(r"(?:^|[\s(])(?:TP|Tp|tp|TX|GS|TS|ThS|PGS|v\.v|vv|BCH|Mr|St|No|Stt|STT)$")
PARENTHESES = re.compile(r"\([^()]*\)")
SHORT_NAME = re.compile(r"\([a-z]?[A-ZĐ][A-ZĐ &]{1,9}\)")
ENUMERATOR = re.compile(r"\(\d{1,2}\)")  # "(1) … (2) …" within a paragraph
