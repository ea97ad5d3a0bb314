"""Which quantities of a sentence are targets, why the others are none, and what a target says."""

from __future__ import annotations

from functools import cached_property

from qngai_analysis.plan import lexicon as lex
from qngai_analysis.plan import phrases as say
from qngai_analysis.plan.model import Fate, Target
from qngai_analysis.plan.rules import Rule, first
from qngai_analysis.plan.sentence import Context, Quantity, Sentence
from qngai_analysis.plan.wording import Token
from qngai_analysis.plan.words import lower, squeeze


class Case:
    """A quantity before the rules: what they ask of it, of its sentence and of where it stands."""

    def __init__(self, sentence: Sentence, quantity: Quantity) -> None:
        self.sentence, self.quantity = sentence, quantity
        self.context: Context = sentence.context
        self.topic = sentence.context.topic
        self.prose = self.topic == ""  # outside any section that says what it is about
        self.token: Token = quantity.token
        self.sort = quantity.token.sort
        self.run = quantity.run
        self.bracketed = sentence.outer is not None
        self.beside = sentence.beside  # the quantity that its bracket stands after
        self.subject = lower(quantity.subject)
        self.own, (self.start, self.end) = sentence.horizon(quantity)  # whether the sentence names the year
        end, year = self.end or 0, sentence.context.year or 0
        self.ahead = self.own and end >= year  # its year is the document's or a later one
        latest = max((token.high or token.value or 0 for token in sentence.years), default=0)
        self.past = (self.own and 0 < end < year) or (self.prose and 0 < latest < year)  # … or lies before it
        # whether nothing says what it is a quantity of
        self.nameless = not say.names_something(quantity.subject, alone=not quantity.number_first)
        self.left = sentence.left_of(quantity.token, 70)
        self.clause = sentence.flat[quantity.before[0] : quantity.token.start]
        self.after = sentence.flat[quantity.token.end : quantity.after[1]]

    # -------------------------------------------------------------- where it stands

    @property
    def around(self) -> bool:
        """It belongs to what the plan rests on, or to a note."""
        whole = self.sentence.outer or self.sentence
        return bool(lex.AROUND.match(whole.flat, whole.start)) and not lex.STRIVES.search(whole.flat)

    @property
    def looks_ahead(self) -> bool:
        """ "đến năm 2025" in a section on how things stand."""
        said = self.sentence.flat[self.sentence.start : self.token.start]
        strives = list(lex.STRIVES.finditer(said))
        if strives:
            # "phấn đấu 150 đảng viên, đã kết nạp 162" tells what came of it
            told = lex.DONE.search(self.sentence.flat, self.sentence.start + strives[-1].start())
            return not self.past and not told
        return self.end is not None and self.ahead and "đến" in self.clause

    @property
    def now(self) -> object:
        """ "đến nay", "đã đạt" right before the number; a bracket speaks of itself alone."""
        if self.bracketed:
            said = self.sentence.low[: self.sentence.start - 1].rstrip()
            return lex.NOW.search(self.bracket) or said.endswith(("hiện trạng", "hiện nay", "hiện tại"))
        signs = any(sign in self.clause for sign in lex.CURRENT_SIGNS)
        found = lex.CURRENT.search(self.clause) if signs else None
        if found and not lex.AIMING.search(self.clause, found.end()):
            return found
        if self.topic == "aims" and lex.RESULTS.search(self.sentence.flat):
            return True  # "bằng 104% kế hoạch" among the reasons for a plan
        return lex.CURRENT.match(self.after.lstrip())

    @property
    def of_money(self) -> bool:
        """The sentence or its section speaks of a budget: what is shared out is money."""
        return self.topic == "budget" or any(token.sort == "money" for token in self.sentence.tokens)

    @property
    def shares_cost(self) -> bool:
        """Who pays how much of it, or what is set apart of it; no share of all that is spent or comes in."""
        if self.sort != "percent":
            return False
        flat, funds = self.sentence.flat, lex.FUNDS.match(self.subject)
        earlier = self.sentence.quantities[: self.quantity.place]
        # "…, trong đó ngân sách 18%, người dân 27%"
        paid = [quantity.fate is Fate.MONEY for quantity in earlier]
        goes_on = any(paid[-1:]) and earlier[-1].token.sort == "percent" and not self.run
        return bool(
            (self.topic == "budget" and not lex.SPENT.search(self.clause + self.after))
            or (self.bracketed and self.beside is not None and self.beside.fate is Fate.MONEY)
            or goes_on
            or (funds and (self.of_money or "hỗ trợ" in flat) and not (self.goal and self.said))
        )

    @property
    def mode(self) -> str:
        """Whether prose aims or reports; "" in a section, and where the sentence has words of a goal."""
        if not self.prose:
            return ""
        if self.context.mode == "results":
            return "report"
        return "" if lex.GOAL.search(self.sentence.flat) else self.context.mode or "silent"

    @cached_property
    def goal(self) -> bool:
        """A goal is spoken of: by the section, by the words, by the year."""
        if self.topic == "goals" or lex.AIMS_FIRMLY.search(self.sentence.flat):
            return True
        return self.prose and (
            self.own or self.context.mode == "goal" or (self.context.end is not None and self.context.item)
        )

    # -------------------------------------------------------------- what it is

    @property
    def told_again(self) -> bool:
        """ "đến nay có 1.250 hộ nghèo, chiếm 3,4%"."""
        earlier = self.sentence.previous(self.quantity)
        if earlier is None or earlier.fate is not Fate.CURRENT:
            return False
        if self.run.startswith("chiếm"):
            return earlier.subject == self.quantity.subject
        both = earlier.number_first and self.quantity.number_first and not self.own
        return both and not self.run and self.sentence.flat[: self.token.start].rstrip().endswith(",")

    @property
    def so_many_each(self) -> bool:
        """ "nhà trọ từ 10 phòng trở lên có lối thoát nạn": which ones."""
        upward = self.quantity.upward and self.run in ("", "từ")
        named = self.sentence.named_before(self.quantity)
        undone = lex.UNDONE.match(lower(named)) or lex.VERB_ONLY.match(lower(named))
        acts = lex.PREDICATE.match(self.after.partition("trở lên")[2].lstrip())
        return upward and bool(named) and not undone and acts is not None

    @property
    def helps_with(self) -> bool:
        """ "hộ nghèo được hỗ trợ thêm 10%": so much of what something costs."""
        helps = self.sort == "percent" and lex.HELPS.search(self.clause) and not lex.HEAD.search(self.clause)
        return bool(helps) and lex.ENDS_CLAUSE.match(self.after) is not None

    @property
    def granted_too(self) -> bool:
        """ "mức hỗ trợ 60 triệu đồng/nhà xây mới, 30 triệu đồng/nhà sửa chữa"."""
        earlier = self.sentence.previous(self.quantity)
        granted = earlier is not None and earlier.fate is Fate.RULE and earlier.token.unit == self.token.unit
        return granted and not (self.strong or self.bound or lex.HEAD.search(self.clause))

    @property
    def treated(self) -> bool:
        """ "các đơn vị giải ngân dưới 60% phải kiểm điểm": what is said of them is no goal."""
        if lex.BEARS_ON.search(self.clause) and (self.bound or self.strong):
            return True  # "điều chuyển vốn của dự án giải ngân dưới 40%"
        found = lex.TREATED.match(self.after) if lex.WHO_HAS.search(self.clause) else None
        shared = self.sort == "percent" and self.quantity.number_first  # "có trên 90% hộ nghèo được vay vốn"
        return found is not None and not lex.AIMING.search(self.clause) and not (shared and found["gets"])

    @property
    def bound(self) -> bool:
        """A word compares: "ít nhất", "dưới"."""
        return say.is_bound(self.run)

    @property
    def strong(self) -> object:
        """A verb reaches it: "đạt", "chiếm", "tăng"."""
        return lex.STRONG.search(self.run)

    @property
    def firm(self) -> object:
        """ "tối thiểu", "không quá"."""
        return lex.FIRM.search(self.run)

    @property
    def precise(self) -> bool:
        """98,2%: goals are rounder."""
        return self.sort == "percent" and self.token.high is None and (self.token.value or 0) * 2 % 1 != 0

    @property
    def after_a_result(self) -> bool:
        """An earlier number of the sentence tells how things stand, or only counts them."""
        earlier = self.sentence.quantities[: self.quantity.place]
        return any(quantity.fate in (Fate.CURRENT, Fate.COUNT) for quantity in earlier)

    @property
    def said(self) -> object:
        """It is a range, or a word compares."""
        per = self.after.startswith("/1")  # "550/100.000 trẻ em"
        led = self.clause.rstrip().endswith(":")
        return self.token.high is not None or self.strong or self.bound or per or led

    @property
    def of_all(self) -> bool:
        """19/19: so many of a whole."""
        return "/" in self.sentence.low[self.token.start : self.token.end]

    @property
    def tallied(self) -> bool:
        """Things that plans count: groups, tasks, pillars."""
        noun = lex.MULTIPLE.sub("", self.token.unit.partition("/")[0])
        each = self.after.lstrip().removeprefix(noun).startswith("/")  # "17,2 tiêu chí/xã"
        return noun in lex.TALLIED and not each and self.token.unit not in ("điểm", "bậc")

    @property
    def aimed(self) -> bool:
        """Its section, its sentence or the prose before aims."""
        if self.topic == "goals" or lex.AIMS_FIRMLY.search(self.sentence.flat):
            return True
        dated = self.own and self.ahead and all(token.kind == "year" for token in self.sentence.years)
        return self.prose and (self.context.mode == "goal" or dated)

    @property
    def earned(self) -> bool:
        """It comes in, or is put in: "thu ngân sách", "giải ngân 2.400 tỷ đồng vốn đầu tư công"."""
        return lex.EARNED.search(f"{self.clause} {self.subject}") is not None

    @property
    def earns(self) -> bool:
        """What the money is names something other than the cost of the plan."""
        return not lex.BUDGET.search(self.subject) or self.earned

    @property
    def listed(self) -> bool:
        """A goal is spoken of, and the words before the number do not place it: "đối với 3 bệnh viện"."""
        if self.sort == "bare" and self.topic != "goals" and not lex.AIMS_FIRMLY.search(self.sentence.flat):
            return False
        return self.aimed and not self.tallied and not self.goes_on and not self.placed

    @property
    def placed(self) -> bool:
        """ "đối với 3 bệnh viện", "164,5 ha của 23 dự án": where, of whom, with what."""
        return lex.PLACED.search(self.left) is not None and not self.part_of_the_previous

    @property
    def part_of_the_previous(self) -> bool:
        """ "30 cảng hàng không, gồm 14 cảng quốc tế", "3 cơ sở với 450 giường"."""
        earlier = self.sentence.previous(self.quantity)
        if earlier is None or earlier.fate is not None or earlier.token.sort not in ("count", "bare"):
            return False
        alike = earlier.token.unit.split()[:1] == self.token.unit.split()[:1]
        return self.clause.rstrip().endswith(("gồm", "gồm có") if alike else "với")

    @property
    def makes(self) -> object:
        """ "thành lập 02 trung tâm"."""
        before = lex.GIVEN.sub("", self.clause)
        return lex.QUANTITY_VERB.search(before, max(0, len(before) - 40))

    @property
    def has_so_many(self) -> bool:
        """ "phấn đấu có 9/12 chỉ tiêu vượt kế hoạch": no result, if it aims."""
        flat = self.sentence.flat
        return bool(self.makes) and not (lex.RESULTS.search(flat) and not lex.AIMS_FIRMLY.search(flat))

    @property
    def made(self) -> object:
        """ "thành lập 02 trung tâm", or a count that begins its clause."""
        named = say.before_number(lex.GIVEN.sub("", self.clause))
        return self.makes or not (self.goes_on or named or self.placed)

    @property
    def goes_on(self) -> bool:
        """ "thủ trưởng 21 sở và 10 huyện": what is said of the first holds for the second."""
        earlier = self.sentence.previous(self.quantity)
        if earlier is None or earlier.fate is None or say.before_number(self.clause):
            return False
        return self.sentence.gap(earlier, self.quantity).rstrip().endswith(" và")

    # -------------------------------------------------------------- brackets

    @property
    def bracket(self) -> str:
        """The words of its bracket."""
        return lower(self.sentence.words(self.sentence.start, self.sentence.end))

    @property
    def remarks(self) -> bool:
        """ "6,19% (tăng 0,17%)": a bracket without a subject or year of its own after what is no target."""
        if self.beside is None or self.beside.fate is None or self.sentence.years:
            return False
        return not self.sentence.named_before(self.quantity)

    @property
    def of_a_period_before(self) -> bool:
        """ "tăng 8%/năm (giai đoạn 2016 - 2020 tăng 5,4%/năm)"."""
        if self.sentence.outer is None or self.beside is None or "trong đó" in self.bracket:
            return False  # "(trong đó năm 2026: 1.200 căn)"
        aimed_by = self.sentence.outer.horizon(self.beside)[1][1] or 0
        last = aimed_by if self.context.year is None else min(self.context.year + 1, aimed_by)
        return any((token.high or last) < last for token in self.sentence.years)

    @property
    def whole(self) -> Quantity | None:
        """What its bracket shares out: "62.400 con, tốc độ tăng 4,5% (trâu 14.600 con)"."""
        outer = self.sentence.outer.quantities if self.sentence.outer else []
        before = [q for q in outer if q.token.end <= self.sentence.start]
        alike = [q for q in before if q.token.unit == self.token.unit]
        alike = alike or [q for q in before[-1:] if q.token.sort == self.sort]
        return alike[-1] if alike else None

    @property
    def is_a_part(self) -> bool:
        """ "3,5 triệu lượt khách (khách quốc tế 200.000 lượt)"."""
        alike = self.whole is not None and self.whole.token.unit.startswith(self.token.unit or "?")
        return alike and bool(self.sentence.named_before(self.quantity))

    @property
    def somebody_elses(self) -> bool:
        """ "(cả nước: 20%)"."""
        inner = lower(say.before_number(self.sentence.words(*self.quantity.clause)))
        return lex.SOMEBODY_ELSE.match(inner) is not None and not self.same_unit

    @property
    def same_unit(self) -> bool:
        """A bracket with a time of its own counts the same thing: "500 doanh nghiệp (năm 2030: 800 doanh nghiệp)"."""
        if self.beside is None or not self.beside.token.unit.startswith(self.token.unit or "?"):
            return False
        return bool(self.sentence.years) or lex.RECURRENCE.search(self.bracket) is not None


def is_starting_point(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether it is the first number of "tăng từ 45% lên 70%"."""
    if quantity.place + 1 >= len(sentence.quantities) or not lex.FROM_RUN.search(quantity.run):
        return False
    later = sentence.quantities[quantity.place + 1].token
    alike = later.unit.startswith(quantity.token.unit) or quantity.token.sort == "bare"
    return alike and lex.TO.match(sentence.flat[quantity.token.end : later.start]) is not None


# ------------------------------------------------------------------ the rules

A_TASKS_COUNT = "what a task makes"  # which may be missed among the targets
AS_BESIDE = None  # the fate of the number that the bracket stands after

# fmt: off
VERDICTS: tuple[Rule[Case, Fate | None], ...] = (
    Rule("a legal basis, a recipient", Fate.COUNT, "Căn cứ kết quả thẩm định của «5» sở;",
         lambda c: c.topic == "head" or c.around, "head"),
    Rule("a remark in brackets on what is no target", AS_BESIDE, "Đến nay, 80% xã có cáp quang (đạt «92%» kế hoạch).",
         lambda c: c.remarks),
    Rule("nothing says of what, and money is shared out", Fate.MONEY, "Năm 2025: «35%»; năm 2026: 65%.",
         lambda c: c.nameless and c.of_money, "budget"),
    Rule("nothing says of what, a share or a bare number", Fate.UNKNOWN, "Phấn đấu đạt «70%».",
         lambda c: c.nameless and not c.now and (c.sort == "percent" or not c.token.unit)),
    Rule("nothing says of what, a count", Fate.COUNT, "Có «20» lớp.",
         lambda c: c.nameless and not c.now),
    Rule("where it starts from", Fate.CURRENT, "Tăng tỷ lệ người dân sử dụng Internet từ «65%» lên 85%.",
         lambda c: is_starting_point(c.sentence, c.quantity)),
    Rule("its words say how things stand", Fate.CURRENT, "Đến nay, «100%» xã có cáp quang.",
         lambda c: c.now),
    Rule("a year before the document's", Fate.CURRENT, "Năm 2021, kinh tế số chiếm «7,2%» GRDP.",
         lambda c: c.past),
    Rule("a section on how things stand, and no 'đến năm …'", Fate.CURRENT, "Tỷ lệ hộ gia đình có Internet đạt «62,5%».",
         lambda c: c.topic == "status" and not c.looks_ahead, "status"),
    Rule("a number to call", Fate.REFERENCE, "98% cuộc gọi đến tổng đài «1900.6688» được trả lời.",
         lambda c: lex.CALLED.search(c.left)),
    Rule("what a place is", Fate.CURRENT, "Xã có 24.518 nhân khẩu, dân tộc thiểu số chiếm «31,6%».",
         lambda c: c.prose and not c.own and lex.SITUATION.search(c.sentence.flat, c.sentence.start, c.token.start), ""),
    Rule("how far apart", Fate.DEFINITION, "Lắp 120 điểm tập kết, cách nhà dân tối thiểu «20» m.",
         lambda c: lex.LENGTH.match(c.token.unit) and (lex.APART.match(c.subject) or lex.AS_LONG.search(c.left))),
    Rule("which of them are meant", Fate.DEFINITION, "100% trường học, cơ quan, doanh nghiệp có từ «50» lao động trở lên phân loại rác.",
         lambda c: c.sort != "percent" and (found := lex.OF_SUCH.search(c.left)) and (found["size"] or lex.OR_MORE.match(c.after))),
    Rule("in which cases", Fate.DEFINITION, "Thời gian chờ không quá 150 phút khi có «01» kỹ thuật xét nghiệm.",
         lambda c: c.sort != "percent" and (lex.IN_CASE.search(c.left) or c.so_many_each or (c.sort == "speed" and "mỗi" in c.sentence.flat and lex.EACH_SO_WIDE.search(c.sentence.flat, c.sentence.start, c.token.start)))),
    Rule("what one is called that has so many", Fate.DEFINITION, "Doanh nghiệp nhỏ là doanh nghiệp có dưới «100» lao động.",
         lambda c: " là " in c.sentence.flat and lex.IS_ONE_WITH.match(c.sentence.flat, c.sentence.start, c.token.start)),
    Rule("what law or the market sets", Fate.RULE, "Lương tối thiểu vùng là «4,41 triệu đồng/tháng».",
         lambda c: lex.SET_BY_OTHERS.match(c.subject)),
    Rule("the same as a share", Fate.CURRENT, "Đến nay có 1.250 hộ nghèo, chiếm «3,4%».",
         lambda c: c.told_again),
    Rule("what others are asked for", Fate.REFERENCE, "Đề nghị Chính phủ nâng tỷ lệ điều tiết ngân sách lên «30%».",
         lambda c: lex.ASKS.match(c.sentence.flat, c.sentence.start)),
    Rule("who is treated so", Fate.DEFINITION, "Hộ có thu nhập dưới «3 triệu đồng/tháng» được hỗ trợ tiền điện.",
         lambda c: c.treated),
    Rule("a rate of support", Fate.RULE, "Hỗ trợ tối đa «50%» chi phí tư vấn cho doanh nghiệp nhỏ.",
         lambda c: (lex.GRANT.search(c.left) and (c.sort == "money" or (c.sort not in ("percent", "count") and "/" in c.token.unit + c.after) or not c.token.value or lex.GRANT_AFTER.match(c.after))) or (c.sort == "percent" and lex.SPARED.search(c.left) and lex.SPARED_AFTER.match(c.after)) or c.helps_with or c.granted_too, "tasks"),
    Rule("what is granted or lent at most", Fate.RULE, "Mức vay tối đa 100 triệu đồng; thời hạn không quá «120» tháng.",
         lambda c: (found := lex.GRANTS.match(c.sentence.flat, c.sentence.start)) and (found["pay"] or (c.firm and (c.sort in ("money", "") or found["norm"])))),
    Rule("how a resolution was passed", Fate.CURRENT, "Nghị quyết được thông qua với «100%» đại biểu có mặt tán thành.",
         lambda c: c.sort == "percent" and (lex.VOTES.match(c.after) or ((outer := c.sentence.outer) and lex.VOTES.search(outer.low, outer.start, c.sentence.start)))),
    Rule("a rate of interest, tax or penalty", Fate.RULE, "Hỗ trợ lãi suất «2%/năm» cho hộ kinh doanh chuyển đổi lên doanh nghiệp.",
         lambda c: c.sort == "percent" and lex.RATE_OF.search(c.left)),
    Rule("who should carry the plan out", Fate.COUNT, "Bảo đảm «100%» đơn vị triển khai nghiêm túc.",
         lambda c: c.topic == "aims" and c.sort == "percent" and c.quantity.number_first and (c.run or lex.BODY.match(c.subject)) and not c.own and c.token.value == 100, "aims"),
    Rule("all that is asked", Fate.COUNT, "Phấn đấu hoàn thành «100%» chỉ tiêu được giao.",
         lambda c: c.sort == "percent" and c.token.value == 100 and lex.ALL_ASKED.match(c.after) and not c.sentence.named_before(c.quantity)),
    Rule("who is given it", Fate.COUNT, "Giao chỉ tiêu năm 2026 cho «05» xã.",
         lambda c: c.sort == "count" and lex.ASSIGNS.match(c.sentence.flat, c.sentence.start)),
    Rule("how a survey measures", Fate.RULE, "Sai số cho phép «5%».",
         lambda c: lex.MEASURED.match(c.subject) or lex.SCORES.match(c.sentence.flat, c.sentence.start) or lex.FORMULA.search(c.left)),
    Rule("which ones there should be no more of", Fate.DEFINITION, "Không còn xã có tỷ lệ hộ nghèo trên «25%».",
         lambda c: lex.NONE_LEFT.match(f"{c.subject} {c.run}")),
    Rule("money in a section that is not of goals", Fate.MONEY, "Doanh thu thương mại điện tử đạt «1.200 tỷ đồng».",
         lambda c: c.sort == "money" and c.topic not in ("goals", "") and not (c.aimed and c.earned), "tasks"),
    Rule("money that nothing compares and no head noun names", Fate.MONEY, "Kinh phí: «3,2 tỷ đồng».",
         lambda c: c.sort == "money" and not c.run and not lex.HEAD.match(c.subject) and not (c.aimed and c.earns)),
    Rule("an amount of a budget", Fate.MONEY, "Kinh phí thực hiện khoảng «4.500 tỷ đồng».",
         lambda c: (c.sort == "money" or (c.sort == "bare" and not c.token.unit)) and lex.BUDGET.match(c.subject) and not c.earned),
    Rule("a share of a budget", Fate.MONEY, "Ngân sách 210 tỷ đồng, trong đó vốn đầu tư công «55%».",
         lambda c: c.shares_cost or (lex.FROM_BUDGET.match(c.after) and not ((c.sort == "money" or c.aimed) and c.earned) and not ((c.goal or "giải ngân" in c.clause) and c.said and lex.SPENT.search(c.clause)))),
    Rule("what the country aims at, in a province's plan", Fate.REFERENCE, "Cả nước phấn đấu tỷ trọng kinh tế số đạt «20%» GDP.",
         lambda c: c.context.local and lex.OTHERS_AIM.search(c.sentence.flat, c.sentence.start, c.token.start)),
    Rule("what the country has, in a province's prose", Fate.REFERENCE, "Tỷ trọng kinh tế số của cả nước đạt «30%» GDP.",
         lambda c: c.context.local and c.prose and lex.OTHERS.search(c.subject), ""),
    Rule("prose that reports", Fate.CURRENT, "Theo Tổng cục Thống kê, kinh tế số chiếm «12%» GRDP.",
         lambda c: c.mode == "report" and not (c.context.mode != "results" and c.ahead and lex.BY_YEAR.search(c.sentence.low, c.sentence.start, c.sentence.end)), ""),
    Rule("a rank that is held, in prose", Fate.CURRENT, "Chỉ số chuyển đổi số của tỉnh xếp vị trí thứ «24/63».",
         lambda c: (c.mode in ("goal", "silent") or c.topic == "aims") and not c.bracketed and c.sort == "rank" and lex.STANDS.search(c.run), ""),
    Rule("a plain statement, in prose that has said neither", Fate.CURRENT, "Tỷ trọng kinh tế số trên GRDP là «46,83%».",
         lambda c: c.mode == "silent" and not c.bracketed and c.sort != "rank" and not c.own and c.run in lex.STATES, ""),
    Rule("a share to the decimal, in prose that has said neither", Fate.CURRENT, "Hồ sơ được giải quyết đúng hạn đạt «98,2%».",
         lambda c: c.mode == "silent" and not c.bracketed and not c.own and not c.bound and (c.precise or c.after_a_result) and c.context.end is None, ""),
    Rule("the same again", Fate.RESTATED, "Trên 90% hộ gia đình có Internet (tương đương «900» hộ).",
         lambda c: lex.RESTATES.match(c.bracket) if c.bracketed and c.beside else lex.SAME_AGAIN.search(c.clause)),
    Rule("a bracket that compares with what was", Fate.CURRENT, "Kinh tế số đạt 20% GRDP (tăng «5%» so với năm 2020).",
         lambda c: c.bracketed and (lex.REMARK.match(c.bracket) or c.of_a_period_before)),
    Rule("a bracket that tells somebody else's value", Fate.REFERENCE, "Tỷ trọng kinh tế số đạt 20% GRDP (cả nước: «20%»).",
         lambda c: c.bracketed and (c.somebody_elses or lex.CITES.match(c.bracket))),
    Rule("a share, or a rank, in brackets", Fate.TARGET, "Trên 80% doanh nghiệp sử dụng hợp đồng điện tử (năm 2030: «100%»).",
         lambda c: c.bracketed and c.sort in ("percent", "rank")),
    Rule("a bracket that says what is aimed at", Fate.TARGET, "Mật độ thuê bao đạt bình quân cả nước (đạt «90» thuê bao).",
         lambda c: (c.bracketed and c.beside is None and (relative_to(c.sentence) or c.strong or (c.aimed and c.run == "có"))) or (c.bracketed and c.aimed and lex.RAISES.match(c.bracket))),
    Rule("a bracket with the same unit and a year of its own", Fate.TARGET, "Phát triển 500 doanh nghiệp công nghệ số (năm 2030: «800» doanh nghiệp).",
         lambda c: c.bracketed and c.same_unit),
    Rule("a bracket that shares out what is aimed at", Fate.TARGET, "Thu ngân sách đạt 1.250 tỷ đồng (thu nội địa «980 tỷ đồng»).",
         lambda c: c.bracketed and c.sort in ("money", "speed", "count") and c.whole and c.aimed and c.quantity.subject != c.whole.subject and (c.sort == "speed" or "trong đó" in c.bracket or lex.EARNED.match(c.subject) or c.is_a_part)),
    Rule("any other count in brackets", Fate.COUNT, "Tập huấn an toàn thông tin cho 100% cán bộ (tối thiểu «02» lớp).",
         lambda c: c.bracketed),
    Rule("a share", Fate.TARGET, "Sóng 5G phủ «60%» dân số.",
         lambda c: c.sort == "percent"),
    Rule("a rank that is aimed at", Fate.TARGET, "Xếp hạng DTI từ thứ «30» trở lên.",
         lambda c: c.sort == "rank" and (c.topic in ("goals", "") or c.own or lex.AIMS_FIRMLY.search(c.sentence.flat))),
    Rule("so many times as much, by a year or as a goal", Fate.TARGET, "Đến năm 2025, doanh thu dịch vụ số tăng gấp «1,5 lần».",
         lambda c: c.sort == "times" and ((lex.TIMES_VERB.search(c.run) and (c.own or c.goal)) or ((c.bound or "/" in c.token.unit or lex.DOWN_TO.search(c.run)) and c.goal)), "tasks"),
    Rule("any other rank, or number of times", Fate.COUNT, "Xếp hạng DTI từ thứ «30» trở lên.",
         lambda c: c.sort in ("rank", "times"), "tasks"),
    Rule("a time under a bound", Fate.TARGET, "Thời gian giải quyết thủ tục không quá «03» ngày làm việc.",
         lambda c: c.token.kind == "duration"),
    Rule(A_TASKS_COUNT, Fate.COUNT, "Xây dựng «06» cơ sở dữ liệu dùng chung.",
         lambda c: c.topic == "tasks" and c.sort in ("bare", "count", "speed") and c.makes and not (c.goal or c.strong or c.bound or c.tallied), "tasks"),
    Rule("a bare number that nothing compares, or that is no goal", Fate.COUNT, "Vận hành «110» nhà lưới trồng rau.",
         lambda c: c.sort == "bare" and c.token.unit and not (c.said and (c.goal or c.firm)) and not c.listed, "tasks"),
    Rule("the same without any word after it", Fate.UNKNOWN, "Diện tích nhà lưới của tỉnh «110».",
         lambda c: c.sort == "bare" and not c.token.unit and not (c.said and (c.goal or c.firm))),
    Rule("things that plans count, as a goal that a verb reaches", Fate.TARGET, "Số nhóm nền tảng dùng chung đạt «5» nhóm.",
         lambda c: c.tallied and c.goal and ((c.strong and "bằng" not in c.run) or "thêm" in c.run or (c.of_all and (lex.KEEPS_ALL.search(c.clause) or c.has_so_many)) or c.firm or (c.token.high and lex.PREDICATE.search(c.after)))),
    Rule("things that plans count: groups, tasks, pillars", Fate.COUNT, "Triển khai các nội dung theo «5» nhóm nền tảng.",
         lambda c: c.tallied),
    Rule("a count under 'tối thiểu', 'không quá'", Fate.TARGET, "Mỗi xã có ít nhất «01» điểm phục vụ bưu chính.",
         lambda c: c.firm, "tasks"),
    Rule("a count where no goal is spoken of", Fate.COUNT, "Vận hành «06» cơ sở dữ liệu dùng chung.",
         lambda c: not c.goal, "tasks"),
    Rule("a count that a verb or a comparing word reaches, an amount with a unit", Fate.TARGET, "Tốc độ Internet đạt «200 Mbps».",
         lambda c: c.strong or c.bound or c.sort in ("money", "speed")),
    Rule("a count that is made, or that begins its clause", Fate.TARGET, "Toàn tỉnh có «1.254» trạm BTS.",
         lambda c: c.made),
    Rule("a count in a list of goals", Fate.TARGET, "Giải quyết việc làm cho «2.750» lao động.",
         lambda c: c.listed or (c.of_all and lex.KEEPS_ALL.search(c.clause))),
    Rule("any other count", Fate.COUNT, "Đánh giá hồ sơ bệnh án điện tử đối với «03» bệnh viện.",
         lambda c: True),
)
# fmt: on


def decide(sentence: Sentence, quantity: Quantity) -> tuple[str, Target | None]:
    """Return the name of the rule that decides on a quantity, and the target where it is one."""
    if quantity.fate is not None:
        return "", None  # it says which ones
    case = Case(sentence, quantity)
    rule = first(VERDICTS, case)
    fate = rule.gives if case.beside is None else rule.gives or case.beside.fate
    if fate is Fate.TARGET:
        return rule.name, target(case)
    quantity.fate = fate
    return rule.name, None


# ------------------------------------------------------------------ what a target says


def target(case: Case) -> Target:
    """Return what a quantity aims at, without what its block says of it; ``inferred``: nothing compares, so it may be a ceiling."""
    sentence, quantity, token = case.sentence, case.quantity, case.token
    change, recurrence, relative = _change(case), _recurrence(case), relative_to(sentence)
    comparator, wording = _compared(case, change)
    compares = case.bound or case.run.endswith("từ") or wording.endswith("trở lên") or _start_of(case)
    measured = case.sort == "percent" or not quantity.number_first  # "hỗ trợ 2.500 hộ nghèo" is no ceiling
    if relative:
        wording = squeeze(f"đạt {relative} {wording if wording != 'là' else ''}")
    if (case.of_all and token.unit == "%") or sentence.in_words(token):
        wording = squeeze(f"{wording} {sentence.low[token.start : token.end]}")  # "ít nhất 2/3", "gấp đôi"
    since = lex.SINCE.match(sentence.text, token.end, sentence.end) if change else None
    if change and since is None and quantity.number_first:  # "giảm một nửa lượng rác thải so với năm 2020"
        later = lex.SINCE.finditer(sentence.text, token.end, quantity.after[1])
        since = next((found for found in later if found["against"]), None)
    if since and (since["against"] or change == "multiple"):
        relative = squeeze(since.group()).removeprefix("so với ")
        wording = squeeze(f"{wording} … {since.group()}")  # "gấp … so với năm 2025"
    while sentence.outer is not None:
        sentence = sentence.outer
    assert token.value is not None  # quantities and durations carry one
    return Target(
        subject=_subject(case),
        comparator=comparator,
        wording=wording,
        value=token.value,
        value_high=token.high,
        unit=_unit(case, change, recurrence),
        period_start=whole(case.start),
        period_end=whole(case.end),
        recurrence=recurrence or None,
        base=(case.sort == "percent" and quantity.base) or None,
        change=change or None,
        relative_to=relative or None,
        around=case.clause,
        char_start=sentence.start,
        char_end=sentence.end,
        out_of=token.out_of,
        inferred=comparator == ">=" and not change and measured and not compares,
    )


def _subject(case: Case) -> str:
    """Return what a target is about, with what is counted where its words only say whose or what is done."""
    subject, unit = say.trimmed_subject(case.quantity.subject), case.token.unit
    each = lex.EACH_SO_MANY.search(case.clause) if "cứ " in case.clause else None
    if each:
        return f"{unit}/{squeeze(each['base'])}"  # "cứ 10.000 dân có 35 sinh viên"
    if unit.startswith("tiêu chí") and "tiêu chí" not in lower(subject):
        return f"Số tiêu chí {subject}"  # "bình quân mỗi xã đạt 17,2 tiêu chí"
    acts = lex.ACTS_ALONE.fullmatch(lower(subject)) and case.sort == "count"
    return f"{subject} {unit}" if acts else subject  # "Khởi công ít nhất 2 khu công nghiệp"


def _compared(case: Case, change: str) -> tuple[str, str]:
    """Return the comparator, and the words that are printed for it."""
    comparator, wording = _comparator(case, change), say.printed_wording(case.run)
    if lex.AND_UP.match(case.sentence.low, case.token.end) or case.quantity.upward:
        # the 20th place or better: ranks count downwards
        return "<=" if change == "rank" else ">=", squeeze(f"{wording} … trở lên")
    if lex.AND_DOWN.match(case.sentence.low, case.token.end):
        return "<=", squeeze(f"{wording} … trở xuống")
    return comparator, wording


def whole(year: float | None) -> int | None:
    """Return a year as a whole number."""
    return None if year is None else int(year)


def _start_of(case: Case) -> Quantity | None:
    """Return the number it starts from: 45% of "tăng từ 45% lên 70%"."""
    earlier = case.sentence.previous(case.quantity)
    return earlier if earlier is not None and is_starting_point(case.sentence, earlier) else None


def _change(case: Case) -> str:
    if case.sort == "rank":
        return "rank"
    if _start_of(case) or lex.LEVEL.search(case.run):
        return ""
    if case.sort == "times":
        return "multiple" if lex.TIMES_VERB.search(case.clause) and "số lần" not in case.subject else ""
    opening = lex.BY_SO_MUCH.sub("", case.clause)
    yearly = case.token.unit.endswith("/năm") or lex.RECURRENCE.search(case.clause)
    # "mỗi năm giảm tỷ lệ hộ nghèo bình quân 3%", "cắt giảm, đơn giản hóa ít nhất 30% điều kiện kinh doanh"
    short = len(opening.split()) <= 8 and not lex.STOPS.search(opening)
    leads = yearly or (case.quantity.number_first and short)
    # "giảm tỷ lệ hộ nghèo 1,5%", "kéo giảm tai nạn giao thông từ 5 - 10%"
    leads = leads or "thêm" in case.run  # "tăng tỷ lệ che phủ rừng thêm 1,5%"
    leads = leads or lex.LESS_OF.match(opening) is not None
    if lex.UP.search(case.run) or (leads and lex.UP.match(opening)):
        return "increase"
    led_down = leads and (lex.DOWN_BY.match(opening) or lex.LESS_OF.match(opening))
    falls = lex.DOWN_BY.search(case.run) or led_down
    return "decrease" if falls or _goes_on_falling(case) else ""


def _goes_on_falling(case: Case) -> bool:
    """ "cắt giảm ít nhất 30% thời gian, 30% chi phí": the verb is said once."""
    earlier = case.sentence.previous(case.quantity)
    yearly = case.token.unit.endswith("/năm")  # "giảm nghèo 1%/năm; cận nghèo 0,5%/năm"
    if earlier is None or case.run or not (yearly or (earlier.number_first and case.quantity.number_first)):
        return False
    apart = not yearly and ";" in case.sentence.gap(earlier, case.quantity)
    if apart and not lex.FALLING.search(case.subject):
        return False  # "giảm 10% phân bón; 20% diện tích sản xuất hữu cơ"
    return earlier.token.unit == case.token.unit and _change(Case(case.sentence, earlier)) == "decrease"


def _run_of_series(case: Case) -> str:
    """Return the comparing words of "năm 2026 giảm còn 5,4%; năm 2027: 4,5%": a series says them once."""
    told: Quantity | None = case.quantity
    while told is not None and not told.run and told.subject == case.quantity.subject:
        told = case.sentence.previous(told)
    if told is None or (told.subject, told.token.unit) != (case.quantity.subject, case.token.unit):
        return case.run
    return told.run if lex.DOWN_TO.search(told.run) else case.run


def _comparator(case: Case, change: str) -> str:
    if case.token.high is not None:
        return "between"
    run = _run_of_series(case)
    for sign, words in lex.COMPARATORS:
        if words.search(run):
            if sign == ">" and "vượt" in run and lex.WHAT_WAS_ASKED.match(case.after):
                return ">="  # "vượt 8% dự toán": by so much
            if sign == ("<" if change == "rank" else ">") and lex.NEVER.search(case.clause):
                return "<="  # "không để hồ sơ trễ hạn quá 0,5%"
            return "<=" if change == "rank" and sign == ">=" else sign  # no lower than the 17th place
    none = not (case.token.value or case.quantity.given)  # "0 vụ"; a row's zero may be where it starts
    if change == "rank" or lex.DOWN_TO.search(run) or none:
        return "<="
    return ">="


def _recurrence(case: Case) -> str:
    sentence, token = case.sentence, case.token
    reach = min(sentence.end, max(token.end + 24, case.quantity.after[1]))
    found = lex.RECURRENCE.search(sentence.flat, case.quantity.before[0], reach)
    if found and "năm" not in found.group():
        return squeeze(found.group())
    yearly = token.unit.endswith("/năm") or lex.PER_YEAR.match(sentence.low, token.end, token.end + 16)
    return "hàng năm" if found or yearly else ""


def _unit(case: Case, change: str, recurrence: str) -> str:
    token, unit, sentence = case.token, case.token.unit, case.sentence
    if case.sort == "percent":
        if lex.GROWTH.match(case.subject):
            recurrence = "hàng năm"  # "tăng trưởng kinh tế đạt 10,5%"
        grows = change in ("increase", "decrease") or lex.PER_YEAR.match(sentence.low, token.end)
        grows = grows or lex.GROWTH.match(case.subject)
        return "%/năm" if recurrence == "hàng năm" and grows and unit == "%" else unit
    per = lex.PER_SUBJECT.search(case.subject)
    if per and "/" not in unit:
        return f"{squeeze(per['what'])}/{squeeze(per['base'])}"
    people = lex.PER_PEOPLE.search(case.subject)
    if people and case.sort == "count" and "/" not in unit:
        return f"{unit}/{squeeze(people['base'])}"
    rest = squeeze(case.after).strip(" .,;")
    if case.sort == "bare" and not case.quantity.number_first and rest != unit:
        if rest.startswith("/"):
            return rest  # "tử vong mẹ dưới 40/100.000 trẻ đẻ sống"
        return "%" if lex.SHARE.match(case.subject) else ""
    return unit


def relative_to(sentence: Sentence) -> str:
    """Return the average that the number of a bracket is set against: "đạt bình quân cả nước (76%)"."""
    if sentence.outer is None or sentence.beside is not None:
        return ""
    average = lex.AVERAGE.search(sentence.outer.low, sentence.outer.start, sentence.start)
    return squeeze(average["what"]) if average else ""
