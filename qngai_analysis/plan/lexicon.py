"""The patterns of target sentences, by what they do in the grammar; their words stand in ``words.toml``.

Patterns match lower-case text unless they say otherwise.
"""

from __future__ import annotations

import re

from qngai_analysis.plan.words import any_of, loose, not_after, pattern, whole, words

# ------------------------------------------------------------------ how a number compares

# scanners misread marks ("tối thiếu"); these words stay recognisable without them
_AT_LEAST = rf"(?:{loose('tối thiểu')}|{loose('ít nhất')}|{any_of('at_least')}|≥|>=)"
_AT_MOST = rf"(?:{any_of('at_most')}|{loose('tối đa')}|≤|<=)"
_MORE = rf"(?:{any_of('more')}|>)"
_LESS = rf"(?:{any_of('less')}|<)"
_ABOUT = rf"(?:{loose('khoảng')}|{any_of('about')}|~|≈)"
_EXACT = rf"(?:{any_of('exact')}|=)"
_COMPARES = rf"{_AT_MOST}|{_AT_LEAST}|{_ABOUT}|{_MORE}|{_LESS}|{_EXACT}|{any_of('up', 'down', 'reach', 'fill')}|:|/năm"
# A run is all the words right before a number that say how it compares: "đạt tối thiểu", "tăng bình quân".
RUN = pattern(rf"""(?:(?<!\w)(?!(?<=mặt )bằng|(?<=tưới )tiết)(?<!trở )(?<!che )(?<!tải )(?<!bắt )(?<!chuyên )(?<!xây )
        |(?=[:≥≤<>=~≈]))(?:(?:{_COMPARES})(?!\w)[\s,]*)+$""")
# "chi tiêu bình quân đạt 2 triệu đồng": an average that is reached is what is measured, "tăng bình quân" is not.
AVERAGED = pattern(rf"""(?:bình quân|trung bình) (?:(?={any_of("averaged")}(?!\w))|(?=(?:khoảng|trên|dưới|hơn
        |gần|từ|là|ở mức|tối thiểu|ít nhất|không)?\s*$))""")
STRONG = pattern(rf"(?<!\w){any_of('strong')}(?!\w)|[:=]")
TAKES_UP = pattern(r"(?<!\w)(?:chiếm|đóng góp|bằng)(?!\w)")  # a share of what the words after it name
COVER = whole("cover")

# The first that occurs decides; negated and longer wordings come before the words they contain.
COMPARATORS = (
    ("<=", pattern(_AT_MOST)),
    (">=", pattern(_AT_LEAST)),
    ("~", pattern(rf"(?<!\w){_ABOUT}(?!\w)|[~≈]")),
    ("<", pattern(rf"(?<!\w){_LESS}(?!\w)|<")),
    (">", pattern(rf"(?<!\w){_MORE}(?!\w)|>")),
    ("=", pattern(rf"(?<!\w){_EXACT}(?!\w)|=")),
)
FIRM = pattern(rf"(?:{_AT_LEAST}|{_AT_MOST})(?! \d)")  # no "ít nhất 6 bệnh" of a row's name
AND_UP = pattern(r"\s*trở (?:lên|đi)")
# "từ 10 đảng viên trở lên"
UNIT_AND_UP = pattern(r"(?P<unit>\s*[^\W\d_]+(?: [^\W\d_]+){0,3}?(?: mới)?) trở lên(?:\s?/\s?năm)?")
AND_DOWN = pattern(r"\s*trở xuống")
UP = whole("up")
CHANGES = pattern(r"(?:tăng|giảm|gấp)(?!\w)")  # "đạt 315 ha tăng 13,6%" says two things
DOWN_BY = whole("down_by")
FALLING = pattern(rf"""(?<!\w)(?:{not_after(*words("falling_not_before"))}{any_of("falling")})(?!\w)
        (?!.*(?<!\w){any_of("falling_not_after")}(?!\w))""")
FREE_OF = pattern(rf"không (?:có|còn|để|xảy ra|phát sinh) (?:\w+ ){{0,3}}{any_of('falling', 'vices')}(?!\w)")
BUILDS = pattern(rf"{any_of('builds')}(?!\w)")
UNDONE = pattern(rf"(?:(?:mức|tốc độ|tỷ lệ|số|bình quân) )*{any_of('undoing')}(?!\w)")
DOWN_TO = pattern(r"(?<!\w)(?:còn(?! phấn đấu)|xuống|(?:khống|kiềm) chế)(?!\w)")
LEVEL = whole("level")
LESS_OF = pattern(r"(?:(?:kiềm chế|kéo)[\s,]+)*(?:cắt )?giảm \w")
STOPS = pattern(r":|,\s*$")
BY_SO_MUCH = pattern(r"""^\W*(?:(?:mục|chỉ) tiêu[^:%\d]{0,40}:\W*)?(?:(?:phấn đấu|(?:hàng|hằng|mỗi) năm
        |bình quân)\W*)*""")
TIMES_VERB = whole("times_verb")
LIMIT_OF_TIME = pattern(rf"""(?:{_AT_MOST}|{_LESS}  # không quá, dưới
         |(?:rút ngắn|cắt giảm)(?: (?:{_AT_LEAST}|{_MORE}))?
         |(?:giảm )?còn|xuống(?: còn)?|từ [\d.,]+ \w+(?: \w+)? lên
         |đạt (?:{_MORE}|{_AT_LEAST}|{_ABOUT}))  # đạt trên 2 ngày
        \s*(?:(?:mức|trung bình|bình quân) )?$""")
RECURRENCE = pattern(r"""(?<!\w)(?:(?:hàng|hằng|mỗi|từng) (?:năm|quý|tháng|tuần|ngày)
        |bình quân\s?(?:hàng |hằng |mỗi |/\s?)?năm)(?!\w)""")
PER_YEAR = pattern(r"\s*(?:/|mỗi|một|hàng|hằng)\s*năm(?!\w)")
WORDING_START = pattern(rf"^(?:(?:{any_of('leads_wording')}|:)(?!\w)[\s,:]*)+")
NO_WORDING = frozenset(words("no_wording"))

# ------------------------------------------------------------------ subjects

SHARE = pattern(r"tỷ (?:lệ|trọng)")
WHOLE = pattern(r"tỷ (?:lệ|trọng)|(?:tổng )?số (?:lượng )?\w")
NO_BASE = pattern(r"(?:so|ở|tại|đối với|sau|\[)(?!\w)")  # "tăng 25% so với năm 2025", "60% ở cấp xã"
_COUNTED = (
    r"(?<!năng )(?<!tế )(?<!quyền )(?<!hội )(?<!nghệ )(?<!tầng )(?<!liệu )(?<!đổi )(?<!vụ )(?<!lực )(?<!dân )(?<!tảng )"
    r"số (?=doanh|thuê|người|hộ|lượt|cơ (?:quan|sở)|hợp|dịch|thủ|hồ|xã|sản|giao|tài|bệnh|trường|máy|lao|điểm|đơn)"
)
# A head noun begins the name of an indicator.
HEAD = pattern(rf"(?<!\w)(?<!địa )(?:{any_of('head')}(?!\w)(?!(?<=mức độ) \d| 1\s?/)|{_COUNTED})")
# A head behind one of these is what something is a share of: "thương mại điện tử trong tổng mức bán lẻ".
OF = pattern(r"(?<!\w)(?:trong|trên|của|thuộc|theo|về|so với) $")
HAS = pattern(r"(?<!\w)\w{2,} \w{2,} có $")
RATE_ALONE = pattern(r"tỷ lệ|(?:tốc độ|mức|tỷ lệ) (?:tăng(?: trưởng)?|giảm)")
MEASURE_ALONE = pattern(r"(?:tổng )?(?:diện tích|sản lượng|năng suất|quy mô|doanh thu|công suất|giá trị)")
AT_SPEED = pattern(r"(?<!\w)với tốc độ(?: \w+){0,3}\s*$")
TEACHES = pattern(r"^(?:đào tạo|bồi dưỡng|tập huấn)(?!\w)")
GIVES = pattern(r"(?<!\w)đóng góp(?!\w)")
GROWN = pattern(r"tốc độ (?:tăng(?: trưởng)?|phát triển)[^,;]*? của (?P<what>.+)", re.IGNORECASE)
GROWTH = pattern(r"(?:tốc độ tăng|(?:mức )?tăng trưởng)(?!\w)")
_SO_MANY = r"số (?:tiền|việc|vụ|vốn|ca|còn lại)(?!\w)"
OF_WHICH = pattern(rf"về\s|{_SO_MANY}")  # "án tham nhũng: 60% số tiền" needs the words before the colon
# Who aims, before what is aimed at: "Tỉnh còn phấn đấu", "Kế hoạch hướng tới", "Gia Lai phấn đấu".
AIMING = whole("aiming")
_AIMS_LISTED = (
    r"(?:(?:các|một số|\d+) )?(?:mục|chỉ) tiêu(?:[\s,]+(?:trọng tâm|chủ yếu|cơ bản|lớn|như|sau|gồm))*"
)
AIMS = pattern(rf"""^(?:[^;:%]{{0,90}}?[\s,])?(?:(?:{any_of("aiming")}(?: {_AIMS_LISTED})?|(?:đề ra|đặt ra
        |thông qua) {_AIMS_LISTED})(?!\w)|mục tiêu [^,;:%]{{0,40}}là(?!\w))[\s,:]*""")
ACTOR = pattern(r"""^(?:[Vv]ề (?:cụ thể|mục tiêu)\s*,?\s*)?(?:[Ởở] )?
        (?:[Tt]heo [^,;:]{2,40},\s*)?
        (?:(?:Toàn |toàn )?  # a territory and its name
             (?:[Tt]ỉnh|[Tt]hành phố|TP\.?|[Hh]uyện|[Tt]hị xã|[Xx]ã|[Pp]hường|(?:UBND|HĐND|(?:[ỦU]y|[ỦU]ỷ|ủy) ban nhân dân) \w+)(?: [UPPER][\w-]*){0,4}
          |(?![UPPER]{3})[UPPER][\w-]*(?:\s[UPPER][\w-]*){1,3}  # a name alone, no "PAR Index"
          |(?:[Kk]ế hoạch|[Đđ]ề án|[Cc]hương trình|[Nn]ghị quyết|[Cc]hiến lược)(?: của tỉnh)?)
        (?: (?:còn|cũng|sẽ))?$""")
BODY_AIMS = pattern(r"""(?i)(?:đảng (?:bộ|ủy)|(?:\w+ )?(?:hội|đoàn)(?! viên)|huyện ủy
        |tỉnh ủy)(?: [^\W\d]+){0,9}""")
# "Về kinh tế số, …" says what is spoken of; what follows may be the subject, or only who aims.
TOPIC = pattern(r"^(?:[Vv]ề|[Tt]rong lĩnh vực|[Ởở] lĩnh vực|[Ởở] phần) (?P<topic>[^,;:]{2,50}?)\s*,\s*")
ACTS_ALONE = pattern(any_of("acts_alone"))
IN_IT = pattern(r"^.*(?<!\w)trong đó(?!\w)[\s,:]*", re.IGNORECASE | re.DOTALL)
ONLY_A_PLACE = pattern(r"""^(?:toàn |trên địa bàn )?(?:tỉnh|thành phố)(?: [UPPER][^\W\d_]*){0,3}$
        |^[Tt]rên địa bàn$""")
FILLER_START = pattern(rf"""^(?:[\s,;:.\-–+•*"“”]
        |(?!đầu tư)(?:{any_of("opens_words")}
           |\d+ năm\s*,
        |(?:đảm bảo|bảo đảm)(?! (?:an|yêu))  # but "đảm bảo an toàn", "đảm bảo yêu cầu"
           |(?:nâng|tăng|đưa|giảm|hạ|giữ(?: vững)?|khống chế|kiềm chế|duy trì)(?= t[ỷỉốổ]))  # "nâng tỷ lệ"
         (?!\w))+""")
ENDS = frozenset(word.split()[-1] for word in words("ends_words"))
FILLER_END = pattern(
    rf"""(?:[\s,;:.\-–"“”]|(?<!\w)(?!(?<=\d )năm|(?<=triệt )để|(?<=chứng )chỉ|(?<=địa )chỉ|(?<=(?:uyên|\shậu)\s)cần|(?<=(?:hành|diễn|uyền)\s)đạt|(?<=(?:thực|phát|xuất)\s)hiện|(?<=thể )hiện){any_of("ends_words")})+$"""
)
# "nghiên cứu và phát triển" is one thing
SEPARATOR = pattern(
    rf",|;|(?<= )(?<!nghiên cứu )(?<!khoa học )(?<!giáo dục )(?<!nhỏ )(?:{any_of('separator')}|(?<!\d )-|-(?!\s\d))(?=\s)"
)
TASK_VERB = pattern(rf"^{any_of('task_verb')}(?!\w)")
# Verbs alone before a number name no subject: "Phát triển 500 doanh nghiệp".
VERB_ONLY = pattern(rf"^(?:(?:{any_of('making', 'verb_only')}|,)\s*)+$")
# Before a bare count these make it a goal: "thành lập 02 trung tâm".
QUANTITY_VERB = pattern(rf"(?:(?<!\w){any_of('making', 'quantity_verb')}|:)\s*$")
BARE_VERBS = ("có", "đạt", "là", "thêm", "mới", "được", "phấn đấu", "và", "có thêm", "ít nhất", "tối thiểu")
PREDICATE = pattern(rf"""(?<!\w)(?!(?:(?<=rắn )|(?<=thải )|(?<=nước ))sinh\s)(?:{any_of("predicate")}
        |giao dịch (?=qua|trên|bằng))(?!\w)""")
LEVEL_OF = pattern(rf"""(?<!\w)(?:{any_of("levels")}|(?:(?:ở|tại) )?(?:(?:khu vực|vùng) )?{any_of("settings")}
        |(?:mức độ|loại|hạng) \d|(?:(?:băng rộng )?(?:cố định|di động)|(?:mạng )?[345]g)$)(?!\w)""")
COMPLETE = pattern(r"(?:trực tuyến|trên mạng|toàn trình|điện tử|đúng hạn)$")
PART_OF_IT = pattern(r"[\s,;]*(?<!\w)trong đó(?!\w)")
AT = pattern(r"""(?<!\w)(?:ở|tại|(?:đối )?với(?= (?:đô thị|thành phố|thị xã|thị trấn|xã|phường|huyện|khu|vùng
        |cấp)(?!\w))) """)
_OF_NETWORK = r"(?:(?:(?:đối )?với|ở|trên) )?mạng [345][gG](?!\w)"
TAIL_START = pattern(rf"""^1[0.]*\s|^(?:{any_of("tail_start")}|{_OF_NETWORK}|(?:kế hoạch|chỉ tiêu)(?: vốn)?(?=\s*$| (?:trên
        |được|tỉnh|huyện|trung ương|cấp trên|năm|đề ra|giao(?! quân))(?!\w)))(?!\w)""")
END_OF_BASE = pattern(rf"(?:[,;:]|(?<!\w){any_of('base_end')}(?!\w)|(?<!\w)và(?!\w)(?! doanh thu))")
ABOUT_WHAT = pattern(r"""(?i)(?<!\w)(?:(?:về|theo) |có (?=chỉ số))(?P<what>(?:[^\W\d]+ [^\W\d]+, )?[^,;]+?)(?: (?:cao|tốt
        |lớn) nhất)?(?=[,;]|$)""")
NONE_OF_THEM = pattern(r", không (?:có|còn|để)\s", re.IGNORECASE)
NEW_NAME = pattern(r", (?=[UPPER][LOWER])")
MULTIPLE = pattern(r"^(?:nghìn|ngàn|triệu|vạn|tỷ(?! (?:lệ|trọng|suất))|trăm) ")
GIVEN = pattern(r" (?:được|cho|từ|khoảng)\s*$")
# before a number they say where, of whom or with what, and aim at nothing
PLACED = pattern(r"""(?<!\w)(?:đối với|với|trong|tại|của|ở|theo|giữa|gồm|bao gồm|thang(?: điểm)?|các|những
        |thuộc|trong số|thủ trưởng|lãnh đạo|do|bằng|qua|trên cơ sở(?: \w+)?)\s*$""")
LIFETIME = pattern(r"""(?:tuổi thọ|sống (?:khỏe|thọ)|lưu trú|số (?:giờ|ngày|phút)|thời gian (?:chờ|giải
        |xử|thực|cấp|trả|thông|khởi|hoàn))[^.;:\d]{0,60}:?\s*$""")

PER_PEOPLE = pattern(r"(?:trên|/)\s*(?P<base>1[0.]* (?:người )?dân|vạn dân)$")
PER_SUBJECT = pattern(r"""(?:số|tỷ lệ|mật độ) (?:số )?(?:lượng )?(?P<what>[^\W\d_]+(?: [^\W\d_]+)?)
        [^.;]{0,80}?(?:trên|/)\s*(?P<base>1?\d*[.]?0{2,3} (?:người )?dân|vạn dân)""")

# ------------------------------------------------------------------ what is no target

_NOW = rf"{not_after('so với', 'mức', 'thực', 'phát', 'thể', 'xuất')}(?:{any_of('current')}|được xếp (?:hạng|thứ)(?=\D{{0,6}}\d))"
_SO_FAR = not_after(*words("newly")) + r"mới\s+(?:đạt|chỉ|có|được)"
_AIM_OF = r"(?:kế hoạch|dự toán|chỉ tiêu|mục tiêu|nghị quyết|kh)"
CURRENT = pattern(rf"""(?<!\w)(?:{_NOW}
        |tính đến(?= (?:nay|tháng|ngày|hết|cuối|thời|năm))
        |ước (?:thực hiện|đạt)(?= năm))(?!\w)
        |(?<!\w){not_after("phát", "thực", "thể", "xuất")}{any_of("done")}(?: (?:trên|hơn|khoảng|gần))?\s*$
        |^[\s,;]*(?:(?:đến|đầu|cuối|hết|năm|tháng) )*{_SO_FAR}\s*$""")
CURRENT_SIGNS = words("current_signs")
DONE = pattern(rf"(?<!\w)(?:{_NOW}|đã)(?!\w)")
# what a bracket tells of today: "(hiện là 90 Mbps)", "(đầu năm mới đạt 81%)"
NOW = pattern(rf"""(?<!\w)(?:{_NOW}|hiện(?! (?:đại|thực|hữu))|đã \w+|{_SO_FAR}|mới đạt|năm (?:học )?trước
        |cùng kỳ|ước|thực hiện)(?!\w)""")
# Prose outside a goals section tells either what is aimed at or how things stand, sentence after sentence.
AIMS_FIRMLY = whole("aims_firmly")
AIMS_WEAKLY = whole("aims_weakly")
BY_YEAR = pattern(r"""(?<!tính )(?<!kế )(?<!tính đến )(?:đến|tới|vào|hết|cuối
        |trong) (?:hết |cuối |giữa )?năm (?P<year>20\d\d)(?!\d)""")
REPORTS = pattern(rf"""(?<!\w)(?:{_NOW}|tính đến|hiện có(?! của)|{_SO_FAR}(?=\D{{0,15}}\d)|năm trước|cùng kỳ
        |đã(?! {any_of("since_done")}) \w+  # "đã triển khai", not "đã đề ra"
        (?![^.,;:%\d]*\s(?:đạt|chiếm|là|phải|tăng|giảm|còn)\s)  # nor "hồ sơ đã được số hóa đạt"
        |{any_of("tells")}|^\W*(?:so với năm|công tác\s[^.;:]*?\sđạt)|so với (?:tháng|quý|vụ|kỳ) trước|(?:tăng|giảm|gấp) [\d.,]+[^.;,]{{0,40}}so với (?:cuối )?năm
        |(?:trong|sau|kết thúc) (?:\d+|tháng|quý)\s*(?:tháng|năm|quý)?\s*(?:\d|đầu|qua|,)|(?:toàn|cả) (?:xã|huyện|tỉnh|phường) còn
        |(?:tăng|giảm) (?:thêm )?[\d.,]+\s*điểm\s*(?:%|phần trăm)
        |theo (?:tổng )?cục thống kê|theo thống kê
        |(?:đứng|xếp) (?:đầu|thứ|hạng)|cao nhất (?:cả )?nước|(?:tăng|giảm) \d+ bậc)(?!\w)""")
# The same, and no word of a goal changes it: "đạt 103% kế hoạch", "ước đạt", "cao hơn mục tiêu".
RESULTS = pattern(rf"""(?<!\w)(?:{any_of("results")}(?! (?:ít nhất|tối thiểu|từ\s))|(?<!với )ước(?! (?:mơ|tính tỷ))
        |(?:đạt|bằng|vượt|được|hoàn thành) (?:trên |gần )?[\d.,]+\s*% (?:so với )?{_AIM_OF}
        |vượt [\d.,]+\s*(?:điểm )?%?\s*(?:phần trăm )?(?:so với )?{_AIM_OF}
        |(?:cao|thấp|nhiều|ít) hơn (?:{_AIM_OF}|cùng kỳ|năm trước|vụ trước|[\d.,]+\s*%?\s*so với)
        |trong khi (?:mục tiêu|chỉ tiêu|kế hoạch|yêu cầu)|chỉ tiêu (?:không|chưa) (?:hoàn|đạt)
        |đạt (?:mục tiêu|chỉ tiêu|kế hoạch)(?=\s*(?:[.;,]|đề ra|$))
        |so với (?:cùng kỳ|(?:thời điểm )?bắt đầu)
        |(?:sau|qua) (?:hơn |gần )?\w+ (?:năm|tháng) (?:triển|thực))(?!\w)""")
COMPLETES = pattern(r"""\W*(?:cơ bản )?hoàn thành (?:100\s?% )?(?:kế hoạch|mục tiêu|chỉ tiêu|nhiệm vụ)(?:\D
        |20\d\d)*$""")
# The same in prose that does not aim: a goal, too, is set against what was.
COMPARES = pattern(rf"(?<!\w)so với (?:năm trước|đầu (?:năm|kỳ|nhiệm kỳ)|{_AIM_OF})(?!\w)")
RELATIVE = pattern(r"\([^()]*\)|(?<!\w)mà(?!\w)[^.;,:]*")  # says nothing of the sentence around it
# A paragraph that begins so lists goals, whatever its section: "Chỉ tiêu chủ yếu năm 2026: …"
OPENS_GOALS = pattern(
    r"[\W\d]*(?:(?:theo đó|cụ thể|các|một số|những|về)[\s,]+)*"
    r"(?:phấn đấu(?!\w)|(?:mục tiêu|chỉ tiêu)(?! (?:quốc gia|của|mà|được|này))[^:.;%]{0,90}:)"
)
# A growth beside a value in brackets is a remark: "chiếm 7% … (tăng 1% so với năm 2016)".
REMARK = pattern(r"^\s*(?:tăng|giảm|vượt|cao hơn|thấp hơn)[^;()]*so với")
BUDGET = whole("budget")
# what comes in or is put in, and no cost of the plan
EARNED = pattern(r"""(?:tổng )?thu(?!\w)|chi (?:ngân sách|đầu tư|thường xuyên|cân đối)|đầu tư (?:toàn|thực hiện|phát triển|xã hội|trực tiếp|nước ngoài|tư nhân|ngoài)
        |(?:(?:vốn|tổng) (?:của )?quỹ|vốn (?:thực hiện|đăng ký|ủy thác|huy động)|thu hút|huy động|vay vốn|nộp ngân sách|(?:xuất|nhập) khẩu|giải ngân|đăng ký|cho vay|dư nợ|tín dụng|fdi|bội chi)(?!\w)""")
# "2/3 số xã", "1/2 bình quân chung của cả nước": a fraction of a whole, no count of things
OF_A_WHOLE = pattern(r""" (?:tổng )?(?:số|diện tích|dân số|giá trị|kim ngạch|sản lượng|doanh thu|mức|bình quân
        |trung bình)(?!\w)""")
REACHES = pattern(r"(?<!\w)(?:đạt|là|còn)\s*$")
# "ít nhất 1/4 hộ", "3/4 lao động": nobody counts four of them
SHARED_BY = pattern(rf" {any_of('shared_by')}(?!\w)")
EACH_SO_MANY = pattern(r"(?<!\w)cứ (?P<base>[\d.]+ [^\W\d]+(?: [^\W\d]+)?) (?:có|đạt|được)(?!\w)")
FUNDS = pattern(rf"^{any_of('funds')}(?!\w)")
SPENT = pattern(r"(?<!\w)(?:chi|grdp|thu|giải ngân)(?!\w)")
FROM_BUDGET = pattern(r"^\s*(?:là )?(?:từ )?(?:nguồn )?(?:ngân sách|vốn|kinh phí)")
OTHERS = pattern(r"""^(?:cả nước|toàn quốc|mục tiêu quốc gia|quốc gia)(?!\w)
        |^(?:(?:các|nhiều|một số) (?:nước|quốc gia|tỉnh|địa phương)|việt nam|thế giới)(?!\w)
        |(?<!\w)(?:của )?(?:cả nước|toàn quốc|quốc gia)$
        |(?<!\w)cả nước có(?!\w)""")
OTHERS_AIM = pattern(r"""(?<!\w)(?:cả nước|toàn quốc) (?:đặt mục tiêu|phấn đấu|dự kiến
        |hướng tới)(?!.*(?<!\w)(?:tỉnh|thành phố|huyện|xã|phường|địa phương)(?!\w))""")
COMPARED = pattern(r"""(?:(?:lần|gấp (?:rưỡi|đôi|ba|bốn|năm)|bằng(?: [\d.,]+\s*%)?) (?=năm\s*$)|(?:cao|thấp|nhiều|ít) hơn|so(?: (?:với|cùng))?|giá so sánh|giá|kể từ|sau|từ mức)
        (?: (?:bình quân|trung bình|\d+(?= năm)|cùng kỳ|mức|số|kết quả|ước|thực hiện|kế hoạch|dự toán|được|giao|giai đoạn|cuối|đầu))*\s*(?:năm học|năm|giai đoạn|thời kỳ|nhiệm kỳ)?\s*$""")
# what a change is counted from: "gấp 2 lần so với năm 2025", "tăng 40% so với bình quân giai đoạn 2021 - 2025"
SINCE = pattern(r"\s*(?:(?P<against>so với )(?:[^\W\d]+ ){0,4}|năm )20\d\d(?:\s*-\s*20\d\d)?(?!\d)")
FROM_RUN = pattern(r"(?<!\w)từ(?: mức)?$")
TO = pattern(
    r"^[^.;]{0,40}?(?<!\w)(?<!trở )(?:lên|xuống|đến|(?<!trưởng )(?<!hoàn )(?<!hình )thành(?! (?:viên|phố|thị|phần|lập|tích|công))|tới)(?!\w)|^(?: \w+(?: làm việc)?)? còn(?!\w)"
)
CHANGED_TO = pattern(r" \w+(?: làm việc)? (?:lên|xuống|còn)(?!\w)")
GRANT = pattern(rf"""(?<!\w)(?<!quỹ )(?:{any_of("grant")}(?!\w)[^.;,:]{{0,40}}
        |(?<!được ){any_of("grant")}(?!\w)[^.;,:]{{0,40}}:\s*)$""")
EACH_SO_WIDE = pattern(r"(?<!\w)mỗi \w+(?:\s\w+)?\s(?:rộng|dài|cao|sâu|dày|nặng|diện tích)(?!\w)[^.;:,]*$")
# what stands around a plan: "Căn cứ Nghị định số 42 về phân loại đô thị (…)", "Ghi chú: …"
AROUND = pattern(r"""\W*(?:căn cứ (?:hiến|luật|bộ luật|nghị|quyết|thông|pháp)|theo đề nghị của|xét (?:đề nghị
        |tờ trình)|ghi chú\s*:)""")
IN_CASE = pattern(r"""(?<!\w)điều kiện(?: hỗ trợ)?\s*:[^.]*$|(?<!\w)(?:khi|nếu) có (?:từ )?$|(?<!\w)(?:nếu
        |trường hợp)\s(?:(?!\sthì\s)[^.;:,])*$""")
# "các đơn vị giải ngân dưới 60% phải kiểm điểm", "hộ có thu nhập dưới 3 triệu đồng được hỗ trợ"
WHO_HAS = pattern(
    rf"""(?<!\w)(?:dưới|chưa đạt|không đạt|không hoàn thành|(?:\w{{2,}} ){{1,4}}?(?:có|sử dụng|đạt|hiến)(?!\w)[^.;:,%\d]*?(?:{_AT_LEAST}|{_AT_MOST}|{_MORE}|{_LESS}|từ))\s*$"""
)
BEARS_ON = pattern(r"""(?<!\w)(?:thu hồi|điều chuyển|đình chỉ|chấm dứt|cắt giảm vốn|kiểm điểm|phê bình|xử lý (?:nghiêm|trách nhiệm))
        \s[^.;:,%\d]*?(?:của|đối với|các|những)\s[^.;:,%\d]*$""")
ASKS = pattern(r"""\W*(?:đề|kiến) nghị (?:[^,;:]{0,60}\s)?(?:bộ|chính phủ|thủ tướng|trung ương|quốc hội|tỉnh
        |ubnd)(?!\w)""")
TREATED = pattern(r"""[^.;:,%\d]*?,? (?:thì|(?<!số )phải|(?<!dự )(?<!chuẩn )(?<!thiết )(?<!trang )bị
        |không xét|được (?:xét|ưu tiên|xem xét|khen)|không được
        |(?P<gets>được (?:hỗ trợ|vay|miễn|giảm|hưởng|bố trí|cấp)))(?!\w)""")
RATE_OF = pattern(
    r"(?<!\w)(?:(?:lãi|thuế) suất|(?:(?<!bội )chi|trích|vay)(?= (?:tối đa|không quá))|trừ|thưởng|giảm giá|bước giá|(?<!chi )phí thuê(?: \w+){1,3})(?: (?:là|tối đa|từ|đến|tới|không quá|ưu đãi))*\s*$"
)
VOTES = pattern(r"""\s*(?:số )?(?:đại biểu|ý kiến|cử tri|phiếu)\s[^.;]*(?:tán thành|biểu quyết|đồng ý
        |đồng tình)""")
GRANTS = pattern(r"""\W*(?:mức (?:vay|hỗ trợ)|hỗ trợ|cho vay|(?P<norm>định mức)
        |(?P<pay>(?:mức )?phụ cấp))(?!\w)""")
GRANT_AFTER = pattern(rf"^\s*(?:tổng )?{any_of('granted')}(?!\w)")
HELPS = pattern(r"""(?<!\w)(?:hỗ trợ|đối ứng)(?: (?:thêm|ít nhất|tối thiểu|tối đa|không quá|từ|đến|bằng
        |mức))*\s*$""")
ENDS_CLAUSE = pattern(r"\s*(?:[,;.)]|$)")
SPARED = pattern(r"(?<!\w)(?:miễn|giảm|cấp bù)(?: (?:tối thiểu|ít nhất|từ|đến))?\s*$")  # "miễn 100% học phí"
SPARED_AFTER = pattern(r"\s*(?:học phí|lệ phí|viện phí|phí(?! logistics)|tiền|thuế|giá vé)(?!\w)")
RESTATES = pattern(any_of("restates"))
SAME_AGAIN = pattern(r"""(?:^|,)\s*(?:tương đương|tức)(?: (?:với|là|khoảng|trên|gần|dưới|hơn|không quá
        |tối thiểu))*\s*$""")
WHAT_WAS_ASKED = pattern(rf"\s*(?:so với )?{_AIM_OF}(?!\w)")
NEVER = pattern(r"(?<!\w)không (?:để|có|còn|cho)(?!\w)")
SOMEBODY_ELSE = pattern(any_of("somebody_else"))
# a bracket on what a law says: "(Luật Công đoàn quy định mức đóng 2%)"
CITES = pattern(r"""(?:theo )?(?:bộ luật|luật|nghị định|thông tư|quyết định|nghị quyết
        |tiêu chuẩn)\s[^;]*quy định(?!\w)""")
RAISES = pattern(r"(?:nâng|đưa)\s[^;,]*\slên(?!\w)")
# what law or the market sets: "lương tối thiểu vùng", "mức đóng BHYT"
SET_BY_OTHERS = pattern(r"""(?:áp dụng )?(?:(?:mức )?lương (?:tối thiểu|cơ sở)
        |đơn giá|(?:tỷ lệ |mức )(?:đóng(?! góp)|phí|thu(?! (?:nhập|ngân|hút|gom|hồi))|giá(?! trị))(?!\w))""")
# "doanh nghiệp nhỏ là doanh nghiệp có từ 10 lao động"
IS_ONE_WITH = pattern(r"\W*(?P<what>\w+(?: \w+)?)\s(?:[^.;:,%\d]*?\s)?là (?:những )?(?P=what)\s")
# a number to call: "đường dây nóng 1900.6688"
CALLED = pattern(r"(?:đường dây nóng|tổng đài|hotline|điện thoại|số máy|fax)\s*(?:số\s*)?:?\s*$")
# how far things lie apart, or reach: "cách nhà dân tối thiểu 20 m", "dải ven biển dài 74 km"
APART = pattern(r"(?:khoảng )?cách\s(?!ly|mạng|làm|thức|tân)")
AS_LONG = pattern(r"(?<!chiều )(?<!tổng )(?<!nối )(?:dài|bán kính)\s*$")
LENGTH = pattern(r"(?:k?m|mét)(?!\w)")
# who of some is meant: "70% doanh nghiệp có từ 50 lao động trở lên …", "ba phần tư tàu cá có chiều dài từ 15 m …"
OF_SUCH = pattern(r"""(?:%|\bphần\s\w+|\b(?:hai|ba|bốn|năm|mười|các|mọi|tất cả|những))\s[^;:.%\d]*?\scó\s
        (?:(?P<size>chiều dài|chiều rộng|doanh thu|diện tích|quy mô|công suất|tải trọng|dân số|vốn)\s[^,;:.%\d]{0,25})?
        (?:từ|trên|dưới)\s*$""")
OR_MORE = pattern(r"[^.;:,\d]{0,30}?\strở (?:lên|xuống) \w")
# what a place is, before a plan says what it is about: "có diện tích tự nhiên 68,7 km2, 24.518 nhân khẩu"
SITUATION = pattern(r"được thành lập|diện tích (?:đất )?tự nhiên|nhân khẩu|sinh sống|đơn vị hành chính")
STATES = frozenset(words("states"))
GOAL = whole("goal")
STRIVES = pattern(r"(?<!\w)(?<!dự toán )(?<!mức )(?<!chỉ tiêu )phấn đấu(?!\w)")  # no "54,8% dự toán phấn đấu"
STANDS = whole("stands")
AVERAGE = pattern(rf"""(?:mức |tiêu chí |tỷ lệ )?
        (?P<what>bình quân (?:chung )?(?:của )?{any_of("everywhere")})(?: (?:về|của|đối với))?\s*""")
KEEPS_ALL = pattern(r"(?<!\w)(?:hoàn thành|giữ vững|duy trì)(?!\w)")
TALLIED = frozenset(words("tallied"))

# ------------------------------------------------------------------ time

PERIOD_WORDS = pattern(rf"""(?<!\w){any_of("time_word")}?\s*{any_of("time_edge")}?\s*
        (?:(?:giai đoạn|thời kỳ|nhiệm kỳ|kỳ|các năm|năm học|năm|tháng|quý(?: [ivx]+\s*/?)?|ngày|mốc)\s*)*\s*$""")
DEADLINE_LEFT = pattern(rf"""(?:{any_of("deadline")}|quý [ivx\d]+\s*(?:/|năm)?)\s*(?:(?:hết|trước|cuối) )?
        (?:ngày|tháng|quý(?: [ivx]+\s*(?:/|năm)?)?)?\s*$""")
FORMULA = pattern(r"±\s*$|(?<!\w)(?:chia\s[^.;]*\snhân|hệ số|trọng số)(?: với)?\s*$")
SCORES = pattern(r"\W*(?:cách )?(?:chấm|tính|thang) điểm(?!\w)")
ALL_ASKED = pattern(r"""\s*(?:các )?(?:chỉ tiêu|kế hoạch|nhiệm vụ|mục tiêu)(?: (?:được )?(?:giao|đề ra
        |năm))*\s*(?:trước|trong|[.,;]|$)""")
ASSIGNS = pattern(r"\W*giao (?:chỉ tiêu|dự toán|kế hoạch|nhiệm vụ)[^.;:%]*\scho\s")
MEASURED = pattern(r"(?:sai số|cỡ mẫu|mẫu điều tra)(?!\w)|độ tin cậy$")
NONE_LEFT = pattern(r"(?:bảo đảm )?không (?:còn|có|để) (?:\w+ )+?(?:có|dưới|trên)(?!\w)")
_BODIES = r"(?:xã|phường|thị trấn|huyện|thị xã|thành phố|sở|ban|ngành|thôn|bản|ấp|khóm|cán bộ|công chức|viên chức|cơ quan|đơn vị)"
BODY = pattern(rf"(?:\w+ ){{0,3}}?(?:các )?{_BODIES}(?!\w)")
OF_THEM = pattern(r" (?:được|có|đạt)\s")
ONE_WHO = pattern(rf"(?<!\w){_BODIES}(?:\s*,\s*{_BODIES})+(?!\w)")  # "xã, phường, thị trấn": one who
WITH_A_TOTAL = pattern(r"""(?<!\w)với $|(?<!\w)với (?=(?:tổng|quy mô|công suất|diện tích|số vốn|vốn|kinh phí
        |doanh thu)(?!\w))""")
NEWLY = pattern(
    rf"(?:{'|'.join(f'(?<={word} )' for word in words('newly'))})mới[\s,]+|mới\s*,\s*|nâng hạng (?!lên|từ|thứ|xuống)|(?<=(?<!\w)tuổi )(?:bình quân|trung bình) |(?<=tốc độ )(?:tăng(?: trưởng)?|giảm)[\s,]+|(?<=giá trị )tăng thêm[\s,]+"
)
# of whom a target is: "Đối với hồ sơ phát sinh mới, 100% được số hóa"
CONCERNING = pattern(r"\W*(?:[Rr]iêng )?[Đđ]ối với (?P<what>[^;:]+?)\s*[,:]\s*(?P<rest>[^,:]*)$")
WHERE = pattern(
    rf"(?P<where>(?:ở|tại|đối với) [^,;:%\d]{{2,60}}?|{_OF_NETWORK})\s*(?:[,;.]|\s(?:và|vào|trong)\s|$)"
)
IN_TURN = pattern(r"\s*(?:(?:đạt|là|chiếm|còn|xếp|thứ) )*(?:lần lượt|tương ứng)(?!\w)", re.IGNORECASE)
NEXT_IN_ROW = pattern(r"[\s,;-]*(?:và )?(?:năm )?")
AS_PLANNED = pattern(r"hiện trạng|(?:kế hoạch|kh|(?:chỉ|mục) tiêu(?: \d+)?|dự toán)?\s*(?:giao|năm)?")
GIVEN_ABOVE = pattern(r"""(?i)\s*(?<!\w)(?:(?:hđnd|ubnd) )?(?:tỉnh|huyện|thành phố|trung ương
        |cấp trên) giao(?!\w)""")
UNIT_WITH_NAME = pattern(r"\(\s*(?P<unit>[^()\d]{1,25}?)\s*\)\s*:?\s*$")
# what is measured of one crop or herd after another: "Lúa: diện tích 207 ha, năng suất 60 tạ/ha"
MEASURED_OF = pattern(r"""(?i)(?P<what>(?:tổng )?(?:diện tích|năng suất|sản lượng|công suất)(?: (?:gieo trồng
        |thu hoạch|thiết kế|bình quân|trung bình))*)(?: (?P<of>.+))?""")
OF_SOMETHING = pattern(
    r"số (?:mắc|ca|vụ|lượng|người|trường hợp|mới)|phát hiện|điều trị|tỷ (?:lệ|suất) (?:chết|mắc|đạt|khỏi|bao phủ|hài lòng|hoàn thành|đúng hạn)|mức (?:thiếu hụt|độ hài lòng)|doanh thu|kim ngạch"
)
AGED = pattern(r"(?:dưới|trên|từ) [\d\s-]+tuổi|sơ sinh")
COLLECTED = pattern(r"thu|chi")
COMMA = pattern(r",|;|\svà\s")
DASH = pattern(r"\s-\s")
RANKING = pattern(r"(?<!\w)(?:hạng|thứ|vị trí)(?!\w)")
NO_NAME = pattern(r"(?:(?:nâng|đưa) )?(?:lũy kế|tổng số|bình quân|trung bình|nhiệm kỳ|số|nằm ở)")
ONLY_WHO = pattern(r"(?:toàn )?(?:xã|huyện|phường|tỉnh|thôn|ngành|đảng bộ)$", re.IGNORECASE)
_FIGURE = r"(?:hai|ba|bốn|tư|năm|sáu|bảy|tám|chín|mười)"
SPOKEN = pattern(rf"""(?<!\w)(?:(?:hơn|quá|gần|trên|khoảng|ít nhất) )?(?:(?:một|{_FIGURE}) phần {_FIGURE}(?= (?:số|các|tổng|\w+\s))|một nửa)
        |(?<!\w)(?:{_FIGURE} (?:mươi )?(?:\w+ )?)?(?:trăm|mươi|{_FIGURE}) phần trăm|(?<!\w)(?:quá|hơn) nửa|gấp (?:đôi|rưỡi|ba|bốn|năm)(?!\w)|(?<!\w)cả (?!năm){_FIGURE}(?= \w)|(?:xếp|đứng) (?:thứ|hạng) (?:nhất|nhì|{_FIGURE})(?!\w)""")
SPOKEN_SIGNS = ("phần", "nửa", "gấp", "cả", "xếp", "đứng")
END_OF_TERM = pattern(r"""(?:đến |tới |vào )?(?:giữa|cuối|hết) (?:nhiệm kỳ|kỳ
        |giai đoạn)(?!\w)(?!\s*(?:năm )?20\d\d)""")
# without a year: "hết quý III", "6 tháng đầu năm", "đến cuối nhiệm kỳ"
UNDATED = pattern(rf"""(?:(?:đến|hết|cuối|trong|vào|trước) )*(?:quý (?:iv|i{{1,3}})|(?:\d{{1,2}}|ba|sáu|chín) tháng (?:đầu|cuối) năm)(?!\w)
        |{END_OF_TERM.pattern}""")
# "…; về đích …", "… và đạt chuẩn …": a clause that needs no number
OWN_CLAUSE = pattern(r";|(?:,|\svà) (?:được )?(?=(?:đạt chuẩn|về đích|hoàn thành|công nhận|tiến tới)(?!\w))")
VISION = pattern(r"(?:định hướng|tầm nhìn)[^.;\d]{0,20}$")

# ------------------------------------------------------------------ sentences

SENTENCE = pattern(r"[.!?…](?= [^LOWER\s]|\s*$)|(?<=[LOWER%)”])\.(?=[UPPER][LOWER])")
ABBREVIATION = pattern(r"(?:^|[\s(])(?:TP|Tp|tp|TX|GS|TS|ThS|PGS|v\.v|vv|BCH|Mr|St|No|Stt|STT)$")
PARENTHESES = pattern(r"\([^()]*\)")
ALL_OF = pattern(r"(?<!\w)(?:toàn bộ|tất cả) \(\d+\s?%\)$")
SHORT_NAME = re.compile(r"\([a-z]?[A-ZĐ][A-ZĐ &]{1,9}\)")
ENUMERATOR = pattern(r"\(\d{1,2}\)")  # "(1) … (2) …" within a paragraph
