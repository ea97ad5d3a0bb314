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
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from qngai_analysis.plan import lexicon as lex
from qngai_analysis.plan.structure import squeeze
from qngai_analysis.plan.wording import Token, has_numeral, lower, scan

# ------------------------------------------------------------------ what comes back


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence inherits from where it stands: with its words, all that decides how it reads."""

    start: float | None = None  # horizon of the headings above
    end: float | None = None
    year: int | None = None  # year of the document: an earlier year is a result, not a target
    topic: str = ""  # goals, tasks, budget, status … of the section
    lead: str = ""  # subject words of the line that leads the list ("Tỷ lệ hồ sơ xử lý trên mạng:")
    local: bool = True  # a plan of one province: what the country has or aims at is no target of it
    mode: str = ""  # of prose outside any section: "goal", "report", "" where nothing said yet


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

    def moved(self, by: int) -> Found:
        """Return the target with its places counted from ``by`` characters earlier."""
        (a, b), (c, d) = self.span, self.sentence
        return replace(self, span=(a + by, b + by), sentence=(c + by, d + by))


@dataclass(slots=True)
class Reading:
    """Targets and numerals of one block; ``fates`` says what each numeral turned out to be."""

    targets: list[Found] = field(default_factory=list)
    fates: list[tuple[int, int, str]] = field(default_factory=list)
    mode: str = ""  # as the last sentence left it
    # of the last sentence with a target: the period of a year that leads it ("Đến năm 2030, …"), and
    # the period of its last target outside brackets
    led: tuple[float | None, float] | None = None
    last: tuple[float | None, float | None] = (None, None)


# ------------------------------------------------------------------ sentences


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of ``text[start:end]``; brackets do not end one.

    >>> words = "Đạt 8,5% GRDP. Tỷ lệ đạt 1.000 hộ (ở TP. Cà Mau). Hết."
    >>> [words[a:b] for a, b in sentences(words, 0, len(words))]
    ['Đạt 8,5% GRDP.', 'Tỷ lệ đạt 1.000 hộ (ở TP. Cà Mau).', 'Hết.']
    """
    begin = start
    open_until = -1
    for found in lex.SENTENCE.finditer(text, start, end):
        at = found.start()
        if at < open_until or lex.ABBREVIATION.search(text[max(start, at - 6) : at]):
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


_LONGEST = 1500  # no sentence is longer; what is (a table without line ends, noise) is cut at a blank


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
    reading = Reading(mode=context.mode)
    prose = context.topic == ""
    if not prose and not has_numeral(text, start, end):
        return reading
    for begin, stop in sentences(text, start, end):
        if prose:
            context = replace(context, mode=_mode(low[begin:stop], context))
        if not has_numeral(text, begin, stop):
            continue
        found = read_sentence(text[begin:stop], context)
        reading.fates.extend((a + begin, b + begin, fate) for a, b, fate in found.fates)
        reading.targets.extend(target.moved(begin) for target in found.targets)
        reading.last = found.last if found.last[1] is not None else reading.last
        if found.led is not None:
            context = replace(context, start=found.led[0], end=found.led[1])
        elif context.end is None:
            # nothing above names a year: what one sentence says holds for the next
            context = replace(context, start=reading.last[0], end=reading.last[1])
    reading.mode = context.mode
    reading.fates.sort()
    return reading


def _mode(sentence: str, context: Context) -> str:
    """Return whether prose aims or reports after this sentence; what says neither leaves it as it was."""
    if lex.AIMS_FIRMLY.search(sentence):
        return "goal"
    ahead = any(int(found["year"]) >= (context.year or 0) for found in lex.BY_YEAR.finditer(sentence))
    if lex.REPORTS.search(sentence):
        return "goal" if ahead else "report"
    if ahead or lex.AIMS_WEAKLY.search(sentence):
        return "goal"
    return context.mode


@lru_cache(maxsize=20_000)  # long lists and copies repeat sentences
def read_sentence(words: str, context: Context) -> Reading:
    """Read one sentence; nobody changes what comes back, it is kept for the next that reads alike."""
    low = lower(words)
    found = Reading()
    _Sentence(words, low, 0, len(words), list(scan(words, low, 0, len(words))), context, found).read()
    return found


# fates of what is no quantity, by kind of token
FATES = {
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
    place: int  # among the segments of its sentence
    run: str = ""
    run_start: int = 0
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)
    subject: str = ""
    base: str = ""
    number_first: bool = False
    carry: str = ""  # words before the number that also hold for the next one ("cáp quang phủ")
    status: str = ""  # fate if it is no target


_ENUMERATOR = re.compile(r"\(\d{1,2}\)")  # "(1) … (2) …" within a paragraph


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
        self.years: list[Token] = []
        self.holes: list[tuple[int, int]] = []  # bracketed spans, read on their own
        self.blanks: list[tuple[int, int]] = []  # brackets and period phrases, no words of a subject

    # -------------------------------------------------------------- steps

    def read(self) -> None:
        self.holes = [found.span() for found in lex.PARENTHESES.finditer(self.text, self.start, self.end)]
        times = [hole for hole in self.holes if self._is_time(*hole)]
        self.blanks.extend(times)
        for a, b in self.holes:
            if _ENUMERATOR.fullmatch(self.low, a, b):
                self.blanks.append((a, b))
                times.append((a, b))
                self._fate(Token(a + 1, b - 1, "list number"), "list number")
        self.tokens = [
            t
            for t in self.tokens
            if not any(a <= t.start < b and _ENUMERATOR.fullmatch(self.low, a, b) for a, b in times)
        ]
        self.holes = [hole for hole in self.holes if hole not in times]
        inside = [token for token in self.tokens if self._in_hole(token)]
        outside = [token for token in self.tokens if not self._in_hole(token)]
        self._blank_periods(outside)
        self.years = [token for token in outside if self._is_horizon(token)]
        quantities: list[Token] = []
        for token in outside:
            if token.kind == "quantity" or self._is_limit(token):
                quantities.append(token)
            else:
                self._fate(token, FATES.get(token.kind, token.kind))
        self._segment(quantities)
        self._orient()
        self._share()
        found = [self._judge(segment) for segment in self.segments]
        for segment, target in zip(self.segments, found, strict=True):
            self._fate(segment.token, "target" if target else segment.status)
            if target:
                self.reading.targets.append(target)
        if any(found) and self.outer is None:
            self.reading.led = self._leading_year()
            self.reading.last = next((t.start, t.end) for t in reversed(found) if t)
        self._read_holes(inside)

    def _leading_year(self) -> tuple[float | None, float] | None:
        """A year that opens the sentence speaks for the sentences after it, too."""
        years = [token for token in self.years if token.start < self.segments[0].token.start]
        if not years or _clean_before(self._words(self.start, years[0].start)):
            return None
        start, end = _period(years[:1], self.low)
        return None if end is None else (start, end)

    def _is_horizon(self, token: Token) -> bool:
        """A year of the sentence, or a date one should be done by; not "so với năm 2020"."""
        if token.kind != "year" and (token.kind != "date" or token.value is None):
            return False
        left = self.low[max(self.start, token.start - 40) : token.start]
        if lex.COMPARED.search(left):
            return False
        return token.kind == "year" or bool(lex.DEADLINE_LEFT.search(left))

    def _is_time(self, a: int, b: int) -> bool:
        """Brackets that only name a time speak for the number beside them: "đạt 90% (năm 2025)"."""
        tokens = [token for token in self.tokens if a <= token.start < b]
        if not tokens or any(token.kind not in ("year", "date") for token in tokens):
            return False
        words, at = "", a + 1
        for token in tokens:
            words += lex.PERIOD_WORDS.sub("", self.low[at : token.start])
            at = token.end
        return not (words + self.low[at : b - 1]).strip(" .,;")

    def _in_hole(self, token: Token) -> bool:
        return any(a <= token.start < b for a, b in self.holes)

    def _fate(self, token: Token, fate: str) -> None:
        self.reading.fates.append((token.start, token.end, fate))

    def _is_limit(self, token: Token) -> bool:
        """A time is a target only in a goal and under a bound: "không quá 3 ngày làm việc"."""
        if token.kind != "duration" or self.context.topic not in ("goals", ""):
            return False
        left = self.low[max(self.start, token.start - 40) : token.start]
        return bool(lex.LIMIT_OF_TIME.search(left))

    def _blank_periods(self, tokens: list[Token]) -> None:
        """Words of time ("đến hết năm 2025") and brackets are no part of a subject."""
        for token in tokens:
            if token.kind in ("year", "date"):
                left_from = max(self.start, token.start - 40)
                words = lex.PERIOD_WORDS.search(self.low[left_from : token.start])
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
        self.segments = [_Segment(token, place) for place, token in enumerate(quantities)]
        at = self.start
        for segment in self.segments:
            token = segment.token
            # white space before the number does not count: a page may have ended there
            view = max(at, self.start + len(self.flat[: token.start - self.start].rstrip()) - 90)
            run = lex.RUN.search(self.flat, view - self.start, token.start - self.start)
            begin = run.start() if run else token.start - self.start
            colon = self.flat.rfind(":", begin, token.start - self.start)
            begin = colon + 1 if colon >= 0 else begin
            if run and lex.BARE_HEAD.search(self.flat, 0, begin):
                # "tỷ lệ phủ sóng đạt 100%": the noun needs the words after it
                strong = list(lex.STRONG.finditer(self.flat, begin, token.start - self.start))
                begin = strong[-1].start() if strong else begin
            averaged = lex.AVERAGED.match(self.flat, begin)
            begin = averaged.end() if averaged else begin
            segment.run_start = self.start + begin
            segment.run = squeeze(self.flat[begin : token.start - self.start])
            upward = lex.AND_UP.match(self.low, token.end, self.end)
            at = upward.end() if upward else token.end
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
                verb = bool(lex.STRONG.search(segment.run))
                things = not last.run and not self._words(*last.before)
                cut, resume = self._split_gap(last.token.end, segment.run_start, verb, things)
                last.after = (last.token.end, cut)
                segment.before = (resume, segment.run_start)
        for segment, later in pairwise(self.segments):
            between = self.flat[segment.token.end - self.start : later.run_start - self.start]
            whose = self.flat[segment.before[0] - self.start : segment.run_start - self.start]
            which = not between.strip() and lex.STRONG.match(later.run)
            share = (
                later.token.sort == "percent"
                and lex.SHARE.search(whose)
                and lex.STRONG.search(later.run)
                and not lex.SEPARATOR.search(between)
            )
            if segment.token.sort != "percent" and (which or share):
                # "tốc độ trên 1 Gb/s đạt 100%", "tỷ lệ hộ có ít nhất 01 người biết … đạt 70%": which ones
                segment.status = "definition"
                later.before = (segment.before[0], later.run_start)
        if self.segments:
            last = self.segments[-1]
            semicolon = self.flat.find(";", last.token.end - self.start)
            last.after = (last.token.end, self.start + semicolon if semicolon >= 0 else self.end)

    def _split_gap(self, a: int, b: int, verb: bool, things: bool) -> tuple[int, int]:
        """Return where the words of the earlier quantity end and those of the later begin.

        ``verb``: the later has a verb before it, so its subject is in the gap. ``things``: the earlier has
        nothing before it, so what it counts is in the gap, too.
        """
        if b <= a:
            return a, a
        gap = self.flat[a - self.start : b - self.start]
        semicolon = gap.rfind(";")
        if semicolon >= 0:
            return a + semicolon, a + semicolon + 1
        seps = list(lex.SEPARATOR.finditer(gap))
        if not seps:
            head = lex.HEAD.search(gap)
            if head and head.start() and verb:
                return a + head.start(), a + head.start()
            return b, b
        if not gap.strip(" ,:.-"):
            # only words of time on both sides: "đạt 70%, năm 2024 đạt 75%", "50% năm 2025 và 70% năm 2030"
            return a + seps[0].start(), a + seps[0].end()
        if not gap[seps[-1].end() :].strip():
            return a + seps[-1].start(), a + seps[-1].end()
        if not gap[: seps[0].start()].strip():
            return a, a + seps[0].end()
        for sep in seps:
            if lex.HEAD.match(gap[sep.end() : sep.end() + 40].lstrip()):
                return a + sep.start(), a + sep.end()
        if verb and things:
            sep = next((sep for sep in seps if lex.PREDICATE.search(gap[: sep.start()])), seps[-1])
        else:
            sep = seps[0] if verb and len(gap[: seps[0].start()].split()) <= 4 else seps[-1]
        return a + sep.start(), a + sep.end()

    # -------------------------------------------------------------- subjects

    def _orient(self) -> None:
        for i, segment in enumerate(self.segments):
            before, led = self._before(segment)
            after = _clean_after(self._words(*segment.after))
            counted = segment.token.sort == "count" and not _beyond_unit(after, segment.token.unit)
            makes = lex.VERB_ONLY.match(before.lower()) or lex.QUANTITY_VERB.search(before.lower())
            if before and counted and not makes:
                after = ""
            strong = bool(lex.STRONG.search(segment.run)) and "phủ" not in segment.run
            if segment.token.sort == "rank" or segment.token.unit == "bậc":
                ranked = _ranked(before, after if not i or lex.ABOUT_WHAT.search(after) else "")
                segment.subject = ranked if _says_something(ranked) or not i else self.segments[i - 1].subject
            elif self._qualifies(i):
                earlier = self.segments[i - 1]
                segment.status = "definition"
                segment.subject = earlier.subject
                earlier.subject = squeeze(self._words(earlier.token.end, self._after_end(i)))
            elif (
                after
                and self._begins_anew(segment)
                and (lex.PREDICATE.search(after.lower()) or segment.run in ("giảm", "tăng", "cắt giảm"))
            ):
                segment.subject = after
                segment.number_first = True
            elif (
                before
                and not lex.VERB_ONLY.match(before.lower())
                and (strong or lex.HEAD.search(before.lower()) or led or not after)
            ):
                segment.subject = before
                segment.base = self._base(segment, after)
            elif before and after:
                # "Hạ tầng cáp quang phủ 100% xã", "Số hóa 100% kết quả": both sides name it
                cover = lex.COVER.search(segment.run)
                keep = before if not _is_count_verb(before, segment.token) else ""
                segment.carry = squeeze(f"{keep} {cover.group()}") if cover and keep else keep
                segment.subject = squeeze(f"{segment.carry} {lex.MULTIPLE.sub('', _one_thing(after))}")
                segment.number_first = True
            elif after and not self._follows_same_subject(i, after) and not (i and _is_tail(after)):
                segment.carry = self.segments[i - 1].carry if i else ""
                segment.subject = squeeze(f"{segment.carry} {after}")
                segment.number_first = True
            elif i:
                segment.subject = self.segments[i - 1].subject
                segment.number_first = self.segments[i - 1].number_first
                segment.base = self._base(segment, after)
            else:
                segment.subject = before or self._outer_subject()
                segment.base = self._base(segment, after)

    def _qualifies(self, i: int) -> bool:
        """ "05 doanh nghiệp đạt doanh thu trên 100 tỷ đồng": the second number says which enterprises."""
        if i == 0 or not self.segments[i - 1].number_first or self.segments[i].token.sort == "percent":
            return False
        between = self.flat[
            self.segments[i - 1].token.end - self.start : self.segments[i].token.start - self.start
        ]
        return bool(between.strip()) and not lex.SEPARATOR.search(between)

    def _after_end(self, i: int) -> int:
        return self.segments[i].after[1]

    def _base(self, segment: _Segment, after: str) -> str:
        """Return what a share is a share of; words after a comma are no part of it."""
        follows = self.flat[segment.token.end - self.start : segment.after[1] - self.start].lstrip()
        return "" if lex.SEPARATOR.match(follows) or follows.startswith(":") else _base_words(after)

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
        after = _clean_after(self._words(*segment.after))
        first = not lex.STRONG.search(segment.run) or lex.PREDICATE.search(after.lower()) is not None
        words = self._words(a, b)
        if first and after:
            words = lex.IN_IT.sub("", words)
        words = _without_actor(
            _clean_before(words), first and bool(after), bool(lex.AIMING.search(segment.run))
        )
        if segment.token.sort == "count" and not _beyond_unit(after, segment.token.unit):
            after = ""
        if lead and not words and (not after or _is_tail(after)):
            words, lead = lead, ""  # "Cấp tỉnh: 100%", "Doanh nghiệp số: 500 doanh nghiệp"
        if segment.place and words and not after and _HAS_START.match(self._words(*segment.before)):
            return f"có {words}", False  # "…; có chữ ký số: trên 50%": of those an earlier number spoke of
        for led in (lead, self.context.lead, self._outer_subject() if self.outer else ""):
            if not led:
                continue
            if (
                words
                and not lex.HEAD.match(words.lower())
                and len(words.split()) <= (30 if self.outer else 12)
                and lex.HEAD.search(led.lower())
            ):
                return squeeze(f"{led} {words}"), True
            if not words and (not after or _is_tail(after)):
                return led, True
        covers = (
            lex.COVER.search(segment.run)
            and not lex.STRONG.search(segment.run)
            and not lex.HEAD.search(words.lower())
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
        if words.lower() in lex.EVERYBODY:
            return _clean_after(self.outer._words(self.end + 1, self.outer.end))
        tail = self.outer._words(self.end + 1, self.outer.end)
        average = lex.AVERAGE.search(words.lower())
        if average:
            return words[average.end() :]
        head = lex.HEAD.search(words.lower())
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
                segment.subject = _with_head(first, _with_whom(first, segment.subject))
            first = segment.subject or first
        head = ""
        for segment in segments:
            # "trên 90% dân số có điện thoại, trên 80% có tài khoản": who is said once
            verb = lex.PREDICATE.search(segment.subject.lower()) if segment.number_first else None
            if verb and verb.start():
                head = segment.subject[: verb.start()]
            elif verb and head:
                segment.subject = squeeze(f"{head} {segment.subject}")
        predicate = ""
        for segment in reversed(segments):
            if not segment.number_first or segment.token.sort != "percent" or segment.carry:
                predicate = ""
                continue
            found = lex.PREDICATE.search(segment.subject.lower())
            if found:
                predicate = segment.subject[found.start() :]
            elif predicate:
                segment.subject = squeeze(f"{segment.subject} {predicate}")

    # -------------------------------------------------------------- verdict

    def _judge(self, segment: _Segment) -> Found | None:
        token = segment.token
        left = self.low[max(self.start, token.start - 70) : token.start]
        own, start, end = self._horizon(segment)
        segment.status = segment.status or self._refusal(segment, left, own, end)
        if segment.status:
            return None
        wording = _wording(segment.run)
        change = self._change(segment)
        comparator = self._comparator(segment, change)
        suffix = self.low[token.end : token.end + 14]
        if lex.AND_UP.match(suffix):
            # the 20th place or better: ranks count downwards
            comparator, wording = "<=" if change == "rank" else ">=", squeeze(f"{wording} … trở lên")
        elif lex.AND_DOWN.match(suffix):
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

    def _horizon(self, segment: _Segment) -> tuple[bool, float | None, float | None]:
        """Return whether the sentence itself names a year, and the period.

        The year before the number counts first, then the one after it ("50% năm 2025"), then the one
        that led an earlier number or the sentence, then one at its end that holds for all.
        """
        for a, b in self._year_spans(segment) if self.years else ():
            years = [token for token in self.years if a <= token.start < b]
            if years:
                return True, *_period(years, self.low)
        if self.outer is not None and self.outer_segment is not None:
            return self.outer._horizon(self.outer_segment)
        return False, self.context.start, self.context.end

    def _year_spans(self, segment: _Segment) -> Iterator[tuple[int, int]]:
        place, last = segment.place, self.segments[-1]
        yield segment.before[0], segment.token.start
        yield segment.token.end, self.segments[place + 1].before[0] if segment is not last else self.end
        for earlier in reversed(self.segments[max(0, place - 20) : place]):
            yield earlier.before[0], earlier.token.start
        yield self.start, self.segments[0].before[0]
        if segment is not last and segment.subject != last.subject:
            yield last.token.end, self.end

    def _refusal(self, segment: _Segment, left: str, own: bool, end: float | None) -> str:
        """Return the fate of a quantity that is no target, "" for a target."""
        token, topic = segment.token, self.context.topic
        if topic == "head":
            return "count"
        beside = self.outer_segment.status if self.outer_segment is not None else ""
        if beside and not self.years and not _clean_before(self._words(*segment.before)):
            return beside  # "6,19% (tăng 0,17%)": a remark on what is no target
        if not _says_something(segment.subject, alone=not segment.number_first):
            if self._of_money():
                return "money"
            return "not understood" if token.sort == "percent" or not token.unit else "count"
        clause = self.flat[max(0, segment.before[0] - self.start) : segment.token.start - self.start]
        after = self.flat[token.end - self.start : segment.after[1] - self.start]
        if self._is_starting_point(segment) or lex.CURRENT.search(clause) or lex.CURRENT.search(after):
            return "current value"
        if own and end is not None and self.context.year is not None and end < self.context.year:
            return "current value"
        if topic == "status" and not (
            own and end is not None and end >= (self.context.year or 0) and "đến" in clause
        ):
            return "current value"
        if lex.GRANT.search(left) and (token.sort == "money" or lex.GRANT_AFTER.match(after)):
            return "rule"
        if token.sort == "money" and (
            topic not in ("goals", "")
            or not (segment.run or lex.HEAD.match(segment.subject.lower()))
            or (topic == "" and lex.BUDGET.search(segment.subject.lower()))
        ):
            return "money"
        if token.sort in ("bare", "money") and lex.BUDGET.match(segment.subject.lower()):
            return "money"
        if lex.FROM_BUDGET.match(after) or (self._of_money() and lex.FUNDS.match(segment.subject.lower())):
            return "money"
        others = lex.OTHERS.search(segment.subject.lower())
        if self.context.local and (lex.OTHERS_AIM.search(clause) or (topic == "" and others)):
            return "reference"
        if topic == "" and self._reports(segment, own, end):
            return "current value"
        if self.outer is not None:
            return self._refusal_in_brackets(segment)
        if token.sort in ("percent", "rank"):
            aims = topic in ("goals", "") or own or lex.AIMS_FIRMLY.search(self.flat)
            return "" if token.sort == "percent" or aims else "count"
        return self._refusal_of_count(segment, own)

    def _of_money(self) -> bool:
        """Whether the sentence or its section speaks of a budget: what is shared out is money."""
        return self.context.topic == "budget" or any(token.sort == "money" for token in self.tokens)

    def _reports(self, segment: _Segment, own: bool, end: float | None) -> bool:
        """Outside any section, a plain statement is a report: "đứng thứ 2", "tỷ trọng … là 56,83%"."""
        if lex.GOAL.search(self.flat):
            return False
        if self.context.mode == "report":
            ahead = own and (end or 0) >= (self.context.year or 0)
            return not (ahead and lex.BY_YEAR.search(self.low, self.start, self.end))
        if self.outer is not None:
            return False
        if segment.token.sort == "rank":
            return lex.STANDS.search(segment.run) is not None
        return not own and self.context.mode == "" and segment.run in lex.STATES

    def _refusal_of_count(self, segment: _Segment, own: bool) -> str:
        token, topic, run = segment.token, self.context.topic, segment.run
        noun = lex.MULTIPLE.sub("", token.unit.partition("/")[0])
        goal = topic == "goals" or lex.AIMS_FIRMLY.search(self.flat) is not None
        goal = goal or (topic == "" and (own or self.context.end is not None or self.context.mode == "goal"))
        if token.sort == "times":
            grows = lex.TIMES_VERB.search(run) is not None
            return "" if (grows and own) or (goal and (grows or _bound(run))) else "count"
        if token.kind == "duration":
            return "" if _bound(run) or "còn" in run else "duration"
        said = token.high is not None or (segment.run and (lex.STRONG.search(run) or _bound(run)))
        if token.sort == "bare" and not (said and (goal or lex.FIRM.search(run))):
            return "count" if token.unit else "not understood"
        if noun in lex.THINGS and token.unit not in ("điểm", "bậc"):
            return "count" if not (goal and lex.STRONG.search(run)) else ""
        if lex.FIRM.search(run):
            return ""
        if not goal:
            return "count"
        if lex.STRONG.search(run) or _bound(run) or token.sort in lex.MEASURED:
            return ""
        before = self.flat[segment.before[0] - self.start : token.start - self.start]
        before = lex.GIVEN.sub("", before)
        return "" if lex.QUANTITY_VERB.search(before) or not _clean_before(before) else "count"

    def _refusal_in_brackets(self, segment: _Segment) -> str:
        inner = _clean_before(self._words(segment.before[0], segment.token.start)).lower()
        words = self._words(self.start, self.end).lower()
        if self.outer_segment and lex.RESTATES.match(words.strip()):
            return "restated"
        if lex.REMARK.match(words):
            return "current value"
        if lex.SOMEBODY_ELSE.match(inner):
            return "reference"
        if segment.token.sort not in ("percent", "rank"):
            if self.outer_segment is None and (self._relative() or lex.STRONG.search(segment.run)):
                return ""
            return (
                ""
                if self.outer_segment and segment.token.unit == self.outer_segment.token.unit and self.years
                else "count"
            )
        return ""

    def _is_starting_point(self, segment: _Segment) -> bool:
        """ "tăng từ 45% lên 70%": the first number is where it stands now."""
        if segment.place + 1 >= len(self.segments) or not lex.FROM_RUN.search(segment.run):
            return False
        later = self.segments[segment.place + 1].token.start
        return bool(lex.TO.match(self.flat[segment.token.end - self.start : later - self.start]))

    def _follows_start(self, segment: _Segment) -> bool:
        return segment.place > 0 and self._is_starting_point(self.segments[segment.place - 1])

    def _change(self, segment: _Segment) -> str:
        token, run = segment.token, segment.run
        if token.sort == "rank":
            return "rank"
        if self._follows_start(segment) or lex.LEVEL.search(run):
            return ""
        if token.sort == "times":
            return "multiple"
        if lex.UP.search(run):
            return "increase"
        if lex.DOWN_BY.search(run):
            return "decrease"
        return ""

    def _comparator(self, segment: _Segment, change: str) -> str:
        if segment.token.high is not None:
            return "between"
        for sign, words in lex.COMPARATORS:
            if words.search(segment.run):
                return sign
        if change == "rank":
            return "<="
        falls = lex.DOWN_TO.search(segment.run) is not None
        if not falls and self._follows_start(segment):
            first = self.segments[segment.place - 1]
            falls = lex.FALLS.search(first.run) is not None or (first.token.value or 0) > (
                segment.token.value or 0
            )
        return "<=" if falls else ">="

    def _recurrence(self, segment: _Segment) -> str:
        begin = segment.before[0] - self.start
        around = self.flat[max(0, begin) : max(segment.token.end + 24, segment.after[1]) - self.start]
        found = lex.RECURRENCE.search(around)
        if found:
            words = squeeze(found.group())
            return "hàng năm" if "năm" in words else words
        if segment.token.unit.endswith("/năm") or lex.PER_YEAR.match(
            self.low, segment.token.end, segment.token.end + 16
        ):
            return "hàng năm"
        return ""

    def _unit(self, segment: _Segment, change: str, recurrence: str) -> str:
        token = segment.token
        if token.sort == "percent":
            if self.outer_segment is not None and not segment.before[1] - segment.before[0] > 60:
                recurrence = (
                    recurrence or self.outer._recurrence(self.outer_segment) if self.outer else recurrence
                )
            yearly = recurrence == "hàng năm" and (
                change in ("increase", "decrease") or lex.PER_YEAR.match(self.low, token.end)
            )
            return "%/năm" if yearly and token.unit == "%" else token.unit
        per = lex.PER_SUBJECT.search(segment.subject.lower())
        if per and "/" not in token.unit:
            return f"{squeeze(per['what'])}/{squeeze(per['base'])}"
        people = lex.PER_PEOPLE.search(segment.subject.lower())
        if people and token.sort == "count" and "/" not in token.unit:
            return f"{token.unit}/{squeeze(people['base'])}"
        if token.sort == "bare" and not segment.number_first:
            return "%" if lex.SHARE.match(segment.subject.lower()) else ""
        return token.unit

    def _relative(self) -> str:
        if self.outer is None or self.outer_segment is not None:
            return ""
        average = lex.AVERAGE.search(self.outer.low, self.outer.start, self.start)
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


def _beyond_unit(after: str, unit: str) -> str:
    """Return what a count's words say besides its unit ("doanh nghiệp" after "500" says nothing)."""
    low = lex.MULTIPLE.sub("", after.lower())
    noun, _, base = unit.partition("/")
    for word in (noun, *lex.SHORT_UNITS.get(noun, ()), "/", "trên", base):
        low = low.removeprefix(word).strip()
    return low


def _is_tail(words: str) -> bool:
    return bool(lex.TAIL_START.match(words.lower()))


def _bound(run: str) -> bool:
    return any(words.search(run) for _, words in lex.COMPARATORS)


def _period(tokens: list[Token], low: str) -> tuple[float | None, float | None]:
    """Return the period of year tokens; a vision ("định hướng đến năm 2030") does not count."""
    plain = [t for t in tokens if not lex.VISION.search(low[max(0, t.start - 40) : t.start])]
    token = (plain or tokens)[-1] if len(plain) < 2 else plain[0]
    if token.kind == "date":
        return None, token.value
    return token.value, token.high


def _clean_before(words: str) -> str:
    """Return the words before a quantity without list marks, "phấn đấu" and dangling prepositions."""
    words = words.strip()
    start = lex.FILLER_START.match(words.lower())
    if start:
        words = words[start.end() :]
    end = lex.FILLER_END.search(words.lower())
    if end:
        words = words[: end.start()]
    words = words.strip(' ,;:.-–"“”')
    aims = lex.AIMS.match(words.lower())
    if aims and not lex.HEAD.search(words[: aims.end()].lower()):
        words = words[aims.end() :].removeprefix("để ")
    return lex.ONLY_A_PLACE.sub("", words)


_HAS_START = re.compile(r"[\s,;]*có\s")


def _without_actor(words: str, number_first: bool, aims: bool) -> str:
    """Return the words before a number without who aims and, where the subject follows, without the topic.

    "Về kinh tế số, thành phố phấn đấu chiếm 20% GRDP" speaks of kinh tế số; "Về xã hội số, 80% hộ …" of hộ.
    """
    topic = lex.TOPIC.match(words)
    rest = words[topic.end() :] if topic else words
    if number_first or aims:
        rest = lex.ACTOR.sub("", rest)
    if topic and not rest and not number_first:
        return topic["topic"]
    return rest


def _clean_after(words: str) -> str:
    words = words.strip()
    if words.lower().startswith(("trở lên", "trở xuống")):
        words = words[words.lower().index("trở") + 8 :] if words.lower().startswith("trở lên") else words[12:]
    words = lex.YEARLY_START.sub("", words)
    end = lex.FILLER_END.search(words.lower())
    if end:
        words = words[: end.start()]
    return words.strip(' ,;:.-–"“”')


def _base_words(after: str) -> str:
    """Return what a share is a share of: the words right after the number, up to a comma or a verb."""
    cut = lex.END_OF_BASE.search(after.lower())
    words = after[: cut.start()] if cut else after
    return words.strip() if len(words) <= 120 else ""


def _from_head(words: str) -> str:
    """Return a long lead-in from the head of its last clause on ("… để nâng tỷ lệ hoạt động trực tuyến")."""
    low = words.lower()
    first = _head(low)
    if first is None:
        pieces = words.replace(";", ",").split(",")
        if len(pieces) > 1 and len(pieces[-1].split()) >= 3 and lex.TASK_VERB.match(low):
            return pieces[-1].strip()
        return words
    if first <= len("các "):
        return words
    at = 0
    best = first
    for piece in low.replace(";", ",").split(","):
        head = _head(piece)
        if head is not None:
            best = at + head
        at += len(piece) + 1
    lead = low[:best].rstrip()
    return (
        words[best:]
        if best == first or lead.endswith((",", ";")) or lex.TASK_VERB.match(low)
        else words[first:]
    )


def _head(low: str) -> int | None:
    """Return where the first head noun stands that is no base of a share ("… trong tổng mức bán lẻ").

    Nor what something has: "từng ngành có tỷ trọng kinh tế số …" speaks of the trades.
    """
    held = 0  # where the words of a head that was passed over begin; a comma ends them
    for head in lex.HEAD.finditer(low):
        before = low[: head.start()]
        if lex.OF.search(before) or lex.HAS.search(before):
            held = head.start()
        elif not held or lex.SEPARATOR.search(low, held, head.start()):
            return head.start()
    return None


def _ranked(before: str, after: str) -> str:
    """Return what is ranked: the words before, or "… dẫn đầu về X" where those only name the province."""
    if lex.HEAD.search(before.lower()) or "chỉ số" in before.lower():
        return before
    about = lex.ABOUT_WHAT.search(after)
    if about:
        return squeeze(f"{before}: {about['what']}") if before else about["what"]
    return before or after


def _one_thing(after: str) -> str:
    """Return words up to a comma after which a new name begins ("trạm y tế, Nền tảng hỗ trợ …")."""
    return lex.NEW_NAME.split(after)[0]


def _is_count_verb(before: str, token: Token) -> bool:
    return token.sort != "percent" and bool(lex.VERB_ONLY.match(before.lower()))


def _with_whom(first: str, subject: str) -> str:
    """Return "có chữ ký số" with whom an earlier subject spoke of: "Tỷ lệ dân số trưởng thành có tài khoản"."""
    whose = lex.PREDICATE.search(first.lower())
    if not subject.startswith(("có ", "được ")) or whose is None or not whose.start():
        return subject
    return squeeze(f"{first[: whose.start()]} {subject}")


def _with_head(first: str, subject: str) -> str:
    """Return a short subject ("cấp huyện") with the head that an earlier one printed for it."""
    if not lex.LEVEL_OF.match(subject.lower()):
        return subject
    level = lex.LEVEL_OF.search(first.lower())
    if level is None or not level.start():
        return subject
    return squeeze(f"{first[: level.start()]} {subject}")


_WORD = re.compile(r"[^\W\d_]{2,}")
_ABBREVIATED = re.compile(r"[A-ZĐ]{3,}|\d[Gg]")


def _says_something(subject: str, *, alone: bool = False) -> bool:
    """Two words; ``alone``, where a verb follows it, also one abbreviation: "KTS chiếm 20%", "5G phủ 60%"."""
    subject = _trim_subject(subject)
    return len(_WORD.findall(subject)) >= 2 or (alone and _ABBREVIATED.fullmatch(subject) is not None)


def _trim_subject(subject: str) -> str:
    subject = lex.MULTIPLE.sub("", lex.YEARLY_END.sub("", subject))
    return subject.strip(" ,;:.-–")


def _wording(run: str) -> str:
    """Return the comparator as printed, without the words that only lead to it."""
    run = run.strip(" ,:")
    rest = lex.WORDING_START.sub("", run).strip(" ,:")
    return rest or ("" if run in lex.NO_WORDING else run)


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
            reading.targets.append(_value_target(text, low, start, end, amount, context, subject, unit))
        else:
            reading.fates.append(
                (token.start, token.end, "current value" if past else FATES.get(token.kind, "count"))
            )
    return reading


_RANKED = re.compile(r"xếp\s+hạng|thứ\s+hạng|xếp\s+thứ")
_RANK_UNITS = ("hạng", "thứ hạng", "xếp hạng")


def says_itself(text: str, low: str, start: int, end: int) -> bool:
    """Whether a value cell has words of its own: "Ít nhất 70% người hưởng lương hưu …", two values, a sentence."""
    tokens = [token for token in scan(text, low, start, end) if token.kind == "quantity"]
    if not tokens:
        return False
    before = lex.RUN.sub("", lex.PARENTHESES.sub(" ", low[start : tokens[0].start]))
    after = _beyond_unit(_clean_after(lex.PARENTHESES.sub(" ", text[tokens[0].end : end])), tokens[0].unit)
    return len(tokens) > 1 or len(before.split()) > 2 or len(after.split()) > 3


def _value_target(
    text: str, low: str, start: int, end: int, amount: Token, context: Context, subject: str, unit: str
) -> Found:
    run = squeeze(low[start : amount.start])
    sign = (
        "between"
        if amount.high is not None
        else next((name for name, words in lex.COMPARATORS if words.search(run)), ">=")
    )
    rest = low[amount.end : end]
    if lex.AND_UP.match(rest):
        sign = ">="
    elif lex.AND_DOWN.match(rest) or (sign == ">=" and lex.DOWN_TO.search(run)):
        sign = "<="
    own = amount.unit if amount.sort != "bare" else ""
    if unit[1:].islower() and not unit.endswith("bps"):
        unit = unit[:1].lower() + unit[1:]
    rank = amount.sort == "rank" or _RANKED.search(subject.lower()) or unit.lower() in _RANK_UNITS
    if rank:
        unit = own = "hạng"
        sign = "<=" if sign == ">=" and not lex.FIRM.search(run) else sign
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
        base=_base_words(_clean_after(squeeze(text[amount.end : end]))) if amount.sort == "percent" else "",
        change="rank" if rank else "",
        relative="",
        span=(amount.start, amount.end),
        sentence=(start, end),
    )
