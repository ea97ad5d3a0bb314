"""A sentence and its quantities: what words belong to each, what each is a quantity of, by when.

The quantities of a sentence (see ``wording``) divide it into segments. A segment's words before the number end in
a *run* of comparing words ("đạt tối thiểu", "tăng bình quân", "trên") and begin with the subject, or there are none
and the subject follows ("100% cơ quan nhà nước …"). What a segment leaves out it takes from its neighbours, from
the line that leads the list, from the headings above, and last from the document. ``verdicts`` then decides which
quantities are targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from qngai_analysis.plan import lexicon as lex
from qngai_analysis.plan import phrases as say
from qngai_analysis.plan.model import Fate
from qngai_analysis.plan.rules import Rule, first
from qngai_analysis.plan.wording import SHORT_UNITS, Token, count_noun, quantity_at
from qngai_analysis.plan.wording import counted as counted_in
from qngai_analysis.plan.words import lower, number, squeeze

Span = tuple[int, int]
Period = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence inherits from where it stands: with its words, all that decides how it reads."""

    start: float | None = None  # horizon of the headings above
    end: float | None = None
    year: int | None = None  # year of the document: an earlier year is a result, not a target
    topic: str = ""  # goals, tasks, budget, status … of the section
    lead: str = ""  # subject words of the line that leads the list ("Tỷ lệ hồ sơ xử lý trên mạng:")
    local: bool = True  # a plan of one province: what the country has or aims at is no target of it
    item: bool = False  # of a list, not of running prose
    # of a sentence that begins "Trong đó": subject and unit of the one before
    whole: tuple[str, str] = ("", "")
    mode: str = ""  # of prose outside any section: "goal", "report", "" where nothing said yet


@dataclass(slots=True, eq=False)
class Quantity:
    """A number of a sentence with the words around it that belong to it; each pass fills in its part."""

    token: Token
    place: int  # among the quantities of its sentence
    # the runs: words right before the number that compare
    run: str = ""
    run_start: int = 0
    # the division: the words before the run, those after the number
    before: Span = (0, 0)
    after: Span = (0, 0)
    # the naming: what it is a quantity of
    subject: str = ""
    base: str = ""
    given: bool = False  # by the row of a table: its cell holds the number alone
    number_first: bool = False
    alike: bool = False  # counted in the noun that stands at an earlier number or leads the list
    upward: bool = False  # "trở lên" stands behind what is counted
    carry: str = ""  # words before the number that also hold for the next one ("cáp quang phủ")
    # decided before the verdict: it says which ones, "definition", and is no quantity of its own
    fate: Fate | None = None

    @property
    def clause(self) -> Span:
        """The words before the number, its run included."""
        return self.before[0], self.token.start


class Sentence:
    """A sentence, or the words of a bracket (``outer`` is then the sentence around it)."""

    def __init__(self, text: str, low: str, span: Span, tokens: list[Token], context: Context, outer: Sentence | None = None) -> None:  # fmt: skip
        self.text, self.low, self.context, self.outer = text, low, context, outer
        self.start, self.end = span
        self.fates: list[tuple[Token, Fate]] = []  # of what is no quantity
        self.holes: list[Span] = []  # brackets, read on their own
        self.blanks: list[Span] = []  # brackets and words of time, no words of a subject
        self.tokens = self._set_brackets_apart(tokens)
        self.inside = [token for token in self.tokens if self._in_hole(token)]
        outside = [token for token in self.tokens if not self._in_hole(token)]
        self._blank_time(outside)
        self.years = [token for token in outside if self._is_horizon(token)]
        self.flat = self._without_blanks()
        self.quantities: list[Quantity] = []
        for token in outside:
            if token.kind == "fraction" and (context.topic == "goals" or context.mode == "goal"):
                begin = max(self.start, low.rfind(";", 0, token.start) + 1)
                named = say.from_head(say.before_number(low[begin : token.start]))
                token = part_of_whole(token, low, counted_in(named))
            if token.kind == "quantity" or self._is_limit_of_time(token):
                self.quantities.append(Quantity(token, len(self.quantities)))
            else:
                self.fates.append((token, FATES.get(token.kind, Fate.COUNT)))
        self.beside: Quantity | None = None  # of a bracket: the quantity it stands after
        if outer is not None:
            earlier = [quantity for quantity in outer.quantities if quantity.token.start < self.start]
            self.beside = earlier[-1] if earlier else None
        self.row = self._find_row()
        self._find_runs()
        self._divide()
        self._set_definitions_apart()
        for quantity in self.quantities:
            self._name(quantity)
        self._share()

    def brackets(self) -> Iterator[Sentence]:
        """Yield the brackets that hold numbers, as sentences of their own."""
        for a, b in self.holes:
            tokens = [token for token in self.inside if a <= token.start < b]
            if tokens:
                yield Sentence(self.text, self.low, (a + 1, b - 1), tokens, self.context, self)

    # -------------------------------------------------------------- brackets and words of time

    def _set_brackets_apart(self, tokens: list[Token]) -> list[Token]:
        """Note brackets, and return the numerals without list numbers such as "(1) … (2) …"."""
        for found in lex.PARENTHESES.finditer(self.text, self.start, self.end):
            a, b = found.span()
            inside = [token for token in tokens if a <= token.start < b]
            if self._is_time(a, b, inside):
                self.blanks.append((a, b))
            elif all_of := lex.ALL_OF.search(self.low, self.start, b):
                self.blanks += [
                    (all_of.start(), inside[0].start),
                    (inside[0].end, b),
                ]  # "toàn bộ (100%) các trường"
            elif lex.SHORT_NAME.fullmatch(self.text, a, b):
                continue  # "Chỉ số phát triển con người (HDI)"
            elif lex.ENUMERATOR.fullmatch(self.low, a, b):
                self.blanks.append((a, b))
                self.fates.append((Token(a + 1, b - 1, "list number"), Fate.LIST_NUMBER))
                tokens = [token for token in tokens if token not in inside]
            else:
                self.holes.append((a, b))
        return tokens

    def _is_time(self, a: int, b: int, tokens: list[Token]) -> bool:
        """Brackets that only name a time speak for the number beside them: "đạt 90% (năm 2025)"."""
        if not tokens or any(token.kind not in ("year", "date") for token in tokens):
            return False
        words, at = "", a + 1
        for token in tokens:
            words += lex.PERIOD_WORDS.sub("", self.low[at : token.start])
            at = token.end
        return not (words + self.low[at : b - 1]).strip(" .,;")

    def _in_hole(self, token: Token) -> bool:
        return any(a <= token.start < b for a, b in self.holes)

    def _is_horizon(self, token: Token) -> bool:
        """A year of the sentence, or a date one should be done by; not "so với năm 2020"."""
        if token.kind != "year" and (token.kind != "date" or token.value is None):
            return False
        left = self.left_of(token, 40)
        if lex.COMPARED.search(left):
            return False
        return token.kind == "year" or bool(lex.DEADLINE_LEFT.search(left))

    def _is_limit_of_time(self, token: Token) -> bool:
        """A time is a target only in a goal and under a bound: "không quá 3 ngày làm việc"."""
        if token.kind != "duration" or self.context.topic not in ("goals", ""):
            return False
        left = self.left_of(token, 70)
        again = [q.token.unit for q in self.quantities[-1:]] == [token.unit] and lex.REACHES.search(left)
        lasts = lex.LIFETIME.search(left)
        runs = lasts and token.unit == "năm" and "thời gian" in lasts.group()  # "thời gian thực hiện: 5 năm"
        starts = lex.FROM_RUN.search(left.rstrip()) and lex.CHANGED_TO.match(self.low, token.end, self.end)
        return bool(lex.LIMIT_OF_TIME.search(left) or starts or (lasts and not runs) or again)

    def _blank_time(self, tokens: list[Token]) -> None:
        """Words of time ("đến hết năm 2025") and brackets are no part of a subject."""
        for token in tokens:
            if token.kind in ("year", "date"):
                left = self.left_of(token, 40)
                words = lex.PERIOD_WORDS.search(left)
                self.blanks.append((token.start - len(left[words.start() :] if words else ""), token.end))
        parts = any(word in self.low for word in ("quý", "tháng", "kỳ", "giai đoạn"))
        named = lex.UNDATED.finditer(self.low, self.start, self.end) if parts else ()
        self.blanks = sorted([*self.blanks, *self.holes, *(found.span() for found in named)])

    def _without_blanks(self) -> str:
        """Return the sentence in lower case, blanks as spaces; places stay where they are in the text."""
        parts = [" " * self.start]
        at = self.start
        for a, b in self.blanks:
            a, b = max(a, at), min(b, self.end)
            if b > a:
                parts += self.low[at:a], " " * (b - a)
                at = b
        parts.append(self.low[at : self.end])
        return "".join(parts)

    # -------------------------------------------------------------- words

    def in_words(self, token: Token) -> bool:
        """Whether a number has no digits: "hai phần ba", "gấp đôi"."""
        return not self.low[token.start].isdigit()

    def left_of(self, token: Token, width: int) -> str:
        """Return the letters before a numeral, in lower case."""
        return self.low[max(self.start, token.start - width) : token.start]

    def words(self, start: int, end: int) -> str:
        """Return the printed words of a span without brackets and words of time."""
        parts = []
        at = start
        for a, b in self.blanks:
            if b > at and a < end:
                parts.append(self.text[at : max(at, a)])
                at = min(b, end)
        parts.append(self.text[at:end])
        return squeeze(" ".join(parts))

    # -------------------------------------------------------------- rows

    def _find_row(self) -> list[Quantity]:
        """Return the numbers of which each of several names or years has one: "PCI, PAPI lần lượt đạt 15, 18"; ranks are told."""
        row: list[Quantity] = []
        for quantity in self.quantities:
            start, end = row[-1].token.end if row else self.start, quantity.token.start
            between = self.flat[start:end].removeprefix(f" {row[-1].token.unit}" if row else "")
            apart = any(start <= hole < end for hole, _ in self.holes)  # "99% (đô thị) và 92%"
            if row and not apart and lex.NEXT_IN_ROW.fullmatch(between):
                row.append(quantity)
            elif len(row) < 2:
                row = [quantity]
            else:
                break
        said = self.flat[self.start : row[0].token.start] if len(row) > 1 else ""
        turn = lex.IN_TURN.search(said, max(0, len(said) - 30))
        dashed = len(row) > 2 and self.gap(row[0], row[1]).strip() == "-"
        if turn is None and not dashed:
            return []
        if lex.RANKING.search(said) and all(quantity.token.sort in ("bare", "rank") for quantity in row):
            for quantity in row:
                quantity.token = replace(quantity.token, unit="hạng", sort="rank")
        return row

    # -------------------------------------------------------------- runs

    def _find_runs(self) -> None:
        at = self.start
        for quantity in self.quantities:
            token = quantity.token
            begin = self._run_start(at, token.start)
            quantity.run_start = begin
            quantity.run = squeeze(self.flat[begin : token.start])
            if token.sort == "bare" and not token.unit:
                earlier = self.previous(quantity)
                ranks = (
                    earlier is not None
                    and earlier.token.sort == "rank"
                    and (quantity.run == "lên" or self.flat[earlier.token.end : begin].endswith(":"))
                )  # "Xếp hạng PAR INDEX: 18; SIPAS: 12"
                ranked = replace(token, unit="hạng", sort="rank")
                quantity.token = ranked if ranks else self._with_unit_before(token, begin)
            upward = lex.AND_UP.match(self.low, token.end, self.end)
            at = upward.end() if upward else token.end

    def _with_unit_before(self, token: Token, run_start: int) -> Token:
        """ "Thu ngân sách (tỷ đồng): 45": the unit stands with the name."""
        named = lex.UNIT_WITH_NAME.search(self.low, self.start, run_start)
        unit = quantity_at(f"1 {named['unit']}", 0, 1) if named else None
        return replace(token, unit=unit.unit, sort=unit.sort) if unit and unit.unit else token

    def _run_start(self, start: int, end: int) -> int:
        # white space before the number does not count: a page may have ended there
        view = max(start, len(self.flat[:end].rstrip()) - 90)
        run = lex.RUN.search(self.flat, view, end)
        if run is None:
            return end
        cut = max(self.flat.rfind(":", run.start(), end), self.flat.rfind(", phấn đấu", run.start(), end))
        # "Tỷ lệ hộ nghèo giảm bình quân/năm: 1,5%" falls by so much
        begin = cut + 1 if cut >= 0 and not lex.CHANGES.match(self.flat, run.start()) else run.start()
        newly = lex.NEWLY.match(self.flat, begin)
        begin = newly.end() if newly else begin  # "xã nông thôn mới | đạt thêm 1 tiêu chí"
        averaged = lex.AVERAGED.match(self.flat, begin)
        return averaged.end() if averaged else begin

    # -------------------------------------------------------------- division

    def _divide(self) -> None:
        """Give the words between two quantities to the one before or the one after."""
        if not self.quantities:
            return
        head, tail = self.quantities[0], self.quantities[-1]
        head.before = (max(self.start, self.flat.rfind(";", 0, head.run_start) + 1), head.run_start)
        for earlier, later in pairwise(self.quantities):
            cut, resume = self._cut_of_gap(earlier, later)
            earlier.after = (earlier.token.end, cut)
            later.before = (resume, later.run_start)
        semicolon = self.flat.find(";", tail.token.end)
        tail.after = (tail.token.end, semicolon if semicolon >= 0 else self.end)

    def _cut_of_gap(self, earlier: Quantity, later: Quantity) -> Span:
        """Return where the words of the earlier quantity end and those of the later begin."""
        a, b = earlier.token.end, later.run_start
        # the later has a verb before it, so its subject is in the gap
        verb = bool(lex.STRONG.search(later.run))
        gap = self.flat[a:b]
        semicolon = max(gap.rfind(";"), gap.rfind(". ") if self.outer else -1)
        if semicolon >= 0:
            return a + semicolon, a + semicolon + 1
        if gap.lstrip().startswith(":"):
            colon = a + gap.index(":")
            return colon, colon + 1  # "diện tích nuôi 5.200 ha: nước lợ 3.000 ha"
        part = lex.PART_OF_IT.search(gap)
        if part is not None:
            return a + part.start(), a + part.end()
        cuts = [found.span() for found in (*lex.SEPARATOR.finditer(gap), *lex.WITH_A_TOTAL.finditer(gap))]
        if not cuts:
            # "60% số xã đạt 19 tiêu chí"
            leads = earlier.token.sort == "percent" and not self.named_before(earlier)
            head = None if leads else lex.HEAD.search(gap)
            begins = head.start() if head and verb else 0
            return (a + begins, a + begins) if begins else (b, b)
        if not gap[: cuts[0][0]].strip() and gap.strip(" ,:.-") and gap[cuts[-1][1] :].strip():
            return a, a + cuts[0][1]
        cut = self._best_cut(gap, cuts, verb, things=not earlier.run and not self.words(*earlier.before))
        return a + cut[0], a + cut[1]

    @staticmethod
    def _best_cut(gap: str, cuts: list[Span], verb: bool, *, things: bool) -> Span:
        """Return the separator that divides a gap; ``things``: the gap also says what the earlier counts."""
        if not gap[cuts[-1][1] :].strip():
            return cuts[-1]
        heads = (cut for cut in cuts if lex.HEAD.match(gap[cut[1] : cut[1] + 40].lstrip()))
        if (headed := next(heads, None)) is not None:
            return headed
        if verb and things:
            return next((cut for cut in cuts if lex.PREDICATE.search(gap[: cut[0]])), cuts[-1])
        return cuts[0] if verb and len(gap[: cuts[0][0]].split()) <= 4 else cuts[-1]

    def _set_definitions_apart(self) -> None:
        """ "tốc độ trên 1 Gb/s đạt 100%", "tỷ lệ hộ có ít nhất 01 người biết … đạt 70%": which ones."""
        for later in self.quantities[1:]:
            earlier = self.quantities[later.place - 1]
            told = self._definitions_of_share(later)
            if earlier.token.sort == "percent" and not told:
                continue
            reached = (lex.STRONG.match(later.run) and not lex.CHANGES.match(later.run)) or (
                earlier.token.sort == "speed" and lex.COVER.match(later.run)
            )
            starts = lex.FROM_RUN.search(earlier.run)
            at_once = reached and not starts and not self.flat[earlier.token.end : later.run_start].strip()
            for quantity in told or [earlier] * bool(at_once):
                quantity.fate = Fate.DEFINITION
                later.before = (min(quantity.before[0], later.before[0]), later.run_start)

    def _definitions_of_share(self, share: Quantity) -> list[Quantity]:
        """ "tỷ lệ phụ nữ được khám thai ít nhất 4 lần trong 3 thai kỳ đạt 88%": the numbers before the share."""
        told: list[Quantity] = []
        at = share.run_start
        for quantity in reversed(self.quantities[: share.place]):
            # "tỷ lệ trạm y tế làm được tối thiểu 80% kỹ thuật đạt 95%"
            shares = quantity.token.sort == "percent"
            within = say.is_bound(quantity.run) and share.run.startswith("đạt")
            if (shares and not within) or lex.SEPARATOR.search(self.flat, quantity.token.end, at):
                break
            told.append(quantity)
            at = quantity.run_start
        if not told or share.token.sort != "percent":
            return []
        said = self.flat[slice(*told[-1].before)]
        whose = lex.PREDICATE.search(said) and share.run.startswith("đạt") and not self.named_before(share)
        named = lex.SHARE.search(said) or (whose and not lex.WHAT_WAS_ASKED.match(self.flat, share.token.end))
        return told if named or ":" in self.gap(told[0], share) else []

    # -------------------------------------------------------------- subjects

    def _name(self, quantity: Quantity) -> None:
        """Find what a quantity is a quantity of."""
        self._count_alike(quantity, self.previous(quantity))
        after, counted = self._words_after(quantity)
        before, led = self._words_before(quantity, after, counted)
        nameless = lex.NO_NAME.fullmatch(lower(before))  # "…, lũy kế 61 xã"
        if nameless or (after and lex.ONLY_WHO.match(before)):  # "xã đạt thêm 2 tiêu chí nông thôn mới"
            before = self.outer_subject() if nameless else ""
        low = lower(before)
        if low == "tỷ lệ" and after and quantity.token.sort == "percent" and not say.is_tail(after):
            before = low = ""  # "…; duy trì tỷ lệ 98% hồ sơ đúng hạn"
        made = lex.QUANTITY_VERB.search(low, max(0, len(low) - 40)) and not lex.HEAD.match(low)
        makes = bool(made or lex.VERB_ONLY.match(low))
        sides = Sides(self, quantity, before, "" if before and counted and not makes else after, led)
        first(NAMING, sides).gives(sides)
        said, lead = self.words(*quantity.before), self.context.lead
        own = lex.CONCERNING.match(said) or not lead
        quantity.subject = say.of_whom(
            said if own else f"{lead},", quantity.subject, quantity.number_first, not own
        )
        unit = quantity.token.unit
        noun = counted_in(quantity.subject) if quantity.token.sort == "bare" and not unit else ""
        if noun:
            quantity.token = replace(quantity.token, unit=noun, sort="count")  # "số tổ hợp tác: 30"
        elif counted and makes and lower(quantity.subject) == unit and low not in lex.BARE_VERBS:
            quantity.subject = f"{before} {unit}"  # "công nhận mới 25 sản phẩm"
        elif counted and quantity.subject == before and unit not in low:
            if makes or led or lex.HEAD.search(low):
                return
            word = len(before.split()) == 1 and unit != "con" and not before.isupper()
            if low.startswith("mỗi "):
                # "mỗi xã có ít nhất 02 câu lạc bộ"
                quantity.subject = f"Số {unit.partition('/')[0]} {before}"
            elif word or lex.BUILDS.match(low):
                quantity.subject = f"{before} {unit}"  # "xây mới 15 phòng học"

    def _words_after(self, quantity: Quantity) -> tuple[str, bool]:
        """Return the words after a number that may name it, and whether they are only what it counts."""
        unit = quantity.token.unit
        after = say.after_number(self.words(*quantity.after))
        after = after.removeprefix(unit).lstrip() if quantity.token.kind == "duration" else after
        upward = lex.UNIT_AND_UP.match(lower(after)) if "trở lên" in after else None
        whole = squeeze(upward["unit"]).removesuffix(" mới") if upward else ""
        of_them = unit == "%" or whole.startswith(f"{unit} ")  # "từ 60% số hộ nông dân trở lên"
        if upward and (whole == unit or (quantity.run.endswith("từ") and of_them)):
            quantity.upward = True
            after = after[: upward.end("unit")] + after[upward.end() :]
        after = lex.NONE_OF_THEM.split(lex.MULTIPLE.sub("", after))[0]
        if self.flat.startswith((",", ";"), quantity.token.end) and self.named_before(quantity):
            after = ""  # "doanh thu đạt 18.000 tỷ đồng, gấp hai lần năm 2019"
        counts = quantity.token.sort in ("count", "bare", "") and bool(unit)
        counted = counts and not say.beyond_unit(after, unit)
        after = SHORT_UNITS.get(lower(after), after) if counted else after
        leads, colon, _ = self.flat[slice(*quantity.before)].rpartition(":")
        again = colon and lower(after) in leads  # "Số thôn, làng đạt chuẩn: 4 thôn, làng"
        return "" if again else after, counted

    def _count_alike(self, quantity: Quantity, earlier: Quantity | None) -> None:
        """ "1.500 mô hình, trong đó vùng A 600, vùng B 450", "câu lạc bộ: bóng đá 12, cầu lông 18": one noun for several."""
        token = quantity.token
        if earlier is not None and token.sort == "bare" and lex.OF_THEM.match(self.flat, token.end):
            # "1.200 đoàn viên ưu tú, trong đó 600 được kết nạp Đảng"
            quantity.token = token = replace(token, unit=earlier.token.unit, sort=earlier.token.sort)
        if token.sort != "bare" or token.unit or self.context.topic != "goals":
            return
        between = self.flat[earlier.token.end if earlier else self.start : quantity.run_start]
        noun = ""
        if earlier and earlier.token.sort == "count" and (earlier.alike or "trong đó" in between):
            noun = earlier.token.unit
        elif ":" in between:
            noun = count_noun(say.before_number(between[: between.rindex(":")].rpartition(";")[2]))
        if noun:
            quantity.token = replace(token, unit=noun, sort="count")
            quantity.alike = True

    def named_before(self, quantity: Quantity) -> str:
        """Return the words before a quantity that may name it."""
        return say.before_number(self.words(*quantity.before))

    def gap(self, earlier: Quantity, later: Quantity) -> str:
        """Return the words between two quantities, those that compare included."""
        return self.flat[earlier.token.end : later.token.start]

    def previous(self, quantity: Quantity) -> Quantity | None:
        """Return the quantity before this one, None for the first."""
        return self.quantities[quantity.place - 1] if quantity.place else None

    def _words_before(self, quantity: Quantity, after: str, counted: bool) -> tuple[str, bool]:
        """Return the words before a run, and whether a line that led them named the subject.

        ``counted``: the words after the number are only what it counts.
        """
        lead, words = self._lead_and_words(quantity, after)
        after = "" if counted else after
        unit = quantity.token.unit if counted else ""
        makes = quantity.run.startswith("có") or lex.VERB_ONLY.match(lower(words))
        if lead and unit and makes and unit not in lower(lead):
            return squeeze(f"{lead}: {words} {unit}"), True  # "Khách du lịch: đón 5 triệu lượt"
        if lex.COLLECTED.fullmatch(lower(words)) and quantity.run.startswith("vượt"):
            words = f"{words} vượt"  # "thu vượt ít nhất 5% dự toán"
        ranked = quantity.token.sort == "rank" and not lex.ABOUT_WHAT.search(after)
        if lead and not words and (not after or ranked or say.is_tail(after)):
            words, lead = lead, ""  # "Cấp tỉnh: 100%", "Doanh nghiệp số: 500 doanh nghiệp"
        has = quantity.place and self.words(*quantity.before).lstrip(",; ").startswith("có ")
        if has and words and not after:
            return f"có {words}", False  # "…; có chữ ký số: trên 50%": of those an earlier number spoke of
        above = "" if quantity.place and not words else self.context.lead
        for led in (lead, self.outer_subject(), above):
            whole = self._led_by(led, words, after) if led else ""
            if whole:
                return whole, True
        return (words if lex.COVER.search(quantity.run) else say.from_head(words)), False

    def _lead_and_words(self, quantity: Quantity, after: str) -> tuple[str, str]:
        """Return the words before a colon, and those from there to the run, without who aims."""
        a, b = quantity.before
        colon = self.flat.rfind(":", a, b)
        lead = say.before_number(self.words(a, colon)) if colon >= 0 else ""
        lead = "" if lex.AS_PLANNED.fullmatch(lower(lead)) else lead
        opens = not lex.STRONG.search(quantity.run) or lex.PREDICATE.search(lower(after))
        follows = bool(after and opens)
        words = self.words(max(a, colon + 1), b)
        words = say.before_number(lex.IN_IT.sub("", words) if follows else words)
        lead, words = lex.GIVEN_ABOVE.sub("", lead), lex.GIVEN_ABOVE.sub("", words)
        if lex.AS_PLANNED.fullmatch(lower(words)):
            words = ""  # "Thu ngân sách: KH giao 45 tỷ đồng"
        return lead, say.without_actor(words, follows, lex.AIMING.search(quantity.run) is not None)

    def _led_by(self, led: str, words: str, after: str) -> str:
        """Return a subject that a line, or the words before a bracket, begins: "Tỷ lệ hồ sơ xử lý …: cấp tỉnh"."""
        if not words:
            return led if not after or say.is_tail(after) else ""
        placed = lex.LEVEL_OF.match(lower(words)) and not lex.LEVEL_OF.search(lower(led))
        if placed and len(words.split()) <= 3:
            return squeeze(f"{led} {words}")  # "Nước sạch: đô thị 98%, nông thôn 75%"
        measured = lex.MEASURED_OF.fullmatch(words)
        if measured and not measured["of"]:  # "Lúa: diện tích 207 ha"
            return squeeze(f"{words} {led}") if len(led.split()) <= 4 and lower(led[:3]) != "về " else ""
        if lex.OF_SOMETHING.fullmatch(lower(words)):
            # "Sốt xuất huyết: số mắc không quá 80 ca", "Về việc làm: mức thiếu hụt còn 29%"
            led = led.removeprefix("Về ")
            return squeeze(f"{words} {lower(led[:1]) if led[1:2].islower() else led[:1]}{led[1:]}")
        if not after and not say.names_something(words) and not lex.VERB_ONLY.match(lower(words)):
            return squeeze(f"{led} {words}")  # "Thu cho tổ chức tín dụng: thu trên 210 tỷ đồng"
        short = len(words.split()) <= (30 if self.outer else 12)
        headless = short and not lex.HEAD.match(lower(words)) and lex.HEAD.search(lower(led))
        return squeeze(f"{led} {words}") if headless else ""

    def outer_subject(self) -> str:
        """Return what a bracket speaks of."""
        outer = self.outer
        if outer is None:
            return ""
        if self.beside is not None and self.outer is not None:
            units = {quantity.token.unit for quantity in self.quantities}
            earlier = self.outer.quantities[: self.beside.place + 1]
            return next((q for q in reversed(earlier) if q.token.unit in units), self.beside).subject
        begin = max(outer.start, outer.flat.rfind(";", 0, self.start) + 1)
        words = say.before_number(outer.words(begin, self.start))
        average = lex.AVERAGE.search(lower(words))
        if average:
            return words[average.end() :]
        head = lex.HEAD.search(lower(words))
        return words[head.start() :] if head else words

    # -------------------------------------------------------------- what one says for several

    def _share(self) -> None:
        """Carry heads and predicates that one quantity prints for several."""
        for earlier, later in reversed(list(pairwise(self.quantities))):
            if not earlier.subject:
                earlier.subject, earlier.number_first = later.subject, later.number_first
        last = ""
        for quantity in self.quantities:
            if last and quantity.subject:
                quantity.subject = self._after(last, quantity)
            last = quantity.subject or last
        self._share_in_turn()
        self._share_whole()
        self._share_lead()
        self._share_places()
        self._share_who()
        self._share_predicate()

    def _after(self, last: str, quantity: Quantity) -> str:
        """Return a subject with what an earlier one, ``last``, printed for it."""
        earlier, subject, unit = self.previous(quantity), quantity.subject, quantity.token.unit
        if earlier is not None and lower(subject) == unit:
            if earlier.token.unit.startswith(unit):
                return last  # "… cho 3.200 lao động; riêng năm 2026 là 2.900 lao động"
            if quantity.run == "với":
                return f"{unit} {last}"  # "3 cơ sở chăm sóc với 450 giường"
            verb = self.named_before(self.quantities[0])
            makes = lex.VERB_ONLY.match(lower(verb))
            return squeeze(f"{verb} {subject}") if makes else subject  # "xây dựng 120 km đường, 15 cầu"
        if earlier is not None and lower(subject).startswith("đối với ") and lower(last)[:8] != "đối với ":
            # "đối với hồ sơ mới, 100% được số hóa; đối với hồ sơ cũ, 50%"
            found = lex.CONCERNING.match(self.words(*earlier.before))
            if found and last.startswith(found["what"]):
                return f"{subject[len('đối với ') :]}{last.removeprefix(found['what'])}"
            return f"{last.partition(' đối với ')[0]} {subject}"
        age = lex.AGED.search(lower(subject))
        if age and age.end() == len(subject) and len(subject.split()) <= 5 and lex.AGED.search(last):
            return lex.AGED.sub(age.group(), last)  # "tử vong trẻ dưới 1 tuổi: 14‰; dưới 5 tuổi: 21‰"
        whose = lower(last).rfind(f" của {lower(subject).partition(' ')[0]} ") + 1
        if whose and earlier is not None and earlier.token.unit == unit and len(subject.split()) <= 3:
            return f"{last[:whose]}của {subject}"  # "Ngày lưu trú của khách quốc tế đạt 2,5 ngày, khách nội địa 1,8 ngày"
        measured, of = lex.MEASURED_OF.fullmatch(subject), lex.MEASURED_OF.fullmatch(last)
        if measured and of and of["of"] and not measured["of"]:
            return f"{subject} {of['of']}"  # "diện tích lúa 207 ha, năng suất 60 tạ/ha"
        if lex.MEASURE_ALONE.fullmatch(lower(subject)) and not quantity.number_first and last != subject:
            return f"{subject} ({last})"  # "10 hầm ủ, tổng công suất 40 tấn/ngày"
        part = lex.LEVEL_OF.fullmatch(lower(subject)) and not lex.LEVEL_OF.search(lower(last))
        if part and (lex.HEAD.match(lower(last)) or "trong đó" in self.flat):
            return squeeze(f"{last} {subject}")  # "tỷ lệ hộ nghèo còn 3%, trong đó miền núi còn 5%"
        if lex.RATE_ALONE.fullmatch(lower(subject)) and subject != last:
            return squeeze(f"{subject} {last}")  # "đạt 13 triệu tấn, tốc độ tăng bình quân 15,5%/năm"
        if self.sets_apart(quantity) and not lex.HEAD.search(lower(subject)):
            return squeeze(f"{last} {subject}")
        return say.with_head(last, say.with_whom(last, subject))

    def sets_apart(self, quantity: Quantity) -> bool:
        """ "…, riêng các xã miền núi giảm 4%": the same thing of some of them."""
        earlier = self.previous(quantity)
        same = earlier is not None and earlier.token.unit == quantity.token.unit
        return same and "riêng" in self.flat[slice(*quantity.clause)].split() and not quantity.number_first

    def _share_in_turn(self) -> None:
        """As many names as numbers: "tỷ trọng khu vực I, II, III lần lượt là 15%, 45%, 40%"."""
        if not self.row:
            return
        subject = self.row[0].subject
        found = lex.IN_TURN.search(subject)
        subject = subject[: found.start()].rstrip(" ,") if found else subject
        dashed = self.gap(self.row[0], self.row[1]).strip() == "-"
        marks = (lex.DASH,) if dashed else ()  # "Nông nghiệp - CN, XD - TM, DV: 18% - 45% - 37%"
        splits = (each.split(subject) for each in (*marks, lex.SEPARATOR, lex.COMMA, lex.DASH))
        names: list[str] = next((names for names in splits if len(names) == len(self.row)), [])
        told = [quantity.subject for quantity in self.quantities[: self.row[0].place]][-len(self.row) :]
        if not names and len(told) == len(self.row) and lex.UP.match(lower(subject)):
            names = told  # "hàng hóa 190 triệu tấn, hành khách 260 triệu lượt, tăng lần lượt 8% và 5%"
        head = lex.HEAD.match(lower(subject)) if names else None
        begins = subject[: head.end()] if head else ""
        for quantity in self.row:
            quantity.subject = subject
        for quantity, name in zip(self.row, names, strict=False):
            name = squeeze(name)
            headed = say.with_head(names[0], name)  # "… đúng hạn cấp tỉnh, cấp xã lần lượt đạt"
            whole = name if quantity is self.row[0] else headed if headed != name else f"{begins} {name}"
            quantity.subject = squeeze(whole)

    def _share_whole(self) -> None:
        """ "…, trong đó nữ chiếm ít nhất 45%", "…, trong đó cam 520 ha, bưởi 310 ha": one word names a part."""
        last, unit = self.context.whole
        wholes, at = {unit: last}, self.start  # the subject last named, by its unit
        for quantity in self.quantities:
            unit, subject = quantity.token.unit, quantity.subject
            within = "trong đó" in self.flat[at : quantity.token.start]
            whole = wholes.get(unit, last if within else "")
            part = subject.isalpha() and not say.names_something(subject, alone=True)
            if not whole or not part or whole.split()[0] == subject:
                at, last = quantity.token.end, subject
                wholes[unit] = subject
                continue
            head = lex.HEAD.match(lower(whole))
            if within:
                quantity.subject = f"{subject} trong {whole}"
            elif head:
                quantity.subject = f"{whole[: head.end()]} {subject}"  # "diện tích lúa 120 ha, ngô 35 ha"
            elif not quantity.number_first:
                quantity.subject = f"{subject} ({whole})"

    def _share_lead(self) -> None:
        """ "Tỷ lệ trường đạt chuẩn: mầm non 60%, tiểu học 72%": the line holds for each."""
        head = self.quantities[0] if self.quantities else None
        colon = self.flat.rfind(":", *head.before) if head else -1
        led = say.before_number(self.words(head.before[0], colon)) if head and colon >= 0 else None
        lead = self.outer_subject() if led is None else led
        if not head or not lex.HEAD.search(lower(lead)) or not head.subject.startswith(f"{lead} "):
            return
        for quantity in self.quantities[1:]:
            bare = len(quantity.subject.split()) <= 4 and not lex.HEAD.search(lower(quantity.subject))
            if bare and not quantity.number_first and quantity.token.unit == head.token.unit:
                quantity.subject = f"{lead} {quantity.subject}"

    def _share_places(self) -> None:
        """ "đạt 10% ở tiểu học, 20% ở trung học": one thing in several places."""
        for quantity in self.quantities:  # "đạt 99% (đô thị) và 92% (nông thôn)"
            hole = next((hole for hole in self.holes if 0 <= hole[0] - quantity.token.end < 2), None)
            words = self.text[hole[0] + 1 : hole[1] - 1].strip() if hole else ""
            if lex.LEVEL_OF.fullmatch(lower(words)):
                quantity.subject = f"{quantity.subject} {words}"
        for (subject, _), alike in groupby(self.quantities, key=lambda q: (q.subject, q.token.unit)):
            places = [(quantity, lex.WHERE.match(self.words(*quantity.after))) for quantity in alike]
            for quantity, found in places if any(found for _, found in places[1:]) else ():
                quantity.subject = say.at_place(subject, found["where"]) if found else subject

    def _share_who(self) -> None:
        """ "trên 90% dân số có điện thoại, trên 80% có tài khoản": who is said once."""
        who, label, renamed = "", "", {"": ""}
        for quantity in self.quantities:
            colon = self.flat.rfind(":", *quantity.before)  # "Thư viện cấp tỉnh: 100% có không gian đọc số"
            who = say.before_number(self.words(quantity.before[0], colon)) if colon >= 0 else who
            verb = lex.PREDICATE.search(lower(quantity.subject)) if quantity.number_first else None
            share = quantity.number_first and quantity.token.sort == "percent" and not quantity.carry
            alone = share and verb and len(quantity.subject[verb.end() :].split()) < 2
            label = "" if not alone else who if colon >= 0 else label
            some = quantity.subject.startswith("số ")  # "Họp không giấy: 80% số cuộc họp"
            # "Kích hoạt tài khoản …: 85% công dân"
            led = colon >= 0 and not verb and (some or len(who.split()) > 3)
            of_it = share and (led or lex.OF_WHICH.match(quantity.subject))
            if who and (of_it or (verb and not verb.start())):
                before, quantity.subject = quantity.subject, squeeze(f"{who} {quantity.subject}")
                renamed[before] = quantity.subject
            elif label:
                quantity.subject = squeeze(f"{quantity.subject} {label}")  # "Chữ ký số: 100% cán bộ được cấp"
            elif quantity.subject in renamed:
                # "…: năm 2026 đạt 40% số cơ sở, năm 2027 đạt 75%"
                quantity.subject = renamed[quantity.subject]
            elif verb and verb.start():
                who = quantity.subject[: verb.start()]

    def _share_predicate(self) -> None:
        """ "50% trường học, 40% cơ sở y tế và 30% doanh nghiệp sử dụng …": what is done is said last."""
        predicate = ""
        for quantity in reversed(self.quantities):
            if not quantity.number_first or quantity.token.sort != "percent" or quantity.carry:
                predicate = ""
                continue
            found = lex.PREDICATE.search(lower(quantity.subject))
            if found and found.start():
                predicate = quantity.subject[found.start() :]
            elif predicate and not found and not lex.COMPLETE.search(quantity.subject):
                quantity.subject = squeeze(f"{quantity.subject} {predicate}")

    # -------------------------------------------------------------- time

    def horizon(self, quantity: Quantity) -> tuple[bool, Period]:
        """Return whether the sentence itself names a year, and the period.

        The year before the number counts first, then the one after it ("50% năm 2025"), then the one
        that led an earlier number or the sentence, then one at its end that holds for all.
        """
        if quantity in self.row:
            led = [token for token in self.years if token.start < self.row[0].token.start]
            follow = [token for token in self.years if token.start > self.row[-1].token.end][: len(self.row)]
            listed = all(lex.NEXT_IN_ROW.fullmatch(self.low[a.end : b.start]) for a, b in pairwise(follow))
            # "năm 2026, 2027 lần lượt còn 5%, 4%", "lần lượt đạt 45% và 70% vào các năm 2026, 2028"
            years = next((years for years in (led, follow * listed) if len(years) == len(self.row)), [])
            if years:
                return True, self._period([years[self.row.index(quantity)]])
        dated = any(quantity.before[0] <= token.start < quantity.token.start for token in self.years)
        if not dated and lex.END_OF_TERM.search(self.low, *quantity.clause):
            return False, (self.context.start, self.context.end)
        for a, b in self._places_of_years(quantity) if self.years else ():
            years = [token for token in self.years if a <= token.start < b]
            if years:
                return True, self._period(years)
        if self.outer is not None and self.beside is not None:
            return self.outer.horizon(self.beside)
        if self.outer is not None and self.outer.years and not self.outer.quantities:
            return True, self._period(self.outer.years)  # "Cây trồng năm 2030 (lúa: 207 ha)"
        return False, (self.context.start, self.context.end)

    def _places_of_years(self, quantity: Quantity) -> Iterator[Span]:
        place, last = quantity.place, self.quantities[-1]
        before = self.previous(quantity)
        if before is None or not lex.FROM_RUN.search(before.run):  # "từ 45% năm 2025 lên 70% năm 2030"
            yield quantity.clause
        end = self.end if quantity is last else self.quantities[place + 1].before[0]
        yield quantity.token.end, self._end_of_years(quantity, end)
        for later in self.quantities[place + 1 :]:  # "100% bệnh viện, 95% trường học … vào năm 2030"
            if ";" in self.gap(quantity, later) or not later.number_first:
                break
            yield later.token.end, later.after[1]
        yield from (earlier.clause for earlier in reversed(self.quantities[max(0, place - 20) : place]))
        first = self.quantities[0].before[0]
        apart = self.flat.find(";", self.start, first) >= 0
        if not apart or (self.leading_period() and not lex.RECURRENCE.search(self.flat, *quantity.clause)):
            yield self.start, first
        if quantity is not last and quantity.subject != last.subject:
            apart = self.context.end is not None and ";" in self.flat[quantity.token.end : last.token.end]
            yield self.end if apart else last.token.end, self.end
        if self.context.end is None:
            yield self.start, self.end  # nothing else names a year: "18 chỉ tiêu năm 2026; trong đó, …"

    def _end_of_years(self, quantity: Quantity, end: int) -> int:
        """Return where a clause without a number begins that has a year of its own: "… và về đích cuối năm 2020"."""
        clause = lex.OWN_CLAUSE.search(self.flat, quantity.token.end, end)
        if clause is None:
            return end
        year = next((token for token in self.years if clause.start() < token.start < end), None)
        named = year is not None and say.before_number(self.words(clause.end(), year.start))
        return clause.start() if named else end

    def _period(self, tokens: list[Token]) -> Period:
        """Return the period of the first of some years."""
        token = tokens[0]
        return (None, token.value) if token.kind == "date" else (token.value, token.high)

    def leading_period(self) -> Period | None:
        """Return the period of a year that opens the sentence: it speaks for the sentences after it, too."""
        years = [token for token in self.years if token.start < self.quantities[0].token.start]
        if not years or say.before_number(self.words(self.start, years[0].start)):
            return None
        return self._period(years)


def part_of_whole(token: Token, low: str, noun: str = "") -> Token:
    """ "07/09 trường" aims at 7 of 9, "2/3 số xã" at 66,67%; without a thing that is counted, or a ``noun`` before, it stays a fraction."""
    printed, _, all_ = low[token.start : token.end].partition("/")
    part, whole = number(printed.strip()), number(all_.strip())
    people = whole in (1, 2, 3, 4, 5, 10) and lex.SHARED_BY.match(low, token.end)
    shared = lex.SHARED_BY if people else lex.OF_A_WHOLE
    if printed[0] != "0" and 0 < part < whole <= 10 and shared.match(low, token.end):
        return replace(token, kind="quantity", value=round(100 * part / whole, 2), unit="%", sort="percent")
    count = quantity_at(low, low.index("/", token.start) + 1, token.end)
    if count is not None and count.unit:
        measured = count.sort in ("count", "bare", "speed") and not count.unit.startswith("số")
        noun = count.unit if measured else ""
    if not noun:
        return token
    out_of = whole if part <= whole else None
    return replace(token, kind="quantity", value=part, unit=noun, sort="count", out_of=out_of)


# ------------------------------------------------------------------ where the subject stands


@dataclass(frozen=True, slots=True)
class Sides:
    """The words on both sides of a quantity, as far as they may name its subject."""

    sentence: Sentence
    quantity: Quantity
    before: str
    after: str
    led: bool  # a line, or the words before a bracket, began the words before

    @property
    def previous(self) -> Quantity | None:
        """The quantity before; one that only says which ones is a part of the one before it."""
        earlier = self.sentence.previous(self.quantity)
        told = self.sentence.previous(earlier) if earlier and earlier.fate is Fate.DEFINITION else None
        return told if told is not None and told.number_first else earlier

    @property
    def qualifies(self) -> bool:
        """ "05 doanh nghiệp đạt doanh thu trên 100 tỷ đồng": the second number says which enterprises."""
        if self.previous is None or self.quantity.token.sort == "percent":
            return False
        between = self.sentence.gap(self.previous, self.quantity)
        if lex.FROM_RUN.search(self.previous.run) and lex.TO.match(between):
            return False
        if not self.previous.number_first:  # "mỗi cơ sở giúp ít nhất 10 hộ gia đình đạt 08 tiêu chí"
            return self.previous.token.sort == self.quantity.token.sort == "count" and (
                between.split() == [*self.previous.token.unit.split(), "đạt"]
            )
        if self.quantity.token.sort == "speed" and lex.AT_SPEED.search(between):
            return True  # "100% trường học, bệnh viện truy nhập với tốc độ trên 1 Gb/s"
        if lex.WITH_A_TOTAL.search(between):
            return False
        return bool(between.strip()) and not lex.SEPARATOR.search(lex.ONE_WHO.sub("ai", between))

    @property
    def begins_anew(self) -> bool:
        """ "…, có tối thiểu 10% đảng viên sử dụng …": a comma ends what came before."""
        comma = self.sentence.flat[: self.quantity.run_start].rstrip().endswith((",", " để"))
        if not self.after or not comma or say.is_tail(self.after):
            return False
        falls = self.quantity.run.removeprefix("phấn đấu ") in ("giảm", "tăng", "cắt giảm")
        return falls or lex.PREDICATE.search(lower(self.after)) is not None

    @property
    def precedes(self) -> object:
        """A head, a lead or a verb says that the words before the number are the subject."""
        new = lower(self.before).endswith(" mới") and lex.STRONG.search(self.quantity.run) is not None
        flat, start = self.sentence.flat, self.quantity.run_start
        new = new or flat[self.quantity.before[0] : start].rstrip().endswith(":")  # "xây dựng: 2.300 tỷ đồng"
        if not self.before or (lex.VERB_ONLY.match(lower(self.before)) and not new):
            return False
        if self.quantity.run == "có" and lex.PREDICATE.match(lower(self.after)):
            return False  # "trong số người được phát hiện có 75% được điều trị"
        strong = lex.STRONG.search(self.quantity.run) and "phủ" not in self.quantity.run
        named = strong or lex.HEAD.search(lower(self.before)) or self.led
        return named or not self.after or (len(self.before.split()) > 2 and say.is_tail(self.after))

    @property
    def follows(self) -> bool:
        """The words after the number are more than the base of a share, or its source."""
        previous, quantity, after = self.previous, self.quantity, lower(self.after)
        if previous is None or not after:
            return bool(after)
        gap, acts = self.sentence.gap(previous, quantity), lex.PREDICATE.search(after)
        if lex.FROM_RUN.search(previous.run) and lex.TO.match(gap) and not acts:
            # no "từ 16 xuống dưới 11 ca", but "giảm từ 15 ngày xuống 10 ngày thời gian cấp phép"
            return lower(previous.subject) in ("", previous.token.unit)
        if not previous.number_first:
            timed = quantity.token.kind == "duration"  # "…, không quá 15 phút khi có xét nghiệm"
            again = not acts and self._takes_up(previous)
            if len(after.split()) <= 1 or timed or again:  # "… và 70% GRDP năm 2030"
                return False
        if after.startswith("đối với "):
            return False  # "2 cm đối với nam, 1,5 cm đối với nữ"
        # "…; 75% tổng số phụ nữ là hội viên"
        whole = not quantity.run and ";" in gap and after.startswith("tổng ") and len(after.split()) > 4
        return whole or not say.is_tail(after)

    def _takes_up(self, previous: Quantity) -> bool:
        """ "…: năm 2025 đạt 33%, năm 2026 đạt 35% lực lượng lao động": the same share, later."""
        begin, end = self.quantity.before
        dated = any(begin <= token.start < end for token in self.sentence.years)
        run, sort = self.quantity.run, self.quantity.token.sort
        later = previous.token.sort == "percent" and dated and lex.STRONG.match(run)
        takes = lex.TAKES_UP.match(run) or later
        return sort == "percent" and bool(takes) and not self.sentence.flat[begin:end].strip(" ,;")

    def base(self) -> str:
        """Return what a share is a share of; words after a comma are no part of it."""
        after = self.sentence.flat[self.quantity.token.end : self.quantity.after[1]].lstrip()
        return "" if lex.SEPARATOR.match(after) or after.startswith(":") else say.base_of_share(self.after)


def _by_what_is_ranked(sides: Sides) -> None:
    previous, after = sides.previous, sides.after
    before = "" if lex.VERB_ONLY.match(lower(sides.before)) else sides.before
    if previous is None or before.endswith("danh sách"):
        sides.quantity.subject = say.ranked_thing(before, after)
        return
    gap, whole = sides.sentence.gap, sides.sentence.previous(previous)
    if whole and "trong đó" in gap(whole, previous):
        previous = whole  # "30 giải, trong đó có 02 giải nhất; xếp trong nhóm 5"
    # "…; nằm trong 4 nước có hệ thống cảng tốt nhất khu vực"
    has = " có " in after and ";" in gap(previous, sides.quantity)
    ranked = say.ranked_thing(before, after if has or lex.ABOUT_WHAT.search(after) else "")
    sides.quantity.subject = ranked if say.names_something(ranked, alone=True) else previous.subject


def _as_part_of_the_previous(sides: Sides) -> None:
    quantity, earlier = sides.quantity, sides.previous
    assert earlier is not None  # the rule says so
    quantity.fate = Fate.DEFINITION
    words = sides.sentence.words(earlier.token.end, quantity.after[1])
    earlier.subject = squeeze(f"{earlier.carry if earlier.number_first else earlier.subject} {words}")


def _by_what_follows_alone(sides: Sides) -> None:
    sides.quantity.subject, sides.quantity.number_first = sides.after, True


def _by_what_precedes(sides: Sides) -> None:
    base = sides.base()
    whole = lower(sides.before).endswith("giải ngân") and base  # "giải ngân đạt 100% kế hoạch vốn"
    sides.quantity.subject, sides.quantity.base = (f"{sides.before} {base}" if whole else sides.before), base


def _by_both_sides(sides: Sides) -> None:
    quantity, before = sides.quantity, sides.before
    cover = lex.COVER.search(quantity.run)
    taught = lex.TEACHES.sub("", lower(before)) or "?"
    verb = quantity.token.sort != "percent" and lex.VERB_ONLY.match(taught)
    keep = "" if verb else before
    quantity.carry = squeeze(f"{keep} {cover.group()}") if cover and keep else keep
    # a comma after which a new name begins ends it: "trạm y tế, Nền tảng hỗ trợ …"
    thing = lex.MULTIPLE.sub("", lex.NEW_NAME.split(sides.after)[0])
    quantity.subject, quantity.number_first = squeeze(f"{quantity.carry} {thing}"), True


def _by_what_follows(sides: Sides) -> None:
    quantity = sides.quantity
    previous = sides.previous
    apart = previous is None or {";", ":"} & set(sides.sentence.gap(previous, quantity))
    quantity.carry = "" if previous is None or apart else previous.carry
    quantity.subject, quantity.number_first = squeeze(f"{quantity.carry} {sides.after}"), True


def _as_the_previous(sides: Sides) -> None:
    quantity, earlier = sides.quantity, sides.previous
    assert earlier is not None  # the rule says so
    if sides.sentence.sets_apart(earlier) and ";" in sides.sentence.gap(earlier, quantity):
        earlier = sides.sentence.previous(earlier) or earlier
    between = sides.sentence.gap(earlier, quantity)
    quantity.subject, quantity.number_first = earlier.subject, earlier.number_first
    if "trong đó" in between and lower(sides.after).startswith("theo "):
        # "…, trong đó tối thiểu 30% theo chuẩn quốc tế"
        quantity.subject = f"{earlier.subject} {sides.after}"
    quantity.base = sides.base()
    grown = lex.GROWN.match(earlier.subject)
    if lex.GIVES.search(quantity.run) and quantity.base and (earlier.number_first or grown or ";" in between):
        # "tốc độ tăng trưởng của kinh tế tư nhân đạt 12%; đóng góp 55% GRDP"
        who = grown["what"] if grown else "" if earlier.number_first else earlier.subject
        quantity.subject, quantity.number_first = squeeze(f"{who} đóng góp {quantity.base}"), False
    elif not quantity.run and earlier.base and earlier.subject.endswith(f"đóng góp {earlier.base}"):
        quantity.subject = earlier.subject.removesuffix(earlier.base) + quantity.base


# fmt: off
NAMING: tuple[Rule[Sides, Callable[[Sides], None]], ...] = (
    Rule("no separator after a number that comes first: it says which ones", _as_part_of_the_previous, "Có tối thiểu 05 doanh nghiệp đạt doanh thu trên «100 tỷ đồng».",
         lambda s: s.qualifies),
    Rule("a rank: what is ranked stands before it or after 'về'", _by_what_is_ranked, "Giữ hạng từ thứ «2» trở lên về chỉ số thương mại điện tử.",
         lambda s: s.quantity.token.sort == "rank" or s.quantity.token.unit == "bậc"),
    Rule("after a comma, with a predicate of its own: what follows", _by_what_follows_alone, "Đến năm 2025, có tối thiểu «10%» đảng viên sử dụng sổ tay điện tử.",
         lambda s: s.begins_anew),
    Rule("a verb, a head noun or a lead: what stands before", _by_what_precedes, "Đến năm 2025, kinh tế số chiếm tối thiểu «15%» GRDP.",
         lambda s: s.precedes),
    Rule("words on both sides: both name it", _by_both_sides, "Hạ tầng cáp quang phủ trên «80%» hộ gia đình.",
         lambda s: s.before and s.after),
    Rule("words after the number alone: what follows", _by_what_follows, "Trên «80%» doanh nghiệp sử dụng hợp đồng điện tử.",
         lambda s: s.follows),
    Rule("no words of its own: as the number before", _as_the_previous, "Tỷ lệ hộ có cáp quang đạt 50% năm 2025 và «70%» năm 2030.",
         lambda s: s.previous),
    Rule("no words at all: nothing names it", lambda s: None, "Phấn đấu đạt «70%».",
         lambda s: True),
)
# fmt: on

# fates of what is no quantity, by kind of numeral
FATES = {kind: Fate(kind) for kind in ("citation", "date", "article", "name", "duration")}
FATES |= {"age": Fate.DEFINITION, "base": Fate.UNIT, "fraction": Fate.COUNT, "year": Fate.PERIOD}
