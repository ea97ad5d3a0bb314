"""From a block of text to its targets, and the fate of each of its numerals.

``sentence`` divides a sentence among its quantities, ``verdicts`` decides which are targets; here sentences are
told apart, and what one says for the next is carried on. Cells of value columns are read here, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice

from qngai_analysis.plan import lexicon as lex
from qngai_analysis.plan import phrases as say
from qngai_analysis.plan.model import Fate, Target
from qngai_analysis.plan.sentence import FATES as FATES
from qngai_analysis.plan.sentence import Context as Context
from qngai_analysis.plan.sentence import Period, Sentence, Span, part_of_whole
from qngai_analysis.plan.verdicts import Case, decide, target
from qngai_analysis.plan.wording import Token, count_noun, has_numeral, in_words, scan, whole_unit
from qngai_analysis.plan.words import lower, number, trimmed


@dataclass(slots=True)
class BlockReading:
    """Targets and numerals of one block; ``fates`` says what each numeral turned out to be."""

    targets: list[tuple[int, Target]] = field(default_factory=list)  # each with where its places count from
    fates: list[tuple[int, int, Fate]] = field(default_factory=list)
    mode: str = ""  # as the last sentence left it
    # of the last sentence with a target: the period of a year that leads it ("Đến năm 2030, …"), and
    # the period of its last target outside brackets
    led: Period | None = None
    last: Period = (None, None)
    named: Period = (None, None)  # of a sentence that aims without a target: "… đề ra 18 chỉ tiêu năm 2026."
    # by which rule each quantity was decided, by the place of its numeral
    rules: dict[int, str] = field(default_factory=dict)


# ------------------------------------------------------------------ sentences


def sentences(text: str, start: int, end: int) -> Iterator[Span]:
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
_MOST_NUMERALS = 150  # likewise; what holds more is a table that lost its cells, or noise


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > _LONGEST:
        cut = max(text.rfind(";", start, start + _LONGEST), text.rfind(" ", start, start + _LONGEST))
        cut = cut + 1 if cut > start else start + _LONGEST
        while cut < end and text[cut - 1].isdigit() and text[cut].isdigit():
            cut += 1
        yield trimmed(text, start, cut)
        start = cut
    if text[start:end].strip():
        yield trimmed(text, start, end)


# ------------------------------------------------------------------ reading a block


def read_block(text: str, low: str, start: int, end: int, context: Context) -> BlockReading:
    """Read the targets and the fates of all numerals of one block ``text[start:end]``.

    ``text`` is the masked text, ``low`` the same in lower case (and equally long).
    """
    reading = BlockReading(mode=context.mode)
    prose = context.topic == ""
    if not prose and not has_numeral(text, start, end):
        return reading
    for begin, stop in sentences(text, start, end):
        if prose:
            context = replace(context, mode=_mode(low[begin:stop], context))
        if not has_numeral(text, begin, stop):
            continue
        here = context
        # of what the sentence before aimed at, and of its year
        if reading.targets and low.startswith("trong đó", begin):
            whole = reading.targets[-1][1]
            period = reading.last if reading.last[1] is not None else (context.start, context.end)
            here = replace(context, start=period[0], end=period[1], whole=(whole.subject, whole.unit))
        found = read_sentence(text[begin:stop], here)
        reading.fates.extend((a + begin, b + begin, fate) for a, b, fate in found.fates)
        reading.targets.extend((begin, target) for _, target in found.targets)
        reading.rules.update((at + begin, rule) for at, rule in found.rules.items())
        reading.last = found.last if found.last[1] is not None else reading.last
        if found.led is not None:
            context = replace(context, start=found.led[0], end=found.led[1])
            reading.led = found.led
        elif context.end is None:
            # nothing above names a year: what one sentence says holds for the next
            period = reading.last if reading.last[1] is not None or not prose else found.named
            context = replace(context, start=period[0], end=period[1])
    reading.mode = context.mode
    reading.fates.sort()
    return reading


def _mode(sentence: str, context: Context) -> str:
    """Return whether prose aims or reports after this sentence; what says neither leaves it as it was."""
    sentence = lex.RELATIVE.sub(" ", sentence)
    if lex.AIMS_FIRMLY.search(sentence):
        return "goal"
    if context.mode == "goal" and lex.COMPLETES.match(sentence):
        return "goal"  # "Hoàn thành kế hoạch thu ngân sách." between goals
    if lex.RESULTS.search(sentence) or (context.mode != "goal" and lex.COMPARES.search(sentence)):
        return "results"
    ahead = any(int(found["year"]) >= (context.year or 0) for found in lex.BY_YEAR.finditer(sentence))
    if lex.REPORTS.search(sentence):
        return "goal" if ahead and (context.mode != "results" or context.year) else "report"
    if context.mode != "results" and (ahead or lex.AIMS_WEAKLY.search(sentence)):
        return "goal"
    return context.mode


@lru_cache(maxsize=2_000)  # long lists and copies repeat sentences
def read_sentence(words: str, context: Context) -> BlockReading:
    """Read one sentence; nobody changes what comes back, it is kept for the next that reads alike."""
    low = lower(words)
    tokens = list(scan(words, low, 0, len(words)))
    if "goal" in f"{context.topic} {context.mode}" or lex.AIMS_FIRMLY.search(low):
        tokens = sorted([*tokens, *in_words(low)], key=lambda token: token.start)
    if len(tokens) > _MOST_NUMERALS:
        return BlockReading(fates=[(t.start, t.end, FATES.get(t.kind, Fate.COUNT)) for t in tokens])
    reading = BlockReading()
    sentence = Sentence(words, low, (0, len(words)), tokens, context)
    found = _decide_all(sentence, reading)
    if found:
        reading.led = sentence.leading_period()
        reading.last = found[-1].period_start, found[-1].period_end
    elif context.mode == "goal" and len(sentence.years) == 1:
        reading.named = sentence.years[0].value, sentence.years[0].high
    return reading


def _decide_all(sentence: Sentence, reading: BlockReading) -> list[Target]:
    """Decide on the quantities of a sentence, then on those of its brackets; return the targets outside those."""
    fates = list(sentence.fates)
    targets = []
    for quantity in sentence.quantities:
        reading.rules[quantity.token.start], found = decide(sentence, quantity)
        if found is not None:
            targets.append(found)
        fate = quantity.fate or Fate.TARGET
        untold = fate in (Fate.COUNT, Fate.UNKNOWN) and sentence.in_words(quantity.token)
        fates.append((quantity.token, Fate.SPOKEN if untold else fate))
    reading.fates.extend((token.start, token.end, fate) for token, fate in fates)
    reading.targets.extend((0, target) for target in targets)
    for bracket in sentence.brackets():
        _decide_all(bracket, reading)
    return targets


# ------------------------------------------------------------------ cells of a value column

_STRUCTURE = re.compile(r"cơ\s+cấu(?!\s+lại)[^:]*$")  # the parts of it are aimed at, not that they sum up
_RANKED = re.compile(r"xếp\s+hạng|thứ\s+hạng|xếp\s+thứ")
_SET_APART = re.compile(r"\d{1,3}(?: \d{3})+(?:,\d+)?")
_RANK_UNITS = ("hạng", "thứ hạng", "xếp hạng", "thứ bậc", "thứ", "vị trí", "")


def read_value(
    text: str, low: str, start: int, end: int, context: Context, subject: str, unit: str, head: str = ""
) -> BlockReading:
    """Read a cell of a value column: "≥ 80", "trên 90%", "15 - 20"; the row names the subject, the ``head`` may compare."""
    words, small = text[start:end], low[start:end]
    past = context.end is not None and context.year is not None and context.end < context.year
    tokens = list(scan(words, small, 0, len(words)))
    if _SET_APART.fullmatch(small):  # "13 000"
        tokens = [Token(0, len(words), "quantity", number(small.replace(" ", "")), sort="bare")]
    amount = _amount(tokens, small, unit)
    total = amount is not None and amount.value == 100 and _STRUCTURE.match(lower(subject))
    if past or total or not say.names_something(subject, alone=True):
        amount = None
    reading = BlockReading()
    for token in tokens:
        fate = Fate.CURRENT if past else FATES.get(token.kind, Fate.COUNT)
        if amount is not None and token.start == amount.start:
            fate = Fate.TARGET
            reading.targets.append((start, _aimed(words, small, amount, context, subject, unit, head)))
        reading.fates.append((start + token.start, start + token.end, fate))
    return reading


def _aimed(
    words: str, low: str, amount: Token, context: Context, subject: str, unit: str, head: str
) -> Target:
    """Return the target of a cell: it is a sentence whose subject and unit stand elsewhere."""
    if "(" in words[: amount.start]:  # "(80)"
        words, low = (each.replace("(", " ").replace(")", " ") for each in (words, low))
    sentence = Sentence(words, low, (0, len(words)), [replace(amount, kind="quantity")], context)
    (quantity,) = sentence.quantities
    unit = whole_unit(lower(unit[:1]) + unit[1:] if unit[1:].islower() and not unit.endswith("bps") else unit)
    ranks = lower(unit) in _RANK_UNITS and (unit or _RANKED.search(lower(subject)))
    if amount.sort == "rank" or ranks:
        quantity.token = replace(amount, unit="hạng", sort="rank")
    elif amount.sort == "bare":
        sort = "percent" if unit.startswith("%") else "count" if unit else "bare"
        quantity.token = replace(amount, unit=unit, sort=sort)
    quantity.subject, quantity.given, quantity.number_first = subject, True, False
    quantity.base = say.base_of_share(say.after_number(sentence.words(*quantity.after)))
    told = lex.FIRM.search(lower(f"{head} {subject}"))
    if told and not quantity.run:  # "Điện năng tối đa (kWh)", "Kế hoạch (không vượt quá)"
        quantity.run = told.group()
    return target(Case(sentence, quantity))


def _amount(tokens: list[Token], low: str, unit: str) -> Token | None:
    """Return the number that a cell gives: the first that may be one, a year only where it counts something."""
    kinds = ("quantity", "duration", "year", "fraction")
    token = next((token for token in tokens if token.kind in kinds), None)
    if token is not None and token.kind == "fraction":
        token = part_of_whole(token, low, count_noun(unit))
    if token is None or token.kind == "fraction":
        return None
    if token.kind == "year":
        counts = unit and "năm" not in lower(unit)
        return Token(token.start, token.end, "quantity", token.high, sort="bare") if counts else None
    return token


def says_itself(text: str, low: str, start: int, end: int) -> bool:
    """Whether a value cell has words of its own: "Ít nhất 70% người hưởng lương hưu …", two values, a sentence."""
    tokens = list(islice((token for token in scan(text, low, start, end) if token.kind == "quantity"), 2))
    if not tokens:
        return False
    before = lex.RUN.sub("", lex.PARENTHESES.sub(" ", low[start : tokens[0].start]))
    after = say.after_number(lex.PARENTHESES.sub(" ", text[tokens[0].end : end]))
    after = say.beyond_unit(after, tokens[0].unit)
    told = len(after.split()) > (3 if lex.PREDICATE.search(lower(after)) else 6)  # "85% dân số trưởng thành"
    told = told and not after.startswith("và ")  # "≥ 3% và tăng dần theo yêu cầu"
    return len(tokens) > 1 or len(before.split()) > 2 or told
